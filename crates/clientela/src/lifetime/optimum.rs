//! The maximum of a log-likelihood: damped Newton steps within a region of trust.

use serde::{Deserialize, Serialize};

use super::likelihood::Sum;
use super::matrix::{Symmetric, dot};

/// What is known of a maximum, so that its user can judge it. A fit that is not clean is still
/// given, with what is the matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Optimality {
    /// Whether the search ended because no step could gain anything, and not at its limit of
    /// steps.
    pub converged: bool,
    /// The largest component of the gradient, by the logarithms of the parameters (the first
    /// condition of Karush, Kuhn and Tucker: 0).
    pub gradient: f64,
    /// Whether the log-likelihood curves downwards in every direction (their second condition).
    pub definite: bool,
    /// Newton steps that were taken.
    pub steps: u32,
    /// What makes the parameters, though perhaps not the predictions, doubtful.
    pub flags: Vec<Flag>,
}

impl Optimality {
    /// Converged, definite and without a flag.
    pub fn is_clean(&self) -> bool {
        self.converged && self.definite && self.flags.is_empty()
    }
}

/// What makes parameters doubtful.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The likelihood hardly changes while these parameters move together.
    Ridge {
        /// Those that move.
        parameters: Vec<String>,
    },
    /// The likelihood keeps rising while this parameter grows without end.
    Infinite {
        /// The parameter.
        parameter: String,
    },
    /// The likelihood keeps rising while this parameter falls towards 0.
    Zero {
        /// The parameter.
        parameter: String,
    },
}

/// One coordinate of the search.
#[derive(Debug, Clone)]
pub(crate) struct Coordinate {
    pub(crate) name: String,
    /// Searched by its logarithm.
    pub(crate) positive: bool,
    /// The size that is ordinary for it: 1, or a time.
    pub(crate) scale: f64,
}

impl Coordinate {
    fn bounds(&self) -> (f64, f64) {
        if self.positive {
            (self.scale.ln() - REACH, self.scale.ln() + REACH)
        } else {
            (-50.0 / self.scale, 50.0 / self.scale)
        }
    }
}

/// The logarithm of how far from its ordinary size a parameter is followed.
const REACH: f64 = 16.0;
/// From here on a parameter counts as running away.
const AWAY: f64 = 9.0;
/// A direction is a ridge where its standard error, on logs, exceeds this: three decades within
/// two standard errors.
const RIDGE: f64 = 3.5;
const STEPS: u32 = 200;

#[derive(Debug, Clone)]
pub(crate) struct Optimum {
    pub(crate) theta: Vec<f64>,
    pub(crate) sum: Sum,
    pub(crate) converged: bool,
    pub(crate) steps: u32,
    /// Coordinates that ended at a bound.
    held: Vec<bool>,
}

/// Climbs from `theta` until a step would gain less than `enough`.
pub(crate) fn climb(
    objective: &dyn Fn(&[f64]) -> Sum,
    mut theta: Vec<f64>,
    coordinates: &[Coordinate],
    enough: f64,
) -> Optimum {
    let bounds: Vec<(f64, f64)> = coordinates.iter().map(Coordinate::bounds).collect();
    for (value, &(low, high)) in theta.iter_mut().zip(&bounds) {
        *value = value.clamp(low, high);
    }
    let mut sum = objective(&theta);
    let mut radius = 1.0;
    let (mut steps, mut converged) = (0, false);
    let mut held = vec![false; theta.len()];
    while steps < STEPS {
        steps += 1;
        for (i, &(low, high)) in bounds.iter().enumerate() {
            let slope = sum.gradient[i];
            held[i] = (theta[i] <= low && slope < 0.0) || (theta[i] >= high && slope > 0.0);
        }
        let (step, gain) = step_within(&sum, &held, radius);
        let candidate: Vec<f64> = theta
            .iter()
            .zip(&step)
            .zip(&bounds)
            .map(|((value, step), &(low, high))| (value + step).clamp(low, high))
            .collect();
        if gain <= enough || candidate == theta {
            converged = true;
            break;
        }
        let next = objective(&candidate);
        // What is below the rounding of the sum says nothing about the step; the gradient does.
        let noise = 4e-14 * (1.0 + sum.value.abs());
        if gain < noise {
            let size = |sum: &Sum| free(&sum.gradient, &held).fold(0.0, f64::max);
            let better = size(&next) < 0.5 * size(&sum);
            if better && next.value.is_finite() {
                (theta, sum) = (candidate, next);
                continue;
            }
            converged = true;
            break;
        }
        let ratio = (next.value - sum.value) / gain;
        let length = dot(&step, &step).sqrt();
        let sound = next.value.is_finite() && next.gradient.iter().all(|slope| slope.is_finite());
        if !sound || ratio < 0.25 {
            radius = length * 0.25;
        } else if ratio > 0.75 && length > 0.8 * radius {
            radius = f64::min(radius * 2.5, 6.0);
        }
        if sound && (ratio > 1e-4 || next.value - sum.value > -noise && gain < 10.0 * noise) {
            (theta, sum) = (candidate, next);
        }
        if radius < 1e-12 {
            break;
        }
    }
    Optimum { theta, sum, converged, steps, held }
}

fn free<'a>(gradient: &'a [f64], held: &'a [bool]) -> impl Iterator<Item = f64> + 'a {
    gradient.iter().zip(held).map(|(slope, &held)| if held { 0.0 } else { slope.abs() })
}

/// The step that gains most by the quadratic model within a radius, and that gain.
fn step_within(sum: &Sum, held: &[bool], radius: f64) -> (Vec<f64>, f64) {
    let size = sum.gradient.len();
    let open: Vec<usize> = (0..size).filter(|&i| !held[i]).collect();
    let curve = Symmetric::from_fn(open.len(), |i, j| -sum.hessian.get(open[i], open[j]));
    let slope: Vec<f64> = open.iter().map(|&i| sum.gradient[i]).collect();
    // Per direction: its curvature and the slope along it.
    let directions: Vec<(f64, f64, Vec<f64>)> = curve
        .eigen()
        .into_iter()
        .map(|(value, vector)| (value, dot(&vector, &slope), vector))
        .collect();
    let length = |damping: f64| {
        let square =
            |&(curve, slope, _): &(f64, f64, Vec<f64>)| (slope / (curve + damping)).powi(2);
        directions.iter().map(square).sum::<f64>().sqrt()
    };
    let least = directions.first().map_or(1.0, |d| d.0);
    let most = directions.last().map_or(1.0, |d| d.0.abs());
    let floor = f64::max(0.0, -least) + 1e-14 * (most + 1e-300);
    let mut damping = if least > 0.0 { 0.0 } else { floor };
    if length(damping) > radius {
        let (mut low, mut high) = (damping, damping + most + 1.0);
        while length(high) > radius {
            high *= 4.0;
        }
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if length(middle) > radius {
                low = middle;
            } else {
                high = middle;
            }
        }
        damping = high;
    }
    let mut step = vec![0.0; size];
    let mut gain = 0.0;
    for (curve, slope, vector) in &directions {
        let along = slope / (curve + damping);
        gain += along * slope - 0.5 * along * along * curve;
        for (&i, component) in open.iter().zip(vector) {
            step[i] += along * component;
        }
    }
    (step, gain)
}

impl Optimum {
    /// What is known of this maximum, and the covariance of the coordinates where there is one.
    pub(crate) fn judge(&self, coordinates: &[Coordinate]) -> (Optimality, Option<Symmetric>) {
        let size = self.theta.len();
        let information = Symmetric::from_fn(size, |i, j| -self.sum.hessian.get(i, j));
        let eigen = information.eigen();
        let most = eigen.last().map_or(0.0, |pair| pair.0);
        let definite = eigen.first().is_some_and(|pair| pair.0 > most * 1e-14);
        let mut flags = Vec::new();
        for (i, coordinate) in coordinates.iter().enumerate() {
            if !coordinate.positive {
                continue;
            }
            let away = self.theta[i] - coordinate.scale.ln();
            let parameter = coordinate.name.clone();
            if away > AWAY {
                flags.push(Flag::Infinite { parameter });
            } else if away < -AWAY {
                flags.push(Flag::Zero { parameter });
            }
        }
        for (value, vector) in &eigen {
            if *value > 1.0 / (RIDGE * RIDGE) {
                continue;
            }
            let moves = |i: &usize| vector[*i].abs() > 0.3;
            let parameters: Vec<String> =
                (0..size).filter(moves).map(|i| coordinates[i].name.clone()).collect();
            if !parameters.is_empty() {
                flags.push(Flag::Ridge { parameters });
            }
        }
        let covariance = definite.then(|| {
            Symmetric::from_fn(size, |i, j| {
                eigen.iter().map(|(value, vector)| vector[i] * vector[j] / value).sum()
            })
        });
        let gradient = free(&self.sum.gradient, &self.held).fold(0.0, f64::max);
        let optimality =
            Optimality { converged: self.converged, gradient, definite, steps: self.steps, flags };
        (optimality, covariance)
    }
}

/// The best of several starts: searched roughly on coarse data, then climbed to the top on all.
pub(crate) fn best_of(
    objective: &dyn Fn(&[f64]) -> Sum,
    rough: &dyn Fn(&[f64]) -> Sum,
    starts: Vec<Vec<f64>>,
    coordinates: &[Coordinate],
) -> Optimum {
    let mut best: Option<Optimum> = None;
    let mut spent = 0;
    for start in starts {
        let found = climb(rough, start, coordinates, 1e-3);
        spent += found.steps;
        // The first wins a tie, so that rounding does not choose between equal tops.
        let better = best.as_ref().is_none_or(|best| {
            found.sum.value > best.sum.value + 0.01 || !best.sum.value.is_finite()
        });
        if better && found.sum.value.is_finite() {
            best = Some(found);
        }
    }
    let start = best.map_or_else(
        || coordinates.iter().map(|c| if c.positive { c.scale.ln() } else { 0.0 }).collect(),
        |best| best.theta,
    );
    let mut top = climb(objective, start, coordinates, 1e-15);
    top.steps += spent;
    top
}
