//! What the caller says about a frame: which columns, and how to read them.

use std::collections::BTreeMap;

use clientela::intake::FieldKind;
use clientela::{
    Catalogue, ColumnNames, Currency, Day, Error, LedgerOptions, Negative, OnBad, PortraitOptions,
    RateTable, Result, Scale, Zone,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

/// The names of a frame's columns, one per field of a sale.
///
/// The first three every sale has; an optional column that is not named is not read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Columns {
    /// Who bought: whole numbers or text. Default: `client`.
    pub client: String,
    /// The day: dates, times or text. Default: `date`.
    pub date: String,
    /// Net of tax: decimals, whole minor units, text, or floats where they are allowed.
    /// Default: `amount`.
    pub amount: String,
    /// Order ids; null is no order.
    pub order: Option<String>,
    /// Units sold; null is unknown.
    pub quantity: Option<String>,
    /// Profit, written as amounts are; null is unknown.
    pub profit: Option<String>,
    /// What was bought; null is unknown.
    pub category: Option<String>,
    /// The brand of what was bought; null is unknown.
    pub brand: Option<String>,
    /// Whether on promotion: true/false or 1/0; null is unknown.
    pub promo: Option<String>,
    /// Who sold it; null is unknown.
    pub manager: Option<String>,
    /// Which department sold it; null is unknown.
    pub department: Option<String>,
    /// `sale`, `return` or `cancellation`.
    pub kind: Option<String>,
    /// Three-letter currency codes; needs the ledger's own currency.
    pub currency: Option<String>,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            client: "client".to_owned(),
            date: "date".to_owned(),
            amount: "amount".to_owned(),
            order: None,
            quantity: None,
            profit: None,
            category: None,
            brand: None,
            promo: None,
            manager: None,
            department: None,
            kind: None,
            currency: None,
        }
    }
}

impl Columns {
    /// The names under which the core reports rows.
    pub(crate) fn names(&self) -> ColumnNames {
        let own = ColumnNames::default();
        let or = |name: &Option<String>, own: String| name.clone().unwrap_or(own);
        ColumnNames {
            client: self.client.clone(),
            date: self.date.clone(),
            amount: self.amount.clone(),
            order: or(&self.order, own.order),
            quantity: or(&self.quantity, own.quantity),
            profit: or(&self.profit, own.profit),
            category: or(&self.category, own.category),
            brand: or(&self.brand, own.brand),
            promo: or(&self.promo, own.promo),
            manager: or(&self.manager, own.manager),
            department: or(&self.department, own.department),
            kind: or(&self.kind, own.kind),
        }
    }
}

/// Whether amounts may come as floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Floats {
    /// A column of floats is an error.
    #[default]
    Refuse,
    /// A float is taken if it is exactly the nearest float to an amount at the ledger's
    /// scale; any other is a bad row. Nothing is ever rounded.
    Exact,
}

/// How to read a frame: the options that both bindings take, as arguments or as JSON.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadOptions {
    /// The names of the columns.
    pub columns: Columns,
    /// The one currency of the ledger. Default: none stated.
    pub currency: Currency,
    /// Decimal places of amounts, 0 to 9. Default: 2.
    pub scale: Scale,
    /// Decimal places of quantities, 0 to 9. Default: 0.
    pub quantity_scale: Scale,
    /// The zone whose calendar days count for times that are instants. Default: the zone of
    /// the column.
    #[serde(deserialize_with = "zone")]
    pub zone: Option<Zone>,
    /// Amounts as floats. Default: refuse.
    pub floats: Floats,
    /// Bad rows. Default: refuse.
    pub on_bad: OnBad,
    /// Amounts below zero without a column of kinds. Default: return.
    pub negative: Negative,
    /// The last day that a sale may have. Default: no limit.
    pub latest: Option<Day>,
    /// Rates into the ledger's currency. Default: none, and every foreign row is bad.
    pub rates: Option<RateTable>,
    /// Number of threads. Default: all cores.
    pub threads: Option<usize>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        let LedgerOptions { currency, scale, quantity_scale, latest, on_bad, negative } =
            LedgerOptions::default();
        Self {
            columns: Columns::default(),
            currency,
            scale,
            quantity_scale,
            zone: None,
            floats: Floats::Refuse,
            on_bad,
            negative,
            latest,
            rates: None,
            threads: None,
        }
    }
}

fn zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Zone>, D::Error> {
    Option::<String>::deserialize(deserializer)?
        .map(|name| name.parse().map_err(serde::de::Error::custom))
        .transpose()
}

impl ReadOptions {
    /// Reads options from JSON; absent ones take their defaults, unknown ones are errors that
    /// name the path.
    pub fn from_json(json: &str) -> Result<Self> {
        read(json)
    }

    /// The part that the ledger itself keeps.
    pub fn ledger(&self) -> LedgerOptions {
        LedgerOptions {
            currency: self.currency,
            scale: self.scale,
            quantity_scale: self.quantity_scale,
            latest: self.latest,
            on_bad: self.on_bad,
            negative: self.negative,
        }
    }
}

/// Reads options; an error names the path.
fn read<T: DeserializeOwned>(json: &str) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let options = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| bad(format!("{}: {}", error.path(), error.inner())))?;
    reader.end().map_err(|error| bad(error.to_string()))?;
    Ok(options)
}

fn bad(problem: String) -> Error {
    Error::BadArgument { argument: "options", problem }
}

/// The names of the columns of a frame of portraits that are no fields.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortraitColumns {
    /// Who: whole numbers or text. Default: `client`.
    pub client: String,
    /// Each client's kind; null is unknown.
    pub kind: Option<String>,
    /// When a portrait was last brought up to date; null is unknown.
    pub updated_on: Option<String>,
}

impl Default for PortraitColumns {
    fn default() -> Self {
        Self { client: "client".to_owned(), kind: None, updated_on: None }
    }
}

/// How to read a frame of portraits, a row per client: the options that both bindings take, as
/// arguments or as JSON.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortraitReadOptions {
    /// The names of the columns that are no fields.
    pub columns: PortraitColumns,
    /// The kind of all clients; not together with a column of kinds. Default: unknown.
    pub kind: Option<String>,
    /// The field that each column holds, by column. Default: every column that has the name of
    /// a field of the catalogue.
    pub fields: Option<BTreeMap<String, String>>,
    /// The currency of all amounts. Default: none stated.
    pub currency: Currency,
    /// Decimal places of amounts, 0 to 9. Default: 2.
    pub scale: Scale,
    /// What there is to know. Default: the built-in catalogue.
    pub catalogue: Catalogue,
    /// Numbers as floats. Default: refuse.
    pub floats: Floats,
    /// Bad rows. Default: refuse.
    pub on_bad: OnBad,
    /// Number of threads. Default: all cores.
    pub threads: Option<usize>,
}

impl PortraitReadOptions {
    /// Reads options from JSON; absent ones take their defaults, unknown ones are errors that
    /// name the path. The catalogue is a document as [`Catalogue::from_json`] reads it.
    ///
    /// # Errors
    /// [`Error::BadArgument`]; [`Error::BadDocument`] for the catalogue.
    pub fn from_json(json: &str) -> Result<Self> {
        let mut document: Json = read(json)?;
        // The catalogue says itself what is wrong with it, and where.
        let catalogue = document.as_object_mut().and_then(|fields| fields.remove("catalogue"));
        let mut options: Self = serde_path_to_error::deserialize(document)
            .map_err(|error| bad(format!("{}: {}", error.path(), error.inner())))?;
        if let Some(catalogue) = catalogue.filter(|catalogue| !catalogue.is_null()) {
            options.catalogue = Catalogue::from_json(&catalogue.to_string())?;
        }
        Ok(options)
    }

    /// The part that the portraits themselves keep.
    pub fn portraits(&self) -> PortraitOptions {
        PortraitOptions {
            currency: self.currency,
            scale: self.scale,
            catalogue: self.catalogue.clone(),
            on_bad: self.on_bad,
        }
    }
}

/// How to read a frame of records, a row per client, into a directory: the options that both
/// bindings take, as arguments or as JSON.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecordReadOptions {
    /// The column of ids: whole numbers or text. Default: `id`.
    pub id: String,
    /// The field that each column holds, by column. Default: every column but that of the ids,
    /// under its own name.
    pub fields: Option<BTreeMap<String, String>>,
    /// What fields hold, where their names do not tell it.
    pub kinds: BTreeMap<String, FieldKind>,
    /// Number of threads. Default: all cores.
    pub threads: Option<usize>,
}

impl Default for RecordReadOptions {
    fn default() -> Self {
        Self { id: "id".to_owned(), fields: None, kinds: BTreeMap::new(), threads: None }
    }
}

impl RecordReadOptions {
    /// Reads options from JSON; absent ones take their defaults, unknown ones are errors that
    /// name the path.
    ///
    /// # Errors
    /// [`Error::BadArgument`].
    pub fn from_json(json: &str) -> Result<Self> {
        read(json)
    }
}
