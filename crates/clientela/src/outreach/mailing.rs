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

impl View for Mailing {
    const NAME: &'static str = "mailing";
    const ABOUT: &'static str = "A deal under way, and how to write to its client.";
    const SOURCE: &'static str = "R45, S2.18";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let statuses = seen.journal.deal_statuses();
        let place = |name: &str| statuses.iter().position(|status| status.name == name);
        if let Some(status) = self.status.as_deref().filter(|status| place(status).is_none()) {
            let problem = format!("`{status}` is none of the journal's `deal_statuses`");
            return Err(Error::BadArgument { argument: "status", problem });
        }
        let wanted = |deal: &Deal| {
            self.status.as_ref().map_or_else(
                || place(&deal.status).is_some_and(|place| !statuses[place].is_final),
                |status| deal.status == *status,
            )
        };
        let contacts = Contacts::of(seen);
        let reaches = Reaches::new(seen);
        let gone = gone(seen.journal, seen.as_of());
        let mut rows: Vec<(usize, &Deal, usize, Way<'_>)> = (seen.journal.entries().deals.iter())
            .filter(|deal| deal.on <= seen.as_of() && wanted(deal))
            .filter_map(|deal| {
                let (row, place) = (seen.row(&deal.client)?, place(&deal.status)?);
                let reach = reaches.read(row);
                let way = match statuses[place].channel {
                    Some(channel) => reach.by(channel),
                    None => reach.mailing(),
                };
                Some((row, deal, place, way?))
            })
            .collect();
        rows.sort_unstable_by_key(|(row, deal, place, _)| (*place, *row, &deal.id));
        let clients: Vec<usize> = rows.iter().map(|row| row.0).collect();
        let manager = |&(row, deal, ..): &(usize, &Deal, usize, Way<'_>)| {
            let named = deal.manager.as_deref().filter(|name| !gone.contains(name));
            named.or(contacts.manager(row)).map(str::to_owned)
        };
        let next = |place: usize| statuses.get(place + 1).filter(|_| !statuses[place].is_final);
        let amount = |deal: &Deal| deal.amount.and_then(|amount| seen.scale().minor(amount));
        Ok(Table::new(vec![
            column("client", "R45", "Id of the client.", view::clients(seen.ids, &clients)),
            column("deal", "R45", "Id of the deal.", view::texts(rows.iter().map(|row| &row.1.id))),
            column(
                "status",
                "R45, S2.18",
                "Its status.",
                view::texts(rows.iter().map(|row| &row.1.status)),
            ),
            column(
                "since",
                "R45",
                "Since when it has it.",
                view::days(rows.iter().map(|row| Some(row.1.on))),
            ),
            column(
                "next_status",
                "R45, S2.18",
                "The status to push it on to; missing at the end of the funnel.",
                view::names(rows.iter().map(|row| next(row.2).map(|status| &status.name))),
            ),
            column(
                "channel",
                "R45, S2.38c",
                "How to write: by the status, else as the client prefers.",
                channels(rows.iter().map(|row| Some(row.3.channel))),
            ),
            column(
                "person",
                "S2.20",
                "To whom, where that is known.",
                view::names(rows.iter().map(|row| row.3.person)),
            ),
            column(
                "address",
                "S2.20",
                "Where to, where that is known.",
                view::names(rows.iter().map(|row| row.3.address)),
            ),
            column(
                "manager",
                "R44",
                "Who of ours has the deal, else the client's manager; missing is nobody.",
                view::names(rows.iter().map(manager)),
            ),
            column(
                "amount",
                "R45",
                "What the deal is worth; missing is unknown.",
                view::money(seen.scale(), rows.iter().map(|row| amount(row.1).map(i128::from)))?,
            ),
        ]))
    }
}
