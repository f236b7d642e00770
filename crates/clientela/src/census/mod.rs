//! What only the whole base can say: totals, distributions and the cuts that follow from them.
//!
//! A census is exact and mergeable, so that a base split over machines has the census of the
//! whole: count each part, merge, let each part count its remaining payers against the merged
//! census, merge these, and classify each part with [`Snapshot::with_census`](crate::Snapshot).

pub(crate) mod basis;
pub(crate) mod cells;
mod cuts;
pub(crate) mod facts;
pub(crate) mod history;
pub(crate) mod plan;
mod tally;

pub(crate) use cuts::TopLists;
pub use cuts::{BaseRhythm, Cuts};
pub use tally::Tally;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::Base;
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::money::{Currency, Scale, same_money};
use crate::policy::{AfterAsOf, Policy};
use crate::segment::{CareCounts, KeyTotals, TargetVolume};
use crate::table::NO_INT32;
use basis::{Basis, Joined};
use facts::{CHUNK, Facts};
use plan::Plan;

/// Totals and distributions of a base as of a day under a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Census {
    /// The day.
    pub as_of: Day,
    /// The policy.
    pub policy: Policy,
    /// The ledger's currency.
    pub currency: Currency,
    /// The ledger's scale.
    pub scale: Scale,
    /// Clients with a line on or before the day.
    pub clients: u64,
    /// Of these, clients with a purchase.
    pub clients_with_purchase: u64,
    /// Lines on or before the day.
    pub sales: u64,
    /// Lines after it.
    pub sales_after_as_of: u64,
    /// Purchases.
    pub purchases: u64,
    /// Net amount in minor units.
    pub amount: i128,
    /// First day of a line.
    pub first_day: Option<Day>,
    /// Last day of a line on or before the day.
    pub last_day: Option<Day>,
    recency: Tally,
    frequency: Tally,
    monetary: Tally,
    volume: Tally,
    /// By month of method A, the earliest first.
    months: Vec<Tally>,
    totals: Tally,
    former_totals: Tally,
    to_second: Tally,
    key: KeyTotals,
    care: CareCounts,
    /// The second counts, once they are in.
    remaining: Option<Remaining>,
}

/// The second counts of a base or of a part of it: what can only be counted once the first
/// counts of the whole are known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remaining {
    /// Window totals of the payers that are not VIP (R16).
    pub payers: Tally,
    /// Volume of the clients that match the target (S2.12).
    pub target: TargetVolume,
}

impl Remaining {
    /// Adds the counts of another part.
    pub fn merge(&mut self, other: &Self) {
        self.payers.merge(&other.payers);
        self.target.merge(&other.target);
    }
}

impl Base {
    /// The census of a whole base.
    ///
    /// # Errors
    /// As [`Census::of`].
    pub fn census(&self, as_of: Day, policy: &Policy) -> Result<Census> {
        let mut census = self.count(as_of, policy)?;
        let remaining = self.remaining(&census)?;
        census.close(remaining);
        Ok(census)
    }

    /// The first count of a part of a base, see [`Census::count`].
    ///
    /// # Errors
    /// As [`Census::count`].
    pub fn count(&self, as_of: Day, policy: &Policy) -> Result<Census> {
        let plan = Plan::new(&self.sales, as_of, policy, None)?;
        check_split(policy)?;
        let (facts, joined) = Joined::read(self, &plan)?;
        Census::from_facts(&joined.basis(&plan, &self.sales), &facts)
    }

    /// The second count of a part, see [`Census::remaining`].
    ///
    /// # Errors
    /// As [`Census::remaining`].
    pub fn remaining(&self, census: &Census) -> Result<Remaining> {
        let plan = Plan::new(&self.sales, census.as_of, &census.policy, census.first_day)?;
        let (facts, joined) = Joined::read(self, &plan)?;
        let cuts = census.clone().cuts()?;
        let lists = cuts.top_lists(&plan, &facts);
        Ok(Remaining {
            payers: cuts.remaining(&plan, &facts, &lists),
            target: TargetVolume::of(&joined.basis(&plan, &self.sales), &facts, &cuts)?,
        })
    }
}

/// A base that is split over machines is ranked by its sales and by one criterion: shares of
/// several totals, and months of another ledger, would take more counts.
fn check_split(policy: &Policy) -> Result<()> {
    let fault = |path: &str| {
        Err(Error::BadPolicy {
            path: path.to_owned(),
            problem: "a census ranks by one criterion of the sales".to_owned(),
        })
    };
    if !policy.abc.criteria.is_empty() {
        return fault("abc.criteria");
    }
    if !policy.abc_criterion().of_sales() {
        return fault(policy.abc_path());
    }
    if !policy.tier_criterion().of_sales() {
        return fault(policy.tier_path());
    }
    Ok(())
}

impl Census {
    /// The census of a whole base.
    ///
    /// # Errors
    /// A policy that does not check, or that refuses sales after the day where there are some.
    pub fn of(ledger: &Ledger, as_of: Day, policy: &Policy) -> Result<Self> {
        Base::new(ledger).census(as_of, policy)
    }

    /// The first count of a part of a base; merge these, then see [`Census::remaining`].
    ///
    /// # Errors
    /// As [`Census::of`].
    pub fn count(ledger: &Ledger, as_of: Day, policy: &Policy) -> Result<Self> {
        Base::new(ledger).count(as_of, policy)
    }

    /// The second count of a part by this census, which holds the first counts of all parts.
    ///
    /// # Errors
    /// As [`Census::of`].
    pub fn remaining(&self, ledger: &Ledger) -> Result<Remaining> {
        Base::new(ledger).remaining(self)
    }

    /// Adds the second counts of all parts, merged.
    pub fn close(&mut self, remaining: Remaining) {
        self.remaining = Some(remaining);
    }

    /// Whether the second counts are in.
    pub fn is_closed(&self) -> bool {
        self.remaining.is_some()
    }

    /// The first counts of two parts together.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where day, policy, currency or scale differ.
    pub fn merge(mut self, other: &Self) -> Result<Self> {
        let differ = |what, left: String, right: String| Err(Error::Mismatch { what, left, right });
        if self.as_of != other.as_of {
            return differ("day", self.as_of.to_string(), other.as_of.to_string());
        }
        if self.policy != other.policy {
            return differ("policy", self.policy.to_json(), other.policy.to_json());
        }
        same_money((self.currency, self.scale), (other.currency, other.scale))?;
        self.clients += other.clients;
        self.clients_with_purchase += other.clients_with_purchase;
        self.sales += other.sales;
        self.sales_after_as_of += other.sales_after_as_of;
        self.purchases += other.purchases;
        self.amount += other.amount;
        self.first_day = [self.first_day, other.first_day].into_iter().flatten().min();
        self.last_day = self.last_day.max(other.last_day);
        self.recency.merge(&other.recency);
        self.frequency.merge(&other.frequency);
        self.monetary.merge(&other.monetary);
        self.volume.merge(&other.volume);
        for (month, others) in self.months.iter_mut().zip(&other.months) {
            month.merge(others);
        }
        self.totals.merge(&other.totals);
        self.former_totals.merge(&other.former_totals);
        self.to_second.merge(&other.to_second);
        self.key.merge(&other.key);
        self.care.merge(&other.care);
        self.remaining = None;
        Ok(self)
    }

    pub(crate) fn from_facts(basis: &Basis<'_>, facts: &Facts) -> Result<Self> {
        let (ledger, plan) = (basis.ledger, basis.plan);
        let after = ledger.len() as u64 - facts.lines;
        if after > 0 && plan.policy.after_as_of == AfterAsOf::Refuse {
            return Err(Error::BadArgument {
                argument: "as_of",
                problem: format!(
                    "{after} sales are later than {}, and the policy refuses such sales",
                    plan.as_of
                ),
            });
        }
        let as_of = plan.as_of.days();
        let rows = facts.len();
        let positive = |values: &[i64]| {
            Tally::of_rows(values.len(), |row| Some(values[row]).filter(|&value| value > 0))
        };
        let of_buyers = |value: &(dyn Fn(usize) -> i64 + Sync)| {
            Tally::of_rows(rows, |row| (facts.purchases[row] > 0).then(|| value(row)))
        };
        let months = (0..plan.month_count())
            .into_par_iter()
            .map(|month| {
                let chunks = 0..rows.div_ceil(CHUNK);
                Tally::positive(chunks.map(|chunk| facts.month(chunk, month)))
            })
            .collect();
        let recency = of_buyers(&|row| i64::from(as_of - facts.last[row]));
        let to_second = |row: usize| match facts.to_second[row] {
            NO_INT32 => None,
            days => Some(i64::from(days)),
        };
        Ok(Self {
            as_of: plan.as_of,
            policy: plan.policy.clone(),
            currency: ledger.currency(),
            scale: ledger.scale(),
            clients: facts.len() as u64,
            clients_with_purchase: recency.len(),
            sales: facts.lines,
            sales_after_as_of: after,
            purchases: facts.purchases.par_iter().map(|&count| count as u64).sum(),
            amount: facts.amount.par_iter().map(|&amount| i128::from(amount)).sum(),
            first_day: ledger.first_day().filter(|_| facts.last_day.is_some()),
            last_day: facts.last_day,
            recency,
            frequency: of_buyers(&|row| i64::from(facts.frequency(row))),
            monetary: of_buyers(&|row| facts.monetary(row)),
            volume: positive(facts.volumes()),
            months,
            totals: positive(&facts.total),
            former_totals: positive(&facts.former_total),
            to_second: Tally::of_rows(rows, to_second),
            key: KeyTotals::of(basis),
            care: CareCounts::of(basis, &facts.purchases),
            remaining: None,
        })
    }
}
