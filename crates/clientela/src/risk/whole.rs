//! Decimals as whole numbers of one scale, so that verdicts on them multiply and never divide.

use rust_decimal::Decimal;

use crate::error::Result;
use crate::figure::beyond;

/// The numbers at the places of the one that has the most.
///
/// # Errors
/// Numbers that reach 2^`bits` there, with `what` they are.
pub(super) fn whole<const N: usize>(
    numbers: [Decimal; N],
    bits: u32,
    what: &str,
) -> Result<[i128; N]> {
    let numbers = numbers.map(|number| number.normalize());
    let places = numbers.iter().map(Decimal::scale).max().unwrap_or(0);
    let mut all = [0; N];
    for (whole, number) in all.iter_mut().zip(numbers) {
        let factor = 10_i128.checked_pow(places - number.scale());
        let value = factor.and_then(|factor| number.mantissa().checked_mul(factor));
        let fits = |value: &i128| value.unsigned_abs() < 1 << bits;
        *whole = value.filter(fits).ok_or_else(|| beyond(what))?;
    }
    Ok(all)
}
