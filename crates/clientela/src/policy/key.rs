//! The policy of key clients (R19).

use serde::{Deserialize, Serialize};

use crate::calendar::Span;
use crate::money::Percent;

/// Five signs of a key client: sales, potential, fame, innovation, demand (R19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct KeyPolicy {
    /// How far back sales count; null is the whole history. Default: 12 months.
    /// Source: convention (S2.39 names no period).
    pub window: Option<Span>,
    /// Share of the sales of the company, a department or a manager that makes a client key,
    /// in per cent. Default: 10. Source: S2.39.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub share_percent: Percent,
    /// Whether the share must be exceeded and not only reached. Default: false.
    /// Source: R19 (the text says both; "at most ten" fits reaching).
    pub strict: bool,
    /// Growth that is known to be possible, as a share of the company's sales, that makes a
    /// client key, in per cent. Default: 10. Source: S2.40 (share: convention).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub potential_percent: Percent,
    /// More innovators than this share of the clients is a warning, in per cent. Default: 2.5.
    /// Source: S2.41.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub innovator_percent: Percent,
    /// Whether groups of clients are held against the share as well. Default: true.
    /// Source: R19, R32.
    pub groups: bool,
}

impl Default for KeyPolicy {
    fn default() -> Self {
        Self {
            window: Some(Span::Months(12)),
            share_percent: Percent::whole(10),
            strict: false,
            potential_percent: Percent::whole(10),
            innovator_percent: Percent::tenths(25),
            groups: true,
        }
    }
}
