//! Incoming payments as sales, with the payer as the client (S2.13).

use std::collections::{BTreeMap, BTreeSet};

use clientela::{
    ClientColumn, Currency, Error, Ledger, LedgerBuilder, LedgerOptions, Result, SaleKind, Sales,
    Scale, Texts,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Statement;
use super::entry::{Entry, EntryKind, Party};
use crate::guard;

/// What of a payer makes a client, where it is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayerKey {
    /// Tax id and account together, as S2.13 has it: a firm that pays from two accounts is two
    /// clients.
    #[default]
    TaxIdAndAccount,
    /// The tax id alone, whatever the account.
    TaxId,
}

/// How sales are made of a statement; in JSON an object of these fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SalesOptions {
    /// The one currency of the ledger; entries in another are left out. Default: that of the
    /// entries, which must have one only.
    pub currency: Option<Currency>,
    /// What of a payer makes a client. Default: tax id and account.
    pub key: PayerKey,
}

impl SalesOptions {
    /// Reads options from JSON; absent ones take their defaults.
    ///
    /// # Errors
    /// [`Error::BadArgument`] with the path of what is wrong.
    pub fn from_json(json: &str) -> Result<Self> {
        guard::options(json)
    }
}

/// A client's id, and what of the payer it was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKey {
    /// `tax:7700000000/40702810900000000001`.
    TaxIdAndAccount,
    /// `tax:7700000000`.
    TaxId,
    /// `iban:DE89370400440532013000`.
    Iban,
    /// `account:123456`.
    Account,
    /// `name:` and the name without case, quotes and double blanks, ё as е.
    Name,
}

impl Party {
    /// The client that a payer is, by the first that it has of: tax id (and account), IBAN,
    /// account with bank, name.
    pub fn key(&self, wanted: PayerKey) -> Option<(ClientKey, String)> {
        if let Some(tax_id) = &self.tax_id {
            return Some(match (wanted, self.any_account()) {
                (PayerKey::TaxIdAndAccount, Some(account)) => {
                    (ClientKey::TaxIdAndAccount, format!("tax:{tax_id}/{account}"))
                }
                _ => (ClientKey::TaxId, format!("tax:{tax_id}")),
            });
        }
        if let Some(iban) = &self.iban {
            return Some((ClientKey::Iban, format!("iban:{iban}")));
        }
        if let Some(account) = &self.account {
            let bank = self.bank.as_ref().map(|bank| format!("{bank}/")).unwrap_or_default();
            return Some((ClientKey::Account, format!("account:{bank}{account}")));
        }
        let name = folded(self.name.as_deref()?);
        (!name.is_empty()).then(|| (ClientKey::Name, format!("name:{name}")))
    }
}

/// A name to compare.
fn folded(name: &str) -> String {
    let letters = name.chars().flat_map(char::to_lowercase).map(|letter| match letter {
        'ё' => 'е',
        '"' | '\'' | '«' | '»' | '“' | '”' | '„' | '’' => ' ',
        other => other,
    });
    let plain: String = letters.collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One client that the sales name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payer {
    /// The client's id in the ledger.
    pub client: String,
    /// What it was made of.
    pub key: ClientKey,
    /// The names under which it paid, in the order of letters.
    pub names: BTreeSet<String>,
    /// Lines of sales, those given back included.
    pub lines: usize,
}

/// Entries that are no sales, by the first cause that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct LeftOut {
    /// Announced and not booked.
    pub pending: usize,
    /// Between accounts of the firm.
    pub own_transfers: usize,
    /// Out, and what was given back of it.
    pub outgoing: usize,
    /// Of no amount.
    pub zero: usize,
    /// In another currency.
    pub foreign_currency: usize,
    /// Without a payer: a sale of nobody is no sale.
    pub without_payer: usize,
}

/// What became of a statement's entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SalesReport {
    /// Entries of the statement.
    pub entries: usize,
    /// Payments that became sales.
    pub sales: usize,
    /// Payments taken back that became returns.
    pub returns: usize,
    /// All sales less all returns.
    pub amount: Decimal,
    /// The rest.
    pub left_out: LeftOut,
    /// Clients by what their ids were made of.
    pub clients_by: BTreeMap<ClientKey, usize>,
    /// The clients, in the order of their ids.
    pub clients: Vec<Payer>,
}

/// Sales out of a statement.
#[derive(Debug, Clone)]
pub struct StatementSales {
    /// The batch, for a [`LedgerBuilder`]; a row's position is its entry's in the statement.
    pub sales: Sales<'static>,
    /// The currency of the amounts.
    pub currency: Currency,
    /// Their decimal places.
    pub scale: Scale,
    /// What became of the entries.
    pub report: SalesReport,
}

impl StatementSales {
    /// The ledger of these sales alone.
    ///
    /// # Errors
    /// [`Error::Empty`] where there are none.
    pub fn ledger(self) -> Result<Ledger> {
        let options = LedgerOptions {
            currency: self.currency,
            scale: self.scale,
            ..LedgerOptions::default()
        };
        let mut builder = LedgerBuilder::new(options);
        builder.push(self.sales)?;
        builder.finish()
    }
}

impl Statement {
    /// The booked payments of others as sales of who paid; a payment taken back is a return.
    ///
    /// ```
    /// use clientela_intake::{SalesOptions, StatementOptions, read_statement};
    ///
    /// let file = "\
    /// :20:1\n:25:DE89370400440532013000\n:60F:C260101EUR10,00\n\
    /// :61:2601020102C2,50NTRFNONREF\n:86:166?20Invoice 7?32ACME GmbH\n\
    /// :61:2601020102D1,00NMSCNONREF\n:86:808?20Fee\n:62F:C260102EUR11,50\n";
    /// let statement = read_statement(file.as_bytes(), &StatementOptions::default())?;
    /// let sales = statement.sales(&SalesOptions::default())?;
    /// assert_eq!(sales.report.clients[0].client, "name:acme gmbh");
    /// assert_eq!(sales.report.left_out.outgoing, 1);
    /// assert_eq!(sales.ledger()?.total(), 250);
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Mismatch`] where payments are in two currencies and none is asked for;
    /// [`Error::Overflow`].
    pub fn sales(&self, options: &SalesOptions) -> Result<StatementSales> {
        let mut left_out = LeftOut::default();
        let mut clients: BTreeMap<String, Payer> = BTreeMap::new();
        let mut currency = options.currency;
        let (mut ids, mut rows) = (Texts::default(), Vec::new());
        let (mut days, mut amounts, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
        let mut sum = 0_i128;
        for (at, entry) in self.entries.iter().enumerate() {
            if let Some(cause) = cause(entry, &mut left_out) {
                *cause += 1;
                continue;
            }
            match (options.currency, currency) {
                (Some(wanted), _) if entry.currency != wanted => {
                    left_out.foreign_currency += 1;
                    continue;
                }
                (None, Some(other)) if entry.currency != other => {
                    return Err(Error::Mismatch {
                        what: "currency",
                        left: other.to_string(),
                        right: entry.currency.to_string(),
                    });
                }
                _ => currency = Some(entry.currency),
            }
            let Some((key, client)) = entry.payer.key(options.key) else {
                left_out.without_payer += 1;
                continue;
            };
            let minor = self
                .scale
                .minor(entry.amount)
                .ok_or_else(|| Error::Overflow(format!("the amount {}", entry.amount)))?;
            ids.push(&client);
            rows.push(at as u64);
            days.push(entry.day.days());
            amounts.push(minor);
            kinds.push(if minor < 0 { SaleKind::Return } else { SaleKind::Sale } as u8);
            sum += i128::from(minor);
            let payer = clients.entry(client).or_insert_with_key(|client| Payer {
                client: client.clone(),
                key,
                names: BTreeSet::new(),
                lines: 0,
            });
            payer.names.extend(entry.payer.name.clone());
            payer.lines += 1;
        }

        let mut clients_by = BTreeMap::new();
        for payer in clients.values() {
            *clients_by.entry(payer.key).or_insert(0) += 1;
        }
        let returns = amounts.iter().filter(|&&minor| minor < 0).count();
        let report = SalesReport {
            entries: self.entries.len(),
            sales: kinds.len() - returns,
            returns,
            amount: self.scale.decimal_wide(sum)?,
            left_out,
            clients_by,
            clients: clients.into_values().collect(),
        };
        let mut sales = Sales::new(ClientColumn::Text(ids.into()), days, amounts);
        sales.kind = Some(kinds.into());
        sales.rows = Some(rows);
        let currency = currency.unwrap_or_default();
        Ok(StatementSales { sales, currency, scale: self.scale, report })
    }
}

/// Why an entry is no sale, whatever its currency and payer.
fn cause<'a>(entry: &Entry, left_out: &'a mut LeftOut) -> Option<&'a mut usize> {
    match entry.kind {
        _ if !entry.booked => Some(&mut left_out.pending),
        EntryKind::OwnTransfer => Some(&mut left_out.own_transfers),
        EntryKind::Outgoing => Some(&mut left_out.outgoing),
        EntryKind::Incoming if entry.amount.is_zero() => Some(&mut left_out.zero),
        EntryKind::Incoming => None,
    }
}
