//! Work for the compiler that goes on while something else mostly waits.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::process::Run;

/// Commands that run one after the other in the background; what they print is kept until it is asked for.
#[derive(Debug)]
pub(crate) struct Beside {
    ended: Receiver<Ended>,
}

/// How one of them ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// What it printed.
    pub(crate) said: String,
    /// How long it took.
    pub(crate) took: Duration,
    /// Whether it succeeded.
    pub(crate) result: Result<()>,
}

impl Beside {
    /// Begins them.
    pub(crate) fn begin(commands: Vec<Run>) -> Self {
        let (tell, ended) = channel();
        std::thread::spawn(move || {
            for command in commands {
                let begun = Instant::now();
                let (said, result) = command.quietly();
                // Nobody listens any more when another step has ended the whole run.
                if tell.send(Ended { said, took: begun.elapsed(), result }).is_err() {
                    return;
                }
            }
        });
        Self { ended }
    }

    /// Waits for the next of them, in the order in which they were given.
    pub(crate) fn next(&self) -> Result<Ended> {
        self.ended.recv().context("all that was begun has ended already")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ends_for_itself_and_a_failure_stops_none_behind_it() {
        let shell = |script: &str| Run::new("sh").args(["-c", script]);

        let beside = Beside::begin(vec![shell("echo one; exit 3"), shell("echo two >&2")]);

        let (first, second) = (beside.next().unwrap(), beside.next().unwrap());
        assert_eq!((first.said.as_str(), second.said.as_str()), ("one", "two"));
        assert!(first.result.unwrap_err().to_string().contains("exit 3"));
        assert!(second.result.is_ok());
        assert!(beside.next().is_err(), "there were two");
    }
}
