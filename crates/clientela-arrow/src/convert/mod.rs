//! From Arrow arrays to the core's columns.
//!
//! Where the type fits and nothing is missing, the caller's buffer is borrowed. A value that
//! cannot be taken becomes a [`Fault`] and leaves a placeholder in its column; its row is
//! dropped from all columns afterwards, so that the common case pays nothing for it.

mod amount;
mod day;
mod id;
mod list;
mod text;

pub(crate) use amount::{
    Exact, amount_type, amounts, decimal_at, flag_type, flags, yes_no, yes_no_type,
};
pub(crate) use day::{column_zone, day_type, days};
pub(crate) use id::{clients, id_type, orders, whole};
pub(crate) use list::{list_type, lists};
pub(crate) use text::{TextView, kinds, text_type, texts};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, PrimitiveArray};
use arrow_schema::DataType;
use clientela::{Cause, Day};

/// What it means that a value is not there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Gap {
    /// The row cannot be taken.
    Fault(Cause),
    /// The value is unknown.
    Unknown,
    /// The value is unknown, and so it is where a text is empty or says `unknown`.
    Worded,
}

impl Gap {
    /// The fault of a null, if it is one.
    fn null(self) -> Result<(), Cause> {
        match self {
            Self::Fault(cause) => Err(cause),
            Self::Unknown | Self::Worded => Ok(()),
        }
    }

    /// Whether a text says that the value is unknown.
    fn is_said(self, text: &[u8]) -> bool {
        matches!(self, Self::Worded) && (text.is_empty() || text == b"unknown")
    }
}

/// One value that cannot be taken.
#[derive(Debug)]
pub(crate) struct Fault<'a> {
    /// Position in the piece.
    pub(crate) row: usize,
    /// The order in which columns of one row are named: the first wins.
    pub(crate) rank: usize,
    /// The caller's name of the column.
    pub(crate) column: &'a str,
    /// The value as text.
    pub(crate) value: String,
    pub(crate) cause: Cause,
}

/// Where one column's faults go.
#[derive(Debug)]
pub(crate) struct Faults<'f, 'a> {
    pub(crate) list: &'f mut Vec<Fault<'a>>,
    pub(crate) column: &'a str,
    pub(crate) rank: usize,
}

impl Faults<'_, '_> {
    /// Notes that the value of `array` at `row` cannot be taken.
    #[cold]
    pub(crate) fn add(&mut self, array: &dyn Array, row: usize, cause: Cause) {
        let value = value_text(array, row);
        self.list.push(Fault { row, rank: self.rank, column: self.column, value, cause });
    }
}

/// A value as text, for messages.
fn value_text(array: &dyn Array, row: usize) -> String {
    fn number<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> String
    where
        T::Native: std::fmt::Display,
    {
        array.as_primitive::<T>().value(row).to_string()
    }
    if array.is_null(row) {
        return "null".to_owned();
    }
    match array.data_type() {
        DataType::Int8 => number::<Int8Type>(array, row),
        DataType::Int16 => number::<Int16Type>(array, row),
        DataType::Int32 => number::<Int32Type>(array, row),
        DataType::Int64 => number::<Int64Type>(array, row),
        DataType::UInt8 => number::<UInt8Type>(array, row),
        DataType::UInt16 => number::<UInt16Type>(array, row),
        DataType::UInt32 => number::<UInt32Type>(array, row),
        DataType::UInt64 => number::<UInt64Type>(array, row),
        DataType::Float32 => number::<Float32Type>(array, row),
        DataType::Float64 => number::<Float64Type>(array, row),
        DataType::Decimal32(..) => array.as_primitive::<Decimal32Type>().value_as_string(row),
        DataType::Decimal64(..) => array.as_primitive::<Decimal64Type>().value_as_string(row),
        DataType::Decimal128(..) => array.as_primitive::<Decimal128Type>().value_as_string(row),
        DataType::Decimal256(..) => array.as_primitive::<Decimal256Type>().value_as_string(row),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().value(row);
            Day::new(days).map_or_else(|| format!("day {days}"), |day| day.to_string())
        }
        DataType::Date64 | DataType::Timestamp(..) => day::seconds(array, row)
            .map_or_else(|| "a time outside the calendar".to_owned(), day::seconds_text),
        DataType::Dictionary(..) => {
            let one = array.slice(row, 1);
            let one = one.as_any_dictionary();
            value_text(one.values().as_ref(), one.normalized_keys()[0])
        }
        _ => TextView::new(array).map_or_else(
            || format!("a {}", array.data_type()),
            |view| String::from_utf8_lossy(view.bytes(row)).into_owned(),
        ),
    }
}

/// The values of a primitive array as a slice.
fn slice<T: ArrowPrimitiveType>(array: &dyn Array) -> &[T::Native] {
    let array: &PrimitiveArray<T> = array.as_primitive();
    array.values()
}
