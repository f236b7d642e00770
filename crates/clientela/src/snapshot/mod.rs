//! The base as of a day: a verdict on every client and axis.

mod account;
mod axes;
mod classify;
mod diff;
mod explain;
mod segments;
mod summary;
mod views;

use std::sync::Arc;

use rayon::prelude::*;

pub use account::{Account, AccountTable};
pub use diff::{Diff, Move};
pub use explain::Explanation;
pub use summary::{FlagCount, GroupCount, KeySummary, RfmSummary, Summary, VipOverlap};
pub use views::{CriteriaOverlap, list_overlap};

use crate::attrition::Activity;
use crate::axis::{self, Known, column};
use crate::base::Base;
use crate::buffer::Buffer;
use crate::calendar::{Day, Step};
use crate::census::basis::{Basis, Joined, NO_ROW, positions, side_policy};
use crate::census::cells::Cells;
use crate::census::facts::{CHUNK, Facts as FactColumns};
use crate::census::plan::Plan;
use crate::census::{Census, Cuts, TopLists};
use crate::class::{AbcClass, AbcXyz, XyzClass};
use crate::client::ClientIds;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::lifecycle::{Ladder, Stage};
use crate::metric::{self, Needs};
use crate::money::{Scale, same_money};
use crate::policy::Policy;
use crate::segment::{TargetVolume, Tier};
use crate::table::{Column, NO_CODE, NO_INT32, NO_INT64, Table, Values};
use crate::view::Seen;
use classify::{Facts, Judge};

/// Verdicts on all clients of a base as of a day. Immutable, cheap to clone, safe to share.
///
/// A client is in it if it has a line on or before the day. Nothing in it depends on the
/// order of rows, the number of threads or today's date.
#[derive(Debug, Clone)]
pub struct Snapshot {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    base: Base,
    as_of: Day,
    policy: Policy,
    cuts: Cuts,
    sales: u64,
    sales_after_as_of: u64,
    last_day: Option<Day>,
    joined: Joined,
    /// The columns, of which those up to `by_sales` follow from sales and the ladder.
    table: Table,
    by_sales: Table,
    /// Volumes of ABC; empty where they are the amounts.
    volume: Buffer<i64>,
    /// The ledger that made the tier, where it is not that of the sales.
    tier: Option<Snapshot>,
    /// Cohorts by month, where they were counted on the way.
    cohorts: Option<Cells>,
}

impl Ledger {
    /// The verdicts on all clients as of a day, by the sales alone. With portraits, payments
    /// and orders see [`Base::snapshot`].
    ///
    /// ```
    /// use clientela::{ClientColumn, Day, LedgerBuilder, LedgerOptions, Policy, Sales};
    ///
    /// let day = Day::of(2026, 1, 31).unwrap();
    /// let mut builder = LedgerBuilder::new(LedgerOptions::default());
    /// let client = ClientColumn::Int(vec![7, 7, 9].into());
    /// let days = vec![day.days(), day.days() + 30, day.days()];
    /// builder.push(Sales::new(client, days, vec![1250, 990, 4000]))?;
    /// let snapshot = builder.finish()?.snapshot(Day::of(2026, 4, 1).unwrap(), &Policy::default())?;
    /// let stage = snapshot.clients().value(0, "stage").unwrap();
    /// assert_eq!(stage, clientela::Value::Text("client".to_owned()));
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// A policy that does not check or that ranks by a column that the ledger lacks; sales
    /// after the day where the policy refuses them.
    pub fn snapshot(&self, as_of: Day, policy: &Policy) -> Result<Snapshot> {
        Base::new(self).snapshot(as_of, policy)
    }
}

impl Base {
    /// The verdicts on all clients as of a day.
    ///
    /// # Errors
    /// A policy that does not check or asks for a column or ledger that is not there; sales
    /// after the day where the policy refuses them; portraits, payments or orders with another
    /// kind of client id, another currency or scale.
    pub fn snapshot(&self, as_of: Day, policy: &Policy) -> Result<Snapshot> {
        self.journal.goes_with(&self.sales)?;
        let plan = Plan::new(&self.sales, as_of, policy, None)?;
        let (facts, joined) = Joined::read(self, &plan)?;
        let basis = joined.basis(&plan, &self.sales);
        let mut census = Census::from_facts(&basis, &facts)?;
        let mut cuts = census.cuts()?;
        drop(census);
        let lists = cuts.top_lists(&plan, &facts);
        cuts.rank_remaining(&plan, &facts, &lists);
        cuts.target = TargetVolume::of(&basis, &facts, &cuts)?;
        let judged = judge(&basis, facts, &cuts, &lists, &joined.ids)?;
        Ok(Snapshot::of(self, &plan, cuts, joined, judged))
    }

    /// The verdicts on this part of a base by the census of the whole, for bases that are split
    /// over machines.
    ///
    /// # Errors
    /// A census whose second counts are missing, or of another currency or scale.
    pub fn snapshot_with_census(&self, census: &Census) -> Result<Snapshot> {
        let ledger = &self.sales;
        if !census.is_closed() {
            return Err(Error::BadArgument {
                argument: "census",
                problem: "the second counts are missing".to_owned(),
            });
        }
        same_money(ledger.money(), (census.currency, census.scale))?;
        self.journal.goes_with(ledger)?;
        let plan = Plan::new(ledger, census.as_of, &census.policy, census.first_day)?;
        let (facts, joined) = Joined::read(self, &plan)?;
        let cuts = census.clone().cuts()?;
        let lists = cuts.top_lists(&plan, &facts);
        let judged = judge(&joined.basis(&plan, ledger), facts, &cuts, &lists, &joined.ids)?;
        Ok(Snapshot::of(self, &plan, cuts, joined, judged))
    }
}

/// What judging a base gives.
struct Judged {
    sales: u64,
    last_day: Option<Day>,
    cohorts: Option<Cells>,
    table: Table,
    by_sales: Table,
    volume: Buffer<i64>,
    tier: Option<Snapshot>,
}

/// Judges all clients on all axes.
fn judge(
    basis: &Basis<'_>,
    mut facts: FactColumns,
    cuts: &Cuts,
    lists: &[TopLists],
    ids: &ClientIds,
) -> Result<Judged> {
    let (sales, last_day) = (facts.lines, facts.last_day);
    let cohorts = facts.cohorts.take();
    let policy = basis.plan.policy;
    let by_other = !policy.tier_criterion().of_sales();
    let tier = by_other.then(|| tier_by_side(basis)).transpose()?;
    let (mut by_sales, volume) = table(basis, facts, cuts, lists, ids)?;
    if let Some(tier) = &tier {
        by_sales = with_tier(&by_sales, tier, ids)?;
    }
    let known = Known { basis, cuts, table: &by_sales, volume: &volume };
    let mut columns = by_sales.columns().to_vec();
    for axis in axes::AXES {
        columns.extend(axis.columns(&known)?);
    }
    let table = Table::new(columns);
    Ok(Judged { sales, last_day, cohorts, table, by_sales, volume, tier })
}

/// The snapshot of the ledger that the tier is ranked by, where it is not that of the sales.
fn tier_by_side(basis: &Basis<'_>) -> Result<Snapshot> {
    let policy = basis.plan.policy;
    let criterion = policy.tier_criterion();
    let side = basis.side(policy.tier_path(), criterion)?;
    let own = side_policy(policy, criterion);
    Base::new(&side.ledger).snapshot(basis.plan.as_of, &own).map_err(|error| match error {
        Error::BadPolicy { problem, .. } => {
            Error::BadPolicy { path: policy.tier_path().to_owned(), problem }
        }
        error => error,
    })
}

/// The table with the columns of the tier as another ledger makes them.
fn with_tier(table: &Table, tier: &Snapshot, ids: &ClientIds) -> Result<Table> {
    let rows = positions(ids, tier.ids())?;
    let columns = table.columns().iter().map(|column| {
        let missing = match &*column.name {
            "tier" => NO_CODE,
            "vip_months" | "vip_by_month" | "vip_by_total" | "former_vip" => 0,
            _ => return column.clone(),
        };
        let codes = tier.codes(&column.name);
        let code = |&row: &u32| if row == NO_ROW { missing } else { codes[row as usize] };
        let codes: Arc<Buffer<u8>> = Arc::new(rows.iter().map(code).collect());
        let values = match &column.values {
            Values::Choice(_, names) => Values::Choice(codes, Arc::clone(names)),
            Values::Flag(_) => Values::Flag(codes),
            _ => Values::Count8(codes),
        };
        Column { values, ..column.clone() }
    });
    Ok(Table::new(columns.collect()))
}

impl Snapshot {
    /// The verdicts on a part of a base by the census of the whole, for bases that are split
    /// over machines.
    ///
    /// # Errors
    /// A census whose second counts are missing, or of another currency or scale.
    pub fn with_census(ledger: &Ledger, census: &Census) -> Result<Self> {
        Base::new(ledger).snapshot_with_census(census)
    }

    fn of(base: &Base, plan: &Plan<'_>, cuts: Cuts, joined: Joined, judged: Judged) -> Self {
        let Judged { sales, last_day, cohorts, table, by_sales, volume, tier } = judged;
        Self {
            inner: Arc::new(Inner {
                base: base.clone(),
                as_of: plan.as_of,
                policy: plan.policy.clone(),
                cuts,
                sales,
                sales_after_as_of: base.sales.len() as u64 - sales,
                last_day,
                joined,
                table,
                by_sales,
                volume,
                tier,
                cohorts,
            }),
        }
    }

    /// The day.
    pub fn as_of(&self) -> Day {
        self.inner.as_of
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// The ledger of sales.
    pub fn ledger(&self) -> &Ledger {
        &self.inner.base.sales
    }

    /// What it was made from.
    pub fn base(&self) -> &Base {
        &self.inner.base
    }

    /// The cut points of the base.
    pub fn cuts(&self) -> &Cuts {
        &self.inner.cuts
    }

    /// Number of clients.
    pub fn len(&self) -> usize {
        self.inner.joined.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The clients' ids, ascending.
    pub fn ids(&self) -> &ClientIds {
        &self.inner.joined.ids
    }

    /// A row per client in ascending order of ids, a column per figure and axis.
    pub fn clients(&self) -> Table {
        self.inner.table.clone()
    }

    /// Cohorts by the week, month, quarter or year of the first purchase: a row per cohort and
    /// number of the period, with the clients that bought and the net amount.
    ///
    /// A cell whose period has not begun is missing, not zero.
    ///
    /// # Errors
    /// A base whose sales span more than 2,000 periods; sums beyond 64 bits.
    pub fn cohorts(&self, by: Step) -> Result<Table> {
        metric::cohorts(self.ledger(), &self.plan()?, by, self.inner.cohorts.as_ref())
    }

    /// A row per client and month with a line: net amount and purchases.
    ///
    /// # Errors
    /// None for a snapshot that could be made.
    pub fn months(&self) -> Result<Table> {
        Ok(metric::months(self.ledger(), &self.plan()?))
    }

    /// The census of the base, for merging with those of other parts.
    ///
    /// # Errors
    /// As [`Census::count`].
    pub fn census(&self) -> Result<Census> {
        self.inner.base.census(self.inner.as_of, &self.inner.policy)
    }

    /// Answers a question that the axes can answer.
    fn ask<T>(&self, question: impl FnOnce(&Known<'_>) -> Result<T>) -> Result<T> {
        let inner = &*self.inner;
        let plan = self.plan()?;
        let basis = inner.joined.basis(&plan, &inner.base.sales);
        question(&inner.known(&basis))
    }

    /// Answers a view's question.
    fn see<T>(&self, question: impl FnOnce(&Seen<'_>) -> Result<T>) -> Result<T> {
        let inner = &*self.inner;
        self.ask(|known| {
            let journal = &inner.base.journal;
            question(&Seen { known: *known, table: &inner.table, ids: self.ids(), journal })
        })
    }

    /// The plan by which this snapshot was made.
    fn plan(&self) -> Result<Plan<'_>> {
        let inner = &*self.inner;
        Plan::new(&inner.base.sales, inner.as_of, &inner.policy, inner.cuts.first_day)
    }
}

impl Inner {
    fn known<'a>(&'a self, basis: &'a Basis<'a>) -> Known<'a> {
        Known { basis, cuts: &self.cuts, table: &self.by_sales, volume: &self.volume }
    }
}

macro_rules! verdicts {
    ($($field:ident: $kind:ty,)*) => {
        #[derive(Debug, Default)]
        struct VerdictColumns {
            $($field: Buffer<$kind>,)*
        }

        struct Stretch<'a> {
            $($field: &'a mut [$kind],)*
        }

        impl VerdictColumns {
            fn stretches(&mut self, rows: usize) -> Vec<Stretch<'_>> {
                $(
                    self.$field = Buffer::zeroed(rows);
                    let mut $field = self.$field.chunks_mut(CHUNK);
                )*
                std::iter::from_fn(|| Some(Stretch { $($field: $field.next()?,)* })).collect()
            }
        }
    };
}

verdicts! {
    mean_purchase: i64,
    recency_days: i32,
    tenure_days: i32,
    median_interval: f64,
    mean_interval: f64,
    recency_score: u8,
    frequency_score: u8,
    monetary_score: u8,
    segment: u8,
    abc: u8,
    abc_xyz: u8,
    tier: u8,
    vip_months: u8,
    vip_by_month: u8,
    vip_by_total: u8,
    former_vip: u8,
    activity: u8,
    by_period: u8,
    by_rhythm: u8,
    due_on: i32,
    lost_after: i32,
    expected_on: i32,
}

/// The columns that follow from sales and the ladder, and the volumes of ABC.
fn table(
    basis: &Basis<'_>,
    facts: FactColumns,
    cuts: &Cuts,
    lists: &[TopLists],
    ids: &ClientIds,
) -> Result<(Table, Buffer<i64>)> {
    let (plan, scale) = (basis.plan, basis.ledger.scale());
    let judge = Judge::new(plan, cuts)?;
    let as_of = plan.as_of.days();
    let mut verdicts = VerdictColumns::default();
    verdicts.stretches(facts.len()).into_par_iter().enumerate().with_max_len(1).for_each(
        |(chunk, stretch)| {
            for i in 0..stretch.tier.len() {
                let row = chunk * CHUNK + i;
                let (first, last) = (facts.first[row], facts.last[row]);
                let (purchases, purchase_days) = (facts.purchases[row], facts.purchase_days[row]);
                let median_twice = facts.median_twice[row];
                let verdicts = judge.judge(&Facts {
                    first,
                    last,
                    purchases,
                    purchase_days,
                    median_twice,
                    frequency: facts.frequency(row),
                    monetary: facts.monetary(row),
                    volume: facts.volumes()[row],
                    rank_total: facts.rank_total[row],
                    total: facts.total[row],
                    former_total: facts.former_total(row),
                    lists: lists[row],
                });
                let bought = purchases > 0;
                let mean = Scale::mean(facts.amount[row], purchases as u64);
                stretch.mean_purchase[i] = mean.unwrap_or(NO_INT64);
                stretch.recency_days[i] = if bought { as_of - last } else { NO_INT32 };
                stretch.tenure_days[i] = if bought { as_of - first } else { NO_INT32 };
                let repeated = purchase_days > 1;
                let interval = |days: f64| if repeated { days } else { f64::NAN };
                stretch.median_interval[i] = interval(f64::from(median_twice) / 2.0);
                stretch.mean_interval[i] =
                    interval(f64::from(last - first) / f64::from(purchase_days - 1));
                stretch.recency_score[i] = verdicts.recency_score;
                stretch.frequency_score[i] = verdicts.frequency_score;
                stretch.monetary_score[i] = verdicts.monetary_score;
                stretch.segment[i] = verdicts.segment;
                stretch.abc[i] = verdicts.abc;
                let xyz = facts.xyz[row];
                let both = verdicts.abc != NO_CODE && xyz != NO_CODE;
                stretch.abc_xyz[i] = if both { verdicts.abc * 3 + xyz } else { NO_CODE };
                stretch.tier[i] = verdicts.tier;
                stretch.vip_months[i] = lists[row].vip_months;
                stretch.vip_by_month[i] = u8::from(lists[row].vip_months > 0);
                stretch.vip_by_total[i] = verdicts.vip_by_total;
                stretch.former_vip[i] = verdicts.former_vip;
                stretch.activity[i] = verdicts.activity;
                stretch.by_period[i] = verdicts.by_period;
                stretch.by_rhythm[i] = verdicts.by_rhythm;
                stretch.due_on[i] = verdicts.due_on;
                stretch.lost_after[i] = verdicts.lost_after;
                stretch.expected_on[i] = verdicts.expected_on;
            }
        },
    );
    let segments = judge.segment_names().to_vec();
    let FactColumns {
        first,
        last,
        purchases,
        purchase_days,
        amount,
        returned,
        active_months,
        variation,
        xyz,
        mut stage,
        mut highest_stage,
        volume,
        ..
    } = facts;
    if basis.declared.is_some() {
        climb(basis, &mut stage, &mut highest_stage);
    }

    let returned = if returned.is_empty() { Buffer::zeroed(amount.len()) } else { returned };

    let day = |days: Buffer<i32>| Values::Day(Arc::new(days));
    let count = |counts: Buffer<i32>| Values::Int32(Arc::new(counts));
    let small = |counts: Buffer<u8>| Values::Count8(Arc::new(counts));
    let flag = |flags: Buffer<u8>| Values::Flag(Arc::new(flags));
    let money = |amounts: Buffer<i64>| Values::Money(Arc::new(amounts), scale);
    let float = |values: Buffer<f64>| Values::Float(Arc::new(values));
    let choice = |codes: Buffer<u8>, names: &[&str]| axis::choice(Arc::new(codes), names);
    let v = verdicts;
    let table = Table::new(vec![
        column("client", "convention", "Id of the client.", Values::Client(ids.clone())),
        column("first_purchase", "convention", "Day of the first purchase.", day(first)),
        column("last_purchase", "convention", "Day of the last purchase.", day(last)),
        column("purchases", "convention", "Purchases.", count(purchases)),
        column("purchase_days", "convention", "Days with a purchase.", count(purchase_days)),
        column("amount", "convention", "Amount of sales net of returns.", money(amount)),
        column("returned", "convention", "Amount taken back, 0 or more.", money(returned)),
        column(
            "mean_purchase",
            "S2.5",
            "Amount per purchase, to the nearest minor unit, halves to even.",
            money(v.mean_purchase),
        ),
        column(
            "recency_days",
            "convention",
            "Days since the last purchase.",
            count(v.recency_days),
        ),
        column("tenure_days", "convention", "Days since the first purchase.", count(v.tenure_days)),
        column(
            "median_interval_days",
            "convention",
            "Median of the intervals between purchase days, in days.",
            float(v.median_interval),
        ),
        column(
            "mean_interval_days",
            "convention",
            "Mean of the intervals between purchase days, in days.",
            float(v.mean_interval),
        ),
        column("active_months", "convention", "Months with a purchase.", count(active_months)),
        column("recency_score", "convention", "RFM score of recency.", small(v.recency_score)),
        column(
            "frequency_score",
            "convention",
            "RFM score of frequency.",
            small(v.frequency_score),
        ),
        column("monetary_score", "convention", "RFM score of monetary.", small(v.monetary_score)),
        column(
            "rfm_segment",
            "convention",
            "Named segment of the three scores.",
            Values::Choice(Arc::new(v.segment), Arc::new(segments)),
        ),
        column("abc_class", "R20", "Class by volume.", choice(v.abc, &AbcClass::NAMES)),
        column("xyz_class", "R20", "Class by regularity.", choice(xyz, &XyzClass::NAMES)),
        column(
            "variation",
            "R20",
            "Coefficient of variation of period totals, as a ratio.",
            float(variation),
        ),
        column("abc_xyz", "R20", "Both classes.", choice(v.abc_xyz, &AbcXyz::NAMES)),
        column("tier", "R14, R15, R16", "Tier by value.", choice(v.tier, &Tier::NAMES)),
        column(
            "vip_months",
            "R14",
            "Months of the window in whose top the client is.",
            small(v.vip_months),
        ),
        column("vip_by_month", "R14", "VIP by method A, monthly tops.", flag(v.vip_by_month)),
        column("vip_by_total", "R15", "VIP by method B, totals.", flag(v.vip_by_total)),
        column("former_vip", "R16", "Was VIP before and is not now.", flag(v.former_vip)),
        column("stage", "R1", "Stage of the ladder now.", choice(stage, &Stage::NAMES)),
        column(
            "highest_stage",
            "R1",
            "Highest stage ever reached.",
            choice(highest_stage, &Stage::NAMES),
        ),
        column(
            "activity",
            "R39, R40",
            "By return period where one is known, else by rhythm.",
            choice(v.activity, &Activity::NAMES),
        ),
        column(
            "activity_by_period",
            "R39",
            "By return period.",
            choice(v.by_period, &Activity::NAMES),
        ),
        column(
            "activity_by_rhythm",
            "R40",
            "By own rhythm, or the base's where there is none.",
            choice(v.by_rhythm, &Activity::NAMES),
        ),
        column("due_on", "R39, R40", "First day on which the client is due.", day(v.due_on)),
        column("lost_after", "R39, R40", "Last day before the client is lost.", day(v.lost_after)),
        column(
            "expected_on",
            "R40",
            "Last purchase plus the median interval, rounded up to a day.",
            day(v.expected_on),
        ),
    ]);
    Ok((table, volume))
}

/// Moves clients up the ladder by what is declared of them (R1).
fn climb(basis: &Basis<'_>, stages: &mut Buffer<u8>, highest: &mut Buffer<u8>) {
    let ladder = Ladder::new(basis, Needs::of_all(basis));
    let all = stages.par_iter_mut().zip(highest.par_iter_mut()).enumerate();
    all.for_each(|(row, (stage, highest))| {
        let standing = ladder.of(row);
        let of = |code: u8| Stage::ALL[usize::from(code)];
        let now = standing.stage(of(*stage));
        *highest = standing.highest(now, of(*highest)) as u8;
        *stage = now as u8;
    });
}
