//! Calibration and holdout: models held against what came after.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::lifetime::{
    CalibrationHoldout, alive_calibration, choose, conditional_expectations,
};
use clientela::with_threads;

use crate::boundary::{free, given, make, text};
use crate::error::clientela_error;
use crate::ledger::clientela_ledger;
use crate::lifetime::{or_default, read_model};
use crate::snapshot::threads;
use crate::summary::{Histories, clientela_summary, summary_options};
use crate::table::clientela_table;
use crate::text::clientela_text;
use crate::value::day;

/// A summary of the time up to one day, and what the same clients did in the time after it. It
/// never changes, so several threads may use it.
#[derive(Debug)]
pub struct clientela_holdout(CalibrationHoldout);

/// Splits the time of a ledger: models are fitted to the former part and judged by the latter.
///
/// @param calibration_end  last day of the former part, in days since 1970-01-01
/// @param holdout_end      last day of the latter part
/// @param options          as for clientela_summary_of_ledger
/// @param threads          number of threads to compute with, 0 for all cores
/// @param out              where both parts go; free them with clientela_holdout_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_holdout_of_ledger(
    ledger: Option<&clientela_ledger>,
    calibration_end: i32,
    holdout_end: i32,
    options: *const c_char,
    options_length: usize,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_holdout>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let ledger = &given(ledger, "ledger")?.0;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = summary_options(unsafe { text(options, options_length, "options")? })?;
        let calibration_end = day(calibration_end, "calibration_end")?;
        let holdout_end = day(holdout_end, "holdout_end")?;
        let both = with_threads(self::threads(threads)?, || {
            ledger.calibration_holdout(calibration_end, holdout_end, options)
        })??;
        Ok(clientela_holdout(both))
    })
}

/// The summary of the former part, which models are fitted to.
///
/// @param out  where the summary goes; free it with clientela_summary_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_holdout_summary(
    holdout: Option<&clientela_holdout>,
    out: Option<&mut MaybeUninit<*mut clientela_summary>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let summary = given(holdout, "holdout")?.0.calibration.clone();
        Ok(clientela_summary::new(Histories::Ledger(Box::new(summary))))
    })
}

/// Both parts as columns: client, frequency_cal, recency_cal, T_cal, monetary_value_cal,
/// frequency_holdout, monetary_value_holdout, duration_holdout.
///
/// @param out  where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_holdout_table(
    holdout: Option<&clientela_holdout>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_table::new(given(holdout, "holdout")?.0.table())))
}

/// Fits several models to the former part and chooses the one that foretold the latter best.
///
/// @param candidates  JSON list of names of models; NULL with length 0 for nbd, bg_nbd, mbg_nbd
///                    and pareto_nbd, or bg_bb for a summary of opportunities
/// @param threads     number of threads to compute with, 0 for all cores
/// @param out         where the model and all scores go, as JSON; free it with clientela_text_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_holdout_choose(
    holdout: Option<&clientela_holdout>,
    candidates: *const c_char,
    candidates_length: usize,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let both = &given(holdout, "holdout")?.0;
        // SAFETY: the caller gives `candidates_length` bytes at `candidates`.
        let names = unsafe { text(candidates, candidates_length, "candidates")? };
        let names: Vec<String> = or_default(names, "candidates")?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let choice = with_threads(self::threads(threads)?, || choose(both, &names))??;
        clientela_text::json(&choice)
    })
}

/// Purchases in the latter part by the number of repeat purchases in the former, actual and
/// expected.
///
/// @param model    as for clientela_lifetime_predict
/// @param censor   from this number of purchases on, clients are one row
/// @param threads  number of threads to compute with, 0 for all cores
/// @param out      where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_holdout_expectations(
    holdout: Option<&clientela_holdout>,
    model: *const c_char,
    model_length: usize,
    censor: u32,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let both = &given(holdout, "holdout")?.0;
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        let table = with_threads(self::threads(threads)?, || {
            conditional_expectations(&model, both, censor)
        })??;
        Ok(clientela_table::new(table))
    })
}

/// How far probabilities of being alive come true: clients by that probability, in bins of equal
/// width, with the share that bought in the latter part.
///
/// @param model    as for clientela_lifetime_predict
/// @param bins     how many
/// @param threads  number of threads to compute with, 0 for all cores
/// @param out      where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_holdout_alive(
    holdout: Option<&clientela_holdout>,
    model: *const c_char,
    model_length: usize,
    bins: u32,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let both = &given(holdout, "holdout")?.0;
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        let table =
            with_threads(self::threads(threads)?, || alive_calibration(&model, both, bins))??;
        Ok(clientela_table::new(table))
    })
}

/// Frees both parts; NULL is allowed. Summaries of them stay usable.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_holdout_free(holdout: Option<Box<clientela_holdout>>) {
    free(holdout);
}
