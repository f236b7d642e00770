//! Cohorts: clients by the period of their first purchase, and what came of them.

use std::sync::Arc;

use rayon::prelude::*;

use crate::calendar::{Day, Span, Step};
use crate::census::cells::Cells;
use crate::census::facts::CHUNK;
use crate::census::history::{Histories, History, Scratch, Visit};
use crate::census::plan::{Days, Plan};
use crate::client::Texts;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::policy::{CohortPeriods, RunningPeriod};
use crate::table::{NO_INT64, Table, Values};

/// A table of this many periods is no longer read, and grows with their square.
const MOST_PERIODS: i32 = 2_000;

/// Counts periods, by the calendar or from a client's first purchase.
#[derive(Debug)]
struct Counter<'a> {
    step: Step,
    since_first: bool,
    periods: &'a Days,
}

fn steps(step: Step, count: u32) -> Span {
    match step {
        Step::Week => Span::Days(7 * count),
        Step::Month => Span::Months(count),
        Step::Quarter => Span::Months(3 * count),
        Step::Year => Span::Months(12 * count),
    }
}

impl Counter<'_> {
    /// Months in a calendar period; `None` where periods are not whole months.
    fn months_per_period(&self) -> Option<i32> {
        match self.step {
            _ if self.since_first => None,
            Step::Week => None,
            Step::Month => Some(1),
            Step::Quarter => Some(3),
            Step::Year => Some(12),
        }
    }

    /// Number of the period of a day for a client whose first purchase was on `first`;
    /// `None` before it.
    fn number(&self, first: i32, day: i32) -> Option<usize> {
        let apart = self.periods.get(day) - self.periods.get(first);
        if !self.since_first {
            return usize::try_from(apart).ok();
        }
        if day < first {
            return None;
        }
        if self.step == Step::Week {
            return usize::try_from((day - first) / 7).ok();
        }
        let begins =
            |number: i32| Day::new(first).map(|day| day.plus(steps(self.step, number as u32)));
        let late = begins(apart).is_none_or(|begins| begins.days() > day);
        usize::try_from(apart - i32::from(late)).ok()
    }
}

/// A row per cohort and number of the period; `by_month` are cells that were counted before.
///
/// # Errors
/// More periods than a table can usefully hold.
pub(crate) fn cohorts(
    ledger: &Ledger,
    plan: &Plan<'_>,
    step: Step,
    by_month: Option<&Cells>,
) -> Result<Table> {
    let histories = Histories::new(ledger, plan);
    let clients = histories.clients();
    let count = clients.as_ref().map_or(ledger.clients().len(), Vec::len);
    let periods = plan.days(|day| day.period(step));
    let policy = &plan.policy.cohort;
    let counter = Counter {
        step,
        since_first: policy.periods == CohortPeriods::SinceFirst,
        periods: &periods,
    };
    let as_of = plan.as_of.period(step);
    // The first line of all is no later than the first purchase of all.
    let earliest = plan.first_day().map_or(as_of, |day| day.period(step));
    let side = as_of - earliest + 1;
    if side > MOST_PERIODS {
        return Err(Error::BadArgument {
            argument: "by",
            problem: format!("the sales span {side} periods, at most {MOST_PERIODS} make a table"),
        });
    }
    if let Some(cells) = by_month.filter(|_| counter.months_per_period() == Some(1)) {
        return tabled(ledger, plan, &counter, earliest, cells);
    }
    let cells = (0..count.div_ceil(CHUNK))
        .into_par_iter()
        .fold(
            || (Cells::new(side as usize), Scratch::default()),
            |(mut cells, mut scratch), chunk| {
                for row in chunk * CHUNK..count.min((chunk + 1) * CHUNK) {
                    let client = clients.as_ref().map_or(row, |clients| clients[row] as usize);
                    let history = histories.read(client, &mut scratch);
                    add(&mut cells, &counter, earliest, &history);
                }
                (cells, scratch)
            },
        )
        .map(|(cells, ..)| cells)
        .reduce_with(|left, right| left.plus(&right))
        .unwrap_or_else(|| Cells::new(side as usize));
    tabled(ledger, plan, &counter, earliest, &cells)
}

/// Adds one client.
fn add(cells: &mut Cells, counter: &Counter<'_>, earliest: i32, history: &History<'_>) {
    if let Some(months) = counter.months_per_period() {
        // Periods of whole months follow from the months that the history has already.
        return cells.add_client(history, months, earliest);
    }
    let Some(&Visit { day: first, .. }) = history.visits.first() else { return };
    let cohort = (counter.periods.get(first) - earliest) as usize;
    let mut last = None;
    for visit in history.visits {
        let number = counter.number(first, visit.day);
        if number != last {
            cells.count(cohort, number);
            last = number;
        }
    }
    for (&day, &amount) in history.days.iter().zip(history.amounts) {
        cells.add(cohort, counter.number(first, day), amount);
    }
}

fn tabled(
    ledger: &Ledger,
    plan: &Plan<'_>,
    counter: &Counter<'_>,
    earliest: i32,
    cells: &Cells,
) -> Result<Table> {
    let (step, side) = (counter.step, cells.side);
    // A client is counted in period 0 of its cohort, because it bought then.
    let size = |cohort: usize| cells.clients[cohort * side];
    let Some(first) = (0..side).find(|&cohort| size(cohort) > 0) else {
        return Ok(table_of(ledger, Rows::default()));
    };
    let mut rows = Rows::default();
    for cohort in (first..side).filter(|&cohort| size(cohort) > 0) {
        let period = earliest + cohort as i32;
        for number in 0..side - first {
            let (begins, ends) = if counter.since_first {
                let last = step.last_day(period);
                let begins = |number: usize| last.plus(steps(step, number as u32));
                (begins(number), begins(number + 1).days() - 1)
            } else {
                let at = period + number as i32;
                (step.first_day(at), step.last_day(at).days())
            };
            let complete = ends <= plan.as_of.days();
            let hidden = plan.policy.cohort.running == RunningPeriod::Hide && !complete;
            let known = begins <= plan.as_of && !hidden;
            let cell = cohort * side + number;
            rows.cohort.push(&step.label(period));
            rows.period.push(number as i32);
            rows.begins.push(begins.days());
            rows.cohort_clients.push(size(cohort) as i64);
            rows.complete.push(u8::from(complete));
            if known {
                let clients = cells.clients[cell];
                let amount = i64::try_from(cells.amounts[cell])
                    .ok()
                    .filter(|&amount| amount != NO_INT64)
                    .ok_or_else(|| Error::Overflow("a cohort's amount in a period".to_owned()))?;
                rows.clients.push(clients as i64);
                rows.amount.push(amount);
                rows.retention.push(clients as f64 / size(cohort) as f64);
            } else {
                rows.clients.push(NO_INT64);
                rows.amount.push(NO_INT64);
                rows.retention.push(f64::NAN);
            }
        }
    }
    Ok(table_of(ledger, rows))
}

#[derive(Debug, Default)]
struct Rows {
    cohort: Texts,
    period: Vec<i32>,
    begins: Vec<i32>,
    cohort_clients: Vec<i64>,
    clients: Vec<i64>,
    amount: Vec<i64>,
    retention: Vec<f64>,
    complete: Vec<u8>,
}

fn table_of(ledger: &Ledger, rows: Rows) -> Table {
    let column = |name: &'static str, about: &'static str, values| {
        crate::axis::column(name, "convention", about, values)
    };
    Table::new(vec![
        column("cohort", "Period of the first purchase.", Values::Text(Arc::new(rows.cohort))),
        column(
            "period",
            "Number of the period, 0 being that of the first purchase.",
            Values::Int32(Arc::new(rows.period.into())),
        ),
        column(
            "begins",
            "First day of the period; counted from first purchases, the day on which it has \
             begun for the whole cohort.",
            Values::Day(Arc::new(rows.begins.into())),
        ),
        column(
            "cohort_clients",
            "Clients of the cohort.",
            Values::Int64(Arc::new(rows.cohort_clients.into())),
        ),
        column(
            "clients",
            "Clients with a purchase in the period; missing while that is not yet knowable.",
            Values::Int64(Arc::new(rows.clients.into())),
        ),
        column(
            "amount",
            "Amount of sales net of returns in the period; missing while not yet knowable.",
            Values::Money(Arc::new(rows.amount.into()), ledger.scale()),
        ),
        column(
            "retention",
            "Share of the cohort's clients with a purchase in the period.",
            Values::Float(Arc::new(rows.retention.into())),
        ),
        column(
            "complete",
            "Whether the period has wholly passed.",
            Values::Flag(Arc::new(rows.complete.into())),
        ),
    ])
}
