//! The directory: records of clients, to find them in and to tell which mean the same one.

use std::collections::BTreeMap;

use clientela::Error;
use clientela::intake::{
    Clusters, Criteria, Directory, DirectoryOptions, DuplicateOptions, Duplicates, FieldKind,
    MatchModel, PairExplanation,
};
use clientela_arrow::{RecordReadOptions, read_directory};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyCapsule, PyDict, PyList, PyMapping, PyType};

use crate::arrow::{capsule, reader};
use crate::convert::{bad, client_id, client_list, loads, plain, threads, to_json, value};
use crate::enter::Enter;
use crate::policy::policy;
use crate::portraits::PyPortraits;
use crate::table::{PyTable, html, text};

/// Records of clients by field, indexed for searches. Immutable.
///
/// A record is a dict with `id`, a whole number or a text, and fields that are texts, whole
/// numbers or `None`: `surname`, `given_name`, `patronymic`, `birth_date`, `phone`, `email`,
/// `passport`, `tax_id`, … What fields of other names hold is told by `kinds`: `name`, `text`,
/// `date`, `number`, `phone`, `email` or `code`; without it they are texts.
///
/// >>> import clientela
/// >>> directory = clientela.Directory([
/// ...     {"id": 1, "surname": "Щеглова", "birth_date": "1990-02-01"},
/// ...     {"id": 2, "surname": "Орлов", "birth_date": "1985-07-30"},
/// ... ])
/// >>> found = directory.find(surname="SHCHEGLOVA")
/// >>> found["outcome"], found["matches"][0]["client"]
/// ('one', 1)
#[pyclass(frozen, module = "clientela", name = "Directory")]
#[derive(Debug)]
pub struct PyDirectory(pub(crate) Directory);

#[pymethods]
impl PyDirectory {
    #[new]
    #[pyo3(signature = (records, /, *, kinds=None))]
    fn new(records: &Bound<'_, PyAny>, kinds: Option<&Bound<'_, PyMapping>>) -> PyResult<Self> {
        let py = records.py();
        let list = py.get_type::<PyList>().call1((records,))?;
        read(py, &to_json(&list)?, kinds)
    }

    /// The directory of a JSON array of records.
    #[classmethod]
    #[pyo3(signature = (json, *, kinds=None))]
    fn from_json(
        cls: &Bound<'_, PyType>,
        json: &str,
        kinds: Option<&Bound<'_, PyMapping>>,
    ) -> PyResult<Self> {
        read(cls.py(), json, kinds)
    }

    /// The directory of a frame, a record per row: anything with the Arrow PyCapsule interface.
    ///
    /// `id` names the column of ids. `fields` maps columns to fields; without it every other
    /// column is a field under its own name. Texts, whole numbers and days are taken, null is
    /// unknown.
    #[classmethod]
    #[pyo3(signature = (frame, *, id="id", fields=None, kinds=None, threads=None))]
    fn from_frame(
        cls: &Bound<'_, PyType>,
        frame: &Bound<'_, PyAny>,
        id: &str,
        fields: Option<BTreeMap<String, String>>,
        kinds: Option<&Bound<'_, PyMapping>>,
        threads: Option<i64>,
    ) -> PyResult<Self> {
        let py = cls.py();
        let options = RecordReadOptions {
            id: id.to_owned(),
            fields,
            kinds: field_kinds(py, kinds)?,
            threads: self::threads(py, threads)?,
        };
        let reader = reader(frame, "records")?;
        py.enter(|| read_directory(reader, &options)).map(Self)
    }

    /// The directory of portraits: names, day of birth, phone, e-mail, address, passports, sex,
    /// whom to talk to and the firm's details, of those that somebody has a value of.
    #[classmethod]
    fn from_portraits(cls: &Bound<'_, PyType>, portraits: &PyPortraits) -> PyResult<Self> {
        cls.py().enter(|| Directory::from_portraits(&portraits.0)).map(Self)
    }

    /// The clients for whom all criteria hold, whatever the case, script and spacing; where there
    /// are none, those whose names and texts are most alike.
    ///
    /// A dict: `outcome` (`none`, `one`, `many`), `exact`, `count`, and `matches`, dicts with
    /// `client`, `score`, `reasons` (field, asked, found, likeness) and the `record`. Scores are
    /// from 0 to 1.
    #[pyo3(signature = (*, policy=None, **criteria))]
    fn find<'py>(
        &self,
        py: Python<'py>,
        policy: Option<&Bound<'py, PyAny>>,
        criteria: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let policy = self::policy(policy)?;
        let criteria = match criteria {
            Some(criteria) => to_json(criteria.as_any())?,
            None => "{}".to_owned(),
        };
        let found = py.enter(|| self.0.find(&Criteria::from_json(&criteria)?, &policy))?;
        plain(py, &found)
    }

    /// The records that mean the same client. `fields` are those that are compared, by default
    /// all; `model` holds weights to judge by, as `Duplicates.model` gives them, by default they
    /// are learnt from the records.
    #[pyo3(signature = (*, fields=None, model=None, policy=None))]
    fn duplicates(
        &self,
        py: Python<'_>,
        fields: Option<Vec<String>>,
        model: Option<&Bound<'_, PyAny>>,
        policy: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyDuplicates> {
        let options = options(fields, model)?;
        let policy = self::policy(policy)?;
        py.enter(|| self.0.duplicates(&options, &policy)).map(PyDuplicates)
    }

    /// The records that mean the same client as records of another directory, by the fields that
    /// both have.
    #[pyo3(signature = (other, *, fields=None, model=None, policy=None))]
    fn links(
        &self,
        py: Python<'_>,
        other: &Self,
        fields: Option<Vec<String>>,
        model: Option<&Bound<'_, PyAny>>,
        policy: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyDuplicates> {
        let options = options(fields, model)?;
        let policy = self::policy(policy)?;
        py.enter(|| self.0.links(&other.0, &options, &policy)).map(PyDuplicates)
    }

    /// The known values of a record as a dict by field; raises `UnknownClient` where there is
    /// none.
    fn get<'py>(&self, client: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let (py, id) = (client.py(), client_id(client)?);
        let unknown = || Error::UnknownClient(id.to_string());
        let record = py.enter(|| self.0.record(&id).ok_or_else(unknown))?;
        record.into_pyobject(py).map(Bound::into_any)
    }

    /// What the fields hold, by field.
    #[getter]
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = PyDict::new(py);
        for (name, kind) in self.0.fields() {
            fields.set_item(name, plain(py, &kind)?)?;
        }
        Ok(fields)
    }

    /// The ids of the records, ascending.
    fn clients<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        client_list(py, self.0.ids())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().0 == self.0)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        let fields: Vec<String> = self.0.fields().map(|(name, _)| format!("'{name}'")).collect();
        format!("Directory(records={}, fields=[{}])", self.0.len(), fields.join(", "))
    }
}

fn read(py: Python<'_>, json: &str, kinds: Option<&Bound<'_, PyMapping>>) -> PyResult<PyDirectory> {
    let options = DirectoryOptions { kinds: field_kinds(py, kinds)? };
    py.enter(|| Directory::from_json(json, &options)).map(PyDirectory)
}

/// Kinds of fields by name.
fn field_kinds(
    py: Python<'_>,
    kinds: Option<&Bound<'_, PyMapping>>,
) -> PyResult<BTreeMap<String, FieldKind>> {
    let Some(kinds) = kinds else { return Ok(BTreeMap::new()) };
    serde_json::from_str(&to_json(kinds.as_any())?)
        .map_err(|error| bad(py, "kinds", error.to_string()))
}

/// How to look for duplicates.
fn options(
    fields: Option<Vec<String>>,
    model: Option<&Bound<'_, PyAny>>,
) -> PyResult<DuplicateOptions> {
    let model = model.map(|model| {
        let json = to_json(model)?;
        model.py().enter(|| MatchModel::from_json(&json))
    });
    Ok(DuplicateOptions { fields, model: model.transpose()? })
}

/// Pairs of records that mean the same client. Made by `Directory.duplicates` and
/// `Directory.links`. Immutable.
///
/// Weights are in bits: one more doubles the odds that two records mean one client.
#[pyclass(frozen, module = "clientela", name = "Duplicates")]
#[derive(Debug)]
pub struct PyDuplicates(pub(crate) Duplicates);

#[pymethods]
impl PyDuplicates {
    /// The pairs: `client`, `other`, the `weight` in bits, the `probability`.
    fn table(&self, py: Python<'_>) -> PyTable {
        PyTable(py.detach(|| self.0.table()))
    }

    /// Why two records are taken to mean one client, or are not.
    fn explain(
        &self,
        client: &Bound<'_, PyAny>,
        other: &Bound<'_, PyAny>,
    ) -> PyResult<PyPairExplanation> {
        let (one, two) = (client_id(client)?, client_id(other)?);
        client.py().enter(|| self.0.explain(&one, &two)).map(PyPairExplanation)
    }

    /// The clusters that the pairs make of the records of one directory.
    fn clusters(&self, py: Python<'_>) -> PyResult<PyClusters> {
        py.enter(|| self.0.clusters()).map(PyClusters)
    }

    /// The weights by which the pairs were judged, as a dict that `Directory.duplicates` takes.
    #[getter]
    fn model<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        loads(py, &self.0.model().to_json())
    }

    /// What was compared: `records`, `pairs`, `compared`, `duplicates`, the `threshold` in bits,
    /// the `rounds` of learning, and `crowds`, values that too many records share to be compared.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, self.0.report())
    }

    /// The pairs as a stream of the Arrow PyCapsule interface.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        #[expect(unused_variables, reason = "the interface lets a producer ignore the wish")]
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        capsule(py, &self.0.table())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("Duplicates(records={}, pairs={})", self.0.report().records, self.0.len())
    }
}

/// Why two records are taken to mean one client, or are not. Made by `Duplicates.explain`.
/// Immutable; `str` gives it as lines.
#[pyclass(frozen, module = "clientela", name = "PairExplanation")]
#[derive(Debug)]
pub struct PyPairExplanation(pub(crate) PairExplanation);

#[pymethods]
impl PyPairExplanation {
    /// Whether the two are taken to mean one client.
    #[getter]
    fn duplicate(&self) -> bool {
        self.0.duplicate
    }

    /// All of it as a dict: `client`, `other`, `duplicate`, `weight`, `probability`, `threshold`,
    /// `before`, and `fields`, dicts with both values, the level of agreement and its weight.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.0)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        self.0.to_string().trim_end().to_owned()
    }
}

/// Clusters of two records and more, each named by its smallest id. Made by
/// `Duplicates.clusters`. Immutable.
#[pyclass(frozen, module = "clientela", name = "Clusters")]
#[derive(Debug)]
pub struct PyClusters(pub(crate) Clusters);

#[pymethods]
impl PyClusters {
    /// A row per member: `client`, `cluster` (the smallest id), `size`, `through` (the record by
    /// which it hangs on the smallest id) and the `weight` of that pair.
    fn table(&self, py: Python<'_>) -> PyTable {
        PyTable(py.detach(|| self.0.table()))
    }

    /// For each member but the smallest id the id that it becomes, as a dict.
    fn rekeys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let rekeys = PyDict::new(py);
        for (client, becomes) in self.0.rekeys() {
            rekeys.set_item(value(py, client.into())?, value(py, becomes.into())?)?;
        }
        Ok(rekeys)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("Clusters({})\n{}", self.0.len(), text(&self.0.table()))
    }

    fn _repr_html_(&self) -> String {
        html(&self.0.table())
    }
}
