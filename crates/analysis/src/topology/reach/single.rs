//! Single points of failure: dominators of what is needed, and articulation points.

use super::lists::strong_parts;
use super::{Graph, Lists, walk};

/// What counts as needed when single points of failure are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs<'a> {
    /// Each of these nodes is needed for itself, as data are: its loss, or the loss of the only way to it, is a loss.
    Each(&'a [usize]),
    /// The nodes that depend on nothing else stand for one another, as hosts do: a node is cut off when no way is left
    /// to any of them. A cycle that depends on nothing outside itself counts as such nodes.
    Ground,
}

/// A node without which others lose something they need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SinglePoint {
    /// The node.
    pub node: usize,
    /// How many others lose something they need when it is gone and have no other way to it.
    pub cut_off: u32,
    /// Whether the undirected graph falls into more pieces without it (an articulation point).
    pub splits: bool,
}

/// No node.
const NONE: usize = usize::MAX;

pub(super) fn points(graph: &Graph, needs: Needs<'_>) -> Vec<SinglePoint> {
    let cut_off = match needs {
        Needs::Each(list) => each(graph, list),
        Needs::Ground => ground(graph),
    };
    let splits = splits(graph);
    let mut points: Vec<SinglePoint> = (0..graph.len())
        .map(|node| SinglePoint { node, cut_off: cut_off[node], splits: splits[node] })
        .filter(|point| point.cut_off > 0 || point.splits)
        .collect();
    points.sort_by_key(|point| (std::cmp::Reverse(point.cut_off), point.node));
    points
}

pub(super) fn cut_off_by(graph: &Graph, v: usize, needs: Needs<'_>) -> Vec<usize> {
    if v >= graph.len() {
        return Vec::new();
    }
    let users = walk(&graph.users, v, None);
    let mut cut = vec![false; graph.len()];
    let groups: Vec<Vec<usize>> = match needs {
        Needs::Each(list) => {
            let below = walk(&graph.needs, v, None);
            let mut mark = vec![false; graph.len()];
            mark[v] = true;
            for (node, _, _) in below {
                mark[node] = true;
            }
            list.iter().copied().filter(|&t| t < graph.len() && mark[t]).map(|t| vec![t]).collect()
        }
        Needs::Ground => vec![ground_nodes(graph)],
    };
    for targets in groups {
        let without = reaching(graph, &targets, v);
        for &(user, _, _) in &users {
            cut[user] |= !without[user];
        }
    }
    (0..graph.len()).filter(|&u| cut[u]).collect()
}

/// Returns which nodes reach one of the targets without passing `barred`.
fn reaching(graph: &Graph, targets: &[usize], barred: usize) -> Vec<bool> {
    let mut seen = vec![false; graph.len()];
    let mut open: Vec<usize> = targets.iter().copied().filter(|&t| t != barred).collect();
    for &t in &open {
        seen[t] = true;
    }
    while let Some(v) = open.pop() {
        for &u in graph.users.of(v) {
            if u != barred && !seen[u] {
                seen[u] = true;
                open.push(u);
            }
        }
    }
    seen
}

/// Returns the nodes of those strongly connected parts from which no edge leads out.
fn ground_nodes(graph: &Graph) -> Vec<usize> {
    let (part, parts) = strong_parts(&graph.needs);
    let mut leaves = vec![true; parts];
    for v in 0..graph.len() {
        if graph.needs.of(v).iter().any(|&w| part[w] != part[v]) {
            leaves[part[v]] = false;
        }
    }
    (0..graph.len()).filter(|&v| leaves[part[v]]).collect()
}

/// Counts, for each node, those whose every way to the ground leads through it.
fn ground(graph: &Graph) -> Vec<u32> {
    let n = graph.len();
    let roots = ground_nodes(graph);
    // One further node below all ground nodes makes it a question about a single root.
    let links = roots.iter().map(|&v| (v, n));
    let all = (0..n).flat_map(|v| graph.needs.of(v).iter().map(move |&w| (v, w))).chain(links);
    let needs = Lists::new(n + 1, all.clone());
    let users = Lists::new(n + 1, all.map(|(v, w)| (w, v)));
    let mut tree = Dominators::new(n + 1);
    tree.build(n, &users, &needs);
    let mut below = vec![0_u32; n + 1];
    for at in (1..tree.order.len()).rev() {
        let up = tree.above[at];
        below[up] += below[at] + 1;
    }
    let mut cut_off = vec![0; n];
    for (at, &v) in tree.order.iter().enumerate().skip(1) {
        cut_off[v] = below[at];
    }
    cut_off
}

/// The most memory for the pairs of [`each`], in bits: 32 MB.
const MOST_BITS: usize = 1 << 28;

/// Counts, for each node, those that lose one of the needed nodes without it.
fn each(graph: &Graph, needs: &[usize]) -> Vec<u32> {
    let mut cut_off = vec![0; graph.len()];
    let above = Above::new(graph, needs);
    let n = above.nodes.len();
    // A pair may be cut off for several needed nodes and counts once, so pairs are remembered, for a block of users
    // at a time to bound the memory.
    let block = (MOST_BITS / n.max(1)).max(64);
    let mut from = 0;
    while from < n {
        mark_block(&above, (from, (from + block).min(n)), &mut cut_off);
        from += block;
    }
    cut_off
}

/// All that reach a needed node, numbered so that neighbours are near one another.
struct Above {
    /// The node in the whole graph of each number.
    nodes: Vec<usize>,
    /// The needed nodes, by number.
    targets: Vec<usize>,
    needs: Lists,
    users: Lists,
    /// Whether everything is numbered behind all that it depends on.
    ordered: bool,
}

impl Above {
    fn new(graph: &Graph, needs: &[usize]) -> Self {
        let n = graph.len();
        let mut targets: Vec<usize> = needs.iter().copied().filter(|&t| t < n).collect();
        targets.sort_unstable();
        targets.dedup();
        let all = (0..n).flat_map(|v| graph.users.of(v).iter().map(move |&u| (v, u)));
        let users = Lists::new(n + 1, all.chain(targets.iter().map(|&t| (n, t))));
        let mut search = Dominators::new(n + 1);
        search.search(n, &users);
        // The first is the node below all needed ones, which is none of the graph.
        let nodes = search.order[1..].to_vec();
        let mut number = vec![NONE; n];
        for (at, &v) in nodes.iter().enumerate() {
            number[v] = at;
        }
        let kept = nodes.iter().enumerate().flat_map(|(at, &v)| {
            let number = &number;
            graph.needs.of(v).iter().map(move |&w| (at, number[w])).filter(|pair| pair.1 != NONE)
        });
        Self {
            targets: targets.iter().map(|&t| number[t]).collect(),
            needs: Lists::new(nodes.len(), kept.clone()),
            users: Lists::new(nodes.len(), kept.clone().map(|(v, w)| (w, v))),
            ordered: kept.clone().all(|(v, w)| w < v),
            nodes,
        }
    }
}

fn mark_block(above: &Above, (from, until): (usize, usize), cut_off: &mut [u32]) {
    let words = (until - from).div_ceil(64);
    let mut rows: Vec<Vec<u64>> = vec![Vec::new(); above.nodes.len()];
    let mut tree = Dominators::new(above.nodes.len());
    for &t in &above.targets {
        if above.ordered {
            tree.build_ordered(t, &above.needs);
        } else {
            tree.build(t, &above.users, &above.needs);
        }
        for at in 1..tree.order.len() {
            let u = tree.order[at];
            if u < from || u >= until {
                continue;
            }
            let (word, bit) = ((u - from) / 64, 1_u64 << ((u - from) % 64));
            let mut up = at;
            while up != 0 {
                up = tree.above[up];
                let v = tree.order[up];
                let row = &mut rows[v];
                if row.is_empty() {
                    row.resize(words, 0);
                }
                if row[word] & bit == 0 {
                    row[word] |= bit;
                    cut_off[above.nodes[v]] += 1;
                }
            }
        }
    }
}

/// The dominator tree of all that reach one node, built again and again in the same memory.
struct Dominators {
    /// Nodes in reverse postorder of a depth-first search from the root; the root is first.
    order: Vec<usize>,
    /// The place in `order` of each node of this tree.
    place: Vec<usize>,
    /// The place of the immediate dominator of the node at each place.
    above: Vec<usize>,
    calls: Vec<(usize, usize)>,
}

impl Dominators {
    fn new(n: usize) -> Self {
        Self { order: Vec::new(), place: vec![NONE; n], above: Vec::new(), calls: Vec::new() }
    }

    /// Builds the tree of `root` where everything is numbered behind all that it depends on: one pass is exact.
    fn build_ordered(&mut self, root: usize, needs: &Lists) {
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
    fn build(&mut self, root: usize, users: &Lists, needs: &Lists) {
        self.search(root, users);
        self.above.clear();
        self.above.resize(self.order.len(), NONE);
        self.above[0] = 0;
        loop {
            let (mut changed, mut early) = (false, false);
            for at in 1..self.order.len() {
                let v = self.order[at];
                let mut up = NONE;
                for &w in needs.of(v) {
                    let place = self.place[w];
                    if place == NONE {
                        continue;
                    }
                    early |= place > at;
                    if self.above[place] != NONE {
                        up = if up == NONE { place } else { self.meet(up, place) };
                    }
                }
                changed |= self.above[at] != up;
                self.above[at] = up;
            }
            // Without an edge against the order the first pass is exact.
            if !changed || !early {
                return;
            }
        }
    }

    fn search(&mut self, root: usize, users: &Lists) {
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

/// Returns for each node whether the undirected graph falls into more pieces without it.
pub(super) fn splits(graph: &Graph) -> Vec<bool> {
    let n = graph.len();
    let both = |v: usize| graph.needs.of(v).iter().chain(graph.users.of(v)).copied();
    let links = Lists::new(n, (0..n).flat_map(|v| both(v).map(move |w| (v, w))));
    let mut search = Splits { links, seen_at: vec![NONE; n], low: vec![NONE; n], splits: vec![false; n] };
    let mut clock = 0;
    for root in 0..n {
        if search.seen_at[root] == NONE {
            search.from(root, &mut clock);
        }
    }
    search.splits
}

struct Splits {
    links: Lists,
    seen_at: Vec<usize>,
    low: Vec<usize>,
    splits: Vec<bool>,
}

impl Splits {
    fn from(&mut self, root: usize, clock: &mut usize) {
        let mut branches = 0;
        let mut calls = vec![(root, NONE, 0)];
        while let Some((v, above, at)) = calls.pop() {
            if at == 0 {
                self.seen_at[v] = *clock;
                self.low[v] = *clock;
                *clock += 1;
            }
            if let Some(&w) = self.links.of(v).get(at) {
                calls.push((v, above, at + 1));
                if self.seen_at[w] == NONE {
                    branches += usize::from(v == root);
                    calls.push((w, v, 0));
                } else if w != above {
                    self.low[v] = self.low[v].min(self.seen_at[w]);
                }
                continue;
            }
            if above != NONE {
                self.low[above] = self.low[above].min(self.low[v]);
                if above != root && self.low[v] >= self.seen_at[above] {
                    self.splits[above] = true;
                }
            }
        }
        self.splits[root] = branches > 1;
    }
}
