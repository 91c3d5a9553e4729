//! Methods side by side: what each finds on the stored series, measured against what people said of findings.

mod detect;
mod figures;
mod phrases;
mod rows;
pub(crate) mod scoring;
#[cfg(test)]
mod tests;
pub(crate) mod units;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use wardroom_analysis::methods::Method;
use wardroom_analysis::preprocess::gaps;
use wardroom_charts::decimate::min_max;
use wardroom_core::Timestamp;
use wardroom_store::SeriesId;

use crate::context::{App, Open};
use crate::covered::covered_ms;
use crate::error::AppError;
use crate::feedback::Marks;
use crate::jobs::{EndWithCaller, Job, JobKind};
use crate::series::filter_of;
use crate::topology::Naming;
use crate::wire::Millis;
use crate::workspaces::end_state;
use figures::{Known, Measured, Tally};
use scoring::{Plan, Said, Scope};
use units::Units;

pub use detect::detect_with;
pub use phrases::about;
pub(crate) use phrases::{name, name_key};
pub use rows::{
    CompareRequest, CompareRow, CompareSample, CompareSpan, CompareView, MethodAlarmRow, MethodView,
};

/// Alarms of a method that are drawn at most.
const MOST_SPANS: usize = 500;
/// Columns of the drawn series: two values each, a gap between any two of them, and the ends are at most 600 values.
const SAMPLE_COLUMNS: usize = 149;

/// Runs methods over the stored series of the open workspace and measures their alarms against what people said. Series
/// that are one workload are one, as for a detection.
///
/// Nothing is stored. It runs as a job, by which it can be cancelled; a comparison that is still under way is cancelled
/// first, because nobody waits for it any more. Every method is asked with its own limit; the slow ones about a part of
/// the series, which a note says.
///
/// What the figures mean:
///
/// - *marked*: findings that a person marked as real, as windows on their series. A window is *found* when an alarm of the
///   same series touches it; its *delay* is the time from its begin to that of the alarm. *Recall* is the share found.
/// - *false alarms*: alarms that were expected by what a person said (once, weekly, always, a maintenance) and touch no
///   real window of any of the series; where the request says so, also those of which nothing was said.
/// - *precision*: of the samples in alarms that count the share that lies in real windows. *F1* is the harmonic mean of
///   both, the composite F1 (point precision, event recall) of Garg, Zhang, Samaran, Savitha and Foo, *An Evaluation of
///   Anomaly Detection and Diagnosis in Multivariate Time Series*, IEEE Transactions on Neural Networks and Learning
///   Systems 33 (2021).
///
/// # Errors
///
/// `no_workspace`; `method_unknown` with the known ones; `selector` with the column; `range_reversed`;
/// `compare_no_series`; `cancelled`; store failures.
pub async fn compare_methods(app: &App, request: &CompareRequest) -> Result<CompareView, AppError> {
    let methods = methods_named(&request.methods)?;
    let open = app.open()?;
    let job = begin_only(app, &open);
    to_end(&open, &job, run(app, &open, request, methods, &job)).await
}

/// Begins the one job of its kind: nobody waits for another one any more.
pub(crate) fn begin_only(app: &App, open: &Open) -> Job {
    app.jobs().cancel_kind(JobKind::Compare);
    app.jobs().begin(app.bus(), JobKind::Compare, open.workspace.name(), None)
}

/// Does the work of a job, which ends with its caller.
pub(crate) async fn to_end<T>(
    open: &Arc<Open>,
    job: &Job,
    work: impl Future<Output = Result<T, AppError>>,
) -> Result<T, AppError> {
    let _end = EndWithCaller(job.clone());
    let _open = open.keep_open().await;
    let result = work.await;
    job.end(end_state(result.as_ref().map(|_| ()).map_err(Clone::clone)));
    result
}

/// Reads the word of a method.
///
/// # Errors
///
/// `method_unknown` with the known ones.
pub fn method_named(word: &str) -> Result<Method, AppError> {
    Method::named(word.trim()).ok_or_else(|| {
        let known: Vec<&str> = Method::ALL.into_iter().map(Method::as_str).collect();
        AppError::new("method_unknown").with("method", word.trim()).with("known", known.join(", "))
    })
}

/// Reads words of methods, each once and in the order of the catalogue; none are all.
fn methods_named(words: &[String]) -> Result<Vec<Method>, AppError> {
    let named: BTreeSet<Method> = words.iter().map(|word| method_named(word)).collect::<Result<_, _>>()?;
    Ok(Method::ALL.into_iter().filter(|method| named.is_empty() || named.contains(method)).collect())
}

async fn run(
    app: &App,
    open: &Open,
    request: &CompareRequest,
    methods: Vec<Method>,
    job: &Job,
) -> Result<CompareView, AppError> {
    let filter = filter_of(&request.filter)?;
    let scope = Scope::read(app, open, (&filter, &request.filter), None, request.range).await?;
    let covered_ms = covered_ms(open, &scope.rows, scope.range).await?;
    let naming = Naming::of(app, open).await;
    let units = Units::group(open, scope.rows).await?;
    let marks = Marks::read(open, &units, scope.range, &|key| naming.entity(key)).await?;
    let marks = Arc::new(marks);
    let rows = units.rows();
    let marked = rows.iter().map(|row| row.id).filter(|id| marks.is_marked(*id)).collect();
    let plan = Plan { methods, rows, range: scope.range, first: marked, is_capped: true };
    let mut gathered = Gathered::new(&plan, Arc::clone(&marks));
    let measured = Arc::clone(&marks);
    scoring::run(
        open,
        &plan,
        &units,
        job,
        move |row, samples, scored| Measured::new(row, samples, scored, &measured),
        |said| gathered.add(said),
    )
    .await?;
    let known = Known {
        marked: marks.n_real(),
        has_expected: marks.has_expected(),
        unmarked_is_false: request.unmarked_is_false == Some(true)
            && (marks.n_real() > 0 || marks.has_expected()),
    };
    let sample = sample(open, &plan, &units, gathered.best.as_ref().map(|best| best.series), job).await?;
    let rows: Vec<CompareRow> =
        plan.methods.iter().map(|method| gathered.row(*method, known, covered_ms)).collect();
    let mut capped: BTreeMap<usize, Vec<Method>> = BTreeMap::new();
    for method in &plan.methods {
        if let Some(most) = plan.cap(*method) {
            capped.entry(most).or_default().push(*method);
        }
    }
    let mut left_out = scope.left_out;
    left_out.extend(units.not_alone());
    let told = phrases::Told {
        marked: known.marked,
        has_expected: known.has_expected,
        unmarked_is_false: known.unmarked_is_false,
        series: plan.rows.len(),
        capped: &capped,
        refused: &gathered.refused,
        left_out: &left_out,
    };
    Ok(CompareView {
        range: plan.range.into(),
        covered: Millis(covered_ms),
        series: count(scope.matching),
        scored: count(gathered.scored.len()),
        marked: count(known.marked),
        unmarked_is_false: known.unmarked_is_false,
        lead: phrases::lead(&rows, gathered.scored.len(), known.marked),
        notes: phrases::notes(&told),
        rows,
        sample,
    })
}

/// What was said so far, with the alarms of the series that would be drawn.
struct Gathered {
    marks: Arc<Marks>,
    /// Series of which every method is asked.
    of_all: BTreeSet<SeriesId>,
    tallies: BTreeMap<Method, Tally>,
    scored: BTreeSet<SeriesId>,
    refused: BTreeMap<&'static str, BTreeSet<SeriesId>>,
    best: Option<Best>,
}

/// The series that would be drawn.
struct Best {
    series: SeriesId,
    rank: (usize, bool, f64),
    spans: BTreeMap<Method, Vec<CompareSpan>>,
}

impl Gathered {
    fn new(plan: &Plan, marks: Arc<Marks>) -> Self {
        let tallies = plan.methods.iter().map(|method| (*method, Tally::default())).collect();
        let mut of_all: BTreeSet<SeriesId> = plan.rows.iter().map(|row| row.id).collect();
        for method in plan.methods.iter().filter(|method| plan.cap(**method).is_some()) {
            let asked = plan.asked(*method);
            of_all.retain(|series| asked.contains(series));
        }
        Self { marks, of_all, tallies, scored: BTreeSet::new(), refused: BTreeMap::new(), best: None }
    }

    fn add(&mut self, said: Vec<Said<Measured>>) {
        let mut by_series: BTreeMap<SeriesId, BTreeMap<Method, Measured>> = BTreeMap::new();
        for one in said {
            let tally = self.tallies.entry(one.method).or_default();
            tally.took += one.took;
            match one.outcome {
                Ok(measured) => {
                    tally.add(&measured);
                    self.scored.insert(one.series);
                    by_series.entry(one.series).or_default().insert(one.method, measured);
                }
                Err(reason) => {
                    tally.refused += 1;
                    self.refused.entry(reason).or_default().insert(one.series);
                }
            }
        }
        for (series, methods) in by_series {
            self.offer(series, &methods);
        }
    }

    /// Takes a series as the one to be drawn when it has more marks than the one before, or departs more.
    fn offer(&mut self, series: SeriesId, methods: &BTreeMap<Method, Measured>) {
        if !self.of_all.contains(&series) {
            return;
        }
        // Scores of different methods are no common measure, so those of the first one that scored it decide.
        let peak = methods.values().next().and_then(Measured::peak).unwrap_or(0.0);
        let rank = (self.marks.real_of(series).len(), self.marks.is_marked(series), peak);
        let key = |rank: &(usize, bool, f64)| (rank.0, rank.1);
        let is_better = |best: &Best| {
            key(&rank)
                .cmp(&key(&best.rank))
                .then(rank.2.total_cmp(&best.rank.2))
                .then(best.series.cmp(&series))
                == std::cmp::Ordering::Greater
        };
        if self.best.as_ref().is_none_or(is_better) {
            let spans = methods.iter().map(|(method, measured)| (*method, spans(measured))).collect();
            self.best = Some(Best { series, rank, spans });
        }
    }

    fn row(&self, method: Method, known: Known, covered_ms: i64) -> CompareRow {
        let tally = self.tallies.get(&method).cloned().unwrap_or_default();
        let figures = tally.figures(known, covered_ms);
        let spans = self.best.as_ref().and_then(|best| best.spans.get(&method)).cloned();
        CompareRow {
            method: method.as_str().to_owned(),
            name: name(method),
            source: method.source().to_owned(),
            alarms: count(figures.alarms),
            alarms_per_week: figures.alarms_per_week,
            found: figures.found.map(count),
            false_alarms: figures.false_alarms.map(count),
            precision: figures.precision,
            recall: figures.recall,
            f1: figures.f1,
            median_delay: figures.median_delay_ms.map(Millis),
            took: millis(tally.took),
            scored: count(tally.scored),
            refused: count(tally.refused),
            spans: spans.unwrap_or_default(),
        }
    }
}

/// Returns the alarms that are drawn, by time.
fn spans(measured: &Measured) -> Vec<CompareSpan> {
    let mut alarms: Vec<_> = measured.alarms.iter().collect();
    alarms.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.start.cmp(&b.start)));
    alarms.truncate(MOST_SPANS);
    alarms.sort_by_key(|alarm| (alarm.start, Reverse(alarm.end)));
    let span = |alarm: &wardroom_analysis::methods::MethodAlarm| CompareSpan {
        start: alarm.start.into(),
        end: alarm.end.into(),
        score: alarm.score,
    };
    alarms.into_iter().map(span).collect()
}

/// Reads the series that is drawn, as few values.
async fn sample(
    open: &Open,
    plan: &Plan,
    units: &Units,
    series: Option<SeriesId>,
    job: &Job,
) -> Result<Option<CompareSample>, AppError> {
    let Some(series) = series else { return Ok(None) };
    let read = units.read(open, &[series], plan.range).await?;
    let Some(history) = read.into_iter().find(|history| history.row.id == series) else { return Ok(None) };
    let row = &history.row;
    let judged = scoring::judged(&history, &job.flag());
    let step = gaps::typical_step_ms(judged.times()).unwrap_or(60_000);
    let max_gap = step.saturating_mul(5).max(120_000);
    let drawn = min_max(judged.times(), judged.values(), plan.range, SAMPLE_COLUMNS, max_gap);
    Ok(Some(CompareSample {
        series: u32::try_from(row.id.0).unwrap_or(u32::MAX),
        name: row.key.to_string(),
        times: drawn.times.iter().map(|at| Millis::from(Timestamp::from_millis(*at))).collect(),
        values: drawn.values,
    }))
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn millis(duration: Duration) -> Millis {
    Millis(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}
