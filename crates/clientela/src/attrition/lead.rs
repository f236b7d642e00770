//! Whom clients brought us in touch with (R41, S4.11, S4.12).

use serde::Deserialize;

use super::lost::chosen;
use crate::axis::column;
use crate::client::{ClientId, ClientIds};
use crate::error::Result;
use crate::outreach::Contacts;
use crate::portrait::{Recommendation, says_something};
use crate::table::Table;
use crate::view::{Seen, View, clients, days, flags, texts};

/// What someone is to the client that recommended us, by code.
const RELATIONS: [&str; 6] =
    ["friend", "relative", "partner", "counterparty", "consumer_base", "other"];

/// Those whose contact a client gave us and who are no clients yet, the latest first (R41,
/// S4.11, S4.12). They cannot be returned, as they never came.
///
/// A client is known by its id. Who was recommended by several clients has several rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WarmLeads {}

/// The contacts that clients gave us, of those who are no clients yet, the latest first.
pub(crate) fn leads<'a>(seen: &Seen<'a>) -> Vec<(usize, &'a Recommendation)> {
    let of = |row: usize| seen.records(row).map_or(&[][..], |all| &all.recommendations[..]);
    let lead = |given: &&Recommendation| {
        given.contact_given
            && given.on <= seen.as_of()
            && says_something(&given.to)
            && !is_client(seen, given.to.trim())
    };
    let known = if seen.known.basis.declared.is_some() { seen.rows() } else { 0 };
    let mut list: Vec<(usize, &Recommendation)> = (0..known)
        .flat_map(|row| of(row).iter().filter(lead).map(move |given| (row, given)))
        .collect();
    list.sort_by_key(|&(row, given)| (std::cmp::Reverse(given.on), row, given));
    list
}

impl View for WarmLeads {
    const NAME: &'static str = "warm_leads";
    const ABOUT: &'static str = "One whose contact a client gave us and who is no client yet.";
    const SOURCE: &'static str = "R41, S4.11, S4.12";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let list = leads(seen);
        let rows: Vec<usize> = list.iter().map(|&(row, _)| row).collect();
        Ok(Table::new(vec![
            column("client", "S4.12", "Id of the client that gave it.", clients(seen.ids, &rows)),
            column("to", "S4.12", "Whose contact it is.", texts(list.iter().map(|one| &one.1.to))),
            column(
                "relation",
                "S4.12",
                "What that is to the client.",
                chosen(list.iter().map(|one| Some(one.1.relation as u8)), &RELATIONS),
            ),
            column(
                "on",
                "S4.12",
                "The day on which we got it.",
                days(list.iter().map(|one| Some(one.1.on))),
            ),
            column(
                "recommended",
                "S4.12",
                "Whether the client recommended us as well.",
                flags(list.iter().map(|one| Some(one.1.recommended))),
            ),
            column(
                "manager",
                "R44",
                "Who of ours looks after the client.",
                Contacts::of(seen).managers(rows.iter().copied()),
            ),
        ]))
    }
}

/// Whether a text is the id of a client that the base has on the day.
fn is_client(seen: &Seen<'_>, text: &str) -> bool {
    match seen.ids {
        ClientIds::Int(_) => text.parse().is_ok_and(|id| seen.row(&ClientId::Int(id)).is_some()),
        ClientIds::Text(_) => seen.row(&ClientId::Text(text.to_owned())).is_some(),
    }
}
