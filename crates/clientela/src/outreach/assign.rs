//! How many managers key clients need, and how to share them out (R44).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use serde::{Deserialize, Serialize};

use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::figure::{Figure, Unit};
use crate::formula::Formula;
use crate::policy::Policy;

/// How many managers so many key clients need (R44, S2.43): the number of clients over
/// `outreach.keys_per_manager`, rounded up.
///
/// ```
/// use clientela::{Formula, ManagersNeeded, Policy};
///
/// let answer = ManagersNeeded { keys: 10 }.answer(&Policy::default())?;
/// assert_eq!(answer.managers.to_string(), "4");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManagersNeeded {
    /// Key clients.
    pub keys: u64,
}

/// What [`ManagersNeeded`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ManagerCount {
    /// The fewest managers of whom none has more key clients than one can look after.
    pub managers: Figure,
}

impl Formula for ManagersNeeded {
    const NAME: &'static str = "managers_needed";
    const ABOUT: &'static str = "How many managers so many key clients need.";
    const SOURCE: &'static str = "R44, S2.43";
    type Answer = ManagerCount;

    fn answer(&self, policy: &Policy) -> Result<ManagerCount> {
        let managers = needed(self.keys, policy);
        Ok(ManagerCount { managers: Figure::of(managers.into(), Unit::Count) })
    }
}

/// The same as a number.
pub(crate) fn needed(keys: u64, policy: &Policy) -> u64 {
    keys.div_ceil(policy.outreach.keys_per_manager.max(1).into())
}

/// A key client, and who coordinates the work with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyHeld {
    /// The client.
    pub client: ClientId,
    /// The manager; missing is nobody.
    #[serde(default)]
    pub manager: Option<String>,
}

/// Who is to look after which key client (R44, S2.43): nobody after more than
/// `outreach.keys_per_manager`, with as few changes as can be.
///
/// Every manager keeps its first clients by id up to the limit. The others go one by one, first
/// those whom nobody of the managers looks after and then those above the limit, each by id,
/// to the manager with the most room, of several the first by name. Where there is no room
/// left they stay as they are.
///
/// ```
/// use clientela::{Assign, Formula, KeyHeld, Policy};
///
/// let key = |client: i64, manager: Option<&str>| KeyHeld {
///     client: client.into(),
///     manager: manager.map(str::to_owned),
/// };
/// let managers = vec!["Ada".to_owned(), "Ben".to_owned()];
/// let keys = (1..=4).map(|client| key(client, Some("Ada"))).chain([key(5, None)]).collect();
/// let answer = Assign { managers, keys }.answer(&Policy::default())?;
/// // Client 5 has nobody, and Ada has one too many.
/// let to: Vec<_> = answer.suggestions.iter().map(|one| one.to.as_deref()).collect();
/// assert_eq!(to, [Some("Ada"), Some("Ada"), Some("Ada"), Some("Ben"), Some("Ben")]);
/// assert_eq!((answer.moves, answer.managers_needed, answer.managers_missing), (1, 2, 0));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The names of the managers that key clients may be given to.
    pub managers: Vec<String>,
    /// The key clients, each once.
    pub keys: Vec<KeyHeld>,
}

/// Who is to look after one key client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The client.
    pub client: ClientId,
    /// Who looks after it now.
    pub from: Option<String>,
    /// Who is to; missing where nobody has room.
    pub to: Option<String>,
    /// Whether that is a change of manager; a first manager is none.
    pub moved: bool,
}

/// A manager with too many key clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverLimit {
    /// The name.
    pub manager: String,
    /// Key clients now.
    pub keys: u64,
    /// How many of them are too many.
    pub over: u64,
}

/// What [`Assign`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assigned {
    /// A suggestion per client, by id.
    pub suggestions: Vec<Suggestion>,
    /// The managers that have too many now, by name.
    pub over_limit: Vec<OverLimit>,
    /// How many clients change their manager.
    pub moves: u64,
    /// How many clients still have no manager, or one with too many, for want of room.
    pub left: u64,
    /// How many managers the clients need.
    pub managers_needed: u64,
    /// How many of them are missing.
    pub managers_missing: u64,
}

impl Formula for Assign {
    const NAME: &'static str = "assign";
    const ABOUT: &'static str = "Which manager is to look after which key client.";
    const SOURCE: &'static str = "R44, S2.43";
    type Answer = Assigned;

    fn answer(&self, policy: &Policy) -> Result<Assigned> {
        let managers: BTreeSet<&str> = self.managers.iter().map(String::as_str).collect();
        if managers.len() < self.managers.len() || managers.iter().any(|name| name.is_empty()) {
            let problem = "names that are not empty, each once".to_owned();
            return Err(Error::BadArgument { argument: "managers", problem });
        }
        let keys: BTreeMap<&ClientId, Option<&str>> =
            self.keys.iter().map(|key| (&key.client, key.manager.as_deref())).collect();
        if keys.len() < self.keys.len() {
            let problem = "a client stands twice".to_owned();
            return Err(Error::BadArgument { argument: "keys", problem });
        }
        let limit = usize::from(policy.outreach.keys_per_manager);
        let held: Vec<Option<&str>> = keys.values().copied().collect();
        let shared = share_out(&managers, &held, limit);
        let suggestions: Vec<Suggestion> = keys
            .iter()
            .zip(&shared.to)
            .map(|((&client, &from), &to)| Suggestion {
                client: client.clone(),
                from: from.map(str::to_owned),
                to: to.map(str::to_owned),
                moved: is_move(from, to),
            })
            .collect();
        let over_limit = shared.before.iter().filter(|(_, keys)| **keys > limit);
        let managers_needed = needed(keys.len() as u64, policy);
        Ok(Assigned {
            over_limit: over_limit
                .map(|(&manager, &keys)| OverLimit {
                    manager: manager.to_owned(),
                    keys: keys as u64,
                    over: (keys - limit) as u64,
                })
                .collect(),
            moves: suggestions.iter().filter(|one| one.moved).count() as u64,
            left: shared.left as u64,
            suggestions,
            managers_needed,
            managers_missing: managers_needed.saturating_sub(managers.len() as u64),
        })
    }
}

/// Whether a client changes its manager.
pub(crate) fn is_move(from: Option<&str>, to: Option<&str>) -> bool {
    from.is_some() && to.is_some() && from != to
}

/// Key clients shared out among managers.
#[derive(Debug)]
pub(crate) struct Shared<'a> {
    /// For each client its manager to be.
    pub(crate) to: Vec<Option<&'a str>>,
    /// Key clients by manager now.
    pub(crate) before: BTreeMap<&'a str, usize>,
    /// Clients for whom there is no room.
    pub(crate) left: usize,
}

/// Shares out clients, in the order of their ids, by who looks after them now.
pub(crate) fn share_out<'a>(
    managers: &BTreeSet<&'a str>,
    held: &[Option<&'a str>],
    limit: usize,
) -> Shared<'a> {
    let mut keys: BTreeMap<&str, usize> = managers.iter().map(|&name| (name, 0)).collect();
    let mut to = vec![None; held.len()];
    let (mut nobodys, mut too_many) = (Vec::new(), Vec::new());
    let mut before: BTreeMap<&str, usize> = BTreeMap::new();
    for (client, &manager) in held.iter().enumerate() {
        if let Some(manager) = manager {
            *before.entry(manager).or_default() += 1;
        }
        match manager.and_then(|name| Some((name, keys.get_mut(name)?))) {
            None => nobodys.push(client),
            Some((name, kept)) if *kept < limit => {
                *kept += 1;
                to[client] = Some(name);
            }
            Some(_) => too_many.push(client),
        }
    }
    let mut room: BinaryHeap<(usize, Reverse<&str>)> = keys
        .into_iter()
        .filter(|&(_, kept)| kept < limit)
        .map(|(name, kept)| (limit - kept, Reverse(name)))
        .collect();
    let mut left = 0;
    for client in nobodys.into_iter().chain(too_many) {
        if let Some((free, Reverse(name))) = room.pop() {
            to[client] = Some(name);
            if free > 1 {
                room.push((free - 1, Reverse(name)));
            }
        } else {
            left += 1;
            to[client] = held[client].filter(|name| managers.contains(name));
        }
    }
    Shared { to, before, left }
}
