//! The weights by which pairs are judged, as a document that can be kept and given again.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::learn::Learnt;
use super::level::{LEVELS, Level};
use super::pool::{Pattern, level_at};
use crate::error::{Error, Result};
use crate::intake::directory::FieldKind;
use crate::money::Percent;

/// Weights are whole thousandths of a bit.
const PLACES: u32 = 3;

/// What the agreement of fields says of two records, in bits: a bit more doubles the odds that they
/// mean one client (Fellegi and Sunter 1969).
///
/// Weights add up: that of the pair before anything is compared, and one for each field in which
/// both values are known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchModel {
    /// Version of this document's form; 1.
    pub version: u32,
    /// The weight of two records before anything is compared.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub before: Decimal,
    /// The fields, in the order of the directory.
    pub fields: Vec<FieldModel>,
}

/// The weights of one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldModel {
    /// The field.
    pub field: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Its levels, from different to equal.
    pub levels: Vec<LevelModel>,
}

/// The weight of one level of agreement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelModel {
    /// The level.
    pub level: Level,
    /// The weight in bits, with three places.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub weight: Decimal,
    /// How often two records of one client agree so, for reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same: Option<f64>,
    /// How often two records of different clients do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<f64>,
}

impl MatchModel {
    /// Reads a model that [`MatchModel::to_json`] wrote, or one made by hand.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path; levels that a kind of field does not have or that are
    /// missing; weights beyond 100 bits or with more than three places.
    pub fn from_json(text: &str) -> Result<Self> {
        let model: Self = crate::json::parse(DOCUMENT, text)?;
        model.checked()
    }

    /// The model as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    pub(super) fn checked(self) -> Result<Self> {
        let bad = |path: String, problem: String| {
            Err(Error::BadDocument { document: DOCUMENT, path, problem })
        };
        if self.version != 1 {
            let problem = format!("{} is not known, this library reads 1", self.version);
            return bad("version".to_owned(), problem);
        }
        let odd = |weight: Decimal| {
            let weight = weight.normalize();
            weight.scale() > PLACES || weight.abs() > Decimal::ONE_HUNDRED
        };
        let wanted = "a weight is -100 to 100 bits with three places at most";
        if odd(self.before) {
            return bad("before".to_owned(), wanted.to_owned());
        }
        for (i, field) in self.fields.iter().enumerate() {
            let levels = Level::expected(field.kind).iter().map(|&(level, _)| level);
            if !levels.clone().eq(field.levels.iter().map(|one| one.level)) {
                let names: Vec<String> = levels.map(name).collect();
                let problem = format!("the levels of `{}` are {}", field.field, names.join(", "));
                return bad(format!("fields[{i}].levels"), problem);
            }
            if let Some(j) = field.levels.iter().position(|one| odd(one.weight)) {
                return bad(format!("fields[{i}].levels[{j}].weight"), wanted.to_owned());
            }
        }
        Ok(self)
    }

    pub(super) fn of(learnt: &Learnt, fields: Vec<(String, FieldKind)>, most_bits: u8) -> Self {
        let most = 1000 * i64::from(most_bits);
        let weight = |odds: f64| Decimal::new(thousandths(odds.log2()), PLACES);
        let fields = fields
            .into_iter()
            .zip(&learnt.fields)
            .map(|((field, kind), rates)| {
                let levels = Level::expected(kind).iter().map(|&(level, _)| {
                    let (same, other) = (rates.same[level as usize], rates.other[level as usize]);
                    let bits = thousandths((same / other).log2()).clamp(-most, most);
                    LevelModel {
                        level,
                        weight: Decimal::new(bits, PLACES),
                        same: Some(same),
                        other: Some(other),
                    }
                });
                FieldModel { field, kind, levels: levels.collect() }
            })
            .collect();
        let before = weight(learnt.share / (1.0 - learnt.share));
        Self { version: 1, before, fields }
    }

    /// The weights in thousandths of a bit, for adding up.
    pub(super) fn scales(&self) -> Scales {
        let whole = |weight: Decimal| {
            let mut weight = weight;
            weight.rescale(PLACES);
            weight.mantissa() as i64
        };
        let fields = self.fields.iter().map(|field| {
            let mut weights = [0; LEVELS];
            for one in &field.levels {
                weights[one.level as usize] = whole(one.weight);
            }
            weights
        });
        Scales { before: whole(self.before), fields: fields.collect() }
    }
}

const DOCUMENT: &str = "match model";

/// A level as it stands in JSON.
fn name(level: Level) -> String {
    serde_json::to_value(level)
        .ok()
        .and_then(|name| Some(name.as_str()?.to_owned()))
        .unwrap_or_default()
}

fn thousandths(bits: f64) -> i64 {
    (bits * 1000.0).round() as i64
}

/// Bits with three places.
pub(super) fn bits(thousandths: i64) -> Decimal {
    Decimal::new(thousandths, PLACES)
}

/// Weights in thousandths of a bit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scales {
    pub(super) before: i64,
    fields: Vec<[i64; LEVELS]>,
}

impl Scales {
    /// The weight of a pair.
    pub(super) fn weight(&self, pattern: Pattern) -> i64 {
        (0..self.fields.len()).map(|field| self.field(field, pattern).unwrap_or(0)).sum::<i64>()
            + self.before
    }

    /// The weight of a field in a pair; `None` where it tells nothing.
    pub(super) fn field(&self, field: usize, pattern: Pattern) -> Option<i64> {
        level_at(pattern, field).map(|level| self.fields[field][level as usize])
    }
}

/// The least weight that a probability asks for, in thousandths of a bit.
pub(super) fn threshold(probability: Percent) -> i64 {
    let (numerator, denominator) = probability.fraction();
    let odds = numerator as f64 / (denominator - numerator) as f64;
    (odds.log2() * 1000.0).ceil() as i64
}

/// The probability that a weight means, for reading.
pub(super) fn probability(weight: i64) -> f64 {
    let odds = (weight as f64 / 1000.0).exp2();
    if odds.is_infinite() { 1.0 } else { odds / (1.0 + odds) }
}
