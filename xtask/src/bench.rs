//! `bench`: builds what is measured as it is shipped, and lets the bench program measure it.

use anyhow::Result;

use crate::process::Run;
use crate::setup::{Purpose, prepare};
use crate::terminal::{Outcome, Steps};
use crate::{interface, places, prometheus};

/// Builds, measures, and writes docs/BENCHMARKS.md.
pub(crate) fn bench() -> Result<()> {
    let mut steps = Steps::new(5);
    steps.step("look for what the machine needs", || prepare(Purpose::Bench))?;
    steps.step("install the packages of the interface", interface::install)?;
    steps.step("build the interface", interface::build)?;
    steps.step("build the programs as they are shipped, and the one that measures", || {
        // At once: cargo then chooses one set of features, and what they stand on is built once.
        build(&[
            "-p",
            "wardroom-desktop",
            "--bin",
            "wardroom-desktop",
            "-p",
            "wardroom-cli",
            "--bin",
            "wardroom",
        ])
    })?;
    steps.step("measure", || {
        let run = match prometheus::programs() {
            Some(programs) => program().env("PATH", programs.path),
            None => program(),
        };
        run.go()?;
        Ok(Outcome::Done)
    })
}

/// Builds the bench program, with others that are named as cargo wants them.
pub(crate) fn build(others: &[&str]) -> Result<Outcome> {
    let build = ["build", "--locked", "--release", "-p", "wardroom-tests", "--bin", "bench"];
    Run::cargo().args(build).args(others).within(&places::root()).go()?;
    Ok(Outcome::Done)
}

/// Returns the bench program with the names of what it measures.
pub(crate) fn program() -> Run {
    Run::new(places::program("release", "bench"))
        .env("WARDROOM_CLI", places::program("release", "wardroom"))
        .env("WARDROOM_DESKTOP", places::program("release", "wardroom-desktop"))
        .env("WARDROOM_BENCH_DIR", places::target().join("bench"))
        .within(&places::root())
}
