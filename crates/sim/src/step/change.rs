//! Planned changes: versions that are rolled out, instances that are restarted in turn.

use super::{Now, process};
use crate::plan::{Plan, PlannedChange};
use crate::state::{Phase, State};

/// Seconds for which an instance finishes what it has before it is restarted, and until the next one is taken.
const DRAIN_S: i64 = 10;

/// Makes what falls into this step happen.
pub(super) fn make_due(plan: &Plan, state: &mut State, now: Now) {
    for change in &plan.changes {
        match &change.what {
            PlannedChange::Deploy(version) => {
                roll_out(plan, state, (change.component, change.at_s), version, now);
            }
            PlannedChange::Restart(nth) => {
                let instances = plan.components[change.component].instances.clone();
                let place = usize::try_from(*nth).unwrap_or(usize::MAX);
                if let Some(instance) = instances.clone().nth(place) {
                    renew(plan, state, instance, change.at_s, now);
                }
            }
            // Known to people, and without any effect of its own.
            PlannedChange::Configure(_) | PlannedChange::Maintenance(..) => {}
        }
    }
}

/// Gives a component another version, instance after instance.
fn roll_out(plan: &Plan, state: &mut State, (component, at_s): (usize, i64), version: &str, now: Now) {
    if now.reaches(now.start.plus_millis(at_s * 1000)) {
        let own = &mut state.components[component];
        own.previous_version = std::mem::replace(&mut own.version, version.to_owned());
    }
    let each_s = 2 * DRAIN_S + whole_seconds(plan.components[component].start_s);
    let instances = plan.components[component].instances.clone();
    let alone = instances.clone().filter(|&i| plan.instances[i].present).count() < 2;
    for (k, instance) in instances.enumerate() {
        let begins_s = at_s + i64::try_from(k).unwrap_or(0) * each_s;
        if alone || plan.components[component].database.is_some() {
            // Nobody could stand in, so the version is changed without an interruption.
            if now.reaches(now.start.plus_millis(begins_s * 1000)) {
                state.instances[instance].version.clone_from(&state.components[component].version);
            }
        } else {
            renew(plan, state, instance, begins_s, now);
        }
    }
}

/// Takes an instance out of the traffic, and starts it anew some seconds later.
fn renew(plan: &Plan, state: &mut State, instance: usize, at_s: i64, now: Now) {
    let drains = now.start.plus_millis(at_s * 1000);
    let restarts = drains.plus_millis(DRAIN_S * 1000);
    if now.reaches(drains) && state.instances[instance].phase == Phase::Up {
        state.instances[instance].phase = Phase::Draining;
    }
    if now.reaches(restarts) && state.instances[instance].phase == Phase::Draining {
        process::restart(plan, state, instance);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the plan holds times to start of at most some hours")]
fn whole_seconds(seconds: f64) -> i64 {
    seconds.ceil() as i64
}
