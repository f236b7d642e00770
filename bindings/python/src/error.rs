//! The core's errors as the exceptions of `clientela`.

use clientela::Error;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The exception of an error: the class that its code names, with the error's details as
/// attributes.
pub(crate) fn raise(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, error).unwrap_or_else(|fault| fault)
}

fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let details = PyDict::new(py);
    match error {
        Error::BadRow { row, column, value, problem, remedy } => {
            details.set_item("row", row)?;
            details.set_item("column", column)?;
            details.set_item("value", value)?;
            details.set_item("problem", problem)?;
            details.set_item("remedy", remedy)?;
        }
        Error::BadColumn { column, problem } => {
            details.set_item("column", column)?;
            details.set_item("problem", problem)?;
        }
        Error::BadArgument { argument, problem } => {
            details.set_item("argument", argument)?;
            details.set_item("problem", problem)?;
        }
        Error::BadPolicy { path, problem } => {
            details.set_item("path", path)?;
            details.set_item("problem", problem)?;
        }
        Error::Mismatch { what, left, right } => {
            details.set_item("what", what)?;
            details.set_item("left", left)?;
            details.set_item("right", right)?;
        }
        Error::BadDocument { document, path, problem } => {
            details.set_item("document", document)?;
            details.set_item("path", path)?;
            details.set_item("problem", problem)?;
        }
        Error::UnknownClient(client) => details.set_item("client", client)?,
        // The others say all in their sentence.
        _ => {}
    }
    let errors = py.import("clientela.errors")?;
    let class = errors
        .getattr(format!("{:?}", error.code()).as_str())
        .or_else(|_| errors.getattr("ClientelaError"))?;
    Ok(PyErr::from_value(class.call((error.to_string(),), Some(&details))?))
}
