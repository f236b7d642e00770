//! The views of a snapshot: a method for each.

use clientela::Snapshot;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict};

use crate::account::PyAccount;
use crate::convert::to_json;
use crate::enter::Enter;
use crate::table::PyTable;

/// Questions to the whole base, whose answers are tables; what a `Snapshot` has besides its own.
#[pyclass(frozen, subclass, module = "clientela", name = "_Views")]
#[derive(Debug)]
pub struct PyViews(pub(crate) Snapshot);

impl PyViews {
    fn ask(&self, py: Python<'_>, name: &str, arguments: &Bound<'_, PyDict>) -> PyResult<PyTable> {
        let arguments = to_json(arguments.as_any())?;
        py.enter(|| self.0.view_named(name, &arguments)).map(PyTable)
    }
}

#[pymethods]
impl PyViews {
    /// The answer of a view by name, with its named arguments; `clientela.views()` lists both.
    #[pyo3(signature = (name, /, **arguments))]
    fn view(
        &self,
        py: Python<'_>,
        name: &str,
        arguments: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyTable> {
        match arguments {
            Some(arguments) => self.ask(py, name, arguments),
            None => self.ask(py, name, &PyDict::new(py)),
        }
    }

    /// Every view with its default arguments; one that cannot answer, because it needs what is
    /// not known, says why in its place.
    fn account(&self, py: Python<'_>) -> PyResult<PyAccount> {
        py.enter(|| self.0.account()).map(PyAccount)
    }
}
