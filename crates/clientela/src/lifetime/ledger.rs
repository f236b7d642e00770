//! From the ledger to what a model is fitted to, under stated conventions.

use std::sync::Arc;

use bytemuck::Pod;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::columns::HistoryColumns;
use super::summary::{Row, Summary, row_of_sorted_days};
use super::unit::{Span, TimeUnit};
use crate::axis::column;
use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::census::history::{Histories, Scratch};
use crate::census::plan::Plan;
use crate::client::ClientIds;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::money::Currency;
use crate::policy::{Policy, Returns, ZeroAmount};
use crate::table::{NO_INT32, Table, Values};

/// How the sales of a ledger become histories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryOptions {
    /// The unit of all times.
    pub unit: TimeUnit,
    /// What returns do to the spend. Default: net.
    #[serde(default = "net")]
    pub returns: Returns,
    /// Whether purchases of amount zero count. Default: they do.
    #[serde(default = "count")]
    pub zero_amount: ZeroAmount,
    /// Whether time passes in whole units, each of them one opportunity to buy, as BG/BB has it:
    /// opportunity 1 is the unit that begins the day after the first purchase. Default: no.
    #[serde(default)]
    pub opportunities: bool,
}

fn net() -> Returns {
    Returns::Net
}

fn count() -> ZeroAmount {
    ZeroAmount::Count
}

impl From<TimeUnit> for SummaryOptions {
    fn from(unit: TimeUnit) -> Self {
        Self { unit, returns: net(), zero_amount: count(), opportunities: false }
    }
}

/// Who is in a summary and who is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SummaryReport {
    /// Clients with a purchase: the rows.
    pub clients: u64,
    /// Clients among them with a repeat purchase.
    pub repeaters: u64,
    /// Clients with a line but no purchase up to the day; they have no row.
    pub without_purchase: u64,
    /// Repeaters whose mean spend is zero or below; it is left out of their row, so that models
    /// of spend set them aside.
    pub zero_or_negative_spend: u64,
}

/// The histories of the clients of a ledger, a row per client in ascending order of ids.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LedgerSummary {
    /// The last day that is seen.
    pub as_of: Day,
    /// The conventions.
    pub options: SummaryOptions,
    /// The currency of the spend.
    pub currency: Currency,
    /// What a model is fitted to.
    pub summary: Summary,
    /// The clients, row for row.
    pub clients: ClientIds,
    /// Who is in it and who is not.
    pub report: SummaryReport,
    /// Positions of the rows in the ledger.
    places: Arc<Buffer<u32>>,
}

/// A summary of the time up to one day, and what the same clients did in the time after it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CalibrationHoldout {
    /// The time that models are fitted to; it ends with its `as_of`.
    pub calibration: LedgerSummary,
    /// The last day of the time that they are held against.
    pub holdout_end: Day,
    /// The length of that time.
    pub duration: Span,
    /// Purchases in that time, row for row: days with a purchase, or opportunities taken.
    pub purchases: Vec<u32>,
    /// The mean amount of those purchases, in the ledger's currency; `None` without one.
    pub spend: Vec<Option<f64>>,
}

impl Ledger {
    /// The histories of all clients up to a day: what models of lifetime value are fitted to.
    ///
    /// | convention | |
    /// |---|---|
    /// | purchase | all orders of one client and day are one purchase; an order of several days is one of its first |
    /// | returns, cancellations | never purchases; a cancelled order is out with all its lines |
    /// | first purchase | starts the clock and is not counted, in x or in the spend |
    /// | time | from the day of the first purchase, in days over the days of the unit |
    /// | spend | mean net amount of the repeat purchases, from an exact sum; zero or less is set aside and counted |
    ///
    /// ```
    /// use clientela::lifetime::{BgNbd, TimeUnit};
    /// use clientela::{ClientColumn, Day, LedgerBuilder, LedgerOptions, Sales};
    ///
    /// let day = |month, day| Day::of(2026, month, day).unwrap();
    /// let mut builder = LedgerBuilder::new(LedgerOptions::default());
    /// let days = [day(1, 1), day(1, 8), day(1, 8), day(2, 5), day(1, 15)];
    /// let days: Vec<i32> = days.iter().map(|day| day.days()).collect();
    /// let clients = ClientColumn::Int(vec![1, 1, 1, 1, 2].into());
    /// builder.push(Sales::new(clients, days, vec![90_00, 10_00, 5_00, 25_00, 7_00]))?;
    /// let summary = builder.finish()?.lifetime_summary(day(3, 26), TimeUnit::Week)?;
    ///
    /// let row = summary.summary.rows()[0];
    /// assert_eq!((row.x(), row.t_x(), row.age(), row.spend()), (2, 5.0, 12.0, Some(20.0)));
    /// assert_eq!((summary.report.clients, summary.report.repeaters), (2, 1));
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// None that a ledger can give rise to.
    pub fn lifetime_summary(
        &self,
        as_of: Day,
        options: impl Into<SummaryOptions>,
    ) -> Result<LedgerSummary> {
        let options = options.into();
        let policy = policy_of(options);
        let plan = Plan::new(self, as_of, &policy, None)?;
        Ok(Reader::new(self, &plan, options).summary())
    }

    /// The histories up to one day, and what the same clients did from the day after to another:
    /// to fit models to the former and judge them by the latter.
    ///
    /// # Errors
    /// A holdout that does not end after the calibration.
    pub fn calibration_holdout(
        &self,
        calibration_end: Day,
        holdout_end: Day,
        options: impl Into<SummaryOptions>,
    ) -> Result<CalibrationHoldout> {
        if holdout_end <= calibration_end {
            return Err(Error::BadArgument {
                argument: "holdout_end",
                problem: format!("{holdout_end} is not after {calibration_end}"),
            });
        }
        let options = options.into();
        let calibration = self.lifetime_summary(calibration_end, options)?;
        let days = holdout_end.days() - calibration_end.days();
        let mut length = f64::from(days) / options.unit.days();
        if options.opportunities {
            length = length.floor();
        }
        let policy = policy_of(options);
        let plan = Plan::new(self, holdout_end, &policy, None)?;
        let reader = Reader::new(self, &plan, options);
        let later = calibration
            .places
            .par_iter()
            .zip(&calibration.summary.columns().age[..])
            .with_min_len(PART / 8)
            .map_init(Work::default, |work, (&place, &age)| {
                reader.holdout(place as usize, age, calibration_end.days(), length, work)
            })
            .collect::<Vec<_>>();
        Ok(CalibrationHoldout {
            holdout_end,
            duration: Span::new(length, options.unit)?,
            purchases: later.iter().map(|later| later.0).collect(),
            spend: later.iter().map(|later| later.1).collect(),
            calibration,
        })
    }
}

/// Only what counts as a purchase is asked of the policy.
fn policy_of(options: SummaryOptions) -> Policy {
    Policy { zero_amount: options.zero_amount, ..Policy::default() }
}

/// Buffers for one client after another.
#[derive(Debug, Default)]
pub(crate) struct Work {
    scratch: Scratch,
    /// Days of repeat purchases.
    days: Vec<i32>,
    /// Orders with the day of their purchase.
    orders: Vec<(i64, i32)>,
}

/// Reads rows from a ledger.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    histories: Histories<'a>,
    ledger: &'a Ledger,
    as_of: Day,
    options: SummaryOptions,
    minor_per_unit: f64,
}

/// A history, and whether its mean spend was zero or below.
type Read = Option<(Row, bool)>;

/// Clients of one task.
const PART: usize = 32_768;

/// Rows on their way into a summary.
#[derive(Debug, Default)]
struct Part {
    x: Vec<f64>,
    t_x: Vec<f64>,
    age: Vec<f64>,
    spend: Vec<f64>,
    log_gaps: Vec<f64>,
    places: Vec<u32>,
    report: SummaryReport,
}

impl Part {
    fn with_capacity(rows: usize) -> Self {
        let column = || Vec::with_capacity(rows);
        Self {
            x: column(),
            t_x: column(),
            age: column(),
            spend: column(),
            log_gaps: column(),
            places: Vec::with_capacity(rows),
            report: SummaryReport::default(),
        }
    }

    fn push(&mut self, place: usize, read: Read) {
        let report = &mut self.report;
        let Some((row, set_aside)) = read else {
            report.without_purchase += 1;
            return;
        };
        report.clients += 1;
        report.repeaters += u64::from(row.x() > 0);
        report.zero_or_negative_spend += u64::from(set_aside);
        self.x.push(row.x().into());
        self.t_x.push(row.t_x());
        self.age.push(row.age());
        self.spend.push(row.spend().unwrap_or(f64::NAN));
        self.log_gaps.push(row.log_gaps().unwrap_or(f64::NAN));
        self.places.push(place as u32);
    }
}

/// A column of all parts, in their order.
fn joined<T: Pod>(parts: &mut [Part], column: impl Fn(&mut Part) -> &mut Vec<T>) -> Buffer<T> {
    if let [part] = parts {
        return std::mem::take(column(part)).into();
    }
    let mut all = Buffer::zeroed(parts.iter_mut().map(|part| column(part).len()).sum());
    let mut rest = &mut all[..];
    for part in parts {
        let values = column(part);
        let room;
        (room, rest) = rest.split_at_mut(values.len());
        room.copy_from_slice(values);
    }
    all
}

impl<'a> Reader<'a> {
    pub(crate) fn new(ledger: &'a Ledger, plan: &'a Plan<'a>, options: SummaryOptions) -> Self {
        Self {
            histories: Histories::new(ledger, plan),
            ledger,
            as_of: plan.as_of,
            options,
            minor_per_unit: 10_f64.powi(ledger.scale().places().into()),
        }
    }

    fn summary(&self) -> LedgerSummary {
        let known = self.histories.clients();
        let count = known.as_ref().map_or(self.ledger.clients().len(), Vec::len);
        let place = |row: usize| known.as_ref().map_or(row, |known| known[row] as usize);
        let read = |work: &mut Work, part: usize| {
            let rows = part * PART..count.min((part + 1) * PART);
            let mut part = Part::with_capacity(rows.len());
            for place in rows.map(place) {
                part.push(place, self.row(place, work));
            }
            part
        };
        let mut parts: Vec<Part> =
            (0..count.div_ceil(PART)).into_par_iter().map_init(Work::default, read).collect();
        let mut report = SummaryReport::default();
        for part in &parts {
            report.clients += part.report.clients;
            report.repeaters += part.report.repeaters;
            report.without_purchase += part.report.without_purchase;
            report.zero_or_negative_spend += part.report.zero_or_negative_spend;
        }
        let mut shared = |column: fn(&mut Part) -> &mut Vec<f64>| {
            let values = joined(&mut parts, column);
            if values.iter().all(|value| value.is_nan()) {
                Arc::default()
            } else {
                Arc::new(values)
            }
        };
        let columns = HistoryColumns {
            x: shared(|part| &mut part.x),
            t_x: shared(|part| &mut part.t_x),
            age: shared(|part| &mut part.age),
            spend: shared(|part| &mut part.spend),
            log_gaps: shared(|part| &mut part.log_gaps),
            count: Arc::default(),
        };
        let places = Arc::new(joined(&mut parts, |part| &mut part.places));
        let ids = self.ledger.clients();
        let clients = if places.len() == ids.len() {
            ids.clone()
        } else {
            ids.pick(&places.iter().map(|&place| place as usize).collect::<Vec<_>>())
        };
        LedgerSummary {
            as_of: self.as_of,
            options: self.options,
            currency: self.ledger.currency(),
            summary: Summary::known_good(self.options.unit, columns),
            clients,
            report,
            places,
        }
    }

    /// The day of a client's first purchase, and the days on which a repeat purchase is known to
    /// have come: an opportunity is known to be taken when it has passed.
    pub(crate) fn repeats<'w>(
        &self,
        client: usize,
        work: &'w mut Work,
    ) -> Option<(i32, &'w [i32])> {
        let Work { scratch, days, .. } = work;
        days.clear();
        days.extend_from_slice(self.histories.days(client, scratch));
        days.dedup();
        let (&mut first, later) = days.split_first_mut()?;
        if self.options.opportunities {
            let unit = self.options.unit.days();
            for day in later {
                let place = (f64::from(*day - first) / unit - 1e-9).ceil();
                *day = first.saturating_add((place * unit - 1e-6).ceil() as i32);
            }
            days.dedup();
        }
        Some((first, &days[1..]))
    }

    /// The history of a client; `None` without a purchase.
    pub(crate) fn row(&self, client: usize, work: &mut Work) -> Read {
        let days = self.histories.days(client, &mut work.scratch);
        let first = *days.first()?;
        let unit = self.options.unit;
        let mut until = self.as_of.days();
        let row = if self.options.opportunities {
            let whole = (f64::from(until - first) / unit.days() + 1e-9).floor();
            until = first + (whole * unit.days() + 1e-6).floor() as i32;
            let (taken, last) = self.opportunities(days, 0.0, whole);
            Row::seen(taken.into(), last, whole)
        } else {
            row_of_sorted_days(days, until, unit)?
        };
        if row.x() == 0 {
            return Some((row, false));
        }
        let minor = self.net(client, first, until, work);
        if minor <= 0 {
            return Some((row, true));
        }
        let mean = minor as f64 / self.minor_per_unit / f64::from(row.x());
        Some((row.with_known_spend(mean), false))
    }

    /// How many of the opportunities after `from`, up to `to`, were taken, and which was the
    /// last of them.
    fn opportunities(&self, days: &[i32], from: f64, to: f64) -> (u32, f64) {
        let Some(&first) = days.first() else { return (0, 0.0) };
        let (mut taken, mut last) = (0, 0.0);
        for &day in days {
            let place = (f64::from(day - first) / self.options.unit.days() - 1e-9).ceil();
            if place > from && place <= to && place != last {
                taken += 1;
                last = place;
            }
        }
        (taken, last)
    }

    /// Purchases after the calibration and their mean amount.
    fn holdout(
        &self,
        client: usize,
        age: f64,
        calibration_end: i32,
        length: f64,
        work: &mut Work,
    ) -> (u32, Option<f64>) {
        let days = self.histories.days(client, &mut work.scratch);
        let unit = self.options.unit.days();
        let (mut after, mut until) = (calibration_end, self.as_of.days());
        let count = if self.options.opportunities {
            let Some(&first) = days.first() else { return (0, None) };
            let end = |place: f64| first.saturating_add((place * unit + 1e-6).floor() as i32);
            (after, until) = (end(age), end(age + length));
            self.opportunities(days, age, age + length).0
        } else {
            let later = &days[days.partition_point(|&day| day <= after)..];
            later.chunk_by(|a, b| a == b).count() as u32
        };
        if count == 0 {
            return (0, None);
        }
        let minor = self.net(client, after, until, work);
        (count, Some(minor as f64 / self.minor_per_unit / f64::from(count)))
    }

    /// The net amount of the purchases after a day and up to another, in minor units.
    fn net(&self, client: usize, after: i32, until: i32, work: &mut Work) -> i64 {
        let columns = self.ledger.columns();
        let extras = &columns.extras;
        if extras.kind.is_none() && extras.order.is_none() {
            let rows = self.histories.rows(client);
            let days = &columns.days[rows.clone()];
            let (from, to) = (
                days.partition_point(|&day| day <= after),
                days.partition_point(|&day| day <= until),
            );
            return columns.amounts[rows.start + from..rows.start + to].iter().sum();
        }
        let Work { scratch, orders, .. } = work;
        let rows = self.histories.counted(client, scratch);
        orders.clear();
        for &row in rows {
            let row = row as usize;
            if let (0, Some(order)) = (extras.kind(row), extras.order_key(row)) {
                orders.push((order, columns.days[row]));
            }
        }
        orders.sort_unstable();
        orders.dedup_by_key(|order| order.0);
        let ignore = self.options.returns == Returns::Ignore;
        let mut sum = 0;
        for &row in rows {
            let row = row as usize;
            if ignore && extras.kind(row) != 0 {
                continue;
            }
            // A line belongs to the day of its order's purchase, whenever it came.
            let day = extras
                .order_key(row)
                .and_then(|id| orders.binary_search_by_key(&id, |order| order.0).ok())
                .map_or(columns.days[row], |at| orders[at].1);
            if day > after && day <= until {
                sum += columns.amounts[row];
            }
        }
        sum
    }
}

/// A column of floats; NaN is missing.
pub(crate) fn floats(values: impl Iterator<Item = f64>) -> Values {
    Values::Float(Arc::new(values.collect::<Buffer<f64>>()))
}

fn counts(values: impl Iterator<Item = u32>) -> Values {
    let count = |value| i32::try_from(value).unwrap_or(NO_INT32);
    Values::Int32(Arc::new(values.map(count).collect::<Buffer<i32>>()))
}

/// The same words for each unit.
fn by_unit(unit: TimeUnit, about: [&'static str; 4]) -> &'static str {
    about[unit as usize]
}

const RECENCY: [&str; 4] = [
    "Days from the first purchase to the last.",
    "Weeks from the first purchase to the last.",
    "Months from the first purchase to the last.",
    "Years from the first purchase to the last.",
];

const AGE: [&str; 4] = [
    "Days from the first purchase to the end of observation.",
    "Weeks from the first purchase to the end of observation.",
    "Months from the first purchase to the end of observation.",
    "Years from the first purchase to the end of observation.",
];

const DURATION: [&str; 4] = [
    "Length of the holdout in days.",
    "Length of the holdout in weeks.",
    "Length of the holdout in months.",
    "Length of the holdout in years.",
];

impl LedgerSummary {
    /// The summary as columns: `client`, `frequency`, `recency`, `T`, `monetary_value` (missing
    /// where it is unknown or set aside).
    pub fn table(&self) -> Table {
        self.named(["frequency", "recency", "T", "monetary_value"])
    }

    fn named(&self, names: [&'static str; 4]) -> Table {
        let HistoryColumns { x, t_x, age, spend, .. } = self.summary.columns();
        let unit = self.options.unit;
        let source = "convention";
        let spend = if spend.is_empty() {
            floats(x.iter().map(|_| f64::NAN))
        } else {
            Values::Float(spend.clone())
        };
        Table::new(vec![
            column("client", source, "Id of the client.", Values::Client(self.clients.clone())),
            column(
                names[0],
                source,
                "Number of repeat purchases: purchases after the first.",
                counts(x.iter().map(|&x| x as u32)),
            ),
            column(names[1], source, by_unit(unit, RECENCY), Values::Float(t_x.clone())),
            column(names[2], source, by_unit(unit, AGE), Values::Float(age.clone())),
            column(
                names[3],
                source,
                "Mean net amount of a repeat purchase, in the ledger's currency.",
                spend,
            ),
        ])
    }
}

impl CalibrationHoldout {
    /// Both times as columns: `client`, `frequency_cal`, `recency_cal`, `T_cal`,
    /// `monetary_value_cal`, `frequency_holdout`, `monetary_value_holdout`, `duration_holdout`.
    pub fn table(&self) -> Table {
        let calibration = ["frequency_cal", "recency_cal", "T_cal", "monetary_value_cal"];
        let mut columns = self.calibration.named(calibration).columns().to_vec();
        let duration = self.duration.length();
        columns.extend([
            column(
                "frequency_holdout",
                "convention",
                "Number of purchases in the holdout.",
                counts(self.purchases.iter().copied()),
            ),
            column(
                "monetary_value_holdout",
                "convention",
                "Mean net amount of a purchase in the holdout, in the ledger's currency.",
                floats(self.spend.iter().map(|spend| spend.unwrap_or(f64::NAN))),
            ),
            column(
                "duration_holdout",
                "convention",
                by_unit(self.calibration.options.unit, DURATION),
                floats(self.purchases.iter().map(|_| duration)),
            ),
        ]);
        Table::new(columns)
    }
}
