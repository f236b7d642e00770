//! Attempts to win clients back, and what they brought (R42).

use serde::Deserialize;

use super::lost::chosen;
use super::path::{WinBackMove, WinBackPath, WinBackQuestion, WinBackStanding, WinBackState};
use super::told;
use crate::axis::column;
use crate::calendar::Day;
use crate::census::history::{History, Scratch};
use crate::error::Result;
use crate::journal::{LossReason, WinBack, WinBackStep, WinBackTaken};
use crate::table::Table;
use crate::view::{Seen, View, clients, days, flags, money, names, texts};

/// An attempt to win a client back, as of the day.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    pub(crate) row: usize,
    pub(crate) entry: &'a WinBack,
    /// The last step up to the day.
    pub(crate) last: Option<&'a WinBackTaken>,
    /// How it stands by its steps, or which of them may not stand where it does.
    pub(crate) standing: Result<WinBackStanding, String>,
    /// The first purchase since it began.
    pub(crate) returned_on: Option<Day>,
    /// Net amount from then on, within `loss.recovered_within`.
    pub(crate) recovered: Option<i64>,
    /// Whether that time has passed, or another attempt has begun.
    pub(crate) complete: Option<bool>,
}

impl Attempt<'_> {
    /// How it stands: a purchase since it began is a return, whatever the steps say.
    pub(crate) fn state(&self) -> Option<WinBackState> {
        if self.returned_on.is_some() {
            return Some(WinBackState::Returned);
        }
        self.standing.as_ref().ok().map(|standing| standing.state)
    }

    /// How it stands by its steps, where the client has not come back.
    pub(crate) fn under_way(&self) -> Option<&WinBackStanding> {
        self.standing.as_ref().ok().filter(|_| self.state() != Some(WinBackState::Returned))
    }
}

/// The attempts that began up to the day with clients of the base, by client and beginning.
///
/// What a client buys belongs to the last attempt before it: from the day after that began to
/// the day on which the next begins. So no revenue is counted twice.
pub(crate) fn attempts<'a>(seen: &Seen<'a>) -> Vec<Attempt<'a>> {
    let as_of = seen.as_of();
    let begun = seen.journal.entries().win_backs.iter().filter(|entry| entry.opened_on <= as_of);
    let begun: Vec<(usize, &WinBack)> =
        begun.filter_map(|entry| Some((seen.row(&entry.client)?, entry))).collect();
    let mut scratch = Scratch::default();
    let histories = seen.histories();
    let next = |at: usize| begun.get(at + 1).filter(|next| next.0 == begun[at].0);
    let attempt = |at: usize| {
        let (row, entry) = begun[at];
        let next = next(at).map(|(_, next)| next.opened_on);
        attempt(seen, row, entry, next, histories.read(seen.known.basis.client(row), &mut scratch))
    };
    (0..begun.len()).map(attempt).collect()
}

/// One attempt, to which purchases up to the beginning of the next belong.
fn attempt<'a>(
    seen: &Seen<'a>,
    row: usize,
    entry: &'a WinBack,
    next: Option<Day>,
    history: History<'_>,
) -> Attempt<'a> {
    let as_of = seen.as_of();
    let until = next.unwrap_or(as_of);
    let opened = entry.opened_on.days();
    let place = history.visits.partition_point(|visit| visit.day <= opened);
    let returned = history.visits.get(place).map(|visit| visit.day);
    let returned_on = returned.filter(|&day| day <= until.days()).and_then(Day::new);
    let end = returned_on.map(|day| day.plus(seen.policy().loss.recovered_within));
    let recovered = returned_on.zip(end).map(|(from, end)| {
        let from = history.days.partition_point(|&day| day < from.days());
        let to = history.days.partition_point(|&day| day < end.days() && day <= until.days());
        history.amounts[from..to].iter().sum()
    });
    // Why it left is told from the last purchase before the attempt on.
    let before = place.checked_sub(1).and_then(|at| Day::new(history.visits[at].day));
    let reason = told::departure(seen.journal, &entry.client, before.unwrap_or(Day::MIN), until);
    let steps = &entry.steps[..entry.steps.partition_point(|step| step.on <= as_of)];
    let path = WinBackPath { steps: steps.iter().map(WinBackMove::from).collect(), reason };
    let standing = path.walk().map_err(|(at, problem)| format!("steps[{at}] {problem}"));
    Attempt {
        row,
        entry,
        last: steps.last(),
        standing,
        returned_on,
        recovered,
        complete: end.map(|end| next.is_some() || end.days() <= as_of.days() + 1),
    }
}

/// The attempts to win clients back: how each stands, what comes next, and what it brought
/// (R42, S2.53, S2.54, S2.55), by client and beginning.
///
/// A purchase since the attempt began is a return, whatever its steps say.
///
/// ```
/// use clientela::{
///     Base, ClientColumn, Day, Journal, LedgerBuilder, LedgerOptions, Policy, Sales, WinBacks,
/// };
///
/// let day = |month, day| Day::of(2025, month, day).unwrap().days();
/// let client = ClientColumn::Int(vec![1, 1].into());
/// let mut builder = LedgerBuilder::new(LedgerOptions::default());
/// builder.push(Sales::new(client, vec![day(1, 10), day(8, 20)], vec![1000, 2550]))?;
/// let journal = Journal::from_json(
///     r#"{"win_backs": [{"client": 1, "opened_on": "2025-07-01", "steps": [
///         {"on": "2025-07-02", "step": "neutral_lunch", "outcome": "done"}]}]}"#,
/// )?;
/// let base = Base::new(&builder.finish()?).journal(&journal);
/// let on = |month, day| base.snapshot(Day::of(2025, month, day).unwrap(), &Policy::default());
///
/// let before = on(8, 1)?.view(&WinBacks {})?;
/// assert_eq!(before.value(0, "next_step").unwrap().to_string(), "ask_reason");
/// let after = on(9, 1)?.view(&WinBacks {})?;
/// assert_eq!(after.value(0, "state").unwrap().to_string(), "returned");
/// assert_eq!(after.value(0, "recovered").unwrap().to_string(), "25.50");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WinBacks {}

impl View for WinBacks {
    const NAME: &'static str = "win_backs";
    const ABOUT: &'static str = "An attempt to win a client back: its state, next step, revenue.";
    const SOURCE: &'static str = "R42, S2.53, S2.54, S2.55";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let list = attempts(seen);
        let rows: Vec<usize> = list.iter().map(|one| one.row).collect();
        let next = |one: &Attempt<'_>| Some(*one.under_way()?.allowed.first()? as u8);
        let closed = |one: &Attempt<'_>| match one.state()? {
            WinBackState::Returned => Some(true),
            _ => one.under_way().map(|standing| standing.closed),
        };
        let reason = |one: &Attempt<'_>| Some(one.standing.as_ref().ok()?.reason? as u8);
        let advice = |one: &Attempt<'_>| match (one.state(), one.under_way()) {
            (Some(WinBackState::Returned), _) => "Nothing: the client is back.",
            (_, Some(standing)) => standing.advice,
            _ => "",
        };
        let scale = seen.scale();
        let ours = "convention";
        let step = |step: WinBackStep| step as u8;
        Ok(Table::new(vec![
            column("client", ours, "Id of the client.", clients(seen.ids, &rows)),
            column(
                "opened_on",
                "R42",
                "The day on which it began.",
                days(list.iter().map(|one| Some(one.entry.opened_on))),
            ),
            column(
                "staff",
                "R42",
                "Who of ours.",
                names(list.iter().map(|one| one.entry.staff.as_deref())),
            ),
            column(
                "state",
                "S2.54",
                "How it stands.",
                chosen(list.iter().map(|one| Some(one.state()? as u8)), &WinBackState::NAMES),
            ),
            column(
                "closed",
                "R42",
                "Whether nothing is left to do.",
                flags(list.iter().map(closed)),
            ),
            column(
                "last_step",
                "R42",
                "The last step taken.",
                chosen(list.iter().map(|one| Some(step(one.last?.step))), &WinBackStep::NAMES),
            ),
            column(
                "last_on",
                "R42",
                "The day on which it was taken.",
                days(list.iter().map(|one| Some(one.last?.on))),
            ),
            column(
                "reason",
                "S2.54",
                "Why the client left.",
                chosen(list.iter().map(reason), &LossReason::NAMES),
            ),
            column(
                "next_step",
                "S2.53",
                "The step to take next.",
                chosen(list.iter().map(next), &WinBackStep::NAMES),
            ),
            column("advice", "S2.53", "The same in words.", texts(list.iter().map(advice))),
            column(
                "question",
                "S2.54",
                "The question that the reason calls for, until it is asked.",
                chosen(
                    list.iter().map(|one| Some(one.under_way()?.question? as u8)),
                    &WinBackQuestion::NAMES,
                ),
            ),
            column(
                "closing",
                "S2.55",
                "How to part if the client does not come back.",
                chosen(
                    list.iter().map(|one| Some(step(one.under_way()?.closing?))),
                    &WinBackStep::NAMES,
                ),
            ),
            column(
                "returned_on",
                "R42",
                "First purchase after it began.",
                days(list.iter().map(|one| one.returned_on)),
            ),
            column(
                "recovered",
                "R42",
                "Net amount from then on, within the time that the policy sets.",
                money(scale, list.iter().map(|one| one.recovered.map(i128::from)))?,
            ),
            column(
                "recovered_complete",
                "R42",
                "Whether that amount can grow no more.",
                flags(list.iter().map(|one| one.complete)),
            ),
            column(
                "cause",
                ours,
                "The step that may not come where it stands, so that the steps tell no state.",
                texts(list.iter().map(|one| one.standing.as_ref().err().map_or("", |s| s))),
            ),
        ]))
    }
}
