//! Sets the clock of a host.

use super::{About, PLAIN, host_of, remove_source, said};
use crate::order::RemedyKind;
use crate::target::Target;

/// Its time jumps, and with it the times in its logs.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::SyncClock,
    target: Target::Host,
    delay_s: 15,
    risk: 1,
    effect: "sets_the_clock",
    side_effects: &["jump_in_the_logs"],
    finish: |plan, state, remedy, place| {
        let h = host_of(place)?;
        let offset_s = state.hosts[h].clock_offset_s;
        remove_source(plan, state, &remedy.remedy);
        state.hosts[h].clock_offset_s = 0.0;
        Some(said("clock_set", &[("offset_s", format!("{offset_s:.1}"))]))
    },
    ..PLAIN
};
