//! Volume of purchases: A, B, C by cumulative share (R20, S2.12).

use serde::{Deserialize, Serialize};

use crate::census::Tally;
use crate::class::AbcClass;
use crate::policy::AbcPolicy;

/// A value's share of a total in parts of 10^12, to the nearest part, halves to even: what
/// several criteria are weighed in. A value that is not above zero has none; `None` where
/// the total is not above zero.
///
/// ```
/// assert_eq!(clientela::share_in_parts(1, 4), Some(250_000_000_000));
/// assert_eq!(clientela::share_in_parts(-1, 4), Some(0));
/// assert_eq!(clientela::share_in_parts(1, 0), None);
/// ```
pub fn share_in_parts(value: i64, total: i128) -> Option<i64> {
    const PARTS: i128 = 1_000_000_000_000;
    if total <= 0 {
        return None;
    }
    // A value has at most 63 bits and the parts have 40, so the product stays within 128.
    let scaled = i128::from(value.max(0)) * PARTS;
    let (whole, rest) = (scaled / total, scaled % total);
    let up = match (rest * 2).cmp(&total) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => whole % 2 == 1,
        std::cmp::Ordering::Greater => true,
    };
    i64::try_from(whole + i128::from(up)).ok()
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
