//! The policy of lost clients (R39 to R43).

use serde::{Deserialize, Serialize};

use crate::calendar::Span;

/// What a client that stays away puts at stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stake {
    /// Its net amount in the window that ends with its last purchase.
    LastYear,
    /// Its lifetime value up to now (R23), where its profit is known.
    Ltv,
}

/// Lost clients, those that are due, and winning them back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LossPolicy {
    /// What is at stake. Default: `last_year`. Source: convention (R23, R39).
    pub stake: Stake,
    /// The window of `last_year`. Default: 12 months. Source: convention.
    pub stake_window: Span,
    /// A client that responded to a touch within this time is responsive. Default: 12 months.
    /// Source: S4.11 (length: convention).
    pub responsive_within: Span,
    /// Purchases within this time after a return count as revenue won back. Default: 12 months.
    /// Source: convention (R42).
    pub recovered_within: Span,
    /// Who was at the top of a month counts as gone once so many whole months have passed
    /// without a purchase or payment. Default: 1. Source: S3.10 (number: convention).
    pub spike_months: u16,
}

impl Default for LossPolicy {
    fn default() -> Self {
        let year = Span::Months(12);
        Self {
            stake: Stake::LastYear,
            stake_window: year,
            responsive_within: year,
            recovered_within: year,
            spike_months: 1,
        }
    }
}
