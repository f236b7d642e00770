//! The document: a list of rules, and how they stand to each other.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::DOCUMENT;
use super::condition::Condition;
use crate::error::{Error, Result};
use crate::portrait::is_no;

/// Which rules a client is in that satisfies several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// In all of them.
    #[default]
    All,
    /// In the first of them: by priority, then in the order of the list.
    First,
}

/// A segment: who is in it, and why that is of interest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The id, which is the name of its column: small letters, digits and `_`.
    pub id: String,
    /// The version of the rule, which its author counts. Default: 1.
    #[serde(default = "one")]
    pub version: u32,
    /// What the segment is called. Default: nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What is said of its members. Default: nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The larger, the earlier, where only the first rule counts. Default: 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i32,
    /// Whether it is there only for other rules to include. Default: no.
    #[serde(default, skip_serializing_if = "is_no")]
    pub hidden: bool,
    /// Who is in it.
    pub when: Condition,
}

impl Rule {
    /// A rule without title and reason.
    pub fn new(id: &str, when: Condition) -> Self {
        let (title, reason) = (String::new(), String::new());
        let id = id.to_owned();
        Self { id, version: 1, title, reason, priority: 0, hidden: false, when }
    }
}

fn one() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(number: &i32) -> bool {
    *number == 0
}

/// The document as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Document {
    /// The version of the form: 1.
    version: u32,
    /// Which rules a client is in that satisfies several. Default: all.
    #[serde(default, rename = "match")]
    matching: Match,
    /// The rules.
    rules: Vec<Rule>,
}

/// Segments as a document that a CRM can store (R47). Immutable, cheap to clone.
///
/// A rule holds, does not hold, or is unknown: what is unknown of a client satisfies neither a
/// leaf nor its NOT. Only those are members for whom the rule holds.
///
/// ```
/// use clientela::rule::Rules;
///
/// let rules = Rules::from_json(
///     r#"{"version": 1, "rules": [
///          {"id": "slipping_vip", "title": "VIPs that slip", "when": {"all": [
///            {"attribute": "tier", "op": "equals", "value": "vip"},
///            {"metric": "amount", "window": {"last": 6, "unit": "month"},
///             "op": "less_than", "value": "1000.00"},
///            {"not": {"exists": "sales", "window": {"last": 30, "unit": "day"}}}]}}]}"#,
/// )?;
/// assert_eq!(rules.rules()[0].id, "slipping_vip");
/// assert_eq!(Rules::from_json(&rules.to_json())?, rules);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    document: Arc<Document>,
}

impl Rules {
    /// The version of the form of the document.
    pub const VERSION: u32 = 1;

    /// The longest text that is read, in bytes.
    pub const MAX_BYTES: usize = 4 << 20;

    /// A document of rules.
    pub fn new(matching: Match, rules: Vec<Rule>) -> Self {
        Self { document: Arc::new(Document { version: Self::VERSION, matching, rules }) }
    }

    /// Reads a document. Whether a base can answer it says
    /// [`Snapshot::check_rules`](crate::Snapshot::check_rules).
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `rules[0].when.all[1].op`: unknown members
    /// and operators, floats, a text that is too long or nested too deeply.
    pub fn from_json(text: &str) -> Result<Self> {
        let bad = |path: &str, problem: String| Error::BadDocument {
            document: DOCUMENT,
            path: path.to_owned(),
            problem,
        };
        if text.len() > Self::MAX_BYTES {
            let problem = format!("{} bytes, at most {} are read", text.len(), Self::MAX_BYTES);
            return Err(bad(".", problem));
        }
        let document: Document = crate::json::parse(DOCUMENT, text)?;
        if document.version != Self::VERSION {
            let problem = format!("{} is not {}", document.version, Self::VERSION);
            return Err(bad("version", problem));
        }
        Ok(Self { document: Arc::new(document) })
    }

    /// The document as JSON, the same text for equal documents.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&*self.document).unwrap_or_default()
    }

    /// The JSON Schema of a document.
    #[cfg(feature = "schema")]
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(Document).to_value()
    }

    /// Which rules a client is in that satisfies several.
    pub fn matching(&self) -> Match {
        self.document.matching
    }

    /// The rules, in the order of the document.
    pub fn rules(&self) -> &[Rule] {
        &self.document.rules
    }
}
