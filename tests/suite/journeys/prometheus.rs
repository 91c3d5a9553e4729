//! A real Prometheus from the first test of the connection to following it through an outage.

use wardroom_app::connections::{self, HealthState, SourceRow};
use wardroom_app::jobs::JobKind;
use wardroom_app::{App, AppError, follow, sync, workspaces};
use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::SeriesFilter;

use super::fixed::Fixed;
use super::server::Server;
use super::{contents, eventually, job, n_samples, newest, range, sentence, start};

const HISTORY: &str = r#"{__name__=~"hist_.+"}"#;
const LIVE: &str = r#"{job="test"}"#;
/// More than the thousand values that a label may have.
const MANY_USERS: usize = 1_300;

async fn open_new(home: &std::path::Path) -> App {
    let app = start(&home.join("app")).await;
    workspaces::create(&app, &home.join("w.wardroom")).await.unwrap();
    app
}

/// Syncs a source once.
pub(super) async fn sync_once(
    app: &App,
    id: u32,
    range: Option<TimeRange>,
) -> Result<sync::SyncOutcome, AppError> {
    let task = job(app, JobKind::Sync);
    sync::run_by_number(app, &app.open().unwrap(), id, range, &task).await
}

async fn row(app: &App) -> SourceRow {
    connections::list(app).await.unwrap().remove(0)
}

/// Number of stored series of a metric.
async fn n_series(app: &App, metric: &str) -> usize {
    let filter = SeriesFilter { metric: Some(metric.to_owned()), ..SeriesFilter::default() };
    app.open().unwrap().workspace.series(&filter).await.unwrap().len()
}

/// Time of the newest stored sample of a metric.
async fn last_of(app: &App, metric: &str) -> Option<Timestamp> {
    let filter = SeriesFilter { metric: Some(metric.to_owned()), ..SeriesFilter::default() };
    let rows = app.open().unwrap().workspace.series(&filter).await.unwrap();
    rows.iter().filter_map(|r| r.last).max()
}

/// From the start of the history to this moment.
fn everything(server: &Server, now: Timestamp) -> TimeRange {
    range(server.history_start, now)
}

#[tokio::test(flavor = "multi_thread")]
async fn testing_the_connection_says_who_answers_and_suggesting_names_what_rules_read() {
    let Some(server) = Server::start("testing_the_connection_says_who_answers").await else { return };
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let draft = server.draft(&[]);

    let probe = connections::probe(&app, &draft).await.unwrap();
    let day = range(app.now().plus_millis(-86_400_000), app.now());
    let proposed = connections::suggest(&app, &draft, day).await.unwrap();

    assert_eq!(probe.product, "Prometheus");
    assert!(probe.version.starts_with(|c: char| c.is_ascii_digit()), "{}", probe.version);
    assert!(probe.series.is_some_and(|n| n > 5.0), "{:?}", probe.series);
    assert_eq!(probe.rule_groups, Some(1));
    assert_eq!(probe.missing, []);
    let newest = probe.newest.map_or(0, |at| at.0);
    assert!((app.now().as_millis() - newest).abs() < 60_000, "{newest}");
    assert!(probe.clock_offset.is_some_and(|ms| ms.0.abs() < 3_000), "{:?}", probe.clock_offset);
    let rules = proposed.iter().find(|p| p.key == "alert_rules").unwrap();
    assert!(rules.proposed && rules.selectors.iter().any(|s| s.contains("up")), "{rules:?}");
    assert!(proposed.iter().any(|p| p.key == "targets"), "{proposed:?}");
    assert!(proposed.iter().all(|p| p.selectors.iter().all(|s| !s.contains(r#"".*""#))), "{proposed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sync_brings_only_what_is_new_and_rules_and_alerts_are_kept() {
    let Some(server) = Server::start("a_second_sync_brings_only_what_is_new").await else { return };
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let id = connections::save(&app, &server.draft(&[HISTORY, LIVE])).await.unwrap();

    let first = sync_once(&app, id, Some(everything(&server, app.now()))).await.unwrap();
    let before = contents(&app).await;
    let synced_at = app.now().as_millis() as f64 / 1000.0;
    eventually("two more scrapes", async || server.number("max(timestamp(up))").await > synced_at + 2.0)
        .await;
    let second = sync_once(&app, id, None).await.unwrap();
    let after = contents(&app).await;

    // Eight series of six hours at 15 s, without the gap of 20 minutes in two of them.
    assert!(first.samples > 11_000 && !first.partial, "{first:?}");
    assert!(second.samples > 0 && second.samples < 1_000, "{second:?}");
    for (key, _, _, samples) in &before {
        let now = after.iter().find(|c| c.0 == *key).unwrap();
        assert!(now.3.starts_with(samples), "{key} keeps what it had");
    }
    let row = row(&app).await;
    assert_eq!(row.rules, 2);
    assert!(row.firing >= 1, "the alert that always fires is kept");
    let rules = app.open().unwrap().workspace.rules(None, None).await.unwrap();
    assert_eq!(rules.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_sync_keeps_what_arrived_and_the_next_one_brings_the_rest() {
    let Some(server) = Server::start("a_cancelled_sync_keeps_what_arrived").await else { return };
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    // One request a second once the first 15 have gone, most of which the plan takes.
    let selectors = [
        r#"hist_requests_total{service="cart"}"#,
        r#"hist_requests_total{service="orders"}"#,
        r#"hist_requests_total{service="web"}"#,
        r#"hist_depth{host="h 1"}"#,
        r#"hist_depth{host!="h 1"}"#,
        r#"hist_wait_seconds_bucket{le="0.1"}"#,
        r#"hist_wait_seconds_bucket{le="1.0"}"#,
        r#"hist_wait_seconds_bucket{le="+Inf"}"#,
        "live_depth",
        "live_wait_seconds_sum",
        "live_wait_seconds_count",
        "live_wait_seconds_bucket",
    ];
    let mut draft = server.draft(&selectors);
    draft.requests_per_minute = 60;
    draft.max_concurrent = 1;
    let id = connections::save(&app, &draft).await.unwrap();
    let open = app.open().unwrap();
    let whole = everything(&server, app.now());
    let task = job(&app, JobKind::Sync);

    let (ended, ()) = tokio::join!(sync::run_by_number(&app, &open, id, Some(whole), &task), async {
        eventually("the first samples arrive", async || task.row().samples > 0).await;
        task.cancel();
    });
    let kept = n_samples(&app).await;
    draft.id = Some(id);
    draft.requests_per_minute = 0;
    connections::save(&app, &draft).await.unwrap();
    sync_once(&app, id, Some(whole)).await.unwrap();
    let all = n_samples(&app).await;

    assert!(ended.unwrap_err().is_cancelled());
    assert!(kept > 0, "what arrived is kept");
    assert!(kept < all, "{kept} of {all}: the rest came with the next sync");
    assert_eq!(n_series(&app, "hist_requests_total").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn following_brings_new_samples_caps_a_label_that_runs_away_and_recovers_by_itself() {
    let Some(mut server) = Server::start("following_brings_new_samples").await else { return };
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let id = connections::save(&app, &server.draft(&[LIVE])).await.unwrap();
    let lately = range(app.now().plus_millis(-120_000), app.now());
    sync_once(&app, id, Some(lately)).await.unwrap();
    let before = n_samples(&app).await;

    follow::set(&app, id, true).await.unwrap();
    eventually("new samples arrive", async || n_samples(&app).await > before + 20).await;
    assert_eq!(row(&app).await.health.state, HealthState::Fresh);

    server.exporter.show_users(u32::try_from(MANY_USERS).unwrap());
    eventually("the label is named", async || {
        row(&app).await.capped.first().is_some_and(|label| label == "live_logins.user")
    })
    .await;
    let capped = n_series(&app, "live_logins").await;
    assert!(capped > 0 && capped <= 1_000, "{capped}");
    connections::resume_label(&app, id, "live_logins.user").await.unwrap();
    eventually("the label is taken up again", async || n_series(&app, "live_logins").await == MANY_USERS)
        .await;
    server.exporter.show_users(0);

    // A series that ends is not drawn on: it has no sample after the moment at which it vanished.
    server.exporter.hide_depth(true);
    eventually("the server has noticed", async || server.count("live_depth").await < 0.5).await;
    let vanished = app.now();
    eventually("the others go on", async || newest(&app).await > Some(vanished.plus_millis(1_000))).await;
    assert!(last_of(&app, "live_depth").await < Some(vanished));

    server.kill();
    eventually("the outage is shown", async || {
        let health = row(&app).await.health;
        health.state == HealthState::Stale && health.error.is_some_and(|e| e.code == "source_unreachable")
    })
    .await;
    let during = newest(&app).await;
    server.run();
    eventually("it recovers by itself", async || {
        let health = row(&app).await.health;
        health.state == HealthState::Fresh && health.error.is_none() && newest(&app).await > during
    })
    .await;
    follow::set(&app, id, false).await.unwrap();
    assert_eq!(row(&app).await.health.state, HealthState::Resting);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_real_server_refuses_becomes_a_sentence_that_says_what_to_do() {
    let Some(server) = Server::start("what_a_real_server_refuses_becomes_a_sentence").await else { return };
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let html = "<html><title>Sign in</title></html>";
    let page = Fixed::start(format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{html}",
        html.len()
    ));
    let mut prefix = server.draft(&[]);
    prefix.url = server.root_url();
    let mut host = server.draft(&[]);
    "http://nobody.invalid:9090".clone_into(&mut host.url);
    let mut port = server.draft(&[]);
    "http://127.0.0.1:9".clone_into(&mut port.url);
    let mut secure = server.draft(&[]);
    secure.url = server.url().replace("http://", "https://");
    let mut website = server.draft(&[]);
    website.url = format!("http://127.0.0.1:{}", page.port);

    for (draft, code, advice) in [
        (prefix, "source_not_found", "prefix may be missing"),
        (host, "source_unknown_host", "Check the name"),
        (port, "source_unreachable", "Check host and port"),
        (secure, "source_tls", "Check the certificate"),
        (website, "source_not_prometheus", "Check the URL"),
    ] {
        let error = connections::probe(&app, &draft).await.unwrap_err();
        assert_eq!(error.code, code, "{error}");
        assert!(sentence(&error).contains(advice), "{}", sentence(&error));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_is_wrong_is_refused_with_the_servers_own_words() {
    let Some(server) = Server::start("a_query_that_is_wrong_is_refused").await else { return };
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let cut_off = connections::save(&app, &server.draft(&["up{"])).await.unwrap_err();
    // What reads well here and does not exist there is the server's to refuse.
    let id = connections::save(&app, &server.draft(&["no_such_function(up)"])).await.unwrap();
    let minute = range(app.now().plus_millis(-60_000), app.now());

    let error = sync_once(&app, id, Some(minute)).await.unwrap_err();

    assert_eq!(error.code, "source_bad_query", "{error}");
    assert!(sentence(&error).contains("no_such_function"), "{}", sentence(&error));
    assert_eq!(cut_off.code, "selector", "{cut_off}");
    let health = row(&app).await.health;
    assert_eq!(
        (health.state, health.error.map(|e| e.code)),
        (HealthState::Failed, Some("source_bad_query".to_owned()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_source_goes_with_its_data_or_leaves_it() {
    let Some(server) = Server::start("a_deleted_source_goes_with_its_data").await else { return };
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let whole = everything(&server, app.now());
    let first = connections::save(&app, &server.draft(&["hist_depth"])).await.unwrap();
    sync_once(&app, first, Some(whole)).await.unwrap();
    let mut other = server.draft(&["hist_requests_total"]);
    "other".clone_into(&mut other.name);
    let second = connections::save(&app, &other).await.unwrap();
    sync_once(&app, second, Some(whole)).await.unwrap();

    connections::delete(&app, first, false).await.unwrap();
    let left = n_series(&app, "hist_depth").await;
    connections::delete(&app, second, true).await.unwrap();

    assert_eq!(left, 2);
    assert_eq!(n_series(&app, "hist_requests_total").await, 0);
    assert_eq!(connections::list(&app).await.unwrap(), []);
}
