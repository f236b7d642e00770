//! Portrait documents: one client in JSON.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use super::catalogue::Catalogue;
use super::field::Field;
use super::membership::MembershipEvent;
use super::person::{Contact, Person};
use super::portraits::PortraitOptions;
use super::record::{
    Complaint, Interaction, LoyaltyComponent, Pain, Preference, PurchaseCompanions, Recommendation,
};
use super::records::Records;
use super::value::FieldValue;
use crate::calendar::Day;
use crate::client::ClientId;
use crate::error::{Error, Result};
pub(super) use crate::json::parse;
use crate::table::NO_CODE;

/// What is known of one client beside the sales.
///
/// In JSON the lists of [`Records`] stand beside the other keys:
/// `{"client": 7, "kind": "shop", "updated_on": "2026-01-31", "fields": {"phone": "..."},
/// "persons": [{"name": "..."}]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Portrait {
    /// Who.
    pub client: ClientId,
    /// The kind, a name of the catalogue; `None` is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// When it was last brought up to date; `None` is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_on: Option<Day>,
    /// Known values by field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldValue>,
    /// When a field was last brought up to date, where that is not `updated_on`; `None` is
    /// unknown. A date of a field without a value says nothing and is dropped.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub updated: BTreeMap<String, Option<Day>>,
    /// Its records.
    #[serde(flatten)]
    pub records: Records,
}

impl Portrait {
    /// An empty portrait.
    pub fn new(client: impl Into<ClientId>) -> Self {
        Self {
            client: client.into(),
            kind: None,
            updated_on: None,
            fields: BTreeMap::new(),
            updated: BTreeMap::new(),
            records: Records::default(),
        }
    }

    /// Reads one document; the path of an error begins at the document.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `fields.floor_area_m2`.
    pub fn from_json(text: &str, options: &PortraitOptions) -> Result<Self> {
        let document: Document = parse(DOCUMENT, text)?;
        document.portrait(&options.catalogue, "")?.checked(options, "")
    }

    /// The document as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Checks it against a catalogue and gives it as it is kept: without what says nothing,
    /// numbers at their places, records in order. `path` is the path of the document.
    pub(crate) fn checked(mut self, options: &PortraitOptions, path: &str) -> Result<Self> {
        let catalogue = &options.catalogue;
        if matches!(&self.client, ClientId::Text(id) if id.is_empty()) {
            return fault(place(path, "client"), "an empty id");
        }
        let mut kind = NO_CODE;
        if let Some(name) = &self.kind {
            let Some(code) = catalogue.kind_code(name) else {
                let known = catalogue.kind_names().join(", ");
                let problem = format!("`{name}` is not one of the kinds: {known}");
                return fault(place(path, "kind"), problem);
            };
            kind = code;
        }
        let at = |name: &str| place(&place(path, "fields"), name);
        let mut fields = BTreeMap::new();
        for (name, value) in std::mem::take(&mut self.fields) {
            let Some(field) = catalogue.field(&name) else {
                return fault(at(&name), NO_FIELD);
            };
            let kept =
                value.kept(field, options.scale).or_else(|problem| fault(at(&name), problem))?;
            let Some(value) = kept else { continue };
            if !catalogue.applies(field, kind) {
                return fault(at(&name), not_for(field, self.kind.as_deref()));
            }
            fields.insert(name, value);
        }
        self.fields = fields;
        self.records.check().or_else(|(below, problem)| fault(place(path, &below), problem))?;
        self.records.sort();
        for name in self.updated.keys() {
            let path = || place(&place(path, "updated"), name);
            match catalogue.field(name) {
                None => return fault(path(), NO_FIELD),
                // Records are kept whatever the kind, so their dates are too.
                Some(field) if field.records.is_none() && !catalogue.applies(field, kind) => {
                    return fault(path(), not_for(field, self.kind.as_deref()));
                }
                Some(_) => {}
            }
        }
        let (fields, updated_on) = (&self.fields, self.updated_on);
        self.updated.retain(|name, day| {
            let records = catalogue.field(name).and_then(|field| field.records);
            let held = records.is_some_and(|records| self.records.fills(records, Day::MAX));
            *day != updated_on && (held || fields.contains_key(name))
        });
        Ok(self)
    }
}

pub(super) const DOCUMENT: &str = "portrait";

pub(super) const NO_FIELD: &str = "the catalogue has no such field";

/// That a field does not apply to clients of a kind.
fn not_for(field: &Field, kind: Option<&str>) -> String {
    let kinds = field.kinds.join(", ");
    match kind {
        Some(kind) => format!("it is for {kinds}, not for clients of kind `{kind}`"),
        None => format!("it is for {kinds}, not for clients without a kind"),
    }
}

pub(super) fn fault<T>(path: String, problem: impl Into<String>) -> Result<T> {
    Err(Error::BadDocument { document: DOCUMENT, path, problem: problem.into() })
}

/// The path of a key below a path.
pub(super) fn place(path: &str, key: &str) -> String {
    match (path, key) {
        ("", key) => key.to_owned(),
        (path, "") => path.to_owned(),
        (path, key) if key.starts_with('[') => format!("{path}{key}"),
        (path, key) => format!("{path}.{key}"),
    }
}

/// Reads a part of a document; an error is the path within it and what is wrong.
pub(super) fn inner<T: DeserializeOwned>(json: &Json) -> Result<T, (String, String)> {
    serde_path_to_error::deserialize(json).map_err(|error| {
        let path = error.path().to_string();
        (if path == "." { String::new() } else { path }, error.into_inner().to_string())
    })
}

/// A document as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    #[serde(deserialize_with = "client")]
    client: ClientId,
    kind: Option<String>,
    updated_on: Option<Day>,
    #[serde(default)]
    fields: Once<Json>,
    #[serde(default)]
    updated: Once<Option<Day>>,
    #[serde(default)]
    persons: Vec<Person>,
    #[serde(default)]
    contacts: Vec<Contact>,
    #[serde(default)]
    preferences: Vec<Preference>,
    #[serde(default)]
    pains: Vec<Pain>,
    #[serde(default)]
    companions: Vec<PurchaseCompanions>,
    #[serde(default)]
    interactions: Vec<Interaction>,
    #[serde(default)]
    loyalty_components: Vec<LoyaltyComponent>,
    #[serde(default)]
    complaints: Vec<Complaint>,
    #[serde(default)]
    recommendations: Vec<Recommendation>,
    #[serde(default)]
    membership: Vec<MembershipEvent>,
}

impl Document {
    /// The portrait with the values of its fields read as the catalogue says.
    pub(super) fn portrait(self, catalogue: &Catalogue, path: &str) -> Result<Portrait> {
        let mut fields = BTreeMap::new();
        for (name, json) in self.fields.0 {
            let at = place(&place(path, "fields"), &name);
            let Some(field) = catalogue.field(&name) else {
                return fault(at, NO_FIELD);
            };
            let value = FieldValue::read(field, &json)
                .or_else(|(below, problem)| fault(place(&at, &below), problem))?;
            if let Some(value) = value {
                fields.insert(name, value);
            }
        }
        Ok(Portrait {
            client: self.client,
            kind: self.kind,
            updated_on: self.updated_on,
            fields,
            updated: self.updated.0,
            records: Records {
                persons: self.persons,
                contacts: self.contacts,
                preferences: self.preferences,
                pains: self.pains,
                companions: self.companions,
                interactions: self.interactions,
                loyalty_components: self.loyalty_components,
                complaints: self.complaints,
                recommendations: self.recommendations,
                membership: self.membership,
            },
        })
    }
}

fn client<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ClientId, D::Error> {
    ClientId::deserialize(deserializer)
        .map_err(|_| serde::de::Error::custom("a client id is a whole number of 64 bits or a text"))
}

/// A map whose keys stand once each.
#[derive(Debug)]
pub(super) struct Once<T>(pub(super) BTreeMap<String, T>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Once<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Keys<T> {
            type Value = Once<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, T>()? {
                    if all.contains_key(&key) {
                        let problem = format!("`{key}` is there twice");
                        return Err(serde::de::Error::custom(problem));
                    }
                    all.insert(key, value);
                }
                Ok(Once(all))
            }
        }
        deserializer.deserialize_map(Keys(std::marker::PhantomData))
    }
}
