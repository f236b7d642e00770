//! Tables of cells, and the portraits and sales that a mapping makes of them.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::intake::{Grid, Mapping, Target};
use clientela::{Catalogue, LedgerOptions, Policy, PortraitOptions, Portraits};
use clientela_intake::{Sheet, SheetReport, TableOptions, read_sheet};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde_json::json;

use crate::boundary::{free, given, make, make_with, read, slice, text};
use crate::error::{Failure, clientela_error};
use crate::ledger::clientela_ledger;
use crate::policy::clientela_policy;
use crate::portraits::clientela_portraits;
use crate::text::clientela_text;

/// A table of cells, as it comes from a file or a clipboard. Numbers of bank cards are masked as
/// they come in. It never changes, so several threads may use it.
#[derive(Debug)]
pub struct clientela_grid {
    grid: Grid,
    /// What was read, where it came as a file.
    report: Option<SheetReport>,
}

/// Reads a table: CSV, TSV, text from the clipboard, XLSX or ODS.
///
/// @param data     the bytes of the file
/// @param options  JSON such as {"encoding": "windows-1251", "sheet": "2026"}; NULL with length 0
///                 for the defaults. Members: format (csv, tsv, clipboard, xlsx, ods), encoding,
///                 delimiter, sheet (needed where there are several), limits
/// @param header   1 where the first row holds the names of the columns, else 0
/// @param out      where the table goes; free it with clientela_grid_free
/// @return CLIENTELA_BAD_FORMAT where the file is broken or beyond a limit, with the place in the
///         message; CLIENTELA_BAD_ARGUMENT for an option
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_grid_from_bytes(
    data: *const u8,
    length: usize,
    options: *const c_char,
    options_length: usize,
    header: i32,
    out: Option<&mut MaybeUninit<*mut clientela_grid>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `length` bytes at `data`.
        let data = unsafe { slice(data, length, "data")? };
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = unsafe { text(options, options_length, "options")? };
        let options = if options.is_empty() {
            TableOptions::default()
        } else {
            TableOptions::from_json(options)?
        };
        let Sheet { grid, report, .. } = read_sheet(data, &options)?;
        let grid = match header {
            0 => grid,
            1 => grid.with_header(),
            _ => return Err(Failure::argument("header", format!("{header} is not 0 or 1"))),
        };
        Ok(clientela_grid { grid, report: Some(report) })
    })
}

/// Reads a table from JSON.
///
/// @param json    {"columns": ["Name", "Born"], "rows": [["Ada", {"day": "1990-02-01"}], [12,
///                null]]}: a cell is a text, a number, true or false, a day, or null; the names of
///                the columns may be absent
/// @param policy  NULL for the default policy
/// @param out     where the table goes; free it with clientela_grid_free
/// @return CLIENTELA_BAD_DOCUMENT for a cell that cannot be taken, with the path such as
///         rows[3][2] as the error's place
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_grid_from_json(
    json: *const c_char,
    json_length: usize,
    policy: Option<&clientela_policy>,
    out: Option<&mut MaybeUninit<*mut clientela_grid>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `json_length` bytes at `json`.
        let json = unsafe { text(json, json_length, "json")? };
        let default = Policy::default();
        Ok(clientela_grid { grid: Grid::from_json(json, asked(policy, &default))?, report: None })
    })
}

/// The table as JSON, in the form that clientela_grid_from_json reads.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_grid_to_json(
    grid: Option<&clientela_grid>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_text::new(given(grid, "grid")?.grid.to_json())))
}

/// What was read, as JSON: {"rows", "columns", "cards_masked": [{"row", "column"}, ...], "file"},
/// where file tells encoding, delimiter, and cells by kind, or is null.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_grid_report(
    grid: Option<&clientela_grid>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let clientela_grid { grid, report } = given(grid, "grid")?;
        clientela_text::json(&json!({
            "rows": grid.rows(),
            "columns": grid.columns(),
            "cards_masked": grid.cards_masked(),
            "file": report,
        }))
    })
}

/// Number of rows without that of the names; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_grid_rows(grid: Option<&clientela_grid>) -> usize {
    read(grid, 0, |grid| grid.grid.rows())
}

/// Number of columns; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_grid_columns(grid: Option<&clientela_grid>) -> usize {
    read(grid, 0, |grid| grid.grid.columns())
}

/// What the columns look like by their names and cells. Nothing is applied.
///
/// @param target     portraits or sales
/// @param catalogue  what there is to know, as JSON; NULL with length 0 for the built-in one
/// @param policy     NULL for the default policy
/// @param out        where the suggestion goes, as JSON: for each column the field with confidence
///                   and reason, the formats, what is left to decide, and under "mapping" the
///                   mapping that it would be; free it with clientela_text_free
/// @return CLIENTELA_BAD_ARGUMENT for any other target
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_grid_suggest(
    grid: Option<&clientela_grid>,
    target: *const c_char,
    target_length: usize,
    catalogue: *const c_char,
    catalogue_length: usize,
    policy: Option<&clientela_policy>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let grid = given(grid, "grid")?;
        // SAFETY: the caller gives `target_length` bytes at `target`.
        let target = unsafe { text(target, target_length, "target")? };
        let named: StrDeserializer<'_, ValueError> = target.into_deserializer();
        let target = Target::deserialize(named)
            .map_err(|error| Failure::argument("target", error.to_string()))?;
        // SAFETY: the caller gives `catalogue_length` bytes at `catalogue`.
        let catalogue = unsafe { text(catalogue, catalogue_length, "catalogue")? };
        let catalogue = if catalogue.is_empty() {
            Catalogue::built_in()
        } else {
            Catalogue::from_json(catalogue)?
        };
        let default = Policy::default();
        let told = grid.grid.suggest(target, &catalogue, asked(policy, &default))?;
        clientela_text::json(&json!({
            "target": told.target,
            "columns": told.columns,
            "formats": told.formats,
            "open": told.open,
            "mapping": told.mapping(),
        }))
    })
}

/// The documents of portraits that a mapping makes of a table, to be compared with stored ones
/// before they are taken.
///
/// @param mapping  as JSON: {"target": "portraits", "columns": {"Code": "client", "Name":
///                 "surname", "2": {"field": "phone", "read": "phone"}}, "formats": {"dates":
///                 ["DD.MM.YYYY"], "region": "RU"}}
/// @param options  as for clientela_portraits_from_json
/// @param policy   NULL for the default policy
/// @param out      where {"documents": [...], "report": {...}} goes; free it with
///                 clientela_text_free
/// @return CLIENTELA_BAD_DOCUMENT for a mapping that cannot be used, with the path such as
///         columns.Name as the error's place
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_grid_documents(
    grid: Option<&clientela_grid>,
    mapping: *const c_char,
    mapping_length: usize,
    options: *const c_char,
    options_length: usize,
    policy: Option<&clientela_policy>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let grid = given(grid, "grid")?;
        // SAFETY: the caller gives `mapping_length` bytes at `mapping`.
        let mapping = Mapping::from_json(unsafe { text(mapping, mapping_length, "mapping")? })?;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = portrait_options(unsafe { text(options, options_length, "options")? })?;
        let default = Policy::default();
        let batch = grid.grid.portraits(&mapping, &options, asked(policy, &default))?;
        clientela_text::json(&json!({"documents": batch.documents, "report": batch.report}))
    })
}

/// The portraits that a mapping makes of a table.
///
/// @param mapping  as for clientela_grid_documents
/// @param options  as for clientela_portraits_from_json
/// @param policy   NULL for the default policy
/// @param report   where it is told what became of the rows, as JSON: how many were read, taken and
///                 set aside, each with column, value and problem; cells left out; targets that were
///                 filled already; masked cards; free it with clientela_text_free. Or NULL
/// @param out      where the portraits go; free them with clientela_portraits_free
/// @return as clientela_grid_documents
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_grid_portraits(
    grid: Option<&clientela_grid>,
    mapping: *const c_char,
    mapping_length: usize,
    options: *const c_char,
    options_length: usize,
    policy: Option<&clientela_policy>,
    report: Option<&mut MaybeUninit<*mut clientela_text>>,
    out: Option<&mut MaybeUninit<*mut clientela_portraits>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make_with(report, out, error, || {
        let grid = given(grid, "grid")?;
        // SAFETY: the caller gives `mapping_length` bytes at `mapping`.
        let mapping = Mapping::from_json(unsafe { text(mapping, mapping_length, "mapping")? })?;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = portrait_options(unsafe { text(options, options_length, "options")? })?;
        let default = Policy::default();
        let batch = grid.grid.portraits(&mapping, &options, asked(policy, &default))?;
        let portraits = Portraits::from_json(&batch.documents_json(), &options)?;
        Ok((clientela_portraits(portraits), clientela_text::json(&batch.report)?))
    })
}

/// The ledger of the sales that a mapping makes of a table.
///
/// @param mapping  as JSON: {"target": "sales", "columns": {"Client": "client", "Day": "date",
///                 "Sum": "amount"}, "formats": {"dates": ["DD.MM.YYYY"], "amounts":
///                 "decimal_comma"}}
/// @param options  JSON such as {"currency": "EUR", "on_bad": "set_aside"}; NULL with length 0 for
///                 the defaults. Members: those of clientela_ledger_from_arrays but threads
/// @param policy   NULL for the default policy
/// @param report   as for clientela_grid_portraits
/// @param out      where the ledger goes; free it with clientela_ledger_free
/// @return CLIENTELA_BAD_ROW for the first row that cannot be taken, unless the options set such
///         rows aside; CLIENTELA_BAD_DOCUMENT for a mapping that cannot be used
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_grid_ledger(
    grid: Option<&clientela_grid>,
    mapping: *const c_char,
    mapping_length: usize,
    options: *const c_char,
    options_length: usize,
    policy: Option<&clientela_policy>,
    report: Option<&mut MaybeUninit<*mut clientela_text>>,
    out: Option<&mut MaybeUninit<*mut clientela_ledger>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make_with(report, out, error, || {
        let grid = given(grid, "grid")?;
        // SAFETY: the caller gives `mapping_length` bytes at `mapping`.
        let mapping = Mapping::from_json(unsafe { text(mapping, mapping_length, "mapping")? })?;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = unsafe { text(options, options_length, "options")? };
        let options: LedgerOptions = if options.is_empty() {
            LedgerOptions::default()
        } else {
            let wrong = |error: serde_json::Error| Failure::argument("options", error.to_string());
            serde_json::from_str(options).map_err(wrong)?
        };
        let default = Policy::default();
        let (ledger, report) = grid.grid.ledger(&mapping, &options, asked(policy, &default))?;
        Ok((clientela_ledger(ledger), clientela_text::json(&report)?))
    })
}

/// Frees a table; NULL is allowed. What was made of it stays usable.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_grid_free(grid: Option<Box<clientela_grid>>) {
    free(grid);
}

fn asked<'p>(policy: Option<&'p clientela_policy>, default: &'p Policy) -> &'p Policy {
    policy.map_or(default, |policy| &policy.0)
}

fn portrait_options(json: &str) -> Result<PortraitOptions, Failure> {
    if json.is_empty() {
        return Ok(PortraitOptions::default());
    }
    Ok(PortraitOptions::from_json(json)?)
}
