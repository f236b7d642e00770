//! Whether we keep our word, and spring no surprises (R38, S2.38e, S2.38f).

use serde::{Deserialize, Serialize};

use crate::calendar::Day;
use crate::error::Result;
use crate::formula::Formula;
use crate::policy::Policy;

/// What became of a promise (R38), the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum PromiseVerdict {
    /// Late, without an excuse.
    Violation = 0,
    /// Kept before its day, and the client had not agreed to that.
    EarlyWithoutConsent = 1,
    /// Late by force majeure, or by a difficulty of which the client was told.
    Excused = 2,
    /// Its day has not passed.
    Open = 3,
    /// Kept before its day, as the client agreed.
    Early = 4,
    /// Kept on its day.
    Kept = 5,
}

impl PromiseVerdict {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 6] =
        ["violation", "early_without_consent", "excused", "open", "early", "kept"];
}

/// Whether a promise was kept in time (R38, S2.38e): it may be kept early if the client does
/// not mind, but not late, unless by force majeure or a difficulty that was reported.
///
/// ```
/// use clientela::{Day, Formula, Policy, PromiseKept, PromiseVerdict};
///
/// let day = |day| Day::of(2026, 5, day).unwrap();
/// let late = PromiseKept {
///     due_on: day(4),
///     done_on: Some(day(7)),
///     as_of: day(31),
///     consent: false,
///     force_majeure: false,
///     reported: false,
/// };
/// let answer = late.answer(&Policy::default())?;
/// assert_eq!((answer.verdict, answer.days_late), (PromiseVerdict::Violation, Some(3)));
/// let told = PromiseKept { reported: true, ..late };
/// assert_eq!(told.answer(&Policy::default())?.verdict, PromiseVerdict::Excused);
/// # Ok::<(), clientela::Error>(())
/// ```
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromiseKept {
    /// The day by which.
    pub due_on: Day,
    /// The day on which it was kept; missing or later than `as_of` is not yet.
    #[serde(default)]
    pub done_on: Option<Day>,
    /// The day as of which.
    pub as_of: Day,
    /// Whether the client agreed to have it early.
    #[serde(default)]
    pub consent: bool,
    /// Whether force majeure kept us from it.
    #[serde(default)]
    pub force_majeure: bool,
    /// Whether we told the client of the difficulty.
    #[serde(default)]
    pub reported: bool,
}

/// What [`PromiseKept`] answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PromiseAnswer {
    /// What became of it.
    pub verdict: PromiseVerdict,
    /// Days late, 0 where it was kept in time; missing where it is open.
    pub days_late: Option<i32>,
}

impl PromiseKept {
    pub(super) fn judge(&self) -> PromiseAnswer {
        let done = self.done_on.filter(|&day| day <= self.as_of);
        let late = done.unwrap_or(self.as_of).days() - self.due_on.days();
        let verdict = if late > 0 {
            if self.force_majeure || self.reported {
                PromiseVerdict::Excused
            } else {
                PromiseVerdict::Violation
            }
        } else if done.is_none() {
            PromiseVerdict::Open
        } else if late == 0 {
            PromiseVerdict::Kept
        } else if self.consent {
            PromiseVerdict::Early
        } else {
            PromiseVerdict::EarlyWithoutConsent
        };
        let days_late = (verdict != PromiseVerdict::Open).then_some(late.max(0));
        PromiseAnswer { verdict, days_late }
    }
}

impl Formula for PromiseKept {
    const NAME: &'static str = "promise";
    const ABOUT: &'static str = "Whether a promise was kept in time.";
    const SOURCE: &'static str = "R38, S2.38e";
    type Answer = PromiseAnswer;

    fn answer(&self, _: &Policy) -> Result<PromiseAnswer> {
        Ok(self.judge())
    }
}

/// What something unasked is to a client (R38, S2.38f), the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum ExtraVerdict {
    /// A surprise, which even an extra is if nobody announced it.
    Surprise = 0,
    /// A courtesy outside the order.
    Courtesy = 1,
    /// The client was told before.
    Fine = 2,
}

impl ExtraVerdict {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["surprise", "courtesy", "fine"];

    pub(super) const fn of(courtesy: bool, announced: bool) -> Self {
        match (announced, courtesy) {
            (true, _) => Self::Fine,
            (false, true) => Self::Courtesy,
            (false, false) => Self::Surprise,
        }
    }
}

/// What something is that a client gets without having asked for it (R38, S2.38f).
///
/// ```
/// use clientela::{ExtraGiven, ExtraVerdict, Formula, Policy};
///
/// let cake = ExtraGiven { courtesy: true, announced: false };
/// assert_eq!(cake.answer(&Policy::default())?.verdict, ExtraVerdict::Courtesy);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtraGiven {
    /// Whether it is a courtesy outside the order.
    #[serde(default)]
    pub courtesy: bool,
    /// Whether the client was told before.
    #[serde(default)]
    pub announced: bool,
}

/// What [`ExtraGiven`] answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ExtraAnswer {
    /// What it is.
    pub verdict: ExtraVerdict,
}

impl Formula for ExtraGiven {
    const NAME: &'static str = "extra";
    const ABOUT: &'static str = "What something is that a client gets unasked.";
    const SOURCE: &'static str = "R38, S2.38f";
    type Answer = ExtraAnswer;

    fn answer(&self, _: &Policy) -> Result<ExtraAnswer> {
        Ok(ExtraAnswer { verdict: ExtraVerdict::of(self.courtesy, self.announced) })
    }
}
