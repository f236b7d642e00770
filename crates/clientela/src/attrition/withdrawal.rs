//! Cancellations, returns and complaints by period (R43, S2.28).

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;
use serde::Deserialize;

use crate::axis::column;
use crate::calendar::{Day, Step};
use crate::census::facts::CHUNK;
use crate::error::{Error, Result};
use crate::ledger::SaleKind;
use crate::table::Table;
use crate::view::{Seen, View, counts, days, flags, texts};

/// A table of more periods is no longer read.
const MOST_PERIODS: i32 = 2_000;

/// How often clients called off, sent back and complained, by calendar period (R43, S2.28).
///
/// The lines of one kind that a client has on one day for one order, or for none, are one
/// cancellation or return. They count here whether or not the order was called off later. Where
/// none was ever written down, counts are missing and not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Withdrawals {
    /// The period: week, month, quarter or year.
    pub step: Step,
}

impl Default for Withdrawals {
    fn default() -> Self {
        Self { step: Step::Month }
    }
}

/// Counts of one period.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    returns: i64,
    cancellations: i64,
    complaints: i64,
    open: i64,
}

impl Counted {
    fn add(&mut self, other: Self) {
        self.returns += other.returns;
        self.cancellations += other.cancellations;
        self.complaints += other.complaints;
        self.open += other.open;
    }
}

type ByPeriod = BTreeMap<i32, Counted>;

impl View for Withdrawals {
    const NAME: &'static str = "withdrawals";
    const ABOUT: &'static str = "A period: how often clients called off, sent back, complained.";
    const SOURCE: &'static str = "R43, S2.28";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let basis = seen.known.basis;
        let mut all = self.count(seen);
        // Where none was ever written down, nobody knows whether there were any.
        let back = all.values().any(|counted| counted.returns + counted.cancellations > 0);
        let complained = all.values().any(|counted| counted.complaints > 0);
        if seen.rows() > 0
            && let Some(first) = basis.plan.first_day()
        {
            all.entry(first.period(self.step)).or_default();
            all.entry(seen.as_of().period(self.step)).or_default();
        }
        let (first, last) = match (all.first_key_value(), all.last_key_value()) {
            (Some((&first, _)), Some((&last, _))) => (first, last),
            _ => (0, -1),
        };
        if last - first >= MOST_PERIODS {
            let problem = format!("more than {MOST_PERIODS} periods, take longer ones");
            return Err(Error::BadArgument { argument: "step", problem });
        }
        let periods = || first..=last;
        let of = |known: bool, count: fn(&Counted) -> i64| {
            let zero = Counted::default();
            counts(periods().map(|period| known.then(|| count(all.get(&period).unwrap_or(&zero)))))
        };
        let cause = match (back, complained) {
            (true, true) => "",
            (false, true) => "no return or cancellation is on record",
            (true, false) => "no complaint is on record",
            (false, false) => "no return, cancellation or complaint is on record",
        };
        Ok(Table::new(vec![
            column(
                "period",
                "convention",
                "The period.",
                texts(periods().map(|period| self.step.label(period))),
            ),
            column(
                "begins",
                "convention",
                "Its first day.",
                days(periods().map(|period| Some(self.step.first_day(period)))),
            ),
            column(
                "complete",
                "convention",
                "Whether it has wholly passed.",
                flags(periods().map(|period| Some(self.step.last_day(period) <= seen.as_of()))),
            ),
            column(
                "cancellations",
                "R43",
                "Orders called off.",
                of(back, |counted| counted.cancellations),
            ),
            column("returns", "R43", "Returns.", of(back, |counted| counted.returns)),
            column(
                "complaints",
                "R43",
                "Complaints.",
                of(complained, |counted| counted.complaints),
            ),
            column(
                "complaints_open",
                "R43",
                "Those of them that are not settled on the day.",
                of(complained, |counted| counted.open),
            ),
            column(
                "cause",
                "convention",
                "Why counts are missing.",
                texts(periods().map(|_| cause)),
            ),
        ]))
    }
}

impl Withdrawals {
    fn count(self, seen: &Seen<'_>) -> ByPeriod {
        let rows: Vec<usize> = (0..seen.rows()).collect();
        let histories = seen.histories();
        rows.par_chunks(CHUNK)
            .map(|rows| {
                let mut all = ByPeriod::new();
                let mut kept = Vec::new();
                for &row in rows {
                    let lines = histories.rows(seen.known.basis.client(row));
                    self.add_lines(seen, lines, &mut kept, &mut all);
                    self.add_complaints(seen, row, &mut all);
                }
                all
            })
            .reduce(ByPeriod::new, |mut all, more| {
                for (period, counted) in more {
                    all.entry(period).or_default().add(counted);
                }
                all
            })
    }

    /// Adds the returns and cancellations of one client's lines; `kept` is a buffer.
    fn add_lines(
        self,
        seen: &Seen<'_>,
        lines: Range<usize>,
        kept: &mut Vec<(u8, i32, Option<i64>)>,
        all: &mut ByPeriod,
    ) {
        let columns = seen.known.basis.ledger.columns();
        let extras = &columns.extras;
        if extras.kind.is_none() {
            return;
        }
        let back = lines.filter(|&line| extras.kind(line) != SaleKind::Sale as u8);
        kept.clear();
        kept.extend(
            back.map(|line| (extras.kind(line), columns.days[line], extras.order_key(line))),
        );
        kept.sort_unstable();
        kept.dedup();
        for &(kind, day, _) in kept.iter() {
            let Some(day) = Day::new(day) else { continue };
            let counted = all.entry(day.period(self.step)).or_default();
            if kind == SaleKind::Cancellation as u8 {
                counted.cancellations += 1;
            } else {
                counted.returns += 1;
            }
        }
    }

    fn add_complaints(self, seen: &Seen<'_>, row: usize, all: &mut ByPeriod) {
        let as_of = seen.as_of();
        let Some(records) = seen.records(row) else { return };
        for one in records.complaints.iter().filter(|one| one.on <= as_of) {
            let counted = all.entry(one.on.period(self.step)).or_default();
            counted.complaints += 1;
            counted.open += i64::from(one.resolved_on.is_none_or(|day| day > as_of));
        }
    }
}
