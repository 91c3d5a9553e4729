//! A setting of a component is wrong, so that a share of its requests fails.

use super::{About, PLAIN, Parameter, Push, component, instances, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// The setting is read again while running, so that it works at once and no restart helps.
pub(super) static ABOUT: About = About {
    kind: FaultKind::ConfigurationError,
    target: Target::Component,
    parameters: &[Parameter {
        name: "error_ratio",
        least: 0.001,
        most: 1.0,
        usual: 0.3,
        meaning: "share of requests that fail",
    }],
    cures: &[RemedyKind::RollBack],
    felt_first: "errors of all its instances at the same time",
    begin: Some(|plan, state, fault| set(plan, state, fault, true)),
    act: Some(act),
    cured: Some(|plan, state, fault| {
        component(plan, &fault.spec).is_none_or(|c| !state.components[c].bad_configuration)
    }),
    end: Some(|plan, state, fault| set(plan, state, fault, false)),
    remedies: |spec, _plan| vec![remedy(RemedyKind::RollBack, &spec.target, None)],
    ..PLAIN
};

fn set(plan: &Plan, state: &mut State, fault: &FaultState, is_bad: bool) {
    if let Some(c) = component(plan, &fault.spec) {
        state.components[c].bad_configuration = is_bad;
    }
}

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    let error_ratio = value(&fault.spec, "error_ratio") * push.strength;
    for i in instances(plan, &fault.spec) {
        let instance = &mut state.instances[i];
        instance.extra_error_ratio = super::either(instance.extra_error_ratio, error_ratio);
    }
}
