//! The network simplex: the layering with the least total length of arcs.

use crate::topology::reach::lists::Lists;

const NONE: usize = usize::MAX;

/// Improves layers until the total length of arcs is smallest, or a number of steps that grows with the graph is spent.
///
/// The graph is connected and every arc leads to a larger layer. The smallest layer of the answer is 0.
pub(super) fn improve(
    start: &[usize],
    arcs: &[(usize, usize)],
    stop: &dyn Fn() -> bool,
) -> Option<Vec<usize>> {
    let n = start.len();
    if arcs.is_empty() {
        return Some(start.to_vec());
    }
    let mut tree = Tree {
        arcs,
        out: Lists::new(n, arcs.iter().enumerate().map(|(at, arc)| (arc.0, at))),
        into: Lists::new(n, arcs.iter().enumerate().map(|(at, arc)| (arc.1, at))),
        // Room to shift whole parts to the left; taken away at the end.
        layer: start.iter().map(|layer| layer + n * 2).collect(),
        links: vec![Vec::new(); n],
        order: vec![0; n],
        place: vec![0; n],
        low: vec![0; n],
        above: vec![NONE; n],
        flow: vec![0; n],
    };
    tree.span();
    tree.number(0, 0);
    for step in 0..n * 4 + 64 {
        if step % 64 == 0 && stop() {
            return None;
        }
        let Some(v) = tree.worst() else { break };
        tree.exchange(v);
    }
    let first = tree.layer.iter().copied().min().unwrap_or(0);
    Some(tree.layer.iter().map(|layer| layer - first).collect())
}

/// A spanning tree of tight arcs, rooted at node 0.
struct Tree<'a> {
    arcs: &'a [(usize, usize)],
    /// Positions of the arcs that leave, and that reach, each node.
    out: Lists,
    into: Lists,
    layer: Vec<usize>,
    /// Positions of the tree's arcs at each node.
    links: Vec<Vec<usize>>,
    /// Nodes in postorder; the nodes of a subtree are `low[v]..=` its own place.
    order: Vec<usize>,
    place: Vec<usize>,
    low: Vec<usize>,
    /// The tree's arc towards the root.
    above: Vec<usize>,
    /// Outgoing less incoming arcs of a subtree: the arcs inside it cancel out.
    flow: Vec<isize>,
}

impl Tree<'_> {
    fn slack(&self, arc: usize) -> usize {
        self.layer[self.arcs[arc].1] - self.layer[self.arcs[arc].0] - 1
    }

    /// Grows the tree over tight arcs; where none is left, shifts it until one is.
    fn span(&mut self) {
        let n = self.layer.len();
        let mut inside = vec![false; n];
        inside[0] = true;
        let mut members = Vec::with_capacity(n);
        self.reach(0, &mut inside, &mut members);
        while members.len() < n {
            let crossing = (0..self.arcs.len())
                .filter(|&arc| inside[self.arcs[arc].0] != inside[self.arcs[arc].1])
                .min_by_key(|&arc| (self.slack(arc), arc));
            let Some(arc) = crossing else { return };
            let (from, to) = self.arcs[arc];
            let slack = self.slack(arc);
            for &v in &members {
                if inside[from] {
                    self.layer[v] += slack;
                } else {
                    self.layer[v] -= slack;
                }
            }
            let fresh = if inside[from] { to } else { from };
            inside[fresh] = true;
            self.links[from].push(arc);
            self.links[to].push(arc);
            self.reach(fresh, &mut inside, &mut members);
        }
    }

    fn reach(&mut self, from: usize, inside: &mut [bool], members: &mut Vec<usize>) {
        let mut open = vec![from];
        while let Some(v) = open.pop() {
            members.push(v);
            for at in 0..self.out.of(v).len() + self.into.of(v).len() {
                let leaving = self.out.of(v).len();
                let arc = if at < leaving { self.out.of(v)[at] } else { self.into.of(v)[at - leaving] };
                let w = self.other(arc, v);
                if !inside[w] && self.slack(arc) == 0 {
                    inside[w] = true;
                    self.links[v].push(arc);
                    self.links[w].push(arc);
                    open.push(w);
                }
            }
        }
    }

    fn other(&self, arc: usize, v: usize) -> usize {
        let (from, to) = self.arcs[arc];
        if from == v { to } else { from }
    }

    /// Numbers the subtree of `root` in postorder from `first` on and sums the flow of every subtree in it.
    fn number(&mut self, root: usize, first: usize) {
        let mut next = first;
        let mut calls = vec![(root, 0)];
        while let Some((v, at)) = calls.pop() {
            if at == 0 {
                self.low[v] = next;
                self.flow[v] = self.out.of(v).len().cast_signed() - self.into.of(v).len().cast_signed();
            }
            if let Some(&arc) = self.links[v].get(at) {
                calls.push((v, at + 1));
                if arc != self.above[v] {
                    let w = self.other(arc, v);
                    self.above[w] = arc;
                    calls.push((w, 0));
                }
                continue;
            }
            self.order[next] = v;
            self.place[v] = next;
            next += 1;
            if let Some(&(up, _)) = calls.last() {
                self.flow[up] += self.flow[v];
            }
        }
    }

    /// Returns the lowest node whose subtree holds both nodes.
    fn common(&self, v: usize, w: usize) -> usize {
        let mut up = v;
        while !(self.low[up]..=self.place[up]).contains(&self.place[w]) {
            up = self.other(self.above[up], up);
        }
        up
    }

    /// Returns the cut value of the arc above `v`: what one more layer of length costs.
    fn cut(&self, v: usize) -> isize {
        if self.arcs[self.above[v]].0 == v { self.flow[v] } else { -self.flow[v] }
    }

    /// Returns the place in postorder of the node whose arc gains most from becoming longer.
    fn worst(&self) -> Option<usize> {
        (0..self.order.len() - 1)
            .filter(|&at| self.cut(self.order[at]) < 0)
            .min_by_key(|&at| (self.cut(self.order[at]), self.order[at]))
    }

    /// Takes the arc above the node at `place` out of the tree and the shortest arc that leads back in.
    fn exchange(&mut self, place: usize) {
        let v = self.order[place];
        let leaving = self.above[v];
        let subtree = self.low[v]..=place;
        let tail_below = self.arcs[leaving].0 == v;
        let mut inside = vec![false; self.layer.len()];
        for &w in &self.order[subtree.clone()] {
            inside[w] = true;
        }
        // The arc that comes in runs against the one that goes: into the tail's side.
        let nodes = self.order[subtree].iter();
        let lists = if tail_below { &self.into } else { &self.out };
        let entering = nodes
            .clone()
            .flat_map(|&w| lists.of(w))
            .copied()
            .filter(|&arc| inside[self.arcs[arc].0] != inside[self.arcs[arc].1])
            .min_by_key(|&arc| (self.slack(arc), arc));
        let Some(entering) = entering else { return };
        let slack = self.slack(entering);
        for w in nodes.copied().collect::<Vec<_>>() {
            if tail_below {
                self.layer[w] -= slack;
            } else {
                self.layer[w] += slack;
            }
        }
        let (gone, come) = (self.arcs[leaving], self.arcs[entering]);
        let top = self.common(come.0, come.1);
        self.links[gone.0].retain(|&arc| arc != leaving);
        self.links[gone.1].retain(|&arc| arc != leaving);
        self.links[come.0].push(entering);
        self.links[come.1].push(entering);
        // Only the tree below the node where the two arcs' ways meet has changed.
        self.number(top, self.low[top]);
    }
}
