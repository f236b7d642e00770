//! Clients as models are asked about them: their histories, and what else is known of them.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::any::AnyModel;
use super::covariates::{CovariateModel, Covariates, WithCovariates};
use super::summary::{Row, Summary};
use crate::client::{ClientId, ClientIds};
use crate::error::{Error, Result};

static NONE: Covariates = Covariates::NONE;

/// Clients with their histories and, where a model knows them, their covariates. A summary alone
/// is one without covariates.
///
/// ```
/// use clientela::lifetime::{
///     AnyModel, BgNbd, Clients, Covariates, Prediction, Row, Summary, TimeUnit, WithCovariates,
/// };
///
/// let base = BgNbd::new(TimeUnit::Week, 0.243, 4.414, 0.793, 2.426)?;
/// let web = ["web".to_owned()];
/// let model = AnyModel::BgNbdWithCovariates(WithCovariates::new(base, &web, &[], &[0.7])?);
/// let summary = Summary::new(TimeUnit::Week, vec![Row::new(2, 30.43, 38.86)?; 2]);
/// let web = Covariates::new(&[("web", &[1.0, 0.0])])?;
/// let none = Covariates::NONE;
/// let clients = Clients::with(&summary, &web, &none)?;
///
/// let year = r#"{"predict": "expected_purchases", "horizon": 52, "unit": "week"}"#;
/// let expected = model.predict(&Prediction::from_json(year)?, clients)?;
/// assert!(expected[0] > expected[1]);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Clients<'a> {
    summary: &'a Summary,
    purchase: &'a Covariates,
    dropout: &'a Covariates,
}

impl<'a> From<&'a Summary> for Clients<'a> {
    fn from(summary: &'a Summary) -> Self {
        Self { summary, purchase: &NONE, dropout: &NONE }
    }
}

impl<'a> Clients<'a> {
    /// Clients whose purchases and whose dropout depend on covariates, which may be the same.
    ///
    /// # Errors
    /// Covariates with another number of rows than the summary.
    pub fn with(
        summary: &'a Summary,
        purchase: &'a Covariates,
        dropout: &'a Covariates,
    ) -> Result<Self> {
        for covariates in [purchase, dropout] {
            covariates.check_rows(summary.len())?;
        }
        Ok(Self { summary, purchase, dropout })
    }

    /// The histories.
    pub fn summary(&self) -> &'a Summary {
        self.summary
    }

    /// What the purchases may depend on.
    pub fn purchase(&self) -> &'a Covariates {
        self.purchase
    }

    /// What the dropout may depend on.
    pub fn dropout(&self) -> &'a Covariates {
        self.dropout
    }

    /// Whether there are covariates.
    pub(crate) fn have_covariates(&self) -> bool {
        !(self.purchase.names().is_empty() && self.dropout.names().is_empty())
    }

    /// Refuses covariates that a model knows nothing of.
    pub(crate) fn refuse_covariates(&self, model: &str) -> Result<()> {
        if !self.have_covariates() {
            return Ok(());
        }
        Err(Error::BadArgument {
            argument: "covariates",
            problem: format!("this {model} has none, so they would change nothing; leave them out"),
        })
    }

    /// The same clients, a row for each of them.
    pub(crate) fn one_by_one(&self) -> (Summary, Covariates, Covariates) {
        let rows = self.summary.rows();
        let of = |(place, row): (usize, &Row)| std::iter::repeat_n(place, row.count() as usize);
        let places: Vec<usize> = rows.iter().enumerate().flat_map(of).collect();
        self.pick(&places)
    }

    /// Some of the rows, each for one client.
    pub(crate) fn pick(&self, places: &[usize]) -> (Summary, Covariates, Covariates) {
        let rows = places.iter().map(|&place| self.summary.rows()[place].times(1)).collect();
        let summary = Summary::new(self.summary.unit(), rows);
        (summary, self.purchase.pick(places), self.dropout.pick(places))
    }
}

/// For each of the known clients, ascending, its place among those given in any order: to bring
/// what is known of clients into the order of a summary. Others may be given as well.
///
/// # Errors
/// A client that is not given or twice; numbers on one side and texts on the other.
pub fn places_of(known: &ClientIds, given: &[ClientId]) -> Result<Vec<usize>> {
    let fault = |problem: String| Error::BadArgument { argument: "covariates", problem };
    let mut places = vec![None; known.len()];
    for (place, id) in given.iter().enumerate() {
        let alike = matches!(
            (known, id),
            (ClientIds::Int(_), ClientId::Int(_)) | (ClientIds::Text(_), ClientId::Text(_))
        );
        if !alike && !known.is_empty() {
            return Err(Error::Mismatch {
                what: "kind of client ids",
                left: "numbers on one side".to_owned(),
                right: "texts on the other".to_owned(),
            });
        }
        if let Some(row) = known.find(id)
            && places[row].replace(place).is_some()
        {
            return Err(fault(format!("client {id} is there twice")));
        }
    }
    let place = |(row, place): (usize, Option<usize>)| {
        place.ok_or_else(|| fault(format!("client {} is not among them", known.get(row))))
    };
    places.into_iter().enumerate().map(place).collect()
}

/// Clients who share their covariates, and with them a plain model.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) model: AnyModel,
    pub(crate) summary: Summary,
    /// The places of its rows among all.
    rows: Vec<usize>,
}

fn parts<M: CovariateModel>(
    model: &WithCovariates<M>,
    plain: fn(M) -> AnyModel,
    clients: &Clients<'_>,
) -> Result<Vec<Part>> {
    model.check_names(clients.purchase, clients.dropout)?;
    let rows = clients.summary.rows();
    let mut places: HashMap<Vec<u64>, usize> = HashMap::new();
    let mut shares: Vec<Vec<usize>> = Vec::new();
    for row in 0..rows.len() {
        let values = clients.purchase.row(row).iter().chain(clients.dropout.row(row));
        let place =
            *places.entry(values.map(|value| value.to_bits()).collect()).or_insert_with(|| {
                shares.push(Vec::new());
                shares.len() - 1
            });
        shares[place].push(row);
    }
    let part = |own: Vec<usize>| {
        let (purchase, dropout) = (clients.purchase.row(own[0]), clients.dropout.row(own[0]));
        let own_rows = own.iter().map(|&row| rows[row]).collect();
        Ok(Part {
            model: plain(model.for_client(purchase, dropout)?),
            summary: Summary::new(clients.summary.unit(), own_rows),
            rows: own,
        })
    };
    shares.into_iter().map(part).collect()
}

impl AnyModel {
    /// The clients by their covariates, each part with the plain model that holds for it; `None`
    /// where the model is a plain one itself.
    pub(crate) fn parts(&self, clients: &Clients<'_>) -> Result<Option<Vec<Part>>> {
        match self {
            Self::BgNbdWithCovariates(model) => parts(model, Self::BgNbd, clients).map(Some),
            Self::MbgNbdWithCovariates(model) => parts(model, Self::MbgNbd, clients).map(Some),
            Self::ParetoNbdWithCovariates(model) => {
                parts(model, Self::ParetoNbd, clients).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Whether clients differ by their covariates.
    pub fn has_covariates(&self) -> bool {
        self.covariate_names().is_some()
    }

    /// The names of the covariates of purchases and of those of dropout; `None` of a model
    /// without covariates.
    pub fn covariate_names(&self) -> Option<[&[String]; 2]> {
        match self {
            Self::BgNbdWithCovariates(model) => Some(model.names()),
            Self::MbgNbdWithCovariates(model) => Some(model.names()),
            Self::ParetoNbdWithCovariates(model) => Some(model.names()),
            _ => None,
        }
    }

    /// The plain model of a client with these covariates, by their names. A model without
    /// covariates is the same for all.
    ///
    /// # Errors
    /// A covariate that is missing or that the model does not know; one so far out that a
    /// parameter leaves the range of numbers.
    pub fn for_client(&self, covariates: &BTreeMap<String, f64>) -> Result<Self> {
        let fault = |problem: String| Error::BadArgument { argument: "covariates", problem };
        let [purchase, dropout] = self.covariate_names().unwrap_or_default();
        let known = || purchase.iter().chain(dropout);
        if let Some(stranger) = covariates.keys().find(|name| !known().any(|own| own == *name)) {
            let mut names: Vec<&str> = known().map(String::as_str).collect();
            names.sort_unstable();
            names.dedup();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            return Err(fault(format!("the model does not know `{stranger}`, it has {names}")));
        }
        let values = |names: &[String]| {
            let value = |name: &String| {
                let value = covariates.get(name).copied().filter(|value| value.is_finite());
                value.ok_or_else(|| fault(format!("`{name}` is missing or no number")))
            };
            names.iter().map(value).collect::<Result<Vec<f64>>>()
        };
        let (purchase, dropout) = (values(purchase)?, values(dropout)?);
        Ok(match self {
            Self::BgNbdWithCovariates(model) => Self::BgNbd(model.for_client(&purchase, &dropout)?),
            Self::MbgNbdWithCovariates(model) => {
                Self::MbgNbd(model.for_client(&purchase, &dropout)?)
            }
            Self::ParetoNbdWithCovariates(model) => {
                Self::ParetoNbd(model.for_client(&purchase, &dropout)?)
            }
            plain => plain.clone(),
        })
    }
}

/// Asks each part, and puts the answers back into the order of the rows.
pub(crate) fn over_parts<T: Clone + Send>(
    parts: &[Part],
    ask: impl Fn(&Part) -> Result<Vec<Option<T>>> + Send + Sync,
) -> Result<Vec<Option<T>>> {
    let answers = parts.par_iter().map(ask).collect::<Result<Vec<_>>>()?;
    let mut all = vec![None; parts.iter().map(|part| part.rows.len()).sum()];
    for (part, answers) in parts.iter().zip(answers) {
        for (&row, answer) in part.rows.iter().zip(answers) {
            all[row] = answer;
        }
    }
    Ok(all)
}
