//! Everything that is not drawn by itself, folded into counted boxes of dots; edges become bundles.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_analysis::topology::layout::{GroupBox, GroupOptions, LayoutEdge, grouped};

use super::nodes::{Joined, Nodes, state_of};
use crate::topology::catalog::count;
use crate::topology::matching::{Signal, is_infrastructure};
use crate::topology::room::Snapshot;
use crate::topology::rows::{MapBundle, MapColumn, MapDot, MapGroup, MapLevel};
use crate::wire::Millis;

/// Measures of the boxes: 5 px dots at a pitch of 6.6 px, as the design has them.
const PITCH: f64 = 6.6;
const BOX_WIDTH: f64 = 150.0;
const COLUMN_GAP: f64 = 54.0;
const BOX_GAP: f64 = 14.0;
const HEAD: f64 = 24.0;
const PAD: f64 = 8.0;
/// The width in which the boxes stand: five columns of them, which the map of a window 1440 pixels wide shows beside the
/// details without making its words smaller.
const WIDTH: f64 = 5.0 * (BOX_WIDTH + COLUMN_GAP) - COLUMN_GAP;

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
    let (boxes, of_node) = boxes(nodes, shown, snapshot, level);
    let ids: Vec<String> = boxes.keys().cloned().collect();
    let (bundles, inside) = bundles(joined, shown, &of_node, boxes.len());
    let lines: Vec<LayoutEdge> = bundles
        .iter()
        .filter_map(|(ends, n)| {
            let weight = f64::from(u32::try_from(*n).unwrap_or(u32::MAX));
            match *ends {
                // What is depended on stands left.
                (End::Box(from), End::Box(to)) => Some(LayoutEdge { from: to, to: from, weight }),
                (End::Node(_), _) | (_, End::Node(_)) => None,
            }
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
    let name = |end: End| match end {
        End::Box(place) => ids.get(place).cloned().unwrap_or_default(),
        End::Node(place) => nodes.list[place].name.clone(),
    };
    let made = bundles.iter().map(|(&(from, to), n)| MapBundle {
        edges: count(*n),
        share: *n as f64 / most as f64,
        // Routes are those of the lines between two boxes, in the same order.
        points: match (from, to) {
            (End::Box(_), End::Box(_)) => routes.next().unwrap_or_default(),
            (End::Node(_), _) | (_, End::Node(_)) => Vec::new(),
        },
        from_node: matches!(from, End::Node(_)),
        to_node: matches!(to, End::Node(_)),
        from: name(from),
        to: name(to),
    });
    let bundles: Vec<MapBundle> = made.collect();
    let placed = boxes.into_iter().zip(layout.boxes).zip(inside);
    let groups = placed.map(|(((id, members), at), inside)| {
        let mut named: Vec<(&str, usize)> =
            members.things.iter().map(|thing| (snapshot.thing(*thing).name.as_str(), *thing)).collect();
        named.sort_unstable();
        let number = |wanted: &dyn Fn(&Signal) -> bool| {
            count(members.things.iter().filter(|thing| wanted(&signals[**thing])).count())
        };
        let places = named.iter().zip(&at.dots);
        let dots = places.map(|((_, thing), place)| dot(snapshot, signals, *thing, *place));
        MapGroup {
            id,
            label: members.label,
            count: count(members.things.len()),
            unusual: number(&|signal| signal.findings + signal.firing > 0),
            silent: number(&|signal| signal.is_silent),
            inside: count(inside),
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

fn dot(snapshot: &Snapshot, signals: &[Signal], thing: usize, (x, y): (f64, f64)) -> MapDot {
    let (known, signal) = (snapshot.thing(thing), &signals[thing]);
    MapDot {
        name: known.name.clone(),
        kind: known.entity.kind.as_str().to_owned(),
        team: known.entity.team.clone(),
        state: state_of(&known.entity, signal),
        onset: signal.onset.map(Millis::from),
        fact: signal.fact.as_ref().map(|(_, fact)| fact.clone()),
        x,
        y,
    }
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

/// One end of a bundle: a box by its place in their order, or a node that is drawn by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Box(usize),
    Node(usize),
}

/// Sorts what is not drawn into boxes by their identity; for each node the place of its box in that order.
fn boxes(
    nodes: &Nodes,
    shown: &BTreeSet<usize>,
    snapshot: &Snapshot,
    level: MapLevel,
) -> (BTreeMap<String, Members>, Vec<Option<usize>>) {
    let mut boxes: BTreeMap<String, Members> = BTreeMap::new();
    let mut folded: Vec<(usize, String)> = Vec::new();
    for (place, node) in nodes.list.iter().enumerate().filter(|(place, _)| !shown.contains(place)) {
        let (id, label, domain) = group_of(snapshot, node.things.first().copied(), &node.name, level);
        let members = boxes.entry(id.clone()).or_default();
        members.things.extend(&node.things);
        (members.label, members.domain) = (label, domain);
        folded.push((place, id));
    }
    let mut of_node = vec![None; nodes.list.len()];
    let order: BTreeMap<&str, usize> = boxes.keys().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
    for (place, id) in &folded {
        of_node[*place] = order.get(id.as_str()).copied();
    }
    (boxes, of_node)
}

/// Edges by their two ends.
type Bundles = BTreeMap<(End, End), usize>;

/// Counts the edges between two boxes, or a box and a node that is drawn, and those within each box. Edges between two
/// drawn nodes, and within one, are no bundle.
fn bundles(
    joined: &[Joined],
    shown: &BTreeSet<usize>,
    of_node: &[Option<usize>],
    boxes: usize,
) -> (Bundles, Vec<usize>) {
    let end = |place: usize| of_node[place].map_or(End::Node(place), End::Box);
    let (mut bundles, mut inside) = (Bundles::new(), vec![0; boxes]);
    for edge in joined.iter().filter(|edge| !(shown.contains(&edge.from) && shown.contains(&edge.to))) {
        match (end(edge.from), end(edge.to)) {
            (End::Box(from), End::Box(to)) if from == to => inside[from] += edge.edges.len(),
            ends => *bundles.entry(ends).or_default() += edge.edges.len(),
        }
    }
    (bundles, inside)
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
