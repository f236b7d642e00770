//! What an axis is: columns of verdicts over the base, and the reasons of each verdict.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::census::Cuts;
use crate::census::basis::Basis;
use crate::error::{Error, Result};
use crate::money::{Currency, Percent, Scale};
use crate::policy::Policy;
use crate::table::{Column, NO_CODE, NO_INT64, Table, Value, Values};

/// A figure with its name and unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quantity {
    /// What it is.
    pub name: String,
    /// The figure.
    pub value: Value,
    /// Its unit; money is in the ledger's currency.
    pub unit: String,
}

/// One reason of a verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// The rule, as a path that does not change between versions.
    pub rule: String,
    /// What was seen.
    pub observed: Option<Quantity>,
    /// How it stands to the threshold: `>=`, `>`, `<=`, `<`, `=` or, of facts, `!=`.
    pub comparison: Option<String>,
    /// What it was held against.
    pub threshold: Option<Quantity>,
    /// Where the rule comes from: a requirement id or "convention".
    pub source: String,
    /// The reason as a sentence.
    pub sentence: String,
}

/// The verdict on one axis with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// The axis, as the column of the table of clients is named.
    pub axis: String,
    /// The verdict; `None` where there is none, for the reasons given.
    pub verdict: Option<String>,
    /// The reasons.
    pub reasons: Vec<Reason>,
}

/// One axis, or several that are told from the same facts.
///
/// An axis sees what is known of the clients and what their sales alone say of them. It does
/// not see what other axes of its kind make of that, so their order does not matter.
pub(crate) trait Axis: Sync {
    /// The columns with a verdict, which are explained and compared between days.
    fn axes(&self) -> &'static [&'static str];

    /// Its columns over the base.
    fn columns(&self, known: &Known<'_>) -> Result<Vec<Column>>;

    /// The verdicts on one client with their reasons, as many and in the order of `axes`.
    fn verdicts(&self, known: &Known<'_>, row: usize) -> Vec<Verdict>;
}

/// What an axis is told of a base.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) basis: &'a Basis<'a>,
    pub(crate) cuts: &'a Cuts,
    /// The columns that follow from sales and the ladder.
    pub(crate) table: &'a Table,
    /// Volumes of ABC; empty where they are the amounts.
    pub(crate) volume: &'a [i64],
}

impl Known<'_> {
    pub(crate) fn policy(&self) -> &Policy {
        self.basis.plan.policy
    }

    pub(crate) fn as_of(&self) -> Day {
        self.basis.plan.as_of
    }

    pub(crate) fn rows(&self) -> usize {
        self.basis.rows()
    }

    pub(crate) fn scale(&self) -> Scale {
        self.basis.ledger.scale()
    }

    /// A column of choices, flags or small counts.
    pub(crate) fn codes(&self, column: &str) -> &[u8] {
        match self.table.column(column).map(|column| &column.values) {
            Some(Values::Choice(codes, _) | Values::Flag(codes) | Values::Count8(codes)) => codes,
            _ => &[],
        }
    }

    /// A code of a column of choices or flags, or `None` where it is missing.
    pub(crate) fn code(&self, column: &str, row: usize) -> Option<u8> {
        Some(self.codes(column)[row]).filter(|&code| code != NO_CODE)
    }

    /// A column of counts or days.
    pub(crate) fn counts(&self, column: &str) -> &[i32] {
        match self.table.column(column).map(|column| &column.values) {
            Some(Values::Int32(values) | Values::Day(values)) => values,
            _ => &[],
        }
    }

    /// A column of amounts.
    pub(crate) fn money(&self, column: &str) -> &[i64] {
        match self.table.column(column).map(|column| &column.values) {
            Some(Values::Money(values, _)) => values,
            _ => &[],
        }
    }

    /// Volumes of ABC with their scale; `None` where several criteria are weighed.
    pub(crate) fn volumes(&self) -> Option<(&[i64], Scale)> {
        let policy = self.policy();
        if !policy.abc.criteria.is_empty() {
            return None;
        }
        let values = if self.volume.is_empty() { self.money("amount") } else { self.volume };
        Some((values, self.basis.scale_of(policy.abc_criterion())))
    }

    /// An amount in words: with its currency.
    pub(crate) fn amount_text(&self, minor: i64) -> String {
        amount_text(self.scale(), self.basis.ledger.currency(), minor)
    }

    /// A value for every client, made on all cores.
    pub(crate) fn each<T: bytemuck::Pod + Send>(
        &self,
        value: impl Fn(usize) -> T + Sync,
    ) -> Buffer<T> {
        self.basis.read(|_, row| value(row))
    }

    /// A column of facts of three values.
    pub(crate) fn flags(&self, fact: impl Fn(usize) -> Option<bool> + Sync) -> Values {
        Values::Flag(Arc::new(self.each(|row| flag(fact(row)))))
    }
}

/// The code of a fact of three values.
pub(crate) fn flag(fact: Option<bool>) -> u8 {
    fact.map_or(NO_CODE, u8::from)
}

/// An amount with its currency.
pub(crate) fn amount_text(scale: Scale, currency: Currency, minor: i64) -> String {
    let amount = scale.decimal(minor);
    if currency == Currency::NONE { amount.to_string() } else { format!("{amount} {currency}") }
}

/// A column of choices by code.
pub(crate) fn choice<S: AsRef<str>>(codes: Arc<Buffer<u8>>, names: &[S]) -> Values {
    let names = names.iter().map(|name| name.as_ref().to_owned()).collect();
    Values::Choice(codes, Arc::new(names))
}

pub(crate) fn column(
    name: impl Into<Cow<'static, str>>,
    source: impl Into<Cow<'static, str>>,
    about: impl Into<Cow<'static, str>>,
    values: Values,
) -> Column {
    Column { name: name.into(), about: about.into(), source: source.into(), values }
}

/// An amount that may be missing.
pub(crate) fn or_missing(amount: Option<i64>) -> i64 {
    amount.unwrap_or(NO_INT64)
}

/// A sum as it stands in a column of amounts.
pub(crate) fn in_column(sum: i128) -> Result<i64> {
    i64::try_from(sum).ok().filter(|&sum| sum != NO_INT64).ok_or_else(|| {
        Error::Overflow(format!("{sum} minor units are beyond the 64 bits of a column"))
    })
}

/// `part` over `whole` for reading; never for a verdict.
pub(crate) fn ratio(part: i64, whole: i128) -> f64 {
    part as f64 / whole as f64
}

/// `1 purchase`, `2 purchases`.
pub(crate) fn plural(count: i64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

pub(crate) fn quantity(name: &str, value: Value, unit: &str) -> Quantity {
    Quantity { name: name.to_owned(), value, unit: unit.to_owned() }
}

pub(crate) fn whole(name: &str, value: i64, unit: &str) -> Quantity {
    quantity(name, Value::Int(value), unit)
}

/// An amount of money as a figure.
pub(crate) fn money(name: &str, scale: Scale, minor: i64) -> Quantity {
    quantity(name, Value::Decimal(scale.decimal(minor)), "money")
}

/// A share as a figure.
pub(crate) fn percent(name: &str, share: Percent) -> Quantity {
    quantity(name, Value::Decimal(share.decimal()), "%")
}

/// A ratio as a figure in per cent.
pub(crate) fn in_percent(name: &str, ratio: f64) -> Quantity {
    quantity(name, Value::Float(ratio * 100.0), "%")
}

/// A fact of three values as a figure.
pub(crate) fn fact(name: &str, fact: Option<bool>) -> Quantity {
    quantity(name, fact.map_or(Value::Missing, Value::Flag), "fact")
}

/// A reason without a comparison.
pub(crate) fn note(rule: &str, source: &str, sentence: impl Into<String>) -> Reason {
    Reason {
        rule: rule.to_owned(),
        observed: None,
        comparison: None,
        threshold: None,
        source: source.to_owned(),
        sentence: sentence.into(),
    }
}

/// A reason that rests on a declared fact.
pub(crate) fn declared(
    rule: &str,
    source: &str,
    name: &str,
    value: Option<bool>,
    sentence: impl Into<String>,
) -> Reason {
    Reason {
        observed: Some(fact(name, value)),
        comparison: Some(if value == Some(true) { "=" } else { "!=" }.to_owned()),
        threshold: Some(fact(name, Some(true))),
        ..note(rule, source, sentence)
    }
}

pub(crate) fn compared(
    rule: &str,
    source: &str,
    observed: Quantity,
    comparison: &str,
    threshold: Quantity,
    sentence: impl Into<String>,
) -> Reason {
    Reason {
        observed: Some(observed),
        comparison: Some(comparison.to_owned()),
        threshold: Some(threshold),
        ..note(rule, source, sentence)
    }
}

/// A verdict by its code in a list of names.
pub(crate) fn verdict<S: AsRef<str>>(
    axis: &str,
    names: &[S],
    code: u8,
    reasons: Vec<Reason>,
) -> Verdict {
    let verdict = names.get(usize::from(code)).map(|name| name.as_ref().to_owned());
    Verdict { axis: axis.to_owned(), verdict, reasons }
}

/// The names of a flag's verdicts, by code.
pub(crate) const NO_YES: [&str; 2] = ["no", "yes"];

/// A verdict of yes, no or unknown.
pub(crate) fn yes_no(axis: &str, fact: Option<bool>, reasons: Vec<Reason>) -> Verdict {
    verdict(axis, &NO_YES, flag(fact), reasons)
}

/// How a value stands to a limit that it must reach.
pub(crate) fn reach(met: bool) -> &'static str {
    if met { ">=" } else { "<" }
}

/// How a value stands to a limit that it must exceed.
pub(crate) fn exceed(met: bool) -> &'static str {
    if met { ">" } else { "<=" }
}

/// A fact of three values in words.
pub(crate) fn said(fact: Option<bool>) -> &'static str {
    match fact {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}
