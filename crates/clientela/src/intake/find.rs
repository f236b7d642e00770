//! Finding a client by surname and further criteria (S2.29).

use std::collections::BTreeMap;

use rayon::prelude::*;
use rust_decimal::Decimal;
use serde::Serialize;

use super::alike::{ALIKE, Least, Shape, alike};
use super::card::masked;
use super::directory::{Directory, Field, FieldKind};
use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::money::Percent;
use crate::policy::Policy;

/// What is asked for: texts by field, all of which must hold.
///
/// In JSON an object: `{"surname": "Щеглова", "birth_date": "1990-02-01"}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Criteria {
    /// Texts by field; blank ones ask for nothing.
    pub fields: BTreeMap<String, String>,
}

impl Criteria {
    /// Reads criteria from JSON.
    ///
    /// # Errors
    /// [`Error::BadDocument`] where it is no object of texts.
    pub fn from_json(text: &str) -> Result<Self> {
        Ok(Self { fields: crate::json::parse("criteria", text)? })
    }

    /// The criterion that every search begins with.
    pub fn surname(surname: impl Into<String>) -> Self {
        Self::default().and("surname", surname)
    }

    /// These criteria and another one.
    #[must_use]
    pub fn and(mut self, field: impl Into<String>, text: impl Into<String>) -> Self {
        self.fields.insert(field.into(), text.into());
        self
    }
}

/// How many clients a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// None: a new client.
    None,
    /// One: its fields can be filled in.
    One,
    /// Several: ask for a further criterion, or let one be picked.
    Many,
}

/// The answer of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// None, one or many.
    pub outcome: Outcome,
    /// Whether all criteria hold exactly; else nobody did, and these are the ones most alike.
    pub exact: bool,
    /// How many there are, listed or not.
    pub count: usize,
    /// The best by score, then by id; no more than `matching.find_limit`.
    pub matches: Vec<Match>,
}

/// One client that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// Who.
    pub client: ClientId,
    /// The least likeness of a criterion, 0 to 1 with four places; 1 where all hold.
    pub score: Decimal,
    /// Why: one for each criterion.
    pub reasons: Vec<MatchReason>,
    /// The known values of the record by field.
    pub record: BTreeMap<String, String>,
}

/// How one criterion holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchReason {
    /// The field.
    pub field: String,
    /// What was asked for.
    pub asked: String,
    /// What the record has.
    pub found: String,
    /// How alike they are, 0 to 1: by Jaro and Winkler where they are not equal.
    pub likeness: Decimal,
}

/// A criterion with its field.
struct Asked<'a> {
    field: &'a Field,
    text: &'a str,
    key: String,
}

impl Directory {
    /// The clients for whom all criteria hold, whatever the case, script and spacing; where there
    /// are none, those whose names and texts are most alike (S2.29).
    ///
    /// ```
    /// use clientela::Policy;
    /// use clientela::intake::{Criteria, Directory, DirectoryOptions, Outcome};
    ///
    /// let records = r#"[{"id": 1, "surname": "Orlov"}, {"id": 2, "surname": "Орлов"}]"#;
    /// let directory = Directory::from_json(records, &DirectoryOptions::default())?;
    /// let found = directory.find(&Criteria::surname("ОРЛОВ"), &Policy::default())?;
    /// assert_eq!((found.outcome, found.count), (Outcome::Many, 2));
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// No criterion, or one for a field that the directory does not have.
    pub fn find(&self, criteria: &Criteria, policy: &Policy) -> Result<Found> {
        policy.check()?;
        let asked = self.asked(criteria)?;
        let limit = policy.matching.find_limit as usize;
        let exact = exact(&asked);
        if !exact.is_empty() {
            let scored = exact.iter().map(|&row| (row, ALIKE)).take(limit).collect();
            return Ok(self.found(&asked, true, exact.len(), scored));
        }
        let mut near = near(&asked, &least(policy.matching.find_percent));
        near.sort_unstable_by_key(|&(row, score)| (std::cmp::Reverse(score), row));
        let count = near.len();
        near.truncate(limit);
        Ok(self.found(&asked, false, count, near))
    }

    fn asked<'a>(&'a self, criteria: &'a Criteria) -> Result<Vec<Asked<'a>>> {
        let mut asked = Vec::new();
        let bad = |problem: String| Err(Error::BadArgument { argument: "criteria", problem });
        for (name, text) in &criteria.fields {
            let Some(field) = self.columns().iter().find(|field| field.name == *name) else {
                let names: Vec<&str> = self.fields().map(|(name, _)| name).collect();
                return bad(format!("`{name}` is none of the fields: {}", names.join(", ")));
            };
            let key = field.kind.key(text);
            if !key.is_empty() {
                asked.push(Asked { field, text, key });
            }
        }
        if asked.is_empty() {
            return bad("at least one is needed, such as a surname".to_owned());
        }
        Ok(asked)
    }

    fn found(
        &self,
        asked: &[Asked<'_>],
        exact: bool,
        count: usize,
        scored: Vec<(u32, u16)>,
    ) -> Found {
        let one = |(row, score): (u32, u16)| {
            let row = row as usize;
            let reason = |one: &Asked<'_>| {
                let code = one.field.codes[row] as usize;
                let found = (one.field.keys.get(code), one.field.shapes[code]);
                let likeness =
                    alike((&one.key, Shape::of(&one.key)), found, &Least::of(0)).unwrap_or(0);
                MatchReason {
                    field: one.field.name.clone(),
                    asked: masked(one.text).into_owned(),
                    found: one.field.texts.get(row).to_owned(),
                    likeness: share(likeness),
                }
            };
            Match {
                client: self.ids().get(row),
                score: share(score),
                reasons: asked.iter().map(reason).collect(),
                record: self.values(row),
            }
        };
        let outcome = match count {
            0 => Outcome::None,
            1 => Outcome::One,
            _ => Outcome::Many,
        };
        Found { outcome, exact, count, matches: scored.into_iter().map(one).collect() }
    }
}

/// Ten-thousandths as a share of 1.
fn share(ten_thousandths: u16) -> Decimal {
    Decimal::new(ten_thousandths.into(), 4).normalize()
}

/// The least ten-thousandths that reach a likeness.
pub(crate) fn least(likeness: Percent) -> Least {
    Least::of(likeness.ceil_of(ALIKE.into()) as u16)
}

/// The rows that have the key of every criterion, ascending.
fn exact(asked: &[Asked<'_>]) -> Vec<u32> {
    let codes: Option<Vec<u32>> = asked.iter().map(|one| one.field.find(&one.key)).collect();
    let Some(codes) = codes else { return Vec::new() };
    let pairs = || asked.iter().zip(&codes);
    let fewest = pairs().map(|(one, &code)| one.field.rows_of(code)).min_by_key(|rows| rows.len());
    let holds = |row: &u32| pairs().all(|(one, &code)| one.field.codes[*row as usize] == code);
    fewest.unwrap_or_default().iter().copied().filter(holds).collect()
}

/// The rows whose names and texts are alike and whose other criteria hold, with the least likeness
/// among them.
fn near(asked: &[Asked<'_>], least: &Least) -> Vec<(u32, u16)> {
    let spelled = |one: &&Asked<'_>| matches!(one.field.kind, FieldKind::Name | FieldKind::Text);
    // A day or a number is right or wrong; with nothing to be alike there is nobody.
    if !asked.iter().any(|one| spelled(&one)) {
        return Vec::new();
    }
    let firm: Option<Vec<(&Asked<'_>, u32)>> = asked
        .iter()
        .filter(|one| !spelled(one))
        .map(|one| one.field.find(&one.key).map(|code| (one, code)))
        .collect();
    let Some(firm) = firm else { return Vec::new() };
    let alike: Vec<(&Asked<'_>, Vec<(u32, u16)>)> =
        asked.iter().filter(spelled).map(|one| (one, alike_keys(one, least))).collect();
    let rows = |(one, keys): &(&Asked<'_>, Vec<(u32, u16)>)| {
        keys.iter().map(|&(code, _)| one.field.rows_of(code).len()).sum::<usize>()
    };
    let Some(fewest) = (0..alike.len()).min_by_key(|&i| rows(&alike[i])) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let (first, keys) = &alike[fewest];
    for &(code, score) in keys {
        'rows: for &row in first.field.rows_of(code) {
            let mut score = score;
            for (one, code) in &firm {
                if one.field.codes[row as usize] != *code {
                    continue 'rows;
                }
            }
            for (i, (one, keys)) in alike.iter().enumerate() {
                if i == fewest {
                    continue;
                }
                let code = one.field.codes[row as usize];
                match keys.binary_search_by_key(&code, |&(code, _)| code) {
                    Ok(at) => score = score.min(keys[at].1),
                    Err(_) => continue 'rows,
                }
            }
            found.push((row, score));
        }
    }
    found
}

/// The keys of a field that are alike to what is asked for, in their order, on all cores.
fn alike_keys(asked: &Asked<'_>, least: &Least) -> Vec<(u32, u16)> {
    const STRETCH: usize = 1 << 14;
    let shape = Shape::of(&asked.key);
    let field = asked.field;
    let measure = |code: usize| {
        if !shape.may_reach(field.shapes[code], least) {
            return None;
        }
        let found = (field.keys.get(code), field.shapes[code]);
        alike((&asked.key, shape), found, least).map(|likeness| (code as u32, likeness))
    };
    let stretches: Vec<Vec<(u32, u16)>> = (0..field.keys.len().div_ceil(STRETCH))
        .into_par_iter()
        .map(|i| {
            let end = field.keys.len().min((i + 1) * STRETCH);
            (i * STRETCH..end).filter_map(measure).collect()
        })
        .collect();
    stretches.concat()
}
