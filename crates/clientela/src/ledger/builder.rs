//! Takes sales in batches of any order and number, and makes the ledger of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::columns::{Extras, ExtrasBuilder, LongIds};
use super::group::{Grouped, Key, Row, Segment, Store, group};
use super::intake::{Cause, ColumnNames, IntakeReport, LedgerOptions, Negative, OnBad, SetAside};
use super::sale::{ClientColumn, OrderColumn, SaleKind, Sales};
use super::{Columns, Ledger};
use crate::calendar::Day;
use crate::client::{ClientIds, Texts};
use crate::error::{Error, Result};
use crate::table::{NO_CODE, NO_INT64};

/// Amounts, profits and quantities stay below this many minor units.
pub(super) const AMOUNT_LIMIT: i64 = 1_000_000_000_000_000_000;
/// Pieces that are worked on before their optional columns are taken over.
const WAVE: usize = 64;
/// Pieces that are looked at to see how client ids are spread.
const SAMPLE_PIECES: usize = 8;

/// Collects sales for a [`Ledger`].
///
/// ```
/// use clientela::{ClientColumn, Day, LedgerBuilder, LedgerOptions, Sales};
///
/// let day = Day::of(2026, 1, 31).unwrap().days();
/// let mut builder = LedgerBuilder::new(LedgerOptions::default());
/// let client = ClientColumn::Int(vec![7, 7, 9].into());
/// builder.push(Sales::new(client, vec![day, day + 1, day], vec![1250, 990, 4000]))?;
/// let ledger = builder.finish()?;
/// assert_eq!(ledger.clients().len(), 2);
/// assert_eq!(ledger.total(), 6240);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug)]
pub struct LedgerBuilder {
    options: LedgerOptions,
    names: ColumnNames,
    rows: State,
    extras: ExtrasBuilder,
    report: IntakeReport,
}

/// Rows so far, by the kind of their client ids.
#[derive(Debug, Default)]
enum State {
    #[default]
    Empty,
    Int(Store<u64>),
    /// Texts of up to 15 bytes, packed into a number that sorts as they do.
    Short(Store<u128>),
    Long(LongIds, Vec<Segment<u64>>),
}

/// A whole number with its sign turned so that it sorts as an unsigned one.
fn int_key(id: i64) -> u64 {
    id as u64 ^ 1 << 63
}

fn int_id(key: u64) -> i64 {
    (key ^ 1 << 63) as i64
}

/// A short text as a number: its bytes from the top, then its length, so that the numbers
/// sort as the texts do; `None` above 15 bytes.
fn short_key(id: &str) -> Option<u128> {
    let mut bytes = [0; 16];
    bytes.get_mut(..15)?.get_mut(..id.len())?.copy_from_slice(id.as_bytes());
    bytes[15] = id.len() as u8;
    Some(u128::from_be_bytes(bytes))
}

/// The text of a number that [`short_key`] made.
fn short_id(key: u128, use_text: impl FnOnce(&str)) {
    let bytes = key.to_be_bytes();
    let length = usize::from(bytes[15]).min(15);
    use_text(std::str::from_utf8(&bytes[..length]).unwrap_or_default());
}

fn int_keys(client: &ClientColumn<'_>) -> Option<Vec<u64>> {
    match client {
        ClientColumn::Int(ids) => Some(ids.iter().map(|&id| int_key(id)).collect()),
        ClientColumn::Text(_) => None,
    }
}

fn short_keys(client: &ClientColumn<'_>) -> Option<Vec<u128>> {
    match client {
        ClientColumn::Int(_) => None,
        ClientColumn::Text(ids) => ids.iter().map(short_key).collect(),
    }
}

/// A piece that was checked, and split if that pays.
struct Piece<'a, K> {
    sales: Sales<'a>,
    negative: u64,
    rows: Rows<K>,
}

enum Rows<K> {
    Split(Segment<K>),
    Plain(Vec<Row<K>>),
}

/// What a wave of pieces came to.
enum Wave<T> {
    Done(T),
    /// An id too long to pack, or ids of the other kind.
    OtherKeys,
}

impl LedgerBuilder {
    /// An empty builder.
    pub fn new(options: LedgerOptions) -> Self {
        Self {
            options,
            names: ColumnNames::default(),
            rows: State::Empty,
            extras: ExtrasBuilder::default(),
            report: IntakeReport::default(),
        }
    }

    /// The caller's names of the columns, for messages.
    #[must_use]
    pub fn named(mut self, names: ColumnNames) -> Self {
        self.names = names;
        self
    }

    /// How the ledger keeps its sales.
    pub fn options(&self) -> &LedgerOptions {
        &self.options
    }

    /// The account of what came in so far.
    pub fn report(&self) -> &IntakeReport {
        &self.report
    }

    /// Takes one batch.
    ///
    /// # Errors
    /// The first bad row, unless the options say to set such rows aside; columns of unequal
    /// length; ids of another kind than before. After an error the builder is not to be used.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "a batch is given away; taking it by reference would invite its reuse"
    )]
    pub fn push(&mut self, sales: Sales<'_>) -> Result<()> {
        self.push_pieces(1, |_| Ok(sales.clone()))
    }

    /// Takes a batch in pieces of about [`PIECE_ROWS`](super::PIECE_ROWS) rows, which are made
    /// and taken in parallel. `make(i)` may be called more than once for a piece.
    ///
    /// # Errors
    /// As [`LedgerBuilder::push`], and what `make` gives.
    pub fn push_pieces<'a>(
        &mut self,
        pieces: usize,
        make: impl Fn(usize) -> Result<Sales<'a>> + Sync,
    ) -> Result<()> {
        let mut wave = 0;
        while wave < pieces {
            if matches!(self.rows, State::Empty) {
                self.rows = match make(wave)?.client {
                    ClientColumn::Int(_) => State::Int(Store::default()),
                    ClientColumn::Text(_) => State::Short(Store::default()),
                };
            }
            let end = pieces.min(wave + WAVE);
            let rest = wave..pieces;
            let mut rows = std::mem::take(&mut self.rows);
            let done = match &mut rows {
                State::Empty => Wave::OtherKeys,
                State::Int(store) => self.wave(store, wave..end, rest, &make, int_keys)?,
                State::Short(store) => self.wave(store, wave..end, rest, &make, short_keys)?,
                State::Long(ids, segments) => self.long_wave(ids, segments, wave..end, &make)?,
            };
            self.rows = rows;
            match done {
                Wave::Done(()) => wave = end,
                Wave::OtherKeys => self.lengthen()?,
            }
        }
        Ok(())
    }

    /// From here on ids of any length; an error where ids are of the other kind.
    fn lengthen(&mut self) -> Result<()> {
        let State::Short(store) = std::mem::take(&mut self.rows) else {
            return Err(Error::BadColumn {
                column: self.names.client.clone(),
                problem: "client ids are numbers in one batch and texts in another, \
                          they must be of one kind"
                    .to_owned(),
            });
        };
        let ids = LongIds::default();
        let long = |key: u128| {
            let mut code = 0;
            short_id(key, |id| code = ids.code(id));
            code
        };
        let segments = store.into_segments().into_iter().map(|s| s.rekeyed(&long)).collect();
        self.rows = State::Long(ids, segments);
        Ok(())
    }

    fn wave<'a, K: Key>(
        &mut self,
        store: &mut Store<K>,
        wave: std::ops::Range<usize>,
        rest: std::ops::Range<usize>,
        make: &(impl Fn(usize) -> Result<Sales<'a>> + Sync),
        keys: impl Fn(&ClientColumn<'_>) -> Option<Vec<K>> + Sync,
    ) -> Result<Wave<()>> {
        if store.splitter().is_none() && rest.len() > 1 {
            let step = rest.len().div_ceil(SAMPLE_PIECES);
            let looked: Vec<Option<Vec<K>>> = rest
                .clone()
                .into_par_iter()
                .step_by(step)
                .map(|piece| Ok(keys(&make(piece)?.client)))
                .collect::<Vec<Result<_>>>()
                .into_iter()
                .collect::<Result<_>>()?;
            let Some(looked) = looked.into_iter().collect::<Option<Vec<_>>>() else {
                return Ok(Wave::OtherKeys);
            };
            let seen: usize = looked.iter().map(Vec::len).sum();
            store.plan(seen * step, || {
                looked.iter().flat_map(|keys| keys.iter().step_by(4).copied()).collect()
            });
        }
        let splitter = store.splitter();
        let this = &*self;
        let done: Vec<Option<Piece<'a, K>>> = wave
            .into_par_iter()
            .with_max_len(1)
            .map(|piece| {
                let (sales, negative) = this.checked(make(piece)?)?;
                let Some(keys) = keys(&sales.client) else { return Ok(None) };
                let row = |i: usize| Row {
                    key: keys[i],
                    amount: sales.amount[i],
                    day: sales.day[i],
                    extra: i as u32,
                };
                let rows = match splitter {
                    Some(splitter) => {
                        Rows::Split(Segment::split(splitter, keys.len(), row, |i| keys[i]))
                    }
                    None => Rows::Plain((0..keys.len()).map(row).collect()),
                };
                Ok(Some(Piece { negative, rows, sales: slim(sales) }))
            })
            // The first bad row is the error, not the one that was found first.
            .collect::<Vec<Result<_>>>()
            .into_iter()
            .collect::<Result<_>>()?;
        let Some(done) = done.into_iter().collect::<Option<Vec<_>>>() else {
            return Ok(Wave::OtherKeys);
        };
        for piece in done {
            let base = self.account(&piece.sales, piece.negative)?;
            match piece.rows {
                Rows::Split(segment) => store.take(segment.at(base)),
                Rows::Plain(rows) => store.stage(rows.into_iter(), base),
            }
        }
        Ok(Wave::Done(()))
    }

    fn long_wave<'a>(
        &mut self,
        ids: &LongIds,
        segments: &mut Vec<Segment<u64>>,
        wave: std::ops::Range<usize>,
        make: &(impl Fn(usize) -> Result<Sales<'a>> + Sync),
    ) -> Result<Wave<()>> {
        let this = &*self;
        let done: Vec<Option<(Segment<u64>, Sales<'a>, u64)>> = wave
            .into_par_iter()
            .with_max_len(1)
            .map(|piece| {
                let (sales, negative) = this.checked(make(piece)?)?;
                if matches!(sales.client, ClientColumn::Int(_)) {
                    return Ok(None);
                }
                let codes = ids.codes(&sales.client);
                let row = |(i, &key): (usize, &u64)| Row {
                    key,
                    amount: sales.amount[i],
                    day: sales.day[i],
                    extra: i as u32,
                };
                let rows = codes.iter().enumerate().map(row).collect();
                Ok(Some((Segment::whole(rows), slim(sales), negative)))
            })
            // The first bad row is the error, not the one that was found first.
            .collect::<Vec<Result<_>>>()
            .into_iter()
            .collect::<Result<_>>()?;
        let Some(done) = done.into_iter().collect::<Option<Vec<_>>>() else {
            return Ok(Wave::OtherKeys);
        };
        for (segment, sales, negative) in done {
            let base = self.account(&sales, negative)?;
            segments.push(segment.at(base));
        }
        Ok(Wave::Done(()))
    }

    /// Takes over a piece's optional columns and counts; gives the position of its first row.
    fn account(&mut self, sales: &Sales<'_>, negative: u64) -> Result<u32> {
        let base = self.extras.rows();
        if base + sales.day.len() > u32::MAX as usize {
            return Err(Error::Overflow("a ledger holds at most 4,294,967,295 sales".to_owned()));
        }
        self.extras.extend(sales, &self.names.order)?;
        self.report.rows += (sales.day.len() + sales.set_aside.len()) as u64;
        self.report.accepted += sales.day.len() as u64;
        self.report.negative_as_return += negative;
        self.report.set_aside.extend_from_slice(&sales.set_aside);
        Ok(base as u32)
    }

    /// Checks each row, sets bad ones aside, and gives returns and cancellations their sign;
    /// also the number of amounts below zero that were taken as returns for want of a kind.
    fn checked<'a>(&self, mut sales: Sales<'a>) -> Result<(Sales<'a>, u64)> {
        self.check_lengths(&sales)?;
        let bad = self.bad_rows(&sales);
        if !bad.is_empty() {
            let rows: BTreeSet<usize> = bad.iter().map(|(i, _)| *i).collect();
            let keep: Vec<usize> = (0..sales.len()).filter(|i| !rows.contains(i)).collect();
            sales.keep(&keep);
            sales.set_aside.extend(bad.into_iter().map(|(_, row)| row));
            sales.set_aside.sort_by_key(|row| row.row);
        }
        if self.options.on_bad == OnBad::Refuse
            && let Some(first) = sales.set_aside.iter().min_by_key(|row| row.row)
        {
            return Err(first.error());
        }
        let mut negative = 0;
        if sales.kind.is_none() {
            negative = sales.amount.iter().filter(|&&amount| amount < 0).count() as u64;
            if negative > 0 {
                let kind = |&amount: &i64| u8::from(amount < 0);
                sales.kind = Some(sales.amount.iter().map(kind).collect());
            }
        }
        if let Some(kinds) = sales.kind.as_deref().filter(|kinds| kinds.iter().any(|&k| k != 0)) {
            let less = |values: &[i64]| -> Vec<i64> {
                let signed = |(&value, &kind): (&i64, &u8)| match value {
                    NO_INT64 => NO_INT64,
                    value if kind != 0 => -value.abs(),
                    value => value,
                };
                values.iter().zip(kinds).map(signed).collect()
            };
            let amount = less(&sales.amount);
            let quantity = sales.quantity.as_deref().map(less);
            let profit = sales.profit.as_deref().map(less);
            sales.amount = amount.into();
            sales.quantity = quantity.map(Into::into);
            sales.profit = profit.map(Into::into);
        }
        Ok((sales, negative))
    }

    fn check_lengths(&self, sales: &Sales<'_>) -> Result<()> {
        let rows = sales.client.len();
        let names = &self.names;
        let order = sales.order.as_ref().map(|order| match order {
            OrderColumn::Int(ids) => ids.len(),
            OrderColumn::Text(ids) => ids.len(),
        });
        let lengths = [
            (&names.date, Some(sales.day.len())),
            (&names.amount, Some(sales.amount.len())),
            (&names.order, order),
            (&names.quantity, sales.quantity.as_ref().map(|values| values.len())),
            (&names.profit, sales.profit.as_ref().map(|values| values.len())),
            (&names.category, sales.category.as_ref().map(super::TextColumn::len)),
            (&names.manager, sales.manager.as_ref().map(super::TextColumn::len)),
            (&names.department, sales.department.as_ref().map(super::TextColumn::len)),
            (&names.promo, sales.promo.as_ref().map(|values| values.len())),
            (&names.kind, sales.kind.as_ref().map(|values| values.len())),
        ];
        for (column, length) in lengths {
            if let Some(length) = length.filter(|&length| length != rows) {
                return Err(Error::BadColumn {
                    column: column.clone(),
                    problem: format!("{length} values beside {rows} client ids"),
                });
            }
        }
        Ok(())
    }

    /// The rows that cannot be taken, with their positions in the columns.
    fn bad_rows(&self, sales: &Sales<'_>) -> Vec<(usize, SetAside)> {
        let last = self.options.latest.unwrap_or(Day::MAX).days();
        let fold = |values: &[i64]| {
            values.iter().fold((i64::MAX, i64::MIN), |(low, high), &v| (low.min(v), high.max(v)))
        };
        let (first_seen, last_seen) = sales
            .day
            .iter()
            .fold((i32::MAX, i32::MIN), |(low, high), &d| (low.min(d), high.max(d)));
        let (low, high) = fold(&sales.amount);
        let days_fine = sales.is_empty() || (first_seen >= Day::MIN.days() && last_seen <= last);
        let amounts_fine = sales.is_empty()
            || (high < AMOUNT_LIMIT
                && low > -AMOUNT_LIMIT
                && (low >= 0
                    || (sales.kind.is_none() && self.options.negative == Negative::Return)));
        let in_range = |values: &[i64]| {
            values.iter().all(|&v| v == NO_INT64 || v.unsigned_abs() < AMOUNT_LIMIT as u64)
        };
        let fine = days_fine
            && amounts_fine
            && sales.kind.as_deref().is_none_or(|kinds| kinds.iter().all(|&kind| kind <= 2))
            && sales
                .promo
                .as_deref()
                .is_none_or(|flags| flags.iter().all(|&f| f <= 1 || f == NO_CODE))
            && sales.quantity.as_deref().is_none_or(in_range)
            && sales.profit.as_deref().is_none_or(in_range)
            && match &sales.client {
                ClientColumn::Int(_) => true,
                ClientColumn::Text(ids) => ids.iter().all(|id| !id.is_empty()),
            };
        if fine {
            return Vec::new();
        }
        (0..sales.len())
            .filter_map(|i| {
                let (column, value, cause) = self.fault(sales, i)?;
                let row = SetAside { row: sales.position(i), column: column.clone(), value, cause };
                Some((i, row))
            })
            .collect()
    }

    /// What is wrong with row `i`, if anything.
    fn fault(&self, sales: &Sales<'_>, i: usize) -> Option<(&String, String, Cause)> {
        let names = &self.names;
        if let ClientColumn::Text(ids) = &sales.client
            && ids.get(i).is_empty()
        {
            return Some((&names.client, "an empty text".to_owned(), Cause::EmptyClient));
        }
        let Some(day) = Day::new(sales.day[i]) else {
            let value = format!("day {} since 1970-01-01", sales.day[i]);
            return Some((&names.date, value, Cause::DayOutOfRange));
        };
        if self.options.latest.is_some_and(|latest| day > latest) {
            return Some((&names.date, day.to_string(), Cause::AfterLatest));
        }
        let out_of_range = |value: i64| value.unsigned_abs() >= AMOUNT_LIMIT as u64;
        let amount = sales.amount[i];
        let shown = |value: i64| self.options.scale.decimal(value).to_string();
        if out_of_range(amount) {
            return Some((&names.amount, format!("{amount} minor units"), Cause::AmountOutOfRange));
        }
        match sales.kind.as_deref().map(|kinds| kinds[i]) {
            Some(kind) if SaleKind::of_code(kind).is_none() => {
                return Some((&names.kind, format!("code {kind}"), Cause::UnknownKind));
            }
            Some(0) if amount < 0 => {
                return Some((&names.amount, shown(amount), Cause::NegativeSale));
            }
            None if amount < 0 && self.options.negative == Negative::Refuse => {
                return Some((&names.amount, shown(amount), Cause::NegativeSale));
            }
            _ => {}
        }
        let far = |values: &Option<std::borrow::Cow<'_, [i64]>>| {
            values.as_deref().map(|v| v[i]).filter(|&v| v != NO_INT64 && out_of_range(v))
        };
        if let Some(value) = far(&sales.quantity) {
            return Some((&names.quantity, value.to_string(), Cause::BadQuantity));
        }
        if let Some(value) = far(&sales.profit) {
            return Some((&names.profit, format!("{value} minor units"), Cause::BadProfit));
        }
        let flag = sales.promo.as_deref().map(|flags| flags[i]);
        flag.filter(|&flag| flag > 1 && flag != NO_CODE)
            .map(|flag| (&names.promo, flag.to_string(), Cause::BadFlag))
    }

    /// The ledger of all that was taken.
    ///
    /// # Errors
    /// [`Error::Empty`] where no row came in; [`Error::Overflow`] where a client's amounts,
    /// profits or quantities add up to 2^62 minor units or more. Where all rows were set aside the ledger is empty and its report
    /// holds them.
    pub fn finish(self) -> Result<Ledger> {
        if self.report.rows == 0 {
            return Err(Error::Empty("the input has no rows".to_owned()));
        }
        let columns = self.columns()?;
        Ok(Ledger::of(columns.0, columns.1, columns.2))
    }

    /// The parts of a ledger; empty where nothing came in.
    pub(super) fn columns(self) -> Result<(LedgerOptions, Columns, IntakeReport)> {
        let extras = self.extras.finish();
        let with_rows = !extras.is_empty();
        let tie = |a: u32, b: u32| extras.tie(a as usize, b as usize);
        let columns = match self.rows {
            State::Empty => Columns::default(),
            State::Int(store) => {
                let grouped = group(store.into_segments(), with_rows, &tie);
                let ids = grouped.keys.iter().map(|&key| int_id(key)).collect();
                Columns::of(ClientIds::Int(Arc::new(ids)), grouped, &extras)?
            }
            State::Short(store) => {
                let grouped = group(store.into_segments(), with_rows, &tie);
                let mut ids = Texts::with_capacity(grouped.keys.len(), grouped.keys.len() * 15);
                for &key in &grouped.keys {
                    short_id(key, |id| ids.push(id));
                }
                Columns::of(ClientIds::Text(Arc::new(ids)), grouped, &extras)?
            }
            State::Long(ids, segments) => {
                let (ids, places) = ids.sorted();
                let place = |code: u64| places[(code & 63) as usize][(code >> 6) as usize];
                let segments = segments.into_par_iter().map(|s| s.rekeyed(&place)).collect();
                let grouped = group(segments, with_rows, &tie);
                Columns::of(ClientIds::Text(Arc::new(ids)), grouped, &extras)?
            }
        };
        Ok((self.options, columns, self.report))
    }
}

/// What of a piece must outlive it: without optional columns nothing but the counts.
fn slim(sales: Sales<'_>) -> Sales<'_> {
    Sales { client: ClientColumn::Int(Vec::new().into()), amount: Vec::new().into(), ..sales }
}

impl Columns {
    fn of<K>(ids: ClientIds, grouped: Grouped<K>, extras: &Extras) -> Result<Self> {
        let Grouped { offsets, days, amounts, rows, .. } = grouped;
        let columns = Self { ids, offsets, days, amounts, extras: extras.ordered(&rows) };
        columns.check_sums()?;
        Ok(columns)
    }
}
