//! Workbooks of `OpenDocument`, by `calamine`.
//!
//! That reader unfolds repeated cells, rows and spaces as it goes, and looks for the ends of
//! elements without asking whether the document ends. So the document is walked before: it must be
//! well-formed, and what it unfolds to must be within the limits.

use std::io::Cursor;

use calamine::{Data, Ods, Reader};
use clientela::Result;
use quick_xml::events::BytesStart;

use super::TableOptions;
use super::cell::{Cell, CellKind};
use super::sheet::{Sheet, SheetBuilder, Spent};
use crate::archive;
use crate::guard::{Limits, bad, within};
use crate::xml::{self, Node};

fn keep(name: &str) -> bool {
    ["content.xml", "mimetype", "META-INF/manifest.xml"].contains(&name)
}

pub(super) fn read(bytes: &[u8], options: &TableOptions) -> Result<Vec<Sheet>> {
    let limits = &options.limits;
    let checked = archive::check(bytes, limits, keep, |name, text| match name {
        "content.xml" => Unfolded::check(text, limits),
        "mimetype" => Ok(()),
        _ => xml::walk(&format!("archive, `{name}`"), text, limits.depth, |_, _, _| Ok(())),
    })?;
    let mut book: Ods<_> =
        Ods::new(Cursor::new(checked.bytes)).map_err(|error| bad("ods", error))?;
    let names = book.sheet_names();
    within("ods", "sheets", names.len(), limits.sheets)?;

    let mut spent = Spent::default();
    let mut sheets = Vec::new();
    for name in names {
        if options.sheet.as_ref().is_some_and(|wanted| *wanted != name) {
            continue;
        }
        let place = format!("sheet `{name}`");
        let range = book.worksheet_range(&name).map_err(|error| bad(&place, error))?;
        let mut sheet = SheetBuilder::new(&name, limits, &mut spent);
        let (top, left) = range.start().unwrap_or((0, 0));
        for (row, column, value) in range.used_cells() {
            let value = match value {
                Data::Empty => continue,
                Data::Int(number) => Cell::new(CellKind::Number, number.to_string()),
                Data::Float(number) => Cell::number(*number),
                Data::String(text) => Cell::text(text.as_str()),
                Data::Bool(yes) => Cell::new(CellKind::Bool, yes.to_string()),
                Data::DateTime(instant) => Cell::instant(instant),
                Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::iso(text),
                Data::Error(error) => Cell::error(error),
            };
            sheet.put(top as usize + row, left as usize + column, value)?;
        }
        sheets.push(sheet.finish(0)?);
    }
    Ok(sheets)
}

/// What a document unfolds to, counted as it is walked.
#[derive(Debug, Default)]
struct Unfolded {
    /// Sheets so far.
    sheets: usize,
    /// Cells of all earlier sheets, and bytes of text of all sheets, unfolded.
    cells: usize,
    text: usize,
    /// Of the sheet: rows so far, those up to the last filled one, the filled width.
    rows: usize,
    height: usize,
    width: usize,
    /// Of the row: how often it stands there, its cells up to the last filled one, their bytes.
    row_times: usize,
    row_cells: usize,
    row_filled: usize,
    row_text: usize,
    /// Of the cell: how often it stands there, its bytes, whether it is filled.
    cell_times: usize,
    cell_text: usize,
    cell_filled: bool,
}

impl Unfolded {
    fn check(text: &str, limits: &Limits) -> Result<()> {
        let place = "archive, `content.xml`";
        let mut this = Self::default();
        xml::walk(place, text, limits.depth, |node, _, _| match node {
            Node::Start(element, at_once) => {
                this.start(element, limits)?;
                if *at_once { this.end(element.name().as_ref(), limits) } else { Ok(()) }
            }
            Node::End(name) => this.end(name, limits),
            Node::Text(bytes) => {
                this.cell_text = this.cell_text.saturating_add(*bytes);
                Ok(())
            }
        })
    }

    /// Cells of the sheet as the reader keeps them: every row as wide as the widest.
    fn dense(&self) -> usize {
        self.height.saturating_mul(self.width)
    }

    fn start(&mut self, element: &BytesStart<'_>, limits: &Limits) -> Result<()> {
        let place = format!("ods, sheet {}, row {}", self.sheets, self.rows);
        let times = |name: &str| -> Result<usize> {
            let Some(text) = xml::attribute(element, name) else { return Ok(1) };
            let times = text.parse().ok().filter(|&times| times > 0);
            times.ok_or_else(|| bad(&place, format_args!("`{name}` is {text:?}")))
        };
        match element.name().as_ref() {
            "table:table" => {
                self.sheets += 1;
                within("ods", "sheets", self.sheets, limits.sheets)?;
                self.cells = self.cells.saturating_add(self.dense());
                (self.rows, self.height, self.width) = (0, 0, 0);
            }
            "table:table-row" => {
                self.row_times = times("table:number-rows-repeated")?;
                (self.row_cells, self.row_filled, self.row_text) = (0, 0, 0);
                self.rows = self.rows.saturating_add(self.row_times);
                within(&place, "rows", self.rows, limits.rows)?;
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.cell_times = times("table:number-columns-repeated")?;
                self.cell_filled = false;
                // Values and formulas stand in attributes.
                self.cell_text = element.len();
                for value in ["office:value", "office:value-type", "table:formula"] {
                    self.cell_filled |= xml::attribute(element, value).is_some();
                }
            }
            "text:s" => {
                self.cell_text = self.cell_text.saturating_add(times("text:c")?);
                within(&place, "cell_bytes", self.cell_text, limits.cell_bytes)?;
            }
            // Sheets within cells would be counted twice, and are no tables of clients.
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str, limits: &Limits) -> Result<()> {
        let place = format!("ods, sheet {}, row {}", self.sheets, self.rows);
        match name {
            "table:table-cell" | "table:covered-table-cell" => {
                self.row_cells = self.row_cells.saturating_add(self.cell_times);
                if self.cell_filled {
                    within(&place, "columns", self.row_cells, limits.columns)?;
                    self.row_filled = self.row_cells;
                    let bytes = self.cell_text.saturating_mul(self.cell_times);
                    self.row_text = self.row_text.saturating_add(bytes);
                }
            }
            "table:table-row" => {
                if self.row_filled > 0 {
                    self.height = self.rows;
                    self.width = self.width.max(self.row_filled);
                }
                let text = self.row_text.saturating_mul(self.row_times);
                self.text = self.text.saturating_add(text);
                let cells = self.cells.saturating_add(self.dense());
                within(&place, "cells", cells, limits.cells)?;
                within(&place, "text_bytes", self.text, limits.text_bytes)?;
            }
            _ => {}
        }
        Ok(())
    }
}
