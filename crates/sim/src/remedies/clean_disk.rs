//! Deletes old logs and dumps on a host.

use super::{About, Outcome, PLAIN, host_of, said};
use crate::order::RemedyKind;
use crate::plan::Plan;
use crate::state::{RemedyState, State};
use crate::target::{Place, Target};

/// Share of what has been added since the beginning that can go, and of what was there.
const OF_ADDED: f64 = 0.8;
const OF_OLD: f64 = 0.1;

/// What fills it goes on filling it, and what was deleted can no longer be looked at.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::CleanDisk,
    target: Target::Host,
    delay_s: 60,
    risk: 2,
    effect: "deletes_logs_and_dumps",
    side_effects: &["deletes_evidence"],
    finish,
    ..PLAIN
};

fn finish(plan: &Plan, state: &mut State, _remedy: &RemedyState, place: &Place) -> Option<Outcome> {
    let h = host_of(place)?;
    let used = &mut state.hosts[h].disk_used_gib;
    let old = plan.hosts[h].disk_used_gib.min(*used);
    let freed = (*used - old) * OF_ADDED + old * OF_OLD;
    *used -= freed;
    Some(said("cleaned", &[("gib", format!("{freed:.1}"))]))
}
