//! A running world as a source of metrics: what its monitoring has, through the same door as a real server.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use wardroom_core::{TimeRange, Timestamp};
use wardroom_sim::World;

use super::select;
use crate::error::SourceError;
use crate::source::{MetricSource, Plan, Probe, ReadAnswer, ReadRequest, RuleState, Scope, ScopeGroup};

/// A running world that those who read it, act on it and move its clock hold together.
///
/// Whoever locks it keeps the lock for one call only; moving the world on by a minute takes milliseconds.
pub type WorldHandle = Arc<Mutex<World>>;

/// A running world as a source. Reads only what has arrived; what is true stays in the world. Asks nothing of any
/// network.
#[derive(Clone, Debug)]
pub struct SimulatedWorld {
    world: WorldHandle,
}

impl SimulatedWorld {
    /// Creates the source of a world that others hold as well.
    pub fn new(world: WorldHandle) -> Self {
        Self { world }
    }

    fn locked(&self) -> MutexGuard<'_, World> {
        // A world is only changed by calls that leave it whole, so one that panicked elsewhere can still be read.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn probe_now(&self, now: Timestamp) -> Probe {
        let world = self.locked();
        select::probe(world.series().len(), &world.rules(), world.history().start(), newest(&world, now))
    }
}

/// Returns the time of the last sample that is not after `now`; `None` before the first one.
fn newest(world: &World, now: Timestamp) -> Option<Timestamp> {
    let until = now.min(world.at());
    let last = until.floor_to(world.interval_ms(until));
    (last >= world.history().start()).then_some(last)
}

/// Returns the part of a period in which the world has samples, and how many one series has there without a gap.
fn existing(world: &World, range: TimeRange) -> Option<(TimeRange, u64)> {
    let start = range.start().max(world.history().start());
    // A sample of this very moment has arrived.
    let range = TimeRange::new(start, range.end().min(world.at().plus_millis(1))).ok()?;
    let border = world.start().clamp(range.start(), range.end());
    let quiet = grid_len(range.start(), border, world.interval_ms(world.history().start()));
    let run = grid_len(border, range.end(), world.interval_ms(world.start().plus_millis(1)));
    Some((range, quiet + run))
}

/// Returns how many multiples of a step lie from one time (inclusive) to another (exclusive).
fn grid_len(from: Timestamp, to: Timestamp, step_ms: i64) -> u64 {
    let step_ms = step_ms.max(1);
    let before = |at: Timestamp| at.plus_millis(step_ms - 1).as_millis().div_euclid(step_ms);
    u64::try_from(before(to) - before(from)).unwrap_or(0)
}

impl MetricSource for SimulatedWorld {
    fn probe(&self, now: Timestamp) -> BoxFuture<'_, Result<Probe, SourceError>> {
        Box::pin(async move { Ok(self.probe_now(now)) })
    }

    fn suggest(&self, _now: Timestamp) -> BoxFuture<'_, Result<Vec<ScopeGroup>, SourceError>> {
        Box::pin(async move { Ok(vec![select::everything(self.locked().series().len())]) })
    }

    fn plan<'a>(
        &'a self,
        scope: &'a Scope,
        range: TimeRange,
        _step_ms: Option<i64>,
    ) -> BoxFuture<'a, Result<Plan, SourceError>> {
        // Samples are always handed out as they are: reading them at another step would cost the same.
        Box::pin(async move {
            let world = self.locked();
            select::plan(world.series(), scope, existing(&world, range))
        })
    }

    fn read<'a>(&'a self, request: &'a ReadRequest) -> BoxFuture<'a, Result<ReadAnswer, SourceError>> {
        Box::pin(async move {
            let world = self.locked();
            select::answer(world.series(), request, |idx| world.read(idx, request.range))
        })
    }

    fn rules(&self, _now: Timestamp) -> BoxFuture<'_, Result<RuleState, SourceError>> {
        Box::pin(async move {
            let world = self.locked();
            Ok(RuleState { rules: world.rules(), alerts: world.alerts(), missing: Vec::new() })
        })
    }

    fn as_curl(&self, _request: &ReadRequest) -> String {
        "# simulated source, no request".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use wardroom_sim::Scenario;

    use super::*;
    use crate::simulated::select::EVERYTHING;

    /// Monday 2026-11-16T02:00:00Z.
    const START: Timestamp = Timestamp::from_millis(1_794_794_400_000);

    /// A page and its cart, in which nothing goes wrong.
    const QUIET: &str = include_str!("quiet.toml");

    fn world() -> SimulatedWorld {
        let scenario = Scenario::parse(QUIET, &|_| None).expect("the text is a scenario");
        SimulatedWorld::new(Arc::new(Mutex::new(World::new(&scenario, 7, START))))
    }

    fn advance(source: &SimulatedWorld, seconds: i64) {
        source.locked().advance(START.plus_millis(seconds * 1000));
    }

    /// Finishes a future that never waits.
    fn now<T>(future: BoxFuture<'_, T>) -> T {
        future.now_or_never().expect("the simulator answers at once")
    }

    fn everything() -> Scope {
        Scope { selectors: vec![EVERYTHING.to_owned()], expressions: Vec::new() }
    }

    #[test]
    fn a_plan_is_read_as_planned_and_shows_nothing_from_ahead() {
        let source = world();
        advance(&source, 120);
        let range = TimeRange::new(START.plus_millis(-600_000), START.plus_millis(600_000)).unwrap();

        let plan = now(source.plan(&everything(), range, None)).unwrap();
        let answers = plan.requests.iter().map(|request| now(source.read(request)).unwrap());
        let times: Vec<i64> = answers
            .flat_map(|answer| answer.series)
            .flat_map(|series| series.samples.times().to_vec())
            .collect();

        let last = START.plus_millis(120_000).as_millis();
        assert!(plan.series > 20);
        // Ten minutes of the quiet history every 60 s, then two minutes every 15 s with both ends.
        assert_eq!(plan.samples, plan.series * (10 + 9));
        assert!(!times.is_empty());
        assert!(times.iter().all(|t| *t >= range.start().as_millis() && *t <= last));
        assert!(times.iter().any(|t| *t > last - 30_000));
    }

    #[test]
    fn the_probe_tells_what_there_is() {
        let source = world();
        advance(&source, 50);

        let probe = now(source.probe(START.plus_millis(3_600_000))).unwrap();

        assert_eq!(probe.product, "Simulator");
        assert_eq!(probe.newest, Some(START.plus_millis(45_000)));
        assert!(probe.series.is_some_and(|n| n > 20));
    }

    #[test]
    fn a_grid_is_counted_from_its_first_time_to_before_its_last() {
        let at = Timestamp::from_millis;

        assert_eq!(grid_len(at(0), at(60), 15), 4);
        assert_eq!(grid_len(at(1), at(61), 15), 4);
        assert_eq!(grid_len(at(60), at(60), 15), 0);
    }
}
