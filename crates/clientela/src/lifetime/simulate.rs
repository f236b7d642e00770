//! Clients made up by a model.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::contract::{Contracts, ShiftedBetaGeometric};
use super::discrete::BgBb;
use super::dropout::Dropout;
use super::fit::{Fit, Interval};
use super::nbd::Nbd;
use super::pareto::ParetoNbd;
use super::purchase::PurchaseModel;
use super::random::Random;
use super::spend::GammaGamma;
use super::summary::{Row, Summary};
use crate::error::{Error, Result};

/// A client made up by a model, with what in life nobody sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimulatedClient {
    /// The history.
    pub row: Row,
    /// The times of the repeat purchases since the first, in the model's unit.
    pub purchases: Vec<f64>,
    /// The purchase rate while alive; per opportunity in BG/BB.
    pub rate: f64,
    /// Whether alive at the end of observation.
    pub alive: bool,
}

/// Purchases of one client beyond this are not made up.
const MOST: usize = 1_000_000;

/// A model that can make up clients.
pub trait Simulate: PurchaseModel {
    /// The times of one client's repeat purchases up to `age`, the purchase rate, and whether
    /// alive at `age`.
    fn draw(&self, age: f64, random: &mut Random) -> (Vec<f64>, f64, bool);

    /// A client for each age: the time from the first purchase to the end of observation, in the
    /// model's unit. The same seed gives the same clients, and client `i` the same whatever
    /// stands around it.
    ///
    /// # Errors
    /// An age that is negative or not finite.
    fn simulate(&self, ages: &[f64], seed: u64) -> Result<Vec<SimulatedClient>> {
        let client = |(place, &age): (usize, &f64)| self.simulate_one(age, seed, place as u64);
        ages.par_iter().enumerate().map(client).collect()
    }

    /// The client in one place of those that a seed gives.
    ///
    /// # Errors
    /// An age that is negative or not finite.
    fn simulate_one(&self, age: f64, seed: u64, place: u64) -> Result<SimulatedClient> {
        Row::new(0, 0.0, age)?;
        let mut random = Random::new(seed, place);
        let (purchases, rate, alive) = self.draw(age, &mut random);
        let last = purchases.last().copied().unwrap_or(0.0);
        let mut row = Row::new(purchases.len() as u32, last, age)?;
        let before = std::iter::once(&0.0).chain(&purchases);
        let gaps: f64 = purchases.iter().zip(before).map(|(to, from)| (to - from).ln()).sum();
        if gaps.is_finite() {
            row = row.with_log_gaps(gaps)?;
        }
        Ok(SimulatedClient { row, purchases, rate, alive })
    }

    /// The same as a summary.
    ///
    /// # Errors
    /// An age that is negative or not finite.
    fn simulate_summary(&self, ages: &[f64], seed: u64) -> Result<Summary> {
        let clients = self.simulate(ages, seed)?;
        let rows = clients.into_iter().map(|client| client.row).collect();
        Ok(Summary::new(self.time_unit(), rows))
    }
}

/// Times of events at a rate, each after `k` hidden ones, until one comes after `end` or `stop`
/// says so.
fn events(
    rate: f64,
    k: u32,
    end: f64,
    random: &mut Random,
    mut stop: impl FnMut(&mut Random) -> bool,
) -> (Vec<f64>, bool) {
    let mut times = Vec::new();
    let mut now = 0.0;
    loop {
        for _ in 0..k {
            now += random.exponential() / rate;
        }
        if now > end || times.len() == MOST {
            return (times, false);
        }
        times.push(now);
        if stop(random) {
            return (times, true);
        }
    }
}

impl Simulate for Nbd {
    fn draw(&self, age: f64, random: &mut Random) -> (Vec<f64>, f64, bool) {
        let rate = random.gamma(self.r()) / self.alpha();
        (events(rate, 1, age, random, |_| false).0, rate, true)
    }
}

impl<const FROM_FIRST: bool> Simulate for Dropout<FROM_FIRST> {
    fn draw(&self, age: f64, random: &mut Random) -> (Vec<f64>, f64, bool) {
        let rate = random.gamma(self.r()) / self.alpha();
        let p = random.beta(self.a(), self.b());
        let k = self.k();
        if FROM_FIRST && random.uniform() < p {
            return (Vec::new(), rate / f64::from(k), false);
        }
        let (times, dead) = events(rate, k, age, random, |random| random.uniform() < p);
        (times, rate / f64::from(k), !dead)
    }
}

impl Simulate for ParetoNbd {
    fn draw(&self, age: f64, random: &mut Random) -> (Vec<f64>, f64, bool) {
        let rate = random.gamma(self.r()) / self.alpha();
        let dropout = random.gamma(self.s()) / self.beta();
        let death = random.exponential() / dropout;
        (events(rate, 1, age.min(death), random, |_| false).0, rate, death > age)
    }
}

impl Simulate for BgBb {
    fn draw(&self, age: f64, random: &mut Random) -> (Vec<f64>, f64, bool) {
        let p = random.beta(self.alpha(), self.beta());
        let dropout = random.beta(self.gamma(), self.delta());
        let mut times = Vec::new();
        for place in 1..=age.floor().min(MOST as f64) as u32 {
            if random.uniform() < dropout {
                return (times, p, false);
            }
            if random.uniform() < p {
                times.push(place.into());
            }
        }
        (times, p, true)
    }
}

impl GammaGamma {
    /// The summary with made-up mean amounts for all who bought again.
    pub fn simulate(&self, summary: &Summary, seed: u64) -> Summary {
        let draw = |(place, row): (usize, &Row)| {
            if row.x() == 0 {
                return *row;
            }
            let mut random = Random::new(seed, place as u64);
            let nu = random.gamma(self.q()) / self.gamma();
            let x = f64::from(row.x());
            let spend = random.gamma(self.p() * x) / (nu * x);
            row.with_spend(spend).unwrap_or(*row)
        };
        let rows = summary.rows().iter().enumerate().map(draw).collect();
        Summary::new(summary.unit(), rows)
    }
}

impl ShiftedBetaGeometric {
    /// The fate of contracts that began so many renewals ago.
    pub fn simulate(&self, renewals: &[u32], seed: u64) -> Vec<Contracts> {
        let draw = |(place, &renewals): (usize, &u32)| {
            let mut random = Random::new(seed, place as u64);
            let p = random.beta(self.a(), self.b());
            let end = (1..=renewals).find(|_| random.uniform() < p);
            Contracts { renewals: end.unwrap_or(renewals), ended: end.is_some(), count: 1 }
        };
        renewals.iter().enumerate().map(draw).collect()
    }
}

impl<M: Simulate> Fit<M> {
    /// Models fitted to data that this one makes up for the same clients (parametric bootstrap):
    /// what the fit might have been. `fit` is the model's own, such as `BgNbd::fit`.
    ///
    /// Where a made-up set cannot be fitted it is left out.
    ///
    /// # Errors
    /// A summary in another unit than the model.
    pub fn bootstrap(
        &self,
        summary: &Summary,
        fit: impl Fn(&Summary) -> Result<Self>,
        repeats: u32,
        seed: u64,
    ) -> Result<Vec<M>> {
        super::purchase::same_unit(self.model.time_unit(), summary)?;
        let clients = summary
            .rows()
            .iter()
            .flat_map(|row| std::iter::repeat_n(row.age(), row.count() as usize));
        let ages: Vec<f64> = clients.collect();
        let mut models = Vec::new();
        for repeat in 0..repeats {
            let made_up = self.model.simulate_summary(&ages, seed.wrapping_add(repeat.into()))?;
            if let Ok(fit) = fit(&made_up) {
                models.push(fit.model);
            }
        }
        Ok(models)
    }
}

/// The interval that holds a figure of bootstrapped models with probability `level`, and its
/// median. `None` where it is undefined for all.
///
/// # Errors
/// A level that is not between 0 and 1; fewer than 20 models.
pub fn bootstrap_interval<M>(
    models: &[M],
    figure: impl Fn(&M) -> Option<f64>,
    level: f64,
) -> Result<Option<Interval>> {
    super::fit::deviations(level)?;
    if models.len() < 20 {
        let problem = format!("{} models say little about an interval, give 20", models.len());
        return Err(Error::BadArgument { argument: "models", problem });
    }
    let mut values: Vec<f64> = models.iter().filter_map(figure).collect();
    values.sort_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else { return Ok(None) };
    let quantile = |q: f64| {
        let place = q * last as f64;
        let (below, part) = (place.floor() as usize, place.fract());
        values[below] + part * (values[(below + 1).min(last)] - values[below])
    };
    let tail = f64::midpoint(1.0, -level);
    Ok(Some(Interval { value: quantile(0.5), low: quantile(tail), high: quantile(1.0 - tail) }))
}
