//! Whose field is whose: names of a CRM's fields, and what they are here.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::fault;
use crate::error::Result;
use crate::rule::condition::{Condition, Subject};

/// How errors name the document.
const DOCUMENT: &str = "names";

/// What a CRM's fields are called here.
///
/// In JSON an object: each of their fields is an attribute of ours, or an object with what a
/// leaf compares and perhaps `"date_time": true`, where the CRM's field holds an instant:
///
/// ```
/// use clientela::rule::exchange::Names;
///
/// let names = serde_json::json!({
///     "industry": "portrait.industry",
///     "lastPurchaseAt": {"attribute": "last_purchase_on", "date_time": true},
///     "revenueLastYear": {"metric": "amount", "window": {"last": 12, "unit": "month"}},
///     "cases": {"exists": "complaints"},
/// });
/// assert!(Names::of(&names).is_ok());
/// ```
///
/// A field that is not in it keeps its name: `lastPurchaseOn` is `last_purchase_on`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    fields: BTreeMap<String, Field>,
}

/// One of their fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) subject: Subject,
    /// Whether it holds an instant and not a day.
    pub(super) date_time: bool,
}

impl Names {
    /// Reads the object.
    ///
    /// # Errors
    /// [`Error::BadDocument`](crate::Error::BadDocument) with the path of what is neither an attribute nor a subject.
    pub fn of(json: &Json) -> Result<Self> {
        let Json::Object(members) = json else {
            return Err(fault(DOCUMENT, ".", "an object of their fields is wanted"));
        };
        let fields = members.iter().map(|(name, target)| {
            field(target)
                .map(|field| (name.clone(), field))
                .map_err(|problem| fault(DOCUMENT, name, problem))
        });
        Ok(Self { fields: fields.collect::<Result<_>>()? })
    }

    /// What one of their fields is here; the error says what is missing.
    pub(super) fn ours(&self, theirs: &str) -> Result<Field, String> {
        if let Some(field) = self.fields.get(theirs) {
            return Ok(field.clone());
        }
        let ours = snake_case(theirs);
        if !plain(theirs) || camel_case(&ours) != theirs {
            return Err(format!("say in `names` what the field `{theirs}` is"));
        }
        Ok(Field { subject: Subject::Attribute(ours), date_time: false })
    }

    /// Whether one of their fields is told.
    pub(super) fn tells(&self, theirs: &str) -> bool {
        self.fields.contains_key(theirs)
    }

    /// Their field for what is compared here, and whether it holds an instant; the error says
    /// what is missing.
    pub(super) fn theirs(&self, ours: &Subject) -> Result<(String, bool), String> {
        let mut told = self.fields.iter().filter(|(_, field)| field.subject == *ours);
        if let Some((name, field)) = told.next() {
            return match told.next() {
                None => Ok((name.clone(), field.date_time)),
                Some((other, _)) => Err(format!("`names` has both `{name}` and `{other}` for it")),
            };
        }
        let Subject::Attribute(ours) = ours else {
            return Err("no field of theirs: say in `names` which one it is".to_owned());
        };
        let theirs = camel_case(ours);
        let taken = self.fields.contains_key(&theirs);
        if taken || !plain(&theirs) || snake_case(&theirs) != *ours {
            return Err(format!("say in `names` which of their fields is `{ours}`"));
        }
        Ok((theirs, false))
    }
}

fn field(target: &Json) -> Result<Field, String> {
    let members = match target {
        Json::String(name) if name.trim().is_empty() => return Err("an empty name".to_owned()),
        Json::String(name) => {
            return Ok(Field { subject: Subject::Attribute(name.clone()), date_time: false });
        }
        Json::Object(members) => members,
        _ => return Err("a name or an object is wanted".to_owned()),
    };
    let mut members = members.clone();
    let date_time = match members.remove("date_time") {
        None => false,
        Some(Json::Bool(flag)) => flag,
        Some(_) => return Err("`date_time` is true or false".to_owned()),
    };
    if let Some(option) = ["op", "value", "unknown", "currency", "ignore_case"]
        .into_iter()
        .find(|name| members.contains_key(*name))
    {
        return Err(format!("`{option}` is a part of a leaf and not of what it compares"));
    }
    // A subject is a leaf without its comparison.
    if !members.contains_key("exists") {
        members.insert("op".to_owned(), "is_null".into());
    }
    let leaf: Condition =
        serde_json::from_value(Json::Object(members)).map_err(|error| error.to_string())?;
    match leaf {
        Condition::Leaf(leaf) if !matches!(leaf.subject, Subject::Field(_)) => {
            Ok(Field { subject: leaf.subject, date_time })
        }
        _ => Err("an attribute, a metric, a count or records are wanted".to_owned()),
    }
}

/// Whether a name is in lower camel case.
fn plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// `lastPurchaseOn` as `last_purchase_on`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// `last_purchase_on` as `lastPurchaseOn`.
fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars() {
        if c == '_' {
            upper = true;
        } else {
            camel.push(if upper { c.to_ascii_uppercase() } else { c });
            upper = false;
        }
    }
    camel
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn attribute(name: &str) -> Subject {
        Subject::Attribute(name.to_owned())
    }

    #[test]
    fn names_that_are_not_told_change_their_case_only() {
        let names = Names::default();
        for (theirs, ours) in [("stage", "stage"), ("dueOn", "due_on"), ("areaM2", "area_m2")] {
            assert_eq!(names.ours(theirs).unwrap().subject, attribute(ours));
            assert_eq!(names.theirs(&attribute(ours)).unwrap(), (theirs.to_owned(), false));
        }
        for theirs in ["my_field", "Stage", "name.firstName", "", "größe"] {
            assert!(names.ours(theirs).is_err(), "{theirs}");
        }
        for ours in ["portrait.kind", "area_2", "a__b", "_a"] {
            assert!(names.theirs(&attribute(ours)).is_err(), "{ours}");
        }
    }

    #[test]
    fn names_that_are_told_go_both_ways() {
        let names = Names::of(&json!({
            "industry": "portrait.industry",
            "a": "stage", "b": "stage",
            "tier": "portrait.tier",
            "closedAt": {"attribute": "last_on", "date_time": true},
            "revenue": {"metric": "amount", "window": {"last": 6, "unit": "month"}},
        }))
        .unwrap();
        assert_eq!(names.ours("industry").unwrap().subject, attribute("portrait.industry"));
        assert_eq!(names.theirs(&attribute("last_on")).unwrap(), ("closedAt".to_owned(), true));
        assert!(names.theirs(&attribute("stage")).unwrap_err().contains("both `a` and `b`"));
        // Their `tier` is another field, so our `tier` has none.
        assert!(names.theirs(&attribute("tier")).is_err());
        let revenue = names.ours("revenue").unwrap().subject;
        assert_eq!(names.theirs(&revenue).unwrap().0, "revenue");
    }

    #[test]
    fn bad_names_are_told_by_field() {
        for (bad, said) in [
            (json!([]), "names, .:"),
            (json!({"x": 1}), "names, x:"),
            (json!({"x": ""}), "names, x:"),
            (json!({"x": {"attribute": "a", "op": "equals"}}), "`op` is a part of a leaf"),
            (json!({"x": {"all": []}}), "names, x:"),
            (json!({"x": {"field": "a"}}), "names, x:"),
            (json!({"x": {"attribute": "a", "date_time": 1}}), "date_time"),
        ] {
            let told = Names::of(&bad).unwrap_err().to_string();
            assert!(told.contains(said), "{told}");
        }
    }
}
