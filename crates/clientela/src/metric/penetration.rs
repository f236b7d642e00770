//! How much of what clients buy they buy of us (R25).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::sum::{Exact, not_negative};
use crate::error::{Error, Result};
use crate::figure::{Figure, Unit};
use crate::formula::Formula;
use crate::policy::Policy;

/// Penetration, our share of the wallet (R25, S2.11): our sales in per cent of ours and the
/// competitors'.
///
/// ```
/// use clientela::{Formula, Penetration, Policy};
///
/// let penetration = Penetration { ours: 30.into(), competitors: 70.into() };
/// assert_eq!(penetration.answer(&Policy::default())?.penetration.to_string(), "30 %");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Penetration {
    /// Our sales, net of returns.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub ours: Decimal,
    /// The competitors' sales to the same clients in the same time.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub competitors: Decimal,
}

/// What [`Penetration`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PenetrationAnswer {
    /// Our share, in per cent.
    pub penetration: Figure,
}

/// Our sales and all sales; `None` where these are not above zero.
pub(crate) fn wallet<T: Exact>(ours: T, competitors: T) -> Result<Option<(T, T)>> {
    let all = ours.plus(competitors)?;
    Ok((all > T::ZERO).then_some((ours, all)))
}

impl Formula for Penetration {
    const NAME: &'static str = "penetration";
    const ABOUT: &'static str = "Our sales in per cent of ours and the competitors'.";
    const SOURCE: &'static str = "R25, S2.11";
    type Answer = PenetrationAnswer;

    fn answer(&self, _: &Policy) -> Result<PenetrationAnswer> {
        not_negative("competitors", self.competitors)?;
        let penetration = match wallet(self.ours, self.competitors)? {
            Some((ours, all)) => Figure::quotient(ours, all, Unit::Percent, "")?,
            None => Figure::undefined(Unit::Percent, "nothing was bought of anyone"),
        };
        Ok(PenetrationAnswer { penetration })
    }
}

/// The share of exclusive clients among regulars (R25, S2.11, the second reading): supporters
/// and advocates in per cent of regulars, supporters and advocates.
///
/// ```
/// use clientela::{ExclusiveShare, Formula, Policy};
///
/// let share = ExclusiveShare { regulars: 6, supporters: 3, advocates: 1 };
/// assert_eq!(share.answer(&Policy::default())?.exclusive_share.to_string(), "40 %");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExclusiveShare {
    /// Clients at the stage regular, and no further.
    pub regulars: u64,
    /// Supporters.
    pub supporters: u64,
    /// Advocates.
    pub advocates: u64,
}

/// What [`ExclusiveShare`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExclusiveShareAnswer {
    /// The share of those who buy of us only, in per cent.
    pub exclusive_share: Figure,
}

impl ExclusiveShare {
    /// Those who buy of us only, and all.
    pub(crate) fn counts(&self) -> Result<(u64, u64)> {
        let only = self.supporters.checked_add(self.advocates);
        let both = only.and_then(|only| Some((only, only.checked_add(self.regulars)?)));
        both.ok_or_else(|| Error::Overflow("a number of clients is beyond 64 bits".to_owned()))
    }
}

impl Formula for ExclusiveShare {
    const NAME: &'static str = "exclusive_share";
    const ABOUT: &'static str = "How many per cent of the regulars buy of us only.";
    const SOURCE: &'static str = "R25, S2.11";
    type Answer = ExclusiveShareAnswer;

    fn answer(&self, _: &Policy) -> Result<ExclusiveShareAnswer> {
        let (only, all) = self.counts()?;
        let cause = "there are no regulars";
        let exclusive_share = Figure::quotient(only.into(), all.into(), Unit::Percent, cause)?;
        Ok(ExclusiveShareAnswer { exclusive_share })
    }
}
