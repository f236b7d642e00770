//! Makes the files that are generated and checked in, or compares them with fresh ones.
//!
//! `generate header|schema [--check]`

mod reference;

use std::env;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["header"] => header().and_then(|files| write(&files)),
        ["header", "--check"] => header().and_then(|files| compare(&files, "header")),
        ["schema"] => schema().and_then(|files| write(&files)),
        ["schema", "--check"] => schema().and_then(|files| compare(&files, "schema")),
        _ => Err("generate header|schema [--check]".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// Path in the repository and text.
type Files = Vec<(&'static str, String)>;

/// The JSON Schema of the policy, and the list of formulas and views, from the core's types.
fn schema() -> Outcome<Files> {
    let text = |schema| Ok::<_, serde_json::Error>(serde_json::to_string_pretty(&schema)? + "\n");
    Ok(vec![
        ("docs/policy.schema.json", text(clientela::Policy::json_schema())?),
        ("docs/rules.schema.json", text(clientela::rule::Rules::json_schema())?),
        ("docs/reference.md", reference::reference()?),
    ])
}

/// The C header, and the same without macros for readers that know none (PHP, cffi).
fn header() -> Outcome<Files> {
    let root = root()?;
    let library = root.join("bindings/c");
    let config = cbindgen::Config::from_file(library.join("cbindgen.toml"))?;
    let bindings = cbindgen::Builder::new().with_crate(&library).with_config(config).generate()?;
    let mut bytes = Vec::new();
    bindings.write(&mut bytes);
    let text = String::from_utf8(bytes)?;
    let bare = without_macros(&text)?;
    Ok(vec![
        ("bindings/c/include/clientela.h", text),
        ("bindings/c/include/clientela.cdef.h", bare),
    ])
}

/// Declarations alone: no comments, no directives, nothing that is for C++.
fn without_macros(header: &str) -> Outcome<String> {
    let mut bare =
        String::from("/* clientela.h without comments and macros; generated, do not edit. */\n");
    let mut rest = header;
    let mut code = String::new();
    while let Some((before, after)) = rest.split_once("/*") {
        code.push_str(before);
        rest = after.split_once("*/").ok_or("a comment of the header does not end")?.1;
    }
    code.push_str(rest);
    // One entry for each open conditional: whether what stands in it is for C++.
    let mut open: Vec<bool> = Vec::new();
    for line in code.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        match line.strip_prefix('#').map(|line| line.split_whitespace().next().unwrap_or("")) {
            Some("ifdef" | "ifndef") => open.push(line.ends_with(" __cplusplus")),
            Some("endif") => {
                open.pop().ok_or("the header has an #endif too many")?;
            }
            Some("define" | "include") => {}
            Some(other) => {
                return Err(format!("the header has #{other}, which is not known").into());
            }
            None if open.contains(&true) => {}
            None => {
                bare.push_str(line);
                bare.push('\n');
            }
        }
    }
    Ok(bare)
}

fn write(files: &Files) -> Outcome<()> {
    let root = root()?;
    for (path, text) in files {
        let path = root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, text)?;
    }
    Ok(())
}

fn compare(files: &Files, command: &str) -> Outcome<()> {
    let root = root()?;
    for (path, text) in files {
        let there = fs::read_to_string(root.join(path)).unwrap_or_default();
        if there != *text {
            let line = there.lines().zip(text.lines()).take_while(|(old, new)| old == new).count();
            return Err(format!(
                "{path} is not what the code says, from line {}; `cargo xtask {command}` writes it",
                line + 1
            )
            .into());
        }
    }
    Ok(())
}

fn root() -> Outcome<&'static Path> {
    Ok(Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("xtask has no parent folder")?)
}

#[cfg(test)]
mod tests {
    use super::without_macros;

    #[test]
    fn only_declarations_are_left() {
        let header = "/* top */\n#ifndef A_H\n#define A_H\n#include <stdint.h>\n\n\
                      #ifdef __cplusplus\nextern \"C\" {\n#endif /* __cplusplus */\n\
                      /**\n * Says a.\n */\nint32_t a(void);\n\
                      #ifdef __cplusplus\n}\n#endif\n#endif\n";
        let bare = without_macros(header).unwrap_or_default();
        assert_eq!(bare.lines().skip(1).collect::<Vec<_>>(), ["int32_t a(void);"]);
        assert!(without_macros("#if X\n#endif\n").is_err());
    }
}
