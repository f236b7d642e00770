//! The policy of work with clients (R44 to R46).

use serde::{Deserialize, Serialize};

use crate::calendar::Span;

/// Who does what next, for whom and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct OutreachPolicy {
    /// The most key clients that one manager can look after. Default: 3. Source: S2.43 (R44).
    pub keys_per_manager: u16,
    /// The fewest initiatives in a calendar month that wake clients. Default: 2.
    /// Source: S2.17 ("several"; number: convention).
    pub initiatives_per_month: u16,
    /// How far back the checks of channels look. Default: 12 months. Source: convention (S4.13).
    pub cadence_window: Span,
    /// How long a new product, collection or brand is news. Default: 1 month.
    /// Source: convention (S0.12, S4.4: at once).
    pub news_within: Span,
    /// How long after a delivery contacts are asked for: from this day on. Default: 0 days.
    /// Source: S0.14 (delay: convention).
    pub referral_after: Span,
    /// How long after that it is still timely. Default: 1 month. Source: convention (S0.14).
    pub referral_within: Span,
    /// How long before birthdays they are on the list. Default: 7 days. Source: convention.
    pub birthday_ahead: Span,
    /// How long before days of promotion clients are told of them. Default: 7 days.
    /// Source: convention (S2.38b, S4.5).
    pub promo_ahead: Span,
    /// How far ahead the list of what to do looks. Default: 6 days, which makes a week with
    /// today. Source: convention.
    pub list_ahead: Span,
    /// How long a client that is neither key nor VIP is on that list after it was lost or left.
    /// Default: 1 month. Source: convention (S2.53: fast).
    pub lost_within: Span,
    /// A client with any contact within this time is not due for one; null is that the time
    /// since the last contact is not looked at. Default: null. Source: S0.11 (no figure there).
    pub contact_within: Option<Span>,
    /// What a trigger asked for is not asked for again within this time. Default: 12 months.
    /// Source: convention (no client twice for one reason).
    pub repeat_after: Span,
}

impl Default for OutreachPolicy {
    fn default() -> Self {
        Self {
            keys_per_manager: 3,
            initiatives_per_month: 2,
            cadence_window: Span::Months(12),
            news_within: Span::Months(1),
            referral_after: Span::Days(0),
            referral_within: Span::Months(1),
            birthday_ahead: Span::Days(7),
            promo_ahead: Span::Days(7),
            list_ahead: Span::Days(6),
            lost_within: Span::Months(1),
            contact_within: None,
            repeat_after: Span::Months(12),
        }
    }
}
