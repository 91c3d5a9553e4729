//! A changed graph, drawn so that what was there before stays where it was.

use std::collections::BTreeMap;

use super::draw::{self, Part, Placed};
use super::lines::Lines;
use super::place::{self, Room, Wish};
use super::proper::{Arc, Proper};
use super::{Layout, LayoutEdge, LayoutNode, LayoutOptions, order, positive, sound};

/// What of a graph was in the drawing before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// For each node its position in the graph before; `None` for one that was not there.
    pub nodes: Vec<Option<usize>>,
    /// For each edge its position in the graph before; `None` for one that was not there.
    pub edges: Vec<Option<usize>>,
}

impl Kept {
    /// Finds what was there before by the names of the nodes; of equal names the last counts.
    pub fn new<K: Ord>(
        names_before: &[K],
        edges_before: &[LayoutEdge],
        names: &[K],
        edges: &[LayoutEdge],
    ) -> Self {
        let known: BTreeMap<&K, usize> =
            names_before.iter().enumerate().map(|(at, name)| (name, at)).collect();
        let nodes: Vec<Option<usize>> = names.iter().map(|name| known.get(name).copied()).collect();
        let edges = edges_kept(&nodes, edges_before, edges);
        Self { nodes, edges }
    }
}

/// Finds for each edge the one that joined the same nodes before; of several the last counts.
///
/// Free of the type of the names, so that it is compiled here and not with each caller, which may be compiled
/// without optimisation.
fn edges_kept(
    nodes: &[Option<usize>],
    edges_before: &[LayoutEdge],
    edges: &[LayoutEdge],
) -> Vec<Option<usize>> {
    let mut drawn: Vec<(usize, usize, usize)> =
        edges_before.iter().enumerate().map(|(at, edge)| (edge.from, edge.to, at)).collect();
    drawn.sort_unstable();
    let before = |v: usize| nodes.get(v).copied().flatten();
    let kept = |edge: &LayoutEdge| {
        let ends = (before(edge.from)?, before(edge.to)?);
        let behind = drawn.partition_point(|&(from, to, _)| (from, to) <= ends);
        let &(from, to, at) = drawn.get(behind.checked_sub(1)?)?;
        ((from, to) == ends).then_some(at)
    };
    edges.iter().map(kept).collect()
}

/// Draws a graph that differs a little from the one of `previous`; `None` when `stop` said so.
///
/// Nodes that were there keep their layer, order and, where there is room, their place; lines keep their way. What is
/// fresh stands between its neighbours where it crosses least. An edge that a kept order contradicts is drawn inside a
/// layer or backwards, so after many changes [`layered`](super::layered) draws better.
pub fn relayout(
    previous: &Layout,
    kept: &Kept,
    nodes: &[LayoutNode],
    edges: &[LayoutEdge],
    options: &LayoutOptions,
    stop: &dyn Fn() -> bool,
) -> Option<Layout> {
    let options = sound(options);
    let lines = Lines::new(nodes.len(), edges);
    let mut change = Change::new(previous, kept, nodes, &lines, &options);
    change.shift_for_fresh_lines();
    let arcs: Vec<Arc> =
        lines.list.iter().map(|line| Arc { from: line.from, to: line.to, weight: line.weight }).collect();
    let mut proper = Proper::new(&change.layer, &arcs);
    if stop() {
        return None;
    }
    let (y, fresh) = change.heights(&proper, &arcs);
    for layer in 0..proper.rows.len() {
        let mut row: Vec<(f64, usize)> = proper.rows[layer].iter().map(|&v| (y[v], v)).collect();
        row.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        proper.set_row(layer, row.into_iter().map(|(_, v)| v).collect());
    }
    let loose: Vec<usize> = (0..y.len()).filter(|&v| fresh[v]).collect();
    let crossings = order::insert(&mut proper, &loose);
    if stop() {
        return None;
    }
    let heights: Vec<f64> = nodes.iter().map(|node| positive(node.height)).collect();
    let room = Room { proper: &proper, arcs: &arcs, heights: &heights, node_gap: options.node_gap };
    let y = change.settle(&room, y, &fresh);
    let height = draw::bottom(&y, &heights);
    let part = Part {
        nodes: (0..nodes.len()).collect(),
        lines: (0..lines.list.len()).collect(),
        proper,
        y,
        height,
        crossings,
    };
    Some(draw::assemble(nodes, edges, &lines, &[Placed { part, layer: 0, top: 0.0 }], &options))
}

struct Change<'a> {
    previous: &'a Layout,
    lines: &'a Lines,
    layer: Vec<usize>,
    /// The height of each node before; `None` for a fresh or moved one.
    height: Vec<Option<f64>>,
    /// For each line an edge of the drawing before; `None` for a fresh one.
    drawn: Vec<Option<usize>>,
    /// The x of each layer before.
    x: BTreeMap<usize, f64>,
}

impl<'a> Change<'a> {
    fn new(
        previous: &'a Layout,
        kept: &Kept,
        nodes: &[LayoutNode],
        lines: &'a Lines,
        options: &LayoutOptions,
    ) -> Self {
        let mut layer: Vec<Option<usize>> = vec![None; nodes.len()];
        let mut height = vec![None; nodes.len()];
        for v in 0..nodes.len() {
            let Some(before) = kept.nodes.get(v).copied().flatten() else { continue };
            let (Some(&at), Some(&(_, y))) = (previous.layer.get(before), previous.at.get(before)) else {
                continue;
            };
            layer[v] = usize::try_from(at).ok();
            height[v] = Some(y);
        }
        let most = layer.iter().flatten().max().copied().unwrap_or(0) + nodes.len();
        for (v, node) in nodes.iter().enumerate() {
            let rank = node.rank.and_then(|rank| usize::try_from(rank).ok());
            if let Some(rank) =
                rank.filter(|&rank| options.align_ranks && rank <= most && layer[v] != Some(rank))
            {
                layer[v] = Some(rank);
                height[v] = None;
            }
        }
        let mut drawn = vec![None; lines.list.len()];
        for (at, line) in lines.of_edge.iter().enumerate() {
            if let (Some(line), Some(before)) = (*line, kept.edges.get(at).copied().flatten()) {
                drawn[line] = Some(before);
            }
        }
        let x = previous.layer.iter().zip(&previous.at).map(|(&at, point)| (at as usize, point.0)).collect();
        Self { previous, lines, layer: layers_of_fresh(layer, lines), height, drawn, x }
    }

    /// Moves an end of a fresh line by as many layers as it needs to run to the right, where its other lines allow it.
    fn shift_for_fresh_lines(&mut self) {
        for (at, line) in self.lines.list.iter().enumerate() {
            if self.drawn[at].is_some() || self.layer[line.from] < self.layer[line.to] {
                continue;
            }
            let others = self.lines.list.iter();
            let beyond = others.clone().filter(|l| l.from == line.to).map(|l| self.layer[l.to]).min();
            let before = others.filter(|l| l.to == line.from).map(|l| self.layer[l.from]).max();
            let (from, to) = (self.layer[line.from], self.layer[line.to]);
            if beyond.is_none_or(|beyond| from + 1 < beyond) {
                self.layer[line.to] = from + 1;
                self.height[line.to] = None;
            } else if to > 0 && before.is_none_or(|before| before < to - 1) {
                self.layer[line.from] = to - 1;
                self.height[line.from] = None;
            }
        }
    }

    /// Returns the height each vertex had or should have, and which vertices have no place of their own yet.
    fn heights(&self, proper: &Proper, arcs: &[Arc]) -> (Vec<f64>, Vec<bool>) {
        let mut y = vec![0.0; proper.layer.len()];
        let mut fresh = vec![true; proper.layer.len()];
        let mut near: Vec<(f64, f64)> = vec![(0.0, 0.0); proper.nodes];
        for arc in arcs {
            for (v, w) in [(arc.from, arc.to), (arc.to, arc.from)] {
                if let Some(height) = self.height[w] {
                    near[v].0 += height;
                    near[v].1 += 1.0;
                }
            }
        }
        for v in 0..proper.nodes {
            let wanted = if near[v].1 > 0.0 { near[v].0 / near[v].1 } else { self.previous.height };
            y[v] = self.height[v].unwrap_or(wanted);
            fresh[v] = self.height[v].is_none();
        }
        for (at, arc) in arcs.iter().enumerate() {
            let (from, to) = place::ends(proper, arc);
            let route = self.route_of(at, from, to);
            let span = (proper.layer[to] - proper.layer[from]).max(1) as f64;
            for v in proper.points[at].clone() {
                let share = (proper.layer[v] - proper.layer[from]) as f64 / span;
                let old = route.and_then(|route| height_at(route, *self.x.get(&proper.layer[v])?));
                y[v] = old.unwrap_or(y[from] + (y[to] - y[from]) * share);
                fresh[v] = old.is_none();
            }
        }
        (y, fresh)
    }

    /// Returns the way of a line before, when both its ends stand where they did.
    fn route_of(&self, line: usize, from: usize, to: usize) -> Option<&'a [(f64, f64)]> {
        self.height[from]?;
        self.height[to]?;
        self.previous.routes.get(self.drawn[line]?).map(Vec::as_slice)
    }

    /// Settles every row: what was there is held, what is fresh gives way.
    fn settle(&self, room: &Room<'_>, mut y: Vec<f64>, fresh: &[bool]) -> Vec<f64> {
        let proper = room.proper;
        for row in &proper.rows {
            let wishes: Vec<Wish> = row
                .iter()
                .map(|&v| {
                    let weight = match (fresh[v], proper.is_point(v)) {
                        (true, _) => 0.01,
                        (false, true) => 10.0,
                        (false, false) => 1_000.0,
                    };
                    Wish { y: y[v], weight }
                })
                .collect();
            room.settle(row, &wishes, &mut y);
        }
        place::straighten(room, &mut y, (0..room.arcs.len()).filter(|&arc| self.drawn[arc].is_none()));
        let above = (0..proper.nodes).any(|v| y[v] < room.heights[v] * 0.5) || y.iter().any(|&y| y < 0.0);
        if above {
            place::lift(room, &mut y);
        }
        y
    }
}

/// Gives fresh nodes the layer behind those that lead to them, or before those they lead to.
fn layers_of_fresh(mut layer: Vec<Option<usize>>, lines: &Lines) -> Vec<usize> {
    loop {
        let (mut behind, mut before) = (vec![None; layer.len()], vec![None; layer.len()]);
        for line in &lines.list {
            if let (Some(from), None) = (layer[line.from], layer[line.to]) {
                behind[line.to] = behind[line.to].max(Some(from + 1));
            }
            if let (None, Some(to)) = (layer[line.from], layer[line.to]) {
                let at: usize = to;
                before[line.from] = Some(
                    before[line.from]
                        .map_or(at.saturating_sub(1), |old: usize| old.min(at.saturating_sub(1))),
                );
            }
        }
        let mut found = false;
        for v in 0..layer.len() {
            if layer[v].is_none() && (behind[v].is_some() || before[v].is_some()) {
                layer[v] = behind[v].or(before[v]);
                found = true;
            }
        }
        if !found {
            return layer.into_iter().map(|layer| layer.unwrap_or(0)).collect();
        }
    }
}

/// Returns the height of a way at an x; `None` beside it.
fn height_at(route: &[(f64, f64)], x: f64) -> Option<f64> {
    route.windows(2).find_map(|pair| {
        let (a, b) = if pair[0].0 <= pair[1].0 { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
        if x < a.0 || x > b.0 {
            return None;
        }
        let span = b.0 - a.0;
        Some(if span > 0.0 { a.1 + (b.1 - a.1) * (x - a.0) / span } else { a.1 })
    })
}
