//! Checked sums and quotients, on whole numbers and on decimals alike.

use rust_decimal::Decimal;

use crate::error::{Error, Result};
use crate::figure::beyond;

/// What figures are reckoned with: decimals in formulas, minor units in views.
pub(crate) trait Exact: Copy + PartialOrd {
    /// Nothing.
    const ZERO: Self;

    fn plus(self, more: Self) -> Result<Self>;

    fn minus(self, less: Self) -> Result<Self>;

    fn times(self, count: i64) -> Result<Self>;
}

fn wide<T>(sum: Option<T>) -> Result<T> {
    sum.ok_or_else(|| Error::Overflow("a sum of minor units is beyond 128 bits".to_owned()))
}

impl Exact for i128 {
    const ZERO: Self = 0;

    fn plus(self, more: Self) -> Result<Self> {
        wide(self.checked_add(more))
    }

    fn minus(self, less: Self) -> Result<Self> {
        wide(self.checked_sub(less))
    }

    fn times(self, count: i64) -> Result<Self> {
        wide(self.checked_mul(count.into()))
    }
}

impl Exact for Decimal {
    const ZERO: Self = Self::ZERO;

    fn plus(self, more: Self) -> Result<Self> {
        self.checked_add(more).ok_or_else(|| beyond("a sum"))
    }

    fn minus(self, less: Self) -> Result<Self> {
        self.checked_sub(less).ok_or_else(|| beyond("a difference"))
    }

    fn times(self, count: i64) -> Result<Self> {
        product([self, count.into()])
    }
}

/// The sum of all.
pub(crate) fn total<T: Exact>(values: impl IntoIterator<Item = T>) -> Result<T> {
    values.into_iter().try_fold(T::ZERO, T::plus)
}

/// The product of all.
pub(crate) fn product(factors: impl IntoIterator<Item = Decimal>) -> Result<Decimal> {
    let product = factors.into_iter().try_fold(Decimal::ONE, Decimal::checked_mul);
    product.ok_or_else(|| beyond("a product"))
}

/// `part / whole` for reading; `None` where `whole` is not above zero.
pub(crate) fn ratio(part: i128, whole: i128) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// `part` in per cent of `whole` for reading; `None` where `whole` is not above zero.
pub(crate) fn percent(part: i128, whole: i128) -> Option<f64> {
    (whole > 0).then(|| part.saturating_mul(100) as f64 / whole as f64)
}

/// An argument that must not be below zero.
///
/// # Errors
/// It is.
pub(crate) fn not_negative(argument: &'static str, value: Decimal) -> Result<()> {
    if value < Decimal::ZERO {
        return Err(Error::BadArgument { argument, problem: format!("{value} is below 0") });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_no_whole() {
        assert_eq!((percent(1, 0), ratio(1, -1), percent(1, 8)), (None, None, Some(12.5)));
    }
}
