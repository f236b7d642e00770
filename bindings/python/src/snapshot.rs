//! Snapshots.

use clientela::{Census, Error, Snapshot, Step};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyTuple, PyType};

use crate::convert::{client_id, date, plain};
use crate::enter::Enter;
use crate::error::raise;
use crate::explanation::{PyDiff, PyExplanation};
use crate::ledger::PyLedger;
use crate::policy::PyPolicy;
use crate::table::PyTable;

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
#[pyclass(frozen, module = "clientela", name = "Snapshot")]
#[derive(Debug)]
pub struct PySnapshot {
    inner: Snapshot,
    /// The census of another base, where it was made by one.
    census: Option<Census>,
}

impl From<Snapshot> for PySnapshot {
    fn from(inner: Snapshot) -> Self {
        Self { inner, census: None }
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

    /// The base's figures as a dict: totals, and clients and amount of each class of each axis.
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &py.enter(|| self.inner.summary())?)
    }

    /// Who entered, left, or moved between classes since an earlier snapshot, and why.
    fn diff(&self, py: Python<'_>, earlier: &Self) -> PyResult<PyDiff> {
        py.enter(|| self.inner.diff(&earlier.inner)).map(PyDiff)
    }

    /// What only the whole base can say (counts, totals and cuts) as JSON, for `from_census`.
    fn census_json(&self, py: Python<'_>) -> PyResult<String> {
        py.enter(|| match &self.census {
            Some(census) => json(census),
            None => json(&self.inner.census()?),
        })
    }

    /// The snapshot of a ledger that is a part of a base, under the census of the whole.
    #[classmethod]
    fn from_census(cls: &Bound<'_, PyType>, ledger: &PyLedger, census: &str) -> PyResult<Self> {
        cls.py().enter(|| {
            let census: Census = serde_json::from_str(census)
                .map_err(|error| Error::BadFormat(error.to_string()))?;
            let inner = Snapshot::with_census(&ledger.0, &census)?;
            Ok(Self { inner, census: Some(census) })
        })
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

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let (py, this) = (slf.py(), slf.get());
        if this.census.is_some() {
            let make = slf.get_type().getattr("from_census")?;
            return (make, (this.ledger(), this.census_json(py)?)).into_pyobject(py);
        }
        let make = this.ledger().into_pyobject(py)?.getattr("snapshot")?;
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
