//! The line `:61:`: when, how much, which way, and by what references.

use std::collections::BTreeMap;

use clientela::{AmountFault, Day, Scale};

use super::super::entry::filled;

/// What `:61:` states.
#[derive(Debug)]
pub(super) struct Transaction {
    /// The day of booking, else the value day.
    pub(super) day: Day,
    /// The value day, if it exists; some banks write 30 February.
    pub(super) value_day: Option<Day>,
    /// Minor units, below zero out of the account.
    pub(super) minor: i64,
    /// Whether the entry, or the one that it takes back, brought money in.
    pub(super) incoming: bool,
    /// Whether it takes back another.
    pub(super) reversal: bool,
    /// References by name.
    pub(super) details: BTreeMap<String, String>,
}

/// What can be read of a text from its begin.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// The next `count` letters, if they are all so.
    fn take(&mut self, count: usize, so: fn(&u8) -> bool) -> Option<&'a str> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        let fits = taken.bytes().all(|byte| so(&byte));
        fits.then(|| {
            self.0 = rest;
            taken
        })
    }

    /// All next letters that are so.
    fn run(&mut self, so: fn(&u8) -> bool) -> &'a str {
        let end = self.0.bytes().position(|byte| !so(&byte)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    fn skip(&mut self, prefix: &str) -> bool {
        let rest = self.0.strip_prefix(prefix);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }
}

/// A day of six digits; years from 80 are of the last century, as SWIFT counts them.
pub(super) fn day(text: &str) -> Option<Day> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let year = number(0..2)? as i32;
    let year = if year < 80 { 2000 + year } else { 1900 + year };
    (text.len() == 6).then_some(())?;
    Day::of(year, number(2..4)?, number(4..6)?)
}

/// Minor units of `1234,5`; a point is taken for a comma.
pub(super) fn amount(text: &str, scale: Scale) -> Result<i64, String> {
    let plain = text.replace(',', ".");
    // SWIFT wants the comma and nothing behind it for whole amounts.
    let plain = plain.strip_suffix('.').unwrap_or(&plain);
    scale.parse(plain.as_bytes()).map_err(|fault| {
        let why = match fault {
            AmountFault::Unreadable => "no amount",
            AmountFault::Inexact => "an amount with more decimal places than `scale`",
            AmountFault::TooLarge => "an amount out of range",
        };
        format!("{why}: {text:?}")
    })
}

/// The day of booking: month and day, in the year that brings them closest to the value day.
fn booked(value: &str, month: u32, on: u32) -> Option<Day> {
    let year = 2000 + value.get(0..2)?.parse::<i32>().ok()?;
    let year = if year >= 2080 { year - 100 } else { year };
    let value_month = value.get(2..4)?.parse::<i32>().ok()?;
    let year = match value_month - month as i32 {
        7.. => year + 1,
        ..=-7 => year - 1,
        _ => year,
    };
    Day::of(year, month, on)
}

impl Transaction {
    /// Reads the text behind `:61:`, or says what is wrong with it.
    pub(super) fn read(text: &str, scale: Scale) -> Result<Self, String> {
        let mut rest = Rest(text.trim_start());
        let value = rest.take(6, u8::is_ascii_digit).ok_or("no value date of six digits")?;
        let value_day = day(value);
        let entry = rest.take(4, u8::is_ascii_digit).unwrap_or_default();
        // Four blanks, or fewer, stand for no date.
        rest.run(|&byte| byte == b' ');
        let number = |range: std::ops::Range<usize>| entry.get(range)?.parse::<u32>().ok();
        let entry_day =
            number(0..2).zip(number(2..4)).and_then(|(month, on)| booked(value, month, on));
        let day = entry_day.or(value_day).ok_or("no day that exists")?;

        let reversal = rest.skip("R");
        let credit = if rest.skip("C") {
            true
        } else if rest.skip("D") {
            false
        } else {
            return Err("neither C nor D".to_owned());
        };
        let mut details = BTreeMap::new();
        if let Some(letter) = rest.take(1, u8::is_ascii_uppercase) {
            details.insert("funds_code".to_owned(), letter.to_owned());
        }
        rest.run(u8::is_ascii_whitespace);
        let magnitude =
            amount(rest.run(|byte| byte.is_ascii_digit() || b",.".contains(byte)), scale)?;

        // A letter and three more name the kind of transaction.
        let so: fn(&u8) -> bool =
            |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' ';
        if rest.0.starts_with(|letter: char| letter.is_ascii_uppercase())
            && let Some(code) = rest.take(4, so)
        {
            details.insert("transaction_type".to_owned(), code.trim_end().to_owned());
        }
        let (line, supplement) = rest.0.split_once('\n').unwrap_or((rest.0, ""));
        let (own, bank) = line.split_once("//").unwrap_or((line, ""));
        for (name, value) in
            [("customer_reference", own), ("bank_reference", bank), ("supplement", supplement)]
        {
            if let Some(value) = filled(value) {
                details.insert(name.to_owned(), value);
            }
        }
        Ok(Self {
            day,
            value_day,
            minor: if credit == reversal { -magnitude } else { magnitude },
            incoming: credit,
            reversal,
            details,
        })
    }
}

#[cfg(test)]
mod tests {
    use clientela::Scale;

    use super::Transaction;

    fn read(text: &str) -> Transaction {
        Transaction::read(text, Scale::CENTS).unwrap()
    }

    #[test]
    fn the_day_of_booking_may_be_absent_or_of_another_year() {
        let day = |text: &str| read(text).day.to_string();
        assert_eq!(day("260102C1,NTRF"), "2026-01-02");
        assert_eq!(day("2601021231C1,NTRF"), "2025-12-31");
        assert_eq!(day("2512310102C1,NTRF"), "2026-01-02");
        assert_eq!(day("260102    C1,NTRF"), "2026-01-02");
        assert_eq!(day("991231C1,NTRF"), "1999-12-31");
        // 30 February is no day; the booking is.
        let odd = read("1602300301D6,00NTRF");
        assert_eq!((odd.day.to_string().as_str(), odd.value_day), ("2016-03-01", None));
        assert!(Transaction::read("160230D6,00NTRF", Scale::CENTS).is_err());
    }

    #[test]
    fn references_are_parted() {
        let read = read("0709070904CR50990,05NTRFNONREF//0724710333343453\nmore\ntext");
        let detail = |name: &str| read.details.get(name).map(String::as_str);
        assert_eq!(read.minor, 5_099_005);
        assert_eq!(detail("funds_code"), Some("R"));
        assert_eq!(detail("transaction_type"), Some("NTRF"));
        assert_eq!(detail("customer_reference"), Some("NONREF"));
        assert_eq!(detail("bank_reference"), Some("0724710333343453"));
        assert_eq!(detail("supplement"), Some("more\ntext"));
    }
}
