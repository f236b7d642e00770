//! What the firm does and has beside its sales.

use clientela::Journal;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyMapping, PyString, PyTuple, PyType};

use crate::convert::{self, bad, entries, loads, to_json};
use crate::enter::Enter;

/// What the firm does and has beside its sales: promises, touches, deals, products. Immutable.
///
/// A journal is given as one mapping, as JSON text, or section by section; a section is a list of
/// dicts. These are `staff`, `assignments`, `activities`, `touches`, `tasks`, `promises`, `extras`,
/// `broken_promises`, `relation_scores`, `departures`, `refusals`, `win_backs`, `products`,
/// `promo_days`, `deals`, `deliveries`, `suppliers` and `deal_statuses`; `fixed_costs` is one dict.
/// Days are dates or text, amounts decimals or text. What does not fit raises `BadDocument` with
/// its path. What is later than the day of a snapshot does not count for it.
///
/// >>> import clientela
/// >>> journal = clientela.Journal(promises=[
/// ...     {"client": 7, "what": "a sample", "due_on": "1998-04-01"},
/// ... ])
/// >>> journal
/// Journal(promises=1)
/// >>> journal.to_dict()["promises"][0]["due_on"]
/// datetime.date(1998, 4, 1)
#[pyclass(frozen, module = "clientela", name = "Journal")]
#[derive(Debug)]
pub struct PyJournal(pub(crate) Journal);

#[pymethods]
impl PyJournal {
    #[new]
    #[pyo3(signature = (document=None, /, **sections))]
    fn new(
        py: Python<'_>,
        document: Option<&Bound<'_, PyAny>>,
        sections: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let all = PyDict::new(py);
        if let Some(document) = document {
            if let Ok(json) = document.cast::<PyString>() {
                if sections.is_some() {
                    let problem = "give JSON text or sections, not both".to_owned();
                    return Err(bad(py, "document", problem));
                }
                return read(py, json.to_str()?);
            }
            let Ok(document) = document.cast::<PyMapping>() else {
                let problem = "must be a mapping of sections or JSON text".to_owned();
                return Err(bad(py, "document", problem));
            };
            all.update(document)?;
        }
        if let Some(sections) = sections {
            all.update(sections.as_mapping())?;
        }
        read(py, &to_json(all.as_any())?)
    }

    /// The journal of a JSON document.
    #[classmethod]
    fn from_json(cls: &Bound<'_, PyType>, json: &str) -> PyResult<Self> {
        read(cls.py(), json)
    }

    /// The journal of both: every entry as often as where it stands most often. Statuses of deals
    /// and fixed costs must not differ.
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        py.enter(|| self.0.merge(&other.0)).map(Self)
    }

    /// The journal with the entries of merged clients under the id that each of them became, as
    /// `Clusters.rekeys` gives it.
    fn rekey(&self, py: Python<'_>, rekeys: &Bound<'_, PyDict>) -> PyResult<Self> {
        let rekeys = convert::rekeys(rekeys)?;
        py.enter(|| self.0.rekey(&rekeys)).map(Self)
    }

    /// The journal as JSON, the same for the same entries in any order.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The sections that have entries, as a dict; days are dates, amounts decimals.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        entries(py, &self.0.to_json())
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

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let sections = loads(py, &self.0.to_json())?.cast_into::<PyDict>()?;
        let shown: Vec<String> = sections
            .iter()
            .map(|(name, section)| Ok(format!("{name}={}", section.len()?)))
            .collect::<PyResult<_>>()?;
        Ok(format!("Journal({})", shown.join(", ")))
    }
}

fn read(py: Python<'_>, json: &str) -> PyResult<PyJournal> {
    py.enter(|| Journal::from_json(json)).map(PyJournal)
}
