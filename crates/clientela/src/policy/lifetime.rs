//! The policy of lifetime value.

use serde::{Deserialize, Serialize};

use crate::calendar::Span;
use crate::money::Percent;

/// What returns do to the spend of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Returns {
    /// They are taken off the purchase of their order, or off their day where they name none.
    Net,
    /// They are left out.
    Ignore,
}

/// What clients will buy and be worth, by a model that is given beside the sales.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LifetimePolicy {
    /// How far ahead purchases are expected and worth is summed; a month is a twelfth of the mean
    /// year. Default: 12 months. Source: convention.
    pub horizon: Span,
    /// What money loses in a year, in per cent, compounding yearly. Default: 10.
    /// Source: convention.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub discount_percent_per_year: Percent,
    /// What returns do to the spend of a client. Default: net. Source: convention.
    pub returns: Returns,
}

impl Default for LifetimePolicy {
    fn default() -> Self {
        Self {
            horizon: Span::Months(12),
            discount_percent_per_year: Percent::whole(10),
            returns: Returns::Net,
        }
    }
}
