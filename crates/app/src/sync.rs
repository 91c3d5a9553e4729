//! Reading from a source into the workspace, with progress, a budget, and what arrived kept when it ends early.

mod covered;
mod groups;
mod holes;
mod lines;
mod version;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream;
use wardroom_connectors::source::{MetricSource, Notice, ReadAnswer, ReadRequest};
use wardroom_core::{Samples, SeriesKey, TimeRange, Timestamp};
use wardroom_store::{BatchEnd, BatchKind, BatchWriter, NewSeries, SeriesId, SourceId};

use crate::connections::{self, SyncRequest};
use crate::context::{App, Open, lock, source_number};
use crate::detection;
use crate::error::AppError;
use crate::events::AppEvent;
use crate::jobs::{Job, JobKind, JobRow, JobState};
use crate::logs::cluster;
use crate::topology;

use groups::Groups;

pub(crate) use covered::{
    OVERLAP_MS, extend as extend_covered, follow_from, forget_before as uncover_before, read_again,
};
pub(crate) use holes::{Holes, note as note_holes, told as partial_answers};
pub(crate) use lines::read_lines;
#[cfg(test)]
pub(crate) use version::put as put_version;
pub(crate) use version::{forget as forget_version, known as known_version, of as version_of};

/// Requests under way at most; a connection's own limit is lower and is kept by the connector.
pub(crate) const IN_FLIGHT: usize = 4;

/// What came of a sync.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncOutcome {
    /// Samples, lines of a cluster, or records of an inventory that were new or changed.
    pub samples: u64,
    /// Series they belong to; records of an inventory that were read.
    pub series: u64,
    /// Requests made.
    pub requests: u64,
    /// Whether something is missing: a cancelled or failed rest, a cut answer.
    pub partial: bool,
    /// Up to when everything that was asked for arrived, when the rest did not come.
    pub complete_until: Option<Timestamp>,
}

/// Begins a sync; its end is told by the job. Detection follows by itself.
///
/// # Errors
///
/// `no_workspace`, `workspace_read_only`, `no_such_source`, `already_syncing`, `source_paused`.
pub async fn start(app: &App, request: &SyncRequest) -> Result<JobRow, AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    require_writable(&open)?;
    let row = connections::stored(&open, request.source).await?;
    if row.paused {
        return Err(AppError::new("source_paused").with("name", &row.name));
    }
    let range = request.range.map(TimeRange::try_from).transpose()?;
    let job = begin(app, &open, row.id, &row.name)
        .ok_or_else(|| AppError::new("already_syncing").with("name", &row.name))?;
    let (app, task) = (app.clone(), job.clone());
    tokio::spawn(async move {
        let _open = open.keep_open().await;
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
            follow_up(&app, &open, &row.kind).await;
        }
    });
    Ok(job.row())
}

/// Does what has to follow a sync: new samples are scored, and with another inventory telemetry names other things.
async fn follow_up(app: &App, open: &Arc<Open>, kind: &str) {
    match kind {
        // Lines of a cluster change nothing in the series.
        connections::ELASTICSEARCH => {}
        connections::CMDB => {
            if let Err(error) = topology::observe(app, open, app.now()).await {
                tracing::warn!(%error, "Read no dependencies from telemetry.");
            }
        }
        _ => detection::start_quietly(app, open),
    }
}

/// Begins the one sync that a source may have at a time; `None` when one is under way.
pub(crate) fn begin(app: &App, open: &Open, source: SourceId, name: &str) -> Option<Job> {
    let mut syncing = lock(&open.syncing);
    match syncing.entry(source) {
        Entry::Occupied(_) => None,
        Entry::Vacant(place) => {
            let job = app.jobs().begin(app.bus(), JobKind::Sync, name, Some(source_number(source)));
            place.insert(job.id());
            Some(job)
        }
    }
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
    // A source is not asked for what cannot be stored.
    require_writable(open)?;
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

fn require_writable(open: &Open) -> Result<(), AppError> {
    if open.workspace.mode().is_writable() { Ok(()) } else { Err(AppError::new("workspace_read_only")) }
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
    if row.kind == connections::ELASTICSEARCH {
        return cluster::run(app, open, &row, range, known_at, job).await;
    }
    if row.kind == connections::CMDB {
        return topology::sync::run(app, open, &row, known_at, job).await;
    }
    let connected = connections::connect(app, open, &row).await?;
    let (scope, step) = connections::scope_of(&row)?;
    if scope.selectors.is_empty() && scope.expressions.is_empty() {
        return Err(AppError::new("scope_empty").with("name", &row.name));
    }
    let scope_key = format!("{scope:?} {step:?}");
    let covered = covered::of(open, source, known_at).await?.filter(|c| c.scope == scope_key);
    let wanted = covered::wanted_range(range, covered.as_ref(), known_at)?;
    let holes = Holes::of(open, source).await?;
    let again = if range.is_some() { holes.within(wanted) } else { holes.before(wanted.end()) };
    let parts: Holes = covered::missing_parts(wanted, covered.as_ref()).into_iter().chain(again).collect();
    let mut requests = Vec::new();
    let mut told = Told::default();
    for part in parts.ranges() {
        let plan = tokio::select! {
            plan = connected.plan(&scope, part, step) => plan?,
            () = job.token().cancelled_owned() => return Err(AppError::cancelled()),
        };
        requests.extend(plan.requests);
        told.notices.extend(plan.notices);
    }
    // Oldest first over all selectors: a sync that ends early has everything up to a moment, and the next goes on there.
    requests.sort_by_key(|request| request.range.start());
    // First, because the source forgets them: a sync that ends early has them all the same.
    tokio::select! {
        () = async {
            keep_rules(open, source, &connected, known_at).await;
            version::keep(open, source, &connected, known_at).await;
        } => {}
        () = job.token().cancelled_owned() => return Err(AppError::cancelled()),
    }
    let batch = begin_batch(open, source, known_at).await?;
    let mut outcome = SyncOutcome { partial: !told.notices.is_empty(), ..SyncOutcome::default() };
    let ended =
        fetch(&connected, open, source, &requests, batch, &mut told, &mut outcome, job, known_at).await;
    let mut phrases: Vec<_> = Vec::new();
    for notice in &told.notices {
        connections::add_notice(&mut phrases, connections::notice_phrase(notice));
    }
    connections::set_notices(open, source, &phrases).await?;
    let read = match (&ended, outcome.complete_until) {
        (Ok(()), _) => Some(wanted),
        (Err(_), until) => until.and_then(|until| TimeRange::new(wanted.start(), until).ok()),
    };
    if let Some(read) = read {
        covered::put(open, source, &covered::join(covered, read, scope_key)).await?;
    }
    let read: Vec<TimeRange> = match (&ended, outcome.complete_until) {
        (Ok(()), _) => parts.ranges().collect(),
        (Err(_), until) => until.map_or_else(Vec::new, |until| parts.before(until)),
    };
    note_holes(open, source, read, told.in_part).await?;
    ended?;
    read_lines(app, open, source, &connected, wanted, known_at).await?;
    app.bus().tell(AppEvent::SamplesArrived { source: source_number(source), until: wanted.end().into() });
    Ok(outcome)
}

/// Begins the batch of a sync. The monitoring of a drill's world was there before anybody came to look: what it brings
/// became known as it arrived there.
async fn begin_batch(open: &Open, source: SourceId, known_at: Timestamp) -> Result<BatchWriter, AppError> {
    let (ws, note) = (&open.workspace, String::new());
    Ok(match &open.drill {
        Some(drill) => ws.begin_history(source, known_at, drill.history_arrival(), note).await?,
        None => ws.begin_batch(source, BatchKind::Sync, known_at, note).await?,
    })
}

fn is_loss(notice: &Notice) -> bool {
    use wardroom_connectors::source::NoticeKind as K;
    match notice.kind {
        K::SourceWarning | K::Truncated | K::NamesDiffer | K::LabelRunsAway => true,
        K::SourceInfo | K::NativeHistogram | K::MissingRight => false,
    }
}

/// Samples that are gathered before they become chunks: an answer brings a little of many series, a chunk wants a lot
/// of one. Two million are 32 MB, and what a crash costs at most.
const HELD_SAMPLES: usize = 2_000_000;

/// What the answers said of themselves.
#[derive(Debug, Default)]
struct Told {
    notices: Vec<Notice>,
    /// The periods of the requests that were answered in part.
    in_part: Vec<TimeRange>,
}

impl Told {
    fn add(&mut self, request: &ReadRequest, answer: &ReadAnswer) {
        self.notices.extend(answer.notices.iter().cloned());
        if answer.notices.iter().any(Notice::leaves_a_hole) {
            self.in_part.push(request.range);
        }
    }
}

/// What arrived and is not stored yet.
#[derive(Debug, Default)]
struct Held {
    rows: BTreeMap<SeriesId, Samples>,
    samples: usize,
}

impl Held {
    async fn flush(&mut self, batch: &mut BatchWriter) -> Result<(), AppError> {
        self.samples = 0;
        let rows = std::mem::take(&mut self.rows);
        Ok(batch.append(rows.into_iter().collect()).await?)
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
    told: &mut Told,
    outcome: &mut SyncOutcome,
    job: &Job,
    known_at: Timestamp,
) -> Result<(), AppError> {
    let total = requests.len() as u64;
    let mut groups = Groups::of(requests);
    job.divide(groups.rows());
    job.progress(0, total, 0);
    let token = job.token();
    let asked = requests.iter().cloned().enumerate().map(|(idx, request)| {
        let source = Arc::clone(connected);
        async move { (idx, source.read(&request).await) }
    });
    let mut unread: BTreeSet<usize> = (0..requests.len()).collect();
    let mut answers = stream::iter(asked.collect::<Vec<_>>()).buffer_unordered(IN_FLIGHT);
    let mut ids: BTreeMap<SeriesKey, SeriesId> = BTreeMap::new();
    let mut held = Held::default();
    let mut stopped = None;
    loop {
        let answer = tokio::select! {
            biased;
            () = token.cancelled() => { stopped = Some(AppError::cancelled()); break }
            answer = answers.next() => answer,
        };
        let Some((idx, answer)) = answer else { break };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                stopped = Some(error.into());
                break;
            }
        };
        told.add(&requests[idx], &answer);
        outcome.partial |= answer.notices.iter().any(is_loss);
        let kept = keep(open, source, &answer, &mut held, &mut ids, outcome, known_at).await;
        let kept =
            if kept.is_ok() && held.samples >= HELD_SAMPLES { held.flush(&mut batch).await } else { kept };
        if let Err(error) = kept {
            stopped = Some(error);
            break;
        }
        unread.remove(&idx);
        outcome.requests += 1;
        groups.answered(idx, &answer, &ids, job.elapsed());
        job.divide(groups.rows());
        job.progress(outcome.requests, total, outcome.samples);
    }
    groups.end();
    job.divide(groups.rows());
    // What arrived is kept, also when the rest does not come.
    match held.flush(&mut batch).await {
        // The requests are sorted by their start, so that the first unread one is where the complete part ends.
        Ok(()) => outcome.complete_until = unread.first().map(|&idx| requests[idx].range.start()),
        Err(error) => stopped = Some(error),
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
    answer: &ReadAnswer,
    held: &mut Held,
    ids: &mut BTreeMap<SeriesKey, SeriesId>,
    outcome: &mut SyncOutcome,
    known_at: Timestamp,
) -> Result<(), AppError> {
    number_series(open, source, answer, ids, known_at).await?;
    for series in &answer.series {
        outcome.samples += series.samples.len() as u64;
        held.samples += series.samples.len();
        if let Some(id) = ids.get(&series.key) {
            held.rows.entry(*id).or_default().extend(&series.samples);
        }
    }
    Ok(())
}

/// Adds the numbers of the series of an answer that are not among `ids` yet.
pub(crate) async fn number_series(
    open: &Open,
    source: SourceId,
    answer: &ReadAnswer,
    ids: &mut BTreeMap<SeriesKey, SeriesId>,
    known_at: Timestamp,
) -> Result<(), AppError> {
    let unknown: Vec<NewSeries> = answer
        .series
        .iter()
        .filter(|s| !ids.contains_key(&s.key))
        .map(|s| NewSeries { key: s.key.clone(), kind: s.kind, unit: s.unit })
        .collect();
    // With nothing to look up the store is not asked.
    if !unknown.is_empty() {
        let new_ids = open.workspace.ensure_series(source, &unknown, known_at).await?;
        ids.extend(unknown.into_iter().map(|s| s.key).zip(new_ids));
    }
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

/// Forgets what was read of a source and what was noted of it: its number may be given to another one.
pub(crate) async fn forget(open: &Open, source: SourceId) -> Result<(), AppError> {
    for key in ["covered", "holes", lines::READ, "notices", "version"] {
        open.workspace.set_meta(&format!("{key}:{}", source.0), "").await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_source_has_one_sync_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let app = App::start(crate::context::Start {
            data_dir: Some(home.path().to_owned()),
            memory_secrets: true,
            ..crate::context::Start::default()
        })
        .await
        .unwrap();
        crate::workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();
        let open = app.open().unwrap();

        let first = begin(&app, &open, SourceId(1), "a");
        let second = begin(&app, &open, SourceId(1), "a");

        assert!(first.is_some());
        assert!(second.is_none());
        crate::workspaces::close(&app).await;
    }
}
