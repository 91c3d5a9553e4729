//! When each useful thing could first be known: the time at which its telemetry shows that something is wrong.

use wardroom_core::{AlertState, LogLevel, MetricKind, Samples, TimeRange, Timestamp};

use super::names::{mentions, same_thing};
use crate::{Screen, Useful, World};

/// Time before the onset from which a series' usual values are taken.
const USUAL_MS: i64 = 1_800_000;

/// Robust standard deviations beyond which a value is unusual.
const DEVIATIONS: f64 = 6.0;

/// Standard deviations for one median absolute deviation of normal noise (1 / Φ⁻¹(¾)).
const PER_MAD: f64 = 1.4826;

/// Share of the usual value by which it has to differ at least.
const LEAST_RATIO: f64 = 0.2;

/// Logs are looked through in pieces of this length, so that the first hit ends the search.
const LOG_PIECE_MS: i64 = 60_000;

/// Returns for each useful thing of the brief when it could first be known, from the onset (without one: from the
/// beginning) to the world's present; `None`: not yet, or never.
///
/// The rule for each screen:
///
/// - *Now*, *Alerts*: the first alert that fires, has a label that means the subject (or is called like it), and is called
///   like the detail; what is empty takes any.
/// - *Metrics*: the first of two samples in a row, of a series called like the detail whose labels mean the subject, that
///   differ from the median of the half hour before by more than six robust standard deviations and a fifth; for counters
///   their increases are taken. Where the samples stop for more than three steps, or for good: the end of the third.
/// - *Logs*: the first line of the subject (service or host) that has the words of the detail; without detail the first
///   one at level warn or above.
/// - *Changes*: the last change of the subject whose words have the detail, those left out that an action brought; one from
///   before the run is known from its beginning.
/// - *Checks*: the first failure of a check that is called like the subject or looks at it; where none fails, its first
///   result: that it passes is what there is to see.
/// - *Catalog*: from the beginning of the run.
///
/// Cost: reads telemetry of the whole run, logs until their first hit.
pub fn knowable(world: &World) -> Vec<Option<Timestamp>> {
    let brief = world.scenario().brief();
    let onset = brief.cause.as_ref().map_or(0, |c| c.at_s);
    let from = world.start().plus_millis(onset * 1000);
    brief.useful.iter().map(|useful| first_seen(world, useful, from)).collect()
}

/// Returns when one thing could be known.
fn first_seen(world: &World, useful: &Useful, from: Timestamp) -> Option<Timestamp> {
    let run = TimeRange::new(from.min(world.start()), world.at().plus_millis(1)).ok()?;
    match useful.screen {
        Screen::Catalog => Some(world.start()),
        Screen::Now | Screen::Alerts => world
            .alert_events(run)
            .iter()
            .filter(|e| e.at >= from && e.state == AlertState::Firing)
            .find(|e| {
                let subject = &useful.subject;
                let whose =
                    subject.is_empty() || *subject == e.alert.name || mentions(&e.alert.labels, subject);
                whose && (useful.detail.is_empty() || useful.detail == e.alert.name)
            })
            .map(|e| e.at),
        Screen::Checks => {
            let (subject, mut results) = (&useful.subject, world.check_results(run));
            results.retain(|c| {
                let meant = subject.is_empty() || *subject == c.name || same_thing(&c.component, subject);
                meant && c.at >= from
            });
            results.iter().find(|c| !c.ok).or_else(|| results.first()).map(|c| c.at)
        }
        Screen::Changes => change_seen(world, useful),
        Screen::Logs => log_seen(world, useful, from),
        Screen::Metrics => metric_seen(world, useful, from),
    }
}

/// Returns when a change could be known.
fn change_seen(world: &World, useful: &Useful) -> Option<Timestamp> {
    let all = TimeRange::new(world.history().start(), world.at().plus_millis(1)).ok()?;
    let mut changes = world.changes(all);
    changes.retain(|c| {
        (useful.subject.is_empty() || same_thing(&c.subject, &useful.subject)) && has(&c.what, &useful.detail)
    });
    // What somebody does against the trouble is a change as well, and tells nothing of what came before it.
    let acted = world.remedies();
    let own = |at: Timestamp, subject: &str| {
        acted.iter().any(|done| at > done.ordered && same_thing(subject, &done.remedy.target))
    };
    // The last one counts: the change that matters is the one nearest to the trouble.
    let last =
        |brought: bool| changes.iter().filter(|c| own(c.at, &c.subject) == brought).map(|c| c.at).max();
    last(false).or_else(|| last(true)).map(|at| at.max(world.start()))
}

/// Reports whether a text has those words, without regard to case.
fn has(text: &str, words: &str) -> bool {
    text.to_lowercase().contains(&words.to_lowercase())
}

/// Returns when a log line could be known.
fn log_seen(world: &World, useful: &Useful, from: Timestamp) -> Option<Timestamp> {
    let mut piece = from;
    while piece <= world.at() {
        let end = piece.plus_millis(LOG_PIECE_MS).min(world.at().plus_millis(1));
        let records = world.logs(TimeRange::new(piece, end).ok()?);
        let hit = records.iter().find(|r| {
            let whose = useful.subject.is_empty()
                || same_thing(&r.service, &useful.subject)
                || same_thing(&r.host, &useful.subject);
            let worth = if useful.detail.is_empty() {
                r.level >= Some(LogLevel::Warn)
            } else {
                has(&r.message, &useful.detail) || r.fields.iter().any(|(_, v)| has(v, &useful.detail))
            };
            whose && worth
        });
        if let Some(record) = hit {
            return Some(record.at.max(from));
        }
        piece = end;
    }
    None
}

/// Returns when a metric could be known: the earliest of the series that it means.
fn metric_seen(world: &World, useful: &Useful, from: Timestamp) -> Option<Timestamp> {
    let range = TimeRange::new(from.plus_millis(-USUAL_MS), world.at().plus_millis(1)).ok()?;
    let step_ms = world.interval_ms(world.at());
    let meant = world.series().iter().enumerate().filter(|(_, s)| {
        let named = useful.detail.is_empty() || useful.detail == s.key.metric;
        named && (useful.subject.is_empty() || mentions(&s.key.labels, &useful.subject))
    });
    meant.filter_map(|(i, s)| unusual_from(&world.read(i, range), s.kind, (from, world.at()), step_ms)).min()
}

/// Returns the median; `None` when there are no values.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let (low, high) = (values.get(values.len().checked_sub(1)? / 2)?, values.get(values.len() / 2)?);
    Some(f64::midpoint(*low, *high))
}

/// Returns the times and values that are judged: the samples themselves, or for counters the increase a second.
///
/// The increase over a reset is left out.
fn judged(samples: &Samples, kind: MetricKind) -> Vec<(i64, f64)> {
    let pairs: Vec<(i64, f64)> = samples
        .times()
        .iter()
        .copied()
        .zip(samples.values().iter().copied())
        .filter(|p| p.1.is_finite())
        .collect();
    if !kind.is_cumulative() {
        return pairs;
    }
    let rises = pairs.windows(2).filter(|w| w[1].1 >= w[0].1 && w[1].0 > w[0].0);
    rises.map(|w| (w[1].0, (w[1].1 - w[0].1) * 1000.0 / (w[1].0 - w[0].0) as f64)).collect()
}

/// Returns since when a series is unusual or silent, looked at until a time.
fn unusual_from(
    samples: &Samples,
    kind: MetricKind,
    (from, until): (Timestamp, Timestamp),
    step_ms: i64,
) -> Option<Timestamp> {
    let (from, until) = (from.as_millis(), until.as_millis());
    let points = judged(samples, kind);
    let (before, after): (Vec<_>, Vec<_>) = points.into_iter().partition(|p| p.0 < from);
    let mut usual: Vec<f64> = before.iter().map(|p| p.1).collect();
    let centre = median(&mut usual)?;
    let mut distances: Vec<f64> = usual.iter().map(|v| (v - centre).abs()).collect();
    let spread = median(&mut distances)? * PER_MAD;
    let limit = (DEVIATIONS * spread).max(LEAST_RATIO * centre.abs()).max(f64::MIN_POSITIVE);
    let odd = |p: &(i64, f64)| (p.1 - centre).abs() > limit;
    let jump = after.windows(2).find(|w| odd(&w[0]) && odd(&w[1])).map(|w| w[0].0);
    // A step before the onset may be one of the history, so silence is looked for from the onset on.
    let seen = samples.times().iter().copied().filter(|t| *t >= from);
    let times: Vec<i64> = std::iter::once(from).chain(seen).chain([until.max(from)]).collect();
    let silent = times.windows(2).find(|w| w[1] - w[0] > 3 * step_ms).map(|w| w[0] + 3 * step_ms);
    jump.into_iter().chain(silent).min().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[f64]) -> Samples {
        let times = (0_i64..).map(|i| i * 15_000).take(values.len()).collect();
        Samples::from_columns(times, values.to_vec()).expect("two columns of one length")
    }

    #[test]
    fn a_gauge_is_unusual_from_the_first_of_two_far_values() {
        let values = [1.0, 1.1, 0.9, 1.0, 1.0, 9.0, 1.0, 9.0, 9.0];
        let from = Timestamp::from_millis(60_000);

        let at = unusual_from(&samples(&values), MetricKind::Gauge, (from, from), 15_000);

        // One far value alone (the sixth) is not enough; the eighth is followed by another.
        assert_eq!(at, Some(Timestamp::from_millis(105_000)));
    }

    #[test]
    fn a_counter_is_judged_by_its_increase() {
        let steady = [0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0];
        let faster = [0.0, 15.0, 30.0, 45.0, 60.0, 120.0, 180.0];
        let from = Timestamp::from_millis(60_000);

        assert_eq!(unusual_from(&samples(&steady), MetricKind::Counter, (from, from), 15_000), None);
        assert_eq!(
            unusual_from(&samples(&faster), MetricKind::Counter, (from, from), 15_000),
            Some(Timestamp::from_millis(75_000))
        );
    }

    #[test]
    fn a_series_that_stops_for_a_while_is_known_after_three_steps() {
        let times = vec![0, 15_000, 30_000, 45_000, 150_000];
        let samples = Samples::from_columns(times, vec![1.0; 5]).expect("two columns of one length");

        let from = Timestamp::from_millis(30_000);

        let at = unusual_from(&samples, MetricKind::Gauge, (from, from), 15_000);

        assert_eq!(at, Some(Timestamp::from_millis(90_000)));
    }

    #[test]
    fn a_series_that_stops_for_good_is_known_after_three_steps_too() {
        let samples = samples(&[1.0; 4]);
        let (from, until) = (Timestamp::from_millis(45_000), Timestamp::from_millis(600_000));

        let at = unusual_from(&samples, MetricKind::Gauge, (from, until), 15_000);

        assert_eq!(at, Some(Timestamp::from_millis(90_000)));
        assert_eq!(unusual_from(&samples, MetricKind::Gauge, (from, from), 15_000), None);
    }

    #[test]
    fn without_usual_values_nothing_is_unusual() {
        let from = Timestamp::default();

        let at = unusual_from(&samples(&[5.0, 50.0]), MetricKind::Gauge, (from, from), 15_000);

        assert_eq!(at, None);
    }
}
