//! The credential that callers show to a component has ended or was revoked.

use super::{About, PLAIN, Parameter, Push, component, either, remedy, value};
use crate::order::{FaultKind, Refused, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::{Place, Target};

/// The component is well and says no; it lasts until a credential that is valid is installed.
pub(super) static ABOUT: About = About {
    kind: FaultKind::CredentialExpired,
    target: Target::Component,
    parameters: &[Parameter {
        name: "refused_ratio",
        least: 0.01,
        most: 1.0,
        usual: 1.0,
        meaning: "share of requests whose credential is refused",
    }],
    cures: &[RemedyKind::RenewCredential],
    removed_by: &[RemedyKind::RenewCredential],
    felt_first: "calls to the component that are answered with a refusal",
    check: Some(check),
    act: Some(act),
    remedies: |spec, _plan| vec![remedy(RemedyKind::RenewCredential, &spec.target, None)],
    ..PLAIN
};

fn check(plan: &Plan, place: &Place) -> Result<(), Refused> {
    let shown = place.component(plan).is_some_and(|c| plan.edges_to(c).any(|e| plan.edges[e].authenticated));
    if shown { Ok(()) } else { Err(Refused::Condition { reason: "never_authenticated" }) }
}

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    if let Some(c) = component(plan, &fault.spec) {
        let refused = value(&fault.spec, "refused_ratio") * push.strength;
        let ratio = &mut state.components[c].unauthorized_ratio;
        *ratio = either(*ratio, refused);
    }
}
