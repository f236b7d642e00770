//! Segments as data: documents of rules over what is known of each client (R47).

mod accept;
mod always;
mod attribute;
mod bits;
mod built_in;
mod compile;
mod condition;
mod document;
mod evaluate;
pub mod exchange;
mod figure;
mod history;
mod kind;
mod operand;
mod pattern;
mod problem;
mod program;
mod record;
#[cfg(feature = "schema")]
mod schema;
mod segments;
mod threshold;
mod trace;
mod when;
mod words;
mod written;

pub use built_in::Unstated;
pub use condition::{Condition, Leaf, Subject, Unknown};
pub use document::{Match, Rule, Rules};
pub use history::{History, MembershipCause, MembershipChange, Pin, PinState, Turn, TurnedLeaf};
pub use operand::Operand;
pub use problem::{Problem, Severity};
pub use segments::Segments;
pub use trace::{RuleTrace, Trace, TraceNode};
pub use when::{DateValue, Length, Offset, Period, Window};
pub use words::{Metric, Op};

pub(crate) use attribute::attributes;
pub(crate) use segments::{check, segments};
pub(crate) use trace::{Tracer, tracing};

/// How errors name the document.
pub(crate) const DOCUMENT: &str = "rules";

/// The formulas of rules.
pub(crate) const FORMULAS: &[crate::formula::FormulaInfo] = exchange::FORMULAS;
