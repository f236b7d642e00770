//! Figures of the base and of its clients.

mod cohort;
mod months;
mod potential;
mod retention;

pub(crate) use cohort::cohorts;
pub(crate) use months::months;
pub(crate) use potential::{Need, Needs, PotentialAxis};
pub use potential::{headroom, need, penetration, potential_band, realisation};
pub use retention::{Crr, Retention};

use crate::formula::FormulaInfo;
use crate::view::ViewInfo;

/// The formulas of the base.
pub(crate) const FORMULAS: &[FormulaInfo] = &[FormulaInfo::of::<Crr>()];

/// The views of the base.
pub(crate) const VIEWS: &[ViewInfo] = &[];
