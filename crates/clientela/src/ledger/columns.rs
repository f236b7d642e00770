//! The optional columns of the ledger, and texts kept once.

use std::cmp::Ordering;
use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use rayon::prelude::*;

use super::sale::{ClientColumn, OrderColumn, SaleKind, Sales, TextColumn};
use crate::client::Texts;
use crate::error::{Error, Result};
use crate::table::{NO_CODE, NO_INT64, NO_NAME};

/// A column of names: positions in a sorted list of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Names {
    pub(crate) codes: Vec<u32>,
    pub(crate) names: Texts,
}

impl Names {
    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        let code = self.codes[row];
        (code != NO_NAME).then(|| self.names.get(code as usize))
    }
}

/// The columns of names, in the order in which ties look at them and bytes hold them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameColumn {
    Category,
    Brand,
    Manager,
    Department,
}

/// How many they are.
pub(crate) const NAME_COLUMNS: usize = 4;

/// A column of order ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Orders {
    /// Whole numbers; [`NO_INT64`] is no order.
    Int(Vec<i64>),
    /// Texts.
    Text(Names),
}

impl Orders {
    /// A number that tells orders of one client apart; `None` is no order.
    pub(crate) fn key(&self, row: usize) -> Option<i64> {
        match self {
            Self::Int(ids) => (ids[row] != NO_INT64).then(|| ids[row]),
            Self::Text(ids) => (ids.codes[row] != NO_NAME).then(|| i64::from(ids.codes[row])),
        }
    }
}

/// The optional columns, row for row beside days and amounts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Extras {
    pub(crate) kind: Option<Vec<u8>>,
    pub(crate) order: Option<Orders>,
    pub(crate) quantity: Option<Vec<i64>>,
    pub(crate) profit: Option<Vec<i64>>,
    /// By [`NameColumn`].
    pub(crate) names: [Option<Names>; NAME_COLUMNS],
    pub(crate) promo: Option<Vec<u8>>,
}

impl Extras {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The code of a row's kind; without the column all are sales.
    pub(crate) fn kind(&self, row: usize) -> u8 {
        self.kind.as_ref().map_or(0, |kinds| kinds[row])
    }

    /// The order of a row, as [`Orders::key`].
    pub(crate) fn order_key(&self, row: usize) -> Option<i64> {
        self.order.as_ref().and_then(|orders| orders.key(row))
    }

    /// A column of names.
    pub(crate) fn names(&self, column: NameColumn) -> Option<&Names> {
        self.names[column as usize].as_ref()
    }

    /// The order of two rows that agree in client, day and amount.
    pub(super) fn tie(&self, a: usize, b: usize) -> Ordering {
        self.tie_with(a, self, b)
    }

    /// The order of row `a` here and row `b` of another ledger with the same lists of names.
    pub(super) fn tie_with(&self, a: usize, other: &Self, b: usize) -> Ordering {
        fn cmp<T: Ord + Copy>(
            x: Option<&Vec<T>>,
            y: Option<&Vec<T>>,
            a: usize,
            b: usize,
        ) -> Ordering {
            match (x, y) {
                (Some(x), Some(y)) => x[a].cmp(&y[b]),
                _ => Ordering::Equal,
            }
        }
        fn codes(names: Option<&Names>) -> Option<&Vec<u32>> {
            names.map(|names| &names.codes)
        }
        let order = |a_order: &Option<Orders>, b_order: &Option<Orders>| match (a_order, b_order) {
            (Some(Orders::Int(x)), Some(Orders::Int(y))) => x[a].cmp(&y[b]),
            (Some(Orders::Text(x)), Some(Orders::Text(y))) => x.codes[a].cmp(&y.codes[b]),
            _ => Ordering::Equal,
        };
        let names = || {
            let pairs = self.names.iter().zip(&other.names);
            pairs.fold(Ordering::Equal, |order, (x, y)| {
                order.then_with(|| cmp(codes(x.as_ref()), codes(y.as_ref()), a, b))
            })
        };
        cmp(self.kind.as_ref(), other.kind.as_ref(), a, b)
            .then_with(|| order(&self.order, &other.order))
            .then_with(|| cmp(self.quantity.as_ref(), other.quantity.as_ref(), a, b))
            .then_with(|| cmp(self.profit.as_ref(), other.profit.as_ref(), a, b))
            .then_with(names)
            .then_with(|| cmp(self.promo.as_ref(), other.promo.as_ref(), a, b))
    }

    /// The rows in a new order.
    pub(super) fn ordered(&self, rows: &[u32]) -> Self {
        fn pick<T: Copy + Send + Sync>(values: &[T], rows: &[u32]) -> Vec<T> {
            rows.par_iter().map(|&row| values[row as usize]).collect()
        }
        let names = |column: &Option<Names>| {
            column.as_ref().map(|column| Names {
                codes: pick(&column.codes, rows),
                names: column.names.clone(),
            })
        };
        Self {
            kind: self.kind.as_ref().map(|values| pick(values, rows)),
            order: self.order.as_ref().map(|order| match order {
                Orders::Int(ids) => Orders::Int(pick(ids, rows)),
                Orders::Text(ids) => {
                    Orders::Text(Names { codes: pick(&ids.codes, rows), names: ids.names.clone() })
                }
            }),
            quantity: self.quantity.as_ref().map(|values| pick(values, rows)),
            profit: self.profit.as_ref().map(|values| pick(values, rows)),
            names: std::array::from_fn(|i| names(&self.names[i])),
            promo: self.promo.as_ref().map(|values| pick(values, rows)),
        }
    }
}

/// Texts, each kept once, numbered as they come.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    table: HashTable<u32>,
    texts: Texts,
}

/// Hashing is fixed; what it gives is never seen, because lists are sorted at the end.
fn hash(text: &str) -> u64 {
    FixedState::with_seed(0).hash_one(text)
}

impl Interner {
    pub(crate) fn code(&mut self, text: &str) -> u32 {
        self.hashed(hash(text), text)
    }

    fn hashed(&mut self, key: u64, text: &str) -> u32 {
        let texts = &mut self.texts;
        let found = self.table.entry(
            key,
            |&code| texts.get(code as usize) == text,
            |&code| hash(texts.get(code as usize)),
        );
        match found {
            hashbrown::hash_table::Entry::Occupied(known) => *known.get(),
            hashbrown::hash_table::Entry::Vacant(place) => {
                let code = texts.len() as u32;
                place.insert(code);
                texts.push(text);
                code
            }
        }
    }

    /// The texts in ascending order, and for each code its place among them.
    pub(crate) fn sorted(&self) -> (Texts, Vec<u32>) {
        let mut order: Vec<u32> = (0..self.texts.len() as u32).collect();
        order.par_sort_unstable_by_key(|&code| self.texts.get(code as usize));
        let mut rank = vec![0; order.len()];
        for (place, &code) in order.iter().enumerate() {
            rank[code as usize] = place as u32;
        }
        (order.iter().map(|&code| self.texts.get(code as usize)).collect(), rank)
    }
}

/// A column of names while rows come in.
#[derive(Debug, Default)]
struct NamesBuilder {
    codes: Vec<u32>,
    known: Interner,
}

impl NamesBuilder {
    fn extend(&mut self, texts: &TextColumn<'_>) {
        let mut last: Option<(&str, u32)> = None;
        for text in texts.iter() {
            let code = match last {
                Some((seen, code)) if seen == text => code,
                _ if text.is_empty() => NO_NAME,
                _ => self.known.code(text),
            };
            last = Some((text, code));
            self.codes.push(code);
        }
    }

    fn finish(self) -> Names {
        let (names, rank) = self.known.sorted();
        let place = |&code: &u32| if code == NO_NAME { NO_NAME } else { rank[code as usize] };
        Names { codes: self.codes.par_iter().map(place).collect(), names }
    }
}

#[derive(Debug)]
enum OrdersBuilder {
    Int(Vec<i64>),
    Text(NamesBuilder),
}

/// The optional columns while rows come in, in the order of coming.
#[derive(Debug, Default)]
pub(super) struct ExtrasBuilder {
    rows: usize,
    kind: Option<Vec<u8>>,
    order: Option<OrdersBuilder>,
    quantity: Option<Vec<i64>>,
    profit: Option<Vec<i64>>,
    names: [Option<NamesBuilder>; NAME_COLUMNS],
    promo: Option<Vec<u8>>,
}

/// Adds a batch's values to a column, and what is missing before and after.
fn extend<T: Copy>(
    column: &mut Option<Vec<T>>,
    values: Option<&[T]>,
    (before, after): (usize, usize),
    missing: T,
) {
    if let Some(values) = values {
        let column = column.get_or_insert_with(Vec::new);
        column.resize(before, missing);
        column.extend_from_slice(values);
    } else if let Some(column) = column {
        column.resize(after, missing);
    }
}

fn extend_names(
    column: &mut Option<NamesBuilder>,
    values: Option<&TextColumn<'_>>,
    (before, after): (usize, usize),
) {
    if let Some(values) = values {
        let column = column.get_or_insert_with(NamesBuilder::default);
        column.codes.resize(before, NO_NAME);
        column.extend(values);
    } else if let Some(column) = column {
        column.codes.resize(after, NO_NAME);
    }
}

impl ExtrasBuilder {
    /// Position of the next row.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a batch's optional columns.
    pub(super) fn extend(&mut self, sales: &Sales<'_>, order_name: &str) -> Result<()> {
        let span = (self.rows, self.rows + sales.day.len());
        self.rows = span.1;
        extend(&mut self.kind, sales.kind.as_deref(), span, SaleKind::Sale as u8);
        extend(&mut self.quantity, sales.quantity.as_deref(), span, NO_INT64);
        extend(&mut self.profit, sales.profit.as_deref(), span, NO_INT64);
        extend(&mut self.promo, sales.promo.as_deref(), span, NO_CODE);
        for (column, values) in self.names.iter_mut().zip(sales.names()) {
            extend_names(column, values, span);
        }
        match (&sales.order, &mut self.order) {
            (Some(OrderColumn::Int(ids)), None) => {
                let mut column = vec![NO_INT64; span.0];
                column.extend_from_slice(ids);
                self.order = Some(OrdersBuilder::Int(column));
            }
            (Some(OrderColumn::Int(ids)), Some(OrdersBuilder::Int(column))) => {
                column.extend_from_slice(ids);
            }
            (Some(OrderColumn::Text(ids)), None) => {
                let mut column = NamesBuilder::default();
                column.codes.resize(span.0, NO_NAME);
                column.extend(ids);
                self.order = Some(OrdersBuilder::Text(column));
            }
            (Some(OrderColumn::Text(ids)), Some(OrdersBuilder::Text(column))) => column.extend(ids),
            (None, Some(OrdersBuilder::Int(column))) => column.resize(span.1, NO_INT64),
            (None, Some(OrdersBuilder::Text(column))) => column.codes.resize(span.1, NO_NAME),
            (None, None) => {}
            (Some(_), Some(_)) => {
                return Err(Error::BadColumn {
                    column: order_name.to_owned(),
                    problem: "order ids are numbers in one batch and texts in another, \
                              they must be of one kind"
                        .to_owned(),
                });
            }
        }
        Ok(())
    }

    /// The columns; one that says nothing of any row is left out, so that it makes no
    /// difference whether it was given.
    pub(super) fn finish(self) -> Extras {
        fn telling<T: PartialEq>(column: Option<Vec<T>>, nothing: &T) -> Option<Vec<T>> {
            column.filter(|values| values.iter().any(|value| value != nothing))
        }
        let names = |column: Option<NamesBuilder>| {
            column.map(NamesBuilder::finish).filter(|column| !column.names.is_empty())
        };
        let order = match self.order {
            Some(OrdersBuilder::Int(ids)) => telling(Some(ids), &NO_INT64).map(Orders::Int),
            Some(OrdersBuilder::Text(ids)) => names(Some(ids)).map(Orders::Text),
            None => None,
        };
        Extras {
            kind: telling(self.kind, &(SaleKind::Sale as u8)),
            order,
            quantity: telling(self.quantity, &NO_INT64),
            profit: telling(self.profit, &NO_INT64),
            names: self.names.map(names),
            promo: telling(self.promo, &NO_CODE),
        }
    }
}

/// Shares of the shared list of long ids, so that threads seldom wait for each other.
const SHARDS: usize = 64;

/// Client ids of any length, each kept once; threads add to it at the same time.
///
/// Codes depend on which thread came first; the ranks that replace them do not.
#[derive(Debug)]
pub(super) struct LongIds {
    shards: Vec<Mutex<Interner>>,
}

impl Default for LongIds {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl LongIds {
    /// The code of each id.
    pub(super) fn codes(&self, ids: &ClientColumn<'_>) -> Vec<u64> {
        let ClientColumn::Text(ids) = ids else { return Vec::new() };
        let hashes: Vec<u64> = ids.iter().map(hash).collect();
        let mut starts = [0_usize; SHARDS + 1];
        let shard = |hash: u64| (hash >> 58) as usize;
        for &hash in &hashes {
            starts[shard(hash) + 1] += 1;
        }
        for i in 0..SHARDS {
            starts[i + 1] += starts[i];
        }
        let mut next = starts;
        let mut order = vec![0_u32; hashes.len()];
        for (i, &hash) in hashes.iter().enumerate() {
            order[next[shard(hash)]] = i as u32;
            next[shard(hash)] += 1;
        }
        let mut codes = vec![0; hashes.len()];
        for (number, shard) in self.shards.iter().enumerate() {
            let mut known = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for &i in &order[starts[number]..starts[number + 1]] {
                let i = i as usize;
                codes[i] = u64::from(known.hashed(hashes[i], ids.get(i))) << 6 | number as u64;
            }
        }
        codes
    }

    /// The code of one id.
    pub(super) fn code(&self, id: &str) -> u64 {
        let key = hash(id);
        let number = (key >> 58) as usize;
        let mut known = self.shards[number].lock().unwrap_or_else(PoisonError::into_inner);
        u64::from(known.hashed(key, id)) << 6 | number as u64
    }

    /// All ids in ascending order, and for each shard's number the place of its ids.
    pub(super) fn sorted(self) -> (Texts, Vec<Vec<u64>>) {
        let shards: Vec<Texts> = self
            .shards
            .into_iter()
            .map(|shard| shard.into_inner().unwrap_or_else(PoisonError::into_inner).texts)
            .collect();
        let mut order: Vec<(&str, u64)> = shards
            .iter()
            .enumerate()
            .flat_map(|(number, texts)| {
                texts.iter().zip(0_u64..).map(move |(text, i)| (text, i << 6 | number as u64))
            })
            .collect();
        order.par_sort_unstable();
        let mut places: Vec<Vec<u64>> = shards.iter().map(|texts| vec![0; texts.len()]).collect();
        for (place, &(_, code)) in order.iter().enumerate() {
            places[(code & 63) as usize][(code >> 6) as usize] = place as u64;
        }
        (order.into_iter().map(|(text, _)| text).collect(), places)
    }
}
