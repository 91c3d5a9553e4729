//! Makes a replica anew from the primary.

use super::{About, Outcome, PLAIN, said};
use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{RemedyState, State};
use crate::target::{Place, Target, replicas};

/// The replica answers nothing until it is done, and reading everything slows the disk of the primary down.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::ReseedReplica,
    target: Target::Replica,
    delay_s: SHORTEST_S,
    risk: 2,
    effect: "makes_the_replica_anew",
    side_effects: &["replica_is_away", "slows_the_primary"],
    check: Some(check),
    delay: Some(delay_s),
    begin: Some(begin),
    wait: Some(wait),
    finish: |plan, state, remedy, place| Some(finish(plan, state, remedy, place)),
    ..PLAIN
};

const SHORTEST_S: i64 = 120;
const LONGEST_S: i64 = 1800;

/// How many times as long the primary's disk takes while everything is read from it.
const READING: f64 = 1.5;

fn primary(plan: &Plan, state: &State, place: &Place) -> Option<usize> {
    let c = place.component(plan)?;
    state.components[c].database.as_ref()?.primary.filter(|&i| state.answers(plan, i))
}

fn check(plan: &Plan, state: &State, _remedy: &Remedy, place: &Place) -> Result<(), Refused> {
    let all = replicas(plan, state, place);
    if all.is_empty() {
        return Err(Refused::Condition { reason: "no_replica" });
    }
    if primary(plan, state, place).is_none() {
        return Err(Refused::Condition { reason: "no_primary" });
    }
    let seeding = |&(c, k): &(usize, usize)| {
        let replica = state.components[c].database.as_ref().and_then(|d| d.replicas.get(k));
        replica.is_some_and(|r| r.seeding_until.is_some())
    };
    if all.iter().any(seeding) { Err(Refused::Condition { reason: "already_running" }) } else { Ok(()) }
}

/// Copies what lies on the primary's disk over half of its link.
fn delay_s(plan: &Plan, state: &State, place: &Place) -> i64 {
    let Some(primary) = primary(plan, state, place) else { return SHORTEST_S };
    let h = plan.instances[primary].host;
    let mbit = state.hosts[h].disk_used_gib * 8_589.934_592;
    super::whole_s(mbit / (plan.hosts[h].network_mbit * 0.5).max(1.0)).clamp(SHORTEST_S, LONGEST_S)
}

fn begin(plan: &Plan, state: &mut State, place: &Place) {
    let until = state.at.plus_millis(delay_s(plan, state, place) * 1000);
    for (c, k) in replicas(plan, state, place) {
        if let Some(database) = &mut state.components[c].database {
            database.replicas[k].serves = false;
            database.replicas[k].seeding_until = Some(until);
        }
    }
}

fn wait(plan: &Plan, state: &mut State, place: &Place) {
    if let Some(primary) = primary(plan, state, place) {
        state.hosts[plan.instances[primary].host].disk_slow *= READING;
    }
}

fn finish(plan: &Plan, state: &mut State, _remedy: &RemedyState, place: &Place) -> Outcome {
    let worked = primary(plan, state, place).is_some();
    let all = replicas(plan, state, place);
    for &(c, k) in &all {
        if let Some(database) = &mut state.components[c].database {
            let replica = &mut database.replicas[k];
            replica.seeding_until = None;
            replica.stopped = !worked;
            if worked {
                (replica.behind, replica.lag_s, replica.error) = (0.0, 0.0, 0);
                (replica.diverged, replica.serves) = (false, true);
            }
        }
    }
    let word = if worked { "seeded" } else { "seeding_failed" };
    said(word, &[("n_replicas", all.len().to_string())])
}
