//! What a firm has in its existing clients.

#![forbid(unsafe_code)]

mod attrition;
mod calendar;
mod census;
mod client;
mod error;
mod ledger;
mod lifecycle;
mod metric;
mod money;
mod policy;
mod segment;
mod snapshot;
mod table;
mod threads;

pub use attrition::*;
pub use calendar::*;
pub use census::*;
pub use client::*;
pub use error::*;
pub use ledger::*;
pub use lifecycle::*;
pub use money::*;
pub use policy::*;
pub use segment::*;
pub use snapshot::*;
pub use table::*;
pub use threads::*;
