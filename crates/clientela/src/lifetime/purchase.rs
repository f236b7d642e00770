//! What every model of purchases in continuous time can be asked about a client.

use std::collections::HashMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::fit::Parametric;
use super::outlook::{Figure, Future, NextPurchase, Outlook};
use super::summary::{Row, Summary};
use super::unit::{Discount, Span, TimeUnit};
use crate::error::{Error, Result};

/// What is believed of one client's own rates, given the history.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Posterior {
    /// The mean purchase rate while alive, per unit of time.
    pub purchase_rate: f64,
    /// The mean dropout: per unit of time in Pareto/NBD, per purchase in the BG family, 0 where
    /// nobody drops out.
    pub dropout: f64,
}

/// A model of purchases in continuous time.
///
/// The single predictions below are those of [`outlook`](Self::outlook), which is quicker where
/// several are asked for one client.
pub trait PurchaseModel: Parametric + Sync {
    /// The future of a client who is alive.
    type Future: Future + Send + Sync;

    /// The unit of the model's times.
    fn time_unit(&self) -> TimeUnit;

    /// The log-likelihood of one client with this history, whatever its count.
    fn log_likelihood(&self, row: &Row) -> f64;

    /// The probability that the client is alive at the end of observation.
    fn p_alive(&self, row: &Row) -> f64;

    /// The future of the client, if alive.
    fn if_alive(&self, row: &Row) -> Self::Future;

    /// Refuses a history that the model cannot have.
    ///
    /// # Errors
    /// For models of discrete time: times that are not whole, more purchases than opportunities.
    fn check(&self, row: &Row) -> Result<()> {
        let _ = row;
        Ok(())
    }

    /// Whether that future depends on x and T alone, so that clients can share its computing.
    fn future_ignores_recency(&self) -> bool {
        true
    }

    /// What is to be expected of a client from the first purchase on.
    fn outlook_new(&self) -> Outlook<Self::Future>;

    /// What is believed of the client's own rates.
    fn posterior(&self, row: &Row) -> Posterior;

    /// What is to be expected of a client with this history.
    fn outlook(&self, row: &Row) -> Outlook<Self::Future> {
        Outlook::new(self.p_alive(row), self.if_alive(row), self.time_unit())
    }

    /// The probability that the client is alive when `span` has passed.
    fn p_alive_after(&self, row: &Row, span: Span) -> f64 {
        self.outlook(row).p_alive_after(span)
    }

    /// The expected number of purchases of the client within `span` from the end of observation.
    fn expected_purchases(&self, row: &Row, span: Span) -> f64 {
        self.outlook(row).expected_purchases(span)
    }

    /// The expected number of repeat purchases of a new client within `span` from the first.
    fn expected_purchases_new(&self, span: Span) -> f64 {
        self.outlook_new().expected_purchases(span)
    }

    /// The probability that a new client makes exactly `n` repeat purchases within `span`.
    fn p_purchases_new(&self, n: u32, span: Span) -> f64 {
        self.outlook_new().p_purchases(n, span)
    }

    /// The probability that the client makes exactly `n` purchases within `span`.
    fn p_purchases(&self, row: &Row, n: u32, span: Span) -> f64 {
        self.outlook(row).p_purchases(n, span)
    }

    /// The probability that the client buys nothing within `span`.
    fn p_no_purchase(&self, row: &Row, span: Span) -> f64 {
        self.outlook(row).p_no_purchase(span)
    }

    /// The expected number of purchases within `span`, discounted to now (DECT).
    fn discounted_purchases(&self, row: &Row, span: Span, discount: Discount) -> f64 {
        self.outlook(row).discounted_purchases(span, discount)
    }

    /// The expected number of all purchases to come, discounted to now (DERT).
    fn discounted_forever(&self, row: &Row, discount: Discount) -> Figure {
        self.outlook(row).discounted_forever(discount)
    }

    /// When the client's next purchase is to be expected.
    ///
    /// # Errors
    /// A level that is not between 0 and 1.
    fn next_purchase(&self, row: &Row, level: f64) -> Result<NextPurchase> {
        self.outlook(row).next_purchase(level)
    }

    /// The probability of being alive for each row.
    ///
    /// # Errors
    /// A summary in another unit than the model.
    fn all_p_alive(&self, summary: &Summary) -> Result<Vec<f64>> {
        Ok(checked(self, summary)?.par_iter().map(|row| self.p_alive(row)).collect())
    }

    /// The expected number of purchases of each row's client within `span`.
    ///
    /// # Errors
    /// A summary in another unit than the model.
    fn all_expected_purchases(&self, summary: &Summary, span: Span) -> Result<Vec<f64>> {
        let t = span.in_unit(self.time_unit());
        each(self, summary, |future| future.expected(t))
    }

    /// The expected discounted number of purchases of each row's client within `span`.
    ///
    /// # Errors
    /// A summary in another unit than the model.
    fn all_discounted_purchases(
        &self,
        summary: &Summary,
        span: Span,
        discount: Discount,
    ) -> Result<Vec<f64>> {
        let (t, rate) = (span.in_unit(self.time_unit()), discount.continuous_per(self.time_unit()));
        each(self, summary, |future| future.discounted(t, rate))
    }

    /// The expected number of the summary's clients who are alive when `span` has passed.
    ///
    /// # Errors
    /// A summary in another unit than the model.
    fn expected_active(&self, summary: &Summary, span: Span) -> Result<f64> {
        let t = span.in_unit(self.time_unit());
        let alive = each(self, summary, |future| future.alive(t))?;
        Ok(alive.iter().zip(summary.rows()).map(|(p, row)| p * row.count() as f64).sum())
    }
}

pub(crate) fn same_unit(unit: TimeUnit, summary: &Summary) -> Result<()> {
    if summary.unit() == unit {
        return Ok(());
    }
    let name = |unit: TimeUnit| TimeUnit::NAMES[unit as usize];
    let problem =
        format!("its unit of time is the {}, the model's the {}", name(summary.unit()), name(unit));
    Err(Error::BadArgument { argument: "summary", problem })
}

/// The rows of a summary that the model can judge.
pub(crate) fn checked<'a, M: PurchaseModel>(model: &M, summary: &'a Summary) -> Result<&'a [Row]> {
    same_unit(model.time_unit(), summary)?;
    for (i, row) in summary.rows().iter().enumerate() {
        model.check(row).map_err(|error| match error {
            Error::BadRow { column, value, problem, remedy, .. } => {
                Error::BadRow { row: i as u64, column, value, problem, remedy }
            }
            other => other,
        })?;
    }
    Ok(summary.rows())
}

/// P(alive) times a figure of the future, for each row; clients with the same x and T share the
/// figure.
pub(crate) fn each<M: PurchaseModel>(
    model: &M,
    summary: &Summary,
    figure: impl Fn(&M::Future) -> f64 + Sync,
) -> Result<Vec<f64>> {
    let rows = checked(model, summary)?;
    if !model.future_ignores_recency() {
        let one = |row: &Row| model.p_alive(row) * figure(&model.if_alive(row));
        return Ok(rows.par_iter().map(one).collect());
    }
    let mut places: HashMap<(u32, u64), u32, foldhash::fast::FixedState> = HashMap::default();
    let mut first: Vec<&Row> = Vec::new();
    let mut shared: Vec<u32> = Vec::with_capacity(rows.len());
    for row in rows {
        let key = (row.x(), row.age().to_bits());
        shared.push(*places.entry(key).or_insert_with(|| {
            first.push(row);
            first.len() as u32 - 1
        }));
    }
    let figures: Vec<f64> = first.par_iter().map(|row| figure(&model.if_alive(row))).collect();
    let one = |(row, &place): (&Row, &u32)| model.p_alive(row) * figures[place as usize];
    Ok(rows.par_iter().zip(&shared).map(one).collect())
}
