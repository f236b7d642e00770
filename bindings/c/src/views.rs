//! Views of a snapshot and formulas on plain values, both by name.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::{Policy, formula, formulas, views};

use crate::boundary::{given, make, text};
use crate::error::clientela_error;
use crate::policy::clientela_policy;
use crate::snapshot::clientela_snapshot;
use crate::table::clientela_table;
use crate::text::clientela_text;

/// The answer of a view: a question to the whole base by name, such as actions, the list of what
/// to do next.
///
/// @param name       one of clientela_views
/// @param arguments  its named arguments as JSON, such as {"step": "quarter"}; NULL with length 0
///                   for the defaults
/// @param out        where the table goes; free it with clientela_table_free
/// @return CLIENTELA_BAD_ARGUMENT for a name that no view has, and for what the base does not
///         have; CLIENTELA_BAD_DOCUMENT for arguments that the view does not take, with the path as
///         the error's place; CLIENTELA_BAD_POLICY for a field that the view needs, with its path
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_snapshot_view(
    snapshot: Option<&clientela_snapshot>,
    name: *const c_char,
    name_length: usize,
    arguments: *const c_char,
    arguments_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let snapshot = given(snapshot, "snapshot")?;
        // SAFETY: the caller gives `name_length` bytes at `name`.
        let name = unsafe { text(name, name_length, "name")? };
        // SAFETY: the caller gives `arguments_length` bytes at `arguments`.
        let arguments = unsafe { text(arguments, arguments_length, "arguments")? };
        Ok(clientela_table::new(snapshot.0.view_named(name, arguments)?))
    })
}

/// The account of the base, as JSON: every view with its default arguments.
///
/// @param out  where {"as_of": "2026-03-31", "currency": "EUR", "tables": [...]} goes, each table
///             with its name, about and source, and under "table" its rows as objects, or null and
///             the cause; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_snapshot_account(
    snapshot: Option<&clientela_snapshot>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        Ok(clientela_text::new(given(snapshot, "snapshot")?.0.account()?.to_json()))
    })
}

/// All views, as JSON: [{"name", "about", "source", "arguments": [...]}, ...], each argument with
/// its name, kind (flag, count, integer, number, decimal, day, text, client, choice or record),
/// whether it is a list and whether it is required, for a choice its options and for a record its
/// members.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_views(
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || clientela_text::json(&views().collect::<Vec<_>>()))
}

/// All formulas, as JSON in the form of clientela_views.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_formulas(
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || clientela_text::json(&formulas().collect::<Vec<_>>()))
}

/// The answer of a formula on plain values.
///
/// @param name       one of clientela_formulas, such as crr
/// @param arguments  its named arguments as JSON, such as {"at_start": 100, "at_end": 110, "new":
///                   20}; decimals are texts or whole numbers
/// @param policy     NULL for the default policy
/// @param out        where the answer goes as JSON, its figures as {"value": "90", "unit":
///                   "percent", "bound": "exact"}, or with "value": null and a "cause"; free it
///                   with clientela_text_free
/// @return CLIENTELA_BAD_ARGUMENT for a name that no formula has, and for arguments that contradict
///         each other; CLIENTELA_BAD_DOCUMENT for those that the formula does not take or lacks
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_formula(
    name: *const c_char,
    name_length: usize,
    arguments: *const c_char,
    arguments_length: usize,
    policy: Option<&clientela_policy>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `name_length` bytes at `name`.
        let name = unsafe { text(name, name_length, "name")? };
        // SAFETY: the caller gives `arguments_length` bytes at `arguments`.
        let arguments = unsafe { text(arguments, arguments_length, "arguments")? };
        let default = Policy::default();
        let policy = policy.map_or(&default, |policy| &policy.0);
        Ok(clientela_text::new(formula(name, arguments, policy)?))
    })
}
