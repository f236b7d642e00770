//! Membership over time: who was in which segment on which days, and why.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::rule::{History, Pin};
use clientela::{Day, Policy, with_threads};

use crate::base::clientela_base;
use crate::boundary::{free, given, make, sized, slice, text};
use crate::error::{Failure, clientela_error};
use crate::policy::clientela_policy;
use crate::rules::clientela_rules;
use crate::snapshot::threads;
use crate::table::clientela_table;
use crate::text::clientela_text;
use crate::value::day;

/// Who was in which segment on which days by the rules, why clients entered and left, and what was
/// decided by hand. It never changes: what joins two gives a new one. Several threads may use it.
#[derive(Debug)]
pub struct clientela_history(History);

/// Evaluates rules on each of some days.
///
/// @param base     a struct whose members `size` and `ledger` are set
/// @param days     the days, in days since 1970-01-01, in any order
/// @param count    number of days, at least 1
/// @param policy   NULL for the default policy
/// @param pins     what was decided by hand, as JSON: [{"rule": "vip", "client": 7, "on":
///                 "2026-02-01", "until": "2026-03-31", "state": "in", "by": "Ada", "why":
///                 "Signed a frame contract."}]; the state is in, out or released; NULL with
///                 length 0 for nothing
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the history goes; free it with clientela_history_free
/// @return CLIENTELA_BAD_DOCUMENT for rules that the base cannot answer and for a pin that cannot
///         be used, with the path as the error's place
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_history_of(
    base: *const clientela_base,
    rules: Option<&clientela_rules>,
    days: *const i32,
    count: usize,
    policy: Option<&clientela_policy>,
    pins: *const c_char,
    pins_length: usize,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_history>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives a struct of as many bytes as its `size` says, whose handles
        // are NULL or not yet freed.
        let base = unsafe { sized(base, "base")?.borrow()? };
        let rules = given(rules, "rules")?;
        // SAFETY: the caller gives `count` days at `days`.
        let days = unsafe { slice(days, count, "days")? };
        let days: Vec<Day> = days.iter().map(|&one| day(one, "days")).collect::<Result<_, _>>()?;
        // SAFETY: the caller gives `pins_length` bytes at `pins`.
        let pins = unsafe { text(pins, pins_length, "pins")? };
        let pins = if pins.is_empty() { Vec::new() } else { Pin::list(pins)? };
        let default = Policy::default();
        let policy = policy.map_or(&default, |policy| &policy.0);
        let made = with_threads(self::threads(threads)?, || {
            base.membership(&rules.0, &days, policy, &pins)
        })?;
        Ok(clientela_history(made?))
    })
}

/// Reads a history that clientela_history_to_json wrote.
///
/// @param out  where the history goes; free it with clientela_history_free
/// @return CLIENTELA_BAD_DOCUMENT for a document that cannot be read, with the path as the error's
///         place
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_history_from_json(
    json: *const c_char,
    json_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_history>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `json_length` bytes at `json`.
        let json = unsafe { text(json, json_length, "json")? };
        Ok(clientela_history(History::from_json(json)?))
    })
}

/// The history as JSON: the same history is the same text.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_history_to_json(
    history: Option<&clientela_history>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_text::new(given(history, "history")?.0.to_json())))
}

/// Joins two histories: of other days, of another part of the clients, of other rules; both stay
/// as they are.
///
/// @param out  where the new history goes; free it with clientela_history_free
/// @return CLIENTELA_MISMATCH where a rule of one version says two things of a client on a day
#[unsafe(no_mangle)]
pub extern "C" fn clientela_history_merge(
    left: Option<&clientela_history>,
    right: Option<&clientela_history>,
    out: Option<&mut MaybeUninit<*mut clientela_history>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let (left, right) = (given(left, "left")?, given(right, "right")?);
        Ok::<_, Failure>(clientela_history(left.0.merge(&right.0)?))
    })
}

/// A row per rule, client and evaluated day on which the client is in, or was on the evaluated day
/// before: entered, stayed or left, by the rule or a pin, and why.
///
/// @param out  where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_history_table(
    history: Option<&clientela_history>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_table::new(given(history, "history")?.0.table()?)))
}

/// A row per unbroken stay of a client in a segment, between evaluated days.
///
/// @param rule  the id of a rule that was evaluated
/// @param out   where the table goes; free it with clientela_table_free
/// @return CLIENTELA_BAD_ARGUMENT for any other id
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_history_stays(
    history: Option<&clientela_history>,
    rule: *const c_char,
    rule_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let history = given(history, "history")?;
        // SAFETY: the caller gives `rule_length` bytes at `rule`.
        let rule = unsafe { text(rule, rule_length, "rule")? };
        Ok(clientela_table::new(history.0.stays(rule)?))
    })
}

/// A row per rule and evaluated day: how many clients are in, and how many entered, stayed and left
/// since the evaluated day before.
///
/// @param out  where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_history_summary(
    history: Option<&clientela_history>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_table::new(given(history, "history")?.0.summary()?)))
}

/// Frees a history; NULL is allowed. Tables made from it stay usable.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_history_free(history: Option<Box<clientela_history>>) {
    free(history);
}
