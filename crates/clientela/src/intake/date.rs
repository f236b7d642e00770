//! Dates by an explicit list of formats.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::card::holds_card;
use super::given::{RawText, digit};
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::formula::Formula;
use crate::policy::Policy;

/// A date by the formats that the caller states; nothing is guessed.
///
/// A format is made of `D` (one or two digits) or `DD` (two), `M` or `MM`, `MMMM` (the name of a
/// month in Russian or English, or its first three letters or more), `YYYY` or `YY`, of `hh`,
/// `mm` and `ss`, which are read and left out, and of signs that stand for themselves.
/// `excel_1900` and `excel_1904` are the day numbers of spreadsheets. A text that is one day by
/// one format and another by the next is ambiguous and no date. A year of two digits needs
/// `as_of`, and `intake.two_digit_years_ahead` tells its century.
///
/// ```
/// use clientela::intake::ReadDate;
/// use clientela::{Formula, Policy};
///
/// let read = |text: &str, formats: &[&str]| {
///     let formats = formats.iter().map(|format| format.to_string()).collect();
///     ReadDate { text: text.into(), formats, as_of: None }.answer(&Policy::default())
/// };
/// let date = read("31.01.1990", &["YYYY-MM-DD", "DD.MM.YYYY"])?;
/// assert_eq!(date.value.unwrap().to_string(), "1990-01-31");
/// assert_eq!(date.format.as_deref(), Some("DD.MM.YYYY"));
/// assert!(read("01/02/1990", &["DD/MM/YYYY", "MM/DD/YYYY"])?.value.is_none());
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadDate {
    /// The text.
    pub text: RawText,
    /// The formats, one or more.
    pub formats: Vec<String>,
    /// The day as of which years of two digits are read.
    #[serde(default)]
    pub as_of: Option<Day>,
}

/// What [`ReadDate`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DateRead {
    /// The text as it came.
    pub raw: String,
    /// The day; `None` where the text is none, or is two.
    pub value: Option<Day>,
    /// The first format that fitted.
    pub format: Option<String>,
    /// Whether the century was not in the text.
    pub century_added: bool,
    /// Why there is no day; `None` where there is one.
    pub problem: Option<String>,
}

impl Formula for ReadDate {
    const NAME: &'static str = "read_date";
    const ABOUT: &'static str = "A date by an explicit list of formats.";
    const SOURCE: &'static str = "R47; convention";
    type Answer = DateRead;

    fn answer(&self, policy: &Policy) -> Result<DateRead> {
        if self.formats.is_empty() {
            let problem = "none is given, and nothing is guessed".to_owned();
            return Err(Error::BadArgument { argument: "formats", problem });
        }
        let formats = self
            .formats
            .iter()
            .map(|format| DateFormat::new(format))
            .collect::<Result<Vec<_>>>()?;
        let years = self.as_of.map(|day| Century::new(day, policy));
        let raw = self.text.masked().into_owned();
        Ok(match date(self.text.trimmed(), &formats, years) {
            Ok(read) => DateRead {
                raw,
                value: Some(read.day),
                format: Some(read.format.to_owned()),
                century_added: read.century_added,
                problem: None,
            },
            Err(problem) => DateRead {
                raw,
                value: None,
                format: None,
                century_added: false,
                problem: Some(problem),
            },
        })
    }
}

/// Which century a year of two digits is of: it ends with this year.
#[derive(Debug, Clone, Copy)]
pub(super) struct Century(i32);

impl Century {
    /// The last one of the calendar.
    pub(super) const LATEST: Self = Self(9999);

    pub(super) fn new(as_of: Day, policy: &Policy) -> Self {
        Self(as_of.date().year() + i32::from(policy.intake.two_digit_years_ahead))
    }

    fn year(self, year: i32) -> i32 {
        self.0 - (self.0 - year).rem_euclid(100)
    }
}

/// What a text was read as.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dated<'a> {
    pub(super) day: Day,
    pub(super) format: &'a str,
    pub(super) century_added: bool,
}

/// The day of a text, else what is wrong with it.
pub(super) fn date<'a>(
    text: &str,
    formats: &'a [DateFormat],
    century: Option<Century>,
) -> std::result::Result<Dated<'a>, String> {
    if holds_card(text) {
        return Err("a bank card number".to_owned());
    }
    let mut found: Option<Dated<'a>> = None;
    let mut problem = None;
    for format in formats {
        match format.read(text, century) {
            Ok(Some((day, century_added))) => {
                let name = format.name.as_str();
                match found {
                    Some(other) if other.day != day => {
                        return Err(format!(
                            "ambiguous: {} by {} and {day} by {name}",
                            other.day, other.format
                        ));
                    }
                    Some(_) => {}
                    None => found = Some(Dated { day, format: name, century_added }),
                }
            }
            Ok(None) => {}
            Err(why) => problem = problem.or(Some(why)),
        }
    }
    if let Some(found) = found {
        return Ok(found);
    }
    Err(problem.unwrap_or_else(|| {
        let names: Vec<&str> = formats.iter().map(|format| format.name.as_str()).collect();
        format!("`{}` is no date written as {}", RawText::from(text).masked(), names.join(" or "))
    }))
}

/// A format of dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateFormat {
    name: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A number with so many digits.
    Number(Number, usize, usize),
    MonthName,
    Sign(char),
    /// Days since the last day of 1899 or since the first of 1904.
    Excel1900,
    Excel1904,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    Day,
    Month,
    Year,
    ShortYear,
    Hour,
    Minute,
    Second,
}

impl DateFormat {
    /// A format by its text.
    ///
    /// # Errors
    /// [`Error::BadArgument`]: a part that is missing, doubled or unknown.
    pub(super) fn new(name: &str) -> Result<Self> {
        let bad = |problem: &str| {
            let problem = format!("`{}`: {problem}", RawText::from(name).masked());
            Err(Error::BadArgument { argument: "formats", problem })
        };
        let whole = |part| Ok(Self { name: name.to_owned(), parts: vec![part] });
        match name {
            "excel_1900" => return whole(Part::Excel1900),
            "excel_1904" => return whole(Part::Excel1904),
            _ => {}
        }
        let signs: Vec<char> = name.chars().collect();
        let mut parts = Vec::new();
        for run in signs.chunk_by(|a, b| a == b && "DMYhms".contains(*a)) {
            parts.push(match (run[0], run.len()) {
                ('D', 1) => Part::Number(Number::Day, 1, 2),
                ('D', 2) => Part::Number(Number::Day, 2, 2),
                ('M', 1) => Part::Number(Number::Month, 1, 2),
                ('M', 2) => Part::Number(Number::Month, 2, 2),
                ('M', 4) => Part::MonthName,
                ('Y', 2) => Part::Number(Number::ShortYear, 2, 2),
                ('Y', 4) => Part::Number(Number::Year, 4, 4),
                ('h', 2) => Part::Number(Number::Hour, 1, 2),
                ('m', 2) => Part::Number(Number::Minute, 2, 2),
                ('s', 2) => Part::Number(Number::Second, 2, 2),
                ('D' | 'M' | 'Y' | 'h' | 'm' | 's', _) => {
                    return bad("parts are D, DD, M, MM, MMMM, YY, YYYY, hh, mm and ss");
                }
                (sign, _) => Part::Sign(sign),
            });
        }
        let count = |is: fn(&Part) -> bool| parts.iter().filter(|part| is(part)).count();
        let days = count(|part| matches!(part, Part::Number(Number::Day, ..)));
        let months =
            count(|part| matches!(part, Part::Number(Number::Month, ..) | Part::MonthName));
        let years =
            count(|part| matches!(part, Part::Number(Number::Year | Number::ShortYear, ..)));
        if (days, months, years) != (1, 1, 1) {
            return bad("a date has one day, one month and one year");
        }
        let open = |pair: &[Part]| matches!(pair, [Part::Number(_, least, most), Part::Number(..)] if least < most);
        if parts.windows(2).any(open) {
            return bad("numbers that follow each other need all their digits: DDMMYYYY");
        }
        Ok(Self { name: name.to_owned(), parts })
    }

    /// The day, and whether its century is ours; `None` where the text is not written so.
    fn read(
        &self,
        text: &str,
        century: Option<Century>,
    ) -> std::result::Result<Option<(Day, bool)>, String> {
        match self.parts[..] {
            [Part::Excel1900] => return serial(text, 0),
            [Part::Excel1904] => return serial(text, 1462),
            _ => {}
        }
        let Some((year, month, day, short)) = self.numbers(text) else { return Ok(None) };
        let year = match (short, century) {
            (false, _) => year,
            (true, Some(century)) => century.year(year),
            (true, None) => return Err("a year of two digits needs `as_of`".to_owned()),
        };
        match Day::of(year, month, day) {
            Some(day) => Ok(Some((day, short))),
            None => Ok(None),
        }
    }

    /// Year, month and day, and whether the year has two digits.
    fn numbers(&self, text: &str) -> Option<(i32, u32, u32, bool)> {
        let signs: Vec<char> = text.chars().collect();
        let (mut at, mut year, mut month, mut day, mut short) = (0, 0, 0, 0, false);
        for &part in &self.parts {
            match part {
                Part::Number(what, least, most) => {
                    let digits = signs[at..].iter().map_while(|&sign| digit(sign)).take(most);
                    let digits: Vec<u8> = digits.collect();
                    if digits.len() < least {
                        return None;
                    }
                    at += digits.len();
                    let number = digits.iter().fold(0, |all, &digit| 10 * all + u32::from(digit));
                    match what {
                        Number::Day => day = number,
                        Number::Month => month = number,
                        Number::Year => year = number as i32,
                        Number::ShortYear => (year, short) = (number as i32, true),
                        Number::Hour if number > 24 => return None,
                        Number::Minute | Number::Second if number > 59 => return None,
                        Number::Hour | Number::Minute | Number::Second => {}
                    }
                }
                Part::MonthName => {
                    let letters: String =
                        signs[at..].iter().take_while(|sign| sign.is_alphabetic()).collect();
                    month = month_named(&letters)?;
                    at += letters.chars().count();
                }
                Part::Sign(sign) if sign.is_whitespace() => {
                    let gap = signs[at..].iter().take_while(|sign| sign.is_whitespace()).count();
                    if gap == 0 {
                        return None;
                    }
                    at += gap;
                }
                Part::Sign(sign) => {
                    if signs.get(at) != Some(&sign) {
                        return None;
                    }
                    at += 1;
                }
                Part::Excel1900 | Part::Excel1904 => return None,
            }
        }
        (at == signs.len()).then_some((year, month, day, short))
    }
}

/// The last day number of spreadsheets: 9999-12-31.
const LAST_SERIAL: u32 = 2_958_465;

/// The day of a spreadsheet's number; what stands behind its point is the time of day. The
/// numbers of 1904 begin `shift` days after those of 1900, which count a day too many: 1900-02-29.
fn serial(text: &str, shift: u32) -> std::result::Result<Option<(Day, bool)>, String> {
    let (whole, rest) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(rest) || whole.len() > 7 {
        return Ok(None);
    }
    let Ok(number) = whole.parse::<u32>() else { return Ok(None) };
    let number = number + shift;
    if number == 60 {
        return Err("day 60 of spreadsheets is 1900-02-29, which there was not".to_owned());
    }
    if !(1..=LAST_SERIAL).contains(&number) {
        return Ok(None);
    }
    // 1899-12-31 is 25568 days before 1970-01-01.
    let days = number as i32 - 25_568 - i32::from(number > 60);
    Ok(Day::new(days).map(|day| (day, false)))
}

/// Names of months: in Russian as they stand in dates and alone, and in English.
const MONTHS: [[&str; 3]; 12] = [
    ["января", "январь", "january"],
    ["февраля", "февраль", "february"],
    ["марта", "март", "march"],
    ["апреля", "апрель", "april"],
    ["мая", "май", "may"],
    ["июня", "июнь", "june"],
    ["июля", "июль", "july"],
    ["августа", "август", "august"],
    ["сентября", "сентябрь", "september"],
    ["октября", "октябрь", "october"],
    ["ноября", "ноябрь", "november"],
    ["декабря", "декабрь", "december"],
];

/// The month that a word of three letters or more begins the name of.
fn month_named(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    if word.chars().count() < 3 {
        return None;
    }
    let found = MONTHS.iter().position(|names| names.iter().any(|name| name.starts_with(&word)));
    found.map(|month| month as u32 + 1)
}
