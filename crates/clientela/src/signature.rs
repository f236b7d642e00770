//! The named arguments of a formula or a view, found from its type.
//!
//! What a type asks of its reader is what there is to give, so no list of arguments can be out of
//! step with the fields that they become.

use std::fmt;

use serde::Serialize;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Value, json};

/// What an argument holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ArgumentKind {
    /// Yes or no.
    Flag,
    /// A whole number, 0 or more.
    Count,
    /// A whole number.
    Integer,
    /// A real number.
    Number,
    /// An exact number: text such as "19.99", or a whole number.
    Decimal,
    /// A day, YYYY-MM-DD.
    Day,
    /// Text.
    Text,
    /// A client's id: a whole number or text.
    Client,
    /// One of a few names.
    Choice,
    /// An object of named members.
    Record,
    /// A document: an object whose members have names of their own.
    Document,
}

/// One named argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// The name in JSON, Python and C.
    pub name: &'static str,
    /// What it holds, or each entry of its list.
    pub kind: ArgumentKind,
    /// Whether it is a list.
    pub list: bool,
    /// Whether it must be given.
    pub required: bool,
    /// The names of a choice.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub options: &'static [&'static str],
    /// The members of a record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Self>,
}

/// The arguments of a type, in the order of its fields.
pub(crate) fn of<T: DeserializeOwned>() -> Vec<Argument> {
    let mut arguments = members::<T>(&mut Vec::new());
    let whole = sample(&arguments);
    require::<T>(&mut arguments, &whole, &mut Vec::new());
    arguments
}

/// The fields of the record that lies at a path of positions.
fn members<T: DeserializeOwned>(path: &mut Vec<usize>) -> Vec<Argument> {
    let mut arguments = Vec::new();
    for (position, &name) in look::<T>(path, WORD).fields.iter().enumerate() {
        path.push(position);
        let seen = look::<T>(path, WORD);
        let kind = match seen.kind {
            ArgumentKind::Text if !seen.taken && look::<T>(path, DAY).taken => ArgumentKind::Day,
            ArgumentKind::Client if !seen.taken => ArgumentKind::Decimal,
            kind => kind,
        };
        let members = if kind == ArgumentKind::Record { members::<T>(path) } else { Vec::new() };
        let options = if kind == ArgumentKind::Choice { seen.fields } else { &[] };
        let Seen { list, .. } = seen;
        arguments.push(Argument { name, kind, list, required: false, options, members });
        path.pop();
    }
    arguments
}

/// Marks the arguments without which the type is not read.
fn require<T: DeserializeOwned>(
    arguments: &mut [Argument],
    whole: &Value,
    path: &mut Vec<&'static str>,
) {
    for argument in arguments {
        path.push(argument.name);
        argument.required = serde_json::from_value::<T>(without(whole, path)).is_err();
        require::<T>(&mut argument.members, whole, path);
        path.pop();
    }
}

/// An object that holds a good value for every argument.
fn sample(arguments: &[Argument]) -> Value {
    let value = |argument: &Argument| {
        let one = match argument.kind {
            ArgumentKind::Flag => json!(true),
            ArgumentKind::Count | ArgumentKind::Integer | ArgumentKind::Decimal => json!(1),
            ArgumentKind::Number => json!(1.0),
            ArgumentKind::Day => json!(DAY),
            ArgumentKind::Text | ArgumentKind::Client => json!(WORD),
            ArgumentKind::Choice => json!(argument.options.first()),
            ArgumentKind::Record => sample(&argument.members),
            ArgumentKind::Document => json!({}),
        };
        let one = if argument.list { json!([one]) } else { one };
        (argument.name.to_owned(), one)
    };
    Value::Object(arguments.iter().map(value).collect())
}

/// An object without the member at a path; lists on the way have one entry.
fn without(whole: &Value, path: &[&str]) -> Value {
    let mut left = whole.clone();
    let mut place = &mut left;
    for (i, name) in path.iter().enumerate() {
        let Some(members) = place.as_object_mut() else { break };
        if i + 1 == path.len() {
            members.remove(*name);
            break;
        }
        let Some(member) = members.get_mut(*name) else { break };
        place = if member.is_array() { &mut member[0] } else { member };
    }
    left
}

/// A text that is neither a number nor a day.
const WORD: &str = "?";
/// A text that is a day.
const DAY: &str = "2026-01-31";

/// What a type asked for at a path.
#[derive(Debug, Clone, Copy)]
struct Seen {
    kind: ArgumentKind,
    list: bool,
    /// The names of a record's members or of a choice.
    fields: &'static [&'static str],
    /// Whether the text offered was taken.
    taken: bool,
}

/// Lets a type read nothing but the member at a path, and tells what it asked for there.
fn look<T: DeserializeOwned>(path: &[usize], word: &'static str) -> Seen {
    let mut seen = Seen { kind: ArgumentKind::Text, list: false, fields: &[], taken: false };
    // Whether the whole can be read does not matter here, and mostly it cannot.
    let _ = T::deserialize(Probe { seen: &mut seen, path, word });
    seen
}

/// Reads nothing further: what was asked for is known.
#[derive(Debug)]
struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing to read")
    }
}

impl std::error::Error for Stop {}

impl Error for Stop {
    fn custom<M: fmt::Display>(_: M) -> Self {
        Self
    }
}

struct Probe<'a> {
    seen: &'a mut Seen,
    path: &'a [usize],
    word: &'static str,
}

impl Probe<'_> {
    fn found<R>(self, kind: ArgumentKind) -> Result<R, Stop> {
        self.seen.kind = kind;
        Err(Stop)
    }
}

macro_rules! found {
    ($($call:ident: $kind:ident,)*) => {
        $(fn $call<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
            self.found(ArgumentKind::$kind)
        })*
    };
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Stop;

    found! {
        deserialize_bool: Flag,
        deserialize_u8: Count,
        deserialize_u16: Count,
        deserialize_u32: Count,
        deserialize_u64: Count,
        deserialize_u128: Count,
        deserialize_i8: Integer,
        deserialize_i16: Integer,
        deserialize_i32: Integer,
        deserialize_i64: Integer,
        deserialize_i128: Integer,
        deserialize_f32: Number,
        deserialize_f64: Number,
        deserialize_map: Document,
    }

    /// Asked for by what has more than one form: a client's id takes any word, a decimal none.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.seen.kind = ArgumentKind::Client;
        visitor.visit_borrowed_str(self.word)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.seen.kind = ArgumentKind::Text;
        visitor.visit_borrowed_str(self.word)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.seen.list = true;
        visitor.visit_seq(One(Some(self)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Stop> {
        self.seen.fields = variants;
        self.found(ArgumentKind::Choice)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let Some((&position, path)) = self.path.split_first() else {
            self.seen.fields = fields;
            return self.found(ArgumentKind::Record);
        };
        // A list that was passed on the way is not the member's.
        self.seen.list = false;
        visitor
            .visit_map(Member { key: Some(fields[position]), probe: Some(Self { path, ..self }) })
    }

    serde::forward_to_deserialize_any! {
        char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// A list of one entry.
struct One<'a>(Option<Probe<'a>>);

impl<'de> SeqAccess<'de> for One<'_> {
    type Error = Stop;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stop> {
        self.0.take().map(|probe| seed.deserialize(probe)).transpose()
    }
}

/// An object of one member.
struct Member<'a> {
    key: Option<&'static str>,
    probe: Option<Probe<'a>>,
}

impl<'de> MapAccess<'de> for Member<'_> {
    type Error = Stop;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stop> {
        self.key.take().map(|key| seed.deserialize(BorrowedStrDeserializer::new(key))).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Stop> {
        let Some(Probe { seen, path, word }) = self.probe.take() else { return Err(Stop) };
        let value = seed.deserialize(Probe { seen, path, word });
        if path.is_empty() {
            seen.taken = value.is_ok();
        }
        value
    }
}

/// Arguments in JSON, for what lists formulas and views.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
pub(crate) fn serialize<S: serde::Serializer>(
    arguments: &fn() -> Vec<Argument>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    arguments().serialize(serializer)
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;
    use serde::Deserialize;

    use super::*;
    use crate::calendar::{Day, Step};
    use crate::client::ClientId;
    use crate::formula::formulas;
    use crate::policy::Policy;
    use crate::view::views;
    use crate::{ClientColumn, LedgerBuilder, LedgerOptions, Sales};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its form counts")]
    struct Inner {
        id: ClientId,
        #[serde(default)]
        until: Option<Day>,
        #[serde(default)]
        found: Vec<ClientId>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its form counts")]
    struct Outer {
        flag: bool,
        #[serde(default)]
        count: u32,
        offset: Option<i64>,
        #[serde(deserialize_with = "crate::exact::decimal")]
        price: Decimal,
        #[serde(default, deserialize_with = "crate::exact::maybe")]
        limit: Option<Decimal>,
        on: Day,
        name: String,
        #[serde(default)]
        step: Option<Step>,
        inner: Vec<Inner>,
        days: Vec<Day>,
    }

    fn shown(arguments: &[Argument]) -> Vec<String> {
        let shown = |argument: &Argument| {
            let Argument { name, kind, list, required, options, members } = argument;
            let mut text = format!("{name} {kind:?}");
            if *list {
                text += " list";
            }
            if *required {
                text += " required";
            }
            if !options.is_empty() {
                text = format!("{text} {}", options.join("|"));
            }
            if !members.is_empty() {
                text = format!("{text} [{}]", self::shown(members).join(", "));
            }
            text
        };
        arguments.iter().map(shown).collect()
    }

    #[test]
    fn arguments_are_the_fields_of_a_type() {
        assert_eq!(
            shown(&of::<Outer>()),
            [
                "flag Flag required",
                "count Count",
                "offset Integer",
                "price Decimal required",
                "limit Decimal",
                "on Day required",
                "name Text required",
                "step Choice week|month|quarter|year",
                "inner Record list required [id Client required, until Day, found Client list]",
                "days Day list required",
            ]
        );
    }

    /// What is told of the arguments is what a reader takes: good values are never refused for
    /// their form, and all names are told.
    #[test]
    fn every_formula_and_view_takes_the_arguments_that_it_tells() {
        let policy = Policy::default();
        for formula in formulas() {
            let given = sample(&formula.arguments()).to_string();
            let answer = crate::formula::formula(formula.name, &given, &policy);
            assert!(fits(answer.err().as_ref()), "{}: {given}", formula.name);
        }
        let mut builder = LedgerBuilder::new(LedgerOptions::default());
        let day = Day::of(2026, 1, 31).unwrap();
        let clients = ClientColumn::Text([WORD, WORD].into_iter().collect());
        builder
            .push(Sales::new(clients, vec![day.days(), day.days() + 9], vec![500, 700]))
            .unwrap();
        let ledger = builder.finish().unwrap();
        let snapshot = ledger.snapshot(Day::of(2026, 6, 30).unwrap(), &policy).unwrap();
        for view in views() {
            let arguments = view.arguments();
            assert!(arguments.iter().all(|argument| !argument.required), "{}", view.name);
            let given = sample(&arguments).to_string();
            let table = snapshot.view_named(view.name, &given);
            assert!(fits(table.err().as_ref()), "{}: {given}", view.name);
        }
    }

    /// Whether an error, if there is one, is not about the form of the arguments.
    fn fits(error: Option<&crate::Error>) -> bool {
        !matches!(error, Some(crate::Error::BadDocument { document: "arguments", .. }))
    }
}
