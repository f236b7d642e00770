//! Whether we get on better, beside whether more is bought (R29).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::formula::Formula;
use crate::policy::Policy;

/// How a relation changed. Scores are the firm's own, so only the direction says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationTrend {
    /// We get on better.
    Better,
    /// As before.
    Same,
    /// We get on worse.
    Worse,
}

impl RelationTrend {
    /// The trend from one score to another.
    pub fn of(before: i64, after: i64) -> Self {
        match after.cmp(&before) {
            std::cmp::Ordering::Greater => Self::Better,
            std::cmp::Ordering::Equal => Self::Same,
            std::cmp::Ordering::Less => Self::Worse,
        }
    }

    /// The name in JSON, Python and C.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Same => "same",
            Self::Worse => "worse",
        }
    }
}

/// How an amount changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountTrend {
    /// More.
    Up,
    /// As much.
    Same,
    /// Less.
    Down,
}

impl AmountTrend {
    /// The trend from one amount to another.
    pub fn of<T: Ord>(before: &T, after: &T) -> Self {
        match after.cmp(before) {
            std::cmp::Ordering::Greater => Self::Up,
            std::cmp::Ordering::Equal => Self::Same,
            std::cmp::Ordering::Less => Self::Down,
        }
    }

    /// The name in JSON, Python and C.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Same => "same",
            Self::Down => "down",
        }
    }
}

/// How the relation to a person changed beside what is bought (R29, S2.56).
///
/// ```
/// use clientela::{AmountTrend, Formula, Policy, RelationChange, RelationTrend};
///
/// let change = RelationChange {
///     score_before: 7,
///     score_after: 5,
///     amount_before: 1000.into(),
///     amount_after: 1200.into(),
/// };
/// let answer = change.answer(&Policy::default())?;
/// assert_eq!(answer.relation, RelationTrend::Worse);
/// assert_eq!(answer.amount, AmountTrend::Up);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationChange {
    /// The score before, on the firm's own scale; more is better.
    pub score_before: i64,
    /// The score after.
    pub score_after: i64,
    /// The amount before.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub amount_before: Decimal,
    /// The amount after.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub amount_after: Decimal,
}

/// What [`RelationChange`] answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RelationChangeAnswer {
    /// The direction of the relation.
    pub relation: RelationTrend,
    /// The direction of the amount.
    pub amount: AmountTrend,
}

impl Formula for RelationChange {
    const NAME: &'static str = "relation_change";
    const ABOUT: &'static str = "Whether we get on better, beside whether more is bought.";
    const SOURCE: &'static str = "R29, S2.56";
    type Answer = RelationChangeAnswer;

    fn answer(&self, _: &Policy) -> Result<RelationChangeAnswer> {
        Ok(RelationChangeAnswer {
            relation: RelationTrend::of(self.score_before, self.score_after),
            amount: AmountTrend::of(&self.amount_before, &self.amount_after),
        })
    }
}
