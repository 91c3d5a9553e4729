//! Promotes a replica to be the primary of its database.

use super::{About, Effect, Outcome, PLAIN, effect, said};
use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{RemedyState, State};
use crate::target::{Place, Target, replicas, writing_edges};

/// Writes that the replica does not have are lost, and nobody takes writes until the promotion is over.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::FailOver,
    target: Target::Replica,
    delay_s: DECISION_S + 30,
    risk: 3,
    effect: "promotes_a_replica",
    side_effects: &["no_writes_meanwhile", "old_primary_has_to_be_made_anew"],
    check: Some(check),
    delay: Some(delay_s),
    begin: Some(begin),
    wait: Some(wait),
    finish,
    cautions: Some(cautions),
    ..PLAIN
};

/// Until it is decided which replica it is.
const DECISION_S: i64 = 15;

fn check(plan: &Plan, state: &State, _remedy: &Remedy, place: &Place) -> Result<(), Refused> {
    let database = place.component(plan).and_then(|c| state.components[c].database.as_ref());
    let Some(database) = database else { return Err(Refused::Condition { reason: "no_replica" }) };
    if database.promotion.is_some() {
        return Err(Refused::Condition { reason: "already_running" });
    }
    if let Place::Instance(i) = place
        && database.primary == Some(*i)
    {
        return Err(Refused::Condition { reason: "is_primary" });
    }
    if best(plan, state, place).is_none() {
        return Err(Refused::Condition { reason: "no_replica" });
    }
    Ok(())
}

/// Returns the replica that is promoted, with the writes that it does not have: of those that answer the one that is
/// least behind.
fn best(plan: &Plan, state: &State, place: &Place) -> Option<(usize, f64)> {
    let candidate = |(c, k): (usize, usize)| {
        let instance = plan.components[c].instances.start + k;
        let replica = state.components[c].database.as_ref()?.replicas.get(k)?;
        let fit = state.answers(plan, instance) && replica.seeding_until.is_none();
        fit.then_some((instance, replica.behind))
    };
    replicas(plan, state, place).into_iter().filter_map(candidate).min_by(|a, b| a.1.total_cmp(&b.1))
}

/// Returns seconds for which nobody takes writes.
fn failover_s(plan: &Plan, component: usize) -> i64 {
    plan.components[component].database.as_ref().map_or(0, |d| super::whole_s(d.failover_s))
}

fn delay_s(plan: &Plan, _state: &State, place: &Place) -> i64 {
    DECISION_S + place.component(plan).map_or(0, |c| failover_s(plan, c))
}

/// The engine promotes at the end of the time.
fn begin(plan: &Plan, state: &mut State, place: &Place) {
    let until = state.at.plus_millis(delay_s(plan, state, place) * 1000);
    let Some((instance, _)) = best(plan, state, place) else { return };
    if let Some(database) = place.component(plan).and_then(|c| state.components[c].database.as_mut()) {
        database.promotion = Some((until, instance));
    }
}

/// Nobody takes writes from the decision until the promotion is over.
fn wait(plan: &Plan, state: &mut State, place: &Place) {
    let Some(c) = place.component(plan) else { return };
    let promotion = state.components[c].database.as_ref().and_then(|d| d.promotion);
    let decided =
        promotion.is_some_and(|(until, _)| state.at.plus_millis(failover_s(plan, c) * 1000) >= until);
    if decided {
        for e in writing_edges(plan, c) {
            state.edges[e].failing_ratio = 1.0;
        }
    }
}

fn finish(plan: &Plan, state: &mut State, _remedy: &RemedyState, place: &Place) -> Option<Outcome> {
    let c = place.component(plan)?;
    let promotion = state.components[c].database.as_ref().and_then(|d| d.promotion);
    let Some((_, instance)) = promotion.filter(|&(_, instance)| state.answers(plan, instance)) else {
        // The replica has died meanwhile; the old primary, if there is one, goes on.
        if let Some(database) = &mut state.components[c].database {
            database.promotion = None;
        }
        return Some(said("promotion_failed", &[]));
    };
    let k = instance - plan.components[c].instances.start;
    let behind =
        state.components[c].database.as_ref().and_then(|d| d.replicas.get(k)).map_or(0.0, |r| r.behind);
    let missing = format!("{:.0}", behind.max(0.0).floor());
    let name = plan.instances[instance].name.clone();
    Some(said("promoted", &[("instance", name), ("missing_writes", missing)]))
}

fn cautions(plan: &Plan, state: &State, _remedy: &Remedy, place: &Place) -> Vec<Effect> {
    let Some((instance, behind)) = best(plan, state, place) else { return Vec::new() };
    let name = plan.instances[instance].name.as_str();
    let mut cautions = Vec::new();
    if behind >= 1.0 {
        let missing = format!("{:.0}", behind.floor());
        cautions.push(effect("loses_writes", &[("instance", name), ("n_writes", missing.as_str())]));
    }
    let component = plan.instances[instance].component;
    let database = state.components[component].database.as_ref();
    let first = plan.components[component].instances.start;
    if database.and_then(|d| d.replicas.get(instance - first)).is_some_and(|r| r.diverged) {
        cautions.push(effect("replica_has_diverged", &[("instance", name)]));
    }
    cautions
}
