//! The journal: what the firm does and has beside its sales.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::Journal;

use crate::boundary::{free, given, make, text};
use crate::error::{Failure, clientela_error};
use crate::text::clientela_text;

/// What the firm does and has beside its sales: promises, touches, deals, products. It never
/// changes: what joins two gives a new one. Several threads may use it.
#[derive(Debug)]
pub struct clientela_journal(pub(crate) Journal);

/// Reads a journal from JSON.
///
/// @param json  an object of lists, such as {"promises": [{"client": 7, "what": "a sample",
///              "due_on": "2026-03-31"}], "activities": [{"on": "2026-03-01", "goal": "retention",
///              "kind": "gift", "money": "150.00"}]}; lists that are absent are empty. Money is
///              text or whole numbers. Beside the lists stands fixed_costs, an object
/// @param out   where the journal goes; free it with clientela_journal_free
/// @return CLIENTELA_BAD_DOCUMENT for an entry that cannot be taken, with the path such as
///         touches[3].channel as the error's place
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_journal_from_json(
    json: *const c_char,
    json_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_journal>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `json_length` bytes at `json`.
        let json = unsafe { text(json, json_length, "json")? };
        Ok(clientela_journal(Journal::from_json(json)?))
    })
}

/// Joins two journals: every entry as often as where it stands most often; both stay as they
/// are.
///
/// @param out  where the new journal goes; free it with clientela_journal_free
/// @return CLIENTELA_MISMATCH for different statuses of deals or fixed costs
#[unsafe(no_mangle)]
pub extern "C" fn clientela_journal_merge(
    left: Option<&clientela_journal>,
    right: Option<&clientela_journal>,
    out: Option<&mut MaybeUninit<*mut clientela_journal>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let (left, right) = (given(left, "left")?, given(right, "right")?);
        Ok::<_, Failure>(clientela_journal(left.0.merge(&right.0)?))
    })
}

/// The journal as JSON, the same for the same entries in any order.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_journal_to_json(
    journal: Option<&clientela_journal>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_text::new(given(journal, "journal")?.0.to_json())))
}

/// Frees a journal; NULL is allowed. Snapshots made with it stay usable.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_journal_free(journal: Option<Box<clientela_journal>>) {
    free(journal);
}
