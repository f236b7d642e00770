//! How complete portraits are (R10, R12).

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::prelude::*;
use serde::Serialize;

use super::judge::{Bits, Judge, Lack, ones};
use super::portraits::Portraits;
use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::client::{ClientId, Texts};
use crate::table::{NO_CODE, Table, Values};

/// How complete one portrait is as of a day (R12). Fields of weight 0 and fields that do not
/// apply to the client's kind are left out everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Completeness {
    /// Fields that apply.
    pub applicable: u32,
    /// Of these, filled.
    pub filled: u32,
    /// What the fields that apply weigh.
    pub applicable_weight: u64,
    /// What the filled ones weigh.
    pub filled_weight: u64,
    /// Fields that are not filled, in the order of the catalogue.
    pub missing: Vec<String>,
    /// Of these, the required ones.
    pub missing_required: Vec<String>,
    /// Fields whose values are older than their limit.
    pub stale: Vec<String>,
    /// Fields with a limit of age whose values bear no date.
    pub undated: Vec<String>,
    /// Whether it says more than contact name, company details, phone and address (R10).
    pub sufficient: bool,
    /// Whether a birth date is known: the client's, or a person's on its side (S0.13).
    pub birth_date: bool,
    /// Required fields that apply.
    pub required: u32,
}

impl Completeness {
    /// Filled weight over applicable weight, 0 to 1; `None` where nothing applies.
    pub fn ratio(&self) -> Option<f64> {
        (self.applicable_weight > 0)
            .then(|| self.filled_weight as f64 / self.applicable_weight as f64)
    }
}

/// How well a client is known (R12, S0.13), 0 to 3, each step on the one before: whether it
/// bought, so that the volumes are known; whether a birth date is; whether all required fields
/// of its kind are, and there are any (`nuances`).
///
/// ```
/// use clientela::knowledge_level;
///
/// assert_eq!(knowledge_level(true, true, false), 2);
/// assert_eq!(knowledge_level(true, false, true), 1);
/// assert_eq!(knowledge_level(false, true, true), 0);
/// ```
pub fn knowledge_level(bought: bool, birth_date: bool, nuances: bool) -> u8 {
    match (bought, birth_date, nuances) {
        (false, ..) => 0,
        (true, false, _) => 1,
        (true, true, false) => 2,
        (true, true, true) => 3,
    }
}

/// Completeness by column, a row per portrait.
#[derive(Debug, Clone)]
pub(crate) struct CompletenessColumns {
    pub(crate) applicable: Arc<Buffer<i32>>,
    pub(crate) filled: Arc<Buffer<i32>>,
    /// Filled over applicable weight; NaN where nothing applies.
    pub(crate) ratio: Arc<Buffer<f64>>,
    pub(crate) required: Arc<Buffer<i32>>,
    pub(crate) required_filled: Arc<Buffer<i32>>,
    pub(crate) missing: LackColumn,
    pub(crate) missing_required: LackColumn,
    pub(crate) stale: LackColumn,
    pub(crate) undated: Arc<Buffer<i32>>,
    /// 0 or 1.
    pub(crate) sufficient: Arc<Buffer<u8>>,
    /// 0 or 1: whether a birth date is known.
    pub(crate) birth_date: Arc<Buffer<u8>>,
    /// 0 or 1: whether the kind is known, it has required fields, and all are filled.
    pub(crate) nuances: Arc<Buffer<u8>>,
}

/// Names of fields by row, as one text each: places in a list of texts in the order in which
/// rows first have them. Nothing lacking is the empty text.
#[derive(Debug, Clone)]
pub(crate) struct LackColumn {
    pub(crate) codes: Arc<Buffer<u32>>,
    pub(crate) texts: Arc<Texts>,
}

impl LackColumn {
    pub(crate) fn values(&self) -> Values {
        Values::Name(self.codes.clone(), self.texts.clone())
    }
}

/// Rows that are judged together.
pub(super) const CHUNK: usize = 4096;

/// What one chunk gives.
struct Chunk {
    applicable: Vec<i32>,
    filled: Vec<i32>,
    ratio: Vec<f64>,
    required: Vec<i32>,
    required_filled: Vec<i32>,
    undated: Vec<i32>,
    sufficient: Vec<u8>,
    birth_date: Vec<u8>,
    nuances: Vec<u8>,
    lacks: [Patterns; 3],
}

const LACKS: [Lack; 3] = [Lack::Missing, Lack::MissingRequired, Lack::Stale];

/// Sets of fields, each once, and the number of each row's set.
#[derive(Debug, Default)]
struct Patterns {
    codes: Vec<u32>,
    /// So many words for each set, one after another.
    sets: Vec<u64>,
    known: HashTable<u32>,
}

/// Hashing is fixed and decides nothing: sets are numbered as they come.
fn hash(set: &[u64]) -> u64 {
    FixedState::with_seed(0).hash_one(set)
}

impl Patterns {
    /// The number of a set.
    fn code(&mut self, set: &[u64]) -> u32 {
        let words = set.len();
        let sets = &mut self.sets;
        let at = |code: u32| code as usize * words..(code as usize + 1) * words;
        let found = self.known.entry(
            hash(set),
            |&code| sets[at(code)] == *set,
            |&code| hash(&sets[at(code)]),
        );
        match found {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                let code = (sets.len() / words) as u32;
                place.insert(code);
                sets.extend_from_slice(set);
                code
            }
        }
    }
}

impl Portraits {
    /// How complete a client's portrait is as of a day; `None` where there is none. What is
    /// dated later does not count.
    pub fn completeness_of(&self, client: &ClientId, as_of: Day) -> Option<Completeness> {
        let row = self.ids().find(client)?;
        let judge = Judge::new(self, as_of);
        let kind = self.columns().kind[row];
        let bits = judge.bits(row..row + 1);
        let counts = judge.counts(&bits, 0, kind);
        let names = |set: &dyn Fn(usize) -> u64| {
            let places =
                (0..judge.words).flat_map(|word| ones(set(word)).map(move |bit| word * 64 + bit));
            places.map(|place| self.catalogue().fields()[place].name.clone()).collect()
        };
        let lacks = |what| names(&|word| judge.lacks(&bits, 0, kind, what, word));
        Some(Completeness {
            applicable: counts.applicable,
            filled: counts.filled,
            applicable_weight: counts.applicable_weight,
            filled_weight: counts.filled_weight,
            missing: lacks(Lack::Missing),
            missing_required: lacks(Lack::MissingRequired),
            stale: lacks(Lack::Stale),
            undated: names(&|word| bits.undated[word] & judge.counted(kind, word)),
            sufficient: counts.sufficient,
            birth_date: counts.birth_date,
            required: counts.required,
        })
    }

    /// How complete every portrait is as of a day (R10, R12), a row per client in the order of
    /// ids. What is dated later does not count.
    pub fn completeness(&self, as_of: Day) -> Table {
        let columns = self.completeness_columns(as_of);
        let (kinds, kind_names) = self.kind_codes();
        let column = |name: &'static str, about: &'static str, source: &'static str, values| {
            crate::axis::column(name, source, about, values)
        };
        Table::new(vec![
            column("client", "Client id.", "convention", Values::Client(self.ids().clone())),
            column(
                "kind",
                "Kind of client.",
                "R6 to R10",
                Values::Choice(kinds.clone(), kind_names.clone()),
            ),
            column(
                "updated_on",
                "When the portrait was last brought up to date.",
                "R11",
                Values::Day(self.columns().updated_on.clone()),
            ),
            column(
                "applicable",
                "Fields that apply to the kind and count.",
                "R12",
                Values::Int32(columns.applicable),
            ),
            column("filled", "Of these, filled.", "R12", Values::Int32(columns.filled)),
            column(
                "completeness",
                "What the filled fields weigh over what all that apply weigh, 0 to 1.",
                "R12",
                Values::Float(columns.ratio),
            ),
            column(
                "required",
                "Required fields that apply.",
                "R12",
                Values::Int32(columns.required),
            ),
            column(
                "required_filled",
                "Of these, filled.",
                "R12",
                Values::Int32(columns.required_filled),
            ),
            column(
                "missing",
                "Fields that are not filled, in the order of the catalogue.",
                "R12",
                columns.missing.values(),
            ),
            column(
                "missing_required",
                "Required fields that are not filled.",
                "R12",
                columns.missing_required.values(),
            ),
            column(
                "stale",
                "Fields whose values are older than their limit.",
                "R12, S2.20",
                columns.stale.values(),
            ),
            column(
                "undated",
                "Fields with a limit of age whose values bear no date.",
                "R12, S2.20",
                Values::Int32(columns.undated),
            ),
            column(
                "sufficient",
                "Whether it says more than contact name, company details, phone and address.",
                "R10, S2.47",
                Values::Flag(columns.sufficient),
            ),
        ])
    }

    /// The same by column, for whoever puts it beside other things.
    pub(crate) fn completeness_columns(&self, as_of: Day) -> CompletenessColumns {
        let judge = Judge::new(self, as_of);
        let rows = self.len();
        let kinds = &self.columns().kind[..];
        let chunks: Vec<Chunk> = (0..rows.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let range = chunk * CHUNK..rows.min((chunk + 1) * CHUNK);
                Chunk::of(&judge, &judge.bits(range.clone()), &kinds[range])
            })
            .collect();
        macro_rules! whole {
            ($column:ident) => {
                Arc::new(joined(&chunks, rows, |chunk| &chunk.$column))
            };
        }
        let names: Vec<&str> =
            self.catalogue().fields().iter().map(|field| field.name.as_str()).collect();
        let lack = |which: usize| {
            let patterns: Vec<&Patterns> = chunks.iter().map(|chunk| &chunk.lacks[which]).collect();
            lack_column(&patterns, rows, judge.words, &names)
        };
        let [missing, missing_required, stale] = [lack(0), lack(1), lack(2)];
        CompletenessColumns {
            applicable: whole!(applicable),
            filled: whole!(filled),
            ratio: whole!(ratio),
            required: whole!(required),
            required_filled: whole!(required_filled),
            missing,
            missing_required,
            stale,
            undated: whole!(undated),
            sufficient: whole!(sufficient),
            birth_date: whole!(birth_date),
            nuances: whole!(nuances),
        }
    }
}

impl Chunk {
    fn of(judge: &Judge<'_>, bits: &Bits, kinds: &[u8]) -> Self {
        let rows = kinds.len();
        let mut chunk = Self {
            applicable: Vec::with_capacity(rows),
            filled: Vec::with_capacity(rows),
            ratio: Vec::with_capacity(rows),
            required: Vec::with_capacity(rows),
            required_filled: Vec::with_capacity(rows),
            undated: Vec::with_capacity(rows),
            sufficient: Vec::with_capacity(rows),
            birth_date: Vec::with_capacity(rows),
            nuances: Vec::with_capacity(rows),
            lacks: Default::default(),
        };
        let mut set = vec![0; judge.words];
        for (row, &kind) in kinds.iter().enumerate() {
            let counts = judge.counts(bits, row, kind);
            let nuances =
                kind != NO_CODE && counts.required > 0 && counts.required == counts.required_filled;
            let ratio = match counts.applicable_weight {
                0 => f64::NAN,
                all => counts.filled_weight as f64 / all as f64,
            };
            chunk.applicable.push(counts.applicable as i32);
            chunk.filled.push(counts.filled as i32);
            chunk.ratio.push(ratio);
            chunk.required.push(counts.required as i32);
            chunk.required_filled.push(counts.required_filled as i32);
            chunk.undated.push(counts.undated as i32);
            chunk.sufficient.push(counts.sufficient.into());
            chunk.birth_date.push(counts.birth_date.into());
            chunk.nuances.push(nuances.into());
            for (what, patterns) in LACKS.into_iter().zip(&mut chunk.lacks) {
                for (word, set) in set.iter_mut().enumerate() {
                    *set = judge.lacks(bits, row, kind, what, word);
                }
                let code = patterns.code(&set);
                patterns.codes.push(code);
            }
        }
        chunk
    }
}

/// A column of all chunks.
fn joined<T: bytemuck::Pod>(
    chunks: &[Chunk],
    rows: usize,
    column: impl Fn(&Chunk) -> &Vec<T>,
) -> Buffer<T> {
    let mut all = Buffer::zeroed(rows);
    for (values, chunk) in all.chunks_mut(CHUNK).zip(chunks) {
        values.copy_from_slice(column(chunk));
    }
    all
}

/// The names of the fields in each row's set.
fn lack_column(chunks: &[&Patterns], rows: usize, words: usize, names: &[&str]) -> LackColumn {
    let mut all = Patterns::default();
    let places: Vec<Vec<u32>> = chunks
        .iter()
        .map(|chunk| chunk.sets.chunks_exact(words).map(|set| all.code(set)).collect())
        .collect();
    let mut codes = Buffer::zeroed(rows);
    codes.par_chunks_mut(CHUNK).zip(chunks).zip(&places).for_each(|((codes, chunk), places)| {
        for (code, &local) in codes.iter_mut().zip(&chunk.codes) {
            *code = places[local as usize];
        }
    });
    let pieces: Vec<(String, Vec<usize>)> = all
        .sets
        .par_chunks(CHUNK * words)
        .map(|sets| {
            let (mut text, mut ends) = (String::new(), Vec::with_capacity(CHUNK));
            for set in sets.chunks_exact(words) {
                let start = text.len();
                for (word, &bits) in set.iter().enumerate() {
                    for bit in ones(bits) {
                        if text.len() > start {
                            text.push_str(", ");
                        }
                        text.push_str(names[word * 64 + bit]);
                    }
                }
                ends.push(text.len());
            }
            (text, ends)
        })
        .collect();
    let bytes = pieces.iter().map(|(text, _)| text.len()).sum();
    let (mut text, mut offsets) = (String::with_capacity(bytes), vec![0]);
    for (piece, ends) in pieces {
        offsets.extend(ends.iter().map(|end| text.len() + end));
        text.push_str(&piece);
    }
    let texts = Texts::of_parts(text, offsets).unwrap_or_default();
    LackColumn { codes: Arc::new(codes), texts: Arc::new(texts) }
}
