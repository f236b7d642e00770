//! The forms of clients that refused (R43, S2.28).

use std::collections::BTreeSet;

use serde::Deserialize;

use super::told::{PARTS, parts};
use crate::axis::column;
use crate::client::ClientId;
use crate::error::Result;
use crate::table::Table;
use crate::view::{Seen, View, counts, flags, floats, texts};

/// How often each part of the form of those who refuse says something (R43, S2.28). The part
/// that most forms speak of is the leading reason; of equals each is.
///
/// All forms up to the day count, of whoever refused, client of the base or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Refusals {}

impl View for Refusals {
    const NAME: &'static str = "refusals";
    const ABOUT: &'static str = "A part of the refusal form, and how many forms speak of it.";
    const SOURCE: &'static str = "R43, S2.28";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let all = seen.journal.entries().refusals.iter();
        let forms: Vec<_> = all.filter(|form| form.on <= seen.as_of()).collect();
        // A journal without forms says nothing of any part.
        let rows = if forms.is_empty() { 0 } else { PARTS.len() };
        let speaking = |part: usize| forms.iter().filter(move |form| parts(form)[part]);
        let spoken: Vec<usize> = (0..rows).map(|part| speaking(part).count()).collect();
        let most = spoken.iter().copied().max().unwrap_or(0);
        let who = |part: usize| {
            let clients: BTreeSet<&ClientId> = speaking(part).map(|form| &form.client).collect();
            Some(clients.len() as i64)
        };
        let percent = |&count: &usize| Some(count as f64 * 100.0 / forms.len() as f64);
        Ok(Table::new(vec![
            column("part", "S2.28", "Part of the form.", texts(&PARTS[..rows])),
            column(
                "forms",
                "R43",
                "Forms that say something there.",
                counts(spoken.iter().map(|&count| Some(count as i64))),
            ),
            column("clients", "R43", "Those who filled them in.", counts((0..rows).map(who))),
            column(
                "forms_percent",
                "R43",
                "Share of all forms, in per cent.",
                floats(spoken.iter().map(percent)),
            ),
            column(
                "leading",
                "S2.28",
                "Whether no other part is spoken of more often.",
                flags(spoken.iter().map(|&count| Some(count == most && count > 0))),
            ),
        ]))
    }
}
