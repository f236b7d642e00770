//! ISO 20022 camt.053, by `sepa`.
//!
//! That reader takes three versions of the message by their namespace and refuses the others,
//! which it can read as well: the elements that we ask for it takes in the shape of any version. So
//! the namespace of another version is rewritten to that of version 8. Its limits are raised to
//! those of the options. What it does not tell (other accounts than IBANs, tax ids, banks, the
//! mark of a reversal, the line) is found in the one walk that checks the document.

use std::collections::BTreeMap;

use clientela::{AmountFault, Currency, Day, Error, Result, Scale};
use sepa::camt::{EntryStatus, ReportedAmount};
use sepa::camt054::CreditDebitIndicator;
use sepa::{CashEntry, EntryDetail, ParseLimits, StatementBalance};

use super::entry::{Entry, EntryKind, Party, filled};
use super::{Balance, Page, Refused, Statement, StatementFormat, StatementOptions};
use crate::guard::{bad, within};
use crate::text::{self, Decoded};
use crate::xml::{self, Node};

/// The namespace of the message, without its version.
const FAMILY: &str = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.";

pub(super) fn read(bytes: &[u8], options: &StatementOptions) -> Result<Statement> {
    let decoded = decode(bytes, options)?;
    let text = decoded.text.as_ref();
    let limits = &options.limits;
    let asides = Asides::find(text, limits.depth)?;
    within("camt053", "entries", asides.entries.len(), limits.entries)?;

    let parse = ParseLimits {
        input_bytes: limits.bytes.saturating_mul(3).max(1),
        // Elements of real statements take 25 bytes and more.
        nodes: text.len() / 16 + 1_000,
        depth: limits.depth.clamp(1, 256),
        text_bytes: limits.cell_bytes.max(1),
        total_text_bytes: limits.text_bytes.max(1),
        total_attribute_bytes: limits.text_bytes.max(1),
        ..ParseLimits::default()
    };
    let document = sepa::camt053::parse_camt053_with_limits(&to_version_8(text), parse)
        .map_err(|error| bad("camt053", error))?;

    let mut statement = Statement::new(StatementFormat::Camt053, decoded.encoding, options.scale);
    let mut asides = asides.entries.into_iter();
    for part in &document.statements {
        let page = statement.pages.len();
        let balance = |found: Option<&StatementBalance>| {
            let found = found?;
            let minor = signed(&found.amount, options.scale).ok()?;
            Some(Balance { day: found.date().and_then(day), amount: options.scale.decimal(minor) })
        };
        let currencies = [
            part.account.currency.as_deref(),
            part.balances.first().and_then(|it| it.amount.currency.as_deref()),
            part.entries.first().and_then(|it| it.amount.currency.as_deref()),
        ];
        let stated = currencies.into_iter().flatten().find_map(|code| code.trim().parse().ok());
        let same = |found: &&StatementBalance| {
            found.amount.currency.as_deref().and_then(|code| code.parse().ok()) == stated
        };
        statement.pages.push(Page {
            account: part.account.any_id().and_then(filled),
            currency: stated.or(options.currency).unwrap_or_default(),
            bank: part.account.servicer_bic.as_deref().and_then(filled),
            reference: filled(&part.stmt_id),
            opening: balance(part.opening_balance().filter(same)),
            closing: balance(part.closing_balance().filter(same)),
            ..Page::default()
        });
        for found in &part.entries {
            let aside = asides.next().unwrap_or_default();
            let line = aside.line;
            let raw = &text[aside.span.clone()];
            match entries(found, &aside, page, options) {
                Ok(read) => {
                    let raw = options.keep_raw.then(|| raw.to_owned());
                    let kept = read.into_iter().map(|entry| Entry { raw: raw.clone(), ..entry });
                    statement.entries.extend(kept);
                }
                Err(problem) => {
                    statement.report.refused.push(Refused::new(line, problem, raw));
                }
            }
        }
    }
    within("camt053", "entries", statement.entries.len(), limits.entries)?;
    Ok(statement)
}

/// The text in the encoding that the XML declaration names, unless one is stated.
fn decode<'a>(bytes: &'a [u8], options: &StatementOptions) -> Result<Decoded<'a>> {
    let head = &bytes[..bytes.len().min(200)];
    let head: String =
        head.iter().take_while(|&&byte| byte != b'>').map(|&byte| char::from(byte)).collect();
    let declared = head.split_once("encoding=").and_then(|(_, rest)| {
        let quote = rest.chars().next().filter(|letter| "\"'".contains(*letter))?;
        rest[1..].split(quote).next()
    });
    text::decode(bytes, options.encoding.as_deref().or(declared))
}

/// The namespace of any version as that of version 8.
fn to_version_8(text: &str) -> std::borrow::Cow<'_, str> {
    let Some(at) = text.find(FAMILY).map(|at| at + FAMILY.len()) else { return text.into() };
    let version = text.get(at..at + 2).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    match version {
        None | Some("02" | "06" | "08") => text.into(),
        Some(_) => format!("{}08{}", &text[..at], &text[at + 2..]).into(),
    }
}

fn day(date: sepa::IsoDate) -> Option<Day> {
    date.to_string().parse().ok()
}

/// Minor units with their sign, or what is wrong with them.
fn signed(amount: &ReportedAmount, scale: Scale) -> Result<i64, String> {
    let text = amount.amount_raw.as_deref().ok_or("no amount")?.trim();
    let magnitude = scale.parse(text.as_bytes()).map_err(|fault| {
        let why = match fault {
            AmountFault::Unreadable => "no amount",
            AmountFault::Inexact => "an amount with more decimal places than `scale`",
            AmountFault::TooLarge => "an amount out of range",
        };
        format!("{why}: {text:?}")
    })?;
    match amount.direction {
        _ if text.starts_with('-') => Err(format!("an amount below zero: {text:?}")),
        Some(CreditDebitIndicator::Credit) => Ok(magnitude),
        Some(CreditDebitIndicator::Debit) => Ok(-magnitude),
        _ => Err("neither credit nor debit".to_owned()),
    }
}

/// The entries of a booking: one for each payment where those add up to it, else one.
fn entries(
    found: &CashEntry,
    aside: &Aside,
    page: usize,
    options: &StatementOptions,
) -> Result<Vec<Entry>, String> {
    let scale = options.scale;
    let total = signed(&found.amount, scale)?;
    let day =
        found.booking_date().or(found.value_date()).and_then(day).ok_or("no day of booking")?;
    let currency: Option<Currency> =
        found.amount.currency.as_deref().and_then(|code| code.trim().parse().ok());
    let parts: Option<Vec<i64>> = found
        .details
        .iter()
        .map(|detail| {
            let same = detail.amount.currency == found.amount.currency;
            signed(&detail.amount, scale).ok().filter(|_| same)
        })
        .collect();
    let sum = parts.iter().flatten().try_fold(0_i64, |sum, &part| sum.checked_add(part));
    let parts = parts.filter(|parts| parts.len() > 1 && sum == Some(total));

    let entry = |minor: i64, detail: Option<&EntryDetail>, other: &Other| {
        let returned = detail.is_some_and(EntryDetail::is_return);
        let reversal = aside.reversal || returned;
        let incoming = (minor >= 0) != reversal;
        let mut party = if minor >= 0 { other.debtor.clone() } else { other.creditor.clone() };
        if party == Party::default() && returned {
            // A return may name the sides of the payment that came back.
            party = if minor >= 0 { other.creditor.clone() } else { other.debtor.clone() };
        }
        let mut details: BTreeMap<String, String> = BTreeMap::new();
        let mut keep = |name: &str, value: Option<&str>| {
            if let Some(value) = value.and_then(filled) {
                details.insert(name.to_owned(), value);
            }
        };
        keep("bank_reference", found.account_servicer_ref.as_deref());
        keep("transaction_type", found.bank_tx_code.as_deref());
        keep("entry_information", found.additional_info.as_deref());
        if let Some(detail) = detail {
            keep("end_to_end_id", detail.end_to_end_id.as_deref());
            keep("mandate_id", detail.mandate_id.as_deref());
            keep("creditor_id", detail.creditor_id.as_deref());
            keep("return_reason", detail.return_reason_code.as_deref());
            keep("return_information", detail.return_additional_info.as_deref());
            keep("information", detail.additional_info.as_deref());
        }
        keep("structured_reference", Some(&other.structured));
        let texts = [
            detail.and_then(|detail| detail.reference.as_deref()),
            Some(other.structured.as_str()),
            detail.and_then(|detail| detail.additional_info.as_deref()),
            found.additional_info.as_deref(),
        ];
        Entry {
            page,
            line: aside.line,
            day,
            value_day: found.value_date().and_then(self::day),
            amount: scale.decimal(minor),
            currency: currency.or(options.currency).unwrap_or_default(),
            kind: if incoming { EntryKind::Incoming } else { EntryKind::Outgoing },
            reversal,
            booked: found.status == EntryStatus::Booked,
            payer: if incoming { party.clone() } else { Party::default() },
            payee: if incoming { Party::default() } else { party },
            purpose: texts.into_iter().flatten().find_map(filled).unwrap_or_default(),
            details,
            raw: None,
        }
    };
    let none = Other::default();
    let other = |at: usize| aside.others.get(at).unwrap_or(&none);
    Ok(match parts {
        Some(parts) => parts
            .iter()
            .enumerate()
            .map(|(at, &minor)| entry(minor, found.details.get(at), other(at)))
            .collect(),
        // Payers of parts that do not add up are not the payer of the whole.
        None if found.details.len() > 1 => vec![entry(total, None, &none)],
        None => vec![entry(total, found.details.first(), other(0))],
    })
}

/// What the walk finds of each booking.
#[derive(Debug, Default)]
struct Asides {
    entries: Vec<Aside>,
}

/// What the walk finds of one booking.
#[derive(Debug, Default)]
struct Aside {
    line: u64,
    span: std::ops::Range<usize>,
    reversal: bool,
    /// One for each of its payments.
    others: Vec<Other>,
}

/// The two sides of a payment, and its structured reference.
#[derive(Debug, Default, Clone)]
struct Other {
    debtor: Party,
    creditor: Party,
    structured: String,
}

impl Asides {
    fn find(text: &str, depth: usize) -> Result<Self> {
        let mut this = Self::default();
        let mut path: Vec<String> = Vec::new();
        let (mut line, mut counted) = (1, 0);
        xml::walk("camt053", text, depth, |node, start, end| {
            match node {
                Node::Start(element, at_once) => {
                    let local = element.local_name().as_ref().to_owned();
                    if local == "Ntry" && path.last().is_some_and(|it| it == "Stmt") {
                        line += text[counted..start].matches('\n').count() as u64;
                        counted = start;
                        this.entries.push(Aside { line, span: start..end, ..Aside::default() });
                    } else if local == "TxDtls"
                        && let Some(entry) = this.entries.last_mut()
                    {
                        entry.others.push(Other::default());
                    }
                    if !at_once {
                        path.push(local);
                    }
                }
                Node::End(_) => {
                    if path.pop().is_some_and(|it| it == "Ntry")
                        && let Some(entry) = this.entries.last_mut()
                    {
                        entry.span.end = end;
                    }
                }
                Node::Text(_) => {
                    if let Some(entry) = this.entries.last_mut()
                        && let Some(at) = path.iter().position(|it| it == "Ntry")
                    {
                        let path: Vec<&str> = path[at + 1..].iter().map(String::as_str).collect();
                        entry.text(&path, &text[start..end])?;
                    }
                }
            }
            Ok(())
        })?;
        Ok(this)
    }
}

impl Aside {
    /// Takes what a text says, by the names of the elements around it within the booking.
    fn text(&mut self, path: &[&str], raw: &str) -> Result<()> {
        let text = || {
            let whole = raw.strip_prefix("<![CDATA[").and_then(|it| it.strip_suffix("]]>"));
            let plain = whole.map_or_else(|| quick_xml::escape::unescape(raw), |it| Ok(it.into()));
            plain.map_err(|error| bad(&format!("camt053, line {}", self.line), error))
        };
        if path == ["RvslInd"] {
            self.reversal |= matches!(raw.trim(), "true" | "1");
            return Ok(());
        }
        let ["NtryDtls", "TxDtls", path @ ..] = path else { return Ok(()) };
        let text: Result<_, Error> = text();
        let Some(other) = self.others.last_mut() else { return Ok(()) };
        let (side, rest) =
            match path {
                ["RmtInf", "Strd", .., "Ref"] => {
                    other.structured.push_str(text?.trim());
                    return Ok(());
                }
                ["RltdPties", "Dbtr" | "DbtrAcct", rest @ ..]
                | ["RltdAgts", "DbtrAgt", rest @ ..] => (&mut other.debtor, rest),
                ["RltdPties", "Cdtr" | "CdtrAcct", rest @ ..]
                | ["RltdAgts", "CdtrAgt", rest @ ..] => (&mut other.creditor, rest),
                _ => return Ok(()),
            };
        let set = |known: &mut Option<String>, text: &str| {
            if known.is_none() {
                *known = filled(text);
            }
        };
        match rest {
            // A name may come in pieces around entities.
            ["Nm"] | ["Pty", "Nm"] => side.name.get_or_insert_default().push_str(&text?),
            ["Id", "IBAN"] => set(&mut side.iban, &text?),
            ["Id", "Othr", "Id"] if path[1].ends_with("Acct") => {
                set(&mut side.account, &text?);
            }
            ["Id", "OrgId" | "PrvtId", "Othr", "Id"]
            | ["Pty", "Id", "OrgId" | "PrvtId", "Othr", "Id"] => set(&mut side.tax_id, &text?),
            ["FinInstnId", "BIC" | "BICFI"] => set(&mut side.bank, &text?),
            _ => {}
        }
        Ok(())
    }
}
