//! A figure of the base: its value, or the cause why there is none.

use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use crate::error::{Error, Result};

/// Decimal places of a quotient.
const PLACES: u32 = 6;

/// Whether a figure is the whole truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// It is the value.
    Exact,
    /// The true value is this or more, because what it counts still runs.
    Lower,
}

/// The unit of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Money in the caller's, or the ledger's, one currency.
    Money,
    /// Per cent: 90 is 90 %.
    Percent,
    /// A ratio: 0.9 is 90 %.
    Ratio,
    /// A number of things.
    Count,
    /// Months.
    Months,
    /// Days.
    Days,
}

/// One figure. What is undefined has a cause in place of a value; it is never 0 for that.
///
/// Sums are exact; quotients have six decimal places, halves to even.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// The value, or `None` for the cause given.
    pub value: Option<Decimal>,
    /// Its unit.
    pub unit: Unit,
    /// Whether it is the value or a bound of it.
    pub bound: Bound,
    /// Why there is no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

impl Figure {
    /// A figure with a value.
    pub fn of(value: Decimal, unit: Unit) -> Self {
        Self { value: Some(value.normalize()), unit, bound: Bound::Exact, cause: None }
    }

    /// A figure without a value.
    pub fn undefined(unit: Unit, cause: impl Into<String>) -> Self {
        Self { value: None, unit, bound: Bound::Exact, cause: Some(cause.into()) }
    }

    /// The same as a lower bound, where it has a value.
    #[must_use]
    pub fn at_least(self) -> Self {
        let bound = if self.value.is_some() { Bound::Lower } else { Bound::Exact };
        Self { bound, ..self }
    }

    /// `part / whole`, in per cent where that is the unit; undefined with `cause` for a `whole`
    /// of 0.
    ///
    /// # Errors
    /// Numbers beyond 96 bits.
    pub(crate) fn quotient(part: Decimal, whole: Decimal, unit: Unit, cause: &str) -> Result<Self> {
        if whole.is_zero() {
            return Ok(Self::undefined(unit, cause));
        }
        let factor = if unit == Unit::Percent { Decimal::ONE_HUNDRED } else { Decimal::ONE };
        let quotient = part.checked_mul(factor).and_then(|part| part.checked_div(whole));
        let quotient = quotient.ok_or_else(|| beyond("a quotient"))?;
        Ok(Self::of(rounded(quotient), unit))
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(value) = self.value else {
            return write!(f, "undefined: {}", self.cause.as_deref().unwrap_or("unknown"));
        };
        if self.bound == Bound::Lower {
            f.write_str("at least ")?;
        }
        let unit = match self.unit {
            Unit::Money | Unit::Ratio | Unit::Count => "",
            Unit::Percent => " %",
            Unit::Months => " months",
            Unit::Days => " days",
        };
        write!(f, "{value}{unit}")
    }
}

/// A decimal at the places of a quotient, halves to even.
pub(crate) fn rounded(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(PLACES, RoundingStrategy::MidpointNearestEven).normalize()
}

/// The error of a number that no decimal holds.
pub(crate) fn beyond(what: &str) -> Error {
    Error::Overflow(format!("{what} is beyond the 96 bits of a decimal"))
}
