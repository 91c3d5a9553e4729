//! Single points of failure: dominators of what is needed, and articulation points.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

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
    // Each target is a bit, of which as many are followed at once as a word has; those on the ground share one.
    for targets in targets_below(graph, v, needs) {
        let all = targets.iter().fold(0, |all, &(_, bit)| all | bit);
        let without = reaching(graph, &targets, v);
        for &(user, _, _) in &users {
            cut[user] |= without[user] != all;
        }
    }
    (0..graph.len()).filter(|&u| cut[u]).collect()
}

/// Returns what is needed and `v` leads to, with the bit that stands for it, in portions of one word.
fn targets_below(graph: &Graph, v: usize, needs: Needs<'_>) -> Vec<Vec<(usize, u64)>> {
    match needs {
        Needs::Each(list) => {
            let mut below = vec![false; graph.len()];
            below[v] = true;
            for (node, _, _) in walk(&graph.needs, v, None) {
                below[node] = true;
            }
            let found: Vec<usize> = list.iter().copied().filter(|&t| t < graph.len() && below[t]).collect();
            let bits = |part: &[usize]| part.iter().enumerate().map(|(at, &t)| (t, 1 << at)).collect();
            found.chunks(64).map(bits).collect()
        }
        Needs::Ground => vec![ground_nodes(graph).into_iter().map(|t| (t, 1)).collect()],
    }
}

/// Returns for each node the bits of the targets that it reaches without passing `barred`.
fn reaching(graph: &Graph, targets: &[(usize, u64)], barred: usize) -> Vec<u64> {
    let mut seen = vec![0; graph.len()];
    let mut open = VecDeque::new();
    for &(t, bit) in targets.iter().filter(|target| target.0 != barred) {
        seen[t] |= bit;
        open.push_back(t);
    }
    let mut waits = vec![false; graph.len()];
    while let Some(v) = open.pop_front() {
        waits[v] = false;
        for &u in graph.users.of(v) {
            if u != barred && seen[v] & !seen[u] != 0 {
                seen[u] |= seen[v];
                if !waits[u] {
                    waits[u] = true;
                    open.push_back(u);
                }
            }
        }
    }
    seen
}

/// Returns the nodes that cut `u` off, ascending: those through which every way from `u` to something needed leads.
pub(super) fn only_ways(graph: &Graph, u: usize, needs: Needs<'_>) -> Vec<usize> {
    let n = graph.len();
    if u >= n {
        return Vec::new();
    }
    let mut tree = Dominators::new(n + 1);
    let ends: Vec<usize> = match needs {
        Needs::Each(list) => {
            tree.build(u, &graph.needs, &graph.users);
            list.iter().copied().filter(|&t| t < n).collect()
        }
        Needs::Ground => {
            let (below, users) = with_sink(graph);
            tree.build(u, &below, &users);
            vec![n]
        }
    };
    let mut found = vec![false; n + 1];
    for end in ends.into_iter().filter(|&end| tree.place[end] != NONE) {
        let mut at = tree.place[end];
        while at != 0 {
            found[tree.order[at]] = true;
            at = tree.above[at];
        }
    }
    (0..n).filter(|&v| found[v]).collect()
}

/// Returns what each node needs and who uses it, with one further node below all ground nodes: that makes it a question
/// about a single node.
fn with_sink(graph: &Graph) -> (Lists, Lists) {
    let n = graph.len();
    let roots = ground_nodes(graph);
    let links = roots.iter().map(|&v| (v, n));
    let all = (0..n).flat_map(|v| graph.needs.of(v).iter().map(move |&w| (v, w))).chain(links);
    (Lists::new(n + 1, all.clone()), Lists::new(n + 1, all.map(|(v, w)| (w, v))))
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
    let (needs, users) = with_sink(graph);
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

/// Marks, for the users of one block, by whom each is cut off from any target, and counts them.
///
/// Targets are shared out among threads; a mark is set or not whoever comes first, so the counts are always the same.
fn mark_block(above: &Above, (from, until): (usize, usize), cut_off: &mut [u32]) {
    let words = (until - from).div_ceil(64);
    let marks: Vec<AtomicU64> = (0..above.nodes.len() * words).map(|_| AtomicU64::new(0)).collect();
    let tree = || Dominators::new(above.nodes.len());
    above.targets.par_iter().for_each_init(tree, |tree, &t| {
        if above.ordered {
            tree.build_ordered(t, &above.needs);
        } else {
            tree.build(t, &above.users, &above.needs);
        }
        mark_tree(tree, (from, until), &marks);
    });
    for (node, row) in above.nodes.iter().zip(marks.chunks(words)) {
        cut_off[*node] += row.iter().map(|word| word.load(Ordering::Relaxed).count_ones()).sum::<u32>();
    }
}

/// Marks, at each node of a tree, the users of a block that stand above it.
fn mark_tree(tree: &Dominators, (from, until): (usize, usize), marks: &[AtomicU64]) {
    let words = (until - from).div_ceil(64);
    for at in 1..tree.order.len() {
        let u = tree.order[at];
        if u < from || u >= until {
            continue;
        }
        let (word, bit) = ((u - from) / 64, 1_u64 << ((u - from) % 64));
        let mut up = at;
        while up != 0 {
            up = tree.above[up];
            let mark = &marks[tree.order[up] * words + word];
            // Most are set already, and reading is cheaper than writing.
            if mark.load(Ordering::Relaxed) & bit == 0 {
                mark.fetch_or(bit, Ordering::Relaxed);
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
