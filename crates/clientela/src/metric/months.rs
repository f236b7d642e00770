//! Amounts by client and month.

use std::sync::Arc;

use rayon::prelude::*;

use crate::calendar::Step;
use crate::census::facts::CHUNK;
use crate::census::history::{Histories, Scratch};
use crate::census::plan::Plan;
use crate::client::{ClientIds, Texts};
use crate::ledger::Ledger;
use crate::table::{Table, Values};

/// A row per client and month with a line that counts: first day of the month, net amount,
/// purchases.
pub(crate) fn months(ledger: &Ledger, plan: &Plan<'_>) -> Table {
    let histories = Histories::new(ledger, plan);
    let clients: Vec<u32> =
        histories.clients().unwrap_or_else(|| (0..ledger.clients().len() as u32).collect());
    let chunks: Vec<Vec<(u32, i32, i64, i32)>> = clients
        .par_chunks(CHUNK)
        .map_init(Scratch::default, |scratch, clients| {
            let mut rows = Vec::new();
            for &client in clients {
                let history = histories.read(client as usize, scratch);
                let mut visits = history.visits;
                for &(month, amount) in history.months {
                    // Every purchase has lines, so its month is among the amounts' months.
                    let end = visits.partition_point(|visit| visit.month <= month);
                    let (these, later) = visits.split_at(end);
                    let count = these.iter().map(|visit| visit.purchases as i32).sum();
                    rows.push((client, month, amount, count));
                    visits = later;
                }
            }
            rows
        })
        .collect();
    let rows = || chunks.iter().flatten();
    let ids = match ledger.clients() {
        ClientIds::Int(ids) => {
            ClientIds::Int(Arc::new(rows().map(|row| ids[row.0 as usize]).collect()))
        }
        ClientIds::Text(ids) => {
            let texts: Texts = rows().map(|row| ids.get(row.0 as usize)).collect();
            ClientIds::Text(Arc::new(texts))
        }
    };
    let first_day = |month| Step::Month.first_day(month).days();
    let column = |name: &'static str, about: &'static str, values| {
        crate::axis::column(name, "convention", about, values)
    };
    Table::new(vec![
        column("client", "Id of the client.", Values::Client(ids)),
        column(
            "month",
            "First day of the calendar month.",
            Values::Day(Arc::new(rows().map(|row| first_day(row.1)).collect())),
        ),
        column(
            "amount",
            "Amount of sales net of returns in the month.",
            Values::Money(Arc::new(rows().map(|row| row.2).collect()), ledger.scale()),
        ),
        column(
            "purchases",
            "Purchases in the month.",
            Values::Int32(Arc::new(rows().map(|row| row.3).collect())),
        ),
    ])
}
