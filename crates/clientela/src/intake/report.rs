//! The account of a table that came in: nothing is dropped without a line here.

use serde::Serialize;
use serde_json::{Map, Value};

use super::grid::{CellPlace, Grid};

/// A row or a cell that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellFault {
    /// The row, from 0.
    pub row: u64,
    /// The name of the column, or its position.
    pub column: String,
    /// The field.
    pub field: String,
    /// The cell as it is shown; bank cards are masked.
    pub value: String,
    /// What is wrong with it.
    pub problem: String,
}

/// A field that was filled already, so that a clean-up left it as it was (S2.35).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptTarget {
    /// The row, from 0.
    pub row: u64,
    /// The field.
    pub field: String,
    /// What stays.
    pub kept: String,
    /// What would have been written.
    pub offered: String,
}

/// The account of a table that came in.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct GridReport {
    /// Rows of the table.
    pub rows_read: u64,
    /// Rows that the mapping selects.
    pub rows_selected: u64,
    /// Rows that were taken.
    pub rows_taken: u64,
    /// Rows that were selected and not taken, each with the cell that is why.
    pub set_aside: Vec<CellFault>,
    /// Cells of rows taken that were left out, so that their fields are unknown.
    pub dropped_cells: Vec<CellFault>,
    /// Targets that were filled already and were not overwritten.
    pub kept_targets: Vec<KeptTarget>,
    /// Targets that clean-ups filled.
    pub filled_targets: u64,
    /// Cells whose numbers of bank cards were masked.
    pub cards_masked: u64,
    /// Where these cells stand.
    pub card_cells: Vec<CellPlace>,
    /// Columns that have no field.
    pub unmapped_columns: Vec<String>,
    /// The one set of services of the batch (S2.36).
    pub service_set: Option<Map<String, Value>>,
}

impl GridReport {
    pub(super) fn new(grid: &Grid, mapped: &[usize], selected: usize) -> Self {
        let unmapped = (0..grid.columns()).filter(|column| !mapped.contains(column));
        Self {
            rows_read: grid.rows() as u64,
            rows_selected: selected as u64,
            cards_masked: grid.cards_counted(),
            card_cells: grid.cards_masked().to_vec(),
            unmapped_columns: unmapped.map(|column| grid.column_name(column)).collect(),
            ..Self::default()
        }
    }
}
