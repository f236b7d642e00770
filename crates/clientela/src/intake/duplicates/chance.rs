//! How often records of different clients agree: counted over all pairs where values are equal,
//! and over a fixed part of the pairs where they are only alike.

use rayon::prelude::*;

use super::level::{Gauge, LEVELS, Level};
use super::pool::{Pool, level_at};
use crate::intake::directory::{FieldKind, NO_KEY};

/// Pairs that are looked at for each record, and at most.
const PAIRS_EACH: u64 = 16;
const PAIRS: u64 = 1 << 20;

/// How often the values of one field agree over all pairs in which both are known, by level; of
/// one client or not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Chance {
    pub(super) by_level: [f64; LEVELS],
    /// Pairs in which both values are known.
    pub(super) pairs: f64,
}

/// The chances of all fields of a pool.
pub(super) fn chances(pool: &Pool<'_>, gauge: Gauge) -> Vec<Chance> {
    let counts = sampled(pool, gauge);
    let equal: Vec<(u64, u64)> =
        (0..pool.fields.len()).into_par_iter().map(|i| equal_pairs(pool, i)).collect();
    let share = |i: usize| equal[i].0 as f64 / (equal[i].1 as f64).max(1.0);
    let rarest_name = |i: usize| {
        let names =
            (0..pool.fields.len()).filter(|&j| j != i && pool.fields[j].kind == FieldKind::Name);
        names.map(share).fold(0.0, f64::max)
    };
    (0..pool.fields.len())
        .map(|i| {
            let kind = pool.fields[i].kind;
            let mut by_level = [0.0; LEVELS];
            let rest = 1.0 - share(i);
            let levels = Level::expected(kind).iter().map(|&(level, _)| level);
            let unequal: Vec<Level> = levels.filter(|&level| level != Level::Equal).collect();
            // Half a pair each, so that what was not seen is rare and not impossible.
            let seen = |level: Level| counts[i][level as usize] as f64 + 0.5;
            let all: f64 = unequal.iter().map(|&level| seen(level)).sum();
            for level in unequal {
                by_level[level as usize] = rest * seen(level) / all;
            }
            by_level[Level::Equal as usize] = share(i);
            if kind == FieldKind::Name {
                // Exchanged names are two coincidences, too rare for a sample.
                by_level[Level::Swapped as usize] = share(i) * rarest_name(i);
            }
            Chance { by_level, pairs: equal[i].1 as f64 }
        })
        .collect()
}

/// Pairs with equal values, and pairs with known ones, counted over all.
fn equal_pairs(pool: &Pool<'_>, field: usize) -> (u64, u64) {
    let field = &pool.fields[field];
    let split = pool.split.unwrap_or(pool.rows);
    let mut counts = vec![(0_u64, 0_u64); field.keys.len()];
    let mut known = (0, 0);
    for (row, &code) in field.codes.iter().enumerate().filter(|&(_, &code)| code != NO_KEY) {
        let count = &mut counts[code as usize];
        if row < split {
            count.0 += 1;
            known.0 += 1;
        } else {
            count.1 += 1;
            known.1 += 1;
        }
    }
    let equal = counts.iter().map(|&(left, right)| pool.pairs_of(left, right)).sum();
    (equal, pool.pairs_of(known.0, known.1))
}

/// Pairs by field and level, over rows that stand at some fixed distances from each other.
fn sampled(pool: &Pool<'_>, gauge: Gauge) -> Vec<[u64; LEVELS]> {
    let none = || vec![[0; LEVELS]; pool.fields.len()];
    let left = pool.split.unwrap_or(pool.rows);
    let right = if pool.split.is_some() { pool.rows - left } else { left };
    // The longer side is gone through, so that the two may change places.
    let (long, short) = (left.max(right), left.min(right));
    if short == 0 || pool.pairs() == 0 {
        return none();
    }
    let each = PAIRS_EACH.min(PAIRS / long as u64).max(2) as usize;
    let steps = distances(short, each, pool.split.is_some());
    let add = |mut all: Vec<[u64; LEVELS]>, other: Vec<[u64; LEVELS]>| {
        for (counts, more) in all.iter_mut().zip(other) {
            for (count, more) in counts.iter_mut().zip(more) {
                *count += more;
            }
        }
        all
    };
    (0..long)
        .into_par_iter()
        .fold(none, |mut counts, i| {
            for &step in &steps {
                let j = (i + step) % short;
                let (a, b) = match pool.split {
                    None => (i, j),
                    Some(split) if left >= right => (i, split + j),
                    Some(split) => (j, split + i),
                };
                if a == b {
                    continue;
                }
                let pattern = pool.pattern(a, b, gauge);
                for (field, counts) in counts.iter_mut().enumerate() {
                    if let Some(level) = level_at(pattern, field) {
                        counts[level as usize] += 1;
                    }
                }
            }
            counts
        })
        .reduce(none, add)
}

/// Distances spread evenly over the rows, none of them 0. Of two directories each goes with the one
/// that leads back; of one, half the way round is enough.
fn distances(rows: usize, count: usize, two: bool) -> Vec<usize> {
    let half = count.div_ceil(2).max(1);
    let mut all: Vec<usize> = if two {
        let one = |j: usize| ((2 * j + 1) * rows / (4 * half)).max(1);
        (0..half).flat_map(|j| [one(j), rows.saturating_sub(one(j))]).collect()
    } else {
        (0..count).map(|j| ((2 * j + 1) * rows / (4 * count)).max(1)).collect()
    };
    all.retain(|&step| step > 0);
    all.sort_unstable();
    all.dedup();
    all
}
