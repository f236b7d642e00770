//! Times of the core alone, without Arrow and Python.
//!
//! ```text
//! cargo bench -p clientela-bench -- [1m|10m|100m] [--threads N] [--rounds N] [WORD...]
//! ```
//!
//! runs the benchmarks whose name holds one of the words, by default all of them on ten million
//! sales with two threads. The time is the median of the rounds. Called by `cargo test` it runs
//! each of them once on a few sales.

use std::hint::black_box;
use std::time::{Duration, Instant};

use clientela::{Day, Ledger, LedgerBuilder, LedgerOptions, Policy, Result, Step, with_threads};
use clientela_bench::{AS_OF, Made, sales};

const NEW_SALES: usize = 10_000;

struct Options {
    sales: usize,
    clients: usize,
    threads: usize,
    rounds: usize,
    words: Vec<String>,
}

impl Options {
    fn read() -> std::result::Result<Self, String> {
        // Only `cargo bench` passes `--bench`.
        let measured = std::env::args().any(|word| word == "--bench");
        let mut options = if measured {
            Self { sales: 10_000_000, clients: 1_000_000, threads: 2, rounds: 5, words: Vec::new() }
        } else {
            Self { sales: 2 * NEW_SALES, clients: 2_000, threads: 2, rounds: 1, words: Vec::new() }
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut number = || {
                let value = words.next().and_then(|value| value.parse().ok());
                value.filter(|&value| value > 0).ok_or(format!("{word} needs a number"))
            };
            match word.as_str() {
                "--threads" => options.threads = number()?,
                "--rounds" => options.rounds = number()?,
                "1m" => (options.sales, options.clients) = (1_000_000, 100_000),
                "10m" => (options.sales, options.clients) = (10_000_000, 1_000_000),
                "100m" => (options.sales, options.clients) = (100_000_000, 5_000_000),
                flag if flag.starts_with('-') => {}
                word => options.words.push(word.to_owned()),
            }
        }
        Ok(options)
    }

    fn wants(&self, name: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| name.contains(word.as_str()))
    }

    /// Times `work` on what `prepare` gives each time, and prints a line.
    fn time<I, O>(
        &self,
        name: &str,
        mut prepare: impl FnMut() -> Result<I>,
        mut work: impl FnMut(I) -> Result<O>,
    ) -> Result<()> {
        if !self.wants(name) {
            return Ok(());
        }
        let mut times = Vec::with_capacity(self.rounds);
        for _ in 0..self.rounds {
            let input = prepare()?;
            let began = Instant::now();
            let output = black_box(work(input)?);
            times.push(began.elapsed());
            drop(output);
        }
        times.sort_unstable();
        let median = times[times.len() / 2];
        let each = median.as_secs_f64() * 1e9 / self.sales as f64;
        println!("{name:<28} {:>9.3} {:>9.3} {each:>9.1}", seconds(median), seconds(times[0]));
        Ok(())
    }
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

fn ledger(made: &Made) -> Result<Ledger> {
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    builder.push_pieces(made.pieces(), |i| made.piece(i))?;
    builder.finish()
}

fn run(options: &Options) -> Result<()> {
    let made = sales(options.sales, options.clients);
    let policy = Policy::from_json(include_str!("policy.json"))?;
    let as_of = Day::new(AS_OF).unwrap_or(Day::MAX);
    println!(
        "{} sales of {} clients, {} threads, {} rounds",
        options.sales, options.clients, options.threads, options.rounds
    );
    println!("{:<28} {:>9} {:>9} {:>9}", "", "median s", "least s", "ns/sale");

    options.time("ledger, int ids", || Ok(()), |()| ledger(&made))?;
    for (name, long) in [("ledger, 13-character ids", false), ("ledger, 36-character ids", true)] {
        if !options.wants(name) {
            continue;
        }
        let texts = made.texts(long);
        options.time(
            name,
            || Ok(()),
            |()| {
                let mut builder = LedgerBuilder::new(LedgerOptions::default());
                builder.push_pieces(made.pieces(), |i| made.text_piece(&texts, i))?;
                builder.finish()
            },
        )?;
    }

    let whole = ledger(&made)?;
    options.time("snapshot", || Ok(()), |()| whole.snapshot(as_of, &policy))?;
    if options.wants("table") {
        let snapshot = || whole.snapshot(as_of, &policy);
        options.time("table of clients", snapshot, |snapshot| Ok(snapshot.clients()))?;
        options.time("table of cohorts", snapshot, |snapshot| snapshot.cohorts(Step::Month))?;
        options.time("table of months", snapshot, |snapshot| Ok(snapshot.months()))?;
    }

    if options.wants("append") {
        let old = ledger(&made.part(0..options.sales - NEW_SALES))?;
        let new = made.part(options.sales - NEW_SALES..options.sales);
        let batch = || {
            let mut builder = old.builder();
            builder.push_pieces(new.pieces(), |i| new.piece(i))?;
            Ok(builder)
        };
        options.time("append 10,000 sales", batch, |batch| old.append(batch))?;
    }
    if options.wants("merge") {
        let half = options.sales / 2;
        let first = ledger(&made.part(0..half))?;
        let second = ledger(&made.part(half..options.sales))?;
        options.time("merge of two halves", || Ok(()), |()| first.merge(&second))?;
    }
    options.time("to bytes", || Ok(()), |()| Ok(whole.to_bytes()))?;
    options.time("from bytes", || Ok(whole.to_bytes()), |bytes| Ledger::from_bytes(&bytes))
}

fn main() -> std::process::ExitCode {
    let done = Options::read().and_then(|options| {
        with_threads(Some(options.threads), || run(&options))
            .and_then(|done| done)
            .map_err(|error| error.to_string())
    });
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            std::process::ExitCode::FAILURE
        }
    }
}
