//! Tables of cells, and the portraits and sales that a mapping makes of them.

use clientela::intake::{Grid, Mapping, Target};
use clientela::{Currency, LedgerOptions, Portraits};
use clientela_intake::{Sheet, SheetReport, TableOptions, read_sheet};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyMapping, PyString, PyTuple, PyType};
use serde_json::json;

use crate::convert::{self, bad, bytes, choice, day, document, loads, of_text, plain, to_json};
use crate::enter::Enter;
use crate::ledger::PyLedger;
use crate::policy::policy;
use crate::portraits::{self, PyPortraits};

/// Reads a table: CSV, TSV, text from the clipboard, XLSX or ODS.
///
/// `data` are the bytes of a file, pasted text, or the path of a file as a `pathlib.Path`. With
/// `header` the first row holds the names of the columns. `format` (`csv`, `tsv`, `clipboard`,
/// `xlsx`, `ods`), `encoding` and `delimiter` are found where they are not said; of a workbook
/// with several sheets `sheet` names one. `limits` says what a file may cost. Numbers of bank
/// cards are masked as they come in.
///
/// >>> import clientela
/// >>> grid = clientela.read_table("Клиент;Сумма\n7;12,50\n")
/// >>> grid
/// Grid(rows=1, columns=['Клиент', 'Сумма'])
#[pyfunction]
#[pyo3(
    name = "read_table",
    signature = (
        data, *, header=true, format=None, encoding=None, delimiter=None, sheet=None, limits=None
    )
)]
pub fn table(
    data: &Bound<'_, PyAny>,
    header: bool,
    format: Option<&str>,
    encoding: Option<&str>,
    delimiter: Option<&str>,
    sheet: Option<&str>,
    limits: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyGrid> {
    let py = data.py();
    let given = PyDict::new(py);
    given.set_item("format", format)?;
    given.set_item("encoding", encoding)?;
    given.set_item("delimiter", delimiter)?;
    given.set_item("sheet", sheet)?;
    if let Some(limits) = limits {
        given.set_item("limits", limits)?;
    }
    let options = to_json(given.as_any())?;
    let data = bytes("data", data)?;
    py.enter(|| {
        let Sheet { grid, report, .. } = read_sheet(&data, &TableOptions::from_json(&options)?)?;
        let grid = if header { grid.with_header() } else { grid };
        Ok(PyGrid { grid, report: Some(report) })
    })
}

/// A table of cells, as it comes from a file or a clipboard. Immutable.
///
/// `rows` are lists of cells: texts, numbers, days, yes and no, or `None`; `columns` their names.
/// Numbers of bank cards are masked as they come in: a table never holds one.
///
/// >>> import clientela
/// >>> grid = clientela.Grid([["7", "Жуков", "31.01.1990"]], ["Код", "Фамилия", "Родился"])
/// >>> portraits, report = grid.portraits({
/// ...     "target": "portraits", "client_ids": "number", "kind": "tourist",
/// ...     "columns": {"Код": "client", "Фамилия": "surname", "Родился": "birth_date"},
/// ...     "formats": {"dates": ["DD.MM.YYYY"]},
/// ... })
/// >>> portraits.get(7)["fields"]["birth_date"]
/// datetime.date(1990, 1, 31)
#[pyclass(frozen, module = "clientela", name = "Grid")]
#[derive(Debug)]
pub struct PyGrid {
    grid: Grid,
    /// What was read, where it came as a file.
    report: Option<SheetReport>,
}

#[pymethods]
impl PyGrid {
    #[new]
    #[pyo3(signature = (rows, columns=None, *, policy=None))]
    fn new(
        rows: &Bound<'_, PyAny>,
        columns: Option<Vec<String>>,
        policy: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let py = rows.py();
        let given = PyDict::new(py);
        given.set_item("columns", columns)?;
        given.set_item("rows", py.import("clientela._json")?.call_method1("cells", (rows,))?)?;
        read(py, &to_json(given.as_any())?, policy)
    }

    /// The table of a JSON document.
    #[classmethod]
    #[pyo3(signature = (json, *, policy=None))]
    fn from_json(
        cls: &Bound<'_, PyType>,
        json: &str,
        policy: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        read(cls.py(), json, policy)
    }

    /// The table as JSON, in the form that `from_json` reads.
    fn to_json(&self) -> String {
        self.grid.to_json()
    }

    /// The names of the columns; `None` where it has none.
    #[getter]
    fn columns(&self) -> Option<Vec<String>> {
        self.grid.header().map(<[String]>::to_vec)
    }

    /// Number of columns.
    #[getter]
    fn width(&self) -> usize {
        self.grid.columns()
    }

    /// The cells of all rows as they are shown; an empty one is an empty text.
    fn rows(&self) -> Vec<Vec<String>> {
        let text = |row, column| self.grid.text(row, column).to_owned();
        let cells = |row| (0..self.grid.columns()).map(|column| text(row, column)).collect();
        (0..self.grid.rows()).map(cells).collect()
    }

    /// What was read: `rows`, `columns`, the places of `cards_masked`, and `file`, which tells
    /// encoding, delimiter and cells by kind, `None` where the table came as none.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Self { grid, report } = self;
        plain(
            py,
            &json!({
                "rows": grid.rows(), "columns": grid.columns(),
                "cards_masked": grid.cards_masked(), "file": report,
            }),
        )
    }

    /// What the columns look like by their names and cells, as `portraits` or `sales`. Nothing is
    /// applied.
    ///
    /// A dict: `columns` with the `field`, its `confidence` from 0 to 1 and the `reason`, the
    /// `formats`, what is left `open`, and the `mapping` that it would be.
    #[pyo3(signature = (target, *, catalogue=None, policy=None))]
    fn suggest<'py>(
        &self,
        py: Python<'py>,
        target: &str,
        catalogue: Option<&Bound<'py, PyAny>>,
        policy: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let target: Target = choice(py, "target", target)?;
        let catalogue = portraits::catalogue(catalogue)?;
        let policy = self::policy(policy)?;
        let told = py.enter(|| self.grid.suggest(target, &catalogue, &policy))?;
        let answer = json!({
            "target": told.target, "columns": told.columns, "formats": told.formats,
            "open": told.open, "mapping": told.mapping(),
        });
        loads(py, &answer.to_string())
    }

    /// The documents of portraits that a mapping makes of the table, as dicts, and the account of
    /// the rows: to compare them with stored ones before they are taken.
    #[pyo3(signature = (mapping, *, catalogue=None, currency=None, scale=2, policy=None))]
    fn documents<'py>(
        &self,
        py: Python<'py>,
        mapping: &Bound<'py, PyAny>,
        catalogue: Option<&Bound<'py, PyAny>>,
        currency: Option<&str>,
        scale: i64,
        policy: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let mapping = self::mapping(mapping)?;
        let options = portraits::options(py, catalogue, currency, scale)?;
        let policy = self::policy(policy)?;
        let batch = py.enter(|| self.grid.portraits(&mapping, &options, &policy))?;
        Ok((document(py, &batch.documents)?, plain(py, &batch.report)?))
    }

    /// The portraits that a mapping makes of the table, and the account of the rows: how many were
    /// read, taken and set aside, each with column, value and problem; cells left out; targets
    /// that were filled already; masked cards. `mapping` is a `Mapping`, a mapping of its document
    /// or JSON text.
    #[pyo3(signature = (mapping, *, catalogue=None, currency=None, scale=2, policy=None))]
    fn portraits<'py>(
        &self,
        py: Python<'py>,
        mapping: &Bound<'py, PyAny>,
        catalogue: Option<&Bound<'py, PyAny>>,
        currency: Option<&str>,
        scale: i64,
        policy: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(PyPortraits, Bound<'py, PyAny>)> {
        let mapping = self::mapping(mapping)?;
        let options = portraits::options(py, catalogue, currency, scale)?;
        let policy = self::policy(policy)?;
        let (made, report) = py.enter(|| {
            let batch = self.grid.portraits(&mapping, &options, &policy)?;
            Ok((Portraits::from_json(&batch.documents_json(), &options)?, batch.report))
        })?;
        Ok((PyPortraits(made), plain(py, &report)?))
    }

    /// The ledger of the sales that a mapping makes of the table, and the account of the rows. The
    /// first bad row raises `BadRow`; with `on_bad="set_aside"` bad rows are left out and told.
    #[pyo3(signature = (
        mapping, *, currency=None, scale=2, quantity_scale=0, on_bad="refuse", negative="return",
        latest=None, policy=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "the options of a ledger")]
    fn ledger<'py>(
        &self,
        py: Python<'py>,
        mapping: &Bound<'py, PyAny>,
        currency: Option<&str>,
        scale: i64,
        quantity_scale: i64,
        on_bad: &str,
        negative: &str,
        latest: Option<&Bound<'py, PyAny>>,
        policy: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(PyLedger, Bound<'py, PyAny>)> {
        let mapping = self::mapping(mapping)?;
        let options = LedgerOptions {
            currency: currency.map_or(Ok(Currency::NONE), |code| of_text(py, "currency", code))?,
            scale: convert::scale(py, "scale", scale)?,
            quantity_scale: convert::scale(py, "quantity_scale", quantity_scale)?,
            latest: latest.map(|latest| day("latest", latest)).transpose()?,
            on_bad: choice(py, "on_bad", on_bad)?,
            negative: choice(py, "negative", negative)?,
        };
        let policy = self::policy(policy)?;
        let (made, report) = py.enter(|| self.grid.ledger(&mapping, &options, &policy))?;
        Ok((PyLedger(made), plain(py, &report)?))
    }

    fn __len__(&self) -> usize {
        self.grid.rows()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let columns = match self.columns() {
            Some(names) => names.into_bound_py_any(py)?.repr()?.to_string(),
            None => self.grid.columns().to_string(),
        };
        Ok(format!("Grid(rows={}, columns={columns})", self.grid.rows()))
    }
}

fn read(py: Python<'_>, json: &str, policy: Option<&Bound<'_, PyAny>>) -> PyResult<PyGrid> {
    let policy = self::policy(policy)?;
    let grid = py.enter(|| Grid::from_json(json, &policy))?;
    Ok(PyGrid { grid, report: None })
}

/// Which column of a table is which field: always stated, never guessed. Immutable.
///
/// A document is given as a mapping or as JSON text: `target` (`portraits` or `sales`), `columns`
/// (fields by the name or the position of the column), `formats`, `steps` (clean-ups), `rows`,
/// `skip_rows`, `service_set`, `kind`, `updated_on`, `client_ids` and `new_clients_from`. What
/// does not fit, such as a field with two columns, raises `BadDocument` with its path.
///
/// >>> import clientela
/// >>> mapping = clientela.Mapping({
/// ...     "target": "sales", "columns": {"Кто": "client", "Когда": "date", "Сумма": "amount"},
/// ...     "formats": {"dates": ["DD.MM.YYYY"], "amounts": "decimal_comma"},
/// ... })
/// >>> mapping.to_dict()["columns"]["Сумма"]
/// 'amount'
#[pyclass(frozen, module = "clientela", name = "Mapping")]
#[derive(Debug)]
pub struct PyColumnMapping(pub(crate) Mapping);

#[pymethods]
impl PyColumnMapping {
    #[new]
    #[pyo3(signature = (document, /))]
    fn new(document: &Bound<'_, PyAny>) -> PyResult<Self> {
        mapping(document).map(Self)
    }

    /// The mapping of a JSON document.
    #[classmethod]
    fn from_json(cls: &Bound<'_, PyType>, json: &str) -> PyResult<Self> {
        cls.py().enter(|| Mapping::from_json(json)).map(Self)
    }

    /// The mapping as JSON.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The document as a dict, as in JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        loads(py, &self.0.to_json())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().0 == self.0)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.0.to_json().into_bound_py_any(py)?.hash()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let make = slf.get_type().getattr("from_json")?;
        (make, (slf.get().0.to_json(),)).into_pyobject(slf.py())
    }

    fn __repr__(&self) -> String {
        let columns: Vec<String> = self
            .0
            .columns
            .iter()
            .map(|(column, target)| format!("'{column}': '{}'", target.field))
            .collect();
        format!("Mapping({{{}}})", columns.join(", "))
    }
}

/// The mapping of an argument: a mapping of columns, a mapping of its document, or its JSON text.
fn mapping(argument: &Bound<'_, PyAny>) -> PyResult<Mapping> {
    let py = argument.py();
    if let Ok(mapping) = argument.cast::<PyColumnMapping>() {
        return Ok(mapping.get().0.clone());
    }
    if let Ok(json) = argument.cast::<PyString>() {
        let json = json.to_str()?;
        return py.enter(|| Mapping::from_json(json));
    }
    if argument.cast::<PyMapping>().is_ok() {
        let json = to_json(argument)?;
        return py.enter(|| Mapping::from_json(&json));
    }
    let problem = "must be a Mapping, a mapping of its document, or JSON text".to_owned();
    Err(bad(py, "mapping", problem))
}
