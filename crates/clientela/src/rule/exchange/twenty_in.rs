//! Twenty's filters as a condition.

use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

use super::names::Names;
use super::value::{means_itself, operand, operands};
use super::{DEPTH, fault, member};
use crate::error::{Error, Result};
use crate::money::Currency;
use crate::rule::condition::{Condition, Leaf, Subject};
use crate::rule::operand::Operand;
use crate::rule::words::Op;

/// How errors name the document.
const DOCUMENT: &str = "Twenty filter";

/// What an amount in micros is divided by, as powers of ten.
const MICROS: u32 = 6;

/// The operators of their fields.
const OPERATORS: [&str; 20] = [
    "eq",
    "neq",
    "in",
    "gt",
    "gte",
    "lt",
    "lte",
    "like",
    "ilike",
    "startsWith",
    "endsWith",
    "is",
    "isEmptyArray",
    "containsAny",
    "contains",
    "notContains",
    "containsIlike",
    "regex",
    "iregex",
    "search",
];

/// The condition that a filter of Twenty states. Both take an unknown value for neither a match
/// nor its NOT.
///
/// | there | here |
/// |---|---|
/// | `and`, several fields of one object; `or`; `not` | `all`; `any`; `not` |
/// | `eq`, `neq`, `in`, `gt`, `gte`, `lt`, `lte` | `equals` …; `eq` of true and false `is_true`, `is_false` |
/// | `is` `NULL`, `NOT_NULL` | `is_null`, `is_not_null` |
/// | `like`, `ilike` | `like`, with `ignore_case`; `contains` where the pattern is a text between `%` |
/// | `startsWith`, `endsWith` | `starts_with`, `ends_with` |
/// | `isEmptyArray`, `containsAny`, `contains`, `notContains` | `array_is_empty`, `array_any_of`, `array_all_of`, `array_none_of` |
/// | `{"amountMicros": …, "currencyCode": …}` | the amount, with its `currency` |
///
/// Other parts of a field are told in `names` as `name.firstName`. Regular expressions, searches
/// for words and patterns within lists have no form here. Of several operators of one field
/// Twenty reads the first only, so that is an error.
///
/// ```
/// use clientela::rule::exchange::{Names, from_twenty, to_twenty};
///
/// let filter = serde_json::json!({"and": [
///     {"tier": {"in": ["vip", "good"]}},
///     {"not": {"amount": {"amountMicros": {"lt": 99_500_000}, "currencyCode": {"eq": "EUR"}}}},
/// ]});
/// let condition = from_twenty(&filter, &Names::default())?;
/// assert_eq!(to_twenty(&condition, &Names::default())?, filter);
/// # Ok::<(), clientela::Error>(())
/// ```
///
/// # Errors
/// [`Error::BadDocument`] with the path, such as `and[1].name.regex`.
pub fn from_twenty(filter: &Json, names: &Names) -> Result<Condition> {
    Reader { names }.condition(filter, "", 0)
}

struct Reader<'a> {
    names: &'a Names,
}

fn bad(path: &str, problem: impl Into<String>) -> Error {
    fault(DOCUMENT, path, problem)
}

impl Reader<'_> {
    fn condition(&self, filter: &Json, path: &str, depth: usize) -> Result<Condition> {
        if depth >= DEPTH {
            return Err(bad(path, "conditions lie too deep"));
        }
        let Json::Object(members) = filter else {
            return Err(bad(path, "an object is wanted"));
        };
        let part = |(name, value): (&String, &Json)| {
            let path = member(path, name);
            match name.as_str() {
                "and" => self.each(value, &path, depth).map(Condition::All),
                "or" if value.is_object() => self.condition(value, &path, depth + 1),
                "or" => self.each(value, &path, depth).map(Condition::Any),
                "not" => {
                    let inner = self.condition(value, &path, depth + 1)?;
                    Ok(Condition::Not(Box::new(inner)))
                }
                _ => self.field(name, value, &path),
            }
        };
        one_or_all(members.iter().map(part).collect::<Result<_>>()?, path)
    }

    fn each(&self, filters: &Json, path: &str, depth: usize) -> Result<Vec<Condition>> {
        let Json::Array(filters) = filters else {
            return Err(bad(path, "a list of filters is wanted"));
        };
        if filters.is_empty() {
            return Err(bad(path, "no condition"));
        }
        let each = |(i, filter)| self.condition(filter, &format!("{path}[{i}]"), depth + 1);
        filters.iter().enumerate().map(each).collect()
    }

    /// The comparison of a field, or of its parts.
    fn field(&self, name: &str, filter: &Json, path: &str) -> Result<Condition> {
        let Json::Object(members) = filter else {
            return Err(bad(path, "an object with an operator is wanted"));
        };
        if members.contains_key("amountMicros") || members.contains_key("currencyCode") {
            return self.money(name, members, path);
        }
        if members.keys().any(|key| OPERATORS.contains(&key.as_str())) {
            let (key, value) = only(members, path)?;
            let subject = self.subject(name, path)?;
            return leaf(subject, key, value, &member(path, key), Kind::Plain);
        }
        // Parts of a field, such as a first name; they all hold.
        let part = |(key, part): (&String, &Json)| {
            let (name, path) = (format!("{name}.{key}"), member(path, key));
            if !self.names.tells(&name) {
                let known = "neither an operator nor a field that `names` tells";
                return Err(bad(&path, format!("`{name}` is {known}")));
            }
            let Json::Object(members) = part else {
                return Err(bad(&path, "an object with an operator is wanted"));
            };
            let (key, value) = only(members, &path)?;
            leaf(self.subject(&name, &path)?, key, value, &member(&path, key), Kind::Plain)
        };
        one_or_all(members.iter().map(part).collect::<Result<_>>()?, path)
    }

    /// An amount, with its currency.
    fn money(&self, name: &str, members: &Map<String, Json>, path: &str) -> Result<Condition> {
        let parts = ["amountMicros", "currencyCode"];
        if let Some(key) = members.keys().find(|key| !parts.contains(&key.as_str())) {
            return Err(bad(&member(path, key), "no part of an amount"));
        }
        let currency = match members.get("currencyCode") {
            None => None,
            Some(code) => {
                let path = member(path, "currencyCode");
                let code = match code {
                    Json::Object(of) if of.len() == 1 => match (of.get("eq"), of.get("in")) {
                        (Some(Json::String(code)), _) => Some(code),
                        (_, Some(Json::Array(codes))) => match &codes[..] {
                            [Json::String(code)] => Some(code),
                            _ => None,
                        },
                        _ => None,
                    },
                    _ => None,
                };
                let code = code.ok_or_else(|| bad(&path, "one currency is wanted, by `eq`"))?;
                let currency = code.parse::<Currency>();
                Some(currency.map_err(|error| bad(&path, error.to_string()))?)
            }
        };
        let path = member(path, "amountMicros");
        let Some(Json::Object(micros)) = members.get("amountMicros") else {
            return Err(bad(&path, "a currency is told beside an amount"));
        };
        let (key, value) = only(micros, &path)?;
        leaf(self.subject(name, &path)?, key, value, &member(&path, key), Kind::Micros(currency))
    }

    fn subject(&self, name: &str, path: &str) -> Result<Subject> {
        let field = self.names.ours(name).map_err(|problem| bad(path, problem))?;
        if field.date_time {
            return Err(bad(path, "an instant is no day: state a field that holds days"));
        }
        match field.subject {
            Subject::Exists { .. } => Err(bad(path, "records are no field with a value")),
            subject => Ok(subject),
        }
    }
}

fn one_or_all(mut parts: Vec<Condition>, path: &str) -> Result<Condition> {
    match parts.len() {
        0 => Err(bad(path, "no condition")),
        1 => Ok(parts.swap_remove(0)),
        _ => Ok(Condition::All(parts)),
    }
}

/// The one operator of a field.
fn only<'a>(members: &'a Map<String, Json>, path: &str) -> Result<(&'a str, &'a Json)> {
    let mut operators = members.iter();
    match (operators.next(), operators.next()) {
        (Some((key, value)), None) => Ok((key, value)),
        (None, _) => Err(bad(path, "no operator")),
        (_, Some((key, _))) => {
            let problem = "of several operators of a field Twenty reads one only: state each in \
                           an `and`";
            Err(bad(&member(path, key), problem))
        }
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Plain,
    /// An amount in micros, of a currency if it is told.
    Micros(Option<Currency>),
}

/// The leaf of an operator.
fn leaf(subject: Subject, key: &str, value: &Json, path: &str, kind: Kind) -> Result<Condition> {
    let refused = |problem: String| bad(path, problem);
    let (money, currency) = match kind {
        Kind::Plain => (false, None),
        Kind::Micros(currency) => (true, currency),
    };
    let one = || {
        let value = operand(value).map_err(refused)?;
        if money { in_units(&value).map_err(refused) } else { Ok(value) }
    };
    let several = || {
        let values = operands(value).map_err(|(at, problem)| bad(&format!("{path}{at}"), problem));
        let units = |(i, value)| in_units(&value).map_err(|e| bad(&format!("{path}[{i}]"), e));
        let values =
            if money { values?.into_iter().enumerate().map(units).collect() } else { values };
        values.map(Operand::List)
    };
    let text = || match value {
        Json::String(text) if !text.is_empty() => Ok(text.as_str()),
        _ => Err(bad(path, "a text is wanted")),
    };
    let mut ignore_case = false;
    let (op, value) = match key {
        "eq" => match one()? {
            Operand::Flag(true) => (Op::IsTrue, None),
            Operand::Flag(false) => (Op::IsFalse, None),
            value => (Op::Equals, Some(value)),
        },
        "neq" => (Op::NotEquals, Some(one()?)),
        "in" => (Op::In, Some(several()?)),
        "gt" => (Op::GreaterThan, Some(one()?)),
        "gte" => (Op::GreaterThanOrEquals, Some(one()?)),
        "lt" => (Op::LessThan, Some(one()?)),
        "lte" => (Op::LessThanOrEquals, Some(one()?)),
        "is" => match value.as_str() {
            Some("NULL") => (Op::IsNull, None),
            Some("NOT_NULL") => (Op::IsNotNull, None),
            _ => return Err(bad(path, "NULL or NOT_NULL is wanted")),
        },
        _ if money => return Err(bad(path, "an amount is compared as a number")),
        "like" | "ilike" => {
            ignore_case = key == "ilike";
            let pattern = text()?;
            let between = pattern.strip_prefix('%').and_then(|rest| rest.strip_suffix('%'));
            match between.filter(|text| !text.is_empty() && means_itself(text)) {
                Some(text) => (Op::Contains, Some(text.into())),
                None => (Op::Like, Some(pattern.into())),
            }
        }
        "startsWith" => (Op::StartsWith, Some(text()?.into())),
        "endsWith" => (Op::EndsWith, Some(text()?.into())),
        "isEmptyArray" if *value == Json::Bool(true) => (Op::ArrayIsEmpty, None),
        "isEmptyArray" => return Err(bad(path, "only true has a meaning")),
        "containsAny" => (Op::ArrayAnyOf, Some(several()?)),
        "contains" => (Op::ArrayAllOf, Some(several()?)),
        "notContains" => (Op::ArrayNoneOf, Some(several()?)),
        "containsIlike" => return Err(bad(path, "patterns within lists are not known here")),
        "regex" | "iregex" => return Err(bad(path, "regular expressions are not known here")),
        "search" => return Err(bad(path, "searches for words are not known here")),
        _ => return Err(bad(path, "no operator")),
    };
    let leaf = Leaf { currency, ignore_case, ..Leaf::new(subject, op, value) };
    Ok(Condition::Leaf(Box::new(leaf)))
}

/// An amount in micros in units of its currency.
fn in_units(micros: &Operand) -> Result<Operand, String> {
    let Operand::Integer(micros) = micros else {
        return Err("a whole number of micros is wanted".to_owned());
    };
    let amount = Decimal::new(*micros, MICROS).normalize();
    Ok(match i64::try_from(amount) {
        Ok(whole) if amount.is_integer() => Operand::Integer(whole),
        _ => Operand::Text(amount.to_string()),
    })
}
