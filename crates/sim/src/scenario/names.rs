//! What can be named in a scenario: places, alerts, and what a remedy is done to.

use std::collections::BTreeSet;

use wardroom_core::nearest::nearest;

use super::Scenario;
use crate::order::{Refused, Remedy};
use crate::remedies;
use crate::target::Target;
use crate::telemetry::{alert_names, metrics_about};

impl Scenario {
    /// Returns everything that can be named as the place of a fault: components, instances, hosts and zones, sorted.
    pub fn names(&self) -> Vec<String> {
        let components = self.plan.components.iter().map(|c| &c.name);
        let instances = self.plan.instances.iter().filter(|i| i.present).map(|i| &i.name);
        let hosts = self.plan.hosts.iter().flat_map(|h| [&h.name, &h.zone]);
        let names: BTreeSet<&String> = components.chain(instances).chain(hosts).collect();
        names.into_iter().cloned().collect()
    }

    /// Reports whether a name means a place, without regard to case: one of [`Scenario::names`], an instance that
    /// scaling out would bring, or the calls between two components (`caller -> callee`).
    pub fn has_place(&self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        self.names().contains(&name)
            || self.plan.instances.iter().any(|instance| instance.name == name)
            || Target::Edge.find(&self.plan, &name).is_ok()
    }

    /// Reports whether the rules of simulated worlds raise an alert of that name.
    pub fn has_alert(&self, name: &str) -> bool {
        alert_names().any(|known| known == name)
    }

    /// Returns the metric of a place that is called so, without regard to case, or else the nearest one that there is.
    pub fn metric_like(&self, place: &str, name: &str) -> Option<String> {
        let known = metrics_about(&self.plan, place);
        let same = known.iter().find(|known| known.eq_ignore_ascii_case(name));
        same.map(String::as_str)
            .or_else(|| nearest(name, known.iter().map(String::as_str)))
            .map(str::to_owned)
    }

    /// Reports whether something is tried from outside under that name.
    pub fn has_check(&self, name: &str) -> bool {
        self.plan.checks.iter().any(|check| check.name == name)
    }

    /// Checks that a remedy is done to something that there is, with a number that its kind takes. Whether the world is
    /// in a condition for it shows when it is ordered.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuchTarget`]; [`Refused::Amount`].
    pub fn takes(&self, remedy: &Remedy) -> Result<(), Refused> {
        remedies::fits(&self.plan, remedy).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::RemedyKind;

    fn scenario() -> Scenario {
        let text = include_str!("../../../../assets/scenarios/replica_lag.toml");
        let topology = include_str!("../../../../assets/scenarios/topologies/harbour.toml");
        Scenario::parse(text, &|_| Some(topology.to_owned())).unwrap()
    }

    #[test]
    fn places_are_components_instances_hosts_zones_and_calls() {
        let scenario = scenario();
        let plan = &scenario.plan;
        let edge = &plan.edges[0];
        let calls = format!("{} -> {}", plan.components[edge.from].name, plan.components[edge.to].name);
        let spare = plan.instances.iter().find(|i| !i.present).unwrap().name.clone();

        for name in ["mysql-ledger-2", "MySQL-Ledger", " mysql-ledger ", &plan.hosts[0].zone, &calls, &spare]
        {
            assert!(scenario.has_place(name), "{name}");
        }
        assert!(!scenario.names().contains(&spare));
        for name in ["mysql-ledgr", "", "mysql-ledger-99", "mysql-ledger -> nowhere"] {
            assert!(!scenario.has_place(name), "{name}");
        }
    }

    #[test]
    fn alerts_are_those_of_the_rules() {
        let scenario = scenario();

        assert!(scenario.has_alert("MysqlReplicationLag"));
        assert!(!scenario.has_alert("MysqlReplicationLags"));
    }

    #[test]
    fn a_metric_is_found_by_its_name_or_by_one_that_is_like_it() {
        let scenario = scenario();
        let like = |name| scenario.metric_like("mysql-ledger-2", name);
        let lag = "mysql_slave_status_seconds_behind_master";

        for name in [lag, "MySQL_slave_status_seconds_behind_master", "mysql_slave_seconds_behind_master"] {
            assert_eq!(like(name).as_deref(), Some(lag), "{name}");
        }
        assert_eq!(scenario.metric_like("nowhere", lag), None);
    }

    #[test]
    fn checks_are_those_of_the_topology_and_of_the_drill() {
        let scenario = scenario();
        let known = scenario.plan.checks[0].name.clone();

        assert!(scenario.has_check(&known));
        assert!(!scenario.has_check("mysql-ledger-2"));
    }

    #[test]
    fn a_remedy_needs_its_target_and_its_number() {
        let scenario = scenario();
        let takes =
            |kind, target: &str, amount| scenario.takes(&Remedy { kind, target: target.to_owned(), amount });

        assert_eq!(takes(RemedyKind::Drain, "mysql-ledger-2", None), Ok(()));
        assert!(matches!(takes(RemedyKind::Drain, "mysql-ledgr-2", None), Err(Refused::NoSuchTarget { .. })));
        assert!(matches!(takes(RemedyKind::Drain, "mysql-ledger-2", Some(7.0)), Err(Refused::Amount { .. })));
    }
}
