//! Who is active, due or lost, what that costs, and how to win them back (R39 to R43).

mod activity;

pub(crate) use activity::activity_by_days;
pub use activity::{Activity, activity_by_limits, activity_by_period};

use crate::formula::FormulaInfo;
use crate::view::ViewInfo;

/// The formulas of losses.
pub(crate) const FORMULAS: &[FormulaInfo] = &[];

/// The views of losses.
pub(crate) const VIEWS: &[ViewInfo] = &[];
