//! How many clients leave.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::figure::{Figure, Unit};
use crate::formula::Formula;
use crate::policy::{ChurnConvention, Policy};

/// The churn of clients in a period, in per cent; of whom is told by `metric.churn`.
///
/// ```
/// use clientela::{Churn, Formula, Policy};
///
/// let churn = Churn { at_start: 100, lost: 6, new: 20 };
/// assert_eq!(churn.answer(&Policy::default())?.churn.to_string(), "6 %");
/// let stripe = Policy::from_json(r#"{"metric": {"churn": "stripe"}}"#)?;
/// assert_eq!(churn.answer(&stripe)?.churn.to_string(), "5 %");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Churn {
    /// Clients at the start.
    pub at_start: u64,
    /// Clients that left; no more than those that the convention counts.
    pub lost: u64,
    /// Clients won in the period.
    #[serde(default)]
    pub new: u64,
}

/// What [`Churn`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChurnAnswer {
    /// The share of clients that left, in per cent.
    pub churn: Figure,
}

impl Formula for Churn {
    const NAME: &'static str = "churn";
    const ABOUT: &'static str = "How many per cent of the clients leave in a period.";
    const SOURCE: &'static str = "R24; convention (Stripe)";
    type Answer = ChurnAnswer;

    fn answer(&self, policy: &Policy) -> Result<ChurnAnswer> {
        let whole = u128::from(self.at_start)
            + match policy.metric.churn {
                ChurnConvention::AtStart => 0,
                ChurnConvention::Stripe => self.new.into(),
            };
        if u128::from(self.lost) > whole {
            let problem = format!("{} left of {whole} clients", self.lost);
            return Err(Error::BadArgument { argument: "lost", problem });
        }
        let cause = "there were no clients to lose";
        let whole = Decimal::from(whole);
        let churn = Figure::quotient(self.lost.into(), whole, Unit::Percent, cause)?;
        Ok(ChurnAnswer { churn })
    }
}
