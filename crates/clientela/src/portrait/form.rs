//! Filled forms, and the whole of filling one in JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::catalogue::Catalogue;
use super::document::{Portrait, parse};
use super::portraits::PortraitOptions;
use super::questionnaire::{Additional, Dictionary, Questionnaire, below};
use crate::error::Result;

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FormStatus {
    /// It is answered.
    Filled,
    /// There is no answer.
    Empty,
    /// There is an answer in Russian, and no translation of it.
    NeedsTranslation,
    /// The answer is none of the options.
    NotAnOption,
}

/// One line of a filled form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormEntry {
    /// The question's name.
    pub name: String,
    /// What to write; `None` where there is nothing to write.
    pub value: Option<String>,
    /// What became of the question.
    pub status: FormStatus,
    /// The answer as it was given, where `value` is not it.
    pub original: Option<String>,
}

/// A filled form (S2.37).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Form {
    /// Surname and initials, as they stand in the portrait.
    pub heading: String,
    /// Its lines, in the questionnaire's order.
    pub entries: Vec<FormEntry>,
}

impl Form {
    /// The form as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// What filling a form takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    questionnaire: Json,
    portrait: Json,
    #[serde(default)]
    additional: Option<Json>,
    #[serde(default)]
    dictionary: Option<Json>,
    #[serde(default)]
    catalogue: Option<Json>,
}

/// Fills a form, all in JSON: `{"questionnaire": {...}, "portrait": {...}, "additional": {...},
/// "dictionary": {...}, "catalogue": {...}}` gives [`Form`]. The last three may be left out; the
/// portrait is a document of [`Portrait`].
///
/// # Errors
/// [`Error::BadDocument`](crate::Error::BadDocument) with the path below its key, such as
/// `questionnaire.fields[2].options`.
pub fn fill_questionnaire(json: &str) -> Result<String> {
    let request: Request = parse("questionnaire", json)?;
    let part =
        |json: Option<Json>| json.filter(|json| !json.is_null()).map(|json| json.to_string());
    let catalogue = match part(request.catalogue) {
        Some(text) => Catalogue::from_json(&text).map_err(|error| below("catalogue", error))?,
        None => Catalogue::built_in(),
    };
    let at = |error| below("questionnaire", error);
    let questionnaire = Questionnaire::from_json(&request.questionnaire.to_string()).map_err(at)?;
    questionnaire.check_fields(&catalogue).map_err(at)?;
    let options = PortraitOptions { catalogue, ..PortraitOptions::default() };
    let portrait = Portrait::from_json(&request.portrait.to_string(), &options)
        .map_err(|error| below("portrait", error))?;
    let more = part(request.additional).map(|text| Additional::from_json(&text)).transpose()?;
    let words = part(request.dictionary).map(|text| Dictionary::from_json(&text)).transpose()?;
    Ok(questionnaire
        .fill(&portrait, &more.unwrap_or_default(), &words.unwrap_or_default())
        .to_json())
}
