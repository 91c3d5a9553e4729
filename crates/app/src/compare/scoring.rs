//! Runs methods over stored series: part by part, on all cores, with progress, and with a limit for slow methods.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use wardroom_analysis::anomaly::{self, Refusal, values_judged};
use wardroom_analysis::methods::{self, Method, MethodInput, MethodScored};
use wardroom_core::{Samples, TimeRange};
use wardroom_store::{SeriesFilter, SeriesId, SeriesRow, SourceId};

use super::units::{Scored, Units};
use crate::changed::peers_of;
use crate::context::{App, Open};
use crate::detection;
use crate::error::AppError;
use crate::jobs::Job;
use crate::selector::Filter;
use crate::topology;
use crate::wire::Span;

/// Series that are held in memory at a time, as for a detection.
const AT_A_TIME: usize = 256;
/// Samples that are held in memory at a time, unless one series alone has more: 128 MB as stored and as much as judged.
const SAMPLES_AT_A_TIME: u64 = 8_000_000;
/// The series of a question, and the time.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// Series that measure something and have samples in the range.
    pub(crate) rows: Vec<SeriesRow>,
    /// The range, as far as there are samples.
    pub(crate) range: TimeRange,
    /// Series that match.
    pub(crate) matching: usize,
    /// Of those that match, how many state a fact, or have no samples in the range.
    pub(crate) left_out: BTreeMap<&'static str, usize>,
}

impl Scope {
    /// Chooses the series that match and belong to an entity.
    ///
    /// # Errors
    ///
    /// `range_reversed`; `no_series_yet`; `compare_no_series` when none has samples; store failures.
    pub(crate) async fn read(
        app: &App,
        open: &Open,
        filter: (&Filter, &str),
        entity: Option<&str>,
        range: Option<Span>,
    ) -> Result<Self, AppError> {
        let asked = range.map(TimeRange::try_from).transpose()?;
        let chosen = topology::choose(app, open, entity).await?;
        let mut all = open.workspace.series(&SeriesFilter::default()).await?;
        if all.is_empty() {
            return Err(AppError::new("no_series_yet"));
        }
        all.retain(|row| {
            filter.0.matches(&row.key) && chosen.as_ref().is_none_or(|chosen| chosen.has_series(&row.key))
        });
        let matching = all.len();
        let mut left_out: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut rows = Vec::with_capacity(all.len());
        for row in all {
            let is_there =
                extent(&row).is_some_and(|whole| asked.is_none_or(|range| overlap(whole, range) > 0));
            let reason = match (detection::is_a_fact(&row), is_there) {
                (true, _) => "fact",
                (false, false) => "empty",
                (false, true) => {
                    rows.push(row);
                    continue;
                }
            };
            *left_out.entry(reason).or_default() += 1;
        }
        let start = rows.iter().filter_map(|row| row.first).min();
        let end = rows.iter().filter_map(|row| row.last).max().map(|last| last.plus_millis(1));
        let within = |(start, end)| match asked {
            Some(range) => TimeRange::new(range.start().max(start), range.end().min(end)),
            None => TimeRange::new(start, end),
        };
        let range = start.zip(end).and_then(|extent| within(extent).ok());
        let range = range.ok_or_else(|| nothing_chosen("compare_no_series", filter.1, entity))?;
        Ok(Self { rows, range, matching, left_out })
    }
}

/// Says that a choice leaves no series, and which choice it was: that is what has to change.
pub(crate) fn nothing_chosen(code: &str, filter: &str, entity: Option<&str>) -> AppError {
    let (filter, entity) = (filter.trim(), entity.unwrap_or_default().trim());
    let choice = match (filter.is_empty(), entity.is_empty()) {
        (true, true) => "none",
        (true, false) => "entity",
        (false, true) => "filter",
        (false, false) => "both",
    };
    AppError::new(code).with("choice", choice).with("filter", filter).with("entity", entity)
}

/// What is to be run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The methods, in their order.
    pub(crate) methods: Vec<Method>,
    /// The series; one row for those that are one workload.
    pub(crate) rows: Vec<SeriesRow>,
    /// The time.
    pub(crate) range: TimeRange,
    /// Series that a slow method is asked about before all others.
    pub(crate) first: BTreeSet<SeriesId>,
    /// Whether slow methods are asked about a part of the series only.
    pub(crate) is_capped: bool,
}

impl Plan {
    /// Plans to ask one method about all series, however long it takes: a person chose it.
    pub(crate) fn of_one(method: Method, rows: Vec<SeriesRow>, range: TimeRange) -> Self {
        Self { methods: vec![method], rows, range, first: BTreeSet::new(), is_capped: false }
    }

    /// Returns how many series a method is asked about at most, where that is fewer than there are.
    pub(crate) fn cap(&self, method: Method) -> Option<usize> {
        most_series(method).filter(|most| self.is_capped && *most < self.rows.len())
    }

    /// Returns the series that a method is asked about: those that go first, then others evenly spread.
    pub(crate) fn asked(&self, method: Method) -> BTreeSet<SeriesId> {
        let most = self.cap(method).unwrap_or(self.rows.len());
        let is_first = |row: &&SeriesRow| self.first.contains(&row.id);
        let mut chosen: BTreeSet<SeriesId> =
            self.rows.iter().filter(is_first).take(most).map(|row| row.id).collect();
        let others: Vec<SeriesId> = self.rows.iter().filter(|row| !is_first(row)).map(|row| row.id).collect();
        let room = (most - chosen.len()).min(others.len());
        chosen.extend((0..room).map(|i| others[i * others.len() / room]));
        chosen
    }
}

/// Returns how many series a slow method is asked about at most in a comparison.
///
/// Ours: with a week at a minute for each of them, every method takes a minute or two of one core.
const fn most_series(method: Method) -> Option<usize> {
    match method {
        Method::Standard | Method::SeasonalBaseline | Method::ChangePoints | Method::Peers => None,
        Method::Forest | Method::ExtendedForest | Method::Remainder => Some(500),
        Method::LocalOutlier | Method::Density | Method::Neighbours | Method::MatrixProfile => Some(100),
    }
}

/// What a method said of a series.
#[derive(Clone, Debug)]
pub(crate) struct Said<T> {
    /// The series.
    pub(crate) series: SeriesId,
    /// The method.
    pub(crate) method: Method,
    /// What was taken of its scores, or why there are none.
    pub(crate) outcome: Result<T, &'static str>,
    /// How long it took on its core.
    pub(crate) took: Duration,
}

/// Runs the methods of a plan. `see` takes of the scores of a series what is needed, on the threads that compute; `told`
/// gets that of all methods for a part of the series at a time.
///
/// # Errors
///
/// `cancelled`; store failures.
pub(crate) async fn run<T: Send + 'static>(
    open: &Open,
    plan: &Plan,
    units: &Units,
    job: &Job,
    see: impl Fn(&SeriesRow, &Samples, MethodScored) -> T + Send + Sync + 'static,
    mut told: impl FnMut(Vec<Said<T>>),
) -> Result<(), AppError> {
    let asked: Arc<Vec<(Method, BTreeSet<SeriesId>)>> =
        Arc::new(plan.methods.iter().map(|method| (*method, plan.asked(*method))).collect());
    let total = asked.iter().map(|(_, series)| series.len()).sum();
    let (see, done) = (Arc::new(see), Arc::new(AtomicUsize::new(0)));
    job.count_in("series");
    job.progress(0, total as u64, 0);
    for rows in parts(&plan.rows, plan.range) {
        job.check()?;
        let ids: Vec<SeriesId> = rows.iter().map(|row| row.id).collect();
        let work = Work {
            scored: units.read(open, &ids, plan.range).await?,
            asked: Arc::clone(&asked),
            job: job.clone(),
            done: Arc::clone(&done),
            total,
        };
        let see = Arc::clone(&see);
        let said = tokio::task::spawn_blocking(move || work.run(&*see)).await;
        let said = said.map_err(|e| AppError::internal(&e))?;
        job.check()?;
        told(said);
    }
    Ok(())
}

/// A part of the histories.
struct Work {
    scored: Vec<Scored>,
    /// The methods, each with the units that it is asked about.
    asked: Arc<Vec<(Method, BTreeSet<SeriesId>)>>,
    job: Job,
    done: Arc<AtomicUsize>,
    total: usize,
}

impl Work {
    fn run<T: Send>(self, see: &(dyn Fn(&SeriesRow, &Samples, MethodScored) -> T + Sync)) -> Vec<Said<T>> {
        let flag = self.job.flag();
        let judged: Vec<Samples> = self.scored.par_iter().map(|history| judged(history, &flag)).collect();
        let mut groups: BTreeMap<(SourceId, String), Vec<usize>> = BTreeMap::new();
        for (place, Scored { row, .. }) in self.scored.iter().enumerate() {
            groups.entry((row.source, peers_of(row))).or_default().push(place);
        }
        let said_of = |method: Method, place: usize| {
            let row = &self.scored[place].row;
            let members = groups.get(&(row.source, peers_of(row))).map_or(&[][..], Vec::as_slice);
            let peers: Vec<&Samples> = if method == Method::Peers {
                members.iter().filter(|m| **m != place).map(|m| &judged[*m]).collect()
            } else {
                Vec::new()
            };
            let input = MethodInput { samples: &judged[place], peers: &peers };
            let (outcome, took) = timed(|| methods::score(method, &input, &flag));
            let outcome = outcome.map(|scored| see(row, &judged[place], scored));
            // What was taken for copies of one and is several was counted once.
            let done = (self.done.fetch_add(1, Ordering::Relaxed) + 1).min(self.total);
            self.job.progress(done as u64, self.total as u64, 0);
            Said {
                series: row.id,
                method,
                outcome: outcome.map_err(|refusal: Refusal| refusal.as_str()),
                took,
            }
        };
        let mut said = Vec::new();
        for (method, asked) in &*self.asked {
            let is_asked = |place: &usize| asked.contains(&self.scored[*place].unit);
            let places: Vec<usize> = (0..self.scored.len()).filter(is_asked).collect();
            let of_method: Vec<Said<T>> =
                places.into_par_iter().map(|place| said_of(*method, place)).collect();
            said.extend(of_method);
        }
        said
    }
}

/// Returns the values of a history that are judged, as a detection would judge them: by the class that was told last, or
/// else by the one that these samples have.
pub(crate) fn judged(history: &Scored, cancel: &AtomicBool) -> Samples {
    let Scored { row, samples, .. } = history;
    if !history.is_alone || row.class.is_some() {
        return values_judged(samples, history.kind);
    }
    values_judged(samples, anomaly::how_judged(samples, row.kind, cancel).kind)
}

thread_local! {
    /// The time of other pieces of work that this thread took up within the one under way.
    static WITHIN: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Runs a piece of work and returns how long it took.
///
/// A thread that waits for parts of its work on other threads takes up another piece meanwhile; its time is not counted
/// twice.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = WITHIN.replace(Duration::ZERO);
    let begun = Instant::now();
    let result = work();
    let elapsed = begun.elapsed();
    let within = WITHIN.replace(before + elapsed);
    (result, elapsed.saturating_sub(within))
}

/// Divides series into parts that fit into memory; the copies of one thing stay together as far as they fit.
fn parts(rows: &[SeriesRow], range: TimeRange) -> Vec<Vec<SeriesRow>> {
    let mut order: Vec<(SourceId, String, &SeriesRow)> =
        rows.iter().map(|row| (row.source, peers_of(row), row)).collect();
    order.sort_by(|a, b| (a.0, &a.1, a.2.id).cmp(&(b.0, &b.1, b.2.id)));
    let mut parts: Vec<(u64, Vec<SeriesRow>)> = Vec::new();
    for group in order.chunk_by(|a, b| (a.0, &a.1) == (b.0, &b.1)) {
        let of_group: u64 = group.iter().map(|(_, _, row)| samples_in(row, range)).sum();
        let fits = |n: usize, samples: u64, part: &(u64, Vec<SeriesRow>)| {
            part.1.len() + n <= AT_A_TIME && part.0 + samples <= SAMPLES_AT_A_TIME
        };
        // A group that does not fit into what is left of a part begins another one.
        if !parts.last().is_some_and(|part| fits(group.len(), of_group, part)) {
            parts.push((0, Vec::new()));
        }
        for (_, _, row) in group {
            let samples = samples_in(row, range);
            if !parts.last().is_some_and(|part| part.1.is_empty() || fits(1, samples, part)) {
                parts.push((0, Vec::new()));
            }
            if let Some(part) = parts.last_mut() {
                part.0 += samples;
                part.1.push((*row).clone());
            }
        }
    }
    parts.into_iter().map(|(_, rows)| rows).filter(|rows| !rows.is_empty()).collect()
}

/// Returns about how many samples of a series lie in a range.
fn samples_in(row: &SeriesRow, range: TimeRange) -> u64 {
    let Some(whole) = extent(row) else { return 0 };
    let (part, of) = (overlap(whole, range), u128::from(whole.millis().unsigned_abs()).max(1));
    u64::try_from(u128::from(row.samples) * u128::from(part) / of).unwrap_or(u64::MAX)
}

fn extent(row: &SeriesRow) -> Option<TimeRange> {
    let (first, last) = row.first.zip(row.last)?;
    TimeRange::new(first, last.plus_millis(1)).ok()
}

/// Returns how long two ranges overlap, in milliseconds.
fn overlap(a: TimeRange, b: TimeRange) -> u64 {
    let from = a.start().max(b.start()).as_millis();
    let to = a.end().min(b.end()).as_millis();
    if to > from { to.abs_diff(from) } else { 0 }
}

#[cfg(test)]
mod tests {
    use wardroom_core::{FactId, Labels, MetricKind, SeriesKey, Timestamp, Unit};

    use super::*;

    fn row(id: i64, metric: &str, pod: &str, samples: u64) -> SeriesRow {
        SeriesRow {
            id: SeriesId(id),
            fact: FactId::new(1, id.unsigned_abs()),
            source: SourceId(1),
            key: SeriesKey::new(metric, Labels::new([("pod", pod)])),
            kind: MetricKind::Gauge,
            unit: Unit::Unknown,
            first: Some(Timestamp::from_millis(0)),
            last: Some(Timestamp::from_millis(999)),
            samples,
            class: None,
        }
    }

    fn whole() -> TimeRange {
        TimeRange::new(Timestamp::from_millis(0), Timestamp::from_millis(1000)).unwrap()
    }

    #[test]
    fn parts_keep_copies_together_and_fit_into_memory() {
        let mut rows: Vec<SeriesRow> = (0..200).map(|i| row(i, "a", &i.to_string(), 10)).collect();
        rows.extend((200..300).map(|i| row(i, "b", &i.to_string(), 10)));
        rows.push(row(300, "c", "x", SAMPLES_AT_A_TIME));
        rows.push(row(301, "c", "y", 3 * SAMPLES_AT_A_TIME));

        let parts = parts(&rows, whole());

        let told: Vec<(String, usize)> =
            parts.iter().map(|part| (part[0].key.metric.clone(), part.len())).collect();
        // 200 and 100 copies do not fit into one part of 256; each of the large ones is a part of its own.
        let expected = [("a", 200), ("b", 100), ("c", 1), ("c", 1)].map(|(m, n)| (m.to_owned(), n));
        assert_eq!(told, expected);
    }

    #[test]
    fn half_a_range_has_about_half_of_the_samples() {
        let half = TimeRange::new(Timestamp::from_millis(500), Timestamp::from_millis(9_000)).unwrap();

        assert_eq!(samples_in(&row(1, "a", "x", 4_000), half), 2_000);
    }

    #[test]
    fn slow_methods_get_marked_series_first_and_others_evenly() {
        let rows: Vec<SeriesRow> = (0..1_000).map(|i| row(i, "a", "x", 10)).collect();
        let first = BTreeSet::from([SeriesId(998), SeriesId(999)]);
        let methods = vec![Method::Standard, Method::Neighbours];
        let plan = Plan { methods, rows, range: whole(), first, is_capped: true };

        let chosen: Vec<i64> = plan.asked(Method::Neighbours).into_iter().map(|id| id.0).collect();

        // Of the 998 others 98 at the places i · 998 / 98.
        assert_eq!(
            (chosen.len(), &chosen[..3], &chosen[97..]),
            (100, &[0, 10, 20][..], &[987, 998, 999][..])
        );
        assert_eq!((plan.cap(Method::Neighbours), plan.cap(Method::Standard)), (Some(100), None));
        assert_eq!(plan.asked(Method::Standard).len(), 1_000);
        let uncapped = Plan { is_capped: false, ..plan };
        assert_eq!(
            (uncapped.asked(Method::Neighbours).len(), uncapped.cap(Method::Neighbours)),
            (1_000, None)
        );
    }

    #[test]
    fn time_of_work_taken_up_within_other_work_is_counted_once() {
        let ((inner, outer), whole) = {
            let begun = Instant::now();
            let ((_, inner), outer) =
                timed(|| timed(|| (0..200_000_u64).map(std::hint::black_box).sum::<u64>()));
            ((inner, outer), begun.elapsed())
        };

        assert!(inner + outer <= whole, "{inner:?} and {outer:?} of {whole:?}");
    }
}
