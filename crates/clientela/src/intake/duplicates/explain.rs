//! Why two records are taken to mean one client, or not.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use super::level::Level;
use super::model::{bits, probability};
use super::pool::{Pool, level_at};
use super::{Directory, Duplicates};
use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::intake::directory::NO_KEY;

/// How two records agree, field by field, with the weight of each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairExplanation {
    /// The one record.
    pub client: ClientId,
    /// The other one.
    pub other: ClientId,
    /// Whether they are taken to mean one client.
    pub duplicate: bool,
    /// The sum of all weights, in bits.
    pub weight: Decimal,
    /// How probable it is that they mean one client, for reading.
    pub probability: f64,
    /// The least weight of a duplicate, in bits.
    pub threshold: Decimal,
    /// The weight of any two records before they are compared.
    pub before: Decimal,
    /// The fields.
    pub fields: Vec<FieldAgreement>,
}

/// How two records agree in one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldAgreement {
    /// The field.
    pub field: String,
    /// The value of the one; `None` is unknown.
    pub value: Option<String>,
    /// The value of the other one.
    pub other: Option<String>,
    /// How they agree; `None` where a value is unknown, or where another field tells that the two
    /// are exchanged.
    pub level: Option<Level>,
    /// The weight in bits; 0 without a level.
    pub weight: Decimal,
}

impl Duplicates {
    /// Why two records are taken to mean one client, or are not. Of links the first is of the first
    /// directory.
    ///
    /// # Errors
    /// [`Error::UnknownClient`]; a record beside itself.
    pub fn explain(&self, client: &ClientId, other: &ClientId) -> Result<PairExplanation> {
        let row = |directory: &Directory, id: &ClientId| {
            directory.ids().find(id).ok_or_else(|| Error::UnknownClient(id.to_string()))
        };
        let (a, b) = (row(&self.left, client)?, row(self.second(), other)?);
        if self.right.is_none() && a == b {
            let problem = format!("{client} is one record");
            return Err(Error::BadArgument { argument: "other", problem });
        }
        let held = |directory: &'_ Directory, place: usize, row: usize| {
            let field = &directory.columns()[place];
            let code = field.codes[row];
            let known = code != NO_KEY;
            let key = if known { field.keys.get(code as usize).to_owned() } else { String::new() };
            (key, known.then(|| field.texts.get(row).to_owned()))
        };
        let values: Vec<_> = self
            .fields
            .iter()
            .map(|&(i, j)| (held(&self.left, i, a), held(self.second(), j, b)))
            .collect();
        let kinds = self.model.fields.iter().map(|field| field.kind);
        let one: Vec<_> = kinds.zip(&values).map(|(kind, pair)| (kind, &*pair.0.0)).collect();
        let two: Vec<&str> = values.iter().map(|pair| &*pair.1.0).collect();
        let pattern = Pool::of_pair(&one, &two).pattern(0, 1, self.gauge);
        let scales = self.model.scales();
        let weight = scales.weight(pattern);
        let fields = values
            .into_iter()
            .zip(&self.model.fields)
            .enumerate()
            .map(|(i, ((mine, theirs), model))| FieldAgreement {
                field: model.field.clone(),
                value: mine.1,
                other: theirs.1,
                level: level_at(pattern, i),
                weight: bits(scales.field(i, pattern).unwrap_or(0)),
            })
            .collect();
        Ok(PairExplanation {
            client: client.clone(),
            other: other.clone(),
            duplicate: bits(weight) >= self.report.threshold,
            weight: bits(weight),
            probability: probability(weight),
            threshold: self.report.threshold,
            before: bits(scales.before),
            fields,
        })
    }
}

impl fmt::Display for PairExplanation {
    /// A line for each weight.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.duplicate { "mean one client" } else { "are not taken for one" };
        writeln!(
            f,
            "{} and {} {verdict}: {} bits, {} are wanted",
            self.client, self.other, self.weight, self.threshold
        )?;
        writeln!(f, "  {:>8}  before anything is compared", self.before)?;
        for one in &self.fields {
            let shown = |value: &Option<String>| match value {
                Some(value) => format!("`{value}`"),
                None => "unknown".to_owned(),
            };
            let level = match one.level {
                Some(Level::Different) => "different",
                Some(Level::Near) => "near",
                Some(Level::Close) => "close",
                Some(Level::Swapped) => "exchanged",
                Some(Level::Equal) => "equal",
                None => "tells nothing",
            };
            let (value, other) = (shown(&one.value), shown(&one.other));
            writeln!(f, "  {:>8}  {}: {level}, {value} and {other}", one.weight, one.field)?;
        }
        Ok(())
    }
}
