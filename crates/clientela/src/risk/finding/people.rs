//! Checks by who looks after whom.

use std::collections::BTreeMap;

use super::Found;
use super::facts::{Facts, some_clients};
use crate::axis::plural;
use crate::calendar::Day;
use crate::journal::{AssignmentRole, StaffRole};
use crate::outreach::in_role;
use crate::risk::continuity::{persons_known, staff_on_record};
use crate::risk::sales::money;

/// Some clients are nobody's (S1.17, S2.44).
pub(super) fn no_owner(facts: &Facts<'_>) -> Found {
    let seen = facts.seen;
    if !staff_on_record(seen, &facts.contacts) {
        return Found::unknown("Who looks after which client is not on record.");
    }
    let rows: Vec<usize> =
        (0..seen.rows()).filter(|&row| facts.contacts.manager_code(row).is_none()).collect();
    let keys = rows.iter().filter(|&&row| facts.marks.key(row)).count();
    let amount: i128 = rows.iter().map(|&row| i128::from(facts.sales.amounts[row])).sum();
    let evidence = format!(
        "{} of {} have no manager, {keys} of them key clients; they bring {}.",
        rows.len(),
        plural(seen.rows() as i64, "client"),
        money(seen, amount)
    );
    Found::of(!rows.is_empty(), evidence, rows)
}

/// Key clients hang on one of ours (R35, S1.18).
pub(super) fn keys_on_one(facts: &Facts<'_>) -> Found {
    let seen = facts.seen;
    if !staff_on_record(seen, &facts.contacts) {
        return Found::unknown("Who is in contact with which client is not on record.");
    }
    if facts.keys.is_empty() {
        return Found::unknown("No key client is known.");
    }
    let enough = usize::from(seen.policy().risk.staff_in_contact);
    let few = |row: &usize| facts.contacts.staff(*row).len() < enough;
    let rows: Vec<usize> = facts.keys.iter().copied().filter(few).collect();
    let nobody = rows.iter().filter(|&&row| facts.contacts.staff(row).is_empty()).count();
    let evidence = format!(
        "With {} of {} fewer than {enough} of ours are in contact, with {nobody} of them nobody.",
        rows.len(),
        plural(facts.keys.len() as i64, "key client")
    );
    Found::of(!rows.is_empty(), evidence, rows)
}

/// Too few persons are known at key clients (R35, S2.44).
pub(super) fn few_persons(facts: &Facts<'_>) -> Found {
    let seen = facts.seen;
    if facts.keys.is_empty() {
        return Found::unknown("No key client is known.");
    }
    let enough = seen.policy().risk.persons_known;
    let known: Vec<(usize, Option<u64>)> =
        facts.keys.iter().map(|&row| (row, persons_known(seen, row))).collect();
    let few = |&&(_, persons): &&(usize, Option<u64>)| {
        persons.is_some_and(|persons| persons < u64::from(enough))
    };
    let rows: Vec<usize> = known.iter().filter(few).map(|&(row, _)| row).collect();
    let unknown = known.iter().filter(|(_, persons)| persons.is_none()).count();
    let evidence = format!(
        "At {} of {} fewer than {enough} persons are known; {unknown} have no portrait.",
        rows.len(),
        plural(known.len() as i64, "key client")
    );
    if rows.is_empty() && unknown > 0 {
        return Found::unknown(evidence);
    }
    Found::of(!rows.is_empty(), evidence, rows)
}

/// The managers of key clients have others besides (R37, S2.46).
pub(super) fn mixed_portfolio(facts: &Facts<'_>) -> Found {
    let managed = |row: &usize| Some((*row, facts.contacts.manager_code(*row)?));
    let keys: Vec<(usize, u32)> = facts.keys.iter().filter_map(managed).collect();
    if keys.is_empty() {
        return Found::unknown("No key client with a manager is known.");
    }
    let mut others = vec![0_i64; facts.contacts.names().len()];
    for row in 0..facts.seen.rows() {
        if let Some(code) = facts.contacts.manager_code(row).filter(|_| !facts.marks.key(row)) {
            others[code as usize] += 1;
        }
    }
    let mixed: Vec<(usize, u32)> =
        keys.iter().copied().filter(|&(_, code)| others[code as usize] > 0).collect();
    let mut managers: Vec<u32> = mixed.iter().map(|&(_, code)| code).collect();
    managers.sort_unstable();
    managers.dedup();
    let named: Vec<String> = (managers.iter().take(3))
        .map(|&code| {
            let name = facts.contacts.names()[code as usize];
            format!("{name} with {}", plural(others[code as usize], "other"))
        })
        .collect();
    let who = if named.is_empty() { String::new() } else { format!(": {}", named.join(", ")) };
    let evidence = format!(
        "{} of {} have a manager who looks after other clients too{who}.",
        mixed.len(),
        plural(keys.len() as i64, "key client")
    );
    let rows: Vec<usize> = mixed.into_iter().map(|(row, _)| row).collect();
    Found::of(!rows.is_empty(), evidence, rows)
}

/// Owners or heads do the daily work with key clients (S1.19, C6).
pub(super) fn owner_runs_key(facts: &Facts<'_>) -> Found {
    let (seen, journal) = (facts.seen, facts.seen.journal);
    if journal.entries().staff.is_empty() {
        return Found::unknown("The roles of our staff are not on record.");
    }
    let managed = |row: &usize| Some((*row, facts.contacts.manager(*row)?));
    let keys: Vec<(usize, &str)> = facts.keys.iter().filter_map(managed).collect();
    if keys.is_empty() {
        return Found::unknown("No key client with a manager is known.");
    }
    let mut heads = in_role(journal, StaffRole::Head, seen.as_of());
    heads.extend(in_role(journal, StaffRole::Owner, seen.as_of()));
    let rows: Vec<usize> =
        keys.iter().filter(|(_, name)| heads.contains(name)).map(|&(row, _)| row).collect();
    let who =
        if rows.is_empty() { String::new() } else { format!(": {}", some_clients(seen, &rows)) };
    let evidence = format!(
        "{} of {} have an owner or head for a manager{who}.",
        rows.len(),
        plural(keys.len() as i64, "key client")
    );
    // Someone whose role is not on record may be a head.
    let known = |name: &str| journal.entries().staff.iter().any(|one| one.name == name);
    if rows.is_empty() && keys.iter().any(|(_, name)| !known(name)) {
        return Found::unknown(format!("{evidence} The role of some managers is not on record."));
    }
    Found::of(!rows.is_empty(), evidence, rows)
}

/// Clients are handed from manager to manager (S3.5).
pub(super) fn reassigned(facts: &Facts<'_>) -> Found {
    let (seen, as_of) = (facts.seen, facts.seen.as_of());
    let mut managers: BTreeMap<usize, Vec<(Option<Day>, &str)>> = BTreeMap::new();
    for one in &seen.journal.entries().assignments {
        let ran = one.since.is_none_or(|day| day <= as_of)
            && one.until.is_none_or(|day| day.days() >= facts.since);
        let row = seen.row(&one.client);
        if let Some(row) = row.filter(|_| ran && one.role == AssignmentRole::Coordinator) {
            managers.entry(row).or_default().push((one.since, &one.staff));
        }
    }
    if managers.is_empty() {
        return Found::unknown(format!(
            "Who was to coordinate the work with which client is not on record {}.",
            facts.lately()
        ));
    }
    let limit = usize::from(seen.policy().risk.reassignments);
    let mut rows = Vec::new();
    let mut most = 0;
    for (&row, in_turn) in &mut managers {
        in_turn.sort_unstable();
        in_turn.dedup_by(|next, kept| next.1 == kept.1);
        most = most.max(in_turn.len());
        if in_turn.len() >= limit {
            rows.push(row);
        }
    }
    let evidence = format!(
        "{} of {} had {limit} managers or more one after another {}; the most were {most}.",
        rows.len(),
        plural(managers.len() as i64, "client"),
        facts.lately()
    );
    Found::of(!rows.is_empty(), evidence, rows)
}
