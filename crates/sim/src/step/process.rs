//! Processes: starting, stopping, dying, and what that does to the requests inside.

use super::Now;
use crate::plan::{EdgeKind, Plan};
use crate::state::{Carry, LinkState, Phase, State, UNSEEN_S};

/// Entries of a process table (the default of `kernel.pid_max` on Linux).
const PROCESS_TABLE: f64 = 32_768.0;

/// Starts an instance anew: what is inside fails, the books begin at zero, and it answers after its time to start.
pub(crate) fn restart(plan: &Plan, state: &mut State, instance: usize) {
    end_requests(plan, state, instance);
    let was_drained = matches!(state.instances[instance].phase, Phase::Draining | Phase::Absent);
    clear_books(plan, state, instance);
    forget_cached(plan, state, instance);
    let component = &plan.components[plan.instances[instance].component];
    let version = state.components[plan.instances[instance].component].version.clone();
    let at = state.at;
    let own = &mut state.instances[instance];
    own.restarts += 1;
    own.phase = Phase::Starting(at.plus_millis(span_ms(component.start_s)));
    own.started_at = at;
    own.version = version;
    own.workers = f64::from(component.workers);
    own.memory_mib = component.memory_mib;
    own.holding_s = component.own_ms / 1000.0;
    own.response_s = own.holding_s;
    if was_drained {
        own.unseen_s = UNSEEN_S;
    }
}

/// Starts an instance that does not run; one that runs is left alone.
pub(crate) fn start(plan: &Plan, state: &mut State, instance: usize) {
    match state.instances[instance].phase {
        Phase::Absent | Phase::Crashed | Phase::Hanging => {
            let restarts = state.instances[instance].restarts;
            let is_new = state.instances[instance].phase == Phase::Absent;
            restart(plan, state, instance);
            if is_new {
                // A place that is taken for the first time has nothing that was restarted.
                state.instances[instance].restarts = restarts;
            }
        }
        Phase::Starting(_) | Phase::Up | Phase::Draining => {}
    }
}

/// Takes an instance away: what is inside fails.
pub(crate) fn stop(plan: &Plan, state: &mut State, instance: usize) {
    end_requests(plan, state, instance);
    clear_books(plan, state, instance);
    forget_cached(plan, state, instance);
    let own = &mut state.instances[instance];
    own.phase = Phase::Absent;
    own.workers = 0.0;
    own.memory_mib = 0.0;
    own.unseen_s = UNSEEN_S;
}

/// Lets an instance die: what is inside fails, and nothing starts it again.
pub(crate) fn crash(plan: &Plan, state: &mut State, instance: usize) {
    end_requests(plan, state, instance);
    forget_cached(plan, state, instance);
    let own = &mut state.instances[instance];
    own.phase = Phase::Crashed;
    own.memory_mib = 0.0;
    own.leaked_mib = 0.0;
}

/// Kills an instance for its memory; whoever supervises it starts it again at once.
pub(super) fn kill_for_memory(plan: &Plan, state: &mut State, instance: usize) {
    restart(plan, state, instance);
    state.instances[instance].killed_for_memory += 1;
}

/// Lets what has started answer, and counts for how long others have not answered.
pub(super) fn begin(plan: &Plan, state: &mut State, now: Now) {
    for idx in 0..state.instances.len() {
        let host = &state.hosts[plan.instances[idx].host];
        let (is_up, is_full) = (host.up, host.zombies >= PROCESS_TABLE * 0.98);
        if !is_up {
            fall_with_host(plan, state, idx);
        }
        let usual = f64::from(plan.components[plan.instances[idx].component].workers);
        let own = &mut state.instances[idx];
        match own.phase {
            Phase::Starting(until) if until <= now.at && is_up && !is_full => own.phase = Phase::Up,
            // Whoever wants another process for a request gets none; workers that end are not replaced.
            Phase::Up if is_full => own.workers = (own.workers * (1.0 - 0.002 * now.dt).max(0.5)).max(1.0),
            // With room in the table they are replaced, a twentieth of them a second.
            Phase::Up => own.workers = (own.workers + usual * 0.05 * now.dt).min(usual),
            Phase::Starting(_) | Phase::Absent | Phase::Draining | Phase::Hanging | Phase::Crashed => {}
        }
        let answers = own.phase == Phase::Up && is_up;
        own.unseen_s = if answers { 0.0 } else { (own.unseen_s + now.dt).min(1e6) };
    }
}

/// Ends what ran on a machine that is down; it starts again with the machine.
fn fall_with_host(plan: &Plan, state: &mut State, instance: usize) {
    match state.instances[instance].phase {
        Phase::Absent | Phase::Crashed => return,
        Phase::Up | Phase::Draining | Phase::Hanging => restart(plan, state, instance),
        Phase::Starting(_) => {}
    }
    let start_s = plan.components[plan.instances[instance].component].start_s;
    state.instances[instance].phase = Phase::Starting(state.at.plus_millis(span_ms(start_s)));
}

/// Fails what is inside. A worker's messages go back to the broker, which has no receipt for them.
fn end_requests(plan: &Plan, state: &mut State, instance: usize) {
    let own = &mut state.instances[instance];
    let inside = std::mem::take(&mut own.inside);
    own.failed += inside;
    own.lost += inside;
    own.leaving = Carry::HALF;
    for edge in plan.components[plan.instances[instance].component].edges.clone() {
        if plan.edges[edge].kind != EdgeKind::Consume {
            continue;
        }
        if let Some(broker) = &mut state.components[plan.edges[edge].to].broker {
            broker.taken = broker.taken.saturating_sub(inside);
        }
    }
}

/// Lets the books of a process and of its links begin anew.
fn clear_books(plan: &Plan, state: &mut State, instance: usize) {
    let own = &mut state.instances[instance];
    (own.offered, own.refused, own.ok, own.failed) = (0, 0, 0, 0);
    (own.unauthorized, own.timed_out) = (0, 0);
    own.response_sum_s = 0.0;
    own.buckets.fill(0.0);
    own.cpu_seconds = 0.0;
    own.sent_bytes = 0.0;
    own.leaked_mib = 0.0;
    own.connections = 0.0;
    (own.failed_ratio, own.refused_ratio, own.busy_ratio) = (0.0, 0.0, 0.0);
    let component = &plan.components[plan.instances[instance].component];
    for edge in component.edges.clone() {
        let link = plan.first_link[edge] + instance - component.instances.start;
        let time_s = state.links[link].time_s;
        // What a call takes is a matter of the callee and is known again with the first one.
        state.links[link] = LinkState { time_s, ..LinkState::default() };
    }
}

/// Takes an instance's part out of what a cache holds.
fn forget_cached(plan: &Plan, state: &mut State, instance: usize) {
    let component = plan.instances[instance].component;
    let instances = plan.components[component].instances.clone();
    let running = instances.filter(|&i| state.answers(plan, i)).count();
    let was_running = state.answers(plan, instance);
    if let Some(cache) = &mut state.components[component].cache
        && was_running
    {
        cache.warmth *= 1.0 - 1.0 / running.max(1) as f64;
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the plan holds times to start of at most some hours")]
fn span_ms(seconds: f64) -> i64 {
    (seconds * 1000.0) as i64
}
