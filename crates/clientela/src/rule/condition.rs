//! Conditions: `all`, `any`, `not`, other rules, and leaves that compare.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::operand::Operand;
use super::when::Window;
use super::words::{Metric, Op};
use crate::money::Currency;
use crate::portrait::is_no;

/// When a rule holds. In JSON an object: see [`Rules`](super::Rules).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub enum Condition {
    /// `{"all": […]}`: every one of them holds.
    All(Vec<Self>),
    /// `{"any": […]}`: one of them holds.
    Any(Vec<Self>),
    /// `{"not": …}`: it is known not to hold.
    Not(Box<Self>),
    /// `{"include": "rule"}`: another rule of the document holds.
    Include(String),
    /// A comparison.
    Leaf(Box<Leaf>),
}

/// A comparison of one thing that is known of a client, or of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// What is compared.
    pub subject: Subject,
    /// How; none where it is asked whether there is a record.
    pub op: Option<Op>,
    /// With what; none for operators that need nothing.
    pub value: Option<Operand>,
    /// What unknown counts as; none is unknown.
    pub unknown: Option<Unknown>,
    /// The currency of the value; it must be that of the sales.
    pub currency: Option<Currency>,
    /// Whether small and capital letters are the same.
    pub ignore_case: bool,
}

impl Leaf {
    /// A comparison without options.
    pub fn new(subject: Subject, op: Op, value: Option<Operand>) -> Self {
        let op = Some(op);
        Self { subject, op, value, unknown: None, currency: None, ignore_case: false }
    }

    /// The question whether there is such a record.
    pub fn exists(records: &str, window: Option<Window>, filter: Option<Condition>) -> Self {
        let filter = filter.map(Box::new);
        let subject = Subject::Exists { records: records.to_owned(), window, filter };
        let (op, value) = (None, None);
        Self { subject, op, value, unknown: None, currency: None, ignore_case: false }
    }
}

/// What a leaf compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// `"attribute"`: a column of the snapshot, or a field of the portraits as `portrait.NAME`.
    Attribute(String),
    /// `"metric"`: a figure of the client's sales.
    Metric {
        /// Which.
        metric: Metric,
        /// When; none is ever.
        window: Option<Window>,
        /// Of which lines; none is all.
        filter: Option<Box<Condition>>,
    },
    /// `"count"`: how many related records there are.
    Count {
        /// Which records.
        records: String,
        /// When; none is ever.
        window: Option<Window>,
        /// Which of them; none is all.
        filter: Option<Box<Condition>>,
    },
    /// `"exists"`: whether there is one.
    Exists {
        /// Which records.
        records: String,
        /// When; none is ever.
        window: Option<Window>,
        /// Which of them; none is all.
        filter: Option<Box<Condition>>,
    },
    /// `"field"`: a member of a record, within the `where` of the others.
    Field(String),
}

/// What unknown counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// As if the leaf held.
    Yes,
    /// As if it did not.
    No,
}

/// A condition as it is written.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    all: Option<Vec<Condition>>,
    any: Option<Vec<Condition>>,
    not: Option<Box<Condition>>,
    include: Option<String>,
    attribute: Option<String>,
    field: Option<String>,
    metric: Option<Metric>,
    count: Option<String>,
    exists: Option<String>,
    window: Option<Window>,
    r#where: Option<Box<Condition>>,
    op: Option<Op>,
    value: Option<Operand>,
    unknown: Option<Unknown>,
    currency: Option<Currency>,
    ignore_case: Option<bool>,
}

/// What a condition is, one of which it has.
const KINDS: &str = "all, any, not, include, attribute, metric, count, exists or, within a \
                     `where`, field";

impl Written {
    /// The members that say what the condition is.
    fn kinds(&self) -> Vec<&'static str> {
        [
            ("all", self.all.is_some()),
            ("any", self.any.is_some()),
            ("not", self.not.is_some()),
            ("include", self.include.is_some()),
            ("attribute", self.attribute.is_some()),
            ("metric", self.metric.is_some()),
            ("count", self.count.is_some()),
            ("exists", self.exists.is_some()),
            ("field", self.field.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, there)| there.then_some(name))
        .collect()
    }

    /// The first member of a leaf that is there, of some.
    fn beside(&self, names: &[&'static str]) -> Option<&'static str> {
        let there = |name: &str| match name {
            "window" => self.window.is_some(),
            "where" => self.r#where.is_some(),
            "op" => self.op.is_some(),
            "value" => self.value.is_some(),
            "unknown" => self.unknown.is_some(),
            "currency" => self.currency.is_some(),
            _ => self.ignore_case.is_some(),
        };
        names.iter().copied().find(|name| there(name))
    }
}

impl TryFrom<Written> for Condition {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        const OPTIONS: [&str; 7] =
            ["window", "where", "op", "value", "unknown", "currency", "ignore_case"];
        let kind = match written.kinds()[..] {
            [kind] => kind,
            [] => return Err(format!("a condition has one of {KINDS}")),
            [one, other, ..] => {
                return Err(format!("`{one}` and `{other}`: a condition has only one of {KINDS}"));
            }
        };
        let foreign = match kind {
            "all" | "any" | "not" | "include" => written.beside(&OPTIONS),
            "attribute" | "field" => written.beside(&["window", "where"]),
            "exists" => written.beside(&["op", "value", "currency", "ignore_case"]),
            _ => None,
        };
        if let Some(name) = foreign {
            return Err(format!("`{name}` does not go with `{kind}`"));
        }
        let Written { window, r#where: filter, op, value, unknown, currency, .. } = written;
        let ignore_case = written.ignore_case.unwrap_or_default();
        let subject = match written {
            Written { all: Some(all), .. } => return Ok(Self::All(all)),
            Written { any: Some(any), .. } => return Ok(Self::Any(any)),
            Written { not: Some(not), .. } => return Ok(Self::Not(not)),
            Written { include: Some(rule), .. } => return Ok(Self::Include(rule)),
            Written { attribute: Some(name), .. } => Subject::Attribute(name),
            Written { field: Some(name), .. } => Subject::Field(name),
            Written { metric: Some(metric), .. } => Subject::Metric { metric, window, filter },
            Written { count: Some(records), .. } => Subject::Count { records, window, filter },
            Written { exists, .. } => {
                Subject::Exists { records: exists.unwrap_or_default(), window, filter }
            }
        };
        if op.is_none() && !matches!(subject, Subject::Exists { .. }) {
            return Err(format!("`{kind}` needs an `op`"));
        }
        Ok(Self::Leaf(Box::new(Leaf { subject, op, value, unknown, currency, ignore_case })))
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::All(all) => map.serialize_entry("all", all)?,
            Self::Any(any) => map.serialize_entry("any", any)?,
            Self::Not(not) => map.serialize_entry("not", not)?,
            Self::Include(rule) => map.serialize_entry("include", rule)?,
            Self::Leaf(leaf) => leaf.members(&mut map)?,
        }
        map.end()
    }
}

impl Leaf {
    fn members<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match &self.subject {
            Subject::Attribute(name) => map.serialize_entry("attribute", name)?,
            Subject::Field(name) => map.serialize_entry("field", name)?,
            Subject::Metric { metric, .. } => map.serialize_entry("metric", metric)?,
            Subject::Count { records, .. } => map.serialize_entry("count", records)?,
            Subject::Exists { records, .. } => map.serialize_entry("exists", records)?,
        }
        if let Subject::Metric { window, filter, .. }
        | Subject::Count { window, filter, .. }
        | Subject::Exists { window, filter, .. } = &self.subject
        {
            if let Some(window) = window {
                map.serialize_entry("window", window)?;
            }
            if let Some(filter) = filter {
                map.serialize_entry("where", filter)?;
            }
        }
        if let Some(op) = self.op {
            map.serialize_entry("op", &op)?;
        }
        if let Some(value) = &self.value {
            map.serialize_entry("value", value)?;
        }
        if let Some(unknown) = self.unknown {
            map.serialize_entry("unknown", &unknown)?;
        }
        if let Some(currency) = self.currency {
            map.serialize_entry("currency", &currency)?;
        }
        if !is_no(&self.ignore_case) {
            map.serialize_entry("ignore_case", &true)?;
        }
        Ok(())
    }
}
