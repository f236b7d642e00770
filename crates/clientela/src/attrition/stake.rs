//! What a client that stays away puts at stake.

use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::census::history::{Histories, Scratch};
use crate::census::plan::{Days, window_start};
use crate::policy::Stake;
use crate::table::{NO_INT32, NO_INT64};
use crate::view::Seen;

/// Why an amount at stake is unknown.
pub(super) const UNKNOWN: &str = "the profit of its sales is unknown";

/// Tells what each client puts at stake, as `loss.stake` says.
pub(crate) enum Stakes<'a> {
    /// The net amount in the window that ends with the last purchase, from the first day that
    /// is given for it.
    Window(Histories<'a>, Days, &'a [i32]),
    /// The profit up to now; `None` without the column.
    Profit(Option<Buffer<i64>>),
}

impl<'a> Stakes<'a> {
    pub(crate) fn of(seen: &'a Seen<'a>) -> Self {
        let (loss, basis) = (&seen.policy().loss, seen.known.basis);
        match loss.stake {
            // Of one client S · C · P · T comes to the sum of the profits (R23).
            Stake::Ltv => Self::Profit(basis.profits()),
            Stake::LastYear => {
                let window = Some(loss.stake_window);
                let first = basis.plan.days(|last: Day| window_start(window, last));
                let last = seen.known.counts("last_purchase");
                Self::Window(Histories::new(basis.ledger, basis.plan), first, last)
            }
        }
    }

    /// What a client puts at stake, in minor units; `None` is unknown.
    pub(crate) fn get(&self, seen: &Seen<'_>, row: usize, scratch: &mut Scratch) -> Option<i64> {
        match self {
            Self::Profit(profits) => {
                profits.as_ref().map(|all| all[row]).filter(|&profit| profit != NO_INT64)
            }
            Self::Window(histories, first, last) => {
                let last = Some(last[row]).filter(|&last| last != NO_INT32)?;
                let history = histories.read(seen.known.basis.client(row), scratch);
                let from = history.days.partition_point(|&day| day < first.get(last));
                let to = history.days.partition_point(|&day| day <= last);
                Some(history.amounts[from..to].iter().sum())
            }
        }
    }
}
