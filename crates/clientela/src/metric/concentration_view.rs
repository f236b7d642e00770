//! How much of the revenue of the base hangs on how few clients.

use rayon::prelude::*;
use serde::Deserialize;

use super::concentration::Ranked;
use super::sum::{percent, ratio};
use crate::axis::column;
use crate::error::{Error, Result};
use crate::table::Table;
use crate::view::{Seen, View, counts, floats, money, texts};

/// Concentration of revenue in `metric.window`: a row per measure. Clients whose net amount is
/// not above zero are set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConcentrationView {}

/// What share of clients has what share of revenue in `metric.window`, from the largest client
/// on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CurveView {
    /// Points of the curve beside its begin.
    pub points: u32,
}

impl Default for CurveView {
    fn default() -> Self {
        Self { points: 100 }
    }
}

/// Net amounts of the window above zero, from the largest on.
fn ranked(seen: &Seen<'_>) -> Result<Ranked<i128>> {
    let amounts = seen.known.basis.amounts(seen.policy().metric.window);
    let mut amounts: Vec<i128> =
        amounts.iter().filter(|&&amount| amount > 0).map(|&amount| amount.into()).collect();
    amounts.par_sort_unstable_by(|a, b| b.cmp(a));
    Ranked::new(amounts)
}

/// The Herfindahl index, from squares that are added up exactly: each amount is in two halves
/// of 32 bits, so that no sum leaves 128 bits.
fn hhi(ranked: &Ranked<i128>) -> Option<f64> {
    const HALF: f64 = 4_294_967_296.0;
    if ranked.len() == 0 {
        return None;
    }
    let sums = ranked.amounts().iter().fold([0_u128; 3], |[high, both, low], &amount| {
        let (upper, lower) = ((amount >> 32) as u128, (amount & 0xffff_ffff) as u128);
        [high + upper * upper, both + upper * lower, low + lower * lower]
    });
    let [high, both, low] = sums.map(|sum| sum as f64);
    let squares = (high * HALF + 2.0 * both) * HALF + low;
    let total = ranked.total as f64;
    Some(squares / total / total * 10_000.0)
}

impl View for ConcentrationView {
    const NAME: &'static str = "concentration";
    const ABOUT: &'static str = "A measure of how much of the revenue hangs on how few clients.";
    const SOURCE: &'static str = "convention";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let ranked = ranked(seen)?;
        let clients = ranked.len();
        let mut rows: Vec<(String, String, Option<f64>)> = vec![(
            "clients".to_owned(),
            "Clients with a net amount above zero.".to_owned(),
            Some(clients as f64),
        )];
        for &top in &seen.policy().metric.top_clients {
            let about = match top {
                1 => "Share of the largest client, in per cent.".to_owned(),
                _ => format!("Share of the {top} largest clients, in per cent."),
            };
            let share = percent(ranked.top(top as usize)?, ranked.total);
            rows.push((format!("top_{top}_percent"), about, share));
        }
        let for_most = ranked.for_most()? as f64;
        let gini = ratio(ranked.gini_part()?, ranked.total.saturating_mul(clients as i128));
        rows.push((
            "clients_for_80_percent".to_owned(),
            "The fewest clients that bring 80 % of the revenue.".to_owned(),
            (clients > 0).then_some(for_most),
        ));
        rows.push((
            "hhi".to_owned(),
            "Herfindahl index: sum of squared shares in per cent, 10,000 for one client."
                .to_owned(),
            hhi(&ranked),
        ));
        rows.push((
            "gini".to_owned(),
            "Gini coefficient: 0 where all bring the same, towards 1 where one brings all."
                .to_owned(),
            gini,
        ));
        Ok(Table::new(vec![
            column("measure", "convention", "The measure.", texts(rows.iter().map(|row| &row.0))),
            column("about", "convention", "What it says.", texts(rows.iter().map(|row| &row.1))),
            column(
                "value",
                "convention",
                "Its value; missing where no client brings anything.",
                floats(rows.iter().map(|row| row.2)),
            ),
        ]))
    }
}

impl View for CurveView {
    const NAME: &'static str = "curve";
    const ABOUT: &'static str =
        "The largest clients up to a share of all, and the share of revenue that they bring.";
    const SOURCE: &'static str = "R20; convention";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        /// More points no picture shows.
        const MOST: u32 = 10_000;
        if !(1..=MOST).contains(&self.points) {
            let problem = format!("{} is not 1 to {MOST}", self.points);
            return Err(Error::BadArgument { argument: "points", problem });
        }
        let ranked = ranked(seen)?;
        let all = ranked.len() as u64;
        let points = u64::from(self.points);
        let mut places: Vec<u64> = (0..=points).map(|point| all * point / points).collect();
        places.dedup();
        if all == 0 {
            places.clear();
        }
        let mut sums = Vec::with_capacity(places.len());
        let (mut so_far, mut at) = (0_i128, 0);
        for &place in &places {
            so_far += ranked.amounts()[at..place as usize].iter().sum::<i128>();
            at = place as usize;
            sums.push(so_far);
        }
        Ok(Table::new(vec![
            column(
                "clients",
                "convention",
                "So many largest clients.",
                counts(places.iter().map(|&place| Some(place as i64))),
            ),
            column(
                "clients_percent",
                "convention",
                "Their share of the clients with a net amount above zero, in per cent.",
                floats(places.iter().map(|&place| percent(place.into(), all.into()))),
            ),
            column(
                "amount",
                "convention",
                "What they bring together, net of returns.",
                money(seen.scale(), sums.iter().map(|&sum| Some(sum)))?,
            ),
            column(
                "amount_percent",
                "convention",
                "Its share of what all of these bring, in per cent.",
                floats(sums.iter().map(|&sum| percent(sum, ranked.total))),
            ),
        ]))
    }
}
