//! The edges as they are drawn: one line for each pair of nodes.

use super::LayoutEdge;

/// One line between two different nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) weight: f64,
}

/// All lines, and the line of each edge.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    pub(super) list: Vec<Line>,
    /// For each edge its line; `None` for an edge to itself or to a node that does not exist.
    pub(super) of_edge: Vec<Option<usize>>,
}

impl Lines {
    /// Joins edges between the same two nodes; a line runs in the direction of the heavier side.
    pub(super) fn new(nodes: usize, edges: &[LayoutEdge]) -> Self {
        let mut sorted: Vec<(usize, usize, usize)> = edges
            .iter()
            .enumerate()
            .filter(|(_, edge)| edge.from != edge.to && edge.from < nodes && edge.to < nodes)
            .map(|(at, edge)| (edge.from.min(edge.to), edge.from.max(edge.to), at))
            .collect();
        sorted.sort_unstable();
        let mut lines = Self { list: Vec::new(), of_edge: vec![None; edges.len()] };
        for pair in sorted.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (low, high, first) = pair[0];
            let (mut there, mut back) = (0.0, 0.0);
            for &(_, _, at) in pair {
                lines.of_edge[at] = Some(lines.list.len());
                let weight = edges[at].weight;
                let weight = if weight.is_finite() && weight > 0.0 { weight } else { 1.0 };
                if edges[at].from == low {
                    there += weight;
                } else {
                    back += weight;
                }
            }
            // Of two equal sides the first edge decides.
            let along = there > back || (there >= back && edges[first].from == low);
            let (from, to) = if along { (low, high) } else { (high, low) };
            lines.list.push(Line { from, to, weight: there + back });
        }
        lines
    }
}
