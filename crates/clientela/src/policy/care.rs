//! The policy of high-maintenance clients (R18).

use serde::{Deserialize, Serialize};

use crate::calendar::Span;
use crate::money::Percent;

/// Little income, much attention, never content (R18). The sources give no limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CarePolicy {
    /// How far back sales, attention and complaints count; null is the whole history.
    /// Default: 12 months. Source: convention.
    pub window: Option<Span>,
    /// Income is little below this rank of the clients' amounts, in per cent from the
    /// smallest. Default: 50, the median. Source: convention (S3.4).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub amount_percent: Percent,
    /// Attention is much for this share of the clients, those with the most minutes per
    /// amount, in per cent. Default: 20. Source: convention (S3.4).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub effort_percent: Percent,
    /// So many complaints in the window say that a client is not content. Default: 2.
    /// Source: convention (S3.4).
    pub complaints: u16,
}

impl Default for CarePolicy {
    fn default() -> Self {
        Self {
            window: Some(Span::Months(12)),
            amount_percent: Percent::whole(50),
            effort_percent: Percent::whole(20),
            complaints: 2,
        }
    }
}
