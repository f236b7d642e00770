//! What the axes read of portraits, by column.

use super::column::FieldStorage;
use super::portraits::Portraits;
use crate::ledger::columns::Names;

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
}
