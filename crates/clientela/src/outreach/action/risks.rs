//! What risks ask for: promises, contact, margins, leads.

use super::{ActionRule, List, Sentences};
use crate::attrition::leads;
use crate::axis::plural;
use crate::error::Result;
use crate::journal::StaffRole;
use crate::outreach::contact::in_role;
use crate::outreach::scene::bare;
use crate::risk::{
    ContactStanding, ErosionVerdict, FindingClients, PromiseVerdict, eroding, persons_known,
    promises, staff_on_record,
};
use crate::table::Values;
use crate::view::View;

impl List<'_, '_> {
    /// Promises that are late or due (R38).
    pub(super) fn promises(&mut self) {
        let scene = self.scene;
        let as_of = scene.as_of();
        for (row, promise, answer) in promises(&scene.seen) {
            if promise.done_on.is_some_and(|day| day <= as_of) || promise.due_on > self.until {
                continue;
            }
            let (id, due, what) = (scene.id(row), promise.due_on, bare(&promise.what));
            let closed = scene.reaches.is_closed(row);
            let (rule, action, reason) = match answer.verdict {
                PromiseVerdict::Violation => {
                    let say = if closed { "" } else { ", and say why it is late" };
                    (
                        ActionRule::PromiseLate,
                        format!("Keep the promise to client {id} now{say}: {what}."),
                        format!(
                            "It was promised for {due}, {}, and the client was not told that it \
                             would be late.",
                            scene.ago(due)
                        ),
                    )
                }
                PromiseVerdict::Excused => {
                    let why = if promise.reported {
                        "the client was told that it would be late"
                    } else {
                        "force majeure kept us from it"
                    };
                    (
                        ActionRule::PromiseExcused,
                        format!("Keep the promise to client {id}: {what}."),
                        format!("It was promised for {due}, {}; {why}.", scene.ago(due)),
                    )
                }
                PromiseVerdict::Open => {
                    let early = if promise.consent {
                        ""
                    } else {
                        " The client has not agreed to have it before."
                    };
                    let word = if closed { "" } else { ", or tell it before then if you cannot" };
                    (
                        ActionRule::PromiseDue,
                        format!("Keep the promise to client {id} on {due}{word}: {what}."),
                        format!("It was promised for {due}, {}.{early}", scene.ahead(due)),
                    )
                }
                _ => continue,
            };
            self.add(row, rule, Some(due), Sentences { action, reason });
        }
    }

    pub(super) fn risks(&mut self) -> Result<()> {
        self.continuity();
        self.heads()?;
        self.margins();
        self.leads();
        Ok(())
    }

    /// Contact with key clients and VIPs that would not stand the leaving of one (R35).
    fn continuity(&mut self) {
        let scene = self.scene;
        let (seen, risk) = (&scene.seen, &scene.seen.policy().risk);
        let recorded = staff_on_record(seen, &scene.contacts);
        for row in 0..seen.rows() {
            if !scene.is_key(row) && !scene.is_vip(row) {
                continue;
            }
            let (id, manager) = (scene.id(row), scene.contacts.manager(row));
            let staff = scene.contacts.staff(row);
            let ours =
                recorded.then(|| ContactStanding::of(staff.len() as u64, risk.staff_in_contact));
            let way = scene.reaches.read(row).personal();
            match ours {
                // Without a manager a key client is asked for by R44.
                Some(ContactStanding::Orphan) if manager.is_some() || !scene.is_key(row) => {
                    let action = match manager {
                        Some(name) => format!("Have {name} get in contact with client {id} again."),
                        None => format!("Name someone who looks after client {id}."),
                    };
                    let within = risk
                        .contact_window
                        .map_or_else(String::new, |span| format!(" in the last {span}"));
                    let reason = format!("Nobody of ours was in contact with it{within}.");
                    self.add(row, ActionRule::Orphan, None, Sentences { action, reason });
                }
                Some(ContactStanding::AtRisk) => {
                    if let Some(way) = way {
                        let names: Vec<&str> = (staff.iter())
                            .map(|&code| scene.contacts.names()[code as usize])
                            .collect();
                        let action = format!(
                            "Introduce a colleague of {} to {}.",
                            names.join(", "),
                            way.whom(&id)
                        );
                        let reason = format!(
                            "Only {} is in contact with it, and {} of ours are needed: the client \
                             may leave with that one.",
                            names.join(", "),
                            risk.staff_in_contact
                        );
                        let (rule, tell) = (ActionRule::OneOfOurs, Sentences { action, reason });
                        self.add_by(row, rule, manager, Some(way), None, tell);
                    }
                }
                _ => {}
            }
            let persons = persons_known(seen, row);
            let theirs = persons.map(|persons| ContactStanding::of(persons, risk.persons_known));
            if let (Some(persons), Some(way)) = (persons, way)
                && theirs.is_some_and(|side| side < ContactStanding::Covered)
            {
                let action =
                    format!("{} and get to know more persons there, high and low.", way.asks(&id));
                let known = match persons {
                    0 => "Nobody is known there".to_owned(),
                    1 => "Only one person is known there".to_owned(),
                    _ => format!("Only {persons} persons are known there"),
                };
                let reason = format!(
                    "{known}, and {} are needed: when a contact there changes, others must remain.",
                    risk.persons_known
                );
                let (rule, tell) = (ActionRule::OneOfTheirs, Sentences { action, reason });
                self.add_by(row, rule, manager, Some(way), None, tell);
            }
        }
    }

    /// Key clients with which the head was not in contact for long (S2.57).
    fn heads(&mut self) -> Result<()> {
        let scene = self.scene;
        let roles = [StaffRole::Head, StaffRole::Owner];
        let heads: Vec<&str> = roles
            .into_iter()
            .flat_map(|role| in_role(scene.seen.journal, role, scene.as_of()))
            .collect();
        let Some(&head) = heads.first().filter(|_| scene.keys().next().is_some()) else {
            return Ok(());
        };
        let absent = FindingClients { check: Some("head_absent".to_owned()) };
        let absent = absent.table(&scene.seen)?;
        let Some(Values::Client(ids)) = absent.column("client").map(|column| &column.values) else {
            return Ok(());
        };
        for row in (0..ids.len()).filter_map(|i| scene.seen.row(&ids.get(i))) {
            let Some(way) = scene.reaches.read(row).personal() else { continue };
            let last = scene.contacts_by(row).filter(|(_, by)| heads.contains(by));
            let last = last.map(|(on, _)| on).max();
            let reason = last.map_or_else(
                || "No contact of the head with this key client is on record.".to_owned(),
                |on| {
                    format!(
                        "The head's last contact with this key client was on {on} ({}).",
                        scene.ago(on)
                    )
                },
            );
            let action = format!("Arrange a visit of {head} to {}.", way.whom(&scene.id(row)));
            let by = scene.contacts.manager(row);
            let (rule, tell) = (ActionRule::HeadAbsent, Sentences { action, reason });
            self.add_by(row, rule, by, Some(way), None, tell);
        }
        Ok(())
    }

    /// Margins of VIPs that fall or are gone (R34).
    fn margins(&mut self) {
        let scene = self.scene;
        for one in eroding(&scene.seen).into_iter().flatten() {
            let id = scene.id(one.row);
            let (rule, action) = match one.verdict {
                Some(ErosionVerdict::Critical) => (
                    ActionRule::MarginGone,
                    format!("Stop selling to VIP {id} at cost: go through its prices and terms."),
                ),
                Some(ErosionVerdict::Eroding) => (
                    ActionRule::MarginFalls,
                    format!("Go through the prices and terms of VIP {id}."),
                ),
                _ => continue,
            };
            let falls = match one.falls {
                Some(falls) if falls > 0 => {
                    format!("; it fell {} in a row", plural(i64::from(falls), "time"))
                }
                _ => String::new(),
            };
            let reason = format!("Its margin was {}, the last one latest{falls}.", one.trend);
            self.add(one.row, rule, None, Sentences { action, reason });
        }
    }

    /// Those whose contact a client gave us lately (S4.12).
    fn leads(&mut self) {
        let scene = self.scene;
        let within = scene.seen.policy().outreach.news_within;
        for (row, given) in leads(&scene.seen) {
            if !scene.is_within(given.on, within) {
                continue;
            }
            let id = scene.id(row);
            let tell = Sentences {
                action: format!(
                    "Get in touch with {}, whose contact client {id} gave us.",
                    given.to.trim()
                ),
                reason: format!(
                    "Client {id} gave us the contact on {} ({}){}.",
                    given.on,
                    scene.ago(given.on),
                    if given.recommended { " and recommended us" } else { "" }
                ),
            };
            self.add(row, ActionRule::WarmLead, None, tell);
        }
    }
}
