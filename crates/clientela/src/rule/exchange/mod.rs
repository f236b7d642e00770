//! Conditions from and to the filters of CRMs (R47).
//!
//! What a filter means there it means here, of the same clients, unknown values included; what
//! cannot be said in the other form is an error that names the leaf, and nothing is left out in
//! silence. The tables of correspondences are in [`from_espo`] and [`from_twenty`].

mod espo_in;
mod espo_out;
mod expanded;
mod formula;
mod names;
mod part;
mod settle;
mod twenty_in;
mod twenty_out;
mod value;

pub use espo_in::from_espo;
pub use espo_out::to_espo;
pub use expanded::expanded;
pub(super) use formula::FORMULAS;
pub use formula::{ExchangeDocument, RuleFromEspo, RuleFromTwenty, RuleToEspo, RuleToTwenty};
pub use names::Names;
pub use settle::settled;
pub use twenty_in::from_twenty;
pub use twenty_out::to_twenty;

use crate::error::Error;

/// The most conditions within one another.
const DEPTH: usize = 128;

fn fault(document: &'static str, path: &str, problem: impl Into<String>) -> Error {
    let path = if path.is_empty() { "." } else { path }.to_owned();
    Error::BadDocument { document, path, problem: problem.into() }
}

/// The path of a member.
fn member(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
