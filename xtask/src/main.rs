//! Installs, builds, starts and checks: `cargo xtask run | test | bench | accuracy | players | train | bundle | bindings | check`.
//!
//! Deliberately *not* here: logic of the product. Everything is done by the tools that a person would start, in the
//! order in which they would; a failing step prints the line that repeats it.

mod accuracy;
mod bench;
mod beside;
mod bindings;
mod budgets;
mod bundle;
mod interface;
mod linted;
mod package;
mod peers;
mod places;
mod players;
mod process;
mod prometheus;
mod servers;
mod setup;
mod start;
mod tally;
mod terminal;
mod verify;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::terminal::{complain, say};

const HELP: &str = "\
cargo xtask COMMAND

  run [--release]   install what is missing, build, open the window on the demo workspace;
                    without a display: the same journey in the terminal, and a report
  test [--quick] [--servers]
                    install what is missing, run every check and test; --quick leaves out the runs in the real window,
                    --servers also installs the large servers (Backstage), which are used whenever they are there
  bench [--peers]   measure; prints a table and writes docs/BENCHMARKS.md; --peers measures the analysis only, beside
                    scikit-learn, Prophet and statsmodels in the same run, and writes nothing
  accuracy AREA --data DIR --out DIR [--threads N]
                    answer a folder of questions in the scorers' formats: anomaly, templates, faults, edges
  players [--seeds N]
                    let scripted players go through the drills on 200 seeds or N, and check how the score ranks them
  train faults      make the shipped model of fault classes anew from the texts beside it
  bundle [--try]    make the .deb with checksums and a bill of materials, in artifacts/bundle; look at it, unpack it and
                    run its program; --try also installs it, starts it and removes it again (apt, with sudo if needed)
  bindings          write ui/src/lib/ipc/bindings.ts anew from the commands
  check             report files and functions past their budget";

fn main() -> ExitCode {
    if let Some(code) = linted::as_compiler() {
        return code;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            complain(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Reads the options of `test`, in any order, and runs it.
fn test(options: &[&str]) -> Result<bool> {
    let (mut reach, mut servers) = (verify::Reach::Everything, servers::Servers::Cached);
    for option in options {
        match *option {
            "--quick" => reach = verify::Reach::WithoutWindow,
            "--servers" => servers = servers::Servers::Installed,
            other => bail!("unknown option `{other}` of test\n\n{HELP}"),
        }
    }
    verify::test(reach, servers)
}

/// Runs one command; `false` when it ran to its end and found failures.
fn dispatch(arguments: &[String]) -> Result<bool> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["run"] => start::run(false).map(|()| true),
        ["run", "--release"] => start::run(true).map(|()| true),
        ["test", ref options @ ..] => test(options),
        ["bench"] => bench::bench().map(|()| true),
        ["bench", "--peers"] => peers::bench().map(|()| true),
        ["accuracy", ref rest @ ..] => accuracy::accuracy(rest).map(|()| true),
        ["players"] => players::rank(200).map(|()| true),
        ["players", "--seeds", seeds] => players::rank(seeds.parse()?).map(|()| true),
        ["train", ref rest @ ..] => accuracy::train(rest).map(|()| true),
        ["bundle"] => bundle::bundle(bundle::Trial::Unpacked).map(|()| true),
        ["bundle", "--try"] => bundle::bundle(bundle::Trial::Installed).map(|()| true),
        ["bindings"] => bindings::write().map(|()| true),
        ["check"] => budgets::report().map(|()| true),
        [] | ["help" | "--help" | "-h"] => {
            say(HELP);
            Ok(true)
        }
        _ => bail!("unknown command `{}`\n\n{HELP}", words.join(" ")),
    }
}
