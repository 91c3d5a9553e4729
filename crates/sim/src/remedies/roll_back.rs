//! Returns a component to the configuration or the version before.

use super::{About, Effect, Outcome, PLAIN, effect, roll_out, said};
use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{RemedyState, State};
use crate::target::{Place, Target};

/// A configuration is read again while running; a version needs a restart of one instance after the other, also when
/// it was not to blame.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::RollBack,
    target: Target::Component,
    delay_s: 45,
    risk: 2,
    effect: "returns_to_the_one_before",
    side_effects: &["takes_the_last_change_back"],
    check: Some(check),
    finish,
    cautions: Some(cautions),
    ..PLAIN
};

fn check(plan: &Plan, state: &State, _remedy: &Remedy, place: &Place) -> Result<(), Refused> {
    let possible = place.component(plan).is_some_and(|c| {
        let component = &state.components[c];
        component.bad_configuration || !component.previous_version.is_empty()
    });
    if possible { Ok(()) } else { Err(Refused::Condition { reason: "no_previous_version" }) }
}

fn finish(plan: &Plan, state: &mut State, remedy: &RemedyState, place: &Place) -> Option<Outcome> {
    let c = place.component(plan)?;
    let component = &mut state.components[c];
    if component.bad_configuration {
        component.bad_configuration = false;
        return Some(said("configuration_restored", &[("component", remedy.remedy.target.clone())]));
    }
    let previous = std::mem::take(&mut component.previous_version);
    if !previous.is_empty() {
        component.version = previous;
    }
    let version = component.version.clone();
    roll_out(plan, state, c).then(|| said("version_restored", &[("version", version)]))
}

fn cautions(plan: &Plan, state: &State, remedy: &Remedy, place: &Place) -> Vec<Effect> {
    let is_version = place.component(plan).is_some_and(|c| !state.components[c].bad_configuration);
    if !is_version {
        return Vec::new();
    }
    let target = [("target", remedy.target.as_str())];
    vec![effect("restarts_all_instances", &target)]
}
