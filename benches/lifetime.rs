//! CPU time of lifetime models, for `lifetime.py`, which measures a peer beside them.
//!
//! ```text
//! cargo bench -p clientela-bench --bench lifetime -- FOLDER TASK...
//! ```
//!
//! reads the columns that `lifetime.py` wrote into the folder, times the tasks, whose names have a
//! hyphen for each space, prints the times as JSON, and leaves the answers in `FOLDER/clientela`.
//! Called by `cargo test` it does each task once on a few made-up clients.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clientela::lifetime::{
    BgNbd, CalibrationHoldout, Discount, GammaGamma, HistoryColumns, Parametric, ParetoNbd,
    PurchaseModel, Row, Simulate, Span, Summary, TimeUnit, all_lifetime_values,
};
use clientela::{Buffer, ClientColumn, Day, Ledger, LedgerBuilder, LedgerOptions, Sales};

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

/// Columns that a summary shares.
#[derive(Default)]
struct Many(HistoryColumns);

impl Log {
    fn ledger(&self) -> clientela::Result<Ledger> {
        let mut builder = LedgerBuilder::new(LedgerOptions::default());
        let clients = ClientColumn::Int((&self.client[..]).into());
        builder.push(Sales::new(clients, &self.day[..], &self.cents[..]))?;
        builder.finish()
    }

    /// From the columns, as the peer's task begins with them.
    fn split(&self) -> Outcome<CalibrationHoldout> {
        let ends = (day(self.calibration_end)?, day(self.holdout_end)?);
        Ok(self.ledger()?.calibration_holdout(ends.0, ends.1, TimeUnit::Week)?)
    }

    fn summary(&self) -> Outcome<Summary> {
        let as_of = day(self.calibration_end)?;
        Ok(self.ledger()?.lifetime_summary(as_of, TimeUnit::Week)?.summary)
    }
}

fn day(days: i32) -> Outcome<Day> {
    Day::new(days).ok_or_else(|| format!("{days} is no day").into())
}

impl Many {
    fn summary(&self) -> clientela::Result<Summary> {
        Summary::of_columns(TimeUnit::Week, self.0.clone())
    }
}

impl Columns {
    fn read(folder: &Path) -> Outcome<Self> {
        let doubles = |name: &str| -> Outcome<Arc<Buffer<f64>>> {
            Ok(Arc::new(values(folder, name, f64::from_le_bytes)?.into()))
        };
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
            many: Many(HistoryColumns {
                x: doubles("many_x.f64")?,
                t_x: doubles("many_t_x.f64")?,
                age: doubles("many_age.f64")?,
                spend: doubles("many_spend.f64")?,
                ..HistoryColumns::default()
            }),
        })
    }

    /// A few clients of a model, who buy for ten each time.
    fn made_up() -> Outcome<Self> {
        let ages: Vec<f64> = (0..500).map(|i| 39.0 - f64::from(i % 84) / 7.0).collect();
        let mut made = Self {
            folder: None,
            log: Log { calibration_end: 273, holdout_end: 546, ..Log::default() },
            many: Many::default(),
        };
        for (client, found) in bg_nbd()?.simulate(&ages, 1)?.into_iter().enumerate() {
            let birth = 273 - (ages[client] * 7.0).round() as i32;
            for time in std::iter::once(0.0).chain(found.purchases) {
                made.log.client.push(client as i64);
                made.log.day.push(birth + (time * 7.0) as i32);
                made.log.cents.push(1_000 + client as i64);
            }
        }
        made.many = Many(made.log.summary()?.columns().clone());
        Ok(made)
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

/// CPU seconds that this process has worked on all its threads.
fn cpu() -> Outcome<f64> {
    let text = fs::read_to_string("/proc/self/stat")?;
    // The name of the program, which comes second, may hold spaces; user and system time are the
    // twelfth and thirteenth field after it.
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: Vec<f64> = fields.skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    Ok(ticks.iter().sum::<f64>() / TICKS)
}

/// Tasks that were asked for, and what they took.
struct Stopwatch {
    measured: bool,
    words: Vec<String>,
    lines: Vec<String>,
}

impl Stopwatch {
    fn wants(&self, task: &str) -> bool {
        self.words.is_empty() || self.words.contains(&task.replace(' ', "-"))
    }

    /// Does a task, again and again if it is short; gives its answer.
    fn time<T>(&mut self, task: &str, work: impl Fn() -> Outcome<T>) -> Outcome<T> {
        let mut answer = work()?;
        if self.measured {
            let (began, worked) = (Instant::now(), cpu()?);
            let mut times = 0.0;
            let spent = loop {
                answer = black_box(work()?);
                times += 1.0;
                let spent = cpu()? - worked;
                if spent >= ENOUGH {
                    break spent;
                }
            };
            let (cpu, wall) = (spent / times, began.elapsed().as_secs_f64() / times);
            self.lines.push(format!("\"{task}\": {{\"cpu\": {cpu:e}, \"wall\": {wall:e}}}"));
        }
        Ok(answer)
    }
}

fn bg_nbd() -> clientela::Result<BgNbd> {
    BgNbd::new(TimeUnit::Week, 0.25, 4.8, 0.72, 2.16)
}

fn main() -> Outcome<()> {
    // Only `cargo bench` passes `--bench`.
    let measured = std::env::args().any(|word| word == "--bench");
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with('-'));
    let folder = if measured { words.next() } else { None };
    let columns = match &folder {
        Some(folder) => Columns::read(Path::new(folder))?,
        None => Columns::made_up()?,
    };
    let mut watch = Stopwatch {
        measured: folder.is_some(),
        words: if measured { words.collect() } else { Vec::new() },
        lines: Vec::new(),
    };
    let ledger = columns.log.ledger()?;
    let as_of = day(columns.log.calibration_end)?;
    if watch.wants("summary") {
        watch
            .time("summary of a ledger", || Ok(ledger.lifetime_summary(as_of, TimeUnit::Week)?))?;
        let summary = watch.time("summary", || columns.log.summary())?;
        let row =
            |row: &Row| [f64::from(row.x()), row.t_x(), row.age(), row.spend().unwrap_or(0.0)];
        let answer: Vec<f64> = summary.rows().iter().flat_map(row).collect();
        columns.keep("summary", &answer)?;
    }
    if watch.wants("split") {
        let both = watch.time("split", || columns.log.split())?;
        let rows = both.calibration.summary.rows().iter().zip(&both.purchases);
        let row = |(row, &later): (&Row, &u32)| {
            [f64::from(row.x()), row.t_x(), row.age(), f64::from(later)]
        };
        columns.keep("split", &rows.flat_map(row).collect::<Vec<_>>())?;
    }
    let base = columns.log.summary()?;
    if watch.wants("bg fit") {
        let fit = watch.time("bg fit", || Ok(BgNbd::fit(&base)?))?;
        columns.keep("bg fit", &fit.model.parameters())?;
    }
    if watch.wants("pareto fit") {
        let fit = watch.time("pareto fit", || Ok(ParetoNbd::fit(&base)?))?;
        columns.keep("pareto fit", &fit.model.parameters())?;
    }
    let model = bg_nbd()?;
    if watch.wants("million expected") {
        let horizon = Span::new(39.0, TimeUnit::Week)?;
        let answer = watch.time("million expected", || {
            Ok(model.all_expected_purchases(&columns.many.summary()?, horizon)?)
        })?;
        columns.keep("million expected", &answer)?;
        // What of that goes into the look at the columns.
        watch.time("million columns", || Ok(columns.many.summary()?))?;
    }
    if watch.wants("million clv") {
        let spend = GammaGamma::new(6.25, 3.74, 15.44)?;
        // Twelve months as the peer counts them, at 1 % a month.
        let horizon = Span::new(12.0 * 4.345, TimeUnit::Week)?;
        let discount = Discount::continuous(1.01_f64.ln() / 4.345, TimeUnit::Week)?;
        let answer = watch.time("million clv", || {
            Ok(all_lifetime_values(&model, &spend, &columns.many.summary()?, horizon, discount)?)
        })?;
        let answer: Vec<f64> = answer.into_iter().map(|worth| worth.unwrap_or(f64::NAN)).collect();
        columns.keep("million clv", &answer)?;
    }
    if watch.wants("million bg fit") {
        let fit = watch.time("million bg fit", || Ok(BgNbd::fit(&columns.many.summary()?)?))?;
        columns.keep("million bg fit", &fit.model.parameters())?;
    }
    if watch.measured {
        println!("{{{}}}", watch.lines.join(", "));
    }
    Ok(())
}
