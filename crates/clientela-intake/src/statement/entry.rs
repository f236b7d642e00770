//! One entry of a statement, who stands on its two sides, and whether both are the firm.

use std::collections::{BTreeMap, BTreeSet};

use clientela::{Currency, Day};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Statement, StatementOptions};

/// Which way money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// In, from another.
    Incoming,
    /// Out, to another.
    Outgoing,
    /// Between accounts of the firm.
    OwnTransfer,
}

/// One side of a payment, as far as the file states it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Party {
    /// The name as it stands.
    pub name: Option<String>,
    /// The tax id.
    pub tax_id: Option<String>,
    /// The account where it is an IBAN whose check digits are right.
    pub iban: Option<String>,
    /// The account where it is another number.
    pub account: Option<String>,
    /// The bank, by its code.
    pub bank: Option<String>,
}

impl Party {
    /// Sets the account: an IBAN if its form and check digits are those of one.
    pub(super) fn set_account(&mut self, account: &str) {
        let Some(account) = filled(account) else { return };
        match sepa::validate_iban(&account) {
            Ok(iban) => self.iban = Some(iban.as_str().to_owned()),
            Err(_) => self.account = Some(account),
        }
    }

    /// The account of either form.
    pub fn any_account(&self) -> Option<&str> {
        self.iban.as_deref().or(self.account.as_deref())
    }
}

/// One movement on an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The account: a place in [`Statement::pages`].
    pub page: usize,
    /// The line of the file where it begins, from 1.
    pub line: u64,
    /// The day on which it was booked.
    pub day: Day,
    /// The day from which it counts for interest, where it is stated and exists.
    pub value_day: Option<Day>,
    /// The amount: above zero into the account, below zero out of it.
    pub amount: Decimal,
    /// Its currency; `XXX` where none is known.
    pub currency: Currency,
    /// Which way it went.
    pub kind: EntryKind,
    /// Whether it takes back an earlier entry: a reversal or a return.
    pub reversal: bool,
    /// Whether it is booked; else it is announced only.
    pub booked: bool,
    /// Who paid.
    pub payer: Party,
    /// Who was paid.
    pub payee: Party,
    /// What for, in full.
    pub purpose: String,
    /// References and what else the file states, by name.
    pub details: BTreeMap<String, String>,
    /// The entry's part of the file, if asked for.
    pub raw: Option<String>,
}

impl Entry {
    /// The texts that people write.
    pub(super) fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        let names = [&mut self.payer.name, &mut self.payee.name, &mut self.raw];
        let free = names.into_iter().flatten().chain(self.details.values_mut());
        free.chain(std::iter::once(&mut self.purpose))
    }
}

/// A text without blanks around it, unless nothing remains.
pub(super) fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An account number without blanks, to compare.
fn bare(account: &str) -> String {
    account.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Finds the transfers between the firm's own accounts: the other side's account is one of the
/// file or one stated, or its tax id is one stated.
pub(super) fn tell_apart(statement: &mut Statement, options: &StatementOptions) {
    let pages = statement.pages.iter().filter_map(|page| page.account.as_ref());
    let own: BTreeSet<String> =
        pages.chain(&options.own_accounts).map(|account| bare(account)).collect();
    for entry in &mut statement.entries {
        let other = if entry.amount.is_sign_negative() == entry.reversal {
            &entry.payer
        } else {
            &entry.payee
        };
        let accounts = [&other.iban, &other.account].into_iter().flatten();
        let by_account =
            accounts.map(|account| bare(account)).any(|account| own.contains(&account));
        let by_tax_id =
            other.tax_id.as_ref().is_some_and(|tax_id| options.own_tax_ids.contains(tax_id));
        if by_account || by_tax_id {
            entry.kind = EntryKind::OwnTransfer;
        }
    }
}
