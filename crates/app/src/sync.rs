//! Reading from a source into the workspace, with progress, a budget, and what arrived kept when it ends early.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use wardroom_connectors::source::{MetricSource, Notice, ReadAnswer, ReadRequest};
use wardroom_core::{Samples, TimeRange, Timestamp};
use wardroom_store::{BatchEnd, BatchKind, BatchWriter, NewSeries, SeriesId, SourceId};

use crate::connections::{self, SyncRequest};
use crate::context::{App, Open, lock, source_number};
use crate::detection;
use crate::error::AppError;
use crate::events::AppEvent;
use crate::jobs::{Job, JobKind, JobRow, JobState};

/// How far back the first sync of a source goes when nobody says otherwise.
const FIRST_SYNC_MS: i64 = 7 * 86_400_000;
/// A source may take a scrape in a little late; that much before the covered end is read again. Equal samples cost
/// nothing, the store drops them.
const OVERLAP_MS: i64 = 120_000;
/// Requests under way at most; a connection's own limit is lower and is kept by the connector.
const IN_FLIGHT: usize = 4;

/// What came of a sync.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncOutcome {
    /// Samples that were new.
    pub samples: u64,
    /// Series they belong to.
    pub series: u64,
    /// Requests made.
    pub requests: u64,
    /// Whether something is missing: a cancelled or failed rest, a cut answer.
    pub partial: bool,
}

/// The period for which a scope was read whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Covered {
    scope: String,
    start: i64,
    end: i64,
}

/// Begins a sync; its end is told by the job. Detection follows by itself.
///
/// # Errors
///
/// `no_workspace`, `no_such_source`, `already_syncing`, `source_paused`.
pub async fn start(app: &App, request: &SyncRequest) -> Result<JobRow, AppError> {
    let open = app.open()?;
    let row = connections::stored(&open, request.source).await?;
    if row.paused {
        return Err(AppError::new("source_paused").with("name", &row.name));
    }
    let range = request.range.map(TimeRange::try_from).transpose()?;
    let job = app.jobs().begin(app.bus(), JobKind::Sync, &row.name, Some(request.source));
    if let Some(running) = lock(&open.syncing).insert(row.id, job.id()) {
        lock(&open.syncing).insert(row.id, running);
        job.end(JobState::Cancelled);
        return Err(AppError::new("already_syncing").with("name", &row.name));
    }
    let (app, task) = (app.clone(), job.clone());
    tokio::spawn(async move {
        let result = run(&app, &open, row.id, range, app.now(), &task).await;
        lock(&open.syncing).remove(&row.id);
        let state = match &result {
            Ok(outcome) if outcome.partial => JobState::Partial,
            Ok(_) => JobState::Done,
            Err(error) if error.is_cancelled() => JobState::Cancelled,
            Err(error) => JobState::Failed { error: error.clone() },
        };
        task.end(state);
        app.bus().tell(AppEvent::SourcesChanged);
        if result.is_ok() {
            detection::start_quietly(&app, &open);
        }
    });
    Ok(job.row())
}

/// Reads a source over a range (or what is new) into the open workspace.
///
/// A cancelled sync keeps what arrived and returns `cancelled`. A source that fails in the middle keeps what arrived
/// and returns its error. Rules and alerts are read with every sync, because the source forgets them.
///
/// # Errors
///
/// `cancelled`; the source's failure; store failures.
pub async fn run(
    app: &App,
    open: &Arc<Open>,
    source: SourceId,
    range: Option<TimeRange>,
    known_at: Timestamp,
    job: &Job,
) -> Result<SyncOutcome, AppError> {
    job.count_in("requests");
    let result = run_inner(app, open, source, range, known_at, job).await;
    let mut row = connections::stored(open, source_number(source)).await?;
    match &result {
        Ok(_) => {
            row.last_sync = Some(known_at);
            row.last_error = None;
        }
        Err(error) if error.is_cancelled() => {}
        Err(error) => row.last_error = serde_json::to_string(error).ok(),
    }
    open.workspace.update_source(&row).await?;
    result
}

/// Reads a source, named by its number, as known at this moment.
///
/// # Errors
///
/// As for [`run`]; `no_such_source`.
pub async fn run_by_number(
    app: &App,
    open: &Arc<Open>,
    id: u32,
    range: Option<TimeRange>,
    job: &Job,
) -> Result<SyncOutcome, AppError> {
    run(app, open, SourceId(i64::from(id)), range, app.now(), job).await
}

async fn run_inner(
    app: &App,
    open: &Arc<Open>,
    source: SourceId,
    range: Option<TimeRange>,
    known_at: Timestamp,
    job: &Job,
) -> Result<SyncOutcome, AppError> {
    let row = connections::stored(open, source_number(source)).await?;
    let connected = connections::connect(app, open, &row).await?;
    let (scope, step) = connections::scope_of(&row)?;
    if scope.selectors.is_empty() && scope.expressions.is_empty() {
        return Err(AppError::new("scope_empty").with("name", &row.name));
    }
    let scope_key = format!("{scope:?} {step:?}");
    let covered = covered(open, source).await?.filter(|c| c.scope == scope_key);
    let wanted = wanted_range(range, covered.as_ref(), known_at)?;
    let mut requests = Vec::new();
    let mut notices = Vec::new();
    for part in missing_parts(wanted, covered.as_ref()) {
        let plan = tokio::select! {
            plan = connected.plan(&scope, part, step) => plan?,
            () = job.token().cancelled_owned() => return Err(AppError::cancelled()),
        };
        requests.extend(plan.requests);
        notices.extend(plan.notices);
    }
    let batch = open.workspace.begin_batch(source, BatchKind::Sync, known_at, String::new()).await?;
    let mut outcome = SyncOutcome { partial: !notices.is_empty(), ..SyncOutcome::default() };
    let ended =
        fetch(&connected, open, source, &requests, batch, &mut notices, &mut outcome, job, known_at).await;
    outcome.partial |= notices.iter().any(is_loss);
    let mut phrases: Vec<_> = Vec::new();
    for notice in &notices {
        let phrase = connections::notice_phrase(notice);
        if !phrases.contains(&phrase) {
            phrases.push(phrase);
        }
    }
    phrases.truncate(50);
    connections::set_notices(open, source, &phrases).await?;
    ended?;
    keep_rules(open, source, &connected, known_at).await;
    let joined = join(covered, wanted, scope_key);
    let text = serde_json::to_string(&joined).map_err(|e| AppError::internal(&e))?;
    open.workspace.set_meta(&format!("covered:{}", source.0), &text).await?;
    app.bus().tell(AppEvent::SamplesArrived { source: source_number(source), until: wanted.end().into() });
    Ok(outcome)
}

fn is_loss(notice: &Notice) -> bool {
    use wardroom_connectors::source::NoticeKind as K;
    match notice.kind {
        K::SourceWarning | K::Truncated | K::LabelRunsAway => true,
        K::SourceInfo | K::NativeHistogram | K::MissingRight => false,
    }
}

/// Makes the requests, a few at a time, and stores each answer as it comes. The batch is always ended.
#[expect(clippy::too_many_arguments, reason = "one loop over everything that a sync holds")]
async fn fetch(
    connected: &Arc<dyn MetricSource>,
    open: &Arc<Open>,
    source: SourceId,
    requests: &[ReadRequest],
    mut batch: BatchWriter,
    notices: &mut Vec<Notice>,
    outcome: &mut SyncOutcome,
    job: &Job,
    known_at: Timestamp,
) -> Result<(), AppError> {
    let total = requests.len() as u64;
    job.progress(0, total, 0);
    let token = job.token();
    let asked = requests.iter().cloned().map(|request| {
        let source = Arc::clone(connected);
        async move { source.read(&request).await }
    });
    let mut answers = stream::iter(asked.collect::<Vec<_>>()).buffer_unordered(IN_FLIGHT);
    let mut ids: BTreeMap<wardroom_core::SeriesKey, SeriesId> = BTreeMap::new();
    let mut stopped = None;
    loop {
        let answer = tokio::select! {
            biased;
            () = token.cancelled() => { stopped = Some(AppError::cancelled()); break }
            answer = answers.next() => answer,
        };
        let Some(answer) = answer else { break };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                stopped = Some(error.into());
                break;
            }
        };
        notices.extend(answer.notices.iter().cloned());
        if let Err(error) = keep(open, source, answer, &mut batch, &mut ids, outcome, known_at).await {
            stopped = Some(error);
            break;
        }
        outcome.requests += 1;
        job.progress(outcome.requests, total, outcome.samples);
    }
    outcome.series = ids.len() as u64;
    let end = if stopped.is_some() || outcome.partial { BatchEnd::Partial } else { BatchEnd::Complete };
    let summary = batch.finish(end).await?;
    outcome.samples = summary.samples;
    stopped.map_or(Ok(()), Err)
}

async fn keep(
    open: &Open,
    source: SourceId,
    answer: ReadAnswer,
    batch: &mut BatchWriter,
    ids: &mut BTreeMap<wardroom_core::SeriesKey, SeriesId>,
    outcome: &mut SyncOutcome,
    known_at: Timestamp,
) -> Result<(), AppError> {
    let unknown: Vec<NewSeries> = answer
        .series
        .iter()
        .filter(|s| !ids.contains_key(&s.key))
        .map(|s| NewSeries { key: s.key.clone(), kind: s.kind, unit: s.unit })
        .collect();
    let new_ids = open.workspace.ensure_series(source, &unknown, known_at).await?;
    ids.extend(unknown.into_iter().map(|s| s.key).zip(new_ids));
    let mut rows: Vec<(SeriesId, Samples)> = Vec::with_capacity(answer.series.len());
    for series in answer.series {
        outcome.samples += series.samples.len() as u64;
        if let Some(id) = ids.get(&series.key) {
            rows.push((*id, series.samples));
        }
    }
    batch.append(rows).await?;
    Ok(())
}

/// Reads and stores rules and alerts. A source that refuses them is still a good source of samples.
pub(crate) async fn keep_rules(
    open: &Open,
    source: SourceId,
    connected: &Arc<dyn MetricSource>,
    known_at: Timestamp,
) {
    let kept: Result<(), AppError> = async {
        let state = connected.rules(known_at).await?;
        let may = |path: &str| state.missing.iter().all(|m| !m.path.ends_with(path));
        if may("rules") {
            open.workspace.put_rules(source, &state.rules, known_at).await?;
        }
        if may("alerts") {
            open.workspace.put_alerts(source, &state.alerts, known_at).await?;
        }
        Ok(())
    }
    .await;
    if let Err(error) = kept {
        tracing::warn!(%error, "Kept no rules and alerts of a source.");
    }
}

async fn covered(open: &Open, source: SourceId) -> Result<Option<Covered>, AppError> {
    let text = open.workspace.meta(&format!("covered:{}", source.0)).await?;
    Ok(text.and_then(|t| serde_json::from_str(&t).ok()))
}

fn wanted_range(
    range: Option<TimeRange>,
    covered: Option<&Covered>,
    now: Timestamp,
) -> Result<TimeRange, AppError> {
    if let Some(range) = range {
        return Ok(range);
    }
    let start =
        covered.map_or(now.plus_millis(-FIRST_SYNC_MS), |c| Timestamp::from_millis(c.end - OVERLAP_MS));
    TimeRange::new(start.min(now.plus_millis(-1000)), now.plus_millis(1)).map_err(|e| AppError::internal(&e))
}

/// Returns the parts of `wanted` that are not covered yet, the overlap included; everything when nothing is.
fn missing_parts(wanted: TimeRange, covered: Option<&Covered>) -> Vec<TimeRange> {
    let Some(covered) = covered else { return vec![wanted] };
    let (start, end) = (wanted.start().as_millis(), wanted.end().as_millis());
    if end <= covered.start || start >= covered.end {
        return vec![wanted];
    }
    let at = Timestamp::from_millis;
    let before = TimeRange::new(at(start), at(covered.start));
    let after = TimeRange::new(at((covered.end - OVERLAP_MS).max(start)), at(end));
    let after = if end > covered.end { after.ok() } else { None };
    before.ok().into_iter().chain(after).collect()
}

/// Joins what was covered with what was read, when they touch; otherwise the later one stands.
fn join(covered: Option<Covered>, read: TimeRange, scope: String) -> Covered {
    let (start, end) = (read.start().as_millis(), read.end().as_millis());
    match covered {
        Some(c) if start <= c.end && end >= c.start => {
            Covered { scope, start: c.start.min(start), end: c.end.max(end) }
        }
        _ => Covered { scope, start, end },
    }
}

/// Moves the covered end after a tick of *Follow*.
pub(crate) async fn extend_covered(open: &Open, source: SourceId, read: TimeRange) -> Result<(), AppError> {
    let Some(old) = covered(open, source).await? else { return Ok(()) };
    let scope = old.scope.clone();
    let joined = join(Some(old), read, scope);
    let text = serde_json::to_string(&joined).map_err(|e| AppError::internal(&e))?;
    open.workspace.set_meta(&format!("covered:{}", source.0), &text).await?;
    Ok(())
}

/// Returns where a follow tick begins: a little before the end of what is covered.
pub(crate) async fn follow_from(open: &Open, source: SourceId) -> Result<Option<Timestamp>, AppError> {
    Ok(covered(open, source).await?.map(|c| Timestamp::from_millis(c.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).unwrap()
    }

    fn known(start: i64, end: i64) -> Covered {
        Covered { scope: String::new(), start, end }
    }

    #[test]
    fn only_what_is_new_is_asked_for() {
        let hour = 3_600_000;
        let covered = known(10 * hour, 20 * hour);

        assert_eq!(missing_parts(range(10 * hour, 20 * hour), Some(&covered)), []);
        assert_eq!(
            missing_parts(range(5 * hour, 25 * hour), Some(&covered)),
            [range(5 * hour, 10 * hour), range(20 * hour - OVERLAP_MS, 25 * hour)]
        );
        assert_eq!(missing_parts(range(30 * hour, 31 * hour), Some(&covered)), [range(30 * hour, 31 * hour)]);
        assert_eq!(missing_parts(range(0, hour), None), [range(0, hour)]);
    }

    #[test]
    fn touching_periods_become_one() {
        let joined = join(Some(known(10, 20)), range(20, 30), String::new());

        assert_eq!((joined.start, joined.end), (10, 30));
    }
}
