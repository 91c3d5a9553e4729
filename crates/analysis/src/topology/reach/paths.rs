//! The shortest loopless ways between two nodes.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::{Graph, Lists};

/// No way leads here.
const FAR: usize = usize::MAX;

pub(super) fn shortest(graph: &Graph, from: usize, to: usize, limit: usize) -> Vec<Vec<usize>> {
    if from >= graph.len() || to >= graph.len() || limit == 0 {
        return Vec::new();
    }
    let mut search = Search::new(graph, to);
    let Some(first) = search.way(from, &[]) else { return Vec::new() };
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut waiting = BTreeSet::from([(first.len(), first, 0)]);
    while let Some((_, way, left_at)) = waiting.pop_first() {
        found.push(way);
        if found.len() == limit {
            break;
        }
        for (way, left_at) in search.variants(&found, left_at) {
            waiting.insert((way.len(), way, left_at));
        }
    }
    found
}

struct Search<'a> {
    needs: &'a Lists,
    to: usize,
    /// Hops from each node to `to` when nothing is barred.
    left: Vec<usize>,
    /// The number of the search that has reached a node, the node before it and the hops done.
    reached: Vec<(usize, usize, usize)>,
    /// The number of the search in which a node is barred.
    barred: Vec<usize>,
    run: usize,
}

impl<'a> Search<'a> {
    fn new(graph: &'a Graph, to: usize) -> Self {
        let mut left = vec![FAR; graph.len()];
        left[to] = 0;
        for (node, hops, _) in graph.impact(to, None) {
            left[node] = usize::try_from(hops).unwrap_or(FAR);
        }
        let n = graph.len();
        Self { needs: &graph.needs, to, left, reached: vec![(0, 0, 0); n], barred: vec![0; n], run: 0 }
    }

    /// Returns the ways that follow the last way found up to some node from `left_at` on and then leave all ways found.
    fn variants(&mut self, found: &[Vec<usize>], left_at: usize) -> Vec<(Vec<usize>, usize)> {
        let Some(last) = found.last() else { return Vec::new() };
        let mut variants = Vec::new();
        for at in left_at..last.len() - 1 {
            let root = &last[..=at];
            let mut taken: Vec<usize> = found
                .iter()
                .filter(|way| way.len() > at + 1 && way[..=at] == *root)
                .map(|way| way[at + 1])
                .collect();
            taken.sort_unstable();
            self.run += 1;
            for &node in &root[..at] {
                self.barred[node] = self.run;
            }
            if let Some(rest) = self.search(last[at], &taken) {
                variants.push((root[..at].iter().copied().chain(rest).collect(), at));
            }
        }
        variants
    }

    /// Returns the shortest way from `from`, none of whose first steps is in `taken`.
    fn way(&mut self, from: usize, taken: &[usize]) -> Option<Vec<usize>> {
        self.run += 1;
        self.search(from, taken)
    }

    /// Best first by hops done plus hops left, which never overestimates; the barred nodes are those of this run.
    fn search(&mut self, from: usize, taken: &[usize]) -> Option<Vec<usize>> {
        if self.left[from] == FAR {
            return None;
        }
        let mut open = BinaryHeap::from([Reverse((self.left[from], self.left[from], from))]);
        self.reached[from] = (self.run, from, 0);
        while let Some(Reverse((total, left, node))) = open.pop() {
            if node == self.to {
                return Some(self.back(from));
            }
            let done = total - left;
            if self.reached[node].2 < done {
                continue;
            }
            for &next in self.needs.of(node) {
                let (run, _, hops) = self.reached[next];
                let barred = self.barred[next] == self.run || self.left[next] == FAR;
                let refused = node == from && taken.binary_search(&next).is_ok();
                if barred || refused || (run == self.run && hops <= done + 1) {
                    continue;
                }
                self.reached[next] = (self.run, node, done + 1);
                open.push(Reverse((done + 1 + self.left[next], self.left[next], next)));
            }
        }
        None
    }

    fn back(&self, from: usize) -> Vec<usize> {
        let mut way = vec![self.to];
        let mut node = self.to;
        while node != from {
            node = self.reached[node].1;
            way.push(node);
        }
        way.reverse();
        way
    }
}
