//! What is wrong with rules, found before they run.

use serde::Serialize;

use super::DOCUMENT;
use crate::error::Error;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The rules cannot run.
    Error,
    /// They can run, and hardly say what is meant.
    Warning,
}

/// One problem of a document of rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Where, such as `rules[0].when.all[1].value`.
    pub path: String,
    /// What kind of problem, as a name that does not change between versions.
    pub code: &'static str,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl Problem {
    /// The problem as an error.
    pub(crate) fn into_error(self) -> Error {
        Error::BadDocument { document: DOCUMENT, path: self.path, problem: self.problem }
    }
}
