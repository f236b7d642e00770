//! Amounts as people write them; how is always stated.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::card::holds_card;
use super::given::{RawText, digit};
use crate::error::Result;
use crate::formula::Formula;
use crate::money::parse_decimal;
use crate::policy::Policy;

/// How amounts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountFormat {
    /// As programs do: 1234.56.
    #[default]
    Plain,
    /// With a decimal comma: 1234,56; thousands apart by spaces, points or apostrophes.
    DecimalComma,
    /// With a decimal point: 1234.56; thousands apart by commas, spaces or apostrophes.
    DecimalPoint,
}

/// An amount by a stated way of writing, exact.
///
/// Thousands are groups of three digits, all apart by the same sign. Below zero is a minus in
/// front, or parentheses around.
///
/// ```
/// use clientela::intake::{AmountFormat, ReadAmount};
/// use clientela::{Formula, Policy};
///
/// let read = |text: &str, written| {
///     ReadAmount { text: text.into(), written }.answer(&Policy::default())
/// };
/// let amount = read("1 234,56", AmountFormat::DecimalComma)?;
/// assert_eq!(amount.value.unwrap().to_string(), "1234.56");
/// assert!(read("1 234,56", AmountFormat::DecimalPoint)?.value.is_none());
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadAmount {
    /// The text.
    pub text: RawText,
    /// How it is written.
    pub written: AmountFormat,
}

/// What [`ReadAmount`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AmountRead {
    /// The text as it came.
    pub raw: String,
    /// The amount; `None` where the text is none.
    pub value: Option<Decimal>,
    /// Why there is no amount; `None` where there is one.
    pub problem: Option<String>,
}

impl Formula for ReadAmount {
    const NAME: &'static str = "read_amount";
    const ABOUT: &'static str = "An amount by a stated way of writing, exact.";
    const SOURCE: &'static str = "R47; convention";
    type Answer = AmountRead;

    fn answer(&self, _: &Policy) -> Result<AmountRead> {
        let raw = self.text.masked().into_owned();
        Ok(match amount(self.text.trimmed(), self.written) {
            Ok(value) => AmountRead { raw, value: Some(value), problem: None },
            Err(problem) => AmountRead { raw, value: None, problem: Some(problem) },
        })
    }
}

pub(super) fn amount(text: &str, format: AmountFormat) -> std::result::Result<Decimal, String> {
    if holds_card(text) {
        return Err("a bank card number".to_owned());
    }
    let shown = || RawText::from(text).masked().into_owned();
    let plain = match format {
        AmountFormat::Plain => Some(text.to_owned()),
        AmountFormat::DecimalComma => ungrouped(text, ',', &['.', '\'', '\u{2019}', ' ']),
        AmountFormat::DecimalPoint => ungrouped(text, '.', &[',', '\'', '\u{2019}', ' ']),
    };
    let example = match format {
        AmountFormat::Plain => "1234.56",
        AmountFormat::DecimalComma => "1 234,56",
        AmountFormat::DecimalPoint => "1,234.56",
    };
    plain
        .and_then(|plain| parse_decimal(&plain))
        .ok_or_else(|| format!("`{}` is no amount written as {example}", shown()))
}

/// The number as programs write it; `None` where its groups are not of three digits.
fn ungrouped(text: &str, mark: char, gaps: &[char]) -> Option<String> {
    let (below, text) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => (true, inner.trim()),
        None => match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        },
    };
    let (whole, fraction) = match text.split_once(mark) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let digits = |part: &str| {
        let signs: Option<String> =
            part.chars().map(|sign| digit(sign).map(|digit| char::from(b'0' + digit))).collect();
        signs.filter(|signs| !signs.is_empty())
    };
    let gap = |sign: char| if sign.is_whitespace() { ' ' } else { sign };
    let signs: String = whole.chars().map(gap).collect();
    let mut plain = String::from(if below { "-" } else { "" });
    match signs.chars().find(|sign| gaps.contains(sign)) {
        None => plain.push_str(&digits(&signs)?),
        Some(gap) => {
            for (i, group) in signs.split(gap).enumerate() {
                let group = digits(group)?;
                let good = if i == 0 { group.len() <= 3 } else { group.len() == 3 };
                plain.push_str(good.then_some(&group)?);
            }
        }
    }
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(&digits(fraction)?);
    }
    Some(plain)
}
