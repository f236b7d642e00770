//! Clients who never drop out: NBD.

use serde::{Deserialize, Serialize};

use super::dropout::nbd_pmf;
use super::fit::{Fit, Parametric, check_positive, exactly};
use super::fitting::{cells, fit_cells};
use super::likelihood::{Cell, Kernel, Terms};
use super::outlook::{Figure, Future, Outlook, Undefined};
use super::purchase::{Posterior, PurchaseModel};
use super::special::ln_rising;
use super::summary::{Row, Summary};
use super::unit::TimeUnit;
use crate::error::{Error, Result};

/// NBD (Ehrenberg 1959): a client buys at a rate of their own, gamma distributed with shape `r`
/// and scale `alpha`, for ever. The measure that models with dropout must beat.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Nbd {
    unit: TimeUnit,
    future: NbdFuture,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    unit: TimeUnit,
    r: f64,
    alpha: f64,
}

impl TryFrom<Raw> for Nbd {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        Self::new(raw.unit, raw.r, raw.alpha)
    }
}

impl From<Nbd> for Raw {
    fn from(model: Nbd) -> Self {
        Self { unit: model.unit, r: model.future.r, alpha: model.future.alpha }
    }
}

const NAMES: [&str; 2] = ["r", "alpha"];

impl Nbd {
    /// A model of given parameters, `alpha` in `unit`.
    ///
    /// # Errors
    /// A parameter that is not a positive number.
    pub fn new(unit: TimeUnit, r: f64, alpha: f64) -> Result<Self> {
        check_positive(&[("r", r), ("alpha", alpha)])?;
        Ok(Self { unit, future: NbdFuture { r, alpha } })
    }

    /// Shape of the purchase rates.
    pub fn r(&self) -> f64 {
        self.future.r
    }

    /// Scale of the purchase rates, in the model's unit of time.
    pub fn alpha(&self) -> f64 {
        self.future.alpha
    }

    /// The model that fits a summary best.
    ///
    /// # Errors
    /// Fewer clients with a repeat purchase than parameters.
    pub fn fit(summary: &Summary) -> Result<Fit<Self>> {
        summary.check_for("NBD", 2)?;
        // The last purchase is kept, though the model does not look at it: fits to one summary
        // can then be compared.
        Ok(fit_cells(
            &NbdKernel,
            NAMES,
            cells(summary),
            |i, means| if i == 1 { means.age } else { 1.0 },
            |means| vec![[0.3, 0.3 / means.rate], [3.0, 3.0 / means.rate]],
            |[r, alpha]| Self { unit: summary.unit(), future: NbdFuture { r, alpha } },
        ))
    }
}

impl Parametric for Nbd {
    fn name(&self) -> String {
        "NBD".to_owned()
    }

    fn unit(&self) -> Option<TimeUnit> {
        Some(self.unit)
    }

    fn parameter_names(&self) -> Vec<String> {
        NAMES.map(str::to_owned).to_vec()
    }

    fn parameters(&self) -> Vec<f64> {
        vec![self.future.r, self.future.alpha]
    }

    fn with_parameters(&self, parameters: &[f64]) -> Result<Self> {
        let [r, alpha] = exactly(parameters)?;
        Self::new(self.unit, r, alpha)
    }
}

impl PurchaseModel for Nbd {
    type Future = NbdFuture;

    fn time_unit(&self) -> TimeUnit {
        self.unit
    }

    fn log_likelihood(&self, row: &Row) -> f64 {
        let cell = Cell { x: row.x(), t_x: row.t_x(), age: row.age(), count: 1.0 };
        NbdKernel.log_likelihood(&[self.future.r, self.future.alpha], &cell)
    }

    fn p_alive(&self, _: &Row) -> f64 {
        1.0
    }

    fn if_alive(&self, row: &Row) -> NbdFuture {
        NbdFuture { r: self.future.r + f64::from(row.x()), alpha: self.future.alpha + row.age() }
    }

    fn outlook_new(&self) -> Outlook<NbdFuture> {
        Outlook::new(1.0, self.future, self.unit)
    }

    fn posterior(&self, row: &Row) -> Posterior {
        let NbdFuture { r, alpha } = self.if_alive(row);
        Posterior { purchase_rate: r / alpha, dropout: 0.0 }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct NbdKernel;

impl Kernel<2> for NbdKernel {
    fn by_count(&self, &[r, alpha]: &[f64; 2], x: u32) -> Terms<2> {
        let mut terms = Terms::ZERO;
        terms.add(0, ln_rising(r, x));
        terms.value += r * alpha.ln();
        terms.gradient[0] += alpha.ln();
        terms.gradient[1] += r / alpha;
        terms.hessian[1][0] += 1.0 / alpha;
        terms.hessian[1][1] -= r / (alpha * alpha);
        terms
    }

    fn by_row(&self, &[r, alpha]: &[f64; 2], cell: &Cell) -> Terms<2> {
        let (shape, log, per) =
            (r + f64::from(cell.x), (alpha + cell.age).ln(), (alpha + cell.age).recip());
        Terms {
            value: -shape * log,
            gradient: [-log, -shape * per],
            hessian: [[0.0, 0.0], [-per, shape * per * per]],
        }
    }
}

/// The purchases to come of a client of NBD.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NbdFuture {
    r: f64,
    alpha: f64,
}

impl Future for NbdFuture {
    fn expected(&self, t: f64) -> f64 {
        self.r / self.alpha * t
    }

    fn pmf(&self, n: u32, t: f64) -> f64 {
        nbd_pmf(self.r, self.alpha, t, n)
    }

    fn alive(&self, _: f64) -> f64 {
        1.0
    }

    fn time_scale(&self) -> f64 {
        self.alpha
    }

    fn forever(&self, rate: f64) -> Figure {
        if rate > 0.0 { Ok(self.r / self.alpha / rate) } else { Err(Undefined::Endless) }
    }

    fn discounted(&self, t: f64, rate: f64) -> f64 {
        if rate * t == 0.0 {
            return self.expected(t);
        }
        self.r / self.alpha * -(-rate * t).exp_m1() / rate
    }

    fn mean_wait(&self) -> Figure {
        if self.r > 1.0 { Ok(self.alpha / (self.r - 1.0)) } else { Err(Undefined::NoMean) }
    }

    fn ever(&self) -> f64 {
        1.0
    }
}
