//! What is at stake with clients.

use rayon::prelude::*;

use crate::attrition::Stakes;
use crate::census::facts::CHUNK;
use crate::census::history::Scratch;
use crate::view::Seen;

/// What is at stake with some clients, as `loss.stake` says, in minor units; `None` is unknown.
pub(crate) fn at_stake(seen: &Seen<'_>, rows: &[usize]) -> Vec<Option<i64>> {
    if rows.is_empty() {
        return Vec::new();
    }
    let stakes = Stakes::of(seen);
    rows.par_iter()
        .with_min_len(CHUNK / 8)
        .map_init(Scratch::default, |scratch, &row| stakes.get(seen, row, scratch))
        .collect()
}
