//! `EspoCRM`'s `where` as a condition.

use serde_json::{Map, Value as Json};

use super::names::Names;
use super::value::{AS_OF, means_itself, operand, operands};
use super::{DEPTH, fault, member};
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::rule::condition::{Condition, Leaf, Subject, Unknown};
use crate::rule::operand::Operand;
use crate::rule::when::{DateValue, Length, Offset, Period, Window};
use crate::rule::words::Op;

/// How errors name the document.
const DOCUMENT: &str = "EspoCRM where";

/// The condition that a `where` of `EspoCRM` states: a list of items, which all hold.
///
/// | item | here |
/// |---|---|
/// | `and`, `subQueryIn`; `or`; `not`, `subQueryNotIn` | `all`; `any`; `not` with `"unknown": "no"` below it, since their `not` takes in what is empty |
/// | `equals`, `notEquals`, `in`, `notIn`, `greaterThan` …, `between`, `isNull` … | the same; a flag that equals true or false is `is_true`, `is_false` |
/// | `contains`, `startsWith`, `like` … | the same with `ignore_case`, since their databases compare so |
/// | `arrayAnyOf` … | the same; `arrayNoneOf` with `"unknown": "yes"`, since an empty list has none |
/// | `isLinked`, `isNotLinked` | `exists` and its `not`, of records that `names` tells |
/// | `on`, `notOn`, `before`, `after` | the same |
/// | `today`, `past`, `future` | `on`, `before`, `after` the day of the snapshot |
/// | `lastXDays` 5 | `in_window` of the last 6 days: theirs is from 5 days ago until today |
/// | `lastSevenDays` | the last 8 days |
/// | `nextXDays`, `olderThanXDays`, `afterXDays` | `in_window` of the next days, `older_than`, `after` |
/// | `currentMonth` …, `lastMonth` …, `nextMonth` | `in_window` of the whole period |
/// | `ever` | `is_not_null` |
///
/// Fiscal periods (which month a year begins with is their setting), `any`, `none`,
/// `expression`, links to stated records and columns of links have no form here. `dateTime` is
/// taken where days say the same as instants, with a `timeZone` that is that of the base's days.
///
/// ```
/// use clientela::rule::exchange::{Names, from_espo, to_espo};
///
/// let filter = serde_json::json!([
///     {"type": "equals", "attribute": "tier", "value": "vip"},
///     {"type": "olderThanXDays", "attribute": "lastPurchaseOn", "value": 60},
/// ]);
/// let condition = from_espo(&filter, &Names::default(), None)?;
/// assert_eq!(to_espo(&condition, &Names::default(), None)?, filter);
/// # Ok::<(), clientela::Error>(())
/// ```
///
/// # Errors
/// [`Error::BadDocument`] with the path, such as `[0].value[2].type`.
pub fn from_espo(filter: &Json, names: &Names, zone: Option<&str>) -> Result<Condition> {
    let reader = Reader { names, zone };
    match filter {
        Json::Array(items) => reader.whole(items, "", false, 0),
        Json::Object(_) => reader.item(filter, "", false, 0),
        _ => Err(fault(DOCUMENT, "", "a list of items is wanted")),
    }
}

/// The members of an item.
const MEMBERS: [&str; 6] = ["type", "attribute", "field", "value", "dateTime", "timeZone"];

struct Reader<'a> {
    names: &'a Names,
    zone: Option<&'a str>,
}

/// One item, with its members.
struct Item<'a> {
    path: &'a str,
    kind: &'a str,
    value: Option<&'a Json>,
    /// Whether it compares instants.
    instant: bool,
    /// Whether it is below a `not`, which takes in what is empty.
    certain: bool,
}

impl Item<'_> {
    fn bad(&self, name: &str, problem: impl Into<String>) -> Error {
        fault(DOCUMENT, &member(self.path, name), problem)
    }

    fn value(&self) -> Result<&Json> {
        self.value.ok_or_else(|| self.bad("value", format!("`{}` needs one", self.kind)))
    }

    fn operand(&self) -> Result<Operand> {
        operand(self.value()?).map_err(|problem| self.bad("value", problem))
    }

    fn text(&self) -> Result<&str> {
        match self.value()? {
            Json::String(text) if !text.is_empty() => Ok(text),
            _ => Err(self.bad("value", "a text is wanted")),
        }
    }

    fn day(&self) -> Result<Operand> {
        let text = self.text()?;
        let day: Result<Day> = text.parse();
        day.map(|_| Operand::from(text))
            .map_err(|_| self.bad("value", format!("`{text}` is not a day written as YYYY-MM-DD")))
    }

    fn count(&self) -> Result<u32> {
        let number = match self.value()? {
            Json::Number(number) => number.as_u64(),
            Json::String(text) => text.parse().ok(),
            _ => None,
        };
        number
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| self.bad("value", "a whole number of days is wanted"))
    }

    fn list(&self) -> Result<Operand> {
        operands(self.value()?)
            .map(Operand::List)
            .map_err(|(at, problem)| self.bad(&format!("value{at}"), problem))
    }
}

impl Reader<'_> {
    /// Several items that all hold.
    fn whole(&self, items: &[Json], path: &str, certain: bool, depth: usize) -> Result<Condition> {
        match items {
            [] => Err(fault(DOCUMENT, path, "no condition")),
            // An `and` alone stays apart, so that the filter comes out as it went in.
            [item] if item["type"] != "and" => {
                self.item(item, &format!("{path}[0]"), certain, depth)
            }
            items => self.each(items, path, certain, depth).map(Condition::All),
        }
    }

    fn each(
        &self,
        items: &[Json],
        path: &str,
        certain: bool,
        depth: usize,
    ) -> Result<Vec<Condition>> {
        let each = |(i, item)| self.item(item, &format!("{path}[{i}]"), certain, depth);
        items.iter().enumerate().map(each).collect()
    }

    fn item(&self, item: &Json, path: &str, certain: bool, depth: usize) -> Result<Condition> {
        if depth >= DEPTH {
            return Err(fault(DOCUMENT, path, "conditions lie too deep"));
        }
        let Json::Object(members) = item else {
            return Err(fault(DOCUMENT, path, "an item is an object"));
        };
        if let Some(name) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(fault(DOCUMENT, &member(path, name), "no member of an item"));
        }
        let Some(Json::String(kind)) = members.get("type") else {
            return Err(fault(DOCUMENT, &member(path, "type"), "an item has a type"));
        };
        let value = members.get("value");
        let below = |certain| {
            let at = member(path, "value");
            match value {
                Some(Json::Array(items)) if !items.is_empty() => Ok((items, at, certain)),
                _ => Err(fault(DOCUMENT, &at, "a list of items is wanted")),
            }
        };
        match kind.as_str() {
            "and" | "subQueryIn" => {
                let (items, at, certain) = below(certain)?;
                return self.each(items, &at, certain, depth + 1).map(Condition::All);
            }
            "or" => {
                let (items, at, certain) = below(certain)?;
                return self.each(items, &at, certain, depth + 1).map(Condition::Any);
            }
            "not" | "subQueryNotIn" => {
                let (items, at, certain) = below(true)?;
                let inner = self.whole(items, &at, certain, depth + 1)?;
                return Ok(Condition::Not(Box::new(inner)));
            }
            _ => {}
        }
        let instant = self.instant(members, path)?;
        let item = Item { path, kind, value, instant, certain };
        let named = members.get("attribute").or_else(|| members.get("field"));
        let Some(Json::String(name)) = named else {
            return Err(item.bad("attribute", "an item names an attribute"));
        };
        let field = self.names.ours(name).map_err(|problem| item.bad("attribute", problem))?;
        leaf(&item, field.subject)
    }

    /// Whether an item compares instants, in the zone of the base.
    fn instant(&self, members: &Map<String, Json>, path: &str) -> Result<bool> {
        let bad = |name, problem: String| Err(fault(DOCUMENT, &member(path, name), problem));
        match (members.get("timeZone"), self.zone) {
            (None, _) => {}
            (Some(Json::String(zone)), Some(ours)) if zone == ours => {}
            (Some(zone), Some(ours)) => {
                return bad("timeZone", format!("{zone} is not {ours}, whose days the base has"));
            }
            (Some(_), None) => {
                return bad("timeZone", "say with `time_zone` whose days the base has".to_owned());
            }
        }
        match members.get("dateTime") {
            None | Some(Json::Bool(false)) => Ok(false),
            Some(Json::Bool(true)) => Ok(true),
            Some(_) => bad("dateTime", "true or false".to_owned()),
        }
    }
}

fn leaf(item: &Item<'_>, subject: Subject) -> Result<Condition> {
    let unlinked = item.kind == "isNotLinked";
    if matches!(subject, Subject::Exists { .. }) {
        if !unlinked && item.kind != "isLinked" {
            return Err(item.bad("type", "of records only `isLinked` and `isNotLinked` are asked"));
        }
        let unknown = (unlinked || item.certain).then_some(Unknown::No);
        let leaf = Leaf { op: None, unknown, ..Leaf::new(subject, Op::IsNull, None) };
        let leaf = Condition::Leaf(Box::new(leaf));
        return Ok(if unlinked { Condition::Not(Box::new(leaf)) } else { leaf });
    }
    let (op, value) = comparison(item)?;
    let unknown = match op {
        // These are never unknown.
        Op::IsNull | Op::IsNotNull | Op::ArrayIsEmpty | Op::ArrayIsNotEmpty => None,
        Op::ArrayNoneOf => Some(Unknown::Yes),
        _ => item.certain.then_some(Unknown::No),
    };
    let texts =
        [Op::Contains, Op::NotContains, Op::StartsWith, Op::EndsWith, Op::Like, Op::NotLike];
    let ignore_case = texts.contains(&op);
    let leaf = Leaf { unknown, ignore_case, ..Leaf::new(subject, op, value) };
    Ok(Condition::Leaf(Box::new(leaf)))
}

/// The types that go with `dateTime`.
const OF_INSTANTS: [&str; 23] = [
    "today",
    "past",
    "future",
    "lastSevenDays",
    "lastXDays",
    "nextXDays",
    "olderThanXDays",
    "afterXDays",
    "on",
    "before",
    "after",
    "between",
    "currentMonth",
    "lastMonth",
    "nextMonth",
    "currentQuarter",
    "lastQuarter",
    "currentYear",
    "lastYear",
    "currentFiscalYear",
    "lastFiscalYear",
    "currentFiscalQuarter",
    "lastFiscalQuarter",
];

/// The comparison that an item makes.
fn comparison(item: &Item<'_>) -> Result<(Op, Option<Operand>)> {
    const BY_SETTING: &str = "with which month a fiscal year begins is a setting of theirs: state \
                              the days";
    let alone = |op| Ok((op, None));
    let days = |n| Length { n, unit: Period::Day };
    let within = |window| Ok((Op::InWindow, Some(Operand::Window(window))));
    let period = |unit, offset: Option<Offset>| {
        let (from, to) = (DateValue::StartOf(unit, offset), DateValue::EndOf(unit, offset));
        within(Window::Between(Some(from), Some(to)))
    };
    // An instant of today may be past, and one of a later day may come soon.
    let by_day = |comparison| {
        if item.instant {
            let problem = format!("`{}` of an instant is no question of days", item.kind);
            return Err(item.bad("type", problem));
        }
        Ok(comparison)
    };
    if item.instant && !OF_INSTANTS.contains(&item.kind) {
        let problem = format!("`{}` does not go with `dateTime`", item.kind);
        return Err(item.bad("type", problem));
    }
    match item.kind {
        "equals" => match item.operand()? {
            Operand::Flag(true) => alone(Op::IsTrue),
            Operand::Flag(false) => alone(Op::IsFalse),
            value => Ok((Op::Equals, Some(value))),
        },
        "notEquals" => Ok((Op::NotEquals, Some(item.operand()?))),
        "in" => Ok((Op::In, Some(item.list()?))),
        "notIn" => Ok((Op::NotIn, Some(item.list()?))),
        "greaterThan" => Ok((Op::GreaterThan, Some(item.operand()?))),
        "greaterThanOrEquals" => Ok((Op::GreaterThanOrEquals, Some(item.operand()?))),
        "lessThan" => Ok((Op::LessThan, Some(item.operand()?))),
        "lessThanOrEquals" => Ok((Op::LessThanOrEquals, Some(item.operand()?))),
        "between" => match item.list()? {
            Operand::List(values) if values.len() == 2 => {
                Ok((Op::Between, Some(Operand::List(values))))
            }
            _ => Err(item.bad("value", "two values are wanted")),
        },
        "isNull" => alone(Op::IsNull),
        "isNotNull" | "ever" => alone(Op::IsNotNull),
        "isTrue" => alone(Op::IsTrue),
        "isFalse" => alone(Op::IsFalse),
        "contains" => around(item, Op::Contains, Op::Like, |text| format!("%{text}%")),
        "notContains" => around(item, Op::NotContains, Op::NotLike, |text| format!("%{text}%")),
        "startsWith" => around(item, Op::StartsWith, Op::Like, |text| format!("{text}%")),
        "endsWith" => around(item, Op::EndsWith, Op::Like, |text| format!("%{text}")),
        "like" => Ok((Op::Like, Some(item.text()?.into()))),
        "notLike" => Ok((Op::NotLike, Some(item.text()?.into()))),
        "arrayAnyOf" => Ok((Op::ArrayAnyOf, Some(item.list()?))),
        "arrayAllOf" => Ok((Op::ArrayAllOf, Some(item.list()?))),
        "arrayNoneOf" => Ok((Op::ArrayNoneOf, Some(item.list()?))),
        "arrayIsEmpty" => alone(Op::ArrayIsEmpty),
        "arrayIsNotEmpty" => alone(Op::ArrayIsNotEmpty),
        "on" => Ok((Op::On, Some(item.day()?))),
        "notOn" => Ok((Op::NotOn, Some(item.day()?))),
        "before" => Ok((Op::Before, Some(item.day()?))),
        "after" => Ok((Op::After, Some(item.day()?))),
        "today" => Ok((Op::On, Some(AS_OF.into()))),
        "past" => by_day((Op::Before, Some(AS_OF.into()))),
        "future" => by_day((Op::After, Some(AS_OF.into()))),
        "lastSevenDays" => within(Window::Last(days(8))),
        "lastXDays" => match item.count()?.checked_add(1) {
            Some(n) => within(Window::Last(days(n))),
            None => Err(item.bad("value", "too many days")),
        },
        "nextXDays" => within(Window::Next(days(item.count()?))),
        "olderThanXDays" => Ok((Op::OlderThan, Some(Operand::Length(days(item.count()?))))),
        "afterXDays" => {
            by_day((Op::After, Some(Operand::Day(DateValue::Ahead(days(item.count()?))))))
        }
        "currentMonth" => period(Period::Month, None),
        "currentQuarter" => period(Period::Quarter, None),
        "currentYear" => period(Period::Year, None),
        "lastMonth" => within(Window::Previous(Period::Month)),
        "lastQuarter" => within(Window::Previous(Period::Quarter)),
        "lastYear" => within(Window::Previous(Period::Year)),
        "nextMonth" => period(Period::Month, Some(Offset { n: 1, unit: Period::Month })),
        "currentFiscalYear" | "lastFiscalYear" | "currentFiscalQuarter" | "lastFiscalQuarter" => {
            Err(item.bad("type", BY_SETTING))
        }
        "any" | "none" => Err(item.bad("type", "it holds always or never, which is no condition")),
        "expression" => Err(item.bad("type", "an expression is a language of theirs")),
        "isLinked" | "isNotLinked" => {
            Err(item.bad("attribute", "say in `names` which records it is, by `exists`"))
        }
        "linkedWith" | "notLinkedWith" | "linkedWithAll" => {
            Err(item.bad("type", "links to stated records are not known here"))
        }
        kind => Err(item.bad("type", format!("`{kind}` is not known"))),
    }
}

/// A text that something has, begins or ends with: theirs is a part of a pattern.
fn around(
    item: &Item<'_>,
    op: Op,
    like: Op,
    pattern: impl Fn(&str) -> String,
) -> Result<(Op, Option<Operand>)> {
    let text = item.text()?;
    if means_itself(text) {
        return Ok((op, Some(text.into())));
    }
    Ok((like, Some(Operand::Text(pattern(text)))))
}
