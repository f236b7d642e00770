//! Recency, frequency, monetary: scores from observed cut points.

use serde::{Deserialize, Serialize};

use crate::census::Tally;
use crate::policy::{Best, RfmPolicy, TieGroup};

/// Scores on the three axes, the highest being the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RfmScores {
    /// Of recency.
    pub recency: u8,
    /// Of frequency.
    pub frequency: u8,
    /// Of monetary.
    pub monetary: u8,
}

/// The cut points of the three axes, each ordered from worst to best.
///
/// A value that beats `k` cut points has score `k + 1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RfmCuts {
    /// Days; fewer are better, so these descend.
    pub recency: AxisCuts,
    /// Purchases.
    pub frequency: AxisCuts,
    /// Minor units.
    pub monetary: AxisCuts,
}

/// Cut points of one axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AxisCuts {
    /// The cut points, from worst to best.
    pub cuts: Vec<i64>,
    /// Whether a value that equals a cut point beats it.
    pub reached: bool,
}

impl AxisCuts {
    /// Cut points of a base. `sign` is 1 where more is better and −1 where less is.
    fn of(values: &mut Tally, policy: &RfmPolicy, own: Option<Vec<i64>>, sign: i64) -> Self {
        if let Some(mut cuts) = own {
            if sign < 0 {
                cuts.reverse();
            }
            return Self { cuts, reached: true };
        }
        let (groups, clients) = (u64::from(policy.groups), values.len());
        let reached = policy.ties == TieGroup::Highest;
        let rank = |k: u64| {
            let from_worst = if reached {
                (k * clients / groups + 1).min(clients)
            } else {
                (k * clients).div_ceil(groups)
            };
            // Fewer is better: the worst is the largest.
            if sign > 0 { from_worst } else { clients + 1 - from_worst }
        };
        let mut ranks: Vec<u64> = (1..groups).map(rank).collect();
        ranks.sort_unstable();
        let mut cuts = values.at_ranks(&ranks);
        if sign < 0 {
            cuts.reverse();
        }
        Self { cuts, reached }
    }

    fn score(&self, value: i64, sign: i64) -> u8 {
        let beaten = |&&cut: &&i64| {
            let (better, worse) = if sign > 0 { (value, cut) } else { (cut, value) };
            better > worse || (self.reached && better == worse)
        };
        1 + self.cuts.iter().filter(beaten).count() as u8
    }
}

impl RfmCuts {
    /// The cut points of a base, or `None` where nobody bought or the base is smaller than the
    /// policy asks for.
    ///
    /// `monetary_cuts` are the policy's own ones in minor units.
    pub fn of(
        recency: &mut Tally,
        frequency: &mut Tally,
        monetary: &mut Tally,
        policy: &RfmPolicy,
        monetary_cuts: Option<Vec<i64>>,
    ) -> Option<Self> {
        if recency.is_empty()
            || policy.min_clients.is_some_and(|least| recency.len() < u64::from(least))
        {
            return None;
        }
        let own = |cuts: &Option<Vec<u32>>| {
            cuts.as_ref().map(|cuts| cuts.iter().map(|&cut| i64::from(cut)).collect())
        };
        let (recency_own, frequency_own) = (own(&policy.recency_cuts), own(&policy.frequency_cuts));
        let ((recency, frequency), monetary) = rayon::join(
            || {
                let recency = AxisCuts::of(recency, policy, recency_own, -1);
                (recency, AxisCuts::of(frequency, policy, frequency_own, 1))
            },
            || AxisCuts::of(monetary, policy, monetary_cuts, 1),
        );
        Some(Self { recency, frequency, monetary })
    }

    /// The scores of a client: days since the last purchase, purchases, minor units.
    pub fn scores(&self, recency_days: i64, frequency: i64, monetary: i64) -> RfmScores {
        RfmScores {
            recency: self.recency.score(recency_days, -1),
            frequency: self.frequency.score(frequency, 1),
            monetary: self.monetary.score(monetary, 1),
        }
    }
}

impl RfmPolicy {
    /// A score as the policy shows it.
    pub fn shown(&self, score: u8) -> u8 {
        match self.best {
            Best::High => score,
            Best::Low => self.groups + 1 - score,
        }
    }
}
