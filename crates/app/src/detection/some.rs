//! Detection of a few series at once, between two whole ones.

use std::sync::Arc;
use std::time::Instant;

use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::{SeriesFilter, SeriesId, SeriesRow};

use super::{DetectionOutcome, judge, not_asked, outcome, record};
use crate::context::{App, Open};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::jobs::{Job, JobKind};
use crate::workloads;
use crate::workspaces::end_state;

/// Scores some series as a job of its own, so that what has just begun need not wait for the next whole detection.
pub(crate) async fn run_some_quietly(app: &App, open: &Arc<Open>, ids: &[SeriesId]) {
    let job = app.jobs().begin(app.bus(), JobKind::Detect, open.workspace.name(), None);
    let _open = open.keep_open().await;
    let result = run_some(app, open, ids, app.now(), &job).await;
    job.end(end_state(result.map(|_| ())));
}

/// Scores the workloads of some series as a whole detection would and records what was found in them; of all other series, and of the
/// last whole detection, nothing changes.
///
/// # Errors
///
/// `cancelled`; read-only; store failures.
pub(crate) async fn run_some(
    app: &App,
    open: &Arc<Open>,
    ids: &[SeriesId],
    known_at: Timestamp,
    job: &Job,
) -> Result<DetectionOutcome, AppError> {
    let _one = open.detecting.lock().await;
    let begun = Instant::now();
    let ws = &open.workspace;
    if !ws.mode().is_writable() {
        return Err(AppError::new("workspace_read_only"));
    }
    job.count_in("series");
    // When a source last answered, and which series are one workload, is known from all of them.
    let all = ws.series(&SeriesFilter::default()).await?;
    let (_, asked) = not_asked(&all);
    let lived = |moment: fn(&SeriesRow) -> Option<Timestamp>| {
        asked.iter().filter(|row| ids.contains(&row.id)).filter_map(moment)
    };
    let whole = lived(|row| row.first).min().zip(lived(|row| row.last).max());
    let range = whole.and_then(|(a, b)| TimeRange::new(a, b.max(known_at).plus_millis(1)).ok());
    let Some(range) = range else { return Ok(DetectionOutcome::default()) };
    let found = judge(open, &all, asked, |id| ids.contains(&id), known_at, job).await?;
    let record = record(range, known_at, begun);
    let change = ws.record_some(&found.judged, &record).await?;
    workloads::keep_more(open, found.joined).await?;
    app.bus().tell(AppEvent::FindingsChanged);
    let refused = found.judged.iter().filter(|j| j.outcome.is_err()).count();
    Ok(outcome(found.judged.len(), refused, change))
}
