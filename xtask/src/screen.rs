//! One status line while something runs, on a terminal only, and colours there.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The standard output, and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Screen {
    terminal: bool,
    colour: bool,
    width: usize,
    current: Arc<Mutex<Option<Current>>>,
}

#[derive(Debug)]
struct Current {
    name: String,
    tail: String,
    started: Instant,
}

/// A colour of the sixteen that every terminal has.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ink {
    /// For what can be skipped.
    Faint,
    /// For what is well.
    Green,
    /// For what is left out.
    Yellow,
    /// For what has failed.
    Red,
}

impl Screen {
    /// The screen of this process, with its status line.
    pub(crate) fn new() -> Self {
        let terminal = io::stdout().is_terminal();
        let screen = Self {
            terminal,
            colour: terminal && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            width: if terminal { columns().unwrap_or(80) } else { 80 },
            current: Arc::default(),
        };
        if terminal {
            let painter = screen.clone();
            thread::spawn(move || painter.paint());
        }
        screen
    }

    /// Text in a colour, where there are colours.
    pub(crate) fn ink(&self, ink: Ink, text: &str) -> String {
        let code = match ink {
            Ink::Faint => "2",
            Ink::Green => "32",
            Ink::Yellow => "33",
            Ink::Red => "31",
        };
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Shows `name` as running.
    pub(crate) fn begin(&self, name: &str) {
        *self.current() =
            Some(Current { name: name.to_owned(), tail: String::new(), started: Instant::now() });
    }

    /// Shows the last line of what the running thing says.
    pub(crate) fn tail(&self, line: &str) {
        if let Some(current) = self.current().as_mut() {
            line.trim().clone_into(&mut current.tail);
        }
    }

    /// Takes the status line away.
    pub(crate) fn end(&self) {
        let mut current = self.current();
        if current.take().is_some() && self.terminal {
            print!("\r\x1b[2K");
            let _ = io::stdout().flush();
        }
    }

    fn current(&self) -> MutexGuard<'_, Option<Current>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn paint(&self) {
        for frame in ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'].into_iter().cycle()
        {
            {
                let current = self.current();
                if let Some(current) = current.as_ref() {
                    let seconds = current.started.elapsed().as_secs();
                    let head = format!("  {frame}        {:<28} {seconds:>6} s   ", current.name);
                    let room = self.width.saturating_sub(head.chars().count() + 1);
                    let tail: String =
                        current.tail.chars().filter(|c| !c.is_control()).take(room).collect();
                    print!("\r\x1b[2K{head}{}", self.ink(Ink::Faint, &tail));
                    let _ = io::stdout().flush();
                }
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The terminal's width as `stty` knows it.
fn columns() -> Option<usize> {
    let size = Command::new("stty").arg("size").stdin(Stdio::inherit()).output().ok()?;
    String::from_utf8(size.stdout).ok()?.split_whitespace().nth(1)?.parse().ok()
}
