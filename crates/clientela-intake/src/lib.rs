//! Files of clients and sales: tables and bank statements in the formats that firms have them in
//! (R47, S2.13, S2.33).
#![forbid(unsafe_code)]

mod archive;
mod guard;
mod statement;
mod table;
mod text;
mod xml;

pub use guard::Limits;
pub use statement::*;
pub use table::{Cell, CellKind, Sheet, SheetReport, TableFormat, TableOptions, read_table};
