//! Accounts and their balances, and whether the entries account for the difference.

use clientela::{Currency, Day};
use rust_decimal::Decimal;
use serde::Serialize;

use super::Statement;

/// What an account held at the begin or the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// The day; `None` where the file states none that exists.
    pub day: Option<Day>,
    /// The amount; below zero where the bank is the creditor.
    pub amount: Decimal,
}

/// Whether opening and entries make closing. It is told and not enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BalanceCheck {
    /// A balance is not stated, an entry was refused, or entries are in another currency.
    #[default]
    Unknown,
    /// They do, to the minor unit.
    Agrees,
    /// Closing is this much more than opening and entries.
    DiffersBy(Decimal),
}

/// One account over one period that the bank closed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Page {
    /// The account as the file writes it; an IBAN or a number.
    pub account: Option<String>,
    /// The account's currency; `XXX` where none is known.
    pub currency: Currency,
    /// The bank, by its code.
    pub bank: Option<String>,
    /// The bank's reference of the statement.
    pub reference: Option<String>,
    /// Before the first entry.
    pub opening: Option<Balance>,
    /// After the last one.
    pub closing: Option<Balance>,
    /// Whether the balances fit the entries.
    pub check: BalanceCheck,
    /// Fields that are not read otherwise, as they stand.
    pub other: Vec<String>,
}

/// Checks the balances of every page.
pub(super) fn check(statement: &mut Statement) {
    let scale = statement.scale;
    let whole = statement.report.refused.is_empty();
    let mut sums = vec![Some(0_i128); statement.pages.len()];
    for entry in statement.entries.iter().filter(|entry| entry.booked) {
        let (Some(page), Some(sum)) = (statement.pages.get(entry.page), sums.get_mut(entry.page))
        else {
            continue;
        };
        let minor = scale.minor(entry.amount).filter(|_| entry.currency == page.currency);
        *sum = sum.zip(minor).map(|(sum, minor)| sum + i128::from(minor));
    }
    for (page, sum) in statement.pages.iter_mut().zip(sums) {
        let minor = |balance: Option<Balance>| balance.and_then(|it| scale.minor(it.amount));
        let known = minor(page.opening).zip(minor(page.closing)).zip(sum).filter(|_| whole);
        page.check = known.map_or(BalanceCheck::Unknown, |((opening, closing), sum)| {
            let rest = i128::from(closing) - i128::from(opening) - sum;
            match (rest, scale.decimal_wide(rest)) {
                (0, _) => BalanceCheck::Agrees,
                (_, Ok(rest)) => BalanceCheck::DiffersBy(rest),
                _ => BalanceCheck::Unknown,
            }
        });
    }
}
