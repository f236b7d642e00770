//! The values of one field, a row per client.

use std::collections::BTreeMap;

use super::field::{Field, FieldType, says_something};
use super::person::Person;
use super::record::Note;
use super::value::FieldValue;
use crate::calendar::Day;
use crate::client::Texts;
use crate::ledger::columns::{Interner, Names};
use crate::money::Scale;
use crate::table::{NO_CODE, NO_INT32, NO_INT64, NO_NAME};

/// The values of a field by client, typed; what is unknown is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldStorage {
    /// Whole numbers, ratings, decimals and amounts in units of their scale; [`NO_INT64`].
    Number(Vec<i64>),
    /// Days; [`NO_INT32`].
    Day(Vec<i32>),
    /// 0 no, 1 yes; [`NO_CODE`].
    Flag(Vec<u8>),
    /// Texts and choices; [`NO_NAME`].
    Text(Names),
    /// Lists of texts; an empty one is unknown.
    List(Lists),
    /// Persons by row.
    Person(BTreeMap<u32, Box<Person>>),
    /// Notes by row.
    Notes(BTreeMap<u32, Vec<Note>>),
}

/// Lists of texts: row `i` has `items[offsets[i]..offsets[i + 1]]`, places in a sorted list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lists {
    pub(crate) offsets: Vec<usize>,
    pub(crate) items: Vec<u32>,
    pub(crate) names: Texts,
}

impl Lists {
    /// The places of a row's texts.
    pub(crate) fn row(&self, row: usize) -> &[u32] {
        &self.items[self.offsets[row]..self.offsets[row + 1]]
    }

    /// The texts of a row.
    pub(crate) fn texts(&self, row: usize) -> impl Iterator<Item = &str> + '_ {
        self.row(row).iter().map(|&item| self.names.get(item as usize))
    }
}

impl FieldStorage {
    /// Whether a row has a value.
    pub(crate) fn holds(&self, row: usize) -> bool {
        match self {
            Self::Number(values) => values[row] != NO_INT64,
            Self::Day(values) => values[row] != NO_INT32,
            Self::Flag(values) => values[row] != NO_CODE,
            Self::Text(names) => names.codes[row] != NO_NAME,
            Self::List(lists) => lists.offsets[row] < lists.offsets[row + 1],
            Self::Person(persons) => persons.contains_key(&(row as u32)),
            Self::Notes(notes) => notes.contains_key(&(row as u32)),
        }
    }

    /// The value of a row.
    pub(crate) fn get(&self, row: usize, field: &Field, money: Scale) -> Option<FieldValue> {
        if !self.holds(row) {
            return None;
        }
        Some(match self {
            Self::Number(values) => FieldValue::of_units(field, values[row], field.scale(money)),
            Self::Day(values) => FieldValue::Date(Day::new(values[row])?),
            Self::Flag(values) => FieldValue::YesNo(values[row] == 1),
            Self::Text(names) => {
                let text = names.get(row)?.to_owned();
                let choice = field.field_type == FieldType::Choice;
                if choice { FieldValue::Choice(text) } else { FieldValue::Text(text) }
            }
            Self::List(lists) => FieldValue::List(lists.texts(row).map(str::to_owned).collect()),
            Self::Person(persons) => FieldValue::Person(persons.get(&(row as u32))?.clone()),
            Self::Notes(notes) => FieldValue::Notes(notes.get(&(row as u32))?.clone()),
        })
    }
}

/// A field's values while rows come in.
#[derive(Debug)]
pub(super) enum ColumnBuilder {
    Number(Vec<i64>, Scale),
    Day(Vec<i32>),
    Flag(Vec<u8>),
    Text(Vec<u32>, Interner),
    List(ListsBuilder),
    Person(BTreeMap<u32, Box<Person>>),
    Notes(BTreeMap<u32, Vec<Note>>),
}

impl ColumnBuilder {
    /// A column of so many rows, all unknown.
    pub(super) fn new(field: &Field, money: Scale, rows: usize) -> Self {
        match field.field_type {
            FieldType::Integer | FieldType::Rating | FieldType::Decimal | FieldType::Money => {
                Self::Number(vec![NO_INT64; rows], field.scale(money))
            }
            FieldType::Date => Self::Day(vec![NO_INT32; rows]),
            FieldType::YesNo => Self::Flag(vec![NO_CODE; rows]),
            FieldType::Text | FieldType::Choice => {
                Self::Text(vec![NO_NAME; rows], Interner::default())
            }
            FieldType::List => Self::List(ListsBuilder::default()),
            FieldType::Person => Self::Person(BTreeMap::new()),
            FieldType::Notes => Self::Notes(BTreeMap::new()),
        }
    }

    /// Sets the value of a row; rows come in ascending order.
    pub(super) fn set(&mut self, row: usize, value: &FieldValue) {
        match (self, value) {
            (Self::Number(values, _), FieldValue::Integer(number) | FieldValue::Rating(number)) => {
                values[row] = *number;
            }
            (
                Self::Number(values, scale),
                FieldValue::Decimal(number) | FieldValue::Money(number),
            ) => {
                values[row] = scale.minor(*number).unwrap_or(NO_INT64);
            }
            (Self::Day(values), FieldValue::Date(day)) => values[row] = day.days(),
            (Self::Flag(values), FieldValue::YesNo(flag)) => values[row] = u8::from(*flag),
            (Self::Text(codes, known), FieldValue::Text(text) | FieldValue::Choice(text)) => {
                codes[row] = known.code(text);
            }
            (Self::List(lists), FieldValue::List(texts)) => {
                lists.push(row, texts.iter().map(String::as_str));
            }
            (Self::Person(persons), FieldValue::Person(person)) => {
                persons.insert(row as u32, person.clone());
            }
            (Self::Notes(all), FieldValue::Notes(notes)) => {
                all.insert(row as u32, notes.clone());
            }
            // Values were checked against their fields before.
            _ => {}
        }
    }

    /// The column of so many rows.
    pub(super) fn finish(self, rows: usize) -> FieldStorage {
        match self {
            Self::Number(values, _) => FieldStorage::Number(values),
            Self::Day(values) => FieldStorage::Day(values),
            Self::Flag(values) => FieldStorage::Flag(values),
            Self::Text(codes, known) => FieldStorage::Text(sorted_names(codes, &known)),
            Self::List(lists) => FieldStorage::List(lists.finish(rows)),
            Self::Person(persons) => FieldStorage::Person(persons),
            Self::Notes(notes) => FieldStorage::Notes(notes),
        }
    }
}

/// Names with their list in ascending order.
pub(super) fn sorted_names(mut codes: Vec<u32>, known: &Interner) -> Names {
    let (names, rank) = known.sorted();
    for code in codes.iter_mut().filter(|code| **code != NO_NAME) {
        *code = rank[*code as usize];
    }
    Names { codes, names }
}

/// The texts of a column as names; what says nothing is unknown.
pub(super) fn names_of<'t>(texts: impl Iterator<Item = &'t str>) -> Names {
    let mut known = Interner::default();
    let mut last: Option<(&str, u32)> = None;
    let codes = texts
        .map(|text| {
            let code = match last {
                Some((seen, code)) if seen == text => code,
                _ if !says_something(text) => NO_NAME,
                _ => known.code(text),
            };
            last = Some((text, code));
            code
        })
        .collect();
    sorted_names(codes, &known)
}

/// Lists while rows come in.
#[derive(Debug)]
pub(super) struct ListsBuilder {
    offsets: Vec<usize>,
    items: Vec<u32>,
    known: Interner,
}

impl Default for ListsBuilder {
    fn default() -> Self {
        Self { offsets: vec![0], items: Vec::new(), known: Interner::default() }
    }
}

impl ListsBuilder {
    /// Adds the list of a row; rows come in ascending order, and those left out are unknown.
    pub(super) fn push<'t>(&mut self, row: usize, texts: impl Iterator<Item = &'t str>) {
        self.offsets.resize(row + 1, self.items.len());
        for text in texts.filter(|text| !text.trim().is_empty()) {
            self.items.push(self.known.code(text));
        }
        self.offsets.push(self.items.len());
    }

    pub(super) fn finish(mut self, rows: usize) -> Lists {
        self.offsets.resize(rows + 1, self.items.len());
        let (names, rank) = self.known.sorted();
        for item in &mut self.items {
            *item = rank[*item as usize];
        }
        Lists { offsets: self.offsets, items: self.items, names }
    }
}
