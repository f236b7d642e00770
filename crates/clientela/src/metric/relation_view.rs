//! How relations to persons changed beside what their firms buy (R29).

use serde::Deserialize;

use super::relation::{AmountTrend, RelationTrend};
use crate::axis::column;
use crate::calendar::Day;
use crate::census::history::{History, Scratch};
use crate::error::Result;
use crate::journal::RelationScore;
use crate::table::Table;
use crate::view::{Seen, View, clients, counts, money, names, texts};

/// The change of relations in `metric.window`, beside the amount of the window and of as long a
/// time before (R29, S2.56). Scores are the firm's own: only the direction says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RelationsView {}

/// One person's scores, and what the client buys.
struct Scored<'a> {
    row: usize,
    first: &'a RelationScore,
    last: &'a RelationScore,
    /// `None` where the window is the whole history, or the sales begin after the time before
    /// it does.
    before: Option<i64>,
    now: i64,
}

impl Scored<'_> {
    /// `None` of one score alone.
    fn relation(&self) -> Option<RelationTrend> {
        (self.first.on < self.last.on).then(|| RelationTrend::of(self.first.score, self.last.score))
    }
}

/// Net amount from one day to another, both with them.
fn between(history: &History<'_>, from: i32, to: i32) -> i64 {
    let lines = history.days.iter().zip(history.amounts);
    lines.filter(|&(day, _)| (from..=to).contains(day)).map(|(_, amount)| amount).sum()
}

impl View for RelationsView {
    const NAME: &'static str = "relations";
    const ABOUT: &'static str =
        "A person on a client's side: how the relation changed, beside what the client buys.";
    const SOURCE: &'static str = "R29, S2.56";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let basis = seen.known.basis;
        let window = seen.policy().metric.window;
        let since = basis.since(window);
        let as_of = seen.as_of().days();
        let earlier = window.and_then(|span| {
            let until = Day::new(since - 1)?;
            let from = crate::census::plan::window_start(Some(span), until);
            let known = basis.plan.first_day().is_some_and(|first| first.days() <= from);
            known.then_some(from..=until.days())
        });
        let histories = seen.histories();
        let mut scratch = Scratch::default();
        let scores = seen.journal.entries().relation_scores.iter();
        let scores: Vec<&RelationScore> =
            scores.filter(|score| basis.counts(score.on, since)).collect();
        let mut rows = Vec::new();
        // Scores stand in the order of client, person and day.
        for of_one in scores.chunk_by(|a, b| (&a.client, &a.person) == (&b.client, &b.person)) {
            let (Some(row), [first, ..], [.., last]) =
                (seen.row(&of_one[0].client), of_one, of_one)
            else {
                continue;
            };
            let history = histories.read(basis.client(row), &mut scratch);
            let before = earlier.as_ref().map(|e| between(&history, *e.start(), *e.end()));
            let now = between(&history, since, as_of);
            rows.push(Scored { row, first, last, before, now });
        }
        rows.sort_by(|a, b| (a.row, &a.first.person).cmp(&(b.row, &b.first.person)));
        let ids: Vec<usize> = rows.iter().map(|row| row.row).collect();
        Ok(Table::new(vec![
            column("client", "R29", "Id of the client.", clients(seen.ids, &ids)),
            column(
                "person",
                "R29, S2.56",
                "Who it is on the client's side.",
                texts(rows.iter().map(|row| &row.first.person)),
            ),
            column(
                "first_score",
                "R29",
                "The first score in the window, on the firm's own scale.",
                counts(rows.iter().map(|row| Some(row.first.score))),
            ),
            column(
                "last_score",
                "R29",
                "The last score in the window.",
                counts(rows.iter().map(|row| Some(row.last.score))),
            ),
            column(
                "relation",
                "R29, S2.56",
                "better, same or worse; missing where there are no scores of two days.",
                names(rows.iter().map(|row| row.relation().map(RelationTrend::name))),
            ),
            column(
                "amount_before",
                "R29",
                "Amount net of returns in as long a time before the window; missing without a \
                 window, and where the sales begin later.",
                money(seen.scale(), rows.iter().map(|row| row.before.map(Into::into)))?,
            ),
            column(
                "amount_now",
                "R29",
                "Amount net of returns in the window.",
                money(seen.scale(), rows.iter().map(|row| Some(row.now.into())))?,
            ),
            column(
                "amount_direction",
                "R29, S2.56",
                "up, same or down.",
                names(rows.iter().map(|row| Some(AmountTrend::of(&row.before?, &row.now).name()))),
            ),
        ]))
    }
}
