//! The way to win a client back: which step may follow which (R42).

use serde::{Deserialize, Serialize};

use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::formula::Formula;
use crate::journal::{LossReason, WinBackOutcome, WinBackStep, WinBackTaken};
use crate::policy::Policy;

/// How an attempt to win a client back stands (R42, S2.54).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WinBackState {
    /// Nothing is decided.
    Open,
    /// The client came back.
    Returned,
    /// The client will not come back.
    LostFinal,
}

impl WinBackState {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["open", "returned", "lost_final"];
}

/// What to ask a client that told us why it left (S2.54).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WinBackQuestion {
    /// What if we could correct it?
    Correct,
    /// What if we could give better or the same terms?
    Terms,
}

impl WinBackQuestion {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 2] = ["correct", "terms"];
}

impl LossReason {
    /// What to ask a client that left for this reason (S2.54). Too little attention is ours to
    /// correct, as service is (convention); for the other reasons the source names no question.
    pub const fn question(self) -> Option<WinBackQuestion> {
        match self {
            Self::Service | Self::Inattention => Some(WinBackQuestion::Correct),
            Self::BetterTerms => Some(WinBackQuestion::Terms),
            _ => None,
        }
    }

    /// How to part with a client that left for this reason for good (S2.55): a referral may be
    /// asked for only where the need has ended.
    pub const fn closing(self) -> WinBackStep {
        if self.need_ended() { WinBackStep::AskReferral } else { WinBackStep::PartWell }
    }
}

/// A step on the way, as [`WinBackPath`] takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WinBackMove {
    /// The day; unknown is none, and no step may be dated before an earlier one.
    #[serde(default)]
    pub on: Option<Day>,
    /// The step.
    pub step: WinBackStep,
    /// How it ended.
    pub outcome: WinBackOutcome,
    /// The reason that the client gave, where it gave one.
    #[serde(default)]
    pub reason: Option<LossReason>,
}

impl From<&WinBackTaken> for WinBackMove {
    fn from(taken: &WinBackTaken) -> Self {
        let WinBackTaken { on, step, outcome, reason, .. } = *taken;
        Self { on: Some(on), step, outcome, reason }
    }
}

/// How an attempt to win a client back stands, and what may come next (R42, S2.53, S2.54, S2.55).
///
/// First lunch on neutral ground; the client's office, with a gift, only if it declines that.
/// Then ask what happened, whether or not it receives us there; then "what if"; then it returns
/// or is lost for good, and we part well, or ask for a referral where the need has ended. Any
/// step may end with the client's return or its final loss.
///
/// ```
/// use clientela::{Formula, Policy, WinBackMove, WinBackPath, WinBackQuestion, WinBackState};
/// use clientela::{LossReason, WinBackOutcome, WinBackStep};
///
/// let done = |step, reason| WinBackMove { on: None, step, outcome: WinBackOutcome::Done, reason };
/// let mut path = WinBackPath {
///     steps: vec![
///         done(WinBackStep::NeutralLunch, None),
///         done(WinBackStep::AskReason, Some(LossReason::BetterTerms)),
///     ],
///     reason: None,
/// };
/// let standing = path.answer(&Policy::default())?;
/// assert_eq!(standing.state, WinBackState::Open);
/// assert_eq!(standing.allowed, [WinBackStep::WhatIf]);
/// assert_eq!(standing.question, Some(WinBackQuestion::Terms));
///
/// path.steps.push(done(WinBackStep::AskReferral, None));
/// let problem = path.answer(&Policy::default()).unwrap_err().to_string();
/// assert_eq!(
///     problem,
///     "argument `steps`: steps[2] is ask_referral, but only what_if may come next"
/// );
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WinBackPath {
    /// The steps taken, in their order.
    #[serde(default)]
    pub steps: Vec<WinBackMove>,
    /// Why the client left, where that was known before; what a step tells comes first.
    #[serde(default)]
    pub reason: Option<LossReason>,
}

/// What [`WinBackPath`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WinBackStanding {
    /// How it stands.
    pub state: WinBackState,
    /// Whether nothing is left to do.
    pub closed: bool,
    /// Why the client left; `None` where nobody has told.
    pub reason: Option<LossReason>,
    /// The steps that may come next, the recommended one first; none once it is closed.
    pub allowed: &'static [WinBackStep],
    /// The question that the reason calls for; `None` where the source names none, and once it
    /// is asked or too late for it.
    pub question: Option<WinBackQuestion>,
    /// How to part if the client does not come back; `None` once it came back.
    pub closing: Option<WinBackStep>,
    /// What to do next, in words.
    pub advice: &'static str,
}

/// Where on the way an attempt stands. Every step leads further down this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Start,
    /// The client declined lunch.
    Declined,
    /// We met, or have tried both places.
    Met,
    /// We asked for the reason.
    Asked,
    /// We asked "what if", and nothing is decided.
    Proposed,
    /// The client will not come back.
    Final,
    Closed,
    Returned,
}

impl Place {
    /// The steps that may come next.
    fn allowed(self, reason: Option<LossReason>) -> &'static [WinBackStep] {
        match self {
            Self::Start => &[WinBackStep::NeutralLunch],
            Self::Declined => &[WinBackStep::OfficeVisit],
            Self::Met => &[WinBackStep::AskReason],
            Self::Asked => &[WinBackStep::WhatIf],
            Self::Proposed | Self::Final if reason.is_some_and(LossReason::need_ended) => {
                &[WinBackStep::AskReferral, WinBackStep::PartWell]
            }
            Self::Proposed | Self::Final => &[WinBackStep::PartWell],
            Self::Closed | Self::Returned => &[],
        }
    }

    /// Where an allowed step leads.
    fn after(step: WinBackStep, outcome: WinBackOutcome) -> Self {
        use WinBackOutcome::{Declined, LostFinal, Returned};
        match (step, outcome) {
            (_, Returned) => Self::Returned,
            (WinBackStep::PartWell | WinBackStep::AskReferral, _) => Self::Closed,
            (_, LostFinal) | (WinBackStep::WhatIf, Declined) => Self::Final,
            (WinBackStep::NeutralLunch, Declined) => Self::Declined,
            (WinBackStep::NeutralLunch | WinBackStep::OfficeVisit, _) => Self::Met,
            (WinBackStep::AskReason, _) => Self::Asked,
            (WinBackStep::WhatIf, _) => Self::Proposed,
        }
    }

    fn state(self) -> WinBackState {
        match self {
            Self::Returned => WinBackState::Returned,
            Self::Final | Self::Closed => WinBackState::LostFinal,
            _ => WinBackState::Open,
        }
    }

    fn advice(self, reason: Option<LossReason>) -> &'static str {
        let ended = reason.is_some_and(LossReason::need_ended);
        match self {
            Self::Start => "Invite the client to lunch on neutral ground, at once.",
            Self::Declined => "Go to the client's office with a gift.",
            Self::Met => "Ask what happened: the client has stopped buying.",
            Self::Asked => match reason.and_then(LossReason::question) {
                Some(WinBackQuestion::Correct) => "Ask: what if we could correct it?",
                Some(WinBackQuestion::Terms) => {
                    "Ask: what if we could give better or the same terms?"
                }
                None => "Ask: what if we could correct it, or give better or the same terms?",
            },
            Self::Proposed if ended => {
                "Wait for the answer; if it is no, part well and ask for an introduction."
            }
            Self::Proposed => "Wait for the answer; if it is no, part well and ask for nothing.",
            Self::Final if ended => "Part well and ask for an introduction: the need has ended.",
            Self::Final => "Part well: leave a gift and an open door, and ask for nothing.",
            Self::Closed => "Keep the contact: the client may come back one day.",
            Self::Returned => "Nothing: the client is back.",
        }
    }
}

impl WinBackPath {
    /// The standing after all steps.
    ///
    /// # Errors
    /// The place of the first step that may not come where it stands, with the problem.
    pub(crate) fn walk(&self) -> Result<WinBackStanding, (usize, String)> {
        let (mut place, mut reason, mut last) = (Place::Start, self.reason, None);
        for (i, one) in self.steps.iter().enumerate() {
            if let (Some(last), Some(on)) = (last, one.on)
                && on < last
            {
                return Err((i, format!("is of {on}, before the step of {last}")));
            }
            last = one.on.or(last);
            // What is said with a step counts for it.
            reason = told(one.reason, reason);
            let allowed = place.allowed(reason);
            if !allowed.contains(&one.step) {
                let names: Vec<&str> = allowed.iter().map(|step| step.name()).collect();
                let step = one.step.name();
                let problem = if names.is_empty() {
                    format!("is {step}, but the way has ended")
                } else {
                    format!("is {step}, but only {} may come next", names.join(" or "))
                };
                return Err((i, problem));
            }
            place = Place::after(one.step, one.outcome);
        }
        let returned = place == Place::Returned;
        let question = reason.and_then(LossReason::question);
        Ok(WinBackStanding {
            state: place.state(),
            closed: place >= Place::Closed,
            reason,
            allowed: place.allowed(reason),
            question: question.filter(|_| place <= Place::Asked),
            closing: (!returned).then(|| reason.unwrap_or(LossReason::Unknown).closing()),
            advice: place.advice(reason),
        })
    }
}

/// The later reason, but a known one rather than an unknown one.
fn told(later: Option<LossReason>, before: Option<LossReason>) -> Option<LossReason> {
    match (later, before) {
        (None | Some(LossReason::Unknown), Some(before)) => Some(before),
        (later, _) => later,
    }
}

impl Formula for WinBackPath {
    const NAME: &'static str = "win_back";
    const ABOUT: &'static str = "How an attempt to win a client back stands, and what comes next.";
    const SOURCE: &'static str = "R42, S2.53, S2.54, S2.55";
    type Answer = WinBackStanding;

    fn answer(&self, _: &Policy) -> Result<WinBackStanding> {
        self.walk().map_err(|(at, problem)| Error::BadArgument {
            argument: "steps",
            problem: format!("steps[{at}] {problem}"),
        })
    }
}
