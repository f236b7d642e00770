//! The portrait of the client that the firm wants (R21).

use serde::{Deserialize, Serialize};

use crate::class::AbcXyz;
use crate::money::Percent;

/// How a field of a portrait is held against a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Equal to the value.
    Equals,
    /// Known, and not equal to the value.
    NotEquals,
    /// One of the values.
    In,
    /// Known, and none of the values.
    NotIn,
    /// The value or more.
    AtLeast,
    /// The value or less.
    AtMost,
    /// A list that holds the value.
    Contains,
}

/// One condition of the target portrait. A field that is not known meets none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Name of a field of the catalogue. Source: R21.
    pub field: String,
    /// The comparison. Source: convention.
    pub operator: Operator,
    /// What it is compared with, written as in a portrait; a list for `in` and `not_in`.
    pub value: serde_json::Value,
}

/// Good clients match the target portrait or a target class (R21, S2.7, S2.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TargetPolicy {
    /// What a portrait must show. Default: none. Source: S2.7.
    pub conditions: Vec<Condition>,
    /// Share of the conditions that makes a good client, in per cent. Default: 100.
    /// Source: convention (S2.7, "clearly").
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub match_percent: Percent,
    /// Classes by volume and regularity that show a good client. Default: AX, AY, BX.
    /// Source: convention (S2.7, S2.12).
    pub classes: Vec<AbcXyz>,
}

impl Default for TargetPolicy {
    fn default() -> Self {
        Self {
            conditions: Vec::new(),
            match_percent: Percent::whole(100),
            classes: vec![AbcXyz::AX, AbcXyz::AY, AbcXyz::BX],
        }
    }
}
