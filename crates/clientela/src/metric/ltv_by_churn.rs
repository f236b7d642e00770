//! A lifetime value from churn, as firms with subscriptions reckon it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::sum::{not_negative, product};
use crate::error::{Error, Result};
use crate::figure::{Figure, Unit};
use crate::formula::Formula;
use crate::policy::{Policy, ZeroChurn};

/// The lifetime value by churn: the revenue of a client in a period, times the share of it that
/// is profit, over the share of clients that leave in a period.
///
/// Without churn the answer is that of `metric.zero_churn`.
///
/// ```
/// use clientela::{Formula, LtvByChurn, Policy};
///
/// let by_churn = LtvByChurn {
///     revenue_per_client: 50.into(),
///     churn_percent: 4.into(),
///     profit_percent: 80.into(),
/// };
/// // 50 · 0.8 / 0.04
/// assert_eq!(by_churn.answer(&Policy::default())?.ltv.to_string(), "1000");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LtvByChurn {
    /// Revenue of a client in a period.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub revenue_per_client: Decimal,
    /// Clients that leave in a period, in per cent: 0 to 100.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub churn_percent: Decimal,
    /// Profit in per cent of revenue.
    #[serde(default = "all", deserialize_with = "crate::exact::decimal")]
    pub profit_percent: Decimal,
}

fn all() -> Decimal {
    Decimal::ONE_HUNDRED
}

/// What [`LtvByChurn`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LtvByChurnAnswer {
    /// The profit of a client over its life.
    pub ltv: Figure,
}

impl Formula for LtvByChurn {
    const NAME: &'static str = "ltv_by_churn";
    const ABOUT: &'static str = "What a client earns us over its life, by the churn of clients.";
    const SOURCE: &'static str = "convention (ChartMogul, Stripe)";
    type Answer = LtvByChurnAnswer;

    fn answer(&self, policy: &Policy) -> Result<LtvByChurnAnswer> {
        /// What Stripe takes in place of a churn of 0, in per cent.
        const STRIPE: Decimal = Decimal::from_parts(167, 0, 0, false, 2);
        not_negative("revenue_per_client", self.revenue_per_client)?;
        let churn = self.churn_percent;
        if !(Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&churn) {
            let problem = format!("{churn} is not 0 to 100");
            return Err(Error::BadArgument { argument: "churn_percent", problem });
        }
        let profit = product([self.revenue_per_client, self.profit_percent])?;
        let over = |churn| Figure::quotient(profit, churn, Unit::Money, "");
        let ltv = match policy.metric.zero_churn {
            _ if !churn.is_zero() => over(churn)?,
            ZeroChurn::Undefined => {
                let cause = "nobody left, so no length of a life is known";
                Figure::undefined(Unit::Money, cause)
            }
            ZeroChurn::Chartmogul => Figure::of(Decimal::ZERO, Unit::Money),
            ZeroChurn::Stripe => over(STRIPE)?,
        };
        Ok(LtvByChurnAnswer { ltv })
    }
}
