//! What a policy means for a base as of a day: windows as first days, periods as tables.

use crate::calendar::{Day, Span, Step};
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::policy::{Criterion, Monetary, PeriodsFrom, Policy, TierMethod};
use crate::segment::XyzLimits;

use super::history::all_known;

/// A value for each day from the first day of the ledger to the snapshot's.
#[derive(Debug, Clone)]
pub(crate) struct Days {
    first: i32,
    values: Vec<i32>,
}

impl Days {
    fn new(first: i32, last: i32, value: impl Fn(Day) -> i32) -> Self {
        let day = |days| Day::new(days).unwrap_or(Day::MIN);
        Self { first, values: (first..=last).map(|days| value(day(days))).collect() }
    }

    fn periods(first: i32, last: i32, step: Step) -> Self {
        Self::new(first, last, |day| day.period(step))
    }

    /// The same days with other values.
    fn with(&self, value: impl Fn(Day) -> i32) -> Self {
        Self::new(self.first, self.first + self.values.len() as i32 - 1, value)
    }

    pub(crate) fn get(&self, day: i32) -> i32 {
        self.values[(day - self.first) as usize]
    }
}

/// The policy made ready for a ledger and a day.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) as_of: Day,
    pub(crate) months: Days,
    /// What of the sales makes volume and tier. A criterion of another ledger is amount here:
    /// what it gives is replaced.
    pub(crate) abc: Criterion,
    pub(crate) tier_by: Criterion,
    /// First day of the windows of RFM, ABC and key clients; the least day where there is none.
    pub(crate) rfm_since: i32,
    pub(crate) abc_since: i32,
    pub(crate) key_since: i32,
    pub(crate) xyz: XyzPlan,
    pub(crate) tier: TierPlan,
    /// The last day that continues a run after a purchase on a day; `None` where no return
    /// period is known.
    pub(crate) reach: Option<Days>,
}

#[derive(Debug)]
pub(crate) struct XyzPlan {
    pub(crate) periods: Days,
    /// First and last period of the window.
    pub(crate) first: i32,
    pub(crate) last: i32,
    pub(crate) limits: XyzLimits,
    /// Whether its totals are those of the tier's months.
    pub(crate) as_tier: bool,
}

/// Windows of the tier, in months.
#[derive(Debug)]
pub(crate) struct TierPlan {
    /// First month of which method A looks at the payers.
    pub(crate) first: i32,
    /// First month of method A's window.
    pub(crate) window: i32,
    /// First month of method B's totals, and of those before.
    pub(crate) total: i32,
    pub(crate) former_total: i32,
    /// Last month of all of them.
    pub(crate) last: i32,
    /// First month of the window whose totals rank the remaining payers.
    pub(crate) rank: i32,
}

/// The first day `d` with `d + span > as_of`.
pub(crate) fn window_start(span: Option<Span>, as_of: Day) -> i32 {
    let Some(span) = span else { return Day::MIN.days() };
    let (mut low, mut high) = (Day::MIN.days(), as_of.days() + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match Day::new(middle) {
            Some(day) if day.plus(span) <= as_of => low = middle + 1,
            _ => high = middle,
        }
    }
    low
}

impl<'a> Plan<'a> {
    /// `base_first` is the first day of the whole base, where the ledger is a part of one.
    pub(crate) fn new(
        ledger: &Ledger,
        as_of: Day,
        policy: &'a Policy,
        base_first: Option<Day>,
    ) -> Result<Self> {
        policy.check()?;
        check_columns(ledger, as_of, policy)?;
        let last = as_of.days();
        let first_line = ledger.first_day().map_or(last, Day::days).min(last);
        let base_first = base_first.map_or(first_line, Day::days);
        let months = Days::periods(first_line, last, Step::Month);
        let end = |step: Step, complete: bool| {
            if complete { step.last_complete(as_of) } else { as_of.period(step) }
        };

        let xyz = &policy.xyz;
        let xyz_last = end(xyz.step, xyz.complete_only);
        let xyz_first = xyz.periods.map_or_else(
            || Day::new(base_first).unwrap_or(as_of).period(xyz.step),
            |periods| xyz_last + 1 - i32::from(periods),
        );

        let tier = &policy.tier;
        let tier_last = end(Step::Month, tier.complete_only);
        let window = tier_last + 1 - i32::from(tier.months);
        let total = tier_last + 1 - i32::from(tier.total_months);
        let former = if tier.former_months > 0 { i32::from(tier.total_months) } else { 0 };
        let own = |criterion: Criterion| {
            if criterion.of_sales() { criterion } else { Criterion::Amount }
        };
        let (abc, tier_by) = (own(policy.abc_criterion()), own(policy.tier_criterion()));
        Ok(Self {
            policy,
            as_of,
            abc,
            tier_by,
            rfm_since: window_start(policy.rfm.window, as_of),
            abc_since: window_start(policy.abc.window, as_of),
            key_since: window_start(policy.key.window, as_of),
            xyz: XyzPlan {
                periods: match xyz.step {
                    Step::Month => months.clone(),
                    step => Days::periods(first_line, last, step),
                },
                first: xyz_first,
                limits: XyzLimits::of(xyz),
                last: xyz_last,
                as_tier: xyz.step == Step::Month && xyz.criterion == tier_by,
            },
            tier: TierPlan {
                first: window - i32::from(tier.former_months),
                window,
                total,
                former_total: total - former,
                last: tier_last,
                rank: match tier.method {
                    TierMethod::MonthlyTop => window,
                    TierMethod::PeriodTotal => total,
                },
            },
            reach: policy
                .longest_gap()
                .map(|gap| Days::new(first_line, last, |day| day.plus(gap).days())),
            months,
        })
    }

    /// A table of values for each day that a line can have.
    pub(crate) fn days(&self, value: impl Fn(Day) -> i32) -> Days {
        self.months.with(value)
    }

    /// The first month of a cohort and the number of months, where these are few enough for
    /// cells of their own in every piece of work.
    pub(crate) fn cohort_months(&self) -> Option<(i32, usize)> {
        /// Five years.
        const MOST: usize = 60;
        let (earliest, last) =
            (self.first_day()?.period(Step::Month), self.as_of.period(Step::Month));
        let side = usize::try_from(last - earliest + 1).ok()?;
        (side <= MOST).then_some((earliest, side))
    }

    /// First day of a line, where there is one up to the plan's day.
    pub(crate) fn first_day(&self) -> Option<Day> {
        Day::new(self.months.first)
    }

    /// Months of which method A looks at the payers.
    pub(crate) fn month_count(&self) -> usize {
        (self.tier.last + 1 - self.tier.first) as usize
    }

    /// First period of a client in XYZ, whose first purchase was in `first`.
    pub(crate) fn xyz_first(&self, first: Option<i32>) -> i32 {
        match (self.policy.xyz.from, first) {
            (PeriodsFrom::FirstPurchase, Some(first)) => self.xyz.first.max(first),
            // Without a purchase no period has begun.
            (PeriodsFrom::FirstPurchase, None) => self.xyz.last + 1,
            (PeriodsFrom::Window, _) => self.xyz.first,
        }
    }
}

/// Columns that the policy ranks by must be there and known.
fn check_columns(ledger: &Ledger, as_of: Day, policy: &Policy) -> Result<()> {
    let monetary =
        (policy.rfm.monetary == Monetary::Profit).then_some(("rfm.monetary", Criterion::Profit));
    let mut uses = vec![
        ("xyz.criterion", policy.xyz.criterion),
        (policy.tier_path(), policy.tier_criterion()),
    ];
    uses.extend(monetary);
    if policy.abc.criteria.is_empty() {
        uses.push((policy.abc_path(), policy.abc_criterion()));
    }
    uses.extend(policy.abc.criteria.iter().map(|weighted| ("abc.criteria", weighted.criterion)));
    uses.into_iter().try_for_each(|(path, criterion)| check_column(ledger, as_of, path, criterion))
}

/// A column that clients are ranked by must be there and known up to the day.
pub(crate) fn check_column(
    ledger: &Ledger,
    as_of: Day,
    path: &str,
    criterion: Criterion,
) -> Result<()> {
    let columns = ledger.columns();
    let (name, values) = match criterion {
        Criterion::Profit => ("profit", &columns.extras.profit),
        Criterion::Quantity => ("quantity", &columns.extras.quantity),
        _ => return Ok(()),
    };
    let fault = |problem: String| Err(Error::BadPolicy { path: path.to_owned(), problem });
    let Some(values) = values else {
        return fault(format!("the ledger has no column `{name}`"));
    };
    if all_known(values) {
        return Ok(());
    }
    let unknown = (0..values.len())
        .filter(|&row| columns.days[row] <= as_of.days() && !all_known(&values[row..=row]))
        .count();
    if unknown > 0 {
        return fault(format!(
            "the {name} of {unknown} lines is unknown, and unknown is not zero: \
             fill it in or choose another criterion"
        ));
    }
    Ok(())
}
