//! Views: questions to the whole base whose answers are tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::axis::Known;
use crate::calendar::Day;
use crate::census::history::Histories;
use crate::client::{ClientId, ClientIds, Texts};
use crate::error::{Error, Result};
use crate::journal::Journal;
use crate::metric;
use crate::money::Scale;
use crate::policy::Policy;
use crate::portrait::Records;
use crate::signature::{self, Argument};
use crate::table::{NO_CODE, NO_INT32, NO_INT64, NO_NAME, Table, Values};
use crate::{attrition, outreach, risk};

/// A question to a base as of a day. Its fields are the named arguments; absent ones take
/// their defaults.
pub trait View: DeserializeOwned + Default {
    /// The name in JSON, Python and C.
    const NAME: &'static str;
    /// What a row is, in one sentence.
    const ABOUT: &'static str;
    /// Requirement id, standard or "convention".
    const SOURCE: &'static str;

    /// The answer.
    ///
    /// # Errors
    /// Arguments out of range; a period or column that the answer needs and that is not known;
    /// sums beyond 64 bits.
    fn table(&self, seen: &Seen<'_>) -> Result<Table>;
}

/// What is told of a view in a list of them.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ViewInfo {
    /// The name.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Requirement id, standard or "convention".
    pub source: &'static str,
    #[serde(serialize_with = "signature::serialize")]
    arguments: fn() -> Vec<Argument>,
    #[serde(skip)]
    table: fn(&str, &Seen<'_>) -> Result<Table>,
}

impl ViewInfo {
    pub(crate) const fn of<V: View>() -> Self {
        Self {
            name: V::NAME,
            about: V::ABOUT,
            source: V::SOURCE,
            arguments: signature::of::<V>,
            table: named::<V>,
        }
    }

    /// The named arguments.
    pub fn arguments(&self) -> Vec<Argument> {
        (self.arguments)()
    }

    /// The answer to the arguments in JSON.
    pub(crate) fn table(&self, arguments: &str, seen: &Seen<'_>) -> Result<Table> {
        (self.table)(arguments, seen)
    }
}

fn named<V: View>(arguments: &str, seen: &Seen<'_>) -> Result<Table> {
    crate::json::arguments::<V>(arguments)?.table(seen)
}

/// All views, by the part of the domain that they belong to.
pub fn views() -> impl Iterator<Item = &'static ViewInfo> {
    [metric::VIEWS, risk::VIEWS, attrition::VIEWS, outreach::VIEWS].into_iter().flatten()
}

/// The view with a name.
pub(crate) fn find(name: &str) -> Result<&'static ViewInfo> {
    views().find(|view| view.name == name).ok_or_else(|| {
        let names: Vec<&str> = views().map(|view| view.name).collect();
        Error::BadArgument {
            argument: "view",
            problem: format!("`{name}` is none; these are {}", names.join(", ")),
        }
    })
}

/// A base as of a day, as views see it: what is known of the clients, all their verdicts, and
/// the journal.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    pub(crate) known: Known<'a>,
    /// A row per client, all columns.
    pub(crate) table: &'a Table,
    pub(crate) ids: &'a ClientIds,
    pub(crate) journal: &'a Journal,
}

impl<'a> Seen<'a> {
    pub(crate) fn policy(&self) -> &'a Policy {
        self.known.basis.plan.policy
    }

    pub(crate) fn as_of(&self) -> Day {
        self.known.as_of()
    }

    pub(crate) fn scale(&self) -> Scale {
        self.known.scale()
    }

    /// Number of clients.
    pub(crate) fn rows(&self) -> usize {
        self.ids.len()
    }

    pub(crate) fn id(&self, row: usize) -> ClientId {
        self.ids.get(row)
    }

    /// The row of a client, or `None` where the base has no such client on the day.
    pub(crate) fn row(&self, client: &ClientId) -> Option<usize> {
        self.ids.find(client)
    }

    /// The histories of the clients, with all columns; ask it for `basis.client(row)`.
    pub(crate) fn histories(&self) -> Histories<'a> {
        Histories::with_all(self.known.basis.ledger, self.known.basis.plan)
    }

    /// The records of a client's portrait.
    pub(crate) fn records(&self, row: usize) -> Option<&'a Records> {
        self.known.basis.records(row)
    }

    fn values(&self, column: &str) -> Option<&'a Values> {
        self.table.column(column).map(|column| &column.values)
    }

    /// A verdict by name; `None` where there is none.
    pub(crate) fn choice(&self, column: &str, row: usize) -> Option<&'a str> {
        match self.values(column)? {
            Values::Choice(codes, names) => {
                names.get(usize::from(codes[row])).map(std::string::String::as_str)
            }
            _ => None,
        }
    }

    /// A fact of three values.
    pub(crate) fn flag(&self, column: &str, row: usize) -> Option<bool> {
        match self.values(column)? {
            Values::Flag(codes) => Some(codes[row]).filter(|&code| code != NO_CODE).map(|c| c == 1),
            _ => None,
        }
    }

    /// An amount in minor units.
    pub(crate) fn money(&self, column: &str, row: usize) -> Option<i64> {
        match self.values(column)? {
            Values::Money(values, _) => Some(values[row]).filter(|&value| value != NO_INT64),
            _ => None,
        }
    }
}

/// A column of texts.
pub(crate) fn texts<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Values {
    let mut all = Texts::default();
    for text in texts {
        all.push(text.as_ref());
    }
    Values::Text(Arc::new(all))
}

/// A column of names that may be missing.
pub(crate) fn names<S: AsRef<str>>(names: impl IntoIterator<Item = Option<S>>) -> Values {
    let mut known = BTreeMap::new();
    let mut all = Texts::default();
    let codes: Vec<u32> = names
        .into_iter()
        .map(|name| {
            let Some(name) = name else { return NO_NAME };
            *known.entry(name.as_ref().to_owned()).or_insert_with(|| {
                all.push(name.as_ref());
                all.len() as u32 - 1
            })
        })
        .collect();
    Values::Name(Arc::new(codes.into()), Arc::new(all))
}

/// A column of large counts.
pub(crate) fn counts(counts: impl IntoIterator<Item = Option<i64>>) -> Values {
    Values::Int64(Arc::new(counts.into_iter().map(|count| count.unwrap_or(NO_INT64)).collect()))
}

/// A column of days.
pub(crate) fn days(days: impl IntoIterator<Item = Option<Day>>) -> Values {
    Values::Day(Arc::new(days.into_iter().map(|day| day.map_or(NO_INT32, Day::days)).collect()))
}

/// A column of amounts in minor units.
///
/// # Errors
/// Sums beyond 64 bits.
pub(crate) fn money(scale: Scale, sums: impl IntoIterator<Item = Option<i128>>) -> Result<Values> {
    let minor = |sum: Option<i128>| sum.map_or(Ok(NO_INT64), crate::axis::in_column);
    let values: Vec<i64> = sums.into_iter().map(minor).collect::<Result<_>>()?;
    Ok(Values::Money(Arc::new(values.into()), scale))
}

/// A column of real numbers for reading.
pub(crate) fn floats(values: impl IntoIterator<Item = Option<f64>>) -> Values {
    Values::Float(Arc::new(values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect()))
}

/// A column of facts of three values.
pub(crate) fn flags(facts: impl IntoIterator<Item = Option<bool>>) -> Values {
    Values::Flag(Arc::new(facts.into_iter().map(crate::axis::flag).collect()))
}

/// A column of ids.
///
/// # Errors
/// None for ids of the base.
pub(crate) fn clients(ids: &ClientIds, rows: &[usize]) -> Values {
    Values::Client(ids.pick(rows))
}
