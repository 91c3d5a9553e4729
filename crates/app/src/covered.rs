//! How much of a time samples cover: what a number per week is counted over.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use wardroom_analysis::preprocess::gaps;
use wardroom_core::TimeRange;
use wardroom_store::{SeriesId, SeriesRow, SourceId};

use crate::context::Open;
use crate::error::AppError;

/// Series of each source whose times are read, the longest first: what is read together has its gaps together.
const READ: usize = 16;
/// A series that is not read counts whole where at least one in so many of its steps holds a sample.
const LEAST_FILLED: i64 = 2;

/// Returns for how many milliseconds of a range at least one of the series was sampled, at least 1.
///
/// A gap of days is no time in which anybody could have been called, and one sample of 1970 is no history of half a
/// century. Only some series of each source are read, so the answer takes a moment, however many there are.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn covered_ms(open: &Open, series: &[SeriesRow], range: TimeRange) -> Result<i64, AppError> {
    let mut sources: BTreeMap<SourceId, Vec<(i64, i64, &SeriesRow)>> = BTreeMap::new();
    for row in series {
        if let (Some(first), Some(last)) = (row.first, row.last) {
            let span = (first.as_millis(), last.as_millis(), row);
            sources.entry(row.source).or_default().push(span);
        }
    }
    let mut stretches: Vec<(i64, i64)> = Vec::new();
    for mut rows in sources.into_values() {
        rows.sort_by_key(|&(first, last, row)| (Reverse(last.saturating_sub(first)), row.id));
        let (read, others) = rows.split_at(rows.len().min(READ));
        let ids: Vec<SeriesId> = read.iter().map(|(_, _, row)| row.id).collect();
        let samples = open.workspace.read_many(&ids, Some(range), None).await?;
        stretches.extend(samples.iter().flat_map(|samples| gaps::stretches(samples.times())));
        let step_ms = samples.iter().filter_map(|samples| gaps::typical_step_ms(samples.times())).max();
        let is_filled = |first: i64, last: i64, n: u64| {
            let expected = last.saturating_sub(first) / step_ms.unwrap_or(1).max(1);
            i64::try_from(n).unwrap_or(i64::MAX).saturating_mul(LEAST_FILLED) >= expected
        };
        let whole = others.iter().filter(|(first, last, row)| is_filled(*first, *last, row.samples));
        stretches.extend(whole.map(|&(first, last, _)| (first, last)));
    }
    Ok(union_ms(stretches, range))
}

/// Returns the length of what stretches cover of a range together; the last sample of each is covered for a millisecond.
fn union_ms(mut stretches: Vec<(i64, i64)>, range: TimeRange) -> i64 {
    stretches.sort_unstable();
    let (mut covered, mut until) = (0_i64, range.start().as_millis());
    for (first, last) in stretches {
        let end = last.saturating_add(1).min(range.end().as_millis());
        let begin = first.max(until);
        if end > begin {
            covered = covered.saturating_add(end.saturating_sub(begin));
            until = end;
        }
    }
    covered.max(1)
}

#[cfg(test)]
mod tests {
    use wardroom_core::Timestamp;

    use super::*;

    #[test]
    fn what_overlaps_is_counted_once_and_only_inside_of_the_range() {
        let range = TimeRange::new(Timestamp::from_millis(100), Timestamp::from_millis(200)).unwrap();

        // By hand: 100 to 110 with its last sample are 11, 150 to 170 are 21, 190 up to the end are 10.
        let stretches = vec![(150, 160), (90, 110), (190, 400), (155, 170), (152, 153), (300, 310)];

        assert_eq!(union_ms(stretches, range), 42);
        assert_eq!(union_ms(Vec::new(), range), 1);
    }
}
