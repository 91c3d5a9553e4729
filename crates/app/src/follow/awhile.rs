//! Following for a while, as a command asks for it: nothing of it is stored, so that no way of ending leaves it behind.

use std::sync::Arc;
use std::time::Duration;

use wardroom_core::Timestamp;
use wardroom_store::SourceId;

use super::{Followed, require_followable, start, stop};
use crate::connections;
use crate::context::{App, Open, lock, source_number};
use crate::error::AppError;

/// How a source did while it was followed for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowedAwhile {
    /// The source.
    pub id: u32,
    /// When it last answered; `None` when it never did.
    pub answered: Option<Timestamp>,
    /// Its failure at the end.
    pub error: Option<AppError>,
}

/// What is followed until this is dropped.
struct Visit {
    open: Arc<Open>,
    sources: Vec<SourceId>,
}

impl Drop for Visit {
    fn drop(&mut self) {
        for source in &self.sources {
            if let Some(followed) = lock(&self.open.followed).remove(source) {
                followed.stop.cancel();
            }
        }
    }
}

/// Follows sources for a while and says how each did. What is followed already goes on being followed afterwards.
///
/// Unlike [`super::set`] it changes nothing in the file: the next one who opens it asks the sources no more than
/// before, and a file from elsewhere is not trusted by it.
///
/// # Errors
///
/// `no_such_source`, `not_a_live_source`, `source_paused`; read-only workspaces; store failures.
pub async fn for_a_while(
    app: &App,
    ids: &[u32],
    how_long: Duration,
) -> Result<Vec<FollowedAwhile>, AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    let mut visit = Visit { open: Arc::clone(&open), sources: Vec::new() };
    let mut sources = Vec::new();
    for &id in ids {
        let row = connections::stored(&open, id).await?;
        require_followable(&row)?;
        if !lock(&open.followed).contains_key(&row.id) {
            visit.sources.push(row.id);
        }
        start(app, &open, &row).await?;
        sources.push(row.id);
    }
    tokio::time::sleep(how_long).await;
    let mut told = Vec::new();
    for source in sources {
        let state = lock(&open.followed).get(&source).map(Followed::snapshot).unwrap_or_default();
        told.push(FollowedAwhile { id: source_number(source), answered: state.answered, error: state.error });
    }
    for source in std::mem::take(&mut visit.sources) {
        stop(&open, source).await;
    }
    Ok(told)
}
