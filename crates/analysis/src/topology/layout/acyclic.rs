//! Directions without cycles.

use std::collections::BTreeSet;

use crate::topology::reach::lists::{Lists, strong_parts};

/// Turns as few arcs as it can so that no cycle is left.
///
/// Arcs outside cycles keep their direction. Of a cycle those arcs are turned first that lead from a larger to a smaller
/// rank.
pub(super) fn straighten(n: usize, arcs: &mut [(usize, usize)], ranks: &[Option<u32>]) {
    if !turn(n, arcs, |from, to| match (ranks[from], ranks[to]) {
        (Some(a), Some(b)) => a > b,
        _ => false,
    }) {
        return;
    }
    let next = Lists::new(n, arcs.iter().copied());
    let (part, parts) = strong_parts(&next);
    if parts == n {
        return;
    }
    let place = sequence(n, arcs, &part);
    for arc in arcs.iter_mut() {
        if part[arc.0] == part[arc.1] && place[arc.0] > place[arc.1] {
            *arc = (arc.1, arc.0);
        }
    }
}

/// Turns the arcs inside cycles for which `backwards` holds; reports whether there are cycles.
fn turn(n: usize, arcs: &mut [(usize, usize)], backwards: impl Fn(usize, usize) -> bool) -> bool {
    let next = Lists::new(n, arcs.iter().copied());
    let (part, parts) = strong_parts(&next);
    for arc in arcs.iter_mut() {
        if part[arc.0] == part[arc.1] && backwards(arc.0, arc.1) {
            *arc = (arc.1, arc.0);
        }
    }
    parts < n
}

/// Returns a place for each node such that few arcs inside a part lead backwards: sinks are taken to the end, sources to
/// the front, then the node with the most outgoing over incoming arcs.
fn sequence(n: usize, arcs: &[(usize, usize)], part: &[usize]) -> Vec<usize> {
    let inner: Vec<(usize, usize)> = arcs.iter().copied().filter(|arc| part[arc.0] == part[arc.1]).collect();
    let out = Lists::new(n, inner.iter().copied());
    let into = Lists::new(n, inner.iter().map(|&(from, to)| (to, from)));
    let mut greedy = Greedy {
        outgoing: (0..n).map(|v| out.of(v).len()).collect(),
        incoming: (0..n).map(|v| into.of(v).len()).collect(),
        waiting: BTreeSet::new(),
        taken: vec![false; n],
    };
    for v in 0..n {
        greedy.waiting.insert(greedy.key(v));
    }
    let (mut front, mut back) = (Vec::new(), Vec::new());
    while let (Some(&first), Some(&last)) = (greedy.waiting.first(), greedy.waiting.last()) {
        let is_sink = last.0 == SINK;
        let v = if is_sink { last.2 } else { first.2 };
        greedy.take(v, &out, &into);
        if is_sink { back.push(v) } else { front.push(v) }
    }
    let mut place = vec![0; n];
    for (at, v) in front.into_iter().chain(back.into_iter().rev()).enumerate() {
        place[v] = at;
    }
    place
}

const SOURCE: u8 = 0;
const MIDDLE: u8 = 1;
const SINK: u8 = 2;

struct Greedy {
    outgoing: Vec<usize>,
    incoming: Vec<usize>,
    /// Waiting nodes: sources, then the others by falling surplus of outgoing arcs, then sinks.
    waiting: BTreeSet<(u8, usize, usize)>,
    taken: Vec<bool>,
}

impl Greedy {
    fn key(&self, v: usize) -> (u8, usize, usize) {
        let group = if self.outgoing[v] == 0 {
            SINK
        } else if self.incoming[v] == 0 {
            SOURCE
        } else {
            MIDDLE
        };
        // The offset keeps the difference positive: no node has more arcs than there are nodes.
        (group, self.taken.len() + self.incoming[v] - self.outgoing[v], v)
    }

    fn take(&mut self, v: usize, out: &Lists, into: &Lists) {
        self.waiting.remove(&self.key(v));
        self.taken[v] = true;
        for &w in out.of(v) {
            if !self.taken[w] {
                self.waiting.remove(&self.key(w));
                self.incoming[w] -= 1;
                self.waiting.insert(self.key(w));
            }
        }
        for &w in into.of(v) {
            if !self.taken[w] {
                self.waiting.remove(&self.key(w));
                self.outgoing[w] -= 1;
                self.waiting.insert(self.key(w));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_arc_of_a_ring_is_turned_and_the_tail_keeps_its_direction() {
        let ring = [(0, 1), (1, 2), (2, 3), (3, 0), (3, 4)];
        let mut arcs = ring;

        straighten(5, &mut arcs, &[None; 5]);

        assert_eq!(arcs.iter().zip(&ring).filter(|(arc, before)| arc != before).count(), 1);
        assert_eq!(arcs[4], (3, 4));
        assert_eq!(strong_parts(&Lists::new(5, arcs.iter().copied())).1, 5);
    }

    #[test]
    fn a_rank_decides_which_arc_of_a_cycle_is_turned() {
        let mut arcs = [(0, 1), (1, 2), (2, 0)];

        straighten(3, &mut arcs, &[Some(2), Some(0), Some(1)]);

        assert_eq!(arcs, [(1, 0), (1, 2), (2, 0)]);
    }
}
