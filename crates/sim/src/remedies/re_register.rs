//! Registers with a balancer what runs, and nothing else.

use super::{About, PLAIN, said};
use crate::order::RemedyKind;
use crate::target::Target;

/// What the health check has taken out is asked again until the check finds it out once more.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::ReRegister,
    target: Target::Balancer,
    delay_s: 15,
    risk: 1,
    effect: "registers_what_runs",
    side_effects: &["asks_unhealthy_ones_again"],
    finish: |plan, state, _remedy, place| {
        let c = place.component(plan)?;
        crate::faults::register(plan, state, c);
        let n = state.components[c].balancer.as_ref()?.registered.iter().filter(|&&is| is).count();
        Some(said("registered", &[("n_instances", n.to_string())]))
    },
    ..PLAIN
};
