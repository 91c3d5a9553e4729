//! The map drawn again and again: what stays where it was, and that every edge is somewhere.

use wardroom_core::{MetricKind, SeriesKey, TimeRange, Unit};
use wardroom_store::{DetectionRun, Judged, NewSeries};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_edge_drawn_by_hand_moves_no_other_node() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let ask = MapRequest { level: MapLevel::Host, ..request() };
    let before = map(&app, &ask).await.unwrap();
    let drawn = TopologyDecision::DrawEdge {
        from: "web".to_owned(),
        to: "orders-db".to_owned(),
        how: "reads".to_owned(),
    };
    decide(&app, &drawn).await.unwrap();

    let after = map(&app, &ask).await.unwrap();

    assert_eq!((before.edges.len(), after.edges.len()), (4, 5));
    for node in &before.nodes {
        let now = after.nodes.iter().find(|other| other.name == node.name).unwrap();
        let moved = ((now.x - node.x).abs(), (now.y - node.y).abs());
        let half = (node.width / 2.0, node.height / 2.0);
        assert!(moved.0 <= half.0 && moved.1 <= half.1, "{} moved by {moved:?}", node.name);
    }
    workspaces::close(&app).await;
}

/// A failing chain of two on top of 400 services that call it and one another, in ten systems.
fn fleet() -> Topology {
    let mut entities = vec![
        entity(EntityKind::Database, "orders-db", "data"),
        entity(EntityKind::Service, "orders", "shop"),
    ];
    let mut dependencies = vec![Dependency::new("orders", "orders-db", "writes")];
    for n in 0..400 {
        let system = format!("system-{}", n / 40);
        entities.push(Entity { system, ..entity(EntityKind::Service, &format!("app-{n:03}"), "apps") });
        dependencies.push(Dependency::new(&format!("app-{n:03}"), "orders", "calls"));
        dependencies.push(Dependency::new(
            &format!("app-{n:03}"),
            &format!("app-{:03}", (n * 7 + 3) % 400),
            "calls",
        ));
    }
    Topology { entities, dependencies }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ties_of_what_fails_to_what_is_folded_are_in_the_picture() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    // Each source tells all of its alerts, so the two that fire are told by two.
    let (first, second) = (source(&open, "first").await, source(&open, "second").await);
    let at = Timestamp::from_millis(BEGIN);
    open.workspace.put_inventory(first, &fleet(), at, at).await.unwrap();
    open.topology.changed();
    for (from, service) in [(first, "orders-db"), (second, "orders")] {
        let labels = [("alertname", "SlowCommits"), ("service", service), ("severity", "critical")];
        fires(&open, from, &labels, BEGIN).await;
    }

    let view = map(&app, &MapRequest { range: Some(hour()), ..request() }).await.unwrap();

    let mut drawn: Vec<&str> = view.nodes.iter().map(|node| node.name.as_str()).collect();
    drawn.sort_unstable();
    assert_eq!(drawn, ["orders", "orders-db"]);
    let ties: Vec<&MapBundle> = view.bundles.iter().filter(|bundle| bundle.to_node).collect();
    assert_eq!(ties.iter().map(|bundle| bundle.edges).collect::<Vec<_>>(), [40; 10]);
    assert!(ties.iter().all(|bundle| bundle.to == "orders" && !bundle.from_node));
    assert!(view.bundles.iter().all(|bundle| bundle.to_node || bundle.points.len() > 1));
    let counts = view.counts;
    assert_eq!((counts.edges, counts.drawn, counts.dropped), (801, 1, 0), "{counts:?}");
    let inside: u32 = view.groups.iter().map(|group| group.inside).sum();
    assert!(inside > 0 && counts.folded == inside, "{counts:?}");
    assert_eq!(counts.bundled, 800 - inside);
    // The map of a window 1440 pixels wide has some 1,000 for them.
    assert!(view.groups.iter().all(|group| group.x + group.width < 967.0));
    workspaces::close(&app).await;
}

/// Alerts that fire on services since so many minutes after the beginning.
fn critical(began: &[(&str, i64)]) -> Vec<Alert> {
    let alert = |(service, minutes): &(&str, i64)| Alert {
        name: "Slow".to_owned(),
        state: AlertState::Firing,
        labels: Labels::new([("alertname", "Slow"), ("service", *service), ("severity", "critical")]),
        annotations: Labels::default(),
        active_at: Timestamp::from_millis(BEGIN + minutes * MINUTE),
        value: Some(1.0),
    };
    began.iter().map(alert).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_of_what_fails_follow_the_onsets_that_stand_under_them() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let mut grown = shop();
    grown.entities.push(entity(EntityKind::Service, "bi", "shop-orders"));
    grown.dependencies.push(Dependency::new("bi", "reports", "calls"));
    let at = |minutes: i64| Timestamp::from_millis(BEGIN + minutes * MINUTE);
    open.workspace.put_inventory(source, &grown, at(0), at(0)).await.unwrap();
    open.topology.changed();
    let began = [("orders-db", 0), ("reports", 1), ("bi", 2), ("orders", 10), ("web", 11)];
    open.workspace.put_alerts(source, &critical(&began), at(11)).await.unwrap();

    let ask = MapRequest { range: Some(hour()), only_failing: true, ..request() };
    let view = map(&app, &ask).await.unwrap();

    let minutes = |at: Option<Millis>| at.map(|at| (at.0 - BEGIN) / MINUTE);
    let columns: Vec<_> =
        view.layers.iter().map(|column| (minutes(column.from), minutes(column.to))).collect();
    // By the length of chains alone, what reads the reports would stand above the shop.
    assert_eq!(columns, [(0, 0), (1, 1), (2, 10), (11, 11)].map(|(from, to)| (Some(from), Some(to))));
    let x = |name: &str| view.nodes.iter().find(|node| node.name == name).unwrap().x;
    assert!(view.edges.iter().all(|edge| x(&edge.to) < x(&edge.from)));
    assert_eq!(view.counts.dropped, 0);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_of_an_earlier_moment_has_the_range_and_the_alerts_of_that_moment() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let labels = [("alertname", "SlowCommits"), ("service", "orders-db"), ("severity", "critical")];
    fires(&open, source, &labels, BEGIN + 30 * MINUTE).await;
    let ask = |minutes: i64| MapRequest {
        range: Some(hour()),
        as_of: Some(Millis(BEGIN + minutes * MINUTE)),
        ..request()
    };

    let (before, after) = (map(&app, &ask(10)).await.unwrap(), map(&app, &ask(40)).await.unwrap());

    let range = |minutes: i64| Span {
        start: Millis(BEGIN + (minutes - 60) * MINUTE),
        end: Millis(BEGIN + minutes * MINUTE),
    };
    assert_eq!((before.range, before.counts.failing), (range(10), 0));
    assert_eq!((after.range, after.counts.failing), (range(40), 1));
    // A moment that lies behind the range asks for all of it.
    assert_eq!(map(&app, &ask(90)).await.unwrap().range, hour());
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn single_points_are_those_of_the_moment() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let mut detour = shop();
    // A second way to the database: orders is none's only way any more.
    detour.dependencies.push(Dependency::new("web", "orders-db", "reads"));
    let later = Timestamp::from_millis(BEGIN + 10 * MINUTE);
    open.workspace.put_inventory(source, &detour, later, later).await.unwrap();
    open.topology.changed();

    let (then, now) = (
        single_points(&app, Some(Millis(BEGIN + MINUTE))).await.unwrap(),
        single_points(&app, None).await.unwrap(),
    );

    let names =
        |view: &SinglePointsView| -> Vec<String> { view.points.iter().map(|p| p.name.clone()).collect() };
    assert_eq!((names(&then), then.total), (vec!["orders-db".to_owned(), "orders".to_owned()], 2));
    assert_eq!(names(&now), ["orders-db"]);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edge_tells_who_said_it_from_when_to_when_and_what_was_decided() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let without = Topology { dependencies: shop().dependencies.split_off(1), ..shop() };
    let later = Timestamp::from_millis(BEGIN + 10 * MINUTE);
    open.workspace.put_inventory(source, &without, later, later).await.unwrap();
    open.topology.changed();
    let draw = TopologyDecision::DrawEdge {
        from: "web".to_owned(),
        to: "orders".to_owned(),
        how: "calls".to_owned(),
    };
    decide(&app, &draw).await.unwrap();

    let history = edge_history(&app, "web", "orders", None).await.unwrap();

    let told: Vec<(&str, Option<Millis>)> =
        history.iter().map(|item| (item.what.key.as_str(), item.ended_at)).collect();
    assert_eq!(told, [("edge-version-declared", Some(Millis::from(later))), ("edge-version-drawn", None)]);
    assert_eq!(history[0].known_at, Millis(BEGIN));
    assert_eq!(edge_history(&app, "orders", "orders-db", None).await.unwrap().len(), 1);
    assert!(edge_history(&app, "orders", "web", None).await.unwrap().is_empty());

    let json = export_text(&app, TopologyFormat::Json, None).await.unwrap();

    let whole: serde_json::Value = serde_json::from_str(&json).unwrap();
    let edges = whole["dependencies"].as_array().unwrap();
    let drawn = edges.iter().find(|edge| edge["from"] == "web").unwrap();
    assert_eq!(drawn["history"][0]["source"], "cmdb");
    assert_eq!(drawn["history"][0]["endedAt"], later.to_string());
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_detection_has_looked_at_is_not_called_usual() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let at = Timestamp::from_millis(BEGIN);
    let key = SeriesKey::new("up", Labels::new([("service", "orders")]));
    let series = [NewSeries { key, kind: MetricKind::Gauge, unit: Unit::Unknown }];
    let ids = open.workspace.ensure_series(source, &series, at).await.unwrap();
    let judged = TimeRange::new(at, at.plus_millis(60 * MINUTE)).unwrap();
    let run = DetectionRun { judged, known_at: at, method: "by hand".to_owned(), duration_ms: 1 };
    let mut said = Vec::new();

    said.push(map(&app, &request()).await.unwrap().lead.key);
    for outcome in [Err("too_short".to_owned()), Ok(Vec::new())] {
        let one = Judged { series: ids[0], outcome };
        open.workspace.record_detection(&[one], &run).await.unwrap();
        said.push(map(&app, &request()).await.unwrap().lead.key);
    }

    assert_eq!(said, ["map-unscored", "map-unscored", "map-calm"]);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_marked_apart_from_the_failure_is_counted_beside_it() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let alert = |service: &str, severity: &str| Alert {
        name: "SlowCommits".to_owned(),
        state: AlertState::Firing,
        labels: Labels::new([("alertname", "SlowCommits"), ("service", service), ("severity", severity)]),
        annotations: Labels::default(),
        active_at: Timestamp::from_millis(BEGIN),
        value: Some(1.0),
    };
    let alerts = [alert("orders-db", "critical"), alert("web", "info")];
    open.workspace.put_alerts(source, &alerts, Timestamp::from_millis(BEGIN)).await.unwrap();

    let view = map(&app, &MapRequest { range: Some(hour()), ..request() }).await.unwrap();

    assert_eq!((view.counts.failing, view.counts.unusual), (1, 2));
    assert_eq!(view.lead.key, "map-failing-one");
    assert_eq!(view.lead.values["apart"], crate::phrase::PhraseValue::Count(1));
    workspaces::close(&app).await;
}
