//! Caches: what is looked up and missed is kept, and found the next time.

use super::Scratch;
use crate::plan::Plan;
use crate::state::State;

/// Warms a cache by its misses of this step.
pub(super) fn step(plan: &Plan, state: &mut State, scratch: &Scratch, component: usize) {
    let Some(cache) = &plan.components[component].cache else { return };
    let Some(condition) = &mut state.components[component].cache else { return };
    let filled = scratch.misses[component] / cache.working_set.max(1.0);
    if filled > 0.0 {
        condition.warmth = 1.0 - (1.0 - condition.warmth.clamp(0.0, 1.0)) * libm::exp(-filled);
    }
}
