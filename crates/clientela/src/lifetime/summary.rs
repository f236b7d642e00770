//! What the models know of a client: how many repeat purchases, when the last, seen how long.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::columns::HistoryColumns;
use super::outlook::{Figure, Undefined};
use super::unit::TimeUnit;
use crate::buffer::Buffer;
use crate::error::{Error, Result};

/// One client, or several with the same history.
///
/// The clock starts at the client's first purchase, which is not counted. All times are in the
/// unit of the summary that holds the row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawRow", into = "RawRow")]
pub struct Row {
    x: u32,
    t_x: f64,
    age: f64,
    spend: Option<f64>,
    log_gaps: Option<f64>,
    count: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    x: u32,
    t_x: f64,
    age: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spend: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    log_gaps: Option<f64>,
    #[serde(default = "one")]
    count: u64,
}

fn one() -> u64 {
    1
}

impl Row {
    /// A client with `x` repeat purchases, the last of them `t_x` after the first purchase, seen
    /// until `age` after the first purchase.
    ///
    /// # Errors
    /// A time that is negative, not finite or out of order; `x` of 0 with `t_x` above 0.
    pub fn new(x: u32, t_x: f64, age: f64) -> Result<Self> {
        let row = Self { x, t_x, age, spend: None, log_gaps: None, count: 1 };
        row.check(0)?;
        Ok(row)
    }

    /// The row with the mean amount of a repeat purchase, in the ledger's currency.
    ///
    /// # Errors
    /// An amount that is not finite.
    pub fn with_spend(self, spend: f64) -> Result<Self> {
        let row = Self { spend: Some(spend), ..self };
        row.check(0)?;
        Ok(row)
    }

    /// The row with a mean amount that is a number.
    pub(crate) fn with_known_spend(self, spend: f64) -> Self {
        Self { spend: Some(spend), ..self }
    }

    /// The row with the sum of the natural logarithms of the times between purchases, which the
    /// likelihood of regular buyers needs.
    ///
    /// # Errors
    /// A sum that is not finite.
    pub fn with_log_gaps(self, log_gaps: f64) -> Result<Self> {
        let row = Self { log_gaps: Some(log_gaps), ..self };
        row.check(0)?;
        Ok(row)
    }

    /// The row standing for `count` clients.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self { count, ..self }
    }

    /// Number of repeat purchases.
    pub fn x(&self) -> u32 {
        self.x
    }

    /// Time from the first purchase to the last.
    pub fn t_x(&self) -> f64 {
        self.t_x
    }

    /// Time from the first purchase to the end of observation; T in the papers.
    pub fn age(&self) -> f64 {
        self.age
    }

    /// Mean amount of a repeat purchase, if known.
    pub fn spend(&self) -> Option<f64> {
        self.spend
    }

    /// Sum of the natural logarithms of the times between purchases, if known.
    pub fn log_gaps(&self) -> Option<f64> {
        self.log_gaps
    }

    /// Number of clients that the row stands for.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// A row of values that were checked.
    pub(crate) fn seen(x: f64, t_x: f64, age: f64) -> Self {
        Self { x: x as u32, t_x, age, spend: None, log_gaps: None, count: 1 }
    }

    /// A row of columns, whose `x` is a count of purchases.
    pub(crate) fn of(columns: &HistoryColumns, place: usize) -> Self {
        let known = |values: &[f64]| values.get(place).copied().filter(|value| !value.is_nan());
        Self {
            x: columns.x[place] as u32,
            t_x: columns.t_x[place],
            age: columns.age[place],
            spend: known(&columns.spend),
            log_gaps: known(&columns.log_gaps),
            count: columns.count.get(place).copied().unwrap_or(1),
        }
    }

    /// Refuses values that cannot be, as those of a row at a place.
    pub(crate) fn check(&self, place: usize) -> Result<()> {
        let fault = |column: &str, value: f64, problem: &str, remedy: &str| {
            Err(Error::BadRow {
                row: place as u64,
                column: column.to_owned(),
                value: value.to_string(),
                problem: problem.to_owned(),
                remedy: remedy.to_owned(),
            })
        };
        for (column, value) in [("t_x", self.t_x), ("T", self.age)] {
            if !value.is_finite() || value < 0.0 {
                let remedy = "a time from 0 up in the summary's unit";
                return fault(column, value, "not a time that can have passed", remedy);
            }
        }
        if self.t_x > self.age {
            let problem = "the last purchase lies after the end of observation";
            return fault("t_x", self.t_x, problem, "at most the row's T");
        }
        if self.x == 0 && self.t_x > 0.0 {
            let problem = "no repeat purchase, but a time of the last one";
            return fault("t_x", self.t_x, problem, "0 for who has not bought again");
        }
        for (column, value) in [("spend", self.spend), ("log_gaps", self.log_gaps)] {
            if let Some(value) = value.filter(|value| !value.is_finite()) {
                return fault(column, value, "not a number", "leave it out if unknown");
            }
        }
        Ok(())
    }
}

impl TryFrom<RawRow> for Row {
    type Error = Error;

    fn try_from(raw: RawRow) -> Result<Self> {
        let RawRow { x, t_x, age, spend, log_gaps, count } = raw;
        let row = Self { x, t_x, age, spend, log_gaps, count };
        row.check(0)?;
        Ok(row)
    }
}

impl From<Row> for RawRow {
    fn from(row: Row) -> Self {
        let Row { x, t_x, age, spend, log_gaps, count } = row;
        Self { x, t_x, age, spend, log_gaps, count }
    }
}

/// Histories of clients in one unit of time: what a model is fitted to.
///
/// ```
/// use clientela::lifetime::{Row, Summary, TimeUnit};
///
/// let summary = Summary::new(
///     TimeUnit::Week,
///     vec![Row::new(2, 30.43, 38.86)?, Row::new(0, 0.0, 38.86)?.times(3)],
/// );
/// assert_eq!(summary.clients(), 4);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "RawSummary", into = "RawSummary")]
pub struct Summary {
    unit: TimeUnit,
    columns: HistoryColumns,
    /// Made when they are first asked for.
    rows: Arc<OnceLock<Vec<Row>>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSummary {
    unit: TimeUnit,
    rows: Vec<Row>,
}

impl From<RawSummary> for Summary {
    fn from(raw: RawSummary) -> Self {
        Self::new(raw.unit, raw.rows)
    }
}

impl From<Summary> for RawSummary {
    fn from(summary: Summary) -> Self {
        Self { unit: summary.unit, rows: summary.rows().to_vec() }
    }
}

impl PartialEq for Summary {
    fn eq(&self, other: &Self) -> bool {
        self.unit == other.unit && self.rows() == other.rows()
    }
}

impl Summary {
    /// A summary of rows whose times are in `unit`.
    pub fn new(unit: TimeUnit, rows: Vec<Row>) -> Self {
        let columns = HistoryColumns::of(&rows);
        Self { unit, columns, rows: Arc::new(rows.into()) }
    }

    /// A summary of columns, as data frames give them: `frequency`, `recency`, `T`, and the mean
    /// spend where known (`spend` is empty or as long as the others; NaN there is unknown).
    ///
    /// # Errors
    /// The row and column of the first value that cannot be: a time that is negative, not finite
    /// or out of order, a count that is not whole, columns of unequal length.
    pub fn from_columns(
        unit: TimeUnit,
        x: &[f64],
        t_x: &[f64],
        age: &[f64],
        spend: &[f64],
    ) -> Result<Self> {
        let copy = |values: &[f64]| {
            let mut column = Buffer::zeroed(values.len());
            column.copy_from_slice(values);
            Arc::new(column)
        };
        let (x, t_x, age, spend) = (copy(x), copy(t_x), copy(age), copy(spend));
        Self::of_columns(unit, HistoryColumns { x, t_x, age, spend, ..HistoryColumns::default() })
    }

    /// A summary of columns that it shares.
    ///
    /// # Errors
    /// Those of [`from_columns`](Self::from_columns).
    pub fn of_columns(unit: TimeUnit, columns: HistoryColumns) -> Result<Self> {
        columns.check()?;
        Ok(Self::known_good(unit, columns))
    }

    /// A summary of columns that need no look.
    pub(crate) fn known_good(unit: TimeUnit, columns: HistoryColumns) -> Self {
        Self { unit, columns, rows: Arc::default() }
    }

    /// The unit of all times.
    pub fn unit(&self) -> TimeUnit {
        self.unit
    }

    /// The rows in the order given.
    pub fn rows(&self) -> &[Row] {
        let all = || (0..self.len()).map(|place| Row::of(&self.columns, place)).collect();
        self.rows.get_or_init(all)
    }

    /// The rows one after another, without memory for them all.
    pub(crate) fn each_row(&self) -> impl ExactSizeIterator<Item = Row> + '_ {
        (0..self.len()).map(|place| Row::of(&self.columns, place))
    }

    /// The same in parallel.
    pub(crate) fn par_rows(&self) -> impl IndexedParallelIterator<Item = Row> + '_ {
        (0..self.len()).into_par_iter().map(|place| Row::of(&self.columns, place))
    }

    /// The rows as columns.
    pub fn columns(&self) -> &HistoryColumns {
        &self.columns
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Number of clients of each row.
    pub(crate) fn counts(&self) -> impl Iterator<Item = u64> + '_ {
        let count = &self.columns.count;
        (0..self.len()).map(|place| count.get(place).copied().unwrap_or(1))
    }

    /// Number of clients.
    pub fn clients(&self) -> u64 {
        if self.columns.count.is_empty() {
            return self.len() as u64;
        }
        self.columns.count.iter().fold(0, |sum, &count| sum.saturating_add(count))
    }

    /// Refuses a fit that could say nothing.
    pub(crate) fn check_for(&self, model: &str, parameters: u64) -> Result<()> {
        let fault = |problem: String| Err(Error::BadArgument { argument: "summary", problem });
        let clients = self.clients();
        if clients == 0 {
            return fault(format!("no clients to fit {model} to"));
        }
        let again = self.columns.x.iter().zip(self.counts()).filter(|&(&x, _)| x > 0.0);
        let repeaters = again.fold(0_u64, |sum, (_, count)| sum.saturating_add(count));
        if repeaters < parameters {
            return fault(format!(
                "{model} has {parameters} parameters, and only {repeaters} of {clients} clients \
                 bought again; give more clients or a longer time"
            ));
        }
        Ok(())
    }
}

/// The history of one client from the days of the purchases, ascending, up to the day `end`.
///
/// Purchases of one day are one purchase; the first is not counted; purchases after `end` are not
/// seen. Time runs from the first purchase's day to `end`. `None` where nothing was bought by
/// `end`.
///
/// ```
/// use clientela::lifetime::{TimeUnit, row_from_days};
///
/// let row = row_from_days(&[0, 14, 14, 35, 90], 70, TimeUnit::Week)?.unwrap();
/// assert_eq!((row.x(), row.t_x(), row.age()), (2, 5.0, 10.0));
/// # Ok::<(), clientela::Error>(())
/// ```
///
/// # Errors
/// Days that do not ascend.
pub fn row_from_days(days: &[i32], end: i32, unit: TimeUnit) -> Result<Option<Row>> {
    if let Some(place) = days.windows(2).position(|pair| pair[1] < pair[0]) {
        return Err(Error::BadRow {
            row: place as u64 + 1,
            column: "day".to_owned(),
            value: days[place + 1].to_string(),
            problem: "before the day above it".to_owned(),
            remedy: "sort the days".to_owned(),
        });
    }
    Ok(row_of_sorted_days(&days[..days.partition_point(|&day| day <= end)], end, unit))
}

/// The same of days that ascend, none of them after `end`.
pub(crate) fn row_of_sorted_days(days: &[i32], end: i32, unit: TimeUnit) -> Option<Row> {
    let &first = days.first()?;
    let gap = |day: i32, since: i32| f64::from(day) - f64::from(since);
    // The product of the gaps in days; it leaves for its logarithm before it can overflow.
    let (mut x, mut last, mut product, mut logs) = (0, first, 1.0, 0.0);
    for &day in days {
        if day > last {
            x += 1;
            product *= gap(day, last);
            if product > 1e250 {
                logs += f64::ln(product);
                product = 1.0;
            }
            last = day;
        }
    }
    if x > 0 {
        logs += product.ln() - f64::from(x) * unit.days().ln();
    }
    let (t_x, age) = (gap(last, first) / unit.days(), gap(end, first) / unit.days());
    Some(Row { x, t_x, age, spend: None, log_gaps: Some(logs), count: 1 })
}

/// The regularity k of purchases by their gaps (Wheat and Morrison 1990), from the days of each
/// client's purchases, ascending: 1 where they come at random, more where they come evenly.
///
/// For each client with three days of purchases or more, the share of the last gap but one in the
/// last two is taken; for gaps of an Erlang-k clock it is beta distributed with k and k. A look at
/// the data before [`fit_any`](super::Dropout::fit_any), which chooses k by likelihood.
///
/// # Errors
/// [`Undefined::TooFew`] where fewer than ten clients have two gaps, or the gaps are all equal.
pub fn regularity_by_gaps<'a>(clients: impl IntoIterator<Item = &'a [i32]>) -> Figure {
    let (mut n, mut square) = (0_u32, 0.0);
    for days in clients {
        let mut distinct = days.chunk_by(|a, b| a == b).rev().map(|run| f64::from(run[0]));
        if let (Some(last), Some(middle), Some(first)) =
            (distinct.next(), distinct.next(), distinct.next())
        {
            n += 1;
            square += ((middle - first) / (last - first) - 0.5).powi(2);
        }
    }
    let variance = square / f64::from(n.max(1));
    if n < 10 || variance == 0.0 {
        return Err(Undefined::TooFew);
    }
    Ok((1.0 - 4.0 * variance) / (8.0 * variance))
}
