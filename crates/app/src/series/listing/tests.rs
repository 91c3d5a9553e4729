//! The list of series: an answer is small whatever there is, and what is asked for is found in all of it.

use std::path::Path;
use std::sync::Arc;

use wardroom_core::{
    Anomaly, AnomalyKind, Labels, MetricKind, Reason, Score, SeriesKey, TimeRange, Timestamp, Unit,
};
use wardroom_store::{DetectionRun, Judged, NewSeries, NewSource, SeriesClass};

use super::*;
use crate::clock::FixedClock;
use crate::context::Start;
use crate::wire::Span;
use crate::workspaces;

const SERIES: usize = 5000;
const HOUR: i64 = 3_600_000;
/// 2026-03-02T05:00:00Z; `date -u -d 2026-03-02T05:00:00Z +%s`.
const START: i64 = 1_772_427_600_000;
/// What one answer to the window may weigh.
const BUDGET: usize = 256_000;

/// A workspace with so many series of pods, each with the labels that a cluster gives it, a class and a finding: the
/// later its place, the more surprising.
async fn fleet(home: &Path, series: usize) -> App {
    fleet_where(home, series, |_| true).await
}

/// The same, where only the series at some places have a finding.
async fn fleet_where(home: &Path, series: usize, has_finding: impl Fn(usize) -> bool) -> App {
    let start = Start {
        data_dir: Some(home.to_owned()),
        clock: Some(Arc::new(FixedClock(Timestamp::from_millis(START + HOUR)))),
        memory_secrets: true,
    };
    let app = App::start(start).await.unwrap();
    workspaces::create(&app, &home.join("fleet.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let at = Timestamp::from_millis(START);
    let (name, kind) = ("metrics".to_owned(), "prometheus".to_owned());
    let source = NewSource { name, kind, config: "{}".to_owned(), created_at: at };
    let source = ws.add_source(source).await.unwrap();
    let new: Vec<NewSeries> = (0..series).map(pod).collect();
    let ids = ws.ensure_series(source, &new, at).await.unwrap();
    let judged: Vec<Judged> = ids
        .iter()
        .enumerate()
        .map(|(place, id)| {
            let found = has_finding(place).then(|| risen(place, series));
            Judged { series: *id, outcome: Ok(found.into_iter().collect()) }
        })
        .collect();
    let run = DetectionRun {
        judged: TimeRange::new(at, Timestamp::from_millis(START + HOUR)).unwrap(),
        known_at: Timestamp::from_millis(START + HOUR),
        method: "by hand".to_owned(),
        duration_ms: 1,
    };
    ws.record_detection(&judged, &run).await.unwrap();
    let class = |place: usize| SeriesClass {
        word: if place.is_multiple_of(4) { "bursty" } else { "stationary" }.to_owned(),
        period_ms: None,
        known_at: at,
    };
    let classes = ids.iter().enumerate().map(|(place, id)| (*id, Some(class(place)))).collect();
    ws.record_classes(&classes, at).await.unwrap();
    app
}

fn pod(place: usize) -> NewSeries {
    let pod = format!("checkout-api-7d9f8b6c5d-{place:05}");
    let instance = format!("10.42.{}.{}:9100", place / 250, place % 250);
    let labels = [
        ("cluster", "prod-eu-west-1"),
        ("container", "checkout-api"),
        ("endpoint", "http-metrics"),
        ("instance", instance.as_str()),
        ("job", "kubernetes-pods"),
        ("namespace", "shop-production"),
        ("node", "ip-10-42-17-23.eu-west-1.compute.internal"),
        ("pod", pod.as_str()),
        ("service", "checkout-api"),
    ];
    let key = SeriesKey::new("container_memory_working_set_bytes", Labels::new(labels));
    NewSeries { key, kind: MetricKind::Gauge, unit: Unit::Bytes }
}

fn risen(place: usize, of: usize) -> Anomaly {
    Anomaly {
        kind: AnomalyKind::Level,
        start: Timestamp::from_millis(START + 60_000),
        end: None,
        step_ms: 15_000,
        score: Score::new(0.5 + 0.4 * place as f64 / of as f64),
        reason: Reason {
            observed: Some(123_456_789.0),
            peak: Some(223_456_789.0),
            expected: Some(23_456_789.0),
            lower: Some(13_456_789.0),
            upper: Some(33_456_789.0),
            slope_per_hour: None,
            rarer_than: 0.99,
            history_ms: 300_000_000,
            season_ms: None,
        },
    }
}

fn all() -> MetricsRequest {
    MetricsRequest::over(Span { start: Millis(START), end: Millis(START + HOUR) })
}

fn pods(view: &MetricsView) -> Vec<&str> {
    let labels = view.rows.iter().flat_map(|row| &row.labels);
    labels.filter(|(name, _)| name == "pod").map(|(_, value)| value.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_five_thousand_series_is_small_and_the_pages_are_the_list() {
    let home = tempfile::tempdir().unwrap();
    let app = fleet(home.path(), SERIES).await;
    let whole = every_series(&app, &all()).await.unwrap();
    assert_eq!((whole.rows.len(), whole.total, whole.of, whole.finding_count), (5000, 5000, 5000, 5000));
    assert_eq!(pods(&whole)[..2], ["checkout-api-7d9f8b6c5d-04999", "checkout-api-7d9f8b6c5d-04998"]);

    for offset in [0, 2500, 4950] {
        let request = MetricsRequest { offset: Some(offset), limit: Some(5000), ..all() };
        let page = metrics(&app, &request).await.unwrap();

        assert_eq!((page.total, page.shared.len(), page.classes.len()), (5000, 7, 2));
        assert_eq!(page.rows, whole.rows.iter().skip(offset as usize).take(100).cloned().collect::<Vec<_>>());
        assert!(page.rows.iter().all(|row| row.finding.is_some() && row.class_phrase.is_some()));
        let weight = serde_json::to_vec(&page).unwrap().len();
        assert!(weight < BUDGET, "{weight} bytes");
    }
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_is_found_placed_and_counted_in_the_whole_list() {
    let home = tempfile::tempdir().unwrap();
    let app = fleet(home.path(), 400).await;
    let whole = every_series(&app, &all()).await.unwrap();
    let (first, last) = (whole.rows[0].id, whole.rows[399].id);

    let searched = MetricsRequest { filter: r#"{pod=~".*0039[0-9]"}"#.to_owned(), ..all() };
    let searched = metrics(&app, &searched).await.unwrap();
    let bursty = MetricsRequest { class: Some("bursty".to_owned()), ..all() };
    let bursty = metrics(&app, &bursty).await.unwrap();
    let located =
        metrics(&app, &MetricsRequest { locate: Some(last), limit: Some(1), ..all() }).await.unwrap();
    let only = metrics(&app, &MetricsRequest { only: Some(vec![last, first]), ..all() }).await.unwrap();
    let behind = metrics(&app, &MetricsRequest { offset: Some(400), ..all() }).await.unwrap();

    assert_eq!((searched.total, searched.finding_count, searched.scored), (10, 10, 10));
    // Where all series say the same it is no chance, however few of them are listed.
    assert_eq!(searched.held_count, 0);
    assert_eq!(pods(&searched)[0], "checkout-api-7d9f8b6c5d-00399");
    let counts = |view: &MetricsView| -> Vec<(String, u32)> {
        view.classes.iter().map(|of| (of.class.clone(), of.count)).collect()
    };
    let expected = [("bursty".to_owned(), 100), ("stationary".to_owned(), 300)];
    assert_eq!((bursty.total, bursty.of, counts(&bursty)), (100, 400, expected.to_vec()));
    assert!(bursty.rows.iter().all(|row| row.class.as_deref() == Some("bursty")));
    assert_eq!((located.place, located.rows.len(), located.total), (Some(399), 1, 400));
    assert_eq!(only.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [first, last]);
    assert_eq!((behind.rows.len(), behind.total), (0, 400));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_back_is_counted_among_what_is_listed_and_weighed_among_all() {
    let home = tempfile::tempdir().unwrap();
    // 50 of 400 series have a finding of 0.85 to 0.9: so many of each are what chance brings to that many series.
    let app = fleet_where(home.path(), 400, |place| place >= 350).await;
    let range = TimeRange::try_from(all().range).unwrap();

    let whole = metrics(&app, &all()).await.unwrap();
    let bursty = MetricsRequest { class: Some("bursty".to_owned()), ..all() };
    let bursty = metrics(&app, &bursty).await.unwrap();
    let searched = MetricsRequest { filter: r#"{pod=~".*0039[0-9]"}"#.to_owned(), ..all() };
    let searched = metrics(&app, &searched).await.unwrap();
    let now = now::now(&app, Some(range)).await.unwrap();

    let counts = |view: &MetricsView| (view.finding_count, view.held_count);
    assert_eq!([&whole, &bursty, &searched].map(counts), [(50, 50), (12, 12), (10, 10)]);
    assert_eq!((now.finding_count, now.held_count), (0, 50));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_cut_from_one_list_until_something_is_written() {
    let home = tempfile::tempdir().unwrap();
    let app = fleet(home.path(), 40).await;
    let (open, at) = (app.open().unwrap(), Timestamp::from_millis(START + HOUR));
    let ask = async |request: &MetricsRequest| listed(&app, request).await.unwrap();
    let bursty = MetricsRequest { class: Some("bursty".to_owned()), ..all() };
    let (first, other) = (ask(&all()).await, ask(&bursty).await);

    let next = MetricsRequest { offset: Some(20), limit: Some(5), locate: Some(7), ..all() };
    assert!(Arc::ptr_eq(&ask(&next).await, &first) && Arc::ptr_eq(&ask(&bursty).await, &other));
    assert_eq!((first.matching.len(), other.matching.len()), (40, 10));

    let source = open.workspace.sources().await.unwrap()[0].id;
    open.workspace.ensure_series(source, &[pod(40)], at).await.unwrap();
    let grown = ask(&all()).await;
    let classes = grown.matching.iter().map(|row| (row.id, None)).collect();
    open.workspace.record_classes(&classes, at).await.unwrap();
    let unclassed = metrics(&app, &bursty).await.unwrap();
    let before = ask(&all()).await;
    open.topology.changed();

    assert_eq!(grown.matching.len(), 41);
    assert_eq!((unclassed.total, unclassed.of), (0, 41));
    assert!(!Arc::ptr_eq(&ask(&all()).await, &before), "names follow the model");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_findings_of_a_window_are_cut_counted_and_found_by_their_series() {
    let home = tempfile::tempdir().unwrap();
    let app = fleet(home.path(), 400).await;
    let last = every_series(&app, &all()).await.unwrap().rows[399].clone();
    let window = FindingsRequest { range: all().range, entity: None, series: None };

    let most = findings(&app, &window).await.unwrap();
    let own = findings(&app, &FindingsRequest { series: Some(last.id), ..window }).await.unwrap();

    assert_eq!((most.findings.len(), most.finding_count, most.expected_count), (80, 400, 0));
    assert!(most.findings.iter().all(|finding| finding.spark.is_empty()));
    assert!(serde_json::to_vec(&most).unwrap().len() < BUDGET / 2);
    assert_eq!((own.findings.len(), own.finding_count), (1, 1));
    assert_eq!(Some(&own.findings[0].id), last.finding.as_ref().map(|finding| &finding.id));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_scored_before_the_first_detection() {
    let home = tempfile::tempdir().unwrap();
    let start = Start { data_dir: Some(home.path().to_owned()), memory_secrets: true, ..Start::default() };
    let app = App::start(start).await.unwrap();
    workspaces::create(&app, &home.path().join("new.wardroom")).await.unwrap();
    let (open, at) = (app.open().unwrap(), Timestamp::from_millis(START));
    let (name, kind) = ("metrics".to_owned(), "prometheus".to_owned());
    let source = NewSource { name, kind, config: "{}".to_owned(), created_at: at };
    let source = open.workspace.add_source(source).await.unwrap();
    open.workspace.ensure_series(source, &[pod(0), pod(1)], at).await.unwrap();

    let view = metrics(&app, &all()).await.unwrap();

    assert_eq!((view.total, view.finding_count, view.scored), (2, 0, 0));
    workspaces::close(&app).await;
}
