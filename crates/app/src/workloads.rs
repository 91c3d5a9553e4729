//! Workloads: what is judged is the thing that has a history, whatever its series are called and however often it is
//! stored.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wardroom_analysis::anomaly::values_judged;
use wardroom_analysis::anomaly::workload::{self, Joiner, Known, Workload};
use wardroom_core::{Anomaly, AnomalyKind, Labels, MetricKind, Samples, SeriesKey, TimeRange, Timestamp};
use wardroom_store::{FindingRow, Judged, SeriesId, SeriesRow, SourceId};

use crate::changed;
use crate::context::Open;
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::series::judged_kind;

/// Why a series is not judged by itself: it is one of several names of a workload.
pub(crate) const JOINED: &str = "joined";
/// Why a series is not judged by itself: another replica of the collector stored the same.
pub(crate) const COPY: &str = "copy";
/// Where the workspace keeps what was joined, for the names of findings.
const META: &str = "joined_series";
/// Series that are read at a time, and samples: 64 MB. A larger workload is read in pieces.
const MOST_SERIES: usize = 256;
const MOST_SAMPLES: u64 = 4_000_000;
/// What two series have to repeat before a label is taken for that of a replica.
const LOOKED_AT_MS: i64 = 6 * 3_600_000;
/// Steps within which two starts of one kind are the same finding, as in the store.
const SAME_START_STEPS: i64 = 2;

/// What is judged: the samples of one series, or those of several as one history.
#[derive(Clone, Debug)]
pub(crate) struct History {
    /// Its series, as positions in the rows.
    pub(crate) workload: Workload,
    /// Raw samples of a single series; of several what is judged of them.
    pub(crate) samples: Samples,
    /// What the samples are: a history of several is a gauge.
    pub(crate) kind: MetricKind,
}

/// What a series stands for beside itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Joined {
    changing: Vec<String>,
    copied: Vec<String>,
    names: usize,
    copies: usize,
}

/// What the series of findings stand for, by series.
pub(crate) type JoinedSeries = BTreeMap<i64, Joined>;

impl Joined {
    /// Returns what a workload's series stand for; `None` for a single series.
    pub(crate) fn of(workload: &Workload) -> Option<Self> {
        (!workload.is_single()).then(|| Self {
            changing: workload.changing.clone(),
            copied: workload.copied.clone(),
            names: workload.members.len(),
            copies: workload.members.iter().map(|member| member.copies.len()).max().unwrap_or(1),
        })
    }

    /// Returns the name of the workload: the key without the labels that change or tell copies apart.
    pub(crate) fn name(&self, key: &SeriesKey) -> SeriesKey {
        let is_kept = |name: &&str| !self.changing.iter().chain(&self.copied).any(|left| left == name);
        let labels = Labels::new(key.labels.iter().filter(|(name, _)| is_kept(name)));
        SeriesKey { metric: key.metric.clone(), labels }
    }

    /// Says what was joined.
    pub(crate) fn phrase(&self) -> Phrase {
        let key = match (self.names > 1, self.copies > 1) {
            (true, true) => "joined-both",
            (true, false) => "joined-names",
            (false, _) => "joined-copies",
        };
        Phrase::new(key)
            .count("names", self.names)
            .count("copies", self.copies)
            .text("labels", self.changing.join(", "))
            .text("copied", self.copied.join(", "))
    }
}

/// Groups series by workload, in an order that depends on nothing else, as known now or at `as_of`. Every row has samples.
pub(crate) async fn group(
    open: &Open,
    rows: &Arc<Vec<SeriesRow>>,
    as_of: Option<Timestamp>,
) -> Result<Vec<Workload>, AppError> {
    let suspects = {
        let rows = Arc::clone(rows);
        compute(move || workload::suspects(&known(&rows))).await?
    };
    let mut copy_labels = BTreeSet::new();
    for suspect in suspects {
        let mut seen = Vec::new();
        for (a, b) in suspect.pairs {
            let (a, b) = (&rows[a], &rows[b]);
            let Some(end) = a.last.min(b.last) else { continue };
            let range = TimeRange::new(end.plus_millis(-LOOKED_AT_MS), end.plus_millis(1));
            let range = range.map_err(|e| AppError::internal(&e))?;
            let samples = open.workspace.read_many(&[a.id, b.id], Some(range), as_of).await?;
            seen.extend(samples.first().zip(samples.get(1)).and_then(|(a, b)| workload::are_copies(a, b)));
        }
        // One pair that differs is enough to know that the label tells things apart.
        if !seen.is_empty() && seen.iter().all(|is_copy| *is_copy) {
            copy_labels.insert(suspect.label);
        }
    }
    let rows = Arc::clone(rows);
    compute(move || workload::group(&known(&rows), &copy_labels)).await
}

fn known(rows: &[SeriesRow]) -> Vec<Known<'_>> {
    rows.iter().map(known_of).collect()
}

fn known_of(row: &SeriesRow) -> Known<'_> {
    let first = row.first.unwrap_or(Timestamp::from_millis(0));
    Known {
        key: &row.key,
        source: row.source.0,
        first,
        last: row.last.unwrap_or(first),
        samples: row.samples,
    }
}

async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(|e| AppError::internal(&e))
}

/// Returns what a workload has in common with its peers, those that do the same work: the source, the metric, and all
/// labels but those that change and those that tell copies apart.
pub(crate) fn peers_of(rows: &[SeriesRow], workload: &Workload) -> (SourceId, String) {
    let row = &rows[workload.members[workload.newest()].copies[0]];
    let named = Joined::of(workload).map(|joined| SeriesRow { key: joined.name(&row.key), ..row.clone() });
    (row.source, changed::peers_of(named.as_ref().unwrap_or(row)))
}

/// Cuts workloads into parts that fit in memory together, peers into the same one; a workload that does not fit is a part
/// of its own, and peers that do not fit are cut.
pub(crate) fn parts(rows: &[SeriesRow], workloads: Vec<Workload>) -> Vec<Vec<Workload>> {
    let mut places: BTreeMap<(SourceId, String), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Workload>> = Vec::new();
    for workload in workloads {
        let place = *places.entry(peers_of(rows, &workload)).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(workload);
    }
    let mut parts: Vec<Vec<Workload>> = Vec::new();
    let mut held = (0, 0);
    let fits = |held: (usize, u64), size: (usize, u64)| {
        held.0 + size.0 <= MOST_SERIES && held.1 + size.1 <= MOST_SAMPLES
    };
    for group in groups {
        let all = group.iter().map(|workload| size(rows, workload));
        let all = all.fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
        let mut is_begun = !parts.is_empty() && fits(held, all);
        for workload in group {
            let size = size(rows, &workload);
            if !is_begun || !fits(held, size) {
                parts.push(Vec::new());
                held = (0, 0);
                is_begun = true;
            }
            held = (held.0 + size.0, held.1 + size.1);
            if let Some(part) = parts.last_mut() {
                part.push(workload);
            }
        }
    }
    parts
}

/// Returns series and samples of a workload.
fn size(rows: &[SeriesRow], workload: &Workload) -> (usize, u64) {
    let copies = workload.members.iter().flat_map(|member| &member.copies);
    (workload.series(), copies.map(|&copy| rows[copy].samples).sum())
}

/// Reads a part as known now or at `as_of` and makes one history of each workload; what turns out not to be copies is taken
/// apart.
pub(crate) async fn histories(
    open: &Open,
    rows: &Arc<Vec<SeriesRow>>,
    part: Vec<Workload>,
    range: Option<TimeRange>,
    as_of: Option<Timestamp>,
) -> Result<Vec<History>, AppError> {
    let whole: u64 = part.iter().map(|workload| size(rows, workload).1).sum();
    if part.len() == 1 && whole > MOST_SAMPLES && !part[0].is_single() {
        return in_pieces(open, rows, part, range, as_of).await;
    }
    let ids: Vec<SeriesId> = part.iter().flat_map(places).map(|place| rows[place].id).collect();
    let mut samples = open.workspace.read_many(&ids, range, as_of).await?.into_iter();
    let read: Vec<(Workload, Vec<Samples>)> = part
        .into_iter()
        .map(|workload| {
            let own = samples.by_ref().take(workload.series()).collect();
            (workload, own)
        })
        .collect();
    let rows = Arc::clone(rows);
    compute(move || {
        use rayon::prelude::*;
        read.into_par_iter().flat_map_iter(|(workload, samples)| made(&rows, workload, samples)).collect()
    })
    .await
}

/// Returns the series of a workload in the order of their members.
fn places(workload: &Workload) -> impl Iterator<Item = usize> + '_ {
    workload.members.iter().flat_map(|member| member.copies.iter().copied())
}

/// Makes the history of a workload of the samples of its series, which are in the order of [`places`].
fn made(rows: &[SeriesRow], workload: Workload, mut samples: Vec<Samples>) -> Vec<History> {
    let place = places(&workload).next().unwrap_or_default();
    if workload.is_single() {
        let samples = samples.pop().unwrap_or_default();
        return vec![History { workload, samples, kind: judged_kind(&rows[place]) }];
    }
    let kind = rows[place].kind;
    let of: BTreeMap<usize, Samples> = places(&workload).zip(samples).collect();
    if workload.is_doubtful && differ(&workload, &of, kind) {
        let apart = workload.apart(|place| known_of(&rows[place])).into_iter();
        let own = |workload: &Workload| {
            places(workload).map(|place| of.get(&place).cloned().unwrap_or_default()).collect()
        };
        return apart.flat_map(|workload| made(rows, workload.clone(), own(&workload))).collect();
    }
    let empty = Samples::default();
    let mut joiner = Joiner::new(&workload, kind);
    for member in workload.order() {
        let copies = workload.members[member].copies.iter();
        joiner.add(member, &copies.map(|copy| of.get(copy).unwrap_or(&empty)).collect::<Vec<_>>());
    }
    let samples = joiner.finish();
    vec![History { workload, samples, kind: MetricKind::Gauge }]
}

/// Reports whether what was taken for copies contradicts that.
fn differ(workload: &Workload, of: &BTreeMap<usize, Samples>, kind: MetricKind) -> bool {
    workload.members.iter().any(|member| {
        let mut judged = member.copies.iter().filter_map(|copy| Some(values_judged(of.get(copy)?, kind)));
        let Some(first) = judged.next() else { return false };
        judged.any(|other| workload::disagree(&first, &other))
    })
}

/// Makes the history of a workload that is too large to be read at once. Only the first piece of copies is compared.
async fn in_pieces(
    open: &Open,
    rows: &Arc<Vec<SeriesRow>>,
    part: Vec<Workload>,
    range: Option<TimeRange>,
    as_of: Option<Timestamp>,
) -> Result<Vec<History>, AppError> {
    let mut histories = Vec::new();
    let mut left = part;
    while let Some(workload) = left.pop() {
        let kind = places(&workload).next().map_or(MetricKind::Unknown, |place| rows[place].kind);
        let mut joiner = Joiner::new(&workload, kind);
        let mut is_checked = !workload.is_doubtful;
        let order = workload.order();
        let at_a_time = MOST_SERIES / workload.members.iter().map(|m| m.copies.len()).max().unwrap_or(1);
        for piece in order.chunks(at_a_time.max(1)) {
            let series: Vec<usize> = piece.iter().flat_map(|&m| workload.members[m].copies.clone()).collect();
            let ids: Vec<SeriesId> = series.iter().map(|&place| rows[place].id).collect();
            let samples = open.workspace.read_many(&ids, range, as_of).await?;
            let of: BTreeMap<usize, Samples> = series.into_iter().zip(samples).collect();
            if !std::mem::replace(&mut is_checked, true) && differ(&workload, &of, kind) {
                left.extend(workload.apart(|place| known_of(&rows[place])));
                break;
            }
            for &member in piece {
                let copies = workload.members[member].copies.iter().filter_map(|copy| of.get(copy));
                joiner.add(member, &copies.collect::<Vec<_>>());
            }
            if order.last() == piece.last() {
                let samples = joiner.finish();
                histories.push(History { workload: workload.clone(), samples, kind: MetricKind::Gauge });
                break;
            }
        }
    }
    Ok(histories)
}

/// Current findings by series, so that what was found stays where it was found first.
#[derive(Debug, Default)]
pub(crate) struct Standing(BTreeMap<SeriesId, Vec<(AnomalyKind, Timestamp, i64)>>);

impl Standing {
    /// Takes the findings that stand.
    pub(crate) fn of(findings: &[FindingRow]) -> Self {
        let mut of: BTreeMap<SeriesId, Vec<(AnomalyKind, Timestamp, i64)>> = BTreeMap::new();
        for row in findings {
            let anomaly = &row.anomaly;
            of.entry(row.series).or_default().push((anomaly.kind, anomaly.start, anomaly.step_ms));
        }
        Self(of)
    }

    /// Returns the series on which an anomaly stands already.
    fn holder(&self, anomaly: &Anomaly, series: &[SeriesId]) -> Option<SeriesId> {
        let distance = |start: Timestamp| anomaly.start.as_millis().abs_diff(start.as_millis());
        let held = series.iter().flat_map(|&series| {
            let rows = self.0.get(&series).map(Vec::as_slice).unwrap_or_default();
            rows.iter().map(move |row| (series, row))
        });
        let same = held.filter(|(_, (kind, start, step_ms))| {
            let most = anomaly.step_ms.max(*step_ms).saturating_mul(SAME_START_STEPS);
            *kind == anomaly.kind && distance(*start) <= most.unsigned_abs()
        });
        same.min_by_key(|(series, (_, start, _))| (distance(*start), *series)).map(|(series, _)| series)
    }
}

/// Says what came of every series of a workload: findings lie on the series that lived when they began, the newest name
/// stands for the judgement, the others are said to be joined or copies.
pub(crate) fn outcomes(
    workload: &Workload,
    rows: &[SeriesRow],
    result: Result<Vec<Anomaly>, String>,
    standing: &Standing,
) -> Vec<Judged> {
    let id = |place: usize| rows[place].id;
    let newest = workload.members[workload.newest()].copies[0];
    let mut out: Vec<Judged> = Vec::new();
    for member in &workload.members {
        let others = member.copies.iter().skip(1).map(|&copy| (copy, COPY));
        let first = (member.copies[0] != newest).then_some((member.copies[0], JOINED));
        out.extend(
            first
                .into_iter()
                .chain(others)
                .map(|(place, why)| Judged { series: id(place), outcome: Err(why.to_owned()) }),
        );
    }
    let anomalies = match result {
        Ok(anomalies) => anomalies,
        Err(code) => {
            out.push(Judged { series: id(newest), outcome: Err(code) });
            return out;
        }
    };
    let series: Vec<SeriesId> = places(workload).map(id).collect();
    let mut lies: BTreeMap<SeriesId, Vec<Anomaly>> = series.iter().map(|&id| (id, Vec::new())).collect();
    for anomaly in anomalies {
        let spoke = workload.members[workload.member_at(anomaly.start)].copies[0];
        let on = standing.holder(&anomaly, &series).unwrap_or_else(|| id(spoke));
        lies.entry(on).or_default().push(anomaly);
    }
    out.extend(lies.into_iter().map(|(series, found)| Judged { series, outcome: Ok(found) }));
    out
}

/// Keeps what findings and newest names stand for in the workspace; nothing is written when nothing changed.
pub(crate) async fn keep(open: &Open, joined: &JoinedSeries) -> Result<(), AppError> {
    let text = serde_json::to_string(joined).map_err(|e| AppError::internal(&e))?;
    let before = open.workspace.meta(META).await?;
    if before.as_deref().unwrap_or("{}") != text {
        open.workspace.set_meta(META, &text).await?;
    }
    Ok(())
}

/// Keeps what some findings and newest names stand for beside what was kept before.
pub(crate) async fn keep_more(open: &Open, joined: JoinedSeries) -> Result<(), AppError> {
    if joined.is_empty() {
        return Ok(());
    }
    let mut all = kept(open).await;
    all.extend(joined);
    keep(open, &all).await
}

/// Returns what was kept; nothing where it cannot be read, after which findings have the names of their series.
pub(crate) async fn kept(open: &Open) -> JoinedSeries {
    match open.workspace.meta(META).await {
        Ok(text) => text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        Err(error) => {
            tracing::warn!(%error, "Names findings by their series alone.");
            JoinedSeries::new()
        }
    }
}
