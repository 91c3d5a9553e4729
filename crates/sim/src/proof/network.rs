//! Links of hosts: slow ones and full ones are seen, felt and cured like every fault, and one that has room changes
//! nothing.

use crate::order::FaultKind;
use crate::proof::faults::{Case, Measure, USUAL, prove};
use crate::proof::flows::{scene, service};
use crate::proof::scene::{START, after};
use crate::world::World;

const SLOW_AND_FULL: &[Case] = &[
    // Repairing the network takes five minutes.
    Case {
        kind: FaultKind::PacketLoss,
        target: "db-1",
        values: &[("loss_ratio", 0.0), ("delay_ms", 300.0)],
        measure: Measure::Response("orders"),
        damage: 0.05,
        heal_s: 480,
        ..USUAL
    },
    Case {
        kind: FaultKind::DnsFailure,
        target: "payments",
        values: &[("failing_ratio", 0.0), ("delay_ms", 1_500.0)],
        measure: Measure::Response("checkout"),
        damage: 0.1,
        heal_s: 480,
        ..USUAL
    },
    // Something copies its data over a link of 10 Gbit/s: nearly every third packet finds no room.
    Case {
        kind: FaultKind::NoisyNeighbour,
        target: "db-1",
        values: &[("cores", 0.1), ("network_mbit", 14_000.0)],
        measure: Measure::Response("orders"),
        damage: 0.05,
        heal_s: 300,
        ..USUAL
    },
];

#[test]
fn slow_and_full_links_are_seen_felt_and_cured() {
    prove(SLOW_AND_FULL);
}

/// Runs a caller and its callee on two machines with such links for ten minutes; about 11 Mbit/s go to and fro.
fn linked(network_mbit: f64) -> World {
    let on = |host: &str| format!("cold_factor = 1.0\nhosts = [\"{host}\"]\nresponse_bytes = 6000.0\n");
    let services = [
        service("front", 1, "{ to = \"back\", retries = 0, timeout_ms = 60000 }")
            .replace("cold_factor = 1.0\n", &on("h1")),
        service("back", 1, "").replace("cold_factor = 1.0\n", &on("h3")),
    ];
    let mut scene = scene(&services, 200.0, Vec::new());
    let memory = "memory_gib = 256\n";
    scene.world = scene.world.replace(memory, &format!("{memory}network_mbit = {network_mbit:?}\n"));
    let mut world = World::new(&scene.parse(), 85, START).without_telemetry();
    world.advance(after(600));
    world
}

#[test]
fn a_link_that_is_used_up_to_its_half_changes_nothing() {
    let (ample, enough) = (linked(10_000.0), linked(24.0));

    assert!(enough.state().hosts.iter().any(|h| h.network_ratio > 0.4), "{:?}", enough.state().hosts);
    assert_eq!(enough.state().instances, ample.state().instances);
    assert_eq!(enough.state().links, ample.state().links);
}

#[test]
fn packets_wait_for_a_busy_link_and_are_lost_on_a_full_one() {
    let [enough, busy, full] = [24.0, 12.5, 8.0].map(linked);
    let tries_s = |world: &World| world.state().links[0].try_s;

    assert!(tries_s(&busy) > tries_s(&enough) + 0.005, "{} and {} s", tries_s(&busy), tries_s(&enough));
    assert!(busy.state().hosts.iter().all(|h| h.dropped_packets <= 0.0));
    assert!(tries_s(&full) > tries_s(&busy) + 0.05, "{} and {} s", tries_s(&full), tries_s(&busy));
    // A link never carries more than it can: six hours and ten minutes at 8 Mbit/s.
    let most = 22_200.0 * 1e6;
    for host in &full.state().hosts {
        assert!(host.received_bytes <= most && host.sent_bytes <= most, "{host:?}");
    }
    assert!(full.state().hosts.iter().any(|h| h.dropped_packets > 1_000.0));
}
