//! Clients whose contact would not stand the leaving of one person (R35, S1.18, S2.44).

use std::cmp::Reverse;
use std::sync::Arc;

use serde::Deserialize;

use super::sales::{Marks, WindowSales};
use super::standing::{ContactStanding, advice};
use crate::axis::{choice, column};
use crate::error::Result;
use crate::outreach::Contacts;
use crate::table::{NO_CODE, Table};
use crate::view::{Seen, View, clients, counts, flags, money, texts};

/// Clients with which fewer of our staff are in contact than `risk.staff_in_contact`, or of
/// whom fewer persons are known than `risk.persons_known` (R35).
///
/// Key clients and VIPs come first, then the larger amounts. Where nothing says who of ours is
/// in contact with anybody, our side is not told; where a client has no portrait, theirs is not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientContinuity {}

/// How many of theirs are known on the day; `None` without a portrait.
pub(crate) fn persons_known(seen: &Seen<'_>, row: usize) -> Option<u64> {
    seen.known.basis.declared?.at(row)?;
    let as_of = seen.as_of();
    let persons = seen.records(row).map_or(&[][..], |records| &records.persons[..]);
    let known = persons
        .iter()
        .filter(|person| person.is_known() && person.known_since.is_none_or(|day| day <= as_of));
    Some(known.count() as u64)
}

/// Whether it is on record who of ours is in contact with whom.
pub(crate) fn staff_on_record(seen: &Seen<'_>, contacts: &Contacts<'_>) -> bool {
    let known = |row| contacts.manager_code(row).is_some() || !contacts.staff(row).is_empty();
    let as_of = seen.as_of();
    let begun = seen.journal.entries().staff.iter();
    let mut begun = begun.filter(|one| one.since.is_none_or(|day| day <= as_of));
    // Where all of ours have left, it is known that nobody is in contact.
    begun.next().is_some() || (0..seen.rows()).any(known)
}

/// One row.
struct Line {
    row: usize,
    staff: Option<u64>,
    ours: Option<ContactStanding>,
    persons: Option<u64>,
    theirs: Option<ContactStanding>,
    first: bool,
}

impl View for ClientContinuity {
    const NAME: &'static str = "continuity";
    const ABOUT: &'static str = "A client whose contact would not stand the leaving of one person.";
    const SOURCE: &'static str = "R35, S1.18, S2.44";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let (contacts, sales) = (Contacts::of(seen), WindowSales::of(seen));
        let (risk, marks) = (&seen.policy().risk, Marks::of(seen));
        let recorded = staff_on_record(seen, &contacts);
        let line = |row: usize| {
            let staff = recorded.then(|| contacts.staff(row).len() as u64);
            let persons = persons_known(seen, row);
            let ours = staff.map(|staff| ContactStanding::of(staff, risk.staff_in_contact));
            let theirs = persons.map(|persons| ContactStanding::of(persons, risk.persons_known));
            let short = |side: Option<ContactStanding>| {
                side.is_some_and(|side| side < ContactStanding::Covered)
            };
            let line = Line { row, staff, ours, persons, theirs, first: marks.first(row) };
            (short(ours) || short(theirs)).then_some(line)
        };
        let mut lines: Vec<Line> = (0..seen.rows()).filter_map(line).collect();
        lines.sort_by_key(|line| (!line.first, Reverse(sales.amounts[line.row]), line.row));
        let rows: Vec<usize> = lines.iter().map(|line| line.row).collect();
        let sides = |side: &dyn Fn(&Line) -> Option<ContactStanding>| {
            let codes = lines.iter().map(|line| side(line).map_or(NO_CODE, |side| side as u8));
            choice(Arc::new(codes.collect()), &ContactStanding::NAMES)
        };
        let number = |number: Option<u64>| number.map(|number| number as i64);
        let told = lines.iter().map(|line| {
            let ours = line.ours.and_then(advice);
            let theirs = line.theirs.filter(|&side| side < ContactStanding::Covered).map(|_| {
                "Get to know more persons there, high and low: when the one we know leaves, \
                 others remain."
            });
            [ours, theirs].into_iter().flatten().collect::<Vec<_>>().join(" ")
        });
        Ok(Table::new(vec![
            column("client", "convention", "Id of the client.", clients(seen.ids, &rows)),
            column(
                "staff_in_contact",
                "R35, S1.18",
                "Our staff in contact with it.",
                counts(lines.iter().map(|line| number(line.staff))),
            ),
            column("our_side", "R35, S1.18", "How that stands.", sides(&|line| line.ours)),
            column(
                "persons_known",
                "R35, S2.44",
                "Persons known on its side.",
                counts(lines.iter().map(|line| number(line.persons))),
            ),
            column("their_side", "R35, S2.44", "How that stands.", sides(&|line| line.theirs)),
            column(
                "manager",
                "R35",
                "Who of ours looks after it.",
                contacts.managers(rows.iter().copied()),
            ),
            column(
                "first",
                "R35",
                "Whether it is a key client or a VIP.",
                flags(lines.iter().map(|line| Some(line.first))),
            ),
            column(
                "amount",
                "R35",
                "Its net amount in the window of risks.",
                money(seen.scale(), rows.iter().map(|&row| Some(sales.amounts[row].into())))?,
            ),
            column("advice", "S1.18, S2.44", "What to do.", texts(told)),
        ]))
    }
}
