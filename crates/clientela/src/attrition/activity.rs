//! Active, due, lost by the return period and by own rhythm (R39, R40).

use serde::{Deserialize, Serialize};

use crate::calendar::{Day, Span};

/// Whether a client still comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Activity {
    /// Bought lately enough.
    Active = 0,
    /// It is time to come again.
    Due = 1,
    /// Stayed away too long.
    Lost = 2,
}

impl Activity {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["active", "due", "lost"];
}

/// The activity by a return period (R39, S4.9): due from `last + due_after` on, lost only past
/// `last + lost_after`, in calendar months with the end of a shorter month as the limit.
///
/// ```
/// use clientela::{Activity, Day, Span, activity_by_period};
///
/// let last = Day::of(2026, 1, 31).unwrap();
/// let half = Span::Months(6);
/// let on = |month, day| activity_by_period(last, Day::of(2026, month, day).unwrap(), half, half);
/// assert_eq!(on(7, 30), Activity::Active);
/// assert_eq!(on(7, 31), Activity::Due);
/// assert_eq!(on(8, 1), Activity::Lost);
/// ```
pub fn activity_by_period(last: Day, as_of: Day, due_after: Span, lost_after: Span) -> Activity {
    activity_by_days(as_of, last.plus(due_after), last.plus(lost_after))
}

/// Due from one day on, lost past another (R39); days in any form that orders as they do.
pub(crate) fn activity_by_days<D: Ord + Copy>(as_of: D, due_on: D, lost_after: D) -> Activity {
    if as_of > lost_after {
        Activity::Lost
    } else if as_of >= due_on {
        Activity::Due
    } else {
        Activity::Active
    }
}

/// The activity by limits in days: due past `due_days` since the last purchase, lost past
/// `lost_days` (R40).
pub fn activity_by_limits(elapsed_days: i64, due_days: i64, lost_days: i64) -> Activity {
    if elapsed_days > lost_days {
        Activity::Lost
    } else if elapsed_days > due_days {
        Activity::Due
    } else {
        Activity::Active
    }
}
