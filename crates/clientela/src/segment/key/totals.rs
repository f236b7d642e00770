//! What the shares of key clients are shares of.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::KeyScope;
use crate::calendar::Span;
use crate::census::basis::Basis;
use crate::census::facts::CHUNK;
use crate::census::history::{Histories, Scratch};
use crate::ledger::columns::{NameColumn, Names};
use crate::table::NO_NAME;

/// Sums by name, in minor units.
type Sums = BTreeMap<String, i128>;

/// Sales of the window, in minor units: what clients and groups are held against, and what
/// each group brings.
///
/// A total is the sum over the clients whose sales there are above zero, so that no more than
/// ten can have a tenth of it (S2.43).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyTotals {
    /// Of the firm.
    pub company: i128,
    /// By department.
    pub departments: Sums,
    /// By manager.
    pub managers: Sums,
    /// Of each group of clients.
    pub groups: BTreeMap<String, GroupTotals>,
}

/// Net sales of a group of clients, in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupTotals {
    /// Clients of the base in it.
    pub clients: u64,
    /// With the firm.
    pub company: i128,
    /// By department.
    pub departments: Sums,
    /// By manager.
    pub managers: Sums,
}

/// Net amounts of one client by department and by manager, by the code of the name.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) departments: Vec<(u32, i64)>,
    pub(crate) managers: Vec<(u32, i64)>,
}

/// Reads the parts of one client after another.
pub(crate) struct PartReader<'a> {
    histories: Histories<'a>,
    since: i32,
}

impl<'a> PartReader<'a> {
    /// In the window of key clients.
    pub(super) fn new(basis: &'a Basis<'_>) -> Self {
        Self::since(basis, basis.plan.key_since)
    }

    /// From a day on.
    pub(crate) fn since(basis: &'a Basis<'_>, since: i32) -> Self {
        Self { histories: Histories::new(basis.ledger, basis.plan), since }
    }

    /// Whether lines have a department or a manager.
    pub(crate) fn told(basis: &Basis<'_>) -> bool {
        let extras = &basis.ledger.columns().extras;
        extras.names(NameColumn::Department).is_some()
            || extras.names(NameColumn::Manager).is_some()
    }

    pub(crate) fn read(&self, client: usize, scratch: &mut Scratch) -> Parts {
        let columns = self.histories.ledger.columns();
        let rows = self.histories.counted(client, scratch);
        let from = rows.partition_point(|&row| columns.days[row as usize] < self.since);
        let by = |names: Option<&Names>| {
            let mut sums: Vec<(u32, i64)> = Vec::new();
            let Some(names) = names else { return sums };
            for &row in &rows[from..] {
                let (code, amount) = (names.codes[row as usize], columns.amounts[row as usize]);
                if code == NO_NAME {
                    continue;
                }
                match sums.iter_mut().find(|(known, _)| *known == code) {
                    Some((_, sum)) => *sum += amount,
                    None => sums.push((code, amount)),
                }
            }
            sums
        };
        let extras = &columns.extras;
        Parts {
            departments: by(extras.names(NameColumn::Department)),
            managers: by(extras.names(NameColumn::Manager)),
        }
    }
}

/// Sums by code while clients are counted.
#[derive(Debug, Clone, Default)]
struct Coded {
    company: i128,
    departments: BTreeMap<u32, i128>,
    managers: BTreeMap<u32, i128>,
    groups: BTreeMap<u32, Self>,
    clients: u64,
}

impl Coded {
    fn merge(mut self, other: Self) -> Self {
        self.company += other.company;
        self.clients += other.clients;
        add(&mut self.departments, other.departments);
        add(&mut self.managers, other.managers);
        for (group, more) in other.groups {
            let sums = self.groups.remove(&group).unwrap_or_default();
            self.groups.insert(group, sums.merge(more));
        }
        self
    }
}

fn add<K: Ord>(sums: &mut BTreeMap<K, i128>, more: BTreeMap<K, i128>) {
    for (name, sum) in more {
        *sums.entry(name).or_default() += sum;
    }
}

impl KeyTotals {
    /// Counts a base in the window of key clients.
    pub(crate) fn of(basis: &Basis<'_>) -> Self {
        let key = &basis.plan.policy.key;
        Self::over(basis, key.window, key.groups)
    }

    /// Counts a base in a window, with its groups or without.
    pub(crate) fn over(basis: &Basis<'_>, window: Option<Span>, groups: bool) -> Self {
        let amounts = basis.amounts(window);
        let grouped = basis.declared.is_some() && groups;
        let field = basis.names("group");
        let told = PartReader::told(basis);
        let reader = PartReader::since(basis, basis.since(window));
        let starts: Vec<usize> = (0..basis.rows()).step_by(CHUNK).collect();
        let count = |start: usize| {
            let mut scratch = Scratch::default();
            let mut sums = Coded::default();
            for row in start..basis.rows().min(start + CHUNK) {
                let amount = amounts[row];
                sums.company += i128::from(amount.max(0));
                let group = if grouped { field.get(row) } else { None };
                if !told && group.is_none() {
                    continue;
                }
                let parts = reader.read(basis.client(row), &mut scratch);
                for &(code, sum) in &parts.departments {
                    *sums.departments.entry(code).or_default() += i128::from(sum.max(0));
                }
                for &(code, sum) in &parts.managers {
                    *sums.managers.entry(code).or_default() += i128::from(sum.max(0));
                }
                let Some(group) = group else { continue };
                let group = sums.groups.entry(group).or_default();
                group.clients += 1;
                group.company += i128::from(amount);
                for (code, sum) in parts.departments {
                    *group.departments.entry(code).or_default() += i128::from(sum);
                }
                for (code, sum) in parts.managers {
                    *group.managers.entry(code).or_default() += i128::from(sum);
                }
            }
            sums
        };
        let coded = starts.into_par_iter().map(count).reduce(Coded::default, Coded::merge);
        let extras = &basis.ledger.columns().extras;
        let named = |sums: BTreeMap<u32, i128>, names: Option<&Names>| {
            let name = |code: u32| names.map(|names| names.names.get(code as usize));
            let entry = |(code, sum)| Some((name(code)?.to_owned(), sum));
            sums.into_iter().filter_map(entry).collect::<Sums>()
        };
        let groups = coded.groups.into_iter().filter_map(|(code, sums)| {
            let totals = GroupTotals {
                clients: sums.clients,
                company: sums.company,
                departments: named(sums.departments, extras.names(NameColumn::Department)),
                managers: named(sums.managers, extras.names(NameColumn::Manager)),
            };
            Some((field.name(code)?.to_owned(), totals))
        });
        Self {
            company: coded.company,
            groups: groups.collect(),
            departments: named(coded.departments, extras.names(NameColumn::Department)),
            managers: named(coded.managers, extras.names(NameColumn::Manager)),
        }
    }

    /// Adds the totals of another part of the base.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.company += other.company;
        add(&mut self.departments, other.departments.clone());
        add(&mut self.managers, other.managers.clone());
        for (name, more) in &other.groups {
            let group = self.groups.entry(name.clone()).or_default();
            group.clients += more.clients;
            group.company += more.company;
            add(&mut group.departments, more.departments.clone());
            add(&mut group.managers, more.managers.clone());
        }
    }

    /// The total that a share in a scope is a share of.
    pub(crate) fn total(&self, scope: KeyScope, name: &str) -> i128 {
        let sums = match scope {
            KeyScope::Company => return self.company,
            KeyScope::Department => &self.departments,
            KeyScope::Manager => &self.managers,
        };
        sums.get(name).copied().unwrap_or(0)
    }
}
