//! Clients who may drop out after each purchase: BG/NBD, MBG/NBD and their regular kin.

use serde::{Deserialize, Serialize};

use super::columns::Histories;
use super::covariates::{CovariateModel, Covariates, WithCovariates};
use super::fit::{Fit, Parametric, check_positive, exactly};
use super::fitting::{Means, cells, fit_cells, fit_covariates};
use super::likelihood::{Cell, Effect, Kernel, Terms};
use super::outlook::{Figure, Future, Outlook, Undefined};
use super::purchase::{Posterior, PurchaseModel};
use super::quadrature::beta_mean;
use super::special::{Jet, beta_fraction, ln_1p, ln_rising, one_minus_power, scaled_exp_integral};
use super::summary::{Row, Summary};
use super::unit::TimeUnit;
use crate::error::{Error, Result};

/// BG/NBD (Fader, Hardie and Lee 2005): a client buys at a rate of their own, gamma distributed
/// with shape `r` and scale `alpha`, and drops out after each repeat purchase with a probability
/// of their own, beta distributed with `a` and `b`.
///
/// A client without a repeat purchase is alive for certain. With a regularity `k` above 1 it is
/// BG/CNBD-k (Platzer and Reutterer 2016): times between purchases are Erlang-k.
pub type BgNbd = Dropout<false>;

/// MBG/NBD (Batislam, Denizel and Filiztekin 2007): BG/NBD where a client may drop out after the
/// first purchase too. With a regularity `k` above 1 it is MBG/CNBD-k.
pub type MbgNbd = Dropout<true>;

/// Dropout after purchases; see [`BgNbd`] and [`MbgNbd`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Dropout<const FROM_FIRST: bool> {
    unit: TimeUnit,
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
    k: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    unit: TimeUnit,
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    k: u32,
}

fn one() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_one(k: &u32) -> bool {
    *k == 1
}

impl<const FROM_FIRST: bool> TryFrom<Raw> for Dropout<FROM_FIRST> {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        Self::new(raw.unit, raw.r, raw.alpha, raw.a, raw.b)?.regular(raw.k)
    }
}

impl<const FROM_FIRST: bool> From<Dropout<FROM_FIRST>> for Raw {
    fn from(model: Dropout<FROM_FIRST>) -> Self {
        let Dropout { unit, r, alpha, a, b, k } = model;
        Self { unit, r, alpha, a, b, k }
    }
}

const NAMES: [&str; 4] = ["r", "alpha", "a", "b"];

impl<const FROM_FIRST: bool> Dropout<FROM_FIRST> {
    /// A model of given parameters, `alpha` in `unit`.
    ///
    /// # Errors
    /// A parameter that is not a positive number.
    pub fn new(unit: TimeUnit, r: f64, alpha: f64, a: f64, b: f64) -> Result<Self> {
        check_positive(&[("r", r), ("alpha", alpha), ("a", a), ("b", b)])?;
        Ok(Self { unit, r, alpha, a, b, k: 1 })
    }

    /// The same for regular buyers: every `k`-th event of a hidden process is a purchase.
    ///
    /// # Errors
    /// A `k` of 0 or above 100.
    pub fn regular(self, k: u32) -> Result<Self> {
        if k == 0 || k > 100 {
            let problem = format!("regularity is a whole number from 1 to 100, found {k}");
            return Err(Error::BadArgument { argument: "k", problem });
        }
        Ok(Self { k, ..self })
    }

    /// Shape of the purchase rates.
    pub fn r(&self) -> f64 {
        self.r
    }

    /// Scale of the purchase rates, in the model's unit of time.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// First parameter of the dropout probabilities.
    pub fn a(&self) -> f64 {
        self.a
    }

    /// Second parameter of the dropout probabilities.
    pub fn b(&self) -> f64 {
        self.b
    }

    /// Regularity; 1 where purchases come at random.
    pub fn k(&self) -> u32 {
        self.k
    }

    /// The model that fits a summary best.
    ///
    /// # Errors
    /// Fewer clients with a repeat purchase than parameters.
    pub fn fit(summary: &Summary) -> Result<Fit<Self>> {
        Self::fit_regular(summary, 1)
    }

    /// The model of a stated regularity that fits a summary best. The log-likelihood takes in the
    /// times between purchases where every row knows them, so that regularities can be compared.
    ///
    /// # Errors
    /// Fewer clients with a repeat purchase than parameters; a `k` that is not 1 where a row does
    /// not know its gaps; a `k` of 0 or above 100.
    pub fn fit_regular(summary: &Summary, k: u32) -> Result<Fit<Self>> {
        let model = Self::new(summary.unit(), 1.0, 1.0, 1.0, 1.0)?.regular(k)?;
        summary.check_for(&model.name(), 4)?;
        let mut gaps = 0.0;
        if k > 1 {
            // (k − 1) ln gap − ln (k − 1)! for each purchase; no parameter changes it.
            for (i, row) in summary.each_row().enumerate() {
                let Some(log_gaps) = row.log_gaps().or((row.x() == 0).then_some(0.0)) else {
                    return Err(Error::BadRow {
                        row: i as u64,
                        column: "log_gaps".to_owned(),
                        value: "null".to_owned(),
                        problem: format!("{} needs the times between purchases", model.name()),
                        remedy: "make the rows from days, or give log_gaps".to_owned(),
                    });
                };
                let constant = f64::from(row.x()) * ln_rising(1.0, k - 1).value;
                gaps += row.count() as f64 * (f64::from(k - 1) * log_gaps - constant);
            }
        }
        let mut fit = fit_cells(
            &model.kernel(),
            NAMES,
            cells(summary),
            |i, means| if i == 1 { means.age / f64::from(k) } else { 1.0 },
            |means| starts(means, k),
            |p| Self { r: p[0], alpha: p[1], a: p[2], b: p[3], ..model },
        );
        fit.log_likelihood += gaps;
        Ok(fit)
    }

    /// The model whose regularity, from 1 to `largest`, fits a summary best, and the
    /// log-likelihood of each regularity tried.
    ///
    /// # Errors
    /// Those of [`fit_regular`](Self::fit_regular), for any regularity up to `largest`.
    pub fn fit_any(summary: &Summary, largest: u32) -> Result<(Fit<Self>, Vec<f64>)> {
        Self::new(summary.unit(), 1.0, 1.0, 1.0, 1.0)?.regular(largest)?;
        let mut best = Self::fit(summary)?;
        let mut tried = vec![best.log_likelihood];
        for k in 2..=largest {
            let fit = Self::fit_regular(summary, k)?;
            tried.push(fit.log_likelihood);
            if fit.log_likelihood > best.log_likelihood {
                best = fit;
            } else if tried.len() >= 3 && tried[tried.len() - 2] < best.log_likelihood {
                // Two regularities in a row were worse: the likelihood has one top in k.
                break;
            }
        }
        Ok((best, tried))
    }

    fn kernel(&self) -> DropoutKernel {
        DropoutKernel { from_first: FROM_FIRST, k: self.k }
    }

    fn array(&self) -> [f64; 4] {
        [self.r, self.alpha, self.a, self.b]
    }

    /// Weights, adding up to 1, and shapes by the number of hidden events since the last purchase;
    /// before them the logarithm of the sum of the weights in relation to the first.
    fn phases(&self, row: &Row) -> (f64, Vec<(f64, f64)>) {
        let shape = self.shape(row);
        let z = (row.age() - row.t_x()) / (self.alpha + row.age());
        // In logarithms: the binomial coefficients of many purchases leave the range of numbers.
        let mut log = 0.0;
        let mut phases: Vec<(f64, f64)> = (0..self.k)
            .map(|j| {
                let j = f64::from(j);
                let phase = (log, shape + j);
                log += (z * (shape + j) / (j + 1.0)).ln();
                phase
            })
            .collect();
        let top = phases.iter().fold(0.0, |top, phase| f64::max(top, phase.0));
        let mut sum = 0.0;
        for phase in &mut phases {
            phase.0 = (phase.0 - top).exp();
            sum += phase.0;
        }
        for phase in &mut phases {
            phase.0 /= sum;
        }
        (top + sum.ln(), phases)
    }

    /// ln of (α + T)/(α + t_x).
    fn log_waited(&self, t_x: f64, age: f64) -> f64 {
        ln_1p((age - t_x) / (self.alpha + t_x))
    }

    /// P(alive) of a client with `x` purchases who could have dropped out, from the likelihood of
    /// the silence if dead in relation to that if alive. Neither 0 nor infinity makes a NaN of it.
    fn p_of_odds(&self, x: f64, dead: f64) -> f64 {
        let stayed = self.b + (x + f64::from(u8::from(FROM_FIRST)) - 1.0);
        stayed / (stayed + self.a * dead)
    }

    /// Shape of the rates of a client with this history.
    fn shape(&self, row: &Row) -> f64 {
        self.r + f64::from(self.k) * f64::from(row.x())
    }

    /// How often the client could have dropped out.
    fn chances(row: &Row) -> f64 {
        f64::from(row.x()) + f64::from(u8::from(FROM_FIRST))
    }
}

fn starts(means: &Means, k: u32) -> Vec<[f64; 4]> {
    // Clients buy faster while they are alive than over all time.
    let rate = 2.0 * means.rate * f64::from(k);
    [(0.3, 0.8, 2.5), (1.0, 1.0, 5.0), (3.0, 0.3, 3.0)]
        .map(|(r, a, b)| [r, r / rate, a, b])
        .to_vec()
}

impl<const FROM_FIRST: bool> Parametric for Dropout<FROM_FIRST> {
    fn name(&self) -> String {
        let start = if FROM_FIRST { "MBG" } else { "BG" };
        if self.k == 1 { format!("{start}/NBD") } else { format!("{start}/CNBD-{}", self.k) }
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
        let [r, alpha, a, b] = exactly(parameters)?;
        Self::new(self.unit, r, alpha, a, b)?.regular(self.k)
    }
}

impl<const FROM_FIRST: bool> PurchaseModel for Dropout<FROM_FIRST> {
    type Future = DropoutFuture;

    fn time_unit(&self) -> TimeUnit {
        self.unit
    }

    fn log_likelihood(&self, row: &Row) -> f64 {
        let cell = Cell { x: row.x(), t_x: row.t_x(), age: row.age(), count: 1.0 };
        let gaps = if self.k == 1 { 0.0 } else { row.log_gaps().unwrap_or(0.0) };
        let constant = f64::from(row.x()) * ln_rising(1.0, self.k - 1).value;
        self.kernel().log_likelihood(&self.array(), &cell) + f64::from(self.k - 1) * gaps - constant
    }

    fn p_alive(&self, row: &Row) -> f64 {
        if !FROM_FIRST && row.x() == 0 {
            return 1.0;
        }
        let log = self.shape(row) * self.log_waited(row.t_x(), row.age());
        let alive = if self.k > 1 { self.phases(row).0 } else { 0.0 };
        self.p_of_odds(f64::from(row.x()), (log - alive).exp())
    }

    fn times_p_alive(&self, histories: Histories<'_>, figures: &mut [f64]) {
        if self.k > 1 {
            for (figure, row) in figures.iter_mut().zip(histories.rows()) {
                *figure *= self.p_alive(&row);
            }
            return;
        }
        let Histories { x, t_x, age } = histories;
        // Who may have dropped out comes first into a list, so that the processor need not guess.
        let mut doubtful = vec![0_u32; figures.len()];
        let mut count = 0;
        for (place, &x) in x.iter().enumerate() {
            doubtful[count] = place as u32;
            count += usize::from(FROM_FIRST || x > 0.0);
        }
        for &place in &doubtful[..count] {
            let at = place as usize;
            let log = (self.r + x[at]) * self.log_waited(t_x[at], age[at]);
            figures[at] *= self.p_of_odds(x[at], log.exp());
        }
    }

    fn if_alive(&self, row: &Row) -> DropoutFuture {
        let phases = if self.k == 1 {
            Phases::One(self.shape(row))
        } else {
            Phases::Many(self.phases(row).1)
        };
        DropoutFuture {
            alpha: self.alpha + row.age(),
            a: self.a,
            b: self.b + Self::chances(row),
            phases,
        }
    }

    fn future_ignores_recency(&self) -> bool {
        self.k == 1
    }

    fn outlook_new(&self) -> Outlook<DropoutFuture> {
        let alive = if FROM_FIRST { self.b / (self.a + self.b) } else { 1.0 };
        let phases = if self.k == 1 {
            Phases::One(self.r)
        } else {
            let phase = |j: u32| (f64::from(u8::from(j == 0)), self.r + f64::from(j));
            Phases::Many((0..self.k).map(phase).collect())
        };
        let b = self.b + f64::from(u8::from(FROM_FIRST));
        Outlook::new(alive, DropoutFuture { alpha: self.alpha, a: self.a, b, phases }, self.unit)
    }

    fn posterior(&self, row: &Row) -> Posterior {
        let alive = self.p_alive(row);
        let shape = self.shape(row);
        // Events of the hidden process are k times as frequent as purchases.
        let events: f64 = if self.k == 1 {
            shape
        } else {
            self.phases(row).1.iter().map(|phase| phase.0 * phase.1).sum()
        };
        let while_alive = events / (self.alpha + row.age());
        let until_last = shape / (self.alpha + row.t_x());
        let all = self.a + self.b + Self::chances(row);
        Posterior {
            purchase_rate: (alive * while_alive + (1.0 - alive) * until_last) / f64::from(self.k),
            dropout: (alive * self.a + (1.0 - alive) * (self.a + 1.0)) / all,
        }
    }
}

/// The likelihood of (r, alpha, a, b): a client is alive, or dropped out at the last purchase.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DropoutKernel {
    pub(crate) from_first: bool,
    pub(crate) k: u32,
}

impl Kernel<4> for DropoutKernel {
    fn by_count(&self, &[r, alpha, a, b]: &[f64; 4], x: u32) -> Terms<4> {
        let survived = u64::from(x) + u64::from(self.from_first);
        let mut terms = Terms::ZERO;
        terms.add(0, ln_rising(r, u64::from(self.k) * u64::from(x)));
        terms.add(3, ln_rising(b, survived));
        terms.subtract_of_sum(2, 3, ln_rising(a + b, survived));
        // r ln alpha.
        terms.value += r * alpha.ln();
        terms.gradient[0] += alpha.ln();
        terms.gradient[1] += r / alpha;
        terms.hessian[1][0] += 1.0 / alpha;
        terms.hessian[1][1] -= r / (alpha * alpha);
        terms
    }

    fn by_row(&self, &[r, alpha, a, b]: &[f64; 4], cell: &Cell) -> Terms<4> {
        let shape = r + f64::from(self.k) * f64::from(cell.x);
        let log_end = (alpha + cell.age).ln();
        let per_end = 1.0 / (alpha + cell.age);
        let mut terms = Terms::ZERO;
        terms.value = -shape * log_end;
        terms.gradient[0] = -log_end;
        terms.gradient[1] = -shape * per_end;
        terms.hessian[1][0] = -per_end;
        terms.hessian[1][1] = shape * per_end * per_end;
        let deaths = f64::from(cell.x) + f64::from(u8::from(self.from_first));
        if self.k > 1 {
            terms.add_scaled(1.0, &self.phases(shape, alpha, (a, b), cell, deaths));
            return terms;
        }
        if deaths == 0.0 {
            return terms;
        }
        // The odds of dead to alive, in logs, and their gradient.
        let per_last = 1.0 / (alpha + cell.t_x);
        let wait = ((cell.age - cell.t_x) * per_last).ln_1p();
        let before = b + (deaths - 1.0);
        let odds = (a / before).ln() + shape * wait;
        let slope = [wait, shape * (per_end - per_last), 1.0 / a, -1.0 / before];
        // Stable on both sides.
        let e = (-odds.abs()).exp();
        let dead = if odds > 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) };
        terms.value += odds.max(0.0) + e.ln_1p();
        let spread = dead * (1.0 - dead);
        for i in 0..4 {
            terms.gradient[i] += dead * slope[i];
            for j in 0..=i {
                terms.hessian[i][j] += spread * slope[i] * slope[j];
            }
        }
        terms.hessian[1][0] += dead * (per_end - per_last);
        terms.hessian[1][1] += dead * shape * (per_last * per_last - per_end * per_end);
        terms.hessian[2][2] -= dead / (a * a);
        terms.hessian[3][3] += dead / (before * before);
        terms
    }
}

impl DropoutKernel {
    /// ln of the sum over dead, and alive after each possible number of hidden events since the
    /// last purchase, relative to alive without any.
    fn phases(
        self,
        shape: f64,
        alpha: f64,
        (a, b): (f64, f64),
        cell: &Cell,
        deaths: f64,
    ) -> Terms<4> {
        let end = alpha + cell.age;
        let waited = cell.age - cell.t_x;
        let alive = (0..self.k).map_while(|j| {
            if j > 0 && waited <= 0.0 {
                return None;
            }
            let mut atom = Terms::ZERO;
            atom.add(0, ln_rising(shape, j));
            let events = f64::from(j);
            if j > 0 {
                atom.value += events * (waited / end).ln() - ln_rising(1.0, j).value;
                atom.gradient[1] -= events / end;
                atom.hessian[1][1] += events / (end * end);
            }
            Some(atom)
        });
        let dead = (deaths > 0.0).then(|| {
            let last = alpha + cell.t_x;
            let before = b + (deaths - 1.0);
            let mut atom = Terms::ZERO;
            let wait = (waited / last).ln_1p();
            atom.value = shape * wait;
            atom.gradient[0] = wait;
            atom.gradient[1] = shape * (1.0 / end - 1.0 / last);
            atom.hessian[1][0] = 1.0 / end - 1.0 / last;
            atom.hessian[1][1] = shape * (1.0 / (last * last) - 1.0 / (end * end));
            atom.add(2, Jet::ln(a));
            let ln = Jet::ln(before);
            atom.add(3, Jet { value: -ln.value, first: -ln.first, second: -ln.second });
            atom
        });
        Terms::log_sum(alive.chain(dead))
    }
}

/// The purchases to come of a client of the BG family who is alive.
#[derive(Debug, Clone, PartialEq)]
pub struct DropoutFuture {
    alpha: f64,
    a: f64,
    b: f64,
    phases: Phases,
}

#[derive(Debug, Clone, PartialEq)]
enum Phases {
    /// The shape; each hidden event is a purchase.
    One(f64),
    /// Weight and shape by the number of hidden events since the last purchase.
    Many(Vec<(f64, f64)>),
}

/// Beyond this the series of the hypergeometric function need too many terms.
const NEAR_ONE: f64 = 0.98;

impl DropoutFuture {
    /// E[X(t)] of BG/NBD.
    ///
    /// With z = t/(α + t), c = a + b − 1, Euler's transformation makes 2F1(r, b; c; z) of the
    /// paper into a series whose parameters stay small whatever x is, and taking out its first
    /// term leaves nothing that is singular at a = 1 or c = 0.
    fn mean(&self, r: f64, t: f64) -> f64 {
        let (alpha, a, b) = (self.alpha, self.a, self.b);
        let z = t / (alpha + t);
        let c = a + b - 1.0;
        if z < NEAR_ONE {
            let log_q = -(t / alpha).ln_1p();
            let first = c * one_minus_power(a - 1.0, log_q);
            let power = ((a - 1.0) * log_q).exp();
            let d = c - r;
            let mut term = d * z;
            let (mut sum, mut n) = (term, 1.0);
            while term.abs() > 1e-17 * sum.abs() && n < 3000.0 {
                term *= (d + n) * (a + n - 1.0) / ((c + n) * (n + 1.0)) * z;
                sum += term;
                n += 1.0;
            }
            let mean = first - power * sum;
            // The difference has kept its digits.
            if mean > 1e-3 * (first.abs() + power * sum.abs()) && n < 3000.0 {
                return mean;
            }
        }
        let tau = t / alpha;
        beta_mean(a, b, tau * (r + 1.0), |p, _| -(-r * (p * tau).ln_1p()).exp_m1() / p)
    }

    /// P(alive at t) = E[(1 + p t/α)^−r].
    fn survival(&self, r: f64, t: f64) -> f64 {
        let (alpha, a, b) = (self.alpha, self.a, self.b);
        let z = t / (alpha + t);
        let d = a + b - r;
        if z < NEAR_ONE && d > -20.0 {
            let (mut term, mut sum, mut size, mut n) = (1.0_f64, 1.0_f64, 1.0, 0.0);
            while term.abs() > 1e-17 * sum.abs() && n < 3000.0 {
                term *= (a + n) * (d + n) / ((a + b + n) * (n + 1.0)) * z;
                sum += term;
                size += term.abs();
                n += 1.0;
            }
            if sum > 1e-3 * size && n < 3000.0 {
                return (-a * (t / alpha).ln_1p()).exp() * sum;
            }
        }
        let tau = t / alpha;
        beta_mean(a, b, tau * (r + 1.0), |p, _| (-r * (p * tau).ln_1p()).exp())
    }

    /// The probabilities of hidden events and of at least so many, as far as they count.
    fn events(&self, r: f64, t: f64) -> Tails {
        Tails::new(r, self.alpha, t)
    }

    /// E[(1 − p)^n].
    fn kept(&self, n: u32) -> f64 {
        (ln_rising(self.b, n).value - ln_rising(self.a + self.b, n).value).exp()
    }

    /// E[p (1 − p)^(n − 1)], n ≥ 1.
    fn dropped(&self, n: u32) -> f64 {
        self.a * (ln_rising(self.b, n - 1).value - ln_rising(self.a + self.b, n).value).exp()
    }
}

impl Future for DropoutFuture {
    fn expected(&self, t: f64) -> f64 {
        match &self.phases {
            Phases::One(r) => self.mean(*r, t),
            Phases::Many(phases) => {
                // The n-th purchase comes if n − 1 were survived and enough events happened.
                let k = phases.len() as u64;
                mixed(phases, |j, shape| {
                    let tails = self.events(shape, t);
                    let (mut sum, mut kept) = (0.0, 1.0);
                    for n in 1_u32.. {
                        let tail = tails.at_least(k * u64::from(n) - j);
                        sum += kept * tail;
                        if tail <= 1e-17 * sum || tail == 0.0 {
                            break;
                        }
                        let m = f64::from(n - 1);
                        kept *= (self.b + m) / (self.a + self.b + m);
                    }
                    sum
                })
            }
        }
    }

    fn pmf(&self, n: u32, t: f64) -> f64 {
        if t == 0.0 {
            return f64::from(u8::from(n == 0));
        }
        match &self.phases {
            Phases::One(r) => {
                let alive = self.kept(n) * nbd_pmf(*r, self.alpha, t, n);
                if n == 0 {
                    return alive;
                }
                alive + self.dropped(n) * nbd_tail(*r, self.alpha, t, n)
            }
            Phases::Many(phases) => {
                let k = phases.len() as u64;
                mixed(phases, |j, shape| {
                    let bought = k * u64::from(n);
                    let (from, to) = (bought.saturating_sub(j), bought + k - j);
                    let exactly: f64 = (from..to).map(|m| nbd_pmf(shape, self.alpha, t, m)).sum();
                    let kept = self.kept(n) * exactly;
                    if n == 0 {
                        return kept;
                    }
                    kept + self.dropped(n) * nbd_tail(shape, self.alpha, t, from)
                })
            }
        }
    }

    fn alive(&self, t: f64) -> f64 {
        match &self.phases {
            Phases::One(r) => self.survival(*r, t),
            Phases::Many(phases) => {
                let k = phases.len() as u64;
                mixed(phases, |j, shape| {
                    let tails = self.events(shape, t);
                    let (mut sum, mut kept) = (0.0, 1.0);
                    for n in 0_u32.. {
                        let bought = k * u64::from(n);
                        let (from, to) = (bought.saturating_sub(j), bought + k - j);
                        let part: f64 = (from..to).map(|m| tails.exactly(m)).sum();
                        sum += kept * part;
                        if tails.at_least(to) <= 1e-17 {
                            break;
                        }
                        let m = f64::from(n);
                        kept *= (self.b + m) / (self.a + self.b + m);
                    }
                    sum
                })
            }
        }
    }

    fn time_scale(&self) -> f64 {
        self.alpha
    }

    fn forever(&self, rate: f64) -> Figure {
        if rate == 0.0 {
            // E[1/p]: every client drops out in the end.
            return if self.a > 1.0 {
                Ok((self.a + self.b - 1.0) / (self.a - 1.0))
            } else {
                Err(Undefined::Endless)
            };
        }
        match &self.phases {
            Phases::One(r) => {
                // E[λ/(rate + λ p)], first over λ, then over p.
                let fine = (r + 1.0) / (self.alpha * rate);
                Ok(beta_mean(self.a, self.b, fine, |p, _| {
                    let z = self.alpha * rate / p;
                    r * scaled_exp_integral(r + 1.0, z) / p
                }))
            }
            // By then 45 e-foldings of the discount have passed.
            Phases::Many(_) => Ok(self.discounted(46.0 / rate, rate)),
        }
    }

    fn mean_wait(&self) -> Figure {
        // A client who is alive buys again for certain, at times whose law is Lomax.
        let wait = |j: u64, shape: f64, k: u64| (k - j) as f64 * self.alpha / (shape - 1.0);
        match &self.phases {
            Phases::One(r) if *r > 1.0 => Ok(wait(0, *r, 1)),
            Phases::Many(phases) if phases[0].1 > 1.0 || phases[0].0 == 0.0 => {
                let k = phases.len() as u64;
                Ok(mixed(phases, |j, shape| wait(j, shape, k)))
            }
            _ => Err(Undefined::NoMean),
        }
    }

    fn ever(&self) -> f64 {
        1.0
    }
}

/// The mean of a figure over phases.
fn mixed(phases: &[(f64, f64)], f: impl Fn(u64, f64) -> f64) -> f64 {
    let part = |(j, &(weight, shape)): (usize, &(f64, f64))| {
        if weight > 0.0 { weight * f(j as u64, shape) } else { 0.0 }
    };
    phases.iter().enumerate().map(part).sum()
}

/// P(N = n) of the NBD at t.
pub(crate) fn nbd_pmf(r: f64, alpha: f64, t: f64, n: impl Into<u64>) -> f64 {
    let n = n.into();
    if t == 0.0 {
        return f64::from(u8::from(n == 0));
    }
    let ln = ln_rising(r, n).value
        - ln_rising(1.0, n).value
        - r * (t / alpha).ln_1p()
        - n as f64 * (alpha / t).ln_1p();
    ln.exp()
}

/// P(N ≥ n) of the NBD at t > 0: I_z(n, r) with z = t/(α + t), from the side whose continued
/// fraction is quick.
fn nbd_tail(r: f64, alpha: f64, t: f64, n: impl Into<u64>) -> f64 {
    let n = n.into();
    if n == 0 {
        return 1.0;
    }
    let (exactly, n) = (nbd_pmf(r, alpha, t, n), n as f64);
    let (z, rest) = (t / (alpha + t), alpha / (alpha + t));
    if z * (n + r + 2.0) < n + 1.0 {
        return exactly * beta_fraction(n, r, z);
    }
    (1.0 - exactly * n / r * beta_fraction(r, n, rest)).max(0.0)
}

/// The NBD at one time: all its probabilities that count, and their sums from above.
#[derive(Debug)]
struct Tails {
    exact: Vec<f64>,
    tails: Vec<f64>,
}

impl Tails {
    fn new(r: f64, alpha: f64, t: f64) -> Self {
        let mut exact = Vec::new();
        let mean = r * t / alpha;
        let z = t / (alpha + t);
        let log_z = -(alpha / t).ln_1p();
        let mut log = -r * (t / alpha).ln_1p();
        for n in 0_u32..5_000_000 {
            let p = log.exp();
            exact.push(p);
            let n = f64::from(n);
            if t == 0.0 || n > mean && p * (1.0 + z / (1.0 - z)) < 1e-19 * (1.0 - z) {
                break;
            }
            log += ((r + n) / (n + 1.0)).ln() + log_z;
        }
        let mut tails = vec![0.0; exact.len() + 1];
        for n in (0..exact.len()).rev() {
            tails[n] = tails[n + 1] + exact[n];
        }
        Self { exact, tails }
    }

    fn exactly(&self, n: u64) -> f64 {
        self.exact.get(n as usize).copied().unwrap_or(0.0)
    }

    fn at_least(&self, n: u64) -> f64 {
        self.tails.get(n as usize).copied().unwrap_or(0.0)
    }
}

impl<const FROM_FIRST: bool> CovariateModel for Dropout<FROM_FIRST> {
    fn effects(purchase: usize, dropout: usize) -> Vec<(Effect, String)> {
        let effect = |parameter: usize, sign: f64| {
            move |covariate: usize| Effect { parameter, sign, covariate }
        };
        let all = (0..purchase).map(effect(1, -1.0)).map(|e| (e, "purchase".to_owned()));
        let a = (purchase..purchase + dropout).map(effect(2, 1.0));
        let b = (purchase..purchase + dropout).map(effect(3, 1.0));
        all.chain(a.map(|e| (e, "dropout_a".to_owned())))
            .chain(b.map(|e| (e, "dropout_b".to_owned())))
            .collect()
    }
}

impl<const FROM_FIRST: bool> Dropout<FROM_FIRST> {
    /// The model with covariates that fits a summary best (Fader and Hardie 2007): a client's
    /// `alpha` is multiplied by e^(−γ · purchase covariates), `a` and `b` each by e^(γ · dropout
    /// covariates) with coefficients of their own.
    ///
    /// # Errors
    /// Fewer clients with a repeat purchase than parameters; covariates of another length than
    /// the summary.
    pub fn fit_with(
        summary: &Summary,
        purchase: &Covariates,
        dropout: &Covariates,
    ) -> Result<Fit<WithCovariates<Self>>> {
        let plain = Self::fit(summary)?;
        fit_covariates(&plain, &plain.model.kernel(), summary, purchase, dropout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against one less the sum of the probabilities below; a long series of small steps would
    /// not come to an end at a time of a million million scales.
    #[test]
    fn tails_of_the_nbd() {
        for (r, t) in [(0.3, 0.2), (0.3, 40.0), (7.0, 3.0), (900.0, 1.0), (0.001, 1e12)] {
            let mut below = 0.0;
            for n in 0_u32..2_000 {
                let tail = nbd_tail(r, 1.0, t, n);
                // ln n! goes up to 13,206, whose last digit is 2e-12; it comes in four times.
                assert!((tail - (1.0 - below)).abs() < 8e-12, "{r} {t} {n} {tail}");
                below += nbd_pmf(r, 1.0, t, n);
            }
        }
        // P(N ≥ 3) at r = 1 is z³, which keeps its digits however small it is.
        let z: f64 = 1e-9 / (1.0 + 1e-9);
        assert!((nbd_tail(1.0, 1.0, 1e-9, 3_u32) / z.powi(3) - 1.0).abs() < 1e-13);
    }
}
