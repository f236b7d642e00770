//! What a leaf accepts: sets of values, made once from its operator and value.

use super::pattern::Pattern;

/// Whole numbers in order: stretches that neither meet nor overlap, each with both ends in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Numbers(Vec<(i64, i64)>);

impl Numbers {
    /// The numbers of some stretches; those that end before they begin have none.
    pub(super) fn new(stretches: impl IntoIterator<Item = (i64, i64)>) -> Self {
        let mut all: Vec<(i64, i64)> =
            stretches.into_iter().filter(|(low, high)| low <= high).collect();
        all.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::with_capacity(all.len());
        for (low, high) in all {
            match joined.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => joined.push((low, high)),
            }
        }
        Self(joined)
    }

    /// One stretch.
    pub(super) fn stretch(low: i64, high: i64) -> Self {
        Self::new([(low, high)])
    }

    /// All other numbers.
    pub(super) fn other(&self) -> Self {
        let mut rest = Vec::with_capacity(self.0.len() + 1);
        let mut low = Some(i64::MIN);
        for &(from, to) in &self.0 {
            if let Some(low) = low.filter(|&low| low < from) {
                rest.push((low, from - 1));
            }
            low = to.checked_add(1);
        }
        rest.extend(low.map(|low| (low, i64::MAX)));
        Self(rest)
    }

    /// The numbers of both.
    pub(super) fn and(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = Vec::new();
        while let (Some(&&left), Some(&&right)) = (a.peek(), b.peek()) {
            let (low, high) = (left.0.max(right.0), left.1.min(right.1));
            if low <= high {
                both.push((low, high));
            }
            if left.1 < right.1 {
                a.next()
            } else {
                b.next()
            };
        }
        Self(both)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The stretches.
    pub(super) fn stretches(&self) -> &[(i64, i64)] {
        &self.0
    }

    pub(super) fn holds(&self, number: i64) -> bool {
        let after = self.0.partition_point(|&(low, _)| low <= number);
        after > 0 && number <= self.0[after - 1].1
    }

    /// Whether a number holds of which it is only known that it is from `least` to `most`.
    pub(super) fn holds_between(&self, least: i64, most: i64) -> Option<bool> {
        let after = self.0.partition_point(|&(low, _)| low <= most);
        match after.checked_sub(1).map(|at| self.0[at]) {
            Some((low, high)) if low <= least && most <= high => Some(true),
            Some((_, high)) if high >= least => None,
            _ => Some(false),
        }
    }
}

/// A number that orders as a real number does, and the way back.
pub(super) fn key(value: f64) -> i64 {
    // Both zeros are one number.
    let bits = (value + 0.0).to_bits() as i64;
    if bits < 0 { i64::MIN - bits } else { bits }
}

/// The test of a text.
#[derive(Debug, Clone)]
pub(super) enum TextTest {
    /// One of these, sorted.
    OneOf(Vec<String>),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    Like(Pattern),
}

/// The test of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListTest {
    Any,
    All,
    None,
}

/// What a leaf accepts. What is missing is not accepted, nor is its contrary, but for `Known`.
#[derive(Debug, Clone)]
pub(super) enum Accept {
    /// Of numbers, days and codes.
    Numbers(Numbers),
    /// Of real numbers, by [`key`].
    Floats(Numbers),
    /// Of texts: whether it is the contrary of a test, and whether case does not matter.
    Text { test: TextTest, contrary: bool, ignore_case: bool },
    /// Of lists: the texts, sorted.
    List(ListTest, Vec<String>),
    /// Whether there is a value.
    Known(bool),
}

/// A text with small letters only.
pub(super) fn folded(text: &str) -> String {
    text.to_lowercase()
}

impl Accept {
    pub(super) fn text(&self, text: &str) -> bool {
        let Self::Text { test, contrary, ignore_case } = self else { return false };
        let small;
        let text = if *ignore_case {
            small = folded(text);
            &small
        } else {
            text
        };
        let found = match test {
            TextTest::OneOf(texts) => texts.binary_search_by(|one| one.as_str().cmp(text)).is_ok(),
            TextTest::Contains(part) => text.contains(part.as_str()),
            TextTest::StartsWith(part) => text.starts_with(part.as_str()),
            TextTest::EndsWith(part) => text.ends_with(part.as_str()),
            TextTest::Like(pattern) => pattern.fits(text),
        };
        found != *contrary
    }

    /// Whether a list that is known is accepted.
    pub(super) fn list<'t>(&self, items: impl Iterator<Item = &'t str>) -> bool {
        let Self::List(test, wanted) = self else { return false };
        let place = |item: &str| wanted.binary_search_by(|one| one.as_str().cmp(item)).ok();
        let mut items = items.filter_map(place);
        match test {
            ListTest::Any => items.next().is_some(),
            ListTest::None => items.next().is_none(),
            ListTest::All => {
                let mut found = vec![false; wanted.len()];
                items.for_each(|place| found[place] = true);
                found.iter().all(|&found| found)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_numbers_are_sets() {
        let ten = |set: &Numbers| (-1..9).filter(|&n| set.holds(n)).collect::<Vec<i64>>();
        let a = Numbers::new([(4, 5), (0, 1), (2, 2), (7, 6)]);
        assert_eq!(a.stretches(), [(0, 2), (4, 5)]);
        assert_eq!(ten(&a.other()), [-1, 3, 6, 7, 8]);
        let b = Numbers::new([(2, 4), (8, 8)]);
        assert_eq!(ten(&a.and(&b)), [2, 4]);
        assert_eq!(Numbers::default().other().stretches(), [(i64::MIN, i64::MAX)]);
        assert!(Numbers::default().other().other().is_empty());
        assert_eq!(a.holds_between(0, 2), Some(true));
        assert_eq!(a.holds_between(2, 4), None);
        assert_eq!(a.holds_between(3, 3), Some(false));
        assert_eq!(a.holds_between(6, 9), Some(false));
    }

    #[test]
    fn keys_order_as_their_numbers() {
        let numbers = [f64::NEG_INFINITY, -2.5, -1e-300, 0.0, 1e-300, 0.3, 2.5, 1e300];
        assert!(numbers.map(key).is_sorted_by(|a, b| a < b));
        assert_eq!(key(-0.0), key(0.0));
        assert_eq!(key(0.0), 0);
    }
}
