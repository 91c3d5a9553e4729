//! Sets how long a caller waits for an answer.

use super::{About, Amount, Outcome, PLAIN, amount, said};
use crate::order::RemedyKind;
use crate::plan::Plan;
use crate::state::{RemedyState, State};
use crate::target::{Place, Target};

/// A longer one holds workers and connections of the caller for longer; a shorter one makes more tries fail.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::ChangeTimeout,
    target: Target::Edge,
    amount: Some(Amount { meaning: "timeout_ms", least: 1.0, most: 120_000.0, usual: None, whole: false }),
    delay_s: 30,
    risk: 2,
    effect: "sets_the_timeout",
    side_effects: &["longer_holds_workers_shorter_fails_more"],
    finish,
    ..PLAIN
};

fn finish(_plan: &Plan, state: &mut State, remedy: &RemedyState, place: &Place) -> Option<Outcome> {
    let Place::Edges(all) = place else { return Some(said("nothing_set", &[])) };
    let timeout_ms = amount(&remedy.remedy)?;
    for &e in all {
        state.edges[e].timeout_ms = timeout_ms;
    }
    Some(said("timeout_set", &[("timeout_ms", timeout_ms.to_string())]))
}
