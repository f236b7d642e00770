//! The ladder of R1, as far as sales alone can climb it.

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
