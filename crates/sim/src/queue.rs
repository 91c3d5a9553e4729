//! The queue of one instance or pool: the stationary numbers of M/G/c, and one step of the fluid that follows them.
//!
//! A fluid alone has no queue below saturation. Here its outflow is the one that a stationary M/G/c queue with the same
//! number inside would have (the *pointwise stationary fluid flow approximation*): `dx/dt = λ − (c/S)·ρ(x)`, where
//! `ρ(x)` is the utilisation at which the stationary number in the system is `x`. So a constant load settles exactly at
//! the stationary queue, and an overload grows linearly.
//!
//! Source: Wang, Tipper and Banerjee, *A simple approximation for modeling nonstationary queues* (INFOCOM 1996).

use std::sync::OnceLock;

use crate::state::{BUCKETS_S, N_BUCKETS};

/// The largest number of workers with a table of its own; more wait as little as these, at their own capacity.
const MOST_WORKERS: usize = 512;
/// Cells of a table between an idle and a full queue.
const CELLS: usize = 512;

/// The median of a log-logistic distribution with shape 4 over its mean: sin(π/4) · 4/π.
///
/// Source: Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 2 (1995), §23.
const MEDIAN_OF_MEAN: f64 = 0.900_316_316_157_106;

/// Erlang C by utilisation for one number of workers, and what follows from it.
///
/// Invariant: both have `CELLS + 1` entries and never fall; the last of `waiting` is infinite.
#[derive(Debug)]
struct Table {
    /// The chance that all workers are busy.
    busy: Vec<f64>,
    /// The number that waits with exponential work: `busy · ρ / (1 − ρ)`.
    waiting: Vec<f64>,
}

/// Tables of a pure function, made when a number of workers first occurs and the same for every world.
static TABLES: [OnceLock<Table>; MOST_WORKERS + 1] = [const { OnceLock::new() }; MOST_WORKERS + 1];

/// What a queue does in one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Flow {
    /// Requests that leave, not negative and never more than were there or came.
    pub(crate) completions: f64,
    /// Share of the workers that are held at the end, 0 to 1.
    pub(crate) utilisation: f64,
    /// Mean time inside at the end, waiting included, seconds.
    pub(crate) response_s: f64,
}

/// Returns the chance that a request has to wait in M/M/c.
///
/// `utilisation` is the offered work over the workers, 0 to 1. Cost: linear in `workers`.
///
/// # Source
///
/// Erlang B by its recursion, then C = B / (1 − ρ·(1 − B)): Cooper, *Introduction to Queueing Theory*, 2nd ed. (1981).
pub(crate) fn erlang_c(workers: u32, utilisation: f64) -> f64 {
    if utilisation >= 1.0 {
        return 1.0;
    }
    let offered = utilisation * f64::from(workers);
    let mut blocked = 1.0;
    for n in 1..=workers {
        blocked = offered * blocked / (f64::from(n) + offered * blocked);
    }
    blocked / (1.0 - utilisation * (1.0 - blocked))
}

/// Returns the mean number in the system of a stationary M/G/c queue.
///
/// `variation` is the squared coefficient of variation of the service time. Fractions of workers lie between the whole
/// numbers around them. Infinite at and above a utilisation of 1.
///
/// # Source
///
/// Allen, *Probability, Statistics and Queueing Theory*, 2nd ed. (1990), §5.4: the Allen–Cunneen approximation with
/// Poisson arrivals.
#[cfg(test)]
pub(crate) fn number_in_system(workers: f64, variation: f64, utilisation: f64) -> f64 {
    if utilisation >= 1.0 {
        return f64::INFINITY;
    }
    let rho = utilisation.max(0.0);
    let place = rho * CELLS as f64;
    let cell = whole(place).min(CELLS - 1);
    let view = View::new(workers);
    let busy = view.busy(cell) + (view.busy(cell + 1) - view.busy(cell)) * (place - cell as f64);
    workers.max(1.0) * rho + spread(variation) * busy * rho / (1.0 - rho)
}

/// Returns the utilisation at which a stationary queue has that number inside: the inverse of `number_in_system`.
#[cfg(test)]
pub(crate) fn utilisation(workers: f64, variation: f64, inside: f64) -> f64 {
    solve(&View::new(workers), workers.max(1.0), spread(variation), inside.max(0.0)).0
}

/// Moves a queue on by one step of implicit Euler.
///
/// - `inside`: requests there at the beginning, `arrivals`: requests that come during the step.
/// - `workers`: may be a fraction (some are stuck); below 1 the one worker is slower by it; 0 and less do nothing.
/// - `holding_s`: mean time for which a request holds a worker; `variation`: the squared coefficient of
///   variation of it (1 is exponential).
///
/// Stable for every length of the step, and exact where nothing changes.
pub(crate) fn advance(
    inside: f64,
    arrivals: f64,
    workers: f64,
    holding_s: f64,
    variation: f64,
    dt_s: f64,
) -> Flow {
    let present = inside.max(0.0) + arrivals.max(0.0);
    let holding_s = holding_s.max(1e-6);
    if workers <= 1e-6 {
        return Flow { completions: 0.0, utilisation: 1.0, response_s: holding_s };
    }
    let slots = workers.max(1.0);
    let carried = workers / holding_s * dt_s;
    let factor = spread(variation);
    // L(ρ) is what stays, `carried · ρ` what leaves; together they are all that is present.
    let (rho, busy) = solve(&View::new(workers), slots + carried, factor, present);
    let own_s = holding_s * slots / workers;
    let wait_s = own_s * factor * busy / (slots * (1.0 - rho).max(1e-12));
    Flow { completions: (carried * rho).min(present), utilisation: rho, response_s: own_s + wait_s }
}

/// Returns the factor by which M/G/c waits longer than M/M/c.
fn spread(variation: f64) -> f64 {
    f64::midpoint(1.0, variation.max(0.0))
}

/// Solves `slope·ρ + factor·C(ρ)·ρ/(1−ρ) = target` and returns ρ with the chance of waiting there.
///
/// Within a cell of the table C is a straight line, which makes the equation a quadratic one.
fn solve(view: &View, slope: f64, factor: f64, target: f64) -> (f64, f64) {
    if target <= 0.0 {
        return (0.0, view.busy(0));
    }
    // The cell: the last node that is not above the target. Node 0 gives 0, the last one infinity.
    let (mut low, mut high) = (0, CELLS);
    while high - low > 1 {
        let middle = usize::midpoint(low, high);
        let value = slope * (middle as f64 / CELLS as f64) + factor * view.waiting(middle);
        if value <= target {
            low = middle;
        } else {
            high = middle;
        }
    }
    let from = low as f64 / CELLS as f64;
    let rise = (view.busy(low + 1) - view.busy(low)) * CELLS as f64;
    let base = view.busy(low) - rise * from;
    let a = slope - factor * rise;
    let b = slope + factor * base + target;
    let root = (b * b - 4.0 * a * target).max(0.0).sqrt();
    // The smaller root, in the form that loses no digits; the cell bounds what rounding might do.
    let rho = if b + root > 0.0 { 2.0 * target / (b + root) } else { from };
    let rho = rho.clamp(from, (low + 1) as f64 / CELLS as f64);
    (rho, base + rise * rho)
}

/// The table for a number of workers, or the two around it with the share of the upper one.
#[derive(Debug)]
struct View {
    lower: &'static Table,
    upper: &'static Table,
    share: f64,
}

impl View {
    fn new(workers: f64) -> Self {
        let workers = workers.clamp(1.0, MOST_WORKERS as f64);
        let lower = whole(workers);
        let share = workers - lower as f64;
        let upper = if share > 0.0 { (lower + 1).min(MOST_WORKERS) } else { lower };
        Self { lower: table(lower), upper: table(upper), share }
    }

    fn busy(&self, node: usize) -> f64 {
        between(self.lower.busy[node], self.upper.busy[node], self.share)
    }

    fn waiting(&self, node: usize) -> f64 {
        between(self.lower.waiting[node], self.upper.waiting[node], self.share)
    }
}

/// Returns a value between two, and the first one as it is where there is nothing between.
fn between(a: f64, b: f64, share: f64) -> f64 {
    // The last node is infinite in both, and ∞ − ∞ is no number.
    if share > 0.0 && a.is_finite() { a + (b - a) * share } else { a }
}

/// Returns the table of a number of workers, making it at its first use.
fn table(workers: usize) -> &'static Table {
    TABLES[workers].get_or_init(|| {
        let count = u32::try_from(workers).unwrap_or(1);
        let node = |i: usize| i as f64 / CELLS as f64;
        let busy: Vec<f64> = (0..=CELLS).map(|i| erlang_c(count, node(i))).collect();
        let mut waiting: Vec<f64> = (0..CELLS).map(|i| busy[i] * node(i) / (1.0 - node(i))).collect();
        waiting.push(f64::INFINITY);
        Table { busy, waiting }
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cells and workers: finite, not negative and small"
)]
fn whole(value: f64) -> usize {
    value as usize
}

/// Returns the share of responses slower than `limit_s` when their mean is `mean_s`.
///
/// The distribution is log-logistic with shape 4: one mode, a heavy tail like that of real response times, and no power
/// that is not whole.
pub(crate) fn tail(mean_s: f64, limit_s: f64) -> f64 {
    if limit_s <= 0.0 {
        return 1.0;
    }
    let median = mean_s.max(0.0) * MEDIAN_OF_MEAN;
    let (m4, t4) = (fourth(median), fourth(limit_s));
    m4 / (m4 + t4)
}

/// Returns the time that a share `q` (0 to below 1) of the responses does not exceed, in seconds.
pub(crate) fn quantile(mean_s: f64, q: f64) -> f64 {
    let q = q.clamp(0.0, 1.0 - 1e-9);
    mean_s.max(0.0) * MEDIAN_OF_MEAN * (q / (1.0 - q)).sqrt().sqrt()
}

/// Returns the mean of the responses when whoever waits gives up after `limit_s`.
///
/// A smooth minimum of both. It is within 3 % of the integral of the tail, which has no short closed form.
pub(crate) fn given_up(mean_s: f64, limit_s: f64) -> f64 {
    let (r, t) = (mean_s.max(0.0), limit_s.max(0.0));
    let sum = fourth(r) + fourth(t);
    if sum > 0.0 { r * t / sum.sqrt().sqrt() } else { 0.0 }
}

/// Adds `count` responses with that mean to the cumulative buckets with the bounds `BUCKETS_S`.
pub(crate) fn fill_buckets(buckets: &mut [f64; N_BUCKETS], mean_s: f64, count: f64) {
    let m4 = fourth(mean_s.max(1e-9) * MEDIAN_OF_MEAN);
    for (bucket, bound) in buckets.iter_mut().zip(BUCKETS_S) {
        let b4 = fourth(bound);
        *bucket += count * b4 / (b4 + m4);
    }
}

fn fourth(x: f64) -> f64 {
    (x * x) * (x * x)
}

#[cfg(test)]
mod tests;
