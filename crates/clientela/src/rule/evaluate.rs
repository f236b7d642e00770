//! Runs a program over a base: by column, chunk by chunk, on all cores.

use super::accept::{Accept, Numbers, key};
use super::attribute::Source;
use super::bits::{Bits, CHUNK, fill};
use super::condition::Unknown;
use super::figure::{SalesReader, SalesWork, UNKNOWN};
use super::program::{Branches, Node, Program, Test};
use crate::census::basis::{Declared, NO_ROW};
use crate::client::{ClientIds, Texts};
use crate::portrait::{FieldStorage, RecordField};
use crate::table::{NO_CODE, NO_INT32, NO_INT64, NO_NAME, Values};
use crate::view::Seen;

/// A number as columns keep it.
trait Stored: Copy + PartialEq + PartialOrd + Default {
    /// What stands for a missing value.
    const MISSING: Self;
    /// The least and the largest value.
    const RANGE: (i64, i64);

    fn of(wide: i64) -> Self;
    fn wide(self) -> i64;
}

macro_rules! stored {
    ($($kind:ty: $missing:expr, $least:expr, $most:expr;)*) => {
        $(#[allow(
            trivial_numeric_casts,
            clippy::cast_lossless,
            reason = "the kinds are narrow, wide and without a sign"
        )]
        impl Stored for $kind {
            const MISSING: Self = $missing;
            const RANGE: (i64, i64) = ($least as i64, $most as i64);

            fn of(wide: i64) -> Self {
                wide as Self
            }

            fn wide(self) -> i64 {
                self as i64
            }
        })*
    };
}

stored! {
    u8: NO_CODE, 0, u8::MAX - 1;
    i32: NO_INT32, i32::MIN + 1, i32::MAX;
    i64: NO_INT64, i64::MIN + 1, i64::MAX;
    u32: NO_NAME, 0, u32::MAX - 1;
}

/// Which numbers hold, into the bits; a missing one does not.
#[allow(clippy::needless_bitwise_bool, reason = "without a branch many are compared at once")]
fn numbers<T: Stored>(set: &Numbers, values: &[T], holds: &mut [u64; super::bits::WORDS]) {
    let range = Numbers::stretch(T::RANGE.0, T::RANGE.1);
    let within = set.and(&range);
    match within.stretches() {
        [] => holds.fill(0),
        &[(low, high)] => {
            let (low, high) = (T::of(low), T::of(high));
            fill(holds, values, |value| (value >= low) & (value <= high));
        }
        // All but a stretch.
        &[(first, low), (high, last)] if (first, last) == T::RANGE => {
            let (low, high) = (T::of(low), T::of(high));
            fill(holds, values, |value| ((value <= low) | (value >= high)) & (value != T::MISSING));
        }
        _ if size_of::<T>() == 1 => {
            let table: [bool; 256] = std::array::from_fn(|code| within.holds(code as i64));
            fill(holds, values, |value| table[value.wide() as u8 as usize]);
        }
        _ => fill(holds, values, |value| within.holds(value.wide())),
    }
}

/// The verdict on stored numbers.
fn stored<T: Stored>(accept: &Accept, values: &[T], out: &mut Bits) {
    match accept {
        Accept::Known(known) => {
            let known = *known;
            fill(&mut out.holds, values, |value| (value != T::MISSING) == known);
            out.unknown.fill(0);
        }
        Accept::Numbers(set) => {
            numbers(set, values, &mut out.holds);
            fill(&mut out.unknown, values, |value| value == T::MISSING);
        }
        _ => nothing(accept, values.len(), out),
    }
}

/// The verdict on what is never missing.
fn told(accept: &Accept, rows: usize, out: &mut Bits, holds: impl Fn(usize) -> bool) {
    out.unknown.fill(0);
    match accept {
        Accept::Known(known) => *out = if *known { Bits::all(rows) } else { Bits::NONE },
        _ => each(rows, out, |row| Some(holds(row))),
    }
}

/// The verdict row by row.
fn each(rows: usize, out: &mut Bits, fact: impl Fn(usize) -> Option<bool>) {
    *out = Bits::NONE;
    for row in 0..rows {
        let (word, bit) = (row / 64, row % 64);
        match fact(row) {
            Some(holds) => out.holds[word] |= u64::from(holds) << bit,
            None => out.unknown[word] |= 1 << bit,
        }
    }
}

/// The verdict where nothing is known.
fn nothing(accept: &Accept, rows: usize, out: &mut Bits) {
    *out = Bits::NONE;
    match accept {
        Accept::Known(false) => *out = Bits::all(rows),
        Accept::Known(true) => {}
        _ => out.unknown = Bits::all(rows).holds,
    }
}

#[allow(clippy::needless_bitwise_bool, reason = "without a branch many are compared at once")]
fn floats(accept: &Accept, values: &[f64], out: &mut Bits) {
    match accept {
        Accept::Known(known) => {
            let known = *known;
            fill(&mut out.holds, values, |value| value.is_finite() == known);
            out.unknown.fill(0);
        }
        Accept::Floats(set) => {
            match set.stretches() {
                &[(low, high)] => fill(&mut out.holds, values, |value| {
                    let key = key(value);
                    value.is_finite() & (key >= low) & (key <= high)
                }),
                _ => {
                    fill(&mut out.holds, values, |value| {
                        value.is_finite() && set.holds(key(value))
                    });
                }
            }
            fill(&mut out.unknown, values, |value| !value.is_finite());
        }
        _ => nothing(accept, values.len(), out),
    }
}

/// The verdict on figures, which may be known within limits only.
fn figures(accept: &Accept, values: &[(i64, i64)], out: &mut Bits) {
    each(values.len(), out, |row| figure(accept, values[row]));
}

/// The verdict on one figure.
pub(super) fn figure(accept: &Accept, value: (i64, i64)) -> Option<bool> {
    match accept {
        // A number that is only known within limits is not known.
        Accept::Known(known) => Some((value != UNKNOWN && value.0 == value.1) == *known),
        _ if value == UNKNOWN => None,
        Accept::Numbers(set) => set.holds_between(value.0, value.1),
        _ => None,
    }
}

/// Buffers for one chunk after another.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// The chunk: its first row and number of rows.
    start: usize,
    rows: usize,
    /// The figures of the chunk, and whether they are read.
    figures: Vec<Vec<(i64, i64)>>,
    read: Vec<bool>,
    sales: SalesWork,
    /// Rules that others include, as far as they are found.
    rules: Vec<Option<Box<Bits>>>,
    wide: Vec<i64>,
    narrow: Vec<i32>,
    codes: Vec<u8>,
    names: Vec<u32>,
}

/// Runs a program over the rows of a base.
#[derive(Debug)]
pub(super) struct Runner<'p, 'a> {
    program: &'p Program<'a>,
    seen: Seen<'a>,
    sales: SalesReader<'a>,
}

impl<'p, 'a> Runner<'p, 'a> {
    pub(super) fn new(program: &'p Program<'a>, seen: &Seen<'a>) -> Self {
        Self { program, seen: *seen, sales: SalesReader::new(*seen) }
    }

    /// Begins with a chunk.
    pub(super) fn begin(&self, work: &mut Work, start: usize, rows: usize) {
        debug_assert!(rows <= CHUNK);
        (work.start, work.rows) = (start, rows);
        work.read.clear();
        work.read.resize(self.program.figures.len(), false);
        work.figures.resize_with(self.program.figures.len(), Vec::new);
        work.rules.clear();
        work.rules.resize_with(self.program.rules.len(), || None);
    }

    /// The verdict of a rule on the chunk.
    pub(super) fn rule(&self, rule: usize, work: &mut Work, out: &mut Bits) {
        if let Some(found) = &work.rules[rule] {
            *out = **found;
            return;
        }
        self.node(&self.program.rules[rule], work, out);
        if self.program.included[rule] {
            work.rules[rule] = Some(Box::new(*out));
        }
    }

    /// The verdict of a condition on the chunk.
    pub(super) fn node(&self, node: &Node, work: &mut Work, out: &mut Bits) {
        match node {
            Node::All(branches) => {
                *out = Bits::all(work.rows);
                self.branches(branches, work, out, |out, one, _| {
                    out.and(one);
                    out.is_never()
                });
            }
            Node::Any(branches) => {
                *out = Bits::NONE;
                self.branches(branches, work, out, |out, one, rows| {
                    out.or(one);
                    out.is_always(rows)
                });
            }
            Node::Not(node) => {
                self.node(node, work, out);
                out.not(work.rows);
            }
            Node::Rule(rule) => self.rule(*rule, work, out),
            Node::Leaf(leaf) => self.leaf(&self.program.leaves[*leaf], work, out),
        }
    }

    /// Joins the verdicts of several conditions, until no further one can change anything.
    fn branches(
        &self,
        branches: &Branches,
        work: &mut Work,
        out: &mut Bits,
        join: impl Fn(&mut Bits, &Bits, usize) -> bool,
    ) {
        let mut one = Bits::NONE;
        for &place in &branches.order {
            self.node(&branches.nodes[place], work, &mut one);
            if join(out, &one, work.rows) {
                return;
            }
        }
    }

    /// The verdict of a leaf on the chunk.
    pub(super) fn leaf(&self, test: &Test<'_>, work: &mut Work, out: &mut Bits) {
        let span = work.start..work.start + work.rows;
        let (accept, rows) = (&test.accept, work.rows);
        match test.source {
            Source::Nothing(_) => nothing(accept, rows, out),
            Source::Column(values) => match values {
                Values::Choice(codes, _) | Values::Flag(codes) | Values::Count8(codes) => {
                    stored(accept, &codes[span], out);
                }
                Values::Day(values) | Values::Int32(values) => stored(accept, &values[span], out),
                Values::Int64(values) | Values::Money(values, _) => {
                    stored(accept, &values[span], out);
                }
                Values::Name(codes, _) => stored(accept, &codes[span], out),
                Values::Float(values) => floats(accept, &values[span], out),
                Values::Text(texts) | Values::Client(ClientIds::Text(texts)) => {
                    texts_of(accept, texts, work.start, rows, out);
                }
                Values::Client(ClientIds::Int(ids)) => {
                    let Accept::Numbers(set) = accept else {
                        return told(accept, rows, out, |_| false);
                    };
                    told(accept, rows, out, |row| set.holds(ids[span.start + row]));
                }
            },
            Source::Field(declared, storage, _) => {
                Self::field(accept, declared, storage, work, out);
            }
            Source::Filled(declared, records) => {
                let holds = |row: usize| self.filled(declared, records, span.start + row);
                match accept {
                    Accept::Known(known) => {
                        each(rows, out, |row| Some(holds(row).is_some() == *known));
                    }
                    Accept::Numbers(set) => {
                        each(rows, out, |row| holds(row).map(|filled| set.holds(filled.into())));
                    }
                    _ => nothing(accept, rows, out),
                }
            }
            Source::Figure(place) => figures(accept, self.figure(place, work), out),
        }
        if let Some(unknown) = test.unknown {
            out.decide(unknown == Unknown::Yes);
        }
    }

    /// A field of the portraits, brought beside the rows.
    fn field(
        accept: &Accept,
        declared: &Declared,
        storage: &FieldStorage,
        work: &mut Work,
        out: &mut Bits,
    ) {
        let at = &declared.rows[work.start..work.start + work.rows];
        match storage {
            FieldStorage::Number(values) => {
                gather(at, values, &mut work.wide);
                stored(accept, &work.wide, out);
            }
            FieldStorage::Day(values) => {
                gather(at, values, &mut work.narrow);
                stored(accept, &work.narrow, out);
            }
            FieldStorage::Flag(values) => {
                gather(at, values, &mut work.codes);
                stored(accept, &work.codes, out);
            }
            FieldStorage::Text(names) => {
                gather(at, &names.codes, &mut work.names);
                stored(accept, &work.names, out);
            }
            other => each(work.rows, out, |row| {
                let at = (at[row] != NO_ROW).then_some(at[row] as usize);
                let known = at.filter(|&at| other.holds(at));
                match (accept, other, known) {
                    (Accept::Known(wanted), _, known) => Some(known.is_some() == *wanted),
                    (_, FieldStorage::List(lists), Some(at)) => Some(accept.list(lists.texts(at))),
                    _ => None,
                }
            }),
        }
    }

    /// Whether a client has records that fill a field; unknown without a portrait.
    pub(super) fn filled(
        &self,
        declared: &Declared,
        field: RecordField,
        row: usize,
    ) -> Option<bool> {
        let at = declared.at(row)?;
        let records = declared.portraits.records(at);
        Some(records.is_some_and(|records| records.fills(field, self.seen.as_of())))
    }

    /// A figure of the chunk. Those of the sales are read together.
    pub(super) fn figure<'w>(&self, place: usize, work: &'w mut Work) -> &'w [(i64, i64)] {
        if !work.read[place] {
            let all = &self.program.figures;
            if all[place].of_sales() {
                for (place, figure) in all.iter().enumerate().filter(|(_, one)| one.of_sales()) {
                    work.read[place] = figure.of_sales();
                    work.figures[place].clear();
                    work.figures[place].resize(work.rows, UNKNOWN);
                }
                let Work { start, rows, figures, sales, .. } = work;
                self.sales.read(all, *start, *rows, sales, figures);
            } else {
                work.read[place] = true;
                let values = &mut work.figures[place];
                values.clear();
                values.resize(work.rows, UNKNOWN);
                all[place].of_records(&self.seen, work.start, values);
            }
        }
        &work.figures[place]
    }
}

/// Values brought beside the rows that they belong to.
fn gather<T: Stored>(at: &[u32], values: &[T], beside: &mut Vec<T>) {
    beside.clear();
    beside.extend(at.iter().map(|&at| if at == NO_ROW { T::MISSING } else { values[at as usize] }));
}

fn texts_of(accept: &Accept, texts: &Texts, start: usize, rows: usize, out: &mut Bits) {
    told(accept, rows, out, |row| accept.text(texts.get(start + row)));
}
