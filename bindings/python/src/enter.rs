//! The one place where Python lets go of its lock.

use clientela::{Result, with_threads};
use pyo3::prelude::*;

use crate::error::raise;

/// Into the core and back.
pub(crate) trait Enter {
    /// Runs `work` without the interpreter's lock and raises its error.
    fn enter<R: Send>(self, work: impl FnOnce() -> Result<R> + Send) -> PyResult<R>;

    /// The same with a number of threads; all cores where none is given.
    fn enter_with<R: Send>(
        self,
        threads: Option<usize>,
        work: impl FnOnce() -> Result<R> + Send,
    ) -> PyResult<R>;
}

impl Enter for Python<'_> {
    fn enter<R: Send>(self, work: impl FnOnce() -> Result<R> + Send) -> PyResult<R> {
        self.detach(work).map_err(|error| raise(self, &error))
    }

    fn enter_with<R: Send>(
        self,
        threads: Option<usize>,
        work: impl FnOnce() -> Result<R> + Send,
    ) -> PyResult<R> {
        self.enter(|| with_threads(threads, work)?)
    }
}
