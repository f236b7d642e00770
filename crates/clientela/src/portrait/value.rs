//! Values of fields, and their form in JSON.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::document::inner;
use super::field::{Field, FieldType, UNKNOWN, says_something};
use super::person::Person;
use super::record::Note;
use crate::calendar::Day;
use crate::money::{Scale, parse_decimal};

/// The value of a field; what is unknown has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// An exact number.
    Decimal(Decimal),
    /// An amount in the portraits' currency.
    Money(Decimal),
    /// A day.
    Date(Day),
    /// Yes or no.
    YesNo(bool),
    /// One of the field's options.
    Choice(String),
    /// Texts.
    List(Vec<String>),
    /// A whole number on the field's scale.
    Rating(i64),
    /// A person.
    Person(Box<Person>),
    /// Dated texts.
    Notes(Vec<Note>),
}

impl Serialize for FieldValue {
    /// Whole numbers are JSON numbers, decimals and amounts are strings, days are `YYYY-MM-DD`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(value) | Self::Choice(value) => serializer.serialize_str(value),
            Self::Integer(value) | Self::Rating(value) => serializer.serialize_i64(*value),
            Self::Decimal(value) | Self::Money(value) => serializer.collect_str(value),
            Self::Date(value) => serializer.collect_str(value),
            Self::YesNo(value) => serializer.serialize_bool(*value),
            Self::List(value) => value.serialize(serializer),
            Self::Person(value) => value.serialize(serializer),
            Self::Notes(value) => value.serialize(serializer),
        }
    }
}

impl FieldValue {
    /// The type of field that holds such a value.
    pub fn field_type(&self) -> FieldType {
        match self {
            Self::Text(_) => FieldType::Text,
            Self::Integer(_) => FieldType::Integer,
            Self::Decimal(_) => FieldType::Decimal,
            Self::Money(_) => FieldType::Money,
            Self::Date(_) => FieldType::Date,
            Self::YesNo(_) => FieldType::YesNo,
            Self::Choice(_) => FieldType::Choice,
            Self::List(_) => FieldType::List,
            Self::Rating(_) => FieldType::Rating,
            Self::Person(_) => FieldType::Person,
            Self::Notes(_) => FieldType::Notes,
        }
    }

    /// Whether it says something as of a day: a text has a character that is no white space, a
    /// list has such a text, a person a name, notes have such a text of that day or before.
    pub fn is_filled(&self, as_of: Day) -> bool {
        match self {
            Self::Text(text) | Self::Choice(text) => says_something(text),
            Self::List(texts) => texts.iter().any(|text| says_something(text)),
            Self::Person(person) => person.is_known(),
            Self::Notes(notes) => has_note(notes, as_of),
            _ => true,
        }
    }

    /// The value as one text, as forms show it; nothing for persons and notes.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Choice(text) => Some(text.clone()),
            Self::Integer(number) | Self::Rating(number) => Some(number.to_string()),
            Self::Decimal(number) | Self::Money(number) => Some(number.to_string()),
            Self::Date(day) => Some(day.to_string()),
            Self::YesNo(flag) => Some(if *flag { "yes" } else { "no" }.to_owned()),
            Self::List(texts) => Some(texts.join(", ")),
            Self::Person(_) | Self::Notes(_) => None,
        }
    }

    /// Reads the value of a field from JSON: null and `"unknown"` are unknown. An error is the
    /// path within the value and what is wrong.
    pub(crate) fn read(field: &Field, json: &Json) -> Result<Option<Self>, (String, String)> {
        if json.is_null() || json.as_str() == Some(UNKNOWN) {
            return Ok(None);
        }
        let fault = |wants: &str| Err((String::new(), format!("{} is not {wants}", short(json))));
        let value = match field.field_type {
            FieldType::Text => json.as_str().map(|text| Self::Text(text.to_owned())),
            FieldType::Choice => json.as_str().map(|text| Self::Choice(text.to_owned())),
            FieldType::Integer => whole(json).map(Self::Integer),
            FieldType::Rating => whole(json).map(Self::Rating),
            FieldType::Decimal | FieldType::Money => {
                if json.as_f64().is_some() && whole(json).is_none() {
                    return fault("exact: write it as text");
                }
                let number =
                    whole(json).map(Decimal::from).or(json.as_str().and_then(parse_decimal));
                let money = field.field_type == FieldType::Money;
                number.map(if money { Self::Money } else { Self::Decimal })
            }
            FieldType::Date => json.as_str().and_then(|text| text.parse().ok()).map(Self::Date),
            FieldType::YesNo => match json {
                Json::Bool(flag) => Some(Self::YesNo(*flag)),
                Json::String(text) if text == "yes" => Some(Self::YesNo(true)),
                Json::String(text) if text == "no" => Some(Self::YesNo(false)),
                _ => None,
            },
            FieldType::List => {
                let text = |entry: &Json| entry.as_str().map(str::to_owned);
                let texts = json.as_array().and_then(|list| list.iter().map(text).collect());
                texts.map(Self::List)
            }
            FieldType::Person => Some(Self::Person(Box::new(inner(json)?))),
            FieldType::Notes => Some(Self::Notes(inner(json)?)),
        };
        match value {
            Some(value) => Ok(Some(value)),
            None => fault(wanted(field.field_type)),
        }
    }

    /// Checks a value against its field at a scale of amounts and gives it as it is kept:
    /// without blank texts, numbers at the field's places. `None` is unknown.
    pub(super) fn kept(self, field: &Field, money: Scale) -> Result<Option<Self>, String> {
        if let Some(records) = field.records {
            return Err(format!(
                "`{}` is filled from the records `{}` and holds no value",
                field.name,
                records.name()
            ));
        }
        if self.field_type() != field.field_type {
            let kinds = (self.field_type().name(), field.field_type.name());
            return Err(format!("a {} where the field is a {}", kinds.0, kinds.1));
        }
        let option = |text: &str| {
            let options = field.options.join(", ");
            Err(format!("`{text}` is not one of the options: {options}"))
        };
        Ok(match self {
            Self::Text(text) => says_something(&text).then_some(Self::Text(text)),
            Self::Choice(text) if !says_something(&text) => None,
            Self::Choice(text) if !field.takes(&text) => return option(&text),
            Self::List(mut texts) => {
                texts.retain(|text| !text.trim().is_empty());
                match texts.iter().find(|text| !field.takes(text)) {
                    Some(text) => return option(text),
                    None => (!texts.is_empty()).then_some(Self::List(texts)),
                }
            }
            Self::Notes(mut notes) => {
                notes.sort_unstable();
                (!notes.is_empty()).then_some(Self::Notes(notes))
            }
            Self::Integer(number) | Self::Rating(number) => {
                in_limits(number, field, Scale::WHOLE)?;
                Some(self)
            }
            Self::Decimal(number) | Self::Money(number) => {
                let scale = field.scale(money);
                let Some(units) = scale.minor(number) else {
                    return Err(match scale.minor_rounded(number) {
                        Some(_) => format!("{number} has more than {} places", scale.places()),
                        None => format!("{number} is out of range"),
                    });
                };
                in_limits(units, field, scale)?;
                Some(Self::of_units(field, units, scale))
            }
            other => Some(other),
        })
    }

    /// The number of a field from its units.
    pub(super) fn of_units(field: &Field, units: i64, scale: Scale) -> Self {
        match field.field_type {
            FieldType::Integer => Self::Integer(units),
            FieldType::Rating => Self::Rating(units),
            FieldType::Money => Self::Money(scale.decimal(units)),
            _ => Self::Decimal(scale.decimal(units)),
        }
    }
}

/// Whether one of the notes says something as of a day.
pub(super) fn has_note(notes: &[Note], as_of: Day) -> bool {
    notes.iter().any(|note| note.on <= as_of && says_something(&note.text))
}

fn in_limits(units: i64, field: &Field, scale: Scale) -> Result<(), String> {
    let (low, high) = field.limits(scale);
    let number = scale.decimal(units).normalize();
    match (units < low, units > high) {
        (true, _) => {
            Err(format!("{number} is below the least, {}", scale.decimal(low).normalize()))
        }
        (_, true) => {
            Err(format!("{number} is above the most, {}", scale.decimal(high).normalize()))
        }
        _ => Ok(()),
    }
}

/// A whole number, as such or as text.
fn whole(json: &Json) -> Option<i64> {
    let number = |text: &str| Scale::WHOLE.parse(text.as_bytes()).ok();
    json.as_i64().or_else(|| json.as_str().and_then(number)).filter(|&number| number != i64::MIN)
}

fn wanted(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::Text | FieldType::Choice => "a text",
        FieldType::Integer | FieldType::Rating => "a whole number",
        FieldType::Decimal | FieldType::Money => "a decimal number such as \"12.50\"",
        FieldType::Date => "a day written as YYYY-MM-DD",
        FieldType::YesNo => "true, false or \"unknown\"",
        FieldType::List => "a list of texts",
        FieldType::Person => "a person",
        FieldType::Notes => "a list of notes",
    }
}

/// A value as it stands in a message.
fn short(json: &Json) -> String {
    match json {
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
        other => format!("`{other}`"),
    }
}
