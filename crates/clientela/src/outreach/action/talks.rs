//! What talks and complaints ask for.

use super::{ActionRule, List, Sentences};
use crate::axis::plural;
use crate::journal::Touch;
use crate::outreach::scene::bare;
use crate::portrait::{Complaint, Interaction, InteractionKind, Records, says_something};

/// What a talk was, in words.
fn talk_name(kind: InteractionKind) -> &'static str {
    match kind {
        InteractionKind::Call => "call",
        InteractionKind::Letter => "letter",
        InteractionKind::Email => "e-mail",
        InteractionKind::Message => "message",
        InteractionKind::Meeting => "meeting",
        InteractionKind::Visit => "visit",
        InteractionKind::Contract => "signing",
        InteractionKind::Other => "contact",
    }
}

impl<'a> List<'_, 'a> {
    pub(super) fn talks(&mut self) {
        if self.scene.seen.known.basis.declared.is_none() {
            return;
        }
        for row in 0..self.scene.seen.rows() {
            if let Some(records) = self.scene.records(row) {
                self.next_steps(row, records);
                self.complaints(row, records);
            }
        }
    }

    /// The next steps agreed on in the talks of the last day with any (S1.11). What came after
    /// replaces them.
    fn next_steps(&mut self, row: usize, records: &'a Records) {
        let as_of = self.scene.as_of();
        let past = records.interactions.iter().filter(|talk| talk.on <= as_of);
        let Some(last) = past.clone().map(|talk| talk.on).max() else { return };
        let talks: Vec<&'a Interaction> = past.filter(|talk| talk.on == last).collect();
        let steps = talks.iter().filter_map(|&talk| {
            Some((talk, talk.next_step.as_deref().filter(|step| says_something(step))?))
        });
        let steps: Vec<(&'a Interaction, &str)> = steps.collect();
        if steps.is_empty() {
            self.no_next_step(row, talks[0]);
        }
        let arrived = |touch: &Touch| !touch.channel.is_broadcast() && touch.reached != Some(false);
        for (talk, next) in steps {
            let due = talk.next_on.unwrap_or(talk.on);
            let mut touches = self.scene.touches(row).iter().map(|one| one.1);
            let done = touches.any(|touch| arrived(touch) && touch.on > talk.on && touch.on >= due);
            if done || due > self.until {
                continue;
            }
            let scene = self.scene;
            let reach = scene.reaches.read(row);
            let way = match talk.person.as_deref() {
                Some(person) => reach.personal_to(person),
                None => reach.personal(),
            };
            let Some(way) = way else { continue };
            let whom = match talk.person.as_deref() {
                Some(person) => format!("{person} of client {}", scene.id(row)),
                None => format!("client {}", scene.id(row)),
            };
            let about = talk
                .about
                .as_deref()
                .map_or_else(String::new, |about| format!(" about {}", bare(about)));
            let when = talk.next_on.map_or_else(
                || "no day was set".to_owned(),
                |day| format!("it is for {day} ({})", scene.ahead(day)),
            );
            let tell = Sentences {
                action: format!("Do what was agreed with {whom}: {}.", bare(next)),
                reason: format!(
                    "It was agreed in the {} of {} ({}){about}; {when}.",
                    talk_name(talk.kind),
                    talk.on,
                    scene.ago(talk.on)
                ),
            };
            let talker = talk.staff.as_deref().filter(|name| scene.is_here(name));
            let by = talker.or(scene.contacts.manager(row));
            self.add_by(row, ActionRule::NextStep, by, Some(way), Some(due), tell);
        }
    }

    /// A talk with a key client or VIP that ended without a next step (S1.11).
    fn no_next_step(&mut self, row: usize, talk: &Interaction) {
        let scene = self.scene;
        if !scene.is_key(row) && !scene.is_vip(row) {
            return;
        }
        let since = scene.seen.known.basis.since(Some(scene.seen.policy().risk.check_window));
        if talk.on.days() < since {
            return;
        }
        let Some(way) = scene.reaches.read(row).personal() else { return };
        let tell = Sentences {
            action: format!("{} and agree on the next step.", way.asks(&scene.id(row))),
            reason: format!(
                "The {} of {} ({}) is the last talk, and it ended without a next step.",
                talk_name(talk.kind),
                talk.on,
                scene.ago(talk.on)
            ),
        };
        let by = scene.contacts.manager(row);
        self.add_by(row, ActionRule::NoNextStep, by, Some(way), None, tell);
    }

    /// Complaints that are open, of which there is one row for a client.
    fn complaints(&mut self, row: usize, records: &'a Records) {
        let scene = self.scene;
        let as_of = scene.as_of();
        let is_open =
            |one: &&Complaint| one.on <= as_of && one.resolved_on.is_none_or(|day| day > as_of);
        let open: Vec<&Complaint> = records.complaints.iter().filter(is_open).collect();
        let Some(oldest) = open.iter().min_by_key(|one| one.on) else { return };
        let Some(way) = scene.reaches.read(row).personal() else { return };
        let text = oldest.text.as_deref().filter(|text| says_something(text));
        let said = text.map_or_else(String::new, |text| format!(": “{}”", bare(text)));
        let more = match open.len() {
            1 => String::new(),
            count => format!(" {} are open in all.", plural(count as i64, "complaint")),
        };
        let tell = Sentences {
            action: format!("{} and settle the complaint{said}.", way.asks(&scene.id(row))),
            reason: format!(
                "The complaint of {} is open for {}.{more}",
                oldest.on,
                plural(i64::from(as_of.days() - oldest.on.days()), "day")
            ),
        };
        let by = scene.contacts.manager(row);
        self.add_by(row, ActionRule::Complaint, by, Some(way), Some(oldest.on), tell);
    }
}
