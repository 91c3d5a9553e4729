//! Feedback on real workspaces: what is said changes what is shown, everywhere, until it is taken back.

use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use wardroom_core::{
    Anomaly, AnomalyKind, Labels, MetricKind, Reason, Samples, Score, SeriesKey, TimeRange, Timestamp, Unit,
};
use wardroom_store::{BatchEnd, BatchKind, DetectionRun, Judged, NewSeries, NewSource, SeriesId, Workspace};

use super::*;
use crate::clock::FixedClock;
use crate::context::Start;
use crate::drills::rows::{AdviceMode, DrillOptions};
use crate::jobs::JobKind;
use crate::now::{self, NowView, Verdict};
use crate::phrase::PhraseValue;
use crate::series::{self, ChartRequest, FindingsRequest, FindingsView, MetricsRequest, MetricsView};
use crate::settings::Language;
use crate::wire::Span;
use crate::words::Words;
use crate::workspaces::made_demo::{DEMO_END, open_demo};
use crate::{detection, drills, workspaces};

mod windows;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Monday 2026-03-02T05:00:00Z, 06:00 in Berlin; `date -u -d 2026-03-02T05:00:00Z +%s`.
const MONDAY: i64 = 1_772_427_600_000;

async fn app_at(home: &Path, now: i64) -> App {
    let start = Start {
        data_dir: Some(home.to_owned()),
        clock: Some(Arc::new(FixedClock(Timestamp::from_millis(now)))),
        memory_secrets: true,
    };
    App::start(start).await.unwrap()
}

/// An empty workspace, looked at one hour after the Monday.
async fn shop(home: &Path) -> App {
    let app = app_at(home, MONDAY + HOUR).await;
    workspaces::create(&app, &home.join("shop.wardroom")).await.unwrap();
    app
}

fn finding(start: i64, end: Option<i64>, score: f64) -> Anomaly {
    Anomaly {
        kind: AnomalyKind::Level,
        start: Timestamp::from_millis(start),
        end: end.map(Timestamp::from_millis),
        step_ms: 15_000,
        score: Score::new(score),
        reason: Reason {
            observed: Some(0.9),
            peak: Some(1.0),
            expected: Some(0.1),
            lower: Some(0.0),
            upper: Some(0.2),
            slope_per_hour: None,
            rarer_than: 0.99,
            history_ms: 300_000_000,
            season_ms: None,
        },
    }
}

fn range(start: i64, end: i64) -> TimeRange {
    TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).unwrap()
}

/// Adds a series that lives from `first` to `last`.
async fn add(ws: &Workspace, metric: &str, labels: &[(&str, &str)], first: i64, last: i64) -> SeriesId {
    let at = Timestamp::from_millis(first);
    let source = if let Some(source) = ws.sources().await.unwrap().first() {
        source.id
    } else {
        let (name, kind) = ("metrics".to_owned(), "prometheus".to_owned());
        let new = NewSource { name, kind, config: "{}".to_owned(), created_at: at };
        ws.add_source(new).await.unwrap()
    };
    let key = SeriesKey::new(metric, Labels::new(labels.iter().copied()));
    let new = NewSeries { key, kind: MetricKind::Gauge, unit: Unit::Ratio };
    let id = ws.ensure_series(source, &[new], at).await.unwrap()[0];
    let samples = Samples::from_columns(vec![first, last], vec![0.1, 0.9]).unwrap();
    let mut batch = ws.begin_batch(source, BatchKind::Sync, at, String::new()).await.unwrap();
    batch.append(vec![(id, samples)]).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();
    id
}

async fn detect(ws: &Workspace, found: Vec<(SeriesId, Vec<Anomaly>)>) {
    let judged: Vec<Judged> =
        found.into_iter().map(|(series, found)| Judged { series, outcome: Ok(found) }).collect();
    let run = DetectionRun {
        judged: range(MONDAY - 100 * DAY, MONDAY + 100 * DAY),
        known_at: Timestamp::from_millis(MONDAY + HOUR),
        method: "by hand".to_owned(),
        duration_ms: 1,
    };
    ws.record_detection(&judged, &run).await.unwrap();
}

/// A database that is busy since 06:00 and a front whose errors began two minutes later.
async fn busy(home: &Path) -> App {
    let app = shop(home).await;
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let disk = add(ws, "disk_busy_ratio", &[("service", "db")], MONDAY - 9 * DAY, MONDAY + HOUR).await;
    let page = add(ws, "page_slow_ratio", &[("service", "web")], MONDAY - 9 * DAY, MONDAY + HOUR).await;
    let (first, second) = (finding(MONDAY, None, 0.95), finding(MONDAY + 2 * MINUTE, None, 0.7));
    detect(ws, vec![(disk, vec![first]), (page, vec![second])]).await;
    app
}

async fn now_view(app: &App) -> NowView {
    now::now(app, Some(range(MONDAY - MINUTE, MONDAY + HOUR))).await.unwrap()
}

async fn metrics_of(app: &App, start: i64, end: i64) -> MetricsView {
    series::metrics(app, &MetricsRequest::over(range(start, end).into())).await.unwrap()
}

async fn found_in(app: &App, start: i64, end: i64) -> FindingsView {
    let request = FindingsRequest { range: range(start, end).into(), entity: None, series: None };
    series::findings(app, &request).await.unwrap()
}

async fn say(app: &App, finding: &str, verdict: FeedbackVerdict) -> u32 {
    mark(app, &FeedbackDraft { finding: finding.to_owned(), verdict }).await.unwrap()
}

fn maintenance(start: i64, end: i64, reach: MaintenanceReach) -> FeedbackVerdict {
    FeedbackVerdict::Maintenance { window: MaintenanceWindow { range: range(start, end).into(), reach } }
}

fn english(phrase: &crate::phrase::Phrase) -> String {
    Words::with(Language::En, TimeZone::UTC).phrase(phrase)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expected_finding_leaves_the_sentence_and_is_listed_apart_until_it_is_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let app = busy(home.path()).await;
    let before = now_view(&app).await;
    let disk = before.findings[0].clone();
    assert_eq!((disk.entity.as_str(), before.finding_count, before.expected_count), ("db", 2, 0));
    let said = |value: &str| Some(PhraseValue::Text(value.to_owned()));
    assert_eq!((&disk.value, &disk.expected), (&said("90 %"), &said("10 %")));
    assert!(english(&before.headline).contains("db"), "{:?}", before.headline);

    let word = say(&app, &disk.id, FeedbackVerdict::ExpectedOnce).await;

    let after = now_view(&app).await;
    assert!(english(&after.headline).contains("web"), "{:?}", after.headline);
    assert_eq!((after.finding_count, after.expected_count, after.verdict), (1, 1, Verdict::Wrong));
    assert_eq!(after.expected[0].id, disk.id);
    let said = after.expected[0].feedback.clone().unwrap();
    assert_eq!(
        (said.id, said.standing, english(&said.phrase).as_str()),
        (word, FeedbackStanding::Expected, "Expected, this once.")
    );
    assert!(after.lead.iter().any(|p| english(p) == "One finding was expected."), "{:?}", after.lead);
    assert!(after.onsets.iter().all(|o| o.entity != "db"), "{:?}", after.onsets);
    let metrics = metrics_of(&app, MONDAY - MINUTE, MONDAY + HOUR).await;
    let row = metrics.rows.iter().find(|r| r.entity == "db").unwrap();
    assert_eq!((row.score, row.grade, &row.finding, metrics.finding_count), (None, None, &None, 1));
    assert_eq!(metrics.rows[0].entity, "web");
    assert!(metrics.rows[0].finding.is_some());
    let found = found_in(&app, MONDAY - MINUTE, MONDAY + HOUR).await;
    assert_eq!((found.findings.len(), found.expected.len(), found.expected_count), (1, 1, 1));

    undo_feedback(&app, word).await.unwrap();

    assert_eq!(now_view(&app).await, before);
    let items = feedback(&app).await.unwrap();
    assert_eq!((items.len(), items[0].id, items[0].undone), (1, word, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_wrong_when_all_of_it_was_expected() {
    let home = tempfile::tempdir().unwrap();
    let app = busy(home.path()).await;
    let disk = now_view(&app).await.findings[0].id.clone();

    say(&app, &disk, maintenance(MONDAY, MONDAY + HOUR, MaintenanceReach::Everything)).await;

    let after = now_view(&app).await;
    assert_eq!((after.verdict, after.finding_count, after.expected_count), (Verdict::Calm, 0, 2));
    assert!(after.onsets.is_empty() && after.findings.is_empty());
    assert_eq!(after.strip.counts.iter().flatten().sum::<u32>(), 0);
    assert!(after.heat.rows.iter().flat_map(|r| r.shares.iter().flatten()).all(|share| *share <= 0.0));
    assert!(after.lead.iter().any(|p| english(p) == "2 findings were expected."), "{:?}", after.lead);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maintenance_of_an_entity_leaves_others_and_what_is_real() {
    let home = tempfile::tempdir().unwrap();
    let app = busy(home.path()).await;
    let (disk, page) = {
        let view = now_view(&app).await;
        (view.findings[0].id.clone(), view.findings[1].id.clone())
    };
    say(&app, &disk, maintenance(MONDAY, MONDAY + HOUR, MaintenanceReach::Entity)).await;
    assert_eq!(now_view(&app).await.findings[0].id, page);

    let everything = say(&app, &disk, maintenance(MONDAY, MONDAY + HOUR, MaintenanceReach::Everything)).await;
    let real = say(&app, &page, FeedbackVerdict::Real).await;

    let after = now_view(&app).await;
    assert_eq!((after.findings[0].id.as_str(), after.finding_count), (page.as_str(), 1));
    let word = |row: &crate::now::FindingRow| row.feedback.clone().map(|f| (f.id, f.standing));
    assert_eq!(word(&after.findings[0]), Some((real, FeedbackStanding::Real)));
    assert_eq!(word(&after.expected[0]), Some((everything, FeedbackStanding::Expected)));
    assert_eq!(
        english(&after.expected[0].feedback.clone().unwrap().phrase),
        "Maintenance of everything from Mon 2 Mar 2026 05:00 to Mon 2 Mar 2026 06:00."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weekly_job_is_expected_at_its_local_time_in_summer_and_winter() {
    let home = tempfile::tempdir().unwrap();
    let app = shop(home.path()).await;
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let disk = add(ws, "disk_busy_ratio", &[("service", "db")], MONDAY - 9 * DAY, MONDAY + 40 * DAY).await;
    // Mondays at 06:00 in Berlin, which is 04:00Z from 29 March on; a Tuesday; and a Monday at 07:00.
    let starts = [0, 7 * DAY, 35 * DAY - HOUR, 36 * DAY - HOUR, 35 * DAY];
    let found = starts.iter().map(|s| finding(MONDAY + s, Some(MONDAY + s + 10 * MINUTE), 0.8)).collect();
    detect(ws, vec![(disk, found)]).await;
    let all = found_in(&app, MONDAY - DAY, MONDAY + 40 * DAY).await.findings;
    let first = all.iter().find(|f| f.start.0 == MONDAY).unwrap().id.clone();
    let zone = TimeZone::get("Europe/Berlin").unwrap();

    let draft = FeedbackDraft { finding: first, verdict: FeedbackVerdict::ExpectedWeekly };
    mark_in(&app, &draft, &zone).await.unwrap();

    let view = found_in(&app, MONDAY - DAY, MONDAY + 40 * DAY).await;
    let begun = |rows: &[crate::now::FindingRow]| -> Vec<i64> {
        let mut starts: Vec<i64> = rows.iter().map(|f| f.start.0 - MONDAY).collect();
        starts.sort_unstable();
        starts
    };
    assert_eq!(begun(&view.expected), [0, 7 * DAY, 35 * DAY - HOUR]);
    assert_eq!(begun(&view.findings), [35 * DAY, 36 * DAY - HOUR]);
    let item = feedback(&app).await.unwrap().remove(0);
    assert_eq!(english(&item.phrase), "Expected every Monday at 06:00 (Europe/Berlin).");
    assert_eq!((item.entity.as_str(), item.metric.as_str(), item.start.0), ("db", "disk_busy_ratio", MONDAY));
}

#[tokio::test(flavor = "multi_thread")]
async fn always_goes_on_with_the_pod_that_takes_the_place_of_another() {
    let home = tempfile::tempdir().unwrap();
    let app = shop(home.path()).await;
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let pod = |name: &'static str| [("service", "orders"), ("pod", name)];
    let (begin, turn, end) = (MONDAY - 9 * DAY, MONDAY, MONDAY + 9 * DAY);
    let old = add(ws, "queue_full_ratio", &pod("orders-7d9c5b8f6d-x2b4q"), begin, turn).await;
    let next = add(ws, "queue_full_ratio", &pod("orders-5f6b9c7d8d-q4v7z"), turn, end).await;
    let beside = add(ws, "queue_full_ratio", &pod("orders-5f6b9c7d8d-w8k2m"), begin, end).await;
    let on = |day: i64| vec![finding(MONDAY + day * DAY, Some(MONDAY + day * DAY + MINUTE), 0.8)];
    detect(ws, vec![(old, on(-1)), (next, on(2)), (beside, on(3))]).await;
    let all = found_in(&app, begin, end).await.findings;
    let first = all.iter().find(|f| i64::from(f.series) == old.0).unwrap().id.clone();

    say(&app, &first, FeedbackVerdict::ExpectedAlways).await;

    let view = found_in(&app, begin, end).await;
    let mut expected: Vec<i64> = view.expected.iter().map(|f| i64::from(f.series)).collect();
    expected.sort_unstable();
    assert_eq!(expected, [old.0, next.0]);
    assert_eq!(view.findings.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_real_stays_in_a_list_that_is_cut() {
    let home = tempfile::tempdir().unwrap();
    let app = shop(home.path()).await;
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let disk = add(ws, "disk_busy_ratio", &[("service", "db")], MONDAY - 9 * DAY, MONDAY + HOUR).await;
    let one = |n: i64| {
        let begin = MONDAY - 9 * HOUR + n * 2 * MINUTE;
        finding(begin, Some(begin + MINUTE), if n == 204 { 0.5 } else { 0.8 })
    };
    detect(ws, vec![(disk, (0..205).map(one).collect())]).await;
    let findings = ws.findings(None, None).await.unwrap();
    let last = findings.last().unwrap().id.to_string();
    let view = async || now::now(&app, Some(range(MONDAY - 9 * HOUR, MONDAY + HOUR))).await.unwrap();
    let before = view().await;
    assert!(before.findings.len() == 200 && before.findings.iter().all(|f| f.id != last));

    say(&app, &last, FeedbackVerdict::Real).await;

    let after = view().await;
    assert_eq!((after.findings.len(), after.finding_count), (201, 205));
    assert_eq!(after.findings[200].id, last);
    let ids = |view: &NowView| view.findings.iter().take(200).map(|f| f.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&after), ids(&before));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_shows_expected_findings_as_such() {
    let home = tempfile::tempdir().unwrap();
    let app = busy(home.path()).await;
    let disk = now_view(&app).await.findings[0].clone();
    let word = say(&app, &disk.id, FeedbackVerdict::ExpectedAlways).await;

    let request = ChartRequest {
        series: vec![disk.series],
        range: range(MONDAY - HOUR, MONDAY + HOUR).into(),
        width: 200,
        last_week: false,
    };
    let bytes = series::chart(&app, &request).await.unwrap();

    let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
    let header: series::ChartHeader = serde_json::from_slice(&bytes[4..4 + length]).unwrap();
    let said = header.series[0].findings[0].feedback.clone().unwrap();
    assert_eq!((said.id, said.standing), (word, FeedbackStanding::Expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_in_words() {
    let home = tempfile::tempdir().unwrap();
    let app = busy(home.path()).await;
    let disk = now_view(&app).await.findings[0].id.clone();
    let refused = async |finding: &str, verdict: FeedbackVerdict| -> String {
        let draft = FeedbackDraft { finding: finding.to_owned(), verdict };
        mark(&app, &draft).await.unwrap_err().code
    };
    let other = FactId::new(1, 99).to_string();
    let backwards = MaintenanceWindow {
        range: Span { start: crate::wire::Millis(5), end: crate::wire::Millis(5) },
        reach: MaintenanceReach::Entity,
    };

    assert_eq!(refused(&other, FeedbackVerdict::Real).await, "no_such_finding");
    assert_eq!(refused("not an id", FeedbackVerdict::Real).await, "no_such_finding");
    assert_eq!(refused(&disk, FeedbackVerdict::Maintenance { window: backwards }).await, "range_reversed");
    let before = maintenance(MONDAY - HOUR, MONDAY, MaintenanceReach::Entity);
    assert_eq!(refused(&disk, before).await, "feedback_window");
    assert_eq!(undo_feedback(&app, 7).await.unwrap_err().code, "no_such_feedback");
    let word = say(&app, &disk, FeedbackVerdict::Real).await;
    undo_feedback(&app, word).await.unwrap();
    assert_eq!(undo_feedback(&app, word).await.unwrap_err().code, "no_such_feedback");
    assert_eq!(now_view(&app).await.expected_count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_can_only_be_read_refuses_and_still_shows_what_was_said() {
    let home = tempfile::tempdir().unwrap();
    let writer = busy(home.path()).await;
    let disk = now_view(&writer).await.findings[0].id.clone();
    let word = say(&writer, &disk, FeedbackVerdict::ExpectedOnce).await;
    let reader = app_at(&home.path().join("other"), MONDAY + HOUR).await;
    workspaces::open_only(&reader, &home.path().join("shop.wardroom")).await.unwrap();

    let draft = FeedbackDraft { finding: disk, verdict: FeedbackVerdict::Real };
    let marked = mark(&reader, &draft).await.unwrap_err();
    let undone = undo_feedback(&reader, word).await.unwrap_err();

    assert_eq!((marked.code.as_str(), undone.code.as_str()), ("workspace_read_only", "workspace_read_only"));
    assert_eq!(now_view(&reader).await.expected_count, 1);
    assert_eq!(feedback(&reader).await.unwrap()[0].id, word);
    workspaces::close(&reader).await;
    workspaces::close(&writer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feedback_of_a_trainee_changes_the_screen_and_not_the_record_of_the_drill() {
    let home = tempfile::tempdir().unwrap();
    let app = app_at(home.path(), MONDAY).await;
    let path = home.path().join("drill.wardroom");
    let options = DrillOptions { advice: AdviceMode::Normal, speed: 1, coach: true };
    drills::start_by_hand(&app, "replica_lag", 7, "night shift", options, Some(path)).await.unwrap();
    let begin = drills::state(&app, Language::En).unwrap().unwrap().clock.start.0;
    drills::advance_to(&app, Timestamp::from_millis(begin + 3 * MINUTE)).await.unwrap();
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let job = app.jobs().begin(app.bus(), JobKind::Detect, ws.name(), None);
    detection::run(&app, &open, app.now(), &job).await.unwrap();
    let before = ws.drill_decisions(1).await.unwrap();
    let found = ws.findings(None, None).await.unwrap();
    let (id, start) = (found[0].id.to_string(), found[0].anomaly.start.as_millis());

    say(&app, &id, FeedbackVerdict::ExpectedOnce).await;

    // The drill detects by itself, too, so only the finding that was marked is looked at.
    let view = found_in(&app, start - HOUR, start + 2 * HOUR).await;
    assert!(view.findings.iter().all(|finding| finding.id != id));
    assert!(view.expected.iter().any(|finding| finding.id == id));
    assert_eq!(ws.drill_decisions(1).await.unwrap(), before);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fault_of_the_demo_is_expected_in_a_maintenance_and_back_when_that_is_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let end = DEMO_END.as_millis();
    let app = app_at(home.path(), end).await;
    open_demo(&app, home.path()).await;
    let before = now::now(&app, None).await.unwrap();
    assert_eq!(before.verdict, Verdict::Wrong);
    let onset = before.onsets[0].clone();

    let window = maintenance(onset.start.0, end + HOUR, MaintenanceReach::Everything);
    let word = say(&app, &onset.finding, window).await;

    let during = now::now(&app, None).await.unwrap();
    assert_ne!(during.headline, before.headline);
    // Nothing is lost: what was shown or held back still is, or is expected.
    let told = |view: &NowView| view.finding_count + view.expected_count + view.held_count;
    assert_eq!(told(&during), told(&before));
    assert!(during.expected_count > 0 && during.finding_count < before.finding_count);
    assert!(during.expected.iter().any(|f| f.id == onset.finding));
    // A start is known to one step; what counts began before the maintenance.
    assert!(during.findings.iter().all(|f| f.start.0 + f.step.0 < onset.start.0));
    assert!(during.expected.iter().all(|f| f.feedback.as_ref().is_some_and(|said| said.id == word)));

    undo_feedback(&app, word).await.unwrap();

    let after = now::now(&app, None).await.unwrap();
    assert_eq!(
        (&after.headline, &after.findings, after.expected_count),
        (&before.headline, &before.findings, 0)
    );
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn enough_labels_lower_what_looks_like_the_expected_and_taking_them_back_undoes_it() {
    let home = tempfile::tempdir().unwrap();
    let app = shop(home.path()).await;
    let open = app.open().unwrap();
    let ws = &open.workspace;
    // At 02:00Z what is expected, at 12:00Z what is real; on the last series nobody has said anything.
    let (night, noon) = (MONDAY - 3 * HOUR, MONDAY + 7 * HOUR);
    let mut found = Vec::new();
    for n in 0..13 {
        let name = format!("db-{n}");
        let labels = [("service", name.as_str())];
        let series = add(ws, "disk_busy_ratio", &labels, MONDAY - 9 * DAY, MONDAY + DAY).await;
        let both = [night, noon].map(|start| finding(start, Some(start + 10 * MINUTE), 0.8));
        found.push((series, both.to_vec()));
    }
    let last = found[12].0;
    detect(ws, found).await;
    let view = async || found_in(&app, MONDAY - DAY, MONDAY + DAY).await;
    let before = view().await;
    let stage = feedback_stage(&app).await.unwrap();
    assert!(!stage.used && stage.plain.is_none(), "{stage:?}");

    let mut words = Vec::new();
    for row in before.findings.iter().filter(|f| i64::from(f.series) != last.0) {
        let verdict =
            if row.start.0 == night { FeedbackVerdict::ExpectedOnce } else { FeedbackVerdict::Real };
        words.push(say(&app, &row.id, verdict).await);
    }

    let stage = feedback_stage(&app).await.unwrap();
    assert_eq!((stage.used, stage.real, stage.expected), (true, 12, 12));
    // Every score is the same, so the score alone is chance; the time of day tells all pairs apart.
    assert_eq!(
        english(&stage.phrase),
        "Learnt from 24 labels and in use: of labels held back it puts 100 % of pairs in order, the score alone 50 %."
    );
    let after = view().await;
    assert_eq!((after.findings.len(), after.expected.len()), (14, 12));
    let score = |start: i64| {
        let row = after.findings.iter().find(|f| i64::from(f.series) == last.0 && f.start.0 == start);
        row.unwrap().score
    };
    assert!(score(night) < 0.4 && (score(noon) - 0.8).abs() < 1e-9, "{} {}", score(night), score(noon));
    assert_eq!(after.findings[13].start.0, night);

    for word in words {
        undo_feedback(&app, word).await.unwrap();
    }

    assert_eq!(view().await, before);
}
