//! The list of series page by page: searched, ordered and cut here, so that the window holds no more than it shows.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wardroom_core::{SeriesKey, TimeRange};
use wardroom_store::{FindingRow as StoredFinding, SeriesFilter, SeriesId, SeriesRow as StoredSeries};

use super::rows::{
    ClassCount, FindingsRequest, FindingsView, MetricsRequest, MetricsView, RowFinding, SeriesRow,
};
use super::{class, filter_of};
use crate::context::{App, Open, source_number};
use crate::error::AppError;
use crate::feedback::{self, Sorted};
use crate::now::{self, FindingRow, finding, reach};
use crate::paging::{self, Kept, Mark};
use crate::selector::Filter;
use crate::topology::{self, Chosen, Naming};
use crate::wire::Millis;

/// Rows of one page: each with its labels and its finding, they stay below what one answer to the window may weigh.
const MOST_ROWS: u32 = 100;
/// Findings of one list, for the same reason.
const MOST_FINDINGS: usize = 80;

/// The lists that pages are cut from.
pub(crate) type Lists = Kept<MetricsRequest, Listed>;

/// Lists one page of the series that match, those with findings first.
///
/// # Errors
///
/// `no_workspace`; `selector` with the column; `range_reversed`; store failures.
pub async fn metrics(app: &App, request: &MetricsRequest) -> Result<MetricsView, AppError> {
    let listed = listed(app, request).await?;
    let (offset, limit) = (request.offset.unwrap_or(0), request.limit.unwrap_or(MOST_ROWS));
    let shown = paging::shown(&listed.matching, offset, limit, MOST_ROWS);
    Ok(listed.view(shown, request.locate))
}

/// Lists all series that match, those with findings first, for the terminal: its answers are not sent to a window.
///
/// # Errors
///
/// As [`metrics`].
pub async fn every_series(app: &App, request: &MetricsRequest) -> Result<MetricsView, AppError> {
    let listed = listed(app, request).await?;
    Ok(listed.view(&listed.matching, request.locate))
}

/// Returns the list of which a page is asked: that of the page before, when nothing was written since.
async fn listed(app: &App, request: &MetricsRequest) -> Result<Arc<Listed>, AppError> {
    let open = app.open()?;
    let asked = MetricsRequest { locate: None, offset: None, limit: None, ..request.clone() };
    let mark = Mark::of(&open).await?;
    if let Some(listed) = open.series_lists.find(mark, &asked) {
        return Ok(listed);
    }
    let listed = Listed::read(app, &open, &asked).await?;
    Ok(open.series_lists.keep(mark, asked, listed))
}

/// Returns the findings of a window: those that count and those that were expected.
///
/// # Errors
///
/// `no_workspace`; `range_reversed`; store failures.
pub async fn findings(app: &App, request: &FindingsRequest) -> Result<FindingsView, AppError> {
    let open = app.open()?;
    let range = TimeRange::try_from(request.range)?;
    let ids = request.series.map(|id| vec![SeriesId(i64::from(id))]);
    let mut series = open.workspace.series(&SeriesFilter { ids, ..SeriesFilter::default() }).await?;
    if let Some(chosen) = topology::choose(app, &open, request.entity.as_deref()).await? {
        series.retain(|row| chosen.has_series(&row.key));
    }
    let naming = Naming::of(app, &open).await;
    let index: finding::Index<'_> = series.iter().map(|row| (row.id, row)).collect();
    let mut found = open.workspace.findings(Some(range), None).await?;
    found.retain(|finding| index.contains_key(&finding.series));
    let sorted = feedback::sort(&open, found, &index, &|key| naming.entity(key), None).await?;
    let told = |stored: &StoredFinding| -> Option<FindingRow> {
        let row = finding::named_row(stored, index.get(&stored.series)?, None, &naming);
        Some(FindingRow { feedback: sorted.of(stored.id), ..row })
    };
    Ok(FindingsView {
        findings: sorted.counted.iter().take(MOST_FINDINGS).filter_map(told).collect(),
        finding_count: count(sorted.counted.len()),
        expected: sorted.expected.iter().take(MOST_FINDINGS).filter_map(told).collect(),
        expected_count: count(sorted.expected.len()),
    })
}

/// The series that match a request, with what their rows tell.
#[derive(Debug)]
pub(crate) struct Listed {
    /// In the order in which they are listed.
    matching: Vec<StoredSeries>,
    /// How many there are in the workspace.
    of: usize,
    classes: Vec<ClassCount>,
    /// How many of those that match were scored.
    scored: usize,
    /// Labels that all share that match.
    shared: Vec<(String, String)>,
    sorted: Sorted,
    /// How many findings that count do not reach people.
    held: usize,
    /// By series, the place of its most surprising finding among those that count.
    best: BTreeMap<SeriesId, usize>,
    refused: BTreeMap<SeriesId, String>,
    naming: Naming,
}

impl Listed {
    async fn read(app: &App, open: &Open, asked: &MetricsRequest) -> Result<Self, AppError> {
        let range = TimeRange::try_from(asked.range)?;
        let filter = filter_of(&asked.filter)?;
        let rows = open.workspace.series(&SeriesFilter::default()).await?;
        let of = rows.len();
        let chosen = topology::choose(app, open, asked.entity.as_deref()).await?;
        let naming = Naming::of(app, open).await;
        // What reaches people is weighed among the findings of all series, whichever are listed.
        let (mut sorted, reaching) = {
            let index: finding::Index<'_> = rows.iter().map(|row| (row.id, row)).collect();
            let found = open.workspace.findings(Some(reach::whole_days(range)), None).await?;
            let sorted = feedback::sort(open, found, &index, &|key| naming.entity(key), None).await?;
            let reaching = reach::now(open, &sorted, range.end(), None).await?;
            (sorted, reaching)
        };
        let asked = asked.clone();
        let (matching, classes) = computed(move || matching(rows, &filter, chosen.as_ref(), &asked)).await?;
        let listed: BTreeSet<SeriesId> = matching.iter().map(|row| row.id).collect();
        let is_listed =
            |finding: &StoredFinding| listed.contains(&finding.series) && now::touches(finding, range);
        sorted.counted.retain(is_listed);
        sorted.expected.retain(is_listed);
        let held = sorted.counted.iter().filter(|finding| !reaching.contains(&finding.id)).count();
        let refused = open.workspace.refused_series(None).await?;
        let has_run = open.workspace.last_detection(None).await?.is_some();
        let listed = move || Self::in_order(matching, of, classes, sorted, held, refused, naming);
        let listed = computed(listed).await?;
        // Before the first detection no series is refused, and none is scored.
        Ok(if has_run { listed } else { Self { scored: 0, ..listed } })
    }

    fn in_order(
        mut matching: Vec<StoredSeries>,
        of: usize,
        classes: Vec<ClassCount>,
        sorted: Sorted,
        held: usize,
        refused: BTreeMap<SeriesId, String>,
        naming: Naming,
    ) -> Self {
        let best = best(&sorted.counted);
        let surprise = |row: &StoredSeries| best.get(&row.id).map_or(-1.0, |at| score(&sorted.counted[*at]));
        matching.sort_by(|a, b| surprise(b).total_cmp(&surprise(a)).then_with(|| a.key.cmp(&b.key)));
        let scored = matching.iter().filter(|row| !refused.contains_key(&row.id)).count();
        let shared = shared_labels(&matching);
        Self { matching, of, classes, scored, shared, sorted, held, best, refused, naming }
    }

    fn view(&self, shown: &[StoredSeries], locate: Option<u32>) -> MetricsView {
        let place = locate.and_then(|id| self.matching.iter().position(|row| number(row) == id));
        MetricsView {
            rows: shown.iter().map(|row| self.row(row)).collect(),
            total: count(self.matching.len()),
            of: count(self.of),
            place: place.map(count),
            classes: self.classes.clone(),
            finding_count: count(self.sorted.counted.len()),
            held_count: count(self.held),
            scored: count(self.scored),
            shared: self.shared.clone(),
        }
    }

    fn row(&self, series: &StoredSeries) -> SeriesRow {
        let found = self.best.get(&series.id).map(|at| &self.sorted.counted[*at]);
        SeriesRow {
            id: number(series),
            source: source_number(series.source),
            metric: series.key.metric.clone(),
            labels: series.key.labels.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
            entity: self.naming.entity(&series.key),
            unit: series.unit.as_str().to_owned(),
            kind: series.kind.as_str().to_owned(),
            score: found.map(score),
            grade: found.map(|finding| finding::grade_number(finding.anomaly.score.grade())),
            finding: found.map(|finding| self.finding(finding, series)),
            refused: self.refused.get(&series.id).map(|code| now::refusal_key(code)),
            class: series.class.as_ref().map(|class| class.word.clone()),
            class_phrase: class::phrase(series),
            period: series.class.as_ref().and_then(|class| class.period_ms).map(Millis),
        }
    }

    fn finding(&self, stored: &StoredFinding, series: &StoredSeries) -> RowFinding {
        let row = finding::named_row(stored, series, None, &self.naming);
        RowFinding {
            id: row.id,
            kind: row.kind,
            start: row.start,
            title: row.title,
            reason: row.reason,
            joined: row.joined,
            feedback: self.sorted.of(stored.id),
        }
    }
}

/// Computes on a thread that may take long.
async fn computed<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(|e| AppError::internal(&e))
}

/// Returns the series that are asked for, and the classes of those that match apart from class and numbers.
fn matching(
    mut rows: Vec<StoredSeries>,
    filter: &Filter,
    chosen: Option<&Chosen>,
    asked: &MetricsRequest,
) -> (Vec<StoredSeries>, Vec<ClassCount>) {
    let is_chosen = |key: &SeriesKey| chosen.is_none_or(|chosen| chosen.has_series(key));
    rows.retain(|row| filter.matches(&row.key) && is_chosen(&row.key));
    let classes = classes(&rows);
    narrow(&mut rows, asked);
    (rows, classes)
}

/// Keeps the series of the class and those of the numbers that are asked for.
fn narrow(matching: &mut Vec<StoredSeries>, request: &MetricsRequest) {
    if let Some(wanted) = &request.class {
        matching.retain(|row| row.class.as_ref().is_some_and(|class| class.word == *wanted));
    }
    if let Some(only) = &request.only {
        let only: BTreeSet<u32> = only.iter().copied().collect();
        matching.retain(|row| only.contains(&number(row)));
    }
}

fn classes(rows: &[StoredSeries]) -> Vec<ClassCount> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for class in rows.iter().filter_map(|row| row.class.as_ref()) {
        *counts.entry(class.word.as_str()).or_default() += 1;
    }
    counts.into_iter().map(|(class, count)| ClassCount { class: class.to_owned(), count }).collect()
}

/// Finds the most surprising finding of each series; of equally surprising ones the first.
fn best(counted: &[StoredFinding]) -> BTreeMap<SeriesId, usize> {
    let mut best: BTreeMap<SeriesId, usize> = BTreeMap::new();
    for (at, finding) in counted.iter().enumerate() {
        let known = best.entry(finding.series).or_insert(at);
        if score(finding) > score(&counted[*known]) {
            *known = at;
        }
    }
    best
}

fn score(finding: &StoredFinding) -> f64 {
    finding.anomaly.score.get()
}

fn number(series: &StoredSeries) -> u32 {
    u32::try_from(series.id.0).unwrap_or(u32::MAX)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn shared_labels(rows: &[StoredSeries]) -> Vec<(String, String)> {
    let Some(first) = rows.first().filter(|_| rows.len() > 1) else { return Vec::new() };
    let same = |(n, v): &(&str, &str)| rows.iter().all(|r| r.key.labels.get(n) == Some(*v));
    first.key.labels.iter().filter(same).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
}
