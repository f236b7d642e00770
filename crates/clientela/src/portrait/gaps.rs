//! What is known of how many clients, field by field.

use std::sync::Arc;

use rayon::prelude::*;

use super::completeness::CHUNK;
use super::judge::{Judge, ones};
use super::portraits::Portraits;
use crate::calendar::Day;
use crate::client::Texts;
use crate::table::{Table, Values};

impl Portraits {
    /// For each field that applies to someone, how many clients' portraits have it as of a day
    /// (R12): a row per field in the order of the catalogue, those of weight 0 too.
    pub fn gaps(&self, as_of: Day) -> Table {
        let judge = Judge::new(self, as_of);
        let fields = self.catalogue().fields();
        let kinds = &self.columns().kind[..];
        let rows = self.len();
        // For each field: applicable, filled, stale.
        let none = || vec![[0_i64; 3]; judge.words * 64];
        let counts = (0..rows.div_ceil(CHUNK))
            .into_par_iter()
            .fold(none, |mut counts, chunk| {
                let range = chunk * CHUNK..rows.min((chunk + 1) * CHUNK);
                let bits = judge.bits(range.clone());
                for (row, &kind) in kinds[range].iter().enumerate() {
                    for (word, &applicable) in judge.applicable(kind).iter().enumerate() {
                        let at = row * judge.words + word;
                        let sets = [applicable, bits.filled[at], bits.stale[at]];
                        for (which, set) in sets.into_iter().enumerate() {
                            for bit in ones(set & applicable) {
                                counts[word * 64 + bit][which] += 1;
                            }
                        }
                    }
                }
                counts
            })
            .reduce(none, |mut left, right| {
                for (left, right) in left.iter_mut().flatten().zip(right.iter().flatten()) {
                    *left += right;
                }
                left
            });
        let shown: Vec<_> =
            fields.iter().zip(&counts).filter(|(_, [applicable, ..])| *applicable > 0).collect();
        let texts = |text: fn(&super::Field) -> &str| {
            let texts: Texts = shown.iter().map(|(field, _)| text(field)).collect();
            Values::Text(Arc::new(texts))
        };
        let number = |of: fn(&[i64; 3]) -> i64| {
            Values::Int64(Arc::new(shown.iter().map(|(_, counts)| of(counts)).collect()))
        };
        let column = |name: &'static str, about: &'static str, source: &'static str, values| {
            crate::axis::column(name, source, about, values)
        };
        let required = shown.iter().map(|(field, _)| u8::from(field.required)).collect();
        let weight = shown.iter().map(|(field, _)| i64::from(field.weight)).collect();
        let share =
            |&(_, [applicable, filled, _]): &(_, &[i64; 3])| *filled as f64 / *applicable as f64;
        Table::new(vec![
            column("field", "The field.", "R12", texts(|field| &field.name)),
            column("about", "What it says.", "convention", texts(|field| &field.about)),
            column(
                "required",
                "Whether a portrait without it lacks something essential.",
                "R12",
                Values::Flag(Arc::new(required)),
            ),
            column(
                "weight",
                "What it counts in completeness.",
                "R12",
                Values::Int64(Arc::new(weight)),
            ),
            column("applicable", "Clients that it applies to.", "R12", number(|counts| counts[0])),
            column("filled", "Of these, clients of whom it is known.", "R12", number(|c| c[1])),
            column(
                "missing",
                "Of these, clients of whom it is not known.",
                "R12",
                number(|counts| counts[0] - counts[1]),
            ),
            column(
                "stale",
                "Clients whose value is older than its limit.",
                "R12, S2.20",
                number(|counts| counts[2]),
            ),
            column(
                "filled_share",
                "Share of the clients that it applies to of whom it is known, 0 to 1.",
                "R12",
                Values::Float(Arc::new(shown.iter().map(share).collect())),
            ),
        ])
    }
}
