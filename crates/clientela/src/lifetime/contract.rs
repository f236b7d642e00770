//! Clients under contract, who renew or end it: shifted beta-geometric.

use serde::{Deserialize, Serialize};

use super::fit::{Fit, Parametric, check_positive, exactly};
use super::fitting::fit_cells;
use super::likelihood::{Cell, Kernel, Terms};
use super::outlook::{Figure, Undefined};
use super::quadrature::beta_mean;
use super::special::{Jet, ln_rising};
use super::unit::{Discount, TimeUnit};
use crate::error::{Error, Result};

/// Contracts of the same age and fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contracts {
    /// The renewal, counted from 1, at which they ended; or the renewals that they passed.
    pub renewals: u32,
    /// Whether they ended.
    pub ended: bool,
    /// How many.
    pub count: u64,
}

/// Shifted beta-geometric (Fader and Hardie 2007): at each renewal a client ends the contract
/// with a probability of their own, beta distributed with `a` and `b`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct ShiftedBetaGeometric {
    unit: TimeUnit,
    a: f64,
    b: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    unit: TimeUnit,
    a: f64,
    b: f64,
}

impl TryFrom<Raw> for ShiftedBetaGeometric {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        Self::new(raw.unit, raw.a, raw.b)
    }
}

impl From<ShiftedBetaGeometric> for Raw {
    fn from(model: ShiftedBetaGeometric) -> Self {
        let ShiftedBetaGeometric { unit, a, b } = model;
        Self { unit, a, b }
    }
}

const NAMES: [&str; 2] = ["a", "b"];

impl ShiftedBetaGeometric {
    /// A model of given parameters, with one renewal per `unit`.
    ///
    /// # Errors
    /// A parameter that is not a positive number.
    pub fn new(unit: TimeUnit, a: f64, b: f64) -> Result<Self> {
        check_positive(&[("a", a), ("b", b)])?;
        Ok(Self { unit, a, b })
    }

    /// First parameter of the probabilities of ending.
    pub fn a(&self) -> f64 {
        self.a
    }

    /// Second parameter of the probabilities of ending.
    pub fn b(&self) -> f64 {
        self.b
    }

    /// The model that fits contracts best.
    ///
    /// # Errors
    /// No contract that ended, or none that passed a renewal; a contract that ended at renewal 0.
    pub fn fit(unit: TimeUnit, contracts: &[Contracts]) -> Result<Fit<Self>> {
        if let Some(row) = contracts.iter().position(|c| c.ended && c.renewals == 0) {
            return Err(Error::BadRow {
                row: row as u64,
                column: "renewals".to_owned(),
                value: "0".to_owned(),
                problem: "a contract cannot end before its first renewal".to_owned(),
                remedy: "count renewals from 1".to_owned(),
            });
        }
        let fault = |problem: &str| {
            Err(Error::BadArgument { argument: "contracts", problem: problem.to_owned() })
        };
        let some = |f: fn(&Contracts) -> bool| contracts.iter().any(|c| c.count > 0 && f(c));
        if !some(|c| c.ended) {
            return fault("no contract has ended, so nothing is known of how they end");
        }
        if !some(|c| c.renewals > u32::from(c.ended)) {
            return fault("no contract was renewed, so nothing is known of how they last");
        }
        let cell = |c: &Contracts| Cell {
            x: c.renewals,
            t_x: f64::from(u8::from(c.ended)),
            age: 0.0,
            count: c.count as f64,
        };
        let cells = contracts.iter().filter(|c| c.count > 0).map(cell).collect();
        let starts = |_: &_| vec![[1.0, 1.0], [0.5, 3.0], [5.0, 30.0]];
        let model = |[a, b]: [f64; 2]| Self { unit, a, b };
        Ok(fit_cells(&ContractKernel, NAMES, cells, |_, _| 1.0, starts, model))
    }

    /// The probability that a contract passes `n` renewals.
    pub fn survival(&self, n: u32) -> f64 {
        (ln_rising(self.b, n).value - ln_rising(self.a + self.b, n).value).exp()
    }

    /// The probability that a contract which passed `n` renewals passes the next.
    pub fn retention(&self, n: u32) -> f64 {
        let n = f64::from(n);
        (self.b + n) / (self.a + self.b + n)
    }

    /// The probability that a contract ends at renewal `n`, counted from 1; 0 for 0.
    pub fn ending(&self, n: u32) -> f64 {
        let Some(before) = n.checked_sub(1) else { return 0.0 };
        self.survival(before) * (1.0 - self.retention(before))
    }

    /// The expected number of further renewals within the next `horizon` renewals of a contract
    /// that passed `n`.
    pub fn expected_renewals(&self, n: u32, horizon: u32) -> f64 {
        let mut alive = 1.0;
        (n..n.saturating_add(horizon))
            .map(|n| {
                alive *= self.retention(n);
                alive
            })
            .sum()
    }

    /// The expected number of renewals to come of a contract that passed `n` and stands right
    /// before the next, each discounted to that moment (discounted expected residual lifetime,
    /// Fader and Hardie 2010).
    pub fn discounted_renewals(&self, n: u32, discount: Discount) -> Figure {
        let rate = discount.continuous_per(self.unit);
        let b = self.b + f64::from(n);
        if rate == 0.0 {
            return if self.a > 1.0 { Ok(b / (self.a - 1.0)) } else { Err(Undefined::Endless) };
        }
        // Σ (1 − θ)^(m + 1) v^m = (1 − θ)/(1 − v + v θ).
        let lost = -(-rate).exp_m1();
        Ok(beta_mean(self.a, b, 1.0 / lost, |p, q| q / (lost + (1.0 - lost) * p)))
    }
}

impl Parametric for ShiftedBetaGeometric {
    fn name(&self) -> String {
        "shifted beta-geometric".to_owned()
    }

    fn unit(&self) -> Option<TimeUnit> {
        Some(self.unit)
    }

    fn parameter_names(&self) -> Vec<String> {
        NAMES.map(str::to_owned).to_vec()
    }

    fn parameters(&self) -> Vec<f64> {
        vec![self.a, self.b]
    }

    fn with_parameters(&self, parameters: &[f64]) -> Result<Self> {
        let [a, b] = exactly(parameters)?;
        Self::new(self.unit, a, b)
    }
}

/// The likelihood of (a, b); a cell's time is 1 where the contract ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ContractKernel;

impl Kernel<2> for ContractKernel {
    fn by_count(&self, &[a, b]: &[f64; 2], x: u32) -> Terms<2> {
        let mut terms = Terms::ZERO;
        terms.subtract_of_sum(0, 1, ln_rising(a + b, x));
        terms
    }

    fn by_row(&self, &[a, b]: &[f64; 2], cell: &Cell) -> Terms<2> {
        let ended = u32::from(cell.t_x > 0.0);
        let mut terms = Terms::ZERO;
        terms.add(1, ln_rising(b, cell.x - ended));
        if ended > 0 {
            terms.add(0, Jet::ln(a));
        }
        terms
    }
}
