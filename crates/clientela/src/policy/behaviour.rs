//! The policy of brands, promotions, seasons and companions (R22).

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::calendar::{Day, Span};
use crate::money::Percent;

/// What a client's purchases have in common (R22, S4.3 to S4.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct BehaviourPolicy {
    /// How far back purchases count; null is the whole history. Default: null.
    /// Source: convention.
    pub window: Option<Span>,
    /// Fewest purchases that show loyalty to a brand. Default: 3. Source: convention (S4.4).
    pub min_purchases: u16,
    /// Most brands of a client that is loyal to them. Default: 1. Source: convention (S4.4).
    pub brands: u16,
    /// A promo buyer makes more than this share of its purchases on promotion, in per cent.
    /// Default: 50. Source: S4.6 ("mostly").
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub promo_percent: Percent,
    /// The calendar of seasons. Default: none. Source: S4.7.
    pub seasons: Vec<Season>,
    /// A season has so many equal parts: the first is its start, the last its end, 2 to 31.
    /// Default: 3. Source: convention (S4.7).
    pub season_parts: u16,
    /// Fewest purchases that show a season's buyer. Default: 2. Source: convention (S4.7).
    pub season_min_purchases: u16,
    /// A season-end buyer makes more than this share of its purchases at a season's end, in
    /// per cent. Default: 50. Source: convention (S4.6, "very often").
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub season_end_percent: Percent,
    /// Companions on at least this share of the purchases on record are the usual ones, in
    /// per cent. Default: 50. Source: convention (S4.3).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub companion_percent: Percent,
}

impl Default for BehaviourPolicy {
    fn default() -> Self {
        Self {
            window: None,
            min_purchases: 3,
            brands: 1,
            promo_percent: Percent::whole(50),
            seasons: Vec::new(),
            season_parts: 3,
            season_min_purchases: 2,
            season_end_percent: Percent::whole(50),
            companion_percent: Percent::whole(50),
        }
    }
}

/// A season of the year, the same days every year; it may begin in one year and end in the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// Its name, such as `winter`.
    pub name: String,
    /// The first day, such as `09-01`.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub from: MonthDay,
    /// The last day, such as `02-28`.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub to: MonthDay,
}

/// A day of the year, written `MM-DD`. Where a year has no 29 February, the 28th stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: u8,
    day: u8,
}

impl MonthDay {
    /// Its place in a leap year, from 0.
    pub(super) fn in_leap_year(self) -> usize {
        self.of(2000).map_or(0, |date| date.ordinal0() as usize)
    }

    /// The day in a year; `None` outside the calendar.
    fn of(self, year: i32) -> Option<NaiveDate> {
        let day = |day: u8| NaiveDate::from_ymd_opt(year, self.month.into(), day.into());
        day(self.day).or_else(|| day(28))
    }
}

impl FromStr for MonthDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fault = || format!("{text:?} is not a day of the year written MM-DD");
        let (month, day) = text.split_once('-').ok_or_else(fault)?;
        if month.len() != 2 || day.len() != 2 {
            return Err(fault());
        }
        let parse = |part: &str| part.parse::<u8>().map_err(|_| fault());
        let (month, day) = (parse(month)?, parse(day)?);
        // A leap year has every day.
        NaiveDate::from_ymd_opt(2000, month.into(), day.into()).ok_or_else(fault)?;
        Ok(Self { month, day })
    }
}

impl TryFrom<String> for MonthDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> Self {
        day.to_string()
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl Season {
    /// The season's instance that holds a day, as its first and last day; `None` for a day
    /// outside the season.
    ///
    /// ```
    /// use clientela::{Day, Season};
    ///
    /// let winter: Season =
    ///     serde_json::from_str(r#"{"name": "winter", "from": "12-01", "to": "02-29"}"#).unwrap();
    /// let (first, last) = winter.around(Day::of(1998, 1, 15).unwrap()).unwrap();
    /// assert_eq!((first.to_string(), last.to_string()), ("1997-12-01".into(), "1998-02-28".into()));
    /// assert!(winter.around(Day::of(1998, 3, 1).unwrap()).is_none());
    /// ```
    pub fn around(&self, day: Day) -> Option<(Day, Day)> {
        let date = day.date();
        let wraps = self.to < self.from;
        let year = date.year();
        [year - 1, year].into_iter().find_map(|start| {
            let first = self.from.of(start)?;
            let last = self.to.of(start + i32::from(wraps))?;
            (first <= date && date <= last)
                .then(|| Some((Day::of_date(first)?, Day::of_date(last)?)))?
        })
    }
}
