//! What the rules of outreach look at, read once for all clients.

use std::collections::BTreeMap;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::contact::{Contacts, gone};
use super::reach::Reaches;
use crate::calendar::{Day, Span};
use crate::client::ClientId;
use crate::journal::{Departure, Touch};
use crate::portrait::Records;
use crate::table::{NO_INT32, Values};
use crate::view::Seen;

/// The base as the rules of outreach see it.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) seen: Seen<'a>,
    pub(crate) contacts: Contacts<'a>,
    pub(crate) reaches: Reaches<'a>,
    key: &'a [u8],
    tier: &'a [u8],
    vip: Option<u8>,
    first: &'a [i32],
    last: &'a [i32],
    purchases: &'a [i32],
    intervals: &'a [f64],
    /// Touches up to the day, by row and then by day.
    touches: Vec<(u32, &'a Touch)>,
    /// Clients that told us they left and have bought nothing since, with what they told last.
    departed: BTreeMap<usize, &'a Departure>,
    /// The names of those of ours who have left.
    gone: HashSet<&'a str, FixedState>,
}

/// A day of a column.
fn day(days: &[i32], row: usize) -> Option<Day> {
    days.get(row).copied().filter(|&day| day != NO_INT32).and_then(Day::new)
}

/// The codes of a column of flags or choices, by row; none where there is no such column.
pub(crate) fn codes<'a>(seen: &Seen<'a>, column: &str) -> &'a [u8] {
    match seen.table.column(column).map(|column| &column.values) {
        Some(Values::Flag(codes) | Values::Choice(codes, _)) => codes,
        _ => &[],
    }
}

impl<'a> Scene<'a> {
    pub(crate) fn new(seen: &Seen<'a>) -> Self {
        let values = |name: &str| seen.table.column(name).map(|column| &column.values);
        let whole = |name: &str| match values(name) {
            Some(Values::Day(values) | Values::Int32(values)) => &values[..],
            _ => &[],
        };
        let vip = match values("tier") {
            Some(Values::Choice(_, names)) => names.iter().position(|name| name == "vip"),
            _ => None,
        };
        let intervals = match values("median_interval_days") {
            Some(Values::Float(values)) => &values[..],
            _ => &[],
        };
        let as_of = seen.as_of();
        let entries = seen.journal.entries();
        let touches = entries.touches.iter().filter(|touch| touch.on <= as_of);
        let mut touches: Vec<(u32, &Touch)> =
            touches.filter_map(|touch| Some((seen.row(&touch.client)? as u32, touch))).collect();
        touches.sort_by_key(|&(row, touch)| (row, touch.on));
        let last = whole("last_purchase");
        let departed = entries.departures.iter().filter(|one| one.on <= as_of);
        let departed = departed.filter_map(|one| {
            let row = seen.row(&one.client)?;
            day(last, row).is_none_or(|last| last <= one.on).then_some((row, one))
        });
        Self {
            seen: *seen,
            contacts: Contacts::of(seen),
            reaches: Reaches::new(seen),
            key: codes(seen, "key"),
            tier: codes(seen, "tier"),
            vip: vip.map(|code| code as u8),
            first: whole("first_purchase"),
            last,
            purchases: whole("purchases"),
            intervals,
            touches,
            departed: departed.collect(),
            gone: gone(seen.journal, as_of),
        }
    }

    pub(crate) fn as_of(&self) -> Day {
        self.seen.as_of()
    }

    pub(crate) fn id(&self, row: usize) -> ClientId {
        self.seen.id(row)
    }

    pub(crate) fn is_key(&self, row: usize) -> bool {
        self.key.get(row) == Some(&1)
    }

    pub(crate) fn is_vip(&self, row: usize) -> bool {
        self.vip.is_some() && self.tier.get(row).copied() == self.vip
    }

    pub(crate) fn first_purchase(&self, row: usize) -> Option<Day> {
        day(self.first, row)
    }

    pub(crate) fn last_purchase(&self, row: usize) -> Option<Day> {
        day(self.last, row)
    }

    pub(crate) fn purchases(&self, row: usize) -> i32 {
        self.purchases.get(row).copied().unwrap_or(0)
    }

    /// The median of the days between its purchases.
    pub(crate) fn interval(&self, row: usize) -> Option<f64> {
        self.intervals.get(row).copied().filter(|days| days.is_finite())
    }

    pub(crate) fn records(&self, row: usize) -> Option<&'a Records> {
        self.seen.records(row)
    }

    /// Whether the client told us that it left and has bought nothing since; nothing more is
    /// asked of it then (S2.55).
    pub(crate) fn has_departed(&self, row: usize) -> bool {
        self.departed.contains_key(&row)
    }

    /// Clients that told us they left and have bought nothing since, by id.
    pub(crate) fn departures(&self) -> impl Iterator<Item = (usize, &'a Departure)> + '_ {
        self.departed.iter().map(|(&row, &departure)| (row, departure))
    }

    /// Whether someone of ours has not left.
    pub(crate) fn is_here(&self, name: &str) -> bool {
        !self.gone.contains(name)
    }

    /// Key clients, by id.
    pub(crate) fn keys(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.seen.rows()).filter(|&row| self.is_key(row))
    }

    /// The touches of a client up to the day, by day.
    pub(crate) fn touches(&self, row: usize) -> &[(u32, &'a Touch)] {
        let from = self.touches.partition_point(|one| (one.0 as usize) < row);
        let to = self.touches.partition_point(|one| one.0 as usize <= row);
        &self.touches[from..to]
    }

    /// When we were in contact with a client, and who of ours where that is known: talks, and
    /// touches in person that arrived.
    fn contact(&self, row: usize) -> impl Iterator<Item = (Day, Option<&'a str>)> + '_ {
        let as_of = self.as_of();
        let talks = self.records(row).map_or(&[][..], |records| &records.interactions);
        let talks = talks.iter().filter(move |talk| talk.on <= as_of);
        let arrived = |touch: &Touch| !touch.channel.is_broadcast() && touch.reached != Some(false);
        let touches = self.touches(row).iter().map(|one| one.1);
        let touches = touches.filter(move |touch| arrived(touch));
        talks
            .map(|talk| (talk.on, talk.staff.as_deref()))
            .chain(touches.map(|touch| (touch.on, touch.staff.as_deref())))
    }

    /// The days on which we were in contact with a client.
    pub(crate) fn contact_days(&self, row: usize) -> impl Iterator<Item = Day> + '_ {
        self.contact(row).map(|one| one.0)
    }

    /// The same with who of ours, where that is known.
    pub(crate) fn contacts_by(&self, row: usize) -> impl Iterator<Item = (Day, &'a str)> + '_ {
        self.contact(row).filter_map(|(on, by)| Some((on, by?)))
    }

    /// Whether a day lies in the window of a length that ends on the day of the snapshot.
    pub(crate) fn is_within(&self, day: Day, span: Span) -> bool {
        day <= self.as_of() && day.plus(span) > self.as_of()
    }

    /// Days from one day to the day of the snapshot, in words: `3 days ago`.
    pub(crate) fn ago(&self, day: Day) -> String {
        match self.as_of().days() - day.days() {
            0 => "today".to_owned(),
            1 => "yesterday".to_owned(),
            days => format!("{days} days ago"),
        }
    }

    /// Days from the day of the snapshot to another, in words: `in 3 days`.
    pub(crate) fn ahead(&self, day: Day) -> String {
        match day.days() - self.as_of().days() {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            ..0 => self.ago(day),
            days => format!("in {days} days"),
        }
    }
}

/// A length of calendar time that is so long as two of another.
pub(crate) fn twice(span: Span) -> Span {
    match span {
        Span::Days(days) => Span::Days(days.saturating_mul(2)),
        Span::Months(months) => Span::Months(months.saturating_mul(2)),
    }
}

/// A text that ends as a sentence does, without its full stop.
pub(crate) fn bare(text: &str) -> &str {
    text.trim().trim_end_matches(['.', '!', '?', ' '])
}
