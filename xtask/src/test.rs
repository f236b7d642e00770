//! Every test there is, as named steps.

use crate::demo;
use crate::dependencies;
use crate::native;
use crate::place::Place;
use crate::python::{C_TESTS, Module, TESTS, TOOLS, Venv};
use crate::readme;
use crate::steps::{Outcome, Runner, Step, Verdict};

/// Runs the steps whose name holds one of the words, or all; whether none failed.
pub(crate) fn run(place: &Place, arguments: &[String]) -> Outcome<bool> {
    let listing = arguments.iter().any(|argument| argument == "--list");
    let words: Vec<String> =
        arguments.iter().filter(|argument| *argument != "--list").cloned().collect();
    let mut runner = Runner::new(&words, listing);
    rust(place, &mut runner);
    let module = Module::new(place, &[TOOLS, TESTS, C_TESTS]);
    runner.step("python tools", |step| module.tools(step).map(|_| Verdict::plain()));
    native::steps(place, &module, &mut runner);
    python(place, &module, &mut runner);
    runner.finish()
}

fn rust(place: &Place, runner: &mut Runner) {
    runner.step("format", |step| {
        let mut format = place.cargo();
        step.pass(format.args(["fmt", "--all", "--", "--check", "--color", "never"]))
    });
    runner.step("lints", |step| {
        let mut clippy = place.cargo();
        clippy.args(["clippy", "--workspace", "--all-targets", "--all-features", "--locked"]);
        step.pass(clippy.args(["--", "--deny", "warnings"]))
    });
    runner.step("rust docs", |step| {
        let mut doc = place.cargo();
        doc.args(["doc", "--workspace", "--no-deps", "--all-features", "--locked"]);
        step.pass(doc.env("RUSTDOCFLAGS", "--deny warnings"))
    });
    // The Python module is tested from Python, below.
    let test = |step: &mut Step, arguments: &[&str]| {
        let mut test = place.cargo();
        test.args(["test", "--workspace", "--exclude", "clientela-python", "--locked"]);
        step.pass(test.args(["--features", "clientela/schema"]).args(arguments))
    };
    runner.step("rust tests", |step| test(step, &["--exclude", "clientela-conformance"]));
    runner.step("rust conformance", |step| test(step, &["--test", "conformance"]));
    runner.step("readme in rust", |_| readme::rust(place));
    runner.step("dependencies", |_| {
        let (breaches, packages) = dependencies::check(place)?;
        if breaches.is_empty() {
            Ok(Verdict::Passed(format!("{packages} packages")))
        } else {
            Err(breaches.join("\n"))
        }
    });
    runner.step("policy schema", |step| step.pass(place.generate().args(["schema", "--check"])));
    runner.step("c header", |step| step.pass(place.generate().args(["header", "--check"])));
    runner.step("publish, dry run", |step| {
        let mut publish = place.cargo();
        publish.args(["publish", "--dry-run", "--allow-dirty", "--locked"]);
        step.pass(publish.args(["--package", "clientela"]))
    });
}

/// The vectors' runner in Python, beside the module's own tests.
const VECTORS: &str = "tests/test_vectors.py";

fn python(place: &Place, module: &Module<'_>, runner: &mut Runner) {
    runner.step("oracle", |step| {
        let mut oracle = module.tools(step)?.run(place);
        step.pass(oracle.arg("tests/oracle/check.py"))
    });
    runner.step("python module", |step| module.built(step).map(|_| Verdict::plain()));
    let pytest = |step: &mut Step, arguments: &[&str]| {
        let mut pytest = module.built(step)?.run(place);
        pytest.current_dir(place.root.join("bindings/python"));
        pytest.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]);
        step.pass(pytest.args(arguments))
    };
    runner.step("python tests", |step| pytest(step, &["tests", "--ignore", VECTORS]));
    runner.step("python conformance", |step| pytest(step, &[VECTORS]));
    runner.step("python types", |step| {
        let folder = place.root.join("bindings/python");
        let venv = module.built(step)?;
        step.run(venv.run(place).current_dir(&folder).args(["-m", "mypy"]))?;
        let mut stubtest = venv.run(place);
        stubtest.args(["-m", "mypy.stubtest", "clientela", "--mypy-config-file"]);
        step.pass(stubtest.arg(folder.join("pyproject.toml")))
    });
    runner.step("python lints", |step| {
        let venv = module.tools(step)?;
        let folders = ["bindings/python", "examples"];
        step.run(venv.run(place).args(["-m", "ruff", "check"]).args(folders))?;
        let mut format = venv.run(place);
        step.pass(format.args(["-m", "ruff", "format", "--check"]).args(folders))
    });
    runner.step("python clean install", |step| {
        let clean = Venv::empty(step, place, "venv-clean")?;
        let wheel = module.wheel(step)?;
        clean.install(step, wheel)?;
        let mut import = clean.run(place);
        import.args(["-W", "error", "-c", "import clientela; print(clientela.__version__)"]);
        step.pass(&mut import)
    });
    runner.step("demo", |step| {
        let mut demo = module.built(step)?.run(place);
        demo.args([demo::PROGRAM, demo::SALES, "--out"]);
        let said = step.run(demo.arg(place.target.join("demo")))?;
        readme::shown(place, &said)
    });
    runner.step("readme in python", |step| {
        let venv = module.built(step)?;
        readme::python(step, place, venv)
    });
}
