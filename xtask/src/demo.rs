//! The demo: builds the Python module and prints the account of a base.

use std::process::Command;

use crate::place::Place;
use crate::python::{Module, TOOLS};
use crate::steps::{Outcome, Runner, Verdict, checked};

/// The program of the demo, which is an example of the module's use as well.
pub(crate) const PROGRAM: &str = "examples/demo/demo.py";
/// The sales that come with the repository.
pub(crate) const SALES: &str = "tests/data/cdnow_sample.csv";

/// Runs the demo on a file of sales, by default the one that comes with the repository.
pub(crate) fn run(place: &Place, arguments: &[String]) -> Outcome<bool> {
    let sales = match arguments {
        [] => place.root.join(SALES),
        [file] => std::path::absolute(file).map_err(|error| format!("{file}: {error}"))?,
        _ => return Err("demo takes one file at most".to_owned()),
    };
    let Some(mut python) = prepared(place, &[TOOLS]) else { return Ok(false) };
    checked(python.arg(PROGRAM).arg(sales).arg("--out").arg(place.target.join("demo")))
}

/// Python in the environment with the packages of the requirement files and the module, which
/// is built now; `None` where that failed and was shown.
pub(crate) fn prepared(place: &Place, requirements: &[&str]) -> Option<Command> {
    let mut runner = Runner::new(&[], false);
    let module = Module::new(place, requirements);
    let mut python = None;
    runner.step("python tools", |step| module.tools(step).map(|_| Verdict::plain()));
    runner.step("python module", |step| {
        python = Some(module.built(step)?.run(place));
        Ok(Verdict::plain())
    });
    python
}
