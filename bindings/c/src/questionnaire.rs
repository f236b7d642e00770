//! Questionnaires: forms that are filled from a portrait.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::{Additional, fill_questionnaire};
use serde_json::json;

use crate::boundary::{make, text};
use crate::error::clientela_error;
use crate::text::clientela_text;

/// Fills a questionnaire from a portrait, additional answers and a dictionary.
///
/// @param json  {"questionnaire": {...}, "portrait": {...}, "additional": {...}, "dictionary":
///              {...}, "catalogue": {...}}, of which the last three may be absent
/// @param out   where the form goes, as JSON: its heading, and each entry with its value or why
///              it has none; free it with clientela_text_free
/// @return CLIENTELA_BAD_DOCUMENT for a document that cannot be used, with the path such as
///         questionnaire.fields[2].options as the error's place
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_questionnaire_fill(
    json: *const c_char,
    json_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `json_length` bytes at `json`.
        let json = unsafe { text(json, json_length, "json")? };
        Ok(clientela_text::new(fill_questionnaire(json)?))
    })
}

/// Takes from another person's additional answers what is empty in these; what is answered
/// stays.
///
/// @param source  the other person's answers, {"name": "text", ...}
/// @param target  the answers to complete, in the same form
/// @param out     where {"additional": {...}, "filled": ["name", ...]} goes: the completed
///                answers, and the names that were filled; free it with clientela_text_free
/// @return CLIENTELA_BAD_DOCUMENT for answers that cannot be read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_additional_copy(
    source: *const c_char,
    source_length: usize,
    target: *const c_char,
    target_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `source_length` bytes at `source`.
        let source = Additional::from_json(unsafe { text(source, source_length, "source")? })?;
        // SAFETY: the caller gives `target_length` bytes at `target`.
        let mut target = Additional::from_json(unsafe { text(target, target_length, "target")? })?;
        let filled = target.copy_from(&source);
        clientela_text::json(&json!({"additional": target, "filled": filled}))
    })
}
