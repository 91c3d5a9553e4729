//! What can go wrong in a world: the registry of all kinds, and how faults begin, act and end.
//!
//! A fault changes settings and capacities; what people see of it follows from queues, pools and retries. What it
//! sets in every step has been set back to neutral just before, so that a fault that is gone leaves nothing behind
//! but its consequences.

use std::ops::Range;

use wardroom_core::Timestamp;

use crate::order::{FaultKind, FaultSpec, Onset, Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::{Place, Target};

mod bad_deploy;
mod brute_force;
mod cache_flush;
mod certificate_expired;
mod clock_skew;
mod configuration_error;
mod connection_saturation;
mod consumer_stuck;
mod credential_expired;
mod dead_dependency;
mod deadlocks;
mod disk_fills;
mod dns_failure;
mod load_surge;
mod lock_pile_up;
mod memory_leak;
mod network_partition;
mod noisy_neighbour;
mod packet_loss;
mod pool_too_small;
mod port_scan;
mod primary_crash;
mod registration_drift;
mod replication_lag;
mod replication_stopped;
mod retry_storm;
mod slow_dependency;
mod slow_disk;
mod telemetry_loss;
mod zombie_processes;

pub(crate) use registration_drift::register;

/// `FaultState::progress` of a fault that has not begun.
const NOT_BEGUN: f64 = -1.0;

/// A parameter of a kind of fault; its name ends in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name in scenarios (`mib_per_request`, `gib_per_hour`, `cores`, `loss_ratio`).
    pub name: &'static str,
    /// The least possible value.
    pub least: f64,
    /// The greatest possible value.
    pub most: f64,
    /// The value where none is given.
    pub usual: f64,
    /// What it means, in a few words.
    pub meaning: &'static str,
}

/// What an instructor's form and the documentation say about a kind of fault.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultInfo {
    /// The kind.
    pub kind: FaultKind,
    /// Its stable word.
    pub word: &'static str,
    /// What it takes as its target (`component`, `host`, `edge`, `component_or_instance` …).
    pub target: &'static str,
    /// Its parameters; each has a usual value.
    pub parameters: &'static [Parameter],
    /// Its ways; empty for kinds that have none. Where there are some, the first is taken if none is given.
    pub ways: &'static [&'static str],
    /// What cures it or brings relief.
    pub cures: &'static [RemedyKind],
    /// Where it is felt first, in a few words.
    pub felt_first: &'static str,
    /// Whether the onset matters; the others happen once and whole.
    pub shaped: bool,
    /// Whether it may pass by itself when nobody acts.
    pub heals: bool,
}

/// How strongly a fault acts in a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Push {
    /// 0 (not at all) to 1 (fully).
    strength: f64,
    dt_s: f64,
}

/// All that there is to know about a kind of fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    pub(crate) kind: FaultKind,
    pub(crate) target: Target,
    pub(crate) parameters: &'static [Parameter],
    pub(crate) ways: &'static [&'static str],
    pub(crate) cures: &'static [RemedyKind],
    /// Remedies that take its source away when they are done to its target.
    pub(crate) removed_by: &'static [RemedyKind],
    pub(crate) felt_first: &'static str,
    pub(crate) shaped: bool,
    pub(crate) heals: bool,
    /// What the target has to be besides its kind.
    check: Option<fn(&Plan, &Place) -> Result<(), Refused>>,
    /// What happens once, when it begins.
    begin: Option<fn(&Plan, &mut State, &mut FaultState)>,
    /// What it does in every step.
    act: Option<fn(&Plan, &mut State, &mut FaultState, Push)>,
    /// Whether the world says that it is over; `None`: only the removal of its source ends it.
    cured: Option<fn(&Plan, &State, &FaultState) -> bool>,
    /// What is set back when it ends.
    end: Option<fn(&Plan, &mut State, &FaultState)>,
    /// The remedies of the reference, each after the one before has worked for a while.
    remedies: fn(&FaultSpec, &Plan) -> Vec<Remedy>,
}

/// What a kind is like where its file says nothing else.
const PLAIN: About = About {
    kind: FaultKind::MemoryLeak,
    target: Target::Component,
    parameters: &[],
    ways: &[],
    cures: &[],
    removed_by: &[],
    felt_first: "",
    shaped: true,
    heals: false,
    check: None,
    begin: None,
    act: None,
    cured: None,
    end: None,
    remedies: nothing_helps,
};

fn nothing_helps(_spec: &FaultSpec, _plan: &Plan) -> Vec<Remedy> {
    Vec::new()
}

/// All kinds, in the order in which they are declared.
pub(crate) const ALL: &[FaultKind] = &[
    FaultKind::MemoryLeak,
    FaultKind::NoisyNeighbour,
    FaultKind::DiskFills,
    FaultKind::SlowDisk,
    FaultKind::BadDeploy,
    FaultKind::ConfigurationError,
    FaultKind::PoolTooSmall,
    FaultKind::SlowDependency,
    FaultKind::DeadDependency,
    FaultKind::NetworkPartition,
    FaultKind::PacketLoss,
    FaultKind::DnsFailure,
    FaultKind::CertificateExpired,
    FaultKind::ReplicationLag,
    FaultKind::ReplicationStopped,
    FaultKind::PrimaryCrash,
    FaultKind::Deadlocks,
    FaultKind::LockPileUp,
    FaultKind::ConnectionSaturation,
    FaultKind::ZombieProcesses,
    FaultKind::CacheFlush,
    FaultKind::ConsumerStuck,
    FaultKind::RetryStorm,
    FaultKind::LoadSurge,
    FaultKind::RegistrationDrift,
    FaultKind::ClockSkew,
    FaultKind::CredentialExpired,
    FaultKind::PortScan,
    FaultKind::BruteForce,
    FaultKind::TelemetryLoss,
];

/// Returns what there is to know about a kind.
pub(crate) fn about(kind: FaultKind) -> &'static About {
    match kind {
        FaultKind::MemoryLeak => &memory_leak::ABOUT,
        FaultKind::NoisyNeighbour => &noisy_neighbour::ABOUT,
        FaultKind::DiskFills => &disk_fills::ABOUT,
        FaultKind::SlowDisk => &slow_disk::ABOUT,
        FaultKind::BadDeploy => &bad_deploy::ABOUT,
        FaultKind::ConfigurationError => &configuration_error::ABOUT,
        FaultKind::PoolTooSmall => &pool_too_small::ABOUT,
        FaultKind::SlowDependency => &slow_dependency::ABOUT,
        FaultKind::DeadDependency => &dead_dependency::ABOUT,
        FaultKind::NetworkPartition => &network_partition::ABOUT,
        FaultKind::PacketLoss => &packet_loss::ABOUT,
        FaultKind::DnsFailure => &dns_failure::ABOUT,
        FaultKind::CertificateExpired => &certificate_expired::ABOUT,
        FaultKind::ReplicationLag => &replication_lag::ABOUT,
        FaultKind::ReplicationStopped => &replication_stopped::ABOUT,
        FaultKind::PrimaryCrash => &primary_crash::ABOUT,
        FaultKind::Deadlocks => &deadlocks::ABOUT,
        FaultKind::LockPileUp => &lock_pile_up::ABOUT,
        FaultKind::ConnectionSaturation => &connection_saturation::ABOUT,
        FaultKind::ZombieProcesses => &zombie_processes::ABOUT,
        FaultKind::CacheFlush => &cache_flush::ABOUT,
        FaultKind::ConsumerStuck => &consumer_stuck::ABOUT,
        FaultKind::RetryStorm => &retry_storm::ABOUT,
        FaultKind::LoadSurge => &load_surge::ABOUT,
        FaultKind::RegistrationDrift => &registration_drift::ABOUT,
        FaultKind::ClockSkew => &clock_skew::ABOUT,
        FaultKind::CredentialExpired => &credential_expired::ABOUT,
        FaultKind::PortScan => &port_scan::ABOUT,
        FaultKind::BruteForce => &brute_force::ABOUT,
        FaultKind::TelemetryLoss => &telemetry_loss::ABOUT,
    }
}

impl FaultKind {
    /// Returns its stable word: its name in scenarios, files and catalogues of texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MemoryLeak => "memory_leak",
            Self::NoisyNeighbour => "noisy_neighbour",
            Self::DiskFills => "disk_fills",
            Self::SlowDisk => "slow_disk",
            Self::BadDeploy => "bad_deploy",
            Self::ConfigurationError => "configuration_error",
            Self::PoolTooSmall => "pool_too_small",
            Self::SlowDependency => "slow_dependency",
            Self::DeadDependency => "dead_dependency",
            Self::NetworkPartition => "network_partition",
            Self::PacketLoss => "packet_loss",
            Self::DnsFailure => "dns_failure",
            Self::CertificateExpired => "certificate_expired",
            Self::ReplicationLag => "replication_lag",
            Self::ReplicationStopped => "replication_stopped",
            Self::PrimaryCrash => "primary_crash",
            Self::Deadlocks => "deadlocks",
            Self::LockPileUp => "lock_pile_up",
            Self::ConnectionSaturation => "connection_saturation",
            Self::ZombieProcesses => "zombie_processes",
            Self::CacheFlush => "cache_flush",
            Self::ConsumerStuck => "consumer_stuck",
            Self::RetryStorm => "retry_storm",
            Self::LoadSurge => "load_surge",
            Self::RegistrationDrift => "registration_drift",
            Self::ClockSkew => "clock_skew",
            Self::CredentialExpired => "credential_expired",
            Self::PortScan => "port_scan",
            Self::BruteForce => "brute_force",
            Self::TelemetryLoss => "telemetry_loss",
        }
    }

    /// Returns the kind of a stable word.
    pub fn parse(word: &str) -> Option<Self> {
        ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

/// Returns what a form or a document says about every kind, in the order of their declaration.
pub fn fault_catalogue() -> Vec<FaultInfo> {
    let info = |&kind: &FaultKind| {
        let about = about(kind);
        FaultInfo {
            kind: about.kind,
            word: kind.as_str(),
            target: about.target.as_str(),
            parameters: about.parameters,
            ways: about.ways,
            cures: about.cures,
            felt_first: about.felt_first,
            shaped: about.shaped,
            heals: about.heals,
        }
    };
    ALL.iter().map(info).collect()
}

impl FaultState {
    /// Returns a fault that begins at its time, counted from the beginning of the run.
    pub(crate) fn planned(spec: FaultSpec, start: Timestamp) -> Self {
        let began = start.plus_millis(spec.at_s.saturating_mul(1000));
        Self { spec, began, ended: None, progress: NOT_BEGUN, injected: false }
    }

    /// Reports whether it has begun and not ended.
    pub(crate) fn is_active(&self) -> bool {
        self.has_begun() && self.ended.is_none()
    }

    /// Reports whether it has begun, ended or not.
    pub(crate) fn has_begun(&self) -> bool {
        self.progress >= 0.0
    }
}

/// Checks a fault against a plan: target, parameters and way.
pub(crate) fn check(plan: &Plan, spec: &FaultSpec) -> Result<(), Refused> {
    let about = about(spec.kind);
    let place = about.target.find(plan, &spec.target)?;
    for (name, &value) in &spec.values {
        let Some(parameter) = about.parameters.iter().find(|p| p.name == *name) else {
            return Err(Refused::Condition { reason: "unknown_parameter" });
        };
        // Written so that NaN is refused as well.
        if !(parameter.least..=parameter.most).contains(&value) {
            return Err(Refused::Amount {
                what: parameter.name,
                given: value.to_string(),
                range: format!("{} to {}", parameter.least, parameter.most),
            });
        }
    }
    if !spec.way.is_empty() && !about.ways.contains(&spec.way.as_str()) {
        return Err(Refused::Condition { reason: "unknown_way" });
    }
    about.check.map_or(Ok(()), |check| check(plan, &place))
}

/// Takes a fault at the wish of an instructor: it begins at its time, with the next step where that is past.
pub(crate) fn inject(
    plan: &Plan,
    state: &mut State,
    spec: &FaultSpec,
    start: Timestamp,
) -> Result<(), Refused> {
    check(plan, spec)?;
    let stands = |f: &FaultState| f.is_active() || f.injected && f.ended.is_none();
    let same = |f: &FaultState| stands(f) && f.spec.kind == spec.kind && f.spec.target == spec.target;
    if state.faults.iter().any(same) {
        return Err(Refused::Condition { reason: "already_running" });
    }
    let planned = FaultState::planned(spec.clone(), start);
    state.faults.push(FaultState { began: planned.began.max(state.at), injected: true, ..planned });
    Ok(())
}

/// Lets the faults begin whose time has come by `state.at`, the end of the step.
pub(crate) fn begin_due(plan: &Plan, state: &mut State, _start: Timestamp, _dt_s: i64) {
    let now = state.at;
    let mut faults = std::mem::take(&mut state.faults);
    for fault in faults.iter_mut().filter(|f| !f.has_begun() && f.began <= now) {
        fault.progress = 0.0;
        if let Some(begin) = about(fault.spec.kind).begin {
            begin(plan, state, fault);
        }
    }
    state.faults = faults;
}

/// Lets every active fault act for a step of `dt_s` seconds, or ends it when it is cured or its time is over.
pub(crate) fn act(plan: &Plan, state: &mut State, _start: Timestamp, dt_s: i64) {
    let mut faults = std::mem::take(&mut state.faults);
    for fault in faults.iter_mut().filter(|f| f.is_active()) {
        let about = about(fault.spec.kind);
        let over = fault.spec.for_s.is_some_and(|s| since_s(fault, state.at) >= s as f64);
        if over || about.cured.is_some_and(|cured| cured(plan, state, fault)) {
            finish(plan, state, fault);
        } else if let Some(act) = about.act {
            let push = Push { strength: strength(fault, state.at), dt_s: dt_s as f64 };
            act(plan, state, fault, push);
        }
    }
    state.faults = faults;
}

/// Ends the faults whose source a remedy takes away where `is_meant` says so, and returns how many there were.
pub(crate) fn remove(
    plan: &Plan,
    state: &mut State,
    remedy: RemedyKind,
    is_meant: &dyn Fn(&FaultSpec) -> bool,
) -> usize {
    let mut faults = std::mem::take(&mut state.faults);
    let mut n_removed = 0;
    for fault in faults.iter_mut().filter(|f| f.is_active()) {
        if about(fault.spec.kind).removed_by.contains(&remedy) && is_meant(&fault.spec) {
            finish(plan, state, fault);
            n_removed += 1;
        }
    }
    state.faults = faults;
    n_removed
}

fn finish(plan: &Plan, state: &mut State, fault: &mut FaultState) {
    fault.ended = Some(state.at);
    if let Some(end) = about(fault.spec.kind).end {
        end(plan, state, fault);
    }
}

/// Returns how strongly a fault acts at a time: 0 before it begins and after it has ended, 1 at its full strength.
pub(crate) fn strength(fault: &FaultState, now: Timestamp) -> f64 {
    let since_s = since_s(fault, now);
    let over = fault.ended.is_some_and(|ended| now >= ended)
        || fault.spec.for_s.is_some_and(|s| since_s >= s as f64);
    if since_s < 0.0 || over {
        return 0.0;
    }
    match fault.spec.onset {
        Onset::Sudden => 1.0,
        Onset::Ramp { over_s } if over_s <= 0 => 1.0,
        Onset::Ramp { over_s } => (since_s / over_s as f64).min(1.0),
        Onset::Flapping { period_s } if period_s <= 1 => 1.0,
        Onset::Flapping { period_s } => {
            let turn_s = since_s.rem_euclid(period_s as f64);
            if turn_s * 2.0 < period_s as f64 { 1.0 } else { 0.0 }
        }
    }
}

/// Returns the name of the entity in which the cause lies: the target; for calls between two, the caller.
pub(crate) fn entity(spec: &FaultSpec) -> &str {
    crate::target::arrow(&spec.target).map_or(spec.target.as_str(), |(caller, _)| caller)
}

/// Returns the remedies of the reference for a fault that was checked.
///
/// They are ordered one after another, each when the one before has worked for some minutes (a throttle has to hold
/// until the queues are empty before it is lifted).
pub(crate) fn reference_remedy(plan: &Plan, spec: &FaultSpec) -> Vec<Remedy> {
    (about(spec.kind).remedies)(spec, plan)
}

/// Returns a parameter as the fault states it, or its usual value.
fn value(spec: &FaultSpec, name: &str) -> f64 {
    let usual = || about(spec.kind).parameters.iter().find(|p| p.name == name).map_or(0.0, |p| p.usual);
    spec.values.get(name).copied().unwrap_or_else(usual)
}

/// Returns the place of a fault. Targets are checked before a fault is taken up, so there is one.
fn place(plan: &Plan, spec: &FaultSpec) -> Option<Place> {
    about(spec.kind).target.find(plan, &spec.target).ok()
}

fn component(plan: &Plan, spec: &FaultSpec) -> Option<usize> {
    place(plan, spec)?.component(plan)
}

fn host(plan: &Plan, spec: &FaultSpec) -> Option<usize> {
    plan.host(&spec.target)
}

fn instances(plan: &Plan, spec: &FaultSpec) -> Range<usize> {
    place(plan, spec).map_or(0..0, |place| place.instances(plan))
}

fn edges(plan: &Plan, spec: &FaultSpec) -> Vec<usize> {
    match place(plan, spec) {
        Some(Place::Edges(all)) => all,
        Some(
            Place::Component(_)
            | Place::Instance(_)
            | Place::Host(_)
            | Place::Zone(_)
            | Place::Route(..)
            | Place::Alert,
        )
        | None => Vec::new(),
    }
}

/// Returns seconds since a fault began; negative before.
fn since_s(fault: &FaultState, now: Timestamp) -> f64 {
    (now.as_millis() - fault.began.as_millis()) as f64 / 1000.0
}

/// Joins two shares of failures that have nothing to do with each other.
fn either(a: f64, b: f64) -> f64 {
    1.0 - (1.0 - a.clamp(0.0, 1.0)) * (1.0 - b.clamp(0.0, 1.0))
}

fn remedy(kind: RemedyKind, target: &str, amount: Option<f64>) -> Remedy {
    Remedy { kind, target: target.to_owned(), amount }
}

#[cfg(test)]
pub(crate) use tests::{bare_state, usual};

#[cfg(test)]
mod tests;
