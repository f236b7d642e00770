//! Good clients match the target portrait, so-so ones could become good (R21, S2.7, S2.8).

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::conditions::Conditions;
use crate::axis::{
    Axis, Known, Reason, Verdict, choice, column, compared, in_percent, note, or_missing, percent,
    quantity, reach, verdict,
};
use crate::census::Cuts;
use crate::census::basis::Basis;
use crate::census::facts::Facts;
use crate::class::AbcXyz;
use crate::error::Result;
use crate::lifecycle::Stage;
use crate::money::{Percent, Scale};
use crate::policy::Policy;
use crate::table::{Column, NO_CODE, Value, Values};

/// Whether a client is the one that the firm wants (R21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum TargetMatch {
    /// Matches the target portrait, or is in a target class.
    Good = 0,
    /// Not good, and a client or a regular on the ladder: could become good.
    SoSo = 1,
    /// All others.
    Other = 2,
}

impl TargetMatch {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["good", "so_so", "other"];
}

/// How a client stands to the target (R21, S2.7, S2.8): `matched` of `conditions` are met,
/// `in_class` says whether it is in a target class.
///
/// ```
/// use clientela::{Percent, Stage, TargetMatch, target_match};
///
/// let all = Percent::whole(100);
/// assert_eq!(target_match(2, 2, all, false, Stage::Buyer), TargetMatch::Good);
/// assert_eq!(target_match(1, 2, all, false, Stage::Client), TargetMatch::SoSo);
/// assert_eq!(target_match(0, 0, all, false, Stage::Supporter), TargetMatch::Other);
/// ```
pub fn target_match(
    matched: u32,
    conditions: u32,
    match_percent: Percent,
    in_class: bool,
    stage: Stage,
) -> TargetMatch {
    if in_class || by_portrait(matched, conditions, match_percent) {
        TargetMatch::Good
    } else if matches!(stage, Stage::Client | Stage::Regular) {
        TargetMatch::SoSo
    } else {
        TargetMatch::Other
    }
}

fn by_portrait(matched: u32, conditions: u32, match_percent: Percent) -> bool {
    conditions > 0 && match_percent.reached_by(matched.into(), conditions.into())
}

/// Volume of the clients that match the target, by ABC's criterion (S2.12).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetVolume {
    /// Clients that match.
    pub clients: u64,
    /// Their volume.
    pub volume: i128,
}

impl TargetVolume {
    /// Counts the rows of a base.
    pub(crate) fn of(basis: &Basis<'_>, facts: &Facts, cuts: &Cuts) -> Result<Self> {
        let policy = basis.plan.policy;
        let conditions = Conditions::new(basis.declared, &policy.target.conditions)?;
        let volumes = facts.volumes();
        let add =
            |a: Self, b: Self| Self { clients: a.clients + b.clients, volume: a.volume + b.volume };
        let counts = (0..basis.rows()).into_par_iter().with_min_len(4096).map(|row| {
            let abc = cuts.abc.as_ref().map_or(NO_CODE, |abc| abc.class(volumes[row]) as u8);
            let xyz = facts.xyz[row];
            let cell = if abc == NO_CODE || xyz == NO_CODE { NO_CODE } else { abc * 3 + xyz };
            let matched = conditions.matched(row);
            if is_good(policy, matched, conditions.len(), cell) {
                Self { clients: 1, volume: volumes[row].into() }
            } else {
                Self::default()
            }
        });
        Ok(counts.reduce(Self::default, add))
    }

    /// Adds the counts of another part of the base.
    pub fn merge(&mut self, other: &Self) {
        self.clients += other.clients;
        self.volume += other.volume;
    }

    /// The mean volume, to the nearest unit, halves to even; `None` where nobody matches.
    pub fn mean(&self) -> Option<i64> {
        Scale::mean_wide(self.volume, self.clients)
    }
}

fn is_good(policy: &Policy, matched: u32, conditions: u32, cell: u8) -> bool {
    in_class(policy, cell) || by_portrait(matched, conditions, policy.target.match_percent)
}

fn in_class(policy: &Policy, cell: u8) -> bool {
    policy.target.classes.iter().any(|&class| class as u8 == cell)
}

/// Good, so-so, other.
#[derive(Debug)]
pub(crate) struct TargetAxis;

impl TargetAxis {
    /// The distance to the target's volume; `None` where ABC weighs several criteria.
    fn gap(known: &Known<'_>, volume: i64) -> Option<i64> {
        known.cuts.target.mean()?.checked_sub(volume)
    }
}

impl Axis for TargetAxis {
    fn axes(&self) -> &'static [&'static str] {
        &["target_match"]
    }

    fn columns(&self, known: &Known<'_>) -> Result<Vec<Column>> {
        let policy = known.policy();
        let target = &policy.target;
        let conditions = Conditions::new(known.basis.declared, &target.conditions)?;
        let count = conditions.len();
        let (cells, stages) = (known.codes("abc_xyz"), known.codes("stage"));
        let codes = known.each(|row| {
            let stage = Stage::ALL[usize::from(stages[row])];
            let class = in_class(policy, cells[row]);
            target_match(conditions.matched(row), count, target.match_percent, class, stage) as u8
        });
        let scores = if count > 0 {
            Arc::new(known.each(|row| f64::from(conditions.matched(row)) / f64::from(count)))
        } else {
            known.basis.no_floats()
        };
        let (gaps, scale) = match (known.volumes(), known.cuts.target.clients) {
            (Some((volumes, scale)), 1..) => {
                let gap = |row: usize| or_missing(Self::gap(known, volumes[row]));
                (Arc::new(known.each(gap)), scale)
            }
            _ => (known.basis.no_int64(), known.scale()),
        };
        Ok(vec![
            column(
                "target_match",
                "R21, S2.7, S2.8",
                "Matches the target, could come to it, or neither.",
                choice(Arc::new(codes), &TargetMatch::NAMES),
            ),
            column(
                "target_score",
                "R21, S2.7",
                "Conditions of the target portrait that are met, as a ratio.",
                Values::Float(scores),
            ),
            column(
                "target_gap",
                "S2.12",
                "Mean volume of the good clients less the own, by the criterion of ABC.",
                Values::Money(gaps, scale),
            ),
        ])
    }

    fn verdicts(&self, known: &Known<'_>, row: usize) -> Vec<Verdict> {
        let policy = known.policy();
        let target = &policy.target;
        let names = &TargetMatch::NAMES;
        let Ok(conditions) = Conditions::new(known.basis.declared, &target.conditions) else {
            // The snapshot was made with them.
            return vec![verdict("target_match", names, NO_CODE, Vec::new())];
        };
        let (matched, count) = (conditions.matched(row), conditions.len());
        let stage = Stage::ALL[usize::from(known.codes("stage")[row])];
        let cell = known.code("abc_xyz", row);
        let class = cell.is_some_and(|cell| in_class(policy, cell));
        let is = target_match(matched, count, target.match_percent, class, stage);
        let mut reasons: Vec<Reason> = Vec::new();
        if count > 0 {
            let unmet = conditions.unmet(row);
            let rest = if unmet.is_empty() {
                String::new()
            } else {
                format!("; not met: {}", unmet.join(", "))
            };
            reasons.push(compared(
                "target.portrait",
                "R21",
                in_percent("score", f64::from(matched) / f64::from(count)),
                reach(by_portrait(matched, count, target.match_percent)),
                percent("match_percent", target.match_percent),
                format!("{matched} of {count} conditions of the target portrait{rest}."),
            ));
        }
        let classes: Vec<&str> =
            target.classes.iter().map(|&class| AbcXyz::NAMES[class as usize]).collect();
        let cell = cell.map_or("no class", |cell| AbcXyz::NAMES[usize::from(cell)]);
        reasons.push(note(
            "target.class",
            "S2.7",
            if class {
                format!("In {cell}, a class of the target ({}).", classes.join(", "))
            } else {
                format!("In {cell}; the classes of the target are {}.", classes.join(", "))
            },
        ));
        match is {
            TargetMatch::Good => {}
            TargetMatch::SoSo => reasons.push(note(
                "target.so_so",
                "S2.8",
                "Buys again but does not match: a loyalty programme, promotions or a trial can \
                 make it good.",
            )),
            TargetMatch::Other => reasons.push(note(
                "target.other",
                "S2.8",
                format!("At the stage {}, which is not among the so-so.", stage.name()),
            )),
        }
        reasons.extend(gap_reason(known, row));
        vec![verdict("target_match", names, is as u8, reasons)]
    }
}

fn gap_reason(known: &Known<'_>, row: usize) -> Option<Reason> {
    let (volumes, scale) = known.volumes()?;
    let volume = volumes[row];
    let mean = known.cuts.target.mean()?;
    let figure = |name: &str, value| quantity(name, Value::Decimal(scale.decimal(value)), "volume");
    Some(compared(
        "target.gap",
        "S2.12",
        figure("volume", volume),
        if volume < mean { "<" } else { ">=" },
        figure("mean_volume", mean),
        format!(
            "Volume of {}; the good clients have {} on average.",
            scale.decimal(volume),
            scale.decimal(mean)
        ),
    ))
}
