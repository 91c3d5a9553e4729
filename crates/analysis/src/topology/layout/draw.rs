//! From a graph to drawn parts, and from placed parts to one drawing.

use super::lines::Lines;
use super::place::{self, Room};
use super::proper::{Arc, Proper};
use super::{Layout, LayoutEdge, LayoutNode, LayoutOptions, acyclic, order, positive, rank};

/// One connected part, drawn by itself.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The positions of its nodes in the whole graph, ascending.
    pub(super) nodes: Vec<usize>,
    /// The positions of its lines.
    pub(super) lines: Vec<usize>,
    pub(super) proper: Proper,
    /// The height of each vertex.
    pub(super) y: Vec<f64>,
    pub(super) height: f64,
    pub(super) crossings: u64,
}

/// A part and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) part: Part,
    /// What is added to its layers.
    pub(super) layer: usize,
    /// What is added to its heights.
    pub(super) top: f64,
}

/// Draws every connected part; `None` when `stop` said so.
pub(super) fn parts(
    nodes: &[LayoutNode],
    lines: &Lines,
    options: &LayoutOptions,
    stop: &dyn Fn() -> bool,
) -> Option<Vec<Part>> {
    let members = connected(nodes.len(), lines);
    let ranks = aligned_ranks(nodes, options);
    let mut local = vec![0; nodes.len()];
    for (members, _) in &members {
        for (at, &v) in members.iter().enumerate() {
            local[v] = at;
        }
    }
    let mut parts = Vec::with_capacity(members.len());
    for (members, own_lines) in members {
        let mut arcs: Vec<(usize, usize)> = own_lines
            .iter()
            .map(|&line| (local[lines.list[line].from], local[lines.list[line].to]))
            .collect();
        let hints: Vec<Option<u32>> = members.iter().map(|&v| nodes[v].rank).collect();
        acyclic::straighten(members.len(), &mut arcs, &hints);
        let layer = match &ranks {
            Some(ranks) => {
                let own: Vec<Option<usize>> = members.iter().map(|&v| ranks[v]).collect();
                rank::aligned(members.len(), &arcs, &own)
            }
            None => rank::shortest(members.len(), &arcs, stop)?,
        };
        let arcs: Vec<Arc> = arcs
            .iter()
            .zip(&own_lines)
            .map(|(&(from, to), &line)| Arc { from, to, weight: lines.list[line].weight })
            .collect();
        parts.push(part(nodes, (members, own_lines), &arcs, (&layer, options.node_gap), stop)?);
    }
    Some(parts)
}

fn part(
    nodes: &[LayoutNode],
    (members, lines): (Vec<usize>, Vec<usize>),
    arcs: &[Arc],
    (layer, node_gap): (&[usize], f64),
    stop: &dyn Fn() -> bool,
) -> Option<Part> {
    let mut proper = Proper::new(layer, arcs);
    let crossings = if members.len() > 2 { order::reduce(&mut proper, stop)? } else { 0 };
    let heights: Vec<f64> = members.iter().map(|&v| positive(nodes[v].height)).collect();
    let room = Room { proper: &proper, arcs, heights: &heights, node_gap };
    let y = place::place(&room, stop)?;
    let height = bottom(&y, &heights);
    let mut part = Part { nodes: members, lines, proper, y, height, crossings };
    mirror(&mut part, nodes);
    Some(part)
}

/// Returns the lowest border.
pub(super) fn bottom(y: &[f64], heights: &[f64]) -> f64 {
    let half = |v: usize| heights.get(v).map_or(0.0, |height| height * 0.5);
    y.iter().enumerate().map(|(v, y)| y + half(v)).fold(0.0, f64::max)
}

/// Turns a part upside down when its nodes then stand closer to where they were.
fn mirror(part: &mut Part, nodes: &[LayoutNode]) {
    let pairs: Vec<(f64, f64)> = part
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(at, &v)| nodes[v].before.map(|before| (part.y[at], before.1)))
        .filter(|pair| pair.1.is_finite())
        .collect();
    let n = pairs.len().max(1) as f64;
    let (mean_y, mean_before) =
        (pairs.iter().map(|pair| pair.0).sum::<f64>() / n, pairs.iter().map(|pair| pair.1).sum::<f64>() / n);
    let alike: f64 = pairs.iter().map(|pair| (pair.0 - mean_y) * (pair.1 - mean_before)).sum();
    if alike >= 0.0 {
        return;
    }
    for y in &mut part.y {
        *y = part.height - *y;
    }
    for layer in 0..part.proper.rows.len() {
        let mut row = std::mem::take(&mut part.proper.rows[layer]);
        row.reverse();
        part.proper.set_row(layer, row);
    }
}

/// Returns the nodes and lines of each connected part, in the order of their first nodes.
fn connected(n: usize, lines: &Lines) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut root: Vec<usize> = (0..n).collect();
    for line in &lines.list {
        let (a, b) = (find(&mut root, line.from), find(&mut root, line.to));
        // The smaller number is the root, so that parts come in the order of their first nodes.
        root[a.max(b)] = a.min(b);
    }
    let mut number = vec![usize::MAX; n];
    let mut parts: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    for v in 0..n {
        let first = find(&mut root, v);
        if number[first] == usize::MAX {
            number[first] = parts.len();
            parts.push((Vec::new(), Vec::new()));
        }
        parts[number[first]].0.push(v);
    }
    for (at, line) in lines.list.iter().enumerate() {
        let first = find(&mut root, line.from);
        parts[number[first]].1.push(at);
    }
    parts
}

fn find(root: &mut [usize], mut v: usize) -> usize {
    while root[v] != v {
        root[v] = root[root[v]];
        v = root[v];
    }
    v
}

/// Returns the layer each node is held to when ranks are layers. Ranks beyond the number of nodes close their ranks.
fn aligned_ranks(nodes: &[LayoutNode], options: &LayoutOptions) -> Option<Vec<Option<usize>>> {
    if !options.align_ranks || nodes.iter().all(|node| node.rank.is_none()) {
        return None;
    }
    let mut used: Vec<u32> = nodes.iter().filter_map(|node| node.rank).collect();
    used.sort_unstable();
    used.dedup();
    let sparse = used.last().is_some_and(|&last| last as usize > nodes.len());
    let layer = |rank: u32| if sparse { used.partition_point(|&other| other < rank) } else { rank as usize };
    Some(nodes.iter().map(|node| node.rank.map(layer)).collect())
}

/// Where the layers stand.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// The left border and the width of each layer.
    pub(super) span: Vec<(f64, f64)>,
    gap: f64,
}

impl Columns {
    fn new(nodes: &[LayoutNode], placed: &[Placed], gap: f64) -> Self {
        let mut widths: Vec<f64> = Vec::new();
        for place in placed {
            for (at, &v) in place.part.nodes.iter().enumerate() {
                let layer = place.part.proper.layer[at] + place.layer;
                if widths.len() <= layer {
                    widths.resize(layer + 1, 0.0);
                }
                widths[layer] = widths[layer].max(positive(nodes[v].width));
            }
        }
        let mut x = 0.0;
        let span = widths
            .iter()
            .map(|&width| {
                let left = x;
                x += width + gap;
                (left, width)
            })
            .collect();
        Self { span, gap }
    }

    fn left(&self, layer: usize) -> f64 {
        self.span[layer].0
    }

    fn right(&self, layer: usize) -> f64 {
        self.span[layer].0 + self.span[layer].1
    }

    fn centre(&self, layer: usize) -> f64 {
        self.span[layer].0 + self.span[layer].1 * 0.5
    }
}

/// Puts placed parts into one drawing.
pub(super) fn assemble(
    nodes: &[LayoutNode],
    edges: &[LayoutEdge],
    lines: &Lines,
    placed: &[Placed],
    options: &LayoutOptions,
) -> Layout {
    let columns = Columns::new(nodes, placed, options.layer_gap);
    let mut layout = Layout {
        at: vec![(0.0, 0.0); nodes.len()],
        layer: vec![0; nodes.len()],
        routes: vec![Vec::new(); edges.len()],
        ..Layout::default()
    };
    let mut routes: Vec<Vec<(f64, f64)>> = vec![Vec::new(); lines.list.len()];
    for place in placed {
        for (at, &v) in place.part.nodes.iter().enumerate() {
            let layer = place.part.proper.layer[at] + place.layer;
            layout.layer[v] = u32::try_from(layer).unwrap_or(u32::MAX);
            layout.at[v] = (columns.centre(layer), place.part.y[at] + place.top);
        }
        for (at, &line) in place.part.lines.iter().enumerate() {
            routes[line] = route(nodes, lines, place, (at, line), &columns);
        }
        layout.height = layout.height.max(place.top + place.part.height);
        layout.crossings += place.part.crossings;
    }
    for (at, edge) in edges.iter().enumerate() {
        match lines.of_edge[at] {
            Some(line) if lines.list[line].from == edge.from => layout.routes[at].clone_from(&routes[line]),
            Some(line) => layout.routes[at].extend(routes[line].iter().rev()),
            None if edge.from == edge.to && edge.from < nodes.len() => {
                layout.routes[at] = loop_at(layout.at[edge.from], &nodes[edge.from], options.layer_gap);
            }
            None => {}
        }
    }
    // Loops and lines inside the last layer reach beyond its boxes.
    let boxes = columns.span.last().map_or(0.0, |last| last.0 + last.1);
    layout.width = layout.routes.iter().flatten().map(|point| point.0).fold(boxes, f64::max);
    layout
}

/// Returns the points of one line, in its own direction.
fn route(
    nodes: &[LayoutNode],
    lines: &Lines,
    place: &Placed,
    (at, line): (usize, usize),
    columns: &Columns,
) -> Vec<(f64, f64)> {
    let Part { nodes: members, proper, y, .. } = &place.part;
    let find = |v: usize| members.binary_search(&v).unwrap_or(0);
    let (from, to) = (find(lines.list[line].from), find(lines.list[line].to));
    let layer = |v: usize| proper.layer[v] + place.layer;
    let height = |v: usize| y[v] + place.top;
    let half = |v: usize| positive(nodes[members[v]].width) * 0.5;
    if proper.layer[from] == proper.layer[to] {
        return beside(nodes, place, (from, to), columns);
    }
    let (first, last) = if proper.layer[from] < proper.layer[to] { (from, to) } else { (to, from) };
    let mut points = vec![
        (columns.centre(layer(first)) + half(first), height(first)),
        (columns.right(layer(first)), height(first)),
    ];
    for v in proper.points[at].clone() {
        points.push((columns.left(layer(v)), height(v)));
        points.push((columns.right(layer(v)), height(v)));
    }
    points.push((columns.left(layer(last)), height(last)));
    points.push((columns.centre(layer(last)) - half(last), height(last)));
    let mut points = simplified(&points);
    if first != from {
        points.reverse();
    }
    points
}

/// Returns the points of a line inside a layer: straight between neighbours, otherwise around through the gap.
fn beside(
    nodes: &[LayoutNode],
    place: &Placed,
    (from, to): (usize, usize),
    columns: &Columns,
) -> Vec<(f64, f64)> {
    let Part { nodes: members, proper, y, .. } = &place.part;
    let layer = proper.layer[from] + place.layer;
    let height = |v: usize| y[v] + place.top;
    if proper.at[from].abs_diff(proper.at[to]) == 1 {
        let half = |v: usize| positive(nodes[members[v]].height) * 0.5;
        let down = if height(from) < height(to) { 1.0 } else { -1.0 };
        let x = columns.centre(layer);
        return vec![(x, height(from) + half(from) * down), (x, height(to) - half(to) * down)];
    }
    let border = |v: usize| columns.centre(layer) + positive(nodes[members[v]].width) * 0.5;
    let out = columns.right(layer) + columns.gap * 0.3;
    vec![(border(from), height(from)), (out, height(from)), (out, height(to)), (border(to), height(to))]
}

/// Returns a small loop at the right border of a node.
fn loop_at((x, y): (f64, f64), node: &LayoutNode, gap: f64) -> Vec<(f64, f64)> {
    let right = x + positive(node.width) * 0.5;
    let out = right + gap * 0.25;
    let up = positive(node.height) * 0.25;
    vec![(right, y - up), (out, y - up), (out, y + up), (right, y + up)]
}

/// Leaves out points on a straight line between their neighbours.
fn simplified(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    const NEAR: f64 = 1e-6;
    let mut kept: Vec<(f64, f64)> = Vec::with_capacity(points.len());
    for &point in points {
        if kept.last().is_some_and(|last| (last.0 - point.0).abs() + (last.1 - point.1).abs() < NEAR) {
            continue;
        }
        if let [.., a, b] = kept[..] {
            let turn = (b.0 - a.0) * (point.1 - b.1) - (b.1 - a.1) * (point.0 - b.0);
            if turn.abs() < NEAR * ((point.0 - a.0).abs() + 1.0) {
                kept.pop();
            }
        }
        kept.push(point);
    }
    kept
}
