//! The snapshot: every client's verdicts as of a day, their reasons, the base's figures.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::{Base, ClientId, Criterion, Day, Policy, Snapshot, Step, with_threads};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, StrDeserializer};

use crate::base::clientela_base;
use crate::boundary::{free, given, make, read, sized, text};
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

impl clientela_form {
    /// The form that a number stands for.
    pub(crate) fn of(form: i32) -> Result<Self, Failure> {
        [Self::CLIENTELA_JSON, Self::CLIENTELA_READABLE]
            .into_iter()
            .find(|known| *known as i32 == form)
            .ok_or_else(|| Failure::argument("form", format!("{form} is no form, give 0 or 1")))
    }
}

/// Judges every client of a base, its sales and what is known beside them, as of a day.
///
/// @param base     a struct whose members `size` and `ledger` are set
/// @param as_of    days since 1970-01-01; later sales and records do not count
/// @param policy   NULL for the default policy
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the snapshot goes; free it with clientela_snapshot_free
/// @return CLIENTELA_MISMATCH where the parts of the base do not fit together, as for ids of
///         different kinds
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_snapshot_of(
    base: *const clientela_base,
    as_of: i32,
    policy: Option<&clientela_policy>,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_snapshot>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives a struct of as many bytes as its `size` says, whose handles
        // are NULL or not yet freed.
        let base = unsafe { sized(base, "base")?.borrow()? };
        snapshot(&base, day(as_of, "as_of")?, policy, threads)
    })
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
    make(out, error, || {
        let base = Base::new(&given(ledger, "ledger")?.0);
        snapshot(&base, day(as_of, "as_of")?, policy, threads)
    })
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
        snapshot(&Base::new(&given(ledger, "ledger")?.0), as_of, policy, threads)
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
        let base = Base::new(&given(ledger, "ledger")?.0);
        // SAFETY: the caller gives `census_length` bytes at `census`.
        part(&base, unsafe { text(census, census_length, "census")? }, threads)
    })
}

/// Judges the clients of a part of a base, its sales and what is known beside them, by the cut
/// points of the whole base.
///
/// @param base     a struct whose members `size` and `ledger` are set
/// @param census   as for clientela_snapshot_with_census
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the snapshot goes; free it with clientela_snapshot_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_snapshot_of_part(
    base: *const clientela_base,
    census: *const c_char,
    census_length: usize,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_snapshot>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives a struct of as many bytes as its `size` says, whose handles
        // are NULL or not yet freed.
        let base = unsafe { sized(base, "base")?.borrow()? };
        // SAFETY: the caller gives `census_length` bytes at `census`.
        part(&base, unsafe { text(census, census_length, "census")? }, threads)
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

/// The ladder: a row per stage from prospect to advocate.
///
/// @param out  where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_ladder(
    snapshot: Option<&clientela_snapshot>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_table::new(given(snapshot, "snapshot")?.0.ladder()?)))
}

/// Why clients are key clients: a row per client and sign that holds.
///
/// @param out  where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_keys(
    snapshot: Option<&clientela_snapshot>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_table::new(given(snapshot, "snapshot")?.0.keys()?)))
}

/// What the clients that match the target well, so-so and otherwise bring: a row per group.
///
/// @param out  where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_matches(
    snapshot: Option<&clientela_snapshot>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_table::new(given(snapshot, "snapshot")?.0.matches()?)))
}

/// Clients, amounts and potential by two axes: a row per pair of verdicts.
///
/// @param rows     a column of clientela_snapshot_clients with names or flags, such as stage
/// @param columns  another one, such as tier
/// @param out      where the table goes; free it with clientela_table_free
/// @return CLIENTELA_BAD_ARGUMENT for a column that is none of these
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_snapshot_matrix(
    snapshot: Option<&clientela_snapshot>,
    rows: *const c_char,
    rows_length: usize,
    columns: *const c_char,
    columns_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let snapshot = given(snapshot, "snapshot")?;
        // SAFETY: the caller gives `rows_length` bytes at `rows`.
        let rows = unsafe { text(rows, rows_length, "rows")? };
        // SAFETY: the caller gives `columns_length` bytes at `columns`.
        let columns = unsafe { text(columns, columns_length, "columns")? };
        Ok(clientela_table::new(snapshot.0.matrix(rows, columns)?))
    })
}

/// How many clients went from which verdict of an axis to which, and what they buy for now: a
/// row per pair.
///
/// @param snapshot  the later one
/// @param earlier   the earlier one
/// @param axis      such as stage or activity; NULL with length 0 for stage
/// @param out       where the table goes; free it with clientela_table_free
/// @return CLIENTELA_BAD_ARGUMENT for a name that is no axis
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_snapshot_transitions(
    snapshot: Option<&clientela_snapshot>,
    earlier: Option<&clientela_snapshot>,
    axis: *const c_char,
    axis_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let (later, earlier) = (given(snapshot, "snapshot")?, given(earlier, "earlier")?);
        // SAFETY: the caller gives `axis_length` bytes at `axis`.
        let axis = unsafe { text(axis, axis_length, "axis")? };
        let axis = if axis.is_empty() { "stage" } else { axis };
        Ok(clientela_table::new(later.0.transitions(&earlier.0, axis)?))
    })
}

/// The clients by what they bring: a row per client, from the first rank on.
///
/// @param criterion  as the policy's abc.criterion: amount, profit, purchases, quantity, payments,
///                   payment_count or units_ordered
/// @param out        where the table goes; free it with clientela_table_free
/// @return CLIENTELA_BAD_ARGUMENT for any other criterion, and for one that needs a ledger or a
///         column that is not there
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_snapshot_ranking(
    snapshot: Option<&clientela_snapshot>,
    criterion: *const c_char,
    criterion_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let snapshot = given(snapshot, "snapshot")?;
        // SAFETY: the caller gives `criterion_length` bytes at `criterion`.
        let name = unsafe { text(criterion, criterion_length, "criterion")? };
        Ok(clientela_table::new(snapshot.0.ranking(self::criterion(name, "criterion")?)?))
    })
}

/// How far the lists of VIP clients by two criteria are the same, as JSON: the clients of each
/// list, of both, and those that only one has.
///
/// @param left   a criterion, as for clientela_snapshot_ranking
/// @param right  another one
/// @param out    where the text goes; free it with clientela_text_free
/// @return CLIENTELA_BAD_ARGUMENT for any other criterion, and for one that needs a ledger or a
///         column that is not there
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_snapshot_overlap(
    snapshot: Option<&clientela_snapshot>,
    left: *const c_char,
    left_length: usize,
    right: *const c_char,
    right_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let snapshot = given(snapshot, "snapshot")?;
        // SAFETY: the caller gives `left_length` bytes at `left`.
        let left = criterion(unsafe { text(left, left_length, "left")? }, "left")?;
        // SAFETY: the caller gives `right_length` bytes at `right`.
        let right = criterion(unsafe { text(right, right_length, "right")? }, "right")?;
        clientela_text::json(&snapshot.0.overlap(left, right)?)
    })
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

/// A criterion by its name in the policy.
fn criterion(name: &str, argument: &'static str) -> Result<Criterion, Failure> {
    let named: StrDeserializer<'_, ValueError> = name.into_deserializer();
    Criterion::deserialize(named).map_err(|error| Failure::argument(argument, error.to_string()))
}

fn snapshot(
    base: &Base,
    as_of: Day,
    policy: Option<&clientela_policy>,
    threads: i32,
) -> Result<clientela_snapshot, Failure> {
    let policy = policy.map_or_else(Policy::default, |policy| policy.0.clone());
    let made = with_threads(self::threads(threads)?, || base.snapshot(as_of, &policy))?;
    Ok(clientela_snapshot(made?))
}

/// The snapshot of a part of a base, by the JSON of the whole's census.
fn part(base: &Base, census: &str, threads: i32) -> Result<clientela_snapshot, Failure> {
    let census = read_census(census)?;
    let made = with_threads(self::threads(threads)?, || base.snapshot_with_census(&census))?;
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
    match clientela_form::of(form)? {
        clientela_form::CLIENTELA_JSON => clientela_text::json(&snapshot.0.explain(client)?),
        clientela_form::CLIENTELA_READABLE => {
            Ok(clientela_text::new(snapshot.0.explain(client)?.to_string()))
        }
    }
}
