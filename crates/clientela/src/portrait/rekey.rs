//! Portraits follow their clients where records are merged.

use std::collections::BTreeMap;

use serde::Serialize;

use super::builder::PortraitsBuilder;
use super::document::Portrait;
use super::portraits::Portraits;
use super::records::unite_lists;
use super::value::FieldValue;
use crate::calendar::Day;
use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::ledger::topmost;
use crate::table::NO_CODE;

/// Portraits of merged clients, and what of them could not be kept in one portrait.
#[derive(Debug, Clone, PartialEq)]
pub struct RekeyedPortraits {
    /// The portraits.
    pub portraits: Portraits,
    /// Values that gave way, by client and field.
    pub set_aside: Vec<SetAsideValue>,
}

/// A value of a merged portrait that gave way to that of the client that it became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetAsideValue {
    /// The client that is kept.
    pub client: ClientId,
    /// Whose portrait had the value.
    pub from: ClientId,
    /// The field, or `kind`.
    pub field: String,
    /// The value that gave way.
    pub value: FieldValue,
    /// The value that stays; `None` where the field is not for clients of that kind.
    pub kept: Option<FieldValue>,
}

impl Portraits {
    /// The portraits with every merged client under the id that it became, directly or through
    /// others. The portrait of that id comes first, the others follow by id and fill what is
    /// unknown; lists, notes and records unite. A single value that differs gives way and is given
    /// back, so nothing is lost; to choose otherwise, merge the documents by a plan before.
    ///
    /// # Errors
    /// A circle; ids of two kinds; steps of two memberships that contradict each other.
    pub fn rekey(&self, into: &BTreeMap<ClientId, ClientId>) -> Result<RekeyedPortraits> {
        // By the id that is kept: itself first, then the others.
        let mut groups: BTreeMap<ClientId, Vec<(bool, usize)>> = BTreeMap::new();
        for row in 0..self.len() {
            let client = self.ids().get(row);
            let top = topmost(&client, into).map_err(|error| match error {
                Error::BadArgument { problem, .. } => {
                    Error::BadArgument { argument: "into", problem }
                }
                other => other,
            })?;
            groups.entry(top.clone()).or_default().push((*top != client, row));
        }
        let mut builder = PortraitsBuilder::new(self.options().clone());
        let mut set_aside = Vec::new();
        for (client, mut rows) in groups {
            rows.sort_unstable();
            let mut rows = rows.into_iter().map(|(_, row)| self.portrait(row));
            let Some(first) = rows.next() else { continue };
            let mut kept = dated(Portrait { client, ..first });
            for other in rows {
                self.take(&mut kept, dated(other), &mut set_aside);
            }
            builder.push(kept)?;
        }
        Ok(RekeyedPortraits { portraits: builder.finish()?, set_aside })
    }

    /// Takes the values of another portrait into one.
    fn take(&self, kept: &mut Portrait, other: Portrait, set_aside: &mut Vec<SetAsideValue>) {
        let catalogue = self.catalogue();
        let client = kept.client.clone();
        let from = other.client;
        let mut aside = |field: String, value: FieldValue, kept: Option<FieldValue>| {
            let (client, from) = (client.clone(), from.clone());
            set_aside.push(SetAsideValue { client, from, field, value, kept });
        };
        match (&kept.kind, other.kind) {
            (None, kind) => kept.kind = kind,
            (Some(mine), Some(theirs)) if *mine != theirs => {
                let kind = FieldValue::Text(mine.clone());
                aside("kind".to_owned(), FieldValue::Text(theirs), Some(kind));
            }
            _ => {}
        }
        kept.updated_on = kept.updated_on.max(other.updated_on);
        let code = kept.kind.as_ref().and_then(|kind| catalogue.kind_code(kind));
        for (name, day) in &other.updated {
            let known = kept.updated.entry(name.clone()).or_insert(*day);
            // Of a list that unites the later day tells; a value that gives way tells none.
            let list = !matches!(
                kept.fields.get(name),
                Some(value) if !matches!(value, FieldValue::List(_) | FieldValue::Notes(_))
            );
            if list {
                *known = (*known).max(*day);
            }
        }
        for (name, value) in other.fields {
            let Some(field) = catalogue.field(&name) else { continue };
            if !catalogue.applies(field, code.unwrap_or(NO_CODE)) {
                kept.updated.remove(&name);
                aside(name, value, None);
                continue;
            }
            match (kept.fields.remove(&name), value) {
                (None, value) => {
                    kept.fields.insert(name, value);
                }
                (Some(FieldValue::List(mine)), FieldValue::List(theirs)) => {
                    kept.fields.insert(name, FieldValue::List(together(mine, theirs)));
                }
                (Some(FieldValue::Notes(mine)), FieldValue::Notes(theirs)) => {
                    kept.fields.insert(name, FieldValue::Notes(unite_lists(mine, theirs)));
                }
                (Some(mine), theirs) => {
                    if mine != theirs {
                        aside(name.clone(), theirs, Some(mine.clone()));
                    }
                    kept.fields.insert(name, mine);
                }
            }
        }
        kept.records = std::mem::take(&mut kept.records).unite(&other.records);
    }
}

/// A portrait in which each value has its own date, so that a later day of the whole does not make
/// old values young.
fn dated(mut portrait: Portrait) -> Portrait {
    let day: Option<Day> = portrait.updated_on;
    for name in portrait.fields.keys() {
        portrait.updated.entry(name.clone()).or_insert(day);
    }
    portrait
}

/// The entries of a list, then those of another one that it does not have.
fn together(mut mine: Vec<String>, theirs: Vec<String>) -> Vec<String> {
    for entry in theirs {
        if !mine.contains(&entry) {
            mine.push(entry);
        }
    }
    mine
}
