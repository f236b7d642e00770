//! Rules evaluated on many days in one call, and which of their leaves turned between.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::evaluation::{Evaluated, Key};
use super::pin::{self, Pin};
use super::turn::{Turn, TurnedLeaf};
use super::{History, Inner, Told};
use crate::base::Base;
use crate::calendar::Day;
use crate::census::basis::{NO_ROW, positions};
use crate::client::{ClientId, ClientIds};
use crate::error::{Error, Result};
use crate::policy::Policy;
use crate::rule::document::{Match, Rules};
use crate::rule::segments::Segments;
use crate::rule::trace::{RuleTrace, Trace, TraceNode};
use crate::snapshot::Snapshot;
use crate::table::{Table, Value, Values};

impl Base {
    /// Who is in which segment on each of some days, who entered, stayed and left, and why: by
    /// which leaves of a rule, or by a pin (R47).
    ///
    /// Rules that are hidden are not told. Pins count wherever [`History`] is read as tables;
    /// what the rules say stands beside them. A pin may name a client that the base does not
    /// have yet.
    ///
    /// ```
    /// use clientela::rule::{Pin, Rules};
    /// use clientela::{Base, ClientColumn, Day, LedgerBuilder, LedgerOptions, Policy, Sales};
    ///
    /// let day = |month, day| Day::of(2026, month, day).unwrap();
    /// let mut builder = LedgerBuilder::new(LedgerOptions::default());
    /// let clients = ClientColumn::Int(vec![7, 9].into());
    /// builder.push(Sales::new(clients, vec![day(1, 5).days(), day(2, 5).days()], vec![500, 700]))?;
    /// let rules = Rules::from_json(
    ///     r#"{"version": 1, "rules": [{"id": "fresh", "when":
    ///          {"attribute": "recency_days", "op": "less_than", "value": 30}}]}"#,
    /// )?;
    /// let pins = Pin::list(
    ///     r#"[{"rule": "fresh", "client": 7, "on": "2026-02-01", "state": "in", "by": "Ada",
    ///          "why": "Pays by standing order."}]"#,
    /// )?;
    /// let base = Base::new(&builder.finish()?);
    /// let days = [day(1, 31), day(2, 28), day(3, 31)];
    /// let history = base.membership(&rules, &days, &Policy::default(), &pins)?;
    /// let stays = history.stays("fresh")?;
    /// // Client 7 is in on all days, two of them by the pin; client 9 in February only.
    /// let told = |row, column| stays.value(row, column).unwrap().to_string();
    /// assert_eq!((told(0, "from"), told(0, "to")), ("2026-01-31".into(), "2026-03-31".into()));
    /// assert_eq!((told(1, "from"), told(1, "left_by")), ("2026-02-28".into(), "2026-03-31".into()));
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// No day; rules with an error; pins on a rule that is not there or hidden, or on a client
    /// of another kind of id; what [`Base::snapshot`] refuses.
    pub fn membership(
        &self,
        rules: &Rules,
        days: &[Day],
        policy: &Policy,
        pins: &[Pin],
    ) -> Result<History> {
        pin::check("pins", "", pins)?;
        self.check_pins(rules, pins)?;
        let days: BTreeSet<Day> = days.iter().copied().collect();
        if days.is_empty() {
            let problem = "at least one is needed".to_owned();
            return Err(Error::BadArgument { argument: "days", problem });
        }
        let mut inner = Inner { pins: pins.to_vec(), ..Inner::default() };
        let mut before: Option<Seen> = None;
        for day in days {
            let now = Seen::new(self.snapshot(day, policy)?, rules)?;
            for rule in now.segments.shown() {
                let told = Told { title: rule.title.clone(), reason: rule.reason.clone() };
                inner.rules.insert((rule.id.clone(), rule.version), told);
                let key = Key { rule: rule.id.clone(), day, version: rule.version };
                inner.evaluations.insert(key, now.evaluated(&rule.id));
            }
            if let Some(before) = &before {
                for turn in turns(before, &now, rules)? {
                    inner.turns.insert(turn.key(), turn);
                }
            }
            before = Some(now);
        }
        History::of(inner)
    }

    fn check_pins(&self, rules: &Rules, pins: &[Pin]) -> Result<()> {
        let numbers = matches!(self.sales.clients(), ClientIds::Int(_));
        for (i, pin) in pins.iter().enumerate() {
            let fault = |member: &str, problem: String| {
                let path = format!("[{i}].{member}");
                Err(Error::BadDocument { document: "pins", path, problem })
            };
            let known = rules.rules().iter().any(|rule| rule.id == pin.rule && !rule.hidden);
            if !known {
                return fault("rule", format!("there is no rule `{}` with members", pin.rule));
            }
            if matches!(pin.client, ClientId::Int(_)) != numbers && !self.sales.is_empty() {
                let kind = if numbers { "numbers" } else { "texts" };
                return fault("client", format!("the ids of the clients are {kind}"));
            }
        }
        Ok(())
    }
}

/// The rules as they are on a day.
struct Seen {
    snapshot: Snapshot,
    segments: Segments,
    table: Table,
}

impl Seen {
    fn new(snapshot: Snapshot, rules: &Rules) -> Result<Self> {
        let segments = snapshot.segments(rules)?;
        let table = segments.table();
        Ok(Self { snapshot, segments, table })
    }

    fn codes(&self, rule: &str) -> &[u8] {
        match self.table.column(rule).map(|column| &column.values) {
            Some(Values::Flag(codes)) => codes,
            _ => &[],
        }
    }

    fn evaluated(&self, rule: &str) -> Evaluated {
        let ids = self.snapshot.ids().clone();
        let codes = match self.table.column(rule).map(|column| &column.values) {
            Some(Values::Flag(codes)) => Arc::clone(codes),
            _ => Arc::default(),
        };
        Evaluated { ids, codes }
    }
}

/// Why clients entered and left segments between two days.
fn turns(before: &Seen, now: &Seen, rules: &Rules) -> Result<Vec<Turn>> {
    let ids = now.snapshot.ids();
    let earlier = positions(ids, before.snapshot.ids())?;
    // By row: the rules whose segment the client entered, or left.
    let mut changed: BTreeMap<usize, Vec<(&str, bool)>> = BTreeMap::new();
    for rule in now.segments.shown() {
        let (was, is) = (before.codes(&rule.id), now.codes(&rule.id));
        for (row, &place) in earlier.iter().enumerate() {
            let is_in = is[row] == 1;
            if place != NO_ROW && (was[place as usize] == 1) != is_in {
                changed.entry(row).or_default().push((&rule.id, is_in));
            }
        }
    }
    before.snapshot.tracing(rules, |earlier| {
        now.snapshot.tracing(rules, |later| {
            let mut turns = Vec::new();
            for (&row, of) in &changed {
                let client = ids.get(row);
                let (was, is) = (earlier.client(&client)?, later.client(&client)?);
                for &(rule, entered) in of {
                    turns.extend(turn(rules, (&was, &is), rule, entered));
                }
            }
            Ok(turns)
        })
    })
}

/// Why one client entered or left one segment.
fn turn(rules: &Rules, (was, is): (&Trace, &Trace), rule: &str, entered: bool) -> Option<Turn> {
    let of = |trace: &'_ Trace| trace.rules.iter().position(|one| one.rule == rule);
    let place = of(is)?;
    let (mut before, mut after) = (Vec::new(), Vec::new());
    leaves(&was.rules[of(was)?].when, &was.rules, &mut before);
    leaves(&is.rules[place].when, &is.rules, &mut after);
    // Both are of one document, so their leaves stand in one order.
    let turned = before.iter().zip(&after).filter(|(was, is)| was.outcome != is.outcome);
    let leaves = turned.map(|(was, is)| TurnedLeaf {
        path: is.path.clone(),
        subject: is.what.clone().unwrap_or_default(),
        before: told(was),
        after: told(is),
        held: was.outcome,
        holds: is.outcome,
    });
    // Where the first rule counts, another one may have had the client, or has it now.
    let other = if entered { was } else { is };
    let instead = other.rules.iter().find(|one| one.member && one.rule != rule);
    let instead = instead.filter(|_| rules.matching() == Match::First);
    Some(Turn {
        rule: rule.to_owned(),
        version: is.rules[place].version,
        client: is.client.clone(),
        from: was.as_of,
        to: is.as_of,
        leaves: leaves.collect(),
        instead: instead.map(|one| one.rule.clone()),
    })
}

/// The leaves of a condition with those of included rules, in their order.
fn leaves<'a>(node: &'a TraceNode, rules: &'a [RuleTrace], found: &mut Vec<&'a TraceNode>) {
    match (node.kind, &node.what) {
        ("leaf", _) => found.push(node),
        ("include", Some(rule)) => {
            if let Some(included) = rules.iter().find(|one| one.rule == *rule) {
                leaves(&included.when, rules, found);
            }
        }
        _ => node.conditions.iter().for_each(|node| leaves(node, rules, found)),
    }
}

/// What was seen, in words; nothing where it is unknown.
fn told(leaf: &TraceNode) -> Option<String> {
    let texts: Vec<String> = leaf.seen.iter().map(Value::to_string).collect();
    // A figure of which only the limits are known has a cause beside them.
    let between = if leaf.cause.is_some() { " to " } else { ", " };
    (!texts.is_empty()).then(|| texts.join(between))
}
