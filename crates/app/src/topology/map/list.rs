//! Every edge by itself, for the list beside the drawing.

use std::sync::Arc;

use wardroom_analysis::topology::model::ModelEdge;

use crate::context::App;
use crate::error::AppError;
use crate::topology::catalog::count;
use crate::topology::phrases::{age_of, origin_of, sources_of, state_of};
use crate::topology::room::{self, Snapshot};
use crate::topology::rows::{MapEdgeList, MapEdgeRow};
use crate::wire::Millis;

/// Edges that are listed; how many there are is told with them.
const MOST_LISTED: usize = 20_000;

/// Returns the edges, each by itself, in order of the names of their ends.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn map_edges(app: &App, as_of: Option<Millis>) -> Result<MapEdgeList, AppError> {
    let open = app.open()?;
    let snapshot = room::at(app, &open, as_of.map(Into::into)).await?;
    let listed = tokio::task::spawn_blocking(move || listed(&snapshot));
    listed.await.map_err(|e| AppError::internal(&e))
}

fn listed(snapshot: &Arc<Snapshot>) -> MapEdgeList {
    let mut edges: Vec<&ModelEdge> = snapshot.edges().collect();
    let name = |thing: usize| &snapshot.thing(thing).name;
    edges.sort_by(|a, b| (name(a.from), name(a.to), &a.how).cmp(&(name(b.from), name(b.to), &b.how)));
    let total = count(edges.len());
    edges.truncate(MOST_LISTED);
    let rows = edges.into_iter().map(|edge| MapEdgeRow {
        from: name(edge.from).clone(),
        to: name(edge.to).clone(),
        how: edge.how.clone(),
        origin: origin_of(edge),
        source: sources_of(snapshot, edge).into_iter().next(),
        age: age_of(edge).map(Millis),
        state: state_of(edge.state),
    });
    MapEdgeList { rows: rows.collect(), total }
}
