//! Who is to look after each key client (R44).

use std::collections::BTreeSet;

use serde::Deserialize;

use super::assign::{is_move, share_out};
use super::contact::{Contacts, in_force, in_role};
use super::scene::codes;
use crate::axis::{column, plural};
use crate::error::Result;
use crate::journal::StaffRole;
use crate::table::Table;
use crate::view::{self, Seen, View};

/// Who is to look after each key client: a row per key client.
///
/// Clients may be given to the client managers of the staff, and to managers whom the staff
/// does not list; a head or an owner keeps relations and does not run clients (S1.19).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Assignments {}

/// The names of those to whom key clients may be given.
fn candidates<'a>(seen: &Seen<'a>, contacts: &Contacts<'a>) -> BTreeSet<&'a str> {
    let as_of = seen.as_of();
    let listed: BTreeSet<&str> = (seen.journal.entries().staff.iter())
        .filter(|one| in_force(one.since, one.until, as_of))
        .map(|one| one.name.as_str())
        .collect();
    let managers = (0..seen.rows()).filter_map(|row| contacts.manager_code(row));
    let mut codes: Vec<bool> = vec![false; contacts.names().len()];
    managers.for_each(|code| codes[code as usize] = true);
    let unlisted =
        contacts.names().iter().zip(codes).filter(|(name, is)| *is && !listed.contains(*name));
    let of_staff = in_role(seen.journal, StaffRole::ClientManager, as_of);
    unlisted.map(|(&name, _)| name).chain(of_staff).collect()
}

/// A key client, who looks after it, who is to, and why.
#[derive(Debug)]
pub(crate) struct Post<'a> {
    pub(crate) row: usize,
    pub(crate) from: Option<&'a str>,
    pub(crate) to: Option<&'a str>,
    pub(crate) reason: String,
}

/// All key clients, by id.
pub(crate) fn posts<'a>(seen: &Seen<'a>, contacts: &Contacts<'a>) -> Vec<Post<'a>> {
    let limit = usize::from(seen.policy().outreach.keys_per_manager);
    let keys = codes(seen, "key");
    let rows: Vec<usize> = (0..keys.len()).filter(|&row| keys[row] == 1).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let managers = candidates(seen, contacts);
    let held: Vec<Option<&str>> = rows.iter().map(|&row| contacts.manager(row)).collect();
    let shared = share_out(&managers, &held, limit);
    let reason = |from: Option<&str>, to: Option<&str>| match (from, to) {
        (None, None) => "Nobody looks after it, and no manager has room.".to_owned(),
        (None, Some(to)) => format!("Nobody looks after it; {to} has room."),
        (Some(from), Some(to)) if from != to && !managers.contains(from) => {
            format!("{from} is no client manager; {to} has room.")
        }
        (Some(from), None) => format!("{from} is no client manager, and no manager has room."),
        (Some(from), Some(to)) => {
            let count = shared.before.get(from).copied().unwrap_or(0);
            let keys = plural(count as i64, "key client");
            if from != to {
                format!("{from} has {keys}, more than {limit}; {to} has room.")
            } else if count > limit {
                format!("{from} has {keys}, more than {limit}, and keeps this one.")
            } else {
                format!("{from} has {keys}, at most {limit}.")
            }
        }
    };
    let post = |((row, from), to): ((usize, Option<&'a str>), Option<&'a str>)| Post {
        row,
        from,
        to,
        reason: reason(from, to),
    };
    rows.iter()
        .copied()
        .zip(held.iter().copied())
        .zip(shared.to.iter().copied())
        .map(post)
        .collect()
}

impl View for Assignments {
    const NAME: &'static str = "assignment";
    const ABOUT: &'static str = "A key client, who looks after it and who is to.";
    const SOURCE: &'static str = "R44, R35, S2.43";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let contacts = Contacts::of(seen);
        let enough = usize::from(seen.policy().risk.staff_in_contact);
        let posts = posts(seen, &contacts);
        let rows: Vec<usize> = posts.iter().map(|post| post.row).collect();
        let in_contact = |&row: &usize| contacts.staff(row).len();
        let missing = |row: &usize| enough.saturating_sub(in_contact(row)) as i64;
        Ok(Table::new(vec![
            column("client", "R44", "Id of the key client.", view::clients(seen.ids, &rows)),
            column(
                "manager",
                "R44",
                "Who looks after it; missing is nobody.",
                view::names(posts.iter().map(|post| post.from)),
            ),
            column(
                "suggested",
                "R44, S2.43",
                "Who is to; missing where nobody has room.",
                view::names(posts.iter().map(|post| post.to)),
            ),
            column(
                "moved",
                "R44",
                "Whether that is a change of manager.",
                view::flags(posts.iter().map(|post| Some(is_move(post.from, post.to)))),
            ),
            column(
                "staff_in_contact",
                "R35, S1.18",
                "How many of ours are in contact with it.",
                view::counts(rows.iter().map(|row| Some(in_contact(row) as i64))),
            ),
            column(
                "needs_contact",
                "R35, S1.18",
                "How many more of ours are to be.",
                view::counts(rows.iter().map(|row| Some(missing(row)))),
            ),
            column(
                "reason",
                "R44",
                "Why, in a sentence.",
                view::texts(posts.iter().map(|post| &post.reason)),
            ),
        ]))
    }
}
