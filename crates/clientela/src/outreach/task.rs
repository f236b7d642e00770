//! How far group tasks are, manager by manager (R45, S2.18).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::contact::{Contacts, gone};
use crate::axis::column;
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::journal::{GroupTask, TaskClient};
use crate::metric::sum::percent;
use crate::table::Table;
use crate::view::{self, Seen, View};

/// How far one client is in a task.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn<'a> {
    pub(crate) task: &'a GroupTask,
    client: &'a TaskClient,
    pub(crate) row: usize,
    /// Who does it: whom the task names, else the client's own manager.
    pub(crate) manager: Option<&'a str>,
}

impl<'a> Turn<'a> {
    /// Whether a step is done on the day.
    fn has_done(&self, step: &str, as_of: Day) -> bool {
        self.client.done.iter().any(|done| done.step == step && done.on <= as_of)
    }

    /// How many steps are done on the day.
    pub(crate) fn done(&self, as_of: Day) -> usize {
        self.task.steps.iter().filter(|step| self.has_done(step, as_of)).count()
    }

    /// The first step in the order of the task that is not done on the day.
    pub(crate) fn next(&self, as_of: Day) -> Option<&'a str> {
        let steps = self.task.steps.iter().map(String::as_str);
        steps.into_iter().find(|step| !self.has_done(step, as_of))
    }

    /// Whether something is not done that was to be done before the day.
    pub(crate) fn is_late(&self, as_of: Day) -> bool {
        self.task.due_on.is_some_and(|due| due < as_of) && self.next(as_of).is_some()
    }
}

/// The clients of all tasks, or of one, in the order of tasks and clients. A client that the
/// base does not have on the day has no part in it.
///
/// # Errors
/// A task that the journal does not have.
pub(crate) fn turns<'a>(
    seen: &Seen<'a>,
    contacts: &Contacts<'a>,
    id: Option<&str>,
) -> Result<Vec<Turn<'a>>> {
    let tasks = &seen.journal.entries().tasks;
    if let Some(id) = id.filter(|id| tasks.iter().all(|task| task.id != *id)) {
        let problem = format!("`{id}` is no task of the journal");
        return Err(Error::BadArgument { argument: "task", problem });
    }
    let gone = gone(seen.journal, seen.as_of());
    let mut turns: Vec<Turn<'_>> = tasks
        .iter()
        .filter(|task| id.is_none_or(|id| task.id == id))
        .flat_map(|task| task.clients.iter().map(move |client| (task, client)))
        .filter_map(|(task, client)| {
            let row = seen.row(&client.client)?;
            let named = client.manager.as_deref().filter(|name| !gone.contains(name));
            Some(Turn { task, client, row, manager: named.or(contacts.manager(row)) })
        })
        .collect();
    turns.sort_unstable_by_key(|turn| (&turn.task.id, turn.row));
    Ok(turns)
}

/// How far one manager is in a task.
#[derive(Debug)]
struct Share<'a> {
    task: &'a GroupTask,
    manager: Option<&'a str>,
    turns: Vec<Turn<'a>>,
}

/// The turns by task and manager, those of nobody last.
fn shares<'a>(turns: &[Turn<'a>]) -> Vec<Share<'a>> {
    let mut shares: BTreeMap<(&str, bool, Option<&str>), Share<'a>> = BTreeMap::new();
    for turn in turns {
        let place = (turn.task.id.as_str(), turn.manager.is_none(), turn.manager);
        let share = shares.entry(place).or_insert_with(|| Share {
            task: turn.task,
            manager: turn.manager,
            turns: Vec::new(),
        });
        share.turns.push(*turn);
    }
    shares.into_values().collect()
}

/// How far each manager is in each group task: a row per task and manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tasks {}

impl View for Tasks {
    const NAME: &'static str = "tasks";
    const ABOUT: &'static str = "A group task and a manager, and how far it is with the clients.";
    const SOURCE: &'static str = "R45, S2.18";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let as_of = seen.as_of();
        let contacts = Contacts::of(seen);
        let turns = turns(seen, &contacts, None)?;
        let shares = shares(&turns);
        let done = |share: &Share<'_>| share.turns.iter().map(|turn| turn.done(as_of)).sum();
        let done: Vec<usize> = shares.iter().map(done).collect();
        let steps: Vec<usize> =
            shares.iter().map(|share| share.task.steps.len() * share.turns.len()).collect();
        let all = || shares.iter().zip(done.iter().copied().zip(steps.iter().copied()));
        let count = |counts: &[usize]| view::counts(counts.iter().map(|&count| Some(count as i64)));
        Ok(Table::new(vec![
            column("task", "R45", "Id.", view::texts(shares.iter().map(|one| &one.task.id))),
            column(
                "title",
                "R45",
                "What it is.",
                view::texts(shares.iter().map(|one| &one.task.title)),
            ),
            column(
                "manager",
                "R45, S2.18",
                "Who does it; missing is nobody.",
                view::names(shares.iter().map(|one| one.manager)),
            ),
            column(
                "clients",
                "R45",
                "Clients of the manager in the task.",
                view::counts(shares.iter().map(|one| Some(one.turns.len() as i64))),
            ),
            column("steps", "R45", "Steps with all of them.", count(&steps)),
            column("done", "R45", "Steps that are done.", count(&done)),
            column(
                "percent",
                "R45",
                "Steps that are done, in per cent.",
                view::floats(all().map(|(_, (done, steps))| percent(done as i128, steps as i128))),
            ),
            column(
                "due_on",
                "R45",
                "By when; missing is some time.",
                view::days(shares.iter().map(|one| one.task.due_on)),
            ),
            column(
                "late",
                "R45",
                "Whether the day has passed and a step is not done.",
                view::flags(all().map(|(one, (done, steps))| {
                    Some(one.task.due_on.is_some_and(|due| due < as_of) && done < steps)
                })),
            ),
        ]))
    }
}

/// How far each step of group tasks is: a row per task, manager and step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaskSteps {
    /// The id of one task; missing is all.
    pub task: Option<String>,
}

impl View for TaskSteps {
    const NAME: &'static str = "task_steps";
    const ABOUT: &'static str = "A step of a group task, and with how many clients it is done.";
    const SOURCE: &'static str = "R45, S2.18";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let as_of = seen.as_of();
        let contacts = Contacts::of(seen);
        let turns = turns(seen, &contacts, self.task.as_deref())?;
        let shares = shares(&turns);
        let rows: Vec<(&Share<'_>, &str, usize)> = shares
            .iter()
            .flat_map(|share| share.task.steps.iter().map(move |step| (share, step.as_str())))
            .map(|(share, step)| {
                let done = share.turns.iter().filter(|turn| turn.has_done(step, as_of)).count();
                (share, step, done)
            })
            .collect();
        Ok(Table::new(vec![
            column("task", "R45", "Id.", view::texts(rows.iter().map(|row| &row.0.task.id))),
            column(
                "manager",
                "R45, S2.18",
                "Who does it; missing is nobody.",
                view::names(rows.iter().map(|row| row.0.manager)),
            ),
            column("step", "R45", "The step.", view::texts(rows.iter().map(|row| row.1))),
            column(
                "clients",
                "R45",
                "Clients of the manager in the task.",
                view::counts(rows.iter().map(|row| Some(row.0.turns.len() as i64))),
            ),
            column(
                "done",
                "R45",
                "With how many of them it is done.",
                view::counts(rows.iter().map(|row| Some(row.2 as i64))),
            ),
            column(
                "percent",
                "R45",
                "The same in per cent.",
                view::floats(
                    rows.iter().map(|row| percent(row.2 as i128, row.0.turns.len() as i128)),
                ),
            ),
        ]))
    }
}

/// How far each client is in group tasks: a row per task and client.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaskClients {
    /// The id of one task; missing is all.
    pub task: Option<String>,
}

impl View for TaskClients {
    const NAME: &'static str = "task_clients";
    const ABOUT: &'static str = "A client in a group task, and its next step.";
    const SOURCE: &'static str = "R45, S2.18";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let as_of = seen.as_of();
        let contacts = Contacts::of(seen);
        let turns = turns(seen, &contacts, self.task.as_deref())?;
        let rows: Vec<usize> = turns.iter().map(|turn| turn.row).collect();
        let count = |of: &dyn Fn(&Turn<'_>) -> usize| {
            view::counts(turns.iter().map(|turn| Some(of(turn) as i64)))
        };
        Ok(Table::new(vec![
            column("task", "R45", "Id.", view::texts(turns.iter().map(|turn| &turn.task.id))),
            column("client", "R45", "Id of the client.", view::clients(seen.ids, &rows)),
            column(
                "manager",
                "R45, S2.18",
                "Who does it; missing is nobody.",
                view::names(turns.iter().map(|turn| turn.manager)),
            ),
            column("steps", "R45", "Steps of the task.", count(&|turn| turn.task.steps.len())),
            column("done", "R45", "Steps that are done.", count(&|turn| turn.done(as_of))),
            column(
                "next_step",
                "R45",
                "The first step that is not done; missing where all are.",
                view::names(turns.iter().map(|turn| turn.next(as_of))),
            ),
            column(
                "due_on",
                "R45",
                "By when; missing is some time.",
                view::days(turns.iter().map(|turn| turn.task.due_on)),
            ),
            column(
                "late",
                "R45",
                "Whether the day has passed and a step is not done.",
                view::flags(turns.iter().map(|turn| Some(turn.is_late(as_of)))),
            ),
        ]))
    }
}
