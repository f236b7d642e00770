//! Streams in pieces that all cores can work on.

use arrow_array::{RecordBatch, RecordBatchReader};
use clientela::{PIECE_ROWS, Result};

use crate::find::of_arrow;

/// Cuts a stream into pieces of a core's work and gives them on in groups of so many rows, so
/// that small batches keep all cores busy. `piece` takes a batch, the first row and the number of rows in it, and
/// their place in the stream, which begins at `row`.
pub(crate) fn in_groups<P>(
    reader: impl RecordBatchReader,
    group: usize,
    mut row: u64,
    piece: impl Fn(&RecordBatch, usize, usize, u64) -> P,
    mut take: impl FnMut(&[P]) -> Result<()>,
) -> Result<()> {
    let mut pieces: Vec<P> = Vec::new();
    let mut waiting = 0;
    for batch in reader {
        let batch = batch.map_err(|error| of_arrow(&error))?;
        for from in (0..batch.num_rows()).step_by(PIECE_ROWS) {
            let rows = PIECE_ROWS.min(batch.num_rows() - from);
            pieces.push(piece(&batch, from, rows, row));
            row += rows as u64;
        }
        waiting += batch.num_rows();
        if waiting >= group {
            take(&pieces)?;
            pieces.clear();
            waiting = 0;
        }
    }
    take(&pieces)
}
