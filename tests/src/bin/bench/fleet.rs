//! What reaches *Now* of simulated fleets: of healthy ones how many findings a day, of broken ones how many faults.

use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result};
use wardroom_analysis::anomaly::{Bands, FleetFinding, Input, Options, detect_all, reaching};
use wardroom_core::{Anomaly, MetricKind, Samples, TimeRange, Timestamp};
use wardroom_sim::{FaultKind, FaultSpec, Onset, OrderKind, Scenario, World};

use crate::table::{Limits, Row};

const TOPOLOGY: &str = include_str!("../../../../assets/scenarios/topologies/harbour.toml");
const SCENARIO: &str = include_str!("fleet.toml");
/// A Wednesday, 2026-11-18T13:00:00Z: the week before holds one weekend.
const START: Timestamp = Timestamp::from_millis(1_795_006_800_000);
/// The sizes of a large fleet and of a small one, with what is measured of them.
const FLEETS: [(usize, &str); 2] =
    [(LARGE, "faults that reach Now, 2,000 series"), (200, "faults that reach Now, 200 series")];
const LARGE: usize = 2_000;
/// Days of the healthy fleets, each of which is a world with a seed of its own.
const DAYS: i64 = 7;
const SEEDS: [u64; 3] = [71, 72, 73];
/// Second of the run at which a fault begins, and how long it is watched.
const ONSET_S: i64 = 300;
const WATCHED_S: i64 = 900;

/// A series as monitoring has it.
struct Watched {
    samples: Samples,
    kind: MetricKind,
}

/// Measures what reaches *Now*.
pub(crate) fn reach() -> Result<Vec<Row>> {
    let mut rows = healthy()?;
    rows.extend(broken()?);
    Ok(rows)
}

/// Counts the findings a day that reach *Now* of a healthy fleet.
fn healthy() -> Result<Vec<Row>> {
    let scenario = scenario(DAYS * 24)?;
    let (mut reached, mut found) = (0, 0);
    for seed in SEEDS {
        let world = World::new(&scenario, seed, START);
        let series = watched(&world, LARGE)?;
        let findings = findings(&series, world.at());
        found += findings.len();
        reached += reaching(&weighed(&findings), series.len(), world.at()).into_iter().filter(|r| *r).count();
    }
    let days = DAYS as f64 * SEEDS.len() as f64;
    Ok(vec![
        Row::new(
            "findings a day that reach Now, 2,000 healthy series",
            reached as f64 / days,
            "",
            Limits::AtMost(3.0, 1.0),
        )
        .note(format!("{DAYS} simulated days at 1 min of {} worlds", SEEDS.len())),
        Row::beside("findings a day of the same series without that control", found as f64 / days, ""),
    ])
}

/// Counts the kinds of faults that are found, and those that reach *Now*, in a large and a small fleet.
fn broken() -> Result<Vec<Row>> {
    let scenario = scenario(48)?;
    let mut before = World::new(&scenario, 91, START);
    before.advance(after(ONSET_S));
    let mut told = FLEETS.map(|(_, what)| (what, 0_u32, 0_u32));
    for case in CASES {
        let mut world = before.clone();
        world
            .order(OrderKind::Inject(case.spec()))
            .with_context(|| format!("{:?} at {}", case.kind, case.target))?;
        world.advance(after(ONSET_S + WATCHED_S));
        for ((n, _), (_, n_found, n_reached)) in FLEETS.into_iter().zip(&mut told) {
            let series = watched(&world, n)?;
            let findings = findings(&series, world.at());
            let reaches = reaching(&weighed(&findings), series.len(), world.at());
            let since = |finding: &Anomaly| finding.start >= after(ONSET_S - 60);
            *n_found += u32::from(findings.iter().any(since));
            let mut with = findings.iter().zip(&reaches);
            *n_reached += u32::from(with.any(|(finding, reaches)| *reaches && since(finding)));
        }
    }
    let row = |(what, found, reached): (&'static str, u32, u32)| {
        let note = format!("of {} simulated faults; {found} are found in any series", CASES.len());
        Row::beside(what, f64::from(reached), "").note(note)
    };
    Ok(told.into_iter().map(row).collect())
}

fn scenario(history_h: i64) -> Result<Scenario> {
    let text = SCENARIO
        .replace("topology = \"fleet\"", "topology = \"harbour\"")
        .replace("fleet-lb", "web")
        .replace("history_h = 24", &format!("history_h = {history_h}"));
    Ok(Scenario::parse(&text, &|name| (name == "harbour").then(|| TOPOLOGY.to_owned()))?)
}

/// Reads about `n` series of a world, evenly chosen.
fn watched(world: &World, n: usize) -> Result<Vec<Watched>> {
    let range = TimeRange::new(world.history().start(), world.at().plus_millis(1))?;
    let all = world.series().len();
    let chosen = (0..n.min(all)).map(|i| i * all / n.min(all).max(1));
    let read = |idx: usize| Watched { samples: world.read(idx, range), kind: world.series()[idx].kind };
    Ok(chosen.map(read).filter(|series| !series.samples.is_empty()).collect())
}

fn findings(series: &[Watched], until: Timestamp) -> Vec<Anomaly> {
    let options = Options { bands: Bands::Drop, ..Options::standard() };
    let inputs: Vec<Input<'_>> =
        series.iter().map(|series| Input { samples: &series.samples, kind: series.kind, until }).collect();
    let found = detect_all(&inputs, &options, &AtomicBool::new(false), &|_| {});
    found.into_iter().flatten().flat_map(|found| found.anomalies).collect()
}

fn weighed(findings: &[Anomaly]) -> Vec<FleetFinding> {
    findings.iter().map(|finding| FleetFinding { start: finding.start, score: finding.score }).collect()
}

const fn after(seconds: i64) -> Timestamp {
    START.plus_millis(seconds * 1000)
}

/// A fault of the harbour that does damage.
struct Case {
    kind: FaultKind,
    target: &'static str,
    way: &'static str,
    values: &'static [(&'static str, f64)],
}

impl Case {
    fn spec(&self) -> FaultSpec {
        FaultSpec {
            kind: self.kind,
            target: self.target.to_owned(),
            at_s: ONSET_S,
            onset: Onset::Sudden,
            for_s: None,
            values: self.values.iter().map(|&(name, value)| (name.to_owned(), value)).collect(),
            way: self.way.to_owned(),
        }
    }
}

const fn case(kind: FaultKind, target: &'static str, values: &'static [(&'static str, f64)]) -> Case {
    Case { kind, target, way: "", values }
}

/// Every kind of fault, as the simulator proves it to be felt.
const CASES: &[Case] = &[
    case(FaultKind::MemoryLeak, "payments", &[("mib_per_request", 0.135)]),
    case(FaultKind::NoisyNeighbour, "app-1", &[("cores", 32.0)]),
    case(FaultKind::DiskFills, "data-1", &[("gib_per_hour", 5_000.0)]),
    case(FaultKind::SlowDisk, "db-1", &[("factor", 400.0)]),
    Case { kind: FaultKind::BadDeploy, target: "checkout", way: "errors", values: &[("error_ratio", 0.8)] },
    case(FaultKind::ConfigurationError, "payments", &[("error_ratio", 0.6)]),
    case(FaultKind::PoolTooSmall, "orders -> pg-main", &[]),
    case(FaultKind::SlowDependency, "payments", &[]),
    case(FaultKind::DeadDependency, "identity", &[]),
    case(FaultKind::NetworkPartition, "south", &[]),
    case(FaultKind::PacketLoss, "db-1", &[("loss_ratio", 0.3)]),
    case(FaultKind::DnsFailure, "payments", &[]),
    case(FaultKind::CertificateExpired, "payments", &[]),
    case(FaultKind::ClockSkew, "db-1", &[]),
    case(FaultKind::CredentialExpired, "pg-main", &[]),
    case(FaultKind::ReplicationLag, "mysql-ledger-2", &[("applied_ratio", 0.3)]),
    case(FaultKind::ReplicationStopped, "mysql-ledger-2", &[]),
    case(FaultKind::PrimaryCrash, "pg-main", &[]),
    case(FaultKind::Deadlocks, "pg-main", &[("victim_ratio", 0.5)]),
    case(FaultKind::LockPileUp, "pg-main", &[]),
    case(FaultKind::ConnectionSaturation, "mysql-ledger", &[("held_ratio", 1.0)]),
    case(FaultKind::ZombieProcesses, "app-1", &[("processes_per_minute", 60_000.0)]),
    case(FaultKind::CacheFlush, "redis-catalog", &[]),
    case(FaultKind::ConsumerStuck, "kafka-orders", &[]),
    case(FaultKind::RetryStorm, "orders", &[]),
    case(FaultKind::LoadSurge, "web", &[]),
    case(FaultKind::RegistrationDrift, "edge-lb", &[]),
    case(FaultKind::PortScan, "app-1", &[]),
    case(FaultKind::BruteForce, "identity", &[("attempts_per_s", 130.0)]),
    case(FaultKind::TelemetryLoss, "app-1", &[]),
];
