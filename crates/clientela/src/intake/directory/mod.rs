//! A directory: records of clients by field, to find them in and to compare them with each other.

mod document;
pub(crate) mod field;
mod kind;
mod portraits;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub(crate) use field::{Field, NO_KEY};
pub use kind::FieldKind;

use crate::client::{ClientId, ClientIds, Texts};
use crate::error::{Error, Result};
use crate::ledger::ClientColumn;

/// The most fields of a directory; how two records agree is packed into 64 bits.
const MOST_FIELDS: usize = 20;

/// How a directory reads its fields.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DirectoryOptions {
    /// What fields hold. A field that is not named here is known by its name, such as `surname`,
    /// `birth_date`, `phone` ([`FieldKind::of_name`]), and else a text.
    pub kinds: BTreeMap<String, FieldKind>,
}

impl DirectoryOptions {
    /// Reads options from JSON; absent members take their defaults.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path.
    pub fn from_json(text: &str) -> Result<Self> {
        crate::json::parse("directory options", text)
    }
}

/// Records of clients by field (S2.29). Immutable, cheap to clone, safe to share.
///
/// The same records make the same directory whatever their order.
///
/// ```
/// use clientela::Policy;
/// use clientela::intake::{Criteria, Directory, DirectoryOptions, Outcome};
///
/// let records = r#"[
///     {"id": 1, "surname": "Щеглова", "given_name": "Юлия", "birth_date": "1990-02-01"},
///     {"id": 2, "surname": "Орлов", "given_name": "Пётр"}]"#;
/// let directory = Directory::from_json(records, &DirectoryOptions::default())?;
/// let criteria = Criteria::from_json(r#"{"surname": "SHCHEGLOVA"}"#)?;
/// let found = directory.find(&criteria, &Policy::default())?;
/// assert_eq!(found.outcome, Outcome::One);
/// assert_eq!(found.matches[0].client, 1.into());
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    ids: ClientIds,
    fields: Arc<Vec<Field>>,
}

impl Directory {
    /// A directory of columns: a text per record and field; blank is unknown.
    ///
    /// # Errors
    /// [`Error::BadColumn`] for a column of another length, a name that stands twice, or too many
    /// columns; [`Error::BadRow`] for an id that is empty or stands twice; an option for a field
    /// that is not there.
    pub fn from_columns(
        ids: &ClientColumn<'_>,
        columns: Vec<(String, Texts)>,
        options: &DirectoryOptions,
    ) -> Result<Self> {
        let rows = ids.len();
        let bad =
            |column: &str, problem: String| Error::BadColumn { column: column.to_owned(), problem };
        if columns.len() > MOST_FIELDS {
            let problem =
                format!("{} fields, a directory has {MOST_FIELDS} at most", columns.len());
            return Err(bad(&columns[MOST_FIELDS].0, problem));
        }
        for (i, (name, texts)) in columns.iter().enumerate() {
            if name.is_empty() {
                return Err(bad(name, "a field needs a name".to_owned()));
            }
            if columns[..i].iter().any(|(other, _)| other == name) {
                return Err(bad(name, "the name stands twice".to_owned()));
            }
            if texts.len() != rows {
                let problem = format!("{} values for {rows} records", texts.len());
                return Err(bad(name, problem));
            }
        }
        if let Some(name) = options.kinds.keys().find(|name| columns.iter().all(|c| c.0 != **name))
        {
            let problem = format!("`kinds` names the field `{name}`, which is not there");
            return Err(Error::BadArgument { argument: "options", problem });
        }
        let (ids, order) = ordered(ids)?;
        let fields = columns
            .into_par_iter()
            .map(|(name, texts)| {
                let kind = options.kinds.get(&name).copied();
                let kind = kind.unwrap_or_else(|| FieldKind::of_name(&name));
                Field::of(name, kind, &texts, &order)
            })
            .collect();
        Ok(Self { ids, fields: Arc::new(fields) })
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ids of the records, ascending.
    pub fn ids(&self) -> &ClientIds {
        &self.ids
    }

    /// The names of the fields with what they hold, in the order given.
    pub fn fields(&self) -> impl Iterator<Item = (&str, FieldKind)> {
        self.fields.iter().map(|field| (field.name.as_str(), field.kind))
    }

    /// How many values held the number of a bank card; it is masked but for its last four digits,
    /// and nobody is found by it.
    pub fn cards_masked(&self) -> usize {
        self.fields.iter().map(|field| field.cards).sum()
    }

    /// The known values of a record by field, as they were given; `None` where there is no such
    /// record.
    pub fn record(&self, client: &ClientId) -> Option<BTreeMap<String, String>> {
        self.ids.find(client).map(|row| self.values(row))
    }

    /// The known values of a row.
    pub(crate) fn values(&self, row: usize) -> BTreeMap<String, String> {
        let known = self.fields.iter().filter(|field| field.codes[row] != NO_KEY);
        known.map(|field| (field.name.clone(), field.texts.get(row).to_owned())).collect()
    }

    pub(crate) fn columns(&self) -> &[Field] {
        &self.fields
    }
}

/// The ids ascending, and for each the row that it had.
fn ordered(ids: &ClientColumn<'_>) -> Result<(ClientIds, Vec<u32>)> {
    let mut order: Vec<u32> = (0..ids.len() as u32).collect();
    let bad = |row: u32, value: String, problem: &str, remedy: &str| Error::BadRow {
        row: row.into(),
        column: "id".to_owned(),
        value,
        problem: problem.to_owned(),
        remedy: remedy.to_owned(),
    };
    let twice =
        |row: u32, value: String| Err(bad(row, value, "the id stands twice", "give each once"));
    match ids {
        ClientColumn::Int(ids) => {
            order.par_sort_unstable_by_key(|&row| (ids[row as usize], row));
            let sorted: Vec<i64> = order.iter().map(|&row| ids[row as usize]).collect();
            if let Some(i) = sorted.windows(2).position(|pair| pair[0] == pair[1]) {
                return twice(order[i + 1], sorted[i].to_string());
            }
            Ok((ClientIds::Int(Arc::new(sorted.into())), order))
        }
        ClientColumn::Text(ids) => {
            order.par_sort_unstable_by_key(|&row| (ids.get(row as usize), row));
            let sorted: Texts = order.iter().map(|&row| ids.get(row as usize)).collect();
            if !sorted.is_empty() && sorted.get(0).is_empty() {
                return Err(bad(
                    order[0],
                    String::new(),
                    "the id is empty",
                    "give each record one",
                ));
            }
            if let Some(i) = (1..sorted.len()).find(|&i| sorted.get(i - 1) == sorted.get(i)) {
                return twice(order[i], sorted.get(i).to_owned());
            }
            Ok((ClientIds::Text(Arc::new(sorted)), order))
        }
    }
}
