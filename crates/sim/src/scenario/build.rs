//! From the form of a topology to a plan: names become positions, what is not said becomes usual.

use std::ops::Range;

use toml::Spanned;

use super::ScenarioError;
use super::edges;
use super::expand::{self, Named, NamedHost};
use super::form::{CheckForm, ComponentForm, InventoryErrorForm, WorldForm};
use super::place::Source;
use super::usual::{fits, technology, usual};
use crate::plan::{
    BalancerPlan, BrokerPlan, CachePlan, CheckKind, CheckPlan, ComponentKind, ComponentPlan, DatabasePlan,
    EntryPlan, HostPlan, InventoryError, LoadPlan, Plan, Technology,
};

/// Shares of routes may miss 1 by this much.
const ROUNDING: f64 = 1e-6;

/// Makes the plan of a topology; its load is that of an ordinary day, and nothing is altered.
pub(super) fn build(source: Source<'_>, world: &WorldForm) -> Result<Plan, ScenarioError> {
    let named = expand::callers_first(source, expand::components(source, world)?)?;
    let named_hosts = expand::hosts(world);
    let hosts = named_hosts.iter().map(|h| host(source, h)).collect::<Result<Vec<_>, _>>()?;
    let mut components = named.iter().map(|n| component(source, n)).collect::<Result<Vec<_>, _>>()?;
    let memory = |n: &Named| n.form.memory_mib.map_or_else(|| usual_memory(n), |m| m.0);
    let instances = expand::place(source, &named, &named_hosts, memory)?;
    for (idx, component) in components.iter_mut().enumerate() {
        component.instances = range_of(instances.iter().map(|i| i.component), idx);
    }
    let mut plan = Plan {
        hosts,
        components,
        instances,
        edges: Vec::new(),
        first_link: Vec::new(),
        n_links: 0,
        load: usual_load(),
        changes: Vec::new(),
        checks: Vec::new(),
        inventory_errors: Vec::new(),
        missed_scrape_ratio: world.missed_scrape_ratio.map_or(0.0005, |r| r.0),
    };
    edges::connect(source, &named, &mut plan)?;
    kinds(&named, &mut plan);
    for entry in &world.entry {
        let component = find(source, &plan, &entry.component)?;
        if !matches!(plan.components[component].kind, ComponentKind::Service | ComponentKind::Balancer) {
            let problem = format!("users cannot come in at {}", entry.component.get_ref());
            return Err(source.at(&entry.component, problem));
        }
        plan.load.entries.push(EntryPlan {
            component,
            peak_rps: entry.peak_rps.0,
            phase_h: entry.phase_h.map_or(0.0, |h| h.0),
            patience_ms: entry.patience_ms.map_or(8_000.0, |ms| ms.0),
        });
    }
    if plan.load.entries.is_empty() {
        return Err(source.about(&(0..0), "entry", "nobody comes in anywhere".to_owned()));
    }
    for form in &world.check {
        let check = check(source, &plan, form)?;
        plan.checks.push(check);
    }
    for form in &world.inventory_error {
        let error = inventory_error(source, &plan, form)?;
        plan.inventory_errors.push(error);
    }
    Ok(plan)
}

/// Finds a component by its name.
pub(super) fn find(source: Source<'_>, plan: &Plan, name: &Spanned<String>) -> Result<usize, ScenarioError> {
    let found = plan.component(name.get_ref());
    found.ok_or_else(|| source.at(name, format!("there is no component {:?}", name.get_ref())))
}

/// Returns the positions at which `wanted` stands in a grouped list; at the end when it is not there.
pub(super) fn range_of(groups: impl Iterator<Item = usize>, wanted: usize) -> Range<usize> {
    let (mut start, mut end) = (0, 0);
    for (at, group) in groups.enumerate() {
        if group < wanted {
            start = at + 1;
        }
        if group <= wanted {
            end = at + 1;
        }
    }
    start..end
}

fn usual_memory(named: &Named) -> f64 {
    // An unknown technology has been refused before memory is asked for.
    let source = Source { text: "", file: None, noted: None };
    technology(source, &named.form.technology).map_or(0.0, |t| usual(t).memory_mib)
}

/// An ordinary day. The week is nearly even, so that a drill's arithmetic holds whatever day it is begun on.
fn usual_load() -> LoadPlan {
    LoadPlan {
        entries: Vec::new(),
        local_hour_at_start: 14.0,
        night_ratio: 0.25,
        weekend_ratio: 0.95,
        noise_ratio: 0.02,
        growth_per_day: 0.0,
        reload_ratio: 0.3,
        reload_s: 10.0,
        campaigns: Vec::new(),
    }
}

fn host(source: Source<'_>, named: &NamedHost) -> Result<HostPlan, ScenarioError> {
    let form = &named.form;
    let disk_gib = form.disk_gib.map_or(200.0, |n| n.0);
    let disk_used_gib = form.disk_used_gib.map_or(disk_gib * 0.4, |n| n.0);
    if disk_used_gib > disk_gib {
        let problem = format!("{disk_used_gib} GiB are used of {disk_gib} GiB");
        return Err(source.about(&named.name.span(), "disk_used_gib", problem));
    }
    Ok(HostPlan {
        name: named.name.get_ref().clone(),
        zone: form.zone.clone(),
        cores: form.cores.map_or(8.0, |n| n.0),
        memory_mib: form.memory_gib.map_or(expand::USUAL_MEMORY_GIB, |n| n.0) * 1_024.0,
        disk_gib,
        disk_used_gib,
        disk_iops: form.disk_iops.map_or(3_000.0, |n| n.0),
        network_mbit: form.network_mbit.map_or(1_000.0, |n| n.0),
    })
}

/// Fills in what holds for every kind of component; positions follow later.
fn component(source: Source<'_>, named: &Named) -> Result<ComponentPlan, ScenarioError> {
    let form = &named.form;
    let made_with = technology(source, &form.technology)?;
    if !fits(named.kind, made_with) {
        let problem = format!("{:?} cannot be made with {}", named.kind, form.technology.get_ref());
        return Err(source.at(&form.technology, problem));
    }
    if let Some(key) = foreign_key(named.kind, form) {
        let problem = format!("a {:?} has no {key}", named.kind);
        return Err(source.about(&named.name.span(), key, problem));
    }
    let routes = routes(source, form)?;
    let usual = usual(made_with);
    let own_ms = form.own_ms.map_or(usual.own_ms, |n| n.0);
    let memory_mib = form.memory_mib.map_or(usual.memory_mib, |n| n.0);
    let memory_limit_mib = form.memory_limit_mib.map_or(memory_mib * 2.0, |n| n.0);
    if memory_limit_mib < memory_mib {
        let problem = format!("the limit of {memory_limit_mib} MiB is below the {memory_mib} MiB it needs");
        return Err(source.about(&named.name.span(), "memory_limit_mib", problem));
    }
    Ok(ComponentPlan {
        name: named.name.get_ref().clone(),
        kind: named.kind,
        technology: made_with,
        version: form.version.clone().unwrap_or_else(|| usual.version.to_owned()),
        domain: form.domain.clone().unwrap_or_else(|| "platform".to_owned()),
        team: form.team.clone(),
        tier: u8::try_from(form.tier.0).unwrap_or(3),
        instances: 0..0,
        edges: 0..0,
        workers: form.workers.map_or(usual.workers, |n| n.0),
        own_ms,
        variation: form.variation.map_or(1.0, |n| n.0),
        backlog: form.backlog.map_or(256, |n| n.0),
        // Most of the own time is waiting for memory, locks and the network; about a third is computing.
        cpu_ms: form.cpu_ms.map_or(own_ms * 0.3, |n| n.0),
        memory_mib,
        memory_limit_mib,
        error_ratio: form.error_ratio.map_or(0.0005, |n| n.0),
        start_s: form.start_s.map_or(usual.start_s, |n| n.0),
        cold_factor: form.cold_factor.map_or(usual.cold_factor, |n| n.0),
        warm_s: form.warm_s.map_or(usual.warm_s, |n| n.0),
        written_bytes: form.written_bytes.map_or_else(|| usual_written(named.kind), |n| n.0),
        response_bytes: form.response_bytes.map_or(4_096.0, |n| n.0),
        lines_per_request: form.lines_per_request.map_or_else(|| usual_lines(named.kind), |n| n.0),
        routes,
        certificate_days: form.certificate_days.map(|n| n.0),
        database: None,
        cache: None,
        broker: None,
        balancer: None,
        flag: None,
    })
}

/// Bytes that one request leaves on the disk: log lines, or pages and log of a database.
fn usual_written(kind: ComponentKind) -> f64 {
    match kind {
        ComponentKind::Database => 6_000.0,
        ComponentKind::Broker => 1_500.0,
        ComponentKind::Cache => 0.0,
        ComponentKind::Service | ComponentKind::Worker | ComponentKind::Balancer => 300.0,
    }
}

fn usual_lines(kind: ComponentKind) -> f64 {
    match kind {
        ComponentKind::Database | ComponentKind::Broker | ComponentKind::Cache => 0.001,
        ComponentKind::Service | ComponentKind::Worker | ComponentKind::Balancer => 0.05,
    }
}

/// Returns a key that is given and means nothing for this kind of component.
pub(super) fn foreign_key(kind: ComponentKind, form: &ComponentForm) -> Option<&'static str> {
    let database = matches!(kind, ComponentKind::Database);
    let cache = matches!(kind, ComponentKind::Cache);
    let broker = matches!(kind, ComponentKind::Broker);
    let balancer = matches!(kind, ComponentKind::Balancer);
    let works = matches!(kind, ComponentKind::Service | ComponentKind::Worker);
    let rows = [
        ("max_connections", form.max_connections.is_some(), database),
        ("apply_per_s", form.apply_per_s.is_some(), database),
        ("stale_after_s", form.stale_after_s.is_some(), database),
        ("schemas", form.schemas.is_some(), database),
        ("failover_s", form.failover_s.is_some(), database),
        ("log_bytes_per_write", form.log_bytes_per_write.is_some(), database),
        ("hit_ratio", form.hit_ratio.is_some(), cache),
        ("working_set", form.working_set.is_some(), cache),
        ("topic", form.topic.is_some(), broker),
        ("partitions", form.partitions.is_some(), broker),
        ("behind", form.behind.is_some(), balancer),
        ("health_check_s", form.health_check_s.is_some(), balancer),
        ("server_timeout_ms", form.server_timeout_ms.is_some(), balancer),
        ("flag", form.flag.is_some(), works),
        ("calls", !form.calls.is_empty(), works),
    ];
    rows.into_iter().find(|&(_, given, belongs)| given && !belongs).map(|(key, _, _)| key)
}

fn routes(source: Source<'_>, form: &ComponentForm) -> Result<Vec<(String, f64)>, ScenarioError> {
    let Some(routes) = &form.routes else { return Ok(vec![("/".to_owned(), 1.0)]) };
    let sum: f64 = routes.get_ref().values().map(|share| share.0).sum();
    if (sum - 1.0).abs() > ROUNDING {
        return Err(source.about(
            &routes.span(),
            "routes",
            format!("the shares add up to {sum} and not to 1"),
        ));
    }
    Ok(routes.get_ref().iter().map(|(route, share)| (route.clone(), share.0)).collect())
}

/// Fills in what is special about databases, caches, brokers and balancers.
fn kinds(named: &[Named], plan: &mut Plan) {
    for (idx, Named { kind, form, .. }) in named.iter().enumerate() {
        let behind = form.behind.as_ref().and_then(|name| plan.component(name.get_ref()));
        let component = &mut plan.components[idx];
        match kind {
            ComponentKind::Service | ComponentKind::Worker => {}
            ComponentKind::Database => component.database = Some(database(form, component.technology)),
            ComponentKind::Cache => {
                component.cache = Some(CachePlan {
                    hit_ratio: form.hit_ratio.map_or(0.9, |n| n.0),
                    working_set: form.working_set.map_or(20_000.0, |n| n.0),
                });
            }
            ComponentKind::Broker => {
                component.broker = Some(BrokerPlan {
                    topic: form.topic.clone().unwrap_or_else(|| format!("{}-events", component.name)),
                    partitions: form.partitions.map_or(12, |n| n.0),
                });
            }
            ComponentKind::Balancer => {
                let health_check_s = form.health_check_s.map(|n| n.0);
                component.balancer = behind.map(|behind| BalancerPlan { behind, health_check_s });
            }
        }
    }
}

fn database(form: &ComponentForm, technology: Technology) -> DatabasePlan {
    // The defaults of the two: 100 in PostgreSQL, 151 in MySQL; larger installations raise them.
    let connections = if technology == Technology::Mysql { 151 } else { 100 };
    DatabasePlan {
        max_connections: form.max_connections.map_or(connections, |n| n.0),
        apply_per_s: form.apply_per_s.map_or(2_000.0, |n| n.0),
        stale_after_s: form.stale_after_s.map_or(30.0, |n| n.0),
        schemas: form.schemas.clone().unwrap_or_else(|| vec!["main".to_owned()]),
        failover_s: form.failover_s.map_or(45.0, |n| n.0),
        log_bytes_per_write: form.log_bytes_per_write.map_or(8_192.0, |n| n.0),
    }
}

/// Makes a check of its form.
pub(super) fn check(source: Source<'_>, plan: &Plan, form: &CheckForm) -> Result<CheckPlan, ScenarioError> {
    let kind = match form.kind.get_ref().as_str() {
        "login" => CheckKind::Login,
        "procedure" => CheckKind::Procedure,
        "page" => CheckKind::Page,
        "transaction" => CheckKind::Transaction,
        other => return Err(source.at(&form.kind, format!("{other:?} is not a kind of check"))),
    };
    let component = find(source, plan, &form.component)?;
    if kind == CheckKind::Procedure && plan.components[component].database.is_none() {
        let problem = format!("{} is not a database and has no procedures", form.component.get_ref());
        return Err(source.at(&form.component, problem));
    }
    if plan.checks.iter().any(|c| c.name == *form.name.get_ref()) {
        return Err(source.at(&form.name, format!("the name {:?} is taken", form.name.get_ref())));
    }
    Ok(CheckPlan {
        name: form.name.get_ref().clone(),
        kind,
        component,
        every_s: form.every_s.map_or(60, |n| n.0),
        limit_ms: form.limit_ms.map_or(2_000.0, |n| n.0),
    })
}

fn inventory_error(
    source: Source<'_>,
    plan: &Plan,
    form: &InventoryErrorForm,
) -> Result<InventoryError, ScenarioError> {
    let component = find(source, plan, &form.component)?;
    let missing = |key: &str| source.about(&form.kind.span(), key, format!("{key} is missing"));
    match form.kind.get_ref().as_str() {
        "missing" => Ok(InventoryError::Missing(component)),
        "stale_owner" => {
            let team = form.team.clone().ok_or_else(|| missing("team"))?;
            Ok(InventoryError::StaleOwner(component, team))
        }
        "stale_edge" => {
            let to = form.to.as_ref().ok_or_else(|| missing("to"))?;
            let callee = find(source, plan, to)?;
            if plan.edge(component, callee).is_some() {
                return Err(source.at(to, "this edge exists, so that its record is not stale".to_owned()));
            }
            Ok(InventoryError::StaleEdge(component, callee))
        }
        other => Err(source.at(&form.kind, format!("{other:?} is not a kind of inventory error"))),
    }
}
