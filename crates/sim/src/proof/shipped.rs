//! The scenarios that are shipped: their reference solutions reach what they ask for, and waiting does not.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use wardroom_core::{TimeRange, Timestamp};

use crate::drill::knowable;
use crate::drill::names::{mentions, same_thing};
use crate::order::OrderKind;
use crate::proof::scene::START;
use crate::scenario::{Scenario, Screen, Useful};
use crate::world::World;

/// The seed of the runs here.
const SEED: u64 = 101;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/scenarios")
}

/// Returns all scenarios that are drills, by name.
fn shipped() -> Vec<(String, Scenario)> {
    let topology =
        |name: &str| std::fs::read_to_string(folder().join("topologies").join(format!("{name}.toml"))).ok();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder()).expect("scenarios are shipped") {
        let path = entry.expect("the folder can be read").path();
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
        // The demo is a world of its own form.
        if stem == "demo" || path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a scenario can be read");
        let scenario = Scenario::parse(&text, &topology).unwrap_or_else(|error| panic!("{stem}: {error}"));
        found.push((stem, scenario));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// Runs the reference solution from the beginning of the run.
fn solve(scenario: &Scenario, world: &mut World) -> Result<(), String> {
    for step in &scenario.brief().reference.steps {
        world.advance(START.plus_millis(step.at_s * 1000));
        let what = OrderKind::Remedy(step.remedy.clone());
        world.order(what).map_err(|why| format!("{:?} at {} s is refused: {why}", step.remedy, step.at_s))?;
    }
    world.advance(world.ends());
    Ok(())
}

fn failed(world: &World) -> u64 {
    world.outcome().failed.iter().sum()
}

/// What was found of one scenario. All of it comes from the same few runs, which are the dear part.
struct Proof {
    name: String,
    /// What the reference solution comes to, or why it does not do.
    solved: Result<String, String>,
    /// Evidence that is not there, or that none that decides could ever be known.
    unfounded: Vec<String>,
    /// Wrong advice that helps.
    misled: Vec<String>,
}

impl Proof {
    fn of(name: &str, scenario: &Scenario) -> Self {
        let fresh = World::new(scenario, SEED, START);
        let mut nobody = fresh.clone();
        nobody.advance(nobody.ends());
        Self {
            name: name.to_owned(),
            solved: prove(scenario, &fresh, &nobody),
            unfounded: unfounded(scenario, &fresh, &nobody),
            misled: misled(scenario, &fresh, &nobody),
        }
    }

    fn name_all(&self, problems: &[String]) -> Vec<String> {
        problems.iter().map(|problem| format!("{}: {problem}", self.name)).collect()
    }
}

/// Returns what was found of all scenarios; two threads share the work, once for all tests.
fn proofs() -> &'static [Proof] {
    static PROOFS: OnceLock<Vec<Proof>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let all = shipped();
        let half = |odd: usize| {
            let mine = all.iter().enumerate().filter(|(idx, _)| idx % 2 == odd);
            mine.map(|(_, (name, scenario))| Proof::of(name, scenario)).collect::<Vec<Proof>>()
        };
        std::thread::scope(|scope| {
            let odd = scope.spawn(|| half(1));
            let even = half(0);
            even.into_iter().chain(odd.join().expect("no proof panics")).collect()
        })
    })
}

/// Proves the reference solution of one scenario and returns what was found.
fn prove(scenario: &Scenario, fresh: &World, nobody: &World) -> Result<String, String> {
    let brief = scenario.brief();
    let mut solved = fresh.clone().without_telemetry();
    solve(scenario, &mut solved)?;
    let Some(since) = solved.objectives_met() else {
        return Err(format!(
            "the reference solution does not reach the objectives ({} failed)",
            failed(&solved)
        ));
    };
    let heals = brief.self_healing || brief.cause.is_none();
    match nobody.objectives_met() {
        Some(since) if !heals => return Err(format!("doing nothing reaches the objectives at {since}")),
        None if heals => return Err("it is said to heal by itself, and does not".to_owned()),
        Some(_) | None => {}
    }
    if failed(&solved) > failed(nobody) && !heals {
        return Err(format!("{} fail with the solution, {} without it", failed(&solved), failed(nobody)));
    }
    let after_s = |at: Timestamp| (at.as_millis() - START.as_millis()) / 1000;
    let known = brief.useful.iter().zip(knowable(nobody)).filter(|(u, _)| u.decides);
    let decisive_s: Vec<i64> = known.filter_map(|(_, at)| at.map(after_s)).collect();
    Ok(format!(
        "{}\tdecisive at {decisive_s:?} s, solved since {} s, {} failed; {} by waiting",
        brief.id,
        after_s(since),
        failed(&solved),
        failed(nobody)
    ))
}

#[test]
fn at_least_fourteen_scenarios_in_four_tiers_are_shipped() {
    let all = shipped();

    assert!(all.len() >= 14, "{} scenarios", all.len());
    for tier in 1..=4 {
        assert!(all.iter().any(|(_, s)| s.brief().tier == tier), "no scenario of tier {tier}");
    }
    let misleading = all.iter().filter(|(_, s)| s.brief().advice.iter().any(|a| a.wrong)).count();
    assert!(misleading >= 3, "{misleading} scenarios with wrong advice");
}

/// Reports whether a piece of evidence names what is really there in a run.
fn occurs(world: &World, useful: &Useful) -> bool {
    let Ok(run) = TimeRange::new(START, world.at().plus_millis(1)) else { return false };
    let (subject, detail) = (useful.subject.as_str(), useful.detail.as_str());
    let is_subject = |name: &str| subject.is_empty() || same_thing(name, subject);
    match useful.screen {
        Screen::Metrics => world
            .series()
            .iter()
            .any(|s| s.key.metric == detail && (subject.is_empty() || mentions(&s.key.labels, subject))),
        Screen::Now | Screen::Alerts => world.alert_events(run).iter().any(|e| {
            let named = detail.is_empty() || e.alert.name == detail;
            named && (subject.is_empty() || mentions(&e.alert.labels, subject))
        }),
        Screen::Logs => world.logs(run).iter().any(|r| {
            let words = r.message.to_lowercase().contains(&detail.to_lowercase());
            words && (is_subject(&r.service) || is_subject(&r.host))
        }),
        Screen::Changes => {
            let Ok(all) = TimeRange::new(world.history().start(), world.at().plus_millis(1)) else {
                return false;
            };
            world.changes(all).iter().any(|c| is_subject(&c.subject) && c.what.contains(detail))
        }
        Screen::Checks => {
            world.check_results(run).iter().any(|c| c.name == subject || same_thing(&c.component, subject))
        }
        Screen::Catalog => world.inventory().entities.iter().any(|e| is_subject(&e.name)),
    }
}

/// Returns the evidence of a scenario that is not there, and whether none that decides could ever be known (that all is
/// as usual may decide as well, and is nothing that begins).
fn unfounded(scenario: &Scenario, fresh: &World, nobody: &World) -> Vec<String> {
    let in_the_solution = |useful: &Useful| {
        let mut world = fresh.clone();
        solve(scenario, &mut world).is_ok() && occurs(&world, useful)
    };
    let known = knowable(nobody);
    let (mut wrong, mut decided) = (Vec::new(), false);
    for (useful, known) in scenario.brief().useful.iter().zip(known) {
        let what = format!("{:?} {} {}", useful.screen, useful.subject, useful.detail);
        if !occurs(nobody, useful) && !in_the_solution(useful) {
            wrong.push(format!("{what} is not there"));
        }
        decided |= useful.decides && known.is_some();
    }
    if !decided {
        wrong.push("nothing that decides is ever known".to_owned());
    }
    wrong
}

#[test]
fn useful_evidence_is_really_there_and_what_decides_can_be_known() {
    let wrong: Vec<String> = proofs().iter().flat_map(|proof| proof.name_all(&proof.unfounded)).collect();

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn failing_over_to_the_lagging_replica_loses_writes_and_solves_nothing() {
    let all = shipped();
    let (_, scenario) = all.iter().find(|(name, _)| name == "replica_lag").expect("it is shipped");
    let mut world = World::new(scenario, SEED, START);
    world.advance(START.plus_millis(180_000));
    let advice = scenario.brief().advice.iter().find(|a| a.wrong).expect("it tempts");

    world.order(OrderKind::Remedy(advice.remedy.clone())).expect("it can be done");
    world.advance(world.ends());

    // About 94 writes a second are not applied, from five minutes before the run on.
    assert!(world.outcome().lost_writes > 10_000, "{}", world.outcome().lost_writes);
    assert_eq!(world.objectives_met(), None);
}

/// Returns a shipped scenario, and where its first evidence on a screen stands.
fn with_evidence(name: &str, screen: Screen) -> (Scenario, usize) {
    let (_, scenario) = shipped().into_iter().find(|(stem, _)| stem == name).expect("it is shipped");
    let place = scenario.brief().useful.iter().position(|u| u.screen == screen).expect("it is evidence");
    (scenario, place)
}

#[test]
fn what_an_action_changes_is_not_the_change_that_explains_the_trouble() {
    let (scenario, place) = with_evidence("leaking_deploy", Screen::Changes);
    let mut world = World::new(&scenario, SEED, START);
    let ordered = START.plus_millis(300_000);
    world.advance(ordered);
    let before = knowable(&world)[place];
    let step = scenario.brief().reference.steps.first().expect("it is rolled back");
    world.order(OrderKind::Remedy(step.remedy.clone())).expect("it can be done");
    world.advance(START.plus_millis(600_000));

    let after = TimeRange::new(ordered.plus_millis(1), world.at()).expect("it moved on");
    assert!(world.changes(after).iter().any(|c| c.subject == step.remedy.target), "rolling back is a change");
    assert!(before.is_some_and(|at| at < ordered), "{before:?}");
    assert_eq!(knowable(&world)[place], before);
}

#[test]
fn that_a_check_passes_can_be_known() {
    let (scenario, place) = with_evidence("telemetry_lost", Screen::Checks);
    let mut world = World::new(&scenario, SEED, START);
    world.advance(START.plus_millis(300_000));

    let onset = scenario.brief().cause.as_ref().map_or(0, |c| c.at_s);
    let known = knowable(&world)[place].expect("it was looked at every minute");
    assert!((START.plus_millis(onset * 1000)..=world.at()).contains(&known), "{known:?}");
}

#[test]
fn the_example_of_the_manual_breaks_with_every_seed_and_is_solved_by_its_reference() {
    let page = include_str!("../../../../docs/SCENARIOS.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
    let scenario = Scenario::parse(example.expect("an example"), &|_| None).expect("it is a scenario");
    for seed in [1, 2, 9, 10, 21] {
        let fresh = World::new(&scenario, seed, START).without_telemetry();
        let (mut nobody, mut solved) = (fresh.clone(), fresh);
        nobody.advance(nobody.ends());
        solve(&scenario, &mut solved).expect("its steps can be taken");

        assert_eq!(nobody.objectives_met(), None, "seed {seed}: nobody acts");
        assert!(solved.objectives_met().is_some(), "seed {seed}: the reference acts");
    }
}

#[test]
fn every_scenario_is_solved_by_its_reference_and_not_by_waiting() {
    let mut wrong = Vec::new();
    for proof in proofs() {
        match &proof.solved {
            Ok(found) => println!("{found}"),
            Err(problem) => wrong.push(format!("{}: {problem}", proof.name)),
        }
    }

    assert_eq!(proofs().len(), shipped().len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Reports whether a run was better than another: fewer requests failed, and nothing else got worse.
fn is_better(run: &World, than: &World) -> bool {
    let (own, other) = (run.outcome(), than.outcome());
    let side = |o: &crate::Outcome| [o.stale_reads, o.lost_writes, o.lost_messages];
    let no_worse = side(&own).iter().zip(side(&other)).all(|(a, b)| *a <= b);
    no_worse && failed(run) * 20 < failed(than) * 19
}

/// Returns the wrong advice of a scenario that would help all the same.
fn misled(scenario: &Scenario, fresh: &World, nobody: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for advice in scenario.brief().advice.iter().filter(|a| a.wrong) {
        let mut followed = fresh.clone().without_telemetry();
        followed.advance(START.plus_millis(advice.after_s.max(0) * 1000));
        // What the world refuses helps nobody either.
        let _ = followed.order(OrderKind::Remedy(advice.remedy.clone()));
        followed.advance(followed.ends());
        if is_better(&followed, nobody) {
            let counts = (failed(&followed), failed(nobody));
            wrong.push(format!("{:?}: {counts:?} failed", advice.remedy));
        }
    }
    wrong
}

#[test]
fn advice_that_is_said_to_be_wrong_solves_nothing() {
    let wrong: Vec<String> = proofs().iter().flat_map(|proof| proof.name_all(&proof.misled)).collect();

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_root_of_the_silent_outage_shows_no_alert() {
    let all = shipped();
    let (_, scenario) = all.iter().find(|(name, _)| name == "silent_primary").expect("it is shipped");
    let mut nobody = World::new(scenario, SEED, START);
    nobody.advance(nobody.ends());
    // The process that dies, and the host that falls silent with it.
    let is_root = |value: &str| ["pg-main-1", "db-1"].contains(&value.split(':').next().unwrap_or_default());

    let run = TimeRange::new(START, nobody.at().plus_millis(1)).expect("the run has a length");
    let alerts = nobody.alert_events(run);
    let of_root: Vec<&str> = alerts
        .iter()
        .filter(|e| e.alert.labels.iter().any(|(_, value)| is_root(value)))
        .map(|e| e.alert.name.as_str())
        .collect();

    assert!(of_root.is_empty(), "{of_root:?}");
    assert!(!alerts.is_empty() && failed(&nobody) > 1_000, "users feel it, and alerts fire elsewhere");
}
