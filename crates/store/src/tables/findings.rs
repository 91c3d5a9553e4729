//! Findings of the detection: an identity that stays, and versions of what is known of it.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::{Anomaly, AnomalyKind, FactId, Reason, Score, TimeRange, Timestamp};

use super::refusals::record_refusals;
use super::series::SeriesId;
use super::{fact_of, time_of};
use crate::db::ROWS_PER_STATEMENT;
use crate::error::StoreError;
use crate::samples::read::json_of;
use crate::samples::{count, unsigned};
use crate::workspace::Workspace;

/// Steps within which two starts of one kind on one series are the same finding: detecting again with more history
/// may move an onset by that much.
const SAME_START_STEPS: i64 = 2;

/// A stored finding.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingRow {
    /// Its identity across copies.
    pub id: FactId,
    /// The series.
    pub series: SeriesId,
    /// What was found, as last judged; its start is the one that was found first.
    pub anomaly: Anomaly,
    /// When it was found first.
    pub known_at: Timestamp,
    /// When the version that is shown became known.
    pub updated_at: Timestamp,
    /// The method that found this version.
    pub method: String,
}

/// What the detection said about one series.
///
/// A series may be named twice: with the findings that lie on it, and with the reason why it is not judged by itself,
/// because it is part of a workload that is judged as one. It counts as one that could not be judged then.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The series.
    pub series: SeriesId,
    /// Its anomalies, or the code of the reason why it could not be judged.
    pub outcome: Result<Vec<Anomaly>, String>,
}

/// One run of the detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetectionRun {
    /// The period that was judged.
    pub judged: TimeRange,
    /// When the result became known.
    pub known_at: Timestamp,
    /// The method, with its version.
    pub method: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

/// What a run of the detection changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DetectionChange {
    /// Findings that are there for the first time.
    pub new: u32,
    /// Findings of which something changed, those that came back included.
    pub updated: u32,
    /// Findings that were not found again in the judged period.
    pub withdrawn: u32,
}

/// The last run of the detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detection {
    /// When its result became known.
    pub known_at: Timestamp,
    /// Where the period ends that was judged.
    pub until: Timestamp,
    /// Series that were judged.
    pub judged: u64,
    /// Series that could not be judged.
    pub refused: u64,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The method, with its version.
    pub method: String,
}

#[derive(sqlx::FromRow)]
struct StoredFinding {
    id: i64,
    fact: Vec<u8>,
    series: i64,
    kind: String,
    start_at: i64,
    first_known_at: i64,
    version: i64,
    is_current: bool,
    known_at: i64,
    method: String,
    end_at: Option<i64>,
    step_ms: i64,
    score: f64,
    observed: Option<f64>,
    peak: Option<f64>,
    expected: Option<f64>,
    lower_limit: Option<f64>,
    upper_limit: Option<f64>,
    slope_per_hour: Option<f64>,
    rarer_than: f64,
    history_steps: i64,
    season_ms: Option<i64>,
}

/// Returns the length of the steps in which the history of a finding is stored: a minute at least.
fn history_step_ms(step_ms: i64) -> i64 {
    step_ms.max(60_000)
}

impl StoredFinding {
    fn anomaly(&self) -> Result<Anomaly, StoreError> {
        Ok(Anomaly {
            kind: AnomalyKind::parse(&self.kind)
                .ok_or_else(|| StoreError::damaged(format!("a finding is of the kind {:?}", self.kind)))?,
            start: Timestamp::from_millis(self.start_at),
            end: time_of(self.end_at),
            step_ms: self.step_ms,
            score: Score::new(self.score),
            reason: Reason {
                observed: self.observed,
                peak: self.peak,
                expected: self.expected,
                lower: self.lower_limit,
                upper: self.upper_limit,
                slope_per_hour: self.slope_per_hour,
                rarer_than: self.rarer_than,
                history_ms: self.history_steps.saturating_mul(history_step_ms(self.step_ms)),
                season_ms: self.season_ms,
            },
        })
    }

    fn row(&self) -> Result<FindingRow, StoreError> {
        Ok(FindingRow {
            id: fact_of(&self.fact)?,
            series: SeriesId(self.series),
            anomaly: self.anomaly()?,
            known_at: Timestamp::from_millis(self.first_known_at),
            updated_at: Timestamp::from_millis(self.known_at),
            method: self.method.clone(),
        })
    }
}

/// Every column of a finding with one of its versions; `f` and `v` are bound by what follows.
macro_rules! finding_columns {
    ($rest:literal) => {
        concat!(
            "SELECT f.id, f.fact, f.series, f.kind, f.start_at, f.known_at AS first_known_at, v.id AS version, ",
            "v.replaced_at IS NULL AS is_current, v.known_at, v.method, v.end_at, v.step_ms, v.score, v.observed, ",
            "v.peak, v.expected, v.lower_limit, v.upper_limit, v.slope_per_hour, v.rarer_than, v.history_steps, ",
            "v.season_ms ",
            $rest
        )
    };
}

/// The last version of every finding of some series, withdrawn ones included.
const LAST_OF_SERIES: &str = finding_columns!(
    "FROM findings f JOIN finding_versions v ON v.id = \
       (SELECT max(w.id) FROM finding_versions w WHERE w.finding = f.id) \
     WHERE f.series IN (SELECT value FROM json_each(?1)) ORDER BY f.id"
);

/// What is found now.
const CURRENT: &str = finding_columns!(
    "FROM finding_versions v JOIN findings f ON f.id = v.finding \
     WHERE v.replaced_at IS NULL AND f.start_at < ?2 AND (v.end_at IS NULL OR v.end_at > ?1)"
);

/// What was found at the moment `?3`.
const AS_OF: &str = finding_columns!(
    "FROM finding_versions v JOIN findings f ON f.id = v.finding \
     WHERE v.known_at <= ?3 AND (v.replaced_at IS NULL OR v.replaced_at > ?3) \
       AND f.start_at < ?2 AND (v.end_at IS NULL OR v.end_at > ?1)"
);

/// What has to be written after a detection.
#[derive(Default)]
struct Changes {
    /// New findings with their identity: fact, series and what was found.
    new: Vec<(i64, Anomaly)>,
    /// New versions: the finding and what was found.
    versions: Vec<(i64, Anomaly)>,
    /// Versions that end.
    closed: Vec<i64>,
    change: DetectionChange,
}

/// How much of the workspace a detection judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// Every series.
    Whole,
    /// Some series.
    Some,
}

impl Workspace {
    /// Stores the outcome of a detection.
    ///
    /// A finding is known by series, kind and start; one whose start lies within two steps of a stored one is the same
    /// and keeps the start that was found first. A finding of a judged series that overlaps the judged period and was
    /// not found again is withdrawn. Series that could not be judged keep their findings. Nothing is overwritten:
    /// [`Workspace::findings`] still answers as of an earlier moment.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn record_detection(
        &self,
        outcomes: &[Judged],
        run: &DetectionRun,
    ) -> Result<DetectionChange, StoreError> {
        self.record(outcomes, run, Extent::Whole).await
    }

    /// Stores the outcome of a detection of some series only, as [`Workspace::record_detection`] does.
    ///
    /// [`Workspace::last_detection`] goes on to tell of the last whole one.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn record_some(
        &self,
        outcomes: &[Judged],
        run: &DetectionRun,
    ) -> Result<DetectionChange, StoreError> {
        self.record(outcomes, run, Extent::Some).await
    }

    async fn record(
        &self,
        outcomes: &[Judged],
        run: &DetectionRun,
        extent: Extent,
    ) -> Result<DetectionChange, StoreError> {
        self.require_writable()?;
        let _one_at_a_time = self.detecting().lock().await;
        let judged: BTreeMap<i64, &[Anomaly]> =
            outcomes.iter().filter_map(|o| Some((o.series.0, o.outcome.as_deref().ok()?))).collect();
        let changes = self.compare(&judged, run.judged).await?;
        let facts = self.new_fact_ids(changes.new.len()).await?;

        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE finding_versions SET replaced_at = ? WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(run.known_at.as_millis())
        .bind(json_of(&changes.closed))
        .execute(&mut *tx)
        .await?;
        let mut versions = changes.versions;
        versions.extend(insert_findings(&mut tx, &changes.new, &facts, run.known_at).await?);
        insert_versions(&mut tx, &versions, run).await?;
        record_refusals(&mut tx, outcomes, run.known_at).await?;
        if extent == Extent::Whole {
            let tried: BTreeSet<i64> = outcomes.iter().map(|o| o.series.0).collect();
            let refused: BTreeSet<i64> =
                outcomes.iter().filter(|o| o.outcome.is_err()).map(|o| o.series.0).collect();
            record_run(&mut tx, tried.len(), tried.len() - refused.len(), run).await?;
        }
        tx.commit().await?;
        Ok(changes.change)
    }

    async fn compare(
        &self,
        judged: &BTreeMap<i64, &[Anomaly]>,
        period: TimeRange,
    ) -> Result<Changes, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<StoredFinding> =
            sqlx::query_as(LAST_OF_SERIES).bind(json_of(judged.keys())).fetch_all(held.on()).await?;
        drop(held);
        let mut stored: BTreeMap<i64, Vec<(StoredFinding, Anomaly)>> = BTreeMap::new();
        for row in rows {
            let anomaly = row.anomaly()?;
            stored.entry(row.series).or_default().push((row, anomaly));
        }
        let mut changes = Changes::default();
        for (series, found) in judged {
            compare_series(*series, found, &stored.remove(series).unwrap_or_default(), period, &mut changes);
        }
        Ok(changes)
    }

    /// Returns findings by score (highest first), start and series: those that overlap `range`, or all; as they are
    /// known now, or as they were known at `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn findings(
        &self,
        range: Option<TimeRange>,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<FindingRow>, StoreError> {
        let start = range.map_or(i64::MIN, |range| range.start().as_millis());
        let end = range.map_or(i64::MAX, |range| range.end().as_millis());
        let mut held = self.db().read().await?;
        let text = if as_of.is_some() { AS_OF } else { CURRENT };
        let query = sqlx::query_as::<Sqlite, StoredFinding>(text).bind(start).bind(end);
        let query = if let Some(moment) = as_of { query.bind(moment.as_millis()) } else { query };
        let rows = query.fetch_all(held.on()).await?;
        drop(held);
        let mut found = rows.iter().map(StoredFinding::row).collect::<Result<Vec<_>, _>>()?;
        found.sort_by(|a, b| {
            let by_score = b.anomaly.score.get().total_cmp(&a.anomaly.score.get());
            by_score
                .then(a.anomaly.start.cmp(&b.anomaly.start))
                .then(a.series.cmp(&b.series))
                .then(a.id.cmp(&b.id))
        });
        Ok(found)
    }

    /// Returns the last run of the detection, `None` when there was none: as known now, or at `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn last_detection(&self, as_of: Option<Timestamp>) -> Result<Option<Detection>, StoreError> {
        let mut held = self.db().read().await?;
        let row: Option<(i64, i64, i64, i64, i64, String)> = sqlx::query_as(
            "SELECT known_at, to_ts, judged, refused, duration_ms, method FROM detections \
             WHERE ?1 IS NULL OR known_at <= ?1 ORDER BY id DESC LIMIT 1",
        )
        .bind(as_of.map(Timestamp::as_millis))
        .fetch_optional(held.on())
        .await?;
        Ok(row.map(|(known_at, until, judged, refused, duration_ms, method)| Detection {
            known_at: Timestamp::from_millis(known_at),
            until: Timestamp::from_millis(until),
            judged: unsigned(judged),
            refused: unsigned(refused),
            duration_ms: unsigned(duration_ms),
            method,
        }))
    }
}

/// Compares what is stored of one series with what was found, and notes what has to be written.
fn compare_series(
    series: i64,
    found: &[Anomaly],
    stored: &[(StoredFinding, Anomaly)],
    period: TimeRange,
    changes: &mut Changes,
) {
    let mut matched: BTreeSet<i64> = BTreeSet::new();
    let mut fresh: BTreeSet<(AnomalyKind, Timestamp)> = BTreeSet::new();
    for anomaly in found {
        let Some((row, before)) = same_finding(anomaly, stored, &matched) else {
            // The same kind and start twice in one answer is one finding.
            let is_stored =
                stored.iter().any(|(_, s)| is_of_kind(anomaly.kind, s.kind) && s.start == anomaly.start);
            if !is_stored && fresh.insert((anomaly.kind, anomaly.start)) {
                changes.new.push((series, anomaly.clone()));
                changes.change.new += 1;
            }
            continue;
        };
        matched.insert(row.id);
        let now = Anomaly { start: before.start, ..anomaly.clone() };
        if row.is_current && now == *before {
            continue;
        }
        if row.is_current {
            changes.closed.push(row.version);
        }
        changes.versions.push((row.id, now));
        changes.change.updated += 1;
    }
    for (row, anomaly) in stored {
        let overlaps = anomaly.start < period.end() && anomaly.end.is_none_or(|end| end > period.start());
        if row.is_current && overlaps && !matched.contains(&row.id) {
            changes.closed.push(row.version);
            changes.change.withdrawn += 1;
        }
    }
}

/// Reports whether a finding of one kind can be a stored one of another: a dip was stored as a spike once.
fn is_of_kind(found: AnomalyKind, stored: AnomalyKind) -> bool {
    found == stored || (found, stored) == (AnomalyKind::Dip, AnomalyKind::Spike)
}

/// Returns the stored finding that `anomaly` is again: of its kind, nearest in start, within two steps.
fn same_finding<'a>(
    anomaly: &Anomaly,
    stored: &'a [(StoredFinding, Anomaly)],
    matched: &BTreeSet<i64>,
) -> Option<&'a (StoredFinding, Anomaly)> {
    let distance =
        |other: &Anomaly| anomaly.start.as_millis().saturating_sub(other.start.as_millis()).saturating_abs();
    let candidates = stored.iter().filter(|(row, other)| {
        let limit = anomaly.step_ms.max(other.step_ms).saturating_mul(SAME_START_STEPS);
        is_of_kind(anomaly.kind, other.kind) && distance(other) <= limit && !matched.contains(&row.id)
    });
    candidates.min_by_key(|(row, other)| (!row.is_current, distance(other), row.id))
}

/// Writes new identities and returns their first versions: the finding's number and what was found.
async fn insert_findings(
    connection: &mut SqliteConnection,
    new: &[(i64, Anomaly)],
    facts: &[FactId],
    known_at: Timestamp,
) -> Result<Vec<(i64, Anomaly)>, StoreError> {
    let first_free: i64 = sqlx::query_scalar("SELECT coalesce(max(id), 0) + 1 FROM findings")
        .fetch_one(&mut *connection)
        .await?;
    let numbered: Vec<(i64, &(i64, Anomaly), &FactId)> =
        (first_free..).zip(new).zip(facts).map(|((id, new), fact)| (id, new, fact)).collect();
    for group in numbered.chunks(ROWS_PER_STATEMENT) {
        let mut insert: QueryBuilder<Sqlite> =
            QueryBuilder::new("INSERT INTO findings (id, fact, series, kind, start_at, known_at) ");
        insert.push_values(group, |mut row, (id, (series, anomaly), fact)| {
            row.push_bind(*id)
                .push_bind(fact.to_bytes().to_vec())
                .push_bind(*series)
                .push_bind(anomaly.kind.as_str())
                .push_bind(anomaly.start.as_millis())
                .push_bind(known_at.as_millis());
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(numbered.into_iter().map(|(id, (_, anomaly), _)| (id, anomaly.clone())).collect())
}

async fn insert_versions(
    connection: &mut SqliteConnection,
    versions: &[(i64, Anomaly)],
    run: &DetectionRun,
) -> Result<(), StoreError> {
    for group in versions.chunks(ROWS_PER_STATEMENT) {
        let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO finding_versions (finding, known_at, method, end_at, step_ms, score, observed, peak, expected, \
             lower_limit, upper_limit, slope_per_hour, rarer_than, history_steps, season_ms) ",
        );
        insert.push_values(group, |mut row, (finding, anomaly)| {
            let reason = &anomaly.reason;
            row.push_bind(*finding)
                .push_bind(run.known_at.as_millis())
                .push_bind(run.method.as_str())
                .push_bind(anomaly.end.map(Timestamp::as_millis))
                .push_bind(anomaly.step_ms)
                .push_bind(anomaly.score.get())
                .push_bind(reason.observed)
                .push_bind(reason.peak)
                .push_bind(reason.expected)
                .push_bind(reason.lower)
                .push_bind(reason.upper)
                .push_bind(reason.slope_per_hour)
                .push_bind(reason.rarer_than)
                .push_bind(reason.history_ms / history_step_ms(anomaly.step_ms))
                .push_bind(reason.season_ms);
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn record_run(
    connection: &mut SqliteConnection,
    tried: usize,
    judged: usize,
    run: &DetectionRun,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO detections (known_at, from_ts, to_ts, judged, refused, duration_ms, method) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(run.known_at.as_millis())
    .bind(run.judged.start().as_millis())
    .bind(run.judged.end().as_millis())
    .bind(count(judged))
    .bind(count(tried.saturating_sub(judged)))
    .bind(i64::try_from(run.duration_ms).unwrap_or(i64::MAX))
    .bind(run.method.as_str())
    .execute(connection)
    .await?;
    Ok(())
}
