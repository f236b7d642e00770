//! What a client's purchases have in common: brands, promotions, seasons, companions (R22).

mod axis;
mod bought;
mod brand;
mod companions;
mod season;

pub(crate) use axis::Behaviour;
pub(crate) use bought::Bought;
pub use brand::{brand_only, longest_run};
pub use companions::usual_companions;
pub use season::{SeasonPart, part_of_season, season_end_buyer, season_start_buyer};

use crate::money::Percent;

/// Whether more than a share of some things is so, where of some it is not known (S4.6).
///
/// `yes`, `unknown` and `no` count the things. Unknown where there are none, and where what is
/// not known could change the answer.
///
/// ```
/// use clientela::{Percent, more_than};
///
/// let half = Percent::whole(50);
/// assert_eq!(more_than(3, 0, 2, half), Some(true));
/// assert_eq!(more_than(2, 0, 2, half), Some(false));
/// assert_eq!(more_than(2, 1, 1, half), None);
/// ```
pub fn more_than(yes: u32, unknown: u32, no: u32, share: Percent) -> Option<bool> {
    let all = i128::from(yes) + i128::from(unknown) + i128::from(no);
    if all == 0 {
        None
    } else if share.exceeded_by(yes.into(), all) {
        Some(true)
    } else if share.exceeded_by(i128::from(yes) + i128::from(unknown), all) {
        None
    } else {
        Some(false)
    }
}
