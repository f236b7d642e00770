//! From lines to fields.

use std::borrow::Cow;

use clientela::Result;

use crate::text;

/// One field: `:61:` and all lines up to the next.
#[derive(Debug)]
pub(super) struct Field<'a> {
    /// The tag, such as `61`.
    pub(super) tag: &'a str,
    /// The line of the tag, from 1.
    pub(super) line: u64,
    /// What follows, lines parted by `\n`.
    pub(super) text: Cow<'a, str>,
}

impl Field<'_> {
    /// The field as it stood.
    pub(super) fn whole(&self) -> String {
        format!(":{}:{}", self.tag, self.text)
    }
}

/// A part of a file.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    /// A field.
    Field(Field<'a>),
    /// The end of a message: a line of `-`.
    End,
    /// A line with its number that belongs to no field.
    Outside(u64, &'a str),
}

/// Whether a line begins a field.
pub(crate) fn is_field(line: &str) -> bool {
    tag(line).is_some()
}

/// The tag of a line that begins a field, and the rest: `:61:`, `:60F:` or `:NS:`.
fn tag(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.strip_prefix(':')?.split_once(':')?;
    let known = match tag.as_bytes() {
        b"NS" => true,
        [a, b] => a.is_ascii_digit() && b.is_ascii_digit(),
        [a, b, c] => a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_uppercase(),
        _ => false,
    };
    known.then_some((tag, rest))
}

/// Gives the parts of a file in order, one at a time.
pub(super) fn each(text: &str, mut take: impl FnMut(Piece<'_>) -> Result<()>) -> Result<()> {
    let mut open: Option<Field<'_>> = None;
    for (number, line) in text::lines(text) {
        let line = line.trim_end_matches('\0');
        // The envelope may stand before the first field in its line.
        let inner = line.rsplit_once("{4:").map(|(_, inner)| inner).filter(|it| is_field(it));
        if let Some((tag, rest)) = tag(inner.unwrap_or(line)) {
            if let Some(field) = open.take() {
                take(Piece::Field(field))?;
            }
            if let Some(inner) = inner {
                take(Piece::Outside(number, &line[..line.len() - inner.len()]))?;
            }
            open = Some(Field { tag, line: number, text: Cow::Borrowed(rest) });
            continue;
        }
        let end = line.trim() == "-" || line.starts_with("-}");
        if let Some(field) = &mut open
            && !end
            && !line.starts_with("{1:")
        {
            let text = field.text.to_mut();
            text.push('\n');
            text.push_str(line);
            continue;
        }
        if let Some(field) = open.take() {
            take(Piece::Field(field))?;
        }
        if end {
            take(Piece::End)?;
        }
        if line.trim().len() > if end { 2 } else { 0 } {
            take(Piece::Outside(number, line))?;
        }
    }
    open.map_or(Ok(()), |field| take(Piece::Field(field)))
}
