//! How two values of one field agree.

use serde::{Deserialize, Serialize};

use crate::intake::alike::{Least, Shape, alike, edits};
use crate::intake::directory::FieldKind;
use crate::intake::find::least;
use crate::policy::MatchingPolicy;

/// How two known values of one field agree; which levels there are depends on what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Level {
    /// They do not.
    Different = 0,
    /// Names and texts from `matching.near_percent` on; days with two of year, month and day
    /// equal; numbers with two edits; e-mail addresses with the same name before the `@`.
    Near = 1,
    /// Names and texts from `matching.close_percent` on; days, numbers and e-mail addresses with
    /// one character changed, added, left out, or exchanged with its neighbour.
    Close = 2,
    /// Two names that stand in each other's field; day and month exchanged.
    Swapped = 3,
    /// Equal under their keys, whatever the case, script and spacing.
    Equal = 4,
}

/// How many levels there are.
pub(super) const LEVELS: usize = 5;

impl Level {
    pub(super) const ALL: [Self; LEVELS] =
        [Self::Different, Self::Near, Self::Close, Self::Swapped, Self::Equal];

    /// The levels of a field of a kind, and how often two records of one client are taken to
    /// agree so before anything is learnt, in hundredths (convention).
    pub(super) fn expected(kind: FieldKind) -> &'static [(Self, u8)] {
        use Level::{Close, Different, Equal, Near, Swapped};
        match kind {
            FieldKind::Name => &[(Different, 5), (Near, 3), (Close, 5), (Swapped, 2), (Equal, 85)],
            FieldKind::Date => &[(Different, 4), (Near, 3), (Close, 5), (Swapped, 3), (Equal, 85)],
            FieldKind::Text | FieldKind::Number | FieldKind::Phone | FieldKind::Email => {
                &[(Different, 7), (Near, 3), (Close, 5), (Equal, 85)]
            }
            FieldKind::Code => &[(Different, 10), (Equal, 90)],
        }
    }
}

/// From which likeness on texts are near and close, in ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Gauge {
    near: Least,
    close: Least,
}

impl Gauge {
    pub(super) fn of(policy: &MatchingPolicy) -> Self {
        Self { near: least(policy.near_percent), close: least(policy.close_percent) }
    }

    /// How two unequal keys of a kind agree; names in each other's field are not seen here.
    pub(super) fn level(self, kind: FieldKind, a: (&str, Shape), b: (&str, Shape)) -> Level {
        match kind {
            FieldKind::Name | FieldKind::Text => match alike(a, b, &self.near) {
                Some(likeness) if likeness >= self.close.likeness => Level::Close,
                Some(_) => Level::Near,
                None => Level::Different,
            },
            FieldKind::Date => days(a, b),
            FieldKind::Number | FieldKind::Phone => by_edits(a, b, 2),
            FieldKind::Email => match by_edits(a, b, 1) {
                Level::Different if before_at(a.0) == before_at(b.0) => Level::Near,
                level => level,
            },
            FieldKind::Code => Level::Different,
        }
    }

    /// Whether two unequal keys are close or exchanged; quicker than the level.
    pub(super) fn is_close(self, kind: FieldKind, a: (&str, Shape), b: (&str, Shape)) -> bool {
        match kind {
            FieldKind::Name | FieldKind::Text => alike(a, b, &self.close).is_some(),
            FieldKind::Date => days(a, b) >= Level::Close,
            FieldKind::Number | FieldKind::Phone | FieldKind::Email => {
                by_edits(a, b, 1) == Level::Close
            }
            FieldKind::Code => false,
        }
    }
}

/// The name of an e-mail address.
fn before_at(address: &str) -> &str {
    address.split('@').next().unwrap_or(address)
}

fn by_edits(a: (&str, Shape), b: (&str, Shape), most: usize) -> Level {
    if !a.1.may_be_edited(b.1, most as u32) {
        return Level::Different;
    }
    match edits(a.0, b.0, most) {
        Some(0 | 1) => Level::Close,
        Some(_) => Level::Near,
        None => Level::Different,
    }
}

/// Days of eight digits; what is no day is held against by edits.
fn days(a: (&str, Shape), b: (&str, Shape)) -> Level {
    let is_day = |key: &str| key.len() == 8 && key.bytes().all(|byte| byte.is_ascii_digit());
    if !is_day(a.0) || !is_day(b.0) {
        return by_edits(a, b, 1);
    }
    let parts = |key: &str| -> [[u8; 2]; 4] {
        let bytes = key.as_bytes();
        std::array::from_fn(|i| [bytes[2 * i], bytes[2 * i + 1]])
    };
    let (x, y) = (parts(a.0), parts(b.0));
    let year = x[..2] == y[..2];
    if year && x[2] == y[3] && x[3] == y[2] {
        return Level::Swapped;
    }
    if by_edits(a, b, 1) == Level::Close {
        return Level::Close;
    }
    let same = usize::from(year) + usize::from(x[2] == y[2]) + usize::from(x[3] == y[3]);
    if same >= 2 { Level::Near } else { Level::Different }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_by_kind() {
        let gauge = Gauge::of(&MatchingPolicy::default());
        for (kind, a, b, level) in [
            (FieldKind::Name, "martha", "marhta", Level::Close),
            (FieldKind::Name, "dwayne", "duane", Level::Near),
            (FieldKind::Name, "orlov", "petrov", Level::Different),
            (FieldKind::Date, "19900201", "19900102", Level::Swapped),
            (FieldKind::Date, "19900201", "19900207", Level::Close),
            (FieldKind::Date, "19900201", "19902001", Level::Close),
            (FieldKind::Date, "19900201", "19900230", Level::Near),
            (FieldKind::Date, "19900201", "19850201", Level::Near),
            (FieldKind::Date, "19900201", "19850211", Level::Different),
            (FieldKind::Date, "19900201", "circa1990", Level::Different),
            (FieldKind::Number, "4506123456", "4506123465", Level::Close),
            (FieldKind::Number, "4506123456", "4506223465", Level::Near),
            (FieldKind::Phone, "9161234567", "9031234569", Level::Different),
            (FieldKind::Email, "ivan@mail.ru", "ivan@gmail.com", Level::Near),
            (FieldKind::Email, "ivan@mail.ru", "ivan@mal.ru", Level::Close),
            (FieldKind::Code, "nsw", "nws", Level::Different),
        ] {
            let shaped = |key: &'static str| (key, Shape::of(key));
            assert_eq!(gauge.level(kind, shaped(a), shaped(b)), level, "{a} {b}");
            assert_eq!(gauge.level(kind, shaped(b), shaped(a)), level, "{b} {a}");
            let close = gauge.is_close(kind, shaped(a), shaped(b));
            assert_eq!(close, level >= Level::Close, "{a} {b}");
        }
    }

    #[test]
    fn expected_levels_add_up() {
        for kind in [FieldKind::Name, FieldKind::Date, FieldKind::Text, FieldKind::Code] {
            let sum: u32 = Level::expected(kind).iter().map(|&(_, share)| u32::from(share)).sum();
            assert_eq!(sum, 100);
        }
    }
}
