//! The dominator tree of all that reach one node.

use super::Lists;

/// No node.
pub(super) const NONE: usize = usize::MAX;

/// The dominator tree of all that reach one node, built again and again in the same memory.
pub(super) struct Dominators {
    /// Nodes in reverse postorder of a depth-first search from the root; the root is first.
    pub(super) order: Vec<usize>,
    /// The place in `order` of each node of this tree.
    pub(super) place: Vec<usize>,
    /// The place of the immediate dominator of the node at each place.
    pub(super) above: Vec<usize>,
    calls: Vec<(usize, usize)>,
}

impl Dominators {
    /// Makes room for the trees of a graph of `n` nodes.
    pub(super) fn new(n: usize) -> Self {
        Self { order: Vec::new(), place: vec![NONE; n], above: Vec::new(), calls: Vec::new() }
    }

    /// Builds the tree of `root` where everything is numbered behind all that it depends on: one pass is exact.
    pub(super) fn build_ordered(&mut self, root: usize, needs: &Lists) {
        for &v in &self.order {
            self.place[v] = NONE;
        }
        self.order.clear();
        self.above.clear();
        self.order.push(root);
        self.above.push(0);
        self.place[root] = 0;
        for v in root + 1..needs.len() {
            let mut up = NONE;
            for &w in needs.of(v) {
                let place = self.place[w];
                if place != NONE {
                    up = if up == NONE { place } else { self.meet(up, place) };
                }
            }
            if up != NONE {
                self.place[v] = self.order.len();
                self.order.push(v);
                self.above.push(up);
            }
        }
    }

    /// Builds the tree of `root`: `users` are the successors, `needs` the predecessors of a node.
    pub(super) fn build(&mut self, root: usize, users: &Lists, needs: &Lists) {
        self.search(root, users);
        self.above.clear();
        self.above.resize(self.order.len(), NONE);
        self.above[0] = 0;
        // Nodes with an edge against the order: only at these a pass can have been wrong.
        let mut early = Vec::new();
        for at in 1..self.order.len() {
            let (up, is_early) = self.nearest(at, needs);
            self.above[at] = up;
            if is_early {
                early.push(at);
            }
        }
        // What is wrong there is put right from the first such place on, until nothing is.
        while let Some(first) = early.iter().copied().find(|&at| self.nearest(at, needs).0 != self.above[at])
        {
            for at in first..self.order.len() {
                self.above[at] = self.nearest(at, needs).0;
            }
        }
    }

    /// Returns the place where all that the node at a place needs meets, as far as that is known, and whether some of it
    /// stands behind the node.
    fn nearest(&self, at: usize, needs: &Lists) -> (usize, bool) {
        let (mut up, mut is_early) = (NONE, false);
        for &w in needs.of(self.order[at]) {
            let place = self.place[w];
            if place == NONE {
                continue;
            }
            is_early |= place > at;
            if self.above[place] != NONE {
                up = if up == NONE { place } else { self.meet(up, place) };
            }
        }
        (up, is_early)
    }

    /// Puts all that reach `root` in order.
    pub(super) fn search(&mut self, root: usize, users: &Lists) {
        for &v in &self.order {
            self.place[v] = NONE;
        }
        self.order.clear();
        self.calls.push((root, 0));
        self.place[root] = 0;
        while let Some((v, at)) = self.calls.pop() {
            if let Some(&u) = users.of(v).get(at) {
                self.calls.push((v, at + 1));
                if self.place[u] == NONE {
                    self.place[u] = 0;
                    self.calls.push((u, 0));
                }
            } else {
                self.order.push(v);
            }
        }
        self.order.reverse();
        for (at, &v) in self.order.iter().enumerate() {
            self.place[v] = at;
        }
    }

    fn meet(&self, mut a: usize, mut b: usize) -> usize {
        while a != b {
            if a > b {
                a = self.above[a];
            } else {
                b = self.above[b];
            }
        }
        a
    }
}
