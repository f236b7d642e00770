//! What is known of a client beside the purchases, and does not change: channel, region, sex.

use serde::{Deserialize, Serialize};

use super::fit::{Parametric, exactly_len};
use super::likelihood::Effect;
use super::unit::TimeUnit;
use crate::error::{Error, Result};

/// Named numbers for each row of a summary. Categories are given as columns of 0 and 1, one less
/// than there are categories.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Covariates {
    names: Vec<String>,
    /// By row.
    values: Vec<f64>,
}

impl Covariates {
    /// No covariates.
    pub const NONE: Self = Self { names: Vec::new(), values: Vec::new() };

    /// No covariates.
    pub fn none() -> Self {
        Self::NONE
    }

    /// Covariates with their names; each column has a value for each row of the summary.
    ///
    /// # Errors
    /// Columns of unequal length, a name that is empty or stands twice, a value that is not
    /// finite.
    pub fn new(columns: &[(&str, &[f64])]) -> Result<Self> {
        let rows = columns.first().map_or(0, |column| column.1.len());
        for (place, &(name, values)) in columns.iter().enumerate() {
            let fault = |problem: String| Error::BadColumn { column: name.to_owned(), problem };
            if values.len() != rows {
                return Err(fault(format!("{} values, but {rows} in the first", values.len())));
            }
            if let Some(row) = values.iter().position(|value| !value.is_finite()) {
                return Err(Error::BadRow {
                    row: row as u64,
                    column: name.to_owned(),
                    value: values[row].to_string(),
                    problem: "not a number".to_owned(),
                    remedy: "fill in a number, or leave the client out".to_owned(),
                });
            }
            if name.is_empty() {
                return Err(fault("a covariate needs a name".to_owned()));
            }
            if columns[..place].iter().any(|other| other.0 == name) {
                return Err(fault("is among the covariates twice".to_owned()));
            }
        }
        let names = columns.iter().map(|&(name, _)| name.to_owned()).collect();
        let values = (0..rows).flat_map(|i| columns.iter().map(move |(_, v)| v[i])).collect();
        Ok(Self { names, values })
    }

    /// The names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The values of one row.
    pub fn row(&self, row: usize) -> &[f64] {
        let width = self.names.len();
        &self.values[row * width..(row + 1) * width]
    }

    /// The covariates of some rows.
    pub(crate) fn pick(&self, rows: &[usize]) -> Self {
        let values = rows.iter().flat_map(|&row| self.row(row)).copied().collect();
        Self { names: self.names.clone(), values }
    }

    /// Refuses another number of rows.
    pub(crate) fn check_rows(&self, rows: usize) -> Result<()> {
        let width = self.names.len();
        if self.values.len() == width * rows {
            return Ok(());
        }
        let own = self.values.len() / width.max(1);
        let problem = format!("{own} rows beside {rows} of the summary");
        Err(Error::BadArgument { argument: "covariates", problem })
    }

    /// Refuses a column that is the same for all clients, to whom a fit could give any
    /// coefficient.
    pub(crate) fn check_varied(&self) -> Result<()> {
        let width = self.names.len();
        for (place, name) in self.names.iter().enumerate() {
            let mut values = self.values.iter().skip(place).step_by(width);
            let first = values.next();
            if values.all(|value| Some(value) == first) {
                return Err(Error::BadColumn {
                    column: name.clone(),
                    problem: "one value for all clients explains nothing; leave it out".to_owned(),
                });
            }
        }
        Ok(())
    }

    /// The values of both, side by side, for a number of rows.
    pub(crate) fn beside(&self, other: &Self, rows: usize) -> Result<Vec<f64>> {
        for covariates in [self, other] {
            covariates.check_rows(rows)?;
        }
        Ok((0..rows).flat_map(|i| self.row(i).iter().chain(other.row(i)).copied()).collect())
    }
}

/// A model whose parameters can depend on covariates.
pub trait CovariateModel: Parametric {
    /// What each coefficient moves, and what its name begins with.
    fn effects(purchase: usize, dropout: usize) -> Vec<(Effect, String)>;
}

/// A model with coefficients of covariates. Predictions are those of the plain model
/// [`for_client`](Self::for_client).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    try_from = "RawWith<M>",
    bound(deserialize = "M: CovariateModel + Deserialize<'de>", serialize = "M: Serialize")
)]
pub struct WithCovariates<M> {
    base: M,
    purchase: Vec<String>,
    dropout: Vec<String>,
    coefficients: Vec<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWith<M> {
    base: M,
    purchase: Vec<String>,
    dropout: Vec<String>,
    coefficients: Vec<f64>,
}

impl<M: CovariateModel> TryFrom<RawWith<M>> for WithCovariates<M> {
    type Error = Error;

    fn try_from(raw: RawWith<M>) -> Result<Self> {
        Self::new(raw.base, &raw.purchase, &raw.dropout, &raw.coefficients)
    }
}

impl<M: CovariateModel> WithCovariates<M> {
    /// A model with all coefficients 0.
    pub(crate) fn plain(base: M, purchase: &[String], dropout: &[String]) -> Self {
        let coefficients = vec![0.0; M::effects(purchase.len(), dropout.len()).len()];
        Self { base, purchase: purchase.to_vec(), dropout: dropout.to_vec(), coefficients }
    }

    /// A model of given coefficients, in the order of the names of parameters behind those of
    /// the base.
    ///
    /// # Errors
    /// Too many or too few coefficients, or one that is not finite.
    pub fn new(
        base: M,
        purchase: &[String],
        dropout: &[String],
        coefficients: &[f64],
    ) -> Result<Self> {
        let plain = Self::plain(base, purchase, dropout);
        let mut parameters = plain.base.parameters();
        parameters.extend_from_slice(coefficients);
        plain.with_parameters(&parameters)
    }

    /// The model of a client whose covariates are all 0.
    pub fn base(&self) -> &M {
        &self.base
    }

    /// The coefficients.
    pub fn coefficients(&self) -> &[f64] {
        &self.coefficients
    }

    /// The names of the covariates of purchases, and of those of dropout.
    pub fn names(&self) -> [&[String]; 2] {
        [&self.purchase, &self.dropout]
    }

    /// Refuses covariates other than those of the fit.
    pub(crate) fn check_names(&self, purchase: &Covariates, dropout: &Covariates) -> Result<()> {
        if purchase.names == self.purchase && dropout.names == self.dropout {
            return Ok(());
        }
        let list = |names: &[String]| {
            if names.is_empty() { "none".to_owned() } else { names.join(", ") }
        };
        let problem = format!(
            "the model has {} for purchases and {} for dropout, in this order; given were {} and {}",
            list(&self.purchase),
            list(&self.dropout),
            list(&purchase.names),
            list(&dropout.names)
        );
        Err(Error::BadArgument { argument: "covariates", problem })
    }

    /// The plain model of a client with these covariates.
    ///
    /// # Errors
    /// Too many or too few covariates, or so far out that a parameter leaves the range of numbers.
    pub fn for_client(&self, purchase: &[f64], dropout: &[f64]) -> Result<M> {
        exactly_len("purchase", purchase, self.purchase.len())?;
        exactly_len("dropout", dropout, self.dropout.len())?;
        let mut parameters = self.base.parameters();
        let effects = M::effects(purchase.len(), dropout.len());
        for ((effect, _), coefficient) in effects.iter().zip(&self.coefficients) {
            let i = effect.covariate;
            let value = if i < purchase.len() { purchase[i] } else { dropout[i - purchase.len()] };
            parameters[effect.parameter] *= (effect.sign * coefficient * value).exp();
        }
        self.base.with_parameters(&parameters)
    }

    /// The plain models of all rows of a summary, whose covariates these are.
    ///
    /// # Errors
    /// Covariates of another length, or other than those of the fit.
    pub fn for_rows(
        &self,
        rows: usize,
        purchase: &Covariates,
        dropout: &Covariates,
    ) -> Result<Vec<M>> {
        self.check_names(purchase, dropout)?;
        purchase.beside(dropout, rows)?;
        (0..rows).map(|row| self.for_client(purchase.row(row), dropout.row(row))).collect()
    }
}

impl<M: CovariateModel> Parametric for WithCovariates<M> {
    fn name(&self) -> String {
        format!("{} with covariates", self.base.name())
    }

    fn unit(&self) -> Option<TimeUnit> {
        self.base.unit()
    }

    fn parameter_names(&self) -> Vec<String> {
        let all: Vec<&String> = self.purchase.iter().chain(&self.dropout).collect();
        let effects = M::effects(self.purchase.len(), self.dropout.len());
        let named = effects.iter().map(|(e, prefix)| format!("{prefix}:{}", all[e.covariate]));
        self.base.parameter_names().into_iter().chain(named).collect()
    }

    fn parameters(&self) -> Vec<f64> {
        self.base.parameters().into_iter().chain(self.coefficients.iter().copied()).collect()
    }

    fn is_positive(&self, parameter: usize) -> bool {
        parameter < self.base.parameters().len()
    }

    fn with_parameters(&self, parameters: &[f64]) -> Result<Self> {
        let own = self.base.parameters().len();
        exactly_len("parameters", parameters, own + self.coefficients.len())?;
        let (base, coefficients) = parameters.split_at(own);
        if let Some(value) = coefficients.iter().find(|value| !value.is_finite()) {
            let problem = format!("a coefficient is a number, found {value}");
            return Err(Error::BadArgument { argument: "coefficients", problem });
        }
        let base = self.base.with_parameters(base)?;
        Ok(Self { base, coefficients: coefficients.to_vec(), ..self.clone() })
    }
}
