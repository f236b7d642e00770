//! A counted multiset of whole numbers: exact, mergeable, asked for ranks and shares.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::facts::CHUNK;
use crate::buffer::Buffer;
use crate::error::{Error, Result};
use crate::money::Percent;
use crate::policy::{Boundary, ShareOf};

/// Values of a base, one per client that has one. Merging is union with repetition, so the
/// tally of a base split over machines is the tally of the whole.
///
/// In JSON it is a list of `[value, count]`, ascending.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<(i64, u64)>", into = "Vec<(i64, u64)>")]
pub struct Tally {
    /// In no order; every question may reorder them.
    values: Buffer<i64>,
}

impl Tally {
    /// A tally of values in any order.
    pub fn new(values: Vec<i64>) -> Self {
        Self { values: values.into() }
    }

    /// A tally of the values that rows have.
    pub(crate) fn of_rows(rows: usize, value: impl Fn(usize) -> Option<i64> + Sync) -> Self {
        let starts: Vec<usize> = (0..rows).step_by(CHUNK).collect();
        let chunk = |start: usize| (start..rows.min(start + CHUNK)).filter_map(&value);
        let counts: Vec<usize> = starts.par_iter().map(|&start| chunk(start).count()).collect();
        let mut values = Buffer::zeroed(counts.iter().sum());
        let mut rest = &mut values[..];
        let mut places = Vec::with_capacity(starts.len());
        for (&start, &count) in starts.iter().zip(&counts) {
            let (place, after) = rest.split_at_mut(count);
            places.push((start, place));
            rest = after;
        }
        places.into_par_iter().for_each(|(start, place)| {
            for (place, value) in place.iter_mut().zip(chunk(start)) {
                *place = value;
            }
        });
        Self { values }
    }

    /// A tally of those values above zero that stand in several places.
    pub(crate) fn positive<'a>(parts: impl Iterator<Item = &'a [i64]> + Clone) -> Self {
        let count = |part: &[i64]| part.iter().map(|&value| usize::from(value > 0)).sum::<usize>();
        let mut values = Buffer::zeroed(parts.clone().map(count).sum());
        let above = parts.flatten().filter(|&&value| value > 0);
        for (place, &value) in values.iter_mut().zip(above) {
            *place = value;
        }
        Self { values }
    }

    /// A tally of values that stand in several places.
    pub(crate) fn joined<'a>(parts: impl Iterator<Item = &'a [i64]> + Clone) -> Self {
        let mut values = Buffer::zeroed(parts.clone().map(<[i64]>::len).sum());
        let mut rest = &mut values[..];
        for part in parts {
            let (place, after) = rest.split_at_mut(part.len());
            place.copy_from_slice(part);
            rest = after;
        }
        Self { values }
    }

    /// Number of values.
    pub fn len(&self) -> u64 {
        self.values.len() as u64
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Adds another tally's values.
    pub fn merge(&mut self, other: &Self) {
        *self = Self::joined([&*self.values, &*other.values].into_iter());
    }

    /// The values at these 1-based ranks, counted from the smallest; ranks ascend and lie
    /// within the tally.
    pub(crate) fn at_ranks(&mut self, ranks: &[u64]) -> Vec<i64> {
        let mut rest = &mut self.values[..];
        let mut before = 0;
        let mut found: Vec<i64> = Vec::with_capacity(ranks.len());
        for &rank in ranks {
            if rank == before {
                // The same rank again.
                found.extend(found.last().copied());
                continue;
            }
            let (_, &mut value, above) = rest.select_nth_unstable((rank - before - 1) as usize);
            found.push(value);
            rest = above;
            before = rank;
        }
        found
    }

    /// The value at a 1-based rank counted from the largest, or `None` past the end.
    pub fn at_top_rank(&mut self, rank: u64) -> Option<i64> {
        (rank >= 1 && rank <= self.len()).then(|| self.at_ranks(&[self.len() - rank + 1])[0])
    }

    /// The value at a 1-based rank counted from the smallest, or `None` past the end.
    pub fn at_rank(&mut self, rank: u64) -> Option<i64> {
        (rank >= 1 && rank <= self.len()).then(|| self.at_ranks(&[rank])[0])
    }

    /// The smallest value above a value.
    pub(crate) fn least_above(&self, value: i64) -> Option<i64> {
        self.values.iter().copied().filter(|&v| v > value).min()
    }

    /// Number of values above a value.
    pub(crate) fn above(&self, value: i64) -> u64 {
        self.values.iter().filter(|&&v| v > value).count() as u64
    }

    /// Sum of the values.
    pub fn sum(&self) -> i128 {
        self.values.iter().map(|&value| i128::from(value)).sum()
    }

    /// The smallest value that a share of the whole weight takes in, or `None` where it takes
    /// in nothing. All values must be positive.
    ///
    /// The weight of a value is the value itself, or 1 where `by_count`. Inclusive: the weight
    /// of strictly larger values is below the share. Exclusive: the weight of values at least
    /// as large is within the share. Whole ties are on one side, because only values are
    /// compared.
    pub(crate) fn share_cut(
        &mut self,
        share: Percent,
        boundary: Boundary,
        share_of: ShareOf,
    ) -> Option<i64> {
        let weight = |value: i64| match share_of {
            ShareOf::Value => i128::from(value),
            ShareOf::Clients => 1,
        };
        let weigh = |values: &[i64]| values.iter().map(|&value| weight(value)).sum::<i128>();
        let (numerator, denominator) = share.fraction();
        let limit = weigh(&self.values) * numerator;
        let mut rest = &mut self.values[..];
        // Weight of all values that are larger than those in `rest`.
        let mut larger = 0_i128;
        let mut cut = None;
        while !rest.is_empty() {
            let middle = rest.len() / 2;
            let (upper, &mut pivot, lower) = rest.select_nth_unstable_by(middle, |a, b| b.cmp(a));
            let above = to_front(upper, |value| value > pivot);
            let tied = to_front(lower, |value| value == pivot);
            let strictly_larger = larger + weigh(&upper[..above]);
            let ties = (upper.len() - above + 1 + tied) as i128;
            let at_least = strictly_larger + weight(pivot) * ties;
            let taken_in = match boundary {
                Boundary::Inclusive => strictly_larger * denominator < limit,
                Boundary::Exclusive => at_least * denominator <= limit,
            };
            if taken_in {
                cut = Some(pivot);
                larger = at_least;
                rest = &mut lower[tied..];
            } else {
                rest = &mut upper[..above];
            }
        }
        cut
    }
}

/// Moves the values that pass to the front; gives their number.
fn to_front(values: &mut [i64], pass: impl Fn(i64) -> bool) -> usize {
    let mut count = 0;
    for i in 0..values.len() {
        if pass(values[i]) {
            values.swap(i, count);
            count += 1;
        }
    }
    count
}

impl PartialEq for Tally {
    fn eq(&self, other: &Self) -> bool {
        let pairs = |tally: &Self| Vec::<(i64, u64)>::from(tally.clone());
        self.len() == other.len() && pairs(self) == pairs(other)
    }
}

impl Eq for Tally {}

impl From<Tally> for Vec<(i64, u64)> {
    fn from(mut tally: Tally) -> Self {
        tally.values.sort_unstable();
        tally.values.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect()
    }
}

impl TryFrom<Vec<(i64, u64)>> for Tally {
    type Error = Error;

    fn try_from(pairs: Vec<(i64, u64)>) -> Result<Self> {
        let too_many = || Error::BadFormat("a tally counts more than memory can hold".to_owned());
        let count = pairs.iter().try_fold(0_u64, |sum, &(_, count)| sum.checked_add(count));
        // A ledger holds fewer clients than this, whatever memory there is.
        let count = count.filter(|&count| count <= u32::MAX.into()).ok_or_else(too_many)?;
        let mut values = Vec::new();
        values.try_reserve_exact(count as usize).map_err(|_| too_many())?;
        for (value, count) in pairs {
            values.extend(std::iter::repeat_n(value, count as usize));
        }
        Ok(Self::new(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_cut_puts_the_value_that_crosses_in() {
        let cut = |values: &[i64], percent| {
            let mut tally = Tally::new(values.to_vec());
            tally.share_cut(Percent::whole(percent), Boundary::Inclusive, ShareOf::Value)
        };
        // 90 of 100 is one client: nothing is larger, so it is in.
        assert_eq!(cut(&[90, 4, 3, 2, 1], 80), Some(90));
        // Larger than 10: 70 of 100 < 80 %, so the 10s are in, all three.
        assert_eq!(cut(&[10, 70, 10, 10], 80), Some(10));
        assert_eq!(cut(&[5, 5, 5, 5], 80), Some(5));
        assert_eq!(cut(&[50, 30, 20], 80), Some(30));
        assert_eq!(cut(&[50, 30, 20], 81), Some(20));
        assert_eq!(cut(&[], 80), None);
    }

    #[test]
    fn share_cut_can_leave_out_the_value_that_crosses() {
        let cut = |values: &[i64], share_of| {
            let mut tally = Tally::new(values.to_vec());
            tally.share_cut(Percent::whole(80), Boundary::Exclusive, share_of)
        };
        assert_eq!(cut(&[90, 10], ShareOf::Value), None);
        assert_eq!(cut(&[50, 30, 20], ShareOf::Value), Some(30));
        assert_eq!(cut(&[50, 29, 21], ShareOf::Value), Some(29));
        assert_eq!(cut(&[9, 8, 7, 6, 5], ShareOf::Clients), Some(6));
    }

    #[test]
    fn ranks_count_from_the_smallest() {
        let mut tally = Tally::new(vec![5, 1, 4, 2, 3]);
        assert_eq!(tally.at_ranks(&[1, 2, 2, 5]), [1, 2, 2, 5]);
        assert_eq!(tally.at_top_rank(1), Some(5));
        assert_eq!(tally.at_top_rank(6), None);
    }
}
