//! Checks by touches and talks.

use std::collections::{BTreeMap, BTreeSet};

use super::Found;
use super::facts::{Facts, some_clients};
use crate::axis::plural;
use crate::calendar::Day;
use crate::census::plan::window_start;
use crate::journal::{Channel, StaffRole};
use crate::outreach::in_role;
use crate::risk::sales::percent;

/// Clients are contacted in slumps only (R37, S0.5).
pub(super) fn slump_contact(facts: &Facts<'_>) -> Found {
    let Some(periods) = &facts.periods else {
        return Found::unknown("No period of sales is complete.");
    };
    let (seen, step) = (facts.seen, periods.step);
    let (mut in_decline, mut judged) = (0_i128, 0_i128);
    let mut rows = BTreeSet::new();
    for event in facts.recent() {
        let Some(fell) = periods.fell(event.on.period(step), seen) else { continue };
        judged += 1;
        if fell {
            in_decline += 1;
            rows.insert(event.row);
        }
    }
    if judged == 0 {
        return Found::unknown(format!(
            "No contact with clients is on record {} in a period whose sales can be held against \
             those of the period before.",
            facts.lately()
        ));
    }
    // Only periods that have a day in the window count.
    let first = Day::new(facts.since).unwrap_or(seen.as_of()).period(step);
    let window = first.max(periods.first + 1)..=periods.last;
    let (all, steady) = window.fold((0, 0), |(all, steady), period| {
        (all + 1, steady + i64::from(periods.fell(period, seen) == Some(false)))
    });
    let evidence = format!(
        "{in_decline} of {judged} contacts {} were in periods in which sales fell; sales did not \
         fall in {steady} of {}.",
        facts.lately(),
        plural(all, "period")
    );
    if steady == 0 {
        return Found::unknown(evidence);
    }
    let slump = in_decline > 0 && seen.policy().risk.slump_percent.reached_by(in_decline, judged);
    Found::of(slump, evidence, if slump { rows.into_iter().collect() } else { Vec::new() })
}

/// Mail brings nothing but offers (R37, S2.16).
pub(super) fn offers_only(facts: &Facts<'_>) -> Found {
    let mut mail: BTreeMap<usize, [i64; 2]> = BTreeMap::new();
    for (row, touch) in facts.touches() {
        if matches!(touch.channel, Channel::Email | Channel::Message | Channel::Letter) {
            let counts = mail.entry(row).or_default();
            counts[0] += 1;
            counts[1] += i64::from(touch.content.is_offer());
        }
    }
    if mail.is_empty() {
        return Found::unknown(format!("No mail to clients is on record {}.", facts.lately()));
    }
    // One message is no habit.
    let only = |counts: &[i64; 2]| counts[0] >= 2 && counts[0] == counts[1];
    let rows: Vec<usize> =
        mail.iter().filter(|(_, counts)| only(counts)).map(|(&row, _)| row).collect();
    let (all, offers) =
        mail.values().fold((0, 0), |(all, offers), counts| (all + counts[0], offers + counts[1]));
    let evidence = format!(
        "{offers} of {} {} were offers; {} of {} got two or more and nothing else.",
        plural(all, "message"),
        facts.lately(),
        rows.len(),
        plural(mail.len() as i64, "client")
    );
    Found::of(!rows.is_empty(), evidence, rows)
}

/// Campaigns go by one channel only (R37, S4.13).
pub(super) fn single_channel(facts: &Facts<'_>) -> Found {
    let mut campaigns: BTreeMap<&str, (BTreeSet<Channel>, BTreeSet<usize>)> = BTreeMap::new();
    let mut all = (BTreeSet::new(), BTreeSet::new());
    for (row, touch) in facts.touches() {
        all.0.insert(touch.channel);
        all.1.insert(row);
        if let Some(campaign) = &touch.campaign {
            let one = campaigns.entry(campaign).or_default();
            one.0.insert(touch.channel);
            one.1.insert(row);
        }
    }
    if all.0.is_empty() {
        return Found::unknown(format!("No touch is on record {}.", facts.lately()));
    }
    if campaigns.is_empty() {
        let channels: Vec<&str> = all.0.iter().map(|channel| channel.name()).collect();
        let evidence = format!("All touches {} went by {}.", facts.lately(), channels.join(", "));
        let single = all.0.len() == 1;
        return Found::of(
            single,
            evidence,
            if single { all.1.into_iter().collect() } else { vec![] },
        );
    }
    let single: Vec<_> =
        campaigns.iter().filter(|(_, (channels, _))| channels.len() == 1).collect();
    let named: Vec<String> = (single.iter().take(3))
        .map(|(name, (channels, _))| {
            let by = channels.first().map_or("", |channel| channel.name());
            format!("{name} ({by})")
        })
        .collect();
    let names = if named.is_empty() { String::new() } else { format!(": {}", named.join(", ")) };
    let evidence = format!(
        "{} of {} {} went by one channel only{names}.",
        single.len(),
        plural(campaigns.len() as i64, "campaign"),
        facts.lately()
    );
    let rows: BTreeSet<usize> = single.iter().flat_map(|(_, (_, rows))| rows).copied().collect();
    Found::of(!single.is_empty(), evidence, rows.into_iter().collect())
}

/// Nobody asks after the first purchase (R37, S2.1).
pub(super) fn no_follow_up(facts: &Facts<'_>) -> Found {
    let (seen, within) = (facts.seen, facts.seen.policy().risk.follow_up_within);
    if facts.events.is_empty() {
        return Found::unknown("No contact with clients is on record.");
    }
    let new: Vec<(usize, Day)> = (0..seen.rows())
        .filter_map(|row| Some((row, facts.first_purchase(row)?)))
        .filter(|(_, first)| first.days() >= facts.since && first.plus(within) <= seen.as_of())
        .collect();
    if new.is_empty() {
        return Found::unknown(format!(
            "Nobody made a first purchase {} that is {within} back or more.",
            facts.lately()
        ));
    }
    let left = |(row, first): &&(usize, Day)| {
        let mut events = facts.events_of(*row).iter();
        !events
            .any(|event| event.on > *first && event.on <= first.plus(within) && event.in_person())
    };
    let rows: Vec<usize> = new.iter().filter(left).map(|(row, _)| *row).collect();
    let evidence = format!(
        "{} of {} that first bought {} heard nothing from us within {within} after it.",
        rows.len(),
        plural(new.len() as i64, "client"),
        facts.lately()
    );
    Found::of(!rows.is_empty(), evidence, rows)
}

/// Key clients and VIPs get no more attention than anybody (R37, S2.46).
pub(super) fn equal_treatment(facts: &Facts<'_>) -> Found {
    let mut contacts = vec![0_i128; facts.seen.rows()];
    for event in facts.recent().filter(|event| event.in_person()) {
        contacts[event.row] += 1;
    }
    if contacts.iter().all(|&count| count == 0) {
        return Found::unknown(format!("No contact with clients is on record {}.", facts.lately()));
    }
    // Clients, contacts.
    let (mut first, mut rest) = ((0_i128, 0_i128), (0_i128, 0_i128));
    let mut rows = Vec::new();
    for (row, &count) in contacts.iter().enumerate() {
        if facts.sales.amounts[row] <= 0 {
            continue;
        }
        let side = if facts.marks.first(row) {
            rows.push(row);
            &mut first
        } else {
            &mut rest
        };
        side.0 += 1;
        side.1 += count;
    }
    if first.0 == 0 || rest.0 == 0 {
        return Found::unknown(
            "Key clients and VIPs cannot be held against others: there are none of the one or of \
             the other with sales.",
        );
    }
    let evidence = format!(
        "Key clients and VIPs had {:.1} contacts each {}, the others {:.1}.",
        first.1 as f64 / first.0 as f64,
        facts.lately(),
        rest.1 as f64 / rest.0 as f64
    );
    let equal = first.1 * rest.0 <= rest.1 * first.0;
    Found::of(equal, evidence, if equal { rows } else { Vec::new() })
}

/// The head does not know the key clients (R37, S2.46, S2.57).
pub(super) fn head_absent(facts: &Facts<'_>) -> Found {
    let (seen, journal) = (facts.seen, facts.seen.journal);
    let Some(within) = seen.policy().risk.head_contact_within else {
        return Found::unknown("The check is switched off by `risk.head_contact_within`.");
    };
    let mut heads = in_role(journal, StaffRole::Head, seen.as_of());
    heads.extend(in_role(journal, StaffRole::Owner, seen.as_of()));
    if heads.is_empty() {
        return Found::unknown("Who heads the firm is not on record.");
    }
    if facts.keys.is_empty() {
        return Found::unknown("No key client is known.");
    }
    if facts.events.is_empty() {
        return Found::unknown("No contact with clients is on record.");
    }
    let since = window_start(Some(within), seen.as_of());
    let met = |row: &usize| {
        facts.events_of(*row).iter().any(|event| {
            event.on.days() >= since
                && event.in_person()
                && event.staff().is_some_and(|name| heads.contains(&name))
        })
    };
    let rows: Vec<usize> = facts.keys.iter().copied().filter(|row| !met(row)).collect();
    let who =
        if rows.is_empty() { String::new() } else { format!(": {}", some_clients(seen, &rows)) };
    let evidence = format!(
        "{} of {} had no contact with the head in the last {within}{who}.",
        rows.len(),
        plural(facts.keys.len() as i64, "key client")
    );
    Found::of(!rows.is_empty(), evidence, rows)
}

/// Talks end without a next step (R37, S1.11).
pub(super) fn no_next_step(facts: &Facts<'_>) -> Found {
    let (mut all, mut with) = (0_i128, 0_i128);
    let mut rows = BTreeSet::new();
    for (row, talk) in facts.talks() {
        all += 1;
        if talk.next_step.as_ref().is_some_and(|step| !step.trim().is_empty()) {
            with += 1;
        } else {
            rows.insert(row);
        }
    }
    if all == 0 {
        return Found::unknown(format!("No talk with clients is on record {}.", facts.lately()));
    }
    let evidence = format!(
        "{with} of {} {} ended with a next step, {}.",
        plural(all as i64, "talk"),
        facts.lately(),
        percent(with, all)
    );
    Found::of(with < all, evidence, rows.into_iter().collect())
}
