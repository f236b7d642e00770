//! Membership of the regular base: taken in by hand, in two steps (R5, S2.30).

use serde::{Deserialize, Serialize};

use crate::calendar::Day;
use crate::error::{Error, Result};

/// A step in or out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MembershipAction {
    /// Marks the client to be taken in.
    Mark,
    /// Takes the marked client in.
    Commit,
    /// Takes the client out, or the mark off.
    Remove,
}

/// One step in the history of a membership.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembershipEvent {
    /// The day.
    pub on: Day,
    /// The step.
    pub action: MembershipAction,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Where a client stands to the regular base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MembershipState {
    /// Not in it.
    #[default]
    NotMember,
    /// Marked, not yet in it.
    Marked,
    /// In it.
    Member,
}

/// What a program offers to do next (S2.30).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum MembershipOffer {
    /// Add to the regular base: mark.
    Add = 0,
    /// Save: commit.
    Save = 1,
    /// Edit the member.
    Edit = 2,
}

impl MembershipOffer {
    /// The names in JSON, Python and C, in the order of the codes.
    pub const NAMES: [&'static str; 3] = ["add", "save", "edit"];
}

/// A client's membership and its history.
///
/// ```
/// use clientela::{Day, Membership, MembershipOffer};
///
/// let day = Day::of(2026, 3, 1).unwrap();
/// let mut membership = Membership::default();
/// assert!(membership.commit(day, None).is_err());
/// assert_eq!(membership.mark(day, None), Ok(true));
/// assert_eq!(membership.available(), MembershipOffer::Save);
/// assert_eq!(membership.commit(day, None), Ok(true));
/// assert_eq!(membership.commit(day, None), Ok(false));
/// assert_eq!(membership.available(), MembershipOffer::Edit);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Membership {
    state: MembershipState,
    history: Vec<MembershipEvent>,
}

impl Membership {
    /// The membership after the events up to and with a day, which stand in order of days. A
    /// commit without a mark changes nothing.
    pub fn as_of(events: &[MembershipEvent], day: Day) -> Self {
        let past: Vec<MembershipEvent> =
            events.iter().filter(|event| event.on <= day).cloned().collect();
        Self { state: state_after(&past), history: past }
    }

    /// Where the client stands.
    pub fn state(&self) -> MembershipState {
        self.state
    }

    /// What there is to do next: a member can be edited, not added again.
    pub fn available(&self) -> MembershipOffer {
        match self.state {
            MembershipState::NotMember => MembershipOffer::Add,
            MembershipState::Marked => MembershipOffer::Save,
            MembershipState::Member => MembershipOffer::Edit,
        }
    }

    /// Every step, by day.
    pub fn history(&self) -> &[MembershipEvent] {
        &self.history
    }

    /// Marks the client; whether that changed anything. A marked client and a member stay what
    /// they are.
    ///
    /// # Errors
    /// A day before the last step.
    pub fn mark(&mut self, on: Day, by: Option<&str>) -> Result<bool> {
        self.step(on, MembershipAction::Mark, by, None)
    }

    /// Takes a marked client in; whether that changed anything. A member stays one.
    ///
    /// # Errors
    /// A client that is not marked; a day before the last step.
    pub fn commit(&mut self, on: Day, by: Option<&str>) -> Result<bool> {
        self.step(on, MembershipAction::Commit, by, None)
    }

    /// Takes a member out, or the mark off; whether that changed anything.
    ///
    /// # Errors
    /// A day before the last step.
    pub fn remove(&mut self, on: Day, by: Option<&str>, reason: Option<&str>) -> Result<bool> {
        self.step(on, MembershipAction::Remove, by, reason)
    }

    fn step(
        &mut self,
        on: Day,
        action: MembershipAction,
        by: Option<&str>,
        reason: Option<&str>,
    ) -> Result<bool> {
        if let Some(last) = self.history.last().filter(|last| last.on > on) {
            let problem = format!("{on} is before the last step, {}", last.on);
            return Err(Error::BadArgument { argument: "on", problem });
        }
        let next = after(self.state, action).ok_or_else(|| Error::BadArgument {
            argument: "action",
            problem: NOT_MARKED.to_owned(),
        })?;
        if next == self.state {
            return Ok(false);
        }
        self.state = next;
        let (by, reason) = (by.map(str::to_owned), reason.map(str::to_owned));
        self.history.push(MembershipEvent { on, action, by, reason });
        Ok(true)
    }
}

const NOT_MARKED: &str = "commit without mark: mark the client first";

/// The state after a step; `None` for a commit without a mark.
fn after(state: MembershipState, action: MembershipAction) -> Option<MembershipState> {
    use MembershipState::{Marked, Member, NotMember};
    match (action, state) {
        (MembershipAction::Mark, NotMember) => Some(Marked),
        (MembershipAction::Mark, state) => Some(state),
        (MembershipAction::Commit, NotMember) => None,
        (MembershipAction::Commit, Marked | Member) => Some(Member),
        (MembershipAction::Remove, _) => Some(NotMember),
    }
}

fn state_after(events: &[MembershipEvent]) -> MembershipState {
    let step = |state, event: &MembershipEvent| after(state, event.action).unwrap_or(state);
    events.iter().fold(MembershipState::NotMember, step)
}

/// Checks a history in order of days: the place of a commit before any mark, and what is wrong.
///
/// Where two files told of one client, a commit of one can come after a removal of the other. So
/// a mark further back is enough here, and such a commit changes nothing.
pub(super) fn check(events: &[(usize, &MembershipEvent)]) -> Result<(), (usize, String)> {
    let mut marked = false;
    for &(place, event) in events {
        marked |= event.action == MembershipAction::Mark;
        if event.action == MembershipAction::Commit && !marked {
            return Err((place, NOT_MARKED.to_owned()));
        }
    }
    Ok(())
}

/// The united history: each event as often as in the history that has it most often, by day.
/// On a day on which both tell the same story it is kept, else its steps are put in the order
/// mark, commit, remove.
pub(super) fn unite(a: &[MembershipEvent], b: &[MembershipEvent]) -> Vec<MembershipEvent> {
    let mut days: Vec<Day> = a.iter().chain(b).map(|event| event.on).collect();
    days.sort_unstable();
    days.dedup();
    let mut all = Vec::with_capacity(a.len().max(b.len()));
    for day in days {
        let of = |events: &[MembershipEvent]| -> Vec<MembershipEvent> {
            events.iter().filter(|event| event.on == day).cloned().collect()
        };
        let (left, right) = (of(a), of(b));
        if right.is_empty() || left == right {
            all.extend(left);
        } else if left.is_empty() {
            all.extend(right);
        } else {
            all.extend(super::records::unite_lists(left, right));
        }
    }
    all
}
