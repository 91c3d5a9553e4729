//! kill -9 at random moments of an import and of a sync: the file stays sound, what was there before is there, and no line of
//! a cluster is stored twice.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime};

use wardroom_app::connections::{self, ConnectionKind, LogScopeDraft};
use wardroom_app::workspaces;
use wardroom_store::LogFilter;
use wardroom_tests::log_cluster::LogCluster;

use super::{Random, program, start};

const KILLS: u32 = 20;
/// Kills of the sync of a cluster: after each, the rest is read and every line is looked at.
const CLUSTER_KILLS: u32 = 8;
/// Lines of the cluster: they are stored in five pieces, so that most kills hit between two of them.
const LINES: i64 = 100_000;
const SEED: u64 = 0x5eed_0fc4_a511;
/// Rows of the file whose import is cut off: long enough that most kills hit in the middle.
const ROWS: u32 = 400_000;

/// A program with its own home and no keychain, so that nothing of the machine is touched.
struct Cli {
    program: PathBuf,
    home: PathBuf,
}

impl Cli {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .env("WARDROOM_HOME", &self.home)
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output().expect("the program starts");
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {:?} {words}", output.status);
        output
    }

    /// Starts a command and kills it after a while; returns whether it was still running.
    fn cut_off(&self, arguments: &[&str], after: Duration) -> bool {
        let mut child =
            self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        std::thread::sleep(after);
        let was_running = child.try_wait().expect("the child can be asked").is_none();
        // On Unix this is SIGKILL; a child that ended by itself is only waited for.
        let _ = child.kill();
        child.wait().expect("the child can be waited for");
        was_running
    }

    fn assert_sound(&self, workspace: &str, when: &str) {
        let output =
            self.command(&["--json", "workspace", "check", workspace]).output().expect("the program starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{when}: {text} {}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains("\"sound\":true"), "{when}: {text}");
    }

    fn exported(&self, workspace: &str, select: &str, range: Option<&str>, to: &Path) -> Vec<u8> {
        let to_text = to.display().to_string();
        let mut arguments =
            vec!["export", "--workspace", workspace, "--force", "--out", &to_text, "--select", select];
        if let Some(range) = range {
            arguments.extend(["--range", range]);
        }
        self.run(&arguments);
        std::fs::read(to).expect("the export is there")
    }
}

fn table(metric: &str, rows: u32) -> String {
    let mut text = String::from("time,metric,host,value\n");
    for i in 0..rows {
        let (at, host) = (1_794_268_800 + i / 50 * 15, i % 50);
        writeln!(text, "{at},{metric},h{host},{}", f64::from(i % 977) * 0.5)
            .expect("a string takes everything");
    }
    text
}

/// Moments of so many kills: spread over the time that a whole run takes, with a part of chance.
fn moments(whole: Duration, kills: u32) -> Vec<Duration> {
    let mut random = Random(SEED);
    let moment = |i: u32| {
        let tenth_of_percent = u64::from(i) * 1000 / u64::from(kills) + random.below(1000 / u64::from(kills));
        whole.mul_f64(tenth_of_percent as f64 / 1000.0)
    };
    (0..kills).map(moment).collect()
}

#[test]
fn a_killed_import_never_harms_what_was_there() {
    let Some(program) = program("a_killed_import_never_harms_what_was_there") else { return };
    let folder = tempfile::tempdir().unwrap();
    let cli = Cli { program, home: folder.path().join("home") };
    let text_of = |name: &str| folder.path().join(name).display().to_string();
    let (workspace, base, big) = (text_of("w.wardroom"), text_of("base.csv"), text_of("big.csv"));
    std::fs::write(&base, table("base", 5_000)).unwrap();
    std::fs::write(&big, table("big", ROWS)).unwrap();
    cli.run(&["import", "--workspace", &workspace, "--no-detect", &base]);
    let before = cli.exported(&workspace, "base", None, &folder.path().join("before.csv"));
    let begun = Instant::now();
    cli.run(&["import", "--workspace", &text_of("timed.wardroom"), "--no-detect", &big]);
    let whole = begun.elapsed();

    let mut hits = 0;
    for (i, moment) in moments(whole, KILLS).into_iter().enumerate() {
        let was_running = cli.cut_off(&["import", "--workspace", &workspace, "--no-detect", &big], moment);
        hits += u32::from(was_running);
        let when = format!("kill {i} after {} ms", moment.as_millis());
        cli.assert_sound(&workspace, &when);
        let after = cli.exported(&workspace, "base", None, &folder.path().join("after.csv"));
        assert!(after == before, "{when}: the earlier samples differ");
    }

    assert!(hits >= KILLS / 2, "only {hits} of {KILLS} kills hit a running import");
}

#[test]
fn a_killed_sync_never_harms_what_was_there() {
    let Some(program) = program("a_killed_sync_never_harms_what_was_there") else { return };
    let folder = tempfile::tempdir().unwrap();
    let cli = Cli { program, home: folder.path().join("home") };
    let text_of = |name: &str| folder.path().join(name).display().to_string();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    // The demo ended six hours ago, so a sync has six hours to read.
    let end = wardroom_core::Timestamp::from_millis(i64::try_from((now - 21_600) / 15 * 15 * 1000).unwrap());
    let base = text_of("base.wardroom");
    cli.run(&["demo", "--workspace", &base, "--at", &end.to_string()]);
    let history = format!("{} to {}", end.plus_millis(-86_400_000), end);
    let before = cli.exported(&base, "pg-main", Some(&history), &folder.path().join("before.csv"));
    let timed = text_of("timed.wardroom");
    std::fs::copy(&base, &timed).unwrap();
    let begun = Instant::now();
    cli.run(&["sync", "--workspace", &timed, "--no-detect"]);
    let whole = begun.elapsed();

    let mut hits = 0;
    for (i, moment) in moments(whole, KILLS).into_iter().enumerate() {
        let workspace = text_of(&format!("cut{i}.wardroom"));
        std::fs::copy(&base, &workspace).unwrap();
        hits += u32::from(cli.cut_off(&["sync", "--workspace", &workspace, "--no-detect"], moment));
        let when = format!("kill {i} after {} ms", moment.as_millis());
        cli.assert_sound(&workspace, &when);
        let after = cli.exported(&workspace, "pg-main", Some(&history), &folder.path().join("after.csv"));
        assert!(after == before, "{when}: the earlier samples differ");
        std::fs::remove_file(&workspace).unwrap();
    }

    assert!(hits >= KILLS / 2, "only {hits} of {KILLS} kills hit a running sync");
}

/// Makes a workspace with a connection to a cluster of logs.
pub(super) async fn connected(home: &Path, workspace: &str, cluster: &LogCluster) {
    let app = start(home).await;
    workspaces::create(&app, Path::new(workspace)).await.unwrap();
    workspaces::close(&app).await;
    also_connected(home, workspace, "logs", cluster).await;
}

/// Adds a connection to a cluster of logs to a workspace.
pub(super) async fn also_connected(home: &Path, workspace: &str, name: &str, cluster: &LogCluster) {
    let app = start(home).await;
    workspaces::open_only(&app, Path::new(workspace)).await.unwrap();
    let mut draft = connections::empty_draft();
    draft.kind = ConnectionKind::Elasticsearch;
    draft.name = name.to_owned();
    draft.url = cluster.url();
    draft.proxy = Some("none".to_owned());
    draft.requests_per_minute = 0;
    draft.logs = Some(LogScopeDraft { indices: vec!["logs-*".to_owned()], ..LogScopeDraft::default() });
    connections::save(&app, &draft).await.unwrap();
    workspaces::close(&app).await;
}

/// How many lines are stored, how many of them differ, and how many are counted by template.
async fn lines_of(home: &Path, workspace: &str) -> (usize, usize, u64) {
    let app = start(home).await;
    workspaces::open_only(&app, Path::new(workspace)).await.unwrap();
    let open = app.open().unwrap();
    let (mut texts, mut stored, mut behind) = (BTreeSet::new(), 0, None);
    loop {
        let rows = open.workspace.logs(&LogFilter::default(), behind, 10_000).await.unwrap();
        stored += rows.len();
        behind = rows.last().map(wardroom_store::LogRow::cursor);
        let is_last = rows.is_empty();
        assert!(rows.iter().all(|row| row.template.is_some()), "a line has no template");
        texts.extend(rows.into_iter().map(|row| row.record.message));
        if is_last {
            break;
        }
    }
    let counted = open.workspace.template_lines().await.unwrap().into_iter().map(|(_, _, lines)| lines).sum();
    drop(open);
    workspaces::close(&app).await;
    (stored, texts.len(), counted)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_sync_of_a_cluster_stores_no_line_twice_and_leaves_none_uncounted() {
    let test = "a_killed_sync_of_a_cluster_stores_no_line_twice_and_leaves_none_uncounted";
    let Some(program) = program(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let cli = Cli { program, home: folder.path().join("home") };
    let text_of = |name: &str| folder.path().join(name).display().to_string();
    let cluster = LogCluster::start().unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    let begin = i64::try_from(now).unwrap() - 20 * 3_600_000;
    cluster.add((0..LINES).map(|n| (begin + n * 500, format!("order {n} is packed in {} ms", n % 97))));
    let base = text_of("base.wardroom");
    connected(&cli.home, &base, &cluster).await;
    let timed = text_of("timed.wardroom");
    std::fs::copy(&base, &timed).unwrap();
    let begun = Instant::now();
    cli.run(&["sync", "--workspace", &timed, "--no-detect"]);
    let whole = begun.elapsed();
    let all = usize::try_from(LINES).unwrap();
    assert_eq!(lines_of(&cli.home, &timed).await, (all, all, all as u64));

    let (mut hits, mut between) = (0, 0);
    for (i, moment) in moments(whole, CLUSTER_KILLS).into_iter().enumerate() {
        let workspace = text_of(&format!("cut{i}.wardroom"));
        std::fs::copy(&base, &workspace).unwrap();
        hits += u32::from(cli.cut_off(&["sync", "--workspace", &workspace, "--no-detect"], moment));
        let when = format!("kill {i} after {} ms", moment.as_millis());
        cli.assert_sound(&workspace, &when);
        let (stored, different, counted) = lines_of(&cli.home, &workspace).await;
        assert_eq!((stored, stored as u64), (different, counted), "{when}");
        between += u32::from(stored > 0 && stored < all);
        cli.run(&["sync", "--workspace", &workspace, "--no-detect"]);
        assert_eq!(lines_of(&cli.home, &workspace).await, (all, all, all as u64), "{when}, and read on");
        std::fs::remove_file(&workspace).unwrap();
    }

    assert!(hits >= CLUSTER_KILLS / 2, "only {hits} of {CLUSTER_KILLS} kills hit a running sync");
    assert!(between > 0, "no kill hit between two pieces");
}
