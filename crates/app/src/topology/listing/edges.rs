//! The list of edges, page by page.

use std::collections::BTreeSet;

use wardroom_analysis::topology::model::{EdgeOrigin, EdgeState, ModelEdge};
use wardroom_core::name::searched;

use super::order::{Key, ordered};
use super::shown;
use crate::context::App;
use crate::error::AppError;
use crate::topology::catalog::count;
use crate::topology::phrases::{age_of, dependency_item, origin_of, sources_of, state_of};
use crate::topology::room::{self, Snapshot};
use crate::topology::rows::{
    DependenciesRequest, DependenciesView, EdgeChoice, EdgeColumn, EdgeName, EdgeOriginKind, EdgeStateKind,
};

/// Returns one page of the edges that match, as they are known or were known at a moment.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn dependencies(app: &App, request: &DependenciesRequest) -> Result<DependenciesView, AppError> {
    let open = app.open()?;
    let snapshot = room::at(app, &open, request.as_of.map(Into::into)).await?;
    let request = request.clone();
    let listed = tokio::task::spawn_blocking(move || page(&snapshot, &request));
    listed.await.map_err(|e| AppError::internal(&e))
}

pub(super) fn page(snapshot: &Snapshot, request: &DependenciesRequest) -> DependenciesView {
    let edge = |place: usize| &snapshot.model.edges[place];
    let all: Vec<usize> = (0..snapshot.model.edges.len())
        .filter(|place| {
            edge(*place).state != EdgeState::Removed && is_declared_by(edge(*place), request.source)
        })
        .collect();
    let states = all.iter().map(|place| state_of(edge(*place).state));
    let has = |wanted: &[EdgeStateKind]| count(states.clone().filter(|state| wanted.contains(state)).count());
    let mut matching = matching(snapshot, &all, request);
    if let Some(column) = request.column {
        matching = ordered(matching, request.direction, |place| key(snapshot, edge(place), column));
    }
    let place = request.locate.as_ref().and_then(|name| {
        matching.iter().position(|place| ends(snapshot, edge(*place)) == (&name.from, &name.to, &name.how))
    });
    let rows = shown(&matching, request.offset, request.limit);
    DependenciesView {
        of: count(all.len()),
        unsure: has(&[EdgeStateKind::Stale, EdgeStateKind::Doubtful]),
        proposed: has(&[EdgeStateKind::Proposed]),
        total: count(matching.len()),
        place: place.map(count),
        rows: rows.map(|place| dependency_item(snapshot, edge(place))).collect(),
    }
}

/// Reports whether a source declares an edge; without a source, everything counts.
pub(super) fn is_declared_by(edge: &ModelEdge, source: Option<u32>) -> bool {
    let Some(wanted) = source else { return true };
    edge.origins
        .iter()
        .any(|origin| matches!(origin, EdgeOrigin::Declared { source, .. } if *source == wanted))
}

/// Returns the names that tell an edge from every other.
fn ends<'a>(snapshot: &'a Snapshot, edge: &'a ModelEdge) -> (&'a String, &'a String, &'a String) {
    (&snapshot.thing(edge.from).name, &snapshot.thing(edge.to).name, &edge.how)
}

/// Returns the edges that are asked for, in the order in which they are given.
fn matching(snapshot: &Snapshot, all: &[usize], request: &DependenciesRequest) -> Vec<usize> {
    let text = searched(&request.text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let only: BTreeSet<&EdgeName> = request.only.iter().collect();
    let is_only = |edge: &ModelEdge| {
        let (from, to, how) = ends(snapshot, edge);
        only.contains(&EdgeName { from: from.clone(), to: to.clone(), how: how.clone() })
    };
    let says = |edge: &ModelEdge| {
        let (from, to, how) = ends(snapshot, edge);
        let sources = sources_of(snapshot, edge).join(" ");
        let all = searched(&format!("{from} {to} {how} {sources}"));
        words.iter().all(|word| all.contains(word))
    };
    let is_wanted = |edge: &ModelEdge| {
        is_chosen(edge, request.choice)
            && (only.is_empty() || is_only(edge))
            && (words.is_empty() || says(edge))
    };
    all.iter().copied().filter(|place| is_wanted(&snapshot.model.edges[*place])).collect()
}

fn is_chosen(edge: &ModelEdge, choice: EdgeChoice) -> bool {
    match choice {
        EdgeChoice::All => true,
        EdgeChoice::Sound => state_of(edge.state) == EdgeStateKind::Sound,
        EdgeChoice::Stale => state_of(edge.state) == EdgeStateKind::Stale,
        EdgeChoice::Doubtful => state_of(edge.state) == EdgeStateKind::Doubtful,
        EdgeChoice::Proposed => state_of(edge.state) == EdgeStateKind::Proposed,
        EdgeChoice::Drawn => origin_of(edge) == EdgeOriginKind::Drawn,
    }
}

/// Returns what an edge is ordered by; `None` where it has no value.
fn key(snapshot: &Snapshot, edge: &ModelEdge, column: EdgeColumn) -> Option<Key> {
    match column {
        EdgeColumn::From => Some(Key::Number(snapshot.rank(edge.from))),
        EdgeColumn::To => Some(Key::Number(snapshot.rank(edge.to))),
        EdgeColumn::How => Some(Key::text(&edge.how)),
        EdgeColumn::Origin => Some(Key::Number(match origin_of(edge) {
            EdgeOriginKind::Both => 0,
            EdgeOriginKind::Declared => 1,
            EdgeOriginKind::Drawn => 2,
            EdgeOriginKind::Inferred => 3,
            EdgeOriginKind::Proposed => 4,
        })),
        EdgeColumn::State => Some(Key::Number(match state_of(edge.state) {
            EdgeStateKind::Sound => 0,
            EdgeStateKind::Stale => 1,
            EdgeStateKind::Doubtful => 2,
            EdgeStateKind::Proposed => 3,
        })),
        EdgeColumn::Source => Key::said(&sources_of(snapshot, edge).join(", ")),
        // Seconds are fine enough for an order, and no age is longer than they can count.
        EdgeColumn::Age => {
            age_of(snapshot, edge).map(|age| Key::Number(u32::try_from(age / 1000).unwrap_or(u32::MAX)))
        }
    }
}
