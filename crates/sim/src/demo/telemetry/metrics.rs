//! The list of all series that the shop exposes.

use wardroom_core::{Labels, MetricKind, SeriesKey, Unit};

use crate::demo::faults::index_lag::IndexLag;
use crate::demo::programs::Version;
use crate::demo::scenario::{Scenario, ServiceForm};
use crate::demo::telemetry::{Level, Of, Series, SeriesSpec, Signal, Target};
use crate::random::Noise;

/// What the list is made from.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) seed: u64,
    pub(crate) history_start_ms: i64,
    pub(crate) end_ms: i64,
    pub(crate) trend: IndexLag,
    /// For each service, for each instance: the starts within the history, oldest first.
    pub(crate) starts: &'a [Vec<Vec<i64>>],
    pub(crate) versions: &'a [Version],
}

/// Beyond any time of a world.
const FOREVER: (i64, i64) = (i64::MIN, i64::MAX);

/// How long ago the wallet was added to the shop, in milliseconds: 30 hours.
const WALLET_MS: i64 = 30 * 3_600_000;

/// Returns all series, ordered by key, and the targets that they are scraped from.
pub(crate) fn catalogue(plan: &Plan<'_>) -> (Vec<Series>, Vec<Target>) {
    let mut list = List { seed: plan.seed, series: Vec::new(), targets: Vec::new() };
    let form = &plan.scenario.form;
    let mesh = list.target("mesh", vec![plan.before(40.0)]);
    let rules = list.targets.len();
    list.targets.push(Target { misses: None, starts: vec![plan.history_start_ms] });
    for (part, service) in form.service.iter().enumerate() {
        for (instance, starts) in plan.starts[part].iter().enumerate() {
            instance_series(&mut list, plan, part, service, instance, starts);
        }
        service_series(&mut list, part, service, mesh, rules);
        business_series(&mut list, plan, part, service.name.get_ref(), mesh);
        if service.name.get_ref() == form.trend.service.get_ref() {
            let labels = [("job", "mesh"), ("service", service.name.get_ref().as_str())];
            let lag = Level::IndexLag { base: 52.0, trend: plan.trend };
            let place = Place { part, target: mesh, labels: &labels };
            list.gauge(&place, "search_index_lag_seconds", &[], Unit::Seconds, (lag, 0.12, 10.0));
        }
    }
    let n = form.service.len();
    pool_series(&mut list, plan, n);
    database_series(&mut list, plan, n + 1);
    storage_series(&mut list, plan, n + 1);
    for node in 0..form.nodes {
        node_series(&mut list, plan, node);
    }
    for version in plan.versions {
        let labels =
            [("job", "mesh"), ("service", version.service.as_str()), ("version", version.version.as_str())];
        let place = Place { part: 0, target: mesh, labels: &labels };
        list.add(&place, "shop_build_info", &[], MetricKind::Gauge, Unit::Unknown, Signal::Constant(1.0));
        if let Some(series) = list.series.last_mut() {
            series.life = (version.from_ms, version.to_ms);
        }
    }
    list.series.sort_by(|a, b| a.spec.key.cmp(&b.spec.key));
    (list.series, list.targets)
}

impl Plan<'_> {
    /// Returns a time so many days before the history.
    fn before(&self, days: f64) -> i64 {
        self.history_start_ms - millis_of_days(days)
    }

    /// Returns the starts of a process that has run for some days before the history, and later starts.
    fn starts_with(&self, name: &str, later: &[i64]) -> Vec<i64> {
        let age = 2.0 + 20.0 * Noise::new(self.seed, &format!("age of {name}")).uniform(0);
        let mut starts = vec![self.before(age)];
        starts.extend_from_slice(later);
        starts
    }

    /// Returns a level that had the value `from` when the history began and grows by `per_day`.
    fn filling(&self, from: f64, per_day: f64) -> Level {
        Level::Filling { from, since_ms: self.history_start_ms, per_day }
    }
}

/// Returns days as whole seconds, in milliseconds.
#[expect(clippy::cast_possible_truncation, reason = "ages are at most weeks")]
fn millis_of_days(days: f64) -> i64 {
    (days * 86_400.0) as i64 * 1000
}

/// The series and targets so far.
struct List {
    seed: u64,
    series: Vec<Series>,
    targets: Vec<Target>,
}

/// Where series come from and the labels that they share.
struct Place<'a> {
    part: usize,
    target: usize,
    labels: &'a [(&'a str, &'a str)],
}

impl List {
    /// Adds a target whose scrapes may fail.
    fn target(&mut self, name: &str, starts: Vec<i64>) -> usize {
        let misses = Some(Noise::new(self.seed, &format!("missed scrapes of {name}")));
        self.targets.push(Target { misses, starts });
        self.targets.len() - 1
    }

    /// Adds one series.
    fn add(
        &mut self,
        place: &Place<'_>,
        metric: &str,
        labels: &[(&str, &str)],
        kind: MetricKind,
        unit: Unit,
        signal: Signal,
    ) {
        let labels = Labels::new(place.labels.iter().chain(labels).copied());
        let key = SeriesKey::new(metric, labels);
        let noise = Noise::new(self.seed, &key.to_string());
        let spec = SeriesSpec { key, kind, unit };
        let series = Series { spec, part: place.part, target: place.target, signal, noise, life: FOREVER };
        self.series.push(series);
    }

    /// Adds a gauge: level, relative size of its noise, and values to 1 / `resolution`.
    fn gauge(
        &mut self,
        place: &Place<'_>,
        metric: &str,
        labels: &[(&str, &str)],
        unit: Unit,
        (level, noise, resolution): (Level, f64, f64),
    ) {
        let kind =
            if labels.iter().any(|l| l.0 == "quantile") { MetricKind::Summary } else { MetricKind::Gauge };
        let signal = Signal::Gauge { level, noise, drift: 0.4 * noise, resolution };
        self.add(place, metric, labels, kind, unit, signal);
    }

    /// Adds a counter: what it counts, how much for each, how much per second, and values to 1 / `resolution`.
    fn counter(
        &mut self,
        place: &Place<'_>,
        metric: &str,
        labels: &[(&str, &str)],
        (of, each, per_s, resolution): (Of, f64, f64, f64),
    ) {
        let signal = Signal::Counter { of, each, per_s, jitter: 0.04, resolution };
        let unit = match Unit::from_metric_name(metric) {
            Unit::Unknown => Unit::Count,
            known @ (Unit::Count
            | Unit::Seconds
            | Unit::Bytes
            | Unit::Ratio
            | Unit::PerSecond
            | Unit::BytesPerSecond
            | Unit::Celsius
            | Unit::UnixTime) => known,
        };
        self.add(place, metric, labels, MetricKind::Counter, unit, signal);
    }

    /// Adds what every scrape says of itself.
    fn scrape(&mut self, place: &Place<'_>) {
        self.add(place, "up", &[], MetricKind::Gauge, Unit::Unknown, Signal::Constant(1.0));
        let duration = (Level::Fixed(0.011), 0.12, 1e5);
        self.gauge(place, "scrape_duration_seconds", &[], Unit::Seconds, duration);
    }

    /// Adds what every process says of itself: processor, memory, start.
    fn process(&mut self, place: &Place<'_>, cpu_s_each: f64, memory_bytes: f64) {
        self.counter(place, "process_cpu_seconds_total", &[], (Of::Requests, cpu_s_each, 0.012, 100.0));
        let memory = (Level::Load { base: memory_bytes, per_rps: memory_bytes * 2e-4 }, 0.006, 1.0 / 4096.0);
        self.gauge(place, "process_resident_memory_bytes", &[], Unit::Bytes, memory);
        let (gauge, time) = (MetricKind::Gauge, Unit::UnixTime);
        self.add(place, "process_start_time_seconds", &[], gauge, time, Signal::StartTime);
    }
}

/// Adds the series of one process of a service.
fn instance_series(
    list: &mut List,
    plan: &Plan<'_>,
    part: usize,
    service: &ServiceForm,
    instance: usize,
    starts: &[i64],
) {
    let name = service.name.get_ref().as_str();
    let address = format!("{name}-{instance}:9100");
    let target = list.target(&address, plan.starts_with(&address, starts));
    let labels = [("instance", address.as_str()), ("job", "shop"), ("service", name)];
    let place = Place { part, target, labels: &labels };
    // No balancer is perfect: one instance gets a little more than another.
    let uneven = 1.0 + 0.06 * (Noise::new(plan.seed, &address).uniform(1) - 0.5);
    let share = uneven / f64::from(service.instances);
    request_series(list, &place, service, share);
    list.process(&place, share * service.cpu_ms / 1000.0, service.memory_mib * 1_048_576.0);
    runtime_series(list, &place, service, share);
    container_series(list, &place, service, share);
    list.scrape(&place);
}

/// Adds the requests of one process by route and code.
fn request_series(list: &mut List, place: &Place<'_>, service: &ServiceForm, share: f64) {
    let n = service.routes.len();
    // The first route gets the most: shares n, n - 1, … 1 of their sum.
    let sum = (n * (n + 1)) as f64 / 2.0;
    for (idx, route) in service.routes.iter().enumerate() {
        let share = share * (n - idx) as f64 / sum;
        let found = if idx == 0 { 0.985 } else { 1.0 };
        let codes =
            [("200", Of::Successes, found), ("500", Of::Errors, 1.0), ("404", Of::Successes, 1.0 - found)];
        for (code, of, part) in codes.into_iter().filter(|c| c.2 > 0.0) {
            let labels = [("code", code), ("route", route.as_str())];
            list.counter(place, "http_requests_total", &labels, (of, share * part, 0.0, 1.0));
        }
    }
    let in_flight = Level::InFlight { base: 0.4, share, most: 1e6 };
    list.gauge(place, "http_requests_in_flight", &[], Unit::Count, (in_flight, 0.12, 1.0));
}

/// Adds what the language's runtime says.
fn runtime_series(list: &mut List, place: &Place<'_>, service: &ServiceForm, share: f64) {
    let memory = service.memory_mib * 1_048_576.0;
    // Every process collects at its own pace, between four and nine minutes.
    let pace = list.series.last().map_or(0, |s| s.noise.bits(2) % 20);
    let period_ms = 240_000 + i64::try_from(pace).unwrap_or(0) * 15_000;
    let heap = Level::Sawtooth { base: memory * 0.35, rise: memory * 0.25, period_ms };
    list.gauge(place, "runtime_heap_bytes", &[], Unit::Bytes, (heap, 0.01, 1.0 / 4096.0));
    list.gauge(
        place,
        "runtime_threads",
        &[],
        Unit::Count,
        (Level::Load { base: 24.0, per_rps: 0.05 }, 0.02, 1.0),
    );
    list.gauge(
        place,
        "runtime_event_loop_lag_seconds",
        &[],
        Unit::Seconds,
        (Level::Fixed(0.0012), 0.15, 1e6),
    );
    list.gauge(place, "cache_hit_ratio", &[], Unit::Ratio, (Level::Fixed(0.91), 0.006, 1e4));
    list.gauge(place, "dns_lookup_seconds", &[], Unit::Seconds, (Level::Fixed(0.0009), 0.1, 1e6));
    list.counter(place, "runtime_gc_seconds_total", &[], (Of::Requests, share * 2e-4, 0.0008, 1e4));
    list.counter(place, "runtime_gc_runs_total", &[], (Of::Requests, share * 0.01, 0.02, 1.0));
    list.counter(place, "tls_handshakes_total", &[], (Of::Requests, share * 0.08, 0.02, 1.0));
    list.counter(place, "log_messages_total", &[("level", "info")], (Of::Requests, share * 1.5, 0.05, 1.0));
    list.counter(place, "log_messages_total", &[("level", "warn")], (Of::Requests, share * 0.01, 0.002, 1.0));
}

/// Adds what the container's limits and interfaces say.
fn container_series(list: &mut List, place: &Place<'_>, service: &ServiceForm, share: f64) {
    let sent = service.response_kib * 1024.0 * share;
    list.counter(
        place,
        "container_network_receive_bytes_total",
        &[],
        (Of::Requests, share * 900.0, 350.0, 1.0),
    );
    list.counter(place, "container_network_transmit_bytes_total", &[], (Of::Requests, sent, 500.0, 1.0));
    list.counter(
        place,
        "container_cpu_throttled_seconds_total",
        &[],
        (Of::Requests, share * 3e-5, 1e-4, 1e3),
    );
    list.counter(
        place,
        "container_fs_writes_bytes_total",
        &[],
        (Of::Requests, share * 220.0, 800.0, 1.0 / 512.0),
    );
    list.counter(
        place,
        "container_fs_reads_bytes_total",
        &[],
        (Of::Requests, share * 30.0, 90.0, 1.0 / 512.0),
    );
    list.counter(place, "process_context_switches_total", &[], (Of::Requests, share * 14.0, 120.0, 1.0));
    list.counter(place, "process_page_faults_total", &[], (Of::Requests, share * 2.0, 9.0, 1.0));
    list.counter(place, "tcp_retransmits_total", &[], (Of::Requests, share * 0.004, 0.01, 1.0));
    let connections = Level::Load { base: 30.0, per_rps: share * 0.8 };
    list.gauge(place, "tcp_connections_open", &[], Unit::Count, (connections, 0.03, 1.0));
    let files = Level::Load { base: 70.0, per_rps: share * 0.9 };
    list.gauge(place, "process_open_fds", &[], Unit::Count, (files, 0.02, 1.0));
}

/// Adds what the mesh measures of a service as a whole, and the series that recording rules make of it.
fn service_series(list: &mut List, part: usize, service: &ServiceForm, mesh: usize, rules: usize) {
    let name = service.name.get_ref().as_str();
    let labels = [("job", "mesh"), ("service", name)];
    let place = Place { part, target: mesh, labels: &labels };
    let most_s = service.timeout_ms / 1000.0;
    // The median of an exponential distribution is ln 2 times its mean.
    for (quantile, factor) in [("0.5", std::f64::consts::LN_2), ("0.99", service.p99_factor)] {
        let level = Level::Quantile { factor, most_s };
        let labels = [("quantile", quantile)];
        list.gauge(&place, "http_request_duration_seconds", &labels, Unit::Seconds, (level, 0.03, 1e4));
    }
    list.counter(&place, "http_request_duration_seconds_sum", &[], (Of::Busy, 1.0, 0.0, 1e3));
    list.counter(&place, "http_request_duration_seconds_count", &[], (Of::Requests, 1.0, 0.0, 1.0));
    let labels = [("service", name)];
    let place = Place { part, target: rules, labels: &labels };
    let rate = Level::Load { base: 0.0, per_rps: 1.0 };
    list.gauge(&place, "service:http_requests:rate1m", &[], Unit::PerSecond, (rate, 0.004, 100.0));
    list.gauge(&place, "service:http_errors:ratio1m", &[], Unit::Ratio, (Level::ErrorRatio, 0.08, 1e5));
}

/// Adds the numbers that the shop's people look at.
fn business_series(list: &mut List, plan: &Plan<'_>, part: usize, service: &str, mesh: usize) {
    let labels = [("job", "mesh"), ("service", service)];
    let place = Place { part, target: mesh, labels: &labels };
    match service {
        "checkout" => {
            let success = (Level::SuccessRatio, 0.08, 1e4);
            list.gauge(&place, "checkout_success_ratio", &[], Unit::Ratio, success);
            list.counter(&place, "checkout_orders_total", &[], (Of::Successes, 0.45, 0.0, 1.0));
        }
        "payments" => {
            for (provider, share) in [("card", 0.8), ("transfer", 0.2)] {
                let labels = [("provider", provider)];
                list.counter(&place, "payments_authorized_total", &labels, (Of::Successes, share, 0.0, 1.0));
                let answer = (Level::Fixed(0.1 + share * 0.05), 0.05, 1e4);
                list.gauge(&place, "payments_provider_seconds", &labels, Unit::Seconds, answer);
            }
            // The wallet is younger than two days: too little history to judge it.
            let since = plan.end_ms - WALLET_MS;
            let wallet = Place { target: list.target("wallet", vec![since]), ..place };
            list.counter(&wallet, "payments_wallet_total", &[], (Of::Requests, 0.05, 0.0, 1.0));
            if let Some(series) = list.series.last_mut() {
                series.life = (since, i64::MAX);
            }
        }
        "web" => {
            for (quantile, factor) in [("0.5", std::f64::consts::LN_2), ("0.95", 1.85)] {
                let level = Level::Quantile { factor, most_s: 60.0 };
                let labels = [("quantile", quantile)];
                list.gauge(&place, "web_page_load_seconds", &labels, Unit::Seconds, (level, 0.03, 1e3));
            }
        }
        "search" => {
            let documents = plan.filling(1_240_000.0, 3_100.0);
            list.gauge(&place, "search_index_documents", &[], Unit::Count, (documents, 0.0, 1.0));
            list.gauge(&place, "search_empty_ratio", &[], Unit::Ratio, (Level::Fixed(0.06), 0.05, 1e4));
        }
        "orders" => {
            for (queue, lag_s) in [("events", 0.8), ("invoices", 2.4), ("mail", 4.1)] {
                let labels = [("queue", queue)];
                let depth = (Level::Load { base: 4.0, per_rps: 0.3 * lag_s }, 0.1, 1.0);
                list.gauge(&place, "orders_queue_depth", &labels, Unit::Count, depth);
                let lag = (Level::Fixed(lag_s), 0.1, 100.0);
                list.gauge(&place, "orders_queue_lag_seconds", &labels, Unit::Seconds, lag);
            }
        }
        "cart" | "mobile-bff" | "identity" => {
            let sessions = Level::Load { base: 60.0, per_rps: 11.0 };
            list.gauge(&place, "sessions_active", &[], Unit::Count, (sessions, 0.01, 1.0));
        }
        _ => {}
    }
}

/// Adds the series of the connection pool.
fn pool_series(list: &mut List, plan: &Plan<'_>, part: usize) {
    let pool = &plan.scenario.form.pool;
    let name = pool.name.get_ref().as_str();
    let address = format!("{name}:9127");
    let target = list.target(&address, plan.starts_with(&address, &[]));
    let labels = [("instance", address.as_str()), ("job", "pgbouncer"), ("service", name)];
    let place = Place { part, target, labels: &labels };
    let size = f64::from(pool.server_connections);
    list.gauge(&place, "pgbouncer_waiting_clients", &[], Unit::Count, (Level::Waiting, 0.01, 1.0));
    list.gauge(&place, "pgbouncer_max_wait_seconds", &[], Unit::Seconds, (Level::Wait, 0.05, 1e3));
    let clients = Level::InFlight { base: 2.0, share: 1.0, most: 1e6 };
    list.gauge(&place, "pgbouncer_active_clients", &[], Unit::Count, (clients, 0.06, 1.0));
    for (state, base, per_use) in [("active", 0.0, size), ("idle", size, -size)] {
        let level = Level::Connections { base, per_use };
        let labels = [("state", state)];
        list.gauge(&place, "pgbouncer_server_connections", &labels, Unit::Count, (level, 0.06, 1.0));
    }
    list.counter(&place, "pgbouncer_queries_total", &[], (Of::Requests, 3.2, 0.1, 1.0));
    list.counter(&place, "pgbouncer_transactions_total", &[], (Of::Requests, 1.0, 0.1, 1.0));
    list.counter(&place, "pgbouncer_received_bytes_total", &[], (Of::Requests, 640.0, 20.0, 1.0));
    list.counter(&place, "pgbouncer_sent_bytes_total", &[], (Of::Requests, 2_900.0, 20.0, 1.0));
    let (gauge, count) = (MetricKind::Gauge, Unit::Count);
    list.add(&place, "pgbouncer_pool_size", &[], gauge, count, Signal::Constant(size));
    list.process(&place, 9e-5, 38.0 * 1_048_576.0);
    list.scrape(&place);
}

/// Adds the series of the database itself.
fn database_series(list: &mut List, plan: &Plan<'_>, part: usize) {
    let database = &plan.scenario.form.database;
    let name = database.name.get_ref().as_str();
    let address = format!("{name}:9187");
    let target = list.target(&address, plan.starts_with(&address, &[]));
    let labels = [("instance", address.as_str()), ("job", "postgres"), ("service", name)];
    let place = Place { part, target, labels: &labels };
    for (quantile, factor) in [("0.5", 0.72), ("0.95", 1.0)] {
        let level = Level::Quantile { factor, most_s: 60.0 };
        list.gauge(&place, "pg_commit_seconds", &[("quantile", quantile)], Unit::Seconds, (level, 0.04, 1e5));
    }
    let share = 1.0 / database.schemas.len().max(1) as f64;
    for (idx, schema) in database.schemas.iter().enumerate() {
        schema_series(list, plan, &place, schema, share, idx);
    }
    let active = Level::InFlight { base: 1.0, share: 1.0, most: f64::from(database.max_connections) };
    list.gauge(&place, "pg_stat_activity_count", &[("state", "active")], Unit::Count, (active, 0.06, 1.0));
    for (state, count) in [("idle", 31.0), ("idle in transaction", 3.0)] {
        let labels = [("state", state)];
        list.gauge(&place, "pg_stat_activity_count", &labels, Unit::Count, (Level::Fixed(count), 0.05, 1.0));
    }
    for (mode, per_rps) in [("accesssharelock", 0.06), ("rowexclusivelock", 0.02), ("exclusivelock", 0.004)] {
        let locks = (Level::Load { base: 4.0, per_rps }, 0.08, 1.0);
        list.gauge(&place, "pg_locks_count", &[("mode", mode)], Unit::Count, locks);
    }
    list.gauge(&place, "pg_replication_lag_seconds", &[], Unit::Seconds, (Level::Fixed(0.08), 0.12, 1e4));
    list.counter(&place, "pg_wal_bytes_total", &[], (Of::Requests, 2_400.0, 900.0, 1.0));
    list.counter(&place, "pg_stat_bgwriter_checkpoints_timed_total", &[], (Of::Time, 0.0, 1.0 / 300.0, 1.0));
    list.counter(&place, "pg_stat_bgwriter_buffers_written_total", &[], (Of::Requests, 0.4, 2.0, 1.0));
    list.counter(&place, "pg_stat_database_temp_bytes_total", &[], (Of::Requests, 12.0, 400.0, 1.0));
    let connections = Signal::Constant(f64::from(database.max_connections));
    list.add(&place, "pg_settings_max_connections", &[], MetricKind::Gauge, Unit::Count, connections);
    list.add(&place, "pg_in_recovery", &[], MetricKind::Gauge, Unit::Unknown, Signal::Constant(0.0));
    list.process(&place, 6e-4, 6_200.0 * 1_048_576.0);
    list.scrape(&place);
}

/// Adds the series of one schema.
fn schema_series(list: &mut List, plan: &Plan<'_>, place: &Place<'_>, schema: &str, share: f64, idx: usize) {
    let labels = [("datname", schema)];
    let counters = [
        ("pg_stat_database_xact_commit_total", 0.998),
        ("pg_stat_database_xact_rollback_total", 0.002),
        ("pg_stat_database_blks_hit_total", 46.0),
        ("pg_stat_database_blks_read_total", 0.5),
        ("pg_stat_database_tup_fetched_total", 22.0),
        ("pg_stat_database_tup_inserted_total", 0.9),
        ("pg_stat_database_tup_updated_total", 0.7),
    ];
    for (metric, each) in counters {
        list.counter(place, metric, &labels, (Of::Requests, share * each, 0.01, 1.0));
    }
    let size = plan.filling(14e9 / (idx + 1) as f64, 9e7 * share);
    list.gauge(place, "pg_database_size_bytes", &labels, Unit::Bytes, (size, 0.0, 1.0 / 8192.0));
}

/// Adds the series of the storage below the database.
fn storage_series(list: &mut List, plan: &Plan<'_>, part: usize) {
    let name = plan.scenario.form.database.name.get_ref().as_str();
    let address = format!("{name}:9100");
    let target = list.target(&address, plan.starts_with(&address, &[]));
    let labels =
        [("device", "nvme0n1"), ("instance", address.as_str()), ("job", "storage"), ("service", name)];
    let place = Place { part, target, labels: &labels };
    // A commit waits for two writes in a row, and little else.
    let write = Level::Quantile { factor: 0.45, most_s: 60.0 };
    list.gauge(&place, "disk_write_latency_seconds", &[], Unit::Seconds, (write, 0.05, 1e5));
    let queue = Level::InFlight { base: 0.2, share: 0.9, most: 1e6 };
    list.gauge(&place, "disk_queue_length", &[], Unit::Count, (queue, 0.08, 100.0));
    let busy = Level::InFlight { base: 0.02, share: 0.048, most: 1.0 };
    list.gauge(&place, "disk_io_busy_ratio", &[], Unit::Ratio, (busy, 0.06, 1e4));
    let free = plan.filling(410e9, -2.2e8);
    list.gauge(&place, "filesystem_avail_bytes", &[], Unit::Bytes, (free, 0.0, 1.0 / 4096.0));
    list.gauge(&place, "disk_temperature_celsius", &[], Unit::Celsius, (Level::Fixed(41.0), 0.012, 1.0));
    list.counter(&place, "disk_writes_total", &[], (Of::Requests, 1.8, 4.0, 1.0));
    list.counter(&place, "disk_reads_total", &[], (Of::Requests, 0.6, 1.0, 1.0));
    list.counter(&place, "disk_written_bytes_total", &[], (Of::Requests, 19_000.0, 9_000.0, 1.0 / 512.0));
    list.scrape(&place);
}

/// Adds the series of one machine of the cluster.
fn node_series(list: &mut List, plan: &Plan<'_>, node: u32) {
    let services = &plan.scenario.form.service;
    let part = usize::try_from(node).unwrap_or(0) % services.len();
    let address = format!("node-{:02}:9100", node + 1);
    let target = list.target(&address, plan.starts_with(&address, &[]));
    let labels = [("instance", address.as_str()), ("job", "node")];
    let place = Place { part, target, labels: &labels };
    // Four cores, of which the busiest hour needs a good third.
    let each = 1.2 / services[part].peak_rps;
    let modes =
        [("user", each, 0.1), ("system", each * 0.25, 0.05), ("iowait", 0.0, 0.01), ("idle", -each, 3.6)];
    for (mode, each, per_s) in modes {
        list.counter(&place, "node_cpu_seconds_total", &[("mode", mode)], (Of::Requests, each, per_s, 100.0));
    }
    let load = (Level::Load { base: 0.2, per_rps: each * 1.2 }, 0.08, 100.0);
    list.gauge(&place, "node_load1", &[], Unit::Unknown, load);
    let memory = (Level::Fixed(9.6e9), 0.004, 1.0 / 4096.0);
    list.gauge(&place, "node_memory_MemAvailable_bytes", &[], Unit::Bytes, memory);
    let free = plan.filling(72e9 + 3e9 * f64::from(node % 5), -4e7);
    list.gauge(&place, "node_filesystem_avail_bytes", &[], Unit::Bytes, (free, 0.0, 1.0 / 4096.0));
    list.counter(&place, "node_disk_written_bytes_total", &[], (Of::Requests, each * 9e4, 2e4, 1.0 / 512.0));
    list.counter(&place, "node_disk_io_time_seconds_total", &[], (Of::Requests, each * 0.01, 0.004, 1e3));
    list.counter(&place, "node_network_receive_bytes_total", &[], (Of::Requests, each * 2e6, 4e3, 1.0));
    list.counter(&place, "node_network_transmit_bytes_total", &[], (Of::Requests, each * 5e6, 4e3, 1.0));
    list.counter(&place, "node_context_switches_total", &[], (Of::Requests, each * 9e3, 2e3, 1.0));
    list.scrape(&place);
}
