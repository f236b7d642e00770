//! Named steps, one after the other: each timed, counted, and quiet unless it fails.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::screen::{Ink, Screen};

/// What a piece of work gives, or the text that says why it did not.
pub(crate) type Outcome<T> = Result<T, String>;

/// How a step ended that did not fail.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It passed; the note is shown beside it and may be empty.
    Passed(String),
    /// It could not be run here; the text says what is missing.
    LeftOut(String),
}

impl Verdict {
    /// It passed, and there is nothing to add.
    pub(crate) fn plain() -> Self {
        Self::Passed(String::new())
    }
}

/// Runs steps and keeps count.
#[derive(Debug)]
pub(crate) struct Runner {
    screen: Screen,
    words: Vec<String>,
    listing: bool,
    started: Instant,
    known: usize,
    passed: usize,
    failed: Vec<String>,
    left_out: Vec<(String, String)>,
}

/// A step while it runs; it keeps what its programs say.
#[derive(Debug)]
pub(crate) struct Step {
    screen: Screen,
    log: String,
}

impl Runner {
    /// A runner of the steps whose name holds one of the words; no words is every step.
    pub(crate) fn new(words: &[String], listing: bool) -> Self {
        Self {
            screen: Screen::new(),
            words: words.to_vec(),
            listing,
            started: Instant::now(),
            known: 0,
            passed: 0,
            failed: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Runs a step and shows its line; the output only of one that fails. Whether it ran and
    /// passed.
    pub(crate) fn step(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Step) -> Outcome<Verdict>,
    ) -> bool {
        if !self.words.is_empty() && !self.words.iter().any(|word| name.contains(word.as_str())) {
            return false;
        }
        self.known += 1;
        if self.listing {
            println!("{name}");
            return false;
        }
        let started = Instant::now();
        self.screen.begin(name);
        let mut step = Step { screen: self.screen.clone(), log: String::new() };
        let verdict = work(&mut step);
        self.screen.end();
        let seconds = started.elapsed().as_secs_f64();
        let (ink, word, note) = match &verdict {
            Ok(Verdict::Passed(note)) => (Ink::Green, "ok", note.as_str()),
            Ok(Verdict::LeftOut(reason)) => (Ink::Yellow, "left out", reason.as_str()),
            Err(_) => (Ink::Red, "FAILED", ""),
        };
        let word = self.screen.ink(ink, &format!("{word:<8}"));
        let note = self.screen.ink(Ink::Faint, note);
        println!("{}", format!("  {word} {name:<28} {seconds:>6.1} s   {note}").trim_end());
        match verdict {
            Ok(Verdict::Passed(_)) => self.passed += 1,
            Ok(Verdict::LeftOut(reason)) => self.left_out.push((name.to_owned(), reason)),
            Err(problem) => {
                for line in step.log.lines().chain(problem.lines()) {
                    println!("         {} {line}", self.screen.ink(Ink::Red, "|"));
                }
                self.failed.push(name.to_owned());
                return false;
            }
        }
        true
    }

    /// Shows the totals; whether nothing failed.
    pub(crate) fn finish(self) -> Outcome<bool> {
        if self.known == 0 {
            return Err(format!("no step is named {:?}; `test --list` lists them", self.words));
        }
        if self.listing {
            return Ok(true);
        }
        let seconds = self.started.elapsed().as_secs();
        println!("\n  {} min {} s in all", seconds / 60, seconds % 60);
        for (name, reason) in &self.left_out {
            println!("  left out: {name} ({reason})");
        }
        for name in &self.failed {
            println!("  {}: {name}", self.screen.ink(Ink::Red, "failed"));
        }
        println!("\n{} passed, {} failed", self.passed, self.failed.len());
        Ok(self.failed.is_empty())
    }
}

impl Step {
    /// Runs a program to its end and gives what it said, on both channels in one.
    pub(crate) fn run(&mut self, command: &mut Command) -> Outcome<String> {
        let _ = writeln!(self.log, "$ {}", spelled(command));
        let start = self.log.len();
        let (reader, writer) = io::pipe().map_err(|error| error.to_string())?;
        let second = writer.try_clone().map_err(|error| error.to_string())?;
        let spawned = command.stdin(Stdio::null()).stdout(writer).stderr(second).spawn();
        // The command holds the writing ends; the reading ends only once they are let go.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = spawned.map_err(|error| format!("{}: {error}", spelled(command)))?;
        let mut lines = BufReader::new(reader);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).map_err(|error| error.to_string())? > 0 {
            let text = String::from_utf8_lossy(&line).into_owned();
            self.screen.tail(&text);
            self.log.push_str(&text);
            line.clear();
        }
        if !self.log.ends_with('\n') {
            self.log.push('\n');
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        if status.success() {
            Ok(self.log[start..].to_owned())
        } else {
            Err(format!("it ended with {status}"))
        }
    }

    /// Runs a program and passes where it passes.
    pub(crate) fn pass(&mut self, command: &mut Command) -> Outcome<Verdict> {
        self.run(command).map(|said| Verdict::Passed(count(&said)))
    }
}

/// Runs a program on this terminal; whether it passed.
pub(crate) fn checked(command: &mut Command) -> Outcome<bool> {
    let status = command.status().map_err(|error| format!("{}: {error}", spelled(command)))?;
    Ok(status.success())
}

/// Runs a program and gives its standard output.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|error| format!("{}: {error}", spelled(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("{}\n{said}", spelled(command)));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{}: not UTF-8", spelled(command)))
}

fn spelled(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// What test programs counted, added up: numbers before the word `passed`.
pub(crate) fn count(said: &str) -> String {
    let mut total = 0_u64;
    for line in said.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        for pair in words.windows(2) {
            if pair[1].trim_end_matches([',', ';', '.']) == "passed" {
                total += pair[0].parse::<u64>().unwrap_or(0);
            }
        }
    }
    if total == 0 { String::new() } else { format!("{total} tests") }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn counts_of_several_test_programs_are_added() {
        let cargo = "test result: ok. 12 passed; 0 failed; 0 ignored\n\
                     test result: ok. 3 passed; 0 failed; 0 ignored\n";
        assert_eq!(count(cargo), "15 tests");
        assert_eq!(count("===== 41 passed, 2 skipped in 3.10s ====="), "41 tests");
        assert_eq!(count("Finished"), "");
    }
}
