//! Adjacency in two flat vectors, and the strongly connected parts of a directed graph.

/// For each of `n` things the list of its neighbours, all lists in one allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::topology) struct Lists {
    start: Vec<usize>,
    items: Vec<usize>,
}

impl Lists {
    /// Builds the lists from pairs (whose list, item); items keep the order of the pairs.
    pub(in crate::topology) fn new(n: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut start = vec![0; n + 1];
        for (of, _) in pairs.clone() {
            start[of + 1] += 1;
        }
        for at in 0..n {
            start[at + 1] += start[at];
        }
        let mut next = start.clone();
        let mut items = vec![0; start[n]];
        for (of, item) in pairs {
            items[next[of]] = item;
            next[of] += 1;
        }
        Self { start, items }
    }

    /// Returns the list of one thing.
    pub(in crate::topology) fn of(&self, v: usize) -> &[usize] {
        &self.items[self.start[v]..self.start[v + 1]]
    }

    /// Returns the list of one thing, to be reordered.
    pub(in crate::topology) fn of_mut(&mut self, v: usize) -> &mut [usize] {
        &mut self.items[self.start[v]..self.start[v + 1]]
    }

    /// Returns how many things have a list.
    pub(in crate::topology) fn len(&self) -> usize {
        self.start.len().saturating_sub(1)
    }
}

/// Returns the number of the strongly connected part of each node, and how many parts there are.
///
/// Parts are numbered in reverse topological order: an edge never leads from a part to one with a larger number.
///
/// # Source
///
/// Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972), without recursion.
pub(in crate::topology) fn strong_parts(next: &Lists) -> (Vec<usize>, usize) {
    let n = next.len();
    let mut search =
        Search { index: vec![usize::MAX; n], low: vec![0; n], open: Vec::new(), part: vec![usize::MAX; n] };
    let (mut seen, mut parts) = (0, 0);
    for root in 0..n {
        if search.index[root] == usize::MAX {
            search.from(root, next, &mut seen, &mut parts);
        }
    }
    (search.part, parts)
}

struct Search {
    index: Vec<usize>,
    low: Vec<usize>,
    open: Vec<usize>,
    part: Vec<usize>,
}

impl Search {
    fn from(&mut self, root: usize, next: &Lists, seen: &mut usize, parts: &mut usize) {
        let mut calls = vec![(root, 0)];
        while let Some((v, at)) = calls.pop() {
            if at == 0 {
                self.index[v] = *seen;
                self.low[v] = *seen;
                *seen += 1;
                self.open.push(v);
            }
            if let Some(&w) = next.of(v).get(at) {
                calls.push((v, at + 1));
                if self.index[w] == usize::MAX {
                    calls.push((w, 0));
                } else if self.part[w] == usize::MAX {
                    self.low[v] = self.low[v].min(self.index[w]);
                }
                continue;
            }
            if self.low[v] == self.index[v] {
                while let Some(w) = self.open.pop() {
                    self.part[w] = *parts;
                    if w == v {
                        break;
                    }
                }
                *parts += 1;
            }
            if let Some(&(above, _)) = calls.last() {
                self.low[above] = self.low[above].min(self.low[v]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_is_one_part_and_parts_count_down_along_edges() {
        let edges = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (5, 5)];
        let next = Lists::new(6, edges.iter().copied());

        let (part, parts) = strong_parts(&next);

        assert_eq!(parts, 3);
        assert_eq!((part[0], part[1]), (part[2], part[2]));
        assert_eq!(part[3], part[4]);
        assert!(edges.iter().all(|&(from, to)| part[from] >= part[to]));
    }
}
