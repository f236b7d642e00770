//! Lifetime value of the base, of its groups, and of each client (R23).

use rayon::prelude::*;
use serde::Deserialize;

use super::groups::Groups;
use super::life::{Lives, Worth};
use super::sum::{percent, ratio};
use crate::axis::column;
use crate::error::Result;
use crate::money::nearest;
use crate::table::{Column, Table};
use crate::view::{Seen, View, clients, counts, flags, floats, money, names, texts};

/// Lifetime value from the sales (R23, S2.5), of clients with a purchase.
///
/// A life is counted in calendar months from that of the first purchase to that of the last,
/// both with it. S · C · T is then exactly the revenue of a client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LtvView {
    /// A column of choices or facts of the table of clients, or `client` for each client alone;
    /// `None` is the base as one.
    pub by: Option<String>,
}

impl View for LtvView {
    const NAME: &'static str = "ltv";
    const ABOUT: &'static str =
        "Lifetime value and its factors: of the base, of each group, or of each client.";
    const SOURCE: &'static str = "R23, S2.5";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let lives = Lives::of_all(seen);
        if self.by.as_deref() == Some("client") {
            let rows: Vec<usize> =
                (0..seen.rows()).filter(|&row| lives.began(row).is_some()).collect();
            let worths: Vec<Worth> = rows
                .par_iter()
                .filter_map(|&row| lives.of(row))
                .map(|life| Worth::default().with(&life))
                .collect();
            let ids = clients(seen.ids, &rows);
            return table(seen, &lives, &worths, column("client", "R23", "Id.", ids));
        }
        let groups = Groups::of(seen, self.by.as_deref())?;
        let sums = || vec![Worth::default(); groups.len()];
        let worths = (0..seen.rows())
            .into_par_iter()
            .with_min_len(crate::census::facts::CHUNK)
            .fold(sums, |mut worths: Vec<Worth>, row| {
                if let Some(life) = lives.of(row) {
                    let worth = &mut worths[groups.place(row)];
                    *worth = worth.with(&life);
                }
                worths
            })
            .reduce(sums, |left, right| {
                left.into_iter().zip(right).map(|(one, more)| one.plus(more)).collect()
            });
        let (told, worths): (Vec<Option<&str>>, Vec<Worth>) = worths
            .into_iter()
            .enumerate()
            .filter(|(_, worth)| worth.clients > 0)
            .map(|(place, worth)| (groups.name(place), worth))
            .unzip();
        let about = "The group, or the base; missing for clients without a verdict.";
        table(seen, &lives, &worths, column("name", "R23", about, names(told)))
    }
}

fn table(seen: &Seen<'_>, lives: &Lives<'_>, worths: &[Worth], first: Column) -> Result<Table> {
    let scale = seen.scale();
    let count = |of: fn(&Worth) -> u64| counts(worths.iter().map(|worth| Some(of(worth) as i64)));
    let over = |part: u64, whole: u64| ratio(part.into(), whole.into());
    let per =
        |sum: Option<i128>, count: u64| Ok(sum.map(|sum| nearest(sum, i128::from(count.max(1)))));
    let each = |of: &(dyn Fn(&Worth) -> Result<Option<i128>> + Sync)| {
        let sums: Result<Vec<Option<i128>>> = worths.par_iter().map(of).collect();
        sums.and_then(|sums| money(scale, sums))
    };
    let cause = |worth: &Worth| {
        let mut causes = vec![worth.no_profit(lives.profits_told())];
        if worth.amount <= 0 {
            causes.push("there is no revenue for profit to be a share of".to_owned());
        }
        if !lives.active_known() {
            causes.push("no return period is given, so every life counts as running".to_owned());
        }
        causes.retain(|cause| !cause.is_empty());
        causes.join("; ")
    };
    Ok(Table::new(vec![
        first,
        column("clients", "R23", "Clients with a purchase.", count(|worth| worth.clients)),
        column("purchases", "R23", "Their purchases.", count(|worth| worth.purchases)),
        column(
            "mean_purchase",
            "R23, S2.5",
            "S: amount net of returns per purchase, to the nearest minor unit, halves to even.",
            each(&|worth| per(Some(worth.amount), worth.purchases))?,
        ),
        column(
            "purchases_per_month",
            "R23, S2.5",
            "C: purchases in a month of a life.",
            floats(worths.iter().map(|worth| over(worth.purchases, worth.months))),
        ),
        column(
            "profit_percent",
            "R23, S2.5",
            "P: profit in per cent of the amount; below zero for clients that lose us money.",
            floats(worths.iter().map(|worth| percent(worth.profit()?, worth.amount))),
        ),
        column(
            "months",
            "R23, S2.5",
            "T: mean length of a life, in calendar months from the first purchase to the last.",
            floats(worths.iter().map(|worth| over(worth.months, worth.clients))),
        ),
        column("active", "R23, R24", "Clients whose life still runs.", count(|worth| worth.active)),
        column(
            "lower_bound",
            "R23",
            "Whether a life still runs, so that the true values are these or more.",
            flags(worths.iter().map(|worth| Some(worth.active > 0))),
        ),
        column(
            "revenue_per_client",
            "R23, S2.5",
            "S · C · T: amount per client, to the nearest minor unit, halves to even.",
            each(&|worth| per(Some(worth.amount), worth.clients))?,
        ),
        column(
            "ltv",
            "R23, S2.5",
            "S · C · P / 100 · T: profit per client, to the nearest minor unit, halves to even.",
            each(&|worth| per(worth.profit(), worth.clients))?,
        ),
        column(
            "cause",
            "convention",
            "Why a value is missing or a bound; empty where nothing is.",
            texts(worths.iter().map(cause)),
        ),
    ]))
}
