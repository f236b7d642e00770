//! How many clients stay (R24).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::figure::{Figure, Unit, rounded};
use crate::formula::Formula;
use crate::policy::Policy;

/// The customer retention rate, CRR (R24, S2.14): of the clients at the start of a period, how
/// many per cent are clients at its end.
///
/// ```
/// use clientela::{Crr, Formula, Policy};
///
/// let crr = Crr { at_start: 100, at_end: 115, new: 10, reactivated: 0 };
/// let answer = crr.answer(&Policy::default())?;
/// assert_eq!(answer.retention.to_string(), "105 %");
/// assert_eq!(answer.loss.to_string(), "-5 %");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crr {
    /// Clients at the start.
    pub at_start: u64,
    /// Clients at the end.
    pub at_end: u64,
    /// Those at the end who were won in the period.
    pub new: u64,
    /// Those at the end who were clients once, but not at the start, and came back.
    #[serde(default)]
    pub reactivated: u64,
}

/// What [`Crr`] answers with, all in per cent of the clients at the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Retention {
    /// The rate by the formula of the source; above 100 where clients came back.
    pub retention: Figure,
    /// The rate without clients who came back.
    pub retention_without_reactivated: Figure,
    /// 100 less the rate by the formula.
    pub loss: Figure,
}

impl Formula for Crr {
    const NAME: &'static str = "crr";
    const ABOUT: &'static str = "How many per cent of the clients at the start of a period stay.";
    const SOURCE: &'static str = "R24, S2.14";
    type Answer = Retention;

    fn answer(&self, _: &Policy) -> Result<Retention> {
        let Self { at_start, at_end, new, reactivated } = *self;
        let Some(stayed) = at_end.checked_sub(new) else {
            let problem = format!("{new} new ones of {at_end} clients at the end");
            return Err(Error::BadArgument { argument: "new", problem });
        };
        let Some(without) = stayed.checked_sub(reactivated) else {
            let problem = format!("{reactivated} came back, but only {stayed} are not new");
            return Err(Error::BadArgument { argument: "reactivated", problem });
        };
        let of_start = |part: u64| {
            let cause = "there were no clients at the start";
            Figure::quotient(part.into(), at_start.into(), Unit::Percent, cause)
        };
        let retention = of_start(stayed)?;
        let loss = match retention.value {
            Some(rate) => Figure::of(rounded(Decimal::ONE_HUNDRED - rate), Unit::Percent),
            None => retention.clone(),
        };
        Ok(Retention { retention, retention_without_reactivated: of_start(without)?, loss })
    }
}
