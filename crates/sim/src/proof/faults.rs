//! Every fault on the harbour: visible in the telemetry, felt elsewhere, cured by its reference remedy, and not by
//! waiting.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use wardroom_core::{MetricKind, SeriesKey, TimeRange};

use crate::faults;
use crate::order::{FaultKind, FaultSpec, Onset, OrderKind, Refused};
use crate::plan::Plan;
use crate::proof::scene::{START, Scene, after};
use crate::state::InstanceState;
use crate::world::World;

/// Second of the run at which every fault begins; before, nothing is wrong.
pub(super) const ONSET_S: i64 = 300;

/// Length of the window over which levels of series are compared, seconds.
const WINDOW_S: i64 = 150;

/// A series differs clearly when its levels differ by this share of the larger one, and by more than a trifle.
const CLEARLY: f64 = 0.3;
const TRIFLE: f64 = 0.02;

/// What damage is measured by.
#[derive(Clone, Copy, Debug)]
pub(super) enum Measure {
    /// Share of the users' requests of the last two minutes that failed.
    Users,
    /// Mean response time of a component, seconds.
    Response(&'static str),
    /// Memory that the instances of a component do not give back, MiB, mean.
    Leaked(&'static str),
    /// Share of the processor time of a host.
    Processor(&'static str),
    /// Answers with old data, thousands.
    Stale,
    /// Seconds that an instance is behind its primary.
    Behind(&'static str),
    /// Messages that wait in a broker.
    Waiting(&'static str),
    /// Share of its working set that a cache does not hold.
    Cold(&'static str),
    /// Whether a host reports nothing.
    Silent(&'static str),
}

/// One fault, and what is expected of it. Seconds are counted from the onset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) kind: FaultKind,
    pub(super) target: &'static str,
    pub(super) way: &'static str,
    pub(super) values: &'static [(&'static str, f64)],
    pub(super) onset: Onset,
    pub(super) measure: Measure,
    /// The least damage by the time at which the cure begins.
    pub(super) damage: f64,
    /// When the first remedy is ordered, and how long after it the next one.
    pub(super) cure_s: i64,
    pub(super) gap_s: i64,
    /// How long after the first remedy the world looks normal.
    pub(super) heal_s: i64,
    /// Share of the damage that may be left then.
    pub(super) left: f64,
}

/// What most cases are like.
pub(super) const USUAL: Case = Case {
    kind: FaultKind::BadDeploy,
    target: "",
    way: "",
    values: &[],
    onset: Onset::Sudden,
    measure: Measure::Users,
    damage: 0.005,
    cure_s: 180,
    gap_s: 120,
    heal_s: 300,
    left: 0.25,
};

/// Kinds that nobody but the monitoring notices, and why.
const FELT_NOWHERE: [(FaultKind, &str); 2] = [
    (
        FaultKind::PortScan,
        "a firewall that refuses connections costs its own host a little time and nobody else",
    ),
    (FaultKind::TelemetryLoss, "only the view is gone; what runs goes on"),
];

pub(super) const SLOW_AND_BROKEN: &[Case] = &[
    // 20 requests a second of each instance lose 2.7 MiB a second; the limit is 900 MiB away, 330 s. A restart brings
    // relief only: the leak is in the code.
    Case {
        kind: FaultKind::MemoryLeak,
        target: "payments",
        values: &[("mib_per_request", 0.135)],
        measure: Measure::Leaked("payments"),
        damage: 200.0,
        cure_s: 240,
        heal_s: 140,
        left: 0.5,
        ..USUAL
    },
    Case {
        kind: FaultKind::NoisyNeighbour,
        target: "app-1",
        values: &[("cores", 32.0)],
        measure: Measure::Processor("app-1"),
        damage: 0.2,
        heal_s: 180,
        ..USUAL
    },
    // 120 GiB are free, which is full after a minute and a half; the broker can keep nothing any more.
    Case {
        kind: FaultKind::DiskFills,
        target: "data-1",
        values: &[("gib_per_hour", 5_000.0)],
        gap_s: 30,
        ..USUAL
    },
    // 190 GiB are free, which is full after 140 s: the primary cannot write its log and ends. Cleaning takes a minute;
    // then it is started.
    Case {
        kind: FaultKind::DiskFills,
        target: "db-1",
        values: &[("gib_per_hour", 5_000.0)],
        damage: 0.02,
        cure_s: 240,
        gap_s: 80,
        heal_s: 480,
        ..USUAL
    },
    Case { kind: FaultKind::SlowDisk, target: "db-1", values: &[("factor", 400.0)], heal_s: 420, ..USUAL },
    Case {
        kind: FaultKind::BadDeploy,
        target: "checkout",
        way: "errors",
        values: &[("error_ratio", 0.8)],
        cure_s: 300,
        heal_s: 420,
        ..USUAL
    },
    Case {
        kind: FaultKind::ConfigurationError,
        target: "payments",
        values: &[("error_ratio", 0.6)],
        ..USUAL
    },
    Case {
        kind: FaultKind::PoolTooSmall,
        target: "orders -> pg-main",
        measure: Measure::Response("orders"),
        damage: 0.05,
        ..USUAL
    },
    // Instances of Java start one after the other, 40 s each, and are slow at first.
    Case {
        kind: FaultKind::SlowDependency,
        target: "payments",
        measure: Measure::Response("payments"),
        damage: 0.4,
        heal_s: 420,
        ..USUAL
    },
    Case { kind: FaultKind::DeadDependency, target: "identity", damage: 0.03, ..USUAL },
    // Repairing the network takes five minutes.
    Case { kind: FaultKind::NetworkPartition, target: "south", damage: 0.02, heal_s: 480, ..USUAL },
    Case {
        kind: FaultKind::PacketLoss,
        target: "db-1",
        values: &[("loss_ratio", 0.3)],
        measure: Measure::Response("orders"),
        damage: 0.05,
        heal_s: 480,
        ..USUAL
    },
    Case { kind: FaultKind::DnsFailure, target: "payments", heal_s: 480, ..USUAL },
    Case { kind: FaultKind::CertificateExpired, target: "payments", ..USUAL },
    Case { kind: FaultKind::ClockSkew, target: "db-1", ..USUAL },
    Case { kind: FaultKind::CredentialExpired, target: "pg-main", damage: 0.05, ..USUAL },
];

pub(super) const DATA_AND_LOAD: &[Case] = &[
    // Copying 210 GiB over half of 10 Gbit/s takes six minutes.
    Case {
        kind: FaultKind::ReplicationLag,
        target: "mysql-ledger-2",
        values: &[("applied_ratio", 0.3)],
        measure: Measure::Behind("mysql-ledger-2"),
        damage: 60.0,
        gap_s: 60,
        heal_s: 540,
        ..USUAL
    },
    Case {
        kind: FaultKind::ReplicationStopped,
        target: "mysql-ledger-2",
        measure: Measure::Behind("mysql-ledger-2"),
        damage: 60.0,
        heal_s: 480,
        ..USUAL
    },
    Case { kind: FaultKind::PrimaryCrash, target: "pg-main", damage: 0.02, cure_s: 120, ..USUAL },
    Case { kind: FaultKind::Deadlocks, target: "pg-main", values: &[("victim_ratio", 0.5)], ..USUAL },
    Case { kind: FaultKind::LockPileUp, target: "pg-main", ..USUAL },
    Case {
        kind: FaultKind::ConnectionSaturation,
        target: "mysql-ledger",
        values: &[("held_ratio", 1.0)],
        ..USUAL
    },
    Case {
        kind: FaultKind::ZombieProcesses,
        target: "app-1",
        values: &[("processes_per_minute", 60_000.0)],
        ..USUAL
    },
    // The fewer miss, the slower it fills: with L look-ups a second and a working set W, what is missing falls like
    // 1 / (1 + t·L/W), here 1 / (1 + t / 60 s), and with half of the look-ups for two minutes half as fast.
    Case {
        kind: FaultKind::CacheFlush,
        target: "redis-catalog",
        measure: Measure::Cold("redis-catalog"),
        damage: 0.3,
        cure_s: 15,
        heal_s: 480,
        ..USUAL
    },
    // 114 messages a second for three minutes; the workers catch up with what they have left.
    Case {
        kind: FaultKind::ConsumerStuck,
        target: "kafka-orders",
        measure: Measure::Waiting("kafka-orders"),
        damage: 5_000.0,
        heal_s: 480,
        left: 0.5,
        ..USUAL
    },
    // The trigger is over after two minutes. Two callers are throttled and let in again, a minute between two orders.
    Case { kind: FaultKind::RetryStorm, target: "orders", cure_s: 240, gap_s: 60, heal_s: 420, ..USUAL },
    // Those who are sent away at the door fail; for those who are let in, all is as on other days.
    Case {
        kind: FaultKind::LoadSurge,
        target: "web",
        measure: Measure::Response("web"),
        damage: 0.03,
        ..USUAL
    },
    Case { kind: FaultKind::RegistrationDrift, target: "edge-lb", damage: 0.02, ..USUAL },
    Case {
        kind: FaultKind::PortScan,
        target: "app-1",
        measure: Measure::Processor("app-1"),
        damage: 0.1,
        heal_s: 180,
        ..USUAL
    },
    Case {
        kind: FaultKind::BruteForce,
        target: "identity",
        values: &[("attempts_per_s", 130.0)],
        measure: Measure::Response("identity"),
        damage: 0.01,
        ..USUAL
    },
    Case {
        kind: FaultKind::TelemetryLoss,
        target: "app-1",
        measure: Measure::Silent("app-1"),
        damage: 0.9,
        heal_s: 120,
        ..USUAL
    },
];

#[test]
fn every_kind_has_its_case_here() {
    let cases: BTreeSet<FaultKind> = SLOW_AND_BROKEN.iter().chain(DATA_AND_LOAD).map(|c| c.kind).collect();

    assert_eq!(cases, faults::ALL.iter().copied().collect::<BTreeSet<_>>());
    assert!(FELT_NOWHERE.len() <= 3, "a fault that nobody feels is a rare thing");
}

#[test]
fn faults_of_processes_and_networks_are_seen_felt_and_cured() {
    prove(SLOW_AND_BROKEN);
}

#[test]
fn faults_of_data_load_and_security_are_seen_felt_and_cured() {
    prove(DATA_AND_LOAD);
}

#[test]
fn a_retry_storm_outlives_its_trigger_and_the_same_trigger_alone_does_not() {
    let scenario = Scene { span_min: 30, ..Scene::harbour() }.parse();
    let mut before = World::new(&scenario, 92, START).without_telemetry();
    before.advance(after(ONSET_S));
    let usual = Case { target: "orders", values: &[("extra_ms", 5_000.0)], ..USUAL };
    let slow = Case { kind: FaultKind::SlowDependency, ..usual };
    let storm = Case { kind: FaultKind::RetryStorm, ..usual };
    let left_at = |spec: FaultSpec, since_s: i64| {
        let mut world = before.clone();
        world.order(OrderKind::Inject(spec)).expect("orders can be slow");
        world.advance(after(ONSET_S + since_s));
        let component = world.plan().component("orders").expect("the harbour has orders");
        assert!(world.state().instances.iter().all(|i| i.extra_ms <= 0.0), "the trigger is over");
        (users_failed(&world), over_instances(&world, component, |i| i.offered_rps))
    };

    let (failed, offered_rps) = left_at(FaultSpec { for_s: Some(120), ..slow.spec() }, 600);
    assert!(failed < 0.01, "{failed} fail long after an ordinary slowness");
    // The load of users is gone back to what it was, and the load of tries is not.
    for since_s in [600, 1_200] {
        let (failed_in_storm, tries_rps) = left_at(storm.spec(), since_s);
        assert!(failed_in_storm > 0.2, "{failed_in_storm} fail after {since_s} s");
        assert!(tries_rps > 1.5 * offered_rps, "{tries_rps} tries for {offered_rps} a second");
    }
}

/// Returns the harbour at the second at which faults begin, and at the end of a run in which none does; both are made
/// once for all proofs, which only read or copy them.
fn without_fault() -> &'static (World, World) {
    static WORLDS: OnceLock<(World, World)> = OnceLock::new();
    WORLDS.get_or_init(|| {
        let scenario = Scene { span_min: 30, ..Scene::harbour() }.parse();
        let mut before = World::new(&scenario, 91, START);
        before.advance(after(ONSET_S));
        let mut quiet = before.clone();
        quiet.advance(quiet.ends());
        (before, quiet)
    })
}

/// Proves all cases and prints what was found; fails with all that is not as it should be.
pub(super) fn prove(cases: &[Case]) {
    let (before, quiet) = without_fault();
    let mut wrong = Vec::new();
    for case in cases {
        match prove_one(case, before, quiet) {
            Ok(found) => println!("{found}"),
            Err(problem) => wrong.push(format!("{} at {}: {problem}", case.kind.as_str(), case.target)),
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn prove_one(case: &Case, before: &World, quiet: &World) -> Result<String, String> {
    let spec = case.spec();
    let mut broken = before.clone();
    broken.order(OrderKind::Inject(spec.clone())).map_err(|why| format!("refused: {why}"))?;
    let at = |since_s: i64| after(ONSET_S + since_s);
    broken.advance(at(case.cure_s));
    let (normal, damaged) = (case.level(before), case.level(&broken));
    if damaged - normal < case.damage {
        return Err(format!("no damage: {normal:.4}, then {damaged:.4} ({:?})", case.measure));
    }
    // What is seen is looked at where nobody acts; of the cure only its level counts.
    let mut cured = broken.clone().without_telemetry();
    let steps = cure(case, &spec, &mut cured).map_err(|why| format!("the cure is refused: {why}"))?;
    let end = at(case.cure_s + case.heal_s);
    cured.advance(end);
    let waited = highest(case, &mut broken, case.cure_s) - normal;
    let (left, damage) = (case.level(&cured) - normal, damaged - normal);
    // What the broken one would have come to counts as well: many damages grow.
    if left > case.left * damage.max(waited) {
        return Err(format!(
            "not cured after {} s by {steps}: {left:.4} of {damage:.4} is left",
            case.heal_s
        ));
    }
    let heals = faults::about(case.kind).heals;
    let goes_on = broken.state().faults.last().is_some_and(|f| f.ended.is_none()) && waited > 0.3 * damage;
    if !heals && !goes_on {
        return Err(format!("doing nothing cures it: {damage:.4}, then {waited:.4}"));
    }
    let window = TimeRange::new(end.plus_millis(-WINDOW_S * 1000), end).expect("the window is not empty");
    let seen = differences(case, &broken, quiet, window);
    let Some(visible) = seen.first() else { return Err("nothing is seen in the telemetry".to_owned()) };
    let elsewhere = seen.iter().find(|d| !d.is_its_own).map(|d| d.name.clone());
    let felt = elsewhere.or_else(|| users_feel(&broken, quiet));
    let nowhere =
        FELT_NOWHERE.iter().find(|(kind, _)| *kind == case.kind).map(|(_, why)| format!("nobody: {why}"));
    let Some(felt) = nowhere.or(felt) else { return Err(format!("felt nowhere; seen in {}", visible.name)) };
    let alerts = new_alerts(&broken, quiet);
    Ok(format!(
        "{}\t{}\tdamage {damage:.3}, left {left:.3}, by waiting {waited:.3}\tseen: {} ({:.3} for {:.3})\tfelt: {felt}\t\
         alerts: {alerts}\tcured by {steps} in {} s{}",
        case.kind.as_str(),
        case.target,
        visible.name,
        visible.broken,
        visible.quiet,
        case.heal_s,
        if heals { ", may heal by itself" } else { "" }
    ))
}

/// Moves a world in which nobody acts on to the end of a case and returns the highest level of the second half: what is
/// killed and started again is well for a moment.
pub(super) fn highest(case: &Case, world: &mut World, from_s: i64) -> f64 {
    let mut highest = f64::NEG_INFINITY;
    let end_s = from_s + case.heal_s;
    for since_s in (from_s..end_s).step_by(20).chain([end_s]) {
        world.advance(after(ONSET_S + since_s));
        if since_s * 2 >= from_s + end_s {
            highest = highest.max(case.level(world));
        }
    }
    highest
}

/// Orders the reference remedies one after the other, and returns their names.
fn cure(case: &Case, spec: &FaultSpec, world: &mut World) -> Result<String, Refused> {
    let remedies = world.cures(spec)?;
    let mut names = Vec::new();
    for (step, remedy) in (0_i64..).zip(remedies) {
        world.advance(after(ONSET_S + case.cure_s + step * case.gap_s));
        names.push(format!("{} {}", remedy.kind.as_str(), remedy.target));
        world.order(OrderKind::Remedy(remedy))?;
    }
    Ok(names.join(", "))
}

impl Case {
    pub(super) fn spec(&self) -> FaultSpec {
        FaultSpec {
            kind: self.kind,
            target: self.target.to_owned(),
            at_s: ONSET_S,
            onset: self.onset,
            for_s: None,
            values: self.values.iter().map(|&(name, value)| (name.to_owned(), value)).collect(),
            way: self.way.to_owned(),
        }
    }

    /// Returns the measure of a world at its present time.
    pub(super) fn level(&self, world: &World) -> f64 {
        let (plan, state) = (world.plan(), world.state());
        let host = |name: &str| &state.hosts[plan.host(name).expect("the harbour has this host")];
        let component = |name: &str| plan.component(name).expect("the harbour has this component");
        match self.measure {
            Measure::Users => users_failed(world),
            Measure::Response(name) => over_instances(world, component(name), |i| i.response_s),
            Measure::Leaked(name) => over_instances(world, component(name), |i| i.leaked_mib),
            Measure::Processor(name) => host(name).cpu_ratio,
            Measure::Behind(name) => {
                let instance = plan.instance(name).expect("the harbour has this instance");
                let own = plan.instances[instance].component;
                let first = plan.components[own].instances.start;
                state.components[own].database.as_ref().map_or(0.0, |d| d.replicas[instance - first].lag_s)
            }
            Measure::Stale => world.outcome().stale_reads as f64 / 1000.0,
            Measure::Waiting(name) => state.lag(component(name)) as f64,
            Measure::Cold(name) => {
                state.components[component(name)].cache.as_ref().map_or(0.0, |c| 1.0 - c.warmth)
            }
            Measure::Silent(name) => f64::from(u8::from(host(name).silent)),
        }
    }

    /// Returns all names of the entity at fault: of a host what runs there, of a component its instances; of calls
    /// between two the caller.
    fn own_names(&self, plan: &Plan) -> Vec<String> {
        let spec = self.spec();
        let entity = faults::entity(&spec);
        let mut names = vec![entity.to_owned()];
        let host = plan.host(entity);
        let component =
            plan.component(entity).or_else(|| plan.instance(entity).map(|i| plan.instances[i].component));
        for instance in &plan.instances {
            let in_zone = plan.hosts[instance.host].zone == entity;
            if in_zone || host == Some(instance.host) || component == Some(instance.component) {
                names.push(instance.name.clone());
            }
        }
        names.extend(component.map(|c| plan.components[c].name.clone()));
        names.extend(plan.hosts.iter().filter(|h| h.zone == entity).map(|h| h.name.clone()));
        names
    }
}

/// Returns the mean over the instances of a component that exist.
pub(super) fn over_instances(world: &World, component: usize, of: fn(&InstanceState) -> f64) -> f64 {
    let (plan, state) = (world.plan(), world.state());
    let present: Vec<f64> = plan.components[component]
        .instances
        .clone()
        .map(|i| &state.instances[i])
        .filter(|i| i.phase != crate::state::Phase::Absent)
        .map(of)
        .collect();
    present.iter().sum::<f64>() / present.len().max(1) as f64
}

/// Returns the share of the users' requests of the last two minutes that failed.
fn users_failed(world: &World) -> f64 {
    let outcome = world.outcome();
    let last = |counts: &[u64]| counts.iter().rev().take(8).sum::<u64>() as f64;
    last(&outcome.failed) / last(&outcome.asked).max(1.0)
}

/// A series that differs clearly between two worlds.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    pub(super) name: String,
    broken: f64,
    quiet: f64,
    share: f64,
    is_its_own: bool,
}

/// Returns the series whose levels differ clearly, the clearest first.
pub(super) fn differences(case: &Case, broken: &World, quiet: &World, window: TimeRange) -> Vec<Difference> {
    let own = case.own_names(broken.plan());
    let places: BTreeMap<&SeriesKey, usize> =
        quiet.series().iter().enumerate().map(|(idx, s)| (&s.key, idx)).collect();
    let mut found = Vec::new();
    for (idx, spec) in broken.series().iter().enumerate() {
        let then = level(broken, idx, spec.kind, window);
        let usual = places.get(&spec.key).and_then(|&idx| level(quiet, idx, spec.kind, window));
        let name = spec.key.to_string();
        // A series that is there in only one of the two has no level in the other.
        let (a, b) = (then.unwrap_or(0.0), usual.unwrap_or(0.0));
        let share = if then.is_some() == usual.is_some() {
            (a - b).abs() / a.abs().max(b.abs()).max(1e-9)
        } else {
            1.0
        };
        let trifle = then.is_some() == usual.is_some() && (a - b).abs() < TRIFLE;
        if share >= CLEARLY && !trifle {
            let is_its_own = names_one_of(&name, &own);
            found.push(Difference { name, broken: a, quiet: b, share, is_its_own });
        }
    }
    let size = |d: &Difference| (d.broken - d.quiet).abs();
    found.sort_by(|a, b| b.share.total_cmp(&a.share).then(size(b).total_cmp(&size(a))));
    found
}

/// Reports whether one of the names stands in the text as a whole or with a number behind it: `orders` stands in
/// `orders-2`, but not in `kafka-orders`.
fn names_one_of(text: &str, names: &[String]) -> bool {
    names.iter().any(|name| {
        text.match_indices(name.as_str()).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let behind = text[at + name.len()..].chars().next();
            before.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '-')
                && behind.is_none_or(|c| !c.is_ascii_alphanumeric())
        })
    })
}

/// Returns the mean of a gauge, or the rate a second of a counter, in a window; `None` without two samples.
fn level(world: &World, idx: usize, kind: MetricKind, window: TimeRange) -> Option<f64> {
    let samples = world.read(idx, window);
    let (times, values) = (samples.times(), samples.values());
    let (first, last) = (times.first()?, times.last()?);
    if last == first {
        return None;
    }
    if kind.is_cumulative() {
        let rises = values.windows(2).map(|w| if w[1] < w[0] { w[1] } else { w[1] - w[0] });
        return Some(rises.sum::<f64>() * 1000.0 / (last - first) as f64);
    }
    Some(values.iter().sum::<f64>() / values.len() as f64)
}

/// Says how users or data are hurt; `None` when they are not.
fn users_feel(broken: &World, quiet: &World) -> Option<String> {
    let (there, here) = (broken.outcome(), quiet.outcome());
    let failed = users_failed(broken);
    // The quiet world is longer; what it lost in all its time is no less than in a part of it.
    if failed > 0.01 {
        Some(format!("users: {failed:.3} of their requests fail"))
    } else if there.stale_reads > here.stale_reads {
        Some(format!("readers: {} old answers", there.stale_reads))
    } else if there.lost_messages > here.lost_messages || there.lost_writes > here.lost_writes {
        Some("data that is lost".to_owned())
    } else {
        None
    }
}

/// Returns the names of alerts that only the broken world has had since the onset.
fn new_alerts(broken: &World, quiet: &World) -> String {
    let names = |world: &World| -> BTreeSet<String> {
        let range = TimeRange::new(after(ONSET_S), broken.at()).expect("the onset lies behind");
        world.alert_events(range).into_iter().map(|e| e.alert.name).collect()
    };
    let quiet = names(quiet);
    let only: Vec<String> = names(broken).into_iter().filter(|name| !quiet.contains(name)).collect();
    if only.is_empty() { "none".to_owned() } else { only.join(" ") }
}
