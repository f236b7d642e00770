//! Days, calendar periods and time zones. Nothing here reads a clock.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A calendar day, as whole days since 1970-01-01 (proleptic Gregorian calendar).
///
/// In text and JSON it is `YYYY-MM-DD`; years 0001 to 9999 are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(i32);

impl Day {
    /// 0001-01-01.
    pub const MIN: Self = Self(-719_162);
    /// 9999-12-31.
    pub const MAX: Self = Self(2_932_896);

    /// The day `days` after 1970-01-01, or `None` outside the years 1 to 9999.
    pub fn new(days: i32) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&days).then_some(Self(days))
    }

    /// A day by year, month 1–12 and day of month, or `None` where there is no such day.
    pub fn of(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).and_then(Self::of_date)
    }

    /// A day of the date type of `chrono`.
    pub fn of_date(date: NaiveDate) -> Option<Self> {
        Self::new(date.to_epoch_days())
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The day as the date type of `chrono`.
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.0).unwrap_or_default()
    }

    /// The day `span` later. Months keep the day of the month, or take the month's last day
    /// where it is shorter (R39): 31 January + 1 month is 28 or 29 February.
    /// Past the last day of the calendar it stays there.
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        match span {
            Span::Days(days) => Self(self.0.saturating_add_unsigned(days).min(Self::MAX.0)),
            Span::Months(months) => self
                .date()
                .checked_add_months(Months::new(months))
                .and_then(Self::of_date)
                .unwrap_or(Self::MAX),
        }
    }

    /// The number of the day's calendar period, counted so that neighbours differ by 1.
    pub fn period(self, step: Step) -> i32 {
        match step {
            // Monday 1969-12-29 began the ISO week that holds 1970-01-01.
            Step::Week => (self.0 + 3).div_euclid(7),
            Step::Month => month_of(self.0),
            Step::Quarter => month_of(self.0).div_euclid(3),
            Step::Year => month_of(self.0).div_euclid(12),
        }
    }
}

/// Months since year 0 of a day number, without a table (civil-from-days by era).
fn month_of(days: i32) -> i32 {
    let date = NaiveDate::from_epoch_days(days).unwrap_or_default();
    date.year() * 12 + date.month0() as i32
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl FromStr for Day {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let parsed = match text.as_bytes() {
            [_, _, _, _, b'-', _, _, b'-', _, _] => {
                NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(Self::of_date)
            }
            _ => None,
        };
        parsed.ok_or_else(|| Error::BadArgument {
            argument: "day",
            problem: format!("`{text}` is not a day written as YYYY-MM-DD"),
        })
    }
}

impl TryFrom<String> for Day {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// A length of calendar time: `{"months": 6}` or `{"days": 90}` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Calendar months, with the end of a shorter month as the limit.
    Months(u32),
    /// Days.
    Days(u32),
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, unit) = match *self {
            Self::Months(n) => (n, "month"),
            Self::Days(n) => (n, "day"),
        };
        write!(f, "{n} {unit}{}", if n == 1 { "" } else { "s" })
    }
}

/// The step of a calendar grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// ISO 8601 weeks, from Monday.
    Week,
    /// Calendar months.
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
}

impl Step {
    /// First day of the period with the number that [`Day::period`] gives.
    pub fn first_day(self, period: i32) -> Day {
        let of_month = |month: i32| {
            Day::of(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1).unwrap_or(Day::MAX)
        };
        match self {
            Self::Week => Day::new(period.saturating_mul(7) - 3).unwrap_or(Day::MAX),
            Self::Month => of_month(period),
            Self::Quarter => of_month(period.saturating_mul(3)),
            Self::Year => of_month(period.saturating_mul(12)),
        }
    }

    /// Last day of the period with the number that [`Day::period`] gives.
    pub fn last_day(self, period: i32) -> Day {
        Day::new(self.first_day(period + 1).days() - 1).unwrap_or(Day::MAX)
    }

    /// The number of the last period that has wholly passed at the end of `as_of`.
    pub fn last_complete(self, as_of: Day) -> i32 {
        let current = as_of.period(self);
        if self.last_day(current) <= as_of { current } else { current - 1 }
    }

    /// The period's name: `1998-W27`, `1998-07`, `1998-Q3`, `1998`.
    pub fn label(self, period: i32) -> String {
        let first = self.first_day(period).date();
        match self {
            Self::Week => {
                let week = first.iso_week();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Month => format!("{:04}-{:02}", first.year(), first.month()),
            Self::Quarter => format!("{:04}-Q{}", first.year(), first.month0() / 3 + 1),
            Self::Year => format!("{:04}", first.year()),
        }
    }

    /// The step by its name in JSON: `week`, `month`, `quarter`, `year`.
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "week" => Ok(Self::Week),
            "month" => Ok(Self::Month),
            "quarter" => Ok(Self::Quarter),
            "year" => Ok(Self::Year),
            other => Err(Error::BadArgument {
                argument: "by",
                problem: format!("`{other}` is not one of week, month, quarter, year"),
            }),
        }
    }
}

/// The time zone whose calendar days count: an IANA name, `UTC`, or a fixed offset
/// such as `+03:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(ZoneKind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ZoneKind {
    Fixed(i32),
    Named(chrono_tz::Tz),
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(ZoneKind::Fixed(0));

    /// The day in this zone of an instant given in whole seconds since
    /// 1970-01-01T00:00:00Z, or `None` outside the calendar.
    pub fn day_of(self, seconds: i64) -> Option<Day> {
        let offset = match self.0 {
            ZoneKind::Fixed(offset) => i64::from(offset),
            ZoneKind::Named(zone) => {
                let instant: DateTime<Utc> = DateTime::from_timestamp(seconds, 0)?;
                let local = zone.from_utc_datetime(&instant.naive_utc());
                return Day::of_date(local.date_naive());
            }
        };
        let local =
            DateTime::from_timestamp(seconds, 0)?.checked_add_signed(TimeDelta::seconds(offset))?;
        Day::of_date(local.date_naive())
    }
}

impl FromStr for Zone {
    type Err = Error;
    fn from_str(name: &str) -> Result<Self> {
        let fixed = || {
            let (sign, rest) = match name.split_at_checked(1)? {
                ("+", rest) => (1, rest),
                ("-", rest) => (-1, rest),
                _ => return None,
            };
            let (hours, minutes) = rest.split_once(':')?;
            if hours.len() != 2 || minutes.len() != 2 {
                return None;
            }
            let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
            (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
        };
        if name == "UTC" || name == "Z" {
            return Ok(Self::UTC);
        }
        if let Some(offset) = fixed() {
            return Ok(Self(ZoneKind::Fixed(offset)));
        }
        name.parse().map(|zone| Self(ZoneKind::Named(zone))).map_err(|_| Error::BadArgument {
            argument: "zone",
            problem: format!(
                "`{name}` is neither an IANA time zone such as Europe/Berlin nor an offset such as +03:00"
            ),
        })
    }
}
