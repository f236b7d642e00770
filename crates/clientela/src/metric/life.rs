//! The lives of clients: from the month of the first purchase to that of the last (R23).

use rayon::prelude::*;

use crate::buffer::Buffer;
use crate::calendar::Span;
use crate::census::plan::Days;
use crate::error::{Error, Result};
use crate::policy::Policy;
use crate::table::NO_INT64;
use crate::view::Seen;

/// How long after its last purchase a client is active; `None` where that is not known (R24).
pub(crate) fn active_within(policy: &Policy) -> Option<Span> {
    let lost = || policy.activity.return_period().map(|(_, lost)| lost);
    policy.metric.active_within.or_else(lost)
}

/// The same, where an answer needs it.
///
/// # Errors
/// It is not known.
pub(crate) fn needed_active_within(policy: &Policy) -> Result<Span> {
    active_within(policy).ok_or_else(|| Error::BadPolicy {
        path: "metric.active_within".to_owned(),
        problem: "how long a client is active after a purchase is not known: give it, or \
                  activity.lost_after"
            .to_owned(),
    })
}

/// One client's life.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Life {
    pub(crate) amount: i64,
    pub(crate) purchases: i32,
    /// Calendar months from the first purchase to the last, both with them.
    pub(crate) months: i32,
    /// `None` where that of a line is unknown.
    pub(crate) profit: Option<i64>,
    /// Whether the client is active; so is everyone where no rule tells.
    pub(crate) active: bool,
}

/// The lives of all clients.
#[derive(Debug)]
pub(crate) struct Lives<'a> {
    amounts: &'a [i64],
    purchases: &'a [i32],
    first: &'a [i32],
    last: &'a [i32],
    months: &'a Days,
    profits: Option<Buffer<i64>>,
    /// The last day on which a purchase on a day keeps a client active.
    reach: Option<Days>,
    as_of: i32,
}

impl<'a> Lives<'a> {
    pub(crate) fn of_all(seen: &'a Seen<'_>) -> Self {
        let basis = seen.known.basis;
        let within = active_within(seen.policy());
        Self {
            amounts: seen.known.money("amount"),
            purchases: seen.known.counts("purchases"),
            first: seen.known.counts("first_purchase"),
            last: seen.known.counts("last_purchase"),
            months: &basis.plan.months,
            profits: basis.profits(),
            reach: within.map(|within| basis.plan.days(|day| day.plus(within).days())),
            as_of: seen.as_of().days(),
        }
    }

    /// Whether a rule tells who is active.
    pub(crate) fn active_known(&self) -> bool {
        self.reach.is_some()
    }

    /// Whether the sales tell profits at all.
    pub(crate) fn profits_told(&self) -> bool {
        self.profits.is_some()
    }

    /// A client's life; `None` without a purchase.
    pub(crate) fn of(&self, row: usize) -> Option<Life> {
        let purchases = self.purchases[row];
        if purchases == 0 {
            return None;
        }
        let (first, last) = (self.first[row], self.last[row]);
        let profit = self.profits.as_ref().map(|profits| profits[row]);
        Some(Life {
            amount: self.amounts[row],
            purchases,
            months: self.months.get(last) - self.months.get(first) + 1,
            profit: profit.filter(|&profit| profit != NO_INT64),
            active: self.reach.as_ref().is_none_or(|reach| reach.get(last) >= self.as_of),
        })
    }

    /// First day of the first purchase of a client; `None` without one.
    pub(crate) fn began(&self, row: usize) -> Option<i32> {
        (self.purchases[row] > 0).then(|| self.first[row])
    }

    /// What the lives of some clients come to.
    pub(crate) fn worth(&self, wanted: impl Fn(usize) -> bool + Sync) -> Worth {
        (0..self.purchases.len())
            .into_par_iter()
            .with_min_len(crate::census::facts::CHUNK)
            .filter(|&row| wanted(row))
            .filter_map(|row| self.of(row))
            .fold(Worth::default, |worth, life| worth.with(&life))
            .reduce(Worth::default, Worth::plus)
    }
}

/// What the lives of some clients come to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Worth {
    pub(crate) clients: u64,
    pub(crate) purchases: u64,
    pub(crate) months: u64,
    pub(crate) amount: i128,
    /// Of the clients whose profit is known.
    profit: i128,
    /// Clients whose profit is not known.
    pub(crate) unknown: u64,
    pub(crate) active: u64,
}

impl Worth {
    pub(crate) fn with(self, life: &Life) -> Self {
        self.plus(Self {
            clients: 1,
            purchases: life.purchases as u64,
            months: life.months as u64,
            amount: life.amount.into(),
            profit: life.profit.unwrap_or(0).into(),
            unknown: u64::from(life.profit.is_none()),
            active: u64::from(life.active),
        })
    }

    pub(crate) fn plus(self, more: Self) -> Self {
        Self {
            clients: self.clients + more.clients,
            purchases: self.purchases + more.purchases,
            months: self.months + more.months,
            amount: self.amount + more.amount,
            profit: self.profit + more.profit,
            unknown: self.unknown + more.unknown,
            active: self.active + more.active,
        }
    }

    /// The profit of all of them, where it is known of each.
    pub(crate) fn profit(&self) -> Option<i128> {
        (self.unknown == 0).then_some(self.profit)
    }

    /// Why there is no profit; empty where there is one.
    pub(crate) fn no_profit(&self, told: bool) -> String {
        match self.unknown {
            0 => String::new(),
            _ if !told => "the sales do not tell profits".to_owned(),
            1 => "the profit of a sale of 1 client is unknown".to_owned(),
            unknown => format!("the profit of a sale of {unknown} clients is unknown"),
        }
    }
}
