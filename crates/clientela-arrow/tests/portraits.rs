//! Frames of portraits in, through the public functions only.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array,
    Int16Array, Int64Array, LargeStringArray, NullArray, RecordBatch, RecordBatchIterator,
    StringArray, StringViewArray, TimestampSecondArray, UInt64Array,
};
use clientela::{
    Catalogue, Cause, Error, ErrorCode, OnBad, PIECE_ROWS, PortraitOptions, Portraits, Result,
};
use clientela_arrow::{PortraitReadOptions, read_portraits};

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    RecordBatch::try_from_iter_with_nullable(columns.collect::<Vec<_>>())
        .expect("columns of one length")
}

fn read(batches: Vec<RecordBatch>, options: &PortraitReadOptions) -> Result<Portraits> {
    let schema = batches[0].schema();
    read_portraits(RecordBatchIterator::new(batches.into_iter().map(Ok), schema), options)
}

fn options(json: &str) -> PortraitReadOptions {
    PortraitReadOptions::from_json(json).expect("good options")
}

fn texts(texts: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

fn numbers(numbers: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(numbers.to_vec()))
}

fn decimals(units: &[Option<i128>], places: i8) -> ArrayRef {
    let array = Decimal128Array::from(units.to_vec()).with_precision_and_scale(18, places);
    Arc::new(array.expect("a scale"))
}

/// A field of every type that a column can hold, with numbers of two places.
const CATALOGUE: &str = r#"{"catalogue": {"built_in": false, "fields": [
    {"name": "text", "type": "text"},
    {"name": "integer", "type": "integer"},
    {"name": "decimal", "type": "decimal", "places": 2},
    {"name": "money", "type": "money"},
    {"name": "date", "type": "date"},
    {"name": "flag", "type": "yes_no"},
    {"name": "choice", "type": "choice", "options": ["a", "b"]},
    {"name": "list", "type": "list"},
    {"name": "rating", "type": "rating", "min": -2, "max": 2},
    {"name": "notes", "type": "notes"},
    {"name": "persons", "type": "list", "records": "persons"}]}}"#;

/// What documents say of clients 1 and 2.
fn documents(first: &str) -> Portraits {
    let text = format!(r#"[{{"client": 1, "fields": {first}}}, {{"client": 2}}]"#);
    let options =
        PortraitOptions { catalogue: options(CATALOGUE).catalogue, ..PortraitOptions::default() };
    Portraits::from_json(&text, &options).expect("good documents")
}

fn one(column: &str, array: ArrayRef) -> Result<Portraits> {
    one_of(column, array, &options(CATALOGUE))
}

fn one_of(column: &str, array: ArrayRef, options: &PortraitReadOptions) -> Result<Portraits> {
    read(vec![batch(vec![("client", numbers(&[1, 2])), (column, array)])], options)
}

#[test]
fn every_type_of_column_says_what_a_document_says() {
    let dictionary: DictionaryArray<Int8Type> = [Some("a"), None].into_iter().collect();
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("golf"), None, Some("chess")]);
    lists.append_null();
    let lists = lists.finish();
    let text = |text: &'static str, gap: Option<&'static str>| texts(&[Some(text), gap]);
    let cases: Vec<(&str, &str, Vec<ArrayRef>)> = vec![
        (
            "text",
            r#""a""#,
            vec![
                text("a", None),
                text("a", Some("")),
                text("a", Some("unknown")),
                Arc::new(LargeStringArray::from(vec![Some("a"), None])),
                Arc::new(StringViewArray::from(vec![Some("a"), None])),
                Arc::new(dictionary.clone()),
            ],
        ),
        ("choice", r#""a""#, vec![text("a", Some("unknown")), Arc::new(dictionary)]),
        (
            "integer",
            "-7",
            vec![
                Arc::new(Int64Array::from(vec![Some(-7), None])),
                Arc::new(Int16Array::from(vec![Some(-7), None])),
                decimals(&[Some(-70), None], 1),
                text("-7", None),
                text("-7.00", Some("unknown")),
                text("-7", Some("")),
            ],
        ),
        ("rating", "2", vec![Arc::new(UInt64Array::from(vec![Some(2), None])), text("2", None)]),
        (
            "decimal",
            r#""12.5""#,
            vec![
                decimals(&[Some(125), None], 1),
                decimals(&[Some(12_500_000), None], 6),
                text("12.50", None),
            ],
        ),
        ("decimal", "3", vec![Arc::new(Int64Array::from(vec![Some(3), None]))]),
        ("money", r#""12.5""#, vec![decimals(&[Some(1250), None], 2), text("12.5", None)]),
        (
            "date",
            r#""1998-01-05""#,
            vec![
                Arc::new(Date32Array::from(vec![Some(10_231), None])),
                Arc::new(TimestampSecondArray::from(vec![Some(10_231 * 86_400 + 5), None])),
                text("1998-01-05", None),
                text("1998-01-05", Some("unknown")),
            ],
        ),
        (
            "flag",
            "true",
            vec![
                Arc::new(BooleanArray::from(vec![Some(true), None])),
                Arc::new(Int16Array::from(vec![Some(1), None])),
                text("yes", None),
                text("yes", Some("unknown")),
                text("yes", Some("")),
            ],
        ),
        ("list", r#"["golf", "chess"]"#, vec![Arc::new(lists)]),
    ];
    for (column, value, arrays) in cases {
        let expected = documents(&format!(r#"{{"{column}": {value}}}"#));
        for array in arrays {
            let told = format!("{column} as {}", array.data_type());
            let portraits = one(column, array).unwrap_or_else(|error| panic!("{told}: {error}"));
            assert!(portraits == expected, "{told}: {}", portraits.to_json());
        }
        let nothing: ArrayRef = Arc::new(NullArray::new(2));
        assert!(one(column, nothing).expect("nothing known") == documents("{}"), "{column}");
    }
}

#[test]
fn floats_are_exact_or_refused() {
    let exact = options(&CATALOGUE.replacen('{', r#"{"floats": "exact", "#, 1));
    for (column, value, said) in [("decimal", 0.29, r#""0.29""#), ("integer", 5.0, "5")] {
        let array: ArrayRef = Arc::new(Float64Array::from(vec![Some(value), None]));
        let error = one(column, Arc::clone(&array)).expect_err("floats").to_string();
        assert!(error.contains("floats are not exact: cast it to a decimal, or set"), "{error}");
        let portraits = one_of(column, array, &exact).expect("exact floats");
        assert!(portraits == documents(&format!(r#"{{"{column}": {said}}}"#)));
    }
    let array: ArrayRef = Arc::new(Float64Array::from(vec![0.295, 1.0]));
    let error = one_of("decimal", array, &exact).expect_err("three places");
    assert!(error.to_string().contains("more decimal places than the field keeps"), "{error}");
}

#[test]
fn wrong_types_are_named_before_the_first_row() {
    let number = || numbers(&[1, 2]);
    let flags = || -> ArrayRef { Arc::new(BooleanArray::from(vec![true, false])) };
    for (column, array, said) in [
        ("text", number(), "must be text"),
        ("choice", flags(), "must be text"),
        ("integer", flags(), "must be a decimal, a whole number"),
        ("decimal", Arc::new(Date32Array::from(vec![1, 2])) as ArrayRef, "must be a decimal"),
        ("money", number(), "may count whole or minor units"),
        ("date", number(), "must be a date"),
        ("flag", Arc::new(Date32Array::from(vec![1, 2])) as ArrayRef, "yes/no"),
        ("list", texts(&[None, None]), "must be lists of text"),
        ("notes", texts(&[None, None]), "type notes, which comes in documents only"),
        ("persons", texts(&[None, None]), "records persons, which comes in documents only"),
    ] {
        let error = one(column, array).expect_err(column);
        assert_eq!(error.code(), ErrorCode::BadColumn, "{error}");
        assert!(error.to_string().starts_with(&format!("column `{column}`: ")), "{error}");
        assert!(error.to_string().contains(said), "{column}: {error}");
    }
    let whole = options(&CATALOGUE.replacen('{', r#"{"scale": 0, "#, 1));
    let portraits = one_of("money", number(), &whole).expect("no minor units");
    assert!(portraits.to_json().contains(r#""money":"1""#), "{}", portraits.to_json());
}

#[test]
fn bad_rows_are_named_as_the_caller_names_columns() {
    let json = r#"{"fields": {"c": "choice", "d": "decimal", "r": "rating", "t": "date",
                   "f": "flag", "i": "integer"}, "#;
    let strict = options(&CATALOGUE.replacen('{', json, 1));
    let lenient = PortraitReadOptions { on_bad: OnBad::SetAside, ..strict.clone() };
    let text = |bad: &'static str| texts(&[Some(bad), None]);
    for (column, array, value, cause) in [
        ("c", text("d"), "d", Cause::UnknownOption),
        ("d", text("1,5"), "1,5", Cause::BadValue),
        ("d", text("1.234"), "1.234", Cause::TooManyPlaces),
        ("d", decimals(&[Some(1234), None], 3), "1.234", Cause::TooManyPlaces),
        ("r", numbers(&[3, 0]), "3", Cause::OutsideLimits),
        ("i", text("99999999999999999999"), "99999999999999999999", Cause::OutsideLimits),
        (
            "i",
            Arc::new(UInt64Array::from(vec![u64::MAX, 1])),
            "18446744073709551615",
            Cause::OutsideLimits,
        ),
        ("t", text("1998-02-30"), "1998-02-30", Cause::BadDay),
        ("t", Arc::new(Date32Array::from(vec![i32::MIN, 1])), "", Cause::DayOutOfRange),
        ("t", Arc::new(Date32Array::from(vec![i32::MAX, 1])), "", Cause::DayOutOfRange),
        ("f", text("maybe"), "maybe", Cause::BadFlag),
        ("f", numbers(&[2, 0]), "2", Cause::BadFlag),
    ] {
        let columns: Vec<(&str, ArrayRef)> = ["c", "d", "r", "t", "f", "i"]
            .into_iter()
            .map(|name| {
                let nothing = || Arc::new(NullArray::new(2)) as ArrayRef;
                (name, if name == column { Arc::clone(&array) } else { nothing() })
            })
            .chain([("client", numbers(&[1, 2]))])
            .collect();
        let error = read(vec![batch(columns.clone())], &strict).expect_err(column);
        let Error::BadRow { row: 0, column: named, value: told, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(named, column);
        assert!(told.contains(value), "{error}");
        let portraits = read(vec![batch(columns)], &lenient).expect("one good row");
        let report = portraits.report();
        assert_eq!((portraits.len(), report.rows, report.accepted), (1, 2, 1), "{column}");
        assert_eq!(report.set_aside.len(), 1);
        assert_eq!((report.set_aside[0].row, report.set_aside[0].cause), (0, cause), "{column}");
    }
}

#[test]
fn clients_and_kinds_are_checked() {
    let lenient = r#"{"on_bad": "set_aside", "columns": {"client": "id", "kind": "sort",
                      "updated_on": "seen"}}"#;
    let frame = batch(vec![
        ("id", texts(&[Some("a"), None, Some(""), Some("b"), Some("c"), Some("d")])),
        ("sort", texts(&[Some("shop"), None, None, Some("ship"), None, Some("")])),
        ("seen", texts(&[Some("1998-01-05"), None, None, None, Some("soon"), Some("")])),
        ("floor_area_m2", texts(&[Some("120"), None, None, None, None, Some("10")])),
        ("colour", numbers(&[0; 6])),
    ]);
    let portraits = read(vec![frame], &options(lenient)).expect("good rows");
    let report = portraits.report();
    let told: Vec<_> =
        report.set_aside.iter().map(|row| (row.row, row.column.as_str(), row.cause)).collect();
    assert_eq!(
        told,
        [
            (1, "id", Cause::NullClient),
            (2, "id", Cause::EmptyClient),
            (3, "sort", Cause::UnknownPortraitKind),
            (4, "seen", Cause::BadDay),
            (5, "floor_area_m2", Cause::NotOfKind),
        ]
    );
    assert_eq!(report.ignored_columns, ["colour"]);
    assert_eq!(portraits.len(), 1);
    let first = portraits.get(&"a".into()).expect("a portrait");
    assert_eq!(first.kind.as_deref(), Some("shop"));
    assert_eq!(first.updated_on.map(|day| day.to_string()).as_deref(), Some("1998-01-05"));

    let all = options(r#"{"kind": "shop"}"#);
    let frame = batch(vec![("client", numbers(&[1])), ("floor_area_m2", texts(&[Some("120")]))]);
    let portraits = read(vec![frame.clone()], &all).expect("shops");
    assert_eq!(portraits.get(&1.into()).and_then(|shop| shop.kind).as_deref(), Some("shop"));
    for (json, argument, said) in [
        (r#"{"kind": "ship"}"#, "kind", "not one of the kinds: shop,"),
        (r#"{"kind": "shop", "columns": {"kind": "kind"}}"#, "kind", "exclude each other"),
        (
            r#"{"fields": {"floor_area_m2": "floor_area"}}"#,
            "fields",
            "did you mean `floor_area_m2`?",
        ),
        (r#"{"fields": {"a": "phone", "b": "phone"}}"#, "fields", "both hold the field `phone`"),
    ] {
        let error = read(vec![frame.clone()], &options(json)).expect_err(json);
        let Error::BadArgument { argument: named, problem } = &error else { panic!("{error}") };
        assert_eq!(*named, argument);
        assert!(problem.contains(said), "{error}");
    }
    let absent = read(vec![frame], &options(r#"{"fields": {"flor": "floor_area_m2"}}"#));
    assert_eq!(absent.expect_err("no such column").code(), ErrorCode::BadColumn);
}

#[test]
fn options_come_from_json() {
    let all = options(
        r#"{"columns": {"client": "c", "kind": "k", "updated_on": "u"}, "kind": null,
            "fields": {"a": "phone"}, "currency": "EUR", "scale": 3, "floats": "exact",
            "on_bad": "set_aside", "threads": 2,
            "catalogue": {"fields": [{"name": "beds", "type": "integer"}]}}"#,
    );
    assert_eq!(all.columns.kind.as_deref(), Some("k"));
    assert_eq!((all.scale.places(), all.threads), (3, Some(2)));
    assert_eq!(all.fields.as_ref().map(std::collections::BTreeMap::len), Some(1));
    assert!(all.portraits().catalogue.field("beds").is_some());
    let none = options(r#"{"catalogue": null, "fields": null, "threads": null}"#);
    assert_eq!(none.portraits(), PortraitOptions::default());
    assert_eq!(none.catalogue, Catalogue::built_in());
    for (json, code, said) in [
        (r#"{"field": {}}"#, ErrorCode::BadArgument, "unknown field `field`"),
        (r#"{"columns": {"clent": "c"}}"#, ErrorCode::BadArgument, "columns.clent: unknown"),
        (r#"{"scale": 10}"#, ErrorCode::BadArgument, "scale: "),
        ("[", ErrorCode::BadArgument, "EOF"),
        ("{} {}", ErrorCode::BadArgument, "trailing"),
        (
            r#"{"catalogue": {"fields": [{"name": "beds", "type": "number"}]}}"#,
            ErrorCode::BadDocument,
            "catalogue, fields[0].type: ",
        ),
    ] {
        let error = PortraitReadOptions::from_json(json).expect_err(json);
        assert_eq!(error.code(), code, "{json}: {error}");
        assert!(error.to_string().contains(said), "{json}: {error}");
    }
}

#[test]
fn batches_of_any_size_make_the_same_portraits() {
    let rows = 3 * PIECE_ROWS + 17;
    let count = rows as i64;
    let name = |i: i64| ["", "Anna", "Boris", "Čeněk"][(i % 4) as usize];
    let whole = batch(vec![
        ("client", Arc::new(Int64Array::from_iter_values((0..count).map(|i| i * 7919 % count)))),
        ("phone", Arc::new(StringArray::from_iter_values((0..count).map(|i| i.to_string())))),
        ("contact_name", Arc::new(StringArray::from_iter_values((0..count).map(name)))),
        ("potential", decimals(&(0..rows as i128).map(Some).collect::<Vec<_>>(), 2)),
        ("innovator", Arc::new((0..count).map(|i| Some(i % 3 == 0)).collect::<BooleanArray>())),
    ]);
    let expected = read(vec![whole.clone()], &PortraitReadOptions::default()).expect("good rows");
    assert_eq!(expected.len(), rows);
    for size in [1000, PIECE_ROWS, rows] {
        for threads in [1, 2] {
            let parts = (0..rows).step_by(size).map(|i| whole.slice(i, size.min(rows - i)));
            let options =
                PortraitReadOptions { threads: Some(threads), ..PortraitReadOptions::default() };
            let portraits = read(parts.rev().collect(), &options).expect("good rows");
            assert!(portraits == expected, "batches of {size}");
        }
    }
    let error = read(vec![whole.clone(), whole.slice(5, 1)], &PortraitReadOptions::default());
    assert!(error.is_ok(), "the same told twice is told once");
}
