//! One field of a directory: its texts, and the keys under which they meet.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use rayon::prelude::*;

use super::FieldKind;
use crate::client::Texts;
use crate::intake::alike::Shape;
use crate::intake::card::{is_card, masked};

/// The code of no value.
pub(crate) const NO_KEY: u32 = u32::MAX;

/// Values are read on all cores in stretches of so many.
const STRETCH: usize = 1 << 14;

/// One field of all records, in the order of their ids.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: FieldKind,
    /// As they were given; empty is unknown.
    pub(crate) texts: Texts,
    /// Places of their keys; [`NO_KEY`] is unknown.
    pub(crate) codes: Vec<u32>,
    /// The keys in order, each once.
    pub(crate) keys: Texts,
    pub(crate) shapes: Vec<Shape>,
    /// How many texts held the number of a bank card.
    pub(crate) cards: usize,
    /// The rows by key: those of key `i` are `rows[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Field {
    /// The field with the texts at these places.
    pub(crate) fn of(name: String, kind: FieldKind, texts: &Texts, order: &[u32]) -> Self {
        let stretches: Vec<(Texts, Vec<u32>)> = order
            .par_chunks(STRETCH)
            .map(|places| {
                let mut known = Distinct::default();
                let key = |&place: &u32| match texts.get(place as usize) {
                    // The number of a bank card is not kept, so nobody is found by it.
                    text if is_card(text) => NO_KEY,
                    text => known.code(&kind.key(&masked(text))),
                };
                let codes = places.iter().map(key).collect();
                (known.keys, codes)
            })
            .collect();
        let mut known = Distinct::default();
        let mut codes = Vec::with_capacity(order.len());
        for (keys, places) in &stretches {
            let joint: Vec<u32> = keys.iter().map(|key| known.code(key)).collect();
            codes.extend(
                places.iter().map(|&code| if code == NO_KEY { code } else { joint[code as usize] }),
            );
        }
        let (keys, ranks) = sorted(&known.keys);
        for code in &mut codes {
            if *code != NO_KEY {
                *code = ranks[*code as usize];
            }
        }
        let shapes = (0..keys.len()).into_par_iter().map(|i| Shape::of(keys.get(i))).collect();
        let (starts, rows) = by_code(&codes, keys.len());
        let mut kept = Texts::with_capacity(order.len(), texts.parts().0.len());
        let mut cards = 0;
        for &place in order {
            let text = texts.get(place as usize).trim();
            let shown = masked(text);
            cards += usize::from(*shown != *text);
            kept.push(&shown);
        }
        let texts = kept;
        Self { name, kind, texts, codes, keys, shapes, cards, starts, rows }
    }

    /// The rows with a key, ascending.
    pub(crate) fn rows_of(&self, code: u32) -> &[u32] {
        let code = code as usize;
        &self.rows[self.starts[code] as usize..self.starts[code + 1] as usize]
    }

    /// The place of a key.
    pub(crate) fn find(&self, key: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.keys.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.keys.get(middle) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < self.keys.len() && self.keys.get(low) == key).then_some(low as u32)
    }
}

/// Keys, each kept once, numbered as they come.
#[derive(Debug, Default)]
struct Distinct {
    table: HashTable<u32>,
    keys: Texts,
}

impl Distinct {
    fn code(&mut self, key: &str) -> u32 {
        if key.is_empty() {
            return NO_KEY;
        }
        let hash = |text: &str| FixedState::with_seed(0).hash_one(text);
        let keys = &mut self.keys;
        let found = self.table.entry(
            hash(key),
            |&code| keys.get(code as usize) == key,
            |&code| hash(keys.get(code as usize)),
        );
        match found {
            hashbrown::hash_table::Entry::Occupied(known) => *known.get(),
            hashbrown::hash_table::Entry::Vacant(place) => {
                let code = keys.len() as u32;
                place.insert(code);
                keys.push(key);
                code
            }
        }
    }
}

/// The keys in order, and for each its place there.
fn sorted(keys: &Texts) -> (Texts, Vec<u32>) {
    let mut order: Vec<u32> = (0..keys.len() as u32).collect();
    order.par_sort_unstable_by_key(|&code| keys.get(code as usize));
    let mut ranks = vec![0; keys.len()];
    for (rank, &code) in (0..).zip(&order) {
        ranks[code as usize] = rank;
    }
    (order.iter().map(|&code| keys.get(code as usize)).collect(), ranks)
}

/// Rows by code: where each code begins, and the rows.
pub(crate) fn by_code(codes: &[u32], count: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; count + 1];
    for &code in codes.iter().filter(|&&code| code != NO_KEY) {
        starts[code as usize + 1] += 1;
    }
    for code in 0..count {
        starts[code + 1] += starts[code];
    }
    let mut next = starts.clone();
    let mut rows = vec![0; starts[count] as usize];
    for (row, &code) in (0..).zip(codes) {
        if code != NO_KEY {
            rows[next[code as usize] as usize] = row;
            next[code as usize] += 1;
        }
    }
    (starts, rows)
}
