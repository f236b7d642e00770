//! What to do next: the morning list.

mod asks;
mod losses;
mod order;
mod risks;
mod talks;
mod work;

use std::cmp::Reverse;
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashSet;
use rayon::prelude::*;
use serde::Deserialize;

pub use order::{ActionRule, Urgency};

use super::mailing::channels;
use super::reach::Way;
use super::scene::Scene;
use super::stake::at_stake;
use crate::attrition::Away;
use crate::axis::{choice, column};
use crate::calendar::Day;
use crate::census::facts::CHUNK;
use crate::error::{Error, Result};
use crate::table::{Table, Values};
use crate::view::{self, Seen, View};

/// What to do next: the list for the morning.
///
/// A row per client and reason, the most urgent first, then by what is at stake, then by client.
/// Nothing asks to contact a client that must be left alone; those are in
/// [`Unreachable`](super::Unreachable).
///
/// ```
/// use clientela::{Actions, Base, ClientColumn, Day, Journal, LedgerBuilder, LedgerOptions};
/// use clientela::{Policy, Sales};
///
/// let day = |day| Day::of(2026, 5, day).unwrap().days();
/// let mut builder = LedgerBuilder::new(LedgerOptions::default());
/// let clients = ClientColumn::Int(vec![7, 8].into());
/// builder.push(Sales::new(clients, vec![day(1), day(2)], vec![900_00, 50_00]))?;
/// let journal = Journal::from_json(
///     r#"{"promises": [{"client": 7, "what": "Send the samples", "due_on": "2026-05-18"}]}"#,
/// )?;
/// let base = Base::new(&builder.finish()?).journal(&journal);
/// let snapshot = base.snapshot(Day::of(2026, 5, 20).unwrap(), &Policy::default())?;
///
/// let list = snapshot.view(&Actions { limit: Some(1), ..Actions::default() })?;
/// let said = |column| list.value(0, column).unwrap().to_string();
/// assert_eq!(said("urgency"), "now");
/// assert_eq!(
///     said("action"),
///     "Keep the promise to client 7 now, and say why it is late: Send the samples."
/// );
/// assert_eq!(
///     said("reason"),
///     "It was promised for 2026-05-18, 2 days ago, and the client was not told that it would be \
///      late."
/// );
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Actions {
    /// Only what is for this one of ours; missing is everybody's.
    pub manager: Option<String>,
    /// So many rows at most; missing is all.
    pub limit: Option<u64>,
}

/// Something to do about one client.
#[derive(Debug)]
struct Action<'a> {
    row: usize,
    rule: ActionRule,
    /// Who of ours does it.
    by: Option<&'a str>,
    /// How to reach the client, where that is asked for.
    way: Option<Way<'a>>,
    /// By when; `None` follows from the urgency.
    due_on: Option<Day>,
    /// Another amount than what the client puts at stake.
    worth: Option<i64>,
    tell: Tell<'a>,
}

/// What there is to tell of it.
#[derive(Debug)]
enum Tell<'a> {
    /// What to do and why, in sentences, and the mark of a trigger.
    Told { action: String, reason: String, mark: String },
    /// A client that stays away; told last, because these are many.
    Away(Away, Option<Way<'a>>),
}

/// Gathers what there is to do.
struct List<'s, 'a> {
    scene: &'s Scene<'a>,
    /// The last day that the list looks ahead to.
    until: Day,
    actions: Vec<Action<'a>>,
    /// What was told, so that nothing is told twice.
    told: HashSet<(usize, ActionRule, String), FixedState>,
}

/// What to tell of an action: sentences for the reader.
struct Sentences {
    action: String,
    reason: String,
}

impl<'a> List<'_, 'a> {
    /// Whether something of a rule may be asked of a client at all.
    fn may(&self, rule: ActionRule, row: usize) -> bool {
        !rule.contacts() || !self.scene.reaches.is_closed(row)
    }

    /// Adds what is to be done by the client's manager.
    fn add(&mut self, row: usize, rule: ActionRule, due_on: Option<Day>, tell: Sentences) {
        self.add_by(row, rule, self.scene.contacts.manager(row), None, due_on, tell);
    }

    /// Adds what is to be done by someone of ours, and by which way.
    fn add_by(
        &mut self,
        row: usize,
        rule: ActionRule,
        by: Option<&'a str>,
        way: Option<Way<'a>>,
        due_on: Option<Day>,
        tell: Sentences,
    ) {
        self.add_worth(row, rule, by, way, due_on, None, tell);
    }

    #[allow(clippy::too_many_arguments, reason = "each is a column of its own")]
    fn add_worth(
        &mut self,
        row: usize,
        rule: ActionRule,
        by: Option<&'a str>,
        way: Option<Way<'a>>,
        due_on: Option<Day>,
        worth: Option<i64>,
        tell: Sentences,
    ) {
        let Sentences { action, reason } = tell;
        if self.may(rule, row) && self.told.insert((row, rule, action.clone())) {
            let tell = Tell::Told { action, reason, mark: String::new() };
            self.actions.push(Action { row, rule, by, way, due_on, worth, tell });
        }
    }
}

/// An action with its urgency and amount.
struct Ranked<'a> {
    action: Action<'a>,
    urgency: Urgency,
    stake: Option<i64>,
}

impl Actions {
    /// Everything there is to do, in the order of the list.
    fn ranked<'a>(&self, scene: &Scene<'a>) -> Result<Vec<Ranked<'a>>> {
        let as_of = scene.as_of();
        let until = as_of.plus(scene.seen.policy().outreach.list_ahead);
        let mut list = List { scene, until, actions: Vec::new(), told: HashSet::default() };
        list.promises();
        list.losses()?;
        list.talks();
        list.asks();
        list.work()?;
        list.risks()?;
        let mut actions = list.actions;
        if let Some(name) = self.manager.as_deref() {
            let known = scene.contacts.names().contains(&name)
                || scene.seen.journal.entries().staff.iter().any(|one| one.name == name)
                || actions.iter().any(|one| one.by == Some(name));
            if !known {
                let problem = format!("`{name}` is nobody of ours");
                return Err(Error::BadArgument { argument: "manager", problem });
            }
            actions.retain(|one| one.by == Some(name));
        }
        let rows: Vec<usize> = actions.iter().map(|one| one.row).collect();
        let stakes = at_stake(&scene.seen, &rows);
        let mut ranked: Vec<Ranked<'_>> = actions
            .into_iter()
            .zip(stakes)
            .map(|(action, stake)| Ranked {
                urgency: action.rule.urgency(action.due_on.is_some_and(|day| day <= as_of)),
                stake: action.worth.or(stake),
                action,
            })
            .collect();
        // Stable: what one rule asks of one client stays in the order of the rule.
        ranked.par_sort_by_key(|one| {
            (one.urgency, Reverse(one.stake), one.action.row, one.action.rule)
        });
        if let Some(limit) = self.limit.and_then(|limit| usize::try_from(limit).ok()) {
            ranked.truncate(limit);
        }
        Ok(ranked)
    }
}

impl View for Actions {
    const NAME: &'static str = "actions";
    const ABOUT: &'static str = "Something to do about a client now; the most urgent first.";
    const SOURCE: &'static str = "R35, R38 to R46, S2.53";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let scene = Scene::new(seen);
        let list = self.ranked(&scene)?;
        let told: Vec<(String, String, String)> = list
            .par_iter()
            .with_min_len(CHUNK / 8)
            .map(|one| match &one.action.tell {
                Tell::Told { action, reason, mark } => {
                    (action.clone(), reason.clone(), mark.clone())
                }
                Tell::Away(away, way) => {
                    let Sentences { action, reason } =
                        losses::tell(&scene, one.action.rule, away, *way);
                    (action, reason, String::new())
                }
            })
            .collect();
        let rows: Vec<usize> = list.iter().map(|one| one.action.row).collect();
        let rules: Vec<u8> = list.iter().map(|one| one.action.rule as u8).collect();
        let urgencies: Vec<u8> = list.iter().map(|one| one.urgency as u8).collect();
        let by_when = |one: &Ranked<'_>| {
            let default = match one.urgency {
                Urgency::Now | Urgency::Today => seen.as_of(),
                Urgency::ThisWeek => seen.as_of().plus(seen.policy().outreach.list_ahead),
            };
            Some(one.action.due_on.unwrap_or(default))
        };
        let each = || list.iter().map(|one| &one.action);
        let small = |codes: Vec<u8>, names: &[&str]| choice(Arc::new(codes.into()), names);
        let rank = (1..=list.len() as i64).map(Some);
        Ok(Table::new(vec![
            column("rank", "R46", "Its place, from 1.", view::counts(rank)),
            column("client", "R46", "Id of the client.", view::clients(seen.ids, &rows)),
            column(
                "manager",
                "R44",
                "Who of ours is to do it; missing is nobody.",
                view::names(each().map(|one| one.by)),
            ),
            column(
                "action",
                "R46",
                "What to do, in a sentence.",
                view::texts(told.iter().map(|one| &one.0)),
            ),
            column(
                "reason",
                "R46",
                "Why, in a sentence.",
                view::texts(told.iter().map(|one| &one.1)),
            ),
            column("rule", "R46", "The rule that asks for it.", small(rules, ActionRule::NAMES)),
            column(
                "source",
                "convention",
                "Where the rule comes from.",
                view::names(each().map(|one| Some(one.rule.source()))),
            ),
            column(
                "kind",
                "convention",
                "What kind of work it is.",
                view::names(each().map(|one| Some(one.rule.kind()))),
            ),
            column(
                "at_stake",
                "R23, R39",
                "What the client puts at stake, or the worth of a deal; missing is unknown.",
                view::money(seen.scale(), list.iter().map(|one| one.stake.map(i128::from)))?,
            ),
            column(
                "channel",
                "R46, S2.38c",
                "How to reach the client; missing where that is not asked for.",
                channels(each().map(|one| one.way.map(|way| way.channel))),
            ),
            column(
                "due_on",
                "R46",
                "The day by which; a day that has passed is overdue.",
                view::days(list.iter().map(by_when)),
            ),
            column(
                "urgency",
                "R40, S2.53",
                "Now, today or this week.",
                small(urgencies, &Urgency::NAMES),
            ),
            column(
                "mark",
                "convention",
                "What to write into `trigger` of the touch that follows a trigger; else empty.",
                Values::Text(Arc::new(told.iter().map(|one| one.2.as_str()).collect())),
            ),
        ]))
    }
}
