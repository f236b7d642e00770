//! `1CClientBankExchange`, by `odin_palace`.
//!
//! That reader knows UTF-8 and windows-1251, refuses a file for one line that it does not know, and
//! a document for a requisite that the bank left out. So the text is decoded here (also from the
//! DOS encoding that the file may state), lines without `=` are joined to the value before them,
//! absent requisites are given empty, and each document's line is noted.

use std::collections::BTreeMap;

use clientela::{Currency, Day, Result, Scale};
use encoding_rs::{IBM866, UTF_8, WINDOWS_1251};
use odin_palace::parser::{Document, Error as OneCError, Interval, Parser, ParserErrorKind};
use rust_decimal::Decimal;

use super::entry::{Entry, EntryKind, Party, filled};
use super::{Balance, Page, Refused, Statement, StatementFormat, StatementOptions};
use crate::guard::{Limits, bad, within};
use crate::text::{self, Decoded};

/// The most attributes that a section may have; the standard knows about 70.
const ATTRIBUTES: usize = 500;
/// The most accounts and periods that a file may have.
const SECTIONS: usize = 10_000;

const HEAD: &str = "1CClientBankExchange";
const DOCUMENT: &str = "СекцияДокумент";
const END_OF_DOCUMENT: &str = "КонецДокумента";
const ACCOUNT: &str = "СекцияРасчСчет";
const END_OF_ACCOUNT: &str = "КонецРасчСчет";
const END_OF_FILE: &str = "КонецФайла";

/// Requisites without which the reader refuses a document, though banks leave them out.
const REQUISITES: [&str; 10] = [
    "Номер",
    "НазначениеПлатежа",
    "ПлательщикИНН",
    "ПлательщикБИК",
    "ПлательщикБанк1",
    "ПлательщикСчет",
    "ПолучательИНН",
    "ПолучательСчет",
    "ПолучательБИК",
    "ПолучательБанк1",
];

/// Currencies by the digits 6 to 8 of an account's number (the bank's plan of accounts); 810 is
/// the rouble of accounts, 643 that of ISO 4217.
const CURRENCIES: [(&str, &str); 14] = [
    ("810", "RUB"),
    ("643", "RUB"),
    ("840", "USD"),
    ("978", "EUR"),
    ("156", "CNY"),
    ("826", "GBP"),
    ("756", "CHF"),
    ("392", "JPY"),
    ("398", "KZT"),
    ("933", "BYN"),
    ("980", "UAH"),
    ("949", "TRY"),
    ("784", "AED"),
    ("356", "INR"),
];

pub(super) fn read(bytes: &[u8], options: &StatementOptions) -> Result<Statement> {
    let decoded = decode(bytes, options)?;
    let prepared = Prepared::of(&decoded.text, &options.limits)?;
    let parsed = Parser::default().parse(prepared.text.as_bytes()).map_err(|error| {
        let place = match &error {
            OneCError::Syntax(error) => format!("1c, line {}", prepared.line(error.lineno)),
            _ => "1c".to_owned(),
        };
        bad(&place, problem(&error))
    })?;

    let mut statement = Statement::new(StatementFormat::OneC, decoded.encoding, options.scale);
    let mut accounts: Vec<&str> = Vec::new();
    for account in parsed.accounts.values() {
        for interval in &account.intervals {
            statement.pages.push(page(&account.number, interval, options));
            accounts.push(&account.number);
        }
    }
    // A file may name its account in the head alone.
    if let (true, Some(number)) = (accounts.is_empty(), parsed.header.get("РасчСчет")) {
        statement.pages.push(Page {
            account: filled(number),
            currency: currency(number, options),
            ..Page::default()
        });
        accounts.push(number);
    }

    let refused: BTreeMap<usize, &str> =
        parsed.warnings.iter().map(|(line, why)| (*line, why.as_str())).collect();
    let mut documents = parsed.documents.iter();
    for section in &prepared.documents {
        let raw = || decoded.text[section.span.clone()].to_owned();
        if let Some(why) = refused.get(&section.end) {
            statement.report.refused.push(Refused::new(section.line, *why, &raw()));
            continue;
        }
        let Some(document) = documents.next() else { break };
        match entry(document, section.line, &accounts, &statement.pages, options) {
            Ok(entry) => {
                let raw = options.keep_raw.then(raw);
                statement.entries.push(Entry { raw, ..entry });
            }
            Err(problem) => {
                statement.report.refused.push(Refused::new(section.line, problem, &raw()));
            }
        }
    }
    Ok(statement)
}

/// The text in the encoding stated; else in UTF-8 if it is that; else in the one that the head
/// names, for which `Windows` and `DOS` are the words.
fn decode<'a>(bytes: &'a [u8], options: &StatementOptions) -> Result<Decoded<'a>> {
    let marked = encoding_rs::Encoding::for_bom(bytes).is_some();
    if marked || options.encoding.is_some() {
        return text::decode(bytes, options.encoding.as_deref());
    }
    if std::str::from_utf8(bytes).is_ok() {
        return text::decode_as(bytes, UTF_8);
    }
    // The word itself is ASCII, and so are the digits and signs around it.
    let head = &bytes[..bytes.len().min(4096)];
    let says_dos = head
        .split(|&byte| byte == b'\n')
        .any(|line| line.trim_ascii_end().to_ascii_uppercase().ends_with(b"=DOS"));
    text::decode_as(bytes, if says_dos { IBM866 } else { WINDOWS_1251 })
}

fn problem(error: &OneCError) -> String {
    match error {
        OneCError::Syntax(error) => match &error.kind {
            ParserErrorKind::UnexpectedSection { found, .. } => {
                format!("`{found}` stands out of place")
            }
            ParserErrorKind::UnexpectedAttribute { key, .. } => {
                format!("`{key}` stands out of place")
            }
            ParserErrorKind::UnrecognizedLine { .. } => {
                "neither a section nor an attribute".to_owned()
            }
            ParserErrorKind::MissingField { field, .. } => format!("`{field}` is absent"),
            ParserErrorKind::AccountParseError(why)
            | ParserErrorKind::DocumentParseError(why)
            | ParserErrorKind::HookError(why) => why.clone(),
        },
        OneCError::Unfinished => format!("it breaks off before `{END_OF_FILE}`"),
        OneCError::Not1CStatement | OneCError::InvalidDocument => {
            format!("it does not begin with `{HEAD}`")
        }
        OneCError::Empty => "it is empty".to_owned(),
    }
}

/// One document: its first line in the file, its last line in the prepared text, its bytes in the
/// file.
#[derive(Debug)]
struct Section {
    line: u64,
    end: usize,
    span: std::ops::Range<usize>,
}

/// A text as the reader wants it.
#[derive(Debug, Default)]
struct Prepared {
    text: String,
    /// The line of the file for each line of the text.
    lines: Vec<u64>,
    documents: Vec<Section>,
}

impl Prepared {
    fn push(&mut self, line: u64, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
        self.lines.push(line);
    }

    /// The line of the file for a line of the text, from 1.
    fn line(&self, line: usize) -> u64 {
        self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default()
    }

    fn of(text: &str, limits: &Limits) -> Result<Self> {
        let mut this = Self::default();
        let mut sections = 0_usize;
        let mut attributes = 0_usize;
        let mut document: Option<(u64, usize, [bool; REQUISITES.len()])> = None;
        // Lines are slices of the text, so their places are known.
        let offset = |line: &str| line.as_ptr() as usize - text.as_ptr() as usize;
        for (number, line) in text::lines(text.trim_start_matches('\u{feff}')) {
            let line = line.trim();
            let place = || format!("1c, line {number}");
            let key = line.split_once('=').map_or(line, |(key, _)| key.trim());
            match (key, line.contains('=')) {
                ("", false) => {}
                (DOCUMENT, true) => {
                    document = Some((number, offset(line), [false; REQUISITES.len()]));
                    attributes = 0;
                    this.push(number, line);
                }
                (END_OF_DOCUMENT, false) => {
                    if let Some((first, begin, seen)) = document.take() {
                        for (requisite, _) in REQUISITES.iter().zip(seen).filter(|(_, seen)| !seen)
                        {
                            this.push(number, &format!("{requisite}="));
                        }
                        let end = this.lines.len() + 1;
                        let span = begin..offset(line) + line.len();
                        this.documents.push(Section { line: first, end, span });
                        within(&place(), "entries", this.documents.len(), limits.entries)?;
                    }
                    this.push(number, line);
                }
                (ACCOUNT, false) => {
                    sections += 1;
                    within(&place(), "accounts", sections, SECTIONS)?;
                    attributes = 0;
                    this.push(number, line);
                }
                (HEAD | END_OF_ACCOUNT | END_OF_FILE, false) => this.push(number, line),
                (_, true) => {
                    attributes += 1;
                    within(&place(), "attributes", attributes, ATTRIBUTES)?;
                    if let Some((.., seen)) = &mut document
                        && let Some(at) = REQUISITES.iter().position(|known| *known == key)
                    {
                        seen[at] = true;
                    }
                    // Some banks write a decimal comma.
                    let comma = key == "Сумма" && !line.contains('.');
                    let plain = if comma { line.replace(',', ".") } else { line.to_owned() };
                    this.push(number, &plain);
                }
                // The rest of a value that was cut at a width.
                (_, false) if document.is_some() && this.text.ends_with('\n') => {
                    this.text.pop();
                    this.text.push(' ');
                    this.text.push_str(line);
                    this.text.push('\n');
                }
                (_, false) => this.push(number, line),
            }
        }
        Ok(this)
    }
}

fn currency(account: &str, options: &StatementOptions) -> Currency {
    let digits = account.get(5..8).filter(|_| account.len() == 20);
    let found = CURRENCIES.iter().find(|(code, _)| Some(*code) == digits);
    let found = found.and_then(|(_, currency)| currency.parse().ok());
    found.or(options.currency).unwrap_or_default()
}

fn page(number: &str, interval: &Interval, options: &StatementOptions) -> Page {
    let balance = |amount: Decimal, date: Option<_>| {
        // The same number of places as everywhere.
        let minor = options.scale.minor(amount)?;
        Some(Balance { day: date.and_then(Day::of_date), amount: options.scale.decimal(minor) })
    };
    Page {
        account: filled(number),
        currency: currency(number, options),
        opening: balance(interval.start_amount, Some(interval.date_start)),
        closing: interval.end_amount.and_then(|amount| balance(amount, interval.date_end)),
        ..Page::default()
    }
}

fn entry(
    document: &Document,
    line: u64,
    accounts: &[&str],
    pages: &[Page],
    options: &StatementOptions,
) -> Result<Entry, String> {
    let minor = minor(document.amount, options.scale)?;
    let account = |settlement: &Option<String>, account: &str| {
        settlement.as_deref().and_then(filled).or_else(|| filled(account)).unwrap_or_default()
    };
    let from = account(&document.counterparty_ras_account, &document.counterparty_account);
    let to = account(&document.payee_ras_account, &document.payee_account);
    let ours = |account: &str| accounts.contains(&account);
    let incoming = match (ours(&from), ours(&to), document.outcome_date, document.income_date) {
        // Between two accounts of the file, or none of them: as the one date that is given says.
        (true, false, _, _) | (true, true, Some(_), None) | (false, false, Some(_), None) => false,
        (_, true, _, _) | (false, false, None, Some(_)) => true,
        (false, false, _, _) => {
            return Err("neither side is an account of the file".to_owned());
        }
    };
    let booked = if incoming { document.income_date } else { document.outcome_date };
    let booked = booked.and_then(Day::of_date);
    let day = booked.or_else(|| Day::of_date(document.doc_date)).ok_or("no day that is kept")?;
    let own = if incoming { &to } else { &from };
    let on = |page: &Page| page.account.as_deref() == Some(own);
    let covers = |page: &Page| {
        let begins = page.opening.and_then(|it| it.day).is_none_or(|begin| begin <= day);
        begins && page.closing.and_then(|it| it.day).is_none_or(|end| day <= end)
    };
    let page = pages
        .iter()
        .position(|page| on(page) && covers(page))
        .or_else(|| pages.iter().position(on))
        .or_else(|| (pages.len() == 1).then_some(0))
        .ok_or("no account of the file")?;

    let mut payer = Party {
        name: name(&[&document.counterparty_1, &document.counterparty], &document.counterparty_inn),
        tax_id: tax_id(&document.counterparty_inn),
        bank: filled(&document.counterparty_bic),
        ..Party::default()
    };
    payer.set_account(&from);
    let mut payee = Party {
        name: name(&[&document.payee_1, &document.payee], &document.payee_inn),
        tax_id: tax_id(&document.payee_inn),
        bank: filled(&document.payee_bic),
        ..Party::default()
    };
    payee.set_account(&to);
    let more = [
        &document.purpose_1,
        &document.purpose_2,
        &document.purpose_3,
        &document.purpose_4,
        &document.purpose_5,
        &document.purpose_6,
    ];
    let more: Vec<String> =
        more.into_iter().filter_map(|part| part.as_deref().and_then(filled)).collect();
    // The numbered lines repeat the whole, where both are given.
    let purpose = filled(&document.purpose).unwrap_or_else(|| more.join(" "));
    let details = [
        ("document_type", Some(&document.doc_type)),
        ("document_number", Some(&document.doc_number)),
        ("payment_type", document.payment_type.as_ref()),
        ("payer_bank_name", Some(&document.counterparty_bank1)),
        ("payee_bank_name", Some(&document.payee_bank1)),
        ("payer_kpp", document.counterparty_kpp.as_ref()),
        ("payee_kpp", document.payee_kpp.as_ref()),
        ("uin", document.uin.as_ref()),
        ("purpose_code", document.purpose_code.as_ref()),
    ];
    let details = details
        .into_iter()
        .filter_map(|(name, text)| Some((name.to_owned(), text.and_then(|text| filled(text))?)))
        .chain([("document_day".to_owned(), document.doc_date.to_string())]);
    Ok(Entry {
        page,
        line,
        day,
        value_day: None,
        amount: options.scale.decimal(if incoming { minor } else { -minor }),
        currency: pages[page].currency,
        kind: if incoming { EntryKind::Incoming } else { EntryKind::Outgoing },
        reversal: false,
        booked: document.income_date.is_some() || document.outcome_date.is_some(),
        payer,
        payee,
        purpose,
        details: details.collect(),
        raw: None,
    })
}

/// Minor units of an amount that is not below zero.
fn minor(amount: Decimal, scale: Scale) -> Result<i64, String> {
    let minor = scale.minor(amount).filter(|&minor| minor >= 0);
    minor.ok_or_else(|| format!("an amount below zero or with more places than `scale`: {amount}"))
}

/// `0` stands for none.
fn tax_id(text: &str) -> Option<String> {
    filled(text).filter(|text| text.bytes().any(|byte| byte != b'0'))
}

/// The first name that is given, without the tax id that banks write before it.
fn name(names: &[&Option<String>], tax_id: &str) -> Option<String> {
    let name = names.iter().find_map(|name| name.as_deref().and_then(filled))?;
    let behind = name.strip_prefix("ИНН").map(str::trim_start);
    let behind = behind
        .and_then(|rest| rest.strip_prefix(tax_id.trim()))
        .filter(|_| !tax_id.trim().is_empty());
    behind.and_then(filled).or(Some(name))
}
