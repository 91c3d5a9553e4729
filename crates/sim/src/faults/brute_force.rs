//! Somebody tries passwords at a component that signs people in.

use super::{About, PLAIN, Parameter, Push, instances, remedy, value};
use crate::order::{FaultKind, Refused, RemedyKind};
use crate::plan::{ComponentKind, Plan};
use crate::state::{BUCKETS_S, FaultState, State};
use crate::target::{Place, Target};

/// Time of a core for comparing one password.
///
/// Source: OWASP Password Storage Cheat Sheet: a hash should take less than a second; common work factors give tens
/// of milliseconds on server processors.
const HASH_S: f64 = 0.08;

/// Every try costs what a real one costs: a core for the comparison, and a worker that waits for it.
pub(super) static ABOUT: About = About {
    kind: FaultKind::BruteForce,
    target: Target::Component,
    parameters: &[Parameter {
        name: "attempts_per_s",
        least: 0.1,
        most: 100_000.0,
        usual: 60.0,
        meaning: "passwords that are tried, over all instances",
    }],
    cures: &[RemedyKind::BlockSource],
    removed_by: &[RemedyKind::BlockSource],
    felt_first: "refused sign-ins of the component",
    check: Some(check),
    act: Some(act),
    remedies: |spec, _plan| vec![remedy(RemedyKind::BlockSource, &spec.target, None)],
    ..PLAIN
};

fn check(plan: &Plan, place: &Place) -> Result<(), Refused> {
    let serves = place.component(plan).is_some_and(|c| plan.components[c].kind == ComponentKind::Service);
    if serves { Ok(()) } else { Err(Refused::Condition { reason: "no_sign_in" }) }
}

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    let up: Vec<usize> = instances(plan, &fault.spec).filter(|&i| state.answers(plan, i)).collect();
    if up.is_empty() {
        return;
    }
    let rate = value(&fault.spec, "attempts_per_s") * push.strength;
    let before = fault.progress.floor();
    fault.progress += rate * push.dt_s;
    let n_attempts = fault.progress.floor() - before;
    for (n, &i) in up.iter().enumerate() {
        let rps = rate / up.len() as f64;
        state.hosts[plan.instances[i].host].stolen_cores += rps * HASH_S;
        // Workers that are held, by Little's law.
        state.instances[i].stuck_workers += rps * HASH_S;
        let n_here = share(n_attempts, n, up.len());
        state.hosts[plan.instances[i].host].failed_logins += n_here as f64;
        book(state, i, n_here);
    }
}

/// Returns the `n`-th of `of` whole shares that add up to a whole number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number, not negative and far below 2^53"
)]
fn share(whole: f64, n: usize, of: usize) -> u64 {
    let (whole, n, of) = (whole.max(0.0) as u64, n as u64, of as u64);
    whole / of + u64::from(n < whole % of)
}

/// Books attempts as requests that came and were refused for their credential.
fn book(state: &mut State, instance: usize, n_attempts: u64) {
    let instance = &mut state.instances[instance];
    instance.offered += n_attempts;
    instance.failed += n_attempts;
    instance.unauthorized += n_attempts;
    instance.response_sum_s += n_attempts as f64 * HASH_S;
    for (bucket, &bound_s) in instance.buckets.iter_mut().zip(&BUCKETS_S) {
        if bound_s >= HASH_S {
            *bucket += n_attempts as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_whole_and_none_is_lost_in_the_books() {
        let plan = crate::plan::shop();
        let mut state = crate::faults::bare_state(&plan);
        let spec = crate::faults::tests::usual(&plan, FaultKind::BruteForce);
        let mut fault = FaultState { progress: 0.0, ..FaultState::planned(spec, state.at) };

        for _ in 0..10 {
            act(&plan, &mut state, &mut fault, Push { strength: 0.123, dt_s: 1.0 });
        }

        let booked: u64 = state.instances.iter().map(|i| i.unauthorized).sum();
        // 60 attempts a second at a strength of 0.123 in ten seconds: 73.8.
        assert_eq!(booked, 73);
        assert!(state.instances.iter().all(|i| i.offered == i.ok + i.failed + i.refused + i.inside));
    }

    #[test]
    fn shares_add_up() {
        assert_eq!((0..3).map(|n| share(11.0, n, 3)).sum::<u64>(), 11);
        assert_eq!(share(11.0, 0, 3), 4);
    }
}
