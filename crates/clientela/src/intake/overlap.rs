//! The same payments in several sources: each counts once (S2.13).

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::Day;
use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::formula::Formula;
use crate::policy::Policy;

/// Which payments of some sources are the same: equal in payer, day and amount.
///
/// The sources come with the best one first, such as the CRM before the bank, or loyalty cards
/// before the bank in retail. A payment that stands twice in one source is two payments; of two in
/// one source and three in the next one, one is new.
///
/// ```
/// use clientela::{Formula, Policy, intake::RemoveOverlap};
///
/// let arguments = r#"{"sources": [
///     {"name": "crm", "lines": [{"payer": 7, "on": "2026-01-31", "amount": "100"}]},
///     {"name": "bank", "lines": [{"payer": 7, "on": "2026-01-31", "amount": "100.00"},
///                                {"payer": 8, "on": "2026-01-31", "amount": "100.00"}]}]}"#;
/// let overlap: RemoveOverlap = serde_json::from_str(arguments).unwrap();
/// let answer = overlap.answer(&Policy::default())?;
/// assert_eq!((answer.sources[1].kept.clone(), answer.sources[1].removed), (vec![1], 1));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveOverlap {
    /// The sources, the best one first.
    pub sources: Vec<OverlapSource>,
}

/// The payments of one source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverlapSource {
    /// Its name.
    pub name: String,
    /// Its payments.
    pub lines: Vec<OverlapLine>,
}

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverlapLine {
    /// Who paid, by the same id in all sources.
    pub payer: ClientId,
    /// When.
    pub on: Day,
    /// How much.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub amount: Decimal,
    /// What tells it from an equal one, such as the number of the document; of equal payments
    /// those with the first references are removed.
    #[serde(default)]
    pub reference: Option<String>,
}

/// What [`RemoveOverlap`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverlapAnswer {
    /// Sources with what is kept of them, in the order given.
    pub sources: Vec<OverlapKept>,
    /// The payments that were removed, by source and place.
    pub removed: Vec<OverlapRemoved>,
}

/// What is kept of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverlapKept {
    /// Its name.
    pub name: String,
    /// Places of the payments that are kept, from 0.
    pub kept: Vec<usize>,
    /// How many were removed.
    pub removed: usize,
    /// Their sum.
    pub removed_amount: Decimal,
}

/// One payment that another source has too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverlapRemoved {
    /// The source that it was removed from.
    pub source: String,
    /// Its place there, from 0.
    pub line: usize,
    /// The better source that has it.
    pub kept_in: String,
    /// Who paid.
    pub payer: ClientId,
    /// When.
    pub on: Day,
    /// How much.
    pub amount: Decimal,
}

impl Formula for RemoveOverlap {
    const NAME: &'static str = "remove_overlap";
    const ABOUT: &'static str =
        "Which payments stand in several sources, so that each counts once.";
    const SOURCE: &'static str = "S2.13";
    type Answer = OverlapAnswer;

    fn answer(&self, _: &Policy) -> Result<OverlapAnswer> {
        for (i, source) in self.sources.iter().enumerate() {
            if self.sources[..i].iter().any(|other| other.name == source.name) {
                let problem = format!("`{}` stands twice", source.name);
                return Err(Error::BadArgument { argument: "sources", problem });
            }
        }
        // For each payment how often the better sources have it, and which has it so often.
        let mut known: BTreeMap<(&ClientId, Day, Decimal), (usize, &str)> = BTreeMap::new();
        let mut answer = OverlapAnswer { sources: Vec::new(), removed: Vec::new() };
        for source in &self.sources {
            let mut lines: BTreeMap<(&ClientId, Day, Decimal), Vec<usize>> = BTreeMap::new();
            for (place, line) in source.lines.iter().enumerate() {
                let key = (&line.payer, line.on, line.amount.normalize());
                lines.entry(key).or_default().push(place);
            }
            let mut gone: Vec<OverlapRemoved> = Vec::new();
            for (key, mut places) in lines {
                places.sort_by_key(|&place| (&source.lines[place].reference, place));
                let (count, kept_in) = known.entry(key).or_insert((0, &source.name));
                for &line in places.iter().take(*count) {
                    gone.push(OverlapRemoved {
                        source: source.name.clone(),
                        line,
                        kept_in: (*kept_in).to_owned(),
                        payer: key.0.clone(),
                        on: key.1,
                        amount: source.lines[line].amount,
                    });
                }
                if places.len() > *count {
                    (*count, *kept_in) = (places.len(), &source.name);
                }
            }
            gone.sort_by_key(|one| one.line);
            let mut sum = Decimal::ZERO;
            for one in &gone {
                sum = sum.checked_add(one.amount).ok_or_else(|| {
                    Error::Overflow(format!("what was removed of `{}`", source.name))
                })?;
            }
            let lost: Vec<usize> = gone.iter().map(|one| one.line).collect();
            let kept = |line: &usize| lost.binary_search(line).is_err();
            answer.sources.push(OverlapKept {
                name: source.name.clone(),
                kept: (0..source.lines.len()).filter(kept).collect(),
                removed: gone.len(),
                removed_amount: sum,
            });
            answer.removed.extend(gone);
        }
        Ok(answer)
    }
}
