//! What is not concluded from partial answers: a silence that begins in one, or what was computed from a part.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_analysis::anomaly::{Options, WindowChange};
use wardroom_core::{Anomaly, AnomalyKind, TimeRange};
use wardroom_store::{Judged, SeriesId, SeriesRow, SourceId};

use crate::connections;
use crate::context::Open;
use crate::error::AppError;
use crate::sync::Holes;

/// A window is ranked as so many cells at most, and a change is placed at the begin of one.
const WINDOW_CELLS: i64 = 64;

/// A source whose answers were partial for a time.
pub(crate) struct InPart {
    holes: Holes,
    /// The names that its expressions are stored under: each value of theirs is computed from everything that answered.
    computed: BTreeSet<String>,
}

impl InPart {
    /// Reports whether an anomaly may be there only because something did not answer.
    fn explains(&self, row: &SeriesRow, anomaly: &Anomaly) -> bool {
        let may = anomaly.kind == AnomalyKind::Missing || self.computed.contains(&row.key.metric);
        may && self.holes.hold(anomaly.start, anomaly.step_ms)
    }

    /// Reports the same of a change in a window.
    pub(crate) fn explains_change(&self, row: &SeriesRow, change: &WindowChange, window: TimeRange) -> bool {
        let may = change.kind == AnomalyKind::Missing || self.computed.contains(&row.key.metric);
        let slack_ms = window.millis() / WINDOW_CELLS + Options::standard().missing_ms;
        may && self.holes.hold(change.start.unwrap_or(window.start()), slack_ms)
    }
}

/// Takes out of what was found what partial answers alone may have brought about. Once the answers are read again and
/// whole, it is found or it is not.
///
/// # Errors
///
/// Store failures.
pub(super) async fn withhold(open: &Open, all: &[SeriesRow], judged: &mut [Judged]) -> Result<(), AppError> {
    let in_part = sources(open).await?;
    if in_part.is_empty() {
        return Ok(());
    }
    let rows: BTreeMap<SeriesId, &SeriesRow> = all.iter().map(|row| (row.id, row)).collect();
    for judged in judged {
        let Some(row) = rows.get(&judged.series) else { continue };
        if let (Some(source), Ok(found)) = (in_part.get(&row.source), &mut judged.outcome) {
            found.retain(|anomaly| !source.explains(row, anomaly));
        }
    }
    Ok(())
}

/// Returns the sources whose answers were partial for a time.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn sources(open: &Open) -> Result<BTreeMap<SourceId, InPart>, AppError> {
    let mut in_part = BTreeMap::new();
    for source in open.workspace.sources().await? {
        let holes = Holes::of(open, source.id).await?;
        if holes.is_empty() {
            continue;
        }
        // Only what is read live has holes; settings that cannot be read name no expressions.
        let scope = connections::scope_of(&source).map(|(scope, _)| scope).unwrap_or_default();
        let computed = scope.expressions.into_iter().map(|named| named.name).collect();
        in_part.insert(source.id, InPart { holes, computed });
    }
    Ok(in_part)
}
