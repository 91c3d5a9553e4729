//! The certificate of a component has ended, and its callers refuse to talk to it.

use super::{About, PLAIN, component, remedy};
use crate::order::{FaultKind, Refused, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::{Place, Target};

/// A certificate that is installed by the end of the fault is valid for so long.
const VALID_MS: i64 = 90 * 86_400_000;

/// It happens whole, and lasts until another certificate is installed.
pub(super) static ABOUT: About = About {
    kind: FaultKind::CertificateExpired,
    target: Target::Certified,
    cures: &[RemedyKind::RotateCertificate],
    felt_first: "calls to the component that fail at once",
    shaped: false,
    check: Some(check),
    begin: Some(|plan, state, fault| {
        if let Some(c) = component(plan, &fault.spec) {
            state.components[c].certificate_until = Some(state.at);
        }
    }),
    cured: Some(|plan, state, fault| {
        let until = component(plan, &fault.spec).and_then(|c| state.components[c].certificate_until);
        until.is_none_or(|until| until > state.at)
    }),
    end: Some(end),
    remedies: |spec, _plan| vec![remedy(RemedyKind::RotateCertificate, &spec.target, None)],
    ..PLAIN
};

fn check(plan: &Plan, place: &Place) -> Result<(), Refused> {
    let shown = place.component(plan).is_some_and(|c| plan.edges_to(c).any(|e| plan.edges[e].encrypted));
    if shown { Ok(()) } else { Err(Refused::Condition { reason: "never_encrypted" }) }
}

fn end(plan: &Plan, state: &mut State, fault: &FaultState) {
    let Some(c) = component(plan, &fault.spec) else { return };
    let until = &mut state.components[c].certificate_until;
    if until.is_some_and(|until| until <= state.at) {
        *until = Some(state.at.plus_millis(VALID_MS));
    }
}
