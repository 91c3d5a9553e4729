//! Planned changes: versions that are rolled out, instances that are restarted in turn.

use super::{Now, process};
use wardroom_core::Timestamp;

use crate::plan::{ComponentPlan, Plan, PlannedChange};
use crate::state::{Phase, State};

/// Seconds after the last restart in which what queued meanwhile is worked off.
const RECOVERY_S: i64 = 120;
/// Seconds before the first restart that pass as those of the restarts do, so that it meets queues and pools as such
/// steps bring them about, and not what longer ones left.
const LEAD_S: i64 = 60;
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

/// Reports whether instances are restarted on purpose, are about to be, or recover from it, within `dt_s` seconds from
/// `at`.
pub(crate) fn changes_within(plan: &Plan, start: Timestamp, at: Timestamp, dt_s: i64) -> bool {
    let from_s = (at.as_millis() - start.as_millis()).div_euclid(1000);
    plan.changes.iter().any(|change| {
        let component = &plan.components[change.component];
        let restarts = match change.what {
            PlannedChange::Deploy(_) => component.instances.len(),
            PlannedChange::Restart(_) => 1,
            PlannedChange::Configure(_) | PlannedChange::Maintenance(..) => return false,
        };
        let lasts_s = i64::try_from(restarts).unwrap_or(0) * each_s(component) + RECOVERY_S;
        change.at_s - LEAD_S < from_s + dt_s && from_s < change.at_s + lasts_s
    })
}

/// Seconds from the restart of one instance to that of the next.
fn each_s(component: &ComponentPlan) -> i64 {
    2 * DRAIN_S + whole_seconds(component.start_s)
}

/// Gives a component another version, instance after instance.
fn roll_out(plan: &Plan, state: &mut State, (component, at_s): (usize, i64), version: &str, now: Now) {
    if now.reaches(now.start.plus_millis(at_s * 1000)) {
        let own = &mut state.components[component];
        own.previous_version = std::mem::replace(&mut own.version, version.to_owned());
    }
    let each_s = each_s(&plan.components[component]);
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
