//! Syncs and follows a cluster on loopback: what travels, what is stored, and how far that is when parts do not answer.

#[expect(
    unreachable_pub,
    reason = "the file belongs to the library of the tests, where its items are public"
)]
#[path = "../../../../../tests/src/log_cluster.rs"]
mod log_cluster;
mod silence;

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use log_cluster::LogCluster;
use wardroom_store::LogFilter;

use super::*;
use crate::clock::Clock;
use crate::connections::{ConnectionKind, LogScopeDraft};
use crate::context::Start;
use crate::jobs::JobKind;
use crate::logs::study::{self, Read};
use crate::logs::{LogFilesChoice, LogPlace, LogValuesRequest, LogValuesView, LogsRequest, TemplatesRequest};
use crate::wire::{Millis, Span};
use crate::{logs, workspaces};

/// 2026-11-17T02:00:00Z.
const BEGIN: i64 = 1_794_880_800_000;
const MINUTE: i64 = 60_000;

/// A clock that the test moves.
#[derive(Debug)]
struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        at(self.0.load(Ordering::SeqCst))
    }
}

/// A workspace with a connection to a cluster on loopback.
struct Stage {
    app: App,
    open: Arc<Open>,
    row: StoredSource,
    cluster: LogCluster,
}

impl Stage {
    async fn set(home: &Path) -> Self {
        let cluster = LogCluster::start().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(HandClock(AtomicI64::new(BEGIN + 60 * MINUTE)));
        let start = Start { data_dir: Some(home.to_owned()), clock: Some(clock), memory_secrets: true };
        let app = App::start(start).await.unwrap();
        workspaces::create(&app, &home.join("w.wardroom")).await.unwrap();
        let saved = connect(&app, "logs", cluster.url()).await;
        let open = app.open().unwrap();
        let row = connections::stored(&open, saved).await.unwrap();
        Self { app, open, row, cluster }
    }

    async fn sync(&self, minute: i64) -> SyncOutcome {
        let job = self.app.jobs().begin(self.app.bus(), JobKind::Sync, "logs", None);
        let now = at(BEGIN + minute * MINUTE);
        run(&self.app, &self.open, &self.row, None, now, &job).await.unwrap()
    }

    async fn tick(&self, minute: i64) -> u64 {
        tick(&self.app, &self.open, &self.row, at(BEGIN + minute * MINUTE)).await.unwrap()
    }

    async fn follow_from(&self) -> Option<i64> {
        let from = follow_from(&self.open, &self.row).await.unwrap();
        from.map(|from| (from.as_millis() - BEGIN) / MINUTE)
    }

    /// Lines from one minute to another, one a second.
    fn write(&self, from: i64, to: i64) {
        let line = |second: i64| (BEGIN + second * 1000, format!("order {second} is packed"));
        self.cluster.add((from * 60..to * 60).map(line));
    }

    /// The texts of everything that is stored, in order.
    async fn stored(&self) -> Vec<String> {
        let mut texts = Vec::new();
        crate::logs::lines::each_newest(&self.open, &LogFilter::default(), usize::MAX, &mut |row| {
            texts.push(row.record.message);
        })
        .await
        .unwrap();
        texts.sort();
        texts
    }

    async fn notices(&self) -> Vec<String> {
        let told = connections::notices(&self.open, self.row.id).await.unwrap();
        told.into_iter().map(|phrase| phrase.key).collect()
    }
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

fn texts(from: i64, to: i64) -> Vec<String> {
    let mut texts: Vec<String> =
        (from * 60..to * 60).map(|second| format!("order {second} is packed")).collect();
    texts.sort();
    texts
}

#[test]
fn a_brace_begins_a_query_of_the_clusters_own_language() {
    assert!(matches!(query::ask(" {\"match_all\": {}} "), Ok(LogAsk::Raw(_))));
    assert!(matches!(query::ask(""), Ok(LogAsk::Query(LogQuery::All))));
    assert_eq!(query::ask("{\"match_all\": ").unwrap_err().code, "log_query_json");
    assert_eq!(require_readable("a /b+/").unwrap_err().code, "log_query_regex");
    assert!(require_readable("a b").is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_whose_time_is_a_word_does_not_make_following_read_the_day_again() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.cluster.clash();
    stage.write(0, 60);

    let outcome = stage.sync(60).await;
    let sent = stage.cluster.sent();
    stage.write(60, 61);
    let first = stage.tick(61).await;
    let mut heard = stage.app.bus().listen();
    let second = stage.tick(61).await;

    assert!(outcome.partial, "what an index keeps to itself is told");
    assert!(stage.notices().await.contains(&"log-notice-conflict".to_owned()));
    assert_eq!(sent, 3600, "each line travels once");
    assert_eq!((first, second), (60, 0));
    let told = AppEvent::LinesArrived { source: saved(&stage), until: at(BEGIN + 61 * MINUTE).into() };
    assert_eq!(heard.try_recv().unwrap(), told, "a window that follows moves also when nothing came");
    assert!(stage.cluster.sent() - sent <= 120, "{} lines for one new minute", stage.cluster.sent() - sent);
    assert_eq!(stage.stored().await, texts(0, 61));
    assert_eq!(stage.follow_from().await, Some(60), "the last minute stays open for late lines");
    assert!(state_of(&stage).await.is_whole(TimeRange::new(at(BEGIN), at(BEGIN + 59 * MINUTE)).unwrap()));
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_parts_do_not_answer_following_goes_on_and_the_next_sync_brings_the_rest() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 60);
    stage.cluster.lose_half(true);

    let outcome = stage.sync(60).await;
    let sent = stage.cluster.sent();
    stage.write(60, 61);
    let half = stage.tick(61).await;
    let ticked = stage.cluster.sent() - sent;

    assert!(outcome.partial && outcome.samples == 1800);
    assert!(stage.notices().await.contains(&"log-notice-shards".to_owned()));
    assert_eq!(half, 30);
    assert!(ticked <= 60, "{ticked} lines for half a minute");
    assert_eq!(stage.follow_from().await, Some(60), "following does not begin with the day again");

    stage.cluster.lose_half(false);
    let rest = stage.sync(62).await;
    assert!(!rest.partial);
    assert_eq!(stage.stored().await, texts(0, 61), "nothing twice, and nothing is missing");
    let again = stage.cluster.sent();
    stage.sync(62).await;
    assert!(stage.cluster.sent() - again <= 60, "what was read whole is not asked for again");
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_comes_back_while_following_brings_what_came_since() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 10);
    stage.sync(10).await;
    stage.write(10, 11);
    stage.cluster.lose_half(true);
    stage.tick(11).await;
    let before = stage.cluster.searches();
    stage.cluster.lose_half(false);

    stage.tick(11).await;

    assert_eq!(stage.stored().await, texts(0, 11));
    assert!(stage.cluster.searches() - before <= 3, "a tick takes a few searches");
    workspaces::close(&stage.app).await;
}

/// A question for lines that have some words, in the cluster's own language.
fn with_words(words: &str) -> LogsRequest {
    LogsRequest {
        range: Some(Span { start: Millis(BEGIN), end: Millis(BEGIN + 60 * MINUTE) }),
        level: None,
        query: format!("{{\"match_phrase\": {{\"message\": \"{words}\"}}}}"),
        template: None,
        sources: Vec::new(),
        entity: None,
        behind: None,
        limit: 100,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_of_the_clusters_own_language_is_answered_by_it_page_by_page() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 5);
    // A burst, of which no page holds all lines.
    stage.cluster.add((0..250).map(|n| (BEGIN + 2 * MINUTE, format!("burst {n} is packed"))));
    stage.cluster.add([(BEGIN + MINUTE, "order 7 is lost".to_owned())]);

    let first = logs::list(&stage.app, &with_words("is packed")).await.unwrap();
    let (mut rows, mut next) = (first.rows.clone(), first.next.clone());
    while let Some(behind) = next.take() {
        let request = LogsRequest { behind: Some(behind), ..with_words("is packed") };
        let page = logs::list(&stage.app, &request).await.unwrap();
        rows.extend(page.rows);
        next = page.next;
    }

    let counted = logs::counts(&stage.app, &with_words("is packed")).await.unwrap();

    assert!(first.known && first.rows.len() == 100);
    assert!((counted.total - 550.0).abs() < 1e-9, "{}", counted.total);
    assert!((counted.bins.iter().map(|bin| bin.other).sum::<f64>() - 550.0).abs() < 1e-9);
    assert!(first.notices.iter().any(|notice| notice.key == "logroom-cluster-asked"));
    assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse(row.at)), "newest first over all pages");
    let texts: BTreeSet<&str> = rows.iter().map(|row| row.message.as_str()).collect();
    assert_eq!((rows.len(), texts.len()), (550, 550), "each line once, and none is missing");
    assert_eq!(stage.stored().await, Vec::<String>::new(), "nothing of it is stored");
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_a_cluster_finds_has_its_neighbours_and_no_secret() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 5);
    let secret = "password=hunter2secret is wrong";
    stage.cluster.add([(BEGIN + 2 * MINUTE + 500, secret.to_owned())]);

    let found = logs::list(&stage.app, &with_words("is wrong")).await.unwrap();
    let row = found.rows.first().cloned().unwrap();
    let place = LogPlace { at: row.at, id: row.id.clone() };
    let around = logs::around(&stage.app, &place, 2, 3).await.unwrap();

    assert_eq!(found.rows.len(), 1);
    assert!(!row.message.contains("hunter2secret") && row.message.ends_with("is wrong"), "{}", row.message);
    let texts: Vec<&str> = around.iter().map(|line| line.message.as_str()).collect();
    assert_eq!(
        texts,
        [
            "order 119 is packed",
            "order 120 is packed",
            row.message.as_str(),
            "order 121 is packed",
            "order 122 is packed",
            "order 123 is packed",
        ]
    );
    assert_eq!(around[2].id, row.id);
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_query_of_the_clusters_own_language_cannot_apply_it_is_refused_in_words() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 1);
    let refused = async |request: LogsRequest| logs::list(&stage.app, &request).await.unwrap_err().code;

    let of_template = refused(LogsRequest { template: Some("1".to_owned()), ..with_words("x") }).await;
    let not_json = refused(LogsRequest { query: "{\"match_all\": ]}".to_owned(), ..with_words("x") }).await;
    let elsewhere = refused(LogsRequest { sources: vec![99], ..with_words("x") }).await;
    let templates = TemplatesRequest { query: with_words("x").query, ..TemplatesRequest::default() };
    let templates = logs::templates(&stage.app, &templates).await.unwrap_err().code;
    connections::pause(&stage.app, saved(&stage), true).await.unwrap();
    let paused = refused(with_words("x")).await;

    assert_eq!(of_template, "log_query_raw_template");
    assert_eq!(not_json, "log_query_json");
    assert_eq!((elsewhere.as_str(), paused.as_str()), ("log_query_no_cluster", "log_query_no_cluster"));
    assert_eq!(templates, "log_query_raw");
    assert_eq!(stage.cluster.searches(), 0, "nothing is asked before it is clear what");
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_counted_by_the_cluster_where_its_lines_are_not_all_stored() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 5);
    let singles = (0..70).map(|n| (BEGIN + 10 * MINUTE, format!("single{n:02} came")));
    stage
        .cluster
        .add(singles.chain([(BEGIN, "burst came".to_owned()), (BEGIN, "burst is packed".to_owned())]));
    let request = |query: &str| LogValuesRequest {
        field: "kind".to_owned(),
        lines: LogsRequest { query: query.to_owned(), ..with_words("") },
    };

    let all = logs::values(&stage.app, &request("")).await.unwrap();
    let raw = logs::values(&stage.app, &request(&with_words("is packed").query)).await.unwrap();
    let text = LogValuesRequest { field: "message".to_owned(), ..request("") };
    let text = logs::values(&stage.app, &text).await.unwrap_err();

    let first = |view: &LogValuesView| (view.values[0].value.clone(), view.values[0].lines);
    assert_eq!(first(&all), ("order".to_owned(), 300.0));
    assert_eq!((all.values.len(), all.other, all.lines, all.at_most), (50, 22.0, 372.0, 50));
    assert!((all.values[0].share - 300.0 / 372.0).abs() < 1e-9);
    assert_eq!((raw.values.len(), raw.other, raw.lines), (2, 0.0, 301.0));
    assert_eq!(text.code, "log_field_uncountable");
    assert_eq!(stage.cluster.sent(), 0, "only counts travel");
    workspaces::close(&stage.app).await;
}

/// Connects a cluster at an address under a name.
async fn connect(app: &App, name: &str, url: String) -> u32 {
    let mut draft = connections::empty_draft();
    draft.kind = ConnectionKind::Elasticsearch;
    draft.name = name.to_owned();
    draft.url = url;
    draft.proxy = Some("none".to_owned());
    draft.requests_per_minute = 0;
    draft.logs = Some(LogScopeDraft { indices: vec!["logs-*".to_owned()], ..LogScopeDraft::default() });
    connections::save(app, &draft).await.unwrap()
}

/// A server that refuses whoever asks; it stands until the program ends.
fn refusing() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let mut head = String::new();
            let mut reader = std::io::BufReader::new(&connection);
            while std::io::BufRead::read_line(&mut reader, &mut head).is_ok_and(|n| n > 2) {}
            let answer = b"HTTP/1.1 401 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            std::io::Write::write_all(&mut &connection, answer).ok();
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_clusters_of_which_one_refuses_are_partial_and_name_it() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 5);
    connect(&stage.app, "vault", refusing()).await;
    let request = |query: String| LogValuesRequest {
        field: "kind".to_owned(),
        lines: LogsRequest { query, ..with_words("") },
    };

    let all = logs::values(&stage.app, &request(String::new())).await.unwrap();
    let raw = logs::values(&stage.app, &request(with_words("is packed").query)).await.unwrap();

    assert_eq!((all.lines, raw.lines), (300.0, 300.0));
    let names_it = |view: &LogValuesView, key: &str| {
        let told = view.notices.iter().filter(|notice| notice.key == key);
        told.filter(|notice| format!("{notice:?}").contains("vault")).count() == 1
    };
    assert!(names_it(&all, "logroom-not-counted"), "{:?}", all.notices);
    assert!(names_it(&raw, "logroom-cluster-uncounted"), "{:?}", raw.notices);
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_of_values_that_a_cluster_does_not_answer_ends_when_it_is_asked_to() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    // Whoever connects there waits.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    connect(&stage.app, "silent", format!("http://{}", silent.local_addr().unwrap())).await;
    let request = LogValuesRequest { field: "kind".to_owned(), lines: with_words("") };

    let asking = logs::values(&stage.app, &request);
    tokio::pin!(asking);
    let answer = loop {
        tokio::select! {
            biased;
            answer = &mut asking => break answer,
            () = tokio::task::yield_now() => logs::cancel_values(&stage.app),
        }
    };

    assert!(answer.unwrap_err().is_cancelled());
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_nobody_waits_for_ends_at_the_cluster_too() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 5);
    stage.cluster.hold_counts();
    let lines = LogsRequest { query: String::new(), ..with_words("") };

    let counting = logs::counts(&stage.app, &lines);
    tokio::pin!(counting);
    while stage.cluster.held() == (0, 0) {
        tokio::select! {
            biased;
            counted = &mut counting => panic!("a count was held: {counted:?}"),
            () = tokio::task::yield_now() => {}
        }
    }
    logs::cancel_counts(&stage.app);
    let ended = counting.await;
    let told = async {
        while stage.cluster.held() != (1, 1) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), told).await.expect("the connection is closed");

    assert!(ended.unwrap_err().is_cancelled());
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_listed_while_their_count_waits_for_a_cluster() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    let lines = LogsRequest { query: String::new(), ..with_words("") };
    // Whoever connects there waits.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    connect(&stage.app, "silent", format!("http://{}", silent.local_addr().unwrap())).await;

    let counting = logs::counts(&stage.app, &lines);
    tokio::pin!(counting);
    let listed = tokio::select! {
        biased;
        counted = &mut counting => panic!("a cluster that is silent was counted: {counted:?}"),
        listed = logs::list(&stage.app, &lines) => listed,
    };
    let ended = loop {
        tokio::select! {
            biased;
            ended = &mut counting => break ended,
            () = tokio::task::yield_now() => logs::cancel_counts(&stage.app),
        }
    };

    assert!(listed.is_ok(), "{listed:?}");
    assert!(ended.unwrap_err().is_cancelled());
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_gets_what_a_cluster_finds_oldest_first() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 5);
    let question = |query: String, range: Option<TimeRange>| study::Question {
        origin: study::Origin::Workspace,
        choice: LogFilesChoice::default(),
        range,
        query,
        threads: 1,
        mask: true,
    };
    let texts = Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = Arc::clone(&texts);
    let show = move |found: study::Found| {
        told.lock().unwrap().push(found.record.message);
        true
    };
    let range = TimeRange::new(at(BEGIN + MINUTE), at(BEGIN + 2 * MINUTE)).unwrap();

    let asked = question(with_words("order").query, Some(range));
    let (found, read) =
        study::search(&stage.app, &asked, study::Pattern::Any, 0, Arc::default(), show).await.unwrap();
    let around = study::search(&stage.app, &asked, study::Pattern::Any, 2, Arc::default(), |_| true).await;
    let whole = question(with_words("order").query, None);
    let few = study::search(&stage.app, &whole, study::Pattern::Any, 0, Arc::default(), |_| false).await;
    let templates = study::templates(&stage.app, &whole, Arc::default()).await;

    assert_eq!((found, read.lines, read.stopped), (60, 60, false));
    assert_eq!(texts.lock().unwrap().first().map(String::as_str), Some("order 60 is packed"));
    assert_eq!(texts.lock().unwrap().last().map(String::as_str), Some("order 119 is packed"));
    assert_eq!(around.unwrap_err().code, "log_query_raw_context");
    assert!(matches!(few, Ok((1, Read { stopped: true, .. }))), "{few:?}");
    assert_eq!(templates.unwrap_err().code, "log_query_raw");
    workspaces::close(&stage.app).await;
}

fn saved(stage: &Stage) -> u32 {
    source_number(stage.row.id)
}

async fn state_of(stage: &Stage) -> State {
    let config = connections::parse_cluster(&stage.row).unwrap();
    state(&stage.open, stage.row.id, &format!("{:?}", config.scope)).await.unwrap()
}
