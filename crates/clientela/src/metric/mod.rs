//! Figures of the base and of its clients.

mod cohort;
mod months;
mod potential;

pub(crate) use cohort::cohorts;
pub(crate) use months::months;
pub(crate) use potential::{Need, Needs, PotentialAxis};
pub use potential::{headroom, need, penetration, potential_band, realisation};
