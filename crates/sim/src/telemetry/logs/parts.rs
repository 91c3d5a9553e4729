//! Lines of databases, caches, consumers, balancers and machines.

use super::{Code, Data, Machine, Own, Who, Writer};
use crate::plan::{ComponentKind, EdgeKind};
use crate::state::State;
use crate::telemetry::watch::Watch;

/// A replica that is so many seconds behind says so now and then.
const LAGGING_S: f64 = 60.0;

/// A transaction that is open for longer makes others say that they wait.
const LOCK_WAIT_S: f64 = 2.0;

/// A cache below this warmth is cold.
const COLD: f64 = 0.5;

/// Lines of a machine about one cause in one step.
const HOST_LINES: u32 = 4;

/// Writes what a component's own condition gives cause to.
pub(super) fn component(writer: &mut Writer<'_>, watch: &mut Watch, component: usize) {
    let state = writer.state;
    writer.turn();
    // Other numbers than those of the lines that its instances wrote in this step.
    writer.count = 128;
    if state.components[component].database.is_some() {
        database(writer, watch, component);
        replicas(writer, watch, component);
    }
    if let Some(cache) = &state.components[component].cache {
        let cold = cache.warmth < COLD;
        if cold && !watch.components[component].cold {
            each_instance(writer, watch, component, Code::Own(Own::CacheCold), cache.warmth);
        }
    }
    if writer.plan.components[component].kind == ComponentKind::Worker {
        consumer(writer, watch, component);
    }
    servers(writer, watch, component);
    disk(writer, watch, component);
}

/// Lets every instance that answers write a line.
fn each_instance(writer: &mut Writer<'_>, watch: &mut Watch, component: usize, code: Code, x: f64) {
    for instance in writer.plan.components[component].instances.clone() {
        if writer.state.answers(writer.plan, instance) {
            writer.write(watch, instance, code, 0, x);
        }
    }
}

/// Writes the lines of the primary: slow statements, locks, deadlocks, the limit of connections, a promotion.
fn database(writer: &mut Writer<'_>, watch: &mut Watch, component: usize) {
    let Some(now) = &writer.state.components[component].database else { return };
    let Some(primary) = now.primary else { return };
    let memo = &watch.components[component];
    let (deadlocks, before) = (now.deadlocks - memo.deadlocks, memo.primary);
    if before != Some(primary) {
        writer.write(watch, primary, Code::Data(Data::Promoted), 0, 0.0);
    }
    if !writer.state.answers(writer.plan, primary) {
        return;
    }
    if deadlocks >= 1.0 {
        writer.repeat(watch, primary, (Code::Data(Data::Deadlock), 0, 0.0), super::whole(deadlocks.min(1e6)));
    }
    if now.lock_waiters >= 1.0 && now.oldest_transaction_s > LOCK_WAIT_S {
        let lines = super::whole((now.lock_waiters / 5.0).clamp(1.0, 4.0));
        writer.repeat(watch, primary, (Code::Data(Data::LockWait), 0, now.oldest_transaction_s), lines);
    }
    if now.refused_ratio > 0.0 {
        writer.repeat(watch, primary, (Code::Data(Data::ConnectionLimit), 0, now.connections), 2);
    }
    let own_s = writer.plan.components[component].own_ms / 1000.0;
    for instance in writer.plan.components[component].instances.clone() {
        let held_s = writer.state.instances[instance].response_s;
        // A statement is worth a line from a quarter of a second on, and when it is far from what is usual.
        if writer.state.answers(writer.plan, instance) && held_s > (own_s * 8.0).max(0.25) {
            writer.write(watch, instance, Code::Data(Data::SlowQuery), 0, held_s);
        }
    }
}

/// Writes the lines of replicas that stop, go on or lag.
fn replicas(writer: &mut Writer<'_>, watch: &mut Watch, component: usize) {
    let Some(now) = &writer.state.components[component].database else { return };
    let minute = writer.state.at.as_millis().rem_euclid(60_000) < writer.dt_s * 1000;
    for (k, replica) in now.replicas.iter().enumerate() {
        let instance = writer.plan.components[component].instances.start + k;
        if now.primary == Some(instance) || !writer.state.answers(writer.plan, instance) {
            continue;
        }
        let before = watch.components[component].stopped.get(k).copied().unwrap_or(false);
        let number = f64::from(replica.error);
        if replica.stopped && (!before || minute) {
            writer.write(watch, instance, Code::Data(Data::ReplicationError), 0, number);
        } else if before && !replica.stopped {
            writer.write(watch, instance, Code::Data(Data::ReplicationResumed), 0, 0.0);
        } else if replica.lag_s > LAGGING_S && minute {
            writer.write(watch, instance, Code::Data(Data::ReplicationLag), 0, replica.lag_s);
        }
    }
}

/// Returns whether the broker of a worker hands out nothing.
fn is_stuck(writer: &Writer<'_>, component: usize) -> bool {
    writer.plan.components[component].edges.clone().any(|e| {
        let edge = &writer.plan.edges[e];
        let broker = writer.state.components[edge.to].broker.as_ref();
        edge.kind == EdgeKind::Consume && broker.is_some_and(|b| b.consumers_stuck)
    })
}

/// Writes the lines of consumers that take nothing, or go on.
fn consumer(writer: &mut Writer<'_>, watch: &mut Watch, component: usize) {
    let stuck = is_stuck(writer, component);
    let minute = writer.state.at.as_millis().rem_euclid(60_000) < writer.dt_s * 1000;
    let before = watch.components[component].stuck;
    if stuck && (!before || minute) {
        each_instance(writer, watch, component, Code::Own(Own::ConsumerStuck), 0.0);
    } else if before && !stuck {
        each_instance(writer, watch, component, Code::Own(Own::ConsumerResumed), 0.0);
    }
    watch.components[component].stuck = stuck;
}

/// Writes the lines of a balancer about servers that it takes out or in.
fn servers(writer: &mut Writer<'_>, watch: &mut Watch, component: usize) {
    let state = writer.state;
    let (Some(now), Some(planned)) =
        (&state.components[component].balancer, writer.plan.components[component].balancer)
    else {
        return;
    };
    let first = writer.plan.components[planned.behind].instances.start;
    for (k, &registered) in now.registered.iter().enumerate() {
        let serves = registered && !now.unhealthy.get(k).copied().unwrap_or(false);
        let before = watch.components[component].served.get(k).copied().unwrap_or(serves);
        if serves == before {
            continue;
        }
        let code = if serves { Code::Own(Own::ServerUp) } else { Code::Own(Own::ServerDown) };
        for instance in writer.plan.components[component].instances.clone() {
            if writer.state.answers(writer.plan, instance) {
                writer.write(watch, instance, code, first + k, 0.0);
            }
        }
    }
}

/// Writes the lines of programs that find no room to write.
fn disk(writer: &mut Writer<'_>, watch: &mut Watch, component: usize) {
    if writer.plan.components[component].written_bytes <= 0.0 {
        return;
    }
    for instance in writer.plan.components[component].instances.clone() {
        let host = &writer.state.hosts[writer.plan.instances[instance].host];
        let full = host.disk_used_gib >= host.disk_size_gib * 0.999;
        if full && host.up && writer.state.instances[instance].offered_rps > 0.0 {
            writer.write(watch, instance, Code::Own(Own::NoSpace), 0, host.disk_size_gib);
        }
    }
}

/// Remembers what the lines of the next step are compared with.
pub(super) fn remember_component(watch: &mut Watch, state: &State, component: usize) {
    let (memo, now) = (&mut watch.components[component], &state.components[component]);
    if let Some(database) = &now.database {
        memo.deadlocks = database.deadlocks;
        memo.primary = database.primary.or(memo.primary);
        memo.stopped.clear();
        memo.stopped.extend(database.replicas.iter().map(|r| r.stopped));
    }
    if let Some(cache) = &now.cache {
        memo.cold = cache.warmth < COLD;
    }
    if let Some(balancer) = &now.balancer {
        let healthy = balancer.unhealthy.iter().map(|&u| !u).chain(std::iter::repeat(true));
        memo.served.clear();
        memo.served.extend(balancer.registered.iter().zip(healthy).map(|(&r, h)| r && h));
    }
}

/// Writes the lines of a machine.
pub(super) fn host(writer: &mut Writer<'_>, watch: &mut Watch, host: usize) {
    writer.turn();
    // Other numbers than those of the lines about killed processes.
    writer.count = 64;
    let (now, memo) = (&writer.state.hosts[host], watch.hosts[host]);
    if !now.up {
        return;
    }
    let who = Who::Host(host);
    if !memo.up || now.started_at != memo.started_at {
        writer.push(who, Code::Machine(Machine::Booted), 0, 0.0);
    }
    let minute = writer.state.at.as_millis().rem_euclid(60_000) < writer.dt_s * 1000;
    let full = now.disk_used_gib >= now.disk_size_gib * 0.999;
    if full && (!memo.full || minute) {
        writer.push(who, Code::Machine(Machine::DiskFull), 0, now.disk_size_gib);
    }
    if (now.clock_offset_s - memo.clock_offset_s).abs() > 0.5 {
        writer.push(who, Code::Machine(Machine::ClockStepped), 0, now.clock_offset_s - memo.clock_offset_s);
    }
    if now.zombies > 20_000.0 {
        writer.push(who, Code::Machine(Machine::NoFork), 0, now.zombies);
    }
    if now.loss_ratio > 0.01 && minute {
        writer.push(who, Code::Machine(Machine::LinkErrors), 0, now.loss_ratio);
    }
    let logins = now.failed_logins.floor() - memo.failed_logins.floor();
    let dropped = now.refused_connections.floor() - memo.refused_connections.floor();
    some(writer, who, Code::Machine(Machine::FailedLogin), logins);
    some(writer, who, Code::Machine(Machine::PortDropped), dropped);
    if writer.voices.mistypes(host, writer.state.at.as_millis(), writer.dt_s) {
        some(writer, who, Code::Machine(Machine::FailedLogin), 1.0);
    }
    // About one line of everyday life in two minutes: a timer, a session, a certificate renewal that found nothing.
    let at_ms = writer.state.at.as_millis();
    let chance = (writer.dt_s as f64 / 120.0).min(1.0);
    if writer.voices.hosts[host].uniform(at_ms.wrapping_mul(3)) < chance {
        writer.push(who, Code::Machine(Machine::Session), 0, 0.0);
    }
}

/// Writes some lines of one cause: as many as there were, at most a few.
fn some(writer: &mut Writer<'_>, who: Who, code: Code, times: f64) {
    for k in 0..HOST_LINES {
        if f64::from(k) + 1.0 <= times {
            writer.push(who, code, 0, times);
        }
    }
}
