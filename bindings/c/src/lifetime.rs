//! Lifetime models: fits, and what a model says of clients. Models, fits and questions are JSON.

use std::collections::BTreeMap;
use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::lifetime::{
    AnyFit, AnyModel, Contracts, Discount, FitOptions, GammaGamma, Interval, Prediction, Span,
    TimeUnit, active_clients, frequencies, tracking,
};
use clientela::with_threads;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::boundary::{given, guard, make, slice, slice_out, text};
use crate::error::{Failure, clientela_error};
use crate::ledger::clientela_ledger;
use crate::snapshot::threads;
use crate::summary::{Histories, clientela_summary, clients, summary_options, unit};
use crate::table::clientela_table;
use crate::text::clientela_text;
use crate::value::day;

/// Fits a model to a summary by maximum likelihood. The answer has the same bits on any number of
/// threads and for any order of rows.
///
/// @param summary  where it has covariates, the model has them too
/// @param model    nbd, bg_nbd, mbg_nbd, pareto_nbd, bg_bb or gamma_gamma
/// @param options  JSON; NULL with length 0 for the defaults. Members, of bg_nbd and mbg_nbd
///                 without covariates only: k (regularity, default 1), largest_k (choose the best
///                 k up to it)
/// @param threads  number of threads to compute with, 0 for all cores
/// @param out      where the fit goes, as JSON that clientela_lifetime_report explains and
///                 clientela_lifetime_predict takes; free it with clientela_text_free
/// @return CLIENTELA_BAD_ARGUMENT for an unknown model and where the clients are too few to say
///         anything. A maximum that is not a good one is no error: the fit's `optimality` tells
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_fit(
    summary: Option<&clientela_summary>,
    model: *const c_char,
    model_length: usize,
    options: *const c_char,
    options_length: usize,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let clients = clients(summary)?;
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = unsafe { text(model, model_length, "model")? };
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = unsafe { text(options, options_length, "options")? };
        let options: FitOptions = or_default(options, "options")?;
        let fit =
            with_threads(self::threads(threads)?, || AnyModel::fit(model, clients, &options))??;
        Ok(clientela_text::new(fit.to_json()))
    })
}

/// Fits the shifted beta-geometric model to contracts that are renewed at regular times.
///
/// @param time_unit  the time from one renewal to the next: day, week, month or year
/// @param rows       length of each array
/// @param renewals   the renewal, counted from 1, at which contracts ended; or the renewals that
///                   they have passed
/// @param ended      1 where they ended, else 0
/// @param count      how many contracts; or NULL for one each
/// @param out        where the fit goes, as JSON; free it with clientela_text_free
/// @return CLIENTELA_BAD_ROW for a contract that ended at renewal 0, CLIENTELA_BAD_ARGUMENT where
///         none has ended or none was renewed
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_fit_contracts(
    time_unit: *const c_char,
    time_unit_length: usize,
    rows: usize,
    renewals: *const u32,
    ended: *const u8,
    count: *const u64,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `time_unit_length` bytes at `time_unit`.
        let unit = unit(unsafe { text(time_unit, time_unit_length, "time_unit")? }, "time_unit")?;
        // SAFETY: the caller gives `rows` values at each address; `count` may be NULL.
        let (renewals, ended, count) = unsafe {
            (
                slice(renewals, rows, "renewals")?,
                slice(ended, rows, "ended")?,
                slice(count, if count.is_null() { 0 } else { rows }, "count")?,
            )
        };
        let contract = |(i, (&renewals, &ended)): (usize, (&u32, &u8))| Contracts {
            renewals,
            ended: ended != 0,
            count: count.get(i).copied().unwrap_or(1),
        };
        let contracts: Vec<Contracts> =
            renewals.iter().zip(ended).enumerate().map(contract).collect();
        Ok(clientela_text::new(AnyModel::fit_contracts(unit, &contracts)?.to_json()))
    })
}

/// All that is said of a fit, as JSON: the model, its log-likelihood, AIC and BIC, each parameter
/// with its standard error and confidence interval, their covariance, how good the maximum is.
///
/// @param fit    JSON that a fit gave
/// @param level  of the intervals, such as 0.95
/// @param out    where the text goes; free it with clientela_text_free
/// @return CLIENTELA_BAD_FORMAT where the JSON is no fit
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_report(
    fit: *const c_char,
    fit_length: usize,
    level: f64,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `fit_length` bytes at `fit`.
        let fit = AnyFit::from_json(unsafe { text(fit, fit_length, "fit")? })?;
        clientela_text::json(&fit.report(level)?)
    })
}

/// Asks a model the same question about every client of a summary.
///
/// Questions are JSON such as {"predict": "expected_purchases", "horizon": 39, "unit": "week"}.
/// Their names, and what each needs besides:
///
/// - p_alive, posterior_purchase_rate, posterior_dropout, log_likelihood, expected_spend (of
///   gamma_gamma), next_purchase_probability, next_purchase_median, next_purchase_mean: nothing
/// - p_alive_after, expected_purchases, p_no_purchase, purchases_median: horizon, unit
/// - p_purchases: n, horizon, unit
/// - discounted_purchases: horizon, unit, discount, discount_unit
/// - discounted_forever: discount, discount_unit
/// - next_purchase_low, next_purchase_high: level
/// - purchases_low, purchases_high: horizon, unit, level
///
/// A discount is a rate that compounds once per its unit: 0.1 per year is 10 %.
///
/// @param model    JSON of a model, such as {"model": "nbd", "unit": "week", "r": 0.385,
///                 "alpha": 12.072}, or of a fit
/// @param what     the question
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param count    the summary's number of rows
/// @param values   room for `count` values, in the order of the rows; NaN where there is none
/// @param missing  room for `count` bytes that become 1 where the value is missing, else 0; or
///                 NULL
/// @return CLIENTELA_BAD_FORMAT where the JSON is no model or question, CLIENTELA_BAD_ARGUMENT
///         for a summary in another unit and for what the model does not tell, CLIENTELA_BAD_ROW
///         for a history that the model cannot have
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_predict(
    summary: Option<&clientela_summary>,
    model: *const c_char,
    model_length: usize,
    what: *const c_char,
    what_length: usize,
    threads: i32,
    count: usize,
    values: *mut f64,
    missing: *mut u8,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let clients = clients(summary)?;
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        // SAFETY: the caller gives `what_length` bytes at `what`.
        let what = Prediction::from_json(unsafe { text(what, what_length, "what")? })?;
        // SAFETY: the caller gives room for `count` values and, unless it is NULL, as many bytes.
        let out = unsafe { Answers::new(count, values, missing, clients.summary().len())? };
        let found = with_threads(self::threads(threads)?, || model.predict(&what, clients))??;
        out.fill(found);
        Ok(())
    })
}

/// Asks a model about a new client, from the first purchase on; gamma_gamma about the mean over
/// all clients.
///
/// @param model    as for clientela_lifetime_predict
/// @param what     as for clientela_lifetime_predict; but no question about a client's history
/// @param value    where the answer goes; NaN where there is none, as for a mean that is infinite
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_predict_new(
    model: *const c_char,
    model_length: usize,
    what: *const c_char,
    what_length: usize,
    value: Option<&mut MaybeUninit<f64>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let value = given(value, "value")?;
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        // SAFETY: the caller gives `what_length` bytes at `what`.
        let what = Prediction::from_json(unsafe { text(what, what_length, "what")? })?;
        value.write(model.predict_new(&what)?.unwrap_or(f64::NAN));
        Ok(())
    })
}

/// The intervals that the uncertainty of a fit's parameters gives its answers: those of the
/// expectation, not of one client's outcome.
///
/// @param fit      JSON that a fit gave
/// @param what     as for clientela_lifetime_predict
/// @param level    such as 0.95
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param count    the summary's number of rows
/// @param low      room for `count` lower ends, NaN where there is none
/// @param high     room for `count` upper ends, NaN where there is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_intervals(
    summary: Option<&clientela_summary>,
    fit: *const c_char,
    fit_length: usize,
    what: *const c_char,
    what_length: usize,
    level: f64,
    threads: i32,
    count: usize,
    low: *mut f64,
    high: *mut f64,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let clients = clients(summary)?;
        // SAFETY: the caller gives `fit_length` bytes at `fit`.
        let fit = AnyFit::from_json(unsafe { text(fit, fit_length, "fit")? })?;
        // SAFETY: the caller gives `what_length` bytes at `what`.
        let what = Prediction::from_json(unsafe { text(what, what_length, "what")? })?;
        same_length("count", count, clients.summary().len())?;
        // SAFETY: the caller gives room for `count` values, which no other argument shares.
        let (low, high) =
            unsafe { (slice_out(low, count, "low")?, slice_out(high, count, "high")?) };
        let found = with_threads(self::threads(threads)?, || {
            fit.predict_intervals(&what, clients, level)
        })??;
        fill_ends(low, high, found);
        Ok(())
    })
}

/// Ends of intervals into arrays.
fn fill_ends(
    low: &mut [MaybeUninit<f64>],
    high: &mut [MaybeUninit<f64>],
    found: Vec<Option<Interval>>,
) {
    for ((low, high), found) in low.iter_mut().zip(high).zip(found) {
        low.write(found.map_or(f64::NAN, |found| found.low));
        high.write(found.map_or(f64::NAN, |found| found.high));
    }
}

/// Models fitted to data that a fit makes up for the same clients (parametric bootstrap): what the
/// fit might have been. A made-up set that cannot be fitted is left out.
///
/// @param summary  the clients that were fitted to
/// @param fit      JSON that a fit gave
/// @param repeats  how many
/// @param seed     the same seed gives the same models
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the models go, a JSON list; free it with clientela_text_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_bootstrap(
    summary: Option<&clientela_summary>,
    fit: *const c_char,
    fit_length: usize,
    repeats: u32,
    seed: u64,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let clients = clients(summary)?;
        // SAFETY: the caller gives `fit_length` bytes at `fit`.
        let fit = AnyFit::from_json(unsafe { text(fit, fit_length, "fit")? })?;
        let models =
            with_threads(self::threads(threads)?, || fit.bootstrap(clients, repeats, seed))??;
        clientela_text::json(&models)
    })
}

/// The intervals that hold the answers of bootstrapped models: those of the expectation, not of
/// one client's outcome.
///
/// @param model    as for clientela_lifetime_predict, that which was bootstrapped
/// @param models   JSON that clientela_lifetime_bootstrap gave, of 20 models or more
/// @param what     as for clientela_lifetime_predict
/// @param level    such as 0.95
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param count    the summary's number of rows
/// @param low      room for `count` lower ends, NaN where there is none
/// @param high     room for `count` upper ends, NaN where there is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_bootstrap_intervals(
    summary: Option<&clientela_summary>,
    model: *const c_char,
    model_length: usize,
    models: *const c_char,
    models_length: usize,
    what: *const c_char,
    what_length: usize,
    level: f64,
    threads: i32,
    count: usize,
    low: *mut f64,
    high: *mut f64,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let clients = clients(summary)?;
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        // SAFETY: the caller gives `models_length` bytes at `models`.
        let models: Vec<AnyModel> =
            or_default(unsafe { text(models, models_length, "models")? }, "models")?;
        // SAFETY: the caller gives `what_length` bytes at `what`.
        let what = Prediction::from_json(unsafe { text(what, what_length, "what")? })?;
        same_length("count", count, clients.summary().len())?;
        // SAFETY: the caller gives room for `count` values, which no other argument shares.
        let (low, high) =
            unsafe { (slice_out(low, count, "low")?, slice_out(high, count, "high")?) };
        let found = with_threads(self::threads(threads)?, || {
            model.bootstrap_intervals(&models, &what, clients, level)
        })??;
        fill_ends(low, high, found);
        Ok(())
    })
}

/// The plain model of a client with certain covariates, for questions such as that about a new
/// client.
///
/// @param model       as for clientela_lifetime_predict
/// @param covariates  JSON such as {"web": 1, "age": 34}
/// @param out         where the model goes, as JSON; free it with clientela_text_free
/// @return CLIENTELA_BAD_ARGUMENT for a covariate that is missing or unknown
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_for_client(
    model: *const c_char,
    model_length: usize,
    covariates: *const c_char,
    covariates_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        // SAFETY: the caller gives `covariates_length` bytes at `covariates`.
        let own = unsafe { text(covariates, covariates_length, "covariates")? };
        let own: BTreeMap<String, f64> = or_default(own, "covariates")?;
        Ok(clientela_text::new(model.for_client(&own)?.to_json()))
    })
}

/// Tests a fit against that of a larger model which contains it, fitted to the same clients: nbd
/// within pareto_nbd, a model within itself with covariates (likelihood ratio).
///
/// @param fit     JSON that a fit gave
/// @param larger  JSON that a fit of the larger model gave
/// @param out     where the outcome goes, as JSON with statistic, freedom and p_value; free it
///                with clientela_text_free
/// @return CLIENTELA_BAD_ARGUMENT for models that are not nested and for fits of other clients
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_test(
    fit: *const c_char,
    fit_length: usize,
    larger: *const c_char,
    larger_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `fit_length` bytes at `fit`.
        let fit = AnyFit::from_json(unsafe { text(fit, fit_length, "fit")? })?;
        // SAFETY: the caller gives `larger_length` bytes at `larger`.
        let larger = AnyFit::from_json(unsafe { text(larger, larger_length, "larger")? })?;
        clientela_text::json(&fit.test_against(&larger)?)
    })
}

/// What each client of a summary is worth: the expected discounted purchases within a horizon,
/// times the expected amount of each, in the currency of the summary's spend.
///
/// @param model    as for clientela_lifetime_predict
/// @param spend    JSON of a gamma_gamma model or fit
/// @param options  JSON such as {"horizon": 12, "unit": "month", "discount": 0.1,
///                 "discount_unit": "year"}: no horizon is for ever, no discount is none
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param count    the summary's number of rows
/// @param values   room for `count` values, in the order of the rows; NaN where there is none
/// @param missing  room for `count` bytes that become 1 where the value is missing, else 0; or
///                 NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_clv(
    summary: Option<&clientela_summary>,
    model: *const c_char,
    model_length: usize,
    spend: *const c_char,
    spend_length: usize,
    options: *const c_char,
    options_length: usize,
    threads: i32,
    count: usize,
    values: *mut f64,
    missing: *mut u8,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let clients = clients(summary)?;
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        // SAFETY: the caller gives `spend_length` bytes at `spend`.
        let spend = read_spend(unsafe { text(spend, spend_length, "spend")? })?;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = unsafe { text(options, options_length, "options")? };
        let (horizon, discount) = or_default::<Worth>(options, "options")?.read()?;
        // SAFETY: the caller gives room for `count` values and, unless it is NULL, as many bytes.
        let out = unsafe { Answers::new(count, values, missing, clients.summary().len())? };
        let found = with_threads(self::threads(threads)?, || {
            model.clv(&spend, clients, horizon, discount)
        })??;
        out.fill(found);
        Ok(())
    })
}

/// Makes up clients of a model, one for each age.
///
/// @param model  as for clientela_lifetime_predict, a model of purchases
/// @param rows   number of clients
/// @param ages   times from the first purchase to the end of observation, in the model's unit
/// @param seed   the same seed gives the same clients
/// @param out    where the summary goes; free it with clientela_summary_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_simulate(
    model: *const c_char,
    model_length: usize,
    rows: usize,
    ages: *const f64,
    seed: u64,
    out: Option<&mut MaybeUninit<*mut clientela_summary>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        // SAFETY: the caller gives `rows` values at `ages`.
        let ages = unsafe { slice(ages, rows, "ages")? };
        Ok(clientela_summary::new(Histories::Given(model.simulate(ages, seed)?)))
    })
}

/// Makes up another life for each client of a summary: seen as long, with the same covariates.
/// gamma_gamma makes up the mean amounts of those whose own is known.
///
/// @param summary  a row for several clients becomes several rows
/// @param model    as for clientela_lifetime_predict
/// @param seed     the same seed gives the same lives
/// @param threads  number of threads to compute with, 0 for all cores; the answer is the same
/// @param out      where the new summary goes, without covariates; free it with
///                 clientela_summary_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_simulate_like(
    summary: Option<&clientela_summary>,
    model: *const c_char,
    model_length: usize,
    seed: u64,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_summary>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let clients = clients(summary)?;
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        let lives = with_threads(self::threads(threads)?, || model.simulate_like(clients, seed))??;
        Ok(clientela_summary::new(Histories::Given(lives)))
    })
}

/// Makes up the fate of contracts.
///
/// @param model     JSON of a shifted_beta_geometric model or fit
/// @param rows      number of contracts
/// @param renewals  how many renewals each could have passed since it began
/// @param seed      the same seed gives the same fates
/// @param passed    room for `rows` renewals: that at which it ended, else those that it passed
/// @param ended     room for `rows` bytes that become 1 where it ended, else 0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_simulate_contracts(
    model: *const c_char,
    model_length: usize,
    rows: usize,
    renewals: *const u32,
    seed: u64,
    passed: *mut u32,
    ended: *mut u8,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        // SAFETY: the caller gives `rows` values at `renewals`.
        let renewals = unsafe { slice(renewals, rows, "renewals")? };
        let made_up = model.simulate_contracts(renewals, seed)?;
        // SAFETY: the caller gives room for `rows` values, which no other argument shares.
        let (passed, ended) =
            unsafe { (slice_out(passed, rows, "passed")?, slice_out(ended, rows, "ended")?) };
        for ((passed, ended), contract) in passed.iter_mut().zip(ended).zip(made_up) {
            passed.write(contract.renewals);
            ended.write(contract.ended.into());
        }
        Ok(())
    })
}

/// Repeat purchases over time, actual and expected, of the clients whose first purchase was up to
/// the end of calibration: a row per unit of time.
///
/// @param model            as for clientela_lifetime_predict, in the unit of the options
/// @param calibration_end  days since 1970-01-01
/// @param end              the last day of the table
/// @param options          as for clientela_summary_of_ledger
/// @param threads          number of threads to compute with, 0 for all cores
/// @param out              where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_tracking(
    ledger: Option<&clientela_ledger>,
    model: *const c_char,
    model_length: usize,
    calibration_end: i32,
    end: i32,
    options: *const c_char,
    options_length: usize,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let ledger = &given(ledger, "ledger")?.0;
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = summary_options(unsafe { text(options, options_length, "options")? })?;
        let calibration_end = day(calibration_end, "calibration_end")?;
        let end = day(end, "end")?;
        let table = with_threads(self::threads(threads)?, || {
            tracking(&model, ledger, calibration_end, end, options)
        })??;
        Ok(clientela_table::new(table))
    })
}

/// How many clients made 0, 1, 2 and more repeat purchases, actual and expected.
///
/// @param model    as for clientela_lifetime_predict
/// @param censor   from this number of purchases on, clients are one row
/// @param threads  number of threads to compute with, 0 for all cores
/// @param out      where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_frequencies(
    summary: Option<&clientela_summary>,
    model: *const c_char,
    model_length: usize,
    censor: u32,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let clients = clients(summary)?;
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        let table =
            with_threads(self::threads(threads)?, || frequencies(&model, clients, censor))??;
        Ok(clientela_table::new(table))
    })
}

/// How many of today's clients are expected to be alive as time passes: a row for now and for each
/// of equal steps up to the horizon.
///
/// @param model         as for clientela_lifetime_predict
/// @param horizon       how far to look
/// @param horizon_unit  its unit: day, week, month or year
/// @param steps         how many
/// @param threads       number of threads to compute with, 0 for all cores
/// @param out           where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_lifetime_active(
    summary: Option<&clientela_summary>,
    model: *const c_char,
    model_length: usize,
    horizon: f64,
    horizon_unit: *const c_char,
    horizon_unit_length: usize,
    steps: u32,
    threads: i32,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let clients = clients(summary)?;
        // SAFETY: the caller gives `model_length` bytes at `model`.
        let model = read_model(unsafe { text(model, model_length, "model")? })?;
        // SAFETY: the caller gives `horizon_unit_length` bytes at `horizon_unit`.
        let name = unsafe { text(horizon_unit, horizon_unit_length, "horizon_unit")? };
        let horizon = Span::new(horizon, unit(name, "horizon_unit")?)?;
        let table = with_threads(self::threads(threads)?, || {
            active_clients(&model, clients, horizon, steps)
        })??;
        Ok(clientela_table::new(table))
    })
}

/// How far a client's worth looks ahead, and how fast money loses value.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Worth {
    horizon: Option<f64>,
    unit: Option<TimeUnit>,
    discount: Option<f64>,
    discount_unit: Option<TimeUnit>,
}

impl Worth {
    fn read(&self) -> Result<(Option<Span>, Discount), Failure> {
        let alone = |what: &str| {
            Failure::argument("options", format!("a {what} and its unit go together, give both"))
        };
        let horizon = match (self.horizon, self.unit) {
            (Some(length), Some(unit)) => Some(Span::new(length, unit)?),
            (None, None) => None,
            _ => return Err(alone("horizon")),
        };
        let discount = match (self.discount, self.discount_unit) {
            (Some(rate), Some(unit)) => Discount::effective(rate, unit)?,
            (None, None) => Discount::NONE,
            _ => return Err(alone("discount")),
        };
        Ok((horizon, discount))
    }
}

/// Options, or their defaults where there is no text.
pub(crate) fn or_default<T: Default + DeserializeOwned>(
    json: &str,
    name: &'static str,
) -> Result<T, Failure> {
    if json.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_str(json).map_err(|error| Failure::argument(name, error.to_string()))
}

/// A model, or that of a fit, which has it as its member `model`.
pub(crate) fn read_model(json: &str) -> Result<AnyModel, Failure> {
    let is_fit = serde_json::from_str::<Value>(json).is_ok_and(|value| value["model"].is_object());
    Ok(if is_fit { AnyFit::from_json(json)?.model } else { AnyModel::from_json(json)? })
}

/// A model of spend.
pub(crate) fn read_spend(json: &str) -> Result<GammaGamma, Failure> {
    match read_model(json)? {
        AnyModel::GammaGamma(model) => Ok(model),
        other => Err(Failure::argument("spend", format!("{} is not gamma_gamma", other.kind()))),
    }
}

/// Refuses arrays of another length than the summary.
pub(crate) fn same_length(name: &'static str, count: usize, rows: usize) -> Result<(), Failure> {
    if count == rows {
        return Ok(());
    }
    Err(Failure::argument(name, format!("{count}, the summary has {rows} rows")))
}

/// Where answers go.
struct Answers<'a> {
    values: &'a mut [MaybeUninit<f64>],
    missing: Option<&'a mut [MaybeUninit<u8>]>,
}

impl Answers<'_> {
    /// # Safety
    /// Pointers that are aligned and not NULL point to room for `count` values that only this
    /// call touches.
    unsafe fn new(
        count: usize,
        values: *mut f64,
        missing: *mut u8,
        rows: usize,
    ) -> Result<Self, Failure> {
        same_length("count", count, rows)?;
        // SAFETY: this function's own contract.
        let values = unsafe { slice_out(values, count, "values")? };
        let missing = if missing.is_null() {
            None
        } else {
            // SAFETY: as above.
            Some(unsafe { slice_out(missing, count, "missing")? })
        };
        Ok(Self { values, missing })
    }

    fn fill(self, found: Vec<Option<f64>>) {
        if let Some(missing) = self.missing {
            for (place, found) in missing.iter_mut().zip(&found) {
                place.write(found.is_none().into());
            }
        }
        for (place, found) in self.values.iter_mut().zip(found) {
            place.write(found.unwrap_or(f64::NAN));
        }
    }
}
