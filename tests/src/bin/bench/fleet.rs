//! What reaches *Now* of simulated fleets: of healthy ones how many findings a day, of broken ones how many faults.

use anyhow::{Context, Result};
use wardroom_core::{Anomaly, AnomalyKind, Timestamp};
use wardroom_sim::{FaultKind, FaultSpec, Onset, OrderKind, World};
use wardroom_tests::fleet::{findings, harbour, reached, watched};

use crate::table::{Limits, Row};

/// A Wednesday, 2026-11-18T13:00:00Z: the week before holds one weekend.
const START: Timestamp = Timestamp::from_millis(1_795_006_800_000);
/// The sizes of a large fleet and of a small one, with what is measured of them.
const FLEETS: [(usize, &str); 2] =
    [(LARGE, "faults that reach Now, 2,000 series"), (200, "faults that reach Now, 200 series")];
const LARGE: usize = 2_000;
/// Days of the healthy fleets, each of which is a world with a seed of its own.
const DAYS: i64 = 7;
/// The constants of the control were chosen with the seeds 71 to 73 in sight, so others are counted.
const SEEDS: [u64; 3] = [1_071, 1_072, 1_073];
/// Second of the run at which a fault begins, and how long it is watched.
const ONSET_S: i64 = 300;
const WATCHED_S: i64 = 900;

/// Measures what reaches *Now*.
pub(crate) fn reach() -> Result<Vec<Row>> {
    let mut rows = healthy()?;
    rows.extend(broken()?);
    Ok(rows)
}

/// Counts the findings a day that reach *Now* of a healthy fleet.
fn healthy() -> Result<Vec<Row>> {
    let scenario = harbour(DAYS * 24)?;
    let (mut n_reached, mut found, mut peers) = (0, 0, 0);
    for seed in SEEDS {
        let world = World::new(&scenario, seed, START);
        let series = watched(&world, LARGE)?;
        let findings = findings(&series, world.at())?;
        found += findings.len();
        peers += findings.iter().filter(|finding| finding.kind == AnomalyKind::PeerOutlier).count();
        n_reached += reached(&findings, series.len(), world.at()).len();
    }
    let days = DAYS as f64 * SEEDS.len() as f64;
    Ok(vec![
        Row::new(
            "findings a day that reach Now, 2,000 healthy series",
            n_reached as f64 / days,
            "",
            Limits::AtMost(3.0, 1.0),
        )
        .note(format!("{DAYS} simulated days at 1 min of {} worlds", SEEDS.len())),
        Row::beside("findings a day of the same series without that control", found as f64 / days, "")
            .note(format!("{:.2} of them are peer outliers", peers as f64 / days)),
    ])
}

/// Counts the kinds of faults that are found, and those that reach *Now*, in a large and a small fleet.
fn broken() -> Result<Vec<Row>> {
    let scenario = harbour(48)?;
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
            let findings = findings(&series, world.at())?;
            let since = |finding: &Anomaly| finding.start >= after(ONSET_S - 60);
            *n_found += u32::from(findings.iter().any(since));
            *n_reached += u32::from(reached(&findings, series.len(), world.at()).into_iter().any(since));
        }
    }
    let row = |(what, found, reached): (&'static str, u32, u32)| {
        let note = format!("of {} simulated faults; {found} are found in any series", CASES.len());
        Row::beside(what, f64::from(reached), "").note(note)
    };
    Ok(told.into_iter().map(row).collect())
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
