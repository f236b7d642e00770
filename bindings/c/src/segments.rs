//! Segments: the verdicts of rules on the clients of a snapshot.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::ClientId;
use clientela::rule::Segments;

use crate::boundary::{free, given, guard, make, read, text};
use crate::error::{Failure, clientela_error};
use crate::rules::clientela_rules;
use crate::snapshot::{clientela_form, clientela_snapshot};
use crate::table::clientela_table;
use crate::text::clientela_text;

/// The verdicts of rules on every client: yes, no or unknown; only those are members for whom a
/// rule holds. It never changes, so several threads may use it, and it outlives the snapshot and
/// the rules that it was made of.
#[derive(Debug)]
pub struct clientela_segments(Segments);

/// Everything that rules over a base can compare: a row per column of the snapshot, field of the
/// portraits, figure of the sales, kind of record and field of one, with type, unit, meaning,
/// source, options and operators.
///
/// @param out  where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_attributes(
    snapshot: Option<&clientela_snapshot>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_table::new(given(snapshot, "snapshot")?.0.attributes()?)))
}

/// What is wrong with rules over a base, in the order of the document.
///
/// @param out  where the text goes, as JSON: [{"severity": "error", "path":
///             "rules[0].when.attribute", "code": "unknown_attribute", "problem": "..."}, ...],
///             empty where nothing is wrong. With an error the rules cannot run, with a warning
///             they hardly say what is meant; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_check_rules(
    snapshot: Option<&clientela_snapshot>,
    rules: Option<&clientela_rules>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let (snapshot, rules) = (given(snapshot, "snapshot")?, given(rules, "rules")?);
        clientela_text::json(&snapshot.0.check_rules(&rules.0))
    })
}

/// Who is in which segment.
///
/// @param out  where the segments go; free them with clientela_segments_free
/// @return CLIENTELA_BAD_DOCUMENT for the first problem of clientela_snapshot_check_rules that is
///         an error, with its path as the error's place
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_segments(
    snapshot: Option<&clientela_snapshot>,
    rules: Option<&clientela_rules>,
    out: Option<&mut MaybeUninit<*mut clientela_segments>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let (snapshot, rules) = (given(snapshot, "snapshot")?, given(rules, "rules")?);
        Ok(clientela_segments(snapshot.0.segments(&rules.0)?))
    })
}

/// The verdicts of rules on a client with a number as id, with every step: for each leaf the value
/// seen, what it was held against, whether it holds, and why nothing is known.
///
/// @param form  CLIENTELA_JSON or CLIENTELA_READABLE
/// @param out   where the text goes; free it with clientela_text_free
/// @return CLIENTELA_UNKNOWN_CLIENT where the snapshot has no such client, else as
///         clientela_snapshot_segments
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_trace_by_int(
    snapshot: Option<&clientela_snapshot>,
    rules: Option<&clientela_rules>,
    client: i64,
    form: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let (snapshot, rules) = (given(snapshot, "snapshot")?, given(rules, "rules")?);
        trace(snapshot, rules, &ClientId::Int(client), form)
    })
}

/// The verdicts of rules on a client with a text as id, with every step; as
/// clientela_snapshot_trace_by_int.
///
/// @param form  CLIENTELA_JSON or CLIENTELA_READABLE
/// @param out   where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_snapshot_trace_by_text(
    snapshot: Option<&clientela_snapshot>,
    rules: Option<&clientela_rules>,
    client: *const c_char,
    client_length: usize,
    form: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let (snapshot, rules) = (given(snapshot, "snapshot")?, given(rules, "rules")?);
        // SAFETY: the caller gives `client_length` bytes at `client`.
        let client = unsafe { text(client, client_length, "client")? };
        trace(snapshot, rules, &ClientId::from(client), form)
    })
}

/// A row per client, ascending by id: a column of yes, no and missing, which is unknown, for each
/// rule that is not hidden; where only the first rule counts also `segment`, the id of that rule.
///
/// @param out  where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_segments_table(
    segments: Option<&clientela_segments>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_table::new(given(segments, "segments")?.0.table())))
}

/// The members of a segment, a row each, with what its rule says of them.
///
/// @param rule  the id of a rule that is not hidden
/// @param out   where the table goes; free it with clientela_table_free
/// @return CLIENTELA_BAD_ARGUMENT for any other id
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_segments_members(
    segments: Option<&clientela_segments>,
    rule: *const c_char,
    rule_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let segments = given(segments, "segments")?;
        // SAFETY: the caller gives `rule_length` bytes at `rule`.
        let rule = unsafe { text(rule, rule_length, "rule")? };
        Ok(clientela_table::new(segments.0.members(rule)?))
    })
}

/// A row per rule that is not hidden: how many clients are in it, are not, and are unknown.
///
/// @param out  where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_segments_summary(
    segments: Option<&clientela_segments>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_table::new(given(segments, "segments")?.0.summary())))
}

/// The verdict of a rule on a client with a number as id.
///
/// @param rule  the id of a rule that is not hidden
/// @param out   where 1 goes for a member, 0 for none, -1 where it is unknown
/// @return CLIENTELA_BAD_ARGUMENT for any other rule, CLIENTELA_UNKNOWN_CLIENT for a client that
///         the snapshot does not have
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_segments_verdict_by_int(
    segments: Option<&clientela_segments>,
    rule: *const c_char,
    rule_length: usize,
    client: i64,
    out: Option<&mut MaybeUninit<i32>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let (out, segments) = (given(out, "out")?, given(segments, "segments")?);
        // SAFETY: the caller gives `rule_length` bytes at `rule`.
        let rule = unsafe { text(rule, rule_length, "rule")? };
        out.write(verdict(segments, rule, &ClientId::Int(client))?);
        Ok(())
    })
}

/// The verdict of a rule on a client with a text as id; as clientela_segments_verdict_by_int.
///
/// @param out  where 1 goes for a member, 0 for none, -1 where it is unknown
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_segments_verdict_by_text(
    segments: Option<&clientela_segments>,
    rule: *const c_char,
    rule_length: usize,
    client: *const c_char,
    client_length: usize,
    out: Option<&mut MaybeUninit<i32>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let (out, segments) = (given(out, "out")?, given(segments, "segments")?);
        // SAFETY: the caller gives `rule_length` bytes at `rule`.
        let rule = unsafe { text(rule, rule_length, "rule")? };
        // SAFETY: the caller gives `client_length` bytes at `client`.
        let client = unsafe { text(client, client_length, "client")? };
        out.write(verdict(segments, rule, &ClientId::from(client))?);
        Ok(())
    })
}

/// The day of the segments, in days since 1970-01-01; INT32_MIN for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_segments_as_of(segments: Option<&clientela_segments>) -> i32 {
    read(segments, i32::MIN, |segments| segments.0.as_of().days())
}

/// Number of clients, members or not; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_segments_count(segments: Option<&clientela_segments>) -> usize {
    read(segments, 0, |segments| segments.0.len())
}

/// Frees segments; NULL is allowed. Tables made from them stay usable.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_segments_free(segments: Option<Box<clientela_segments>>) {
    free(segments);
}

fn trace(
    snapshot: &clientela_snapshot,
    rules: &clientela_rules,
    client: &ClientId,
    form: i32,
) -> Result<clientela_text, Failure> {
    let form = clientela_form::of(form)?;
    let trace = snapshot.0.trace(&rules.0, client)?;
    Ok(clientela_text::new(match form {
        clientela_form::CLIENTELA_JSON => trace.to_json(),
        clientela_form::CLIENTELA_READABLE => trace.to_string(),
    }))
}

fn verdict(segments: &clientela_segments, rule: &str, client: &ClientId) -> Result<i32, Failure> {
    Ok(segments.0.verdict(rule, client)?.map_or(-1, i32::from))
}
