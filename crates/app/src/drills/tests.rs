//! Drills from their beginning to their debrief, on a real file and a real world.

use std::path::Path;
use std::time::Duration;

use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::{LogFilter, NewSource, SeriesFilter};

use super::rows::{AdviceMode, ClockWish, DrillOptions, DrillPhase, DrillState, RemedyRow};
use crate::connections::{self, ConnectionDraft, ConnectionKind, HealthState, SyncRequest};
use crate::context::{App, Start, lock};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::settings::Language;
use crate::{import, moments, sync, workspaces};

pub(super) const MINUTE: i64 = 60_000;

pub(super) async fn app(home: &Path) -> App {
    let start = Start { data_dir: Some(home.to_owned()), memory_secrets: true, ..Start::default() };
    App::start(start).await.unwrap()
}

pub(super) fn options() -> DrillOptions {
    DrillOptions { advice: AdviceMode::Normal, speed: 1, coach: true }
}

fn state(app: &App) -> DrillState {
    super::state(app, Language::En).unwrap().unwrap()
}

pub(super) fn beginning(app: &App) -> Timestamp {
    state(app).clock.start.into()
}

pub(super) async fn by_hand(app: &App, home: &Path) {
    let path = home.join("drill.wardroom");
    super::start_by_hand(app, "replica_lag", 7, "night shift", options(), Some(path)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_drill_nothing_real_is_reached() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let mut draft = connections::empty_draft();
    draft.name = "real".to_owned();
    draft.url = "https://prometheus.example.net".to_owned();

    let refused = [
        connections::probe(&app, &draft).await.map(|_| ()).unwrap_err(),
        connections::save(&app, &draft).await.map(|_| ()).unwrap_err(),
        connections::delete(&app, 1, true).await.unwrap_err(),
        sync::start(&app, &SyncRequest { source: 1, range: None }).await.map(|_| ()).unwrap_err(),
        crate::follow::set(&app, 1, true).await.unwrap_err(),
    ];

    assert!(refused.iter().all(|e| e.code == "drill_no_real_sources"), "{refused:?}");
    let file = home.path().join("a.csv");
    std::fs::write(&file, "time,a\n2026-01-01T00:00:00Z,1\n").unwrap();
    assert!(import::preview(&app, &file.display().to_string(), None).await.is_ok());
    assert_eq!(connections::list(&app).await.unwrap().len(), 1);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_source_of_a_drill_is_up_to_date_without_being_followed() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let begun = beginning(&app);
    super::advance_to(&app, begun.plus_millis(2 * MINUTE)).await.unwrap();

    let rows = connections::list(&app).await.unwrap();

    let health = &rows[0].health;
    assert_eq!((rows.len(), rows[0].can_follow), (1, false));
    assert_eq!((health.state, health.answered), (HealthState::Fresh, health.until));
    assert!(health.until.map(Timestamp::from) > Some(begun));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_kind_of_source_is_connected_within_a_drill() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let open = app.open().unwrap();
    let mut reached = Vec::new();

    let kinds = [
        connections::PROMETHEUS,
        connections::ELASTICSEARCH,
        connections::CMDB,
        connections::SIMULATED,
        connections::FILE,
        connections::LOG_FILES,
        connections::INVENTORY_FILE,
    ];
    for kind in kinds {
        // Whoever has written into the file brings no connection in with it.
        let config = r#"{"url":"https://server.example.net"}"#.to_owned();
        let new =
            NewSource { name: kind.to_owned(), kind: kind.to_owned(), config, created_at: beginning(&app) };
        let id = open.workspace.add_source(new).await.unwrap();
        let row = open.workspace.source(id).await.unwrap().unwrap();
        let codes = [
            connections::connect(&app, &open, &row).await.err().map(|e| e.code),
            connections::connect_logs(&app, &open, &row).await.err().map(|e| e.code),
            connections::connect_inventory(&app, &open, &row).await.err().map(|e| e.code),
        ];
        reached.extend(codes.into_iter().map(|code| (kind, code)));
    }
    for kind in [ConnectionKind::Prometheus, ConnectionKind::Elasticsearch, ConnectionKind::Cmdb] {
        let url = "https://server.example.net".to_owned();
        let draft = ConnectionDraft { kind, url, ..connections::empty_draft() };
        let probed = connections::probe(&app, &draft).await.err().map(|e| e.code);
        reached.push(("a draft", probed));
    }

    reached.retain(|(_, code)| code.as_deref() != Some("drill_no_real_sources"));
    assert!(reached.is_empty(), "{reached:?}");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_opens_again_where_it_was_left() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let start = beginning(&app);
    super::advance_to(&app, start.plus_millis(3 * MINUTE)).await.unwrap();
    super::hypothesis(&app, "mysql-ledger-2", "replication_lag", 0.8).await.unwrap();
    let card = state(&app).actions[0].remedy.clone();
    super::act_at_once(&app, &card).await.unwrap();
    super::advance_to(&app, start.plus_millis(5 * MINUTE)).await.unwrap();
    let before = state(&app);
    let samples = app.open().unwrap().workspace.stats().await.unwrap().samples;
    workspaces::close(&app).await;

    workspaces::open_only(&app, &home.path().join("drill.wardroom")).await.unwrap();
    let after = state(&app);

    assert_eq!(after.clock.at, before.clock.at);
    assert_eq!(after.moves, before.moves);
    assert_eq!(after.objectives, before.objectives);
    assert_eq!(app.open().unwrap().workspace.stats().await.unwrap().samples, samples);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_that_ends_is_judged_and_counted() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;

    let late = super::read_steps("{\"at\": \"+99h\", \"kind\": \"declared\"}").unwrap();
    let unplayed = super::play(&app, &late).await.unwrap();
    let view = super::debrief(&app, Language::En, None).await.unwrap();
    let list = super::list(&app, Language::En, "night shift").await.unwrap();

    assert_eq!(state(&app).phase, DrillPhase::Ended);
    assert_eq!(unplayed, 1);
    assert!(!view.passed);
    assert_eq!(view.parts.iter().map(|p| p.points).sum::<u32>(), view.points);
    assert_eq!((list.tries, list.passed), (1, 0));
    assert_eq!(super::declare(&app).await.unwrap_err().code, "drill_over");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_the_readme_passes_its_drill() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let steps = super::read_steps(include_str!("../../../../docs/examples/replica_lag.jsonl")).unwrap();

    let unplayed = super::play(&app, &steps).await.unwrap();
    let view = super::debrief(&app, Language::En, None).await.unwrap();

    assert!(view.passed, "{} points", view.points);
    assert_eq!(unplayed, 0);
    assert!(view.lead.iter().any(|phrase| phrase.key == "debrief-stale"), "{:?}", view.lead);
    // Where every point was given nothing cost any.
    let whole = view.parts.iter().all(|part| part.points == part.of);
    assert_eq!(view.lead.iter().any(|phrase| phrase.key == "debrief-weakest"), !whole, "{:?}", view.lead);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_actions_that_is_refused_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    let path = home.path().join("drill.wardroom");
    let cases = [
        ("entity", r#"{"at": "+2m", "kind": "hypothesis", "entity": "mysql-ledgr", "odds": 0.5}"#),
        // Whether an alert fires shows in the middle of the run.
        ("quiet", r#"{"at": "+2s", "kind": "acknowledged", "alert": "MysqlReplicationStopped"}"#),
    ];

    for (problem, line) in cases {
        let steps =
            super::read_steps(&format!("{{\"at\": \"+1s\", \"kind\": \"declared\"}}\n{line}")).unwrap();
        let beginning = super::Beginning {
            name: "replica_lag".to_owned(),
            seed: 7,
            trainee: "night shift".to_owned(),
            options: options(),
            path: Some(path.clone()),
        };
        let error = super::play_new(&app, beginning, &steps).await.unwrap_err();

        assert_eq!((error.code.as_str(), error.fields["line"].as_str()), ("actions_step", "2"), "{error}");
        assert_eq!(error.fields["problem"], problem);
        assert!(app.open_or_none().is_none() && !path.exists(), "{problem}");
        let list = super::list(&app, Language::En, "night shift").await.unwrap();
        assert_eq!(list.tries, 0, "{problem}");
    }
    workspaces::close(&app).await;
}

/// The drill that the manual for authors shows: two machines and four programs, in a few megabytes.
pub(super) fn small_scenario(home: &Path) -> String {
    let page = include_str!("../../../../docs/SCENARIOS.md");
    let text = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let path = home.join("busy_host.toml");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_played_file_has_its_history_and_is_looked_at_until_its_end() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    let beginning = super::Beginning {
        name: small_scenario(home.path()),
        seed: 7,
        trainee: String::new(),
        options: options(),
        path: Some(home.path().join("drill.wardroom")),
    };
    super::play_new(&app, beginning, &[]).await.unwrap();
    let open = app.open().unwrap();
    let clock = state(&app).clock;

    let stats = open.workspace.stats().await.unwrap();
    let judged = open.workspace.last_detection(None).await.unwrap().unwrap();

    assert!(state(&app).history_whole);
    let (start, ends) = (Timestamp::from(clock.start), Timestamp::from(clock.ends));
    assert!(stats.first.unwrap() < start.plus_millis(-23 * 60 * MINUTE), "{:?}", stats.first);
    assert_eq!((judged.known_at, Timestamp::from(clock.at)), (ends, ends));
    assert!(judged.judged > 0 && judged.until > stats.last.unwrap());

    let file = home.path().join("drill.wardroom");
    super::play_branch(&app, &file, 4 * MINUTE, &[]).await.unwrap();

    let branched = app.open().unwrap().workspace.last_detection(None).await.unwrap().unwrap();
    assert_eq!((state(&app).attempt, branched.known_at), (2, judged.known_at));
    drop(open);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hypothesis_names_something_of_the_drill() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;

    let refused = [
        super::hypothesis(&app, "mysql-ledgr", "replication_lag", 0.5).await.unwrap_err().code,
        super::hypothesis(&app, "mysql-ledger", "gremlins", 0.5).await.unwrap_err().code,
        super::hypothesis(&app, "none", "gremlins", 0.5).await.unwrap_err().code,
        super::hypothesis(&app, "", "replication_lag", 0.5).await.unwrap_err().code,
        super::hypothesis(&app, "mysql-ledger", "replication_lag", 1.5).await.unwrap_err().code,
    ];
    super::hypothesis(&app, "MySQL-Ledger-2", "", 0.5).await.unwrap();

    assert_eq!(
        refused,
        ["hypothesis_unknown", "no_such_fault", "no_such_fault", "hypothesis_entity", "hypothesis_odds"]
    );
    assert_eq!(state(&app).hypothesis.map(|h| h.entity).as_deref(), Some("MySQL-Ledger-2"));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_is_told_in_the_language_in_which_it_is_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let languages = [Language::En, Language::ZhCn];
    super::advance_to(&app, beginning(&app).plus_millis(5 * MINUTE)).await.unwrap();
    super::hint(&app).await.unwrap();

    let [en, zh] = languages.map(|language| {
        let state = super::state(&app, language).unwrap().unwrap();
        let said = state.team.into_iter().map(|row| row.text);
        let advised = state.advice.into_iter().map(|row| row.text);
        let all = [state.title, state.briefing, state.goal].into_iter().chain(state.coach.shown);
        all.chain(said).chain(advised).collect::<Vec<String>>()
    });
    super::give_up(&app).await.unwrap();
    let mut debriefs = Vec::new();
    for language in languages {
        let view = super::debrief(&app, language, None).await.unwrap();
        let seen = view.knowable.into_iter().map(|row| row.what);
        let advised = view.advice.into_iter().flat_map(|row| [row.text, row.why]);
        let next = view.next.map(|row| row.title);
        debriefs
            .push([view.title].into_iter().chain(next).chain(seen).chain(advised).collect::<Vec<String>>());
    }

    let is_chinese = |text: &String| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    // Title, story and goal; the hint; two roles; the suggestion that is right.
    assert_eq!((en.len(), zh.len()), (7, 7), "{en:?}");
    assert!(zh.iter().all(is_chinese) && !en.iter().any(is_chinese), "{zh:?} {en:?}");
    let [en, zh] = [&debriefs[0], &debriefs[1]];
    assert!(zh.len() > 4 && en.len() == zh.len(), "{zh:?}");
    assert!(zh.iter().all(is_chinese) && !en.iter().any(is_chinese), "{zh:?} {en:?}");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_its_way_the_clock_is_told_with_every_delivery() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let start = beginning(&app);
    let mut heard = app.bus().listen();

    super::advance_to(&app, start.plus_millis(MINUTE)).await.unwrap();

    let mut told = Vec::new();
    while let Ok(event) = heard.try_recv() {
        if let AppEvent::DrillTicked { clock } = event {
            told.push(Timestamp::from(clock.at).as_millis() - start.as_millis());
        }
    }
    told.dedup();
    assert_eq!(told, [15_000, 30_000, 45_000, 60_000]);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_does_not_wait_for_what_is_being_stored() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let then = beginning(&app).plus_millis(3 * MINUTE);
    super::advance_to(&app, then).await.unwrap();
    let open = app.open().unwrap();
    let drill = open.drill.clone().unwrap();
    let drain = RemedyRow { kind: "drain".to_owned(), target: "mysql-ledger-2".to_owned(), amount: None };

    let storing = drill.stepping.lock().await;
    // Only an action that waits for the delivery meets this limit.
    let limit = Duration::from_mins(5);
    let acted = tokio::time::timeout(limit, super::act_at_once(&app, &drain)).await;
    drop(storing);

    assert_eq!(acted.expect("it waits").unwrap().refused, None);
    let orders = open.workspace.drill_orders(1).await.unwrap();
    assert_eq!(orders.iter().map(|order| order.at).collect::<Vec<_>>(), [then]);
    let decided = open.workspace.drill_decisions(1).await.unwrap();
    assert_eq!(decided.last().map(|decision| decision.at), Some(then));
    // The dry run that every action begins with, and the deed.
    assert_eq!(super::journal(&app, None).await.unwrap().len(), 2);
    super::dry_run(&app, &drain).await.unwrap();
    assert_eq!(super::journal(&app, None).await.unwrap().len(), 3);
    drop((open, drill));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_ends_or_leaves_a_drill_does_not_wait_for_the_end_of_a_jump() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let open = app.open().unwrap();
    let drill = open.drill.clone().unwrap();
    let (start, far) = (beginning(&app), beginning(&app).plus_millis(20 * MINUTE));

    lock(&drill.inner).phase = DrillPhase::Ended;
    super::running::advance(&app, &open, &drill, far).await.unwrap();
    let ended = drill.now();
    lock(&drill.inner).phase = DrillPhase::Running;
    drill.stop.cancel();
    super::running::advance(&app, &open, &drill, far).await.unwrap();

    assert_eq!((ended, drill.now()), (start, start));
    drop((open, drill));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn older_history_that_is_brought_in_again_is_there_once() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    let (name, path) = (small_scenario(home.path()), home.path().join("drill.wardroom"));
    super::start_by_hand(&app, &name, 7, "", options(), Some(path)).await.unwrap();
    let open = app.open().unwrap();
    let drill = open.drill.clone().unwrap();
    let before = open.workspace.stats().await.unwrap();

    super::older::bring_older(&app, &open, &drill).await.unwrap();
    let once = open.workspace.stats().await.unwrap();
    super::older::bring_older(&app, &open, &drill).await.unwrap();
    let twice = open.workspace.stats().await.unwrap();

    assert!(before.logs < once.logs && before.samples < once.samples);
    assert_eq!((twice.logs, twice.samples), (once.logs, once.samples));
    drop((open, drill));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_a_failure_stopped_says_why_until_it_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let drill = app.open().unwrap().drill.clone().unwrap();
    let full = AppError::new("io").with("path", "drill.wardroom").with("detail", "no space");

    super::running::halt(&app, &drill, full.clone());
    let halted = state(&app);
    super::clock(&app, ClockWish::Pause).await.unwrap();
    let still = state(&app).halted;
    super::clock(&app, ClockWish::Speed { times: 10 }).await.unwrap();
    let faster = state(&app);

    assert!(halted.clock.paused);
    assert_eq!((halted.halted, still), (Some(full.clone()), Some(full)));
    assert_eq!((faster.clock.paused, faster.halted), (false, None));
    drop(drill);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_known_before_the_first_order_also_of_a_file_that_is_opened_again() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let known = async || {
        let drill = app.open().unwrap().drill.clone().unwrap();
        let ordered = drill.still.lock().await;
        ordered.journal.as_ref().map(|journal| journal.entries().len())
    };
    let drain = RemedyRow { kind: "drain".to_owned(), target: "mysql-ledger-2".to_owned(), amount: None };

    let begun = known().await;
    super::dry_run(&app, &drain).await.unwrap();
    workspaces::close(&app).await;
    workspaces::open_only(&app, &home.path().join("drill.wardroom")).await.unwrap();
    let again = known().await;
    super::act_at_once(&app, &drain).await.unwrap();

    assert_eq!((begun, again), (Some(0), Some(1)));
    // What was asked before, the dry run that every action begins with, and the deed.
    assert_eq!(super::journal(&app, None).await.unwrap().len(), 3);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn going_back_forgets_what_came_later_and_begins_another_attempt() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    super::start(&app, "replica_lag", 7, "night shift", options()).await.unwrap();
    super::clock(&app, ClockWish::Pause).await.unwrap();
    for _ in 0..600 {
        if state(&app).history_whole {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let start = beginning(&app);
    super::advance_to(&app, start.plus_millis(2 * MINUTE)).await.unwrap();
    super::declare(&app).await.unwrap();
    super::advance_to(&app, start.plus_millis(6 * MINUTE)).await.unwrap();
    super::update(&app, "The replica is behind.").await.unwrap();

    super::rewind(&app, start.plus_millis(4 * MINUTE)).await.unwrap();
    let after = state(&app);
    let last = app.open().unwrap().workspace.stats().await.unwrap().last.unwrap();

    assert_eq!(after.attempt, 2);
    assert_eq!(Timestamp::from(after.clock.at), start.plus_millis(4 * MINUTE));
    assert!(after.declared.is_some() && after.updated.is_none());
    assert!(last <= start.plus_millis(4 * MINUTE), "{last}");
    workspaces::close(&app).await;
}

/// What a file of a drill knew at some moments of its run: a line for each series that had
/// samples, and one for each alert in the end.
async fn known(app: &App) -> Vec<String> {
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let start = beginning(app);
    let mut rows = ws.series(&SeriesFilter::default()).await.unwrap();
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let run = TimeRange::new(start.plus_millis(1), start.plus_millis(10 * MINUTE)).unwrap();
    let mut lines = Vec::new();
    for after_s in [1_i64, 14, 15, 29, 30, 61, 89, 90, 119, 120] {
        let as_of = start.plus_millis(after_s * 1000);
        let read = ws.read_many(&ids, Some(run), Some(as_of)).await.unwrap();
        let rows = rows.iter().zip(&read).filter(|(_, samples)| !samples.is_empty());
        lines
            .extend(rows.map(|(row, samples)| format!("{after_s} {} {:?}", row.key, samples.times().last())));
    }
    let alerts = ws.alerts(None, None).await.unwrap();
    let early = alerts.iter().filter(|a| a.alert.active_at <= start.plus_millis(2 * MINUTE));
    lines.extend(early.map(|a| format!("alert {} {}", a.alert.labels, a.alert.active_at)));
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_is_known_at_the_same_time_at_any_speed() {
    let mut told = Vec::new();
    for step_s in [1_i64, 7, 60, 0] {
        let home = tempfile::tempdir().unwrap();
        let app = app(home.path()).await;
        by_hand(&app, home.path()).await;
        let end = beginning(&app).plus_millis(2 * MINUTE);
        let now = || Timestamp::from(state(&app).clock.at);
        while now() < end {
            if step_s == 0 {
                super::clock(&app, ClockWish::NextEvent).await.unwrap();
            } else {
                super::advance_to(&app, now().plus_millis(step_s * 1000).min(end)).await.unwrap();
            }
        }
        told.push(known(&app).await);
        workspaces::close(&app).await;
    }

    let samples = told[0].iter().filter(|line| line.starts_with("30 ")).count();
    assert!(samples > 100, "{samples} series are known after half a minute");
    assert!(
        told[0].iter().all(|line| !line.starts_with("14 ") || line.starts_with("14 [")),
        "before the first scrape"
    );
    for other in &told[1..] {
        let differs = told[0].iter().zip(other).find(|(a, b)| a != b);
        assert_eq!(differs, None);
        assert_eq!(told[0].len(), other.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_of_a_drill_is_known_as_it_came() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let open = app.open().unwrap();
    super::older::bring_older(&app, &open, open.drill.as_ref().unwrap()).await.unwrap();
    let ws = &open.workspace;
    let start = beginning(&app);

    // In the first hour before the drill, and in what came later of a day before it.
    for minutes in [1, 45, 200, 900] {
        let moment = start.plus_millis(-minutes * MINUTE);
        let data = moments::data_at(&app, moment).await.unwrap().unwrap();
        let later = moments::data_at(&app, moment.plus_millis(MINUTE - 1)).await.unwrap().unwrap();
        assert_eq!(
            (data.end(), later.end()),
            (moment.plus_millis(1), moment.plus_millis(1)),
            "{minutes} min before"
        );
    }
    let day = moments::data_at(&app, start).await.unwrap().unwrap();
    assert_eq!((start.as_millis() - day.start().as_millis()) / MINUTE, 24 * 60 - 1);
    assert_eq!(moments::data_at(&app, day.start().plus_millis(-1)).await.unwrap(), None);
    assert!(!ws.rules(None, Some(day.start())).await.unwrap().is_empty());
    let as_of = Some(start.plus_millis(-20 * MINUTE));
    let lines = ws.logs(&LogFilter { as_of, ..LogFilter::default() }, None, 1).await.unwrap();
    assert!(lines.first().is_some_and(|row| Some(row.record.at) <= as_of), "{lines:?}");
    let delays = ws.changes(None, None).await.unwrap().into_iter().map(|row| (row.change.at, row.known_at));
    let checks =
        ws.check_results(None, None).await.unwrap().into_iter().map(|row| (row.outcome.at, row.known_at));
    let delays: Vec<i64> =
        delays.chain(checks).map(|(at, known_at)| known_at.as_millis() - at.as_millis()).collect();
    assert!(delays.len() > 100 && delays.iter().all(|ms| (0..15_000).contains(ms)), "{delays:?}");
    drop(open);
    workspaces::close(&app).await;
}
