//! What there is to talk about with a client: triggers (R46).

mod audience;
mod rules;

use rayon::prelude::*;
use serde::Deserialize;

use self::rules::Rules;
use super::mailing::channels;
use super::reach::Way;
use super::scene::Scene;
use super::stake::at_stake;
use crate::axis::{choice, column};
use crate::calendar::Day;
use crate::census::facts::CHUNK;
use crate::error::Result;
use crate::table::Table;
use crate::view::{self, Seen, View};

/// What sets a talk or message off (R46).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum TriggerKind {
    /// A product heals a pain that the client told of.
    Pain = 0,
    /// A product is new.
    NewProduct = 1,
    /// A collection of a brand is new, and the client buys certain brands only.
    Collection = 2,
    /// Days of promotion.
    PromoDays = 3,
    /// Buyers of what the client buys need another product too.
    CrossSell = 4,
    /// A delivery is done, and contacts can be asked for.
    ReferralRequest = 5,
    /// A birthday.
    Birthday = 6,
    /// The first purchase, after which we must not vanish.
    FollowUp = 7,
    /// There was no contact for long.
    Contact = 8,
}

impl TriggerKind {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 9] = [
        "pain",
        "new_product",
        "collection",
        "promo_days",
        "cross_sell",
        "referral_request",
        "birthday",
        "follow_up",
        "contact",
    ];

    /// The name.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Where the rule comes from.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Pain => "R46, S0.12",
            Self::NewProduct => "R46, S2.18, S2.44",
            Self::Collection => "R46, S4.4",
            Self::PromoDays => "R46, S4.5, S2.38b",
            Self::CrossSell => "R46, S4.14, S2.45",
            Self::ReferralRequest => "R46, S0.14",
            Self::Birthday => "R46, S2.47",
            Self::FollowUp => "R37, S2.1",
            Self::Contact => "S0.11",
        }
    }
}

/// How a trigger is followed, the one that wins first (C16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum TriggerOrder {
    /// In person.
    Personal = 1,
    /// By a mailing to those whom it concerns.
    Mailing = 2,
    /// By a broadcast to the base.
    Broadcast = 3,
}

/// Something to talk about with one client.
#[derive(Debug, Clone)]
pub(crate) struct Trigger<'a> {
    pub(crate) row: usize,
    pub(crate) kind: TriggerKind,
    pub(crate) order: TriggerOrder,
    /// What it is about; a client is asked about it once.
    pub(crate) subject: Subject<'a>,
    pub(crate) due_on: Day,
    pub(crate) way: Way<'a>,
    pub(crate) action: String,
    pub(crate) reason: String,
    /// What to write into the touch that follows it.
    pub(crate) mark: String,
}

/// What a trigger is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject<'a> {
    Product(&'a str),
    Promo(&'a str, Day),
    Referral,
    Birthday(&'a str),
    FollowUp,
    Contact,
}

impl<'a> Trigger<'a> {
    /// The product or promotion; `None` where it is about neither.
    fn product(&self) -> Option<&'a str> {
        match self.subject {
            Subject::Product(name) | Subject::Promo(name, _) => Some(name),
            _ => None,
        }
    }
}

/// All triggers up to an order, by client, order and what they are about.
///
/// A client has each subject once: the personal trigger wins (C16). What was followed within
/// `outreach.repeat_after` is not asked for again, nor what would be less personal. A client
/// that must be left alone, or that has left, has none.
pub(crate) fn triggers<'a>(scene: &Scene<'a>, most: TriggerOrder) -> Vec<Trigger<'a>> {
    let rules = Rules::new(scene, most);
    let rows: Vec<usize> = (0..scene.seen.rows()).collect();
    let found: Vec<Vec<Trigger<'_>>> = rows
        .par_chunks(CHUNK)
        .map(|rows| {
            let mut found = Vec::new();
            let mut of_one = Vec::new();
            for &row in rows {
                rules.find(row, &mut of_one);
                of_one.sort_unstable_by(|a, b| {
                    let place = |one: &Trigger<'a>| (one.subject, one.order, one.kind, one.due_on);
                    place(a).cmp(&place(b)).then_with(|| a.mark.cmp(&b.mark))
                });
                of_one.dedup_by_key(|one| one.subject);
                of_one.sort_by_key(|one| (one.order, one.kind));
                found.append(&mut of_one);
            }
            found
        })
        .collect();
    found.into_iter().flatten().collect()
}

/// What there is to talk about with clients: a row per client and subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Triggers {}

impl View for Triggers {
    const NAME: &'static str = "triggers";
    const ABOUT: &'static str = "A client and something to talk about with it now.";
    const SOURCE: &'static str = "R46";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let scene = Scene::new(seen);
        let found = triggers(&scene, TriggerOrder::Broadcast);
        let rows: Vec<usize> = found.iter().map(|one| one.row).collect();
        let stakes = at_stake(seen, &rows);
        let kinds: Vec<u8> = found.iter().map(|one| one.kind as u8).collect();
        Ok(Table::new(vec![
            column("client", "R46", "Id of the client.", view::clients(seen.ids, &rows)),
            column(
                "manager",
                "R44",
                "Who of ours looks after it; missing is nobody.",
                scene.contacts.managers(rows.iter().copied()),
            ),
            column(
                "trigger",
                "R46",
                "What sets the talk off.",
                choice(std::sync::Arc::new(kinds.into()), &TriggerKind::NAMES),
            ),
            column(
                "product",
                "R46",
                "The product or promotion; missing where it is about neither.",
                view::names(found.iter().map(Trigger::product)),
            ),
            column(
                "channel",
                "R46, S2.38c",
                "How to reach the client.",
                channels(found.iter().map(|one| Some(one.way.channel))),
            ),
            column(
                "order",
                "R46, S0.12",
                "1 in person, 2 by a mailing, 3 by a broadcast.",
                view::counts(found.iter().map(|one| Some(one.order as i64))),
            ),
            column(
                "key",
                "R19, S2.44",
                "Whether it is a key client.",
                view::flags(rows.iter().map(|&row| seen.flag("key", row))),
            ),
            column(
                "due_on",
                "R46",
                "The day by which.",
                view::days(found.iter().map(|one| Some(one.due_on))),
            ),
            column(
                "action",
                "R46",
                "What to do, in a sentence.",
                view::texts(found.iter().map(|one| &one.action)),
            ),
            column(
                "reason",
                "R46",
                "Why, in a sentence.",
                view::texts(found.iter().map(|one| &one.reason)),
            ),
            column(
                "at_stake",
                "R23, R39",
                "What the client brings.",
                view::money(seen.scale(), stakes.into_iter().map(|stake| stake.map(i128::from)))?,
            ),
            column(
                "source",
                "convention",
                "Where the rule comes from.",
                view::texts(found.iter().map(|one| one.kind.source())),
            ),
            column(
                "mark",
                "convention",
                "What to write into `trigger` of the touch that follows it.",
                view::texts(found.iter().map(|one| &one.mark)),
            ),
        ]))
    }
}
