//! Cleaning up columns of names (S2.35): each a function that gives and never overwrites.

use serde::{Deserialize, Serialize};

use super::given::{RawText, is_invisible, trimmed};
use super::scheme::Scheme;
use super::transliterate::{composed, is_mark};
use crate::error::Result;
use crate::formula::Formula;
use crate::policy::Policy;

/// A sex as documents of travel tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl Sex {
    /// The name in portraits.
    pub fn name(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }

    /// The sex that a word stands for: MR, MRS, MS, MISS, M, F, м or ж (S2.35).
    fn of_token(token: &str) -> Option<Self> {
        match token.to_lowercase().as_str() {
            "mr" | "m" | "м" => Some(Self::Male),
            "mrs" | "ms" | "miss" | "f" | "ж" => Some(Self::Female),
            _ => None,
        }
    }

    /// The sex that a cell tells: a word of S2.35, or the word itself.
    pub(super) fn of_cell(text: &str) -> Option<Self> {
        let text = trimmed(text);
        match text.to_lowercase().trim_end_matches('.') {
            "male" | "муж" | "мужской" | "мужчина" => Some(Self::Male),
            "female" | "жен" | "женский" | "женщина" => Some(Self::Female),
            _ => Self::of_token(text),
        }
    }
}

/// A surname and the sex that stands behind it as MR, MRS, MS, MISS, M, F, м or ж (S2.35).
///
/// ```
/// use clientela::intake::{Sex, SplitSurnameSex};
/// use clientela::{Formula, Policy};
///
/// let split = SplitSurnameSex { text: "SHCHEGLOVA MRS".into() }.answer(&Policy::default())?;
/// assert_eq!((split.surname.as_str(), split.sex), ("SHCHEGLOVA", Some(Sex::Female)));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitSurnameSex {
    /// The text of the column.
    pub text: RawText,
}

/// What [`SplitSurnameSex`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurnameSex {
    /// The surname; the text as it came where no sex is told.
    pub surname: String,
    /// The sex; `None` is unknown.
    pub sex: Option<Sex>,
}

impl Formula for SplitSurnameSex {
    const NAME: &'static str = "split_surname_sex";
    const ABOUT: &'static str = "A surname, and the sex that stands behind it.";
    const SOURCE: &'static str = "R47, S2.35";
    type Answer = SurnameSex;

    fn answer(&self, _: &Policy) -> Result<SurnameSex> {
        Ok(surname_sex(&self.text.masked()))
    }
}

pub(super) fn surname_sex(text: &str) -> SurnameSex {
    let split = trimmed(text).rsplit_once(char::is_whitespace);
    let known = split.and_then(|(rest, token)| {
        let surname = trimmed(rest);
        let sex = Sex::of_token(token).filter(|_| !surname.is_empty())?;
        Some(SurnameSex { surname: surname.to_owned(), sex: Some(sex) })
    });
    known.unwrap_or_else(|| SurnameSex { surname: text.to_owned(), sex: None })
}

/// A surname, a given name and a patronymic out of one text: the surname comes first (S2.35).
///
/// The last word is a patronymic where it ends as one; all else behind the surname is the given
/// name, so nothing is lost.
///
/// ```
/// use clientela::intake::SplitSurnameGivenName;
/// use clientela::{Formula, Policy};
///
/// let name = SplitSurnameGivenName { text: "Щеглова Юлия Игоревна".into() };
/// let split = name.answer(&Policy::default())?;
/// assert_eq!(split.surname, "Щеглова");
/// assert_eq!(split.given_name.as_deref(), Some("Юлия"));
/// assert_eq!(split.patronymic.as_deref(), Some("Игоревна"));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitSurnameGivenName {
    /// The text of the column.
    pub text: RawText,
}

/// What [`SplitSurnameGivenName`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurnameGivenName {
    /// The surname: the first word.
    pub surname: String,
    /// The given name; `None` is unknown.
    pub given_name: Option<String>,
    /// The patronymic; `None` where no word ends as one.
    pub patronymic: Option<String>,
}

impl Formula for SplitSurnameGivenName {
    const NAME: &'static str = "split_surname_given_name";
    const ABOUT: &'static str = "A surname, a given name and a patronymic out of one text.";
    const SOURCE: &'static str = "R47, S2.35";
    type Answer = SurnameGivenName;

    fn answer(&self, _: &Policy) -> Result<SurnameGivenName> {
        Ok(surname_given_name(&self.text.masked()))
    }
}

/// How patronymics end, in Cyrillic and in the schemes of passports.
const PATRONYMICS: [&str; 15] = [
    "ович", "евич", "ёвич", "ьич", "мич", "кич", "фич", "овна", "евна", "ёвна", "ична", "ovich",
    "evich", "ovna", "evna",
];

/// Words that make a patronymic of the word before them.
const SONS: [&str; 8] = ["оглы", "оглу", "кызы", "гызы", "oglu", "ogly", "kyzy", "qizi"];

pub(super) fn surname_given_name(text: &str) -> SurnameGivenName {
    let gap = |sign: char| sign.is_whitespace() || matches!(sign, '/' | ',');
    let words: Vec<&str> = trimmed(text).split(gap).filter(|word| !word.is_empty()).collect();
    let Some((surname, rest)) = words.split_first() else {
        return SurnameGivenName { surname: text.to_owned(), given_name: None, patronymic: None };
    };
    let last = rest.last().map(|word| word.to_lowercase()).unwrap_or_default();
    let ends = PATRONYMICS.iter().any(|end| last.ends_with(end));
    let of_patronymic = match rest.len() {
        3.. if SONS.contains(&last.as_str()) => 2,
        2.. if ends => 1,
        _ => 0,
    };
    let (given, patronymic) = rest.split_at(rest.len() - of_patronymic);
    let joined = |words: &[&str]| (!words.is_empty()).then(|| words.join(" "));
    SurnameGivenName {
        surname: (*surname).to_owned(),
        given_name: joined(given),
        patronymic: joined(patronymic),
    }
}

/// A name without the characters that no name has (S2.35): letters, hyphens, apostrophes and
/// single spaces stay.
///
/// ```
/// use clientela::intake::CleanName;
/// use clientela::{Formula, Policy};
///
/// let name = CleanName { text: " Rimsky–Korsakov*  (1) ".into() };
/// let answer = name.answer(&Policy::default())?;
/// assert_eq!(answer.name.as_deref(), Some("Rimsky-Korsakov"));
/// assert_eq!(answer.removed, "*(1)");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CleanName {
    /// The text.
    pub text: RawText,
}

/// What [`CleanName`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CleanedName {
    /// The name; `None` where nothing of it is left.
    pub name: Option<String>,
    /// The characters that were taken out, in their order, without white space.
    pub removed: String,
}

impl Formula for CleanName {
    const NAME: &'static str = "clean_name";
    const ABOUT: &'static str = "A name without the characters that no name has.";
    const SOURCE: &'static str = "R47, S2.35";
    type Answer = CleanedName;

    fn answer(&self, _: &Policy) -> Result<CleanedName> {
        Ok(cleaned(&self.text.masked()))
    }
}

pub(super) fn cleaned(text: &str) -> CleanedName {
    let (mut name, mut removed) = (String::with_capacity(text.len()), String::new());
    for sign in composed(text).chars() {
        let last = name.chars().next_back();
        match sign {
            _ if sign.is_alphabetic() => name.push(sign),
            _ if is_mark(sign)
                && last.is_some_and(|last| last.is_alphabetic() || is_mark(last)) =>
            {
                name.push(sign);
            }
            '\'' | '\u{2018}' | '\u{2019}' | '`' | '\u{b4}' => name.push('\''),
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => name.push('-'),
            _ if sign.is_whitespace() => {
                if last.is_some_and(|last| last != ' ') {
                    name.push(' ');
                }
            }
            _ if is_invisible(sign) => {}
            _ => removed.push(sign),
        }
    }
    let name = name.trim_matches(['-', ' ']);
    let letters = name.chars().any(char::is_alphabetic);
    CleanedName { name: letters.then(|| name.to_owned()), removed }
}

/// A name in both scripts: the one that is missing is copied from the other (S2.35). What is
/// given stays as it is.
///
/// ```
/// use clientela::intake::{CopyName, Scheme};
/// use clientela::{Formula, Policy};
///
/// let scheme = Scheme::Icao9303Ru;
/// let name = CopyName { latin: None, cyrillic: Some("Жуков".into()), scheme };
/// assert_eq!(name.answer(&Policy::default())?.latin.as_deref(), Some("Zhukov"));
/// let both = CopyName { latin: Some("Joukov".into()), cyrillic: Some("Жуков".into()), scheme };
/// assert_eq!(both.answer(&Policy::default())?.latin.as_deref(), Some("Joukov"));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyName {
    /// The name in Latin letters; absent or empty is missing.
    #[serde(default)]
    pub latin: Option<RawText>,
    /// The name in Cyrillic letters; absent or empty is missing.
    #[serde(default)]
    pub cyrillic: Option<RawText>,
    /// The scheme.
    pub scheme: Scheme,
}

/// A script of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    /// Latin letters.
    Latin,
    /// Cyrillic letters.
    Cyrillic,
}

/// What [`CopyName`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopiedName {
    /// The name in Latin letters; `None` is missing.
    pub latin: Option<String>,
    /// The name in Cyrillic letters; `None` is missing.
    pub cyrillic: Option<String>,
    /// Which of them was filled; `None` is neither.
    pub filled: Option<Script>,
    /// Why the missing one was not filled; `None` where it was or where neither is missing.
    pub problem: Option<String>,
}

impl Formula for CopyName {
    const NAME: &'static str = "copy_name";
    const ABOUT: &'static str =
        "A name in Latin and Cyrillic letters, the missing one from the other.";
    const SOURCE: &'static str = "R47, S2.35";
    type Answer = CopiedName;

    fn answer(&self, _: &Policy) -> Result<CopiedName> {
        let given = |name: &Option<RawText>| {
            let name = name.as_ref().map(|name| trimmed(&name.masked()).to_owned());
            name.filter(|name| !name.is_empty())
        };
        let (latin, cyrillic) = (given(&self.latin), given(&self.cyrillic));
        let (source, filled) = match (&latin, &cyrillic) {
            (None, Some(cyrillic)) => (self.scheme.latin(&composed(cyrillic)), Script::Latin),
            (Some(latin), None) => (self.scheme.cyrillic(&composed(latin)), Script::Cyrillic),
            _ => return Ok(CopiedName { latin, cyrillic, filled: None, problem: None }),
        };
        Ok(match (source, filled) {
            (Ok(name), Script::Latin) => {
                CopiedName { latin: Some(name), cyrillic, filled: Some(filled), problem: None }
            }
            (Ok(name), Script::Cyrillic) => {
                CopiedName { latin, cyrillic: Some(name), filled: Some(filled), problem: None }
            }
            (Err(letter), _) => {
                let scheme = self.scheme.name();
                let problem = Some(format!("`{letter}` is no letter of the scheme `{scheme}`"));
                CopiedName { latin, cyrillic, filled: None, problem }
            }
        })
    }
}
