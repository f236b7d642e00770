//! One client's lines and purchases as of a day, under the policy's conventions.

use crate::ledger::Ledger;
use crate::ledger::columns::Extras;
use crate::policy::{Criterion, ZeroAmount};
use crate::table::NO_INT64;

use super::plan::{Days, Plan};

/// A day on which a client bought, and how many purchases it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) day: i32,
    pub(crate) month: i32,
    pub(crate) purchases: u32,
}

/// Lines that count, by day, and the purchases that they make.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History<'a> {
    pub(crate) days: &'a [i32],
    pub(crate) amounts: &'a [i64],
    /// Empty where the policy needs none.
    profits: &'a [i64],
    quantities: &'a [i64],
    /// Ascending by day.
    pub(crate) visits: &'a [Visit],
    /// Net amount by month with a line, ascending.
    pub(crate) months: &'a [(i32, i64)],
    /// What returns and cancellations took back, 0 or more.
    pub(crate) returned: i64,
}

/// Reads histories from a ledger.
#[allow(clippy::struct_excessive_bools, reason = "each is an answer of the policy, asked per line")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Histories<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) as_of: i32,
    months: &'a Days,
    /// Whether no line is later than the day.
    whole: bool,
    ignore_zero: bool,
    profit: bool,
    quantity: bool,
}

/// Buffers for one history after another.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    visits: Vec<Visit>,
    months: Vec<(i32, i64)>,
    days: Vec<i32>,
    amounts: Vec<i64>,
    profits: Vec<i64>,
    quantities: Vec<i64>,
    cancelled: Vec<i64>,
    /// Order (or `None` for the client-day), day, gross.
    purchases: Vec<(Option<i64>, i32, i64)>,
    /// Rows that count.
    counted: Vec<u32>,
    /// Order, day, row.
    keyed: Vec<(Option<i64>, i32, u32)>,
    /// Purchases: day, and where their rows begin and end.
    bought: Vec<(i32, usize, usize)>,
}

impl<'a> Histories<'a> {
    pub(crate) fn new(ledger: &'a Ledger, plan: &'a Plan<'_>) -> Self {
        let (as_of, policy) = (plan.as_of, plan.policy);
        let needs = |criterion| [plan.abc, policy.xyz.criterion, plan.tier_by].contains(&criterion);
        Self {
            ledger,
            as_of: as_of.days(),
            months: &plan.months,
            whole: ledger.last_day().is_none_or(|last| last <= as_of),
            ignore_zero: policy.zero_amount == ZeroAmount::Ignore,
            profit: needs(Criterion::Profit)
                || policy.rfm.monetary == crate::policy::Monetary::Profit,
            quantity: needs(Criterion::Quantity),
        }
    }

    /// The same, with all columns whose values can be asked for.
    pub(crate) fn with_all(ledger: &'a Ledger, plan: &'a Plan<'_>) -> Self {
        Self { profit: true, quantity: true, ..Self::new(ledger, plan) }
    }

    /// The clients with a line on or before the day; `None` where that is all of them.
    pub(crate) fn clients(&self) -> Option<Vec<u32>> {
        if self.whole {
            return None;
        }
        let columns = self.ledger.columns();
        let known = |&client: &u32| columns.days[columns.offsets[client as usize]] <= self.as_of;
        let all = 0..columns.ids.len() as u32;
        if all.clone().all(|client| known(&client)) {
            return None;
        }
        Some(all.filter(known).collect())
    }

    /// A client's rows up to the day.
    pub(crate) fn rows(&self, client: usize) -> std::ops::Range<usize> {
        let columns = self.ledger.columns();
        let (start, mut end) = (columns.offsets[client], columns.offsets[client + 1]);
        if !self.whole && columns.days[end - 1] > self.as_of {
            end = start + columns.days[start..end].partition_point(|&day| day <= self.as_of);
        }
        start..end
    }

    /// The history of a client by its position in the ledger.
    pub(crate) fn read<'s>(&'s self, client: usize, scratch: &'s mut Scratch) -> History<'s> {
        let columns = self.ledger.columns();
        let std::ops::Range { start, end } = self.rows(client);
        let extras = &columns.extras;
        scratch.visits.clear();
        if extras.kind.is_none() && extras.order.is_none() {
            let Scratch { visits, months, .. } = scratch;
            let days = &columns.days[start..end];
            let amounts = &columns.amounts[start..end];
            if self.ignore_zero {
                let mut at = 0;
                for run in days.chunk_by(|a, b| a == b) {
                    let gross: i64 = amounts[at..at + run.len()].iter().sum();
                    at += run.len();
                    if gross != 0 {
                        let month = self.months.get(run[0]);
                        visits.push(Visit { day: run[0], month, purchases: 1 });
                    }
                }
                self.by_month(days, amounts, months);
            } else {
                // The same as `by_month`, with the visits in one pass.
                months.clear();
                let (mut last, mut month, mut total) = (i32::MIN, i32::MIN, 0);
                for (&day, &amount) in days.iter().zip(amounts) {
                    if day != last {
                        last = day;
                        let this = self.months.get(day);
                        visits.push(Visit { day, month: this, purchases: 1 });
                        if this != month {
                            if month != i32::MIN {
                                months.push((month, total));
                            }
                            (month, total) = (this, 0);
                        }
                    }
                    total += amount;
                }
                months.push((month, total));
            }
            let column = |wanted: bool, values: &'s Option<Vec<i64>>| match values {
                Some(values) if wanted => &values[start..end],
                _ => &[],
            };
            return History {
                days,
                amounts,
                profits: column(self.profit, &extras.profit),
                quantities: column(self.quantity, &extras.quantity),
                visits,
                months,
                returned: 0,
            };
        }
        self.read_kinds(extras, start..end, scratch)
    }

    /// The days of a client's purchases, ascending; a day may come more than once.
    pub(crate) fn days<'s>(&'s self, client: usize, scratch: &'s mut Scratch) -> &'s [i32] {
        let columns = self.ledger.columns();
        let extras = &columns.extras;
        if extras.kind.is_none() && extras.order.is_none() && !self.ignore_zero {
            // Every line is a purchase.
            return &columns.days[self.rows(client)];
        }
        self.read(client, scratch);
        let Scratch { visits, days, .. } = scratch;
        days.clear();
        days.extend(visits.iter().map(|visit| visit.day));
        days
    }

    /// The history where lines have kinds or orders.
    fn read_kinds<'s>(
        &'s self,
        extras: &'s Extras,
        rows: std::ops::Range<usize>,
        scratch: &'s mut Scratch,
    ) -> History<'s> {
        let columns = self.ledger.columns();
        let kind = |row: usize| extras.kind(row);
        let order = |row: usize| extras.order_key(row);
        let Scratch {
            visits,
            months,
            days,
            amounts,
            profits,
            quantities,
            cancelled,
            purchases,
            ..
        } = scratch;
        find_cancelled(extras, rows.clone(), cancelled);
        days.clear();
        amounts.clear();
        profits.clear();
        quantities.clear();
        purchases.clear();
        let mut returned = 0;
        for row in rows {
            let id = order(row);
            if id.is_some_and(|id| cancelled.binary_search(&id).is_ok()) {
                continue;
            }
            let (day, amount) = (columns.days[row], columns.amounts[row]);
            days.push(day);
            amounts.push(amount);
            if let Some(values) = extras.profit.as_ref().filter(|_| self.profit) {
                profits.push(values[row]);
            }
            if let Some(values) = extras.quantity.as_ref().filter(|_| self.quantity) {
                quantities.push(values[row]);
            }
            if kind(row) == 0 {
                purchases.push((id, day, amount));
            } else {
                returned -= amount;
            }
        }
        // One purchase per order, on its first day; without an order one per day.
        purchases.sort_unstable();
        visits.extend(
            purchases
                .chunk_by(|a, b| a.0 == b.0 && (a.0.is_some() || a.1 == b.1))
                .filter(|lines| {
                    !self.ignore_zero || lines.iter().map(|line| line.2).sum::<i64>() != 0
                })
                .map(|lines| {
                    let day = lines[0].1;
                    Visit { day, month: self.months.get(day), purchases: 1 }
                }),
        );
        visits.sort_unstable_by_key(|visit| visit.day);
        visits.dedup_by(|next, kept| {
            let same = next.day == kept.day;
            kept.purchases += if same { next.purchases } else { 0 };
            same
        });
        self.by_month(days, amounts, months);
        History { days, amounts, profits, quantities, visits, months, returned }
    }

    /// The rows that count, up to the day and without those of cancelled orders.
    pub(crate) fn counted<'s>(&self, client: usize, scratch: &'s mut Scratch) -> &'s [u32] {
        let rows = self.rows(client);
        let extras = &self.ledger.columns().extras;
        let Scratch { cancelled, counted, .. } = scratch;
        find_cancelled(extras, rows.clone(), cancelled);
        let cancelled = |&row: &usize| {
            !cancelled.is_empty()
                && extras.order_key(row).is_some_and(|id| cancelled.binary_search(&id).is_ok())
        };
        counted.clear();
        counted.extend(rows.filter(|row| !cancelled(row)).map(|row| row as u32));
        counted
    }

    /// Gives each purchase of a client, in the order of days, with its day and its rows.
    pub(crate) fn purchases(
        &self,
        client: usize,
        scratch: &mut Scratch,
        mut each: impl FnMut(i32, &[u32]),
    ) {
        let columns = self.ledger.columns();
        let extras = &columns.extras;
        self.counted(client, scratch);
        let Scratch { counted, keyed, bought, .. } = scratch;
        keyed.clear();
        keyed.extend(
            counted
                .iter()
                .filter(|&&row| extras.kind(row as usize) == 0)
                .map(|&row| (extras.order_key(row as usize), columns.days[row as usize], row)),
        );
        // One purchase per order, on its first day; without an order one per day.
        keyed.sort_unstable();
        bought.clear();
        let mut start = 0;
        for lines in keyed.chunk_by(|a, b| a.0 == b.0 && (a.0.is_some() || a.1 == b.1)) {
            let gross = || lines.iter().map(|line| columns.amounts[line.2 as usize]).sum::<i64>();
            if !self.ignore_zero || gross() != 0 {
                bought.push((lines[0].1, start, start + lines.len()));
            }
            start += lines.len();
        }
        bought.sort_unstable();
        counted.clear();
        counted.extend(keyed.iter().map(|line| line.2));
        for &(day, start, end) in bought.iter() {
            each(day, &counted[start..end]);
        }
    }

    fn by_month(&self, days: &[i32], amounts: &[i64], months: &mut Vec<(i32, i64)>) {
        add_up(
            days.iter().zip(amounts).map(|(&day, &amount)| (self.months.get(day), amount)),
            months,
        );
    }
}

/// The orders of some rows that were there and were called off, ascending.
fn find_cancelled(extras: &Extras, rows: std::ops::Range<usize>, cancelled: &mut Vec<i64>) {
    cancelled.clear();
    if extras.kind.is_none() || extras.order.is_none() {
        return;
    }
    let order = |row: usize| extras.order_key(row);
    cancelled.extend(rows.clone().filter(|&row| extras.kind(row) == 2).filter_map(order));
    if !cancelled.is_empty() {
        cancelled.sort_unstable();
        cancelled.dedup();
        // Only an order that is there can be called off.
        cancelled
            .retain(|&id| rows.clone().any(|row| extras.kind(row) == 0 && order(row) == Some(id)));
    }
}

impl History<'_> {
    /// The lines' values by a criterion; `None` for purchases, which are visits and not lines.
    fn values(&self, criterion: Criterion) -> Option<&[i64]> {
        match criterion {
            Criterion::Amount | Criterion::Payments => Some(self.amounts),
            Criterion::Profit => Some(self.profits),
            Criterion::Quantity | Criterion::UnitsOrdered => Some(self.quantities),
            Criterion::Purchases | Criterion::PaymentCount => None,
        }
    }

    /// The value by a criterion since a day, that day in it.
    pub(crate) fn value_since(&self, criterion: Criterion, since: i32) -> i64 {
        match self.values(criterion) {
            Some(values) => {
                let from = self.days.partition_point(|&day| day < since);
                values[from..].iter().sum()
            }
            None => self.visits_since(since).iter().map(|visit| i64::from(visit.purchases)).sum(),
        }
    }

    /// Visits since a day, that day in it.
    pub(crate) fn visits_since(&self, since: i32) -> &[Visit] {
        &self.visits[self.visits.partition_point(|visit| visit.day < since)..]
    }

    /// Totals by month of the tier's criterion.
    pub(crate) fn tier_months<'s>(
        &'s self,
        plan: &Plan<'_>,
        buffer: &'s mut Vec<(i32, i64)>,
    ) -> &'s [(i32, i64)] {
        match plan.tier_by {
            Criterion::Amount => self.months,
            criterion => {
                self.totals(criterion, |day| plan.months.get(day), buffer);
                buffer
            }
        }
    }

    /// Totals of the periods that hold a line (or a visit), ascending, by a criterion.
    pub(crate) fn totals(
        &self,
        criterion: Criterion,
        period: impl Fn(i32) -> i32,
        totals: &mut Vec<(i32, i64)>,
    ) {
        if let Some(values) = self.values(criterion) {
            let lines = self.days.iter().zip(values);
            add_up(lines.map(|(&day, &value)| (period(day), value)), totals);
        } else {
            let visits = self.visits.iter();
            add_up(visits.map(|v| (period(v.day), i64::from(v.purchases))), totals);
        }
    }
}

/// Totals of values whose periods ascend.
fn add_up(values: impl Iterator<Item = (i32, i64)>, totals: &mut Vec<(i32, i64)>) {
    totals.clear();
    for (period, value) in values {
        match totals.last_mut() {
            Some(last) if last.0 == period => last.1 += value,
            _ => totals.push((period, value)),
        }
    }
}

/// Whether every line up to a day has a value in a column.
pub(crate) fn all_known(values: &[i64]) -> bool {
    !values.contains(&NO_INT64)
}
