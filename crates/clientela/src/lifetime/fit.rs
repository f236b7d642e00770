//! What every fitted model can be asked: errors, intervals, criteria, tests.

use serde::{Deserialize, Serialize};

use super::matrix::Symmetric;
use super::optimum::Optimality;
use super::special::{chi_square_tail, normal_quantile};
use super::unit::TimeUnit;
use crate::error::{Error, Result};

/// A model that is given by a list of numbers.
pub trait Parametric: Clone {
    /// The model's name in the papers, such as `BG/NBD`.
    fn name(&self) -> String;

    /// The unit of the model's times, or `None` where it has no time.
    fn unit(&self) -> Option<TimeUnit>;

    /// The names of the parameters in order.
    fn parameter_names(&self) -> Vec<String>;

    /// The parameters in order.
    fn parameters(&self) -> Vec<f64>;

    /// Whether a parameter is a positive number, searched and judged by its logarithm. Otherwise
    /// it is a coefficient of a covariate.
    fn is_positive(&self, parameter: usize) -> bool {
        let _ = parameter;
        true
    }

    /// The model with other parameters.
    ///
    /// # Errors
    /// A parameter that is not finite, or not positive where it must be; too many or too few.
    fn with_parameters(&self, parameters: &[f64]) -> Result<Self>;
}

/// Refuses parameters that are no positive numbers.
pub(crate) fn check_positive(parameters: &[(&'static str, f64)]) -> Result<()> {
    for &(argument, value) in parameters {
        if !value.is_finite() || value <= 0.0 {
            let problem = format!("a parameter is a positive number, found {value}");
            return Err(Error::BadArgument { argument, problem });
        }
    }
    Ok(())
}

/// The parameters as an array of the right length.
pub(crate) fn exactly<const N: usize>(parameters: &[f64]) -> Result<[f64; N]> {
    parameters.try_into().map_err(|_| Error::BadArgument {
        argument: "parameters",
        problem: format!("{N} numbers are needed, found {}", parameters.len()),
    })
}

/// Refuses a list of another length.
pub(crate) fn exactly_len(argument: &'static str, values: &[f64], length: usize) -> Result<()> {
    if values.len() == length {
        return Ok(());
    }
    let problem = format!("{length} numbers are needed, found {}", values.len());
    Err(Error::BadArgument { argument, problem })
}

/// A value between two ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The best single value.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The scale on which an estimate is taken to be normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Its logarithm: for what is positive, such as expected purchases.
    Log,
    /// Its log odds: for probabilities.
    Logit,
}

impl Scale {
    /// A value on this scale.
    pub(crate) fn forth(self, value: f64) -> f64 {
        match self {
            Self::Log => value.ln(),
            Self::Logit => value.ln() - (-value).ln_1p(),
        }
    }

    /// The value that stands at a place of this scale.
    pub(crate) fn back(self, place: f64) -> f64 {
        match self {
            Self::Log => place.exp().min(f64::MAX),
            Self::Logit => 1.0 / (1.0 + (-place).exp()),
        }
    }
}

/// A model fitted by maximum likelihood, with what the data say about its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    try_from = "RawFit<M>",
    bound(deserialize = "M: Parametric + Deserialize<'de>", serialize = "M: Serialize")
)]
pub struct Fit<M> {
    /// The model at the maximum.
    pub model: M,
    /// The log-likelihood there, in the unit of the data, summed over clients. Factors that hold
    /// no parameter (x! and the like) are left out, as in the papers.
    pub log_likelihood: f64,
    /// Number of clients.
    pub clients: u64,
    /// How good the maximum is.
    pub optimality: Optimality,
    /// Covariance of the logarithms of the parameters (of coefficients as they are); `None` where
    /// the maximum is not definite.
    pub(crate) log_covariance: Option<Symmetric>,
    /// Tells data apart in tests of nested models.
    pub(crate) fingerprint: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFit<M> {
    model: M,
    log_likelihood: f64,
    clients: u64,
    optimality: Optimality,
    log_covariance: Option<Symmetric>,
    fingerprint: u32,
}

impl<M: Parametric> TryFrom<RawFit<M>> for Fit<M> {
    type Error = Error;

    fn try_from(raw: RawFit<M>) -> Result<Self> {
        let RawFit { model, log_likelihood, clients, optimality, log_covariance, fingerprint } =
            raw;
        let size = model.parameters().len();
        if log_covariance.as_ref().is_some_and(|covariance| covariance.size() != size) {
            let problem = format!("a fit whose covariance is not one of {size} parameters");
            return Err(Error::BadFormat(problem));
        }
        Ok(Self { model, log_likelihood, clients, optimality, log_covariance, fingerprint })
    }
}

/// One parameter of a fitted model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The parameter's name.
    pub name: String,
    /// The estimate.
    pub value: f64,
    /// The standard error; `None` where the maximum is not definite.
    pub standard_error: Option<f64>,
    /// The confidence interval, built on the logarithm for positive parameters.
    pub interval: Option<Interval>,
}

/// The outcome of a likelihood-ratio test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LikelihoodRatio {
    /// Twice the gain in log-likelihood.
    pub statistic: f64,
    /// Parameters that the larger model adds.
    pub freedom: u32,
    /// The probability of a gain like this if the smaller model is true, by the χ² distribution.
    /// Where the smaller model lies at the edge of the larger (NBD within Pareto/NBD), the true
    /// probability is smaller still.
    pub p_value: f64,
}

/// Where a level such as 0.95 ends on the normal distribution.
pub(crate) fn deviations(level: f64) -> Result<f64> {
    if level > 0.0 && level < 1.0 {
        return Ok(normal_quantile(f64::midpoint(1.0, level)));
    }
    let problem = format!("a level lies between 0 and 1, such as 0.95, found {level}");
    Err(Error::BadArgument { argument: "level", problem })
}

impl<M> Fit<M> {
    /// The same fit of the model in another form.
    pub(crate) fn map<L>(self, form: impl FnOnce(M) -> L) -> Fit<L> {
        let Self { model, log_likelihood, clients, optimality, log_covariance, fingerprint } = self;
        let model = form(model);
        Fit { model, log_likelihood, clients, optimality, log_covariance, fingerprint }
    }
}

impl<M: Parametric> Fit<M> {
    /// The covariance of the parameters, symmetric, in the order of their names; `None` where the
    /// maximum is not definite.
    pub fn covariance(&self) -> Option<Symmetric> {
        let factors = self.factors();
        let logs = self.log_covariance.as_ref()?;
        Some(Symmetric::from_fn(factors.len(), |i, j| logs.get(i, j) * factors[i] * factors[j]))
    }

    /// The covariance of the logarithms of the parameters (of coefficients as they are).
    pub fn log_covariance(&self) -> Option<&Symmetric> {
        self.log_covariance.as_ref()
    }

    /// How a parameter changes with its coordinate in the search.
    fn factors(&self) -> Vec<f64> {
        let values = self.model.parameters();
        let factor = |(i, value): (usize, f64)| if self.model.is_positive(i) { value } else { 1.0 };
        values.into_iter().enumerate().map(factor).collect()
    }

    /// The parameters with standard errors and confidence intervals at a level such as 0.95.
    ///
    /// # Errors
    /// A level that is not between 0 and 1.
    pub fn estimates(&self, level: f64) -> Result<Vec<Estimate>> {
        let z = deviations(level)?;
        let factors = self.factors();
        let error = |i: usize| self.log_covariance.as_ref().map(|c| c.get(i, i).sqrt());
        let estimate = |(i, (name, value)): (usize, (String, f64))| {
            let interval = error(i).map(|error| {
                if self.model.is_positive(i) {
                    let factor = (z * error).min(700.0).exp();
                    let high = (value * factor).min(f64::MAX);
                    Interval { value, low: value / factor, high }
                } else {
                    Interval { value, low: value - z * error, high: value + z * error }
                }
            });
            let standard_error = error(i).map(|error| error * factors[i]);
            Estimate { name, value, standard_error, interval }
        };
        let names = self.model.parameter_names();
        Ok(names.into_iter().zip(self.model.parameters()).enumerate().map(estimate).collect())
    }

    /// Akaike's information criterion: smaller is better.
    pub fn aic(&self) -> f64 {
        2.0 * self.model.parameters().len() as f64 - 2.0 * self.log_likelihood
    }

    /// The Bayesian information criterion, by the number of clients: smaller is better.
    pub fn bic(&self) -> f64 {
        self.model.parameters().len() as f64 * (self.clients as f64).ln()
            - 2.0 * self.log_likelihood
    }

    /// A figure of the model with the interval that the uncertainty of the parameters gives it
    /// (delta method). `None` where the figure is undefined or the maximum is not definite.
    ///
    /// The interval is that of the expectation, not of one client's outcome.
    ///
    /// ```
    /// # use clientela::lifetime::*;
    /// # fn show(fit: &Fit<BgNbd>, row: &Row, year: Span) -> clientela::Result<()> {
    /// let expected = |model: &BgNbd| Some(model.expected_purchases(row, year));
    /// let interval = fit.interval(expected, Scale::Log, 0.95)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// A level that is not between 0 and 1.
    pub fn interval(
        &self,
        figure: impl Fn(&M) -> Option<f64>,
        scale: Scale,
        level: f64,
    ) -> Result<Option<Interval>> {
        let z = deviations(level)?;
        Ok(self.interval_of(&figure, scale, z))
    }

    fn interval_of(
        &self,
        figure: &dyn Fn(&M) -> Option<f64>,
        scale: Scale,
        z: f64,
    ) -> Option<Interval> {
        const STEP: f64 = 1e-4;
        let covariance = self.log_covariance.as_ref()?;
        let value = figure(&self.model)?;
        let centre = scale.forth(value);
        if !centre.is_finite() {
            // Exactly 0, or a certainty: nothing about the parameters can change it.
            return Some(Interval { value, low: value, high: value });
        }
        let parameters = self.model.parameters();
        let moved = |i: usize, by: f64| {
            let mut parameters = parameters.clone();
            if self.model.is_positive(i) {
                parameters[i] *= by.exp();
            } else {
                parameters[i] += by;
            }
            let model = self.model.with_parameters(&parameters).ok()?;
            Some(scale.forth(figure(&model)?)).filter(|value| value.is_finite())
        };
        let slopes = (0..parameters.len())
            .map(|i| Some((moved(i, STEP)? - moved(i, -STEP)?) / (2.0 * STEP)))
            .collect::<Option<Vec<f64>>>()?;
        let reach = z * covariance.form(&slopes, &slopes).max(0.0).sqrt();
        Some(Interval { value, low: scale.back(centre - reach), high: scale.back(centre + reach) })
    }

    /// Tests this fit against a larger model that contains it, fitted to the same clients: NBD
    /// within Pareto/NBD, BG/NBD within the same with covariates.
    ///
    /// # Errors
    /// Models that are not nested, or fits of different data.
    pub fn test_against<L: Parametric>(&self, larger: &Fit<L>) -> Result<LikelihoodRatio> {
        let fault = |problem: String| Err(Error::BadArgument { argument: "larger", problem });
        let (few, many) = (self.model.parameter_names(), larger.model.parameter_names());
        if few.len() >= many.len() || !few.iter().all(|name| many.contains(name)) {
            return fault(format!(
                "{} ({}) is not contained in {} ({})",
                self.model.name(),
                few.join(", "),
                larger.model.name(),
                many.join(", ")
            ));
        }
        let same = (self.clients, self.fingerprint, self.model.unit());
        if same != (larger.clients, larger.fingerprint, larger.model.unit()) {
            return fault("both models must be fitted to the same clients".to_owned());
        }
        let statistic = 2.0 * (larger.log_likelihood - self.log_likelihood).max(0.0);
        let freedom = (many.len() - few.len()) as u32;
        Ok(LikelihoodRatio { statistic, freedom, p_value: chi_square_tail(statistic, freedom) })
    }
}
