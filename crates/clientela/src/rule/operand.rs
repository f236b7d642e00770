//! What leaves compare with.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

use super::when::{DateValue, Length, Window};
use super::written::{Meaning, Members};

/// The value of a leaf as it is written. What it means depends on what it is compared with: a
/// text can be a text, an exact number, an amount or a day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Operand {
    /// A text.
    Text(String),
    /// A whole number. Other numbers are written as text, so that they stay exact.
    Integer(i64),
    /// Yes or no.
    Flag(bool),
    /// A day relative to that of the snapshot, as an object.
    Day(DateValue),
    /// A window.
    Window(Window),
    /// A length of time.
    Length(Length),
    /// Several values.
    List(Vec<Self>),
}

impl Serialize for Operand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Day(day) => day.serialize(serializer),
            Self::Window(window) => window.serialize(serializer),
            Self::Length(length) => length.serialize(serializer),
            Self::List(values) => values.serialize(serializer),
        }
    }
}

struct OperandVisitor;

impl<'de> Visitor<'de> for OperandVisitor {
    type Value = Operand;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a text, a whole number, true, false, a day, a window, a length or a list of these",
        )
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Operand, E> {
        Ok(Operand::Text(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Operand, E> {
        Ok(Operand::Flag(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Operand, E> {
        Ok(Operand::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Operand, E> {
        let number = i64::try_from(number);
        number.map(Operand::Integer).map_err(|_| E::custom("beyond 64 bits: write it as text"))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Operand, E> {
        Err(E::custom(format!("{number} is a float and so not exact: write it as text")))
    }

    fn visit_unit<E: Error>(self) -> Result<Operand, E> {
        Err(E::custom("null is no value: ask with `is_null` or `is_not_null`"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Operand, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element::<Operand>()? {
            values.push(value);
        }
        Ok(Operand::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Operand, A::Error> {
        let members = Members::deserialize(MapAccessDeserializer::new(map))?;
        Ok(match members.meaning().map_err(A::Error::custom)? {
            Meaning::Length(length) => Operand::Length(length),
            Meaning::Day(day) => Operand::Day(day),
            Meaning::Window(window) => Operand::Window(window),
        })
    }
}

impl<'de> Deserialize<'de> for Operand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OperandVisitor)
    }
}

impl From<&str> for Operand {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Operand {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}
