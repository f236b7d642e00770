//! Volume of purchases: A, B, C by cumulative share (R20, S2.12).

use serde::{Deserialize, Serialize};

use crate::census::Tally;
use crate::policy::AbcPolicy;

/// Class by volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum AbcClass {
    /// The few that bring most.
    A = 0,
    /// The middle.
    B = 1,
    /// The rest.
    C = 2,
}

impl AbcClass {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["A", "B", "C"];
}

/// Where the classes end: the smallest value that is still in A, and in A or B.
///
/// `None` where the class is empty. Values are in minor units, units or purchases, by the
/// criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbcCuts {
    /// Smallest value in A.
    pub a: Option<i64>,
    /// Smallest value in A or B.
    pub b: Option<i64>,
    /// Sum of all values above zero.
    pub total: i128,
}

impl AbcCuts {
    /// The cuts of a base from the values above zero; `None` where there are none, so that no
    /// share is defined.
    pub fn of(values: &mut Tally, policy: &AbcPolicy) -> Option<Self> {
        (!values.is_empty()).then(|| {
            let mut cut = |share| values.share_cut(share, policy.boundary, policy.share_of);
            let (a, b) = (cut(policy.a_percent), cut(policy.b_percent));
            Self { a, b, total: values.sum() }
        })
    }

    /// The class of a value (R20).
    pub fn class(&self, value: i64) -> AbcClass {
        let reaches = |cut: Option<i64>| value > 0 && cut.is_some_and(|cut| value >= cut);
        if reaches(self.a) {
            AbcClass::A
        } else if reaches(self.b) {
            AbcClass::B
        } else {
            AbcClass::C
        }
    }
}
