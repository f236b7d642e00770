//! Clients who can buy at given opportunities only: BG/BB.

use serde::{Deserialize, Serialize};

use super::columns::HistoryColumns;
use super::fit::{Fit, Parametric, check_positive, exactly};
use super::fitting::{cells, fit_cells};
use super::likelihood::{Cell, Kernel, Terms};
use super::outlook::{Figure, Future, Outlook, Undefined};
use super::purchase::{Posterior, PurchaseModel};
use super::quadrature::beta_mean;
use super::special::{Jet, ln_rising};
use super::summary::{Row, Summary};
use super::unit::TimeUnit;
use crate::error::{Error, Result};

/// BG/BB (Fader, Hardie and Shang 2010): at each opportunity a client who is alive buys with a
/// probability of their own, beta distributed with `alpha` and `beta`; before each, the client
/// drops out with a probability of their own, beta distributed with `gamma` and `delta`.
///
/// An opportunity comes once per unit of time: t_x and T of a row are whole numbers, the place of
/// the last purchase and the number of opportunities. A horizon holds the opportunities that fall
/// within it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct BgBb {
    unit: TimeUnit,
    future: BgBbFuture,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    unit: TimeUnit,
    alpha: f64,
    beta: f64,
    gamma: f64,
    delta: f64,
}

impl TryFrom<Raw> for BgBb {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        Self::new(raw.unit, raw.alpha, raw.beta, raw.gamma, raw.delta)
    }
}

impl From<BgBb> for Raw {
    fn from(model: BgBb) -> Self {
        let BgBbFuture { alpha, beta, gamma, delta } = model.future;
        Self { unit: model.unit, alpha, beta, gamma, delta }
    }
}

const NAMES: [&str; 4] = ["alpha", "beta", "gamma", "delta"];

impl BgBb {
    /// A model of given parameters, with one opportunity per `unit`.
    ///
    /// # Errors
    /// A parameter that is not a positive number.
    pub fn new(unit: TimeUnit, alpha: f64, beta: f64, gamma: f64, delta: f64) -> Result<Self> {
        check_positive(&[("alpha", alpha), ("beta", beta), ("gamma", gamma), ("delta", delta)])?;
        Ok(Self { unit, future: BgBbFuture { alpha, beta, gamma, delta } })
    }

    /// First parameter of the probabilities of buying.
    pub fn alpha(&self) -> f64 {
        self.future.alpha
    }

    /// Second parameter of the probabilities of buying.
    pub fn beta(&self) -> f64 {
        self.future.beta
    }

    /// First parameter of the probabilities of dropping out.
    pub fn gamma(&self) -> f64 {
        self.future.gamma
    }

    /// Second parameter of the probabilities of dropping out.
    pub fn delta(&self) -> f64 {
        self.future.delta
    }

    /// The model that fits a summary best.
    ///
    /// # Errors
    /// Fewer clients with a purchase than parameters; times that are not whole; more purchases
    /// than opportunities up to the last of them.
    pub fn fit(summary: &Summary) -> Result<Fit<Self>> {
        summary.check_for("BG/BB", 4)?;
        check_whole(summary)?;
        Ok(fit_cells(
            &BgBbKernel,
            NAMES,
            cells(summary),
            |_, _| 1.0,
            |_| vec![[1.0, 1.0, 1.0, 3.0], [0.5, 2.0, 0.5, 5.0], [2.0, 8.0, 1.0, 20.0]],
            |[alpha, beta, gamma, delta]| Self {
                unit: summary.unit(),
                future: BgBbFuture { alpha, beta, gamma, delta },
            },
        ))
    }

    fn array(&self) -> [f64; 4] {
        let BgBbFuture { alpha, beta, gamma, delta } = self.future;
        [alpha, beta, gamma, delta]
    }
}

/// Refuses times that are not numbers of opportunities.
fn check_whole(summary: &Summary) -> Result<()> {
    let HistoryColumns { x, t_x, age, .. } = summary.columns();
    let fault = |place: usize, column: &str, value: f64, problem: &str, remedy: &str| {
        Err(Error::BadRow {
            row: place as u64,
            column: column.to_owned(),
            value: value.to_string(),
            problem: problem.to_owned(),
            remedy: remedy.to_owned(),
        })
    };
    for place in 0..summary.len() {
        for (column, value) in [("t_x", t_x[place]), ("T", age[place])] {
            if value.fract() != 0.0 || value > 1e6 {
                let remedy = "count the opportunities, a whole number up to a million";
                return fault(place, column, value, "not a number of opportunities", remedy);
            }
        }
        if x[place] > t_x[place] {
            let problem = "more purchases than opportunities up to the last";
            return fault(place, "x", x[place], problem, "count one purchase per opportunity");
        }
    }
    Ok(())
}

impl Parametric for BgBb {
    fn name(&self) -> String {
        "BG/BB".to_owned()
    }

    fn unit(&self) -> Option<TimeUnit> {
        Some(self.unit)
    }

    fn parameter_names(&self) -> Vec<String> {
        NAMES.map(str::to_owned).to_vec()
    }

    fn parameters(&self) -> Vec<f64> {
        self.array().to_vec()
    }

    fn with_parameters(&self, parameters: &[f64]) -> Result<Self> {
        let [alpha, beta, gamma, delta] = exactly(parameters)?;
        Self::new(self.unit, alpha, beta, gamma, delta)
    }
}

/// The counts of a row; x and t_x are held within what is possible.
fn whole(row: &Row) -> (u32, u32, u32) {
    let n = row.age().round().min(1e6) as u32;
    let t_x = (row.t_x().round() as u32).min(n);
    (row.x().min(t_x), t_x, n)
}

impl PurchaseModel for BgBb {
    type Future = BgBbFuture;

    fn time_unit(&self) -> TimeUnit {
        self.unit
    }

    fn log_likelihood(&self, row: &Row) -> f64 {
        let (x, t_x, n) = whole(row);
        let cell = Cell { x, t_x: t_x.into(), age: n.into(), count: 1.0 };
        BgBbKernel.log_likelihood(&self.array(), &cell)
    }

    fn p_alive(&self, row: &Row) -> f64 {
        let (x, t_x, n) = whole(row);
        let BgBbFuture { alpha, beta, gamma, delta } = self.future;
        let mut dead = 0.0;
        // Weights of death at each opportunity after the last purchase, backwards from the end,
        // relative to alive at the end.
        let mut weight = 1.0;
        for i in (t_x..n).rev() {
            let (i, x) = (f64::from(i), f64::from(x));
            weight *= (alpha + beta + i) / (beta + i - x);
            weight *= (gamma + delta + i) / (delta + i);
            dead += weight * gamma / (gamma + delta + i);
            if !f64::is_finite(dead) {
                return 0.0;
            }
        }
        1.0 / (1.0 + dead)
    }

    fn if_alive(&self, row: &Row) -> BgBbFuture {
        let (x, _, n) = whole(row);
        BgBbFuture {
            alpha: self.future.alpha + f64::from(x),
            beta: self.future.beta + f64::from(n - x),
            gamma: self.future.gamma,
            delta: self.future.delta + f64::from(n),
        }
    }

    fn check(&self, summary: &Summary) -> Result<()> {
        check_whole(summary)
    }

    fn outlook_new(&self) -> Outlook<BgBbFuture> {
        Outlook::new(1.0, self.future, self.unit)
    }

    /// The mean probability of buying at an opportunity, and of dropping out before one.
    fn posterior(&self, row: &Row) -> Posterior {
        let (x, t_x, n) = whole(row);
        let p = self.array();
        let (mut all, mut purchase, mut dropout) = (0.0, 0.0, 0.0);
        let BgBbFuture { alpha, beta, gamma, delta } = self.future;
        BgBbKernel::atoms(&p, (x, t_x, n), |atom, last, dead| {
            let weight = atom.value.exp();
            let last = f64::from(last);
            all += weight;
            purchase += weight * (alpha + f64::from(x)) / (alpha + beta + last);
            let death = f64::from(u8::from(dead));
            dropout += weight * (gamma + death) / (gamma + delta + last + death);
        });
        Posterior { purchase_rate: purchase / all, dropout: dropout / all }
    }
}

/// The likelihood of (alpha, beta, gamma, delta): a client is alive at the end, or died at one of
/// the opportunities after the last purchase. All parts are positive; nothing is added to them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BgBbKernel;

impl BgBbKernel {
    /// Each possibility, relative to the first: its terms, the last opportunity alive, and
    /// whether it is death.
    fn atoms(
        &[alpha, beta, gamma, delta]: &[f64; 4],
        (x, t_x, n): (u32, u32, u32),
        mut visit: impl FnMut(&Terms<4>, u32, bool),
    ) {
        // Factors from t_x on, one per opportunity that passes without a purchase.
        let mut atom = Terms::<4>::ZERO;
        for i in t_x..=n {
            let place = f64::from(i);
            if i == n {
                visit(&atom, i, false);
                break;
            }
            // gamma/(gamma + delta + i): death before the next.
            let mut dead = atom;
            dead.add(2, Jet::ln(gamma));
            dead.subtract_of_sum(2, 3, Jet::ln(gamma + delta + place));
            visit(&dead, i, true);
            atom.add(1, Jet::ln(beta + place - f64::from(x)));
            atom.subtract_of_sum(0, 1, Jet::ln(alpha + beta + place));
            atom.add(3, Jet::ln(delta + place));
            atom.subtract_of_sum(2, 3, Jet::ln(gamma + delta + place));
        }
    }
}

impl Kernel<4> for BgBbKernel {
    fn by_count(&self, &[alpha, ..]: &[f64; 4], x: u32) -> Terms<4> {
        let mut terms = Terms::ZERO;
        terms.add(0, ln_rising(alpha, x));
        terms
    }

    fn by_row(&self, p: &[f64; 4], cell: &Cell) -> Terms<4> {
        let &[alpha, beta, gamma, delta] = p;
        let (t_x, n) = (cell.t_x as u32, cell.age as u32);
        let mut atoms = Vec::with_capacity((n - t_x + 1) as usize);
        Self::atoms(p, (cell.x, t_x, n), |atom, _, _| atoms.push(*atom));
        let mut terms = Terms::log_sum(atoms.into_iter());
        terms.add(1, ln_rising(beta, t_x - cell.x));
        terms.subtract_of_sum(0, 1, ln_rising(alpha + beta, t_x));
        terms.add(3, ln_rising(delta, t_x));
        terms.subtract_of_sum(2, 3, ln_rising(gamma + delta, t_x));
        terms
    }
}

/// The purchases to come of a client of BG/BB who is alive. Times are whole; a part of an
/// opportunity is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BgBbFuture {
    alpha: f64,
    beta: f64,
    gamma: f64,
    delta: f64,
}

impl BgBbFuture {
    fn mean(&self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// P(alive at opportunity m) for m = 1, 2, ….
    fn survival(&self) -> impl Iterator<Item = f64> {
        let Self { gamma, delta, .. } = *self;
        let mut alive = 1.0;
        (0..).map(move |m: u32| {
            let m = f64::from(m);
            alive *= (delta + m) / (gamma + delta + m);
            alive
        })
    }
}

/// The opportunities within a time; a horizon in another unit may miss a whole number by rounding.
fn opportunities(t: f64) -> u32 {
    (t + 1e-9 * (1.0 + t)).floor().min(1e7) as u32
}

impl Future for BgBbFuture {
    fn expected(&self, t: f64) -> f64 {
        self.mean() * self.survival().take(opportunities(t) as usize).sum::<f64>()
    }

    fn pmf(&self, n: u32, t: f64) -> f64 {
        let all = opportunities(t);
        if n > all {
            return 0.0;
        }
        let Self { alpha, beta, gamma, delta } = *self;
        // n purchases in the first n opportunities, times the number of orders.
        let count = f64::from(n);
        let mut weight = (ln_rising(alpha, n).value - ln_rising(alpha + beta, n).value
            + ln_rising(delta, n).value
            - ln_rising(gamma + delta, n).value)
            .exp();
        let mut sum = 0.0;
        for i in n..all {
            let place = f64::from(i);
            sum += weight * gamma / (gamma + delta + place);
            weight *= (place + 1.0) / (place + 1.0 - count);
            weight *= (beta + place - count) / (alpha + beta + place);
            weight *= (delta + place) / (gamma + delta + place);
        }
        sum + weight
    }

    fn alive(&self, t: f64) -> f64 {
        let n = opportunities(t);
        (ln_rising(self.delta, n).value - ln_rising(self.gamma + self.delta, n).value).exp()
    }

    fn time_scale(&self) -> f64 {
        1.0
    }

    fn forever(&self, rate: f64) -> Figure {
        if rate == 0.0 {
            return if self.gamma > 1.0 {
                Ok(self.mean() * self.delta / (self.gamma - 1.0))
            } else {
                Err(Undefined::Endless)
            };
        }
        // Σ ((1 − θ) e^−rate)^m = (1 − θ)/(e^rate − 1 + θ).
        let d = rate.exp_m1();
        Ok(self.mean() * beta_mean(self.gamma, self.delta, 1.0 / d, |p, q| q / (d + p)))
    }

    fn discounted(&self, t: f64, rate: f64) -> f64 {
        let n = opportunities(t) as usize;
        let terms = self.survival().take(n).zip(1_u32..);
        self.mean() * terms.map(|(p, m)| p * (-rate * f64::from(m)).exp()).sum::<f64>()
    }

    fn mean_wait(&self) -> Figure {
        // The chance of a next purchase at m is E[p (1 − p)^(m − 1)] P(alive at m).
        let Self { alpha, beta, gamma, .. } = *self;
        if alpha + gamma <= 1.0 {
            return Err(Undefined::NoMean);
        }
        let (mut mass, mut mean, mut idle) = (0.0, 0.0, self.mean());
        for (alive, m) in self.survival().zip(1_u32..10_000_000) {
            let m = f64::from(m);
            let part = idle * alive;
            mass += part;
            mean += part * m;
            idle *= (beta + m - 1.0) / (alpha + beta + m);
            if part * m * m < 1e-14 * mean {
                return Ok(mean / mass);
            }
        }
        Err(Undefined::NoMean)
    }

    fn ever(&self) -> f64 {
        // 1 − P(never) = E[p (1 − θ)/(1 − (1 − p)(1 − θ))].
        let Self { alpha, beta, gamma, delta } = *self;
        beta_mean(alpha, beta, 1e6, |p, _| {
            // Far down p no longer matters against the dropout.
            let p = p.max(1e-30);
            p * beta_mean(gamma, delta, 1.0 / p, |theta, stays| stays / (p + theta * (1.0 - p)))
        })
    }
}
