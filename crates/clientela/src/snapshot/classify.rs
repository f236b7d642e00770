//! From a client's facts and the base's cuts to its verdicts.

use crate::attrition::{Pace, RhythmClock, RhythmLimits, activity_by_days, activity_by_limits};
use crate::calendar::{Day, Span};
use crate::census::plan::Plan;
use crate::census::{Cuts, TopLists};
use crate::error::Result;
use crate::policy::SegmentMap;
use crate::segment::tier;
use crate::table::{NO_CODE, NO_INT32};

/// The facts that verdicts rest on, in days, purchases and minor units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) first: i32,
    pub(super) last: i32,
    pub(super) purchases: i32,
    pub(super) purchase_days: i32,
    pub(super) median_twice: i32,
    pub(super) frequency: i32,
    pub(super) monetary: i64,
    pub(super) volume: i64,
    pub(super) rank_total: i64,
    pub(super) total: i64,
    pub(super) former_total: i64,
    pub(super) lists: TopLists,
}

/// Verdicts as codes; [`NO_CODE`] and [`NO_INT32`] are missing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Verdicts {
    pub(super) recency_score: u8,
    pub(super) frequency_score: u8,
    pub(super) monetary_score: u8,
    pub(super) segment: u8,
    pub(super) abc: u8,
    pub(super) tier: u8,
    pub(super) vip_by_total: u8,
    pub(super) former_vip: u8,
    pub(super) activity: u8,
    pub(super) by_period: u8,
    pub(super) by_rhythm: u8,
    pub(super) due_on: i32,
    pub(super) lost_after: i32,
    pub(super) expected_on: i32,
}

/// What all clients are judged by.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) plan: &'a Plan<'a>,
    pub(super) cuts: &'a Cuts,
    segments: SegmentMap,
    period: Option<PeriodClock>,
    rhythm: RhythmClock<'a>,
}

#[derive(Debug)]
struct PeriodClock {
    due: crate::census::plan::Days,
    lost: crate::census::plan::Days,
}

impl<'a> Judge<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, cuts: &'a Cuts) -> Result<Self> {
        // A return period says something only where clients do come back (R39, S4.8).
        let repeats = cuts.base_rhythm.clients > 0;
        let period = plan.policy.activity.return_period().filter(|_| repeats);
        let clock = |span: Span| plan.days(|day| day.plus(span).days());
        Ok(Self {
            rhythm: RhythmClock::new(&plan.policy.activity.rhythm, &cuts.base_rhythm),
            plan,
            cuts,
            segments: plan.policy.segment_map()?,
            period: period.map(|(due, lost)| PeriodClock { due: clock(due), lost: clock(lost) }),
        })
    }

    /// The names of the RFM segments by code.
    pub(super) fn segment_names(&self) -> &[String] {
        self.segments.names()
    }

    /// The limits of the rhythm clock for a client with a purchase, if it has any.
    pub(super) fn rhythm(&self, facts: &Facts) -> Option<RhythmLimits> {
        let Facts { first, last, purchase_days, median_twice, .. } = *facts;
        self.rhythm.limits(Pace { first, last, purchase_days, median_twice })
    }

    /// The verdicts on a client.
    pub(super) fn judge(&self, facts: &Facts) -> Verdicts {
        let (plan, cuts) = (self.plan, self.cuts);
        let policy = plan.policy;
        let as_of = plan.as_of.days();
        let bought = facts.purchases > 0;
        let code = |flag: bool| u8::from(flag);

        let mut verdicts = Verdicts {
            recency_score: NO_CODE,
            frequency_score: NO_CODE,
            monetary_score: NO_CODE,
            segment: NO_CODE,
            abc: cuts.abc.as_ref().map_or(NO_CODE, |abc| abc.class(facts.volume) as u8),
            tier: NO_CODE,
            vip_by_total: code(Cuts::reaches(facts.total, cuts.tier.total)),
            former_vip: 0,
            activity: NO_CODE,
            by_period: NO_CODE,
            by_rhythm: NO_CODE,
            due_on: NO_INT32,
            lost_after: NO_INT32,
            expected_on: NO_INT32,
        };
        let (vip, former) = cuts.vip(policy, facts.lists, facts.total, facts.former_total);
        let good = !vip && Cuts::reaches(facts.rank_total, cuts.tier.good);
        verdicts.former_vip = code(former);
        verdicts.tier =
            tier(vip, good, former, facts.rank_total > 0).map_or(NO_CODE, |tier| tier as u8);

        if !bought {
            return verdicts;
        }
        let elapsed = i64::from(as_of - facts.last);
        if let Some(rfm) = &cuts.rfm {
            let scores = rfm.scores(elapsed, i64::from(facts.frequency), facts.monetary);
            verdicts.recency_score = policy.rfm.shown(scores.recency);
            verdicts.frequency_score = policy.rfm.shown(scores.frequency);
            verdicts.monetary_score = policy.rfm.shown(scores.monetary);
            verdicts.segment =
                self.segments.code(scores.recency, scores.frequency, scores.monetary);
        }
        let rhythm = self.rhythm(facts);
        let clamped = |day: i64| day.min(i64::from(Day::MAX.days())) as i32;
        if let Some(limits) = rhythm {
            verdicts.by_rhythm = activity_by_limits(elapsed, limits.due, limits.lost) as u8;
            if limits.own {
                let half = (facts.median_twice + 1) / 2;
                verdicts.expected_on = clamped(i64::from(facts.last) + i64::from(half));
            }
        }
        if let Some(clock) = &self.period {
            let (due, lost) = (clock.due.get(facts.last), clock.lost.get(facts.last));
            verdicts.by_period = activity_by_days(as_of, due, lost) as u8;
            verdicts.due_on = due;
            verdicts.lost_after = lost;
        }
        if policy.activity.return_period().is_some() {
            verdicts.activity = verdicts.by_period;
        } else {
            verdicts.activity = verdicts.by_rhythm;
            if let Some(limits) = rhythm {
                verdicts.due_on =
                    clamped(i64::from(facts.last).saturating_add(limits.due).saturating_add(1));
                verdicts.lost_after = clamped(i64::from(facts.last).saturating_add(limits.lost));
            }
        }
        verdicts
    }
}
