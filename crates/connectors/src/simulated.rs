//! The simulator as a source: a world is read through the same door as a real server.

use futures_util::future::BoxFuture;
use promql_parser::label::Matcher;
use promql_parser::parser::{Expr, VectorSelector};
use wardroom_core::{SeriesKey, TimeRange, Timestamp};
use wardroom_sim::{Scenario, Truth, World};

use crate::error::SourceError;
use crate::source::{
    MetricSource, Plan, Probe, ReadAnswer, ReadMode, ReadRequest, ReadSeries, RuleState, Scope, ScopeGroup,
    ScopeReason,
};

/// Series in one request: few enough that progress moves and a cancel is felt at once.
const SERIES_A_REQUEST: usize = 100;

/// The selector that brings every series.
const EVERYTHING: &str = r#"{__name__=~".+"}"#;

/// Stands between the selector and the part of its series that one request reads; PromQL takes it for a comment.
const PART_MARK: &str = " # series ";

/// Bytes of one sample out of the simulator: a time and a value.
const SAMPLE_BYTES: usize = 16;

/// What makes a simulated source: the world follows from it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedConfig {
    /// The text of the scenario (TOML).
    pub scenario: String,
    /// The seed of all randomness.
    pub seed: u64,
    /// Where the history ends.
    pub end: Timestamp,
}

/// A simulated world as a source of metrics. Asks nothing of any network.
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
            .map_err(|error| SourceError::Settings { field: "scenario", problem: error.to_string() })?;
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

    /// Returns the positions of the series that a selector matches.
    fn matching(&self, query: &str) -> Result<Vec<usize>, SourceError> {
        let selector = parse_selector(query)?;
        let series = self.world.series().iter().enumerate();
        Ok(series.filter(|(_, spec)| matches(&selector, &spec.key)).map(|(idx, _)| idx).collect())
    }

    /// Returns the part of a range in which the world has samples; `None` when there is none.
    fn existing(&self, range: TimeRange) -> Option<TimeRange> {
        let start = range.start().max(self.world.history().start());
        TimeRange::new(start, range.end().min(self.world.until())).ok()
    }

    /// Splits a scope into requests.
    fn plan_now(&self, scope: &Scope, range: TimeRange) -> Result<Plan, SourceError> {
        if let Some(expression) = scope.expressions.first() {
            return Err(SourceError::BadQuery {
                query: expression.expression.clone(),
                detail: "the simulator reads selectors and evaluates no expressions".to_owned(),
            });
        }
        let mut plan = Plan::default();
        let range = self.existing(range);
        for selector in &scope.selectors {
            let n = self.matching(selector)?.len();
            plan.series += n as u64;
            let Some(range) = range else { continue };
            plan.samples += n as u64 * self.world.grid_len(range);
            for from in (0..n).step_by(SERIES_A_REQUEST) {
                let to = (from + SERIES_A_REQUEST).min(n);
                plan.requests.push(ReadRequest {
                    query: format!("{selector}{PART_MARK}{from}..{to}"),
                    stored_as: None,
                    mode: ReadMode::Raw,
                    range,
                    expected_series: u32::try_from(to - from).unwrap_or(u32::MAX),
                });
            }
        }
        Ok(plan)
    }

    /// Reads one request. Cost: about 20 ns a sample.
    fn read_now(&self, request: &ReadRequest) -> Result<ReadAnswer, SourceError> {
        let (selector, part) = split_query(&request.query)?;
        let mut positions = self.matching(selector)?;
        if let Some((from, to)) = part {
            positions = positions.into_iter().take(to).skip(from).collect();
        }
        let mut answer = ReadAnswer::default();
        for idx in positions {
            let samples = self.world.read(idx, request.range);
            if samples.is_empty() {
                continue;
            }
            let spec = &self.world.series()[idx];
            answer.bytes += (samples.len() * SAMPLE_BYTES) as u64;
            answer.series.push(ReadSeries {
                key: spec.key.clone(),
                kind: spec.kind,
                unit: spec.unit,
                samples,
            });
        }
        Ok(answer)
    }
}

impl MetricSource for Simulated {
    fn probe(&self, now: Timestamp) -> BoxFuture<'_, Result<Probe, SourceError>> {
        let mut groups: Vec<String> = self.world.rules().into_iter().map(|rule| rule.group).collect();
        groups.sort();
        groups.dedup();
        let probe = Probe {
            product: "Simulator".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            series: Some(self.world.series().len() as u64),
            rule_groups: u32::try_from(groups.len()).ok(),
            oldest: Some(self.world.history().start()),
            newest: self.world.newest(now),
            // The world's clock is the reader's own.
            clock_offset_ms: Some(0),
            missing: Vec::new(),
            requests: 0,
        };
        Box::pin(async move { Ok(probe) })
    }

    fn suggest(&self, _now: Timestamp) -> BoxFuture<'_, Result<Vec<ScopeGroup>, SourceError>> {
        let group = ScopeGroup {
            key: "everything".to_owned(),
            why: ScopeReason::Other,
            selectors: vec![EVERYTHING.to_owned()],
            series: self.world.series().len() as u64,
            proposed: true,
            runaway: None,
            instead: None,
            instead_series: 0,
        };
        Box::pin(async move { Ok(vec![group]) })
    }

    fn plan<'a>(
        &'a self,
        scope: &'a Scope,
        range: TimeRange,
        _step_ms: Option<i64>,
    ) -> BoxFuture<'a, Result<Plan, SourceError>> {
        // Samples are always handed out as they are: reading them at another step would cost the same.
        Box::pin(async move { self.plan_now(scope, range) })
    }

    fn read<'a>(&'a self, request: &'a ReadRequest) -> BoxFuture<'a, Result<ReadAnswer, SourceError>> {
        Box::pin(async move { self.read_now(request) })
    }

    fn rules(&self, now: Timestamp) -> BoxFuture<'_, Result<RuleState, SourceError>> {
        Box::pin(async move {
            Ok(RuleState { rules: self.world.rules(), alerts: self.world.alerts(now), missing: Vec::new() })
        })
    }

    fn as_curl(&self, _request: &ReadRequest) -> String {
        "# simulated source, no request".to_owned()
    }
}

/// Reads a selector; anything else is refused.
fn parse_selector(query: &str) -> Result<VectorSelector, SourceError> {
    let refuse = |detail: String| SourceError::BadQuery { query: query.to_owned(), detail };
    match promql_parser::parser::parse(query).map_err(refuse)? {
        Expr::VectorSelector(selector) => Ok(selector),
        Expr::Aggregate(_)
        | Expr::Unary(_)
        | Expr::Binary(_)
        | Expr::Paren(_)
        | Expr::Subquery(_)
        | Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::MatrixSelector(_)
        | Expr::Call(_)
        | Expr::Extension(_) => {
            Err(refuse("the simulator reads selectors and evaluates no expressions".to_owned()))
        }
    }
}

/// Reports whether a series matches a selector. A label that is absent has the empty value.
fn matches(selector: &VectorSelector, key: &SeriesKey) -> bool {
    let fits = |matcher: &Matcher| {
        let value = if matcher.name == "__name__" {
            Some(key.metric.as_str())
        } else {
            key.labels.get(&matcher.name)
        };
        matcher.is_match(value.unwrap_or(""))
    };
    selector.name.as_deref().is_none_or(|name| name == key.metric)
        && selector.matchers.matchers.iter().all(fits)
        && (selector.matchers.or_matchers.is_empty()
            || selector.matchers.or_matchers.iter().any(|group| group.iter().all(fits)))
}

/// Splits a request's query into its selector and the part of the matching series: from (inclusive), to (exclusive).
fn split_query(query: &str) -> Result<(&str, Option<(usize, usize)>), SourceError> {
    let Some((selector, part)) = query.rsplit_once(PART_MARK) else {
        return Ok((query, None));
    };
    let ends = part.split_once("..").and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    let refused =
        || SourceError::BadQuery { query: query.to_owned(), detail: "no part behind the mark".to_owned() };
    Ok((selector, Some(ends.ok_or_else(refused)?)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use futures_util::FutureExt;

    use super::*;
    use crate::source::NamedExpression;

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

        assert!(
            matches!(&error, SourceError::Settings { field: "scenario", problem } if problem.contains("line 1"))
        );
    }

    fn demo() -> Simulated {
        Simulated::new(&SimulatedConfig { scenario: DEMO.to_owned(), seed: 7, end: END }).unwrap()
    }

    /// Finishes a future that never waits.
    fn now<T>(future: BoxFuture<'_, T>) -> T {
        future.now_or_never().expect("the simulator answers at once")
    }
}
