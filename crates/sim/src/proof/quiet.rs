//! The quiet history: nothing is wrong in it, although deployments happen and its steps are a minute long.

use std::collections::BTreeMap;

use wardroom_core::{LogLevel, SeriesKey, TimeRange, Timestamp};

use crate::proof::scene::{START, Scene, after, seconds};
use crate::world::World;

/// Rules that are loud or flap on purpose.
const NOISY: [&str; 2] = ["HostLoadHigh", "TrafficHigh"];

/// A deployment within the history, whose restarts disturb the steps of a minute.
const DEPLOYED: &str = "[[change]]\nat_s = -2700\ncomponent = \"fulfilment\"\ndeploy = \"9.9.9\"\n\n[[change]]\nat_s = -5400\ncomponent = \"payments\"\ndeploy = \"9.9.9\"\n";

#[test]
fn nothing_but_the_noisy_rules_fires_at_the_end_of_a_quiet_history() {
    let scene = Scene { more: DEPLOYED.to_owned(), ..Scene::harbour() };
    let scenario = scene.parse();
    for seed in 0..12 {
        let world = World::new(&scenario, seed, START);

        let firing: Vec<String> = world
            .alerts()
            .into_iter()
            .filter(|alert| alert.state == wardroom_core::AlertState::Firing)
            .map(|alert| alert.name)
            .filter(|name| !NOISY.contains(&name.as_str()))
            .collect();

        assert!(firing.is_empty(), "seed {seed}: {firing:?}");
    }
}

#[test]
fn a_deployment_of_the_history_is_no_outage() {
    let scene = Scene { more: DEPLOYED.to_owned(), ..Scene::harbour() };
    let scenario = scene.parse();
    for seed in 0..4 {
        let world = World::new(&scenario, seed, START);
        for deployed_s in [-2700, -5400] {
            let at = START.plus_millis(deployed_s * 1000);
            let before = slowest(&world, at.plus_millis(-1_800_000), at);
            let while_deployed = slowest(&world, at, at.plus_millis(900_000));
            assert!(while_deployed <= 4.0 * before, "seed {seed}: {while_deployed} s after {before} s");
        }
    }
}

#[test]
fn the_run_begins_without_a_backlog_that_only_longer_steps_had() {
    let scenario = Scene::harbour().parse();
    for seed in 0..4 {
        let mut world = World::new(&scenario, seed, START);
        world.advance(START.plus_millis(120_000));
        let waiting = |from, to| largest(&world, "kafka_consumergroup_lag_sum", "kafka-orders", from, to);

        let before = waiting(START.plus_millis(-1_800_000), START);
        let after = waiting(START, world.at());

        assert!(after <= 2.0 * before, "seed {seed}: {after} messages after {before}");
    }
}

#[test]
fn where_the_steps_of_the_history_change_their_length_nothing_happens_to_the_queue() {
    // Nothing of the search takes or publishes a message; its deployment is passed in seconds.
    let more = "[[change]]\nat_s = -900\ncomponent = \"search\"\ndeploy = \"9.9.9\"\n".to_owned();
    let scenario = Scene { more, ..Scene::harbour() }.parse();
    for seed in 0..4 {
        let world = World::new(&scenario, seed, START);
        for metric in ["kafka_consumergroup_current_offset", "kafka_topic_partition_current_offset"] {
            let is_it = |key: &SeriesKey| key.metric == metric && key.labels.get("partition") == Some("0");
            let series = world.series().iter().position(|spec| is_it(&spec.key)).unwrap();
            let read = world.read(series, TimeRange::new(START.plus_millis(-2_400_000), START).unwrap());
            let rates: Vec<f64> = read
                .values()
                .windows(2)
                .zip(read.times().windows(2))
                .map(|(values, times)| (values[1] - values[0]) / (times[1] - times[0]) as f64)
                .collect();
            let mean = rates.iter().sum::<f64>() / rates.len() as f64;

            let is_usual = |rate: &f64| (0.5 * mean..1.5 * mean).contains(rate);
            assert!(rates.len() > 30 && rates.iter().all(is_usual), "seed {seed}: {metric}: {rates:?}");
        }
    }
}

#[test]
fn errors_of_every_day_are_in_the_lines_of_the_history_as_well() {
    let scenario = Scene::harbour().parse();
    for seed in 0..2 {
        let mut world = World::new(&scenario, seed, START);
        world.advance(after(600));
        let errors = |range| {
            let mut lines = BTreeMap::<String, usize>::new();
            for line in world.logs(range) {
                if line.level == Some(LogLevel::Error) {
                    *lines.entry(line.service).or_default() += 1;
                }
            }
            lines
        };

        let before = errors(TimeRange::new(world.logs_from(), after(-180)).unwrap());
        let usual: Vec<String> = errors(seconds(0, 600))
            .into_iter()
            .filter(|(_, n)| *n >= 60)
            .map(|(service, _)| service)
            .collect();
        let news: Vec<&String> = usual.iter().filter(|service| !before.contains_key(*service)).collect();

        assert!(!usual.is_empty());
        assert!(news.is_empty(), "seed {seed}: only the run has errors of {news:?}");
    }
}

/// Returns the largest of the usual waiting times at the edge in a range, in seconds.
fn slowest(world: &World, from: Timestamp, to: Timestamp) -> f64 {
    largest(world, "service:http_latency:p95_1m", "edge-lb", from, to)
}

fn largest(world: &World, metric: &str, service: &str, from: Timestamp, to: Timestamp) -> f64 {
    let is_it = |key: &SeriesKey| key.metric == metric && key.labels.get("service") == Some(service);
    let series = world.series().iter().position(|spec| is_it(&spec.key)).unwrap();
    let samples = world.read(series, TimeRange::new(from, to).unwrap());
    assert!(!samples.is_empty(), "{metric}");
    samples.values().iter().copied().fold(0.0, f64::max)
}
