//! What an objective measures in one step: how much was as it should be, and how much was not.

use crate::plan::Plan;
use crate::queue;
use crate::scenario::{Measure, Objective};
use crate::state::{DatabaseState, State};
use crate::step::Engine;

/// Returns the two amounts of the step that the engine has just made; their units are those of the measure (requests,
/// seconds, instances), so that only their share means something.
///
/// `counted` is the measure's own memory: the counter that it saw last.
pub(super) fn take(engine: &Engine, objective: &Objective, counted: &mut u64, dt_s: f64) -> (f64, f64) {
    let (plan, state) = (&*engine.plan, &engine.state);
    let hosts = || hosts(plan, state, &objective.component);
    let Some(component) = plan.component(&objective.component) else {
        return match objective.measure {
            Measure::Reporting => split(&hosts(), |h| !state.hosts[h].silent),
            Measure::Room { limit_ratio } => has_room(state, hosts(), limit_ratio, dt_s),
            Measure::Success
            | Measure::Fast { .. }
            | Measure::Fresh
            | Measure::Following { .. }
            | Measure::KeepingUp { .. }
            | Measure::Unattacked
            | Measure::Lean { .. } => (0.0, 0.0),
        };
    };
    match objective.measure {
        Measure::Success => succeeded(engine, component, None),
        Measure::Fast { limit_ms } => succeeded(engine, component, Some(limit_ms / 1000.0)),
        Measure::Fresh => fresh(plan, state, component, dt_s),
        Measure::Following { limit_s } => following(plan, state, component, limit_s),
        Measure::KeepingUp { limit_s } => {
            let oldest_s = state.components[component].broker.as_ref().map_or(0.0, |b| b.oldest_s);
            all_of(dt_s, oldest_s <= limit_s)
        }
        Measure::Reporting => split(&hosts(), |h| !state.hosts[h].silent),
        Measure::Unattacked => unattacked(engine, component, counted),
        Measure::Room { limit_ratio } => has_room(state, hosts(), limit_ratio, dt_s),
        Measure::Lean { limit_ratio } => {
            let limit_mib = plan.components[component].memory_limit_mib * limit_ratio;
            split(&present(plan, state, component), |i| state.instances[i].memory_mib <= limit_mib)
        }
    }
}

/// Returns the whole of something, on the good side or on the other.
fn all_of(amount: f64, good: bool) -> (f64, f64) {
    if good { (amount, 0.0) } else { (0.0, amount) }
}

/// Counts those that are as they should be, and those that are not.
fn split(of: &[usize], good: impl Fn(usize) -> bool) -> (f64, f64) {
    let n_good = of.iter().filter(|&&i| good(i)).count();
    (n_good as f64, (of.len() - n_good) as f64)
}

/// Returns the instances that are there, running or not.
fn present(plan: &Plan, state: &State, component: usize) -> Vec<usize> {
    let is_there = |i: &usize| state.instances[*i].phase != crate::state::Phase::Absent;
    plan.components[component].instances.clone().filter(is_there).collect()
}

/// Returns the host of that name, or those on which the component of that name runs.
fn hosts(plan: &Plan, state: &State, name: &str) -> Vec<usize> {
    if let Some(host) = plan.host(name) {
        return vec![host];
    }
    let Some(component) = plan.component(name) else { return Vec::new() };
    let mut hosts: Vec<usize> =
        present(plan, state, component).into_iter().map(|i| plan.instances[i].host).collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

fn has_room(state: &State, hosts: Vec<usize>, limit_ratio: f64, dt_s: f64) -> (f64, f64) {
    let free = |h: usize| 1.0 - state.hosts[h].disk_used_gib / state.hosts[h].disk_size_gib.max(1e-9);
    all_of(dt_s, hosts.into_iter().all(|h| free(h) >= limit_ratio))
}

/// Counts requests that ended well (and in time): for users where they come in, else for the component.
fn succeeded(engine: &Engine, component: usize, limit_s: Option<f64>) -> (f64, f64) {
    let entries = || engine.plan.load.entries.iter().enumerate().filter(|(_, e)| e.component == component);
    let (ok, failed) = if entries().next().is_some() {
        let of_entries = entries().map(|(idx, _)| engine.of_entry(idx));
        of_entries.fold((0, 0), |sum, more| (sum.0 + more.0, sum.1 + more.1))
    } else {
        engine.finished(component)
    };
    let late = limit_s.map_or(0.0, |limit_s| queue::tail(engine.response_s(component), limit_s));
    let in_time = ok as f64 * (1.0 - late);
    (in_time, ok as f64 - in_time + failed as f64)
}

/// Counts answers to reads, from replicas (which get nothing else) and from the primary.
fn fresh(plan: &Plan, state: &State, component: usize, dt_s: f64) -> (f64, f64) {
    let (Some(own), Some(database)) =
        (&plan.components[component].database, &state.components[component].database)
    else {
        return (0.0, 0.0);
    };
    let (mut good, mut bad) = (0.0, 0.0);
    for (replica, i) in database.replicas.iter().zip(plan.components[component].instances.clone()) {
        let answers = state.instances[i].completed_rps * dt_s;
        if database.primary == Some(i) {
            good += answers * (1.0 - database.write_ratio.clamp(0.0, 1.0));
        } else if replica.lag_s > own.stale_after_s || replica.diverged {
            bad += answers;
        } else {
            good += answers;
        }
    }
    (good, bad)
}

/// Counts the replicas that follow their primary.
fn following(plan: &Plan, state: &State, component: usize, limit_s: f64) -> (f64, f64) {
    let Some(database) = &state.components[component].database else { return (0.0, 0.0) };
    let first = plan.components[component].instances.start;
    let mut replicas = present(plan, state, component);
    replicas.retain(|&i| database.primary != Some(i));
    split(&replicas, |i| follows(state, database, i, i - first, limit_s))
}

fn follows(state: &State, database: &DatabaseState, instance: usize, k: usize, limit_s: f64) -> bool {
    let replica = &database.replicas[k];
    let applies = !replica.stopped && replica.seeding_until.is_none() && !replica.diverged;
    applies && replica.lag_s <= limit_s && state.instances[instance].phase == crate::state::Phase::Up
}

/// Counts requests of users, and those that were refused for their credential since the last step.
fn unattacked(engine: &Engine, component: usize, counted: &mut u64) -> (f64, f64) {
    let instances = engine.plan.components[component].instances.clone();
    let refused: u64 = instances.map(|i| engine.state.instances[i].unauthorized).sum();
    // A counter begins anew with its process.
    let more = refused.saturating_sub(*counted);
    *counted = refused;
    let (ok, failed) = engine.finished(component);
    ((ok + failed) as f64, more as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::shop;
    use crate::state::Phase;

    /// A plan, its bare state and the position of its first database.
    fn with_database() -> (Plan, State, usize) {
        let plan = shop();
        let state = crate::faults::bare_state(&plan);
        let database = plan.components.iter().position(|c| c.database.is_some()).unwrap();
        (plan, state, database)
    }

    #[test]
    fn answers_of_a_replica_too_far_behind_are_not_fresh_and_those_of_the_primary_are() {
        let (plan, mut state, c) = with_database();
        let first = plan.components[c].instances.start;
        state.instances[first].completed_rps = 100.0;
        state.instances[first + 1].completed_rps = 30.0;
        let limit_s = plan.components[c].database.as_ref().unwrap().stale_after_s;
        let database = state.components[c].database.as_mut().unwrap();
        database.write_ratio = 0.4;
        assert_eq!(fresh(&plan, &state, c, 2.0), (180.0, 0.0));

        state.components[c].database.as_mut().unwrap().replicas[1].lag_s = limit_s + 1.0;

        assert_eq!(fresh(&plan, &state, c, 2.0), (120.0, 60.0));
    }

    #[test]
    fn a_replica_follows_when_it_applies_and_is_near_enough() {
        let (plan, mut state, c) = with_database();
        let n = present(&plan, &state, c).len() as f64 - 1.0;
        assert_eq!(following(&plan, &state, c, 60.0), (n, 0.0));
        state.components[c].database.as_mut().unwrap().replicas[1].lag_s = 61.0;
        assert_eq!(following(&plan, &state, c, 60.0), (n - 1.0, 1.0));
        state.components[c].database.as_mut().unwrap().replicas[1].lag_s = 0.0;
        state.components[c].database.as_mut().unwrap().replicas[1].stopped = true;

        assert_eq!(following(&plan, &state, c, 60.0), (n - 1.0, 1.0));
    }

    #[test]
    fn a_host_that_is_silent_does_not_report_and_a_full_one_has_no_room() {
        let (plan, mut state, _) = with_database();
        let host = hosts(&plan, &state, &plan.hosts[0].name);
        assert_eq!(host, [0]);
        let free = 1.0 - state.hosts[0].disk_used_gib / state.hosts[0].disk_size_gib;
        assert_eq!(has_room(&state, vec![0], free / 2.0, 1.0), (1.0, 0.0));
        assert_eq!(has_room(&state, vec![0], free + 0.01, 1.0), (0.0, 1.0));
        state.hosts[0].silent = true;

        assert_eq!(split(&host, |h| !state.hosts[h].silent), (0.0, 1.0));
    }

    #[test]
    fn free_places_are_no_instances() {
        let (plan, mut state, c) = with_database();
        let n = present(&plan, &state, c).len();
        state.instances[plan.components[c].instances.start].phase = Phase::Absent;

        assert_eq!(present(&plan, &state, c).len(), n - 1);
    }
}
