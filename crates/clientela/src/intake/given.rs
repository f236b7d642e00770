//! A text as it came in.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;

use super::card;

/// A text as it came in. It shows itself, in debugging too, only with bank card numbers masked.
#[derive(Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(transparent)]
pub struct RawText(String);

impl RawText {
    /// The text with bank card numbers masked; this is what answers give back.
    pub fn masked(&self) -> Cow<'_, str> {
        card::masked(&self.0)
    }

    /// The text without white space at its ends.
    pub(super) fn trimmed(&self) -> &str {
        trimmed(&self.0)
    }
}

impl<T: Into<String>> From<T> for RawText {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for RawText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.masked(), f)
    }
}

/// A text without white space, signs of no width and byte order marks at its ends.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|sign: char| sign.is_whitespace() || is_invisible(sign))
}

/// Whether a sign has no width and says nothing.
pub(super) fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The value of a digit, of full width and Arabic ones too.
pub(super) fn digit(sign: char) -> Option<u8> {
    let zero = match sign {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    Some((sign as u32 - zero as u32) as u8)
}
