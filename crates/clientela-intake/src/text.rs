//! From bytes to text in a stated encoding, or in the one that the bytes themselves prove.

use std::borrow::Cow;

use clientela::{Error, Result};
use encoding_rs::{Encoding, UTF_8};

use crate::guard::bad;

/// A text and the encoding that it was in.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) encoding: &'static str,
}

/// The encoding with a name such as `windows-1251`, `ibm866` or `koi8-r` (WHATWG).
pub(crate) fn named(label: &str) -> Result<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).ok_or_else(|| Error::BadArgument {
        argument: "encoding",
        problem: format!("`{label}` is none; windows-1251, ibm866, koi8-r and utf-8 are some"),
    })
}

/// The text of bytes. A byte order mark wins; else the encoding is the one stated; else it must
/// be UTF-8, and is never guessed.
pub(crate) fn decode<'a>(bytes: &'a [u8], stated: Option<&str>) -> Result<Decoded<'a>> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(&bytes[mark..], encoding);
    }
    decode_as(bytes, stated.map_or(Ok(UTF_8), named)?)
}

/// The text of bytes in an encoding.
pub(crate) fn decode_as<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Result<Decoded<'a>> {
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Decoded { text: Cow::Borrowed(text), encoding: "UTF-8" }),
            Err(error) => {
                let at = error.valid_up_to();
                let line = line_of(bytes, at);
                Err(bad(
                    &format!("byte {at}, line {line}"),
                    "not UTF-8; state the `encoding`, such as windows-1251",
                ))
            }
        };
    }
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(Decoded { text, encoding: encoding.name() }),
        None => {
            Err(bad("text", format_args!("not {}: it has bytes without a letter", encoding.name())))
        }
    }
}

/// The line that a byte stands in, from 1.
pub(crate) fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes[..at.min(bytes.len())].split(|&byte| byte == b'\n').count()
}

/// The lines of a text with their numbers from 1, ended by `\n`, `\r\n` or `\r`.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let mut rest = Some(text);
    let lines = std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return (!text.is_empty()).then_some(text);
        };
        let (line, after) = text.split_at(end);
        rest = Some(after.strip_prefix("\r\n").unwrap_or_else(|| &after[1..]));
        Some(line)
    });
    (1..).zip(lines)
}

#[cfg(test)]
mod tests {
    use super::{decode, lines};

    #[test]
    fn marks_win_and_nothing_is_guessed() {
        // "Ъ" in each encoding, from its code table.
        let text =
            |bytes: &[u8], stated| decode(bytes, stated).map(|found| found.text.into_owned());
        assert_eq!(text("Ъ".as_bytes(), None).as_deref(), Ok("Ъ"));
        assert_eq!(text(&[0xda], Some("windows-1251")).as_deref(), Ok("Ъ"));
        assert_eq!(text(&[0x9a], Some("cp866")).as_deref(), Ok("Ъ"));
        assert_eq!(text(&[0xff], Some("koi8-r")).as_deref(), Ok("Ъ"));
        assert_eq!(text(&[0xff, 0xfe, 0x2a, 0x04], Some("windows-1251")).as_deref(), Ok("Ъ"));
        assert_eq!(text(b"\xef\xbb\xbfa", None).as_deref(), Ok("a"));
        let error = text(b"a\nb\xda", None).unwrap_err().to_string();
        assert!(error.contains("byte 3, line 2"), "{error}");
        // The first of two bytes, and no second.
        assert!(text(&[0x82], Some("shift_jis")).is_err());
        assert!(text(b"a", Some("martian")).is_err());
    }

    #[test]
    fn every_end_of_line_counts_once() {
        let found: Vec<_> = lines("a\r\nb\rc\n\nd").collect();
        assert_eq!(found, [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d")]);
        assert_eq!(lines("").count(), 0);
        assert_eq!(lines("a\n").count(), 1);
    }
}
