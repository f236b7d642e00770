//! How much revenue stays, and how fast it grows against how fast it shrinks.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::sum::{Exact, not_negative};
use crate::error::Result;
use crate::figure::{Figure, Unit, rounded};
use crate::formula::Formula;
use crate::policy::{MetricPolicy, Policy, RevenueConvention};

/// What becomes of the revenue of one period in the next; each part is 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts<T> {
    pub(crate) new: T,
    pub(crate) expansion: T,
    pub(crate) reactivation: T,
    pub(crate) contraction: T,
    pub(crate) lost: T,
}

impl<T: Exact> Parts<T> {
    /// Of the revenue at the start, what is left without anything that grew.
    fn gross(&self, start: T) -> Result<T> {
        start.minus(self.contraction)?.minus(self.lost)
    }

    /// Of the revenue at the start, what there is now of the same clients.
    fn net(&self, start: T, convention: RevenueConvention) -> Result<T> {
        match convention {
            RevenueConvention::Standard => self.gross(start)?.plus(self.expansion),
            RevenueConvention::Chartmogul => {
                self.gross(start)?.plus(self.expansion)?.plus(self.reactivation)
            }
            RevenueConvention::Baremetrics => start.plus(self.expansion)?.minus(self.lost),
        }
    }

    /// What grew, and what shrank.
    fn growth(&self, policy: &MetricPolicy) -> Result<(T, T)> {
        let grown = self.new.plus(self.expansion)?;
        let grown = if policy.quick_ratio_with_reactivation {
            grown.plus(self.reactivation)?
        } else {
            grown
        };
        Ok((grown, self.contraction.plus(self.lost)?))
    }
}

impl Parts<i128> {
    /// Net and gross retention in per cent, for reading.
    pub(crate) fn kept_percent(
        &self,
        start: i128,
        policy: &MetricPolicy,
    ) -> Result<[Option<f64>; 2]> {
        let net = self.net(start, policy.revenue_retention)?;
        let percent = super::sum::percent;
        Ok([percent(net, start), percent(self.gross(start)?, start)])
    }

    /// The quick ratio, for reading.
    pub(crate) fn quick_ratio(&self, policy: &MetricPolicy) -> Result<Option<f64>> {
        let (grown, shrunk) = self.growth(policy)?;
        Ok(super::sum::ratio(grown, shrunk))
    }

    /// What the clients that there were before added or took away.
    pub(crate) fn existing_change(&self) -> Result<i128> {
        self.expansion.plus(self.reactivation)?.minus(self.contraction)?.minus(self.lost)
    }
}

/// The retention of revenue: of the revenue at the start of a period, how many per cent the same
/// clients bring at its end. Whose definition is told by `metric.revenue_retention`.
///
/// ```
/// use clientela::{Formula, Policy, RevenueRetention};
///
/// let revenue = RevenueRetention {
///     at_start: 1000.into(),
///     expansion: 150.into(),
///     contraction: 50.into(),
///     lost: 80.into(),
///     reactivation: 20.into(),
/// };
/// let answer = revenue.answer(&Policy::default())?;
/// assert_eq!(answer.net.to_string(), "102 %");
/// assert_eq!(answer.gross.to_string(), "87 %");
/// assert_eq!(answer.net_churn.to_string(), "-2 %");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevenueRetention {
    /// Revenue at the start.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub at_start: Decimal,
    /// What clients that stayed buy more.
    #[serde(default, deserialize_with = "crate::exact::decimal")]
    pub expansion: Decimal,
    /// What clients that stayed buy less.
    #[serde(default, deserialize_with = "crate::exact::decimal")]
    pub contraction: Decimal,
    /// What clients that left bought.
    #[serde(default, deserialize_with = "crate::exact::decimal")]
    pub lost: Decimal,
    /// What clients that came back buy.
    #[serde(default, deserialize_with = "crate::exact::decimal")]
    pub reactivation: Decimal,
}

/// What [`RevenueRetention`] answers with, all in per cent of the revenue at the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RevenueRetentionAnswer {
    /// With what grew, by the convention.
    pub net: Figure,
    /// Without anything that grew: start − contraction − lost.
    pub gross: Figure,
    /// 100 less the net retention.
    pub net_churn: Figure,
}

impl Formula for RevenueRetention {
    const NAME: &'static str = "revenue_retention";
    const ABOUT: &'static str = "How many per cent of a period's revenue its clients bring after.";
    const SOURCE: &'static str = "convention (ChartMogul, Baremetrics)";
    type Answer = RevenueRetentionAnswer;

    fn answer(&self, policy: &Policy) -> Result<RevenueRetentionAnswer> {
        let start = self.at_start;
        for (argument, value) in [
            ("at_start", start),
            ("expansion", self.expansion),
            ("contraction", self.contraction),
            ("lost", self.lost),
            ("reactivation", self.reactivation),
        ] {
            not_negative(argument, value)?;
        }
        let parts = Parts {
            new: Decimal::ZERO,
            expansion: self.expansion,
            reactivation: self.reactivation,
            contraction: self.contraction,
            lost: self.lost,
        };
        let of_start = |part: Decimal| {
            Figure::quotient(part, start, Unit::Percent, "there was no revenue at the start")
        };
        let net = of_start(parts.net(start, policy.metric.revenue_retention)?)?;
        let net_churn = match net.value {
            Some(rate) => Figure::of(rounded(Decimal::ONE_HUNDRED.minus(rate)?), Unit::Percent),
            None => net.clone(),
        };
        Ok(RevenueRetentionAnswer { net, gross: of_start(parts.gross(start)?)?, net_churn })
    }
}

/// The quick ratio: how much revenue grew for each unit that shrank. Whether what came back
/// counts is told by `metric.quick_ratio_with_reactivation`.
///
/// ```
/// use clientela::{Formula, Policy, QuickRatio};
///
/// let quick = QuickRatio {
///     new: 300.into(),
///     expansion: 100.into(),
///     reactivation: 50.into(),
///     contraction: 60.into(),
///     lost: 40.into(),
/// };
/// assert_eq!(quick.answer(&Policy::default())?.quick_ratio.to_string(), "4");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuickRatio {
    /// What new clients buy.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub new: Decimal,
    /// What clients that stayed buy more.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub expansion: Decimal,
    /// What clients that came back buy.
    #[serde(default, deserialize_with = "crate::exact::decimal")]
    pub reactivation: Decimal,
    /// What clients that stayed buy less.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub contraction: Decimal,
    /// What clients that left bought.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub lost: Decimal,
}

/// What [`QuickRatio`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuickRatioAnswer {
    /// What grew over what shrank.
    pub quick_ratio: Figure,
}

impl Formula for QuickRatio {
    const NAME: &'static str = "quick_ratio";
    const ABOUT: &'static str = "How much revenue grew for each unit that shrank.";
    const SOURCE: &'static str = "convention";
    type Answer = QuickRatioAnswer;

    fn answer(&self, policy: &Policy) -> Result<QuickRatioAnswer> {
        let Self { new, expansion, reactivation, contraction, lost } = *self;
        for (argument, value) in [
            ("new", new),
            ("expansion", expansion),
            ("reactivation", reactivation),
            ("contraction", contraction),
            ("lost", lost),
        ] {
            not_negative(argument, value)?;
        }
        let parts = Parts { new, expansion, reactivation, contraction, lost };
        let (grown, shrunk) = parts.growth(&policy.metric)?;
        let quick_ratio = Figure::quotient(grown, shrunk, Unit::Ratio, "nothing shrank")?;
        Ok(QuickRatioAnswer { quick_ratio })
    }
}
