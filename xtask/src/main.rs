//! The commands that the README names: `cargo xtask help` lists them.

mod demo;
mod dependencies;
mod native;
mod package;
mod place;
mod python;
mod readme;
mod screen;
mod steps;
mod test;

use std::env;
use std::process::ExitCode;

use place::Place;
use python::{BENCHES, FEBRL, LIFETIMES, TOOLS, Venv};
use steps::{Outcome, Runner, Verdict, checked};

const HELP: &str = "\
cargo xtask <command>

  demo [FILE]       build the Python module, analyse a base and print its account;
                    FILE is a CSV of sales with the columns client, date, amount
                    (default: tests/data/cdnow_sample.csv)
  test [WORD...]    every test there is, or the steps whose name holds one of the words
  test --list       the steps' names

  fmt               format the Rust code
  header [--check]  the C header and its copy without macros, from bindings/c
  schema [--check]  docs/*.schema.json and docs/reference.md, from the core's types
  deps              rules of the dependencies, and the table of CONTRIBUTING.md
  install FOLDER    the C library for pkg-config and CMake, under a prefix
  fuzz [MINUTES]    hostile files through every parser, for 10 minutes by default
  bench [ARGS...]   benches/run.py in its own environment, ratios out
  bench lifetime [ARGS...]
                    benches/lifetime.py in an environment of Python 3.11
  bench febrl [ARGS...]
                    benches/febrl.py in an environment of its own
  help              this text

Everything is built in target/. Python is found as python3 or python, 3.11 or later;
the variable PYTHON names another one. NO_COLOR turns colours off.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    let outcome = match command {
        "help" | "-h" | "--help" => {
            print!("{HELP}");
            Ok(true)
        }
        "demo" => Place::find().and_then(|place| demo::run(&place, rest)),
        "test" => Place::find().and_then(|place| test::run(&place, rest)),
        "fmt" => Place::find().and_then(|place| format(&place, rest)),
        "header" | "schema" => Place::find().and_then(|place| generate(&place, command, rest)),
        "deps" => Place::find().and_then(|place| dependencies::show(&place)),
        "install" => Place::find().and_then(|place| package::run(&place, rest)),
        "bench" => Place::find().and_then(|place| bench(&place, rest)),
        "fuzz" => Place::find().and_then(|place| fuzz(&place, rest)),
        other => Err(format!("there is no command `{other}`; `cargo xtask help` lists them")),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn format(place: &Place, arguments: &[String]) -> Outcome<bool> {
    checked(place.cargo().args(["fmt", "--all", "--"]).args(arguments))
}

/// Runs the program that makes the generated files; it has dependencies of its own.
fn generate(place: &Place, what: &str, arguments: &[String]) -> Outcome<bool> {
    checked(place.generate().arg(what).args(arguments))
}

/// Runs hostile files through the parsers of outside formats.
fn fuzz(place: &Place, arguments: &[String]) -> Outcome<bool> {
    let minutes = arguments.first().map_or("10", String::as_str);
    if minutes.parse::<u64>().is_err() {
        return Err(format!("`{minutes}` is no number of minutes"));
    }
    let mut cargo = place.cargo();
    cargo.args(["test", "--package", "clientela-intake", "--test", "hostile", "long_run"]);
    checked(cargo.args(["--", "--ignored", "--nocapture"]).env("CLIENTELA_FUZZ_MINUTES", minutes))
}

/// Runs the benchmarks with the optimised module and the peers that they ask for.
fn bench(place: &Place, arguments: &[String]) -> Outcome<bool> {
    if let Some(("lifetime", rest)) = arguments.split_first().map(|(word, rest)| (&**word, rest)) {
        return bench_lifetime(place, rest);
    }
    if let Some(("febrl", rest)) = arguments.split_first().map(|(word, rest)| (&**word, rest)) {
        return bench_febrl(place, rest);
    }
    let Some(mut python) = demo::prepared(place, &[TOOLS, BENCHES]) else { return Ok(false) };
    checked(python.arg("benches/run.py").args(arguments))
}

/// Runs the benchmarks of lifetime models; their peer needs an older Python.
fn bench_lifetime(place: &Place, arguments: &[String]) -> Outcome<bool> {
    let mut runner = Runner::new(&[], false);
    let mut python = None;
    runner.step("peer of lifetime models", |step| {
        python = Some(Venv::of_python(step, place, "3.11", "venv-lifetimes", &[LIFETIMES])?);
        Ok(Verdict::plain())
    });
    let Some(python) = python else { return Ok(false) };
    let mut python = python.run(place);
    python.env("CARGO_TARGET_DIR", &place.target);
    checked(python.arg("benches/lifetime.py").args(arguments))
}

/// Runs the benchmarks of duplicates; their peers need an older pandas.
fn bench_febrl(place: &Place, arguments: &[String]) -> Outcome<bool> {
    let mut runner = Runner::new(&[], false);
    let mut python = None;
    runner.step("peers of duplicates", |step| {
        python = Some(Venv::ready(step, place, "venv-febrl", &[FEBRL])?);
        Ok(Verdict::plain())
    });
    let Some(python) = python else { return Ok(false) };
    let mut python = python.run(place);
    python.env("CARGO_TARGET_DIR", &place.target);
    checked(python.arg("benches/febrl.py").args(arguments))
}
