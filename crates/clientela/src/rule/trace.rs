//! Why a client is in a segment or not: every leaf with what was seen.

use std::fmt;

use serde::Serialize;

use super::attribute::Source;
use super::bits::Bits;
use super::compile::compile;
use super::condition::{Condition, Unknown};
use super::document::{Match, Rules};
use super::evaluate::{Runner, Work};
use super::figure::UNKNOWN;
use super::kind::Kind;
use super::program::{Node, Program, Test};
use crate::axis::said;
use crate::calendar::Day;
use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::table::Value;
use crate::view::Seen;

/// The verdicts of all rules on one client with every step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trace {
    /// The client.
    pub client: ClientId,
    /// The day.
    pub as_of: Day,
    /// The currency of all amounts.
    pub currency: String,
    /// The rules, in the order of the document.
    pub rules: Vec<RuleTrace>,
}

/// The verdict of one rule on a client.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleTrace {
    /// The id of the rule.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// What it is called.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What it says of its members.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Whether it is there only for other rules.
    pub hidden: bool,
    /// Whether it holds; `None` is unknown.
    pub outcome: Option<bool>,
    /// Whether the client is in the segment: not in a hidden one, and not where an earlier rule
    /// has it and only the first counts.
    pub member: bool,
    /// The condition.
    pub when: TraceNode,
}

/// One condition, as it is of a client.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TraceNode {
    /// Where it stands in the document.
    pub path: String,
    /// `all`, `any`, `not`, `include` or `leaf`.
    pub kind: &'static str,
    /// Whether it holds; `None` is unknown.
    pub outcome: Option<bool>,
    /// What is compared, or the rule that is included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// How; `exists` where it is asked whether there is a record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op: Option<&'static str>,
    /// What was seen: a value, several, or nothing where it is unknown. Of a figure that is
    /// known within limits these are the least and the most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Value>,
    /// What it was held against, as of the day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub threshold: Vec<Value>,
    /// The unit of both.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Why nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What unknown counted as, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_as: Option<Unknown>,
    /// The conditions within it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Self>,
}

impl Trace {
    /// The trace as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Answers with a tracer of rules, which are compiled once for any number of clients.
///
/// # Errors
/// The first problem that is an error; those of the question.
pub(crate) fn tracing<T>(
    seen: &Seen<'_>,
    rules: &Rules,
    question: impl FnOnce(&mut Tracer<'_, '_>) -> Result<T>,
) -> Result<T> {
    let program = compile(seen, rules, false).program()?;
    let runner = Runner::new(&program, seen);
    let (seen, work) = (*seen, Work::default());
    question(&mut Tracer { seen, rules, program: &program, runner, work, row: 0 })
}

/// Tells the steps of rules, client by client.
pub(crate) struct Tracer<'p, 'a> {
    seen: Seen<'a>,
    rules: &'p Rules,
    program: &'p Program<'a>,
    runner: Runner<'p, 'a>,
    work: Work,
    row: usize,
}

impl Tracer<'_, '_> {
    /// The verdicts on one client with every step.
    ///
    /// # Errors
    /// [`Error::UnknownClient`].
    pub(crate) fn client(&mut self, client: &ClientId) -> Result<Trace> {
        let row = self.seen.row(client).ok_or_else(|| Error::UnknownClient(client.to_string()))?;
        self.row = row;
        self.runner.begin(&mut self.work, row, 1);
        let (rules, program) = (self.rules, self.program);
        let mut of = |(place, rule): (usize, &super::document::Rule)| {
            let path = format!("rules[{place}].when");
            let when = self.node(&program.rules[place], &rule.when, &path);
            RuleTrace {
                rule: rule.id.clone(),
                version: rule.version,
                title: rule.title.clone(),
                reason: rule.reason.clone(),
                hidden: rule.hidden,
                outcome: when.outcome,
                member: !rule.hidden && when.outcome == Some(true),
                when,
            }
        };
        let mut traced: Vec<RuleTrace> = rules.rules().iter().enumerate().map(&mut of).collect();
        if rules.matching() == Match::First {
            let mut order: Vec<usize> = (0..traced.len()).collect();
            order.sort_by_key(|&place| std::cmp::Reverse(rules.rules()[place].priority));
            let members: Vec<usize> =
                order.into_iter().filter(|&place| traced[place].member).collect();
            for &place in members.iter().skip(1) {
                traced[place].member = false;
            }
        }
        let currency = self.seen.known.basis.ledger.currency().to_string();
        Ok(Trace { client: client.clone(), as_of: self.seen.as_of(), currency, rules: traced })
    }

    fn node(&mut self, node: &Node, condition: &Condition, path: &str) -> TraceNode {
        let mut bits = Bits::NONE;
        self.runner.node(node, &mut self.work, &mut bits);
        let mut traced = TraceNode {
            path: path.to_owned(),
            kind: "leaf",
            outcome: bits.get(0),
            what: None,
            op: None,
            seen: Vec::new(),
            threshold: Vec::new(),
            unit: String::new(),
            cause: None,
            unknown_as: None,
            conditions: Vec::new(),
        };
        match (node, condition) {
            (Node::All(branches), Condition::All(list))
            | (Node::Any(branches), Condition::Any(list)) => {
                traced.kind = if matches!(node, Node::All(_)) { "all" } else { "any" };
                for (i, (node, condition)) in branches.nodes.iter().zip(list).enumerate() {
                    let path = format!("{path}.{}[{i}]", traced.kind);
                    traced.conditions.push(self.node(node, condition, &path));
                }
            }
            (Node::Not(inner), Condition::Not(not)) => {
                traced.kind = "not";
                traced.conditions.push(self.node(inner, not, &format!("{path}.not")));
            }
            (Node::Rule(rule), _) => {
                traced.kind = "include";
                traced.what = Some(self.rules.rules()[*rule].id.clone());
            }
            (Node::Leaf(leaf), _) => self.leaf(&self.program.leaves[*leaf], &mut traced),
            _ => {}
        }
        traced
    }

    fn leaf(&mut self, test: &Test<'_>, traced: &mut TraceNode) {
        traced.what = Some(test.what.clone());
        traced.op = Some(test.op.map_or("exists", |op| op.name()));
        traced.threshold.clone_from(&test.threshold);
        traced.unit.clone_from(&test.typed.unit);
        let (seen, cause) = self.seen(test);
        traced.seen = seen;
        traced.cause = cause.filter(|_| traced.seen.len() != 1 || traced.outcome.is_none());
        traced.unknown_as = test.unknown.filter(|_| traced.cause.is_some());
    }

    /// What was seen, or why nothing was.
    fn seen(&mut self, test: &Test<'_>) -> (Vec<Value>, Option<String>) {
        let row = self.row;
        let one = |value: Value, cause: &str| match value {
            Value::Missing => (Vec::new(), Some(cause.to_owned())),
            value => (vec![value], None),
        };
        match test.source {
            Source::Nothing(cause) => one(Value::Missing, cause),
            Source::Column(values) => {
                let value = values.get(row);
                // Only what is missing here is looked for elsewhere.
                let nobody = value == Value::Missing && values.missing() == values.len();
                let cause = if nobody {
                    "it is known of no client"
                } else {
                    "it is not known of this client"
                };
                one(value, cause)
            }
            Source::Field(declared, storage, field) => {
                let Some(at) = declared.at(row) else {
                    return one(Value::Missing, "this client has no portrait");
                };
                let money = declared.portraits.options().scale;
                let cause = "the portrait of this client does not have it";
                match storage.get(at, field, money) {
                    Some(crate::portrait::FieldValue::List(texts)) => {
                        (texts.into_iter().map(Value::Text).collect(), None)
                    }
                    Some(value) => one(of_field(value), cause),
                    None => one(Value::Missing, cause),
                }
            }
            Source::Filled(declared, records) => {
                let filled = self.runner.filled(declared, records, row);
                one(filled.map_or(Value::Missing, Value::Flag), "this client has no portrait")
            }
            Source::Figure(place) => {
                let value = self.runner.figure(place, &mut self.work)[0];
                let shown = |number: i64| match test.typed.kind {
                    Kind::Money | Kind::Decimal => Value::Decimal(test.typed.scale.decimal(number)),
                    _ => Value::Int(number),
                };
                match value {
                    UNKNOWN => one(Value::Missing, self.unknown(place)),
                    (least, most) if least == most => (vec![shown(least)], None),
                    (least, most) => (
                        vec![shown(least), shown(most)],
                        Some("of some records it is not known whether they count".to_owned()),
                    ),
                }
            }
        }
    }

    /// Why a figure is unknown.
    fn unknown(&self, place: usize) -> &'static str {
        use super::figure::Of;
        use super::words::Metric;
        match &self.program.figures[place].of {
            Of::Declared { .. } => "this client has no portrait",
            Of::Nothing => "no such records are given",
            Of::Sales(Metric::MeanPurchase | Metric::LargestPurchase) => {
                "there is no such purchase, or of some lines it is not known whether they count"
            }
            _ => "of some lines it is not known what they have there, or whether they count",
        }
    }
}

/// A field's value as one of a table.
fn of_field(value: crate::portrait::FieldValue) -> Value {
    use crate::portrait::FieldValue;
    match value {
        FieldValue::Text(text) | FieldValue::Choice(text) => Value::Text(text),
        FieldValue::Integer(number) | FieldValue::Rating(number) => Value::Int(number),
        FieldValue::Decimal(number) | FieldValue::Money(number) => Value::Decimal(number),
        FieldValue::Date(day) => Value::Day(day),
        FieldValue::YesNo(flag) => Value::Flag(flag),
        FieldValue::List(texts) => Value::Text(texts.join(", ")),
        FieldValue::Person(person) => Value::Text(person.name),
        FieldValue::Notes(notes) => Value::Int(notes.len() as i64),
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Client {} as of {}", self.client, self.as_of)?;
        for rule in &self.rules {
            let title =
                if rule.title.is_empty() { String::new() } else { format!(", {}", rule.title) };
            let outcome = match (rule.member, rule.outcome, rule.hidden) {
                (false, Some(true), false) => "yes, and an earlier rule counts",
                (_, outcome, _) => said(outcome),
            };
            writeln!(f, "  {} v{}{title}: {outcome}", rule.rule, rule.version)?;
            if rule.member && !rule.reason.is_empty() {
                writeln!(f, "    {}", rule.reason)?;
            }
            rule.when.write(f, 2, &self.currency)?;
        }
        Ok(())
    }
}

impl TraceNode {
    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize, currency: &str) -> fmt::Result {
        let indent = "  ".repeat(depth);
        let outcome = said(self.outcome);
        match self.kind {
            "leaf" => {
                let unit = match self.unit.as_str() {
                    "" => String::new(),
                    "money" if currency == "XXX" => String::new(),
                    "money" => format!(" {currency}"),
                    unit => format!(" {unit}"),
                };
                let list = |values: &[Value]| {
                    let all: Vec<String> =
                        values.iter().take(10).map(ToString::to_string).collect();
                    let more = if values.len() > 10 { ", …" } else { "" };
                    format!("{}{more}{unit}", all.join(", "))
                };
                let what = self.what.as_deref().unwrap_or_default();
                write!(f, "{indent}{what} {}", self.op.unwrap_or_default())?;
                if !self.threshold.is_empty() {
                    write!(f, " {}", list(&self.threshold))?;
                }
                write!(f, ": {outcome}")?;
                match (&self.seen[..], &self.cause) {
                    ([least, most], Some(cause)) => {
                        write!(f, ", it is {least} to {most}{unit}: {cause}")?;
                    }
                    ([], Some(cause)) => write!(f, ", {cause}")?,
                    ([], None) => {}
                    (seen, _) => write!(f, ", it is {}", list(seen))?,
                }
                if let Some(unknown) = self.unknown_as {
                    let counts = if unknown == Unknown::Yes { "yes" } else { "no" };
                    write!(f, "; unknown counts as {counts}")?;
                }
                writeln!(f)
            }
            "include" => {
                writeln!(f, "{indent}rule {}: {outcome}", self.what.as_deref().unwrap_or_default())
            }
            kind => {
                writeln!(f, "{indent}{kind}: {outcome}")?;
                self.conditions.iter().try_for_each(|one| one.write(f, depth + 1, currency))
            }
        }
    }
}
