//! Reads as of a moment: rules, alerts, imports, refusals, classes, runs of the detection, and how much is stored.

use std::collections::BTreeMap;

use wardroom_core::{
    Alert, AlertState, Entity, EntityKind, Labels, LogLevel, Rule, RuleKind, Timestamp, Topology,
};
use wardroom_store::{
    Arrival, BatchEnd, DetectionRun, ImportRecord, Judged, LogFilter, SeriesClass, SeriesFilter, SeriesId,
    SeriesRow, SourceId, Workspace,
};

use crate::records::record;
use crate::{
    add_series, add_source, at, in_memory, meddle, new_series, on_disk, protected_copy, range, samples, sync,
};

fn rule(expression: &str) -> Rule {
    Rule {
        group: "g".to_owned(),
        name: "Down".to_owned(),
        kind: RuleKind::Alerting,
        expression: expression.to_owned(),
        hold_s: 60.0,
        labels: Labels::default(),
        annotations: Labels::default(),
        last_error: String::new(),
    }
}

fn firing() -> Alert {
    Alert {
        name: "Down".to_owned(),
        labels: Labels::new([("alertname", "Down")]),
        annotations: Labels::default(),
        state: AlertState::Firing,
        active_at: at(100),
        value: None,
    }
}

async fn detect(workspace: &Workspace, known_at: i64, outcomes: &[(SeriesId, Option<&str>)]) {
    let judged = |(series, code): &(SeriesId, Option<&str>)| Judged {
        series: *series,
        outcome: code.map_or(Ok(Vec::new()), |code| Err(code.to_owned())),
    };
    let outcomes: Vec<Judged> = outcomes.iter().map(judged).collect();
    let run = DetectionRun {
        judged: range(0, 1000),
        known_at: at(known_at),
        method: "band/1".to_owned(),
        duration_ms: 1,
    };
    workspace.record_detection(&outcomes, &run).await.expect("the store takes it");
}

async fn series_at(workspace: &Workspace, as_of: Option<Timestamp>) -> Vec<SeriesRow> {
    let filter = SeriesFilter { as_of, ..SeriesFilter::default() };
    workspace.series(&filter).await.expect("the store answers")
}

/// First time, last time and number of samples of a series.
type Extent = (Option<i64>, Option<i64>, u64);

async fn extents(workspace: &Workspace, as_of: Option<i64>) -> Vec<Extent> {
    let rows = series_at(workspace, as_of.map(at)).await;
    let millis = |time: Option<Timestamp>| time.map(Timestamp::as_millis);
    rows.iter().map(|row| (millis(row.first), millis(row.last), row.samples)).collect()
}

#[tokio::test]
async fn rules_are_read_as_they_were_known() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    workspace.put_rules(source, &[rule("up == 0")], at(10)).await.unwrap();
    workspace.put_rules(source, &[rule("up < 1")], at(20)).await.unwrap();
    workspace.put_rules(source, &[], at(30)).await.unwrap();

    let known = async |moment: i64| {
        let rules = workspace.rules(None, Some(at(moment))).await.unwrap();
        rules.into_iter().map(|(_, rule)| rule.expression).collect::<Vec<_>>()
    };

    assert!(known(9).await.is_empty());
    assert_eq!(known(10).await, ["up == 0"]);
    assert_eq!(known(29).await, ["up < 1"]);
    assert!(known(30).await.is_empty());
    assert!(workspace.rules(None, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn alerts_of_a_period_are_read_as_they_were_known() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    workspace.put_alerts(source, &[firing()], at(110)).await.unwrap();
    workspace.put_alerts(source, &[], at(140)).await.unwrap();

    let known = async |moment: i64| {
        let rows = workspace.alerts(Some(range(0, 200)), Some(at(moment))).await.unwrap();
        rows.into_iter().map(|row| (row.alert.state, row.ended)).collect::<Vec<_>>()
    };

    assert!(known(109).await.is_empty());
    assert_eq!(known(139).await, [(AlertState::Firing, None)]);
    assert_eq!(known(140).await, [(AlertState::Resolved, Some(at(140)))]);
}

#[tokio::test]
async fn imports_are_read_as_they_were_known() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "file").await;
    for (name, known_at) in [("a.csv", 10), ("b.csv", 20)] {
        workspace.put_import(import(source, name, known_at)).await.unwrap();
    }

    let known = async |moment| {
        let records = workspace.imports(moment).await.unwrap();
        records.into_iter().map(|record| record.file_name).collect::<Vec<_>>()
    };

    assert!(known(Some(at(9))).await.is_empty());
    assert_eq!(known(Some(at(10))).await, ["a.csv"]);
    assert_eq!(known(None).await, ["a.csv", "b.csv"]);
}

fn import(source: SourceId, file_name: &str, known_at: i64) -> ImportRecord {
    ImportRecord {
        source,
        file_name: file_name.to_owned(),
        blake3: "00".to_owned(),
        rows: 1,
        samples: 1,
        bad_rows: Vec::new(),
        known_at: at(known_at),
    }
}

#[tokio::test]
async fn refusals_and_runs_of_the_detection_are_read_as_they_were_known() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let [a, b] = add_series(&workspace, source, 2).await[..] else { panic!("two series") };
    detect(&workspace, 10, &[(a, Some("too_short")), (b, Some("too_short"))]).await;
    detect(&workspace, 20, &[(a, Some("too_short")), (b, Some("constant"))]).await;
    detect(&workspace, 30, &[(a, None), (b, Some("constant"))]).await;

    let known = async |moment: Option<i64>| {
        let refused = workspace.refused_series(moment.map(at)).await.unwrap();
        let of = |series| refused.get(&series).cloned();
        (of(a), of(b))
    };
    let told = |code: &str| Some(code.to_owned());

    assert_eq!(known(Some(9)).await, (None, None));
    assert_eq!(known(Some(19)).await, (told("too_short"), told("too_short")));
    assert_eq!(known(Some(29)).await, (told("too_short"), told("constant")));
    assert_eq!(known(Some(30)).await, (None, told("constant")));
    assert_eq!(known(None).await, (None, told("constant")));
    assert_eq!(workspace.refusals(Some(at(19))).await.unwrap(), [("too_short".to_owned(), 2)]);
    assert_eq!(workspace.refusal_of(b, Some(at(19))).await.unwrap(), told("too_short"));
    let last = workspace.last_detection(Some(at(25))).await.unwrap().unwrap();
    assert_eq!((last.known_at, last.refused), (at(20), 2));
    assert_eq!(workspace.last_detection(Some(at(9))).await.unwrap(), None);
}

#[tokio::test]
async fn classes_are_read_as_they_were_known() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let load = add_series(&workspace, source, 1).await[0];
    let class =
        |word: &str, told: i64| SeriesClass { word: word.to_owned(), period_ms: None, known_at: at(told) };
    for (word, told) in [("sparse", 10), ("sparse", 20), ("seasonal", 30)] {
        let one = BTreeMap::from([(load, Some(class(word, told)))]);
        workspace.record_classes(&one, at(told)).await.unwrap();
    }
    workspace.record_classes(&BTreeMap::from([(load, None)]), at(40)).await.unwrap();

    let known = async |moment: Option<i64>| series_at(&workspace, moment.map(at)).await[0].class.clone();

    assert_eq!(known(Some(9)).await, None);
    // Told again, it is the same class: it holds since it was told first.
    assert_eq!(known(Some(29)).await, Some(class("sparse", 10)));
    assert_eq!(known(Some(39)).await, Some(class("seasonal", 30)));
    assert_eq!(known(None).await, None);
}

#[tokio::test]
async fn how_much_is_stored_is_counted_as_it_was_known_whether_sealed_or_not() {
    let (_folder, path, mut workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    let [a, b] = add_series(&workspace, source, 2).await[..] else { panic!("two series") };
    sync(&workspace, source, a, 100, &[(1, 1.0), (2, 2.0)]).await;
    workspace
        .append_tail(source, at(200), &[(a, samples(&[(3, 3.0)])), (b, samples(&[(5, 5.0)]))])
        .await
        .unwrap();
    // A correction of an earlier time, and what is new.
    workspace.append_tail(source, at(300), &[(a, samples(&[(2, 20.0), (9, 9.0)]))]).await.unwrap();

    for sealed in [false, true] {
        if sealed {
            // Closing seals the tail: what both ticks brought then lies in one chunk a series.
            workspace.close().await.unwrap();
            workspace = Workspace::open(&path, at(400)).await.unwrap();
        }
        let none: Extent = (None, None, 0);
        assert_eq!(extents(&workspace, Some(99)).await, [none, none], "sealed: {sealed}");
        assert_eq!(extents(&workspace, Some(100)).await, [(Some(1), Some(2), 2), none]);
        let second: [Extent; 2] = [(Some(1), Some(3), 3), (Some(5), Some(5), 1)];
        assert_eq!(extents(&workspace, Some(299)).await, second, "sealed: {sealed}");
        let last: [Extent; 2] = [(Some(1), Some(9), 5), (Some(5), Some(5), 1)];
        assert_eq!(extents(&workspace, Some(300)).await, last, "sealed: {sealed}");
        assert_eq!(extents(&workspace, None).await, last, "sealed: {sealed}");
    }
}

#[tokio::test]
async fn a_series_is_not_there_before_it_was_known() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let wanted = [crate::new_series("up", "a")];
    workspace.ensure_series(source, &wanted, at(50)).await.unwrap();

    assert!(series_at(&workspace, Some(at(49))).await.is_empty());
    assert_eq!(series_at(&workspace, Some(at(50))).await.len(), 1);
}

#[tokio::test]
async fn a_file_from_before_past_refusals_were_kept_knows_what_was_told_last() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    let a = add_series(&workspace, source, 1).await[0];
    detect(&workspace, 10, &[(a, Some("too_short"))]).await;
    detect(&workspace, 20, &[(a, Some("constant"))]).await;
    workspace.close().await.unwrap();
    meddle(&path, "DROP TABLE past_refusals").await;
    meddle(&path, "DROP TABLE past_series_classes").await;
    meddle(&path, "DELETE FROM _sqlx_migrations WHERE version >= 20261123100001").await;
    let protected = protected_copy(&path);

    let read_only = Workspace::open(&protected, at(0)).await.unwrap();
    let workspace = Workspace::open(&path, at(0)).await.unwrap();

    for workspace in [&read_only, &workspace] {
        assert_eq!(workspace.refusal_of(a, Some(at(15))).await.unwrap(), None);
        assert_eq!(workspace.refusal_of(a, Some(at(20))).await.unwrap().as_deref(), Some("constant"));
        assert_eq!(series_at(workspace, Some(at(20))).await.len(), 1);
    }
    detect(&workspace, 30, &[(a, None)]).await;
    assert_eq!(workspace.refusal_of(a, Some(at(29))).await.unwrap().as_deref(), Some("constant"));
    assert_eq!(workspace.refusal_of(a, None).await.unwrap(), None);
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());
}

#[tokio::test]
async fn a_source_that_is_deleted_takes_past_refusals_along() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let a = add_series(&workspace, source, 1).await[0];
    detect(&workspace, 10, &[(a, Some("too_short"))]).await;
    detect(&workspace, 20, &[(a, None)]).await;
    assert_eq!(workspace.refusals(Some(at(15))).await.unwrap().len(), 1);

    workspace.delete_source(source, true).await.unwrap();

    assert!(workspace.refusals(Some(at(15))).await.unwrap().is_empty());
}

fn host(key: &str, name: &str, team: &str) -> Entity {
    Entity { key: key.to_owned(), team: team.to_owned(), ..Entity::new(EntityKind::Host, name) }
}

#[tokio::test]
async fn of_an_entity_every_version_is_told_with_those_that_ended() {
    let workspace = in_memory().await;
    let (cmdb, sheet) = (add_source(&workspace, "cmdb").await, add_source(&workspace, "sheet").await);
    let put = async |source, hosts: &[Entity], known_at| {
        let told = Topology { entities: hosts.to_vec(), dependencies: Vec::new() };
        workspace.put_inventory(source, &told, at(known_at - 1), at(known_at)).await.unwrap();
    };
    put(cmdb, &[host("1", "db-a", "data"), host("2", "db-b", "data")], 10).await;
    // It is renamed and given away, another source tells of it by its old name, and the first one ends it.
    put(cmdb, &[host("1", "db-one", "platform"), host("2", "db-b", "data")], 20).await;
    put(sheet, &[host("row 7", "DB-A", "")], 30).await;
    put(cmdb, &[host("2", "db-b", "data")], 40).await;

    let versions = async |names: &[&str], moment: Option<i64>| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let told_as = [(cmdb, "1".to_owned())];
        let rows = workspace.entity_versions(&told_as, &names, moment.map(at)).await.unwrap();
        rows.into_iter()
            .map(|row| (row.source, row.entity.name, row.known_at, row.ended_at))
            .collect::<Vec<_>>()
    };
    let first = |ended: Option<i64>| (cmdb, "db-a".to_owned(), at(10), ended.map(at));
    let second = |ended: Option<i64>| (cmdb, "db-one".to_owned(), at(20), ended.map(at));
    let other = (sheet, "DB-A".to_owned(), at(30), None);

    assert_eq!(versions(&["db-a"], None).await, [first(Some(20)), second(Some(40)), other]);
    assert_eq!(versions(&[], None).await, [first(Some(20)), second(Some(40))]);
    assert_eq!(versions(&["db-a"], Some(25)).await, [first(Some(20)), second(None)]);
    assert_eq!(versions(&["db-a"], Some(10)).await, [first(None)]);
    assert_eq!(workspace.all_entity_versions(None).await.unwrap().len(), 4);
    assert_eq!(workspace.all_entity_versions(Some(at(9))).await.unwrap(), []);
}

#[tokio::test]
async fn a_history_is_known_as_it_arrived_whenever_it_is_stored() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "world").await;
    let wanted = [new_series("up", "a"), new_series("up", "b")];
    let ids = workspace.ensure_series(source, &wanted, at(100)).await.unwrap();
    let arrival = Arrival::AsItHappened { period_ms: 10, until: at(100) };
    let parts = [
        vec![(ids[0], samples(&[(90, 5.0), (100, 6.0)])), (ids[1], samples(&[(97, 7.0)]))],
        // What is older comes later.
        vec![(ids[0], samples(&[(3, 1.0), (10, 2.0), (11, 3.0)])), (ids[1], samples(&[(58, 4.0)]))],
    ];
    for part in parts {
        let mut batch =
            workspace.begin_history(source, at(100), arrival, "history".to_owned()).await.unwrap();
        batch.append(part).await.unwrap();
        batch.finish(BatchEnd::Complete).await.unwrap();
    }

    let known = async |moment: i64| {
        let read = workspace.read_many(&ids, None, Some(at(moment))).await.unwrap();
        read.iter().map(|samples| samples.times().to_vec()).collect::<Vec<_>>()
    };

    assert_eq!(known(9).await, [Vec::<i64>::new(), Vec::new()]);
    assert_eq!(known(10).await, [vec![3, 10], vec![]]);
    assert_eq!(known(20).await, [vec![3, 10, 11], vec![]]);
    assert_eq!(known(60).await, [vec![3, 10, 11], vec![58]]);
    assert_eq!(known(99).await, [vec![3, 10, 11, 90], vec![58]]);
    assert_eq!(known(100).await, [vec![3, 10, 11, 90, 100], vec![58, 97]]);
    // A series is there from its first sample on.
    assert!(extents(&workspace, Some(9)).await.is_empty());
    assert_eq!(extents(&workspace, Some(59)).await, [(Some(3), Some(11), 3)]);
    assert_eq!(extents(&workspace, Some(60)).await, [(Some(3), Some(11), 3), (Some(58), Some(58), 1)]);
    assert_eq!(extents(&workspace, None).await, [(Some(3), Some(100), 5), (Some(58), Some(97), 2)]);
}

#[tokio::test]
async fn a_history_that_is_given_up_leaves_nothing_behind() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "world").await;
    let series = add_series(&workspace, source, 1).await[0];
    let arrival = Arrival::AsItHappened { period_ms: 10, until: at(100) };
    let mut batch = workspace.begin_history(source, at(100), arrival, String::new()).await.unwrap();
    batch.append(vec![(series, samples(&[(3, 1.0), (57, 2.0)]))]).await.unwrap();

    batch.discard().await.unwrap();

    assert!(workspace.read(series, None, None).await.unwrap().is_empty());
    assert_eq!(workspace.known_until().await.unwrap(), None);
}

#[tokio::test]
async fn lines_changes_and_checks_of_a_history_are_known_as_they_happened() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "world").await;
    let arrival = Arrival::AsItHappened { period_ms: 10, until: at(100) };
    let lines = [3, 11, 97].map(|time| record(time, LogLevel::Info, &format!("at {time}")));
    let change = |time: i64| wardroom_core::Change {
        at: at(time),
        subject: "web".to_owned(),
        kind: wardroom_core::ChangeKind::Configuration,
        what: "a setting".to_owned(),
    };
    let check = |time: i64| wardroom_store::CheckOutcome {
        at: at(time),
        name: "login".to_owned(),
        kind: "login".to_owned(),
        component: "web".to_owned(),
        ok: true,
        took_ms: 5.0,
        steps: Vec::new(),
    };

    workspace.append_log_history(source, &lines, arrival).await.unwrap();
    workspace.put_changes(source, &[change(3), change(11), change(97)], arrival).await.unwrap();
    workspace.put_check_results(source, &[check(3), check(11), check(97)], arrival).await.unwrap();

    for (moment, known) in [(9, 0), (10, 1), (19, 1), (20, 2), (99, 2), (100, 3)] {
        let as_of = Some(at(moment));
        let filter = LogFilter { as_of, ..LogFilter::default() };
        let found = workspace.logs(&filter, None, 100).await.unwrap();
        assert_eq!(found.len(), known, "lines as of {moment}");
        assert_eq!(workspace.changes(None, as_of).await.unwrap().len(), known, "changes as of {moment}");
        assert_eq!(workspace.check_results(None, as_of).await.unwrap().len(), known, "checks as of {moment}");
    }
    let all = workspace.logs(&LogFilter::default(), None, 100).await.unwrap();
    let told: Vec<_> = all.iter().map(|row| (row.record.at, row.known_at)).collect();
    assert_eq!(told, [(at(97), at(100)), (at(11), at(20)), (at(3), at(10))]);
}
