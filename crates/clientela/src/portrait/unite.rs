//! Unites parts of a base client by client and field by field, whatever their order.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::catalogue::Catalogue;
use super::column::{FieldStorage, ListsBuilder, sorted_names};
use super::document::fault;
use super::field::Field;
use super::records::{Records, unite_lists};
use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::client::{ClientIds, Texts};
use crate::error::Result;
use crate::ledger::columns::{Interner, Names};
use crate::money::Scale;
use crate::table::{NO_CODE, NO_INT32, NO_INT64, NO_NAME};

/// Portraits by column, a row each. In a part of a base rows come in any order, and a client
/// may have several; in a base they are in the order of their ids, one of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) ids: ClientIds,
    /// Codes of kinds; [`NO_CODE`] is unknown.
    pub(crate) kind: Arc<Buffer<u8>>,
    /// Days; [`NO_INT32`] is unknown.
    pub(crate) updated_on: Arc<Buffer<i32>>,
    /// By field of the catalogue; `None` where nobody has a value.
    pub(crate) fields: Vec<Option<FieldStorage>>,
    /// When a field was brought up to date: `updated_on` for those without a value, and `None`
    /// where it is so for all.
    pub(crate) dates: Vec<Option<Vec<i32>>>,
    /// Records of the rows that have any.
    pub(crate) records: BTreeMap<u32, Arc<Records>>,
}

impl Columns {
    /// No rows.
    pub(super) fn empty(fields: usize) -> Self {
        Self {
            ids: ClientIds::Int(Arc::default()),
            kind: Arc::default(),
            updated_on: Arc::default(),
            fields: vec![None; fields],
            dates: vec![None; fields],
            records: BTreeMap::new(),
        }
    }

    /// Whether a row has a value of a field, or records that fill it on whatever day.
    fn holds(&self, place: usize, field: &Field, row: usize) -> bool {
        match field.records {
            Some(records) => {
                self.records.get(&(row as u32)).is_some_and(|all| all.fills(records, Day::MAX))
            }
            None => self.fields[place].as_ref().is_some_and(|column| column.holds(row)),
        }
    }

    /// When the value of a row was brought up to date; [`NO_INT32`] is unknown.
    pub(super) fn date(&self, place: usize, row: usize) -> i32 {
        self.dates[place].as_ref().map_or(self.updated_on[row], |dates| dates[row])
    }

    fn in_order(&self) -> bool {
        match &self.ids {
            ClientIds::Int(ids) => ids.is_sorted_by(|a, b| a < b),
            ClientIds::Text(ids) => (1..ids.len()).all(|i| ids.get(i - 1) < ids.get(i)),
        }
    }
}

/// Two values of one field of one client.
#[derive(Debug)]
struct Clash {
    row: u32,
    /// The place of the field, after the kind.
    place: usize,
    values: [String; 2],
}

/// The base of some parts whose ids are of one kind.
///
/// # Errors
/// A field of a client with two values.
pub(super) fn unite(parts: Vec<Columns>, catalogue: &Catalogue, scale: Scale) -> Result<Columns> {
    let mut parts: Vec<Columns> = parts.into_iter().filter(|part| !part.ids.is_empty()).collect();
    if let [part] = parts.as_slice()
        && part.in_order()
    {
        return Ok(parts.swap_remove(0));
    }
    let fields = catalogue.fields();
    let Some(first) = parts.first() else { return Ok(Columns::empty(fields.len())) };
    let (ids, places) = match first.ids {
        ClientIds::Int(_) => {
            let (ids, places) = ranked(&parts, |part| match &part.ids {
                ClientIds::Int(ids) => ids.to_vec(),
                ClientIds::Text(_) => Vec::new(),
            });
            (ClientIds::Int(Arc::new(ids.into())), places)
        }
        ClientIds::Text(_) => {
            let (ids, places) = ranked(&parts, |part| match &part.ids {
                ClientIds::Text(ids) => ids.iter().collect(),
                ClientIds::Int(_) => Vec::new(),
            });
            (ClientIds::Text(Arc::new(ids.into_iter().collect::<Texts>())), places)
        }
    };
    let rows = ids.len();

    let mut updated_on = vec![NO_INT32; rows];
    for (part, places) in parts.iter().zip(&places) {
        for (&day, &place) in part.updated_on.iter().zip(places) {
            let known = &mut updated_on[place as usize];
            *known = day.max(*known);
        }
    }
    let same_dates = parts.iter().zip(&places).all(|(part, places)| {
        let mut days = part.updated_on.iter().zip(places);
        days.all(|(&day, &place)| day == updated_on[place as usize])
    });

    let kind = {
        let codes = parts.iter().zip(&places).map(|(part, places)| (&part.kind[..], &places[..]));
        let name = |code: u8| catalogue.kind_names()[usize::from(code)].clone();
        scatter(codes, rows, NO_CODE).map_err(|(row, a, b)| Clash {
            row,
            place: 0,
            values: [name(a), name(b)],
        })
    };
    let columns: Vec<Result<Option<FieldStorage>, Clash>> = (0..fields.len())
        .into_par_iter()
        .map(|place| {
            let columns: Vec<(&FieldStorage, &[u32])> = parts
                .iter()
                .zip(&places)
                .filter_map(|(part, places)| Some((part.fields[place].as_ref()?, &places[..])))
                .collect();
            let told = |clash: Unequal| {
                let value = |(column, row): (usize, usize)| {
                    let value = columns[column].0.get(row, &fields[place], scale);
                    value.and_then(|value| value.text()).unwrap_or_else(|| "a person".to_owned())
                };
                Clash { row: clash.row, place: place + 1, values: clash.rows.map(value) }
            };
            united(&columns, rows).map_err(told)
        })
        .collect();
    let mut clashes: Vec<&Clash> =
        columns.iter().filter_map(|column| column.as_ref().err()).collect();
    clashes.extend(kind.as_ref().err());
    if let Some(clash) = clashes.iter().min_by_key(|clash| (clash.row, clash.place)) {
        let [mut left, mut right] = clash.values.clone();
        if left > right {
            std::mem::swap(&mut left, &mut right);
        }
        let client = ids.get(clash.row as usize);
        let name = match clash.place {
            0 => "kind".to_owned(),
            place => format!("fields.{}", fields[place - 1].name),
        };
        let problem = format!("two values, `{left}` and `{right}`");
        return fault(format!("client {client}, {name}"), problem);
    }

    let mut records: BTreeMap<u32, Arc<Records>> = BTreeMap::new();
    for (part, places) in parts.iter().zip(&places) {
        for (&row, given) in &part.records {
            let place = places[row as usize];
            let all = match records.remove(&place) {
                Some(known) => Arc::new(Arc::unwrap_or_clone(known).unite(given)),
                None => given.clone(),
            };
            records.insert(place, all);
        }
    }
    let mut base = Columns {
        ids,
        kind: Arc::new(kind.unwrap_or_default().into()),
        updated_on: Arc::new(updated_on.into()),
        fields: columns.into_iter().map(Result::unwrap_or_default).collect(),
        dates: vec![None; fields.len()],
        records,
    };
    base.dates = (0..fields.len())
        .into_par_iter()
        .map(|place| {
            let told = parts.iter().any(|part| part.dates[place].is_some());
            if same_dates && !told {
                None
            } else {
                dates(&base, &parts, &places, place, &fields[place])
            }
        })
        .collect();
    Ok(base)
}

/// The ids of all parts in order, each once, and for each row of each part its place there.
fn ranked<'p, K: Ord + Copy + Send>(
    parts: &'p [Columns],
    ids: impl Fn(&'p Columns) -> Vec<K>,
) -> (Vec<K>, Vec<Vec<u32>>) {
    let mut places: Vec<Vec<u32>> = parts.iter().map(|part| vec![0; part.ids.len()]).collect();
    let mut all: Vec<(K, u32, u32)> = Vec::new();
    for (part, number) in parts.iter().zip(0..) {
        all.extend(ids(part).into_iter().zip(0..).map(|(id, row)| (id, number, row)));
    }
    all.par_sort_unstable();
    let mut known: Vec<K> = Vec::new();
    for (id, number, row) in all {
        if known.last() != Some(&id) {
            known.push(id);
        }
        places[number as usize][row as usize] = known.len() as u32 - 1;
    }
    (known, places)
}

/// Puts values in their places; an error is the first place with two, and these.
fn scatter<'p, T: Copy + PartialEq + 'p>(
    columns: impl Iterator<Item = (&'p [T], &'p [u32])>,
    rows: usize,
    missing: T,
) -> Result<Vec<T>, (u32, T, T)> {
    let mut all = vec![missing; rows];
    let mut clash: Option<(u32, T, T)> = None;
    for (values, places) in columns {
        for (&value, &place) in values.iter().zip(places) {
            let known = &mut all[place as usize];
            if *known == missing {
                *known = value;
            } else if value != missing && value != *known && clash.is_none_or(|c| c.0 > place) {
                clash = Some((place, *known, value));
            }
        }
    }
    clash.map_or(Ok(all), Err)
}

/// Two unequal values of a row: for each, the column and the row there.
#[derive(Debug)]
struct Unequal {
    row: u32,
    rows: [(usize, usize); 2],
}

/// The columns of one field in one.
fn united(
    columns: &[(&FieldStorage, &[u32])],
    rows: usize,
) -> Result<Option<FieldStorage>, Unequal> {
    let Some((first, _)) = columns.first() else { return Ok(None) };
    // Where values are unequal is looked for only when some are.
    let unequal = |row: u32| {
        let mut holders = columns.iter().enumerate().flat_map(|(number, (column, places))| {
            let here = places.iter().enumerate().filter(move |&(_, &place)| place == row);
            here.map(move |(i, _)| (number, i)).filter(|&(_, i)| column.holds(i))
        });
        let first = holders.next().unwrap_or_default();
        let differs = |&other: &(usize, usize)| !same(columns, first, other);
        Unequal { row, rows: [first, holders.find(differs).unwrap_or(first)] }
    };
    macro_rules! plain {
        ($variant:ident, $missing:expr) => {{
            let values = columns.iter().filter_map(|&(column, places)| match column {
                FieldStorage::$variant(values) => Some((values.as_slice(), places)),
                _ => None,
            });
            let all = scatter(values, rows, $missing).map_err(|(row, ..)| unequal(row))?;
            FieldStorage::$variant(all)
        }};
    }
    Ok(Some(match first {
        FieldStorage::Number(_) => plain!(Number, NO_INT64),
        FieldStorage::Day(_) => plain!(Day, NO_INT32),
        FieldStorage::Flag(_) => plain!(Flag, NO_CODE),
        FieldStorage::Text(_) => {
            let mut known = Interner::default();
            let mut joint: Vec<(Vec<u32>, &[u32])> = Vec::with_capacity(columns.len());
            for &(column, places) in columns {
                let FieldStorage::Text(Names { codes, names }) = column else { continue };
                let new: Vec<u32> = names.iter().map(|name| known.code(name)).collect();
                let code = |&code: &u32| if code == NO_NAME { NO_NAME } else { new[code as usize] };
                joint.push((codes.iter().map(code).collect(), places));
            }
            let codes = joint.iter().map(|(codes, places)| (codes.as_slice(), *places));
            let codes = scatter(codes, rows, NO_NAME).map_err(|(row, ..)| unequal(row))?;
            FieldStorage::Text(sorted_names(codes, &known))
        }
        FieldStorage::List(_) => {
            // For each row where its list is; lists that are there twice must be equal.
            let mut sources: Vec<Option<(usize, usize)>> = vec![None; rows];
            let mut clash: Option<u32> = None;
            for (number, (column, places)) in columns.iter().enumerate() {
                for (row, &place) in places.iter().enumerate().filter(|(row, _)| column.holds(*row))
                {
                    let source = &mut sources[place as usize];
                    match *source {
                        None => *source = Some((number, row)),
                        Some(known) if same(columns, known, (number, row)) => {}
                        Some(_) => clash = Some(clash.map_or(place, |first| first.min(place))),
                    }
                }
            }
            if let Some(row) = clash {
                return Err(unequal(row));
            }
            let mut lists = ListsBuilder::default();
            for (row, source) in sources.into_iter().enumerate() {
                if let Some((number, from)) = source
                    && let FieldStorage::List(column) = columns[number].0
                {
                    lists.push(row, column.texts(from));
                }
            }
            FieldStorage::List(lists.finish(rows))
        }
        FieldStorage::Person(_) => {
            let mut all = BTreeMap::new();
            let mut clash: Option<u32> = None;
            for (column, places) in columns {
                let FieldStorage::Person(persons) = column else { continue };
                for (&row, person) in persons {
                    let place = places[row as usize];
                    let known = all.entry(place).or_insert_with(|| person.clone());
                    if known != person {
                        clash = Some(clash.map_or(place, |first| first.min(place)));
                    }
                }
            }
            match clash {
                Some(row) => return Err(unequal(row)),
                None => FieldStorage::Person(all),
            }
        }
        FieldStorage::Notes(_) => {
            let mut all: BTreeMap<u32, Vec<_>> = BTreeMap::new();
            for (column, places) in columns {
                let FieldStorage::Notes(notes) = column else { continue };
                for (&row, given) in notes {
                    let known = all.entry(places[row as usize]).or_default();
                    *known = unite_lists(std::mem::take(known), given.clone());
                }
            }
            FieldStorage::Notes(all)
        }
    }))
}

/// Whether the values of two rows of columns of one field are equal.
fn same(
    columns: &[(&FieldStorage, &[u32])],
    (a, row_a): (usize, usize),
    (b, row_b): (usize, usize),
) -> bool {
    match (columns[a].0, columns[b].0) {
        (FieldStorage::Number(x), FieldStorage::Number(y)) => x[row_a] == y[row_b],
        (FieldStorage::Day(x), FieldStorage::Day(y)) => x[row_a] == y[row_b],
        (FieldStorage::Flag(x), FieldStorage::Flag(y)) => x[row_a] == y[row_b],
        (FieldStorage::Text(x), FieldStorage::Text(y)) => x.get(row_a) == y.get(row_b),
        (FieldStorage::List(x), FieldStorage::List(y)) => x.texts(row_a).eq(y.texts(row_b)),
        (FieldStorage::Person(x), FieldStorage::Person(y)) => {
            x.get(&(row_a as u32)) == y.get(&(row_b as u32))
        }
        (FieldStorage::Notes(_), FieldStorage::Notes(_)) => true,
        _ => false,
    }
}

/// When a field of each client was brought up to date: the latest day of those who told its
/// value. `None` where that is the portrait's own day for all.
fn dates(
    base: &Columns,
    parts: &[Columns],
    places: &[Vec<u32>],
    place: usize,
    field: &Field,
) -> Option<Vec<i32>> {
    let mut held: Vec<Option<i32>> = vec![None; base.ids.len()];
    for (part, rows) in parts.iter().zip(places) {
        for (row, &client) in rows.iter().enumerate() {
            if part.holds(place, field, row) {
                let known = &mut held[client as usize];
                *known = Some(part.date(place, row)).max(*known);
            }
        }
    }
    let own = base.updated_on.iter();
    let dates: Vec<i32> = held.iter().zip(own).map(|(day, &own)| day.unwrap_or(own)).collect();
    (dates != base.updated_on[..]).then_some(dates)
}
