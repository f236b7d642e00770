//! Who left and why, and what was tried to win them back.

use serde::{Deserialize, Serialize};

use crate::calendar::Day;
use crate::client::ClientId;

/// Why a client left (R42, S2.54, S2.21, S2.51).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossReason {
    /// Better terms elsewhere.
    BetterTerms,
    /// Our service.
    Service,
    /// The client makes it itself now.
    InHouse,
    /// The client buys at the source now.
    DirectImport,
    /// It is needed no longer for another reason.
    NoLongerNeeded,
    /// We paid too little attention.
    Inattention,
    /// New owners or a new manager on the client's side.
    OwnershipOrManagerChange,
    /// We do not know.
    Unknown,
}

impl LossReason {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 8] = [
        "better_terms",
        "service",
        "in_house",
        "direct_import",
        "no_longer_needed",
        "inattention",
        "ownership_or_manager_change",
        "unknown",
    ];

    /// The name.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Whether the need has ended, so that a referral may be asked for (S2.55).
    pub const fn need_ended(self) -> bool {
        matches!(self, Self::InHouse | Self::DirectImport | Self::NoLongerNeeded)
    }
}

/// A client that told us it left, or why (R42).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Departure {
    /// The client.
    pub client: ClientId,
    /// The day on which we learned it.
    pub on: Day,
    /// Why.
    pub reason: LossReason,
    /// In the client's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
}

/// The form of a client that refused, each part if it has something to say (R43, S2.28).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The client.
    pub client: ClientId,
    /// The day.
    pub on: Day,
    /// What did not suit in the product or service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// What displeased in the work of the staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<String>,
    /// What annoyed at the moment of sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment_of_sale: Option<String>,
}

/// A step on the way to win a client back (R42, S2.53, S2.54, S2.55).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WinBackStep {
    /// Invite to lunch on neutral ground.
    NeutralLunch,
    /// Go to the client's office with a gift.
    OfficeVisit,
    /// Ask what happened.
    AskReason,
    /// Ask: what if we could correct it, or give better or the same terms?
    WhatIf,
    /// Part well: the door stays open, a gift, nothing asked.
    PartWell,
    /// Ask for an introduction, where the need has ended.
    AskReferral,
}

impl WinBackStep {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 6] =
        ["neutral_lunch", "office_visit", "ask_reason", "what_if", "part_well", "ask_referral"];

    /// The name.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WinBackOutcome {
    /// It took place, or got an answer.
    Done,
    /// The client declined.
    Declined,
    /// The client came back.
    Returned,
    /// The client will not come back.
    LostFinal,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WinBackTaken {
    /// The day.
    pub on: Day,
    /// The step.
    pub step: WinBackStep,
    /// How it ended.
    pub outcome: WinBackOutcome,
    /// The reason that the client gave, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<LossReason>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// An attempt to win a client back (R42).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WinBack {
    /// The client.
    pub client: ClientId,
    /// The day on which it began.
    pub opened_on: Day,
    /// Who of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<String>,
    /// What was done, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<WinBackTaken>,
}
