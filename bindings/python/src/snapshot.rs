//! Snapshots.

use clientela::lifetime::{AnyModel, GammaGamma};
use clientela::{Base, Census, Error, Journal, Ledger, Portraits, Snapshot, Step};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyTuple, PyType};

use crate::convert::{bad, choice, client_id, date, plain};
use crate::enter::Enter;
use crate::error::raise;
use crate::explanation::{PyDiff, PyExplanation};
use crate::journal::PyJournal;
use crate::ledger::PyLedger;
use crate::lifetime::{PyModel, model_of};
use crate::policy::PyPolicy;
use crate::portraits::PyPortraits;
use crate::rules::{PySegments, PyTrace, rules};
use crate::table::PyTable;
use crate::views::PyViews;

/// Every client's verdicts as of a day, under a policy. Made by `Ledger.snapshot`. Immutable.
///
/// >>> import clientela, pyarrow
/// >>> sales = pyarrow.table({
/// ...     "client": ["Ada", "Ada", "Ben"],
/// ...     "date": ["1998-01-05", "1998-02-06", "1998-02-07"],
/// ...     "amount": ["12.50", "9.90", "40.00"],
/// ... })
/// >>> snapshot = clientela.Ledger(sales).snapshot("1998-03-31")
/// >>> snapshot
/// Snapshot(as_of=1998-03-31, clients=2)
/// >>> snapshot.clients()["stage"]
/// ['client', 'buyer']
#[pyclass(frozen, extends = PyViews, module = "clientela", name = "Snapshot")]
#[derive(Debug)]
pub struct PySnapshot {
    inner: Snapshot,
    beside: Beside,
    /// The census of another base, where it was made by one.
    census: Option<Census>,
}

/// What was given beside the sales.
#[derive(Debug)]
pub(crate) struct Beside {
    portraits: Option<Portraits>,
    payments: Option<Ledger>,
    orders: Option<Ledger>,
    lifetime: Option<AnyModel>,
    spend: Option<GammaGamma>,
    journal: Option<Journal>,
}

impl Beside {
    pub(crate) fn new(
        py: Python<'_>,
        portraits: Option<&Bound<'_, PyPortraits>>,
        payments: Option<&Bound<'_, PyLedger>>,
        orders: Option<&Bound<'_, PyLedger>>,
        lifetime: Option<&Bound<'_, PyAny>>,
        spend: Option<&Bound<'_, PyAny>>,
        journal: Option<&Bound<'_, PyJournal>>,
    ) -> PyResult<Self> {
        let ledger = |ledger: &Bound<'_, PyLedger>| ledger.get().0.clone();
        let spend = match spend.map(|spend| model_of("spend", spend)).transpose()? {
            None => None,
            Some(AnyModel::GammaGamma(spend)) => Some(spend),
            Some(_) => return Err(bad(py, "spend", "must be a GammaGamma".to_owned())),
        };
        if spend.is_some() && lifetime.is_none() {
            let problem = "says nothing without a model of purchases in `lifetime`".to_owned();
            return Err(bad(py, "spend", problem));
        }
        Ok(Self {
            lifetime: lifetime.map(|model| model_of("lifetime", model)).transpose()?,
            spend,
            portraits: portraits.map(|portraits| portraits.get().0.clone()),
            payments: payments.map(ledger),
            orders: orders.map(ledger),
            journal: journal.map(|journal| journal.get().0.clone()),
        })
    }

    /// The base with these sales.
    pub(crate) fn base(&self, sales: &Ledger) -> Base {
        let mut base = Base::new(sales);
        if let Some(portraits) = &self.portraits {
            base = base.portraits(portraits);
        }
        if let Some(payments) = &self.payments {
            base = base.payments(payments);
        }
        if let Some(orders) = &self.orders {
            base = base.orders(orders);
        }
        if let Some(model) = &self.lifetime {
            base = base.lifetime(model, self.spend.as_ref());
        }
        if let Some(journal) = &self.journal {
            base = base.journal(journal);
        }
        base
    }
}

impl PySnapshot {
    /// The Python object of a snapshot.
    pub(crate) fn object(
        py: Python<'_>,
        inner: Snapshot,
        beside: Beside,
        census: Option<Census>,
    ) -> PyResult<Bound<'_, Self>> {
        let views = PyClassInitializer::from(PyViews(inner.clone()));
        Bound::new(py, views.add_subclass(Self { inner, beside, census }))
    }
}

#[pymethods]
impl PySnapshot {
    /// The verdicts: a row per client with a sale on or before the day, ascending by id.
    fn clients(&self, py: Python<'_>) -> PyTable {
        PyTable(py.detach(|| self.inner.clients()))
    }

    /// Why a client has its verdicts: rule, observed value, threshold and source of each.
    fn explain(&self, client: &Bound<'_, PyAny>) -> PyResult<PyExplanation> {
        let id = client_id(client)?;
        client.py().enter(|| self.inner.explain(&id)).map(PyExplanation)
    }

    /// Clients by the period of their first purchase, and how many bought again: `by` is
    /// `week`, `month`, `quarter` or `year`.
    #[pyo3(signature = (by="month"))]
    fn cohorts(&self, py: Python<'_>, by: &str) -> PyResult<PyTable> {
        let step = Step::parse(by).map_err(|error| raise(py, &error))?;
        py.enter(|| self.inner.cohorts(step)).map(PyTable)
    }

    /// Amount and purchases per client and calendar month.
    fn months(&self, py: Python<'_>) -> PyResult<PyTable> {
        py.enter(|| self.inner.months()).map(PyTable)
    }

    /// The ladder: a row per stage from prospect to advocate, with its clients, their amount,
    /// and what leads to the next stage.
    fn ladder(&self, py: Python<'_>) -> PyResult<PyTable> {
        py.enter(|| self.inner.ladder()).map(PyTable)
    }

    /// Why key clients are key: a row per client and sign that holds.
    fn keys(&self, py: Python<'_>) -> PyResult<PyTable> {
        py.enter(|| self.inner.keys()).map(PyTable)
    }

    /// What good, so-so and other clients bring, by how they match the target: a row each.
    fn matches(&self, py: Python<'_>) -> PyResult<PyTable> {
        py.enter(|| self.inner.matches()).map(PyTable)
    }

    /// Clients and amounts by two axes: a row per pair of verdicts of the columns `rows` and
    /// `columns` of `clients()`.
    fn matrix(&self, py: Python<'_>, rows: &str, columns: &str) -> PyResult<PyTable> {
        py.enter(|| self.inner.matrix(rows, columns)).map(PyTable)
    }

    /// Who moved along an axis since an earlier snapshot: a row per pair of verdicts, then and
    /// now.
    #[pyo3(signature = (earlier, axis="stage"))]
    fn transitions(&self, py: Python<'_>, earlier: &Self, axis: &str) -> PyResult<PyTable> {
        py.enter(|| self.inner.transitions(&earlier.inner, axis)).map(PyTable)
    }

    /// Clients by a criterion, the largest first: `amount`, `profit`, `purchases`, `quantity`,
    /// `payments`, `payment_count` or `units_ordered`.
    fn ranking(&self, py: Python<'_>, criterion: &str) -> PyResult<PyTable> {
        let criterion = choice(py, "criterion", criterion)?;
        py.enter(|| self.inner.ranking(criterion)).map(PyTable)
    }

    /// How far the VIPs by one criterion are those by another, as a dict.
    fn overlap<'py>(
        &self,
        py: Python<'py>,
        left: &str,
        right: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (left, right) = (choice(py, "left", left)?, choice(py, "right", right)?);
        plain(py, &py.enter(|| self.inner.overlap(left, right))?)
    }

    /// The base's figures as a dict: totals, and clients and amount of each class of each axis.
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &py.enter(|| self.inner.summary())?)
    }

    /// Who entered, left, or moved between classes since an earlier snapshot, and why.
    fn diff(&self, py: Python<'_>, earlier: &Self) -> PyResult<PyDiff> {
        py.enter(|| self.inner.diff(&earlier.inner)).map(PyDiff)
    }

    /// Everything that rules can compare: a row per column of `clients()`, field of the
    /// portraits, figure of the sales, kind of record and field of one, with type, unit, meaning,
    /// source, options and operators.
    fn attributes(&self, py: Python<'_>) -> PyResult<PyTable> {
        py.enter(|| self.inner.attributes()).map(PyTable)
    }

    /// What is wrong with rules over this base, as dicts with `severity` (`error` or `warning`),
    /// `path`, `code` and `problem`; empty where nothing is. `rules` are `Rules`, a mapping of
    /// their document, or JSON text.
    fn check_rules<'py>(
        &self,
        py: Python<'py>,
        rules: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rules = self::rules("rules", rules)?;
        plain(py, &py.detach(|| self.inner.check_rules(&rules)))
    }

    /// Who is in which segment. The first problem of `check_rules` that is an error raises
    /// `BadDocument` with its path.
    fn segments(&self, py: Python<'_>, rules: &Bound<'_, PyAny>) -> PyResult<PySegments> {
        let rules = self::rules("rules", rules)?;
        py.enter(|| self.inner.segments(&rules)).map(PySegments)
    }

    /// Why a client is in each segment or not: of every leaf the value seen, what it was held
    /// against, whether it holds, and why nothing is known.
    fn trace(&self, rules: &Bound<'_, PyAny>, client: &Bound<'_, PyAny>) -> PyResult<PyTrace> {
        let (rules, id) = (self::rules("rules", rules)?, client_id(client)?);
        client.py().enter(|| self.inner.trace(&rules, &id)).map(PyTrace)
    }

    /// What only the whole base can say (counts, totals and cuts) as JSON, for `from_census`.
    fn census_json(&self, py: Python<'_>) -> PyResult<String> {
        py.enter(|| match &self.census {
            Some(census) => json(census),
            None => json(&self.inner.census()?),
        })
    }

    /// The snapshot of a ledger that is a part of a base, under the census of the whole; beside
    /// it the portraits, payments, orders and journal of that part, and the models of lifetime
    /// value.
    #[classmethod]
    #[pyo3(signature = (
        ledger, census, *, portraits=None, payments=None, orders=None, lifetime=None, spend=None,
        journal=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "a base has as many parts as it has")]
    fn from_census<'py>(
        cls: &Bound<'py, PyType>,
        ledger: &PyLedger,
        census: &str,
        portraits: Option<&Bound<'_, PyPortraits>>,
        payments: Option<&Bound<'_, PyLedger>>,
        orders: Option<&Bound<'_, PyLedger>>,
        lifetime: Option<&Bound<'_, PyAny>>,
        spend: Option<&Bound<'_, PyAny>>,
        journal: Option<&Bound<'_, PyJournal>>,
    ) -> PyResult<Bound<'py, Self>> {
        let py = cls.py();
        let beside = Beside::new(py, portraits, payments, orders, lifetime, spend, journal)?;
        let (inner, census) = py.enter(|| {
            let census: Census = serde_json::from_str(census)
                .map_err(|error| Error::BadFormat(error.to_string()))?;
            Ok((beside.base(&ledger.0).snapshot_with_census(&census)?, census))
        })?;
        Self::object(py, inner, beside, Some(census))
    }

    /// The day.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date(py, self.inner.as_of())
    }

    /// The policy.
    #[getter]
    fn policy(&self) -> PyPolicy {
        PyPolicy(self.inner.policy().clone())
    }

    /// The ledger.
    #[getter]
    fn ledger(&self) -> PyLedger {
        PyLedger(self.inner.ledger().clone())
    }

    /// The portraits, `None` where none were given.
    #[getter]
    fn portraits(&self) -> Option<PyPortraits> {
        self.beside.portraits.clone().map(PyPortraits)
    }

    /// The ledger of payments, `None` where none was given.
    #[getter]
    fn payments(&self) -> Option<PyLedger> {
        self.beside.payments.clone().map(PyLedger)
    }

    /// The ledger of orders, `None` where none was given.
    #[getter]
    fn orders(&self) -> Option<PyLedger> {
        self.beside.orders.clone().map(PyLedger)
    }

    /// The journal, `None` where none was given.
    #[getter]
    fn journal(&self) -> Option<PyJournal> {
        self.beside.journal.clone().map(PyJournal)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let (py, this) = (slf.py(), slf.get());
        let given = PyDict::new(py);
        given.set_item("portraits", this.portraits())?;
        given.set_item("payments", this.payments())?;
        given.set_item("orders", this.orders())?;
        given.set_item("journal", this.journal())?;
        let model = |model: AnyModel| PyModel { model, fit: None };
        given.set_item("lifetime", this.beside.lifetime.clone().map(model))?;
        given.set_item("spend", this.beside.spend.map(AnyModel::GammaGamma).map(model))?;
        let partly = |make: Bound<'py, PyAny>| {
            py.import("functools")?.getattr("partial")?.call((make,), Some(&given))
        };
        if this.census.is_some() {
            let make = partly(slf.get_type().getattr("from_census")?)?;
            return (make, (this.ledger(), this.census_json(py)?)).into_pyobject(py);
        }
        let make = partly(this.ledger().into_pyobject(py)?.getattr("snapshot")?)?;
        (make, (this.inner.as_of().to_string(), this.policy())).into_pyobject(py)
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __repr__(&self) -> String {
        format!("Snapshot(as_of={}, clients={})", self.inner.as_of(), self.inner.len())
    }
}

fn json(census: &Census) -> Result<String, Error> {
    serde_json::to_string(census).map_err(|error| Error::BadFormat(error.to_string()))
}
