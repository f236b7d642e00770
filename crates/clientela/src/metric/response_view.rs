//! Who responds to what, over the base (R30).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::sum::percent;
use crate::axis::column;
use crate::calendar::Span;
use crate::census::history::Scratch;
use crate::error::Result;
use crate::journal::{Channel, Touch};
use crate::table::Table;
use crate::view::{Seen, View, counts, floats, texts};

/// Response rates by channel, and over unique clients of all channels (R30, S4.13).
///
/// A touch arrived unless it is recorded that it did not; on a broadcast channel only if it is
/// recorded that it did (S2.38c). Who responded was reached. With `metric.response_within` a
/// purchase so soon after a touch, its day with it, is a response too.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResponseView {
    /// Only touches of this campaign; `None` is all.
    pub campaign: Option<String>,
}

/// Clients by what became of their touches, as rows of the base.
#[derive(Debug, Default)]
struct Touched {
    sent: BTreeSet<usize>,
    reached: BTreeSet<usize>,
    responded: BTreeSet<usize>,
}

impl Touched {
    fn add(&mut self, row: usize, reached: bool, responded: bool) {
        self.sent.insert(row);
        if reached || responded {
            self.reached.insert(row);
        }
        if responded {
            self.responded.insert(row);
        }
    }
}

/// The purchase days of one client after another.
struct Bought<'a> {
    seen: &'a Seen<'a>,
    within: Option<Span>,
    row: Option<usize>,
    days: Vec<i32>,
}

impl Bought<'_> {
    /// Whether a client bought so soon after a touch that it responded to it.
    fn after(&mut self, row: usize, touch: &Touch) -> bool {
        let Some(within) = self.within else { return false };
        if self.row != Some(row) {
            let histories = self.seen.histories();
            let mut scratch = Scratch::default();
            let client = self.seen.known.basis.client(row);
            let history = histories.read(client, &mut scratch);
            self.days = history.visits.iter().map(|visit| visit.day).collect();
            self.row = Some(row);
        }
        let window = touch.on.days()..=touch.on.plus(within).days();
        self.days.iter().any(|day| window.contains(day))
    }
}

impl View for ResponseView {
    const NAME: &'static str = "response";
    const ABOUT: &'static str =
        "A channel, or all of them: how many clients of the base it reached, and who responded.";
    const SOURCE: &'static str = "R30, S4.13";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let as_of = seen.as_of();
        let mut bought = Bought {
            seen,
            within: seen.policy().metric.response_within,
            row: None,
            days: Vec::new(),
        };
        let mut channels: BTreeMap<Channel, Touched> = BTreeMap::new();
        let mut all = Touched::default();
        let touches = seen.journal.entries().touches.iter().filter(|touch| touch.on <= as_of);
        for touch in touches {
            let named = self.campaign.is_none() || self.campaign == touch.campaign;
            let Some(row) = seen.row(&touch.client).filter(|_| named) else { continue };
            let reached = touch.reached.unwrap_or(!touch.channel.is_broadcast());
            let recorded = touch.responded_on.is_some_and(|day| day <= as_of);
            let responded = recorded || (reached && bought.after(row, touch));
            channels.entry(touch.channel).or_default().add(row, reached, responded);
            all.add(row, reached, responded);
        }
        let mut rows: Vec<(&str, &Touched)> =
            channels.iter().map(|(channel, touched)| (channel.name(), touched)).collect();
        if !rows.is_empty() {
            rows.push(("all", &all));
        }
        let count = |of: fn(&Touched) -> usize| {
            counts(rows.iter().map(|(_, touched)| Some(of(touched) as i64)))
        };
        let rates = rows.iter().map(|(_, touched)| {
            percent(touched.responded.len() as i128, touched.reached.len() as i128)
        });
        Ok(Table::new(vec![
            column(
                "channel",
                "R30, S4.13",
                "The channel; `all` is over unique clients, and so no sum.",
                texts(rows.iter().map(|row| row.0)),
            ),
            column(
                "touched",
                "R30",
                "Clients to whom something was sent, or who were called.",
                count(|touched| touched.sent.len()),
            ),
            column(
                "reached",
                "R30",
                "Of these, clients whom it reached.",
                count(|touched| touched.reached.len()),
            ),
            column(
                "responded",
                "R30",
                "Of these, clients that responded.",
                count(|touched| touched.responded.len()),
            ),
            column(
                "response_percent",
                "R30, S4.13",
                "Clients that responded in per cent of those reached.",
                floats(rates),
            ),
        ]))
    }
}
