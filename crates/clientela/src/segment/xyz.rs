//! Regularity of purchases: X, Y, Z by the coefficient of variation (R20, S2.12).

use crate::class::XyzClass;
use crate::error::{Error, Result};
use crate::money::Percent;
use crate::policy::{Deviation, XyzPolicy, ZeroPeriods};

/// How regular a series of period totals is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Regularity {
    /// Defined: the class, and the coefficient of variation as a ratio.
    Class(XyzClass, f64),
    /// Fewer periods than the policy asks for.
    TooFewPeriods {
        /// Periods that there are.
        periods: u32,
    },
    /// The mean is not above zero, so the coefficient has no meaning.
    MeanNotPositive,
}

/// The regularity of `periods` period totals, of which `totals` gives those that are not
/// known to be zero, in minor units or units (R20).
///
/// The coefficient of variation is the standard deviation over the mean; classes are compared
/// in whole numbers, without dividing.
///
/// ```
/// use clientela::{Regularity, XyzClass, XyzPolicy, regularity};
///
/// let policy = XyzPolicy::default();
/// // Deviation 8.69 % of the mean.
/// let even = regularity(6, &[100, 112, 88, 104, 92, 110], &policy)?;
/// assert!(matches!(even, Regularity::Class(XyzClass::X, _)));
/// // Two periods without a sale count as zero.
/// let gaps = regularity(6, &[100, 100, 100, 100], &policy)?;
/// assert!(matches!(gaps, Regularity::Class(XyzClass::Z, _)));
/// # Ok::<(), clientela::Error>(())
/// ```
///
/// # Errors
/// Totals that add up, without their signs, to 2^62 or more, or 2^20 periods or more.
pub fn regularity(periods: u32, totals: &[i64], policy: &XyzPolicy) -> Result<Regularity> {
    let size: u128 = totals.iter().map(|&total| u128::from(total.unsigned_abs())).sum();
    if size >= 1 << 62 || periods >= 1 << 20 {
        return Err(Error::Overflow("period totals are too large for their variation".to_owned()));
    }
    Ok(Limits::of(policy).regularity(periods, totals.iter().copied()))
}

/// A policy's limits, squared, as fractions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    x: (u128, u128),
    y: (u128, u128),
    sample: bool,
    skip_zero: bool,
    min_periods: u32,
}

impl Limits {
    pub(crate) fn of(policy: &XyzPolicy) -> Self {
        let squared = |limit: Percent| {
            let (numerator, denominator) = limit.fraction();
            (numerator.unsigned_abs().pow(2), denominator.unsigned_abs().pow(2))
        };
        Self {
            x: squared(policy.x_percent),
            y: squared(policy.y_percent),
            sample: policy.deviation == Deviation::Sample,
            skip_zero: policy.zero_periods == ZeroPeriods::Skip,
            min_periods: u32::from(policy.min_periods),
        }
    }

    /// See [`regularity`].
    pub(crate) fn regularity(
        &self,
        periods: u32,
        totals: impl Iterator<Item = i64> + Clone,
    ) -> Regularity {
        let periods = if self.skip_zero {
            totals.clone().filter(|&total| total != 0).count() as u32
        } else {
            periods
        };
        if periods < self.min_periods {
            return Regularity::TooFewPeriods { periods };
        }
        let sum: i64 = totals.clone().sum();
        if sum <= 0 {
            return Regularity::MeanNotPositive;
        }
        // Deviation over mean, squared, is (n·Q − S²) / S², times n / (n − 1) for the sample.
        let (n, sum) = (u128::from(periods), u128::from(sum.unsigned_abs()));
        let square = |total: i64| u128::from(total.unsigned_abs()).pow(2);
        let squares: u128 = totals.map(square).sum();
        let mean_square = Wide::product(sum, sum);
        let spread = Wide::product(squares, n).minus(mean_square);
        let (top, bottom) = if self.sample {
            (spread.times(n), mean_square.times(n - 1))
        } else {
            (spread, mean_square)
        };
        let within = |(numerator, denominator): (u128, u128)| {
            top.times(denominator) <= bottom.times(numerator)
        };
        let class = if within(self.x) {
            XyzClass::X
        } else if within(self.y) {
            XyzClass::Y
        } else {
            XyzClass::Z
        };
        Regularity::Class(class, (top.float() / bottom.float()).sqrt())
    }
}

/// A number of 256 bits, enough for every product here: a sum has at most 62 bits, a square
/// 124, a number of periods 20, a squared limit 80.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wide {
    high: u128,
    low: u128,
}

impl Wide {
    fn product(a: u128, b: u128) -> Self {
        const LOW: u128 = u64::MAX as u128;
        if (a | b) <= LOW {
            return Self { high: 0, low: a * b };
        }
        let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
        let (low, cross, other) = (a0 * b0, a1 * b0, a0 * b1);
        let middle = (low >> 64) + (cross & LOW) + (other & LOW);
        let high = a1 * b1 + (cross >> 64) + (other >> 64) + (middle >> 64);
        Self { high, low: middle << 64 | low & LOW }
    }

    fn times(self, factor: u128) -> Self {
        if self.high == 0 {
            return Self::product(self.low, factor);
        }
        let low = Self::product(self.low, factor);
        Self { high: low.high + self.high * factor, low: low.low }
    }

    /// `other` is not larger.
    fn minus(self, other: Self) -> Self {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        Self { high: self.high - other.high - u128::from(borrow), low }
    }

    fn float(self) -> f64 {
        // Both conversions round alike; that of 64 bits is one instruction.
        let float = |value: u128| u64::try_from(value).map_or(value as f64, |value| value as f64);
        if self.high == 0 {
            float(self.low)
        } else {
            float(self.high) * 2_f64.powi(128) + float(self.low)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coefficient(deviation: Deviation, totals: &[i64]) -> f64 {
        let policy = XyzPolicy { deviation, ..XyzPolicy::default() };
        match regularity(totals.len() as u32, totals, &policy) {
            Ok(Regularity::Class(_, coefficient)) => coefficient,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn both_deviations_of_one_series() {
        // Mean 101; squared deviations 1 + 121 + 169 + 9 + 81 + 81 = 462.
        let series = [100, 112, 88, 104, 92, 110];
        let population = (462.0_f64 / 6.0).sqrt() / 101.0;
        let sample = (462.0_f64 / 5.0).sqrt() / 101.0;
        assert!((coefficient(Deviation::Population, &series) - population).abs() < 1e-15);
        assert!((coefficient(Deviation::Sample, &series) - sample).abs() < 1e-15);
    }

    #[test]
    fn a_limit_that_is_met_exactly_is_within() {
        // 3, 5: mean 4, deviation 1, coefficient exactly 25 %.
        let policy = XyzPolicy::default();
        let met = regularity(2, &[3, 5], &policy);
        assert!(matches!(met, Ok(Regularity::Class(XyzClass::Y, _))));
    }

    #[test]
    fn wide_products_carry() {
        let largest = Wide::product(u128::MAX, u128::MAX);
        assert_eq!(largest, Wide { high: u128::MAX - 1, low: 1 });
        assert_eq!(Wide::product(1 << 127, 2), Wide { high: 1, low: 0 });
        assert_eq!(Wide::product(12, 12), Wide { high: 0, low: 144 });
        let less = Wide { high: 1, low: 0 }.minus(Wide { high: 0, low: 1 });
        assert_eq!(less, Wide { high: 0, low: u128::MAX });
        assert_eq!(less.times(2), Wide { high: 1, low: u128::MAX - 1 });
    }
}
