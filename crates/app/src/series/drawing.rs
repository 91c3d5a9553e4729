//! What a chart shows of a series: the history that was judged, its band, its findings, decimated.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wardroom_analysis::anomaly::{self, Input, Options, values_judged};
use wardroom_analysis::preprocess::gaps;
use wardroom_charts::decimate::{Decimated, min_max};
use wardroom_core::{FactId, MetricKind, Samples, TimeRange, Timestamp};
use wardroom_store::{
    FindingRow as StoredFinding, SeriesFilter, SeriesId, SeriesRow as StoredSeries, SourceId,
};

use super::{MOST_CHARTS, WEEK_MS, judged_kind};
use crate::context::Open;
use crate::detection;
use crate::error::AppError;
use crate::feedback::{self, FindingFeedback};
use crate::now::finding;
use crate::phrase::Phrase;
use crate::topology::Naming;
use crate::workloads::{self, COPY, History, JOINED, Joined};

/// A chart's material for one series, decimated.
pub(crate) struct Drawn {
    pub(crate) series: StoredSeries,
    /// What it belongs to, by the name that lists have for it.
    pub(crate) entity: String,
    pub(crate) points: Decimated,
    pub(crate) band: Option<anomaly::Band>,
    pub(crate) ghost: Decimated,
    pub(crate) findings: Vec<StoredFinding>,
    /// What was said of them.
    pub(crate) feedback: BTreeMap<FactId, FindingFeedback>,
    pub(crate) refused: Option<&'static str>,
    pub(crate) gaps: Vec<TimeRange>,
    pub(crate) samples: usize,
    pub(crate) last: Option<(Timestamp, f64)>,
    /// What was joined, where the series is one name of a workload.
    pub(crate) joined: Option<Phrase>,
}

/// A history to draw, with the series by which it was asked for.
struct Subject {
    /// The series; of a workload with the name that does not change, from its first sample on.
    series: StoredSeries,
    samples: Samples,
    /// What the samples are.
    kind: MetricKind,
    /// All series of the history, on which its findings lie.
    members: BTreeSet<SeriesId>,
    joined: Option<Phrase>,
}

impl Subject {
    fn alone(series: StoredSeries, samples: Samples) -> Self {
        let (kind, members) = (judged_kind(&series), BTreeSet::from([series.id]));
        Self { series, samples, kind, members, joined: None }
    }

    fn of_workload(series: &StoredSeries, rows: &[StoredSeries], history: History) -> Self {
        let of_it =
            history.workload.members.iter().flat_map(|member| &member.copies).map(|place| &rows[*place]);
        let (first, members) =
            (of_it.clone().filter_map(|row| row.first).min(), of_it.map(|row| row.id).collect());
        let joined = Joined::of(&history.workload);
        let key = joined.as_ref().map_or_else(|| series.key.clone(), |joined| joined.name(&series.key));
        Self {
            series: StoredSeries { key, first, ..series.clone() },
            samples: history.samples,
            kind: history.kind,
            members,
            joined: joined.map(|joined| joined.phrase()),
        }
    }
}

/// Reads, judges and decimates the series of a chart, as known now or at `as_of`.
///
/// Bands are computed from the whole stored history, which is that of the workload where a series is one name of it. What
/// a series belongs to, and what was said of its findings, goes by the names of `naming`, as on *Now*.
pub(crate) async fn draw(
    open: &Open,
    naming: &Naming,
    ids: &[u32],
    range: TimeRange,
    width: u32,
    last_week: bool,
    as_of: Option<Timestamp>,
) -> Result<Vec<Drawn>, AppError> {
    let ids: Vec<SeriesId> = ids.iter().take(MOST_CHARTS).map(|id| SeriesId(i64::from(*id))).collect();
    let subjects = subjects(open, &ids, as_of).await?;
    let until: BTreeMap<_, Timestamp> = last_of_sources(open, as_of).await?;
    let members: BTreeSet<SeriesId> = subjects.iter().flat_map(|subject| &subject.members).copied().collect();
    let filter =
        SeriesFilter { ids: Some(members.iter().copied().collect()), as_of, ..SeriesFilter::default() };
    let rows = open.workspace.series(&filter).await?;
    let mut findings = open.workspace.findings(Some(range), as_of).await?;
    findings.retain(|finding| members.contains(&finding.series));
    let index: finding::Index<'_> = rows.iter().map(|s| (s.id, s)).collect();
    let sorted = feedback::sort(open, findings, &index, &|key| naming.entity(key), as_of).await?;
    let findings: Vec<StoredFinding> = sorted.counted.iter().chain(&sorted.expected).cloned().collect();
    let said = sorted.into_said();
    let mut work = Vec::new();
    for subject in subjects {
        let series = &subject.series;
        let until = until.get(&series.source).copied().or(series.last).unwrap_or(range.end());
        let own: Vec<StoredFinding> =
            findings.iter().filter(|f| subject.members.contains(&f.series)).cloned().collect();
        let own_said: BTreeMap<FactId, FindingFeedback> =
            own.iter().filter_map(|f| Some((f.id, said.get(&f.id)?.clone()))).collect();
        work.push((subject, until, own, own_said));
    }
    let naming = naming.clone();
    tokio::task::spawn_blocking(move || {
        use rayon::prelude::*;
        work.into_par_iter()
            .map(|(subject, until, findings, feedback)| Drawn {
                feedback,
                ..draw_one(subject, &naming, until, findings, range, width, last_week)
            })
            .collect()
    })
    .await
    .map_err(|e| AppError::internal(&e))
}

/// Reads the histories of series, in their order; a series that is not there is left out.
async fn subjects(open: &Open, ids: &[SeriesId], as_of: Option<Timestamp>) -> Result<Vec<Subject>, AppError> {
    let filter = SeriesFilter { ids: Some(ids.to_vec()), as_of, ..SeriesFilter::default() };
    let rows = open.workspace.series(&filter).await?;
    let mut joined = joined(open, &rows, as_of).await?;
    let alone: Vec<SeriesId> = ids.iter().filter(|id| !joined.contains_key(*id)).copied().collect();
    let samples = open.workspace.read_many(&alone, None, as_of).await?;
    let mut samples: BTreeMap<SeriesId, Samples> = alone.into_iter().zip(samples).collect();
    let subject = |id: &SeriesId| {
        let row = || rows.iter().find(|row| row.id == *id).cloned();
        joined.remove(id).or_else(|| Some(Subject::alone(row()?, samples.remove(id)?)))
    };
    Ok(ids.iter().filter_map(subject).collect())
}

/// Reads the histories of those series of which the last detection judged a workload.
async fn joined(
    open: &Open,
    rows: &[StoredSeries],
    as_of: Option<Timestamp>,
) -> Result<BTreeMap<SeriesId, Subject>, AppError> {
    let (kept, refused) = (workloads::kept(open).await, open.workspace.refused_series(as_of).await?);
    let is_part = |id: &SeriesId| refused.get(id).is_some_and(|code| code == JOINED || code == COPY);
    let mut of_metric: BTreeMap<(SourceId, &str), Vec<&StoredSeries>> = BTreeMap::new();
    for row in rows.iter().filter(|row| kept.contains_key(&row.id.0) || is_part(&row.id)) {
        of_metric.entry((row.source, row.key.metric.as_str())).or_default().push(row);
    }
    let mut subjects = BTreeMap::new();
    for ((source, metric), wanted) in of_metric {
        let (source, metric) = (Some(source), Some(metric.to_owned()));
        let filter = SeriesFilter { source, metric, as_of, ..SeriesFilter::default() };
        let mut all = open.workspace.series(&filter).await?;
        all.retain(|row| row.first.is_some() && !detection::is_a_fact(row));
        let all = Arc::new(all);
        let mut workloads = workloads::group(open, &all, as_of).await?;
        workloads.retain(|workload| {
            let mut places = workload.members.iter().flat_map(|member| &member.copies);
            !workload.is_single() && places.any(|place| wanted.iter().any(|row| row.id == all[*place].id))
        });
        for part in workloads::parts(&all, workloads) {
            for history in workloads::histories(open, &all, part, None, as_of).await? {
                let is_of = |row: &&&StoredSeries| {
                    let mut places = history.workload.members.iter().flat_map(|member| &member.copies);
                    places.any(|place| all[*place].id == row.id)
                };
                let of_it: Vec<&StoredSeries> = wanted.iter().filter(is_of).copied().collect();
                for row in of_it {
                    subjects.insert(row.id, Subject::of_workload(row, &all, history.clone()));
                }
            }
        }
    }
    Ok(subjects)
}

async fn last_of_sources(
    open: &Open,
    as_of: Option<Timestamp>,
) -> Result<BTreeMap<SourceId, Timestamp>, AppError> {
    let mut out: BTreeMap<_, Timestamp> = BTreeMap::new();
    let filter = SeriesFilter { as_of, ..SeriesFilter::default() };
    for row in open.workspace.series(&filter).await? {
        if let Some(at) = row.last {
            let entry = out.entry(row.source).or_insert(at);
            *entry = (*entry).max(at);
        }
    }
    Ok(out)
}

fn draw_one(
    subject: Subject,
    naming: &Naming,
    until: Timestamp,
    findings: Vec<StoredFinding>,
    range: TimeRange,
    width: u32,
    last_week: bool,
) -> Drawn {
    let columns = (width.clamp(50, 4000)) as usize;
    let Subject { series, samples, kind, joined, .. } = subject;
    let judged = values_judged(&samples, kind);
    let (times, values) = (judged.times(), judged.values());
    let from = times.partition_point(|&t| t < range.start().as_millis());
    let to = times.partition_point(|&t| t < range.end().as_millis());
    let step =
        gaps::typical_step_ms(&times[from..to]).or_else(|| gaps::typical_step_ms(times)).unwrap_or(60_000);
    let max_gap = step.saturating_mul(5).max(120_000);
    let points = min_max(times, values, range, columns, max_gap);
    let ghost = if last_week {
        min_max(times, values, range.shifted(-WEEK_MS), columns, max_gap).shifted(WEEK_MS)
    } else {
        Decimated::default()
    };
    let band_step = (range.millis() / i64::from(width.clamp(50, 400) / 2)).max(step);
    let input = Input { samples: &samples, kind, until };
    let mut band = anomaly::band(&input, &Options::standard(), range, band_step);
    // What was never negative has no expected range below zero.
    if let Ok(band) = &mut band
        && values.iter().all(|v| *v >= 0.0)
    {
        for low in band.lower.iter_mut().flatten() {
            *low = low.max(0.0);
        }
    }
    let last = to.checked_sub(1).map(|i| (Timestamp::from_millis(times[i]), values[i]));
    Drawn {
        entity: naming.entity(&series.key),
        gaps: find_gaps(&times[from..to], range, series.first, until, max_gap),
        samples: to - from,
        refused: band.as_ref().err().map(|r| r.as_str()),
        band: band.ok(),
        points,
        ghost,
        findings,
        feedback: BTreeMap::new(),
        last,
        joined,
        series,
    }
}

/// Returns the periods without samples: between two that are too far apart, and behind the last one while the source
/// went on answering. Before the first sample of a series there is nothing to miss.
fn find_gaps(
    times: &[i64],
    range: TimeRange,
    first: Option<Timestamp>,
    until: Timestamp,
    max_gap: i64,
) -> Vec<TimeRange> {
    let at = Timestamp::from_millis;
    let mut edges: Vec<i64> = Vec::with_capacity(times.len() + 2);
    if first.is_some_and(|f| f < range.start()) {
        edges.push(range.start().as_millis());
    }
    edges.extend_from_slice(times);
    edges.push(range.end().min(until).as_millis());
    let wide = edges.windows(2).filter(|w| w[1] - w[0] > max_gap);
    wide.filter_map(|w| TimeRange::new(at(w[0]), at(w[1])).ok()).collect()
}
