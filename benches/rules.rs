//! Times of rules over a base: 20 rules of 5 leaves.
//!
//! ```text
//! cargo bench -p clientela-bench --bench rules -- [1m|10m] [--threads N] [--rounds N]
//! ```
//!
//! By default one million clients with ten million sales, two threads. The time is the median of
//! the rounds. Called by `cargo test` it runs everything once on a few sales.

use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

use clientela::rule::Rules;
use clientela::{Day, LedgerBuilder, LedgerOptions, Policy, Result, Snapshot, with_threads};
use clientela_bench::{AS_OF, sales};

/// The last leaf of a rule.
#[derive(Debug, Clone, Copy)]
enum Last {
    /// Of a column.
    Column,
    /// Of the sales in a window.
    Window,
    /// Of purchases of a kind in a window.
    Records,
}

/// Twenty rules of five leaves with different limits.
fn rules(last: Last) -> Result<Rules> {
    let mut text = String::from(r#"{"version": 1, "rules": ["#);
    for i in 0..20 {
        let tier = ["vip", "good", "standard"][i % 3];
        let (amount, recency, purchases) = (50 * (i + 1), 15 * (i + 1), 2 + i % 7);
        let window = 3 * (1 + i % 4);
        let last = match last {
            Last::Column => format!(
                r#"{{"attribute": "first_purchase", "op": "before", "value": {{"ago": {window}, "unit": "month"}}}}"#
            ),
            Last::Window => format!(
                r#"{{"metric": "amount", "window": {{"last": {window}, "unit": "month"}}, "op": "greater_than", "value": "{amount}.50"}}"#
            ),
            Last::Records => format!(
                r#"{{"exists": "sales", "window": {{"last": {window}, "unit": "month"}}, "where": {{"field": "amount", "op": "greater_than", "value": "{amount}.50"}}}}"#
            ),
        };
        let comma = if i == 0 { "" } else { "," };
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            r#"{comma}{{"id": "r{i}", "when": {{"any": [
                {{"all": [{{"not": {{"attribute": "tier", "op": "equals", "value": "{tier}"}}}},
                          {{"attribute": "amount", "op": "greater_than", "value": "{amount}.25"}},
                          {{"attribute": "recency_days", "op": "less_than", "value": {recency}}}]}},
                {{"all": [{{"attribute": "purchases", "op": "greater_than_or_equals", "value": {purchases}}},
                          {last}]}}]}}}}"#
        );
    }
    text.push_str("]}");
    Rules::from_json(&text)
}

fn time<T>(name: &str, rounds: usize, mut work: impl FnMut() -> Result<T>) -> Result<T> {
    let mut times = Vec::with_capacity(rounds);
    let mut answer = work()?;
    for _ in 0..rounds {
        let began = Instant::now();
        answer = black_box(work()?);
        times.push(began.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    println!("{name:<36} {:>9.4} {:>9.4}", times[rounds / 2], times[0]);
    Ok(answer)
}

fn run(count: usize, clients: usize, rounds: usize) -> Result<()> {
    let made = sales(count, clients);
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    builder.push_pieces(made.pieces(), |i| made.piece(i))?;
    let policy = Policy::from_json(include_str!("policy.json"))?;
    let as_of = Day::new(AS_OF).unwrap_or(Day::MAX);
    let snapshot: Snapshot = builder.finish()?.snapshot(as_of, &policy)?;
    println!("20 rules of 5 leaves, {clients} clients with {count} sales, {rounds} rounds");
    println!("{:<36} {:>9} {:>9}", "", "median s", "least s");
    for (name, last) in [
        ("columns", Last::Column),
        ("columns and sums in a window", Last::Window),
        ("columns and lines in a window", Last::Records),
    ] {
        let rules = rules(last)?;
        let segments = time(name, rounds, || snapshot.segments(&rules))?;
        time("  its table of flags", rounds, || Ok(segments.table()))?;
        time("  its summary", rounds, || Ok(segments.summary()))?;
        let first = snapshot.ids().get(0);
        time("  trace of a client", rounds, || snapshot.trace(&rules, &first))?;
    }
    Ok(())
}

fn main() -> std::process::ExitCode {
    // Only `cargo bench` passes `--bench`.
    let measured = std::env::args().any(|word| word == "--bench");
    let (mut count, mut clients, mut rounds) =
        if measured { (10_000_000, 1_000_000, 5) } else { (20_000, 2_000, 1) };
    let mut threads = 2;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number =
            |default| words.next().and_then(|word| word.parse().ok()).unwrap_or(default);
        match word.as_str() {
            "--threads" => threads = number(threads),
            "--rounds" => rounds = number(rounds).max(1),
            "1m" => (count, clients) = (1_000_000, 100_000),
            _ => {}
        }
    }
    match with_threads(Some(threads), || run(count, clients, rounds)).and_then(|done| done) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            std::process::ExitCode::FAILURE
        }
    }
}
