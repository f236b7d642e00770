//! Every gradient and Hessian against differences of the function.

use super::contract::ContractKernel;
use super::discrete::BgBbKernel;
use super::dropout::DropoutKernel;
use super::likelihood::{Cell, Cells, Effect, Kernel};
use super::nbd::NbdKernel;
use super::pareto::ParetoKernel;
use super::spend::SpendKernel;

fn compare<const N: usize>(kernel: &impl Kernel<N>, cells: &Cells, theta: &[f64]) {
    const STEP: f64 = 1e-5;
    let sum = cells.sum(kernel, theta);
    let moved = |i: usize, by: f64| {
        let mut theta = theta.to_vec();
        theta[i] += by;
        cells.sum(kernel, &theta)
    };
    for i in 0..theta.len() {
        let (up, down) = (moved(i, STEP), moved(i, -STEP));
        let slope = (up.value - down.value) / (2.0 * STEP);
        let size = sum.value.abs() + sum.gradient[i].abs();
        assert!((slope - sum.gradient[i]).abs() < 1e-8 * size, "{i}: {slope} {}", sum.gradient[i]);
        for j in 0..theta.len() {
            let curve = (up.gradient[j] - down.gradient[j]) / (2.0 * STEP);
            let ours = sum.hessian.get(i, j);
            assert!((curve - ours).abs() < 1e-7 * (1.0 + size), "{i} {j}: {curve} {ours}");
        }
    }
}

fn cell(x: u32, t_x: f64, age: f64) -> Cell {
    Cell { x, t_x, age, count: 1.0 }
}

fn clients() -> Vec<Cell> {
    vec![
        cell(0, 0.0, 38.0),
        cell(0, 0.0, 1.0),
        cell(1, 1.7, 38.9),
        cell(2, 30.4, 38.9),
        cell(3, 39.0, 39.0),
        cell(7, 35.0, 77.9),
        cell(25, 20.0, 39.0),
        cell(60, 10.0, 365.0),
        cell(300, 360.0, 365.0),
    ]
}

fn logs<const N: usize>(parameters: [f64; N]) -> Vec<f64> {
    parameters.map(f64::ln).to_vec()
}

#[test]
fn without_covariates() {
    let cells = Cells::new(clients());
    for parameters in [[0.24, 4.4, 0.79, 2.4], [2.0, 0.3, 1.5, 20.0], [0.5, 8.0, 0.02, 0.3]] {
        for from_first in [false, true] {
            for k in [1, 2, 5] {
                compare(&DropoutKernel { from_first, k }, &cells, &logs(parameters));
            }
        }
    }
    for parameters in [[0.55, 10.6, 0.61, 11.7], [0.1, 0.01, 1.0, 300.0], [2.0, 50.0, 3.0, 50.0]] {
        compare(&ParetoKernel, &cells, &logs(parameters));
    }
    compare(&NbdKernel, &cells, &logs([0.4, 12.0]));
    let spends = [(1, 11.77), (2, 22.35), (7, 35.0), (300, 0.5)];
    let spends = spends.map(|(x, spend)| cell(x, spend, 0.0)).to_vec();
    compare(&SpendKernel, &Cells::new(spends), &logs([6.25, 3.74, 15.44]));
    let donors = [(0, 0.0, 6.0), (2, 4.0, 6.0), (6, 6.0, 6.0), (25, 40.0, 52.0), (1, 1.0, 365.0)];
    let donors = donors.map(|(x, t_x, n)| cell(x, t_x, n)).to_vec();
    compare(&BgBbKernel, &Cells::new(donors), &logs([1.2, 0.75, 0.66, 2.78]));
    let contracts = [(1, 1.0), (5, 1.0), (7, 0.0), (0, 0.0), (80, 1.0)];
    let contracts = contracts.map(|(n, ended)| cell(n, ended, 0.0)).to_vec();
    compare(&ContractKernel, &Cells::new(contracts), &logs([0.7, 1.9]));
}

#[test]
fn with_covariates() {
    let values: Vec<f64> = (0..18).map(|i| f64::from(i * 7 % 11) / 5.0 - 1.0).collect();
    let effect = |parameter, sign, covariate| Effect { parameter, sign, covariate };
    let effects = vec![effect(1, -1.0, 0), effect(2, 1.0, 1), effect(3, 1.0, 1), effect(3, 1.0, 0)];
    let cells = Cells::with_covariates(clients(), effects, &values, 2);
    let mut theta = logs([0.24, 4.4, 0.79, 2.4]);
    theta.extend([0.3, -0.2, 0.1, 0.4]);
    compare(&DropoutKernel { from_first: false, k: 1 }, &cells, &theta);
    compare(&ParetoKernel, &cells, &theta);
}
