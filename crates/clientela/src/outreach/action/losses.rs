//! Clients that stay away, and the way to win them back.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Action, ActionRule, List, Sentences, Tell};
use crate::attrition::{Attempt, Away, WinBackState, attempts, away};
use crate::calendar::Day;
use crate::error::Result;
use crate::journal::{Departure, StaffRole, WinBackStep};
use crate::outreach::contact::in_role;
use crate::outreach::reach::Way;
use crate::outreach::scene::{Scene, bare};
use crate::table::NO_INT32;

impl<'a> List<'_, 'a> {
    pub(super) fn losses(&mut self) -> Result<()> {
        let scene = self.scene;
        // The last attempt with each client tells how it stands.
        let tried: BTreeMap<usize, Attempt<'a>> =
            attempts(&scene.seen).into_iter().map(|one| (one.row, one)).collect();
        for attempt in tried.values() {
            self.win_back(attempt);
        }
        let in_hand = |row: usize| tried.get(&row).is_some_and(|one| one.returned_on.is_none());
        for (row, departure) in scene.departures().filter(|&(row, _)| !in_hand(row)) {
            self.departed(row, departure);
        }
        let within = scene.seen.policy().outreach.lost_within;
        for one in away(&scene.seen)? {
            if in_hand(one.row) || scene.has_departed(one.row) {
                continue;
            }
            let lately = || Day::new(one.since).is_some_and(|day| scene.is_within(day, within));
            let rule = match one {
                Away { spiked: true, .. } => ActionRule::SpikeThenGone,
                Away { urgent: true, lost: true, .. } => ActionRule::FirstLost,
                Away { urgent: true, .. } => ActionRule::FirstDue,
                Away { lost: true, .. } if lately() => ActionRule::Lost,
                Away { lost: true, .. } => continue,
                _ => ActionRule::Due,
            };
            if !self.may(rule, one.row) {
                continue;
            }
            let reach = scene.reaches.read(one.row);
            let meets = rule == ActionRule::FirstLost;
            let way = if meets { reach.meeting() } else { reach.personal() };
            // A channel that must not be used leaves no way.
            if way.is_some() {
                let by = scene.contacts.manager(one.row);
                let tell = Tell::Away(one, way);
                let (row, due_on, worth) = (one.row, None, None);
                self.actions.push(Action { row, rule, by, way, due_on, worth, tell });
            }
        }
        Ok(())
    }

    /// The next step to win a client back (S2.53, S2.54, S2.55).
    fn win_back(&mut self, attempt: &Attempt<'a>) {
        let scene = self.scene;
        let Some(standing) = attempt.under_way().filter(|standing| !standing.closed) else {
            return;
        };
        let Some(&next) = standing.allowed.first() else { return };
        let row = attempt.row;
        let first = scene.is_key(row) || scene.is_vip(row);
        let rule = if first { ActionRule::WinBackFirst } else { ActionRule::WinBack };
        let Some(way) = scene.reaches.read(row).meeting() else { return };
        let whom = way.whom(&scene.id(row));
        // While nothing is decided, what follows is the client's answer.
        let waits = standing.state == WinBackState::Open
            && matches!(next, WinBackStep::PartWell | WinBackStep::AskReferral);
        let action = if waits {
            format!("Get the answer of {whom} to the question “what if”. {}", standing.advice)
        } else {
            step(next, &whom, standing.advice)
        };
        let begun = attempt.entry.opened_on;
        let last = attempt.last.map_or_else(
            || "no step has been taken yet".to_owned(),
            |last| {
                let done = words(last.step.name());
                format!("the last step, {done}, was on {} ({})", last.on, scene.ago(last.on))
            },
        );
        let why = standing.reason.map_or_else(String::new, |reason| {
            format!(" It left for this reason: {}.", words(reason.name()))
        });
        let reason = format!("The attempt to win it back began on {begun}; {last}.{why}");
        let gone = attempt.entry.staff.as_deref().filter(|&name| scene.is_here(name));
        let by = gone.or(scene.contacts.manager(row));
        let due = attempt.last.map_or(begun, |last| last.on);
        self.add_by(row, rule, by, Some(way), Some(due), Sentences { action, reason });
    }

    /// A client that told us it left, and nobody has tried to win it back.
    fn departed(&mut self, row: usize, departure: &'a Departure) {
        let scene = self.scene;
        let first = scene.is_key(row) || scene.is_vip(row);
        let within = scene.seen.policy().outreach.lost_within;
        if !first && !scene.is_within(departure.on, within) {
            return;
        }
        let rule = if first { ActionRule::WinBackFirst } else { ActionRule::Departed };
        let Some(way) = scene.reaches.read(row).meeting() else { return };
        let said = departure
            .said
            .as_deref()
            .map_or_else(String::new, |said| format!(" It said: “{}”.", bare(said)));
        let reason = format!(
            "It told us on {} ({}) that it left, for this reason: {}.{said} Nobody has tried to \
             win it back.",
            departure.on,
            scene.ago(departure.on),
            words(departure.reason.name())
        );
        let action = step(WinBackStep::NeutralLunch, &way.whom(&scene.id(row)), "");
        let by = scene.contacts.manager(row);
        let tell = Sentences { action, reason };
        self.add_by(row, rule, by, Some(way), Some(departure.on), tell);
    }
}

/// A name in words.
fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// What to do for a step.
fn step(step: WinBackStep, whom: &str, advice: &str) -> String {
    match step {
        WinBackStep::NeutralLunch => {
            format!("Invite {whom} to lunch on neutral ground, with the head, at once.")
        }
        WinBackStep::OfficeVisit => format!("Go to the office of {whom} with a gift."),
        WinBackStep::AskReason => {
            format!("Ask {whom}: you have stopped buying from us, what happened?")
        }
        // The question depends on the reason.
        WinBackStep::WhatIf => format!("Talk to {whom}. {advice}"),
        WinBackStep::PartWell => {
            format!("Part well with {whom}: leave a gift and an open door, and ask for nothing.")
        }
        WinBackStep::AskReferral => {
            format!("Part well with {whom} and ask for an introduction: the need has ended.")
        }
    }
}

/// What to do about a client that stays away, and why.
pub(super) fn tell(
    scene: &Scene<'_>,
    rule: ActionRule,
    away: &Away,
    way: Option<Way<'_>>,
) -> Sentences {
    let (seen, row) = (&scene.seen, away.row);
    let id = scene.id(row);
    let Some(way) = way else { return Sentences { action: String::new(), reason: String::new() } };
    let asks = way.asks(&id);
    let action = match rule {
        ActionRule::FirstLost => {
            let heads = in_role(seen.journal, StaffRole::Head, scene.as_of());
            let head = heads.first().copied().unwrap_or("the head");
            let whom = way.whom(&id);
            format!("Invite {whom} to lunch on neutral ground, with {head}, and ask what happened.")
        }
        ActionRule::FirstDue | ActionRule::SpikeThenGone => {
            format!("{asks} and ask why no order has come.")
        }
        ActionRule::Lost => format!("{asks} and ask why it stopped buying."),
        _ => format!("{asks} and ask for the next order."),
    };
    let day = |column: &str| seen.known.counts(column).get(row).copied();
    let day = |column: &str| day(column).filter(|&day| day != NO_INT32).and_then(Day::new);
    let who = match (scene.is_key(row), scene.is_vip(row)) {
        (true, true) => "A key client and VIP. ",
        (true, false) => "A key client. ",
        (false, true) => "A VIP. ",
        (false, false) => "",
    };
    let mut reason = who.to_owned();
    if let Some(last) = day("last_purchase") {
        let purchases = scene.purchases(row);
        let many = if purchases == 1 {
            "its only purchase".to_owned()
        } else {
            format!("the last of {purchases} purchases")
        };
        let _ = write!(reason, "It last bought on {last} ({}), {many}", scene.ago(last));
    }
    if let (Some(expected), Some(days)) = (day("expected_on"), scene.interval(row)) {
        let _ = write!(reason, "; it buys every {days} days and was to come on {expected}");
    }
    reason += ".";
    let since = Day::new(away.since).unwrap_or(scene.as_of());
    if away.spiked {
        let _ = write!(
            reason,
            " It was among those that paid most in a month and has neither bought nor paid \
             since; it counts as gone since {since}."
        );
    } else if away.lost {
        let _ = write!(reason, " It counts as lost since {since}.");
    } else if let Some(last_day) = day("lost_after").filter(|&day| day >= scene.as_of()) {
        let _ = write!(
            reason,
            " It is due since {since} and counts as lost after {last_day} ({}).",
            scene.ahead(last_day)
        );
    } else {
        let _ = write!(reason, " It is due since {since}.");
    }
    if away.responsive == Some(true) {
        reason += " It responds to our messages.";
    }
    Sentences { action, reason }
}
