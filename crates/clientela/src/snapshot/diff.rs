//! Who came, who left and who moved between two days.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::Serialize;

use super::Snapshot;
use super::axes::VERDICTS;
use super::explain::Explainer;
use crate::axis::Reason;
use crate::calendar::Day;
use crate::client::{ClientId, Texts};
use crate::error::{Error, Result};
use crate::table::{NO_CODE, Table, Values};

/// A client whose verdict on an axis changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Move {
    /// The client.
    pub client: ClientId,
    /// The axis, as the column is named.
    pub axis: String,
    /// The verdict before; `None` is no verdict.
    pub from: Option<String>,
    /// The verdict now; `None` is no verdict.
    pub to: Option<String>,
    /// Why it is so now.
    pub reasons: Vec<Reason>,
}

/// What changed between two snapshots.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// The earlier day.
    pub from: Day,
    /// The later day.
    pub to: Day,
    /// Clients that were not there before, ascending.
    pub entered: Vec<ClientId>,
    /// Clients that are not there any more, ascending; only where another ledger was compared.
    pub left: Vec<ClientId>,
    /// Changed verdicts, by client and axis.
    pub moved: Vec<Move>,
}

impl Snapshot {
    /// What changed since an earlier snapshot, with the reasons of the verdicts now.
    ///
    /// # Errors
    /// An `earlier` that is later, or has client ids of another kind.
    pub fn diff(&self, earlier: &Self) -> Result<Diff> {
        if earlier.as_of() > self.as_of() {
            return Err(Error::BadArgument {
                argument: "earlier",
                problem: format!("{} is later than {}", earlier.as_of(), self.as_of()),
            });
        }
        let mut diff = Diff {
            from: earlier.as_of(),
            to: self.as_of(),
            entered: Vec::new(),
            left: Vec::new(),
            moved: Vec::new(),
        };
        // Figures move with every day; only what has a name can change.
        let named = |axis: &&&str| !self.names(axis).is_empty() || !earlier.names(axis).is_empty();
        let axes: Vec<_> = VERDICTS
            .iter()
            .filter(named)
            .map(|axis| {
                let before = (earlier.codes(axis), earlier.names(axis));
                (*axis, before, (self.codes(axis), self.names(axis)))
            })
            .collect();
        let plan = self.plan()?;
        let basis = self.inner.joined.basis(&plan, self.ledger());
        let explainer = Explainer::new(self, &basis)?;
        let (before, now) = (earlier.ids(), self.ids());
        let (mut i, mut j) = (0, 0);
        while i < before.len() || j < now.len() {
            let side = match (i < before.len(), j < now.len()) {
                (true, true) => before.compare(i, now, j)?,
                (true, false) => Ordering::Less,
                _ => Ordering::Greater,
            };
            match side {
                Ordering::Less => diff.left.push(before.get(i)),
                Ordering::Greater => diff.entered.push(now.get(j)),
                Ordering::Equal => {
                    for (axis, (old, old_names), (new, new_names)) in &axes {
                        let name = |code: u8, names: &[String]| {
                            (code != NO_CODE).then(|| names[usize::from(code)].clone())
                        };
                        let same_names = old_names == new_names;
                        if same_names && old[i] == new[j] {
                            continue;
                        }
                        let (from, to) = (name(old[i], old_names), name(new[j], new_names));
                        if from == to {
                            continue;
                        }
                        diff.moved.push(Move {
                            client: now.get(j),
                            axis: (*axis).to_owned(),
                            from,
                            to,
                            reasons: explainer.axis(j, axis)?,
                        });
                    }
                }
            }
            i += usize::from(side.is_le());
            j += usize::from(side.is_ge());
        }
        Ok(diff)
    }
}

impl Diff {
    /// The changes as a table: a row per client that entered or left, and per changed verdict.
    pub fn table(&self) -> Table {
        let none = || (None, None, None);
        let entered = self.entered.iter().map(|client| (client, "entered", none()));
        let left = self.left.iter().map(|client| (client, "left", none()));
        let moved = self.moved.iter().map(|change| {
            (
                &change.client,
                "moved",
                (Some(&change.axis), change.from.as_ref(), change.to.as_ref()),
            )
        });
        let rows: Vec<_> = entered.chain(left).chain(moved).collect();
        let texts = |value: &dyn Fn(usize) -> String| {
            let texts: Texts =
                (0..rows.len()).map(value).collect::<Vec<_>>().iter().map(String::as_str).collect();
            Values::Text(Arc::new(texts))
        };
        let ids: Option<Vec<i64>> = rows
            .iter()
            .map(|(client, ..)| match client {
                ClientId::Int(id) => Some(*id),
                ClientId::Text(_) => None,
            })
            .collect();
        let client = match ids {
            Some(ids) => Values::Int64(Arc::new(ids.into())),
            None => texts(&|row| rows[row].0.to_string()),
        };
        let text = |value: Option<&String>| value.cloned().unwrap_or_default();
        let column = |name: &'static str, about: &'static str, values| {
            crate::axis::column(name, "convention", about, values)
        };
        Table::new(vec![
            column("client", "Id of the client.", client),
            column("change", "entered, left or moved.", texts(&|row| rows[row].1.to_owned())),
            column("axis", "The axis that changed, else empty.", texts(&|row| text(rows[row].2.0))),
            column(
                "from",
                "The verdict before, empty for none.",
                texts(&|row| text(rows[row].2.1)),
            ),
            column("to", "The verdict now, empty for none.", texts(&|row| text(rows[row].2.2))),
        ])
    }
}
