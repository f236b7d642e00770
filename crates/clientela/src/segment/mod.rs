//! Groups by value and regularity: RFM, ABC, XYZ, tier.

mod abc;
mod rfm;
mod tier;
mod xyz;

pub use abc::{AbcClass, AbcCuts};
pub use rfm::{AxisCuts, RfmCuts, RfmScores};
pub use tier::{Tier, TierCuts, tier};
pub(crate) use xyz::Limits as XyzLimits;
pub use xyz::{Regularity, XyzClass, regularity};
