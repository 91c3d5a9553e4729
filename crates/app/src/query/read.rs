//! Reads the samples that an expression may look at: by matchers, by time, and no more than can be held.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_analysis::promql::Needed;
use wardroom_core::{MatchOp, Samples, SeriesKey, TimeRange, Timestamp};
use wardroom_store::{SeriesFilter, SeriesId, SeriesRow};

use super::running::Running;
use crate::context::Open;
use crate::error::AppError;
use crate::selector::Filter;

/// Samples that one expression may read: 320 MB. Prometheus allows 50 million by default, in a server's memory.
const MOST_SAMPLES: u64 = 20_000_000;
/// Series that are read at a time: what was asked to end ends within the time that these take.
const AT_A_TIME: usize = 64;

/// A period by its first and last millisecond.
type Period = (i64, i64);

/// What an expression looks at: the series that each of its selectors matches.
#[derive(Debug)]
pub(super) struct Found {
    rows: Vec<SeriesRow>,
    /// For each selector the places of its series in `rows`.
    matched: Vec<Vec<usize>>,
    /// The moment of which they are; `None` for what is known now.
    as_of: Option<Timestamp>,
}

impl Found {
    /// Returns the series that each selector matches.
    pub(super) fn by_selector(&self) -> Vec<Vec<&SeriesRow>> {
        let rows = |places: &Vec<usize>| places.iter().map(|place| &self.rows[*place]).collect();
        self.matched.iter().map(rows).collect()
    }
}

/// Finds the series of all sources that the selectors match, as known now or at `as_of`.
pub(super) async fn find(
    open: &Open,
    needed: &[Needed],
    as_of: Option<Timestamp>,
) -> Result<Found, AppError> {
    let rows = candidates(open, needed, as_of).await?;
    let matched = needed.iter().map(|needed| matching(needed, &rows)).collect::<Result<_, _>>()?;
    Ok(Found { rows, matched, as_of })
}

fn matching(needed: &Needed, rows: &[SeriesRow]) -> Result<Vec<usize>, AppError> {
    let filter = Filter::of_matchers(&needed.matchers).map_err(|error| {
        let pattern = needed.matchers.get(error.column - 1).map_or("", |matcher| matcher.value.as_str());
        AppError::new("query_bad_pattern").with("pattern", pattern)
    })?;
    let places = rows.iter().enumerate().filter(|(_, row)| filter.matches(&row.key));
    Ok(places.map(|(place, _)| place).collect())
}

/// Lists the series that may be meant: those of the metrics that are named, or all where a selector names none.
async fn candidates(
    open: &Open,
    needed: &[Needed],
    as_of: Option<Timestamp>,
) -> Result<Vec<SeriesRow>, AppError> {
    let all = SeriesFilter { as_of, ..SeriesFilter::default() };
    let Some(metrics) = metrics_of(needed) else {
        return Ok(open.workspace.series(&all).await?);
    };
    let mut rows = Vec::new();
    for metric in metrics {
        let filter = SeriesFilter { metric: Some(metric.to_owned()), ..all.clone() };
        rows.extend(open.workspace.series(&filter).await?);
    }
    Ok(rows)
}

fn metrics_of(needed: &[Needed]) -> Option<BTreeSet<&str>> {
    let names = needed.iter().map(|needed| {
        let mut named = needed.matchers.iter().filter(|m| m.name == "__name__");
        named.find(|m| m.op == MatchOp::Equal).map(|m| m.value.as_str())
    });
    names.collect()
}

/// Reads what the selectors need of one source, each sample once.
///
/// # Errors
///
/// `query_too_many_samples`, before anything is read where the stored counts tell it; `cancelled`; store failures.
pub(super) async fn read(
    open: &Open,
    found: &Found,
    needed: &[Needed],
    is_chosen: impl Fn(&SeriesRow) -> bool,
    running: &Running,
) -> Result<Vec<(SeriesKey, Samples)>, AppError> {
    let mut periods: BTreeMap<usize, Vec<Period>> = BTreeMap::new();
    for (needed, places) in needed.iter().zip(&found.matched) {
        for place in places.iter().filter(|place| is_chosen(&found.rows[**place])) {
            periods.entry(*place).or_default().push(period_of(needed.range));
        }
    }
    // By period, so that series which are needed over the same one are read together; in the order of time, so that
    // what is read of a series later stands behind what was read of it before.
    let mut to_read: BTreeMap<Period, Vec<usize>> = BTreeMap::new();
    let mut expected = 0_u64;
    for (place, periods) in periods {
        for period in joined(periods) {
            expected = expected.saturating_add(samples_in(&found.rows[place], period));
            to_read.entry(period).or_default().push(place);
        }
    }
    require_few(expected)?;
    let mut all: BTreeMap<usize, Samples> = BTreeMap::new();
    let mut total = 0_u64;
    for (period, places) in to_read {
        let Some(range) = range_of(period) else { continue };
        for part in places.chunks(AT_A_TIME) {
            running.check()?;
            let ids: Vec<SeriesId> = part.iter().map(|place| found.rows[*place].id).collect();
            let read = open.workspace.read_many(&ids, Some(range), found.as_of).await?;
            for (place, samples) in part.iter().zip(read) {
                total += samples.len() as u64;
                all.entry(*place).or_default().extend(&samples);
            }
            require_few(total)?;
        }
    }
    let with_samples = all.into_iter().filter(|(_, samples)| !samples.is_empty());
    Ok(with_samples.map(|(place, samples)| (found.rows[place].key.clone(), samples)).collect())
}

fn require_few(samples: u64) -> Result<(), AppError> {
    if samples <= MOST_SAMPLES {
        return Ok(());
    }
    Err(AppError::new("query_too_many_samples").with("n", samples).with("limit", MOST_SAMPLES))
}

/// A millisecond more than needed at the end does no harm: the evaluation has its own bounds.
fn period_of(range: TimeRange) -> Period {
    (range.start().as_millis(), range.end().as_millis())
}

fn range_of((first, last): Period) -> Option<TimeRange> {
    TimeRange::new(Timestamp::from_millis(first), Timestamp::from_millis(last.saturating_add(1))).ok()
}

/// Joins periods that overlap or touch, so that no sample is read twice.
fn joined(mut periods: Vec<Period>) -> Vec<Period> {
    periods.sort_unstable();
    let mut out: Vec<Period> = Vec::new();
    for (first, last) in periods {
        match out.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => out.push((first, last)),
        }
    }
    out
}

/// Estimates how many samples of a series lie in a period, as if they were evenly spread.
fn samples_in(row: &SeriesRow, (first, last): Period) -> u64 {
    let (Some(begin), Some(end)) = (row.first, row.last) else { return 0 };
    let length =
        |first: i64, last: i64| u128::try_from(i128::from(last) - i128::from(first) + 1).unwrap_or(0);
    let own = length(begin.as_millis(), end.as_millis());
    let shared = length(first.max(begin.as_millis()), last.min(end.as_millis()));
    let part = u128::from(row.samples) * shared / own.max(1);
    u64::try_from(part).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_that_overlap_or_touch_are_read_once() {
        assert_eq!(joined(vec![(20, 30), (5, 10), (11, 12), (25, 40)]), [(5, 12), (20, 40)]);
        assert_eq!(joined(vec![(i64::MIN, i64::MAX), (0, 1)]), [(i64::MIN, i64::MAX)]);
    }

    #[test]
    fn more_samples_than_can_be_held_are_refused_with_both_numbers() {
        let error = require_few(MOST_SAMPLES + 1).unwrap_err();

        assert_eq!(error.code, "query_too_many_samples");
        assert_eq!((error.fields["n"].as_str(), error.fields["limit"].as_str()), ("20000001", "20000000"));
        assert!(require_few(MOST_SAMPLES).is_ok());
    }
}
