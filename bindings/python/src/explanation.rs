//! Reasons: of one client's verdicts, and of what changed between two snapshots.

use std::fmt::Write;

use clientela::{Diff, Explanation};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyList};

use crate::convert::{client_list_of, date, plain, value};
use crate::table::{PyTable, escape};

/// Why one client has its verdicts. Made by `Snapshot.explain`. Immutable.
#[pyclass(frozen, module = "clientela", name = "Explanation")]
#[derive(Debug)]
pub struct PyExplanation(pub(crate) Explanation);

#[pymethods]
impl PyExplanation {
    /// The client's id.
    #[getter]
    fn client<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value(py, self.0.client.clone().into())
    }

    /// The snapshot's day.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date(py, self.0.as_of)
    }

    /// The reasons, one sentence each.
    #[getter]
    fn sentences(&self) -> Vec<String> {
        self.0.sentences()
    }

    /// All of it as a dict: `client`, `as_of`, and per axis in `verdicts` the verdict and its
    /// reasons (rule, observed value, comparison, threshold, source, sentence).
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.0)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        self.0.to_string()
    }

    fn _repr_html_(&self) -> String {
        let mut html =
            format!("<p><b>{}</b>, {}</p><dl>", escape(&self.0.client.to_string()), self.0.as_of);
        for verdict in &self.0.verdicts {
            // Writing to a string cannot fail.
            let _ = write!(
                html,
                "<dt>{}: <b>{}</b></dt>",
                escape(&verdict.axis),
                escape(verdict.verdict.as_deref().unwrap_or("-"))
            );
            for reason in &verdict.reasons {
                let _ = write!(
                    html,
                    "<dd title=\"{}\">{}</dd>",
                    escape(&format!("{}, source: {}", reason.rule, reason.source)),
                    escape(&reason.sentence)
                );
            }
        }
        html.push_str("</dl>");
        html
    }
}

/// Who entered, left or moved between two snapshots. Made by `Snapshot.diff`. Immutable.
#[pyclass(frozen, module = "clientela", name = "Diff")]
#[derive(Debug)]
pub struct PyDiff(pub(crate) Diff);

#[pymethods]
impl PyDiff {
    /// The earlier day.
    #[getter(from_day)]
    fn start<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date(py, self.0.from)
    }

    /// The later day.
    #[getter(to_day)]
    fn end<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date(py, self.0.to)
    }

    /// The clients that only the later snapshot has.
    #[getter]
    fn entered<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        client_list_of(py, &self.0.entered)
    }

    /// The clients that only the earlier snapshot has.
    #[getter]
    fn left<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        client_list_of(py, &self.0.left)
    }

    /// Every change of a verdict as a dict: `client`, `axis`, `from`, `to` and `reasons`.
    #[getter]
    fn moved<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.0.moved)
    }

    /// The changes as a table: client, axis, from, to.
    fn table(&self, py: Python<'_>) -> PyTable {
        PyTable(py.detach(|| self.0.table()))
    }

    /// All of it as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.0)
    }

    fn __repr__(&self) -> String {
        format!(
            "Diff(from_day={}, to_day={}, entered={}, left={}, moved={})",
            self.0.from,
            self.0.to,
            self.0.entered.len(),
            self.0.left.len(),
            self.0.moved.len()
        )
    }
}
