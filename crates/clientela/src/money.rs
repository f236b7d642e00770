//! Exact money: whole minor units at a scale, in one currency.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Number of decimal places of every amount of a ledger, 0 to 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Scale(u8);

impl Scale {
    /// Two places: cents.
    pub const CENTS: Self = Self(2);
    /// No places: whole units.
    pub const WHOLE: Self = Self(0);
    /// The most places that an amount may have.
    pub const MAX: u8 = 9;

    /// A scale of `places` decimal places; an error above [`Scale::MAX`].
    pub fn new(places: u8) -> Result<Self> {
        if places > Self::MAX {
            return Err(Error::BadArgument {
                argument: "scale",
                problem: format!("{places} places, at most {} are kept", Self::MAX),
            });
        }
        Ok(Self(places))
    }

    /// The number of places.
    pub const fn places(self) -> u8 {
        self.0
    }

    /// Minor units in one major unit: 100 for two places.
    pub const fn unit(self) -> i64 {
        10_i64.pow(self.0 as u32)
    }

    /// Minor units as a decimal: 1999 at two places is 19.99.
    pub fn decimal(self, minor: i64) -> Decimal {
        Decimal::new(minor, u32::from(self.0))
    }

    /// A wide sum of minor units as a decimal; an error beyond 96 bits.
    pub fn decimal_wide(self, minor: i128) -> Result<Decimal> {
        Decimal::try_from_i128_with_scale(minor, u32::from(self.0))
            .map_err(|_| Error::Overflow(format!("{minor} minor units")))
    }

    /// The minor units of a decimal, or `None` where it has more places or is out of range.
    pub fn minor(self, amount: Decimal) -> Option<i64> {
        let amount = amount.normalize();
        let places = u32::from(self.0).checked_sub(amount.scale())?;
        let factor = 10_i128.pow(places);
        i64::try_from(amount.mantissa().checked_mul(factor)?).ok()
    }

    /// The nearest minor units of a decimal, halves to even, or `None` where out of range.
    pub fn minor_rounded(self, amount: Decimal) -> Option<i64> {
        self.minor(
            amount.round_dp_with_strategy(u32::from(self.0), RoundingStrategy::MidpointNearestEven),
        )
    }

    /// The minor units of a float that is exactly the nearest float to an amount at this
    /// scale, or `None` where it is not finite, has more places or is out of range.
    #[allow(clippy::float_cmp, reason = "the question is whether the two are the same float")]
    pub fn minor_of_float(self, amount: f64) -> Option<i64> {
        // Above 2^53 neighbouring minor units share a float, so nothing there is exact.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let unit = self.unit() as f64;
        let minor = (amount * unit).round_ties_even();
        (minor.abs() < EXACT && minor / unit == amount).then_some(minor as i64)
    }

    /// The minor units of an amount written as a plain decimal number in ASCII: a sign or none,
    /// digits, and perhaps a point and more digits. Nothing is rounded.
    ///
    /// ```
    /// use clientela::{AmountFault, Scale};
    ///
    /// assert_eq!(Scale::CENTS.parse(b"-1234.5"), Ok(-123_450));
    /// assert_eq!(Scale::CENTS.parse(b"0.005"), Err(AmountFault::Inexact));
    /// assert_eq!(Scale::CENTS.parse(b"1,50"), Err(AmountFault::Unreadable));
    /// ```
    ///
    /// # Errors
    /// Text that is no such number, has more places than the scale, or is beyond 64 bits.
    pub fn parse(self, text: &[u8]) -> Result<i64, AmountFault> {
        /// Digits that 64 bits hold in any case.
        const SHORT: usize = 18;
        let (negative, whole, fraction) = plain(text).ok_or(AmountFault::Unreadable)?;
        let places = usize::from(self.0);
        let (kept, rest) = fraction.split_at(places.min(fraction.len()));
        if rest.iter().any(|&digit| digit != b'0') {
            return Err(AmountFault::Inexact);
        }
        let zeros = self.unit() / 10_i64.pow(kept.len() as u32);
        let append = |number: i64, &digit: &u8| number * 10 + i64::from(digit - b'0');
        let minor = if whole.len() + places <= SHORT {
            kept.iter().fold(whole.iter().fold(0, append), append) * zeros
        } else {
            let append = |number: i64, digit: &u8| {
                number.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
            };
            let number = whole.iter().chain(kept).try_fold(0, append);
            number.and_then(|number: i64| number.checked_mul(zeros)).ok_or(AmountFault::TooLarge)?
        };
        Ok(if negative { -minor } else { minor })
    }

    /// `sum / count` in minor units, halves to even; `None` for a count of 0 or a mean beyond
    /// 64 bits.
    pub fn mean_wide(sum: i128, count: u64) -> Option<i64> {
        (count > 0).then(|| nearest(sum, count.into())).and_then(|mean| i64::try_from(mean).ok())
    }

    /// `sum / count` in minor units, halves to even; `None` for a count of 0.
    pub fn mean(sum: i64, count: u64) -> Option<i64> {
        let count = i64::try_from(count).ok().filter(|&count| count > 0)?;
        let (floor, rest) = (sum.div_euclid(count), sum.rem_euclid(count));
        // `rest + rest` against `count`, without leaving 64 bits.
        let up = match rest.cmp(&(count - rest)) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Greater => 1,
            std::cmp::Ordering::Equal => floor & 1,
        };
        floor.checked_add(up)
    }
}

/// `part / whole` in whole units, halves to even, for a `whole` above zero. It cannot overflow:
/// only a quotient by 2 or more is rounded.
pub(crate) fn nearest(part: i128, whole: i128) -> i128 {
    let (floor, rest) = (part.div_euclid(whole), part.rem_euclid(whole));
    let up = match rest.cmp(&(whole - rest)) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Greater => 1,
        std::cmp::Ordering::Equal => floor & 1,
    };
    floor + up
}

/// Why a text is not an exact amount at a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AmountFault {
    /// It is not a plain decimal number.
    Unreadable,
    /// It has more decimal places than the scale.
    Inexact,
    /// It is beyond 64 bits in minor units.
    TooLarge,
}

/// A plain decimal number at whatever scale, by the grammar of [`Scale::parse`]; `None` for
/// other text and beyond 96 bits.
pub fn parse_decimal(text: &str) -> Option<Decimal> {
    plain(text.as_bytes())?;
    Decimal::from_str_exact(text).ok()
}

/// Whether below zero, the digits before the point, and those after it.
fn plain(text: &[u8]) -> Option<(bool, &[u8], &[u8])> {
    let (negative, digits) = match text.split_first() {
        Some((sign @ (b'-' | b'+'), rest)) => (*sign == b'-', rest),
        _ => (false, text),
    };
    let point = digits.iter().position(|&byte| byte == b'.').unwrap_or(digits.len());
    let (whole, fraction) = (&digits[..point], digits.get(point + 1..).unwrap_or_default());
    let number = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let good = !whole.is_empty() && number(whole) && number(fraction) && !digits.ends_with(b".");
    good.then_some((negative, whole, fraction))
}

impl Default for Scale {
    fn default() -> Self {
        Self::CENTS
    }
}

impl TryFrom<u8> for Scale {
    type Error = Error;
    fn try_from(places: u8) -> Result<Self> {
        Self::new(places)
    }
}

impl From<Scale> for u8 {
    fn from(scale: Scale) -> Self {
        scale.0
    }
}

/// A currency by its three-letter code (ISO 4217), or `XXX` where none is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// No currency stated (ISO 4217 `XXX`).
    pub const NONE: Self = Self(*b"XXX");

    /// The code as text.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self::NONE
    }
}

impl FromStr for Currency {
    type Err = Error;
    fn from_str(code: &str) -> Result<Self> {
        match code.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(Error::BadArgument {
                argument: "currency",
                problem: format!("`{code}` is not three capital letters such as EUR"),
            }),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = Error;
    fn try_from(code: String) -> Result<Self> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Refuses to put amounts beside amounts of another currency or scale.
///
/// # Errors
/// [`Error::Mismatch`].
pub(crate) fn same_money(left: (Currency, Scale), right: (Currency, Scale)) -> Result<()> {
    let differ = |what, left: String, right: String| Err(Error::Mismatch { what, left, right });
    if left.0 != right.0 {
        return differ("currency", left.0.to_string(), right.0.to_string());
    }
    if left.1 != right.1 {
        return differ("scale", left.1.places().to_string(), right.1.places().to_string());
    }
    Ok(())
}

/// A share in per cent, compared by cross-multiplying integers, never by dividing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct Percent(Decimal);

impl Percent {
    /// A whole number of per cent.
    pub fn whole(percent: u32) -> Self {
        Self(Decimal::from(percent))
    }

    /// A number of tenths of a per cent.
    pub fn tenths(tenths: u32) -> Self {
        Self(Decimal::new(tenths.into(), 1).normalize())
    }

    /// Whether `part` is at least this share of `whole`.
    ///
    /// ```
    /// use clientela::Percent;
    ///
    /// assert!(Percent::whole(10).reached_by(10, 100));
    /// assert!(!Percent::tenths(101).reached_by(10, 100));
    /// ```
    pub fn reached_by(self, part: i128, whole: i128) -> bool {
        self.compare(part, whole).is_ge()
    }

    /// Whether `part` is more than this share of `whole`.
    pub fn exceeded_by(self, part: i128, whole: i128) -> bool {
        self.compare(part, whole).is_gt()
    }

    /// How `part` stands to this share of `whole`. Neither may reach 2^86 without its sign; a
    /// sum of minor units over a base of any size stays below that.
    fn compare(self, part: i128, whole: i128) -> std::cmp::Ordering {
        let (numerator, denominator) = self.fraction();
        let left = part.saturating_mul(denominator);
        left.cmp(&whole.saturating_mul(numerator))
    }

    /// A decimal number of per cent, 0 or more with at most six places.
    pub fn new(percent: Decimal) -> Option<Self> {
        let percent = percent.normalize();
        (percent >= Decimal::ZERO && percent.scale() <= 6 && percent < Decimal::from(1_000_000))
            .then_some(Self(percent))
    }

    /// The number of per cent.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// The share as an exact fraction `(numerator, denominator)`.
    pub fn fraction(self) -> (i128, i128) {
        (self.0.mantissa(), 100 * 10_i128.pow(self.0.scale()))
    }

    /// The smallest whole number that is at least this share of `count` (R14: ceil).
    pub fn ceil_of(self, count: u64) -> u64 {
        let (n, d) = self.fraction();
        ((i128::from(count) * n + d - 1) / d) as u64
    }
}

impl TryFrom<Decimal> for Percent {
    type Error = Error;
    fn try_from(percent: Decimal) -> Result<Self> {
        Self::new(percent).ok_or_else(|| Error::BadArgument {
            argument: "percent",
            problem: format!("{percent} is not a share of 0 or more with at most six places"),
        })
    }
}

impl From<Percent> for Decimal {
    fn from(percent: Percent) -> Self {
        percent.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0.normalize())
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn halves_go_to_the_even_neighbour() {
        let quarters: Vec<i128> = [-6, -5, -2, -1, 1, 2, 3, 5, 6, 7, 10]
            .into_iter()
            .map(|part| nearest(part, 4))
            .collect();
        // -1.5, -1.25, -0.5, -0.25, 0.25, 0.5, 0.75, 1.25, 1.5, 1.75, 2.5.
        assert_eq!(quarters, [-2, -1, 0, 0, 0, 0, 1, 1, 2, 2, 2]);
    }
}
