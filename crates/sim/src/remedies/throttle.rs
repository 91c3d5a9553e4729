//! Lets only a share of the requests of a component in.

use super::{About, Amount, Effect, Outcome, PLAIN, amount, effect, said};
use crate::order::{Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{RemedyState, State};
use crate::target::{Place, Target};

/// The others are refused at once, which costs them the answer and the component nothing.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::Throttle,
    target: Target::Component,
    amount: Some(Amount { meaning: "admitted_ratio", least: 0.01, most: 1.0, usual: None, whole: false }),
    delay_s: 15,
    risk: 2,
    effect: "lets_a_share_in",
    side_effects: &[],
    finish,
    cautions: Some(cautions),
    ..PLAIN
};

fn finish(plan: &Plan, state: &mut State, remedy: &RemedyState, place: &Place) -> Option<Outcome> {
    let ratio = amount(&remedy.remedy)?;
    state.components[place.component(plan)?].admitted_ratio = ratio;
    Some(said("throttled", &[("admitted_ratio", ratio.to_string())]))
}

fn cautions(_plan: &Plan, _state: &State, remedy: &Remedy, _place: &Place) -> Vec<Effect> {
    let refused = 1.0 - amount(remedy).unwrap_or(1.0);
    if refused <= 0.0 {
        return Vec::new();
    }
    let ratio = format!("{refused:.2}");
    vec![effect("refuses_users", &[("refused_ratio", ratio.as_str())])]
}
