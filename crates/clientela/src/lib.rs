//! What a firm has in its existing clients: exact, explained verdicts from the sales ledger.
//!
//! Sales go in, and as of a day and under a policy every client gets a verdict on several
//! independent axes, each with its reasons.
//!
//! ```
//! use clientela::{ClientColumn, Day, LedgerBuilder, LedgerOptions, Policy, Sales};
//!
//! // Who, when, how much: days since 1970-01-01 and cents.
//! let day = |month, day| Day::of(2026, month, day).unwrap().days();
//! let mut builder = LedgerBuilder::new(LedgerOptions::default());
//! builder.push(Sales::new(
//!     ClientColumn::Int(vec![1, 1, 1, 2].into()),
//!     vec![day(1, 10), day(3, 2), day(5, 20), day(2, 14)],
//!     vec![120_00, 80_00, 95_50, 15_00],
//! ))?;
//! let ledger = builder.finish()?;
//!
//! let policy = Policy::from_json(r#"{"activity": {"lost_after": {"months": 6}}}"#)?;
//! let snapshot = ledger.snapshot(Day::of(2026, 6, 30).unwrap(), &policy)?;
//! let table = snapshot.clients();
//! assert_eq!(table.value(0, "stage").unwrap().to_string(), "regular");
//! assert_eq!(table.value(1, "stage").unwrap().to_string(), "buyer");
//!
//! // Every verdict says why.
//! println!("{}", snapshot.explain(&1.into())?);
//! # Ok::<(), clientela::Error>(())
//! ```
//!
//! # The way of the data
//!
//! | step | type | what it is |
//! |---|---|---|
//! | in | [`Sales`] → [`LedgerBuilder`] | batches of rows by column, in any order and number |
//! | kept | [`Ledger`] | every sale as exact integers, grouped by client, sorted by day |
//! | beside | [`Portraits`], [`Base`] | what is declared of clients; payments and orders |
//! | counted | [`Census`] → [`Cuts`] | what only the whole base can say; mergeable and exact |
//! | judged | [`Snapshot`] | a verdict per client and axis, as of a day |
//! | out | [`Table`], [`Explanation`], [`Summary`], [`Diff`] | columns, reasons, totals, changes |
//!
//! # The axes
//!
//! | axis | column | rule | plain function |
//! |---|---|---|---|
//! | stage | `stage`, `highest_stage`, `exclusive`, `recommends` | R1, R2 | [`stage_by_sales`], [`stage()`], [`exclusive`] |
//! | relation | `relation`, `loyal_dealer`, `base_member` | R3, R4, R5 | [`relation()`], [`loyal_dealer`], [`Membership`] |
//! | key | `key`, `key_by_sales` … `group_share` | R19 | [`key_by_share`], [`is_key`] |
//! | tier | `tier`, `vip_by_month`, `vip_by_total` | R14, R15, R16 | [`TierCuts::top`], [`tier()`] |
//! | volume | `abc_class` | R20 | [`AbcCuts::of`], [`AbcCuts::class`] |
//! | regularity | `xyz_class`, `variation` | R20 | [`regularity`] |
//! | RFM | `recency_score` … `rfm_segment` | convention | [`RfmCuts::of`], [`RfmCuts::scores`] |
//! | activity | `activity`, `due_on`, `lost_after` | R39, R40 | [`activity_by_period`], [`activity_by_limits`] |
//! | care | `care`, `attention_minutes` | R18 | [`care()`], [`attention_per_amount`] |
//! | target | `target_match`, `target_score`, `target_gap` | R21 | [`target_match`] |
//! | behaviour | `main_brand` … `companions` | R22 | [`brand_only`], [`more_than`], [`part_of_season`], [`usual_companions`] |
//! | potential | `actual` … `penetration` | R25, R26 | [`need`], [`headroom`], [`realisation`], [`penetration`] |
//! | knowledge | `kind` … `knowledge_level` | R10, R12 | [`Completeness`], [`knowledge_level`] |
//! | lifetime | `p_alive`, `expected_purchases`, `clv` | convention | [`lifetime::PurchaseModel`], [`lifetime::lifetime_value`] |
//!
//! What clients will buy and be worth is in [`lifetime`].
//!
//! Every threshold and convention is a field of [`Policy`] with a default and a source. Amounts
//! are whole minor units inside and decimals at the edge, never floats. The same sales give the
//! same answers whatever the order of rows, the split into batches, the order of merges and the
//! number of threads.
//!
//! # Features
//!
//! `schema` adds `Policy::json_schema`, the JSON Schema of a policy document. `phone` reads phone
//! numbers by the numbering plans of all countries; without it reading one is an error.

#![forbid(unsafe_code)]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod attrition;
mod axis;
mod base;
mod buffer;
mod calendar;
mod census;
mod class;
mod client;
mod error;
mod exact;
mod figure;
mod formula;
pub mod intake;
mod journal;
mod json;
mod ledger;
mod lifecycle;
pub mod lifetime;
mod metric;
mod money;
mod outreach;
mod policy;
mod portrait;
mod risk;
pub mod rule;
mod segment;
mod signature;
mod snapshot;
mod table;
mod threads;
mod truth;
mod view;

pub use attrition::*;
pub use axis::{Quantity, Reason, Verdict};
pub use base::*;
pub use buffer::*;
pub use calendar::*;
pub use census::*;
pub use class::*;
pub use client::*;
pub use error::*;
pub use figure::{Bound, Figure, Unit};
pub use formula::{Formula, FormulaInfo, formula, formulas};
pub use intake::transliterate;
pub use journal::*;
pub use ledger::*;
pub use lifecycle::*;
pub use metric::*;
pub use money::*;
pub use outreach::*;
pub use policy::*;
pub use portrait::*;
pub use risk::*;
pub use segment::*;
pub use signature::{Argument, ArgumentKind};
pub use snapshot::*;
pub use table::*;
pub use threads::*;
pub use truth::*;
pub use view::{Seen, View, ViewInfo, views};
