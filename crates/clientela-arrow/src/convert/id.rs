//! Ids of clients and orders: whole numbers or text.

use std::borrow::Cow;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_schema::DataType;
use clientela::{Cause, ClientColumn, NO_INT64, OrderColumn, Result};

use super::text::{TEXT_TYPES, is_text};
use super::{Faults, slice, texts};

/// Why a type is not one of ids; `None` where it is.
pub(crate) fn id_type(data_type: &DataType) -> Option<String> {
    let whole = match data_type {
        DataType::Dictionary(_, values) => values.is_integer(),
        other => other.is_integer(),
    };
    if whole || is_text(data_type) {
        return None;
    }
    let hint = if data_type.is_floating() {
        "; ids as floats come from whole numbers with gaps: cast them to Int64"
    } else {
        ""
    };
    Some(format!("is {data_type}, but ids must be whole numbers or {TEXT_TYPES}{hint}"))
}

/// Clients; a null one is a fault.
pub(crate) fn clients<'a>(
    array: &'a dyn Array,
    faults: &mut Faults<'_, 'a>,
) -> Result<ClientColumn<'a>> {
    if let Some(nulls) = array.logical_nulls() {
        for i in 0..array.len() {
            if nulls.is_null(i) {
                faults.add(array, i, Cause::NullClient);
            }
        }
    }
    Ok(if is_text(array.data_type()) {
        ClientColumn::Text(texts(array, faults.column)?)
    } else {
        ClientColumn::Int(whole(array, Cause::BadClient, faults))
    })
}

/// Orders; null is no order.
pub(crate) fn orders<'a>(
    array: &'a dyn Array,
    faults: &mut Faults<'_, 'a>,
) -> Result<OrderColumn<'a>> {
    if is_text(array.data_type()) {
        return Ok(OrderColumn::Text(texts(array, faults.column)?));
    }
    let mut ids = whole(array, Cause::BadOrder, faults);
    if let Some(nulls) = array.logical_nulls().filter(|nulls| nulls.null_count() > 0) {
        for (i, id) in ids.to_mut().iter_mut().enumerate() {
            if nulls.is_null(i) {
                *id = NO_INT64;
            }
        }
    }
    Ok(OrderColumn::Int(ids))
}

/// Whole numbers of 64 bits; what stands at a null is left open.
pub(crate) fn whole<'a>(
    array: &'a dyn Array,
    too_large: Cause,
    faults: &mut Faults<'_, 'a>,
) -> Cow<'a, [i64]> {
    fn widen<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &dyn Array) -> Cow<'static, [i64]> {
        Cow::Owned(slice::<T>(array).iter().map(|&value| value.into()).collect())
    }
    match array.data_type() {
        DataType::Int64 => Cow::Borrowed(slice::<Int64Type>(array)),
        DataType::Int32 => widen::<Int32Type>(array),
        DataType::Int16 => widen::<Int16Type>(array),
        DataType::Int8 => widen::<Int8Type>(array),
        DataType::UInt32 => widen::<UInt32Type>(array),
        DataType::UInt16 => widen::<UInt16Type>(array),
        DataType::UInt8 => widen::<UInt8Type>(array),
        DataType::UInt64 => slice::<UInt64Type>(array)
            .iter()
            .enumerate()
            .map(|(i, &value)| {
                i64::try_from(value).unwrap_or_else(|_| {
                    if array.is_valid(i) {
                        faults.add(array, i, too_large);
                    }
                    0
                })
            })
            .collect(),
        DataType::Dictionary(..) => {
            let array = array.as_any_dictionary();
            if array.values().is_empty() {
                return Cow::Owned(vec![0; array.len()]);
            }
            let keys = array.normalized_keys();
            // A value that is too large concerns every row that points to it.
            let mut inside = Vec::new();
            let values = whole(
                array.values().as_ref(),
                too_large,
                &mut Faults { list: &mut inside, column: faults.column, rank: faults.rank },
            );
            if !inside.is_empty() {
                let bad: Vec<usize> = inside.iter().map(|fault| fault.row).collect();
                for (i, key) in keys.iter().enumerate() {
                    if bad.contains(key) && array.is_valid(i) {
                        faults.add(array, i, too_large);
                    }
                }
            }
            keys.iter().map(|&key| values[key]).collect()
        }
        // Types are checked before the first row is read.
        _ => Cow::Owned(vec![0; array.len()]),
    }
}
