//! Installs a credential that is valid for the callers of a component.

use super::{About, Outcome, PLAIN, remove_source, said};
use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{RemedyState, State};
use crate::target::{Place, Target};

/// How long the callers take to pick it up, one after the other.
const PICKING_UP_S: f64 = 20.0;

/// The old one ends at once, so that callers who have not picked up the other one are refused for a moment.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::RenewCredential,
    target: Target::Component,
    delay_s: 60,
    risk: 2,
    effect: "installs_a_credential",
    side_effects: &["refuses_callers_for_a_moment"],
    check: Some(check),
    finish,
    ..PLAIN
};

fn check(plan: &Plan, _state: &State, _remedy: &Remedy, place: &Place) -> Result<(), Refused> {
    let shown = place.component(plan).is_some_and(|c| plan.edges_to(c).any(|e| plan.edges[e].authenticated));
    if shown { Ok(()) } else { Err(Refused::Condition { reason: "never_authenticated" }) }
}

fn finish(plan: &Plan, state: &mut State, remedy: &RemedyState, place: &Place) -> Option<Outcome> {
    let c = place.component(plan)?;
    remove_source(plan, state, &remedy.remedy);
    let since_s = (state.at.as_millis() - remedy.effective.as_millis()) as f64 / 1000.0;
    if since_s >= PICKING_UP_S {
        return Some(said("credential_installed", &[]));
    }
    let ratio = &mut state.components[c].unauthorized_ratio;
    *ratio = ratio.max(1.0 - since_s / PICKING_UP_S);
    None
}
