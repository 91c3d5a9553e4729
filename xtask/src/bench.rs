//! `bench`: builds what is measured as it is shipped, and lets the bench program measure it.

use anyhow::Result;

use crate::process::Run;
use crate::setup::{Purpose, prepare};
use crate::terminal::{Outcome, Steps};
use crate::{interface, places, prometheus, start};

/// Builds, measures, and writes docs/BENCHMARKS.md.
pub(crate) fn bench() -> Result<()> {
    let mut steps = Steps::new(6);
    steps.step("look for what the machine needs", || prepare(Purpose::Bench))?;
    steps.step("install the packages of the interface", interface::install)?;
    steps.step("build the interface", interface::build)?;
    steps.step("build the programs as they are shipped", || start::programs(true))?;
    steps.step("build the bench program", build)?;
    steps.step("measure", || {
        let run = match prometheus::programs() {
            Some(programs) => program().env("PATH", programs.path),
            None => program(),
        };
        run.go()?;
        Ok(Outcome::Done)
    })
}

/// Builds the bench program.
pub(crate) fn build() -> Result<Outcome> {
    let build = ["build", "--locked", "--release", "-p", "wardroom-tests", "--bin", "bench"];
    Run::cargo().args(build).within(&places::root()).go()?;
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
