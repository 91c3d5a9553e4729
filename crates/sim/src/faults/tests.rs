//! Tests of the registry, of the onsets, and of what every fault changes.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::plan::{EdgeKind, shop};
use crate::state::Phase;

const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

#[test]
fn words_are_the_names_of_the_files() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/faults");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "tests")
        .collect();

    let words: BTreeSet<String> = ALL.iter().map(|kind| kind.as_str().to_owned()).collect();

    assert_eq!(words.len(), 30);
    assert_eq!(words, files);
}

#[test]
fn every_kind_says_all_about_itself() {
    for &kind in ALL {
        let about = about(kind);
        assert_eq!(about.kind, kind);
        assert_eq!(FaultKind::parse(kind.as_str()), Some(kind));
        assert!(!about.felt_first.is_empty() && !about.cures.is_empty(), "{kind:?}");
        assert!(about.act.is_some() || about.begin.is_some(), "{kind:?} does nothing");
        let names: BTreeSet<&str> = about.parameters.iter().map(|p| p.name).collect();
        assert_eq!(names.len(), about.parameters.len());
        for p in about.parameters {
            assert!(p.least < p.most && (p.least..=p.most).contains(&p.usual), "{kind:?} {}", p.name);
            assert!(!p.meaning.is_empty());
        }
    }
    assert_eq!(FaultKind::parse("gremlins"), None);
}

#[test]
fn every_kind_has_a_target_in_the_shop_and_a_reference_remedy_that_it_lists() {
    let plan = shop();
    for &kind in ALL {
        let spec = usual(&plan, kind);
        check(&plan, &spec).unwrap_or_else(|why| panic!("{kind:?} at {}: {why}", spec.target));
        let remedies = reference_remedy(&plan, &spec);
        assert!(!remedies.is_empty(), "{kind:?}");
        for remedy in &remedies {
            assert!(
                about(kind).cures.contains(&remedy.kind),
                "{kind:?} is not said to be cured by {remedy:?}"
            );
            let target = crate::remedies::about(remedy.kind).target;
            assert!(target.find(&plan, &remedy.target).is_ok(), "{kind:?}: {remedy:?}");
        }
    }
}

#[test]
fn an_onset_has_its_shape() {
    let plan = shop();
    let at = |onset: Onset, for_s: Option<i64>, s: i64| {
        let spec = FaultSpec { onset, for_s, ..usual(&plan, FaultKind::NoisyNeighbour) };
        let fault = FaultState { progress: 0.0, ..FaultState::planned(spec, START) };
        strength(&fault, START.plus_millis(s * 1000))
    };
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} is not {b}");

    close(at(Onset::Sudden, None, -1), 0.0);
    close(at(Onset::Sudden, None, 0), 1.0);
    close(at(Onset::Sudden, Some(60), 59), 1.0);
    close(at(Onset::Sudden, Some(60), 60), 0.0);
    close(at(Onset::Ramp { over_s: 200 }, None, 0), 0.0);
    close(at(Onset::Ramp { over_s: 200 }, None, 50), 0.25);
    close(at(Onset::Ramp { over_s: 200 }, None, 900), 1.0);
    close(at(Onset::Flapping { period_s: 60 }, None, 29), 1.0);
    close(at(Onset::Flapping { period_s: 60 }, None, 30), 0.0);
    close(at(Onset::Flapping { period_s: 60 }, None, 60), 1.0);
}

#[test]
fn a_shaped_fault_changes_nothing_while_its_strength_is_zero() {
    let plan = shop();
    for &kind in ALL.iter().filter(|&&kind| about(kind).shaped && about(kind).begin.is_none()) {
        let before = bare_state(&plan);
        let mut state = before.clone();
        let spec = FaultSpec { onset: Onset::Ramp { over_s: 600 }, ..usual(&plan, kind) };
        state.faults.push(FaultState::planned(spec, START));

        begin_due(&plan, &mut state, START, 1);
        act(&plan, &mut state, START, 1);
        state.faults.clear();

        assert_eq!(state, before, "{kind:?}");
    }
}

#[test]
fn every_fault_changes_something_when_it_has_begun() {
    let plan = shop();
    for &kind in ALL {
        let before = bare_state(&plan);
        let mut state = before.clone();
        state.faults.push(FaultState::planned(usual(&plan, kind), START));

        begin_due(&plan, &mut state, START, 1);
        act(&plan, &mut state, START, 1);
        assert!(state.faults[0].is_active(), "{kind:?} is over at once");
        state.faults.clear();

        assert_ne!(state, before, "{kind:?}");
    }
}

#[test]
fn a_fault_waits_for_its_time() {
    let plan = shop();
    let mut state = bare_state(&plan);
    let spec = FaultSpec { at_s: 2, ..usual(&plan, FaultKind::NoisyNeighbour) };
    state.faults.push(FaultState::planned(spec, START));

    begin_due(&plan, &mut state, START, 1);
    assert!(!state.faults[0].has_begun());
    state.at = START.plus_millis(2000);
    begin_due(&plan, &mut state, START, 1);

    assert!(state.faults[0].is_active());
}

#[test]
fn a_fault_that_ends_by_itself_leaves_the_settings_as_planned() {
    let plan = shop();
    for kind in
        [FaultKind::PoolTooSmall, FaultKind::ConfigurationError, FaultKind::ClockSkew, FaultKind::LockPileUp]
    {
        let before = bare_state(&plan);
        let mut state = before.clone();
        let spec = FaultSpec { for_s: Some(5), ..usual(&plan, kind) };
        state.faults.push(FaultState::planned(spec, START));
        begin_due(&plan, &mut state, START, 1);
        act(&plan, &mut state, START, 1);

        state.at = START.plus_millis(5000);
        act(&plan, &mut state, START, 1);

        assert_eq!(state.faults[0].ended, Some(state.at), "{kind:?}");
        // What it set for the one step is cleared by the next.
        for edge in &mut state.edges {
            edge.failing_ratio = 0.0;
        }
        assert_eq!((state.components, state.edges), (before.components, before.edges), "{kind:?}");
    }
}

#[test]
fn an_injected_fault_is_checked_first_and_not_taken_twice() {
    let plan = shop();
    let mut state = bare_state(&plan);
    let spec = usual(&plan, FaultKind::NoisyNeighbour);
    let elsewhere = FaultSpec { target: "nowhere".to_owned(), ..spec.clone() };
    let beyond = FaultSpec { values: BTreeMap::from([("cores".to_owned(), f64::NAN)]), ..spec.clone() };
    let unknown = FaultSpec { values: BTreeMap::from([("cheese".to_owned(), 1.0)]), ..spec.clone() };
    let way = FaultSpec { way: "sideways".to_owned(), ..spec.clone() };

    assert!(matches!(inject(&plan, &mut state, &elsewhere, START), Err(Refused::NoSuchTarget { .. })));
    assert!(matches!(inject(&plan, &mut state, &beyond, START), Err(Refused::Amount { what: "cores", .. })));
    assert_eq!(
        inject(&plan, &mut state, &unknown, START),
        Err(Refused::Condition { reason: "unknown_parameter" })
    );
    assert_eq!(inject(&plan, &mut state, &way, START), Err(Refused::Condition { reason: "unknown_way" }));
    assert!(state.faults.is_empty());

    inject(&plan, &mut state, &spec, START).unwrap();
    begin_due(&plan, &mut state, START, 1);

    assert!(state.faults[0].injected && state.faults[0].is_active());
    assert_eq!(
        inject(&plan, &mut state, &spec, START),
        Err(Refused::Condition { reason: "already_running" })
    );
}

#[test]
fn an_injected_fault_begins_at_its_time_and_not_before_its_order() {
    let plan = shop();
    let mut state = bare_state(&plan);
    let after = |s: i64| START.plus_millis(s * 1000);
    let late = FaultSpec { at_s: 60, ..usual(&plan, FaultKind::NoisyNeighbour) };
    let past = FaultSpec { at_s: -60, ..usual(&plan, FaultKind::TelemetryLoss) };
    state.at = after(10);

    inject(&plan, &mut state, &late, START).unwrap();
    inject(&plan, &mut state, &past, START).unwrap();
    begin_due(&plan, &mut state, START, 1);
    assert_eq!(state.faults.iter().map(|f| f.began).collect::<Vec<_>>(), [after(60), after(10)]);
    assert!(!state.faults[0].has_begun() && state.faults[1].is_active());
    assert_eq!(
        inject(&plan, &mut state, &late, START),
        Err(Refused::Condition { reason: "already_running" }),
        "one that waits is one"
    );
    state.at = after(60);
    begin_due(&plan, &mut state, START, 1);

    assert!(state.faults[0].is_active());
}

#[test]
fn removing_a_source_ends_only_what_it_is_meant_for() {
    let plan = shop();
    let mut state = bare_state(&plan);
    for kind in [FaultKind::NoisyNeighbour, FaultKind::TelemetryLoss] {
        state.faults.push(FaultState::planned(usual(&plan, kind), START));
    }
    begin_due(&plan, &mut state, START, 1);

    assert_eq!(remove(&plan, &mut state, RemedyKind::StopJob, &|_| false), 0);
    assert_eq!(remove(&plan, &mut state, RemedyKind::StopJob, &|_| true), 1);

    assert!(!state.faults[0].is_active() && state.faults[1].is_active());
}

/// A fault of a kind with its usual values, at the first place of the plan that it can be done to.
pub(crate) fn usual(plan: &Plan, kind: FaultKind) -> FaultSpec {
    let about = about(kind);
    let pairs = plan
        .edges
        .iter()
        .map(|e| format!("{} -> {}", plan.components[e.from].name, plan.components[e.to].name));
    let names = plan
        .components
        .iter()
        .rev()
        .map(|c| c.name.clone())
        .chain(plan.hosts.iter().map(|h| h.name.clone()))
        .chain(pairs);
    let spec = |target: String| FaultSpec {
        kind,
        target,
        at_s: 0,
        onset: Onset::Sudden,
        for_s: None,
        values: BTreeMap::new(),
        way: about.ways.first().map_or_else(String::new, |&way| way.to_owned()),
    };
    names.map(spec).find(|spec| check(plan, spec).is_ok()).expect("the shop has a place for every fault")
}

/// The state of a plan in which everything has run for a day and nothing has been asked.
pub(crate) fn bare_state(plan: &Plan) -> State {
    let mut state = State::new(plan, START.plus_millis(-86_400_000), START);
    state.at = START;
    for database in state.components.iter_mut().filter_map(|c| c.database.as_mut()) {
        database.write_rps = 50.0;
    }
    state
}

#[test]
fn the_bare_state_fits_its_plan() {
    let plan = shop();
    let state = bare_state(&plan);

    assert_eq!(state.edges.len(), plan.edges.len());
    assert!(plan.edges.iter().any(|e| e.kind == EdgeKind::Write));
    assert!(state.instances.iter().any(|i| i.phase == Phase::Up));
    assert!(state.instances.iter().all(|i| i.started_at < START));
}
