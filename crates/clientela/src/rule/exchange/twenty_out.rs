//! A condition as a filter of Twenty.

use serde_json::{Value as Json, json};

use super::names::Names;
use super::value::{AS_OF, RELATIVE, escaped, ordered, stated};
use super::{DEPTH, fault, member};
use crate::error::{Error, Result};
use crate::money::parse_decimal;
use crate::rule::condition::{Condition, Leaf, Unknown};
use crate::rule::operand::Operand;
use crate::rule::when::{DateValue, Window};
use crate::rule::words::Op;

/// How errors name the document: the rule that is to be written otherwise.
const DOCUMENT: &str = "rule to Twenty";

/// A condition as a filter of Twenty, which can state days but none relative to that of the
/// snapshot: fix them with [`settled`](super::settled). An amount with a `currency` becomes one in
/// micros with its code.
///
/// ```
/// use clientela::rule::exchange::{Names, to_twenty};
/// use clientela::rule::Rules;
///
/// let rules = Rules::from_json(
///     r#"{"version": 1, "rules": [{"id": "a", "when":
///         {"attribute": "city", "op": "not_in", "value": ["Riga"], "unknown": "yes"}}]}"#,
/// )?;
/// let filter = to_twenty(&rules.rules()[0].when, &Names::default())?;
/// let wanted = serde_json::json!({"or": [
///     {"city": {"is": "NULL"}}, {"not": {"city": {"in": ["Riga"]}}},
/// ]});
/// assert_eq!(filter, wanted);
/// # Ok::<(), clientela::Error>(())
/// ```
///
/// # Errors
/// [`Error::BadDocument`] with the path of the leaf that their form cannot say.
pub fn to_twenty(condition: &Condition, names: &Names) -> Result<Json> {
    Writer { names }.condition(condition, "", false, 0)
}

struct Writer<'a> {
    names: &'a Names,
}

/// A leaf on its way out.
struct Out<'a> {
    leaf: &'a Leaf,
    path: &'a str,
    field: String,
}

impl Writer<'_> {
    /// `below_not` says whether unknown and no are not the same to the whole.
    fn condition(
        &self,
        condition: &Condition,
        path: &str,
        below_not: bool,
        depth: usize,
    ) -> Result<Json> {
        if depth >= DEPTH {
            return Err(fault(DOCUMENT, path, "conditions lie too deep"));
        }
        let (key, name, parts) = match condition {
            Condition::All(parts) => ("and", "all", parts),
            Condition::Any(parts) => ("or", "any", parts),
            Condition::Not(inner) => {
                let inner = self.condition(inner, &member(path, "not"), true, depth + 1)?;
                return Ok(json!({"not": inner}));
            }
            Condition::Include(_) => {
                let problem = "another rule: give the document, so that it is taken in";
                return Err(fault(DOCUMENT, &member(path, "include"), problem));
            }
            Condition::Leaf(leaf) => return self.leaf(leaf, path, below_not),
        };
        let path = member(path, name);
        if parts.is_empty() {
            return Err(fault(DOCUMENT, &path, "no condition"));
        }
        let each = |(i, part)| self.condition(part, &format!("{path}[{i}]"), below_not, depth + 1);
        let parts = parts.iter().enumerate().map(each).collect::<Result<Vec<Json>>>()?;
        Ok(json!({ key: parts }))
    }

    fn leaf(&self, leaf: &Leaf, path: &str, below_not: bool) -> Result<Json> {
        let bad = |problem: &str| fault(DOCUMENT, path, problem);
        let Some(op) = leaf.op else {
            return Err(bad("they filter by fields, not by records"));
        };
        let (field, date_time) = self.names.theirs(&leaf.subject).map_err(|e| bad(&e))?;
        if date_time {
            return Err(bad("an instant is no day: state a field that holds days"));
        }
        let out = Out { leaf, path, field };
        let filter = out.compared(op)?;
        Ok(match (leaf.unknown, op) {
            // These are never unknown there.
            (_, Op::IsNull | Op::IsNotNull) | (None, _) => filter,
            (Some(Unknown::Yes), _) => json!({"or": [out.of("is", "NULL"), filter]}),
            (Some(Unknown::No), _) if below_not => {
                json!({"and": [out.of("is", "NOT_NULL"), filter]})
            }
            (Some(Unknown::No), _) => filter,
        })
    }
}

impl Out<'_> {
    fn bad(&self, name: &str, problem: impl Into<String>) -> Error {
        fault(DOCUMENT, &member(self.path, name), problem)
    }

    /// The filter of an operator on the field, which may be a part of one.
    fn of(&self, operator: &str, value: impl Into<Json>) -> Json {
        let value: Json = value.into();
        let mut filter = json!({ operator: value });
        match self.leaf.currency {
            // Where there is no amount, there is no currency.
            Some(_) if operator == "is" => filter = json!({"amountMicros": filter}),
            Some(currency) => {
                let code = json!({"eq": currency.to_string()});
                filter = json!({"amountMicros": filter, "currencyCode": code});
            }
            None => {}
        }
        self.field.rsplit('.').fold(filter, |filter, part| json!({ part: filter }))
    }

    fn operand(&self) -> Result<&Operand> {
        self.leaf.value.as_ref().ok_or_else(|| self.bad("value", "there is none"))
    }

    fn one(
        &self,
        value: &Operand,
        at: &str,
        of: fn(&Operand) -> Result<Json, String>,
    ) -> Result<Json> {
        let found = if self.leaf.currency.is_some() { micros(value) } else { of(value) };
        found.map_err(|problem| self.bad(at, problem))
    }

    fn value(&self, of: fn(&Operand) -> Result<Json, String>) -> Result<Json> {
        self.one(self.operand()?, "value", of)
    }

    fn list(&self) -> Result<&[Operand]> {
        match self.operand()? {
            Operand::List(values) if !values.is_empty() => Ok(values),
            _ => Err(self.bad("value", "a list is wanted")),
        }
    }

    fn values(&self, of: fn(&Operand) -> Result<Json, String>) -> Result<Vec<Json>> {
        let each = |(i, value)| self.one(value, &format!("value[{i}]"), of);
        self.list()?.iter().enumerate().map(each).collect()
    }

    fn text(&self) -> Result<&str> {
        match self.operand()? {
            Operand::Text(text) if !text.is_empty() => Ok(text),
            _ => Err(self.bad("value", "a text is wanted")),
        }
    }

    /// A day that is stated.
    fn day(&self) -> Result<Json> {
        match self.operand()? {
            Operand::Text(text) if text == AS_OF => Err(self.bad("value", RELATIVE)),
            _ => self.value(stated),
        }
    }

    fn like(&self, pattern: String) -> Json {
        self.of(if self.leaf.ignore_case { "ilike" } else { "like" }, pattern)
    }

    fn compared(&self, op: Op) -> Result<Json> {
        let not = |filter: Json| json!({"not": filter});
        let ignore_case = self.leaf.ignore_case;
        Ok(match op {
            Op::Equals if ignore_case => self.like(escaped(self.text()?)),
            Op::NotEquals if ignore_case => not(self.like(escaped(self.text()?))),
            Op::In | Op::NotIn if ignore_case => {
                return Err(self.bad("ignore_case", "a list is compared as it stands there"));
            }
            Op::Equals => self.of("eq", self.value(stated)?),
            Op::NotEquals => self.of("neq", self.value(stated)?),
            Op::In => self.of("in", self.values(stated)?),
            Op::NotIn => not(self.of("in", self.values(stated)?)),
            Op::GreaterThan => self.of("gt", self.value(ordered)?),
            Op::GreaterThanOrEquals => self.of("gte", self.value(ordered)?),
            Op::LessThan => self.of("lt", self.value(ordered)?),
            Op::LessThanOrEquals => self.of("lte", self.value(ordered)?),
            Op::Between => match &self.values(ordered)?[..] {
                [from, to] => {
                    json!({"and": [self.of("gte", from.clone()), self.of("lte", to.clone())]})
                }
                _ => return Err(self.bad("value", "two values are wanted")),
            },
            Op::IsNull => self.of("is", "NULL"),
            Op::IsNotNull => self.of("is", "NOT_NULL"),
            Op::IsTrue => self.of("eq", true),
            Op::IsFalse => self.of("eq", false),
            Op::Contains => self.like(format!("%{}%", escaped(self.text()?))),
            Op::NotContains => not(self.like(format!("%{}%", escaped(self.text()?)))),
            Op::StartsWith if ignore_case => self.like(format!("{}%", escaped(self.text()?))),
            Op::StartsWith => self.of("startsWith", self.text()?),
            Op::EndsWith => self.like(format!("%{}", escaped(self.text()?))),
            Op::Like => self.like(self.text()?.to_owned()),
            Op::NotLike => not(self.like(self.text()?.to_owned())),
            Op::ArrayAnyOf => self.of("containsAny", self.values(stated)?),
            Op::ArrayAllOf => self.of("contains", self.values(stated)?),
            Op::ArrayNoneOf => self.of("notContains", self.values(stated)?),
            Op::ArrayIsEmpty => self.of("isEmptyArray", true),
            Op::ArrayIsNotEmpty => not(self.of("isEmptyArray", true)),
            Op::On => self.of("eq", self.day()?),
            Op::NotOn => self.of("neq", self.day()?),
            Op::Before => self.of("lt", self.day()?),
            Op::After => self.of("gt", self.day()?),
            Op::InWindow => self.within()?,
            Op::OlderThan | Op::WithinNext => return Err(self.bad("value", RELATIVE)),
            Op::AnniversaryWithin => {
                return Err(self.bad("op", "they do not ask for days of any year"));
            }
        })
    }

    fn within(&self) -> Result<Json> {
        let from = |day: &str| self.of("gte", day);
        let to = |day: &str| self.of("lte", day);
        match self.operand()? {
            Operand::Window(Window::Ever) => Ok(self.of("is", "NOT_NULL")),
            Operand::Window(Window::Between(first, last)) => match (first, last) {
                (Some(DateValue::Day(first)), Some(DateValue::Day(last))) => {
                    Ok(json!({"and": [from(&first.to_string()), to(&last.to_string())]}))
                }
                (Some(DateValue::Day(first)), None) => Ok(from(&first.to_string())),
                (None, Some(DateValue::Day(last))) => Ok(to(&last.to_string())),
                _ => Err(self.bad("value", RELATIVE)),
            },
            _ => Err(self.bad("value", RELATIVE)),
        }
    }
}

/// An amount in micros.
fn micros(amount: &Operand) -> Result<Json, String> {
    let amount = match amount {
        Operand::Integer(whole) => Some((*whole).into()),
        Operand::Text(text) => parse_decimal(text),
        _ => None,
    };
    let amount = amount.ok_or_else(|| "an amount is wanted".to_owned())?;
    let micros = amount.checked_mul(1_000_000.into()).filter(rust_decimal::Decimal::is_integer);
    let micros = micros.and_then(|micros| i64::try_from(micros).ok());
    micros.map(Json::from).ok_or_else(|| format!("{amount} is no whole number of micros"))
}
