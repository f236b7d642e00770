//! A condition as `EspoCRM`'s `where`.

use serde_json::{Value as Json, json};

use super::names::Names;
use super::part::{certain, compares_texts, opposite};
use super::value::{AS_OF, RELATIVE, escaped, ordered, stated};
use super::{DEPTH, fault, member};
use crate::error::{Error, Result};
use crate::rule::condition::{Condition, Leaf, Subject, Unknown};
use crate::rule::operand::Operand;
use crate::rule::when::{DateValue, Length, Offset, Period, Window};
use crate::rule::words::Op;

/// How errors name the document: the rule that is to be written otherwise.
const DOCUMENT: &str = "rule to EspoCRM";

/// A condition as a `where` of `EspoCRM`: a list of items, which all hold.
///
/// Their `not` takes in what is empty, so the NOT of a condition that may be unknown is told by
/// the opposite of each leaf. `zone` is the time zone that is told beside fields that hold
/// instants. What the filter means is as of the day on which it runs; fix the days with
/// [`settled`](super::settled).
///
/// ```
/// use clientela::rule::exchange::{Names, to_espo};
/// use clientela::rule::Rules;
///
/// let rules = Rules::from_json(
///     r#"{"version": 1, "rules": [{"id": "a", "when":
///         {"not": {"attribute": "amount", "op": "less_than", "value": "99.50"}}}]}"#,
/// )?;
/// let filter = to_espo(&rules.rules()[0].when, &Names::default(), None)?;
/// let wanted = serde_json::json!([
///     {"type": "greaterThanOrEquals", "attribute": "amount", "value": 99.5},
/// ]);
/// assert_eq!(filter, wanted);
/// # Ok::<(), clientela::Error>(())
/// ```
///
/// # Errors
/// [`Error::BadDocument`] with the path of the leaf that their form cannot say, such as
/// `all[1].not.op`.
pub fn to_espo(condition: &Condition, names: &Names, zone: Option<&str>) -> Result<Json> {
    let writer = Writer { names, zone };
    writer.items(condition, "", 0).map(Json::Array)
}

struct Writer<'a> {
    names: &'a Names,
    zone: Option<&'a str>,
}

/// A leaf on its way out.
struct Out<'a> {
    leaf: &'a Leaf,
    path: &'a str,
    attribute: String,
    date_time: bool,
    zone: Option<&'a str>,
}

impl Out<'_> {
    fn bad(&self, name: &str, problem: impl Into<String>) -> Error {
        fault(DOCUMENT, &member(self.path, name), problem)
    }

    fn item(&self, kind: &str, value: Option<Json>) -> Json {
        let mut item = json!({"type": kind, "attribute": self.attribute});
        if let Some(value) = value {
            item["value"] = value;
        }
        item
    }

    /// An item that compares days, with what an instant needs.
    fn dated(&self, kind: &str, value: Option<Json>) -> Json {
        let mut item = self.item(kind, value);
        if self.date_time {
            item["dateTime"] = true.into();
            if let Some(zone) = self.zone {
                item["timeZone"] = zone.into();
            }
        }
        item
    }

    fn operand(&self) -> Result<&Operand> {
        self.leaf.value.as_ref().ok_or_else(|| self.bad("value", "there is none"))
    }

    fn list(&self) -> Result<&[Operand]> {
        match self.operand()? {
            Operand::List(values) if !values.is_empty() => Ok(values),
            _ => Err(self.bad("value", "a list is wanted")),
        }
    }

    fn text(&self) -> Result<&str> {
        match self.operand()? {
            Operand::Text(text) if !text.is_empty() => Ok(text),
            _ => Err(self.bad("value", "a text is wanted")),
        }
    }

    fn value(&self, of: fn(&Operand) -> Result<Json, String>) -> Result<Json> {
        of(self.operand()?).map_err(|problem| self.bad("value", problem))
    }

    fn values(&self, of: fn(&Operand) -> Result<Json, String>) -> Result<Json> {
        let each = |(i, value): (usize, &Operand)| {
            of(value).map_err(|problem| self.bad(&format!("value[{i}]"), problem))
        };
        self.list()?.iter().enumerate().map(each).collect::<Result<_>>().map(Json::Array)
    }
}

impl Writer<'_> {
    /// Items that all hold.
    fn items(&self, condition: &Condition, path: &str, depth: usize) -> Result<Vec<Json>> {
        match condition {
            Condition::All(parts) if !parts.is_empty() => {
                self.each(parts, &member(path, "all"), false, depth + 1)
            }
            other => Ok(vec![self.item(other, path, false, depth)?]),
        }
    }

    fn each(
        &self,
        parts: &[Condition],
        path: &str,
        negated: bool,
        depth: usize,
    ) -> Result<Vec<Json>> {
        let each = |(i, part)| self.item(part, &format!("{path}[{i}]"), negated, depth);
        parts.iter().enumerate().map(each).collect()
    }

    /// One item; of a negated condition it holds where the condition is known not to.
    fn item(&self, condition: &Condition, path: &str, negated: bool, depth: usize) -> Result<Json> {
        if depth >= DEPTH {
            return Err(fault(DOCUMENT, path, "conditions lie too deep"));
        }
        let (name, parts) = match condition {
            Condition::All(parts) => ("all", parts),
            Condition::Any(parts) => ("any", parts),
            Condition::Not(inner) => return self.not(inner, path, negated, depth),
            Condition::Include(_) => {
                let problem = "another rule: give the document, so that it is taken in";
                return Err(fault(DOCUMENT, &member(path, "include"), problem));
            }
            Condition::Leaf(leaf) => return self.leaf(leaf, path, negated),
        };
        let path = member(path, name);
        if parts.is_empty() {
            return Err(fault(DOCUMENT, &path, "no condition"));
        }
        // Where not all hold, one does not.
        let kind = if (name == "all") == negated { "or" } else { "and" };
        Ok(json!({"type": kind, "value": self.each(parts, &path, negated, depth + 1)?}))
    }

    fn not(&self, inner: &Condition, path: &str, negated: bool, depth: usize) -> Result<Json> {
        let path = &member(path, "not");
        if let Condition::Leaf(leaf) = inner
            && matches!(leaf.subject, Subject::Exists { .. })
        {
            return self.leaf(leaf, path, !negated);
        }
        if negated || !certain(inner) {
            return self.item(inner, path, !negated, depth + 1);
        }
        Ok(json!({"type": "not", "value": self.items(inner, path, depth + 1)?}))
    }

    fn leaf(&self, leaf: &Leaf, path: &str, negated: bool) -> Result<Json> {
        let told = self.names.theirs(&leaf.subject);
        let (attribute, date_time) = told.map_err(|problem| fault(DOCUMENT, path, problem))?;
        let out = Out { leaf, path, attribute, date_time, zone: self.zone };
        let Some(op) = leaf.op else {
            return Ok(out.item(if negated { "isNotLinked" } else { "isLinked" }, None));
        };
        if leaf.currency.is_some() {
            let problem = "the currency of an amount is a field of its own there";
            return Err(out.bad("currency", problem));
        }
        // An item without a value holds for nobody, and neither does a leaf that is unknown.
        let (item, needs_value) = match opposite(op) {
            Some(opposite) if negated => compared(&out, opposite)?,
            None if negated => {
                let (item, _) = compared(&out, op)?;
                (json!({"type": "not", "value": [item]}), false)
            }
            _ => compared(&out, op)?,
        };
        let by_value = |kind, item: Json| {
            let known = out.item(if kind == "or" { "isNull" } else { "isNotNull" }, None);
            json!({"type": kind, "value": [known, item]})
        };
        Ok(match (leaf.unknown, op) {
            (_, Op::IsNull | Op::IsNotNull | Op::ArrayIsEmpty | Op::ArrayIsNotEmpty) => item,
            (unknown, _) => {
                match (unknown.map(|of| (of == Unknown::Yes) != negated), needs_value) {
                    (Some(true), true) => by_value("or", item),
                    (Some(true), false) | (Some(false) | None, true) => item,
                    (Some(false) | None, false) => by_value("and", item),
                }
            }
        })
    }
}

/// The item of a comparison, and whether it holds only where there is a value.
fn compared(out: &Out<'_>, op: Op) -> Result<(Json, bool)> {
    let ignore_case = out.leaf.ignore_case;
    if compares_texts(op) && !ignore_case {
        let problem = "their databases take small and capital letters for the same: \
                       say `ignore_case`";
        return Err(out.bad("op", problem));
    }
    let by_value = [
        Op::Equals,
        Op::NotEquals,
        Op::In,
        Op::NotIn,
        Op::GreaterThan,
        Op::GreaterThanOrEquals,
        Op::LessThan,
        Op::LessThanOrEquals,
    ];
    if out.date_time && by_value.contains(&op) {
        let problem = "an instant is no day: say `on`, `before`, `after` or `between`";
        return Err(out.bad("op", problem));
    }
    let item = match op {
        Op::Equals | Op::NotEquals if ignore_case => {
            let kind = if op == Op::Equals { "like" } else { "notLike" };
            out.item(kind, Some(escaped(out.text()?).into()))
        }
        Op::Equals => out.item("equals", Some(out.value(stated)?)),
        Op::NotEquals => out.item("notEquals", Some(out.value(stated)?)),
        Op::In | Op::NotIn if ignore_case => {
            return Err(out.bad("ignore_case", "a list is compared as it stands there"));
        }
        Op::In => out.item("in", Some(out.values(stated)?)),
        Op::NotIn => out.item("notIn", Some(out.values(stated)?)),
        Op::GreaterThan => out.item("greaterThan", Some(out.value(ordered)?)),
        Op::GreaterThanOrEquals => out.item("greaterThanOrEquals", Some(out.value(ordered)?)),
        Op::LessThan => out.item("lessThan", Some(out.value(ordered)?)),
        Op::LessThanOrEquals => out.item("lessThanOrEquals", Some(out.value(ordered)?)),
        Op::Between => out.dated("between", Some(out.values(ordered)?)),
        Op::IsNull => out.item("isNull", None),
        Op::IsNotNull => out.item("isNotNull", None),
        Op::IsTrue => out.item("isTrue", None),
        Op::IsFalse => out.item("isFalse", None),
        Op::Contains => out.item("contains", Some(escaped(out.text()?).into())),
        Op::NotContains => out.item("notContains", Some(escaped(out.text()?).into())),
        Op::StartsWith => out.item("startsWith", Some(escaped(out.text()?).into())),
        Op::EndsWith => out.item("endsWith", Some(escaped(out.text()?).into())),
        Op::Like => out.item("like", Some(out.text()?.into())),
        Op::NotLike => out.item("notLike", Some(out.text()?.into())),
        Op::ArrayAnyOf => out.item("arrayAnyOf", Some(out.values(stated)?)),
        Op::ArrayAllOf => out.item("arrayAllOf", Some(out.values(stated)?)),
        Op::ArrayNoneOf => return Ok((out.item("arrayNoneOf", Some(out.values(stated)?)), false)),
        Op::ArrayIsEmpty => out.item("arrayIsEmpty", None),
        Op::ArrayIsNotEmpty => out.item("arrayIsNotEmpty", None),
        Op::On | Op::NotOn | Op::Before | Op::After => return dated(out, op),
        Op::InWindow => within(out)?,
        Op::OlderThan => match out.operand()? {
            Operand::Length(length) => {
                out.dated("olderThanXDays", Some(days(out, *length)?.into()))
            }
            _ => return Err(out.bad("value", "a length is wanted")),
        },
        Op::WithinNext => match out.operand()? {
            Operand::Length(length) => out.dated("nextXDays", Some(days(out, *length)?.into())),
            _ => return Err(out.bad("value", "a length is wanted")),
        },
        Op::AnniversaryWithin => {
            return Err(out.bad("op", "they do not ask for days of any year"));
        }
    };
    Ok((item, true))
}

/// A comparison with one day.
fn dated(out: &Out<'_>, op: Op) -> Result<(Json, bool)> {
    let operand = out.operand()?;
    let is_as_of = matches!(operand, Operand::Day(DateValue::AsOf))
        || matches!(operand, Operand::Text(text) if text == AS_OF);
    let by_day = |kind: &str| {
        if out.date_time {
            let problem = format!("`{kind}` of an instant is no question of days there");
            return Err(out.bad("op", problem));
        }
        Ok(kind.to_owned())
    };
    let item = match (op, operand) {
        (Op::On, _) if is_as_of => out.dated("today", None),
        (Op::NotOn, _) if is_as_of => {
            // It holds where there is no value too.
            return Ok((json!({"type": "not", "value": [out.dated("today", None)]}), false));
        }
        (Op::Before, _) if is_as_of => out.dated(&by_day("past")?, None),
        (Op::After, _) if is_as_of => out.dated(&by_day("future")?, None),
        (Op::After, Operand::Day(DateValue::Ahead(length))) => {
            out.dated(&by_day("afterXDays")?, Some(days(out, *length)?.into()))
        }
        (Op::Before, Operand::Day(DateValue::Ago(length))) => {
            out.dated("olderThanXDays", Some(days(out, *length)?.into()))
        }
        (Op::On, _) => out.dated("on", Some(out.value(stated)?)),
        // Of instants they know no `notOn`.
        (Op::NotOn, _) if out.date_time => {
            let on = out.dated("on", Some(out.value(stated)?));
            return Ok((json!({"type": "not", "value": [on]}), false));
        }
        (Op::Before, _) => out.dated("before", Some(out.value(stated)?)),
        (Op::After, _) => out.dated("after", Some(out.value(stated)?)),
        _ => out.dated("notOn", Some(out.value(stated)?)),
    };
    Ok((item, true))
}

/// A length in days.
fn days(out: &Out<'_>, length: Length) -> Result<u32> {
    match length.unit {
        Period::Day => Some(length.n),
        Period::Week => length.n.checked_mul(7),
        Period::Month | Period::Quarter | Period::Year => None,
    }
    .ok_or_else(|| {
        let problem = "they count days only: give `as_of` to fix it, or state days";
        out.bad("value", problem)
    })
}

fn within(out: &Out<'_>) -> Result<Json> {
    let Operand::Window(window) = out.operand()? else {
        return Err(out.bad("value", "a window is wanted"));
    };
    let named = |kind: &str| Ok(out.dated(kind, None));
    let next = Some(Offset { n: 1, unit: Period::Month });
    match *window {
        Window::Ever => Ok(out.item("isNotNull", None)),
        Window::Next(length) => Ok(out.dated("nextXDays", Some(days(out, length)?.into()))),
        Window::Last(length) => match days(out, length)?.checked_sub(1) {
            Some(days) => Ok(out.dated("lastXDays", Some(days.into()))),
            None => Err(out.bad("value", "no day")),
        },
        Window::Previous(Period::Month) => named("lastMonth"),
        Window::Previous(Period::Quarter) => named("lastQuarter"),
        Window::Previous(Period::Year) => named("lastYear"),
        Window::Between(Some(DateValue::StartOf(one, from)), Some(DateValue::EndOf(other, to)))
            if one == other && from == to =>
        {
            match (one, from) {
                (Period::Month, None) => named("currentMonth"),
                (Period::Quarter, None) => named("currentQuarter"),
                (Period::Year, None) => named("currentYear"),
                (Period::Month, offset) if offset == next => named("nextMonth"),
                _ => Err(out.bad("value", RELATIVE)),
            }
        }
        Window::Between(Some(DateValue::Day(from)), Some(DateValue::Day(to))) => {
            Ok(out.dated("between", Some(json!([from.to_string(), to.to_string()]))))
        }
        Window::Between(Some(DateValue::Day(from)), None) if !out.date_time => {
            Ok(out.item("greaterThanOrEquals", Some(from.to_string().into())))
        }
        Window::Between(None, Some(DateValue::Day(to))) if !out.date_time => {
            Ok(out.item("lessThanOrEquals", Some(to.to_string().into())))
        }
        _ => Err(out.bad("value", RELATIVE)),
    }
}
