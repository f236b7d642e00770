//! Streams in, tables out, through the public functions only.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{Date32Type, Decimal128Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch,
    RecordBatchIterator, StringViewArray, UInt64Array,
};
use arrow_schema::{ArrowError, DataType};
use clientela::{Day, Error, ErrorCode, Ledger, LedgerBuilder, PIECE_ROWS, Policy, Result};
use clientela_arrow::{
    Floats, ReadOptions, append_stream, import_stream, read_into, read_stream, table_schema,
    table_to_batch, table_to_reader, table_to_stream,
};

fn decimals(minor: &[i128]) -> ArrayRef {
    let array = Decimal128Array::from(minor.to_vec()).with_precision_and_scale(18, 2);
    Arc::new(array.expect("a scale of 2"))
}

/// Three sales with one column replaced.
fn three(name: &str, column: &ArrayRef) -> RecordBatch {
    let columns: [(&str, ArrayRef); 3] = [
        ("client", Arc::new(Int64Array::from(vec![1, 2, 1]))),
        ("date", Arc::new(Date32Array::from(vec![9000, 9001, 9030]))),
        ("amount", decimals(&[100, 200, 350])),
    ];
    let known = columns.iter().any(|(own, _)| *own == name);
    let columns = columns
        .into_iter()
        .map(|(own, array)| if own == name { (own, Arc::clone(column)) } else { (own, array) })
        .chain((!known).then(|| (name, Arc::clone(column))));
    RecordBatch::try_from_iter_with_nullable(
        columns.map(|(name, array)| (name, array, true)).collect::<Vec<_>>(),
    )
    .expect("columns of one length")
}

fn read(batches: Vec<RecordBatch>, options: &ReadOptions) -> Result<Ledger> {
    let schema = batches[0].schema();
    read_stream(RecordBatchIterator::new(batches.into_iter().map(Ok), schema), options)
}

fn options(json: &str) -> ReadOptions {
    ReadOptions::from_json(json).expect("good options")
}

fn clients() -> ArrayRef {
    Arc::new(Int64Array::from(vec![1, 2, 1]))
}

#[test]
fn options_come_from_json() {
    let all = options(
        r#"{"columns": {"client": "c", "date": "d", "amount": "a", "order": "o",
            "quantity": "q", "profit": "p", "category": "k", "brand": "b", "promo": "r", "manager": "m",
            "department": "e", "kind": "i", "currency": "u"},
            "currency": "USD", "scale": 3, "quantity_scale": 1, "zone": "Europe/Berlin",
            "floats": "exact", "on_bad": "set_aside", "negative": "refuse",
            "latest": "1998-07-01", "rates": [{"from": "EUR", "rate": "1.1"}], "threads": 2}"#,
    );
    assert_eq!(all.columns.currency.as_deref(), Some("u"));
    assert_eq!((all.scale.places(), all.ledger().quantity_scale.places()), (3, 1));
    assert_eq!((all.floats, all.threads), (Floats::Exact, Some(2)));
    let none = options(r#"{"zone": null, "latest": null, "rates": null, "threads": null}"#);
    assert_eq!(none.ledger(), clientela::LedgerOptions::default());
    assert_eq!(none.columns, ReadOptions::default().columns);
    assert!(none.zone.is_none());
    for (json, said) in [
        (r#"{"colums": {}}"#, "unknown field `colums`"),
        (r#"{"columns": {"clent": "c"}}"#, "columns.clent: unknown field `clent`"),
        (r#"{"scale": 10}"#, "scale: "),
        (r#"{"zone": "Mars"}"#, "zone: "),
        (r#"{"on_bad": "ignore"}"#, "on_bad: unknown variant"),
        ("{} {}", "trailing"),
        ("", "EOF"),
    ] {
        let error = ReadOptions::from_json(json).expect_err(json);
        assert_eq!(error.code(), ErrorCode::BadArgument, "{json}");
        assert!(error.to_string().contains(said), "{json}: {error}");
    }
}

#[test]
fn batches_of_any_size_make_one_ledger() {
    let rows = 3 * PIECE_ROWS + 17;
    let whole = RecordBatch::try_from_iter([
        (
            "client",
            Arc::new(Int64Array::from_iter_values((0..rows as i64).map(|i| i % 99))) as ArrayRef,
        ),
        ("date", Arc::new(Date32Array::from_iter_values((0..rows as i32).map(|i| i % 1000)))),
        ("amount", decimals(&(0..rows as i128).collect::<Vec<_>>())),
    ])
    .expect("columns of one length");
    let expected = read(vec![whole.clone()], &ReadOptions::default()).expect("good sales");
    assert_eq!(expected.len(), rows);
    for size in [1000, PIECE_ROWS, PIECE_ROWS + 1, rows] {
        let parts = (0..rows).step_by(size).map(|from| whole.slice(from, size.min(rows - from)));
        let ledger = read(parts.collect(), &ReadOptions::default()).expect("good sales");
        assert_eq!(ledger.to_bytes(), expected.to_bytes(), "batches of {size}");
    }
}

/// A buffer that counts how many of its kind were dropped.
struct Counted(Vec<i64>, Arc<AtomicUsize>);

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        bytemuck::cast_slice(&self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn no_more_than_a_group_of_batches_is_held() {
    let taken = Arc::new(AtomicUsize::new(0));
    let dropped = Arc::new(AtomicUsize::new(0));
    let rows = 8 * PIECE_ROWS;
    let most = Arc::new(AtomicUsize::new(0));
    let batches = {
        let (taken, dropped, most) = (Arc::clone(&taken), Arc::clone(&dropped), Arc::clone(&most));
        (0..32).map(move |_| {
            let held = taken.fetch_add(1, Ordering::Relaxed) - dropped.load(Ordering::Relaxed);
            most.fetch_max(held, Ordering::Relaxed);
            let owner = Counted(vec![5; rows], Arc::clone(&dropped));
            let buffer = arrow_buffer::Buffer::from(bytes::Bytes::from_owner(owner));
            let values = arrow_buffer::ScalarBuffer::new(buffer, 0, rows);
            RecordBatch::try_from_iter([
                ("client", Arc::new(Int64Array::new(values, None)) as ArrayRef),
                ("date", Arc::new(Date32Array::from(vec![9000; rows]))),
                ("amount", Arc::new(Int64Array::from(vec![1; rows]))),
            ])
        })
    };
    let schema = three("client", &clients()).schema();
    let schema = Arc::new(arrow_schema::Schema::new(vec![
        schema.field(0).clone(),
        schema.field(1).clone(),
        arrow_schema::Field::new("amount", DataType::Int64, true),
    ]));
    let ledger = read_stream(RecordBatchIterator::new(batches, schema), &ReadOptions::default());
    assert_eq!(ledger.expect("good sales").len(), 32 * rows);
    assert_eq!(dropped.load(Ordering::Relaxed), 32);
    assert!(most.load(Ordering::Relaxed) <= 8, "{most:?} batches of 32 were held");
}

#[test]
fn appended_batches_make_the_same_ledger() {
    let (first, second) = (three("client", &clients()), three("amount", &decimals(&[1, 2, 3])));
    let both = read(vec![first.clone(), second.clone()], &ReadOptions::default());
    let ledger = read(vec![first], &ReadOptions::default()).expect("good sales");
    let schema = second.schema();
    let more = RecordBatchIterator::new([Ok(second)], schema);
    let appended = append_stream(&ledger, more, &ReadOptions::default()).expect("good sales");
    assert_eq!(appended.to_bytes(), both.expect("good sales").to_bytes());
    assert_eq!(ledger.len(), 3);
}

#[test]
fn a_builder_keeps_its_own_scale() {
    let mut own = LedgerBuilder::new(options(r#"{"scale": 4}"#).ledger());
    let batch = three("client", &clients());
    let schema = batch.schema();
    let reader = RecordBatchIterator::new([Ok(batch)], schema);
    read_into(&mut own, reader, &ReadOptions::default()).expect("good sales");
    assert_eq!(own.finish().expect("three rows").total(), 65_000);
}

#[test]
fn wrong_columns_are_named() {
    let batch = three("client", &clients());
    for (json, said) in [
        (r#"{"columns": {"client": "clients"}}"#, "did you mean `client`?"),
        (r#"{"columns": {"client": "kunde"}}"#, "which has `client`, `date`, `amount`"),
        (r#"{"columns": {"date": "amount"}}"#, "is Decimal128(18, 2), but must be a date"),
        (r#"{"columns": {"promo": "amount"}}"#, "true/false"),
        (r#"{"columns": {"currency": "amount"}}"#, "must be text"),
    ] {
        let error = read(vec![batch.clone()], &options(json)).expect_err(json);
        assert_eq!(error.code(), ErrorCode::BadColumn, "{json}");
        assert!(error.to_string().contains(said), "{json}: {error}");
    }
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 2.0, 3.5]));
    let error = read(vec![three("amount", &floats)], &ReadOptions::default());
    assert!(error.expect_err("floats").to_string().contains("set `floats` to `exact`"));
    let ledger = read(vec![three("amount", &floats)], &options(r#"{"floats": "exact"}"#));
    assert_eq!(ledger.expect("exact floats").total(), 650);
}

#[test]
fn the_first_bad_row_is_named() {
    let gaps = Decimal128Array::from(vec![Some(1), None, None]).with_precision_and_scale(18, 2);
    let gaps: ArrayRef = Arc::new(gaps.expect("a scale of 2"));
    let batches = vec![three("client", &clients()), three("amount", &gaps)];
    let error = read(batches.clone(), &ReadOptions::default()).expect_err("a null amount");
    let Error::BadRow { row, column, value, .. } = &error else { panic!("{error}") };
    assert_eq!((*row, column.as_str(), value.as_str()), (4, "amount", "null"));
    let ledger = read(batches, &options(r#"{"on_bad": "set_aside"}"#)).expect("good rows");
    let rows: Vec<u64> = ledger.report().set_aside.iter().map(|aside| aside.row).collect();
    assert_eq!((rows, ledger.len()), (vec![4, 5], 4));
}

#[test]
fn ids_beyond_64_bits_are_bad_rows() {
    let ids: ArrayRef = Arc::new(UInt64Array::from(vec![Some(1), Some(u64::MAX), None]));
    let error = read(vec![three("client", &ids)], &ReadOptions::default());
    assert!(error.expect_err("a wide id").to_string().contains("18446744073709551615"));
    let orders = options(r#"{"columns": {"order": "order"}}"#);
    let error = read(vec![three("order", &ids)], &orders).expect_err("a wide id");
    assert!(error.to_string().contains("an order id that cannot be read"), "{error}");
}

#[test]
fn nothing_is_an_error() {
    let nothing = three("client", &clients()).slice(0, 0);
    let error = read(vec![nothing], &ReadOptions::default()).expect_err("no rows");
    assert_eq!(error.code(), ErrorCode::Empty);
}

#[test]
fn a_failing_producer_is_told() {
    let batch = three("client", &clients());
    let schema = batch.schema();
    let fault = ArrowError::ExternalError("the disk is gone".into());
    let reader = RecordBatchIterator::new([Ok(batch), Err(fault)], schema);
    let error = read_stream(reader, &ReadOptions::default()).expect_err("a failing producer");
    assert_eq!(error.code(), ErrorCode::BadFormat);
    assert!(error.to_string().contains("the disk is gone"));
}

#[test]
fn a_table_goes_out_and_comes_back() {
    let text: ArrayRef = Arc::new(StringViewArray::from(vec!["ä", "b", "ä"]));
    for batch in [three("client", &clients()), three("client", &text)] {
        let ledger = read(vec![batch], &ReadOptions::default()).expect("good sales");
        let day: Day = "1998-06-30".parse().expect("a day");
        let snapshot = ledger.snapshot(day, &Policy::default()).expect("a snapshot");
        for table in [snapshot.clients(), snapshot.months().expect("months")] {
            let stream = table_to_stream(&table);
            let mut reader = import_stream(stream).expect("a stream of rows");
            let back = reader.next().expect("one batch").expect("a good batch");
            assert_eq!(back, table_to_batch(&table));
            assert_eq!(back.schema(), table_schema(&table));
            assert!(reader.next().is_none());
            assert_eq!(back.num_rows(), table.rows());
            for (column, array) in table.columns().iter().zip(back.columns()) {
                assert_eq!(array.null_count(), column.values.missing(), "{}", column.name);
            }
        }
        let months = snapshot.months().expect("months");
        let again =
            read_stream(table_to_reader(&months), &options(r#"{"columns": {"date": "month"}}"#));
        assert_eq!(again.expect("good sales").total(), ledger.total());
    }
    let released = FFI_ArrowArrayStream::empty();
    assert_eq!(import_stream(released).expect_err("released").code(), ErrorCode::BadFormat);
}

#[test]
fn buffers_are_shared_where_arrow_has_the_same_layout() {
    let batch = three("client", &clients());
    let ledger = read(vec![batch], &ReadOptions::default()).expect("good sales");
    let day: Day = "1998-06-30".parse().expect("a day");
    let table = ledger.snapshot(day, &Policy::default()).expect("a snapshot").clients();
    let batch = table_to_batch(&table);
    let clientela::Values::Day(days) = &table.column("first_purchase").expect("a column").values
    else {
        panic!("days")
    };
    let shared = batch.column_by_name("first_purchase").expect("a column");
    assert_eq!(shared.as_primitive::<Date32Type>().values().as_ptr(), days.as_ptr());
    let ids = batch.column(0).as_primitive::<Int64Type>();
    let clientela::ClientIds::Int(own) = ledger.clients() else { panic!("numbers") };
    assert_eq!(ids.values().as_ptr(), own.as_ptr());
    drop((table, ledger));
    assert_eq!(ids.values(), &[1, 2]);
    let amount = batch.column_by_name("amount").expect("a column");
    assert_eq!(amount.data_type(), &DataType::Decimal128(18, 2));
    assert_eq!(amount.as_primitive::<Decimal128Type>().values(), &[450, 200]);
}
