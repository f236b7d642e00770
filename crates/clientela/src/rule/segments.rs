//! Who is in which segment.

use std::sync::Arc;

use rayon::prelude::*;

use super::bits::{Bits, CHUNK, WORDS};
use super::compile::compile;
use super::document::{Match, Rule, Rules};
use super::evaluate::{Runner, Work};
use super::problem::Problem;
use crate::axis::column;
use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::client::{ClientId, ClientIds, Texts};
use crate::error::{Error, Result};
use crate::table::{NO_CODE, NO_NAME, Table, Values};
use crate::view::{Seen, counts, texts};

/// The verdicts of rules on the clients of a snapshot. Immutable, cheap to clone.
///
/// Verdicts have three values; only those are members for whom a rule holds.
#[derive(Debug, Clone)]
pub struct Segments {
    rules: Rules,
    ids: ClientIds,
    as_of: Day,
    /// The places of the rules that are not hidden.
    shown: Arc<Vec<usize>>,
    /// By chunk, the verdicts of each of them.
    chunks: Arc<Vec<Vec<Bits>>>,
}

/// What is wrong with rules over a base.
pub(crate) fn check(seen: &Seen<'_>, rules: &Rules) -> Vec<Problem> {
    compile(seen, rules, true).problems
}

/// The verdicts of rules on all clients.
///
/// # Errors
/// The first problem that is an error.
pub(crate) fn segments(seen: &Seen<'_>, rules: &Rules) -> Result<Segments> {
    let program = compile(seen, rules, false).program()?;
    let runner = Runner::new(&program, seen);
    let hidden = |rule: &Rule| rule.hidden;
    let all = rules.rules();
    let shown: Vec<usize> = (0..all.len()).filter(|&rule| !hidden(&all[rule])).collect();
    let order = first_order(rules, &shown);
    let rows = seen.rows();
    let chunks = (0..rows.div_ceil(CHUNK))
        .into_par_iter()
        .map_init(Work::default, |work, chunk| {
            let start = chunk * CHUNK;
            let length = CHUNK.min(rows - start);
            runner.begin(work, start, length);
            let mut verdicts = vec![Bits::NONE; shown.len()];
            for (out, &rule) in verdicts.iter_mut().zip(&shown) {
                runner.rule(rule, work, out);
            }
            if rules.matching() == Match::First {
                only_first(&order, &mut verdicts);
            }
            verdicts
        })
        .collect();
    let (rules, ids) = (rules.clone(), seen.ids.clone());
    let (shown, chunks) = (Arc::new(shown), Arc::new(chunks));
    Ok(Segments { rules, ids, as_of: seen.as_of(), shown, chunks })
}

/// Places among the shown rules, by priority, then in the order of the document.
fn first_order(rules: &Rules, shown: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..shown.len()).collect();
    order.sort_by_key(|&place| std::cmp::Reverse(rules.rules()[shown[place]].priority));
    order
}

/// Leaves every client in the first rule that holds; it is then in no later one, known or not.
fn only_first(order: &[usize], verdicts: &mut [Bits]) {
    let mut taken = [0_u64; WORDS];
    for &place in order {
        let bits = &mut verdicts[place];
        for (word, taken) in taken.iter_mut().enumerate() {
            bits.holds[word] &= !*taken;
            bits.unknown[word] &= !*taken;
            *taken |= bits.holds[word];
        }
    }
}

impl Segments {
    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The day.
    pub fn as_of(&self) -> Day {
        self.as_of
    }

    /// The clients, ascending.
    pub fn ids(&self) -> &ClientIds {
        &self.ids
    }

    /// Number of clients.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rules that are not hidden, in the order of the document.
    pub fn shown(&self) -> impl ExactSizeIterator<Item = &Rule> + '_ {
        self.shown.iter().map(|&rule| &self.rules.rules()[rule])
    }

    /// The verdict of a rule on a client; `None` is unknown.
    ///
    /// # Errors
    /// A rule that is not there or hidden; [`Error::UnknownClient`].
    pub fn verdict(&self, rule: &str, client: &ClientId) -> Result<Option<bool>> {
        let row = self.ids.find(client);
        let row = row.ok_or_else(|| Error::UnknownClient(client.to_string()))?;
        Ok(self.at(self.place(rule)?, row))
    }

    /// The verdict of one of the shown rules, by its place, on a row.
    pub(crate) fn at(&self, place: usize, row: usize) -> Option<bool> {
        self.chunks[row / CHUNK][place].get(row % CHUNK)
    }

    /// The place of a rule among those that are shown.
    fn place(&self, rule: &str) -> Result<usize> {
        self.shown().position(|one| one.id == rule).ok_or_else(|| {
            let ids: Vec<&str> = self.shown().map(|rule| rule.id.as_str()).take(100).collect();
            let problem = format!("no rule `{rule}`; these are {}", ids.join(", "));
            Error::BadArgument { argument: "rule", problem }
        })
    }

    /// The rows of the members of one of the shown rules.
    pub(crate) fn rows(&self, place: usize) -> Vec<usize> {
        let mut rows = Vec::new();
        for (chunk, verdicts) in self.chunks.iter().enumerate() {
            for (word, &bits) in verdicts[place].holds.iter().enumerate() {
                let mut left = bits;
                while left != 0 {
                    rows.push(chunk * CHUNK + word * 64 + left.trailing_zeros() as usize);
                    left &= left - 1;
                }
            }
        }
        rows
    }

    /// A row per client: a column of yes, no and unknown for each rule that is not hidden; where
    /// only the first rule counts also `segment`, the id of that rule.
    pub fn table(&self) -> Table {
        let rows = self.len();
        let mut columns = vec![column(
            "client",
            "convention",
            "Id of the client.",
            Values::Client(self.ids.clone()),
        )];
        for (place, rule) in self.shown().enumerate() {
            let mut codes = Buffer::<u8>::zeroed(rows);
            codes.par_chunks_mut(CHUNK).zip(&self.chunks[..]).for_each(|(codes, verdicts)| {
                let bits = &verdicts[place];
                for (word, codes) in codes.chunks_mut(64).enumerate() {
                    let (holds, unknown) = (bits.holds[word], bits.unknown[word]);
                    for (bit, code) in codes.iter_mut().enumerate() {
                        let unknown = 0_u8.wrapping_sub((unknown >> bit & 1) as u8);
                        *code = (holds >> bit & 1) as u8 | unknown & NO_CODE;
                    }
                }
            });
            let about = if rule.title.is_empty() {
                "In the segment.".to_owned()
            } else {
                rule.title.clone()
            };
            let source = format!("rule {} v{}", rule.id, rule.version);
            columns.push(column(rule.id.clone(), source, about, Values::Flag(Arc::new(codes))));
        }
        if self.rules.matching() == Match::First {
            columns.push(self.first());
        }
        Table::new(columns)
    }

    /// The column of first rules.
    fn first(&self) -> crate::table::Column {
        let mut codes = vec![NO_NAME; self.len()];
        for place in 0..self.shown.len() {
            for row in self.rows(place) {
                codes[row] = place as u32;
            }
        }
        let names: Texts = self.shown().map(|rule| rule.id.as_str()).collect();
        let values = Values::Name(Arc::new(codes.into()), Arc::new(names));
        column("segment", "R47", "Id of the first rule that holds.", values)
    }

    /// The members of a segment, a row each, with what its rule says of them.
    ///
    /// # Errors
    /// A rule that is not there or hidden.
    pub fn members(&self, rule: &str) -> Result<Table> {
        let place = self.place(rule)?;
        let rows = self.rows(place);
        let rule = &self.rules.rules()[self.shown[place]];
        let source = format!("rule {} v{}", rule.id, rule.version);
        let named = |text: &str| {
            let names: Texts = std::iter::once(text).collect();
            Values::Name(Arc::new(vec![0; rows.len()].into()), Arc::new(names))
        };
        Ok(Table::new(vec![
            column(
                "client",
                "convention",
                "Id of the client.",
                Values::Client(self.ids.pick(&rows)),
            ),
            column("rule", source.clone(), "Id of the rule.", named(&rule.id)),
            column("title", source.clone(), "What the segment is called.", named(&rule.title)),
            column("reason", source, "What the rule says of its members.", named(&rule.reason)),
        ]))
    }

    /// A row per rule that is not hidden: how many clients are in it, are not, and are unknown.
    pub fn summary(&self) -> Table {
        let sum = |of: &dyn Fn(&Bits) -> &[u64; WORDS], place: usize| -> i64 {
            let words = self.chunks.iter().flat_map(|verdicts| of(&verdicts[place]));
            words.map(|word| i64::from(word.count_ones())).sum()
        };
        let places = 0..self.shown.len();
        let members: Vec<i64> = places.clone().map(|place| sum(&|b| &b.holds, place)).collect();
        let unknown: Vec<i64> = places.map(|place| sum(&|b| &b.unknown, place)).collect();
        let rows = self.len() as i64;
        let others = members.iter().zip(&unknown).map(|(in_it, unknown)| rows - in_it - unknown);
        let of_rule = |name, about, values| column(name, "R47", about, values);
        Table::new(vec![
            of_rule("rule", "Id of the rule.", texts(self.shown().map(|rule| &rule.id))),
            of_rule(
                "version",
                "Version of the rule.",
                counts(self.shown().map(|rule| Some(rule.version.into()))),
            ),
            of_rule("title", "What it is called.", texts(self.shown().map(|rule| &rule.title))),
            of_rule("members", "Clients in it.", counts(members.iter().copied().map(Some))),
            of_rule(
                "not_members",
                "Clients that are known not to be in it.",
                counts(others.map(Some)),
            ),
            of_rule(
                "unknown",
                "Clients of whom too little is known to tell.",
                counts(unknown.iter().copied().map(Some)),
            ),
        ])
    }
}
