//! Bank statements as sales where there is no CRM (S2.13).

mod account;
mod camt;
mod entry;
mod mt940;
mod onec;
mod sales;

use std::borrow::Cow;

use clientela::intake::masked;
use clientela::{Currency, Result, Scale};
use serde::{Deserialize, Serialize};

pub use account::{Balance, BalanceCheck, Page};
pub use entry::{Entry, EntryKind, Party};
pub use sales::{ClientKey, LeftOut, Payer, PayerKey, SalesOptions, SalesReport, StatementSales};

use crate::guard::{self, Limits, bad};

/// The form of a statement's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StatementFormat {
    /// `1CClientBankExchange`, versions 1.01 to 1.03.
    #[serde(rename = "1c")]
    OneC,
    /// ISO 20022 camt.053, all versions.
    #[serde(rename = "camt053")]
    Camt053,
    /// SWIFT MT940, and MT942 as far as it is alike.
    #[serde(rename = "mt940")]
    Mt940,
}

/// How to read a statement; in JSON an object of these fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StatementOptions {
    /// The form. Default: found by the first line or element.
    pub format: Option<StatementFormat>,
    /// The encoding, such as `windows-1251`; a byte order mark wins. Default: what the file
    /// itself states (1C, XML), else UTF-8, which is checked.
    pub encoding: Option<String>,
    /// The currency where the file states none. Default: none stated. A 1C file states none but
    /// in the account's number, which is read.
    pub currency: Option<Currency>,
    /// Decimal places of amounts, 0 to 9; an amount with more is a refused line. Default: 2.
    pub scale: Scale,
    /// Further accounts of the firm: what moves between its accounts is its own.
    pub own_accounts: Vec<String>,
    /// Tax ids of the firm, likewise.
    pub own_tax_ids: Vec<String>,
    /// Whether each entry keeps its part of the file as it stood. Default: no.
    pub keep_raw: bool,
    /// What a file may cost.
    pub limits: Limits,
}

impl StatementOptions {
    /// Reads options from JSON; absent ones take their defaults.
    ///
    /// # Errors
    /// [`Error::BadArgument`](clientela::Error::BadArgument) with the path of what is wrong.
    pub fn from_json(json: &str) -> Result<Self> {
        guard::options(json)
    }
}

/// A bank statement of any form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The form that it was in.
    pub format: StatementFormat,
    /// The encoding that it was in.
    pub encoding: &'static str,
    /// Decimal places of amounts.
    pub scale: Scale,
    /// Accounts, each over a period that the bank closed.
    pub pages: Vec<Page>,
    /// Entries in the order of the file.
    pub entries: Vec<Entry>,
    /// What was read.
    pub report: StatementReport,
}

/// A part of a file that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The line where it begins, from 1.
    pub line: u64,
    /// Why.
    pub problem: String,
    /// The part itself, as far as it fits in 200 letters.
    pub text: String,
}

impl Refused {
    fn new(line: u64, problem: impl Into<String>, text: &str) -> Self {
        Self { line, problem: problem.into(), text: masked(text).chars().take(200).collect() }
    }
}

/// What was read of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct StatementReport {
    /// Entries taken.
    pub entries: usize,
    /// Of these: money that came in from others.
    pub incoming: usize,
    /// Money that went out to others.
    pub outgoing: usize,
    /// Money between accounts of the firm.
    pub own_transfers: usize,
    /// Entries of any kind that take back an earlier one.
    pub reversals: usize,
    /// Entries that the bank has announced and not booked.
    pub pending: usize,
    /// Incoming entries of which it is not known who paid.
    pub without_payer: usize,
    /// Texts in which the number of a bank card was masked.
    pub cards_masked: usize,
    /// What was not taken.
    pub refused: Vec<Refused>,
    /// Lines that belong to no field, with their numbers; envelopes, as a rule.
    pub outside: Vec<(u64, String)>,
}

/// Reads a statement in any of the known forms.
///
/// An entry that cannot be read is set aside with its line; the file is refused only where its form
/// is broken. Nothing is rounded, and no text is changed but that numbers of bank cards are masked
/// (S2.29).
///
/// ```
/// use clientela_intake::{StatementOptions, read_statement};
///
/// let file = "\
/// :20:1\n:25:DE89370400440532013000\n:60F:C260101EUR10,00\n\
/// :61:2601020102C2,50NTRFNONREF\n:86:166?00CREDIT?20Invoice 7?32ACME GmbH\n\
/// :62F:C260102EUR12,50\n";
/// let statement = read_statement(file.as_bytes(), &StatementOptions::default())?;
/// let entry = &statement.entries[0];
/// assert_eq!(entry.amount.to_string(), "2.50");
/// assert_eq!(entry.payer.name.as_deref(), Some("ACME GmbH"));
/// assert_eq!(entry.purpose, "Invoice 7");
/// # Ok::<(), clientela::Error>(())
/// ```
///
/// # Errors
/// [`Error::BadFormat`](clientela::Error::BadFormat) with the byte or line;
/// [`Error::BadArgument`](clientela::Error::BadArgument).
pub fn read_statement(bytes: &[u8], options: &StatementOptions) -> Result<Statement> {
    options.limits.admit(bytes)?;
    let format = options.format.map_or_else(|| found(bytes), Ok)?;
    let mut statement = match format {
        StatementFormat::OneC => guard::guarded("1c", || onec::read(bytes, options))?,
        StatementFormat::Camt053 => guard::guarded("camt053", || camt::read(bytes, options))?,
        StatementFormat::Mt940 => mt940::read(bytes, options)?,
    };
    entry::tell_apart(&mut statement, options);
    account::check(&mut statement);
    statement.count();
    statement.mask();
    Ok(statement)
}

/// The form by its first letters, which are ASCII in every encoding but UTF-16.
fn found(bytes: &[u8]) -> Result<StatementFormat> {
    let head: String = bytes
        .iter()
        .take(4096)
        .filter(|&&byte| byte.is_ascii() && byte != 0)
        .map(|&byte| char::from(byte))
        .collect();
    let text = head.trim_start();
    if text.starts_with("1CClientBankExchange") {
        Ok(StatementFormat::OneC)
    } else if text.starts_with('<') {
        Ok(StatementFormat::Camt053)
    } else if text
        .split(['\n', '\r', '}'])
        .any(|line| mt940::is_field(line.trim_start_matches("{4:")))
    {
        Ok(StatementFormat::Mt940)
    } else {
        Err(bad("statement", "none of 1CClientBankExchange, camt.053 and MT940"))
    }
}

impl Statement {
    fn new(format: StatementFormat, encoding: &'static str, scale: Scale) -> Self {
        Self {
            format,
            encoding,
            scale,
            pages: Vec::new(),
            entries: Vec::new(),
            report: StatementReport::default(),
        }
    }

    /// Counts what there is.
    fn count(&mut self) {
        let count = |of: fn(&Entry) -> bool| self.entries.iter().filter(|entry| of(entry)).count();
        let counted = StatementReport {
            entries: self.entries.len(),
            incoming: count(|entry| entry.kind == EntryKind::Incoming),
            outgoing: count(|entry| entry.kind == EntryKind::Outgoing),
            own_transfers: count(|entry| entry.kind == EntryKind::OwnTransfer),
            reversals: count(|entry| entry.reversal),
            pending: count(|entry| !entry.booked),
            without_payer: count(|entry| {
                entry.kind == EntryKind::Incoming && entry.payer.key(PayerKey::default()).is_none()
            }),
            cards_masked: 0,
            refused: Vec::new(),
            outside: Vec::new(),
        };
        let read = std::mem::replace(&mut self.report, counted);
        (self.report.refused, self.report.outside) = (read.refused, read.outside);
    }
    /// Masks the numbers of bank cards in all texts; accounts and tax ids are none.
    fn mask(&mut self) {
        let report = &mut self.report;
        let entries = self.entries.iter_mut().flat_map(Entry::texts);
        let outside = report.outside.iter_mut().map(|(_, text)| text);
        for text in entries.chain(outside) {
            if let Cow::Owned(shown) = masked(text) {
                *text = shown;
                report.cards_masked += 1;
            }
        }
    }
}
