//! Classes by volume and regularity (R20).

use serde::{Deserialize, Serialize};

/// Class by volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[repr(u8)]
pub enum AbcClass {
    /// The few that bring most.
    A = 0,
    /// The middle.
    B = 1,
    /// The rest.
    C = 2,
}

impl AbcClass {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["A", "B", "C"];
}

/// Class by regularity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[repr(u8)]
pub enum XyzClass {
    /// Even.
    X = 0,
    /// Fluctuating.
    Y = 1,
    /// Irregular.
    Z = 2,
}

impl XyzClass {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["X", "Y", "Z"];
}

/// Both classes of a client: one of nine cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(missing_docs, reason = "a name is its meaning: volume, then regularity")]
#[repr(u8)]
pub enum AbcXyz {
    AX = 0,
    AY = 1,
    AZ = 2,
    BX = 3,
    BY = 4,
    BZ = 5,
    CX = 6,
    CY = 7,
    CZ = 8,
}

impl AbcXyz {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 9] = ["AX", "AY", "AZ", "BX", "BY", "BZ", "CX", "CY", "CZ"];
}
