//! Which column of a table is which field: always stated, never guessed (S2.34).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::amount::AmountFormat;
use super::date::{Century, DateFormat};
use super::grid::{Grid, without_cards};
use super::scheme::Scheme;
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::ledger::SaleKind;
use crate::policy::Policy;

/// What a table becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Portraits of clients.
    Portraits,
    /// Lines of sales.
    Sales,
}

/// How the cells of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// As the field's type asks; texts as they are.
    #[default]
    AsField,
    /// As a phone number, E.164; the region is `formats.region`.
    Phone,
    /// As an e-mail address.
    Email,
    /// As a country, by its code of two letters.
    Country,
    /// As series and number of a passport: the series goes to the field whose name ends in
    /// `_series` where this one's ends in `_number`. The country is `formats.passport_country`.
    Passport,
}

/// The field of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnTarget {
    /// The name of the field.
    pub field: String,
    /// How its cells are read.
    pub read: Reading,
}

/// How values are written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Formats {
    /// Formats of dates, as [`ReadDate`](super::ReadDate) takes them. Default: none, so that
    /// only days that the table holds as such are read.
    pub dates: Vec<String>,
    /// How amounts are written. Default: plain, 1234.56.
    pub amounts: AmountFormat,
    /// The day as of which years of two digits are read.
    pub as_of: Option<Day>,
    /// The country of phone numbers without a prefix.
    pub region: Option<String>,
    /// The country that issued the passports.
    pub passport_country: Option<String>,
    /// What kinds of lines are called in this table, beside `sale`, `return`, `cancellation`.
    pub kinds: BTreeMap<String, SaleKind>,
}

/// One clean-up of a row of portraits (S2.35). A target that is filled stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Takes out of a field what no name has.
    CleanName {
        /// The field.
        field: String,
    },
    /// Splits a field into itself and the sex.
    SplitSurnameSex {
        /// The field of the surname.
        field: String,
    },
    /// Splits a field into itself, a given name and a patronymic.
    SplitSurnameGivenName {
        /// The field of the surname.
        field: String,
        /// The field that takes the given name.
        given_name: String,
        /// The field that takes the patronymic; without one it stays with the given name.
        #[serde(default)]
        patronymic: Option<String>,
    },
    /// Fills a field with another one in Latin letters.
    CopyToLatin {
        /// The field in Cyrillic letters.
        from: String,
        /// The field to fill.
        to: String,
        /// The scheme.
        scheme: Scheme,
    },
    /// Fills a field with another one in Cyrillic letters.
    CopyToCyrillic {
        /// The field in Latin letters.
        from: String,
        /// The field to fill.
        to: String,
        /// The scheme.
        scheme: Scheme,
    },
}

/// What client ids are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdKind {
    /// Texts.
    #[default]
    Text,
    /// Whole numbers.
    Number,
}

/// Which column of a table is which field, and how its cells are read.
///
/// A column is named by its name or by its position from 0. Columns that are not named are left
/// out, and the report lists them. No field has two columns.
///
/// ```
/// use clientela::intake::Mapping;
///
/// let mapping = Mapping::from_json(
///     r#"{"target": "portraits",
///         "columns": {"Код": "client", "Фамилия": "surname",
///                     "2": {"field": "phone", "read": "phone"}},
///         "formats": {"dates": ["DD.MM.YYYY"], "region": "RU"}}"#,
/// )?;
/// assert_eq!(mapping.columns["2"].field, "phone");
/// let twice = r#"{"target": "portraits", "columns": {"0": "surname", "1": "surname"}}"#;
/// assert!(Mapping::from_json(twice).is_err());
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the table becomes.
    pub target: Target,
    /// Fields by column.
    #[serde(deserialize_with = "once")]
    pub columns: BTreeMap<String, ColumnTarget>,
    /// How values are written.
    #[serde(default)]
    pub formats: Formats,
    /// Clean-ups in order; of portraits only.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// The rows to take, from 0; null is all.
    #[serde(default)]
    pub rows: Option<Vec<u64>>,
    /// The rows to leave out.
    #[serde(default)]
    pub skip_rows: Vec<u64>,
    /// The one set of services for all rows of the batch, as the firm writes it (S2.36).
    #[serde(default)]
    pub service_set: Option<serde_json::Map<String, serde_json::Value>>,
    /// The kind of all clients, of portraits only; null is unknown.
    #[serde(default)]
    pub kind: Option<String>,
    /// The day on which the portraits were brought up to date; null is unknown.
    #[serde(default)]
    pub updated_on: Option<Day>,
    /// What client ids are. Default: texts.
    #[serde(default)]
    pub client_ids: IdKind,
    /// The id of the first client without one; the next ones follow. Null: a row without an id
    /// is set aside. It asks for ids that are numbers, and is of portraits only.
    #[serde(default)]
    pub new_clients_from: Option<i64>,
}

const DOCUMENT: &str = "mapping";

pub(super) fn fault<T>(path: impl Into<String>, problem: impl Into<String>) -> Result<T> {
    let error =
        Error::BadDocument { document: DOCUMENT, path: path.into(), problem: problem.into() };
    Err(without_cards(error))
}

impl Mapping {
    /// Reads a mapping from JSON.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `columns.Фамилия`: an unknown key, a field
    /// with two columns, a set of services by row, a format that is none, a member that is not
    /// for this target.
    pub fn from_json(text: &str) -> Result<Self> {
        let mapping: Self = crate::json::parse(DOCUMENT, text).map_err(without_cards)?;
        mapping.check()?;
        Ok(mapping)
    }

    /// The mapping as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Checks what does not depend on a table.
    pub fn check(&self) -> Result<()> {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (column, target) in &self.columns {
            let path = format!("columns.{column}");
            if target.field == "service_set" {
                return fault(
                    path,
                    "a batch has one set of services for all rows: state it in `service_set`",
                );
            }
            if let Some(other) = seen.insert(&target.field, column) {
                let field = &target.field;
                return fault(path, format!("`{field}` has a column already, `{other}`"));
            }
            if self.target == Target::Sales && !SALE_FIELDS.contains(&target.field.as_str()) {
                let (field, all) = (&target.field, SALE_FIELDS.join(", "));
                return fault(path, format!("`{field}` is no column of sales; these are {all}"));
            }
            if self.target == Target::Sales && target.read != Reading::AsField {
                return fault(path, "columns of sales are read as their fields ask");
            }
        }
        let missing: &[&str] = match self.target {
            Target::Sales => &["client", "date", "amount"],
            Target::Portraits if self.new_clients_from.is_some() => &[],
            Target::Portraits => &["client"],
        };
        if let Some(field) = missing.iter().find(|field| !seen.contains_key(**field)) {
            return fault("columns", format!("no column is `{field}`"));
        }
        for (i, format) in self.formats.dates.iter().enumerate() {
            if let Err(Error::BadArgument { problem, .. }) = DateFormat::new(format) {
                return fault(format!("formats.dates[{i}]"), problem);
            }
        }
        if self.target == Target::Sales {
            let given = [
                ("steps", !self.steps.is_empty()),
                ("kind", self.kind.is_some()),
                ("updated_on", self.updated_on.is_some()),
                ("new_clients_from", self.new_clients_from.is_some()),
            ];
            if let Some((name, _)) = given.into_iter().find(|(_, given)| *given) {
                return fault(name, "it is of portraits, not of sales");
            }
        }
        if self.new_clients_from.is_some() && self.client_ids != IdKind::Number {
            return fault("new_clients_from", "it asks for `client_ids` that are numbers");
        }
        for (name, rows) in
            [("rows", self.rows.as_deref().unwrap_or_default()), ("skip_rows", &self.skip_rows)]
        {
            let mut seen = BTreeSet::new();
            if let Some(i) = rows.iter().position(|row| !seen.insert(row)) {
                return fault(format!("{name}[{i}]"), format!("row {} is there twice", rows[i]));
            }
        }
        Ok(())
    }

    /// Fields by position, for a table.
    pub(super) fn resolved(&self, grid: &Grid) -> Result<Vec<(usize, &ColumnTarget)>> {
        let mut found: BTreeMap<usize, (&str, &ColumnTarget)> = BTreeMap::new();
        for (name, target) in &self.columns {
            let path = format!("columns.{name}");
            let column = match position(grid, name) {
                Ok(column) => column,
                Err(problem) => return fault(path, problem),
            };
            if let Some((other, _)) = found.insert(column, (name, target)) {
                return fault(path, format!("it is the same column as `{other}`"));
            }
        }
        Ok(found.into_iter().map(|(column, (_, target))| (column, target)).collect())
    }

    /// The rows that are selected, in their order in the table.
    pub(super) fn selected(&self, grid: &Grid) -> Result<Vec<usize>> {
        let count = grid.rows() as u64;
        for (name, rows) in
            [("rows", self.rows.as_deref().unwrap_or_default()), ("skip_rows", &self.skip_rows)]
        {
            if let Some(i) = rows.iter().position(|&row| row >= count) {
                let problem = format!("there is no row {}: the table has {count}", rows[i]);
                return fault(format!("{name}[{i}]"), problem);
            }
        }
        let skip: BTreeSet<u64> = self.skip_rows.iter().copied().collect();
        let mut rows: Vec<u64> = self.rows.clone().unwrap_or_else(|| (0..count).collect());
        rows.sort_unstable();
        rows.retain(|row| !skip.contains(row));
        Ok(rows.into_iter().map(|row| row as usize).collect())
    }

    /// The formats of dates, and the century of years of two digits.
    pub(super) fn dates(&self, policy: &Policy) -> Result<(Vec<DateFormat>, Option<Century>)> {
        let formats = self.formats.dates.iter().map(|format| DateFormat::new(format));
        let century = self.formats.as_of.map(|day| Century::new(day, policy));
        Ok((formats.collect::<Result<_>>()?, century))
    }
}

/// The columns of sales by the names of their fields.
pub(super) const SALE_FIELDS: [&str; 13] = [
    "client",
    "date",
    "amount",
    "order",
    "quantity",
    "profit",
    "category",
    "brand",
    "manager",
    "department",
    "promo",
    "kind",
    "currency",
];

/// The position of a column by its name, or by its position as text.
fn position(grid: &Grid, name: &str) -> std::result::Result<usize, String> {
    let names = grid.header().unwrap_or_default();
    let mut found = (0..names.len()).filter(|&i| names[i].trim() == name.trim());
    match (found.next(), found.next()) {
        (Some(column), None) => Ok(column),
        (Some(_), Some(_)) => Err("two columns have this name: write the position".to_owned()),
        (None, _) => {
            let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
            let column = name.parse::<usize>().ok().filter(|_| plain);
            let known = column.filter(|&column| column < grid.columns());
            known.ok_or_else(|| match column {
                Some(_) => format!("the table has {} columns, from 0", grid.columns()),
                None => "the table has no column of this name".to_owned(),
            })
        }
    }
}

/// A map whose keys stand once each.
fn once<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, ColumnTarget>, D::Error> {
    struct Columns;
    impl<'de> Visitor<'de> for Columns {
        type Value = BTreeMap<String, ColumnTarget>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of fields by column")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = BTreeMap::new();
            while let Some((key, value)) = map.next_entry::<String, ColumnTarget>()? {
                if all.contains_key(&key) {
                    let problem = format!("`{key}` is there twice");
                    return Err(serde::de::Error::custom(problem));
                }
                all.insert(key, value);
            }
            Ok(all)
        }
    }
    deserializer.deserialize_map(Columns)
}

impl<'de> Deserialize<'de> for ColumnTarget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Spelled {
            field: String,
            #[serde(default)]
            read: Reading,
        }
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = ColumnTarget;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field, or {\"field\": ..., \"read\": ...}")
            }

            fn visit_str<E>(self, field: &str) -> Result<ColumnTarget, E> {
                Ok(ColumnTarget { field: field.to_owned(), read: Reading::AsField })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ColumnTarget, A::Error> {
                let Spelled { field, read } =
                    Spelled::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ColumnTarget { field, read })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl Serialize for ColumnTarget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        if self.read == Reading::AsField {
            return serializer.serialize_str(&self.field);
        }
        let mut spelled = serializer.serialize_struct("ColumnTarget", 2)?;
        spelled.serialize_field("field", &self.field)?;
        spelled.serialize_field("read", &self.read)?;
        spelled.end()
    }
}
