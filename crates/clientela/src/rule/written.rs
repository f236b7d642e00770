//! How days, windows and lengths are written: texts, and objects whose members tell what they are.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::{Serialize, Serializer};

use super::when::{DateValue, Length, Offset, Period, Window};

macro_rules! members {
    ($($member:ident: $kind:ty,)*) => {
        /// The members of such an object.
        #[derive(Debug, Clone, Copy, Default, Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(super) struct Members {
            $(#[serde(skip_serializing_if = "Option::is_none")] $member: Option<$kind>,)*
        }

        impl Members {
            /// The names of those that are there.
            fn names(&self) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(if self.$member.is_some() { names.push(stringify!($member)); })*
                names
            }
        }
    };
}

members! {
    n: u32,
    ago: u32,
    ahead: u32,
    last: u32,
    next: u32,
    unit: Period,
    start_of: Period,
    end_of: Period,
    offset: Offset,
    current: Period,
    previous: Period,
    from: DateValue,
    to: DateValue,
    ever: bool,
}

/// What such an object says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Length(Length),
    Day(DateValue),
    Window(Window),
}

impl Members {
    /// What they say together, and nothing beside it.
    pub(super) fn meaning(self) -> Result<Meaning, String> {
        let length = |n, unit| Length { n, unit };
        let day = Meaning::Day;
        let window = Meaning::Window;
        let (meaning, members): (_, &[&str]) = match self {
            Self { n: Some(n), unit: Some(unit), .. } => {
                (Meaning::Length(length(n, unit)), &["n", "unit"])
            }
            Self { ago: Some(n), unit: Some(unit), .. } => {
                (day(DateValue::Ago(length(n, unit))), &["ago", "unit"])
            }
            Self { ahead: Some(n), unit: Some(unit), .. } => {
                (day(DateValue::Ahead(length(n, unit))), &["ahead", "unit"])
            }
            Self { start_of: Some(unit), offset, .. } => {
                (day(DateValue::StartOf(unit, offset)), &["start_of", "offset"])
            }
            Self { end_of: Some(unit), offset, .. } => {
                (day(DateValue::EndOf(unit, offset)), &["end_of", "offset"])
            }
            Self { last: Some(n), unit: Some(unit), .. } => {
                (window(Window::Last(length(n, unit))), &["last", "unit"])
            }
            Self { next: Some(n), unit: Some(unit), .. } => {
                (window(Window::Next(length(n, unit))), &["next", "unit"])
            }
            Self { current: Some(unit), .. } => (window(Window::Current(unit)), &["current"]),
            Self { previous: Some(unit), .. } => (window(Window::Previous(unit)), &["previous"]),
            Self { ever: Some(true), .. } => (window(Window::Ever), &["ever"]),
            Self { from, to, .. } if from.is_some() || to.is_some() => {
                (window(Window::Between(from, to)), &["from", "to"])
            }
            _ => return Err(FORMS.to_owned()),
        };
        match self.names().into_iter().find(|name| !members.contains(name)) {
            Some(name) => Err(format!("`{name}` does not go with {}", members.join(", "))),
            None => Ok(meaning),
        }
    }
}

/// What an object may be.
const FORMS: &str = "no day, window or length: these are `n` and `unit`; `ago`, `ahead`, `last` or \
                     `next` and `unit`; `start_of` or `end_of` and perhaps `offset`; `current`; \
                     `previous`; `from` and `to`; `ever`, which is true";

impl From<Length> for Members {
    fn from(Length { n, unit }: Length) -> Self {
        Self { n: Some(n), unit: Some(unit), ..Self::default() }
    }
}

impl From<Window> for Members {
    fn from(window: Window) -> Self {
        let none = Self::default();
        match window {
            Window::Last(Length { n, unit }) => Self { last: Some(n), unit: Some(unit), ..none },
            Window::Next(Length { n, unit }) => Self { next: Some(n), unit: Some(unit), ..none },
            Window::Current(unit) => Self { current: Some(unit), ..none },
            Window::Previous(unit) => Self { previous: Some(unit), ..none },
            Window::Between(from, to) => Self { from, to, ..none },
            Window::Ever => Self { ever: Some(true), ..none },
        }
    }
}

impl TryFrom<Members> for Window {
    type Error = String;

    fn try_from(members: Members) -> Result<Self, String> {
        match members.meaning()? {
            Meaning::Window(window) => Ok(window),
            Meaning::Length(_) => Err("a length is no window: write `last` or `next`".to_owned()),
            Meaning::Day(_) => Err("a day is no window: write `from` and `to`".to_owned()),
        }
    }
}

impl Serialize for DateValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let none = Members::default();
        let members = match *self {
            Self::Day(day) => return serializer.collect_str(&day),
            Self::AsOf => return serializer.serialize_str(AS_OF),
            Self::Ago(Length { n, unit }) => Members { ago: Some(n), unit: Some(unit), ..none },
            Self::Ahead(Length { n, unit }) => Members { ahead: Some(n), unit: Some(unit), ..none },
            Self::StartOf(unit, offset) => Members { start_of: Some(unit), offset, ..none },
            Self::EndOf(unit, offset) => Members { end_of: Some(unit), offset, ..none },
        };
        members.serialize(serializer)
    }
}

/// The day of the snapshot, as text.
pub(super) const AS_OF: &str = "as_of";

/// The day that a text names.
pub(super) fn day_of_text(text: &str) -> Option<DateValue> {
    if text == AS_OF {
        return Some(DateValue::AsOf);
    }
    text.parse().ok().map(DateValue::Day)
}

struct DayVisitor;

impl<'de> Visitor<'de> for DayVisitor {
    type Value = DateValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day such as \"2026-01-31\", \"as_of\" or {\"ago\": 3, \"unit\": \"month\"}")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<DateValue, E> {
        day_of_text(text).ok_or_else(|| {
            E::custom(format!("`{text}` is not a day written as YYYY-MM-DD, nor `{AS_OF}`"))
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<DateValue, A::Error> {
        let members = Members::deserialize(MapAccessDeserializer::new(map))?;
        match members.meaning().map_err(A::Error::custom)? {
            Meaning::Day(day) => Ok(day),
            _ => Err(A::Error::custom("a day is wanted here")),
        }
    }
}

impl<'de> Deserialize<'de> for DateValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DayVisitor)
    }
}
