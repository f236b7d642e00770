//! What a client is worth over its life (R23).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::sum::{not_negative, product};
use crate::error::{Error, Result};
use crate::figure::{Figure, Unit, rounded};
use crate::formula::Formula;
use crate::policy::Policy;

/// The lifetime value, LTV (R23, S2.5): what a client earns us over its life.
///
/// LTV = S · C · P / 100 · T. S is the mean purchase, C the purchases per month, P the profit
/// in per cent of the amount, and T the months of the life. Months without a purchase inside the
/// life count, so S · C · T is the revenue of a client.
///
/// ```
/// use clientela::{Formula, Ltv, Policy};
///
/// let ltv = Ltv {
///     mean_purchase: 1000.into(),
///     purchases_per_month: 2.into(),
///     profit_percent: 30.into(),
///     months: 12.into(),
///     still_active: false,
/// };
/// let answer = ltv.answer(&Policy::default())?;
/// assert_eq!(answer.ltv.to_string(), "7200");
/// assert_eq!(answer.revenue.to_string(), "24000");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ltv {
    /// S, the amount of a mean purchase.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub mean_purchase: Decimal,
    /// C, purchases in a month of the life.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub purchases_per_month: Decimal,
    /// P, profit in per cent of the amount; below zero for a client that loses us money.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub profit_percent: Decimal,
    /// T, months of the life.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub months: Decimal,
    /// Whether the life still runs, so that the value is a lower bound.
    #[serde(default)]
    pub still_active: bool,
}

/// What [`Ltv`] answers with. Products have six decimal places, halves to even.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LtvAnswer {
    /// The profit of a client over its life.
    pub ltv: Figure,
    /// The revenue of a client over its life: S · C · T.
    pub revenue: Figure,
    /// Whether the client loses us money: P is below zero.
    pub losing: bool,
}

impl Ltv {
    fn check(&self) -> Result<()> {
        not_negative("mean_purchase", self.mean_purchase)?;
        not_negative("purchases_per_month", self.purchases_per_month)?;
        not_negative("months", self.months)
    }

    fn revenue(&self) -> Result<Decimal> {
        product([self.mean_purchase, self.purchases_per_month, self.months])
    }

    fn value(&self) -> Result<Decimal> {
        product([self.revenue()?, self.profit_percent, Decimal::new(1, 2)])
    }

    /// A figure that is a lower bound while the life runs. What is lost can only grow too.
    fn bounded(&self, value: Decimal) -> Figure {
        let figure = Figure::of(rounded(value), Unit::Money);
        if self.still_active && value >= Decimal::ZERO { figure.at_least() } else { figure }
    }
}

impl Formula for Ltv {
    const NAME: &'static str = "ltv";
    const ABOUT: &'static str = "What a client earns us over its life.";
    const SOURCE: &'static str = "R23, S2.5";
    type Answer = LtvAnswer;

    fn answer(&self, _: &Policy) -> Result<LtvAnswer> {
        self.check()?;
        Ok(LtvAnswer {
            ltv: self.bounded(self.value()?),
            revenue: self.bounded(self.revenue()?),
            losing: self.profit_percent < Decimal::ZERO,
        })
    }
}

/// Changes of the factors of a lifetime value, each in per cent of the factor; absent ones stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LtvChanges {
    /// Of S.
    #[serde(deserialize_with = "crate::exact::maybe")]
    pub mean_purchase: Option<Decimal>,
    /// Of C.
    #[serde(deserialize_with = "crate::exact::maybe")]
    pub purchases_per_month: Option<Decimal>,
    /// Of P: 10 makes 33 % of 30 %.
    #[serde(deserialize_with = "crate::exact::maybe")]
    pub profit_percent: Option<Decimal>,
    /// Of T.
    #[serde(deserialize_with = "crate::exact::maybe")]
    pub months: Option<Decimal>,
}

/// What becomes of a lifetime value when its factors change (S2.6). It is a product, so a tenth
/// more of one factor is a tenth more of the value.
///
/// ```
/// use clientela::{Formula, LtvChanges, LtvWhatIf, Policy};
///
/// let what_if = LtvWhatIf {
///     mean_purchase: 1000.into(),
///     purchases_per_month: 2.into(),
///     profit_percent: 30.into(),
///     months: 12.into(),
///     still_active: false,
///     change_percent: LtvChanges { mean_purchase: Some(10.into()), ..LtvChanges::default() },
/// };
/// let answer = what_if.answer(&Policy::default())?;
/// assert_eq!(answer.after.to_string(), "7920");
/// assert_eq!(answer.difference_percent.to_string(), "10 %");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LtvWhatIf {
    /// S, as in [`Ltv`].
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub mean_purchase: Decimal,
    /// C.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub purchases_per_month: Decimal,
    /// P.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub profit_percent: Decimal,
    /// T.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub months: Decimal,
    /// Whether the life still runs.
    #[serde(default)]
    pub still_active: bool,
    /// The changes; each above −100.
    pub change_percent: LtvChanges,
}

/// What [`LtvWhatIf`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LtvWhatIfAnswer {
    /// The lifetime value as it is.
    pub before: Figure,
    /// As it would be.
    pub after: Figure,
    /// After less before.
    pub difference: Figure,
    /// The difference in per cent of the value as it is.
    pub difference_percent: Figure,
}

/// A factor after its change.
fn changed(name: &'static str, factor: Decimal, change: Option<Decimal>) -> Result<Decimal> {
    let change = change.unwrap_or_default();
    if change <= Decimal::NEGATIVE_ONE * Decimal::ONE_HUNDRED {
        let problem = format!("{name} cannot change by {change} %: above -100 is wanted");
        return Err(Error::BadArgument { argument: "change_percent", problem });
    }
    let hundredths = Decimal::ONE_HUNDRED.checked_add(change);
    let hundredths = hundredths.ok_or_else(|| crate::figure::beyond("a change"))?;
    product([factor, hundredths, Decimal::new(1, 2)])
}

impl Formula for LtvWhatIf {
    const NAME: &'static str = "ltv_what_if";
    const ABOUT: &'static str = "What becomes of a lifetime value when its factors change.";
    const SOURCE: &'static str = "R23, S2.6";
    type Answer = LtvWhatIfAnswer;

    fn answer(&self, _: &Policy) -> Result<LtvWhatIfAnswer> {
        let Self { mean_purchase, purchases_per_month, profit_percent, months, .. } = *self;
        let still_active = self.still_active;
        let change = &self.change_percent;
        let now = Ltv { mean_purchase, purchases_per_month, profit_percent, months, still_active };
        now.check()?;
        let then = Ltv {
            mean_purchase: changed("mean_purchase", mean_purchase, change.mean_purchase)?,
            purchases_per_month: changed(
                "purchases_per_month",
                purchases_per_month,
                change.purchases_per_month,
            )?,
            profit_percent: changed("profit_percent", profit_percent, change.profit_percent)?,
            months: changed("months", months, change.months)?,
            still_active,
        };
        let (before, after) = (now.value()?, then.value()?);
        let difference = after.checked_sub(before);
        let difference = difference.ok_or_else(|| crate::figure::beyond("a difference"))?;
        let cause = "the lifetime value is 0, and nothing is a share of it";
        Ok(LtvWhatIfAnswer {
            before: now.bounded(before),
            after: then.bounded(after),
            difference: Figure::of(rounded(difference), Unit::Money),
            difference_percent: Figure::quotient(difference, before.abs(), Unit::Percent, cause)?,
        })
    }
}
