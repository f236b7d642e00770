//! Runs every vector of `tests/vectors` through the Rust API.
//!
//! Each is also given in two halves and backwards, appended, and read back from bytes: the
//! ledger must be the same, byte for byte. So must the portraits, in halves and backwards, and
//! the journal with its lists backwards and merged with itself.
//!
//! `cargo test -p clientela-conformance`; a word after `--` runs only vectors with it in their
//! names, a folder those in it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clientela::lifetime::{AnyModel, GammaGamma};
use clientela::rule::{Rules, TraceNode};
use clientela::{
    Base, Catalogue, Criterion, Day, Error, Journal, Ledger, LedgerBuilder, LedgerOptions, Policy,
    PortraitOptions, Portraits, PortraitsBuilder, Result, Snapshot, Step, fill_questionnaire,
    formula,
};
use clientela_conformance::{
    Case, Columns, FormVector, FormulaVector, Mismatches, ProblemsExpected, SegmentsExpected,
    TraceExpected, Vector, frame, read_file, same_cells, same_table, same_view, subset,
};
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
        for vector in vectors.iter().filter(|vector| vector.name().contains(&word)) {
            let run = || match vector {
                Case::Base(vector) => check(vector, &folder),
                Case::Form(vector) => check_form(vector),
                Case::Formula(vector) => check_formula(vector),
            };
            let mismatches = catch_unwind(AssertUnwindSafe(run))
                .unwrap_or_else(|_| vec!["a panic, see above".to_owned()]);
            if mismatches.is_empty() {
                passed += 1;
                continue;
            }
            failed += 1;
            println!("{}:", vector.name());
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
        let plain = vector.expect.error.is_none() && vector.expect.report.is_none();
        let parents = vector.parents.iter().cloned().collect();
        let mut ledgers = Vec::new();
        for columns in [Some(&columns), vector.payments.as_ref(), vector.orders.as_ref()] {
            let Some(columns) = columns else {
                ledgers.push(None);
                continue;
            };
            let ledger = ledger(columns, &options)?;
            if plain {
                other_ways(columns, &options, &ledger, &mut mismatches)?;
            }
            let whole = vector.parents.is_empty();
            ledgers.push(Some(if whole { ledger } else { ledger.roll_up(&parents)? }));
        }
        let portraits = portraits(vector, &options, &mut mismatches)?;
        let policy = policy(vector.policy.as_ref())?;
        let [Some(sales), payments, orders] = &ledgers[..] else { unreachable!("three ledgers") };
        let mut base = Base::new(sales);
        if let Some(payments) = payments {
            base = base.payments(payments);
        }
        if let Some(orders) = orders {
            base = base.orders(orders);
        }
        if let Some(portraits) = &portraits {
            base = base.portraits(portraits);
        }
        if let Some(document) = &vector.journal {
            base = base.journal(&journal(document, &mut mismatches)?);
        }
        if let Some(model) = &vector.lifetime {
            let spend = vector.spend.as_ref().map(spend_model).transpose()?;
            base = base.lifetime(&AnyModel::from_json(&model.to_string())?, spend.as_ref());
        }
        let snapshot = base.snapshot(vector.as_of.parse()?, &policy)?;
        Ok((base, snapshot, policy))
    });
    match (answer, &vector.expect.error) {
        (Err(error), Some(wanted)) => check_error(wanted, &error, &mut mismatches),
        (Err(error), None) => mismatches.push(format!("error: {error}")),
        (Ok(_), Some(wanted)) => mismatches.push(format!("error {wanted:?} expected, none found")),
        (Ok((base, snapshot, policy)), None) => {
            check_answer(vector, &base, &snapshot, &policy, &mut mismatches)
                .unwrap_or_else(|error| mismatches.push(format!("error: {error}")));
        }
    }
    mismatches
}

fn options(vector: &Vector) -> Result<LedgerOptions> {
    let Some(options) = &vector.options else { return Ok(LedgerOptions::default()) };
    serde_json::from_value(options.clone()).map_err(|error| Error::BadFormat(error.to_string()))
}

/// The model of spend of a vector.
fn spend_model(document: &Value) -> Result<GammaGamma> {
    match AnyModel::from_json(&document.to_string())? {
        AnyModel::GammaGamma(model) => Ok(model),
        other => Err(Error::BadFormat(format!("{} is no model of spend", other.kind()))),
    }
}

/// The portraits of a vector, from documents or from a frame.
fn portraits(
    vector: &Vector,
    options: &LedgerOptions,
    mismatches: &mut Mismatches,
) -> Result<Option<Portraits>> {
    if vector.portraits.is_none() && vector.portrait_frame.is_none() {
        return Ok(None);
    }
    let catalogue = match &vector.catalogue {
        Some(catalogue) => Catalogue::from_json(&catalogue.to_string())?,
        None => Catalogue::built_in(),
    };
    let kept = PortraitOptions {
        currency: options.currency,
        scale: options.scale,
        catalogue,
        on_bad: options.on_bad,
    };
    if let Some(columns) = &vector.portrait_frame {
        let batch = frame(columns, &kept.catalogue, kept.scale).map_err(Error::BadFormat)?;
        let mut builder = PortraitsBuilder::new(kept);
        builder.push_frame(batch)?;
        return builder.finish().map(Some);
    }
    let documents = vector.portraits.clone().unwrap_or_default();
    let read = |documents: &[Value]| {
        Portraits::from_json(&Value::from(documents.to_vec()).to_string(), &kept)
    };
    let whole = read(&documents)?;
    let text = whole.to_json();
    let backwards: Vec<Value> = documents.iter().rev().cloned().collect();
    let (late, early) = backwards.split_at(documents.len() / 2);
    for (way, other) in [
        ("backwards", read(&backwards)?),
        ("in two halves, merged", read(late)?.merge(&read(early)?)?),
        ("merged with themselves", whole.merge(&whole)?),
        ("read from their own text", Portraits::from_json(&text, &kept)?),
    ] {
        if other.to_json() != text {
            mismatches.push(format!("the portraits {way} are others"));
        }
    }
    Ok(Some(whole))
}

fn policy(given: Option<&Value>) -> Result<Policy> {
    given.map_or_else(|| Ok(Policy::default()), |policy| Policy::from_json(&policy.to_string()))
}

/// The journal of a vector.
fn journal(document: &Value, mismatches: &mut Mismatches) -> Result<Journal> {
    let whole = Journal::from_json(&document.to_string())?;
    let text = whole.to_json();
    let mut backwards = document.clone();
    for (name, list) in backwards.as_object_mut().into_iter().flatten() {
        // Statuses stand in the order of the funnel.
        if let (Some(entries), true) = (list.as_array_mut(), name != "deal_statuses") {
            entries.reverse();
        }
    }
    for (way, other) in [
        ("backwards", Journal::from_json(&backwards.to_string())?),
        ("merged with itself", whole.merge(&whole)?),
        ("read from its own text", Journal::from_json(&text)?),
    ] {
        if other.to_json() != text {
            mismatches.push(format!("the journal {way} is another"));
        }
    }
    Ok(whole)
}

/// Mismatches of a formula's answer.
fn check_formula(vector: &FormulaVector) -> Mismatches {
    let answer = policy(vector.policy.as_ref())
        .and_then(|policy| formula(&vector.formula, &vector.args.to_string(), &policy));
    same_answer("answer", &vector.expect, answer)
}

/// Mismatches of an answer in JSON, or of the error in its place.
fn same_answer(
    place: &str,
    expect: &BTreeMap<String, Value>,
    answer: Result<String>,
) -> Mismatches {
    let mut mismatches = Mismatches::new();
    match (answer, expect.get("error")) {
        (Ok(answer), None) => match serde_json::from_str(&answer) {
            Ok(answer) => {
                let wanted = serde_json::to_value(expect).unwrap_or_default();
                subset(place, &wanted, &answer, &mut mismatches);
            }
            Err(error) => mismatches.push(format!("the {place} is no JSON: {error}")),
        },
        (Ok(answer), Some(wanted)) => {
            mismatches.push(format!("error {wanted} expected, {answer} found"));
        }
        (Err(error), None) => mismatches.push(format!("error: {error}")),
        (Err(error), Some(wanted)) => {
            let wanted = serde_json::from_value(wanted.clone()).unwrap_or_default();
            check_error(&wanted, &error, &mut mismatches);
        }
    }
    mismatches
}

/// Mismatches of a filled questionnaire.
fn check_form(vector: &FormVector) -> Mismatches {
    let request = serde_json::json!({
        "questionnaire": vector.questionnaire,
        "portrait": vector.portrait,
        "additional": vector.additional,
        "dictionary": vector.dictionary,
    });
    same_answer("form", &vector.expect, fill_questionnaire(&request.to_string()))
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

fn check_error(wanted: &BTreeMap<String, Value>, error: &Error, to: &mut Mismatches) {
    let code = Value::from(code_name(error));
    for (key, value) in wanted {
        let found = match (key.as_str(), error) {
            ("code", _) => code.clone(),
            ("row", Error::BadRow { row, .. }) => Value::from(*row),
            ("column", Error::BadRow { column, .. } | Error::BadColumn { column, .. }) => {
                Value::from(column.as_str())
            }
            ("value", Error::BadRow { value, .. }) => Value::from(value.as_str()),
            ("path", Error::BadPolicy { path, .. } | Error::BadDocument { path, .. }) => {
                Value::from(path.as_str())
            }
            ("document", Error::BadDocument { document, .. }) => Value::from(*document),
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
        Error::BadDocument { .. } => "bad_document",
        _ => "unknown",
    }
}

fn check_answer(
    vector: &Vector,
    base: &Base,
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
    if let Some(wanted) = &expect.ladder {
        same_table("ladder", wanted, &snapshot.ladder()?, to);
    }
    if let Some(wanted) = &expect.keys {
        same_table("keys", wanted, &snapshot.keys()?, to);
    }
    if let Some(wanted) = &expect.matches {
        same_table("matches", wanted, &snapshot.matches()?, to);
    }
    for wanted in &expect.matrix {
        let found = snapshot.matrix(&wanted.rows_of, &wanted.columns_of)?;
        same_table(&format!("matrix {} {}", wanted.rows_of, wanted.columns_of), wanted, &found, to);
    }
    if let Some(wanted) = &expect.transitions {
        let earlier = base.snapshot(wanted.earlier.parse()?, policy)?;
        let found = snapshot.transitions(&earlier, &wanted.axis)?;
        same_table(&format!("transitions {}", wanted.axis), wanted, &found, to);
    }
    let criterion = |name: &Value| -> Result<Criterion> {
        serde_json::from_value(name.clone()).map_err(|error| Error::BadFormat(error.to_string()))
    };
    for wanted in &expect.ranking {
        let found = snapshot.ranking(criterion(&wanted.criterion.as_str().into())?)?;
        same_table(&format!("ranking {}", wanted.criterion), wanted, &found, to);
    }
    for wanted in &expect.overlap {
        let (left, right) = (criterion(&wanted["left"])?, criterion(&wanted["right"])?);
        let found = json(serde_json::to_value(snapshot.overlap(left, right)?))?;
        subset("overlap", wanted, &found, to);
    }
    if let Some(portraits) = base.declared() {
        let as_of = snapshot.as_of();
        if let Some(wanted) = &expect.completeness {
            same_table("completeness", wanted, &portraits.completeness(as_of), to);
        }
        if let Some(wanted) = &expect.gaps {
            same_table("gaps", wanted, &portraits.gaps(as_of), to);
        }
        for wanted in &expect.portrait {
            let client = serde_json::from_value(wanted["client"].clone())
                .map_err(|error| Error::BadFormat(error.to_string()))?;
            let found = json(serde_json::to_value(portraits.completeness_of(&client, as_of)))?;
            let mut wanted = wanted.clone();
            wanted.as_object_mut().map(|keys| keys.remove("client"));
            subset("portrait", &wanted, &found, to);
        }
    }
    if let Some(wanted) = &expect.summary {
        subset("summary", wanted, &json(serde_json::to_value(snapshot.summary()?))?, to);
    }
    if let Some(wanted) = &expect.report {
        subset("report", wanted, &json(serde_json::to_value(base.ledger().report()))?, to);
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
    for wanted in &expect.segments {
        check_segments(wanted, snapshot, to);
    }
    for wanted in &expect.rule_problems {
        check_problems(wanted, snapshot, to)?;
    }
    for wanted in &expect.traces {
        check_trace(wanted, snapshot, to)?;
    }
    for wanted in &expect.views {
        let place = format!("view {} {}", wanted.view, wanted.arguments());
        match (snapshot.view_named(&wanted.view, &wanted.arguments()), &wanted.error) {
            (Ok(found), None) => same_view(&place, wanted, &found, to),
            (Ok(_), Some(error)) => to.push(format!("{place}: error {error:?} expected")),
            (Err(error), None) => to.push(format!("{place}: error: {error}")),
            (Err(error), Some(wanted)) => check_error(wanted, &error, to),
        }
    }
    if let Some(wanted) = &expect.diff {
        let earlier: Day = wanted.earlier.parse()?;
        let found = snapshot.diff(&base.snapshot(earlier, policy)?)?;
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

/// How a document of rules is called in mismatches.
fn title(rules: &Value) -> String {
    let rules = rules["rules"].as_array().cloned().unwrap_or_default();
    let ids: Vec<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
    format!("rules {}", ids.join(" "))
}

/// A document of rules, which must also be what its own text says.
fn rules(document: &Value, to: &mut Mismatches) -> Result<Rules> {
    let rules = Rules::from_json(&document.to_string())?;
    if Rules::from_json(&rules.to_json())? != rules {
        to.push(format!("{}: read from their own text they are others", title(document)));
    }
    Ok(rules)
}

/// Mismatches of the segments of a document of rules.
fn check_segments(wanted: &SegmentsExpected, snapshot: &Snapshot, to: &mut Mismatches) {
    let place = title(&wanted.rules);
    let answer = rules(&wanted.rules, to).and_then(|rules| Ok(snapshot.segments(&rules)?.table()));
    match (answer, &wanted.error) {
        (Ok(found), None) => {
            same_cells(&place, &wanted.columns, &wanted.rows, &found, to);
        }
        (Ok(_), Some(error)) => to.push(format!("{place}: error {error:?} expected, none found")),
        (Err(error), None) => to.push(format!("{place}: error: {error}")),
        (Err(error), Some(wanted)) => check_error(wanted, &error, to),
    }
}

/// Mismatches of the problems of a document of rules.
fn check_problems(
    wanted: &ProblemsExpected,
    snapshot: &Snapshot,
    to: &mut Mismatches,
) -> Result<()> {
    let place = title(&wanted.rules);
    match (rules(&wanted.rules, to), &wanted.error) {
        (Ok(rules), None) => {
            let found = serde_json::to_value(snapshot.check_rules(&rules))
                .map_err(|error| Error::BadFormat(error.to_string()))?;
            let mut found = found.as_array().cloned().unwrap_or_default();
            for problem in &wanted.problems {
                let fits = |found: &Value| {
                    let mut mismatches = Mismatches::new();
                    subset("", problem, found, &mut mismatches);
                    mismatches.is_empty()
                };
                match found.iter().position(fits) {
                    Some(at) => drop(found.remove(at)),
                    None => to.push(format!("{place}: no problem {problem}")),
                }
            }
            to.extend(found.iter().map(|problem| format!("{place}: {problem} is not expected")));
        }
        (Ok(_), Some(error)) => to.push(format!("{place}: error {error:?} expected, none found")),
        (Err(error), None) => to.push(format!("{place}: error: {error}")),
        (Err(error), Some(wanted)) => check_error(wanted, &error, to),
    }
    Ok(())
}

/// The outcomes of the leaves of a node of a trace, by their paths.
fn leaves(node: &TraceNode, to: &mut BTreeMap<String, Value>) {
    if node.kind == "leaf" {
        to.insert(node.path.clone(), node.outcome.into());
    }
    // An included rule is told of where it stands.
    if node.kind != "include" {
        node.conditions.iter().for_each(|inner| leaves(inner, to));
    }
}

/// Mismatches of the steps of the verdicts on a client.
fn check_trace(wanted: &TraceExpected, snapshot: &Snapshot, to: &mut Mismatches) -> Result<()> {
    let place = format!("{}, trace of {}", title(&wanted.rules), wanted.client);
    let found = snapshot.trace(&rules(&wanted.rules, to)?, &wanted.client)?;
    let outcomes: BTreeMap<String, Value> =
        found.rules.iter().map(|rule| (rule.rule.clone(), rule.outcome.into())).collect();
    let mut steps = BTreeMap::new();
    found.rules.iter().for_each(|rule| leaves(&rule.when, &mut steps));
    for (what, wanted, found) in
        [("outcomes", &wanted.outcomes, outcomes), ("leaves", &wanted.leaves, steps)]
    {
        if *wanted != found {
            to.push(format!("{place}: {what} {wanted:?} expected, {found:?} found"));
        }
    }
    Ok(())
}
