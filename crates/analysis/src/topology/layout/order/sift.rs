//! Sifting: a vertex tries every place in its row and takes the best.

use super::super::proper::Proper;
use super::cost;

/// Improves the order until no vertex gains by moving, then shakes it and tries again while steps are left.
///
/// `start` is what the order costs so far.
pub(super) fn improve(proper: &mut Proper, start: u64, steps: usize, stop: &dyn Fn() -> bool) -> Option<()> {
    let mut sifter = Sifter { left: steps, reach: reach(proper, steps), enough: 0 };
    if sifter.reach == 1 {
        sifter.enough = start / 2_000;
        return sifter.settle(proper, stop);
    }
    sifter.settle(proper, stop)?;
    let mut best = proper.rows.clone();
    let mut best_cost = cost(proper);
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut shakes = 0;
    while best_cost > 0 && sifter.left > 0 && shakes < 400 {
        shakes += 1;
        shake(proper, &mut chance);
        sifter.settle(proper, stop)?;
        let cost = cost(proper);
        if cost <= best_cost {
            best_cost = cost;
            best.clone_from(&proper.rows);
        } else {
            proper.set_rows(&best);
        }
    }
    proper.set_rows(&best);
    Some(())
}

/// Sifts only the given vertices, twice.
pub(super) fn insert(proper: &mut Proper, fresh: &[usize]) {
    let mut sifter = Sifter { left: usize::MAX, reach: usize::MAX, enough: 0 };
    for _ in 0..2 {
        for &v in fresh {
            sifter.sort_links_of_row(proper, proper.layer[v]);
            sifter.sift(proper, v);
        }
    }
}

/// How far a vertex may look: everywhere when the steps allow some rounds of that, otherwise at its next neighbours.
fn reach(proper: &Proper, steps: usize) -> usize {
    let round: usize = proper.rows.iter().map(|row| row.len().saturating_mul(row.len())).sum();
    if round.saturating_mul(16) <= steps { usize::MAX } else { 1 }
}

/// A fixed sequence of numbers (xorshift64*, Vigna 2016), so that equal input is shaken equally.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap_or(0) % limit.max(1)
    }
}

/// Moves a few vertices anywhere in their rows.
fn shake(proper: &mut Proper, chance: &mut Chance) {
    let moves = 2 + proper.layer.len() / 40;
    for _ in 0..moves {
        let v = chance.below(proper.layer.len());
        let layer = proper.layer[v];
        let to = chance.below(proper.rows[layer].len());
        shift(proper, v, to);
    }
}

/// Moves a vertex to a place in its row.
fn shift(proper: &mut Proper, v: usize, to: usize) {
    let (from, layer) = (proper.at[v], proper.layer[v]);
    let row = &mut proper.rows[layer];
    if from < to {
        row[from..=to].rotate_left(1);
    } else {
        row[to..=from].rotate_right(1);
    }
    for (at, &w) in row.iter().enumerate().take(from.max(to) + 1).skip(from.min(to)) {
        proper.at[w] = at;
    }
}

struct Sifter {
    /// Comparisons left.
    left: usize,
    reach: usize,
    /// A round that gains no more than this is the last.
    enough: u64,
}

impl Sifter {
    /// Sifts row by row, there and back, until a round brings (next to) nothing.
    fn settle(&mut self, proper: &mut Proper, stop: &dyn Fn() -> bool) -> Option<()> {
        for round in 0..12 {
            let mut gained = 0;
            for step in 0..proper.rows.len() {
                if stop() {
                    return None;
                }
                let layer = if round % 2 == 0 { step } else { proper.rows.len() - 1 - step };
                gained += self.row(proper, layer);
            }
            if gained <= self.enough || self.left == 0 {
                break;
            }
        }
        Some(())
    }

    fn row(&mut self, proper: &mut Proper, layer: usize) -> u64 {
        self.sort_links_of_row(proper, layer);
        if self.reach == 1 {
            return self.swap_neighbours(proper, layer);
        }
        let mut gained = 0;
        for v in proper.rows[layer].clone() {
            gained += self.sift(proper, v);
        }
        gained
    }

    /// Links are compared in the order of their ends.
    fn sort_links_of_row(&mut self, proper: &mut Proper, layer: usize) {
        let Proper { rows, at, left, right, .. } = proper;
        for &v in &rows[layer] {
            for side in [left.of_mut(v), right.of_mut(v)] {
                if side.len() > 1 {
                    side.sort_unstable_by_key(|&w| at[w]);
                }
            }
        }
        self.left = self.left.saturating_sub(rows[layer].len());
    }

    fn swap_neighbours(&mut self, proper: &mut Proper, layer: usize) -> u64 {
        let mut gained = 0;
        for at in 1..proper.rows[layer].len() {
            let (u, v) = (proper.rows[layer][at - 1], proper.rows[layer][at]);
            let gain = u64::try_from(gain(proper, u, v)).unwrap_or(0);
            if gain > 0 {
                shift(proper, v, at - 1);
                gained += gain;
            }
        }
        self.left = self.left.saturating_sub(proper.rows[layer].len() * 2);
        gained
    }

    /// Moves one vertex to the place in its row where it costs least; returns what that gained.
    fn sift(&mut self, proper: &mut Proper, v: usize) -> u64 {
        let row = &proper.rows[proper.layer[v]];
        let from = proper.at[v];
        let (mut best, mut best_at, mut sum) = (0, from, 0);
        for (at, &w) in row.iter().enumerate().skip(from + 1) {
            sum += gain(proper, v, w) - run_past(proper, v, w, at, from);
            if sum > best {
                (best, best_at) = (sum, at);
            }
        }
        sum = 0;
        for (at, &w) in row.iter().enumerate().take(from).rev() {
            sum += gain(proper, w, v) - run_past(proper, v, w, at, from);
            if sum > best {
                (best, best_at) = (sum, at);
            }
        }
        self.left = self.left.saturating_sub(row.len());
        if best > 0 {
            shift(proper, v, best_at);
        }
        u64::try_from(best).unwrap_or(0)
    }
}

/// Returns how many crossings go away when `u`, which stands before `v`, stands behind it.
fn gain(proper: &Proper, u: usize, v: usize) -> isize {
    pair(proper, proper.left.of(u), proper.left.of(v)) + pair(proper, proper.right.of(u), proper.right.of(v))
}

/// Returns crossings of the links to `a` and `b` when the vertex of `a` comes first, less those when it comes second.
fn pair(proper: &Proper, a: &[usize], b: &[usize]) -> isize {
    let mut sum = 0;
    let (mut lower, mut equal) = (0, 0);
    for &end in a {
        let end = proper.at[end];
        while lower < b.len() && proper.at[b[lower]] < end {
            lower += 1;
        }
        equal = equal.max(lower);
        while equal < b.len() && proper.at[b[equal]] == end {
            equal += 1;
        }
        sum += lower.cast_signed() - (b.len() - equal).cast_signed();
    }
    sum
}

/// Returns what arcs inside the layer lose when `v`, on its way from place `from`, passes `w` at place `at`.
fn run_past(proper: &Proper, v: usize, w: usize, at: usize, from: usize) -> isize {
    if proper.flat.of(v).is_empty() && proper.flat.of(w).is_empty() {
        return 0;
    }
    let forward = at > from;
    let mut lost = 0;
    for &end in proper.flat.of(v) {
        if end != w {
            lost += if (proper.at[end] > at) == forward { -1 } else { 1 };
        }
    }
    for &end in proper.flat.of(w) {
        if end != v {
            // The one that is passed moves the other way by one place.
            lost += if (proper.at[end] > at) == forward { 1 } else { -1 };
        }
    }
    lost
}
