//! Policies.

use clientela::{Error, Policy};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyMapping, PyTuple, PyType};
use serde_json::{Value as Json, json};

use crate::convert::{choice, plain, to_json};
use crate::enter::Enter;
use crate::error::raise;
use crate::rules::PyRules;

/// Every threshold, period and convention, each with a default.
///
/// Give what differs from the defaults, as one mapping or section by section; what is unknown
/// or out of range raises `BadPolicy` with its path.
///
/// >>> import clientela
/// >>> policy = clientela.Policy(abc={"a_percent": "70"})
/// >>> policy.to_dict()["abc"]["b_percent"]
/// '95'
/// >>> policy
/// Policy({'abc': {'a_percent': '70'}})
#[pyclass(frozen, module = "clientela", name = "Policy")]
#[derive(Debug)]
pub struct PyPolicy(pub(crate) Policy);

#[pymethods]
impl PyPolicy {
    #[new]
    #[pyo3(signature = (fields=None, /, **sections))]
    fn new(
        py: Python<'_>,
        fields: Option<&Bound<'_, PyMapping>>,
        sections: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let all = PyDict::new(py);
        if let Some(fields) = fields {
            all.update(fields)?;
        }
        if let Some(sections) = sections {
            all.update(sections.as_mapping())?;
        }
        read(py, &to_json(all.as_any())?).map(Self)
    }

    /// The policy of a JSON document.
    #[classmethod]
    fn from_json(cls: &Bound<'_, PyType>, json: &str) -> PyResult<Self> {
        read(cls.py(), json).map(Self)
    }

    /// A policy with the return period of an industry: `clothing`, `jewellery` or `furniture`
    /// (R39).
    #[classmethod]
    fn industry(cls: &Bound<'_, PyType>, name: &str) -> PyResult<Self> {
        let policy = Policy::industry(choice(cls.py(), "industry", name)?);
        policy.check().map_err(|error| raise(cls.py(), &error))?;
        Ok(Self(policy))
    }

    /// The built-in axes as rules, with the thresholds of this policy: who is active, due and
    /// lost, key by which sign, in which segment, as far as rules can state it.
    fn rules(&self, py: Python<'_>) -> PyResult<PyRules> {
        py.enter(|| self.0.rules()).map(PyRules)
    }

    /// The axes that no rule states, as dicts with `axis` and `cause`.
    fn unstated_axes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let axes = self.0.unstated_axes().iter();
        plain(
            py,
            &axes.map(|one| json!({"axis": one.axis, "cause": one.cause})).collect::<Vec<_>>(),
        )
    }

    /// The policy as JSON with every field spelled out.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The policy as a dict with every field spelled out; shares and amounts are text, as in
    /// JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?.call_method1("loads", (self.0.to_json(),))
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
        let written = |policy: &Policy| serde_json::to_value(policy).unwrap_or_default();
        let own = differing(&written(&self.0), &written(&Policy::default())).unwrap_or(Json::Null);
        if own.is_null() {
            return Ok("Policy()".to_owned());
        }
        let own = py.import("json")?.call_method1("loads", (own.to_string(),))?;
        Ok(format!("Policy({})", own.repr()?))
    }
}

fn read(py: Python<'_>, json: &str) -> PyResult<Policy> {
    Policy::from_json(json).map_err(|error| raise(py, &error))
}

/// The policy of an argument: none for the defaults, a policy, or a mapping of its fields.
pub(crate) fn policy(argument: Option<&Bound<'_, PyAny>>) -> PyResult<Policy> {
    let Some(argument) = argument else { return Ok(Policy::default()) };
    if let Ok(policy) = argument.cast::<PyPolicy>() {
        return Ok(policy.get().0.clone());
    }
    if let Ok(fields) = argument.cast::<PyMapping>() {
        return PyPolicy::new(argument.py(), Some(fields), None).map(|policy| policy.0);
    }
    Err(raise(
        argument.py(),
        &Error::BadArgument {
            argument: "policy",
            problem: "must be a Policy or a mapping of its fields".to_owned(),
        },
    ))
}

/// What of a document differs from another of the same form.
fn differing(own: &Json, other: &Json) -> Option<Json> {
    match (own, other) {
        (Json::Object(own), Json::Object(other)) => {
            let fields: serde_json::Map<_, _> = own
                .iter()
                .filter_map(|(name, field)| {
                    let other = other.get(name).unwrap_or(&Json::Null);
                    differing(field, other).map(|field| (name.clone(), field))
                })
                .collect();
            (!fields.is_empty()).then_some(Json::Object(fields))
        }
        _ => (own != other).then(|| own.clone()),
    }
}
