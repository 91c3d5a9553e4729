//! Empties a cache.

use super::{About, PLAIN, said};
use crate::order::RemedyKind;
use crate::target::Target;

/// Everything is asked of what stands behind it at once, until the cache is warm again.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::ClearCache,
    target: Target::Cache,
    delay_s: 5,
    risk: 3,
    effect: "empties_the_cache",
    side_effects: &["stampede_behind_the_cache"],
    finish: |plan, state, _remedy, place| {
        let c = place.component(plan)?;
        let cache = state.components[c].cache.as_mut()?;
        cache.warmth = 0.0;
        Some(said("cleared", &[]))
    },
    ..PLAIN
};
