//! Arrow streams in and out of Python's capsules.

use std::ffi::CStr;

use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use clientela::Table;
use clientela_arrow::{import_stream, table_to_stream};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::error::raise;

/// The name that the Arrow PyCapsule interface gives to capsules of streams.
pub(crate) const STREAM: &CStr = c"arrow_array_stream";

/// The stream of anything with `__arrow_c_stream__`; `what` it should hold, for messages.
pub(crate) fn reader(frame: &Bound<'_, PyAny>, what: &str) -> PyResult<RecordBatchStreamReader> {
    let Some(export) = frame.getattr_opt("__arrow_c_stream__")? else {
        let hint = if frame.hasattr("collect")? { "; collect it first" } else { "" };
        return Err(PyTypeError::new_err(format!(
            "{what} must come as a frame that has the Arrow PyCapsule interface \
             (`__arrow_c_stream__`), such as one of pandas, polars, pyarrow or duckdb, and not \
             as {}{hint}",
            frame.get_type().fully_qualified_name()?
        )));
    };
    let capsule = export.call0()?.cast_into::<PyCapsule>()?;
    let stream = capsule.pointer_checked(Some(STREAM))?.cast::<FFI_ArrowArrayStream>();
    #[expect(unsafe_code, reason = "a capsule holds a pointer, and only its name says to what")]
    // SAFETY: a capsule of this name holds an initialised `ArrowArrayStream` by the Arrow
    // PyCapsule interface. It lives until the capsule is dropped, which is after this line; its
    // content is moved out, and a released stream is left behind for the capsule to free.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(stream.as_ptr()) };
    import_stream(stream).map_err(|error| raise(frame.py(), &error))
}

/// A table as a capsule; whoever takes the stream out of it releases it, else the capsule does.
pub(crate) fn capsule<'py>(py: Python<'py>, table: &Table) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, table_to_stream(table), STREAM)
}
