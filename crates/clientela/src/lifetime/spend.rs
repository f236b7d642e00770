//! What a purchase is worth: Gamma-Gamma; and what a client is worth.

use serde::{Deserialize, Serialize};

use super::fit::{Fit, Parametric, check_positive, exactly};
use super::fitting::fit_cells;
use super::likelihood::{Cell, Kernel, Terms};
use super::outlook::{Figure, Undefined};
use super::purchase::PurchaseModel;
use super::special::{digamma, ln_gamma, ln_gamma_ratio, trigamma};
use super::summary::{Row, Summary};
use super::unit::{Discount, Span, TimeUnit};
use crate::error::{Error, Result};

/// Gamma-Gamma (Fader, Hardie and Lee 2005): a purchase's amount varies around the client's own
/// mean with shape `p`; the means vary between clients with shape `q` and scale `gamma`, which is
/// in the ledger's currency.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct GammaGamma {
    p: f64,
    q: f64,
    gamma: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    p: f64,
    q: f64,
    gamma: f64,
}

impl TryFrom<Raw> for GammaGamma {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        Self::new(raw.p, raw.q, raw.gamma)
    }
}

impl From<GammaGamma> for Raw {
    fn from(model: GammaGamma) -> Self {
        let GammaGamma { p, q, gamma } = model;
        Self { p, q, gamma }
    }
}

const NAMES: [&str; 3] = ["p", "q", "gamma"];

/// A row's count and mean spend, where the model can use them.
fn known(row: &Row) -> Option<(f64, f64)> {
    let spend = row.spend().filter(|&spend| spend > 0.0)?;
    (row.x() > 0).then(|| (f64::from(row.x()), spend))
}

impl GammaGamma {
    /// A model of given parameters, `gamma` in the ledger's currency.
    ///
    /// # Errors
    /// A parameter that is not a positive number.
    pub fn new(p: f64, q: f64, gamma: f64) -> Result<Self> {
        check_positive(&[("p", p), ("q", q), ("gamma", gamma)])?;
        Ok(Self { p, q, gamma })
    }

    /// Shape of the amounts of one client.
    pub fn p(&self) -> f64 {
        self.p
    }

    /// Shape of the clients' means.
    pub fn q(&self) -> f64 {
        self.q
    }

    /// Scale of the clients' means, in the ledger's currency.
    pub fn gamma(&self) -> f64 {
        self.gamma
    }

    /// The model that fits best the clients who bought again and whose mean spend is known and
    /// above zero. The others are set aside; the fit's number of clients tells how many were
    /// used.
    ///
    /// # Errors
    /// Fewer such clients than parameters, or all of them with the same mean spend.
    pub fn fit(summary: &Summary) -> Result<Fit<Self>> {
        let used: Vec<Cell> = summary
            .each_row()
            .filter(|row| row.count() > 0)
            .filter_map(|row| {
                let (_, spend) = known(&row)?;
                Some(Cell { x: row.x(), t_x: spend, age: 0.0, count: row.count() as f64 })
            })
            .collect();
        let clients: f64 = used.iter().map(|cell| cell.count).sum();
        let fault = |problem: String| Err(Error::BadArgument { argument: "summary", problem });
        if used.is_empty() {
            return fault("no client who bought again has a mean spend above zero".to_owned());
        }
        if clients < 3.0 {
            return fault(format!(
                "Gamma-Gamma has 3 parameters, and only {clients} of {} clients bought again with \
                 a mean spend above zero; give more clients or a longer time",
                summary.clients()
            ));
        }
        if used.iter().all(|cell| cell.t_x.to_bits() == used[0].t_x.to_bits()) {
            return fault(
                "all clients have the same mean spend; there is nothing to fit".to_owned(),
            );
        }
        // The mean spend is p gamma/(q − 1).
        let start = |p: f64, q: f64, mean: f64| [p, q, mean * (q - 1.0) / p];
        Ok(fit_cells(
            &SpendKernel,
            NAMES,
            used,
            |i, means| if i == 2 { means.last } else { 1.0 },
            |means| {
                [(1.0, 2.0), (6.0, 4.0), (20.0, 10.0)]
                    .map(|(p, q)| start(p, q, means.last))
                    .to_vec()
            },
            |[p, q, gamma]| Self { p, q, gamma },
        ))
    }

    /// The log-likelihood of the mean spend of one client; `None` where it is not known or the
    /// client has not bought again.
    pub fn log_likelihood(&self, row: &Row) -> Option<f64> {
        let (_, spend) = known(row)?;
        let cell = Cell { x: row.x(), t_x: spend, age: 0.0, count: 1.0 };
        Some(SpendKernel.log_likelihood(&[self.p, self.q, self.gamma], &cell))
    }

    /// The mean amount of a purchase over all clients.
    pub fn population_mean(&self) -> Figure {
        if self.q > 1.0 { Ok(self.p * self.gamma / (self.q - 1.0)) } else { Err(Undefined::NoMean) }
    }

    /// The expected mean amount of the client's purchases to come: between what the client spent
    /// and what all do, the nearer to the client's own the more purchases there were.
    pub fn expected_spend(&self, row: &Row) -> Figure {
        let Some((x, spend)) = known(row) else { return self.population_mean() };
        let shape = self.p * x + self.q;
        if shape > 1.0 {
            Ok(self.p * (self.gamma + spend * x) / (shape - 1.0))
        } else {
            Err(Undefined::NoMean)
        }
    }
}

impl Parametric for GammaGamma {
    fn name(&self) -> String {
        "Gamma-Gamma".to_owned()
    }

    fn unit(&self) -> Option<TimeUnit> {
        None
    }

    fn parameter_names(&self) -> Vec<String> {
        NAMES.map(str::to_owned).to_vec()
    }

    fn parameters(&self) -> Vec<f64> {
        vec![self.p, self.q, self.gamma]
    }

    fn with_parameters(&self, parameters: &[f64]) -> Result<Self> {
        let [p, q, gamma] = exactly(parameters)?;
        Self::new(p, q, gamma)
    }
}

/// The likelihood of (p, q, gamma); a cell's time is the mean spend.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpendKernel;

impl Kernel<3> for SpendKernel {
    /// −ln B(p x, q).
    fn by_count(&self, &[p, q, _]: &[f64; 3], x: u32) -> Terms<3> {
        let x = f64::from(x);
        let both = p * x + q;
        let (psi, psi_one) = (digamma(both), trigamma(both));
        let mut terms = Terms::ZERO;
        terms.value = ln_gamma_ratio(p * x, q) - ln_gamma(q);
        terms.gradient[0] = x * (psi - digamma(p * x));
        terms.gradient[1] = psi - digamma(q);
        terms.hessian[0][0] = x * x * (psi_one - trigamma(p * x));
        terms.hessian[1][0] = x * psi_one;
        terms.hessian[1][1] = psi_one - trigamma(q);
        terms
    }

    fn by_row(&self, &[p, q, gamma]: &[f64; 3], cell: &Cell) -> Terms<3> {
        let (x, spend) = (f64::from(cell.x), cell.t_x);
        let total = x * spend;
        let per = 1.0 / (gamma + total);
        // ln of total/(gamma + total) and of gamma/(gamma + total).
        let (own, rest) = (-(gamma / total).ln_1p(), -(total / gamma).ln_1p());
        let shape = p * x + q;
        Terms {
            value: p * x * own + q * rest - spend.ln(),
            gradient: [x * own, rest, q / gamma - shape * per],
            hessian: [
                [0.0; 3],
                [0.0; 3],
                [-x * per, 1.0 / gamma - per, -q / (gamma * gamma) + shape * per * per],
            ],
        }
    }
}

/// What a client is worth: the expected discounted purchases within `span`, times the expected
/// amount of each, in the ledger's currency (CLV; of revenue: multiply by the margin for profit).
pub fn lifetime_value(
    model: &impl PurchaseModel,
    spend: &GammaGamma,
    row: &Row,
    span: Span,
    discount: Discount,
) -> Figure {
    Ok(spend.expected_spend(row)? * model.discounted_purchases(row, span, discount))
}

/// The same over an endless future.
pub fn lifetime_value_forever(
    model: &impl PurchaseModel,
    spend: &GammaGamma,
    row: &Row,
    discount: Discount,
) -> Figure {
    Ok(spend.expected_spend(row)? * model.discounted_forever(row, discount)?)
}

/// What each row's client is worth within `span`; `None` where it is undefined.
///
/// # Errors
/// A summary in another unit than the model.
pub fn all_lifetime_values(
    model: &impl PurchaseModel,
    spend: &GammaGamma,
    summary: &Summary,
    span: Span,
    discount: Discount,
) -> Result<Vec<Option<f64>>> {
    let purchases = model.all_discounted_purchases(summary, span, discount)?;
    let worth = |(row, purchases): (Row, f64)| Some(spend.expected_spend(&row).ok()? * purchases);
    Ok(summary.each_row().zip(purchases).map(worth).collect())
}
