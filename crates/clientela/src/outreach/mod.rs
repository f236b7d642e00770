//! What to do next, by whom and for whom (R44 to R46).

mod action;
mod assign;
mod assignment;
mod cadence;
mod contact;
mod mailing;
mod managers;
mod reach;
mod scene;
mod stake;
mod task;
mod trigger;

pub use action::{ActionRule, Actions, Urgency};
pub use assign::{Assign, Assigned, KeyHeld, ManagerCount, ManagersNeeded, OverLimit, Suggestion};
pub use assignment::Assignments;
pub use cadence::Cadence;
pub(crate) use contact::{Contacts, in_role};
pub use mailing::Mailing;
pub use managers::Managers;
pub use reach::Unreachable;
pub use task::{TaskClients, TaskSteps, Tasks};
pub use trigger::{TriggerKind, TriggerOrder, Triggers};

use crate::formula::FormulaInfo;
use crate::view::ViewInfo;

/// The formulas of work with clients.
pub(crate) const FORMULAS: &[FormulaInfo] =
    &[FormulaInfo::of::<ManagersNeeded>(), FormulaInfo::of::<Assign>()];

/// The views of work with clients.
pub(crate) const VIEWS: &[ViewInfo] = &[
    ViewInfo::of::<Actions>(),
    ViewInfo::of::<Triggers>(),
    ViewInfo::of::<Managers>(),
    ViewInfo::of::<Assignments>(),
    ViewInfo::of::<Tasks>(),
    ViewInfo::of::<TaskSteps>(),
    ViewInfo::of::<TaskClients>(),
    ViewInfo::of::<Mailing>(),
    ViewInfo::of::<Cadence>(),
    ViewInfo::of::<Unreachable>(),
];
