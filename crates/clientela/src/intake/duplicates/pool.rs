//! The records that are compared: those of one directory, or those of two that are linked.

use std::borrow::Cow;

use rayon::prelude::*;

use super::level::{Gauge, LEVELS, Level};
use crate::client::Texts;
use crate::intake::alike::Shape;
use crate::intake::directory::{Directory, Field, FieldKind, NO_KEY};

/// How two records agree: three bits a field, 0 where it tells nothing, else a level and 1.
pub(super) type Pattern = u64;
const BITS: usize = 3;

/// The level of a field in a pattern.
pub(super) fn level_at(pattern: Pattern, field: usize) -> Option<Level> {
    let code = (pattern >> (BITS * field)) as usize & 0b111;
    (1..=LEVELS).contains(&code).then(|| Level::ALL[code - 1])
}

/// A pattern with one field.
fn at(field: usize, level: Level) -> Pattern {
    (level as Pattern + 1) << (BITS * field)
}

/// One field of all records that are compared. Fields of names share their keys.
#[derive(Debug)]
pub(super) struct PoolField<'a> {
    pub(super) kind: FieldKind,
    pub(super) codes: Cow<'a, [u32]>,
    pub(super) keys: Cow<'a, Texts>,
    shapes: Cow<'a, [Shape]>,
}

/// Records by field. Of two directories the rows of the second follow those of the first.
#[derive(Debug)]
pub(super) struct Pool<'a> {
    pub(super) fields: Vec<PoolField<'a>>,
    pub(super) rows: usize,
    /// How many rows are of the first directory, where there are two.
    pub(super) split: Option<usize>,
    names: Vec<usize>,
    /// The codes once more, row by row, so that a pair is read in two places.
    codes: Vec<u32>,
}

/// A part of a field: its keys in order, and the place of each row's key.
#[derive(Debug, Clone, Copy)]
struct Part<'a> {
    keys: &'a Texts,
    codes: &'a [u32],
}

impl<'a> Part<'a> {
    fn of(field: &'a Field) -> Self {
        Self { keys: &field.keys, codes: &field.codes }
    }
}

impl<'a> Pool<'a> {
    /// The fields at these places of one directory.
    pub(super) fn of_one(directory: &'a Directory, places: &[usize]) -> Self {
        let parts = |field: &'a Field| (field.kind, vec![field]);
        let fields: Vec<_> =
            places.iter().map(|&place| parts(&directory.columns()[place])).collect();
        Self::of(&fields, directory.len(), None)
    }

    /// The fields at these pairs of places of two directories.
    pub(super) fn of_two(
        left: &'a Directory,
        right: &'a Directory,
        places: &[(usize, usize)],
    ) -> Self {
        let fields: Vec<_> = places
            .iter()
            .map(|&(i, j)| {
                let (x, y) = (&left.columns()[i], &right.columns()[j]);
                (x.kind, vec![x, y])
            })
            .collect();
        Self::of(&fields, left.len() + right.len(), Some(left.len()))
    }

    fn of(fields: &[(FieldKind, Vec<&'a Field>)], rows: usize, split: Option<usize>) -> Self {
        let is_name = |i: &usize| fields[*i].0 == FieldKind::Name;
        let names: Vec<usize> = (0..fields.len()).filter(is_name).collect();
        let mut made: Vec<Option<PoolField<'a>>> = fields
            .par_iter()
            .map(|(kind, parts)| match &parts[..] {
                _ if *kind == FieldKind::Name && names.len() > 1 => None,
                [field] => Some(PoolField {
                    kind: *kind,
                    codes: Cow::Borrowed(&field.codes),
                    keys: Cow::Borrowed(&field.keys),
                    shapes: Cow::Borrowed(&field.shapes),
                }),
                parts => {
                    let parts: Vec<Part<'_>> = parts.iter().map(|field| Part::of(field)).collect();
                    joined(*kind, &[parts]).pop()
                }
            })
            .collect();
        if names.len() > 1 {
            let parts: Vec<Vec<Part<'_>>> = names
                .iter()
                .map(|&i| fields[i].1.iter().map(|field| Part::of(field)).collect())
                .collect();
            for (&i, field) in names.iter().zip(joined(FieldKind::Name, &parts)) {
                made[i] = Some(field);
            }
        }
        Self::with(made.into_iter().flatten().collect(), rows, split, names)
    }

    /// The two records of one pair alone.
    pub(super) fn of_pair(a: &[(FieldKind, &str)], b: &[&str]) -> Pool<'static> {
        let part = |key: &str| match key {
            "" => (Texts::default(), [NO_KEY]),
            key => (std::iter::once(key).collect(), [0]),
        };
        let all: Vec<[(Texts, [u32; 1]); 2]> =
            a.iter().zip(b).map(|(x, y)| [part(x.1), part(y)]).collect();
        let names: Vec<usize> = (0..a.len()).filter(|&i| a[i].0 == FieldKind::Name).collect();
        let of = |i: usize| -> Vec<Part<'_>> {
            all[i].iter().map(|(keys, codes)| Part { keys, codes }).collect()
        };
        let mut fields: Vec<Option<PoolField<'static>>> = (0..a.len())
            .map(|i| match a[i].0 {
                FieldKind::Name => None,
                kind => joined(kind, &[of(i)]).pop(),
            })
            .collect();
        let parts: Vec<Vec<Part<'_>>> = names.iter().map(|&i| of(i)).collect();
        for (&i, field) in names.iter().zip(joined(FieldKind::Name, &parts)) {
            fields[i] = Some(field);
        }
        Pool::with(fields.into_iter().flatten().collect(), 2, None, names)
    }

    fn with(
        fields: Vec<PoolField<'a>>,
        rows: usize,
        split: Option<usize>,
        names: Vec<usize>,
    ) -> Self {
        let mut codes = vec![NO_KEY; rows * fields.len()];
        codes.par_chunks_mut(fields.len().max(1)).enumerate().for_each(|(row, codes)| {
            for (code, field) in codes.iter_mut().zip(&fields) {
                *code = field.codes[row];
            }
        });
        Self { fields, rows, split, names, codes }
    }

    /// The codes of a row.
    fn row(&self, row: usize) -> &[u32] {
        &self.codes[row * self.fields.len()..(row + 1) * self.fields.len()]
    }

    /// How many pairs there are of so many rows of the first and the second directory.
    pub(super) fn pairs_of(&self, left: u64, right: u64) -> u64 {
        match self.split {
            Some(_) => left * right,
            None => left * left.saturating_sub(1) / 2,
        }
    }

    /// How many pairs there are in all.
    pub(super) fn pairs(&self) -> u64 {
        let left = self.split.unwrap_or(self.rows);
        self.pairs_of(left as u64, (self.rows - left) as u64)
    }

    /// How two rows agree, if they may mean one client: where they agree at least closely in two
    /// fields, or in all that are known. One agreement among differences is none.
    pub(super) fn open_pattern(&self, a: usize, b: usize, gauge: Gauge) -> Option<Pattern> {
        let (x, y) = (self.row(a), self.row(b));
        let (mut equal, mut known) = (0, 0);
        for (&x, &y) in x.iter().zip(y) {
            if x != NO_KEY && y != NO_KEY {
                known += 1;
                equal += u32::from(x == y);
            }
        }
        let open = equal >= 2
            || equal == known
            || self.fields.iter().zip(x.iter().zip(y)).any(|(field, (&x, &y))| {
                x != y && x != NO_KEY && y != NO_KEY && {
                    gauge.is_close(field.kind, field.shaped(x), field.shaped(y))
                }
            })
            || self.are_exchanged(x, y);
        (open && known > 0).then(|| self.pattern(a, b, gauge))
    }

    /// Whether two names stand in each other's field.
    fn are_exchanged(&self, x: &[u32], y: &[u32]) -> bool {
        let names = self.names.iter().enumerate();
        names.into_iter().any(|(place, &i)| {
            let exchanged = |&j: &usize| x[i] == y[j] && x[j] == y[i] && x[i] != y[i];
            x[i] != NO_KEY && y[i] != NO_KEY && self.names[place + 1..].iter().any(exchanged)
        })
    }

    /// How two rows agree.
    pub(super) fn pattern(&self, a: usize, b: usize, gauge: Gauge) -> Pattern {
        let (a, b) = (self.row(a), self.row(b));
        let mut pattern = 0;
        let mut told = 0_u32;
        for (place, &i) in self.names.iter().enumerate() {
            let (x, y) = (a[i], b[i]);
            if x == y || x == NO_KEY || y == NO_KEY || told & 1 << i != 0 {
                continue;
            }
            let exchanged = |&&j: &&usize| a[j] == y && b[j] == x && told & 1 << j == 0;
            // Both fields say one thing, so only the first of them counts.
            if let Some(&j) = self.names[place + 1..].iter().find(exchanged) {
                pattern |= at(i, Level::Swapped);
                told |= 1 << i | 1 << j;
            }
        }
        for (i, field) in self.fields.iter().enumerate() {
            let (x, y) = (a[i], b[i]);
            if x == NO_KEY || y == NO_KEY || told & 1 << i != 0 {
                continue;
            }
            let level = if x == y {
                Level::Equal
            } else {
                gauge.level(field.kind, field.shaped(x), field.shaped(y))
            };
            pattern |= at(i, level);
        }
        pattern
    }
}

impl PoolField<'_> {
    /// A key with its shape.
    fn shaped(&self, code: u32) -> (&str, Shape) {
        (self.keys.get(code as usize), self.shapes[code as usize])
    }
}

/// The fields of some parts each, with one list of keys for all.
fn joined(kind: FieldKind, fields: &[Vec<Part<'_>>]) -> Vec<PoolField<'static>> {
    let parts: Vec<Part<'_>> = fields.iter().flatten().copied().collect();
    let mut all: Vec<(&str, u32, u32)> = Vec::new();
    for (part, number) in parts.iter().zip(0..) {
        all.extend(part.keys.iter().zip(0..).map(|(key, code)| (key, number, code)));
    }
    all.par_sort_unstable();
    let mut keys = Texts::default();
    let mut places: Vec<Vec<u32>> = parts.iter().map(|part| vec![0; part.keys.len()]).collect();
    let mut last = None;
    for (key, number, code) in all {
        if last != Some(key) {
            keys.push(key);
            last = Some(key);
        }
        places[number as usize][code as usize] = keys.len() as u32 - 1;
    }
    let shapes: Vec<Shape> =
        (0..keys.len()).into_par_iter().map(|i| Shape::of(keys.get(i))).collect();
    let mut places = places.iter();
    fields
        .iter()
        .map(|parts| {
            let mut codes = Vec::new();
            for (part, places) in parts.iter().zip(places.by_ref()) {
                let joint = |&code: &u32| if code == NO_KEY { code } else { places[code as usize] };
                codes.extend(part.codes.iter().map(joint));
            }
            PoolField {
                kind,
                codes: Cow::Owned(codes),
                keys: Cow::Owned(keys.clone()),
                shapes: Cow::Owned(shapes.clone()),
            }
        })
        .collect()
}
