//! The conditions of the target portrait, held against the columns of the portraits (R21).

use serde_json::Value as Json;

use crate::census::basis::Declared;
use crate::error::{Error, Result};
use crate::money::Scale;
use crate::policy::{Condition, Operator};
use crate::portrait::column::FieldStorage;
use crate::portrait::{Field, FieldType, FieldValue};
use crate::table::{NO_CODE, NO_INT32, NO_INT64, NO_NAME};

/// All conditions, ready for any row.
#[derive(Debug)]
pub(crate) struct Conditions<'a> {
    declared: Option<&'a Declared>,
    tests: Vec<Test<'a>>,
}

#[derive(Debug)]
struct Test<'a> {
    name: &'a str,
    /// `None` where no portrait has the field.
    column: Option<&'a FieldStorage>,
    accepts: Accepts,
}

/// Which values meet a condition.
#[derive(Debug)]
enum Accepts {
    /// Numbers and days within bounds, both included.
    Between(i64, i64),
    /// Numbers and days of a list, or not of it.
    Numbers(Vec<i64>, bool),
    /// Names by code, or lists that hold one of them.
    Names(Vec<bool>),
}

impl<'a> Conditions<'a> {
    /// # Errors
    /// A field that the catalogue does not have, an operator or a value that does not fit it.
    pub(crate) fn new(declared: Option<&'a Declared>, conditions: &'a [Condition]) -> Result<Self> {
        let mut tests = Vec::with_capacity(conditions.len());
        if let Some(declared) = declared {
            for (place, condition) in conditions.iter().enumerate() {
                tests.push(Test::new(declared, condition).map_err(|(member, problem)| {
                    let path = format!("target.conditions[{place}].{member}");
                    Error::BadPolicy { path, problem }
                })?);
            }
        } else {
            let unknown = |condition: &'a Condition| Test {
                name: &condition.field,
                column: None,
                accepts: Accepts::Names(Vec::new()),
            };
            tests.extend(conditions.iter().map(unknown));
        }
        Ok(Self { declared, tests })
    }

    /// Number of conditions.
    pub(crate) fn len(&self) -> u32 {
        self.tests.len() as u32
    }

    /// How many of them a row meets.
    pub(crate) fn matched(&self, row: usize) -> u32 {
        match self.declared.and_then(|declared| declared.at(row)) {
            Some(at) => self.tests.iter().map(|test| u32::from(test.holds(at))).sum(),
            None => 0,
        }
    }

    /// The fields whose conditions a row does not meet.
    pub(crate) fn unmet(&self, row: usize) -> Vec<&str> {
        let at = self.declared.and_then(|declared| declared.at(row));
        let unmet = |test: &&Test<'_>| !at.is_some_and(|at| test.holds(at));
        self.tests.iter().filter(unmet).map(|test| test.name).collect()
    }
}

/// The member of the condition that is wrong, and what is.
type Fault = (&'static str, String);

impl<'a> Test<'a> {
    fn new(declared: &'a Declared, condition: &'a Condition) -> Result<Self, Fault> {
        let portraits = &declared.portraits;
        let field = portraits.catalogue().field(&condition.field).ok_or_else(|| {
            ("field", format!("`{}` is not a field of the catalogue", condition.field))
        })?;
        let column = portraits.column(&condition.field);
        let accepts = accepts(field, condition, column, portraits.options().scale)?;
        Ok(Self { name: &condition.field, column, accepts })
    }

    fn holds(&self, at: usize) -> bool {
        let number = |known: bool, value: i64| {
            known
                && match &self.accepts {
                    Accepts::Between(low, high) => (*low..=*high).contains(&value),
                    Accepts::Numbers(list, wanted) => list.contains(&value) == *wanted,
                    Accepts::Names(_) => false,
                }
        };
        let named = |code: u32| match &self.accepts {
            Accepts::Names(names) => names.get(code as usize).copied().unwrap_or(false),
            _ => false,
        };
        match self.column {
            Some(FieldStorage::Number(values)) => number(values[at] != NO_INT64, values[at]),
            Some(FieldStorage::Day(values)) => {
                number(values[at] != NO_INT32, i64::from(values[at]))
            }
            Some(FieldStorage::Flag(values)) => {
                number(values[at] != NO_CODE, i64::from(values[at]))
            }
            Some(FieldStorage::Text(names)) => names.codes[at] != NO_NAME && named(names.codes[at]),
            Some(FieldStorage::List(lists)) => lists.row(at).iter().any(|&item| named(item)),
            Some(FieldStorage::Person(_) | FieldStorage::Notes(_)) | None => false,
        }
    }
}

/// The values that meet a condition on a field.
fn accepts(
    field: &Field,
    condition: &Condition,
    column: Option<&FieldStorage>,
    money: Scale,
) -> Result<Accepts, Fault> {
    let unfit = || {
        let text = format!(
            "{} does not go with `{}`, a field of type {}",
            operator_name(condition.operator),
            field.name,
            field.field_type.name()
        );
        Err(("operator", text))
    };
    let listed = matches!(condition.operator, Operator::In | Operator::NotIn);
    let values: Vec<&Json> = match (&condition.value, listed) {
        (Json::Array(list), true) => list.iter().collect(),
        (_, true) => return Err(("value", "in and not_in take a list".to_owned())),
        (value, false) => vec![value],
    };
    match field.field_type {
        FieldType::Integer
        | FieldType::Rating
        | FieldType::Decimal
        | FieldType::Money
        | FieldType::Date
        | FieldType::YesNo => {
            let numbers = values
                .into_iter()
                .map(|value| number(field, value, money))
                .collect::<Result<Vec<i64>, Fault>>()?;
            let one = numbers.first().copied().unwrap_or_default();
            let ordered = field.field_type != FieldType::YesNo;
            match condition.operator {
                Operator::Equals | Operator::In => Ok(Accepts::Numbers(numbers, true)),
                Operator::NotEquals | Operator::NotIn => Ok(Accepts::Numbers(numbers, false)),
                Operator::AtLeast if ordered => Ok(Accepts::Between(one, i64::MAX)),
                Operator::AtMost if ordered => Ok(Accepts::Between(i64::MIN, one)),
                _ => unfit(),
            }
        }
        FieldType::Text | FieldType::Choice | FieldType::List => {
            let list = field.field_type == FieldType::List;
            let wanted = match (condition.operator, list) {
                (Operator::Contains, true) | (Operator::Equals | Operator::In, false) => true,
                (Operator::NotEquals | Operator::NotIn, false) => false,
                _ => return unfit(),
            };
            let texts = values.into_iter().map(|value| {
                value.as_str().ok_or_else(|| ("value", format!("{value} is not a text")))
            });
            let texts = texts.collect::<Result<Vec<&str>, Fault>>()?;
            let names = match column {
                Some(FieldStorage::Text(names)) => &names.names,
                Some(FieldStorage::List(lists)) => &lists.names,
                _ => return Ok(Accepts::Names(Vec::new())),
            };
            Ok(Accepts::Names(names.iter().map(|name| texts.contains(&name) == wanted).collect()))
        }
        FieldType::Person | FieldType::Notes => unfit(),
    }
}

/// A value as the column keeps it.
fn number(field: &Field, value: &Json, money: Scale) -> Result<i64, Fault> {
    let fault = |problem: String| ("value", problem);
    let read = FieldValue::read(field, value).map_err(|(_, problem)| fault(problem))?;
    let minor = |number, scale: Scale| {
        let places = format!("{number} has more than {} places", scale.places());
        scale.minor(number).ok_or_else(|| fault(places))
    };
    match read {
        Some(FieldValue::Integer(number) | FieldValue::Rating(number)) => Ok(number),
        Some(FieldValue::Decimal(number) | FieldValue::Money(number)) => {
            minor(number, field.scale(money))
        }
        Some(FieldValue::Date(day)) => Ok(day.days().into()),
        Some(FieldValue::YesNo(flag)) => Ok(flag.into()),
        _ => Err(fault(format!("{value} is not a value of `{}`", field.name))),
    }
}

fn operator_name(operator: Operator) -> &'static str {
    match operator {
        Operator::Equals => "equals",
        Operator::NotEquals => "not_equals",
        Operator::In => "in",
        Operator::NotIn => "not_in",
        Operator::AtLeast => "at_least",
        Operator::AtMost => "at_most",
        Operator::Contains => "contains",
    }
}
