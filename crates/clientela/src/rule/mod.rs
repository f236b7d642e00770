//! Segments as data: documents of rules over what is known of each client (R47).

mod condition;
mod document;
pub mod exchange;
mod history;
mod operand;
#[cfg(feature = "schema")]
mod schema;
mod when;
mod words;
mod written;

pub use condition::{Condition, Leaf, Subject, Unknown};
pub use document::{Match, Rule, Rules};
pub use history::{History, MembershipCause, MembershipChange, Pin, PinState, Turn, TurnedLeaf};
pub use operand::Operand;
pub use when::{DateValue, Length, Offset, Period, Window};
pub use words::{Metric, Op};

/// How errors name the document.
pub(crate) const DOCUMENT: &str = "rules";

/// The formulas of rules.
pub(crate) const FORMULAS: &[crate::formula::FormulaInfo] = exchange::FORMULAS;
