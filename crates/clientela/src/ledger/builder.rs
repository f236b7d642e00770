//! Takes sales in batches of any order and number, and makes the ledger of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::columns::{Extras, ExtrasBuilder, LongIds};
use super::group::{Grouped, Key, PIECE_ROWS, Row, Segment, Store, group, split};
use super::intake::{Cause, ColumnNames, IntakeReport, LedgerOptions, Negative, OnBad, SetAside};
use super::sale::{ClientColumn, OrderColumn, SaleKind, Sales};
use super::{Columns, Ledger};
use crate::buffer::Buffer;
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
    /// UUIDs in their usual lower-case form, as the numbers that they are.
    Uuid(Store<u128>),
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

/// Adds the text of a number that [`short_key`] made.
fn short_id(key: u128, text: &mut String) {
    let bytes = key.to_be_bytes();
    let length = usize::from(bytes[15]).min(15);
    text.push_str(std::str::from_utf8(&bytes[..length]).unwrap_or_default());
}

/// Where a UUID's text has its hyphens.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// A UUID written as 8-4-4-4-12 lower-case digits, as a number that sorts as the text does;
/// `None` for any other text.
fn uuid_key(id: &str) -> Option<u128> {
    let bytes: &[u8; 36] = id.as_bytes().try_into().ok()?;
    let mut wrong = HYPHENS.iter().fold(0, |wrong, &i| wrong | (bytes[i] ^ b'-'));
    let mut half = |parts: [std::ops::Range<usize>; 3]| {
        parts.into_iter().flat_map(|part| &bytes[part]).fold(0_u64, |half, &byte| {
            let digit = DIGITS[usize::from(byte)];
            wrong |= digit & 0xf0;
            half << 4 | u64::from(digit & 15)
        })
    };
    let (high, low) = (half([0..8, 9..13, 14..18]), half([19..23, 24..36, 36..36]));
    (wrong == 0).then_some(u128::from(high) << 64 | u128::from(low))
}

/// The value of a lower-case digit by its byte, above 15 for all others.
const DIGITS: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value] as usize] = value as u8;
        value += 1;
    }
    digits
};

/// Adds the text of a number that [`uuid_key`] made.
fn uuid_id(key: u128, text: &mut String) {
    let mut digits = (0..32).rev().map(|i| b"0123456789abcdef"[(key >> (4 * i)) as usize & 15]);
    let mut bytes = [b'-'; 36];
    for (_, byte) in bytes.iter_mut().enumerate().filter(|(i, _)| !HYPHENS.contains(i)) {
        *byte = digits.next().unwrap_or(b'0');
    }
    text.push_str(std::str::from_utf8(&bytes).unwrap_or_default());
}

fn uuid_keys(client: &ClientColumn<'_>) -> Option<Vec<u128>> {
    match client {
        ClientColumn::Int(_) => None,
        ClientColumn::Text(ids) => ids.iter().map(uuid_key).collect(),
    }
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
struct Piece<'a, K: Key> {
    sales: Sales<'a>,
    negative: u64,
    rows: Rows<K>,
}

enum Rows<K: Key> {
    /// Split into memory of its own.
    Split(Segment<K>),
    /// Split into the wave's memory: where it begins, and where the parts start.
    InWave(usize, Vec<u32>),
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
                    ClientColumn::Text(ids) if ids.iter().next().and_then(uuid_key).is_some() => {
                        State::Uuid(Store::default())
                    }
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
                State::Uuid(store) => self.wave(store, wave..end, rest, &make, uuid_keys)?,
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
        let (store, text): (_, TextOf) = match std::mem::take(&mut self.rows) {
            State::Short(store) => (store, short_id),
            State::Uuid(store) => (store, uuid_id),
            _ => {
                return Err(Error::BadColumn {
                    column: self.names.client.clone(),
                    problem: "client ids are numbers in one batch and texts in another, \
                              they must be of one kind"
                        .to_owned(),
                });
            }
        };
        let ids = LongIds::default();
        let long = |key: u128| {
            let mut id = String::new();
            text(key, &mut id);
            ids.code(&id)
        };
        let segments = store.into_segments().iter().map(|s| s.rekeyed(&long)).collect();
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
        let room = if splitter.is_some() { wave.len() * PIECE_ROWS } else { 0 };
        let mut memory = Buffer::<K::Packed>::zeroed(room);
        let mut places: Vec<Option<&mut [K::Packed]>> = Vec::with_capacity(wave.len());
        places.extend(memory.chunks_mut(PIECE_ROWS).map(Some));
        places.resize_with(wave.len(), || None);
        let done: Vec<Option<Piece<'a, K>>> = wave
            .into_par_iter()
            .zip(places)
            .enumerate()
            .with_max_len(1)
            .map(|(number, (piece, place))| {
                let (sales, negative) = this.checked(make(piece)?)?;
                let Some(keys) = keys(&sales.client) else { return Ok(None) };
                let row = |i: usize| Row {
                    key: keys[i],
                    amount: sales.amount[i],
                    day: sales.day[i],
                    extra: i as u32,
                };
                let place = place.and_then(|place| place.get_mut(..keys.len()));
                let rows = match (splitter, place) {
                    (Some(splitter), Some(place)) => {
                        let starts = split(splitter, place, row, |i| keys[i]);
                        Rows::InWave(number * PIECE_ROWS, starts)
                    }
                    (Some(splitter), None) => {
                        Rows::Split(Segment::split(splitter, keys.len(), row, |i| keys[i]))
                    }
                    (None, _) => Rows::Plain((0..keys.len()).map(row).collect()),
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
        let memory = Arc::new(memory);
        for piece in done {
            let base = self.account(&piece.sales, piece.negative)?;
            match piece.rows {
                Rows::Split(segment) => store.take(segment.at(base)),
                Rows::InWave(begin, starts) => {
                    store.take(Segment::of(Arc::clone(&memory), begin, starts).at(base));
                }
                Rows::Plain(rows) => store.stage(rows, base),
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
                let rows = codes.iter().enumerate().map(row);
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
        let texts =
            |column: &Option<super::TextColumn<'_>>| column.as_ref().map(super::TextColumn::len);
        let lengths = [
            (&names.date, Some(sales.day.len())),
            (&names.amount, Some(sales.amount.len())),
            (&names.order, order),
            (&names.quantity, sales.quantity.as_ref().map(|values| values.len())),
            (&names.profit, sales.profit.as_ref().map(|values| values.len())),
            (&names.category, texts(&sales.category)),
            (&names.brand, texts(&sales.brand)),
            (&names.manager, texts(&sales.manager)),
            (&names.department, texts(&sales.department)),
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
                let ids = texts(&grouped.keys, short_id);
                Columns::of(ids, grouped, &extras)?
            }
            State::Uuid(store) => {
                let grouped = group(store.into_segments(), with_rows, &tie);
                let ids = texts(&grouped.keys, uuid_id);
                Columns::of(ids, grouped, &extras)?
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

/// Adds the text of a packed id.
type TextOf = fn(u128, &mut String);

/// The ids that were packed into numbers.
fn texts(keys: &[u128], text: TextOf) -> ClientIds {
    let mut ids = Texts::with_capacity(keys.len(), keys.len() * 16);
    let mut id = String::new();
    for &key in keys {
        id.clear();
        text(key, &mut id);
        ids.push(&id);
    }
    ClientIds::Text(Arc::new(ids))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Packs, sorts as the texts do, and gives the text back.
    fn packs(key: fn(&str) -> Option<u128>, text: TextOf, ids: &[&str]) {
        let keys: Vec<u128> = ids.iter().filter_map(|id| key(id)).collect();
        assert_eq!(keys.len(), ids.len());
        assert!(keys.is_sorted_by(|a, b| a < b));
        for (key, id) in keys.into_iter().zip(ids) {
            let mut again = String::new();
            text(key, &mut again);
            assert_eq!(again, *id);
        }
    }

    #[test]
    fn short_texts_pack_in_order() {
        packs(
            short_key,
            short_id,
            &["", "\0", "\0\0", "a", "a\0", "ab", "b", "fifteen letters", "ü"],
        );
        assert_eq!(short_key("sixteen letters!"), None);
    }

    #[test]
    fn uuids_pack_in_order() {
        let ids = [
            "00000000-0000-0000-0000-000000000000",
            "00000000-0000-0000-0000-00000000000a",
            "0f8fad5b-d9cb-469f-a165-70867728950e",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ];
        packs(uuid_key, uuid_id, &ids);
        for other in [
            "0F8FAD5B-D9CB-469F-A165-70867728950E",
            "0f8fad5bd9cb469fa16570867728950e",
            "0f8fad5b-d9cb-469f-a165-70867728950g",
            "0f8fad5b0d9cb-469f-a165-70867728950e",
            "0f8fad5-bd9cb-469f-a165-70867728950e",
        ] {
            assert_eq!(uuid_key(other), None, "{other}");
        }
    }
}
