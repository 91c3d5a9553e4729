//! Log records, alerts with who took note of them, inventory, changes and check results.

use std::collections::BTreeMap;

use wardroom_core::{
    Alert, AlertState, Change, ChangeKind, Dependency, Entity, EntityKind, Labels, LogLevel, LogRecord,
    Topology,
};
use wardroom_store::{AlertFilter, BatchKind, CheckOutcome, LogFilter, LogRow, Workspace};

use crate::{add_source, at, in_memory, range};

/// A log record of the service `web` on `host-1`.
pub(crate) fn record(time: i64, level: LogLevel, message: &str) -> LogRecord {
    LogRecord {
        at: at(time),
        level: Some(level),
        service: "web".to_owned(),
        host: "host-1".to_owned(),
        dataset: "web.application".to_owned(),
        message: message.to_owned(),
        fields: Labels::new([("http.response.status_code", "504")]),
    }
}

fn messages(rows: &[LogRow]) -> Vec<&str> {
    rows.iter().map(|row| row.record.message.as_str()).collect()
}

async fn found(workspace: &Workspace, filter: &LogFilter) -> Vec<String> {
    let rows = workspace.logs(filter, None, 100).await.expect("the store answers");
    rows.into_iter().map(|row| row.record.message).collect()
}

#[tokio::test]
async fn a_log_record_comes_back_as_it_was_written() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let written = record(5, LogLevel::Error, "no answer from \"db\" \\ 名前");

    workspace
        .append_logs(source, BatchKind::Follow, std::slice::from_ref(&written), &[], at(7))
        .await
        .unwrap();

    let rows = workspace.logs(&LogFilter::default(), None, 10).await.unwrap();
    assert_eq!((rows.len(), &rows[0].record), (1, &written));
    assert_eq!((rows[0].source, rows[0].known_at), (source, at(7)));
}

#[tokio::test]
async fn each_filter_of_log_records_leaves_out_what_it_should() {
    let workspace = in_memory().await;
    let (first, second) = (add_source(&workspace, "a").await, add_source(&workspace, "b").await);
    let other = LogRecord {
        service: "db".to_owned(),
        host: "host-2".to_owned(),
        ..record(40, LogLevel::Fatal, "40% GONE")
    };
    let early = [record(10, LogLevel::Info, "started"), record(20, LogLevel::Warn, "slow: pool_wait 300 ms")];
    workspace.append_logs(first, BatchKind::Sync, &early, &[], at(50)).await.unwrap();
    workspace
        .append_logs(second, BatchKind::Sync, &[record(30, LogLevel::Error, "gone"), other], &[], at(60))
        .await
        .unwrap();
    let all = LogFilter::default;

    assert_eq!(found(&workspace, &all()).await, ["40% GONE", "gone", "slow: pool_wait 300 ms", "started"]);
    let filters = [
        (LogFilter { range: Some(range(10, 30)), ..all() }, vec!["slow: pool_wait 300 ms", "started"]),
        (LogFilter { level_at_least: Some(LogLevel::Error), ..all() }, vec!["40% GONE", "gone"]),
        (LogFilter { sources: vec![first], ..all() }, vec!["slow: pool_wait 300 ms", "started"]),
        (LogFilter { service: Some("db".to_owned()), ..all() }, vec!["40% GONE"]),
        (LogFilter { host: Some("host-2".to_owned()), ..all() }, vec!["40% GONE"]),
        (LogFilter { as_of: Some(at(59)), ..all() }, vec!["slow: pool_wait 300 ms", "started"]),
        // Words apart, in any case, anywhere in the text or the fields; wildcards stand for themselves.
        (LogFilter { words: "300 SLOW".to_owned(), ..all() }, vec!["slow: pool_wait 300 ms"]),
        (LogFilter { words: "504 gone".to_owned(), ..all() }, vec!["40% GONE", "gone"]),
        (LogFilter { words: "0%".to_owned(), ..all() }, vec!["40% GONE"]),
        (LogFilter { words: "l_wait".to_owned(), ..all() }, vec!["slow: pool_wait 300 ms"]),
        (LogFilter { words: "s_ow".to_owned(), ..all() }, vec![]),
    ];
    for (filter, expected) in filters {
        assert_eq!(found(&workspace, &filter).await, expected, "{filter:?}");
    }
    let counts = workspace.log_counts(&LogFilter { range: Some(range(20, 99)), ..all() }).await.unwrap();
    let levels = [LogLevel::Warn, LogLevel::Error, LogLevel::Fatal];
    let expected: BTreeMap<Option<LogLevel>, u64> = levels.map(|level| (Some(level), 1)).into();
    assert_eq!(counts, expected);
    let (services, hosts) = workspace.log_writers().await.unwrap();
    assert_eq!(
        (services, hosts),
        (vec!["db".to_owned(), "web".to_owned()], vec!["host-1".to_owned(), "host-2".to_owned()])
    );
}

#[tokio::test]
async fn pages_show_every_log_record_once_also_among_equal_times() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    // More than one statement takes, and five of each time.
    let written: Vec<LogRecord> =
        (0..1203).map(|i| record(i / 5, LogLevel::Info, &format!("line {i}"))).collect();
    workspace.append_logs(source, BatchKind::Sync, &written, &[], at(9999)).await.unwrap();

    let (mut seen, mut behind) = (Vec::new(), None);
    loop {
        let page = workspace.logs(&LogFilter::default(), behind, 100).await.unwrap();
        let Some(last) = page.last() else { break };
        behind = Some(last.cursor());
        seen.extend(page.into_iter().map(|row| row.record));
    }

    let mut expected = written;
    expected.reverse();
    assert_eq!(seen.len(), 1203);
    assert!(seen == expected);
}

#[tokio::test]
async fn log_records_go_with_their_source() {
    let workspace = in_memory().await;
    let (first, second) = (add_source(&workspace, "a").await, add_source(&workspace, "b").await);
    for (source, message) in [(first, "one"), (second, "two")] {
        workspace
            .append_logs(source, BatchKind::Sync, &[record(1, LogLevel::Info, message)], &[], at(2))
            .await
            .unwrap();
    }

    workspace.delete_source(first, true).await.unwrap();

    let rows = workspace.logs(&LogFilter::default(), None, 10).await.unwrap();
    assert_eq!(messages(&rows), ["two"]);
}

fn alert(name: &str, state: AlertState, active_at: i64) -> Alert {
    Alert {
        name: name.to_owned(),
        labels: Labels::new([("alertname", name), ("severity", "critical"), ("team", "team-shop")]),
        annotations: Labels::default(),
        state,
        active_at: at(active_at),
        value: Some(1.0),
    }
}

#[tokio::test]
async fn an_alert_keeps_its_identity_and_its_acknowledgement_through_its_states() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let events = [
        (at(110), alert("Down", AlertState::Pending, 100)),
        (at(120), alert("Down", AlertState::Firing, 100)),
    ];
    workspace.put_alert_events(source, &events).await.unwrap();
    let firing = workspace.alert_list(&AlertFilter::default()).await.unwrap();

    let is_there = workspace.acknowledge_alert(firing[0].id, "on-call", at(130)).await.unwrap();
    workspace.acknowledge_alert(firing[0].id, "lead", at(135)).await.unwrap();
    workspace.put_alert_events(source, &[(at(140), alert("Down", AlertState::Resolved, 100))]).await.unwrap();

    let ended = workspace.alert_list(&AlertFilter::default()).await.unwrap();
    assert!(is_there);
    assert_eq!((ended.len(), ended[0].id, ended[0].ended), (1, firing[0].id, Some(at(140))));
    assert_eq!((ended[0].severity(), ended[0].team()), ("critical", "team-shop"));
    let acknowledged = ended[0].acknowledged.clone().unwrap();
    assert_eq!((acknowledged.role.as_str(), acknowledged.at), ("on-call", at(130)));
    let history = workspace.alert_history(firing[0].id).await.unwrap();
    let states: Vec<(AlertState, i64)> =
        history.iter().map(|row| (row.alert.state, row.known_at.as_millis())).collect();
    assert_eq!(states, [(AlertState::Pending, 110), (AlertState::Firing, 120), (AlertState::Resolved, 140)]);
    let as_of = AlertFilter { as_of: Some(at(125)), ..AlertFilter::default() };
    let then = workspace.alert_list(&as_of).await.unwrap();
    assert_eq!(
        (then[0].alert.state, &then[0].acknowledged, then[0].ended),
        (AlertState::Firing, &None, None)
    );
    let only = AlertFilter { state: Some(AlertState::Firing), ..AlertFilter::default() };
    assert!(workspace.alert_list(&only).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_alert_of_no_such_identity_cannot_be_acknowledged() {
    let workspace = in_memory().await;

    let is_there =
        workspace.acknowledge_alert(wardroom_core::FactId::new(1, 2), "on-call", at(1)).await.unwrap();

    assert!(!is_there);
}

#[tokio::test]
async fn events_that_are_handed_in_twice_are_stored_once_and_flapping_makes_several_alerts() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let events = [
        (at(10), alert("Flap", AlertState::Firing, 10)),
        (at(20), alert("Flap", AlertState::Resolved, 10)),
        (at(30), alert("Flap", AlertState::Firing, 30)),
    ];

    workspace.put_alert_events(source, &events).await.unwrap();
    workspace.put_alert_events(source, &events).await.unwrap();

    let rows = workspace.alert_list(&AlertFilter::default()).await.unwrap();
    let states: Vec<AlertState> = rows.iter().map(|row| row.alert.state).collect();
    assert_eq!(states, [AlertState::Firing, AlertState::Resolved]);
    assert_eq!(workspace.alert_history(rows[1].id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_alert_that_a_source_shows_twice_is_one() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let twice = [alert("Down", AlertState::Firing, 100), alert("Down", AlertState::Firing, 100)];

    for known_at in [110, 120, 130] {
        workspace.put_alerts(source, &twice, at(known_at)).await.unwrap();
    }

    let rows = workspace.alerts(None, None).await.unwrap();
    assert_eq!((rows.len(), rows[0].known_at), (1, at(110)));
}

fn entity(name: &str, team: &str) -> Entity {
    Entity {
        tier: Some(1),
        domain: "shop".to_owned(),
        team: team.to_owned(),
        contact: format!("{team}@example.net"),
        environment: "production".to_owned(),
        site: "zone-a".to_owned(),
        tags: Labels::new([("version", "1.2")]),
        ..Entity::new(EntityKind::Service, name)
    }
}

fn edge(from: &str, to: &str) -> Dependency {
    Dependency::new(from, to, "calls")
}

#[tokio::test]
async fn an_inventory_is_what_was_last_said_and_what_was_said_before_is_kept() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "cmdb").await;
    let before = Topology {
        entities: vec![entity("cart", "team-a"), entity("web", "team-a")],
        dependencies: vec![edge("web", "cart"), edge("web", "old")],
    };
    let after = Topology {
        entities: vec![Entity { tier: None, ..entity("cart", "team-b") }, entity("web", "team-a")],
        dependencies: vec![edge("web", "cart")],
    };
    workspace.put_inventory(source, &before, at(1), at(10)).await.unwrap();
    workspace.put_inventory(source, &before, at(2), at(20)).await.unwrap();

    workspace.put_inventory(source, &after, at(3), at(30)).await.unwrap();

    assert_eq!(workspace.inventory(Some(source), None).await.unwrap(), after);
    assert_eq!(workspace.inventory(None, Some(at(29))).await.unwrap(), before);
    assert_eq!(workspace.inventory(None, Some(at(9))).await.unwrap(), Topology::default());
}

#[tokio::test]
async fn changes_are_stored_once_and_listed_newest_first() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "ci").await;
    let change = |time, what: &str| Change {
        at: at(time),
        subject: "web".to_owned(),
        kind: ChangeKind::Deployment,
        what: what.to_owned(),
    };
    workspace.put_changes(source, &[change(10, "1.2"), change(20, "1.3")], at(25)).await.unwrap();

    workspace.put_changes(source, &[change(20, "1.3"), change(30, "1.4")], at(35)).await.unwrap();

    let rows = workspace.changes(None, None).await.unwrap();
    let what: Vec<(&str, i64)> =
        rows.iter().map(|row| (row.change.what.as_str(), row.known_at.as_millis())).collect();
    assert_eq!(what, [("1.4", 35), ("1.3", 25), ("1.2", 25)]);
    assert_eq!(rows[0].change, change(30, "1.4"));
    assert_eq!(workspace.changes(Some(range(10, 20)), None).await.unwrap().len(), 1);
    assert_eq!(workspace.changes(None, Some(at(30))).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_latest_result_of_each_check_is_told() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "probe").await;
    let outcome = |time, name: &str, ok| CheckOutcome {
        at: at(time),
        name: name.to_owned(),
        kind: "transaction".to_owned(),
        component: "web".to_owned(),
        ok,
        took_ms: 12.5,
        steps: vec![("cart".to_owned(), true), ("pay".to_owned(), ok)],
    };
    let results = [outcome(10, "buy", true), outcome(10, "login", true), outcome(20, "buy", false)];
    workspace.put_check_results(source, &results, at(21)).await.unwrap();
    workspace.put_check_results(source, &results[2..], at(31)).await.unwrap();

    let latest = workspace.latest_checks(None).await.unwrap();
    let outcomes: Vec<CheckOutcome> = latest.into_iter().map(|row| row.outcome).collect();

    assert_eq!(outcomes, [outcome(20, "buy", false), outcome(10, "login", true)]);
    let all = workspace.check_results(None, None).await.unwrap();
    assert_eq!((all.len(), all[0].known_at), (3, at(21)));
    assert_eq!(workspace.check_results(Some(range(15, 30)), None).await.unwrap().len(), 1);
    assert!(workspace.latest_checks(Some(at(20))).await.unwrap().is_empty());
}
