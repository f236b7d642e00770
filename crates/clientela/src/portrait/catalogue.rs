//! The catalogue: every kind and field, as data.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::document::{parse, place};
use super::field::{Field, FieldType, Kind, UNKNOWN};
use crate::error::{Error, Result};
use crate::table::NO_CODE;

/// The kinds of clients and the fields of their portraits; cheap to clone.
///
/// The built-in one holds the fields that the sources name (R6 to R11) and the declared facts
/// that the axes read. A firm adds its own kinds and fields, or says otherwise of a built-in
/// field.
///
/// ```
/// use clientela::Catalogue;
///
/// let own = r#"{"kinds": [{"name": "clinic"}],
///               "fields": [{"name": "beds", "type": "integer", "kinds": ["clinic"], "min": "0"}]}"#;
/// let catalogue = Catalogue::from_json(own)?;
/// assert!(catalogue.field("beds").is_some() && catalogue.field("floor_area_m2").is_some());
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Catalogue(Arc<Inner>);

#[derive(PartialEq, Eq)]
struct Inner {
    built_in: bool,
    kinds: Vec<Kind>,
    fields: Vec<Field>,
    places: BTreeMap<String, usize>,
    kind_names: Arc<Vec<String>>,
}

/// A catalogue as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    /// Kinds beside the built-in ones, or in place of those of the same name.
    #[serde(default)]
    kinds: Vec<Kind>,
    /// Fields beside the built-in ones, or in place of those of the same name.
    #[serde(default)]
    fields: Vec<Field>,
    /// Whether the built-in kinds and fields belong to it. Default: true.
    #[serde(default = "yes")]
    built_in: bool,
}

fn yes() -> bool {
    true
}

/// The built-in kinds and fields, in the form of any catalogue.
const BUILT_IN: &str = include_str!("catalogue.json");

const DOCUMENT: &str = "catalogue";

fn fault<T>(path: String, problem: impl Into<String>) -> Result<T> {
    Err(Error::BadDocument { document: DOCUMENT, path, problem: problem.into() })
}

impl Catalogue {
    /// The built-in catalogue.
    pub fn built_in() -> Self {
        static KEPT: OnceLock<Catalogue> = OnceLock::new();
        let read = || {
            let document: Document = serde_json::from_str(BUILT_IN).unwrap_or_else(|_| empty());
            Self::of(true, document.kinds, document.fields)
        };
        KEPT.get_or_init(read).clone()
    }

    /// Reads a catalogue of own kinds and fields: `{"kinds": [...], "fields": [...]}`. They come
    /// after the built-in ones, or stand in the place of those of the same name; with
    /// `"built_in": false` they are all there is.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `fields[3].type`: an unknown key, a name
    /// that is doubled or not of small letters, digits and `_`, a built-in field with another
    /// type, an unknown kind, options or limits that do not suit the type.
    pub fn from_json(text: &str) -> Result<Self> {
        Self::of_document(parse(DOCUMENT, text)?)
    }

    fn of_document(document: Document) -> Result<Self> {
        let base = Self::built_in();
        let (mut kinds, mut fields) = (Vec::new(), Vec::new());
        if document.built_in {
            (kinds, fields) = (base.0.kinds.clone(), base.0.fields.clone());
        }
        let mut seen = BTreeSet::new();
        for (i, kind) in document.kinds.into_iter().enumerate() {
            let path = format!("kinds[{i}].name");
            check_name(&kind.name, &path)?;
            if !seen.insert(kind.name.clone()) {
                return fault(path, format!("`{}` is there twice", kind.name));
            }
            match kinds.iter_mut().find(|known| known.name == kind.name) {
                Some(known) => *known = kind,
                None => kinds.push(kind),
            }
        }
        if kinds.len() > usize::from(NO_CODE) {
            return fault("kinds".to_owned(), format!("{} kinds, at most 255 fit", kinds.len()));
        }
        let mut seen = BTreeSet::new();
        for (i, field) in document.fields.into_iter().enumerate() {
            check_field(&field, i, &kinds, base.field(&field.name))?;
            if !seen.insert(field.name.clone()) {
                return fault(
                    format!("fields[{i}].name"),
                    format!("`{}` is there twice", field.name),
                );
            }
            match fields.iter_mut().find(|known| known.name == field.name) {
                Some(known) => *known = field,
                None => fields.push(field),
            }
        }
        Ok(Self::of(document.built_in, kinds, fields))
    }

    fn of(built_in: bool, kinds: Vec<Kind>, fields: Vec<Field>) -> Self {
        let places = fields.iter().zip(0..).map(|(field, i)| (field.name.clone(), i)).collect();
        let kind_names = Arc::new(kinds.iter().map(|kind| kind.name.clone()).collect());
        Self(Arc::new(Inner { built_in, kinds, fields, places, kind_names }))
    }

    /// The catalogue as JSON with every kind and field spelled out, the built-in ones too.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The kinds in order.
    pub fn kinds(&self) -> &[Kind] {
        &self.0.kinds
    }

    /// The fields in order.
    pub fn fields(&self) -> &[Field] {
        &self.0.fields
    }

    /// A field by name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.place(name).map(|place| &self.0.fields[place])
    }

    /// The place of a field among all, by name.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.0.places.get(name).copied()
    }

    /// The names of the kinds, in the order of their codes.
    pub(crate) fn kind_names(&self) -> &Arc<Vec<String>> {
        &self.0.kind_names
    }

    /// The code of a kind, by name.
    pub(crate) fn kind_code(&self, name: &str) -> Option<u8> {
        self.0.kinds.iter().position(|kind| kind.name == name).map(|code| code as u8)
    }

    /// Whether a field applies to clients of the kind with a code, or to those without one.
    pub(crate) fn applies(&self, field: &Field, kind: u8) -> bool {
        field.kinds.is_empty()
            || self
                .0
                .kinds
                .get(usize::from(kind))
                .is_some_and(|kind| field.kinds.contains(&kind.name))
    }
}

fn empty() -> Document {
    Document { kinds: Vec::new(), fields: Vec::new(), built_in: true }
}

fn check_name(name: &str, path: &str) -> Result<()> {
    let rest = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.as_bytes().first().is_some_and(u8::is_ascii_lowercase) && name.bytes().all(rest) {
        return Ok(());
    }
    fault(
        path.to_owned(),
        format!("`{name}` is no name: small letters, digits and _, a letter first"),
    )
}

/// Checks an own field; `base` is the built-in one of the same name.
fn check_field(field: &Field, i: usize, kinds: &[Kind], base: Option<&Field>) -> Result<()> {
    let at = |key: &str| place(&format!("fields[{i}]"), key);
    let kind = field.field_type;
    check_name(&field.name, &at("name"))?;
    if let Some(base) = base {
        if base.field_type != kind {
            return fault(
                at("type"),
                format!(
                    "`{}` is built in as {}, it keeps that type",
                    base.name,
                    base.field_type.name()
                ),
            );
        }
        if base.records != field.records {
            return fault(
                at("records"),
                format!("`{}` is built in, it is filled from where it was", base.name),
            );
        }
    }
    for name in &field.kinds {
        if !kinds.iter().any(|kind| kind.name == *name) {
            return fault(at("kinds"), format!("there is no kind `{name}`"));
        }
    }
    if field.required && field.weight == 0 {
        return fault(at("weight"), "a required field counts, give it a weight of 1 or more");
    }
    check_options(field, &at)?;
    if field.min.is_some_and(|min| field.max.is_some_and(|max| min > max)) {
        return fault(at("min"), "it is above `max`");
    }
    for (key, limit) in [("min", field.min), ("max", field.max)] {
        if limit.is_some() && !kind.is_number() {
            return fault(at(key), format!("a {} has no limits", kind.name()));
        }
        if kind == FieldType::Rating && limit.is_none_or(|limit| !limit.is_integer()) {
            return fault(at(key), "a rating needs whole `min` and `max`");
        }
    }
    if field.places > 9 {
        return fault(at("places"), format!("{} places, at most 9 are kept", field.places));
    }
    if field.places > 0 && kind != FieldType::Decimal {
        return fault(at("places"), format!("a {} has no places of its own", kind.name()));
    }
    if field.records.is_some() && kind != FieldType::List {
        return fault(at("type"), "a field that is filled from records is a list");
    }
    check_reserved(field, &at, base)
}

fn check_options(field: &Field, at: &dyn Fn(&str) -> String) -> Result<()> {
    let has_options = matches!(field.field_type, FieldType::Choice | FieldType::List);
    if !has_options && (!field.options.is_empty() || field.open) {
        let key = if field.open { "open" } else { "options" };
        return fault(at(key), format!("a {} has no options", field.field_type.name()));
    }
    if field.field_type == FieldType::Choice && !field.open && field.options.is_empty() {
        return fault(at("options"), "a choice needs options, or be `open`");
    }
    let mut seen = BTreeSet::new();
    for (i, option) in field.options.iter().enumerate() {
        if option.trim().is_empty() || option == UNKNOWN {
            let problem = "an option says something; what is unknown is left out";
            return fault(format!("{}[{i}]", at("options")), problem);
        }
        if !seen.insert(option) {
            return fault(format!("{}[{i}]", at("options")), format!("`{option}` is there twice"));
        }
    }
    Ok(())
}

/// The limits and options that the axes rely on.
const RELIED_ON: [&str; 3] = ["competitor_sales", "attention_minutes", "highest_stage"];

/// An own field in place of one that the axes rely on may be narrower and never wider.
fn check_reserved(field: &Field, at: &dyn Fn(&str) -> String, base: Option<&Field>) -> Result<()> {
    let Some(base) = base.filter(|base| RELIED_ON.contains(&base.name.as_str())) else {
        return Ok(());
    };
    if base.min.is_some_and(|least| field.min.is_none_or(|min| min < least)) {
        return fault(at("min"), "not below the built-in one: the axes rely on it");
    }
    if field.open || !field.options.iter().all(|option| base.takes(option)) {
        let options = base.options.join(", ");
        return fault(at("options"), format!("the axes know only these: {options}"));
    }
    Ok(())
}

impl fmt::Debug for Catalogue {
    /// The names alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&str> = self.fields().iter().map(|field| field.name.as_str()).collect();
        let kinds = self.kind_names();
        f.debug_struct("Catalogue").field("kinds", kinds).field("fields", &fields).finish()
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::built_in()
    }
}

impl Serialize for Catalogue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'a> {
            kinds: &'a [Kind],
            fields: &'a [Field],
            built_in: bool,
        }
        let built_in = self.0.built_in;
        Whole { kinds: self.kinds(), fields: self.fields(), built_in }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Catalogue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let document = Document::deserialize(deserializer)?;
        Self::of_document(document).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_keeps_its_own_rules() {
        let document: Document = serde_json::from_str(BUILT_IN).expect("JSON of the form");
        for kind in &document.kinds {
            check_name(&kind.name, "name").expect("a name");
        }
        for (i, field) in document.fields.iter().enumerate() {
            check_field(field, i, &document.kinds, None).expect("a field that checks");
            assert!(!field.about.is_empty() && !field.source.is_empty(), "{}", field.name);
        }
        let built_in = Catalogue::built_in();
        assert_eq!(built_in.0.places.len(), document.fields.len(), "no name twice");
        assert_eq!(Catalogue::from_json(&built_in.to_json()), Ok(built_in));
    }
}
