//! Simulated fleets as monitoring has them, and what is found in them.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use anyhow::{Result, ensure};
use wardroom_analysis::anomaly::{
    Bands, FleetFinding, Input, Options, PeerInput, detect_all, how_judged, peer_outliers, peers_of, reaching,
};
use wardroom_core::{Anomaly, MetricKind, Samples, SeriesKey, TimeRange, Timestamp};
use wardroom_sim::{Scenario, World};

const TOPOLOGY: &str = include_str!("../../assets/scenarios/topologies/harbour.toml");
const SCENARIO: &str = include_str!("bin/bench/fleet.toml");

/// A series as monitoring has it.
#[derive(Debug)]
pub struct Watched {
    /// Its samples.
    pub samples: Samples,
    /// What its numbers are judged as.
    pub kind: MetricKind,
    /// What it has in common with its peers.
    pub peers: SeriesKey,
}

/// Returns a working afternoon of the harbour with nothing wrong, after so many hours.
///
/// # Errors
///
/// A scenario that cannot be read.
pub fn harbour(history_h: i64) -> Result<Scenario> {
    let text = SCENARIO
        .replace("topology = \"fleet\"", "topology = \"harbour\"")
        .replace("fleet-lb", "web")
        .replace("history_h = 24", &format!("history_h = {history_h}"));
    Ok(Scenario::parse(&text, &|name| (name == "harbour").then(|| TOPOLOGY.to_owned()))?)
}

/// Reads about `n` series of a world, evenly chosen.
///
/// # Errors
///
/// A world without history.
pub fn watched(world: &World, n: usize) -> Result<Vec<Watched>> {
    let range = TimeRange::new(world.history().start(), world.at().plus_millis(1))?;
    let all = world.series().len();
    let chosen = (0..n.min(all)).map(|i| i * all / n.min(all).max(1));
    let go = AtomicBool::new(false);
    let read = |idx: usize| {
        let (series, samples) = (&world.series()[idx], world.read(idx, range));
        let kind = how_judged(&samples, series.kind, &go).kind;
        Watched { samples, kind, peers: peers_of(&series.key) }
    };
    let watched: Vec<Watched> = chosen.map(read).filter(|series| !series.samples.is_empty()).collect();
    ensure!(!watched.is_empty(), "the world has no series");
    Ok(watched)
}

/// Returns what a detection finds in all series: in their own past, and beside their peers.
///
/// # Errors
///
/// None but that of work which is cancelled.
pub fn findings(series: &[Watched], until: Timestamp) -> Result<Vec<Anomaly>> {
    let options = Options { bands: Bands::Drop, ..Options::standard() };
    let go = AtomicBool::new(false);
    let inputs: Vec<Input<'_>> =
        series.iter().map(|series| Input { samples: &series.samples, kind: series.kind, until }).collect();
    let found = detect_all(&inputs, &options, &go, &|_| {});
    let mut numbers: BTreeMap<&SeriesKey, usize> = BTreeMap::new();
    let mut peers = Vec::new();
    for ((series, input), found) in series.iter().zip(&inputs).zip(&found) {
        let next = numbers.len();
        let group = *numbers.entry(&series.peers).or_insert(next);
        if let Ok(found) = found {
            peers.push(PeerInput { input: *input, group, found: &found.anomalies });
        }
    }
    let outliers = peer_outliers(&peers, &options, &go)?;
    let own = found.iter().flatten().flat_map(|found| found.anomalies.iter().cloned());
    Ok(own.chain(outliers.into_iter().flatten()).collect())
}

/// Returns those findings of so many series that reach *Now*.
#[must_use]
pub fn reached(findings: &[Anomaly], n_series: usize, until: Timestamp) -> Vec<&Anomaly> {
    let weighed: Vec<FleetFinding> =
        findings.iter().map(|finding| FleetFinding { start: finding.start, score: finding.score }).collect();
    let reaches = reaching(&weighed, n_series, until);
    findings.iter().zip(reaches).filter(|(_, reaches)| *reaches).map(|(finding, _)| finding).collect()
}
