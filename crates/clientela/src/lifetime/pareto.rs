//! Clients who may drop out at any time: Pareto/NBD.

use serde::{Deserialize, Serialize};

use super::covariates::{CovariateModel, Covariates, WithCovariates};
use super::dropout::nbd_pmf;
use super::fit::{Fit, Parametric, check_positive, exactly};
use super::fitting::{Means, cells, fit_cells, fit_covariates};
use super::likelihood::{Cell, Effect, Kernel, Terms};
use super::outlook::{Figure, Future, Outlook, Undefined};
use super::purchase::{Posterior, PurchaseModel};
use super::quadrature::{NEGLIGIBLE, Rule, log_concave, rule_for};
use super::special::{ln_rising, one_minus_power, scaled_exp_integral};
use super::summary::{Row, Summary};
use super::unit::TimeUnit;
use crate::error::{Error, Result};

/// Pareto/NBD (Schmittlein, Morrison and Colombo 1987): a client buys at a rate of their own,
/// gamma distributed with shape `r` and scale `alpha`, and drops out at a rate of their own, gamma
/// distributed with shape `s` and scale `beta`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct ParetoNbd {
    unit: TimeUnit,
    future: ParetoFuture,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    unit: TimeUnit,
    r: f64,
    alpha: f64,
    s: f64,
    beta: f64,
}

impl TryFrom<Raw> for ParetoNbd {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        Self::new(raw.unit, raw.r, raw.alpha, raw.s, raw.beta)
    }
}

impl From<ParetoNbd> for Raw {
    fn from(model: ParetoNbd) -> Self {
        let ParetoFuture { r, alpha, s, beta } = model.future;
        Self { unit: model.unit, r, alpha, s, beta }
    }
}

const NAMES: [&str; 4] = ["r", "alpha", "s", "beta"];

impl ParetoNbd {
    /// A model of given parameters, `alpha` and `beta` in `unit`.
    ///
    /// # Errors
    /// A parameter that is not a positive number.
    pub fn new(unit: TimeUnit, r: f64, alpha: f64, s: f64, beta: f64) -> Result<Self> {
        check_positive(&[("r", r), ("alpha", alpha), ("s", s), ("beta", beta)])?;
        Ok(Self { unit, future: ParetoFuture { r, alpha, s, beta } })
    }

    /// Shape of the purchase rates.
    pub fn r(&self) -> f64 {
        self.future.r
    }

    /// Scale of the purchase rates, in the model's unit of time.
    pub fn alpha(&self) -> f64 {
        self.future.alpha
    }

    /// Shape of the dropout rates.
    pub fn s(&self) -> f64 {
        self.future.s
    }

    /// Scale of the dropout rates, in the model's unit of time.
    pub fn beta(&self) -> f64 {
        self.future.beta
    }

    /// The model that fits a summary best.
    ///
    /// # Errors
    /// Fewer clients with a repeat purchase than parameters.
    pub fn fit(summary: &Summary) -> Result<Fit<Self>> {
        summary.check_for("Pareto/NBD", 4)?;
        let starts = |means: &Means| {
            // Clients buy faster while they are alive than over all time.
            let (rate, age) = (2.0 * means.rate, means.age);
            [(0.5, 0.6, 0.4), (1.5, 1.0, 1.0), (4.0, 0.3, 1.0), (1.0, 3.0, 4.0)]
                .map(|(r, s, beta)| [r, r / rate, s, beta * age])
                .to_vec()
        };
        Ok(fit_cells(
            &ParetoKernel,
            NAMES,
            cells(summary),
            |i, means| if i % 2 == 1 { means.age } else { 1.0 },
            starts,
            |[r, alpha, s, beta]| Self {
                unit: summary.unit(),
                future: ParetoFuture { r, alpha, s, beta },
            },
        ))
    }

    /// The model with covariates that fits a summary best (Fader and Hardie 2007): a client's
    /// `alpha` is multiplied by e^(−γ · purchase covariates), `beta` by e^(−γ · dropout
    /// covariates).
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
        fit_covariates(&plain, &ParetoKernel, summary, purchase, dropout)
    }

    fn array(&self) -> [f64; 4] {
        let ParetoFuture { r, alpha, s, beta } = self.future;
        [r, alpha, s, beta]
    }
}

impl CovariateModel for ParetoNbd {
    fn effects(purchase: usize, dropout: usize) -> Vec<(Effect, String)> {
        let effect = |parameter: usize, name: &'static str| {
            move |covariate: usize| (Effect { parameter, sign: -1.0, covariate }, name.to_owned())
        };
        let purchases = (0..purchase).map(effect(1, "purchase"));
        purchases.chain((purchase..purchase + dropout).map(effect(3, "dropout"))).collect()
    }
}

impl Parametric for ParetoNbd {
    fn name(&self) -> String {
        "Pareto/NBD".to_owned()
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
        let [r, alpha, s, beta] = exactly(parameters)?;
        Self::new(self.unit, r, alpha, s, beta)
    }
}

impl PurchaseModel for ParetoNbd {
    type Future = ParetoFuture;

    fn time_unit(&self) -> TimeUnit {
        self.unit
    }

    fn log_likelihood(&self, row: &Row) -> f64 {
        let cell = Cell { x: row.x(), t_x: row.t_x(), age: row.age(), count: 1.0 };
        ParetoKernel.log_likelihood(&self.array(), &cell)
    }

    fn p_alive(&self, row: &Row) -> f64 {
        let death = Death::new(&self.array(), row.x(), row.t_x(), row.age());
        let mut dead = 0.0;
        death.each(|weight, _, _, _, _| dead += weight);
        1.0 / (1.0 + dead * (-death.log_alive()).exp())
    }

    fn if_alive(&self, row: &Row) -> ParetoFuture {
        let ParetoFuture { r, alpha, s, beta } = self.future;
        ParetoFuture {
            r: r + f64::from(row.x()),
            alpha: alpha + row.age(),
            s,
            beta: beta + row.age(),
        }
    }

    fn outlook_new(&self) -> Outlook<ParetoFuture> {
        Outlook::new(1.0, self.future, self.unit)
    }

    fn posterior(&self, row: &Row) -> Posterior {
        let [r, alpha, s, beta] = self.array();
        let shape = r + f64::from(row.x());
        let death = Death::new(&self.array(), row.x(), row.t_x(), row.age());
        let alive = death.log_alive().exp();
        let (mut all, mut purchase, mut dropout) =
            (alive, alive * shape / (alpha + row.age()), alive * s / (beta + row.age()));
        death.each(|weight, _, per_alpha, _, per_beta| {
            all += weight;
            purchase += weight * shape * per_alpha;
            dropout += weight * (s + 1.0) * per_beta;
        });
        Posterior { purchase_rate: purchase / all, dropout: dropout / all }
    }
}

/// The integral over the time u of death between the last purchase and the end of observation,
/// ∫ s (α + u)^−(r + x) (β + u)^−(s + 1) du, in which every part is positive; relative to the
/// likelihood of the history up to the last purchase.
///
/// With w = ln (m + u)/(m + t_x), m the smaller of α and β, the logarithm of the integrand is
/// concave and smooth. It is cut where it has fallen by e^−38.
struct Death {
    shape: f64,
    s: f64,
    /// m + t_x.
    base: f64,
    /// The larger of α and β less the smaller, and the larger + t_x.
    gap: f64,
    far: f64,
    /// Whether α is the smaller.
    alpha_near: bool,
    range: f64,
    rule: &'static Rule,
    panels: u32,
    /// The logarithms of (α + T)/(α + t_x) and of (β + T)/(β + t_x).
    log_end: (f64, f64),
    /// s (m + t_x)/(β + t_x).
    front: f64,
}

impl Death {
    fn new(&[r, alpha, s, beta]: &[f64; 4], x: u32, t_x: f64, age: f64) -> Self {
        let shape = r + f64::from(x);
        let alpha_near = alpha <= beta;
        let (near, large) = if alpha_near { (alpha, beta) } else { (beta, alpha) };
        let (base, far, waited) = (near + t_x, large + t_x, age - t_x);
        let whole = (waited / base).ln_1p();
        let mut death = Self {
            shape,
            s,
            base,
            gap: large - near,
            far,
            alpha_near,
            range: whole,
            rule: rule_for(0.0, 0.0).0,
            panels: 1,
            log_end: ((waited / (alpha + t_x)).ln_1p(), (waited / (beta + t_x)).ln_1p()),
            front: s * base / (beta + t_x),
        };
        let end = death.exponent(death.log_end.0, death.log_end.1) + whole;
        let mut drop = end.abs();
        if end < -NEGLIGIBLE {
            // Concave, so it falls once and for all.
            let (mut low, mut high) = (0.0, whole);
            for _ in 0..30 {
                let middle = f64::midpoint(low, high);
                if death.log_integrand(middle) < -NEGLIGIBLE {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            death.range = high;
            drop = NEGLIGIBLE;
        } else if alpha_near && shape < 1.0 && whole > 1.0 {
            // It may rise first: the largest rule covers it.
            drop = NEGLIGIBLE;
        }
        (death.rule, death.panels) = rule_for(drop, death.range);
        death
    }

    fn exponent(&self, log_alpha: f64, log_beta: f64) -> f64 {
        -self.shape * log_alpha - (self.s + 1.0) * log_beta
    }

    fn logs(&self, w: f64) -> (f64, f64, f64) {
        let near = self.base * w.exp();
        let log_far = ((near + self.gap) / self.far).ln();
        (near, w, log_far)
    }

    fn log_integrand(&self, w: f64) -> f64 {
        let (_, near, far) = self.logs(w);
        let (log_alpha, log_beta) = if self.alpha_near { (near, far) } else { (far, near) };
        self.exponent(log_alpha, log_beta) + w
    }

    /// ln of the likelihood of being alive at the end, relative as above.
    fn log_alive(&self) -> f64 {
        -self.shape * self.log_end.0 - self.s * self.log_end.1
    }

    /// Calls with each node's weight, ln (α + u)/(α + t_x), 1/(α + u), and the same of β.
    #[inline]
    fn each(&self, mut visit: impl FnMut(f64, f64, f64, f64, f64)) {
        let width = self.range / f64::from(self.panels);
        for panel in 0..self.panels {
            for &(x, weight) in self.rule {
                let w = (f64::from(panel) + x) * width;
                let (near, log_near, log_far) = self.logs(w);
                let (per_near, per_far) = (1.0 / near, 1.0 / (near + self.gap));
                let (log_alpha, per_alpha, log_beta, per_beta) = if self.alpha_near {
                    (log_near, per_near, log_far, per_far)
                } else {
                    (log_far, per_far, log_near, per_near)
                };
                let height = (self.exponent(log_alpha, log_beta) + w).exp();
                let weight = self.front * width * weight * height;
                visit(weight, log_alpha, per_alpha, log_beta, per_beta);
            }
        }
    }
}

/// The likelihood of (r, alpha, s, beta).
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParetoKernel;

impl Kernel<4> for ParetoKernel {
    fn by_count(&self, &[r, alpha, s, beta]: &[f64; 4], x: u32) -> Terms<4> {
        let mut terms = Terms::ZERO;
        terms.add(0, ln_rising(r, x));
        for (shape, scale, i) in [(r, alpha, 0), (s, beta, 2)] {
            terms.value += shape * scale.ln();
            terms.gradient[i] += scale.ln();
            terms.gradient[i + 1] += shape / scale;
            terms.hessian[i + 1][i] += 1.0 / scale;
            terms.hessian[i + 1][i + 1] -= shape / (scale * scale);
        }
        terms
    }

    /// The weights of alive and of each time of death are their posterior, so gradient and
    /// Hessian are its means and covariances.
    fn by_row(&self, p: &[f64; 4], cell: &Cell) -> Terms<4> {
        let &[_, alpha, s, beta] = p;
        let death = Death::new(p, cell.x, cell.t_x, cell.age);
        let shape = death.shape;
        let (mut all, mut dead) = (0.0, 0.0);
        // Means of (ln α-ratio, 1/(α + u), ln β-ratio less 1/s, multiple of 1/(β + u)), of their
        // products, and of 1/(β + u) and (s or s + 1)/(β + u)².
        let mut mean = [0.0; 4];
        let mut product = [0.0; 10];
        let (mut per, mut square) = (0.0, 0.0);
        let mut add = |weight: f64, v: [f64; 4], per_beta: f64| {
            all += weight;
            let [a, b, c, d] = v.map(|v| weight * v);
            mean[0] += a;
            mean[1] += b;
            mean[2] += c;
            mean[3] += d;
            product[0] += a * v[0];
            product[1] += b * v[0];
            product[2] += b * v[1];
            product[3] += c * v[0];
            product[4] += c * v[1];
            product[5] += c * v[2];
            product[6] += d * v[0];
            product[7] += d * v[1];
            product[8] += d * v[2];
            product[9] += d * v[3];
            per += weight * per_beta;
            square += d * per_beta;
        };
        let (end_alpha, end_beta) = (1.0 / (alpha + cell.age), 1.0 / (beta + cell.age));
        let alive = death.log_alive().exp();
        let (log_alpha, log_beta) = death.log_end;
        add(alive, [log_alpha, end_alpha, log_beta, s * end_beta], end_beta);
        death.each(|weight, log_alpha, per_alpha, log_beta, per_beta| {
            let multiple = (s + 1.0) * per_beta;
            add(weight, [log_alpha, per_alpha, log_beta - 1.0 / s, multiple], per_beta);
            dead += weight;
        });
        let scale = 1.0 / all;
        mean = mean.map(|v| v * scale);
        product = product.map(|v| v * scale);
        let (log_last_alpha, log_last_beta) = ((alpha + cell.t_x).ln(), (beta + cell.t_x).ln());
        let mut terms = Terms::ZERO;
        terms.value = all.ln() - shape * log_last_alpha - s * log_last_beta;
        terms.gradient =
            [-log_last_alpha - mean[0], -shape * mean[1], -log_last_beta - mean[2], -mean[3]];
        // Each gradient is −factor times its mean.
        let factor = [1.0, shape, 1.0, 1.0];
        let mut at = 0;
        for i in 0..4 {
            for j in 0..=i {
                terms.hessian[i][j] = factor[i] * factor[j] * (product[at] - mean[i] * mean[j]);
                at += 1;
            }
        }
        terms.hessian[1][0] -= mean[1];
        terms.hessian[1][1] += shape * product[2];
        terms.hessian[2][2] -= dead * scale / (s * s);
        terms.hessian[3][2] -= per * scale;
        terms.hessian[3][3] += square * scale;
        terms
    }
}

/// The purchases to come of a client of Pareto/NBD who is alive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParetoFuture {
    r: f64,
    alpha: f64,
    s: f64,
    beta: f64,
}

impl ParetoFuture {
    /// ln ∫₀^t s β^s (β + u)^−(s + 1) P(N(u) = n) du: n purchases, then death by t.
    fn ln_dead(&self, n: u32, t: f64) -> f64 {
        let Self { r, alpha, s, beta } = *self;
        let (near, count) = (alpha.min(beta), f64::from(n));
        let u = |w: f64| near * w.exp_m1();
        let constant =
            s.ln() + near.ln() - beta.ln() + ln_rising(r, n).value - ln_rising(1.0, n).value;
        // (α + u)/α and so on keep the powers of large scales apart.
        let log = |w: f64| {
            let u = u(w);
            let early = if n == 0 { 0.0 } else { -count * (alpha / u).ln_1p() };
            early - r * (u / alpha).ln_1p() - (s + 1.0) * (u / beta).ln_1p() + w
        };
        let slope = |w: f64| {
            let (u, du) = (u(w), near * w.exp());
            let early = if n == 0 { 0.0 } else { count * (du / u) * (alpha / (alpha + u)) };
            early - r * du / (alpha + u) - (s + 1.0) * du / (beta + u) + 1.0
        };
        // At u = 0 itself the logarithm has no value.
        let whole = (t / near).ln_1p();
        let low = if n == 0 { 0.0 } else { whole * 1e-12 };
        constant + log_concave(log, slope, low, whole)
    }

    /// ln ∫₀^∞ u^power f(u) du, where f(u) = r α^r (α + u)^−(r + 1) · β^s (β + u)^−s is the density
    /// of the next purchase at u.
    fn ln_waits(&self, power: u32) -> f64 {
        let Self { r, alpha, s, beta } = *self;
        let (near, power) = (alpha.min(beta), f64::from(power));
        let log = |w: f64| {
            let u = near * w.exp_m1();
            let early = if power > 0.0 { power * u.ln() } else { 0.0 };
            early - (r + 1.0) * (u / alpha).ln_1p() - s * (u / beta).ln_1p() + w
        };
        let slope = |w: f64| {
            let (u, du) = (near * w.exp_m1(), near * w.exp());
            let early = if power > 0.0 { power * du / u } else { 0.0 };
            early - (r + 1.0) * du / (alpha + u) - s * du / (beta + u) + 1.0
        };
        // Behind the larger scale the integrand falls like e^(−(r + s − power) w).
        let far = (alpha.max(beta) / near).ln() + 1.0 + 45.0 / (r + s - power).min(1.0);
        let low = if power > 0.0 { 1e-13 } else { 0.0 };
        (r * near / alpha).ln() + log_concave(log, slope, low, far.min(600.0))
    }
}

impl Future for ParetoFuture {
    fn expected(&self, t: f64) -> f64 {
        self.r / self.alpha * self.beta * one_minus_power(self.s - 1.0, -(t / self.beta).ln_1p())
    }

    fn pmf(&self, n: u32, t: f64) -> f64 {
        if t == 0.0 {
            return f64::from(u8::from(n == 0));
        }
        self.alive(t) * nbd_pmf(self.r, self.alpha, t, n) + self.ln_dead(n, t).exp()
    }

    fn alive(&self, t: f64) -> f64 {
        (-self.s * (t / self.beta).ln_1p()).exp()
    }

    fn time_scale(&self) -> f64 {
        self.alpha.min(self.beta)
    }

    fn forever(&self, rate: f64) -> Figure {
        let Self { r, alpha, s, beta } = *self;
        if rate == 0.0 {
            return if s > 1.0 {
                Ok(r / alpha * beta / (s - 1.0))
            } else {
                Err(Undefined::Endless)
            };
        }
        Ok(r / alpha * beta * scaled_exp_integral(s, rate * beta))
    }

    fn mean_wait(&self) -> Figure {
        if self.r + self.s <= 1.0 {
            return Err(Undefined::NoMean);
        }
        Ok((self.ln_waits(1) - self.ln_waits(0)).exp())
    }

    fn ever(&self) -> f64 {
        self.ln_waits(0).exp().min(1.0)
    }
}
