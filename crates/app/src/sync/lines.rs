//! The log lines of a source of samples that has some besides: up to when they are read, and reading on.

use std::sync::Arc;

use wardroom_connectors::source::MetricSource;
use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::{BatchKind, SourceId};

use crate::context::{App, Open, source_number};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::logs::ingest;

/// The name under which a source's settings hold up to when its lines are read.
pub(super) const READ: &str = "lines-read";
/// Lines are read that far back at most: who comes back after a month wants to know what happened today.
const BACK_MS: i64 = 86_400_000;

/// Reads the lines of a source up to the end of a range: from where the last reading ended, or from the beginning of the
/// range. Each is read once, whatever the ranges of the samples are.
///
/// # Errors
///
/// The source's failure; store failures. Nothing is stored then, and the next reading begins at the same place.
pub(crate) async fn read_lines(
    app: &App,
    open: &Arc<Open>,
    source: SourceId,
    connected: &Arc<dyn MetricSource>,
    range: TimeRange,
    known_at: Timestamp,
) -> Result<(), AppError> {
    let key = format!("{READ}:{}", source.0);
    let read_until = open.workspace.meta(&key).await?.and_then(|text| text.parse().ok());
    let oldest = range.end().plus_millis(-BACK_MS);
    let from = read_until.map_or(range.start(), Timestamp::from_millis).max(oldest);
    let Ok(unread) = TimeRange::new(from, range.end()) else { return Ok(()) };
    let records = connected.records(unread).await?;
    if records.is_empty() {
        return Ok(());
    }
    let end = unread.end().as_millis().to_string();
    ingest::take(open, source, BatchKind::Sync, records, known_at, &[(&key, &end)]).await?;
    app.bus().tell(AppEvent::LogsChanged);
    app.bus().tell(AppEvent::LinesArrived { source: source_number(source), until: unread.end().into() });
    Ok(())
}
