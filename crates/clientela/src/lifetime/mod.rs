//! Probabilistic lifetime value, "buy till you die": from what clients bought, how likely each is
//! still one, how much each will buy, and what that is worth.
//!
//! ```
//! use clientela::lifetime::{BgNbd, PurchaseModel, Row, Span, TimeUnit};
//!
//! // Of the CDNOW data, in weeks (Fader, Hardie and Lee 2005).
//! let model = BgNbd::new(TimeUnit::Week, 0.243, 4.414, 0.793, 2.426)?;
//! // Two repeat purchases, the last in week 30.43, seen for 38.86 weeks.
//! let client = Row::new(2, 30.43, 38.86)?;
//! let next = Span::new(39.0, TimeUnit::Week)?;
//! assert!((model.expected_purchases(&client, next) - 1.226_028).abs() < 1e-6);
//! # Ok::<(), clientela::Error>(())
//! ```
//!
//! | model | clients | times | regular |
//! |---|---|---|---|
//! | [`Nbd`] | never drop out | any | |
//! | [`BgNbd`] | may drop out after a repeat purchase | any | `k` > 1 |
//! | [`MbgNbd`] | may drop out after any purchase | any | `k` > 1 |
//! | [`ParetoNbd`] | may drop out at any time | any | |
//! | [`BgBb`] | may drop out before an opportunity | at opportunities | |
//! | [`ShiftedBetaGeometric`] | may end a contract at a renewal | renewals | |
//! | [`GammaGamma`] | what a purchase is worth | | |
//!
//! A [`Summary`] of clients goes in, a [`Fit`] comes out, and its model predicts
//! ([`PurchaseModel`], [`Outlook`]). Models in continuous time take any horizon with its unit
//! ([`Span`]). What is undefined is not a number but a reason ([`Undefined`]).
//!
//! Fits are maximum likelihood with exact gradients and Hessians, from several starts, and give
//! the same bits on any number of threads and for any order of rows.

#![allow(
    clippy::many_single_char_names,
    reason = "the parameters have the letters of the papers, in formulas that must be compared"
)]
#![allow(clippy::float_cmp, reason = "exact zeros are the borders of formulas")]
#![allow(clippy::doc_markdown, reason = "t_x, alpha and the like are mathematics, not code")]

mod any;
mod axis;
mod bootstrap;
mod choice;
mod clients;
mod columns;
mod contract;
mod covariates;
#[cfg(test)]
mod derivatives;
mod diagnosis;
mod discrete;
mod dropout;
mod fit;
mod fitting;
mod ledger;
mod likelihood;
mod matrix;
mod nbd;
mod next;
mod optimum;
mod outlook;
mod pareto;
mod predict;
mod purchase;
mod quadrature;
mod random;
mod shared;
mod simulate;
mod special;
mod spend;
mod summary;
mod unit;

pub use any::*;
pub(crate) use axis::{LifetimeAxis, Models};
pub use choice::*;
pub use clients::{Clients, places_of};
pub use columns::*;
pub use contract::*;
pub use covariates::*;
pub use diagnosis::*;
pub use discrete::*;
pub use dropout::*;
pub use fit::*;
pub use ledger::*;
pub use likelihood::Effect;
pub use matrix::Symmetric;
pub use nbd::*;
pub use optimum::{Flag, Optimality};
pub use outlook::*;
pub use pareto::*;
pub use predict::*;
pub use purchase::*;
pub use random::Random;
pub use simulate::*;
pub use spend::*;
pub use summary::*;
pub use unit::*;
