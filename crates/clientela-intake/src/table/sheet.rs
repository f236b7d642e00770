//! A sheet, and the counting of its cells against the limits.

use clientela::Result;
use serde::Serialize;

use super::cell::{Cell, CellKind};
use crate::guard::{Limits, bad, within};

/// A table of cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// The sheet's name; empty for delimited text.
    pub name: String,
    /// The rows from the first of the sheet, each up to its last filled cell; empty ones too.
    pub rows: Vec<Vec<Cell>>,
    /// What was read.
    pub report: SheetReport,
}

/// What was read of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SheetReport {
    /// The encoding that text was in; none for workbooks.
    pub encoding: Option<&'static str>,
    /// What stood between the values of delimited text.
    pub delimiter: Option<char>,
    /// Columns: cells of the longest row.
    pub columns: usize,
    /// Filled cells.
    pub filled: usize,
    /// Of these, numbers.
    pub numbers: usize,
    /// Of these, numbers that are not exact at two decimal places; they are told as they are.
    pub inexact: usize,
    /// Of these, dates and times.
    pub dates: usize,
    /// Of these, errors such as `#N/A`.
    pub errors: usize,
}

/// What has been read so far of all sheets together.
#[derive(Debug, Default)]
pub(super) struct Spent {
    cells: usize,
    text: usize,
}

/// Puts cells into the rows of a sheet.
#[derive(Debug)]
pub(super) struct SheetBuilder<'a> {
    sheet: Sheet,
    limits: &'a Limits,
    spent: &'a mut Spent,
}

impl<'a> SheetBuilder<'a> {
    pub(super) fn new(name: &str, limits: &'a Limits, spent: &'a mut Spent) -> Self {
        let sheet =
            Sheet { name: name.to_owned(), rows: Vec::new(), report: SheetReport::default() };
        Self { sheet, limits, spent }
    }

    /// Puts a cell at a row and column from 0. An empty one leaves no trace.
    pub(super) fn put(&mut self, row: usize, column: usize, cell: Cell) -> Result<()> {
        if cell.kind == CellKind::Empty {
            return Ok(());
        }
        let (limits, sheet) = (self.limits, &mut self.sheet);
        let place = || format!("sheet `{}`, row {}, column {}", sheet.name, row + 1, column + 1);
        if row >= limits.rows || column >= limits.columns {
            within(&place(), "rows", row + 1, limits.rows)?;
            within(&place(), "columns", column + 1, limits.columns)?;
        }
        if cell.text.len() > limits.cell_bytes {
            within(&place(), "cell_bytes", cell.text.len(), limits.cell_bytes)?;
        }
        self.spent.text += cell.text.len();
        let width = sheet.rows.get(row).map_or(0, Vec::len);
        // A row that begins costs as much as a cell.
        self.spent.cells += (column + 1).saturating_sub(width);
        self.spent.cells += (row + 1).saturating_sub(sheet.rows.len());
        if self.spent.cells > limits.cells || self.spent.text > limits.text_bytes {
            within(&place(), "cells", self.spent.cells, limits.cells)?;
            within(&place(), "text_bytes", self.spent.text, limits.text_bytes)?;
        }

        let report = &mut sheet.report;
        report.filled += 1;
        report.columns = report.columns.max(column + 1);
        match cell.kind {
            CellKind::Number => {
                report.numbers += 1;
                let places = cell.text.split_once('.').map_or(0, |(_, places)| places.len());
                report.inexact += usize::from(places > 2);
            }
            CellKind::Date => report.dates += 1,
            CellKind::Error => report.errors += 1,
            CellKind::Empty | CellKind::Text | CellKind::Bool => {}
        }
        if sheet.rows.len() <= row {
            sheet.rows.resize_with(row + 1, Vec::new);
        }
        let cells = &mut sheet.rows[row];
        if cells.len() <= column {
            cells.resize_with(column + 1, Cell::default);
        }
        if cells[column].kind != CellKind::Empty {
            return Err(bad(&place(), "the file gives this cell twice"));
        }
        cells[column] = cell;
        Ok(())
    }

    /// The sheet, with `rows` rows at least.
    pub(super) fn finish(mut self, rows: usize) -> Result<Sheet> {
        let place = format!("sheet `{}`", self.sheet.name);
        within(&place, "rows", rows, self.limits.rows)?;
        self.spent.cells += rows.saturating_sub(self.sheet.rows.len());
        within(&place, "cells", self.spent.cells, self.limits.cells)?;
        if self.sheet.rows.len() < rows {
            self.sheet.rows.resize_with(rows, Vec::new);
        }
        Ok(self.sheet)
    }

    /// The report, to note more in it.
    pub(super) fn report(&mut self) -> &mut SheetReport {
        &mut self.sheet.report
    }
}
