//! What is said to the person: lines, and numbered steps with the time each took.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Prints one line; a closed terminal is no reason to stop.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

/// Prints one line to the error stream.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Prints something that must not be overlooked.
pub(crate) fn loudly(text: &str) {
    say(&format!("\n*** {text} ***\n"));
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It did its work.
    Done,
    /// There was nothing to do.
    UpToDate,
}

/// Numbered steps of a command.
#[derive(Debug)]
pub(crate) struct Steps {
    total: usize,
    at: usize,
    begun: Instant,
}

impl Steps {
    /// Begins a command of `total` steps.
    pub(crate) fn new(total: usize) -> Self {
        Self { total, at: 0, begun: Instant::now() }
    }

    /// Does one step and says how long it took.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Outcome>) -> Result<()> {
        self.at += 1;
        let head = format!("[{}/{}] {name}", self.at, self.total);
        say(&format!("{head} …"));
        let begun = Instant::now();
        let result = work();
        let end = match &result {
            Ok(Outcome::Done) => seconds(begun.elapsed()),
            Ok(Outcome::UpToDate) => "up to date".to_owned(),
            Err(_) => format!("FAILED after {}", seconds(begun.elapsed())),
        };
        say(&format!("{head} … {end}"));
        result.map(|_| ())
    }

    /// Returns the time since the command began, in words.
    pub(crate) fn elapsed(&self) -> String {
        seconds(self.begun.elapsed())
    }
}

/// Returns a duration as `0.4 s`, `12 s` or `3 min 20 s`.
pub(crate) fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole >= 60 {
        format!("{} min {} s", whole / 60, whole % 60)
    } else if whole >= 10 {
        format!("{whole} s")
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_said_as_precisely_as_it_matters() {
        let said: Vec<String> = [400, 12_345, 200_000].map(|ms| seconds(Duration::from_millis(ms))).into();

        assert_eq!(said, ["0.4 s", "12 s", "3 min 20 s"]);
    }
}
