//! The height at which each vertex stands: no overlap, and links nearly straight.

use super::proper::{Arc, Proper};
use crate::topology::reach::lists::Lists;

/// What placing needs to know of a part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room<'a> {
    pub(super) proper: &'a Proper,
    pub(super) arcs: &'a [Arc],
    /// The height of each node; points of long arcs have none.
    pub(super) heights: &'a [f64],
    pub(super) node_gap: f64,
}

/// A height that a vertex wants, and how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wish {
    pub(super) y: f64,
    pub(super) weight: f64,
}

impl Room<'_> {
    fn height(&self, v: usize) -> f64 {
        self.heights.get(v).copied().unwrap_or(0.0)
    }

    /// Returns the least distance of two neighbours in a row, from centre to centre.
    fn apart(&self, u: usize, v: usize) -> f64 {
        let share = match (self.proper.is_point(u), self.proper.is_point(v)) {
            (false, false) => 1.0,
            (true, true) => 0.2,
            (true, false) | (false, true) => 0.5,
        };
        f64::midpoint(self.height(u), self.height(v)) + self.node_gap * share
    }

    /// Returns the least distances from the first vertex of a row to each.
    fn offsets(&self, row: &[usize]) -> Vec<f64> {
        let mut sum = 0.0;
        let mut offsets = Vec::with_capacity(row.len());
        for (at, &v) in row.iter().enumerate() {
            if at > 0 {
                sum += self.apart(row[at - 1], v);
            }
            offsets.push(sum);
        }
        offsets
    }

    /// Moves a row as close to its wishes as order and distances allow: least squares by pooling adjacent violators.
    pub(super) fn settle(&self, row: &[usize], wishes: &[Wish], y: &mut [f64]) {
        let offsets = self.offsets(row);
        let mut blocks: Vec<(f64, f64, usize)> = Vec::with_capacity(row.len());
        for (wish, offset) in wishes.iter().zip(&offsets) {
            let mut block = (wish.y - offset, wish.weight, 1);
            while let Some(&(mean, weight, count)) = blocks.last() {
                if mean < block.0 {
                    break;
                }
                let sum = weight + block.1;
                block = ((mean * weight + block.0 * block.1) / sum, sum, count + block.2);
                blocks.pop();
            }
            blocks.push(block);
        }
        let means = blocks.iter().flat_map(|&(mean, _, count)| std::iter::repeat_n(mean, count));
        for ((&v, offset), mean) in row.iter().zip(&offsets).zip(means) {
            y[v] = mean + offset;
        }
    }
}

/// Returns the height of each vertex's centre; the top of the highest node is at 0.
pub(super) fn place(room: &Room<'_>, stop: &dyn Fn() -> bool) -> Option<Vec<f64>> {
    let proper = room.proper;
    let mut y = vec![0.0; proper.layer.len()];
    for row in &proper.rows {
        let offsets = room.offsets(row);
        let middle = offsets.last().copied().unwrap_or(0.0) * 0.5;
        for (&v, offset) in row.iter().zip(offsets) {
            y[v] = offset - middle;
        }
    }
    let pulls = Pulls::new(room);
    // Two rounds follow one side only, which carries a straight line through all layers; the others balance.
    let rounds = if proper.layer.len() > 20_000 { 6 } else { 12 };
    for round in 0..rounds {
        if stop() {
            return None;
        }
        let sides = if round < 4 { 1.0 } else { 0.0 };
        for step in 0..proper.rows.len() {
            let forth = round % 2 == 0;
            let layer = if forth { step } else { proper.rows.len() - 1 - step };
            let row = &proper.rows[layer];
            let wishes: Vec<Wish> = row.iter().map(|&v| pulls.wish(v, &y, forth, sides > 0.5)).collect();
            room.settle(row, &wishes, &mut y);
        }
    }
    straighten(room, &mut y, 0..proper.points.len());
    lift(room, &mut y);
    Some(y)
}

/// The links of each vertex and how strongly they pull.
struct Pulls {
    links: Vec<(usize, usize, f64)>,
    left: Lists,
    right: Lists,
}

impl Pulls {
    fn new(room: &Room<'_>) -> Self {
        let proper = room.proper;
        let most = room.arcs.iter().map(|arc| arc.weight).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
        let mut links = Vec::new();
        for (arc, points) in room.arcs.iter().zip(&proper.points) {
            let (from, to) = ends(proper, arc);
            if proper.layer[from] == proper.layer[to] {
                continue;
            }
            let mut before = from;
            for v in points.clone().chain([to]) {
                // Gansner et al. (1993), section 4.1: inner pieces of long edges pull 8 times, outer ones twice.
                let inner = match (proper.is_point(before), proper.is_point(v)) {
                    (true, true) => 8.0,
                    (true, false) | (false, true) => 2.0,
                    (false, false) => 1.0,
                };
                links.push((before, v, inner * (1.0 + arc.weight / most)));
                before = v;
            }
        }
        let n = proper.layer.len();
        Self {
            left: Lists::new(n, links.iter().enumerate().map(|(at, link)| (link.1, at))),
            right: Lists::new(n, links.iter().enumerate().map(|(at, link)| (link.0, at))),
            links,
        }
    }

    /// Returns the mean height of a vertex's neighbours, on one side or both; without any it wants to stay.
    fn wish(&self, v: usize, y: &[f64], from_left: bool, one_side: bool) -> Wish {
        let (mut sum, mut weight) = (0.0, 0.0);
        if from_left || !one_side {
            for &link in self.left.of(v) {
                let (u, _, pull) = self.links[link];
                sum += y[u] * pull;
                weight += pull;
            }
        }
        if !from_left || !one_side {
            for &link in self.right.of(v) {
                let (_, w, pull) = self.links[link];
                sum += y[w] * pull;
                weight += pull;
            }
        }
        if weight > 0.0 { Wish { y: sum / weight, weight } } else { Wish { y: y[v], weight: 0.01 } }
    }
}

/// Returns the ends of an arc, the one in the smaller layer first.
pub(super) fn ends(proper: &Proper, arc: &Arc) -> (usize, usize) {
    if proper.layer[arc.from] <= proper.layer[arc.to] { (arc.from, arc.to) } else { (arc.to, arc.from) }
}

/// Puts the points of long arcs at one height where their neighbours leave room, if possible that of an end.
pub(super) fn straighten(room: &Room<'_>, y: &mut [f64], arcs: impl Iterator<Item = usize>) {
    let proper = room.proper;
    let mut long: Vec<usize> = arcs.filter(|&arc| !proper.points[arc].is_empty()).collect();
    long.sort_by_key(|&arc| (std::cmp::Reverse(proper.points[arc].len()), arc));
    for arc in long {
        let points = proper.points[arc].clone();
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        for v in points.clone() {
            let row = &proper.rows[proper.layer[v]];
            let at = proper.at[v];
            if at > 0 {
                low = low.max(y[row[at - 1]] + room.apart(row[at - 1], v));
            }
            if let Some(&w) = row.get(at + 1) {
                high = high.min(y[w] - room.apart(v, w));
            }
        }
        if low > high {
            continue;
        }
        let (from, to) = ends(proper, &room.arcs[arc]);
        let mean = points.clone().map(|v| y[v]).sum::<f64>() / points.len() as f64;
        let near = |end: usize| (low..=high).contains(&y[end]).then_some(y[end]);
        let level = near(from).or_else(|| near(to)).unwrap_or_else(|| mean.clamp(low, high));
        for v in points {
            y[v] = level;
        }
    }
}

/// Moves everything so that the highest border is at 0.
pub(super) fn lift(room: &Room<'_>, y: &mut [f64]) {
    let top = (0..y.len()).map(|v| y[v] - room.height(v) * 0.5).fold(f64::INFINITY, f64::min);
    if top.is_finite() {
        for value in y.iter_mut() {
            *value -= top;
        }
    }
}
