//! What the shop's inventory says of it: owners, who depends on whom, and where nobody kept it up to date.

use wardroom_core::{Dependency, Entity, EntityKind, Timestamp, Topology};

use crate::demo::scenario::{Form, Scenario};

const DAY_MS: i64 = 86_400_000;

/// Returns the names of services, pool and database, in the order of the model's parts.
pub(crate) fn names(scenario: &Scenario) -> Vec<String> {
    let form = &scenario.form;
    let services = form.service.iter().map(|s| s.name.get_ref().clone());
    services.chain([form.pool.name.get_ref().clone(), form.database.name.get_ref().clone()]).collect()
}

/// Returns the pairs of a service and what it depends on.
pub(crate) fn edges(scenario: &Scenario) -> Vec<(String, String)> {
    let form = &scenario.form;
    let pool = form.pool.name.get_ref();
    let mut edges = Vec::new();
    for service in &form.service {
        let name = service.name.get_ref();
        edges.extend(service.calls.iter().map(|c| (name.clone(), c.to.get_ref().clone())));
        edges.extend(service.transactions.iter().map(|_| (name.clone(), pool.clone())));
    }
    edges.push((pool.clone(), form.database.name.get_ref().clone()));
    edges
}

/// Returns the inventory as it stands at the end of the history; `edges` are the true dependencies.
pub(crate) fn inventory(scenario: &Scenario, edges: &[(String, String)], end: Timestamp) -> Topology {
    let form = &scenario.form;
    let services =
        form.service.iter().map(|s| entity(form, EntityKind::Service, s.name.get_ref(), &s.version));
    let pool = entity(form, EntityKind::Balancer, form.pool.name.get_ref(), &form.pool.version);
    let database = entity(form, EntityKind::Database, form.database.name.get_ref(), &form.database.version);
    let nodes = (1..=form.nodes).map(|n| entity(form, EntityKind::Host, &format!("node-{n:02}"), ""));
    let mut entities: Vec<Entity> = services.chain([pool, database]).chain(nodes).collect();
    let mut dependencies = dependencies(form, edges);
    if let Some(wrong) = &form.inventory {
        let touched = end.plus_millis(-wrong.removed_before_end_days * DAY_MS);
        for (from, to) in &wrong.never_removed {
            let stale = Dependency { changed_at: Some(touched), ..Dependency::new(from, to, "calls") };
            dependencies.push(stale);
            if !entities.iter().any(|e| e.name == *to) {
                entities.push(Entity { changed_at: Some(touched), ..Entity::new(EntityKind::Service, to) });
            }
        }
    }
    entities.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    dependencies.sort();
    dependencies.dedup();
    Topology { entities, dependencies }
}

fn entity(form: &Form, kind: EntityKind, name: &str, version: &str) -> Entity {
    let mut entity = Entity { environment: "production".to_owned(), ..Entity::new(kind, name) };
    if let Some(owner) = form.owner.iter().find(|o| o.of.iter().any(|of| of == name)) {
        entity.team.clone_from(&owner.team);
        entity.contact = format!("{}@example.net", owner.team);
        entity.domain.clone_from(&owner.domain);
        entity.tier = Some(owner.tier);
    } else if kind == EntityKind::Host {
        "team-platform".clone_into(&mut entity.team);
        "team-platform@example.net".clone_into(&mut entity.contact);
        "platform".clone_into(&mut entity.domain);
    }
    if !version.is_empty() {
        entity.tags = wardroom_core::Labels::new([("version", version)]);
    }
    entity
}

fn dependencies(form: &Form, edges: &[(String, String)]) -> Vec<Dependency> {
    let never = form.inventory.as_ref().map_or(&[][..], |wrong| &wrong.never_entered);
    let entered = edges.iter().filter(|edge| !never.contains(edge));
    entered
        .map(|(from, to)| {
            let writes = from == form.pool.name.get_ref() && to == form.database.name.get_ref();
            Dependency::new(from, to, if writes { "writes" } else { "calls" })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = include_str!("../../../../assets/scenarios/demo.toml");

    fn shop() -> (Topology, Vec<(String, String)>) {
        let scenario = Scenario::parse(DEMO).unwrap();
        let world = crate::demo::World::new(&scenario, 7, Timestamp::from_millis(1_794_927_724_000));
        (world.inventory().clone(), world.depends_on().to_vec())
    }

    #[test]
    fn everything_has_an_owner_but_what_nobody_removed() {
        let (inventory, _) = shop();

        let unowned: Vec<&str> =
            inventory.entities.iter().filter(|e| e.team.is_empty()).map(|e| e.name.as_str()).collect();

        assert_eq!(unowned, ["promo-legacy"]);
        assert_eq!(inventory.entities.len(), 10 + 2 + 10 + 1);
    }

    #[test]
    fn it_is_wrong_where_nobody_kept_it() {
        let (inventory, edges) = shop();
        let says = |from: &str, to: &str| inventory.dependencies.iter().any(|d| d.from == from && d.to == to);

        let missing: Vec<_> = edges.iter().filter(|(from, to)| !says(from, to)).collect();
        let stale: Vec<_> = inventory
            .dependencies
            .iter()
            .filter(|d| !edges.contains(&(d.from.clone(), d.to.clone())))
            .collect();

        assert_eq!(missing.len(), 1);
        assert!(stale.iter().all(|d| d.changed_at.is_some()) && stale.len() == 1, "{stale:?}");
    }
}
