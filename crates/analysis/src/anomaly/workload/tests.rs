//! Workloads whose renames and copies are known, because the tests put them there.

use proptest::prelude::*;
use wardroom_core::label::Labels;
use wardroom_core::series::{MetricKind, Samples};
use wardroom_core::time::Timestamp;

use super::*;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const BEGIN: i64 = 1_793_577_600_000;

/// A series as a test makes it: metric, labels, first and last minute, samples once a minute.
struct Made {
    key: SeriesKey,
    from: i64,
    to: i64,
}

fn made(metric: &str, labels: &[(&str, &str)], from: i64, to: i64) -> Made {
    Made { key: SeriesKey::new(metric, Labels::new(labels.iter().copied())), from, to }
}

fn known(all: &[Made]) -> Vec<Known<'_>> {
    let one = |made: &'_ Made| (made.from, made.to);
    all.iter()
        .map(|made| Known {
            key: &made.key,
            source: 1,
            first: Timestamp::from_millis(BEGIN + one(made).0),
            last: Timestamp::from_millis(BEGIN + one(made).1),
            samples: u64::try_from((made.to - made.from) / MINUTE + 1).unwrap(),
        })
        .collect()
}

fn grouped(all: &[Made]) -> Vec<Workload> {
    group(&known(all), &BTreeSet::new())
}

fn samples(made: &Made, value: impl Fn(i64) -> f64) -> Samples {
    let mut samples = Samples::default();
    for minute in made.from / MINUTE..=made.to / MINUTE {
        samples.push(Timestamp::from_millis(BEGIN + minute * MINUTE), value(minute));
    }
    samples
}

fn join(workload: &Workload, kind: MetricKind, samples: &[Samples]) -> Samples {
    let mut joiner = Joiner::new(workload, kind);
    for member in workload.order() {
        let copies: Vec<&Samples> = workload.members[member].copies.iter().map(|&i| &samples[i]).collect();
        joiner.add(member, &copies);
    }
    joiner.finish()
}

/// One pod that is renamed every day for 14 days, stored by two replicas of the collector.
fn renamed_daily() -> Vec<Made> {
    let mut all = Vec::new();
    for day in 0..14 {
        for replica in ["a", "b"] {
            let pod = format!("checkout-6b7f{day}c-x{day}k2z");
            let labels = [("pod", pod.as_str()), ("replica", replica), ("service", "checkout")];
            all.push(made("latency_seconds", &labels, day * DAY, (day + 1) * DAY - MINUTE));
        }
    }
    all
}

#[test]
fn a_pod_renamed_daily_with_two_collectors_is_one_workload() {
    let all = renamed_daily();

    let workloads = grouped(&all);

    assert_eq!(workloads.len(), 1);
    let workload = &workloads[0];
    assert_eq!((workload.members.len(), workload.series(), workload.places), (14, 28, 1));
    assert_eq!((workload.changing.join(","), workload.copied.join(",")), ("pod".into(), "replica".into()));
    assert!(workload.is_doubtful, "replica may also be one of what is measured");
}

#[test]
fn a_fleet_of_stable_nodes_stays_a_fleet() {
    let mut all: Vec<Made> = (0..40)
        .map(|i| made("node_load1", &[("instance", &format!("node-{i}:9100")), ("job", "node")], 0, 14 * DAY))
        .collect();
    // Two were installed later, one was taken away, one was replaced.
    all[3].from = 3 * DAY;
    all[7].from = 5 * DAY + 7 * HOUR;
    all[9].to = 6 * DAY;
    all[11].to = 8 * DAY;
    all[12].from = 8 * DAY + 3 * MINUTE;

    let workloads = grouped(&all);

    assert_eq!(workloads.len(), 40);
    assert!(workloads.iter().all(Workload::is_single));
}

#[test]
fn a_fleet_that_is_replaced_once_stays_a_fleet() {
    let node = |i: i64, from, to| made("node_load1", &[("instance", &format!("node-{i}:9100"))], from, to);
    let mut all: Vec<Made> = (0..20).map(|i| node(i, 0, 7 * DAY + i * HOUR)).collect();
    all.extend((0..20).map(|i| node(100 + i, 7 * DAY + i * HOUR + 5 * MINUTE, 14 * DAY)));

    assert_eq!(grouped(&all).len(), 40);
}

#[test]
fn three_pods_renamed_daily_are_three_places_of_one_workload() {
    let mut all = Vec::new();
    for day in 0..10 {
        for place in 0..3 {
            // The rollout goes from pod to pod; each overlaps its successor by two minutes.
            let from = if day == 0 { 0 } else { day * DAY + place * 5 * MINUTE };
            let to = if day == 9 { 10 * DAY } else { (day + 1) * DAY + (place * 5 + 2) * MINUTE };
            let labels = [
                ("namespace", "shop"),
                ("node", ["n1", "n2", "n3", "n4"][usize::try_from((day * 3 + place) % 4).unwrap()]),
                ("pod", &format!("web-{day}f9-{place}bcdf")[..]),
            ];
            all.push(made("requests_total", &labels, from, to));
        }
    }

    let workloads = grouped(&all);

    assert_eq!(workloads.len(), 1);
    assert_eq!((workloads[0].members.len(), workloads[0].places), (30, 3));
    assert_eq!(workloads[0].changing, ["node", "pod"]);
}

#[test]
fn pods_of_two_workloads_that_no_label_tells_apart_are_told_apart_by_their_words() {
    let mut all = Vec::new();
    for day in 0..6 {
        for name in ["web", "cart-store"] {
            let pod = format!("{name}-5d{day}f8-q{day}w2k");
            all.push(made("cpu", &[("pod", &pod)], day * DAY, (day + 1) * DAY - MINUTE));
        }
    }

    let workloads = grouped(&all);

    assert_eq!(workloads.iter().map(|w| w.members.len()).collect::<Vec<_>>(), [6, 6]);
}

#[test]
fn a_daemons_pod_is_followed_on_its_node() {
    let mut all = Vec::new();
    for day in 0..5 {
        for node in ["n1", "n2", "n3"] {
            let pod = format!("agent-{node}{day}x");
            all.push(made("cpu", &[("node", node), ("pod", &pod)], day * DAY, (day + 1) * DAY - MINUTE));
        }
    }

    let workloads = grouped(&all);

    assert_eq!(workloads.iter().map(|w| w.members.len()).collect::<Vec<_>>(), [5, 5, 5]);
    assert!(workloads.iter().all(|w| w.changing == ["pod"]));
}

#[test]
fn a_label_is_recognised_by_its_values_and_not_only_by_its_name() {
    let all: Vec<Made> = ["alpha", "beta", "gamma", "delta", "epsilon"]
        .iter()
        .zip(0..)
        .map(|(word, day)| {
            made("jobs", &[("colour", word), ("app", "a")], day * DAY, (day + 1) * DAY - MINUTE)
        })
        .collect();

    let workloads = grouped(&all);

    assert_eq!(workloads.len(), 1);
    assert_eq!(workloads[0].changing, ["colour"]);
}

#[test]
fn codes_and_paths_that_begin_late_are_no_succession() {
    let all: Vec<Made> = (0..12)
        .map(|i| made("http_total", &[("path", &format!("/p{i}"))], i * DAY, 14 * DAY))
        .chain([made("http_total", &[("path", "/old")], 0, 5 * DAY)])
        .collect();

    assert_eq!(grouped(&all).len(), 13);
}

#[test]
fn one_rename_is_enough_for_a_label_with_the_name_of_a_pod() {
    let all = [
        made("cpu", &[("pod", "web-6d4f-x2k9z"), ("uid", "1")], 0, 3 * DAY),
        made("cpu", &[("pod", "web-77f8-bb4lp"), ("uid", "2")], 3 * DAY + MINUTE, 4 * DAY),
        made("cpu", &[("pod", "db-0"), ("uid", "3")], 0, 4 * DAY),
    ];

    let workloads = grouped(&all);

    assert_eq!(workloads.iter().map(|w| w.members.len()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(workloads[0].changing, ["pod", "uid"]);
}

#[test]
fn the_order_of_the_series_does_not_matter() {
    let mut all = renamed_daily();
    all.push(made("up", &[("job", "a")], 0, 14 * DAY));
    let names = |all: &[Made], workloads: &[Workload]| {
        let mut names: Vec<Vec<String>> = workloads
            .iter()
            .map(|w| w.members.iter().flat_map(|m| &m.copies).map(|&i| all[i].key.to_string()).collect())
            .collect();
        names.sort();
        names
    };
    let before = names(&all, &grouped(&all));
    all.reverse();
    all.swap(3, 20);

    assert_eq!(names(&all, &grouped(&all)), before);
}

#[test]
fn what_comes_later_does_not_change_who_spoke() {
    let mut all = renamed_daily();
    let before = grouped(&all).remove(0);
    all.push(made(
        "latency_seconds",
        &[("pod", "checkout-99f-zzz9z"), ("replica", "a"), ("service", "checkout")],
        14 * DAY,
        15 * DAY,
    ));

    let after = grouped(&all).remove(0);

    for hour in 0..14 * 24 {
        let at = Timestamp::from_millis(BEGIN + hour * HOUR);
        assert_eq!(before.members[before.member_at(at)].copies, after.members[after.member_at(at)].copies);
    }
    assert_eq!(after.members[after.newest()].copies, [28]);
}

#[test]
fn a_gauge_is_the_mean_of_living_members_without_their_warm_up() {
    let labels = |pod| [("pod", pod)];
    let all = [
        made("threads", &labels("web-1a-b1"), 0, 2 * DAY),
        made("threads", &labels("web-2a-b2"), 0, DAY),
        made("threads", &labels("web-3a-b3"), DAY - 2 * MINUTE, 2 * DAY),
    ];
    let cold = |minute: i64| if minute < 1_441 { 900.0 } else { 30.0 };
    let stored = [samples(&all[0], |_| 10.0), samples(&all[1], |_| 20.0), samples(&all[2], cold)];
    // The first pod was there all the time, so it has a history of its own; the other two are one place.
    let workload = grouped(&all).into_iter().find(|w| w.members.len() == 2).unwrap();

    let joined = join(&workload, MetricKind::Gauge, &stored);

    assert!(joined.values().iter().all(|v| *v < 31.0), "{:?}", joined.values());
    assert_eq!(joined.values().first(), Some(&20.0));
    assert_eq!(joined.values().last(), Some(&30.0));
    let holes = joined.times().windows(2).map(|w| w[1] - w[0]).max();
    assert!(holes.is_some_and(|hole| hole <= 4 * MINUTE), "{holes:?}");
}

#[test]
fn a_counter_that_begins_at_zero_with_every_name_keeps_its_rate() {
    let all = renamed_daily();
    let count = |made: &Made| {
        let from = made.from / MINUTE;
        samples(made, |minute| 120.0 * (minute - from) as f64)
    };
    let stored: Vec<Samples> = all.iter().map(count).collect();
    let workload = grouped(&all).remove(0);

    let joined = join(&workload, MetricKind::Counter, &stored);

    assert!(joined.len() > 14 * 1_430);
    assert!(joined.values().iter().all(|v| (*v - 2.0).abs() < 1e-9));
}

#[test]
fn rates_of_parallel_members_add_up_and_a_lost_scrape_is_no_dip() {
    let mut all = Vec::new();
    for day in 0..4 {
        for place in 0..3 {
            let pod = format!("web-{day}f-{place}");
            all.push(made("requests_total", &[("pod", &pod)], day * DAY, (day + 1) * DAY - MINUTE));
        }
    }
    let mut stored: Vec<Samples> =
        all.iter().map(|made| samples(made, |minute| 600.0 * (minute - made.from / MINUTE) as f64)).collect();
    // One of the three is not scraped for ten minutes.
    let (times, values) = stored[4].clone().into_columns();
    let kept = times
        .iter()
        .zip(&values)
        .filter(|(t, _)| !(DAY + HOUR..DAY + HOUR + 10 * MINUTE).contains(&(*t - BEGIN)));
    let (times, values) = kept.map(|(t, v)| (*t, *v)).unzip();
    stored[4] = Samples::from_columns(times, values).unwrap();
    let workload = grouped(&all).remove(0);

    let joined = join(&workload, MetricKind::Counter, &stored);

    assert_eq!(workload.places, 3);
    assert!(joined.values().iter().all(|v| (*v - 30.0).abs() < 1e-9), "{:?}", joined.values());
}

#[test]
fn the_fuller_copy_counts_and_the_other_fills_its_gaps() {
    let copies = [("replica", "a"), ("replica", "b")].map(|label| made("queue", &[label], 0, 10 * HOUR));
    let whole = |offset: f64| samples(&copies[0], move |minute| minute as f64 + offset);
    let without = |samples: &Samples, from: i64, to: i64| {
        let kept = samples.times().iter().zip(samples.values());
        let kept = kept.filter(|(t, _)| !(from..to).contains(&((**t - BEGIN) / MINUTE)));
        let (times, values) = kept.map(|(t, v)| (*t, *v)).unzip();
        Samples::from_columns(times, values).unwrap()
    };
    let stored = [without(&whole(0.0), 100, 200), without(&whole(0.25), 300, 330)];
    let workload = grouped(&copies).remove(0);

    let joined = join(&workload, MetricKind::Gauge, &stored);

    assert_eq!(joined.len(), 601);
    assert!((joined.values()[150] - 150.25).abs() < 1e-9);
    assert!((joined.values()[250] - 250.25).abs() < 1e-9, "the second is the fuller one");
    assert!((joined.values()[315] - 315.0).abs() < 1e-9, "the first fills its gap");
}

#[test]
fn replicas_of_what_is_measured_are_seen_by_their_samples() {
    let db = [("replica", "db-1"), ("replica", "db-2")].map(|label| made("lag", &[label], 0, DAY));
    let noise = |minute: i64, seed: i64| (minute * 7_919 + seed * 104_729) as f64 % 17.0 / 17.0;
    let calm = |seed: i64| samples(&db[0], move |minute| 1.0 + 0.2 * noise(minute, seed));
    let behind =
        samples(&db[1], |minute| 1.0 + 0.2 * noise(minute, 2) + if minute > 1_400 { 5.0 } else { 0.0 });
    let higher = samples(&db[1], |minute| 2.0 + 0.2 * noise(minute, 2));

    assert!(!disagree(&calm(1), &calm(2)), "alike within what they move");
    assert!(disagree(&calm(1), &behind), "one of them fell behind");
    assert!(disagree(&calm(1), &higher), "one of them is always higher");
    let apart = grouped(&db).remove(0).apart(|place| known(&db)[place]);
    assert_eq!(apart.len(), 2);
    assert!(apart.iter().all(Workload::is_single));
}

#[test]
fn a_label_without_a_name_is_suspected_when_everything_is_there_twice() {
    let mut all = Vec::new();
    for metric in ["a", "b", "c", "d"] {
        for side in ["x", "y"] {
            for pod in ["p", "q", "r", "s", "t"] {
                all.push(made(metric, &[("side", side), ("pod", pod)], 0, DAY));
            }
        }
    }

    let suspects = suspects(&known(&all));

    assert_eq!(suspects.iter().map(|s| s.label.as_str()).collect::<Vec<_>>(), ["side"]);
    assert!((10..=16).contains(&suspects[0].pairs.len()));
    let workloads = group(&known(&all), &BTreeSet::from(["side".to_owned()]));
    assert_eq!(workloads.len(), 20);
    assert!(workloads.iter().all(|w| w.members[0].copies.len() == 2 && w.is_doubtful));
}

#[test]
fn samples_tell_copies_from_neighbours() {
    let a = made("bytes_total", &[], 0, HOUR);
    let counter = samples(&a, |minute| (minute * minute) as f64);
    let mut shifted = Samples::default();
    for (time, value) in counter.times().iter().zip(counter.values()) {
        // Seven seconds later, a little more was counted.
        shifted.push(Timestamp::from_millis(time + 7_000), value + 0.1 * value.sqrt());
    }
    let other = samples(&a, |minute| (minute * minute) as f64 * 1.1 + 40.0);
    let constant = samples(&a, |_| 1.0);

    assert_eq!(are_copies(&counter, &counter), Some(true));
    assert_eq!(are_copies(&counter, &shifted), Some(true));
    assert_eq!(are_copies(&counter, &other), Some(false));
    assert_eq!(are_copies(&constant, &constant), None);
    assert_eq!(are_copies(&counter, &Samples::default()), None);
}

proptest! {
    #[test]
    fn every_series_is_in_exactly_one_workload(
        lives in prop::collection::vec((0_i64..2_000, 0_i64..400, 0_usize..4, 0_usize..3), 0..60)
    ) {
        let all: Vec<Made> = lives
            .iter()
            .enumerate()
            .map(|(i, &(from, life, label, replica))| {
                let name = ["pod", "instance", "version", "path"][label];
                let value = format!("x-{i}");
                let mut labels = vec![(name, value.as_str())];
                if replica > 0 {
                    labels.push(("replica", ["", "a", "b"][replica]));
                }
                made("m", &labels, from * MINUTE, (from + life) * MINUTE)
            })
            .collect();

        let workloads = grouped(&all);

        let mut seen: Vec<usize> =
            workloads.iter().flat_map(|w| &w.members).flat_map(|m| m.copies.iter().copied()).collect();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..all.len()).collect::<Vec<_>>());
        for workload in &workloads {
            prop_assert!(workload.members.windows(2).all(|w| w[0].first <= w[1].first));
            let mut order = workload.order();
            order.sort_unstable();
            prop_assert_eq!(order, (0..workload.members.len()).collect::<Vec<_>>());
        }
    }
}
