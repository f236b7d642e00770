//! Where a client stands with the firm: the ladder, and what ties it.

mod ladder;
mod relation;
mod stage;

pub(crate) use ladder::{Ladder, Standing, StandingAxis};
pub(crate) use relation::RelationAxis;
pub use relation::{Relation, RelationFacts, loyal_dealer, relation};
pub use stage::{Stage, exclusive, stage, stage_by_sales};
