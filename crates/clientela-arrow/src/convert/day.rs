//! Days from dates, times and text.

use std::borrow::Cow;

use arrow_array::Array;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, TimeUnit};
use clientela::{Cause, Day, Error, NO_INT32, Result, Zone};

use super::text::{TEXT_TYPES, is_text};
use super::{Faults, Gap, TextView, slice};

const DAY_SECONDS: i64 = 86_400;

/// Why a type is not one of days; `None` where it is.
pub(crate) fn day_type(data_type: &DataType) -> Option<String> {
    let taken = matches!(data_type, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..))
        || is_text(data_type);
    (!taken).then(|| {
        format!("is {data_type}, but must be a date, a timestamp, or YYYY-MM-DD as {TEXT_TYPES}")
    })
}

/// The zone whose days count for a column: the caller's, else the column's own; `None` for
/// wall time, and for instants in UTC, whose days are those of a wall time.
pub(crate) fn column_zone(
    data_type: &DataType,
    zone: Option<Zone>,
    column: &str,
) -> Result<Option<Zone>> {
    let DataType::Timestamp(_, Some(own)) = data_type else {
        // A wall time needs no zone; only text can still turn out to be an instant.
        return Ok(zone.filter(|_| is_text(data_type)));
    };
    let zone = match (zone, own.as_ref()) {
        (Some(zone), _) => zone,
        (None, "Etc/UTC") => Zone::UTC,
        (None, own) => own.parse().map_err(|_| Error::BadColumn {
            column: column.to_owned(),
            problem: format!("has the unknown time zone `{own}`; name one with `zone`"),
        })?,
    };
    Ok((zone != Zone::UTC).then_some(zone))
}

/// Days since 1970-01-01 of a column; the zone is what [`column_zone`] gave. [`NO_INT32`] stands
/// for unknown.
pub(crate) fn days<'a>(
    array: &'a dyn Array,
    zone: Option<Zone>,
    gap: Gap,
    faults: &mut Faults<'_, 'a>,
) -> Cow<'a, [i32]> {
    let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
    let mut each = Each { array, gap, nulls, faults };
    match array.data_type() {
        DataType::Date32 => {
            let values = slice::<Date32Type>(array);
            if each.nulls.is_none() && (matches!(gap, Gap::Fault(_)) || !values.contains(&NO_INT32))
            {
                return Cow::Borrowed(values);
            }
            each.map(|i| match values[i] {
                NO_INT32 => Err(Cause::DayOutOfRange),
                day => Ok(day),
            })
        }
        DataType::Date64 => each.times::<Date64Type, 1_000>(zone),
        DataType::Timestamp(TimeUnit::Second, _) => each.times::<TimestampSecondType, 1>(zone),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            each.times::<TimestampMillisecondType, 1_000>(zone)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            each.times::<TimestampMicrosecondType, 1_000_000>(zone)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            each.times::<TimestampNanosecondType, 1_000_000_000>(zone)
        }
        _ => match TextView::new(array) {
            Some(view) => each.map(|i| match view.bytes(i) {
                text if gap.is_said(text) => Ok(NO_INT32),
                text => of_text(text, zone),
            }),
            // Types are checked before the first row is read.
            None => Cow::Owned(vec![NO_INT32; array.len()]),
        },
    }
}

/// Converts value by value.
struct Each<'e, 'f, 'a> {
    array: &'a dyn Array,
    gap: Gap,
    nulls: Option<NullBuffer>,
    faults: &'e mut Faults<'f, 'a>,
}

impl<'a> Each<'_, '_, 'a> {
    fn map(&mut self, mut day: impl FnMut(usize) -> Result<i32, Cause>) -> Cow<'a, [i32]> {
        (0..self.array.len())
            .map(|i| {
                let day = if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(i)) {
                    self.gap.null().map(|()| NO_INT32)
                } else {
                    day(i)
                };
                day.unwrap_or_else(|cause| {
                    self.faults.add(self.array, i, cause);
                    0
                })
            })
            .collect()
    }

    /// Times of `PER_SECOND` ticks per second.
    fn times<T: ArrowPrimitiveType<Native = i64>, const PER_SECOND: i64>(
        &mut self,
        zone: Option<Zone>,
    ) -> Cow<'a, [i32]> {
        let values = slice::<T>(self.array);
        let Some(zone) = zone else {
            return self.map(|i| {
                let day = values[i].div_euclid(PER_SECOND * DAY_SECONDS);
                i32::try_from(day).map_err(|_| Cause::DayOutOfRange)
            });
        };
        // Sales of one moment often stand together, and zones are slow to ask.
        let mut last = (0, of_seconds(0, zone));
        self.map(|i| {
            let seconds = values[i].div_euclid(PER_SECOND);
            if last.0 != seconds {
                last = (seconds, of_seconds(seconds, zone));
            }
            last.1
        })
    }
}

/// The day of an instant in a zone.
fn of_seconds(seconds: i64, zone: Zone) -> Result<i32, Cause> {
    zone.day_of(seconds).map(Day::days).ok_or(Cause::DayOutOfRange)
}

/// Whole seconds since 1970-01-01 of a time, or `None` for other types.
pub(super) fn seconds(array: &dyn Array, i: usize) -> Option<i64> {
    Some(match array.data_type() {
        DataType::Date64 => slice::<Date64Type>(array)[i].div_euclid(1_000),
        DataType::Timestamp(unit, _) => match unit {
            TimeUnit::Second => slice::<TimestampSecondType>(array)[i],
            TimeUnit::Millisecond => slice::<TimestampMillisecondType>(array)[i].div_euclid(1_000),
            TimeUnit::Microsecond => {
                slice::<TimestampMicrosecondType>(array)[i].div_euclid(1_000_000)
            }
            TimeUnit::Nanosecond => {
                slice::<TimestampNanosecondType>(array)[i].div_euclid(1_000_000_000)
            }
        },
        _ => return None,
    })
}

/// A time as text, for messages.
pub(super) fn seconds_text(seconds: i64) -> String {
    let time = seconds.rem_euclid(DAY_SECONDS);
    let day = i32::try_from(seconds.div_euclid(DAY_SECONDS)).ok().and_then(Day::new);
    day.map_or_else(
        || format!("{seconds} seconds after 1970-01-01"),
        |day| format!("{day} {:02}:{:02}:{:02}", time / 3600, time / 60 % 60, time % 60),
    )
}

/// The day of `YYYY-MM-DD`, alone or followed by a time of day: as written, or, where the time
/// has an offset and a zone is asked for, in that zone.
fn of_text(text: &[u8], zone: Option<Zone>) -> Result<i32, Cause> {
    let day = text.get(..10).and_then(written_day).ok_or(Cause::BadDay)?;
    let [b'T' | b't' | b' ', time @ ..] = &text[10..] else {
        return if text.len() == 10 { Ok(day.days()) } else { Err(Cause::BadDay) };
    };
    let (second, offset) = written_time(time).ok_or(Cause::BadDay)?;
    match (offset, zone) {
        (Some(offset), Some(zone)) => {
            of_seconds(i64::from(day.days()) * DAY_SECONDS + second - offset, zone)
        }
        _ => Ok(day.days()),
    }
}

/// `YYYY-MM-DD`.
fn written_day(text: &[u8]) -> Option<Day> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = *text else { return None };
    let year = number(&[y0, y1, y2, y3])?;
    Day::of(year as i32, number(&[m0, m1])?, number(&[d0, d1])?)
}

/// Seconds of `HH:MM[:SS[.fraction]]`, and the offset `Z`, `+HH`, `+HHMM` or `+HH:MM` in
/// seconds where there is one.
fn written_time(text: &[u8]) -> Option<(i64, Option<i64>)> {
    let start = text.iter().position(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-'));
    let (clock, offset) = text.split_at(start.unwrap_or(text.len()));
    let (clock, fraction) = match clock.iter().position(|&byte| byte == b'.') {
        Some(point) => (&clock[..point], &clock[point + 1..]),
        None => (clock, &b"0"[..]),
    };
    let (hour, minute, second) = match *clock {
        [h0, h1, b':', m0, m1] if clock.len() == 5 => ([h0, h1], [m0, m1], [b'0', b'0']),
        [h0, h1, b':', m0, m1, b':', s0, s1] => ([h0, h1], [m0, m1], [s0, s1]),
        _ => return None,
    };
    let (hour, minute, second) = (number(&hour)?, number(&minute)?, number(&second)?);
    let good = hour < 24 && minute < 60 && second < 61 && !fraction.is_empty();
    if !good || !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let offset = match *offset {
        [] => None,
        [b'Z' | b'z'] => Some(0),
        [sign, h0, h1] => Some(signed(sign, number(&[h0, h1])?, 0)?),
        [sign, h0, h1, m0, m1] | [sign, h0, h1, b':', m0, m1] => {
            Some(signed(sign, number(&[h0, h1])?, number(&[m0, m1])?)?)
        }
        _ => return None,
    };
    Some((i64::from(hour * 3600 + minute * 60 + second), offset))
}

/// An offset in seconds.
fn signed(sign: u8, hours: u32, minutes: u32) -> Option<i64> {
    let seconds = i64::from(hours * 3600 + minutes * 60);
    match sign {
        _ if hours >= 24 || minutes >= 60 => None,
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

/// A number of digits only.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, &digit| {
        digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
    })
}
