//! A drill in its workspace: what makes it, what was done, and going back.

use wardroom_core::{
    Alert, AlertState, Anomaly, AnomalyKind, Labels, LogLevel, LogRecord, Reason, Score, TemplateId,
    TimeRange, Timestamp, Topology,
};
use wardroom_store::{
    AlertFilter, BatchKind, DetectionRun, DrillDeed, DrillResult, Judged, LogFilter, NewDrill, SeriesId,
    SourceId, StoreError, TemplateMinute, Workspace,
};

use crate::records::record;
use crate::{add_series, add_source, at, in_memory, on_disk, range, samples, sync};

/// Where the run of the tests' drill begins.
const START: i64 = 1000;

fn new_drill() -> NewDrill {
    NewDrill {
        scenario_id: "replica_lag".to_owned(),
        scenario: "id = \"replica_lag\"\n".to_owned(),
        topology: "[[host]]\n".to_owned(),
        seed: u64::MAX - 7,
        start: at(START),
        advice: "shown".to_owned(),
        trainee: "duty officer".to_owned(),
        coach: true,
        created_at: at(5),
    }
}

#[tokio::test]
async fn a_drill_survives_reopening_and_there_is_only_one() {
    let (_folder, path, workspace) = on_disk().await;
    assert_eq!(workspace.drill().await.unwrap(), None);
    workspace.begin_drill(&new_drill()).await.unwrap();
    assert!(matches!(workspace.begin_drill(&new_drill()).await, Err(StoreError::Internal { .. })));
    workspace.set_drill_reached(at(1500)).await.unwrap();
    workspace.close().await.unwrap();

    let workspace = Workspace::open(&path, at(9)).await.unwrap();
    let row = workspace.drill().await.unwrap().unwrap();

    assert_eq!(row.made_of, new_drill());
    assert_eq!((row.attempt, row.reached_at), (1, at(1500)));
    workspace.close().await.unwrap();
}

#[tokio::test]
async fn orders_decisions_snapshots_and_results_come_back() {
    let workspace = in_memory().await;
    workspace.begin_drill(&new_drill()).await.unwrap();
    let snapshot: Vec<u8> = (0..100_000_u32).flat_map(|i| (i / 100).to_le_bytes()).collect();

    let first = workspace.append_drill_order(at(1010), "{\"a\":1}").await.unwrap();
    let second = workspace.append_drill_order(at(1010), "{}").await.unwrap();
    workspace.append_drill_decision(at(1020), at(77), "{\"kind\":\"resolved\"}").await.unwrap();
    workspace.put_drill_snapshot(at(1300), snapshot.clone()).await.unwrap();
    let result = DrillResult {
        attempt: 1,
        at: at(88),
        points: 70,
        passed: true,
        result: "{\"points\":70}".to_owned(),
    };
    workspace.put_drill_result(&DrillResult { points: 3, passed: false, ..result.clone() }).await.unwrap();
    workspace.put_drill_result(&result).await.unwrap();

    assert_eq!((first, second), (0, 1));
    let orders = workspace.drill_orders(1).await.unwrap();
    assert_eq!((orders.len(), orders[0].what.as_str(), orders[1].at), (2, "{\"a\":1}", at(1010)));
    let decisions = workspace.drill_decisions(1).await.unwrap();
    assert_eq!((decisions.len(), decisions[0].at, decisions[0].real_at), (1, at(1020), at(77)));
    assert_eq!(workspace.drill_snapshot(at(1299)).await.unwrap(), None);
    assert_eq!(workspace.drill_snapshot(at(9999)).await.unwrap(), Some((at(1300), snapshot)));
    assert_eq!(workspace.drill_results().await.unwrap(), [result]);
}

#[tokio::test]
async fn a_deed_is_stored_with_everything_that_follows_from_it_or_not_at_all() {
    let workspace = in_memory().await;
    let deed = DrillDeed {
        at: at(1400),
        real_at: at(77),
        decision: "{\"kind\":\"acted\"}".to_owned(),
        orders: vec![(at(1399), "{\"a\":1}".to_owned()), (at(1400), "{\"b\":2}".to_owned())],
        note: Some(("drill.journal".to_owned(), "[1]".to_owned())),
    };

    assert!(matches!(workspace.append_drill_deed(&deed).await, Err(StoreError::Internal { .. })));
    assert_eq!(workspace.meta("drill.journal").await.unwrap(), None);
    workspace.begin_drill(&new_drill()).await.unwrap();
    let of_the_store = Some(("store.writer".to_owned(), "0".to_owned()));
    let refused = workspace.append_drill_deed(&DrillDeed { note: of_the_store, ..deed.clone() }).await;
    assert!(matches!(refused, Err(StoreError::Internal { .. })), "{refused:?}");
    assert_eq!(workspace.drill_decisions(1).await.unwrap(), []);
    workspace.append_drill_deed(&deed).await.unwrap();

    let decisions = workspace.drill_decisions(1).await.unwrap();
    assert_eq!((decisions.len(), decisions[0].at, decisions[0].real_at), (1, at(1400), at(77)));
    let orders = workspace.drill_orders(1).await.unwrap();
    assert_eq!(orders.iter().map(|o| (o.sequence, o.at)).collect::<Vec<_>>(), [(0, at(1399)), (1, at(1400))]);
    assert_eq!(workspace.meta("drill.journal").await.unwrap().as_deref(), Some("[1]"));
    assert_eq!(workspace.drill().await.unwrap().unwrap().reached_at, at(1400));
}

#[tokio::test]
async fn without_a_drill_nothing_is_cut_and_nothing_is_ordered() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    sync(&workspace, source, series, 10, &[(1, 1.0), (2, 2.0)]).await;

    let cut = workspace.cut_after(at(0)).await;

    assert!(matches!(cut, Err(StoreError::Internal { .. })), "{cut:?}");
    assert_eq!(workspace.read(series, None, None).await.unwrap().len(), 2);
    assert!(workspace.append_drill_order(at(1), "{}").await.is_err());
}

fn alert(state: AlertState) -> Alert {
    Alert {
        name: "Lag".to_owned(),
        labels: Labels::new([("alertname", "Lag")]),
        annotations: Labels::default(),
        state,
        active_at: at(1050),
        value: Some(301.0),
    }
}

fn level(start: i64, score: f64) -> Anomaly {
    Anomaly {
        kind: AnomalyKind::Level,
        start: at(start),
        end: None,
        step_ms: 10,
        score: Score::new(score),
        reason: Reason {
            observed: None,
            peak: None,
            expected: None,
            lower: None,
            upper: None,
            slope_per_hour: None,
            rarer_than: 0.9,
            history_ms: 540_000,
            season_ms: None,
        },
    }
}

fn detection(known_at: i64) -> DetectionRun {
    DetectionRun {
        judged: range(0, 5000),
        known_at: at(known_at),
        method: "band/1".to_owned(),
        duration_ms: 1,
    }
}

/// Everything that can be read of a workspace at the time of the test, for comparison.
async fn everything(workspace: &Workspace, series: &[SeriesId]) -> String {
    let period: Option<TimeRange> = None;
    let now: Option<Timestamp> = None;
    let logs = workspace.logs(&LogFilter::default(), None, 100).await.expect("the store answers");
    let mut edges = workspace.observed_edges(now).await.expect("the store answers");
    // Between two observations an edge counts as seen, so its last time is that of the cut.
    for edge in &mut edges {
        edge.last_at = edge.first_at;
    }
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        workspace.read_many(series, period, now).await.expect("the store answers"),
        logs.iter().map(|row| &row.record).collect::<Vec<_>>(),
        workspace.alert_list(&AlertFilter::default()).await.expect("the store answers"),
        workspace.rules(None, now).await.expect("the store answers"),
        workspace.inventory(None, now).await.expect("the store answers"),
        workspace.dependency_records(now).await.expect("the store answers"),
        edges,
        workspace.changes(period, now).await.expect("the store answers"),
        workspace.check_results(period, now).await.expect("the store answers"),
        workspace.findings(period, now).await.expect("the store answers"),
        workspace.last_detection(now).await.expect("the store answers"),
    )
}

/// One tick of a drill: two series, a log record, an alert's state, an inventory, a change, a check, a finding.
async fn tick(workspace: &Workspace, source: SourceId, series: &[SeriesId], now: i64, state: AlertState) {
    let new = [(series[0], samples(&[(now - 5, 1.5), (now, 2.5)])), (series[1], samples(&[(now, 7.0)]))];
    workspace.append_tail(source, at(now), &new).await.expect("the store answers");
    let line = record(now - 1, LogLevel::Warn, &format!("at {now}"));
    workspace.append_logs(source, BatchKind::Follow, &[line], &[], at(now)).await.expect("the store answers");
    workspace.put_alert_events(source, &[(at(now), alert(state))]).await.expect("the store answers");
    let inventory = Topology {
        entities: Vec::new(),
        dependencies: vec![wardroom_core::Dependency::new("web", &format!("db-{now}"), "calls")],
    };
    workspace.put_inventory(source, &inventory, at(now), at(now)).await.expect("the store answers");
    let observed = wardroom_store::ObservedEdgeRow {
        from: "web".to_owned(),
        to: "db".to_owned(),
        how: "calls".to_owned(),
        origin: "inferred".to_owned(),
        rule: "peer label".to_owned(),
        evidence: Vec::new(),
        score: 1.0,
        first_at: at(0),
        last_at: at(now),
    };
    workspace.put_observed_edges(&[observed], at(now)).await.expect("the store answers");
    let change = wardroom_core::Change {
        at: at(now - 2),
        subject: "web".to_owned(),
        kind: wardroom_core::ChangeKind::Configuration,
        what: format!("at {now}"),
    };
    workspace.put_changes(source, &[change], at(now)).await.expect("the store answers");
    let check = wardroom_store::CheckOutcome {
        at: at(now),
        name: "login".to_owned(),
        kind: "login".to_owned(),
        component: "web".to_owned(),
        ok: false,
        took_ms: 5.0,
        steps: Vec::new(),
    };
    workspace.put_check_results(source, &[check], at(now)).await.expect("the store answers");
    let score = 0.5 + f64::from(i32::try_from(now).expect("the store answers")) / 10_000.0;
    let found = vec![level(1040, score), level(now + 500, 0.9)];
    let judged = [Judged { series: series[0], outcome: Ok(found) }];
    workspace.record_detection(&judged, &detection(now)).await.expect("the store answers");
}

#[tokio::test]
async fn going_back_leaves_what_was_known_at_the_moment_whether_sealed_or_not() {
    for sealed in [false, true] {
        let (_folder, path, mut workspace) = on_disk().await;
        workspace.begin_drill(&new_drill()).await.expect("the store answers");
        let source = add_source(&workspace, "sim").await;
        let series = add_series(&workspace, source, 2).await;
        // The quiet history is known when the run begins.
        sync(&workspace, source, series[0], START, &[(800, 1.0), (900, 1.0)]).await;
        tick(&workspace, source, &series, 1060, AlertState::Pending).await;
        tick(&workspace, source, &series, 1120, AlertState::Firing).await;
        let before = everything(&workspace, &series).await;
        tick(&workspace, source, &series, 1180, AlertState::Resolved).await;
        let id = workspace.alerts(None, None).await.unwrap()[0].id;
        workspace.acknowledge_alert(id, "on-call", at(1190)).await.unwrap();
        if sealed {
            // Closing seals the tail: samples of all ticks then lie in one chunk a series.
            workspace.close().await.unwrap();
            workspace = Workspace::open(&path, at(0)).await.unwrap();
        }
        assert_ne!(everything(&workspace, &series).await, before);

        let report = workspace.cut_after(at(1150)).await.unwrap();

        assert_eq!(everything(&workspace, &series).await, before, "sealed: {sealed}");
        assert_eq!((report.attempt, report.known_until), (2, Some(at(1120))));
        assert_eq!((report.samples, report.logs), (3, 1));
        assert_eq!(workspace.known_until().await.unwrap(), Some(at(1120)));
        // The branch goes on as if the other had not been.
        tick(&workspace, source, &series, 1180, AlertState::Resolved).await;
        assert_eq!(workspace.read(series[1], None, None).await.unwrap().len(), 3);
        workspace.close().await.unwrap();
        assert!(Workspace::check(&path).await.unwrap().is_sound());
    }
}

#[tokio::test]
async fn going_back_restores_why_a_series_could_not_be_judged() {
    let workspace = in_memory().await;
    workspace.begin_drill(&new_drill()).await.unwrap();
    let source = add_source(&workspace, "sim").await;
    let series = add_series(&workspace, source, 1).await[0];
    for (known_at, code) in [(1060, "too_short"), (1180, "constant")] {
        let refused = [Judged { series, outcome: Err(code.to_owned()) }];
        workspace.record_detection(&refused, &detection(known_at)).await.unwrap();
    }

    workspace.cut_after(at(1150)).await.unwrap();

    assert_eq!(workspace.refusal_of(series, None).await.unwrap().as_deref(), Some("too_short"));
    assert_eq!(workspace.refusal_of(series, Some(at(1200))).await.unwrap().as_deref(), Some("too_short"));
}

#[tokio::test]
async fn going_back_cuts_sealed_log_records_and_what_was_counted_of_them() {
    let (_folder, path, workspace) = on_disk().await;
    workspace.begin_drill(&new_drill()).await.unwrap();
    let source = add_source(&workspace, "sim").await;
    // Times of records are not those at which they became known.
    let lines =
        |n: i64, from: i64| (0..n).map(|i| record(from + i, LogLevel::Warn, "line")).collect::<Vec<_>>();
    let count = async |template: u64, n: usize, at_ms: i64| {
        let minute = TemplateMinute {
            template: TemplateId(template),
            minute_start: at(at_ms),
            level: Some(LogLevel::Warn),
            lines: n as u64,
        };
        workspace.add_template_counts(source, &[minute]).await.unwrap();
    };
    for (known_at, n, template) in [(1060, 5000, 1), (1100, 100, 1), (1180, 70, 2), (1190, 30, 1)] {
        let records = lines(n, known_at * 1000);
        let templates = vec![Some(TemplateId(template)); records.len()];
        workspace.append_logs(source, BatchKind::Follow, &records, &templates, at(known_at)).await.unwrap();
        count(template, records.len(), known_at * 1000).await;
    }
    let other = LogRecord { service: "later".to_owned(), ..record(1, LogLevel::Info, "x") };
    workspace.append_logs(source, BatchKind::Follow, &[other], &[], at(1180)).await.unwrap();
    workspace.put_templates(&[crate::templates::row(1), crate::templates::row(2)]).await.unwrap();
    workspace.seal_logs(source).await.unwrap();

    let report = workspace.cut_after(at(1150)).await.unwrap();

    assert_eq!(report.logs, 101);
    let left = workspace.log_counts(&LogFilter::default()).await.unwrap();
    assert_eq!(left.values().sum::<u64>(), 5100);
    assert_eq!(workspace.log_writers().await.unwrap().0, ["web"]);
    assert_eq!(workspace.template_lines().await.unwrap(), [(source, TemplateId(1), 5100)]);
    let templates = workspace.templates().await.unwrap();
    assert_eq!(templates.iter().map(|row| (row.id.0, row.lines)).collect::<Vec<_>>(), [(1, 5100)]);
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());
}

#[tokio::test]
async fn going_back_begins_an_attempt_with_what_was_done_before_and_keeps_the_old_one() {
    let workspace = in_memory().await;
    workspace.begin_drill(&new_drill()).await.unwrap();
    for time in [1010, 1100, 1200] {
        workspace.append_drill_order(at(time), "{}").await.unwrap();
        workspace.append_drill_decision(at(time), at(time + 1), "{}").await.unwrap();
        workspace.put_drill_snapshot(at(time), vec![1, 2, 3]).await.unwrap();
    }
    let result = DrillResult { attempt: 1, at: at(9), points: 41, passed: false, result: "{}".to_owned() };
    workspace.put_drill_result(&result).await.unwrap();

    let report = workspace.cut_after(at(1100)).await.unwrap();
    let next = workspace.append_drill_order(at(1150), "{\"b\":2}").await.unwrap();

    assert_eq!((report.attempt, report.known_until, next), (2, None, 2));
    assert_eq!(workspace.drill_orders(1).await.unwrap().len(), 3);
    assert_eq!(workspace.drill_decisions(1).await.unwrap().len(), 3);
    let times: Vec<Timestamp> = workspace.drill_orders(2).await.unwrap().iter().map(|o| o.at).collect();
    assert_eq!(times, [at(1010), at(1100), at(1150)]);
    assert_eq!(workspace.drill_decisions(2).await.unwrap().len(), 2);
    assert_eq!(workspace.drill_results().await.unwrap(), [result]);
    assert_eq!(workspace.drill_snapshot(at(9999)).await.unwrap().map(|(time, _)| time), Some(at(1100)));
    let row = workspace.drill().await.unwrap().unwrap();
    assert_eq!((row.attempt, row.reached_at), (2, at(1100)));
}
