//! The order of the vertices in each layer: few crossings.

mod sift;

use super::proper::Proper;

/// How many steps are spent, in vertices and links moved or compared: what a large graph gets at most in each phase.
const SWEEP_STEPS: usize = 1_000_000;
const CLIMB_STEPS: usize = 2_000_000;

/// Orders the rows so that few links cross, starting from several orders; returns the crossings, `None` when `stop`
/// said so.
pub(super) fn reduce(proper: &mut Proper, stop: &dyn Fn() -> bool) -> Option<u64> {
    let size = proper.layer.len() * 2;
    let sweeps = (SWEEP_STEPS / size.max(1)).clamp(6, 24);
    let mut best = Best { rows: proper.rows.clone(), cost: u64::MAX };
    for (start, depth_first) in [true, false].into_iter().enumerate() {
        if start > 0 && size * 12 > SWEEP_STEPS {
            break;
        }
        first_order(proper, depth_first);
        for centre in [Centre::Mean, Centre::Median] {
            sweep(proper, &mut best, sweeps, centre, stop)?;
            if size * 12 > SWEEP_STEPS {
                break;
            }
        }
    }
    proper.set_rows(&best.rows);
    sift::improve(proper, best.cost, CLIMB_STEPS, stop)?;
    Some(proper.crossings())
}

/// What an order costs: its crossings, and what arcs inside a layer run past.
fn cost(proper: &Proper) -> u64 {
    proper.crossings() + proper.between_flat()
}

/// The best rows so far.
struct Best {
    rows: Vec<Vec<usize>>,
    cost: u64,
}

impl Best {
    /// Keeps the rows when they are better; reports whether they are.
    fn keep(&mut self, proper: &Proper) -> bool {
        let cost = cost(proper);
        if cost >= self.cost {
            return false;
        }
        self.cost = cost;
        self.rows.clone_from(&proper.rows);
        true
    }
}

/// Fills the rows in the order in which a search from the left meets the vertices.
fn first_order(proper: &mut Proper, depth_first: bool) {
    let mut seen = vec![false; proper.layer.len()];
    let mut rows: Vec<Vec<usize>> = proper.rows.iter().map(|row| Vec::with_capacity(row.len())).collect();
    let mut starts: Vec<usize> = (0..proper.layer.len()).collect();
    starts.sort_by_key(|&v| (proper.layer[v], v));
    let mut open = std::collections::VecDeque::new();
    for start in starts {
        open.push_back(start);
        while let Some(v) = if depth_first { open.pop_back() } else { open.pop_front() } {
            if std::mem::replace(&mut seen[v], true) {
                continue;
            }
            rows[proper.layer[v]].push(v);
            let next = proper.left.of(v).iter().chain(proper.right.of(v)).chain(proper.flat.of(v));
            open.extend(next.copied().filter(|&w| !seen[w]));
        }
    }
    proper.set_rows(&rows);
}

#[derive(Clone, Copy, PartialEq)]
enum Centre {
    Mean,
    Median,
}

/// Sweeps over the layers, there and back, until four rounds bring nothing.
fn sweep(
    proper: &mut Proper,
    best: &mut Best,
    rounds: usize,
    centre: Centre,
    stop: &dyn Fn() -> bool,
) -> Option<()> {
    let mut idle = 0;
    for round in 0..rounds {
        if stop() {
            return None;
        }
        let layers = proper.rows.len();
        for step in 1..layers {
            let forth = round % 2 == 0;
            let layer = if forth { step } else { layers - 1 - step };
            sort_row(proper, layer, forth, centre, round % 4 >= 2);
        }
        idle = if best.keep(proper) { 0 } else { idle + 1 };
        if idle >= 4 {
            break;
        }
    }
    Some(())
}

/// Sorts a row by the centres of the neighbours on one side; vertices without any keep their places.
fn sort_row(proper: &mut Proper, layer: usize, from_left: bool, centre: Centre, turn_ties: bool) {
    let row = &proper.rows[layer];
    let mut keyed: Vec<(f64, usize, usize)> = Vec::with_capacity(row.len());
    let mut ends = Vec::new();
    for (at, &v) in row.iter().enumerate() {
        let side = if from_left { proper.left.of(v) } else { proper.right.of(v) };
        if !side.is_empty() {
            let tie = if turn_ties { row.len() - at } else { at };
            keyed.push((centre_of(proper, side, centre, &mut ends), tie, v));
        }
    }
    let mut sorted = keyed.clone();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut next = sorted.iter().map(|entry| entry.2);
    let side = if from_left { &proper.left } else { &proper.right };
    let row: Vec<usize> =
        row.iter().map(|&v| if side.of(v).is_empty() { v } else { next.next().unwrap_or(v) }).collect();
    proper.set_row(layer, row);
}

fn centre_of(proper: &Proper, side: &[usize], centre: Centre, ends: &mut Vec<usize>) -> f64 {
    if centre == Centre::Mean || side.len() < 3 {
        return side.iter().map(|&w| proper.at[w] as f64).sum::<f64>() / side.len() as f64;
    }
    ends.clear();
    ends.extend(side.iter().map(|&w| proper.at[w]));
    ends.sort_unstable();
    let middle = ends.len() / 2;
    if ends.len() % 2 == 1 {
        return ends[middle] as f64;
    }
    // Of two middles the one leans to the side where the neighbours stand closer together.
    let (low, high) = (ends[middle - 1] as f64, ends[middle] as f64);
    let (below, above) = (low - ends[0] as f64, ends[ends.len() - 1] as f64 - high);
    if below + above > 0.0 {
        (low * above + high * below) / (below + above)
    } else {
        f64::midpoint(low, high)
    }
}

/// Sorts freshly placed vertices into their rows; for a drawing that keeps all others.
pub(super) fn insert(proper: &mut Proper, fresh: &[usize]) -> u64 {
    sift::insert(proper, fresh);
    proper.crossings()
}
