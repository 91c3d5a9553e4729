//! The consumers of a queue are there and take nothing: a message has got them into an endless loop.

use super::{About, PLAIN, Push, component, remedy};
use crate::order::{FaultKind, FaultSpec, Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, Phase, State};
use crate::target::{Place, Target, consumers};

/// There is no half of it: it is there from half of the strength on. Processes that were started after the onset
/// leave the message aside.
pub(super) static ABOUT: About = About {
    kind: FaultKind::ConsumerStuck,
    target: Target::Broker,
    cures: &[RemedyKind::Restart],
    felt_first: "messages that are not taken",
    check: Some(check),
    act: Some(act),
    cured: Some(cured),
    remedies,
    ..PLAIN
};

fn check(plan: &Plan, place: &Place) -> Result<(), Refused> {
    let consumed = place.component(plan).is_some_and(|c| !consumers(plan, c).is_empty());
    if consumed { Ok(()) } else { Err(Refused::Condition { reason: "no_consumer" }) }
}

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    if let Some(broker) = component(plan, &fault.spec).and_then(|c| state.components[c].broker.as_mut()) {
        broker.consumers_stuck |= push.strength >= 0.5;
    }
}

fn cured(plan: &Plan, state: &State, fault: &FaultState) -> bool {
    let Some(c) = component(plan, &fault.spec) else { return true };
    consumers(plan, c)
        .into_iter()
        .flat_map(|worker| plan.components[worker].instances.clone())
        .map(|i| &state.instances[i])
        .all(|i| i.phase == Phase::Absent || i.started_at >= fault.began)
}

fn remedies(spec: &FaultSpec, plan: &Plan) -> Vec<Remedy> {
    let workers = component(plan, spec).map_or_else(Vec::new, |c| consumers(plan, c));
    workers.into_iter().map(|c| remedy(RemedyKind::Restart, &plan.components[c].name, None)).collect()
}
