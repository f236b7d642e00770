//! Who is active, due or lost, what that costs, and how to win them back (R39 to R43).

mod activity;
mod away;
mod easiest;
mod lead;
mod losses;
mod lost;
mod path;
mod rank;
mod refusal;
mod rhythm;
mod spike;
mod stake;
mod told;
mod win_back;
mod withdrawal;

pub(crate) use activity::activity_by_days;
pub use activity::{Activity, activity_by_limits, activity_by_period};
pub(crate) use away::{Away, away};
pub use easiest::Easiest;
pub use lead::WarmLeads;
pub(crate) use lead::leads;
pub use losses::{Losses, LossesBy};
pub use lost::{Due, Lost};
pub use path::{WinBackMove, WinBackPath, WinBackQuestion, WinBackStanding, WinBackState};
pub use rank::{ReturnRank, ReturnRankAnswer};
pub use refusal::Refusals;
pub(crate) use rhythm::{Pace, RhythmClock, RhythmLimits};
pub(crate) use stake::Stakes;
pub use win_back::WinBacks;
pub(crate) use win_back::{Attempt, attempts};
pub use withdrawal::Withdrawals;

use crate::formula::FormulaInfo;
use crate::view::ViewInfo;

/// The formulas of losses.
pub(crate) const FORMULAS: &[FormulaInfo] =
    &[FormulaInfo::of::<ReturnRank>(), FormulaInfo::of::<WinBackPath>()];

/// The views of losses.
pub(crate) const VIEWS: &[ViewInfo] = &[
    ViewInfo::of::<Lost>(),
    ViewInfo::of::<Due>(),
    ViewInfo::of::<Losses>(),
    ViewInfo::of::<Easiest>(),
    ViewInfo::of::<WarmLeads>(),
    ViewInfo::of::<Refusals>(),
    ViewInfo::of::<Withdrawals>(),
    ViewInfo::of::<WinBacks>(),
];
