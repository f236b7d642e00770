//! Learns from the records themselves how often two of one client agree, without being told which
//! are (Fellegi and Sunter 1969; by expectation and maximisation, Winkler 1988).

use super::chance::Chance;
use super::level::{LEVELS, Level};
use super::pool::{Pattern, level_at};
use crate::intake::directory::FieldKind;

/// Rounds at most; what does not change any more ends them before.
const ROUNDS: u32 = 200;
/// A change of a share that is none.
const STILL: f64 = 1e-7;
/// What is expected of levels weighs as much as so many pairs of one client.
const EXPECTED_PAIRS: f64 = 10.0;
/// The share of records taken to have a duplicate before anything is learnt.
const BEGIN: f64 = 0.05;

/// How often records agree in one field, by level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rates {
    /// Of one client.
    pub(super) same: [f64; LEVELS],
    /// Of different clients.
    pub(super) other: [f64; LEVELS],
}

/// What was learnt.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Learnt {
    pub(super) fields: Vec<Rates>,
    /// The share of all pairs that are of one client.
    pub(super) share: f64,
    pub(super) rounds: u32,
    /// Whether nothing changed in the last round.
    pub(super) settled: bool,
}

/// Learns from counted patterns in their order, so that the answer has the same bits always.
///
/// Pairs that were not compared share no value and are taken to be of different clients.
pub(super) fn learn(
    kinds: &[FieldKind],
    patterns: &[(Pattern, u64)],
    chances: &[Chance],
    (pairs, records): (f64, f64),
    least: f64,
) -> Learnt {
    let expected: Vec<[f64; LEVELS]> = kinds.iter().map(|&kind| expected(kind)).collect();
    let mut learnt = Learnt {
        fields: expected.iter().map(|&same| Rates { same, other: [0.0; LEVELS] }).collect(),
        share: (BEGIN * records / pairs).min(0.5),
        rounds: 0,
        settled: false,
    };
    others(&mut learnt, chances, least);
    while learnt.rounds < ROUNDS && !learnt.settled {
        learnt.rounds += 1;
        let mut found = 0.0;
        let mut counts = vec![[0.0; LEVELS]; kinds.len()];
        for &(pattern, count) in patterns {
            let probable = count as f64 * learnt.probability(pattern);
            found += probable;
            for (field, counts) in counts.iter_mut().enumerate() {
                if let Some(level) = level_at(pattern, field) {
                    counts[level as usize] += probable;
                }
            }
        }
        let before = learnt.clone();
        // Half a pair is left, so that a base without duplicates has an answer too.
        learnt.share = ((found + 0.5) / pairs).min(0.5);
        for ((rates, counts), expected) in learnt.fields.iter_mut().zip(&counts).zip(&expected) {
            let all = counts.iter().sum::<f64>() + EXPECTED_PAIRS;
            for level in 0..LEVELS {
                rates.same[level] = (counts[level] + EXPECTED_PAIRS * expected[level]) / all;
            }
        }
        others(&mut learnt, chances, least);
        learnt.settled = before.distance(&learnt) < STILL;
    }
    learnt
}

/// What is expected of a field of a kind before anything is learnt.
fn expected(kind: FieldKind) -> [f64; LEVELS] {
    let mut all = [0.0; LEVELS];
    for &(level, hundredths) in Level::expected(kind) {
        all[level as usize] = f64::from(hundredths) / 100.0;
    }
    all
}

/// How often records of different clients agree: what is counted over all pairs, less those of one
/// client, and never less than half a pair or than a weight may go.
fn others(learnt: &mut Learnt, chances: &[Chance], least: f64) {
    let share = learnt.share;
    for (rates, chance) in learnt.fields.iter_mut().zip(chances) {
        for level in 0..LEVELS {
            let same = rates.same[level];
            if same > 0.0 {
                let left = (chance.by_level[level] - share * same) / (1.0 - share);
                let floor = (0.5 / chance.pairs.max(1.0)).max(same * least);
                rates.other[level] = left.max(floor);
            }
        }
    }
}

impl Learnt {
    /// How probable it is that two records which agree so are of one client.
    fn probability(&self, pattern: Pattern) -> f64 {
        let mut odds = self.share / (1.0 - self.share);
        for (field, rates) in self.fields.iter().enumerate() {
            if let Some(level) = level_at(pattern, field) {
                odds *= rates.same[level as usize] / rates.other[level as usize];
            }
        }
        odds / (1.0 + odds)
    }

    /// The largest change of a share.
    fn distance(&self, other: &Self) -> f64 {
        let rates = self.fields.iter().zip(&other.fields);
        let changes = rates.flat_map(|(x, y)| x.same.iter().zip(y.same));
        let largest = changes.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
        // The share of pairs is small, so its change counts in relation to it.
        largest.max((self.share / other.share - 1.0).abs())
    }
}
