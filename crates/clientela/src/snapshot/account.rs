//! Views of a snapshot, one by one and all together: the account of the base.

use std::fmt;

use serde::Serialize;

use super::Snapshot;
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::money::Currency;
use crate::table::Table;
use crate::view::{self, View};

/// One table of an account, or the cause why there is none.
#[derive(Debug, Clone, Serialize)]
pub struct AccountTable {
    /// The name of the view.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Requirement id, standard or "convention".
    pub source: &'static str,
    /// The table.
    pub table: Option<Table>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// The whole account of a base: every view with its default arguments.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// The day.
    pub as_of: Day,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The tables.
    pub tables: Vec<AccountTable>,
}

impl Account {
    /// The table of a view; `None` where there is none, for the cause given.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)?.table.as_ref()
    }

    /// The account as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Account as of {}", self.as_of)?;
        for one in &self.tables {
            match (&one.table, &one.cause) {
                (Some(table), _) => writeln!(f, "{}: {} rows", one.name, table.rows())?,
                (None, cause) => {
                    writeln!(f, "{}: none, {}", one.name, cause.as_deref().unwrap_or("unknown"))?;
                }
            }
        }
        Ok(())
    }
}

impl Snapshot {
    /// The answer to a view's question.
    ///
    /// # Errors
    /// Those of the view.
    pub fn view<V: View>(&self, view: &V) -> Result<Table> {
        self.see(|seen| view.table(seen))
    }

    /// The answer of a view by name, with its arguments in JSON.
    ///
    /// # Errors
    /// A name that no view has; unknown arguments; those of the view.
    pub fn view_named(&self, name: &str, arguments: &str) -> Result<Table> {
        let view = view::find(name)?;
        self.see(|seen| view.table(arguments, seen))
    }

    /// Every view with its default arguments. A view that cannot answer, because it needs what
    /// is not known, says why in its place.
    ///
    /// # Errors
    /// Sums beyond 64 bits.
    pub fn account(&self) -> Result<Account> {
        let tables = self.see(|seen| {
            let tables = view::views().map(|view| {
                let (table, cause) = match view.table("", seen) {
                    Ok(table) => (Some(table), None),
                    Err(error @ Error::Overflow(_)) => return Err(error),
                    Err(error) => (None, Some(error.to_string())),
                };
                let (name, about, source) = (view.name, view.about, view.source);
                Ok(AccountTable { name, about, source, table, cause })
            });
            tables.collect()
        })?;
        Ok(Account { as_of: self.as_of(), currency: self.ledger().currency(), tables })
    }
}
