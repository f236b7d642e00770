//! Days that a condition names relative to that of the snapshot, as stated days.

use super::value::AS_OF;
use crate::calendar::Day;
use crate::census::plan::window_start;
use crate::rule::condition::{Condition, Leaf, Subject};
use crate::rule::operand::Operand;
use crate::rule::when::{DateValue, Window};
use crate::rule::words::Op;

/// A condition with every relative day and window as it is on one day, for forms that can state
/// days only. Days of any year stay, since they are no stretch of days.
///
/// ```
/// use clientela::rule::Rules;
/// use clientela::rule::exchange::{Names, settled, to_twenty};
///
/// let rules = Rules::from_json(
///     r#"{"version": 1, "rules": [{"id": "a", "when":
///         {"attribute": "last_on", "op": "in_window", "value": {"previous": "month"}}}]}"#,
/// )?;
/// let condition = settled(&rules.rules()[0].when, "2026-03-15".parse()?);
/// let wanted = serde_json::json!({"and": [
///     {"lastOn": {"gte": "2026-02-01"}}, {"lastOn": {"lte": "2026-02-28"}},
/// ]});
/// assert_eq!(to_twenty(&condition, &Names::default())?, wanted);
/// # Ok::<(), clientela::Error>(())
/// ```
#[must_use]
pub fn settled(condition: &Condition, as_of: Day) -> Condition {
    let each = |parts: &[Condition]| parts.iter().map(|part| settled(part, as_of)).collect();
    match condition {
        Condition::All(parts) => Condition::All(each(parts)),
        Condition::Any(parts) => Condition::Any(each(parts)),
        Condition::Not(inner) => Condition::Not(Box::new(settled(inner, as_of))),
        Condition::Include(rule) => Condition::Include(rule.clone()),
        Condition::Leaf(of) => Condition::Leaf(Box::new(leaf(of, as_of))),
    }
}

fn leaf(leaf: &Leaf, as_of: Day) -> Leaf {
    let mut leaf = leaf.clone();
    if let Subject::Metric { window, filter, .. }
    | Subject::Count { window, filter, .. }
    | Subject::Exists { window, filter, .. } = &mut leaf.subject
    {
        *window = window.map(|window| fixed(window, as_of));
        if let Some(filter) = filter {
            **filter = settled(filter, as_of);
        }
    }
    match (leaf.op, &leaf.value) {
        (Some(Op::InWindow), Some(Operand::Window(window))) => {
            let (op, value) = match fixed(*window, as_of) {
                Window::Between(Some(DateValue::Day(from)), Some(DateValue::Day(to))) => {
                    (Op::Between, Some(Operand::List(vec![stated(from), stated(to)])))
                }
                Window::Between(Some(DateValue::Day(from)), None) => {
                    (Op::GreaterThanOrEquals, Some(stated(from)))
                }
                Window::Between(None, Some(DateValue::Day(to))) => {
                    (Op::LessThanOrEquals, Some(stated(to)))
                }
                _ => (Op::IsNotNull, None),
            };
            (leaf.op, leaf.value) = (Some(op), value);
        }
        (Some(Op::OlderThan), Some(Operand::Length(length))) => {
            // The first day that is not older.
            let eve = Day::new(as_of.days() - 1).unwrap_or(Day::MIN);
            let first = window_start(Some(length.span()), eve);
            let limit = Day::new(first).unwrap_or(Day::MIN);
            (leaf.op, leaf.value) = (Some(Op::Before), Some(stated(limit)));
        }
        (Some(Op::WithinNext), Some(Operand::Length(length))) => {
            let (from, to) = Window::Next(*length).resolve(as_of);
            let value = Operand::List(vec![stated(from), stated(to)]);
            (leaf.op, leaf.value) = (Some(Op::Between), Some(value));
        }
        (Some(op), Some(value)) => leaf.value = Some(operand(op, value, as_of)),
        _ => {}
    }
    leaf
}

fn operand(op: Op, value: &Operand, as_of: Day) -> Operand {
    // Of other operators the word may be a text.
    let of_days = matches!(op, Op::On | Op::NotOn | Op::Before | Op::After | Op::Between);
    match value {
        Operand::Text(text) if of_days && text == AS_OF => stated(as_of),
        Operand::Day(day) => stated(day.resolve(as_of)),
        Operand::Window(window) => Operand::Window(fixed(*window, as_of)),
        Operand::List(values) => {
            Operand::List(values.iter().map(|value| operand(op, value, as_of)).collect())
        }
        other => other.clone(),
    }
}

fn stated(day: Day) -> Operand {
    Operand::Text(day.to_string())
}

/// A window with its first and last day; one that is open on a side stays so.
fn fixed(window: Window, as_of: Day) -> Window {
    let day = |day: DateValue| DateValue::Day(day.resolve(as_of));
    match window {
        Window::Ever => Window::Ever,
        Window::Between(from, to) => Window::Between(from.map(day), to.map(day)),
        other => {
            let (from, to) = other.resolve(as_of);
            Window::Between(Some(DateValue::Day(from)), Some(DateValue::Day(to)))
        }
    }
}
