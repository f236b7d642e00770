//! VIP, good and standard (R14, R15, R16).

use serde::{Deserialize, Serialize};

use crate::census::Tally;
use crate::money::Percent;
use crate::policy::Ties;

/// Tier by value. Captions of the sources: excellent, very good, good (S3.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Tier {
    /// At the top.
    Vip = 0,
    /// Next to it, or once at the top.
    Good = 1,
    /// Everyone else who paid.
    Standard = 2,
}

impl Tier {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["vip", "good", "standard"];
}

/// The smallest value at the top of each list; `None` where nobody is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierCuts {
    /// Of each month before method A's window and in it, the last of them last (R14).
    pub months: Vec<Option<i64>>,
    /// Of method B's totals (R15).
    pub total: Option<i64>,
    /// Of method B's totals in the window before.
    pub former_total: Option<i64>,
    /// Of the remaining payers' totals (R16).
    pub good: Option<i64>,
}

impl TierCuts {
    /// The smallest value at the top: `ceil(share · payers)` of the largest (R14), a tie at
    /// the end wholly in or wholly out. `None` where nobody is.
    ///
    /// ```
    /// use clientela::{Percent, Tally, TierCuts, Ties};
    ///
    /// let mut payers = Tally::new(vec![1000, 400, 350, 100, 100, 100, 100, 100, 100, 100]);
    /// let cut = TierCuts::top(&mut payers, Percent::whole(20), Ties::Include);
    /// assert_eq!(cut, Some(400));
    /// ```
    pub fn top(payers: &mut Tally, share: Percent, ties: Ties) -> Option<i64> {
        let count = share.ceil_of(payers.len());
        let last = payers.at_top_rank(count)?;
        let over = payers.above(last - 1) > count;
        match ties {
            Ties::Exclude if over => payers.least_above(last),
            _ => Some(last),
        }
    }
}

/// The tier of a client (R16): `vip` now, among the best of the remaining payers (`good`),
/// once VIP (`former_vip`), a payer in the window. `None` for a client that is none of these.
#[allow(clippy::fn_params_excessive_bools, reason = "four facts, none excludes another")]
pub fn tier(vip: bool, good: bool, former_vip: bool, payer: bool) -> Option<Tier> {
    match (vip, good || former_vip, payer) {
        (true, _, _) => Some(Tier::Vip),
        (_, true, _) => Some(Tier::Good),
        (_, _, true) => Some(Tier::Standard),
        _ => None,
    }
}
