//! Series that move house: what is found when pods are renamed at every rollout and two replicas of the collector store
//! everything.

use std::path::Path;

use wardroom_core::{Score, Unit};
use wardroom_store::{BatchEnd, BatchKind, NewSeries, NewSource, SeriesFilter, SourceId};

use super::*;
use crate::bill::{BillRequest, bill};
use crate::changed::{ChangedRequest, changed};
use crate::compare::{CompareRequest, compare_methods, detect_with};
use crate::context::{App, Start};
use crate::detection::{self, DetectionOutcome};
use crate::feedback::{self, FeedbackDraft, FeedbackVerdict};
use crate::jobs::JobKind;
use crate::now::now;
use crate::series::{ChartHeader, ChartRequest, ChartSeries, chart};
use crate::settings::Language;
use crate::wire::Span;
use crate::workspaces;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 2026-11-02T00:00:00Z.
const BEGIN: i64 = 1_793_577_600_000;
/// Samples are two minutes apart.
const STEP: i64 = 2 * MINUTE;
/// When latency is shifted: the eleventh day, in the middle of a pod's life.
const SHIFT: i64 = BEGIN + 10 * DAY + 9 * HOUR;

/// What happens besides the rollouts.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// Latency is three times as high for 40 minutes.
    Slow,
}

async fn start(home: &Path) -> App {
    let start = Start { data_dir: Some(home.to_owned()), memory_secrets: true, ..Start::default() };
    let app = App::start(start).await.unwrap();
    workspaces::create(&app, &home.join("w.wardroom")).await.unwrap();
    app
}

async fn source(app: &App) -> SourceId {
    let new = NewSource {
        name: "m".to_owned(),
        kind: "file".to_owned(),
        config: "{}".to_owned(),
        created_at: Timestamp::from_millis(BEGIN),
    };
    app.open().unwrap().workspace.add_source(new).await.unwrap()
}

/// Stores series with their samples.
async fn store(app: &App, source: SourceId, all: Vec<(NewSeries, Samples)>) {
    let open = app.open().unwrap();
    let (keys, samples): (Vec<NewSeries>, Vec<Samples>) = all.into_iter().unzip();
    let at = Timestamp::from_millis(BEGIN + 15 * DAY);
    let ids = open.workspace.ensure_series(source, &keys, at).await.unwrap();
    let mut batch = open.workspace.begin_batch(source, BatchKind::Sync, at, "test".to_owned()).await.unwrap();
    batch.append(ids.into_iter().zip(samples).collect()).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();
}

async fn detect(app: &App) -> DetectionOutcome {
    let open = app.open().unwrap();
    let job = app.jobs().begin(app.bus(), JobKind::Detect, "w", None);
    detection::run(app, &open, Timestamp::from_millis(BEGIN + 15 * DAY), &job).await.unwrap()
}

/// Two values of noise in -1 to 1 that depend on the time alone.
fn noise(t: i64) -> f64 {
    let mut x = (t / 1_000).unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^= x >> 27;
    f64::from(u32::try_from(x >> 33).unwrap()) / f64::from(1_u32 << 30) - 1.0
}

fn load(t: i64) -> f64 {
    1.0 + 0.5 * (std::f64::consts::TAU * (t - BEGIN) as f64 / DAY as f64).sin()
}

/// The life of the pod of one day: a rollout every night at two, at a slightly different minute.
fn life(day: i64) -> (i64, i64) {
    let rollout = |day: i64| BEGIN + day * DAY + if day == 0 { 0 } else { 2 * HOUR + (day * 7 % 5) * STEP };
    (rollout(day), if day == 13 { BEGIN + 14 * DAY } else { rollout(day + 1) })
}

/// Latency and requests of one pod that is renamed every day for some days, stored by two replicas of the collector.
fn renamed_daily(days: std::ops::Range<i64>, fault: Fault) -> Vec<(NewSeries, Samples)> {
    let mut all = Vec::new();
    for day in days {
        let (from, to) = life(day);
        for (replica, offset) in [("a", 0), ("b", 11_000)] {
            let pod = format!("checkout-6b7f{day}c-x{day}k2z");
            let labels = Labels::new([("pod", pod.as_str()), ("replica", replica), ("service", "checkout")]);
            let (mut latency, mut requests, mut total) = (Samples::default(), Samples::default(), 0.0);
            // The replica starts a moment later and stores a moment later; what starts is slow for two minutes.
            for t in (from + offset..to).step_by(usize::try_from(STEP).unwrap()) {
                let slow = fault == Fault::Slow && (SHIFT..SHIFT + 40 * MINUTE).contains(&t);
                let cold = if t < from + 2 * MINUTE { 5.0 } else { 1.0 };
                let seconds = 0.05 * load(t) * (1.0 + 0.1 * noise(t / STEP * 1_000));
                latency.push(Timestamp::from_millis(t), seconds * if slow { 3.0 } else { cold });
                total += 100.0 * load(t) * (1.0 + 0.05 * noise(t / STEP * 1_000 + 7)) * STEP as f64 / 1_000.0;
                requests.push(Timestamp::from_millis(t), total);
            }
            let series = |metric: &str, kind, unit| NewSeries {
                key: SeriesKey::new(metric, labels.clone()),
                kind,
                unit,
            };
            all.push((series("latency_seconds", MetricKind::Gauge, Unit::Seconds), latency));
            all.push((series("requests_total", MetricKind::Counter, Unit::Count), requests));
        }
    }
    all
}

fn window(from: i64, to: i64) -> ChangedRequest {
    ChangedRequest {
        window: Span::from(TimeRange::new(Timestamp::from_millis(from), Timestamp::from_millis(to)).unwrap()),
        limit: 100,
        filter: String::new(),
        entity: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fourteen_rollouts_with_two_collectors_give_no_finding() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    let source = source(&app).await;
    store(&app, source, renamed_daily(0..14, Fault::None)).await;

    let outcome = detect(&app).await;

    let open = app.open().unwrap();
    let findings = open.workspace.findings(None, None).await.unwrap();
    assert!(findings.is_empty(), "{findings:#?}");
    // Two workloads are judged; 26 earlier names are joined, and the second replica of all is a copy.
    assert_eq!((outcome.scored, outcome.refused), (2, 54));
    let refusals = open.workspace.refusals(None).await.unwrap();
    assert_eq!(refusals, [(COPY.to_owned(), 28), (JOINED.to_owned(), 26)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_shift_of_latency_among_fourteen_rollouts_is_exactly_one_finding() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    let source = source(&app).await;
    store(&app, source, renamed_daily(0..14, Fault::Slow)).await;

    detect(&app).await;

    let open = app.open().unwrap();
    let findings = open.workspace.findings(None, None).await.unwrap();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!((findings[0].anomaly.start.as_millis() - SHIFT).abs() <= STEP);
    assert!(findings[0].anomaly.score >= Score::new(0.6));
    let series = open.workspace.series(&SeriesFilter::default()).await.unwrap();
    let of = series.iter().find(|row| row.id == findings[0].series).unwrap();
    let pod = of.key.labels.get("pod").unwrap();
    assert_eq!((of.key.metric.as_str(), pod), ("latency_seconds", "checkout-6b7f10c-x10k2z"));
    // It is named by the workload, and says what was joined.
    let range =
        TimeRange::new(Timestamp::from_millis(SHIFT - HOUR), Timestamp::from_millis(SHIFT + HOUR)).unwrap();
    let view = now(&app, Some(range)).await.unwrap();
    let row = view.findings.first().unwrap();
    assert_eq!((row.entity.as_str(), row.labels.as_str()), ("checkout", ""));
    let words = crate::words::Words::with(Language::En, jiff::tz::TimeZone::UTC);
    assert_eq!(
        words.phrase(row.joined.as_ref().unwrap()),
        "One history of 14 series: pod changed, the workload went on. Each is stored 2 times (replica) and counted once."
    );
    // Neither the ranking of its window nor the bill counts it twice.
    let ranking = changed(&app, &window(SHIFT - 10 * MINUTE, SHIFT + 30 * MINUTE)).await.unwrap();
    assert_eq!((ranking.judged, ranking.changed), (2, 1), "{:#?}", ranking.entities);
    let request = BillRequest {
        filter: String::new(),
        entity: None,
        sensitivity: Some(20),
        marked: Vec::new(),
        detector: None,
    };
    let bill = bill(&app, &request).await.unwrap();
    assert_eq!((bill.series, bill.chosen.alarms), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chart_of_a_pod_draws_the_history_that_was_judged() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    let source = source(&app).await;
    store(&app, source, renamed_daily(0..14, Fault::Slow)).await;
    let open = app.open().unwrap();
    let series = open.workspace.series(&SeriesFilter::default()).await.unwrap();
    let newest = series.iter().filter(|row| row.key.metric == "latency_seconds").max_by_key(|row| row.last);
    let id = u32::try_from(newest.unwrap().id.0).unwrap();
    let request = ChartRequest {
        series: vec![id],
        range: window(SHIFT - HOUR, SHIFT + HOUR).window,
        width: 200,
        last_week: true,
    };
    let before = header(&chart(&app, &request).await.unwrap());

    detect(&app).await;
    let after = header(&chart(&app, &request).await.unwrap());

    // The newest pod did not live then: alone it has nothing to show. The workload has two hours at two minutes, its band,
    // last week's course and the finding that lies on the pod of that day.
    assert_eq!((before.samples, before.ghost, before.findings.len()), (0, 0, 0));
    assert!(before.joined.is_none() && before.labels.contains("pod="), "{before:?}");
    assert!((58..=61).contains(&after.samples), "{after:?}");
    assert!(after.band > 0 && after.ghost > 0 && after.refused.is_none(), "{after:?}");
    assert_eq!((after.id, after.labels.as_str(), after.findings.len()), (id, "", 1), "{after:?}");
    assert_eq!(after.joined.unwrap().key, "joined-both");
}

fn header(bytes: &[u8]) -> ChartSeries {
    let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
    serde_json::from_slice::<ChartHeader>(&bytes[4..4 + length]).unwrap().series.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_compared_billed_and_run_alone_judge_the_workload_once() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    let source = source(&app).await;
    store(&app, source, renamed_daily(0..14, Fault::Slow)).await;
    detect(&app).await;
    let finding = app.open().unwrap().workspace.findings(None, None).await.unwrap().remove(0);
    let draft = FeedbackDraft { finding: finding.id.to_string(), verdict: FeedbackVerdict::Real };
    feedback::mark(&app, &draft).await.unwrap();
    let request = CompareRequest { methods: vec!["standard".to_owned()], ..CompareRequest::default() };

    let compared = compare_methods(&app, &request).await.unwrap();
    let alone = detect_with(&app, "standard", "").await.unwrap();
    let request = BillRequest {
        filter: String::new(),
        entity: None,
        sensitivity: Some(20),
        marked: Vec::new(),
        detector: Some("standard".to_owned()),
    };
    let billed = bill(&app, &request).await.unwrap();

    // 56 series are two workloads of 14 days, as for the detection, whose one finding lies on the pod of that day.
    assert_eq!((compared.series, compared.scored, compared.marked), (56, 2, 1));
    let row = &compared.rows[0];
    assert_eq!((row.found, row.refused), (Some(1), 0), "{row:#?}");
    assert!(row.median_delay.unwrap().0 <= 3 * STEP, "{row:#?}");
    assert_eq!((alone.scored, alone.alarms.len()), (2, usize::try_from(row.alarms).unwrap()));
    let slow = &alone.alarms[0];
    assert_eq!(
        (slow.metric.as_str(), slow.entity.as_str(), slow.labels.as_str()),
        ("latency_seconds", "checkout", "")
    );
    assert!((slow.start.0 - SHIFT).abs() <= 3 * STEP, "{slow:?}");
    let refused: Vec<(&str, u32)> = alone.refused.iter().map(|r| (r.reason.as_str(), r.count)).collect();
    assert_eq!(refused, [("refusal-copy", 28), ("refusal-joined", 26)]);
    assert_eq!((billed.series, billed.marked, billed.chosen.found), (2, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_stays_the_same_when_the_pod_is_renamed() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    let source = source(&app).await;
    store(&app, source, renamed_daily(0..11, Fault::Slow)).await;
    detect(&app).await;
    let open = app.open().unwrap();
    let before = open.workspace.findings(None, None).await.unwrap();
    store(&app, source, renamed_daily(11..13, Fault::Slow)).await;

    let outcome = detect(&app).await;

    let after = open.workspace.findings(None, None).await.unwrap();
    assert_eq!((before.len(), after.len(), outcome.new), (1, 1, 0), "{after:#?}");
    assert_eq!((before[0].id, before[0].series), (after[0].id, after[0].series));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_of_stable_nodes_stays_forty_series() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    let source = source(&app).await;
    let node = |i: i64| {
        let key =
            SeriesKey::new("node_load1", Labels::new([("instance", format!("node-{i}.example.net:9100"))]));
        let mut samples = Samples::default();
        for t in (BEGIN..BEGIN + 3 * DAY).step_by(usize::try_from(STEP).unwrap()) {
            let off = if i == 17 && t >= BEGIN + 3 * DAY - HOUR { 9.0 } else { 0.0 };
            samples.push(Timestamp::from_millis(t), 2.0 * load(t) + 0.2 * noise(t + i * 7_919_000) + off);
        }
        (NewSeries { key, kind: MetricKind::Gauge, unit: Unit::Unknown }, samples)
    };
    store(&app, source, (0..40).map(node).collect()).await;

    let outcome = detect(&app).await;

    assert_eq!((outcome.scored, outcome.refused, outcome.new), (40, 0, 1));
}

#[test]
fn a_large_workload_is_a_part_of_its_own_and_nothing_is_lost() {
    let row = |i: i64, samples: u64| SeriesRow {
        id: SeriesId(i),
        fact: "0".repeat(32).parse().unwrap(),
        source: SourceId(1),
        key: SeriesKey::new("m", Labels::new([("i", i.to_string())])),
        kind: MetricKind::Gauge,
        unit: Unit::Unknown,
        first: Some(Timestamp::from_millis(0)),
        last: Some(Timestamp::from_millis(DAY)),
        samples,
        class: None,
    };
    let rows: Vec<SeriesRow> = (0..700).map(|i| row(i, if i == 5 { MOST_SAMPLES } else { 10 })).collect();
    let workloads = workload::group(&known(&rows), &BTreeSet::new());

    let parts = parts(&rows, workloads);

    assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [5, 1, 256, 256, 182]);
}
