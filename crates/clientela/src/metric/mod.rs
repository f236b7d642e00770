//! Figures of the base over time.

mod cohort;
mod months;

pub(crate) use cohort::cohorts;
pub(crate) use months::months;
