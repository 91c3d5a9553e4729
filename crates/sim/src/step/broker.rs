//! Brokers: messages that are kept, and the workers that take them.

use super::route::{self, Reach};
use super::{Now, Scratch};
use crate::plan::{EdgeKind, Plan};
use crate::state::{Phase, State};

/// Messages that a consumer has at hand for each of its workers, and besides.
///
/// Source: consumers take messages in batches; `max.poll.records` of Kafka is far above what is worked on at once.
const AT_HAND: (f64, f64) = (4.0, 32.0);

/// Lets the instances of a worker take messages for this step.
pub(super) fn pull(plan: &Plan, state: &mut State, scratch: &mut Scratch, component: usize, now: Now) {
    for edge in plan.components[component].edges.clone() {
        let own = &plan.edges[edge];
        let Some(broker) = &plan.components[own.to].broker else { continue };
        let stuck = state.components[own.to].broker.as_ref().is_none_or(|b| b.consumers_stuck);
        if own.kind != EdgeKind::Consume || stuck || state.edges[edge].cut {
            continue;
        }
        let consumers = plan.components[component].instances.clone();
        // A partition has one consumer; whoever comes after the last partition has nothing to do.
        let partitions = usize::try_from(broker.partitions).unwrap_or(usize::MAX).max(1);
        let able = consumers.clone().filter(|&i| can_take(plan, state, own.to, i)).count();
        let n = able.min(partitions) as u64;
        let lag = state.lag(own.to);
        let mut nth = 0;
        for instance in consumers.clone() {
            if nth < n && can_take(plan, state, own.to, instance) {
                let fair = lag / n + u64::from(nth < lag % n);
                let count = fair.min(wanted(state, instance, now));
                let link = plan.first_link[edge] + instance - consumers.start;
                take(state, scratch, (own.to, instance, link), count);
                nth += 1;
            }
        }
    }
}

/// Reports whether an instance runs and reaches any instance of the broker.
fn can_take(plan: &Plan, state: &State, broker: usize, instance: usize) -> bool {
    let host = plan.instances[instance].host;
    let mut brokers = plan.components[broker].instances.clone();
    state.instances[instance].phase == Phase::Up
        && brokers.any(|b| route::reach(plan, state, host, b) == Reach::Arrives)
}

/// Returns how many messages an instance takes if there are enough.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "workers over times: finite, held at zero, and small"
)]
fn wanted(state: &State, instance: usize, now: Now) -> u64 {
    let own = &state.instances[instance];
    let workers = (own.workers - own.stuck_workers).max(0.0);
    let worked_off = workers / own.holding_s.max(1e-3) * now.dt;
    (worked_off + AT_HAND.0 * workers + AT_HAND.1 - own.inside as f64).max(0.0) as u64
}

fn take(
    state: &mut State,
    scratch: &mut Scratch,
    (component, instance, link): (usize, usize, usize),
    count: u64,
) {
    scratch.entering[instance] += count;
    scratch.pulled[component] += count;
    state.links[link].calls += count;
    state.links[link].tries += count;
    if let Some(broker) = &mut state.components[component].broker {
        broker.taken += count;
    }
}

/// Counts what was published, and how old the oldest message is.
pub(super) fn step(state: &mut State, scratch: &Scratch, component: usize, now: Now) {
    let Some(broker) = &mut state.components[component].broker else { return };
    broker.published += scratch.published[component];
    let pulled = scratch.pulled[component] as f64;
    let lag = state.lag(component) as f64;
    let Some(broker) = &mut state.components[component].broker else { return };
    let fresh = scratch.published[component] as f64;
    broker.waiting = whole(lag - fresh * (1.0 - 1.0 / now.dt.max(1.0)));
    // First in, first out: what was taken was the oldest. Constant rates settle at lag over rate, as by Little's law.
    broker.oldest_s = if lag > 0.0 { (broker.oldest_s + now.dt) * lag / (lag + pulled) } else { 0.0 };
}

/// Goes from steps of a minute over to shorter ones: what was published within the last step and not taken in it is no
/// queue (see `BrokerState::waiting`), and would else be worked off in a burst that nothing has caused.
pub(super) fn shorten(state: &mut State, component: usize) {
    let lag = state.lag(component);
    let Some(broker) = &mut state.components[component].broker else { return };
    let waiting = broker.waiting.min(lag);
    if lag > 0 {
        broker.oldest_s *= waiting as f64 / lag as f64;
    }
    broker.published -= lag - waiting;
}

/// Goes over to steps of a minute, whose consumers take in each what was published in the one before: `published` is
/// what was in the last minute, so that the first of them find as much as the next ones will.
pub(super) fn lengthen(state: &mut State, component: usize, published: u64, dt_s: i64) {
    let Some(broker) = &mut state.components[component].broker else { return };
    let ahead = whole(published as f64 * (1.0 - 1.0 / (dt_s as f64).max(1.0)));
    broker.published += ahead;
    if ahead > 0 {
        broker.oldest_s += (dt_s - 1) as f64;
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of messages, held at zero"
)]
fn whole(count: f64) -> u64 {
    count.max(0.0) as u64
}
