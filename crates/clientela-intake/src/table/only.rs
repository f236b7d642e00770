//! The one sheet of a file.

use clientela::{Error, Result};

use super::{Sheet, TableOptions, read_table};

/// The one sheet of a table's bytes: that of delimited text, the only one of a workbook, or the
/// one that the options name.
///
/// ```
/// use clientela_intake::{TableOptions, read_sheet};
///
/// let sheet = read_sheet("Клиент;Сумма\n7;12,50\n".as_bytes(), &TableOptions::default())?;
/// assert_eq!(sheet.grid.with_header().text(0, 1), "12,50");
/// # Ok::<(), clientela::Error>(())
/// ```
///
/// # Errors
/// As [`read_table`]; [`Error::BadArgument`] with their names where there are several;
/// [`Error::Empty`] where there is none.
pub fn read_sheet(bytes: &[u8], options: &TableOptions) -> Result<Sheet> {
    let mut sheets = read_table(bytes, options)?;
    if sheets.len() > 1 {
        let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        let problem = format!("say which of `{}`", names.join("`, `"));
        return Err(Error::BadArgument { argument: "sheet", problem });
    }
    sheets.pop().ok_or_else(|| Error::Empty("the file has no sheet".to_owned()))
}
