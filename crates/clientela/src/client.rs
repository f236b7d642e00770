//! Who buys from the firm: client ids and columns of them.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::buffer::Buffer;
use crate::error::{Error, Result};

/// A client's id: a whole number or text, one kind per ledger.
///
/// Numbers order by value, text by its UTF-8 bytes; that is the order of every table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ClientId {
    /// A whole number.
    Int(i64),
    /// Text, compared byte by byte; never empty.
    Text(String),
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(id) => id.fmt(f),
            Self::Text(id) => id.fmt(f),
        }
    }
}

impl From<i64> for ClientId {
    fn from(id: i64) -> Self {
        Self::Int(id)
    }
}

impl From<&str> for ClientId {
    fn from(id: &str) -> Self {
        Self::Text(id.to_owned())
    }
}

/// Texts in one buffer: text `i` is `bytes[offsets[i]..offsets[i + 1]]`, valid UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    bytes: String,
    offsets: Vec<usize>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { bytes: String::new(), offsets: vec![0] }
    }
}

impl Texts {
    /// No texts, with room for `count` of `bytes` in all.
    pub fn with_capacity(count: usize, bytes: usize) -> Self {
        let mut offsets = Vec::with_capacity(count + 1);
        offsets.push(0);
        Self { bytes: String::with_capacity(bytes), offsets }
    }

    /// Adds one text.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.offsets.push(self.bytes.len());
    }

    /// Number of texts.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Text `i`; panics past the end, as a slice does.
    pub fn get(&self, i: usize) -> &str {
        &self.bytes[self.offsets[i]..self.offsets[i + 1]]
    }

    /// All texts in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        self.offsets.windows(2).map(|pair| &self.bytes[pair[0]..pair[1]])
    }

    /// The buffer and the offsets, taken apart.
    pub(crate) fn into_parts(self) -> (String, Vec<usize>) {
        (self.bytes, self.offsets)
    }

    /// Put together again what [`Texts::parts`] gives; `None` where an offset does not fit.
    pub(crate) fn of_parts(bytes: String, offsets: Vec<usize>) -> Option<Self> {
        let fits = offsets.first() == Some(&0)
            && offsets.last() == Some(&bytes.len())
            && offsets.is_sorted()
            && offsets.iter().all(|&offset| bytes.is_char_boundary(offset));
        fits.then_some(Self { bytes, offsets })
    }

    /// The whole buffer and the offsets into it, one more than there are texts.
    pub fn parts(&self) -> (&str, &[usize]) {
        (&self.bytes, &self.offsets)
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut all = Self::default();
        for text in texts {
            all.push(text);
        }
        all
    }
}

/// The ids of a base, ascending and without doubles; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientIds {
    /// Whole numbers.
    Int(Arc<Buffer<i64>>),
    /// Texts.
    Text(Arc<Texts>),
}

impl ClientIds {
    /// Number of clients.
    pub fn len(&self) -> usize {
        match self {
            Self::Int(ids) => ids.len(),
            Self::Text(ids) => ids.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of client `i`; panics past the end, as a slice does.
    pub fn get(&self, i: usize) -> ClientId {
        match self {
            Self::Int(ids) => ClientId::Int(ids[i]),
            Self::Text(ids) => ClientId::Text(ids.get(i).to_owned()),
        }
    }

    /// How id `i` stands to id `j` of another list.
    ///
    /// # Errors
    /// Numbers on one side and texts on the other.
    pub(crate) fn compare(&self, i: usize, other: &Self, j: usize) -> Result<Ordering> {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => Ok(left[i].cmp(&right[j])),
            (Self::Text(left), Self::Text(right)) => Ok(left.get(i).cmp(right.get(j))),
            _ => Err(Error::Mismatch {
                what: "kind of client ids",
                left: "numbers on one side".to_owned(),
                right: "texts on the other".to_owned(),
            }),
        }
    }

    /// The ids at some positions.
    pub(crate) fn pick(&self, rows: &[usize]) -> Self {
        match self {
            Self::Int(ids) => Self::Int(Arc::new(rows.iter().map(|&row| ids[row]).collect())),
            Self::Text(ids) => Self::Text(Arc::new(rows.iter().map(|&row| ids.get(row)).collect())),
        }
    }

    /// The position of an id, or `None` where the base has no such client.
    pub fn find(&self, id: &ClientId) -> Option<usize> {
        match (self, id) {
            (Self::Int(ids), ClientId::Int(id)) => ids.binary_search(id).ok(),
            (Self::Text(ids), ClientId::Text(id)) => {
                let (mut low, mut high) = (0, ids.len());
                while low < high {
                    let middle = usize::midpoint(low, high);
                    match ids.get(middle).cmp(id.as_str()) {
                        std::cmp::Ordering::Less => low = middle + 1,
                        std::cmp::Ordering::Greater => high = middle,
                        std::cmp::Ordering::Equal => return Some(middle),
                    }
                }
                None
            }
            _ => None,
        }
    }
}
