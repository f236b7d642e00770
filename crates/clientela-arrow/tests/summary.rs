//! Summaries, contracts and covariates from Arrow, through the public functions only.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, UInt64Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Decimal32Array, Decimal64Array, Decimal128Array,
    DictionaryArray, Float16Array, Float32Array, Float64Array, Int8Array, Int16Array, Int32Array,
    Int64Array, LargeStringArray, NullArray, RecordBatch, RecordBatchIterator, RecordBatchReader,
    StringArray, StringViewArray, UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use arrow_schema::{ArrowError, DataType};
use clientela::lifetime::{Contracts, Row, Summary, TimeUnit};
use clientela::{ClientId, Error, ErrorCode, Result};
use clientela_arrow::{
    CovariateFrame, SummaryColumns, import_stream, read_contracts, read_covariates, read_spend,
    read_summary, read_summary_with, summary_to_stream,
};

const WEEK: TimeUnit = TimeUnit::Week;

fn floats(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn some(values: &[Option<f64>]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn ints(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn frame(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    let columns = columns.iter().map(|(name, array)| (*name, Arc::clone(array), true));
    RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length")
}

fn reader(batches: Vec<RecordBatch>) -> impl RecordBatchReader {
    let schema = batches[0].schema();
    RecordBatchIterator::new(batches.into_iter().map(Ok), schema)
}

/// Three clients with one column replaced or added.
fn three(name: &str, column: &ArrayRef) -> RecordBatch {
    let usual: [(&str, ArrayRef); 3] = [
        ("frequency", ints(&[2, 0, 5])),
        ("recency", floats(&[30.43, 0.0, 12.0])),
        ("T", floats(&[38.86, 38.86, 20.0])),
    ];
    let known = usual.iter().any(|(own, _)| *own == name);
    let mut columns: Vec<(&str, ArrayRef)> = usual
        .into_iter()
        .map(|(own, array)| if own == name { (own, Arc::clone(column)) } else { (own, array) })
        .collect();
    if !known {
        columns.push((name, Arc::clone(column)));
    }
    frame(&columns)
}

fn read(batch: RecordBatch) -> Result<Summary> {
    read_summary(reader(vec![batch]), &SummaryColumns::default(), WEEK)
}

fn row(x: u32, t_x: f64, age: f64) -> Row {
    Row::new(x, t_x, age).expect("a history that can be")
}

/// Row, column and value of a bad row, and the whole message.
fn bad_row(found: Result<impl std::fmt::Debug>) -> (u64, String, String, String) {
    match found.expect_err("a bad row") {
        ref error @ Error::BadRow { row, ref column, ref value, .. } => {
            (row, column.clone(), value.clone(), error.to_string())
        }
        other => panic!("{other}"),
    }
}

fn bad_column(found: Result<impl std::fmt::Debug>) -> (String, String) {
    match found.expect_err("a bad column") {
        Error::BadColumn { column, problem } => (column, problem),
        other => panic!("{other}"),
    }
}

#[test]
fn every_number_is_read() {
    let wanted =
        Summary::new(WEEK, vec![row(2, 30.43, 38.86), row(0, 0.0, 38.86), row(5, 12.0, 20.0)]);
    let frequencies: [ArrayRef; 12] = [
        Arc::new(Int8Array::from(vec![2, 0, 5])),
        Arc::new(Int16Array::from(vec![2, 0, 5])),
        Arc::new(Int32Array::from(vec![2, 0, 5])),
        ints(&[2, 0, 5]),
        Arc::new(UInt8Array::from(vec![2, 0, 5])),
        Arc::new(UInt16Array::from(vec![2, 0, 5])),
        Arc::new(UInt32Array::from(vec![2, 0, 5])),
        Arc::new(UInt64Array::from(vec![2, 0, 5])),
        Arc::new(Float32Array::from(vec![2.0, 0.0, 5.0])),
        floats(&[2.0, 0.0, 5.0]),
        Arc::new(Decimal128Array::from(vec![200, 0, 500]).with_precision_and_scale(9, 2).unwrap()),
        Arc::new(Decimal64Array::from(vec![2, 0, 5]).with_precision_and_scale(9, 0).unwrap()),
    ];
    for column in frequencies {
        let found = read(three("frequency", &column));
        assert_eq!(found.expect("numbers"), wanted, "{}", column.data_type());
    }
    // A decimal is the nearest float, as if it had been written so.
    let times: [ArrayRef; 3] = [
        Arc::new(
            Decimal128Array::from(vec![3043, 0, 1200]).with_precision_and_scale(9, 2).unwrap(),
        ),
        Arc::new(Decimal64Array::from(vec![3043, 0, 1200]).with_precision_and_scale(9, 2).unwrap()),
        Arc::new(Decimal32Array::from(vec![3043, 0, 1200]).with_precision_and_scale(9, 2).unwrap()),
    ];
    for column in times {
        assert_eq!(read(three("recency", &column)).expect("numbers"), wanted);
    }
    let halves =
        Float16Array::from(vec![30.5, 0.0, 12.0].into_iter().map(half).collect::<Vec<_>>());
    let found = read(three("recency", &(Arc::new(halves) as ArrayRef))).expect("numbers");
    assert_eq!(found.rows()[0].t_x().to_bits(), 30.5_f64.to_bits());
    // Batches follow one another; an empty one among them is nothing.
    let whole = three("frequency", &ints(&[2, 0, 5]));
    let parts = vec![whole.slice(0, 1), whole.slice(1, 0), whole.slice(1, 2)];
    assert_eq!(read_summary(reader(parts), &SummaryColumns::default(), WEEK).unwrap(), wanted);
}

/// A half of Arrow from a number that it holds exactly.
fn half(
    value: f32,
) -> <arrow_array::types::Float16Type as arrow_array::ArrowPrimitiveType>::Native {
    <arrow_array::types::Float16Type as arrow_array::ArrowPrimitiveType>::Native::from_f32(value)
}

#[test]
fn optional_columns_may_have_gaps() {
    let with = |name: &str, column: &ArrayRef| read(three(name, column)).expect("a summary");
    let spend = with("monetary_value", &some(&[Some(22.35), None, Some(f64::NAN)]));
    assert_eq!(spend.rows().iter().map(Row::spend).collect::<Vec<_>>(), [Some(22.35), None, None]);
    let gaps = with("log_gaps", &some(&[Some(5.0), None, Some(-1.5)]));
    let found: Vec<_> = gaps.rows().iter().map(Row::log_gaps).collect();
    assert_eq!(found, [Some(5.0), None, Some(-1.5)]);
    let weights = with("weights", &ints(&[3, 0, 40]));
    assert_eq!(weights.rows().iter().map(Row::count).collect::<Vec<_>>(), [3, 0, 40]);
    assert_eq!(weights.clients(), 43);
    // A column that has no value at all is one without a type.
    let nothing: ArrayRef = Arc::new(NullArray::new(3));
    assert!(with("monetary_value", &nothing).rows().iter().all(|row| row.spend().is_none()));
    // Own names, and columns that are none of ours.
    let batch = frame(&[
        ("n", ints(&[2])),
        ("last", floats(&[1.0])),
        ("seen", floats(&[2.0])),
        ("paid", floats(&[9.5])),
        ("monetary_value", floats(&[1.0])),
        ("note", Arc::new(StringArray::from(vec!["a"]))),
    ]);
    let names = SummaryColumns {
        frequency: "n".to_owned(),
        recency: "last".to_owned(),
        age: "seen".to_owned(),
        monetary_value: Some("paid".to_owned()),
        ..SummaryColumns::default()
    };
    let found = read_summary(reader(vec![batch]), &names, TimeUnit::Day).unwrap();
    assert_eq!(found.unit(), TimeUnit::Day);
    assert_eq!(found.rows(), [row(2, 1.0, 2.0).with_spend(9.5).unwrap()]);
}

#[test]
fn a_bad_row_is_named_by_the_frame_s_own_column() {
    let nan = f64::NAN;
    let infinite = f64::INFINITY;
    for (name, column, at, value, says) in [
        ("frequency", floats(&[2.0, 0.0, 1.5]), 2, "1.5", "not a count of purchases"),
        ("frequency", floats(&[2.0, nan, 5.0]), 1, "NaN", "not a count of purchases"),
        ("frequency", some(&[None, Some(0.0), Some(5.0)]), 0, "NaN", "not a count of purchases"),
        ("frequency", ints(&[2, -1, 5]), 1, "-1", "a whole number from 0 up"),
        ("frequency", ints(&[1 << 40, 0, 5]), 0, "1099511627776", "not a count of purchases"),
        ("recency", floats(&[-0.5, 0.0, 12.0]), 0, "-0.5", "not a time that can have passed"),
        ("recency", floats(&[30.43, 0.0, nan]), 2, "NaN", "not a time that can have passed"),
        ("recency", floats(&[infinite, 0.0, 12.0]), 0, "inf", "not a time that can have passed"),
        ("recency", floats(&[38.87, 0.0, 12.0]), 0, "38.87", "after the end of observation"),
        ("recency", floats(&[30.43, 7.0, 12.0]), 1, "7", "no repeat purchase"),
        ("T", floats(&[38.86, 38.86, -20.0]), 2, "-20", "not a time that can have passed"),
        ("T", some(&[Some(38.86), None, Some(20.0)]), 1, "NaN", "not a time that can have passed"),
        ("monetary_value", floats(&[1.0, 2.0, infinite]), 2, "inf", "leave it out if unknown"),
        ("log_gaps", floats(&[1.0, infinite, 2.0]), 1, "inf", "leave it out if unknown"),
        ("weights", floats(&[1.0, 2.0, 0.5]), 2, "0.5", "not a count"),
        ("weights", ints(&[1, -2, 3]), 1, "-2", "a whole number from 0 up"),
        ("weights", some(&[Some(1.0), None, Some(3.0)]), 1, "NaN", "not a count"),
    ] {
        let (row, own, found, message) = bad_row(read(three(name, &column)));
        assert_eq!((row, &*own, &*found), (at, name, value), "{message}");
        assert!(message.contains(says), "{message}");
    }
    // By the name that the frame has for it.
    let batch = frame(&[("n", ints(&[0])), ("last", floats(&[3.0])), ("seen", floats(&[4.0]))]);
    let names = SummaryColumns {
        frequency: "n".to_owned(),
        recency: "last".to_owned(),
        age: "seen".to_owned(),
        ..SummaryColumns::default()
    };
    let (_, column, ..) = bad_row(read_summary(reader(vec![batch]), &names, WEEK));
    assert_eq!(column, "last");
    // Rows count through all batches.
    let whole = three("recency", &floats(&[30.43, 0.0, 21.0]));
    let parts = vec![whole.slice(0, 2), whole.slice(2, 1)];
    let (row, ..) = bad_row(read_summary(reader(parts), &SummaryColumns::default(), WEEK));
    assert_eq!(row, 2);
}

#[test]
fn a_wrong_column_is_refused_before_any_row() {
    let text: ArrayRef = Arc::new(StringArray::from(vec!["2", "0", "5"]));
    for name in ["frequency", "recency", "T", "monetary_value", "log_gaps", "weights"] {
        let (column, problem) = bad_column(read(three(name, &text)));
        assert_eq!(column, name);
        assert_eq!(problem, "must hold numbers, not Utf8");
    }
    let absent = frame(&[("frequency", ints(&[1])), ("T", floats(&[2.0]))]);
    let (column, problem) = bad_column(read(absent));
    assert_eq!(column, "recency");
    assert!(problem.contains("is not in the input, which has `frequency`, `T`"), "{problem}");
    let near = frame(&[("freq", ints(&[1])), ("recency", floats(&[1.0])), ("T", floats(&[2.0]))]);
    assert!(bad_column(read(near)).1.contains("did you mean `freq`?"));
    let names = SummaryColumns { weights: Some("count".to_owned()), ..SummaryColumns::default() };
    let batch = three("weights", &ints(&[1, 1, 1]));
    assert_eq!(bad_column(read_summary(reader(vec![batch]), &names, WEEK)).0, "count");
    let twice = frame(&[
        ("frequency", ints(&[1])),
        ("recency", floats(&[1.0])),
        ("T", floats(&[2.0])),
        ("T", floats(&[3.0])),
    ]);
    assert!(bad_column(read(twice)).1.contains("more than once"));
    // The producer's own error comes through.
    let batch = three("T", &floats(&[38.86, 38.86, 20.0]));
    let schema = batch.schema();
    let broken = [Ok(batch), Err(ArrowError::ComputeError("a disk is full".to_owned()))];
    let error =
        read_summary(RecordBatchIterator::new(broken, schema), &SummaryColumns::default(), WEEK);
    let error = error.expect_err("a broken stream");
    assert_eq!(error.code(), ErrorCode::BadFormat);
    assert!(error.to_string().contains("a disk is full"), "{error}");
}

#[test]
fn a_model_of_spend_needs_no_times() {
    let batch = frame(&[("frequency", ints(&[2, 1])), ("monetary_value", floats(&[22.35, 9.0]))]);
    let found = read_spend(reader(vec![batch]), &SummaryColumns::default()).unwrap();
    assert_eq!(found.rows()[0], row(2, 0.0, 0.0).with_spend(22.35).unwrap());
    let without = frame(&[("frequency", ints(&[2]))]);
    let (column, _) = bad_column(read_spend(reader(vec![without]), &SummaryColumns::default()));
    assert_eq!(column, "monetary_value");
}

#[test]
fn a_summary_comes_back_from_its_stream() {
    let rows = vec![
        row(2, 30.43, 38.86).with_spend(22.35).unwrap().with_log_gaps(5.0).unwrap().times(3),
        row(0, 0.0, 38.86),
    ];
    for rows in [rows.clone(), vec![row(1, 1.0, 2.0)], Vec::new()] {
        let summary = Summary::new(WEEK, rows);
        let stream = import_stream(summary_to_stream(&summary)).unwrap();
        assert_eq!(read_summary(stream, &SummaryColumns::default(), WEEK).unwrap(), summary);
    }
    // What nobody has is no column.
    let plain = Summary::new(WEEK, vec![row(1, 1.0, 2.0)]);
    let schema = import_stream(summary_to_stream(&plain)).unwrap().schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["frequency", "recency", "T"]);
    let mut stream = import_stream(summary_to_stream(&Summary::new(WEEK, rows))).unwrap();
    let batch = stream.next().unwrap().unwrap();
    let column = |name: &str| Arc::clone(batch.column_by_name(name).unwrap());
    assert_eq!(column("frequency").as_primitive::<UInt64Type>().values(), &[2, 0]);
    assert_eq!(column("monetary_value").as_primitive::<Float64Type>().null_count(), 1);
    assert_eq!(column("weights").as_primitive::<UInt64Type>().values(), &[3, 1]);
}

#[test]
fn contracts_are_read() {
    let ended: ArrayRef = Arc::new(BooleanArray::from(vec![true, false]));
    let batch = |renewals: ArrayRef, ended: ArrayRef, weights: ArrayRef| {
        let columns = [("renewals", renewals), ("ended", ended), ("weights", weights)];
        read_contracts(reader(vec![frame(&columns)]), "renewals", "ended", None)
    };
    let good = batch(ints(&[1, 7]), Arc::clone(&ended), ints(&[131, 491])).unwrap();
    let contract = |renewals, ended, count| Contracts { renewals, ended, count };
    assert_eq!(good, [contract(1, true, 131), contract(7, false, 491)]);
    assert_eq!(batch(ints(&[1, 7]), ints(&[1, 0]), ints(&[131, 491])).unwrap(), good);
    for (found, column, at) in [
        (batch(floats(&[1.5, 7.0]), Arc::clone(&ended), ints(&[1, 1])), "renewals", 0),
        (batch(ints(&[1, 1 << 40]), Arc::clone(&ended), ints(&[1, 1])), "renewals", 1),
        (batch(ints(&[1, 7]), ints(&[0, 2]), ints(&[1, 1])), "ended", 1),
        (batch(ints(&[1, 7]), some(&[None, Some(1.0)]), ints(&[1, 1])), "ended", 0),
        (batch(ints(&[1, 7]), Arc::clone(&ended), floats(&[1.0, -1.0])), "weights", 1),
    ] {
        let (row, own, _, message) = bad_row(found);
        assert_eq!((row, &*own), (at, column), "{message}");
    }
    let text: ArrayRef = Arc::new(StringArray::from(vec!["yes", "no"]));
    assert_eq!(bad_column(batch(ints(&[1, 7]), text, ints(&[1, 1]))).0, "ended");
}

#[test]
fn covariates_stand_beside_the_histories() {
    let web: ArrayRef = Arc::new(BooleanArray::from(vec![true, false, true]));
    let names = ["web".to_owned()];
    let both = |batch: RecordBatch, names: &[String]| {
        read_summary_with(reader(vec![batch]), &SummaryColumns::default(), WEEK, names)
    };
    let (summary, found) = both(three("web", &web), &names).unwrap();
    assert_eq!(summary.rows().len(), 3);
    let covariates = found.covariates(&names, None).unwrap();
    assert_eq!(
        (covariates.names(), covariates.row(0), covariates.row(1)),
        (&names[..], &[1.0][..], &[0.0][..])
    );
    assert_eq!(bad_column(both(three("web", &web), &["sex".to_owned()])).0, "sex");
    let text: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "c"]));
    let (column, problem) = bad_column(both(three("web", &text), &names));
    assert_eq!(column, "web");
    assert!(problem.contains("columns of 0 and 1"), "{problem}");
    let (_, found) = both(three("web", &some(&[Some(1.0), Some(0.0), None])), &names).unwrap();
    assert_eq!(bad_row(found.covariates(&names, None)).0, 2);
}

#[test]
fn covariates_come_with_their_clients() {
    let dictionary: DictionaryArray<Int32Type> = vec!["b", "a", "b"].into_iter().collect();
    let ids: [(ArrayRef, [ClientId; 3]); 5] = [
        (ints(&[7, 3, 7]), [7, 3, 7].map(ClientId::Int)),
        (Arc::new(UInt8Array::from(vec![7, 3, 7])), [7, 3, 7].map(ClientId::Int)),
        (
            Arc::new(LargeStringArray::from(vec!["b", "a", "b"])),
            ["b", "a", "b"].map(ClientId::from),
        ),
        (Arc::new(StringViewArray::from(vec!["b", "a", "b"])), ["b", "a", "b"].map(ClientId::from)),
        (Arc::new(dictionary), ["b", "a", "b"].map(ClientId::from)),
    ];
    let values = [("web", ints(&[1, 0, 1])), ("age", floats(&[30.5, 40.0, 50.0]))];
    let read = |ids: &ArrayRef,
                names: Option<&[String]>,
                client: Option<&str>|
     -> Result<CovariateFrame> {
        let [web, age] = values.clone();
        let batch = frame(&[web, ("id", Arc::clone(ids)), age]);
        read_covariates(reader(vec![batch.slice(0, 2), batch.slice(2, 1)]), names, client)
    };
    for (column, wanted) in ids {
        let found = read(&column, None, Some("id")).expect("covariates");
        assert_eq!(found.clients.as_deref(), Some(&wanted[..]), "{}", column.data_type());
        assert_eq!(found.names(), ["web", "age"]);
        let both = found.names().to_vec();
        let picked = found.covariates(&both, Some(&[2, 1])).unwrap();
        assert_eq!((picked.row(0), picked.row(1)), (&[1.0, 50.0][..], &[0.0, 40.0][..]));
    }
    let age = ["age".to_owned()];
    let found = read(&ints(&[1, 2, 3]), Some(&age), None).unwrap();
    assert_eq!((found.names(), &found.clients), (&age[..], &None));
    assert_eq!(bad_column(found.covariates(&["web".to_owned()], None)).0, "web");
    let null: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some("b"), None]));
    let (row, column, value, message) = bad_row(read(&null, None, Some("id")));
    assert_eq!((row, &*column, &*value), (2, "id", "null"), "{message}");
    let far: ArrayRef = Arc::new(UInt64Array::from(vec![1, u64::MAX, 3]));
    assert_eq!(bad_row(read(&far, None, Some("id"))).0, 1);
    let (column, problem) = bad_column(read(&floats(&[1.0, 2.0, 3.0]), None, Some("id")));
    assert_eq!(column, "id");
    assert!(problem.contains("ids must be whole numbers"), "{problem}");
    assert_eq!(bad_column(read(&ints(&[1, 2, 3]), None, Some("client"))).0, "client");
    let wrong = DataType::Utf8;
    let (column, problem) = bad_column(read(&null, None, None));
    assert_eq!(column, "id");
    assert!(problem.contains(&wrong.to_string()), "{problem}");
}
