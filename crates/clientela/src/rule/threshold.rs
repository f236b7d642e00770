//! From an operator and a value to the set that a leaf accepts.

use chrono::Datelike;
use rust_decimal::Decimal;

use super::accept::{Accept, ListTest, Numbers, TextTest, folded, key};
use super::condition::Leaf;
use super::kind::{Kind, Typed};
use super::operand::Operand;
use super::pattern::Pattern;
use super::when::Window;
use super::words::Op;
use super::written::day_of_text;
use crate::calendar::{Day, Span};
use crate::census::plan::window_start;
use crate::money::{Scale, parse_decimal};
use crate::table::Value;

/// What is wrong with a value: the part of it, a code and a sentence.
pub(super) type Fault = (String, &'static str, String);

type Result<T> = std::result::Result<T, Fault>;

fn fault<T>(part: &str, code: &'static str, problem: impl Into<String>) -> Result<T> {
    Err((part.to_owned(), code, problem.into()))
}

fn wrong_type<T>(part: &str, operand: &Operand, wants: &str) -> Result<T> {
    let written = serde_json::to_string(operand).unwrap_or_default();
    fault(part, "wrong_type", format!("{written} is not {wants}"))
}

/// What a leaf accepts, with what it compares with.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) accept: Accept,
    pub(super) threshold: Vec<Value>,
}

/// Makes ready what compares with values of one type as of a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) typed: &'a Typed,
    pub(super) as_of: Day,
    pub(super) max_values: usize,
}

impl Reader<'_> {
    pub(super) fn ready(&self, leaf: &Leaf, op: Op) -> Result<Ready> {
        let kind = self.typed.kind;
        if !kind.ops().contains(&op) {
            let ops: Vec<&str> = kind.ops().iter().map(|op| op.name()).collect();
            let problem = format!(
                "`{}` does not suit values of type {}; these do: {}",
                op.name(),
                kind.name(),
                ops.join(", ")
            );
            return fault("op", "wrong_op", problem);
        }
        if leaf.ignore_case && !matches!(kind, Kind::Text | Kind::Choice) {
            return fault(
                "ignore_case",
                "wrong_option",
                "only texts have small and capital letters",
            );
        }
        if leaf.currency.is_some() && kind != Kind::Money {
            return fault("currency", "wrong_option", "only amounts of money have a currency");
        }
        let alone = match op {
            Op::IsNull | Op::ArrayIsEmpty => Some(Accept::Known(false)),
            Op::IsNotNull | Op::ArrayIsNotEmpty => Some(Accept::Known(true)),
            Op::IsTrue => Some(Accept::Numbers(Numbers::stretch(1, 1))),
            Op::IsFalse => Some(Accept::Numbers(Numbers::stretch(0, 0))),
            _ => None,
        };
        match (alone, &leaf.value) {
            (Some(accept), None) => Ok(Ready { accept, threshold: Vec::new() }),
            (Some(_), Some(_)) => {
                let problem = format!("`{}` takes no value", op.name());
                fault("value", "extra_value", problem)
            }
            (None, None) => fault("", "missing_value", format!("`{}` needs a value", op.name())),
            (None, Some(value)) => match kind {
                Kind::Text | Kind::Choice => self.text(op, value, leaf.ignore_case),
                Kind::List => self.list(op, value),
                Kind::Float => {
                    let Ready { accept, threshold } = self.number(op, value)?;
                    let Accept::Numbers(keys) = accept else {
                        return Ok(Ready { accept, threshold });
                    };
                    Ok(Ready { accept: Accept::Floats(keys), threshold })
                }
                _ => self.number(op, value),
            },
        }
    }

    /// The values of a list.
    fn several<'v>(&self, value: &'v Operand) -> Result<&'v [Operand]> {
        match value {
            Operand::List(values) if values.is_empty() => {
                fault("value", "empty_list", "the list is empty: nothing is one of it")
            }
            Operand::List(values) if values.len() > self.max_values => {
                let problem =
                    format!("{} values, at most {} are read", values.len(), self.max_values);
                fault("value", "too_large", problem)
            }
            Operand::List(values) => Ok(values),
            other => wrong_type("value", other, "a list"),
        }
    }

    /// A number, day, yes or no: the largest unit that is not above it, the least that is not
    /// below it, and how it is told.
    fn bound(&self, part: &str, value: &Operand) -> Result<(i128, i128, Value)> {
        let kind = self.typed.kind;
        match kind {
            Kind::Date => {
                let day = self.day(part, value)?;
                let days = i128::from(day.days());
                Ok((days, days, Value::Day(day)))
            }
            Kind::YesNo => match value {
                Operand::Flag(flag) => Ok(((*flag).into(), (*flag).into(), Value::Flag(*flag))),
                other => wrong_type(part, other, "true or false"),
            },
            _ => {
                let number = match value {
                    Operand::Integer(number) => Decimal::from(*number),
                    Operand::Text(text) if text.is_empty() => {
                        return fault(part, "empty_value", "the value is empty");
                    }
                    Operand::Text(text) => match parse_decimal(text) {
                        Some(number) => number,
                        None => return wrong_type(part, value, "a plain decimal number"),
                    },
                    other => return wrong_type(part, other, "a number"),
                };
                let (low, high) = if kind == Kind::Float {
                    let place = nearest_key(number);
                    (place, place)
                } else {
                    units(self.typed.scale, number)
                };
                let told = match i64::try_from(number) {
                    Ok(whole) if number.scale() == 0 && kind == Kind::Integer => Value::Int(whole),
                    _ => Value::Decimal(number),
                };
                Ok((low, high, told))
            }
        }
    }

    fn day(&self, part: &str, value: &Operand) -> Result<Day> {
        let day = match value {
            Operand::Text(text) => day_of_text(text),
            Operand::Day(day) => Some(*day),
            _ => None,
        };
        match day {
            Some(day) => Ok(day.resolve(self.as_of)),
            None => wrong_type(part, value, "a day"),
        }
    }

    /// A window as its first and last day.
    pub(super) fn window(&self, part: &str, window: Window) -> Result<(Day, Day)> {
        window_days(part, window, self.as_of)
    }

    fn number(&self, op: Op, value: &Operand) -> Result<Ready> {
        const LEAST: i128 = i128::MIN;
        const MOST: i128 = i128::MAX;
        let mut threshold = Vec::new();
        let mut told = |value: Value| threshold.push(value);
        let set = |low: i128, high: i128| {
            let (from, to) = (i128::from(i64::MIN) + 1, i128::from(i64::MAX));
            if high < from || low > to {
                return Numbers::default();
            }
            Numbers::stretch(low.max(from) as i64, high.min(to) as i64)
        };
        let numbers = match op {
            Op::In | Op::NotIn => {
                let values = self.several(value)?;
                let mut points = Vec::with_capacity(values.len());
                for (i, value) in values.iter().enumerate() {
                    let (below, above, shown) = self.bound(&format!("value[{i}]"), value)?;
                    points.extend(set(above, below).stretches());
                    told(shown);
                }
                let points = Numbers::new(points);
                if op == Op::In { points } else { points.other() }
            }
            Op::Between => {
                let Operand::List(pair) = value else {
                    return wrong_type("value", value, "a list of two values");
                };
                let [from, to] = &pair[..] else {
                    return wrong_type("value", value, "a list of two values");
                };
                let (from, to) = (self.bound("value[0]", from)?, self.bound("value[1]", to)?);
                if (from.0, from.1) > (to.0, to.1) {
                    let problem = format!("{} to {} is no range: turn it round", from.2, to.2);
                    return fault("value", "impossible_range", problem);
                }
                let set = set(from.1, to.0);
                told(from.2);
                told(to.2);
                set
            }
            Op::InWindow => {
                let Operand::Window(window) = value else {
                    return wrong_type("value", value, "a window");
                };
                let (from, to) = self.window("value", *window)?;
                told(Value::Day(from));
                told(Value::Day(to));
                set(from.days().into(), to.days().into())
            }
            Op::OlderThan | Op::WithinNext | Op::AnniversaryWithin => {
                let Operand::Length(length) = value else {
                    return wrong_type(
                        "value",
                        value,
                        "a length such as {\"n\": 7, \"unit\": \"day\"}",
                    );
                };
                let span = length.span();
                if op == Op::OlderThan {
                    let Some(eve) = Day::new(self.as_of.days() - 1) else {
                        return Ok(Ready {
                            accept: Accept::Numbers(Numbers::default()),
                            threshold,
                        });
                    };
                    // The first day that is not older.
                    let first = window_start(Some(span), eve);
                    told(Day::new(first).map_or(Value::Missing, Value::Day));
                    set(LEAST, i128::from(first) - 1)
                } else {
                    let last = self.as_of.plus(span);
                    told(Value::Day(self.as_of));
                    told(Value::Day(last));
                    if op == Op::AnniversaryWithin {
                        anniversaries(self.as_of, last)
                    } else {
                        set(self.as_of.days().into(), last.days().into())
                    }
                }
            }
            _ => {
                let (below, above, shown) = self.bound("value", value)?;
                told(shown);
                match op {
                    Op::Equals | Op::On => set(above, below),
                    Op::NotEquals | Op::NotOn => set(above, below).other(),
                    Op::GreaterThan | Op::After => set(below + 1, MOST),
                    Op::GreaterThanOrEquals => set(above, MOST),
                    Op::LessThan | Op::Before => set(LEAST, above - 1),
                    _ => set(LEAST, below),
                }
            }
        };
        Ok(Ready { accept: Accept::Numbers(numbers), threshold })
    }

    /// A text that must be one of the options, where these are all.
    fn option<'v>(&self, part: &str, value: &'v Operand, ignore_case: bool) -> Result<&'v str> {
        let text = one_text(part, value)?;
        let Typed { options, open, .. } = self.typed;
        let same =
            |option: &String| option == text || ignore_case && folded(option) == folded(text);
        if !open && !options.is_empty() && !options.iter().any(same) {
            let problem = format!("`{text}` is not one of the options: {}", options.join(", "));
            return fault(part, "no_option", problem);
        }
        Ok(text)
    }

    fn text(&self, op: Op, value: &Operand, ignore_case: bool) -> Result<Ready> {
        let fold = |text: &str| if ignore_case { folded(text) } else { text.to_owned() };
        let mut threshold = Vec::new();
        let test = match op {
            Op::In | Op::NotIn => {
                let mut all = Vec::new();
                for (i, value) in self.several(value)?.iter().enumerate() {
                    let text = self.option(&format!("value[{i}]"), value, ignore_case)?;
                    threshold.push(Value::Text(text.to_owned()));
                    all.push(fold(text));
                }
                all.sort_unstable();
                all.dedup();
                TextTest::OneOf(all)
            }
            Op::Equals | Op::NotEquals => {
                let text = self.option("value", value, ignore_case)?;
                threshold.push(Value::Text(text.to_owned()));
                TextTest::OneOf(vec![fold(text)])
            }
            _ => {
                let text = one_text("value", value)?;
                threshold.push(Value::Text(text.to_owned()));
                match op {
                    Op::StartsWith => TextTest::StartsWith(fold(text)),
                    Op::EndsWith => TextTest::EndsWith(fold(text)),
                    Op::Like | Op::NotLike => TextTest::Like(Pattern::new(&fold(text))),
                    _ => TextTest::Contains(fold(text)),
                }
            }
        };
        let contrary = matches!(op, Op::NotEquals | Op::NotIn | Op::NotContains | Op::NotLike);
        Ok(Ready { accept: Accept::Text { test, contrary, ignore_case }, threshold })
    }

    fn list(&self, op: Op, value: &Operand) -> Result<Ready> {
        let mut texts = Vec::new();
        for (i, value) in self.several(value)?.iter().enumerate() {
            texts.push(self.option(&format!("value[{i}]"), value, false)?.to_owned());
        }
        let threshold = texts.iter().cloned().map(Value::Text).collect();
        texts.sort_unstable();
        texts.dedup();
        let test = match op {
            Op::ArrayAnyOf => ListTest::Any,
            Op::ArrayAllOf => ListTest::All,
            _ => ListTest::None,
        };
        Ok(Ready { accept: Accept::List(test, texts), threshold })
    }
}

/// A text that says something.
fn one_text<'v>(part: &str, value: &'v Operand) -> Result<&'v str> {
    match value {
        Operand::Text(text) if text.is_empty() => {
            fault(part, "empty_value", "the value is empty; ask with `is_null` what is unknown")
        }
        Operand::Text(text) => Ok(text),
        other => wrong_type(part, other, "a text"),
    }
}

/// A window as its first and last day.
pub(super) fn window_days(part: &str, window: Window, as_of: Day) -> Result<(Day, Day)> {
    if let Window::Last(length) | Window::Next(length) = window
        && matches!(length.span(), Span::Days(0) | Span::Months(0))
        && matches!(window, Window::Last(_))
    {
        return fault(part, "impossible_range", "a window of no length has no day");
    }
    let (from, to) = window.resolve(as_of);
    if from > to {
        let problem = format!("{from} to {to} is no window: it ends before it begins");
        return fault(part, "impossible_range", problem);
    }
    Ok((from, to))
}

/// The largest unit of a scale that is not above a number, and the least that is not below it.
fn units(scale: Scale, number: Decimal) -> (i128, i128) {
    let number = number.normalize();
    let (places, own) = (u32::from(scale.places()), number.scale());
    let mantissa = number.mantissa();
    if own <= places {
        // 96 bits and nine digits stay within 128 bits.
        let units = mantissa * 10_i128.pow(places - own);
        return (units, units);
    }
    let unit = 10_i128.pow(own - places);
    let floor = mantissa.div_euclid(unit);
    (floor, if mantissa.rem_euclid(unit) == 0 { floor } else { floor + 1 })
}

/// The key of the real number that is nearest to a decimal.
///
/// Real columns are quotients that were rounded to the nearest real number, so a threshold is
/// rounded alike: 3 of 10 reach 0.3, though as real numbers both lie just below it.
fn nearest_key(number: Decimal) -> i128 {
    let near: f64 = number.to_string().parse().unwrap_or(f64::NAN);
    key(near).into()
}

/// All days whose anniversary is within a stretch; 29 February is kept on the 28th in other
/// years.
fn anniversaries(first: Day, last: Day) -> Numbers {
    const MONTHS: usize = 12;
    let mut kept = [[false; 32]; MONTHS + 1];
    // After a leap cycle every day has come.
    let span = (last.days() - first.days()).min(8 * 366);
    for day in (0..=span).filter_map(|after| Day::new(first.days() + after)) {
        let date = day.date();
        kept[date.month() as usize][date.day() as usize] = true;
        if date.month() == 2 && date.day() == 28 && !date.leap_year() {
            kept[2][29] = true;
        }
    }
    let mut days = Vec::new();
    for (month, kept) in kept.iter().enumerate() {
        for day in (1..32).filter(|&day| kept[day]) {
            let of_year = |year| Day::of(year, month as u32, day as u32);
            days.extend(
                (1..=9999).filter_map(of_year).map(|day| (day.days().into(), day.days().into())),
            );
        }
    }
    Numbers::new(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_lie_between_units_and_real_numbers() {
        let decimal = |text: &str| parse_decimal(text).unwrap();
        assert_eq!(units(Scale::CENTS, decimal("10.005")), (1000, 1001));
        assert_eq!(units(Scale::CENTS, decimal("-10.005")), (-1001, -1000));
        assert_eq!(units(Scale::CENTS, decimal("10.50")), (1050, 1050));
        // Quotients are rounded as the decimals are.
        assert_eq!(nearest_key(decimal("0.1")), key(1.0 / 10.0).into());
        assert_eq!(nearest_key(decimal("0.3")), key(3.0 / 10.0).into());
        assert_eq!(nearest_key(decimal("-0.30")), key(-3.0 / 10.0).into());
        assert_eq!(nearest_key(decimal("0")), 0);
    }

    #[test]
    fn anniversaries_come_every_year() {
        let day = |year, month, day| Day::of(year, month, day).unwrap();
        let holds = |set: &Numbers, day: Day| set.holds(day.days().into());
        let set = anniversaries(day(2026, 2, 27), day(2026, 3, 1));
        assert!(holds(&set, day(1980, 2, 27)) && holds(&set, day(1980, 2, 29)));
        assert!(holds(&set, day(1, 3, 1)) && !holds(&set, day(1980, 3, 2)));
        let leap = anniversaries(day(2028, 2, 28), day(2028, 2, 28));
        assert!(!holds(&leap, day(1980, 2, 29)) && holds(&leap, day(1981, 2, 28)));
        let turn = anniversaries(day(2026, 12, 31), day(2027, 1, 1));
        assert!(holds(&turn, day(1990, 1, 1)) && !holds(&turn, day(1990, 1, 2)));
    }
}
