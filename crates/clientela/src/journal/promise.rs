//! What was promised and given, and how people get on.

use serde::{Deserialize, Serialize};

use crate::calendar::Day;
use crate::client::ClientId;
use crate::portrait::is_no;

/// What we promised a client by a day (R38, S2.38e).
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own on record")]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// The client.
    pub client: ClientId,
    /// What.
    pub what: String,
    /// The day by which.
    pub due_on: Day,
    /// The day on which it was kept; missing is not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_on: Option<Day>,
    /// Whether the client agreed to have it early.
    #[serde(default, skip_serializing_if = "is_no")]
    pub consent: bool,
    /// Whether an act of God kept us from it.
    #[serde(default, skip_serializing_if = "is_no")]
    pub force_majeure: bool,
    /// Whether we told the client of the difficulty before the day.
    #[serde(default, skip_serializing_if = "is_no")]
    pub reported: bool,
}

/// Something that the client got without having asked for it (R38, S2.38f).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// The client.
    pub client: ClientId,
    /// The day.
    pub on: Day,
    /// What.
    pub what: String,
    /// Whether it was a courtesy outside the order, such as a cake for a guest's children.
    #[serde(default, skip_serializing_if = "is_no")]
    pub courtesy: bool,
    /// Whether the client was told before.
    #[serde(default, skip_serializing_if = "is_no")]
    pub announced: bool,
}

/// A promise that the client broke, such as a late payment (S1.10).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokenPromise {
    /// The client.
    pub client: ClientId,
    /// The day.
    pub on: Day,
    /// What.
    pub what: String,
}

/// How well we get on with a person on a day, on the firm's own scale; more is better (R29,
/// S2.56).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationScore {
    /// The client.
    pub client: ClientId,
    /// The person on the client's side.
    pub person: String,
    /// The day.
    pub on: Day,
    /// The score.
    pub score: i64,
}
