//! Regularity of purchases: X, Y, Z by the coefficient of variation (R20, S2.12).

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::money::Percent;
use crate::policy::{Deviation, XyzPolicy, ZeroPeriods};

/// Class by regularity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum XyzClass {
    /// Even.
    X = 0,
    /// Fluctuating.
    Y = 1,
    /// Irregular.
    Z = 2,
}

impl XyzClass {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["X", "Y", "Z"];
}

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
pub fn regularity(periods: u32, totals: &[i64], policy: &XyzPolicy) -> Result<Regularity> {
    let periods = match policy.zero_periods {
        ZeroPeriods::Count => periods,
        ZeroPeriods::Skip => totals.iter().filter(|&&total| total != 0).count() as u32,
    };
    if periods < u32::from(policy.min_periods) {
        return Ok(Regularity::TooFewPeriods { periods });
    }
    let sum: i128 = totals.iter().map(|&total| i128::from(total)).sum();
    if sum <= 0 {
        return Ok(Regularity::MeanNotPositive);
    }
    let far = || Error::Overflow("period totals are too large for their variation".to_owned());
    let squares = totals
        .iter()
        .try_fold(0_i128, |squares, &total| {
            squares.checked_add(i128::from(total).checked_mul(i128::from(total))?)
        })
        .ok_or_else(far)?;
    // Deviation over mean, squared, is (n·Q − S²) / S², times n / (n − 1) for the sample.
    let n = i128::from(periods);
    let mean_square = sum.checked_mul(sum).ok_or_else(far)?;
    let spread = squares.checked_mul(n).and_then(|all| all.checked_sub(mean_square)).ok_or_else(far)?;
    let (top, bottom) = match policy.deviation {
        Deviation::Population => (Some(spread), Some(mean_square)),
        Deviation::Sample => (spread.checked_mul(n), mean_square.checked_mul(n - 1)),
    };
    let (top, bottom) = (top.ok_or_else(far)?.unsigned_abs(), bottom.ok_or_else(far)?.unsigned_abs());
    let within = |limit: Percent| {
        let (numerator, denominator) = limit.fraction();
        let squared = |value: i128| value.unsigned_abs().pow(2);
        wide(top, squared(denominator)) <= wide(bottom, squared(numerator))
    };
    let class = if within(policy.x_percent) {
        XyzClass::X
    } else if within(policy.y_percent) {
        XyzClass::Y
    } else {
        XyzClass::Z
    };
    Ok(Regularity::Class(class, (top as f64 / bottom as f64).sqrt()))
}

/// The 256-bit product, high half first.
fn wide(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let (low, cross, other) = (a0 * b0, a1 * b0, a0 * b1);
    let middle = (low >> 64) + (cross & LOW) + (other & LOW);
    (a1 * b1 + (cross >> 64) + (other >> 64) + (middle >> 64), middle << 64 | low & LOW)
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
        assert_eq!(wide(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
        assert_eq!(wide(1 << 127, 2), (1, 0));
        assert_eq!(wide(12, 12), (0, 144));
    }
}
