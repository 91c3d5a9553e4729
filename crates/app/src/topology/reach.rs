//! Who may be affected, on which ways, and without what others lose their only way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wardroom_analysis::topology::reach::Graph;

use super::catalog::count;
use super::phrases::{origin_of, state_of};
use super::room::{self, Snapshot};
use super::rows::{
    EdgeOriginKind, EdgeStateKind, MapDirection, PathStep, PathsRequest, PathsView, ReachRequest, ReachRow,
    ReachView, SinglePointItem, SinglePointsView,
};
use crate::context::App;
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::wire::Millis;

/// Ways that are shown at most.
const MOST_PATHS: u8 = 20;
/// Rows of the list of single points.
const MOST_POINTS: usize = 500;

/// Returns who may be affected by an entity, or what it depends on, the nearest first.
///
/// # Errors
///
/// `no_workspace`; `no_such_entity`; `entity_ambiguous`; store failures.
pub async fn reach(app: &App, request: &ReachRequest) -> Result<ReachView, AppError> {
    let open = app.open()?;
    let snapshot = room::at(app, &open, request.as_of.map(Into::into)).await?;
    let start = snapshot.require(&request.name)?;
    let computed = tokio::task::spawn_blocking({
        let (snapshot, request) = (Arc::clone(&snapshot), request.clone());
        move || reached(&snapshot, start, &request)
    });
    let rows = computed.await.map_err(|e| AppError::internal(&e))?;
    let name = snapshot.thing(start).name.clone();
    let tier1 = rows.iter().filter(|row| row.tier == Some(1)).count();
    let key = match (request.direction, rows.is_empty()) {
        (MapDirection::Up, true) => "reach-up-none",
        (MapDirection::Up, false) => "reach-up",
        (MapDirection::Down | MapDirection::Both, true) => "reach-down-none",
        (MapDirection::Down, false) => "reach-down",
        (MapDirection::Both, false) => "reach-both",
    };
    let lead = Phrase::new(key).text("name", name.clone());
    let lead = if rows.is_empty() { lead } else { lead.count("n", rows.len()).count("tier1", tier1) };
    Ok(ReachView { name, rows, lead })
}

/// One thing that is reached: edges on the way, and the neighbour through which it comes.
struct Reached {
    node: usize,
    hops: u32,
    via: usize,
    /// Whether it depends on the start.
    is_down: bool,
}

fn reached(snapshot: &Snapshot, start: usize, request: &ReachRequest) -> Vec<ReachRow> {
    let hops = request.hops.map(u32::from);
    let graph = &snapshot.graph;
    let mut found: Vec<Reached> = Vec::new();
    if request.direction != MapDirection::Up {
        let down = graph.impact(start, hops).into_iter();
        found.extend(down.map(|(node, hops, via)| Reached { node, hops, via, is_down: true }));
    }
    if request.direction != MapDirection::Down {
        let known: BTreeSet<usize> = found.iter().map(|r| r.node).collect();
        let up = graph.upstream(start, hops).into_iter().filter(|(node, ..)| !known.contains(node));
        found.extend(up.map(|(node, hops, via)| Reached { node, hops, via, is_down: false }));
    }
    found.sort_by_key(|r| r.hops);
    let only_ways = only_ways(snapshot, start);
    let mut weakest: BTreeMap<(usize, bool), EdgeStateKind> = BTreeMap::new();
    let mut rows = Vec::with_capacity(found.len());
    for one in &found {
        // Who depends stands at the beginning of the edge.
        let (from, to) = if one.is_down { (one.node, one.via) } else { (one.via, one.node) };
        let (how, state) = edge_between(snapshot, from, to);
        let before = weakest.get(&(one.via, one.is_down)).copied().unwrap_or(EdgeStateKind::Sound);
        let least = state.max(before);
        weakest.insert((one.node, one.is_down), least);
        let thing = snapshot.thing(one.node);
        rows.push(ReachRow {
            name: thing.name.clone(),
            kind: thing.entity.kind.as_str().to_owned(),
            hops: one.hops,
            via: snapshot.thing(one.via).name.clone(),
            how,
            tier: thing.entity.tier,
            team: thing.entity.team.clone(),
            contact: thing.entity.contact.clone(),
            single_point: only_ways.contains(&one.node),
            weakest: least,
        });
    }
    rows.sort_by(|a, b| (a.hops, a.tier.unwrap_or(9), &a.name).cmp(&(b.hops, b.tier.unwrap_or(9), &b.name)));
    rows
}

/// Returns the reached things that have no other way around: those that lose what they need with the start, and those
/// without which the start loses what it needs.
fn only_ways(snapshot: &Snapshot, start: usize) -> BTreeSet<usize> {
    let graph = &snapshot.graph;
    let (down, up) = (graph.cut_off_by(start, snapshot.needs()), graph.only_ways_of(start, snapshot.needs()));
    down.into_iter().chain(up).collect()
}

/// Counts who loses something that is needed when a thing is gone.
///
/// # Errors
///
/// `internal`.
pub(super) async fn cut_off_by(snapshot: &Arc<Snapshot>, thing: usize) -> Result<u32, AppError> {
    let snapshot = Arc::clone(snapshot);
    let counted =
        tokio::task::spawn_blocking(move || count(snapshot.graph.cut_off_by(thing, snapshot.needs()).len()));
    counted.await.map_err(|e| AppError::internal(&e))
}

/// Returns how one thing depends on another, and how sure that is: the surest of several edges.
fn edge_between(snapshot: &Snapshot, from: usize, to: usize) -> (String, EdgeStateKind) {
    let between = snapshot.edges_at(from).filter(|edge| (edge.from, edge.to) == (from, to));
    let best = between.min_by_key(|edge| state_of(edge.state));
    best.map_or((String::new(), EdgeStateKind::Sound), |edge| (edge.how.clone(), state_of(edge.state)))
}

/// Returns the ways by which one entity depends on another; where there is none, those the other way round.
///
/// # Errors
///
/// `no_workspace`; `no_such_entity`; `entity_ambiguous`; store failures.
pub async fn paths(app: &App, request: &PathsRequest) -> Result<PathsView, AppError> {
    let open = app.open()?;
    let snapshot = room::at(app, &open, request.as_of.map(Into::into)).await?;
    let (from, to) = (snapshot.require(&request.from)?, snapshot.require(&request.to)?);
    let limit = usize::from(request.limit.clamp(1, MOST_PATHS));
    let computed = tokio::task::spawn_blocking({
        let snapshot = Arc::clone(&snapshot);
        move || both_ways(&snapshot.graph, from, to, limit)
    });
    let (ways, reversed) = computed.await.map_err(|e| AppError::internal(&e))?;
    let paths = ways.iter().map(|way| steps(&snapshot, way)).collect();
    Ok(PathsView { paths, reversed })
}

fn both_ways(graph: &Graph, from: usize, to: usize, limit: usize) -> (Vec<Vec<usize>>, bool) {
    let ways = graph.paths(from, to, limit);
    if !ways.is_empty() {
        return (ways, false);
    }
    let back = graph.paths(to, from, limit);
    let reversed = !back.is_empty();
    (back, reversed)
}

fn steps(snapshot: &Snapshot, way: &[usize]) -> Vec<PathStep> {
    let mut out = Vec::with_capacity(way.len());
    for (place, node) in way.iter().enumerate() {
        let thing = snapshot.thing(*node);
        let next = way.get(place + 1);
        let edge = next.and_then(|next| {
            let between = snapshot.edges_at(*node).filter(|e| (e.from, e.to) == (*node, *next));
            between.min_by_key(|e| state_of(e.state))
        });
        out.push(PathStep {
            name: thing.name.clone(),
            kind: thing.entity.kind.as_str().to_owned(),
            how: edge.map(|e| e.how.clone()).unwrap_or_default(),
            origin: edge.map_or(EdgeOriginKind::Declared, origin_of),
            state: edge.map_or(EdgeStateKind::Sound, |e| state_of(e.state)),
        });
    }
    out
}

/// Returns the entities without which others lose their only way, those that cut off most first; as of a moment, those
/// of what was known then.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn single_points(app: &App, as_of: Option<Millis>) -> Result<SinglePointsView, AppError> {
    let open = app.open()?;
    let snapshot = room::at(app, &open, as_of.map(Into::into)).await?;
    let computed = tokio::task::spawn_blocking(move || {
        let mut points = snapshot.graph.single_points(snapshot.needs());
        points.retain(|point| point.cut_off > 0);
        let total = count(points.len());
        points.truncate(MOST_POINTS);
        let listed = points.iter().map(|point| point_item(&snapshot, point.node, point.cut_off));
        SinglePointsView { total, points: listed.collect() }
    });
    computed.await.map_err(|e| AppError::internal(&e))
}

fn point_item(snapshot: &Snapshot, node: usize, cut_off: u32) -> SinglePointItem {
    let thing = snapshot.thing(node);
    let affected = snapshot.graph.impact(node, None);
    let tier1 = affected.iter().filter(|(node, ..)| snapshot.thing(*node).entity.tier == Some(1)).count();
    SinglePointItem {
        name: thing.name.clone(),
        kind: thing.entity.kind.as_str().to_owned(),
        cut_off,
        tier1: count(tier1),
        team: thing.entity.team.clone(),
    }
}
