//! Who is cut off where each of several nodes is needed for itself: one search answers for all of them on one cycle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::dominators::{Dominators, NONE};
use super::lists::strong_parts;
use super::{Graph, Lists};

/// The most memory for the pairs of [`each`], in bits: 32 MB.
const MOST_BITS: usize = 1 << 28;

/// Counts, for each node, those that lose one of the needed nodes without it.
pub(super) fn each(graph: &Graph, needs: &[usize]) -> Vec<u32> {
    let mut cut_off = vec![0; graph.len()];
    let above = Above::new(graph, needs);
    let n = above.nodes.len();
    // A pair may be cut off for several needed nodes and counts once, so pairs are remembered, for a block of users
    // at a time to bound the memory.
    let block = (MOST_BITS / n.max(1)).max(64);
    let mut from = 0;
    while from < n {
        count_block(&above, (from, (from + block).min(n)), &mut cut_off);
        from += block;
    }
    cut_off
}

/// All that reach a needed node, numbered so that neighbours are near one another.
struct Above {
    /// The node in the whole graph of each number.
    nodes: Vec<usize>,
    /// The needed nodes by number, those of one strongly connected part together; none is empty.
    parts: Vec<Vec<usize>>,
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
        let needs = Lists::new(nodes.len(), kept.clone());
        let ordered = kept.clone().all(|(v, w)| w < v);
        let targets: Vec<usize> = targets.iter().map(|&t| number[t]).collect();
        Self {
            // Where everything is in order, none reach one another.
            parts: if ordered {
                targets.iter().map(|&t| vec![t]).collect()
            } else {
                in_parts(&targets, &needs)
            },
            users: Lists::new(nodes.len(), kept.map(|(v, w)| (w, v))),
            needs,
            ordered,
            nodes,
        }
    }
}

/// Puts needed nodes that reach one another together.
fn in_parts(targets: &[usize], needs: &Lists) -> Vec<Vec<usize>> {
    let (part, _) = strong_parts(needs);
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &t in targets {
        parts.entry(part[t]).or_default().push(t);
    }
    parts.into_values().collect()
}

/// Marks, for the users of one block, by whom each is cut off from any needed node, and counts them.
///
/// Parts are shared out among threads; a mark is set or not whoever comes first, so the counts are always the same.
fn count_block(above: &Above, block: (usize, usize), cut_off: &mut [u32]) {
    let marks = Marks::new(above.nodes.len(), block);
    let scratch = || Scratch::new(above.nodes.len());
    above.parts.par_iter().for_each_init(scratch, |scratch, part| mark_part(above, part, scratch, &marks));
    for (node, row) in above.nodes.iter().zip(marks.bits.chunks(marks.words)) {
        cut_off[*node] += row.iter().map(|word| word.load(Ordering::Relaxed).count_ones()).sum::<u32>();
    }
}

/// Which users of a block each node cuts off: a row of bits for each node.
struct Marks {
    from: usize,
    until: usize,
    words: usize,
    bits: Vec<AtomicU64>,
}

impl Marks {
    fn new(nodes: usize, (from, until): (usize, usize)) -> Self {
        let words = (until - from).div_ceil(64);
        Self { from, until, words, bits: (0..nodes * words).map(|_| AtomicU64::new(0)).collect() }
    }

    /// Returns the word and the bit of a user; `None` for one of another block.
    fn place(&self, user: usize) -> Option<(usize, u64)> {
        let at = user.checked_sub(self.from).filter(|_| user < self.until)?;
        Some((at / 64, 1 << (at % 64)))
    }

    fn set(&self, node: usize, (word, bit): (usize, u64)) {
        let mark = &self.bits[node * self.words + word];
        // Most are set already, and reading is cheaper than writing.
        if mark.load(Ordering::Relaxed) & bit == 0 {
            mark.fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// Returns a row of these users.
    fn row(&self, users: &[usize]) -> Vec<u64> {
        let mut row = vec![0; self.words];
        for (word, bit) in users.iter().filter_map(|&user| self.place(user)) {
            row[word] |= bit;
        }
        row
    }

    /// Takes a user out of a row.
    fn clear(&self, row: &mut [u64], user: usize) {
        if let Some((word, bit)) = self.place(user) {
            row[word] &= !bit;
        }
    }

    fn add(&self, node: usize, row: &[u64]) {
        let marks = &self.bits[node * self.words..(node + 1) * self.words];
        for (mark, bits) in marks.iter().zip(row) {
            mark.fetch_or(*bits, Ordering::Relaxed);
        }
    }
}

/// Memory that is used again for each part.
struct Scratch {
    /// Who reaches the root of a part.
    users: Dominators,
    /// What the root of a part reaches.
    needs: Dominators,
    /// The bits of the needed nodes that each node reaches; zero between two uses.
    seen: Vec<u64>,
    waits: Vec<bool>,
    open: Vec<usize>,
    touched: Vec<usize>,
}

impl Scratch {
    fn new(n: usize) -> Self {
        Self {
            users: Dominators::new(n),
            needs: Dominators::new(n),
            seen: vec![0; n],
            waits: vec![false; n],
            open: Vec::new(),
            touched: Vec::new(),
        }
    }
}

/// Marks who is cut off from any needed node of one part.
///
/// The first of them is the root, and its dominator tree tells who is cut off from it. Whoever reaches the root reaches
/// all others of the part and loses each of those together with it. Beyond that a node that is not needed itself cuts
/// off from another needed node only where every way from the root to that one leads through it: whoever else has a way
/// around it to the root has one on from there. These few nodes are taken out one by one.
fn mark_part(above: &Above, part: &[usize], scratch: &mut Scratch, marks: &Marks) {
    let Some((&root, others)) = part.split_first() else { return };
    if above.ordered {
        scratch.users.build_ordered(root, &above.needs);
    } else {
        scratch.users.build(root, &above.users, &above.needs);
    }
    mark_tree(&scratch.users, marks);
    if others.is_empty() {
        return;
    }
    let all = marks.row(&scratch.users.order);
    for &t in others {
        let mut row = all.clone();
        marks.clear(&mut row, t);
        marks.add(t, &row);
    }
    scratch.needs.build(root, &above.needs, &above.users);
    for (node, behind) in on_only_ways(&scratch.needs, part) {
        for targets in behind.chunks(64) {
            let mut row = all.clone();
            marks.clear(&mut row, node);
            keep_cut_off(above, targets, node, scratch, marks, &mut row);
            marks.add(node, &row);
        }
    }
}

/// Marks, at each node of a tree, the users of a block that stand above it.
fn mark_tree(tree: &Dominators, marks: &Marks) {
    for at in 1..tree.order.len() {
        let Some(place) = marks.place(tree.order[at]) else { continue };
        let mut up = at;
        while up != 0 {
            up = tree.above[up];
            marks.set(tree.order[up], place);
        }
    }
}

/// Returns the nodes through which every way from the root to another needed node leads, each with those nodes; needed
/// ones are left out.
fn on_only_ways(tree: &Dominators, part: &[usize]) -> BTreeMap<usize, Vec<usize>> {
    let needed: BTreeSet<usize> = part.iter().copied().collect();
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &t in &part[1..] {
        let mut at = tree.above[tree.place[t]];
        while at != 0 {
            let node = tree.order[at];
            if !needed.contains(&node) {
                found.entry(node).or_default().push(t);
            }
            at = tree.above[at];
        }
    }
    found
}

/// Takes those out of a row that reach all of at most 64 nodes without passing `barred`.
fn keep_cut_off(
    above: &Above,
    targets: &[usize],
    barred: usize,
    scratch: &mut Scratch,
    marks: &Marks,
    row: &mut [u64],
) {
    let Scratch { seen, waits, open, touched, .. } = scratch;
    let mut all = 0;
    for (bit, &t) in targets.iter().enumerate() {
        seen[t] = 1 << bit;
        all |= seen[t];
        touched.push(t);
        open.push(t);
    }
    while let Some(v) = open.pop() {
        waits[v] = false;
        for &u in above.users.of(v) {
            if u == barred || seen[v] & !seen[u] == 0 {
                continue;
            }
            if seen[u] == 0 {
                touched.push(u);
            }
            seen[u] |= seen[v];
            if !waits[u] {
                waits[u] = true;
                open.push(u);
            }
        }
    }
    for u in touched.drain(..) {
        if seen[u] == all {
            marks.clear(row, u);
        }
        seen[u] = 0;
    }
}
