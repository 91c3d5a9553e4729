//! The marginal shapes of the telemetry beside those of real sets.
//!
//! The figures of the real sets are computed from NAB, the KPI set of the `AIOps` challenge 2018, Microsoft's cloud
//! monitoring set, SMD and `JumpStarter`'s Dataset2 (sources, cuts and licences stand in the READMEs beside the sets).
//! Taken were all one-minute series of rates: the KPIs, `mongodb-*` and `data-ingress-*` of the cloud set, and of SMD
//! `eth1_fi`, `eth1_fo`, `eth1_pi`, `eth1_po`, `in_segs`, `out_segs`, `udp_in_dg` and `udp_out_dg` (train parts); each cut
//! into windows of two days (432 of them), which is what the longest history of a world holds. A band is the range from
//! the 5th to the 95th percentile of those windows.

use std::sync::OnceLock;

use wardroom_core::{MetricKind, Samples, TimeRange};

use crate::proof::scene::{START, Scene};
use crate::world::World;

/// A range in which a figure lies in real sets.
#[derive(Clone, Copy, Debug)]
struct Band {
    what: &'static str,
    least: f64,
    most: f64,
    of: fn(&[Option<f64>]) -> Option<f64>,
}

/// Minutes of a day.
const DAY: usize = 1_440;

/// Rates below this many a second are counts of single events and have no course of their own.
const LEAST_RATE: f64 = 0.5;

const BANDS: [Band; 5] = [
    // How much of the variance of two days the hour of the day explains. Real: 0.175, median 0.70, 0.923; the seven
    // metrics of JumpStarter's services with units of rates reach 0.975 at five-minute steps, so that is the upper end.
    Band { what: "share of the hour", least: 0.175, most: 0.975, of: share_of_the_hour },
    // Correlation of a minute with the next. Real: 0.38, median 0.92, 0.993; the smoothest window of a large system has
    // 0.9985, which is the upper end, because a world has nothing smaller than a service of some requests a second.
    Band { what: "autocorrelation", least: 0.38, most: 0.9985, of: autocorrelation },
    // Share of minutes that are exactly like the one before. Real: 0, median 0.002, 0.066.
    Band { what: "unchanged", least: 0.0, most: 0.066, of: unchanged },
    // 99th percentile over median. Real: 1.14, median 1.83, 8.15.
    Band { what: "99th percentile over median", least: 1.14, most: 8.15, of: peak },
    // Standard deviation of the change between minutes, over √2 and the mean. Real: 0.023, median 0.079, 0.77.
    Band { what: "noise", least: 0.022, most: 0.77, of: noise },
];

/// Most of the windows lie in the band by its making (90 %); of the simulated ones at least this share has to.
const IN_BAND: f64 = 0.75;

/// Share of minutes without a sample: none in most windows, 0.046 at the 95th percentile (0.083 for the worst KPI).
const MISSING_AT_MOST: f64 = 0.046;

#[test]
fn rates_have_the_shapes_of_real_ones() {
    let world = quiet();
    let rates = rates(world);
    assert!(rates.len() > 30, "{} rates", rates.len());
    for band in BANDS {
        let mut found: Vec<f64> = rates.iter().filter_map(|(_, r)| (band.of)(r)).collect();
        found.sort_by(f64::total_cmp);
        let median = found[found.len() / 2];
        let inside = found.iter().filter(|v| (band.least..=band.most).contains(*v)).count();
        let (low, high) = (found[found.len() / 20], found[found.len() * 19 / 20]);
        println!("{}: {low:.3} .. {median:.3} .. {high:.3}, real {} .. {}", band.what, band.least, band.most);
        assert!((band.least..=band.most).contains(&median), "{}: median {median}", band.what);
        let share = inside as f64 / found.len() as f64;
        assert!(share >= IN_BAND, "{}: only {share} of the rates lie in {band:?}", band.what);
    }
}

#[test]
fn scrapes_are_missed_as_seldom_as_in_real_sets() {
    let world = quiet();
    let (mut gaps, mut all) = (0, 0);
    for (idx, spec) in world.series().iter().enumerate().filter(|(_, s)| s.kind == MetricKind::Counter) {
        let course = course(&world.read(idx, world.history()), world.history());
        let missing = course.iter().filter(|v| v.is_none()).count();
        // A free place for scaling out has series without samples.
        if missing == course.len() {
            continue;
        }
        let share = missing as f64 / course.len() as f64;
        assert!(share <= MISSING_AT_MOST, "{}: {share} is missing", spec.key);
        gaps += missing;
        all += course.len();
    }
    assert!(gaps > 0 && all > 0, "not one of {all} scrapes is missed");
}

#[test]
fn a_counter_begins_anew_with_its_process_and_only_then() {
    // None of the real sets has raw counters; what a reset is, is defined by the program that reads them: "any decrease
    // between two samples" (Prometheus, query functions, `resets`).
    let entry = Scene::harbour().entry;
    let change = format!("[[change]]\nat_s = -7200\ncomponent = \"{entry}\"\nrestart = 0\n");
    let world = two_days(&change);
    let restarted = format!("{entry}-1");
    let mut seen = 0;
    for (idx, spec) in world.series().iter().enumerate().filter(|(_, s)| s.kind.is_cumulative()) {
        let samples = world.read(idx, world.history());
        let values = samples.values();
        let drops: Vec<usize> = (1..values.len()).filter(|&k| values[k] < values[k - 1]).collect();
        let key = spec.key.to_string();
        let its_own = key.contains(&restarted) && !spec.key.metric.starts_with("node_");
        assert!(drops.len() <= usize::from(its_own), "{key} is reset {} times", drops.len());
        for &k in &drops {
            let at_s = (samples.times()[k] - START.as_millis()) / 1000;
            assert!((-7_200..-6_900).contains(&at_s), "{key} is reset at {at_s} s");
            assert!(values[k] < values[k - 1] * 0.5, "{key} goes on from {} at {}", values[k - 1], values[k]);
            seen += 1;
        }
    }
    assert!(seen > 3, "{seen} counters were reset with {restarted}");
}

#[test]
fn buckets_are_cumulative_and_the_last_one_counts_all() {
    let world = quiet();
    let buckets: Vec<(usize, String, f64)> = world
        .series()
        .iter()
        .enumerate()
        .filter(|(_, s)| s.key.metric.ends_with("_bucket"))
        .filter_map(|(idx, s)| {
            let limit: f64 = s.key.labels.get("le")?.parse().ok()?;
            let mut rest = s.key.labels.clone();
            rest.remove("le");
            Some((idx, format!("{}{rest}", s.key.metric), limit))
        })
        .collect();
    let mut groups: Vec<&String> = buckets.iter().map(|(_, name, _)| name).collect();
    groups.dedup();
    assert!(!groups.is_empty(), "there is no histogram");
    let mut counted = 0;
    for group in groups {
        let mut of_group: Vec<&(usize, String, f64)> =
            buckets.iter().filter(|(_, n, _)| n == group).collect();
        of_group.sort_by(|a, b| a.2.total_cmp(&b.2));
        assert!(of_group.last().is_some_and(|b| b.2.is_infinite()), "{group} has no bucket +Inf");
        let courses: Vec<Vec<f64>> =
            of_group.iter().map(|(idx, _, _)| world.read(*idx, world.history()).values().to_vec()).collect();
        for pair in courses.windows(2) {
            assert_eq!(pair[0].len(), pair[1].len(), "{group}");
            assert!(pair[0].iter().zip(&pair[1]).all(|(low, high)| low <= high), "{group} is not cumulative");
        }
        let name = group.replacen("_bucket", "_count", 1);
        if let Some(idx) = world.series().iter().position(|s| s.key.to_string() == name) {
            let count = world.read(idx, world.history());
            assert_eq!(Some(&count.values().to_vec()), courses.last(), "{group}");
            counted += 1;
        }
    }
    assert!(counted > 0, "no histogram has a count");
}

/// The harbour after two days in which nothing is done, once for all tests that only read it.
fn quiet() -> &'static World {
    static QUIET: OnceLock<World> = OnceLock::new();
    QUIET.get_or_init(|| two_days(""))
}

/// The harbour with two days of history, at the end of them.
fn two_days(more: &str) -> World {
    let scene = Scene { span_min: 5, history_h: 48, more: more.to_owned(), ..Scene::harbour() };
    World::new(&scene.parse(), 21, START)
}

/// Returns the samples at steps of a minute; `None` where there is none.
fn course(samples: &Samples, range: TimeRange) -> Vec<Option<f64>> {
    let minute = |at_ms: i64| usize::try_from((at_ms - range.start().as_millis()).div_euclid(60_000)).ok();
    let n = usize::try_from(range.millis() / 60_000).unwrap_or(0);
    let mut course = vec![None; n];
    for (&at, &value) in samples.times().iter().zip(samples.values()) {
        if let Some(place) = minute(at).and_then(|m| course.get_mut(m)) {
            *place = Some(value);
        }
    }
    course
}

/// Returns the rates a second of all counters of requests and bytes that are not nearly idle, by minute.
fn rates(world: &World) -> Vec<(String, Vec<Option<f64>>)> {
    let mut found = Vec::new();
    for (idx, spec) in world.series().iter().enumerate() {
        let metric = spec.key.metric.as_str();
        let wanted = metric.ends_with("requests_total") || metric.ends_with("bytes_total");
        if spec.kind != MetricKind::Counter || !wanted {
            continue;
        }
        let counts = course(&world.read(idx, world.history()), world.history());
        let rates: Vec<Option<f64>> =
            counts.windows(2).map(|w| Some((w[1]? - w[0]?) / 60.0).filter(|r| *r >= 0.0)).collect();
        if known(&rates).len() > DAY && mean(&known(&rates)) >= LEAST_RATE {
            found.push((spec.key.to_string(), rates));
        }
    }
    found
}

fn known(course: &[Option<f64>]) -> Vec<f64> {
    course.iter().copied().flatten().collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let middle = mean(values);
    values.iter().map(|v| (v - middle) * (v - middle)).sum::<f64>() / values.len() as f64
}

/// Variance of the means of the 24 hours, both days together, over the variance of all.
fn share_of_the_hour(course: &[Option<f64>]) -> Option<f64> {
    let mut hours: Vec<Vec<f64>> = vec![Vec::new(); 24];
    for (minute, value) in course.iter().enumerate() {
        hours[minute % DAY / 60].extend(value);
    }
    let means: Vec<f64> = hours.iter().filter(|h| !h.is_empty()).map(|h| mean(h)).collect();
    let all = variance(&known(course));
    (all > 0.0).then(|| variance(&means) / all)
}

fn autocorrelation(course: &[Option<f64>]) -> Option<f64> {
    let pairs: Vec<(f64, f64)> = course.windows(2).filter_map(|w| Some((w[0]?, w[1]?))).collect();
    let (a, b): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let spread = (variance(&a) * variance(&b)).sqrt();
    let (mean_a, mean_b) = (mean(&a), mean(&b));
    let together = a.iter().zip(&b).map(|(x, y)| (x - mean_a) * (y - mean_b)).sum::<f64>() / a.len() as f64;
    (spread > 0.0).then(|| together / spread)
}

fn unchanged(course: &[Option<f64>]) -> Option<f64> {
    let steps: Vec<f64> = course.windows(2).filter_map(|w| Some(w[1]? - w[0]?)).collect();
    (!steps.is_empty())
        .then(|| steps.iter().filter(|s| s.abs() < f64::MIN_POSITIVE).count() as f64 / steps.len() as f64)
}

fn peak(course: &[Option<f64>]) -> Option<f64> {
    let mut values = known(course);
    values.sort_by(f64::total_cmp);
    let (median, high) = (values[values.len() / 2], values[values.len() * 99 / 100]);
    (median > 0.0).then(|| high / median)
}

fn noise(course: &[Option<f64>]) -> Option<f64> {
    let steps: Vec<f64> = course.windows(2).filter_map(|w| Some(w[1]? - w[0]?)).collect();
    let level = mean(&known(course));
    (level > 0.0 && !steps.is_empty()).then(|| (variance(&steps) / 2.0).sqrt() / level)
}
