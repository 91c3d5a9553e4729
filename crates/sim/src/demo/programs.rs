//! What happens to the programs of a world: deployments, restarts, and which version ran when.

use wardroom_core::{Change, ChangeKind, Timestamp};

use crate::demo::scenario::Scenario;

/// How long after one instance of a service the next one is restarted by a deployment.
const ROLL_MS: i64 = 30_000;

/// One version of a program and when it ran, in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) service: String,
    pub(crate) version: String,
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
}

/// Returns the whole minute that lies so many minutes before the end.
pub(crate) fn minutes_before(end: Timestamp, minutes: i64) -> Timestamp {
    end.plus_millis(-minutes * 60_000).floor_to(60_000)
}

/// Returns the deployments as changes, oldest first.
pub(crate) fn changes(scenario: &Scenario, end: Timestamp) -> Vec<Change> {
    let mut changes: Vec<Change> = scenario
        .form
        .deploy
        .iter()
        .map(|deploy| Change {
            at: minutes_before(end, deploy.before_end_min),
            subject: deploy.service.get_ref().clone(),
            kind: ChangeKind::Deployment,
            what: deploy.version.clone(),
        })
        .collect();
    changes.sort();
    changes
}

/// Returns the times of one service's deployments, oldest first.
pub(crate) fn deploys_of(changes: &[Change], service: &str) -> Vec<i64> {
    changes.iter().filter(|c| c.subject == service).map(|c| c.at.as_millis()).collect()
}

/// Returns for each service and instance when it started within the history, oldest first.
pub(crate) fn starts(scenario: &Scenario, end: Timestamp, deploys: &[Vec<i64>]) -> Vec<Vec<Vec<i64>>> {
    let services = scenario.form.service.iter().zip(deploys).map(|(service, deploys)| {
        let instances = (0..service.instances).map(|instance| {
            let rolled = deploys.iter().map(|d| d + ROLL_MS * i64::from(instance));
            let alone = scenario
                .form
                .restart
                .iter()
                .filter(|r| r.service.get_ref() == service.name.get_ref() && r.instance == instance);
            let alone = alone.map(|r| minutes_before(end, r.before_end_min).as_millis());
            let mut starts: Vec<i64> = rolled.chain(alone).collect();
            starts.sort_unstable();
            starts.dedup();
            starts
        });
        instances.collect()
    });
    services.collect()
}

/// Returns which version of each program ran when.
pub(crate) fn versions(scenario: &Scenario, changes: &[Change]) -> Vec<Version> {
    let form = &scenario.form;
    let services = form.service.iter().map(|s| (s.name.get_ref(), &s.version));
    let others = [
        (form.pool.name.get_ref(), &form.pool.version),
        (form.database.name.get_ref(), &form.database.version),
    ];
    let mut versions = Vec::new();
    for (service, first) in services.chain(others) {
        let mut current =
            Version { service: service.clone(), version: first.clone(), from_ms: i64::MIN, to_ms: i64::MAX };
        for change in changes.iter().filter(|c| c.subject == *service) {
            let at_ms = change.at.as_millis();
            let next = Version { version: change.what.clone(), from_ms: at_ms, ..current.clone() };
            versions.push(Version { to_ms: at_ms, ..current });
            current = next;
        }
        versions.push(current);
    }
    versions
}
