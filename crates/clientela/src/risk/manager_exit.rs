//! What would leave with a manager (R35, S1.2, S1.18).

use std::cmp::Reverse;
use std::sync::Arc;

use serde::Deserialize;

use super::sales::{Marks, WindowSales};
use crate::axis::column;
use crate::client::Texts;
use crate::error::{Error, Result};
use crate::outreach::Contacts;
use crate::table::{Table, Values};
use crate::view::{Seen, View, clients, counts, flags, money};

/// Each manager with the clients that would be left without anybody (R35): those with whom
/// nobody else of ours is in contact. The largest amount at risk comes first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ManagerExits {}

/// The clients of a manager, and those that nobody else is in contact with (R35).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ManagerExitClients {
    /// The manager; missing is every one.
    pub manager: Option<String>,
}

/// A manager and a client.
#[derive(Debug, Clone, Copy)]
struct Tie {
    code: u32,
    row: usize,
    /// Whether the manager looks after the client.
    manages: bool,
    /// Whether nobody else of ours is in contact with it.
    sole: bool,
}

/// Who looks after a client, and who is alone in contact with it.
fn ties(contacts: &Contacts<'_>, row: usize) -> impl Iterator<Item = Tie> {
    let manager = contacts.manager_code(row);
    let sole = match contacts.staff(row) {
        &[code] => Some(code),
        _ => None,
    };
    let other = sole.filter(|&code| Some(code) != manager);
    let of_manager = manager.map(|code| Tie { code, row, manages: true, sole: sole == Some(code) });
    of_manager.into_iter().chain(other.map(|code| Tie { code, row, manages: false, sole: true }))
}

/// A column of names by their codes.
fn by_code(contacts: &Contacts<'_>, codes: impl Iterator<Item = u32>) -> Values {
    let names: Texts = contacts.names().iter().copied().collect();
    Values::Name(Arc::new(codes.collect::<Vec<_>>().into()), Arc::new(names))
}

/// What one manager holds.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    clients: i64,
    amount: i128,
    sole: i64,
    at_risk: i128,
    keys: i64,
}

impl View for ManagerExits {
    const NAME: &'static str = "manager_exit";
    const ABOUT: &'static str = "A manager, and the clients that would be left without anybody.";
    const SOURCE: &'static str = "R35, S1.2, S1.18";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let (contacts, sales) = (Contacts::of(seen), WindowSales::of(seen));
        let marks = Marks::of(seen);
        let mut held = vec![Held::default(); contacts.names().len()];
        for tie in (0..seen.rows()).flat_map(|row| ties(&contacts, row)) {
            let amount = i128::from(sales.amounts[tie.row]);
            let one = &mut held[tie.code as usize];
            if tie.manages {
                one.clients += 1;
                one.amount += amount;
            }
            if tie.sole {
                one.sole += 1;
                one.at_risk += amount;
                one.keys += i64::from(marks.key(tie.row));
            }
        }
        let mut codes: Vec<u32> = (0..held.len() as u32).collect();
        codes.retain(|&code| held[code as usize].clients + held[code as usize].sole > 0);
        codes.sort_by_key(|&code| {
            let held = &held[code as usize];
            (Reverse(held.at_risk), Reverse(held.amount), code)
        });
        let of = |code: &u32| &held[*code as usize];
        let number =
            |count: &dyn Fn(&Held) -> i64| counts(codes.iter().map(|code| Some(count(of(code)))));
        let sum = |sum: &dyn Fn(&Held) -> i128| {
            money(seen.scale(), codes.iter().map(|code| Some(sum(of(code)))))
        };
        Ok(Table::new(vec![
            column("manager", "R35", "The manager.", by_code(&contacts, codes.iter().copied())),
            column(
                "clients",
                "R35",
                "Clients that the manager looks after.",
                number(&|held| held.clients),
            ),
            column(
                "amount",
                "R35",
                "Their net amount in the window of risks.",
                sum(&|held| held.amount)?,
            ),
            column(
                "sole_clients",
                "R35, S1.2",
                "Clients with whom nobody else of ours is in contact.",
                number(&|held| held.sole),
            ),
            column(
                "amount_at_risk",
                "R35, S1.2",
                "Their net amount in the window of risks.",
                sum(&|held| held.at_risk)?,
            ),
            column(
                "orphaned_keys",
                "R35, S1.2",
                "Key clients among them.",
                number(&|held| held.keys),
            ),
        ]))
    }
}

impl View for ManagerExitClients {
    const NAME: &'static str = "manager_exit_clients";
    const ABOUT: &'static str = "A client of a manager, and whether nobody else knows it.";
    const SOURCE: &'static str = "R35, S1.2, S1.18";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let (contacts, sales) = (Contacts::of(seen), WindowSales::of(seen));
        let name = self.manager.as_deref();
        let wanted =
            |tie: &Tie| name.is_none_or(|name| contacts.names()[tie.code as usize] == name);
        let all = (0..seen.rows()).flat_map(|row| ties(&contacts, row));
        let mut all: Vec<Tie> = all.filter(wanted).collect();
        if let Some(name) = name.filter(|_| all.is_empty()) {
            let problem = format!("no client would miss `{name}` on the day");
            return Err(Error::BadArgument { argument: "manager", problem });
        }
        all.sort_by_key(|tie| (tie.code, Reverse(sales.amounts[tie.row]), tie.row));
        let rows: Vec<usize> = all.iter().map(|tie| tie.row).collect();
        let facts = |fact: &dyn Fn(&Tie) -> Option<bool>| flags(all.iter().map(fact));
        Ok(Table::new(vec![
            column(
                "manager",
                "R35",
                "The manager.",
                by_code(&contacts, all.iter().map(|tie| tie.code)),
            ),
            column("client", "convention", "Id of the client.", clients(seen.ids, &rows)),
            column(
                "manages",
                "R35",
                "Whether the manager looks after it.",
                facts(&|tie| Some(tie.manages)),
            ),
            column(
                "sole",
                "R35, S1.2",
                "Whether nobody else of ours is in contact with it.",
                facts(&|tie| Some(tie.sole)),
            ),
            column(
                "key",
                "R19",
                "Whether it is a key client.",
                facts(&|tie| seen.flag("key", tie.row)),
            ),
            column(
                "amount",
                "R35",
                "Its net amount in the window of risks.",
                money(seen.scale(), rows.iter().map(|&row| Some(sales.amounts[row].into())))?,
            ),
        ]))
    }
}
