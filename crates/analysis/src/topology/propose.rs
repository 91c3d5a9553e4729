//! Proposed edges: which kind of event brings about which other, learnt from nothing but when and where they began.
//!
//! Three readings are joined. *How much more often than by chance* the second begins soon after the first, on the same
//! place or next to it; *which of the two comes first* when both come; and *on how many more places* the effect is
//! seen, since an effect has more causes than the one at hand. The edges that remain have one direction and make no
//! circle.

#[cfg(test)]
mod generated;
mod streams;
#[cfg(test)]
mod tests;

use wardroom_core::Timestamp;

use streams::{Fact, Reading, Starts, WINDOWS};

/// The score from which an edge is shown without being asked for.
///
/// Scores are placed so that this is one half; where that is stands at `BAR`.
pub const DEFAULT_THRESHOLD: f64 = 0.5;

/// The sum of readings that scores [`DEFAULT_THRESHOLD`].
///
/// Source: generated networks of 10 to 40 kinds of events (cascades along a random graph over a random device graph,
/// sparse and dense, steady and bursty; judged by direct and by all effects) and one real network of alarms, whole, by
/// quarters, by halves of its devices and thinned: the best place lies between -5.5 and -4.75 on nearly all of them,
/// and F1 moves little in between. Few direct effects ask for the higher end, noisy records for the lower one.
const BAR: f64 = -5.25;

/// An excess over chance of fewer standard deviations is taken for chance, however few kinds there are.
const LEAST_EXCESS: f64 = 2.0;

/// What is added to the share of joint beginnings before its logarithm is taken: one in a thousand says little.
const LEAST_SHARE: f64 = 1e-3;

/// What the spread over places may add or take at most: a factor of e.
const MOST_SPREAD: f64 = 1.0;

/// One beginning: of an alarm, a finding, an anomaly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What began: the number of an alarm type or of an entity.
    pub what: u32,
    /// Where: the number of a device or an entity; one number for all where there are no places.
    pub place: u32,
    /// When it began.
    pub start: Timestamp,
    /// When it ended, as far as known. Ends are late and often set by hand, so no reading uses them.
    pub end: Option<Timestamp>,
}

/// One kind of event that seems to bring about another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CausalEdge {
    /// The number of the cause.
    pub cause: u32,
    /// The number of the effect.
    pub effect: u32,
    /// From 0 to 1; worth showing from [`DEFAULT_THRESHOLD`] on.
    pub score: f64,
    /// How many beginnings of the cause were followed by the effect within an hour.
    pub support: u32,
    /// The median time between the two, in milliseconds.
    pub lag_ms: i64,
}

/// Returns which kinds of events bring about which, the surest first.
///
/// # Input
///
/// - `events`: in any order; one with `what >= types` is left out.
/// - `neighbours`: pairs of places that are connected, in either order; `None` when that is not known. With them an
///   effect is also looked for next to the place of the cause, and both readings count the same.
/// - `types`: how many kinds of events there are.
///
/// # Output
///
/// Every edge for which there is evidence, those below [`DEFAULT_THRESHOLD`] included. For two kinds at most one
/// direction is returned, and no edge closes a circle with surer ones. The order is total.
///
/// # Cost
///
/// For every event the smaller of two: the events of the hour behind it on its place and the neighbouring ones, or
/// the kinds that are seen there.
///
/// # Source
///
/// The model behind it is the topological Hawkes process (Cai, Wu, Qiao, Hao and Zhang, *THPs: Topological Hawkes
/// Processes for Learning Causal Structure on Event Sequences*, IEEE TNNLS, 2022). Instead of fitting it, the excess
/// over chance is read in five windows at once, which needs no kernel and no number of iterations.
pub fn causal_edges(events: &[Event], neighbours: Option<&[(u32, u32)]>, types: usize) -> Vec<CausalEdge> {
    let starts = Starts::new(events, types);
    let own = Reading::of(&starts, &[]);
    let near = neighbours.filter(|pairs| !pairs.is_empty()).map(|pairs| Reading::of(&starts, pairs));
    let readings: Vec<&Reading> = std::iter::once(&own).chain(near.as_ref()).collect();
    let widest = readings[readings.len() - 1];
    let mut edges: Vec<CausalEdge> = one_way(&starts, &readings)
        .into_iter()
        .map(|(cause, effect, sum)| {
            let (support, lag_ms) = widest.support_and_lag(&starts, cause, effect);
            let score = 1.0 / (1.0 + (BAR - sum).exp());
            CausalEdge { cause, effect, score, support, lag_ms }
        })
        .collect();
    edges.sort_by(order);
    without_circles(edges, types)
}

/// Surest first; equally sure ones by their numbers.
fn order(a: &CausalEdge, b: &CausalEdge) -> std::cmp::Ordering {
    b.score.total_cmp(&a.score).then(a.cause.cmp(&b.cause)).then(a.effect.cmp(&b.effect))
}

/// Returns the better direction of every two kinds that have to do with each other, with the sum of its readings.
fn one_way(starts: &Starts, readings: &[&Reading]) -> Vec<(u32, u32, f64)> {
    let mut kept = Vec::new();
    let least = least_excess(starts.kinds());
    for cause in 0..starts.kinds() {
        let mut effects: Vec<u32> =
            readings.iter().flat_map(|r| r.row(cause).iter().map(|fact| fact.effect)).collect();
        effects.sort_unstable();
        effects.dedup();
        for effect in effects {
            let excess = readings.iter().filter_map(|r| r.fact(cause, effect)).map(|f| f.deviations);
            if excess.fold(0.0, f64::max) <= least {
                continue;
            }
            let sum = mean(starts, readings, (cause, effect));
            if sum > mean(starts, readings, (effect, cause)) {
                kept.push((cause, effect, sum));
            }
        }
    }
    kept
}

/// Returns how many standard deviations tell an excess from chance.
///
/// The largest of `n` chance excesses is near the square root of 2 ln n, and rare events have longer tails than that.
/// Up to some thirty kinds the bar on the sum of readings sorts out what chance leaves; among thousands of entities
/// only what chance can hardly do remains (measured: of 100,000 unrelated beginnings of 2,000 entities none is shown).
fn least_excess(kinds: u32) -> f64 {
    let pairs = (f64::from(kinds) * f64::from(kinds)).max(1.0);
    (2.0 * (2.0 * pairs.ln()).sqrt() - 5.2).max(LEAST_EXCESS)
}

/// Returns the mean sum of all readings.
fn mean(starts: &Starts, readings: &[&Reading], (cause, effect): (u32, u32)) -> f64 {
    let spread = (starts.places_of(effect) / starts.places_of(cause)).ln().clamp(-MOST_SPREAD, MOST_SPREAD);
    let total: f64 = readings
        .iter()
        .map(|r| joint(starts, r.fact(cause, effect), r.fact(effect, cause), (cause, effect)))
        .sum();
    total / readings.len() as f64 + spread
}

/// Joins, over all windows, how large the share of joint beginnings is and which of the two comes first.
fn joint(starts: &Starts, there: Option<&Fact>, back: Option<&Fact>, pair: (u32, u32)) -> f64 {
    let all = starts.count_of(pair.0) + starts.count_of(pair.1);
    let sum: f64 = (0..WINDOWS.len())
        .map(|w| {
            let forth = there.map_or(0.0, |f| f.excess[w]);
            let back = back.map_or(0.0, |f| f.excess[w]);
            let share = forth / (all - forth).max(1.0);
            (share + LEAST_SHARE).ln() + ((forth + 1.0) / (back + 1.0)).ln()
        })
        .sum();
    sum / WINDOWS.len() as f64
}

/// Drops every edge that closes a circle with surer ones. `edges` are the surest first.
fn without_circles(edges: Vec<CausalEdge>, types: usize) -> Vec<CausalEdge> {
    let mut out: Vec<Vec<u32>> = vec![Vec::new(); types];
    let mut seen = vec![u32::MAX; types];
    let mut kept = Vec::with_capacity(edges.len());
    for (turn, edge) in (0..).zip(edges) {
        if leads(&out, &mut seen, turn, (edge.effect, edge.cause)) {
            continue;
        }
        out[edge.cause as usize].push(edge.effect);
        kept.push(edge);
    }
    kept
}

/// Reports whether edges lead from one kind to another. `seen` marks what was visited in this `turn`.
fn leads(out: &[Vec<u32>], seen: &mut [u32], turn: u32, (from, to): (u32, u32)) -> bool {
    let mut left = vec![from];
    while let Some(at) = left.pop() {
        if at == to {
            return true;
        }
        if seen[at as usize] != turn {
            seen[at as usize] = turn;
            left.extend(&out[at as usize]);
        }
    }
    false
}
