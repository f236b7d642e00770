//! The clients and groups that the firm, a department or a manager depends on (R32).

use std::cmp::Reverse;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;

use super::dependence::{DependenceBand, Others, advice, dependence_band, others_wanted};
use super::sales::{WindowSales, money as money_text};
use crate::axis::{choice, column};
use crate::census::facts::CHUNK;
use crate::census::history::Scratch;
use crate::error::Result;
use crate::ledger::columns::{NameColumn, Names};
use crate::segment::{KeyScope, PartReader};
use crate::table::Table;
use crate::view::{Seen, View, floats, money, texts};

/// Clients and groups that bring more of the sales of the firm, a department or a manager than
/// the first cut point of `risk`, and the one client of a firm that has no other (R32).
///
/// Rows are by scope, by the name of the department or manager, the largest amount first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dependents {}

/// Whether it is a client or a group.
pub(super) const SUBJECTS: [&str; 2] = ["client", "group"];

/// A client or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject<'a> {
    /// A client by its row.
    Client(usize),
    /// A group by its name.
    Group(&'a str),
}

impl Subject<'_> {
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Client(_) => 0,
            Self::Group(_) => 1,
        }
    }

    pub(super) fn name(self, seen: &Seen<'_>) -> String {
        match self {
            Self::Client(row) => seen.id(row).to_string(),
            Self::Group(name) => name.to_owned(),
        }
    }
}

/// One that is depended on.
#[derive(Debug, Clone)]
pub(super) struct Dependent<'a> {
    pub(super) scope: KeyScope,
    /// The department or manager; empty for the firm.
    pub(super) scope_name: &'a str,
    pub(super) subject: Subject<'a>,
    pub(super) amount: i128,
    pub(super) total: i128,
    pub(super) band: DependenceBand,
}

/// All that are depended on, in the order of the table.
pub(super) fn dependents<'a>(seen: &'a Seen<'a>, sales: &'a WindowSales<'a>) -> Vec<Dependent<'a>> {
    let risk = &seen.policy().risk;
    let mono = sales.mono();
    let judged = |scope, scope_name: &'a str, subject, amount: i128| {
        let total = sales.totals.total(scope, scope_name);
        let band = if mono && scope == KeyScope::Company && amount == total {
            DependenceBand::Mono
        } else {
            dependence_band(amount, total, risk)?
        };
        let found = Dependent { scope, scope_name, subject, amount, total, band };
        (band > DependenceBand::None && amount > 0).then_some(found)
    };
    let mut all: Vec<Dependent<'a>> = (sales.amounts.iter().enumerate())
        .filter_map(|(row, &amount)| {
            judged(KeyScope::Company, "", Subject::Client(row), amount.into())
        })
        .collect();
    let basis = seen.known.basis;
    let extras = &basis.ledger.columns().extras;
    if PartReader::told(basis) {
        let reader = PartReader::since(basis, sales.since);
        let starts: Vec<usize> = (0..seen.rows()).step_by(CHUNK).collect();
        let parts = starts.into_par_iter().map_init(Scratch::default, |scratch, start| {
            let mut found = Vec::new();
            for row in start..seen.rows().min(start + CHUNK) {
                let parts = reader.read(basis.client(row), scratch);
                let mut hold = |scope, names: Option<&'a Names>, sums: Vec<(u32, i64)>| {
                    let Some(names) = names else { return };
                    for (code, sum) in sums {
                        let name = names.names.get(code as usize);
                        found.extend(judged(scope, name, Subject::Client(row), sum.into()));
                    }
                };
                let names = extras.names(NameColumn::Department);
                hold(KeyScope::Department, names, parts.departments);
                hold(KeyScope::Manager, extras.names(NameColumn::Manager), parts.managers);
            }
            found
        });
        all.extend(parts.collect::<Vec<_>>().into_iter().flatten());
    }
    for (name, group) in sales.totals.groups.iter().filter(|(_, group)| group.clients >= 2) {
        let subject = Subject::Group(name);
        all.extend(judged(KeyScope::Company, "", subject, group.company));
        for (scope, sums) in
            [(KeyScope::Department, &group.departments), (KeyScope::Manager, &group.managers)]
        {
            all.extend(sums.iter().filter_map(|(name, &sum)| judged(scope, name, subject, sum)));
        }
    }
    all.sort_unstable_by_key(|one| {
        (one.scope as u8, one.scope_name, Reverse(one.amount), one.subject)
    });
    all
}

impl View for Dependents {
    const NAME: &'static str = "dependence";
    const ABOUT: &'static str = "A client or group that the firm, a department or a manager \
                                 depends on.";
    const SOURCE: &'static str = "R32, S2.49, S2.50, S2.51";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let sales = WindowSales::of(seen);
        let all = dependents(seen, &sales);
        let target = seen.policy().risk.target_percent;
        let now = |one: &Dependent<'_>| one.total - one.amount;
        let needed = |one: &Dependent<'_>| others_wanted(one.amount, target);
        let growth = |one: &Dependent<'_>| {
            let (now, needed) = (now(one), needed(one));
            if needed <= now {
                return Some(0.0);
            }
            (now > 0).then(|| 100.0 * (needed - now) as f64 / now as f64)
        };
        let advice = |one: &Dependent<'_>| {
            let (now, needed) = (now(one), needed(one));
            let others = match now {
                now if needed <= now => Others::Enough,
                0 => Others::Nothing,
                now => Others::Grow(money_text(seen, now), money_text(seen, needed)),
            };
            advice(one.band, &others, target).join(" ")
        };
        let codes = |code: &dyn Fn(&Dependent<'_>) -> u8| Arc::new(all.iter().map(code).collect());
        let sums = |sum: &dyn Fn(&Dependent<'_>) -> i128| {
            money(seen.scale(), all.iter().map(|one| Some(sum(one))))
        };
        Ok(Table::new(vec![
            column(
                "scope",
                "R32, S2.39",
                "Whose sales the share is a share of.",
                choice(codes(&|one| one.scope as u8), &KeyScope::NAMES),
            ),
            column(
                "scope_name",
                "R32, S2.39",
                "The department or manager; empty for the firm.",
                texts(all.iter().map(|one| one.scope_name)),
            ),
            column(
                "subject",
                "R32",
                "Whether it is a client or a group.",
                choice(codes(&|one| one.subject.code()), &SUBJECTS),
            ),
            column(
                "name",
                "R32",
                "Id of the client, or name of the group.",
                texts(all.iter().map(|one| one.subject.name(seen))),
            ),
            column("amount", "R32", "Its net amount in the window.", sums(&|one| one.amount)?),
            column(
                "total",
                "R32",
                "Amount of all clients there whose sales are above zero.",
                sums(&|one| one.total)?,
            ),
            column(
                "share_percent",
                "R32",
                "The share, in per cent.",
                floats(all.iter().map(|one| Some(100.0 * one.amount as f64 / one.total as f64))),
            ),
            column(
                "band",
                "R32, S2.49, S2.50, S2.51",
                "How far that is a dependence.",
                choice(codes(&|one| one.band as u8), &DependenceBand::NAMES),
            ),
            column("others_now", "S2.50", "What the others bring now.", sums(&now)?),
            column(
                "others_needed",
                "S2.50",
                "What they must bring so that the share is no more than the target, rounded up \
                 to a minor unit.",
                sums(&needed)?,
            ),
            column(
                "growth_percent",
                "S2.50",
                "By how many per cent they must grow for that; missing where they bring nothing.",
                floats(all.iter().map(growth)),
            ),
            column("advice", "S2.50, S2.51", "What to do.", texts(all.iter().map(advice))),
        ]))
    }
}
