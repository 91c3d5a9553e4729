//! What the inventory says: entities with their owners, and who depends on whom, as wrong as inventories are.

use wardroom_core::{Dependency, Entity, EntityKind, Labels, Topology};

use crate::plan::{ComponentKind, EdgeKind, InventoryError, Plan, Technology};
use crate::state::{Phase, State};

/// Returns the inventory at a moment.
pub(crate) fn inventory(plan: &Plan, state: &State) -> Topology {
    let mut entities: Vec<Entity> = (0..plan.components.len())
        .filter(|&c| !plan.inventory_errors.contains(&InventoryError::Missing(c)))
        .map(|c| component(plan, state, c))
        .chain((0..plan.hosts.len()).map(|h| host(plan, h)))
        .collect();
    entities.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    Topology { entities, dependencies: dependencies(plan, state) }
}

/// Returns the kind of entity that a component is.
pub(crate) const fn kind(kind: ComponentKind) -> EntityKind {
    match kind {
        ComponentKind::Service | ComponentKind::Worker => EntityKind::Service,
        ComponentKind::Database => EntityKind::Database,
        ComponentKind::Cache => EntityKind::Cache,
        ComponentKind::Broker => EntityKind::Queue,
        ComponentKind::Balancer => EntityKind::Balancer,
    }
}

/// Returns the word for a technology.
const fn technology(technology: Technology) -> &'static str {
    match technology {
        Technology::Go => "go",
        Technology::Java => "java",
        Technology::Node => "node.js",
        Technology::Python => "python",
        Technology::Nginx => "nginx",
        Technology::Haproxy => "haproxy",
        Technology::Postgres => "postgresql",
        Technology::Mysql => "mysql",
        Technology::Redis => "redis",
        Technology::Kafka => "kafka",
    }
}

/// Returns how people reach a team.
fn contact(team: &str) -> String {
    format!("{team}@example.net")
}

/// Returns what is recorded of a component.
fn component(plan: &Plan, state: &State, component: usize) -> Entity {
    let planned = &plan.components[component];
    let stale = plan.inventory_errors.iter().find_map(|error| match error {
        InventoryError::StaleOwner(c, team) if *c == component => Some(team.as_str()),
        InventoryError::StaleOwner(..) | InventoryError::StaleEdge(..) | InventoryError::Missing(_) => None,
    });
    let team = stale.unwrap_or(&planned.team);
    let present: Vec<usize> =
        planned.instances.clone().filter(|&i| state.instances[i].phase != Phase::Absent).collect();
    let mut zones: Vec<&str> =
        present.iter().map(|&i| plan.hosts[plan.instances[i].host].zone.as_str()).collect();
    zones.sort_unstable();
    zones.dedup();
    let instances = present.len().to_string();
    let tags = [
        ("technology", technology(planned.technology)),
        ("version", state.components[component].version.as_str()),
        ("instances", instances.as_str()),
    ];
    Entity {
        tier: Some(planned.tier),
        domain: planned.domain.clone(),
        team: team.to_owned(),
        contact: contact(team),
        environment: "production".to_owned(),
        site: zones.join(","),
        tags: Labels::new(tags),
        ..Entity::new(kind(planned.kind), &planned.name)
    }
}

/// Returns what is recorded of a machine.
fn host(plan: &Plan, host: usize) -> Entity {
    let planned = &plan.hosts[host];
    let team = "team-platform";
    let cores = format!("{:.0}", planned.cores);
    let memory = format!("{:.0}", planned.memory_mib);
    let address = format!("10.{}.0.{}", 20 + host / 200, 11 + host % 200);
    let tags = [("cores", cores.as_str()), ("memory_mib", memory.as_str())];
    Entity {
        domain: "platform".to_owned(),
        team: team.to_owned(),
        contact: contact(team),
        environment: "production".to_owned(),
        site: planned.zone.clone(),
        addresses: vec![address],
        tags: Labels::new(tags),
        ..Entity::new(EntityKind::Host, &planned.name)
    }
}

/// Returns how a caller depends on what an edge leads to.
pub(crate) const fn how(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Call => "calls",
        EdgeKind::Read => "reads",
        EdgeKind::Write => "writes",
        EdgeKind::Lookup => "caches in",
        EdgeKind::Publish => "publishes to",
        EdgeKind::Consume => "consumes from",
    }
}

/// Returns the recorded dependencies, sorted.
fn dependencies(plan: &Plan, state: &State) -> Vec<Dependency> {
    let name = |c: usize| plan.components[c].name.as_str();
    let missing = |c: usize| plan.inventory_errors.contains(&InventoryError::Missing(c));
    let mut all: Vec<Dependency> = Vec::new();
    for edge in plan.edges.iter().filter(|e| e.declared && !missing(e.from) && !missing(e.to)) {
        let balances = plan.components[edge.from].balancer.is_some_and(|b| b.behind == edge.to);
        let how = if balances { "balances" } else { how(edge.kind) };
        all.push(Dependency::new(name(edge.from), name(edge.to), how));
    }
    for (place, instance) in plan.instances.iter().zip(&state.instances) {
        if instance.phase != Phase::Absent && !missing(place.component) {
            let to = &plan.hosts[place.host].name;
            all.push(Dependency::new(name(place.component), to, "runs on"));
        }
    }
    for error in &plan.inventory_errors {
        match error {
            InventoryError::StaleEdge(from, to) => {
                all.push(Dependency::new(name(*from), name(*to), "calls"));
            }
            InventoryError::StaleOwner(..) | InventoryError::Missing(_) => {}
        }
    }
    all.sort();
    all.dedup();
    all
}
