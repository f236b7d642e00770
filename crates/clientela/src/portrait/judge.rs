//! Which fields of each portrait are filled, missing and stale as of a day, as sets of bits.

use std::ops::Range;

use super::column::FieldStorage;
use super::field::RecordField;
use super::portraits::Portraits;
use super::value::has_note;
use crate::calendar::{Day, Span};
use crate::table::{NO_CODE, NO_INT32, NO_INT64, NO_NAME};

/// A set of fields: bit `place % 64` of word `place / 64` is the field at a place.
pub(super) type Set = Vec<u64>;

/// What a catalogue asks of portraits as of a day.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    portraits: &'a Portraits,
    as_of: Day,
    /// Words in a set.
    pub(super) words: usize,
    /// The fields that apply, by code of the kind, those without one last; and what they weigh.
    applicable: Vec<Set>,
    weight: Vec<u64>,
    /// Fields that count in completeness.
    counted: Set,
    required: Set,
    basic: Set,
    /// Weights by place, where one is not 1.
    weights: Option<Vec<u64>>,
    /// Fields that age, each with the first day that is not stale.
    aging: Vec<(usize, i32)>,
    by_records: Vec<(usize, RecordField)>,
    birth_date: Option<usize>,
}

/// Bits of some rows, so many words each.
#[derive(Debug)]
pub(super) struct Bits {
    pub(super) filled: Vec<u64>,
    pub(super) stale: Vec<u64>,
    pub(super) undated: Vec<u64>,
    /// Whether records alone say enough, and whether they tell a birthday.
    enough: Vec<bool>,
    birthday: Vec<bool>,
}

/// The counts of one portrait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    pub(super) applicable: u32,
    pub(super) filled: u32,
    pub(super) applicable_weight: u64,
    pub(super) filled_weight: u64,
    pub(super) required: u32,
    pub(super) required_filled: u32,
    pub(super) undated: u32,
    pub(super) sufficient: bool,
    pub(super) birth_date: bool,
}

/// The sets of one portrait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lack {
    /// Counted and not filled.
    Missing,
    /// Required and not filled.
    MissingRequired,
    /// Filled too long ago.
    Stale,
}

impl<'a> Judge<'a> {
    pub(super) fn new(portraits: &'a Portraits, as_of: Day) -> Self {
        let catalogue = portraits.catalogue();
        let fields = catalogue.fields();
        let words = fields.len().div_ceil(64).max(1);
        let set = |holds: &dyn Fn(&super::Field) -> bool| {
            let mut set = vec![0; words];
            for (place, _) in fields.iter().enumerate().filter(|(_, field)| holds(field)) {
                put(&mut set, place);
            }
            set
        };
        let counted = set(&|field| field.weight > 0);
        let codes = (0..catalogue.kinds().len()).map(|code| code as u8).chain([NO_CODE]);
        let applicable: Vec<Set> =
            codes.map(|code| set(&|field| catalogue.applies(field, code))).collect();
        let weigh = |set: &Set| {
            let places = fields.iter().enumerate().filter(|&(place, _)| has(set, place));
            places.map(|(_, field)| u64::from(field.weight)).sum()
        };
        Self {
            portraits,
            as_of,
            words,
            weight: applicable.iter().map(weigh).collect(),
            applicable,
            counted,
            required: set(&|field| field.required),
            basic: set(&|field| field.basic),
            weights: fields
                .iter()
                .any(|field| field.weight > 1)
                .then(|| fields.iter().map(|field| u64::from(field.weight)).collect()),
            aging: fields
                .iter()
                .enumerate()
                .filter_map(|(place, field)| Some((place, first_fresh(field.stale_after?, as_of))))
                .collect(),
            by_records: fields
                .iter()
                .enumerate()
                .filter_map(|(place, field)| Some((place, field.records?)))
                .collect(),
            birth_date: catalogue.place("birth_date"),
        }
    }

    /// One word of the fields that apply to a kind and count.
    pub(super) fn counted(&self, kind: u8, word: usize) -> u64 {
        self.applicable(kind)[word] & self.counted[word]
    }

    /// The fields that apply to a kind.
    pub(super) fn applicable(&self, kind: u8) -> &[u64] {
        &self.applicable[self.kind(kind)]
    }

    fn kind(&self, kind: u8) -> usize {
        usize::from(kind).min(self.applicable.len() - 1)
    }

    /// The bits of some rows.
    pub(super) fn bits(&self, rows: Range<usize>) -> Bits {
        let columns = self.portraits.columns();
        let (count, words) = (rows.len(), self.words);
        let mut bits = Bits {
            filled: vec![0; count * words],
            stale: vec![0; count * words],
            undated: vec![0; count * words],
            enough: vec![false; count],
            birthday: vec![false; count],
        };
        for (place, column) in columns.fields.iter().enumerate() {
            let Some(column) = column else { continue };
            let (word, bit) = (place / 64, place % 64);
            let filled = &mut bits.filled;
            let mut mark =
                |row: usize, is: bool| filled[row * words + word] |= u64::from(is) << bit;
            let range = rows.clone();
            match column {
                FieldStorage::Number(values) => {
                    let values = values[range].iter().enumerate();
                    values.for_each(|(row, &value)| mark(row, value != NO_INT64));
                }
                FieldStorage::Day(values) => {
                    let values = values[range].iter().enumerate();
                    values.for_each(|(row, &value)| mark(row, value != NO_INT32));
                }
                FieldStorage::Flag(values) => {
                    let values = values[range].iter().enumerate();
                    values.for_each(|(row, &value)| mark(row, value != NO_CODE));
                }
                FieldStorage::Text(names) => {
                    let codes = names.codes[range].iter().enumerate();
                    codes.for_each(|(row, &code)| mark(row, code != NO_NAME));
                }
                FieldStorage::List(lists) => {
                    let bounds = lists.offsets[rows.start..=rows.end].windows(2).enumerate();
                    bounds.for_each(|(row, bounds)| mark(row, bounds[0] < bounds[1]));
                }
                FieldStorage::Person(persons) => {
                    let persons = persons.range(rows.start as u32..rows.end as u32);
                    persons.for_each(|(&row, who)| mark(row as usize - rows.start, who.is_known()));
                }
                FieldStorage::Notes(notes) => {
                    for (&row, notes) in notes.range(rows.start as u32..rows.end as u32) {
                        mark(row as usize - rows.start, has_note(notes, self.as_of));
                    }
                }
            }
        }
        for (&row, records) in columns.records.range(rows.start as u32..rows.end as u32) {
            let row = row as usize - rows.start;
            for &(place, field) in &self.by_records {
                if records.fills(field, self.as_of) {
                    put(&mut bits.filled[row * words..(row + 1) * words], place);
                }
            }
            bits.enough[row] = records.are_enough(self.as_of);
            bits.birthday[row] = records.fills(RecordField::PersonsBirthday, self.as_of);
        }
        for &(place, fresh) in &self.aging {
            let (word, bit) = (place / 64, place % 64);
            let days = columns.dates[place].as_deref().unwrap_or(&columns.updated_on);
            for (row, &day) in days[rows.clone()].iter().enumerate() {
                let i = row * words + word;
                let filled = bits.filled[i] >> bit & 1;
                let undated = u64::from(day == NO_INT32);
                bits.undated[i] |= (filled & undated) << bit;
                bits.stale[i] |= (filled & !undated & u64::from(day < fresh)) << bit;
            }
        }
        bits
    }

    /// The counts of a row of some bits, whose client is of a kind.
    pub(super) fn counts(&self, bits: &Bits, row: usize, kind: u8) -> Counts {
        let mut counts = Counts {
            applicable: 0,
            filled: 0,
            applicable_weight: self.weight[self.kind(kind)],
            filled_weight: 0,
            required: 0,
            required_filled: 0,
            undated: 0,
            sufficient: bits.enough[row],
            birth_date: bits.birthday[row],
        };
        let at = row * self.words;
        for word in 0..self.words {
            let applicable = self.counted(kind, word);
            let filled = bits.filled[at + word] & applicable;
            let required = self.required[word] & applicable;
            counts.applicable += applicable.count_ones();
            counts.filled += filled.count_ones();
            counts.required += required.count_ones();
            counts.required_filled += (required & filled).count_ones();
            counts.undated += (bits.undated[at + word] & applicable).count_ones();
            counts.sufficient |= filled & !self.basic[word] != 0;
            if let Some(weights) = &self.weights {
                counts.filled_weight +=
                    ones(filled).map(|bit| weights[word * 64 + bit]).sum::<u64>();
            }
        }
        if self.weights.is_none() {
            counts.filled_weight = counts.filled.into();
        }
        if let Some(place) = self.birth_date {
            counts.birth_date |= has(&bits.filled[at..at + self.words], place);
        }
        counts
    }

    /// One word of what a row lacks.
    pub(super) fn lacks(&self, bits: &Bits, row: usize, kind: u8, what: Lack, word: usize) -> u64 {
        let applicable = self.counted(kind, word);
        let at = row * self.words + word;
        match what {
            Lack::Missing => applicable & !bits.filled[at],
            Lack::MissingRequired => applicable & self.required[word] & !bits.filled[at],
            Lack::Stale => applicable & bits.stale[at],
        }
    }
}

/// The first day that is not stale as of another: the earliest from which the span reaches it.
fn first_fresh(span: Span, as_of: Day) -> i32 {
    let (mut low, mut high) = (Day::MIN.days(), as_of.days());
    while low < high {
        let middle = low + (high - low) / 2;
        let reaches = Day::new(middle).is_some_and(|day| day.plus(span) >= as_of);
        if reaches { high = middle } else { low = middle + 1 }
    }
    low
}

fn put(set: &mut [u64], place: usize) {
    set[place / 64] |= 1 << (place % 64);
}

fn has(set: &[u64], place: usize) -> bool {
    set[place / 64] >> (place % 64) & 1 == 1
}

/// The places of the bits in a word, ascending.
pub(super) fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros() as usize;
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fresh_day_is_where_the_rule_turns() {
        let day = |month, day| Day::of(2026, month, day).expect("a day");
        for (span, as_of) in [
            (Span::Days(90), day(6, 30)),
            (Span::Days(0), day(6, 30)),
            (Span::Months(1), day(3, 30)),
            (Span::Months(12), day(2, 28)),
        ] {
            let fresh = first_fresh(span, as_of);
            for days in as_of.days() - 800..=as_of.days() {
                let stale = Day::new(days).expect("a day").plus(span) < as_of;
                assert_eq!(stale, days < fresh, "{span} before {as_of}");
            }
        }
    }

    #[test]
    fn bits_come_in_order() {
        assert_eq!(ones(1 | 1 << 5 | 1 << 63).collect::<Vec<_>>(), [0, 5, 63]);
    }
}
