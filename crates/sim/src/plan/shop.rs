//! A small shop for tests: one of everything, in two zones.

use super::{
    BalancerPlan, BrokerPlan, CachePlan, CheckKind, CheckPlan, ComponentKind, ComponentPlan, DatabasePlan,
    EdgeKind, EdgePlan, EntryPlan, FlagPlan, HostPlan, InstancePlan, LoadPlan, Plan, PoolPlan, Technology,
};

/// Returns the shop: `edge` (balancer) → `web` → `checkout` and `catalog`; `checkout` writes and reads `orders-db` (a
/// primary and a replica) and publishes to `events`, from which `mailer` takes; `catalog` looks up in `cache` and asks
/// `orders-db` on a miss. Hosts `host-1` to `host-4`, in the zones `a` and `b`; `web` may grow by one instance.
pub(crate) fn shop() -> Plan {
    let mut plan = Plan {
        hosts: (1..=4).map(host).collect(),
        components: Vec::new(),
        instances: Vec::new(),
        edges: Vec::new(),
        first_link: Vec::new(),
        n_links: 0,
        load: load(),
        changes: Vec::new(),
        checks: Vec::new(),
        inventory_errors: Vec::new(),
        missed_scrape_ratio: 0.002,
    };
    components(&mut plan);
    edges(&mut plan);
    plan.components[1].flag =
        Some(FlagPlan { name: "recommendations".to_owned(), work_ratio: 0.2, edge: plan.edge(1, 3) });
    plan.checks = checks();
    plan
}

fn host(number: usize) -> HostPlan {
    HostPlan {
        name: format!("host-{number}"),
        zone: if number % 2 == 1 { "a" } else { "b" }.to_owned(),
        cores: 16.0,
        memory_mib: 65_536.0,
        disk_gib: 200.0,
        disk_used_gib: 80.0,
        disk_iops: 4_000.0,
        network_mbit: 10_000.0,
    }
}

fn load() -> LoadPlan {
    LoadPlan {
        entries: vec![EntryPlan { component: 0, peak_rps: 120.0, phase_h: 0.0, patience_ms: 8_000.0 }],
        local_hour_at_start: 14.0,
        night_ratio: 0.3,
        weekend_ratio: 0.8,
        noise_ratio: 0.03,
        growth_per_day: 0.0,
        reload_ratio: 0.3,
        reload_s: 10.0,
        campaigns: Vec::new(),
    }
}

fn components(plan: &mut Plan) {
    use ComponentKind::{Balancer, Broker, Cache, Database, Service, Worker};
    // Name, kind, technology, own time, workers, and the hosts of its instances.
    let rows: [(&str, ComponentKind, Technology, f64, u32, &[usize]); 8] = [
        ("edge", Balancer, Technology::Haproxy, 0.5, 400, &[0]),
        ("web", Service, Technology::Node, 15.0, 32, &[0, 1, 2]),
        ("checkout", Service, Technology::Java, 20.0, 16, &[1, 2]),
        ("catalog", Service, Technology::Go, 8.0, 32, &[0, 3]),
        ("mailer", Worker, Technology::Python, 40.0, 4, &[2, 3]),
        ("cache", Cache, Technology::Redis, 0.3, 64, &[3]),
        ("events", Broker, Technology::Kafka, 2.0, 32, &[1]),
        ("orders-db", Database, Technology::Postgres, 4.0, 48, &[0, 3]),
    ];
    for (name, kind, technology, own_ms, workers, hosts) in rows {
        let first = plan.instances.len();
        let position = plan.components.len();
        for (n, &host) in hosts.iter().enumerate() {
            let present = name != "web" || n < 2;
            plan.instances.push(InstancePlan {
                name: format!("{name}-{n}"),
                component: position,
                host,
                present,
            });
        }
        let mut component = component(name, kind, technology);
        (component.own_ms, component.workers) = (own_ms, workers);
        component.instances = first..plan.instances.len();
        plan.components.push(component);
    }
    plan.components[0].balancer = Some(BalancerPlan { behind: 1, health_check_s: Some(10.0) });
    plan.components[5].cache = Some(CachePlan { hit_ratio: 0.95, working_set: 5_000.0 });
    plan.components[6].broker = Some(BrokerPlan { topic: "orders".to_owned(), partitions: 6 });
    plan.components[7].database = Some(DatabasePlan {
        max_connections: 200,
        apply_per_s: 400.0,
        stale_after_s: 30.0,
        schemas: vec!["orders".to_owned()],
        failover_s: 30.0,
        log_bytes_per_write: 4_096.0,
    });
}

fn component(name: &str, kind: ComponentKind, technology: Technology) -> ComponentPlan {
    ComponentPlan {
        name: name.to_owned(),
        kind,
        technology,
        version: "1.4.0".to_owned(),
        domain: "shop".to_owned(),
        team: format!("team-{name}"),
        tier: 1,
        instances: 0..0,
        edges: 0..0,
        workers: 16,
        own_ms: 10.0,
        variation: 1.0,
        backlog: 200,
        cpu_ms: if kind == ComponentKind::Balancer { 0.2 } else { 3.0 },
        memory_mib: 600.0,
        memory_limit_mib: 2_048.0,
        error_ratio: 0.0005,
        start_s: 12.0,
        cold_factor: 2.0,
        warm_s: 60.0,
        written_bytes: 500.0,
        response_bytes: 4_000.0,
        lines_per_request: 0.2,
        routes: vec![("/".to_owned(), 0.7), ("/item".to_owned(), 0.3)],
        certificate_days: Some(40.0),
        database: None,
        cache: None,
        broker: None,
        balancer: None,
        flag: None,
    }
}

fn edges(plan: &mut Plan) {
    use EdgeKind::{Call, Consume, Lookup, Publish, Read, Write};
    // Caller, callee, kind, calls for a request, share of failures that matter, pool; grouped by caller in its order.
    let rows: [(usize, usize, EdgeKind, f64, f64, Option<u32>); 9] = [
        (0, 1, Call, 1.0, 1.0, None),
        (1, 2, Call, 0.3, 1.0, Some(16)),
        (1, 3, Call, 1.0, 0.5, Some(24)),
        (2, 6, Publish, 1.0, 1.0, None),
        (2, 7, Write, 2.0, 1.0, Some(12)),
        (2, 7, Read, 1.0, 1.0, Some(12)),
        (3, 5, Lookup, 1.0, 0.0, None),
        (3, 7, Read, 1.0, 1.0, Some(10)),
        (4, 6, Consume, 1.0, 0.0, None),
    ];
    for (from, to, kind, per_request, fatal_ratio, pool) in rows {
        let mut edge = edge(from, to, kind);
        (edge.per_request, edge.fatal_ratio) = (per_request, fatal_ratio);
        edge.pool = pool.map(|size| PoolPlan { size, wait_ms: 2_000.0 });
        edge.behind = ((from, to) == (3, 7)).then_some(6);
        plan.edges.push(edge);
    }
    for c in 0..plan.components.len() {
        let first = plan.edges.iter().position(|e| e.from == c).unwrap_or(plan.edges.len());
        let count = plan.edges.iter().filter(|e| e.from == c).count();
        plan.components[c].edges = first..first + count;
    }
    for e in 0..plan.edges.len() {
        plan.first_link.push(plan.n_links);
        plan.n_links += plan.components[plan.edges[e].from].instances.len();
    }
}

fn edge(from: usize, to: usize, kind: EdgeKind) -> EdgePlan {
    EdgePlan {
        from,
        to,
        kind,
        per_request: 1.0,
        fatal_ratio: 1.0,
        timeout_ms: 3_000.0,
        retries: 1,
        retry_budget: 0.2,
        backoff_ms: 50.0,
        breaker: None,
        pool: None,
        behind: None,
        resolves: true,
        encrypted: true,
        authenticated: true,
        declared: true,
    }
}

fn checks() -> Vec<CheckPlan> {
    let check = |name: &str, kind, component| CheckPlan {
        name: name.to_owned(),
        kind,
        component,
        every_s: 60,
        limit_ms: 5_000.0,
    };
    vec![
        check("front-page", CheckKind::Page, 0),
        check("buy", CheckKind::Transaction, 1),
        check("orders-procedure", CheckKind::Procedure, 7),
    ]
}
