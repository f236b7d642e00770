//! The C library: its tests, examples, host languages and package.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::demo::SALES;
use crate::package::{self, SYSTEM};
use crate::place::{Place, which};
use crate::python::Module;
use crate::readme;
use crate::steps::{Outcome, Runner, Step, Verdict};

const STRICT: [&str; 6] = ["-g", "-O1", "-Wall", "-Wextra", "-Werror", "-pedantic"];
const SANITIZERS: [&str; 3] =
    ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];
const TESTS: &str = "bindings/c/tests";
const EXAMPLES: &str = "bindings/c/examples";
const DAY: &str = "1998-07-01";
/// What is known of some clients of `SALES`.
const PORTRAITS: &str = "bindings/c/examples/portraits.json";

/// The optimised library, as it is shipped, built when first asked for.
#[derive(Debug)]
struct Library<'a> {
    place: &'a Place,
    /// Where cargo puts it.
    folder: PathBuf,
    /// Where the programs go that use it.
    programs: PathBuf,
    built: OnceCell<Outcome<()>>,
}

#[derive(Debug, Clone, Copy)]
enum Link {
    Shared,
    Static,
    Sanitized,
}

/// Runs the steps of the C library; `module` has the Python for the cffi example.
pub(crate) fn steps(place: &Place, module: &Module<'_>, runner: &mut Runner) {
    let library = Library {
        place,
        folder: place.target.join("release"),
        programs: place.target.join("c"),
        built: OnceCell::new(),
    };
    runner.step("c library", |step| library.built(step).map(|()| Verdict::plain()));
    runner.step("c symbols", |step| library.symbols(step));
    tests(&library, runner);
    examples(&library, module, runner);
    packages(&library, runner);
}

fn tests(library: &Library<'_>, runner: &mut Runner) {
    runner.step("c header in C99, C11", |step| {
        for standard in ["c99", "c11"] {
            let program = format!("header-{standard}");
            let program =
                library.c(step, "bindings/c/tests/header.c", &program, standard, Link::Shared)?;
            step.run(&mut library.program(&program))?;
        }
        Ok(Verdict::plain())
    });
    runner.step("c header in C++17", |step| {
        let Some(program) = library.cpp(step, "bindings/c/tests/header.c", "header-cpp")? else {
            return Ok(missing("a C++ compiler"));
        };
        step.pass(&mut library.program(&program))
    });
    for name in ["unit", "abi_v1", "rules", "intake", "lifetime", "conformance"] {
        let source = format!("{TESTS}/{name}.c");
        let vectors = |small: bool| -> Outcome<Vec<PathBuf>> {
            match name {
                "conformance" => library.vectors(small),
                "lifetime" if !small => Ok(vec![library.place.root.join(SALES)]),
                _ => Ok(Vec::new()),
            }
        };
        runner.step(&format!("c {name}"), |step| {
            let program = library.c(step, &source, name, "c11", Link::Shared)?;
            step.pass(library.program(&program).args(vectors(false)?))
        });
        runner.step(&format!("c {name}, valgrind"), |step| {
            let program = library.c(step, &source, name, "c11", Link::Shared)?;
            let Some(mut valgrind) = library.valgrind(&program) else {
                return Ok(missing("valgrind"));
            };
            step.pass(valgrind.args(vectors(true)?))
        });
        runner.step(&format!("c {name}, sanitizers"), |step| {
            if !library.sanitizers(step)? {
                return Ok(missing("a compiler with address and undefined sanitizers"));
            }
            let program = format!("{name}-sanitized");
            let program = library.c(step, &source, &program, "c11", Link::Sanitized)?;
            let mut program = library.program(&program);
            step.pass(program.env("ASAN_OPTIONS", "detect_leaks=1").args(vectors(false)?))
        });
    }
}

fn examples(library: &Library<'_>, module: &Module<'_>, runner: &mut Runner) {
    let place = library.place;
    let source = "bindings/c/examples/verdicts.c";
    let sales = place.root.join(SALES);
    let shared = OnceCell::new();
    runner.step("c example", |step| {
        let program = library.c(step, source, "verdicts", "c11", Link::Shared)?;
        let said = step.run(library.program(&program).arg(&sales).args([DAY, PORTRAITS]))?;
        let lines = said.lines().count();
        if lines <= 2358 {
            return Err(format!("{lines} lines are fewer than there are clients"));
        }
        shared.get_or_init(|| said);
        Ok(Verdict::Passed(format!("{lines} lines")))
    });
    runner.step("c example, static", |step| {
        if env::consts::OS != "linux" {
            return Ok(missing("Linux, whose libraries the link line names"));
        }
        let program = library.c(step, source, "verdicts-static", "c11", Link::Static)?;
        let said = step.run(library.program(&program).arg(&sales).args([DAY, PORTRAITS]))?;
        if shared.get().is_some_and(|shared| *shared != said) {
            return Err("it says something else than the one with the shared library".to_owned());
        }
        Ok(Verdict::plain())
    });
    runner.step("c example, valgrind", |step| {
        let program = library.c(step, source, "verdicts", "c11", Link::Shared)?;
        let Some(mut valgrind) = library.valgrind(&program) else {
            return Ok(missing("valgrind"));
        };
        let text = place.read(SALES)?;
        let head: String = text.split_inclusive('\n').take(500).collect();
        let file = library.programs.join("head.csv");
        fs::write(&file, head).map_err(|error| error.to_string())?;
        step.pass(valgrind.arg(file).args([DAY, PORTRAITS]))
    });
    runner.step("c example of the morning list", |step| {
        let source = format!("{EXAMPLES}/morning.c");
        let program = library.c(step, &source, "morning", "c11", Link::Shared)?;
        let all = step.run(&mut library.program(&program))?.lines().count();
        let own = step.run(library.program(&program).arg("Ada"))?.lines().count();
        if own == 0 || own >= all {
            return Err(format!("{own} of {all} lines are one manager's, some are wanted"));
        }
        let Some(mut valgrind) = library.valgrind(&program) else {
            return Ok(missing("valgrind"));
        };
        step.run(&mut valgrind)?;
        Ok(Verdict::Passed(format!("{all} lines")))
    });
    runner.step("c example of segments", |step| {
        let source = format!("{EXAMPLES}/segments.c");
        let program = library.c(step, &source, "segments", "c11", Link::Shared)?;
        let said = step.run(&mut library.program(&program))?;
        // Of four clients two slip away, and one of them is traced.
        for wanted in ["slipping: 2 of 4", "large: 1 of 4", "Client 4 as of 1998-06-30"] {
            if !said.contains(wanted) {
                return Err(format!("it does not say `{wanted}`:\n{said}"));
            }
        }
        let Some(mut valgrind) = library.valgrind(&program) else {
            return Ok(missing("valgrind"));
        };
        step.pass(&mut valgrind)
    });
    runner.step("readme in c", |step| {
        for file in readme::files(place, "c", "c")? {
            let program = library.c(step, &file, "readme", "c99", Link::Shared)?;
            step.run(&mut library.program(&program))?;
        }
        Ok(Verdict::plain())
    });
    runner.step("c++ example", |step| {
        let Some(program) = library.cpp(step, "bindings/c/examples/tiers.cpp", "tiers")? else {
            return Ok(missing("a C++ compiler"));
        };
        step.pass(&mut library.program(&program))
    });
    runner.step("c++ example of lifetime value", |step| {
        let Some(program) = library.cpp(step, "bindings/c/examples/worth.cpp", "worth")? else {
            return Ok(missing("a C++ compiler"));
        };
        let days = ["1997-09-30", "1998-06-30"];
        step.pass(library.program(&program).arg(&sales).args(days))
    });
    runner.step("php example", |step| {
        let Some(php) = which(&["php"]) else { return Ok(missing("php")) };
        library.built(step)?;
        if !step.run(Command::new(&php).arg("-m"))?.lines().any(|line| line == "FFI") {
            return Ok(missing("php with FFI"));
        }
        let mut php = Command::new(php);
        php.current_dir(&place.root).args(["-d", "ffi.enable=1"]);
        step.pass(php.arg(format!("{EXAMPLES}/stages.php")).arg(library.shared()))
    });
    runner.step("cffi example", |step| {
        library.built(step)?;
        let mut python = module.tools(step)?.run(place);
        step.pass(python.arg(format!("{EXAMPLES}/cohorts.py")).arg(library.shared()))
    });
}

fn packages(library: &Library<'_>, runner: &mut Runner) {
    let place = library.place;
    let prefix = library.programs.join("prefix");
    runner.step("c package, pkg-config", |step| {
        let Some(tool) = which(&["pkg-config", "pkgconf"]) else {
            return Ok(missing("pkg-config"));
        };
        library.built(step)?;
        package::install(place, &library.folder, &prefix)?;
        let mut tool = Command::new(tool);
        tool.env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"));
        let flags = step.run(tool.args(["--cflags", "--libs", "clientela"]))?;
        let program = library.programs.join("header-pkg-config");
        let mut compile = library.compiler()?;
        compile.arg(format!("{TESTS}/header.c")).args(flags.split_whitespace());
        step.run(compile.arg("-o").arg(&program))?;
        step.pass(Command::new(&program).env("LD_LIBRARY_PATH", prefix.join("lib")))
    });
    runner.step("c package, cmake", |step| {
        let Some(cmake) = which(&["cmake"]) else { return Ok(missing("cmake")) };
        library.built(step)?;
        package::install(place, &library.folder, &prefix)?;
        let build = library.programs.join("package");
        let mut configure = Command::new(&cmake);
        configure.arg("-S").arg(place.root.join(TESTS).join("package")).arg("-B").arg(&build);
        step.run(configure.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display())))?;
        step.run(Command::new(&cmake).arg("--build").arg(&build))?;
        step.run(&mut library.program(&build.join("shared")))?;
        step.pass(&mut library.program(&build.join("static")))
    });
}

impl Library<'_> {
    /// Builds the library once.
    fn built(&self, step: &mut Step) -> Outcome<()> {
        let build = || {
            let mut cargo = self.place.cargo();
            cargo.args(["build", "--release", "--locked", "--package", "clientela-c"]);
            step.run(&mut cargo)?;
            fs::create_dir_all(&self.programs).map_err(|error| error.to_string())?;
            // Programs ask for the name that the library gives itself.
            let soname = format!("libclientela.so.{}", package::abi(self.place)?);
            package::link("libclientela.so", &self.folder.join(soname))
        };
        self.built.get_or_init(build).clone().map_err(|problem| format!("library: {problem}"))
    }

    fn shared(&self) -> PathBuf {
        self.folder.join("libclientela.so")
    }

    /// The library exports what the header declares, no more and no less, under its soname.
    fn symbols(&self, step: &mut Step) -> Outcome<Verdict> {
        let (Some(nm), Some(readelf)) = (which(&["nm"]), which(&["readelf"])) else {
            return Ok(missing("nm and readelf"));
        };
        self.built(step)?;
        let dynamic = step.run(Command::new(readelf).arg("-d").arg(self.shared()))?;
        let soname = format!("[libclientela.so.{}]", package::abi(self.place)?);
        if !dynamic.lines().any(|line| line.contains("SONAME") && line.contains(&soname)) {
            return Err(format!("the soname is not {soname}"));
        }
        let symbols =
            step.run(Command::new(nm).args(["-D", "--defined-only"]).arg(self.shared()))?;
        let exported: BTreeSet<&str> =
            symbols.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();
        let header = self.place.read("bindings/c/include/clientela.cdef.h")?;
        let declared = declared(&header);
        let odd: Vec<&&str> = exported.symmetric_difference(&declared).collect();
        if odd.is_empty() {
            return Ok(Verdict::Passed(format!("{} functions", declared.len())));
        }
        Err(format!("either exported or declared, but not both: {odd:?}"))
    }

    /// Compiles a source of the binding as C.
    fn c(
        &self,
        step: &mut Step,
        source: impl AsRef<Path>,
        program: &str,
        standard: &str,
        link: Link,
    ) -> Outcome<PathBuf> {
        self.built(step)?;
        let mut compile = self.compiler()?;
        compile.arg(format!("-std={standard}")).args(["-x", "c"]);
        self.compile(step, compile, source, program, link)
    }

    /// The same as C++, or `None` where there is no compiler for it.
    fn cpp(
        &self,
        step: &mut Step,
        source: impl AsRef<Path>,
        program: &str,
    ) -> Outcome<Option<PathBuf>> {
        let Some(mut compile) = self.compiler_of("CXX", &["c++", "g++", "clang++"]) else {
            return Ok(None);
        };
        self.built(step)?;
        compile.args(["-std=c++17", "-x", "c++"]);
        self.compile(step, compile, source, program, Link::Shared).map(Some)
    }

    fn compile(
        &self,
        step: &mut Step,
        mut compile: Command,
        source: impl AsRef<Path>,
        program: &str,
        link: Link,
    ) -> Outcome<PathBuf> {
        let program = self.programs.join(program);
        compile.args(STRICT).arg("-Ibindings/c/include").arg(source.as_ref());
        // What follows is libraries, not sources.
        compile.args(["-x", "none"]);
        match link {
            Link::Static => {
                compile.arg(self.folder.join("libclientela.a"));
                compile.args(SYSTEM.map(|name| format!("-l{name}")));
            }
            Link::Shared | Link::Sanitized => {
                let folder = self.folder.display();
                compile.arg(format!("-L{folder}")).arg("-lclientela");
                compile.arg(format!("-Wl,-rpath,{folder}"));
            }
        }
        if matches!(link, Link::Sanitized) {
            compile.args(SANITIZERS);
        }
        step.run(compile.arg("-o").arg(&program))?;
        Ok(program)
    }

    fn compiler(&self) -> Outcome<Command> {
        let compiler = self.compiler_of("CC", &["cc", "gcc", "clang"]);
        compiler.ok_or_else(|| "there is no C compiler; CC names one outside the path".to_owned())
    }

    fn compiler_of(&self, variable: &str, names: &[&str]) -> Option<Command> {
        let named = env::var_os(variable).filter(|name| !name.is_empty()).map(PathBuf::from);
        let mut compiler = Command::new(named.or_else(|| which(names))?);
        compiler.current_dir(&self.place.root);
        Some(compiler)
    }

    /// Whether the compiler has its sanitizers installed.
    fn sanitizers(&self, step: &mut Step) -> Outcome<bool> {
        fs::create_dir_all(&self.programs).map_err(|error| error.to_string())?;
        let source = self.programs.join("empty.c");
        fs::write(&source, "int main(void) { return 0; }\n").map_err(|error| error.to_string())?;
        let mut compile = self.compiler()?;
        compile.args(SANITIZERS).arg(source).arg("-o").arg(self.programs.join("empty"));
        Ok(step.run(&mut compile).is_ok())
    }

    fn program(&self, program: &Path) -> Command {
        let mut program = Command::new(program);
        program.current_dir(&self.place.root).env("RUST_BACKTRACE", "0");
        program
    }

    /// The program under Valgrind, if that is installed.
    fn valgrind(&self, program: &Path) -> Option<Command> {
        let mut valgrind = self.program(&which(&["valgrind"])?);
        valgrind.args(["-q", "--error-exitcode=99", "--leak-check=full"]);
        valgrind.arg("--show-leak-kinds=definite,indirect,possible");
        valgrind.arg("--errors-for-leak-kinds=definite,indirect").arg(program);
        Some(valgrind)
    }

    /// The conformance vectors by name; the large ones are too slow for Valgrind.
    fn vectors(&self, small: bool) -> Outcome<Vec<PathBuf>> {
        let folder = self.place.root.join("tests/vectors");
        let entries = fs::read_dir(&folder).map_err(|error| error.to_string())?;
        let mut files: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|file| file.extension() == Some(OsStr::new("json")))
            .filter(|file| {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                !(small && (name.starts_with("generated_") || name == "cdnow_sample.json"))
            })
            .collect();
        files.sort();
        Ok(files)
    }
}

/// The names of the library's functions that declarations name.
fn declared(header: &str) -> BTreeSet<&str> {
    let calls = header.split('(').filter_map(|before| {
        let start = before.rfind(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        Some(&before[start? + 1..])
    });
    calls.filter(|name| name.starts_with("clientela_")).collect()
}

fn missing(what: &str) -> Verdict {
    Verdict::LeftOut(format!("needs {what}"))
}

#[cfg(test)]
mod tests {
    use super::declared;

    #[test]
    fn functions_are_found_in_declarations() {
        let header = "typedef struct clientela_a clientela_a;\nint32_t clientela_make(int32_t n,\n  \
                      clientela_a **out);\nvoid clientela_free(clientela_a *a);\n\
                      struct S { void (*release)(struct S *); };\n";
        assert_eq!(
            declared(header).into_iter().collect::<Vec<_>>(),
            ["clientela_free", "clientela_make"]
        );
    }
}
