//! Any model as one document, by its name: what a binding needs of all of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::clients::Clients;
use super::contract::{Contracts, ShiftedBetaGeometric};
use super::covariates::WithCovariates;
use super::discrete::BgBb;
use super::dropout::{BgNbd, MbgNbd};
use super::fit::{Estimate, Fit, Parametric};
use super::matrix::Symmetric;
use super::nbd::Nbd;
use super::optimum::Optimality;
use super::pareto::ParetoNbd;
use super::simulate::Simulate;
use super::spend::GammaGamma;
use super::summary::Summary;
use super::unit::TimeUnit;
use crate::error::{Error, Result};

/// A model of any kind, which its JSON names: `{"model": "bg_nbd", "unit": "week", "r": …}`.
///
/// ```
/// use clientela::lifetime::{AnyModel, Nbd, TimeUnit};
///
/// let json = AnyModel::Nbd(Nbd::new(TimeUnit::Week, 0.385, 12.072)?).to_json();
/// assert_eq!(json, r#"{"model":"nbd","unit":"week","r":0.385,"alpha":12.072}"#);
/// assert!(matches!(AnyModel::from_json(&json)?, AnyModel::Nbd(_)));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnyModel {
    /// See [`Nbd`].
    Nbd(Nbd),
    /// See [`BgNbd`].
    BgNbd(BgNbd),
    /// See [`MbgNbd`].
    MbgNbd(MbgNbd),
    /// See [`ParetoNbd`].
    ParetoNbd(ParetoNbd),
    /// See [`BgBb`].
    BgBb(BgBb),
    /// See [`GammaGamma`].
    GammaGamma(GammaGamma),
    /// See [`ShiftedBetaGeometric`].
    ShiftedBetaGeometric(ShiftedBetaGeometric),
    /// See [`WithCovariates`] and [`BgNbd::fit_with`](super::Dropout::fit_with).
    BgNbdWithCovariates(WithCovariates<BgNbd>),
    /// See [`WithCovariates`] and [`MbgNbd::fit_with`](super::Dropout::fit_with).
    MbgNbdWithCovariates(WithCovariates<MbgNbd>),
    /// See [`WithCovariates`] and [`ParetoNbd::fit_with`].
    ParetoNbdWithCovariates(WithCovariates<ParetoNbd>),
}

/// A fit of any kind of model.
pub type AnyFit = Fit<AnyModel>;

/// How a model is fitted, where there is a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FitOptions {
    /// The regularity of BG/NBD and MBG/NBD, 1 to 100. Default: 1, purchases at random.
    pub k: u32,
    /// Where given, the regularity from 1 up to this one that fits best is chosen instead.
    pub largest_k: Option<u32>,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self { k: 1, largest_k: None }
    }
}

/// Runs the same code for whichever model of purchases it is.
macro_rules! purchases {
    ($model:expr, $one:ident => $body:expr, else $other:expr) => {
        match $model {
            $crate::lifetime::AnyModel::Nbd($one) => $body,
            $crate::lifetime::AnyModel::BgNbd($one) => $body,
            $crate::lifetime::AnyModel::MbgNbd($one) => $body,
            $crate::lifetime::AnyModel::ParetoNbd($one) => $body,
            $crate::lifetime::AnyModel::BgBb($one) => $body,
            _ => $other,
        }
    };
}
pub(crate) use purchases;

/// Runs the same code for whichever model it is.
macro_rules! any {
    ($model:expr, $one:ident => $body:expr) => {
        match $model {
            AnyModel::Nbd($one) => $body,
            AnyModel::BgNbd($one) => $body,
            AnyModel::MbgNbd($one) => $body,
            AnyModel::ParetoNbd($one) => $body,
            AnyModel::BgBb($one) => $body,
            AnyModel::GammaGamma($one) => $body,
            AnyModel::ShiftedBetaGeometric($one) => $body,
            AnyModel::BgNbdWithCovariates($one) => $body,
            AnyModel::MbgNbdWithCovariates($one) => $body,
            AnyModel::ParetoNbdWithCovariates($one) => $body,
        }
    };
}

fn bad_model(problem: String) -> Error {
    Error::BadArgument { argument: "model", problem }
}

impl AnyModel {
    /// The names that models are fitted by, in JSON, Python and C. Of a model with covariates
    /// the JSON says so: `{"model": "bg_nbd_with_covariates", "base": {…}, …}`.
    pub const NAMES: [&'static str; 7] = [
        "nbd",
        "bg_nbd",
        "mbg_nbd",
        "pareto_nbd",
        "bg_bb",
        "gamma_gamma",
        "shifted_beta_geometric",
    ];

    /// The name that the model is fitted by, such as `bg_nbd`, with covariates or without;
    /// [`Parametric::name`] is that of the papers.
    pub fn kind(&self) -> &'static str {
        Self::NAMES[match self {
            Self::Nbd(_) => 0,
            Self::BgNbd(_) | Self::BgNbdWithCovariates(_) => 1,
            Self::MbgNbd(_) | Self::MbgNbdWithCovariates(_) => 2,
            Self::ParetoNbd(_) | Self::ParetoNbdWithCovariates(_) => 3,
            Self::BgBb(_) => 4,
            Self::GammaGamma(_) => 5,
            Self::ShiftedBetaGeometric(_) => 6,
        }]
    }

    /// The error of a question that only models of purchases answer.
    pub(crate) fn no_purchases(&self) -> Error {
        if self.has_covariates() {
            let name = self.name();
            return bad_model(format!(
                "{name} differs between clients; ask the model of one of them"
            ));
        }
        bad_model(format!("{} is no model of purchases over time", self.name()))
    }

    /// The model as JSON, from which it comes back to the last bit.
    ///
    /// # Panics
    /// Never: every field is a number or a name.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and names are always JSON")
    }

    /// The model of a JSON document.
    ///
    /// # Errors
    /// JSON that is no model, or a model that cannot be.
    pub fn from_json(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|error| Error::BadFormat(format!("model, {error}")))
    }

    /// Fits the model of a name (see [`NAMES`](Self::NAMES)) to a summary, or to [`Clients`] with
    /// covariates. Gamma-Gamma takes x and the spend of the rows; contracts are fitted by
    /// [`fit_contracts`](Self::fit_contracts).
    ///
    /// ```
    /// use clientela::lifetime::{AnyModel, FitOptions, Row, Summary, TimeUnit};
    ///
    /// let row = |x, t_x, count| Ok(Row::new(x, t_x, 39.0)?.times(count));
    /// let rows = vec![row(0, 0.0, 40)?, row(1, 9.0, 20)?, row(3, 30.0, 9)?, row(6, 35.0, 5)?];
    /// let summary = Summary::new(TimeUnit::Week, rows);
    /// let fit = AnyModel::fit("pareto_nbd", &summary, &FitOptions::default())?;
    /// assert_eq!(fit.model.kind(), "pareto_nbd");
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// An unknown name; a regularity for a model that has none, or beside covariates; covariates
    /// for a model that takes none; what the fit of the model itself refuses, such as
    /// [`BgNbd::fit`].
    pub fn fit<'a>(
        name: &str,
        clients: impl Into<Clients<'a>>,
        options: &FitOptions,
    ) -> Result<AnyFit> {
        let clients = clients.into();
        let summary = clients.summary();
        if clients.have_covariates() {
            return Self::fit_with(name, &clients, options);
        }
        if !matches!(name, "bg_nbd" | "mbg_nbd") && *options != FitOptions::default() {
            let problem = format!("only bg_nbd and mbg_nbd have a regularity, `{name}` has none");
            return Err(Error::BadArgument { argument: "k", problem });
        }
        match name {
            "nbd" => Ok(Nbd::fit(summary)?.map(Self::Nbd)),
            "bg_nbd" => Ok(match options.largest_k {
                Some(largest) => BgNbd::fit_any(summary, largest)?.0,
                None => BgNbd::fit_regular(summary, options.k)?,
            }
            .map(Self::BgNbd)),
            "mbg_nbd" => Ok(match options.largest_k {
                Some(largest) => MbgNbd::fit_any(summary, largest)?.0,
                None => MbgNbd::fit_regular(summary, options.k)?,
            }
            .map(Self::MbgNbd)),
            "pareto_nbd" => Ok(ParetoNbd::fit(summary)?.map(Self::ParetoNbd)),
            "bg_bb" => Ok(BgBb::fit(summary)?.map(Self::BgBb)),
            "gamma_gamma" => Ok(GammaGamma::fit(summary)?.map(Self::GammaGamma)),
            "shifted_beta_geometric" => {
                Err(bad_model("contracts are no summary of purchases; fit them as such".to_owned()))
            }
            other => Err(unknown(other)),
        }
    }

    /// Fits a model with covariates.
    fn fit_with(name: &str, clients: &Clients<'_>, options: &FitOptions) -> Result<AnyFit> {
        let fault = |problem: String| Err(Error::BadArgument { argument: "covariates", problem });
        if !Self::NAMES.contains(&name) {
            return Err(unknown(name));
        }
        if *options != FitOptions::default() {
            return fault("a regularity is fitted without covariates, leave one out".to_owned());
        }
        let (summary, purchase, dropout) =
            (clients.summary(), clients.purchase(), clients.dropout());
        match name {
            "bg_nbd" => {
                Ok(BgNbd::fit_with(summary, purchase, dropout)?.map(Self::BgNbdWithCovariates))
            }
            "mbg_nbd" => {
                Ok(MbgNbd::fit_with(summary, purchase, dropout)?.map(Self::MbgNbdWithCovariates))
            }
            "pareto_nbd" => {
                Ok(ParetoNbd::fit_with(summary, purchase, dropout)?
                    .map(Self::ParetoNbdWithCovariates))
            }
            _ => fault(format!("only bg_nbd, mbg_nbd and pareto_nbd take them, not {name}")),
        }
    }

    /// Fits the shifted beta-geometric to contracts with one renewal per `unit`.
    ///
    /// # Errors
    /// Those of [`ShiftedBetaGeometric::fit`].
    pub fn fit_contracts(unit: TimeUnit, contracts: &[Contracts]) -> Result<AnyFit> {
        Ok(ShiftedBetaGeometric::fit(unit, contracts)?.map(Self::ShiftedBetaGeometric))
    }

    /// A model of given parameters, by their names, `k` among them where wanted. Gamma-Gamma has
    /// no unit. Coefficients of covariates have the names that a fit gives them, such as
    /// `purchase:web` and `dropout:web`, of BG/NBD and MBG/NBD `dropout_a:web` and
    /// `dropout_b:web`.
    ///
    /// ```
    /// use clientela::lifetime::{AnyModel, Parametric, TimeUnit};
    ///
    /// let given = [("r", 0.243), ("alpha", 4.414), ("a", 0.793), ("b", 2.426)];
    /// let given = given.map(|(name, value)| (name.to_owned(), value)).into();
    /// let model = AnyModel::with_params("bg_nbd", Some(TimeUnit::Week), &given)?;
    /// assert_eq!(model.parameters(), [0.243, 4.414, 0.793, 2.426]);
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// An unknown name of a model or parameter, a missing parameter or unit, a parameter that is
    /// not a positive number.
    pub fn with_params(
        name: &str,
        unit: Option<TimeUnit>,
        parameters: &BTreeMap<String, f64>,
    ) -> Result<Self> {
        let unit = if name == "gamma_gamma" {
            TimeUnit::Day
        } else {
            unit.ok_or_else(|| Error::BadArgument {
                argument: "unit",
                problem: "the parameters count in some unit of time, say which".to_owned(),
            })?
        };
        let model = match name {
            "nbd" => Self::Nbd(Nbd::new(unit, 1.0, 1.0)?),
            "bg_nbd" => Self::BgNbd(BgNbd::new(unit, 1.0, 1.0, 1.0, 1.0)?),
            "mbg_nbd" => Self::MbgNbd(MbgNbd::new(unit, 1.0, 1.0, 1.0, 1.0)?),
            "pareto_nbd" => Self::ParetoNbd(ParetoNbd::new(unit, 1.0, 1.0, 1.0, 1.0)?),
            "bg_bb" => Self::BgBb(BgBb::new(unit, 1.0, 1.0, 1.0, 1.0)?),
            "gamma_gamma" => Self::GammaGamma(GammaGamma::new(1.0, 1.0, 1.0)?),
            "shifted_beta_geometric" => {
                Self::ShiftedBetaGeometric(ShiftedBetaGeometric::new(unit, 1.0, 1.0)?)
            }
            other => return Err(unknown(other)),
        };
        let model = model.with_names_of(parameters);
        let names = model.parameter_names();
        let regular = matches!(name, "bg_nbd" | "mbg_nbd");
        let fault = |problem: String| Error::BadArgument { argument: "parameters", problem };
        let known = |given: &String| names.contains(given) || regular && given == "k";
        if let Some(stranger) = parameters.keys().find(|given| !known(given)) {
            let problem = format!("{name} has no `{stranger}`, it has {}", names.join(", "));
            return Err(fault(problem));
        }
        let value = |name: &String| {
            let missing = || fault(format!("`{name}` is missing"));
            parameters.get(name).copied().ok_or_else(missing)
        };
        let model = model.with_parameters(&names.iter().map(value).collect::<Result<Vec<_>>>()?)?;
        let Some(&k) = parameters.get("k") else { return Ok(model) };
        if model.has_covariates() {
            return Err(fault("a model with covariates has no regularity `k`".to_owned()));
        }
        // What is no whole number is refused as 0 is.
        let k = if k.fract() == 0.0 && (1.0..=100.0).contains(&k) { k as u32 } else { 0 };
        match model {
            Self::BgNbd(model) => Ok(Self::BgNbd(model.regular(k)?)),
            Self::MbgNbd(model) => Ok(Self::MbgNbd(model.regular(k)?)),
            model => Ok(model),
        }
    }

    /// The same model with the covariates, all coefficients 0, whose coefficients are among these
    /// names.
    fn with_names_of(self, parameters: &BTreeMap<String, f64>) -> Self {
        let of = |prefixes: &[&str]| {
            let own = |name: &String| {
                let (prefix, covariate) = name.split_once(':')?;
                prefixes.contains(&prefix).then(|| covariate.to_owned())
            };
            parameters.keys().filter_map(own).collect::<BTreeSet<String>>()
        };
        let (purchase, dropout) = (of(&["purchase"]), of(&["dropout", "dropout_a", "dropout_b"]));
        if purchase.is_empty() && dropout.is_empty() {
            return self;
        }
        let list = |names: BTreeSet<String>| names.into_iter().collect::<Vec<String>>();
        let (purchase, dropout) = (list(purchase), list(dropout));
        match self {
            Self::BgNbd(base) => {
                Self::BgNbdWithCovariates(WithCovariates::plain(base, &purchase, &dropout))
            }
            Self::MbgNbd(base) => {
                Self::MbgNbdWithCovariates(WithCovariates::plain(base, &purchase, &dropout))
            }
            Self::ParetoNbd(base) => {
                Self::ParetoNbdWithCovariates(WithCovariates::plain(base, &purchase, &dropout))
            }
            other => other,
        }
    }

    /// Made-up clients, one for each age: the time from the first purchase to the end of
    /// observation, in the model's unit.
    ///
    /// # Errors
    /// An age that is negative or not finite; a model that is not of purchases.
    pub fn simulate(&self, ages: &[f64], seed: u64) -> Result<Summary> {
        purchases!(self, model => model.simulate_summary(ages, seed), else Err(self.no_purchases()))
    }

    /// The summary with made-up mean amounts for all who bought again.
    ///
    /// # Errors
    /// A model that is not of spend.
    pub fn simulate_spend(&self, summary: &Summary, seed: u64) -> Result<Summary> {
        match self {
            Self::GammaGamma(model) => Ok(model.simulate(summary, seed)),
            other => Err(bad_model(format!("{} is no model of spend", other.name()))),
        }
    }

    /// The made-up fate of contracts that began so many renewals ago.
    ///
    /// # Errors
    /// A model that is not of contracts.
    pub fn simulate_contracts(&self, renewals: &[u32], seed: u64) -> Result<Vec<Contracts>> {
        match self {
            Self::ShiftedBetaGeometric(model) => Ok(model.simulate(renewals, seed)),
            other => Err(bad_model(format!("{} is no model of contracts", other.name()))),
        }
    }
}

fn unknown(name: &str) -> Error {
    bad_model(format!("`{name}` is not one of {}", AnyModel::NAMES.join(", ")))
}

impl Parametric for AnyModel {
    fn name(&self) -> String {
        any!(self, model => model.name())
    }

    fn unit(&self) -> Option<TimeUnit> {
        any!(self, model => model.unit())
    }

    fn parameter_names(&self) -> Vec<String> {
        any!(self, model => model.parameter_names())
    }

    fn parameters(&self) -> Vec<f64> {
        any!(self, model => model.parameters())
    }

    fn is_positive(&self, parameter: usize) -> bool {
        any!(self, model => model.is_positive(parameter))
    }

    fn with_parameters(&self, parameters: &[f64]) -> Result<Self> {
        Ok(match self {
            Self::Nbd(model) => Self::Nbd(model.with_parameters(parameters)?),
            Self::BgNbd(model) => Self::BgNbd(model.with_parameters(parameters)?),
            Self::BgNbdWithCovariates(model) => {
                Self::BgNbdWithCovariates(model.with_parameters(parameters)?)
            }
            Self::MbgNbd(model) => Self::MbgNbd(model.with_parameters(parameters)?),
            Self::MbgNbdWithCovariates(model) => {
                Self::MbgNbdWithCovariates(model.with_parameters(parameters)?)
            }
            Self::ParetoNbd(model) => Self::ParetoNbd(model.with_parameters(parameters)?),
            Self::ParetoNbdWithCovariates(model) => {
                Self::ParetoNbdWithCovariates(model.with_parameters(parameters)?)
            }
            Self::BgBb(model) => Self::BgBb(model.with_parameters(parameters)?),
            Self::GammaGamma(model) => Self::GammaGamma(model.with_parameters(parameters)?),
            Self::ShiftedBetaGeometric(model) => {
                Self::ShiftedBetaGeometric(model.with_parameters(parameters)?)
            }
        })
    }
}

/// All that is said of a fit, for reading. The fit itself is saved by [`Fit::to_json`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FitReport {
    /// The model with its parameters.
    pub model: AnyModel,
    /// Its name in the papers.
    pub name: String,
    /// Number of clients.
    pub clients: u64,
    /// The log-likelihood, in the unit of the data, summed over clients.
    pub log_likelihood: f64,
    /// Akaike's criterion.
    pub aic: f64,
    /// The Bayesian criterion.
    pub bic: f64,
    /// The level of the intervals.
    pub level: f64,
    /// Parameters with errors and intervals.
    pub estimates: Vec<Estimate>,
    /// Covariance of the parameters in the order of the estimates; `None` where the maximum is
    /// not definite.
    pub covariance: Option<Symmetric>,
    /// How good the maximum is.
    pub optimality: Optimality,
}

impl Fit<AnyModel> {
    /// All that is said of the fit, with intervals at a level such as 0.95.
    ///
    /// # Errors
    /// A level that is not between 0 and 1.
    pub fn report(&self, level: f64) -> Result<FitReport> {
        Ok(FitReport {
            model: self.model.clone(),
            name: self.model.name(),
            clients: self.clients,
            log_likelihood: self.log_likelihood,
            aic: self.aic(),
            bic: self.bic(),
            level,
            estimates: self.estimates(level)?,
            covariance: self.covariance(),
            optimality: self.optimality.clone(),
        })
    }

    /// The fit as JSON, from which it comes back to the last bit.
    ///
    /// # Panics
    /// Never: every field is a number or a name.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and names are always JSON")
    }

    /// The fit of a JSON document.
    ///
    /// # Errors
    /// JSON that is no fit.
    pub fn from_json(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|error| Error::BadFormat(format!("fit, {error}")))
    }
}
