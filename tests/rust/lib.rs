//! Reads conformance vectors and compares answers with what they expect.

mod compare;
mod vector;

pub use compare::{Mismatches, same_table, subset};
pub use vector::{
    Case, Columns, DiffExpected, Expected, ExplainExpected, FormVector, RowsExpected, Vector,
    frame, read_file,
};
