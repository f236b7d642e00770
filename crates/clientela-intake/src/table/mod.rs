//! Tables: delimited text, text from the clipboard, workbooks (S2.33).

mod cell;
mod delimited;
mod ods;
mod only;
mod sheet;
mod xlsx;

use clientela::{Error, Result};
use serde::{Deserialize, Serialize};

pub use only::read_sheet;
pub use sheet::{Sheet, SheetReport};

use crate::guard::{self, Limits, bad};
use crate::text;

/// The form of a table's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableFormat {
    /// Values between a delimiter, quoted where they hold it (RFC 4180).
    Csv,
    /// The same with tabs.
    Tsv,
    /// What a spreadsheet puts on the clipboard: tabs, cells quoted where they hold a line break.
    Clipboard,
    /// Excel 2007 and later.
    Xlsx,
    /// `OpenDocument`.
    Ods,
}

/// How to read a table; in JSON an object of these fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TableOptions {
    /// The form. Default: a ZIP archive is a workbook, any other bytes are delimited text.
    pub format: Option<TableFormat>,
    /// The encoding of text, such as `windows-1251`; a byte order mark wins. Default: UTF-8,
    /// which is checked.
    pub encoding: Option<String>,
    /// What stands between values, one ASCII character. Default: tabs for `tsv` and `clipboard`;
    /// else the one of tab, `;`, `,` and `|` that the first line has most of, outside of quotes.
    pub delimiter: Option<char>,
    /// The one sheet to read, by its name. Default: all.
    pub sheet: Option<String>,
    /// What a file may cost.
    pub limits: Limits,
}

impl TableOptions {
    /// Reads options from JSON; absent ones take their defaults.
    ///
    /// # Errors
    /// [`Error::BadArgument`] with the path of what is wrong.
    pub fn from_json(json: &str) -> Result<Self> {
        guard::options(json)
    }
}

/// The sheets of a table; delimited text is one sheet without a name.
///
/// Hostile bytes are an error: sizes are checked before and while they are read, XML with a
/// document type is refused, and a panic of an outside reader is caught.
///
/// ```
/// use clientela::intake::Cell;
/// use clientela_intake::{TableOptions, read_table};
///
/// let sheets = read_table("Клиент;Сумма\nООО «Ель»;12,50\n".as_bytes(), &TableOptions::default())?;
/// assert_eq!(sheets[0].grid.cell(1, 1), Cell::Text("12,50"));
/// assert_eq!(sheets[0].report.delimiter, Some(';'));
/// # Ok::<(), clientela::Error>(())
/// ```
///
/// # Errors
/// [`Error::BadFormat`] with the byte and line, or the sheet and cell; [`Error::BadArgument`].
pub fn read_table(bytes: &[u8], options: &TableOptions) -> Result<Vec<Sheet>> {
    options.limits.admit(bytes)?;
    let format = match options.format {
        Some(format) => format,
        None if bytes.starts_with(b"PK\x03\x04") => workbook(bytes)?,
        None => TableFormat::Csv,
    };
    let sheets = match format {
        TableFormat::Xlsx => guard::guarded("xlsx", || xlsx::read(bytes, options))?,
        TableFormat::Ods => guard::guarded("ods", || ods::read(bytes, options))?,
        TableFormat::Csv | TableFormat::Tsv | TableFormat::Clipboard => {
            let decoded = text::decode(bytes, options.encoding.as_deref())?;
            vec![delimited::read(&decoded, format, options)?]
        }
    };
    match &options.sheet {
        Some(name) if sheets.is_empty() => {
            Err(Error::BadArgument { argument: "sheet", problem: format!("there is no `{name}`") })
        }
        _ => Ok(sheets),
    }
}

/// Which workbook an archive is, by the names of its files.
fn workbook(bytes: &[u8]) -> Result<TableFormat> {
    let has = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    if has(b"[Content_Types].xml") {
        Ok(TableFormat::Xlsx)
    } else if has(b"content.xml") {
        Ok(TableFormat::Ods)
    } else {
        Err(bad("archive", "neither XLSX nor ODS"))
    }
}
