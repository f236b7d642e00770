//! Columns of lists of texts.

use arrow_array::cast::AsArray;
use arrow_array::{Array, OffsetSizeTrait};
use arrow_buffer::ArrowNativeType;
use arrow_schema::DataType;
use clientela::{Error, Result};

use super::TextView;
use super::text::{TEXT_TYPES, is_text};

/// Why a type is not one of lists of texts; `None` where it is.
pub(crate) fn list_type(data_type: &DataType) -> Option<String> {
    let taken = match data_type {
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => {
            is_text(item.data_type()) || *item.data_type() == DataType::Null
        }
        _ => false,
    };
    (!taken).then(|| format!("is {data_type}, but must be lists of {TEXT_TYPES}"))
}

/// The texts of each list, without those that are not there; `None` where there is no list.
pub(crate) fn lists(array: &dyn Array, column: &str) -> Result<Vec<Option<Vec<String>>>> {
    match array.data_type() {
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            of_offsets(array, lists.values().as_ref(), lists.value_offsets(), column)
        }
        DataType::LargeList(_) => {
            let lists = array.as_list::<i64>();
            of_offsets(array, lists.values().as_ref(), lists.value_offsets(), column)
        }
        DataType::ListView(_) => {
            let lists = array.as_list_view::<i32>();
            let (offsets, sizes) = (lists.value_offsets(), lists.value_sizes());
            let range = |i: usize| (offsets[i].as_usize(), sizes[i].as_usize());
            of_ranges(array, lists.values().as_ref(), range, column)
        }
        DataType::LargeListView(_) => {
            let lists = array.as_list_view::<i64>();
            let (offsets, sizes) = (lists.value_offsets(), lists.value_sizes());
            let range = |i: usize| (offsets[i].as_usize(), sizes[i].as_usize());
            of_ranges(array, lists.values().as_ref(), range, column)
        }
        DataType::FixedSizeList(..) => {
            let lists = array.as_fixed_size_list();
            let size = lists.value_length() as usize;
            of_ranges(array, lists.values().as_ref(), |i| (i * size, size), column)
        }
        // Types are checked before the first row is read; nulls only are left.
        _ => Ok(vec![None; array.len()]),
    }
}

fn of_offsets<O: OffsetSizeTrait>(
    array: &dyn Array,
    values: &dyn Array,
    offsets: &[O],
    column: &str,
) -> Result<Vec<Option<Vec<String>>>> {
    // A slice of a column has the texts of the whole column beside it.
    let first = offsets.first().map_or(0, |first| first.as_usize());
    let last = offsets.last().map_or(0, |last| last.as_usize());
    let values = values.slice(first, last - first);
    let range = |i: usize| {
        let start = offsets[i].as_usize();
        (start - first, offsets[i + 1].as_usize() - start)
    };
    of_ranges(array, values.as_ref(), range, column)
}

/// The lists whose texts begin at a place and are so many.
fn of_ranges(
    array: &dyn Array,
    values: &dyn Array,
    range: impl Fn(usize) -> (usize, usize),
    column: &str,
) -> Result<Vec<Option<Vec<String>>>> {
    let broken =
        || Error::BadColumn { column: column.to_owned(), problem: "is not valid UTF-8".to_owned() };
    let view = TextView::new(values);
    let gaps = values.logical_nulls();
    let there = |place: &usize| gaps.as_ref().is_none_or(|gaps| gaps.is_valid(*place));
    (0..array.len())
        .map(|i| {
            if array.is_null(i) {
                return Ok(None);
            }
            let Some(view) = &view else { return Ok(Some(Vec::new())) };
            let (start, count) = range(i);
            let text = |place: usize| std::str::from_utf8(view.bytes(place)).map(str::to_owned);
            let texts: Result<_, _> = (start..start + count).filter(there).map(text).collect();
            texts.map(Some).map_err(|_| broken())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::builder::{LargeListBuilder, ListBuilder, StringBuilder};
    use arrow_array::types::Int8Type;
    use arrow_array::{
        ArrayRef, DictionaryArray, FixedSizeListArray, ListArray, ListViewArray, NullArray,
        StringArray,
    };
    use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
    use arrow_schema::Field;

    use super::*;

    fn read(array: &dyn Array) -> Vec<Option<Vec<String>>> {
        assert_eq!(list_type(array.data_type()), None);
        lists(array, "column").expect("texts")
    }

    fn of(texts: &[Option<&[&str]>]) -> Vec<Option<Vec<String>>> {
        let own = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        texts.iter().map(|texts| texts.map(own)).collect()
    }

    fn item(data_type: DataType) -> Arc<Field> {
        Arc::new(Field::new("item", data_type, true))
    }

    #[test]
    fn every_layout_of_lists_is_read() {
        let expected = of(&[Some(&["a", "ü"]), None, Some(&[]), Some(&["b"])]);
        let mut small = ListBuilder::new(StringBuilder::new());
        let mut large = LargeListBuilder::new(StringBuilder::new());
        for texts in &expected {
            let texts = texts.as_ref().map(|texts| texts.iter().map(Some));
            small.append_option(texts.clone());
            large.append_option(texts);
        }
        assert_eq!(read(&small.finish()), expected);
        let large = large.finish();
        assert_eq!(read(&large), expected);
        assert_eq!(read(&large.slice(2, 2)), expected[2..]);

        let texts: ArrayRef = Arc::new(StringArray::from(vec!["b", "a", "ü"]));
        let views = ListViewArray::new(
            item(DataType::Utf8),
            ScalarBuffer::from(vec![1, 0, 3, 0]),
            ScalarBuffer::from(vec![2, 0, 0, 1]),
            texts,
            Some(NullBuffer::from(vec![true, false, true, true])),
        );
        assert_eq!(read(&views), expected);
    }

    #[test]
    fn gaps_inside_of_lists_are_left_out() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, None, Some("b")]));
        let fixed = FixedSizeListArray::new(item(DataType::Utf8), 2, Arc::clone(&texts), None);
        assert_eq!(read(&fixed), of(&[Some(&["a"]), Some(&["b"])]));
        assert_eq!(read(&fixed.slice(1, 1)), of(&[Some(&["b"])]));

        let coded: DictionaryArray<Int8Type> =
            [Some("a"), Some("b"), None, Some("a")].into_iter().collect();
        let offsets = OffsetBuffer::new(vec![0, 3, 4].into());
        let coded_type = coded.data_type().clone();
        let lists = ListArray::new(item(coded_type), offsets, Arc::new(coded), None);
        assert_eq!(read(&lists), of(&[Some(&["a", "b"]), Some(&["a"])]));

        let offsets = OffsetBuffer::new(vec![0, 2, 2].into());
        let nothing =
            ListArray::new(item(DataType::Null), offsets, Arc::new(NullArray::new(2)), None);
        assert_eq!(read(&nothing), of(&[Some(&[]), Some(&[])]));
    }
}
