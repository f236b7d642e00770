//! Reads conformance vectors and compares answers with what they expect.

mod compare;
mod vector;

pub use compare::{Mismatches, same_table, subset};
pub use vector::{
    Columns, DiffExpected, Expected, ExplainExpected, RowsExpected, Vector, read_file,
};
