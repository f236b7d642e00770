//! The sales that risks are measured by: those in `risk.window`.

use std::borrow::Cow;
use std::sync::Arc;

use crate::axis::amount_text;
use crate::buffer::Buffer;
use crate::calendar::Span;
use crate::segment::{KeyTotals, Tier};
use crate::table::{NO_INT64, Values};
use crate::view::Seen;

/// Which clients come first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks<'a> {
    key: &'a [u8],
    tier: &'a [u8],
}

impl<'a> Marks<'a> {
    pub(super) fn of(seen: &Seen<'a>) -> Self {
        let codes = |name| match seen.table.column(name).map(|column| &column.values) {
            Some(Values::Flag(codes) | Values::Choice(codes, _)) => &codes[..],
            _ => &[],
        };
        Self { key: codes("key"), tier: codes("tier") }
    }

    /// Whether it is known to be a key client.
    pub(super) fn key(&self, row: usize) -> bool {
        self.key.get(row) == Some(&1)
    }

    pub(super) fn vip(&self, row: usize) -> bool {
        self.tier.get(row) == Some(&(Tier::Vip as u8))
    }

    /// Whether it is a key client or a VIP.
    pub(super) fn first(&self, row: usize) -> bool {
        self.key(row) || self.vip(row)
    }
}

/// Net amounts of all clients in the window.
pub(super) struct WindowSales<'a> {
    seen: &'a Seen<'a>,
    /// The first day of the window.
    pub(super) since: i32,
    /// By row, in minor units.
    pub(super) amounts: Arc<Buffer<i64>>,
    /// What shares are shares of, as for key clients; with groups.
    pub(super) totals: Cow<'a, KeyTotals>,
    /// Clients with sales above zero.
    pub(super) active: u64,
}

impl<'a> WindowSales<'a> {
    pub(super) fn of(seen: &'a Seen<'a>) -> Self {
        let (basis, policy) = (seen.known.basis, seen.policy());
        let window = policy.risk.window;
        let amounts = basis.amounts(window);
        let totals = if window == policy.key.window && policy.key.groups {
            Cow::Borrowed(&seen.known.cuts.key)
        } else {
            Cow::Owned(KeyTotals::over(basis, window, true))
        };
        let active = amounts.iter().filter(|&&amount| amount > 0).count() as u64;
        Self { seen, since: basis.since(window), amounts, totals, active }
    }

    /// Whether all sales are to one client.
    pub(super) fn mono(&self) -> bool {
        // A base may be a part of one whose totals are those of the whole.
        let own: i128 = self.amounts.iter().map(|&amount| i128::from(amount.max(0))).sum();
        self.active == 1 && own == self.totals.company
    }

    /// Net amount of all clients.
    pub(super) fn revenue(&self) -> i128 {
        self.amounts.iter().map(|&amount| i128::from(amount)).sum()
    }

    /// Profit of each client in the window, missing where a line's is unknown; `None` where
    /// the sales have no profits.
    pub(super) fn profits(&self) -> Option<Buffer<i64>> {
        let basis = self.seen.known.basis;
        let columns = basis.ledger.columns();
        let profits = columns.extras.profit.as_ref()?;
        let histories = self.seen.histories();
        Some(basis.read(|scratch, row| {
            let rows = histories.counted(basis.client(row), scratch);
            let from = rows.partition_point(|&row| columns.days[row as usize] < self.since);
            let known = rows[from..].iter().map(|&row| profits[row as usize]);
            if known.clone().all(|profit| profit != NO_INT64) { known.sum() } else { NO_INT64 }
        }))
    }

    /// The position of the group of each client; `None` where it is in none.
    pub(super) fn groups(&self) -> Vec<Option<&'a str>> {
        let field = self.seen.known.basis.names("group");
        (0..self.seen.rows()).map(|row| field.name(field.get(row)?)).collect()
    }
}

/// A window in words.
pub(super) fn in_window(window: Option<Span>) -> String {
    window.map_or_else(|| "so far".to_owned(), |window| format!("in the last {window}"))
}

/// An amount in words: with its currency.
pub(super) fn money(seen: &Seen<'_>, minor: i128) -> String {
    let currency = seen.known.basis.ledger.currency();
    match i64::try_from(minor) {
        Ok(minor) => amount_text(seen.scale(), currency, minor),
        Err(_) => match seen.scale().decimal_wide(minor) {
            Ok(amount) => format!("{amount} {currency}"),
            Err(_) => format!("{minor} minor units"),
        },
    }
}

/// A share in words, to a tenth of a per cent.
pub(super) fn percent(part: i128, whole: i128) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole as f64)
}
