//! The axes that are told from sales, portraits and the ledgers beside them.
//!
//! What follows from the sales in one pass (stage, tier, classes, RFM, activity) is in
//! `classify`; every other axis is one line here.

use crate::axis::Axis;
use crate::lifecycle::{RelationAxis, StandingAxis};
use crate::metric::PotentialAxis;
use crate::portrait::KnowledgeAxis;
use crate::segment::{Behaviour, CareAxis, KeyAxis, TargetAxis};

/// Every axis, in the order of its columns.
pub(super) const AXES: [&dyn Axis; 8] = [
    &StandingAxis,
    &RelationAxis,
    &KeyAxis,
    &CareAxis,
    &TargetAxis,
    &Behaviour,
    &PotentialAxis,
    &KnowledgeAxis,
];

/// The columns with a verdict, in the order in which they are explained and compared.
pub(super) const VERDICTS: [&str; 21] = [
    "stage",
    "highest_stage",
    "relation",
    "loyal_dealer",
    "base_member",
    "key",
    "tier",
    "abc_class",
    "xyz_class",
    "rfm_segment",
    "activity",
    "care",
    "target_match",
    "brand_only",
    "promo_buyer",
    "season_start_buyer",
    "season_end_buyer",
    "companions",
    "potential_band",
    "knowledge_level",
    "portrait_sufficient",
];

/// The axis that gives a verdict, and its place among those of that axis; `None` for those that
/// follow from the sales in one pass.
pub(super) fn axis_of(verdict: &str) -> Option<(&'static dyn Axis, usize)> {
    AXES.into_iter().find_map(|axis| {
        let place = axis.axes().iter().position(|&name| name == verdict)?;
        Some((axis, place))
    })
}
