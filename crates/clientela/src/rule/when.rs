//! Days and windows that rules name, most of them relative to the day of the snapshot.

use chrono::Months;
use serde::{Deserialize, Serialize};

use super::written::Members;
use crate::calendar::{Day, Span, Step};
use crate::census::plan::window_start;

/// A unit of calendar time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Days.
    Day,
    /// Weeks, from Monday where they are periods.
    Week,
    /// Calendar months.
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
}

impl Period {
    /// So many of the unit.
    pub const fn times(self, n: u32) -> Span {
        match self {
            Self::Day => Span::Days(n),
            Self::Week => Span::Days(n.saturating_mul(7)),
            Self::Month => Span::Months(n),
            Self::Quarter => Span::Months(n.saturating_mul(3)),
            Self::Year => Span::Months(n.saturating_mul(12)),
        }
    }

    /// The first and the last day of the period that a day is in, or of one so many before.
    fn around(self, day: Day, before: i32) -> (Day, Day) {
        let step = match self {
            Self::Day => {
                let day = shifted(day, Span::Days(before.unsigned_abs()), true);
                return (day, day);
            }
            Self::Week => Step::Week,
            Self::Month => Step::Month,
            Self::Quarter => Step::Quarter,
            Self::Year => Step::Year,
        };
        let period = day.period(step) - before;
        (step.first_day(period).max(Day::MIN), step.last_day(period))
    }
}

/// A length of calendar time: `{"n": 6, "unit": "month"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Length {
    /// How many.
    pub n: u32,
    /// Of what.
    pub unit: Period,
}

impl Length {
    /// The length as a span.
    pub const fn span(self) -> Span {
        self.unit.times(self.n)
    }
}

/// How far a day is moved before its period is taken; below 0 is back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Offset {
    /// How many.
    pub n: i32,
    /// Of what.
    pub unit: Period,
}

/// A day: stated, or relative to the day of the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateValue {
    /// `"2026-01-31"`.
    Day(Day),
    /// `"as_of"`: the day of the snapshot.
    AsOf,
    /// `{"ago": 3, "unit": "month"}`: so long before it; the last day of a month that is too short.
    Ago(Length),
    /// `{"ahead": 7, "unit": "day"}`: so long after it.
    Ahead(Length),
    /// `{"start_of": "month"}`: the first day of the period that it is in, or of the one that
    /// the day moved by an `offset` is in.
    StartOf(Period, Option<Offset>),
    /// `{"end_of": "month"}`: the last day of that period.
    EndOf(Period, Option<Offset>),
}

impl DateValue {
    /// The day that is meant as of another.
    #[must_use]
    pub fn resolve(self, as_of: Day) -> Day {
        let moved = |offset: Option<Offset>| match offset {
            Some(Offset { n, unit }) => shifted(as_of, unit.times(n.unsigned_abs()), n < 0),
            None => as_of,
        };
        match self {
            Self::Day(day) => day,
            Self::AsOf => as_of,
            Self::Ago(length) => shifted(as_of, length.span(), true),
            Self::Ahead(length) => shifted(as_of, length.span(), false),
            Self::StartOf(unit, offset) => unit.around(moved(offset), 0).0,
            Self::EndOf(unit, offset) => unit.around(moved(offset), 0).1,
        }
    }
}

/// A day moved by a span, back or ahead; it stays within the calendar.
pub(super) fn shifted(day: Day, span: Span, back: bool) -> Day {
    match (span, back) {
        (span, false) => day.plus(span),
        (Span::Days(days), true) => {
            Day::new(day.days().saturating_sub_unsigned(days)).unwrap_or(Day::MIN)
        }
        (Span::Months(months), true) => {
            let moved = day.date().checked_sub_months(Months::new(months));
            moved.and_then(Day::of_date).unwrap_or(Day::MIN)
        }
    }
}

/// A stretch of days, most of them relative to the day of the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub enum Window {
    /// `{"last": 6, "unit": "month"}`: so long up to the day, that day in it; 30 days are 30 days.
    Last(Length),
    /// `{"next": 7, "unit": "day"}`: from the day on until so long after it, both in it.
    Next(Length),
    /// `{"current": "month"}`: from the first day of the period that the day is in up to the day.
    Current(Period),
    /// `{"previous": "quarter"}`: the last full calendar period before the one that the day is in.
    Previous(Period),
    /// `{"from": …, "to": …}`: both in it; one of them may be left out.
    Between(Option<DateValue>, Option<DateValue>),
    /// `{"ever": true}`: all days; figures end with the day of the snapshot in any case.
    #[default]
    Ever,
}

impl Window {
    /// The first and the last day as of a day. A window whose end is before its beginning has no
    /// day.
    pub fn resolve(self, as_of: Day) -> (Day, Day) {
        match self {
            Self::Last(length) => {
                let first = window_start(Some(length.span()), as_of);
                (Day::new(first).unwrap_or(Day::MIN), as_of)
            }
            Self::Next(length) => (as_of, shifted(as_of, length.span(), false)),
            Self::Current(unit) => (unit.around(as_of, 0).0, as_of),
            Self::Previous(unit) => unit.around(as_of, 1),
            Self::Between(from, to) => (
                from.map_or(Day::MIN, |from| from.resolve(as_of)),
                to.map_or(Day::MAX, |to| to.resolve(as_of)),
            ),
            Self::Ever => (Day::MIN, Day::MAX),
        }
    }
}
