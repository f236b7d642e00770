//! Sales, portraits and a journal that follow merged clients.

use std::collections::BTreeMap;
use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::ClientId;
use serde_json::{Map, Value};

use crate::boundary::{given, make, make_with, text};
use crate::error::{Failure, clientela_error};
use crate::journal::clientela_journal;
use crate::ledger::clientela_ledger;
use crate::portraits::clientela_portraits;
use crate::text::clientela_text;

/// Puts the sales of merged clients under the id that each of them became; the ledger itself stays
/// as it is. No sale is lost, and totals stay as they were.
///
/// @param rekeys  JSON, as clientela_duplicates_rekeys gives it: {"17": 4} for clients with numbers
///                as ids, {"north 17": "north 4"} for those with texts
/// @param out     where the new ledger goes; free it with clientela_ledger_free
/// @return CLIENTELA_BAD_ARGUMENT for a circle or an id of the wrong kind
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_ledger_rekey(
    ledger: Option<&clientela_ledger>,
    rekeys: *const c_char,
    rekeys_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_ledger>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let ledger = given(ledger, "ledger")?;
        // SAFETY: the caller gives `rekeys_length` bytes at `rekeys`.
        let rekeys = self::rekeys(unsafe { text(rekeys, rekeys_length, "rekeys")? })?;
        Ok(clientela_ledger(ledger.0.rekey(&rekeys)?))
    })
}

/// Puts the portraits of merged clients together under the id that each of them became; the
/// portraits themselves stay as they are. Lists, notes and records unite; of single values that
/// differ that of the id that is kept stays.
///
/// @param rekeys     as for clientela_ledger_rekey
/// @param set_aside  where the values that gave way go, as JSON: [{"client", "from", "field",
///                   "value", "kept"}, ...]; free it with clientela_text_free. Or NULL
/// @param out        where the new portraits go; free them with clientela_portraits_free
/// @return CLIENTELA_BAD_ARGUMENT for a circle or an id of the wrong kind, CLIENTELA_BAD_DOCUMENT
///         for steps of two memberships that contradict each other
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_portraits_rekey(
    portraits: Option<&clientela_portraits>,
    rekeys: *const c_char,
    rekeys_length: usize,
    set_aside: Option<&mut MaybeUninit<*mut clientela_text>>,
    out: Option<&mut MaybeUninit<*mut clientela_portraits>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make_with(set_aside, out, error, || {
        let portraits = given(portraits, "portraits")?;
        // SAFETY: the caller gives `rekeys_length` bytes at `rekeys`.
        let rekeys = self::rekeys(unsafe { text(rekeys, rekeys_length, "rekeys")? })?;
        let made = portraits.0.rekey(&rekeys)?;
        Ok((clientela_portraits(made.portraits), clientela_text::json(&made.set_aside)?))
    })
}

/// Puts the entries of merged clients under the id that each of them became; the journal itself
/// stays as it is.
///
/// @param rekeys  as for clientela_ledger_rekey
/// @param out     where the new journal goes; free it with clientela_journal_free
/// @return CLIENTELA_BAD_ARGUMENT for a circle
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_journal_rekey(
    journal: Option<&clientela_journal>,
    rekeys: *const c_char,
    rekeys_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_journal>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let journal = given(journal, "journal")?;
        // SAFETY: the caller gives `rekeys_length` bytes at `rekeys`.
        let rekeys = self::rekeys(unsafe { text(rekeys, rekeys_length, "rekeys")? })?;
        Ok(clientela_journal(journal.0.rekey(&rekeys)?))
    })
}

/// What clients become. Keys of JSON are always texts, so the kind of an id is told by the id that
/// it becomes.
fn rekeys(json: &str) -> Result<BTreeMap<ClientId, ClientId>, Failure> {
    let wrong = |problem: String| Failure::argument("rekeys", problem);
    let members: Map<String, Value> =
        serde_json::from_str(json).map_err(|error| wrong(error.to_string()))?;
    members
        .into_iter()
        .map(|(client, becomes)| {
            let both = match &becomes {
                Value::Number(id) => client.parse().ok().map(ClientId::Int).zip(id.as_i64()),
                _ => None,
            };
            match (both, becomes) {
                (Some((client, id)), _) => Ok((client, ClientId::Int(id))),
                (None, Value::String(id)) => Ok((ClientId::Text(client), ClientId::Text(id))),
                (None, other) => Err(wrong(format!(
                    "{client}: {other} is neither a whole number for a whole number nor a text"
                ))),
            }
        })
        .collect()
}
