//! How many clients stay, by period (R24).

use serde::Deserialize;

use super::life::needed_active_within;
use super::pass::{Grid, fold};
use super::sum::percent;
use crate::axis::column;
use crate::calendar::Step;
use crate::census::history::Visit;
use crate::census::plan::Days;
use crate::error::{Error, Result};
use crate::table::Table;
use crate::view::{Seen, View, counts, days, flags, floats};

/// Retention of clients by calendar period (R24, S2.14), from the period after the first sale
/// on.
///
/// A client is active on a day that is no later than `metric.active_within` after its last
/// purchase up to that day. A period that still runs ends on the day of the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionView {
    /// The length of a period.
    pub step: Step,
    /// How many steps make a period, one ending with each step; `None` is one.
    pub rolling: Option<u16>,
}

impl Default for RetentionView {
    fn default() -> Self {
        Self { step: Step::Month, rolling: None }
    }
}

/// First and last period, both with them.
type Range = (i32, i32);

/// At the ends of which periods a client is active.
struct Activity<'a> {
    grid: &'a Grid,
    /// The last period at whose end a purchase on a day keeps a client active.
    until: Days,
}

impl Activity<'_> {
    /// Stretches of periods, ascending and apart.
    fn ranges(&self, visits: &[Visit], ranges: &mut Vec<Range>) {
        ranges.clear();
        for visit in visits {
            let (from, to) = (self.grid.period(visit.day), self.until.get(visit.day));
            match ranges.last_mut() {
                _ if to < from => {}
                Some(last) if from <= last.1 + 1 => last.1 = last.1.max(to),
                _ => ranges.push((from, to)),
            }
        }
    }
}

/// Differences of counts between neighbouring periods.
#[derive(Debug)]
struct Counts {
    at_end: Vec<i64>,
    new: Vec<i64>,
    retained: Vec<i64>,
    ranges: Vec<Range>,
}

impl Counts {
    fn new(periods: usize) -> Self {
        let none = || vec![0; periods + 1];
        Self { at_end: none(), new: none(), retained: none(), ranges: Vec::new() }
    }

    fn add(&mut self, activity: &Activity<'_>, visits: &[Visit], steps: i32) {
        let Some(first) = visits.first() else { return };
        let grid = activity.grid;
        let began = grid.period(first.day);
        activity.ranges(visits, &mut self.ranges);
        let count = |counts: &mut Vec<i64>, from: i32, to: i32| {
            if from <= to {
                counts[grid.place(from)] += 1;
                counts[grid.place(to + 1)] -= 1;
            }
        };
        let mut before = 0;
        for &(from, to) in &self.ranges {
            count(&mut self.at_end, from, to);
            count(&mut self.new, from, to.min(began + steps - 1));
            // Active at this end and at the one so many steps before.
            while before < self.ranges.len() && self.ranges[before].1 + steps < from {
                before += 1;
            }
            for &(earlier, until) in &self.ranges[before..] {
                if earlier + steps > to {
                    break;
                }
                count(&mut self.retained, from.max(earlier + steps), to.min(until + steps));
            }
        }
    }

    fn plus(mut self, more: &Self) -> Self {
        for (sums, more) in [
            (&mut self.at_end, &more.at_end),
            (&mut self.new, &more.new),
            (&mut self.retained, &more.retained),
        ] {
            for (sum, more) in sums.iter_mut().zip(more) {
                *sum += more;
            }
        }
        self
    }
}

/// The counts from their differences.
fn added(differences: &[i64]) -> Vec<u64> {
    let sums = differences.iter().scan(0, |sum, difference| {
        *sum += difference;
        Some(*sum as u64)
    });
    sums.collect()
}

/// Clients of one period.
struct Row {
    period: i32,
    at_start: u64,
    at_end: u64,
    new: u64,
    retained: u64,
}

impl Row {
    fn reactivated(&self) -> u64 {
        self.at_end - self.new - self.retained
    }

    /// The clients of the end by CRR.
    fn stayed(&self) -> i128 {
        i128::from(self.at_end) - i128::from(self.new)
    }

    fn of_start(&self, part: i128) -> Option<f64> {
        percent(part, self.at_start.into())
    }
}

impl View for RetentionView {
    const NAME: &'static str = "retention";
    const ABOUT: &'static str =
        "A calendar period: how many clients it began with, won, kept and lost.";
    const SOURCE: &'static str = "R24, S2.14";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let steps = i32::from(self.rolling.unwrap_or(1));
        if steps == 0 {
            let problem = "a period has at least 1 step".to_owned();
            return Err(Error::BadArgument { argument: "rolling", problem });
        }
        let within = needed_active_within(seen.policy())?;
        let grid = Grid::of(seen, self.step)?;
        let as_of = seen.as_of();
        let until = seen.known.basis.plan.days(|day| {
            let reach = day.plus(within);
            if reach >= as_of { grid.last } else { grid.step.last_complete(reach) }
        });
        let activity = Activity { grid: &grid, until };
        let counted = fold(
            seen,
            || Counts::new(grid.len()),
            |counts, _, history| counts.add(&activity, history.visits, steps),
            |left, right| left.plus(&right),
        );
        let [at_end, new, retained] =
            [&counted.at_end, &counted.new, &counted.retained].map(|counts| added(counts));
        let rows = (grid.first + steps..=grid.last).map(|period| {
            let place = grid.place(period);
            let at_start = at_end[place - steps as usize];
            let (at_end, new, retained) = (at_end[place], new[place], retained[place]);
            Row { period, at_start, at_end, new, retained }
        });
        let rows: Vec<Row> = rows.collect();
        let count = |of: fn(&Row) -> u64| counts(rows.iter().map(|row| Some(of(row) as i64)));
        Ok(Table::new(vec![
            column(
                "begins",
                "R24",
                "First day of the period.",
                days(rows.iter().map(|row| Some(grid.begins(row.period - steps + 1)))),
            ),
            column(
                "ends",
                "R24",
                "Last day of the period.",
                days(rows.iter().map(|row| Some(grid.ends(row.period)))),
            ),
            column(
                "complete",
                "convention",
                "Whether the period has wholly passed.",
                flags(rows.iter().map(|row| Some(grid.complete(row.period)))),
            ),
            column(
                "at_start",
                "R24, S2.14",
                "S: clients active on the day before the period.",
                count(|row| row.at_start),
            ),
            column(
                "at_end",
                "R24, S2.14",
                "E: clients active at its end.",
                count(|row| row.at_end),
            ),
            column(
                "new",
                "R24, S2.14",
                "N: of these, clients whose first purchase was in the period.",
                count(|row| row.new),
            ),
            column(
                "reactivated",
                "R24",
                "Of these, clients that had bought before, were not active, and came back.",
                count(Row::reactivated),
            ),
            column(
                "retained",
                "R24",
                "Clients active at the start and at the end.",
                count(|row| row.retained),
            ),
            column(
                "lost",
                "R24",
                "Clients active at the start and no longer at the end.",
                count(|row| row.at_start - row.retained),
            ),
            column(
                "retention_percent",
                "R24, S2.14",
                "CRR: (E − N) / S in per cent; above 100 where clients came back.",
                floats(rows.iter().map(|row| row.of_start(row.stayed()))),
            ),
            column(
                "retention_without_reactivated_percent",
                "R24",
                "Clients that stayed in per cent of those at the start.",
                floats(rows.iter().map(|row| row.of_start(row.retained.into()))),
            ),
            column(
                "loss_percent",
                "R24, S2.14",
                "100 less CRR.",
                floats(
                    rows.iter().map(|row| row.of_start(i128::from(row.at_start) - row.stayed())),
                ),
            ),
        ]))
    }
}
