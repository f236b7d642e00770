//! Workbooks of Excel, by `calamine`, cell by cell.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use clientela::Result;

use super::TableOptions;
use super::cell::{Cell, CellKind};
use super::sheet::{Sheet, SheetBuilder, Spent};
use crate::archive;
use crate::guard::{bad, within};
use crate::xml::{self, Node};

/// Letters of the longest reference to a cell.
const LONGEST: usize = 10;

/// Folders of pictures, charts and the like: not cells, and not read.
const SKIPPED: [&str; 8] = [
    "/media/",
    "/theme/",
    "/drawings/",
    "/charts/",
    "/pivotCache/",
    "/pivotTables/",
    "docProps/",
    "customXml/",
];

fn keep(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let xml = extension.eq_ignore_ascii_case("xml") || extension.eq_ignore_ascii_case("rels");
    xml && !SKIPPED.iter().any(|folder| name.contains(folder))
}

pub(super) fn read(bytes: &[u8], options: &TableOptions) -> Result<Vec<Sheet>> {
    let limits = &options.limits;
    let check = |name: &str, text: &str| {
        let place = format!("archive, `{name}`");
        xml::walk(&place, text, limits.depth, |node, _, _| {
            // The reader counts beyond its numbers at longer references than `XFD1048576`.
            if let Node::Start(element, _) = node
                && matches!(element.local_name().as_ref(), "c" | "row" | "dimension")
                && let Some(at) = xml::attribute(element, "r")
                && at.len() > LONGEST
            {
                return Err(bad(&place, format_args!("a cell or row at {at:.20?}")));
            }
            Ok(())
        })
    };
    let checked = archive::check(bytes, limits, keep, check)?;
    if !checked.names.iter().any(|name| name.eq_ignore_ascii_case("[Content_Types].xml")) {
        return Err(bad("archive", "no XLSX: it has no `[Content_Types].xml`"));
    }
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(checked.bytes)).map_err(|error| bad("xlsx", error))?;
    let names = book.sheet_names();
    within("xlsx", "sheets", names.len(), limits.sheets)?;

    let mut spent = Spent::default();
    let mut sheets = Vec::new();
    for name in names {
        if options.sheet.as_ref().is_some_and(|wanted| *wanted != name) {
            continue;
        }
        let place = format!("sheet `{name}`");
        let mut cells = match book.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            // A sheet that is one chart.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(bad(&place, error)),
        };
        let mut sheet = SheetBuilder::new(&name, limits, &mut spent);
        while let Some(cell) = cells.next_cell().map_err(|error| bad(&place, error))? {
            let (row, column) = cell.get_position();
            let value = match cell.get_value() {
                DataRef::Empty => continue,
                DataRef::Int(number) => Cell::new(CellKind::Number, number.to_string()),
                DataRef::Float(number) => Cell::number(*number),
                DataRef::String(text) => Cell::text(text.as_str()),
                DataRef::SharedString(text) => Cell::text(*text),
                DataRef::Bool(yes) => Cell::new(CellKind::Bool, yes.to_string()),
                DataRef::DateTime(instant) => Cell::instant(instant),
                DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::iso(text),
                DataRef::Error(error) => Cell::error(error),
            };
            sheet.put(row as usize, column as usize, value)?;
        }
        sheets.push(sheet.finish(0)?);
    }
    Ok(sheets)
}
