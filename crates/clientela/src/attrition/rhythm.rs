//! After how many days a client is due and lost by its rhythm (R40).

use crate::census::BaseRhythm;
use crate::money::Percent;
use crate::policy::{Center, RhythmPolicy};

/// Days since the last purchase past which a client is due and lost by rhythm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RhythmLimits {
    pub(crate) due: i64,
    pub(crate) lost: i64,
    /// Whether they follow from the client's own intervals and not from the base's.
    pub(crate) own: bool,
}

/// When a client buys, in days; it has bought at least once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) first: i32,
    pub(crate) last: i32,
    pub(crate) purchase_days: i32,
    /// Twice the median of the intervals between purchase days.
    pub(crate) median_twice: i32,
}

/// The clock of rhythm for a base.
#[derive(Debug)]
pub(crate) struct RhythmClock<'a> {
    policy: &'a RhythmPolicy,
    base: &'a BaseRhythm,
    /// Shares of the own interval, as fractions.
    due: (i64, i64),
    lost: (i64, i64),
}

impl<'a> RhythmClock<'a> {
    pub(crate) fn new(policy: &'a RhythmPolicy, base: &'a BaseRhythm) -> Self {
        // A share has at most 12 digits over 8.
        let fraction = |share: Percent| {
            let (numerator, denominator) = share.fraction();
            (numerator as i64, denominator as i64)
        };
        let (due, lost) = (fraction(policy.due_percent), fraction(policy.lost_percent));
        Self { policy, base, due, lost }
    }

    /// The limits for a client, if it has any.
    pub(crate) fn limits(&self, pace: Pace) -> Option<RhythmLimits> {
        let intervals = i64::from(pace.purchase_days - 1);
        if intervals >= i64::from(self.policy.min_intervals) {
            // The centre of the intervals as a fraction.
            let (top, bottom) = match self.policy.center {
                Center::Median => (i64::from(pace.median_twice), 2),
                Center::Mean => (i64::from(pace.last - pace.first), intervals),
            };
            // The calendar has 22 bits of days, so neither product leaves 64 bits.
            let limit =
                |(numerator, denominator): (i64, i64)| top * numerator / (bottom * denominator);
            return Some(RhythmLimits { due: limit(self.due), lost: limit(self.lost), own: true });
        }
        Some(RhythmLimits { due: self.base.due_days?, lost: self.base.lost_days?, own: false })
    }
}
