//! What can go wrong, and what it would cost (R32 to R38).

mod continuity;
mod dependence;
mod dependents;
mod eroding;
mod erosion;
mod exit;
mod finding;
mod leaving;
mod manager_exit;
mod promise;
mod promises;
mod sales;
mod standing;
mod whole;

pub use continuity::ClientContinuity;
pub(crate) use continuity::{persons_known, staff_on_record};
pub use dependence::{
    Dependence, DependenceAnswer, DependenceBand, OthersNeeded, OthersNeededAnswer, dependence_band,
};
pub use dependents::Dependents;
pub use eroding::Erosions;
pub(crate) use eroding::eroding;
pub use erosion::{Erosion, ErosionAnswer, ErosionVerdict, MarginPeriod};
pub use exit::{ClientExit, SupplierTier, TierWithout, WithoutClient, discount_at};
pub use finding::{FindingClients, Findings};
pub use leaving::ClientExits;
pub use manager_exit::{ManagerExitClients, ManagerExits};
pub use promise::{
    ExtraAnswer, ExtraGiven, ExtraVerdict, PromiseAnswer, PromiseKept, PromiseVerdict,
};
pub(crate) use promises::promises;
pub use promises::{ExtrasGiven, PromisesKept};
pub use standing::{ContactStanding, Continuity, ContinuityAnswer};

use crate::formula::FormulaInfo;
use crate::view::ViewInfo;

/// The formulas of risks.
pub(crate) const FORMULAS: &[FormulaInfo] = &[
    FormulaInfo::of::<Dependence>(),
    FormulaInfo::of::<OthersNeeded>(),
    FormulaInfo::of::<ClientExit>(),
    FormulaInfo::of::<SupplierTier>(),
    FormulaInfo::of::<Continuity>(),
    FormulaInfo::of::<Erosion>(),
    FormulaInfo::of::<PromiseKept>(),
    FormulaInfo::of::<ExtraGiven>(),
];

/// The views of risks.
pub(crate) const VIEWS: &[ViewInfo] = &[
    ViewInfo::of::<Dependents>(),
    ViewInfo::of::<ClientExits>(),
    ViewInfo::of::<ManagerExits>(),
    ViewInfo::of::<ManagerExitClients>(),
    ViewInfo::of::<ClientContinuity>(),
    ViewInfo::of::<Erosions>(),
    ViewInfo::of::<PromisesKept>(),
    ViewInfo::of::<ExtrasGiven>(),
    ViewInfo::of::<Findings>(),
    ViewInfo::of::<FindingClients>(),
];
