//! The clients that stay away: lost, or due by one of three clocks (R39, R40).

use rayon::prelude::*;

use super::rhythm::{Pace, RhythmClock};
use super::stake::Stakes;
use super::{Activity, ReturnRank, spike, told};
use crate::calendar::Day;
use crate::census::facts::CHUNK;
use crate::census::history::Scratch;
use crate::error::Result;
use crate::segment::Tier;
use crate::table::{NO_CODE, NO_INT32, Values};
use crate::view::Seen;

/// What says that a client stays away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Clock {
    /// The return period (R39).
    Period,
    /// Its own rhythm, or the base's where it has none (R40).
    Rhythm,
    /// It was at the top of a month and has not come since (S3.10).
    Month,
}

impl Clock {
    pub(super) const NAMES: [&'static str; 3] = ["period", "rhythm", "month"];
}

/// A client that stays away.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Away {
    pub(crate) row: usize,
    pub(crate) lost: bool,
    /// The clock that spoke first.
    pub(crate) clock: Clock,
    /// The first day on which it said so.
    pub(crate) since: i32,
    /// Whether it is key or VIP.
    pub(crate) urgent: bool,
    /// Whether it was at the top of a month and has not come since.
    pub(crate) spiked: bool,
    /// In minor units; `None` is unknown.
    pub(crate) stake: Option<i64>,
    /// Whether it responds to messages.
    pub(crate) responsive: Option<bool>,
}

impl Away {
    /// How easy it is to return (R41).
    pub(crate) fn rank(&self) -> u8 {
        ReturnRank { lost: self.lost, responsive: self.responsive }.rank()
    }
}

/// All clients that stay away, in the order of their ids.
///
/// Lost is who is lost by the return period, or by rhythm where no period is known; where a
/// period is known and nobody ever bought again, nobody is. Due is who is due by the same
/// clock, and before that by rhythm who is key or VIP, and who was at the top of a month and
/// has not come since. So nobody is both.
pub(crate) fn away(seen: &Seen<'_>) -> Result<Vec<Away>> {
    let known = &seen.known;
    let main = match seen.policy().activity.return_period() {
        Some(_) => Clock::Period,
        None => Clock::Rhythm,
    };
    let rhythm = RhythmClock::new(&seen.policy().activity.rhythm, &known.cuts.base_rhythm);
    let spikes = spike::gone_since(seen)?;
    let (activity, by_rhythm) = (known.codes("activity"), known.codes("activity_by_rhythm"));
    let (due_on, lost_after) = (known.counts("due_on"), known.counts("lost_after"));
    let (first, last) = (known.counts("first_purchase"), known.counts("last_purchase"));
    let (purchase_days, medians) = (known.counts("purchase_days"), medians(seen));
    let (tier, key) = (known.codes("tier"), keys(seen));
    let stakes = Stakes::of(seen);
    let responsive = told::responsive(seen);

    let of = |row: usize, scratch: &mut Scratch| {
        if last[row] == NO_INT32 {
            return None;
        }
        let urgent = tier[row] == Tier::Vip as u8 || key.get(row) == Some(&1);
        let lost = activity[row] == Activity::Lost as u8;
        let main_says = if lost {
            Some((lost_after[row] + 1, main))
        } else {
            (activity[row] == Activity::Due as u8).then_some((due_on[row], main))
        };
        let late = by_rhythm[row] != NO_CODE && by_rhythm[row] != Activity::Active as u8;
        let fast = || {
            let pace = Pace {
                first: first[row],
                last: last[row],
                purchase_days: purchase_days[row],
                median_twice: (medians[row] * 2.0) as i32,
            };
            let day = i64::from(last[row]) + rhythm.limits(pace)?.due + 1;
            Some((day.min(i64::from(Day::MAX.days())) as i32, Clock::Rhythm))
        };
        let fast_says = if urgent && late && !lost { fast() } else { None };
        let spiked = spikes[row] != NO_INT32;
        let month_says = (spiked && !lost).then_some((spikes[row], Clock::Month));
        let (since, clock) = [main_says, fast_says, month_says].into_iter().flatten().min()?;
        let stake = stakes.get(seen, row, scratch);
        let responsive = Some(responsive[row]).filter(|&code| code != NO_CODE).map(|c| c == 1);
        Some(Away { row, lost, clock, since, urgent, spiked, stake, responsive })
    };
    let rows: Vec<usize> = (0..seen.rows()).collect();
    let parts: Vec<Vec<Away>> = rows
        .par_chunks(CHUNK)
        .map_init(Scratch::default, |scratch, rows| {
            rows.iter().filter_map(|&row| of(row, scratch)).collect()
        })
        .collect();
    Ok(parts.concat())
}

/// Medians of the intervals, in days; whole or halves.
pub(super) fn medians<'a>(seen: &Seen<'a>) -> &'a [f64] {
    match seen.table.column("median_interval_days").map(|column| &column.values) {
        Some(Values::Float(values)) => values,
        _ => &[],
    }
}

/// Which clients are key, by code.
fn keys<'a>(seen: &Seen<'a>) -> &'a [u8] {
    match seen.table.column("key").map(|column| &column.values) {
        Some(Values::Flag(codes)) => codes,
        _ => &[],
    }
}
