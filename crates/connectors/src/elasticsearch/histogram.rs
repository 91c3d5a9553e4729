//! Counting over time: the server counts, the number of bins is known before it is asked.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use wardroom_core::{LogLevel, TimeRange, Timestamp};

use crate::elasticsearch::Elasticsearch;
use crate::elasticsearch::answer::{Completeness, decode, notice};
use crate::elasticsearch::layout::Layout;
use crate::elasticsearch::levels::{self, Scale};
use crate::elasticsearch::page::{makes_partial, no_time};
use crate::elasticsearch::request;
use crate::error::SourceError;
use crate::source::{LogBin, LogHistogram, LogNoticeKind, LogQuestion};

/// Bins of one histogram. 60 million of them kept a node busy for minutes (measured on OpenSearch 2.19); two thousand
/// are more than a screen is wide.
pub(super) const MAX_BINS: i64 = 2_000;

/// Bins times levels: a third of the servers' own limit of 65,535.
const MAX_BUCKETS: i64 = 20_000;

/// Widths that a histogram is made coarser to, in milliseconds.
const WIDTHS: [i64; 22] = [
    1,
    10,
    100,
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    900_000,
    1_800_000,
    3_600_000,
    7_200_000,
    10_800_000,
    21_600_000,
    43_200_000,
    86_400_000,
    604_800_000,
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CountAnswer {
    #[serde(flatten)]
    completeness: Completeness,
    hits: CountHits,
    aggregations: CountAggregations,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CountHits {
    total: CountTotal,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CountTotal {
    value: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CountAggregations {
    bins: BinList,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BinList {
    buckets: Vec<Bin>,
}

#[derive(Debug, Deserialize)]
struct Bin {
    key: i64,
    doc_count: u64,
    #[serde(default)]
    levels: LevelList,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LevelList {
    buckets: Vec<LevelCount>,
}

#[derive(Debug, Deserialize)]
struct LevelCount {
    key: Value,
    doc_count: u64,
}

impl Elasticsearch {
    /// Counts a range. A width that would make too many bins is widened, with a notice.
    pub(super) async fn count_all(
        &self,
        question: &LogQuestion,
        range: TimeRange,
        bin_ms: i64,
    ) -> Result<LogHistogram, SourceError> {
        self.close_orphans().await;
        let layout = self.layout(question).await?;
        let mut notices = layout.notices.clone();
        let width = width(range, bin_ms);
        if width > bin_ms.max(1) {
            notices.push(notice(LogNoticeKind::Coarser, &layout.path, &width.to_string()));
        }
        let level = layout.mapping.level.as_deref();
        if let Some(level) = level.filter(|level| layout.catalog.countable(level).is_none()) {
            notices.push(notice(LogNoticeKind::NotCountable, level, ""));
        }
        let body = self.histogram_body(question, range, bin_ms, &layout)?;
        let answer = self.ask_for_counts(&request::search(&layout.path, &body)).await?;
        let found: CountAnswer = decode(&answer)?;
        notices.extend(found.completeness.notices(&layout.path));
        let scale = Scale::of_field(level.unwrap_or_default());
        let bins = fill(range, width, found.aggregations.bins.buckets, scale);
        let partial = notices.iter().any(|notice| makes_partial(notice.kind));
        Ok(LogHistogram { bin_ms: width, bins, total: found.hits.total.value, partial, notices })
    }

    /// Makes the body of a count.
    pub(super) fn histogram_body(
        &self,
        question: &LogQuestion,
        range: TimeRange,
        bin_ms: i64,
        layout: &Layout,
    ) -> Result<Value, SourceError> {
        let time = layout.mapping.time.as_deref().ok_or_else(no_time)?;
        let query = self.filter(question, Some(range), layout)?;
        let width = width(range, bin_ms);
        let level = layout.mapping.level.as_deref().and_then(|level| layout.catalog.countable(level));
        let level = level.as_deref().map(|level| (level, n_levels(range, width)));
        Ok(request::histogram(&query, time, range, width, level, self.server_limit_s()))
    }
}

/// Bins of a range at a width; both ends may lie within a bin.
fn n_bins(range: TimeRange, width: i64) -> i64 {
    let first = range.start().as_millis().div_euclid(width);
    let last = (range.end().as_millis() - 1).div_euclid(width);
    last.saturating_sub(first).saturating_add(1)
}

/// Returns the wanted width, or the narrowest of the usual ones that makes few enough bins.
fn width(range: TimeRange, wanted_ms: i64) -> i64 {
    let wanted = wanted_ms.max(1);
    if n_bins(range, wanted) <= MAX_BINS {
        return wanted;
    }
    let usual = WIDTHS.into_iter().find(|&width| width > wanted && n_bins(range, width) <= MAX_BINS);
    // Beyond 38 years: whole weeks.
    let week = WIDTHS[WIDTHS.len() - 1];
    usual.unwrap_or_else(|| (range.millis() / (MAX_BINS - 2) / week + 1).saturating_mul(week))
}

/// Values of the level that are counted in each bin; the rest counts as unknown.
fn n_levels(range: TimeRange, width: i64) -> usize {
    let each = MAX_BUCKETS / n_bins(range, width).max(1);
    usize::try_from(each.clamp(9, 40)).unwrap_or(9)
}

/// Puts the counts into every bin of the range, also the empty ones, which were not asked for.
fn fill(range: TimeRange, width: i64, found: Vec<Bin>, scale: Scale) -> Vec<LogBin> {
    let found: BTreeMap<i64, Bin> = found.into_iter().map(|bin| (bin.key, bin)).collect();
    let first = range.start().floor_to(width);
    let starts = (0..n_bins(range, width)).map(|i| first.plus_millis(i.saturating_mul(width)));
    starts.map(|start| bin_of(start, found.get(&start.as_millis()), scale)).collect()
}

fn bin_of(start: Timestamp, found: Option<&Bin>, scale: Scale) -> LogBin {
    let mut levels: BTreeMap<Option<LogLevel>, u64> = BTreeMap::new();
    let Some(found) = found else {
        return LogBin { start, records: 0, levels };
    };
    let mut n_told = 0;
    for LevelCount { key, doc_count } in &found.levels.buckets {
        let text = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        n_told += doc_count;
        *levels.entry(levels::read(&text, scale)).or_default() += doc_count;
    }
    let untold = found.doc_count.saturating_sub(n_told);
    if untold > 0 {
        *levels.entry(None).or_default() += untold;
    }
    LogBin { start, records: found.doc_count, levels }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn between(start: i64, end: i64) -> TimeRange {
        TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).unwrap()
    }

    #[test]
    fn gaps_are_filled_here_and_levels_of_any_spelling_are_joined() {
        let bin: Bin = serde_json::from_str(
            r#"{"key":2000,"doc_count":12,"levels":{"sum_other_doc_count":1,"buckets":[{"key":"INFO","doc_count":5},{"key":"info","doc_count":3},{"key":"warning","doc_count":2},{"key":"loud","doc_count":1}]}}"#,
        )
        .unwrap();

        let bins = fill(between(500, 4_200), 1_000, vec![bin], Scale::Syslog);

        let starts: Vec<i64> = bins.iter().map(|bin| bin.start.as_millis()).collect();
        assert_eq!(starts, [0, 1_000, 2_000, 3_000, 4_000]);
        assert_eq!(bins.iter().map(|bin| bin.records).collect::<Vec<_>>(), [0, 0, 12, 0, 0]);
        let levels = BTreeMap::from([(Some(LogLevel::Info), 8), (Some(LogLevel::Warn), 2), (None, 2)]);
        assert_eq!(bins[2].levels, levels);
    }

    #[test]
    fn two_years_in_seconds_become_half_days() {
        let two_years = between(0, 2 * 365 * 86_400_000);

        // 730 days are 2,920 quarters and 1,460 halves.
        assert_eq!(width(two_years, 1_000), 12 * 3_600_000);
        assert_eq!(width(two_years, 86_400_000), 86_400_000);
    }

    proptest! {
        #[test]
        fn there_are_never_more_bins_than_allowed(
            start in -10_000_000_000_000_i64..10_000_000_000_000,
            millis in 1_i64..20_000_000_000_000,
            wanted in 0_i64..100_000_000,
        ) {
            let range = between(start, start + millis);

            let width = width(range, wanted);

            prop_assert!(n_bins(range, width) <= MAX_BINS, "{}", n_bins(range, width));
            prop_assert!(width >= wanted);
            prop_assert!(n_bins(range, width) * i64::try_from(n_levels(range, width)).unwrap() <= MAX_BUCKETS);
        }
    }
}
