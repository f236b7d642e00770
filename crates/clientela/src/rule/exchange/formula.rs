//! Importing and exporting as formulas, so that every language has them.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::names::Names;
use super::{expanded, from_espo, from_twenty, settled, to_espo, to_twenty};
use crate::calendar::{Day, Zone};
use crate::error::{Error, Result};
use crate::formula::{Formula, FormulaInfo};
use crate::policy::Policy;
use crate::rule::DOCUMENT;
use crate::rule::condition::Condition;
use crate::rule::document::{Rule, Rules};

/// Every formula of rules.
pub(in crate::rule) const FORMULAS: &[FormulaInfo] = &[
    FormulaInfo::of::<RuleFromEspo>(),
    FormulaInfo::of::<RuleToEspo>(),
    FormulaInfo::of::<RuleFromTwenty>(),
    FormulaInfo::of::<RuleToTwenty>(),
];

/// A document in JSON, an object or a list, as an argument.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct ExchangeDocument(pub Json);

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = ExchangeDocument;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document: an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ExchangeDocument, A::Error> {
        Json::deserialize(MapAccessDeserializer::new(map)).map(ExchangeDocument)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<ExchangeDocument, A::Error> {
        Json::deserialize(SeqAccessDeserializer::new(list)).map(ExchangeDocument)
    }
}

impl<'de> Deserialize<'de> for ExchangeDocument {
    /// Asks for an object, so that lists of arguments tell it as one.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("Document", &[], DocumentVisitor)
    }
}

fn names(names: Option<&ExchangeDocument>) -> Result<Names> {
    names.map_or_else(|| Ok(Names::default()), |names| Names::of(&names.0))
}

fn zone(zone: Option<&String>) -> Result<Option<&str>> {
    if let Some(zone) = zone {
        zone.parse::<Zone>().map_err(|error| {
            let problem = match error {
                Error::BadArgument { problem, .. } => problem,
                other => other.to_string(),
            };
            Error::BadArgument { argument: "time_zone", problem }
        })?;
    }
    Ok(zone.map(String::as_str))
}

/// The condition that an argument states: itself, of a rule, or of the rule with an id in a
/// document, whose included rules it takes in.
fn condition(rule: &ExchangeDocument, id: Option<&String>, policy: &Policy) -> Result<Condition> {
    let json = &rule.0;
    if json.get("rules").is_some() {
        let rules = Rules::from_json(&json.to_string())?;
        let id = match (id, rules.rules()) {
            (Some(id), _) => id,
            (None, [rule]) => &rule.id,
            _ => {
                let problem = "say which rule of the document".to_owned();
                return Err(Error::BadArgument { argument: "id", problem });
            }
        };
        return expanded(&rules, id, policy);
    }
    if id.is_some() {
        let problem = "it names a rule of a document, and this is none".to_owned();
        return Err(Error::BadArgument { argument: "id", problem });
    }
    if json.get("when").is_some() {
        return crate::json::parse(DOCUMENT, &json.to_string()).map(|rule: Rule| rule.when);
    }
    crate::json::parse(DOCUMENT, &json.to_string())
}

/// The condition that a `where` of `EspoCRM` states, as [`from_espo`] (R47).
///
/// ```
/// use clientela::{Policy, formula};
///
/// let arguments = r#"{"filter": [{"type": "isTrue", "attribute": "key"}]}"#;
/// let condition = formula("rule_from_espo", arguments, &Policy::default())?;
/// assert_eq!(condition, r#"{"attribute":"key","op":"is_true"}"#);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFromEspo {
    /// The `where`: a list of items.
    pub filter: ExchangeDocument,
    /// What their attributes are here; missing is the same names.
    #[serde(default)]
    pub names: Option<ExchangeDocument>,
    /// The time zone whose days the base has, where items tell one.
    #[serde(default)]
    pub time_zone: Option<String>,
}

impl Formula for RuleFromEspo {
    const NAME: &'static str = "rule_from_espo";
    const ABOUT: &'static str = "The condition of a rule that an EspoCRM `where` states.";
    const SOURCE: &'static str = "R47";
    type Answer = Condition;

    fn answer(&self, _policy: &Policy) -> Result<Condition> {
        let names = names(self.names.as_ref())?;
        from_espo(&self.filter.0, &names, zone(self.time_zone.as_ref())?)
    }
}

/// A rule as a `where` of `EspoCRM`, as [`to_espo`] (R47).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleToEspo {
    /// A condition, a rule, or a document of rules.
    pub rule: ExchangeDocument,
    /// Which rule of a document.
    #[serde(default)]
    pub id: Option<String>,
    /// What their attributes are here; missing is the same names.
    #[serde(default)]
    pub names: Option<ExchangeDocument>,
    /// The day on which relative days are fixed; missing keeps them relative.
    #[serde(default)]
    pub as_of: Option<Day>,
    /// The time zone that is told beside attributes that hold instants.
    #[serde(default)]
    pub time_zone: Option<String>,
}

impl Formula for RuleToEspo {
    const NAME: &'static str = "rule_to_espo";
    const ABOUT: &'static str = "A rule as an EspoCRM `where`.";
    const SOURCE: &'static str = "R47";
    type Answer = Json;

    fn answer(&self, policy: &Policy) -> Result<Json> {
        let names = names(self.names.as_ref())?;
        let mut condition = condition(&self.rule, self.id.as_ref(), policy)?;
        if let Some(as_of) = self.as_of {
            condition = settled(&condition, as_of);
        }
        to_espo(&condition, &names, zone(self.time_zone.as_ref())?)
    }
}

/// The condition that a filter of Twenty states, as [`from_twenty`] (R47).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFromTwenty {
    /// The filter: an object.
    pub filter: ExchangeDocument,
    /// What their fields are here; missing is the same names.
    #[serde(default)]
    pub names: Option<ExchangeDocument>,
}

impl Formula for RuleFromTwenty {
    const NAME: &'static str = "rule_from_twenty";
    const ABOUT: &'static str = "The condition of a rule that a filter of Twenty states.";
    const SOURCE: &'static str = "R47";
    type Answer = Condition;

    fn answer(&self, _policy: &Policy) -> Result<Condition> {
        from_twenty(&self.filter.0, &names(self.names.as_ref())?)
    }
}

/// A rule as a filter of Twenty, as [`to_twenty`] (R47).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleToTwenty {
    /// A condition, a rule, or a document of rules.
    pub rule: ExchangeDocument,
    /// Which rule of a document.
    #[serde(default)]
    pub id: Option<String>,
    /// What their fields are here; missing is the same names.
    #[serde(default)]
    pub names: Option<ExchangeDocument>,
    /// The day on which relative days are fixed; without it they are an error.
    #[serde(default)]
    pub as_of: Option<Day>,
}

impl Formula for RuleToTwenty {
    const NAME: &'static str = "rule_to_twenty";
    const ABOUT: &'static str = "A rule as a filter of Twenty.";
    const SOURCE: &'static str = "R47";
    type Answer = Json;

    fn answer(&self, policy: &Policy) -> Result<Json> {
        let names = names(self.names.as_ref())?;
        let mut condition = condition(&self.rule, self.id.as_ref(), policy)?;
        if let Some(as_of) = self.as_of {
            condition = settled(&condition, as_of);
        }
        to_twenty(&condition, &names)
    }
}
