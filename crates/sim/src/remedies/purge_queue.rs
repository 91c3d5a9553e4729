//! Throws away the messages that wait in a queue.

use super::{About, Effect, Outcome, PLAIN, effect, said};
use crate::order::{Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{RemedyState, State};
use crate::target::{Place, Target};

/// Nobody ever works on them.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::PurgeQueue,
    target: Target::Broker,
    delay_s: 10,
    risk: 3,
    effect: "throws_messages_away",
    side_effects: &["loses_messages"],
    finish,
    cautions: Some(cautions),
    ..PLAIN
};

fn finish(plan: &Plan, state: &mut State, _remedy: &RemedyState, place: &Place) -> Option<Outcome> {
    let c = place.component(plan)?;
    let lag = state.lag(c);
    state.harm.lost_messages += lag;
    let broker = state.components[c].broker.as_mut()?;
    broker.purged += lag;
    broker.oldest_s = 0.0;
    Some(said("purged", &[("n_messages", lag.to_string())]))
}

fn cautions(plan: &Plan, state: &State, _remedy: &Remedy, place: &Place) -> Vec<Effect> {
    let Some(c) = place.component(plan) else { return Vec::new() };
    let lag = state.lag(c).to_string();
    vec![effect("loses_messages_now", &[("n_messages", lag.as_str())])]
}
