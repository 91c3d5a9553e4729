//! Feedback: what people say of findings, and how findings stand by it.
//!
//! What was said is a fact of the workspace that can be taken back; findings are stored as they were found, whatever is
//! said of them. Every screen that shows findings asks `sort` which of them count.

use jiff::tz::TimeZone;
use wardroom_core::{FactId, TimeRange, Timestamp};
use wardroom_store::{FeedbackId, FindingRow, SeriesFilter, SeriesRow};

use crate::context::{App, Open};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::topology::Naming;

mod kept;
mod marks;
mod rows;
mod sorting;
mod stage;
#[cfg(test)]
mod tests;
mod window;

use kept::{Kept, Stored};
pub(crate) use marks::{AlarmStanding, Marks, joined, touches};
pub use rows::{
    FeedbackDraft, FeedbackItem, FeedbackStage, FeedbackStanding, FeedbackVerdict, FindingFeedback,
    MaintenanceReach, MaintenanceWindow, WindowDraft, WindowOf, WindowReach,
};
pub(crate) use sorting::{Sorted, sort};
pub use stage::feedback_stage;
pub use window::mark_window;
pub(crate) use window::{real_windows, require_data};

/// Keeps what a person says of a finding and returns its number; it acts at once. A weekday and a time of day are meant
/// in the zone of the settings.
///
/// # Errors
///
/// As for [`mark_in`].
pub async fn mark(app: &App, draft: &FeedbackDraft) -> Result<u32, AppError> {
    let zone = app.words().zone().clone();
    mark_in(app, draft, &zone).await
}

/// Keeps what a person says of a finding, with weekday and time of day meant in `zone`.
///
/// # Errors
///
/// `no_workspace`; `workspace_read_only`; `no_such_finding`; `range_reversed` and `feedback_window` for a maintenance that
/// has no length or in which the finding does not lie; store failures.
pub async fn mark_in(app: &App, draft: &FeedbackDraft, zone: &TimeZone) -> Result<u32, AppError> {
    let open = app.open()?;
    if !open.workspace.mode().is_writable() {
        return Err(AppError::new("workspace_read_only"));
    }
    let (finding, series) = find(&open, &draft.finding).await?;
    if let FeedbackVerdict::Maintenance { window } = draft.verdict {
        require_within(&finding, TimeRange::try_from(window.range)?)?;
    }
    let naming = Naming::of(app, &open).await;
    let stored = Stored::new(draft.verdict, &finding, &series, &naming, zone);
    let body = serde_json::to_string(&stored).map_err(|e| AppError::internal(&e))?;
    let id = open.workspace.add_feedback(finding.id, draft.verdict.as_str(), &body, app.now()).await?;
    app.bus().tell(AppEvent::FindingsChanged);
    Ok(u32::try_from(id.0).unwrap_or(u32::MAX))
}

/// Returns the names by which findings are sorted where the model is needed for nothing else. While nothing was said no name
/// is asked for, and the model, which takes long to build, is left alone.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn naming(app: &App, open: &Open, as_of: Option<Timestamp>) -> Result<Naming, AppError> {
    let is_silent = open.workspace.feedback(as_of, false).await?.is_empty();
    Ok(if is_silent { Naming::default() } else { Naming::at(app, open, as_of).await })
}

/// Finds a finding that stands, with its series.
async fn find(open: &Open, id: &str) -> Result<(FindingRow, SeriesRow), AppError> {
    let unknown = || AppError::new("no_such_finding").with("id", id);
    let wanted: FactId = id.trim().parse().map_err(|_| unknown())?;
    let findings = open.workspace.findings(None, None).await?;
    let finding = findings.into_iter().find(|f| f.id == wanted).ok_or_else(unknown)?;
    let filter = SeriesFilter { ids: Some(vec![finding.series]), ..SeriesFilter::default() };
    let series = open.workspace.series(&filter).await?.into_iter().next().ok_or_else(unknown)?;
    Ok((finding, series))
}

/// Refuses a maintenance in which the marked finding does not lie, even in part: it would not explain it.
fn require_within(finding: &FindingRow, window: TimeRange) -> Result<(), AppError> {
    let anomaly = &finding.anomaly;
    let last = anomaly
        .end
        .unwrap_or(Timestamp::from_millis(i64::MAX))
        .max(anomaly.start.plus_millis(anomaly.step_ms));
    if anomaly.start < window.end() && last >= window.start() {
        return Ok(());
    }
    Err(AppError::new("feedback_window")
        .with("from", window.start())
        .with("to", window.end())
        .with("start", anomaly.start))
}

/// Takes back what was said of a finding or a window; later results are as if it had not been said.
///
/// # Errors
///
/// `no_workspace`; `workspace_read_only`; `no_such_feedback`; store failures.
pub async fn undo_feedback(app: &App, id: u32) -> Result<(), AppError> {
    let open = app.open()?;
    if !open.workspace.undo_feedback(FeedbackId(i64::from(id)), app.now()).await? {
        return Err(AppError::new("no_such_feedback").with("id", id));
    }
    app.bus().tell(AppEvent::FindingsChanged);
    Ok(())
}

/// Lists what was said of findings and windows, the newest first; what was taken back is marked.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn feedback(app: &App) -> Result<Vec<FeedbackItem>, AppError> {
    let open = app.open()?;
    let rows = open.workspace.feedback(None, true).await?;
    let mut items: Vec<FeedbackItem> = rows.iter().filter_map(Kept::read).map(Kept::into_item).collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.id));
    Ok(items)
}
