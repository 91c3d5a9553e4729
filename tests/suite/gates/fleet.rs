//! What reaches people of a simulated fleet: nothing while all is well, and the fault when there is one.

use std::collections::BTreeMap;

use wardroom_core::{AnomalyKind, Timestamp};
use wardroom_sim::{FaultKind, FaultSpec, Onset, OrderKind, World};
use wardroom_tests::fleet::{findings, harbour, reached, watched};

use super::print;

/// A Wednesday, 2026-11-18T13:00:00Z.
const START: Timestamp = Timestamp::from_millis(1_795_006_800_000);
const SERIES: usize = 300;
/// Seconds of the run at which the fault begins, and at which it has lasted for a quarter of an hour.
const ONSET_S: i64 = 300;
const SEEN_S: i64 = 1_200;

#[test]
fn two_days_of_a_healthy_fleet_bring_nobody_anything() {
    let scenario = harbour(48).unwrap();
    for seed in [2_026, 2_027] {
        let world = World::new(&scenario, seed, START);
        let series = watched(&world, SERIES).unwrap();

        let findings = findings(&series, world.at()).unwrap();

        // Three a day of 2,000 series are the floor of the product; of 300 at the same rate less than one in two days.
        let reached = reached(&findings, series.len(), world.at());
        assert_eq!(reached, Vec::<&wardroom_core::Anomaly>::new(), "seed {seed}");
        let outliers = findings.iter().filter(|finding| finding.kind == AnomalyKind::PeerOutlier).count();
        print(&format!(
            "healthy fleet, seed {seed}: {} findings of {} series in two days, {outliers} of them peer outliers",
            findings.len(),
            series.len()
        ));
        assert!(findings.len() < 2 * series.len(), "seed {seed}: {} findings", findings.len());
    }
}

#[test]
fn a_dependency_that_dies_reaches_people_among_the_same_series() {
    let mut world = World::new(&harbour(48).unwrap(), 2_026, START);
    let after = |seconds: i64| START.plus_millis(seconds * 1_000);
    world.advance(after(ONSET_S));
    let fault = FaultSpec {
        kind: FaultKind::DeadDependency,
        target: "identity".to_owned(),
        at_s: ONSET_S,
        onset: Onset::Sudden,
        for_s: None,
        values: BTreeMap::new(),
        way: String::new(),
    };
    world.order(OrderKind::Inject(fault)).unwrap();
    world.advance(after(SEEN_S));
    let series = watched(&world, SERIES).unwrap();

    let findings = findings(&series, world.at()).unwrap();

    let reached = reached(&findings, series.len(), world.at());
    let since = reached.iter().filter(|finding| finding.start >= after(ONSET_S - 60)).count();
    assert!(since > 0, "{} findings, of which {} reach people", findings.len(), reached.len());
}
