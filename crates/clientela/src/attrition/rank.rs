//! How easy a client is to return (R41).

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::formula::Formula;
use crate::policy::Policy;

/// How easy a client is to return (R41, S4.11): 1 is a client that we still have and that
/// responds to messages, 3 is a lost one. The source leaves 2 open; it is a client that we still
/// have and that is not known to respond.
///
/// ```
/// use clientela::{Formula, Policy, ReturnRank};
///
/// let rank = |lost, responsive| {
///     ReturnRank { lost, responsive }.answer(&Policy::default()).unwrap().rank
/// };
/// assert_eq!(rank(false, Some(true)), 1);
/// assert_eq!(rank(false, Some(false)), 2);
/// assert_eq!(rank(false, None), 2);
/// assert_eq!(rank(true, Some(true)), 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnRank {
    /// Whether the client is lost.
    pub lost: bool,
    /// Whether it responds to messages; `None` is unknown.
    #[serde(default)]
    pub responsive: Option<bool>,
}

/// What [`ReturnRank`] answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ReturnRankAnswer {
    /// 1 is the easiest, 3 the hardest.
    pub rank: u8,
    /// What the rank means, in words.
    pub meaning: &'static str,
}

impl ReturnRank {
    /// The rank, 1 to 3.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self { lost: true, .. } => 3,
            Self { responsive: Some(true), .. } => 1,
            Self { .. } => 2,
        }
    }
}

impl Formula for ReturnRank {
    const NAME: &'static str = "return_rank";
    const ABOUT: &'static str = "How easy a client is to return, from 1, the easiest, to 3.";
    const SOURCE: &'static str = "R41, S4.11";
    type Answer = ReturnRankAnswer;

    fn answer(&self, _: &Policy) -> Result<ReturnRankAnswer> {
        let rank = self.rank();
        let meaning = match rank {
            1 => "a client that we still have and that responds to messages",
            2 => "a client that we still have and that is not known to respond to messages",
            _ => "a lost client",
        };
        Ok(ReturnRankAnswer { rank, meaning })
    }
}
