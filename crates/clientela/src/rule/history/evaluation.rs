//! What a rule said of the clients of a base on a day, and the union of two such lists.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::census::basis::{NO_ROW, positions};
use crate::client::{ClientId, ClientIds, Texts};
use crate::error::{Error, Result};
use crate::table::NO_CODE;

/// Which rule was evaluated on which day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) rule: String,
    pub(super) day: Day,
    pub(super) version: u32,
}

/// Clients in the order of their ids with a verdict each: 0, 1, or [`NO_CODE`] for unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evaluated {
    pub(super) ids: ClientIds,
    pub(super) codes: Arc<Buffer<u8>>,
}

/// A verdict in words.
pub(super) fn word(code: u8) -> &'static str {
    match code {
        0 => "out",
        1 => "in",
        _ => "unknown",
    }
}

impl Evaluated {
    /// The verdicts of both.
    ///
    /// # Errors
    /// A client with two verdicts; ids of two kinds.
    pub(super) fn unite(&self, other: &Self, key: &Key) -> Result<Self> {
        if self == other {
            return Ok(self.clone());
        }
        let ids = unite(&self.ids, &other.ids)?;
        let mut codes = vec![NO_CODE; ids.len()];
        let (ours, theirs) = (positions(&ids, &self.ids)?, positions(&ids, &other.ids)?);
        for (row, code) in codes.iter_mut().enumerate() {
            let of =
                |place: u32, list: &Self| (place != NO_ROW).then(|| list.codes[place as usize]);
            *code = match (of(ours[row], self), of(theirs[row], other)) {
                (Some(left), Some(right)) if left != right => {
                    let Key { rule, day, version } = key;
                    let whose = format!("`{rule}` v{version} on {day}, client {}", ids.get(row));
                    return Err(Error::Mismatch {
                        what: "a verdict",
                        left: format!("{whose}: {}", word(left)),
                        right: word(right).to_owned(),
                    });
                }
                (Some(code), _) | (None, Some(code)) => code,
                (None, None) => NO_CODE,
            };
        }
        Ok(Self { ids, codes: Arc::new(codes.into()) })
    }
}

/// The ids of both lists.
pub(super) fn unite(left: &ClientIds, right: &ClientIds) -> Result<ClientIds> {
    if right.is_empty() || left == right {
        return Ok(left.clone());
    }
    if left.is_empty() {
        return Ok(right.clone());
    }
    // Which list the next id comes from, and its place there.
    let mut order = Vec::with_capacity(left.len().max(right.len()));
    let (mut i, mut j) = (0, 0);
    while i < left.len() || j < right.len() {
        let side = if i == left.len() {
            Ordering::Greater
        } else if j == right.len() {
            Ordering::Less
        } else {
            left.compare(i, right, j)?
        };
        order.push(if side.is_le() { (left, i) } else { (right, j) });
        i += usize::from(side.is_le());
        j += usize::from(side.is_ge());
    }
    // The first comparison has told that both are of one kind.
    let number = |(ids, place): (&ClientIds, usize)| match ids {
        ClientIds::Int(ids) => ids.get(place).copied(),
        ClientIds::Text(_) => None,
    };
    let numbers: Option<Vec<i64>> = order.iter().map(|&from| number(from)).collect();
    if let Some(numbers) = numbers {
        return Ok(ClientIds::Int(Arc::new(numbers.into())));
    }
    let mut texts = Texts::default();
    for (ids, place) in order {
        if let ClientIds::Text(ids) = ids {
            texts.push(ids.get(place));
        }
    }
    Ok(ClientIds::Text(Arc::new(texts)))
}

/// Ascending ids as a list; `None` where they are not ascending or of two kinds.
pub(super) fn ids_of(ids: &[ClientId]) -> Option<ClientIds> {
    if !ids.is_sorted_by(|a, b| a < b) {
        return None;
    }
    let mut numbers = Vec::with_capacity(ids.len());
    let mut texts = Texts::default();
    for id in ids {
        match id {
            ClientId::Int(id) => numbers.push(*id),
            ClientId::Text(id) => texts.push(id),
        }
    }
    match (numbers.len() == ids.len(), texts.len() == ids.len()) {
        (true, _) => Some(ClientIds::Int(Arc::new(numbers.into()))),
        (false, true) => Some(ClientIds::Text(Arc::new(texts))),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[ClientId]) -> ClientIds {
        ids_of(ids).unwrap()
    }

    #[test]
    fn ids_unite_in_order() {
        let (left, right) = (ids(&[1.into(), 5.into()]), ids(&[2.into(), 5.into(), 9.into()]));
        let both = ids(&[1.into(), 2.into(), 5.into(), 9.into()]);
        assert_eq!(unite(&left, &right).unwrap(), both);
        assert_eq!(unite(&right, &left).unwrap(), both);
        let texts = unite(&ids(&["b".into()]), &ids(&["a".into(), "c".into()])).unwrap();
        assert_eq!(texts, ids(&["a".into(), "b".into(), "c".into()]));
        assert_eq!(unite(&ids(&[]), &texts).unwrap(), texts);
        assert_eq!(unite(&texts, &ids(&[])).unwrap(), texts);
        assert!(unite(&left, &texts).is_err());
        assert_eq!(ids_of(&[2.into(), 1.into()]), None);
        assert_eq!(ids_of(&[1.into(), 1.into()]), None);
        assert_eq!(ids_of(&[1.into(), "a".into()]), None);
    }
}
