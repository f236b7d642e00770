//! The facts that the tests of `lifetime` share.

#![allow(clippy::float_cmp, reason = "equal is equal")]
#![allow(dead_code, reason = "each test file uses some of it")]

use std::path::Path;

use clientela::lifetime::{Row, Summary, TimeUnit};

/// A file of `tests/data`.
pub(crate) fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn numbers(text: &str) -> impl Iterator<Item = Vec<u64>> {
    text.lines().skip(1).map(|line| line.split(',').map(|n| n.parse().unwrap()).collect())
}

/// CDNOW up to 1997-09-30 in weeks: `cdnow_sample.csv` or `cdnow_full.csv`.
pub(crate) fn cdnow(name: &str) -> Summary {
    cdnow_in(name, TimeUnit::Week)
}

pub(crate) fn cdnow_in(name: &str, unit: TimeUnit) -> Summary {
    let row = |n: Vec<u64>| {
        let time = |days: u64| days as f64 / unit.days();
        let row = Row::new(n[0] as u32, time(n[1]), time(n[2])).unwrap().times(n[4]);
        if n[0] == 0 {
            return row;
        }
        row.with_spend(n[3] as f64 / 100.0 / n[0] as f64).unwrap()
    };
    Summary::new(unit, numbers(&data(name)).map(row).collect())
}

/// 11,104 donors over six years.
pub(crate) fn donations() -> Summary {
    let row = |n: Vec<u64>| Row::new(n[0] as u32, n[1] as f64, n[2] as f64).unwrap().times(n[3]);
    Summary::new(TimeUnit::Year, numbers(&data("donations.csv")).map(row).collect())
}

/// How far two numbers are apart, relative to the exact one.
pub(crate) fn relative(ours: f64, exact: f64) -> f64 {
    if ours == exact { 0.0 } else { ((ours - exact) / exact).abs() }
}

/// Asserts with a tolerance that is relative.
#[track_caller]
pub(crate) fn assert_close(ours: f64, exact: f64, tolerance: f64) {
    assert!(relative(ours, exact) <= tolerance, "{ours}, not {exact}: {}", relative(ours, exact));
}
