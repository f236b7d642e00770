//! Formulas by name, and the lists of formulas and views.

use clientela::{formula, formulas, views};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyMapping};

use crate::convert::{loads, plain, to_json};
use crate::enter::Enter;
use crate::policy;

/// The answer of a formula as JSON has it: figures as dicts, decimals as text.
#[pyfunction]
pub fn _formula<'py>(
    name: &str,
    arguments: &Bound<'py, PyMapping>,
    policy: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = arguments.py();
    let policy = policy::policy(policy)?;
    let arguments = to_json(arguments.as_any())?;
    loads(py, &py.enter(|| formula(name, &arguments, &policy))?)
}

/// All formulas of `clientela.formula`, each with `name`, `about`, `source` and its `arguments`.
///
/// An argument has `name`, `kind` (flag, count, integer, number, decimal, day, text, client,
/// choice, record), `list`, `required`, for a choice its `options`, for a record its `members`.
///
/// >>> import clientela
/// >>> crr = next(one for one in clientela.formulas() if one["name"] == "crr")
/// >>> [argument["name"] for argument in crr["arguments"] if argument["required"]]
/// ['at_start', 'at_end', 'new']
#[pyfunction(name = "formulas")]
pub fn all_formulas(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    plain(py, &formulas().collect::<Vec<_>>())
}

/// All views of a snapshot, each with `name`, `about`, `source` and its `arguments`, in the form
/// of `formulas()`.
#[pyfunction(name = "views")]
pub fn all_views(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    plain(py, &views().collect::<Vec<_>>())
}
