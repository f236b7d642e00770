//! Segments as data: the document, who is in each segment, and why.

use clientela::ClientId;
use clientela::rule::{Match, Rules, Segments, Trace};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyMapping, PyString, PyTuple, PyType};

use crate::convert::{bad, client_id, client_list, date, loads, plain, to_json, value};
use crate::enter::Enter;
use crate::table::{PyTable, html, text};

/// Segments of clients as a document that a CRM can store. Immutable.
///
/// A document is given as a mapping or as JSON text: `version` (1), `match` (`all` or `first`)
/// and `rules`, a list of dicts with `id`, `version`, `title`, `reason`, `priority`, `hidden` and
/// `when`. A condition is `{"all": […]}`, `{"any": […]}`, `{"not": …}`, `{"include": "id"}`, or a
/// leaf with a subject, `op` and `value`. What cannot be read raises `BadDocument` with its path;
/// whether a base can answer it says `Snapshot.check_rules`.
///
/// Amounts are decimals or text, never floats. What is unknown of a client satisfies neither a
/// leaf nor its `not`, unless the leaf says what unknown counts as.
///
/// >>> import clientela
/// >>> rules = clientela.Rules({"version": 1, "rules": [
/// ...     {"id": "vip", "title": "VIPs", "when":
/// ...         {"attribute": "tier", "op": "equals", "value": "vip"}},
/// ... ]})
/// >>> rules
/// Rules('vip')
/// >>> rules.rules[0]["when"]["op"]
/// 'equals'
#[pyclass(frozen, module = "clientela", name = "Rules")]
#[derive(Debug)]
pub struct PyRules(pub(crate) Rules);

#[pymethods]
impl PyRules {
    #[new]
    #[pyo3(signature = (document, /))]
    fn new(document: &Bound<'_, PyAny>) -> PyResult<Self> {
        rules("document", document).map(Self)
    }

    /// The rules of a JSON document.
    #[classmethod]
    fn from_json(cls: &Bound<'_, PyType>, json: &str) -> PyResult<Self> {
        read(cls.py(), json).map(Self)
    }

    /// The rules as JSON, the same text for equal documents.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The document as a dict, as in JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        loads(py, &self.0.to_json())
    }

    /// The rules as dicts, in the order of the document.
    #[getter]
    fn rules<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(py)?.get_item("rules")
    }

    /// Which rules a client is in that satisfies several: `all`, or the `first` by priority and
    /// then in the order of the document.
    #[getter]
    fn matching(&self) -> &'static str {
        match self.0.matching() {
            Match::All => "all",
            Match::First => "first",
        }
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

    fn __len__(&self) -> usize {
        self.0.rules().len()
    }

    fn __repr__(&self) -> String {
        let ids: Vec<String> = self.0.rules().iter().map(|rule| format!("'{}'", rule.id)).collect();
        format!("Rules({})", ids.join(", "))
    }
}

fn read(py: Python<'_>, json: &str) -> PyResult<Rules> {
    py.enter(|| Rules::from_json(json))
}

/// The rules of an argument: rules, a mapping of their document, or its JSON text.
pub(crate) fn rules(name: &'static str, argument: &Bound<'_, PyAny>) -> PyResult<Rules> {
    let py = argument.py();
    if let Ok(rules) = argument.cast::<PyRules>() {
        return Ok(rules.get().0.clone());
    }
    if let Ok(json) = argument.cast::<PyString>() {
        return read(py, json.to_str()?);
    }
    if argument.cast::<PyMapping>().is_ok() {
        return read(py, &to_json(argument)?);
    }
    Err(bad(py, name, "must be Rules, a mapping of their document, or JSON text".to_owned()))
}

/// Who is in which segment. Made by `Snapshot.segments`. Immutable.
///
/// A verdict is yes, no or unknown; only those are members for whom a rule holds.
#[pyclass(frozen, module = "clientela", name = "Segments")]
#[derive(Debug)]
pub struct PySegments(pub(crate) Segments);

#[pymethods]
impl PySegments {
    /// A row per client: a column of yes, no and `None`, which is unknown, for each rule that is
    /// not hidden; where only the first rule counts also `segment`, the id of that rule.
    fn table(&self, py: Python<'_>) -> PyTable {
        PyTable(py.detach(|| self.0.table()))
    }

    /// The members of a segment, a row each, with what its rule says of them.
    fn members(&self, py: Python<'_>, rule: &str) -> PyResult<PyTable> {
        py.enter(|| self.0.members(rule)).map(PyTable)
    }

    /// A row per rule that is not hidden: how many clients are in it, are not, and are unknown.
    fn summary(&self, py: Python<'_>) -> PyTable {
        PyTable(py.detach(|| self.0.summary()))
    }

    /// Whether a rule holds for a client; `None` is unknown.
    fn verdict(&self, rule: &str, client: &Bound<'_, PyAny>) -> PyResult<Option<bool>> {
        let id = client_id(client)?;
        client.py().enter(|| self.0.verdict(rule, &id))
    }

    /// The rules.
    #[getter]
    fn rules(&self) -> PyRules {
        PyRules(self.0.rules().clone())
    }

    /// The day.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date(py, self.0.as_of())
    }

    /// The ids of all clients, ascending.
    fn clients<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        client_list(py, self.0.ids()).map(Bound::into_any)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        let (as_of, clients) = (self.0.as_of(), self.0.len());
        format!("Segments as of {as_of}, {clients} clients\n{}", text(&self.0.summary()))
    }

    fn _repr_html_(&self) -> String {
        let (as_of, clients) = (self.0.as_of(), self.0.len());
        format!("<p>Segments as of {as_of}, {clients} clients</p>{}", html(&self.0.summary()))
    }
}

/// Why one client is in a segment or not: every leaf with what was seen. Made by
/// `Snapshot.trace`. Immutable; `str` gives it as an indented tree.
#[pyclass(frozen, module = "clientela", name = "Trace")]
#[derive(Debug)]
pub struct PyTrace(pub(crate) Trace);

#[pymethods]
impl PyTrace {
    /// The client's id.
    #[getter]
    fn client<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value(py, ClientId::into(self.0.client.clone()))
    }

    /// The snapshot's day.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date(py, self.0.as_of)
    }

    /// The rules as dicts: `rule`, `version`, `outcome` (`None` is unknown), `member`, `hidden`,
    /// and `when`, the tree of conditions with `path`, `kind`, `outcome` and, of leaves, `what`,
    /// `op`, the values `seen`, the `threshold`, the `unit`, and the `cause` where nothing is
    /// known.
    #[getter]
    fn rules<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.0.rules)
    }

    /// All of it as a dict: `client`, `as_of`, `currency` and `rules`.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(plain(py, &self.0)?.cast_into()?)
    }

    /// The trace as JSON.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        self.0.to_string().trim_end().to_owned()
    }
}
