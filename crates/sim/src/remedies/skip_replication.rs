//! Lets a stopped replica skip the transaction at which it stopped.

use super::{About, Outcome, PLAIN, said};
use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{RemedyState, State};
use crate::target::{Place, Target, replicas};

/// It catches up, and its data is no longer that of the primary, which nothing tells anybody.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::SkipReplication,
    target: Target::Replica,
    delay_s: 10,
    risk: 3,
    effect: "skips_one_transaction",
    side_effects: &["replica_diverges"],
    check: Some(check),
    finish: |plan, state, remedy, place| Some(finish(plan, state, remedy, place)),
    ..PLAIN
};

fn stopped(plan: &Plan, state: &State, place: &Place) -> Vec<(usize, usize)> {
    let mut all = replicas(plan, state, place);
    all.retain(|&(c, k)| {
        let replica = state.components[c].database.as_ref().and_then(|d| d.replicas.get(k));
        replica.is_some_and(|r| r.stopped && r.error != 0)
    });
    all
}

fn check(plan: &Plan, state: &State, _remedy: &Remedy, place: &Place) -> Result<(), Refused> {
    if stopped(plan, state, place).is_empty() {
        return Err(Refused::Condition { reason: "not_stopped" });
    }
    Ok(())
}

fn finish(plan: &Plan, state: &mut State, _remedy: &RemedyState, place: &Place) -> Outcome {
    let all = stopped(plan, state, place);
    for &(c, k) in &all {
        if let Some(database) = &mut state.components[c].database {
            let replica = &mut database.replicas[k];
            (replica.stopped, replica.error, replica.diverged) = (false, 0, true);
        }
    }
    said("skipped", &[("n_replicas", all.len().to_string())])
}
