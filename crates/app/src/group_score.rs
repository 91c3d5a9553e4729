//! The series of an entity together: how unusual all of them are at every time, and which of them carry an alarm.

mod rows;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use wardroom_analysis::anomaly::{Alarm, Group, GroupScored, Refusal, score_group_of};
use wardroom_analysis::preprocess::RowGrid;
use wardroom_charts::decimate::min_max;
use wardroom_core::{Samples, TimeRange, Timestamp, Unit};
use wardroom_store::{SeriesId, SeriesRow};

use crate::compare::scoring::{self, Scope};
use crate::compare::to_end;
use crate::compare::units::{Scored, Units};
use crate::context::{App, Open, source_number};
use crate::entity::other_labels;
use crate::error::AppError;
use crate::jobs::{Job, JobKind};
use crate::metric_words::what_of;
use crate::now::{NotScored, refusal_key};
use crate::phrase::{Phrase, PhraseValue};
use crate::series::filter_of;
use crate::wire::Millis;

pub use rows::{GroupAlarm, GroupPart, GroupScoreRequest, GroupScoreView};

/// Series that together say more than each of them.
const LEAST_SERIES: usize = 2;
/// Values that are scored at most, rows times series: as many take half a gigabyte while they are scored.
const MOST_VALUES: u64 = 8_000_000;
/// Series that are read at a time.
const AT_A_TIME: usize = 64;
/// Columns that the scores are drawn in at most.
const MOST_COLUMNS: u32 = 2_000;
/// Alarms in one answer at most.
const MOST_ALARMS: usize = 500;

/// Scores the stored series of an entity together over their whole history, with [`score_group`]: the function whose
/// scores and alarms `docs/BENCHMARKS.md` gives for several metrics. Series that are one workload are one, and each is
/// judged as a detection judges it.
///
/// Nothing is stored. It runs as a job, by which it can be cancelled; one that is still under way is cancelled first,
/// because nobody waits for it any more.
///
/// [`score_group`]: wardroom_analysis::anomaly::score_group
///
/// # Errors
///
/// `no_workspace`; `selector` with the column; `group_score_no_series`; `group_score_few` with the usable series and why
/// others are not; `group_score_large`; `cancelled`; store failures.
pub async fn group_score(app: &App, request: &GroupScoreRequest) -> Result<GroupScoreView, AppError> {
    let open = app.open()?;
    app.jobs().cancel_kind(JobKind::GroupScore);
    let job = app.jobs().begin(app.bus(), JobKind::GroupScore, request.entity.trim(), None);
    to_end(&open, &job, run(app, &open, request, &job)).await
}

async fn run(
    app: &App,
    open: &Open,
    request: &GroupScoreRequest,
    job: &Job,
) -> Result<GroupScoreView, AppError> {
    let begun = Instant::now();
    let entity = request.entity.trim();
    let filter = filter_of(&request.filter)?;
    if entity.is_empty() {
        return Err(no_series(request));
    }
    let scope = Scope::read(app, open, (&filter, &request.filter), Some(entity), None).await;
    let scope = scope.map_err(|e| if e.code == "compare_no_series" { no_series(request) } else { e })?;
    small_enough(entity, scope.rows.iter().map(|row| row.samples).sum())?;
    let (matching, range, mut left_out) = (scope.matching, scope.range, scope.left_out);
    let units = job.unless_cancelled(Units::group(open, scope.rows)).await?;
    left_out.extend(units.not_alone());
    let ids: Vec<SeriesId> = units.rows().iter().map(|row| row.id).collect();
    job.count_in("series");
    job.progress(0, ids.len() as u64, 0);
    let mut histories = Vec::with_capacity(ids.len());
    for part in ids.chunks(AT_A_TIME) {
        histories.extend(job.unless_cancelled(units.read(open, part, range)).await?);
    }
    let (task, name) = (job.clone(), entity.to_owned());
    let scored = tokio::task::spawn_blocking(move || Together::score(histories, &name, &task)).await;
    let together = scored.map_err(|e| AppError::internal(&e))??;
    job.check()?;
    Ok(together.view(request, matching, left_out, begun.elapsed()))
}

fn no_series(request: &GroupScoreRequest) -> AppError {
    scoring::nothing_chosen("group_score_no_series", &request.filter, Some(&request.entity))
}

/// Refuses more values than fit into memory.
fn small_enough(entity: &str, values: u64) -> Result<(), AppError> {
    if values <= MOST_VALUES {
        return Ok(());
    }
    Err(AppError::new("group_score_large")
        .with("entity", entity)
        .with("millions", values.div_ceil(1_000_000))
        .with("most", MOST_VALUES / 1_000_000))
}

/// Says that fewer series than two can be scored, and of those that cannot why most of them cannot.
fn few(entity: &str, usable: usize, reasons: impl Iterator<Item = Refusal>) -> AppError {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in reasons {
        *counted.entry(reason.as_str()).or_default() += 1;
    }
    let most = counted.into_iter().max_by_key(|(_, n)| *n);
    AppError::new("group_score_few")
        .with("entity", entity)
        .with("usable", usable)
        .with("reason", most.map_or("none", |(reason, _)| reason))
}

/// What came of the series of an entity.
struct Together {
    range: TimeRange,
    step_ms: i64,
    times: Vec<i64>,
    rows: Vec<SeriesRow>,
    told: GroupScored,
}

impl Together {
    /// Puts the values of all histories on common rows and scores these.
    fn score(histories: Vec<Scored>, entity: &str, job: &Job) -> Result<Self, AppError> {
        let flag = job.flag();
        let judged: Vec<Samples> =
            histories.par_iter().map(|history| scoring::judged(history, &flag)).collect();
        job.check()?;
        let rows: Vec<SeriesRow> = histories.into_iter().map(|history| history.row).collect();
        let Some(grid) = RowGrid::of(&judged) else {
            return Err(few(entity, 0, judged.iter().map(too_few_samples)));
        };
        small_enough(entity, (grid.rows() as u64).saturating_mul(judged.len() as u64))?;
        let times = grid.times();
        let range = range_of(&times)?;
        let metrics: Vec<Vec<Option<f64>>> = judged.par_iter().map(|samples| grid.place(samples)).collect();
        drop(judged);
        let total = metrics.len() as u64;
        let progress = |done: usize| job.progress(done as u64, total, 0);
        let told = score_group_of(&Group { times: &times, metrics: &metrics }, &flag, &progress);
        job.check()?;
        let told = told.map_err(|refusal| few(entity, 0, metrics.iter().map(|_| refusal)))?;
        if told.metrics < LEAST_SERIES {
            return Err(few(entity, told.metrics, told.refused.iter().map(|(_, refusal)| *refusal)));
        }
        Ok(Self { range, step_ms: grid.step_ms(), times, rows, told })
    }

    fn view(
        self,
        request: &GroupScoreRequest,
        matching: usize,
        left_out: BTreeMap<&'static str, usize>,
        took: Duration,
    ) -> GroupScoreView {
        let entity = request.entity.trim();
        let mut reasons: BTreeMap<&'static str, usize> = left_out;
        for (_, refusal) in &self.told.refused {
            *reasons.entry(refusal.as_str()).or_default() += 1;
        }
        let scored = &self.told.scored;
        let (times, scores) = self.drawn(request.columns);
        let flagged = self.times.iter().zip(&scored.flags).filter(|(_, flag)| **flag);
        GroupScoreView {
            entity: entity.to_owned(),
            range: self.range.into(),
            step: Millis(self.step_ms),
            rows: count(self.times.len()),
            series: count(matching),
            scored: count(self.told.metrics),
            refused: reasons
                .into_iter()
                .map(|(code, n)| NotScored { reason: refusal_key(code), count: count(n) })
                .collect(),
            lead: lead(entity, self.told.metrics, &scored.alarms),
            notes: vec![
                Phrase::new("group-score-note-rows").span("step", self.step_ms),
                Phrase::new("group-score-note-now"),
            ],
            times,
            scores,
            flagged: flagged.map(|(time, _)| Millis(*time)).collect(),
            alarms: self.alarms(entity),
            alarm_count: count(scored.alarms.len()),
            took: Millis(i64::try_from(took.as_millis()).unwrap_or(i64::MAX)),
        }
    }

    /// Returns times and scores: of every row, or of the lowest and the highest in each column.
    fn drawn(&self, columns: Option<u32>) -> (Vec<Millis>, Vec<Option<f64>>) {
        let scores = &self.told.scored.scores;
        let Some(columns) = columns else {
            let times = self.times.iter().map(|time| Millis(*time)).collect();
            return (times, scores.iter().copied().map(Some).collect());
        };
        let columns = usize::try_from(columns.clamp(1, MOST_COLUMNS)).unwrap_or(1);
        let drawn = min_max(&self.times, scores, self.range, columns, i64::MAX);
        (drawn.times.into_iter().map(Millis).collect(), drawn.values)
    }

    /// Returns the alarms that are told, by time.
    fn alarms(&self, entity: &str) -> Vec<GroupAlarm> {
        let mut alarms: Vec<&Alarm<usize>> = self.told.scored.alarms.iter().collect();
        alarms.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.start.cmp(&b.start)));
        alarms.truncate(MOST_ALARMS);
        alarms.sort_by_key(|alarm| alarm.start);
        alarms.into_iter().map(|alarm| self.alarm(alarm, entity)).collect()
    }

    fn alarm(&self, alarm: &Alarm<usize>, entity: &str) -> GroupAlarm {
        let carriers = alarm.carriers.iter();
        let carriers = carriers.filter_map(|carrier| Some((self.rows.get(carrier.what)?, carrier.share)));
        let carriers: Vec<(&SeriesRow, f64)> = carriers.filter(|(_, share)| *share > 0.0).collect();
        GroupAlarm {
            start: alarm.start.into(),
            end: alarm.end.into(),
            peak: alarm.peak.into(),
            score: alarm.score,
            sentence: sentence(&carriers, entity),
            parts: carriers.into_iter().map(|(row, share)| part(row, share, entity)).collect(),
        }
    }
}

/// Returns why a series that has not two samples is not scored.
fn too_few_samples(samples: &Samples) -> Refusal {
    if samples.is_empty() { Refusal::Empty } else { Refusal::TooShort { have_ms: 0, needed_ms: 0 } }
}

/// Returns the time from the first row to the last.
fn range_of(times: &[i64]) -> Result<TimeRange, AppError> {
    let time = |row: Option<&i64>| Timestamp::from_millis(row.copied().unwrap_or_default());
    let (first, last) = (time(times.first()), time(times.last()));
    TimeRange::new(first, last.plus_millis(1)).map_err(|e| AppError::internal(&e))
}

fn lead(entity: &str, scored: usize, alarms: &[Alarm<usize>]) -> Phrase {
    let highest = alarms.iter().max_by(|a, b| a.score.total_cmp(&b.score).then(b.start.cmp(&a.start)));
    let key = if highest.is_some() { "group-score-lead" } else { "group-score-lead-none" };
    let said = Phrase::new(key).text("entity", entity).count("series", scored).count("alarms", alarms.len());
    match highest {
        Some(alarm) => said.with("at", PhraseValue::Date(alarm.peak.into())),
        None => said,
    }
}

/// Says which series carries an alarm, the largest parts first.
fn sentence(carriers: &[(&SeriesRow, f64)], entity: &str) -> Phrase {
    let Some((row, share)) = carriers.first() else { return Phrase::new("group-score-alarm-none") };
    let said = |key: &str| {
        Phrase::new(key).with("what", what_of(&row.key, entity)).number("share", *share, Unit::Ratio)
    };
    match carriers.get(1) {
        Some((second, part)) => said("group-score-alarm-two")
            .with("second", what_of(&second.key, entity))
            .number("part", *part, Unit::Ratio),
        None => said("group-score-alarm"),
    }
}

fn part(row: &SeriesRow, share: f64, entity: &str) -> GroupPart {
    GroupPart {
        series: u32::try_from(row.id.0).unwrap_or(u32::MAX),
        source: source_number(row.source),
        metric: row.key.metric.clone(),
        labels: other_labels(&row.key, entity),
        share,
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
