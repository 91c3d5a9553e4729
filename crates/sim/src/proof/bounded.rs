//! A whole world of one queue against the judge: ramps and overload of its users, a backlog that ends, and users who
//! give up.

use crate::order::{FaultKind, FaultSpec, Onset};
use crate::proof::judge::{Draw, Judge, Service, Window, mean_and_error};
use crate::proof::scene::{START, Scene, after};
use crate::proof::theory::is_within;
use crate::state::Carry;
use crate::world::World;

/// Length of a run, seconds, and of the windows that are compared.
const SPAN_S: i64 = 1_200;
const WINDOW_S: i64 = 60;

/// A service with one instance whose users come at a constant rate, without noise, and never again.
fn scene(judge: Judge, utilisation: f64, surge: Option<FaultSpec>) -> Scene {
    let Judge { workers, backlog, limit_s, mean_s, service } = judge;
    let (own_ms, peak) = (mean_s * 1_000.0, utilisation * workers as f64 / mean_s);
    let (patience_ms, variation) = (limit_s * 1_000.0, service.variation());
    Scene {
        world: format!(
            "[world]\nmissed_scrape_ratio = 0.0\n\n[[world.host]]\nnames = [\"h1\"]\nzone = \"a\"\ncores = 64\n\
             memory_gib = 256\n\n[[world.service]]\nnames = [\"front\"]\ntechnology = \"go\"\ninstances = 1\nspare = 0\n\
             team = \"team-web\"\ntier = 1\nworkers = {workers}\nown_ms = {own_ms:?}\nvariation = {variation:?}\n\
             cpu_ms = 0.001\nbacklog = {backlog}\nerror_ratio = 0.0\ncold_factor = 1.0\nmemory_limit_mib = 60000\n\n\
             [[world.entry]]\ncomponent = \"front\"\npeak_rps = {peak:?}\npatience_ms = {patience_ms:?}\n"
        ),
        entry: "front".to_owned(),
        load: "night_ratio = 1.0\nweekend_ratio = 1.0\nnoise_ratio = 0.0\nreload_ratio = 0.0\n".to_owned(),
        faults: surge.into_iter().collect(),
        ..Scene::harbour()
    }
}

fn surge(factor: f64, at_s: i64, for_s: i64, onset: Onset) -> FaultSpec {
    FaultSpec {
        kind: FaultKind::LoadSurge,
        target: "front".to_owned(),
        at_s,
        onset,
        for_s: Some(for_s),
        values: [("factor".to_owned(), factor)].into(),
        way: String::new(),
    }
}

/// Returns the number inside the one instance without its rounding to a whole one.
fn whole_and_carried(world: &World) -> f64 {
    let own = &world.state().instances[0];
    own.inside as f64 + Carry::HALF.0 - own.leaving.0
}

/// Returns the mean number inside in each window, over some seeds of a world.
fn windows(scene: &Scene) -> Vec<f64> {
    let scenario = scene.parse();
    let seeds = 5_u64;
    let mut sums = vec![0.0; usize::try_from(SPAN_S / WINDOW_S).expect("a small number")];
    for seed in 0..seeds {
        let mut world = World::new(&scenario, seed, START).without_telemetry();
        let mut inside = whole_and_carried(&world);
        for second in 0..SPAN_S {
            world.advance(after(second + 1));
            let window = usize::try_from(second / WINDOW_S).expect("a small number");
            // The mean of a second lies between its ends.
            sums[window] += f64::midpoint(inside, whole_and_carried(&world));
            inside = whole_and_carried(&world);
        }
    }
    sums.into_iter().map(|sum| sum / (seeds as f64 * WINDOW_S as f64)).collect()
}

/// Compares a world whose load changes with the judge: every window within a tenth. The first one begins with a queue
/// that has settled, and the judge with an empty one; the one in which a queue runs empty, if there is such a one, is a
/// matter of seconds in thousands of requests. Both are left out.
fn like_the_judge(
    judge: Judge,
    scene: &Scene,
    rate: impl Fn(f64) -> f64 + Copy,
    runs: u32,
    empties: Option<usize>,
) {
    let most = (0..SPAN_S).map(|s| rate(s as f64)).fold(0.0, f64::max);
    let mut draw = Draw::new(71);
    let found = windows(scene);
    let all: Vec<Vec<Window>> =
        (0..runs).map(|_| judge.run(rate, most, SPAN_S as f64, found.len(), &mut draw)).collect();
    for (k, inside) in found.into_iter().enumerate().filter(|(k, _)| *k > 0 && Some(*k) != empties) {
        let (mean, error) = mean_and_error(&all.iter().map(|run| run[k].inside).collect::<Vec<f64>>());
        let what = format!("{judge:?}, window {k}: {inside}, {mean} ± {error}");
        assert!(error < 0.03 * mean, "the judge is not sure: {what}");
        assert!(is_within(inside, mean, 0.1), "{what}");
    }
}

const AMPLE: Judge =
    Judge { workers: 4, backlog: 900_000, limit_s: 600.0, mean_s: 0.02, service: Service::Exponential };

#[test]
fn a_world_follows_a_load_that_rises_within_minutes_as_the_judge_does() {
    for (workers, mean_s, runs) in [(4_usize, 0.02, 100_u32), (16, 0.04, 40), (64, 0.1, 15)] {
        let judge = Judge { workers, mean_s, ..AMPLE };
        let capacity = workers as f64 / mean_s;
        let rising = surge(3.0, 300, 600, Onset::Ramp { over_s: 300 });
        // A fault begins with the step that ends at its second.
        let share = |at: f64| if at < 899.0 { ((at - 299.0) / 300.0).clamp(0.0, 1.0) } else { 0.0 };
        let rate = move |at: f64| capacity * 0.3 * (1.0 + 2.0 * share(at));

        like_the_judge(judge, &scene(judge, 0.3, Some(rising)), rate, runs, None);
    }
}

#[test]
fn a_world_is_overloaded_and_recovers_as_the_judge_does() {
    for (workers, mean_s, runs) in [(4_usize, 0.04, 40_u32), (16, 0.1, 20)] {
        let judge = Judge { workers, mean_s, ..AMPLE };
        let capacity = workers as f64 / mean_s;
        let sudden = surge(3.0, 300, 180, Onset::Sudden);
        let rate = move |at: f64| capacity * if (299.0..479.0).contains(&at) { 1.5 } else { 0.5 };

        // Half of the capacity too much for three minutes, and half of it free for the next three.
        like_the_judge(judge, &scene(judge, 0.5, Some(sudden)), rate, runs, Some(11));
    }
}

/// What comes of a constant load: shares of the requests that are refused and that are late, and the mean number inside.
#[derive(Clone, Copy, Debug)]
struct Settled {
    refused: f64,
    late: f64,
    inside: f64,
}

/// Lets a world run under a constant load.
fn settled(judge: Judge, utilisation: f64) -> Settled {
    let span_s = 600;
    let mut world = World::new(&scene(judge, utilisation, None).parse(), 72, START).without_telemetry();
    let (instance, entry) = (world.state().instances[0].clone(), world.state().entries[0].clone());
    let mut inside = 0.0;
    for second in 1..=span_s {
        world.advance(after(second));
        inside += whole_and_carried(&world) / span_s as f64;
    }
    let (own, users) = (&world.state().instances[0], &world.state().entries[0]);
    let asked = (own.offered - instance.offered) as f64;
    let refused = (own.refused - instance.refused) as f64 / asked;
    // Users fail when they are refused, and when the answer comes too late.
    Settled { refused, late: (users.failed - entry.failed) as f64 / asked - refused, inside }
}

/// Asks the judge for the same.
fn judged(judge: Judge, utilisation: f64) -> Settled {
    let rate = utilisation * judge.workers as f64 / judge.mean_s;
    let windows = judge.run(|_| rate, rate, 400_000.0 / rate, 10, &mut Draw::new(73));
    // The first window begins empty.
    let sum = |of: fn(&Window) -> f64| windows[1..].iter().map(of).sum::<f64>();
    let arrived = sum(|w| w.arrived as f64);
    Settled {
        refused: sum(|w| w.refused as f64) / arrived,
        late: sum(|w| w.late as f64) / arrived,
        inside: sum(|w| w.inside) / 9.0,
    }
}

/// A queue whose backlog ends and whose users wait for so many times as long as a full one takes.
fn bounded(workers: usize, backlog: usize, patience: f64) -> Judge {
    let full_s = (workers + backlog) as f64 / workers as f64 * AMPLE.mean_s;
    Judge { workers, backlog, limit_s: patience * full_s, ..AMPLE }
}

#[test]
fn a_backlog_that_overflows_refuses_as_many_as_the_judge_and_makes_as_many_late() {
    for (workers, backlog) in
        [(1_usize, 32_usize), (1, 512), (4, 32), (4, 128), (16, 32), (16, 512), (64, 128)]
    {
        for utilisation in [1.2, 1.5, 3.0] {
            let hasty = bounded(workers, backlog, 0.5);
            let (found, wanted) = (settled(hasty, utilisation), judged(hasty, utilisation));
            let what = format!("{hasty:?} at {utilisation}: {found:?}, {wanted:?}");

            assert!((found.refused - wanted.refused).abs() < 0.03, "{what}");
            // The fluid stands at the end of the backlog; by chance it is shorter by 1 / (ρ − 1) requests in the mean.
            let off = found.inside - wanted.inside;
            assert!((-1.5..1.0 / (utilisation - 1.0) + 1.5).contains(&off), "{what}");
            // Nearly all who were let in wait for longer than half of a full backlog.
            assert!(is_within(found.late, wanted.late, 0.12), "{what}");

            let patient = bounded(workers, backlog, 3.0);
            let (found, wanted) = (settled(patient, utilisation), judged(patient, utilisation));
            assert!(
                found.late < 0.01 && wanted.late < 0.01,
                "{patient:?} at {utilisation}: {found:?}, {wanted:?}"
            );
        }
    }
}

#[test]
fn a_backlog_with_room_refuses_nobody_and_is_the_queue_of_the_judge() {
    for workers in [1_usize, 4, 16, 64] {
        let judge = bounded(workers, 512, 3.0);
        let (found, wanted) = (settled(judge, 0.8), judged(judge, 0.8));
        let what = format!("{judge:?}: {found:?}, {wanted:?}");

        assert!(found.refused <= 0.0 && wanted.refused <= 0.0 && found.late < 0.001, "{what}");
        assert!(is_within(found.inside, wanted.inside, 0.05), "{what}");
    }
}

#[test]
fn a_short_backlog_near_saturation_refuses_too_few_and_never_too_many() {
    // The known side of the error: where a queue without an end would just fit in, the fluid lets all of it in, while
    // chance fills the backlog of the judge now and then. By how much is a matter of the length of the backlog.
    for (backlog, most) in [(8_usize, 0.055), (32, 0.015), (128, 0.005)] {
        for workers in [1_usize, 4, 16, 64] {
            for utilisation in [0.8, 0.95] {
                let judge = bounded(workers, backlog, 3.0);
                let (found, wanted) = (settled(judge, utilisation), judged(judge, utilisation));

                let too_few = wanted.refused - found.refused;
                assert!(
                    (-0.005..most).contains(&too_few),
                    "{judge:?} at {utilisation}: {found:?}, {wanted:?}"
                );
            }
        }
    }
}
