//! The fluid queue against Erlang C where that is exact, and against the judge where nothing is.
//!
//! Allen and Cunneen's formula, on which the queue rests, is exact for one worker and for exponential work. With several
//! workers and work that is spread much more widely it lies up to a tenth too high, so the gates of 5 % stand for a
//! variation of 0.25 to 1.5, which is what services are planned with; beyond, a test says how far off it is.

use wardroom_core::{TimeRange, Timestamp};

use crate::proof::judge::{Draw, Judge, Service, Window, erlang_inside, mean_and_error};
use crate::proof::scene::{START, Scene, after};
use crate::queue;
use crate::world::World;

const WORKERS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];
const UTILISATIONS: [f64; 7] = [0.3, 0.4, 0.5, 0.7, 0.8, 0.9, 0.95];

/// A queue moved on by `crate::queue`, with a real number inside.
#[derive(Clone, Copy, Debug)]
struct Fluid {
    workers: usize,
    mean_s: f64,
    variation: f64,
}

/// What a fluid queue did in one step.
#[derive(Clone, Copy, Debug)]
struct Moved {
    inside: f64,
    completed: f64,
    response_s: f64,
}

impl Fluid {
    fn next(self, inside: f64, rate: f64, dt_s: f64) -> Moved {
        let arrivals = rate * dt_s;
        let flow = queue::advance(inside, arrivals, self.workers as f64, self.mean_s, self.variation, dt_s);
        let inside = inside + arrivals - flow.completions;
        Moved { inside, completed: flow.completions, response_s: flow.response_s }
    }

    fn capacity(self) -> f64 {
        self.workers as f64 / self.mean_s
    }

    /// Lets a constant load run until nothing changes any more.
    fn settled(self, utilisation: f64, dt_s: f64) -> Moved {
        let mut moved = self.next(0.0, utilisation * self.capacity(), dt_s);
        for _ in 0..200_000 {
            let next = self.next(moved.inside, utilisation * self.capacity(), dt_s);
            let change = (next.inside - moved.inside).abs();
            moved = next;
            if change < 1e-9 * moved.inside {
                break;
            }
        }
        moved
    }

    /// Follows a load and returns the mean number inside in `n` windows of equal length.
    fn windows(self, rate: impl Fn(f64) -> f64, span_s: f64, n: usize, dt_s: f64) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); n];
        let (mut inside, mut at) = (0.0, 0.0);
        while at < span_s {
            let middle = at + dt_s / 2.0;
            inside = self.next(inside, rate(middle), dt_s).inside;
            let place = (0..n).find(|&k| middle < (k + 1) as f64 * span_s / n as f64).unwrap_or(n - 1);
            sums[place].0 += inside;
            sums[place].1 += 1.0;
            at += dt_s;
        }
        sums.into_iter().map(|(sum, steps)| sum / steps).collect()
    }
}

pub(super) fn is_within(found: f64, wanted: f64, share: f64) -> bool {
    (found - wanted).abs() <= share * wanted.abs()
}

#[test]
fn a_constant_load_settles_at_erlang_c() {
    for workers in WORKERS {
        for utilisation in UTILISATIONS {
            for dt_s in [1.0, 60.0] {
                let fluid = Fluid { workers, mean_s: 0.1, variation: 1.0 };

                let settled = fluid.settled(utilisation, dt_s);

                let exact = erlang_inside(workers, utilisation);
                // The formula itself is exact here; 1 % is for the table of the queue.
                assert!(
                    is_within(settled.inside, exact, 0.01),
                    "{workers} at {utilisation}: {settled:?}, {exact}"
                );
                let response_s = exact / (utilisation * fluid.capacity());
                assert!(
                    is_within(settled.response_s, response_s, 0.01),
                    "{workers} at {utilisation}: {settled:?}"
                );
            }
        }
    }
}

#[test]
fn a_constant_load_of_even_work_settles_where_the_judge_does() {
    stationary_like_the_judge(Service::Erlang(4), 31);
}

#[test]
fn a_constant_load_of_uneven_work_settles_where_the_judge_does() {
    stationary_like_the_judge(Service::Hyperexponential(1.5), 32);
}

fn stationary_like_the_judge(service: Service, seed: u64) {
    for workers in WORKERS {
        for utilisation in [0.3, 0.5, 0.7, 0.8, 0.9, 0.95] {
            // The slowest ones to judge are judged at three sizes only.
            if utilisation > 0.92 && ![1, 8, 64].contains(&workers) {
                continue;
            }
            let judge = Judge { workers, backlog: usize::MAX, limit_s: f64::INFINITY, mean_s: 0.1, service };
            let free = 1.0 - utilisation;
            let arrivals = (30_000.0_f64 / (free * free)).clamp(200_000.0, 5_000_000.0);
            let (mean, error) = judge.stationary(utilisation, arrivals, seed);
            assert!(
                error < 0.025 * mean,
                "the judge is not sure: {workers} at {utilisation}: {mean} ± {error}"
            );
            let fluid = Fluid { workers, mean_s: 0.1, variation: service.variation() };

            let settled = fluid.settled(utilisation, 1.0);

            assert!(
                is_within(settled.inside, mean, 0.05),
                "{workers} at {utilisation}: {settled:?}, {mean} ± {error}"
            );
        }
    }
}

#[test]
fn work_that_is_spread_very_widely_is_not_underestimated() {
    // The known side of the error: too long a queue, by up to a tenth, at few workers and middle utilisation.
    for workers in [2_usize, 4, 8, 16] {
        for utilisation in [0.5, 0.7, 0.8] {
            let service = Service::Hyperexponential(4.0);
            let judge = Judge { workers, backlog: usize::MAX, limit_s: f64::INFINITY, mean_s: 0.1, service };
            let (mean, _) = judge.stationary(utilisation, 1_000_000.0, 33);
            let fluid = Fluid { workers, mean_s: 0.1, variation: 4.0 };

            let settled = fluid.settled(utilisation, 1.0);

            let off = settled.inside / mean - 1.0;
            assert!((-0.02..0.12).contains(&off), "{workers} at {utilisation}: {off}");
        }
    }
}

/// A load that stands at 0.3 for five minutes, rises to 0.9, falls again as fast, and stands at 0.3.
fn ramp(capacity: f64, up_s: f64) -> impl Fn(f64) -> f64 + Copy {
    move |at: f64| {
        let turn_s = at - 300.0;
        let share = if turn_s < up_s { turn_s / up_s } else { 2.0 - turn_s / up_s };
        capacity * (0.3 + 0.6 * share.clamp(0.0, 1.0))
    }
}

/// Compares the windows of many runs of the judge with those of the fluid.
fn ramp_like_the_judge(judge: Judge, up_s: f64, runs: u32, dt_s: f64, seed: u64) {
    let span_s = 600.0 + 2.0 * up_s;
    let fluid = Fluid { workers: judge.workers, mean_s: judge.mean_s, variation: judge.service.variation() };
    let rate = ramp(fluid.capacity(), up_s);
    let n = 12;
    let mut draw = Draw::new(seed);
    let all: Vec<Vec<Window>> =
        (0..runs).map(|_| judge.run(rate, 0.9 * fluid.capacity(), span_s, n, &mut draw)).collect();

    let found = fluid.windows(rate, span_s, n, dt_s);

    for (k, inside) in found.into_iter().enumerate() {
        let judged: Vec<f64> = all.iter().map(|run| run[k].inside).collect();
        let (mean, error) = mean_and_error(&judged);
        let what = format!("{judge:?}, up in {up_s} s, window {k}: {inside}, {mean} ± {error}");
        assert!(error < 0.025 * mean, "the judge is not sure: {what}");
        assert!(is_within(inside, mean, 0.1), "{what}");
    }
}

#[test]
fn a_load_that_rises_and_falls_within_minutes_is_followed() {
    let service = Service::Exponential;
    for (workers, runs) in [(1_usize, 900_u32), (4, 250), (16, 60), (64, 10)] {
        let judge = Judge { workers, backlog: usize::MAX, limit_s: f64::INFINITY, mean_s: 0.1, service };
        ramp_like_the_judge(judge, 300.0, runs, 1.0, 41);
        ramp_like_the_judge(judge, 900.0, runs / 3, 1.0, 42);
    }
    // Slow work follows slowly; the queue must not be quicker than that.
    let slow = Judge { workers: 16, backlog: usize::MAX, limit_s: f64::INFINITY, mean_s: 0.5, service };
    ramp_like_the_judge(slow, 300.0, 150, 1.0, 43);
    let uneven = Judge {
        workers: 4,
        backlog: usize::MAX,
        limit_s: f64::INFINITY,
        mean_s: 0.1,
        service: Service::Hyperexponential(1.5),
    };
    ramp_like_the_judge(uneven, 300.0, 350, 1.0, 44);
}

#[test]
fn a_course_of_hours_is_followed_at_steps_of_a_minute() {
    let service = Service::Exponential;
    for (workers, runs) in [(1_usize, 60_u32), (4, 20), (16, 6)] {
        let judge = Judge { workers, backlog: usize::MAX, limit_s: f64::INFINITY, mean_s: 0.1, service };
        ramp_like_the_judge(judge, 3.0 * 3_600.0, runs, 60.0, 45);
    }
}

#[test]
fn an_overload_grows_by_what_is_too_much() {
    for workers in [1_usize, 8, 64] {
        for utilisation in [1.1, 1.5, 3.0] {
            let judge = Judge {
                workers,
                backlog: usize::MAX,
                limit_s: f64::INFINITY,
                mean_s: 0.1,
                service: Service::Exponential,
            };
            let fluid = Fluid { workers, mean_s: 0.1, variation: 1.0 };
            let rate = utilisation * fluid.capacity();
            let mut draw = Draw::new(51);
            let ends: Vec<f64> =
                (0..30).map(|_| judge.run(|_| rate, rate, 1_200.0, 120, &mut draw)[119].inside).collect();
            let (judged, _) = mean_and_error(&ends);

            let mut inside = vec![0.0];
            for _ in 0..1_200 {
                inside.push(fluid.next(inside[inside.len() - 1], rate, 1.0).inside);
            }

            let growth = (inside[1_200] - inside[600]) / 600.0;
            let surplus = rate - fluid.capacity();
            assert!(is_within(growth, surplus, 0.05), "{workers} at {utilisation}: {growth} and {surplus}");
            let last = inside[1_190..1_200].iter().sum::<f64>() / 10.0;
            assert!(is_within(last, judged, 0.05), "{workers} at {utilisation}: {last} and {judged}");
        }
    }
}

#[test]
fn a_queue_drains_after_an_overload_as_fast_as_it_can() {
    let fluid = Fluid { workers: 8, mean_s: 0.1, variation: 1.0 };
    let judge = Judge {
        workers: 8,
        backlog: usize::MAX,
        limit_s: f64::INFINITY,
        mean_s: 0.1,
        service: Service::Exponential,
    };
    let rate = |at: f64| if at < 300.0 { 120.0 } else { 40.0 };
    let mut draw = Draw::new(52);
    let runs: Vec<Vec<Window>> = (0..60).map(|_| judge.run(rate, 120.0, 900.0, 18, &mut draw)).collect();

    let found = fluid.windows(rate, 900.0, 18, 1.0);

    for (k, inside) in found.into_iter().enumerate() {
        let (judged, _) = mean_and_error(&runs.iter().map(|r| r[k].inside).collect::<Vec<f64>>());
        // The window in which it runs empty is a matter of seconds in thousands of requests.
        assert!(
            is_within(inside, judged, 0.1) || (inside - judged).abs() < 30.0,
            "{k}: {inside} and {judged}"
        );
    }
}

#[test]
fn the_fluid_obeys_littles_law_and_loses_nothing() {
    let fluid = Fluid { workers: 4, mean_s: 0.1, variation: 1.0 };
    let rate = ramp(fluid.capacity(), 900.0);
    let (mut inside, mut arrived, mut completed, mut area, mut time) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for second in 0..2_400 {
        let rate = rate(f64::from(second) + 0.5);
        let moved = fluid.next(inside, rate, 1.0);
        arrived += rate;
        completed += moved.completed;
        inside = moved.inside;
        area += moved.inside;
        time += moved.completed * moved.response_s;
    }
    assert!((arrived - completed - inside).abs() < 1e-6 * arrived, "{arrived} {completed} {inside}");
    assert!(is_within(time, area, 0.01), "{time} s inside by requests, {area} s by the clock");
}

#[test]
fn the_step_does_not_decide_where_a_queue_settles() {
    for variation in [0.25, 1.0, 4.0] {
        let fluid = Fluid { workers: 8, mean_s: 0.2, variation };
        let (second, minute) = (fluid.settled(0.8, 1.0), fluid.settled(0.8, 60.0));
        assert!(is_within(minute.inside, second.inside, 1e-3), "{second:?} {minute:?}");
    }
}

/// A world of one service with one instance under a constant load, without noise.
fn one_queue(workers: usize, utilisation: f64, own_ms: f64) -> Scene {
    let peak = utilisation * workers as f64 / (own_ms / 1_000.0);
    Scene {
        world: format!(
            "[world]\nmissed_scrape_ratio = 0.0\n\n[[world.host]]\nnames = [\"h1\"]\nzone = \"a\"\ncores = 64\n\n\
             [[world.service]]\nnames = [\"front\"]\ntechnology = \"go\"\ninstances = 1\nspare = 0\nteam = \"team-web\"\n\
             tier = 1\nworkers = {workers}\nown_ms = {own_ms:?}\ncpu_ms = 0.01\nbacklog = 10000\nerror_ratio = 0.0\n\
             cold_factor = 1.0\n\n[[world.entry]]\ncomponent = \"front\"\npeak_rps = {peak:?}\n"
        ),
        entry: "front".to_owned(),
        load: "night_ratio = 1.0\nweekend_ratio = 1.0\nnoise_ratio = 0.0\nreload_ratio = 0.0\n".to_owned(),
        span_min: 30,
        ..Scene::harbour()
    }
}

#[test]
fn an_instance_of_a_world_is_such_a_queue() {
    for (workers, utilisation) in [(1_usize, 0.3), (1, 0.8), (4, 0.5), (4, 0.9), (16, 0.7), (64, 0.95)] {
        let mut world = World::new(&one_queue(workers, utilisation, 100.0).parse(), 61, START);
        let (mut inside, mut response, mut busy) = (Vec::new(), Vec::new(), Vec::new());
        for second in 1..=1_500 {
            world.advance(after(second));
            // The first ten minutes are for the queue to settle.
            if second > 600 {
                let instance = &world.state().instances[0];
                inside.push(instance.inside as f64);
                response.push(instance.response_s);
                busy.push(instance.busy_ratio);
            }
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let exact = erlang_inside(workers, utilisation);
        let response_s = exact / (utilisation * workers as f64 / 0.1);
        let found = (mean(&inside), mean(&response), mean(&busy));
        assert!(
            is_within(found.1, response_s, 0.05),
            "{workers} at {utilisation}: {found:?}, {response_s} s"
        );
        assert!(is_within(found.2, utilisation, 0.05), "{workers} at {utilisation}: {found:?}");
        // Whole requests: the number inside is that of the fluid rounded, so half a request is what may be off.
        assert!(
            (found.0 - exact).abs() < 0.05 * exact + 0.5,
            "{workers} at {utilisation}: {found:?}, {exact}"
        );
    }
}

#[test]
fn in_the_minutes_of_the_history_a_request_takes_as_long_as_in_seconds() {
    for (workers, utilisation) in [(4_usize, 0.7), (16, 0.9)] {
        let mut world = World::new(&one_queue(workers, utilisation, 100.0).parse(), 62, START);
        world.advance(after(900));

        // The last minutes before the run pass in seconds already.
        let minutes = mean_response_s(&world, after(-3_600), after(-300));
        let seconds = mean_response_s(&world, START, after(900));

        assert!(
            is_within(minutes, seconds, 0.05),
            "{workers} at {utilisation}: {minutes} s, then {seconds} s"
        );
    }
}

/// Returns the mean time from a request to its answer in a range, as whoever monitors it would know it.
fn mean_response_s(world: &World, from: Timestamp, to: Timestamp) -> f64 {
    let range = TimeRange::new(from, to).unwrap();
    let grown = |metric: &str| -> f64 {
        let of = world.series().iter().enumerate().filter(|(_, spec)| spec.key.metric == metric);
        of.map(|(series, _)| {
            let samples = world.read(series, range);
            let (first, last) = (samples.values().first(), samples.values().last());
            last.unwrap() - first.unwrap()
        })
        .sum()
    };
    grown("http_request_duration_seconds_sum") / grown("http_request_duration_seconds_count")
}
