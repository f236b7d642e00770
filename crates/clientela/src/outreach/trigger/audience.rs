//! What clients buy: their brands and categories.

use crate::census::history::{Histories, Scratch};
use crate::ledger::columns::{NameColumn, Names};
use crate::view::Seen;

/// Brands and categories that some rules ask for, by place in lists of their names.
#[derive(Debug)]
pub(super) struct Audience<'a> {
    seen: Seen<'a>,
    histories: Histories<'a>,
    brand: Option<&'a Names>,
    category: Option<&'a Names>,
    brand_only: &'a [u8],
    /// First day of the window of brands.
    since: i32,
}

impl<'a> Audience<'a> {
    pub(super) fn new(seen: &Seen<'a>) -> Self {
        let extras = &seen.known.basis.ledger.columns().extras;
        let brand_only = match seen.table.column("brand_only").map(|column| &column.values) {
            Some(crate::table::Values::Flag(codes)) => &codes[..],
            _ => &[],
        };
        Self {
            seen: *seen,
            histories: seen.histories(),
            brand: extras.names(NameColumn::Brand),
            category: extras.names(NameColumn::Category),
            brand_only,
            since: seen.known.basis.since(seen.policy().behaviour.window),
        }
    }

    /// The brands that a client buys, where it buys certain brands only (S4.4); else none.
    pub(super) fn only_brands(&self, row: usize) -> Vec<&'a str> {
        let only = self.brand_only.get(row) == Some(&1);
        self.brand
            .filter(|_| only)
            .map_or_else(Vec::new, |names| self.bought(row, names, self.since))
    }

    /// The categories that a client ever bought.
    pub(super) fn categories(&self, row: usize) -> Vec<&'a str> {
        self.category.map_or_else(Vec::new, |names| self.bought(row, names, i32::MIN))
    }

    /// The names in a column on the lines of purchases from a day on, ascending.
    fn bought(&self, row: usize, names: &'a Names, since: i32) -> Vec<&'a str> {
        let columns = self.histories.ledger.columns();
        let mut scratch = Scratch::default();
        let client = self.seen.known.basis.client(row);
        let mut bought: Vec<&str> = Vec::new();
        for &row in self.histories.counted(client, &mut scratch) {
            let row = row as usize;
            if columns.days[row] < since || columns.extras.kind(row) != 0 {
                continue;
            }
            if let Some(name) = names.get(row).filter(|name| !bought.contains(name)) {
                bought.push(name);
            }
        }
        bought.sort_unstable();
        bought
    }
}
