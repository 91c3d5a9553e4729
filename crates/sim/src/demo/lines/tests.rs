//! Tests of the lines that the demo's shop writes.

use super::*;
use crate::demo::World;

const DEMO: &str = include_str!("../../../../../assets/scenarios/demo.toml");

/// 2026-11-17T15:02:04Z, a Tuesday.
const END: Timestamp = Timestamp::from_millis(1_794_927_724_000);
const HOUR_MS: i64 = 3_600_000;

#[test]
fn reading_in_parts_is_reading_the_whole() {
    let world = demo(7);
    let deploy = world.changes(world.history()).iter().rfind(|c| c.subject == "orders").unwrap().at;
    let beyond = END.plus_millis(HOUR_MS);
    // One border lies between the stop of a process and its start, one where samples become denser.
    let cuts = [
        END.plus_millis(-7 * HOUR_MS),
        END.plus_millis(-6 * HOUR_MS + 17),
        deploy.plus_millis(-1_000),
        END,
        beyond,
    ];

    let whole = world.lines(range(cuts[0], beyond));
    let parts: Vec<LogRecord> = cuts.windows(2).flat_map(|cut| world.lines(range(cut[0], cut[1]))).collect();

    assert_eq!(parts, whole);
    assert_eq!(demo(7).lines(range(cuts[0], beyond)), whole);
    assert_ne!(demo(8).lines(range(cuts[0], beyond)), whole);
}

#[test]
fn a_day_is_kept_and_every_line_is_whole() {
    let world = demo(7);

    let lines = world.lines(world.history());

    assert_eq!(world.lines_from(), END.plus_millis(-24 * HOUR_MS).floor_to(60_000));
    assert!((60_000..150_000).contains(&lines.len()), "{}", lines.len());
    assert!(lines.is_sorted_by_key(|line| line.at));
    assert!(lines[0].at >= world.lines_from() && lines[lines.len() - 1].at < END);
    for line in &lines {
        assert!(!line.message.contains('<') && !line.message.is_empty(), "{}", line.message);
        assert!(!line.host.is_empty() && !line.dataset.is_empty() && line.level.is_some());
    }
}

#[test]
fn the_fault_is_written_down_where_it_begins_and_not_before() {
    let world = demo(7);
    let onset = world.truth().onset;
    let lines = world.lines(world.history());
    let first =
        |part: &str| lines.iter().find(|l| l.message.contains(part)).map(|l| (l.service.clone(), l.at));

    let (by, commit) = first(": COMMIT").unwrap();
    let (pool, refused) = first("no more connections allowed").unwrap();

    assert_eq!((by.as_str(), pool.as_str()), ("pg-main", "pgbouncer"));
    assert!((0..30_000).contains(&(commit.as_millis() - onset.as_millis())), "{commit:?} after {onset:?}");
    assert!(commit < refused && refused.as_millis() - onset.as_millis() < 60_000, "{refused:?}");
    // Who waits for the pool says so when it is full, and never before.
    let exhausted = lines.iter().filter(|l| l.message.contains("Connection is not available"));
    assert!(exhausted.clone().all(|l| l.at > onset && l.service == "orders"));
    assert!(exhausted.count() > 20);
}

#[test]
fn errors_are_few_in_everyday_life_and_many_in_the_fault() {
    let world = demo(7);
    let share = |from: Timestamp, to: Timestamp| {
        let lines = world.lines(range(from, to));
        let errors = lines.iter().filter(|l| l.level >= Some(LogLevel::Error)).count();
        errors as f64 / lines.len() as f64
    };
    let onset = world.truth().onset;

    let (before, after) = (share(onset.plus_millis(-HOUR_MS), onset), share(onset.plus_millis(180_000), END));

    assert!(before < 0.15, "{before}");
    assert!(after > 2.0 * before, "{before} to {after}");
}

#[test]
fn a_deployment_stops_and_starts_every_instance_with_its_version() {
    let world = demo(7);
    let deploy = world.changes(world.history()).into_iter().rfind(|c| c.subject == "web").unwrap();

    let lines = world.lines(range(deploy.at.plus_millis(-10_000), deploy.at.plus_millis(120_000)));
    let of = |text: &str| lines.iter().filter(|l| l.service == "web" && l.message.starts_with(text)).count();

    assert_eq!(of("received SIGTERM"), 3);
    assert_eq!(of(&format!("starting web {} (pid", deploy.what)), 3);
    assert_eq!(of("web ready"), 3);
}

#[test]
fn the_indexer_says_how_far_it_is_behind() {
    let world = demo(7);
    let behind = |from: Timestamp| -> f64 {
        let lines = world.lines(range(from, from.plus_millis(120_000)));
        let line = lines.iter().find(|l| l.message.starts_with("[indexer]")).unwrap();
        let (_, told) = line.message.split_once(" ms, ").unwrap();
        told.split(' ').next().unwrap().parse().unwrap()
    };

    assert!((40.0..65.0).contains(&behind(END.plus_millis(-3 * HOUR_MS))));
    assert!(behind(END.plus_millis(-300_000)) > 200.0);
}

fn demo(seed: u64) -> World {
    World::new(&Scenario::parse(DEMO).unwrap(), seed, END)
}

fn range(from: Timestamp, to: Timestamp) -> TimeRange {
    TimeRange::new(from, to).unwrap()
}
