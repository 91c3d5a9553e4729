//! The quiet history: nothing is wrong in it, although deployments happen and its steps are a minute long.

use crate::proof::scene::{START, Scene};
use crate::world::World;

/// Rules that are loud or flap on purpose.
const NOISY: [&str; 2] = ["HostLoadHigh", "TrafficHigh"];

/// A deployment within the history, whose restarts disturb the steps of a minute.
const DEPLOYED: &str = "[[change]]\nat_s = -2700\ncomponent = \"fulfilment\"\ndeploy = \"9.9.9\"\n\n[[change]]\nat_s = -5400\ncomponent = \"payments\"\ndeploy = \"9.9.9\"\n";

#[test]
fn nothing_but_the_noisy_rules_fires_at_the_end_of_a_quiet_history() {
    let scene = Scene { more: DEPLOYED.to_owned(), ..Scene::harbour() };
    let scenario = scene.parse();
    for seed in 0..12 {
        let world = World::new(&scenario, seed, START);

        let firing: Vec<String> = world
            .alerts()
            .into_iter()
            .filter(|alert| alert.state == wardroom_core::AlertState::Firing)
            .map(|alert| alert.name)
            .filter(|name| !NOISY.contains(&name.as_str()))
            .collect();

        assert!(firing.is_empty(), "seed {seed}: {firing:?}");
    }
}
