//! What the models know of a client: how many repeat purchases, when the last, seen how long.

use serde::{Deserialize, Serialize};

use super::outlook::{Figure, Undefined};
use super::unit::TimeUnit;
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

/// What is wrong with a value: column, value, problem, remedy.
type Fault = (&'static str, String, &'static str, &'static str);

impl Row {
    /// A client with `x` repeat purchases, the last of them `t_x` after the first purchase, seen
    /// until `age` after the first purchase.
    ///
    /// # Errors
    /// A time that is negative, not finite or out of order; `x` of 0 with `t_x` above 0.
    pub fn new(x: u32, t_x: f64, age: f64) -> Result<Self> {
        let row = Self { x, t_x, age, spend: None, log_gaps: None, count: 1 };
        row.check().map_err(|fault| bad_row(0, fault))?;
        Ok(row)
    }

    /// The row with the mean amount of a repeat purchase, in the ledger's currency.
    ///
    /// # Errors
    /// An amount that is not finite.
    pub fn with_spend(self, spend: f64) -> Result<Self> {
        let row = Self { spend: Some(spend), ..self };
        row.check().map_err(|fault| bad_row(0, fault))?;
        Ok(row)
    }

    /// The row with the sum of the natural logarithms of the times between purchases, which the
    /// likelihood of regular buyers needs.
    ///
    /// # Errors
    /// A sum that is not finite.
    pub fn with_log_gaps(self, log_gaps: f64) -> Result<Self> {
        let row = Self { log_gaps: Some(log_gaps), ..self };
        row.check().map_err(|fault| bad_row(0, fault))?;
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

    fn check(&self) -> Result<(), Fault> {
        let time = "a time from 0 up in the summary's unit";
        for (column, value) in [("t_x", self.t_x), ("T", self.age)] {
            if !value.is_finite() || value < 0.0 {
                return Err((column, value.to_string(), "not a time that can have passed", time));
            }
        }
        if self.t_x > self.age {
            let problem = "the last purchase lies after the end of observation";
            return Err(("t_x", self.t_x.to_string(), problem, "t_x is at most T"));
        }
        if self.x == 0 && self.t_x > 0.0 {
            let problem = "no repeat purchase, but a time of the last one";
            return Err(("t_x", self.t_x.to_string(), problem, "t_x is 0 where x is 0"));
        }
        for (column, value) in [("spend", self.spend), ("log_gaps", self.log_gaps)] {
            if let Some(value) = value.filter(|value| !value.is_finite()) {
                return Err((column, value.to_string(), "not a number", "leave it out if unknown"));
            }
        }
        Ok(())
    }
}

fn bad_row(row: usize, (column, value, problem, remedy): Fault) -> Error {
    Error::BadRow {
        row: row as u64,
        column: column.to_owned(),
        value,
        problem: problem.to_owned(),
        remedy: remedy.to_owned(),
    }
}

impl TryFrom<RawRow> for Row {
    type Error = Error;

    fn try_from(raw: RawRow) -> Result<Self> {
        let RawRow { x, t_x, age, spend, log_gaps, count } = raw;
        let row = Self { x, t_x, age, spend, log_gaps, count };
        row.check().map_err(|fault| bad_row(0, fault))?;
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    unit: TimeUnit,
    rows: Vec<Row>,
}

impl Summary {
    /// A summary of rows whose times are in `unit`.
    pub fn new(unit: TimeUnit, rows: Vec<Row>) -> Self {
        Self { unit, rows }
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
        let lengths =
            [("t_x", t_x.len(), false), ("T", age.len(), false), ("spend", spend.len(), true)];
        for (column, length, optional) in lengths {
            if length != x.len() && !(optional && length == 0) {
                let problem = format!("{length} values beside {} in `x`", x.len());
                return Err(Error::BadColumn { column: column.to_owned(), problem });
            }
        }
        let row = |i: usize| {
            if !(x[i] >= 0.0 && x[i] <= f64::from(u32::MAX) && x[i].fract() == 0.0) {
                let remedy = "a whole number from 0 up";
                return Err(bad_row(
                    i,
                    ("x", x[i].to_string(), "not a count of purchases", remedy),
                ));
            }
            let spend = spend.get(i).copied().filter(|spend| !spend.is_nan());
            let row =
                Row { x: x[i] as u32, t_x: t_x[i], age: age[i], spend, log_gaps: None, count: 1 };
            row.check().map_err(|fault| bad_row(i, fault))?;
            Ok(row)
        };
        // Collecting into a `Result` would not know the length, and copy as it grows.
        let mut rows = Vec::with_capacity(x.len());
        for i in 0..x.len() {
            rows.push(row(i)?);
        }
        Ok(Self { unit, rows })
    }

    /// The unit of all times.
    pub fn unit(&self) -> TimeUnit {
        self.unit
    }

    /// The rows in the order given.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Number of clients.
    pub fn clients(&self) -> u64 {
        self.rows.iter().map(|row| row.count).sum()
    }

    /// Refuses a fit that could say nothing.
    pub(crate) fn check_for(&self, model: &str, parameters: u64) -> Result<()> {
        let fault = |problem: String| Err(Error::BadArgument { argument: "summary", problem });
        if self.clients() == 0 {
            return fault(format!("no clients to fit {model} to"));
        }
        let repeaters: u64 = self.rows.iter().filter(|row| row.x > 0).map(|row| row.count).sum();
        if repeaters < parameters {
            return fault(format!(
                "{model} has {parameters} parameters, and only {repeaters} of {} clients bought \
                 again; give more clients or a longer time",
                self.clients()
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
    if let Some(i) = days.windows(2).position(|pair| pair[1] < pair[0]) {
        let fault = ("day", days[i + 1].to_string(), "before the day above it", "sort the days");
        return Err(bad_row(i + 1, fault));
    }
    let seen = &days[..days.partition_point(|&day| day <= end)];
    let Some(&first) = seen.first() else { return Ok(None) };
    let time = |day: i32| (f64::from(day) - f64::from(first)) / unit.days();
    let (mut x, mut last, mut log_gaps) = (0, first, 0.0);
    for &day in seen {
        if day > last {
            x += 1;
            log_gaps += f64::ln((f64::from(day) - f64::from(last)) / unit.days());
            last = day;
        }
    }
    let (t_x, age) = (time(last), time(end));
    Ok(Some(Row { x, t_x, age, spend: None, log_gaps: Some(log_gaps), count: 1 }))
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
