//! Summaries: what lifetime models know of clients.

use std::ffi::c_char;
use std::mem::{MaybeUninit, size_of};
use std::sync::Arc;

use clientela::lifetime::{
    Clients, Covariates, HistoryColumns, LedgerSummary, Summary, SummaryOptions, TimeUnit,
};
use clientela::{Buffer, with_threads};
use serde::Deserialize;

use crate::boundary::{Versioned, free, given, guard, make, read, sized, slice, slice_out, text};
use crate::error::{Failure, clientela_error};
use crate::ledger::clientela_ledger;
use crate::lifetime::{or_default, same_length};
use crate::snapshot::threads;
use crate::table::clientela_table;
use crate::text::clientela_text;
use crate::value::day;

/// What lifetime models know of clients: how many repeat purchases, when the last, seen how long,
/// what they spend. It never changes, so several threads may use it.
#[derive(Debug)]
pub struct clientela_summary {
    histories: Histories,
    purchase: Covariates,
    dropout: Covariates,
}

/// Where histories come from.
#[derive(Debug, Clone)]
pub(crate) enum Histories {
    /// Arrays, or a model that made them up.
    Given(Summary),
    /// A ledger, which knows who the clients are.
    Ledger(Box<LedgerSummary>),
}

impl Histories {
    /// What models take.
    fn summary(&self) -> &Summary {
        match self {
            Self::Given(summary) => summary,
            Self::Ledger(summary) => &summary.summary,
        }
    }

    /// The summary of a ledger.
    fn of_ledger(&self) -> Result<&LedgerSummary, Failure> {
        match self {
            Self::Ledger(summary) => Ok(summary),
            Self::Given(_) => {
                let problem = "it was not made from a ledger, so who its clients are is unknown";
                Err(Failure::argument("summary", problem))
            }
        }
    }
}

impl clientela_summary {
    /// Histories without covariates.
    pub(crate) fn new(histories: Histories) -> Self {
        Self { histories, purchase: Covariates::NONE, dropout: Covariates::NONE }
    }
}

/// Histories of clients by column, in arrays that belong to the caller and are read during the
/// call only. Set all of it to zero, then `size`, `rows` and the columns that you have.
///
/// Each array has `rows` values. A client's clock starts at the first purchase, which is not
/// counted. Every member is as wide as a pointer or a size_t, so there is no padding.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct clientela_histories {
    /// sizeof(clientela_histories).
    pub size: usize,
    /// Number of clients.
    pub rows: usize,
    /// Repeat purchases: whole numbers from 0 up.
    pub x: *const f64,
    /// Times from the first purchase to the last; 0 where x is 0.
    pub t_x: *const f64,
    /// Times from the first purchase to the end of observation, T in the papers; at least t_x.
    pub age: *const f64,
    /// Mean amounts of a repeat purchase in units of the currency, NaN is unknown; or NULL.
    pub spend: *const f64,
    /// Sums of the natural logarithms of the times between purchases, which only models of
    /// regular buyers need, NaN is unknown; or NULL.
    pub log_gaps: *const f64,
    /// Numbers of clients that have this history; or NULL for one each.
    pub count: *const u64,
}

// SAFETY: `repr(C)`, begins with its size, every member is as wide as a pointer and so leaves
// no padding, and zero bytes are null pointers and zeros.
unsafe impl Versioned for clientela_histories {
    const NAME: &'static str = "clientela_histories";
    const FIRST: usize = size_of::<[usize; 8]>();
}

const _: () = assert!(size_of::<clientela_histories>() == size_of::<[usize; 8]>());

impl clientela_histories {
    /// The columns as a summary.
    ///
    /// # Safety
    /// Each pointer that is not NULL and aligned points to `rows` values that nobody changes
    /// during the call.
    unsafe fn summary(&self, unit: TimeUnit) -> Result<Summary, Failure> {
        // SAFETY: this function's own contract, for each column.
        let (x, t_x, age) = unsafe {
            (
                slice(self.x, self.rows, "x")?,
                slice(self.t_x, self.rows, "t_x")?,
                slice(self.age, self.rows, "age")?,
            )
        };
        // SAFETY: as above; a column that may be absent is empty where it is NULL.
        let spend = unsafe { optional(self.spend, self.rows, "spend")? };
        // SAFETY: as above.
        let log_gaps = unsafe { optional(self.log_gaps, self.rows, "log_gaps")? };
        // SAFETY: as above.
        let count = unsafe { optional(self.count, self.rows, "count")? };
        Ok(Summary::of_columns(
            unit,
            HistoryColumns {
                x: own(x),
                t_x: own(t_x),
                age: own(age),
                spend: own(spend),
                log_gaps: own(log_gaps),
                count: Arc::new(count.to_vec().into()),
            },
        )?)
    }
}

/// A column of one's own.
fn own(values: &[f64]) -> Arc<Buffer<f64>> {
    Arc::new(values.to_vec().into())
}

/// A column that may be absent.
///
/// # Safety
/// That of [`slice`].
unsafe fn optional<'a, T>(
    pointer: *const T,
    rows: usize,
    name: &'static str,
) -> Result<&'a [T], Failure> {
    // SAFETY: this function's own contract.
    unsafe { slice(pointer, if pointer.is_null() { 0 } else { rows }, name) }
}

/// The unit of time of this name.
pub(crate) fn unit(name: &str, argument: &'static str) -> Result<TimeUnit, Failure> {
    const UNITS: [TimeUnit; 4] = [TimeUnit::Day, TimeUnit::Week, TimeUnit::Month, TimeUnit::Year];
    let place = TimeUnit::NAMES.iter().position(|known| *known == name);
    let unit = place.and_then(|place| UNITS.get(place)).copied();
    unit.ok_or_else(|| {
        let names = TimeUnit::NAMES.join(", ");
        Failure::argument(argument, format!("`{name}` is not one of {names}"))
    })
}

/// Makes a summary from plain arrays.
///
/// @param histories  a struct whose members `size`, `rows`, `x`, `t_x` and `age` are set
/// @param time_unit  the unit of all times: day, week, month or year
/// @param out        where the summary goes; free it with clientela_summary_free
/// @return CLIENTELA_BAD_ROW for a time that is negative, not finite or out of order and for a
///         count that is not whole: the first row and its column are stated
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_summary_from_arrays(
    histories: *const clientela_histories,
    time_unit: *const c_char,
    time_unit_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_summary>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `time_unit_length` bytes at `time_unit`.
        let unit = unit(unsafe { text(time_unit, time_unit_length, "time_unit")? }, "time_unit")?;
        // SAFETY: the caller gives a struct whose arrays are as described.
        let summary = unsafe { sized(histories, "histories")?.summary(unit)? };
        Ok(clientela_summary::new(Histories::Given(summary)))
    })
}

/// Makes a summary of the clients of a ledger up to a day, ascending by id.
///
/// All orders of one client and day are one purchase; returns and cancellations are none, and a
/// cancelled order is out with all its lines. The first purchase starts the clock and is not
/// counted. Spend is the mean net amount of the others; where that is zero or less it is unknown.
///
/// @param as_of    days since 1970-01-01; later sales do not count
/// @param options  JSON such as {"unit": "week"}. Members: unit (day, week, month or year),
///                 returns, zero_amount, opportunities (time in whole units, as bg_bb needs it)
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the summary goes; free it with clientela_summary_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_summary_of_ledger(
    ledger: Option<&clientela_ledger>,
    as_of: i32,
    options: *const c_char,
    options_length: usize,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_summary>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let ledger = &given(ledger, "ledger")?.0;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = summary_options(unsafe { text(options, options_length, "options")? })?;
        let as_of = day(as_of, "as_of")?;
        let summary =
            with_threads(self::threads(threads)?, || ledger.lifetime_summary(as_of, options))??;
        Ok(clientela_summary::new(Histories::Ledger(Box::new(summary))))
    })
}

/// The names of covariates.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct CovariateNames {
    purchase: Vec<String>,
    dropout: Vec<String>,
}

/// The same clients with covariates: numbers that are known of each beside the purchases and do
/// not change. A category is given as columns of 0 and 1, one fewer than it has values.
///
/// bg_nbd, mbg_nbd and pareto_nbd fitted to such a summary have a coefficient for each, and such
/// models are asked about summaries with the same covariates.
///
/// @param names    JSON, an object with the lists `purchase` and `dropout` of names: those that
///                 the rate of purchases depends on, and those that dropping out depends on
/// @param columns  an address for each name, those of purchase first; at each `rows` values, in
///                 the order of the summary's rows, which clientela_summary_table tells for that
///                 of a ledger. A column that has both effects is given twice
/// @param count    number of columns
/// @param rows     length of each column, the summary's number of rows
/// @param out      where the new summary goes; free it with clientela_summary_free
/// @return CLIENTELA_BAD_ROW for a value that is not finite, CLIENTELA_BAD_ARGUMENT for another
///         number of columns or rows
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_summary_with_covariates(
    summary: Option<&clientela_summary>,
    names: *const c_char,
    names_length: usize,
    columns: *const *const f64,
    count: usize,
    rows: usize,
    out: Option<&mut MaybeUninit<*mut clientela_summary>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let histories = &given(summary, "summary")?.histories;
        // SAFETY: the caller gives `names_length` bytes at `names`.
        let names: CovariateNames =
            or_default(unsafe { text(names, names_length, "names")? }, "names")?;
        let named = names.purchase.len() + names.dropout.len();
        if count != named {
            let problem = format!("{count}, and `names` has {named}");
            return Err(Failure::argument("count", problem));
        }
        // SAFETY: the caller gives `count` addresses.
        let columns = unsafe { slice(columns, count, "columns")? };
        let column = |&column: &*const f64| {
            // SAFETY: the caller gives `rows` values at each of the addresses.
            unsafe { slice(column, rows, "columns") }
        };
        let columns = columns.iter().map(column).collect::<Result<Vec<_>, _>>()?;
        let (left, right) = columns.split_at(names.purchase.len());
        let covariates = |names: &[String], columns: &[&[f64]]| {
            let named = names.iter().zip(columns).map(|(name, &column)| (&**name, column));
            Covariates::new(&named.collect::<Vec<_>>())
        };
        let purchase = covariates(&names.purchase, left)?;
        let dropout = covariates(&names.dropout, right)?;
        Clients::with(histories.summary(), &purchase, &dropout)?;
        Ok(clientela_summary { histories: histories.clone(), purchase, dropout })
    })
}

/// Copies the histories of a summary into arrays.
///
/// @param rows   the summary's number of rows
/// @param x      room for `rows` numbers of repeat purchases; or NULL, as may be any below
/// @param t_x    room for `rows` times from the first purchase to the last
/// @param age    room for `rows` times from the first purchase to the end of observation
/// @param spend  room for `rows` mean amounts of a repeat purchase, NaN where it is not known
/// @return CLIENTELA_BAD_ARGUMENT where the summary has another number of rows
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_summary_read(
    summary: Option<&clientela_summary>,
    rows: usize,
    x: *mut f64,
    t_x: *mut f64,
    age: *mut f64,
    spend: *mut f64,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let summary = given(summary, "summary")?.histories.summary();
        same_length("rows", rows, summary.len())?;
        let columns = summary.columns();
        // SAFETY: the caller gives room for `rows` values at each address that is not NULL,
        // which no other argument shares.
        unsafe {
            copy(rows, &columns.x, x, "x")?;
            copy(rows, &columns.t_x, t_x, "t_x")?;
            copy(rows, &columns.age, age, "age")?;
            copy(rows, &columns.spend, spend, "spend")
        }
    })
}

/// One column of a summary into an array, where there is one; NaN where nothing is known.
///
/// # Safety
/// That of [`slice_out`], with `rows` values.
unsafe fn copy(
    rows: usize,
    column: &[f64],
    to: *mut f64,
    name: &'static str,
) -> Result<(), Failure> {
    if to.is_null() {
        return Ok(());
    }
    // SAFETY: this function's own contract.
    let to = unsafe { slice_out(to, rows, name)? };
    for (i, place) in to.iter_mut().enumerate() {
        place.write(column.get(i).copied().unwrap_or(f64::NAN));
    }
    Ok(())
}

/// The summary of a ledger as columns: client, frequency, recency, T, monetary_value.
///
/// @param out  where the table goes; free it with clientela_table_free
/// @return CLIENTELA_BAD_ARGUMENT where the summary was not made from a ledger
#[unsafe(no_mangle)]
pub extern "C" fn clientela_summary_table(
    summary: Option<&clientela_summary>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        Ok(clientela_table::new(given(summary, "summary")?.histories.of_ledger()?.table()))
    })
}

/// Who is in the summary of a ledger, and who is not and why, as JSON.
///
/// @param out  where the text goes; free it with clientela_text_free
/// @return CLIENTELA_BAD_ARGUMENT where the summary was not made from a ledger
#[unsafe(no_mangle)]
pub extern "C" fn clientela_summary_report(
    summary: Option<&clientela_summary>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        clientela_text::json(&given(summary, "summary")?.histories.of_ledger()?.report)
    })
}

/// Number of rows of the summary; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_summary_rows(summary: Option<&clientela_summary>) -> usize {
    read(summary, 0, |summary| summary.histories.summary().len())
}

/// Frees a summary; NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_summary_free(summary: Option<Box<clientela_summary>>) {
    free(summary);
}

/// The clients that an entry needs.
pub(crate) fn clients(summary: Option<&clientela_summary>) -> Result<Clients<'_>, Failure> {
    let clientela_summary { histories, purchase, dropout } = given(summary, "summary")?;
    Ok(Clients::with(histories.summary(), purchase, dropout)?)
}

/// How a ledger becomes a summary; the unit must be stated.
pub(crate) fn summary_options(json: &str) -> Result<SummaryOptions, Failure> {
    serde_json::from_str(json).map_err(|error| Failure::argument("options", error.to_string()))
}
