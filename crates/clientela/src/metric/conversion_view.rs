//! How many new clients become regulars, by cohort (R27).

use std::cmp::Ordering;

use serde::Deserialize;

use super::pass::{Grid, fold};
use super::sum::{percent, ratio};
use crate::axis::column;
use crate::calendar::Step;
use crate::census::history::Visit;
use crate::census::plan::Days;
use crate::error::{Error, Result};
use crate::lifecycle::{Stage, stage_by_sales};
use crate::table::Table;
use crate::view::{Seen, View, counts, days, flags, floats, names, texts};

/// Conversion of new clients to regulars by the period of the first purchase (R27, S2.24).
///
/// Each client is watched for `metric.conversion_within` after its first purchase, the last day
/// with it: it became a regular if its purchases of that time make a run as R1 asks for. A
/// cohort is complete once that time has passed for the last day of its period; what is not
/// knowable before is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConversionView {
    /// The length of a period.
    pub step: Step,
}

impl Default for ConversionView {
    fn default() -> Self {
        Self { step: Step::Year }
    }
}

/// New clients of one period, and what became of them.
#[derive(Debug, Clone, Copy, Default)]
struct Cohort {
    new: u64,
    became_regular: u64,
    repeats: u64,
}

impl Cohort {
    fn plus(self, more: Self) -> Self {
        Self {
            new: self.new + more.new,
            became_regular: self.became_regular + more.became_regular,
            repeats: self.repeats + more.repeats,
        }
    }

    /// How the share of regulars stands to that of another cohort, without dividing.
    fn compare(&self, other: &Self) -> Ordering {
        let cross =
            |one: &Self, other: &Self| u128::from(one.became_regular) * u128::from(other.new);
        cross(self, other).cmp(&cross(other, self))
    }
}

/// What became of one client by a day.
fn watched(visits: &[Visit], until: i32, reach: &Days, systematic: u16) -> Cohort {
    let (mut purchases, mut run, mut longest, mut reached) = (0, 0, 0, i32::MIN);
    for visit in visits.iter().take_while(|visit| visit.day <= until) {
        purchases += visit.purchases;
        run = if visit.day <= reached { run + 1 } else { 1 };
        longest = longest.max(run);
        reached = reach.get(visit.day);
    }
    let regular = stage_by_sales(purchases, Some(longest), systematic) >= Stage::Regular;
    Cohort {
        new: 1,
        became_regular: u64::from(regular),
        repeats: u64::from(purchases.saturating_sub(1)),
    }
}

impl View for ConversionView {
    const NAME: &'static str = "conversion";
    const ABOUT: &'static str =
        "Clients by the period of their first purchase, and how many became regulars.";
    const SOURCE: &'static str = "R27, S2.24";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let (plan, policy) = (seen.known.basis.plan, seen.policy());
        let Some(reach) = &plan.reach else {
            let problem = "what a regular is needs a longest gap between purchases: give it, or \
                           activity.lost_after";
            let path = "stage.max_gap".to_owned();
            return Err(Error::BadPolicy { path, problem: problem.to_owned() });
        };
        let within = policy.metric.conversion_within;
        let until = plan.days(|day| day.plus(within).days());
        let systematic = policy.stage.systematic_purchases;
        let grid = Grid::of(seen, self.step)?;
        let none = || vec![Cohort::default(); grid.len()];
        let cohorts = fold(
            seen,
            none,
            |cohorts, _, history| {
                if let Some(first) = history.visits.first() {
                    let cohort = &mut cohorts[grid.place(grid.period(first.day))];
                    let watched = watched(history.visits, until.get(first.day), reach, systematic);
                    *cohort = cohort.plus(watched);
                }
            },
            |left, right| left.into_iter().zip(right).map(|(a, b)| a.plus(b)).collect(),
        );
        let empty = cohorts.iter().take_while(|cohort| cohort.new == 0).count();
        let as_of = seen.as_of();
        let mut before: Option<Cohort> = None;
        let mut rows = Vec::new();
        for (period, cohort) in (grid.first..).zip(cohorts).skip(empty) {
            let complete = grid.ends(period).plus(within) <= as_of;
            let told = (complete && cohort.new > 0).then_some(cohort);
            let trend = told.zip(before).map(|(now, before)| match now.compare(&before) {
                Ordering::Greater => "rising",
                Ordering::Equal => "level",
                Ordering::Less => "falling",
            });
            before = told.or(before);
            rows.push((period, cohort, complete, trend));
        }
        let count = |of: fn(&Cohort) -> u64| {
            counts(rows.iter().map(|(_, cohort, complete, _)| complete.then(|| of(cohort) as i64)))
        };
        let share = |of: fn(&Cohort) -> Option<f64>| {
            floats(rows.iter().map(
                |(_, cohort, complete, _)| {
                    if *complete { of(cohort) } else { None }
                },
            ))
        };
        Ok(Table::new(vec![
            column(
                "cohort",
                "R27",
                "Period of the first purchase.",
                texts(rows.iter().map(|row| grid.step.label(row.0))),
            ),
            column(
                "begins",
                "R27",
                "First day of the period.",
                days(rows.iter().map(|row| Some(grid.begins(row.0)))),
            ),
            column(
                "new",
                "R27, S2.24",
                "Clients whose first purchase was in the period.",
                counts(rows.iter().map(|row| Some(row.1.new as i64))),
            ),
            column(
                "became_regular",
                "R27, S2.24",
                "Of these, clients that bought systematically within the time they are watched.",
                count(|cohort| cohort.became_regular),
            ),
            column(
                "conversion_percent",
                "R27, S2.24",
                "Clients that became regulars, in per cent of the new ones.",
                share(|cohort| percent(cohort.became_regular.into(), cohort.new.into())),
            ),
            column(
                "repeats",
                "R27, S2.24",
                "Purchases after the first within that time.",
                count(|cohort| cohort.repeats),
            ),
            column(
                "repeats_per_client",
                "R27, S2.24",
                "Purchases after the first per new client.",
                share(|cohort| ratio(cohort.repeats.into(), cohort.new.into())),
            ),
            column(
                "complete",
                "R27",
                "Whether all its clients have been watched to the end.",
                flags(rows.iter().map(|row| Some(row.2))),
            ),
            column(
                "trend",
                "R27, S2.24",
                "Conversion against the complete cohort before: rising, level or falling.",
                names(rows.iter().map(|row| row.3)),
            ),
        ]))
    }
}
