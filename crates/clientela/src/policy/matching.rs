//! The policy of finding clients and of telling which records mean the same one (R47).

use serde::{Deserialize, Serialize};

use crate::money::Percent;

/// How alike is alike enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct MatchingPolicy {
    /// The most clients that a search lists. Default: 50. Source: convention.
    pub find_limit: u32,
    /// How alike two texts are at least that a search offers where none is equal, by Jaro and
    /// Winkler, in per cent. Default: 85. Source: convention.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub find_percent: Percent,
    /// From which likeness on two names or texts are close, by Jaro and Winkler, in per cent.
    /// Default: 92. Source: convention (as in `splink`).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub close_percent: Percent,
    /// From which likeness on they are near, in per cent; at most `close_percent`. Default: 80.
    /// Source: convention.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub near_percent: Percent,
    /// How probable it is at least that two records mean one client for them to be called
    /// duplicates, in per cent; above 0, below 100. Default: 90. Source: convention.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub duplicate_percent: Percent,
    /// How many bits the agreement of one field may weigh at most. A telephone that a family
    /// shares must not make one client of it. Default: 16. Source: convention.
    pub most_bits: u8,
    /// The most records with one value that are compared each with each; where more have it, they
    /// are compared where a second field agrees too. Default: 50. Source: convention.
    pub block_records: u32,
}

impl Default for MatchingPolicy {
    fn default() -> Self {
        Self {
            find_limit: 50,
            find_percent: Percent::whole(85),
            close_percent: Percent::whole(92),
            near_percent: Percent::whole(80),
            duplicate_percent: Percent::whole(90),
            most_bits: 16,
            block_records: 50,
        }
    }
}
