//! Single points of failure: dominators of what is needed, and articulation points.

use std::collections::VecDeque;

use super::dominators::{Dominators, NONE};
use super::each::each;
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
