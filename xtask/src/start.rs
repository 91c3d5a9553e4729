//! `run`: builds and starts the window on the demo, or walks the same way in the terminal.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::Run;
use crate::setup::{Purpose, prepare};
use crate::terminal::{Outcome, Steps, loudly, say};
use crate::{interface, places};

/// How the window's program ends when no window can be opened.
const NO_WINDOW: i32 = 70;

/// Prepares the machine, builds, and starts.
pub(crate) fn run(release: bool) -> Result<()> {
    let mut steps = Steps::new(4);
    steps.step("look for what the machine needs", || prepare(Purpose::Build))?;
    steps.step("install the packages of the interface", interface::install)?;
    steps.step("build the interface", interface::build)?;
    steps.step("build the program", || programs(release))?;
    let profile = if release { "release" } else { "debug" };
    if has_display() {
        say(&format!("Opening the window on the demo workspace (ready after {}).", steps.elapsed()));
        let window = Run::new(places::program(profile, "wardroom-desktop")).args(["--demo"]);
        if !window.ends_with(NO_WINDOW)? {
            return Ok(());
        }
        loudly("The display does not answer: the demo runs in the terminal");
    } else {
        loudly(
            "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set): the demo runs in the terminal",
        );
    }
    in_the_terminal(profile)
}

/// Builds the window and the terminal program under one profile.
pub(crate) fn programs(release: bool) -> Result<Outcome> {
    let build = Run::cargo().args(["build", "--locked", "-p", "wardroom-desktop", "-p", "wardroom-cli"]);
    let build = if release { build.args(["--release"]) } else { build };
    build.within(&places::root()).go()?;
    Ok(Outcome::Done)
}

fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn in_the_terminal(profile: &str) -> Result<()> {
    let (workspace, report) = places_of_demo()?;
    Run::new(places::program(profile, "wardroom"))
        .args(["demo", "--workspace"])
        .args([&workspace])
        .args(["--report"])
        .args([&report])
        .go()?;
    say("");
    say(&format!("Workspace: {}", workspace.display()));
    say(&format!("Report:    {}", report.display()));
    say(&format!(
        "Look again: {} open {}",
        places::program(profile, "wardroom").display(),
        workspace.display()
    ));
    Ok(())
}

fn places_of_demo() -> Result<(PathBuf, PathBuf)> {
    let folder = places::data();
    std::fs::create_dir_all(&folder)?;
    let time = Run::new("date").args(["-u", "+%Y%m%d-%H%M%S"]).output()?;
    let name = format!("demo-{}", time.trim());
    Ok((folder.join(format!("{name}.wardroom")), folder.join(format!("{name}.html"))))
}
