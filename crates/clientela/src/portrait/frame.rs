//! Portraits by column, as tables give them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::catalogue::Catalogue;
use super::column::{FieldStorage, ListsBuilder, names_of};
use super::field::{Field, FieldType, says_something};
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::ledger::{Cause, ClientColumn, SetAside, TextColumn};
use crate::money::Scale;
use crate::table::{NO_CODE, NO_INT32, NO_INT64};

/// A batch of portraits, a row per client. Persons, notes and records come in documents only.
#[derive(Debug, Clone)]
pub struct PortraitFrame<'a> {
    /// Position of the first row in what the caller gave.
    pub first_row: u64,
    /// Position of each row, where rows were set aside before; else they follow `first_row`.
    pub rows: Option<Vec<u64>>,
    /// Who.
    pub client: ClientColumn<'a>,
    /// Kinds; an empty text is unknown.
    pub kind: Option<TextColumn<'a>>,
    /// When each was last brought up to date, in days since 1970-01-01;
    /// [`NO_INT32`](crate::NO_INT32) is unknown.
    pub updated_on: Option<Cow<'a, [i32]>>,
    /// Values by field of the catalogue.
    pub fields: Vec<(String, FieldColumn<'a>)>,
    /// Rows that the conversion could not take; they are in none of the columns.
    pub set_aside: Vec<SetAside>,
}

/// The values of one field of a batch.
#[derive(Debug, Clone)]
pub enum FieldColumn<'a> {
    /// Texts and choices; an empty text is unknown.
    Text(TextColumn<'a>),
    /// Whole numbers and ratings; decimals in units of the field's places; amounts in minor
    /// units; [`NO_INT64`](crate::NO_INT64) is unknown.
    Number(Cow<'a, [i64]>),
    /// Days since 1970-01-01; [`NO_INT32`](crate::NO_INT32) is unknown.
    Day(Cow<'a, [i32]>),
    /// 0 no, 1 yes, [`NO_CODE`](crate::NO_CODE) unknown.
    Flag(Cow<'a, [u8]>),
    /// Lists of texts; `None` is unknown.
    List(Vec<Option<Vec<String>>>),
}

/// The caller's names of the columns, for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortraitNames {
    /// Clients.
    pub client: String,
    /// Kinds.
    pub kind: String,
    /// Days of the last update.
    pub updated_on: String,
    /// By field; a field that is not there is called by its own name.
    pub fields: BTreeMap<String, String>,
}

impl Default for PortraitNames {
    fn default() -> Self {
        let own = str::to_owned;
        Self {
            client: own("client"),
            kind: own("kind"),
            updated_on: own("updated_on"),
            fields: BTreeMap::new(),
        }
    }
}

impl PortraitNames {
    /// The name of a field's column.
    pub(super) fn field<'n>(&'n self, field: &'n str) -> &'n str {
        self.fields.get(field).map_or(field, String::as_str)
    }
}

fn pick<T: Copy>(values: &[T], keep: &[usize]) -> Vec<T> {
    keep.iter().map(|&i| values[i]).collect()
}

impl<'a> PortraitFrame<'a> {
    /// A batch of clients of whom nothing is told yet.
    pub fn new(client: ClientColumn<'a>) -> Self {
        Self {
            first_row: 0,
            rows: None,
            client,
            kind: None,
            updated_on: None,
            fields: Vec::new(),
            set_aside: Vec::new(),
        }
    }

    /// The same with one more field.
    #[must_use]
    pub fn with(mut self, field: &str, values: FieldColumn<'a>) -> Self {
        self.fields.push((field.to_owned(), values));
        self
    }

    /// Number of rows in the columns.
    pub fn len(&self) -> usize {
        self.client.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Position of row `i` in what the caller gave.
    pub fn position(&self, i: usize) -> u64 {
        self.rows.as_ref().map_or(self.first_row + i as u64, |rows| rows[i])
    }

    /// Keeps only the rows at these positions of the columns.
    pub fn keep(&mut self, keep: &[usize]) {
        self.rows = Some(keep.iter().map(|&i| self.position(i)).collect());
        self.client = self.client.pick(keep);
        self.kind = self.kind.as_ref().map(|kinds| kinds.pick(keep));
        self.updated_on = self.updated_on.as_ref().map(|days| pick(days, keep).into());
        for (_, column) in &mut self.fields {
            *column = match column {
                FieldColumn::Text(texts) => FieldColumn::Text(texts.pick(keep)),
                FieldColumn::Number(numbers) => FieldColumn::Number(pick(numbers, keep).into()),
                FieldColumn::Day(days) => FieldColumn::Day(pick(days, keep).into()),
                FieldColumn::Flag(flags) => FieldColumn::Flag(pick(flags, keep).into()),
                FieldColumn::List(lists) => {
                    FieldColumn::List(keep.iter().map(|&i| lists[i].take()).collect())
                }
            };
        }
    }
}

/// A value that cannot be taken: its row, why, and the value as text.
pub(super) type Bad = (usize, Cause, String);

impl FieldColumn<'_> {
    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Day(values) => values.len(),
            Self::Flag(values) => values.len(),
            Self::List(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Checks that a field can have values of this kind.
    pub(super) fn check(&self, name: &str, field: Option<&Field>, rows: usize) -> Result<()> {
        let fault = |problem: String| Err(Error::BadColumn { column: name.to_owned(), problem });
        let Some(field) = field else {
            return fault(super::document::NO_FIELD.to_owned());
        };
        if let Some(records) = field.records {
            return fault(format!(
                "filled from the records `{}`, which come in documents",
                records.name()
            ));
        }
        let wants = match field.field_type {
            FieldType::Text | FieldType::Choice => ("texts", matches!(self, Self::Text(_))),
            FieldType::Date => ("days", matches!(self, Self::Day(_))),
            FieldType::YesNo => ("flags", matches!(self, Self::Flag(_))),
            FieldType::List => ("lists of texts", matches!(self, Self::List(_))),
            FieldType::Person | FieldType::Notes => {
                return fault(format!("a {} comes in documents", field.field_type.name()));
            }
            _ => ("numbers", matches!(self, Self::Number(_))),
        };
        if !wants.1 {
            let kind = field.field_type.name();
            return fault(format!("the field is a {kind}, its column has {}", wants.0));
        }
        if self.len() != rows {
            return fault(format!("{} values where there are {rows} clients", self.len()));
        }
        Ok(())
    }

    /// The values that the field cannot hold.
    pub(super) fn bad(&self, field: &Field, money: Scale) -> Vec<Bad> {
        match self {
            Self::Text(texts) if !field.options.is_empty() && !field.open => {
                let wrong = |text: &str| says_something(text) && !field.takes(text);
                let bad = |(i, text): (usize, &str)| (i, Cause::UnknownOption, text.to_owned());
                texts.iter().enumerate().filter(|(_, text)| wrong(text)).map(bad).collect()
            }
            Self::Text(_) => Vec::new(),
            Self::Number(numbers) => {
                let scale = field.scale(money);
                let (low, high) = field.limits(scale);
                let wrong = |&number: &i64| number != NO_INT64 && !(low..=high).contains(&number);
                let bad = |(i, &number): (usize, &i64)| {
                    (i, Cause::OutsideLimits, scale.decimal(number).to_string())
                };
                let rows = numbers.par_iter().enumerate();
                rows.filter(|(_, number)| wrong(number)).map(bad).collect()
            }
            Self::Day(days) => {
                let wrong = |day: i32| day != NO_INT32 && Day::new(day).is_none();
                let bad = |(i, day): (usize, &i32)| (i, Cause::DayOutOfRange, day.to_string());
                days.iter().enumerate().filter(|(_, day)| wrong(**day)).map(bad).collect()
            }
            Self::Flag(flags) => {
                let bad = |(i, flag): (usize, &u8)| (i, Cause::BadFlag, flag.to_string());
                let wrong = |flag: u8| flag > 1 && flag != NO_CODE;
                flags.iter().enumerate().filter(|(_, flag)| wrong(**flag)).map(bad).collect()
            }
            Self::List(lists) => {
                let wrong = |text: &&String| !text.trim().is_empty() && !field.takes(text);
                let bad = |(i, list): (usize, &Option<Vec<String>>)| {
                    let text = list.as_ref()?.iter().find(wrong)?;
                    Some((i, Cause::UnknownOption, text.clone()))
                };
                lists.iter().enumerate().filter_map(bad).collect()
            }
        }
    }

    /// The values of a field that does not apply to their rows, by the codes of kinds.
    pub(super) fn not_of_kind(
        &self,
        field: &Field,
        catalogue: &Catalogue,
        kinds: &[u8],
    ) -> Vec<Bad> {
        if field.kinds.is_empty() {
            return Vec::new();
        }
        let applies: Vec<bool> = (0..=NO_CODE).map(|kind| catalogue.applies(field, kind)).collect();
        let stray = |i: usize| !applies[usize::from(kinds[i])];
        let bad = |i: usize| Some((i, Cause::NotOfKind, self.text(i)?));
        (0..self.len()).filter(|&i| stray(i)).filter_map(bad).collect()
    }

    /// A value as text; `None` is unknown.
    fn text(&self, i: usize) -> Option<String> {
        match self {
            Self::Text(texts) => {
                Some(texts.get(i)).filter(|text| says_something(text)).map(str::to_owned)
            }
            Self::Number(numbers) => (numbers[i] != NO_INT64).then(|| numbers[i].to_string()),
            Self::Day(days) => Day::new(days[i]).map(|day| day.to_string()),
            Self::Flag(flags) => (flags[i] != NO_CODE).then(|| flags[i].to_string()),
            Self::List(lists) => {
                let known = |list: &&Vec<String>| list.iter().any(|text| !text.trim().is_empty());
                lists[i].as_ref().filter(known).map(|list| list.join(", "))
            }
        }
    }

    /// The values of the rows to keep, as they are kept; `None` keeps all. `None` is given
    /// where all of them are unknown.
    pub(super) fn stored(self, keep: Option<&[usize]>) -> Option<FieldStorage> {
        fn kept<T: Copy>(values: Cow<'_, [T]>, keep: Option<&[usize]>) -> Vec<T> {
            match keep {
                None => values.into_owned(),
                Some(keep) => pick(&values, keep),
            }
        }
        let (column, known) = match self {
            Self::Text(texts) => {
                let names = match keep {
                    None => names_of(texts.iter()),
                    Some(keep) => names_of(keep.iter().map(|&i| texts.get(i))),
                };
                let known = !names.names.is_empty();
                (FieldStorage::Text(names), known)
            }
            Self::Number(values) => {
                let values = kept(values, keep);
                let known = values.iter().any(|&value| value != NO_INT64);
                (FieldStorage::Number(values), known)
            }
            Self::Day(values) => {
                let values = kept(values, keep);
                let known = values.iter().any(|&value| value != NO_INT32);
                (FieldStorage::Day(values), known)
            }
            Self::Flag(values) => {
                let values = kept(values, keep);
                let known = values.iter().any(|&value| value != NO_CODE);
                (FieldStorage::Flag(values), known)
            }
            Self::List(values) => {
                let mut lists = ListsBuilder::default();
                let rows = keep.map_or(values.len(), <[usize]>::len);
                for row in 0..rows {
                    if let Some(texts) = &values[keep.map_or(row, |keep| keep[row])] {
                        lists.push(row, texts.iter().map(String::as_str));
                    }
                }
                let lists = lists.finish(rows);
                let known = !lists.items.is_empty();
                (FieldStorage::List(lists), known)
            }
        };
        known.then_some(column)
    }
}
