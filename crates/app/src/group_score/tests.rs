//! The series of an entity together: the same scores as the function that is measured, its alarms, and its refusals.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use futures_util::FutureExt as _;
use wardroom_analysis::anomaly::score_group;
use wardroom_core::{Labels, MetricKind, SeriesKey};
use wardroom_store::{BatchEnd, BatchKind, NewSeries, NewSource};

use super::*;
use crate::context::Start;
use crate::jobs::JobState;
use crate::settings::Language;
use crate::words::Words;
use crate::workspaces;

const MINUTE: i64 = 60_000;
/// 2026-11-02T00:00:00Z.
const BEGIN: i64 = 1_793_577_600_000;
/// A day at a minute.
const ROWS: usize = 1_440;
/// Where two of the three series of `web` depart, for five rows.
const AT: usize = 1_000;

/// The series of `web` by row: noise, in which `queue` and `latency` depart together, and a gap in `load`.
fn web(metric: usize, row: usize) -> Option<f64> {
    let departs = if metric > 0 && (AT..AT + 5).contains(&row) { 40.0 } else { 0.0 };
    (metric != 0 || row != 20).then_some(10.0 + uneven(row * 3 + metric) + departs)
}

/// An uneven number from −1 to 1 for every place: the fraction of its multiple of the golden ratio.
fn uneven(place: usize) -> f64 {
    let whole = place as f64 * 0.618_033_988_749_894_9;
    let again = whole.fract() * 997.0;
    2.0 * again.fract() - 1.0
}

fn time(row: usize) -> i64 {
    BEGIN + i64::try_from(row).unwrap() * MINUTE
}

fn samples(rows: usize, value: impl Fn(usize) -> Option<f64>) -> Samples {
    let mut samples = Samples::default();
    for row in 0..rows {
        if let Some(value) = value(row) {
            samples.push(Timestamp::from_millis(time(row)), value);
        }
    }
    samples
}

/// `web` has three series that move, one that stands still and a fact; `db` has one that moves and one that stands still;
/// `young` has two of ten rows.
async fn planted(home: &Path) -> App {
    let start = Start { data_dir: Some(home.to_owned()), memory_secrets: true, ..Start::default() };
    let app = App::start(start).await.unwrap();
    workspaces::create(&app, &home.join("w.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    let begin = Timestamp::from_millis(BEGIN);
    let new = NewSource {
        name: "m".to_owned(),
        kind: "file".to_owned(),
        config: "{}".to_owned(),
        created_at: begin,
    };
    let source = open.workspace.add_source(new).await.unwrap();
    let all: Vec<(&str, &str, Samples)> = vec![
        ("load", "web", samples(ROWS, |row| web(0, row))),
        ("queue", "web", samples(ROWS, |row| web(1, row))),
        ("latency", "web", samples(ROWS, |row| web(2, row))),
        ("limit", "web", samples(ROWS, |_| Some(5.0))),
        ("build_info", "web", samples(ROWS, |row| web(1, row))),
        ("load", "db", samples(ROWS, |row| web(0, row + 77))),
        ("limit", "db", samples(ROWS, |_| Some(5.0))),
        ("load", "young", samples(10, |row| web(0, row))),
        ("queue", "young", samples(10, |row| web(1, row))),
    ];
    let series: Vec<NewSeries> = all
        .iter()
        .map(|(metric, service, _)| NewSeries {
            key: SeriesKey::new(*metric, Labels::new([("service", *service)])),
            kind: MetricKind::Gauge,
            unit: Unit::Unknown,
        })
        .collect();
    let ids = open.workspace.ensure_series(source, &series, begin).await.unwrap();
    let known = Timestamp::from_millis(time(ROWS));
    let mut batch =
        open.workspace.begin_batch(source, BatchKind::Sync, known, "test".to_owned()).await.unwrap();
    let rows = ids.iter().copied().zip(all.into_iter().map(|(_, _, samples)| samples)).collect();
    batch.append(rows).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();
    app
}

fn of(entity: &str) -> GroupScoreRequest {
    GroupScoreRequest { entity: entity.to_owned(), filter: String::new(), columns: None }
}

fn english(phrase: &Phrase) -> String {
    Words::with(Language::En, jiff::tz::TimeZone::UTC).phrase(phrase)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scores_are_those_of_the_function_that_is_measured() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;
    let times: Vec<i64> = (0..ROWS).map(time).collect();
    let still = |_: usize| Some(5.0);
    // In the order of their names, as the workspace lists them: the last digits of a sum depend on it.
    let mut metrics: Vec<Vec<Option<f64>>> =
        [2, 0, 1].map(|metric| (0..ROWS).map(|row| web(metric, row)).collect()).into();
    metrics.push((0..ROWS).map(still).collect());
    let measured = score_group(&Group { times: &times, metrics: &metrics }, &AtomicBool::new(false)).unwrap();

    let view = group_score(&app, &of("web")).await.unwrap();

    assert_eq!(view.times, times.iter().map(|time| Millis(*time)).collect::<Vec<_>>());
    assert_eq!(view.scores, measured.scores.iter().copied().map(Some).collect::<Vec<_>>());
    let flagged: Vec<Millis> =
        times.iter().zip(&measured.flags).filter(|(_, flag)| **flag).map(|(time, _)| Millis(*time)).collect();
    assert_eq!(view.flagged, flagged);
    assert!(flagged.contains(&Millis(time(AT + 2))), "the departure of two series is no alarm");
    let told: Vec<(Millis, Millis, f64)> = view.alarms.iter().map(|a| (a.start, a.end, a.score)).collect();
    let said: Vec<(Millis, Millis, f64)> =
        measured.alarms.iter().map(|a| (a.start.into(), a.end.into(), a.score)).collect();
    assert_eq!(told, said);
    assert_eq!((view.series, view.scored, view.rows, view.step), (5, 3, 1_440, Millis(MINUTE)));
    let refused: Vec<(&str, u32)> = view.refused.iter().map(|r| (r.reason.as_str(), r.count)).collect();
    assert_eq!(refused, [("refusal-constant", 1), ("refusal-fact", 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_says_which_series_carry_it() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;

    let view = group_score(&app, &of("web")).await.unwrap();

    let highest = view.alarms.iter().max_by(|a, b| a.score.total_cmp(&b.score)).unwrap();
    assert!((time(AT - 1)..=time(AT + 5)).contains(&highest.peak.0), "{highest:?}");
    let mut named: Vec<&str> = highest.parts[..2].iter().map(|part| part.metric.as_str()).collect();
    named.sort_unstable();
    assert_eq!(named, ["latency", "queue"]);
    assert!(highest.parts[..2].iter().map(|part| part.share).sum::<f64>() > 0.75, "{highest:?}");
    let said = english(&highest.sentence);
    assert!(said.contains("latency") && said.contains("queue") && said.contains('%'), "{said}");
    let lead = english(&view.lead);
    assert!(lead.contains("web") && !lead.contains('{') && !lead.contains('$'), "{lead}");
}

#[tokio::test(flavor = "multi_thread")]
async fn drawn_scores_keep_the_highest_and_the_answer_is_the_same_twice() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;
    let whole = group_score(&app, &of("web")).await.unwrap();
    let few = GroupScoreRequest { columns: Some(50), ..of("web") };

    let drawn = group_score(&app, &few).await.unwrap();
    let again = group_score(&app, &few).await.unwrap();

    let highest = |view: &GroupScoreView| view.scores.iter().flatten().copied().fold(0.0, f64::max);
    assert!((highest(&drawn) - highest(&whole)).abs() < 1e-12);
    assert!(drawn.times.len() <= 2 * 50 + 2 && drawn.times.len() == drawn.scores.len());
    assert_eq!((&drawn.alarms, &drawn.flagged), (&whole.alarms, &whole.flagged));
    assert_eq!(GroupScoreView { took: drawn.took, ..again }, drawn);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_narrows_the_series_of_the_entity() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;

    let request = GroupScoreRequest { filter: "{__name__=~\"load|queue\"}".to_owned(), ..of("web") };
    let narrowed = group_score(&app, &request).await.unwrap();

    assert_eq!((narrowed.series, narrowed.scored), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_scored_together_is_refused_in_words() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;
    let cases: [(&str, &str, &[&str]); 4] = [
        ("nobody", "group_score_no_series", &["“nobody”. Choose another entity."]),
        ("", "group_score_no_series", &["No entity is named."]),
        ("db", "group_score_few", &["db", "never changed"]),
        ("young", "group_score_few", &["young", "too short"]),
    ];
    for (entity, code, said) in cases {
        let error = group_score(&app, &of(entity)).await.unwrap_err();

        assert_eq!(error.code, code, "{entity}");
        let words = Words::with(Language::En, jiff::tz::TimeZone::UTC).error(&error);
        assert!(said.iter().all(|part| words.contains(part)), "{words}");
        assert!(!words.contains('{') && !words.contains('$'), "{words}");
    }
    let narrowed = GroupScoreRequest { filter: "nothing".to_owned(), ..of("web") };
    let narrowed = group_score(&app, &narrowed).await.unwrap_err();
    let words = Words::with(Language::En, jiff::tz::TimeZone::UTC).error(&narrowed);
    assert!(words.contains("belongs to “web” and matches “nothing”"), "{words}");
    let filter = GroupScoreRequest { filter: "{".to_owned(), ..of("web") };
    assert_eq!(group_score(&app, &filter).await.unwrap_err().code, "selector");
    let large = small_enough("web", MOST_VALUES + 1).unwrap_err();
    assert_eq!((large.code.as_str(), large.fields["millions"].as_str()), ("group_score_large", "9"));
    assert_eq!(small_enough("web", MOST_VALUES), Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_that_nobody_waits_for_end() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;

    let unfinished = group_score(&app, &of("web")).now_or_never();

    assert!(unfinished.is_none());
    let job = &app.jobs().rows()[0];
    assert_eq!((job.kind, &job.state), (JobKind::GroupScore, &JobState::Cancelled));
}
