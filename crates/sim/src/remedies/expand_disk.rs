//! Makes the file system of a host larger.

use super::{About, Amount, PLAIN, amount, host_of, said};
use crate::order::RemedyKind;
use crate::target::Target;

/// What fills it goes on filling it.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::ExpandDisk,
    target: Target::Host,
    amount: Some(Amount { meaning: "gib", least: 1.0, most: 4096.0, usual: Some(100.0), whole: false }),
    delay_s: 120,
    risk: 1,
    effect: "makes_the_disk_larger",
    side_effects: &["costs_money_for_good"],
    finish: |_plan, state, remedy, place| {
        let gib = amount(&remedy.remedy)?;
        state.hosts[host_of(place)?].disk_size_gib += gib;
        Some(said("expanded", &[("gib", gib.to_string())]))
    },
    ..PLAIN
};
