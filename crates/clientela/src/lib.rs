//! What a firm has in its existing clients.

#![forbid(unsafe_code)]

mod calendar;
mod client;
mod error;
mod ledger;
mod money;
mod policy;
mod table;

pub use calendar::*;
pub use client::*;
pub use error::*;
pub use ledger::*;
pub use money::*;
pub use policy::*;
pub use table::*;
