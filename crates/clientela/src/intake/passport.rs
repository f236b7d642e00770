//! Passports: series, number, and the check digit of documents that machines read.

use serde::{Deserialize, Serialize};

use super::card::holds_card;
use super::country::country;
use super::given::{RawText, digit};
use crate::error::{Error, Result};
use crate::formula::Formula;
use crate::policy::Policy;

/// Which passport it is (S2.32).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassportKind {
    /// For journeys abroad.
    Foreign,
    /// For use at home.
    Civil,
}

/// The series and number of a passport (S2.32), held to its check digit where it has one
/// (ICAO Doc 9303-3, 4.9: weights 7, 3, 1).
///
/// The text is the series and number as people write them, or the second line of the zone that
/// machines read. Of Russia, 2 and 7 digits are a foreign passport, 4 and 6 a civil one. A
/// series that no sign parts from the number is found for countries only whose form is known:
/// Belarus, Russia, Ukraine.
///
/// ```
/// use clientela::intake::ReadPassport;
/// use clientela::{Formula, Policy};
///
/// let read = |text: &str, country: &str| {
///     let country = Some(country.into());
///     let given = ReadPassport { text: text.into(), country, kind: None, check_digit: None };
///     given.answer(&Policy::default())
/// };
/// let civil = read("45 12 345678", "RU")?;
/// assert_eq!((civil.series.as_deref(), civil.value.as_deref()), (Some("4512"), Some("345678")));
/// let specimen = read("L898902C36UTO7408122F1204159ZE184226B<<<<<10", "")?;
/// assert_eq!(specimen.value.as_deref(), Some("L898902C3"));
/// assert_eq!(specimen.checked, Some(true));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadPassport {
    /// The text.
    pub text: RawText,
    /// The country that issued it, by a code or name; absent or empty is unknown.
    #[serde(default)]
    pub country: Option<RawText>,
    /// Which passport it is; absent is unknown.
    #[serde(default)]
    pub kind: Option<PassportKind>,
    /// The check digit of the number where it is given apart.
    #[serde(default)]
    pub check_digit: Option<RawText>,
}

/// What [`ReadPassport`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassportRead {
    /// The text as it came.
    pub raw: String,
    /// The number; `None` where the text is none or its check digit is wrong.
    pub value: Option<String>,
    /// The series; `None` where it has none or where it is not told apart.
    pub series: Option<String>,
    /// Which passport it is; `None` is unknown.
    pub kind: Option<PassportKind>,
    /// Whether the check digits are right; `None` where there are none.
    pub checked: Option<bool>,
    /// The nationality in the line for machines, as it stands there.
    pub nationality: Option<String>,
    /// Why there is no number; `None` where there is one.
    pub problem: Option<String>,
}

/// Series, number and kind.
type Parts = (Option<String>, String, Option<PassportKind>);

impl Formula for ReadPassport {
    const NAME: &'static str = "read_passport";
    const ABOUT: &'static str = "The series and number of a passport, held to its check digit.";
    const SOURCE: &'static str = "R47, S2.32; ICAO Doc 9303-3, 9303-4";
    type Answer = PassportRead;

    fn answer(&self, _: &Policy) -> Result<PassportRead> {
        let mut read = PassportRead {
            raw: self.text.masked().into_owned(),
            value: None,
            series: None,
            kind: self.kind,
            checked: None,
            nationality: None,
            problem: None,
        };
        let text = self.text.trimmed().to_uppercase();
        if holds_card(&text) {
            read.problem = Some("a bank card number".to_owned());
            return Ok(read);
        }
        if let Some(line) = machine_line(&text) {
            read.nationality = Some(field(&line[10..13]));
            let wrong = line_fault(&line);
            read.checked = Some(wrong.is_none());
            match wrong {
                Some(problem) => read.problem = Some(problem),
                None => read.value = Some(field(&line[..9])),
            }
            return Ok(read);
        }
        let country = match self.country.as_ref().map(RawText::trimmed).filter(|c| !c.is_empty()) {
            None => None,
            Some(text) => {
                let Some(country) = country(text) else {
                    let shown = RawText::from(text);
                    let problem = format!("`{}` is no country of ISO 3166-1", shown.masked());
                    return Err(Error::BadArgument { argument: "country", problem });
                };
                Some(country.alpha_2)
            }
        };
        match parts(&text, country, self.kind) {
            Ok((series, number, kind)) => {
                let whole = number.clone();
                (read.series, read.kind) = (series, kind);
                read.value = Some(number);
                self.check(&mut read, &whole);
            }
            Err(problem) => read.problem = Some(problem),
        }
        Ok(read)
    }
}

impl ReadPassport {
    /// Holds the number to a check digit that is given apart.
    fn check(&self, read: &mut PassportRead, number: &str) {
        let Some(given) = self.check_digit.as_ref().map(RawText::trimmed) else { return };
        let number = format!("{}{number}", read.series.as_deref().unwrap_or_default());
        let wanted = check_digit(&number);
        let right = wanted.is_some_and(|wanted| given == wanted.to_string());
        read.checked = Some(right);
        if !right {
            read.value = None;
            read.problem = Some(match wanted {
                Some(wanted) => format!("the check digit of this number is {wanted}"),
                None => {
                    "a number with other signs than A to Z and 0 to 9 has no check digit".to_owned()
                }
            });
        }
    }
}

/// The series and number of a passport as people write them.
fn parts(
    text: &str,
    country: Option<&str>,
    kind: Option<PassportKind>,
) -> std::result::Result<Parts, String> {
    let bad = |problem: &str| Err(problem.to_owned());
    let gap =
        |sign: char| sign.is_whitespace() || matches!(sign, '№' | '#' | ',' | ';' | ':' | '.');
    let labels = ["СЕРИЯ", "НОМЕР", "ПАСПОРТ", "SERIES", "NUMBER", "NO", "N", "PASSPORT"];
    let words: Vec<String> = text
        .split(gap)
        .filter(|word| !word.is_empty() && !labels.contains(word))
        .map(|word| word.chars().map(|s| digit(s).map_or(s, |d| char::from(b'0' + d))).collect())
        .collect();
    let whole: String = words.concat();
    let good = |sign: char| sign.is_alphanumeric() || sign == '-';
    if !whole.chars().all(good) || !whole.chars().any(|sign| sign.is_ascii_digit()) {
        return bad("no passport number: letters and digits are wanted");
    }
    if !(5..=20).contains(&whole.chars().count()) {
        return bad("no passport number: 5 to 20 letters and digits are wanted");
    }
    let digits = whole.bytes().all(|byte| byte.is_ascii_digit());
    if country == Some("RU") && digits {
        let (series, found) = match whole.len() {
            9 => (2, PassportKind::Foreign),
            10 => (4, PassportKind::Civil),
            _ => return bad("a passport of Russia has 9 digits (foreign) or 10 (civil)"),
        };
        if kind.is_some_and(|kind| kind != found) {
            return bad("a foreign passport of Russia has 9 digits, a civil one 10");
        }
        let (series, number) = whole.split_at(series);
        return Ok((Some(series.to_owned()), number.to_owned(), Some(found)));
    }
    if let Some(size) = country.and_then(series_letters) {
        let letters: Vec<char> = whole.chars().collect();
        let (series, number) = letters.split_at(2.min(letters.len()));
        let fits = series.iter().all(|sign| sign.is_alphabetic())
            && number.len() == size
            && number.iter().all(char::is_ascii_digit);
        if fits {
            return Ok((Some(series.iter().collect()), number.iter().collect(), kind));
        }
    }
    match words.split_last() {
        Some((number, series)) if !series.is_empty() => {
            if !number.bytes().any(|byte| byte.is_ascii_digit()) {
                return bad("no passport number: its last part has no digits");
            }
            Ok((Some(series.concat()), number.clone(), kind))
        }
        _ => Ok((None, whole, kind)),
    }
}

/// How many digits follow the two letters of a country's series.
fn series_letters(country: &str) -> Option<usize> {
    match country {
        "UA" => Some(6),
        "BY" => Some(7),
        _ => None,
    }
}

/// The second line for machines of a passport book (ICAO Doc 9303-4, 4.2.2): 44 signs; `None`
/// where a text is none.
fn machine_line(text: &str) -> Option<Vec<u8>> {
    let signs: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let line = match signs.len() {
        44 => signs,
        88 if signs[0] == b'P' => signs[44..].to_vec(),
        _ => return None,
    };
    let known = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || *byte == b'<';
    line.iter().all(known).then_some(line)
}

/// A field without its fillers.
fn field(signs: &[u8]) -> String {
    let text = String::from_utf8_lossy(signs);
    text.trim_end_matches('<').replace('<', " ")
}

/// What is wrong with the check digits of a line: of the number, the birth date, the last day,
/// the number of the person, and of all of these.
fn line_fault(line: &[u8]) -> Option<String> {
    let all: Vec<u8> = [&line[..10], &line[13..20], &line[21..43]].concat();
    let checks: [(&str, &[u8], u8); 5] = [
        ("the number", &line[..9], line[9]),
        ("the birth date", &line[13..19], line[19]),
        ("the last day", &line[21..27], line[27]),
        ("the personal number", &line[28..42], line[42]),
        ("the line", &all, line[43]),
    ];
    checks.into_iter().find_map(|(what, signs, given)| {
        let wanted = sum(signs)?;
        // No personal number at all may have a filler for its check digit.
        let empty = given == b'<' && signs.iter().all(|&sign| sign == b'<');
        let right = given == b'0' + wanted || empty;
        (!right).then(|| format!("the check digit of {what} is wrong: {wanted} is right"))
    })
}

/// The check digit of a number (ICAO Doc 9303-3, 4.9).
fn check_digit(number: &str) -> Option<u8> {
    sum(number.as_bytes())
}

fn sum(signs: &[u8]) -> Option<u8> {
    let value = |&sign: &u8| match sign {
        b'0'..=b'9' => Some(u32::from(sign - b'0')),
        b'A'..=b'Z' => Some(u32::from(sign - b'A') + 10),
        b'<' => Some(0),
        _ => None,
    };
    let weighed = signs.iter().zip([7, 3, 1].into_iter().cycle());
    let total = weighed.map(|(sign, weight)| Some(value(sign)? * weight)).sum::<Option<u32>>()?;
    Some((total % 10) as u8)
}

/// The check digit of a number in a document for machines (ICAO Doc 9303-3, 4.9: weights 7, 3, 1).
///
/// ```
/// use clientela::intake::PassportCheckDigit;
/// use clientela::{Formula, Policy};
///
/// let specimen = PassportCheckDigit { text: "L898902C3".into() };
/// assert_eq!(specimen.answer(&Policy::default())?.value, Some(6));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassportCheckDigit {
    /// Letters from A to Z, digits, and `<` for a filler.
    pub text: RawText,
}

/// What [`PassportCheckDigit`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckDigit {
    /// The check digit, 0 to 9; `None` where the text has none.
    pub value: Option<u8>,
    /// Why there is none; `None` where there is one.
    pub problem: Option<String>,
}

impl Formula for PassportCheckDigit {
    const NAME: &'static str = "passport_check_digit";
    const ABOUT: &'static str = "The check digit of a number in a document that machines read.";
    const SOURCE: &'static str = "R47; ICAO Doc 9303-3";
    type Answer = CheckDigit;

    fn answer(&self, _: &Policy) -> Result<CheckDigit> {
        let text = self.text.trimmed().to_uppercase();
        let value = if text.is_empty() { None } else { check_digit(&text) };
        let problem = "only the letters A to Z, digits and `<` have one";
        Ok(CheckDigit { value, problem: value.is_none().then(|| problem.to_owned()) })
    }
}
