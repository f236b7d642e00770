//! The Python environment in target/venv: tools at exact versions, and the module built there.

use std::cell::OnceCell;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place::Place;
use crate::steps::{Outcome, Step, output};

/// Tools that the demo needs: the builder of the module, and a reader of tables.
pub(crate) const TOOLS: &str = "xtask/requirements.txt";
/// What the tests of the Python module need besides.
pub(crate) const TESTS: &str = "bindings/python/requirements-test.txt";
/// What the C library's example in Python needs.
pub(crate) const C_TESTS: &str = "bindings/c/tests/requirements.txt";

/// What the benchmarks need besides.
pub(crate) const BENCHES: &str = "benches/requirements.txt";

/// The peer of lifetime models, which needs older versions of what others need.
pub(crate) const LIFETIMES: &str = "benches/requirements-lifetimes.txt";

/// The peers of duplicates, which need an older pandas than the tests do.
pub(crate) const FEBRL: &str = "benches/requirements-febrl.txt";

/// An environment with its own packages.
#[derive(Debug)]
pub(crate) struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// The environment `target/<name>`, with the packages of the requirement files.
    pub(crate) fn ready(
        step: &mut Step,
        place: &Place,
        name: &str,
        requirements: &[&str],
    ) -> Outcome<Self> {
        Self::made_by(interpreter, step, place, name, requirements)
    }

    /// The same of one version of Python, such as 3.11.
    pub(crate) fn of_python(
        step: &mut Step,
        place: &Place,
        version: &str,
        name: &str,
        requirements: &[&str],
    ) -> Outcome<Self> {
        Self::made_by(|| interpreter_of(version), step, place, name, requirements)
    }

    fn made_by(
        interpreter: impl FnOnce() -> Outcome<PathBuf>,
        step: &mut Step,
        place: &Place,
        name: &str,
        requirements: &[&str],
    ) -> Outcome<Self> {
        let venv = Self { folder: place.target.join(name) };
        if !venv.python().is_file() {
            let python = interpreter()?;
            step.run(Command::new(&python).args(["-m", "venv", "--clear"]).arg(&venv.folder))
                .map_err(|problem| {
                    format!(
                        "{problem}\nDebian and Ubuntu keep venv apart: apt install python3-venv"
                    )
                })?;
        }
        for file in requirements {
            let wanted = place.read(file)?;
            let stamp = venv.folder.join(file.replace('/', "-"));
            if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
                continue;
            }
            step.run(venv.pip().arg("--requirement").arg(place.root.join(file)))?;
            fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))?;
        }
        Ok(venv)
    }

    /// An environment with nothing in it, made anew.
    pub(crate) fn empty(step: &mut Step, place: &Place, name: &str) -> Outcome<Self> {
        let folder = place.target.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
        }
        Self::ready(step, place, name, &[])
    }

    /// Its interpreter.
    pub(crate) fn python(&self) -> PathBuf {
        self.program("python")
    }

    /// Its interpreter, called in the repository.
    pub(crate) fn run(&self, place: &Place) -> Command {
        let mut python = Command::new(self.python());
        python.current_dir(&place.root).env_remove("PYTHONPATH").env("PYTHONUNBUFFERED", "1");
        // The repository stays free of caches.
        python.env("PYTHONDONTWRITEBYTECODE", "1").env("RUFF_NO_CACHE", "true");
        python.env("MYPY_CACHE_DIR", place.target.join("mypy"));
        python.env("HYPOTHESIS_STORAGE_DIRECTORY", place.target.join("hypothesis"));
        python
    }

    /// Installs a wheel and nothing else.
    pub(crate) fn install(&self, step: &mut Step, wheel: &Path) -> Outcome<()> {
        step.run(self.pip().args(["--no-deps", "--no-index", "--force-reinstall"]).arg(wheel))?;
        Ok(())
    }

    /// Builds the module, optimised, and gives its wheel.
    pub(crate) fn wheel(&self, step: &mut Step, place: &Place) -> Outcome<PathBuf> {
        let folder = place.target.join("wheels");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
        }
        let mut maturin = Command::new(self.program("maturin"));
        maturin.current_dir(&place.root).args(["build", "--release", "--locked"]);
        maturin.arg("--manifest-path").arg(place.root.join("bindings/python/Cargo.toml"));
        maturin.arg("--interpreter").arg(self.python()).arg("--out").arg(&folder);
        maturin.env("CARGO_TARGET_DIR", &place.target);
        step.run(&mut maturin)?;
        let mut files = fs::read_dir(&folder).map_err(|error| error.to_string())?;
        let wheel = files.find_map(|file| Some(file.ok()?.path()));
        wheel.ok_or_else(|| format!("maturin left no wheel in {}", folder.display()))
    }

    fn pip(&self) -> Command {
        let mut pip = Command::new(self.python());
        pip.args(["-m", "pip", "--disable-pip-version-check", "install"]);
        pip.args(["--progress-bar", "off"]);
        pip
    }

    fn program(&self, name: &str) -> PathBuf {
        let folder = if cfg!(windows) { "Scripts" } else { "bin" };
        self.folder.join(folder).join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }
}

/// The environment of the tests and the module in it, each made when first asked for.
#[derive(Debug)]
pub(crate) struct Module<'a> {
    place: &'a Place,
    requirements: &'a [&'a str],
    tools: OnceCell<Outcome<Venv>>,
    wheel: OnceCell<Outcome<PathBuf>>,
}

impl<'a> Module<'a> {
    /// Nothing is made yet.
    pub(crate) fn new(place: &'a Place, requirements: &'a [&'a str]) -> Self {
        Self { place, requirements, tools: OnceCell::new(), wheel: OnceCell::new() }
    }

    /// The environment, without the module.
    pub(crate) fn tools(&self, step: &mut Step) -> Outcome<&Venv> {
        let tools = || Venv::ready(step, self.place, "venv", self.requirements);
        self.tools.get_or_init(tools).as_ref().map_err(|problem| format!("tools: {problem}"))
    }

    /// The module's wheel, built from the code as it is.
    pub(crate) fn wheel(&self, step: &mut Step) -> Outcome<&Path> {
        let venv = self.tools(step)?;
        let build = || {
            let wheel = venv.wheel(step, self.place)?;
            venv.install(step, &wheel)?;
            Ok(wheel)
        };
        let wheel = self.wheel.get_or_init(build).as_ref();
        wheel.map(PathBuf::as_path).map_err(|problem| format!("module: {problem}"))
    }

    /// The environment with the module.
    pub(crate) fn built(&self, step: &mut Step) -> Outcome<&Venv> {
        self.wheel(step)?;
        self.tools(step)
    }
}

/// The first Python of the machine that is new enough.
fn interpreter() -> Outcome<PathBuf> {
    const TEST: &str = "import sys; print(sys.executable); sys.exit(sys.version_info < (3, 11))";
    let asked = env::var_os("PYTHON").map(PathBuf::from);
    let usual = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"];
    let candidates = match asked {
        Some(asked) => vec![asked],
        None => usual.map(PathBuf::from).to_vec(),
    };
    candidates
        .iter()
        .find_map(|python| output(Command::new(python).args(["-c", TEST])).ok())
        .map(|path| PathBuf::from(path.trim()))
        .ok_or_else(|| {
            "there is no Python 3.11 or later; the variable PYTHON names one outside the path"
                .to_owned()
        })
}

/// A Python of one version.
fn interpreter_of(version: &str) -> Outcome<PathBuf> {
    let test = format!(
        "import sys; print(sys.executable); sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
    );
    let asked = env::var_os("PYTHON").map(PathBuf::from);
    let usual = [format!("python{version}"), "python3".to_owned(), "python".to_owned()];
    let mut candidates = asked.into_iter().chain(usual.map(PathBuf::from));
    candidates
        .find_map(|python| output(Command::new(python).args(["-c", &test])).ok())
        .map(|path| PathBuf::from(path.trim()))
        .ok_or_else(|| {
            format!("there is no Python {version}; the variable PYTHON names one outside the path")
        })
}
