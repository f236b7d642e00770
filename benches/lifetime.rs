//! CPU time of lifetime models, for `lifetime.py`, which measures a peer beside them.
//!
//! ```text
//! cargo bench -p clientela-bench --bench lifetime -- FOLDER TASK...
//! ```
//!
//! reads the columns that `lifetime.py` wrote into the folder, times the tasks, whose names have a
//! hyphen for each space, prints the times as JSON, and leaves the answers in `FOLDER/clientela`.
//! Called by `cargo test` it does each task once on a few made-up clients.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clientela::lifetime::{
    BgNbd, Discount, GammaGamma, ParetoNbd, Parametric, PurchaseModel, Simulate, Span, Summary,
    TimeUnit, all_lifetime_values,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Tasks are repeated until this much CPU time is spent: the kernel counts in hundredths.
const ENOUGH: f64 = 1.0;
const TICKS: f64 = 100.0;

/// The columns of `lifetime.py`.
struct Columns {
    /// Where answers go; none are kept where it is `None`.
    folder: Option<PathBuf>,
    log: Log,
    many: Many,
}

#[derive(Default)]
struct Log {
    client: Vec<i64>,
    day: Vec<i32>,
    cents: Vec<i64>,
    calibration_end: i32,
    holdout_end: i32,
}

#[derive(Default)]
struct Many {
    x: Vec<f64>,
    t_x: Vec<f64>,
    age: Vec<f64>,
    spend: Vec<f64>,
}

impl Columns {
    fn read(folder: &Path) -> Outcome<Self> {
        let doubles = |name: &str| Ok::<_, Box<dyn Error>>(values(folder, name, f64::from_le_bytes)?);
        let ends = values(folder, "ends.i32", i32::from_le_bytes)?;
        let &[calibration_end, holdout_end] = &ends[..] else { return Err("two ends".into()) };
        Ok(Self {
            folder: Some(folder.join("clientela")),
            log: Log {
                client: values(folder, "log_client.i64", i64::from_le_bytes)?,
                day: values(folder, "log_day.i32", i32::from_le_bytes)?,
                cents: values(folder, "log_cents.i64", i64::from_le_bytes)?,
                calibration_end,
                holdout_end,
            },
            many: Many {
                x: doubles("many_x.f64")?,
                t_x: doubles("many_t_x.f64")?,
                age: doubles("many_age.f64")?,
                spend: doubles("many_spend.f64")?,
            },
        })
    }

    fn keep(&self, task: &str, answer: &[f64]) -> Outcome<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let bytes: Vec<u8> = answer.iter().flat_map(|value| value.to_le_bytes()).collect();
        Ok(fs::write(folder.join(format!("{task}.f64")), bytes)?)
    }
}

/// A column of a file of plain bytes.
fn values<const N: usize, T>(
    folder: &Path,
    name: &str,
    value: impl Fn([u8; N]) -> T,
) -> Outcome<Vec<T>> {
    let bytes = fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
    Ok(bytes.as_chunks().0.iter().map(|&bytes| value(bytes)).collect())
}
