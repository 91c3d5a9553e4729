//! Which layer each node stands in.

use super::simplex;
use crate::topology::reach::lists::Lists;

/// Returns layers from 0 for a connected graph without cycles, such that every arc leads to a larger layer and the sum
/// of the layers that arcs span is smallest; `None` when `stop` said so.
pub(super) fn shortest(n: usize, arcs: &[(usize, usize)], stop: &dyn Fn() -> bool) -> Option<Vec<usize>> {
    let out = Lists::new(n, arcs.iter().copied());
    let into = Lists::new(n, arcs.iter().map(|&(from, to)| (to, from)));
    let sequence = topological(&out, &into);
    let mut layer = longest(n, &into, &sequence);
    tighten(&mut layer, &out, &into, &sequence);
    let mut layer = simplex::improve(&layer, arcs, stop)?;
    spread(&mut layer, &out, &into, &sequence);
    Some(layer)
}

/// Returns layers where a ranked node stands in the layer of its rank and the others where their edges want them.
///
/// Arcs must have no cycle among them, but may lead to the same or a smaller layer between ranked nodes.
pub(super) fn aligned(n: usize, arcs: &[(usize, usize)], ranks: &[Option<usize>]) -> Vec<usize> {
    let out = Lists::new(n, arcs.iter().copied());
    let into = Lists::new(n, arcs.iter().map(|&(from, to)| (to, from)));
    let sequence = topological(&out, &into);
    let mut layer = vec![0; n];
    for &v in &sequence {
        let behind = into.of(v).iter().map(|&u| layer[u] + 1).max();
        layer[v] = ranks[v].unwrap_or(behind.unwrap_or(0));
    }
    for &v in sequence.iter().rev() {
        if ranks[v].is_none() && into.of(v).is_empty() {
            let before = out.of(v).iter().map(|&w| layer[w].saturating_sub(1)).min();
            layer[v] = before.unwrap_or(0);
        }
    }
    layer
}

/// Returns the nodes of a graph without cycles, each behind those from which an arc leads to it.
pub(super) fn topological(out: &Lists, into: &Lists) -> Vec<usize> {
    let mut missing: Vec<usize> = (0..into.len()).map(|v| into.of(v).len()).collect();
    let mut sequence: Vec<usize> = (0..into.len()).filter(|&v| missing[v] == 0).collect();
    let mut at = 0;
    while let Some(&v) = sequence.get(at) {
        at += 1;
        for &w in out.of(v) {
            missing[w] -= 1;
            if missing[w] == 0 {
                sequence.push(w);
            }
        }
    }
    sequence
}

fn longest(n: usize, into: &Lists, sequence: &[usize]) -> Vec<usize> {
    let mut layer = vec![0; n];
    for &v in sequence {
        layer[v] = into.of(v).iter().map(|&u| layer[u] + 1).max().unwrap_or(0);
    }
    layer
}

/// Moves single nodes as far as they may towards the side on which they have more arcs: a cheap good start.
fn tighten(layer: &mut [usize], out: &Lists, into: &Lists, sequence: &[usize]) {
    for _ in 0..4 {
        for &v in sequence.iter().rev() {
            if out.of(v).len() > into.of(v).len() {
                layer[v] = out.of(v).iter().map(|&w| layer[w] - 1).min().unwrap_or(layer[v]);
            }
        }
        for &v in sequence {
            if into.of(v).len() > out.of(v).len() {
                layer[v] = into.of(v).iter().map(|&u| layer[u] + 1).max().unwrap_or(layer[v]);
            }
        }
    }
}

/// Moves nodes that have as many arcs on either side to the emptiest layer they may stand in, which costs no length.
fn spread(layer: &mut [usize], out: &Lists, into: &Lists, sequence: &[usize]) {
    let mut filled = vec![0_usize; layer.iter().max().map_or(0, |last| last + 1)];
    for &at in layer.iter() {
        filled[at] += 1;
    }
    for &v in sequence {
        if out.of(v).len() != into.of(v).len() || out.of(v).is_empty() {
            continue;
        }
        let first = into.of(v).iter().map(|&u| layer[u] + 1).max().unwrap_or(0);
        let last = out.of(v).iter().map(|&w| layer[w] - 1).min().unwrap_or(first);
        filled[layer[v]] -= 1;
        let best = (first..=last).min_by_key(|&at| (filled[at], at)).unwrap_or(layer[v]);
        layer[v] = best;
        filled[best] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(layer: &[usize], arcs: &[(usize, usize)]) -> usize {
        arcs.iter().map(|&(from, to)| layer[to] - layer[from]).sum()
    }

    #[test]
    fn arcs_are_as_short_as_they_can_be() {
        // The example of Gansner et al. (1993), figure 2-3: a to h; its shortest layering has length 10
        // (a-b-c-d-h, e and f beside b, g beside c).
        let arcs = [(0, 1), (1, 2), (2, 3), (3, 7), (0, 4), (0, 5), (4, 6), (5, 6), (6, 7)];

        let layer = shortest(8, &arcs, &|| false).expect("not stopped");

        assert_eq!(length(&layer, &arcs), 10);
        assert!(arcs.iter().all(|&(from, to)| layer[from] < layer[to]));
    }

    #[test]
    fn a_ranked_node_stands_where_its_rank_says() {
        let arcs = [(0, 1), (1, 2), (3, 2)];

        assert_eq!(aligned(4, &arcs, &[Some(0), None, Some(5), None]), [0, 1, 5, 4]);
        assert_eq!(aligned(2, &[(0, 1)], &[Some(1), Some(1)]), [1, 1]);
    }
}
