//! A sheet, and the counting of its cells against the limits.

use clientela::intake::{self, Grid, GridBuilder};
use clientela::{Policy, Result};
use serde::Serialize;

use super::cell::{Cell, CellKind};
use crate::guard::{Limits, bad, within};

/// A table of cells.
#[derive(Debug, Clone, Serialize)]
pub struct Sheet {
    /// The sheet's name; empty for delimited text.
    pub name: String,
    /// The rows from the first of the sheet, each up to its last filled cell; empty ones too.
    ///
    /// Numbers are plain decimals in their shortest form: 12417, not 12417.0, and
    /// 0.30000000000000004 where that is what the file holds. Days are days; an instant is the
    /// text `2026-01-31T13:45:00`, a time or duration `13:45:00`, an error its name. Numbers of
    /// bank cards are masked.
    pub grid: Grid,
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
    name: String,
    rows: Vec<Vec<Cell>>,
    report: SheetReport,
    limits: &'a Limits,
    spent: &'a mut Spent,
}

impl<'a> SheetBuilder<'a> {
    pub(super) fn new(name: &str, limits: &'a Limits, spent: &'a mut Spent) -> Self {
        let report = SheetReport::default();
        Self { name: name.to_owned(), rows: Vec::new(), report, limits, spent }
    }

    /// Puts a cell at a row and column from 0. An empty one leaves no trace.
    pub(super) fn put(&mut self, row: usize, column: usize, cell: Cell) -> Result<()> {
        if cell.kind == CellKind::Empty {
            return Ok(());
        }
        let limits = self.limits;
        let name = &self.name;
        let place = || format!("sheet `{name}`, row {}, column {}", row + 1, column + 1);
        if row >= limits.rows || column >= limits.columns {
            within(&place(), "rows", row + 1, limits.rows)?;
            within(&place(), "columns", column + 1, limits.columns)?;
        }
        if cell.text.len() > limits.cell_bytes {
            within(&place(), "cell_bytes", cell.text.len(), limits.cell_bytes)?;
        }
        self.spent.text += cell.text.len();
        let width = self.rows.get(row).map_or(0, Vec::len);
        // A row that begins costs as much as a cell.
        self.spent.cells += (column + 1).saturating_sub(width);
        self.spent.cells += (row + 1).saturating_sub(self.rows.len());
        if self.spent.cells > limits.cells || self.spent.text > limits.text_bytes {
            within(&place(), "cells", self.spent.cells, limits.cells)?;
            within(&place(), "text_bytes", self.spent.text, limits.text_bytes)?;
        }

        let report = &mut self.report;
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
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Vec::new);
        }
        let cells = &mut self.rows[row];
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
        let place = format!("sheet `{}`", self.name);
        within(&place, "rows", rows, self.limits.rows)?;
        self.spent.cells += rows.saturating_sub(self.rows.len());
        within(&place, "cells", self.spent.cells, self.limits.cells)?;
        if self.rows.len() < rows {
            self.rows.resize_with(rows, Vec::new);
        }
        // The grid's own limits, as those of the options; they have been asked already.
        let mut policy = Policy::default();
        let most = |limit: usize| u32::try_from(limit).unwrap_or(u32::MAX);
        policy.intake.max_columns = most(self.limits.columns);
        policy.intake.max_cell_bytes = most(self.limits.cell_bytes);
        policy.intake.max_cells = self.limits.cells as u64;
        let mut builder = GridBuilder::new(&policy);
        for row in self.rows {
            builder.push(row.iter().map(|cell| match cell.kind {
                CellKind::Empty => intake::Cell::Empty,
                CellKind::Number => intake::Cell::Number(&cell.text),
                CellKind::Date => {
                    cell.text.parse().map_or(intake::Cell::Text(&cell.text), intake::Cell::Day)
                }
                CellKind::Text | CellKind::Bool | CellKind::Error => intake::Cell::Text(&cell.text),
            }))?;
        }
        Ok(Sheet { name: self.name, grid: builder.finish(), report: self.report })
    }

    /// The report, to note more in it.
    pub(super) fn report(&mut self) -> &mut SheetReport {
        &mut self.report
    }
}
