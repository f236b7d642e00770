//! Portraits and what there is to know.

use std::collections::BTreeMap;

use clientela::{
    Catalogue, Currency, Error, FieldValue, Portrait, PortraitOptions, Portraits, RekeyedPortraits,
};
use clientela_arrow::{PortraitColumns, PortraitReadOptions, read_portraits};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyList, PyMapping, PyTuple, PyType};

use crate::arrow::reader;
use crate::convert::{
    self, bad, choice, client_id, date, day, document, loads, of_text, plain, to_json,
};
use crate::enter::Enter;
use crate::error::raise;
use crate::table::PyTable;

/// The kinds of clients and the fields of their portraits.
///
/// `fields` and `kinds` are lists of dicts that come beside the built-in ones, or in the place of
/// those of the same name. A field has a `name` and a `type`: text, integer, decimal, money,
/// date, yes_no, choice, list, rating, person or notes; and where that is wanted `about`, `unit`,
/// `kinds`, `required`, `weight`, `stale_after`, `options`, `open`, `min`, `max`, `places`,
/// `basic`, `records`, `source`. What does not fit raises `BadDocument` with its path.
///
/// >>> import clientela
/// >>> beds = {"name": "beds", "type": "integer", "kinds": ["clinic"], "min": 0}
/// >>> catalogue = clientela.Catalogue([beds], [{"name": "clinic"}])
/// >>> catalogue.to_dict()["fields"][-1]["name"]
/// 'beds'
#[pyclass(frozen, module = "clientela", name = "Catalogue")]
#[derive(Debug)]
pub struct PyCatalogue(pub(crate) Catalogue);

#[pymethods]
impl PyCatalogue {
    #[new]
    #[pyo3(signature = (fields=None, kinds=None))]
    fn new(
        py: Python<'_>,
        fields: Option<&Bound<'_, PyAny>>,
        kinds: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let document = PyDict::new(py);
        for (name, part) in [("fields", fields), ("kinds", kinds)] {
            if let Some(part) = part {
                document.set_item(name, part)?;
            }
        }
        read(py, &to_json(document.as_any())?).map(Self)
    }

    /// The catalogue of a JSON document.
    #[classmethod]
    fn from_json(cls: &Bound<'_, PyType>, json: &str) -> PyResult<Self> {
        read(cls.py(), json).map(Self)
    }

    /// The catalogue as JSON with every kind and field spelled out.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The catalogue as a dict with every kind and field spelled out, as in JSON.
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
        format!("Catalogue(kinds={}, fields={})", self.0.kinds().len(), self.0.fields().len())
    }
}

fn read(py: Python<'_>, json: &str) -> PyResult<Catalogue> {
    Catalogue::from_json(json).map_err(|error| raise(py, &error))
}

/// The catalogue of an argument: none for the built-in one, a catalogue, or a mapping of its
/// parts.
pub(crate) fn catalogue(argument: Option<&Bound<'_, PyAny>>) -> PyResult<Catalogue> {
    let Some(argument) = argument else { return Ok(Catalogue::built_in()) };
    if let Ok(catalogue) = argument.cast::<PyCatalogue>() {
        return Ok(catalogue.get().0.clone());
    }
    let py = argument.py();
    if argument.cast::<PyMapping>().is_ok() {
        return read(py, &to_json(argument)?);
    }
    Err(bad(py, "catalogue", "must be a Catalogue or a mapping of its parts".to_owned()))
}

/// What is known of clients beside their sales. Immutable.
///
/// A portrait is a dict: `client`, `kind`, `updated_on`, `fields` (values by the names of the
/// catalogue's fields), `updated` (days by the names of fields), and lists of records: `persons`,
/// `contacts`, `preferences`, `pains`, `companions`, `interactions`, `loyalty_components`,
/// `complaints`, `recommendations`, `membership`. Frames hold fields only, a column each.
///
/// >>> import clientela
/// >>> portraits = clientela.Portraits.from_dicts([
/// ...     {"client": 7, "kind": "shop", "fields": {"floor_area_m2": "120"}},
/// ... ])
/// >>> portraits
/// Portraits(clients=1)
/// >>> portraits.get(7)["kind"]
/// 'shop'
#[pyclass(frozen, module = "clientela", name = "Portraits")]
#[derive(Debug)]
pub struct PyPortraits(pub(crate) Portraits);

#[pymethods]
impl PyPortraits {
    /// The portraits of a frame, a row per client: anything with the Arrow PyCapsule interface.
    ///
    /// `client`, `kind_column` and `updated_on` name its columns; `kind` is the kind of all
    /// clients where no column tells it. `fields` maps columns to fields; without it every column
    /// that has the name of a field of the catalogue is read. `report()["ignored_columns"]` tells
    /// which columns were not.
    ///
    /// Texts, numbers, days, flags and lists of texts are taken exactly, in whatever type holds
    /// them; null, and as text `unknown` or nothing, is unknown. Floats are refused, or with
    /// `floats="exact"` taken where they are exact at the field's places. Whole numbers are
    /// refused for money, of which they may count whole or minor units.
    ///
    /// The first bad row raises `BadRow`; with `on_bad="set_aside"` bad rows are left out and
    /// told by `report()`.
    #[classmethod]
    #[pyo3(signature = (
        frame, *, client="client", kind=None, kind_column=None, updated_on=None, fields=None,
        catalogue=None, currency=None, scale=2, floats="refuse", on_bad="refuse", threads=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "the options of a frame")]
    fn from_frame(
        cls: &Bound<'_, PyType>,
        frame: &Bound<'_, PyAny>,
        client: &str,
        kind: Option<String>,
        kind_column: Option<String>,
        updated_on: Option<String>,
        fields: Option<BTreeMap<String, String>>,
        catalogue: Option<&Bound<'_, PyAny>>,
        currency: Option<&str>,
        scale: i64,
        floats: &str,
        on_bad: &str,
        threads: Option<i64>,
    ) -> PyResult<Self> {
        let py = cls.py();
        let PortraitOptions { currency, scale, catalogue, .. } =
            options(py, catalogue, currency, scale)?;
        let options = PortraitReadOptions {
            columns: PortraitColumns { client: client.to_owned(), kind: kind_column, updated_on },
            kind,
            fields,
            currency,
            scale,
            catalogue,
            floats: choice(py, "floats", floats)?,
            on_bad: choice(py, "on_bad", on_bad)?,
            threads: convert::threads(py, threads)?,
        };
        let reader = reader(frame, "portraits")?;
        py.enter(|| read_portraits(reader, &options)).map(Self)
    }

    /// The portraits of a list of dicts; amounts are decimals or text, days dates or text.
    #[classmethod]
    #[pyo3(signature = (portraits, *, catalogue=None, currency=None, scale=2))]
    fn from_dicts(
        cls: &Bound<'_, PyType>,
        portraits: &Bound<'_, PyAny>,
        catalogue: Option<&Bound<'_, PyAny>>,
        currency: Option<&str>,
        scale: i64,
    ) -> PyResult<Self> {
        let list = cls.py().get_type::<PyList>().call1((portraits,))?;
        Self::from_json(cls, &to_json(&list)?, catalogue, currency, scale)
    }

    /// The portraits of a JSON array of documents.
    #[classmethod]
    #[pyo3(signature = (json, *, catalogue=None, currency=None, scale=2))]
    fn from_json(
        cls: &Bound<'_, PyType>,
        json: &str,
        catalogue: Option<&Bound<'_, PyAny>>,
        currency: Option<&str>,
        scale: i64,
    ) -> PyResult<Self> {
        let py = cls.py();
        let options = options(py, catalogue, currency, scale)?;
        py.enter(|| Portraits::from_json(json, &options)).map(Self)
    }

    /// The portraits of both, client by client and field by field; two values of one field raise
    /// an error.
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        py.enter(|| self.0.merge(&other.0)).map(Self)
    }

    /// The portraits of merged clients together under the id that each of them became, as
    /// `Clusters.rekeys` gives it, and the values that gave way, as dicts with `client`, `from`,
    /// `field`, `value` and `kept`. Lists, notes and records unite.
    fn rekey<'py>(
        &self,
        py: Python<'py>,
        rekeys: &Bound<'py, PyDict>,
    ) -> PyResult<(Self, Bound<'py, PyAny>)> {
        let rekeys = convert::rekeys(rekeys)?;
        let RekeyedPortraits { portraits, set_aside } = py.enter(|| self.0.rekey(&rekeys))?;
        Ok((Self(portraits), plain(py, &set_aside)?))
    }

    /// A client's portrait as a dict that `from_dicts` takes back; raises `UnknownClient` where
    /// there is none.
    fn get<'py>(&self, client: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        let py = client.py();
        let id = client_id(client)?;
        let portrait =
            py.enter(|| self.0.get(&id).ok_or_else(|| Error::UnknownClient(id.to_string())))?;
        dict(py, &portrait)
    }

    /// Every portrait as a dict, ascending by client.
    fn to_dicts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        let ids = self.0.ids();
        for i in 0..ids.len() {
            if let Some(portrait) = self.0.get(&ids.get(i)) {
                list.append(dict(py, &portrait)?)?;
            }
        }
        Ok(list)
    }

    /// Every portrait in a JSON array, for `from_json`.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.to_json())
    }

    /// How full each portrait is as of a day: a row per client, with what is missing and stale.
    fn completeness(&self, as_of: &Bound<'_, PyAny>) -> PyResult<PyTable> {
        let day = day("as_of", as_of)?;
        Ok(PyTable(as_of.py().detach(|| self.0.completeness(day))))
    }

    /// How full one client's portrait is as of a day, as a dict.
    fn completeness_of<'py>(
        &self,
        client: &Bound<'py, PyAny>,
        as_of: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = client.py();
        let (id, day) = (client_id(client)?, day("as_of", as_of)?);
        let unknown = || Error::UnknownClient(id.to_string());
        let found = py.enter(|| self.0.completeness_of(&id, day).ok_or_else(unknown))?;
        plain(py, &found)
    }

    /// How many clients lack what as of a day: a row per field.
    fn gaps(&self, as_of: &Bound<'_, PyAny>) -> PyResult<PyTable> {
        let day = day("as_of", as_of)?;
        Ok(PyTable(as_of.py().detach(|| self.0.gaps(day))))
    }

    /// What came in: `rows`, `accepted`, `set_aside` (row, column, value and cause of each row
    /// left out) and `ignored_columns`.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, self.0.report())
    }

    /// The ids of the clients, ascending.
    fn clients<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        convert::client_list(py, self.0.ids())
    }

    /// What there is to know.
    #[getter]
    fn catalogue(&self) -> PyCatalogue {
        PyCatalogue(self.0.options().catalogue.clone())
    }

    /// The currency of all amounts, `None` where none is stated.
    #[getter]
    fn currency(&self) -> Option<String> {
        let currency = self.0.options().currency;
        (currency != Currency::NONE).then(|| currency.to_string())
    }

    /// Decimal places of amounts.
    #[getter]
    fn scale(&self) -> u8 {
        self.0.options().scale.places()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().0 == self.0)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let (py, this) = (slf.py(), slf.get());
        let options = PyDict::new(py);
        options.set_item("catalogue", this.catalogue())?;
        options.set_item("currency", this.currency())?;
        options.set_item("scale", this.scale())?;
        let make = (slf.get_type().getattr("from_json")?,);
        let make = py.import("functools")?.getattr("partial")?.call(make, Some(&options))?;
        (make, (this.to_json(py),)).into_pyobject(py)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("Portraits(clients={})", self.0.len())
    }
}

/// How portraits are kept.
pub(crate) fn options(
    py: Python<'_>,
    catalogue: Option<&Bound<'_, PyAny>>,
    currency: Option<&str>,
    scale: i64,
) -> PyResult<PortraitOptions> {
    Ok(PortraitOptions {
        currency: currency.map_or(Ok(Currency::NONE), |code| of_text(py, "currency", code))?,
        scale: convert::scale(py, "scale", scale)?,
        catalogue: self::catalogue(catalogue)?,
        ..PortraitOptions::default()
    })
}

/// A portrait as a dict: its days are dates, its amounts and decimals are decimals.
fn dict<'py>(py: Python<'py>, portrait: &Portrait) -> PyResult<Bound<'py, PyDict>> {
    let dict = document(py, portrait)?.cast_into::<PyDict>()?;
    if let Some(fields) = dict.get_item("fields")? {
        for (name, value) in &portrait.fields {
            match value {
                // A field may be called as a day of a record is.
                FieldValue::Text(value) | FieldValue::Choice(value) => {
                    fields.set_item(name, value)?;
                }
                FieldValue::List(value) => fields.set_item(name, value)?,
                FieldValue::Decimal(value) | FieldValue::Money(value) => {
                    fields.set_item(name, value)?;
                }
                FieldValue::Date(value) => fields.set_item(name, date(py, *value)?)?,
                _ => {}
            }
        }
    }
    if let Some(updated) = dict.get_item("updated")? {
        for (name, day) in &portrait.updated {
            updated.set_item(name, day.map(|day| date(py, day)).transpose()?)?;
        }
    }
    Ok(dict)
}
