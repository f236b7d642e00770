//! One rule over the clients of a base, in Clientela and in `datalogic-rs`, in one run.
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/datalogic/Cargo.toml -- [CLIENTS] [ROUNDS]
//! ```
//!
//! The peer gets every client as an object that is ready in memory, which is its fastest way; it
//! compiles the rule once and works on as many threads. Clientela gets its snapshot, and its time
//! includes checking the rule. The members must be the same. Takes turns; prints medians.

use std::hint::black_box;
use std::time::Instant;

use bumpalo::Bump;
use clientela::rule::Rules;
use clientela::{Day, LedgerBuilder, LedgerOptions, Policy, Snapshot, Value, with_threads};
use clientela_bench::{AS_OF, sales};
use datalogic_rs::datavalue::NumberValue;
use datalogic_rs::{DataValue, Engine};
use rayon::prelude::*;

const THREADS: usize = 2;

const OURS: &str = r#"{"version": 1, "rules": [{"id": "wanted", "when": {"all": [
    {"attribute": "purchases", "op": "greater_than_or_equals", "value": 3},
    {"any": [{"attribute": "vip_by_total", "op": "is_true"},
             {"attribute": "recency_days", "op": "less_than", "value": 30}]},
    {"attribute": "amount", "op": "greater_than", "value": "1000.5"}]}}]}"#;

const THEIRS: &str = r#"{"and": [{">=": [{"var": "purchases"}, 3]},
    {"or": [{"var": "vip"}, {"<": [{"var": "recency"}, 30]}]},
    {">": [{"var": "amount"}, 1000.5]}]}"#;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The clients as the peer's objects.
fn objects<'a>(snapshot: &Snapshot, arena: &'a Bump) -> Vec<DataValue<'a>> {
    let table = snapshot.clients();
    let column = |name: &str| table.column(name).map(|column| column.values.clone());
    let names = ["purchases", "recency_days", "amount", "vip_by_total"];
    let columns: Vec<_> = names.iter().filter_map(|name| column(name)).collect();
    let number = |value: Value| match value {
        Value::Int(number) => DataValue::Number(NumberValue::Integer(number)),
        Value::Decimal(number) => {
            let near = number.to_string().parse().unwrap_or(f64::NAN);
            DataValue::Number(NumberValue::Float(near))
        }
        Value::Flag(flag) => DataValue::Bool(flag),
        _ => DataValue::Null,
    };
    (0..table.rows())
        .map(|row| {
            let mut values = columns.iter().map(|values| number(values.get(row)));
            let mut next = || values.next().unwrap_or(DataValue::Null);
            let members =
                [("purchases", next()), ("recency", next()), ("amount", next()), ("vip", next())];
            DataValue::Object(arena.alloc_slice_copy(&members))
        })
        .collect()
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn run(clients: usize, rounds: usize) -> Result<(), Failure> {
    let made = sales(5 * clients, clients);
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    builder.push_pieces(made.pieces(), |i| made.piece(i))?;
    let policy = Policy::from_json(include_str!("../../../policy.json"))?;
    let as_of = Day::new(AS_OF).unwrap_or(Day::MAX);
    let snapshot = builder.finish()?.snapshot(as_of, &policy)?;
    let rules = Rules::from_json(OURS)?;

    let arena = Bump::new();
    let rows = objects(&snapshot, &arena);
    let engine = Engine::new();
    let compiled = engine.compile(THEIRS).map_err(|error| error.to_string())?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut members = (0_i64, 0_i64);
    for _ in 0..rounds {
        let began = Instant::now();
        let segments = black_box(snapshot.segments(&rules)?);
        ours.push(began.elapsed().as_secs_f64());
        members.0 = match segments.summary().value(0, "members") {
            Some(Value::Int(members)) => members,
            _ => -1,
        };
        let began = Instant::now();
        let found: Vec<bool> = rows
            .par_chunks(4_096)
            .map_init(Bump::new, |arena, rows| {
                let verdicts: Vec<bool> = rows
                    .iter()
                    .map(|row| {
                        let verdict = engine.evaluate(&compiled, row, arena);
                        verdict.is_ok_and(|verdict| engine.truthy(verdict))
                    })
                    .collect();
                arena.reset();
                verdicts
            })
            .flatten_iter()
            .collect();
        theirs.push(began.elapsed().as_secs_f64());
        members.1 = black_box(found).into_iter().filter(|&member| member).count() as i64;
    }
    if members.0 != members.1 {
        return Err(format!("DIFFERENT: {} and {} members", members.0, members.1).into());
    }
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    let rate = |time: f64| clients as f64 / time / 1e6;
    println!("{clients} clients, {} members, {THREADS} threads, {rounds} rounds", members.0);
    println!("{:<16} {:>9} {:>14}", "", "median s", "million/s");
    println!("{:<16} {ours:>9.4} {:>14.1}", "Clientela", rate(ours));
    println!("{:<16} {theirs:>9.4} {:>14.1}", "datalogic-rs", rate(theirs));
    println!("{:<16} {:>9.1}", "times", theirs / ours);
    Ok(())
}

fn main() -> Result<(), Failure> {
    let mut words = std::env::args().skip(1).filter_map(|word| word.parse().ok());
    let clients = words.next().unwrap_or(1_000_000);
    let rounds = words.next().unwrap_or(5);
    with_threads(Some(THREADS), || run(clients, rounds))?
}
