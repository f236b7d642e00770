//! Histories as columns, shared and not copied.

use std::sync::Arc;

use rayon::prelude::*;

use super::summary::Row;
use crate::buffer::Buffer;
use crate::error::{Error, Result};

/// The columns of a [`Summary`](super::Summary), a row for each client or for several with the
/// same history. All times are in one unit.
#[derive(Debug, Clone, Default)]
pub struct HistoryColumns {
    /// Number of repeat purchases; whole numbers.
    pub x: Arc<Buffer<f64>>,
    /// Time from the first purchase to the last.
    pub t_x: Arc<Buffer<f64>>,
    /// Time from the first purchase to the end of observation; T in the papers.
    pub age: Arc<Buffer<f64>>,
    /// Mean amount of a repeat purchase. NaN is unknown; empty where none is known.
    pub spend: Arc<Buffer<f64>>,
    /// Sum of the natural logarithms of the times between purchases. NaN is unknown; empty where
    /// none is known.
    pub log_gaps: Arc<Buffer<f64>>,
    /// Number of clients that a row stands for; empty where each stands for one.
    pub count: Arc<Buffer<u64>>,
}

/// Whole numbers up to 2^52 come through this addition and subtraction as they are, others do not.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// What purchase models look at in some histories.
#[derive(Debug, Clone, Copy)]
pub struct Histories<'a> {
    /// Number of repeat purchases; whole numbers.
    pub x: &'a [f64],
    /// Time from the first purchase to the last.
    pub t_x: &'a [f64],
    /// Time from the first purchase to the end of observation.
    pub age: &'a [f64],
}

impl<'a> Histories<'a> {
    /// The histories as rows.
    pub fn rows(self) -> impl Iterator<Item = Row> + 'a {
        let times = self.t_x.iter().zip(self.age);
        self.x.iter().zip(times).map(|(&x, (&t_x, &age))| Row::seen(x, t_x, age))
    }
}

impl HistoryColumns {
    /// The histories in parts of so many rows; the last may be shorter.
    pub(crate) fn parts(&self, rows: usize) -> impl IndexedParallelIterator<Item = Histories<'_>> {
        let times = self.t_x.par_chunks(rows).zip(self.age.par_chunks(rows));
        let part = |(x, (t_x, age))| Histories { x, t_x, age };
        self.x.par_chunks(rows).zip(times).map(part)
    }

    /// The columns of rows.
    pub(crate) fn of(rows: &[Row]) -> Self {
        let column = |value: fn(&Row) -> f64| Arc::new(rows.iter().map(value).collect());
        let optional = |value: fn(&Row) -> Option<f64>| {
            if rows.iter().all(|row| value(row).is_none()) {
                return Arc::default();
            }
            Arc::new(rows.iter().map(|row| value(row).unwrap_or(f64::NAN)).collect())
        };
        Self {
            x: column(|row| row.x().into()),
            t_x: column(Row::t_x),
            age: column(Row::age),
            spend: optional(Row::spend),
            log_gaps: optional(Row::log_gaps),
            count: if rows.iter().all(|row| row.count() == 1) {
                Arc::default()
            } else {
                Arc::new(rows.iter().map(Row::count).collect())
            },
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// Refuses columns of unequal length, and values that cannot be.
    #[allow(clippy::needless_bitwise_bool, reason = "a branch per value would take most time")]
    pub(crate) fn check(&self) -> Result<()> {
        let lengths = [
            ("t_x", self.t_x.len(), false),
            ("T", self.age.len(), false),
            ("spend", self.spend.len(), true),
            ("log_gaps", self.log_gaps.len(), true),
            ("count", self.count.len(), true),
        ];
        for (column, length, optional) in lengths {
            if length != self.len() && !(optional && length == 0) {
                let problem = format!("{length} values beside {} in `x`", self.len());
                return Err(Error::BadColumn { column: column.to_owned(), problem });
            }
        }
        // Without a branch per value; only where one is bad it is looked for.
        let times = self.x.iter().zip(&self.t_x[..]).zip(&self.age[..]);
        let fine = times.fold(true, |fine, ((&x, &t_x), &age)| {
            fine & (x >= 0.0)
                & (x <= f64::from(u32::MAX))
                & ((x + WHOLE) - WHOLE == x)
                & (t_x >= 0.0)
                & (t_x <= age)
                & (age <= f64::MAX)
                & ((x > 0.0) | (t_x <= 0.0))
        });
        let finite = |values: &[f64]| values.iter().fold(true, |fine, v| fine & !v.is_infinite());
        if fine && finite(&self.spend) && finite(&self.log_gaps) {
            return Ok(());
        }
        (0..self.len()).try_for_each(|place| self.check_row(place))
    }

    fn check_row(&self, place: usize) -> Result<()> {
        let x = self.x[place];
        if !(x >= 0.0 && x <= f64::from(u32::MAX) && x.fract() == 0.0) {
            return Err(Error::BadRow {
                row: place as u64,
                column: "x".to_owned(),
                value: x.to_string(),
                problem: "not a count of purchases".to_owned(),
                remedy: "a whole number from 0 up".to_owned(),
            });
        }
        Row::of(self, place).check(place)
    }
}
