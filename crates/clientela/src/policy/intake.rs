//! The policy of tables and values that come in (R47).

use serde::{Deserialize, Serialize};

/// How values that come in are read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct IntakePolicy {
    /// The most years that a year of two digits may lie ahead of `as_of`; a later one is of the
    /// century before. Default: 0. Source: convention (births are in the past).
    pub two_digit_years_ahead: u8,
}
