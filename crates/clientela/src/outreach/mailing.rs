//! To whom to write about deals under way (R45, S2.18).

use serde::Deserialize;

use super::contact::{Contacts, gone};
use super::reach::{Reaches, Way};
use crate::axis::{choice, column};
use crate::error::{Error, Result};
use crate::journal::{Channel, Deal};
use crate::table::{NO_CODE, Table, Values};
use crate::view::{self, Seen, View};

/// To whom to write about deals under way: a row per deal that has not ended, to push it on to
/// the next status (S2.18).
///
/// A client that must be left alone is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mailing {
    /// One status; missing is all those with which no deal ends.
    pub status: Option<String>,
}

/// A column of channels.
pub(crate) fn channels(channels: impl IntoIterator<Item = Option<Channel>>) -> Values {
    let code = |channel: Option<Channel>| channel.map_or(NO_CODE, |channel| channel as u8);
    let codes: Vec<u8> = channels.into_iter().map(code).collect();
    choice(std::sync::Arc::new(codes.into()), &Channel::NAMES)
}

/// A deal under way, and how to write to its client.
#[derive(Debug)]
pub(crate) struct Letter<'a> {
    pub(crate) row: usize,
    pub(crate) deal: &'a Deal,
    /// The place of its status in the funnel.
    place: usize,
    /// The status to push it on to.
    pub(crate) next: Option<&'a str>,
    pub(crate) way: Way<'a>,
    /// Who of ours has the deal, else the client's manager.
    pub(crate) manager: Option<&'a str>,
    /// What it is worth, in minor units.
    pub(crate) amount: Option<i64>,
}

/// The deals of one status, or all that have not ended, by status and client.
pub(crate) fn letters<'a>(
    seen: &Seen<'a>,
    contacts: &Contacts<'a>,
    reaches: &Reaches<'a>,
    status: Option<&str>,
) -> Vec<Letter<'a>> {
    let statuses = seen.journal.deal_statuses();
    let gone = gone(seen.journal, seen.as_of());
    let letter = |deal: &'a Deal| {
        let place = statuses.iter().position(|status| status.name == deal.status)?;
        let of = &statuses[place];
        if status.map_or(of.is_final, |status| status != of.name) {
            return None;
        }
        let row = seen.row(&deal.client)?;
        let reach = reaches.read(row);
        let way = match of.channel {
            Some(channel) => reach.by(channel),
            None => reach.mailing(),
        };
        let named = deal.manager.as_deref().filter(|name| !gone.contains(name));
        let next = statuses.get(place + 1).filter(|_| !of.is_final);
        Some(Letter {
            row,
            deal,
            place,
            next: next.map(|status| status.name.as_str()),
            way: way?,
            manager: named.or(contacts.manager(row)),
            amount: deal.amount.and_then(|amount| seen.scale().minor(amount)),
        })
    };
    let begun = seen.journal.entries().deals.iter().filter(|deal| deal.on <= seen.as_of());
    let mut letters: Vec<Letter<'_>> = begun.filter_map(letter).collect();
    letters.sort_unstable_by_key(|one| (one.place, one.row, &one.deal.id));
    letters
}

impl View for Mailing {
    const NAME: &'static str = "mailing";
    const ABOUT: &'static str = "A deal under way, and how to write to its client.";
    const SOURCE: &'static str = "R45, S2.18";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let known = |name: &str| seen.journal.deal_statuses().iter().any(|one| one.name == name);
        if let Some(status) = self.status.as_deref().filter(|status| !known(status)) {
            let problem = format!("`{status}` is none of the journal's `deal_statuses`");
            return Err(Error::BadArgument { argument: "status", problem });
        }
        let (contacts, reaches) = (Contacts::of(seen), Reaches::new(seen));
        let rows = letters(seen, &contacts, &reaches, self.status.as_deref());
        let clients: Vec<usize> = rows.iter().map(|one| one.row).collect();
        Ok(Table::new(vec![
            column("client", "R45", "Id of the client.", view::clients(seen.ids, &clients)),
            column(
                "deal",
                "R45",
                "Id of the deal.",
                view::texts(rows.iter().map(|one| &one.deal.id)),
            ),
            column(
                "status",
                "R45, S2.18",
                "Its status.",
                view::texts(rows.iter().map(|one| &one.deal.status)),
            ),
            column(
                "since",
                "R45",
                "Since when it has it.",
                view::days(rows.iter().map(|one| Some(one.deal.on))),
            ),
            column(
                "next_status",
                "R45, S2.18",
                "The status to push it on to; missing at the end of the funnel.",
                view::names(rows.iter().map(|one| one.next)),
            ),
            column(
                "channel",
                "R45, S2.38c",
                "How to write: by the status, else as the client prefers.",
                channels(rows.iter().map(|one| Some(one.way.channel))),
            ),
            column(
                "person",
                "S2.20",
                "To whom, where that is known.",
                view::names(rows.iter().map(|one| one.way.person)),
            ),
            column(
                "address",
                "S2.20",
                "Where to, where that is known.",
                view::names(rows.iter().map(|one| one.way.address)),
            ),
            column(
                "manager",
                "R44",
                "Who of ours has the deal, else the client's manager; missing is nobody.",
                view::names(rows.iter().map(|one| one.manager)),
            ),
            column(
                "amount",
                "R45",
                "What the deal is worth; missing is unknown.",
                view::money(seen.scale(), rows.iter().map(|one| one.amount.map(i128::from)))?,
            ),
        ]))
    }
}
