//! Why each verdict on a client is what it is.

use std::fmt;

use serde::Serialize;

use super::Snapshot;
use super::axes::{AXES, VERDICTS, axis_of};
use super::classify::{Facts, Judge, Verdicts};
use crate::axis::{
    Known, Quantity, Reason, Verdict, compared, note, plural, quantity, reach, verdict, whole,
};
use crate::calendar::{Day, Step};
use crate::census::basis::Basis;
use crate::census::facts::{Fact, Work};
use crate::census::history::Histories;
use crate::census::plan::Plan;
use crate::census::{Cuts, TopLists};
use crate::class::{AbcClass, XyzClass};
use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::lifecycle::{Ladder, Stage, Standing};
use crate::metric::Needs;
use crate::money::Percent;
use crate::policy::{
    Boundary, Center, Criterion, Deviation, Frequency, Monetary, ShareOf, TierMethod,
};
use crate::segment::{AxisCuts, Regularity, Tier};
use crate::table::{NO_CODE, Value};

/// All verdicts on a client with their reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The client.
    pub client: ClientId,
    /// The day.
    pub as_of: Day,
    /// The verdicts, by axis.
    pub verdicts: Vec<Verdict>,
}

impl Explanation {
    /// All reasons as sentences, in the order of the axes.
    pub fn sentences(&self) -> Vec<String> {
        let reasons = self.verdicts.iter().flat_map(|verdict| &verdict.reasons);
        reasons.map(|reason| reason.sentence.clone()).collect()
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Client {} as of {}", self.client, self.as_of)?;
        for verdict in &self.verdicts {
            writeln!(f, "  {}: {}", verdict.axis, verdict.verdict.as_deref().unwrap_or("unknown"))?;
            for reason in &verdict.reasons {
                writeln!(f, "    {} [{}]", reason.sentence, reason.source)?;
            }
        }
        Ok(())
    }
}

impl Snapshot {
    /// The verdicts on a client with their reasons.
    ///
    /// # Errors
    /// [`Error::UnknownClient`] for an id that the base does not have.
    pub fn explain(&self, client: &ClientId) -> Result<Explanation> {
        let row =
            self.ids().find(client).ok_or_else(|| Error::UnknownClient(client.to_string()))?;
        let plan = self.plan()?;
        let basis = self.inner.joined.basis(&plan, self.ledger());
        Explainer::new(self, &basis)?.explain(row)
    }
}

/// What explains one client after another.
#[derive(Debug)]
pub(super) struct Explainer<'a> {
    snapshot: &'a Snapshot,
    known: Known<'a>,
    judge: Judge<'a>,
}

/// One client under explanation.
struct Case<'a> {
    known: &'a Known<'a>,
    plan: &'a Plan<'a>,
    cuts: &'a Cuts,
    judge: &'a Judge<'a>,
    /// The snapshot that made the tier, where another ledger did.
    tier: Option<&'a Snapshot>,
    row: usize,
    fact: Fact,
    facts: Facts,
    verdicts: Verdicts,
    standing: Standing,
    /// Totals by month of the tier's criterion.
    months: Vec<(i32, i64)>,
}

impl<'a> Explainer<'a> {
    /// `basis` is the snapshot's.
    pub(super) fn new(snapshot: &'a Snapshot, basis: &'a Basis<'a>) -> Result<Self> {
        let known = snapshot.inner.known(basis);
        Ok(Self { snapshot, known, judge: Judge::new(basis.plan, known.cuts)? })
    }

    fn explain(&self, row: usize) -> Result<Explanation> {
        let mut verdicts = Vec::with_capacity(VERDICTS.len());
        self.with_case(row, |case| {
            // Axes of one kind are told together.
            let mut told: Vec<Verdict> = Vec::new();
            for axis in AXES {
                told.extend(axis.verdicts(&self.known, row));
            }
            for name in VERDICTS {
                verdicts.push(match told.iter().position(|verdict| verdict.axis == name) {
                    Some(place) => told.swap_remove(place),
                    None => case.by_sales(name)?,
                });
            }
            Ok(())
        })?;
        let inner = &*self.snapshot.inner;
        Ok(Explanation { client: inner.joined.ids.get(row), as_of: inner.as_of, verdicts })
    }

    /// The reasons of one verdict.
    pub(super) fn axis(&self, row: usize, name: &str) -> Result<Vec<Reason>> {
        let verdict = match axis_of(name) {
            Some((axis, place)) => axis.verdicts(&self.known, row).into_iter().nth(place),
            None => Some(self.with_case(row, |case| case.by_sales(name))?),
        };
        Ok(verdict.map_or_else(Vec::new, |verdict| verdict.reasons))
    }

    fn with_case<T>(&self, row: usize, tell: impl FnOnce(&Case<'_>) -> Result<T>) -> Result<T> {
        let inner = &*self.snapshot.inner;
        let basis = self.known.basis;
        let (plan, cuts, judge) = (basis.plan, self.known.cuts, &self.judge);
        let histories = Histories::new(basis.ledger, plan);
        let mut work = Work::default();
        let history = histories.read(basis.client(row), &mut work.scratch);
        let mut months = Vec::new();
        let months = history.tier_months(plan, &mut months).to_vec();
        let fact = Fact::of(plan, &history, &months, &mut work.buffers);
        let mut lists = TopLists::default();
        for &(month, total) in &months {
            if (plan.tier.first..=plan.tier.last).contains(&month)
                && Cuts::reaches(total, cuts.tier.months[(month - plan.tier.first) as usize])
            {
                if month >= plan.tier.window {
                    lists.vip_months += 1;
                } else {
                    lists.former_month = true;
                }
            }
        }
        let facts = Facts {
            first: fact.first,
            last: fact.last,
            purchases: fact.purchases,
            purchase_days: fact.purchase_days,
            median_twice: fact.median_twice,
            frequency: fact.frequency,
            monetary: fact.monetary,
            volume: inner.volume.get(row).copied().unwrap_or(fact.volume),
            rank_total: fact.rank_total,
            total: fact.total,
            former_total: fact.former_total,
            lists,
        };
        tell(&Case {
            known: &self.known,
            plan,
            cuts,
            judge,
            tier: inner.tier.as_ref(),
            row,
            fact,
            verdicts: judge.judge(&facts),
            facts,
            standing: Ladder::new(basis, Needs::one_by_one(basis)).of(row),
            months,
        })
    }
}

impl Case<'_> {
    fn day(days: i32) -> String {
        Day::new(days).map_or_else(String::new, |day| day.to_string())
    }

    fn bought(&self) -> bool {
        self.fact.purchases > 0
    }

    /// The verdict on an axis that follows from the sales in one pass.
    fn by_sales(&self, axis: &str) -> Result<Verdict> {
        Ok(match axis {
            "stage" => self.stage(),
            "highest_stage" => self.highest_stage(),
            "tier" => match self.tier {
                Some(tier) => self.tier_by_other(tier)?,
                None => self.tier(),
            },
            "abc_class" => self.abc(),
            "xyz_class" => self.xyz(),
            "rfm_segment" => self.rfm(),
            _ => self.activity(),
        })
    }

    /// The verdict on the tier as another ledger gives it.
    fn tier_by_other(&self, tier: &Snapshot) -> Result<Verdict> {
        let criterion = self.plan.policy.tier_criterion();
        let ranked = format!("Ranked by {}.", criterion.title());
        let mut reasons = vec![note("tier.criterion", "R17", ranked)];
        let id = self.known.basis.id(self.row);
        let Some(row) = tier.ids().find(&id) else {
            reasons.push(note("tier.population", "R14", "Is not in that ledger."));
            return Ok(verdict("tier", &Tier::NAMES, NO_CODE, reasons));
        };
        let plan = tier.plan()?;
        let basis = tier.inner.joined.basis(&plan, tier.ledger());
        reasons.extend(Explainer::new(tier, &basis)?.axis(row, "tier")?);
        Ok(verdict("tier", &Tier::NAMES, tier.codes("tier")[row], reasons))
    }

    /// A value by a criterion: as a figure, as text, and its unit.
    fn by(&self, criterion: Criterion, name: &str, value: i64) -> (Quantity, String) {
        let decimal = self.known.basis.scale_of(criterion).decimal(value);
        match criterion {
            Criterion::Amount | Criterion::Profit | Criterion::Payments => {
                (quantity(name, Value::Decimal(decimal), "money"), self.known.amount_text(value))
            }
            Criterion::Purchases => (whole(name, value, "purchases"), plural(value, "purchase")),
            Criterion::PaymentCount => (whole(name, value, "payments"), plural(value, "payment")),
            Criterion::Quantity | Criterion::UnitsOrdered => {
                (quantity(name, Value::Decimal(decimal), "units"), format!("{decimal} units"))
            }
        }
    }

    /// A volume of ABC: as a figure, and as text.
    fn volume(&self, name: &str, value: i64) -> (Quantity, String) {
        let policy = &self.plan.policy.abc;
        if policy.criteria.is_empty() {
            return self.by(self.plan.policy.abc_criterion(), name, value);
        }
        // Parts of 10^12 by weights that add up to so much.
        let weights: i64 = policy.criteria.iter().map(|one| i64::from(one.weight)).sum();
        let percent = value as f64 / weights as f64 / 1e10;
        (quantity(name, Value::Float(percent), "%"), format!("a weighted share of {percent:.2} %"))
    }

    fn stage(&self) -> Verdict {
        let (by_sales, _) = self.fact.stages(self.plan);
        let stage = self.standing.stage(by_sales);
        let mut reasons = self.ladder(by_sales, self.fact.run, "latest");
        if by_sales == Stage::Regular {
            let limit = self.plan.policy.stage.exclusive_percent;
            reasons.extend(self.standing.reasons(limit, stage));
        }
        let next = format!("Next: {}", stage.next_step());
        reasons.push(note("stage.next_step", "R2", next));
        verdict("stage", &Stage::NAMES, stage as u8, reasons)
    }

    fn highest_stage(&self) -> Verdict {
        let (by_sales, highest_by_sales) = self.fact.stages(self.plan);
        let now = self.standing.stage(by_sales);
        let highest = self.standing.highest(now, highest_by_sales);
        let mut reasons = Vec::new();
        if highest > highest_by_sales && self.standing.kept() == Some(highest) && highest > now {
            reasons.push(Standing::kept_reason(highest, now));
        } else if highest == now && now > Stage::Regular {
            let limit = self.plan.policy.stage.exclusive_percent;
            reasons = self.ladder(by_sales, self.fact.run, "latest");
            reasons.extend(self.standing.reasons(limit, now));
        } else {
            reasons = self.ladder(highest_by_sales, self.fact.longest_run, "longest");
        }
        verdict("highest_stage", &Stage::NAMES, highest as u8, reasons)
    }

    fn ladder(&self, stage: Stage, run: u32, which: &str) -> Vec<Reason> {
        let purchases = i64::from(self.fact.purchases);
        let counted = |least: i64, text: &str| {
            compared(
                "stage.purchases",
                "R1",
                whole("purchases", purchases, "purchases"),
                "=",
                whole("purchases", least, "purchases"),
                format!("{}: {text}.", plural(purchases, "purchase")),
            )
        };
        match purchases {
            0 => return vec![counted(0, "not yet a buyer")],
            1 => return vec![counted(1, "a buyer")],
            _ => {}
        }
        let policy = self.plan.policy;
        let mut reasons = vec![compared(
            "stage.purchases",
            "R1",
            whole("purchases", purchases, "purchases"),
            ">=",
            whole("purchases", 2, "purchases"),
            format!("{}: a second purchase makes a client.", plural(purchases, "purchase")),
        )];
        let gap = policy.longest_gap();
        let Some(gap) = gap else {
            reasons.push(note(
                "stage.systematic",
                "R1",
                "No return period is given, so systematic buying cannot be judged.".to_owned(),
            ));
            return reasons;
        };
        let systematic = i64::from(policy.stage.systematic_purchases);
        reasons.push(compared(
            "stage.systematic",
            "R1",
            whole("purchase_days_in_run", i64::from(run), "days"),
            reach(stage == Stage::Regular),
            whole("systematic_purchases", systematic, "days"),
            format!(
                "The {which} run without a gap above {gap} has {}; {systematic} make a regular.",
                plural(i64::from(run), "purchase day"),
            ),
        ));
        reasons
    }

    fn tier(&self) -> Verdict {
        let (plan, cuts, facts) = (self.plan, self.cuts, &self.facts);
        let policy = &plan.policy.tier;
        let mut reasons = Vec::new();
        let month_name = |month: i32| Step::Month.label(month);
        let window =
            |first: i32| format!("{} to {}", month_name(first), month_name(plan.tier.last));
        let top = policy.top_percent;
        // Method A.
        let mut nearest: Option<(i32, i64, i64)> = None;
        let mut paid_in_window = false;
        for &(month, total) in &self.months {
            if !(plan.tier.window..=plan.tier.last).contains(&month) || total <= 0 {
                continue;
            }
            paid_in_window = true;
            let Some(cut) = cuts.tier.months[(month - plan.tier.first) as usize] else { continue };
            let (observed, paid) = self.by(self.plan.tier_by, "month_total", total);
            let (threshold, from) = self.by(self.plan.tier_by, "top_cut", cut);
            if total >= cut {
                reasons.push(compared(
                    "tier.monthly_top",
                    "R14",
                    observed,
                    ">=",
                    threshold,
                    format!(
                        "In {} with {paid} among the top {top} of payers, which began at {from}.",
                        month_name(month)
                    ),
                ));
            }
            // The month that came closest, by cross-multiplying.
            let closer = |&(_, t, c): &(i32, i64, i64)| {
                i128::from(total) * i128::from(c) > i128::from(t) * i128::from(cut)
            };
            if nearest.as_ref().is_none_or(closer) {
                nearest = Some((month, total, cut));
            }
        }
        if facts.lists.vip_months == 0 {
            if let Some((month, total, cut)) = nearest {
                let (observed, paid) = self.by(self.plan.tier_by, "month_total", total);
                let (threshold, from) = self.by(self.plan.tier_by, "top_cut", cut);
                reasons.push(compared(
                    "tier.monthly_top",
                    "R14",
                    observed,
                    "<",
                    threshold,
                    format!(
                        "In the top {top} of no month of {}; nearest was {} with {paid}, where \
                         the top began at {from}.",
                        window(plan.tier.window),
                        month_name(month)
                    ),
                ));
            } else if paid_in_window {
                reasons.push(note(
                    "tier.monthly_top",
                    "R14",
                    format!(
                        "In the months {} that it paid in, nobody is among the top {top}.",
                        window(plan.tier.window)
                    ),
                ));
            } else {
                reasons.push(note(
                    "tier.payer",
                    "R14",
                    format!("Paid nothing in the months {}.", window(plan.tier.window)),
                ));
            }
        }
        // Method B.
        if facts.total > 0
            && let Some(cut) = cuts.tier.total
        {
            let in_it = facts.total >= cut;
            let (observed, paid) = self.by(self.plan.tier_by, "period_total", facts.total);
            let (threshold, from) = self.by(self.plan.tier_by, "top_cut", cut);
            reasons.push(compared(
                "tier.period_total",
                "R15",
                observed,
                reach(in_it),
                threshold,
                format!(
                    "By the total of {} with {paid} {} the top {top} of payers, which began \
                         at {from}.",
                    window(plan.tier.total),
                    if in_it { "among" } else { "below" }
                ),
            ));
        }
        let vip = self.verdicts.tier == Tier::Vip as u8;
        if !vip
            && facts.rank_total > 0
            && let Some(cut) = cuts.tier.good
        {
            let good = facts.rank_total >= cut;
            let (observed, paid) = self.by(self.plan.tier_by, "window_total", facts.rank_total);
            let (threshold, from) = self.by(self.plan.tier_by, "good_cut", cut);
            reasons.push(compared(
                "tier.good",
                "R16",
                observed,
                reach(good),
                threshold,
                format!(
                    "Of the payers that are not VIP, with {paid} {} the top {}, which began \
                         at {from}.",
                    if good { "among" } else { "below" },
                    policy.good_percent
                ),
            ));
        }
        if self.verdicts.former_vip == 1 {
            let before = match policy.method {
                TierMethod::MonthlyTop => format!(
                    "in one of the {} before {}",
                    plural(i64::from(policy.former_months), "month"),
                    month_name(plan.tier.window)
                ),
                TierMethod::PeriodTotal => format!(
                    "in the {} before {}",
                    plural(i64::from(policy.total_months), "month"),
                    month_name(plan.tier.total)
                ),
            };
            reasons.push(note(
                "tier.former_vip",
                "R16",
                format!("Was VIP {before} and is not now, so counts as good."),
            ));
        }
        verdict("tier", &Tier::NAMES, self.verdicts.tier, reasons)
    }

    fn abc(&self) -> Verdict {
        let policy = &self.plan.policy.abc;
        let value = self.facts.volume;
        let Some(cuts) = &self.cuts.abc else {
            let sentence = "No client has a volume above zero, so shares are undefined.".to_owned();
            return verdict(
                "abc_class",
                &AbcClass::NAMES,
                NO_CODE,
                vec![note("abc.share", "R20", sentence)],
            );
        };
        let share_of = match policy.share_of {
            ShareOf::Value => "of the total",
            ShareOf::Clients => "of the clients",
        };
        let crossing = match policy.boundary {
            Boundary::Inclusive => "the client that crosses is in",
            Boundary::Exclusive => "the client that crosses is out",
        };
        let mut reasons = Vec::new();
        for (name, cut, share) in
            [("class A", cuts.a, policy.a_percent), ("class B", cuts.b, policy.b_percent)]
        {
            let (observed, seen) = self.volume("volume", value);
            let Some(cut) = cut else {
                reasons.push(note(
                    "abc.share",
                    "R20",
                    format!("Nobody fits into the first {share} {share_of}, {crossing}."),
                ));
                continue;
            };
            let met = value > 0 && value >= cut;
            let (threshold, from) = self.volume("smallest_volume", cut);
            reasons.push(compared(
                "abc.share",
                "R20",
                observed,
                reach(met),
                threshold,
                format!(
                    "With {seen} {} {name}: the first {share} {share_of}, down to {from} \
                     ({crossing}).",
                    if met { "in" } else { "below" }
                ),
            ));
            if met {
                break;
            }
        }
        verdict("abc_class", &AbcClass::NAMES, self.verdicts.abc, reasons)
    }

    fn xyz(&self) -> Verdict {
        let policy = &self.plan.policy.xyz;
        let xyz = &self.plan.xyz;
        let names = &XyzClass::NAMES;
        let (code, reason) = match self.fact.regularity {
            Regularity::Class(class, variation) => {
                let percent = |ratio: f64| Value::Float(ratio * 100.0);
                let limit =
                    |limit: Percent| quantity("limit", Value::Decimal(limit.decimal()), "%");
                let deviation = match policy.deviation {
                    Deviation::Population => "population",
                    Deviation::Sample => "sample",
                };
                let seen = quantity("variation", percent(variation), "%");
                let (comparison, threshold) = match class as u8 {
                    0 => ("<=", policy.x_percent),
                    1 => ("<=", policy.y_percent),
                    _ => (">", policy.y_percent),
                };
                let first =
                    self.plan.xyz_first(self.bought().then(|| xyz.periods.get(self.fact.first)));
                let sentence = format!(
                    "Totals by {} from {} to {} vary by {:.1} % of their mean ({deviation} \
                     deviation); X is up to {}, Y up to {}.",
                    match policy.step {
                        Step::Week => "week",
                        Step::Month => "month",
                        Step::Quarter => "quarter",
                        Step::Year => "year",
                    },
                    policy.step.label(first),
                    policy.step.label(xyz.last),
                    variation * 100.0,
                    policy.x_percent,
                    policy.y_percent,
                );
                let reason =
                    compared("xyz.variation", "R20", seen, comparison, limit(threshold), sentence);
                (class as u8, reason)
            }
            Regularity::TooFewPeriods { periods } => {
                let (periods, least) = (i64::from(periods), i64::from(policy.min_periods));
                let sentence = format!(
                    "{}, and a variation needs {least}: undefined.",
                    plural(periods, "period")
                );
                let reason = compared(
                    "xyz.min_periods",
                    "S2.12",
                    whole("periods", periods, "periods"),
                    "<",
                    whole("min_periods", least, "periods"),
                    sentence,
                );
                (NO_CODE, reason)
            }
            Regularity::MeanNotPositive => (
                NO_CODE,
                note(
                    "xyz.mean",
                    "S2.12",
                    "The mean of the periods is not above zero, so the variation is undefined."
                        .to_owned(),
                ),
            ),
        };
        verdict("xyz_class", names, code, vec![reason])
    }

    fn rfm(&self) -> Verdict {
        let policy = &self.plan.policy.rfm;
        let axis = "rfm_segment".to_owned();
        if !self.bought() {
            let reason =
                note("rfm.population", "convention", "No purchase, so no scores.".to_owned());
            return Verdict { axis, verdict: None, reasons: vec![reason] };
        }
        let Some(cuts) = &self.cuts.rfm else {
            let least = policy.min_clients.unwrap_or(0);
            let sentence = format!("The base has fewer than {least} clients with a purchase.");
            let reason = note("rfm.min_clients", "convention", sentence);
            return Verdict { axis, verdict: None, reasons: vec![reason] };
        };
        let elapsed = i64::from(self.plan.as_of.days() - self.fact.last);
        let frequency = i64::from(self.fact.frequency);
        let monetary = match policy.monetary {
            Monetary::Profit => Criterion::Profit,
            Monetary::Amount | Monetary::MeanPurchase => Criterion::Amount,
        };
        let days = |name: &str, value: i64| (whole(name, value, "days"), plural(value, "day"));
        let noun = match policy.frequency {
            Frequency::PurchaseDays => "purchase day",
            Frequency::Purchases => "purchase",
            Frequency::RepeatPurchases => "repeat purchase",
        };
        let counts =
            |name: &str, value: i64| (whole(name, value, "purchases"), plural(value, noun));
        let money = |name: &str, value: i64| self.by(monetary, name, value);
        let reasons = vec![
            self.score("recency", self.verdicts.recency_score, elapsed, &cuts.recency, -1, &days),
            self.score(
                "frequency",
                self.verdicts.frequency_score,
                frequency,
                &cuts.frequency,
                1,
                &counts,
            ),
            self.score(
                "monetary",
                self.verdicts.monetary_score,
                self.fact.monetary,
                &cuts.monetary,
                1,
                &money,
            ),
        ];
        let verdict = self.judge.segment_names().get(usize::from(self.verdicts.segment)).cloned();
        Verdict { axis, verdict, reasons }
    }

    /// The reason of one score: the cut points between which the value lies.
    fn score(
        &self,
        axis: &str,
        score: u8,
        value: i64,
        cuts: &AxisCuts,
        sign: i64,
        show: &dyn Fn(&str, i64) -> (Quantity, String),
    ) -> Reason {
        let policy = &self.plan.policy.rfm;
        let (observed, seen) = show(axis, value);
        let beaten = usize::from(policy.shown(score)).saturating_sub(1);
        let (better, worse) = match (sign > 0, cuts.reached) {
            (true, true) => (">=", "<"),
            (true, false) => (">", "<="),
            (false, true) => ("<=", ">"),
            (false, false) => ("<", ">="),
        };
        let rule = format!("rfm.{axis}");
        let head = format!("{axis} {seen}: score {score} of {}", policy.groups);
        // The best cut point that is beaten, else the first one that is not.
        let nearest = match beaten.checked_sub(1) {
            Some(last) => cuts.cuts.get(last).map(|&cut| (better, cut)),
            None => cuts.cuts.first().map(|&cut| (worse, cut)),
        };
        let Some((comparison, cut)) = nearest else {
            return Reason {
                observed: Some(observed),
                ..note(&rule, "convention", format!("{head}."))
            };
        };
        let (threshold, limit) = show("cut_point", cut);
        let stands = match comparison {
            ">" => "above",
            ">=" => "at or above",
            "<" => "below",
            _ => "at or below",
        };
        let sentence = format!("{head}, {stands} the cut point of {limit}.");
        compared(&rule, "convention", observed, comparison, threshold, sentence)
    }

    fn activity(&self) -> Verdict {
        let names = &crate::attrition::Activity::NAMES;
        let policy = &self.plan.policy.activity;
        if !self.bought() {
            let reason = note("activity.purchase", "R39", "No purchase to count from.".to_owned());
            return verdict("activity", names, NO_CODE, vec![reason]);
        }
        let elapsed = i64::from(self.plan.as_of.days() - self.fact.last);
        let seen = || whole("days_since_last_purchase", elapsed, "days");
        let bought =
            format!("Last bought on {}, {} ago", Self::day(self.fact.last), plural(elapsed, "day"));
        let mut reasons = Vec::new();
        if let Some((due, lost)) = policy.return_period() {
            if self.verdicts.by_period == NO_CODE {
                reasons.push(note(
                    "activity.repeat_sales",
                    "R39",
                    "No client of the base ever bought again, so a return period says nothing."
                        .to_owned(),
                ));
            } else {
                let last = Day::new(self.fact.last).unwrap_or(Day::MIN);
                let (due_on, lost_after) = (last.plus(due), last.plus(lost));
                let is_lost = self.verdicts.by_period == 2;
                let (comparison, limit) = match self.verdicts.by_period {
                    2 => (">", lost_after),
                    1 => (">=", due_on),
                    _ => ("<", due_on),
                };
                reasons.push(compared(
                    "activity.return_period",
                    "R39",
                    quantity("as_of", Value::Day(self.plan.as_of), "day"),
                    comparison,
                    quantity(
                        if is_lost { "lost_after" } else { "due_on" },
                        Value::Day(limit),
                        "day",
                    ),
                    format!(
                        "{bought}; by the return period due from {due_on} on ({due}) and lost \
                         after {lost_after} ({lost})."
                    ),
                ));
            }
        }
        match self.judge.rhythm(&self.facts) {
            None => reasons.push(note(
                "activity.rhythm",
                "R40",
                "Too few intervals of its own, and no client of the base ever bought again."
                    .to_owned(),
            )),
            Some(limits) => {
                let (comparison, name, limit) = match self.verdicts.by_rhythm {
                    2 => (">", "lost_days", limits.lost),
                    1 => (">", "due_days", limits.due),
                    _ => ("<=", "due_days", limits.due),
                };
                let rhythm = &policy.rhythm;
                let intervals = i64::from(self.fact.purchase_days - 1);
                let sentence = if limits.own {
                    let (center, days) = match rhythm.center {
                        Center::Median => {
                            ("median", (f64::from(self.fact.median_twice) / 2.0).to_string())
                        }
                        Center::Mean => {
                            let span = f64::from(self.fact.last - self.fact.first);
                            ("mean", format!("{:.1}", span / intervals as f64))
                        }
                    };
                    let unit = if days == "1" { "day" } else { "days" };
                    format!(
                        "{bought}; the {center} of its {} is {days} {unit}, so by its own rhythm \
                         it is due past {} ({}) and lost past {} ({}).",
                        plural(intervals, "interval"),
                        plural(limits.due, "day"),
                        rhythm.due_percent,
                        plural(limits.lost, "day"),
                        rhythm.lost_percent
                    )
                } else {
                    format!(
                        "{bought}; with {} it is judged by the base: of those who bought again, \
                         {} had done so within {} and {} within {}.",
                        plural(intervals, "interval"),
                        rhythm.base_due_percent,
                        plural(limits.due, "day"),
                        rhythm.base_lost_percent,
                        plural(limits.lost, "day")
                    )
                };
                reasons.push(compared(
                    if limits.own { "activity.own_rhythm" } else { "activity.base_rhythm" },
                    "R40",
                    seen(),
                    comparison,
                    whole(name, limit, "days"),
                    sentence,
                ));
            }
        }
        verdict("activity", names, self.verdicts.activity, reasons)
    }
}
