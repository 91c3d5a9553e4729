//! The topology on real workspaces: inventories come in, become one model, are asked, doubted, decided about and drawn.

mod doubtful;
mod drawn;
mod exchange;
mod listed;
mod reading;
mod versions;

use std::path::Path;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use wardroom_connectors::cmdb::InventoryPlace;
use wardroom_connectors::error::SourceError;
use wardroom_connectors::source::{InventoryPage, InventoryProbe, InventorySource};
use wardroom_core::{
    Alert, AlertState, Dependency, Entity, EntityKind, Labels, LogRecord, Timestamp, Topology,
};
use wardroom_store::{BatchKind, NewSource, SourceId};

use self::listed::{names, view};
use super::*;
use crate::alerts::{AlertFilter, AlertsRequest};
use crate::connections;
use crate::context::{App, Open, Start, lock};
use crate::drills::rows::{AdviceMode, DrillOptions};
use crate::jobs::{Job, JobKind, JobState};
use crate::logs::{self, ingest};
use crate::series::{self, MetricsRequest};
use crate::wire::{Millis, Span};
use crate::{alerts, drills, workspaces};

/// 2026-11-17T02:00:00Z.
const BEGIN: i64 = 1_794_880_800_000;
const MINUTE: i64 = 60_000;

async fn app(home: &Path) -> App {
    let start = Start { data_dir: Some(home.to_owned()), memory_secrets: true, ..Start::default() };
    App::start(start).await.unwrap()
}

async fn workspace(home: &Path) -> (App, Arc<Open>) {
    let app = app(home).await;
    workspaces::create(&app, &home.join("w.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    (app, open)
}

async fn source(open: &Open, name: &str) -> SourceId {
    let new = NewSource {
        name: name.to_owned(),
        kind: connections::CMDB.to_owned(),
        config: "{}".to_owned(),
        created_at: Timestamp::from_millis(BEGIN),
    };
    open.workspace.add_source(new).await.unwrap()
}

fn entity(kind: EntityKind, name: &str, team: &str) -> Entity {
    Entity { team: team.to_owned(), tier: Some(1), ..Entity::new(kind, name) }
}

/// A shop of five: web and orders call what they need, and everything rests on one database on one host.
fn shop() -> Topology {
    let mut host = entity(EntityKind::Host, "db-m1.prod.example.net", "platform");
    host.addresses.push("10.0.3.7".to_owned());
    Topology {
        entities: vec![
            entity(EntityKind::Service, "web", "shop-front"),
            entity(EntityKind::Service, "orders", "shop-orders"),
            entity(EntityKind::Service, "reports", "shop-orders"),
            entity(EntityKind::Database, "orders-db", "platform"),
            host,
        ],
        dependencies: vec![
            Dependency::new("web", "orders", "calls"),
            Dependency::new("orders", "orders-db", "writes"),
            Dependency::new("reports", "orders-db", "reads"),
            Dependency::new("orders-db", "db-m1.prod.example.net", "runs on"),
        ],
    }
}

async fn filled(open: &Open) -> SourceId {
    let source = source(open, "cmdb").await;
    let at = Timestamp::from_millis(BEGIN);
    open.workspace.put_inventory(source, &shop(), at, at).await.unwrap();
    open.topology.changed();
    source
}

/// What is done to a read at one page; once.
#[derive(Debug)]
enum Trouble {
    /// The source does not answer.
    Fails,
    /// A person cancels while the source is asked, and it never answers.
    IsCancelled(CancellationToken),
}

/// An inventory that hands out what it was given, one entity a page and the dependencies behind them. Its classes are the
/// kinds of its entities, and `edges`.
#[derive(Debug)]
struct Shelf {
    topology: Mutex<Topology>,
    /// At which page something happens, and what.
    trouble: Mutex<Option<(usize, Trouble)>>,
    /// Classes that may not be read.
    closed: Mutex<Vec<&'static str>>,
    /// Classes that answer with nothing.
    emptied: Mutex<Vec<&'static str>>,
    /// The pages that were asked for.
    asked: Mutex<Vec<usize>>,
    asked_since: Mutex<Vec<Option<Timestamp>>>,
}

impl Shelf {
    fn new(topology: Topology) -> Arc<Self> {
        Arc::new(Self {
            topology: Mutex::new(topology),
            trouble: Mutex::new(None),
            closed: Mutex::new(Vec::new()),
            emptied: Mutex::new(Vec::new()),
            asked: Mutex::new(Vec::new()),
            asked_since: Mutex::new(Vec::new()),
        })
    }

    /// Returns the page of a number.
    fn page(&self, at: usize) -> InventoryPage {
        let all = lock(&self.topology).clone();
        let (n, entity) = (all.entities.len(), all.entities.get(at).cloned());
        let class = entity.as_ref().map_or("edges", |entity| entity.kind.as_str()).to_owned();
        let dependencies = if entity.is_none() { all.dependencies } else { Vec::new() };
        let mut part = Topology { entities: entity.into_iter().collect(), dependencies };
        let partial = lock(&self.closed).contains(&class.as_str());
        if partial || lock(&self.emptied).contains(&class.as_str()) {
            part = Topology::default();
        }
        InventoryPage {
            part,
            class,
            partial,
            next: (at < n).then(|| place(at + 1)),
            read: at.saturating_add(1).min(n) as u64,
            of: Some(n as u64),
            requests: 1,
            ..InventoryPage::default()
        }
    }
}

/// Returns the place of a page of the shelf, as it would come out of a file.
fn place(page: usize) -> InventoryPlace {
    let json = serde_json::json!({ "mapping": "shelf", "since": null, "class": 0, "each": null,
        "at": { "offset": page }, "limit": 1, "pages": page, "came": page, "fresh": page, "total": null,
        "repeats": 0, "read_before": 0, "of_before": null, "filter_ignored": false, "lost": 0 });
    serde_json::from_value(json).unwrap()
}

/// Returns the page that a place is of.
fn page_of(place: Option<&InventoryPlace>) -> usize {
    let json = place.map(|place| serde_json::to_value(place).unwrap());
    json.map_or(0, |json| usize::try_from(json["at"]["offset"].as_u64().unwrap()).unwrap())
}

impl InventorySource for Shelf {
    fn probe(&self, _now: Timestamp) -> BoxFuture<'_, Result<InventoryProbe, SourceError>> {
        async { Ok(InventoryProbe::default()) }.boxed()
    }

    fn read(
        &self,
        after: Option<InventoryPlace>,
        since: Option<Timestamp>,
        _now: Timestamp,
    ) -> BoxFuture<'_, Result<InventoryPage, SourceError>> {
        async move {
            let at = page_of(after.as_ref());
            lock(&self.asked).push(at);
            lock(&self.asked_since).push(since);
            let trouble = lock(&self.trouble).take_if(|(page, _)| *page == at);
            match trouble {
                None => Ok(self.page(at)),
                Some((_, Trouble::Fails)) => Err(SourceError::Unreachable {
                    address: "cmdb.example.net".to_owned(),
                    detail: "refused".to_owned(),
                }),
                Some((_, Trouble::IsCancelled(token))) => {
                    token.cancel();
                    std::future::pending().await
                }
            }
        }
        .boxed()
    }

    fn explain(&self) -> String {
        String::new()
    }
}

async fn read(
    app: &App,
    open: &Arc<Open>,
    source: SourceId,
    shelf: &Arc<Shelf>,
) -> Result<JobState, crate::AppError> {
    let job = app.jobs().begin(app.bus(), JobKind::Sync, "cmdb", None);
    read_at(app, open, source, shelf, (app.now(), &job)).await
}

/// Reads at a moment of the clock, as a job.
async fn read_at(
    app: &App,
    open: &Arc<Open>,
    source: SourceId,
    shelf: &Arc<Shelf>,
    (now, job): (Timestamp, &Job),
) -> Result<JobState, crate::AppError> {
    let connected: Arc<dyn InventorySource> = Arc::clone(shelf) as Arc<dyn InventorySource>;
    lock(&open.inventory_sources).insert(source, connected);
    let row = open.workspace.source(source).await.unwrap().unwrap();
    let outcome = sync::run(app, open, &row, now, job).await?;
    Ok(if outcome.partial { JobState::Partial } else { JobState::Done })
}

fn request() -> MapRequest {
    MapRequest {
        range: None,
        as_of: None,
        level: MapLevel::Service,
        only_failing: false,
        focus: None,
        hops: 1,
        direction: MapDirection::Both,
        width: 1440,
        height: 900,
    }
}

fn alert(labels: &[(&str, &str)], at: i64) -> Alert {
    Alert {
        name: "SlowCommits".to_owned(),
        state: AlertState::Firing,
        labels: Labels::new(labels.iter().copied()),
        annotations: Labels::default(),
        active_at: Timestamp::from_millis(at),
        value: Some(1.0),
    }
}

async fn fires(open: &Open, source: SourceId, labels: &[(&str, &str)], at: i64) {
    let told = [alert(labels, at)];
    open.workspace.put_alerts(source, &told, Timestamp::from_millis(at)).await.unwrap();
}

fn hour() -> Span {
    Span { start: Millis(BEGIN), end: Millis(BEGIN + 60 * MINUTE) }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_finds_its_entity_by_any_of_its_names() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    fires(
        &open,
        source,
        &[("alertname", "SlowCommits"), ("instance", "10.0.3.7:9100"), ("severity", "critical")],
        BEGIN,
    )
    .await;

    let request = AlertsRequest {
        range: Some(hour()),
        state: AlertFilter::All,
        text: String::new(),
        entity: Some("db-m1".to_owned()),
        offset: 0,
        limit: 50,
    };
    let on_host = alerts::list(&app, &request).await.unwrap();
    let elsewhere = AlertsRequest { entity: Some("web".to_owned()), ..request };

    assert_eq!(on_host.rows.len(), 1);
    assert_eq!(on_host.rows[0].entity, "db-m1.prod.example.net");
    assert_eq!(on_host.rows[0].team, "platform");
    let nothing = alerts::list(&app, &elsewhere).await.unwrap();
    assert!(nothing.rows.is_empty());
    assert_eq!(nothing.headline.key, "alerts-none-here");
    assert_eq!(nothing.headline.values["elsewhere"], crate::phrase::PhraseValue::Count(1));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn log_lines_are_narrowed_to_an_entity() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let line = |service: &str, host: &str, n: i64| LogRecord {
        at: Timestamp::from_millis(BEGIN + n * 1000),
        level: None,
        service: service.to_owned(),
        host: host.to_owned(),
        dataset: String::new(),
        message: format!("request {n} answered"),
        fields: Labels::default(),
    };
    let lines = vec![line("web", "h-1", 1), line("orders", "h-1", 2), line("nobody", "db-m1", 3)];
    ingest::take(&open, source, BatchKind::Sync, lines, Timestamp::from_millis(BEGIN), &[]).await.unwrap();
    let request = |entity: &str| logs::LogsRequest {
        range: Some(hour()),
        level: None,
        query: String::new(),
        template: None,
        sources: Vec::new(),
        entity: Some(entity.to_owned()),
        behind: None,
        limit: 50,
    };

    let of_web = logs::list(&app, &request("web")).await.unwrap();
    let of_host = logs::list(&app, &request("10.0.3.7")).await.unwrap();

    assert_eq!(of_web.rows.iter().map(|row| row.service.as_str()).collect::<Vec<_>>(), ["web"]);
    assert_eq!(of_host.rows.iter().map(|row| row.service.as_str()).collect::<Vec<_>>(), ["nobody"]);
    // `nobody` and `h-1` name nothing in the inventory.
    let unmatched = map(&app, &self::request()).await.unwrap().without_entity;
    assert_eq!((unmatched.records, unmatched.of_records), (2, 5));
    assert_eq!(unmatched.examples, ["h-1", "nobody"]);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blast_radius_of_a_database_is_who_depends_on_it() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;

    let request =
        ReachRequest { name: "orders-db".to_owned(), direction: MapDirection::Down, hops: None, as_of: None };
    let down = reach(&app, &request).await.unwrap();
    let near = reach(&app, &ReachRequest { hops: Some(1), ..request.clone() }).await.unwrap();

    // Counted by hand: orders and reports use it, web uses orders.
    let rows: Vec<(&str, u32, &str)> =
        down.rows.iter().map(|row| (row.name.as_str(), row.hops, row.via.as_str())).collect();
    assert_eq!(rows, [("orders", 1, "orders-db"), ("reports", 1, "orders-db"), ("web", 2, "orders")]);
    assert!(down.rows.iter().all(|row| row.single_point), "{:?}", down.rows);
    assert_eq!(near.rows.len(), 2);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_that_leads_the_other_direction_is_told_as_such() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let ask = |from: &str, to: &str| PathsRequest {
        from: from.to_owned(),
        to: to.to_owned(),
        limit: 5,
        as_of: None,
    };

    let there = paths(&app, &ask("web", "orders-db")).await.unwrap();
    let back = paths(&app, &ask("orders-db", "web")).await.unwrap();

    let steps: Vec<(&str, &str)> =
        there.paths[0].iter().map(|step| (step.name.as_str(), step.how.as_str())).collect();
    assert_eq!(steps, [("web", "calls"), ("orders", "writes"), ("orders-db", "")]);
    assert!(!there.reversed && back.reversed);
    assert_eq!(paths(&app, &ask("web", "nowhere")).await.unwrap_err().code, "no_such_entity");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_edge_is_taken_out_and_comes_back_with_undo() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let edges = async |app: &App| view(app, None).await.unwrap().dependencies.len();

    let decision = TopologyDecision::RemoveEdge { from: "reports".to_owned(), to: "orders-db".to_owned() };
    let id = decide(&app, &decision).await.unwrap();
    assert_eq!(edges(&app).await, 3);

    undo(&app, id).await.unwrap();
    assert_eq!(edges(&app).await, 4);
    let made = decisions(&app).await.unwrap();
    assert!(made[0].undone && made[0].phrase.key == "topology-decided-remove");
    assert_eq!(undo(&app, id).await.unwrap_err().code, "no_such_decision");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawn_edge_counts_at_once_and_a_circle_with_itself_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let draw = |from: &str, to: &str| TopologyDecision::DrawEdge {
        from: from.to_owned(),
        to: to.to_owned(),
        how: String::new(),
    };

    decide(&app, &draw("web", "reports")).await.unwrap();

    let drawn = view(&app, None).await.unwrap();
    let edge = drawn.dependencies.iter().find(|d| d.to == "reports").unwrap();
    assert_eq!((edge.origin, edge.how.as_str()), (EdgeOriginKind::Drawn, "depends on"));
    assert_eq!(decide(&app, &draw("web", "web")).await.unwrap_err().code, "topology_self_edge");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_records_are_merged_and_taken_apart_again() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let second = source(&open, "catalog").await;
    let other = Topology {
        entities: vec![entity(EntityKind::Service, "order-service", "shop-orders")],
        dependencies: Vec::new(),
    };
    let at = Timestamp::from_millis(BEGIN);
    open.workspace.put_inventory(second, &other, at, at).await.unwrap();
    open.topology.changed();
    assert_eq!(view(&app, None).await.unwrap().entities.len(), 6);

    let merge = TopologyDecision::Merge { names: vec!["orders".to_owned(), "order-service".to_owned()] };
    let id = decide(&app, &merge).await.unwrap();
    let merged = super::entity(&app, "order-service", None, None).await.unwrap();
    assert_eq!(merged.item.sources.len(), 2);
    assert_eq!(view(&app, None).await.unwrap().entities.len(), 5);

    undo(&app, id).await.unwrap();
    assert_eq!(view(&app, None).await.unwrap().entities.len(), 6);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_can_be_asked_as_of_a_moment() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let later = Timestamp::from_millis(BEGIN + 10 * MINUTE);
    let mut changed = shop();
    changed.entities.push(entity(EntityKind::Cache, "cart-cache", "shop-front"));
    changed.dependencies.push(Dependency::new("web", "cart-cache", "caches in"));
    open.workspace.put_inventory(source, &changed, later, later).await.unwrap();
    open.topology.changed();

    let before = view(&app, Some(Millis(BEGIN + MINUTE))).await.unwrap();
    let now = view(&app, None).await.unwrap();

    assert_eq!((before.entities.len(), before.dependencies.len()), (5, 4));
    assert_eq!((now.entities.len(), now.dependencies.len()), (6, 5));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_drops_nothing_at_any_level() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;

    for level in [MapLevel::Domain, MapLevel::System, MapLevel::Service, MapLevel::Host] {
        for only_failing in [false, true] {
            let view = map(&app, &MapRequest { level, only_failing, ..request() }).await.unwrap();

            let counts = view.counts;
            let members: u32 = view.nodes.iter().map(|node| node.members).sum();
            let folded: u32 = view.groups.iter().map(|group| group.count).sum();
            assert_eq!(counts.dropped, 0);
            assert_eq!(members + folded, 5, "{level:?} {only_failing}");
            assert_eq!(counts.drawn + counts.bundled + counts.folded, 4, "{level:?} {only_failing}");
        }
    }
    let systems = map(&app, &MapRequest { level: MapLevel::System, ..request() }).await.unwrap();
    assert_eq!(systems.rest.unwrap().key, "map-no-system", "why there is only one is told");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn causes_stand_left_of_what_depends_on_them() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let slow = [("alertname", "SlowCommits"), ("service", "orders-db"), ("severity", "critical")];
    let apart = [("alertname", "Note"), ("service", "reports"), ("severity", "info")];
    let told = [alert(&slow, BEGIN), alert(&apart, BEGIN)];
    open.workspace.put_alerts(source, &told, Timestamp::from_millis(BEGIN)).await.unwrap();

    let view = map(&app, &MapRequest { range: Some(hour()), ..request() }).await.unwrap();

    let x = |name: &str| view.nodes.iter().find(|node| node.name == name).unwrap().x;
    assert!(x("orders-db") < x("orders") && x("orders") < x("web"));
    let first: Vec<&str> = view.nodes.iter().filter(|n| n.first).map(|n| n.name.as_str()).collect();
    assert_eq!(first, ["orders-db"]);
    assert_eq!(view.lead.key, "map-failing-one");
    assert_eq!(view.lead.values["apart"], crate::phrase::PhraseValue::Count(1), "it is unusual apart");
    assert_eq!(view.counts.failing, 1);
    // The host carries the database; at this level it is folded, and its row still says what it is and whose.
    let host = view.groups.iter().find(|group| group.id == "kind:host").and_then(|group| group.dots.first());
    assert_eq!(host.map(|dot| (dot.kind.as_str(), dot.team.as_str())), Some(("host", "platform")));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn around_a_focus_only_the_asked_side_is_drawn() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let ask = MapRequest {
        focus: Some("orders".to_owned()),
        direction: MapDirection::Down,
        level: MapLevel::Host,
        ..request()
    };

    let view = map(&app, &ask).await.unwrap();

    let mut names: Vec<&str> = view.nodes.iter().map(|node| node.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["orders", "web"]);
    assert!(view.nodes.iter().any(|node| node.subject && node.name == "orders"));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_searches_are_found_again() {
    let home = tempfile::tempdir().unwrap();
    let (app, _open) = workspace(home.path()).await;
    let filter = SavedFilter { name: "mine".to_owned(), text: "team:platform".to_owned() };

    save_filter(&app, &filter, false).await.unwrap();
    // Who keeps the same again loses nothing.
    save_filter(&app, &filter, false).await.unwrap();

    assert_eq!(view(&app, None).await.unwrap().filters, [filter]);
    delete_filter(&app, "mine").await.unwrap();
    assert!(view(&app, None).await.unwrap().filters.is_empty());
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_search_is_replaced_only_when_that_is_wished() {
    let home = tempfile::tempdir().unwrap();
    let (app, _open) = workspace(home.path()).await;
    let of = |name: &str, text: &str| SavedFilter { name: name.to_owned(), text: text.to_owned() };
    save_filter(&app, &of("mine", "team:platform"), false).await.unwrap();

    let refused = save_filter(&app, &of(" mine ", "tier:1"), false).await.unwrap_err();

    assert_eq!((refused.code.as_str(), refused.fields["name"].as_str()), ("filter_exists", "mine"));
    assert_eq!(view(&app, None).await.unwrap().filters, [of("mine", "team:platform")]);
    save_filter(&app, &of("mine", "tier:1"), true).await.unwrap();
    assert_eq!(view(&app, None).await.unwrap().filters, [of("mine", "tier:1")]);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulators_shop_is_mapped_and_its_series_find_their_entities() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    let options = DrillOptions { advice: AdviceMode::Normal, speed: 1, coach: true };
    let path = home.path().join("drill.wardroom");
    drills::start_by_hand(&app, "replica_lag", 7, "night shift", options, Some(path)).await.unwrap();
    let open = app.open().unwrap();

    let inventory = view(&app, None).await.unwrap();
    let drawn = map(&app, &request()).await.unwrap();

    assert!(inventory.known && inventory.entities.len() > 10, "{:?}", names(&inventory));
    assert_eq!(drawn.counts.dropped, 0);
    let unmatched = drawn.without_entity;
    assert!(unmatched.of_series > 0 && unmatched.series * 2 < unmatched.of_series, "{unmatched:?}");
    // A store that the inventory knows has series of its own.
    let database = inventory.entities.iter().find(|e| e.kind == "database" && e.series > 0).unwrap();
    let range = Span { start: Millis(0), end: (app.now().plus_millis(1)).into() };
    let asked = MetricsRequest { entity: Some(database.name.clone()), ..MetricsRequest::over(range) };
    let listed = series::metrics(&app, &asked).await.unwrap();
    assert_eq!(listed.total, database.series);
    assert!(listed.rows.iter().all(|row| row.entity == database.name));
    drop(open);
    workspaces::close(&app).await;
}
