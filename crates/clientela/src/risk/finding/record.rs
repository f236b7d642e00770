//! Checks by what is on record of clients.

use std::collections::{BTreeMap, BTreeSet};

use super::Found;
use super::facts::{Facts, some_clients};
use crate::axis::plural;
use crate::calendar::Day;
use crate::census::plan::window_start;
use crate::journal::LossReason;
use crate::risk::eroding::eroding;
use crate::risk::erosion::ErosionVerdict;
use crate::risk::promise::{ExtraVerdict, PromiseVerdict};
use crate::risk::promises::{extras, promises};
use crate::risk::sales::percent;
use crate::table::NO_INT32;

/// Little is known of key clients (R37, S2.46, S2.47).
pub(super) fn thin_dossier(facts: &Facts<'_>) -> Found {
    if facts.keys.is_empty() {
        return Found::unknown("No key client is known.");
    }
    if facts.seen.known.basis.declared.is_none() {
        return Found::unknown("No portraits are given.");
    }
    let thin = |row: &usize| facts.seen.flag("portrait_sufficient", *row) != Some(true);
    let rows: Vec<usize> = facts.keys.iter().copied().filter(thin).collect();
    let who = if rows.is_empty() {
        String::new()
    } else {
        format!(": {}", some_clients(facts.seen, &rows))
    };
    let evidence = format!(
        "Of {} of {} no more is known than names, numbers and addresses{who}.",
        rows.len(),
        plural(facts.keys.len() as i64, "key client")
    );
    Found::of(!rows.is_empty(), evidence, rows)
}

/// The file of clients lies idle (S2.23).
pub(super) fn unused_file(facts: &Facts<'_>) -> Found {
    let seen = facts.seen;
    let declared = seen.known.basis.declared;
    if declared.is_none() && facts.events.is_empty() {
        return Found::unknown("Neither portraits nor contacts with clients are on record.");
    }
    let (mut portraits, mut dated, mut updated) = (0_i64, 0_i64, 0_i64);
    if let Some(declared) = declared {
        let days = &declared.portraits.columns().updated_on;
        for at in (0..seen.rows()).filter_map(|row| declared.at(row)) {
            portraits += 1;
            dated += i64::from(days[at] != NO_INT32);
            let counts = Day::new(days[at])
                .is_some_and(|day| day <= seen.as_of() && day.days() >= facts.since);
            updated += i64::from(counts);
        }
    }
    let contacted: BTreeSet<usize> = facts.recent().map(|event| event.row).collect();
    let evidence = format!(
        "We brought {updated} of {} up to date and contacted {} of {} {}.",
        plural(portraits, "portrait"),
        contacted.len(),
        plural(seen.rows() as i64, "client"),
        facts.lately()
    );
    let used = updated > 0 || !contacted.is_empty();
    // Portraits without a date may be new.
    if !used && dated < portraits {
        let evidence = format!("{evidence} {} bear no date.", portraits - dated);
        return Found::unknown(evidence);
    }
    Found::of(!used, evidence, Vec::new())
}

/// Close relations stand in for satisfaction (S1.10, C8).
pub(super) fn familiarity(facts: &Facts<'_>) -> Found {
    let (seen, risk) = (facts.seen, &facts.seen.policy().risk);
    let relation = seen.known.basis.numbers("personal_relation");
    let satisfaction = seen.known.basis.numbers("satisfaction");
    let broken = &seen.journal.entries().broken_promises;
    // Of the window, and of one as long before it.
    let middle = Day::new(facts.since).unwrap_or(seen.as_of());
    let before = Day::new(middle.days() - 1).unwrap_or(middle);
    let earlier = window_start(Some(risk.check_window), before);
    let mut counts: BTreeMap<usize, [i64; 2]> = BTreeMap::new();
    for one in broken.iter().filter(|one| one.on <= seen.as_of() && one.on.days() >= earlier) {
        if let Some(row) = seen.row(&one.client) {
            counts.entry(row).or_default()[usize::from(one.on.days() >= facts.since)] += 1;
        }
    }
    let rising = |row: usize| match counts.get(&row) {
        Some([before, now]) => Some(now > before),
        None => (!broken.is_empty()).then_some(false),
    };
    let (mut rows, mut unknown) = (Vec::new(), 0_i64);
    for row in 0..seen.rows() {
        let close = relation.get(row).map(|rating| rating >= i64::from(risk.close_relation));
        let poor = satisfaction.get(row).map(|rating| rating <= i64::from(risk.poor_satisfaction));
        let trouble = crate::truth::any(&[poor, rising(row)]);
        match crate::truth::all(&[close, trouble]) {
            Some(true) => rows.push(row),
            Some(false) => {}
            None => unknown += 1,
        }
    }
    let known = seen.rows() as i64 - unknown;
    let who =
        if rows.is_empty() { String::new() } else { format!(": {}", some_clients(seen, &rows)) };
    let evidence = format!(
        "It can be told of {} of {}; with {} of these we get on well while they are not content \
         or break more promises than before{who}.",
        known,
        plural(seen.rows() as i64, "client"),
        rows.len()
    );
    if rows.is_empty() && unknown > 0 {
        return Found::unknown(evidence);
    }
    Found::of(!rows.is_empty(), evidence, rows)
}

/// Clients leave because nobody cared (S2.21).
pub(super) fn inattention(facts: &Facts<'_>) -> Found {
    let seen = facts.seen;
    let departures = seen.journal.entries().departures.iter().filter_map(|one| {
        let recent = one.on <= seen.as_of() && one.on.days() >= facts.since;
        recent.then(|| seen.row(&one.client).map(|row| (row, one.reason)))?
    });
    let all: Vec<(usize, LossReason)> = departures.collect();
    let count = |reason| all.iter().filter(|one| one.1 == reason).count();
    let (cared, unknown) = (count(LossReason::Inattention), count(LossReason::Unknown));
    if all.len() == unknown {
        return Found::unknown(format!(
            "No reason why a client left is on record {}.",
            facts.lately()
        ));
    }
    let evidence = format!(
        "{cared} of {} {} were for lack of attention, {}; of {unknown} the reason is not known.",
        plural(all.len() as i64, "departure"),
        facts.lately(),
        percent(cared as i128, all.len() as i128)
    );
    let mut rows: Vec<usize> =
        all.iter().filter(|one| one.1 == LossReason::Inattention).map(|one| one.0).collect();
    rows.sort_unstable();
    rows.dedup();
    if 2 * cared > all.len() {
        Found::of(true, evidence, rows)
    } else if 2 * (cared + unknown) > all.len() {
        Found::unknown(evidence)
    } else {
        Found::of(false, evidence, Vec::new())
    }
}

/// Promises are kept late, or early without asking (R38).
pub(super) fn broken_word(facts: &Facts<'_>) -> Found {
    let recent = |due: Day| due.days() >= facts.since;
    let all = promises(facts.seen);
    let judged: Vec<_> = (all.iter())
        .filter(|one| one.2.verdict != PromiseVerdict::Open && recent(one.1.due_on))
        .collect();
    if judged.is_empty() {
        let lately = facts.lately();
        return Found::unknown(format!("No promise that fell due {lately} is on record."));
    }
    let count = |verdict| judged.iter().filter(|one| one.2.verdict == verdict).count();
    let (late, early) =
        (count(PromiseVerdict::Violation), count(PromiseVerdict::EarlyWithoutConsent));
    let bad = [PromiseVerdict::Violation, PromiseVerdict::EarlyWithoutConsent];
    let rows: BTreeSet<usize> =
        judged.iter().filter(|one| bad.contains(&one.2.verdict)).map(|one| one.0).collect();
    let evidence = format!(
        "Of {} that fell due {} we broke {late} and kept {early} early without the client's \
         consent.",
        plural(judged.len() as i64, "promise"),
        facts.lately()
    );
    Found::of(late + early > 0, evidence, rows.into_iter().collect())
}

/// Clients are surprised by what they did not ask for (R38, S2.38f).
pub(super) fn surprises(facts: &Facts<'_>) -> Found {
    let all = extras(facts.seen);
    let recent: Vec<_> = all.iter().filter(|one| one.1.on.days() >= facts.since).collect();
    if recent.is_empty() {
        return Found::unknown(format!(
            "Nothing that clients got unasked is on record {}.",
            facts.lately()
        ));
    }
    let surprise = |one: &&&(usize, _, ExtraVerdict)| one.2 == ExtraVerdict::Surprise;
    let count = recent.iter().filter(surprise).count();
    let rows: BTreeSet<usize> = recent.iter().filter(surprise).map(|one| one.0).collect();
    let evidence = format!(
        "Of {} that clients got unasked {}, {count} came unannounced and as no courtesy.",
        plural(recent.len() as i64, "thing"),
        facts.lately()
    );
    Found::of(count > 0, evidence, rows.into_iter().collect())
}

/// VIPs buy at a falling margin (R34, S3.2).
pub(super) fn margin_erosion(facts: &Facts<'_>) -> Found {
    let Some(all) = eroding(facts.seen) else {
        return Found::unknown("The sales have no profits.");
    };
    let count = |verdict| all.iter().filter(|one| one.verdict == verdict).count();
    let critical = count(Some(ErosionVerdict::Critical));
    let (falling, unknown) = (count(Some(ErosionVerdict::Eroding)), count(None));
    let rows: Vec<usize> = (all.iter())
        .filter(|one| one.verdict.is_some_and(|verdict| verdict > ErosionVerdict::NoneSeen))
        .map(|one| one.row)
        .collect();
    let evidence = format!(
        "{critical} of {} buy at cost or below, {falling} at a falling margin; of {unknown} it is \
         not known.",
        plural(all.len() as i64, "VIP")
    );
    if rows.is_empty() && (unknown > 0 || all.is_empty()) {
        return Found::unknown(evidence);
    }
    Found::of(!rows.is_empty(), evidence, rows)
}
