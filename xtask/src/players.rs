//! `players`: scripted players go through the shipped drills on many seeds, and the score has to rank them.

use anyhow::Result;

use crate::places;
use crate::process::Run;
use crate::setup::{Purpose, prepare};
use crate::terminal::{Outcome, Steps};

/// The test that plays and ranks; without the variable it takes fewer seeds.
const TEST: &str = "drill::players::players_are_ranked_as_they_should_be_in_nearly_all_seeds";

/// Plays on `seeds` seeds and prints the mean points of each player in each drill.
pub(crate) fn rank(seeds: u32) -> Result<()> {
    let mut steps = Steps::new(2);
    steps.step("look for what the machine needs", || prepare(Purpose::Build))?;
    steps.step("play and rank", || {
        let test = ["test", "--locked", "-p", "wardroom-sim", "--lib", "--", "--exact", TEST, "--nocapture"];
        let run = Run::cargo().args(test).env("WARDROOM_PLAYER_SEEDS", seeds.to_string());
        run.within(&places::root()).go()?;
        Ok(Outcome::Done)
    })
}
