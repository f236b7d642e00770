//! How often clients come back, and after how long (R27).

use serde::Deserialize;

use super::pass::{add_up, fold};
use super::sum::{percent, ratio};
use crate::axis::column;
use crate::error::Result;
use crate::table::Table;
use crate::view::{Seen, View, counts, floats};

/// How often clients buy again in `metric.window`, in one row (R27, S2.24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RepeatsView {}

/// After how many days clients buy again, in `metric.window`: a row per length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IntervalsView {}

/// Purchases of the window.
#[derive(Debug, Default)]
struct Bought {
    clients: u64,
    repeat_clients: u64,
    purchases: u64,
    months: u64,
    /// Intervals between purchase days, by their length in days.
    intervals: Vec<u64>,
}

impl Bought {
    fn of(seen: &Seen<'_>) -> Self {
        let plan = seen.known.basis.plan;
        let since = seen.known.basis.since(seen.policy().metric.window);
        let longest = plan.first_day().map_or(0, |first| seen.as_of().days() - first.days());
        let none = || Self { intervals: vec![0; longest as usize + 1], ..Self::default() };
        fold(
            seen,
            none,
            |sums, _, history| {
                let bought = history.visits_since(since);
                let (Some(first), Some(last)) = (bought.first(), bought.last()) else { return };
                let purchases: u64 = bought.iter().map(|visit| u64::from(visit.purchases)).sum();
                sums.clients += 1;
                sums.repeat_clients += u64::from(purchases > 1);
                sums.purchases += purchases;
                sums.months += (last.month - first.month + 1) as u64;
                // The purchase day before the window begins the first interval that ends in it.
                let from = history.visits.len() - bought.len();
                for pair in history.visits[from.saturating_sub(1)..].windows(2) {
                    sums.intervals[(pair[1].day - pair[0].day) as usize] += 1;
                }
            },
            |left, right| Self {
                clients: left.clients + right.clients,
                repeat_clients: left.repeat_clients + right.repeat_clients,
                purchases: left.purchases + right.purchases,
                months: left.months + right.months,
                intervals: add_up(left.intervals, &right.intervals),
            },
        )
    }

    /// Intervals by their length, the shortest first.
    fn lengths(&self) -> impl Iterator<Item = (u64, u64)> {
        (0..).zip(self.intervals.iter().copied()).filter(|&(_, count)| count > 0)
    }

    fn count(&self) -> u64 {
        self.intervals.iter().sum()
    }

    /// Half the sum of the two intervals in the middle; `None` without any.
    fn median(&self) -> Option<f64> {
        let count = self.count();
        let at = |place: u64| {
            let mut so_far = 0;
            let found = self.lengths().find(|&(_, count)| {
                so_far += count;
                so_far > place
            });
            found.map(|(length, _)| length)
        };
        let (lower, upper) = (at(count.checked_sub(1)? / 2)?, at(count / 2)?);
        Some((lower + upper) as f64 / 2.0)
    }
}

impl View for RepeatsView {
    const NAME: &'static str = "repeats";
    const ABOUT: &'static str = "How many clients buy again, and how often.";
    const SOURCE: &'static str = "R27, S2.24";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let bought = Bought::of(seen);
        let clients = i128::from(bought.clients);
        let days: i128 = bought.lengths().map(|(days, n)| i128::from(days) * i128::from(n)).sum();
        let count = |count: u64| counts([Some(count as i64)]);
        Ok(Table::new(vec![
            column(
                "clients",
                "R27",
                "Clients with a purchase in the window.",
                count(bought.clients),
            ),
            column(
                "repeat_clients",
                "R27",
                "Of these, clients with two or more in it.",
                count(bought.repeat_clients),
            ),
            column(
                "repeat_percent",
                "R27",
                "Clients with two or more, in per cent.",
                floats([percent(bought.repeat_clients.into(), clients)]),
            ),
            column("purchases", "R27", "Purchases in the window.", count(bought.purchases)),
            column(
                "purchases_per_client",
                "R27, S2.24",
                "Purchases per client.",
                floats([ratio(bought.purchases.into(), clients)]),
            ),
            column(
                "purchases_per_month",
                "R27, S2.24",
                "Purchases in a month from a client's first purchase in the window to its last.",
                floats([ratio(bought.purchases.into(), bought.months.into())]),
            ),
            column(
                "median_interval",
                "convention",
                "Median of the intervals between purchase days that end in the window, in days.",
                floats([bought.median()]),
            ),
            column(
                "mean_interval",
                "convention",
                "Mean of these intervals, in days.",
                floats([ratio(days, bought.count().into())]),
            ),
        ]))
    }
}

impl View for IntervalsView {
    const NAME: &'static str = "intervals";
    const ABOUT: &'static str =
        "After how many days clients buy again: a length, and how often it occurs.";
    const SOURCE: &'static str = "R27; convention";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let bought = Bought::of(seen);
        let all = i128::from(bought.count());
        let rows: Vec<(u64, u64)> = bought.lengths().collect();
        let mut so_far = 0;
        let cumulative = rows.iter().map(|row| {
            so_far += i128::from(row.1);
            percent(so_far, all)
        });
        let cumulative = floats(cumulative);
        Ok(Table::new(vec![
            column(
                "days",
                "convention",
                "Days from one purchase day to the next.",
                counts(rows.iter().map(|row| Some(row.0 as i64))),
            ),
            column(
                "intervals",
                "convention",
                "Intervals of this length that end in the window.",
                counts(rows.iter().map(|row| Some(row.1 as i64))),
            ),
            column(
                "cumulative_percent",
                "convention",
                "Intervals of this length or shorter, in per cent.",
                cumulative,
            ),
        ]))
    }
}
