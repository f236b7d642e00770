//! What triggers ask for.

use super::{Action, ActionRule, List, Tell};
use crate::outreach::trigger::{TriggerKind, TriggerOrder, triggers};

/// The rule of a trigger.
fn rule(kind: TriggerKind) -> ActionRule {
    match kind {
        TriggerKind::Pain => ActionRule::Pain,
        TriggerKind::NewProduct => ActionRule::NewProduct,
        TriggerKind::Collection => ActionRule::Collection,
        TriggerKind::PromoDays => ActionRule::PromoDays,
        TriggerKind::CrossSell => ActionRule::CrossSell,
        TriggerKind::ReferralRequest => ActionRule::ReferralRequest,
        TriggerKind::Birthday => ActionRule::Birthday,
        TriggerKind::FollowUp => ActionRule::FollowUp,
        TriggerKind::Contact => ActionRule::Contact,
    }
}

impl List<'_, '_> {
    /// Triggers but broadcasts, which are no work with one client.
    pub(super) fn asks(&mut self) {
        for one in triggers(self.scene, TriggerOrder::Mailing) {
            let by = self.scene.contacts.manager(one.row);
            let tell = Tell::Told { action: one.action, reason: one.reason, mark: one.mark };
            self.actions.push(Action {
                row: one.row,
                rule: rule(one.kind),
                by,
                way: Some(one.way),
                due_on: Some(one.due_on),
                worth: None,
                tell,
            });
        }
    }
}
