//! The cut points of a base: the values at which classes, tiers and scores change.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::facts::{CHUNK, Facts};
use super::plan::Plan;
use super::{Census, Tally};
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::money::Percent;
use crate::policy::{Policy, TierMethod};
use crate::segment::{AbcCuts, CareCuts, KeyTotals, RfmCuts, TargetVolume, TierCuts};

/// How long those who bought a second time took, as limits for those with no rhythm yet (R40).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseRhythm {
    /// Clients with a second purchase day.
    pub clients: u64,
    /// Due past this many days; `None` where nobody bought twice.
    pub due_days: Option<i64>,
    /// Lost past this many days; `None` where nobody bought twice.
    pub lost_days: Option<i64>,
}

/// Every cut of a base, found exactly and published as values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cuts {
    /// Of RFM; `None` where nobody bought or the base is smaller than the policy asks for.
    pub rfm: Option<RfmCuts>,
    /// Of ABC; `None` where no client has a volume above zero.
    pub abc: Option<AbcCuts>,
    /// Of the tier.
    pub tier: TierCuts,
    /// Of own rhythm, for clients with too few intervals.
    pub base_rhythm: BaseRhythm,
    /// First day of a line of the whole base.
    pub first_day: Option<Day>,
    /// What key clients are held against (R19).
    pub key: KeyTotals,
    /// Where income is little and attention much (R18).
    pub care: CareCuts,
    /// Volume of the clients that match the target (S2.12).
    pub target: TargetVolume,
}

impl Census {
    /// The cuts of this census. Without the second counts nobody is good by rank.
    ///
    /// # Errors
    /// Own cut points of RFM that the ledger's scale cannot hold.
    pub fn cuts(&mut self) -> Result<Cuts> {
        let policy = &self.policy;
        let own = policy.rfm.monetary_cuts.as_ref().map(|cuts| {
            let minor = |cut| {
                self.scale.minor(cut).ok_or_else(|| Error::BadPolicy {
                    path: "rfm.monetary_cuts".to_owned(),
                    problem: format!("{cut} has more places than the ledger's amounts"),
                })
            };
            cuts.iter().map(|&cut| minor(cut)).collect::<Result<Vec<i64>>>()
        });
        let own = own.transpose()?;
        let tier = &policy.tier;
        let top = |payers: &mut Tally| TierCuts::top(payers, tier.top_percent, tier.ties);
        let (recency, frequency) = (&mut self.recency, &mut self.frequency);
        let (monetary, volume) = (&mut self.monetary, &mut self.volume);
        let months = &mut self.months;
        let ((rfm, abc), months) = rayon::join(
            || {
                rayon::join(
                    || RfmCuts::of(recency, frequency, monetary, &policy.rfm, own),
                    || AbcCuts::of(volume, &policy.abc),
                )
            },
            || months.par_iter_mut().map(top).collect(),
        );
        let rhythm = &policy.activity.rhythm;
        let to_second = &mut self.to_second;
        let clients = to_second.len();
        let mut within = |share: Percent| to_second.at_rank(share.ceil_of(clients).max(1));
        let good = |payers: &mut Tally| TierCuts::top(payers, tier.good_percent, tier.ties);
        Ok(Cuts {
            rfm,
            abc,
            tier: TierCuts {
                months,
                total: top(&mut self.totals),
                former_total: top(&mut self.former_totals),
                good: self.remaining.as_mut().and_then(|counts| good(&mut counts.payers)),
            },
            base_rhythm: BaseRhythm {
                clients,
                due_days: within(rhythm.base_due_percent),
                lost_days: within(rhythm.base_lost_percent),
            },
            first_day: self.first_day,
            key: self.key.clone(),
            care: self.care.cuts(&policy.care),
            target: self.remaining.as_ref().map_or_else(Default::default, |counts| counts.target),
        })
    }
}

/// What a client's months and totals make of it, before the remaining payers are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TopLists {
    /// Months of the window in whose top it is.
    pub(crate) vip_months: u8,
    /// In the top of a month before the window.
    pub(crate) former_month: bool,
}

impl Cuts {
    /// For each client the monthly tops that it is in.
    pub(crate) fn top_lists(&self, plan: &Plan<'_>, facts: &Facts) -> Vec<TopLists> {
        let mut lists = vec![TopLists::default(); facts.len()];
        let window = (plan.tier.window - plan.tier.first) as usize;
        lists.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, lists)| {
            for (month, cut) in self.tier.months.iter().enumerate() {
                let Some(cut) = *cut else { continue };
                for (list, &paid) in lists.iter_mut().zip(facts.month(chunk, month)) {
                    let reached = paid >= cut;
                    if month >= window {
                        list.vip_months += u8::from(reached);
                    } else {
                        list.former_month |= reached;
                    }
                }
            }
        });
        lists
    }

    /// Whether a value is in the list that ends at a cut.
    pub(crate) fn reaches(value: i64, cut: Option<i64>) -> bool {
        value > 0 && cut.is_some_and(|cut| value >= cut)
    }

    /// VIP by the policy's method, and VIP by it before (R14, R15, R16).
    pub(crate) fn vip(
        &self,
        policy: &Policy,
        lists: TopLists,
        total: i64,
        former_total: i64,
    ) -> (bool, bool) {
        let (now, before) = match policy.tier.method {
            TierMethod::MonthlyTop => (lists.vip_months > 0, lists.former_month),
            TierMethod::PeriodTotal => (
                Self::reaches(total, self.tier.total),
                policy.tier.former_months > 0
                    && Self::reaches(former_total, self.tier.former_total),
            ),
        };
        (now, before && !now)
    }

    /// Ranks the remaining payers of a whole base.
    pub(crate) fn rank_remaining(&mut self, plan: &Plan<'_>, facts: &Facts, lists: &[TopLists]) {
        let tier = &plan.policy.tier;
        let mut remaining = self.remaining(plan, facts, lists);
        self.tier.good = TierCuts::top(&mut remaining, tier.good_percent, tier.ties);
    }

    /// Window totals of the payers that are not VIP.
    pub(crate) fn remaining(&self, plan: &Plan<'_>, facts: &Facts, lists: &[TopLists]) -> Tally {
        Tally::of_rows(lists.len(), |row| {
            let former_total = facts.former_total(row);
            let (vip, _) = self.vip(plan.policy, lists[row], facts.total[row], former_total);
            let total = facts.rank_total[row];
            (!vip && total > 0).then_some(total)
        })
    }
}
