//! Checks by sales and by what is spent on clients.

use std::cmp::Ordering;

use super::Found;
use super::facts::{Facts, Periods};
use crate::axis::plural;
use crate::journal::Goal;
use crate::metric::groups::Groups;
use crate::metric::revenue_view::revenue_changes;
use crate::risk::dependence::DependenceBand;
use crate::risk::dependents::{SUBJECTS, Subject, dependents};
use crate::risk::eroding::step_name;
use crate::risk::sales::{in_window, money, percent};
use crate::segment::KeyScope;

/// The last two complete periods.
fn last_two<'f>(facts: &'f Facts<'_>) -> Result<&'f Periods, Found> {
    let periods = facts.periods.as_ref().filter(|periods| periods.last > periods.first);
    periods.ok_or_else(|| {
        let step = step_name(facts.seen.policy().risk.decline_step);
        Found::unknown(format!("There are no two complete {step}s of sales to compare."))
    })
}

/// What comes before advice on the existing base, where the firm depends on few (C9).
fn dependence_first(facts: &Facts<'_>) -> Option<String> {
    let all = dependents(facts.seen, &facts.sales);
    let one = all.iter().find(|one| one.scope == KeyScope::Company)?;
    Some(format!(
        "But the firm depends on {} {}, which brings {} of the sales: so winning new clients \
         comes first.",
        SUBJECTS[usize::from(one.subject.code())],
        one.subject.name(facts.seen),
        percent(one.amount, one.total)
    ))
}

/// Sales fell (S0.1).
pub(super) fn sales_decline(facts: &Facts<'_>) -> Found {
    let periods = match last_two(facts) {
        Ok(periods) => periods,
        Err(found) => return found,
    };
    let (seen, last) = (facts.seen, periods.last);
    let (before, now) = (periods.sum(last - 1), periods.sum(last));
    let fell = periods.fell(last, seen) == Some(true);
    let begins = periods.step.first_day(last);
    let existing: i128 = (periods.two.iter().enumerate())
        .filter(|&(row, _)| facts.first_purchase(row).is_some_and(|day| day < begins))
        .map(|(_, two)| i128::from(two[1]))
        .sum();
    let (was, is) = (periods.label(last - 1), periods.label(last));
    let (old, new) = (money(seen, before), money(seen, now));
    let moved = match now.cmp(&before) {
        Ordering::Less => format!("Sales fell from {old} in {was} to {new} in {is}."),
        Ordering::Equal => format!("Sales stayed at {new} in {was} and {is}."),
        Ordering::Greater => format!("Sales rose from {old} in {was} to {new} in {is}."),
    };
    let evidence = if now > 0 {
        let share = percent(existing, now);
        format!("{moved} Clients won before {is} brought {share} of the latter.")
    } else {
        moved
    };
    let falling = (0..seen.rows()).filter(|&row| periods.two[row][1] < periods.two[row][0]);
    let rows = if fell { falling.collect() } else { Vec::new() };
    Found { besides: dependence_first(facts), ..Found::of(fell, evidence, rows) }
}

/// New clients hide that the others buy less (R36, S1.3).
pub(super) fn growth_hides_decline(facts: &Facts<'_>) -> Found {
    let periods = match last_two(facts) {
        Ok(periods) => periods,
        Err(found) => return found,
    };
    let (seen, last) = (facts.seen, periods.last);
    let told = || -> crate::error::Result<Option<[i128; 3]>> {
        let changes = revenue_changes(seen, periods.step, &Groups::of(seen, None)?)?;
        let Some(of_last) = changes.iter().rev().find(|change| change.complete) else {
            return Ok(None);
        };
        let (change, existing) = (of_last.change()?, of_last.parts.existing_change()?);
        Ok(Some([change, of_last.parts.new, existing]))
    };
    let [change, new, existing] = match told() {
        Ok(Some(change)) => change,
        Ok(None) => return Found::unknown("There are no two complete periods of sales."),
        Err(error) => return Found::unknown(format!("It cannot be summed: {error}.")),
    };
    let hidden = change >= 0 && existing < 0;
    let evidence = format!(
        "From {} to {} sales changed by {}: by {} through new clients, by {} through all the \
         others.",
        periods.label(last - 1),
        periods.label(last),
        money(seen, change),
        money(seen, new),
        money(seen, existing)
    );
    let is_new =
        |row: usize| facts.first_purchase(row).is_some_and(|day| day.period(periods.step) == last);
    let fewer = |row: &usize| periods.two[*row][1] < periods.two[*row][0] && !is_new(*row);
    let rows = if hidden { (0..seen.rows()).filter(fewer).collect() } else { Vec::new() };
    Found::of(hidden, evidence, rows)
}

/// The firm depends on a client or a group (R32).
pub(super) fn dependence(facts: &Facts<'_>) -> Found {
    let (seen, risk) = (facts.seen, &facts.seen.policy().risk);
    let total = facts.sales.totals.company;
    if total <= 0 {
        return Found::unknown(format!("There are no sales {}.", in_window(risk.window)));
    }
    let all = dependents(seen, &facts.sales);
    let of_firm: Vec<_> = all.iter().filter(|one| one.scope == KeyScope::Company).collect();
    let said = of_firm.iter().take(3).enumerate().map(|(place, one)| {
        let level = match one.band {
            DependenceBand::Mono => "the only client",
            band => band.name(),
        };
        let when = if place == 0 { format!(" {}", in_window(risk.window)) } else { String::new() };
        format!(
            "{} {} brings {} of the sales{when} ({level}).",
            ["Client", "Group"][usize::from(one.subject.code())],
            one.subject.name(seen),
            percent(one.amount, one.total)
        )
    });
    let said: Vec<String> = said.collect();
    let evidence = if said.is_empty() {
        format!(
            "Nobody brings more than {} of the sales {}.",
            risk.attention_percent,
            in_window(risk.window)
        )
    } else {
        said.join(" ")
    };
    let groups = facts.sales.groups();
    let mut rows: Vec<usize> = Vec::new();
    for one in &of_firm {
        match one.subject {
            Subject::Client(row) => rows.push(row),
            Subject::Group(name) => {
                rows.extend((0..seen.rows()).filter(|&row| groups[row] == Some(name)));
            }
        }
    }
    rows.sort_unstable();
    rows.dedup();
    Found::of(!of_firm.is_empty(), evidence, rows)
}

/// Nothing is done to keep clients (R28, S2.18a, S2.27).
pub(super) fn no_loyalty_work(facts: &Facts<'_>) -> Found {
    let window = facts.seen.policy().metric.balance_window;
    let count = |goal| facts.activities(window).filter(|one| one.goal == goal).count() as i64;
    let (winning, keeping) = (count(Goal::Acquisition), count(Goal::Retention));
    if winning + keeping == 0 {
        return Found::unknown(format!("No activity is on record in the last {window}."));
    }
    let evidence = format!(
        "{} to win clients and {} to keep them in the last {window}.",
        plural_y(winning, "activit"),
        plural_y(keeping, "activit")
    );
    let found = Found::of(keeping == 0, evidence, Vec::new());
    Found { besides: dependence_first(facts), ..found }
}

/// `1 activity`, `2 activities`.
fn plural_y(count: i64, stem: &str) -> String {
    format!("{count} {stem}{}", if count == 1 { "y" } else { "ies" })
}

/// Clients are held by price alone (R37, S1.14).
pub(super) fn bonuses_only(facts: &Facts<'_>) -> Found {
    let window = facts.seen.policy().risk.check_window;
    let keeping = || facts.activities(window).filter(|one| one.goal == Goal::Retention);
    let (all, price) = (keeping().count(), keeping().filter(|one| one.kind.is_price()).count());
    if all == 0 {
        return Found::unknown(format!(
            "No activity to keep clients is on record {}.",
            facts.lately()
        ));
    }
    let evidence = format!(
        "{price} of {} to keep clients {} were promotions, discounts or bonuses.",
        plural_y(all as i64, "activit"),
        facts.lately()
    );
    Found::of(price == all, evidence, Vec::new())
}

/// Hardly anybody buys again (S2.38a).
pub(super) fn casual_buyers(facts: &Facts<'_>) -> Found {
    let seen = facts.seen;
    let purchases = seen.known.counts("purchases");
    let last = seen.known.counts("last_purchase");
    let bought = |row: &usize| last.get(*row).is_some_and(|&day| day >= facts.since);
    let all: Vec<usize> = (0..seen.rows()).filter(bought).collect();
    if all.is_empty() {
        return Found::unknown(format!("Nobody bought {}.", facts.lately()));
    }
    let once: Vec<usize> = all.iter().copied().filter(|&row| purchases[row] < 2).collect();
    let again = (all.len() - once.len()) as i128;
    let most = seen.policy().risk.casual_percent;
    let casual = !most.exceeded_by(again, all.len() as i128);
    let evidence = format!(
        "{again} of {} that bought {} bought more than once, {}; the limit is {most}.",
        plural(all.len() as i64, "client"),
        facts.lately(),
        percent(again, all.len() as i128)
    );
    Found::of(casual, evidence, if casual { once } else { Vec::new() })
}
