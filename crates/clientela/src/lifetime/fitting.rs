//! From clients to a fit: the same way for every model.

use super::covariates::{CovariateModel, Covariates, WithCovariates};
use super::fit::{Fit, Parametric};
use super::likelihood::{Cell, Cells, Kernel};
use super::matrix::Symmetric;
use super::optimum::{Coordinate, best_of, climb};
use super::summary::{Row, Summary};
use crate::error::Result;

/// Means over all clients, from which a search starts. They are made of the compressed clients, so
/// that the order of rows leaves no trace.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Means {
    /// Purchases per unit of time; positive.
    pub(crate) rate: f64,
    /// The time of the last purchase; the spend in Gamma-Gamma.
    pub(crate) last: f64,
    /// The age; positive.
    pub(crate) age: f64,
}

impl Means {
    fn of(cells: &Cells) -> Self {
        let sum = |f: fn(&Cell) -> f64| cells.distinct.iter().map(|c| c.count * f(c)).sum::<f64>();
        let (clients, age) = (sum(|_| 1.0), sum(|cell| cell.age));
        let rate = if age > 0.0 { (sum(|c| f64::from(c.x)) / age).max(1e-12) } else { 1.0 };
        let age = if age > 0.0 { age / clients } else { 1.0 };
        Self { rate, last: sum(|cell| cell.t_x) / clients, age }
    }
}

/// (x, t_x, T) of a summary.
pub(crate) fn cells(summary: &Summary) -> Vec<Cell> {
    let cell =
        |row: Row| Cell { x: row.x(), t_x: row.t_x(), age: row.age(), count: row.count() as f64 };
    let mut cells = Vec::with_capacity(summary.len());
    cells.extend(summary.each_row().filter(|row| row.count() > 0).map(cell));
    cells
}

/// The coordinate of a positive parameter.
fn coordinate(name: &str, scale: f64) -> Coordinate {
    Coordinate { name: name.to_owned(), positive: true, scale }
}

/// Fits N positive parameters. `scale` tells the ordinary size of each.
pub(crate) fn fit_cells<const N: usize, M>(
    kernel: &impl Kernel<N>,
    names: [&str; N],
    cells: Vec<Cell>,
    scale: impl Fn(usize, &Means) -> f64,
    starts: impl Fn(&Means) -> Vec<[f64; N]>,
    model: impl Fn([f64; N]) -> M,
) -> Fit<M> {
    let cells = Cells::new(cells);
    let clients = cells.clients();
    let means = Means::of(&cells);
    let coordinates: Vec<Coordinate> =
        names.iter().enumerate().map(|(i, name)| coordinate(name, scale(i, &means))).collect();
    let coarse = cells.coarse();
    let rough = coarse.as_ref().unwrap_or(&cells);
    let starts = starts(&means).iter().map(|start| start.map(f64::ln).to_vec()).collect();
    let top = best_of(
        &|theta| cells.sum(kernel, theta),
        &|theta| rough.sum(kernel, theta),
        starts,
        &coordinates,
    );
    let (optimality, log_covariance) = top.judge(&coordinates);
    Fit {
        model: model(std::array::from_fn(|i| top.theta[i].exp())),
        log_likelihood: top.sum.value,
        clients: clients as u64,
        optimality,
        log_covariance,
        fingerprint: cells.fingerprint(),
    }
}

/// Fits the coefficients of covariates beside the parameters, from the plain fit.
pub(crate) fn fit_covariates<const N: usize, M: CovariateModel>(
    plain: &Fit<M>,
    kernel: &impl Kernel<N>,
    summary: &Summary,
    purchase: &Covariates,
    dropout: &Covariates,
) -> Result<Fit<WithCovariates<M>>> {
    let rows = summary.rows();
    for covariates in [purchase, dropout] {
        covariates.check_varied()?;
    }
    let values = purchase.beside(dropout, rows.len())?;
    let width = purchase.names().len() + dropout.names().len();
    let model = WithCovariates::plain(plain.model.clone(), purchase.names(), dropout.names());
    let effects: Vec<_> = M::effects(purchase.names().len(), dropout.names().len())
        .into_iter()
        .map(|(effect, _)| effect)
        .collect();
    if width == 0 {
        return Ok(Fit {
            model,
            log_likelihood: plain.log_likelihood,
            clients: plain.clients,
            optimality: plain.optimality.clone(),
            log_covariance: plain.log_covariance.clone(),
            fingerprint: plain.fingerprint,
        });
    }
    let mut coordinates = Vec::new();
    for (name, value) in model.parameter_names().into_iter().zip(model.parameters()).take(N) {
        coordinates.push(Coordinate { name, positive: true, scale: value });
    }
    // Covariates are brought to one size, so that no unit of theirs is a ridge.
    let sizes: Vec<f64> = (0..width)
        .map(|i| values.iter().skip(i).step_by(width).fold(0.0, |most, v| f64::max(most, v.abs())))
        .collect();
    for name in model.parameter_names().into_iter().skip(N) {
        coordinates.push(Coordinate { name, positive: false, scale: 1.0 });
    }
    let factors: Vec<f64> = std::iter::repeat_n(1.0, N)
        .chain(effects.iter().map(|effect| 1.0 / sizes[effect.covariate]))
        .collect();
    // Rows that stand for nobody were left out of the cells.
    let kept: Vec<f64> = rows
        .iter()
        .zip(values.chunks(width))
        .filter(|(row, _)| row.count() > 0)
        .flat_map(|(_, values)| values.iter().zip(&sizes).map(|(value, size)| value / size))
        .collect();
    let cells = Cells::with_covariates(cells(summary), effects, &kept, width);
    let mut start: Vec<f64> = plain.model.parameters().into_iter().map(f64::ln).collect();
    start.resize(coordinates.len(), 0.0);
    let objective = |theta: &[f64]| cells.sum(kernel, theta);
    let top = climb(&objective, start, &coordinates, 1e-15);
    let (optimality, log_covariance) = top.judge(&coordinates);
    let parameters: Vec<f64> = top
        .theta
        .iter()
        .enumerate()
        .map(|(i, value)| if i < N { value.exp() } else { value * factors[i] })
        .collect();
    let log_covariance = log_covariance.map(|scaled| {
        Symmetric::from_fn(factors.len(), |i, j| scaled.get(i, j) * factors[i] * factors[j])
    });
    Ok(Fit {
        model: model.with_parameters(&parameters)?,
        log_likelihood: top.sum.value,
        clients: plain.clients,
        optimality,
        log_covariance,
        fingerprint: plain.fingerprint,
    })
}
