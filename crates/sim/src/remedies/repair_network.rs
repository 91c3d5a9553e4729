//! Has the network repaired by those who look after it: routes, links, resolvers.

use super::{About, Outcome, PLAIN, said};
use crate::faults::remove;
use crate::order::{FaultSpec, RemedyKind};
use crate::plan::Plan;
use crate::state::{RemedyState, State};
use crate::target::{Place, Target};

/// People have to be called, so that it takes minutes; for a zone they look at all of its hosts.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::RepairNetwork,
    target: Target::Network,
    delay_s: 300,
    risk: 1,
    effect: "has_the_network_repaired",
    side_effects: &["takes_people_from_other_work"],
    finish: |plan, state, remedy, place| Some(finish(plan, state, remedy, place)),
    ..PLAIN
};

fn finish(plan: &Plan, state: &mut State, remedy: &RemedyState, place: &Place) -> Outcome {
    let is_meant = |spec: &FaultSpec| {
        let in_zone = plan.host(&spec.target).is_some_and(|h| place.has_host(plan, h));
        spec.target == remedy.remedy.target || in_zone
    };
    let n = remove(plan, state, RemedyKind::RepairNetwork, &is_meant);
    said(if n > 0 { "repaired" } else { "nothing_found" }, &[("n_causes", n.to_string())])
}
