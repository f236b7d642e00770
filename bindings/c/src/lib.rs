//! Clientela for C: the core's ledger, portraits, policy, snapshot and tables as opaque handles.
//!
//! Each entry converts its arguments, calls one function of the core inside
//! [`boundary::guard`] and hands out the result. References to handles stand in the signatures
//! as `Option<&T>` (which C sees as a pointer that may be NULL) and results as
//! `Option<&mut MaybeUninit<*mut T>>`, so only runs of values need `unsafe`.
//!
//! The doc comments become the C header, and so speak to its reader.

#![allow(unsafe_code, reason = "this crate is the border to C; every block states its contract")]
#![expect(non_camel_case_types, reason = "the types carry the names that C sees")]
#![expect(
    clippy::missing_safety_doc,
    clippy::doc_markdown,
    clippy::doc_link_with_quotes,
    reason = "the docs speak to readers of C; the header's preamble states the shared contract"
)]

mod boundary;

// The header has the calls in this order, which blank lines keep from being sorted.

mod value;

mod error;

mod text;

mod policy;

mod sales;

mod ledger;

mod portraits;

mod questionnaire;

mod journal;

mod base;

mod snapshot;

mod table;

mod views;

mod rules;

mod segments;

mod history;

mod directory;

mod rekey;

mod statement;

mod grid;

mod summary;

mod lifetime;

mod holdout;

mod census;

pub use base::*;
pub use census::*;
pub use directory::*;
pub use error::*;
pub use grid::*;
pub use history::*;
pub use holdout::*;
pub use journal::*;
pub use ledger::*;
pub use lifetime::*;
pub use policy::*;
pub use portraits::*;
pub use questionnaire::*;
pub use rekey::*;
pub use rules::*;
pub use sales::*;
pub use segments::*;
pub use snapshot::*;
pub use statement::*;
pub use summary::*;
pub use table::*;
pub use text::*;
pub use value::*;
pub use views::*;

#[cfg(test)]
mod tests;
