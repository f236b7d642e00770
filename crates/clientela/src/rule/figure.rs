//! Figures of a client that rules compare: of its sales in a window, and of its records.

use super::accept::Accept;
use super::condition::Unknown;
use super::record::{Cell, Entry, LATER, ListInfo, Listed};
use super::words::Metric;
use crate::calendar::{Day, Step};
use crate::census::basis::{Declared, NO_ROW};
use crate::census::history::{Histories, Scratch, Visit};
use crate::ledger::Columns;
use crate::ledger::columns::{NameColumn, Orders};
use crate::money::Scale;
use crate::portrait::Records;
use crate::table::{NO_CODE, NO_INT64, NO_NAME};
use crate::view::Seen;

/// A condition on one record.
#[derive(Debug, Clone)]
pub(super) enum Filter {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Leaf {
        place: usize,
        accept: Accept,
        unknown: Option<Unknown>,
        /// Decimal places of amounts.
        scale: Scale,
        /// Whether a day after this one is not known yet.
        not_after: Option<i64>,
    },
}

impl Filter {
    /// Whether a record is meant.
    pub(super) fn holds<E: Entry + ?Sized>(&self, entry: &E) -> Option<bool> {
        match self {
            Self::All(all) => {
                let mut known = Some(true);
                for one in all {
                    match one.holds(entry) {
                        Some(false) => return Some(false),
                        None => known = None,
                        Some(true) => {}
                    }
                }
                known
            }
            Self::Any(any) => {
                let mut known = Some(false);
                for one in any {
                    match one.holds(entry) {
                        Some(true) => return Some(true),
                        None => known = None,
                        Some(false) => {}
                    }
                }
                known
            }
            Self::Not(not) => not.holds(entry).map(|holds| !holds),
            Self::Leaf { place, accept, unknown, scale, not_after } => {
                let cell = match entry.cell(*place) {
                    Cell::Number(day) if not_after.is_some_and(|last| day > last) => Cell::Missing,
                    Cell::List(items) if items.is_empty() => Cell::Missing,
                    cell => cell,
                };
                let holds = match (accept, cell) {
                    (Accept::Known(known), cell) => Some((cell != Cell::Missing) == *known),
                    (Accept::Numbers(set), Cell::Number(number)) => Some(set.holds(number)),
                    (Accept::Numbers(set), Cell::Decimal(amount)) => {
                        scale.minor(amount).map(|minor| set.holds(minor))
                    }
                    (accept, Cell::Text(text)) => Some(accept.text(text)),
                    (accept, Cell::List(items)) => Some(accept.list(items.into_iter())),
                    _ => None,
                };
                holds.or(unknown.map(|unknown| unknown == Unknown::Yes))
            }
        }
    }
}

/// Whether a record is meant, where there may be no condition.
fn meant<E: Entry + ?Sized>(filter: Option<&Filter>, entry: &E) -> Option<bool> {
    filter.map_or(Some(true), |filter| filter.holds(entry))
}

/// One line of the sales.
pub(super) struct Line<'a> {
    pub(super) columns: &'a Columns,
    pub(super) row: usize,
}

impl Entry for Line<'_> {
    fn cell(&self, place: usize) -> Cell<'_> {
        let Self { columns, row } = *self;
        let extras = &columns.extras;
        let number = |values: &Option<Vec<i64>>| {
            let value = values.as_ref().map_or(NO_INT64, |values| values[row]);
            if value == NO_INT64 { Cell::Missing } else { Cell::Number(value) }
        };
        let code = |code: u32| {
            if code == NO_NAME { Cell::Missing } else { Cell::Number(code.into()) }
        };
        let name = |column| extras.names(column).map_or(Cell::Missing, |all| code(all.codes[row]));
        match place {
            0 => Cell::Number(columns.days[row].into()),
            1 => Cell::Number(columns.amounts[row]),
            2 => Cell::Number(extras.kind(row).into()),
            3 => match &extras.order {
                Some(Orders::Int(ids)) if ids[row] != NO_INT64 => Cell::Number(ids[row]),
                Some(Orders::Text(names)) => code(names.codes[row]),
                _ => Cell::Missing,
            },
            4 => number(&extras.quantity),
            5 => number(&extras.profit),
            6 => name(NameColumn::Category),
            7 => name(NameColumn::Brand),
            8 => name(NameColumn::Manager),
            9 => name(NameColumn::Department),
            _ => match extras.promo.as_ref().map_or(NO_CODE, |promo| promo[row]) {
                NO_CODE => Cell::Missing,
                flag => Cell::Number(flag.into()),
            },
        }
    }
}

/// What a figure counts or sums up.
#[derive(Debug)]
pub(super) enum Of<'a> {
    /// A figure of the sales.
    Sales(Metric),
    /// Lines of the sales.
    Lines,
    /// Records of the portraits: the rows of clients that have any, ascending, and a list.
    Declared { with: Vec<(u32, &'a Records)>, declared: &'a Declared, list: &'static ListInfo },
    /// Records of the journal: rows ascending, each with an entry.
    Noted { entries: Vec<(u32, &'a dyn Entry)>, list: &'static ListInfo },
    /// What nothing is known of.
    Nothing,
}

impl std::fmt::Debug for dyn Entry + '_ {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("entry")
    }
}

/// One figure, of which a value from `least` to `most` is known for each client, or nothing.
#[derive(Debug)]
pub(super) struct Figure<'a> {
    pub(super) of: Of<'a>,
    /// First and last day.
    pub(super) window: (i32, i32),
    /// Whether the window is all days, so that it does not matter which day it was.
    pub(super) ever: bool,
    pub(super) filter: Option<Filter>,
}

/// What is not known.
pub(super) const UNKNOWN: (i64, i64) = (NO_INT64, NO_INT64);

impl Figure<'_> {
    /// Whether it is read from the sales.
    pub(super) fn of_sales(&self) -> bool {
        matches!(self.of, Of::Sales(_) | Of::Lines)
    }

    fn in_window(&self, day: i32) -> bool {
        (self.window.0..=self.window.1).contains(&day)
    }

    /// Whether the day of each purchase is enough.
    fn by_visits(&self) -> bool {
        let visits = [
            Metric::Purchases,
            Metric::PurchaseDays,
            Metric::MonthsWithPurchase,
            Metric::MeanPurchase,
        ];
        self.filter.is_none() && matches!(&self.of, Of::Sales(metric) if visits.contains(metric))
    }

    /// Whether the lines of each purchase are looked at.
    fn by_purchases(&self) -> bool {
        let Of::Sales(metric) = &self.of else { return false };
        *metric == Metric::LargestPurchase
            || self.filter.is_some()
                && [
                    Metric::Purchases,
                    Metric::PurchaseDays,
                    Metric::MonthsWithPurchase,
                    Metric::MeanPurchase,
                ]
                .contains(metric)
    }

    /// The figure of records for some rows.
    pub(super) fn of_records(&self, seen: &Seen<'_>, start: usize, values: &mut [(i64, i64)]) {
        let end = start + values.len();
        match &self.of {
            Of::Declared { with, declared, list } => {
                for (i, value) in values.iter_mut().enumerate() {
                    *value = if declared.rows[start + i] == NO_ROW { UNKNOWN } else { (0, 0) };
                }
                let from = with.partition_point(|&(row, _)| (row as usize) < start);
                for &(row, records) in
                    with[from..].iter().take_while(|(row, _)| (*row as usize) < end)
                {
                    for entry in records.entries(list.name) {
                        self.count(seen.as_of(), list, entry, &mut values[row as usize - start]);
                    }
                }
            }
            Of::Noted { entries, list } => {
                values.fill((0, 0));
                let from = entries.partition_point(|&(row, _)| (row as usize) < start);
                for &(row, entry) in
                    entries[from..].iter().take_while(|(row, _)| (*row as usize) < end)
                {
                    self.count(seen.as_of(), list, entry, &mut values[row as usize - start]);
                }
            }
            _ => values.fill(UNKNOWN),
        }
    }

    /// Counts a record, or the chance of one.
    fn count(&self, as_of: Day, list: &ListInfo, entry: &dyn Entry, value: &mut (i64, i64)) {
        let day = |place: Option<usize>| match place.map(|place| entry.cell(place)) {
            Some(Cell::Number(day)) => Some(day as i32),
            _ => None,
        };
        if day(list.since).is_some_and(|since| since > as_of.days()) {
            return;
        }
        let within =
            if self.ever { Some(true) } else { day(list.dated).map(|d| self.in_window(d)) };
        let counts = match within {
            Some(false) => Some(false),
            within => match meant(self.filter.as_ref(), entry) {
                Some(true) => within,
                other => other,
            },
        };
        value.0 += i64::from(counts == Some(true));
        value.1 += i64::from(counts != Some(false));
    }
}

/// Whether a day that says what became of a record is one that hides itself.
pub(super) fn is_later(member: &str) -> bool {
    LATER.contains(&member)
}

/// Reads the figures of the sales, client by client.
#[derive(Debug)]
pub(super) struct SalesReader<'a> {
    seen: Seen<'a>,
    histories: Histories<'a>,
}

/// Buffers for one client after another.
#[derive(Debug, Default)]
pub(super) struct SalesWork {
    counted: Scratch,
    visits: Scratch,
    purchases: Scratch,
    rows: Vec<u32>,
    names: Vec<u32>,
    /// Purchases: day, and where their rows begin and end.
    bought: Vec<(i32, usize, usize)>,
}

/// One client's sales up to the day.
struct Client<'c> {
    columns: &'c Columns,
    /// Rows that count, ascending by day.
    rows: Rows<'c>,
    visits: &'c [Visit],
    bought: &'c [(i32, usize, usize)],
    bought_rows: &'c [u32],
}

/// Rows of the ledger: all of a stretch, or some.
#[derive(Clone, Copy)]
enum Rows<'c> {
    All(usize, usize),
    Some(&'c [u32]),
}

impl Rows<'_> {
    /// Those of a window.
    fn within(self, days: &[i32], (from, to): (i32, i32)) -> Self {
        match self {
            Self::All(start, end) => {
                let days = &days[start..end];
                let first = days.partition_point(|&day| day < from);
                let last = days.partition_point(|&day| day <= to).max(first);
                Self::All(start + first, start + last)
            }
            Self::Some(rows) => {
                let first = rows.partition_point(|&row| days[row as usize] < from);
                let last = rows.partition_point(|&row| days[row as usize] <= to).max(first);
                Self::Some(&rows[first..last])
            }
        }
    }

    fn each(self, mut each: impl FnMut(usize)) {
        match self {
            Self::All(start, end) => (start..end).for_each(each),
            Self::Some(rows) => rows.iter().for_each(|&row| each(row as usize)),
        }
    }

    /// The sum of a column; nothing where a value is missing.
    fn sum(self, values: &[i64]) -> Option<i64> {
        let known = |value: i64| (value != NO_INT64).then_some(value);
        match self {
            Self::All(start, end) => {
                values[start..end].iter().try_fold(0, |sum: i64, &v| Some(sum + known(v)?))
            }
            Self::Some(rows) => {
                rows.iter().try_fold(0, |sum: i64, &row| Some(sum + known(values[row as usize])?))
            }
        }
    }
}

impl<'a> SalesReader<'a> {
    pub(super) fn new(seen: Seen<'a>) -> Self {
        Self { seen, histories: seen.histories() }
    }

    /// The figures of some rows; those of other things are left as they are.
    pub(super) fn read(
        &self,
        figures: &[Figure<'_>],
        start: usize,
        length: usize,
        work: &mut SalesWork,
        values: &mut [Vec<(i64, i64)>],
    ) {
        let mine = || figures.iter().filter(|figure| figure.of_sales());
        let by_visits = mine().any(Figure::by_visits);
        let by_purchases = mine().any(Figure::by_purchases);
        let columns = self.histories.ledger.columns();
        let SalesWork { counted, visits, purchases, rows, names, bought } = work;
        for i in 0..length {
            let at = self.seen.known.basis.client(start + i);
            let all = self.histories.rows(at);
            // Without kinds of lines nothing is called off.
            let counting = if columns.extras.kind.is_none() {
                Rows::All(all.start, all.end)
            } else {
                Rows::Some(self.histories.counted(at, counted))
            };
            rows.clear();
            bought.clear();
            if by_purchases {
                self.histories.purchases(at, purchases, |day, lines| {
                    bought.push((day, rows.len(), rows.len() + lines.len()));
                    rows.extend_from_slice(lines);
                });
            }
            let visits = if by_visits { self.histories.read(at, visits).visits } else { &[] };
            let client = Client { columns, rows: counting, visits, bought, bought_rows: rows };
            for (figure, values) in figures.iter().zip(values.iter_mut()) {
                if figure.of_sales() {
                    values[i] = client.figure(figure, names);
                }
            }
        }
    }
}

impl Client<'_> {
    fn figure(&self, figure: &Figure<'_>, names: &mut Vec<u32>) -> (i64, i64) {
        let exact = |value: Option<i64>| value.map_or(UNKNOWN, |value| (value, value));
        let Of::Sales(metric) = figure.of else { return self.lines(figure) };
        let extras = &self.columns.extras;
        match metric {
            Metric::Amount => exact(self.sum(figure, Some(&self.columns.amounts))),
            Metric::Profit => exact(self.sum(figure, extras.profit.as_deref())),
            Metric::Quantity => exact(self.sum(figure, extras.quantity.as_deref())),
            Metric::Returns => self.returns(figure).0,
            Metric::ReturnedAmount => exact(self.returns(figure).1),
            Metric::Categories => self.names(figure, NameColumn::Category, names),
            Metric::Brands => self.names(figure, NameColumn::Brand, names),
            _ if figure.by_visits() => self.visited(figure, metric),
            _ => self.purchased(figure, metric),
        }
    }

    /// The lines of a figure's window, each with whether it is meant.
    fn each(&self, figure: &Figure<'_>, mut each: impl FnMut(usize, Option<bool>)) {
        let rows = self.rows.within(&self.columns.days, figure.window);
        rows.each(|row| {
            let line = Line { columns: self.columns, row };
            match meant(figure.filter.as_ref(), &line) {
                Some(false) => {}
                meant => each(row, meant),
            }
        });
    }

    fn sum(&self, figure: &Figure<'_>, values: Option<&[i64]>) -> Option<i64> {
        if figure.filter.is_none() {
            let rows = self.rows.within(&self.columns.days, figure.window);
            return rows.sum(values?);
        }
        let values = values?;
        let mut sum = Some(0);
        self.each(figure, |row, meant| {
            let value = (meant.is_some() && values[row] != NO_INT64).then_some(values[row]);
            sum = sum.zip(value).map(|(sum, value): (i64, i64)| sum + value);
        });
        sum
    }

    fn lines(&self, figure: &Figure<'_>) -> (i64, i64) {
        let (mut least, mut most) = (0, 0);
        self.each(figure, |_, meant| {
            least += i64::from(meant == Some(true));
            most += 1;
        });
        (least, most)
    }

    /// Lines that are no sales, and what they took back.
    fn returns(&self, figure: &Figure<'_>) -> ((i64, i64), Option<i64>) {
        let (mut least, mut most, mut amount) = (0, 0, Some(0));
        self.each(figure, |row, meant| {
            if self.columns.extras.kind(row) != 0 {
                least += i64::from(meant == Some(true));
                most += 1;
                let taken = meant.map(|_| -self.columns.amounts[row]);
                amount = amount.zip(taken).map(|(sum, taken): (i64, i64)| sum + taken);
            }
        });
        ((least, most), amount)
    }

    /// Different names among lines of sales. A line without one may have another, or not.
    fn names(&self, figure: &Figure<'_>, column: NameColumn, known: &mut Vec<u32>) -> (i64, i64) {
        let Some(names) = self.columns.extras.names(column) else { return UNKNOWN };
        known.clear();
        let mut unknown = 0;
        let mut chances = Vec::new();
        self.each(figure, |row, meant| {
            if self.columns.extras.kind(row) == 0 {
                match (names.codes[row], meant) {
                    (NO_NAME, Some(_)) => unknown += 1,
                    (NO_NAME, None) => chances.push(NO_NAME),
                    (code, Some(_)) => known.push(code),
                    (code, None) => chances.push(code),
                }
            }
        });
        known.sort_unstable();
        known.dedup();
        chances.sort_unstable();
        let nameless = chances.iter().filter(|&&code| code == NO_NAME).count() as i64;
        chances.dedup();
        let new = |code: &&u32| **code != NO_NAME && known.binary_search(code).is_err();
        let new = chances.iter().filter(new).count() as i64;
        let sure = known.len() as i64;
        (sure.max(i64::from(unknown > 0)), sure + unknown + new + nameless)
    }

    /// Figures of purchases where every purchase is meant.
    fn visited(&self, figure: &Figure<'_>, metric: Metric) -> (i64, i64) {
        let from = self.visits.partition_point(|visit| visit.day < figure.window.0);
        let to = self.visits.partition_point(|visit| visit.day <= figure.window.1).max(from);
        let visits = &self.visits[from..to];
        let purchases = || visits.iter().map(|visit| i64::from(visit.purchases)).sum();
        let value = match metric {
            Metric::PurchaseDays => visits.len() as i64,
            Metric::MonthsWithPurchase => visits.chunk_by(|a, b| a.month == b.month).count() as i64,
            Metric::MeanPurchase => {
                let amount = self.sum(figure, Some(&self.columns.amounts));
                let purchases: i64 = purchases();
                match amount.and_then(|amount| Scale::mean(amount, purchases as u64)) {
                    Some(mean) => mean,
                    None => return UNKNOWN,
                }
            }
            _ => purchases(),
        };
        (value, value)
    }

    /// Figures of purchases by their lines: one is meant if a line of it is, and its amount is
    /// that of these lines.
    fn purchased(&self, figure: &Figure<'_>, metric: Metric) -> (i64, i64) {
        let mut counts = [(0_i64, i64::MIN); 2];
        let mut largest = Some(None);
        let month = |day: i32| Day::new(day).map_or(0, |day| day.period(Step::Month));
        let mut sure = true;
        for &(day, start, end) in self.bought.iter().filter(|one| figure.in_window(one.0)) {
            let (mut meant_any, mut amount) = (Some(false), Some(0_i64));
            for &row in &self.bought_rows[start..end] {
                let line = Line { columns: self.columns, row: row as usize };
                match meant(figure.filter.as_ref(), &line) {
                    Some(true) => {
                        meant_any = Some(true);
                        amount = amount.map(|sum| sum + self.columns.amounts[row as usize]);
                    }
                    Some(false) => {}
                    None => {
                        meant_any = meant_any.filter(|&any| any);
                        amount = None;
                    }
                }
            }
            if meant_any == Some(false) {
                continue;
            }
            sure &= meant_any.is_some();
            let period = match metric {
                Metric::PurchaseDays => day.into(),
                Metric::MonthsWithPurchase => i64::from(month(day)),
                // Every purchase is one of its own.
                _ => start as i64,
            };
            for (count, counted) in counts.iter_mut().zip([meant_any == Some(true), true]) {
                if counted && count.1 != period {
                    *count = (count.0 + 1, period);
                }
            }
            largest = largest.zip(amount).map(|(largest, amount)| largest.max(Some(amount)));
        }
        let [(least, _), (most, _)] = counts;
        match metric {
            Metric::LargestPurchase => match largest.flatten() {
                Some(amount) => (amount, amount),
                None => UNKNOWN,
            },
            Metric::MeanPurchase => {
                let amount = self.sum(figure, Some(&self.columns.amounts)).filter(|_| sure);
                match amount.and_then(|amount| Scale::mean(amount, least as u64)) {
                    Some(mean) => (mean, mean),
                    None => UNKNOWN,
                }
            }
            _ => (least, most),
        }
    }
}
