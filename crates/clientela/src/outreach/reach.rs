//! By which ways a client may be reached, and what must not be used (R46, S2.38c, S4.13).

use serde::Deserialize;

use super::contact::Contacts;
use crate::axis::column;
use crate::calendar::Day;
use crate::census::basis::NameField;
use crate::client::ClientId;
use crate::error::Result;
use crate::journal::Channel;
use crate::portrait::{Contact, ContactKind, says_something};
use crate::table::Table;
use crate::view::{self, Seen, View};

/// Channels from the most personal on, as a call is made.
const PERSONAL: [Channel; 4] = [Channel::Phone, Channel::Message, Channel::Email, Channel::Letter];
/// Channels as a mailing is sent (S2.16, S4.4: e-mail or mobile).
const MAILING: [Channel; 4] = [Channel::Email, Channel::Message, Channel::Letter, Channel::Phone];

/// A way to reach a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Way<'a> {
    /// The channel.
    pub(crate) channel: Channel,
    /// Whom of theirs it reaches, where that is known.
    pub(crate) person: Option<&'a str>,
    /// The number or address, where it is known.
    pub(crate) address: Option<&'a str>,
}

impl Way<'_> {
    /// What to do with it, as the start of a sentence: `Call Anna Berg of client 7 on 123`.
    pub(crate) fn asks(&self, client: &ClientId) -> String {
        let whom = self.whom(client);
        let at = |word: &str| self.address.map_or_else(String::new, |at| format!(" {word} {at}"));
        match self.channel {
            Channel::Phone => format!("Call {whom}{}", at("on")),
            Channel::Meeting => format!("Meet {whom}"),
            Channel::Email => format!("E-mail {whom}{}", at("at")),
            Channel::Message => format!("Message {whom}{}", at("at")),
            Channel::Letter => format!("Write a letter to {whom}{}", at("at")),
            Channel::Site | Channel::Social => format!("Tell {whom}"),
        }
    }

    /// Whom it reaches: `Anna Berg of client 7`.
    pub(crate) fn whom(&self, client: &ClientId) -> String {
        match self.person {
            Some(person) => format!("{person} of client {client}"),
            None => format!("client {client}"),
        }
    }
}

/// The channels that a contact serves.
fn channels(kind: ContactKind) -> &'static [Channel] {
    match kind {
        ContactKind::Phone => &[Channel::Phone, Channel::Message],
        ContactKind::Messenger => &[Channel::Message],
        ContactKind::Email => &[Channel::Email],
        ContactKind::Address => &[Channel::Letter],
        ContactKind::Site | ContactKind::Social | ContactKind::Other => &[],
    }
}

/// What is known of how to reach the clients of a base.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reaches<'a> {
    seen: Seen<'a>,
    contact_name: NameField<'a>,
    /// Fields of portraits, and what kind of contact they hold.
    fields: [(ContactKind, NameField<'a>); 4],
}

/// How one client may be reached.
#[derive(Debug)]
pub(crate) struct Reach<'a> {
    /// What may be used, the preferred ones first.
    usable: Vec<(ContactKind, Option<&'a str>, &'a str, bool)>,
    /// Kinds of which something must not be used.
    barred: Vec<ContactKind>,
    /// Whom to ask for, where a contact names nobody.
    anybody: Option<&'a str>,
    closed: bool,
}

impl<'a> Reaches<'a> {
    pub(crate) fn new(seen: &Seen<'a>) -> Self {
        let field = |name| seen.known.basis.names(name);
        Self {
            seen: *seen,
            contact_name: field("contact_name"),
            fields: [
                (ContactKind::Phone, field("phone")),
                (ContactKind::Email, field("email")),
                (ContactKind::Address, field("address")),
                (ContactKind::Address, field("home_address")),
            ],
        }
    }

    /// The contacts of a client on record.
    fn contacts(&self, row: usize) -> &'a [Contact] {
        self.seen.records(row).map_or(&[], |records| &records.contacts)
    }

    /// Whether every contact on record is marked as not to be used, so that the client must be
    /// left alone.
    pub(crate) fn is_closed(&self, row: usize) -> bool {
        let contacts = self.contacts(row);
        !contacts.is_empty() && contacts.iter().all(|contact| contact.do_not_contact)
    }

    /// How a client may be reached.
    pub(crate) fn read(&self, row: usize) -> Reach<'a> {
        let contacts = self.contacts(row);
        let barred: Vec<&Contact> = contacts.iter().filter(|one| one.do_not_contact).collect();
        let is_barred = |value: &str| barred.iter().any(|one| one.value.trim() == value.trim());
        let mut usable: Vec<(ContactKind, Option<&str>, &str, bool)> = contacts
            .iter()
            .filter(|one| !one.do_not_contact)
            .map(|one| (one.kind, one.person.as_deref(), one.value.as_str(), one.preferred))
            .collect();
        let as_of = self.seen.as_of();
        let persons = self.seen.records(row).map_or(&[][..], |records| &records.persons);
        let known = |since: Option<Day>| since.is_none_or(|day| day <= as_of);
        for person in persons.iter().filter(|one| one.is_known() && known(one.known_since)) {
            let phone = person.phone.as_deref().map(|value| (ContactKind::Phone, value));
            let email = person.email.as_deref().map(|value| (ContactKind::Email, value));
            let of_person = phone.into_iter().chain(email);
            usable.extend(of_person.map(|(kind, at)| (kind, Some(&person.name[..]), at, false)));
        }
        let fields = self
            .fields
            .iter()
            .filter_map(|(kind, field)| Some((*kind, None, field.name(field.get(row)?)?, false)));
        usable.extend(fields);
        usable.retain(|&(_, _, value, _)| says_something(value) && !is_barred(value));
        // Stable: those of one rank stay in the order of the records.
        usable.sort_by_key(|&(_, _, _, preferred)| !preferred);
        let name = self.contact_name.get(row).and_then(|code| self.contact_name.name(code));
        let first = persons.iter().find(|one| one.is_known() && known(one.known_since));
        Reach {
            usable,
            barred: barred.iter().map(|one| one.kind).collect(),
            anybody: name.filter(|name| says_something(name)).or(first.map(|one| &one.name[..])),
            closed: self.is_closed(row),
        }
    }
}

impl<'a> Reach<'a> {
    /// How to talk to the client in person: as it prefers, else by phone and then by the others
    /// that are known; by phone where nothing is known. `None` where the client must be left
    /// alone, or what is left of the channels must not be used.
    pub(crate) fn personal(&self) -> Option<Way<'a>> {
        self.choose(PERSONAL)
    }

    /// How to talk to one person of the client's, as with [`Reach::personal`].
    pub(crate) fn personal_to(&self, person: &'a str) -> Option<Way<'a>> {
        if self.closed {
            return None;
        }
        let mut own = self.usable.iter().filter(|one| one.1 == Some(person));
        let way = own.find_map(|&(kind, _, at, _)| {
            let channel = PERSONAL.iter().find(|channel| channels(kind).contains(channel))?;
            Some(self.way(*channel, Some((Some(person), at))))
        });
        way.or_else(|| Some(Way { person: Some(person), ..self.personal()? }))
    }

    /// How to write to the client: as it prefers, else by e-mail or message.
    pub(crate) fn mailing(&self) -> Option<Way<'a>> {
        self.choose(MAILING)
    }

    /// By a channel that is asked for, where it may be used, else as a mailing.
    pub(crate) fn by(&self, channel: Channel) -> Option<Way<'a>> {
        if self.closed {
            return None;
        }
        if channel.is_broadcast() || channel == Channel::Meeting {
            return Some(self.way(channel, None));
        }
        let known = self.usable.iter().find(|one| channels(one.0).contains(&channel));
        match known {
            Some(&(_, person, address, _)) => Some(self.way(channel, Some((person, address)))),
            None if self.is_free(channel) && self.usable.is_empty() => {
                Some(self.way(channel, None))
            }
            None => self.mailing(),
        }
    }

    /// A meeting, where the client may be asked for one.
    pub(crate) fn meeting(&self) -> Option<Way<'a>> {
        self.by(Channel::Meeting)
    }

    fn choose(&self, order: [Channel; 4]) -> Option<Way<'a>> {
        if self.closed {
            return None;
        }
        let serves = |kind| order.iter().find(|channel| channels(kind).contains(channel)).copied();
        let preferred = self.usable.iter().filter(|one| one.3);
        let chosen = preferred
            .filter_map(|&(kind, person, at, _)| Some((serves(kind)?, person, at)))
            .chain(order.into_iter().flat_map(|channel| {
                let of = self.usable.iter().filter(move |one| channels(one.0).contains(&channel));
                of.map(move |&(_, person, at, _)| (channel, person, at))
            }))
            .next();
        if let Some((channel, person, at)) = chosen {
            return Some(self.way(channel, Some((person, at))));
        }
        let free = order.into_iter().find(|&channel| self.is_free(channel))?;
        Some(self.way(free, None))
    }

    /// Whether no contact that serves a channel is marked as not to be used.
    fn is_free(&self, channel: Channel) -> bool {
        !self.barred.iter().any(|&kind| channels(kind).contains(&channel))
    }

    fn way(&self, channel: Channel, known: Option<(Option<&'a str>, &'a str)>) -> Way<'a> {
        let (person, address) = known.map_or((None, None), |(who, at)| (who, Some(at)));
        Way { channel, person: person.or(self.anybody), address }
    }
}

/// The clients that must be left alone, because every contact of theirs is marked so. Nothing
/// asks to contact them; see them through by other means, or ask nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Unreachable {}

impl View for Unreachable {
    const NAME: &'static str = "unreachable";
    const ABOUT: &'static str = "A client of which every contact is marked as not to be used.";
    const SOURCE: &'static str = "R46, S2.38c";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let reaches = Reaches::new(seen);
        let rows: Vec<usize> = if seen.known.basis.declared.is_some() {
            (0..seen.rows()).filter(|&row| reaches.is_closed(row)).collect()
        } else {
            Vec::new()
        };
        let held = Contacts::of(seen);
        let amounts = seen.known.basis.amounts(seen.policy().risk.window);
        let of = |row: &usize| i64::try_from(reaches.contacts(*row).len()).ok();
        Ok(Table::new(vec![
            column("client", "R46", "Id of the client.", view::clients(seen.ids, &rows)),
            column(
                "manager",
                "R44",
                "Who of ours looks after it; missing is nobody.",
                held.managers(rows.iter().copied()),
            ),
            column(
                "key",
                "R19",
                "Whether it is a key client.",
                view::flags(rows.iter().map(|&row| seen.flag("key", row))),
            ),
            column(
                "contacts",
                "S2.38c",
                "Contacts on record, all of them marked.",
                view::counts(rows.iter().map(of)),
            ),
            column(
                "amount",
                "convention",
                "Net amount in the window of risks.",
                view::money(seen.scale(), rows.iter().map(|&row| Some(amounts[row].into())))?,
            ),
        ]))
    }
}
