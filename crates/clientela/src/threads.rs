//! How many threads work.

use crate::error::{Error, Result};

/// Runs work on a number of threads; `None` is all cores.
///
/// The answers are the same on any number.
///
/// # Errors
/// A number that is 0, or threads that the system does not give.
pub fn with_threads<R: Send>(threads: Option<usize>, work: impl FnOnce() -> R + Send) -> Result<R> {
    let Some(threads) = threads else { return Ok(work()) };
    let fault = |problem: String| Error::BadArgument { argument: "threads", problem };
    if threads == 0 {
        return Err(fault("0 threads do no work, give 1 or more".to_owned()));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    Ok(pool.map_err(|error| fault(error.to_string()))?.install(work))
}
