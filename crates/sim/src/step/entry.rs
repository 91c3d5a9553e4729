//! Users: how many come, and what becomes of them.

use super::{Now, Scratch, Streams, route};
use crate::load;
use crate::plan::Plan;
use crate::queue;
use crate::random::Noise;
use crate::state::State;
use crate::target::zone_of;

/// How long more or fewer users than usual come before it turns, milliseconds.
const WAVE_MS: i64 = 45_000;

/// Lets the users of this step come in, those who try again among them.
pub(super) fn arrive(plan: &Plan, state: &mut State, streams: &Streams, scratch: &mut Scratch, now: Now) {
    for (idx, entry) in plan.load.entries.iter().enumerate() {
        let rate = load::rate(&plan.load, entry, streams.drifts[idx], now.start, now.at);
        let mean = rate * state.entries[idx].surge.max(0.0) * now.dt;
        let noisy = mean * wave(plan, streams, idx, rate, now) + shot(mean, streams.arrivals[idx], now);
        let reloads = take_reloads(&mut state.entries[idx].reloads, now);
        let own = &mut state.entries[idx];
        let count = own.arriving.take(noisy.max(0.0) + reloads);
        own.asked += count;
        own.inside += count;
        if now.at > now.start {
            state.harm.asked += count;
        }
        spread(plan, state, scratch, idx, count, now);
    }
}

/// Returns the part of the noise from minute to minute, as a factor near 1.
fn wave(plan: &Plan, streams: &Streams, entry: usize, rate: f64, now: Now) -> f64 {
    // Few users are less even than many: half of what a Poisson count of a minute would spread.
    let few = 0.5 / (rate * 60.0).max(1.0).sqrt();
    let size = 3.0 * plan.load.noise_ratio + few;
    (1.0 + size * streams.waves[entry].drift(now.at.as_millis(), WAVE_MS)).max(0.0)
}

/// Returns the noise from second to second.
///
/// Only a fifth of what independent users would spread: the waiting that their chance arrivals cause is in the queues'
/// stationary numbers already, and would be counted twice.
fn shot(mean: f64, noise: Noise, now: Now) -> f64 {
    0.2 * mean.sqrt() * noise.bell(now.at.as_millis())
}

/// Lets whole requests come in at the instances that are looked for: at all of them, and in the zones with their shares
/// where traffic was shifted.
fn spread(plan: &Plan, state: &State, scratch: &mut Scratch, idx: usize, count: u64, now: Now) {
    let component = plan.load.entries[idx].component;
    let listed = |i: &usize| route::is_listed(state, *i);
    let all: Vec<usize> = plan.components[component].instances.clone().filter(listed).collect();
    let in_zone = |zone: &str| all.iter().copied().filter(|&i| zone_of(plan, i) == zone).collect::<Vec<_>>();
    let weights = state.entries[idx].weights_by_zone.iter().filter(|(_, weight)| *weight > 0.0);
    let zones: Vec<(f64, Vec<usize>)> = weights.map(|(zone, weight)| (*weight, in_zone(zone))).collect();
    let total: f64 = zones.iter().filter(|(_, there)| !there.is_empty()).map(|(weight, _)| weight).sum();
    if all.is_empty() {
        // Nobody is there: the first one refuses.
        scratch.entering[plan.components[component].instances.start] += count;
    } else if total <= 0.0 {
        // No zone with a weight has anybody: better any answer than none.
        evenly(scratch, &all, count, now);
    } else {
        let (mut share, mut given) = (0.0, 0);
        for (weight, there) in zones.iter().filter(|(_, there)| !there.is_empty()) {
            share += weight / total;
            let until = part(count, share, now);
            evenly(scratch, there, until - given, now);
            given = until;
        }
        // Shares add up to one but for the last bit.
        evenly(scratch, &all, count - given, now);
    }
}

/// Gives whole requests to instances, as evenly as whole numbers can be.
fn evenly(scratch: &mut Scratch, instances: &[usize], count: u64, now: Now) {
    let n = instances.len() as u64;
    let turn = (now.at.as_millis() / 1000).unsigned_abs() % n.max(1);
    for (k, &instance) in (0_u64..).zip(instances) {
        let one_more = u64::from((k + turn) % n < count % n);
        scratch.entering[instance] += count / n + one_more;
    }
}

/// Returns the first part of a number, whole; over eight seconds in a row what is rounded off cancels out.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a whole number of users"
)]
fn part(count: u64, share: f64, now: Now) -> u64 {
    let turn = (now.at.as_millis() / 1000).rem_euclid(8) as f64;
    let part = count as f64 * share.clamp(0.0, 1.0) + (turn + 0.5) / 8.0;
    (part as u64).min(count)
}

/// Takes those who try again in this step out of the ring.
fn take_reloads(ring: &mut [f64], now: Now) -> f64 {
    let end = now.at.as_millis() / 1000;
    let steps = now.dt_s.min(length(ring.len()));
    (0..steps).map(|back| std::mem::take(&mut ring[slot(end - back, ring.len())])).sum()
}

/// Returns the place of a second in a ring.
fn slot(second: i64, len: usize) -> usize {
    usize::try_from(second.rem_euclid(length(len.max(1)))).unwrap_or(0)
}

fn length(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

/// Lets users leave whose requests left the component at which they came in.
pub(super) fn settle(plan: &Plan, state: &mut State, scratch: &mut Scratch, now: Now) {
    for (idx, entry) in plan.load.entries.iter().enumerate() {
        let totals = scratch.totals[entry.component];
        let response_s = response(plan, state, entry.component);
        let own = &mut state.entries[idx];
        let left = share(own.inside, totals.ok + totals.failed, totals.present);
        let broken = share(left, totals.failed, totals.ok + totals.failed);
        let answered = left - broken;
        let too_late = answered as f64 * queue::tail(response_s, entry.patience_ms / 1000.0);
        let failed = broken + own.failing.take(too_late).min(answered);
        own.inside -= left;
        own.failed += failed;
        own.ok += left - failed;
        own.response_s = response_s;
        own.failed_ratio = if left > 0 { failed as f64 / left as f64 } else { 0.0 };
        let place = slot(now.at.as_millis() / 1000, own.reloads.len());
        own.reloads[place] += failed as f64 * plan.load.reload_ratio;
        scratch.users[idx] = (left - failed, failed);
        scratch.left += left;
        scratch.failed += failed;
        if now.at > now.start {
            state.harm.failed += failed;
        }
    }
}

/// Returns `count · part / whole` in whole numbers; all of it when part and whole are equal.
fn share(count: u64, part: u64, whole: u64) -> u64 {
    if whole == 0 {
        return 0;
    }
    let value = u128::from(count) * u128::from(part.min(whole)) / u128::from(whole);
    u64::try_from(value).unwrap_or(count)
}

/// Returns the mean response time of a component's instances, weighted by what they complete.
pub(super) fn response(plan: &Plan, state: &State, component: usize) -> f64 {
    let mut weight = 0.0;
    let mut sum = 0.0;
    for i in plan.components[component].instances.clone() {
        let instance = &state.instances[i];
        weight += instance.completed_rps;
        sum += instance.completed_rps * instance.response_s;
    }
    if weight > 0.0 { sum / weight } else { plan.components[component].own_ms / 1000.0 }
}
