//! One pass over the histories of all clients, and the calendar grid that views count by.

use rayon::prelude::*;

use crate::calendar::{Day, Step};
use crate::census::facts::CHUNK;
use crate::census::history::{Histories, History, Scratch};
use crate::census::plan::Days;
use crate::error::{Error, Result};
use crate::view::Seen;

/// A table of this many periods is no longer read.
const MOST_PERIODS: i32 = 2_000;

/// Adds up what each client gives, on all cores. `join` must not mind the order.
pub(crate) fn fold<T: Send>(
    seen: &Seen<'_>,
    none: impl Fn() -> T + Send + Sync,
    add: impl Fn(&mut T, usize, &History<'_>) + Send + Sync,
    join: impl Fn(T, T) -> T + Send + Sync,
) -> T {
    /// Sums for each thread, so that work spreads evenly.
    const PIECES: usize = 4;
    let basis = seen.known.basis;
    let histories = Histories::new(basis.ledger, basis.plan);
    let rows = seen.rows();
    let chunks = rows.div_ceil(CHUNK);
    (0..chunks)
        .into_par_iter()
        .with_min_len((chunks / (PIECES * rayon::current_num_threads())).max(1))
        .fold(
            || (none(), Scratch::default()),
            |(mut sum, mut scratch), chunk| {
                for row in chunk * CHUNK..rows.min((chunk + 1) * CHUNK) {
                    add(&mut sum, row, &histories.read(basis.client(row), &mut scratch));
                }
                (sum, scratch)
            },
        )
        .map(|(sum, _)| sum)
        .reduce(&none, &join)
}

/// Adds counts to counts, place by place.
pub(crate) fn add_up(mut sums: Vec<u64>, more: &[u64]) -> Vec<u64> {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
    sums
}

/// The calendar periods from the first sale to the day.
#[derive(Debug)]
pub(crate) struct Grid {
    pub(crate) step: Step,
    days: Days,
    pub(crate) first: i32,
    pub(crate) last: i32,
    as_of: Day,
}

impl Grid {
    /// # Errors
    /// More periods than a table can usefully hold.
    pub(crate) fn of(seen: &Seen<'_>, step: Step) -> Result<Self> {
        let plan = seen.known.basis.plan;
        let as_of = seen.as_of();
        let last = as_of.period(step);
        let first = plan.first_day().map_or(last, |day| day.period(step));
        if last - first >= MOST_PERIODS {
            let spans = last - first + 1;
            let problem =
                format!("the sales span {spans} periods, at most {MOST_PERIODS} make a table");
            return Err(Error::BadArgument { argument: "step", problem });
        }
        Ok(Self { step, days: plan.days(|day| day.period(step)), first, last, as_of })
    }

    /// The period of a day on which there can be a line.
    pub(crate) fn period(&self, day: i32) -> i32 {
        self.days.get(day)
    }

    /// Number of periods.
    pub(crate) fn len(&self) -> usize {
        (self.last - self.first + 1) as usize
    }

    /// The place of a period.
    pub(crate) fn place(&self, period: i32) -> usize {
        (period - self.first) as usize
    }

    pub(crate) fn begins(&self, period: i32) -> Day {
        self.step.first_day(period)
    }

    pub(crate) fn ends(&self, period: i32) -> Day {
        self.step.last_day(period)
    }

    /// Whether a period has wholly passed.
    pub(crate) fn complete(&self, period: i32) -> bool {
        self.ends(period) <= self.as_of
    }
}
