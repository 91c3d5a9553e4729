//! Ends the oldest transaction of a database, or the foreign sessions that hold its connections.

use super::{About, Outcome, PLAIN, remove_source, said};
use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{RemedyState, State};
use crate::target::{Place, Target};

/// What the transaction has written is taken back first, and that takes longer the longer it has been open; until
/// then its locks are held.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::KillTransaction,
    target: Target::Database,
    delay_s: 5,
    risk: 2,
    effect: "ends_the_oldest_transaction",
    side_effects: &["takes_its_writes_back"],
    check: Some(check),
    delay: Some(delay_s),
    finish: |plan, state, remedy, place| Some(finish(plan, state, remedy, place)),
    ..PLAIN
};

/// Taking back is bounded: beyond this the log is the limit, not the age.
const LONGEST_S: f64 = 300.0;

fn check(plan: &Plan, state: &State, _remedy: &Remedy, place: &Place) -> Result<(), Refused> {
    let database = place.component(plan).and_then(|c| state.components[c].database.as_ref());
    let reached = database.and_then(|d| d.primary).is_some_and(|i| state.answers(plan, i));
    if reached { Ok(()) } else { Err(Refused::Condition { reason: "no_primary" }) }
}

fn delay_s(plan: &Plan, state: &State, place: &Place) -> i64 {
    let database = place.component(plan).and_then(|c| state.components[c].database.as_ref());
    let open_s = database.map_or(0.0, |d| d.oldest_transaction_s);
    5 + super::whole_s((open_s * 0.1).min(LONGEST_S))
}

fn finish(plan: &Plan, state: &mut State, remedy: &RemedyState, place: &Place) -> Outcome {
    let n = remove_source(plan, state, &remedy.remedy);
    if n > 0 {
        return said("killed", &[("n_sources", n.to_string())]);
    }
    // There was none of note: the oldest is one of the services' own, and somebody's request fails for it.
    let primary = place.component(plan).and_then(|c| state.components[c].database.as_ref()?.primary);
    if let Some(i) = primary.filter(|&i| state.instances[i].inside > 0) {
        let own = &mut state.instances[i];
        own.inside -= 1;
        own.failed += 1;
        own.lost += 1;
    }
    said("killed_an_ordinary_one", &[])
}
