//! Tables that show how a model fits: the data of the plots that are looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::any::{AnyModel, purchases};
use super::clients::Clients;
use super::fit::Parametric;
use super::ledger::{CalibrationHoldout, Reader, SummaryOptions, Work, floats};
use super::predict::Prediction;
use super::purchase::{PurchaseModel, same_unit};
use super::summary::Summary;
use super::unit::{Span, TimeUnit};
use crate::axis::column;
use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::census::plan::Plan;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::policy::Policy;
use crate::table::{Column, Table, Values};

/// Repeat purchases over time, actual and expected, of the clients whose first purchase was up to
/// `calibration_end`: a row per period of one unit of the options from the first purchase of all
/// up to `end`, whole periods only.
///
/// A period ends with its day `ends_on` (months and years of the mean length end with the last
/// whole day). Expected is the sum over clients of what is expected of a new client up to its age
/// on that day. An opportunity counts when it has passed.
///
/// Columns: `period`, `ends_on`, `actual`, `expected`, `cumulative_actual`,
/// `cumulative_expected`.
///
/// # Errors
/// A model that is not of purchases or has another unit; an end before the end of calibration;
/// more than 100,000 periods.
pub fn tracking(
    model: &AnyModel,
    ledger: &Ledger,
    calibration_end: Day,
    end: Day,
    options: impl Into<SummaryOptions>,
) -> Result<Table> {
    let options = options.into();
    let fault = |argument, problem: String| Err(Error::BadArgument { argument, problem });
    if end < calibration_end {
        return fault("end", format!("{end} is before {calibration_end}"));
    }
    if model.unit() != Some(options.unit) {
        return fault("unit", "the model counts in another unit of time".to_owned());
    }
    let policy = Policy { zero_amount: options.zero_amount, ..Policy::default() };
    let plan = Plan::new(ledger, end, &policy, None)?;
    let reader = Reader::new(ledger, &plan, options);
    // Births and repeat purchases by day.
    let (births, repeats) = (0..ledger.clients().len())
        .into_par_iter()
        .with_min_len(1024)
        .fold(
            || (BTreeMap::<i32, u64>::new(), BTreeMap::<i32, u64>::new(), Work::default()),
            |(mut births, mut repeats, mut work), client| {
                if let Some((first, later)) = reader.repeats(client, &mut work)
                    && first <= calibration_end.days()
                {
                    *births.entry(first).or_default() += 1;
                    for &day in later {
                        *repeats.entry(day).or_default() += 1;
                    }
                }
                (births, repeats, work)
            },
        )
        .map(|(births, repeats, _)| (births, repeats))
        .reduce(
            || (BTreeMap::new(), BTreeMap::new()),
            |(mut births, mut repeats), (others, more)| {
                for (day, n) in others {
                    *births.entry(day).or_default() += n;
                }
                for (day, n) in more {
                    *repeats.entry(day).or_default() += n;
                }
                (births, repeats)
            },
        );
    let mut ends = Vec::new();
    if let Some((&origin, _)) = births.first_key_value() {
        for period in 1.. {
            let day = f64::from(origin) + (f64::from(period) * options.unit.days() + 1e-9).floor();
            if day > f64::from(end.days()) {
                break;
            }
            ends.push(day as i32);
            if ends.len() > 100_000 {
                return fault("unit", "more than 100,000 periods".to_owned());
            }
        }
    }
    // What is expected by age in days, each computed once.
    let mut ages: Vec<i32> = ends
        .iter()
        .flat_map(|&end| births.keys().map(move |&birth| end - birth).filter(|&age| age > 0))
        .collect();
    ages.sort_unstable();
    ages.dedup();
    let unit = options.unit;
    let means = purchases!(model, model => {
        let new = model.outlook_new();
        let mean = |&age: &i32| {
            let span = Span::new(f64::from(age) / unit.days(), unit)?;
            Ok(new.expected_purchases(span))
        };
        ages.par_iter().map(mean).collect::<Result<Vec<f64>>>()?
    }, else return Err(model.no_purchases()));
    let mean = |age: i32| ages.binary_search(&age).map_or(0.0, |at| means[at]);
    let actual: Vec<i64> =
        ends.iter().map(|&end| repeats.range(..=end).map(|(_, &n)| n as i64).sum()).collect();
    let expected: Vec<f64> = ends
        .iter()
        .map(|&end| births.range(..end).map(|(&birth, &n)| n as f64 * mean(end - birth)).sum())
        .collect();
    let step = |at: usize| at.checked_sub(1);
    let actual_in = |at: usize| actual[at] - step(at).map_or(0, |before| actual[before]);
    let expected_in = |at: usize| expected[at] - step(at).map_or(0.0, |before| expected[before]);
    let periods = 0..ends.len();
    Ok(Table::new(vec![
        about("period", "The period's number, from 1.", int32(1..=ends.len() as i32)),
        about("ends_on", "Its last day.", Values::Day(Arc::new(ends.iter().copied().collect()))),
        about("actual", "Repeat purchases in it.", int64(periods.clone().map(actual_in))),
        about("expected", "Expected repeat purchases in it.", floats(periods.map(expected_in))),
        about(
            "cumulative_actual",
            "Repeat purchases up to its end.",
            int64(actual.iter().copied()),
        ),
        about(
            "cumulative_expected",
            "Expected repeat purchases up to its end.",
            floats(expected.iter().copied()),
        ),
    ]))
}

/// How many clients made 0, 1, 2, … repeat purchases, actual and expected; from `censor` on they
/// are one row.
///
/// Columns: `frequency`, `or_more`, `actual`, `expected` (clients).
///
/// # Errors
/// A model that is not of purchases or has another unit than the summary; covariates other than
/// those of the model; a `censor` of 0 or above 10,000.
pub fn frequencies<'a>(
    model: &AnyModel,
    clients: impl Into<Clients<'a>>,
    censor: u32,
) -> Result<Table> {
    check_censor(censor)?;
    let clients = clients.into();
    let mut actual = vec![0_i64; censor as usize + 1];
    for row in clients.summary().rows() {
        actual[row.x().min(censor) as usize] += row.count() as i64;
    }
    let expected = if let Some(parts) = model.parts(&clients)? {
        let mut all = vec![0.0; censor as usize + 1];
        for part in &parts {
            let own = expected_frequencies(&part.model, &part.summary, censor)?;
            all.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        }
        all
    } else {
        clients.refuse_covariates(&model.name())?;
        expected_frequencies(model, clients.summary(), censor)?
    };
    let [frequency, or_more] = bins(censor);
    Ok(Table::new(vec![
        frequency,
        or_more,
        about("actual", "Clients who made so many.", int64(actual.into_iter())),
        about("expected", "Expected number of such clients.", floats(expected.into_iter())),
    ]))
}

/// Clients to be expected with 0, 1, 2, … repeat purchases.
fn expected_frequencies(model: &AnyModel, summary: &Summary, censor: u32) -> Result<Vec<f64>> {
    let mut ages: BTreeMap<u64, u64> = BTreeMap::new();
    for row in summary.rows() {
        *ages.entry(row.age().to_bits()).or_default() += row.count();
    }
    let ages: Vec<(f64, f64)> =
        ages.into_iter().map(|(age, count)| (f64::from_bits(age), count as f64)).collect();
    let all: f64 = ages.iter().map(|age| age.1).sum();
    let mut expected = purchases!(model, model => {
        same_unit(model.time_unit(), summary)?;
        let new = model.outlook_new();
        (0..censor)
            .into_par_iter()
            .map(|n| {
                let one = |&(age, count): &(f64, f64)| {
                    Ok(count * new.p_purchases(n, Span::new(age, model.time_unit())?))
                };
                ages.iter().map(one).sum::<Result<f64>>()
            })
            .collect::<Result<Vec<f64>>>()?
    }, else return Err(model.no_purchases()));
    expected.push((all - expected.iter().sum::<f64>()).max(0.0));
    Ok(expected)
}

/// Purchases in the holdout by the number of repeat purchases before it, actual and expected;
/// from `censor` on they are one row.
///
/// Columns: `frequency`, `or_more`, `clients`, `actual`, `expected` (means per client; missing
/// without clients).
///
/// # Errors
/// A model that is not of purchases or has another unit than the data; a `censor` of 0 or above
/// 10,000.
pub fn conditional_expectations(
    model: &AnyModel,
    data: &CalibrationHoldout,
    censor: u32,
) -> Result<Table> {
    check_censor(censor)?;
    let summary = &data.calibration.summary;
    let span = data.duration;
    let expected = purchases!(model, model => model.all_expected_purchases(summary, span)?,
        else return Err(model.no_purchases()));
    let mut cells = vec![(0_i64, 0.0, 0.0); censor as usize + 1];
    for ((row, expected), &actual) in summary.rows().iter().zip(&expected).zip(&data.purchases) {
        let cell = &mut cells[row.x().min(censor) as usize];
        cell.0 += 1;
        cell.1 += f64::from(actual);
        cell.2 += expected;
    }
    let [frequency, or_more] = bins(censor);
    Ok(Table::new(vec![
        frequency,
        or_more,
        about("clients", "Clients who made so many.", int64(cells.iter().map(|cell| cell.0))),
        about(
            "actual",
            "Their mean number of purchases in the holdout.",
            floats(cells.iter().map(|cell| cell.1 / cell.0 as f64)),
        ),
        about(
            "expected",
            "The mean of what was expected of them.",
            floats(cells.iter().map(|cell| cell.2 / cell.0 as f64)),
        ),
    ]))
}

/// How far probabilities come true: clients by their probability of being alive at the end of
/// calibration, in `bins` of equal width, with the share that bought in the holdout.
///
/// A client who is alive need not buy, so the share is to be held against `p_purchase`: what the
/// model says of at least one purchase in the holdout.
///
/// Columns: `from`, `to`, `clients`, `p_alive`, `p_purchase` (means), `bought` (share; the three
/// are missing without clients).
///
/// # Errors
/// A model that is not of purchases or has another unit than the data; no bin, or more than
/// 1,000.
pub fn alive_calibration(model: &AnyModel, data: &CalibrationHoldout, bins: u32) -> Result<Table> {
    if bins == 0 || bins > 1_000 {
        let problem = format!("{bins} bins, give 1 to 1,000");
        return Err(Error::BadArgument { argument: "bins", problem });
    }
    let summary = &data.calibration.summary;
    let (horizon, unit) = (data.duration.length(), data.duration.unit());
    let alive = model.predict(&Prediction::PAlive, summary)?;
    let idle = model.predict(&Prediction::PNoPurchase { horizon, unit }, summary)?;
    let mut cells = vec![(0_i64, 0.0, 0.0, 0.0); bins as usize];
    for ((alive, idle), &purchases) in alive.iter().zip(&idle).zip(&data.purchases) {
        let (Some(alive), Some(idle)) = (alive, idle) else { continue };
        let place = ((alive * f64::from(bins)) as usize).min(bins as usize - 1);
        let cell = &mut cells[place];
        cell.0 += 1;
        cell.1 += alive;
        cell.2 += 1.0 - idle;
        cell.3 += f64::from(u8::from(purchases > 0));
    }
    let edge = |bin: u32| f64::from(bin) / f64::from(bins);
    let mean = |sum: fn(&(i64, f64, f64, f64)) -> f64| {
        floats(cells.iter().map(|cell| sum(cell) / cell.0 as f64))
    };
    Ok(Table::new(vec![
        about("from", "Lower limit of the probability.", floats((0..bins).map(edge))),
        about("to", "Upper limit; only the last holds it.", floats((1..=bins).map(edge))),
        about("clients", "Clients between them.", int64(cells.iter().map(|cell| cell.0))),
        about("p_alive", "Their mean probability of being alive.", mean(|cell| cell.1)),
        about(
            "p_purchase",
            "Their mean probability of a purchase in the holdout.",
            mean(|cell| cell.2),
        ),
        about("bought", "The share that bought in the holdout.", mean(|cell| cell.3)),
    ]))
}

/// How many of today's clients are expected to be alive as time passes: a row for now and for
/// each of `steps` equal steps up to `horizon`.
///
/// Columns: `time` (in the unit of the horizon), `expected_active` (clients).
///
/// # Errors
/// A model that is not of purchases or has another unit than the summary; covariates other than
/// those of the model; no step, or more than 10,000.
pub fn active_clients<'a>(
    model: &AnyModel,
    clients: impl Into<Clients<'a>>,
    horizon: Span,
    steps: u32,
) -> Result<Table> {
    if steps == 0 || steps > 10_000 {
        let problem = format!("{steps} steps, give 1 to 10,000");
        return Err(Error::BadArgument { argument: "steps", problem });
    }
    let clients = clients.into();
    let parts = model.parts(&clients)?;
    if parts.is_none() {
        clients.refuse_covariates(&model.name())?;
    }
    let time = |step: u32| horizon.length() * f64::from(step) / f64::from(steps);
    let expected = |model: &AnyModel, summary: &Summary, span: Span| {
        purchases!(model, model => model.expected_active(summary, span),
            else Err(model.no_purchases()))
    };
    let active = |step: u32| {
        let span = Span::new(time(step), horizon.unit())?;
        match &parts {
            Some(parts) => {
                parts.iter().map(|part| expected(&part.model, &part.summary, span)).sum()
            }
            None => expected(model, clients.summary(), span),
        }
    };
    let active = (0..=steps).map(active).collect::<Result<Vec<f64>>>()?;
    Ok(Table::new(vec![
        about("time", time_about(horizon.unit()), floats((0..=steps).map(time))),
        about("expected_active", "Clients expected to be alive.", floats(active.into_iter())),
    ]))
}

fn time_about(unit: TimeUnit) -> &'static str {
    ["Days from now.", "Weeks from now.", "Months from now.", "Years from now."][unit as usize]
}

fn check_censor(censor: u32) -> Result<()> {
    if (1..=10_000).contains(&censor) {
        return Ok(());
    }
    let problem = format!("{censor} is not 1 to 10,000");
    Err(Error::BadArgument { argument: "censor", problem })
}

fn about(name: &'static str, about: &'static str, values: Values) -> Column {
    column(name, "convention", about, values)
}

/// The columns that name a number of repeat purchases.
fn bins(censor: u32) -> [Column; 2] {
    let last = (0..=censor).map(|n| u8::from(n == censor));
    [
        about("frequency", "Number of repeat purchases.", int32(0..=censor as i32)),
        about(
            "or_more",
            "Whether more are in the row too.",
            Values::Flag(Arc::new(last.collect())),
        ),
    ]
}

fn int32(values: impl Iterator<Item = i32>) -> Values {
    Values::Int32(Arc::new(values.collect::<Buffer<i32>>()))
}

fn int64(values: impl Iterator<Item = i64>) -> Values {
    Values::Int64(Arc::new(values.collect::<Buffer<i64>>()))
}
