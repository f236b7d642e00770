//! What clients buy against what they could buy, and against what they buy elsewhere
//! (R25, R26, S0.9, S2.11).

use std::sync::Arc;

use crate::axis::{
    Axis, Known, Reason, Verdict, choice, column, compared, in_percent, money, note, or_missing,
    percent, ratio, verdict,
};
use crate::buffer::Buffer;
use crate::census::basis::{Basis, NumberField};
use crate::error::Result;
use crate::policy::PotentialPolicy;
use crate::table::{Column, NO_CODE, Values};

/// What a client buys as a share of what it could buy, as a ratio for reading; `None` where
/// the potential is not above zero. Both in minor units over the same time (R26, S0.9).
///
/// ```
/// assert_eq!(clientela::realisation(50_00, 200_00), Some(0.25));
/// assert_eq!(clientela::realisation(50_00, 0), None);
/// ```
pub fn realisation(actual: i64, potential: i64) -> Option<f64> {
    (potential > 0).then(|| actual as f64 / potential as f64)
}

/// What a client could buy beyond what it buys, in minor units; below zero where the potential
/// is understated (R26, S0.9). `None` where the potential is not above zero.
pub fn headroom(actual: i64, potential: i64) -> Option<i64> {
    if potential > 0 { potential.checked_sub(actual) } else { None }
}

/// Our sales as a share of what a client buys of us and of others, as a ratio for reading;
/// `None` where that is not above zero (R25, S2.11).
///
/// ```
/// assert_eq!(clientela::penetration(30_00, 70_00), Some(0.3));
/// ```
pub fn penetration(ours: i64, competitors: i64) -> Option<f64> {
    let all = i128::from(ours) + i128::from(competitors);
    (all > 0).then(|| ours as f64 / all as f64)
}

/// What a client could buy, from what is declared (S0.9; conflict C21 of the sources): its
/// potential, else what it buys of us and elsewhere. In minor units; `None` where unknown.
///
/// ```
/// assert_eq!(clientela::need(10_00, Some(500_00), Some(1_00)), Some(500_00));
/// assert_eq!(clientela::need(10_00, None, Some(30_00)), Some(40_00));
/// assert_eq!(clientela::need(10_00, None, None), None);
/// ```
pub fn need(actual: i64, potential: Option<i64>, competitors: Option<i64>) -> Option<i64> {
    let both = || competitors.and_then(|elsewhere| actual.checked_add(elsewhere));
    potential.filter(|&potential| potential > 0).or_else(|| both().filter(|&both| both > 0))
}

/// The band of a realisation: how many limits it reaches (S0.10). Amounts in minor units.
///
/// ```
/// use clientela::{PotentialPolicy, potential_band};
///
/// let policy = PotentialPolicy::default();
/// assert_eq!(potential_band(25, 100, &policy), 1);
/// assert_eq!(potential_band(-5, 100, &policy), 0);
/// ```
pub fn potential_band(actual: i64, potential: i64, policy: &PotentialPolicy) -> usize {
    let reached = |limit: &&crate::Percent| limit.reached_by(actual.into(), potential.into());
    policy.bands.iter().take_while(reached).count()
}

/// What one client buys and could buy, in minor units over the same time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    pub(crate) actual: i64,
    pub(crate) declared: Option<i64>,
    pub(crate) competitors: Option<i64>,
}

impl Need {
    pub(crate) fn potential(&self) -> Option<i64> {
        need(self.actual, self.declared, self.competitors)
    }

    pub(crate) fn headroom(&self) -> Option<i64> {
        headroom(self.actual, self.potential()?)
    }
}

/// The needs of all clients.
#[derive(Debug)]
pub(crate) struct Needs<'a> {
    basis: &'a Basis<'a>,
    /// Amounts of the window, where all clients are asked for.
    amounts: Option<Arc<Buffer<i64>>>,
    declared: NumberField<'a>,
    competitors: NumberField<'a>,
}

impl<'a> Needs<'a> {
    /// For asking about all clients.
    pub(crate) fn of_all(basis: &'a Basis<'a>) -> Self {
        let amounts = basis.amounts(basis.plan.policy.potential.window);
        Self { amounts: Some(amounts), ..Self::one_by_one(basis) }
    }

    /// For asking about a few clients.
    pub(crate) fn one_by_one(basis: &'a Basis<'a>) -> Self {
        Self {
            basis,
            amounts: None,
            declared: basis.numbers("potential"),
            competitors: basis.numbers("competitor_sales"),
        }
    }

    pub(crate) fn of(&self, row: usize) -> Need {
        let one = || self.basis.amount(self.basis.plan.policy.potential.window, row);
        Need {
            actual: self.amounts.as_ref().map_or_else(one, |amounts| amounts[row]),
            declared: self.declared.get(row),
            competitors: self.competitors.get(row),
        }
    }
}

/// Realisation, headroom and penetration.
#[derive(Debug)]
pub(crate) struct PotentialAxis;

impl Axis for PotentialAxis {
    fn axes(&self) -> &'static [&'static str] {
        &["potential_band"]
    }

    fn columns(&self, known: &Known<'_>) -> Result<Vec<Column>> {
        let basis = known.basis;
        let policy = &known.policy().potential;
        let scale = known.scale();
        let needs = Needs::of_all(basis);
        let told = basis.declared.is_some();
        let amounts = |amount: &(dyn Fn(&Need) -> Option<i64> + Sync)| {
            let values = if told {
                Arc::new(known.each(|row| or_missing(amount(&needs.of(row)))))
            } else {
                basis.no_int64()
            };
            Values::Money(values, scale)
        };
        let ratios = |ratio: &(dyn Fn(&Need) -> Option<f64> + Sync)| {
            Values::Float(if told {
                Arc::new(known.each(|row| ratio(&needs.of(row)).unwrap_or(f64::NAN)))
            } else {
                basis.no_floats()
            })
        };
        let names = policy.band_names();
        let bands = if told {
            Arc::new(known.each(|row| {
                let need = needs.of(row);
                let band = |all| potential_band(need.actual, all, policy) as u8;
                need.potential().map_or(NO_CODE, band)
            }))
        } else {
            known.basis.no_codes()
        };
        let understated = if told {
            known.flags(|row| {
                let need = needs.of(row);
                need.potential().map(|potential| need.actual > potential)
            })
        } else {
            Values::Flag(known.basis.no_codes())
        };
        let actual = Values::Money(basis.amounts(policy.window), scale);
        Ok(vec![
            column("actual", "R26, S0.9", "Amount in the window of potential.", actual),
            column(
                "potential",
                "R26, S0.9",
                "What the client could buy in that time.",
                amounts(&Need::potential),
            ),
            column(
                "headroom",
                "R26, S0.9",
                "Potential less actual; below zero where the potential is understated.",
                amounts(&Need::headroom),
            ),
            column(
                "realisation",
                "R26, S0.9",
                "Actual over potential, as a ratio.",
                ratios(&|need| realisation(need.actual, need.potential()?)),
            ),
            column(
                "potential_band",
                "R26, S0.10",
                "Band of realisation, in per cent.",
                choice(bands, &names),
            ),
            column(
                "potential_understated",
                "R26, S0.9",
                "Buys more than its potential says.",
                understated,
            ),
            column(
                "penetration",
                "R25, S2.11",
                "Our sales over what the client buys of us and of others, as a ratio.",
                ratios(&|need| penetration(need.actual, need.competitors?)),
            ),
        ])
    }

    fn verdicts(&self, known: &Known<'_>, row: usize) -> Vec<Verdict> {
        let policy = &known.policy().potential;
        let names = policy.band_names();
        let need = Needs::one_by_one(known.basis).of(row);
        let Some(potential) = need.potential() else {
            let sentence = "What the client could buy is unknown, so nothing can be compared.";
            let reason = note("potential.need", "R26", sentence);
            return vec![verdict("potential_band", &names, NO_CODE, vec![reason])];
        };
        let band = potential_band(need.actual, potential, policy);
        let reasons = reasons(known, &need, potential, band);
        vec![verdict("potential_band", &names, band as u8, reasons)]
    }
}

fn reasons(known: &Known<'_>, need: &Need, potential: i64, band: usize) -> Vec<Reason> {
    let policy = &known.policy().potential;
    let scale = known.scale();
    let text = |minor| known.amount_text(minor);
    let seen = ratio(need.actual, potential.into());
    let over = policy.window.map_or_else(String::new, |span| format!(" in the last {span}"));
    let whence = if need.declared.is_some_and(|declared| declared > 0) {
        "as its portrait says"
    } else {
        "what it buys of us and elsewhere"
    };
    let sentence = format!(
        "Bought {}{over} of the {} that it could ({whence}): {:.1} %.",
        text(need.actual),
        text(potential),
        seen * 100.0
    );
    let lower = band.checked_sub(1).and_then(|below| policy.bands.get(below));
    let limit = lower.or(policy.bands.first());
    let mut reasons = vec![match limit {
        Some(&limit) => compared(
            "potential.realisation",
            "R26",
            in_percent("realisation", seen),
            if lower.is_some() { ">=" } else { "<" },
            percent("limit", limit),
            sentence,
        ),
        None => note("potential.realisation", "R26", sentence),
    }];
    let headroom = potential - need.actual;
    reasons.push(if headroom < 0 {
        compared(
            "potential.understated",
            "S0.9",
            money("actual", scale, need.actual),
            ">",
            money("potential", scale, potential),
            "It buys more than its potential says: the potential is understated.",
        )
    } else {
        compared(
            "potential.headroom",
            "S0.9",
            money("actual", scale, need.actual),
            "<=",
            money("potential", scale, potential),
            format!("Headroom of {}.", text(headroom)),
        )
    });
    reasons
}
