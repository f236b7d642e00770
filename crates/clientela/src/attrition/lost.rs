//! The lists of clients that are lost and due (R39, R40).

use std::cmp::Reverse;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;

use super::away::{Away, Clock, away, medians};
use super::{stake, told};
use crate::axis::{choice, column};
use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::error::Result;
use crate::journal::LossReason;
use crate::outreach::Contacts;
use crate::table::{NO_CODE, NO_INT32, Table, Values};
use crate::view::{Seen, View, clients, counts, days, flags, floats, money, texts};

/// The clients that are lost (R39, R40), those that are key or VIP first, then by what is at
/// stake.
///
/// The clock is the return period; where none is known, it is rhythm. Where a period is known
/// but no client ever bought again, nobody is lost (S4.8).
///
/// ```
/// use clientela::{
///     ClientColumn, Day, Industry, LedgerBuilder, LedgerOptions, Lost, Policy, Sales,
/// };
///
/// let day = |month, day| Day::of(2025, month, day).unwrap().days();
/// let client = ClientColumn::Int(vec![1, 1, 2].into());
/// let days = vec![day(1, 10), day(2, 10), day(8, 20)];
/// let mut builder = LedgerBuilder::new(LedgerOptions::default());
/// builder.push(Sales::new(client, days, vec![1000, 2000, 700]))?;
/// let policy = Policy::industry(Industry::Clothing);
/// let snapshot = builder.finish()?.snapshot(Day::of(2025, 9, 1).unwrap(), &policy)?;
///
/// // Half a year after 10 February is 10 August.
/// let lost = snapshot.view(&Lost {})?;
/// assert_eq!(lost.rows(), 1);
/// assert_eq!(lost.value(0, "since").unwrap().to_string(), "2025-08-11");
/// assert_eq!(lost.value(0, "at_stake").unwrap().to_string(), "30.00");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lost {}

/// The clients that are due and not lost (R39, R40), those that are key or VIP first, then by
/// what is at stake.
///
/// Beside the clock of [`Lost`] two fast ones speak here: rhythm for clients that are key or
/// VIP, and for clients that were at the top of a month and have neither bought nor paid since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Due {}

impl View for Lost {
    const NAME: &'static str = "lost";
    const ABOUT: &'static str = "A lost client; key and VIP clients first.";
    const SOURCE: &'static str = "R39, R40, S4.8, S4.9";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        table(seen, true)
    }
}

impl View for Due {
    const NAME: &'static str = "due";
    const ABOUT: &'static str = "A client that is due; key and VIP clients first.";
    const SOURCE: &'static str = "R39, R40, S2.53, S3.10";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        table(seen, false)
    }
}

/// Some rows of a column of choices; nothing of a column that is not there.
pub(super) fn picked(seen: &Seen<'_>, column: &str, rows: &[usize]) -> Values {
    match seen.table.column(column).map(|column| &column.values) {
        Some(Values::Choice(codes, names)) => {
            let codes: Buffer<u8> = rows.iter().map(|&row| codes[row]).collect();
            Values::Choice(Arc::new(codes), Arc::clone(names))
        }
        _ => choice(Arc::new(rows.iter().map(|_| NO_CODE).collect()), &[""; 0]),
    }
}

/// A column of choices by code.
pub(super) fn chosen(codes: impl IntoIterator<Item = Option<u8>>, names: &[&str]) -> Values {
    choice(Arc::new(codes.into_iter().map(|code| code.unwrap_or(NO_CODE)).collect()), names)
}

fn table(seen: &Seen<'_>, lost: bool) -> Result<Table> {
    let mut list: Vec<Away> = away(seen)?.into_iter().filter(|one| one.lost == lost).collect();
    list.par_sort_unstable_by_key(|one| (!one.urgent, Reverse(one.stake), one.row));
    let rows: Vec<usize> = list.iter().map(|one| one.row).collect();
    let as_of = seen.as_of();
    let (expected, last) = (seen.known.counts("expected_on"), seen.known.counts("last_purchase"));
    let medians = medians(seen);
    let late = |row: usize| {
        let expected = Some(expected[row]).filter(|&day| day != NO_INT32)?;
        Some(f64::from(as_of.days() - expected) / medians[row])
    };
    let told = |row: usize| {
        let from = Day::new(last[row])?;
        let reason = told::reason(seen.journal, &seen.id(row), from, as_of)?;
        Some(reason as u8)
    };
    let reasons: Vec<Option<u8>> = rows.par_iter().map(|&row| told(row)).collect();
    let scale = seen.scale();
    let stakes = list.iter().map(|one| one.stake.map(i128::from));
    let of = |day: i32| Day::new(day);
    Ok(Table::new(vec![
        column("client", "convention", "Id of the client.", clients(seen.ids, &rows)),
        column(
            "since",
            "R39, R40",
            if lost { "First day on which it is lost." } else { "First day on which it is due." },
            days(list.iter().map(|one| of(one.since))),
        ),
        column(
            "expected_on",
            "R40",
            "Last purchase plus the median interval; missing without a rhythm of its own.",
            days(rows.iter().map(|&row| of(expected[row]))),
        ),
        column(
            "last_purchase",
            "convention",
            "Day of the last purchase.",
            days(rows.iter().map(|&row| of(last[row]))),
        ),
        column(
            "days_late",
            "R39, R40",
            "Days from that first day to the day of the snapshot.",
            counts(list.iter().map(|one| Some(i64::from(as_of.days() - one.since)))),
        ),
        column(
            "intervals_late",
            "R40",
            "Days since it was expected, in median intervals of its own; below 0 before that day.",
            floats(rows.iter().map(|&row| late(row))),
        ),
        column(
            "clock",
            "R39, R40, S3.10",
            "What said so first: the return period, rhythm, or a month at the top and none since.",
            chosen(list.iter().map(|one| Some(one.clock as u8)), &Clock::NAMES),
        ),
        column(
            "urgent",
            "R40",
            "Whether it is key or VIP.",
            flags(list.iter().map(|one| Some(one.urgent))),
        ),
        column(
            "stage",
            "R39, S4.10",
            "Highest stage that it ever reached.",
            picked(seen, "highest_stage", &rows),
        ),
        column("tier", "R14, R15, R16", "Tier by value.", picked(seen, "tier", &rows)),
        column(
            "at_stake",
            "R23, R39",
            "What it puts at stake: a year's net amount, or its lifetime value, by the policy.",
            money(scale, stakes)?,
        ),
        column(
            "return_rank",
            "R41",
            "How easy it is to return, from 1, the easiest, to 3.",
            Values::Count8(Arc::new(list.iter().map(Away::rank).collect())),
        ),
        column(
            "manager",
            "R44",
            "Who of ours looks after it.",
            Contacts::of(seen).managers(rows.iter().copied()),
        ),
        column(
            "reason",
            "R42",
            "Why it left, as told on the day of the last purchase or later.",
            chosen(reasons, &LossReason::NAMES),
        ),
        column(
            "spike_then_gone",
            "S3.10",
            "Whether it was at the top of a month and has neither bought nor paid since.",
            flags(list.iter().map(|one| Some(one.spiked))),
        ),
        column(
            "cause",
            "convention",
            "Why the amount at stake or the day to expect it on is missing.",
            texts(list.iter().map(|one| cause(seen, one, expected[one.row] == NO_INT32))),
        ),
    ]))
}

/// Why something of a row is missing.
fn cause(seen: &Seen<'_>, one: &Away, no_rhythm: bool) -> String {
    let least = seen.policy().activity.rhythm.min_intervals;
    let rhythm = no_rhythm.then(|| format!("it has fewer than {least} intervals of its own"));
    let stake = one.stake.is_none().then(|| stake::UNKNOWN.to_owned());
    let causes: Vec<String> = [stake, rhythm].into_iter().flatten().collect();
    causes.join("; ")
}
