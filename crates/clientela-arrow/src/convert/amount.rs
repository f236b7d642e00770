//! Amounts, quantities and flags, exactly.

use std::borrow::Cow;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type,
};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;
use clientela::{AmountFault, Cause, NO_CODE, NO_INT64, Scale, parse_decimal};
use rust_decimal::Decimal;

use super::id::whole;
use super::text::{TEXT_TYPES, is_text};
use super::{Faults, Gap, TextView, slice, value_text};
use crate::options::Floats;

/// What a column of exact numbers means, and how its faults are called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exact {
    /// Places that are kept.
    pub(crate) scale: Scale,
    /// Whether a whole number counts minor units, and not whole ones.
    pub(crate) minor: bool,
    pub(crate) gap: Gap,
    /// What an unreadable value is called.
    pub(crate) bad: Cause,
    /// What a value of more places than are kept is called.
    pub(crate) inexact: Cause,
    /// What a float that is no number is called.
    pub(crate) not_finite: Cause,
    /// What a value of more than 64 bits is called.
    pub(crate) wide: Cause,
}

/// Why a type is not one of exact numbers, or where `minor` of amounts, in which a whole number
/// counts minor units; `None` where it is.
pub(crate) fn amount_type(data_type: &DataType, floats: Floats, minor: bool) -> Option<String> {
    let taken = data_type.is_integer() || data_type.is_decimal() || is_text(data_type);
    match data_type {
        _ if taken => None,
        DataType::Float32 | DataType::Float64 if floats == Floats::Exact => None,
        DataType::Float32 | DataType::Float64 => {
            let (money, units) =
                if minor { (" money", ", give whole minor units") } else { ("", "") };
            Some(format!(
                "is {data_type}, and floats are not exact{money}: cast it to a decimal{units}, \
                 or set `floats` to `exact`"
            ))
        }
        other => Some(format!(
            "is {other}, but must be a decimal, a whole number, {TEXT_TYPES}, or a float \
             where `floats` is `exact`"
        )),
    }
}

/// Minor units of a column; [`NO_INT64`] stands for unknown.
pub(crate) fn amounts<'a>(
    array: &'a dyn Array,
    exact: Exact,
    faults: &mut Faults<'_, 'a>,
) -> Cow<'a, [i64]> {
    let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
    let up = i32::from(exact.scale.places());
    let each = Each { array, exact, nulls };
    match array.data_type() {
        &DataType::Decimal128(_, scale) => {
            let (values, shift) = (slice::<Decimal128Type>(array), up - i32::from(scale));
            if each.nulls.is_none()
                && let Some(all) = narrow_all(values, shift)
            {
                return Cow::Owned(all);
            }
            each.map(faults, |i| rescale(values[i], shift))
        }
        &DataType::Decimal64(_, scale) => {
            let (values, shift) = (slice::<Decimal64Type>(array), up - i32::from(scale));
            if shift == 0 && each.nulls.is_none() && !values.contains(&NO_INT64) {
                return Cow::Borrowed(values);
            }
            each.map(faults, |i| rescale(values[i].into(), shift))
        }
        &DataType::Decimal32(_, scale) => {
            let (values, shift) = (slice::<Decimal32Type>(array), up - i32::from(scale));
            each.map(faults, |i| rescale(values[i].into(), shift))
        }
        &DataType::Decimal256(_, scale) => {
            let (values, shift) = (slice::<Decimal256Type>(array), up - i32::from(scale));
            each.map(faults, |i| rescale(values[i].to_i128().ok_or(Refusal::Wide)?, shift))
        }
        DataType::Float64 => {
            let values = slice::<Float64Type>(array);
            each.map(faults, |i| {
                exact.scale.minor_of_float(values[i]).ok_or_else(|| refused(values[i]))
            })
        }
        DataType::Float32 => {
            let values = slice::<Float32Type>(array);
            each.map(faults, |i| of_float32(exact.scale, values[i]))
        }
        data_type if data_type.is_integer() => {
            let shift = if exact.minor { 0 } else { up };
            let values = whole(array, exact.wide, faults);
            if shift == 0 && each.nulls.is_none() && !values.contains(&NO_INT64) {
                return values;
            }
            each.map(faults, |i| rescale(values[i].into(), shift))
        }
        _ => match TextView::new(array) {
            Some(view) => each.map(faults, |i| match view.bytes(i) {
                text if exact.gap.is_said(text) => Err(Refusal::Unknown),
                text => exact.scale.parse(text).map_err(Refusal::from),
            }),
            // Other types are refused before the first row is read, but for nulls only.
            None => Cow::Owned(vec![NO_INT64; array.len()]),
        },
    }
}

/// Why one value gives no exact minor units.
#[derive(Debug)]
enum Refusal {
    Unknown,
    Unreadable,
    NotFinite,
    Inexact,
    Wide,
}

impl From<AmountFault> for Refusal {
    fn from(fault: AmountFault) -> Self {
        match fault {
            AmountFault::Unreadable => Self::Unreadable,
            AmountFault::Inexact => Self::Inexact,
            AmountFault::TooLarge => Self::Wide,
        }
    }
}

/// Converts value by value.
#[derive(Debug)]
struct Each<'a> {
    array: &'a dyn Array,
    exact: Exact,
    nulls: Option<NullBuffer>,
}

impl<'a> Each<'a> {
    fn map(
        &self,
        faults: &mut Faults<'_, 'a>,
        value: impl Fn(usize) -> Result<i64, Refusal>,
    ) -> Cow<'a, [i64]> {
        (0..self.array.len())
            .map(|i| {
                let null = self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(i));
                let value = if null { Err(Refusal::Unknown) } else { value(i) };
                let cause = match value {
                    Ok(NO_INT64) | Err(Refusal::Wide) => self.exact.wide,
                    Ok(minor) => return minor,
                    Err(Refusal::Unknown) => match self.exact.gap.null() {
                        Ok(()) => return NO_INT64,
                        Err(cause) => cause,
                    },
                    Err(Refusal::Unreadable) => self.exact.bad,
                    Err(Refusal::NotFinite) => self.exact.not_finite,
                    Err(Refusal::Inexact) => self.exact.inexact,
                };
                faults.add(self.array, i, cause);
                NO_INT64
            })
            .collect()
    }
}

/// All values as minor units if every one of them fits, in a loop without branches.
fn narrow_all(values: &[i128], shift: i32) -> Option<Vec<i64>> {
    if shift < 0 {
        return None;
    }
    let factor = 10_i64.checked_pow(shift as u32)?;
    let limit = i64::MAX / factor;
    let mut misfit = 0_i64;
    let mut most = 0_u64;
    let narrow: Vec<i64> = values
        .iter()
        .map(|&value| {
            let low = value as i64;
            misfit |= (value >> 64) as i64 ^ (low >> 63);
            most = most.max(low.unsigned_abs());
            low.wrapping_mul(factor)
        })
        .collect();
    (misfit == 0 && most <= limit as u64).then_some(narrow)
}

/// `value · 10^shift` where that is whole and fits.
fn rescale(value: i128, shift: i32) -> Result<i64, Refusal> {
    let power = shift.unsigned_abs();
    if shift >= 0 {
        let factor = 10_i128.checked_pow(power);
        return match factor.and_then(|factor| value.checked_mul(factor)) {
            Some(minor) => i64::try_from(minor).map_err(|_| Refusal::Wide),
            None if value == 0 => Ok(0),
            None => Err(Refusal::Wide),
        };
    }
    // Division of 64 bits is several times as fast as of 128.
    if let (Ok(value), Some(divisor)) = (i64::try_from(value), 10_i64.checked_pow(power)) {
        return if value % divisor == 0 { Ok(value / divisor) } else { Err(Refusal::Inexact) };
    }
    match 10_i128.checked_pow(power) {
        Some(divisor) if value % divisor == 0 => {
            i64::try_from(value / divisor).map_err(|_| Refusal::Wide)
        }
        _ if value == 0 => Ok(0),
        _ => Err(Refusal::Inexact),
    }
}

/// Why a float has no exact minor units.
fn refused(value: f64) -> Refusal {
    if value.is_finite() { Refusal::Inexact } else { Refusal::NotFinite }
}

/// The minor units of a short float that is exactly the nearest one to an amount.
#[expect(clippy::float_cmp, reason = "exactness is what is asked")]
fn of_float32(scale: Scale, value: f32) -> Result<i64, Refusal> {
    // Above 2^24 neighbouring minor units share a short float.
    const EXACT: f64 = 16_777_216.0;
    let unit = scale.unit() as f64;
    let minor = (f64::from(value) * unit).round_ties_even();
    if minor.abs() < EXACT && (minor / unit) as f32 == value {
        Ok(minor as i64)
    } else {
        Err(refused(value.into()))
    }
}

/// One value as it stands there, at whatever scale; `None` where it is not a plain number.
pub(crate) fn decimal_at(array: &dyn Array, row: usize, exact: Exact) -> Option<Decimal> {
    let text = value_text(array, row);
    let number = parse_decimal(&text)?;
    if exact.minor && array.data_type().is_integer() {
        return Decimal::try_from_i128_with_scale(number.mantissa(), exact.scale.places().into())
            .ok();
    }
    Some(number)
}

/// Why a type is not one of flags; `None` where it is.
pub(crate) fn flag_type(data_type: &DataType) -> Option<String> {
    let taken = *data_type == DataType::Boolean || data_type.is_integer();
    (!taken).then(|| format!("is {data_type}, but must be true/false or whole numbers 1/0"))
}

/// Flags as 0, 1 or [`NO_CODE`] for unknown.
pub(crate) fn flags(array: &dyn Array, faults: &mut Faults) -> Vec<u8> {
    if let Some(flags) = array.as_boolean_opt() {
        return flags.iter().map(|flag| flag.map_or(NO_CODE, u8::from)).collect();
    }
    let nulls = array.logical_nulls();
    let mut inside = Vec::new();
    let mut quiet = Faults { list: &mut inside, column: "", rank: 0 };
    let values = whole(array, Cause::BadFlag, &mut quiet);
    let too_large: Vec<usize> = inside.iter().map(|fault| fault.row).collect();
    values
        .iter()
        .enumerate()
        .map(|(i, &value)| match value {
            _ if nulls.as_ref().is_some_and(|nulls| nulls.is_null(i)) => NO_CODE,
            0 | 1 if !too_large.contains(&i) => value as u8,
            _ => {
                faults.add(array, i, Cause::BadFlag);
                NO_CODE
            }
        })
        .collect()
}

/// Why a type is not one of flags in figures or words; `None` where it is.
pub(crate) fn yes_no_type(data_type: &DataType) -> Option<String> {
    let taken = flag_type(data_type).is_none() || is_text(data_type);
    (!taken).then(|| {
        format!(
            "is {data_type}, but must be true/false, whole numbers 1/0, or yes/no as {TEXT_TYPES}"
        )
    })
}

/// Flags, also as the texts `yes`, `no`, and `unknown` or nothing.
pub(crate) fn yes_no(array: &dyn Array, faults: &mut Faults) -> Vec<u8> {
    let Some(view) = TextView::new(array) else { return flags(array, faults) };
    let nulls = array.logical_nulls();
    let flag = |i: usize| match view.bytes(i) {
        _ if nulls.as_ref().is_some_and(|nulls| nulls.is_null(i)) => NO_CODE,
        b"yes" => 1,
        b"no" => 0,
        text if Gap::Worded.is_said(text) => NO_CODE,
        _ => {
            faults.add(array, i, Cause::BadFlag);
            NO_CODE
        }
    };
    (0..array.len()).map(flag).collect()
}
