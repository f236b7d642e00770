//! The policy of finding clients and of telling which records mean the same one (R47).

use serde::{Deserialize, Serialize};

/// How alike is alike enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct MatchingPolicy {
    /// The most clients that a search lists. Default: 50. Source: convention.
    pub find_limit: u32,
}

impl Default for MatchingPolicy {
    fn default() -> Self {
        Self { find_limit: 50 }
    }
}
