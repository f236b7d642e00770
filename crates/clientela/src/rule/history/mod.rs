//! Membership over time: what rules said on many days, what was decided by hand, and who
//! entered, left and stayed (R47).

mod document;
mod evaluation;
mod membership;

mod pin;
mod standing;
mod table;
mod turn;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use evaluation::{Evaluated, Key};
pub use pin::{Pin, PinState};
pub use table::{MembershipCause, MembershipChange};
use turn::TurnKey;
pub use turn::{Turn, TurnedLeaf};

use crate::error::{Error, Result};

/// How errors name the document.
const DOCUMENT: &str = "history";

/// The history of memberships: what rules said of clients on days, why clients entered and left,
/// and pins. Immutable, cheap to clone.
///
/// Histories merge: that of some days with that of others, of one part of the clients with that
/// of another, of one document of rules with that of another. The same evaluations make the same
/// history, byte for byte, whatever their order. Parts of one base are to be evaluated on the
/// same days, since a client that an earlier day does not know counts as new.
///
/// ```
/// use clientela::rule::History;
///
/// let on = |day, verdicts| {
///     History::from_json(&format!(
///         r#"{{"version": 1, "evaluations": [{{"day": "{day}", "clients": [1, 2],
///             "rules": [{{"rule": "vip", "version": 1, "verdicts": "{verdicts}"}}]}}]}}"#,
///     ))
/// };
/// let both = on("2026-02-28", "-+")?.merge(&on("2026-01-31", "+?")?)?;
/// let table = both.table()?;
/// assert_eq!(table.value(1, "change").unwrap().to_string(), "left");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    inner: Arc<Inner>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Inner {
    /// Title and reason of each rule, by id and version.
    rules: BTreeMap<(String, u32), Told>,
    evaluations: BTreeMap<Key, Evaluated>,
    turns: BTreeMap<TurnKey, Turn>,
    /// Sorted, without doubles.
    pins: Vec<Pin>,
}

/// What a rule says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    title: String,
    reason: String,
}

impl History {
    /// The history of both.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where a rule of one version says two things of a client on a day, or
    /// tells two titles, reasons or turns; ids of clients of two kinds.
    pub fn merge(&self, other: &Self) -> Result<Self> {
        let mut both = (*self.inner).clone();
        for (key, theirs) in &other.inner.evaluations {
            match both.evaluations.entry(key.clone()) {
                Entry::Vacant(place) => {
                    place.insert(theirs.clone());
                }
                Entry::Occupied(mut ours) => {
                    let united = ours.get().unite(theirs, key)?;
                    ours.insert(united);
                }
            }
        }
        let id = |(rule, version): &(String, u32)| format!("`{rule}` v{version}");
        unite(&mut both.rules, &other.inner.rules, "what a rule says of itself", id)?;
        unite(&mut both.turns, &other.inner.turns, "why a client turned", |key| {
            let TurnKey { rule, version, client, from, to } = key;
            format!("`{rule}` v{version}, client {client}, {from} to {to}")
        })?;
        both.pins.extend_from_slice(&other.inner.pins);
        Self::of(both)
    }

    /// Checks what one history may hold.
    fn of(inner: Inner) -> Result<Self> {
        let pins = pin::sorted(inner.pins)?;
        let lists = inner.evaluations.values().map(|evaluated| &evaluated.ids);
        let firsts = lists.filter(|ids| !ids.is_empty()).map(|ids| ids.get(0));
        let others = pins.iter().map(|pin| pin.client.clone());
        let mut ids = firsts.chain(others).chain(inner.turns.keys().map(|key| key.client.clone()));
        if let Some(first) = ids.next() {
            let kind = std::mem::discriminant(&first);
            if let Some(other) = ids.find(|id| std::mem::discriminant(id) != kind) {
                let (left, right) = (format!("client {first}"), format!("client {other}"));
                return Err(Error::Mismatch { what: "kind of client ids", left, right });
            }
        }
        Ok(Self { inner: Arc::new(Inner { pins, ..inner }) })
    }

    /// The pins, in the order of their members.
    pub fn pins(&self) -> &[Pin] {
        &self.inner.pins
    }

    /// Why clients entered and left by the rules, by rule, version, client and days.
    pub fn turns(&self) -> impl Iterator<Item = &Turn> {
        self.inner.turns.values()
    }
}

/// Takes over what is new; what both have must be the same.
fn unite<K: Ord + Clone, V: PartialEq + Clone + std::fmt::Debug>(
    ours: &mut BTreeMap<K, V>,
    theirs: &BTreeMap<K, V>,
    what: &'static str,
    name: impl Fn(&K) -> String,
) -> Result<()> {
    for (key, value) in theirs {
        match ours.entry(key.clone()) {
            Entry::Vacant(place) => {
                place.insert(value.clone());
            }
            Entry::Occupied(place) if place.get() == value => {}
            Entry::Occupied(place) => {
                let (left, right) = (format!("{:?}", place.get()), format!("{value:?}"));
                return Err(Error::Mismatch {
                    what,
                    left: format!("{}: {left}", name(key)),
                    right,
                });
            }
        }
    }
    Ok(())
}
