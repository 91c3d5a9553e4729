//! What services and workers expose of their requests and of what they ask.

use wardroom_core::Unit;

use crate::plan::{ComponentKind, EdgeKind, Plan, Technology};
use crate::state::BUCKETS_S;
use crate::telemetry::sheet::{GAP, Now, Sheet, Signal, flag, micros};

/// Adds requests, durations and what the instance asks of others.
pub(super) fn series(sheet: &mut Sheet, plan: &Plan, instance: usize) {
    let component = &plan.components[plan.instances[instance].component];
    if component.kind == ComponentKind::Worker {
        messages(sheet, instance);
        durations(sheet, instance, "message_processing_seconds");
    } else {
        requests(sheet, &component.routes, instance);
        durations(sheet, instance, "http_request_duration_seconds");
        sheet.gauge(
            "http_requests_in_flight",
            &[],
            Unit::Count,
            |n, s| n.instance(s).inside as f64,
            (instance, 0, 0.0),
        );
    }
    calls(sheet, plan, instance);
}

/// What books count, with the status that clients see.
const STATUSES: [(&str, fn(&Now<'_>, &Signal) -> f64); 5] = [
    ("200", |n, s| (n.instance(s).ok as f64 * s.x).floor()),
    ("401", |n, s| (n.instance(s).unauthorized as f64 * s.x).floor()),
    ("500", |n, s| {
        let instance = n.instance(s);
        let own = instance.failed.saturating_sub(instance.unauthorized).saturating_sub(instance.timed_out);
        (own as f64 * s.x).floor()
    }),
    ("503", |n, s| (n.instance(s).refused as f64 * s.x).floor()),
    ("504", |n, s| (n.instance(s).timed_out as f64 * s.x).floor()),
];

/// Adds the requests by route and status.
fn requests(sheet: &mut Sheet, routes: &[(String, f64)], instance: usize) {
    let whole = [("/".to_owned(), 1.0)];
    let routes = if routes.is_empty() { &whole[..] } else { routes };
    for (route, share) in routes {
        let (method, path) = route.split_once(' ').unwrap_or(("GET", route));
        for (status, read) in STATUSES {
            let labels = [("method", method), ("route", path), ("status", status)];
            sheet.counter("http_requests_total", &labels, Unit::Count, read, (instance, 0, *share));
        }
    }
}

/// Adds the messages of a worker by result.
fn messages(sheet: &mut Sheet, instance: usize) {
    let at = (instance, 0, 0.0);
    let name = "messages_processed_total";
    sheet.counter(name, &[("result", "ok")], Unit::Count, |n, s| n.instance(s).ok as f64, at);
    sheet.counter(name, &[("result", "error")], Unit::Count, |n, s| n.instance(s).failed as f64, at);
    sheet.gauge("messages_in_progress", &[], Unit::Count, |n, s| n.instance(s).inside as f64, at);
}

/// Returns the requests that were completed, failed ones included.
fn completed(now: &Now<'_>, signal: &Signal) -> f64 {
    let instance = now.instance(signal);
    (instance.ok + instance.failed) as f64
}

/// Adds a histogram of the durations.
fn durations(sheet: &mut Sheet, instance: usize, metric: &str) {
    let bucket = format!("{metric}_bucket");
    for (k, bound) in BUCKETS_S.iter().enumerate() {
        let le = format!("{bound}");
        let read = |n: &Now<'_>, s: &Signal| n.instance(s).buckets[s.b].floor().min(completed(n, s));
        sheet.histogram(&bucket, &[("le", le.as_str())], Unit::Count, read, (instance, k, 0.0));
    }
    sheet.histogram(&bucket, &[("le", "+Inf")], Unit::Count, completed, (instance, 0, 0.0));
    let sum = |n: &Now<'_>, s: &Signal| micros(n.instance(s).response_sum_s);
    sheet.histogram(&format!("{metric}_sum"), &[], Unit::Seconds, sum, (instance, 0, 0.0));
    sheet.histogram(&format!("{metric}_count"), &[], Unit::Count, completed, (instance, 0, 0.0));
}

/// Names of the metrics of one kind of edge: the counter and the stem of the durations.
const fn names(kind: EdgeKind) -> (&'static str, &'static str) {
    match kind {
        EdgeKind::Call => ("http_client_requests_total", "http_client_request_duration_seconds"),
        EdgeKind::Read | EdgeKind::Write => {
            ("db_client_operations_total", "db_client_operation_duration_seconds")
        }
        EdgeKind::Lookup => ("cache_client_operations_total", "cache_client_operation_duration_seconds"),
        EdgeKind::Publish => {
            ("messaging_client_sent_messages_total", "messaging_client_send_duration_seconds")
        }
        EdgeKind::Consume => {
            ("messaging_client_consumed_messages_total", "messaging_client_poll_duration_seconds")
        }
    }
}

/// Returns the label that tells reads from writes.
const fn operation(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Read => "select",
        EdgeKind::Write => "write",
        EdgeKind::Lookup => "get",
        EdgeKind::Call | EdgeKind::Publish | EdgeKind::Consume => "",
    }
}

/// Adds what the instance asks of others: calls, durations, pools, breakers.
pub(super) fn calls(sheet: &mut Sheet, plan: &Plan, instance: usize) {
    let place = &plan.instances[instance];
    let component = &plan.components[place.component];
    let offset = instance - component.instances.start;
    for edge in component.edges.clone() {
        let planned = &plan.edges[edge];
        let to = plan.components[planned.to].name.as_str();
        let at = (instance, plan.first_link[edge] + offset, 0.0);
        let (count, stem) = names(planned.kind);
        let base = [("destination", to), ("operation", operation(planned.kind))];
        let labels = |outcome: &'static str| [base[0], base[1], ("outcome", outcome)];
        let answered = |n: &Now<'_>, s: &Signal| {
            let link = n.link(s);
            link.tries.saturating_sub(link.failed_tries) as f64
        };
        sheet.counter(count, &labels("success"), Unit::Count, answered, at);
        sheet.counter(count, &labels("error"), Unit::Count, |n, s| n.link(s).failed_tries as f64, at);
        let sum = |n: &Now<'_>, s: &Signal| micros(n.link(s).time_sum_s);
        sheet.histogram(&format!("{stem}_sum"), &base, Unit::Seconds, sum, at);
        sheet.histogram(&format!("{stem}_count"), &base, Unit::Count, |n, s| n.link(s).calls as f64, at);
        let name = client_name(plan, edge);
        if planned.pool.is_some() {
            pool(sheet, component.technology, &name, (edge, at));
        }
        if planned.breaker.is_some() {
            breaker(sheet, component.technology, &name, at);
        }
    }
}

/// Returns the name under which a program keeps its client: that of the callee, told apart where there are several.
pub(crate) fn client_name(plan: &Plan, edge: usize) -> String {
    let planned = &plan.edges[edge];
    let to = &plan.components[planned.to].name;
    if plan.edge(planned.from, planned.to) == Some(edge) {
        to.clone()
    } else {
        format!("{to}-{}", if planned.kind == EdgeKind::Read { "read" } else { "write" })
    }
}

/// Returns the size of the pool of an edge as it is set; the signal's first position is the edge.
fn pool_size(now: &Now<'_>, signal: &Signal) -> f64 {
    now.state.edges[signal.a].pool_size.map_or(GAP, f64::from)
}

/// Returns the connections in use, whole.
fn in_use(now: &Now<'_>, signal: &Signal) -> f64 {
    now.link(signal).in_use.round()
}

/// Returns the requests that wait for a connection, whole.
fn pending(now: &Now<'_>, signal: &Signal) -> f64 {
    now.link(signal).waiting.round()
}

/// Adds a pool of connections under the names of the library that a technology uses.
fn pool(sheet: &mut Sheet, technology: Technology, to: &str, place: (usize, (usize, usize, f64))) {
    let (edge, at) = place;
    let of_edge = (edge, at.1, 0.0);
    let (label, used, waiting, most) = match technology {
        Technology::Java => (
            "pool",
            "hikaricp_connections_active",
            "hikaricp_connections_pending",
            "hikaricp_connections_max",
        ),
        Technology::Go => {
            ("db_name", "go_sql_in_use_connections", "go_sql_waiting_requests", "go_sql_max_open_connections")
        }
        Technology::Node
        | Technology::Python
        | Technology::Nginx
        | Technology::Haproxy
        | Technology::Postgres
        | Technology::Mysql
        | Technology::Redis
        | Technology::Kafka => ("pool", "db_pool_in_use", "db_pool_waiting", "db_pool_size"),
    };
    sheet.gauge(used, &[(label, to)], Unit::Count, in_use, at);
    sheet.gauge(waiting, &[(label, to)], Unit::Count, pending, at);
    sheet.gauge(most, &[(label, to)], Unit::Count, pool_size, of_edge);
    if technology == Technology::Go {
        let open = |n: &Now<'_>, s: &Signal| (n.link(s).in_use * 1.2 + 1.0).floor().min(pool_size(n, s));
        sheet.gauge("go_sql_open_connections", &[(label, to)], Unit::Count, open, of_edge);
    }
}

/// Reports whether the breaker of a link refuses calls at this moment.
fn is_open(now: &Now<'_>, signal: &Signal) -> bool {
    now.link(signal).open_until.is_some_and(|until| until > now.state.at)
}

/// Adds the state of a circuit breaker.
fn breaker(sheet: &mut Sheet, technology: Technology, to: &str, at: (usize, usize, f64)) {
    let refused = |n: &Now<'_>, s: &Signal| n.link(s).refused_by_breaker as f64;
    if technology == Technology::Java {
        let name = "resilience4j_circuitbreaker_state";
        let open = [("name", to), ("state", "open")];
        let closed = [("name", to), ("state", "closed")];
        sheet.gauge(name, &open, Unit::Unknown, |n, s| flag(is_open(n, s)), at);
        sheet.gauge(name, &closed, Unit::Unknown, |n, s| flag(!is_open(n, s)), at);
        let calls = "resilience4j_circuitbreaker_not_permitted_calls_total";
        sheet.counter(calls, &[("name", to)], Unit::Count, refused, at);
    } else {
        let labels = [("destination", to)];
        sheet.gauge("circuit_breaker_open", &labels, Unit::Unknown, |n, s| flag(is_open(n, s)), at);
        sheet.counter("circuit_breaker_refused_total", &labels, Unit::Count, refused, at);
    }
}
