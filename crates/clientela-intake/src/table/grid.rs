//! A sheet as the table that mappings read.

use clientela::intake::{Cell as GridCell, Grid, GridBuilder};
use clientela::{Day, Error, Policy, Result};

use super::{CellKind, Sheet, SheetReport, TableOptions, read_table};

/// The one sheet of a table's bytes, and what was read of it.
///
/// ```
/// use clientela::Policy;
/// use clientela_intake::{TableOptions, read_grid};
///
/// let (grid, report) =
///     read_grid("Клиент;Сумма\n7;12,50\n".as_bytes(), &TableOptions::default(), &Policy::default())?;
/// assert_eq!((grid.with_header().text(0, 1), report.delimiter), ("12,50", Some(';')));
/// # Ok::<(), clientela::Error>(())
/// ```
///
/// # Errors
/// As [`read_table`]; [`Error::BadArgument`] where there are several sheets and the options name
/// none; [`Error::Empty`] where there is none.
pub fn read_grid(
    bytes: &[u8],
    options: &TableOptions,
    policy: &Policy,
) -> Result<(Grid, SheetReport)> {
    let sheets = read_table(bytes, options)?;
    match &sheets[..] {
        [] => Err(Error::Empty("the file has no sheet".to_owned())),
        [sheet] => Ok((sheet.grid(policy)?, sheet.report.clone())),
        several => {
            let names: Vec<&str> = several.iter().map(|sheet| sheet.name.as_str()).collect();
            let problem = format!("say which of `{}`", names.join("`, `"));
            Err(Error::BadArgument { argument: "sheet", problem })
        }
    }
}

impl Sheet {
    /// The sheet as the table that mappings read; numbers of bank cards are masked.
    ///
    /// Days stay days; an instant is its text, which a format of dates reads. Errors are their
    /// names.
    ///
    /// # Errors
    /// More columns, cells or bytes in a cell than the policy allows.
    pub fn grid(&self, policy: &Policy) -> Result<Grid> {
        let mut builder = GridBuilder::new(policy);
        for row in &self.rows {
            builder.push(row.iter().map(|cell| {
                let text = cell.text.as_str();
                match cell.kind {
                    CellKind::Empty => GridCell::Empty,
                    CellKind::Number => GridCell::Number(text),
                    CellKind::Date => {
                        text.parse::<Day>().map_or(GridCell::Text(text), GridCell::Day)
                    }
                    CellKind::Text | CellKind::Bool | CellKind::Error => GridCell::Text(text),
                }
            }))?;
        }
        Ok(builder.finish())
    }
}
