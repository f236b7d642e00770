//! Tables of answers: named columns with a unit and a source, one value per row.
//!
//! Every answer that has rows is a [`Table`]; the bindings know only this shape.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::client::{ClientId, ClientIds, Texts};
use crate::money::Scale;

/// The value that stands for "missing" in an [`Values::Int32`] or [`Values::Day`] column.
pub const NO_INT32: i32 = i32::MIN;
/// The value that stands for "missing" in an [`Values::Int64`] or [`Values::Money`] column.
pub const NO_INT64: i64 = i64::MIN;
/// The code that stands for "missing" in an [`Values::Choice`] or [`Values::Count8`] column.
pub const NO_CODE: u8 = u8::MAX;

/// The position that stands for "missing" in a [`Values::Name`] column.
pub const NO_NAME: u32 = u32::MAX;

/// Named columns of equal length.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    rows: usize,
}

/// One column: name, meaning and values.
#[derive(Debug, Clone)]
pub struct Column {
    /// The name, the same in every language.
    pub name: Cow<'static, str>,
    /// What a value says, in one sentence, with its unit.
    pub about: Cow<'static, str>,
    /// Requirement id, standard, or "convention".
    pub source: Cow<'static, str>,
    /// The values.
    pub values: Values,
}

/// The values of a column, in shared buffers that a binding can hand on without a copy.
///
/// Missing values are marked inside the buffer as each kind says.
#[derive(Debug, Clone)]
pub enum Values {
    /// Ids of clients; never missing.
    Client(ClientIds),
    /// Days since 1970-01-01; [`NO_INT32`] is missing.
    Day(Arc<Buffer<i32>>),
    /// Whole numbers; [`NO_INT32`] is missing.
    Int32(Arc<Buffer<i32>>),
    /// Whole numbers; [`NO_INT64`] is missing.
    Int64(Arc<Buffer<i64>>),
    /// Small whole numbers; [`NO_CODE`] is missing.
    Count8(Arc<Buffer<u8>>),
    /// Minor units at a scale; [`NO_INT64`] is missing.
    Money(Arc<Buffer<i64>>, Scale),
    /// Real numbers; NaN is missing, and never a value.
    Float(Arc<Buffer<f64>>),
    /// 0 is no, 1 is yes; [`NO_CODE`] is missing.
    Flag(Arc<Buffer<u8>>),
    /// Positions in a list of names; [`NO_CODE`] is missing.
    Choice(Arc<Buffer<u8>>, Arc<Vec<String>>),
    /// Positions in a list of texts that may be long; [`NO_NAME`] is missing.
    Name(Arc<Buffer<u32>>, Arc<Texts>),
    /// Texts; never missing.
    Text(Arc<Texts>),
}

/// One value of a table, for printing, JSON and reasons.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Not known, not applicable or not yet knowable.
    Missing,
    /// A whole number.
    Int(i64),
    /// An exact amount or share.
    Decimal(Decimal),
    /// A real number, never NaN or infinite.
    Float(f64),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Day(Day),
    /// A name or text.
    Text(String),
}

impl Serialize for Value {
    /// Whole numbers and reals are JSON numbers, amounts are strings (so that no reader rounds
    /// them), days are `YYYY-MM-DD`, missing is null.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Missing => serializer.serialize_none(),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Decimal(value) => serializer.collect_str(value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Flag(value) => serializer.serialize_bool(*value),
            Self::Day(value) => serializer.collect_str(value),
            Self::Text(value) => serializer.serialize_str(value),
        }
    }
}

impl fmt::Display for Value {
    /// The value as text; nothing where it is missing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => Ok(()),
            Self::Int(value) => value.fmt(f),
            Self::Decimal(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Flag(value) => value.fmt(f),
            Self::Day(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}

impl From<ClientId> for Value {
    fn from(id: ClientId) -> Self {
        match id {
            ClientId::Int(id) => Self::Int(id),
            ClientId::Text(id) => Self::Text(id),
        }
    }
}

impl Values {
    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Client(ids) => ids.len(),
            Self::Day(values) | Self::Int32(values) => values.len(),
            Self::Int64(values) | Self::Money(values, _) => values.len(),
            Self::Count8(values) | Self::Flag(values) | Self::Choice(values, _) => values.len(),
            Self::Name(values, _) => values.len(),
            Self::Float(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Value `row`; panics past the end, as a slice does.
    pub fn get(&self, row: usize) -> Value {
        let small = |code: u8| (code != NO_CODE).then_some(code);
        match self {
            Self::Client(ids) => ids.get(row).into(),
            Self::Day(values) => Day::new(values[row]).map_or(Value::Missing, Value::Day),
            Self::Int32(values) => match values[row] {
                NO_INT32 => Value::Missing,
                value => Value::Int(value.into()),
            },
            Self::Int64(values) => match values[row] {
                NO_INT64 => Value::Missing,
                value => Value::Int(value),
            },
            Self::Count8(values) => {
                small(values[row]).map_or(Value::Missing, |v| Value::Int(v.into()))
            }
            Self::Money(values, scale) => match values[row] {
                NO_INT64 => Value::Missing,
                value => Value::Decimal(scale.decimal(value)),
            },
            Self::Float(values) => {
                if values[row].is_finite() {
                    Value::Float(values[row])
                } else {
                    Value::Missing
                }
            }
            Self::Flag(values) => {
                small(values[row]).map_or(Value::Missing, |v| Value::Flag(v == 1))
            }
            Self::Choice(codes, names) => small(codes[row])
                .and_then(|code| names.get(usize::from(code)))
                .map_or(Value::Missing, |name| Value::Text(name.clone())),
            Self::Name(places, names) => match places[row] {
                NO_NAME => Value::Missing,
                place => Value::Text(names.get(place as usize).to_owned()),
            },
            Self::Text(values) => Value::Text(values.get(row).to_owned()),
        }
    }

    /// Number of missing values.
    pub fn missing(&self) -> usize {
        match self {
            Self::Client(_) | Self::Text(_) => 0,
            Self::Day(values) | Self::Int32(values) => {
                values.iter().filter(|&&v| v == NO_INT32).count()
            }
            Self::Int64(values) | Self::Money(values, _) => {
                values.iter().filter(|&&v| v == NO_INT64).count()
            }
            Self::Count8(values) | Self::Flag(values) | Self::Choice(values, _) => {
                values.iter().map(|&v| usize::from(v == NO_CODE)).sum()
            }
            Self::Name(values, _) => values.iter().filter(|&&v| v == NO_NAME).count(),
            Self::Float(values) => values.iter().filter(|v| v.is_nan()).count(),
        }
    }
}

impl Table {
    /// A table of columns of equal length; panics where they differ, which is a fault of the
    /// library and not of its input.
    pub(crate) fn new(columns: Vec<Column>) -> Self {
        let rows = columns.first().map_or(0, |column| column.values.len());
        assert!(
            columns.iter().all(|column| column.values.len() == rows),
            "columns of one table have one length"
        );
        Self { columns, rows }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Value of a column at a row, or `None` where there is no such column or row.
    pub fn value(&self, row: usize, column: &str) -> Option<Value> {
        (row < self.rows).then(|| self.column(column).map(|c| c.values.get(row)))?
    }
}

impl Serialize for Table {
    /// A list of rows, each an object with the columns' names as keys.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{SerializeMap, SerializeSeq};
        struct Row<'a>(&'a Table, usize);
        impl Serialize for Row<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(self.0.columns.len()))?;
                for column in &self.0.columns {
                    map.serialize_entry(&*column.name, &column.values.get(self.1))?;
                }
                map.end()
            }
        }
        let mut list = serializer.serialize_seq(Some(self.rows))?;
        for row in 0..self.rows {
            list.serialize_element(&Row(self, row))?;
        }
        list.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_texts() {
        let names = ["", "Alba", "ü"].into_iter().collect();
        let values = Values::Name(Arc::new(vec![1, NO_NAME, 0, 2].into()), Arc::new(names));
        assert_eq!((values.len(), values.missing()), (4, 1));
        let texts: Vec<Value> = (0..4).map(|row| values.get(row)).collect();
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(texts, [text("Alba"), Value::Missing, text(""), text("ü")]);
    }
}
