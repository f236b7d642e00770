//! How much of the revenue hangs on how few clients.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};

use super::sum::{Exact, product, total};
use crate::error::{Error, Result};
use crate::figure::{Figure, Unit, rounded};
use crate::formula::Formula;
use crate::policy::Policy;

/// The share of the revenue at which clients are counted, in per cent.
const MOST_OF_IT: i64 = 80;

/// Amounts above zero, from the largest on.
#[derive(Debug)]
pub(crate) struct Ranked<T> {
    descending: Vec<T>,
    pub(crate) total: T,
}

impl<T: Exact> Ranked<T> {
    /// `descending` are above zero and do not rise.
    pub(crate) fn new(descending: Vec<T>) -> Result<Self> {
        let total = total(descending.iter().copied())?;
        Ok(Self { descending, total })
    }

    pub(crate) fn len(&self) -> usize {
        self.descending.len()
    }

    pub(crate) fn amounts(&self) -> &[T] {
        &self.descending
    }

    /// What the largest so many have together.
    pub(crate) fn top(&self, count: usize) -> Result<T> {
        total(self.descending.iter().copied().take(count))
    }

    /// The fewest clients that have most of it; 0 without clients.
    pub(crate) fn for_most(&self) -> Result<usize> {
        let limit = self.total.times(MOST_OF_IT)?;
        let mut sum = T::ZERO;
        for (before, &amount) in self.descending.iter().enumerate() {
            sum = sum.plus(amount)?;
            if sum.times(100)? >= limit {
                return Ok(before + 1);
            }
        }
        Ok(0)
    }

    /// Σ (2i − n − 1) · x over ascending amounts: the Gini coefficient times n times the total.
    pub(crate) fn gini_part(&self) -> Result<T> {
        let n = self.len() as i64;
        let weighted = self.descending.iter().rev().zip(1..);
        weighted
            .map(|(&amount, i)| amount.times(2 * i - n - 1))
            .try_fold(T::ZERO, |sum, part| sum.plus(part?))
    }
}

/// Decimals in a list.
fn decimals<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<Decimal>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct One(#[serde(deserialize_with = "crate::exact::decimal")] Decimal);
    Ok(Vec::<One>::deserialize(list)?.into_iter().map(|one| one.0).collect())
}

/// How much of the revenue hangs on how few clients: shares of the largest, the Herfindahl and
/// Gini coefficients, and the fewest clients that have 80 % of it.
///
/// Amounts of zero and below are set aside. The Gini coefficient is that of these clients
/// themselves, without a correction for small samples.
///
/// ```
/// use clientela::{Concentration, Formula, Policy};
///
/// let concentration = Concentration {
///     amounts: [50, 30, 10, 10, 0].map(Into::into).to_vec(),
///     tops: Some(vec![1, 2]),
/// };
/// let answer = concentration.answer(&Policy::default())?;
/// assert_eq!((answer.clients, answer.set_aside), (4, 1));
/// assert_eq!(answer.shares[1].share.to_string(), "80 %");
/// // 50² + 30² + 10² + 10²
/// assert_eq!(answer.hhi.to_string(), "3600");
/// // (−3 · 10 − 1 · 10 + 1 · 30 + 3 · 50) / (4 · 100)
/// assert_eq!(answer.gini.to_string(), "0.35");
/// assert_eq!(answer.clients_for_80_percent, Some(2));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concentration {
    /// What each client brings.
    #[serde(deserialize_with = "decimals")]
    pub amounts: Vec<Decimal>,
    /// Of how many largest clients the share is told; absent is `metric.top_clients`.
    #[serde(default)]
    pub tops: Option<Vec<u32>>,
}

/// The share of the largest clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TopShare {
    /// How many clients.
    pub top: u32,
    /// Their share, in per cent.
    pub share: Figure,
}

/// What [`Concentration`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConcentrationAnswer {
    /// Clients with an amount above zero.
    pub clients: u64,
    /// What they bring together.
    pub total: Decimal,
    /// Amounts of zero and below.
    pub set_aside: u64,
    /// Shares of the largest clients.
    pub shares: Vec<TopShare>,
    /// The Herfindahl index: the sum of squared shares in per cent, 0 to 10,000.
    pub hhi: Figure,
    /// The Gini coefficient: 0 where all bring the same, towards 1 where one brings all.
    pub gini: Figure,
    /// The fewest clients that bring 80 %.
    pub clients_for_80_percent: Option<u64>,
}

impl Formula for Concentration {
    const NAME: &'static str = "concentration";
    const ABOUT: &'static str = "How much of the revenue hangs on how few clients.";
    const SOURCE: &'static str = "convention";
    type Answer = ConcentrationAnswer;

    fn answer(&self, policy: &Policy) -> Result<ConcentrationAnswer> {
        let tops = self.tops.as_ref().unwrap_or(&policy.metric.top_clients);
        if tops.contains(&0) {
            let problem = "the share of no clients at all".to_owned();
            return Err(Error::BadArgument { argument: "tops", problem });
        }
        let mut amounts: Vec<Decimal> =
            self.amounts.iter().copied().filter(|&amount| amount > Decimal::ZERO).collect();
        let set_aside = (self.amounts.len() - amounts.len()) as u64;
        amounts.sort_unstable_by(|a, b| b.cmp(a));
        let ranked = Ranked::new(amounts)?;
        let whole = ranked.total;
        let none = "no client brings anything";
        let shares = tops.iter().map(|&top| {
            let share = Figure::quotient(ranked.top(top as usize)?, whole, Unit::Percent, none)?;
            Ok(TopShare { top, share })
        });
        let squares = ranked.amounts().iter().map(|&amount| {
            let share = product([amount, Decimal::ONE_HUNDRED])? / whole;
            product([share, share])
        });
        let squares = squares.collect::<Result<Vec<_>>>()?;
        let clients = ranked.len() as u64;
        Ok(ConcentrationAnswer {
            clients,
            total: whole.normalize(),
            set_aside,
            shares: shares.collect::<Result<_>>()?,
            hhi: if clients == 0 {
                Figure::undefined(Unit::Count, none)
            } else {
                Figure::of(rounded(total(squares)?), Unit::Count)
            },
            gini: Figure::quotient(
                ranked.gini_part()?,
                whole.times(clients as i64)?,
                Unit::Ratio,
                none,
            )?,
            clients_for_80_percent: (clients > 0)
                .then(|| ranked.for_most())
                .transpose()?
                .map(|count| count as u64),
        })
    }
}
