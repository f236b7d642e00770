//! The snapshot: every client's verdicts as of a day, their reasons, the base's figures.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::{ClientId, Day, Policy, Snapshot, Step, with_threads};

use crate::boundary::{free, given, make, read, text};
use crate::census::read_census;
use crate::error::{Failure, clientela_error};
use crate::ledger::clientela_ledger;
use crate::policy::clientela_policy;
use crate::table::clientela_table;
use crate::text::clientela_text;
use crate::value::day;

/// A base as of a day, under a policy: a verdict per client and axis. It never changes, so
/// several threads may use it. It keeps what it needs of the ledger and the policy.
#[derive(Debug)]
pub struct clientela_snapshot(pub(crate) Snapshot);

/// Form of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub enum clientela_form {
    /// JSON: every axis with its verdict and the reasons as fields.
    CLIENTELA_JSON = 0,
    /// Lines for a reader.
    CLIENTELA_READABLE = 1,
}

/// Judges every client of a ledger as of a day.
///
/// @param as_of    days since 1970-01-01; later sales do not count
/// @param policy   NULL for the default policy
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the snapshot goes; free it with clientela_snapshot_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_new(
    ledger: Option<&clientela_ledger>,
    as_of: i32,
    policy: Option<&clientela_policy>,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_snapshot>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || snapshot(ledger, day(as_of, "as_of")?, policy, threads))
}

/// Judges every client of a ledger as of a day written as YYYY-MM-DD.
///
/// @param as_of    the day; later sales do not count
/// @param policy   NULL for the default policy
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the snapshot goes; free it with clientela_snapshot_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_snapshot_on(
    ledger: Option<&clientela_ledger>,
    as_of: *const c_char,
    as_of_length: usize,
    policy: Option<&clientela_policy>,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_snapshot>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `as_of_length` bytes at `as_of`.
        let as_of: Day = unsafe { text(as_of, as_of_length, "as_of")? }.parse()?;
        snapshot(ledger, as_of, policy, threads)
    })
}

/// Judges the clients of a part of a base by the cut points of the whole base.
///
/// @param census   JSON that clientela_census_close or clientela_snapshot_census gave; it holds
///                 the day and the policy
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the snapshot goes; free it with clientela_snapshot_free
/// @return CLIENTELA_BAD_FORMAT where the JSON is no census, CLIENTELA_BAD_ARGUMENT where it is
///         not closed, CLIENTELA_MISMATCH where currency or scale are not the ledger's
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_snapshot_with_census(
    ledger: Option<&clientela_ledger>,
    census: *const c_char,
    census_length: usize,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_snapshot>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let ledger = &given(ledger, "ledger")?.0;
        // SAFETY: the caller gives `census_length` bytes at `census`.
        let census = read_census(unsafe { text(census, census_length, "census")? })?;
        let made =
            with_threads(self::threads(threads)?, || Snapshot::with_census(ledger, &census))?;
        Ok(clientela_snapshot(made?))
    })
}

/// The day of the snapshot, in days since 1970-01-01; INT32_MIN for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_as_of(snapshot: Option<&clientela_snapshot>) -> i32 {
    read(snapshot, i32::MIN, |snapshot| snapshot.0.as_of().days())
}

/// Number of clients that the snapshot judges; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_count(snapshot: Option<&clientela_snapshot>) -> usize {
    read(snapshot, 0, |snapshot| snapshot.0.len())
}

/// The verdicts: a row per client, ascending by id, a column per axis and figure.
///
/// @param out  where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_clients(
    snapshot: Option<&clientela_snapshot>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_table::new(given(snapshot, "snapshot")?.0.clients())))
}

/// The cohorts: a row per cohort and period since its first purchase.
///
/// @param by   week, month, quarter or year
/// @param out  where the table goes; free it with clientela_table_free
/// @return CLIENTELA_BAD_ARGUMENT for any other step
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_snapshot_cohorts(
    snapshot: Option<&clientela_snapshot>,
    by: *const c_char,
    by_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let snapshot = given(snapshot, "snapshot")?;
        // SAFETY: the caller gives `by_length` bytes at `by`.
        let step = Step::parse(unsafe { text(by, by_length, "by")? })?;
        Ok(clientela_table::new(snapshot.0.cohorts(step)?))
    })
}

/// Amount and purchases of every client in every calendar month.
///
/// @param out  where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_months(
    snapshot: Option<&clientela_snapshot>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_table::new(given(snapshot, "snapshot")?.0.months()?)))
}

/// Every verdict on a client with a number as id, with its reasons.
///
/// @param form  CLIENTELA_JSON or CLIENTELA_READABLE
/// @param out   where the text goes; free it with clientela_text_free
/// @return CLIENTELA_UNKNOWN_CLIENT where the snapshot has no such client
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_explain_by_int(
    snapshot: Option<&clientela_snapshot>,
    client: i64,
    form: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || explain(given(snapshot, "snapshot")?, &ClientId::Int(client), form))
}

/// Every verdict on a client with a text as id, with its reasons.
///
/// @param form  CLIENTELA_JSON or CLIENTELA_READABLE
/// @param out   where the text goes; free it with clientela_text_free
/// @return CLIENTELA_UNKNOWN_CLIENT where the snapshot has no such client
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_snapshot_explain_by_text(
    snapshot: Option<&clientela_snapshot>,
    client: *const c_char,
    client_length: usize,
    form: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let snapshot = given(snapshot, "snapshot")?;
        // SAFETY: the caller gives `client_length` bytes at `client`.
        let client = unsafe { text(client, client_length, "client")? };
        explain(snapshot, &ClientId::from(client), form)
    })
}

/// The base's figures: counts and amounts per verdict, cut points, overlap of the two VIP
/// methods, as JSON.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_summary(
    snapshot: Option<&clientela_snapshot>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || clientela_text::json(&given(snapshot, "snapshot")?.0.summary()?))
}

/// The census of the base, as JSON for clientela_snapshot_with_census.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_census(
    snapshot: Option<&clientela_snapshot>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || clientela_text::json(&given(snapshot, "snapshot")?.0.census()?))
}

/// Who came, who left, and whose verdict moved on which axis and why, as JSON.
///
/// @param snapshot  the later one
/// @param earlier   the earlier one
/// @param out       where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_diff(
    snapshot: Option<&clientela_snapshot>,
    earlier: Option<&clientela_snapshot>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let (later, earlier) = (given(snapshot, "snapshot")?, given(earlier, "earlier")?);
        clientela_text::json(&later.0.diff(&earlier.0)?)
    })
}

/// Who moved on which axis, as a table.
///
/// @param snapshot  the later one
/// @param earlier   the earlier one
/// @param out       where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_diff_table(
    snapshot: Option<&clientela_snapshot>,
    earlier: Option<&clientela_snapshot>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let (later, earlier) = (given(snapshot, "snapshot")?, given(earlier, "earlier")?);
        Ok(clientela_table::new(later.0.diff(&earlier.0)?.table()))
    })
}

/// The policy of the snapshot, as JSON with every field written out.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_policy(
    snapshot: Option<&clientela_snapshot>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_text::new(given(snapshot, "snapshot")?.0.policy().to_json())))
}

/// Frees a snapshot; NULL is allowed. Tables made from it stay usable.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_free(snapshot: Option<Box<clientela_snapshot>>) {
    free(snapshot);
}

fn snapshot(
    ledger: Option<&clientela_ledger>,
    as_of: Day,
    policy: Option<&clientela_policy>,
    threads: i32,
) -> Result<clientela_snapshot, Failure> {
    let ledger = &given(ledger, "ledger")?.0;
    let policy = policy.map_or_else(Policy::default, |policy| policy.0.clone());
    let made = with_threads(self::threads(threads)?, || ledger.snapshot(as_of, &policy))?;
    Ok(clientela_snapshot(made?))
}

pub(crate) fn threads(threads: i32) -> Result<Option<usize>, Failure> {
    match usize::try_from(threads) {
        Ok(0) => Ok(None),
        Ok(threads) => Ok(Some(threads)),
        Err(_) => Err(Failure::argument("threads", format!("{threads} is below 0"))),
    }
}

fn explain(
    snapshot: &clientela_snapshot,
    client: &ClientId,
    form: i32,
) -> Result<clientela_text, Failure> {
    const JSON: i32 = clientela_form::CLIENTELA_JSON as i32;
    const READABLE: i32 = clientela_form::CLIENTELA_READABLE as i32;
    match form {
        JSON => clientela_text::json(&snapshot.0.explain(client)?),
        READABLE => Ok(clientela_text::new(snapshot.0.explain(client)?.to_string())),
        _ => Err(Failure::argument("form", format!("{form} is no form, give 0 or 1"))),
    }
}
