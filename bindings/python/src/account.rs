//! The whole account of a base.

use std::fmt::Write;

use clientela::{Account, Currency};
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyList};

use crate::convert::date;
use crate::table::{PyTable, dicts, escape, html};

/// Every view of a snapshot with its default arguments. Made by `Snapshot.account`. Immutable.
#[pyclass(frozen, module = "clientela", name = "Account")]
#[derive(Debug)]
pub struct PyAccount(pub(crate) Account);

#[pymethods]
impl PyAccount {
    /// The tables by the names of their views, in the order of `clientela.views()`.
    #[getter]
    fn tables<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let tables = PyDict::new(py);
        for one in &self.0.tables {
            if let Some(table) = &one.table {
                tables.set_item(one.name, PyTable(table.clone()).into_pyobject(py)?)?;
            }
        }
        Ok(tables)
    }

    /// Why there is no table, by the names of the views that cannot answer.
    #[getter]
    fn causes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let causes = PyDict::new(py);
        for one in &self.0.tables {
            if let Some(cause) = &one.cause {
                causes.set_item(one.name, cause)?;
            }
        }
        Ok(causes)
    }

    /// The day.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date(py, self.0.as_of)
    }

    /// The currency of all amounts, `None` where none is stated.
    #[getter]
    fn currency(&self) -> Option<String> {
        let currency = self.0.currency;
        (currency != Currency::NONE).then(|| currency.to_string())
    }

    /// The table of a view; a `KeyError` says why there is none.
    fn __getitem__(&self, name: &str) -> PyResult<PyTable> {
        let found = self.0.tables.iter().find(|one| one.name == name);
        let Some(one) = found else {
            let names: Vec<&str> = self.0.tables.iter().map(|one| one.name).collect();
            let problem = format!("{name}: the account has {}", names.join(", "));
            return Err(PyKeyError::new_err(problem));
        };
        let cause = || one.cause.clone().unwrap_or_default();
        let table = one.table.clone();
        table.map(PyTable).ok_or_else(|| PyKeyError::new_err(format!("{name}: {}", cause())))
    }

    /// The account as a dict: `as_of`, `currency`, and `tables`, a list of dicts with `name`,
    /// `about`, `source`, `table` (rows as dicts, or `None`) and `cause`.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let tables = PyList::empty(py);
        for one in &self.0.tables {
            let entry = PyDict::new(py);
            entry.set_item("name", one.name)?;
            entry.set_item("about", one.about)?;
            entry.set_item("source", one.source)?;
            entry
                .set_item("table", one.table.as_ref().map(|table| dicts(py, table)).transpose()?)?;
            entry.set_item("cause", &one.cause)?;
            tables.append(entry)?;
        }
        let account = PyDict::new(py);
        account.set_item("as_of", self.as_of(py)?)?;
        account.set_item("currency", self.currency())?;
        account.set_item("tables", tables)?;
        Ok(account)
    }

    /// The account as JSON; amounts are text.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.to_json())
    }

    fn __repr__(&self) -> String {
        self.0.to_string().trim_end().to_owned()
    }

    fn _repr_html_(&self) -> String {
        let mut page = format!("<h2>Account as of {}</h2>", self.0.as_of);
        for one in &self.0.tables {
            // Writing to a string cannot fail.
            let _ = write!(page, "<h3>{}</h3><p>{}</p>", escape(one.name), escape(one.about));
            if let Some(table) = &one.table {
                page.push_str(&html(table));
            } else {
                let cause = escape(one.cause.as_deref().unwrap_or_default());
                let _ = write!(page, "<p>{cause}</p>");
            }
        }
        page
    }
}
