//! Who is affected, by which way, and what has no way around: reach over a dependency graph.
//!
//! Nodes are positions `0..n`; an edge `(from, to)` says that `from` depends on `to`. Self-edges and edges to nodes
//! that do not exist are ignored, repeated edges count once, cycles are fine. Equal answers come in the order of nodes.

mod dominators;
mod each;
pub(in crate::topology) mod lists;
mod paths;
mod single;

use self::lists::Lists;

pub use self::single::{Needs, SinglePoint};

/// A dependency graph, prepared for questions of reach.
#[derive(Clone, Debug)]
pub struct Graph {
    /// What each node depends on, ascending.
    needs: Lists,
    /// Who depends on each node, ascending.
    users: Lists,
}

impl Graph {
    /// Prepares a graph of `nodes` nodes; `from` depends on `to`.
    pub fn new(nodes: usize, edges: &[(usize, usize)]) -> Self {
        let mut sound: Vec<(usize, usize)> =
            edges.iter().copied().filter(|&(from, to)| from != to && from < nodes && to < nodes).collect();
        sound.sort_unstable();
        sound.dedup();
        Self {
            needs: Lists::new(nodes, sound.iter().copied()),
            users: Lists::new(nodes, sound.iter().map(|&(from, to)| (to, from))),
        }
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.needs.len()
    }

    /// Reports whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns who may be affected when `start` fails: all that depend on it, directly or through others.
    ///
    /// Each comes once as (node, hops, via): `hops` is the length of the shortest way, at least 1, and `via` the node
    /// before it on such a way (`start` itself at one hop). Nearest first. `start` is not part of the answer;
    /// `max_hops` ends the walk. Costs the edges that are walked.
    pub fn impact(&self, start: usize, max_hops: Option<u32>) -> Vec<(usize, u32, usize)> {
        walk(&self.users, start, max_hops)
    }

    /// Returns all that `start` depends on, directly or through others, in the form of [`Graph::impact`].
    pub fn upstream(&self, start: usize, max_hops: Option<u32>) -> Vec<(usize, u32, usize)> {
        walk(&self.needs, start, max_hops)
    }

    /// Returns up to `limit` ways along which `from` depends on `to`, shortest first, none with a node twice.
    ///
    /// Each way lists its nodes from `from` to `to`; ways of one length come in an order that
    /// depends on the graph only. A node reaches itself by the way of that one node.
    ///
    /// # Source
    ///
    /// Yen, "Finding the K shortest loopless paths in a network", Management Science 17 (1971), with Lawler's rule
    /// that a way is only varied from where it left its parent, and the exact distances to `to` as the guide.
    pub fn paths(&self, from: usize, to: usize, limit: usize) -> Vec<Vec<usize>> {
        paths::shortest(self, from, to, limit)
    }

    /// Returns the nodes without which others lose something they need, most cut off first.
    ///
    /// *u loses something it needs when v is gone and has no other way to it*: every way from u to a needed thing leads
    /// through v. What counts as needed is said by [`Needs`]. `cut_off` counts such u for each v.
    /// Nodes that cut nothing off are listed behind the others when removing them splits the undirected graph.
    ///
    /// # Cost
    ///
    /// Linear for [`Needs::Ground`]; for [`Needs::Each`] one dominator tree for each strongly connected part with needed
    /// nodes over all that depend on it, shared out among the threads of the pool. Where such a part has several of them,
    /// one further tree, and a walk for each node that stands on every way between two of them.
    ///
    /// # Source
    ///
    /// Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm" (2001), on the reversed graph; Hopcroft and
    /// Tarjan, "Efficient algorithms for graph manipulation", CACM 16 (1973) for the articulation points.
    pub fn single_points(&self, needs: Needs<'_>) -> Vec<SinglePoint> {
        single::points(self, needs)
    }

    /// Returns the nodes that `v` cuts off, in the sense of [`Graph::single_points`], ascending.
    pub fn cut_off_by(&self, v: usize, needs: Needs<'_>) -> Vec<usize> {
        single::cut_off_by(self, v, needs)
    }

    /// Returns the nodes that cut `u` off, in the sense of [`Graph::single_points`], ascending. Linear.
    pub fn only_ways_of(&self, u: usize, needs: Needs<'_>) -> Vec<usize> {
        single::only_ways(self, u, needs)
    }

    /// Returns the nodes whose removal splits the undirected graph into more pieces (articulation points), ascending.
    pub fn articulation_points(&self) -> Vec<usize> {
        let splits = single::splits(self);
        (0..self.len()).filter(|&v| splits[v]).collect()
    }
}

fn walk(next: &Lists, start: usize, max_hops: Option<u32>) -> Vec<(usize, u32, usize)> {
    let mut found = Vec::new();
    if start >= next.len() {
        return found;
    }
    let mut seen = vec![false; next.len()];
    seen[start] = true;
    let mut edge = vec![start];
    let mut hops = 0;
    while !edge.is_empty() && max_hops.is_none_or(|most| hops < most) {
        hops += 1;
        let mut further = Vec::new();
        for &via in &edge {
            for &node in next.of(via) {
                if !seen[node] {
                    seen[node] = true;
                    further.push(node);
                    found.push((node, hops, via));
                }
            }
        }
        edge = further;
    }
    found
}

#[cfg(test)]
mod tests;
