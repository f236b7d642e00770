//! Where clients stand to a rule, one evaluated day after another.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::evaluation::{Evaluated, ids_of, unite};
use super::pin::{Pin, Pinned, of_rule};
use super::{History, Inner};
use crate::calendar::Day;
use crate::census::basis::{NO_ROW, positions};
use crate::client::{ClientId, ClientIds};
use crate::error::Result;
use crate::table::NO_CODE;

/// Where one client stands to a rule on an evaluated day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing<'a> {
    pub(super) day: Day,
    pub(super) version: u32,
    /// Whether the rule says that the client is in.
    pub(super) in_by_rule: bool,
    /// The pin that decides in place of the rule.
    pub(super) pin: Option<&'a Pin>,
    /// Whether the client is in; `None` is unknown.
    pub(super) verdict: Option<bool>,
}

impl Standing<'_> {
    pub(super) fn is_in(&self) -> bool {
        self.verdict == Some(true)
    }
}

/// One client on one evaluated day, after the evaluated day before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'a> {
    /// The client, by its place in [`Course::ids`].
    pub(super) row: usize,
    /// Place of the day among those of the rule.
    pub(super) place: usize,
    /// Where the client stood before; `None` where no earlier day knows it.
    pub(super) was: Option<Standing<'a>>,
    pub(super) now: Standing<'a>,
}

/// The evaluated days of one rule, of each day the highest version.
pub(super) struct Course<'a> {
    pub(super) rule: &'a str,
    pub(super) ids: ClientIds,
    days: Vec<(Day, u32, &'a Evaluated)>,
    /// For each day the places of the clients among those evaluated.
    places: Vec<Vec<u32>>,
    pins: &'a [Pin],
}

impl History {
    /// The courses of all rules, by id.
    pub(super) fn courses(&self) -> Result<Vec<Course<'_>>> {
        let Inner { evaluations, pins, .. } = &*self.inner;
        let mut by_rule: BTreeMap<&str, BTreeMap<Day, (u32, &Evaluated)>> = BTreeMap::new();
        for (key, evaluated) in evaluations {
            // Keys are in the order of versions, so the highest of a day stays.
            by_rule.entry(&key.rule).or_default().insert(key.day, (key.version, evaluated));
        }
        let course = |(rule, days)| Course::new(rule, days, of_rule(pins, rule));
        by_rule.into_iter().map(course).collect()
    }
}

impl<'a> Course<'a> {
    fn new(
        rule: &'a str,
        days: BTreeMap<Day, (u32, &'a Evaluated)>,
        pins: &'a [Pin],
    ) -> Result<Self> {
        let mut clients: Vec<ClientId> = pins.iter().map(|pin| pin.client.clone()).collect();
        clients.dedup();
        // A history has ids of one kind, and its pins are in their order.
        let mut ids = ids_of(&clients).unwrap_or_else(|| ClientIds::Int(Arc::default()));
        for (_, evaluated) in days.values() {
            ids = unite(&ids, &evaluated.ids)?;
        }
        let days: Vec<_> =
            days.into_iter().map(|(day, (version, evaluated))| (day, version, evaluated)).collect();
        let places = days.iter().map(|(_, _, evaluated)| positions(&ids, &evaluated.ids));
        let places = places.collect::<Result<_>>()?;
        Ok(Self { rule, ids, days, places, pins })
    }

    /// The day at a place.
    pub(super) fn day(&self, place: usize) -> Day {
        self.days[place].0
    }

    /// Number of evaluated days.
    pub(super) fn len(&self) -> usize {
        self.days.len()
    }

    /// The version at a place.
    pub(super) fn version(&self, place: usize) -> u32 {
        self.days[place].1
    }

    /// The pins on the client of a row.
    pub(super) fn pinned(&self, row: usize) -> Pinned<'a> {
        if self.pins.is_empty() {
            return Pinned::default();
        }
        Pinned::of(self.pins, &self.ids.get(row))
    }

    /// Every step of every client, client by client.
    pub(super) fn steps(&self, mut each: impl FnMut(Step<'a>)) {
        for row in 0..self.ids.len() {
            let pinned = self.pinned(row);
            let mut was = None;
            for (place, &(day, version, evaluated)) in self.days.iter().enumerate() {
                let found = self.places[place][row];
                let code = (found != NO_ROW).then(|| evaluated.codes[found as usize]);
                let pin = pinned.on(day);
                let verdict = match (pin, code) {
                    (Some((_, is_in)), _) => Some(is_in),
                    (None, Some(code)) => (code != NO_CODE).then_some(code == 1),
                    (None, None) => continue,
                };
                let pin = pin.map(|(pin, _)| pin);
                let now = Standing { day, version, in_by_rule: code == Some(1), pin, verdict };
                each(Step { row, place, was, now });
                was = Some(now);
            }
        }
    }
}
