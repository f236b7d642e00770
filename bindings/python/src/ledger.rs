//! Ledgers.

use clientela::{Currency, Day, Ledger, RateTable};
use clientela_arrow::{Columns, ReadOptions, append_stream, read_stream};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple, PyType};

use crate::arrow::reader;
use crate::convert::{
    self, bad, choice, client_id, client_list, day, each, of_text, plain, to_json, value,
};
use crate::enter::Enter;
use crate::history::{PyHistory, pins};
use crate::journal::PyJournal;
use crate::lifetime::{PyCalibrationHoldout, PyLedgerSummary, options};
use crate::policy;
use crate::portraits::PyPortraits;
use crate::rules::rules;
use crate::snapshot::{Beside, PySnapshot};

/// Every sale of a base, grouped by client and sorted by day. Immutable.
///
/// `frame` is anything with the Arrow PyCapsule interface: a frame of pandas or polars, a table
/// or reader of pyarrow, a relation of duckdb. `client`, `date` and `amount` name its columns;
/// the other columns are read where they are named:
///
/// - `order`: lines of one order make one purchase; without it, one client-day does;
/// - `quantity`, `profit`, `category`, `brand`, `promo`, `manager`, `department`: what some
///   answers need;
/// - `kind`: `sale`, `return` or `cancellation`; without it an amount below 0 is a return, or
///   with `negative="refuse"` a bad row;
/// - `currency_column`: codes of the amounts' currencies, where they differ from `currency`;
///   `rates` is then a list such as `[{"from": "USD", "since": "1998-01-01", "rate": "0.9"}]`.
///
/// Amounts are exact: decimals of any scale, text, or integers in minor units. Floats are
/// refused, or with `floats="exact"` taken where they are exactly the nearest float to an amount
/// of `scale` decimal places. Nothing is ever rounded.
///
/// Times without a zone are wall time; times with one become days in `zone`, else in the zone of
/// their column. A date after `latest` is a bad row.
///
/// The first bad row raises `BadRow`; with `on_bad="set_aside"` bad rows are left out and told
/// by `report()`. `threads` is the number of threads, by default all cores.
///
/// >>> import clientela, pyarrow
/// >>> sales = pyarrow.table({
/// ...     "client": [7, 7, 9],
/// ...     "date": ["1998-01-05", "1998-02-06", "1998-02-07"],
/// ...     "amount": ["12.50", "9.90", "40.00"],
/// ... })
/// >>> ledger = clientela.Ledger(sales, currency="EUR")
/// >>> ledger
/// Ledger(clients=2, sales=3, currency='EUR', first_day=1998-01-05, last_day=1998-02-07)
/// >>> ledger.total
/// Decimal('62.40')
#[pyclass(frozen, module = "clientela", name = "Ledger")]
#[derive(Debug)]
pub struct PyLedger(pub(crate) Ledger);

#[pymethods]
impl PyLedger {
    #[new]
    #[pyo3(signature = (
        frame, *, client="client", date="date", amount="amount", order=None, quantity=None,
        profit=None, category=None, brand=None, promo=None, manager=None, department=None,
        kind=None, currency_column=None, currency=None, scale=2, quantity_scale=0, zone=None,
        floats="refuse", on_bad="refuse", negative="return", latest=None, rates=None,
        threads=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "a sale has as many columns as it has")]
    fn new(
        frame: &Bound<'_, PyAny>,
        client: &str,
        date: &str,
        amount: &str,
        order: Option<String>,
        quantity: Option<String>,
        profit: Option<String>,
        category: Option<String>,
        brand: Option<String>,
        promo: Option<String>,
        manager: Option<String>,
        department: Option<String>,
        kind: Option<String>,
        currency_column: Option<String>,
        currency: Option<&str>,
        scale: i64,
        quantity_scale: i64,
        zone: Option<&str>,
        floats: &str,
        on_bad: &str,
        negative: &str,
        latest: Option<&Bound<'_, PyAny>>,
        rates: Option<&Bound<'_, PyAny>>,
        threads: Option<i64>,
    ) -> PyResult<Self> {
        let py = frame.py();
        let columns = Columns {
            client: client.to_owned(),
            date: date.to_owned(),
            amount: amount.to_owned(),
            order,
            quantity,
            profit,
            category,
            brand,
            promo,
            manager,
            department,
            kind,
            currency: currency_column,
        };
        let options = ReadOptions {
            currency: currency.map_or(Ok(Currency::NONE), |code| of_text(py, "currency", code))?,
            scale: convert::scale(py, "scale", scale)?,
            quantity_scale: convert::scale(py, "quantity_scale", quantity_scale)?,
            on_bad: choice(py, "on_bad", on_bad)?,
            negative: choice(py, "negative", negative)?,
            latest: latest.map(|latest| day("latest", latest)).transpose()?,
            ..how(py, columns, zone, floats, rates, threads)?
        };
        let reader = reader(frame, "sales")?;
        py.enter(|| read_stream(reader, &options)).map(Self)
    }

    /// A new ledger of these sales and those of `frame`, which is read as on construction; the
    /// currency, the scales, `latest`, and what becomes of bad rows stay the ledger's.
    #[pyo3(signature = (
        frame, *, client="client", date="date", amount="amount", order=None, quantity=None,
        profit=None, category=None, brand=None, promo=None, manager=None, department=None,
        kind=None, currency_column=None, zone=None, floats="refuse", rates=None, threads=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "a sale has as many columns as it has")]
    fn append(
        &self,
        frame: &Bound<'_, PyAny>,
        client: &str,
        date: &str,
        amount: &str,
        order: Option<String>,
        quantity: Option<String>,
        profit: Option<String>,
        category: Option<String>,
        brand: Option<String>,
        promo: Option<String>,
        manager: Option<String>,
        department: Option<String>,
        kind: Option<String>,
        currency_column: Option<String>,
        zone: Option<&str>,
        floats: &str,
        rates: Option<&Bound<'_, PyAny>>,
        threads: Option<i64>,
    ) -> PyResult<Self> {
        let py = frame.py();
        let columns = Columns {
            client: client.to_owned(),
            date: date.to_owned(),
            amount: amount.to_owned(),
            order,
            quantity,
            profit,
            category,
            brand,
            promo,
            manager,
            department,
            kind,
            currency: currency_column,
        };
        let options = how(py, columns, zone, floats, rates, threads)?;
        let reader = reader(frame, "sales")?;
        py.enter(|| append_stream(&self.0, reader, &options)).map(Self)
    }

    /// The ledger of both; they must agree in currency, scales and the kind of client ids.
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        py.enter(|| self.0.merge(&other.0)).map(Self)
    }

    /// The ledger with every client's sales under its ultimate parent; `parents` maps a client
    /// to the one that it belongs to.
    fn roll_up(&self, py: Python<'_>, parents: &Bound<'_, PyDict>) -> PyResult<Self> {
        let parents = convert::rekeys(parents)?;
        py.enter(|| self.0.roll_up(&parents)).map(Self)
    }

    /// The ledger with the sales of merged clients under the id that each of them became, as
    /// `Clusters.rekeys` gives it. No sale is lost, and totals stay as they were.
    fn rekey(&self, py: Python<'_>, rekeys: &Bound<'_, PyDict>) -> PyResult<Self> {
        let rekeys = convert::rekeys(rekeys)?;
        py.enter(|| self.0.rekey(&rekeys)).map(Self)
    }

    /// Every client's verdicts as of a day (a `date` or `YYYY-MM-DD`), under a policy: a
    /// `Policy`, a mapping of what differs from the defaults, or none for the defaults.
    ///
    /// Some verdicts need more than the sales: `portraits` are what is known of the clients,
    /// `payments` the ledger of money received, `orders` that of orders placed, `lifetime` a model
    /// of purchases and `spend` a `GammaGamma`, both of `clientela.lifetime`. Some views need the
    /// `journal` of what the firm does and has beside its sales.
    #[pyo3(signature = (
        as_of, policy=None, *, portraits=None, payments=None, orders=None, lifetime=None,
        spend=None, journal=None, threads=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "a base has as many parts as it has")]
    fn snapshot<'py>(
        &self,
        as_of: &Bound<'py, PyAny>,
        policy: Option<&Bound<'_, PyAny>>,
        portraits: Option<&Bound<'_, PyPortraits>>,
        payments: Option<&Bound<'_, Self>>,
        orders: Option<&Bound<'_, Self>>,
        lifetime: Option<&Bound<'_, PyAny>>,
        spend: Option<&Bound<'_, PyAny>>,
        journal: Option<&Bound<'_, PyJournal>>,
        threads: Option<i64>,
    ) -> PyResult<Bound<'py, PySnapshot>> {
        let py = as_of.py();
        let as_of = day("as_of", as_of)?;
        let policy = policy::policy(policy)?;
        let threads = convert::threads(py, threads)?;
        let beside = Beside::new(py, portraits, payments, orders, lifetime, spend, journal)?;
        let inner = py.enter_with(threads, || beside.base(&self.0).snapshot(as_of, &policy))?;
        PySnapshot::object(py, inner, beside, None)
    }

    /// Who is in which segment on each of some days, who entered, stayed and left, and why: by
    /// which leaves of a rule, or by a pin.
    ///
    /// `rules` are `Rules`, a mapping of their document, or JSON text. `pins` are what was decided
    /// by hand, a list of dicts: `rule`, `client`, `on`, `until`, `state` (`in`, `out`,
    /// `released`), `by` and `why`. All else is as for `snapshot`.
    #[pyo3(signature = (
        rules, days, policy=None, *, pins=None, portraits=None, payments=None, orders=None,
        lifetime=None, spend=None, journal=None, threads=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "a base has as many parts as it has")]
    fn membership(
        &self,
        rules: &Bound<'_, PyAny>,
        days: &Bound<'_, PyAny>,
        policy: Option<&Bound<'_, PyAny>>,
        pins: Option<&Bound<'_, PyAny>>,
        portraits: Option<&Bound<'_, PyPortraits>>,
        payments: Option<&Bound<'_, Self>>,
        orders: Option<&Bound<'_, Self>>,
        lifetime: Option<&Bound<'_, PyAny>>,
        spend: Option<&Bound<'_, PyAny>>,
        journal: Option<&Bound<'_, PyJournal>>,
        threads: Option<i64>,
    ) -> PyResult<PyHistory> {
        let py = rules.py();
        let rules = self::rules("rules", rules)?;
        let days: Vec<Day> = each("days", days, |one| day("days", one))?;
        let policy = policy::policy(policy)?;
        let pins = self::pins(pins)?;
        let threads = convert::threads(py, threads)?;
        let beside = Beside::new(py, portraits, payments, orders, lifetime, spend, journal)?;
        let base = beside.base(&self.0);
        py.enter_with(threads, || base.membership(&rules, &days, &policy, &pins)).map(PyHistory)
    }

    /// The histories of all clients up to a day, with times in a unit: what the models of
    /// `clientela.lifetime` are fitted to.
    ///
    /// All purchases of one client and day are one; the first is not counted, in frequency or in
    /// amount; returns and cancellations are never purchases. `returns` tells whether they lower
    /// the amount: `net` or `ignore`; `zero_amount` whether purchases of amount zero count:
    /// `count`, `ignore`. With `opportunities` time passes in whole units, as `BgBb` has it.
    #[pyo3(signature = (
        as_of, unit, *, returns="net", zero_amount="count", opportunities=false, threads=None
    ))]
    fn lifetime_summary(
        &self,
        as_of: &Bound<'_, PyAny>,
        unit: &str,
        returns: &str,
        zero_amount: &str,
        opportunities: bool,
        threads: Option<i64>,
    ) -> PyResult<PyLedgerSummary> {
        let py = as_of.py();
        let as_of = day("as_of", as_of)?;
        let options = options(py, unit, returns, zero_amount, opportunities)?;
        let threads = convert::threads(py, threads)?;
        let inner = py.enter_with(threads, || self.0.lifetime_summary(as_of, options))?;
        Ok(PyLedgerSummary { inner, ledger: self.0.clone() })
    }

    /// The histories up to one day, and what the same clients did from the day after to another:
    /// to fit models to the former and judge them by the latter. Arguments are those of
    /// `lifetime_summary`.
    #[pyo3(signature = (
        calibration_end, holdout_end, unit, *, returns="net", zero_amount="count",
        opportunities=false, threads=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "each is a convention")]
    fn calibration_holdout(
        &self,
        calibration_end: &Bound<'_, PyAny>,
        holdout_end: &Bound<'_, PyAny>,
        unit: &str,
        returns: &str,
        zero_amount: &str,
        opportunities: bool,
        threads: Option<i64>,
    ) -> PyResult<PyCalibrationHoldout> {
        let py = calibration_end.py();
        let from = day("calibration_end", calibration_end)?;
        let to = day("holdout_end", holdout_end)?;
        let options = options(py, unit, returns, zero_amount, opportunities)?;
        let threads = convert::threads(py, threads)?;
        let inner = py.enter_with(threads, || self.0.calibration_holdout(from, to, options))?;
        Ok(PyCalibrationHoldout { inner, ledger: self.0.clone() })
    }

    /// The ids of the clients, ascending.
    fn clients<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        client_list(py, self.0.clients())
    }

    /// A client's lines by day, each as a dict; raises `UnknownClient` for other ids.
    fn sales<'py>(&self, client: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let py = client.py();
        let id = client_id(client)?;
        let lines = py.enter(|| {
            self.0.sales(&id).ok_or_else(|| clientela::Error::UnknownClient(id.to_string()))
        })?;
        let list = PyList::empty(py);
        for sale in lines {
            let line = PyDict::new(py);
            line.set_item("day", convert::date(py, sale.day)?)?;
            line.set_item("amount", sale.amount)?;
            line.set_item("kind", clientela::SaleKind::NAMES[sale.kind as usize])?;
            line.set_item("order", value(py, sale.order)?)?;
            line.set_item("quantity", sale.quantity)?;
            line.set_item("profit", sale.profit)?;
            line.set_item("category", sale.category)?;
            line.set_item("brand", sale.brand)?;
            line.set_item("manager", sale.manager)?;
            line.set_item("department", sale.department)?;
            line.set_item("promo", sale.promo)?;
            list.append(line)?;
        }
        Ok(list)
    }

    /// What came in: `rows`, `accepted`, `negative_as_return`, `set_aside` (row, column, value
    /// and cause of each row left out) and `by_cause` (the same counted, with examples).
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let report = plain(py, self.0.report())?;
        report.set_item("by_cause", plain(py, &self.0.report().by_cause())?)?;
        Ok(report)
    }

    /// The currency of all amounts, `None` where none is stated.
    #[getter]
    fn currency(&self) -> Option<String> {
        let currency = self.0.currency();
        (currency != Currency::NONE).then(|| currency.to_string())
    }

    /// Decimal places of amounts.
    #[getter]
    fn scale(&self) -> u8 {
        self.0.scale().places()
    }

    /// Decimal places of quantities.
    #[getter]
    fn quantity_scale(&self) -> u8 {
        self.0.quantity_scale().places()
    }

    /// The first day of a sale.
    #[getter]
    fn first_day<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let first = py.detach(|| self.0.first_day());
        first.map(|day| convert::date(py, day)).transpose()
    }

    /// The last day of a sale.
    #[getter]
    fn last_day<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let last = py.detach(|| self.0.last_day());
        last.map(|day| convert::date(py, day)).transpose()
    }

    /// All amounts net of returns and cancellations.
    #[getter]
    fn total<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.enter(|| self.0.scale().decimal_wide(self.0.total()))?.into_bound_py_any(py)
    }

    /// The ledger as bytes that `from_bytes` reads, the same for the same sales.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes = py.detach(|| self.0.to_bytes());
        PyBytes::new(py, &bytes)
    }

    /// The ledger that `to_bytes` wrote.
    #[classmethod]
    fn from_bytes(cls: &Bound<'_, PyType>, data: &[u8]) -> PyResult<Self> {
        cls.py().enter(|| Ledger::from_bytes(data)).map(Self)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let make = slf.get_type().getattr("from_bytes")?;
        (make, (slf.get().to_bytes(slf.py()),)).into_pyobject(slf.py())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let (first, last) = py.detach(|| (self.0.first_day(), self.0.last_day()));
        let shown = |day: Option<clientela::Day>| day.map_or("None".to_owned(), |d| d.to_string());
        format!(
            "Ledger(clients={}, sales={}, currency={}, first_day={}, last_day={})",
            self.0.clients().len(),
            self.0.len(),
            self.currency().map_or("None".to_owned(), |code| format!("'{code}'")),
            shown(first),
            shown(last),
        )
    }
}

/// How to read a frame, without what the ledger itself keeps.
fn how(
    py: Python<'_>,
    columns: Columns,
    zone: Option<&str>,
    floats: &str,
    rates: Option<&Bound<'_, PyAny>>,
    threads: Option<i64>,
) -> PyResult<ReadOptions> {
    let table = |rates: &Bound<'_, PyAny>| -> PyResult<RateTable> {
        serde_json::from_str(&to_json(rates)?).map_err(|error| bad(py, "rates", error.to_string()))
    };
    Ok(ReadOptions {
        columns,
        zone: zone.map(|name| of_text(py, "zone", name)).transpose()?,
        floats: choice(py, "floats", floats)?,
        rates: rates.map(table).transpose()?,
        threads: convert::threads(py, threads)?,
        ..ReadOptions::default()
    })
}
