//! The Python package: moves columns, lets go of the interpreter and maps errors. Every rule
//! is in the core.

// PyO3 makes Python objects of these; nothing else can call them.
#![allow(unreachable_pub, reason = "PyO3's macros export what Python sees")]
// The documentation of what Python sees is written for Python.
#![allow(clippy::doc_markdown, clippy::doc_link_with_quotes, reason = "docstrings of Python")]

mod account;
mod arrow;
mod convert;
mod directory;
mod enter;
mod error;
mod explanation;
mod formula;
mod grid;
mod history;
mod journal;
mod ledger;
mod lifetime;
mod policy;
mod portraits;
mod questionnaire;
mod rules;
mod snapshot;
mod statement;
mod table;
mod views;

use pyo3::prelude::*;

/// The native part of the package `clientela`; import that instead.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::account::PyAccount;
    #[pymodule_export]
    use super::directory::{PyClusters, PyDirectory, PyDuplicates, PyPairExplanation};
    #[pymodule_export]
    use super::explanation::{PyDiff, PyExplanation};
    #[pymodule_export]
    use super::formula::{_formula, all_formulas, all_views};
    #[pymodule_export]
    use super::grid::{PyColumnMapping, PyGrid, table};
    #[pymodule_export]
    use super::history::PyHistory;
    #[pymodule_export]
    use super::journal::PyJournal;
    #[pymodule_export]
    use super::ledger::PyLedger;
    #[pymodule_export]
    use super::lifetime::{_choose, PyCalibrationHoldout, PyLedgerSummary, PyModel, PySummary};
    #[pymodule_export]
    use super::policy::PyPolicy;
    #[pymodule_export]
    use super::portraits::{PyCatalogue, PyPortraits};
    #[pymodule_export]
    use super::questionnaire::{PyQuestionnaire, copy_additional};
    #[pymodule_export]
    use super::rules::{PyRules, PySegments, PyTrace};
    #[pymodule_export]
    use super::snapshot::PySnapshot;
    #[pymodule_export]
    use super::statement::{PyStatement, statement};
    #[pymodule_export]
    use super::table::PyTable;
    #[pymodule_export]
    use super::views::PyViews;

    use pyo3::prelude::*;
    use pyo3::types::PyModule;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
