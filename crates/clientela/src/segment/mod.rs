//! Groups by value, regularity and what is known of clients: RFM, ABC, XYZ, tier, key clients,
//! care, the target portrait, behaviour.

mod abc;
mod behaviour;
mod care;
mod conditions;
mod key;
mod rfm;
mod target;
mod tier;
mod xyz;

pub use abc::{AbcCuts, share_in_parts};
pub(crate) use behaviour::{Behaviour, Bought};
pub use behaviour::{
    SeasonPart, brand_only, longest_run, more_than, part_of_season, season_end_buyer,
    season_start_buyer, usual_companions,
};
pub use care::{Care, CareCuts, attention_per_amount, care};
pub(crate) use care::{CareAxis, CareCounts};
pub use key::{GroupTotals, KeyScope, KeySign, KeyTotals, is_key, key_by_share};
pub(crate) use key::{KeyAxis, PartReader, keys, too_many_innovators};
pub use rfm::{AxisCuts, RfmCuts, RfmScores};
pub(crate) use target::TargetAxis;
pub use target::{TargetMatch, TargetVolume, target_match};
pub use tier::{Tier, TierCuts, tier};
pub(crate) use xyz::Limits as XyzLimits;
pub use xyz::{Regularity, regularity};
