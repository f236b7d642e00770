//! Questionnaires of countries: a form that is filled from a portrait and from additional
//! answers, translated where its language asks for it (R13, S2.37).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::catalogue::Catalogue;
use super::document::{Portrait, parse, place};
use super::field::{FieldType, says_something};
use super::form::{Form, FormEntry, FormStatus};
use crate::error::{Error, Result};
use crate::intake::{has_cyrillic, transliterate};

/// The language of a form (S2.37).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormLanguage {
    /// Russian: nothing is translated.
    Ru,
    /// English.
    En,
    /// French.
    Fr,
}

/// Where an answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerOrigin {
    /// From the portrait.
    Record,
    /// From additional answers.
    Additional,
}

/// How an answer in Russian gets into a form in another language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Translation {
    /// Letter by letter, by [`transliterate`].
    Letter,
    /// By the dictionary.
    Dictionary,
    /// Not at all.
    #[default]
    None,
}

/// One line of a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name in the form. A name that starts with `_` is a choice among `options`.
    pub name: String,
    /// Where the answer comes from.
    pub origin: AnswerOrigin,
    /// How it is translated; a choice is not. Default: none.
    #[serde(default)]
    pub translation: Translation,
    /// The field of the portrait that answers it; null is `name`. An additional answer is found
    /// by `name`.
    #[serde(default)]
    pub field: Option<String>,
    /// The answers that a choice may have, as they stand in the form.
    #[serde(default)]
    pub options: Vec<String>,
}

impl Question {
    /// Whether the answer is chosen from the options.
    pub fn is_choice(&self) -> bool {
        self.name.starts_with('_')
    }

    /// The field of the portrait that answers it.
    fn source(&self) -> &str {
        self.field.as_deref().unwrap_or(&self.name)
    }
}

/// The form of a country.
///
/// ```
/// use clientela::{Additional, Dictionary, Portrait, PortraitOptions, Questionnaire};
///
/// let form = Questionnaire::from_json(
///     r#"{"country": "FR", "language": "fr", "fields": [
///         {"name": "Nom", "origin": "record", "translation": "letter", "field": "surname"},
///         {"name": "Profession", "origin": "additional", "translation": "dictionary"}]}"#,
/// )?;
/// let tourist = r#"{"client": 7, "kind": "tourist", "fields": {"surname": "Жуков"}}"#;
/// let tourist = Portrait::from_json(tourist, &PortraitOptions::default())?;
/// let answers = Additional::from_json(r#"{"Profession": "врач"}"#)?;
/// let words = Dictionary::from_json(r#"{"врач": {"en": "physician", "fr": "médecin"}}"#)?;
/// let filled = form.fill(&tourist, &answers, &words);
/// let values: Vec<_> = filled.entries.iter().filter_map(|entry| entry.value.as_deref()).collect();
/// assert_eq!(values, ["Zhukov", "médecin"]);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    /// The country whose form it is.
    pub country: String,
    /// Its language.
    pub language: FormLanguage,
    /// Its lines in order.
    pub fields: Vec<Question>,
}

const DOCUMENT: &str = "questionnaire";

fn fault<T>(path: String, problem: impl Into<String>) -> Result<T> {
    Err(Error::BadDocument { document: DOCUMENT, path, problem: problem.into() })
}

impl Questionnaire {
    /// Reads a questionnaire from JSON.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `fields[2].options`: an unknown key, a name
    /// that is empty or doubled, a choice without options, options of what is no choice.
    pub fn from_json(text: &str) -> Result<Self> {
        let questionnaire: Self = parse(DOCUMENT, text)?;
        questionnaire.check()?;
        Ok(questionnaire)
    }

    /// The questionnaire as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Checks names, options and translations.
    pub fn check(&self) -> Result<()> {
        let mut seen = BTreeSet::new();
        for (i, question) in self.fields.iter().enumerate() {
            let at = |key: &str| place(&format!("fields[{i}]"), key);
            let name = &question.name;
            if name.trim().is_empty() || name == "_" {
                return fault(at("name"), "a question needs a name");
            }
            if !seen.insert(name) {
                return fault(at("name"), format!("`{name}` is there twice"));
            }
            if question.is_choice() && question.options.is_empty() {
                return fault(
                    at("options"),
                    "a name that starts with `_` is a choice and needs them",
                );
            }
            if !question.is_choice() && !question.options.is_empty() {
                return fault(at("options"), "only a choice has them; start its name with `_`");
            }
            if question.is_choice() && question.translation != Translation::None {
                return fault(at("translation"), "a choice is not translated");
            }
            if question.field.is_some() && question.origin == AnswerOrigin::Additional {
                return fault(at("field"), "an additional answer is no field of the portrait");
            }
        }
        Ok(())
    }

    /// Checks that what comes from portraits are fields of a catalogue that have one text.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `fields[2].field`.
    pub fn check_fields(&self, catalogue: &Catalogue) -> Result<()> {
        for (i, question) in self.fields.iter().enumerate() {
            if question.origin != AnswerOrigin::Record {
                continue;
            }
            let key = if question.field.is_some() { "field" } else { "name" };
            let path = place(&format!("fields[{i}]"), key);
            let name = question.source();
            let Some(field) = catalogue.field(name) else {
                return fault(path, format!("the catalogue has no field `{name}`"));
            };
            let no_text = matches!(field.field_type, FieldType::Person | FieldType::Notes);
            if no_text || field.records.is_some() {
                return fault(path, format!("`{name}` has no text to show"));
            }
        }
        Ok(())
    }

    /// The form filled from a portrait and additional answers. Nothing is guessed: what has no
    /// translation is left empty and marked.
    pub fn fill(&self, portrait: &Portrait, more: &Additional, words: &Dictionary) -> Form {
        let text = |(name, value): (&String, &super::FieldValue)| {
            value.text().map(|text| (name.clone(), text))
        };
        self.fill_from(&portrait.fields.iter().filter_map(text).collect(), more, words)
    }

    /// The same from texts by field in place of a portrait.
    pub fn fill_from(
        &self,
        record: &BTreeMap<String, String>,
        more: &Additional,
        words: &Dictionary,
    ) -> Form {
        let entries = self.fields.iter().map(|question| {
            let given = match question.origin {
                AnswerOrigin::Record => record.get(question.source()),
                AnswerOrigin::Additional => more.0.get(&question.name),
            };
            let given = given.map(String::as_str).filter(|text| says_something(text));
            self.entry(question, given, words)
        });
        Form { heading: heading(record), entries: entries.collect() }
    }

    fn entry(&self, question: &Question, given: Option<&str>, words: &Dictionary) -> FormEntry {
        let entry = |status, value: Option<String>, original: Option<&str>| FormEntry {
            name: question.name.clone(),
            value,
            status,
            original: original.map(str::to_owned),
        };
        let Some(given) = given else { return entry(FormStatus::Empty, None, None) };
        if question.is_choice() {
            return if question.options.iter().any(|option| option == given) {
                entry(FormStatus::Filled, Some(given.to_owned()), None)
            } else {
                entry(FormStatus::NotAnOption, None, Some(given))
            };
        }
        let foreign = self.language != FormLanguage::Ru && has_cyrillic(given);
        let translated = match question.translation {
            Translation::None => return entry(FormStatus::Filled, Some(given.to_owned()), None),
            _ if !foreign => return entry(FormStatus::Filled, Some(given.to_owned()), None),
            Translation::Letter => transliterate(given),
            Translation::Dictionary => words.get(given, self.language).map(str::to_owned),
        };
        match translated {
            Some(value) => entry(FormStatus::Filled, Some(value), Some(given)),
            None => entry(FormStatus::NeedsTranslation, None, Some(given)),
        }
    }
}

/// Surname and initials: `Жуков И. П.`; empty where there is no surname.
fn heading(record: &BTreeMap<String, String>) -> String {
    let known =
        |name: &str| record.get(name).map(|text| text.trim()).filter(|text| says_something(text));
    let Some(surname) = known("surname") else { return String::new() };
    let mut heading = surname.to_owned();
    for name in ["given_name", "patronymic"] {
        if let Some(initial) = known(name).and_then(|text| text.chars().next()) {
            heading.extend([' ', initial, '.']);
        }
    }
    heading
}

/// Additional answers by name: what a form asks for and a portrait does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Additional(pub BTreeMap<String, String>);

impl Additional {
    /// Reads answers from JSON: texts by name, null where there is none.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `additional.Profession`.
    pub fn from_json(text: &str) -> Result<Self> {
        let answers: BTreeMap<String, Option<String>> =
            parse(DOCUMENT, text).map_err(|error| below("additional", error))?;
        let given = |(name, text): (String, Option<String>)| text.map(|text| (name, text));
        Ok(Self(answers.into_iter().filter_map(given).collect()))
    }

    /// The answers as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Takes from another person's answers what is empty here, and gives the names that were
    /// filled so (S2.37). What is answered stays.
    pub fn copy_from(&mut self, other: &Self) -> Vec<String> {
        let mut filled = Vec::new();
        for (name, text) in other.0.iter().filter(|(_, text)| says_something(text)) {
            if !self.0.get(name).is_some_and(|own| says_something(own)) {
                self.0.insert(name.clone(), text.clone());
                filled.push(name.clone());
            }
        }
        filled
    }
}

/// A word in the languages of forms.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Equivalents {
    /// In English; null is not known.
    #[serde(default)]
    pub en: Option<String>,
    /// In French; null is not known.
    #[serde(default)]
    pub fr: Option<String>,
}

/// Equivalents by their Russian form, without regard to case and to white space around it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Dictionary(BTreeMap<String, Equivalents>);

impl Dictionary {
    /// Reads a dictionary from JSON: `{"врач": {"en": "physician", "fr": "médecin"}}`.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `dictionary.врач.de`; a word that is there
    /// twice.
    pub fn from_json(text: &str) -> Result<Self> {
        let given: BTreeMap<String, Equivalents> =
            parse(DOCUMENT, text).map_err(|error| below("dictionary", error))?;
        let mut words = Self::default();
        for (russian, word) in given {
            let path = place("dictionary", &russian);
            if words.add(&russian, word).is_some() {
                return fault(path, "the word is there twice");
            }
        }
        Ok(words)
    }

    /// The dictionary as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Adds a word, and gives what stood in its place.
    pub fn add(&mut self, russian: &str, words: Equivalents) -> Option<Equivalents> {
        self.0.insert(key(russian), words)
    }

    /// A word in a language; `None` where there is none.
    pub fn get(&self, russian: &str, language: FormLanguage) -> Option<&str> {
        let words = self.0.get(&key(russian))?;
        let word = match language {
            FormLanguage::Ru => return None,
            FormLanguage::En => words.en.as_deref(),
            FormLanguage::Fr => words.fr.as_deref(),
        };
        word.filter(|word| says_something(word))
    }
}

fn key(russian: &str) -> String {
    russian.trim().to_lowercase()
}

/// An error with its path below a key.
pub(super) fn below(key: &str, error: Error) -> Error {
    match error {
        Error::BadDocument { document, path, problem } => {
            let path = if path == "." { key.to_owned() } else { place(key, &path) };
            Error::BadDocument { document, path, problem }
        }
        other => other,
    }
}
