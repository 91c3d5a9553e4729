//! Methods on planted series, against what a person said of them.

use std::path::Path;

use futures_util::FutureExt as _;
use wardroom_core::{
    Anomaly, AnomalyKind, Labels, MetricKind, Reason, Samples, Score, SeriesKey, TimeRange, Unit,
};
use wardroom_store::{BatchEnd, BatchKind, DetectionRun, Judged, NewSeries, NewSource};

use super::*;
use crate::bill::{self, BillRequest};
use crate::context::Start;
use crate::feedback::{self, FeedbackDraft, FeedbackVerdict, WindowDraft, WindowOf};
use crate::jobs::JobState;
use crate::phrase::Phrase;
use crate::settings::Language;
use crate::wire::Span;
use crate::words::Words;
use crate::workspaces;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// 2026-11-02T00:00:00Z.
const BEGIN: i64 = 1_793_577_600_000;
/// Ten days at five minutes.
const SAMPLES: i64 = 2_880;

fn at(hours: i64) -> Timestamp {
    Timestamp::from_millis(BEGIN + hours * HOUR)
}

/// A day that goes up and down by 10 around 50 with noise of ±1, and 60 more for an hour at each of some hours.
fn course(seed: i64, plateaus: &[i64]) -> Samples {
    let mut samples = Samples::default();
    for i in 0..SAMPLES {
        let time = at(0).plus_millis(i * 5 * MINUTE);
        let hour = (time.as_millis() - BEGIN) / HOUR;
        let noise = ((i + seed) * 7919 % 2003) as f64 / 1001.5 - 1.0;
        let day = (i as f64 / 288.0 * std::f64::consts::TAU).sin() * 10.0;
        let more = if plateaus.contains(&hour) { 60.0 } else { 0.0 };
        samples.push(time, 50.0 + day + noise + more);
    }
    samples
}

fn an_hour(hours: i64) -> Anomaly {
    Anomaly {
        kind: AnomalyKind::Spike,
        start: at(hours),
        end: Some(at(hours + 1)),
        step_ms: 5 * MINUTE,
        score: Score::new(0.95),
        reason: Reason {
            observed: Some(110.0),
            peak: Some(110.0),
            expected: Some(50.0),
            lower: Some(40.0),
            upper: Some(60.0),
            slope_per_hour: None,
            rarer_than: 0.99,
            history_ms: 120_000_000,
            season_ms: None,
        },
    }
}

/// Web with plateaus at 156 h and 198 h, db without any, a fact, and a series of five samples. Findings are stored at
/// both plateaus, and on db at 100 h, where nothing is to be seen.
async fn planted(home: &Path) -> App {
    let start = Start { data_dir: Some(home.to_owned()), memory_secrets: true, ..Start::default() };
    let app = App::start(start).await.unwrap();
    workspaces::create(&app, &home.join("w.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    let new = NewSource {
        name: "m".to_owned(),
        kind: "file".to_owned(),
        config: "{}".to_owned(),
        created_at: at(0),
    };
    let source = open.workspace.add_source(new).await.unwrap();
    let series = [("load", "web"), ("load", "db"), ("build_info", "web"), ("load", "young")].map(
        |(metric, service)| NewSeries {
            key: SeriesKey::new(metric, Labels::new([("service", service)])),
            kind: MetricKind::Gauge,
            unit: Unit::Unknown,
        },
    );
    let ids = open.workspace.ensure_series(source, &series, at(0)).await.unwrap();
    let mut young = Samples::default();
    for i in 0..5 {
        young.push(at(239).plus_millis(i * 5 * MINUTE), i as f64);
    }
    let samples = [course(1, &[156, 198]), course(900, &[]), course(1, &[]), young];
    let mut batch =
        open.workspace.begin_batch(source, BatchKind::Sync, at(240), "test".to_owned()).await.unwrap();
    batch.append(ids.iter().copied().zip(samples).collect()).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();
    let judged = [vec![an_hour(156), an_hour(198)], vec![an_hour(100)]];
    let judged: Vec<Judged> =
        ids.iter().zip(judged).map(|(id, found)| Judged { series: *id, outcome: Ok(found) }).collect();
    let run = DetectionRun {
        judged: TimeRange::new(at(0), at(241)).unwrap(),
        known_at: at(240),
        method: "test".to_owned(),
        duration_ms: 1,
    };
    open.workspace.record_detection(&judged, &run).await.unwrap();
    app
}

async fn say(app: &App, hours: i64, verdict: FeedbackVerdict) {
    let findings = app.open().unwrap().workspace.findings(None, None).await.unwrap();
    let finding = findings.iter().find(|f| f.anomaly.start == at(hours)).unwrap().id.to_string();
    feedback::mark(app, &FeedbackDraft { finding, verdict }).await.unwrap();
}

fn of(methods: &[&str]) -> CompareRequest {
    let methods = methods.iter().map(|word| (*word).to_owned()).collect();
    CompareRequest { methods, ..CompareRequest::default() }
}

fn english(phrase: &Phrase) -> String {
    Words::with(Language::En, jiff::tz::TimeZone::UTC).phrase(phrase)
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_are_measured_against_what_a_person_said() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;
    say(&app, 156, FeedbackVerdict::Real).await;
    say(&app, 100, FeedbackVerdict::Real).await;
    say(&app, 198, FeedbackVerdict::ExpectedOnce).await;

    let view = compare_methods(&app, &of(&["standard"])).await.unwrap();
    let request = CompareRequest { unmarked_is_false: Some(true), ..of(&["standard"]) };
    let strict = compare_methods(&app, &request).await.unwrap();

    // By hand: of the two windows the one with a plateau is found, with it or up to a few samples later; the plateau that
    // was expected is the one false alarm.
    let row = &view.rows[0];
    assert_eq!((view.series, view.scored, view.marked, view.unmarked_is_false), (4, 2, 2, false));
    assert_eq!((row.found, row.false_alarms, row.recall), (Some(1), Some(1), Some(0.5)), "{row:#?}");
    assert!(row.median_delay.unwrap().0 <= 15 * MINUTE, "{row:#?}");
    // Both plateaus last an hour, so about half of the samples that count are right.
    let precision = row.precision.unwrap();
    assert!((0.25..=0.75).contains(&precision), "{row:#?}");
    let f1 = 2.0 * precision * 0.5 / (precision + 0.5);
    assert!((row.f1.unwrap() - f1).abs() < 1e-12);
    let weeks = (view.range.end.0 - view.range.start.0) as f64 / (7.0 * 24.0 * HOUR as f64);
    assert!((row.alarms_per_week * weeks - f64::from(row.alarms)).abs() < 1e-9);
    // With all others false, too: every alarm but those of the real plateau.
    let of_strict = &strict.rows[0];
    assert!(strict.unmarked_is_false && of_strict.alarms == row.alarms);
    assert!(of_strict.false_alarms >= row.false_alarms && of_strict.false_alarms < Some(row.alarms));
    // The drawn series is the one with marks: web, whose alarms include both plateaus.
    let sample = view.sample.as_ref().expect("two series were scored");
    assert!(sample.name.contains("web") && sample.times.len() <= 600, "{}", sample.name);
    assert_eq!(sample.times.len(), sample.values.len());
    let covers =
        |hours: i64| row.spans.iter().any(|s| s.start <= at(hours + 1).into() && s.end >= at(hours).into());
    assert!(covers(156) && covers(198), "{:?}", row.spans);
    assert_eq!(view.lead.key, "compare-lead-best");
    assert!(english(&view.lead).starts_with("Wardroom's default does best"), "{}", english(&view.lead));
    assert_eq!(app.jobs().rows()[0].state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_without_a_finding_is_found_by_who_sees_it_on_any_series_of_its_entity() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;
    let window = |entity: &str, hours: i64| WindowDraft {
        of: WindowOf::Entity { entity: entity.to_owned() },
        range: Span { start: at(hours).into(), end: at(hours + 1).into() },
    };
    for draft in [window("web", 156), window("web", 60), window("db", 120)] {
        feedback::mark_window(&app, &draft).await.unwrap();
    }

    let view = compare_methods(&app, &of(&["standard"])).await.unwrap();
    let of_db = CompareRequest { filter: "{service=\"db\"}".to_owned(), ..of(&["standard"]) };
    let of_db = compare_methods(&app, &of_db).await.unwrap();

    // Only the plateau at 156 h is to be seen; at 60 h and on db nothing is.
    let row = &view.rows[0];
    assert_eq!((view.marked, row.found, of_db.marked), (3, Some(1), 1), "{row:#?}");
    assert!(row.median_delay.unwrap().0 <= 15 * MINUTE, "{row:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_always_expected_on_a_series_covers_every_alarm_that_is_not_real() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;
    say(&app, 156, FeedbackVerdict::Real).await;
    say(&app, 198, FeedbackVerdict::ExpectedAlways).await;
    let of_web = CompareRequest { filter: "{service=\"web\"}".to_owned(), ..of(&["standard", "knn"]) };

    let view = compare_methods(&app, &of_web).await.unwrap();
    let strict = CompareRequest { unmarked_is_false: Some(true), ..of_web };
    let strict = compare_methods(&app, &strict).await.unwrap();

    // Nothing is left of which nothing was said, so it makes no difference how that counts.
    for (row, of_strict) in view.rows.iter().zip(&strict.rows) {
        assert!(row.found == Some(1) && row.false_alarms >= Some(1), "{row:#?}");
        assert!(row.false_alarms < Some(row.alarms), "{row:#?}");
        assert_eq!(row.false_alarms, of_strict.false_alarms);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_marks_only_alarms_and_time_are_told() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;
    let before = app.open().unwrap().workspace.findings(None, None).await.unwrap();

    let request = CompareRequest { unmarked_is_false: Some(true), ..of(&["peers", "standard"]) };
    let view = compare_methods(&app, &request).await.unwrap();

    let words: Vec<&str> = view.rows.iter().map(|row| row.method.as_str()).collect();
    assert_eq!(words, ["standard", "peers"], "in the order of the catalogue");
    assert!(!view.unmarked_is_false && view.marked == 0);
    for row in &view.rows {
        assert_eq!((row.found, row.false_alarms, row.precision), (None, None, None), "{row:#?}");
        assert_eq!((row.recall, row.f1, row.median_delay), (None, None, None), "{row:#?}");
    }
    // No series has a copy, and the young one is too short for any method.
    assert_eq!((view.rows[0].refused, view.rows[1].refused), (1, 3));
    assert_eq!(view.lead.key, "compare-lead-unmarked");
    // Who refuses every series has no alarm, and is not the quietest for that.
    let quietest = crate::phrase::PhraseValue::Word("method-standard".to_owned());
    assert_eq!(view.lead.values.get("method"), Some(&quietest));
    let notes: Vec<String> = view.notes.iter().map(english).collect();
    assert!(notes.iter().any(|note| note.contains("states a fact")), "{notes:#?}");
    assert!(notes.iter().any(|note| note.contains("no peers")), "{notes:#?}");
    let after = app.open().unwrap().workspace.findings(None, None).await.unwrap();
    assert_eq!(before, after, "nothing is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_method_alone_has_the_alarms_that_the_comparison_counts() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;

    let alone = detect_with(&app, "standard", "{service=\"web\"}").await.unwrap();
    let request = CompareRequest { filter: "{service=\"web\"}".to_owned(), ..of(&["standard"]) };
    let compared = compare_methods(&app, &request).await.unwrap();

    assert_eq!((alone.series, alone.scored), (2, 1));
    assert_eq!(alone.alarms.len(), compared.rows[0].alarms as usize);
    assert!(alone.alarms.windows(2).all(|pair| pair[0].score >= pair[1].score));
    assert!(alone.alarms.iter().all(|alarm| alarm.entity == "web" && alarm.metric == "load"));
    assert_eq!(alone.refused.len(), 1, "the fact: {:?}", alone.refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_without_series_is_told_apart_from_a_filter_that_matches_none() {
    let home = tempfile::tempdir().unwrap();
    let start = Start { data_dir: Some(home.path().to_owned()), memory_secrets: true, ..Start::default() };
    let app = App::start(start).await.unwrap();
    workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();

    let empty = compare_methods(&app, &of(&["standard"])).await.unwrap_err();

    assert_eq!(empty, AppError::new("no_series_yet"));
    workspaces::close(&app).await;
}

#[test]
fn one_of_a_kind_is_said_in_the_singular() {
    let words = Words::with(Language::En, jiff::tz::TimeZone::UTC);
    let of = |key: &str, n: usize| Phrase::new(key).count("n", n).count("marked", n).count("series", n);
    let unmarked =
        |n| of("compare-lead-unmarked", n).text("method", "LOF").text("alarms", "1.5").text("most", "2.0");
    let bill = |n| of("bill-lead-found", n).text("pages", "1.0").text("found", "1").span("delay", 60_000);
    let said = |phrase: Phrase| words.phrase(&phrase);

    assert!(said(unmarked(1)).starts_with("LOF has 1.5 alarms a week on one series. No finding"));
    assert!(said(unmarked(2)).starts_with("Of 2 methods on 2 series LOF is the quietest"));
    assert!(said(of("compare-lead-silent", 1)).starts_with("The method has no alarm on one series. No"));
    assert!(said(of("compare-lead-silent", 2)).starts_with("None of 2 methods has an alarm on 2 series. No"));
    assert!(said(of("compare-lead-none-found", 1)).starts_with("The method does not find the one window"));
    assert!(said(bill(1)).starts_with("1.0 pages a week; the one window marked as real is found"));
    assert!(said(bill(2)).starts_with("1.0 pages a week; 1 of 2 windows marked as real found"));
    let doubts = ["duplicates", "conflicts", "edges", "dangling", "orphans", "unowned"]
        .into_iter()
        .fold(Phrase::new("terminal-topology-doubts"), |phrase, name| phrase.count(name, 1));
    assert!(said(doubts).starts_with(
        "one possible double, one conflict, one unsure dependency, one that leads nowhere, 1 without any"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_refused_in_words() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;
    let reversed = Some(Span { start: at(2).into(), end: at(1).into() });
    let behind = Some(Span { start: at(500).into(), end: at(600).into() });

    let unknown = compare_methods(&app, &of(&["standard", "crystal ball"])).await.unwrap_err();
    let reversed = compare_methods(&app, &CompareRequest { range: reversed, ..of(&[]) }).await.unwrap_err();
    let behind = compare_methods(&app, &CompareRequest { range: behind, ..of(&[]) }).await.unwrap_err();
    let none = detect_with(&app, "knn", "no_such_metric").await.unwrap_err();

    assert_eq!(
        (unknown.code.as_str(), unknown.fields["method"].as_str()),
        ("method_unknown", "crystal ball")
    );
    let told = Words::with(Language::En, jiff::tz::TimeZone::UTC).error(&unknown);
    assert!(Method::ALL.into_iter().all(|method| told.contains(method.as_str())), "{told}");
    assert_eq!(reversed.code, "range_reversed");
    assert_eq!((behind.code.as_str(), none.code.as_str()), ("compare_no_series", "compare_no_series"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_that_nobody_waits_for_ends() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;

    let unfinished = compare_methods(&app, &of(&[])).now_or_never();

    assert!(unfinished.is_none());
    let job = &app.jobs().rows()[0];
    assert_eq!((job.kind, &job.state), (JobKind::Compare, &JobState::Cancelled));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bill_of_a_method_is_of_its_alarms_and_the_detector_is_kept_with_its_sensitivity() {
    let home = tempfile::tempdir().unwrap();
    let app = planted(home.path()).await;
    say(&app, 156, FeedbackVerdict::Real).await;
    say(&app, 198, FeedbackVerdict::ExpectedOnce).await;
    let request = BillRequest {
        filter: String::new(),
        entity: None,
        sensitivity: None,
        marked: Vec::new(),
        detector: Some("standard".to_owned()),
    };

    // As the window calls both: from any thread.
    let (task, asked) = (app.clone(), request.clone());
    let both = tokio::spawn(async move {
        let compared = compare_methods(&task, &of(&["standard"])).await.unwrap();
        (compared, bill::bill(&task, &asked).await.unwrap())
    });
    let (compared, first) = both.await.unwrap();
    bill::set_detector(&app, Some("standard"), 10).await.unwrap();
    let kept = bill::bill(&app, &request).await.unwrap();
    let of_findings = bill::bill(&app, &BillRequest { detector: None, ..request.clone() }).await.unwrap();
    let wrong = bill::set_detector(&app, Some("crystal ball"), 10).await.unwrap_err();

    // All alarms of the method but the one that was expected; half of its limits is a score of twice as much.
    let row = &compared.rows[0];
    assert_eq!((first.sensitivity, first.chosen.alarms), (20, row.alarms - 1), "{row:#?}");
    assert_eq!((first.marked, first.chosen.found, first.stored), (1, 1, None));
    assert_eq!(first.detector.as_deref(), Some("standard"));
    assert!((first.curve[9].least_score - 2.0).abs() < 1e-12);
    assert!(first.curve.windows(2).all(|pair| pair[0].alarms <= pair[1].alarms));
    assert_eq!((kept.sensitivity, kept.stored), (10, Some(10)));
    // The stored findings have a scale of their own; that another detector is kept is said.
    assert_eq!((of_findings.sensitivity, of_findings.stored), (4, None));
    assert!(of_findings.notes.iter().any(|note| note.key == "bill-kept"), "{:?}", of_findings.notes);
    assert_eq!(wrong.code, "method_unknown");
    bill::set_sensitivity(&app, 6).await.unwrap();
    let back = bill::bill(&app, &BillRequest { detector: None, ..request }).await.unwrap();
    assert_eq!((back.sensitivity, back.stored), (6, Some(6)));
}
