//! High-maintenance clients: little income, much attention, never content (R18, S3.4).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::axis::{
    Axis, Known, Reason, Verdict, choice, column, compared, declared, money, note, or_missing,
    plural, reach, verdict, whole,
};
use crate::census::Tally;
use crate::census::basis::{Basis, FlagField, NumberField};
use crate::error::Result;
use crate::policy::{CarePolicy, Ties};
use crate::segment::TierCuts;
use crate::table::{Column, NO_CODE, Values};
use crate::truth::all;

/// How much care a client takes (R18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Care {
    /// As any other.
    Ordinary = 0,
    /// Little income, much attention, never content.
    HighMaintenance = 1,
}

impl Care {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 2] = ["ordinary", "high_maintenance"];
}

/// The care that a client takes (R18): all three facts make it high, one that does not hold
/// makes it ordinary, and else it is unknown.
///
/// ```
/// use clientela::{Care, care};
///
/// assert_eq!(care(Some(true), Some(true), Some(true)), Some(Care::HighMaintenance));
/// assert_eq!(care(Some(true), None, Some(false)), Some(Care::Ordinary));
/// assert_eq!(care(Some(true), None, Some(true)), None);
/// ```
pub fn care(
    little_income: Option<bool>,
    much_attention: Option<bool>,
    dissatisfied: Option<bool>,
) -> Option<Care> {
    all(&[little_income, much_attention, dissatisfied])
        .map(|high| if high { Care::HighMaintenance } else { Care::Ordinary })
}

/// Minutes of attention per 10^9 minor units of income, rounded down; the highest number where
/// there was attention and no income.
///
/// ```
/// use clientela::attention_per_amount;
///
/// assert_eq!(attention_per_amount(90, 1_000_00), 900_000);
/// assert_eq!(attention_per_amount(1, 0), i64::MAX);
/// assert_eq!(attention_per_amount(0, 0), 0);
/// ```
pub fn attention_per_amount(minutes: i64, amount: i64) -> i64 {
    match (minutes, amount) {
        (..=0, _) => 0,
        (_, ..=0) => i64::MAX,
        _ => {
            let parts = i128::from(minutes) * 1_000_000_000 / i128::from(amount);
            i64::try_from(parts).unwrap_or(i64::MAX)
        }
    }
}

/// Where income ends to be little and attention begins to be much.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareCuts {
    /// Income below this amount in minor units is little; `None` where nobody bought.
    pub amount: Option<i64>,
    /// Attention per amount from here on is much, see [`attention_per_amount`]; `None` where
    /// it is known of nobody.
    pub effort: Option<i64>,
}

/// The distributions that the cuts of care follow from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CareCounts {
    amounts: Tally,
    efforts: Tally,
}

impl CareCounts {
    /// Counts the clients with a purchase.
    pub(crate) fn of(basis: &Basis<'_>, purchases: &[i32]) -> Self {
        let amounts = basis.amounts(basis.plan.policy.care.window);
        let bought = |row: usize| purchases[row] > 0;
        let reader = Reader::new(basis);
        let effort = |row: usize| {
            let minutes = reader.minutes(row).filter(|_| bought(row))?;
            Some(attention_per_amount(minutes, amounts[row]))
        };
        let told = if basis.declared.is_some() { basis.rows() } else { 0 };
        Self {
            amounts: Tally::of_rows(basis.rows(), |row| bought(row).then(|| amounts[row])),
            efforts: Tally::of_rows(told, effort),
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.amounts.merge(&other.amounts);
        self.efforts.merge(&other.efforts);
    }

    pub(crate) fn cuts(&mut self, policy: &CarePolicy) -> CareCuts {
        let rank = policy.amount_percent.ceil_of(self.amounts.len());
        CareCuts {
            amount: self.amounts.at_rank(rank),
            effort: TierCuts::top(&mut self.efforts, policy.effort_percent, Ties::Include),
        }
    }
}

/// Reads what is declared of one client after another.
struct Reader<'a> {
    basis: &'a Basis<'a>,
    /// First day of the window.
    since: i32,
    minutes: NumberField<'a>,
    dissatisfied: FlagField<'a>,
}

impl<'a> Reader<'a> {
    fn new(basis: &'a Basis<'a>) -> Self {
        Self {
            basis,
            since: basis.since(basis.plan.policy.care.window),
            minutes: basis.numbers("attention_minutes"),
            dissatisfied: basis.flags("dissatisfied"),
        }
    }

    /// Minutes of attention in the window: as declared, else those of the interactions on
    /// record.
    fn minutes(&self, row: usize) -> Option<i64> {
        if let Some(minutes) = self.minutes.get(row) {
            return Some(minutes);
        }
        let mut known = (self.basis.records(row)?.interactions.iter())
            .filter(|interaction| self.basis.counts(interaction.on, self.since))
            .filter_map(|interaction| interaction.minutes);
        let first = known.next()?;
        Some(known.fold(i64::from(first), |sum, minutes| sum + i64::from(minutes)))
    }

    /// Complaints in the window.
    fn complaints(&self, row: usize) -> usize {
        self.basis.records(row).map_or(0, |records| {
            records
                .complaints
                .iter()
                .filter(|complaint| self.basis.counts(complaint.on, self.since))
                .count()
        })
    }
}

/// What the verdict on one client rests on.
struct Facts {
    minutes: Option<i64>,
    amount: i64,
    complaints: usize,
    declared: Option<bool>,
    little: Option<bool>,
    much: Option<bool>,
    dissatisfied: Option<bool>,
}

impl Facts {
    fn of(known: &Known<'_>, reader: &Reader<'_>, amount: i64, row: usize) -> Self {
        let cuts = &known.cuts.care;
        let minutes = reader.minutes(row);
        let complaints = reader.complaints(row);
        let declared = reader.dissatisfied.get(row);
        let many = complaints >= usize::from(known.policy().care.complaints);
        Self {
            minutes,
            amount,
            complaints,
            declared,
            little: Some(cuts.amount.is_some_and(|cut| amount < cut)),
            much: minutes.map(|minutes| {
                let effort = attention_per_amount(minutes, amount);
                minutes > 0 && cuts.effort.is_some_and(|cut| effort >= cut)
            }),
            dissatisfied: if many { Some(true) } else { declared },
        }
    }

    fn care(&self) -> Option<Care> {
        care(self.little, self.much, self.dissatisfied)
    }

    fn reasons(&self, known: &Known<'_>) -> Vec<Reason> {
        let policy = &known.policy().care;
        let cuts = &known.cuts.care;
        let scale = known.scale();
        let mut reasons = Vec::new();
        if let Some(cut) = cuts.amount {
            let little = self.little == Some(true);
            reasons.push(compared(
                "care.income",
                "R18",
                money("amount", scale, self.amount),
                if little { "<" } else { ">=" },
                money("limit", scale, cut),
                format!(
                    "Income of {}; it is little below {}, where {} of the clients are reached.",
                    known.amount_text(self.amount),
                    known.amount_text(cut),
                    policy.amount_percent
                ),
            ));
        }
        match (self.minutes, cuts.effort) {
            (Some(minutes), Some(cut)) => {
                let effort = attention_per_amount(minutes, self.amount);
                let much = self.much == Some(true);
                reasons.push(compared(
                    "care.attention",
                    "R18",
                    whole("attention_per_amount", effort, "minutes per 10^9 minor units"),
                    reach(much),
                    whole("limit", cut, "minutes per 10^9 minor units"),
                    format!(
                        "{} of attention: {} the {} of clients with the most per income.",
                        plural(minutes, "minute"),
                        if much { "among" } else { "not among" },
                        policy.effort_percent
                    ),
                ));
            }
            _ => reasons.push(note(
                "care.attention",
                "R18",
                "How much attention the client takes is not on record.",
            )),
        }
        let (seen, least) = (self.complaints as i64, i64::from(policy.complaints));
        if seen >= least {
            reasons.push(compared(
                "care.complaints",
                "R18",
                whole("complaints", seen, "complaints"),
                ">=",
                whole("least", least, "complaints"),
                format!("{} in the window: not content.", plural(seen, "complaint")),
            ));
        } else {
            let sentence = match self.declared {
                Some(true) => "Declared as never content.",
                Some(false) => "Declared as content.",
                None => "Whether the client is content is unknown.",
            };
            reasons.push(declared(
                "care.dissatisfied",
                "R18",
                "dissatisfied",
                self.declared,
                sentence,
            ));
        }
        reasons
    }
}

/// Ordinary or high maintenance.
#[derive(Debug)]
pub(crate) struct CareAxis;

impl Axis for CareAxis {
    fn axes(&self) -> &'static [&'static str] {
        &["care"]
    }

    fn columns(&self, known: &Known<'_>) -> Result<Vec<Column>> {
        let reader = Reader::new(known.basis);
        let amounts = known.basis.amounts(known.policy().care.window);
        let purchases = known.counts("purchases");
        let codes = known.each(|row| {
            let care = || Facts::of(known, &reader, amounts[row], row).care();
            if purchases[row] > 0 { care().map_or(NO_CODE, |care| care as u8) } else { NO_CODE }
        });
        let minutes_of = if known.basis.declared.is_some() {
            Arc::new(known.each(|row| or_missing(reader.minutes(row))))
        } else {
            known.basis.no_int64()
        };
        Ok(vec![
            column(
                "care",
                "R18",
                "Whether the client takes more attention than it brings.",
                choice(Arc::new(codes), &Care::NAMES),
            ),
            column(
                "attention_minutes",
                "R18",
                "Minutes of attention in the window.",
                Values::Int64(minutes_of),
            ),
        ])
    }

    fn verdicts(&self, known: &Known<'_>, row: usize) -> Vec<Verdict> {
        let reasons = |rule, sentence: &str| vec![note(rule, "R18", sentence)];
        let nothing = |reasons| vec![verdict("care", &Care::NAMES, NO_CODE, reasons)];
        if known.counts("purchases")[row] == 0 {
            return nothing(reasons("care.population", "No purchase, so no income to compare."));
        }
        let amount = known.basis.amount(known.policy().care.window, row);
        let facts = Facts::of(known, &Reader::new(known.basis), amount, row);
        let code = facts.care().map_or(NO_CODE, |care| care as u8);
        let mut reasons = facts.reasons(known);
        if facts.care() == Some(Care::HighMaintenance) {
            reasons.push(note(
                "care.potential",
                "S3.4",
                "Such clients have a good potential both to grow and to press the firm.",
            ));
        }
        vec![verdict("care", &Care::NAMES, code, reasons)]
    }
}
