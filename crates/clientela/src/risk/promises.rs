//! What became of what we promised and gave (R38).

use std::sync::Arc;

use serde::Deserialize;

use super::promise::{ExtraVerdict, PromiseAnswer, PromiseKept, PromiseVerdict};
use crate::axis::{choice, column};
use crate::error::Result;
use crate::journal::{Extra, Promise};
use crate::table::Table;
use crate::view::{Seen, View, clients, counts, days, texts};

/// Every promise to a client of the base and what became of it (R38): violations first, then
/// by the day by which.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PromisesKept {}

/// Everything that clients of the base got unasked (R38): surprises first, then by day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExtrasGiven {}

/// All promises with their verdicts, in the order of the table.
pub(crate) fn promises<'a>(seen: &Seen<'a>) -> Vec<(usize, &'a Promise, PromiseAnswer)> {
    let as_of = seen.as_of();
    let all = seen.journal.entries().promises.iter().filter_map(|promise| {
        let &Promise { due_on, done_on, consent, force_majeure, reported, .. } = promise;
        let kept = PromiseKept { due_on, done_on, as_of, consent, force_majeure, reported };
        Some((seen.row(&promise.client)?, promise, kept.judge()))
    });
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|&(row, promise, answer)| (answer.verdict, promise.due_on, row, promise));
    all
}

/// All extras with their verdicts, in the order of the table.
pub(super) fn extras<'a>(seen: &Seen<'a>) -> Vec<(usize, &'a Extra, ExtraVerdict)> {
    let given = seen.journal.entries().extras.iter().filter(|extra| extra.on <= seen.as_of());
    let all = given.filter_map(|extra| {
        let verdict = ExtraVerdict::of(extra.courtesy, extra.announced);
        Some((seen.row(&extra.client)?, extra, verdict))
    });
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|&(row, extra, verdict)| (verdict, extra.on, row, extra));
    all
}

impl View for PromisesKept {
    const NAME: &'static str = "promises";
    const ABOUT: &'static str = "A promise to a client, and what became of it.";
    const SOURCE: &'static str = "R38, S2.38e";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let all = promises(seen);
        let rows: Vec<usize> = all.iter().map(|one| one.0).collect();
        let done = |promise: &Promise| promise.done_on.filter(|&day| day <= seen.as_of());
        let codes = all.iter().map(|one| one.2.verdict as u8).collect();
        Ok(Table::new(vec![
            column("client", "convention", "Id of the client.", clients(seen.ids, &rows)),
            column("what", "R38", "What was promised.", texts(all.iter().map(|one| &one.1.what))),
            column(
                "due_on",
                "R38",
                "The day by which.",
                days(all.iter().map(|one| Some(one.1.due_on))),
            ),
            column(
                "done_on",
                "R38",
                "The day on which it was kept; missing where it is not yet.",
                days(all.iter().map(|one| done(one.1))),
            ),
            column(
                "verdict",
                "R38, S2.38e",
                "What became of it.",
                choice(Arc::new(codes), &PromiseVerdict::NAMES),
            ),
            column(
                "days_late",
                "R38, S2.38e",
                "Days late, 0 where it was kept in time; missing where it is open.",
                counts(all.iter().map(|one| one.2.days_late.map(i64::from))),
            ),
        ]))
    }
}

impl View for ExtrasGiven {
    const NAME: &'static str = "extras";
    const ABOUT: &'static str = "Something that a client got unasked, and what it is to it.";
    const SOURCE: &'static str = "R38, S2.38f";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let all = extras(seen);
        let rows: Vec<usize> = all.iter().map(|one| one.0).collect();
        let codes = all.iter().map(|one| one.2 as u8).collect();
        Ok(Table::new(vec![
            column("client", "convention", "Id of the client.", clients(seen.ids, &rows)),
            column("on", "R38", "The day.", days(all.iter().map(|one| Some(one.1.on)))),
            column("what", "R38", "What it was.", texts(all.iter().map(|one| &one.1.what))),
            column(
                "verdict",
                "R38, S2.38f",
                "What it is to the client.",
                choice(Arc::new(codes), &ExtraVerdict::NAMES),
            ),
        ]))
    }
}
