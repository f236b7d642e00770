//! Clients that were at the top of a month and have not come since (R40, S3.10).

use crate::buffer::Buffer;
use crate::calendar::{Day, Step};
use crate::census::basis::{NO_ROW, Side, side_policy};
use crate::census::history::{Histories, Scratch};
use crate::census::plan::Plan;
use crate::census::{Census, Cuts};
use crate::error::Result;
use crate::policy::Criterion;
use crate::table::NO_INT32;
use crate::view::Seen;

/// For each client the first day on which it counts as gone after its last month at the top, or
/// [`NO_INT32`].
///
/// Gone is who was in the top of a month of the tier's window, has since then neither bought nor
/// paid, and let `loss.spike_months` whole months pass. Payments are asked of the ledger of
/// payments, where there is one.
pub(crate) fn gone_since(seen: &Seen<'_>) -> Result<Buffer<i32>> {
    let (policy, basis) = (seen.policy(), seen.known.basis);
    let tops = tops(seen)?;
    let paid = basis.payments.map(|side| last_days(seen, side)).transpose()?;
    let last = seen.known.counts("last_purchase");
    let step = Step::Month;
    let month = |day: i32| Day::new(day).map_or(i32::MIN, |day| day.period(step));
    Ok(seen.known.each(|row| {
        let top = tops[row];
        let later = |day: i32| day != NO_INT32 && month(day) > top;
        if top == NO_INT32 || later(last[row]) || paid.as_ref().is_some_and(|p| later(p[row])) {
            return NO_INT32;
        }
        let since = step.first_day(top + 1 + i32::from(policy.loss.spike_months));
        if since <= seen.as_of() { since.days() } else { NO_INT32 }
    }))
}

/// For each client the last month of the window in whose top it is, or [`NO_INT32`].
fn tops(seen: &Seen<'_>) -> Result<Buffer<i32>> {
    let (policy, basis) = (seen.policy(), seen.known.basis);
    let criterion = policy.tier_criterion();
    if criterion.of_sales() {
        let histories = Histories::with_all(basis.ledger, basis.plan);
        let client = |row: usize| Some(basis.client(row));
        return Ok(top_months(seen, basis.plan, seen.known.cuts, &histories, client));
    }
    let side = basis.side(policy.tier_path(), criterion)?;
    let own = side_policy(policy, criterion);
    let plan = Plan::new(&side.ledger, seen.as_of(), &own, None)?;
    let cuts = Census::count(&side.ledger, seen.as_of(), &own)?.cuts()?;
    let histories = Histories::with_all(&side.ledger, &plan);
    Ok(top_months(seen, &plan, &cuts, &histories, |row| begun(seen, side, row)))
}

fn top_months(
    seen: &Seen<'_>,
    plan: &Plan<'_>,
    cuts: &Cuts,
    histories: &Histories<'_>,
    client: impl Fn(usize) -> Option<usize> + Sync,
) -> Buffer<i32> {
    let listed = seen.known.codes("vip_by_month");
    let cut = |month: i32| {
        let place = usize::try_from(month - plan.tier.first).ok()?;
        *cuts.tier.months.get(place).filter(|_| month >= plan.tier.window)?
    };
    seen.known.basis.read(|scratch, row| {
        let Some(client) = client(row).filter(|_| listed[row] == 1) else { return NO_INT32 };
        let history = histories.read(client, scratch);
        let mut buffer = Vec::new();
        let months = history.tier_months(plan, &mut buffer).iter().rev();
        let top = months.copied().find(|&(month, paid)| cut(month).is_some_and(|cut| paid >= cut));
        top.map_or(NO_INT32, |(month, _)| month)
    })
}

/// For each client the last day in a ledger of payments, or [`NO_INT32`].
fn last_days(seen: &Seen<'_>, side: &Side) -> Result<Buffer<i32>> {
    let own = side_policy(seen.policy(), Criterion::Payments);
    let plan = Plan::new(&side.ledger, seen.as_of(), &own, None)?;
    let histories = Histories::new(&side.ledger, &plan);
    let last = |scratch: &mut Scratch, row: usize| {
        let client = begun(seen, side, row)?;
        Some(histories.read(client, scratch).visits.last()?.day)
    };
    Ok(seen.known.basis.read(|scratch, row| last(scratch, row).unwrap_or(NO_INT32)))
}

/// A row's client in another ledger, where it has a line there up to the day.
fn begun(seen: &Seen<'_>, side: &Side, row: usize) -> Option<usize> {
    let client = Some(side.rows[row]).filter(|&at| at != NO_ROW)? as usize;
    let columns = side.ledger.columns();
    (columns.days[columns.offsets[client]] <= seen.as_of().days()).then_some(client)
}
