//! What to do next, by whom and for whom (R44 to R46).

use crate::formula::FormulaInfo;
use crate::view::ViewInfo;

/// The formulas of work with clients.
pub(crate) const FORMULAS: &[FormulaInfo] = &[];

/// The views of work with clients.
pub(crate) const VIEWS: &[ViewInfo] = &[];
