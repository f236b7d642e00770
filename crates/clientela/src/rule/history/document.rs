//! A history as JSON: clients once for each day, and a letter of verdict for each of them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::evaluation::{Evaluated, Key, ids_of};
use super::pin::{self, Pin};
use super::turn::Turn;
use super::{DOCUMENT, History, Inner, Told};
use crate::calendar::Day;
use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::table::NO_CODE;

/// The version of the form.
const VERSION: u32 = 1;

/// The letters of the verdicts out, in and unknown.
const LETTERS: [char; 3] = ['-', '+', '?'];

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    /// What the rules say of themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rules: Vec<ToldRule>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    evaluations: Vec<DayOf>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    turns: Vec<Turn>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pins: Vec<Pin>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldRule {
    rule: String,
    version: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    reason: String,
}

/// The rules that were evaluated on a day over the same clients.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DayOf {
    day: Day,
    /// Ascending.
    clients: Vec<ClientId>,
    rules: Vec<RuleOf>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleOf {
    rule: String,
    version: u32,
    /// A letter for each client: `+` in, `-` out, `?` unknown.
    verdicts: String,
}

fn fault(path: String, problem: impl Into<String>) -> Error {
    Error::BadDocument { document: DOCUMENT, path, problem: problem.into() }
}

impl History {
    /// Reads a history from JSON.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `evaluations[2].rules[0].verdicts`; another
    /// version of the form; what [`History::merge`] refuses.
    pub fn from_json(text: &str) -> Result<Self> {
        let document: Document = crate::json::parse(DOCUMENT, text)?;
        if document.version != VERSION {
            let problem = format!("{}: this library reads version {VERSION}", document.version);
            return Err(fault("version".to_owned(), problem));
        }
        pin::check(DOCUMENT, "pins", &document.pins)?;
        let mut inner = Inner { pins: document.pins, ..Inner::default() };
        for (i, ToldRule { rule, version, title, reason }) in document.rules.into_iter().enumerate()
        {
            let twice = inner.rules.insert((rule, version), Told { title, reason });
            if twice.is_some() {
                return Err(fault(format!("rules[{i}]"), "this rule and version stand twice"));
            }
        }
        for (i, turn) in document.turns.into_iter().enumerate() {
            let at = |member: &str| format!("turns[{i}]{member}");
            if turn.to <= turn.from {
                return Err(fault(at(".to"), format!("{} is not after {}", turn.to, turn.from)));
            }
            if inner.turns.insert(turn.key(), turn).is_some() {
                return Err(fault(at(""), "this rule, client and days stand twice"));
            }
        }
        for (i, day) in document.evaluations.into_iter().enumerate() {
            let at = format!("evaluations[{i}]");
            let ids = ids_of(&day.clients).ok_or_else(|| {
                let problem = "ids of one kind in ascending order, each once, are wanted";
                fault(format!("{at}.clients"), problem)
            })?;
            for (j, of) in day.rules.into_iter().enumerate() {
                let at = format!("{at}.rules[{j}]");
                let codes: Option<Vec<u8>> = of.verdicts.chars().map(code).collect();
                let codes = codes.filter(|codes| codes.len() == ids.len()).ok_or_else(|| {
                    let problem = format!("{} letters of +, - and ? are wanted", ids.len());
                    fault(format!("{at}.verdicts"), problem)
                })?;
                let evaluated = Evaluated { ids: ids.clone(), codes: Arc::new(codes.into()) };
                let key = Key { rule: of.rule, day: day.day, version: of.version };
                match inner.evaluations.entry(key) {
                    Entry::Vacant(place) => {
                        place.insert(evaluated);
                    }
                    Entry::Occupied(mut place) => {
                        let united = place.get().unite(&evaluated, place.key())?;
                        place.insert(united);
                    }
                }
            }
        }
        Self::of(inner)
    }

    /// The history as JSON: the same history is the same text.
    pub fn to_json(&self) -> String {
        let Inner { rules, evaluations, turns, pins } = &*self.inner;
        let rules = rules.iter().map(|((rule, version), Told { title, reason })| ToldRule {
            rule: rule.clone(),
            version: *version,
            title: title.clone(),
            reason: reason.clone(),
        });
        // Rules over the same clients on a day share the list of clients.
        let mut by_day: BTreeMap<Day, Vec<DayOf>> = BTreeMap::new();
        let mut lists: BTreeMap<Day, Vec<&Evaluated>> = BTreeMap::new();
        for (key, evaluated) in evaluations {
            let (days, firsts) =
                (by_day.entry(key.day).or_default(), lists.entry(key.day).or_default());
            let place = firsts.iter().position(|first| first.ids == evaluated.ids);
            let place = place.unwrap_or_else(|| {
                firsts.push(evaluated);
                let ids = &evaluated.ids;
                let clients = (0..ids.len()).map(|row| ids.get(row)).collect();
                days.push(DayOf { day: key.day, clients, rules: Vec::new() });
                days.len() - 1
            });
            days[place].rules.push(RuleOf {
                rule: key.rule.clone(),
                version: key.version,
                verdicts: evaluated.codes.iter().map(|&code| letter(code)).collect(),
            });
        }
        let document = Document {
            version: VERSION,
            rules: rules.collect(),
            evaluations: by_day.into_values().flatten().collect(),
            turns: turns.values().cloned().collect(),
            pins: pins.clone(),
        };
        serde_json::to_string(&document).unwrap_or_default()
    }
}

fn code(letter: char) -> Option<u8> {
    match LETTERS.iter().position(|&of| of == letter)? {
        2 => Some(NO_CODE),
        code => Some(code as u8),
    }
}

fn letter(code: u8) -> char {
    LETTERS[usize::from(code.min(2))]
}
