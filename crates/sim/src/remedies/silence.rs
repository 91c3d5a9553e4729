//! Mutes an alert; the monitoring reads it from the remedies that are done.

use super::{About, Amount, PLAIN, amount, said};
use crate::order::RemedyKind;
use crate::target::Target;

/// Nothing gets better by it, and the next time nobody is told.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::Silence,
    target: Target::Alert,
    amount: Some(Amount { meaning: "minutes", least: 1.0, most: 1440.0, usual: Some(60.0), whole: false }),
    delay_s: 0,
    risk: 1,
    effect: "mutes_the_alert",
    side_effects: &["hides_what_comes"],
    finish: |_plan, _state, remedy, _place| {
        let minutes = amount(&remedy.remedy)?;
        Some(said("silenced", &[("minutes", minutes.to_string())]))
    },
    ..PLAIN
};
