//! What goes into winning clients against what goes into keeping them (R28).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::sum::Exact;
use crate::error::Result;
use crate::figure::{Figure, Unit};
use crate::formula::Formula;
use crate::journal::{ActivityKind, Goal};
use crate::policy::Policy;

/// An activity of the firm and what it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityCost {
    /// What for.
    pub goal: Goal,
    /// What.
    pub kind: ActivityKind,
    /// What it cost; unknown is not nothing.
    #[serde(default, deserialize_with = "crate::exact::maybe")]
    pub money: Option<Decimal>,
    /// How long it took, in minutes; unknown is not nothing.
    #[serde(default)]
    pub minutes: Option<u32>,
}

/// Winning against keeping (R28, S2.25 to S2.27). No source gives a target for the ratio; only
/// nothing at all for keeping is warned of.
///
/// ```
/// use clientela::{ActivityCost, ActivityKind, Balance, Formula, Goal, Policy};
///
/// let activity = |goal, kind, money: i64| ActivityCost {
///     goal,
///     kind,
///     money: Some(money.into()),
///     minutes: None,
/// };
/// let balance = Balance {
///     activities: vec![
///         activity(Goal::Acquisition, ActivityKind::Advertising, 900),
///         activity(Goal::Acquisition, ActivityKind::Exhibition, 600),
///         activity(Goal::Retention, ActivityKind::Greeting, 500),
///     ],
/// };
/// let answer = balance.answer(&Policy::default())?;
/// assert_eq!(answer.retention_share_by_money.to_string(), "25 %");
/// assert_eq!(answer.retention_share_by_count.to_string(), "33.333333 %");
/// assert_eq!(answer.warning, None);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// The activities.
    pub activities: Vec<ActivityCost>,
}

/// What went into one goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Effort {
    /// Activities.
    pub count: u64,
    /// What those of known cost cost.
    pub money: Decimal,
    /// What those of known length took, in minutes.
    pub minutes: u64,
    /// Activities of unknown cost.
    pub unknown_money: u64,
    /// Activities of unknown length.
    pub unknown_minutes: u64,
}

impl Effort {
    /// Adds one activity.
    pub(crate) fn add(&mut self, money: Option<Decimal>, minutes: Option<u32>) -> Result<()> {
        self.count += 1;
        match money {
            Some(money) => self.money = self.money.plus(money)?.normalize(),
            None => self.unknown_money += 1,
        }
        match minutes {
            Some(minutes) => self.minutes += u64::from(minutes),
            None => self.unknown_minutes += 1,
        }
        Ok(())
    }
}

/// What [`Balance`] answers with. Shares are in per cent of both goals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BalanceAnswer {
    /// What went into winning clients.
    pub acquisition: Effort,
    /// What went into keeping them.
    pub retention: Effort,
    /// Activities for keeping.
    pub retention_share_by_count: Figure,
    /// Money for keeping; undefined where that of an activity is unknown.
    pub retention_share_by_money: Figure,
    /// Time for keeping; undefined where that of an activity is unknown.
    pub retention_share_by_minutes: Figure,
    /// What to look at.
    pub warning: Option<String>,
}

/// Why a sum over activities is not known.
pub(crate) fn unknown_cause(what: &str, activities: u64) -> String {
    let plural = if activities == 1 { "y" } else { "ies" };
    format!("the {what} of {activities} activit{plural} is unknown")
}

impl BalanceAnswer {
    /// The shares and the warning of two efforts.
    pub(crate) fn of(acquisition: Effort, retention: Effort) -> Result<Self> {
        let share = |part: Decimal, other: Decimal, unknown: u64, what: &str| {
            if unknown > 0 {
                return Ok(Figure::undefined(Unit::Percent, unknown_cause(what, unknown)));
            }
            let cause = format!("no {what} went into either");
            Figure::quotient(part, part.plus(other)?, Unit::Percent, &cause)
        };
        let (a, r) = (acquisition, retention);
        let none = a.count > 0 && r.count == 0;
        Ok(Self {
            acquisition,
            retention,
            retention_share_by_count: share(r.count.into(), a.count.into(), 0, "activity")?,
            retention_share_by_money: share(
                r.money,
                a.money,
                a.unknown_money + r.unknown_money,
                "money",
            )?,
            retention_share_by_minutes: share(
                r.minutes.into(),
                a.minutes.into(),
                a.unknown_minutes + r.unknown_minutes,
                "time",
            )?,
            warning: none.then(|| "no resources for loyalty".to_owned()),
        })
    }
}

impl Formula for Balance {
    const NAME: &'static str = "balance";
    const ABOUT: &'static str = "What goes into winning clients against keeping them.";
    const SOURCE: &'static str = "R28, S2.25, S2.26, S2.27";
    type Answer = BalanceAnswer;

    fn answer(&self, _: &Policy) -> Result<BalanceAnswer> {
        let (mut acquisition, mut retention) = (Effort::default(), Effort::default());
        for one in &self.activities {
            let effort = match one.goal {
                Goal::Acquisition => &mut acquisition,
                Goal::Retention => &mut retention,
            };
            super::sum::not_negative("activities", one.money.unwrap_or_default())?;
            effort.add(one.money, one.minutes)?;
        }
        BalanceAnswer::of(acquisition, retention)
    }
}
