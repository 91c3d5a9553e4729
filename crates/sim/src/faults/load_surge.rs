//! Many more users than usual come in.

use super::{About, PLAIN, Parameter, Push, component, remedy, value};
use crate::order::{FaultKind, FaultSpec, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// Nobody sends the users away: they are carried by more instances, or a share of them is let in.
pub(super) static ABOUT: About = About {
    kind: FaultKind::LoadSurge,
    target: Target::Entry,
    parameters: &[Parameter {
        name: "factor",
        least: 1.05,
        most: 100.0,
        usual: 4.0,
        meaning: "how many times as many users",
    }],
    cures: &[RemedyKind::Throttle, RemedyKind::ScaleOut],
    felt_first: "requests at the entry, then waiting at the narrowest place behind it",
    act: Some(act),
    remedies,
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    let entered = component(plan, &fault.spec);
    for (entry, plan) in state.entries.iter_mut().zip(&plan.load.entries) {
        if Some(plan.component) == entered {
            entry.surge *= 1.0 + (value(&fault.spec, "factor") - 1.0) * push.strength;
        }
    }
}

/// As many are let in as come on other days.
///
/// Of those who are sent away a share `r` comes again: with `f` times as many users and a share `a` let in, `n` come
/// where `n = f + r·(1 − a)·n`, and `a·n = 1` for `a = (1 − r) / (f − r)`.
fn remedies(spec: &FaultSpec, plan: &Plan) -> Vec<Remedy> {
    let again = plan.load.reload_ratio.clamp(0.0, 0.9);
    let ratio = (1.0 - again) / (value(spec, "factor") - again);
    vec![remedy(RemedyKind::Throttle, &spec.target, Some(ratio.clamp(0.02, 1.0)))]
}
