//! The policy of risks (R32 to R38).

use serde::{Deserialize, Serialize};

use crate::calendar::{Span, Step};
use crate::money::Percent;

/// What can go wrong: dependence, eroding profit, broken contact, broken promises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RiskPolicy {
    /// How far back sales count for dependence and exits; null is the whole history.
    /// Default: 12 months. Source: convention.
    pub window: Option<Span>,
    /// A larger share of the sales needs attention, in per cent. Default: 20. Source: S2.50
    /// ("20-30"; its two ends are two cut points by R32).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub attention_percent: Percent,
    /// A larger share is a warning. Default: 30. Source: S2.50 (R32).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub warning_percent: Percent,
    /// A larger share is serious. Default: 40. Source: S2.50.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub serious_percent: Percent,
    /// A larger share is critical. Default: 50. Source: S2.49.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub critical_percent: Percent,
    /// The share that growth of the others is to bring it down to. Default: 20. Source: S2.50.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub target_percent: Percent,
    /// So many of our staff in contact with a client are enough. Default: 2. Source: S1.18.
    pub staff_in_contact: u16,
    /// So many known persons on the client's side are enough. Default: 2. Source: S2.44 (R35).
    pub persons_known: u16,
    /// How far back a touch, talk or sale makes someone of ours one who is in contact; null is
    /// the whole history. Default: 12 months. Source: convention (R35).
    pub contact_window: Option<Span>,
    /// The periods whose margins are compared. Default: quarter. Source: convention (S3.2).
    pub erosion_step: Step,
    /// A margin that falls in so many periods in a row is eroding. Default: 2.
    /// Source: S3.2 (number: convention).
    pub erosion_periods: u16,
    /// A margin below this is eroding, in per cent of the amount; null is no limit.
    /// Default: null. Source: S3.2 (limit: the firm's own).
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub margin_percent: Option<Percent>,
    /// The periods by which sales rise or fall. Default: quarter. Source: convention (S0.1).
    pub decline_step: Step,
    /// How far sales may fall before it is a decline, in per cent. Default: 0. Source: S0.1.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub decline_percent: Percent,
    /// From this share of contacts in declines on, clients are worked in slumps only, in per
    /// cent. Default: 100. Source: S0.5.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub slump_percent: Percent,
    /// How soon after the first purchase a contact must follow. Default: 1 month.
    /// Source: S2.1 (length: convention).
    pub follow_up_within: Span,
    /// How often the head must be in contact with key clients; null is never. Default: 6 months.
    /// Source: S2.57 (length: convention).
    pub head_contact_within: Option<Span>,
    /// How far back the checks of how clients are worked look. Default: 12 months.
    /// Source: convention (R37).
    pub check_window: Span,
    /// So many managers one after another of one client are a warning. Default: 3.
    /// Source: S3.5 (number: convention).
    pub reassignments: u16,
    /// Where no larger share of the buyers than this bought twice, the firm lives on casual
    /// buyers, in per cent. Default: 5. Source: S2.38a (share: convention).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub casual_percent: Percent,
    /// A personal relation rated so high or higher is close, 1 to 5. Default: 4.
    /// Source: S1.10 (scale and limit: convention).
    pub close_relation: u8,
    /// A satisfaction rated so low or lower is poor, 1 to 5. Default: 2.
    /// Source: S1.10 (scale and limit: convention).
    pub poor_satisfaction: u8,
}

impl Default for RiskPolicy {
    fn default() -> Self {
        let year = Span::Months(12);
        Self {
            window: Some(year),
            attention_percent: Percent::whole(20),
            warning_percent: Percent::whole(30),
            serious_percent: Percent::whole(40),
            critical_percent: Percent::whole(50),
            target_percent: Percent::whole(20),
            staff_in_contact: 2,
            persons_known: 2,
            contact_window: Some(year),
            erosion_step: Step::Quarter,
            erosion_periods: 2,
            margin_percent: None,
            decline_step: Step::Quarter,
            decline_percent: Percent::whole(0),
            slump_percent: Percent::whole(100),
            follow_up_within: Span::Months(1),
            head_contact_within: Some(Span::Months(6)),
            check_window: year,
            reassignments: 3,
            casual_percent: Percent::whole(5),
            close_relation: 4,
            poor_satisfaction: 2,
        }
    }
}
