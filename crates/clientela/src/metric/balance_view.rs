//! What went into winning clients and into keeping them, and what winning them cost (R28).

use serde::Deserialize;

use super::balance::{BalanceAnswer, Effort, unknown_cause};
use super::life::Lives;
use super::sum::{Exact, percent, ratio};
use crate::axis::column;
use crate::error::{Error, Result};
use crate::journal::Goal;
use crate::money::Scale;
use crate::money::nearest;
use crate::table::Table;
use crate::view::{Seen, View, counts, flags, floats, money, texts};

/// Winning against keeping in `metric.balance_window`: a row for each goal (R28, S2.25 to
/// S2.27).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BalanceView {}

/// What winning a client cost in `metric.balance_window`, against what a client is worth; one
/// row (R28).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WinningView {}

/// What went into both goals; `None` where no activity is on record at all.
fn efforts(seen: &Seen<'_>) -> Result<Option<(Effort, Effort)>> {
    let activities = &seen.journal.entries().activities;
    let basis = seen.known.basis;
    let since = basis.since(Some(seen.policy().metric.balance_window));
    let as_of = seen.as_of();
    let (mut acquisition, mut retention) = (Effort::default(), Effort::default());
    for one in activities.iter().filter(|one| basis.counts(one.on, since)) {
        let effort = match one.goal {
            Goal::Acquisition => &mut acquisition,
            Goal::Retention => &mut retention,
        };
        effort.add(one.money, one.minutes)?;
    }
    let recorded = activities.iter().any(|one| one.on <= as_of);
    Ok(recorded.then_some((acquisition, retention)))
}

/// Known money of an effort in minor units. A journal is exact at the scale of its base.
fn minor(scale: Scale, effort: &Effort) -> Result<i128> {
    let beyond = || Error::Overflow("money of activities is beyond 64 bits".to_owned());
    scale.minor(effort.money).map(i128::from).ok_or_else(beyond)
}

impl View for BalanceView {
    const NAME: &'static str = "balance";
    const ABOUT: &'static str = "What went into winning clients, and into keeping them.";
    const SOURCE: &'static str = "R28, S2.25, S2.26, S2.27";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let scale = seen.scale();
        let answer = efforts(seen)?.map(|(a, r)| BalanceAnswer::of(a, r)).transpose()?;
        let efforts = answer.as_ref().map_or(vec![], |both| {
            vec![("acquisition", both.acquisition), ("retention", both.retention)]
        });
        let sum = |of: fn(&Effort) -> i128| efforts.iter().map(|(_, one)| of(one)).sum::<i128>();
        let share = |of: fn(&Effort) -> i128, unknown: fn(&Effort) -> u64| {
            let known = efforts.iter().all(|(_, one)| unknown(one) == 0);
            let whole = sum(of);
            let share = |one| if known { percent(of(one), whole) } else { None };
            floats(efforts.iter().map(|(_, one)| share(one)).collect::<Vec<_>>())
        };
        let count = |of: fn(&Effort) -> u64| {
            counts(efforts.iter().map(|(_, one)| Some(of(one) as i64)).collect::<Vec<_>>())
        };
        let moneys: Vec<i128> =
            efforts.iter().map(|(_, one)| minor(scale, one)).collect::<Result<_>>()?;
        let whole = moneys.iter().sum();
        let money_known = efforts.iter().all(|(_, one)| one.unknown_money == 0);
        let money_shares = moneys.iter().map(|&part| percent(part, whole).filter(|_| money_known));
        let causes = efforts.iter().map(|_| {
            let figures = answer.iter().flat_map(|answer| {
                [
                    &answer.retention_share_by_count,
                    &answer.retention_share_by_money,
                    &answer.retention_share_by_minutes,
                ]
            });
            let causes: Vec<&str> = figures.filter_map(|figure| figure.cause.as_deref()).collect();
            causes.join("; ")
        });
        let warnings = efforts.iter().map(|&(name, _)| {
            let warning = answer.as_ref().and_then(|answer| answer.warning.as_deref());
            warning.filter(|_| name == "retention").unwrap_or_default()
        });
        Ok(Table::new(vec![
            column(
                "goal",
                "R28",
                "acquisition: to win new clients; retention: to keep those that there are.",
                texts(efforts.iter().map(|(name, _)| name)),
            ),
            column("activities", "R28, S2.27", "Activities in the window.", count(|one| one.count)),
            column(
                "activities_percent",
                "R28, S2.27",
                "Their share of both goals, in per cent.",
                share(|one| one.count.into(), |_| 0),
            ),
            column(
                "money",
                "R28, S2.25, S2.26",
                "What those of known cost cost.",
                money(scale, moneys.iter().map(|&sum| Some(sum)))?,
            ),
            column(
                "money_percent",
                "R28, S2.27",
                "Its share of both goals, in per cent; missing where a cost is unknown.",
                floats(money_shares),
            ),
            column(
                "money_unknown",
                "R28",
                "Activities of unknown cost.",
                count(|one| one.unknown_money),
            ),
            column(
                "minutes",
                "R28, S2.25, S2.26",
                "Time that those of known length took, in minutes.",
                count(|one| one.minutes),
            ),
            column(
                "minutes_percent",
                "R28, S2.27",
                "Its share of both goals, in per cent; missing where a length is unknown.",
                share(|one| one.minutes.into(), |one| one.unknown_minutes),
            ),
            column(
                "minutes_unknown",
                "R28",
                "Activities of unknown length.",
                count(|one| one.unknown_minutes),
            ),
            column(
                "warning",
                "R28, S2.27",
                "Where nothing goes into keeping clients.",
                texts(warnings),
            ),
            column(
                "cause",
                "convention",
                "Why a share is missing; empty where none is.",
                texts(causes),
            ),
        ]))
    }
}

impl View for WinningView {
    const NAME: &'static str = "winning";
    const ABOUT: &'static str = "What winning a client cost, and when a client earns it back.";
    const SOURCE: &'static str = "R28; convention";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let scale = seen.scale();
        let Some((acquisition, _)) = efforts(seen)? else { return row(scale, None) };
        let lives = Lives::of_all(seen);
        let since = seen.known.basis.since(Some(seen.policy().metric.balance_window));
        let new = (0..seen.rows()).filter(|&row| lives.began(row).is_some_and(|day| day >= since));
        let new = new.count() as u64;
        let worth = lives.worth(|_| true);
        let mut causes = Vec::new();
        let cost = match acquisition.unknown_money {
            0 => Some(minor(scale, &acquisition)?),
            unknown => {
                causes.push(unknown_cause("money", unknown));
                None
            }
        };
        if seen.known.basis.plan.first_day().is_some_and(|first| first.days() >= since) {
            causes.push(
                "the sales begin in the window, so clients from before count as new".to_owned(),
            );
        }
        if new == 0 {
            causes.push("no client was won".to_owned());
        }
        if cost == Some(0) {
            causes.push("winning cost nothing".to_owned());
        }
        let profit = worth.profit().filter(|_| worth.clients > 0);
        let why = worth.no_profit(lives.profits_told());
        if !why.is_empty() {
            causes.push(why);
        }
        if profit.is_some_and(|profit| profit <= 0) {
            causes.push("clients bring no profit, so nothing is earned back".to_owned());
        }
        // Quotients of quotients, each as one of whole numbers.
        let (won, clients, months) = (new as i64, worth.clients as i64, worth.months as i64);
        let both = cost.zip(profit).filter(|_| new > 0);
        let ltv_to_cac = both
            .map(|(cost, profit)| Ok::<_, Error>(ratio(profit.times(won)?, cost.times(clients)?)));
        let payback = both
            .map(|(cost, profit)| Ok::<_, Error>(ratio(cost.times(months)?, profit.times(won)?)));
        row(
            scale,
            Some(&Winning {
                activities: acquisition.count,
                cost,
                new,
                cac: cost.filter(|_| new > 0).map(|cost| nearest(cost, new.into())),
                ltv: profit.map(|profit| nearest(profit, clients.into())),
                lower_bound: worth.active > 0,
                ltv_to_cac: ltv_to_cac.transpose()?.flatten(),
                payback_months: payback.transpose()?.flatten(),
                cause: causes.join("; "),
            }),
        )
    }
}

/// The one row of [`WinningView`].
struct Winning {
    activities: u64,
    cost: Option<i128>,
    new: u64,
    cac: Option<i128>,
    ltv: Option<i128>,
    lower_bound: bool,
    ltv_to_cac: Option<f64>,
    payback_months: Option<f64>,
    cause: String,
}

fn row(scale: Scale, row: Option<&Winning>) -> Result<Table> {
    let row = || row.into_iter();
    Ok(Table::new(vec![
        column(
            "activities",
            "R28, S2.25",
            "Activities to win clients in the window.",
            counts(row().map(|row| Some(row.activities as i64))),
        ),
        column(
            "cost",
            "R28, S2.25",
            "What they cost; missing where that of one is unknown.",
            money(scale, row().map(|row| row.cost))?,
        ),
        column(
            "new_clients",
            "R28, S2.24",
            "Clients whose first purchase is in the window.",
            counts(row().map(|row| Some(row.new as i64))),
        ),
        column(
            "cac",
            "convention",
            "Cost of a new client, to the nearest minor unit, halves to even.",
            money(scale, row().map(|row| row.cac))?,
        ),
        column(
            "ltv",
            "R23",
            "Profit per client of the base over its life, to the nearest minor unit.",
            money(scale, row().map(|row| row.ltv))?,
        ),
        column(
            "ltv_lower_bound",
            "R23",
            "Whether lives still run, so that the true worth is this or more.",
            flags(row().map(|row| Some(row.lower_bound))),
        ),
        column(
            "ltv_to_cac",
            "convention",
            "What a client is worth for each unit that it cost to win.",
            floats(row().map(|row| row.ltv_to_cac)),
        ),
        column(
            "payback_months",
            "convention",
            "Months of a life in which a client earns back what it cost to win.",
            floats(row().map(|row| row.payback_months)),
        ),
        column(
            "cause",
            "convention",
            "Why a value is missing, or to be doubted; empty where none is.",
            texts(row().map(|row| &row.cause)),
        ),
    ]))
}
