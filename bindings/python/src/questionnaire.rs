//! Questionnaires of countries.

use clientela::{Additional, Questionnaire, fill_questionnaire};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyTuple, PyType};

use crate::convert::{loads, to_json};
use crate::enter::Enter;
use crate::error::raise;

/// The form of a country: `country`, `language` (ru, en, fr) and `fields`, a list of questions
/// with `name`, `origin` (record, additional), `translation` (letter, dictionary, none), `field`
/// and `options`. Immutable.
///
/// >>> import clientela
/// >>> form = clientela.Questionnaire({"country": "FR", "language": "fr", "fields": [
/// ...     {"name": "Nom", "origin": "record", "translation": "letter", "field": "surname"},
/// ...     {"name": "Profession", "origin": "additional", "translation": "dictionary"},
/// ... ]})
/// >>> filled = form.fill(
/// ...     {"client": 7, "kind": "tourist", "fields": {"surname": "Жуков"}},
/// ...     {"Profession": "врач"},
/// ...     {"врач": {"fr": "médecin"}},
/// ... )
/// >>> [entry["value"] for entry in filled["entries"]]
/// ['Zhukov', 'médecin']
#[pyclass(frozen, module = "clientela", name = "Questionnaire")]
#[derive(Debug)]
pub struct PyQuestionnaire(Questionnaire);

#[pymethods]
impl PyQuestionnaire {
    #[new]
    #[pyo3(signature = (questionnaire, /))]
    fn new(questionnaire: &Bound<'_, PyAny>) -> PyResult<Self> {
        read(questionnaire.py(), &to_json(questionnaire)?)
    }

    /// The questionnaire of a JSON document.
    #[classmethod]
    fn from_json(cls: &Bound<'_, PyType>, json: &str) -> PyResult<Self> {
        read(cls.py(), json)
    }

    /// The questionnaire as JSON.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The questionnaire as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        loads(py, &self.0.to_json())
    }

    /// The form filled from a portrait and from additional answers by name, translated by a
    /// dictionary such as `{"врач": {"en": "physician", "fr": "médecin"}}`: a dict of `heading`
    /// and `entries` with `name`, `value`, `status` (filled, empty, needs_translation,
    /// not_an_option) and `original`. What has no translation is left empty and marked.
    #[pyo3(signature = (portrait, additional=None, dictionary=None, *, catalogue=None))]
    fn fill<'py>(
        &self,
        portrait: &Bound<'py, PyAny>,
        additional: Option<&Bound<'py, PyAny>>,
        dictionary: Option<&Bound<'py, PyAny>>,
        catalogue: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = portrait.py();
        let request = PyDict::new(py);
        request.set_item("questionnaire", self.to_dict(py)?)?;
        request.set_item("portrait", portrait)?;
        request.set_item("additional", additional)?;
        request.set_item("dictionary", dictionary)?;
        let catalogue = crate::portraits::catalogue(catalogue)?.to_json();
        request.set_item("catalogue", loads(py, &catalogue)?)?;
        let request = to_json(request.as_any())?;
        let form = py.enter(|| fill_questionnaire(&request))?;
        loads(py, &form)
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
        let Questionnaire { country, fields, .. } = &self.0;
        format!("Questionnaire(country='{country}', fields={})", fields.len())
    }
}

fn read(py: Python<'_>, json: &str) -> PyResult<PyQuestionnaire> {
    Questionnaire::from_json(json).map(PyQuestionnaire).map_err(|error| raise(py, &error))
}

/// Copies from one person's additional answers to another's what is empty there, and gives the
/// names that were filled so. What is answered stays.
///
/// >>> import clientela
/// >>> wife = {"Profession": "", "Hotel": "Astoria"}
/// >>> clientela.copy_additional({"Profession": "врач", "Hotel": "Ritz"}, wife)
/// ['Profession']
/// >>> wife
/// {'Profession': 'врач', 'Hotel': 'Astoria'}
#[pyfunction]
pub fn copy_additional(
    source: &Bound<'_, PyAny>,
    target: &Bound<'_, PyDict>,
) -> PyResult<Vec<String>> {
    let py = target.py();
    let answers = |answers: &Bound<'_, PyAny>| {
        Additional::from_json(&to_json(answers)?).map_err(|error| raise(py, &error))
    };
    let mut filled = answers(target.as_any())?;
    let names = filled.copy_from(&answers(source)?);
    for name in &names {
        target.set_item(name, &filled.0[name])?;
    }
    Ok(names)
}
