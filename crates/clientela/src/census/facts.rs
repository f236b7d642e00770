//! What each client's own history says, for all clients in one pass.

use rayon::prelude::*;

use super::cells::Cells;
use super::history::{Histories, History, Scratch};
use super::plan::Plan;
use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::ledger::Ledger;
use crate::lifecycle::{Stage, stage_by_sales};
use crate::money::Scale;
use crate::policy::{Criterion, Frequency, Monetary, TierMethod};
use crate::segment::Regularity;
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
    /// Amount in the window of key clients.
    pub(crate) recent: i64,
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
    months: Vec<(i32, i64)>,
}

#[derive(Debug, Default)]
pub(crate) struct Buffers {
    gaps: Vec<i32>,
    periods: Vec<(i32, i64)>,
}

impl Fact {
    /// Reads one history, `months` being its totals by the tier's criterion.
    pub(crate) fn of(
        plan: &Plan<'_>,
        history: &History<'_>,
        months: &[(i32, i64)],
        buffers: &mut Buffers,
    ) -> Self {
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
            active_months += i32::from(visit.month != month);
            month = visit.month;
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

        let amount: i64 = history.months.iter().map(|&(_, total)| total).sum();
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
        let recent = match policy.key.window {
            None => amount,
            Some(_) => history.value_since(Criterion::Amount, plan.key_since),
        };
        let volume = match (plan.abc, policy.abc.window) {
            (Criterion::Amount, None) => amount,
            (criterion, _) => history.value_since(criterion, plan.abc_since),
        };

        let tier = &plan.tier;
        let (mut rank_total, mut total, mut former_total) = (0, 0, 0);
        for &(month, paid) in months {
            if month > tier.last {
                break;
            }
            rank_total += if month >= tier.rank { paid } else { 0 };
            if month >= tier.total {
                total += paid;
            } else if month >= tier.former_total {
                former_total += paid;
            }
        }

        let periods = if plan.xyz.as_tier {
            months
        } else {
            let period = |day| plan.xyz.periods.get(day);
            history.totals(policy.xyz.criterion, period, &mut buffers.periods);
            &buffers.periods
        };
        let from = plan.xyz_first(visits.first().map(|visit| plan.xyz.periods.get(visit.day)));
        let begin = periods.iter().take_while(|&&(period, _)| period < from).count();
        let beyond = periods.iter().rev().take_while(|&&(p, _)| p > plan.xyz.last).count();
        let counted = periods.get(begin..periods.len() - beyond).unwrap_or_default();
        let totals = counted.iter().map(|&(_, total)| total);
        let count = (plan.xyz.last + 1 - from).max(0) as u32;
        let regularity = plan.xyz.limits.regularity(count, totals);

        Self {
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
            recent,
            regularity,
            run,
            longest_run,
            rank_total,
            total,
            former_total,
        }
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
    if odd { 2 * upper } else { upper + below.iter().max().copied().unwrap_or(upper) }
}

macro_rules! facts {
    ($($(#[$about:meta])* $field:ident: $kind:ty,)*) => {
        /// The facts of all clients, a column each, in the order of client ids.
        #[derive(Debug, Default)]
        pub(crate) struct Facts {
            /// Positions of the clients in the ledger, where not all of them are there.
            pub(crate) clients: Option<Vec<u32>>,
            /// Cohorts by month, where they are few enough to count on the way.
            pub(crate) cohorts: Option<Cells>,
            /// What each client paid in each month of method A, 0 where it is no payer: by
            /// chunk of clients, then by month.
            months: Buffer<i64>,
            month_count: usize,
            /// Lines up to the day, and the last day of one.
            pub(crate) lines: u64,
            pub(crate) last_day: Option<Day>,
            $($(#[$about])* pub(crate) $field: Buffer<$kind>,)*
        }

        /// Which columns are kept.
        struct Kept {
            $($field: bool,)*
        }

        impl Kept {
            const ALL: Self = Self { $($field: true,)* };
        }

        /// A stretch of each column.
        struct Stretch<'a> {
            $($field: &'a mut [$kind],)*
        }

        impl Facts {
            /// Columns of `rows`, in stretches; those that only repeat others stay empty.
            fn stretches(&mut self, rows: usize, kept: &Kept) -> Vec<Stretch<'_>> {
                $(
                    let length = if kept.$field { rows } else { 0 };
                    self.$field = Buffer::zeroed(length);
                    let mut $field = self.$field.chunks_mut(CHUNK);
                )*
                (0..rows.div_ceil(CHUNK))
                    .map(|_| Stretch { $($field: $field.next().unwrap_or_default(),)* })
                    .collect()
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
    /// Empty where nothing can be taken back.
    returned: i64,
    active_months: i32,
    median_twice: i32,
    to_second: i32,
    /// Empty where it is the number of purchases.
    frequency: i32,
    /// Empty where it is the amount.
    monetary: i64,
    /// Empty where it is the amount.
    volume: i64,
    /// Moved out once it is read.
    recent: i64,
    /// NaN where undefined.
    variation: f64,
    xyz: u8,
    stage: u8,
    highest_stage: u8,
    rank_total: i64,
    total: i64,
    /// Empty where method A makes the tier.
    former_total: i64,
}

impl Kept {
    fn of(ledger: &Ledger, plan: &Plan<'_>) -> Self {
        let policy = plan.policy;
        let rfm = &policy.rfm;
        Self {
            returned: ledger.columns().extras.kind.is_some(),
            frequency: rfm.window.is_some() || rfm.frequency != Frequency::Purchases,
            monetary: rfm.window.is_some() || rfm.monetary != Monetary::Amount,
            volume: policy.abc.window.is_some() || plan.abc != Criterion::Amount,
            former_total: policy.tier.method == TierMethod::PeriodTotal,
            ..Self::ALL
        }
    }
}

impl Facts {
    /// Reads all clients of a ledger that are there on the plan's day.
    pub(crate) fn of(ledger: &Ledger, plan: &Plan<'_>) -> Self {
        let histories = Histories::new(ledger, plan);
        let clients = histories.clients();
        let rows = clients.as_ref().map_or(ledger.clients().len(), Vec::len);
        let mut facts = Self::default();
        let month_count = plan.month_count();
        let mut months = Buffer::zeroed(rows * month_count);
        let done = facts
            .stretches(rows, &Kept::of(ledger, plan))
            .into_par_iter()
            .zip(months.par_chunks_mut((CHUNK * month_count).max(1)))
            .enumerate()
            .with_max_len(1)
            .map_init(Work::default, |work, (chunk, (mut stretch, months))| {
                let start = chunk * CHUNK;
                let client = |i: usize| {
                    clients.as_ref().map_or(start + i, |clients| clients[start + i] as usize)
                };
                read_chunk(plan, &histories, client, &mut stretch, months, work)
            })
            .collect::<Vec<_>>();
        facts.lines = done.iter().map(|chunk| chunk.lines).sum();
        facts.last_day = done.iter().map(|chunk| chunk.last).max().and_then(Day::new);
        facts.cohorts = plan.cohort_months().map(|(_, side)| {
            let cells = done.iter().filter_map(|chunk| chunk.cohorts.as_ref());
            cells.fold(Cells::new(side), Cells::plus)
        });
        (facts.months, facts.month_count) = (months, month_count);
        facts.clients = clients;
        facts
    }

    /// What the clients of a chunk paid in a month of method A.
    pub(crate) fn month(&self, chunk: usize, month: usize) -> &[i64] {
        let rows = CHUNK.min(self.len() - chunk * CHUNK);
        let start = chunk * CHUNK * self.month_count + month * rows;
        &self.months[start..start + rows]
    }

    /// Number of clients.
    pub(crate) fn len(&self) -> usize {
        self.first.len()
    }

    pub(crate) fn frequency(&self, row: usize) -> i32 {
        *self.frequency.get(row).unwrap_or_else(|| &self.purchases[row])
    }

    pub(crate) fn monetary(&self, row: usize) -> i64 {
        *self.monetary.get(row).unwrap_or_else(|| &self.amount[row])
    }

    pub(crate) fn volumes(&self) -> &[i64] {
        if self.volume.is_empty() { &self.amount } else { &self.volume }
    }

    /// Only asked for where it is kept.
    pub(crate) fn former_total(&self, row: usize) -> i64 {
        self.former_total.get(row).copied().unwrap_or(0)
    }
}

/// What a chunk of clients gives beside its columns.
struct Chunk {
    lines: u64,
    /// The last day of a line.
    last: i32,
    cohorts: Option<Cells>,
}

/// Reads one chunk of clients.
fn read_chunk(
    plan: &Plan<'_>,
    histories: &Histories<'_>,
    client: impl Fn(usize) -> usize,
    stretch: &mut Stretch<'_>,
    paid: &mut [i64],
    work: &mut Work,
) -> Chunk {
    let (mut lines, mut last) = (0, i32::MIN);
    let cohort_months = plan.cohort_months();
    let mut cohorts = cohort_months.map(|(_, side)| Cells::new(side));
    let clients = stretch.first.len();
    for i in 0..clients {
        let at = client(i);
        let history = histories.read(at, &mut work.scratch);
        if let (Some(cohorts), Some((earliest, _))) = (&mut cohorts, cohort_months) {
            cohorts.add_client(&history, 1, earliest);
        }
        let months = history.tier_months(plan, &mut work.months);
        let fact = Fact::of(plan, &history, months, &mut work.buffers);
        let rows = histories.rows(at);
        lines += rows.len() as u64;
        last = last.max(histories.ledger.columns().days[rows.end - 1]);
        for &(month, total) in months {
            if total > 0 && (plan.tier.first..=plan.tier.last).contains(&month) {
                paid[(month - plan.tier.first) as usize * clients + i] = total;
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
        if let Some(place) = stretch.returned.get_mut(i) {
            *place = fact.returned;
        }
        stretch.active_months[i] = fact.active_months;
        stretch.median_twice[i] = fact.median_twice;
        stretch.to_second[i] = fact.to_second;
        if let Some(place) = stretch.frequency.get_mut(i) {
            *place = fact.frequency;
        }
        if let Some(place) = stretch.monetary.get_mut(i) {
            *place = fact.monetary;
        }
        if let Some(place) = stretch.volume.get_mut(i) {
            *place = fact.volume;
        }
        stretch.recent[i] = fact.recent;
        stretch.variation[i] = variation;
        stretch.xyz[i] = xyz;
        stretch.stage[i] = stage as u8;
        stretch.highest_stage[i] = highest as u8;
        stretch.rank_total[i] = fact.rank_total;
        stretch.total[i] = fact.total;
        if let Some(place) = stretch.former_total.get_mut(i) {
            *place = fact.former_total;
        }
    }
    Chunk { lines, last, cohorts }
}
