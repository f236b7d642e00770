//! What clients tell: why they left (R42), on forms (R43), and by responding (R41).

use crate::calendar::Day;
use crate::client::ClientId;
use crate::journal::{Journal, LossReason, Refusal};
use crate::portrait::says_something;
use crate::table::NO_CODE;
use crate::view::Seen;

/// The entries about one client in a list that is in the order of clients.
pub(super) fn about<'a, T>(
    entries: &'a [T],
    client: &ClientId,
    of: impl Fn(&T) -> &ClientId,
) -> &'a [T] {
    let from = entries.partition_point(|entry| of(entry) < client);
    let count = entries[from..].partition_point(|entry| of(entry) == client);
    &entries[from..from + count]
}

/// The reason told last of those given; a known one comes before an unknown one, and of several
/// on one day the first by name in [`LossReason::NAMES`].
fn last_told(told: impl Iterator<Item = (Day, LossReason)>) -> Option<LossReason> {
    let rank = |&(on, reason): &(Day, LossReason)| {
        (reason != LossReason::Unknown, on, std::cmp::Reverse(reason))
    };
    told.max_by_key(rank).map(|(_, reason)| reason)
}

/// Why a client left, by what it told from one day to another, both in it, when it left.
pub(super) fn departure(
    journal: &Journal,
    client: &ClientId,
    from: Day,
    to: Day,
) -> Option<LossReason> {
    let told = about(&journal.entries().departures, client, |entry| &entry.client).iter();
    last_told(told.map(|one| (one.on, one.reason)).filter(|&(on, _)| on >= from && on <= to))
}

/// The same, with what it told when we tried to win it back.
pub(super) fn reason(
    journal: &Journal,
    client: &ClientId,
    from: Day,
    to: Day,
) -> Option<LossReason> {
    let entries = journal.entries();
    let left = about(&entries.departures, client, |entry| &entry.client).iter();
    let tried = about(&entries.win_backs, client, |entry| &entry.client).iter();
    let asked = tried.flat_map(|one| &one.steps).filter_map(|step| Some((step.on, step.reason?)));
    let told = left.map(|one| (one.on, one.reason)).chain(asked);
    last_told(told.filter(|&(on, _)| on >= from && on <= to))
}

/// The parts of the form of a client that refused (R43, S2.28), and what is said of each.
pub(super) const PARTS: [&str; 3] = ["product", "staff", "moment_of_sale"];

/// Which parts of a form say something, in the order of [`PARTS`].
pub(super) fn parts(form: &Refusal) -> [bool; 3] {
    let Refusal { product, staff, moment_of_sale, .. } = form;
    [product, staff, moment_of_sale].map(|part| part.as_deref().is_some_and(says_something))
}

/// Whether each client responds to messages: 1 if it did within `loss.responsive_within`, 0 if
/// it only got some in that time, else [`NO_CODE`]. What reached nobody in person, or did not
/// arrive, asks for no response.
pub(super) fn responsive(seen: &Seen<'_>) -> Vec<u8> {
    let (basis, as_of) = (seen.known.basis, seen.as_of());
    let since = basis.since(Some(seen.policy().loss.responsive_within));
    let mut known = vec![NO_CODE; seen.rows()];
    for touch in &seen.journal.entries().touches {
        let responded = touch.responded_on.is_some_and(|on| basis.counts(on, since));
        let arrived = !touch.channel.is_broadcast() && touch.reached != Some(false);
        if !(responded || arrived && basis.counts(touch.on, since)) || touch.on > as_of {
            continue;
        }
        if let Some(row) = seen.row(&touch.client) {
            // Yes outweighs no, and no outweighs unknown.
            let before = if known[row] == NO_CODE { 0 } else { known[row] };
            known[row] = before.max(u8::from(responded));
        }
    }
    known
}
