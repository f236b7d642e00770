//! Arguments from Python, and plain values back.

use std::collections::BTreeMap;

use clientela::{ClientId, ClientIds, Day, Error, Scale, Value};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBool, PyDate, PyDateTime, PyDict, PyList, PyMemoryView, PyString};
use rust_decimal::Decimal;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::raise;

/// An argument that is out of its range.
pub(crate) fn bad(py: Python<'_>, argument: &'static str, problem: String) -> PyErr {
    raise(py, &Error::BadArgument { argument, problem })
}

/// A day: `datetime.date`, a `datetime` of wall time, or text `YYYY-MM-DD`.
pub(crate) fn day(argument: &'static str, value: &Bound<'_, PyAny>) -> PyResult<Day> {
    let py = value.py();
    if let Ok(text) = value.cast::<PyString>() {
        let text = text.to_str()?;
        let problem = |_| bad(py, argument, format!("`{text}` is not a day written as YYYY-MM-DD"));
        return text.parse().map_err(problem);
    }
    if value.is_instance_of::<PyDateTime>() && !value.getattr("tzinfo")?.is_none() {
        let problem = "which day an instant is in depends on the zone: give the date".to_owned();
        return Err(bad(py, argument, problem));
    }
    if value.is_instance_of::<PyDate>() {
        let part = |name: &str| value.getattr(name)?.extract::<u32>();
        let (year, month, day) = (part("year")?, part("month")?, part("day")?);
        return Day::of(year.cast_signed(), month, day)
            .ok_or_else(|| bad(py, argument, "is outside the calendar".to_owned()));
    }
    Err(PyTypeError::new_err(format!(
        "`{argument}` must be a datetime.date or text YYYY-MM-DD, not {}",
        value.get_type().name()?
    )))
}

/// A day as `datetime.date`.
pub(crate) fn date(py: Python<'_>, day: Day) -> PyResult<Bound<'_, PyAny>> {
    day.date().into_bound_py_any(py)
}

/// A client's id: a whole number or text.
pub(crate) fn client_id(value: &Bound<'_, PyAny>) -> PyResult<ClientId> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(ClientId::Text(text.to_str()?.to_owned()));
    }
    // Whole numbers of other libraries have `__index__`, as Python's own have.
    if !value.is_instance_of::<PyBool>() && value.hasattr("__index__")? {
        return value
            .extract()
            .map(ClientId::Int)
            .map_err(|_| bad(value.py(), "client", format!("{value} does not fit 64 bits")));
    }
    Err(PyTypeError::new_err(format!(
        "a client id must be an int or a str, not {}",
        value.get_type().name()?
    )))
}

/// Ids of clients as a list.
pub(crate) fn client_list<'py>(py: Python<'py>, ids: &ClientIds) -> PyResult<Bound<'py, PyList>> {
    match ids {
        ClientIds::Int(ids) => PyList::new(py, ids.iter()),
        ClientIds::Text(ids) => PyList::new(py, ids.iter()),
    }
}

/// Some ids of clients as a list.
pub(crate) fn client_list_of<'py>(
    py: Python<'py>,
    ids: &[ClientId],
) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for id in ids {
        list.append(value(py, id.clone().into())?)?;
    }
    Ok(list)
}

/// One of a few names.
pub(crate) fn choice<T: DeserializeOwned>(
    py: Python<'_>,
    argument: &'static str,
    name: &str,
) -> PyResult<T> {
    serde_json::from_value(serde_json::Value::String(name.to_owned()))
        .map_err(|error| bad(py, argument, error.to_string()))
}

/// A number of decimal places.
pub(crate) fn scale(py: Python<'_>, argument: &'static str, places: i64) -> PyResult<Scale> {
    let scale = u8::try_from(places).ok().and_then(|places| Scale::new(places).ok());
    scale.ok_or_else(|| bad(py, argument, format!("{places} is not 0 to {} places", Scale::MAX)))
}

/// A number of threads.
pub(crate) fn threads(py: Python<'_>, threads: Option<i64>) -> PyResult<Option<usize>> {
    let count = |threads: i64| {
        usize::try_from(threads).ok().filter(|&count| count > 0).ok_or_else(|| {
            bad(py, "threads", format!("{threads} threads are too few, give 1 or more"))
        })
    };
    threads.map(count).transpose()
}

/// A value of a table.
pub(crate) fn value(py: Python<'_>, value: Value) -> PyResult<Bound<'_, PyAny>> {
    match value {
        Value::Missing => Ok(py.None().into_bound(py)),
        Value::Int(value) => value.into_bound_py_any(py),
        Value::Decimal(value) => value.into_bound_py_any(py),
        Value::Float(value) => value.into_bound_py_any(py),
        Value::Flag(value) => value.into_bound_py_any(py),
        Value::Day(value) => date(py, value),
        Value::Text(value) => value.into_bound_py_any(py),
    }
}

/// Text that the core parses.
pub(crate) fn of_text<T: std::str::FromStr<Err = Error>>(
    py: Python<'_>,
    argument: &'static str,
    text: &str,
) -> PyResult<T> {
    text.parse().map_err(|error| match error {
        Error::BadArgument { problem, .. } => bad(py, argument, problem),
        other => raise(py, &other),
    })
}

/// A Python object as JSON; decimals and dates are written as text.
pub(crate) fn to_json(object: &Bound<'_, PyAny>) -> PyResult<String> {
    let py = object.py();
    let options = PyDict::new(py);
    options.set_item("default", py.import("clientela._json")?.getattr("plain")?)?;
    options.set_item("allow_nan", false)?;
    py.import("json")?.getattr("dumps")?.call((object,), Some(&options))?.extract()
}

/// Every entry of an argument that is a list; a text is one entry and no list.
pub(crate) fn each<'py, T>(
    argument: &'static str,
    list: &Bound<'py, PyAny>,
    entry: impl Fn(&Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    if list.is_instance_of::<PyString>() {
        return Err(bad(list.py(), argument, "must be a list".to_owned()));
    }
    list.try_iter()?.map(|one| entry(&one?)).collect()
}

/// The bytes of a file: bytes, text as UTF-8, or what is at a path.
pub(crate) fn bytes(argument: &'static str, data: &Bound<'_, PyAny>) -> PyResult<PyBackedBytes> {
    let py = data.py();
    if data.is_instance_of::<PyString>() {
        return Ok(data.call_method0("encode")?.extract()?);
    }
    if data.hasattr("__fspath__")? {
        let path = py.import("pathlib")?.getattr("Path")?.call1((data,))?;
        return Ok(path.call_method0("read_bytes")?.extract()?);
    }
    if data.is_instance_of::<PyMemoryView>() {
        return Ok(data.call_method0("tobytes")?.extract()?);
    }
    data.extract().map_err(|_| {
        PyTypeError::new_err(format!("`{argument}` must be bytes, text or a pathlib.Path"))
    })
}

/// What merged clients become, by client.
pub(crate) fn rekeys(rekeys: &Bound<'_, PyDict>) -> PyResult<BTreeMap<ClientId, ClientId>> {
    rekeys.iter().map(|(client, id)| Ok((client_id(&client)?, client_id(&id)?))).collect()
}

/// JSON as plain Python values.
pub(crate) fn loads<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (json,))
}

/// Keys whose values are exact amounts, and days.
#[derive(Debug, Clone, Copy)]
struct Keys {
    amounts: &'static [&'static str],
    days: &'static [&'static str],
}

/// Those of every answer.
const ANSWER: Keys = Keys {
    amounts: &["amount", "monetary_cuts", "innovators_expected"],
    days: &["as_of", "first_day", "last_day", "from_day", "to_day"],
};

/// Those of a portrait.
const PORTRAIT: Keys = Keys {
    amounts: &[],
    days: &[
        "on",
        "updated_on",
        "birthday",
        "known_since",
        "checked_on",
        "noted_on",
        "said_on",
        "next_on",
        "resolved_on",
    ],
};

/// Those of a journal; under `from` stand either, told apart by their form.
const JOURNAL: Keys = Keys {
    amounts: &["amount", "money", "from", "discount_percent", "purchases", "per_month"],
    days: &[
        "on",
        "since",
        "until",
        "due_on",
        "done_on",
        "opened_on",
        "launched_on",
        "asked_on",
        "responded_on",
        "from",
        "to",
    ],
};

/// Any answer as plain Python values, in the order of its fields: what stands under the key of
/// an amount is a `Decimal`, under that of a day a `date`.
pub(crate) fn plain<'py>(py: Python<'py>, answer: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    exact(loads(py, &json(py, answer)?)?, "", ANSWER)
}

/// A portrait as a dict, its days as dates but for those of fields.
pub(crate) fn document<'py>(
    py: Python<'py>,
    portrait: &impl Serialize,
) -> PyResult<Bound<'py, PyAny>> {
    let document = loads(py, &json(py, portrait)?)?;
    exact(document, "", PORTRAIT)
}

/// A journal as a dict, its days as dates and its amounts as decimals.
pub(crate) fn entries<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    exact(loads(py, json)?, "", JOURNAL)
}

/// Any answer as JSON.
pub(crate) fn json(py: Python<'_>, answer: &(impl Serialize + ?Sized)) -> PyResult<String> {
    serde_json::to_string(answer).map_err(|error| raise(py, &Error::BadFormat(error.to_string())))
}

fn exact<'py>(value: Bound<'py, PyAny>, key: &str, keys: Keys) -> PyResult<Bound<'py, PyAny>> {
    let py = value.py();
    if let Ok(dict) = value.cast::<PyDict>() {
        for (name, item) in dict.copy()? {
            let item = exact(item, name.cast::<PyString>()?.to_str()?, keys)?;
            dict.set_item(name, item)?;
        }
    } else if let Ok(list) = value.cast::<PyList>() {
        for (i, item) in list.iter().enumerate() {
            list.set_item(i, exact(item, key, keys)?)?;
        }
    } else if let Ok(text) = value.cast::<PyString>() {
        let text = text.to_str()?;
        if keys.amounts.contains(&key)
            && let Ok(amount) = text.parse::<Decimal>()
        {
            return amount.into_bound_py_any(py);
        }
        if keys.days.contains(&key)
            && let Ok(day) = text.parse::<Day>()
        {
            return date(py, day);
        }
    }
    Ok(value)
}
