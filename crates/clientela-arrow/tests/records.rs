//! Records of clients from Arrow into a directory: types, gaps, and what is refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, Date32Array, Float64Array, Int32Array, Int64Array, RecordBatch, RecordBatchIterator,
    StringArray, StringViewArray, UInt64Array,
};
use clientela::intake::{Directory, FieldKind};
use clientela::{Error, Result};
use clientela_arrow::{RecordReadOptions, read_directory};

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap()
}

fn read(batches: Vec<RecordBatch>, options: &RecordReadOptions) -> Result<Directory> {
    let schema = batches[0].schema();
    read_directory(RecordBatchIterator::new(batches.into_iter().map(Ok), schema), options)
}

fn of(directory: &Directory, client: i64) -> Vec<(String, String)> {
    directory.record(&client.into()).unwrap().into_iter().collect()
}

fn pairs(known: &[(&str, &str)]) -> Vec<(String, String)> {
    known.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect()
}

#[test]
fn texts_numbers_and_days_are_fields() {
    let first = batch(vec![
        ("id", Arc::new(Int64Array::from(vec![7, 8]))),
        ("surname", Arc::new(StringArray::from(vec![Some("Orlova"), None]))),
        // Day 7336 is 1990-02-01.
        ("birth_date", Arc::new(Date32Array::from(vec![Some(7336), None]))),
        ("house", Arc::new(Int32Array::from(vec![None, Some(12)]))),
    ]);
    let second = first.slice(0, 0);
    let directory = read(vec![second, first], &RecordReadOptions::default()).unwrap();
    assert_eq!(of(&directory, 7), pairs(&[("birth_date", "1990-02-01"), ("surname", "Orlova")]));
    assert_eq!(of(&directory, 8), pairs(&[("house", "12")]));
}

#[test]
fn columns_are_renamed_and_their_kinds_stated() {
    let records = batch(vec![
        ("number", Arc::new(StringViewArray::from(vec!["a", "b"]))),
        ("last", Arc::new(StringArray::from(vec!["Orlov", "Zhukov"]))),
        ("score", Arc::new(Float64Array::from(vec![0.5, 0.25]))),
    ]);
    let options = RecordReadOptions::from_json(
        r#"{"id": "number", "fields": {"last": "who"}, "kinds": {"who": "name"}}"#,
    )
    .unwrap();
    let directory = read(vec![records.clone()], &options).unwrap();
    assert_eq!(directory.fields().collect::<Vec<_>>(), [("who", FieldKind::Name)]);
    assert!(RecordReadOptions::from_json(r#"{"colour": 1}"#).is_err());

    // A column of reals is no field, and none is left out in silence.
    let all = RecordReadOptions { id: "number".to_owned(), ..RecordReadOptions::default() };
    let error = read(vec![records], &all).unwrap_err();
    assert!(matches!(&error, Error::BadColumn { column, .. } if column == "score"), "{error}");
}

#[test]
fn a_bad_value_names_its_row() {
    let ids =
        |ids: Vec<Option<i64>>| -> (&str, ArrayRef) { ("id", Arc::new(Int64Array::from(ids))) };
    let gap = vec![batch(vec![ids(vec![Some(1)])]), batch(vec![ids(vec![Some(2), None])])];
    let error = read(gap, &RecordReadOptions::default()).unwrap_err();
    assert!(matches!(&error, Error::BadRow { row: 2, column, .. } if column == "id"), "{error}");

    let wide: ArrayRef = Arc::new(UInt64Array::from(vec![1, u64::MAX]));
    let wide = batch(vec![ids(vec![Some(1), Some(2)]), ("house", wide)]);
    let error = read(vec![wide], &RecordReadOptions::default()).unwrap_err();
    assert!(matches!(&error, Error::BadRow { row: 1, column, .. } if column == "house"), "{error}");

    let fields = Some(BTreeMap::from([("colour".to_owned(), "surname".to_owned())]));
    let absent = RecordReadOptions { fields, ..RecordReadOptions::default() };
    let error = read(vec![batch(vec![ids(vec![Some(1)])])], &absent).unwrap_err();
    assert!(matches!(&error, Error::BadColumn { column, .. } if column == "colour"), "{error}");
}
