//! *What changed here?*: every series of a window against its own past and its peers, the most unusual first.

mod begun;
mod phrases;
mod ranking;
mod rows;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use wardroom_analysis::anomaly::workload::Workload;
use wardroom_analysis::anomaly::{self, Against, Options, Refusal, WindowChange, WindowInput};
use wardroom_core::{Grade, Score, SeriesKey, TimeRange, Timestamp};
use wardroom_store::{SeriesFilter, SeriesId, SeriesRow, SourceId};

use crate::context::{App, Open, source_number};
use crate::detection;
use crate::entity::other_labels;
use crate::error::AppError;
use crate::jobs::{EndWithCaller, Job, JobKind};
use crate::now::finding::{grade_number, judged_unit};
use crate::now::{NotScored, refusal_key};
use crate::series::filter_of;
use crate::topology::{self, Naming};
use crate::wire::Millis;
use crate::workloads::{self, History, Joined};
use crate::workspaces::end_state;

use begun::Begun;

pub(crate) use ranking::Newest;
pub use ranking::{ranked, ranked_rows};
pub use rows::{
    BegunRow, ChangedEntity, ChangedPlace, ChangedPlaces, ChangedRanking, ChangedRequest, ChangedRow,
    ChangedRowsRequest, ChangedView,
};

/// Series that are held in memory at a time, as for a detection; peers stay together.
const AT_A_TIME: usize = 256;
/// Rows in one answer at most.
const MOST_ROWS: u32 = 1_000;
/// Less is not shown: it says nothing.
const LEAST_SHOWN: f64 = 0.3;
/// Of so many series one that stands out a little is no change of the whole.
const FEW: usize = 50;

/// Ranks the series of the open workspace by how unusual they are in a window.
///
/// It runs as a job, by which it can be cancelled; a ranking that is still under way is cancelled first, because nobody
/// waits for it any more.
///
/// # Errors
///
/// `no_workspace`; `selector` with the column; `range_reversed`; `cancelled`; store failures.
pub async fn changed(app: &App, request: &ChangedRequest) -> Result<ChangedView, AppError> {
    let open = app.open()?;
    app.jobs().cancel_kind(JobKind::Changed);
    let job = app.jobs().begin(app.bus(), JobKind::Changed, open.workspace.name(), None);
    let _open = open.keep_open().await;
    let _end = EndWithCaller(job.clone());
    let view = run(app, &open, request, &job).await;
    job.end(end_state(view.as_ref().map(|_| ()).map_err(Clone::clone)));
    view
}

async fn run(
    app: &App,
    open: &Arc<Open>,
    request: &ChangedRequest,
    job: &Job,
) -> Result<ChangedView, AppError> {
    let begun = Instant::now();
    let window = TimeRange::try_from(request.window)?;
    let filter = filter_of(&request.filter)?;
    let all = open.workspace.series(&SeriesFilter::default()).await?;
    let newest = detection::last_answers(&all);
    let chosen = topology::choose(app, open, request.entity.as_deref()).await?;
    let is_chosen = |row: &SeriesRow| {
        filter.matches(&row.key) && chosen.as_ref().is_none_or(|chosen| chosen.has_series(&row.key))
    };
    let rows: Vec<SeriesRow> = all.iter().filter(|row| is_chosen(row)).cloned().collect();
    let naming = Naming::of(app, open).await;
    let mut refused: BTreeMap<String, u32> = BTreeMap::new();
    let mut refuse = |reason: &str, n: usize| {
        if n > 0 {
            *refused.entry(reason.to_owned()).or_default() += u32::try_from(n).unwrap_or(u32::MAX);
        }
    };
    let mut asked: Vec<SeriesRow> = Vec::with_capacity(rows.len());
    for row in &rows {
        match not_asked(row, &newest, window) {
            Some(reason) => refuse(reason, 1),
            None => asked.push(row.clone()),
        }
    }
    let asked = Arc::new(asked);
    let workloads = workloads::group(open, &asked, None).await?;
    let in_part = detection::partial::sources(open).await?;
    // What is there only because a source answered in part is no conclusion.
    let is_explained = |row: &SeriesRow, change: &WindowChange| {
        in_part.get(&row.source).is_some_and(|source| source.explains_change(row, change, window))
    };
    let (mut found, mut beginnings): (Vec<Found>, Vec<Begun>) = (Vec::new(), Vec::new());
    job.count_in("series");
    let mut done = 0;
    for part in parts(&asked, workloads, &newest, window) {
        job.check()?;
        for (row, workload, outcome, seen) in judge(open, &asked, part, job, done, rows.len()).await? {
            done += workload.series();
            refuse(workloads::JOINED, workload.members.len() - 1);
            refuse(workloads::COPY, workload.series() - workload.members.len());
            match outcome {
                Ok(change) if is_explained(&row, &change) => refuse("partial", 1),
                Ok(change) => found.push(Found { row, change }),
                Err(refusal) => {
                    refuse(refusal.as_str(), 1);
                    // Of a source that answered in part nobody knows what was there before.
                    beginnings.extend(
                        seen.filter(|_| !in_part.contains_key(&row.source)).map(|seen| Begun { row, seen }),
                    );
                }
            }
        }
    }
    job.check()?;
    found.sort_by(|a, b| a.rank().cmp(&b.rank()));
    let beginnings = begun::new_ones(beginnings, &all, window);
    let took = Millis(i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX));
    let ranked = view(request, &rows, &found, refused, &naming, took);
    Ok(with_begun(ranked, &beginnings, window, &naming))
}

/// Workloads that are judged together: of one source, whole groups of peers.
struct Part {
    window: TimeRange,
    workloads: Vec<Workload>,
    groups: Vec<usize>,
    /// Series that are there at one time.
    series: usize,
}

/// Returns why a series is not asked about; `None` when it is.
fn not_asked(row: &SeriesRow, newest: &[(SourceId, Timestamp)], window: TimeRange) -> Option<&'static str> {
    if detection::is_a_fact(row) {
        return Some("fact");
    }
    (row.first.is_none() || own_window(row.source, newest, window).is_none()).then_some("empty")
}

/// Returns the window as far as a source has answered; `None` where it has not.
fn own_window(source: SourceId, newest: &[(SourceId, Timestamp)], window: TimeRange) -> Option<TimeRange> {
    let place = newest.binary_search_by_key(&source, |(s, _)| *s).ok()?;
    TimeRange::new(window.start(), window.end().min(newest[place].1.plus_millis(1))).ok()
}

fn parts(
    rows: &[SeriesRow],
    workloads: Vec<Workload>,
    newest: &[(SourceId, Timestamp)],
    window: TimeRange,
) -> Vec<Part> {
    let mut peers: BTreeMap<(SourceId, String), Vec<Workload>> = BTreeMap::new();
    for workload in workloads {
        let row = named(rows, &workload, window);
        peers.entry((row.source, peers_of(&row))).or_default().push(workload);
    }
    let mut parts: Vec<(SourceId, Part)> = Vec::new();
    for (group, ((source, _), members)) in peers.into_iter().enumerate() {
        let Some(own) = own_window(source, newest, window) else { continue };
        let at_once =
            |workload: &Workload| workload.places * workload.series().div_ceil(workload.members.len());
        let all: usize = members.iter().map(at_once).sum();
        let mut is_begun =
            parts.last().is_some_and(|(of, part)| *of == source && part.series + all <= AT_A_TIME);
        // A group that is larger than a part is compared piece by piece.
        for workload in members {
            let n = at_once(&workload);
            if !is_begun || parts.last().is_none_or(|(_, part)| part.series + n > AT_A_TIME) {
                let part = Part { window: own, workloads: Vec::new(), groups: Vec::new(), series: 0 };
                parts.push((source, part));
                is_begun = true;
            }
            if let Some((_, part)) = parts.last_mut() {
                part.groups.push(group);
                part.workloads.push(workload);
                part.series += n;
            }
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// Returns the series that a workload is known by in a window, with the name of the workload.
fn named(rows: &[SeriesRow], workload: &Workload, window: TimeRange) -> SeriesRow {
    let member = workload.member_at(window.end().plus_millis(-1));
    let row = &rows[workload.members[member].copies[0]];
    Joined::of(workload)
        .map_or_else(|| row.clone(), |joined| SeriesRow { key: joined.name(&row.key), ..row.clone() })
}

/// Returns what a series has in common with its peers: the metric and all labels but those that tell copies apart.
pub(crate) fn peers_of(row: &SeriesRow) -> String {
    anomaly::peers_of(&row.key).to_string()
}

type Outcome = (SeriesRow, Workload, Result<WindowChange, Refusal>, Option<begun::Seen>);

/// Reads the samples of a part and ranks them on a thread that may compute for long.
async fn judge(
    open: &Open,
    rows: &Arc<Vec<SeriesRow>>,
    part: Part,
    job: &Job,
    before: usize,
    total: usize,
) -> Result<Vec<Outcome>, AppError> {
    let from = part.window.start().plus_millis(-anomaly::look_back(part.window));
    let read = TimeRange::new(from, part.window.end()).map_err(|e| AppError::internal(&e))?;
    // What is taken apart while it is read stays among its peers.
    let series_of = |workload: &Workload| workload.members.iter().flat_map(|m| m.copies.clone()).collect();
    let of: Vec<Vec<usize>> = part.workloads.iter().map(series_of).collect();
    let groups = of.iter().zip(&part.groups).flat_map(|(series, group)| series.iter().map(|s| (*s, *group)));
    let groups: BTreeMap<usize, usize> = groups.collect();
    let histories = workloads::histories(open, rows, part.workloads, Some(read), None).await?;
    let (task, flag, rows) = (job.clone(), job.flag(), Arc::clone(rows));
    let ranked = tokio::task::spawn_blocking(move || {
        let group =
            |history: &History| history.workload.members[0].copies.first().and_then(|s| groups.get(s));
        let inputs: Vec<WindowInput<'_>> = histories
            .iter()
            .map(|history| WindowInput {
                samples: &history.samples,
                kind: history.kind,
                group: group(history).copied().unwrap_or(0),
            })
            .collect();
        let progress = |n: usize| task.progress((before + n) as u64, total as u64, 0);
        let changes = anomaly::rank_window(&inputs, part.window, &Options::standard(), &flag, &progress);
        let one = |(history, change): (History, _)| {
            let seen = begun::seen(&rows, &history, part.window, &change);
            (named(&rows, &history.workload, part.window), history.workload, change, seen)
        };
        histories.into_iter().zip(changes).map(one).collect()
    });
    ranked.await.map_err(|e| AppError::internal(&e))
}

/// A series with its change.
struct Found {
    row: SeriesRow,
    change: WindowChange,
}

impl Found {
    /// Returns what the order goes by: hundredths of the score, the highest first; of equally unusual ones that which
    /// changed first, because what follows is often its echo, and what was so before the window last; then metric and
    /// labels.
    fn rank(&self) -> (Reverse<u8>, Timestamp, &SeriesKey, SeriesId) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score is 0 to 1")]
        let hundredths = (self.change.score * 100.0).round() as u8;
        let start = self.change.start.unwrap_or(Timestamp::from_millis(i64::MAX));
        (Reverse(hundredths), start, &self.row.key, self.row.id)
    }

    fn is_changed(&self) -> bool {
        Score::new(self.change.score).grade() >= Grade::Medium
    }
}

fn view(
    request: &ChangedRequest,
    rows: &[SeriesRow],
    found: &[Found],
    refused: BTreeMap<String, u32>,
    naming: &Naming,
    took: Millis,
) -> ChangedView {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let limit = usize::try_from(request.limit.clamp(1, MOST_ROWS)).unwrap_or(usize::MAX);
    let changed = found.iter().filter(|f| f.is_changed()).count();
    let mut entities: Vec<ChangedEntity> = Vec::new();
    let mut place: BTreeMap<String, usize> = BTreeMap::new();
    let shown = found.iter().filter(|f| f.change.score >= LEAST_SHOWN).take(limit);
    for row in shown.map(|found| changed_row(found, naming)) {
        let at = *place.entry(row.entity.clone()).or_insert(entities.len());
        if at == entities.len() {
            entities.push(ChangedEntity { entity: row.entity.clone(), score: row.score, rows: Vec::new() });
        }
        entities[at].rows.push(row);
    }
    ChangedView {
        window: request.window,
        lead: phrases::lead(found, changed, rows.len(), naming),
        shown: count(entities.iter().map(|entity| entity.rows.len()).sum()),
        entities,
        changed: count(changed),
        judged: count(found.len()),
        series: count(rows.len()),
        refused: refused
            .into_iter()
            .map(|(code, count)| NotScored { reason: refusal_key(&code), count })
            .collect(),
        begun: Vec::new(),
        begun_count: 0,
        took,
    }
}

/// Adds the series that begin in the window to a ranking: of the reasons why series are not ranked they are one of their
/// own, and no part of too little history.
fn with_begun(mut view: ChangedView, begun: &[Begun], window: TimeRange, naming: &Naming) -> ChangedView {
    let count = u32::try_from(begun.len()).unwrap_or(u32::MAX);
    if count == 0 {
        return view;
    }
    let short = refusal_key("too_short");
    for refused in view.refused.iter_mut().filter(|refused| refused.reason == short) {
        refused.count = refused.count.saturating_sub(count);
    }
    view.refused.retain(|refused| refused.count > 0);
    view.refused.push(NotScored { reason: refusal_key(begun::BEGINS), count });
    view.refused.sort_by(|a, b| a.reason.cmp(&b.reason));
    view.begun = begun::rows(begun, window, naming);
    view.begun_count = count;
    view
}

fn changed_row(found: &Found, naming: &Naming) -> ChangedRow {
    let Found { row, change } = found;
    let entity = naming.entity(&row.key);
    let unit = judged_unit(row);
    ChangedRow {
        series: u32::try_from(row.id.0).unwrap_or(u32::MAX),
        source: source_number(row.source),
        metric: row.key.metric.clone(),
        labels: other_labels(&row.key, &entity),
        score: change.score,
        grade: grade_number(Score::new(change.score).grade()),
        kind: change.kind.into(),
        by_peers: change.against == Against::Peers,
        sentence: phrases::of_change(change, row, &entity),
        usual: phrases::value(change.usual, change, unit),
        seen: phrases::value(change.seen, change, unit),
        unit: unit.as_str().to_owned(),
        start: change.start.map(Millis::from),
        against_peers: change.against_peers,
        entity,
    }
}
