//! Bank statements.

use clientela_intake::{
    SalesOptions, Statement, StatementFormat, StatementOptions, StatementSales, read_statement,
};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict};

use crate::convert::{bytes, json, plain, to_json};
use crate::enter::Enter;
use crate::ledger::PyLedger;

/// Reads a bank statement: 1CClientBankExchange, camt.053 of any version, or MT940.
///
/// `data` are the bytes of the file, or its path as a `pathlib.Path`. The form is found by the
/// first letters where `format` (`1c`, `camt053`, `mt940`) does not say it; the encoding is what
/// the file states, else UTF-8. `own_accounts` and `own_tax_ids` are further ones of the firm:
/// what moves between its accounts is no sale. With `keep_raw` each entry keeps its part of the
/// file. `limits` says what a file may cost. An entry that cannot be read is set aside with its
/// line and told by the report.
#[pyfunction]
#[pyo3(
    name = "read_statement",
    signature = (
        data, *, format=None, encoding=None, currency=None, scale=2, own_accounts=None,
        own_tax_ids=None, keep_raw=false, limits=None
    )
)]
#[expect(clippy::too_many_arguments, reason = "the options of a file")]
pub fn statement(
    data: &Bound<'_, PyAny>,
    format: Option<&str>,
    encoding: Option<&str>,
    currency: Option<&str>,
    scale: i64,
    own_accounts: Option<Vec<String>>,
    own_tax_ids: Option<Vec<String>>,
    keep_raw: bool,
    limits: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyStatement> {
    let py = data.py();
    let given = PyDict::new(py);
    given.set_item("format", format)?;
    given.set_item("encoding", encoding)?;
    given.set_item("currency", currency)?;
    given.set_item("scale", scale)?;
    given.set_item("own_accounts", own_accounts.unwrap_or_default())?;
    given.set_item("own_tax_ids", own_tax_ids.unwrap_or_default())?;
    given.set_item("keep_raw", keep_raw)?;
    if let Some(limits) = limits {
        given.set_item("limits", limits)?;
    }
    let options = to_json(given.as_any())?;
    let data = bytes("data", data)?;
    let read = || read_statement(&data, &StatementOptions::from_json(&options)?);
    py.enter(read).map(PyStatement)
}

/// A bank statement: accounts with their balances, and entries. Made by `read_statement`.
/// Immutable.
#[pyclass(frozen, module = "clientela", name = "Statement")]
#[derive(Debug)]
pub struct PyStatement(pub(crate) Statement);

impl PyStatement {
    fn sales(&self, py: Python<'_>, currency: Option<&str>, key: &str) -> PyResult<StatementSales> {
        let given = PyDict::new(py);
        given.set_item("currency", currency)?;
        given.set_item("key", key)?;
        let options = to_json(given.as_any())?;
        py.enter(|| self.0.sales(&SalesOptions::from_json(&options)?))
    }
}

#[pymethods]
impl PyStatement {
    /// The form that it was in: `1c`, `camt053` or `mt940`.
    #[getter]
    fn format(&self) -> &'static str {
        match self.0.format {
            StatementFormat::OneC => "1c",
            StatementFormat::Camt053 => "camt053",
            StatementFormat::Mt940 => "mt940",
        }
    }

    /// What was read: entries by kind, what was `refused` with its line and why, and lines that
    /// belong to no field.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.0.report)
    }

    /// All of it as a dict: `format`, `encoding`, `scale`, `pages` with their balances, `entries`
    /// and the `report`; amounts are decimals, days dates.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.0)
    }

    /// The statement as JSON; amounts are text.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        json(py, &self.0)
    }

    /// The booked payments of others as the sales of who paid; a payment taken back is a return.
    ///
    /// `currency` is the one of the ledger, and entries in another are left out; by default it is
    /// that of the entries, which must have one only. `key` tells what of a payer makes a client:
    /// `tax_id_and_account` or `tax_id`.
    #[pyo3(signature = (*, currency=None, key="tax_id_and_account"))]
    fn ledger(&self, py: Python<'_>, currency: Option<&str>, key: &str) -> PyResult<PyLedger> {
        let sales = self.sales(py, currency, key)?;
        py.enter(|| sales.ledger()).map(PyLedger)
    }

    /// What becomes of the entries as sales: `sales`, `returns`, `amount`, what was `left_out` and
    /// why, and the `clients` with the names under which they paid.
    #[pyo3(signature = (*, currency=None, key="tax_id_and_account"))]
    fn sales_report<'py>(
        &self,
        py: Python<'py>,
        currency: Option<&str>,
        key: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.sales(py, currency, key)?.report)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().0 == self.0)
    }

    fn __len__(&self) -> usize {
        self.0.entries.len()
    }

    fn __repr__(&self) -> String {
        format!("Statement(format='{}', entries={})", self.format(), self.0.entries.len())
    }
}
