//! Missing data: a series whose samples stopped coming while its source still answers.

use std::sync::atomic::AtomicBool;

use wardroom_core::anomaly::{Anomaly, AnomalyKind, Reason, Score};
use wardroom_core::series::{Samples, is_stale_marker};
use wardroom_core::time::Timestamp;

use super::onset::step_at;
use super::{Options, Refusal};
use crate::pass;

/// The highest score of a series that ended in order, with a staleness marker.
///
/// Just below the middle grade: a pod that was replaced ends so, and where the whole target died `up` says it better.
const ENDED_SCORE: f64 = 0.59;

/// Returns the finding that samples are missing up to `until`, or nothing.
pub(super) fn find(
    samples: &Samples,
    until: Timestamp,
    options: &Options,
    cancel: &AtomicBool,
) -> Result<Option<Anomaly>, Refusal> {
    let time = |i: usize| samples.values()[i].is_finite().then(|| samples.times()[i]);
    let finite = pass::collect_some(samples.len(), cancel, time)?;
    let found = of_times(&finite, samples, until, options);
    pass::go_on(cancel)?;
    Ok(found)
}

/// Judges the silence after the last of the times that have a value.
fn of_times(finite: &[i64], samples: &Samples, until: Timestamp, options: &Options) -> Option<Anomaly> {
    let (&first, &last) = (finite.first()?, finite.last()?);
    let step_ms = step_at(finite, finite.len() - 1)?;
    let silence_ms = until.as_millis().saturating_sub(last);
    let least_ms = step_ms.saturating_mul(options.missing_steps).max(options.missing_ms);
    let history_ms = last.saturating_sub(first);
    if silence_ms <= least_ms || silence_ms > options.retired_ms || history_ms < options.min_history_ms {
        return None;
    }
    let gaps = || finite.windows(2).map(|w| w[1].saturating_sub(w[0]));
    let longest_ms = gaps().max().unwrap_or(0);
    let shorter = gaps().filter(|&gap| gap < silence_ms).count();
    let times_longer = silence_ms as f64 / longest_ms.max(least_ms).max(1) as f64;
    let surprise = (1.0 - 0.5_f64.powf(1.0 + times_longer)) * options.history_part(history_ms);
    // A gap that is usual for this series halves its surprise with every halving of its length.
    let surprise = if silence_ms <= longest_ms { surprise * times_longer } else { surprise };
    let ended = samples.values().last().is_some_and(|&value| is_stale_marker(value));
    let score = if ended { surprise.min(ENDED_SCORE) } else { surprise };
    Some(Anomaly {
        kind: AnomalyKind::Missing,
        start: Timestamp::from_millis(last.saturating_add(step_ms)),
        end: None,
        step_ms,
        score: Score::new(score),
        reason: Reason {
            observed: None,
            peak: None,
            expected: None,
            lower: None,
            upper: None,
            slope_per_hour: None,
            rarer_than: shorter as f64 / finite.len().saturating_sub(1).max(1) as f64,
            history_ms,
            season_ms: None,
        },
    })
}
