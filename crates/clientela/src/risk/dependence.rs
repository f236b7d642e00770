//! How far the firm depends on one client (R32, S2.49 to S2.51).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::whole::whole;
use crate::error::{Error, Result};
use crate::figure::{Figure, Unit, beyond, rounded};
use crate::formula::Formula;
use crate::money::Percent;
use crate::policy::{Policy, RiskPolicy};

/// How far a firm, a department or a manager depends on one client or group (R32).
///
/// "Critical" and "mono" are words of the sources; the other names are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum DependenceBand {
    /// No more than the first cut point.
    None = 0,
    /// More than `risk.attention_percent` (S2.50).
    Attention = 1,
    /// More than `risk.warning_percent` (S2.50).
    Warning = 2,
    /// More than `risk.serious_percent` (S2.50).
    Serious = 3,
    /// More than `risk.critical_percent` (S2.49).
    Critical = 4,
    /// The firm has one client only (S2.51).
    Mono = 5,
}

impl DependenceBand {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 6] =
        ["none", "attention", "warning", "serious", "critical", "mono"];

    /// The name.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The band of an amount that is part of a total (R32), both in minor units: a share must
/// exceed a cut point, not only reach it. `None` where there is no total to take a share of.
///
/// ```
/// use clientela::{DependenceBand, RiskPolicy, dependence_band};
///
/// let policy = RiskPolicy::default();
/// let band = |amount| dependence_band(amount, 1000, &policy);
/// assert_eq!(band(200), Some(DependenceBand::None));
/// assert_eq!(band(201), Some(DependenceBand::Attention));
/// assert_eq!(band(301), Some(DependenceBand::Warning));
/// assert_eq!(band(401), Some(DependenceBand::Serious));
/// assert_eq!(band(500), Some(DependenceBand::Serious));
/// assert_eq!(band(501), Some(DependenceBand::Critical));
/// assert_eq!(dependence_band(1, 0, &policy), None);
/// ```
pub fn dependence_band(amount: i128, total: i128, policy: &RiskPolicy) -> Option<DependenceBand> {
    let cuts = [
        (policy.critical_percent, DependenceBand::Critical),
        (policy.serious_percent, DependenceBand::Serious),
        (policy.warning_percent, DependenceBand::Warning),
        (policy.attention_percent, DependenceBand::Attention),
    ];
    let exceeded = cuts.into_iter().find(|(cut, _)| cut.exceeded_by(amount, total));
    (total > 0).then(|| exceeded.map_or(DependenceBand::None, |(_, band)| band))
}

/// What the others must bring, in minor units, so that an amount is no more than a share of
/// all: the least whole amount for which that holds (S2.50).
pub(super) fn others_wanted(amount: i128, share: Percent) -> i128 {
    let (numerator, denominator) = share.fraction();
    let part = amount.max(0).saturating_mul(denominator - numerator);
    part / numerator + i128::from(part % numerator > 0)
}

/// What the others bring beside what they must.
#[derive(Debug, Clone)]
pub(super) enum Others {
    /// They bring enough.
    Enough,
    /// They bring nothing that could grow.
    Nothing,
    /// What they bring now and what they must, in words.
    Grow(String, String),
}

/// What to do about a dependence (S2.50, S2.51, C9, C10): who depends on one client wins and
/// grows others; the client itself is never made smaller for that.
pub(super) fn advice(band: DependenceBand, others: &Others, target: Percent) -> Vec<String> {
    if band == DependenceBand::None {
        return Vec::new();
    }
    let grow = match others {
        Others::Enough => None,
        Others::Nothing => Some("Strengthen sales: nobody else buys yet.".to_owned()),
        Others::Grow(now, needed) => Some(format!(
            "Strengthen sales so that the others bring {needed} in place of {now}: then this one \
             has no more than {target}."
        )),
    };
    let first = "Win new clients now: this comes before any advice to look after the existing \
                 base first.";
    let keep = "Do not make this client smaller: go on growing it, and grow the others faster.";
    let mono = [
        "Set up active sales at once: the firm has one client only.",
        "Raise this client's loyalty at once. Even so it may be sold, get a new owner or a new \
         manager, or find a supplier with better terms.",
    ];
    let mono = mono.into_iter().filter(|_| band == DependenceBand::Mono).map(str::to_owned);
    mono.chain(grow).chain([first.to_owned(), keep.to_owned()]).collect()
}

/// How far a firm depends on a client or a group of clients (R32, S2.49 to S2.51).
///
/// ```
/// use clientela::{Dependence, DependenceBand, Formula, Policy};
///
/// let dependence = Dependence { client: 40.into(), total: 100.into(), active_clients: None };
/// let answer = dependence.answer(&Policy::default())?;
/// assert_eq!(answer.share.to_string(), "40 %");
/// assert_eq!(answer.band, Some(DependenceBand::Warning));
/// // To bring 40 of 100 down to 20 %, the others grow from 60 to 160.
/// assert_eq!(answer.others_now.to_string(), "60");
/// assert_eq!(answer.others_needed.to_string(), "160");
/// assert_eq!(answer.growth_needed.to_string(), "166.666667 %");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependence {
    /// Sales to the client or group, in money.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub client: Decimal,
    /// Sales to all clients in the same time.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub total: Decimal,
    /// Clients with sales in that time; missing is not known.
    #[serde(default)]
    pub active_clients: Option<u64>,
}

/// What [`Dependence`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DependenceAnswer {
    /// The client's share, in per cent.
    pub share: Figure,
    /// How far that is a dependence; missing where there is no share.
    pub band: Option<DependenceBand>,
    /// What the others bring now, in money.
    pub others_now: Figure,
    /// What they must bring so that the client's share is `risk.target_percent`.
    pub others_needed: Figure,
    /// By how many per cent they must grow for that; 0 where they bring enough.
    pub growth_needed: Figure,
    /// What to do; nothing where there is no dependence.
    pub advice: Vec<String>,
}

/// Checks that an amount is part of a total.
fn part_of(client: Decimal, total: Decimal) -> Result<()> {
    let bad = |argument, problem: String| Err(Error::BadArgument { argument, problem });
    if client < Decimal::ZERO {
        return bad("client", format!("{client} is below 0"));
    }
    if client > total {
        return bad("client", format!("{client} is more than the total, {total}"));
    }
    Ok(())
}

impl Formula for Dependence {
    const NAME: &'static str = "dependence";
    const ABOUT: &'static str = "How far a firm depends on one client or group of clients.";
    const SOURCE: &'static str = "R32, S2.49, S2.50, S2.51";
    type Answer = DependenceAnswer;

    fn answer(&self, policy: &Policy) -> Result<DependenceAnswer> {
        let Self { client, total, active_clients } = *self;
        let wanted = OthersNeeded { client, total, target_percent: None }.answer(policy)?;
        let share = Figure::quotient(client, total, Unit::Percent, "there are no sales")?;
        let [amount, whole] = whole([client, total], 86, "a share")?;
        let band = match active_clients {
            Some(1) if amount > 0 => Some(DependenceBand::Mono),
            _ => dependence_band(amount, whole, &policy.risk),
        };
        let others = match wanted.growth_needed.value {
            None => Others::Nothing,
            Some(growth) if growth.is_zero() => Others::Enough,
            Some(_) => {
                Others::Grow(wanted.others_now.to_string(), wanted.others_needed.to_string())
            }
        };
        let target = policy.risk.target_percent;
        let advice = band.map(|band| advice(band, &others, target)).unwrap_or_default();
        let OthersNeededAnswer { others_now, others_needed, growth_needed } = wanted;
        Ok(DependenceAnswer { share, band, others_now, others_needed, growth_needed, advice })
    }
}

/// How much others must bring so that a client has no more than a share of the sales (S2.50).
///
/// ```
/// use clientela::{Formula, OthersNeeded, Policy};
///
/// let needed = OthersNeeded { client: 40.into(), total: 100.into(), target_percent: None };
/// assert_eq!(needed.answer(&Policy::default())?.others_needed.to_string(), "160");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OthersNeeded {
    /// Sales to the client, in money.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub client: Decimal,
    /// Sales to all clients in the same time.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub total: Decimal,
    /// The share that the client is to come down to, in per cent, above 0 and at most 100;
    /// missing is `risk.target_percent`.
    #[serde(default, deserialize_with = "crate::exact::maybe")]
    pub target_percent: Option<Decimal>,
}

/// What [`OthersNeeded`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OthersNeededAnswer {
    /// What the others bring now, in money.
    pub others_now: Figure,
    /// What they must bring: `client / target - client`.
    pub others_needed: Figure,
    /// By how many per cent they must grow; 0 where they bring enough.
    pub growth_needed: Figure,
}

impl Formula for OthersNeeded {
    const NAME: &'static str = "others_needed";
    const ABOUT: &'static str = "How much other clients must bring to bring a share down.";
    const SOURCE: &'static str = "R32, S2.50";
    type Answer = OthersNeededAnswer;

    fn answer(&self, policy: &Policy) -> Result<OthersNeededAnswer> {
        let Self { client, total, target_percent } = *self;
        part_of(client, total)?;
        let target = target_percent.unwrap_or_else(|| policy.risk.target_percent.decimal());
        if target <= Decimal::ZERO || target > Decimal::ONE_HUNDRED {
            let problem = format!("{target} is not above 0 and at most 100");
            return Err(Error::BadArgument { argument: "target_percent", problem });
        }
        let over = || beyond("the sales of the others");
        let now = total.checked_sub(client).ok_or_else(over)?;
        let needed = client.checked_mul(Decimal::ONE_HUNDRED - target);
        let needed = needed.and_then(|needed| needed.checked_div(target)).ok_or_else(over)?;
        let cause = "the others bring nothing that could grow";
        let growth_needed = if needed <= now {
            Figure::of(Decimal::ZERO, Unit::Percent)
        } else {
            let more = needed.checked_sub(now).ok_or_else(over)?;
            Figure::quotient(more, now, Unit::Percent, cause)?
        };
        Ok(OthersNeededAnswer {
            others_now: Figure::of(now, Unit::Money),
            others_needed: Figure::of(rounded(needed), Unit::Money),
            growth_needed,
        })
    }
}
