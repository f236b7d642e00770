//! The central file: names, values and tables that come in, and which records mean the same
//! client (R47, S2.19 to S2.36).

mod alike;
mod directory;
mod find;
mod fold;

pub use directory::{Directory, DirectoryOptions, FieldKind};
pub use find::{Criteria, Found, Match, MatchReason, Outcome};

use crate::formula::FormulaInfo;

/// The formulas of values that come in.
pub(crate) const FORMULAS: &[FormulaInfo] = &[];
