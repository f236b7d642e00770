//! Versions, and the reading and writing of single days and amounts.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::{Day, Scale};

use crate::boundary::{given, guard, make, text};
use crate::error::{Failure, clientela_error};
use crate::text::clientela_text;

/// The version of the library, such as "0.1.0". The text is part of the library.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The version of this interface. A program works with the library where this is the
/// CLIENTELA_ABI_VERSION that the program was compiled with.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_abi_version() -> i32 {
    1
}

/// Reads a day written as YYYY-MM-DD.
///
/// @param out  where the days since 1970-01-01 go
/// @return CLIENTELA_BAD_ARGUMENT where the text is no such day
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_day_parse(
    data: *const c_char,
    length: usize,
    out: Option<&mut MaybeUninit<i32>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let out = given(out, "out")?;
        // SAFETY: the caller gives `length` bytes at `data`.
        let day: Day = unsafe { text(data, length, "data")? }.parse()?;
        out.write(day.days());
        Ok(())
    })
}

/// Writes a day as YYYY-MM-DD.
///
/// @param day  days since 1970-01-01, in the years 1 to 9999
/// @param out  where the text goes; free it with clientela_text_free
/// @return CLIENTELA_BAD_ARGUMENT for a day outside those years
#[unsafe(no_mangle)]
pub extern "C" fn clientela_day_text(
    day: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_text::new(self::day(day, "day")?.to_string())))
}

/// Reads an amount written as a decimal number, such as -1234.50, exactly.
///
/// @param scale  decimal places of the ledger, 0 to 9
/// @param out    where the minor units go: 19.99 at scale 2 is 1999
/// @return CLIENTELA_BAD_ARGUMENT where the text is no decimal number, has more places than
///         the scale, or is too large; nothing is ever rounded
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_amount_parse(
    data: *const c_char,
    length: usize,
    scale: i32,
    out: Option<&mut MaybeUninit<i64>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let out = given(out, "out")?;
        let scale = self::scale(scale)?;
        // SAFETY: the caller gives `length` bytes at `data`.
        let text = unsafe { text(data, length, "data")? };
        out.write(scale.parse(text.as_bytes()).map_err(|_| {
            let places = scale.places();
            Failure::argument(
                "data",
                format!("`{text}` is not a decimal number with at most {places} places"),
            )
        })?);
        Ok(())
    })
}

/// Writes an amount as a decimal number with as many places as the scale has.
///
/// @param minor  minor units
/// @param scale  decimal places of the ledger, 0 to 9
/// @param out    where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_amount_text(
    minor: i64,
    scale: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_text::new(self::scale(scale)?.decimal(minor).to_string())))
}

/// A day of the calendar.
pub(crate) fn day(days: i32, name: &'static str) -> Result<Day, Failure> {
    Day::new(days).ok_or_else(|| {
        Failure::argument(
            name,
            format!("{days} days since 1970-01-01 is not in the years 1 to 9999"),
        )
    })
}

fn scale(places: i32) -> Result<Scale, Failure> {
    let places = u8::try_from(places).unwrap_or(u8::MAX);
    Ok(Scale::new(places)?)
}
