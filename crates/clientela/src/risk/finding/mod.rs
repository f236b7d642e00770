//! Findings: what is wrong in how clients are worked, each by its check (R28, R36 to R38).

mod checks;
mod contact;
mod facts;
mod money;
mod people;
mod record;

use std::cmp::Reverse;
use std::sync::Arc;

use serde::Deserialize;

use self::checks::CHECKS;
use self::facts::Facts;
use crate::axis::{choice, column};
use crate::error::{Error, Result};
use crate::table::Table;
use crate::view::{Seen, View, clients, counts, money as money_column, texts};

/// What a check found.
pub(super) struct Found {
    /// `None` where what is on record is not enough to judge by.
    finding: Option<bool>,
    /// What was seen, in numbers.
    evidence: String,
    /// The clients behind it.
    rows: Vec<usize>,
    /// What else to do.
    besides: Option<String>,
}

impl Found {
    fn of(finding: bool, evidence: impl Into<String>, rows: Vec<usize>) -> Self {
        Self { finding: Some(finding), evidence: evidence.into(), rows, besides: None }
    }

    fn unknown(evidence: impl Into<String>) -> Self {
        Self { finding: None, evidence: evidence.into(), rows: Vec::new(), besides: None }
    }
}

/// One question to how clients are worked.
pub(super) struct Check {
    name: &'static str,
    source: &'static str,
    /// What to do where the answer is yes.
    advice: &'static str,
    /// What to keep on record where there is no answer.
    record: &'static str,
    judge: fn(&Facts<'_>) -> Found,
}

/// Every check, with what it found (R28, R36 to R38): a row for each, whether it holds or not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Findings {}

/// The clients behind findings; the largest amount of each check comes first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FindingClients {
    /// One check; missing is all of them.
    pub check: Option<String>,
}

/// The answers to a check.
const ANSWERS: [&str; 3] = ["no", "yes", "unknown"];

impl View for Findings {
    const NAME: &'static str = "findings";
    const ABOUT: &'static str = "A check of how clients are worked, and what it found.";
    const SOURCE: &'static str = "R28, R36, R37, R38";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let facts = Facts::of(seen);
        let all: Vec<(&Check, Found)> =
            CHECKS.iter().map(|check| (check, (check.judge)(&facts))).collect();
        let answers = all.iter().map(|(_, found)| found.finding.map_or(2, u8::from)).collect();
        let advice = all.iter().map(|(check, found)| {
            let own = match found.finding {
                Some(true) => check.advice,
                Some(false) => "",
                None => check.record,
            };
            let besides = found.besides.as_deref().filter(|_| found.finding == Some(true));
            [Some(own), besides].into_iter().flatten().collect::<Vec<_>>().join(" ")
        });
        let amount = |found: &Found| -> i128 {
            found.rows.iter().map(|&row| i128::from(facts.sales.amounts[row])).sum()
        };
        Ok(Table::new(vec![
            column("check", "R37", "The check.", texts(all.iter().map(|(check, _)| check.name))),
            column(
                "finding",
                "R37",
                "Whether it holds; unknown where what is on record is not enough to judge by.",
                choice(Arc::new(answers), &ANSWERS),
            ),
            column(
                "evidence",
                "R37",
                "What was seen, in numbers.",
                texts(all.iter().map(|(_, found)| &found.evidence)),
            ),
            column(
                "advice",
                "R37",
                "What to do, or what to keep on record so that it can be judged.",
                texts(advice),
            ),
            column(
                "clients",
                "R37",
                "The clients behind it.",
                counts(all.iter().map(|(_, found)| Some(found.rows.len() as i64))),
            ),
            column(
                "amount",
                "R37",
                "Their net amount in the window of risks.",
                money_column(seen.scale(), all.iter().map(|(_, found)| Some(amount(found))))?,
            ),
            column(
                "source",
                "R37",
                "Where the check comes from.",
                texts(all.iter().map(|(check, _)| check.source)),
            ),
        ]))
    }
}

impl View for FindingClients {
    const NAME: &'static str = "finding_clients";
    const ABOUT: &'static str = "A client behind a finding.";
    const SOURCE: &'static str = "R28, R36, R37, R38";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let wanted = |check: &&Check| self.check.as_deref().is_none_or(|name| name == check.name);
        let checks: Vec<&Check> = CHECKS.iter().filter(wanted).collect();
        if let (Some(name), true) = (&self.check, checks.is_empty()) {
            let names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
            let problem = format!("`{name}` is none; these are {}", names.join(", "));
            return Err(Error::BadArgument { argument: "check", problem });
        }
        let facts = Facts::of(seen);
        let (mut names, mut rows) = (Vec::new(), Vec::new());
        for check in checks {
            let found = (check.judge)(&facts);
            let mut behind = if found.finding == Some(true) { found.rows } else { Vec::new() };
            behind.sort_by_key(|&row| (Reverse(facts.sales.amounts[row]), row));
            names.extend(behind.iter().map(|_| check.name));
            rows.extend(behind);
        }
        let amounts = rows.iter().map(|&row| Some(facts.sales.amounts[row].into()));
        Ok(Table::new(vec![
            column("check", "R37", "The check.", texts(names)),
            column("client", "convention", "Id of the client.", clients(seen.ids, &rows)),
            column(
                "amount",
                "R37",
                "Its net amount in the window of risks.",
                money_column(seen.scale(), amounts)?,
            ),
        ]))
    }
}
