//! Where a client stands on the ladder.

mod stage;

pub use stage::{Stage, stage_by_sales};
