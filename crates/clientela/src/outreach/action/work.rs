//! What tasks, deals, key clients and their portraits ask for.

use super::{ActionRule, List, Sentences};
use crate::calendar::Day;
use crate::error::Result;
use crate::outreach::assignment::{Post, posts};
use crate::outreach::mailing::letters;
use crate::outreach::scene::bare;
use crate::outreach::task::turns;
use crate::portrait::Completeness;

/// How many fields of a portrait are asked for at once.
const FIELDS: usize = 4;

impl List<'_, '_> {
    pub(super) fn work(&mut self) -> Result<()> {
        self.tasks()?;
        self.deals();
        self.posts();
        self.portraits();
        Ok(())
    }

    /// The next steps of group tasks that are due (S2.18).
    fn tasks(&mut self) -> Result<()> {
        let scene = self.scene;
        let as_of = scene.as_of();
        for turn in turns(&scene.seen, &scene.contacts, None)? {
            let Some(next) = turn.next(as_of) else { continue };
            let Some(due) = turn.task.due_on.filter(|&due| due <= self.until) else { continue };
            let Some(way) = scene.reaches.read(turn.row).personal() else { continue };
            let (done, all) = (turn.done(as_of), turn.task.steps.len());
            let tell = Sentences {
                action: format!(
                    "Take the next step of the task “{}” with {}: {}.",
                    bare(&turn.task.title),
                    way.whom(&scene.id(turn.row)),
                    bare(next)
                ),
                reason: format!(
                    "{done} of {all} steps are done; the task is for {due} ({}).",
                    scene.ahead(due)
                ),
            };
            let rule = ActionRule::Task;
            self.add_by(turn.row, rule, turn.manager, Some(way), Some(due), tell);
        }
        Ok(())
    }

    /// Deals about which nobody has been in contact since they have their status (S2.18).
    fn deals(&mut self) {
        let scene = self.scene;
        for one in letters(&scene.seen, &scene.contacts, &scene.reaches, None) {
            let deal = one.deal;
            if scene.contact_days(one.row).any(|day| day >= deal.on) {
                continue;
            }
            let Some(next) = one.next else { continue };
            let tell = Sentences {
                action: format!(
                    "{} about deal {} and push it on from {} to {next}.",
                    one.way.asks(&scene.id(one.row)),
                    deal.id,
                    deal.status
                ),
                reason: format!(
                    "The deal stands at {} since {} ({}), and no contact is on record since.",
                    deal.status,
                    deal.on,
                    scene.ago(deal.on)
                ),
            };
            let (by, way) = (one.manager, Some(one.way));
            self.add_worth(one.row, ActionRule::Deal, by, way, None, one.amount, tell);
        }
    }

    /// Key clients without a manager, or whose manager has too many (R44).
    fn posts(&mut self) {
        let scene = self.scene;
        for Post { row, from, to, reason } in posts(&scene.seen, &scene.contacts) {
            let id = scene.id(row);
            let (rule, action) = match (from, to) {
                (None, None) => {
                    (ActionRule::NoManager, format!("Find a manager for key client {id}."))
                }
                (None, Some(to)) => {
                    (ActionRule::NoManager, format!("Make {to} the manager of key client {id}."))
                }
                (Some(from), Some(to)) if from != to => (
                    ActionRule::ManagerFull,
                    format!("Hand key client {id} over from {from} to {to}, with a word to it."),
                ),
                _ => continue,
            };
            self.add(row, rule, None, Sentences { action, reason });
        }
    }

    /// Key clients of which too little is known (S2.46, S2.47).
    fn portraits(&mut self) {
        let scene = self.scene;
        let Some(declared) = scene.seen.known.basis.declared else { return };
        for row in scene.keys() {
            let id = scene.id(row);
            let Some(way) = scene.reaches.read(row).personal() else { continue };
            let portrait: Option<Completeness> =
                declared.portraits.completeness_of(&id, scene.as_of());
            let (action, reason) = match portrait {
                None => (
                    format!("Begin a portrait of key client {id}."),
                    "Nothing is on file about it but its sales.".to_owned(),
                ),
                Some(one) if one.missing_required.is_empty() && one.sufficient => continue,
                Some(one) => told(&one, &way.asks(&id)),
            };
            let by = scene.contacts.manager(row);
            let (rule, due): (_, Option<Day>) = (ActionRule::Portrait, None);
            self.add_by(row, rule, by, Some(way), due, Sentences { action, reason });
        }
    }
}

/// What to ask a client whose portrait has gaps, and why.
fn told(portrait: &Completeness, asks: &str) -> (String, String) {
    let lacks = if portrait.missing_required.is_empty() {
        &portrait.missing
    } else {
        &portrait.missing_required
    };
    let mut fields: Vec<String> =
        lacks.iter().take(FIELDS).map(|field| field.replace('_', " ")).collect();
    let more = lacks.len().saturating_sub(FIELDS);
    if more > 0 {
        fields.push(format!("{more} more"));
    }
    let gaps = portrait.missing_required.len();
    let known = format!("{} of {} fields are filled", portrait.filled, portrait.applicable);
    let reason = if gaps > 0 {
        format!(
            "Of this key client {known}; {gaps} of {} required ones are missing.",
            portrait.required
        )
    } else {
        format!("Of this key client {known}, which says no more than a list of contacts.")
    };
    (format!("{asks} and find out: {}.", fields.join(", ")), reason)
}
