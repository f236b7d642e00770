//! How alike two keys are, by Jaro and Winkler and by edits, in whole ten-thousandths.

use rapidfuzz::distance::{jaro_winkler, osa};

/// Ten-thousandths of a whole: likeness 1.
pub(crate) const ALIKE: u16 = 10_000;

/// What tells at a glance that two keys cannot be alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// A bit for each letter that is there; letters share bits.
    letters: u64,
    /// The low bytes of the first four letters.
    head: u32,
    /// How many letters; 255 are that many or more.
    length: u8,
    ascii: bool,
}

impl Shape {
    pub(crate) fn of(key: &str) -> Self {
        let mut shape = Self { ascii: key.is_ascii(), ..Self::default() };
        for (place, letter) in key.chars().enumerate() {
            shape.letters |= 1 << (u32::from(letter) % 64);
            if place < 4 {
                shape.head |= (u32::from(letter) & 0xff) << (8 * place);
            }
            shape.length = shape.length.saturating_add(1);
        }
        shape
    }

    /// Whether two keys of these shapes may be as alike as that.
    pub(crate) fn may_reach(self, other: Self, least: &Least) -> bool {
        let (a, b) = (self.length, other.length);
        if a == 0 || b == 0 || a == u8::MAX || b == u8::MAX {
            return a != 0 && b != 0;
        }
        // A letter that the other does not have is not matched.
        let alone = |x: u64, y: u64| (x & !y).count_ones();
        let only_a = u32::from(a).saturating_sub(alone(self.letters, other.letters));
        let only_b = u32::from(b).saturating_sub(alone(other.letters, self.letters));
        let prefix = ((self.head ^ other.head).trailing_zeros() / 8).min(4) as usize;
        let (a, b) = (f32::from(a), f32::from(b));
        (only_a.min(only_b) as f32) * (a + b) >= least.shares[prefix] * a * b
    }

    /// Whether one key may become the other by so many edits.
    pub(crate) fn may_be_edited(self, other: Self, most: u32) -> bool {
        let alone = |x: u64, y: u64| (x & !y).count_ones();
        alone(self.letters, other.letters) <= most
            && alone(other.letters, self.letters) <= most
            && u32::from(self.length.abs_diff(other.length)) <= most
    }
}

/// A likeness that is asked for, in ten-thousandths, and what it asks of letters in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Least {
    pub(crate) likeness: u16,
    /// By letters that begin both, up to four: the least sum of the shares of letters matched.
    shares: [f32; 5],
}

impl Least {
    pub(crate) fn of(likeness: u16) -> Self {
        let least = f32::from(likeness) / f32::from(ALIKE);
        // From the likeness by Winkler to that by Jaro, in which no letter is out of its place;
        // a little less, for the rounding.
        let share = |prefix: usize| {
            let bonus = 0.1 * prefix as f32;
            3.0 * (least - bonus) / (1.0 - bonus) - 1.0 - 0.001
        };
        Self { likeness, shares: std::array::from_fn(share) }
    }
}

/// The likeness of two keys with their shapes, where it is at least `least`.
///
/// The measure is not quite symmetric, so the keys are taken in their order.
pub(crate) fn alike(a: (&str, Shape), b: (&str, Shape), least: &Least) -> Option<u16> {
    if !a.1.may_reach(b.1, least) {
        return None;
    }
    let (a, b) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    let ascii = a.1.ascii && b.1.ascii;
    // A little below, for the rounding of the cut-off itself.
    let cutoff = (f64::from(least.likeness) - 1.0) / f64::from(ALIKE);
    let args = jaro_winkler::Args::default().score_cutoff(cutoff);
    let found = if ascii {
        jaro_winkler::similarity_with_args(a.0.bytes(), b.0.bytes(), &args)
    } else {
        jaro_winkler::similarity_with_args(a.0.chars(), b.0.chars(), &args)
    };
    found.map(ten_thousandths).filter(|&found| found >= least.likeness)
}

fn ten_thousandths(likeness: f64) -> u16 {
    (likeness * f64::from(ALIKE)).round() as u16
}

/// How many letters were changed, left out, added or exchanged with their neighbours; `None` is
/// more than `most`.
pub(crate) fn edits(a: &str, b: &str, most: usize) -> Option<usize> {
    if !a.is_ascii() || !b.is_ascii() {
        let args = osa::Args::default().score_cutoff(most);
        return osa::distance_with_args(a.chars(), b.chars(), &args);
    }
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    let begin = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    (a, b) = (&a[begin..], &b[begin..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    // What is left begins and ends differently, so that one edit is easily seen.
    let found = match (a, b) {
        ([], rest) | (rest, []) => rest.len(),
        ([_], [_]) => 1,
        ([first, last], [_, _]) if *first == b[1] && *last == b[0] => 1,
        _ if most < 2 || a.len().abs_diff(b.len()) > most => return None,
        _ => {
            let args = osa::Args::default().score_cutoff(most);
            return osa::distance_with_args(a.iter().copied(), b.iter().copied(), &args);
        }
    };
    (found <= most).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(a: &str, b: &str, least: u16) -> Option<u16> {
        alike((a, Shape::of(a)), (b, Shape::of(b)), &Least::of(least))
    }

    /// The examples of Winkler's paper (1990).
    #[test]
    fn likeness_is_that_of_jaro_and_winkler() {
        for (a, b, likeness) in
            [("martha", "marhta", 9611), ("dwayne", "duane", 8400), ("dixon", "dicksonx", 8133)]
        {
            assert_eq!(of(a, b, 7000), Some(likeness));
            assert_eq!(of(b, a, 7000), Some(likeness));
            assert_eq!(of(a, b, likeness), Some(likeness));
            assert_eq!(of(a, b, likeness + 1), None);
        }
        assert_eq!(of("", "a", 7000), None);
        assert_eq!(of("параскева", "параскева", 7000), Some(ALIKE));
    }

    /// The glance never refuses what the measure takes.
    #[test]
    fn a_glance_is_no_stricter_than_the_measure() {
        let words = ["abcd", "abdc", "bcda", "abcdefgh", "habcdefg", "aabbccdd", "a", "ab", "dcba"];
        for a in words {
            for b in words {
                let exact = jaro_winkler::similarity(a.chars(), b.chars());
                let least = ten_thousandths(exact);
                assert!(Shape::of(a).may_reach(Shape::of(b), &Least::of(least)), "{a} {b}");
            }
        }
    }

    #[test]
    fn edits_count_neighbours_exchanged_as_one() {
        assert_eq!(edits("19081209", "19018209", 1), Some(1));
        assert_eq!(edits("19081209", "19081208", 1), Some(1));
        assert_eq!(edits("12345", "1234", 1), Some(1));
        assert_eq!(edits("12345", "54321", 2), None);
        // Against the plain measure, on all short words of two letters.
        let words: Vec<String> = (0..64_u32)
            .flat_map(|bits| (0..=6).map(move |length| (bits, length)))
            .map(|(bits, length)| {
                (0..length).map(|i| if bits >> i & 1 == 1 { 'a' } else { 'b' }).collect()
            })
            .collect();
        for a in words.iter().step_by(3) {
            for b in words.iter().step_by(5) {
                for most in [1, 2] {
                    let plain = osa::distance(a.chars(), b.chars());
                    assert_eq!(edits(a, b, most), (plain <= most).then_some(plain), "{a} {b}");
                }
            }
        }
    }
}
