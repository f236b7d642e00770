//! The policy of tables and values that come in (R47).

use serde::{Deserialize, Serialize};

/// How values that come in are read, and how large tables may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct IntakePolicy {
    /// The most years that a year of two digits may lie ahead of `as_of`; a later one is of the
    /// century before. Default: 0. Source: convention (births are in the past).
    pub two_digit_years_ahead: u8,
    /// The most columns of a table. Default: 1000. Source: convention.
    pub max_columns: u32,
    /// The most cells of a table. Default: 50000000. Source: convention.
    pub max_cells: u64,
    /// The most bytes of a cell. Default: 131068. Source: convention (32767 characters, the
    /// most of a spreadsheet's cell, of four bytes).
    pub max_cell_bytes: u32,
    /// The most rows that a suggestion of a mapping looks at. Default: 1000. Source: convention.
    pub suggest_rows: u32,
    /// The least confidence, in per cent, with which a field is suggested for a column.
    /// Default: 50. Source: convention.
    pub suggest_from_percent: u8,
}

impl Default for IntakePolicy {
    fn default() -> Self {
        Self {
            two_digit_years_ahead: 0,
            max_columns: 1_000,
            max_cells: 50_000_000,
            max_cell_bytes: 131_068,
            suggest_rows: 1_000,
            suggest_from_percent: 50,
        }
    }
}
