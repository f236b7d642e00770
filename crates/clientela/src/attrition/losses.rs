//! What was lost where, why and of what worth (R39, S4.10).

use serde::Deserialize;

use super::away::away;
use super::told::{self, PARTS};
use crate::axis::column;
use crate::calendar::Day;
use crate::error::Result;
use crate::journal::LossReason;
use crate::lifecycle::Stage;
use crate::segment::Tier;
use crate::table::{NO_CODE, Table};
use crate::view::{Seen, View, counts, floats, money, texts};

/// By what losses are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossesBy {
    /// The highest stage that the client ever reached (S4.10).
    #[default]
    Stage,
    /// Why it left, where it told (R42).
    Reason,
    /// What it complained of on the form of those who refuse (R43); one client may name several.
    RefusalPart,
    /// The tier by value.
    Tier,
}

/// The clients of the view [`Lost`](super::Lost) and what they put at stake, by stage, reason,
/// part of the refusal form, or tier. Every name has its row, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Losses {
    /// By what they are told apart.
    pub by: LossesBy,
}

impl LossesBy {
    /// The names of the rows; the last of some is for those of whom it is not known.
    fn names(self) -> Vec<&'static str> {
        let with = |names: &[&'static str], none: &'static str| {
            names.iter().copied().chain([none]).collect()
        };
        match self {
            Self::Stage => Stage::NAMES.to_vec(),
            Self::Reason => with(&LossReason::NAMES, "not_told"),
            Self::RefusalPart => with(&PARTS, "no_form"),
            Self::Tier => with(&Tier::NAMES, "none"),
        }
    }

    /// The rows that a client belongs to.
    fn places(self, seen: &Seen<'_>, row: usize) -> Vec<usize> {
        let known = &seen.known;
        let from = Day::new(known.counts("last_purchase")[row]).unwrap_or(Day::MIN);
        let code = |column: &str| Some(known.codes(column)[row]).filter(|&code| code != NO_CODE);
        let or_last = |place: Option<usize>| vec![place.unwrap_or(self.names().len() - 1)];
        match self {
            Self::Stage => code("highest_stage").map(usize::from).into_iter().collect(),
            Self::Tier => or_last(code("tier").map(usize::from)),
            Self::Reason => {
                let reason = told::reason(seen.journal, &seen.id(row), from, seen.as_of());
                or_last(reason.map(|reason| reason as usize))
            }
            Self::RefusalPart => {
                let forms = &seen.journal.entries().refusals;
                let forms = told::about(forms, &seen.id(row), |form| &form.client);
                let in_time =
                    forms.iter().filter(|form| form.on >= from && form.on <= seen.as_of());
                let mut said = [false; PARTS.len()];
                for form in in_time {
                    for (said, part) in said.iter_mut().zip(told::parts(form)) {
                        *said |= part;
                    }
                }
                let places: Vec<usize> = (0..PARTS.len()).filter(|&part| said[part]).collect();
                if places.is_empty() { or_last(None) } else { places }
            }
        }
    }
}

/// What is counted for one row.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    clients: i64,
    stake: i128,
    unknown: i64,
}

impl View for Losses {
    const NAME: &'static str = "losses";
    const ABOUT: &'static str =
        "Lost clients and what they put at stake, by stage, reason, refusal form or tier.";
    const SOURCE: &'static str = "R39, R42, R43, S4.10";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let names = self.by.names();
        let mut all = vec![Counted::default(); names.len()];
        let mut lost = 0_i64;
        for one in away(seen)?.iter().filter(|one| one.lost) {
            lost += 1;
            for place in self.by.places(seen, one.row) {
                let counted = &mut all[place];
                counted.clients += 1;
                counted.stake += i128::from(one.stake.unwrap_or(0));
                counted.unknown += i64::from(one.stake.is_none());
            }
        }
        let percent = |one: &Counted| (lost > 0).then(|| one.clients as f64 * 100.0 / lost as f64);
        let stake = |one: &Counted| (one.unknown == 0).then_some(one.stake);
        let cause = |one: &Counted| match one.unknown {
            0 => String::new(),
            unknown => format!("what {unknown} of {} put at stake is unknown", one.clients),
        };
        Ok(Table::new(vec![
            column("name", "S4.10, R42, R43", "Stage, reason, part or tier.", texts(names)),
            column(
                "clients",
                "R39",
                "Lost clients.",
                counts(all.iter().map(|one| Some(one.clients))),
            ),
            column(
                "clients_percent",
                "R39",
                "Share of all lost clients, in per cent.",
                floats(all.iter().map(percent)),
            ),
            column(
                "at_stake",
                "R23, R39",
                "What they put at stake together.",
                money(seen.scale(), all.iter().map(stake))?,
            ),
            column(
                "cause",
                "convention",
                "Why the amount at stake is missing.",
                texts(all.iter().map(cause)),
            ),
        ]))
    }
}
