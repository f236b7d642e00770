//! What is noted of clients follows them where records are merged.

use std::collections::BTreeMap;

use super::{Document, Entries, Journal, TaskClient};
use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::ledger::topmost;

impl Journal {
    /// The journal with every merged client under the id that it became, directly or through
    /// others. In a task for a group the merged clients are one, with the steps done for any of
    /// them; of two managers the one of the id that is kept stays, else the first by name.
    ///
    /// # Errors
    /// A circle of ids.
    pub fn rekey(&self, into: &BTreeMap<ClientId, ClientId>) -> Result<Self> {
        let mut document = Document::clone(&self.document);
        document.entries.rekey(into).map_err(|error| match error {
            Error::BadArgument { problem, .. } => Error::BadArgument { argument: "into", problem },
            other => other,
        })?;
        Self::of(document)
    }
}

impl Entries {
    fn rekey(&mut self, into: &BTreeMap<ClientId, ClientId>) -> Result<()> {
        macro_rules! of {
            ($($list:ident),*) => {
                $(for entry in &mut self.$list {
                    entry.client = topmost(&entry.client, into)?.clone();
                })*
            };
        }
        of!(
            assignments,
            touches,
            promises,
            extras,
            broken_promises,
            relation_scores,
            departures,
            refusals,
            win_backs,
            deals,
            deliveries
        );
        for task in &mut self.tasks {
            // Who is kept comes first, so that its manager stays.
            let mut clients: Vec<(ClientId, bool, TaskClient)> = Vec::new();
            for one in std::mem::take(&mut task.clients) {
                let top = topmost(&one.client, into)?.clone();
                clients.push((top.clone(), top != one.client, one));
            }
            clients.sort();
            for (top, _, one) in clients {
                match task.clients.last_mut().filter(|last| last.client == top) {
                    Some(last) => {
                        last.manager = last.manager.take().or(one.manager);
                        last.done =
                            crate::portrait::unite_lists(std::mem::take(&mut last.done), one.done);
                    }
                    None => task.clients.push(TaskClient { client: top, ..one }),
                }
            }
        }
        Ok(())
    }
}
