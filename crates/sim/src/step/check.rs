//! Checks from outside: now and then somebody tries whether it works.

use super::route::{self, Reach};
use super::{Now, Streams};
use crate::plan::{CheckKind, CheckPlan, EdgeKind, Plan};
use crate::queue;
use crate::random::Noise;
use crate::state::{CheckState, State};

/// Runs every check whose time falls into this step.
pub(super) fn run_due(plan: &Plan, state: &mut State, streams: &Streams, now: Now) {
    let second = (now.at.as_millis() - now.start.as_millis()).div_euclid(1000);
    for (idx, check) in plan.checks.iter().enumerate() {
        let every_s = check.every_s.max(1);
        if second.div_euclid(every_s) == (second - now.dt_s).div_euclid(every_s) {
            continue;
        }
        let mut result = std::mem::take(&mut state.checks[idx]);
        run(plan, state, check, streams.checks[idx], &mut result);
        result.ran_at = now.at;
        state.checks[idx] = result;
    }
}

fn run(plan: &Plan, state: &State, check: &CheckPlan, noise: Noise, result: &mut CheckState) {
    let at_ms = state.at.as_millis();
    let draw = |nth: i64| noise.uniform(at_ms + nth);
    let (failed, response_s) = seen(plan, state, check.component, check.kind);
    let mut ok = draw(0) >= failed;
    // The times of checks lie near the middle: they ask for the same thing every time.
    result.took_ms = 1000.0 * queue::quantile(response_s, 0.3 + 0.4 * draw(1));
    result.steps.clear();
    if check.kind == CheckKind::Transaction {
        result.steps.push((check.component, ok));
        for edge in plan.components[check.component].edges.clone() {
            let callee = plan.edges[edge].to;
            if plan.edges[edge].kind == EdgeKind::Consume || result.steps.iter().any(|(c, _)| *c == callee) {
                continue;
            }
            let nth = i64::try_from(result.steps.len()).unwrap_or(0);
            let works = draw(1 + nth) >= seen(plan, state, callee, check.kind).0;
            result.steps.push((callee, works));
            ok &= works;
        }
    }
    if result.took_ms > check.limit_ms {
        (ok, result.took_ms) = (false, check.limit_ms);
    }
    result.ok = ok;
}

/// Returns the share of tries at a component that fail as seen from outside, and their mean time in seconds.
fn seen(plan: &Plan, state: &State, component: usize, kind: CheckKind) -> (f64, f64) {
    let condition = &state.components[component];
    let primary = condition.database.as_ref().map(|d| d.primary);
    let instances = plan.components[component].instances.clone();
    let (mut n, mut failed, mut time_s) = (0.0, 0.0, 0.0);
    for idx in instances.filter(|&i| primary.map_or_else(|| route::is_listed(state, i), |p| p == Some(i))) {
        let own = &state.instances[idx];
        let host = plan.instances[idx].host;
        n += 1.0;
        // Whoever checks stands on nobody's side of a partition.
        match route::reach(plan, state, host, idx) {
            Reach::Arrives => {
                failed += 1.0 - (1.0 - own.failed_ratio) * (1.0 - own.refused_ratio);
                time_s += own.response_s + state.hosts[host].delay_ms / 1000.0;
            }
            Reach::Refused => failed += 1.0,
            Reach::Silent => {
                failed += 1.0;
                time_s += 60.0;
            }
        }
    }
    if n <= 0.0 {
        return (1.0, 0.0);
    }
    let expired = condition.certificate_until.is_some_and(|until| until <= state.at);
    let locked = match (&condition.database, kind) {
        (Some(d), CheckKind::Procedure) => d.locked_ratio.clamp(0.0, 1.0),
        (Some(_) | None, _) => 0.0,
    };
    let refused = condition.database.as_ref().map_or(0.0, |d| d.refused_ratio);
    let passed = (1.0 - failed / n)
        * (1.0 - locked)
        * (1.0 - refused)
        * (1.0 - condition.unresolved_ratio.clamp(0.0, 1.0))
        * if expired { 0.0 } else { 1.0 };
    (1.0 - passed, time_s / n + condition.lookup_ms / 1000.0)
}
