//! Columns of a stream by name, and the errors of its producer.

use arrow_schema::{ArrowError, Schema};
use clientela::{Error, Result};

/// An error of the stream's producer.
pub(crate) fn of_arrow(error: &ArrowError) -> Error {
    Error::BadFormat(format!("the Arrow stream: {error}"))
}

/// The place of the one column with this name.
pub(crate) fn find(schema: &Schema, name: &str) -> Result<usize> {
    let fault = |problem: String| Err(Error::BadColumn { column: name.to_owned(), problem });
    let mut found = (0..schema.fields().len()).filter(|&i| schema.field(i).name() == name);
    match (found.next(), found.next()) {
        (Some(place), None) => return Ok(place),
        (Some(_), Some(_)) => return fault("stands in the input more than once".to_owned()),
        (None, _) => {}
    }
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    if names.is_empty() {
        return fault("is not in the input, which has no columns".to_owned());
    }
    let shown = names.iter().take(20).copied().collect::<Vec<_>>().join("`, `");
    let more = if names.len() > 20 { ", and more" } else { "" };
    let nearest = nearest(&names, name)
        .map(|nearest| format!("; did you mean `{nearest}`?"))
        .unwrap_or_default();
    fault(format!("is not in the input, which has `{shown}`{more}{nearest}"))
}

/// The name that is most like the wanted one, if any is like it.
pub(crate) fn nearest<'n>(names: &[&'n str], wanted: &str) -> Option<&'n str> {
    let wanted = wanted.to_lowercase();
    let unlike = |name: &str| {
        let name = name.to_lowercase();
        let longest = name.chars().count().max(wanted.chars().count());
        if name.contains(&wanted) || (wanted.contains(&name) && name.chars().count() > 2) {
            return Some((1, longest));
        }
        let edits = strsim::osa_distance(&name, &wanted);
        (edits * 3 <= longest + 1).then_some((edits + 1, longest))
    };
    names
        .iter()
        .filter_map(|&name| unlike(name).map(|unlike| (unlike, name)))
        .min_by_key(|&(unlike, _)| unlike)
        .map(|(_, name)| name)
}
