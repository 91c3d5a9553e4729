//! The baselines of the followed series, in memory: each arriving sample is judged against its own series at once.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use wardroom_analysis::anomaly::stream::State;
use wardroom_analysis::anomaly::{Options, Refusal};
use wardroom_core::{Samples, TimeRange, Timestamp};
use wardroom_store::{SeriesFilter, SeriesId, SeriesRow, SourceId};

use crate::context::Open;
use crate::detection::is_a_fact;
use crate::error::AppError;
use crate::series::judged_kind;

/// Series of a source that are watched; any more wait for the next whole detection.
///
/// A baseline takes 1.6 kB at most (a test of it holds that), so that those of a source take 32 MB at most.
const MOST_SERIES: usize = 20_000;
/// Series that are learnt after one detection, so that none is followed by more reading than it did itself.
const LEARNT_AT_ONCE: usize = 2_048;
/// Series whose history is in memory at a time, as in a detection.
const READ_AT_ONCE: usize = 256;
/// A baseline is learnt again after this time: a quarter of a day adds little to a daily profile.
const LEARN_EVERY_MS: i64 = 6 * 3_600_000;
/// A series with too little history is tried again after this time.
const TRY_EVERY_MS: i64 = 10 * 60_000;
/// What is learnt from: eight days, from which a whole week of daily profiles comes.
const HISTORY_MS: i64 = 8 * 86_400_000;
/// Series that are judged at once after one tick; when more leave their bands together, the rest follows a tick later.
const JUDGED_AT_ONCE: usize = 256;

/// What is known of one series.
#[derive(Debug)]
struct Watched {
    /// When this was learnt or tried.
    learnt: Timestamp,
    /// Its baseline; `None` without enough history, or for a fact, which is never judged.
    state: Option<State>,
    /// The run outside that has been told.
    told: Option<Timestamp>,
    /// The silence that has been told.
    silent: Option<Timestamp>,
}

/// The watched series of one source.
#[derive(Debug, Default)]
pub(super) struct Watch {
    series: BTreeMap<SeriesId, Watched>,
    /// Series that have left their bands and were not judged since.
    left: BTreeSet<SeriesId>,
}

impl Watch {
    /// Judges the samples that arrived.
    pub(super) fn push(&mut self, arrived: &[(SeriesId, Samples)]) {
        for (id, samples) in arrived {
            let Some(watched) = self.series.get_mut(id) else { continue };
            let Some(state) = &mut watched.state else { continue };
            for (&time, &value) in samples.times().iter().zip(samples.values()) {
                // A sample that is there twice or is no number says nothing.
                let Ok(verdict) = state.push(Timestamp::from_millis(time), value) else { continue };
                if verdict.since.is_some() && watched.told != verdict.since {
                    self.left.insert(*id);
                }
                watched.told = verdict.since;
            }
        }
        self.find_silent(arrived);
    }

    /// Finds the series that did not come although others of their source did.
    fn find_silent(&mut self, arrived: &[(SeriesId, Samples)]) {
        let Some(until) = arrived.iter().filter_map(|(_, samples)| samples.last_time()).max() else { return };
        for (id, watched) in &mut self.series {
            let Some(state) = &watched.state else { continue };
            let silent = state.silent_since(until);
            if silent.is_some() && watched.silent != silent {
                self.left.insert(*id);
            }
            watched.silent = silent;
        }
    }

    /// Returns the series that have left their bands long enough for a finding, and forgets that they have.
    pub(super) fn take_left(&mut self) -> Vec<SeriesId> {
        let taken: Vec<SeriesId> = self.left.iter().copied().take(JUDGED_AT_ONCE).collect();
        for id in &taken {
            self.left.remove(id);
        }
        taken
    }

    /// Forgets which series have left their bands: a whole detection has judged them.
    pub(super) fn all_judged(&mut self) {
        self.left.clear();
    }

    /// Learns the baselines that are missing or old from what is stored, until `stopped` says so.
    ///
    /// # Errors
    ///
    /// Store failures.
    pub(super) async fn learn(
        &mut self,
        open: &Open,
        source: SourceId,
        now: Timestamp,
        stopped: impl Fn() -> bool,
    ) -> Result<(), AppError> {
        let filter = SeriesFilter { source: Some(source), ..SeriesFilter::default() };
        let mut rows = open.workspace.series(&filter).await?;
        // What has not come for a day is not followed.
        rows.retain(|row| row.last.is_some_and(|last| last.as_millis() > now.as_millis() - 86_400_000));
        rows.truncate(MOST_SERIES);
        let stored: BTreeSet<SeriesId> = rows.iter().map(|row| row.id).collect();
        self.series.retain(|id, _| stored.contains(id));
        rows.retain(|row| self.is_due(row.id, now));
        // Those that are not watched at all come first, then the oldest.
        rows.sort_by_key(|row| (self.series.get(&row.id).map(|w| w.learnt), row.id));
        rows.truncate(LEARNT_AT_ONCE);
        let range = TimeRange::new(now.plus_millis(-HISTORY_MS), now.plus_millis(1));
        let range = range.map_err(|e| AppError::internal(&e))?;
        for part in rows.chunks(READ_AT_ONCE) {
            if stopped() {
                return Ok(());
            }
            let ids: Vec<SeriesId> = part.iter().map(|row| row.id).collect();
            let samples = open.workspace.read_many(&ids, Some(range), None).await?;
            let part = part.to_vec();
            let learnt = tokio::task::spawn_blocking(move || states(&part, &samples)).await;
            for (id, state) in ids.into_iter().zip(learnt.map_err(|e| AppError::internal(&e))?) {
                let (told, silent) =
                    self.series.get(&id).map_or((None, None), |before| (before.told, before.silent));
                self.series.insert(id, Watched { learnt: now, state, told, silent });
            }
        }
        Ok(())
    }

    fn is_due(&self, id: SeriesId, now: Timestamp) -> bool {
        self.series.get(&id).is_none_or(|watched| {
            let every = if watched.state.is_some() { LEARN_EVERY_MS } else { TRY_EVERY_MS };
            now.as_millis().saturating_sub(watched.learnt.as_millis()) >= every
        })
    }

    /// Returns the number of series with a baseline, and the memory that the baselines take.
    #[cfg(test)]
    pub(super) fn size(&self) -> (usize, usize) {
        let states = || self.series.values().filter_map(|watched| watched.state.as_ref());
        (states().count(), states().map(State::bytes).sum())
    }
}

/// Learns the baselines of a part on all cores.
fn states(rows: &[SeriesRow], samples: &[Samples]) -> Vec<Option<State>> {
    let options = Options::standard();
    rows.par_iter()
        .zip(samples)
        .map(|(row, samples)| {
            if is_a_fact(row) {
                return None;
            }
            let learnt: Result<State, Refusal> = State::learn(samples, judged_kind(row), &options);
            learnt.ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use wardroom_core::{FactId, Labels, MetricKind, SeriesKey, Unit};
    use wardroom_store::SeriesClass;

    use super::*;

    const MINUTE: i64 = 60_000;
    /// 2026-11-17T15:02:00Z.
    const BEGIN: i64 = 1_794_927_720_000;

    #[test]
    fn a_gauge_that_only_rises_is_watched_by_its_rate() {
        let word = "counter-like".to_owned();
        let class = SeriesClass { word, period_ms: None, known_at: Timestamp::from_millis(BEGIN) };
        let row = SeriesRow {
            id: SeriesId(1),
            fact: FactId::new(1, 1),
            source: SourceId(1),
            key: SeriesKey::new("jobs_done", Labels::new([("service", "mail")])),
            kind: MetricKind::Gauge,
            unit: Unit::Unknown,
            first: None,
            last: None,
            samples: 0,
            class: Some(class),
        };
        let mut samples = Samples::default();
        for minute in 0..=600 {
            samples.push(Timestamp::from_millis(BEGIN + minute * MINUTE), 120.0 * minute as f64);
        }

        let mut state = states(&[row], &[samples]).remove(0).unwrap();
        let next = state.push(Timestamp::from_millis(BEGIN + 601 * MINUTE), 120.0 * 601.0).unwrap();

        // 120 a minute are two a second, as before.
        assert!((next.expected.unwrap() - 2.0).abs() < 1e-6 && !next.is_outside, "{next:?}");
    }
}
