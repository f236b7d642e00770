//! Key clients: any of five signs (R19, S2.39 to S2.43).

mod axis;
mod table;
mod totals;

pub(crate) use axis::{KeyAxis, too_many_innovators};
pub(crate) use table::keys;
pub(crate) use totals::PartReader;
pub use totals::{GroupTotals, KeyTotals};

use serde::{Deserialize, Serialize};

use crate::money::Percent;
use crate::truth::any;

/// The signs of a key client (R19).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum KeySign {
    /// A large share of the sales (S2.39).
    Sales = 0,
    /// Could buy much more (S2.40).
    Potential = 1,
    /// Is widely known, and may be named (S2.41).
    Fame = 2,
    /// Buys what is new, shares plans (S2.41).
    Innovation = 3,
    /// Asks much of quality and process (S2.41).
    Demand = 4,
}

impl KeySign {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 5] = ["sales", "potential", "fame", "innovation", "demand"];
}

/// Whose sales a share is a share of (S2.39).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum KeyScope {
    /// Of the whole firm.
    Company = 0,
    /// Of a department.
    Department = 1,
    /// Of a manager.
    Manager = 2,
}

impl KeyScope {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["company", "department", "manager"];
}

/// Whether a client's amount makes it key (S2.39): it reaches the share of the total, or
/// exceeds it where `strict`. Amounts in minor units.
///
/// ```
/// use clientela::{Percent, key_by_share};
///
/// assert!(key_by_share(10, 100, Percent::whole(10), false));
/// assert!(!key_by_share(10, 100, Percent::whole(10), true));
/// assert!(!key_by_share(0, 0, Percent::whole(10), false));
/// ```
pub fn key_by_share(amount: i128, total: i128, share: Percent, strict: bool) -> bool {
    let enough =
        if strict { share.exceeded_by(amount, total) } else { share.reached_by(amount, total) };
    total > 0 && amount > 0 && enough
}

/// Whether a client is key (R19): if any sign holds; unknown if none does and one is unknown.
///
/// The signs are those of [`KeySign`] in their order. Fame takes both that the client is
/// widely known and that the firm may name it.
///
/// ```
/// use clientela::is_key;
///
/// assert_eq!(is_key([Some(false), None, Some(true), None, None]), Some(true));
/// assert_eq!(is_key([Some(false), None, None, None, None]), None);
/// ```
pub fn is_key(signs: [Option<bool>; 5]) -> Option<bool> {
    any(&signs)
}
