//! What the axes read of portraits, by column.

use super::column::FieldStorage;
use super::membership;
use super::portraits::Portraits;
use super::value::FieldValue;
use crate::calendar::Day;
use crate::client::ClientIds;
use crate::error::{Error, Result};
use crate::ledger::columns::Names;

#[allow(dead_code, reason = "each axis reads what it needs")]
impl Portraits {
    /// The values of a field, typed; `None` where the catalogue has no such field or nobody has
    /// a value.
    pub(crate) fn column(&self, field: &str) -> Option<&FieldStorage> {
        self.columns().fields[self.catalogue().place(field)?].as_ref()
    }

    /// A column of yes and no: 0, 1, [`NO_CODE`](crate::NO_CODE).
    pub(crate) fn flag(&self, field: &str) -> Option<&[u8]> {
        match self.column(field)? {
            FieldStorage::Flag(values) => Some(values),
            _ => None,
        }
    }

    /// A column of numbers: whole ones, decimals at the field's places, amounts in minor units;
    /// missing is [`NO_INT64`](crate::NO_INT64).
    pub(crate) fn number(&self, field: &str) -> Option<&[i64]> {
        match self.column(field)? {
            FieldStorage::Number(values) => Some(values),
            _ => None,
        }
    }

    /// A column of texts or choices as places in a sorted list.
    pub(crate) fn texts(&self, field: &str) -> Option<&Names> {
        match self.column(field)? {
            FieldStorage::Text(names) => Some(names),
            _ => None,
        }
    }

    /// A column of days: [`NO_INT32`](crate::NO_INT32) is missing.
    pub(crate) fn days(&self, field: &str) -> Option<&[i32]> {
        match self.column(field)? {
            FieldStorage::Day(days) => Some(days),
            _ => None,
        }
    }

    /// The value of a field in a row; `None` is unknown.
    pub(crate) fn value(&self, row: usize, field: &str) -> Option<FieldValue> {
        self.value_at(row, self.catalogue().place(field)?)
    }

    /// Whether a row is a member of the regular base at the end of a day (R5).
    pub(crate) fn is_member(&self, row: usize, as_of: Day) -> bool {
        self.records(row).is_some_and(|records| membership::is_member(&records.membership, as_of))
    }

    /// For each client of another list, the row of its portrait; `u32::MAX` where there is none.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where the ids are of another kind.
    pub(crate) fn rows_of(&self, clients: &ClientIds) -> Result<Vec<u32>> {
        fn walk<T: Ord>(count: usize, ids: impl Fn(usize) -> T, own: &[T]) -> Vec<u32> {
            let mut next = 0;
            (0..count)
                .map(|i| {
                    let id = ids(i);
                    while own.get(next).is_some_and(|own| *own < id) {
                        next += 1;
                    }
                    if own.get(next) == Some(&id) { next as u32 } else { u32::MAX }
                })
                .collect()
        }
        match (clients, self.ids()) {
            (ClientIds::Int(ids), ClientIds::Int(own)) => Ok(walk(ids.len(), |i| ids[i], own)),
            (ClientIds::Text(ids), ClientIds::Text(own)) => {
                let own: Vec<&str> = own.iter().collect();
                Ok(walk(ids.len(), |i| ids.get(i), &own))
            }
            _ if self.is_empty() || clients.is_empty() => Ok(vec![u32::MAX; clients.len()]),
            (ids, _) => {
                let (left, right) = ("numbers".to_owned(), "texts".to_owned());
                let texts = matches!(ids, ClientIds::Text(_));
                let (left, right) = if texts { (right, left) } else { (left, right) };
                Err(Error::Mismatch { what: "kind of client id", left, right })
            }
        }
    }
}
