//! A layered graph in which every link joins neighbouring layers: long lines have a point in each layer they pass.

use std::ops::Range;

use crate::topology::reach::lists::Lists;

/// One line of a part, between two of its nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Arc {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) weight: f64,
}

/// Rows of vertices: first the nodes, then the points of the long arcs.
#[derive(Clone, Debug)]
pub(super) struct Proper {
    /// How many vertices are nodes.
    pub(super) nodes: usize,
    /// The layer of each vertex.
    pub(super) layer: Vec<usize>,
    /// The vertices of each layer from the top.
    pub(super) rows: Vec<Vec<usize>>,
    /// The place of each vertex in its row.
    pub(super) at: Vec<usize>,
    /// Neighbours in the layer before.
    pub(super) left: Lists,
    /// Neighbours in the layer behind.
    pub(super) right: Lists,
    /// Neighbours in the same layer.
    pub(super) flat: Lists,
    /// For each arc its points, from the smaller layer to the larger.
    pub(super) points: Vec<Range<usize>>,
}

impl Proper {
    /// Builds the rows, each in the order of its vertices. Arcs may lead to any layer.
    pub(super) fn new(layer_of_nodes: &[usize], arcs: &[Arc]) -> Self {
        let nodes = layer_of_nodes.len();
        let mut layer = layer_of_nodes.to_vec();
        let mut points = Vec::with_capacity(arcs.len());
        let mut links = Vec::new();
        let mut flat = Vec::new();
        for arc in arcs {
            let first = layer.len();
            let (from, to) =
                if layer[arc.from] <= layer[arc.to] { (arc.from, arc.to) } else { (arc.to, arc.from) };
            if layer[from] == layer[to] {
                flat.push((from, to));
                flat.push((to, from));
                points.push(first..first);
                continue;
            }
            let mut before = from;
            for passed in layer[from] + 1..layer[to] {
                links.push((before, layer.len()));
                before = layer.len();
                layer.push(passed);
            }
            links.push((before, to));
            points.push(first..layer.len());
        }
        let n = layer.len();
        let mut proper = Self {
            nodes,
            rows: vec![Vec::new(); layer.iter().max().map_or(0, |last| last + 1)],
            at: vec![0; n],
            left: Lists::new(n, links.iter().map(|&(a, b)| (b, a))),
            right: Lists::new(n, links.iter().copied()),
            flat: Lists::new(n, flat.iter().copied()),
            layer,
            points,
        };
        for v in 0..n {
            let row = &mut proper.rows[proper.layer[v]];
            proper.at[v] = row.len();
            row.push(v);
        }
        proper
    }

    /// Reports whether a vertex is a point of a long arc.
    pub(super) fn is_point(&self, v: usize) -> bool {
        v >= self.nodes
    }

    /// Puts the vertices of one layer in a given order.
    pub(super) fn set_row(&mut self, layer: usize, row: Vec<usize>) {
        for (at, &v) in row.iter().enumerate() {
            self.at[v] = at;
        }
        self.rows[layer] = row;
    }

    /// Puts all rows in given orders.
    pub(super) fn set_rows(&mut self, rows: &[Vec<usize>]) {
        for (layer, row) in rows.iter().enumerate() {
            self.rows[layer].clone_from(row);
            for (at, &v) in row.iter().enumerate() {
                self.at[v] = at;
            }
        }
    }

    /// Counts the crossings between all neighbouring layers.
    pub(super) fn crossings(&self) -> u64 {
        let mut tally = Tally::default();
        self.rows.windows(2).map(|pair| tally.count(self, &pair[0], pair[1].len())).sum()
    }

    /// Counts the vertices that stand between the ends of arcs inside a layer.
    pub(super) fn between_flat(&self) -> u64 {
        let mut sum = 0;
        for v in 0..self.nodes {
            for &w in self.flat.of(v) {
                sum += self.at[w].saturating_sub(self.at[v] + 1);
            }
        }
        u64::try_from(sum).unwrap_or(u64::MAX)
    }
}

/// Memory for counting crossings, used again for every pair of layers.
#[derive(Debug, Default)]
struct Tally {
    ends: Vec<usize>,
    tree: Vec<u64>,
}

impl Tally {
    /// Counts pairs of links that start in one order and end in the other, with a tree of partial sums.
    fn count(&mut self, proper: &Proper, row: &[usize], width: usize) -> u64 {
        self.tree.clear();
        self.tree.resize(width + 1, 0);
        let (mut crossings, mut seen) = (0, 0);
        for &v in row {
            self.ends.clear();
            self.ends.extend(proper.right.of(v).iter().map(|&w| proper.at[w]));
            // Links that share their start do not cross, so all are counted before any is added.
            for &end in &self.ends {
                let mut at = end + 1;
                let mut before = 0;
                while at > 0 {
                    before += self.tree[at];
                    at &= at - 1;
                }
                crossings += seen - before;
            }
            for &end in &self.ends {
                let mut at = end + 1;
                while at <= width {
                    self.tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
                seen += 1;
            }
        }
        crossings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arc(from: usize, to: usize) -> Arc {
        Arc { from, to, weight: 1.0 }
    }

    #[test]
    fn a_long_arc_has_a_point_in_every_layer_it_passes() {
        let proper = Proper::new(&[0, 3, 1, 1], &[arc(1, 0), arc(0, 2), arc(2, 3)]);

        assert_eq!(proper.points, [4..6, 6..6, 6..6]);
        assert_eq!(proper.rows, [vec![0], vec![2, 3, 4], vec![5], vec![1]]);
        assert_eq!((proper.right.of(0), proper.left.of(1)), (&[4, 2][..], &[5][..]));
        assert_eq!(proper.flat.of(3), [2]);
    }

    #[test]
    fn crossings_of_complete_bipartite_graphs_are_those_of_the_formula() {
        // K(m, n) between two rows has m(m-1)/2 * n(n-1)/2 crossings, whatever the order.
        for (m, n, expected) in [(2, 2, 1), (3, 3, 9), (3, 4, 18), (5, 5, 100)] {
            let layer: Vec<usize> = (0..m + n).map(|v| usize::from(v >= m)).collect();
            let arcs: Vec<Arc> = (0..m).flat_map(|a| (m..m + n).map(move |b| arc(a, b))).collect();

            assert_eq!(Proper::new(&layer, &arcs).crossings(), expected);
        }
    }
}
