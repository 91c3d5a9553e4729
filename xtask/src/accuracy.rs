//! `accuracy` and `train`: build the program that answers in the scorers' formats, or makes a shipped model, and start it.

use anyhow::Result;

use crate::places;
use crate::process::Run;
use crate::setup::{Purpose, prepare};
use crate::terminal::{Outcome, Steps};

/// Answers one area; paths are those of the caller's folder.
pub(crate) fn accuracy(arguments: &[&str]) -> Result<()> {
    started("accuracy", "answer", arguments)
}

/// Makes a shipped model anew from the texts beside it.
pub(crate) fn train(arguments: &[&str]) -> Result<()> {
    started("train", "train", arguments)
}

fn started(program: &str, what: &str, arguments: &[&str]) -> Result<()> {
    let mut steps = Steps::new(3);
    steps.step("look for what the machine needs", || prepare(Purpose::Build))?;
    steps.step("build the program", || {
        let build = ["build", "--locked", "-p", "wardroom-tests", "--bin", program];
        Run::cargo().args(build).within(&places::root()).go()?;
        Ok(Outcome::Done)
    })?;
    steps.step(what, || {
        Run::new(places::program("debug", program)).args(arguments).go()?;
        Ok(Outcome::Done)
    })
}
