//! Time with its unit: what a model counts in, how far a question looks, how fast money loses
//! value.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The unit of time of a summary and of the model that is fitted to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum TimeUnit {
    /// One day.
    Day = 0,
    /// Seven days.
    Week = 1,
    /// A twelfth of a year: 30.436875 days.
    Month = 2,
    /// The mean Gregorian year: 365.2425 days.
    Year = 3,
}

impl TimeUnit {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 4] = ["day", "week", "month", "year"];

    /// The unit's length in days; months and years are those of the Gregorian calendar's mean.
    pub fn days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Week => 7.0,
            Self::Month => 30.436_875,
            Self::Year => 365.2425,
        }
    }

    /// How many of these units one `other` holds. Units of the same kind divide exactly: a week
    /// is 7 days, a year 12 months.
    pub fn per(self, other: Self) -> f64 {
        match (self, other) {
            (Self::Month, Self::Year) => 12.0,
            (Self::Year, Self::Month) => 1.0 / 12.0,
            _ => other.days() / self.days(),
        }
    }
}

/// A length of time with its unit: how far a question looks ahead.
///
/// ```
/// use clientela::lifetime::{Span, TimeUnit};
///
/// let year = Span::new(1.0, TimeUnit::Year)?;
/// assert_eq!(year.in_unit(TimeUnit::Month), 12.0);
/// assert!(Span::new(-1.0, TimeUnit::Day).is_err());
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawSpan", into = "RawSpan")]
pub struct Span {
    length: f64,
    unit: TimeUnit,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSpan {
    length: f64,
    unit: TimeUnit,
}

impl Span {
    /// A span of `length` units.
    ///
    /// # Errors
    /// A length that is negative, not finite or above a million million.
    pub fn new(length: f64, unit: TimeUnit) -> Result<Self> {
        if (0.0..=1e12).contains(&length) {
            return Ok(Self { length, unit });
        }
        Err(Error::BadArgument {
            argument: "horizon",
            problem: format!("a length of time is a number from 0 up to 1e12, found {length}"),
        })
    }

    /// The length in its own unit.
    pub fn length(self) -> f64 {
        self.length
    }

    /// The unit that the length is given in.
    pub fn unit(self) -> TimeUnit {
        self.unit
    }

    /// The length in another unit.
    pub fn in_unit(self, unit: TimeUnit) -> f64 {
        if unit == self.unit { self.length } else { self.length * unit.per(self.unit) }
    }
}

impl TryFrom<RawSpan> for Span {
    type Error = Error;

    fn try_from(raw: RawSpan) -> Result<Self> {
        Self::new(raw.length, raw.unit)
    }
}

impl From<Span> for RawSpan {
    fn from(span: Span) -> Self {
        Self { length: span.length, unit: span.unit }
    }
}

/// How fast money loses value: a rate per unit of time.
///
/// ```
/// use clientela::lifetime::{Discount, TimeUnit};
///
/// // 15 % a year, as a bank states it; weekly, 0.268 % compound to the same.
/// let yearly = Discount::effective(0.15, TimeUnit::Year)?;
/// assert!((yearly.continuous_per(TimeUnit::Week) - 0.002_678_6).abs() < 1e-7);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawDiscount", into = "RawDiscount")]
pub struct Discount {
    continuous: f64,
    unit: TimeUnit,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDiscount {
    continuous: f64,
    unit: TimeUnit,
}

impl Discount {
    /// Money keeps its value.
    pub const NONE: Self = Self { continuous: 0.0, unit: TimeUnit::Year };

    /// A rate that compounds once per unit: 0.15 per year turns 115 of next year into 100 of now.
    ///
    /// # Errors
    /// A rate that is negative or not finite.
    pub fn effective(rate: f64, unit: TimeUnit) -> Result<Self> {
        Self::continuous(rate, unit).map(|d| Self { continuous: d.continuous.ln_1p(), unit })
    }

    /// A rate that compounds at every instant, as in the papers on DERT.
    ///
    /// # Errors
    /// A rate that is negative or not finite.
    pub fn continuous(rate: f64, unit: TimeUnit) -> Result<Self> {
        if rate.is_finite() && rate >= 0.0 {
            return Ok(Self { continuous: rate, unit });
        }
        Err(Error::BadArgument {
            argument: "discount",
            problem: format!("a discount rate is a number from 0 up, such as 0.15, found {rate}"),
        })
    }

    /// The continuous rate per another unit.
    pub fn continuous_per(self, unit: TimeUnit) -> f64 {
        if unit == self.unit { self.continuous } else { self.continuous * self.unit.per(unit) }
    }

    /// The rate that compounds once per another unit.
    pub fn effective_per(self, unit: TimeUnit) -> f64 {
        self.continuous_per(unit).exp_m1()
    }
}

impl TryFrom<RawDiscount> for Discount {
    type Error = Error;

    fn try_from(raw: RawDiscount) -> Result<Self> {
        Self::continuous(raw.continuous, raw.unit)
    }
}

impl From<Discount> for RawDiscount {
    fn from(discount: Discount) -> Self {
        Self { continuous: discount.continuous, unit: discount.unit }
    }
}
