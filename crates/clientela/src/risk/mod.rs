//! What can go wrong, and what it would cost (R32 to R38).

use crate::formula::FormulaInfo;
use crate::view::ViewInfo;

/// The formulas of risks.
pub(crate) const FORMULAS: &[FormulaInfo] = &[];

/// The views of risks.
pub(crate) const VIEWS: &[ViewInfo] = &[];
