//! The fleet that the figures of speed and size are about: fifty services of three instances each on thirty hosts.

use crate::proof::scene::{START, Scene, after, first_entry, seconds};
use crate::scenario::Scenario;
use crate::world::World;

const FLEET: &str = include_str!("../../../../assets/scenarios/topologies/fleet.toml");

/// Seconds of the run that are looked at.
const SPAN_S: i64 = 300;

/// The fleet in the early afternoon with nothing wrong.
fn fleet() -> Scenario {
    let scene = Scene { entry: first_entry(FLEET), history_h: 6, ..Scene::harbour() };
    let text = scene.text().replace("topology = \"harbour\"", "topology = \"fleet\"");
    let topology = |name: &str| (name == "fleet").then(|| FLEET.to_owned());
    Scenario::parse(&text, &topology).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_fleet_is_as_large_as_the_figures_ask_for() {
    let mut world = World::new(&fleet(), 71, START);
    world.advance(after(SPAN_S));

    let (plan, state) = (world.plan(), world.state());
    let present = plan.instances.iter().filter(|i| i.present).count();
    let services = plan.components.iter().filter(|c| c.database.is_none() && c.cache.is_none()).count();
    let last = seconds(SPAN_S - 15, SPAN_S);
    let sampled = (0..world.series().len()).filter(|&idx| world.read(idx, last).len() == 1).count();
    let lines_per_s = world.logs(seconds(0, SPAN_S)).len() as f64 / SPAN_S as f64;
    println!(
        "{services} services, {present} instances, {} hosts, {sampled} series every 15 s, {lines_per_s:.0} lines a second",
        plan.hosts.len()
    );
    assert!(services >= 50 && present >= 150 && plan.hosts.len() >= 30);
    // A scrape may be missed, so that not every series has its sample.
    assert!(sampled >= 5_000, "{sampled} series");
    assert!(lines_per_s >= 100.0, "{lines_per_s} lines a second");
    assert!(state.harm.failed * 100 < state.harm.asked, "{:?}", state.harm);
}
