//! What to do next, by whom and for whom (R44 to R46).

mod contact;

#[allow(unused_imports, reason = "for the parts of the domain that ask for it")]
pub(crate) use contact::{Contacts, gone, in_force, in_role};

use crate::formula::FormulaInfo;
use crate::view::ViewInfo;

/// The formulas of work with clients.
pub(crate) const FORMULAS: &[FormulaInfo] = &[];

/// The views of work with clients.
pub(crate) const VIEWS: &[ViewInfo] = &[];
