//! Which records are compared: those that share a value, so that not all pairs need be looked at.

use rayon::prelude::*;
use serde::Serialize;

use super::pool::Pool;
use crate::intake::directory::{FieldKind, NO_KEY};

/// Values that more records share than are compared each with each, and what was done with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Crowd {
    /// The field whose values they are; names are one.
    pub field: String,
    /// How many values.
    pub values: usize,
    /// How many times a record has one of them.
    pub records: usize,
    /// The most records with one value.
    pub largest: usize,
    /// How many groups of records remain uncompared that share such a value and a value of a
    /// second field too, because they are too many even so.
    pub left: usize,
    /// How many times a record is in one of these groups.
    pub left_records: usize,
}

/// Groups of rows that are compared each with each.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// The rows of each block, ascending.
    starts: Vec<usize>,
    rows: Vec<u32>,
    /// The blocks of each row.
    of_starts: Vec<usize>,
    of: Vec<u32>,
    pub(super) crowds: Vec<Crowd>,
}

/// A key of a block and a row that has it.
type Entry = (u32, u32);

impl Blocks {
    /// The blocks of a pool; `names` are those of its fields, and a block has no more than `most`
    /// records.
    pub(super) fn of(pool: &Pool<'_>, names: &[String], most: u32) -> Self {
        let most = u64::from(most);
        let limit = most * (most - 1) / 2;
        let keyed: Vec<(String, Vec<usize>, Vec<Entry>)> = keyed(pool, names);
        let made: Vec<(Vec<Vec<u32>>, Option<Crowd>)> = keyed
            .into_par_iter()
            .map(|(name, own, mut entries)| {
                entries.par_sort_unstable();
                entries.dedup();
                let mut blocks = Vec::new();
                let mut crowd = Crowd {
                    field: name,
                    values: 0,
                    records: 0,
                    largest: 0,
                    left: 0,
                    left_records: 0,
                };
                for run in entries.chunk_by(|a, b| a.0 == b.0) {
                    let pairs = pairs(pool, run);
                    if pairs == 0 {
                        continue;
                    }
                    if pairs <= limit {
                        blocks.push(rows(run));
                        continue;
                    }
                    crowd.values += 1;
                    crowd.records += run.len();
                    crowd.largest = crowd.largest.max(run.len());
                    refine(pool, run, &own, limit, &mut blocks, &mut crowd);
                }
                (blocks, (crowd.values > 0).then_some(crowd))
            })
            .collect();
        let mut all = Self { starts: vec![0], ..Self::default() };
        for (blocks, crowd) in made {
            for block in blocks {
                all.rows.extend(block);
                all.starts.push(all.rows.len());
            }
            all.crowds.extend(crowd);
        }
        all.index(pool.rows);
        all
    }

    fn index(&mut self, rows: usize) {
        let mut starts = vec![0_usize; rows + 1];
        for &row in &self.rows {
            starts[row as usize + 1] += 1;
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let mut of = vec![0; self.rows.len()];
        for (block, bounds) in self.starts.windows(2).enumerate() {
            for &row in &self.rows[bounds[0]..bounds[1]] {
                of[next[row as usize]] = block as u32;
                next[row as usize] += 1;
            }
        }
        (self.of_starts, self.of) = (starts, of);
    }

    /// The rows after a row that share a block with it, ascending, each once.
    pub(super) fn partners(&self, pool: &Pool<'_>, row: usize, partners: &mut Vec<u32>) {
        partners.clear();
        let first = match pool.split {
            Some(split) if row >= split => return,
            Some(split) => split as u32,
            None => row as u32 + 1,
        };
        for &block in &self.of[self.of_starts[row]..self.of_starts[row + 1]] {
            let block = block as usize;
            let rows = &self.rows[self.starts[block]..self.starts[block + 1]];
            partners.extend_from_slice(&rows[rows.partition_point(|&other| other < first)..]);
        }
        partners.sort_unstable();
        partners.dedup();
    }
}

fn rows(run: &[Entry]) -> Vec<u32> {
    run.iter().map(|&(_, row)| row).collect()
}

/// How many pairs the rows of a run make.
fn pairs(pool: &Pool<'_>, run: &[Entry]) -> u64 {
    let left = match pool.split {
        Some(split) => run.partition_point(|&(_, row)| (row as usize) < split),
        None => run.len(),
    };
    pool.pairs_of(left as u64, (run.len() - left) as u64)
}

/// The keys of blocks: of all names together, so that exchanged ones meet, and of each other field
/// that is no code. Beside them the fields that they are of.
fn keyed(pool: &Pool<'_>, names: &[String]) -> Vec<(String, Vec<usize>, Vec<Entry>)> {
    let entries = |codes: &[u32]| -> Vec<Entry> {
        let known = codes.iter().zip(0..).filter(|&(&code, _)| code != NO_KEY);
        known.map(|(&code, row)| (code, row)).collect()
    };
    let mut all: Vec<(String, Vec<usize>, Vec<Entry>)> = Vec::new();
    let mut of_names: (Vec<usize>, Vec<Entry>) = Default::default();
    for (i, field) in pool.fields.iter().enumerate() {
        match field.kind {
            FieldKind::Name => {
                of_names.0.push(i);
                of_names.1.extend(entries(&field.codes));
            }
            FieldKind::Date => {
                let places = exchanged(field.keys.iter());
                let place = |&code: &u32| if code == NO_KEY { code } else { places[code as usize] };
                let codes: Vec<u32> = field.codes.iter().map(place).collect();
                all.push((names[i].clone(), vec![i], entries(&codes)));
            }
            FieldKind::Code => {}
            _ => all.push((names[i].clone(), vec![i], entries(&field.codes))),
        }
    }
    if !of_names.0.is_empty() {
        let own: Vec<&str> = of_names.0.iter().map(|&i| names[i].as_str()).collect();
        all.insert(0, (own.join(", "), of_names.0, of_names.1));
    }
    all
}

/// For each day a number that it shares with the one whose day and month are exchanged.
fn exchanged<'a>(days: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let lower = |day: &str| {
        let other = match (day.get(..4), day.get(4..6), day.get(6..8)) {
            (Some(year), Some(month), Some(day)) => format!("{year}{day}{month}"),
            _ => day.to_owned(),
        };
        if *day <= *other { day.to_owned() } else { other }
    };
    let lowered: Vec<String> = days.map(lower).collect();
    let mut order: Vec<u32> = (0..lowered.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| lowered[a as usize].cmp(&lowered[b as usize]));
    let mut places = vec![0; lowered.len()];
    let mut place = 0;
    for (i, &day) in order.iter().enumerate() {
        if i > 0 && lowered[order[i - 1] as usize] != lowered[day as usize] {
            place += 1;
        }
        places[day as usize] = place;
    }
    places
}

/// Splits a run that is too large by the values of each other field.
fn refine(
    pool: &Pool<'_>,
    run: &[Entry],
    own: &[usize],
    limit: u64,
    blocks: &mut Vec<Vec<u32>>,
    crowd: &mut Crowd,
) {
    for (i, field) in pool.fields.iter().enumerate() {
        // The key of names may stand in any of them, so that each splits the others.
        let itself = own.contains(&i) && own.len() == 1;
        if itself || field.kind == FieldKind::Code {
            continue;
        }
        let known = run.iter().map(|&(_, row)| (field.codes[row as usize], row));
        let own_key = run.first().map_or(NO_KEY, |&(key, _)| key);
        let other = |&(code, _): &Entry| code != NO_KEY && !(own.contains(&i) && code == own_key);
        let mut entries: Vec<Entry> = known.filter(other).collect();
        entries.sort_unstable();
        for part in entries.chunk_by(|a, b| a.0 == b.0) {
            match pairs(pool, part) {
                0 => {}
                pairs if pairs <= limit => blocks.push(rows(part)),
                _ => {
                    crowd.left += 1;
                    crowd.left_records += part.len();
                }
            }
        }
    }
}
