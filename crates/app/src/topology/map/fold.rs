//! Everything that is not drawn by itself, folded into counted boxes of dots; edges become bundles.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_analysis::topology::layout::{GroupBox, GroupOptions, LayoutEdge, grouped};

use super::nodes::{Joined, Nodes, state_of};
use crate::topology::catalog::count;
use crate::topology::matching::{Signal, is_infrastructure};
use crate::topology::room::Snapshot;
use crate::topology::rows::{MapBundle, MapColumn, MapDot, MapGroup, MapLevel, NodeState};

/// Measures of the boxes: 5 px dots at a pitch of 6.6 px, as the design has them.
const PITCH: f64 = 6.6;
const BOX_WIDTH: f64 = 150.0;
const COLUMN_GAP: f64 = 54.0;
const BOX_GAP: f64 = 14.0;
const HEAD: f64 = 24.0;
const PAD: f64 = 8.0;
/// The width in which the boxes stand.
const WIDTH: f64 = 1320.0;

/// The boxes with what is between them.
#[derive(Debug, Default)]
pub(super) struct Folded {
    pub(super) groups: Vec<MapGroup>,
    pub(super) bundles: Vec<MapBundle>,
    pub(super) columns: Vec<MapColumn>,
    pub(super) height: f64,
}

/// One box before it is placed.
#[derive(Debug, Default)]
struct Members {
    label: String,
    domain: String,
    things: Vec<usize>,
}

/// Folds all nodes that are not shown.
pub(super) fn fold(
    nodes: &Nodes,
    joined: &[Joined],
    shown: &BTreeSet<usize>,
    snapshot: &Snapshot,
    signals: &[Signal],
    level: MapLevel,
) -> Folded {
    let mut boxes: BTreeMap<String, Members> = BTreeMap::new();
    // The box of each node; none for those that are drawn.
    let mut of_node: Vec<Option<String>> = vec![None; nodes.list.len()];
    for (place, node) in nodes.list.iter().enumerate().filter(|(place, _)| !shown.contains(place)) {
        let (id, label, domain) = group_of(snapshot, node.things.first().copied(), &node.name, level);
        let members = boxes.entry(id.clone()).or_default();
        members.things.extend(&node.things);
        (members.label, members.domain) = (label, domain);
        of_node[place] = Some(id);
    }
    let ids: Vec<String> = boxes.keys().cloned().collect();
    let place_of = |id: &str| ids.iter().position(|known| known == id);
    let bundles = bundles(nodes, joined, shown, &of_node);
    let lines: Vec<LayoutEdge> = bundles
        .iter()
        .filter_map(|((from, to), n)| {
            let weight = f64::from(u32::try_from(*n).unwrap_or(u32::MAX));
            // What is depended on stands left.
            Some(LayoutEdge { from: place_of(to)?, to: place_of(from)?, weight })
        })
        .collect();
    let wanted: Vec<GroupBox> = boxes
        .values()
        .map(|members| GroupBox {
            nodes: count(members.things.len()),
            rank: None,
            domain: members.domain.clone(),
        })
        .collect();
    let layout = grouped(&wanted, &lines, &options());
    let most = bundles.values().max().copied().unwrap_or(1);
    let mut routes = layout.routes.into_iter();
    let made = bundles.iter().map(|((from, to), n)| MapBundle {
        edges: count(*n),
        share: *n as f64 / most as f64,
        // Routes are those of the lines between two boxes, in the same order.
        points: if place_of(from).is_some() && place_of(to).is_some() {
            routes.next().unwrap_or_default()
        } else {
            Vec::new()
        },
        from: from.clone(),
        to: to.clone(),
    });
    let bundles: Vec<MapBundle> = made.collect();
    let groups = boxes.into_iter().zip(layout.boxes).map(|((id, members), at)| {
        let mut named: Vec<(&str, NodeState)> = members
            .things
            .iter()
            .map(|thing| {
                let known = snapshot.thing(*thing);
                (known.name.as_str(), state_of(&known.entity, &signals[*thing]))
            })
            .collect();
        named.sort_unstable();
        let number = |wanted: &dyn Fn(&Signal) -> bool| {
            count(members.things.iter().filter(|thing| wanted(&signals[**thing])).count())
        };
        let dots = named.iter().zip(&at.dots).map(|((name, state), (x, y))| MapDot {
            name: (*name).to_owned(),
            state: *state,
            x: *x,
            y: *y,
        });
        MapGroup {
            id,
            label: members.label,
            count: count(members.things.len()),
            unusual: number(&|signal| signal.findings + signal.firing > 0),
            silent: number(&|signal| signal.is_silent),
            column: at.column,
            x: at.x,
            y: at.y,
            width: at.width,
            height: at.height,
            dots: dots.collect(),
        }
    });
    let groups: Vec<MapGroup> = groups.collect();
    let columns = layout.columns.iter().enumerate().map(|(number, column)| {
        let width = groups.iter().find(|g| g.column as usize == number).map_or(0.0, |g| g.width);
        MapColumn { label: column.domains.join(", "), x: column.x + width / 2.0 }
    });
    Folded { columns: columns.collect(), bundles, height: layout.height, groups }
}

fn options() -> GroupOptions {
    GroupOptions {
        width: WIDTH,
        box_width: BOX_WIDTH,
        column_gap: COLUMN_GAP,
        box_gap: BOX_GAP,
        pitch: PITCH,
        head: HEAD,
        pad: PAD,
    }
}

/// Counts the edges between two boxes, or a box and a node that is drawn; those between two drawn nodes are no bundle.
fn bundles(
    nodes: &Nodes,
    joined: &[Joined],
    shown: &BTreeSet<usize>,
    of_node: &[Option<String>],
) -> BTreeMap<(String, String), usize> {
    let end = |place: usize| of_node[place].clone().unwrap_or_else(|| nodes.list[place].name.clone());
    let mut bundles: BTreeMap<(String, String), usize> = BTreeMap::new();
    for edge in joined.iter().filter(|edge| edge.from != edge.to) {
        if !(shown.contains(&edge.from) && shown.contains(&edge.to)) {
            *bundles.entry((end(edge.from), end(edge.to))).or_default() += edge.edges.len();
        }
    }
    bundles
}

/// Returns identity, label and domain of the box that a folded node belongs to: its system, else its domain, else all
/// things of its kind; a node that stands for many is a box of its own.
fn group_of(
    snapshot: &Snapshot,
    thing: Option<usize>,
    node: &str,
    level: MapLevel,
) -> (String, String, String) {
    let Some(thing) = thing else { return (format!("node:{node}"), node.to_owned(), String::new()) };
    let entity = &snapshot.thing(thing).entity;
    match level {
        MapLevel::Domain => (format!("domain:{}", entity.domain), entity.domain.clone(), String::new()),
        MapLevel::System => {
            (format!("system:{}", entity.system), entity.system.clone(), entity.domain.clone())
        }
        MapLevel::Service | MapLevel::Host => {
            let is_carrier = is_infrastructure(entity.kind);
            if !is_carrier && !entity.system.is_empty() {
                (format!("system:{}", entity.system), entity.system.clone(), entity.domain.clone())
            } else if !is_carrier && !entity.domain.is_empty() {
                (format!("domain:{}", entity.domain), entity.domain.clone(), entity.domain.clone())
            } else {
                let kind = entity.kind.as_str();
                (format!("kind:{kind}"), kind.to_owned(), String::new())
            }
        }
    }
}
