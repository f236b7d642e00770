//! The text `:86:`: in numbered parts (`?20`), in named parts (`/NAME/`), or free.

use super::super::entry::{Entry, EntryKind, Party, filled};
use super::field::Field;

/// Names of parts between slashes, as Dutch banks write them.
const NAMED: [&str; 22] = [
    "ADDR", "BENM", "BIC", "CNTP", "CSID", "EREF", "IBAN", "ID", "ISDT", "KREF", "MARF", "NAME",
    "ORDP", "PREF", "PURP", "REMI", "RTRN", "SVCL", "TRCD", "TRTP", "ULTB", "ULTD",
];

/// The numbers of parts that are purpose.
const PURPOSE: [&str; 14] =
    ["20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "60", "61", "62", "63"];

/// What the marks within a German purpose mean.
const MARKS: [(&str, &str); 4] = [
    ("EREF+", "end_to_end_id"),
    ("KREF+", "payment_reference"),
    ("MREF+", "mandate_id"),
    ("CRED+", "creditor_id"),
];

/// The side of an entry that is not ours.
pub(super) fn other(entry: &mut Entry) -> &mut Party {
    match entry.kind {
        EntryKind::Incoming => &mut entry.payer,
        EntryKind::Outgoing | EntryKind::OwnTransfer => &mut entry.payee,
    }
}

/// Adds the text of a field to an entry.
pub(super) fn read(entry: &mut Entry, field: &Field<'_>) {
    let text = field.text.as_ref();
    // Lines are cut at a width, also within words and numbers.
    let joined: String = text.split('\n').collect();
    if field.tag == "86" && entry.purpose.is_empty() {
        if let Some((code, mark, body)) = numbered(&joined) {
            entry.details.insert("business_code".to_owned(), code.to_owned());
            numbered_parts(entry, body, mark);
            return;
        }
        if let Some(parts) = named(&joined) {
            named_parts(entry, &parts);
        }
    }
    let purpose = text.trim();
    if !entry.purpose.is_empty() && !purpose.is_empty() {
        entry.purpose.push('\n');
    }
    entry.purpose.push_str(purpose);
}

/// Three digits, and the letter that stands before every number of two digits after them.
fn numbered(text: &str) -> Option<(&str, char, &str)> {
    let (code, body) = text.trim_start().split_at_checked(3)?;
    let mut letters = body.chars();
    let mark = letters.next()?;
    let number = letters.as_str().as_bytes().get(..2)?;
    let fits = code.bytes().all(|byte| byte.is_ascii_digit())
        && !mark.is_alphanumeric()
        && !mark.is_whitespace()
        && number.iter().all(u8::is_ascii_digit);
    fits.then_some((code, mark, body))
}

/// Takes the parts `?00`, `?20` to `?34`, `?60` to `?63`; others are kept by their number.
fn numbered_parts(entry: &mut Entry, body: &str, mark: char) {
    let mut parts: Vec<(&str, String)> = Vec::new();
    let mut head = String::new();
    for part in body.split(mark) {
        let number = part.get(..2).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
        match (number, parts.last_mut()) {
            (Some(number), _) => parts.push((number, part[2..].to_owned())),
            // The mark may stand in the text itself.
            (None, Some((_, last))) => {
                last.push(mark);
                last.push_str(part);
            }
            (None, None) => head.push_str(part),
        }
    }
    let (mut account, mut name) = (String::new(), String::new());
    for (number, text) in parts {
        match number {
            _ if PURPOSE.contains(&number) => entry.purpose.push_str(&text),
            "30" => other(entry).bank = filled(&text),
            "31" => account.push_str(text.trim()),
            "32" | "33" => name.push_str(&text),
            _ => {
                let name = match number {
                    "00" => "booking_text".to_owned(),
                    "10" => "batch_number".to_owned(),
                    "34" => "text_key".to_owned(),
                    _ => format!("part_{number}"),
                };
                let known = entry.details.entry(name).or_default();
                known.push_str(&text);
            }
        }
    }
    if let Some(head) = filled(&head) {
        entry.details.insert("head".to_owned(), head);
    }
    other(entry).set_account(&account);
    other(entry).name = filled(&name);
    let purpose = entry.purpose.clone();
    for (mark, name) in MARKS {
        if let Some((_, rest)) = purpose.split_once(mark) {
            // The next mark ends the reference.
            let end = rest.match_indices('+').map(|(at, _)| at.saturating_sub(4));
            let end = end
                .filter(|&at| rest.is_char_boundary(at))
                .find(|&at| rest[at..].bytes().take(4).all(|byte| byte.is_ascii_uppercase()));
            let value = &rest[..end.unwrap_or(rest.len())];
            if let Some(value) = filled(value) {
                entry.details.insert(name.to_owned(), value);
            }
        }
    }
}

/// The parts between names in slashes, or none where no such name stands there.
fn named(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut parts: Vec<(&str, &str)> = Vec::new();
    // Where the last name's value begins.
    let mut open: Option<(&str, usize)> = None;
    let mut at = 0;
    while let Some(slash) = text[at..].find('/').map(|slash| at + slash) {
        let behind = &text[slash + 1..];
        let name = behind.split('/').next().filter(|name| NAMED.contains(name));
        match name.filter(|name| behind.len() > name.len()) {
            Some(name) => {
                if let Some((known, begin)) = open {
                    parts.push((known, &text[begin.min(slash)..slash]));
                }
                // The slash behind the name may begin the next one.
                at = slash + 1 + name.len();
                open = Some((name, at + 1));
            }
            None => at = slash + 1,
        }
    }
    if let Some((known, begin)) = open {
        parts.push((known, &text[begin.min(text.len())..]));
    }
    let known = |wanted: &str| parts.iter().any(|(name, _)| *name == wanted);
    (text.trim_start().starts_with('/') && (known("NAME") || known("REMI") || known("IBAN")))
        .then_some(parts)
}

fn named_parts(entry: &mut Entry, parts: &[(&str, &str)]) {
    for &(name, text) in parts {
        let Some(value) = filled(text.trim_end_matches('/')) else { continue };
        match name {
            "NAME" => other(entry).name = Some(value),
            "IBAN" => other(entry).set_account(&value),
            "BIC" => other(entry).bank = Some(value),
            // Account, bank, name and town, in this order.
            "CNTP" => {
                let mut sides = value.split('/');
                let mut next = || sides.next().unwrap_or_default().to_owned();
                let (account, bank, name) = (next(), next(), next());
                other(entry).set_account(&account);
                other(entry).bank = filled(&bank);
                other(entry).name = filled(&name);
            }
            _ => {
                let name = match name {
                    "EREF" => "end_to_end_id",
                    "MARF" => "mandate_id",
                    "CSID" => "creditor_id",
                    "REMI" => "remittance",
                    "RTRN" => "return_reason",
                    other => &format!("part_{}", other.to_lowercase()),
                };
                entry.details.insert(name.to_owned(), value);
            }
        }
    }
    if entry.details.contains_key("return_reason") && !entry.reversal {
        // The bank gives money back: the other way of an earlier entry.
        entry.reversal = true;
        let (kind, payer, payee) = match entry.kind {
            EntryKind::Incoming => (EntryKind::Outgoing, Party::default(), entry.payer.clone()),
            _ => (EntryKind::Incoming, entry.payee.clone(), Party::default()),
        };
        (entry.kind, entry.payer, entry.payee) = (kind, payer, payee);
    }
}
