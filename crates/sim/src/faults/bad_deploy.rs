//! A version is rolled out that answers with errors, is slow, or loses memory.

use super::{About, PLAIN, Parameter, Push, component, instances, remedy, value};
use crate::order::{FaultKind, FaultSpec, RemedyKind};
use crate::plan::{Plan, PlannedChange};
use crate::state::{FaultState, State};
use crate::target::Target;

/// The fault is in the version: instances that run it have it, the others do not.
pub(super) static ABOUT: About = About {
    kind: FaultKind::BadDeploy,
    target: Target::Component,
    parameters: &[
        Parameter {
            name: "error_ratio",
            least: 0.001,
            most: 1.0,
            usual: 0.25,
            meaning: "way errors: share of requests that fail",
        },
        Parameter {
            name: "factor",
            least: 1.05,
            most: 100.0,
            usual: 5.0,
            meaning: "way slow: how many times as long its own work takes",
        },
        Parameter {
            name: "mib_per_request",
            least: 0.0001,
            most: 100.0,
            usual: 0.05,
            meaning: "way leak: memory that is never given back, for each request",
        },
    ],
    ways: &["errors", "slow", "leak"],
    cures: &[RemedyKind::RollBack],
    felt_first: "errors, response times or memory of the instances with the version",
    begin: Some(begin),
    act: Some(act),
    cured: Some(cured),
    remedies: |spec, _plan| vec![remedy(RemedyKind::RollBack, &spec.target, None)],
    ..PLAIN
};

fn begin(plan: &Plan, state: &mut State, fault: &mut FaultState) {
    let Some(c) = component(plan, &fault.spec) else { return };
    let version = bad_version(plan, &fault.spec, c);
    let component = &mut state.components[c];
    component.previous_version = std::mem::replace(&mut component.version, version);
}

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    let Some(c) = component(plan, &fault.spec) else { return };
    let bad = bad_version(plan, &fault.spec, c);
    if state.components[c].version == bad {
        crate::remedies::roll_out(plan, state, c);
    }
    for i in instances(plan, &fault.spec) {
        let instance = &mut state.instances[i];
        if instance.version != bad {
            continue;
        }
        match fault.spec.way.as_str() {
            "slow" => instance.slow *= 1.0 + (value(&fault.spec, "factor") - 1.0) * push.strength,
            "leak" => instance.leak_mib += value(&fault.spec, "mib_per_request") * push.strength,
            _ => {
                let error_ratio = value(&fault.spec, "error_ratio") * push.strength;
                instance.extra_error_ratio = super::either(instance.extra_error_ratio, error_ratio);
            }
        }
    }
}

fn cured(plan: &Plan, state: &State, fault: &FaultState) -> bool {
    component(plan, &fault.spec).is_none_or(|c| {
        let bad = bad_version(plan, &fault.spec, c);
        state.components[c].version != bad
            && instances(plan, &fault.spec).all(|i| state.instances[i].version != bad)
    })
}

/// Returns the version that is rolled out: the one after that which the plan has at the time of the fault.
fn bad_version(plan: &Plan, spec: &FaultSpec, component: usize) -> String {
    let mut latest = (i64::MIN, plan.components[component].version.as_str());
    for change in plan.changes.iter().filter(|c| c.component == component && c.at_s <= spec.at_s) {
        if let PlannedChange::Deploy(version) = &change.what
            && change.at_s >= latest.0
        {
            latest = (change.at_s, version.as_str());
        }
    }
    next_version(latest.1)
}

/// Returns a version with its last number raised by one (`2.14.0` → `2.14.1`, `v87` → `v88`).
fn next_version(version: &str) -> String {
    let n_digits = version.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (head, digits) = version.split_at(version.len() - n_digits);
    digits
        .parse::<u64>()
        .map_or_else(|_| format!("{version}.1"), |n| format!("{head}{}", n.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_number_of_a_version_is_raised() {
        assert_eq!(next_version("2.14.0"), "2.14.1");
        assert_eq!(next_version("v99"), "v100");
        assert_eq!(next_version("spring"), "spring.1");
    }

    #[test]
    fn a_version_is_bad_until_no_instance_has_it() {
        let plan = crate::plan::shop();
        let mut state = crate::faults::bare_state(&plan);
        let spec = crate::faults::tests::usual(&plan, FaultKind::BadDeploy);
        let c = component(&plan, &spec).unwrap();
        let mut fault = FaultState { progress: 0.0, ..FaultState::planned(spec, state.at) };

        begin(&plan, &mut state, &mut fault);
        assert!(!cured(&plan, &state, &fault));
        state.instances[plan.components[c].instances.start].version = state.components[c].version.clone();
        state.components[c].version = state.components[c].previous_version.clone();
        assert!(!cured(&plan, &state, &fault), "an instance still has it");
        state.instances[plan.components[c].instances.start].version = state.components[c].version.clone();

        assert!(cured(&plan, &state, &fault));
    }
}
