//! Texts and bytes that the library hands out.

use std::ffi::{CString, c_char};

use crate::boundary::{free, read};
use crate::error::Failure;

/// A text in UTF-8 that belongs to the caller. It never changes, so several threads may read
/// it.
#[derive(Debug)]
pub struct clientela_text(CString);

/// A run of bytes that belongs to the caller. It never changes, so several threads may read
/// it.
#[derive(Debug)]
pub struct clientela_bytes(pub(crate) Vec<u8>);

impl clientela_text {
    /// A text for C.
    pub(crate) fn new(text: String) -> Self {
        // JSON escapes zero bytes; elsewhere one would hide the rest from readers of C strings.
        Self(CString::new(text).unwrap_or_else(|error| {
            let text = String::from_utf8_lossy(&error.into_vec()).replace('\0', "\u{fffd}");
            CString::new(text).unwrap_or_default()
        }))
    }

    /// A value as JSON.
    pub(crate) fn json(value: &impl serde::Serialize) -> Result<Self, Failure> {
        serde_json::to_string(value)
            .map(Self::new)
            .map_err(|error| clientela::Error::BadFormat(error.to_string()).into())
    }
}

/// The text, followed by a zero byte; it lives as long as the handle. "" for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_text_data(text: Option<&clientela_text>) -> *const c_char {
    read(text, c"".as_ptr(), |text| text.0.as_ptr())
}

/// Number of bytes of the text without the zero byte; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_text_length(text: Option<&clientela_text>) -> usize {
    read(text, 0, |text| text.0.as_bytes().len())
}

/// Frees a text; NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_text_free(text: Option<Box<clientela_text>>) {
    free(text);
}

/// The bytes; they live as long as the handle. NULL for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_bytes_data(bytes: Option<&clientela_bytes>) -> *const u8 {
    read(bytes, std::ptr::null(), |bytes| bytes.0.as_ptr())
}

/// Number of bytes; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_bytes_length(bytes: Option<&clientela_bytes>) -> usize {
    read(bytes, 0, |bytes| bytes.0.len())
}

/// Frees bytes; NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_bytes_free(bytes: Option<Box<clientela_bytes>>) {
    free(bytes);
}
