//! One step of the world: what follows from a state, the plan and the time alone, in a fixed order.

mod balancer;
mod broker;
mod cache;
mod change;
mod check;
mod database;
mod entry;
mod host;
mod instance;
mod link;
mod neutral;
mod process;
mod route;

use std::sync::Arc;

use wardroom_core::Timestamp;

use crate::plan::{ComponentKind, Plan};
use crate::random::Noise;
use crate::state::State;
use crate::{faults, remedies};

pub(crate) use change::changes_within;
#[cfg(test)]
pub(crate) use database::promote;
pub(crate) use process::{crash, restart, start, stop};

/// A world without anyone who watches it: the plan, its state, and what a step needs.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    pub(crate) plan: Arc<Plan>,
    pub(crate) state: State,
    /// The beginning of the run.
    pub(crate) start: Timestamp,
    streams: Streams,
    scratch: Scratch,
}

impl Engine {
    /// Creates the engine for a plan at the beginning of its history.
    pub(crate) fn new(plan: Arc<Plan>, seed: u64, start: Timestamp, at: Timestamp) -> Self {
        let state = State::new(&plan, at, start);
        Self::at(plan, seed, start, state)
    }

    /// Creates the engine for a state that was kept.
    pub(crate) fn at(plan: Arc<Plan>, seed: u64, start: Timestamp, state: State) -> Self {
        let (streams, scratch) = (Streams::new(&plan, seed), Scratch::new(&plan));
        Self { plan, state, start, streams, scratch }
    }

    /// Moves on by one step of `dt_s` seconds.
    pub(crate) fn advance(&mut self, dt_s: i64) {
        let (state, scratch) = (&mut self.state, &mut self.scratch);
        let plan = &*self.plan;
        state.at = state.at.plus_millis(dt_s * 1000);
        let now = Now { start: self.start, at: state.at, dt_s, dt: dt_s as f64 };
        neutral::reset(state);
        faults::begin_due(plan, state, self.start, dt_s);
        faults::act(plan, state, self.start, dt_s);
        remedies::finish_due(plan, state, self.start);
        change::make_due(plan, state, now);
        process::begin(plan, state, now);
        scratch.clear();
        entry::arrive(plan, state, &self.streams, scratch, now);
        for component in 0..plan.components.len() {
            if plan.components[component].kind == ComponentKind::Worker {
                broker::pull(plan, state, scratch, component, now);
            }
            for idx in plan.components[component].instances.clone() {
                instance::step(plan, state, scratch, idx, now);
            }
        }
        entry::settle(plan, state, scratch, now);
        for component in 0..plan.components.len() {
            database::step(plan, state, scratch, component, now);
            cache::step(plan, state, scratch, component);
            broker::step(state, scratch, component, now);
            balancer::step(plan, state, component);
        }
        host::step(plan, state, scratch, now);
        check::run_due(plan, state, &self.streams, now);
    }

    /// Returns how many messages were published to each component, brokers being the ones with any.
    pub(crate) fn published(&self) -> Vec<u64> {
        self.state.components.iter().map(|c| c.broker.as_ref().map_or(0, |b| b.published)).collect()
    }

    /// Goes over from steps of a minute to shorter ones.
    pub(crate) fn shorten_steps(&mut self) {
        for component in 0..self.plan.components.len() {
            broker::shorten(&mut self.state, component);
        }
    }

    /// Goes over to steps of `dt_s` seconds; `published` is what was in the minute before, by component.
    pub(crate) fn lengthen_steps(&mut self, published: &[u64], dt_s: i64) {
        for (component, &published) in published.iter().enumerate() {
            broker::lengthen(&mut self.state, component, published, dt_s);
        }
    }

    /// Returns what a component's instances finished in the last step: in order, and not (refused ones included).
    pub(crate) fn finished(&self, component: usize) -> (u64, u64) {
        let totals = &self.scratch.totals[component];
        (totals.ok, totals.failed)
    }

    /// Returns the mean response time of a component's instances in the last step, seconds.
    pub(crate) fn response_s(&self, component: usize) -> f64 {
        entry::response(&self.plan, &self.state, component)
    }

    /// Returns what came to its end for the users of an entry in the last step: in order, and not.
    pub(crate) fn of_entry(&self, entry: usize) -> (u64, u64) {
        self.scratch.users[entry]
    }

    /// Returns how many requests of users came to their end in the last step, and how many of these failed for them.
    pub(crate) fn users(&self) -> (u64, u64) {
        (self.scratch.left, self.scratch.failed)
    }
}

/// Returns the instances that an edge asks for a caller on a host, each with its share of the tries.
#[cfg(test)]
pub(crate) fn asked(plan: &Plan, state: &State, edge: usize, host: usize) -> Vec<(usize, f64)> {
    let mut routes = Vec::new();
    route::find(plan, state, edge, host, &mut routes);
    routes.iter().map(|r| (r.instance, r.share)).collect()
}

/// The time of a step.
#[derive(Clone, Copy, Debug)]
struct Now {
    start: Timestamp,
    /// The end of the step.
    at: Timestamp,
    dt_s: i64,
    dt: f64,
}

impl Now {
    /// Reports whether a time falls into this step (its end included).
    fn reaches(self, at: Timestamp) -> bool {
        at <= self.at && at > self.at.plus_millis(-self.dt_s * 1000)
    }

    /// Returns the weight of what happens in this step for something that evens over `tau_s` seconds.
    fn weight(self, tau_s: f64) -> f64 {
        self.dt / (self.dt + tau_s)
    }
}

/// The noise of the engine, by its names.
#[derive(Clone, Debug)]
struct Streams {
    /// One for each entry: how many happen to come in a second, in a minute, and how the load wanders.
    arrivals: Vec<Noise>,
    waves: Vec<Noise>,
    drifts: Vec<Noise>,
    /// One for each check.
    checks: Vec<Noise>,
}

impl Streams {
    fn new(plan: &Plan, seed: u64) -> Self {
        let named = |what: &str| {
            let name = |e: &crate::plan::EntryPlan| format!("{what} {}", plan.components[e.component].name);
            plan.load.entries.iter().map(|e| Noise::new(seed, &name(e))).collect()
        };
        Self {
            arrivals: named("arrivals"),
            waves: named("wave"),
            drifts: named("load"),
            checks: plan.checks.iter().map(|c| Noise::new(seed, &format!("check {}", c.name))).collect(),
        }
    }
}

/// What a component's instances did in one step, whole.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    /// Inside before, and come during the step.
    present: u64,
    ok: u64,
    /// Failed, refused, or ended by a crash.
    failed: u64,
}

/// Memory of one step; nothing in it outlives the step, so it is no part of the state.
#[derive(Clone, Debug, Default)]
struct Scratch {
    /// By instance: users' requests and messages (whole), tries of other components, writes among them.
    entering: Vec<u64>,
    arriving: Vec<f64>,
    writes: Vec<f64>,
    /// By instance: how many callers at most wait for it.
    allowed: Vec<f64>,
    /// By instance: connections of its callers in use.
    connections: Vec<f64>,
    /// By component.
    totals: Vec<Totals>,
    wanted_connections: Vec<f64>,
    misses: Vec<f64>,
    /// Messages that a broker has taken, or writes that a primary has; messages pulled from a broker.
    published: Vec<u64>,
    pulled: Vec<u64>,
    reads_of_replicas: Vec<f64>,
    /// By host.
    cpu: Vec<f64>,
    written: Vec<f64>,
    operations: Vec<f64>,
    sent: Vec<f64>,
    taken: Vec<f64>,
    /// Whom the links of the instance at hand ask, edge after edge.
    routes: Vec<route::Route>,
    outlooks: Vec<link::Outlook>,
    /// By entry: users whose requests ended well, and not.
    users: Vec<(u64, u64)>,
    /// Users whose requests ended, and for whom they failed, over all entries.
    left: u64,
    failed: u64,
}

impl Scratch {
    fn new(plan: &Plan) -> Self {
        let (n, c, h) = (plan.instances.len(), plan.components.len(), plan.hosts.len());
        Self {
            entering: vec![0; n],
            arriving: vec![0.0; n],
            writes: vec![0.0; n],
            allowed: vec![0.0; n],
            connections: vec![0.0; n],
            totals: vec![Totals::default(); c],
            wanted_connections: vec![0.0; c],
            misses: vec![0.0; c],
            published: vec![0; c],
            pulled: vec![0; c],
            reads_of_replicas: vec![0.0; n],
            cpu: vec![0.0; h],
            written: vec![0.0; h],
            operations: vec![0.0; h],
            sent: vec![0.0; h],
            taken: vec![0.0; h],
            users: vec![(0, 0); plan.load.entries.len()],
            ..Self::default()
        }
    }

    fn clear(&mut self) {
        for counts in [&mut self.entering, &mut self.published, &mut self.pulled] {
            counts.fill(0);
        }
        for values in [
            &mut self.arriving,
            &mut self.writes,
            &mut self.allowed,
            &mut self.connections,
            &mut self.wanted_connections,
            &mut self.misses,
            &mut self.reads_of_replicas,
            &mut self.cpu,
            &mut self.written,
            &mut self.operations,
            &mut self.sent,
            &mut self.taken,
        ] {
            values.fill(0.0);
        }
        self.totals.fill(Totals::default());
        (self.left, self.failed) = (0, 0);
    }
}

#[cfg(test)]
mod tests;
