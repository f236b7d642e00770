//! What incoming data would change in a stored document: asked before anything is overwritten,
//! field by field, and taken back as a whole (S2.31).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::card::masked;
use super::directory::FieldKind;
use super::fold;
use crate::error::{Error, Result};
use crate::formula::Formula;
use crate::policy::Policy;

/// A document: an object in JSON.
type Document = Map<String, Json>;

/// Members that say who a document is of; they are never changed.
const IDENTITY: [&str; 2] = ["client", "id"];

/// What an incoming document would change in a stored one; nothing is changed yet.
///
/// Members are compared below objects, so `fields.phone` is one field. Lists unite. The members
/// `client` and `id` of the stored document stay. The numbers of bank cards in the incoming document
/// are masked but for their last four digits.
///
/// ```
/// use clientela::{Formula, Policy, intake::MergePlan};
///
/// let arguments = r#"{"stored": {"surname": "Щеглова", "phone": "+7 495 1234567"},
///     "incoming": {"surname": "ЩЕГЛОВА", "phone": "8 495 765-43-21", "email": "j@mail.ru"}}"#;
/// let plan: MergePlan = serde_json::from_str(arguments).unwrap();
/// let answer = plan.answer(&Policy::default())?;
/// let states: Vec<_> = answer.fields.iter().map(|one| (&*one.field, one.state)).collect();
/// use clientela::intake::FieldState::{Conflict, Fill, Same};
/// assert_eq!(states, [("email", Fill), ("phone", Conflict), ("surname", Same)]);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergePlan {
    /// The document that is kept.
    pub stored: Document,
    /// The document that came in.
    pub incoming: Document,
    /// What fields hold, by the last part of their name; the others are known by their names
    /// ([`FieldKind::of_name`]).
    #[serde(default)]
    pub kinds: BTreeMap<String, FieldKind>,
}

/// How a field of an incoming document stands to the stored one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldState {
    /// Both say the same, if in another spelling: the stored one stays and nobody is asked.
    Same,
    /// Only the stored one says something: it stays.
    Kept,
    /// Only the incoming one says something.
    Fill,
    /// Both are lists, and the incoming one has more entries.
    Unite,
    /// They say different things.
    Conflict,
}

impl FieldState {
    /// Whether it would change the stored document.
    pub fn changes(self) -> bool {
        matches!(self, Self::Fill | Self::Unite | Self::Conflict)
    }
}

/// One field of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedField {
    /// The name with a dot between its parts, such as `fields.phone`.
    pub field: String,
    /// The parts of the name.
    pub path: Vec<String>,
    /// How it stands.
    pub state: FieldState,
    /// The stored value as it is; null where there is none.
    pub stored: Json,
    /// The incoming value as it is.
    pub incoming: Json,
    /// The stored value as it was compared; null where it is no single value.
    pub stored_compared: Option<String>,
    /// The incoming value as it was compared.
    pub incoming_compared: Option<String>,
    /// The value once it is confirmed.
    pub merged: Json,
}

/// What [`MergePlan`] answers with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergePlanAnswer {
    /// Whether nothing would change, so that nobody is asked.
    pub empty: bool,
    /// The fields that either document has, in the order of their names.
    pub fields: Vec<PlannedField>,
}

impl Formula for MergePlan {
    const NAME: &'static str = "merge_plan";
    const ABOUT: &'static str =
        "What an incoming document would change in a stored one, field by field.";
    const SOURCE: &'static str = "R47, S2.31";
    type Answer = MergePlanAnswer;

    fn answer(&self, _: &Policy) -> Result<MergePlanAnswer> {
        let mut fields = Vec::new();
        let mut path = Vec::new();
        let (mut stored, mut incoming) = (self.stored.clone(), self.incoming.clone());
        for name in IDENTITY {
            stored.remove(name);
            incoming.remove(name);
        }
        incoming.values_mut().for_each(mask);
        self.walk(&stored, &incoming, &mut path, &mut fields);
        let mut names = BTreeSet::new();
        if let Some(twice) = fields.iter().find(|one| !names.insert(&one.field)) {
            let problem = format!("two members are named `{}`; leave dots out", twice.field);
            return Err(Error::BadArgument { argument: "stored", problem });
        }
        let empty = !fields.iter().any(|one| one.state.changes());
        Ok(MergePlanAnswer { empty, fields })
    }
}

impl MergePlan {
    fn walk(
        &self,
        stored: &Document,
        incoming: &Document,
        path: &mut Vec<String>,
        fields: &mut Vec<PlannedField>,
    ) {
        let names: BTreeSet<&String> = stored.keys().chain(incoming.keys()).collect();
        let none = Document::new();
        for name in names {
            let known = |document: &'_ Document| document.get(name).cloned().unwrap_or(Json::Null);
            let (mine, theirs) = (known(stored), known(incoming));
            path.push(name.clone());
            match (&mine, &theirs) {
                (Json::Object(mine), Json::Object(theirs)) => {
                    self.walk(mine, theirs, path, fields);
                }
                // Each part of an object that is not there yet is asked for by itself.
                (_, Json::Object(theirs)) if !stored.contains_key(name) => {
                    self.walk(&none, theirs, path, fields);
                }
                _ => fields.extend(self.planned(mine, theirs, path)),
            }
            path.pop();
        }
    }

    /// How one member stands; `None` where neither says anything.
    fn planned(&self, stored: Json, incoming: Json, path: &[String]) -> Option<PlannedField> {
        let name = path.last().map_or("", String::as_str);
        let kind = self.kinds.get(name).copied().unwrap_or_else(|| FieldKind::of_name(name));
        let compared = (compared(kind, &stored), compared(kind, &incoming));
        let (state, merged) = match (says_nothing(&stored), says_nothing(&incoming)) {
            (true, true) => return None,
            (true, false) => (FieldState::Fill, incoming.clone()),
            (false, true) => (FieldState::Kept, stored.clone()),
            (false, false) => match (&stored, &incoming) {
                (Json::Array(mine), Json::Array(theirs)) => {
                    let united = united(mine, theirs);
                    let state = match united.len() == mine.len() {
                        true if mine.len() == theirs.len() => FieldState::Same,
                        true => FieldState::Kept,
                        false => FieldState::Unite,
                    };
                    (state, Json::Array(united))
                }
                _ if stored == incoming => (FieldState::Same, stored.clone()),
                _ if compared.0.is_some() && compared.0 == compared.1 => {
                    (FieldState::Same, stored.clone())
                }
                _ => (FieldState::Conflict, incoming.clone()),
            },
        };
        Some(PlannedField {
            field: path.join("."),
            path: path.to_vec(),
            state,
            stored,
            incoming,
            stored_compared: compared.0,
            incoming_compared: compared.1,
            merged,
        })
    }
}

/// Masks the numbers of bank cards in all texts of a value.
fn mask(value: &mut Json) {
    match value {
        Json::String(text) => *text = masked(text).into_owned(),
        Json::Array(list) => list.iter_mut().for_each(mask),
        Json::Object(members) => members.values_mut().for_each(mask),
        _ => {}
    }
}

/// Whether a value is unknown: null, a blank text, an empty list or object.
fn says_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(list) => list.is_empty(),
        Json::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// A single value as it is compared. Unlike the keys of a search, a name in another script is
/// another value.
fn compared(kind: FieldKind, value: &Json) -> Option<String> {
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        Json::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    Some(match kind {
        FieldKind::Date => fold::date_key(&text),
        FieldKind::Number => fold::number_key(&text),
        FieldKind::Phone => fold::phone_key(&text),
        FieldKind::Email => fold::email_key(&text),
        FieldKind::Name | FieldKind::Text | FieldKind::Code => {
            let text = text.to_lowercase().replace('ё', "е");
            let words: Vec<&str> = text.split_whitespace().collect();
            words.join(" ").replace(" -", "-").replace("- ", "-")
        }
    })
    .filter(|text| !text.is_empty())
}

/// The entries of a list, and those of another one that it does not have, as often as they are
/// there more.
fn united(mine: &[Json], theirs: &[Json]) -> Vec<Json> {
    let mut left: Vec<&Json> = mine.iter().collect();
    let mut all = mine.to_vec();
    for entry in theirs {
        match left.iter().position(|known| *known == entry) {
            Some(at) => {
                left.swap_remove(at);
            }
            None => all.push(entry.clone()),
        }
    }
    all
}

/// The stored document with the confirmed fields of a plan, and what takes that back.
///
/// What is not confirmed stays as it is stored (S2.31).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeApply {
    /// The document that is kept, as it was when the plan was made.
    pub stored: Document,
    /// The answer of `merge_plan`.
    pub plan: Document,
    /// The fields of the plan that are to be changed.
    #[serde(default)]
    pub confirmed: Vec<String>,
    /// Whether all fields that only the incoming document knows, and all lists that grow, are
    /// confirmed as well: nothing is overwritten by them. Default: no.
    #[serde(default)]
    pub fills: bool,
}

/// What [`MergeApply`] answers with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MergeApplyAnswer {
    /// The new document.
    pub document: Document,
    /// What takes the change back; an argument of `merge_revert`.
    pub undo: MergeUndo,
    /// The fields that were changed.
    pub changed: Vec<String>,
    /// The fields that would change and were not confirmed.
    pub left: Vec<String>,
}

/// What takes a change back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeUndo {
    /// The changes in the order in which they were made.
    pub changes: Vec<Change>,
}

/// One change of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The parts of the name.
    pub path: Vec<String>,
    /// The object, from the first part on, with whose member all that is below was made; as many
    /// parts as the path has where that is the member itself. `None` where the member was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<usize>,
    /// The value before, where the member was there.
    pub before: Json,
    /// The value after.
    pub after: Json,
}

impl Formula for MergeApply {
    const NAME: &'static str = "merge_apply";
    const ABOUT: &'static str =
        "A stored document with the confirmed fields of a merge plan, and what takes that back.";
    const SOURCE: &'static str = "R47, S2.31";
    type Answer = MergeApplyAnswer;

    fn answer(&self, _: &Policy) -> Result<MergeApplyAnswer> {
        let plan: MergePlanAnswer = read("plan", &self.plan)?;
        let bad = |problem: String| Err(Error::BadArgument { argument: "confirmed", problem });
        for name in &self.confirmed {
            match plan.fields.iter().find(|one| one.field == *name) {
                None => return bad(format!("`{name}` is no field of the plan")),
                Some(one) if !one.state.changes() => {
                    return bad(format!("the plan does not change `{name}`"));
                }
                Some(_) => {}
            }
        }
        let mut answer = MergeApplyAnswer {
            document: self.stored.clone(),
            undo: MergeUndo { changes: Vec::new() },
            changed: Vec::new(),
            left: Vec::new(),
        };
        for one in plan.fields.iter().filter(|one| one.state.changes()) {
            let free = self.fills && one.state != FieldState::Conflict;
            if !free && !self.confirmed.contains(&one.field) {
                answer.left.push(one.field.clone());
                continue;
            }
            if one.path.len() == 1 && IDENTITY.contains(&one.path[0].as_str()) {
                return bad(format!("`{}` says who the document is of", one.field));
            }
            let before = get(&self.stored, &one.path).cloned();
            if before.as_ref().unwrap_or(&Json::Null) != &one.stored {
                return Err(changed_since("stored", &one.path));
            }
            let made = set(&mut answer.document, &one.path, one.merged.clone())
                .ok_or_else(|| changed_since("stored", &one.path))?;
            answer.undo.changes.push(Change {
                path: one.path.clone(),
                made,
                before: before.unwrap_or(Json::Null),
                after: one.merged.clone(),
            });
            answer.changed.push(one.field.clone());
        }
        Ok(answer)
    }
}

/// The document as it was before a merge.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeRevert {
    /// The document after the merge; it may have changed since in other fields.
    pub document: Document,
    /// What `merge_apply` gave as `undo`.
    pub undo: Document,
}

/// What [`MergeRevert`] answers with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MergeRevertAnswer {
    /// The document as it was.
    pub document: Document,
}

impl Formula for MergeRevert {
    const NAME: &'static str = "merge_revert";
    const ABOUT: &'static str = "A document as it was before a merge that is taken back.";
    const SOURCE: &'static str = "R47, S2.31";
    type Answer = MergeRevertAnswer;

    fn answer(&self, _: &Policy) -> Result<MergeRevertAnswer> {
        let undo: MergeUndo = read("undo", &self.undo)?;
        let mut document = self.document.clone();
        for change in undo.changes.iter().rev() {
            if get(&document, &change.path) != Some(&change.after) {
                return Err(changed_since("document", &change.path));
            }
            let done = match change.made {
                None => set(&mut document, &change.path, change.before.clone()).is_some(),
                Some(parts) => {
                    // What else stands in an object that the merge made came after it.
                    let alone = (parts..change.path.len())
                        .all(|end| matches!(get(&document, &change.path[..end]), Some(Json::Object(all)) if all.len() == 1));
                    let end = if alone { parts } else { change.path.len() };
                    change.path.get(..end).is_some_and(|path| remove(&mut document, path))
                }
            };
            if !done {
                return Err(changed_since("document", &change.path));
            }
        }
        Ok(MergeRevertAnswer { document })
    }
}

fn changed_since(document: &'static str, path: &[String]) -> Error {
    Error::BadDocument {
        document,
        path: path.join("."),
        problem: "it is not what it was when the merge was planned or made".to_owned(),
    }
}

/// Reads a document that another formula gave.
fn read<T: serde::de::DeserializeOwned>(name: &'static str, document: &Document) -> Result<T> {
    serde_path_to_error::deserialize(&Json::Object(document.clone())).map_err(|error| {
        Error::BadDocument {
            document: name,
            path: error.path().to_string(),
            problem: error.into_inner().to_string(),
        }
    })
}

/// The member at a path.
fn get<'a>(document: &'a Document, path: &[String]) -> Option<&'a Json> {
    let (first, rest) = path.split_first()?;
    let member = document.get(first)?;
    if rest.is_empty() { Some(member) } else { get(member.as_object()?, rest) }
}

/// Sets the member at a path: how many parts of it lead to what was made, or `Some(None)` where it
/// was there. `None` where the path leads through what is no object.
#[allow(clippy::option_option, reason = "whether it could be set, and what was made")]
fn set(document: &mut Document, path: &[String], value: Json) -> Option<Option<usize>> {
    let (first, rest) = path.split_first()?;
    if rest.is_empty() {
        let made = document.insert(first.clone(), value).is_none();
        return Some(made.then_some(1));
    }
    match document.get_mut(first) {
        Some(Json::Object(members)) => {
            set(members, rest, value).map(|made| made.map(|parts| parts + 1))
        }
        Some(_) => None,
        None => {
            let mut members = Document::new();
            set(&mut members, rest, value)?;
            document.insert(first.clone(), Json::Object(members));
            Some(Some(1))
        }
    }
}

/// Removes the member at a path; whether it was there.
fn remove(document: &mut Document, path: &[String]) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    if rest.is_empty() {
        return document.remove(first).is_some();
    }
    let members = document.get_mut(first).and_then(Json::as_object_mut);
    members.is_some_and(|members| remove(members, rest))
}
