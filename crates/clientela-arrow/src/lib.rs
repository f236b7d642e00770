//! Sales from Arrow into a ledger, portraits, summaries and records of clients from Arrow, and
//! tables of answers back out as Arrow.
//!
//! This crate is the only place that knows Arrow's types. Both bindings use it: they move
//! streams in and out and map errors, nothing else.
//!
//! ```
//! use std::sync::Arc;
//! use arrow_array::{Date32Array, Int64Array, RecordBatch, RecordBatchIterator};
//! use clientela::{Day, Policy};
//! use clientela_arrow::{ReadOptions, read_stream, table_to_batch};
//!
//! let sales = RecordBatch::try_from_iter([
//!     ("client", Arc::new(Int64Array::from(vec![7, 7, 9])) as _),
//!     ("date", Arc::new(Date32Array::from(vec![10_000, 10_030, 10_020])) as _),
//!     ("amount", Arc::new(Int64Array::from(vec![1999, 500, 1250])) as _),
//! ])?;
//! let schema = sales.schema();
//! let ledger = read_stream(
//!     RecordBatchIterator::new([Ok(sales)], schema),
//!     &ReadOptions::default(),
//! )?;
//! let snapshot = ledger.snapshot("1997-07-01".parse::<Day>()?, &Policy::default())?;
//! assert_eq!(table_to_batch(&snapshot.clients()).num_rows(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod convert;
mod covariates;
mod find;
mod groups;
mod options;
mod portraits;
mod read;
mod records;
mod summary;
mod table;

pub use covariates::{CovariateFrame, read_covariates};
pub use options::{
    Columns, Floats, PortraitColumns, PortraitReadOptions, ReadOptions, RecordReadOptions,
};
pub use portraits::read_portraits;
pub use read::{append_stream, import_stream, read_into, read_stream};
pub use records::read_directory;
pub use summary::{
    SummaryColumns, read_contracts, read_spend, read_summary, read_summary_with, summary_to_stream,
};
pub use table::{table_schema, table_to_batch, table_to_reader, table_to_stream};
