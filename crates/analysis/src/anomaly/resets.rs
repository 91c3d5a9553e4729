//! Reset storms: a counter that begins again many times in a short while.

use std::sync::atomic::AtomicBool;

use wardroom_core::anomaly::{Anomaly, AnomalyKind, Reason, Score};
use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;

use super::onset::step_at;
use super::{Options, Refusal};
use crate::pass;

/// The stretch in which resets are counted, in milliseconds.
const HOUR_MS: i64 = 3_600_000;
/// Fewer resets in an hour are deployments.
///
/// Five: a rollout and its rollback restart a counter twice, while a process that crashes as soon as it starts begins
/// again six times within eleven minutes under the usual back-off (10 s, doubled up to 5 min).
const LEAST_RESETS: usize = 5;
/// A storm has this many times the resets of the other hours.
const TIMES_USUAL: f64 = 4.0;
/// Resets in the busiest hour at which the score is one half.
const HALF_RESETS: f64 = 3.0;
/// A storm goes on while nothing but this passed since its last reset, in milliseconds (at least twice its longest
/// pause).
const PAUSE_MS: i64 = 600_000;

/// Resets that follow closely.
#[derive(Debug)]
struct Storm {
    /// The first of them.
    first: usize,
    /// The last of them.
    last: usize,
    /// How many are in the busiest hour.
    most: usize,
}

/// Returns the storms of a cumulative series by time.
pub(super) fn find(
    samples: &Samples,
    until: Timestamp,
    options: &Options,
    cancel: &AtomicBool,
) -> Result<Vec<Anomaly>, Refusal> {
    let is_finite = |i: usize| samples.values()[i].is_finite();
    let times = pass::collect_some(samples.len(), cancel, |i| is_finite(i).then(|| samples.times()[i]))?;
    let values = pass::collect_some(samples.len(), cancel, |i| is_finite(i).then(|| samples.values()[i]))?;
    let (Some(&begin), Some(&end)) = (times.first(), times.last()) else { return Ok(Vec::new()) };
    let history_ms = end.saturating_sub(begin);
    if history_ms < options.min_history_ms {
        return Ok(Vec::new());
    }
    let reset = |i: usize| (values[i + 1] < values[i]).then(|| times[i + 1]);
    let resets = pass::collect_some(times.len() - 1, cancel, reset)?;
    let mut found: Vec<Anomaly> = Vec::new();
    for storm in storms(&resets) {
        let (from, to) = (resets[storm.first], resets[storm.last]);
        let elsewhere = resets.len() - (storm.last - storm.first + 1);
        let hours = history_ms.saturating_sub(to.saturating_sub(from)).max(1) as f64 / HOUR_MS as f64;
        let usual = elsewhere as f64 / hours;
        // A history that is nothing but storm has no usual hour to compare with.
        if storm.most as f64 <= TIMES_USUAL * usual || hours * 2.0 < history_ms as f64 / HOUR_MS as f64 {
            continue;
        }
        let surprise = 1.0 - 0.5_f64.powf(storm.most as f64 / HALF_RESETS);
        let score = surprise * options.repetition_part(found.len()) * options.history_part(history_ms);
        let pauses = resets[storm.first..=storm.last].windows(2).map(|w| w[1].saturating_sub(w[0]));
        let pause_ms = pauses.max().unwrap_or(0).saturating_mul(2).max(PAUSE_MS);
        let lasts = until.as_millis().saturating_sub(to) <= pause_ms;
        let at = times.partition_point(|&time| time < from);
        found.push(Anomaly {
            kind: AnomalyKind::ResetStorm,
            start: Timestamp::from_millis(from),
            end: (!lasts).then(|| Timestamp::from_millis(to)),
            step_ms: step_at(&times, at).unwrap_or(1),
            score: Score::new(score),
            reason: reason(
                &storm,
                usual,
                1.0 - to.saturating_sub(from) as f64 / history_ms.max(1) as f64,
                history_ms,
            ),
        });
    }
    Ok(found)
}

fn reason(storm: &Storm, usual: f64, rarer_than: f64, history_ms: i64) -> Reason {
    Reason {
        observed: Some(storm.most as f64),
        peak: Some(storm.most as f64),
        expected: Some(usual),
        lower: None,
        upper: None,
        slope_per_hour: None,
        rarer_than: rarer_than.clamp(0.0, 1.0),
        history_ms,
        season_ms: None,
    }
}

/// Returns stretches of resets with at least five in any hour of theirs that begins with a reset.
fn storms(resets: &[i64]) -> Vec<Storm> {
    let mut found: Vec<Storm> = Vec::new();
    let mut end = 0;
    for (first, &begin) in resets.iter().enumerate() {
        while end < resets.len() && resets[end].saturating_sub(begin) < HOUR_MS {
            end += 1;
        }
        let most = end - first;
        if most < LEAST_RESETS {
            continue;
        }
        match found.last_mut().filter(|storm| first <= storm.last) {
            Some(storm) => {
                storm.last = end - 1;
                storm.most = storm.most.max(most);
            }
            None => found.push(Storm { first, last: end - 1, most }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const DAY: i64 = 1_440;

    #[test]
    fn a_crash_loop_is_a_storm_from_its_first_reset() {
        // Restarts after 10, 20, 40, 80 and 160 s and then every 5 minutes, scraped every 15 s: a hand count of the
        // last hour.
        let begin = 2 * DAY * MINUTE;
        let mut restarts: Vec<i64> = [10, 30, 70, 150, 310].iter().map(|s| begin + s * 1_000).collect();
        restarts.extend((1..10).map(|k| begin + 310_000 + k * 300_000));
        let samples = counter(15_000, begin + 60 * MINUTE, &restarts);

        let found = storms_of(&samples, samples.last_time().expect("there are samples"));

        assert_eq!(found.len(), 1, "{found:#?}");
        let storm = &found[0];
        assert_eq!(storm.kind, AnomalyKind::ResetStorm);
        assert_eq!((storm.start, storm.end), (Timestamp::from_millis(begin + 15_000), None));
        assert_eq!((storm.reason.observed, storm.reason.expected), (Some(14.0), Some(0.0)));
        assert!(storm.score.get() > 0.9, "{storm:?}");
    }

    #[test]
    fn deployments_are_no_storm() {
        // A rollout every day, one of them rolled back and rolled out again.
        let mut restarts: Vec<i64> = (1..7).map(|day| day * DAY * MINUTE + 7).collect();
        restarts.extend([3 * DAY * MINUTE + 10 * MINUTE, 3 * DAY * MINUTE + 40 * MINUTE]);
        restarts.sort_unstable();
        let samples = counter(MINUTE, 7 * DAY * MINUTE, &restarts);

        assert_eq!(storms_of(&samples, Timestamp::from_millis(7 * DAY * MINUTE)), []);
    }

    #[test]
    fn what_begins_again_all_the_time_is_usual() {
        let restarts: Vec<i64> = (1..2 * DAY / 7).map(|k| 7 * k * MINUTE + 1).collect();
        let samples = counter(MINUTE, 2 * DAY * MINUTE, &restarts);

        assert_eq!(storms_of(&samples, Timestamp::from_millis(2 * DAY * MINUTE)), []);
    }

    #[test]
    fn a_storm_that_is_over_has_an_end() {
        let restarts: Vec<i64> = (0..8).map(|k| DAY * MINUTE + 4 * k * MINUTE).collect();
        let samples = counter(MINUTE, 2 * DAY * MINUTE, &restarts);

        let found = storms_of(&samples, Timestamp::from_millis(2 * DAY * MINUTE));

        let ends: Vec<_> = found.iter().map(|storm| storm.end).collect();
        assert_eq!(ends, [Some(Timestamp::from_millis(DAY * MINUTE + 28 * MINUTE))]);
    }

    fn storms_of(samples: &Samples, until: Timestamp) -> Vec<Anomaly> {
        find(samples, until, &Options::standard(), &AtomicBool::new(false)).expect("not cancelled")
    }

    /// Ten requests a second since the last restart, a restart at the time of a sample included.
    fn counter(step_ms: i64, until_ms: i64, restarts: &[i64]) -> Samples {
        let mut samples = Samples::default();
        for time in (0..=until_ms / step_ms).map(|k| k * step_ms) {
            let idx = restarts.partition_point(|&at| at <= time);
            let since = idx.checked_sub(1).map_or(-1_000_000, |idx| restarts[idx]);
            samples.push(Timestamp::from_millis(time), (time - since) as f64 / 100.0);
        }
        samples
    }
}
