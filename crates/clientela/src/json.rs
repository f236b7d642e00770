//! Documents and named arguments in JSON, with the path of what is wrong.

use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// Reads JSON; an error names the document and the path.
pub(crate) fn parse<T: DeserializeOwned>(document: &'static str, text: &str) -> Result<T> {
    // Keeping track of the path takes longer than reading, so it is kept only where it is told.
    if let Ok(read) = serde_json::from_str(text) {
        return Ok(read);
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let bad = |path: String, problem: String| Error::BadDocument { document, path, problem };
    let read = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| bad(error.path().to_string(), error.into_inner().to_string()))?;
    reader.end().map_err(|error| bad(".".to_owned(), error.to_string()))?;
    Ok(read)
}

/// Reads named arguments; nothing at all is an object without members.
///
/// # Errors
/// [`Error::BadDocument`] with the path of what is wrong.
pub(crate) fn arguments<T: DeserializeOwned>(text: &str) -> Result<T> {
    parse("arguments", if text.trim().is_empty() { "{}" } else { text })
}
