//! Currencies (ISO 4217).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::given::RawText;
use crate::error::Result;
use crate::formula::Formula;
use crate::money::Currency;
use crate::policy::Policy;

/// A currency by a code of ISO 4217, by its English name, or by a sign or word that no other
/// currency has.
///
/// ```
/// use clientela::intake::ReadCurrency;
/// use clientela::{Formula, Policy};
///
/// let read = |text: &str| ReadCurrency { text: text.into() }.answer(&Policy::default());
/// assert_eq!(read("руб.")?.value.unwrap().code(), "RUB");
/// assert_eq!(read("978")?.value.unwrap().code(), "EUR");
/// assert!(read("$")?.problem.unwrap().contains("several"));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadCurrency {
    /// The text.
    pub text: RawText,
}

/// What [`ReadCurrency`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CurrencyRead {
    /// The text as it came.
    pub raw: String,
    /// The currency; `None` where the text is none.
    pub value: Option<Currency>,
    /// The code of three digits.
    pub numeric: Option<&'static str>,
    /// Decimal places of its minor unit.
    pub places: Option<u8>,
    /// Why there is no currency; `None` where there is one.
    pub problem: Option<String>,
}

impl Formula for ReadCurrency {
    const NAME: &'static str = "read_currency";
    const ABOUT: &'static str = "A currency by its code, name or sign.";
    const SOURCE: &'static str = "R47; ISO 4217";
    type Answer = CurrencyRead;

    fn answer(&self, _: &Policy) -> Result<CurrencyRead> {
        let raw = self.text.masked().into_owned();
        Ok(match currency(self.text.trimmed()) {
            Ok(found) => CurrencyRead {
                raw,
                value: found.code.parse().ok(),
                numeric: Some(found.numeric),
                places: Some(found.places),
                problem: None,
            },
            Err(problem) => CurrencyRead {
                problem: Some(format!("`{raw}` {problem}")),
                raw,
                value: None,
                numeric: None,
                places: None,
            },
        })
    }
}

/// A currency.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) code: &'static str,
    numeric: &'static str,
    places: u8,
}

/// Codes of three letters and three digits, places, and names; origin and terms are in
/// `README.md` beside them.
const TABLE: &str = include_str!("currencies.tsv");

/// Signs and words of several currencies.
const SEVERAL: [&str; 13] =
    ["$", "£", "¥", "₨", "kr", "rs", "fr", "dollar", "доллар", "доллары", "фунт", "крона", "франк"];

/// The currency with a code, name or sign; else what is wrong with it.
pub(super) fn currency(text: &str) -> std::result::Result<Found, &'static str> {
    static FOUND: OnceLock<BTreeMap<String, Found>> = OnceLock::new();
    let read = || {
        let mut all = BTreeMap::new();
        for line in TABLE.lines() {
            let mut parts = line.split('\t');
            let mut part = || parts.next().unwrap_or_default();
            let (code, numeric, places, names) = (part(), part(), part(), part());
            let found = Found { code, numeric, places: places.parse().unwrap_or_default() };
            for key in names.split('|').filter(|name| !name.is_empty()).chain([code, numeric]) {
                all.insert(key_of(key), found);
            }
        }
        all
    };
    let mut key = key_of(text);
    if !key.is_empty() && key.len() < 3 && key.bytes().all(|byte| byte.is_ascii_digit()) {
        key = format!("{key:0>3}");
    }
    if SEVERAL.contains(&key.as_str()) {
        return Err("is the sign or name of several currencies: write the code of three letters");
    }
    FOUND.get_or_init(read).get(&key).copied().ok_or("is no currency of ISO 4217")
}

/// Small letters without points, words apart by one space.
fn key_of(text: &str) -> String {
    let small = text.to_lowercase().replace('ё', "е").replace('.', " ");
    small.split_whitespace().collect::<Vec<_>>().join(" ")
}
