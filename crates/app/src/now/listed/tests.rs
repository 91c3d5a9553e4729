//! A fault that touches many series is one row a thing, and no thing is lost behind the findings of another.

use std::path::Path;
use std::sync::Arc;

use wardroom_core::{Anomaly, AnomalyKind, Labels, MetricKind, Reason, Score, SeriesKey, Unit};
use wardroom_store::{BatchEnd, BatchKind, DetectionRun, Judged, NewSeries, NewSource, SourceId, Workspace};

use super::*;
use crate::clock::FixedClock;
use crate::context::{App, Start};
use crate::phrase::PhraseValue;
use crate::{now, workspaces};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Monday 2026-03-02T05:00:00Z; `date -u -d 2026-03-02T05:00:00Z +%s`.
const MONDAY: i64 = 1_772_427_600_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn shifted(start: i64, score: f64) -> Anomaly {
    Anomaly {
        kind: AnomalyKind::Level,
        start: at(start),
        end: Some(at(start + MINUTE)),
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

fn busy(id: i64, labels: &[(&str, &str)]) -> SeriesRow {
    SeriesRow {
        id: SeriesId(id),
        fact: FactId::new(1, 1),
        source: SourceId(1),
        key: SeriesKey::new("busy_ratio", Labels::new(labels.iter().copied())),
        kind: MetricKind::Gauge,
        unit: Unit::Ratio,
        first: None,
        last: None,
        samples: 0,
        class: None,
    }
}

fn stored(id: u64, series: i64, start: i64, score: f64) -> Stored {
    let (id, series, known_at) = (FactId::new(1, id), SeriesId(series), at(MONDAY));
    let anomaly = shifted(start, score);
    Stored { id, series, anomaly, known_at, updated_at: known_at, method: "by hand".to_owned() }
}

#[test]
fn a_thing_is_one_row_and_a_series_of_none_stands_for_itself() {
    let series = [
        busy(1, &[("service", "web"), ("instance", "a:1")]),
        busy(2, &[("service", "web"), ("instance", "b:1")]),
        busy(3, &[("service", "db")]),
        busy(4, &[("shard", "1")]),
        busy(5, &[("shard", "2")]),
    ];
    let index: Index<'_> = series.iter().map(|row| (row.id, row)).collect();
    let found = [
        stored(1, 2, MONDAY, 0.99),
        stored(2, 4, MONDAY, 0.9),
        stored(3, 3, MONDAY, 0.8),
        stored(4, 1, MONDAY - HOUR, 0.7),
        stored(5, 5, MONDAY, 0.6),
    ];
    let all: Vec<&Stored> = found.iter().collect();
    let listed: Vec<FindingRow> =
        found[..3].iter().map(|f| finding::row(f, index[&f.series], None)).collect();

    let folded = Folded::new(&all, &index, &Naming::default());

    assert_eq!(folded.count(), 4);
    assert_eq!(folded.heads(), BTreeSet::from([1, 2, 3, 5].map(|n| FactId::new(1, n))));
    let row = |n: u64, count: u32, began: i64| ThingRow {
        findings: vec![FactId::new(1, n).to_string()],
        count,
        began: at(began).into(),
    };
    assert_eq!(folded.rows(&listed), [row(1, 2, MONDAY - HOUR), row(2, 1, MONDAY), row(3, 1, MONDAY)]);
}

#[test]
fn series_that_no_label_names_weigh_one_by_one_whatever_their_source() {
    let of_another_file = SeriesRow { source: SourceId(2), ..busy(2, &[]) };
    let series = [busy(1, &[]), of_another_file, busy(3, &[("service", "web"), ("instance", "a:1")])];
    let index: Index<'_> = series.iter().map(|row| (row.id, row)).collect();
    let found = [
        stored(1, 1, MONDAY - 9 * MINUTE, 0.99),
        stored(2, 2, MONDAY - 9 * MINUTE, 0.99),
        stored(3, 3, MONDAY - 2 * MINUTE, 0.99),
    ];

    let group = now::main_group(&found, &index, at(MONDAY));

    let ids: Vec<FactId> = group.iter().map(|finding| finding.id).collect();
    assert_eq!(ids, [1, 2].map(|n| FactId::new(1, n)));
}

/// Adds a series that lives for nine days up to an hour after the Monday.
async fn add(ws: &Workspace, source: SourceId, service: &str) -> SeriesId {
    add_key(ws, source, SeriesKey::new("busy_ratio", Labels::new([("service", service)]))).await
}

async fn add_key(ws: &Workspace, source: SourceId, key: SeriesKey) -> SeriesId {
    let new = NewSeries { key, kind: MetricKind::Gauge, unit: Unit::Ratio };
    let id = ws.ensure_series(source, &[new], at(MONDAY)).await.unwrap()[0];
    let times = vec![MONDAY - 9 * DAY, MONDAY + HOUR];
    let samples = Samples::from_columns(times, vec![0.1, 0.9]).unwrap();
    let mut batch = ws.begin_batch(source, BatchKind::Sync, at(MONDAY), String::new()).await.unwrap();
    batch.append(vec![(id, samples)]).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();
    id
}

async fn shop(home: &Path) -> App {
    let start = Start {
        data_dir: Some(home.to_owned()),
        clock: Some(Arc::new(FixedClock(at(MONDAY + HOUR)))),
        memory_secrets: true,
    };
    let app = App::start(start).await.unwrap();
    workspaces::create(&app, &home.join("shop.wardroom")).await.unwrap();
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thing_is_listed_wherever_its_finding_stands_among_those_of_others() {
    let home = tempfile::tempdir().unwrap();
    let app = shop(home.path()).await;
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let (name, kind) = ("metrics".to_owned(), "prometheus".to_owned());
    let source = NewSource { name, kind, config: "{}".to_owned(), created_at: at(MONDAY) };
    let source = ws.add_source(source).await.unwrap();
    let (db, web) = (add(ws, source, "db").await, add(ws, source, "web").await);
    let first = MONDAY - 9 * HOUR;
    let many = (0..205).map(|n| shifted(first + n * 2 * MINUTE, 0.95)).collect();
    let judged = [(db, many), (web, vec![shifted(MONDAY, 0.9)])]
        .map(|(series, found)| Judged { series, outcome: Ok(found) });
    let run = DetectionRun {
        judged: TimeRange::new(at(MONDAY - 100 * DAY), at(MONDAY + 100 * DAY)).unwrap(),
        known_at: at(MONDAY + HOUR),
        method: "by hand".to_owned(),
        duration_ms: 1,
    };
    ws.record_detection(&judged, &run).await.unwrap();

    let range = TimeRange::new(at(first), at(MONDAY + HOUR)).unwrap();
    let view = now::now(&app, Some(range)).await.unwrap();

    assert_eq!((view.finding_count, view.thing_count, view.findings.len()), (206, 2, 201));
    let told: Vec<(usize, u32, i64)> =
        view.things.iter().map(|thing| (thing.findings.len(), thing.count, thing.began.0)).collect();
    assert_eq!(told, [(200, 205, first), (1, 1, MONDAY)]);
    let last = view.findings.last().unwrap();
    assert_eq!((last.entity.as_str(), &last.id), ("web", &view.things[1].findings[0]));
    assert!(!last.spark.is_empty(), "the row of a thing has its small line");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_that_no_label_names_is_told_by_its_source() {
    let home = tempfile::tempdir().unwrap();
    let app = shop(home.path()).await;
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let mut judged = Vec::new();
    for file in ["cpu.csv", "disk.csv"] {
        let (name, kind) = (file.to_owned(), "file".to_owned());
        let source = NewSource { name, kind, config: "{}".to_owned(), created_at: at(MONDAY) };
        let source = ws.add_source(source).await.unwrap();
        let series = add_key(ws, source, SeriesKey::new("value", Labels::default())).await;
        judged.push(Judged { series, outcome: Ok(vec![shifted(MONDAY, 0.95)]) });
    }
    let run = DetectionRun {
        judged: TimeRange::new(at(MONDAY - 100 * DAY), at(MONDAY + 100 * DAY)).unwrap(),
        known_at: at(MONDAY + HOUR),
        method: "by hand".to_owned(),
        duration_ms: 1,
    };
    ws.record_detection(&judged, &run).await.unwrap();

    let range = TimeRange::new(at(MONDAY - HOUR), at(MONDAY + HOUR)).unwrap();
    let view = now::now(&app, Some(range)).await.unwrap();

    let places: Vec<&PhraseValue> = view.findings.iter().map(|row| &row.title.values["entity"]).collect();
    let named = ["cpu.csv", "disk.csv"].map(|file| PhraseValue::Text(file.to_owned()));
    assert_eq!(places, named.iter().collect::<Vec<_>>());
}
