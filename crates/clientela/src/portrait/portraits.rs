//! The portraits of a base, by column.

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::builder::{PortraitReport, PortraitsBuilder};
use super::catalogue::Catalogue;
use super::completeness::CHUNK;
use super::document::Portrait;
use super::records::Records;
use super::unite::{Columns, unite};
use super::value::FieldValue;
use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::client::{ClientId, ClientIds};
use crate::error::{Error, Result};
use crate::ledger::OnBad;
use crate::money::{Currency, Scale};

/// How portraits are kept and what is taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortraitOptions {
    /// The one currency of all amounts. Default: none stated.
    pub currency: Currency,
    /// Decimal places of amounts. Default: 2.
    pub scale: Scale,
    /// Kinds and fields. Default: the built-in ones.
    pub catalogue: Catalogue,
    /// Rows of batches that cannot be taken; a document that cannot be taken is always an
    /// error. Default: refuse.
    pub on_bad: OnBad,
}

impl PortraitOptions {
    /// Reads options from JSON; absent members take their defaults.
    ///
    /// # Errors
    /// [`Error::BadArgument`] for a member; [`Error::BadDocument`] for the catalogue.
    pub fn from_json(text: &str) -> Result<Self> {
        let bad = |problem: String| Error::BadArgument { argument: "options", problem };
        let mut json: serde_json::Value =
            serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        let catalogue = json.as_object_mut().and_then(|members| members.remove("catalogue"));
        let mut options: Self = serde_path_to_error::deserialize(&json)
            .map_err(|error| bad(format!("{}: {}", error.path(), error.inner())))?;
        if let Some(catalogue) = catalogue.filter(|catalogue| !catalogue.is_null()) {
            options.catalogue = Catalogue::from_json(&catalogue.to_string())?;
        }
        Ok(options)
    }
}

/// The portraits of a base. Immutable, cheap to clone, safe to share.
///
/// The same portraits make the same base, byte for byte, whatever the order of documents,
/// batches and merges and the number of threads. Two are equal where they hold the same of the
/// same clients; their reports do not matter.
///
/// ```
/// use clientela::{Day, PortraitOptions, Portraits};
///
/// let text = r#"[{"client": 7, "kind": "shop", "updated_on": "2026-01-31",
///                 "fields": {"floor_area_m2": "120.5", "phone": "+7 495 000"}}]"#;
/// let portraits = Portraits::from_json(text, &PortraitOptions::default())?;
/// let completeness = portraits.completeness_of(&7.into(), Day::of(2026, 6, 30).unwrap()).unwrap();
/// assert_eq!(completeness.filled, 2);
/// assert!(completeness.sufficient);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Portraits {
    options: PortraitOptions,
    columns: Arc<Columns>,
    report: Arc<PortraitReport>,
}

impl PartialEq for Portraits {
    fn eq(&self, other: &Self) -> bool {
        self.differ(other).is_none() && self.columns == other.columns
    }
}

impl Portraits {
    pub(super) fn of(options: PortraitOptions, columns: Columns, report: PortraitReport) -> Self {
        Self { options, columns: Arc::new(columns), report: Arc::new(report) }
    }

    /// Reads a list of portrait documents, each client once.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `[3].fields.floor_area_m2`.
    pub fn from_json(text: &str, options: &PortraitOptions) -> Result<Self> {
        let mut builder = PortraitsBuilder::new(options.clone());
        builder.push_json(text)?;
        builder.finish()
    }

    /// The documents of all clients as a list in JSON, in the order of ids, one a line.
    pub fn to_json(&self) -> String {
        let lines: Vec<String> = (0..self.len().div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let mut lines = String::new();
                for row in chunk * CHUNK..self.len().min((chunk + 1) * CHUNK) {
                    lines.push_str(if row == 0 { "\n" } else { ",\n" });
                    let line = serde_json::to_string(&self.portrait(row));
                    lines.push_str(&line.unwrap_or_default());
                }
                lines
            })
            .collect();
        format!("[{}\n]\n", lines.concat())
    }

    /// How they are kept.
    pub fn options(&self) -> &PortraitOptions {
        &self.options
    }

    /// The catalogue.
    pub fn catalogue(&self) -> &Catalogue {
        &self.options.catalogue
    }

    /// Number of clients.
    pub fn len(&self) -> usize {
        self.columns.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The clients in order.
    pub fn ids(&self) -> &ClientIds {
        &self.columns.ids
    }

    /// The account of what came in.
    pub fn report(&self) -> &PortraitReport {
        &self.report
    }

    /// The portrait of a client, or `None` where there is none.
    pub fn get(&self, client: &ClientId) -> Option<Portrait> {
        self.ids().find(client).map(|row| self.portrait(row))
    }

    /// The portraits of both, united client by client and field by field. Merging in any order
    /// gives the same portraits.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where currencies, scales, catalogues or kinds of ids differ;
    /// [`Error::BadDocument`] where a field of a client has two values.
    pub fn merge(&self, other: &Self) -> Result<Self> {
        if let Some(error) = self.differ(other) {
            return Err(error);
        }
        let kind = |ids: &ClientIds| match ids {
            ClientIds::Int(_) => "numbers".to_owned(),
            ClientIds::Text(_) => "texts".to_owned(),
        };
        let (left, right) = (kind(self.ids()), kind(other.ids()));
        if left != right && !self.is_empty() && !other.is_empty() {
            return Err(Error::Mismatch { what: "kind of client id", left, right });
        }
        let parts = vec![(*self.columns).clone(), (*other.columns).clone()];
        let columns = unite(parts, self.catalogue(), self.options.scale)?;
        Ok(Self::of(self.options.clone(), columns, self.report.plus(&other.report)))
    }

    /// Why two cannot be merged.
    fn differ(&self, other: &Self) -> Option<Error> {
        let (mine, theirs) = (&self.options, &other.options);
        let told = |what, left: String, right: String| {
            (left != right).then_some(Error::Mismatch { what, left, right })
        };
        told("currency", mine.currency.to_string(), theirs.currency.to_string())
            .or(told("scale", mine.scale.places().to_string(), theirs.scale.places().to_string()))
            .or_else(|| {
                let fields = |all: &Catalogue| format!("{} fields", all.fields().len());
                let (left, right) = (fields(&mine.catalogue), fields(&theirs.catalogue));
                (mine.catalogue != theirs.catalogue).then_some(Error::Mismatch {
                    what: "catalogue",
                    left,
                    right,
                })
            })
    }

    /// The portrait of a row.
    pub(crate) fn portrait(&self, row: usize) -> Portrait {
        let columns = &*self.columns;
        let mut portrait = Portrait::new(columns.ids.get(row));
        let kind = usize::from(columns.kind[row]);
        portrait.kind = self.catalogue().kind_names().get(kind).cloned();
        portrait.updated_on = Day::new(columns.updated_on[row]);
        if let Some(records) = self.records(row) {
            portrait.records = records.clone();
        }
        for (place, field) in self.catalogue().fields().iter().enumerate() {
            let value = self.value_at(row, place);
            let held = match field.records {
                Some(records) => portrait.records.fills(records, Day::MAX),
                None => value.is_some(),
            };
            let day = columns.date(place, row);
            if held && day != columns.updated_on[row] {
                portrait.updated.insert(field.name.clone(), Day::new(day));
            }
            if let Some(value) = value {
                portrait.fields.insert(field.name.clone(), value);
            }
        }
        portrait
    }

    /// The columns.
    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The records of a row.
    pub(crate) fn records(&self, row: usize) -> Option<&Records> {
        self.columns.records.get(&(row as u32)).map(|records| &**records)
    }

    /// The codes of kinds and their names; [`NO_CODE`](crate::NO_CODE) is unknown.
    pub(crate) fn kind_codes(&self) -> (&Arc<Buffer<u8>>, &Arc<Vec<String>>) {
        (&self.columns.kind, self.catalogue().kind_names())
    }

    /// The value of a row at a field's place.
    pub(crate) fn value_at(&self, row: usize, place: usize) -> Option<FieldValue> {
        let field = &self.catalogue().fields()[place];
        self.columns.fields[place].as_ref()?.get(row, field, self.options.scale)
    }
}
