//! Which version a source has: noted once a day, because its samples are judged by that version's rules.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wardroom_connectors::source::{MetricSource, SourceVersion};
use wardroom_core::Timestamp;
use wardroom_store::SourceId;

use crate::context::Open;
use crate::error::AppError;

/// A version that was noted less than this long ago is not asked for again.
const HOLDS_MS: i64 = 86_400_000;

/// What a source said it was, and when.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    is: SourceVersion,
    at: i64,
}

fn key(source: SourceId) -> String {
    format!("version:{}", source.0)
}

async fn kept(open: &Open, source: SourceId) -> Result<Option<Kept>, AppError> {
    let text = open.workspace.meta(&key(source)).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Returns what a source said it was when it was last asked; `None` when it did not tell.
pub(crate) async fn of(open: &Open, source: SourceId) -> Result<Option<SourceVersion>, AppError> {
    Ok(kept(open, source).await?.map(|kept| kept.is))
}

/// Notes which version a source has.
pub(crate) async fn put(
    open: &Open,
    source: SourceId,
    is: SourceVersion,
    at: Timestamp,
) -> Result<(), AppError> {
    let kept = Kept { is, at: at.as_millis() };
    let text = serde_json::to_string(&kept).map_err(|e| AppError::internal(&e))?;
    open.workspace.set_meta(&key(source), &text).await?;
    Ok(())
}

/// Forgets the version: the connection may lead to another server.
pub(crate) async fn forget(open: &Open, source: SourceId) -> Result<(), AppError> {
    open.workspace.set_meta(&key(source), "").await?;
    Ok(())
}

/// Returns what a source says it is: as it was noted within a day, or asked for and noted where that can be kept. A
/// source that does not tell keeps what is noted.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn known(
    open: &Open,
    source: SourceId,
    connected: &Arc<dyn MetricSource>,
    at: Timestamp,
) -> Result<Option<SourceVersion>, AppError> {
    let before = kept(open, source).await?;
    let is_fresh = |kept: &Kept| at.as_millis().abs_diff(kept.at) < HOLDS_MS.unsigned_abs();
    if !before.as_ref().is_some_and(is_fresh)
        && let Some(is) = connected.version().await
    {
        if open.workspace.mode().is_writable() {
            put(open, source, is.clone(), at).await?;
        }
        return Ok(Some(is));
    }
    Ok(before.map(|kept| kept.is))
}

/// Notes the version of a source with its sync, see [`known`].
pub(super) async fn keep(
    open: &Open,
    source: SourceId,
    connected: &Arc<dyn MetricSource>,
    known_at: Timestamp,
) {
    if let Err(error) = known(open, source, connected, known_at).await {
        tracing::warn!(%error, "Kept no version of a source.");
    }
}
