//! *Follow* on the simulator: time goes on, and a gap that sleep or a clock jump leaves is filled.

#[cfg(unix)]
use std::io::{BufRead, BufReader};
#[cfg(unix)]
use std::process::{Command, Stdio};

use wardroom_app::jobs::JobKind;
use wardroom_app::{connections, follow, sync, workspaces};
use wardroom_store::SeriesFilter;

#[cfg(unix)]
use super::fixed::Fixed;
use super::{DEMO_END, HandClock, eventually, job, newest, start_at};
#[cfg(unix)]
use super::{PATIENCE, program, start};

const MINUTE: i64 = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_followed_demo_goes_on_and_a_clock_jump_is_filled() {
    let home = tempfile::tempdir().unwrap();
    let clock = HandClock::at(DEMO_END);
    let app = start_at(home.path(), &clock).await;
    let task = job(&app, JobKind::Demo);
    workspaces::make_demo(&app, &home.path().join("demo.wardroom"), 7, DEMO_END, &task).await.unwrap();
    let source = connections::list(&app).await.unwrap()[0].health.id;

    let soon = DEMO_END.plus_millis(2 * MINUTE);
    clock.set(soon);
    follow::set(&app, source, true).await.unwrap();
    eventually("the demo goes on", async || {
        newest(&app).await.is_some_and(|at| at > DEMO_END.plus_millis(MINUTE))
    })
    .await;
    follow::set(&app, source, false).await.unwrap();
    let later = DEMO_END.plus_millis(40 * MINUTE);
    clock.set(later);
    follow::set(&app, source, true).await.unwrap();
    eventually("the gap is filled", async || {
        newest(&app).await.is_some_and(|at| at > later.plus_millis(-MINUTE))
    })
    .await;
    follow::set(&app, source, false).await.unwrap();

    let open = app.open().unwrap();
    let rows = open.workspace.series(&SeriesFilter::default()).await.unwrap();
    let long_lived: Vec<_> = rows.iter().filter(|r| r.last > Some(later.plus_millis(-MINUTE))).collect();
    let ids: Vec<_> = long_lived.iter().map(|r| r.id).collect();
    let after = super::range(DEMO_END, later);
    let read = open.workspace.read_many(&ids, Some(after), None).await.unwrap();
    let widest = read.iter().flat_map(|s| s.times().windows(2)).map(|w| w[1] - w[0]).max();
    // A scrape may be missed now and then; a gap of minutes would be the jump itself.
    assert!(widest.is_some_and(|ms| ms <= 2 * MINUTE), "{widest:?} ms without a sample");
    workspaces::close(&app).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_while_a_command_follows_leaves_nothing_followed() {
    let Some(program) = program("ctrl_c_while_a_command_follows_leaves_nothing_followed") else { return };
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("w.wardroom");
    let server = Fixed::start(no_series());
    let app = start(&home.path().join("app")).await;
    workspaces::create(&app, &file).await.unwrap();
    let mut draft = connections::empty_draft();
    "quiet".clone_into(&mut draft.name);
    draft.url = format!("http://127.0.0.1:{}", server.port);
    draft.proxy = Some("none".to_owned());
    draft.selectors = vec!["up".to_owned()];
    draft.follow_every = wardroom_app::wire::Millis(1000);
    connections::save(&app, &draft).await.unwrap();
    workspaces::close(&app).await;

    let mut child = Command::new(program)
        .args(["--language", "en", "sync", "--follow", "600"])
        .arg("--workspace")
        .arg(&file)
        .env("WARDROOM_HOME", home.path().join("terminal"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut said = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
    let synced = server.heard().len();
    eventually("it follows", async || server.heard().len() > synced).await;
    let pressed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let begun = std::time::Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < PATIENCE, "it does not end");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let ended = child.wait().unwrap();

    assert!(said.starts_with("quiet: 0 new samples"), "{said}");
    assert!(pressed.success());
    assert_eq!(ended.code(), Some(130));
    workspaces::open_only(&app, &file).await.unwrap();
    let row = connections::list(&app).await.unwrap().remove(0);
    assert!(!row.following && !row.follow_allowed, "the next window would ask the server by itself");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_that_is_taken_up_again_brings_what_its_cap_left_out() {
    let home = tempfile::tempdir().unwrap();
    let server = Fixed::start(no_series());
    let app = start(&home.path().join("app")).await;
    workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();
    let mut draft = connections::empty_draft();
    "quiet".clone_into(&mut draft.name);
    draft.url = format!("http://127.0.0.1:{}", server.port);
    draft.proxy = Some("none".to_owned());
    draft.selectors = vec!["up".to_owned()];
    let id = connections::save(&app, &draft).await.unwrap();
    let hour = super::range(app.now().plus_millis(-60 * MINUTE), app.now());
    let task = job(&app, JobKind::Sync);
    sync::run_by_number(&app, &app.open().unwrap(), id, Some(hour), &task).await.unwrap();
    let synced = server.heard().len();
    sync::run_by_number(&app, &app.open().unwrap(), id, None, &task).await.unwrap();
    let brought_the_new = longest_window(&server.heard()[synced..]);
    let before = server.heard().len();

    connections::resume_label(&app, id, "up.user").await.unwrap();

    assert!(brought_the_new.is_some_and(|ms| ms < 11 * MINUTE), "{brought_the_new:?}");
    eventually("the hour is read again", async || {
        longest_window(&server.heard()[before..]).is_some_and(|ms| ms >= 60 * MINUTE)
    })
    .await;
    workspaces::close(&app).await;
}

/// The longest range selector among requests.
fn longest_window(heard: &str) -> Option<i64> {
    let windows = heard.split("%5B").skip(1).filter_map(|rest| rest.split("ms%5D").next()?.parse().ok());
    windows.max()
}

/// The answer of a server that has no series, be it asked for samples or for labels.
fn no_series() -> String {
    let body = r#"{"status":"success","data":[]}"#;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())
}
