//! Tables of answers as Arrow record batches.

use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Date32Type, Float64Type, Int32Type, Int64Type,
    UInt8Type, UInt32Type,
};
use arrow_array::{
    ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, LargeStringArray, PrimitiveArray,
    RecordBatch, RecordBatchIterator, RecordBatchReader, StringArray,
};
use arrow_buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use clientela::{
    Buffer, ClientIds, Column, NO_CODE, NO_INT32, NO_INT64, NO_NAME, Scale, Table, Texts, Values,
};
use rayon::prelude::*;

/// Digits of a decimal column. 18 hold every amount that a sale can have, and leave room for
/// what peers do with two such columns: at 38, Arrow's own sum of two columns is an error.
const DIGITS: u8 = 18;
/// Digits of a decimal column with sums beyond [`DIGITS`]; 64 bits never need more.
const WIDE_DIGITS: u8 = 19;

/// The columns' names, types, and as metadata `about` (what a value says) and `source`
/// (requirement, standard or convention).
pub fn table_schema(table: &Table) -> SchemaRef {
    let fields: Vec<Field> = table.columns().iter().map(field).collect();
    Arc::new(Schema::new(fields))
}

/// A table as one record batch. Buffers are shared with the table where Arrow has the same
/// layout, and copied for decimals and flags.
///
/// | values | Arrow |
/// |---|---|
/// | client ids | `Int64` or `LargeUtf8` |
/// | days | `Date32` |
/// | whole numbers | `Int32`, `Int64`, `UInt8` |
/// | amounts | `Decimal128` of 18 digits, 19 where a sum needs it |
/// | real numbers | `Float64` |
/// | flags | `Boolean` |
/// | choices | `Dictionary(UInt8, Utf8)` |
/// | names | `Dictionary(UInt32, LargeUtf8)` |
/// | texts | `LargeUtf8` |
///
/// # Panics
/// Never: a table's columns have one length.
pub fn table_to_batch(table: &Table) -> RecordBatch {
    let arrays: Vec<ArrayRef> =
        table.columns().par_iter().map(|column| array(&column.values)).collect();
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(table.rows()));
    RecordBatch::try_new_with_options(table_schema(table), arrays, &options)
        .expect("a table's columns have one length and the types of its schema")
}

/// A table as a reader of one record batch.
pub fn table_to_reader(table: &Table) -> impl RecordBatchReader + Send + use<> {
    let batch = table_to_batch(table);
    let schema = batch.schema();
    RecordBatchIterator::new([Ok::<_, ArrowError>(batch)], schema)
}

/// A table as a stream of the C stream interface; whoever gets it releases it.
pub fn table_to_stream(table: &Table) -> FFI_ArrowArrayStream {
    FFI_ArrowArrayStream::new(Box::new(table_to_reader(table)))
}

fn field(column: &Column) -> Field {
    let nullable = !matches!(column.values, Values::Client(_) | Values::Text(_));
    Field::new(column.name.as_ref(), data_type(&column.values), nullable)
        .with_metadata([("about", column.about.as_ref()), ("source", column.source.as_ref())])
}

fn data_type(values: &Values) -> DataType {
    match values {
        Values::Client(ClientIds::Int(_)) | Values::Int64(_) => DataType::Int64,
        Values::Client(ClientIds::Text(_)) | Values::Text(_) => DataType::LargeUtf8,
        Values::Day(_) => DataType::Date32,
        Values::Int32(_) => DataType::Int32,
        Values::Count8(_) => DataType::UInt8,
        Values::Money(values, scale) => money_type(values, *scale),
        Values::Float(_) => DataType::Float64,
        Values::Flag(_) => DataType::Boolean,
        Values::Choice(..) => {
            DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::Utf8))
        }
        Values::Name(..) => {
            DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::LargeUtf8))
        }
    }
}

fn array(values: &Values) -> ArrayRef {
    match values {
        Values::Client(ClientIds::Int(ids)) => shared::<Int64Type>(ids, |_| true),
        Values::Client(ClientIds::Text(texts)) | Values::Text(texts) => text(texts),
        Values::Day(days) => shared::<Date32Type>(days, |&day| day != NO_INT32),
        Values::Int32(values) => shared::<Int32Type>(values, |&value| value != NO_INT32),
        Values::Int64(values) => shared::<Int64Type>(values, |&value| value != NO_INT64),
        Values::Count8(values) => shared::<UInt8Type>(values, |&value| value != NO_CODE),
        Values::Money(values, scale) => money(values, *scale),
        Values::Float(values) => shared::<Float64Type>(values, |value| !value.is_nan()),
        Values::Flag(values) => {
            let flags = BooleanBuffer::collect_bool(values.len(), |i| values[i] == 1);
            Arc::new(BooleanArray::new(flags, nulls(values, |&value| value != NO_CODE)))
        }
        Values::Choice(codes, names) => {
            let names: ArrayRef = Arc::new(StringArray::from_iter_values(names.iter()));
            coded::<UInt8Type>(codes, &names, NO_CODE)
        }
        Values::Name(places, names) => coded::<UInt32Type>(places, &text(names), NO_NAME),
    }
}

/// A vector that Arrow shares with a table.
struct Shared<T: bytemuck::Pod>(Arc<Buffer<T>>);

impl<T: bytemuck::Pod> AsRef<[u8]> for Shared<T> {
    fn as_ref(&self) -> &[u8] {
        bytemuck::cast_slice(&self.0)
    }
}

/// Texts that Arrow shares with a table: the bytes, or the offsets.
struct SharedText(Arc<Texts>);
struct SharedOffsets(Arc<Texts>);

impl AsRef<[u8]> for SharedText {
    fn as_ref(&self) -> &[u8] {
        self.0.parts().0.as_bytes()
    }
}

impl AsRef<[u8]> for SharedOffsets {
    fn as_ref(&self) -> &[u8] {
        bytemuck::cast_slice(self.0.parts().1)
    }
}

/// The values themselves as an array; those that are not there stand under nulls.
fn shared<T: ArrowPrimitiveType>(
    values: &Arc<Buffer<T::Native>>,
    there: impl Fn(&T::Native) -> bool,
) -> ArrayRef
where
    T::Native: bytemuck::Pod + Sync,
{
    let nulls = nulls(values, there);
    let bytes = Bytes::from_owner(Shared(Arc::clone(values)));
    let values = ScalarBuffer::new(arrow_buffer::Buffer::from(bytes), 0, values.len());
    Arc::new(PrimitiveArray::<T>::new(values, nulls))
}

/// Which values are there; `None` where all are.
fn nulls<T>(values: &[T], there: impl Fn(&T) -> bool) -> Option<NullBuffer> {
    // Most columns have no gaps; looking for one is many times faster than writing bits.
    let gaps = values.chunks(1024).any(|some| !some.iter().fold(true, |all, v| all & there(v)));
    gaps.then(|| NullBuffer::new(BooleanBuffer::collect_bool(values.len(), |i| there(&values[i]))))
}

fn money(values: &[i64], scale: Scale) -> ArrayRef {
    let nulls = nulls(values, |&value| value != NO_INT64);
    let wide = values.iter().map(|&value| if value == NO_INT64 { 0 } else { value.into() });
    let wide: Vec<i128> = wide.collect();
    Arc::new(Decimal128Array::new(wide.into(), nulls).with_data_type(money_type(values, scale)))
}

fn money_type(values: &[i64], scale: Scale) -> DataType {
    let limit = 10_u64.pow(DIGITS.into());
    let wide = values.iter().any(|&value| value != NO_INT64 && value.unsigned_abs() >= limit);
    let digits = if wide { WIDE_DIGITS } else { DIGITS };
    DataType::Decimal128(digits, scale.places().cast_signed())
}

/// Positions in a list of names.
fn coded<T: ArrowDictionaryKeyType>(
    codes: &Arc<Buffer<T::Native>>,
    names: &ArrayRef,
    missing: T::Native,
) -> ArrayRef
where
    T::Native: bytemuck::Pod + Sync,
{
    let nulls = nulls(codes, |&code| code != missing);
    // Some readers look a key up before they look at its null.
    let keys: ScalarBuffer<T::Native> = match &nulls {
        None => ScalarBuffer::new(
            arrow_buffer::Buffer::from(Bytes::from_owner(Shared(Arc::clone(codes)))),
            0,
            codes.len(),
        ),
        Some(nulls) => {
            let key = |(&code, there)| if there { code } else { T::Native::default() };
            codes.iter().zip(nulls).map(key).collect()
        }
    };
    let keys = PrimitiveArray::<T>::new(keys, nulls);
    Arc::new(DictionaryArray::new(keys, Arc::clone(names)))
}

fn text(texts: &Arc<Texts>) -> ArrayRef {
    let (_, offsets) = texts.parts();
    // On machines of 64 bits the core's offsets are already Arrow's.
    let buffer = if cfg!(target_pointer_width = "64") {
        let bytes = Bytes::from_owner(SharedOffsets(Arc::clone(texts)));
        ScalarBuffer::new(arrow_buffer::Buffer::from(bytes), 0, offsets.len())
    } else {
        offsets.iter().map(|&offset| offset as i64).collect()
    };
    let bytes = arrow_buffer::Buffer::from(Bytes::from_owner(SharedText(Arc::clone(texts))));
    Arc::new(LargeStringArray::new(OffsetBuffer::new(buffer), bytes, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Array;
    use arrow_array::cast::AsArray;

    #[test]
    fn names_are_dictionaries_of_large_texts() {
        let names: Arc<Texts> = Arc::new(["", "Alba", "ü"].into_iter().collect());
        for (places, expected) in [
            (vec![1, NO_NAME, 0, 2], vec![Some("Alba"), None, Some(""), Some("ü")]),
            (vec![2, 2], vec![Some("ü"), Some("ü")]),
            (vec![], vec![]),
            (vec![NO_NAME], vec![None]),
        ] {
            let values = Values::Name(Arc::new(places.into()), Arc::clone(&names));
            let array = array(&values);
            assert_eq!(*array.data_type(), data_type(&values));
            assert_eq!(array.null_count(), values.missing());
            let texts = array.as_dictionary::<UInt32Type>();
            let texts = texts.downcast_dict::<LargeStringArray>().expect("large texts");
            assert_eq!(texts.into_iter().collect::<Vec<_>>(), expected);
        }
        // Without any name every row is missing.
        let none = Values::Name(Arc::new(vec![NO_NAME; 2].into()), Arc::default());
        assert_eq!(array(&none).null_count(), 2);
    }
}
