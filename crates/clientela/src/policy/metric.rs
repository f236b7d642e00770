//! The policy of figures of the base (R23 to R31).

use serde::{Deserialize, Serialize};

use crate::calendar::Span;

/// Whose definition of the churn of clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChurnConvention {
    /// The lost over the clients at the start (R24).
    AtStart,
    /// The lost over the clients at the start and the new ones of the period, as at Stripe.
    Stripe,
}

/// Whose definition of the retention of revenue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RevenueConvention {
    /// What came back is no part of it: start + expansion − contraction − lost, over the start.
    Standard,
    /// What came back is part of it, as in the net churn of ChartMogul.
    Chartmogul,
    /// Contraction is no part of it, as at Baremetrics: start + expansion − lost.
    Baremetrics,
}

/// Whose definition of a lifetime value by churn, where there was no churn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ZeroChurn {
    /// The value is undefined.
    Undefined,
    /// The value is 0, as at ChartMogul.
    Chartmogul,
    /// A churn of 1.67 % is assumed, as at Stripe.
    Stripe,
}

/// Figures of the base: conventions where users know one name for several things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct MetricPolicy {
    /// A client is active on a day that is no later than this after its last purchase; null is
    /// `activity.lost_after`, and where that is null too retention is not told. Default: null.
    /// Source: R24, S4.9.
    pub active_within: Option<Span>,
    /// Churn of clients. Default: `at_start`. Source: R24; `stripe`: Stripe, subscriber churn.
    pub churn: ChurnConvention,
    /// Retention of revenue. Default: standard. Source: convention; ChartMogul, net MRR churn;
    /// Baremetrics, net revenue retention.
    pub revenue_retention: RevenueConvention,
    /// Whether what came back counts as growth in the quick ratio. Default: false.
    /// Source: convention ((new + expansion) / (lost + contraction); some add it).
    pub quick_ratio_with_reactivation: bool,
    /// A lifetime value by churn, where there was none. Default: undefined.
    /// Source: convention; ChartMogul; Stripe.
    pub zero_churn: ZeroChurn,
    /// How long after the first purchase a client is watched for becoming a regular.
    /// Default: 12 months. Source: convention (R27, S2.24: a fixed number of months).
    pub conversion_within: Span,
    /// Of how many largest clients the share is told. Default: 1, 5, 10, 20.
    /// Source: convention.
    pub top_clients: Vec<u32>,
    /// How far back concentration, repeats and relations look; null is the whole history.
    /// Default: 12 months. Source: convention.
    pub window: Option<Span>,
    /// How far back winning is held against keeping. Default: 12 months.
    /// Source: S2.24, S2.25 (last year).
    pub balance_window: Span,
    /// A purchase so soon after a touch is a response to it; null is that only recorded
    /// responses count. Default: null. Source: convention (R30).
    pub response_within: Option<Span>,
}

impl Default for MetricPolicy {
    fn default() -> Self {
        Self {
            active_within: None,
            churn: ChurnConvention::AtStart,
            revenue_retention: RevenueConvention::Standard,
            quick_ratio_with_reactivation: false,
            zero_churn: ZeroChurn::Undefined,
            conversion_within: Span::Months(12),
            top_clients: vec![1, 5, 10, 20],
            window: Some(Span::Months(12)),
            balance_window: Span::Months(12),
            response_within: None,
        }
    }
}
