//! What a portrait may hold: kinds of clients and fields.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::Span;
use crate::money::Scale;

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// One text.
    Text,
    /// A whole number.
    Integer,
    /// An exact number with the field's `places`.
    Decimal,
    /// An amount in the portraits' currency and scale.
    Money,
    /// A day.
    Date,
    /// Yes or no.
    YesNo,
    /// One text out of the field's `options`.
    Choice,
    /// Several texts.
    List,
    /// A whole number on a scale from the field's `min` to its `max`.
    Rating,
    /// One person.
    Person,
    /// Dated texts.
    Notes,
}

impl FieldType {
    /// The name in JSON, Python and C.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Date => "date",
            Self::YesNo => "yes_no",
            Self::Choice => "choice",
            Self::List => "list",
            Self::Rating => "rating",
            Self::Person => "person",
            Self::Notes => "notes",
        }
    }

    /// Whether the values are numbers.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Money | Self::Rating)
    }
}

/// The records that a field is filled from, in place of a value of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordField {
    /// A known person.
    Persons,
    /// A known person with a birthday.
    #[serde(rename = "persons.birthday")]
    PersonsBirthday,
    /// A known person with a favourite cuisine.
    #[serde(rename = "persons.cuisine")]
    PersonsCuisine,
    /// A known person with hobbies.
    #[serde(rename = "persons.hobbies")]
    PersonsHobbies,
    /// A way to reach the client.
    Contacts,
    /// A preference.
    Preferences,
    /// A pain.
    Pains,
    /// Who came along to a purchase.
    Companions,
    /// A talk or other touch.
    Interactions,
    /// A part of the offer that holds the client.
    LoyaltyComponents,
    /// A complaint.
    Complaints,
    /// A recommendation that the client gave.
    Recommendations,
}

impl RecordField {
    /// The name in JSON, such as `persons.birthday`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::PersonsBirthday => "persons.birthday",
            Self::PersonsCuisine => "persons.cuisine",
            Self::PersonsHobbies => "persons.hobbies",
            Self::Contacts => "contacts",
            Self::Preferences => "preferences",
            Self::Pains => "pains",
            Self::Companions => "companions",
            Self::Interactions => "interactions",
            Self::LoyaltyComponents => "loyalty_components",
            Self::Complaints => "complaints",
            Self::Recommendations => "recommendations",
        }
    }
}

/// A kind of client: what there is to know depends on it (S0.7, S0.8, S2.32, S2.47, S4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// The name: small letters, digits and `_`, a letter first.
    pub name: String,
    /// Who is of this kind, in one sentence.
    #[serde(default)]
    pub about: String,
    /// Requirement id, standard, or "convention".
    #[serde(default)]
    pub source: String,
}

/// One thing to know of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The name: small letters, digits and `_`, a letter first.
    pub name: String,
    /// What a value says, in one sentence.
    #[serde(default)]
    pub about: String,
    /// What the values are.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Unit of a number, such as `m²`; null is none.
    #[serde(default)]
    pub unit: Option<String>,
    /// The kinds of clients that it applies to; none means all, and clients of unknown kind.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Whether a portrait without it lacks something essential (R12).
    #[serde(default)]
    pub required: bool,
    /// What it counts in completeness; 0 is not at all. Default: 1.
    #[serde(default = "one")]
    pub weight: u32,
    /// A value older than this is stale; null is never. Default: null.
    #[serde(default)]
    pub stale_after: Option<Span>,
    /// The values that a choice or list may have.
    #[serde(default)]
    pub options: Vec<String>,
    /// Whether a choice or list may have other values than the options too. A list without
    /// options is always open.
    #[serde(default)]
    pub open: bool,
    /// The least number; null is no limit.
    #[serde(default)]
    pub min: Option<Decimal>,
    /// The largest number; null is no limit.
    #[serde(default)]
    pub max: Option<Decimal>,
    /// Decimal places of a decimal, 0 to 9. Default: 0.
    #[serde(default)]
    pub places: u8,
    /// Whether it belongs to what alone is not enough: contact name, company details, phone,
    /// address (R10).
    #[serde(default)]
    pub basic: bool,
    /// The records that fill it; such a field holds no value of its own. Null is none.
    #[serde(default)]
    pub records: Option<RecordField>,
    /// Requirement id, standard, or "convention".
    #[serde(default)]
    pub source: String,
}

fn one() -> u32 {
    1
}

impl Field {
    /// The scale of the field's numbers among amounts at `money`.
    pub fn scale(&self, money: Scale) -> Scale {
        match self.field_type {
            FieldType::Money => money,
            FieldType::Decimal => Scale::new(self.places).unwrap_or_default(),
            _ => Scale::WHOLE,
        }
    }

    /// Whether a text is one that the field may hold.
    pub(crate) fn takes(&self, text: &str) -> bool {
        self.open || self.options.is_empty() || self.options.iter().any(|option| option == text)
    }

    /// The least and the largest number that it may hold, in units of a scale; amounts and
    /// decimals have at most 18 digits.
    pub(crate) fn limits(&self, scale: Scale) -> (i64, i64) {
        const DIGITS: i64 = 1_000_000_000_000_000_000 - 1;
        let widest = match self.field_type {
            FieldType::Money | FieldType::Decimal => (-DIGITS, DIGITS),
            _ => (i64::MIN + 1, i64::MAX),
        };
        let unit = Decimal::from(scale.unit());
        let inner = |limit: Option<Decimal>, round: fn(&Decimal) -> Decimal, beyond: i64| {
            let Some(limit) = limit else { return beyond };
            let units = limit.checked_mul(unit).map(|units| round(&units));
            units.and_then(|units| i64::try_from(units).ok()).unwrap_or(beyond)
        };
        let low = inner(self.min, Decimal::ceil, widest.0).max(widest.0);
        let high = inner(self.max, Decimal::floor, widest.1).min(widest.1);
        (low, high)
    }
}

/// Whether a text says something: it has a character that is no white space, and is not the
/// word `unknown`.
pub(crate) fn says_something(text: &str) -> bool {
    !text.trim().is_empty() && text != UNKNOWN
}

/// The text that stands for "not known" in documents and columns.
pub(crate) const UNKNOWN: &str = "unknown";
