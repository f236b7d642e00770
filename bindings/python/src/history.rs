//! Membership over time.

use clientela::rule::{History, Pin};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyList, PyString, PyTuple, PyType};

use crate::convert::{entries, to_json};
use crate::enter::Enter;
use crate::table::{PyTable, html, text};

/// Who was in which segment on which days by the rules, why clients entered and left, and what
/// was decided by hand. Made by `Ledger.membership`. Immutable.
///
/// Histories merge: that of some days with that of others, of one part of the clients with that of
/// another, of one document of rules with that of another.
///
/// >>> import clientela
/// >>> on = lambda day, verdicts: clientela.History.from_json(
/// ...     '{"version": 1, "evaluations": [{"day": "%s", "clients": [1, 2], "rules":'
/// ...     ' [{"rule": "vip", "version": 1, "verdicts": "%s"}]}]}' % (day, verdicts))
/// >>> both = on("2026-02-28", "-+").merge(on("2026-01-31", "+-"))
/// >>> both.table()["change"]
/// ['present', 'left', 'entered']
#[pyclass(frozen, module = "clientela", name = "History")]
#[derive(Debug)]
pub struct PyHistory(pub(crate) History);

#[pymethods]
impl PyHistory {
    /// The history of a JSON document.
    #[classmethod]
    fn from_json(cls: &Bound<'_, PyType>, json: &str) -> PyResult<Self> {
        cls.py().enter(|| History::from_json(json)).map(Self)
    }

    /// The history as JSON: the same history is the same text.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.to_json())
    }

    /// The history of both; a rule of one version that says two things of a client on a day raises
    /// `Mismatch`.
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        py.enter(|| self.0.merge(&other.0)).map(Self)
    }

    /// A row per rule, client and evaluated day on which the client is in, or was on the evaluated
    /// day before: entered, stayed or left, by the rule or a pin, and why.
    fn table(&self, py: Python<'_>) -> PyResult<PyTable> {
        py.enter(|| self.0.table()).map(PyTable)
    }

    /// A row per unbroken stay of a client in a segment, between evaluated days.
    fn stays(&self, py: Python<'_>, rule: &str) -> PyResult<PyTable> {
        py.enter(|| self.0.stays(rule)).map(PyTable)
    }

    /// A row per rule and evaluated day: how many clients are in, and how many entered, stayed and
    /// left since the evaluated day before.
    fn summary(&self, py: Python<'_>) -> PyResult<PyTable> {
        py.enter(|| self.0.summary()).map(PyTable)
    }

    /// What was decided by hand, as dicts.
    #[getter]
    fn pins<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        listed(py, self.0.pins())
    }

    /// Why clients entered and left by the rules, as dicts: `rule`, `version`, `client`, `from`,
    /// `to`, and `leaves`, those whose outcome is not what it was, with the values `before` and
    /// `after`.
    #[getter]
    fn turns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        listed(py, &self.0.turns().collect::<Vec<_>>())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().0 == self.0)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.to_json(py).into_bound_py_any(py)?.hash()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let make = slf.get_type().getattr("from_json")?;
        (make, (slf.get().to_json(slf.py()),)).into_pyobject(slf.py())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("History\n{}", text(&py.enter(|| self.0.summary())?)))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        Ok(html(&py.enter(|| self.0.summary())?))
    }
}

/// Entries of a document as dicts, their days as dates.
fn listed<'py>(
    py: Python<'py>,
    list: &(impl serde::Serialize + ?Sized),
) -> PyResult<Bound<'py, PyAny>> {
    entries(py, &crate::convert::json(py, list)?)
}

/// What was decided by hand: a list of dicts, or its JSON text.
pub(crate) fn pins(argument: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<Pin>> {
    let Some(argument) = argument else { return Ok(Vec::new()) };
    let py = argument.py();
    if let Ok(json) = argument.cast::<PyString>() {
        let json = json.to_str()?;
        return py.enter(|| Pin::list(json));
    }
    let json = to_json(&py.get_type::<PyList>().call1((argument,))?)?;
    py.enter(|| Pin::list(&json))
}
