//! What is asked of XML before an outside reader sees it: well-formed, no document type, not too
//! deep.

use clientela::Result;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::guard::{bad, within};
use crate::text::line_of;

/// What a visitor sees of a document.
pub(crate) enum Node<'a, 'b> {
    /// An element begins; whether it ends at once.
    Start(&'b BytesStart<'a>, bool),
    /// An element ends, by its name with the prefix.
    End(&'b str),
    /// Bytes of text, entities and all.
    Text(usize),
}

/// Walks a document once. `visit` sees every element and text with the byte where it begins and
/// where it ends.
///
/// Elements must close in order: an outside reader may look for an end that never comes. A
/// document type is refused, and with it every declared entity.
pub(crate) fn walk(
    place: &str,
    text: &str,
    depth: usize,
    mut visit: impl FnMut(&Node<'_, '_>, usize, usize) -> Result<()>,
) -> Result<()> {
    let mut reader = Reader::from_str(text);
    let mut open = 0_usize;
    let mut roots = 0_usize;
    loop {
        let start = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|error| {
            let at = (reader.error_position() as usize).min(text.len());
            bad(&format!("{place}, line {}", line_of(text.as_bytes(), at)), error)
        })?;
        let end = reader.buffer_position() as usize;
        let problem =
            |what: &str| bad(&format!("{place}, line {}", line_of(text.as_bytes(), start)), what);
        match &event {
            Event::Start(element) => {
                roots += usize::from(open == 0);
                open += 1;
                within(place, "depth", open, depth)?;
                visit(&Node::Start(element, false), start, end)?;
            }
            Event::Empty(element) => {
                roots += usize::from(open == 0);
                within(place, "depth", open + 1, depth)?;
                visit(&Node::Start(element, true), start, end)?;
            }
            Event::End(element) => {
                open = open.checked_sub(1).ok_or_else(|| problem("an end without a start"))?;
                visit(&Node::End(element.name().as_ref()), start, end)?;
            }
            Event::DocType(_) => return Err(problem("a document type is refused")),
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                visit(&Node::Text(end - start), start, end)?;
            }
            Event::Eof if open > 0 => return Err(problem("the document breaks off")),
            Event::Eof if roots != 1 => return Err(problem("not one root element")),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// An attribute by its name with the prefix, as it is written.
pub(crate) fn attribute<'a>(
    element: &'a BytesStart<'_>,
    name: &str,
) -> Option<std::borrow::Cow<'a, str>> {
    let mut attributes = element.attributes();
    let mut found = attributes.with_checks(false).flatten();
    found.find(|attribute| attribute.key.as_ref() == name).map(|attribute| attribute.value)
}

#[cfg(test)]
mod tests {
    use super::walk;

    fn check(text: &str) -> bool {
        walk("part", text, 8, |_, _, _| Ok(())).is_ok()
    }

    #[test]
    fn only_whole_documents_without_a_type_pass() {
        assert!(check("<?xml version=\"1.0\"?><a><b/>text &amp; <![CDATA[<]]></a>"));
        assert!(!check("<a><b></a></b>"));
        assert!(!check("<a><b>"));
        assert!(!check("<a/><a/>"));
        assert!(!check(""));
        assert!(!check("<!DOCTYPE a [<!ENTITY e \"eee\">]><a>&e;</a>"));
    }

    #[test]
    fn depth_is_bounded() {
        let nest = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(check(&nest(8)));
        assert!(!check(&nest(9)));
        assert!(!check(&"<a>".repeat(1_000_000)));
    }
}
