//! The ladder of R1.

use serde::{Deserialize, Serialize};

/// Steps of the ladder (R1, S2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Stage {
    /// No purchase yet.
    Prospect = 0,
    /// One purchase.
    Buyer = 1,
    /// A second purchase.
    Client = 2,
    /// Buys systematically, from competitors too.
    Regular = 3,
    /// Buys from us only.
    Supporter = 4,
    /// Buys from us only and recommends us.
    Advocate = 5,
}

impl Stage {
    /// The names in JSON, Python and C, in the order of the ladder.
    pub const NAMES: [&'static str; 6] =
        ["prospect", "buyer", "client", "regular", "supporter", "advocate"];

    /// All stages, from the lowest to the highest.
    pub const ALL: [Self; 6] =
        [Self::Prospect, Self::Buyer, Self::Client, Self::Regular, Self::Supporter, Self::Advocate];

    /// The name in JSON, Python and C.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// What moves clients of this stage up the ladder (R2, S2.3 to S2.10).
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Prospect => "Win the first purchase.",
            Self::Buyer => "Do not vanish after the first purchase: call, and offer a second.",
            Self::Client => {
                "Make buying a habit: a loyalty programme, promotions, a trial of what is new."
            }
            Self::Regular => {
                "Ask what must be done for the client to buy more of us, and win what it buys of \
                 others."
            }
            Self::Supporter => "Ask for a recommendation, and thank for it.",
            Self::Advocate => "Keep the relation: attention, news first, help with what it plans.",
        }
    }
}

/// The stage that sales alone can give (R1): whether a client buys elsewhere is unknown, and
/// unknown never promotes past regular.
///
/// `purchases` is the number of purchases; `run` the number of purchase days in an unbroken
/// run, one without a gap above the return period, or `None` where no return period is known;
/// `systematic` the length of a run that makes a regular.
///
/// ```
/// use clientela::{Stage, stage_by_sales};
///
/// assert_eq!(stage_by_sales(2, Some(2), 3), Stage::Client);
/// assert_eq!(stage_by_sales(5, Some(3), 3), Stage::Regular);
/// assert_eq!(stage_by_sales(5, None, 3), Stage::Client);
/// ```
pub fn stage_by_sales(purchases: u32, run: Option<u32>, systematic: u16) -> Stage {
    match purchases {
        0 => Stage::Prospect,
        1 => Stage::Buyer,
        _ if run.is_some_and(|run| run >= u32::from(systematic)) => Stage::Regular,
        _ => Stage::Client,
    }
}

/// Whether a client buys of us only (R1, S2.2).
///
/// `buys_elsewhere` is what is declared, `penetrated` whether our share of what it buys of us
/// and of others reaches the policy's limit. Where the two contradict each other it does not.
///
/// ```
/// use clientela::exclusive;
///
/// assert_eq!(exclusive(Some(false), None), Some(true));
/// assert_eq!(exclusive(None, Some(true)), Some(true));
/// assert_eq!(exclusive(Some(false), Some(false)), Some(false));
/// assert_eq!(exclusive(None, None), None);
/// ```
pub fn exclusive(buys_elsewhere: Option<bool>, penetrated: Option<bool>) -> Option<bool> {
    match (buys_elsewhere, penetrated) {
        (Some(true), _) | (Some(false), Some(false)) => Some(false),
        (Some(false), _) => Some(true),
        (None, penetrated) => penetrated,
    }
}

/// The stage of the ladder (R1, S2.2), from the one that sales alone give and what is known
/// besides. Unknown never promotes, and a NOT (does not recommend rivals) must be known.
///
/// ```
/// use clientela::{Stage, stage};
///
/// let yes = Some(true);
/// assert_eq!(stage(Stage::Regular, yes, yes, Some(false)), Stage::Advocate);
/// assert_eq!(stage(Stage::Regular, yes, yes, None), Stage::Supporter);
/// assert_eq!(stage(Stage::Regular, None, yes, Some(false)), Stage::Regular);
/// assert_eq!(stage(Stage::Client, yes, yes, Some(false)), Stage::Client);
/// ```
pub fn stage(
    by_sales: Stage,
    exclusive: Option<bool>,
    recommends: Option<bool>,
    recommends_rivals: Option<bool>,
) -> Stage {
    if by_sales < Stage::Regular || exclusive != Some(true) {
        by_sales
    } else if recommends == Some(true) && recommends_rivals == Some(false) {
        Stage::Advocate
    } else {
        Stage::Supporter
    }
}
