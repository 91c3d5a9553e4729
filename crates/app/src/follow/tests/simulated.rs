//! The states beside the judgement of whole series, on every series of the demo's world.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;
use wardroom_analysis::anomaly::stream::State;
use wardroom_analysis::anomaly::{Bands, Input, Options, judge};
use wardroom_core::{AnomalyKind, MetricKind, Samples, TimeRange, Timestamp};
use wardroom_sim::demo::{Scenario, World};

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;
/// 2026-11-17T15:02:00Z; `date -u -d 2026-11-17T15:02:00Z +%s`.
const END: i64 = 1_794_927_720_000;
/// The scenario of the demo.
const DEMO: &str = include_str!("../../../../../assets/scenarios/demo.toml");

/// What came of one series in the streamed day.
#[derive(Debug, Default)]
struct Day {
    streamed: usize,
    /// Spikes, dips and shifts that the judgement of the whole series begins in the day.
    found: usize,
    /// Of these, the ones that the state told of, with the delay.
    delays: Vec<i64>,
    /// What the state told of that the judgement does not know.
    beside: usize,
}

#[test]
fn the_streamed_day_of_the_demo_tells_what_the_judgement_finds() {
    let scenario = Scenario::parse(DEMO).expect("the demo is a scenario");
    let world = World::new(&scenario, 7, Timestamp::from_millis(END));
    let days: Vec<Day> = (0..world.series().len())
        .into_par_iter()
        .map(|idx| {
            let all = TimeRange::new(world.history().start(), world.history().end()).expect("eight days");
            day(&world.read(idx, all), world.series()[idx].kind)
        })
        .collect();
    let sum = |of: fn(&Day) -> usize| days.iter().map(of).sum::<usize>();
    let (streamed, found, beside) = (sum(|d| d.streamed), sum(|d| d.found), sum(|d| d.beside));
    let mut delays: Vec<i64> = days.iter().flat_map(|d| d.delays.iter().copied()).collect();
    delays.sort_unstable();
    let middle = delays.get(delays.len() / 2).copied().unwrap_or(i64::MAX);
    let told = format!(
        "{streamed} series; {} of {found} seen, {middle} ms in the middle, {:?} ms at most; {beside} beside",
        delays.len(),
        delays.last()
    );
    print(&told);

    assert!(streamed > 300 && found > 50, "{told}");
    assert!(delays.len() * 100 >= found * 95, "{told}");
    assert!(middle <= 2 * MINUTE, "{told}");
    assert!(beside * 50 <= streamed, "{told}");
}

/// Prints the figures past the capture of the test harness.
fn print(line: &str) {
    use std::io::Write;
    // A closed pipe is the reader's own choice.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Streams the last day through a state learnt from the seven before, and judges the whole.
fn day(samples: &Samples, kind: MetricKind) -> Day {
    let from = END - DAY;
    let n = samples.times().partition_point(|&t| t <= from);
    let history = (samples.times()[..n].to_vec(), samples.values()[..n].to_vec());
    let history = Samples::from_columns(history.0, history.1).expect("equal lengths");
    let options = Options { bands: Bands::Drop, ..Options::standard() };
    let Ok(mut state) = State::learn(&history, kind, &options) else { return Day::default() };
    let mut told: Vec<(i64, i64)> = Vec::new();
    for (&time, &value) in samples.times()[n..].iter().zip(&samples.values()[n..]) {
        let verdict = state.push(Timestamp::from_millis(time), value);
        let since = verdict.ok().and_then(|verdict| verdict.since).map(Timestamp::as_millis);
        if let Some(since) = since.filter(|since| told.last().is_none_or(|last| last.0 != *since)) {
            told.push((since, time));
        }
    }
    let input = Input { samples, kind, until: Timestamp::from_millis(END) };
    let anomalies = judge(&input, &options, &AtomicBool::new(false))
        .map(|judgement| judgement.anomalies)
        .unwrap_or_default();
    let jumps = [AnomalyKind::Spike, AnomalyKind::Level, AnomalyKind::Trend];
    let found: Vec<i64> = anomalies
        .iter()
        .filter(|a| jumps.contains(&a.kind) && a.start.as_millis() > from)
        .map(|a| a.start.as_millis())
        .collect();
    let near = |a: i64, b: i64| (a - b).abs() <= 5 * MINUTE;
    let seen = |start: &i64| told.iter().find(|(since, _)| near(*since, *start)).map(|(_, at)| at - start);
    let covered = |since: i64| {
        anomalies.iter().any(|a| {
            near(since, a.start.as_millis())
                || a.start.as_millis() <= since && a.end.is_none_or(|end| since <= end.as_millis())
        })
    };
    Day {
        streamed: 1,
        found: found.len(),
        delays: found.iter().filter_map(seen).collect(),
        beside: told.iter().filter(|(since, _)| !covered(*since)).count(),
    }
}
