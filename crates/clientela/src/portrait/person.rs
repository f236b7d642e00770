//! Persons on the client's side, and the ways to reach them.

use serde::{Deserialize, Serialize};

use super::field::says_something;
use crate::calendar::Day;

/// Where a person stands in the client's firm (S2.44).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleLevel {
    /// Owner or head.
    Top,
    /// A manager in between.
    Middle,
    /// Ordinary staff.
    Staff,
}

/// A person known on the client's side (R10, S2.44, S2.47).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name in the person's own script.
    pub name: String,
    /// The name in Latin letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latin_name: Option<String>,
    /// What the person does there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// How high that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RoleLevel>,
    /// The day of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Day>,
    /// The cuisine that the person prefers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cuisine: Vec<String>,
    /// Hobbies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hobbies: Vec<String>,
    /// Relatives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub family: Vec<Relative>,
    /// Phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// How well we get on, on the firm's own scale; more is better (S2.56).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation_score: Option<i64>,
    /// Since when the person is known to us; unknown counts as always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_since: Option<Day>,
}

impl Person {
    /// Whether the person is one at all: has a name.
    pub fn is_known(&self) -> bool {
        says_something(&self.name)
    }

    /// Whether there is a favourite cuisine.
    pub fn has_cuisine(&self) -> bool {
        self.cuisine.iter().any(|entry| says_something(entry))
    }

    /// Whether there is a hobby.
    pub fn has_hobbies(&self) -> bool {
        self.hobbies.iter().any(|entry| says_something(entry))
    }
}

/// A relative of a person (S2.20).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relative {
    /// What the relative is to the person, such as `daughter`.
    pub relation: String,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The day of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Day>,
    /// Hobbies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hobbies: Vec<String>,
}

/// A way to reach the client (S2.20, S4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A postal address.
    Address,
    /// A web site.
    Site,
    /// A page in a social network.
    Social,
    /// An account of a messenger.
    Messenger,
    /// Another way.
    Other,
}

/// One number, address or account (S2.20, S4.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// What kind of way it is.
    pub kind: ContactKind,
    /// The number, address or account.
    pub value: String,
    /// Whom it reaches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Whether the client prefers it.
    #[serde(default, skip_serializing_if = "is_no")]
    pub preferred: bool,
    /// Whether it must not be used.
    #[serde(default, skip_serializing_if = "is_no")]
    pub do_not_contact: bool,
    /// When it was last found to be right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Day>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
pub(crate) fn is_no(flag: &bool) -> bool {
    !flag
}
