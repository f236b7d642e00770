//! What belongs together, of all clients in one pass.

use rayon::prelude::*;

use super::any::{AnyModel, purchases};
use super::clients::{Clients, over_parts};
use super::fit::{Parametric, deviations};
use super::outlook::{NextPurchase, Outlook};
use super::purchase::{PurchaseModel, checked};
use super::summary::Summary;
use super::unit::Span;
use crate::error::Result;

impl AnyModel {
    /// When the next purchase of each row's client is to be expected, with the interval that
    /// holds it with probability `level`; the answers that
    /// [`predict`](Self::predict) gives to the five questions that begin with `next_purchase`.
    ///
    /// ```
    /// use clientela::lifetime::{AnyModel, BgNbd, Row, Summary, TimeUnit};
    ///
    /// let model = AnyModel::BgNbd(BgNbd::new(TimeUnit::Week, 0.243, 4.414, 0.793, 2.426)?);
    /// let clients = Summary::new(TimeUnit::Week, vec![Row::new(2, 30.43, 38.86)?]);
    /// let next = model.next_purchases(&clients, 0.8)?[0];
    /// assert!(next.wait.low < next.wait.value && next.wait.value < next.wait.high);
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// A summary in another unit than the model, or with rows that the model cannot judge;
    /// covariates other than those of the model; a level that is not between 0 and 1; a model
    /// that is not of purchases.
    pub fn next_purchases<'a>(
        &self,
        clients: impl Into<Clients<'a>>,
        level: f64,
    ) -> Result<Vec<NextPurchase>> {
        deviations(level)?;
        self.each_outlook(clients.into(), &|model, summary| {
            purchases!(model, model => of_each(model, summary, |outlook| {
                outlook.next_purchase(level)
            }), else Err(model.no_purchases()))
        })
    }

    /// The interval that holds the number of purchases of each row's client within `span` with
    /// probability `level`: its lower end, the median, and its upper end.
    ///
    /// # Errors
    /// Those of [`next_purchases`](Self::next_purchases); a distribution that reaches beyond
    /// 100,000 purchases.
    pub fn purchases_intervals<'a>(
        &self,
        clients: impl Into<Clients<'a>>,
        span: Span,
        level: f64,
    ) -> Result<Vec<[u32; 3]>> {
        deviations(level)?;
        self.each_outlook(clients.into(), &|model, summary| {
            purchases!(model, model => of_each(model, summary, |outlook| {
                outlook.purchases_interval(span, level)
            }), else Err(model.no_purchases()))
        })
    }

    /// Asks the plain model of each client's covariates.
    fn each_outlook<T: Clone + Send>(
        &self,
        clients: Clients<'_>,
        ask: &(dyn Fn(&Self, &Summary) -> Result<Vec<T>> + Sync),
    ) -> Result<Vec<T>> {
        let Some(parts) = self.parts(&clients)? else {
            clients.refuse_covariates(&self.name())?;
            return ask(self, clients.summary());
        };
        let answers = over_parts(&parts, |part| {
            Ok(ask(&part.model, &part.summary)?.into_iter().map(Some).collect())
        })?;
        // Each row is in one of the parts.
        Ok(answers.into_iter().flatten().collect())
    }
}

fn of_each<M: PurchaseModel, T: Send>(
    model: &M,
    summary: &Summary,
    figure: impl Fn(&Outlook<M::Future>) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    checked(model, summary)?;
    summary.par_rows().map(|row| figure(&model.outlook(&row))).collect()
}
