//! Clients in the groups of a verdict.

use std::sync::Arc;

use crate::axis::NO_YES;
use crate::buffer::Buffer;
use crate::error::{Error, Result};
use crate::table::{NO_CODE, Values};
use crate::view::Seen;

/// The groups of a column of choices or facts, in the order of its names, then those clients
/// that have no verdict; or the whole base as one.
#[derive(Debug)]
pub(crate) struct Groups {
    codes: Option<Arc<Buffer<u8>>>,
    names: Vec<String>,
}

impl Groups {
    /// # Errors
    /// A name that no column of choices or facts has.
    pub(crate) fn of(seen: &Seen<'_>, by: Option<&str>) -> Result<Self> {
        let Some(by) = by else {
            return Ok(Self { codes: None, names: vec!["base".to_owned()] });
        };
        match seen.table.column(by).map(|column| &column.values) {
            Some(Values::Choice(codes, names)) => {
                Ok(Self { codes: Some(Arc::clone(codes)), names: names.to_vec() })
            }
            Some(Values::Flag(codes)) => {
                let names = NO_YES.map(str::to_owned).to_vec();
                Ok(Self { codes: Some(Arc::clone(codes)), names })
            }
            _ => {
                let columns = seen.table.columns().iter();
                let groups = columns
                    .filter(|c| matches!(c.values, Values::Choice(..) | Values::Flag(_)))
                    .map(|column| &*column.name);
                let groups: Vec<&str> = groups.collect();
                let problem = format!(
                    "`{by}` is no column of choices or facts; these are {}",
                    groups.join(", ")
                );
                Err(Error::BadArgument { argument: "by", problem })
            }
        }
    }

    /// Number of groups, that of clients without a verdict with them.
    pub(crate) fn len(&self) -> usize {
        self.names.len() + 1
    }

    /// The group of a client.
    pub(crate) fn place(&self, row: usize) -> usize {
        match &self.codes {
            None => 0,
            Some(codes) if codes[row] == NO_CODE => self.names.len(),
            Some(codes) => usize::from(codes[row]),
        }
    }

    /// The name of a group; `None` of clients without a verdict.
    pub(crate) fn name(&self, place: usize) -> Option<&str> {
        self.names.get(place).map(String::as_str)
    }
}
