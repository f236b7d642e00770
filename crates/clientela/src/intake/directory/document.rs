//! Records as a list in JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::{Directory, DirectoryOptions};
use crate::client::{ClientId, Texts};
use crate::error::{Error, Result};
use crate::ledger::ClientColumn;

/// How errors name the document.
const DOCUMENT: &str = "records";

impl Directory {
    /// Reads a list of records: objects with `id`, and beside it fields whose values are texts,
    /// whole numbers or null. Fields come in the order of their names.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path; as [`Directory::from_columns`].
    pub fn from_json(text: &str, options: &DirectoryOptions) -> Result<Self> {
        let records: Vec<Map<String, Json>> = crate::json::parse(DOCUMENT, text)?;
        let bad = |path: String, problem: &str| Error::BadDocument {
            document: DOCUMENT,
            path,
            problem: problem.to_owned(),
        };
        let mut ids = Vec::with_capacity(records.len());
        let mut values: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        for (i, record) in records.into_iter().enumerate() {
            let mut id = None;
            for (name, value) in record {
                if name == "id" {
                    id = serde_json::from_value::<ClientId>(value).ok();
                    continue;
                }
                let text = match value {
                    Json::Null => continue,
                    Json::String(text) => text,
                    Json::Number(number) if !number.is_f64() => number.to_string(),
                    _ => {
                        let path = format!("[{i}].{name}");
                        return Err(bad(path, "a text, a whole number or null is wanted"));
                    }
                };
                values.entry(name).or_default().push((i, text));
            }
            let wanted = "an id is wanted: a whole number of 64 bits or a text";
            ids.push(id.ok_or_else(|| bad(format!("[{i}].id"), wanted))?);
        }
        let ids = column(&ids)
            .ok_or_else(|| bad("[].id".to_owned(), "some ids are numbers and some are texts"))?;
        let texts = |known: Vec<(usize, String)>| {
            let mut known = known.iter().peekable();
            let mut texts = Texts::with_capacity(ids.len(), 0);
            for row in 0..ids.len() {
                texts.push(known.next_if(|(at, _)| *at == row).map_or("", |(_, text)| text));
            }
            texts
        };
        let columns = values.into_iter().map(|(name, known)| (name, texts(known))).collect();
        Self::from_columns(&ids, columns, options)
    }
}

/// A column of ids of one kind.
fn column(ids: &[ClientId]) -> Option<ClientColumn<'static>> {
    let int = |id: &ClientId| match id {
        ClientId::Int(id) => Some(*id),
        ClientId::Text(_) => None,
    };
    if let Some(ids) = ids.iter().map(int).collect::<Option<Vec<i64>>>() {
        return Some(ClientColumn::Int(ids.into()));
    }
    let text = |id: &ClientId| match id {
        ClientId::Int(_) => None,
        ClientId::Text(id) => Some(id.clone()),
    };
    let texts: Vec<String> = ids.iter().map(text).collect::<Option<_>>()?;
    Some(ClientColumn::Text(texts.iter().map(String::as_str).collect()))
}
