//! The central file: names, values and tables that come in, and which records mean the same
//! client (R47, S2.19 to S2.36).

mod alike;
mod clusters;
mod directory;
mod duplicates;
mod find;
mod fold;
mod merge_plan;
mod overlap;

pub use clusters::{ClusterMember, Clusters};
pub use directory::{Directory, DirectoryOptions, FieldKind};
pub use duplicates::{
    Crowd, DuplicateOptions, DuplicatePair, Duplicates, DuplicatesReport, FieldAgreement,
    FieldModel, Level, LevelModel, MatchModel, PairExplanation,
};
pub use find::{Criteria, Found, Match, MatchReason, Outcome};
pub use merge_plan::{
    Change, FieldState, MergeApply, MergeApplyAnswer, MergePlan, MergePlanAnswer, MergeRevert,
    MergeRevertAnswer, MergeUndo, PlannedField,
};
pub use overlap::{
    OverlapAnswer, OverlapKept, OverlapLine, OverlapRemoved, OverlapSource, RemoveOverlap,
};

use crate::formula::FormulaInfo;

/// The formulas of values that come in.
pub(crate) const FORMULAS: &[FormulaInfo] = &[
    FormulaInfo::of::<MergePlan>(),
    FormulaInfo::of::<MergeApply>(),
    FormulaInfo::of::<MergeRevert>(),
    FormulaInfo::of::<RemoveOverlap>(),
];
