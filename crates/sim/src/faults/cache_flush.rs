//! A cache loses what it holds, and what is slower has to answer for it.

use super::{About, PLAIN, Parameter, component, remedy, value};
use crate::order::{FaultKind, FaultSpec, Remedy, RemedyKind};
use crate::plan::{EdgeKind, Plan};
use crate::target::Target;

/// Warmth from which on a cache counts as filled again.
const WARM: f64 = 0.9;

/// It happens whole. The cache fills again by itself, unless what stands behind it is too busy to answer.
pub(super) static ABOUT: About = About {
    kind: FaultKind::CacheFlush,
    target: Target::Cache,
    parameters: &[Parameter {
        name: "lost_ratio",
        least: 0.15,
        most: 1.0,
        usual: 1.0,
        meaning: "share of what it holds that is lost",
    }],
    cures: &[RemedyKind::Throttle],
    felt_first: "misses of the cache, then load of what stands behind it",
    shaped: false,
    heals: true,
    begin: Some(|plan, state, fault| {
        let left = 1.0 - value(&fault.spec, "lost_ratio");
        if let Some(cache) = component(plan, &fault.spec).and_then(|c| state.components[c].cache.as_mut()) {
            cache.warmth *= left;
        }
    }),
    cured: Some(|plan, state, fault| {
        let cache = component(plan, &fault.spec).and_then(|c| state.components[c].cache.as_ref());
        cache.is_none_or(|cache| cache.warmth >= WARM)
    }),
    remedies,
    ..PLAIN
};

/// Those who look things up let half of the users in until the cache is warm, then all.
fn remedies(spec: &FaultSpec, plan: &Plan) -> Vec<Remedy> {
    let Some(c) = component(plan, spec) else { return Vec::new() };
    let mut callers: Vec<usize> = plan
        .edges_to(c)
        .filter(|&e| plan.edges[e].kind == EdgeKind::Lookup)
        .map(|e| plan.edges[e].from)
        .collect();
    callers.dedup();
    let throttle = |ratio: f64| {
        let name = |&caller: &usize| remedy(RemedyKind::Throttle, &plan.components[caller].name, Some(ratio));
        callers.iter().map(name).collect::<Vec<_>>()
    };
    [throttle(0.5), throttle(1.0)].concat()
}
