//! What each manager looks after (R44, S1.17, S2.46).

use std::collections::BTreeSet;

use serde::Deserialize;

use super::contact::{Contacts, in_role};
use super::scene::{codes, twice};
use crate::axis::column;
use crate::calendar::{Day, Span};
use crate::client::Texts;
use crate::error::Result;
use crate::journal::StaffRole;
use crate::metric::life::active_within;
use crate::table::{NO_INT32, Table};
use crate::view::{self, Seen, View};

/// What each manager looks after: a row per manager of a client and per client manager of the
/// staff, and one without a name for the clients that have none.
///
/// The turnover of its active clients is what a manager is there to raise (S1.17): their net
/// amount in the window of risks is held against that in the window before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Managers {}

/// One manager's clients, added up.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    clients: i64,
    keys: i64,
    amount: i128,
    active: i64,
    /// Amounts of the active ones, now and in the window before.
    now: i128,
    before: i128,
}

impl View for Managers {
    const NAME: &'static str = "managers";
    const ABOUT: &'static str = "A manager, and the clients that he or she looks after.";
    const SOURCE: &'static str = "R44, S1.17, S2.43, S2.46";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let contacts = Contacts::of(seen);
        let basis = seen.known.basis;
        let policy = seen.policy();
        let window = policy.risk.window;
        let amounts = basis.amounts(window);
        let both = window.map(|span| basis.amounts(Some(twice(span))));
        let within = active_within(policy);
        let begun = basis.plan.first_day().map_or(i32::MAX, Day::days);
        let told = window.is_some_and(|span| begun <= basis.since(Some(twice(span))));
        let mut loads = vec![Load::default(); contacts.names().len() + 1];
        let nobody = contacts.names().len();
        let (keys, last) = (codes(seen, "key"), seen.known.counts("last_purchase"));
        for row in 0..seen.rows() {
            let load = &mut loads[contacts.manager_code(row).map_or(nobody, |code| code as usize)];
            let amount = i128::from(amounts[row]);
            load.clients += 1;
            load.keys += i64::from(keys.get(row) == Some(&1));
            load.amount += amount;
            let last = Some(last[row]).filter(|&day| day != NO_INT32).and_then(Day::new);
            let active = |(span, last): (Span, Day)| last.plus(span) >= seen.as_of();
            if within.zip(last).is_some_and(active) {
                load.active += 1;
                load.now += amount;
                load.before += both.as_ref().map_or(0, |both| i128::from(both[row])) - amount;
            }
        }
        let of_staff: BTreeSet<&str> =
            in_role(seen.journal, StaffRole::ClientManager, seen.as_of()).into_iter().collect();
        let mut rows: Vec<(Option<&str>, Load)> = contacts
            .names()
            .iter()
            .zip(&loads)
            .filter(|(name, load)| load.clients > 0 || of_staff.contains(*name))
            .map(|(&name, &load)| (Some(name), load))
            .collect();
        let known: BTreeSet<&str> = contacts.names().iter().copied().collect();
        rows.extend(of_staff.difference(&known).map(|&name| (Some(name), Load::default())));
        rows.sort_unstable_by_key(|row| row.0);
        rows.extend((loads[nobody].clients > 0).then_some((None, loads[nobody])));
        let cause = if within.is_none() {
            "no return period is known: set metric.active_within"
        } else if window.is_none() {
            "risk.window is the whole history, before which there is none"
        } else if !told {
            "the sales begin after the window before does"
        } else {
            ""
        };
        let limit = i64::from(policy.outreach.keys_per_manager);
        let count = |of: fn(&Load) -> i64| view::counts(rows.iter().map(|row| Some(of(&row.1))));
        let sum = |of: fn(&Load) -> i128, known: bool| {
            view::money(seen.scale(), rows.iter().map(|row| known.then_some(of(&row.1))))
        };
        Ok(Table::new(vec![
            column(
                "manager",
                "R44",
                "Name; missing for the clients that nobody looks after.",
                view::names(rows.iter().map(|row| row.0)),
            ),
            column("clients", "R44", "Clients.", count(|load| load.clients)),
            column("keys", "R44", "Key clients among them.", count(|load| load.keys)),
            column(
                "limit",
                "S2.43",
                "The most key clients that one manager can look after.",
                view::counts(rows.iter().map(|row| row.0.map(|_| limit))),
            ),
            column(
                "over",
                "S2.43",
                "Key clients above the limit.",
                view::counts(
                    rows.iter().map(|(name, load)| name.map(|_| (load.keys - limit).max(0))),
                ),
            ),
            column(
                "mixed",
                "S2.46",
                "Whether the manager looks after key clients and others.",
                view::flags(
                    rows.iter().map(|(name, load)| {
                        name.map(|_| load.keys > 0 && load.keys < load.clients)
                    }),
                ),
            ),
            column(
                "amount",
                "convention",
                "Net amount of the clients in the window of risks.",
                sum(|load| load.amount, true)?,
            ),
            column(
                "active_clients",
                "S1.17",
                "Clients that are active on the day.",
                view::counts(rows.iter().map(|row| within.map(|_| row.1.active))),
            ),
            column(
                "turnover",
                "S1.17",
                "Net amount of the active clients in the window.",
                sum(|load| load.now, within.is_some())?,
            ),
            column(
                "turnover_before",
                "S1.17",
                "Net amount of the same clients in the window before.",
                sum(|load| load.before, cause.is_empty())?,
            ),
            column(
                "turnover_change",
                "S1.17",
                "By how much the turnover of the active clients grew.",
                sum(|load| load.now - load.before, cause.is_empty())?,
            ),
            column(
                "cause",
                "convention",
                "Why there is no change; empty if there is one.",
                crate::table::Values::Text(std::sync::Arc::new(
                    rows.iter().map(|_| cause).collect::<Texts>(),
                )),
            ),
        ]))
    }
}
