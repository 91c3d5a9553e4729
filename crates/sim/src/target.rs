//! What faults and remedies are done to: names in orders, and the places of the plan that they mean.

use std::ops::Range;

use crate::order::Refused;
use crate::plan::{ComponentKind, EdgeKind, Plan};
use crate::state::State;

/// What a kind of fault or remedy takes as its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Any component.
    Component,
    /// A database.
    Database,
    /// A cache.
    Cache,
    /// A broker.
    Broker,
    /// A balancer.
    Balancer,
    /// A component at which users come in.
    Entry,
    /// A component with a certificate.
    Certified,
    /// A component with a feature flag.
    Flagged,
    /// A component (all its instances) or one instance.
    Running,
    /// One instance, or a host with all that runs on it.
    Traffic,
    /// A database (all its replicas) or one of its instances.
    Replica,
    /// A host.
    Host,
    /// A zone (all its hosts) or one host.
    Zone,
    /// A zone, a host or a component whose name is resolved.
    Network,
    /// A host or a component that is attacked.
    Attacked,
    /// The calls of one component to another, `caller -> callee`; all edges between the two are meant.
    Edge,
    /// The same, where at least one of the edges has a pool.
    Pool,
    /// Where calls go: `component -> zone`, or a zone alone for all that is there.
    Route,
    /// The name of an alert.
    Alert,
}

/// What a target means in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Component(usize),
    Instance(usize),
    Host(usize),
    Zone(String),
    /// All edges from one component to another; never empty.
    Edges(Vec<usize>),
    /// Calls to these components go to that zone.
    Route(Vec<usize>, String),
    Alert,
}

impl Target {
    /// Returns the stable word, for messages and forms.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Database => "database",
            Self::Cache => "cache",
            Self::Broker => "broker",
            Self::Balancer => "balancer",
            Self::Entry => "entry",
            Self::Certified => "certified",
            Self::Flagged => "flagged",
            Self::Running => "component_or_instance",
            Self::Traffic => "instance_or_host",
            Self::Replica => "replica",
            Self::Host => "host",
            Self::Zone => "zone_or_host",
            Self::Network => "network",
            Self::Attacked => "host_or_component",
            Self::Edge => "edge",
            Self::Pool => "pool",
            Self::Route => "route",
            Self::Alert => "alert",
        }
    }

    /// Returns the place that a name means.
    pub(crate) fn find(self, plan: &Plan, name: &str) -> Result<Place, Refused> {
        let of_component =
            |fits: &dyn Fn(usize) -> bool| plan.component(name).filter(|&c| fits(c)).map(Place::Component);
        let host = || plan.host(name).map(Place::Host);
        let instance = || plan.instance(name).map(Place::Instance);
        let zone = || is_zone(plan, name).then(|| Place::Zone(name.to_owned()));
        let place = match self {
            Self::Component => of_component(&|_| true),
            Self::Database => of_component(&|c| plan.components[c].database.is_some()),
            Self::Cache => of_component(&|c| plan.components[c].cache.is_some()),
            Self::Broker => of_component(&|c| plan.components[c].broker.is_some()),
            Self::Balancer => of_component(&|c| plan.components[c].balancer.is_some()),
            Self::Entry => of_component(&|c| plan.load.entries.iter().any(|e| e.component == c)),
            Self::Certified => of_component(&|c| plan.components[c].certificate_days.is_some()),
            Self::Flagged => of_component(&|c| plan.components[c].flag.is_some()),
            Self::Running => of_component(&|_| true).or_else(instance),
            Self::Traffic => instance().or_else(host),
            Self::Replica => of_component(&|c| plan.components[c].database.is_some())
                .or_else(|| plan.instance(name).filter(|&i| replicated(plan, i)).map(Place::Instance)),
            Self::Host => host(),
            Self::Zone => zone().or_else(host),
            Self::Network => zone().or_else(host).or_else(|| of_component(&|_| true)),
            Self::Attacked => host().or_else(|| of_component(&|_| true)),
            Self::Edge => edges(plan, name).map(Place::Edges),
            Self::Pool => edges(plan, name)
                .filter(|all| all.iter().any(|&e| plan.edges[e].pool.is_some()))
                .map(Place::Edges),
            Self::Route => route(plan, name),
            Self::Alert => (!name.trim().is_empty()).then_some(Place::Alert),
        };
        place.ok_or_else(|| Refused::NoSuchTarget { wanted: self.as_str(), target: name.to_owned() })
    }
}

impl Place {
    /// Returns the instances that are meant: those of a component, or the one; none for other places.
    pub(crate) fn instances(&self, plan: &Plan) -> Range<usize> {
        match self {
            Self::Component(c) => plan.components[*c].instances.clone(),
            Self::Instance(i) => *i..*i + 1,
            Self::Host(_) | Self::Zone(_) | Self::Edges(_) | Self::Route(..) | Self::Alert => 0..0,
        }
    }

    /// Returns the component that is meant, for an instance the one that it is a copy of.
    pub(crate) fn component(&self, plan: &Plan) -> Option<usize> {
        match self {
            Self::Component(c) => Some(*c),
            Self::Instance(i) => Some(plan.instances[*i].component),
            Self::Host(_) | Self::Zone(_) | Self::Edges(_) | Self::Route(..) | Self::Alert => None,
        }
    }

    /// Reports whether a host is meant by it: itself, or by its zone.
    pub(crate) fn has_host(&self, plan: &Plan, host: usize) -> bool {
        match self {
            Self::Host(h) => *h == host,
            Self::Zone(zone) => plan.hosts[host].zone == *zone,
            Self::Component(_) | Self::Instance(_) | Self::Edges(_) | Self::Route(..) | Self::Alert => false,
        }
    }

    /// Returns the names of everything that is changed there or feels it at once.
    pub(crate) fn affects(&self, plan: &Plan) -> Vec<String> {
        let component = |c: usize| plan.components[c].name.clone();
        let mut names: Vec<String> = match self {
            Self::Component(c) => with_callers(plan, *c),
            Self::Instance(i) => {
                let mut names = vec![plan.instances[*i].name.clone()];
                names.extend(with_callers(plan, plan.instances[*i].component));
                names
            }
            Self::Host(h) => {
                let here = plan.instances.iter().filter(|i| i.host == *h && i.present);
                std::iter::once(plan.hosts[*h].name.clone())
                    .chain(here.map(|i| component(i.component)))
                    .collect()
            }
            Self::Zone(zone) => {
                let here = plan.instances.iter().filter(|i| i.present && plan.hosts[i.host].zone == *zone);
                here.map(|i| component(i.component)).collect()
            }
            Self::Edges(all) => all
                .iter()
                .flat_map(|&e| [component(plan.edges[e].from), component(plan.edges[e].to)])
                .collect(),
            Self::Route(components, _) => components.iter().map(|&c| component(c)).collect(),
            Self::Alert => Vec::new(),
        };
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }
}

/// Returns the replicas that a place means, as (component, place among its instances); the primary is none.
pub(crate) fn replicas(plan: &Plan, state: &State, place: &Place) -> Vec<(usize, usize)> {
    let Some(component) = place.component(plan) else { return Vec::new() };
    let Some(database) = &state.components[component].database else { return Vec::new() };
    let first = plan.components[component].instances.start;
    place
        .instances(plan)
        .filter(|&i| database.primary != Some(i) && state.instances[i].phase != crate::state::Phase::Absent)
        .map(|i| (component, i - first))
        .filter(|&(_, k)| k < database.replicas.len())
        .collect()
}

/// Returns the edges by which a component is written to; all that lead to it where none is for writing.
pub(crate) fn writing_edges(plan: &Plan, component: usize) -> Vec<usize> {
    let writes: Vec<usize> =
        plan.edges_to(component).filter(|&e| plan.edges[e].kind == EdgeKind::Write).collect();
    if writes.is_empty() { plan.edges_to(component).collect() } else { writes }
}

/// Returns the workers that take messages from a broker.
pub(crate) fn consumers(plan: &Plan, broker: usize) -> Vec<usize> {
    plan.edges_to(broker)
        .filter(|&e| plan.edges[e].kind == EdgeKind::Consume)
        .map(|e| plan.edges[e].from)
        .filter(|&c| matches!(plan.components[c].kind, ComponentKind::Worker | ComponentKind::Service))
        .collect()
}

/// Splits `left -> right`.
pub(crate) fn arrow(name: &str) -> Option<(&str, &str)> {
    let (from, to) = name.split_once("->")?;
    Some((from.trim(), to.trim()))
}

fn edges(plan: &Plan, name: &str) -> Option<Vec<usize>> {
    let (from, to) = arrow(name)?;
    let (from, to) = (plan.component(from)?, plan.component(to)?);
    let all: Vec<usize> = plan.components[from].edges.clone().filter(|&e| plan.edges[e].to == to).collect();
    (!all.is_empty()).then_some(all)
}

fn route(plan: &Plan, name: &str) -> Option<Place> {
    if let Some((component, zone)) = arrow(name) {
        let component = plan.component(component)?;
        return is_zone(plan, zone).then(|| Place::Route(vec![component], zone.to_owned()));
    }
    let here = |c: usize| plan.components[c].instances.clone().any(|i| zone_of(plan, i) == name);
    let components: Vec<usize> = (0..plan.components.len()).filter(|&c| here(c)).collect();
    (!components.is_empty()).then(|| Place::Route(components, name.to_owned()))
}

fn is_zone(plan: &Plan, name: &str) -> bool {
    plan.hosts.iter().any(|h| h.zone == name)
}

/// Returns the zone in which an instance stands.
pub(crate) fn zone_of(plan: &Plan, instance: usize) -> &str {
    &plan.hosts[plan.instances[instance].host].zone
}

fn replicated(plan: &Plan, instance: usize) -> bool {
    plan.components[plan.instances[instance].component].database.is_some()
}

fn with_callers(plan: &Plan, component: usize) -> Vec<String> {
    let callers = plan.edges_to(component).map(|e| plan.components[plan.edges[e].from].name.clone());
    std::iter::once(plan.components[component].name.clone()).chain(callers).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::shop;

    #[test]
    fn every_target_refuses_a_name_that_is_nothing() {
        let plan = shop();
        let all = [
            Target::Component,
            Target::Database,
            Target::Cache,
            Target::Broker,
            Target::Balancer,
            Target::Entry,
            Target::Certified,
            Target::Flagged,
            Target::Running,
            Target::Traffic,
            Target::Replica,
            Target::Host,
            Target::Zone,
            Target::Network,
            Target::Attacked,
            Target::Edge,
            Target::Pool,
            Target::Route,
        ];

        for target in all {
            let found = target.find(&plan, "nowhere -> nothing");
            assert!(matches!(found, Err(Refused::NoSuchTarget { wanted, .. }) if wanted == target.as_str()));
        }
        assert!(Target::Alert.find(&plan, " ").is_err());
    }

    #[test]
    fn a_name_of_another_kind_is_refused() {
        let plan = shop();
        let database = plan.components.iter().find(|c| c.database.is_some()).unwrap().name.clone();
        let host = plan.hosts[0].name.clone();

        assert!(Target::Database.find(&plan, &database).is_ok());
        assert!(Target::Cache.find(&plan, &database).is_err());
        assert!(Target::Host.find(&plan, &database).is_err());
        assert!(Target::Component.find(&plan, &host).is_err());
    }

    #[test]
    fn an_edge_means_all_calls_between_the_two() {
        let plan = shop();
        let edge = &plan.edges[0];
        let name = format!("{}  ->  {}", plan.components[edge.from].name, plan.components[edge.to].name);

        let Ok(Place::Edges(found)) = Target::Edge.find(&plan, &name) else { panic!("{name} is an edge") };

        assert!(found.contains(&0));
        assert!(found.iter().all(|&e| plan.edges[e].from == edge.from && plan.edges[e].to == edge.to));
    }

    #[test]
    fn the_primary_is_not_among_the_replicas() {
        let plan = shop();
        let component = plan.components.iter().position(|c| c.database.is_some()).unwrap();
        let first = plan.components[component].instances.start;
        let state = crate::faults::bare_state(&plan);

        let found = replicas(&plan, &state, &Place::Component(component));

        assert!(!found.is_empty());
        assert!(found.iter().all(|&(c, k)| c == component && k > 0));
        assert!(replicas(&plan, &state, &Place::Instance(first)).is_empty());
    }
}
