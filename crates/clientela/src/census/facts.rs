//! What each client's own history says, for all clients in one pass.

use rayon::prelude::*;

use super::history::{Histories, History, Scratch};
use super::plan::{Plan, histories};
use crate::error::Result;
use crate::ledger::Ledger;
use crate::lifecycle::{Stage, stage_by_sales};
use crate::policy::{Criterion, Frequency, Monetary};
use crate::money::Scale;
use crate::segment::{Regularity, regularity};
use crate::table::{NO_CODE, NO_INT32};

/// Clients in one piece of work.
pub(crate) const CHUNK: usize = 8_192;

/// What one history says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fact {
    /// Days of the first and the last purchase.
    pub(crate) first: i32,
    pub(crate) last: i32,
    pub(crate) purchases: i32,
    pub(crate) purchase_days: i32,
    pub(crate) amount: i64,
    pub(crate) returned: i64,
    pub(crate) active_months: i32,
    /// Twice the median interval in days.
    pub(crate) median_twice: i32,
    /// Days from the first to the second purchase day.
    pub(crate) to_second: i32,
    pub(crate) frequency: i32,
    pub(crate) monetary: i64,
    pub(crate) volume: i64,
    pub(crate) regularity: Regularity,
    /// Purchase days in the latest unbroken run and in the longest.
    pub(crate) run: u32,
    pub(crate) longest_run: u32,
    /// Totals of the months that rank the remaining payers, of method B and of those before.
    pub(crate) rank_total: i64,
    pub(crate) total: i64,
    pub(crate) former_total: i64,
}

/// Buffers for one client after another.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) scratch: Scratch,
    pub(crate) buffers: Buffers,
}

#[derive(Debug, Default)]
pub(crate) struct Buffers {
    gaps: Vec<i32>,
    /// Totals by month of the tier's criterion.
    pub(crate) months: Vec<(i32, i64)>,
    periods: Vec<(i32, i64)>,
    totals: Vec<i64>,
}

impl Fact {
    /// Reads one history.
    pub(crate) fn of(plan: &Plan<'_>, history: &History<'_>, buffers: &mut Buffers) -> Result<Self> {
        let policy = plan.policy;
        let visits = history.visits;
        let first = visits.first().map_or(NO_INT32, |visit| visit.day);
        let last = visits.last().map_or(NO_INT32, |visit| visit.day);

        let (mut purchases, mut active_months, mut month) = (0, 0, i32::MIN);
        let (mut run, mut longest_run, mut reach) = (0, 0, i32::MIN);
        buffers.gaps.clear();
        let mut before = first;
        for visit in visits {
            purchases += visit.purchases as i32;
            let this = plan.months.get(visit.day);
            active_months += i32::from(this != month);
            month = this;
            if let Some(reaches) = &plan.reach {
                run = if visit.day <= reach { run + 1 } else { 1 };
                longest_run = longest_run.max(run);
                reach = reaches.get(visit.day);
            }
            buffers.gaps.push(visit.day - before);
            before = visit.day;
        }
        // The first one is no interval.
        let to_second = buffers.gaps.get(1).copied().unwrap_or(NO_INT32);
        let median_twice = match buffers.gaps.get_mut(1..) {
            Some(gaps) if !gaps.is_empty() => median_twice(gaps),
            _ => NO_INT32,
        };

        let amount: i64 = history.amounts.iter().sum();
        let windowed = policy.rfm.window.is_some();
        let seen = if windowed { history.visits_since(plan.rfm_since) } else { visits };
        let seen_purchases = if windowed {
            seen.iter().map(|visit| visit.purchases as i32).sum()
        } else {
            purchases
        };
        let frequency = match policy.rfm.frequency {
            Frequency::Purchases => seen_purchases,
            Frequency::PurchaseDays => seen.len() as i32,
            Frequency::RepeatPurchases => {
                let with_first = seen.first().is_some_and(|visit| visit.day == first);
                seen_purchases - i32::from(with_first)
            }
        };
        let spent = |criterion| history.value_since(criterion, plan.rfm_since);
        let monetary = match policy.rfm.monetary {
            Monetary::Amount if !windowed => amount,
            Monetary::Amount => spent(Criterion::Amount),
            Monetary::Profit => spent(Criterion::Profit),
            Monetary::MeanPurchase => {
                Scale::mean(spent(Criterion::Amount), seen_purchases as u64).unwrap_or(0)
            }
        };
        let volume = match (policy.abc.criterion, policy.abc.window) {
            (Criterion::Amount, None) => amount,
            (criterion, _) => history.value_since(criterion, plan.abc_since),
        };

        let months = |day| plan.months.get(day);
        history.totals(policy.tier.criterion, months, &mut buffers.months);
        let sum = |from: i32, to: i32| {
            let within = |month: i32| (from..to).contains(&month);
            buffers.months.iter().filter(|&&(month, _)| within(month)).map(|&(_, total)| total).sum()
        };
        let tier = &plan.tier;
        let total = sum(tier.total, tier.last + 1);
        let rank_total =
            if tier.rank == tier.total { total } else { sum(tier.rank, tier.last + 1) };
        let former_total = sum(tier.former_total, tier.total);

        let periods = if plan.xyz.as_tier {
            &buffers.months
        } else {
            let period = |day| plan.xyz.periods.get(day);
            history.totals(policy.xyz.criterion, period, &mut buffers.periods);
            &buffers.periods
        };
        let from = plan.xyz_first(visits.first().map(|visit| plan.xyz.periods.get(visit.day)));
        buffers.totals.clear();
        let counted = periods.iter().filter(|&&(p, _)| (from..=plan.xyz.last).contains(&p));
        buffers.totals.extend(counted.map(|&(_, total)| total));
        let count = (plan.xyz.last + 1 - from).max(0) as u32;
        let regularity = regularity(count, &buffers.totals, &policy.xyz)?;

        Ok(Self {
            first,
            last,
            purchases,
            purchase_days: visits.len() as i32,
            amount,
            returned: history.returned,
            active_months,
            median_twice,
            to_second,
            frequency,
            monetary,
            volume,
            regularity,
            run,
            longest_run,
            rank_total,
            total,
            former_total,
        })
    }

    /// The stage now and the highest one ever (R1, S2.2).
    pub(crate) fn stages(&self, plan: &Plan<'_>) -> (Stage, Stage) {
        let systematic = plan.policy.stage.systematic_purchases;
        let stage = |run: u32| {
            let run = plan.reach.as_ref().map(|_| run);
            stage_by_sales(self.purchases as u32, run, systematic)
        };
        (stage(self.run), stage(self.longest_run))
    }
}

/// Twice the median of some intervals, which are reordered.
fn median_twice(gaps: &mut [i32]) -> i32 {
    let middle = gaps.len() / 2;
    let odd = gaps.len() % 2 == 1;
    let (below, &mut upper, _) = gaps.select_nth_unstable(middle);
    if odd {
        2 * upper
    } else {
        upper + below.iter().max().copied().unwrap_or(upper)
    }
}

/// Payers of one month in one chunk: rows and totals.
#[derive(Debug, Default)]
pub(crate) struct Payers {
    pub(crate) rows: Vec<u32>,
    pub(crate) totals: Vec<i64>,
}

macro_rules! facts {
    ($($(#[$about:meta])* $field:ident: $kind:ty,)*) => {
        /// The facts of all clients, a column each, in the order of client ids.
        #[derive(Debug, Default)]
        pub(crate) struct Facts {
            /// Positions of the clients in the ledger, where not all of them are there.
            pub(crate) clients: Option<Vec<u32>>,
            /// By chunk of clients and month of method A.
            pub(crate) payers: Vec<Vec<Payers>>,
            /// Lines up to the day.
            pub(crate) lines: u64,
            $($(#[$about])* pub(crate) $field: Vec<$kind>,)*
        }

        /// A stretch of each column.
        struct Stretch<'a> {
            $($field: &'a mut [$kind],)*
        }

        impl Facts {
            fn stretches(&mut self, rows: usize) -> Vec<Stretch<'_>> {
                $(
                    self.$field = vec![<$kind>::default(); rows];
                    let mut $field = self.$field.chunks_mut(CHUNK);
                )*
                std::iter::from_fn(|| Some(Stretch { $($field: $field.next()?,)* })).collect()
            }
        }
    };
}

facts! {
    first: i32,
    last: i32,
    purchases: i32,
    purchase_days: i32,
    amount: i64,
    returned: i64,
    active_months: i32,
    median_twice: i32,
    to_second: i32,
    frequency: i32,
    monetary: i64,
    volume: i64,
    /// NaN where undefined.
    variation: f64,
    xyz: u8,
    stage: u8,
    highest_stage: u8,
    rank_total: i64,
    total: i64,
    former_total: i64,
}

impl Facts {
    /// Reads all clients of a ledger that are there on the plan's day.
    pub(crate) fn of(ledger: &Ledger, plan: &Plan<'_>) -> Result<Self> {
        let histories = histories(ledger, plan);
        let clients = histories.clients();
        let rows = clients.as_ref().map_or(ledger.clients().len(), Vec::len);
        let mut facts = Self::default();
        let done = facts
            .stretches(rows)
            .into_par_iter()
            .enumerate()
            .with_max_len(1)
            .map_init(Work::default, |work, (chunk, mut stretch)| {
                let start = chunk * CHUNK;
                let client = |i: usize| {
                    clients.as_ref().map_or(start + i, |clients| clients[start + i] as usize)
                };
                read_chunk(plan, &histories, start, client, &mut stretch, work)
            })
            .collect::<Result<Vec<_>>>()?;
        facts.lines = done.iter().map(|(lines, _)| lines).sum();
        facts.payers = done.into_iter().map(|(_, payers)| payers).collect();
        facts.clients = clients;
        Ok(facts)
    }

    /// Number of clients.
    pub(crate) fn len(&self) -> usize {
        self.first.len()
    }

    /// Position in the ledger of a client by its row.
    pub(crate) fn client(&self, row: usize) -> usize {
        self.clients.as_ref().map_or(row, |clients| clients[row] as usize)
    }
}

/// Reads one chunk of clients; gives its number of lines and its payers by month.
fn read_chunk(
    plan: &Plan<'_>,
    histories: &Histories<'_>,
    start: usize,
    client: impl Fn(usize) -> usize,
    stretch: &mut Stretch<'_>,
    work: &mut Work,
) -> Result<(u64, Vec<Payers>)> {
    let mut payers: Vec<Payers> = Vec::new();
    payers.resize_with(plan.month_count(), Payers::default);
    let mut lines = 0;
    for i in 0..stretch.first.len() {
        let at = client(i);
        let history = histories.read(at, &mut work.scratch);
        let fact = Fact::of(plan, &history, &mut work.buffers)?;
        lines += histories.lines(at);
        for &(month, total) in &work.buffers.months {
            if total > 0 && (plan.tier.first..=plan.tier.last).contains(&month) {
                let payers = &mut payers[(month - plan.tier.first) as usize];
                payers.rows.push((start + i) as u32);
                payers.totals.push(total);
            }
        }
        let (stage, highest) = fact.stages(plan);
        let (xyz, variation) = match fact.regularity {
            Regularity::Class(class, variation) => (class as u8, variation),
            _ => (NO_CODE, f64::NAN),
        };
        stretch.first[i] = fact.first;
        stretch.last[i] = fact.last;
        stretch.purchases[i] = fact.purchases;
        stretch.purchase_days[i] = fact.purchase_days;
        stretch.amount[i] = fact.amount;
        stretch.returned[i] = fact.returned;
        stretch.active_months[i] = fact.active_months;
        stretch.median_twice[i] = fact.median_twice;
        stretch.to_second[i] = fact.to_second;
        stretch.frequency[i] = fact.frequency;
        stretch.monetary[i] = fact.monetary;
        stretch.volume[i] = fact.volume;
        stretch.variation[i] = variation;
        stretch.xyz[i] = xyz;
        stretch.stage[i] = stage as u8;
        stretch.highest_stage[i] = highest as u8;
        stretch.rank_total[i] = fact.rank_total;
        stretch.total[i] = fact.total;
        stretch.former_total[i] = fact.former_total;
    }
    Ok((lines, payers))
}
