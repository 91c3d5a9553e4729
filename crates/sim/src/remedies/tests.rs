//! Tests of the registry, of what is refused, and of what remedies do and break.

use std::collections::BTreeSet;

use super::*;
use crate::faults::{bare_state, usual};
use crate::order::FaultKind;
use crate::plan::shop;
use crate::state::FaultState;

#[test]
fn words_are_the_names_of_the_files() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/remedies");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "tests")
        .collect();

    let words: BTreeSet<String> = ALL.iter().map(|kind| kind.as_str().to_owned()).collect();

    assert_eq!(words.len(), 27);
    assert_eq!(words, files);
}

#[test]
fn every_kind_says_all_about_itself() {
    for info in remedy_catalogue() {
        assert_eq!(about(info.kind).kind, info.kind);
        assert_eq!(RemedyKind::parse(info.word), Some(info.kind));
        assert!(!info.effect.is_empty() && (1..=3).contains(&info.risk), "{}", info.word);
        if let Some(amount) = info.amount {
            assert!(amount.least < amount.most);
            assert!(amount.usual.is_none_or(|n| (amount.least..=amount.most).contains(&n)), "{}", info.word);
        }
    }
    assert_eq!(remedy_catalogue().len(), 27);
    assert_eq!(RemedyKind::parse("prayer"), None);
}

#[test]
fn what_is_not_possible_is_refused_with_its_reason() {
    let plan = shop();
    let state = bare_state(&plan);
    let rows: [(RemedyKind, &str, Option<f64>, &str); 14] = [
        (RemedyKind::Restart, "web-2", None, "not_running"),
        (RemedyKind::ScaleOut, "checkout", None, "no_free_place"),
        (RemedyKind::ScaleOut, "web", Some(2.0), "no_free_place"),
        (RemedyKind::ScaleOut, "orders-db", None, "keeps_data"),
        (RemedyKind::ScaleIn, "web", Some(2.0), "last_instance"),
        (RemedyKind::RollBack, "web", None, "no_previous_version"),
        (RemedyKind::FailOver, "orders-db-0", None, "is_primary"),
        (RemedyKind::Drain, "edge-0", None, "last_instance"),
        (RemedyKind::Drain, "orders-db-0", None, "is_primary"),
        (RemedyKind::Drain, "web-0", Some(0.0), "not_drained"),
        (RemedyKind::ShiftTraffic, "edge -> b", None, "no_instance_in_zone"),
        (RemedyKind::SkipReplication, "orders-db", None, "not_stopped"),
        (RemedyKind::ReseedReplica, "orders-db-0", None, "no_replica"),
        (RemedyKind::RenewCredential, "edge", None, "never_authenticated"),
    ];

    for (kind, target, amount, reason) in rows {
        let found = dry_run(&plan, &state, &remedy(kind, target, amount));
        assert_eq!(found, Err(Refused::Condition { reason }), "{kind:?} {target}");
    }
}

#[test]
fn a_number_that_is_missing_or_out_of_its_range_is_refused() {
    let plan = shop();
    let state = bare_state(&plan);
    let rows = [
        remedy(RemedyKind::Throttle, "web", None),
        remedy(RemedyKind::Throttle, "web", Some(0.0)),
        remedy(RemedyKind::Throttle, "web", Some(f64::NAN)),
        remedy(RemedyKind::RaisePool, "web -> checkout", Some(2.5)),
        remedy(RemedyKind::ChangeTimeout, "web -> checkout", None),
        remedy(RemedyKind::Silence, "HighErrorRate", Some(0.0)),
    ];

    for row in rows {
        assert!(matches!(dry_run(&plan, &state, &row), Err(Refused::Amount { .. })), "{row:?}");
    }
}

#[test]
fn a_target_of_another_kind_is_refused() {
    let plan = shop();
    let mut state = bare_state(&plan);

    for &kind in ALL.iter().filter(|&&kind| kind != RemedyKind::Silence) {
        let found = order(&plan, &mut state, &remedy(kind, "nowhere", Some(1.0)));
        assert!(matches!(found, Err(Refused::NoSuchTarget { .. })), "{kind:?}");
    }
    assert!(state.remedies.is_empty());
}

#[test]
fn a_dry_run_says_what_an_order_then_does() {
    let plan = shop();
    let mut state = bare_state(&plan);
    let wish = remedy(RemedyKind::Throttle, "web", Some(0.25));

    let said = dry_run(&plan, &state, &wish).unwrap();
    let position = order(&plan, &mut state, &wish).unwrap();

    assert_eq!(said.affects, ["web", "edge"]);
    assert_eq!(said.cautions[0].code, "refuses_users");
    assert_eq!(said.cautions[0].values, [("refused_ratio".to_owned(), "0.75".to_owned())]);
    let report = &reports(&plan, &state)[position];
    assert_eq!(report.effective.as_millis() - report.ordered.as_millis(), said.delay_s * 1000);
    assert!(!report.done);
}

#[test]
fn a_remedy_works_after_its_delay_and_is_not_taken_twice_meanwhile() {
    let plan = shop();
    let mut state = bare_state(&plan);
    let wish = remedy(RemedyKind::Throttle, "web", Some(0.25));
    order(&plan, &mut state, &wish).unwrap();

    assert_eq!(order(&plan, &mut state, &wish), Err(Refused::Condition { reason: "already_running" }));
    pass(&plan, &mut state, 14);
    assert!((state.components[1].admitted_ratio - 1.0).abs() < 1e-12);
    pass(&plan, &mut state, 1);

    assert!((state.components[1].admitted_ratio - 0.25).abs() < 1e-12);
    assert!(state.remedies[0].done);
    assert!(order(&plan, &mut state, &wish).is_ok());
}

#[test]
fn a_component_restarts_one_instance_after_the_other_and_fails_what_is_inside() {
    let plan = shop();
    let mut state = bare_state(&plan);
    let web = plan.components[1].instances.clone();
    for i in web.clone() {
        state.instances[i].inside = 7;
    }
    do_it(&plan, &mut state, &remedy(RemedyKind::Restart, "web", None));

    let starting = web.clone().filter(|&i| matches!(state.instances[i].phase, Phase::Starting(_))).count();
    assert_eq!(starting, 1, "the second waits for the first");
    assert_eq!(state.instances[web.start].inside, 0);
    assert_eq!(state.instances[web.start].lost, 7);

    state.instances[web.start].phase = Phase::Up;
    pass(&plan, &mut state, 1);
    state.instances[web.start + 1].phase = Phase::Up;
    pass(&plan, &mut state, 1);

    assert!(state.remedies[0].done);
    assert_eq!(state.instances[web.start + 2].phase, Phase::Absent, "a free place stays free");
}

#[test]
fn a_host_is_drained_except_for_primaries_and_the_last_ones() {
    let plan = shop();
    let mut state = bare_state(&plan);
    // There are edge-0, web-0, catalog-0 and orders-db-0 on it.
    do_it(&plan, &mut state, &remedy(RemedyKind::Drain, "host-1", None));

    let phase = |state: &State, name: &str| state.instances[plan.instance(name).unwrap()].phase;
    assert_eq!(phase(&state, "web-0"), Phase::Draining);
    assert_eq!(phase(&state, "catalog-0"), Phase::Draining);
    assert_eq!(phase(&state, "edge-0"), Phase::Up);
    assert_eq!(phase(&state, "orders-db-0"), Phase::Up);
    let balancer = state.components[0].balancer.clone().unwrap();
    assert_eq!(balancer.registered, [false, true, false]);
    assert_eq!(
        dry_run(&plan, &state, &remedy(RemedyKind::Drain, "web-1", None)),
        Err(Refused::Condition { reason: "last_instance" })
    );

    do_it(&plan, &mut state, &remedy(RemedyKind::Drain, "host-1", Some(0.0)));
    assert_eq!(phase(&state, "web-0"), Phase::Up);
}

#[test]
fn a_fail_over_takes_no_writes_for_a_while_and_says_what_it_loses() {
    let plan = shop();
    let mut state = bare_state(&plan);
    let database = state.components[7].database.as_mut().unwrap();
    database.replicas[1].behind = 4200.7;
    let wish = remedy(RemedyKind::FailOver, "orders-db", None);

    let said = dry_run(&plan, &state, &wish).unwrap();
    let loss = said.cautions.iter().find(|c| c.code == "loses_writes").unwrap();
    assert_eq!(loss.values[1], ("n_writes".to_owned(), "4200".to_owned()));
    // 15 s until it is decided, 30 s without a primary (the shop's plan).
    assert_eq!(said.delay_s, 45);
    order(&plan, &mut state, &wish).unwrap();
    let write = plan.edges.iter().position(|e| e.kind == crate::plan::EdgeKind::Write).unwrap();

    pass(&plan, &mut state, 14);
    assert!(state.edges[write].failing_ratio < 1e-12);
    pass(&plan, &mut state, 1);
    assert!((state.edges[write].failing_ratio - 1.0).abs() < 1e-12);
    pass(&plan, &mut state, 30);

    let (word, values) = state.remedies[0].outcome.clone().unwrap();
    assert_eq!(word, "promoted");
    assert_eq!(values[0].1, "orders-db-1");
}

#[test]
fn skipping_lets_the_replica_diverge_and_seeding_mends_it() {
    let plan = shop();
    let mut state = bare_state(&plan);
    let replica = |state: &State| state.components[7].database.as_ref().unwrap().replicas[1].clone();
    let database = state.components[7].database.as_mut().unwrap();
    (database.replicas[1].stopped, database.replicas[1].error) = (true, 1062);

    do_it(&plan, &mut state, &remedy(RemedyKind::SkipReplication, "orders-db-1", None));
    assert!(!replica(&state).stopped && replica(&state).diverged);

    let wish = remedy(RemedyKind::ReseedReplica, "orders-db-1", None);
    let delay_s = dry_run(&plan, &state, &wish).unwrap().delay_s;
    // 80 GiB over half of 10 Gbit/s: 80 · 8589.93 / 5000 = 137.4.
    assert_eq!(delay_s, 138);
    order(&plan, &mut state, &wish).unwrap();
    assert!(!replica(&state).serves && replica(&state).seeding_until.is_some());
    pass(&plan, &mut state, delay_s);

    assert!(replica(&state).serves && !replica(&state).diverged && replica(&state).seeding_until.is_none());
}

#[test]
fn a_purge_loses_every_message_that_waits() {
    let plan = shop();
    let mut state = bare_state(&plan);
    let broker = state.components[6].broker.as_mut().unwrap();
    (broker.published, broker.taken) = (1000, 400);

    do_it(&plan, &mut state, &remedy(RemedyKind::PurgeQueue, "events", None));

    assert_eq!(state.harm.lost_messages, 600);
    assert_eq!(state.lag(6), 0);
}

#[test]
fn rolling_back_returns_to_the_version_before_and_restarts_in_turn() {
    let plan = shop();
    let mut state = bare_state(&plan);
    state.components[1].previous_version = "1.3.9".to_owned();
    let web = plan.components[1].instances.clone();

    do_it(&plan, &mut state, &remedy(RemedyKind::RollBack, "web", None));
    assert_eq!(state.components[1].version, "1.3.9");
    assert_eq!(state.instances[web.start].phase, Phase::Draining);
    pass(&plan, &mut state, 1);
    assert!(matches!(state.instances[web.start].phase, Phase::Starting(_)));
    assert_eq!(state.instances[web.start].version, "1.3.9");
    for i in [web.start, web.start + 1] {
        state.instances[i].phase = Phase::Up;
        pass(&plan, &mut state, 2);
    }
    state.instances[web.start + 1].phase = Phase::Up;
    pass(&plan, &mut state, 1);

    assert!(state.remedies[0].done);
    assert_eq!(state.instances[web.start + 1].version, "1.3.9");
    let again = dry_run(&plan, &state, &remedy(RemedyKind::RollBack, "web", None));
    assert_eq!(again, Err(Refused::Condition { reason: "no_previous_version" }));
}

#[test]
fn a_configuration_is_restored_without_a_restart() {
    let plan = shop();
    let mut state = bare_state(&plan);
    state.components[2].bad_configuration = true;

    do_it(&plan, &mut state, &remedy(RemedyKind::RollBack, "checkout", None));

    assert!(!state.components[2].bad_configuration);
    assert!(plan.components[2].instances.clone().all(|i| state.instances[i].phase == Phase::Up));
}

#[test]
fn a_pool_beyond_what_the_database_has_is_warned_of() {
    let plan = shop();
    let state = bare_state(&plan);
    let warned = |size: f64| {
        let said =
            dry_run(&plan, &state, &remedy(RemedyKind::RaisePool, "checkout -> orders-db", Some(size)));
        said.unwrap().cautions.iter().any(|c| c.code == "exceeds_connections")
    };

    // Two instances with two pools (read and write), and two of catalog with 10 each: 4 · 45 + 20 is all of 200.
    assert!(!warned(45.0));
    assert!(warned(46.0));
}

#[test]
fn stopping_the_job_ends_what_it_does_and_frees_no_space() {
    let plan = shop();
    let mut state = bare_state(&plan);
    let spec = usual(&plan, FaultKind::DiskFills);
    let h = plan.host(&spec.target).unwrap();
    state.hosts[h].disk_used_gib = 180.0;
    state.faults.push(FaultState::planned(spec.clone(), state.at));
    crate::faults::begin_due(&plan, &mut state, Timestamp::from_millis(0), 1);

    do_it(&plan, &mut state, &remedy(RemedyKind::StopJob, &spec.target, None));
    assert!(state.faults[0].ended.is_some());
    assert!((state.hosts[h].disk_used_gib - 180.0).abs() < 1e-9);
    do_it(&plan, &mut state, &remedy(RemedyKind::CleanDisk, &spec.target, None));

    // Of 100 GiB that were added 80 can go, of the 80 GiB before 8.
    assert!((state.hosts[h].disk_used_gib - 92.0).abs() < 1e-9);
}

#[test]
fn renewing_a_credential_that_was_valid_refuses_callers_for_a_moment() {
    let plan = shop();
    let mut state = bare_state(&plan);
    do_it(&plan, &mut state, &remedy(RemedyKind::RenewCredential, "checkout", None));

    assert!((state.components[2].unauthorized_ratio - 1.0).abs() < 1e-12);
    state.components[2].unauthorized_ratio = 0.0;
    pass(&plan, &mut state, 20);

    assert!(state.remedies[0].done);
}

#[test]
fn shifting_sends_all_to_one_zone_until_it_is_taken_back() {
    let plan = shop();
    let mut state = bare_state(&plan);
    do_it(&plan, &mut state, &remedy(RemedyKind::ShiftTraffic, "catalog -> b", None));

    let edge = plan.edge(1, 3).unwrap();
    assert_eq!(state.edges[edge].weights_by_zone, [("b".to_owned(), 1.0), ("a".to_owned(), 0.0)]);
    do_it(&plan, &mut state, &remedy(RemedyKind::ShiftTraffic, "catalog -> b", Some(0.0)));

    assert!(state.edges[edge].weights_by_zone.is_empty());
}

fn remedy(kind: RemedyKind, target: &str, amount: Option<f64>) -> Remedy {
    Remedy { kind, target: target.to_owned(), amount }
}

/// Orders a remedy and lets its delay pass.
fn do_it(plan: &Plan, state: &mut State, remedy: &Remedy) {
    let position = order(plan, state, remedy).unwrap();
    let wait_ms = state.remedies[position].effective.as_millis() - state.at.as_millis();
    pass(plan, state, wait_ms / 1000);
}

/// Lets seconds pass in which nothing happens but remedies.
fn pass(plan: &Plan, state: &mut State, seconds: i64) {
    for _ in 0..seconds {
        state.at = state.at.plus_millis(1000);
        finish_due(plan, state, Timestamp::from_millis(0));
    }
}
