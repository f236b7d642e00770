//! Joins ledgers, and rolls clients up into groups.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use bytemuck::Pod;

use super::columns::{Extras, NAME_COLUMNS, Names, Orders};
use super::group::{Row, Segment, group};
use super::intake::IntakeReport;
use super::sale::SaleKind;
use super::{Columns, Ledger, LedgerBuilder};
use crate::buffer::Buffer;
use crate::client::{ClientId, ClientIds, Texts};
use crate::error::{Error, Result};
use crate::money::same_money;
use crate::table::{NO_CODE, NO_INT64, NO_NAME};

impl Ledger {
    /// This ledger and the sales of a builder that [`Ledger::builder`] gave, as a new ledger.
    ///
    /// The past is copied, not read again: the cost is that of a copy in memory.
    ///
    /// # Errors
    /// As [`Ledger::merge`]. A builder without rows adds nothing.
    pub fn append(&self, sales: LedgerBuilder) -> Result<Self> {
        let (options, columns, report) = sales.columns()?;
        if columns.days.is_empty() {
            let report = Arc::new(self.report.plus(&report));
            return Ok(Self { report, ..self.clone() });
        }
        self.merge(&Self::of(options, columns, report))
    }

    /// The ledger of both ledgers' sales. Merging in any order gives the same ledger.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where currencies, scales or kinds of ids differ; an overflow where a
    /// client's amounts add up to 2^62 minor units or more.
    pub fn merge(&self, other: &Self) -> Result<Self> {
        same_money(self.money(), other.money())?;
        if self.quantity_scale() != other.quantity_scale() {
            let places = |ledger: &Self| ledger.quantity_scale().places().to_string();
            return Err(Error::Mismatch {
                what: "quantity scale",
                left: places(self),
                right: places(other),
            });
        }
        let report = self.report.plus(&other.report);
        if other.is_empty() {
            return Ok(Self { report: Arc::new(report), ..self.clone() });
        }
        if self.is_empty() {
            return Ok(Self { report: Arc::new(report), ..other.clone() });
        }
        let columns = joined(&self.columns, &other.columns)?;
        Ok(Self::of(self.options.clone(), columns, report))
    }

    /// The ledger of groups: every client that has a parent is replaced by the topmost parent
    /// above it; the others stay. Parents need not have sales of their own.
    ///
    /// # Errors
    /// A parent of another kind of id than the ledger's, or a circle of parents.
    pub fn roll_up(&self, parents: &BTreeMap<ClientId, ClientId>) -> Result<Self> {
        let mut rows: Vec<Row<u64>> = Vec::with_capacity(self.len());
        let columns = &*self.columns;
        let mut tops: Vec<ClientId> = Vec::with_capacity(columns.ids.len());
        for i in 0..columns.ids.len() {
            tops.push(topmost(&columns.ids.get(i), parents)?.clone());
        }
        let mut known: Vec<&ClientId> = tops.iter().collect();
        known.sort_unstable();
        known.dedup();
        let ids = match columns.ids {
            ClientIds::Int(_) => {
                let id = |id: &&ClientId| match id {
                    ClientId::Int(id) => Some(*id),
                    ClientId::Text(_) => None,
                };
                known.iter().map(id).collect::<Option<_>>().map(|ids| ClientIds::Int(Arc::new(ids)))
            }
            ClientIds::Text(_) => {
                let id = |id: &&'_ ClientId| match id {
                    ClientId::Int(_) => None,
                    ClientId::Text(id) => Some(id.clone()),
                };
                let ids: Option<Vec<String>> = known.iter().map(id).collect();
                let texts = |ids: Vec<String>| ids.iter().map(String::as_str).collect::<Texts>();
                ids.map(|ids| ClientIds::Text(Arc::new(texts(ids))))
            }
        };
        let ids = ids.ok_or_else(|| Error::BadArgument {
            argument: "parents",
            problem: "a parent's id is not of the same kind as the ledger's client ids".to_owned(),
        })?;
        for (i, top) in tops.iter().enumerate() {
            let key = known.binary_search(&top).unwrap_or(0) as u64;
            rows.extend((columns.offsets[i]..columns.offsets[i + 1]).map(|row| Row {
                key,
                amount: columns.amounts[row],
                day: columns.days[row],
                extra: row as u32,
            }));
        }
        let extras = &columns.extras;
        let tie = |a: u32, b: u32| extras.tie(a as usize, b as usize);
        let grouped = group(vec![Segment::whole(rows.into_iter())], !extras.is_empty(), &tie);
        let columns = Columns {
            ids,
            offsets: grouped.offsets,
            days: grouped.days,
            amounts: grouped.amounts,
            extras: extras.ordered(&grouped.rows),
        };
        columns.check_sums()?;
        Ok(Self::of(self.options.clone(), columns, IntakeReport::default()))
    }
}

/// The topmost parent above a client.
pub(crate) fn topmost<'a>(
    client: &'a ClientId,
    parents: &'a BTreeMap<ClientId, ClientId>,
) -> Result<&'a ClientId> {
    let mut top = client;
    let mut steps = 0;
    while let Some(parent) = parents.get(top).filter(|&parent| parent != top) {
        top = parent;
        steps += 1;
        if steps > parents.len() {
            return Err(Error::BadArgument {
                argument: "parents",
                problem: format!("client {client} stands above itself"),
            });
        }
    }
    Ok(top)
}

/// One stretch of rows of the joined ledger: from the left or the right one.
#[derive(Debug, Clone, Copy)]
struct Run {
    right: bool,
    start: usize,
    end: usize,
}

impl Run {
    /// The run's values of a column of both ledgers.
    fn of<'a, T>(&self, left: &'a [T], right: &'a [T]) -> &'a [T] {
        let from = if self.right { right } else { left };
        &from[self.start..self.end]
    }
}

fn joined(left: &Columns, right: &Columns) -> Result<Columns> {
    let (left_extras, right_extras) = alike(left, right)?;
    let order = |a: usize, b: usize| {
        (left.days[a], left.amounts[a])
            .cmp(&(right.days[b], right.amounts[b]))
            .then_with(|| left_extras.tie_with(a, &right_extras, b))
    };
    let mut runs: Vec<Run> = Vec::new();
    let mut add = |right: bool, start: usize, end: usize| match runs.last_mut() {
        Some(run) if run.right == right && run.end == start => run.end = end,
        _ if start < end => runs.push(Run { right, start, end }),
        _ => {}
    };
    let clients = left.ids.len() + right.ids.len();
    let mut offsets = Vec::with_capacity(clients + 1);
    offsets.push(0);
    let mut sources: Vec<(bool, usize)> = Vec::with_capacity(clients);
    let (mut i, mut j, mut end) = (0, 0, 0);
    while i < left.ids.len() || j < right.ids.len() {
        let side = match (i < left.ids.len(), j < right.ids.len()) {
            (true, true) => compare(&left.ids, i, &right.ids, j)?,
            (true, false) => Ordering::Less,
            _ => Ordering::Greater,
        };
        sources.push(if side.is_le() { (false, i) } else { (true, j) });
        let (mut a, a_end) = if side.is_le() { span(left, i) } else { (0, 0) };
        let (mut b, b_end) = if side.is_ge() { span(right, j) } else { (0, 0) };
        end += a_end - a + b_end - b;
        if side.is_eq() {
            while a < a_end && b < b_end {
                if order(a, b).is_le() {
                    add(false, a, a + 1);
                    a += 1;
                } else {
                    add(true, b, b + 1);
                    b += 1;
                }
            }
        }
        add(false, a, a_end);
        add(true, b, b_end);
        i += usize::from(side.is_le());
        j += usize::from(side.is_ge());
        offsets.push(end);
    }
    let ids = match (&left.ids, &right.ids) {
        (ClientIds::Int(x), ClientIds::Int(y)) => {
            let id = |&(right, i): &(bool, usize)| if right { y[i] } else { x[i] };
            ClientIds::Int(Arc::new(sources.iter().map(id).collect()))
        }
        (ClientIds::Text(x), ClientIds::Text(y)) => {
            let mut ids =
                Texts::with_capacity(sources.len(), x.parts().0.len() + y.parts().0.len());
            for &(right, i) in &sources {
                ids.push(if right { y.get(i) } else { x.get(i) });
            }
            ClientIds::Text(Arc::new(ids))
        }
        _ => return compare(&left.ids, 0, &right.ids, 0).map(|_| Columns::default()),
    };
    let columns = Columns {
        ids,
        days: picked(&runs, &left.days, &right.days),
        amounts: picked(&runs, &left.amounts, &right.amounts),
        extras: picked_extras(&runs, &left_extras, &right_extras),
        offsets,
    };
    columns.check_sums()?;
    Ok(columns)
}

fn span(columns: &Columns, client: usize) -> (usize, usize) {
    (columns.offsets[client], columns.offsets[client + 1])
}

fn compare(left: &ClientIds, i: usize, right: &ClientIds, j: usize) -> Result<Ordering> {
    match (left, right) {
        (ClientIds::Int(x), ClientIds::Int(y)) => Ok(x[i].cmp(&y[j])),
        (ClientIds::Text(x), ClientIds::Text(y)) => Ok(x.get(i).cmp(y.get(j))),
        (left, _) => {
            let (number, text) = ("numbers".to_owned(), "texts".to_owned());
            let (left, right) =
                if matches!(left, ClientIds::Int(_)) { (number, text) } else { (text, number) };
            Err(Error::Mismatch { what: "kind of client ids", left, right })
        }
    }
}

fn picked<T: Pod>(runs: &[Run], left: &[T], right: &[T]) -> Buffer<T> {
    let mut all = Buffer::zeroed(left.len() + right.len());
    let mut rest = &mut all[..];
    for run in runs {
        let (here, after) = rest.split_at_mut(run.end - run.start);
        here.copy_from_slice(run.of(left, right));
        rest = after;
    }
    all
}

fn picked_list<T: Copy>(runs: &[Run], left: &[T], right: &[T]) -> Vec<T> {
    let mut all = Vec::with_capacity(left.len() + right.len());
    for run in runs {
        all.extend_from_slice(run.of(left, right));
    }
    all
}

/// Joins two columns of one kind that [`alike`] made present on both sides or on none.
fn both<T, U>(left: Option<&T>, right: Option<&T>, join: impl FnOnce(&T, &T) -> U) -> Option<U> {
    Some(join(left?, right?))
}

fn picked_extras(runs: &[Run], left: &Extras, right: &Extras) -> Extras {
    let names = |x: &Option<Names>, y: &Option<Names>| {
        both(x.as_ref(), y.as_ref(), |x, y| Names {
            codes: picked_list(runs, &x.codes, &y.codes),
            names: x.names.clone(),
        })
    };
    let order = both(left.order.as_ref(), right.order.as_ref(), |x, y| match (x, y) {
        (Orders::Text(x), Orders::Text(y)) => Orders::Text(Names {
            codes: picked_list(runs, &x.codes, &y.codes),
            names: x.names.clone(),
        }),
        (Orders::Int(x), Orders::Int(y)) => Orders::Int(picked_list(runs, x, y)),
        // `alike` refuses orders of two kinds.
        _ => Orders::Int(Vec::new()),
    });
    let numbers = |x: &Option<Vec<i64>>, y: &Option<Vec<i64>>| {
        both(x.as_ref(), y.as_ref(), |x, y| picked_list(runs, x, y))
    };
    let codes = |x: &Option<Vec<u8>>, y: &Option<Vec<u8>>| {
        both(x.as_ref(), y.as_ref(), |x, y| picked_list(runs, x, y))
    };
    Extras {
        kind: codes(&left.kind, &right.kind),
        order,
        quantity: numbers(&left.quantity, &right.quantity),
        profit: numbers(&left.profit, &right.profit),
        names: std::array::from_fn(|i| names(&left.names[i], &right.names[i])),
        promo: codes(&left.promo, &right.promo),
    }
}

/// The optional columns of both, with the same columns present and the same lists of names.
fn alike(left: &Columns, right: &Columns) -> Result<(Extras, Extras)> {
    fn filled<T: Copy>(
        x: Option<&Vec<T>>,
        y: Option<&Vec<T>>,
        (rows_x, rows_y): (usize, usize),
        missing: T,
    ) -> (Option<Vec<T>>, Option<Vec<T>>) {
        if x.is_none() && y.is_none() {
            return (None, None);
        }
        let full = |values: Option<&Vec<T>>, rows| {
            Some(values.cloned().unwrap_or_else(|| vec![missing; rows]))
        };
        (full(x, rows_x), full(y, rows_y))
    }
    let rows = (left.days.len(), right.days.len());
    let (x, y) = (&left.extras, &right.extras);
    let kind = filled(x.kind.as_ref(), y.kind.as_ref(), rows, SaleKind::Sale as u8);
    let quantity = filled(x.quantity.as_ref(), y.quantity.as_ref(), rows, NO_INT64);
    let profit = filled(x.profit.as_ref(), y.profit.as_ref(), rows, NO_INT64);
    let promo = filled(x.promo.as_ref(), y.promo.as_ref(), rows, NO_CODE);
    let mut left_names: [Option<Names>; NAME_COLUMNS] = Default::default();
    let mut right_names = left_names.clone();
    let sides = left_names.iter_mut().zip(&mut right_names);
    for ((left, right), (x, y)) in sides.zip(x.names.iter().zip(&y.names)) {
        (*left, *right) = common(x.as_ref(), y.as_ref(), rows);
    }
    let none = |rows| Orders::Int(vec![NO_INT64; rows]);
    let order = match (&x.order, &y.order) {
        (None, None) => (None, None),
        (Some(Orders::Int(ids)), None) => (Some(Orders::Int(ids.clone())), Some(none(rows.1))),
        (None, Some(Orders::Int(ids))) => (Some(none(rows.0)), Some(Orders::Int(ids.clone()))),
        (Some(Orders::Int(a)), Some(Orders::Int(b))) => {
            (Some(Orders::Int(a.clone())), Some(Orders::Int(b.clone())))
        }
        (Some(Orders::Int(_)), Some(Orders::Text(_)))
        | (Some(Orders::Text(_)), Some(Orders::Int(_))) => {
            return Err(Error::Mismatch {
                what: "kind of order ids",
                left: "numbers on one side".to_owned(),
                right: "texts on the other".to_owned(),
            });
        }
        (a, b) => {
            let text = |orders: &Option<Orders>| match orders {
                Some(Orders::Text(ids)) => Some(ids.clone()),
                _ => None,
            };
            let (a, b) = common(text(a).as_ref(), text(b).as_ref(), rows);
            (a.map(Orders::Text), b.map(Orders::Text))
        }
    };
    let left = Extras {
        kind: kind.0,
        order: order.0,
        quantity: quantity.0,
        profit: profit.0,
        names: left_names,
        promo: promo.0,
    };
    let right = Extras {
        kind: kind.1,
        order: order.1,
        quantity: quantity.1,
        profit: profit.1,
        names: right_names,
        promo: promo.1,
    };
    Ok((left, right))
}

/// Two columns of names with one list of names.
fn common(
    left: Option<&Names>,
    right: Option<&Names>,
    (rows_left, rows_right): (usize, usize),
) -> (Option<Names>, Option<Names>) {
    if left.is_none() && right.is_none() {
        return (None, None);
    }
    let empty = Texts::default();
    let (x, y) = (left.map_or(&empty, |n| &n.names), right.map_or(&empty, |n| &n.names));
    let mut names = Texts::with_capacity(x.len() + y.len(), 0);
    let (mut places_x, mut places_y) = (Vec::with_capacity(x.len()), Vec::with_capacity(y.len()));
    let (mut i, mut j) = (0, 0);
    while i < x.len() || j < y.len() {
        let side = match (i < x.len(), j < y.len()) {
            (true, true) => x.get(i).cmp(y.get(j)),
            (true, false) => Ordering::Less,
            _ => Ordering::Greater,
        };
        let place = names.len() as u32;
        names.push(if side.is_le() { x.get(i) } else { y.get(j) });
        if side.is_le() {
            places_x.push(place);
            i += 1;
        }
        if side.is_ge() {
            places_y.push(place);
            j += 1;
        }
    }
    let moved = |column: Option<&Names>, places: &[u32], rows: usize| Names {
        codes: column.map_or_else(
            || vec![NO_NAME; rows],
            |column| {
                let place =
                    |&code: &u32| if code == NO_NAME { NO_NAME } else { places[code as usize] };
                column.codes.iter().map(place).collect()
            },
        ),
        names: names.clone(),
    };
    (Some(moved(left, &places_x, rows_left)), Some(moved(right, &places_y, rows_right)))
}
