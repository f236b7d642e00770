//! Questionnaires: forms that are filled from a portrait.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::fill_questionnaire;

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
