//! Figures of the default detector: a week of many series on all cores, one long series, the metrics of one entity; and of
//! the workloads that it judges.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use wardroom_analysis::anomaly::workload::{self, Known};
use wardroom_analysis::anomaly::{
    Bands, Group, Input, Options, Refusal, classify, detect, detect_all, score_group,
};
use wardroom_analysis::methods::{Method, MethodInput, score};
use wardroom_core::{Labels, MetricKind, Samples, SeriesKey, Timestamp};
use wardroom_tests::measure::cpu_seconds;

use crate::fleet;
use crate::inputs::{START_MS, daily_load};
use crate::table::{Limits, Row};
use crate::{Bench, median_of_five};

/// Samples of a week at one minute.
const WEEK: i64 = 10_080;
const MINUTE_MS: i64 = 60_000;
/// Runs of which the median is taken.
const RUNS: f64 = 5.0;

/// Measures the default detector.
pub(crate) fn anomaly(_: &Bench) -> Result<Vec<Row>> {
    let mut rows = thousand()?;
    rows.extend(one_series()?);
    rows.push(one_entity()?);
    rows.push(workloads()?);
    rows.extend(fleet::reach()?);
    Ok(rows)
}

/// Groups 100,800 series: 100 metrics of 36 pods that are renamed daily for 14 days, stored by two collectors.
fn workloads() -> Result<Row> {
    const DAY_MS: i64 = 86_400_000;
    let mut keys: Vec<(SeriesKey, i64)> = Vec::new();
    for metric in 0..100 {
        for pod in 0..36 {
            for day in 0..14_i64 {
                for replica in ["a", "b"] {
                    let labels = Labels::new([
                        ("container", "app".to_owned()),
                        ("instance", format!("10.{day}.{}.{pod}:8080", pod * 7 % 250)),
                        ("job", "kubernetes-pods".to_owned()),
                        ("namespace", format!("team-{}", pod % 4)),
                        ("node", format!("node-{}", (pod * 13 + usize::try_from(day)? * 5) % 9)),
                        ("pod", format!("service-{}-6d{day}f{pod}c-x{day}k2z", pod / 3)),
                        ("prometheus_replica", replica.to_owned()),
                    ]);
                    keys.push((SeriesKey::new(format!("metric_{metric}"), labels), day));
                }
            }
        }
    }
    let at = |day: i64| Timestamp::from_millis(START_MS + day * DAY_MS);
    let one = |(key, day): &'_ (SeriesKey, i64)| (at(*day), at(day + 1).plus_millis(-MINUTE_MS), key.clone());
    let known: Vec<(Timestamp, Timestamp, SeriesKey)> = keys.iter().map(one).collect();
    let known: Vec<Known<'_>> = known
        .iter()
        .map(|(first, last, key)| Known { key, source: 1, first: *first, last: *last, samples: 1_440 })
        .collect();
    let mut found = 0;
    let time = median_of_five(|| {
        workload::suspects(&known);
        found = workload::group(&known, &BTreeSet::new()).len();
        Ok(())
    })?;
    Ok(Row::beside(
        "workloads of 100,800 series, pods renamed daily, two collectors",
        time.as_secs_f64(),
        "s",
    )
    .note(format!("median of 5, one core; {found} workloads")))
}

/// Returns a gauge as the detector takes it.
pub(crate) fn gauge(samples: &Samples) -> Input<'_> {
    let until = Timestamp::from_millis(samples.times().last().copied().unwrap_or(START_MS));
    Input { samples, kind: MetricKind::Gauge, until }
}

/// Detects in 1,000 series × a week on all cores.
fn thousand() -> Result<Vec<Row>> {
    let all: Vec<Samples> = (0..1_000).map(|seed| daily_load(seed, WEEK, MINUTE_MS)).collect();
    let inputs: Vec<Input<'_>> = all.iter().map(gauge).collect();
    let options = Options { bands: Bands::Drop, ..Options::standard() };
    let mut found = 0;
    let before = cpu_seconds()?;
    let time = median_of_five(|| {
        let detected = detect_all(&inputs, &options, &AtomicBool::new(false), &|_| {});
        found = detected.iter().flatten().map(|detected| detected.anomalies.len()).sum::<usize>();
        Ok(())
    })?;
    let cpu = (cpu_seconds()? - before) / RUNS;
    Ok(vec![
        Row::new(
            "default detector, 1,000 series x a week at 1 min",
            time.as_secs_f64(),
            "s",
            Limits::AtMost(4.0, 1.0),
        )
        .note(format!("median of 5, all cores; {found} findings on faultless input")),
        Row::new(
            "the same against the promise of the first detection",
            time.as_secs_f64(),
            "s",
            Limits::AtMost(10.0, 2.0),
        ),
        Row::beside("the same: CPU of all cores", cpu, "s").note("mean of the same 5"),
    ])
}

/// Detects in one series of ten million points on one core, and ends it and all that is made of such a series midway.
fn one_series() -> Result<Vec<Row>> {
    const POINTS: i64 = 10_000_000;
    let samples = daily_load(7, POINTS, MINUTE_MS);
    let options = Options { bands: Bands::Drop, ..Options::standard() };
    let before = cpu_seconds()?;
    median_of_five(|| {
        detect(&gauge(&samples), &options, &AtomicBool::new(false)).context("there is enough to judge")?;
        Ok(())
    })?;
    let nanoseconds = (cpu_seconds()? - before) / RUNS / POINTS as f64 * 1e9;
    let detected = |cancel: &AtomicBool| detect(&gauge(&samples), &options, cancel).err();
    let (detector, times) = longest_end(detected);
    let classified = |cancel: &AtomicBool| classify(&samples, MetricKind::Gauge, cancel).err();
    let (mut others, mut more) = longest_end(classified);
    for method in Method::ALL.into_iter().filter(|method| *method != Method::Standard) {
        let input = MethodInput { samples: &samples, peers: &[&samples, &samples, &samples] };
        let (longest, times) = longest_end(|cancel| score(method, &input, cancel).err());
        others = others.max(longest);
        more += times;
    }
    let limits = || Limits::AtMost(100.0, 10.0);
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    Ok(vec![
        Row::beside("default detector, CPU a point of one series", nanoseconds, "ns")
            .note("mean of 5, 10M points at 1 min"),
        Row::new("the same series, cancelled: until it ends", milliseconds(detector), "ms", limits())
            .note(format!("the longest of {times} times in its course")),
        Row::new(
            "its class and ten methods, cancelled: until they end",
            milliseconds(others),
            "ms",
            limits(),
        )
        .note(format!("the longest of {more} times")),
    ])
}

/// Cancels work after 20 ms, and each time after half as long again, until it ends by itself; returns the longest time to
/// its end, and how often it was cancelled.
fn longest_end(work: impl Fn(&AtomicBool) -> Option<Refusal> + Sync) -> (Duration, u32) {
    let (mut longest, mut times) = (Duration::ZERO, 0);
    let mut wait = Duration::from_millis(20);
    loop {
        let cancel = AtomicBool::new(false);
        let (refusal, after) = std::thread::scope(|scope| {
            let working = scope.spawn(|| (work(&cancel), Instant::now()));
            std::thread::sleep(wait);
            let asked = Instant::now();
            cancel.store(true, Ordering::Relaxed);
            let (refusal, ended) = working.join().unwrap_or((None, asked));
            (refusal, ended.saturating_duration_since(asked))
        });
        if refusal != Some(Refusal::Cancelled) {
            return (longest, times);
        }
        longest = longest.max(after);
        times += 1;
        wait = wait * 3 / 2;
    }
}

/// Scores 38 metrics × a week of one entity on all cores.
fn one_entity() -> Result<Row> {
    const METRICS: u64 = 38;
    let column = |seed| daily_load(seed, WEEK, MINUTE_MS).values().iter().copied().map(Some).collect();
    let metrics: Vec<Vec<Option<f64>>> = (0..METRICS).map(column).collect();
    let times: Vec<i64> = (0..WEEK).map(|i| START_MS + i * MINUTE_MS).collect();
    let time = median_of_five(|| {
        score_group(&Group { times: &times, metrics: &metrics }, &AtomicBool::new(false))
            .context("metrics move")?;
        Ok(())
    })?;
    let milliseconds = time.as_secs_f64() * 1000.0;
    Ok(Row::beside("default detector, one entity: 38 metrics x a week at 1 min", milliseconds, "ms")
        .note("median of 5, all cores"))
}
