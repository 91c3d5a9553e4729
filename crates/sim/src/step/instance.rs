//! One instance in one step: what arrives, what leaves and how, and the calls that this takes.

use super::link::{self, LOCK_WAIT_S};
use super::{Now, Scratch, process};
use crate::plan::{ComponentKind, EdgeKind, Plan};
use crate::queue::{self, Flow};
use crate::state::{Carry, NO_LIMIT, Phase, State};

/// No response is told to take longer, seconds.
const LONGEST_S: f64 = 3_600.0;
/// Memory of one request inside, MiB.
const REQUEST_MIB: f64 = 0.05;
/// Bytes of one request on the network.
const REQUEST_BYTES: f64 = 800.0;
/// Bytes of one disk operation.
const OPERATION_BYTES: f64 = 16_384.0;
/// Share of requests that fail where nothing can be written any more: those that have to keep something.
const FULL_DISK_FAILS: f64 = 0.1;

/// Moves one instance on.
pub(super) fn step(plan: &Plan, state: &mut State, scratch: &mut Scratch, idx: usize, now: Now) {
    let component = plan.instances[idx].component;
    let tried = std::mem::take(&mut scratch.arriving[idx]);
    let own = &mut state.instances[idx];
    let lost = std::mem::take(&mut own.lost);
    let arrivals = own.arriving.take(tried) + scratch.entering[idx];
    let totals = &mut scratch.totals[component];
    totals.present += own.inside + arrivals + lost;
    totals.failed += lost;
    own.offered += arrivals;
    own.offered_rps = arrivals as f64 / now.dt;
    own.connections = scratch.connections[idx];
    match state.instances[idx].phase {
        Phase::Up | Phase::Draining => work(plan, state, scratch, idx, (arrivals, tried), now),
        Phase::Absent | Phase::Starting(_) | Phase::Hanging | Phase::Crashed => {
            stand(state, scratch, (component, idx), arrivals);
        }
    }
}

/// Refuses what comes to an instance that does nothing.
fn stand(state: &mut State, scratch: &mut Scratch, (component, idx): (usize, usize), arrivals: u64) {
    let own = &mut state.instances[idx];
    own.refused += arrivals;
    own.completed_rps = 0.0;
    own.refused_ratio = 0.0;
    own.headroom = NO_LIMIT;
    own.busy_ratio = if own.phase == Phase::Hanging { 1.0 } else { 0.0 };
    scratch.totals[component].failed += arrivals;
}

fn work(
    plan: &Plan,
    state: &mut State,
    scratch: &mut Scratch,
    idx: usize,
    (arrivals, tried): (u64, f64),
    now: Now,
) {
    link::judge_all(plan, state, scratch, idx, now);
    let component = plan.instances[idx].component;
    let write_ratio = if tried > 0.0 { (scratch.writes[idx] / tried).min(1.0) } else { 0.0 };
    let kept = own_s(plan, state, idx, write_ratio);
    let workers = (state.instances[idx].workers - state.instances[idx].stuck_workers).max(0.0);
    let holding_s = kept + calls_s(plan, state, scratch);
    let most = most_completions(scratch, now);
    let admitted = admit(state, (component, idx), arrivals);
    let own = &mut state.instances[idx];
    // What the fluid has inside; the whole number beside it is this one rounded, so that they are half a request apart
    // at the most and the last one of an idle instance does not stay for ever.
    let before = own.inside as f64 + Carry::HALF.0 - own.leaving.0;
    let variation = plan.components[component].variation;
    let flow = queue::advance(before, admitted as f64, workers, holding_s, variation, now.dt);
    let flow = held_back(flow, before + admitted as f64, workers, most, now);
    let completed = own.leaving.take(flow.completions).min(own.inside + admitted);
    let room = whole(state.instances[idx].workers) + u64::from(plan.components[component].backlog);
    let own = &mut state.instances[idx];
    let stays = own.inside + admitted - completed;
    // Those who came in this step are refused; those who wait keep their place.
    let overflow = stays.saturating_sub(room).min(admitted);
    own.inside = stays - overflow;
    let refused = arrivals - admitted + overflow;
    own.refused += refused;
    own.refused_ratio = if arrivals > 0 { refused as f64 / arrivals as f64 } else { 0.0 };
    own.holding_s = holding_s;
    own.busy_ratio = flow.utilisation;
    own.completed_rps = completed as f64 / now.dt;
    // Little's law tells the time inside where the backlog is cut off.
    own.response_s = if workers <= 0.0 {
        // Nobody works: whoever waits, waits as long as this lasts.
        (own.response_s + now.dt).min(LONGEST_S)
    } else if overflow > 0 && completed > 0 {
        own.inside as f64 * now.dt / completed as f64
    } else {
        flow.response_s.min(LONGEST_S)
    };
    // What it can take in a step at the most: what its workers carry, or what its own callees let through.
    // A balancer has workers for many more than can ever wait for it.
    let at_work = if tried > 0.0 { workers.min(scratch.allowed[idx].max(1.0)) } else { workers };
    let carried = (at_work / holding_s.max(1e-6) * now.dt).min(most).max(flow.completions);
    own.headroom = headroom(scratch.allowed[idx], own.inside as f64, carried, tried);
    scratch.totals[component].failed += refused;
    finish(plan, state, scratch, (idx, completed), write_ratio);
    link::send_all(plan, state, scratch, completed as f64, now);
    use_host(plan, state, scratch, idx, (completed, arrivals), now);
}

/// Lets no more leave than the callees can take: the others hold their workers until it is their turn there.
fn held_back(flow: Flow, present: f64, workers: f64, most: f64, now: Now) -> Flow {
    if flow.completions <= most {
        return flow;
    }
    let stays = present - most;
    Flow {
        completions: most,
        utilisation: flow.utilisation.max((stays / workers.max(1e-6)).min(1.0)),
        // Little's law.
        response_s: flow.response_s.max(stays * now.dt / most.max(1e-6)),
    }
}

/// Returns by how many times more may arrive in the next step: callers' workers that are left, and what leaves.
fn headroom(allowed: f64, inside: f64, carried: f64, tried: f64) -> f64 {
    if tried <= 0.0 {
        return NO_LIMIT;
    }
    (allowed - inside + carried).max(0.1) / tried
}

/// Returns the time for which a request holds a worker, without calls, seconds.
fn own_s(plan: &Plan, state: &State, idx: usize, write_ratio: f64) -> f64 {
    let own = &state.instances[idx];
    let host = &state.hosts[plan.instances[idx].host];
    let component = &plan.components[plan.instances[idx].component];
    let condition = &state.components[plan.instances[idx].component];
    let flag = match &component.flag {
        Some(flag) if !condition.flag_on => (1.0 - flag.work_ratio).max(0.0),
        Some(_) | None => 1.0,
    };
    let age_s = (state.at.as_millis() - own.started_at.as_millis()) as f64 / 1000.0 - component.start_s;
    let warm = if component.warm_s > 0.0 { (age_s / component.warm_s).clamp(0.0, 1.0) } else { 1.0 };
    let cold = 1.0 + (component.cold_factor - 1.0).max(0.0) * (1.0 - warm);
    let work_s = component.own_ms / 1000.0 * own.slow.max(0.0) * cold * flag * host.cpu_pressure.max(1.0);
    // How many disk operations a request waits for.
    let operations = match component.kind {
        ComponentKind::Database => 0.1 + write_ratio,
        ComponentKind::Broker => 0.2,
        ComponentKind::Service | ComponentKind::Worker | ComponentKind::Cache | ComponentKind::Balancer => {
            0.0
        }
    };
    let locks_s = match &condition.database {
        Some(d) if d.primary == Some(idx) => write_ratio * d.locked_ratio.clamp(0.0, 1.0) * LOCK_WAIT_S,
        Some(_) | None => 0.0,
    };
    work_s + own.extra_ms / 1000.0 + operations * host.disk_ms / 1000.0 + locks_s
}

/// Returns the time for which a request waits for its calls, seconds.
fn calls_s(plan: &Plan, state: &State, scratch: &Scratch) -> f64 {
    let waited = |o: &link::Outlook| match plan.edges[o.edge].kind {
        EdgeKind::Call | EdgeKind::Read | EdgeKind::Write | EdgeKind::Lookup | EdgeKind::Publish => {
            o.calls * state.links[o.link].time_s
        }
        EdgeKind::Consume => 0.0,
    };
    scratch.outlooks.iter().map(waited).sum()
}

/// Returns the most requests for which calls can be made in this step; infinite where no callee nears its limit.
fn most_completions(scratch: &Scratch, now: Now) -> f64 {
    let rates = scratch.outlooks.iter().filter_map(link::Outlook::most_rps);
    rates.fold(f64::INFINITY, f64::min) * now.dt
}

/// Returns how many of the arrivals are let in.
fn admit(state: &mut State, (component, idx): (usize, usize), arrivals: u64) -> u64 {
    let ratio = state.components[component].admitted_ratio.clamp(0.0, 1.0);
    if ratio >= 1.0 {
        return arrivals;
    }
    let denied = state.instances[idx].admitting.take(arrivals as f64 * (1.0 - ratio));
    arrivals - denied.min(arrivals)
}

/// What goes wrong with the requests that leave, as shares of them.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    unauthorized: f64,
    timed_out: f64,
    failed: f64,
}

fn outcome(plan: &Plan, state: &State, scratch: &Scratch, idx: usize, write_ratio: f64) -> Outcome {
    let own = &state.instances[idx];
    let component = plan.instances[idx].component;
    let unauthorized = state.components[component].unauthorized_ratio.clamp(0.0, 1.0);
    let errors = plan.components[component].error_ratio + own.extra_error_ratio;
    let mut passed = (1.0 - errors).clamp(0.0, 1.0) * (1.0 - full_disk(plan, state, idx, write_ratio));
    let mut late = 0.0;
    for o in &scratch.outlooks {
        let fatal = plan.edges[o.edge].fatal_ratio.clamp(0.0, 1.0);
        passed *= all_pass(1.0 - o.failed * fatal, o.calls);
        late += o.timed_out * fatal * o.calls;
    }
    let failed = 1.0 - (1.0 - unauthorized) * passed;
    Outcome { unauthorized, timed_out: late.min(failed - unauthorized).max(0.0), failed }
}

/// Returns the share that fails because nothing can be written.
fn full_disk(plan: &Plan, state: &State, idx: usize, write_ratio: f64) -> f64 {
    let host = &state.hosts[plan.instances[idx].host];
    if host.disk_used_gib < host.disk_size_gib {
        return 0.0;
    }
    match plan.components[plan.instances[idx].component].kind {
        ComponentKind::Database => write_ratio,
        ComponentKind::Broker => 1.0,
        ComponentKind::Service | ComponentKind::Worker | ComponentKind::Cache | ComponentKind::Balancer => {
            FULL_DISK_FAILS
        }
    }
}

/// Returns the chance that `count` calls all pass when one does with `one`; the fraction of a call counts in part.
fn all_pass(one: f64, count: f64) -> f64 {
    let mut left = count.max(0.0);
    let mut passed = 1.0;
    while left >= 1.0 && passed > 1e-9 {
        passed *= one;
        left -= 1.0;
    }
    passed * (1.0 - left.min(1.0) * (1.0 - one))
}

/// Writes the books of what leaves.
fn finish(
    plan: &Plan,
    state: &mut State,
    scratch: &mut Scratch,
    (idx, completed): (usize, u64),
    write_ratio: f64,
) {
    let outcome = outcome(plan, state, scratch, idx, write_ratio);
    let component = plan.instances[idx].component;
    let own = &mut state.instances[idx];
    let count = completed as f64;
    own.failed_ratio = outcome.failed;
    let failed = own.failing.take(count * outcome.failed).min(completed);
    own.failed += failed;
    own.ok += completed - failed;
    let denied = own.denying.take_at_most(count * outcome.unauthorized, failed);
    own.unauthorized += denied;
    own.timed_out += own.timing_out.take_at_most(count * outcome.timed_out, failed - denied);
    own.response_sum_s += count * own.response_s;
    queue::fill_buckets(&mut own.buckets, own.response_s, count);
    let ok = completed - failed;
    scratch.totals[component].ok += ok;
    scratch.totals[component].failed += failed;
    if plan.components[component].kind == ComponentKind::Broker {
        scratch.published[component] += ok;
    }
    if let Some(database) = &mut state.components[component].database
        && database.primary == Some(idx)
    {
        database.write_ratio = write_ratio;
        let written = database.writing.take(ok as f64 * write_ratio);
        scratch.published[component] += written;
    }
}

/// Takes what the requests of this step need from the host, and lets memory grow.
fn use_host(
    plan: &Plan,
    state: &mut State,
    scratch: &mut Scratch,
    idx: usize,
    (completed, arrivals): (u64, u64),
    now: Now,
) {
    let component = &plan.components[plan.instances[idx].component];
    let host = plan.instances[idx].host;
    let own = &mut state.instances[idx];
    let count = completed as f64;
    let cpu_s = count * component.cpu_ms / 1000.0;
    own.cpu_seconds += cpu_s;
    own.sent_bytes += count * component.response_bytes;
    own.leaked_mib += count * own.leak_mib;
    own.memory_mib = component.memory_mib + own.leaked_mib + own.inside as f64 * REQUEST_MIB;
    let too_much = own.memory_mib > component.memory_limit_mib;
    let bytes = count * component.written_bytes;
    scratch.cpu[host] += cpu_s / now.dt;
    scratch.written[host] += bytes;
    let commits = if component.kind == ComponentKind::Database { count * 0.5 } else { 0.0 };
    scratch.operations[host] += (bytes / OPERATION_BYTES + commits) / now.dt;
    scratch.sent[host] += count * component.response_bytes;
    scratch.taken[host] += arrivals as f64 * REQUEST_BYTES;
    if too_much {
        process::kill_for_memory(plan, state, idx);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "workers: finite, not negative and small"
)]
fn whole(value: f64) -> u64 {
    value.max(0.0) as u64
}
