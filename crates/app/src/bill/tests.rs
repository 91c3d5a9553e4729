//! The bill of stored findings, counted by hand.

use std::path::Path;

use wardroom_core::{
    Anomaly, AnomalyKind, Labels, MetricKind, Reason, Samples, Score, SeriesKey, Timestamp, Unit,
};
use wardroom_store::{BatchEnd, BatchKind, DetectionRun, Judged, NewSeries, NewSource};

use super::*;
use crate::context::Start;
use crate::feedback::{FeedbackDraft, FeedbackVerdict, WindowDraft, WindowOf};
use crate::settings::Language;
use crate::wire::Span;
use crate::words::Words;
use crate::workspaces;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// 2026-11-02T00:00:00Z.
const BEGIN: i64 = 1_793_577_600_000;

fn at(hours: i64) -> Timestamp {
    Timestamp::from_millis(BEGIN + hours * HOUR)
}

fn lasting_an_hour(hours: i64, score: f64) -> Anomaly {
    Anomaly {
        kind: AnomalyKind::Spike,
        start: at(hours),
        end: Some(at(hours + 1)),
        step_ms: MINUTE,
        score: Score::new(score),
        reason: Reason {
            observed: Some(9.0),
            peak: Some(9.0),
            expected: Some(1.0),
            lower: Some(0.0),
            upper: Some(2.0),
            slope_per_hour: None,
            rarer_than: 0.99,
            history_ms: 300_000_000,
            season_ms: None,
        },
    }
}

/// Two series of two weeks: web with findings of 0.95, 0.95 and 0.6, db with one of 0.95.
async fn scored(home: &Path) -> App {
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
    let series = ["web", "db"].map(|service| NewSeries {
        key: SeriesKey::new("errors", Labels::new([("service", service)])),
        kind: MetricKind::Gauge,
        unit: Unit::Unknown,
    });
    let ids = open.workspace.ensure_series(source, &series, at(0)).await.unwrap();
    let mut batch =
        open.workspace.begin_batch(source, BatchKind::Sync, at(336), "test".to_owned()).await.unwrap();
    let mut samples = Samples::default();
    for hours in 0..=336 {
        samples.push(at(hours), 1.0);
    }
    batch.append(ids.iter().map(|id| (*id, samples.clone())).collect()).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();
    let found = [
        vec![lasting_an_hour(10, 0.95), lasting_an_hour(60, 0.95), lasting_an_hour(110, 0.6)],
        vec![lasting_an_hour(200, 0.95)],
    ];
    let judged: Vec<Judged> =
        ids.iter().zip(found).map(|(id, found)| Judged { series: *id, outcome: Ok(found) }).collect();
    let run = DetectionRun {
        judged: TimeRange::new(at(0), at(337)).unwrap(),
        known_at: at(336),
        method: "test".to_owned(),
        duration_ms: 1,
    };
    open.workspace.record_detection(&judged, &run).await.unwrap();
    app
}

fn all() -> BillRequest {
    BillRequest { filter: String::new(), entity: None, sensitivity: None, marked: Vec::new(), detector: None }
}

fn english(phrase: &Phrase) -> String {
    Words::with(Language::En, jiff::tz::TimeZone::UTC).phrase(phrase)
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_a_week_are_those_of_the_stored_findings() {
    let home = tempfile::tempdir().unwrap();
    let app = scored(home.path()).await;

    let view = bill(&app, &all()).await.unwrap();
    let web = bill(&app, &BillRequest { filter: "{service=\"web\"}".to_owned(), ..all() }).await.unwrap();

    // By hand: three findings of 0.9 and more in two weeks, four of 0.5 and more; two of the three on web.
    assert_eq!((view.series, view.sensitivity, view.chosen.pages, view.curve[19].pages), (2, 4, 3, 4));
    assert!((view.chosen.pages_per_week - 1.5).abs() < 1e-3, "{:?}", view.chosen);
    assert_eq!((web.series, web.chosen.pages, web.curve[0].pages), (1, 2, 0));
    assert_eq!(english(&view.lead), "1.5 pages a week; no window is marked as real.");
    assert_eq!(view.notes.len(), 1, "two weeks are not extrapolated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_of_another_year_makes_no_detector_quieter() {
    let home = tempfile::tempdir().unwrap();
    let app = scored(home.path()).await;
    let open = app.open().unwrap();
    let web = open.workspace.series(&SeriesFilter::default()).await.unwrap().remove(0);
    let mut stray = Samples::default();
    stray.push(at(-20_000), 1.0);
    let mut batch =
        open.workspace.begin_batch(web.source, BatchKind::Sync, at(337), "test".to_owned()).await.unwrap();
    batch.append(vec![(web.id, stray)]).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();

    let view = bill(&app, &all()).await.unwrap();

    assert_eq!(view.period.start, Millis::from(at(-20_000)));
    assert!((view.chosen.pages_per_week - 1.5).abs() < 1e-3, "{:?}", view.chosen);
    let proof = english(&view.notes[0]);
    assert!(proof.contains("14 d of history"), "{proof}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_said_of_findings_is_in_the_bill() {
    let home = tempfile::tempdir().unwrap();
    let app = scored(home.path()).await;
    let open = app.open().unwrap();
    let findings = open.workspace.findings(None, None).await.unwrap();
    let of = |hours: i64| findings.iter().find(|f| f.anomaly.start == at(hours)).unwrap().id.to_string();
    for (hours, verdict) in
        [(10, FeedbackVerdict::Real), (110, FeedbackVerdict::Real), (60, FeedbackVerdict::ExpectedOnce)]
    {
        feedback::mark(&app, &FeedbackDraft { finding: of(hours), verdict }).await.unwrap();
    }

    let view = bill(&app, &all()).await.unwrap();
    let span = Span { start: at(300).into(), end: at(301).into() };
    let more = bill(&app, &BillRequest { marked: vec![span], ..all() }).await.unwrap();

    // By hand: of 0.9 and more the one at 10 h and that of db are left; of the two real ones the first is found.
    assert_eq!((view.marked, view.chosen.pages, view.chosen.found, view.chosen.unmarked), (2, 2, 1, 1));
    assert_eq!((view.curve[19].pages, view.curve[19].found), (3, 2));
    // 1.25 · log2(1 / (1 − 0.9 / 0.95)) = 5.31 minutes until an hour-long finding of 0.95 has reached 0.9.
    assert_eq!(view.chosen.median_delay, Some(Millis(318_595)));
    assert_eq!(
        english(&view.lead),
        "1.0 pages a week; 1 of 2 windows marked as real found, 5 min 19 s median delay."
    );
    assert_eq!((more.marked, more.chosen.found), (3, 1));
    let behind = Span { start: at(9000).into(), end: at(9001).into() };
    for detector in [None, Some("forest".to_owned())] {
        let request = BillRequest { marked: vec![behind], detector, ..all() };
        let refused = bill(&app, &request).await.unwrap_err();
        assert_eq!(refused.code, "window_outside_data");
        let said = Words::with(Language::En, jiff::tz::TimeZone::UTC).error(&refused);
        assert!(said.starts_with("Nothing was measured from 2027-11-12T00:00:00Z to"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_the_detector_missed_is_in_the_bill_of_what_it_is_on() {
    let home = tempfile::tempdir().unwrap();
    let app = scored(home.path()).await;
    let range = Span { start: at(30).into(), end: at(31).into() };
    let of = WindowOf::Entity { entity: "web".to_owned() };
    let word = feedback::mark_window(&app, &WindowDraft { of, range }).await.unwrap();
    let only = |service: &str| BillRequest { filter: format!("{{service=\"{service}\"}}"), ..all() };

    let view = bill(&app, &all()).await.unwrap();
    let (web, db) = (bill(&app, &only("web")).await.unwrap(), bill(&app, &only("db")).await.unwrap());

    // None of the findings lies at 30 h, so the detector has found nothing of what is real.
    assert_eq!((view.marked, view.chosen.found, web.marked, db.marked), (1, 0, 1, 0));
    feedback::undo_feedback(&app, word).await.unwrap();
    assert_eq!(bill(&app, &all()).await.unwrap().marked, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_that_touches_a_real_window_does_not_begin_it() {
    let home = tempfile::tempdir().unwrap();
    let app = scored(home.path()).await;
    let range = Span { start: at(60).plus_millis(30 * MINUTE).into(), end: at(62).into() };
    let of = WindowOf::Entity { entity: "web".to_owned() };
    feedback::mark_window(&app, &WindowDraft { of, range }).await.unwrap();

    let view = bill(&app, &all()).await.unwrap();

    // The finding of 60 h called somebody before the window began.
    assert_eq!((view.marked, view.chosen.found, view.chosen.median_delay), (1, 1, Some(Millis(0))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_sensitivity_is_taken_and_one_beyond_the_scale_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let app = scored(home.path()).await;

    set_sensitivity(&app, 20).await.unwrap();
    let kept = bill(&app, &all()).await.unwrap();
    let asked = bill(&app, &BillRequest { sensitivity: Some(1), ..all() }).await.unwrap();

    assert_eq!((kept.sensitivity, kept.stored, kept.chosen.pages), (20, Some(20), 4));
    assert_eq!((asked.sensitivity, asked.stored, asked.chosen.pages), (1, Some(20), 0));
    for wrong in [0, 21] {
        assert_eq!(set_sensitivity(&app, wrong).await.unwrap_err().code, "bill_sensitivity");
        let refused = bill(&app, &BillRequest { sensitivity: Some(wrong), ..all() }).await.unwrap_err();
        assert_eq!(refused.code, "bill_sensitivity");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_of_series_keeps_a_detector_of_its_own_until_it_is_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let app = scored(home.path()).await;
    let web = DetectorScope { filter: String::new(), entity: Some("web".to_owned()) };
    let of = |service: &str| BillRequest { entity: Some(service.to_owned()), ..all() };
    let keep = async |scope: &DetectorScope, detector: Option<&str>, sensitivity: u8| {
        let detector = detector.map(str::to_owned);
        keep_detector(&app, &KeptDetector { scope: scope.clone(), detector, sensitivity }).await
    };

    keep(&web, None, 20).await.unwrap();
    let own = bill(&app, &of("web")).await.unwrap();
    let others = bill(&app, &of("db")).await.unwrap();
    keep(&DetectorScope::default(), None, 10).await.unwrap();
    let inherited = bill(&app, &of("db")).await.unwrap();
    keep(&web, Some("forest"), 7).await.unwrap();
    let forest = bill(&app, &of("web")).await.unwrap();
    let listed = kept_detectors(&app).await.unwrap();

    assert_eq!((own.sensitivity, own.stored, own.own), (20, Some(20), true));
    assert_eq!((others.sensitivity, others.stored, others.own), (4, None, false));
    assert_eq!((inherited.stored, inherited.own), (Some(10), false));
    // The findings have a scale of their own; that another detector is kept for these series is said.
    assert_eq!((forest.stored, forest.own), (None, true));
    let said: Vec<String> = forest.notes.iter().map(english).collect();
    assert!(
        said.iter().any(|note| note.starts_with("For these series Isolation forest is kept")),
        "{said:?}"
    );
    let told: Vec<(Option<&str>, Option<&str>, u8)> = listed
        .iter()
        .map(|kept| (kept.scope.entity.as_deref(), kept.detector.as_deref(), kept.sensitivity))
        .collect();
    assert_eq!(told, [(None, None, 10), (Some("web"), Some("forest"), 7)]);
    forget_detector(&app, &web).await.unwrap();
    assert_eq!(bill(&app, &of("web")).await.unwrap().stored, Some(10));
    assert_eq!(forget_detector(&app, &web).await.unwrap_err().code, "bill_not_kept");
    forget_detector(&app, &DetectorScope::default()).await.unwrap();
    assert!(kept_detectors(&app).await.unwrap().is_empty());
    let unreadable = DetectorScope { filter: "load{".to_owned(), entity: None };
    assert_eq!(keep(&unreadable, None, 3).await.unwrap_err().code, "selector");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_newer_program_keeps_for_a_choice_of_series_stays() {
    let home = tempfile::tempdir().unwrap();
    let app = scored(home.path()).await;
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let scope = |entity: &str| DetectorScope { filter: String::new(), entity: Some(entity.to_owned()) };
    let draft = |entity: &str| KeptDetector { scope: scope(entity), detector: None, sensitivity: 20 };
    let newer = r#"[{"calls":["a","b"]},{"scope":{"filter":"","entity":"db"},"detector":null,"sensitivity":7,"until":9}]"#;
    let (other, of_web) = (r#"{"version":2}"#, BillRequest { entity: Some("web".to_owned()), ..all() });

    ws.set_meta("detectors", newer).await.unwrap();
    keep_detector(&app, &draft("web")).await.unwrap();
    let kept = ws.meta("detectors").await.unwrap().unwrap();
    let listed = kept_detectors(&app).await.unwrap();
    ws.set_meta("detectors", other).await.unwrap();
    let keep = keep_detector(&app, &draft("web")).await.unwrap_err();
    let forget = forget_detector(&app, &scope("web")).await.unwrap_err();
    let list = kept_detectors(&app).await.unwrap_err();
    let view = bill(&app, &of_web).await.unwrap();

    assert!(kept.contains(r#"{"calls":["a","b"]}"#) && kept.contains(r#""until":9"#), "{kept}");
    let told: Vec<Option<&str>> = listed.iter().map(|kept| kept.scope.entity.as_deref()).collect();
    assert_eq!(told, [Some("db"), Some("web")]);
    assert_eq!([keep.code, forget.code, list.code], ["bill_kept_unreadable"; 3]);
    assert_eq!(ws.meta("detectors").await.unwrap().as_deref(), Some(other));
    assert_eq!((view.stored, view.own), (None, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_detection_or_series_it_says_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let app = scored(home.path()).await;
    let none = BillRequest { filter: "no_such_metric".to_owned(), ..all() };

    let no_series = bill(&app, &none).await.unwrap_err();
    let nowhere = bill(&app, &BillRequest { entity: Some("nowhere".to_owned()), ..all() }).await.unwrap_err();
    let method =
        BillRequest { detector: Some("forest".to_owned()), entity: Some("nowhere".to_owned()), ..none };
    let by_method = bill(&app, &method).await.unwrap_err();
    workspaces::create(&app, &home.path().join("empty.wardroom")).await.unwrap();
    let not_scored = bill(&app, &all()).await.unwrap_err();

    let said = |error: &AppError| Words::with(Language::En, jiff::tz::TimeZone::UTC).error(error);
    assert_eq!(no_series.code, "bill_no_series");
    assert_eq!(said(&no_series), "No series with samples matches “no_such_metric”.");
    assert_eq!(said(&nowhere), "No series with samples belongs to “nowhere”. Choose another entity.");
    assert!(said(&by_method).contains("belongs to “nowhere” and matches “no_such_metric”"));
    assert_eq!(not_scored.code, "bill_not_scored");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_bill_is_not_kept() {
    let home = tempfile::tempdir().unwrap();
    let app = scored(home.path()).await;
    let keep = async |filter: &str, sensitivity: u8| {
        let scope = DetectorScope { filter: filter.to_owned(), entity: None };
        let request = BillRequest { filter: filter.to_owned(), sensitivity: Some(sensitivity), ..all() };
        keep_billed(&app, &KeptDetector { scope, detector: None, sensitivity }, &request).await
    };

    let refused = keep("no_such_metric", 7).await.unwrap_err();
    let none = kept_detectors(&app).await.unwrap();
    let billed = keep("", 8).await.unwrap();
    workspaces::create(&app, &home.path().join("empty.wardroom")).await.unwrap();
    set_sensitivity(&app, 5).await.unwrap();
    let not_scored = keep("", 3).await.unwrap_err();
    let stays = kept_detectors(&app).await.unwrap();

    assert_eq!([refused.code, not_scored.code], ["bill_no_series", "bill_not_scored"]);
    assert!(none.is_empty(), "{none:?}");
    assert_eq!((billed.sensitivity, billed.stored), (8, Some(8)));
    assert_eq!(stays.iter().map(|kept| kept.sensitivity).collect::<Vec<_>>(), [5]);
}

#[test]
fn windows_that_overlap_are_one() {
    let window = |from: i64, to: i64| TimeRange::new(at(from), at(to)).unwrap();

    let joined = joined(vec![window(5, 9), window(1, 3), window(2, 4), window(4, 5)]);

    assert_eq!(joined, [window(1, 4), window(4, 5), window(5, 9)]);
}
