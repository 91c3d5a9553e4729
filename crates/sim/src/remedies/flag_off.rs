//! Switches the feature of a component off.

use super::{About, PLAIN, said};
use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::State;
use crate::target::{Place, Target};

/// Users do without it; its work and its calls fall away.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::FlagOff,
    target: Target::Flagged,
    delay_s: 10,
    risk: 1,
    effect: "switches_the_feature_off",
    side_effects: &["users_do_without"],
    check: Some(check),
    finish: |plan, state, _remedy, place| {
        let c = place.component(plan)?;
        state.components[c].flag_on = false;
        let name = plan.components[c].flag.as_ref()?.name.clone();
        Some(said("switched_off", &[("flag", name)]))
    },
    ..PLAIN
};

fn check(plan: &Plan, state: &State, _remedy: &Remedy, place: &Place) -> Result<(), Refused> {
    let is_on = place.component(plan).is_some_and(|c| state.components[c].flag_on);
    if is_on { Ok(()) } else { Err(Refused::Condition { reason: "already_off" }) }
}
