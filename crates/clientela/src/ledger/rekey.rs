//! Sales follow their clients where records are merged.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Ledger;
use crate::client::ClientId;
use crate::error::{Error, Result};

impl Ledger {
    /// The ledger with the sales of merged clients under the id that each of them became, directly
    /// or through others ([`Clusters::rekeys`](crate::intake::Clusters::rekeys)). No sale is lost
    /// or changed but for its client, so totals stay as they were. There is no way back: which sale
    /// was whose is known from the ledger before.
    ///
    /// # Errors
    /// An id of another kind than the ledger's, a circle, or amounts of one client that add up to
    /// 2^62 minor units or more.
    pub fn rekey(&self, into: &BTreeMap<ClientId, ClientId>) -> Result<Self> {
        let moved = self.roll_up(into).map_err(|error| match error {
            Error::BadArgument { problem, .. } => Error::BadArgument { argument: "into", problem },
            other => other,
        })?;
        Ok(Self { report: Arc::clone(&self.report), ..moved })
    }
}
