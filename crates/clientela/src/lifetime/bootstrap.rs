//! What a fit of any model might have been: made-up clients, fitted again.

use rayon::prelude::*;

use super::any::{AnyFit, AnyModel, FitOptions, purchases};
use super::clients::Clients;
use super::covariates::{CovariateModel, WithCovariates};
use super::fit::{Interval, Parametric};
use super::predict::Prediction;
use super::simulate::{Simulate, bootstrap_interval};
use super::summary::{Row, Summary};
use crate::error::{Error, Result};

/// Rows whose intervals are found together, so that memory stays small.
const CHUNK: usize = 1 << 16;

/// A history for each row and its covariates.
fn lives<M: CovariateModel + Simulate>(
    model: &WithCovariates<M>,
    clients: &Clients<'_>,
    seed: u64,
) -> Result<Summary> {
    model.check_names(clients.purchase(), clients.dropout())?;
    let rows = clients.summary().rows();
    let life = |place: usize| {
        let (purchase, dropout) = (clients.purchase().row(place), clients.dropout().row(place));
        let plain = model.for_client(purchase, dropout)?;
        Ok(plain.simulate_one(rows[place].age(), seed, place as u64)?.row)
    };
    let rows = (0..rows.len()).into_par_iter().map(life).collect::<Result<Vec<_>>>()?;
    Ok(Summary::new(clients.summary().unit(), rows))
}

impl AnyModel {
    /// The same clients with a made-up history each: seen as long, with the same covariates. Of a
    /// model of spend, the same histories with made-up mean amounts for all whose own is known. A
    /// row for several clients becomes several rows.
    ///
    /// # Errors
    /// A summary in another unit than the model; covariates other than those of the model; a
    /// model that is neither of purchases nor of spend.
    pub fn simulate_like<'a>(&self, clients: impl Into<Clients<'a>>, seed: u64) -> Result<Summary> {
        let clients = clients.into();
        let (summary, purchase, dropout) = clients.one_by_one();
        self.live_again(&Clients::with(&summary, &purchase, &dropout)?, seed)
    }

    /// The same for rows of one client each.
    fn live_again(&self, clients: &Clients<'_>, seed: u64) -> Result<Summary> {
        if let Some(unit) = self.unit() {
            super::purchase::same_unit(unit, clients.summary())?;
        }
        if !self.has_covariates() {
            clients.refuse_covariates(&self.name())?;
        }
        match self {
            Self::BgNbdWithCovariates(model) => lives(model, clients, seed),
            Self::MbgNbdWithCovariates(model) => lives(model, clients, seed),
            Self::ParetoNbdWithCovariates(model) => lives(model, clients, seed),
            Self::GammaGamma(model) => {
                let known = |row: &&Row| row.spend().is_some_and(|spend| spend > 0.0);
                let rows = clients.summary().rows().iter().filter(known).copied().collect();
                Ok(model.simulate(&Summary::new(clients.summary().unit(), rows), seed))
            }
            _ => {
                let ages: Vec<f64> = clients.summary().rows().iter().map(Row::age).collect();
                purchases!(self, model => model.simulate_summary(&ages, seed),
                    else Err(self.no_purchases()))
            }
        }
    }
}

impl AnyFit {
    /// Models fitted to data that this one makes up for the same clients (parametric bootstrap):
    /// what the fit might have been. The same seed gives the same models on any number of
    /// threads.
    ///
    /// Where a made-up set cannot be fitted it is left out.
    ///
    /// # Errors
    /// Those of [`AnyModel::simulate_like`].
    pub fn bootstrap<'a>(
        &self,
        clients: impl Into<Clients<'a>>,
        repeats: u32,
        seed: u64,
    ) -> Result<Vec<AnyModel>> {
        let clients = clients.into();
        let (summary, purchase, dropout) = clients.one_by_one();
        let clients = Clients::with(&summary, &purchase, &dropout)?;
        let options = FitOptions { k: self.model.regularity(), largest_k: None };
        let again = |repeat: u32| {
            let lives = self.model.live_again(&clients, seed.wrapping_add(repeat.into()))?;
            let lives = if self.model.has_covariates() {
                Clients::with(&lives, &purchase, &dropout)?
            } else {
                Clients::from(&lives)
            };
            Ok(AnyModel::fit(self.model.kind(), lives, &options).ok().map(|fit| fit.model))
        };
        let models: Result<Vec<Option<AnyModel>>> =
            (0..repeats).into_par_iter().map(again).collect();
        Ok(models?.into_iter().flatten().collect())
    }
}

impl AnyModel {
    /// The answer for each row, with the interval that holds the answers of bootstrapped models
    /// (see [`AnyFit::bootstrap`]) with probability `level`. It is the interval of the
    /// expectation, not of one client's outcome.
    ///
    /// Missing where the answer is undefined, by this model or by all the others.
    ///
    /// # Errors
    /// Those of [`predict`](Self::predict); a level that is not between 0 and 1; fewer than 20
    /// models, or one of another kind.
    pub fn bootstrap_intervals<'a>(
        &self,
        models: &[Self],
        what: &Prediction,
        clients: impl Into<Clients<'a>>,
        level: f64,
    ) -> Result<Vec<Option<Interval>>> {
        let clients = clients.into();
        if let Some(other) = models.iter().find(|model| model.kind() != self.kind()) {
            let problem = format!("a {} among those of a {}", other.kind(), self.kind());
            return Err(Error::BadArgument { argument: "models", problem });
        }
        let rows: Vec<usize> = (0..clients.summary().len()).collect();
        let mut all = Vec::with_capacity(rows.len());
        for rows in rows.chunks(CHUNK) {
            let (summary, purchase, dropout) = clients.pick(rows);
            let clients = Clients::with(&summary, &purchase, &dropout)?;
            let own = self.predict(what, clients)?;
            let others = models
                .par_iter()
                .map(|model| model.predict(what, clients))
                .collect::<Result<Vec<_>>>()?;
            let places: Vec<usize> = (0..others.len()).collect();
            let interval = |(row, own): (usize, &Option<f64>)| {
                let answers = bootstrap_interval(&places, |&place| others[place][row], level)?;
                let Some(value) = *own else { return Ok(None) };
                Ok(answers.map(|ends| Interval { value, ..ends }))
            };
            all.extend(own.par_iter().enumerate().map(interval).collect::<Result<Vec<_>>>()?);
        }
        Ok(all)
    }

    /// The regularity; 1 where purchases come at random.
    pub fn regularity(&self) -> u32 {
        match self {
            Self::BgNbd(model) => model.k(),
            Self::MbgNbd(model) => model.k(),
            _ => 1,
        }
    }
}
