//! The simulator as a source: worlds are read through the same door as a real server.

mod inventory;
mod select;
mod world;

use futures_util::future::BoxFuture;
use wardroom_core::{LogRecord, TimeRange, Timestamp};
use wardroom_sim::demo::{Scenario, Truth, World};

use crate::error::{SettingProblem, SourceError};
use crate::source::{MetricSource, Plan, Probe, ReadAnswer, ReadRequest, RuleState, Scope, ScopeGroup};

pub use inventory::SimulatedInventory;
pub use world::{SimulatedWorld, WorldHandle};

/// What makes the demo's source: its fixed world follows from it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedConfig {
    /// The text of the scenario (TOML).
    pub scenario: String,
    /// The seed of all randomness.
    pub seed: u64,
    /// Where the history ends.
    pub end: Timestamp,
}

/// The demo's fixed world as a source of metrics. Asks nothing of any network.
#[derive(Debug)]
pub struct Simulated {
    world: World,
}

impl Simulated {
    /// Creates the source. Cost: some ten milliseconds for the states of the world's history.
    ///
    /// # Errors
    ///
    /// [`SourceError::Settings`] with the field `scenario` when its text is not a scenario; the problem names line and
    /// key.
    pub fn new(config: &SimulatedConfig) -> Result<Self, SourceError> {
        let scenario = Scenario::parse(&config.scenario)
            .map_err(|error| SettingProblem::Unreadable { detail: error.to_string() })
            .map_err(|problem| SourceError::Settings { field: "scenario", problem })?;
        Ok(Self { world: World::new(&scenario, config.seed, config.end) })
    }

    /// Returns what really happens in the world.
    pub fn truth(&self) -> Truth {
        self.world.truth()
    }

    /// Returns the world behind the source: its changes, services and history.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Returns the part of a range in which the world has samples, and how many one series has there; `None` when there
    /// are none.
    fn existing(&self, range: TimeRange) -> Option<(TimeRange, u64)> {
        let start = range.start().max(self.world.history().start());
        let range = TimeRange::new(start, range.end().min(self.world.until())).ok()?;
        Some((range, self.world.grid_len(range)))
    }
}

impl MetricSource for Simulated {
    fn probe(&self, now: Timestamp) -> BoxFuture<'_, Result<Probe, SourceError>> {
        let world = &self.world;
        let oldest = world.history().start();
        let probe = select::probe(world.series().len(), &world.rules(), oldest, world.newest(now));
        Box::pin(async move { Ok(probe) })
    }

    fn suggest(&self, _now: Timestamp) -> BoxFuture<'_, Result<Vec<ScopeGroup>, SourceError>> {
        let group = select::everything(self.world.series().len());
        Box::pin(async move { Ok(vec![group]) })
    }

    fn plan<'a>(
        &'a self,
        scope: &'a Scope,
        range: TimeRange,
        _step_ms: Option<i64>,
    ) -> BoxFuture<'a, Result<Plan, SourceError>> {
        // Samples are always handed out as they are: reading them at another step would cost the same.
        Box::pin(async move { select::plan(self.world.series(), scope, self.existing(range)) })
    }

    fn read<'a>(&'a self, request: &'a ReadRequest) -> BoxFuture<'a, Result<ReadAnswer, SourceError>> {
        // Cost: about 20 ns a sample.
        Box::pin(async move {
            select::answer(self.world.series(), request, |idx| self.world.read(idx, request.range))
        })
    }

    fn rules(&self, now: Timestamp) -> BoxFuture<'_, Result<RuleState, SourceError>> {
        Box::pin(async move {
            Ok(RuleState { rules: self.world.rules(), alerts: self.world.alerts(now), missing: Vec::new() })
        })
    }

    fn records(&self, range: TimeRange) -> BoxFuture<'_, Result<Vec<LogRecord>, SourceError>> {
        // Cost: about 40 ms for a day.
        Box::pin(async move { Ok(self.world.lines(range)) })
    }

    fn as_curl(&self, _request: &ReadRequest) -> String {
        "# simulated source, no request".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use futures_util::FutureExt;
    use wardroom_core::SeriesKey;

    use super::select::EVERYTHING;
    use super::*;
    use crate::source::{NamedExpression, ReadSeries};

    const DEMO: &str = include_str!("../../../assets/scenarios/demo.toml");

    /// 2026-11-17T15:02:04Z.
    const END: Timestamp = Timestamp::from_millis(1_794_927_724_000);

    #[test]
    fn a_plan_covers_every_series_once_and_is_read_as_planned() {
        let source = demo();
        let range = TimeRange::new(END.plus_millis(-120_000), END).unwrap();
        let scope = Scope { selectors: vec![EVERYTHING.to_owned()], expressions: Vec::new() };

        let plan = now(source.plan(&scope, range, None)).unwrap();
        let answers = plan.requests.iter().map(|request| now(source.read(request)).unwrap());
        let series: Vec<ReadSeries> = answers.flat_map(|answer| answer.series).collect();

        let n = source.world().series().len();
        let keys: BTreeSet<&SeriesKey> = series.iter().map(|s| &s.key).collect();
        assert_eq!(plan.requests.len(), n.div_ceil(100));
        assert_eq!((plan.series, plan.samples), (n as u64, n as u64 * 8));
        assert_eq!(keys.len(), series.len());
        // The build information of versions that are gone has no samples here.
        assert!(keys.len() < n && keys.len() > n - 12);
        assert!(
            series.iter().all(|s| s
                .samples
                .times()
                .iter()
                .all(|&t| range.contains(Timestamp::from_millis(t))))
        );
    }

    #[test]
    fn a_selector_narrows_the_scope() {
        let source = demo();
        let selector = r#"http_requests_total{service=~"web|cart",code!="200"}"#.to_owned();
        let scope = Scope { selectors: vec![selector], expressions: Vec::new() };

        let plan = now(source.plan(&scope, source.world().history(), None)).unwrap();
        let answer = now(source.read(&plan.requests[0])).unwrap();

        // Three instances of web with three routes and two of cart with two: a 500 each, and one 404 an instance.
        assert_eq!((plan.series, answer.series.len()), (18, 18));
    }

    #[test]
    fn a_range_outside_the_world_needs_no_request() {
        let source = demo();
        let range = source.world().history().shifted(-30 * 86_400_000);
        let scope = Scope { selectors: vec![EVERYTHING.to_owned()], expressions: Vec::new() };

        let plan = now(source.plan(&scope, range, None)).unwrap();

        assert!(plan.requests.is_empty());
        assert_eq!(plan.samples, 0);
    }

    #[test]
    fn the_lines_of_the_shop_come_through_the_same_door() {
        let source = demo();
        let range = TimeRange::new(END.plus_millis(-600_000), END).unwrap();

        let records = now(source.records(range)).unwrap();

        assert!(records.iter().any(|r| r.service == "pg-main" && r.message.ends_with("COMMIT")));
        assert_eq!(records, source.world().lines(range));
    }

    #[test]
    fn what_is_not_a_selector_is_refused() {
        let source = demo();
        let range = source.world().history();
        let rate = "rate(up[5m])".to_owned();
        let named = NamedExpression { name: "r".to_owned(), expression: rate.clone() };
        let selector = Scope { selectors: vec![rate], expressions: Vec::new() };
        let expression = Scope { selectors: Vec::new(), expressions: vec![named] };

        for scope in [selector, expression] {
            let result = now(source.plan(&scope, range, None));
            assert!(matches!(result, Err(SourceError::BadQuery { .. })), "{result:?}");
        }
    }

    #[test]
    fn the_probe_tells_what_there_is() {
        let probe = now(demo().probe(END)).unwrap();

        assert_eq!(probe.product, "Simulator");
        assert_eq!(probe.newest, Some(END.floor_to(15_000)));
        assert_eq!(probe.rule_groups, Some(2));
    }

    #[test]
    fn a_scenario_that_cannot_be_read_is_named_with_its_line() {
        let config = SimulatedConfig { scenario: "name = 3\n".to_owned(), seed: 1, end: END };

        let error = Simulated::new(&config).unwrap_err();

        assert!(matches!(
            &error,
            SourceError::Settings { field: "scenario", problem: SettingProblem::Unreadable { detail } }
                if detail.contains("line 1")
        ));
    }

    fn demo() -> Simulated {
        Simulated::new(&SimulatedConfig { scenario: DEMO.to_owned(), seed: 7, end: END }).unwrap()
    }

    /// Finishes a future that never waits.
    fn now<T>(future: BoxFuture<'_, T>) -> T {
        future.now_or_never().expect("the simulator answers at once")
    }
}
