//! A history as tables: who entered, left and stayed on each day, for how long, and how many.

use std::sync::Arc;

use super::History;
use super::standing::{Course, Step};
use super::turn::TurnKey;
use crate::axis::{choice, column, flag};
use crate::calendar::Day;
use crate::client::{ClientId, ClientIds, Texts};
use crate::error::{Error, Result};
use crate::table::{Table, Values};
use crate::view::{counts, days, names, texts};

/// What became of a client between two evaluated days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum MembershipChange {
    /// In on the first evaluated day: when it entered is not known.
    Present = 0,
    /// In, and was not on the evaluated day before.
    Entered = 1,
    /// In, and was before.
    Stayed = 2,
    /// Not in or not known to be, and was before.
    Left = 3,
}

impl MembershipChange {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 4] = ["present", "entered", "stayed", "left"];
}

/// What a membership or its end rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum MembershipCause {
    /// What the rule says of the client.
    Rule = 0,
    /// A pin, or the end of one.
    Pin = 1,
    /// Another version of the rule than on the evaluated day before.
    Version = 2,
}

impl MembershipCause {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["rule", "pin", "version"];
}

const VERDICTS: [&str; 3] = ["out", "in", "unknown"];

impl MembershipChange {
    /// The change, if the client is or was in.
    fn of(step: &Step<'_>) -> Option<Self> {
        let was_in = step.was.is_some_and(|was| was.is_in());
        match (was_in, step.now.is_in()) {
            (true, true) => Some(Self::Stayed),
            (true, false) => Some(Self::Left),
            // A client that an earlier day does not know is new.
            (false, true) if step.place == 0 => Some(Self::Present),
            (false, true) => Some(Self::Entered),
            (false, false) => None,
        }
    }
}

impl MembershipCause {
    fn of(step: &Step<'_>, change: MembershipChange) -> Self {
        let Step { was, now, .. } = step;
        let turned = matches!(change, MembershipChange::Entered | MembershipChange::Left);
        match was {
            _ if now.pin.is_some() => Self::Pin,
            // The rule said before what counts now, and the pin alone kept it from counting.
            Some(was) if turned && was.pin.is_some() && was.in_by_rule == now.in_by_rule => {
                Self::Pin
            }
            Some(was) if turned && was.version != now.version => Self::Version,
            _ => Self::Rule,
        }
    }
}

/// The columns that begin every table: the rule and the client.
#[derive(Default)]
struct Who {
    rules: Vec<String>,
    clients: Vec<ClientId>,
}

impl Who {
    fn push(&mut self, course: &Course<'_>, row: usize) {
        self.rules.push(course.rule.to_owned());
        self.clients.push(course.ids.get(row));
    }

    fn columns(self) -> [crate::table::Column; 2] {
        [
            column("rule", "R47", "The rule, by id.", texts(self.rules)),
            column("client", "convention", "The client.", clients(&self.clients)),
        ]
    }
}

/// A column of ids, which may stand in it many times.
fn clients(ids: &[ClientId]) -> Values {
    let number = |id: &ClientId| match id {
        ClientId::Int(id) => Some(*id),
        ClientId::Text(_) => None,
    };
    if let Some(numbers) = ids.iter().map(number).collect::<Option<Vec<i64>>>() {
        return Values::Client(ClientIds::Int(Arc::new(numbers.into())));
    }
    let mut all = Texts::default();
    for id in ids {
        all.push(&id.to_string());
    }
    Values::Client(ClientIds::Text(Arc::new(all)))
}

fn codes(codes: Vec<u8>, names: &[&str]) -> Values {
    choice(Arc::new(codes.into()), names)
}

impl History {
    /// A row per rule, client and evaluated day on which the client is in, or was on the
    /// evaluated day before: entered, stayed or left, by the rule or a pin, and why. Of several
    /// versions that were evaluated on one day the highest counts.
    ///
    /// # Errors
    /// None for a history that could be read or made.
    pub fn table(&self) -> Result<Table> {
        let mut who = Who::default();
        let (mut on, mut since, mut versions) = (Vec::new(), Vec::new(), Vec::new());
        let (mut changes, mut verdicts, mut causes) = (Vec::new(), Vec::new(), Vec::new());
        let (mut pinned_by, mut reasons, mut turned) = (Vec::new(), Vec::new(), Vec::new());
        for course in &self.courses()? {
            course.steps(|step| {
                let Some(change) = MembershipChange::of(&step) else { return };
                let cause = MembershipCause::of(&step, change);
                let now = step.now;
                who.push(course, step.row);
                on.push(Some(now.day));
                since.push(step.was.map(|was| was.day));
                versions.push(Some(i64::from(now.version)));
                changes.push(change as u8);
                verdicts.push(now.verdict.map_or(2, u8::from));
                causes.push(cause as u8);
                let pin = (cause == MembershipCause::Pin)
                    .then(|| now.pin.or_else(|| course.pinned(step.row).latest(now.day)))
                    .flatten();
                pinned_by.push(pin.map(|pin| pin.by.clone()));
                reasons.push(match pin {
                    Some(pin) => Some(pin.why.clone()),
                    None if now.is_in() => self.reason(course.rule, now.version),
                    None => None,
                });
                let by_rule = cause == MembershipCause::Rule;
                turned.push(by_rule.then(|| self.turned(course, &step, change)).flatten());
            });
        }
        let [rule, client] = who.columns();
        let text = |texts: Vec<Option<String>>| names(texts);
        Ok(Table::new(vec![
            rule,
            column("version", "R47", "Its version on the day.", counts(versions)),
            client,
            column("day", "R47", "The evaluated day.", days(on)),
            column("since", "R47", "The evaluated day before that knows the client.", days(since)),
            column(
                "change",
                "R47",
                "What became of the client since: present on the first evaluated day, entered, \
                 stayed or left.",
                codes(changes, &MembershipChange::NAMES),
            ),
            column("verdict", "R47", "In, out or unknown on the day.", codes(verdicts, &VERDICTS)),
            column(
                "by",
                "R47",
                "What it rests on: the rule, a pin or its end, or a new version of the rule.",
                codes(causes, &MembershipCause::NAMES),
            ),
            column("pinned_by", "R47", "Who set the pin.", text(pinned_by)),
            column("reason", "R47", "Why: of the pin, or of the rule.", text(reasons)),
            column(
                "turned",
                "R47",
                "The leaves of the rule that turned since, with the values before and after.",
                text(turned),
            ),
        ]))
    }

    /// What a rule says of its members.
    fn reason(&self, rule: &str, version: u32) -> Option<String> {
        let told = self.inner.rules.get(&(rule.to_owned(), version))?;
        let text = if told.reason.is_empty() { &told.title } else { &told.reason };
        (!text.is_empty()).then(|| text.clone())
    }

    /// Which leaves turned, where it is told.
    fn turned(
        &self,
        course: &Course<'_>,
        step: &Step<'_>,
        change: MembershipChange,
    ) -> Option<String> {
        let entered = match change {
            MembershipChange::Entered => true,
            MembershipChange::Left => false,
            _ => return None,
        };
        let key = TurnKey {
            rule: course.rule.to_owned(),
            version: step.now.version,
            client: course.ids.get(step.row),
            from: step.was?.day,
            to: step.now.day,
        };
        self.inner.turns.get(&key)?.words(entered)
    }

    /// A row per unbroken stay of a client in a segment, between evaluated days.
    ///
    /// # Errors
    /// A rule that was not evaluated.
    pub fn stays(&self, rule: &str) -> Result<Table> {
        let courses = self.courses()?;
        let course = courses.iter().find(|course| course.rule == rule).ok_or_else(|| {
            let problem = format!("`{rule}` was not evaluated");
            Error::BadArgument { argument: "rule", problem }
        })?;
        let mut stays: Vec<Stay> = Vec::new();
        course.steps(|step| {
            let Step { row, was, now, .. } = step;
            let open = stays.last_mut().filter(|stay| stay.row == row && stay.left.is_none());
            match (open, now.is_in()) {
                (Some(stay), true) => {
                    stay.to = now.day;
                    stay.days += 1;
                    stay.pinned |= now.pin.is_some();
                }
                (Some(stay), false) => stay.left = Some(now.day),
                (None, true) => stays.push(Stay {
                    row,
                    before: was.map(|was| was.day),
                    from: now.day,
                    to: now.day,
                    left: None,
                    days: 1,
                    pinned: now.pin.is_some(),
                }),
                (None, false) => {}
            }
        });
        let mut who = Who::default();
        for stay in &stays {
            who.push(course, stay.row);
        }
        let day = |of: fn(&Stay) -> Option<Day>| days(stays.iter().map(of));
        let [rule, client] = who.columns();
        Ok(Table::new(vec![
            rule,
            client,
            column(
                "not_before",
                "R47",
                "The evaluated day before, on which the client was not in; missing where no \
                 earlier day knows it.",
                day(|stay| stay.before),
            ),
            column("from", "R47", "First evaluated day in.", day(|stay| Some(stay.from))),
            column("to", "R47", "Last evaluated day in.", day(|stay| Some(stay.to))),
            column(
                "left_by",
                "R47",
                "First evaluated day no longer in; missing where the stay goes on.",
                day(|stay| stay.left),
            ),
            column(
                "evaluations",
                "R47",
                "Evaluated days of the stay.",
                counts(stays.iter().map(|stay| Some(stay.days))),
            ),
            column(
                "pinned",
                "R47",
                "Whether a pin decided on any of them.",
                Values::Flag(Arc::new(stays.iter().map(|stay| flag(Some(stay.pinned))).collect())),
            ),
        ]))
    }

    /// A row per rule and evaluated day: how many clients are in, how many entered, stayed and
    /// left since the evaluated day before.
    ///
    /// # Errors
    /// None for a history that could be read or made.
    pub fn summary(&self) -> Result<Table> {
        let (mut rules, mut on, mut versions) = (Vec::new(), Vec::new(), Vec::new());
        let mut tallies: Vec<Tally> = Vec::new();
        for course in &self.courses()? {
            let first = tallies.len();
            tallies.resize_with(first + course.len(), Tally::default);
            course.steps(|step| tallies[first + step.place].count(&step));
            for place in 0..course.len() {
                rules.push(course.rule.to_owned());
                on.push(Some(course.day(place)));
                versions.push(Some(i64::from(course.version(place))));
            }
        }
        let count = |of: fn(&Tally) -> i64| counts(tallies.iter().map(|tally| Some(of(tally))));
        Ok(Table::new(vec![
            column("rule", "R47", "The rule, by id.", texts(rules)),
            column("version", "R47", "Its version on the day.", counts(versions)),
            column("day", "R47", "The evaluated day.", days(on)),
            column("clients", "R47", "Clients evaluated or pinned.", count(|t| t.clients)),
            column("members", "R47", "Clients in.", count(|t| t.members)),
            column("unknown", "R47", "Clients of whom it is unknown.", count(|t| t.unknown)),
            column("entered", "R47", "Entered since the day before.", count(|t| t.changes[1])),
            column("stayed", "R47", "Stayed since the day before.", count(|t| t.changes[2])),
            column("left", "R47", "Left since the day before.", count(|t| t.changes[3])),
            column("pinned_in", "R47", "In by a pin.", count(|t| t.pinned[1])),
            column("pinned_out", "R47", "Out by a pin.", count(|t| t.pinned[0])),
        ]))
    }
}

/// One unbroken stay.
#[derive(Debug)]
struct Stay {
    row: usize,
    before: Option<Day>,
    from: Day,
    to: Day,
    left: Option<Day>,
    days: i64,
    pinned: bool,
}

#[derive(Debug, Default)]
struct Tally {
    clients: i64,
    members: i64,
    unknown: i64,
    /// By [`MembershipChange`].
    changes: [i64; 4],
    /// Out and in.
    pinned: [i64; 2],
}

impl Tally {
    fn count(&mut self, step: &Step<'_>) {
        let now = step.now;
        self.clients += 1;
        self.members += i64::from(now.is_in());
        self.unknown += i64::from(now.verdict.is_none());
        if let Some(change) = MembershipChange::of(step) {
            self.changes[change as usize] += 1;
        }
        if now.pin.is_some() {
            self.pinned[usize::from(now.is_in())] += 1;
        }
    }
}
