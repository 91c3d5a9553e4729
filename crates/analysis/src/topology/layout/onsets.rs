//! Layers by the time at which things began to depart, as far as dependencies allow it.

use super::LayoutEdge;
use crate::topology::reach::lists::{Lists, strong_parts};

/// Returns ranks for [`LayoutOptions::align_ranks`](super::LayoutOptions::align_ranks): onsets never fall from one layer
/// to the next, except where an edge says otherwise. Every edge leads to a larger rank, but those of a circle that lead
/// back in time.
///
/// # Input
///
/// - `onsets`: when each node began to depart, in any unit; `None` for one that only passes on what comes.
/// - `edges`: from causes to what depends on them; edges to nodes that do not exist are left out.
///
/// # Output
///
/// One rank for each node, from 0 without gaps. A node that departed before one of its causes counts as departed with
/// it, because it has to stand right of it.
///
/// # Cost
///
/// Near linear in nodes and edges.
pub fn onset_ranks(onsets: &[Option<i64>], edges: &[LayoutEdge]) -> Vec<u32> {
    let n = onsets.len();
    let arcs = forward(onsets, edges);
    let out = Lists::new(n, arcs.iter().copied());
    let into = Lists::new(n, arcs.iter().map(|&(from, to)| (to, from)));
    let sequence = super::rank::topological(&out, &into);
    let mut began = onsets.to_vec();
    let mut place = vec![0; n];
    for (at, &v) in sequence.iter().enumerate() {
        place[v] = at;
        began[v] = into.of(v).iter().map(|&cause| began[cause]).fold(began[v], Ord::max);
    }
    let mut order = sequence;
    // Along an edge times do not fall, and of two that are equal the cause comes first.
    order.sort_by_key(|&v| (began[v], place[v]));
    let mut rank = vec![0_u32; n];
    let mut last = 0;
    for v in order {
        let behind = into.of(v).iter().map(|&cause| rank[cause] + 1).max().unwrap_or(0);
        last = last.max(behind);
        rank[v] = last;
    }
    rank
}

/// Returns the edges without those that would close a circle: in one, edges lead forward in time.
fn forward(onsets: &[Option<i64>], edges: &[LayoutEdge]) -> Vec<(usize, usize)> {
    let n = onsets.len();
    let is_line = |edge: &&LayoutEdge| edge.from != edge.to && edge.from < n && edge.to < n;
    let arcs: Vec<(usize, usize)> = edges.iter().filter(is_line).map(|edge| (edge.from, edge.to)).collect();
    let (part, _) = strong_parts(&Lists::new(n, arcs.iter().copied()));
    let is_forward =
        |&(from, to): &(usize, usize)| part[from] != part[to] || (onsets[from], from) < (onsets[to], to);
    arcs.into_iter().filter(is_forward).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks(onsets: &[Option<i64>], edges: &[(usize, usize)]) -> Vec<u32> {
        let edges: Vec<LayoutEdge> =
            edges.iter().map(|&(from, to)| LayoutEdge { from, to, weight: 1.0 }).collect();
        onset_ranks(onsets, &edges)
    }

    #[test]
    fn columns_follow_onsets_and_not_the_length_of_chains() {
        // A store (0) fails; its report (1) and what reads it (2) follow at once, orders (3) and the shop (4) late.
        let onsets = [Some(0), Some(1), Some(2), Some(10), Some(11)];

        assert_eq!(ranks(&onsets, &[(0, 1), (1, 2), (0, 3), (3, 4)]), [0, 1, 2, 2, 3]);
    }

    #[test]
    fn what_depends_on_nothing_that_failed_stands_where_its_time_is() {
        let onsets = [Some(0), Some(30), Some(40), Some(60)];

        assert_eq!(ranks(&onsets, &[(0, 1), (2, 3)]), [0, 1, 1, 2]);
    }

    #[test]
    fn dependencies_win_over_times() {
        // The dependent (1) was seen before its cause (0): it stands right of it all the same, and what came last (2) with it.
        assert_eq!(ranks(&[Some(20), Some(5), Some(30)], &[(0, 1)]), [0, 1, 1]);
        // What shows nothing itself (1) stands behind its cause and before what it passed on to (2).
        assert_eq!(ranks(&[Some(0), None, Some(9)], &[(0, 1), (1, 2)]), [0, 1, 2]);
    }

    #[test]
    fn a_circle_is_cut_where_it_leads_back_in_time() {
        assert_eq!(ranks(&[Some(7), Some(3), Some(5)], &[(0, 1), (1, 2), (2, 0), (1, 1), (0, 9)]), [2, 0, 1]);
        assert_eq!(ranks(&[], &[]), [0_u32; 0]);
    }
}
