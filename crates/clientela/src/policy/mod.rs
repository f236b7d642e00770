//! Every threshold, period and convention, as one document with defaults and sources.
//!
//! A field's source stands in its description: a requirement id (R1 to R48), a numbered
//! statement of the source documents (S0.1 to S4.14), a standard, or "convention". The same
//! descriptions make the JSON Schema.

mod behaviour;
mod care;
mod check;
mod criterion;
mod intake;
mod key;
mod lifetime;
mod loss;
mod matching;
mod metric;
mod outreach;
mod potential;
mod relation;
mod risk;
mod rule;
mod segments;
mod target;

pub use behaviour::{BehaviourPolicy, MonthDay, Season};
pub use care::CarePolicy;
pub use criterion::{Criterion, Strategy, WeightedCriterion};
pub use intake::IntakePolicy;
pub use key::KeyPolicy;
pub use lifetime::{LifetimePolicy, Returns};
pub use loss::{LossPolicy, Stake};
pub use matching::MatchingPolicy;
pub use metric::{ChurnConvention, MetricPolicy, RevenueConvention, ZeroChurn};
pub use outreach::OutreachPolicy;
pub use potential::PotentialPolicy;
pub use relation::RelationPolicy;
pub use risk::RiskPolicy;
pub use rule::RulePolicy;
pub(crate) use segments::SegmentMap;
pub use segments::{Band, Segment};
pub use target::{Condition, Operator, TargetPolicy};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::{Span, Step};
use crate::error::{Error, Result};
use crate::money::Percent;

/// Whether a whole tie at a cut is in or out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// Everyone who equals the last one in is in.
    Include,
    /// Everyone who equals the first one out is out.
    Exclude,
}

/// What to do with sales later than the snapshot's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AfterAsOf {
    /// They are left out, and counted in the summary.
    Exclude,
    /// They are an error.
    Refuse,
}

/// Whether a purchase of amount zero counts as a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ZeroAmount {
    /// It is a purchase.
    Count,
    /// It is not a purchase.
    Ignore,
}

/// The whole policy. `Policy::default()` is usable as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Version of this document's form; 1. Source: convention.
    pub version: u32,
    /// Sales later than the snapshot's day. Default: exclude. Source: convention.
    pub after_as_of: AfterAsOf,
    /// Purchases of amount zero (gifts, samples). Default: count. Source: convention.
    pub zero_amount: ZeroAmount,
    /// What the firm is after now; it chooses the criterion of ABC and tier where these name
    /// none. Default: null. Source: R17, S3.7.
    pub strategy: Option<Strategy>,
    /// Recency, frequency, monetary.
    pub rfm: RfmPolicy,
    /// Classes by volume.
    pub abc: AbcPolicy,
    /// Classes by regularity.
    pub xyz: XyzPolicy,
    /// VIP, good, standard.
    pub tier: TierPolicy,
    /// The ladder.
    pub stage: StagePolicy,
    /// Type of relation.
    pub relation: RelationPolicy,
    /// Key clients.
    pub key: KeyPolicy,
    /// Clients that cost more attention than they bring.
    pub care: CarePolicy,
    /// The target portrait.
    pub target: TargetPolicy,
    /// Brands, promotions, seasons, companions.
    pub behaviour: BehaviourPolicy,
    /// What clients could buy.
    pub potential: PotentialPolicy,
    /// What clients will buy and be worth.
    pub lifetime: LifetimePolicy,
    /// Active, due, lost.
    pub activity: ActivityPolicy,
    /// Cohort tables.
    pub cohort: CohortPolicy,
    /// Figures of the base.
    pub metric: MetricPolicy,
    /// What can go wrong.
    pub risk: RiskPolicy,
    /// Lost clients.
    pub loss: LossPolicy,
    /// Who does what next.
    pub outreach: OutreachPolicy,
    /// Segments that the firm states as rules.
    pub rule: RulePolicy,
    /// Tables and values that come in.
    pub intake: IntakePolicy,
    /// Which records mean the same client.
    pub matching: MatchingPolicy,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            version: 1,
            after_as_of: AfterAsOf::Exclude,
            zero_amount: ZeroAmount::Count,
            strategy: None,
            rfm: RfmPolicy::default(),
            abc: AbcPolicy::default(),
            xyz: XyzPolicy::default(),
            tier: TierPolicy::default(),
            stage: StagePolicy::default(),
            relation: RelationPolicy::default(),
            key: KeyPolicy::default(),
            care: CarePolicy::default(),
            target: TargetPolicy::default(),
            behaviour: BehaviourPolicy::default(),
            potential: PotentialPolicy::default(),
            lifetime: LifetimePolicy::default(),
            activity: ActivityPolicy::default(),
            cohort: CohortPolicy::default(),
            metric: MetricPolicy::default(),
            risk: RiskPolicy::default(),
            loss: LossPolicy::default(),
            outreach: OutreachPolicy::default(),
            rule: RulePolicy::default(),
            intake: IntakePolicy::default(),
            matching: MatchingPolicy::default(),
        }
    }
}

/// Which end of the scores is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Best {
    /// The highest score is the best: 5 of 5.
    High,
    /// The lowest score is the best: 1.
    Low,
}

/// Which group a tie takes that spans several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TieGroup {
    /// The lowest of them.
    Lowest,
    /// The highest of them.
    Highest,
}

/// What the frequency of RFM counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// Purchases.
    Purchases,
    /// Days with a purchase.
    PurchaseDays,
    /// Purchases after the first one.
    RepeatPurchases,
}

/// What the monetary axis of RFM sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Monetary {
    /// Amount net of returns.
    Amount,
    /// Mean amount of a purchase, to the nearest minor unit, halves to even.
    MeanPurchase,
    /// Profit net of returns; needs the column `profit`.
    Profit,
}

/// Recency, frequency, monetary over a window.
///
/// The groups hold equal numbers of clients as far as ties allow. Cut point `k` is the
/// observed value at rank `ceil(k · clients / groups)` counted from the worst; a value's group
/// is 1 plus the number of cut points that it beats, so equal clients always score equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RfmPolicy {
    /// Number of groups on each axis, 2 to 10. Default: 5. Source: convention.
    pub groups: u8,
    /// Which score is the best. Default: high. Source: convention.
    pub best: Best,
    /// How far back frequency and monetary look; null is the whole history. Recency always
    /// looks at the whole history. Default: null. Source: convention.
    pub window: Option<Span>,
    /// What frequency counts. Default: purchases. Source: convention.
    pub frequency: Frequency,
    /// What monetary sums. Default: amount. Source: convention.
    pub monetary: Monetary,
    /// Which group a tie takes that spans several. Default: lowest. Source: convention.
    pub ties: TieGroup,
    /// Below this number of clients with a purchase there are no scores; null is no limit.
    /// Default: null. Source: convention.
    pub min_clients: Option<u32>,
    /// Own cut points of recency, in days, ascending, one fewer than groups; a client at most
    /// that old beats it. Null: from the base. Source: convention.
    pub recency_cuts: Option<Vec<u32>>,
    /// Own cut points of frequency, ascending, one fewer than groups; a client at or above one
    /// beats it. Null: from the base. Source: convention.
    pub frequency_cuts: Option<Vec<u32>>,
    /// Own cut points of monetary, in money, ascending, one fewer than groups; a client at or
    /// above one beats it. Null: from the base. Source: convention.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<String>>"))]
    pub monetary_cuts: Option<Vec<Decimal>>,
    /// Named segments that cover every cell exactly once; null is the built-in table, which
    /// reads each score in fifths. Source: convention.
    pub segments: Option<Vec<Segment>>,
}

impl Default for RfmPolicy {
    fn default() -> Self {
        Self {
            groups: 5,
            best: Best::High,
            window: None,
            frequency: Frequency::Purchases,
            monetary: Monetary::Amount,
            ties: TieGroup::Lowest,
            min_clients: None,
            recency_cuts: None,
            frequency_cuts: None,
            monetary_cuts: None,
            segments: None,
        }
    }
}

/// Whether the client that crosses a limit of ABC is in the better class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Boundary {
    /// The one that crosses is in.
    Inclusive,
    /// The one that crosses is out.
    Exclusive,
}

/// What the cumulative share of ABC is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ShareOf {
    /// Of the criterion's total.
    Value,
    /// Of the number of clients.
    Clients,
}

/// Classes A, B, C by cumulative share of volume (R20).
///
/// Only clients with a positive value are ranked and summed; the others are C.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AbcPolicy {
    /// What is summed; null is what the strategy asks for, and without one the amount.
    /// Default: null. Source: R17, R20.
    pub criterion: Option<Criterion>,
    /// Several criteria with weights in place of one: a client's volume is then the weighted
    /// sum of its shares of each total. Default: none. Source: convention (R17, S3.6).
    pub criteria: Vec<WeightedCriterion>,
    /// How far back; null is the whole history. Default: null. Source: convention.
    pub window: Option<Span>,
    /// Where A ends, in per cent of the total. Default: 80. Source: convention (R20, S2.12).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub a_percent: Percent,
    /// Where B ends, in per cent of the total. Default: 95. Source: convention (R20, S2.12).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub b_percent: Percent,
    /// The client that crosses a limit. Default: inclusive. Source: convention (S2.12).
    pub boundary: Boundary,
    /// Share of the value or of the clients. Default: value. Source: convention.
    pub share_of: ShareOf,
}

impl Default for AbcPolicy {
    fn default() -> Self {
        Self {
            criterion: None,
            criteria: Vec::new(),
            window: None,
            a_percent: Percent::whole(80),
            b_percent: Percent::whole(95),
            boundary: Boundary::Inclusive,
            share_of: ShareOf::Value,
        }
    }
}

/// The standard deviation of XYZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Deviation {
    /// Divides by the number of periods.
    Population,
    /// Divides by the number of periods less one.
    Sample,
}

/// Periods without a sale in XYZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ZeroPeriods {
    /// They count as zero.
    Count,
    /// They are left out.
    Skip,
}

/// Where a client's periods begin in XYZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PeriodsFrom {
    /// With the period of the first purchase, if that is later than the window's start.
    FirstPurchase,
    /// With the window, for every client alike.
    Window,
}

/// Classes X, Y, Z by the coefficient of variation of period totals (R20).
///
/// Undefined where the mean is not positive or there are too few periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct XyzPolicy {
    /// What is summed per period. Default: amount. Source: R17, R20.
    pub criterion: Criterion,
    /// Length of a period. Default: month. Source: convention.
    pub step: Step,
    /// Number of periods, the last one being the last that has wholly passed; null is from the
    /// base's first sale. Default: 12. Source: convention.
    pub periods: Option<u16>,
    /// Whether the period that holds the snapshot's day is left out while it still runs.
    /// Default: true. Source: convention.
    pub complete_only: bool,
    /// Where a client's periods begin. Default: `first_purchase`. Source: convention.
    pub from: PeriodsFrom,
    /// Periods without a sale. Default: count. Source: S2.12.
    pub zero_periods: ZeroPeriods,
    /// Population or sample deviation. Default: population. Source: convention.
    pub deviation: Deviation,
    /// Fewest periods for a class, at least 2. Default: 2. Source: S2.12.
    pub min_periods: u16,
    /// X up to this coefficient of variation, in per cent. Default: 10. Source: convention (R20).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub x_percent: Percent,
    /// Y up to this coefficient of variation, in per cent. Default: 25. Source: convention (R20).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub y_percent: Percent,
}

impl Default for XyzPolicy {
    fn default() -> Self {
        Self {
            criterion: Criterion::Amount,
            step: Step::Month,
            periods: Some(12),
            complete_only: true,
            from: PeriodsFrom::FirstPurchase,
            zero_periods: ZeroPeriods::Count,
            deviation: Deviation::Population,
            min_periods: 2,
            x_percent: Percent::whole(10),
            y_percent: Percent::whole(25),
        }
    }
}

/// How VIPs are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TierMethod {
    /// Method A: the top of each month's payers, united over the window (R14).
    MonthlyTop,
    /// Method B: the top by the total of a few months (R15).
    PeriodTotal,
}

/// VIP, good and standard (R14, R15, R16). Months are calendar months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TierPolicy {
    /// The method whose list makes the tier; both lists are always given. Default: `monthly_top`.
    /// Source: R14.
    pub method: TierMethod,
    /// What payers are ranked by; null is what the strategy asks for, and without one the
    /// amount. Default: null. Source: R17.
    pub criterion: Option<Criterion>,
    /// Share of the number of payers that is VIP, rounded up. Default: 20. Source: S3.9.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub top_percent: Percent,
    /// Share of the number of remaining payers that is good, rounded up. Default: 20.
    /// Source: S3.11.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub good_percent: Percent,
    /// Months of method A's window, 1 to 24. Default: 6. Source: S3.9.
    pub months: u16,
    /// Months of method B's window, 1 to 24. Default: 5. Source: S3.10 (3 to 5).
    pub total_months: u16,
    /// Months before the window in which a client that was VIP counts as former VIP, 0 to 24;
    /// under method B, 0 is none and anything else is the one window before.
    /// Default: 6. Source: S3.11 (length: convention).
    pub former_months: u16,
    /// Ties at a cut. Default: include. Source: convention (S3.9 is silent).
    pub ties: Ties,
    /// Whether the month that holds the snapshot's day is left out while it still runs.
    /// Default: true. Source: S3.9 (by the results of the month).
    pub complete_only: bool,
}

impl Default for TierPolicy {
    fn default() -> Self {
        Self {
            method: TierMethod::MonthlyTop,
            criterion: None,
            top_percent: Percent::whole(20),
            good_percent: Percent::whole(20),
            months: 6,
            total_months: 5,
            former_months: 6,
            ties: Ties::Include,
            complete_only: true,
        }
    }
}

/// The ladder: buyer, client and regular by sales, supporter and advocate by what is known of
/// the client besides (R1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct StagePolicy {
    /// Purchases on different days in one unbroken run that make a regular, at least 2.
    /// Default: 3. Source: convention (R1, S2.2).
    pub systematic_purchases: u16,
    /// A longer gap breaks the run; null is `activity.lost_after`, and where that is null too
    /// nobody is promoted past client. Default: null. Source: R1.
    pub max_gap: Option<Span>,
    /// From this penetration on, in per cent of what the client buys of us and of others, it
    /// buys of us only. Default: 99. Source: S2.2 (100 % less a little).
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub exclusive_percent: Percent,
}

impl Default for StagePolicy {
    fn default() -> Self {
        Self { systematic_purchases: 3, max_gap: None, exclusive_percent: Percent::whole(99) }
    }
}

/// An industry with its return period (R39, S4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Industry {
    /// Half a year.
    Clothing,
    /// Due after one year, lost after two.
    Jewellery,
    /// Two years.
    Furniture,
    /// Less than half a year; the sources give no figure, so `lost_after` must be given.
    Restaurant,
}

/// Active, due and lost by two clocks (R39, R40).
///
/// The first clock is the return period. The second is the client's own rhythm, for clients
/// with too few intervals the base's time from first to second purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ActivityPolicy {
    /// Preset of the return period; null is none. Default: null. Source: R39.
    pub industry: Option<Industry>,
    /// Due from this long after the last purchase; null is the preset's, else `lost_after`.
    /// Default: null. Source: R39.
    pub due_after: Option<Span>,
    /// Lost past this long after the last purchase; null is the preset's. Default: null.
    /// Source: R39.
    pub lost_after: Option<Span>,
    /// The clock of own rhythm.
    pub rhythm: RhythmPolicy,
}

/// The middle of a client's intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Center {
    /// The median.
    Median,
    /// The mean.
    Mean,
}

/// The clock of own rhythm (R40).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RhythmPolicy {
    /// The interval that is compared with. Default: median. Source: convention.
    pub center: Center,
    /// Fewest intervals for an own rhythm; with fewer, the base's time to the second purchase
    /// judges. Default: 2. Source: convention.
    pub min_intervals: u16,
    /// Due past this share of the own interval, in per cent. Default: 150. Source: convention.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub due_percent: Percent,
    /// Lost past this share of the own interval, in per cent. Default: 300. Source: convention.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub lost_percent: Percent,
    /// Due past the time in which this share of those who ever bought again had bought again,
    /// in per cent. Default: 50. Source: convention.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub base_due_percent: Percent,
    /// Lost past the time in which this share of those who ever bought again had bought again,
    /// in per cent. Default: 90. Source: convention.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub base_lost_percent: Percent,
}

impl Default for RhythmPolicy {
    fn default() -> Self {
        Self {
            center: Center::Median,
            min_intervals: 2,
            due_percent: Percent::whole(150),
            lost_percent: Percent::whole(300),
            base_due_percent: Percent::whole(50),
            base_lost_percent: Percent::whole(90),
        }
    }
}

/// How a cohort's later periods are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CohortPeriods {
    /// By the calendar: the period after that of the first purchase is number 1.
    Calendar,
    /// From each client's own first purchase: number 1 begins one period after that day.
    SinceFirst,
}

/// A period that still runs at the snapshot's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RunningPeriod {
    /// Shown so far, and marked as not complete.
    Show,
    /// Missing until it is complete.
    Hide,
}

/// Cohort tables: clients by the period of their first purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CohortPolicy {
    /// How later periods are counted. Default: calendar. Source: convention.
    pub periods: CohortPeriods,
    /// A period that still runs. Default: show. Source: convention.
    pub running: RunningPeriod,
}

impl Default for CohortPolicy {
    fn default() -> Self {
        Self { periods: CohortPeriods::Calendar, running: RunningPeriod::Show }
    }
}

impl Policy {
    /// A policy with the return period of an industry (R39).
    pub fn industry(industry: Industry) -> Self {
        let activity = ActivityPolicy { industry: Some(industry), ..ActivityPolicy::default() };
        Self { activity, ..Self::default() }
    }

    /// A policy whose rankings follow a strategy (R17).
    pub fn strategy(strategy: Strategy) -> Self {
        Self { strategy: Some(strategy), ..Self::default() }
    }

    /// What payers are ranked by for the tier.
    pub fn tier_criterion(&self) -> Criterion {
        self.tier.criterion.unwrap_or_else(|| self.default_criterion())
    }

    /// What ABC sums, where it has one criterion.
    pub fn abc_criterion(&self) -> Criterion {
        self.abc.criterion.unwrap_or_else(|| self.default_criterion())
    }

    /// The field that names the criterion of the tier.
    pub(crate) fn tier_path(&self) -> &'static str {
        if self.tier.criterion.is_some() { "tier.criterion" } else { "strategy" }
    }

    /// The field that names the criterion of ABC.
    pub(crate) fn abc_path(&self) -> &'static str {
        if self.abc.criterion.is_some() { "abc.criterion" } else { "strategy" }
    }

    fn default_criterion(&self) -> Criterion {
        self.strategy.map_or(Criterion::Amount, Strategy::criterion)
    }

    /// The longest gap of an unbroken run of purchases; `None` where no return period is known.
    pub(crate) fn longest_gap(&self) -> Option<Span> {
        self.stage.max_gap.or(self.activity.return_period().map(|(_, lost)| lost))
    }

    /// Reads a policy from JSON; absent fields take their defaults, unknown ones are errors
    /// that name the path.
    pub fn from_json(json: &str) -> Result<Self> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let policy: Self = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            Error::BadPolicy { path, problem: error.into_inner().to_string() }
        })?;
        reader.end().map_err(|error| Error::BadPolicy {
            path: ".".to_owned(),
            problem: error.to_string(),
        })?;
        policy.check()?;
        Ok(policy)
    }

    /// The policy as JSON with every field spelled out.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The JSON Schema of a policy document.
    #[cfg(feature = "schema")]
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(Policy).to_value()
    }
}

impl ActivityPolicy {
    /// `(due_after, lost_after)` after presets; `None` where no return period is known.
    pub fn return_period(&self) -> Option<(Span, Span)> {
        let (due, lost) = match self.industry {
            Some(Industry::Clothing) => (Some(Span::Months(6)), Some(Span::Months(6))),
            Some(Industry::Jewellery) => (Some(Span::Months(12)), Some(Span::Months(24))),
            Some(Industry::Furniture) => (Some(Span::Months(24)), Some(Span::Months(24))),
            Some(Industry::Restaurant) | None => (None, None),
        };
        let lost = self.lost_after.or(lost)?;
        Some((self.due_after.or(due).unwrap_or(lost), lost))
    }
}
