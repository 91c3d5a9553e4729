//! What both kinds of simulated worlds answer alike: which series a selector matches, how a read is split, what it brings.

use std::collections::BTreeSet;

use promql_parser::label::Matcher;
use promql_parser::parser::{Expr, VectorSelector};
use wardroom_core::{Rule, Samples, SeriesKey, TimeRange, Timestamp};
use wardroom_sim::demo::SeriesSpec;

use crate::error::SourceError;
use crate::source::{
    PART_MARK, Plan, Probe, ReadAnswer, ReadMode, ReadRequest, ReadSeries, Scope, ScopeGroup, ScopeReason,
};

/// Series in one request: few enough that progress moves and a cancel is felt at once.
const SERIES_A_REQUEST: usize = 100;

/// The selector that brings every series.
pub(super) const EVERYTHING: &str = r#"{__name__=~".+"}"#;

/// Bytes of one sample out of the simulator: a time and a value.
const SAMPLE_BYTES: usize = 16;

/// Tells what a world has: series, rules, and the times of its first and last sample.
pub(super) fn probe(n_series: usize, rules: &[Rule], oldest: Timestamp, newest: Option<Timestamp>) -> Probe {
    let groups: BTreeSet<&str> = rules.iter().map(|rule| rule.group.as_str()).collect();
    Probe {
        product: "Simulator".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        series: Some(n_series as u64),
        rule_groups: u32::try_from(groups.len()).ok(),
        oldest: Some(oldest),
        newest,
        // The world's clock is the reader's own.
        clock_offset_ms: Some(0),
        missing: Vec::new(),
        requests: 0,
    }
}

/// Proposes all series of a world as the one group.
pub(super) fn everything(n_series: usize) -> ScopeGroup {
    ScopeGroup {
        key: "everything".to_owned(),
        why: ScopeReason::Other,
        selectors: vec![EVERYTHING.to_owned()],
        series: n_series as u64,
        proposed: true,
        runaway: None,
        instead: None,
        instead_series: 0,
    }
}

/// Splits a scope into requests. `existing` is the part of the period in which there are samples, with the number of
/// samples of one series in it; `None` when there are none, and then no request is needed.
pub(super) fn plan(
    series: &[SeriesSpec],
    scope: &Scope,
    existing: Option<(TimeRange, u64)>,
) -> Result<Plan, SourceError> {
    if let Some(expression) = scope.expressions.first() {
        return Err(SourceError::BadQuery {
            query: expression.expression.clone(),
            detail: "the simulator reads selectors and evaluates no expressions".to_owned(),
        });
    }
    let mut plan = Plan::default();
    for selector in &scope.selectors {
        let n = matching(series, selector)?.len();
        plan.series += n as u64;
        let Some((range, samples)) = existing else { continue };
        plan.samples += n as u64 * samples;
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

/// Answers one request; `read` hands out the samples of the series at a position in the request's period.
pub(super) fn answer(
    series: &[SeriesSpec],
    request: &ReadRequest,
    read: impl Fn(usize) -> Samples,
) -> Result<ReadAnswer, SourceError> {
    let (selector, part) = split_query(&request.query)?;
    let mut positions = matching(series, selector)?;
    if let Some((from, to)) = part {
        positions = positions.into_iter().take(to).skip(from).collect();
    }
    let mut answer = ReadAnswer::default();
    for idx in positions {
        let samples = read(idx);
        if samples.is_empty() {
            continue;
        }
        let spec = &series[idx];
        answer.bytes += (samples.len() * SAMPLE_BYTES) as u64;
        answer.series.push(ReadSeries { key: spec.key.clone(), kind: spec.kind, unit: spec.unit, samples });
    }
    Ok(answer)
}

/// Returns the positions of the series that a selector matches.
fn matching(series: &[SeriesSpec], query: &str) -> Result<Vec<usize>, SourceError> {
    if query == EVERYTHING {
        // Every request of a plan asks it again; thousands of series need no regular expression to be all of them.
        return Ok((0..series.len()).collect());
    }
    let selector = parse_selector(query)?;
    let series = series.iter().enumerate();
    Ok(series.filter(|(_, spec)| matches(&selector, &spec.key)).map(|(idx, _)| idx).collect())
}

/// Reads a selector; anything else is refused.
fn parse_selector(query: &str) -> Result<VectorSelector, SourceError> {
    let refuse = |detail: String| SourceError::BadQuery { query: query.to_owned(), detail };
    if let Expr::VectorSelector(selector) = promql_parser::parser::parse(query).map_err(refuse)? {
        return Ok(selector);
    }
    Err(refuse("the simulator reads selectors and evaluates no expressions".to_owned()))
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
