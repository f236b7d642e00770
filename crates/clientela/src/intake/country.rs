//! Countries (ISO 3166-1).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::given::RawText;
use crate::error::Result;
use crate::formula::Formula;
use crate::policy::Policy;

/// A country by a code of ISO 3166-1 or by a name in English, Russian, French or Ukrainian.
///
/// ```
/// use clientela::intake::ReadCountry;
/// use clientela::{Formula, Policy};
///
/// for text in ["DE", "deu", "276", "Германия", " germany "] {
///     let read = ReadCountry { text: text.into() }.answer(&Policy::default())?;
///     assert_eq!(read.value, Some("DE"));
/// }
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadCountry {
    /// The text.
    pub text: RawText,
}

/// What [`ReadCountry`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountryRead {
    /// The text as it came.
    pub raw: String,
    /// The code of two letters; `None` where the text is no country.
    pub value: Option<&'static str>,
    /// The code of three letters.
    pub alpha_3: Option<&'static str>,
    /// The code of three digits.
    pub numeric: Option<&'static str>,
    /// The English short name of the standard.
    pub name: Option<&'static str>,
    /// Why there is no country; `None` where there is one.
    pub problem: Option<String>,
}

impl Formula for ReadCountry {
    const NAME: &'static str = "read_country";
    const ABOUT: &'static str = "A country by its code or name.";
    const SOURCE: &'static str = "R47, S2.32; ISO 3166-1";
    type Answer = CountryRead;

    fn answer(&self, _: &Policy) -> Result<CountryRead> {
        let raw = self.text.masked().into_owned();
        let found = country(self.text.trimmed());
        let problem = found.is_none().then(|| format!("`{raw}` is no country of ISO 3166-1"));
        Ok(CountryRead {
            raw,
            value: found.map(|found| found.alpha_2),
            alpha_3: found.map(|found| found.alpha_3),
            numeric: found.map(|found| found.numeric),
            name: found.map(|found| found.name),
            problem,
        })
    }
}

/// A country.
#[derive(Debug, Clone, Copy)]
pub(super) struct Country {
    pub(super) alpha_2: &'static str,
    pub(super) alpha_3: &'static str,
    pub(super) numeric: &'static str,
    pub(super) name: &'static str,
}

/// Codes of two letters, three letters and three digits, and names; origin and terms are in
/// `README.md` beside them.
const TABLE: &str = include_str!("countries.tsv");

/// The country with a code or a name.
pub(super) fn country(text: &str) -> Option<Country> {
    static FOUND: OnceLock<BTreeMap<String, Country>> = OnceLock::new();
    let read = || {
        let mut all = BTreeMap::new();
        for line in TABLE.lines() {
            let mut parts = line.split('\t');
            let mut part = || parts.next().unwrap_or_default();
            let (alpha_2, alpha_3, numeric, names) = (part(), part(), part(), part());
            let name = names.split('|').next().unwrap_or_default();
            let country = Country { alpha_2, alpha_3, numeric, name };
            for key in names.split('|').chain([alpha_2, alpha_3, numeric]) {
                all.insert(folded(key), country);
            }
        }
        all
    };
    let mut key = folded(text);
    if key.len() < 3 && key.bytes().all(|byte| byte.is_ascii_digit()) {
        // Spreadsheets drop the zeros before a number.
        key = format!("{key:0>3}");
    }
    FOUND.get_or_init(read).get(&key).copied()
}

/// Letters and digits in small form, words apart by one space.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for sign in text.chars().flat_map(char::to_lowercase) {
        match sign {
            'ё' => folded.push('е'),
            _ if sign.is_alphanumeric() => folded.push(sign),
            _ if !folded.ends_with(' ') && !folded.is_empty() => folded.push(' '),
            _ => {}
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}
