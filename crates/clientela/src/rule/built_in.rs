//! The built-in axes as rules: those that can be stated over attributes, with the policy's
//! thresholds, and why the others cannot (R47).

use std::collections::BTreeMap;

use super::condition::{Condition, Leaf, Subject};
use super::document::{Match, Rule, Rules};
use super::operand::Operand;
use super::when::{Length, Period, Window};
use super::words::Op;
use crate::calendar::Span;
use crate::error::Result;
use crate::policy::{Policy, TierMethod};

/// An axis, or a verdict of one, that no rule states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unstated {
    /// The column of the table of clients, or the view.
    pub axis: &'static str,
    /// Why not.
    pub cause: &'static str,
}

const OF_THE_BASE: &str = "its cut point follows from the values of all clients of the base, and \
                           a rule sees one client";
const EXACT: &str = "it is decided by exact shares, of which the attributes are real numbers for \
                     reading";
const SEVERAL: &str = "it weighs sums of a client against each other, and a leaf compares one \
                       figure with a stated value";

/// What no rule states.
const UNSTATED: &[Unstated] = &[
    Unstated {
        axis: "stage: client, regular, supporter, advocate",
        cause: "the longest run of purchases without a gap is no attribute",
    },
    Unstated { axis: "relation", cause: SEVERAL },
    Unstated { axis: "loyal_dealer", cause: SEVERAL },
    Unstated {
        axis: "base_member",
        cause: "membership is a sequence of steps, in which the order counts",
    },
    Unstated { axis: "key_by_sales, dependence", cause: EXACT },
    Unstated { axis: "key_by_potential", cause: OF_THE_BASE },
    Unstated { axis: "tier: good, standard", cause: OF_THE_BASE },
    Unstated { axis: "abc_class", cause: OF_THE_BASE },
    Unstated { axis: "xyz_class", cause: EXACT },
    Unstated { axis: "recency_score, frequency_score, monetary_score", cause: OF_THE_BASE },
    Unstated {
        axis: "due_on, lost_after by own rhythm",
        cause: "the rhythm of clients with few purchases is that of the base",
    },
    Unstated { axis: "care", cause: SEVERAL },
    Unstated { axis: "target_match", cause: OF_THE_BASE },
    Unstated {
        axis: "brand_only, promo_buyer, season_start_buyer, season_end_buyer",
        cause: SEVERAL,
    },
    Unstated { axis: "companions", cause: SEVERAL },
    Unstated { axis: "potential_band", cause: SEVERAL },
    Unstated {
        axis: "knowledge_level, portrait_sufficient",
        cause: "which fields apply depends on the kind of client, by the catalogue",
    },
    Unstated { axis: "p_alive, expected_purchases, clv", cause: "they come from a fitted model" },
];

impl Policy {
    /// The built-in axes as a document of rules, with the thresholds of this policy: who is
    /// active, due and lost, prospect and buyer, key by which sign, VIP, in which segment of RFM,
    /// and who recommends us. A rule has the members that the axis' own column has.
    ///
    /// What no rule can state is in [`Policy::unstated_axes`].
    ///
    /// ```
    /// use clientela::Policy;
    ///
    /// let policy = Policy::from_json(r#"{"activity": {"lost_after": {"months": 6}}}"#)?;
    /// let rules = policy.rules()?;
    /// let lost = rules.rules().iter().find(|rule| rule.id == "activity_lost").unwrap();
    /// let when = serde_json::to_string(&lost.when).unwrap();
    /// assert!(when.contains(r#""op":"older_than","value":{"n":6,"unit":"month"}"#), "{when}");
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// A policy that does not check.
    pub fn rules(&self) -> Result<Rules> {
        self.check()?;
        let mut rules = activity(self);
        rules.extend(stages());
        rules.extend(signs());
        rules.push(vip(self));
        rules.push(recommends());
        rules.extend(segments(self)?);
        Ok(Rules::new(Match::All, rules))
    }

    /// The axes, and verdicts of axes, that no rule over attributes states, with the cause.
    pub fn unstated_axes(&self) -> &'static [Unstated] {
        UNSTATED
    }
}

fn rule(id: &str, title: &str, reason: &str, when: Condition) -> Rule {
    Rule { title: title.to_owned(), reason: reason.to_owned(), ..Rule::new(id, when) }
}

fn leaf(attribute: &str, op: Op, value: Option<Operand>) -> Condition {
    let subject = Subject::Attribute(attribute.to_owned());
    Condition::Leaf(Box::new(Leaf::new(subject, op, value)))
}

fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

fn include(rule: &str) -> Condition {
    Condition::Include(rule.to_owned())
}

fn length(span: Span) -> Length {
    match span {
        Span::Days(n) => Length { n, unit: Period::Day },
        Span::Months(n) => Length { n, unit: Period::Month },
    }
}

/// Active, due and lost (R39, R40).
fn activity(policy: &Policy) -> Vec<Rule> {
    let as_of = || Some("as_of".into());
    let (lost, back, known) = if let Some((due, lost)) = policy.activity.return_period() {
        let lost = leaf("last_purchase", Op::OlderThan, Some(Operand::Length(length(lost))));
        let window = Operand::Window(Window::Last(length(due)));
        // A return period says something only where clients do come back.
        let known = Some(leaf("due_on", Op::IsNotNull, None));
        (lost, leaf("last_purchase", Op::InWindow, Some(window)), known)
    } else {
        (leaf("lost_after", Op::Before, as_of()), leaf("due_on", Op::After, as_of()), None)
    };
    let all =
        |parts: Vec<Condition>| Condition::All(known.clone().into_iter().chain(parts).collect());
    vec![
        rule(
            "activity_active",
            "Active",
            "Bought lately enough.",
            all(vec![back.clone(), not(lost.clone())]),
        ),
        rule(
            "activity_due",
            "Due",
            "It is time to come again.",
            all(vec![not(back), not(lost.clone())]),
        ),
        rule("activity_lost", "Lost", "Stayed away too long.", all(vec![lost])),
    ]
}

/// The stages that the number of purchases decides (R1).
fn stages() -> Vec<Rule> {
    let purchases = |n: i64| leaf("purchases", Op::Equals, Some(n.into()));
    vec![
        rule("stage_prospect", "Prospects", "No purchase yet.", purchases(0)),
        rule("stage_buyer", "Buyers", "One purchase.", purchases(1)),
    ]
}

/// The signs of a key client that are declared, and key clients (R19).
fn signs() -> Vec<Rule> {
    let is = |attribute: &str| leaf(attribute, Op::IsTrue, None);
    let known = "Is widely known, and may be named.";
    vec![
        rule(
            "key_fame",
            "Key by fame",
            known,
            Condition::All(vec![is("portrait.famous"), is("portrait.reference_allowed")]),
        ),
        rule("key_innovation", "Innovators", "Buys what is new.", is("portrait.innovator")),
        rule("key_demand", "Demanding clients", "Asks much of quality.", is("portrait.demanding")),
        rule(
            "key_client",
            "Key clients",
            "One of five signs holds.",
            Condition::Any(vec![
                is("key_by_sales"),
                is("key_by_potential"),
                include("key_fame"),
                include("key_innovation"),
                include("key_demand"),
            ]),
        ),
    ]
}

/// VIPs by the method of the policy (R14, R15).
fn vip(policy: &Policy) -> Rule {
    let when = match policy.tier.method {
        TierMethod::MonthlyTop => leaf("vip_months", Op::GreaterThanOrEquals, Some(1.into())),
        TierMethod::PeriodTotal => leaf("vip_by_total", Op::IsTrue, None),
    };
    rule("tier_vip", "VIPs", "At the top of the sales.", when)
}

/// Who recommends us: by a record, else as declared (R1).
fn recommends() -> Rule {
    let field = Subject::Field("recommended".to_owned());
    let recommended = Condition::Leaf(Box::new(Leaf::new(field, Op::IsTrue, None)));
    let record = Leaf::exists("recommendations", None, Some(recommended));
    let when = Condition::Any(vec![
        Condition::Leaf(Box::new(record)),
        leaf("portrait.recommends", Op::IsTrue, None),
    ]);
    rule("recommends_us", "Recommend us", "Recommends us.", when)
}

/// The segments of RFM as boxes over the three scores.
fn segments(policy: &Policy) -> Result<Vec<Rule>> {
    let (rfm, map) = (&policy.rfm, policy.segment_map()?);
    let groups = rfm.groups;
    let scores = |code: u8, r: u8| {
        // By the scores of monetary value, those of frequency that have just these.
        let mut boxes: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        for f in 1..=groups {
            let of: Vec<u8> = (1..=groups).filter(|&m| map.code(r, f, m) == code).collect();
            if !of.is_empty() {
                boxes.entry(of).or_default().push(f);
            }
        }
        boxes
    };
    let among = |column: &str, scores: &[u8]| {
        let mut shown: Vec<u8> = scores.iter().map(|&score| rfm.shown(score)).collect();
        shown.sort_unstable();
        let values = shown.into_iter().map(|score| Operand::Integer(score.into())).collect();
        leaf(column, Op::In, Some(Operand::List(values)))
    };
    let mut rules: Vec<Rule> = Vec::new();
    for (code, name) in map.names().iter().enumerate() {
        let mut boxes: BTreeMap<(Vec<u8>, Vec<u8>), Vec<u8>> = BTreeMap::new();
        for r in 1..=groups {
            for (m, f) in scores(code as u8, r) {
                boxes.entry((f, m)).or_default().push(r);
            }
        }
        if boxes.is_empty() {
            // With fewer groups than fifths no cell may be left for a segment.
            continue;
        }
        let boxes = boxes.iter().map(|((f, m), r)| {
            Condition::All(vec![
                among("recency_score", r),
                among("frequency_score", f),
                among("monetary_score", m),
            ])
        });
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let mut id = format!("rfm_{name}");
        if !name.chars().all(plain) || rules.iter().any(|rule| rule.id == id) {
            id = format!("rfm_segment_{}", code + 1);
        }
        let reason = "By the scores of recency, frequency and amount.";
        rules.push(rule(&id, name, reason, Condition::Any(boxes.collect())));
    }
    Ok(rules)
}
