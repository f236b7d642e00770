//! Columns of text in Arrow's three layouts and dictionaries of them.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::{Array, BinaryViewArray, OffsetSizeTrait};
use arrow_schema::DataType;
use clientela::{Cause, Error, Result, SaleKind, TextColumn};

use super::Faults;

/// What a column of text may be, for messages.
pub(super) const TEXT_TYPES: &str = "text (Utf8, LargeUtf8, Utf8View, or a dictionary of these)";

/// Whether a type is text in any layout.
pub(super) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => {
            !matches!(values.as_ref(), DataType::Dictionary(..)) && is_text(values)
        }
        _ => false,
    }
}

/// Why a type is not text; `None` where it is.
pub(crate) fn text_type(data_type: &DataType) -> Option<String> {
    (!is_text(data_type)).then(|| format!("is {data_type}, but must be {TEXT_TYPES}"))
}

/// Texts of an array, read as bytes: the producer's promise of UTF-8 is checked, not trusted.
#[derive(Debug)]
pub(crate) enum TextView<'a> {
    Small(&'a [i32], &'a [u8]),
    Large(&'a [i64], &'a [u8]),
    View(BinaryViewArray),
    Coded(Vec<usize>, Box<TextView<'a>>),
}

impl<'a> TextView<'a> {
    /// A view of an array of text, or `None` for other types.
    pub(crate) fn new(array: &'a dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Utf8 => {
                let array = array.as_string::<i32>();
                Self::Small(array.value_offsets(), array.value_data())
            }
            DataType::LargeUtf8 => {
                let array = array.as_string::<i64>();
                Self::Large(array.value_offsets(), array.value_data())
            }
            DataType::Utf8View => Self::View(array.as_string_view().clone().to_binary_view()),
            DataType::Dictionary(..) => {
                let array = array.as_any_dictionary_opt()?;
                let values = Self::new(array.values().as_ref())?;
                // Without values every key is null, and nulls are never looked up.
                let keys = match array.values().len() {
                    0 => Vec::new(),
                    _ => array.normalized_keys(),
                };
                Self::Coded(keys, Box::new(values))
            }
            _ => return None,
        })
    }

    /// Text `i` as bytes.
    pub(crate) fn bytes(&self, i: usize) -> &[u8] {
        match self {
            Self::Small(offsets, data) => &data[offsets[i] as usize..offsets[i + 1] as usize],
            Self::Large(offsets, data) => &data[offsets[i] as usize..offsets[i + 1] as usize],
            Self::View(array) => array.value(i),
            Self::Coded(keys, values) => keys.get(i).map_or(&[], |&key| values.bytes(key)),
        }
    }
}

/// A column of texts; nulls read as empty.
pub(crate) fn texts<'a>(array: &'a dyn Array, column: &str) -> Result<TextColumn<'a>> {
    let broken =
        || Error::BadColumn { column: column.to_owned(), problem: "is not valid UTF-8".to_owned() };
    if *array.data_type() == DataType::Null {
        return Ok(TextColumn::new("", vec![0; array.len() + 1]));
    }
    let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
    let empty = |i: usize| nulls.as_ref().is_some_and(|nulls| nulls.is_null(i));
    let view = TextView::new(array).ok_or_else(broken)?;
    // A null may stand over bytes that are not its own.
    let borrowed = match &view {
        TextView::Small(offsets, data) => borrow(offsets, data, &empty, nulls.is_some()),
        TextView::Large(offsets, data) => borrow(offsets, data, &empty, nulls.is_some()),
        _ => None,
    };
    if let Some((offsets, data)) = borrowed {
        let text = std::str::from_utf8(data).map_err(|_| broken())?;
        return Ok(match offsets {
            Width::Small(offsets) => TextColumn::new(text, offsets),
            Width::Large(offsets) => TextColumn::large(text, offsets),
        });
    }
    let mut offsets = Vec::with_capacity(array.len() + 1);
    let mut data = Vec::with_capacity(array.len() * 12);
    offsets.push(0);
    for i in 0..array.len() {
        if !empty(i) {
            data.extend_from_slice(view.bytes(i));
        }
        offsets.push(data.len() as i64);
    }
    let text = String::from_utf8(data).map_err(|_| broken())?;
    Ok(TextColumn::large(text, offsets))
}

#[derive(Debug)]
enum Width<'a> {
    Small(Cow<'a, [i32]>),
    Large(Cow<'a, [i64]>),
}

/// The part of a buffer that a slice of it covers, with offsets into that part; `None` where a
/// null covers bytes.
fn borrow<'a, O: OffsetSizeTrait + Rebase>(
    offsets: &'a [O],
    data: &'a [u8],
    empty: &impl Fn(usize) -> bool,
    any_null: bool,
) -> Option<(Width<'a>, &'a [u8])> {
    if any_null {
        let covers = |(i, pair): (usize, &[O])| pair[0] != pair[1] && empty(i);
        if offsets.windows(2).enumerate().any(covers) {
            return None;
        }
    }
    let (first, last) = (*offsets.first()?, *offsets.last()?);
    let part = data.get(first.as_usize()..last.as_usize())?;
    let offsets = if first == O::zero() {
        Cow::Borrowed(offsets)
    } else {
        Cow::Owned(offsets.iter().map(|&offset| offset - first).collect())
    };
    Some((O::width(offsets), part))
}

/// Offsets of either width.
trait Rebase: Sized + Copy {
    fn width(offsets: Cow<'_, [Self]>) -> Width<'_>;
}

impl Rebase for i32 {
    fn width(offsets: Cow<'_, [Self]>) -> Width<'_> {
        Width::Small(offsets)
    }
}

impl Rebase for i64 {
    fn width(offsets: Cow<'_, [Self]>) -> Width<'_> {
        Width::Large(offsets)
    }
}

/// Codes of [`SaleKind`] from a column of names.
pub(crate) fn kinds(array: &dyn Array, faults: &mut Faults) -> Vec<u8> {
    let nulls = array.logical_nulls();
    let view = TextView::new(array);
    (0..array.len())
        .map(|i| {
            let known = match (&view, &nulls) {
                (Some(view), nulls) if !nulls.as_ref().is_some_and(|nulls| nulls.is_null(i)) => {
                    SaleKind::NAMES.iter().position(|name| name.as_bytes() == view.bytes(i))
                }
                _ => None,
            };
            known.map_or_else(
                || {
                    faults.add(array, i, Cause::UnknownKind);
                    0
                },
                |code| code as u8,
            )
        })
        .collect()
}
