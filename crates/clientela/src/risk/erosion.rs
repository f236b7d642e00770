//! Whether a client still pays: large sums at a falling margin (R34, S3.2).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::whole::whole;
use crate::error::Result;
use crate::figure::{Figure, Unit};
use crate::formula::Formula;
use crate::policy::{Policy, RiskPolicy};

/// What became of a client's margin (R34).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum ErosionVerdict {
    /// No erosion is seen.
    NoneSeen = 0,
    /// It fell in `risk.erosion_periods` in a row, or is below `risk.margin_percent`.
    Eroding = 1,
    /// Nothing is left of it: sold at cost or below.
    Critical = 2,
}

impl ErosionVerdict {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["none_seen", "eroding", "critical"];
}

/// Amount and profit of a period, in whole numbers of one scale, each below 2^63.
pub(super) type Margin = (i128, i128);

/// What became of margins, the oldest first, and how many times in a row the last ones fell.
/// Periods without sales above zero have no margin and are passed over; `None` where there is
/// no margin at all.
pub(super) fn judge(periods: &[Margin], policy: &RiskPolicy) -> Option<(ErosionVerdict, u16)> {
    let sold = || periods.iter().filter(|(amount, _)| *amount > 0);
    let &(amount, profit) = sold().next_back()?;
    let mut falls = 0_u16;
    for (&(before, earned), &(after, earns)) in sold().zip(sold().skip(1)) {
        falls = if earns * before < earned * after { falls.saturating_add(1) } else { 0 };
    }
    let low = policy.margin_percent.is_some_and(|least| !least.reached_by(profit, amount));
    let verdict = if profit <= 0 {
        ErosionVerdict::Critical
    } else if falls >= policy.erosion_periods || low {
        ErosionVerdict::Eroding
    } else {
        ErosionVerdict::NoneSeen
    };
    Some((verdict, falls))
}

/// Net amount and profit of one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarginPeriod {
    /// Net sales, in money.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub amount: Decimal,
    /// Profit on them.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub profit: Decimal,
}

/// Whether the margin of a client erodes (R34, S3.2): it may pay huge sums while the profit on
/// them falls to nothing.
///
/// ```
/// use clientela::{Erosion, ErosionVerdict, Formula, MarginPeriod, Policy};
///
/// let period = |amount: i64, profit: i64| MarginPeriod { amount: amount.into(), profit: profit.into() };
/// let periods = vec![period(1000, 300), period(1200, 300), period(1500, 300)];
/// let answer = Erosion { periods }.answer(&Policy::default())?;
/// let margins: Vec<String> = answer.margins.iter().map(ToString::to_string).collect();
/// assert_eq!(margins, ["30 %", "25 %", "20 %"]);
/// assert_eq!(answer.falls_in_a_row, Some(2));
/// assert_eq!(answer.verdict, Some(ErosionVerdict::Eroding));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erosion {
    /// Periods of equal length, the oldest first.
    pub periods: Vec<MarginPeriod>,
}

/// What [`Erosion`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErosionAnswer {
    /// What became of the margin; missing where no period has one.
    pub verdict: Option<ErosionVerdict>,
    /// The margin of each period, in per cent of the amount.
    pub margins: Vec<Figure>,
    /// How many times in a row the last margins fell.
    pub falls_in_a_row: Option<u16>,
}

impl Formula for Erosion {
    const NAME: &'static str = "erosion";
    const ABOUT: &'static str = "Whether the margin of a client that pays much is falling away.";
    const SOURCE: &'static str = "R34, S3.2";
    type Answer = ErosionAnswer;

    fn answer(&self, policy: &Policy) -> Result<ErosionAnswer> {
        let (mut margins, mut periods) = (Vec::new(), Vec::new());
        for &MarginPeriod { amount, profit } in &self.periods {
            margins.push(if amount > Decimal::ZERO {
                Figure::quotient(profit, amount, Unit::Percent, "")?
            } else {
                Figure::undefined(Unit::Percent, "there are no sales above zero")
            });
            let [amount, profit] = whole([amount, profit], 63, "a margin")?;
            periods.push((amount, profit));
        }
        let judged = judge(&periods, &policy.risk);
        let (verdict, falls_in_a_row) = judged.unzip();
        Ok(ErosionAnswer { verdict, margins, falls_in_a_row })
    }
}
