//! `bench --peers`: installs what others use in a folder of its own, and measures it beside ours in one run.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::Run;
use crate::setup::{Purpose, prepare};
use crate::terminal::{Outcome, Steps, loudly, say};
use crate::{bench, places};

/// What is measured: the analysis, alone and beside each peer.
const PARTS: [&str; 6] =
    ["anomaly", "changed", "peer-forest", "peer-series-forest", "peer-prophet", "peer-stl"];

/// Installs the peers, builds the bench program, and prints the table with ratios.
pub(crate) fn bench() -> Result<()> {
    let mut steps = Steps::new(4);
    steps.step("look for what the machine needs", || prepare(Purpose::Peers))?;
    steps.step("install the peers", install)?;
    steps.step("build the bench program", || bench::build(&[]))?;
    steps.step("measure", || {
        bench::program().args(PARTS).env("WARDROOM_PEERS", python()).go()?;
        Ok(Outcome::Done)
    })
}

/// Makes a Python environment with the pinned peers; what cannot be had is said, and the rest is measured.
fn install() -> Result<Outcome> {
    let wanted = places::root().join("tests/peers/requirements.txt");
    let text = std::fs::read_to_string(&wanted).context("the list of peers cannot be read")?;
    let kept = folder().join("requirements.txt");
    if std::fs::read_to_string(&kept).is_ok_and(|there| there == text) {
        return Ok(Outcome::UpToDate);
    }
    Run::new("python3").args(["-m", "venv"]).args([folder()]).go()?;
    let Err(error) = pip([Path::new("-r"), &wanted]) else {
        std::fs::write(&kept, text)?;
        return Ok(Outcome::Done);
    };
    loudly(&format!("the peers could not be installed together ({error:#}); trying each alone"));
    let packages = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for package in packages {
        if pip([package]).is_err() {
            loudly(&format!("{package} COULD NOT BE HAD; nothing is measured beside it"));
        }
    }
    say("What could be had is measured.");
    Ok(Outcome::Done)
}

fn pip<S: AsRef<std::ffi::OsStr>>(what: impl IntoIterator<Item = S>) -> Result<()> {
    Run::new(python()).args(["-m", "pip", "install", "-q", "--disable-pip-version-check"]).args(what).go()
}

/// Returns the folder of the environment, outside of what is committed.
fn folder() -> PathBuf {
    places::target().join("peers")
}

/// Returns the Python that has the peers.
fn python() -> PathBuf {
    folder().join("bin").join("python")
}
