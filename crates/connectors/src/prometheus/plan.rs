//! Counts what a read will bring and splits it into requests that fit the budget.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use promql_parser::parser::{self, value::ValueType};
use wardroom_core::{Labels, SeriesKey, TimeRange, Timestamp};

use crate::error::SourceError;
use crate::prometheus::join::join;
use crate::prometheus::labels::{CapRule, Dropped, LabelCaps};
use crate::prometheus::{Prometheus, query};
use crate::source::{Plan, ReadMode, ReadRequest, Scope};

/// The window in which samples are counted, to know how dense they are.
const WINDOW_MS: i64 = 600_000;
/// The scrape interval that most installations use.
const USUAL_INTERVAL_MS: i64 = 15_000;

/// The density that is assumed where the window is empty: a scrape every 15 s, the interval of most examples.
const ASSUMED_INTERVAL_MS: i64 = 15_000;

/// The step of an expression where neither the caller nor the settings name one.
const DEFAULT_STEP_MS: i64 = 60_000;

/// Ranges up to this length are planned from the last counts; following asks for one such range after the other.
const SHORT_RANGE_MS: i64 = 600_000;

/// Label sets are listed only for fewer series than this: about 6 MB of JSON.
const MAX_LISTED_SERIES: u64 = 20_000;

/// Values that are asked for in one query.
const MAX_PARTS: usize = 20;

/// The label that tells the parts of such a query apart.
const PART: &str = "wardroom_part";

/// What is known of the size of a selector or expression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    series: u64,
    samples_in_window: u64,
}

/// One selector or expression to plan.
struct Target<'a> {
    query: &'a str,
    stored_as: Option<&'a str>,
    mode: ReadMode,
}

impl Target<'_> {
    fn request(&self, range: TimeRange, series: u64) -> ReadRequest {
        ReadRequest {
            query: self.query.to_owned(),
            stored_as: self.stored_as.map(str::to_owned),
            mode: self.mode,
            range,
            expected_series: u32::try_from(series).unwrap_or(u32::MAX),
        }
    }
}

impl Prometheus {
    /// Plans a read. Cost: one request for ten selectors, and one more for each selector that is not too wide.
    pub(super) async fn plan_all(
        &self,
        scope: &Scope,
        range: TimeRange,
        step_ms: Option<i64>,
    ) -> Result<Plan, SourceError> {
        let targets = self.targets(scope, step_ms);
        for target in &targets {
            // A selector that cannot be asked for is refused before anything is sent.
            query::piece_request(&target.request(range, 0), range, self.config.timeout_s)?;
        }
        let mut counts = match self.count_targets(&targets, range).await {
            Err(refused @ SourceError::BadQuery { .. }) => {
                return Err(self.refusal_of_one(&targets, range).await.unwrap_or(refused));
            }
            counted => counted?,
        };
        let mut plan = Plan::default();
        if range.millis() > SHORT_RANGE_MS {
            let mut caps = self.caps.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let mut dropped = Dropped::default();
            for (target, count) in targets.iter().zip(&mut counts) {
                if target.stored_as.is_none() && count.series <= MAX_LISTED_SERIES {
                    self.list_series(target.query, range, count, &mut caps, &mut dropped).await?;
                }
            }
            plan.notices = dropped.into_notices();
        }
        if range.millis() > SHORT_RANGE_MS {
            for (target, count) in targets.iter().zip(&counts) {
                self.add_requests(&mut plan, target, *count, range)?;
            }
        } else {
            self.add_joined(&mut plan, &targets, &counts, range)?;
        }
        Ok(plan)
    }

    /// Adds the requests for a short range, which following asks for again and again: few, each for many selectors.
    fn add_joined(
        &self,
        plan: &mut Plan,
        targets: &[Target<'_>],
        counts: &[Count],
        range: TimeRange,
    ) -> Result<(), SourceError> {
        let n_selectors = targets.iter().filter(|target| target.stored_as.is_none()).count();
        // The selectors come before the expressions.
        let (selectors, expressions) = targets.split_at(n_selectors);
        let budget = self.config.max_samples_per_request.max(1);
        let texts: Vec<&str> = selectors.iter().map(|target| target.query).collect();
        let brings: Vec<u64> = selectors
            .iter()
            .zip(counts)
            .map(|(target, count)| samples_in(target.mode, *count, range))
            .collect();
        for (query, places) in join(&texts, &brings, budget) {
            let Some(first) = places.first().and_then(|&place| selectors.get(place)) else { continue };
            let of_group = places.iter().filter_map(|&place| counts.get(place));
            let count = of_group.fold(Count::default(), |sum, count| Count {
                series: sum.series.saturating_add(count.series),
                samples_in_window: sum.samples_in_window.saturating_add(count.samples_in_window),
            });
            let target = Target { query: &query, stored_as: None, mode: first.mode };
            self.add_requests(plan, &target, count, range)?;
        }
        for (target, count) in expressions.iter().zip(counts.iter().skip(n_selectors)) {
            self.add_requests(plan, target, *count, range)?;
        }
        Ok(())
    }

    fn targets<'a>(&self, scope: &'a Scope, step_ms: Option<i64>) -> Vec<Target<'a>> {
        let mode = step_ms.map_or(ReadMode::Raw, |step_ms| ReadMode::Step(step_ms.max(1)));
        let step_ms = step_ms.or(self.config.step_ms).unwrap_or(DEFAULT_STEP_MS).max(1);
        // What is named twice is asked for once.
        let mut named = BTreeSet::new();
        let selectors = scope.selectors.iter().filter(move |selector| named.insert(selector.trim()));
        let selectors = selectors.map(|selector| Target { query: selector, stored_as: None, mode });
        let expressions = scope.expressions.iter().map(|named| Target {
            query: &named.expression,
            stored_as: Some(&named.name),
            mode: ReadMode::Step(step_ms),
        });
        selectors.chain(expressions).collect()
    }

    /// Counts series, and samples in the window, at the end of the range.
    async fn count_targets(
        &self,
        targets: &[Target<'_>],
        range: TimeRange,
    ) -> Result<Vec<Count>, SourceError> {
        let known = self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if range.millis() <= SHORT_RANGE_MS && targets.iter().all(|target| known.contains_key(target.query)) {
            return Ok(targets.iter().map(|target| known[target.query]).collect());
        }
        let mut parts: Vec<String> = Vec::new();
        for target in targets {
            // The line feed ends a comment that the text may end with.
            parts.push(if is_scalar(target.query) {
                "vector(1)".to_owned()
            } else {
                format!("count({}\n)", target.query)
            });
            parts.push(match target.mode {
                ReadMode::Raw if names_one_metric(target.query) => {
                    format!("sum(count_over_time({}[{WINDOW_MS}ms]))", target.query.trim())
                }
                // Counting over time drops the names, and two metrics of one target would then be the same series,
                // which the server refuses. The usual interval is taken; a denser answer is halved while reading.
                ReadMode::Raw => format!("count({}\n) * {}", target.query, WINDOW_MS / USUAL_INTERVAL_MS),
                ReadMode::Step(_) => "vector(0)".to_owned(),
            });
        }
        let values = self.values_of(&parts, range.end().plus_millis(-1)).await?;
        let number = |value: Option<f64>| value.and_then(super::probe::count_of).unwrap_or_default();
        let counts: Vec<Count> = values
            .chunks(2)
            .map(|pair| Count { series: number(pair[0]), samples_in_window: number(pair[1]) })
            .collect();
        let mut known = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (target, count) in targets.iter().zip(&counts) {
            known.insert(target.query.to_owned(), *count);
        }
        Ok(counts)
    }

    /// Returns why the server refuses an expression of a person's, in whose own text its words then count the columns:
    /// together with the others it was one text that nobody wrote. `None` where it refuses none of them alone.
    async fn refusal_of_one(&self, targets: &[Target<'_>], range: TimeRange) -> Option<SourceError> {
        for target in targets.iter().filter(|target| target.stored_as.is_some()) {
            let asked = self.instant(target.query, range.end().plus_millis(-1)).await;
            if let Err(refused @ SourceError::BadQuery { .. }) = asked {
                return Some(refused);
            }
        }
        None
    }

    /// Evaluates expressions of one value each, many in one request; `None` where the result is empty.
    pub(super) async fn values_of(
        &self,
        parts: &[String],
        at: Timestamp,
    ) -> Result<Vec<Option<f64>>, SourceError> {
        let mut values = Vec::with_capacity(parts.len());
        for batch in parts.chunks(MAX_PARTS) {
            let labelled = batch.iter().enumerate();
            let labelled =
                labelled.map(|(i, part)| format!(r#"label_replace({part},"{PART}","{i}","{PART}","")"#));
            let query = labelled.collect::<Vec<_>>().join(" or ");
            let start = values.len();
            values.resize(start + batch.len(), None);
            for series in self.instant(&query, at).await? {
                let position = series.metric.get(PART).and_then(|text| text.parse::<usize>().ok());
                if let Some(place) = position.and_then(|i| values.get_mut(start + i)) {
                    *place = series.instant_value();
                }
            }
        }
        Ok(values)
    }

    /// Lists the series that a selector had at any time in the range, where the right is there and the list fits.
    async fn list_series(
        &self,
        selector: &str,
        range: TimeRange,
        count: &mut Count,
        caps: &mut LabelCaps,
        dropped: &mut Dropped,
    ) -> Result<(), SourceError> {
        let listed = match self.ask::<Vec<BTreeMap<String, String>>>(&query::series(selector, range)).await {
            Ok(reply) => reply.data,
            // The count at the end of the range stands; series that ended earlier are then not expected.
            Err(
                SourceError::Forbidden { .. }
                | SourceError::NotFound { .. }
                | SourceError::AnswerTooLong { .. }
                | SourceError::TooLarge { .. },
            ) => return Ok(()),
            Err(error) => return Err(error),
        };
        let rule: CapRule<'_> = self.cap_rule();
        let admitted = listed
            .into_iter()
            .map(|labels| SeriesKey::new("", Labels::new(labels)))
            .filter(|key| caps.admit(key, &rule, dropped))
            .count();
        count.series = admitted as u64;
        Ok(())
    }

    fn add_requests(
        &self,
        plan: &mut Plan,
        target: &Target<'_>,
        count: Count,
        range: TimeRange,
    ) -> Result<(), SourceError> {
        let budget = self.config.max_samples_per_request.max(1);
        let (n, window_ms) = density(target.mode, count);
        let shortest_ms = match target.mode {
            ReadMode::Raw => query::SHORTEST_RAW_MS,
            ReadMode::Step(step_ms) => step_ms,
        };
        let longest_ms = scaled(budget, window_ms, n).max(shortest_ms);
        plan.series += count.series;
        plan.samples = plan.samples.saturating_add(samples_in(target.mode, count, range));
        for piece in query::split(range, target.mode, longest_ms) {
            let request = target.request(piece, count.series);
            if query::piece_request(&request, piece, self.config.timeout_s)?.is_some() {
                plan.requests.push(request);
            }
        }
        Ok(())
    }
}

/// Returns how many samples come in which time.
fn density(mode: ReadMode, count: Count) -> (u64, i64) {
    match (mode, count.samples_in_window) {
        (ReadMode::Raw, 0) => (count.series, ASSUMED_INTERVAL_MS),
        (ReadMode::Raw, n) => (n, WINDOW_MS),
        (ReadMode::Step(step_ms), _) => (count.series, step_ms),
    }
}

/// Returns how many samples a range will bring.
fn samples_in(mode: ReadMode, count: Count, range: TimeRange) -> u64 {
    let (n, window_ms) = density(mode, count);
    proportion(n, range.millis(), window_ms)
}

/// Reports whether an expression is a plain number over time, which cannot be counted.
fn is_scalar(text: &str) -> bool {
    parser::parse(text).is_ok_and(|expr| expr.value_type() == ValueType::Scalar)
}

/// Returns the time in which `budget` samples come when `n` come every `window_ms`; unlimited for none.
fn scaled(budget: u64, window_ms: i64, n: u64) -> i64 {
    let product = i128::from(budget) * i128::from(window_ms);
    product.checked_div(i128::from(n)).map_or(i64::MAX, |ms| i64::try_from(ms).unwrap_or(i64::MAX))
}

/// Returns how many samples come in `millis` when `n` come every `window_ms`.
fn proportion(n: u64, millis: i64, window_ms: i64) -> u64 {
    let product = i128::from(n) * i128::from(millis) / i128::from(window_ms.max(1));
    u64::try_from(product).unwrap_or(u64::MAX)
}

/// Reports whether a selector begins with the name of its one metric.
pub(super) fn names_one_metric(query: &str) -> bool {
    let query = query.trim();
    let name: &str = query.split('{').next().unwrap_or_default().trim();
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == ':')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b':')
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_selector_without_a_name_may_hold_many_metrics() {
        assert!(super::names_one_metric(r#"up{job="a"}"#));
        assert!(super::names_one_metric(" node_load1 "));
        assert!(!super::names_one_metric(r#"{job="a"}"#));
        assert!(!super::names_one_metric(r#"{__name__=~"node_.+"}"#));
    }

    use super::*;

    #[test]
    fn the_longest_piece_brings_the_budget() {
        // 100 series every 15 s are 4,000 samples in ten minutes; 500,000 of them come in 75,000 s.
        assert_eq!(scaled(500_000, WINDOW_MS, 4_000), 75_000_000);
        assert_eq!(scaled(500_000, WINDOW_MS, 0), i64::MAX);
        assert_eq!(proportion(4_000, 86_400_000, WINDOW_MS), 576_000);
    }

    #[test]
    fn numbers_are_told_from_vectors() {
        assert!(is_scalar("time() / 2"));
        assert!(!is_scalar("sum(up)"));
    }
}
