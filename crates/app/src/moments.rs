//! Asked as of a moment: the period that was known then, and the words for what is not kept by time.

use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::SeriesFilter;

use crate::context::{App, Open};
use crate::error::AppError;
use crate::phrase::{Phrase, PhraseValue};
use crate::workspaces;

/// Returns the period of the samples that were known at a moment; `None` when none were.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn data_at(app: &App, moment: Timestamp) -> Result<Option<TimeRange>, AppError> {
    let open = app.open()?;
    data_in(&open, Some(moment)).await
}

/// Returns the period of all samples, or of those that were known at a moment; `None` when there are none.
pub(crate) async fn data_in(open: &Open, moment: Option<Timestamp>) -> Result<Option<TimeRange>, AppError> {
    let filter = SeriesFilter { as_of: moment, ..SeriesFilter::default() };
    let series = open.workspace.series(&filter).await?;
    let first = series.iter().filter_map(|row| row.first).min();
    let last = series.iter().filter_map(|row| row.last).max();
    Ok(first.zip(last).and_then(|(first, last)| TimeRange::new(first, last.plus_millis(1)).ok()))
}

/// Returns the range that a person would have begun with at a moment; `None` when no samples were known then.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn range_at(app: &App, moment: Timestamp) -> Result<Option<TimeRange>, AppError> {
    let open = app.open()?;
    let Some(data) = data_in(&open, Some(moment)).await? else { return Ok(None) };
    let range = workspaces::first_range(app, &open, data, Some(moment)).await?;
    Ok(Some(anchored(range, Some(moment))))
}

/// Returns the range that a question as of a moment is about: it ends with the moment, and is as long as the one asked
/// for. What lies later was not known then.
pub(crate) fn anchored(range: TimeRange, as_of: Option<Timestamp>) -> TimeRange {
    let Some(at) = as_of.filter(|at| *at < range.end()) else { return range };
    let length = range.end().as_millis() - range.start().as_millis();
    TimeRange::new(at.plus_millis(-length), at).unwrap_or(range)
}

/// Says of which moment an answer is.
pub(crate) fn told(moment: Timestamp) -> Phrase {
    Phrase::new("as-of-known").with("date", PhraseValue::Date(moment.into()))
}

/// Says that there was no data at a moment.
pub(crate) fn nothing(moment: Timestamp) -> Phrase {
    Phrase::new("as-of-nothing").with("date", PhraseValue::Date(moment.into()))
}

/// Says what of *Now* and of a report is not kept by time, and so not of the moment.
pub fn not_kept() -> Phrase {
    Phrase::new("as-of-not-kept")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).unwrap()
    }

    #[test]
    fn a_range_that_ends_later_ends_with_the_moment_and_keeps_its_length() {
        let at = |millis| Some(Timestamp::from_millis(millis));

        assert_eq!(anchored(range(100, 200), at(150)), range(50, 150));
        assert_eq!(anchored(range(100, 200), at(200)), range(100, 200));
        assert_eq!(anchored(range(100, 200), None), range(100, 200));
    }
}
