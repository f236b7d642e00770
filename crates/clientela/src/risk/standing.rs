//! How contact with a client stands, on our side and on theirs (R35, S1.18, S2.44).

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::formula::Formula;
use crate::policy::Policy;

/// How contact with a client would stand the leaving of one person (R35).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum ContactStanding {
    /// Nobody is in contact.
    Orphan = 0,
    /// Somebody is, but too few to stand the leaving of one.
    AtRisk = 1,
    /// Enough are.
    Covered = 2,
}

impl ContactStanding {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["orphan", "at_risk", "covered"];

    /// How so many persons stand, of whom `enough` are enough.
    ///
    /// ```
    /// use clientela::ContactStanding;
    ///
    /// assert_eq!(ContactStanding::of(0, 2), ContactStanding::Orphan);
    /// assert_eq!(ContactStanding::of(1, 2), ContactStanding::AtRisk);
    /// assert_eq!(ContactStanding::of(2, 2), ContactStanding::Covered);
    /// ```
    pub const fn of(persons: u64, enough: u16) -> Self {
        if persons == 0 {
            Self::Orphan
        } else if persons < enough as u64 {
            Self::AtRisk
        } else {
            Self::Covered
        }
    }
}

/// How many of our staff are in contact with a client, and whether that is enough (R35, S1.18).
///
/// ```
/// use clientela::{Continuity, Formula, Policy, ContactStanding};
///
/// let answer = Continuity { staff_in_contact: 1 }.answer(&Policy::default())?;
/// assert_eq!(answer.standing, ContactStanding::AtRisk);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Continuity {
    /// Our staff in contact with the client.
    pub staff_in_contact: u64,
}

/// What [`Continuity`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContinuityAnswer {
    /// How contact stands.
    pub standing: ContactStanding,
    /// What to do; missing where enough are in contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// What to do about contact that would not stand a leaving.
pub(super) fn advice(standing: ContactStanding) -> Option<&'static str> {
    match standing {
        ContactStanding::Orphan => Some("Name someone who looks after this client."),
        ContactStanding::AtRisk => Some(
            "Bring in a colleague: when only one knows the client, it may leave with that one.",
        ),
        ContactStanding::Covered => None,
    }
}

impl Formula for Continuity {
    const NAME: &'static str = "continuity";
    const ABOUT: &'static str = "Whether contact with a client stands the leaving of one of ours.";
    const SOURCE: &'static str = "R35, S1.18";
    type Answer = ContinuityAnswer;

    fn answer(&self, policy: &Policy) -> Result<ContinuityAnswer> {
        let standing = ContactStanding::of(self.staff_in_contact, policy.risk.staff_in_contact);
        Ok(ContinuityAnswer { standing, advice: advice(standing).map(str::to_owned) })
    }
}
