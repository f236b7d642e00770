//! The census: what only the whole base can say, counted part by part.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::{Base, Census, Error, Policy, Remaining, with_threads};
use serde::de::DeserializeOwned;

use crate::base::clientela_base;
use crate::boundary::{given, make, sized, text};
use crate::error::{Failure, clientela_error};
use crate::ledger::clientela_ledger;
use crate::policy::clientela_policy;
use crate::snapshot::threads;
use crate::text::clientela_text;
use crate::value::day;

/// Counts a part of a base that is split by client over machines, as JSON.
///
/// The way to one verdict for all: count each part and merge the counts; send the merged
/// census to the parts for clientela_census_remaining and merge those; clientela_census_close
/// puts both together, and each part judges its clients by clientela_snapshot_with_census.
///
/// @param as_of    days since 1970-01-01
/// @param policy   NULL for the default policy
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_census_count(
    ledger: Option<&clientela_ledger>,
    as_of: i32,
    policy: Option<&clientela_policy>,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || count(&Base::new(&given(ledger, "ledger")?.0), as_of, policy, threads))
}

/// Counts a part of a base, its sales and what is known beside them, as JSON. The way to one
/// verdict for all is that of clientela_census_count, with clientela_census_remaining_of and
/// clientela_snapshot_of_part.
///
/// @param base     a struct whose members `size` and `ledger` are set
/// @param as_of    days since 1970-01-01
/// @param policy   NULL for the default policy
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_census_count_of(
    base: *const clientela_base,
    as_of: i32,
    policy: Option<&clientela_policy>,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives a struct of as many bytes as its `size` says, whose handles
        // are NULL or not yet freed.
        count(&unsafe { sized(base, "base")?.borrow()? }, as_of, policy, threads)
    })
}

/// The census of two parts that share no client.
///
/// @param left, right  JSON of censuses of one day, policy, currency and scale
/// @param out          where the text goes; free it with clientela_text_free
/// @return CLIENTELA_MISMATCH where they are not of one day, policy, currency and scale
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_census_merge(
    left: *const c_char,
    left_length: usize,
    right: *const c_char,
    right_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `left_length` bytes at `left`.
        let left = unsafe { text(left, left_length, "left")? };
        // SAFETY: the caller gives `right_length` bytes at `right`.
        let right = unsafe { text(right, right_length, "right")? };
        clientela_text::json(&read_census(left)?.merge(&read_census(right)?)?)
    })
}

/// The second count of a part, of the clients that are not VIP by the whole base's census, as
/// JSON.
///
/// @param census   JSON of the merged census of all parts
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_census_remaining(
    ledger: Option<&clientela_ledger>,
    census: *const c_char,
    census_length: usize,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let base = Base::new(&given(ledger, "ledger")?.0);
        // SAFETY: the caller gives `census_length` bytes at `census`.
        remaining(&base, unsafe { text(census, census_length, "census")? }, threads)
    })
}

/// The second count of a part, its sales and what is known beside them, as JSON.
///
/// @param base     as for clientela_census_count_of
/// @param census   JSON of the merged census of all parts
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_census_remaining_of(
    base: *const clientela_base,
    census: *const c_char,
    census_length: usize,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives a struct of as many bytes as its `size` says, whose handles
        // are NULL or not yet freed.
        let base = unsafe { sized(base, "base")?.borrow()? };
        // SAFETY: the caller gives `census_length` bytes at `census`.
        remaining(&base, unsafe { text(census, census_length, "census")? }, threads)
    })
}

/// The second counts of two parts together.
///
/// @param left, right  JSON that clientela_census_remaining or this call gave
/// @param out          where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_census_merge_remaining(
    left: *const c_char,
    left_length: usize,
    right: *const c_char,
    right_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `left_length` bytes at `left`.
        let left = unsafe { text(left, left_length, "left")? };
        // SAFETY: the caller gives `right_length` bytes at `right`.
        let right = unsafe { text(right, right_length, "right")? };
        let mut merged: Remaining = from_json(left, "count")?;
        merged.merge(&from_json(right, "count")?);
        clientela_text::json(&merged)
    })
}

/// Puts the second counts of all parts into the census, which then can judge.
///
/// @param census     JSON of the merged census of all parts
/// @param remaining  JSON of the merged second counts of all parts
/// @param out        where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_census_close(
    census: *const c_char,
    census_length: usize,
    remaining: *const c_char,
    remaining_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `census_length` bytes at `census`.
        let census = unsafe { text(census, census_length, "census")? };
        // SAFETY: the caller gives `remaining_length` bytes at `remaining`.
        let remaining = unsafe { text(remaining, remaining_length, "remaining")? };
        let mut census = read_census(census)?;
        census.close(from_json(remaining, "count")?);
        clientela_text::json(&census)
    })
}

fn count(
    base: &Base,
    as_of: i32,
    policy: Option<&clientela_policy>,
    threads: i32,
) -> Result<clientela_text, Failure> {
    let as_of = day(as_of, "as_of")?;
    let policy = policy.map_or_else(Policy::default, |policy| policy.0.clone());
    clientela_text::json(&with_threads(self::threads(threads)?, || base.count(as_of, &policy))??)
}

fn remaining(base: &Base, census: &str, threads: i32) -> Result<clientela_text, Failure> {
    let census = read_census(census)?;
    clientela_text::json(&with_threads(self::threads(threads)?, || base.remaining(&census))??)
}

pub(crate) fn read_census(json: &str) -> Result<Census, Failure> {
    from_json(json, "census")
}

fn from_json<T: DeserializeOwned>(json: &str, what: &str) -> Result<T, Failure> {
    serde_json::from_str(json).map_err(|error| Error::BadFormat(format!("{what}, {error}")).into())
}
