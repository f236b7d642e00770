//! Figures of the base and of its clients.

mod balance;
mod churn;
mod cohort;
mod concentration;
mod conversion;
mod cost;
mod ltv;
mod ltv_by_churn;
mod months;
mod penetration;
mod potential;
mod relation;
mod response;
mod retention;
mod revenue;
mod sum;

pub use balance::{ActivityCost, Balance, BalanceAnswer, Effort};
pub use churn::{Churn, ChurnAnswer};
pub(crate) use cohort::cohorts;
pub use concentration::{Concentration, ConcentrationAnswer, TopShare};
pub use conversion::{Conversion, ConversionAnswer};
pub use cost::{Cac, CacAnswer, LtvToCac, LtvToCacAnswer, PaybackMonths, PaybackMonthsAnswer};
pub use ltv::{Ltv, LtvAnswer, LtvChanges, LtvWhatIf, LtvWhatIfAnswer};
pub use ltv_by_churn::{LtvByChurn, LtvByChurnAnswer};
pub(crate) use months::months;
pub use penetration::{ExclusiveShare, ExclusiveShareAnswer, Penetration, PenetrationAnswer};
pub(crate) use potential::{Need, Needs, PotentialAxis};
pub use potential::{headroom, need, penetration, potential_band, realisation};
pub use relation::{AmountTrend, RelationChange, RelationChangeAnswer, RelationTrend};
pub use response::{ChannelResponse, ChannelUse, Response, ResponseAnswer, ResponseRate};
pub use retention::{Crr, Retention};
pub use revenue::{QuickRatio, QuickRatioAnswer, RevenueRetention, RevenueRetentionAnswer};

use crate::formula::FormulaInfo;
use crate::view::ViewInfo;

/// The formulas of the base.
pub(crate) const FORMULAS: &[FormulaInfo] = &[
    FormulaInfo::of::<Ltv>(),
    FormulaInfo::of::<LtvWhatIf>(),
    FormulaInfo::of::<LtvByChurn>(),
    FormulaInfo::of::<Crr>(),
    FormulaInfo::of::<Churn>(),
    FormulaInfo::of::<RevenueRetention>(),
    FormulaInfo::of::<QuickRatio>(),
    FormulaInfo::of::<Conversion>(),
    FormulaInfo::of::<Penetration>(),
    FormulaInfo::of::<ExclusiveShare>(),
    FormulaInfo::of::<Concentration>(),
    FormulaInfo::of::<Balance>(),
    FormulaInfo::of::<Cac>(),
    FormulaInfo::of::<LtvToCac>(),
    FormulaInfo::of::<PaybackMonths>(),
    FormulaInfo::of::<Response>(),
    FormulaInfo::of::<RelationChange>(),
];

/// The views of the base.
pub(crate) const VIEWS: &[ViewInfo] = &[];
