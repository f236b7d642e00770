//! What every model of purchases in continuous time can be asked about a client.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::columns::Histories;
use super::fit::Parametric;
use super::outlook::{Figure, Future, NextPurchase, Outlook};
use super::shared::Shelf;
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

    /// Refuses histories that the model cannot have.
    ///
    /// # Errors
    /// For models of discrete time: times that are not whole, more purchases than opportunities.
    fn check(&self, summary: &Summary) -> Result<()> {
        let _ = summary;
        Ok(())
    }

    /// Multiplies figures by the probability of being alive, one for each history.
    fn times_p_alive(&self, histories: Histories<'_>, figures: &mut [f64]) {
        for (figure, row) in figures.iter_mut().zip(histories.rows()) {
            *figure *= self.p_alive(&row);
        }
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
        checked(self, summary)?;
        let mut alive = vec![1.0; summary.len()];
        let parts = alive.par_chunks_mut(PART).zip(summary.columns().parts(PART));
        parts.for_each(|(alive, histories)| self.times_p_alive(histories, alive));
        Ok(alive)
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
        Ok(alive.iter().zip(summary.counts()).map(|(p, count)| p * count as f64).sum())
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

/// Refuses a summary in another unit, and rows that the model cannot judge.
pub(crate) fn checked<M: PurchaseModel>(model: &M, summary: &Summary) -> Result<()> {
    same_unit(model.time_unit(), summary)?;
    model.check(summary)
}

/// Rows of one task: few enough to stay in a core's cache, many enough to be worth it.
const PART: usize = 2048;

/// P(alive) times a figure of the future, for each row; clients with the same x and T share the
/// figure.
pub(crate) fn each<M: PurchaseModel>(
    model: &M,
    summary: &Summary,
    figure: impl Fn(&M::Future) -> f64 + Sync,
) -> Result<Vec<f64>> {
    checked(model, summary)?;
    let mut figures = vec![0.0; summary.len()];
    let parts = figures.par_chunks_mut(PART).zip(summary.columns().parts(PART));
    let shelf = Shelf::new(summary.len());
    let shared = model.future_ignores_recency();
    parts.for_each(|(figures, histories)| {
        let Histories { x, t_x, age } = histories;
        let make = |at: usize| figure(&model.if_alive(&Row::seen(x[at], t_x[at], age[at])));
        shelf.with(|known| {
            for (at, (value, (&x, &age))) in figures.iter_mut().zip(x.iter().zip(age)).enumerate() {
                *value = if shared { known.get(x, age, || make(at)) } else { make(at) };
            }
        });
        model.times_p_alive(histories, figures);
    });
    Ok(figures)
}
