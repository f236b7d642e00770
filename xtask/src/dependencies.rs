//! Rules of the dependencies: who may know whom, which licences, and that CONTRIBUTING.md
//! lists every one with its reason, licence and size.

use std::collections::{BTreeMap, BTreeSet};

use crate::place::Place;
use crate::python;
use crate::steps::{Outcome, output};

/// Sizes of trees are those of one platform, so that they are the same on every machine.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// Licences that let a firm ship the library in a closed program.
const LICENCES: [&str; 11] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// cbindgen is a tool: it writes the header and is in nothing that is shipped.
const TOOL_LICENCES: [(&str, &str); 1] = [("cbindgen", "MPL-2.0")];

/// What each crate may know of the workspace, and the families that its tree must not hold.
const DIRECTIONS: [(&str, &[&str], &[&str]); 5] = [
    ("clientela", &[], &["arrow", "pyo3"]),
    ("clientela-arrow", &["clientela"], &["pyo3"]),
    ("clientela-intake", &["clientela"], &["arrow", "pyo3"]),
    ("clientela-python", &["clientela", "clientela-arrow", "clientela-intake"], &[]),
    ("clientela-c", &["clientela", "clientela-arrow", "clientela-intake"], &["pyo3"]),
];

const TABLE: &str = "CONTRIBUTING.md";

/// Files with the Python packages of the tools, tests and benchmarks.
const REQUIREMENTS: [&str; 4] = [python::TOOLS, python::TESTS, python::C_TESTS, python::BENCHES];

/// A line of `cargo tree`: how deep it stands, and which package it names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    depth: usize,
    name: String,
    version: String,
    licence: String,
    /// Whether it is of this repository.
    own: bool,
}

/// Breaches of the rules, one sentence each, and the number of packages looked at.
pub(crate) fn check(place: &Place) -> Outcome<(Vec<String>, usize)> {
    let table = place.read(TABLE)?;
    let mut breaches = Vec::new();
    for (name, allowed, families) in DIRECTIONS {
        let lines = tree(place, &["--package", name, "--edges", "normal,build"])?;
        breaches.extend(directions(name, &lines, allowed, families));
    }
    let all = tree(place, &["--workspace", "--all-features", "--target", "all"])?;
    let packages: BTreeSet<(&str, &str)> = foreign(&all).collect();
    breaches.extend(packages.iter().filter_map(|(name, licence)| refused(name, licence)));
    breaches.extend(unlisted(&direct(place)?, &table));
    let files: Outcome<Vec<_>> =
        REQUIREMENTS.into_iter().map(|file| Ok((file, place.read(file)?))).collect();
    breaches.extend(unpinned(&files?, &table));
    // In environments of their own, and so of other versions.
    for apart in [python::LIFETIMES, python::FEBRL] {
        breaches.extend(unpinned(&[(apart, place.read(apart)?)], &table));
    }
    Ok((breaches, packages.len()))
}

/// Prints the rows for CONTRIBUTING.md and the breaches; whether there are none.
pub(crate) fn show(place: &Place) -> Outcome<bool> {
    let table = place.read(TABLE)?;
    for (name, licence, size) in direct(place)? {
        let reason = row(&table, &name).map_or("", |cells| cells[1]);
        println!("| `{name}` | {reason} | {licence} | {size} |");
    }
    let (breaches, _) = check(place)?;
    for breach in &breaches {
        eprintln!("{breach}");
    }
    Ok(breaches.is_empty())
}

/// What `cargo tree` says; unlike `cargo metadata` it knows which optional packages are used.
fn tree(place: &Place, arguments: &[&str]) -> Outcome<Vec<Line>> {
    let mut cargo = place.cargo();
    cargo.args(["tree", "--locked", "--no-dedupe", "--prefix", "depth", "--format", " {p}|{l}"]);
    let text = output(cargo.args(arguments))?;
    let lines: Option<Vec<Line>> = text.lines().filter(|line| !line.is_empty()).map(line).collect();
    lines.ok_or_else(|| "cargo tree: not the form expected".to_owned())
}

/// `2 either v1.19.0|MIT OR Apache-2.0`; a path in parentheses is a package of our own.
fn line(text: &str) -> Option<Line> {
    let (package, licence) = text.split_once('|')?;
    let mut words = package.split_whitespace();
    Some(Line {
        depth: words.next()?.parse().ok()?,
        name: words.next()?.to_owned(),
        version: words.next()?.to_owned(),
        licence: licence.to_owned(),
        own: words.next().is_some_and(|word| word.contains(['/', '\\'])),
    })
}

/// Names and licences of the packages of others.
fn foreign(lines: &[Line]) -> impl Iterator<Item = (&str, &str)> {
    lines.iter().filter(|line| !line.own).map(|line| (line.name.as_str(), line.licence.as_str()))
}

fn directions(name: &str, lines: &[Line], allowed: &[&str], families: &[&str]) -> Vec<String> {
    let mut breaches = BTreeSet::new();
    for needed in lines.iter().filter(|line| line.depth > 0) {
        if needed.own && !allowed.contains(&needed.name.as_str()) {
            breaches.insert(format!("`{name}` must not know `{}`", needed.name));
        }
        if families.iter().any(|family| of_family(&needed.name, family)) {
            breaches.insert(format!("`{name}` must not have `{}` in its tree", needed.name));
        }
    }
    breaches.into_iter().collect()
}

fn refused(name: &str, licence: &str) -> Option<String> {
    let well = permissive(licence) || TOOL_LICENCES.contains(&(name, licence));
    (!well).then(|| format!("`{name}` has the licence `{licence}`, not one of {LICENCES:?}"))
}

/// Direct dependencies of the workspace: name, licence, number of packages in the tree.
fn direct(place: &Place) -> Outcome<BTreeSet<(String, String, usize)>> {
    let lines = tree(place, &["--workspace", "--all-features", "--target", PLATFORM])?;
    let mut found = BTreeMap::new();
    for (at, head) in lines.iter().enumerate().filter(|(_, line)| line.depth == 1 && !line.own) {
        let below = lines[at + 1..].iter().take_while(|line| line.depth > 1);
        let packages: BTreeSet<_> =
            below.chain([head]).map(|line| (&line.name, &line.version)).collect();
        let size = found.entry((&head.name, &head.licence)).or_insert(0);
        *size = packages.len().max(*size);
    }
    let rows = found.into_iter();
    Ok(rows.map(|((name, licence), size)| (name.clone(), licence.clone(), size)).collect())
}

fn unlisted(direct: &BTreeSet<(String, String, usize)>, table: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    for (name, licence, size) in direct {
        let size = size.to_string();
        match row(table, name) {
            Some(cells) if cells[1].is_empty() => {
                breaches.push(format!("{TABLE} gives no reason for `{name}`"));
            }
            Some(cells) if cells[2] == licence && cells[3] == size => {}
            Some(cells) => breaches.push(format!(
                "{TABLE} says of `{name}`: {}, {}; it is: {licence}, {size}",
                cells[2], cells[3]
            )),
            None => {
                breaches.push(format!("{TABLE} does not list `{name}` ({licence}, {size})"));
            }
        }
    }
    breaches
}

/// `arrow-array` is of the family `arrow`.
fn of_family(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The four cells of the table's row for a package.
fn row<'a>(table: &'a str, name: &str) -> Option<[&'a str; 4]> {
    table.lines().find_map(|line| {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let cells: [&str; 4] = cells.try_into().ok()?;
        (cells[0].strip_prefix('`')?.strip_suffix('`')? == name).then_some(cells)
    })
}

/// Python packages without an exact version, with two versions, or without a row.
fn unpinned(files: &[(&str, String)], table: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut versions = BTreeMap::new();
    for (file, text) in files {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or("").trim());
        for line in lines.filter(|line| !line.is_empty()) {
            let Some((name, version)) = line.split_once("==") else {
                breaches.push(format!("{file}: `{line}` names no exact version"));
                continue;
            };
            let first = *versions.entry(name).or_insert(version);
            if first != version {
                breaches.push(format!("{file}: `{name}` is {version} here and {first} elsewhere"));
            }
            if row(table, name).is_none() {
                breaches.push(format!("{TABLE} does not list `{name}` of {file}"));
            }
        }
    }
    breaches
}

/// Whether an SPDX expression leaves a choice of licences that are all in [`LICENCES`].
fn permissive(expression: &str) -> bool {
    // `MIT/Apache-2.0` is how it was written before SPDX.
    let expression = expression.replace('/', " OR ");
    alternatives(expression.trim()).iter().any(|choice| {
        parts(choice, " AND ").iter().all(|part| {
            let part = part.trim();
            match part.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
                Some(inner) => permissive(inner),
                None => LICENCES.contains(&part),
            }
        })
    })
}

fn alternatives(expression: &str) -> Vec<&str> {
    parts(expression, " OR ")
}

/// Splits at a word that stands outside of parentheses.
fn parts<'a>(expression: &'a str, word: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, letter) in expression.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 && at >= start && expression[at..].starts_with(word) => {
                found.push(&expression[start..at]);
                start = at + word.len();
            }
            _ => {}
        }
    }
    found.push(&expression[start..]);
    found
}

#[cfg(test)]
mod tests {
    use super::{directions, line, of_family, permissive, row, unpinned};

    #[test]
    fn lines_of_the_tree_are_read() {
        let lines: Vec<_> = [
            "0 clientela v0.1.0 (/a/crates/clientela)|MIT OR Apache-2.0",
            "1 thiserror-impl v2.0.21 (proc-macro)|MIT OR Apache-2.0",
            "1 arrow-array v60.1.0|Apache-2.0",
        ]
        .into_iter()
        .filter_map(line)
        .collect();
        assert_eq!(lines.iter().map(|line| line.own).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!((lines[1].depth, lines[1].name.as_str()), (1, "thiserror-impl"));
        assert_eq!(
            directions("clientela", &lines, &[], &["arrow"]),
            ["`clientela` must not have `arrow-array` in its tree"]
        );
    }

    #[test]
    fn licences_are_read_as_expressions() {
        assert!(permissive("MIT OR Apache-2.0"));
        assert!(permissive("MIT/Apache-2.0"));
        assert!(permissive("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(permissive("GPL-3.0-only OR MIT"));
        assert!(permissive("Zlib OR Apache-2.0 OR MIT"));
        assert!(!permissive("MPL-2.0"));
        assert!(!permissive("MIT AND GPL-3.0-only"));
        assert!(!permissive("(MIT OR Apache-2.0) AND LGPL-3.0-only"));
        assert!(!permissive("none"));
    }

    #[test]
    fn families_end_at_a_hyphen() {
        assert!(of_family("arrow-array", "arrow"));
        assert!(of_family("pyo3", "pyo3"));
        assert!(!of_family("arrowhead", "arrow"));
    }

    #[test]
    fn rows_are_found_by_name() {
        let table = "| crate | why | licence | tree |\n|---|---|---|---|\n\
                     | `serde` | JSON | MIT OR Apache-2.0 | 7 |\n";
        assert_eq!(row(table, "serde"), Some(["`serde`", "JSON", "MIT OR Apache-2.0", "7"]));
        assert_eq!(row(table, "serde_json"), None);
    }

    #[test]
    fn python_packages_are_pinned_once_and_listed() {
        let table = "| `polars` | tables | MIT | 2 |\n";
        let file = |text: &str| ("f", text.to_owned());
        assert!(unpinned(&[file("# why\npolars==2.1.0 # why\n")], table).is_empty());
        assert_eq!(unpinned(&[file("polars>=2\nother==2\n")], table).len(), 2);
        assert_eq!(unpinned(&[file("polars==2.1.0"), file("polars==2.0.0")], table).len(), 1);
    }
}
