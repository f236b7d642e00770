//! SWIFT MT940, as banks write it.
//!
//! The reader is ours since the known ones lose text or refuse what banks send. It takes the
//! fields one by one, wants nothing but `:61:` to be readable, and keeps every other field and
//! line as it stands.

mod field;
mod purpose;
mod transaction;

use clientela::{Currency, Result};

pub(super) use field::is_field;

use self::field::{Field, Piece};
use self::transaction::day;
use super::entry::{Entry, EntryKind, Party, filled};
use super::{Balance, Page, Refused, Statement, StatementFormat, StatementOptions};
use crate::guard::{bad, within};
use crate::text;

pub(super) fn read(bytes: &[u8], options: &StatementOptions) -> Result<Statement> {
    let decoded = text::decode(bytes, options.encoding.as_deref())?;
    let statement = Statement::new(StatementFormat::Mt940, decoded.encoding, options.scale);
    let mut reader = Reader { statement, options, after: After::Page, fields: 0, others: 0 };
    field::each(&decoded.text, |piece| {
        match piece {
            Piece::Field(field) => reader.field(&field),
            Piece::End => reader.after = After::Message,
            Piece::Outside(line, text) => {
                reader.statement.report.outside.push((line, text.to_owned()));
            }
        }
        reader.bounded()
    })?;
    if reader.fields == 0 {
        return Err(bad("mt940", "no fields such as `:61:`"));
    }
    Ok(reader.statement)
}

/// What a field of free text belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// The page.
    Page,
    /// The last entry.
    Entry,
    /// An entry that was refused.
    Refused,
    /// A message has ended; the next field begins a page.
    Message,
}

struct Reader<'a> {
    statement: Statement,
    options: &'a StatementOptions,
    after: After,
    fields: usize,
    others: usize,
}

impl Reader<'_> {
    /// Refuses more of anything than the limits allow.
    fn bounded(&self) -> Result<()> {
        let report = &self.statement.report;
        let counts = [
            ("pages", self.statement.pages.len()),
            ("entries", self.statement.entries.len()),
            ("refused parts", report.refused.len()),
            ("lines outside of fields", report.outside.len()),
            ("other fields", self.others),
        ];
        let most = self.options.limits.entries;
        counts
            .into_iter()
            .try_for_each(|(what, count)| within(&format!("mt940, {what}"), "entries", count, most))
    }

    /// The page that fields now belong to.
    fn page(&mut self) -> &mut Page {
        let pages = &mut self.statement.pages;
        if pages.is_empty() || self.after == After::Message {
            pages.push(Page {
                currency: self.options.currency.unwrap_or_default(),
                ..Page::default()
            });
            self.after = After::Page;
        }
        let last = pages.len() - 1;
        &mut pages[last]
    }

    fn field(&mut self, field: &Field<'_>) {
        self.fields += 1;
        let text = field.text.trim();
        match field.tag {
            "20" => {
                self.after = After::Message;
                self.page().reference = filled(text);
            }
            "25" | "25P" if self.page().account.is_none() => self.account(text),
            "60F" | "60M" if self.page().opening.is_none() => self.balance(field, text, true),
            "62F" | "62M" if self.page().closing.is_none() => self.balance(field, text, false),
            "61" => self.entry(field),
            "86" | "NS" if self.after == After::Entry => self.purpose(field),
            "86" | "NS" if self.after == After::Refused => {
                if let Some(refused) = self.statement.report.refused.last_mut() {
                    *refused = Refused::new(
                        refused.line,
                        refused.problem.clone(),
                        &format!("{}\n{}", refused.text, field.whole()),
                    );
                }
            }
            _ => {
                let whole = field.whole();
                self.page().other.push(whole);
                self.others += 1;
            }
        }
    }

    /// `bank code/account`, an account, or an IBAN, perhaps with the currency behind it.
    fn account(&mut self, text: &str) {
        let currency = self.options.currency;
        let page = self.page();
        let (account, behind) =
            match text.len().checked_sub(3).and_then(|at| text.split_at_checked(at)) {
                Some((account, code))
                    if account.ends_with(|letter: char| letter.is_ascii_digit()) =>
                {
                    (account, code.parse::<Currency>().ok())
                }
                Some((account, code)) if account.ends_with(' ') => (account, code.parse().ok()),
                _ => (text, None),
            };
        let account = if behind.is_some() { account } else { text };
        page.currency = behind.or(currency).unwrap_or(page.currency);
        match account.split_once('/') {
            Some((bank, account)) if !bank.is_empty() => {
                page.bank = filled(bank);
                page.account = filled(account);
            }
            _ => page.account = filled(account),
        }
    }

    /// `C260131EUR1234,56`.
    fn balance(&mut self, field: &Field<'_>, text: &str, opening: bool) {
        let scale = self.options.scale;
        let read = (|| {
            let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
            let (mark, rest) = text.split_at_checked(1)?;
            let negative = match mark {
                "C" => false,
                "D" => true,
                _ => return None,
            };
            let (on, rest) = rest.split_at_checked(6)?;
            let (code, amount) = rest.split_at_checked(3)?;
            let minor = transaction::amount(amount, scale).ok()?;
            let minor = if negative { -minor } else { minor };
            let balance = Balance { day: day(on), amount: scale.decimal(minor) };
            Some((balance, code.parse::<Currency>().ok()?))
        })();
        let page = self.page();
        if let Some((balance, currency)) = read {
            // What the file states comes before what the caller supposes.
            page.currency = currency;
            *(if opening { &mut page.opening } else { &mut page.closing }) = Some(balance);
        } else {
            page.other.push(field.whole());
            self.others += 1;
        }
        if !opening {
            self.after = After::Page;
        }
    }

    fn entry(&mut self, field: &Field<'_>) {
        let currency = self.page().currency;
        let read = match transaction::Transaction::read(&field.text, self.options.scale) {
            Ok(read) => read,
            Err(problem) => {
                let refused = Refused::new(field.line, problem, &field.whole());
                self.statement.report.refused.push(refused);
                self.after = After::Refused;
                return;
            }
        };
        let mut entry = Entry {
            page: self.statement.pages.len() - 1,
            line: field.line,
            day: read.day,
            value_day: read.value_day,
            amount: self.options.scale.decimal(read.minor),
            currency,
            kind: if read.incoming { EntryKind::Incoming } else { EntryKind::Outgoing },
            reversal: read.reversal,
            booked: true,
            payer: Party::default(),
            payee: Party::default(),
            purpose: String::new(),
            details: read.details,
            raw: self.options.keep_raw.then(|| field.whole()),
        };
        // Some banks write the other side's account in the line's supplement.
        let supplement = entry.details.get("supplement").and_then(|text| text.lines().next());
        if let Some(iban) = supplement.and_then(|text| sepa::validate_iban(text.trim()).ok()) {
            purpose::other(&mut entry).iban = Some(iban.as_str().to_owned());
        }
        self.statement.entries.push(entry);
        self.after = After::Entry;
    }

    fn purpose(&mut self, field: &Field<'_>) {
        let Some(entry) = self.statement.entries.last_mut() else { return };
        if let Some(raw) = &mut entry.raw {
            raw.push('\n');
            raw.push_str(&field.whole());
        }
        purpose::read(entry, field);
    }
}

#[cfg(test)]
mod tests {
    use crate::{BalanceCheck, EntryKind, Statement, StatementOptions, read_statement};

    fn read(text: &str) -> Statement {
        read_statement(text.as_bytes(), &StatementOptions::default()).unwrap()
    }

    #[test]
    fn marks_of_reversal_turn_the_sign() {
        let statement = read(
            ":20:1\n:25:1\n:60F:C260101EUR10,00\n:61:2601020102C1,00NTRF1\n\
             :61:2601020102D2,00NTRF2\n:61:2601020102RC4,NTRF3\n:61:2601020102RD8,5NTRF4\n\
             :62F:C260102EUR13,50\n",
        );
        let amounts: Vec<String> =
            statement.entries.iter().map(|entry| entry.amount.to_string()).collect();
        assert_eq!(amounts, ["1.00", "-2.00", "-4.00", "8.50"]);
        let kinds: Vec<EntryKind> = statement.entries.iter().map(|entry| entry.kind).collect();
        let (into, out) = (EntryKind::Incoming, EntryKind::Outgoing);
        assert_eq!(kinds, [into, out, into, out]);
        assert_eq!(statement.report.reversals, 2);
        // 10 + 1 - 2 - 4 + 8.50 = 13.50.
        assert_eq!(statement.pages[0].check, BalanceCheck::Agrees);
    }

    #[test]
    fn a_wrong_balance_is_told() {
        let statement =
            read(":20:1\n:60F:C260101EUR10,00\n:61:260102C1,00NTRF1\n:62F:C260102EUR11,01\n");
        assert_eq!(statement.pages[0].check, BalanceCheck::DiffersBy("0.01".parse().unwrap()));
    }

    #[test]
    fn refused_lines_have_their_number_and_keep_their_text() {
        let statement =
            read(":20:1\n:61:2601020102C1,005NTRF1\n:86:lost?\n:61:261340C1,00NTRF\n:61:x\n");
        let refused: Vec<u64> = statement.report.refused.iter().map(|it| it.line).collect();
        assert_eq!(refused, [2, 4, 5]);
        assert!(statement.report.refused[0].text.contains("lost?"));
        assert!(statement.entries.is_empty());
    }

    #[test]
    fn cyrillic_text_stays() {
        let bytes: Vec<u8> = [
            b":20:1\r\n:61:2601020102C1,00NTRF1\r\n:86:".as_slice(),
            // "Оплата по счёту" in windows-1251.
            &[
                0xce, 0xef, 0xeb, 0xe0, 0xf2, 0xe0, b' ', 0xef, 0xee, b' ', 0xf1, 0xf7, 0xb8, 0xf2,
                0xf3,
            ],
            b"\r\n",
        ]
        .concat();
        assert!(read_statement(&bytes, &StatementOptions::default()).is_err());
        let options =
            StatementOptions { encoding: Some("windows-1251".into()), ..Default::default() };
        let statement = read_statement(&bytes, &options).unwrap();
        assert_eq!(statement.entries[0].purpose, "Оплата по счёту");
    }

    #[test]
    fn messages_are_pages() {
        let statement = read(
            "{1:F01X}{4:\n:20:1\n:25:10020030/123EUR\n:61:260102C1,00NTRF1\n-}\n\
             {1:F01X}{4:\n:20:2\n:25:456\n:61:260102C1,00NTRF1\n:86:a\nb\n:99:new\n-}{5:}\n",
        );
        assert_eq!(statement.pages.len(), 2);
        assert_eq!(statement.pages[0].bank.as_deref(), Some("10020030"));
        assert_eq!(statement.pages[0].account.as_deref(), Some("123"));
        assert_eq!(statement.pages[0].currency.code(), "EUR");
        assert_eq!(statement.pages[1].other, [":99:new"]);
        assert_eq!(statement.entries[1].purpose, "a\nb");
        assert_eq!(statement.report.outside.len(), 3);
    }
}
