//! Who is active, due or lost, what that costs, and how to win them back (R39 to R43).

mod activity;
mod path;
mod rank;
mod rhythm;

pub(crate) use activity::activity_by_days;
pub use activity::{Activity, activity_by_limits, activity_by_period};
pub use path::{WinBackMove, WinBackPath, WinBackQuestion, WinBackStanding, WinBackState};
pub use rank::{ReturnRank, ReturnRankAnswer};
pub(crate) use rhythm::{Pace, RhythmClock, RhythmLimits};

use crate::formula::FormulaInfo;
use crate::view::ViewInfo;

/// The formulas of losses.
pub(crate) const FORMULAS: &[FormulaInfo] =
    &[FormulaInfo::of::<ReturnRank>(), FormulaInfo::of::<WinBackPath>()];

/// The views of losses.
pub(crate) const VIEWS: &[ViewInfo] = &[];
