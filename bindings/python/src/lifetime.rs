//! Models of lifetime value and the summaries that they are fitted to.

#![allow(clippy::needless_pass_by_value, reason = "PyO3 makes the lists that it hands over")]

use std::collections::{BTreeMap, BTreeSet};

use clientela::lifetime::{
    self, AnyFit, AnyModel, CalibrationHoldout, Covariates, Discount, FitOptions, GammaGamma,
    Interval, LedgerSummary, NextPurchase, Parametric, Prediction, ShiftedBetaGeometric, Span,
    Summary, SummaryOptions, TimeUnit, active_clients, alive_calibration, choose,
    conditional_expectations, frequencies, tracking,
};
use clientela::{Error, Ledger, Result};
use clientela_arrow::{
    CovariateFrame, SummaryColumns, read_contracts, read_covariates, read_spend, read_summary,
    read_summary_with, summary_to_stream,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyDict, PyList, PyString, PyTuple, PyType};
use serde_json::{Map, Value as Json, json};

use crate::arrow::{STREAM, capsule, reader};
use crate::convert::{bad, choice, date, day, plain, threads};
use crate::enter::Enter;
use crate::error::raise;
use crate::ledger::PyLedger;
use crate::table::PyTable;

/// Floats as an `array.array`, which numpy, pandas and polars take as it is; NaN is undefined.
fn floats(
    py: Python<'_>,
    values: impl ExactSizeIterator<Item = f64>,
) -> PyResult<Bound<'_, PyAny>> {
    let bytes = PyBytes::new_with(py, values.len() * 8, |bytes| {
        for (place, value) in bytes.chunks_exact_mut(8).zip(values) {
            place.copy_from_slice(&value.to_ne_bytes());
        }
        Ok(())
    })?;
    py.import("array")?.getattr("array")?.call1(("d", bytes))
}

fn answers<'py>(py: Python<'py>, answers: &[Option<f64>]) -> PyResult<Bound<'py, PyAny>> {
    floats(py, answers.iter().map(|answer| answer.unwrap_or(f64::NAN)))
}

/// The unit of an argument, which nothing stands in for.
fn unit(py: Python<'_>, argument: &'static str, name: Option<&str>) -> PyResult<TimeUnit> {
    let Some(name) = name else {
        let problem = format!("is missing, give one of {}", TimeUnit::NAMES.join(", "));
        return Err(bad(py, argument, problem));
    };
    choice(py, argument, name)
}

/// A whole number from 0 up.
fn whole(py: Python<'_>, argument: &'static str, value: i64) -> PyResult<u32> {
    u32::try_from(value)
        .map_err(|_| bad(py, argument, format!("{value} is no whole number from 0 up")))
}

fn unit_name(unit: TimeUnit) -> &'static str {
    TimeUnit::NAMES[unit as usize]
}

/// What keyword arguments say of a frame: the names of its columns, and where covariates are.
#[derive(Default)]
struct Names<'py> {
    columns: SummaryColumns,
    /// A frame of its own.
    covariates: Option<Bound<'py, PyAny>>,
    /// Its column of clients.
    client: Option<String>,
}

impl<'py> Names<'py> {
    fn read(given: Option<&Bound<'py, PyDict>>) -> PyResult<Self> {
        let mut names = Self::default();
        for (argument, name) in given.into_iter().flatten() {
            if name.is_none() {
                continue;
            }
            let argument = argument.cast::<PyString>()?.to_str()?.to_owned();
            if argument == "covariates" {
                names.covariates = Some(name);
                continue;
            }
            let name: String = name.extract()?;
            let columns = &mut names.columns;
            match argument.as_str() {
                "frequency" => columns.frequency = name,
                "recency" => columns.recency = name,
                "T" => columns.age = name,
                "monetary_value" => columns.monetary_value = Some(name),
                "log_gaps" => columns.log_gaps = Some(name),
                "weights" => columns.weights = Some(name),
                "client" => names.client = Some(name),
                _ => {
                    let problem = format!("got an unexpected keyword argument '{argument}'");
                    return Err(PyTypeError::new_err(problem));
                }
            }
        }
        Ok(names)
    }
}

/// The histories of clients as an argument: a summary, or a frame that is read as one.
enum Histories<'py> {
    Given(Bound<'py, PySummary>),
    Counted(Bound<'py, PyLedgerSummary>),
    Read(Summary),
}

/// Clients as an argument.
struct Clients<'py> {
    histories: Histories<'py>,
    columns: SummaryColumns,
    purchase: Covariates,
    dropout: Covariates,
}

/// The covariates of purchases and those of dropout by name; `None` for all that there are.
type Wanted = Option<[Vec<String>; 2]>;

impl<'py> Clients<'py> {
    /// Reads a frame, whose times are in `unit`; Gamma-Gamma needs none.
    fn new(
        data: &Bound<'py, PyAny>,
        names: Option<&Bound<'py, PyDict>>,
        wanted: Wanted,
        unit: impl FnOnce() -> PyResult<Option<TimeUnit>>,
    ) -> PyResult<Self> {
        let py = data.py();
        let names = Names::read(names)?;
        let own = match &names.covariates {
            Some(_) => Vec::new(),
            None => wanted.clone().unwrap_or_default().concat(),
        };
        let lone = |what: &str| {
            let names: BTreeSet<&str> = own.iter().map(String::as_str).collect();
            let names = names.into_iter().collect::<Vec<_>>().join(", ");
            let problem = format!(
                "the model takes {names}, and {what} holds none; give a frame as `covariates`"
            );
            Err(bad(py, "covariates", problem))
        };
        let mut beside = None;
        let histories = if let Ok(summary) = data.cast::<PySummary>() {
            Histories::Given(summary.clone())
        } else if let Ok(summary) = data.cast::<PyLedgerSummary>() {
            Histories::Counted(summary.clone())
        } else {
            let unit = unit()?;
            let reader = reader(data, "clients")?;
            let columns = &names.columns;
            let own: BTreeSet<String> = own.iter().cloned().collect();
            let own: Vec<String> = own.into_iter().collect();
            let (summary, covariates) = py.enter(|| match unit {
                Some(unit) => read_summary_with(reader, columns, unit, &own),
                None => Ok((read_spend(reader, columns)?, CovariateFrame::default())),
            })?;
            beside = Some((covariates, None));
            Histories::Read(summary)
        };
        if let Some(frame) = &names.covariates {
            beside = Some(apart(frame, &names, wanted.as_ref(), &histories)?);
        } else if !own.is_empty() {
            match histories {
                Histories::Read(_) => {}
                Histories::Given(_) => return lone("a Summary"),
                Histories::Counted(_) => return lone("the summary of a ledger"),
            }
        }
        let Some((frame, places)) = beside else {
            return Ok(Self {
                histories,
                columns: names.columns,
                purchase: Covariates::NONE,
                dropout: Covariates::NONE,
            });
        };
        let [purchase, dropout] =
            wanted.unwrap_or_else(|| [frame.names().to_vec(), frame.names().to_vec()]);
        let (purchase, dropout) = py.enter(|| {
            let places = places.as_deref();
            Ok((frame.covariates(&purchase, places)?, frame.covariates(&dropout, places)?))
        })?;
        Ok(Self { histories, columns: names.columns, purchase, dropout })
    }

    fn summary(&self) -> &Summary {
        match &self.histories {
            Histories::Given(summary) => &summary.get().0,
            Histories::Counted(summary) => &summary.get().inner.summary,
            Histories::Read(summary) => summary,
        }
    }

    /// An error of a history by the name that its column has here.
    fn by_name(&self, error: Error) -> Error {
        match error {
            Error::BadRow { row, column, value, problem, remedy } => {
                let column = match &*column {
                    "x" => self.columns.frequency.clone(),
                    "t_x" => self.columns.recency.clone(),
                    "T" => self.columns.age.clone(),
                    _ => column,
                };
                Error::BadRow { row, column, value, problem, remedy }
            }
            other => other,
        }
    }

    /// What the core asks of.
    fn all(&self, py: Python<'_>) -> PyResult<lifetime::Clients<'_>> {
        lifetime::Clients::with(self.summary(), &self.purchase, &self.dropout)
            .map_err(|error| raise(py, &error))
    }
}

/// Covariates from a frame of their own, and the places of the rows in it: those of the clients of
/// a ledger go by the id, all others by the order.
fn apart<'py>(
    frame: &Bound<'py, PyAny>,
    names: &Names<'py>,
    wanted: Option<&[Vec<String>; 2]>,
    histories: &Histories<'py>,
) -> PyResult<(CovariateFrame, Option<Vec<usize>>)> {
    let py = frame.py();
    let reader = reader(frame, "covariates")?;
    let wanted = wanted.map(|wanted| wanted.concat().into_iter().collect::<BTreeSet<_>>());
    let wanted = wanted.map(|wanted| wanted.into_iter().collect::<Vec<_>>());
    let client = names.client.as_deref().unwrap_or("client");
    let Histories::Counted(summary) = histories else {
        let read = py.enter(|| read_covariates(reader, wanted.as_deref(), None))?;
        if read.names().iter().any(|name| name == client) {
            let problem = format!(
                "its rows go by their order, as the clients have no ids; leave `{client}` out"
            );
            return Err(bad(py, "covariates", problem));
        }
        return Ok((read, None));
    };
    let known = &summary.get().inner.clients;
    py.enter(|| {
        let read = read_covariates(reader, wanted.as_deref(), Some(client))?;
        let places = lifetime::places_of(known, read.clients.as_deref().unwrap_or_default())?;
        Ok((read, Some(places)))
    })
}

/// What models of lifetime value know of clients, a row each. Immutable.
///
/// `frame` is anything with the Arrow PyCapsule interface, whose columns are, under these names
/// or those given: `frequency`, the number of repeat purchases; `recency`, the time from the
/// first purchase to the last; `T`, the time from the first purchase to the end of observation;
/// and where there are such columns `monetary_value`, the mean amount of a repeat purchase,
/// `log_gaps`, the sum of the logarithms of the times between purchases, and `weights`, the
/// number of clients that a row stands for. `unit` is that of all times: `day`, `week`, `month`
/// (a twelfth of a year) or `year`.
///
/// A value that cannot be raises `BadRow`.
///
/// >>> import pyarrow
/// >>> from clientela.lifetime import Summary
/// >>> frame = pyarrow.table({"x": [2, 0], "recency": [30.43, 0.0], "T": [38.86, 38.86]})
/// >>> Summary(frame, unit="week", frequency="x")
/// Summary(clients=2, unit='week')
#[pyclass(frozen, module = "clientela.lifetime", name = "Summary")]
#[derive(Debug)]
pub struct PySummary(pub(crate) Summary);

#[pymethods]
impl PySummary {
    #[new]
    #[pyo3(signature = (
        frame, *, unit, frequency="frequency", recency="recency", T="T", monetary_value=None,
        log_gaps=None, weights=None
    ))]
    #[expect(non_snake_case, reason = "the name of the papers")]
    #[expect(clippy::too_many_arguments, reason = "a client has as many columns as it has")]
    fn new(
        frame: &Bound<'_, PyAny>,
        unit: &str,
        frequency: &str,
        recency: &str,
        T: &str,
        monetary_value: Option<String>,
        log_gaps: Option<String>,
        weights: Option<String>,
    ) -> PyResult<Self> {
        let py = frame.py();
        let unit = choice(py, "unit", unit)?;
        let columns = SummaryColumns {
            frequency: frequency.to_owned(),
            recency: recency.to_owned(),
            age: T.to_owned(),
            monetary_value,
            log_gaps,
            weights,
        };
        let reader = reader(frame, "clients")?;
        py.enter(|| read_summary(reader, &columns, unit)).map(Self)
    }

    /// The unit of all times.
    #[getter]
    fn unit(&self) -> &'static str {
        unit_name(self.0.unit())
    }

    /// The number of clients, which is that of rows where there are no weights.
    #[getter]
    fn clients(&self) -> u64 {
        self.0.clients()
    }

    /// The number of repeat purchases, a float per row.
    #[getter]
    fn frequency<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        floats(py, self.0.columns().x.iter().copied())
    }

    /// The time from the first purchase to the last.
    #[getter]
    fn recency<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        floats(py, self.0.columns().t_x.iter().copied())
    }

    /// The time from the first purchase to the end of observation.
    #[getter]
    #[pyo3(name = "T")]
    fn age<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        floats(py, self.0.columns().age.iter().copied())
    }

    /// The mean amount of a repeat purchase; NaN where it is not known.
    #[getter]
    fn monetary_value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        floats(py, self.0.rows().iter().map(|row| row.spend().unwrap_or(f64::NAN)))
    }

    /// The number of clients of each row.
    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        floats(py, self.0.rows().iter().map(|row| row.count() as f64))
    }

    /// The summary as JSON, from which it comes back to the last bit.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        py.enter(|| {
            serde_json::to_string(&self.0).map_err(|error| Error::BadFormat(error.to_string()))
        })
    }

    /// The summary of a JSON document.
    #[classmethod]
    fn from_json(cls: &Bound<'_, PyType>, json: &str) -> PyResult<Self> {
        let read = || serde_json::from_str(json);
        cls.py()
            .enter(|| read().map_err(|error| Error::BadFormat(format!("summary, {error}"))))
            .map(Self)
    }

    /// The summary as a stream of the Arrow PyCapsule interface; `requested_schema` is not
    /// looked at.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        #[expect(unused_variables, reason = "the interface lets a producer ignore the wish")]
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        PyCapsule::new_with_value(py, summary_to_stream(&self.0), STREAM)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().0 == self.0)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let make = slf.get_type().getattr("from_json")?;
        (make, (slf.get().to_json(slf.py())?,)).into_pyobject(slf.py())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("Summary(clients={}, unit='{}')", self.0.clients(), self.unit())
    }
}

/// How the sales of a ledger become histories.
pub(crate) fn options(
    py: Python<'_>,
    unit: &str,
    returns: &str,
    zero_amount: &str,
    opportunities: bool,
) -> PyResult<SummaryOptions> {
    Ok(SummaryOptions {
        unit: choice(py, "unit", unit)?,
        returns: choice(py, "returns", returns)?,
        zero_amount: choice(py, "zero_amount", zero_amount)?,
        opportunities,
    })
}

/// The conventions as arguments, for pickles.
fn arguments(py: Python<'_>, options: SummaryOptions) -> PyResult<Bound<'_, PyDict>> {
    let dict = plain(py, &options)?.cast_into::<PyDict>()?;
    dict.del_item("unit")?;
    Ok(dict)
}

/// The histories of the clients of a ledger up to a day, a row per client, ascending by id. Made
/// by `Ledger.lifetime_summary`; any model is fitted to it. Immutable.
///
/// It is a frame itself: `polars.DataFrame(summary)` has the columns of `table()`.
///
/// >>> import clientela, pyarrow
/// >>> sales = pyarrow.table({
/// ...     "client": [1, 1, 1, 1, 2],
/// ...     "date": ["2026-01-01", "2026-01-08", "2026-01-08", "2026-02-05", "2026-01-15"],
/// ...     "amount": ["90.00", "10.00", "5.00", "25.00", "7.00"],
/// ... })
/// >>> summary = clientela.Ledger(sales).lifetime_summary("2026-03-26", "week")
/// >>> summary.table().rows()
/// [(1, 2, 5.0, 12.0, 20.0), (2, 0, 0.0, 10.0, None)]
#[pyclass(frozen, module = "clientela.lifetime", name = "LedgerSummary")]
#[derive(Debug)]
pub struct PyLedgerSummary {
    pub(crate) inner: LedgerSummary,
    pub(crate) ledger: Ledger,
}

#[pymethods]
impl PyLedgerSummary {
    /// The last day that is seen.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date(py, self.inner.as_of)
    }

    /// The unit of all times.
    #[getter]
    fn unit(&self) -> &'static str {
        unit_name(self.inner.options.unit)
    }

    /// The histories without the ids.
    #[getter]
    fn summary(&self) -> PySummary {
        PySummary(self.inner.summary.clone())
    }

    /// The columns `client`, `frequency`, `recency`, `T` and `monetary_value`.
    fn table(&self, py: Python<'_>) -> PyTable {
        PyTable(py.detach(|| self.inner.table()))
    }

    /// Who is in it and who is not: `clients`, `repeaters`, `without_purchase`, and
    /// `zero_or_negative_spend`, those whose mean amount is left out.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.inner.report)
    }

    /// The table as a stream of the Arrow PyCapsule interface; `requested_schema` is not looked
    /// at.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        #[expect(unused_variables, reason = "the interface lets a producer ignore the wish")]
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        capsule(py, &self.inner.table())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().inner == self.inner)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let (py, this) = (slf.py(), slf.get());
        let ledger = PyLedger(this.ledger.clone()).into_pyobject(py)?;
        let make = ledger.getattr("lifetime_summary")?;
        let given = arguments(py, this.inner.options)?;
        let make = py.import("functools")?.getattr("partial")?.call((make,), Some(&given))?;
        (make, (this.inner.as_of.to_string(), this.unit())).into_pyobject(py)
    }

    fn __len__(&self) -> usize {
        self.inner.summary.len()
    }

    fn __repr__(&self) -> String {
        format!(
            "LedgerSummary(as_of={}, clients={}, unit='{}')",
            self.inner.as_of,
            self.inner.report.clients,
            self.unit()
        )
    }
}

/// The histories up to one day, and what the same clients did from the day after to another. Made
/// by `Ledger.calibration_holdout`. Immutable.
#[pyclass(frozen, module = "clientela.lifetime", name = "CalibrationHoldout")]
#[derive(Debug)]
pub struct PyCalibrationHoldout {
    pub(crate) inner: CalibrationHoldout,
    pub(crate) ledger: Ledger,
}

#[pymethods]
impl PyCalibrationHoldout {
    /// The histories that models are fitted to.
    #[getter]
    fn calibration(&self) -> PyLedgerSummary {
        PyLedgerSummary { inner: self.inner.calibration.clone(), ledger: self.ledger.clone() }
    }

    /// The last day of the time that models are held against.
    #[getter]
    fn holdout_end<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date(py, self.inner.holdout_end)
    }

    /// The unit of all times.
    #[getter]
    fn unit(&self) -> &'static str {
        unit_name(self.inner.duration.unit())
    }

    /// The length of the holdout in that unit.
    #[getter]
    fn duration(&self) -> f64 {
        self.inner.duration.length()
    }

    /// The number of purchases in the holdout, a float per row.
    #[getter]
    fn purchases<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        floats(py, self.inner.purchases.iter().map(|&purchases| purchases.into()))
    }

    /// The mean amount of a purchase in the holdout; NaN without one.
    #[getter]
    fn spend<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        answers(py, &self.inner.spend)
    }

    /// The columns `client`, `frequency_cal`, `recency_cal`, `T_cal`, `monetary_value_cal`,
    /// `frequency_holdout`, `monetary_value_holdout` and `duration_holdout`.
    fn table(&self, py: Python<'_>) -> PyTable {
        PyTable(py.detach(|| self.inner.table()))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().inner == self.inner)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let (py, this) = (slf.py(), slf.get());
        let ledger = PyLedger(this.ledger.clone()).into_pyobject(py)?;
        let make = ledger.getattr("calibration_holdout")?;
        let given = arguments(py, this.inner.calibration.options)?;
        let make = py.import("functools")?.getattr("partial")?.call((make,), Some(&given))?;
        let days = (this.inner.calibration.as_of.to_string(), this.inner.holdout_end.to_string());
        (make, (days.0, days.1, this.unit())).into_pyobject(py)
    }

    fn __len__(&self) -> usize {
        self.inner.purchases.len()
    }

    fn __repr__(&self) -> String {
        format!(
            "CalibrationHoldout(calibration_end={}, holdout_end={}, clients={}, unit='{}')",
            self.inner.calibration.as_of,
            self.inner.holdout_end,
            self.inner.purchases.len(),
            self.unit()
        )
    }
}

/// Fits each candidate, and gives the one that foretold the holdout best, and all scores.
#[pyfunction]
pub fn _choose<'py>(
    data: &Bound<'py, PyCalibrationHoldout>,
    candidates: Vec<String>,
    threads: Option<i64>,
) -> PyResult<(PyModel, Bound<'py, PyAny>)> {
    let py = data.py();
    let threads = self::threads(py, threads)?;
    let inner = &data.get().inner;
    let names: Vec<&str> = candidates.iter().map(String::as_str).collect();
    let chosen = py.enter_with(threads, || choose(inner, &names))?;
    let scores = plain(py, &chosen.scores)?;
    for score in scores.try_iter()? {
        score?.del_item("fit")?;
    }
    let fit = chosen.scores.into_iter().filter_map(|score| score.fit);
    let best = fit.into_iter().find(|fit| fit.model == chosen.model);
    let model = best.map_or(PyModel { model: chosen.model, fit: None }, PyModel::from);
    Ok((model, scores))
}

/// The model behind an estimator of `clientela.lifetime`.
pub(crate) fn model_of(argument: &'static str, value: &Bound<'_, PyAny>) -> PyResult<AnyModel> {
    let model = match value.getattr_opt("_ready")? {
        Some(model) => model,
        None => value.clone(),
    };
    let model = model.cast::<PyModel>().map_err(|_| {
        let problem = "must be a model of clientela.lifetime".to_owned();
        bad(value.py(), argument, problem)
    })?;
    Ok(model.get().model.clone())
}

/// What stands behind the classes of `clientela.lifetime`: a model, and its fit where it has one.
#[pyclass(frozen, module = "clientela._native", name = "_Model")]
#[derive(Debug, Clone)]
pub struct PyModel {
    pub(crate) model: AnyModel,
    pub(crate) fit: Option<AnyFit>,
}

impl From<AnyFit> for PyModel {
    fn from(fit: AnyFit) -> Self {
        Self { model: fit.model.clone(), fit: Some(fit) }
    }
}

impl PyModel {
    fn fitted(&self) -> Result<&AnyFit> {
        self.fit.as_ref().ok_or_else(|| Error::BadArgument {
            argument: "model",
            problem: format!(
                "this {} is made of given parameters, and nothing tells how well they fit",
                self.model.name()
            ),
        })
    }

    /// The clients of a prediction. A frame's times are in the model's unit.
    fn clients<'py>(
        &self,
        data: &Bound<'py, PyAny>,
        names: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Clients<'py>> {
        let own = self.model.covariate_names().map(|names| names.map(<[String]>::to_vec));
        let apart = names.map(|names| names.contains("covariates")).transpose()?;
        let wanted = match own {
            // Covariates that the model knows nothing of are for the core to refuse.
            None if apart.unwrap_or(false) => None,
            own => Some(own.unwrap_or_default()),
        };
        Clients::new(data, names, wanted, || Ok(self.model.unit()))
    }

    fn contracts(&self) -> Result<&ShiftedBetaGeometric> {
        match &self.model {
            AnyModel::ShiftedBetaGeometric(model) => Ok(model),
            other => Err(Error::BadArgument {
                argument: "model",
                problem: format!("{} is no model of contracts", other.name()),
            }),
        }
    }
}

/// A question with the arguments that it takes.
fn question(py: Python<'_>, what: &str, given: Option<&Bound<'_, PyDict>>) -> PyResult<Prediction> {
    let mut parts = Map::new();
    parts.insert("predict".to_owned(), json!(what));
    for (name, value) in given.into_iter().flatten() {
        let name = name.cast::<PyString>()?.to_str()?;
        let value = match name {
            "n" => json!(whole(py, "n", value.extract()?)?),
            "unit" => json!(unit(py, "unit", value.extract()?)?),
            "discount_unit" => json!(unit(py, "per", value.extract()?)?),
            _ => {
                let number: f64 = value.extract()?;
                if name == "horizon" {
                    Span::new(number, TimeUnit::Day).map_err(|error| raise(py, &error))?;
                } else if name == "discount" {
                    Discount::effective(number, TimeUnit::Day)
                        .map_err(|error| raise(py, &error))?;
                }
                json!(number)
            }
        };
        parts.insert(name.to_owned(), value);
    }
    serde_json::from_value(Json::Object(parts))
        .map_err(|error| bad(py, "predict", error.to_string()))
}

#[pymethods]
impl PyModel {
    /// Fits the model of a name.
    #[staticmethod]
    #[pyo3(signature = (
        name, data, unit=None, columns=None, *, purchase=None, dropout=None, k=1, largest_k=None,
        threads=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "those of a fit")]
    fn fit(
        name: &str,
        data: &Bound<'_, PyAny>,
        unit: Option<&str>,
        columns: Option<&Bound<'_, PyDict>>,
        purchase: Option<Vec<String>>,
        dropout: Option<Vec<String>>,
        k: i64,
        largest_k: Option<u32>,
        threads: Option<i64>,
    ) -> PyResult<Self> {
        let py = data.py();
        let threads = self::threads(py, threads)?;
        let times = name != "gamma_gamma";
        let own = || times.then(|| self::unit(py, "unit", unit)).transpose();
        let apart = columns.map(|columns| columns.contains("covariates")).transpose()?;
        let wanted = match (purchase, dropout) {
            (None, None) if apart.unwrap_or(false) => None,
            (purchase, dropout) => Some([purchase, dropout].map(Option::unwrap_or_default)),
        };
        let clients = Clients::new(data, columns, wanted, own)?;
        let summary = clients.summary();
        let read = matches!(clients.histories, Histories::Read(_));
        if let (false, Some(unit)) = (read, unit) {
            let unit: TimeUnit = choice(py, "unit", unit)?;
            if unit != summary.unit() {
                let own = unit_name(summary.unit());
                let problem = format!("`{}`, but the summary's is `{own}`", unit_name(unit));
                return Err(bad(py, "unit", problem));
            }
        }
        let options = FitOptions { k: whole(py, "k", k)?, largest_k };
        let all = clients.all(py)?;
        let fit = py
            .enter_with(threads, || Ok(AnyModel::fit(name, all, &options)))?
            .map_err(|error| raise(py, &clients.by_name(error)))?;
        Ok(fit.into())
    }

    /// Fits contracts.
    #[staticmethod]
    #[pyo3(signature = (data, unit, renewals, ended, weights=None))]
    fn fit_contracts(
        data: &Bound<'_, PyAny>,
        unit: Option<&str>,
        renewals: &str,
        ended: &str,
        weights: Option<&str>,
    ) -> PyResult<Self> {
        let py = data.py();
        let unit = self::unit(py, "unit", unit)?;
        let reader = reader(data, "contracts")?;
        let fit = py.enter(|| {
            AnyModel::fit_contracts(unit, &read_contracts(reader, renewals, ended, weights)?)
        })?;
        Ok(fit.into())
    }

    /// The model of a name with given parameters.
    #[staticmethod]
    fn with_params(
        py: Python<'_>,
        name: &str,
        unit: Option<&str>,
        parameters: BTreeMap<String, f64>,
    ) -> PyResult<Self> {
        let times = name != "gamma_gamma";
        let unit = times.then(|| self::unit(py, "unit", unit)).transpose()?;
        let model =
            AnyModel::with_params(name, unit, &parameters).map_err(|error| raise(py, &error))?;
        Ok(Self { model, fit: None })
    }

    /// The model or fit of a JSON document.
    #[staticmethod]
    fn from_json(py: Python<'_>, json: &str) -> PyResult<Self> {
        let is_fit = serde_json::from_str::<Json>(json)
            .is_ok_and(|document| document.get("log_likelihood").is_some());
        py.enter(|| {
            if is_fit {
                return AnyFit::from_json(json).map(Self::from);
            }
            AnyModel::from_json(json).map(|model| Self { model, fit: None })
        })
    }

    /// The fit as JSON; the model where it was not fitted.
    fn to_json(&self) -> String {
        self.fit.as_ref().map_or_else(|| self.model.to_json(), AnyFit::to_json)
    }

    /// The name in JSON.
    #[getter]
    fn kind(&self) -> &'static str {
        self.model.kind()
    }

    /// The name in the papers.
    #[getter]
    fn name(&self) -> String {
        self.model.name()
    }

    /// The unit of time, `None` where the model has no time.
    #[getter]
    fn unit(&self) -> Option<&'static str> {
        self.model.unit().map(unit_name)
    }

    /// The regularity; 1 where purchases come at random.
    #[getter]
    fn k(&self) -> u32 {
        self.model.regularity()
    }

    /// Whether it was fitted.
    #[getter]
    fn is_fit(&self) -> bool {
        self.fit.is_some()
    }

    /// The parameters by name.
    #[getter]
    fn params<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let params = PyDict::new(py);
        for (name, value) in self.model.parameter_names().iter().zip(self.model.parameters()) {
            params.set_item(name, value)?;
        }
        Ok(params)
    }

    /// All that is said of the fit.
    fn report<'py>(&self, py: Python<'py>, level: f64) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &py.enter(|| self.fitted()?.report(level))?)
    }

    /// The likelihood-ratio test of this model within a larger one.
    fn test_against<'py>(&self, py: Python<'py>, larger: &Self) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &py.enter(|| self.fitted()?.test_against(larger.fitted()?))?)
    }

    /// The answer to a question for each client.
    #[pyo3(signature = (data, what, given=None, columns=None))]
    fn predict<'py>(
        &self,
        data: &Bound<'py, PyAny>,
        what: &str,
        given: Option<&Bound<'py, PyDict>>,
        columns: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = data.py();
        let what = question(py, what, given)?;
        let held = self.clients(data, columns)?;
        let clients = held.all(data.py())?;
        let found = py
            .enter(|| Ok(self.model.predict(&what, clients)))?
            .map_err(|error| raise(py, &held.by_name(error)))?;
        answers(py, &found)
    }

    /// When the next purchase of each client is to be expected.
    #[pyo3(signature = (data, level, columns=None))]
    fn next_purchase<'py>(
        &self,
        data: &Bound<'py, PyAny>,
        level: f64,
        columns: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let py = data.py();
        let held = self.clients(data, columns)?;
        let clients = held.all(py)?;
        let found = py.enter(|| self.model.next_purchases(clients, level))?;
        let part = |part: fn(&NextPurchase) -> f64| floats(py, found.iter().map(part));
        let dict = PyDict::new(py);
        dict.set_item("probability", part(|next| next.probability)?)?;
        dict.set_item("median", part(|next| next.wait.value)?)?;
        dict.set_item("mean", part(|next| next.mean.unwrap_or(f64::NAN))?)?;
        dict.set_item("low", part(|next| next.wait.low)?)?;
        dict.set_item("high", part(|next| next.wait.high)?)?;
        Ok(dict)
    }

    /// The interval that holds each client's number of purchases.
    #[pyo3(signature = (data, horizon, unit, level, columns=None))]
    fn purchases_interval<'py>(
        &self,
        data: &Bound<'py, PyAny>,
        horizon: f64,
        unit: Option<&str>,
        level: f64,
        columns: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let py = data.py();
        let unit = self::unit(py, "unit", unit)?;
        let span = Span::new(horizon, unit).map_err(|error| raise(py, &error))?;
        let held = self.clients(data, columns)?;
        let clients = held.all(py)?;
        let found = py.enter(|| self.model.purchases_intervals(clients, span, level))?;
        let part = |end: usize| floats(py, found.iter().map(|ends| f64::from(ends[end])));
        let dict = PyDict::new(py);
        dict.set_item("value", part(1)?)?;
        dict.set_item("low", part(0)?)?;
        dict.set_item("high", part(2)?)?;
        Ok(dict)
    }

    /// The same with intervals.
    #[pyo3(signature = (data, what, given, level, columns=None, models=None))]
    fn intervals<'py>(
        &self,
        data: &Bound<'py, PyAny>,
        what: &str,
        given: Option<&Bound<'py, PyDict>>,
        level: f64,
        columns: Option<&Bound<'py, PyDict>>,
        models: Option<Vec<Bound<'py, Self>>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let py = data.py();
        let what = question(py, what, given)?;
        let held = self.clients(data, columns)?;
        let clients = held.all(data.py())?;
        let of = |model: Bound<'py, Self>| model.get().model.clone();
        let models: Option<Vec<AnyModel>> =
            models.map(|models| models.into_iter().map(of).collect());
        let found = py.enter(|| match &models {
            Some(models) => self.model.bootstrap_intervals(models, &what, clients, level),
            None => self.fitted()?.predict_intervals(&what, clients, level),
        })?;
        let part = |part: fn(&Interval) -> f64| {
            floats(py, found.iter().map(|found| found.as_ref().map_or(f64::NAN, part)))
        };
        let dict = PyDict::new(py);
        dict.set_item("value", part(|found| found.value)?)?;
        dict.set_item("low", part(|found| found.low)?)?;
        dict.set_item("high", part(|found| found.high)?)?;
        Ok(dict)
    }

    /// What the fit might have been: models fitted to made-up data of the same clients.
    #[pyo3(signature = (data, repeats, seed, columns=None, threads=None))]
    fn bootstrap(
        &self,
        data: &Bound<'_, PyAny>,
        repeats: i64,
        seed: u64,
        columns: Option<&Bound<'_, PyDict>>,
        threads: Option<i64>,
    ) -> PyResult<Vec<Self>> {
        let py = data.py();
        let threads = self::threads(py, threads)?;
        let repeats = whole(py, "repeats", repeats)?;
        let held = self.clients(data, columns)?;
        let clients = held.all(data.py())?;
        let models = py.enter_with(threads, || self.fitted()?.bootstrap(clients, repeats, seed))?;
        Ok(models.into_iter().map(|model| Self { model, fit: None }).collect())
    }

    /// The names of the covariates of purchases and of dropout; `None` without any.
    #[getter]
    fn covariates(&self) -> Option<[Vec<String>; 2]> {
        self.model.covariate_names().map(|names| names.map(<[String]>::to_vec))
    }

    /// The plain model of a client with these covariates.
    fn for_client(&self, py: Python<'_>, covariates: BTreeMap<String, f64>) -> PyResult<Self> {
        let model = self.model.for_client(&covariates).map_err(|error| raise(py, &error))?;
        Ok(Self { model, fit: None })
    }

    /// The answer for a new client; `None` where it is undefined.
    #[pyo3(signature = (what, given=None))]
    fn predict_new(
        &self,
        py: Python<'_>,
        what: &str,
        given: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Option<f64>> {
        let what = question(py, what, given)?;
        py.enter(|| self.model.predict_new(&what))
    }

    /// What each client is worth.
    #[pyo3(signature = (data, spend, horizon, unit, discount, per, columns=None))]
    #[expect(clippy::too_many_arguments, reason = "each has its unit")]
    fn clv<'py>(
        &self,
        data: &Bound<'py, PyAny>,
        spend: &Self,
        horizon: Option<f64>,
        unit: Option<&str>,
        discount: f64,
        per: Option<&str>,
        columns: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = data.py();
        let fault = |error: Error| raise(py, &error);
        let horizon = match horizon {
            Some(length) => Some(Span::new(length, self::unit(py, "unit", unit)?).map_err(fault)?),
            None => None,
        };
        let discount = Discount::effective(discount, self::unit(py, "per", per)?).map_err(fault)?;
        let AnyModel::GammaGamma(spend) = &spend.model else {
            return Err(bad(py, "spend", "must be a GammaGamma".to_owned()));
        };
        let spend: &GammaGamma = spend;
        let held = self.clients(data, columns)?;
        let clients = held.all(data.py())?;
        answers(py, &py.enter(|| self.model.clv(spend, clients, horizon, discount))?)
    }

    /// Repeat purchases over time, actual and expected.
    fn tracking(
        &self,
        ledger: &Bound<'_, PyLedger>,
        calibration_end: &Bound<'_, PyAny>,
        end: &Bound<'_, PyAny>,
        returns: &str,
        zero_amount: &str,
        opportunities: bool,
    ) -> PyResult<PyTable> {
        let py = ledger.py();
        let ledger = &ledger.get().0;
        let from = day("calibration_end", calibration_end)?;
        let to = day("end", end)?;
        let unit = self.unit().unwrap_or("day");
        let options = options(py, unit, returns, zero_amount, opportunities)?;
        py.enter(|| tracking(&self.model, ledger, from, to, options)).map(PyTable)
    }

    /// How many clients made 0, 1, 2, … repeat purchases, actual and expected.
    fn frequencies(
        &self,
        data: &Bound<'_, PyAny>,
        censor: u32,
        columns: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyTable> {
        let held = self.clients(data, columns)?;
        let clients = held.all(data.py())?;
        data.py().enter(|| frequencies(&self.model, clients, censor)).map(PyTable)
    }

    /// Purchases in the holdout by those before it, actual and expected.
    fn conditional_expectations(
        &self,
        data: &Bound<'_, PyCalibrationHoldout>,
        censor: u32,
    ) -> PyResult<PyTable> {
        let inner = &data.get().inner;
        data.py().enter(|| conditional_expectations(&self.model, inner, censor)).map(PyTable)
    }

    /// How far probabilities come true.
    fn alive_calibration(
        &self,
        data: &Bound<'_, PyCalibrationHoldout>,
        bins: u32,
    ) -> PyResult<PyTable> {
        let inner = &data.get().inner;
        data.py().enter(|| alive_calibration(&self.model, inner, bins)).map(PyTable)
    }

    /// How many clients are expected to be alive as time passes.
    fn active_clients(
        &self,
        data: &Bound<'_, PyAny>,
        horizon: f64,
        unit: &str,
        steps: u32,
        columns: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyTable> {
        let py = data.py();
        let unit = self::unit(py, "unit", Some(unit))?;
        let horizon = Span::new(horizon, unit).map_err(|error| raise(py, &error))?;
        let held = self.clients(data, columns)?;
        let clients = held.all(data.py())?;
        py.enter(|| active_clients(&self.model, clients, horizon, steps)).map(PyTable)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let make = slf.get_type().getattr("from_json")?;
        (make, (slf.get().to_json(),)).into_pyobject(slf.py())
    }

    /// Made-up clients.
    fn simulate(&self, py: Python<'_>, ages: Vec<f64>, seed: u64) -> PyResult<PySummary> {
        py.enter(|| self.model.simulate(&ages, seed)).map(PySummary)
    }

    /// The same clients with made-up histories, or amounts where the model is of spend.
    #[pyo3(signature = (data, seed, columns=None))]
    fn simulate_like(
        &self,
        data: &Bound<'_, PyAny>,
        seed: u64,
        columns: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PySummary> {
        let held = self.clients(data, columns)?;
        let clients = held.all(data.py())?;
        data.py().enter(|| self.model.simulate_like(clients, seed)).map(PySummary)
    }

    /// Made-up amounts.
    fn simulate_spend(
        &self,
        py: Python<'_>,
        summary: &Bound<'_, PySummary>,
        seed: u64,
    ) -> PyResult<PySummary> {
        let summary = &summary.get().0;
        py.enter(|| self.model.simulate_spend(summary, seed)).map(PySummary)
    }

    /// Made-up contracts, as dicts.
    fn simulate_contracts<'py>(
        &self,
        py: Python<'py>,
        renewals: Vec<u32>,
        seed: u64,
    ) -> PyResult<Bound<'py, PyList>> {
        let contracts = py.enter(|| self.model.simulate_contracts(&renewals, seed))?;
        let list = PyList::empty(py);
        for contract in contracts {
            let dict = PyDict::new(py);
            dict.set_item("renewals", contract.renewals)?;
            dict.set_item("ended", contract.ended)?;
            list.append(dict)?;
        }
        Ok(list)
    }

    /// The share of contracts that pass `n` renewals.
    fn survival(&self, py: Python<'_>, n: u32) -> PyResult<f64> {
        py.enter(|| Ok(self.contracts()?.survival(n)))
    }

    /// The share of contracts that passed `n` renewals which pass the next.
    fn retention(&self, py: Python<'_>, n: u32) -> PyResult<f64> {
        py.enter(|| Ok(self.contracts()?.retention(n)))
    }

    /// The expected number of further renewals.
    fn expected_renewals(&self, py: Python<'_>, n: u32, horizon: u32) -> PyResult<f64> {
        py.enter(|| Ok(self.contracts()?.expected_renewals(n, horizon)))
    }

    /// The same for ever, discounted.
    fn discounted_renewals(
        &self,
        py: Python<'_>,
        n: u32,
        discount: f64,
        per: &str,
    ) -> PyResult<Option<f64>> {
        let per = unit(py, "per", Some(per))?;
        py.enter(|| {
            let discount = Discount::effective(discount, per)?;
            Ok(self.contracts()?.discounted_renewals(n, discount).ok())
        })
    }
}
