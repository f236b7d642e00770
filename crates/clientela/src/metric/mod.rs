//! Figures of the base and of its clients.

mod balance;
mod balance_view;
mod churn;
mod claim;
mod cohort;
mod concentration;
mod concentration_view;
mod conversion;
mod conversion_view;
mod cost;
pub(crate) mod groups;
mod levers;
pub(crate) mod life;
mod ltv;
mod ltv_by_churn;
mod ltv_view;
mod months;
mod pass;
mod penetration;
mod penetration_view;
mod potential;
mod relation;
mod relation_view;
mod repeats;
mod response;
mod response_view;
mod retention;
mod retention_view;
mod revenue;
pub(crate) mod revenue_view;
pub(crate) mod sum;
mod survival;

pub use balance::{ActivityCost, Balance, BalanceAnswer, Effort};
pub use balance_view::{BalanceView, WinningView};
pub use churn::{Churn, ChurnAnswer};
pub use claim::{CLAIMS, Claim};
pub(crate) use cohort::cohorts;
pub use concentration::{Concentration, ConcentrationAnswer, TopShare};
pub use concentration_view::{ConcentrationView, CurveView};
pub use conversion::{Conversion, ConversionAnswer};
pub use conversion_view::ConversionView;
pub use cost::{Cac, CacAnswer, LtvToCac, LtvToCacAnswer, PaybackMonths, PaybackMonthsAnswer};
pub use levers::LeversView;
pub use ltv::{Ltv, LtvAnswer, LtvChanges, LtvWhatIf, LtvWhatIfAnswer};
pub use ltv_by_churn::{LtvByChurn, LtvByChurnAnswer};
pub use ltv_view::LtvView;
pub(crate) use months::months;
pub use penetration::{ExclusiveShare, ExclusiveShareAnswer, Penetration, PenetrationAnswer};
pub use penetration_view::PenetrationView;
pub(crate) use potential::{Need, Needs, PotentialAxis};
pub use potential::{headroom, need, penetration, potential_band, realisation};
pub use relation::{AmountTrend, RelationChange, RelationChangeAnswer, RelationTrend};
pub use relation_view::RelationsView;
pub use repeats::{IntervalsView, RepeatsView};
pub use response::{ChannelResponse, ChannelUse, Response, ResponseAnswer, ResponseRate};
pub use response_view::ResponseView;
pub use retention::{Crr, Retention};
pub use retention_view::RetentionView;
pub use revenue::{QuickRatio, QuickRatioAnswer, RevenueRetention, RevenueRetentionAnswer};
pub use revenue_view::{RevenueChangeClientsView, RevenueChangeView};
pub use survival::SecondPurchaseView;

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
pub(crate) const VIEWS: &[ViewInfo] = &[
    ViewInfo::of::<LtvView>(),
    ViewInfo::of::<LeversView>(),
    ViewInfo::of::<RetentionView>(),
    ViewInfo::of::<RevenueChangeView>(),
    ViewInfo::of::<RevenueChangeClientsView>(),
    ViewInfo::of::<ConversionView>(),
    ViewInfo::of::<RepeatsView>(),
    ViewInfo::of::<IntervalsView>(),
    ViewInfo::of::<SecondPurchaseView>(),
    ViewInfo::of::<ConcentrationView>(),
    ViewInfo::of::<CurveView>(),
    ViewInfo::of::<PenetrationView>(),
    ViewInfo::of::<BalanceView>(),
    ViewInfo::of::<WinningView>(),
    ViewInfo::of::<ResponseView>(),
    ViewInfo::of::<RelationsView>(),
];
