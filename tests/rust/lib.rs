//! Reads conformance vectors and compares answers with what they expect.

mod compare;
mod vector;

pub use compare::{Mismatches, same_cells, same_table, same_view, subset};
pub use vector::{
    Case, Columns, DiffExpected, Expected, ExplainExpected, FormVector, FormulaVector,
    ProblemsExpected, RowsExpected, SegmentsExpected, TraceExpected, Vector, ViewExpected, frame,
    read_file,
};
