//! Named segments of RFM as a table of boxes over the three scores.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Lowest and highest score of one axis, both in: `[4, 5]` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Band(pub u8, pub u8);

impl Band {
    fn holds(self, score: u8) -> bool {
        (self.0..=self.1).contains(&score)
    }
}

/// A named box of cells. Scores are read with the highest as the best, whatever
/// `rfm.best` says of how they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// The segment's name; several boxes may share one.
    pub name: String,
    /// Scores of recency.
    pub recency: Band,
    /// Scores of frequency.
    pub frequency: Band,
    /// Scores of monetary.
    pub monetary: Band,
}

/// Which segment each cell belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SegmentMap {
    groups: u8,
    names: Vec<String>,
    cells: Vec<u8>,
}

/// The built-in table, in fifths: name, recency, frequency, monetary.
const BUILT_IN: [(&str, [u8; 6]); 15] = [
    ("champions", [5, 5, 4, 5, 4, 5]),
    ("loyal", [4, 4, 4, 5, 1, 5]),
    ("loyal", [5, 5, 4, 5, 1, 3]),
    ("big_spenders", [4, 5, 2, 3, 5, 5]),
    ("potential_loyal", [4, 5, 2, 3, 1, 4]),
    ("new", [5, 5, 1, 1, 1, 5]),
    ("promising", [4, 4, 1, 1, 1, 5]),
    ("need_attention", [3, 3, 3, 5, 1, 5]),
    ("about_to_sleep", [3, 3, 1, 2, 1, 5]),
    ("cannot_lose", [1, 2, 4, 5, 5, 5]),
    ("at_risk", [1, 2, 4, 5, 1, 4]),
    ("at_risk", [1, 2, 3, 3, 4, 5]),
    ("hibernating", [1, 2, 3, 3, 1, 3]),
    ("hibernating", [2, 2, 1, 2, 1, 5]),
    ("dormant", [1, 1, 1, 2, 1, 5]),
];

impl SegmentMap {
    /// The map of a table, or of the built-in one; an error where a cell is covered twice or
    /// not at all.
    pub(crate) fn new(groups: u8, table: Option<&[Segment]>) -> Result<Self> {
        let built_in: Vec<Segment>;
        let (table, fifths) = if let Some(table) = table {
            (table, false)
        } else {
            built_in = BUILT_IN
                .iter()
                .map(|&(name, [r0, r1, f0, f1, m0, m1])| Segment {
                    name: name.to_owned(),
                    recency: Band(r0, r1),
                    frequency: Band(f0, f1),
                    monetary: Band(m0, m1),
                })
                .collect();
            (built_in.as_slice(), true)
        };
        let fault = |problem: String| Error::BadPolicy { path: "rfm.segments".to_owned(), problem };
        let mut names: Vec<String> = Vec::new();
        let mut map = Self { groups, names: Vec::new(), cells: Vec::new() };
        let mut of_box = Vec::with_capacity(table.len());
        for segment in table {
            if segment.name.trim().is_empty() {
                return Err(fault("a segment has no name".to_owned()));
            }
            let code = names.iter().position(|name| *name == segment.name).unwrap_or_else(|| {
                names.push(segment.name.clone());
                names.len() - 1
            });
            if code >= usize::from(crate::table::NO_CODE) {
                return Err(fault("more than 254 names".to_owned()));
            }
            of_box.push(code as u8);
        }
        // A score of another number of groups is read as the fifth that it ends in.
        let read = |score: u8| if fifths { (score * 5).div_ceil(groups) } else { score };
        for r in 1..=groups {
            for f in 1..=groups {
                for m in 1..=groups {
                    let mut holding = table.iter().zip(&of_box).filter(|(segment, _)| {
                        segment.recency.holds(read(r))
                            && segment.frequency.holds(read(f))
                            && segment.monetary.holds(read(m))
                    });
                    match (holding.next(), holding.next()) {
                        (Some((_, &code)), None) => map.cells.push(code),
                        (Some((first, _)), Some((second, _))) => {
                            return Err(fault(format!(
                                "cell {r}-{f}-{m} is in `{}` and in `{}`, it must be in one",
                                first.name, second.name
                            )));
                        }
                        _ => {
                            return Err(fault(format!("cell {r}-{f}-{m} is in no segment")));
                        }
                    }
                }
            }
        }
        map.names = names;
        Ok(map)
    }

    /// The segments' names; a cell's code is a position in them.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Code of the cell with these scores, the highest being the best.
    pub(crate) fn code(&self, recency: u8, frequency: u8, monetary: u8) -> u8 {
        let groups = usize::from(self.groups);
        let [r, f, m] = [recency, frequency, monetary].map(|score| usize::from(score - 1));
        self.cells[(r * groups + f) * groups + m]
    }
}
