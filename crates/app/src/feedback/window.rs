//! Windows that are real although nothing was found in them: what a person knows and the detector missed.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use wardroom_core::{SeriesKey, TimeRange, Timestamp};
use wardroom_store::{FindingRow, SeriesFilter, SeriesId, SeriesRow};

use super::kept::{Kept, Stored};
use super::marks::{overlap, touches};
use super::rows::{WindowDraft, WindowOf};
use crate::context::{App, Open};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::moments;
use crate::series::filter_of;
use crate::topology::{self, Naming};

/// Keeps that something real happened in a window on a series, or on everything of an entity, and returns the number of
/// the word. Results follow it like a word about a finding: a finding that touches the window is real, bill and
/// comparison count whether the window is found, and the supervised stage learns from the findings in it.
///
/// # Errors
///
/// `no_workspace`; `workspace_read_only`; `range_reversed`; `window_outside_data`; `no_such_series`; `selector` with the column;
/// `feedback_window_series` where not exactly one series matches; `feedback_window_entity` where no series belongs to the
/// name; store failures.
pub async fn mark_window(app: &App, draft: &WindowDraft) -> Result<u32, AppError> {
    let open = app.open()?;
    if !open.workspace.mode().is_writable() {
        return Err(AppError::new("workspace_read_only"));
    }
    let range = TimeRange::try_from(draft.range)?;
    require_data(&open, range).await?;
    let naming = Naming::of(app, &open).await;
    let zone = app.words().zone().clone();
    let stored = match &draft.of {
        WindowOf::Series { series } => {
            let filter =
                SeriesFilter { ids: Some(vec![SeriesId(i64::from(*series))]), ..SeriesFilter::default() };
            let row = open.workspace.series(&filter).await?.into_iter().next();
            let row = row.ok_or_else(|| AppError::new("no_such_series").with("id", series))?;
            of_series(range, &row, &naming, &zone)
        }
        WindowOf::Matching { filter } => of_series(range, &only_match(&open, filter).await?, &naming, &zone),
        WindowOf::Entity { entity } => {
            Stored::of_entity(range, &known_entity(app, &open, entity, &naming).await?, &zone)
        }
    };
    let body = serde_json::to_string(&stored).map_err(|e| AppError::internal(&e))?;
    // A window is a thing of its own: its identity is that of no finding.
    let own = open.workspace.new_fact_id().await?;
    let id = open.workspace.add_feedback(own, "real", &body, app.now()).await?;
    app.bus().tell(AppEvent::FindingsChanged);
    Ok(u32::try_from(id.0).unwrap_or(u32::MAX))
}

/// Refuses a window in which nothing was measured: nobody could find anything in it, and what still lasts at the end of
/// the data would be real by it.
///
/// # Errors
///
/// `window_outside_data` with both periods; store failures.
pub(crate) async fn require_data(open: &Open, window: TimeRange) -> Result<(), AppError> {
    match moments::data_in(open, None).await? {
        Some(data) if !overlap(data, window) => Err(AppError::new("window_outside_data")
            .with("from", window.start())
            .with("to", window.end())
            .with("first", data.start())
            .with("last", data.end().plus_millis(-1))),
        Some(_) | None => Ok(()),
    }
}

fn of_series(range: TimeRange, row: &SeriesRow, naming: &Naming, zone: &TimeZone) -> Stored {
    Stored::of_series(range, row, &naming.entity(&row.key), zone)
}

async fn only_match(open: &Open, text: &str) -> Result<SeriesRow, AppError> {
    let filter = filter_of(text)?;
    let mut rows = open.workspace.series(&SeriesFilter::default()).await?;
    rows.retain(|row| filter.matches(&row.key));
    let matching = rows.len();
    match (rows.pop(), matching) {
        (Some(row), 1) => Ok(row),
        _ => Err(AppError::new("feedback_window_series").with("filter", text.trim()).with("n", matching)),
    }
}

/// Returns the name under which series know an entity.
async fn known_entity(app: &App, open: &Open, name: &str, naming: &Naming) -> Result<String, AppError> {
    let unknown = || AppError::new("feedback_window_entity").with("entity", name.trim());
    let chosen = topology::choose(app, open, Some(name)).await?.ok_or_else(unknown)?;
    let rows = open.workspace.series(&SeriesFilter::default()).await?;
    let of_it = rows.iter().filter(|row| chosen.has_series(&row.key));
    let names: BTreeSet<String> = of_it.map(|row| naming.entity(&row.key)).collect();
    // To a machine belongs also what runs on it; the window is the machine's.
    match names.get(name.trim()) {
        Some(same) => Ok(same.clone()),
        None if names.len() == 1 => names.into_iter().next().ok_or_else(unknown),
        None => Err(unknown()),
    }
}

/// Returns the last word about a window that a finding of a series touches.
pub(super) fn around<'a>(
    words: &'a [Kept],
    finding: &FindingRow,
    row: &SeriesRow,
    entity: &str,
) -> Option<&'a Kept> {
    let anomaly = &finding.anomaly;
    let last = anomaly.end.unwrap_or(Timestamp::from_millis(i64::MAX));
    let is_around = |word: &&Kept| {
        word.is_window_of(row, entity)
            && word.window(last).is_some_and(|window| touches(window, anomaly.start, last))
    };
    words.iter().rev().find(is_around)
}

/// Returns the windows that people said are real on any of the series, or on what they belong to.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn real_windows(
    open: &Open,
    series: &[SeriesRow],
    entity: &(dyn Fn(&SeriesKey) -> String + Sync),
) -> Result<Vec<TimeRange>, AppError> {
    let rows = open.workspace.feedback(None, false).await?;
    let words = rows.iter().filter_map(Kept::read).filter(|word| word.reach().is_some());
    let is_here = |word: &Kept| series.iter().any(|row| word.is_window_of(row, &entity(&row.key)));
    Ok(words.filter(is_here).filter_map(|word| word.window(Timestamp::from_millis(i64::MAX))).collect())
}
