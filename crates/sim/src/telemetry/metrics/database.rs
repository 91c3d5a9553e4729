//! What the exporters of `PostgreSQL` and `MySQL` expose.

use wardroom_core::Unit;

use crate::plan::Plan;
use crate::state::{DatabaseState, ReplicaState};
use crate::telemetry::sheet::{GAP, MIB, Now, Sheet, Signal, flag};

/// Reports whether the server itself answers its exporter.
fn is_up(now: &Now<'_>, signal: &Signal) -> bool {
    now.state.answers(now.plan, signal.a)
}

/// Returns the state of the database when the server of the signal answers.
fn database<'a>(now: &Now<'a>, signal: &Signal) -> Option<&'a DatabaseState> {
    if is_up(now, signal) { now.component(signal).database.as_ref() } else { None }
}

/// Reports whether the instance is the primary.
fn is_primary(database: &DatabaseState, signal: &Signal) -> bool {
    database.primary == Some(signal.a)
}

/// Returns the state as a replica; `None` for the primary and for a server that does not answer.
fn replica<'a>(now: &Now<'a>, signal: &Signal) -> Option<&'a ReplicaState> {
    let database = database(now, signal)?;
    let first = now.component_plan(signal).instances.start;
    if is_primary(database, signal) { None } else { database.replicas.get(signal.a - first) }
}

/// Returns the number of connections to the server.
fn connections(now: &Now<'_>, signal: &Signal) -> f64 {
    database(now, signal).map_or(GAP, |d| {
        let foreign = if is_primary(d, signal) { d.foreign_connections } else { 0.0 };
        (n_own(now, signal) + foreign).min(f64::from(d.max_connections)).floor()
    })
}

/// Returns the connections that services hold, with the few that monitoring needs.
fn n_own(now: &Now<'_>, signal: &Signal) -> f64 {
    now.instance(signal).connections + 3.0
}

/// Returns the connections that work at this moment.
fn active(now: &Now<'_>, signal: &Signal) -> f64 {
    database(now, signal)
        .map_or(GAP, |_| (now.instance(signal).inside as f64).min(n_own(now, signal)).floor())
}

/// Returns a value of the primary; a gap elsewhere.
fn on_primary(now: &Now<'_>, signal: &Signal, read: fn(&DatabaseState) -> f64) -> f64 {
    database(now, signal).filter(|d| is_primary(d, signal)).map_or(GAP, read)
}

/// Returns a book of the server that is only seen while it answers.
fn book(now: &Now<'_>, signal: &Signal, value: f64) -> f64 {
    if is_up(now, signal) { value.floor() } else { GAP }
}

/// Adds the exporter of `PostgreSQL`.
pub(super) fn postgres(sheet: &mut Sheet, plan: &Plan, instance: usize, version: &str) {
    let at = (instance, 0, 0.0);
    sheet.gauge("pg_up", &[], Unit::Unknown, |n, s| flag(is_up(n, s)), at);
    let start = |n: &Now<'_>, s: &Signal| book(n, s, super::runtime::started(n, s));
    sheet.gauge("pg_postmaster_start_time_seconds", &[], Unit::UnixTime, start, at);
    sheet.constant("pg_static", &[("version", version)], Unit::Unknown, 1.0);
    let most = |n: &Now<'_>, s: &Signal| database(n, s).map_or(GAP, |d| f64::from(d.max_connections));
    sheet.gauge("pg_settings_max_connections", &[], Unit::Count, most, at);
    let state = "pg_stat_activity_count";
    sheet.gauge(state, &[("state", "active")], Unit::Count, active, at);
    let idle = |n: &Now<'_>, s: &Signal| {
        let (all, busy) = (connections(n, s), active(n, s));
        if busy > all { 0.0 } else { all - busy }
    };
    sheet.gauge(state, &[("state", "idle")], Unit::Count, idle, at);
    let oldest = |n: &Now<'_>, s: &Signal| on_primary(n, s, |d| d.oldest_transaction_s.floor());
    sheet.gauge("pg_stat_activity_max_tx_duration", &[("state", "active")], Unit::Seconds, oldest, at);
    let waiting = |n: &Now<'_>, s: &Signal| on_primary(n, s, |d| d.lock_waiters.round());
    let blocked = [("granted", "false"), ("mode", "rowexclusivelock")];
    sheet.gauge("pg_locks_count", &blocked, Unit::Count, waiting, at);
    let granted = |n: &Now<'_>, s: &Signal| active(n, s) * 2.0;
    sheet.gauge(
        "pg_locks_count",
        &[("granted", "true"), ("mode", "accesssharelock")],
        Unit::Count,
        granted,
        at,
    );
    postgres_books(sheet, plan, instance);
    postgres_replication(sheet, plan, instance);
}

/// Adds the statistics of `PostgreSQL` by database.
fn postgres_books(sheet: &mut Sheet, plan: &Plan, instance: usize) {
    let component = &plan.components[plan.instances[instance].component];
    let whole = ["postgres".to_owned()];
    let schemas = component.database.as_ref().map_or(&whole[..], |d| &d.schemas[..]);
    let schemas = if schemas.is_empty() { &whole[..] } else { schemas };
    let share = 1.0 / schemas.len() as f64;
    let first = [("datname", schemas[0].as_str())];
    sheet.gauge("pg_stat_database_numbackends", &first, Unit::Count, connections, (instance, 0, 0.0));
    for schema in schemas {
        let (labels, at) = ([("datname", schema.as_str())], (instance, 0, share));
        let commits = |n: &Now<'_>, s: &Signal| book(n, s, n.instance(s).ok as f64 * s.x);
        sheet.counter("pg_stat_database_xact_commit", &labels, Unit::Count, commits, at);
        let rollbacks = |n: &Now<'_>, s: &Signal| book(n, s, n.instance(s).failed as f64 * s.x);
        sheet.counter("pg_stat_database_xact_rollback", &labels, Unit::Count, rollbacks, at);
        let deadlocks = |n: &Now<'_>, s: &Signal| {
            database(n, s).filter(|d| is_primary(d, s)).map_or(GAP, |d| (d.deadlocks * s.x).floor())
        };
        sheet.counter("pg_stat_database_deadlocks", &labels, Unit::Count, deadlocks, at);
        let fetched = |n: &Now<'_>, s: &Signal| book(n, s, n.instance(s).ok as f64 * s.x * 14.0);
        sheet.counter("pg_stat_database_tup_fetched", &labels, Unit::Count, fetched, at);
        let hits = |n: &Now<'_>, s: &Signal| book(n, s, n.instance(s).ok as f64 * s.x * 41.0);
        sheet.counter("pg_stat_database_blks_hit", &labels, Unit::Count, hits, at);
    }
}

/// Adds replication and write-ahead log of `PostgreSQL`.
fn postgres_replication(sheet: &mut Sheet, plan: &Plan, instance: usize) {
    let at = (instance, 0, 0.0);
    let is_replica = |n: &Now<'_>, s: &Signal| database(n, s).map_or(GAP, |d| flag(!is_primary(d, s)));
    sheet.gauge("pg_replication_is_replica", &[], Unit::Unknown, is_replica, at);
    let lag = |n: &Now<'_>, s: &Signal| {
        database(n, s).map_or(GAP, |_| replica(n, s).map_or(0.0, |r| (r.lag_s * 10.0).round() / 10.0))
    };
    sheet.gauge("pg_replication_lag_seconds", &[], Unit::Seconds, lag, at);
    let replay = |n: &Now<'_>, s: &Signal| replica(n, s).map_or(GAP, |r| flag(!r.stopped));
    sheet.gauge("pg_stat_wal_receiver_replay_running", &[], Unit::Unknown, replay, at);
    let size = |n: &Now<'_>, s: &Signal| {
        let per_write = n.component_plan(s).database.as_ref().map_or(0.0, |d| d.log_bytes_per_write);
        let behind = |d: &DatabaseState| d.replicas.iter().map(|r| r.behind).fold(0.0, f64::max);
        database(n, s).map_or(GAP, |d| {
            // Segments of 16 MiB; five are kept at least.
            let kept = if is_primary(d, s) { behind(d) * per_write } else { 0.0 };
            ((kept / (16.0 * MIB)).floor() + 5.0) * 16.0 * MIB
        })
    };
    sheet.gauge("pg_wal_size_bytes", &[], Unit::Bytes, size, at);
    for other in plan.components[plan.instances[instance].component].instances.clone() {
        if other == instance {
            continue;
        }
        let name = plan.instances[other].name.replace('-', "_");
        let running = |n: &Now<'_>, s: &Signal| {
            let first = n.component_plan(s).instances.start;
            let slot = |d: &DatabaseState| d.replicas.get(s.b - first).map_or(GAP, |r| flag(!r.stopped));
            database(n, s).filter(|d| is_primary(d, s)).map_or(GAP, slot)
        };
        let labels = [("slot_name", name.as_str())];
        sheet.gauge("pg_replication_slots_active", &labels, Unit::Unknown, running, (instance, other, 0.0));
    }
}

/// Adds the exporter of `MySQL`.
pub(super) fn mysql(sheet: &mut Sheet, plan: &Plan, instance: usize, version: &str) {
    let at = (instance, plan.instances[instance].component, 0.0);
    sheet.gauge("mysql_up", &[], Unit::Unknown, |n, s| flag(is_up(n, s)), at);
    sheet.constant("mysql_version_info", &[("version", version)], Unit::Unknown, 1.0);
    let uptime = |n: &Now<'_>, s: &Signal| {
        book(n, s, (n.at_ms - n.instance(s).started_at.as_millis()) as f64 / 1000.0)
    };
    sheet.gauge("mysql_global_status_uptime", &[], Unit::Seconds, uptime, at);
    sheet.gauge("mysql_global_status_threads_connected", &[], Unit::Count, connections, at);
    sheet.gauge("mysql_global_status_threads_running", &[], Unit::Count, active, at);
    let most = |n: &Now<'_>, s: &Signal| database(n, s).map_or(GAP, |d| f64::from(d.max_connections));
    sheet.gauge("mysql_global_variables_max_connections", &[], Unit::Count, most, at);
    let queries = |n: &Now<'_>, s: &Signal| {
        let instance = n.instance(s);
        book(n, s, (instance.ok + instance.failed) as f64)
    };
    sheet.counter("mysql_global_status_queries", &[], Unit::Count, queries, at);
    let slow = |n: &Now<'_>, s: &Signal| {
        let instance = n.instance(s);
        // Slower than one second (`long_query_time`), which is the bucket with position 7.
        book(n, s, ((instance.ok + instance.failed) as f64 - instance.buckets[7]).max(0.0))
    };
    sheet.counter("mysql_global_status_slow_queries", &[], Unit::Count, slow, at);
    let waits = |n: &Now<'_>, s: &Signal| {
        let total = n.watch.components[s.b].lock_waits.floor();
        on_primary(n, s, |_| 0.0) + total
    };
    sheet.counter("mysql_global_status_innodb_row_lock_waits", &[], Unit::Count, waits, at);
    let waiting = |n: &Now<'_>, s: &Signal| on_primary(n, s, |d| d.lock_waiters.round());
    sheet.gauge("mysql_global_status_innodb_row_lock_current_waits", &[], Unit::Count, waiting, at);
    let deadlocks = |n: &Now<'_>, s: &Signal| on_primary(n, s, |d| d.deadlocks.floor());
    sheet.counter("mysql_global_status_innodb_deadlocks", &[], Unit::Count, deadlocks, at);
    let oldest = |n: &Now<'_>, s: &Signal| on_primary(n, s, |d| d.oldest_transaction_s.floor());
    sheet.gauge("mysql_info_schema_innodb_trx_oldest_seconds", &[], Unit::Seconds, oldest, at);
    mysql_replication(sheet, instance);
}

/// Adds the replica status of `MySQL`: the primary has none.
fn mysql_replication(sheet: &mut Sheet, instance: usize) {
    let at = (instance, 0, 0.0);
    let lag = |n: &Now<'_>, s: &Signal| {
        // A stopped replica says NULL, which the exporter leaves out.
        replica(n, s).filter(|r| !r.stopped).map_or(GAP, |r| r.lag_s.floor())
    };
    sheet.gauge("mysql_slave_status_seconds_behind_master", &[], Unit::Seconds, lag, at);
    let sql = |n: &Now<'_>, s: &Signal| replica(n, s).map_or(GAP, |r| flag(!r.stopped));
    sheet.gauge("mysql_slave_status_slave_sql_running", &[], Unit::Unknown, sql, at);
    let io = |n: &Now<'_>, s: &Signal| {
        let connected = n.component(s).database.as_ref().is_some_and(|d| d.primary.is_some());
        replica(n, s).map_or(GAP, |_| flag(connected))
    };
    sheet.gauge("mysql_slave_status_slave_io_running", &[], Unit::Unknown, io, at);
    let error = |n: &Now<'_>, s: &Signal| replica(n, s).map_or(GAP, |r| f64::from(r.error));
    sheet.gauge("mysql_slave_status_last_errno", &[], Unit::Unknown, error, at);
}
