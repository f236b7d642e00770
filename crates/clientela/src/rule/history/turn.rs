//! Which leaves of a rule turned between two days, where a client entered or left by it.

use serde::{Deserialize, Serialize};

use crate::calendar::Day;
use crate::client::ClientId;

/// A leaf whose outcome is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnedLeaf {
    /// Its path in the document of rules, such as `rules[0].when.all[1]`.
    pub path: String,
    /// What it looks at: an attribute, a metric or a list of records.
    pub subject: String,
    /// The value seen on the earlier day, as text; missing is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The value seen on the later day, as text; missing is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether it held on the earlier day; missing is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<bool>,
    /// Whether it holds on the later day; missing is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<bool>,
}

/// Why a client entered or left by the rule between two evaluated days.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// The rule, by id.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// The client.
    pub client: ClientId,
    /// The earlier day.
    pub from: Day,
    /// The later day.
    pub to: Day,
    /// The leaves that turned, in the order of the rule.
    pub leaves: Vec<TurnedLeaf>,
    /// Where the first rule that holds counts: the other rule that the client left for this one,
    /// or has left this one for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

/// What a turn belongs to; there is one turn of each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TurnKey {
    pub(super) rule: String,
    pub(super) version: u32,
    pub(super) client: ClientId,
    pub(super) from: Day,
    pub(super) to: Day,
}

impl Turn {
    pub(super) fn key(&self) -> TurnKey {
        let Self { rule, version, client, from, to, .. } = self;
        let (rule, client) = (rule.clone(), client.clone());
        TurnKey { rule, version: *version, client, from: *from, to: *to }
    }

    /// The leaves in words: `amount: 120.00 -> 80.00; tier: vip -> good`; nothing where none is
    /// told. `entered` is whether the client entered.
    pub(super) fn words(&self, entered: bool) -> Option<String> {
        let said = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
        let leaf = |leaf: &TurnedLeaf| {
            format!("{}: {} -> {}", leaf.subject, said(&leaf.before), said(&leaf.after))
        };
        let instead = self.instead.iter().map(|rule| {
            if entered {
                format!("counted in `{rule}` before")
            } else {
                format!("counts in `{rule}`, which comes first")
            }
        });
        let words: Vec<String> = self.leaves.iter().map(leaf).chain(instead).collect();
        (!words.is_empty()).then(|| words.join("; "))
    }
}
