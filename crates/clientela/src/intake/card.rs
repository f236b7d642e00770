//! Bank cards: recognised, never kept and never shown (S2.29: a card here is a loyalty card).

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::given::{RawText, digit, trimmed};
use crate::error::Result;
use crate::formula::Formula;
use crate::policy::Policy;

/// What a card number is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// A bank card: a number that a card network gives out, with the right check digit.
    Bank,
    /// Another number, such as that of a loyalty card.
    Other,
}

/// Whether a text is the number of a bank card (S2.29; Luhn, ISO/IEC 7812-1).
///
/// ```
/// use clientela::intake::{CardKind, ReadCard};
/// use clientela::{Formula, Policy};
///
/// let card = ReadCard { text: "4111 1111 1111 1111".into() };
/// let answer = card.answer(&Policy::default())?;
/// assert_eq!(answer.kind, Some(CardKind::Bank));
/// assert_eq!((answer.network, answer.last_four.as_deref()), (Some("visa"), Some("1111")));
/// assert!(!format!("{card:?}").contains("4111"));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadCard {
    /// The text.
    pub text: RawText,
}

/// What [`ReadCard`] answers with; never the number of a bank card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CardRead {
    /// What it is; `None` where it is no number.
    pub kind: Option<CardKind>,
    /// The network of a bank card.
    pub network: Option<&'static str>,
    /// Whether the last digit is the check digit of the others; `None` where it is no number.
    pub luhn: Option<bool>,
    /// The last four digits.
    pub last_four: Option<String>,
    /// The number of any other card; never that of a bank card.
    pub value: Option<String>,
    /// Why it is no number; `None` where it is.
    pub problem: Option<String>,
}

impl Formula for ReadCard {
    const NAME: &'static str = "read_card";
    const ABOUT: &'static str =
        "Whether a text is the number of a bank card, which is never given back.";
    const SOURCE: &'static str = "R47, S2.29; ISO/IEC 7812-1";
    type Answer = CardRead;

    fn answer(&self, _: &Policy) -> Result<CardRead> {
        let none = |problem: &str| CardRead {
            kind: None,
            network: None,
            luhn: None,
            last_four: None,
            value: None,
            problem: Some(problem.to_owned()),
        };
        let Some(digits) = whole(self.text.trimmed()) else {
            return Ok(none("no number of digits alone"));
        };
        if digits.len() < 4 {
            return Ok(none("a number of less than four digits"));
        }
        let text = |digits: &[u8]| digits.iter().map(|&d| char::from(b'0' + d)).collect::<String>();
        let network = network(&digits);
        if network.is_none() && holds_card(self.text.trimmed()) {
            return Ok(none("a bank card number and other digits"));
        }
        Ok(CardRead {
            kind: Some(if network.is_some() { CardKind::Bank } else { CardKind::Other }),
            network,
            luhn: Some(luhn(&digits)),
            last_four: Some(text(&digits[digits.len() - 4..])),
            value: network.is_none().then(|| text(&digits)),
            problem: None,
        })
    }
}

/// Whether the last digit is the check digit of the others (Luhn, ISO/IEC 7812-1, annex B).
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, &digit)| {
            let digit = u32::from(digit);
            match i % 2 {
                0 => digit,
                _ if digit > 4 => 2 * digit - 9,
                _ => 2 * digit,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// First digits of the numbers of a network, as a range of as many digits, and its lengths.
type Numbers = (&'static str, u32, u32, std::ops::RangeInclusive<usize>);

/// Ranges of the networks. Visa's numbers of 13 digits are left out: none are given out any
/// more, and goods have numbers of 13 digits. The first range that fits counts, so a narrow one
/// stands before the wide one around it.
const NETWORKS: [Numbers; 36] = [
    ("mir", 2200, 2204, 16..=19),
    ("mastercard", 2221, 2720, 16..=16),
    ("diners_club", 300, 305, 14..=14),
    ("diners_club", 36, 36, 14..=14),
    ("diners_club", 38, 39, 14..=14),
    ("american_express", 34, 34, 15..=15),
    ("american_express", 37, 37, 15..=15),
    ("jcb", 3528, 3589, 16..=19),
    ("visa", 4, 4, 16..=16),
    ("visa", 4, 4, 19..=19),
    ("mastercard", 51, 55, 16..=16),
    ("maestro", 5018, 5018, 13..=19),
    ("maestro", 5020, 5020, 13..=19),
    ("maestro", 5038, 5038, 13..=19),
    ("maestro", 5893, 5893, 13..=19),
    ("maestro", 56, 58, 16..=19),
    ("rupay", 508, 508, 16..=16),
    ("rupay", 353, 353, 16..=16),
    ("rupay", 356, 356, 16..=16),
    ("discover", 6011, 6011, 16..=19),
    ("rupay", 60, 60, 16..=16),
    ("discover", 644, 649, 16..=19),
    ("discover", 65, 65, 16..=19),
    ("unionpay", 62, 62, 16..=19),
    ("unionpay", 81, 81, 16..=19),
    ("rupay", 82, 82, 16..=16),
    ("maestro", 6304, 6304, 13..=19),
    ("maestro", 6759, 6759, 13..=19),
    ("maestro", 6761, 6763, 13..=19),
    ("maestro", 6767, 6767, 13..=19),
    ("maestro", 6770, 6771, 13..=19),
    ("maestro", 6799, 6799, 13..=19),
    ("uzcard", 8600, 8600, 16..=16),
    ("belkart", 9112, 9112, 16..=16),
    ("troy", 9792, 9792, 16..=16),
    ("humo", 9860, 9860, 16..=16),
];

/// The network of a bank card's number; `None` where it is none.
fn network(digits: &[u8]) -> Option<&'static str> {
    let fits = |&&(_, low, high, ref lengths): &&Numbers| {
        let count = low.ilog10() as usize + 1;
        let first = digits.iter().take(count).fold(0, |all, &digit| 10 * all + u32::from(digit));
        lengths.contains(&digits.len()) && (low..=high).contains(&first)
    };
    let found = NETWORKS.iter().find(fits).map(|numbers| numbers.0);
    found.filter(|_| luhn(digits))
}

/// Whether two groups of digits may be parts of one number with this sign between them.
fn is_gap(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '-' | '\u{2010}'..='\u{2014}' | '\u{2212}')
}

/// The digits of a text that has but digits and gaps.
fn whole(text: &str) -> Option<Vec<u8>> {
    let gap = |sign: char| is_gap(sign) || matches!(sign, '.' | ',' | '/' | '_' | '\'');
    let signs = text.chars().filter(|&sign| !gap(sign));
    let digits: Vec<u8> = signs.map(digit).collect::<Option<_>>()?;
    (!digits.is_empty()).then_some(digits)
}

/// The network of a bank card whose number is all that a text says, in whatever way a table
/// writes numbers.
fn whole_card(text: &str) -> Option<(&'static str, Vec<u8>)> {
    let text = trimmed(text);
    if text.len() > 256 {
        return None;
    }
    let zeros = |tail: &str| !tail.is_empty() && tail.bytes().all(|byte| byte == b'0');
    let plain = match text.rsplit_once(['.', ',']) {
        Some((number, tail)) if zeros(tail) => number,
        _ => text,
    };
    let ways = [whole(text), whole(plain), by_power(text)];
    ways.into_iter().flatten().find_map(|digits| Some((network(&digits)?, digits)))
}

/// The digits of a number with a power of ten, as tables show large ones: 4.1E+15.
fn by_power(text: &str) -> Option<Vec<u8>> {
    let (number, power) = text.split_once(['e', 'E'])?;
    let power: usize = power.strip_prefix('+').unwrap_or(power).parse().ok()?;
    let (first, rest) = number.split_once(['.', ','])?;
    let digits = whole(first).filter(|first| first.len() == 1)?.into_iter().chain(whole(rest)?);
    let mut digits: Vec<u8> = digits.collect();
    if power > 20 || digits.len() > power + 1 {
        return None;
    }
    digits.resize(power + 1, 0);
    Some(digits)
}

/// How a bank card's number looks in an answer.
fn mask(digits: &[u8]) -> String {
    let last: String = digits[digits.len() - 4..].iter().map(|&d| char::from(b'0' + d)).collect();
    format!("****{last}")
}

/// Whether a text is nothing but the number of a bank card.
pub(super) fn is_card(text: &str) -> bool {
    digits_enough(text) && whole_card(text).is_some()
}

/// Whether a text holds the number of a bank card, alone or among other signs.
pub(super) fn holds_card(text: &str) -> bool {
    matches!(masked(text), Cow::Owned(_))
}

/// Whether a text could hold the number of a card at all.
fn digits_enough(text: &str) -> bool {
    let ascii = text.bytes().filter(u8::is_ascii_digit).take(12).count() == 12;
    ascii || !text.is_ascii() && text.chars().filter_map(digit).take(12).count() == 12
}

/// A text with the numbers of bank cards masked but for their last four digits (S2.29); any other
/// text as it is.
///
/// ```
/// use clientela::intake::masked;
///
/// assert_eq!(masked("paid by 4111 1111 1111 1111"), "paid by ****1111");
/// assert_eq!(masked("invoice 4711"), "invoice 4711");
/// ```
pub fn masked(text: &str) -> Cow<'_, str> {
    if !digits_enough(text) {
        return Cow::Borrowed(text);
    }
    if let Some((_, digits)) = whole_card(text) {
        return Cow::Owned(mask(&digits));
    }
    if is_iban(text) {
        return Cow::Borrowed(text);
    }
    let groups = groups(text);
    let mut out = String::with_capacity(text.len());
    let (mut done, mut i) = (0, 0);
    while i < groups.len() {
        let Some((count, digits)) = card_at(&groups[i..]) else {
            i += 1;
            continue;
        };
        out.push_str(&text[done..groups[i].place.start]);
        out.push_str(&mask(&digits));
        done = groups[i + count - 1].place.end;
        i += count;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Digits that stand together.
struct Group {
    place: Range<usize>,
    digits: Vec<u8>,
    /// Whether the next group follows after one gap.
    joined: bool,
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut gap = None;
    for (at, sign) in text.char_indices() {
        let end = at + sign.len_utf8();
        match digit(sign) {
            Some(digit) => match groups.last_mut() {
                Some(last) if last.place.end == at => {
                    last.place.end = end;
                    last.digits.push(digit);
                }
                last => {
                    if let (Some(last), Some(gap)) = (last, gap) {
                        last.joined = at == gap;
                    }
                    groups.push(Group { place: at..end, digits: vec![digit], joined: false });
                }
            },
            None if is_gap(sign) && groups.last().is_some_and(|last| last.place.end == at) => {
                gap = Some(end);
            }
            None => {}
        }
    }
    groups
}

/// How card numbers are written in groups.
const GROUPINGS: [&[usize]; 7] =
    [&[4, 4, 4, 4, 3], &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[6, 13], &[8, 8], &[8, 10]];

/// How many groups from here on are the number of a card, and its digits.
fn card_at(groups: &[Group]) -> Option<(usize, Vec<u8>)> {
    let alone = |digits: &Vec<u8>| network(digits).is_some();
    if let Some(first) = groups.first().filter(|first| alone(&first.digits)) {
        return Some((1, first.digits.clone()));
    }
    GROUPINGS.iter().find_map(|sizes| {
        let part = groups.get(..sizes.len())?;
        let fits = part.iter().zip(*sizes).all(|(group, size)| group.digits.len() == *size)
            && part[..part.len() - 1].iter().all(|group| group.joined);
        let digits: Vec<u8> = part.iter().flat_map(|group| group.digits.iter().copied()).collect();
        (fits && alone(&digits)).then_some((sizes.len(), digits))
    })
}

/// Whether a text is an account number with its check digits (ISO 13616): no card.
fn is_iban(text: &str) -> bool {
    let signs: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let form = (15..=34).contains(&signs.len())
        && signs[..2].iter().all(u8::is_ascii_uppercase)
        && signs[2..4].iter().all(u8::is_ascii_digit)
        && signs.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let rest = |rest: u32, &byte: &u8| match byte {
        b'0'..=b'9' => (10 * rest + u32::from(byte - b'0')) % 97,
        _ => (100 * rest + u32::from(byte.saturating_sub(b'A')) + 10) % 97,
    };
    form && signs[4..].iter().chain(&signs[..4]).fold(0, rest) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test numbers that the networks and payment services publish.
    #[test]
    fn numbers_of_the_networks() {
        for (number, name) in [
            ("4111111111111111", "visa"),
            ("5555555555554444", "mastercard"),
            ("2223003122003222", "mastercard"),
            ("378282246310005", "american_express"),
            ("6011111111111117", "discover"),
            ("3056930009020004", ""),
            ("30569309025904", "diners_club"),
            ("3530111333300000", "jcb"),
            ("6200000000000005", "unionpay"),
            ("2200000000000004", "mir"),
            ("4111111111111112", ""),
            ("40817810099910004312", ""),
        ] {
            let digits: Vec<u8> = number.bytes().map(|byte| byte - b'0').collect();
            assert_eq!(network(&digits).unwrap_or_default(), name, "{number}");
        }
    }

    #[test]
    fn numbers_are_masked_however_they_are_written() {
        for (text, masked_text) in [
            ("4111111111111111", "****1111"),
            (" 4111-1111-1111-1111 ", "****1111"),
            ("4111111111111111.0", "****1111"),
            ("4.111111111111111E+15", "****1111"),
            ("4111 1111 1111 1111", "****1111"),
            ("４１１１１１１１１１１１１１１１", "****1111"),
            ("pays by 4111 1111 1111 1111, 12/27", "pays by ****1111, 12/27"),
            ("№4111111111111111x", "№****1111x"),
            ("3782 822463 10005 and 5555-5555-5555-4444", "****0005 and ****4444"),
            ("4111 1111 1111 1112", "4111 1111 1111 1112"),
            ("account 40817810099910004312", "account 40817810099910004312"),
            ("+7 495 123-45-67", "+7 495 123-45-67"),
            ("", ""),
        ] {
            assert_eq!(masked(text), masked_text, "{text}");
        }
        assert!(is_iban("GB82 WEST 1234 5698 7654 32") && !is_iban("GB82 WEST 1234 5698 7654 33"));
    }
}
