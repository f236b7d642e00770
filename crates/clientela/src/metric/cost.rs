//! What it costs to win a client, and when that is earned back (R28).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::sum::not_negative;
use crate::error::Result;
use crate::figure::{Figure, Unit};
use crate::formula::Formula;
use crate::policy::Policy;

/// The cost of winning a client, CAC: what winning cost over the clients won.
///
/// ```
/// use clientela::{Cac, Formula, Policy};
///
/// let cac = Cac { cost: 1200.into(), new_clients: 8 };
/// assert_eq!(cac.answer(&Policy::default())?.cac.to_string(), "150");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cac {
    /// What winning cost.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub cost: Decimal,
    /// Clients won by it.
    pub new_clients: u64,
}

/// What [`Cac`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CacAnswer {
    /// The cost of one new client.
    pub cac: Figure,
}

impl Formula for Cac {
    const NAME: &'static str = "cac";
    const ABOUT: &'static str = "What it costs to win a client.";
    const SOURCE: &'static str = "R28; convention";
    type Answer = CacAnswer;

    fn answer(&self, _: &Policy) -> Result<CacAnswer> {
        not_negative("cost", self.cost)?;
        let cause = "no client was won";
        let cac = Figure::quotient(self.cost, self.new_clients.into(), Unit::Money, cause)?;
        Ok(CacAnswer { cac })
    }
}

/// What a client is worth for each unit that it cost to win.
///
/// ```
/// use clientela::{Formula, LtvToCac, Policy};
///
/// let ratio = LtvToCac { ltv: 450.into(), cac: 150.into() };
/// assert_eq!(ratio.answer(&Policy::default())?.ltv_to_cac.to_string(), "3");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LtvToCac {
    /// What a client is worth; below zero for clients that lose us money.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub ltv: Decimal,
    /// What it cost to win.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub cac: Decimal,
}

/// What [`LtvToCac`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LtvToCacAnswer {
    /// The worth over the cost.
    pub ltv_to_cac: Figure,
}

impl Formula for LtvToCac {
    const NAME: &'static str = "ltv_to_cac";
    const ABOUT: &'static str = "What a client is worth for each unit that it cost to win.";
    const SOURCE: &'static str = "R28; convention";
    type Answer = LtvToCacAnswer;

    fn answer(&self, _: &Policy) -> Result<LtvToCacAnswer> {
        not_negative("cac", self.cac)?;
        let ltv_to_cac = Figure::quotient(self.ltv, self.cac, Unit::Ratio, "winning cost nothing")?;
        Ok(LtvToCacAnswer { ltv_to_cac })
    }
}

/// In how many months a client earns back what it cost to win.
///
/// ```
/// use clientela::{Formula, PaybackMonths, Policy};
///
/// let payback = PaybackMonths { cac: 150.into(), profit_per_month: 60.into() };
/// assert_eq!(payback.answer(&Policy::default())?.payback_months.to_string(), "2.5 months");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaybackMonths {
    /// What it cost to win.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub cac: Decimal,
    /// The profit of a client in a month of its life.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub profit_per_month: Decimal,
}

/// What [`PaybackMonths`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaybackMonthsAnswer {
    /// The cost over the profit of a month.
    pub payback_months: Figure,
}

impl Formula for PaybackMonths {
    const NAME: &'static str = "payback_months";
    const ABOUT: &'static str = "In how many months a client earns back what it cost to win.";
    const SOURCE: &'static str = "R28; convention";
    type Answer = PaybackMonthsAnswer;

    fn answer(&self, _: &Policy) -> Result<PaybackMonthsAnswer> {
        not_negative("cac", self.cac)?;
        let payback_months = if self.profit_per_month > Decimal::ZERO {
            Figure::quotient(self.cac, self.profit_per_month, Unit::Months, "")?
        } else {
            Figure::undefined(Unit::Months, "clients bring no profit, so nothing is earned back")
        };
        Ok(PaybackMonthsAnswer { payback_months })
    }
}
