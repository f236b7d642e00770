//! Runs every vector of `tests/vectors` through the Rust API.
//!
//! Each is also given in two halves and backwards, appended, and read back from bytes: the
//! ledger must be the same, byte for byte.
//!
//! `cargo test -p clientela-conformance`; a word after `--` runs only vectors with it in their
//! names, a folder those in it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clientela::{Day, Error, Ledger, LedgerBuilder, LedgerOptions, Policy, Result, Snapshot, Step};
use clientela_conformance::{Columns, Mismatches, Vector, read_file, same_table, subset};
use serde_json::Value;

fn main() -> ExitCode {
    let mut folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut word = String::new();
    for argument in std::env::args().skip(1).filter(|argument| !argument.starts_with('-')) {
        if Path::new(&argument).is_dir() {
            folder = argument.into();
        } else {
            word = argument;
        }
    }
    let (mut passed, mut failed) = (0, 0);
    for path in files(&folder) {
        let vectors = read_file(&path).unwrap_or_else(|problem| {
            println!("{}: {problem}", path.display());
            failed += 1;
            Vec::new()
        });
        for vector in vectors.iter().filter(|vector| vector.name.contains(&word)) {
            let mismatches = catch_unwind(AssertUnwindSafe(|| check(vector, &folder)))
                .unwrap_or_else(|_| vec!["a panic, see above".to_owned()]);
            if mismatches.is_empty() {
                passed += 1;
                continue;
            }
            failed += 1;
            println!("{}:", vector.name);
            for mismatch in mismatches {
                println!("  {mismatch}");
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    paths
}

fn check(vector: &Vector, folder: &Path) -> Mismatches {
    let mut mismatches = Mismatches::new();
    let columns = match vector.columns(folder) {
        Ok(columns) => columns,
        Err(problem) => return vec![problem],
    };
    let answer = options(vector).and_then(|options| {
        let policy = match &vector.policy {
            Some(policy) => Policy::from_json(&policy.to_string())?,
            None => Policy::default(),
        };
        let ledger = ledger(&columns, &options)?;
        if vector.expect.error.is_none() && vector.expect.report.is_none() {
            other_ways(&columns, &options, &ledger, &mut mismatches)?;
        }
        let parents = vector.parents.iter().cloned().collect();
        let rolled = if vector.parents.is_empty() { ledger } else { ledger.roll_up(&parents)? };
        let snapshot = rolled.snapshot(vector.as_of.parse()?, &policy)?;
        Ok((rolled, snapshot, policy))
    });
    match (answer, &vector.expect.error) {
        (Err(error), Some(wanted)) => check_error(wanted, &error, &mut mismatches),
        (Err(error), None) => mismatches.push(format!("error: {error}")),
        (Ok(_), Some(wanted)) => mismatches.push(format!("error {wanted:?} expected, none found")),
        (Ok((ledger, snapshot, policy)), None) => {
            check_answer(vector, &ledger, &snapshot, &policy, &mut mismatches)
                .unwrap_or_else(|error| mismatches.push(format!("error: {error}")));
        }
    }
    mismatches
}

fn options(vector: &Vector) -> Result<LedgerOptions> {
    let Some(options) = &vector.options else { return Ok(LedgerOptions::default()) };
    serde_json::from_value(options.clone()).map_err(|error| Error::BadFormat(error.to_string()))
}

/// The ledger of all rows in one batch.
fn ledger(columns: &Columns, options: &LedgerOptions) -> Result<Ledger> {
    let rows: Vec<usize> = (0..columns.len()).collect();
    let mut builder = LedgerBuilder::new(options.clone());
    builder.push(columns.batch(&rows, options))?;
    builder.finish()
}

/// The same rows backwards in two parts, the second one appended, and back from bytes.
fn other_ways(
    columns: &Columns,
    options: &LedgerOptions,
    whole: &Ledger,
    mismatches: &mut Mismatches,
) -> Result<()> {
    let bytes = whole.to_bytes();
    if Ledger::from_bytes(&bytes)?.to_bytes() != bytes {
        mismatches.push("a ledger read from bytes gives other bytes".to_owned());
    }
    let backwards: Vec<usize> = (0..columns.len()).rev().collect();
    let (late, early) = backwards.split_at(columns.len() / 2);
    let mut builder = LedgerBuilder::new(options.clone());
    for rows in [late, early] {
        builder.push(columns.batch(rows, options))?;
    }
    if builder.finish()?.to_bytes() != bytes {
        mismatches.push("the rows backwards in two batches make another ledger".to_owned());
    }
    let mut first = LedgerBuilder::new(options.clone());
    first.push(columns.batch(early, options))?;
    let first = first.finish()?;
    let mut second = first.builder();
    second.push(columns.batch(late, options))?;
    if first.append(second)?.to_bytes() != bytes {
        mismatches.push("half of the rows appended make another ledger".to_owned());
    }
    Ok(())
}

fn check_error(
    wanted: &std::collections::BTreeMap<String, Value>,
    error: &Error,
    to: &mut Mismatches,
) {
    let code = Value::from(code_name(error));
    for (key, value) in wanted {
        let found = match (key.as_str(), error) {
            ("code", _) => code.clone(),
            ("row", Error::BadRow { row, .. }) => Value::from(*row),
            ("column", Error::BadRow { column, .. } | Error::BadColumn { column, .. }) => {
                Value::from(column.as_str())
            }
            ("value", Error::BadRow { value, .. }) => Value::from(value.as_str()),
            ("path", Error::BadPolicy { path, .. }) => Value::from(path.as_str()),
            ("argument", Error::BadArgument { argument, .. }) => Value::from(*argument),
            _ => Value::Null,
        };
        if *value != found {
            to.push(format!("error.{key}: {value} expected, {found} found ({error})"));
        }
    }
}

fn code_name(error: &Error) -> &'static str {
    match error {
        Error::BadRow { .. } => "bad_row",
        Error::BadColumn { .. } => "bad_column",
        Error::Empty(_) => "empty",
        Error::BadArgument { .. } => "bad_argument",
        Error::BadPolicy { .. } => "bad_policy",
        Error::Overflow(_) => "overflow",
        Error::Mismatch { .. } => "mismatch",
        Error::BadFormat(_) => "bad_format",
        Error::UnknownClient(_) => "unknown_client",
        _ => "unknown",
    }
}

fn check_answer(
    vector: &Vector,
    ledger: &Ledger,
    snapshot: &Snapshot,
    policy: &Policy,
    to: &mut Mismatches,
) -> Result<()> {
    let expect = &vector.expect;
    let json = |value: serde_json::Result<Value>| {
        value.map_err(|error| Error::BadFormat(error.to_string()))
    };
    if let Some(wanted) = &expect.clients {
        same_table("clients", wanted, &snapshot.clients(), to);
    }
    if let Some(wanted) = &expect.months {
        same_table("months", wanted, &snapshot.months()?, to);
    }
    for wanted in &expect.cohorts {
        let found = snapshot.cohorts(Step::parse(&wanted.by)?)?;
        same_table(&format!("cohorts by {}", wanted.by), wanted, &found, to);
    }
    if let Some(wanted) = &expect.summary {
        subset("summary", wanted, &json(serde_json::to_value(snapshot.summary()?))?, to);
    }
    if let Some(wanted) = &expect.report {
        subset("report", wanted, &json(serde_json::to_value(ledger.report()))?, to);
    }
    for wanted in &expect.explain {
        let found = json(serde_json::to_value(snapshot.explain(&wanted.client)?))?;
        let place = format!("explain {} {}", wanted.client, wanted.axis);
        let verdicts = found["verdicts"].as_array().cloned().unwrap_or_default();
        let Some(verdict) = verdicts.iter().find(|v| v["axis"] == wanted.axis.as_str()) else {
            to.push(format!("{place}: no such axis"));
            continue;
        };
        subset(&format!("{place}.verdict"), &wanted.verdict, &verdict["verdict"], to);
        let reasons = verdict["reasons"].as_array().cloned().unwrap_or_default();
        for reason in &wanted.reasons {
            let fits = |found: &Value| {
                let mut mismatches = Mismatches::new();
                subset("", reason, found, &mut mismatches);
                mismatches.is_empty()
            };
            if !reasons.iter().any(fits) {
                to.push(format!("{place}: no reason {reason} among {}", verdict["reasons"]));
            }
        }
    }
    if let Some(wanted) = &expect.diff {
        let earlier: Day = wanted.earlier.parse()?;
        let found = snapshot.diff(&ledger.snapshot(earlier, policy)?)?;
        let found = json(serde_json::to_value(found))?;
        subset("diff.entered", &wanted.entered.clone().into(), &found["entered"], to);
        subset("diff.left", &wanted.left.clone().into(), &found["left"], to);
        let moves = found["moved"].as_array().cloned().unwrap_or_default();
        let moves: Vec<Value> = moves
            .iter()
            .filter(|step| wanted.axes.iter().any(|axis| step["axis"] == axis.as_str()))
            .map(|step| {
                Value::from(["client", "axis", "from", "to"].map(|key| step[key].clone()).to_vec())
            })
            .collect();
        subset("diff.moved", &wanted.moved.clone().into(), &moves.into(), to);
    }
    Ok(())
}
