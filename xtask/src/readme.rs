//! The README's examples, run as they stand there.

use std::fs;
use std::path::PathBuf;

use crate::place::Place;
use crate::python::Venv;
use crate::steps::{Outcome, Step, Verdict};

const README: &str = "README.md";
/// Where the Rust example is a doctest.
const CRATE: &str = "crates/clientela/README.md";

/// Runs the README's examples in Python.
pub(crate) fn python(step: &mut Step, place: &Place, venv: &Venv) -> Outcome<Verdict> {
    for file in files(place, "python", "py")? {
        step.run(venv.run(place).arg(file))?;
    }
    Ok(Verdict::plain())
}

/// The README's example in Rust is the one that is a doctest of the crate.
pub(crate) fn rust(place: &Place) -> Outcome<Verdict> {
    let (readme, tested) = (place.read(README)?, place.read(CRATE)?);
    let tested = blocks(&tested, "rust");
    match blocks(&readme, "rust").into_iter().find(|block| !tested.contains(block)) {
        None => Ok(Verdict::plain()),
        Some(block) => Err(format!("this example is not in {CRATE}:\n{block}")),
    }
}

/// What the README shows of the demo is what the demo says.
pub(crate) fn shown(place: &Place, said: &str) -> Outcome<Verdict> {
    let readme = place.read(README)?;
    let mut lines = blocks(&readme, "text").into_iter().flat_map(str::lines);
    match lines.find(|line| !said.lines().any(|found| found == *line)) {
        None => Ok(Verdict::plain()),
        Some(line) => Err(format!("the demo no longer prints this line of {README}:\n{line}")),
    }
}

/// The README's examples in a language, each as a file in the target directory.
pub(crate) fn files(place: &Place, language: &str, ending: &str) -> Outcome<Vec<PathBuf>> {
    let folder = place.target.join("readme");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let mut files = Vec::new();
    for (number, block) in blocks(&place.read(README)?, language).into_iter().enumerate() {
        let file = folder.join(format!("example-{number}.{ending}"));
        fs::write(&file, block).map_err(|error| error.to_string())?;
        files.push(file);
    }
    Ok(files)
}

/// The fenced blocks of a language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("```{language}\n");
    text.split(opening.as_str())
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(block, _)| block))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn blocks_are_found_by_language() {
        let text = "a\n```rust\nlet x;\n```\nb\n```python\nx = 1\n```\n```rust\nlet y;\n```\n";
        assert_eq!(blocks(text, "rust"), ["let x;\n", "let y;\n"]);
        assert_eq!(blocks(text, "python"), ["x = 1\n"]);
        assert!(blocks(text, "c").is_empty());
    }
}
