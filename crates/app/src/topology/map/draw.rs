//! The drawn nodes and edges of the map, with phases over their columns.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_analysis::topology::layout::{Layout, LayoutNode};
use wardroom_analysis::topology::model::{ModelEdge, OLD_MS};

use super::nodes::{Joined, Node, Nodes};
use crate::topology::catalog::count;
use crate::topology::phrases::{age_of, origin_of, sources_of, state_of};
use crate::topology::room::Snapshot;
use crate::topology::rows::{EdgeOriginKind, EdgeStateKind, MapEdge, MapLayer, MapNode, MapPhase};
use crate::wire::Millis;

/// Sizes of a box, as drawn: the one that the question is about is larger.
const HEIGHT: f64 = 48.0;
const SUBJECT_HEIGHT: f64 = 68.0;
const LEAST_WIDTH: f64 = 116.0;
const SUBJECT_WIDTH: f64 = 142.0;
const MOST_WIDTH: f64 = 232.0;
/// The width of a letter, and of glyph and margins.
const LETTER: f64 = 7.2;
const MARGINS: f64 = 44.0;

/// The laid-out nodes.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub(super) nodes: Vec<MapNode>,
    pub(super) edges: Vec<MapEdge>,
    pub(super) layers: Vec<MapLayer>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Returns the size of a node's box.
pub(super) fn size(node: &Node, is_subject: bool) -> (f64, f64) {
    let letters = u32::try_from(node.label.chars().count()).unwrap_or(u32::MAX);
    let (least, height) = if is_subject { (SUBJECT_WIDTH, SUBJECT_HEIGHT) } else { (LEAST_WIDTH, HEIGHT) };
    ((f64::from(letters) * LETTER + MARGINS).clamp(least, MOST_WIDTH), height)
}

/// Returns the node that departed first.
pub(super) fn first(list: &[(usize, &Node)]) -> Option<usize> {
    let onsets = list.iter().filter_map(|(place, node)| Some((node.onset?, *place)));
    onsets.min().map(|(_, place)| place)
}

/// Puts nodes, edges and columns together.
#[expect(clippy::too_many_arguments, reason = "the parts of one drawing")]
pub(super) fn chain(
    snapshot: &Snapshot,
    nodes: &Nodes,
    list: &[(usize, &Node)],
    inner: &[&Joined],
    boxes: &[LayoutNode],
    layout: &Layout,
    focus: Option<usize>,
    first: Option<usize>,
) -> Chain {
    let most = inner.iter().map(|edge| edge.edges.len()).max().unwrap_or(1);
    let drawn = list.iter().zip(boxes).enumerate().map(|(i, ((place, node), size))| {
        let (x, y) = layout.at.get(i).copied().unwrap_or_default();
        MapNode {
            name: node.name.clone(),
            label: node.label.clone(),
            kind: node.kind.clone(),
            members: count(node.things.len()),
            inside: node.inside,
            x,
            y,
            width: size.width,
            height: size.height,
            layer: layout.layer.get(i).copied().unwrap_or_default(),
            state: node.state,
            subject: focus == Some(*place),
            first: first == Some(*place),
            onset: node.onset.map(Millis::from),
            fact: node.fact.clone(),
            firing: node.firing,
            findings: node.findings,
            tier: node.tier,
            team: node.team.clone(),
        }
    });
    let edges = inner.iter().enumerate().map(|(i, edge)| {
        let points = layout.routes.get(i).cloned().unwrap_or_default();
        map_edge(snapshot, nodes, edge, most, points)
    });
    Chain {
        edges: edges.collect(),
        layers: layers(nodes, list, inner, layout, first),
        nodes: drawn.collect(),
        width: layout.width,
        height: layout.height,
    }
}

fn map_edge(
    snapshot: &Snapshot,
    nodes: &Nodes,
    joined: &Joined,
    most: usize,
    points: Vec<(f64, f64)>,
) -> MapEdge {
    let members: Vec<&ModelEdge> = joined.edges.iter().map(|place| &snapshot.model.edges[*place]).collect();
    let (from, to) = (&nodes.list[joined.from], &nodes.list[joined.to]);
    // Of several edges the surest one is drawn.
    let best = members.iter().min_by_key(|edge| state_of(edge.state)).copied();
    let age = best.and_then(|edge| age_of(snapshot, edge));
    MapEdge {
        from: from.name.clone(),
        to: to.name.clone(),
        how: best.map(|edge| edge.how.clone()).unwrap_or_default(),
        origin: best.map_or(EdgeOriginKind::Declared, origin_of),
        source: best.and_then(|edge| sources_of(snapshot, edge).into_iter().next()),
        age: age.map(Millis),
        old: age.is_some_and(|age| age > OLD_MS),
        state: best.map_or(EdgeStateKind::Sound, |edge| state_of(edge.state)),
        lag: from.onset.zip(to.onset).map(|(from, to)| Millis(from.as_millis() - to.as_millis())),
        on_path: nodes.is_on_path(joined),
        weight: members.len() as f64 / most.max(1) as f64,
        members: count(members.len()),
        points,
    }
}

/// Returns the columns from the left, each with its place in the order of onsets.
fn layers(
    nodes: &Nodes,
    list: &[(usize, &Node)],
    inner: &[&Joined],
    layout: &Layout,
    first: Option<usize>,
) -> Vec<MapLayer> {
    // Something that departs depends on these.
    let departs = |place: usize| nodes.list[place].onset.is_some();
    let passed_on: BTreeSet<usize> =
        inner.iter().filter(|edge| departs(edge.from)).map(|edge| edge.to).collect();
    let mut columns: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for i in 0..list.len() {
        columns.entry(layout.layer.get(i).copied().unwrap_or_default()).or_default().push(i);
    }
    let made = columns.into_values().map(|members| {
        let places = members.iter().map(|i| list[*i].0);
        let onsets: Vec<_> = members.iter().filter_map(|i| list[*i].1.onset).collect();
        let phase = if onsets.is_empty() {
            None
        } else if first.is_some_and(|first| places.clone().any(|place| place == first)) {
            Some(MapPhase::First)
        } else if places.clone().any(|place| departs(place) && passed_on.contains(&place)) {
            Some(MapPhase::Failing)
        } else {
            Some(MapPhase::Impact)
        };
        let x = members.first().and_then(|i| layout.at.get(*i)).map_or(0.0, |(x, _)| *x);
        MapLayer {
            x,
            phase,
            from: onsets.iter().min().copied().map(Millis::from),
            to: onsets.iter().max().copied().map(Millis::from),
        }
    });
    made.collect()
}
