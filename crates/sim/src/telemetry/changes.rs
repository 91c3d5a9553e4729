//! Which deliberate alterations become known, and to whom they are put down.

use wardroom_core::{Change, ChangeKind, Timestamp};

use crate::order::{Remedy, RemedyKind};
use crate::plan::{Plan, PlannedChange};
use crate::state::State;
use crate::telemetry::metrics::service::client_name;
use crate::telemetry::watch::Watch;

/// Appends what was altered in the step that ended now; the memory still holds the state before it.
pub(crate) fn observe(
    plan: &Plan,
    state: &State,
    watch: &Watch,
    run_start: Timestamp,
    dt_s: i64,
    into: &mut Vec<Change>,
) {
    let at = state.at;
    let from = at.plus_millis(-dt_s * 1000);
    for planned in &plan.changes {
        let time = run_start.plus_millis(planned.at_s * 1000);
        if from < time && time <= at {
            into.extend(of_plan(plan, planned.component, &planned.what, time));
        }
    }
    components(plan, state, watch, into);
    edges(plan, state, watch, into);
    for (k, remedy) in state.remedies.iter().enumerate() {
        let known = watch.remedies.get(k).copied().unwrap_or(false);
        if remedy.done && !known {
            into.extend(of_remedy(&remedy.remedy, at));
        }
    }
}

/// Remembers the settings with which the next step is compared.
pub(crate) fn remember(watch: &mut Watch, state: &State) {
    for (memo, now) in watch.components.iter_mut().zip(&state.components) {
        if memo.version != now.version {
            memo.version.clone_from(&now.version);
        }
        memo.bad_configuration = now.bad_configuration;
        memo.certificate_until = now.certificate_until;
        memo.flag_on = now.flag_on;
        memo.max_connections = now.database.as_ref().map_or(0, |d| d.max_connections);
    }
    for (memo, now) in watch.edges.iter_mut().zip(&state.edges) {
        *memo = (now.timeout_ms, now.retries, now.pool_size);
    }
    watch.remedies.clear();
    watch.remedies.extend(state.remedies.iter().map(|r| r.done));
}

/// Returns the change that a plan announces; a deployment is known when it begins, by the version that is rolled out.
fn of_plan(plan: &Plan, component: usize, what: &PlannedChange, at: Timestamp) -> Option<Change> {
    let component = &plan.components[component];
    let (kind, what) = match what {
        PlannedChange::Deploy(_) => return None,
        PlannedChange::Configure(words) => (ChangeKind::Configuration, words.clone()),
        PlannedChange::Maintenance(words, _) => (ChangeKind::Maintenance, words.clone()),
        PlannedChange::Restart(number) => (ChangeKind::Maintenance, format!("restart of instance {number}")),
    };
    Some(Change { at, subject: component.name.clone(), kind, what })
}

/// Appends versions and settings of components that are others than before.
fn components(plan: &Plan, state: &State, watch: &Watch, into: &mut Vec<Change>) {
    let rows = plan.components.iter().zip(&state.components).zip(&watch.components);
    for ((planned, now), memo) in rows {
        let mut tell = |kind, what: String| {
            into.push(Change { at: state.at, subject: planned.name.clone(), kind, what });
        };
        if now.version != memo.version {
            tell(ChangeKind::Deployment, now.version.clone());
        }
        if now.bad_configuration && !memo.bad_configuration {
            tell(ChangeKind::Configuration, "settings applied".to_owned());
        } else if memo.bad_configuration && !now.bad_configuration {
            tell(ChangeKind::Configuration, "settings returned to those before".to_owned());
        }
        if now.certificate_until > memo.certificate_until {
            tell(ChangeKind::Configuration, "certificate installed".to_owned());
        }
        if let Some(flag) = planned.flag.as_ref().filter(|_| now.flag_on != memo.flag_on) {
            let word = if now.flag_on { "on" } else { "off" };
            tell(ChangeKind::Configuration, format!("flag {} {word}", flag.name));
        }
        let limit = now.database.as_ref().map_or(0, |d| d.max_connections);
        if limit != memo.max_connections {
            tell(ChangeKind::Configuration, format!("max_connections {limit}"));
        }
    }
}

/// Appends settings towards others that are not those of before.
fn edges(plan: &Plan, state: &State, watch: &Watch, into: &mut Vec<Change>) {
    for (edge, (now, memo)) in state.edges.iter().zip(&watch.edges).enumerate() {
        let (timeout_ms, retries, pool) = *memo;
        let same_timeout = now.timeout_ms.to_bits() == timeout_ms.to_bits();
        if same_timeout && now.retries == retries && now.pool_size == pool {
            continue;
        }
        let callee = client_name(plan, edge);
        let mut tell = |what: String| {
            let subject = plan.components[plan.edges[edge].from].name.clone();
            into.push(Change { at: state.at, subject, kind: ChangeKind::Configuration, what });
        };
        if let Some(size) = now.pool_size.filter(|_| now.pool_size != pool) {
            tell(format!("connection pool {callee}: {size}"));
        }
        if !same_timeout {
            tell(format!("timeout {callee}: {:.0} ms", now.timeout_ms));
        }
        if now.retries != retries {
            tell(format!("retries {callee}: {}", now.retries));
        }
    }
}

/// Returns the change that a remedy is, unless it shows in settings or versions, or alters nothing.
fn of_remedy(remedy: &Remedy, at: Timestamp) -> Option<Change> {
    use ChangeKind::{Configuration, Maintenance};
    let (kind, words) = match remedy.kind {
        RemedyKind::RollBack
        | RemedyKind::RaisePool
        | RemedyKind::ChangeTimeout
        | RemedyKind::RotateCertificate
        | RemedyKind::FlagOff
        | RemedyKind::Silence => return None,
        RemedyKind::Restart => (Maintenance, "restarted by hand"),
        RemedyKind::ScaleOut => (Configuration, "scaled out"),
        RemedyKind::ScaleIn => (Configuration, "scaled in"),
        RemedyKind::FailOver => (Maintenance, "replica promoted"),
        RemedyKind::Drain => (Maintenance, "drained"),
        RemedyKind::ShiftTraffic => (Configuration, "traffic shifted"),
        RemedyKind::ClearCache => (Maintenance, "cache emptied"),
        RemedyKind::KillTransaction => (Maintenance, "transaction ended by hand"),
        RemedyKind::SkipReplication => (Maintenance, "transaction skipped on the replica"),
        RemedyKind::ReseedReplica => (Maintenance, "replica made anew"),
        RemedyKind::ExpandDisk => (Configuration, "file system enlarged"),
        RemedyKind::CleanDisk => (Maintenance, "old files deleted"),
        RemedyKind::RenewCredential => (Configuration, "credential renewed"),
        RemedyKind::PurgeQueue => (Maintenance, "queue emptied"),
        RemedyKind::ReRegister => (Configuration, "registrations renewed"),
        RemedyKind::Throttle => (Configuration, "requests limited"),
        RemedyKind::StopJob => (Maintenance, "process ended by hand"),
        RemedyKind::RestartAgent => (Maintenance, "monitoring agent restarted"),
        RemedyKind::SyncClock => (Maintenance, "clock set"),
        RemedyKind::BlockSource => (Configuration, "address blocked"),
        RemedyKind::RepairNetwork => (Maintenance, "network repaired"),
    };
    Some(Change { at, subject: remedy.target.clone(), kind, what: words.to_owned() })
}
