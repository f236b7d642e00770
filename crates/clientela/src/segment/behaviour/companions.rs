//! With whom a client comes (R22, S4.3).

use crate::money::Percent;
use crate::portrait::Companion;

/// The companions on at least a share of the purchases on record, in the order of their kinds;
/// empty where nobody is (S4.3).
///
/// ```
/// use clientela::{Companion, Percent, usual_companions};
///
/// let visits = [vec![Companion::Spouse], vec![Companion::Spouse, Companion::Child], vec![]];
/// let usual = usual_companions(visits.iter().map(Vec::as_slice), Percent::whole(50));
/// assert_eq!(usual, [Companion::Spouse]);
/// ```
pub fn usual_companions<'a>(
    records: impl IntoIterator<Item = &'a [Companion]>,
    share: Percent,
) -> Vec<Companion> {
    let mut counts = [0_i128; Companion::ALL.len()];
    let mut all = 0_i128;
    for companions in records {
        all += 1;
        for (count, kind) in counts.iter_mut().zip(Companion::ALL) {
            *count += i128::from(companions.contains(&kind));
        }
    }
    let usual = |&(count, _): &(i128, Companion)| count > 0 && share.reached_by(count, all);
    let kinds = counts.into_iter().zip(Companion::ALL);
    kinds.filter(usual).map(|(_, kind)| kind).collect()
}
