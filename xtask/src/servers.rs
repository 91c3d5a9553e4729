//! The large servers of the tests, which are installed only when they are asked for: Backstage's catalogue.

use crate::places;
use crate::process::Run;
use crate::terminal::{Outcome, say};

/// Whether servers may be installed for a run of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Servers {
    /// Those of an earlier run are used.
    Cached,
    /// What is missing is installed.
    Installed,
}

/// A script of `tests/servers` with what it starts.
const SCRIPTS: [(&str, &str); 1] = [("backstage.sh", "Backstage")];

/// Installs the servers where that is wanted; returns what the tests will have to leave out, with the reason.
pub(crate) fn prepare(servers: Servers) -> (Outcome, Vec<String>) {
    let mut outcome = Outcome::UpToDate;
    let mut skipped = Vec::new();
    for (script, name) in SCRIPTS {
        if run(script, "cached").succeeds() {
            continue;
        }
        if servers == Servers::Cached {
            skipped.push(format!(
                "the tests against a real {name}: it is not installed; `cargo xtask test --servers` installs it"
            ));
            continue;
        }
        match install(script, name) {
            Ok(()) => outcome = Outcome::Done,
            Err(why) => skipped.push(format!("the tests against a real {name}: {why}")),
        }
    }
    (outcome, skipped)
}

fn install(script: &str, name: &str) -> Result<(), String> {
    let missing = run(script, "needs").output().map_err(|error| format!("{error:#}"))?;
    if !missing.trim().is_empty() {
        return Err(format!("{} is missing on this machine", missing.trim().replace('\n', ", ")));
    }
    say(&format!("Installing {name}; this takes minutes, once"));
    run(script, "fetch").go().map_err(|error| format!("it cannot be installed ({error:#})"))
}

fn run(script: &str, command: &str) -> Run {
    Run::new(places::root().join("tests/servers").join(script)).args([command])
}
