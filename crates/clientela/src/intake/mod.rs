//! The central file: names, values and tables that come in, and which records mean the same
//! client (R47, S2.19 to S2.36).

use crate::formula::FormulaInfo;

/// The formulas of values that come in.
pub(crate) const FORMULAS: &[FormulaInfo] = &[];
