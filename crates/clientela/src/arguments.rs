//! Named arguments in JSON.

use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// Reads named arguments; nothing at all is an object without members.
///
/// # Errors
/// [`Error::BadDocument`] with the path of what is wrong.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    let bad =
        |path: String, problem: String| Error::BadDocument { document: "arguments", path, problem };
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| bad(error.path().to_string(), error.into_inner().to_string()))?;
    reader.end().map_err(|error| bad(".".to_owned(), error.to_string()))?;
    Ok(read)
}
