//! The policy of relation types (R3).

use serde::{Deserialize, Serialize};

use crate::class::XyzClass;

/// One-off, price-driven, regular, partner (R3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RelationPolicy {
    /// Classes of regularity that count as predictable. Default: X and Y.
    /// Source: convention (R3, S1.8).
    pub predictable: Vec<XyzClass>,
}

impl Default for RelationPolicy {
    fn default() -> Self {
        Self { predictable: vec![XyzClass::X, XyzClass::Y] }
    }
}
