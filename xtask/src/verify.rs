//! `test`: every check and every test, counted; a failure does not hide those behind it.

use std::path::PathBuf;

use anyhow::Result;

use crate::beside::Beside;
use crate::process::Run;
use crate::prometheus::{Programs, programs};
use crate::servers::{self, Servers};
use crate::setup::{Purpose, prepare};
use crate::tally::{Tally, count};
use crate::terminal::{Outcome, Steps, complain, loudly, say, seconds};
use crate::{interface, linted, places};

/// How much is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All of it.
    Everything,
    /// All but the runs in the real window.
    WithoutWindow,
}

/// The number of steps, those in the real window included.
const STEPS: usize = 12;

struct Verification {
    steps: Steps,
    tally: Tally,
    broken: Vec<String>,
    skipped: Vec<String>,
}

/// Prepares the machine, then runs everything; `false` when something failed.
///
/// What the rest stands on (packages, builds) ends the run when it fails.
pub(crate) fn test(reach: Reach, servers: Servers) -> Result<bool> {
    let steps = Steps::new(if reach == Reach::Everything { STEPS } else { STEPS - 1 });
    let mut all = Verification { steps, tally: Tally::default(), broken: Vec::new(), skipped: Vec::new() };
    let mut server = None;
    all.steps.step("look for what the machine needs", || {
        let outcome = prepare(Purpose::Test)?;
        server = programs();
        Ok(outcome)
    })?;
    all.name_what_is_missing(server.is_some());
    let mut left_out = Vec::new();
    all.steps.step("look for the large servers", || {
        let (outcome, skipped) = servers::prepare(servers);
        left_out = skipped;
        Ok(outcome)
    })?;
    for what in &left_out {
        all.skip(what);
    }
    all.steps.step("install the packages of the interface", interface::install)?;
    all.steps.step("build the interface", interface::build)?;
    all.check("formatting", || cargo(Run::cargo(), &["fmt", "--all", "--check"], &[]).go());
    let (names, commands) = of_the_interface();
    let beside = Beside::begin(commands);
    let (built, lints) = all.build();
    for name in names {
        all.ended(name, &beside);
    }
    built?;
    let environment = environment(server.as_ref());
    let beside = Beside::begin(vec![cargo(Run::patient_cargo(), &TESTS, &lints).args(["--no-run"])]);
    if reach == Reach::Everything {
        let files = window_tests()?;
        all.counted("runs in the real window", || window(&files, &environment));
    } else {
        all.skip("the runs in the real window (--quick)");
    }
    let is_linted = all.ended("build of the tests, with lints", &beside);
    // What could not be compiled that way is compiled plainly, so that a lint does not hide a failed test.
    let lints = if is_linted { lints } else { Vec::new() };
    all.counted("unit tests, journeys and examples", || {
        cargo(Run::cargo(), &TESTS, &[lints, environment].concat()).args(["--no-fail-fast"])
    });
    Ok(all.sum_up())
}

/// What the interface is checked with, beside the compiler.
fn of_the_interface() -> ([&'static str; 3], Vec<Run>) {
    let commands =
        vec![interface::npm("lint"), interface::npm("check"), interface::npm("test").env("NO_COLOR", "1")];
    (["lint of the interface", "types of the interface", "tests of the interface"], commands)
}

/// All tests of ours; they are compiled beside the runs in the real window, which wait most of their time.
const TESTS: [&str; 3] = ["test", "--locked", "--workspace"];

impl Verification {
    /// Builds the programs, with lints and documentation as one check; where that fails, plainly. Returns whether they
    /// stand, and what cargo has to be told to compile the tests in the same way.
    fn build(&mut self) -> (Result<()>, Variables) {
        // Of the whole workspace: cargo then chooses the features that the tests below are built with, and what both
        // stand on is built once. It takes what the interface's tests leave of the cores, and they the reverse.
        let program = ["build", "--locked", "--workspace"];
        let plain = || cargo(Run::patient_cargo(), &program, &[]).go();
        let (mut lints, mut found) = (Variables::new(), Ok(()));
        let built = self.steps.step("build the programs, with lints and documentation", || {
            match linted::variables() {
                Ok(variables) => lints = variables,
                Err(error) => found = Err(error),
            }
            if !lints.is_empty() {
                found = cargo(Run::patient_cargo(), &program, &lints).go();
            }
            if found.is_err() {
                lints.clear();
                plain()?;
            }
            Ok(Outcome::Done)
        });
        let passed = found.is_ok();
        self.tally.add(Tally { passed: usize::from(passed), failed: usize::from(!passed) });
        self.note("lints and documentation of the programs", found);
        (built, lints)
    }

    /// Runs a check, which counts as one test.
    fn check(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        let result = self.steps.step(name, || work().map(|()| Outcome::Done));
        let passed = result.is_ok();
        self.tally.add(Tally { passed: usize::from(passed), failed: usize::from(!passed) });
        self.note(name, result);
    }

    /// Waits for what ran beside other steps: its tests are counted, and what has none counts as one. Returns whether
    /// it passed.
    fn ended(&mut self, name: &str, beside: &Beside) -> bool {
        let mut tally = Tally::default();
        let result = self.steps.step(name, || {
            let ended = beside.next()?;
            say(&ended.said);
            say(&format!("{name} took {}", seconds(ended.took)));
            ended.said.lines().filter_map(count).for_each(|counted| tally.add(counted));
            ended.result.map(|()| Outcome::Done)
        });
        match &result {
            Ok(()) if tally == Tally::default() => tally.passed = 1,
            Err(_) if tally.failed == 0 => tally.failed = 1,
            Ok(()) | Err(_) => {}
        }
        self.tally.add(tally);
        let passed = result.is_ok();
        self.note(name, result);
        passed
    }

    /// Runs tests and counts what their runner says; a runner that fails without a failed test counts as one.
    fn counted(&mut self, name: &str, command: impl FnOnce() -> Run) {
        let mut tally = Tally::default();
        let result = self.steps.step(name, || {
            command().heard(|line| tally.add(count(line).unwrap_or_default()))?;
            Ok(Outcome::Done)
        });
        if result.is_err() && tally.failed == 0 {
            tally.failed = 1;
        }
        self.tally.add(tally);
        self.note(name, result);
    }

    fn note(&mut self, name: &str, result: Result<()>) {
        if let Err(error) = result {
            complain(&format!("{name}: {error:#}"));
            self.broken.push(format!("{name}: {error:#}"));
        }
    }

    fn skip(&mut self, what: &str) {
        loudly(&format!("SKIPPED: {what}"));
        self.skipped.push(what.to_owned());
    }

    fn name_what_is_missing(&mut self, server: bool) {
        if !server {
            self.skip("the tests against a real Prometheus: the program cannot be had on this machine");
        }
        if std::env::var_os("WARDROOM_DATA").is_none() {
            self.skip("the tests on recorded data sets: WARDROOM_DATA does not name their folder");
        }
    }

    fn sum_up(&self) -> bool {
        say(&format!("\nAfter {}:", self.steps.elapsed()));
        for what in &self.skipped {
            say(&format!("  skipped: {what}"));
        }
        for what in &self.broken {
            say(&format!("  failed:  {what}"));
        }
        say(&format!("\n{} passed, {} failed", self.tally.passed, self.tally.failed));
        self.tally.failed == 0
    }
}

type Variables = Vec<(String, std::ffi::OsString)>;

/// What the tests are told of this machine.
fn environment(server: Option<&Programs>) -> Variables {
    let program = |name| places::program("debug", name).into_os_string();
    let mut variables = vec![
        ("WARDROOM_CLI".to_owned(), program("wardroom")),
        ("WARDROOM_DESKTOP".to_owned(), program("wardroom-desktop")),
        ("WARDROOM_ARTIFACTS".to_owned(), places::artifacts().into_os_string()),
    ];
    if let Some(programs) = server {
        variables.push(("WARDROOM_PROMETHEUS".to_owned(), programs.server.clone().into_os_string()));
        variables.push(("PATH".to_owned(), programs.path.clone()));
    }
    variables
}

fn cargo(run: Run, arguments: &[&str], variables: &[(String, std::ffi::OsString)]) -> Run {
    let run = run.args(arguments).within(&places::root());
    variables.iter().fold(run, |run, (name, value)| run.env(name, value))
}

fn window_tests() -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(places::root().join("tests/e2e"))?;
    let mut files: Vec<PathBuf> = entries.map(|e| e.map(|e| e.path())).collect::<std::io::Result<_>>()?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    Ok(files)
}

/// One window at a time: two would share two cores with two browsers, and their times would say nothing.
fn window(files: &[PathBuf], variables: &[(String, std::ffi::OsString)]) -> Run {
    let options = ["--test", "--test-reporter=spec", "--test-concurrency=1"];
    let run = Run::new("node").args(options).args(files).within(&places::root()).env("NO_COLOR", "1");
    variables.iter().fold(run, |run, (name, value)| run.env(name, value))
}
