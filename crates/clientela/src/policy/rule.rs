//! The policy of segments that the firm states as rules (R47): how large they may be.

use serde::{Deserialize, Serialize};

/// Limits that keep any document of rules quick to read and to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RulePolicy {
    /// The most conditions within one another, with those of included rules. Default: 32.
    /// Source: convention.
    pub max_depth: u16,
    /// The most leaves of a rule, with those of included rules. Default: 1000. Source: convention.
    pub max_leaves: u32,
    /// The most rules of a document. Default: 10000. Source: convention.
    pub max_rules: u32,
    /// The most values in a list that a leaf compares with. Default: 10000. Source: convention.
    pub max_values: u32,
}

impl Default for RulePolicy {
    fn default() -> Self {
        Self { max_depth: 32, max_leaves: 1_000, max_rules: 10_000, max_values: 10_000 }
    }
}
