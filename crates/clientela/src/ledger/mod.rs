//! Every sale as exact integers in columns, grouped by client and sorted by day.

mod builder;
mod bytes;
pub(crate) mod columns;
mod group;
mod intake;
mod merge;
mod rates;
mod rekey;
mod sale;

use std::sync::Arc;

use rayon::prelude::*;

pub use builder::LedgerBuilder;
pub use group::PIECE_ROWS;
pub use intake::{
    Cause, CauseCount, ColumnNames, IntakeReport, LedgerOptions, Negative, OnBad, SetAside,
};
pub(crate) use merge::topmost;
pub use rates::{Rate, RateTable};
pub use sale::{ClientColumn, OrderColumn, Sale, SaleKind, Sales, TextColumn};

use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::client::{ClientId, ClientIds};
use crate::error::{Error, Result};
use crate::money::{Currency, Scale};
use crate::table::{NO_CODE, NO_INT64, Value};
use columns::{Extras, NameColumn, Orders};

/// Every sale of a base, by client and day. Immutable, cheap to clone, safe to share.
///
/// The same sales make the same ledger, byte for byte, whatever the order of rows, batches and
/// merges and the number of threads.
#[derive(Debug, Clone)]
pub struct Ledger {
    options: LedgerOptions,
    columns: Arc<Columns>,
    /// First and last day of a line; the first is after the last where there is none.
    days: (i32, i32),
    report: Arc<IntakeReport>,
}

/// The days of no lines.
const NO_DAYS: (i32, i32) = (i32::MAX, i32::MIN);

/// The columns: rows of client `i` are `offsets[i]..offsets[i + 1]`, sorted by day, amount and
/// the optional columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) ids: ClientIds,
    pub(crate) offsets: Vec<usize>,
    pub(crate) days: Buffer<i32>,
    pub(crate) amounts: Buffer<i64>,
    pub(crate) extras: Extras,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            ids: ClientIds::Int(Arc::default()),
            offsets: vec![0],
            days: Buffer::default(),
            amounts: Buffer::default(),
            extras: Extras::default(),
        }
    }
}

impl Ledger {
    fn of(options: LedgerOptions, columns: Columns, report: IntakeReport) -> Self {
        let days = columns
            .days
            .par_chunks(1 << 16)
            .map(|days| days.iter().fold(NO_DAYS, |(a, b), &day| (a.min(day), b.max(day))))
            .reduce(|| NO_DAYS, |(a, b), (c, d)| (a.min(c), b.max(d)));
        Self { options, columns: Arc::new(columns), days, report: Arc::new(report) }
    }

    /// The clients, ascending by id.
    pub fn clients(&self) -> &ClientIds {
        &self.columns.ids
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.columns.days.len()
    }

    /// Whether there are no lines.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The one currency of all amounts.
    pub fn currency(&self) -> Currency {
        self.options.currency
    }

    /// Decimal places of amounts.
    pub fn scale(&self) -> Scale {
        self.options.scale
    }

    /// Currency and decimal places of amounts.
    pub(crate) fn money(&self) -> (Currency, Scale) {
        (self.currency(), self.scale())
    }

    /// Decimal places of quantities.
    pub fn quantity_scale(&self) -> Scale {
        self.options.quantity_scale
    }

    /// How the ledger keeps its sales and what it takes.
    pub fn options(&self) -> &LedgerOptions {
        &self.options
    }

    /// The account of what came in; empty for a ledger that was read from bytes.
    pub fn report(&self) -> &IntakeReport {
        &self.report
    }

    /// The first day of a line.
    pub fn first_day(&self) -> Option<Day> {
        Day::new(self.days.0)
    }

    /// The last day of a line.
    pub fn last_day(&self) -> Option<Day> {
        Day::new(self.days.1)
    }

    /// All amounts net of returns and cancellations, in minor units. Cancelled orders are in
    /// it with both their sides.
    pub fn total(&self) -> i128 {
        self.columns.amounts.par_iter().map(|&amount| i128::from(amount)).sum()
    }

    /// A client's lines by day, or `None` for an id that the ledger does not have.
    pub fn sales(&self, client: &ClientId) -> Option<Vec<Sale>> {
        let columns = &*self.columns;
        let at = columns.ids.find(client)?;
        let known = |value: i64| (value != NO_INT64).then_some(value);
        let name = |column: NameColumn, row: usize| {
            columns.extras.names(column).and_then(|names| names.get(row)).map(str::to_owned)
        };
        let sale = |row: usize| Sale {
            client: client.clone(),
            day: Day::new(columns.days[row]).unwrap_or(Day::MIN),
            amount: self.scale().decimal(columns.amounts[row]),
            kind: columns.kind(row),
            order: match &columns.extras.order {
                Some(Orders::Int(ids)) => known(ids[row]).map_or(Value::Missing, Value::Int),
                Some(Orders::Text(ids)) => {
                    ids.get(row).map_or(Value::Missing, |id| Value::Text(id.to_owned()))
                }
                None => Value::Missing,
            },
            quantity: columns
                .extras
                .quantity
                .as_ref()
                .and_then(|values| known(values[row]))
                .map(|value| self.quantity_scale().decimal(value)),
            profit: columns
                .extras
                .profit
                .as_ref()
                .and_then(|values| known(values[row]))
                .map(|value| self.scale().decimal(value)),
            category: name(NameColumn::Category, row),
            brand: name(NameColumn::Brand, row),
            manager: name(NameColumn::Manager, row),
            department: name(NameColumn::Department, row),
            promo: columns
                .extras
                .promo
                .as_ref()
                .and_then(|flags| (flags[row] != NO_CODE).then_some(flags[row] == 1)),
        };
        Some((columns.offsets[at]..columns.offsets[at + 1]).map(sale).collect())
    }

    /// The ledger of some of its clients.
    pub(crate) fn only(&self, keep: impl Fn(usize) -> bool) -> Self {
        let columns = &*self.columns;
        let kept: Vec<usize> = (0..columns.ids.len()).filter(|&client| keep(client)).collect();
        let mut offsets = Vec::with_capacity(kept.len() + 1);
        offsets.push(0);
        let mut rows: Vec<u32> = Vec::new();
        for &client in &kept {
            rows.extend(columns.offsets[client] as u32..columns.offsets[client + 1] as u32);
            offsets.push(rows.len());
        }
        let columns = Columns {
            ids: columns.ids.pick(&kept),
            offsets,
            days: rows.iter().map(|&row| columns.days[row as usize]).collect(),
            amounts: rows.iter().map(|&row| columns.amounts[row as usize]).collect(),
            extras: columns.extras.ordered(&rows),
        };
        Self::of(self.options.clone(), columns, (*self.report).clone())
    }

    /// An empty builder that keeps sales as this ledger does, for [`Ledger::append`].
    pub fn builder(&self) -> LedgerBuilder {
        LedgerBuilder::new(self.options.clone())
    }

    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }
}

impl PartialEq for Ledger {
    /// Two ledgers are equal if they hold the same sales in the same way.
    fn eq(&self, other: &Self) -> bool {
        self.currency() == other.currency()
            && self.scale() == other.scale()
            && self.quantity_scale() == other.quantity_scale()
            && self.columns == other.columns
    }
}

impl Columns {
    /// A client's absolute amounts, profits and quantities each add up to less than 2^62, so
    /// that no later sum over its rows can leave 64 bits.
    fn check_sums(&self) -> Result<()> {
        let columns = [
            ("amounts", Some(&*self.amounts)),
            ("profits", self.extras.profit.as_deref()),
            ("quantities", self.extras.quantity.as_deref()),
        ];
        for (name, values) in columns {
            let Some(values) = values else { continue };
            let far = |ends: &[usize]| {
                let known = values[ends[0]..ends[1]].iter().filter(|&&value| value != NO_INT64);
                let sum = known.fold(0_u64, |sum, value| sum.saturating_add(value.unsigned_abs()));
                sum >= 1 << 62
            };
            if let Some(client) = self.offsets.par_windows(2).position_first(far) {
                return Err(Error::Overflow(format!(
                    "the {name} of client {} add up to 2^62 minor units or more",
                    self.ids.get(client)
                )));
            }
        }
        Ok(())
    }

    fn kind(&self, row: usize) -> SaleKind {
        let kind = self.extras.kind.as_ref().and_then(|kinds| SaleKind::of_code(kinds[row]));
        kind.unwrap_or(SaleKind::Sale)
    }
}
