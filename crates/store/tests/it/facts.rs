//! Sources, series, findings, rules, alerts and import records.

use std::collections::BTreeMap;

use wardroom_core::{
    Alert, AlertState, Anomaly, AnomalyKind, Labels, MetricKind, Reason, Rule, RuleKind, Score, SeriesKey,
    Unit,
};
use wardroom_store::{
    BadRow, DetectionChange, DetectionRun, ImportRecord, Judged, NewSeries, SeriesFilter, SeriesId,
};

use crate::{add_series, add_source, at, in_memory, new_series, range};

fn anomaly(kind: AnomalyKind, start: i64, end: Option<i64>, score: f64) -> Anomaly {
    Anomaly {
        kind,
        start: at(start),
        end: end.map(at),
        step_ms: 10,
        score: Score::new(score),
        reason: Reason {
            observed: Some(3.0),
            peak: None,
            expected: Some(1.0),
            lower: Some(0.5),
            upper: Some(1.5),
            slope_per_hour: None,
            rarer_than: 0.99,
            history_ms: 4_620_000,
            season_ms: Some(86_400_000),
        },
    }
}

fn run(known_at: i64) -> DetectionRun {
    DetectionRun {
        judged: range(0, 1000),
        known_at: at(known_at),
        method: "band/1".to_owned(),
        duration_ms: 12,
    }
}

fn judged(series: SeriesId, anomalies: Vec<Anomaly>) -> Judged {
    Judged { series, outcome: Ok(anomalies) }
}

#[tokio::test]
async fn a_source_comes_back_as_it_was_stored() {
    let workspace = in_memory().await;
    let id = add_source(&workspace, "shop").await;
    let mut row = workspace.source(id).await.unwrap().unwrap();
    assert_eq!((row.paused, row.follow_allowed, row.follow_step_ms), (false, false, 15_000));

    row.paused = true;
    row.retention_ms = Some(1);
    row.last_sync = Some(at(9));
    row.last_error = Some("{\"code\":\"denied\"}".to_owned());
    workspace.update_source(&row).await.unwrap();

    assert_eq!(workspace.sources().await.unwrap(), [row]);
}

#[tokio::test]
async fn series_keep_their_numbers_and_learn_what_they_are() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let wanted = [new_series("b", "x"), new_series("a", "y"), new_series("b", "x")];
    let first = workspace.ensure_series(source, &wanted, at(1)).await.unwrap();

    let known = NewSeries { kind: MetricKind::Counter, unit: Unit::Bytes, ..new_series("a", "y") };
    let other = NewSeries { kind: MetricKind::Gauge, ..known.clone() };
    let again = workspace.ensure_series(source, &[known.clone(), new_series("c", "z")], at(2)).await.unwrap();
    workspace.ensure_series(source, &[other], at(3)).await.unwrap();

    assert_eq!(first[0], first[2]);
    assert_eq!(again[0], first[1]);
    let rows = workspace.series(&SeriesFilter::default()).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.key.metric.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!((rows[0].kind, rows[0].unit, &rows[0].key), (MetricKind::Counter, Unit::Bytes, &known.key));
    let by_metric = SeriesFilter { metric: Some("b".to_owned()), ..SeriesFilter::default() };
    assert_eq!(workspace.series(&by_metric).await.unwrap().len(), 1);
    let by_id = SeriesFilter { ids: Some(vec![again[1]]), ..SeriesFilter::default() };
    assert_eq!(workspace.series(&by_id).await.unwrap()[0].key.metric, "c");
}

#[tokio::test]
async fn every_series_is_found_again_by_its_key() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let other = add_source(&workspace, "q").await;
    // More than one statement takes, and keys that a text of SQL or JSON would end at.
    let mut wanted: Vec<NewSeries> = (0..1203).map(|i| new_series("up", &format!("host{i}"))).collect();
    let odd = ["it's", "a \"b\", c", "\u{0}behind", "", "副本", "\\"];
    wanted.extend(odd.map(|text| new_series(text, text)));
    workspace.ensure_series(other, &wanted, at(1)).await.unwrap();
    let (some, all) = (&wanted[600..], &wanted[..]);

    let first = workspace.ensure_series(source, some, at(2)).await.unwrap();
    let again = workspace.ensure_series(source, all, at(3)).await.unwrap();
    let rows = workspace.series(&SeriesFilter { source: Some(source), ..SeriesFilter::default() }).await;

    assert_eq!(first, again[600..]);
    let stored: BTreeMap<SeriesId, SeriesKey> = rows.unwrap().into_iter().map(|r| (r.id, r.key)).collect();
    assert_eq!(stored.len(), wanted.len());
    assert!(wanted.iter().zip(&again).all(|(new, id)| stored.get(id) == Some(&new.key)));
}

#[tokio::test]
async fn detecting_again_updates_and_withdraws_findings() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let ids = add_series(&workspace, source, 2).await;
    let level = anomaly(AnomalyKind::Level, 500, None, 0.7);
    let spike = anomaly(AnomalyKind::Spike, 100, Some(120), 0.9);
    let first = [judged(ids[0], vec![level.clone(), spike.clone()]), judged(ids[1], vec![level.clone()])];
    let change = workspace.record_detection(&first, &run(1)).await.unwrap();
    assert_eq!(change, DetectionChange { new: 3, updated: 0, withdrawn: 0 });
    let same = workspace.record_detection(&first, &run(2)).await.unwrap();
    assert_eq!(same, DetectionChange::default());
    let before = workspace.findings(None, None).await.unwrap();

    // The onset moved by two steps and the score rose; the spike is gone.
    let moved = Anomaly { start: at(520), score: Score::new(0.95), ..level.clone() };
    let change = workspace.record_detection(&[judged(ids[0], vec![moved])], &run(3)).await.unwrap();

    assert_eq!(change, DetectionChange { new: 0, updated: 1, withdrawn: 1 });
    let now = workspace.findings(None, None).await.unwrap();
    assert_eq!(now.len(), 2);
    assert_eq!((now[0].anomaly.start, now[0].anomaly.score), (at(500), Score::new(0.95)));
    assert_eq!((now[0].known_at, now[0].updated_at, now[0].series), (at(1), at(3), ids[0]));
    assert_eq!(before[0].anomaly, spike);
    assert!(before.iter().any(|row| row.id == now[0].id));
    assert_eq!(workspace.findings(None, Some(at(2))).await.unwrap(), before);
    assert!(workspace.findings(None, Some(at(0))).await.unwrap().is_empty());
    assert_eq!(workspace.findings(Some(range(0, 400)), Some(at(2))).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_finding_beyond_two_steps_or_of_another_kind_is_another_one() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    let old = anomaly(AnomalyKind::Level, 500, None, 0.7);
    workspace.record_detection(&[judged(series, vec![old])], &run(1)).await.unwrap();

    let found =
        vec![anomaly(AnomalyKind::Level, 521, None, 0.7), anomaly(AnomalyKind::Trend, 500, None, 0.7)];
    let change = workspace.record_detection(&[judged(series, found)], &run(2)).await.unwrap();

    assert_eq!(change, DetectionChange { new: 2, updated: 0, withdrawn: 1 });
}

#[tokio::test]
async fn a_withdrawn_finding_that_comes_back_keeps_its_identity() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    let found = [judged(series, vec![anomaly(AnomalyKind::Level, 500, None, 0.7)])];
    workspace.record_detection(&found, &run(1)).await.unwrap();
    let id = workspace.findings(None, None).await.unwrap()[0].id;
    workspace.record_detection(&[judged(series, vec![])], &run(2)).await.unwrap();
    assert!(workspace.findings(None, None).await.unwrap().is_empty());

    let change = workspace.record_detection(&found, &run(3)).await.unwrap();

    assert_eq!(change, DetectionChange { new: 0, updated: 1, withdrawn: 0 });
    assert_eq!(workspace.findings(None, None).await.unwrap()[0].id, id);
}

#[tokio::test]
async fn a_series_that_cannot_be_judged_keeps_its_findings_and_says_why() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let ids = add_series(&workspace, source, 3).await;
    let first = [judged(ids[0], vec![anomaly(AnomalyKind::Level, 500, None, 0.7)])];
    workspace.record_detection(&first, &run(1)).await.unwrap();
    assert!(workspace.last_detection(None).await.unwrap().is_some_and(|d| (d.judged, d.refused) == (1, 0)));

    let refused = |series| Judged { series, outcome: Err("too_short".to_owned()) };
    let second = [refused(ids[0]), refused(ids[1]), judged(ids[2], vec![])];
    workspace.record_detection(&second, &run(2)).await.unwrap();

    assert_eq!(workspace.findings(None, None).await.unwrap().len(), 1);
    assert_eq!(workspace.refusals(None).await.unwrap(), [("too_short".to_owned(), 2)]);
    assert_eq!(workspace.refusal_of(ids[1], None).await.unwrap().as_deref(), Some("too_short"));
    assert_eq!(workspace.refusal_of(ids[2], None).await.unwrap(), None);
    let last = workspace.last_detection(None).await.unwrap().unwrap();
    assert_eq!((last.judged, last.refused, last.duration_ms, last.known_at), (1, 2, 12, at(2)));
    workspace.record_detection(&first, &run(3)).await.unwrap();
    assert_eq!(workspace.refusal_of(ids[0], None).await.unwrap(), None);
}

#[tokio::test]
async fn a_detection_of_some_series_leaves_the_others_and_the_last_whole_one_as_they_are() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let ids = add_series(&workspace, source, 3).await;
    let level = || anomaly(AnomalyKind::Level, 500, None, 0.7);
    let whole = [judged(ids[0], vec![level()]), judged(ids[1], vec![level()]), judged(ids[2], vec![])];
    workspace.record_detection(&whole, &run(1)).await.unwrap();

    let some = [judged(ids[1], vec![]), judged(ids[2], vec![level()])];
    let change = workspace.record_some(&some, &run(2)).await.unwrap();

    assert_eq!(change, DetectionChange { new: 1, updated: 0, withdrawn: 1 });
    let mut found: Vec<_> =
        workspace.findings(None, None).await.unwrap().iter().map(|row| row.series).collect();
    found.sort_unstable();
    assert_eq!(found, [ids[0], ids[2]]);
    let last = workspace.last_detection(None).await.unwrap().unwrap();
    assert_eq!((last.judged, last.known_at), (3, at(1)));
}

fn rule(name: &str, expression: &str) -> Rule {
    Rule {
        group: "g".to_owned(),
        name: name.to_owned(),
        kind: RuleKind::Alerting,
        expression: expression.to_owned(),
        hold_s: 60.0,
        labels: Labels::new([("severity", "page")]),
        annotations: Labels::default(),
        last_error: String::new(),
    }
}

#[tokio::test]
async fn rules_are_what_the_source_last_showed() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    workspace
        .put_rules(source, &[rule("A", "up == 0"), rule("A", "up == 0"), rule("B", "x")], at(1))
        .await
        .unwrap();
    workspace.put_rules(source, &[rule("A", "up == 0"), rule("B", "y")], at(2)).await.unwrap();

    let rules = workspace.rules(Some(source), None).await.unwrap();

    assert_eq!(rules, [(source, rule("A", "up == 0")), (source, rule("B", "y"))]);
    assert_eq!(workspace.rules(None, None).await.unwrap().len(), 2);
}

fn alert(state: AlertState, value: f64) -> Alert {
    Alert {
        name: "Down".to_owned(),
        labels: Labels::new([("alertname", "Down"), ("instance", "a")]),
        annotations: Labels::default(),
        state,
        active_at: at(100),
        value: Some(value),
    }
}

#[tokio::test]
async fn an_alert_that_is_gone_is_resolved_then() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    workspace.put_alerts(source, &[alert(AlertState::Pending, 1.0)], at(110)).await.unwrap();
    workspace.put_alerts(source, &[alert(AlertState::Firing, 2.0)], at(120)).await.unwrap();
    // Another value alone is no change.
    workspace.put_alerts(source, &[alert(AlertState::Firing, 3.0)], at(130)).await.unwrap();
    let firing = workspace.alerts(None, None).await.unwrap();
    workspace.put_alerts(source, &[], at(140)).await.unwrap();
    workspace.put_alerts(source, &[], at(150)).await.unwrap();

    let ended = workspace.alerts(None, None).await.unwrap();

    assert_eq!((firing.len(), &firing[0].alert), (1, &alert(AlertState::Firing, 2.0)));
    assert_eq!((firing[0].ended, firing[0].known_at), (None, at(120)));
    assert_eq!((ended.len(), ended[0].alert.state, ended[0].ended), (1, AlertState::Resolved, Some(at(140))));
    assert!(workspace.alerts(Some(range(0, 100)), None).await.unwrap().is_empty());
    assert_eq!(workspace.alerts(Some(range(139, 200)), None).await.unwrap().len(), 1);
    assert!(workspace.alerts(Some(range(140, 200)), None).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_import_record_keeps_the_first_thousand_bad_rows() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "file").await;
    let bad =
        |line| BadRow { line, column: 2, text: "1,x\"y".to_owned(), problem: "not_a_number".to_owned() };
    let record = ImportRecord {
        source,
        file_name: "a.csv".to_owned(),
        blake3: "00".to_owned(),
        rows: 5000,
        samples: 3500,
        bad_rows: (1..=1500).map(bad).collect(),
        known_at: at(3),
    };

    workspace.put_import(record.clone()).await.unwrap();

    let kept = ImportRecord { bad_rows: (1..=1000).map(bad).collect(), ..record };
    assert_eq!(workspace.imports(None).await.unwrap(), [kept]);
}
