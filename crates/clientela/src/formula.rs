//! Formulas on plain values: named arguments in, an answer out, the same in every language.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::intake;
use crate::metric;
use crate::policy::Policy;
use crate::signature::{self, Argument};
use crate::{attrition, outreach, risk, rule};

/// A formula: its fields are the named arguments, on which the answer alone depends, with the
/// thresholds of a policy.
///
/// In JSON the arguments are an object; decimals are text or whole numbers.
pub trait Formula: DeserializeOwned {
    /// The name in JSON, Python and C.
    const NAME: &'static str;
    /// What it answers, in one sentence.
    const ABOUT: &'static str;
    /// Requirement id, standard or "convention".
    const SOURCE: &'static str;
    /// What it answers with.
    type Answer: Serialize;

    /// The answer.
    ///
    /// # Errors
    /// Arguments that contradict each other; sums beyond 96 bits.
    fn answer(&self, policy: &Policy) -> Result<Self::Answer>;
}

/// What is told of a formula in a list of them.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct FormulaInfo {
    /// The name.
    pub name: &'static str,
    /// What it answers.
    pub about: &'static str,
    /// Requirement id, standard or "convention".
    pub source: &'static str,
    #[serde(serialize_with = "signature::serialize")]
    arguments: fn() -> Vec<Argument>,
    #[serde(skip)]
    answer: fn(&str, &Policy) -> Result<String>,
}

impl FormulaInfo {
    pub(crate) const fn of<F: Formula>() -> Self {
        Self {
            name: F::NAME,
            about: F::ABOUT,
            source: F::SOURCE,
            arguments: signature::of::<F>,
            answer: answer::<F>,
        }
    }

    /// The named arguments.
    pub fn arguments(&self) -> Vec<Argument> {
        (self.arguments)()
    }
}

fn answer<F: Formula>(arguments: &str, policy: &Policy) -> Result<String> {
    let formula: F = crate::json::arguments(arguments).map_err(without_cards)?;
    let answer = serde_json::to_string(&formula.answer(policy).map_err(without_cards)?);
    answer.map_err(|error| Error::BadFormat(error.to_string()))
}

/// An error that shows no number of a bank card, wherever it was among the arguments.
fn without_cards(error: Error) -> Error {
    let masked = |text: String| intake::masked(&text).into_owned();
    match error {
        Error::BadDocument { document, path, problem } => {
            Error::BadDocument { document, path: masked(path), problem: masked(problem) }
        }
        Error::BadArgument { argument, problem } => {
            Error::BadArgument { argument, problem: masked(problem) }
        }
        other => other,
    }
}

/// All formulas, by the part of the domain that they belong to.
pub fn formulas() -> impl Iterator<Item = &'static FormulaInfo> {
    [
        metric::FORMULAS,
        risk::FORMULAS,
        attrition::FORMULAS,
        outreach::FORMULAS,
        rule::FORMULAS,
        intake::FORMULAS,
    ]
    .into_iter()
    .flatten()
}

/// The answer of a formula by name, with its arguments and its answer in JSON.
///
/// ```
/// use clientela::{Policy, formula};
///
/// let arguments = r#"{"at_start": 100, "at_end": 110, "new": 20}"#;
/// let answer = formula("crr", arguments, &Policy::default())?;
/// assert!(answer.starts_with(r#"{"retention":{"value":"90","unit":"percent""#));
/// # Ok::<(), clientela::Error>(())
/// ```
///
/// # Errors
/// A name that no formula has; arguments that are unknown, missing or contradict each other;
/// a policy that does not check.
pub fn formula(name: &str, arguments: &str, policy: &Policy) -> Result<String> {
    policy.check()?;
    let found = formulas().find(|formula| formula.name == name).ok_or_else(|| {
        let names: Vec<&str> = formulas().map(|formula| formula.name).collect();
        Error::BadArgument {
            argument: "formula",
            problem: format!("`{name}` is none; these are {}", names.join(", ")),
        }
    })?;
    (found.answer)(arguments, policy)
}
