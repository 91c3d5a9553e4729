//! A workspace is one file: copied it opens alone, open twice it is written once, from elsewhere it asks nobody.

use std::path::{Path, PathBuf};

use wardroom_app::connections::{self, ConnectionDraft, SignIn};
use wardroom_app::import::ImportRequest;
use wardroom_app::jobs::JobKind;
use wardroom_app::wire::Millis;
use wardroom_app::{App, follow, import, workspaces};

use super::prometheus::sync_once;
use super::terminal::Terminal;
use super::{contents, job, sentence, start};

/// Opens a workspace that holds the samples of one small file.
async fn with_samples(app: &App, folder: &Path) -> PathBuf {
    let path = folder.join("shop.wardroom");
    workspaces::create(app, &path).await.unwrap();
    add_samples(app, folder, "orders").await;
    path
}

async fn add_samples(app: &App, folder: &Path, metric: &str) {
    let file = folder.join(format!("{metric}.csv"));
    std::fs::write(&file, format!("time,metric,value\n1794268800,{metric},1\n1794268860,{metric},2\n"))
        .unwrap();
    let request =
        ImportRequest { path: file.display().to_string(), reading: None, source_name: metric.to_owned() };
    let task = job(app, JobKind::Import);
    import::run(app, &app.open().unwrap(), &request, &task).await.unwrap();
}

/// A connection to a place where nothing listens.
fn unreachable() -> ConnectionDraft {
    let mut draft = connections::empty_draft();
    "nobody".clone_into(&mut draft.name);
    "http://127.0.0.1:9".clone_into(&mut draft.url);
    draft.selectors = vec!["up".to_owned()];
    draft.proxy = Some("none".to_owned());
    draft
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_is_discarded_leaves_neither_a_file_nor_a_note() {
    let home = tempfile::tempdir().unwrap();
    let app = start(&home.path().join("app")).await;
    workspaces::create(&app, &home.path().join("refused.wardroom")).await.unwrap();

    workspaces::discard(&app).await;

    assert!(app.open_or_none().is_none());
    assert_eq!(names(home.path()), ["app"]);
    assert!(workspaces::recents(&app).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_workspace_is_one_file_and_opens_alone_in_another_place() {
    let (home, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let app = start(&home.path().join("app")).await;
    let path = with_samples(&app, home.path()).await;
    let before = contents(&app).await;

    workspaces::close(&app).await;
    let moved = there.path().join("elsewhere.wardroom");
    std::fs::copy(&path, &moved).unwrap();
    let other = start(&there.path().join("app")).await;
    workspaces::open(&other, &moved).await.unwrap();

    assert!(
        !names(home.path()).iter().any(|n| n.ends_with("-wal") || n.ends_with("-shm")),
        "{:?}",
        names(home.path())
    );
    assert_eq!(contents(&other).await, before);
    assert!(workspaces::check_open(&other).await.unwrap().sound);
    assert_eq!(workspaces::workspace(&other).await.unwrap().unwrap().read_only, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_saved_while_the_workspace_is_open_and_both_go_on_alone() {
    let home = tempfile::tempdir().unwrap();
    let app = start(&home.path().join("app")).await;
    let path = with_samples(&app, home.path()).await;
    let before = contents(&app).await;

    let copy = workspaces::save_copy(&app, &home.path().join("copy")).await.unwrap();
    add_samples(&app, home.path(), "payments").await;
    let refused = workspaces::save_copy(&app, &copy).await.unwrap_err();
    workspaces::open(&app, &copy).await.unwrap();

    assert_eq!(copy, home.path().join("copy.wardroom"));
    assert_eq!(contents(&app).await, before);
    assert_eq!(refused.code, "workspace_exists");
    assert!(sentence(&refused).contains("nothing was overwritten"), "{}", sentence(&refused));
    workspaces::open(&app, &path).await.unwrap();
    assert_eq!(contents(&app).await.len(), before.len() + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_to_open_a_workspace_reads_it_and_is_told_why() {
    let home = tempfile::tempdir().unwrap();
    let (first, second) = (start(&home.path().join("a")).await, start(&home.path().join("b")).await);
    let path = with_samples(&first, home.path()).await;

    workspaces::open(&second, &path).await.unwrap();
    let row = workspaces::workspace(&second).await.unwrap().unwrap();
    let refused = connections::save(&second, &unreachable()).await.unwrap_err();
    add_samples(&first, home.path(), "payments").await;

    assert_eq!(row.read_only.map(|p| p.key), Some("read-only-open-elsewhere".to_owned()));
    assert_eq!(refused.code, "workspace_read_only");
    assert_eq!(contents(&second).await.len(), 2, "what the first writes is seen");
    workspaces::close(&second).await;
    workspaces::close(&first).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_followed_here_goes_on_but_a_file_from_elsewhere_asks_nobody_until_a_person_says_so() {
    let home = tempfile::tempdir().unwrap();
    let app = start(&home.path().join("app")).await;
    let path = with_samples(&app, home.path()).await;
    let id = connections::save(&app, &unreachable()).await.unwrap();
    follow::set(&app, id, true).await.unwrap();

    workspaces::close(&app).await;
    workspaces::open(&app, &path).await.unwrap();
    let here = workspaces::workspace(&app).await.unwrap().unwrap();
    // Another machine's mark is what a copied file arrives with.
    app.open().unwrap().workspace.set_meta("home", "another machine").await.unwrap();
    workspaces::close(&app).await;
    workspaces::open(&app, &path).await.unwrap();
    let elsewhere = workspaces::workspace(&app).await.unwrap().unwrap();
    let listed = connections::list(&app).await.unwrap();
    follow::set(&app, id, true).await.unwrap();
    workspaces::close(&app).await;
    workspaces::open(&app, &path).await.unwrap();
    let trusted = workspaces::workspace(&app).await.unwrap().unwrap();

    assert!(here.following && !here.from_elsewhere);
    assert!(elsewhere.from_elsewhere && !elsewhere.following);
    assert!(listed.iter().all(|row| !row.following && !row.follow_allowed));
    assert!(trusted.following && !trusted.from_elsewhere);
    workspaces::close(&app).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_a_file_from_elsewhere_names_is_not_run_by_its_word_alone() {
    let home = tempfile::tempdir().unwrap();
    let app = start(&home.path().join("app")).await;
    let path = with_samples(&app, home.path()).await;
    let mark = home.path().join("it ran");
    let command = vec!["touch".to_owned(), mark.display().to_string()];
    let draft = ConnectionDraft { sign_in: SignIn::TokenCommand { command }, ..unreachable() };
    let id = connections::save(&app, &draft).await.unwrap();
    app.open().unwrap().workspace.set_meta("home", "another machine").await.unwrap();
    workspaces::close(&app).await;
    workspaces::open(&app, &path).await.unwrap();

    let refused = sync_once(&app, id, None).await.unwrap_err();
    // What is kept of its samples is changed beside its settings; that names no program.
    let kept = connections::find(&app, "nobody").await.unwrap().draft.unwrap();
    connections::save(&app, &kept).await.unwrap();
    let again = sync_once(&app, id, None).await.unwrap_err();

    assert_eq!((refused.code.as_str(), again.code.as_str()), ("program_elsewhere", "program_elsewhere"));
    assert!(sentence(&refused).contains("nobody signs in by running “touch "), "{}", sentence(&refused));
    assert!(!mark.exists());

    follow::trust(&app).await.unwrap();
    let allowed = sync_once(&app, id, None).await.unwrap_err();
    assert_ne!(allowed.code, "program_elsewhere");
    assert!(mark.exists(), "{}", sentence(&allowed));
    workspaces::close(&app).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_a_person_names_here_is_run_whatever_the_file_was() {
    let home = tempfile::tempdir().unwrap();
    let app = start(&home.path().join("app")).await;
    let path = with_samples(&app, home.path()).await;
    app.open().unwrap().workspace.set_meta("home", "another machine").await.unwrap();
    workspaces::close(&app).await;
    workspaces::open(&app, &path).await.unwrap();
    let mark = home.path().join("it ran");
    let command = vec!["touch".to_owned(), mark.display().to_string()];
    let draft = ConnectionDraft { sign_in: SignIn::TokenCommand { command }, ..unreachable() };

    let id = connections::save(&app, &draft).await.unwrap();
    let _nobody_answers = sync_once(&app, id, None).await.unwrap_err();

    assert!(mark.exists());
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_was_never_followed_is_not_followed_when_its_workspace_opens_again() {
    let home = tempfile::tempdir().unwrap();
    let app = start(&home.path().join("app")).await;
    let path = with_samples(&app, home.path()).await;
    connections::save(&app, &unreachable()).await.unwrap();

    workspaces::close(&app).await;
    workspaces::open(&app, &path).await.unwrap();

    assert!(!workspaces::workspace(&app).await.unwrap().unwrap().following);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_workspace_gets_a_sentence_and_the_open_one_stays_open() {
    let home = tempfile::tempdir().unwrap();
    let app = start(&home.path().join("app")).await;
    let path = with_samples(&app, home.path()).await;
    let text = home.path().join("notes.wardroom");
    std::fs::write(&text, "not a database").unwrap();

    let foreign = workspaces::open(&app, &text).await.unwrap_err();
    let missing = workspaces::open(&app, &home.path().join("nothing.wardroom")).await.unwrap_err();

    assert_eq!(foreign.code, "not_a_workspace");
    assert!(sentence(&foreign).contains("was not touched"), "{}", sentence(&foreign));
    assert_eq!(missing.code, "not_found");
    assert_eq!(std::fs::read_to_string(&text).unwrap(), "not a database");
    let open = app.open().unwrap();
    assert_eq!(open.workspace.path().canonicalize().unwrap(), path.canonicalize().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn recent_files_are_remembered_with_their_marks_and_forgotten_on_request() {
    let home = tempfile::tempdir().unwrap();
    let app = start(&home.path().join("app")).await;
    let path = with_samples(&app, home.path()).await;
    workspaces::close(&app).await;

    let rows = workspaces::recents(&app).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    let gone = workspaces::recents(&app).await.unwrap();
    workspaces::forget_recent(&app, &rows[0].path).await.unwrap();

    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].name, "shop");
    assert!(rows[0].marks.is_empty(), "{:?}", rows[0].marks);
    assert_eq!(gone[0].marks, [workspaces::RecentMark::Missing]);
    assert!(workspaces::recents(&app).await.unwrap().is_empty());
}

#[test]
fn a_source_is_listed_paused_and_deleted_in_the_terminal() {
    let table = "time,metric,value\n1794268800,load,1\n1794268860,load,2\n";
    let name = "a_source_is_listed_paused_and_deleted_in_the_terminal";
    let Some(terminal) = Terminal::with_file(name, table, &["--no-detect"]) else { return };
    let workspace = terminal.workspace();
    let run = |command: &str, rest: &[&str]| {
        let arguments = [&["source", command], rest, &["--workspace", &workspace]].concat();
        terminal.run(&arguments)
    };

    let listed = run("list", &["--json"]);
    let paused = run("pause", &["1"]);
    let while_paused = run("list", &[]);
    let in_chinese = run("list", &["--language", "zh-CN"]);
    let resumed = run("resume", &["1"]);
    let unknown = run("delete", &["9"]);
    let deleted = run("delete", &["1", "--with-data"]);
    let left = run("list", &[]);

    let object: serde_json::Value = serde_json::from_str(&listed.1).unwrap();
    assert_eq!(object["command"], "source list");
    assert_eq!(object["result"][0]["id"], 1);
    assert_eq!(object["result"][0]["samples"].as_f64(), Some(2.0));
    assert_eq!([paused.0, resumed.0, unknown.0, deleted.0], [0, 0, 4, 0]);
    assert!(while_paused.1.contains("load.csv") && while_paused.1.contains("paused"), "{}", while_paused.1);
    assert!(in_chinese.1.contains(" 文件 ") && in_chinese.1.contains("已暂停"), "{}", in_chinese.1);
    assert!(unknown.2.contains("no source number 9"), "{}", unknown.2);
    assert!(deleted.1.contains("with its data"), "{}", deleted.1);
    assert_eq!(left.1.trim_end(), "There are no sources.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_edited_in_the_terminal_and_keeps_what_is_not_named() {
    let name = "a_connection_is_edited_in_the_terminal_and_keeps_what_is_not_named";
    let Some(terminal) = Terminal::empty(name) else { return };
    let workspace = terminal.workspace();
    let app = start(Path::new(&terminal.path("app"))).await;
    workspaces::create(&app, Path::new(&workspace)).await.unwrap();
    connections::save(&app, &unreachable()).await.unwrap();
    workspaces::close(&app).await;
    let line = |options: &[&str]| -> Vec<String> {
        let all = [&["source", "edit", "--workspace", &workspace], options].concat();
        all.into_iter().map(str::to_owned).collect()
    };
    let edit = |options: &[&str], input: &str| {
        let line = line(options);
        terminal.run_fed(&line.iter().map(String::as_str).collect::<Vec<_>>(), input)
    };

    let url = "http://127.0.0.1:10";
    let listed = terminal.run(&["--json", "source", "list", "--workspace", &workspace]);
    let changed = edit(&["nobody", "--json", "--name", "somebody", "--retention", "30", "--url", url], "");
    let again = edit(&["1", "--retention", "30"], "");
    let signed_in = edit(&["somebody", "--bearer", "--secret-stdin"], "a token\n");
    // No keychain keeps the token from one command to the next.
    let quicker = edit(&["somebody", "--every", "60"], "");
    let moved = edit(&["somebody", "--url", "http://127.0.0.1:11"], "");
    let misplaced = edit(&["1", "--index", "logs-*"], "");
    let for_nothing = edit(&["1", "--without", "sign-in", "--secret-stdin"], "a token\n");
    let unknown = edit(&["nobody", "--retention", "1"], "");

    let before: serde_json::Value = serde_json::from_str(&listed.1).unwrap();
    assert_eq!(before["result"][0]["settings"]["requests_per_minute"], 120);
    assert_eq!([changed.0, again.0, signed_in.0], [0; 3], "{changed:?} {again:?} {signed_in:?}");
    let object: serde_json::Value = serde_json::from_str(&changed.1).unwrap();
    assert_eq!(object["command"], "source edit");
    assert_eq!(object["result"]["name"], "somebody");
    assert_eq!(object["result"]["changed"], true);
    assert!(again.1.contains("is as it was"), "{}", again.1);
    assert_eq!((quicker.0, moved.0), (0, 2), "{} {}", quicker.2, moved.2);
    assert_eq!([misplaced.0, for_nothing.0, unknown.0], [2, 2, 4]);
    assert!(misplaced.2.contains("--index has no meaning for a Prometheus"), "{}", misplaced.2);
    assert!(unknown.2.contains("No source is called nobody"), "{}", unknown.2);
    workspaces::open_only(&app, Path::new(&workspace)).await.unwrap();
    let expected = ConnectionDraft {
        id: Some(1),
        name: "somebody".to_owned(),
        url: url.to_owned(),
        sign_in: SignIn::Bearer,
        follow_every: Millis(60_000),
        retention: Some(Millis(30 * 86_400_000)),
        ..unreachable()
    };
    assert_eq!(connections::list(&app).await.unwrap()[0].draft, Some(expected));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn naming_the_program_that_is_there_already_says_that_the_file_is_trusted_by_it() {
    let name = "naming_the_program_that_is_there_already_says_that_the_file_is_trusted_by_it";
    let Some(terminal) = Terminal::empty(name) else { return };
    let workspace = terminal.workspace();
    let app = start(Path::new(&terminal.path("app"))).await;
    workspaces::create(&app, Path::new(&workspace)).await.unwrap();
    let command = vec!["print-a-token".to_owned()];
    let draft = ConnectionDraft { sign_in: SignIn::TokenCommand { command }, ..unreachable() };
    connections::save(&app, &draft).await.unwrap();
    app.open().unwrap().workspace.set_meta("home", "another machine").await.unwrap();
    workspaces::close(&app).await;
    let edit = ["source", "edit", "nobody", "--workspace", &workspace, "--token-command", "print-a-token"];

    let (code, first, said) = terminal.run(&edit);
    let (again_code, again, _) = terminal.run(&edit);

    assert_eq!((code, again_code), (0, 0), "{said}");
    assert!(first.contains("is trusted here from now on"), "{first}");
    assert!(!first.contains("is as it was"), "{first}");
    assert!(again.contains("is as it was") && !again.contains("is trusted"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_says_who_has_the_workspace_open() {
    let Some(terminal) = Terminal::empty("what_cannot_be_written_says_who_has_the_workspace_open") else {
        return;
    };
    let workspace = terminal.workspace();
    let app = start(Path::new(&terminal.path("app"))).await;
    workspaces::create(&app, Path::new(&workspace)).await.unwrap();

    let (code, _, said) = terminal.run(&["detect", "--workspace", &workspace]);
    let (_, _, object) = terminal.run(&["--json", "detect", "--workspace", &workspace]);

    assert_eq!(code, 4, "{said}");
    let owner = format!("process {} on ", std::process::id());
    assert!(said.contains(&owner) && said.contains("can only be read here"), "{said}");
    let object: serde_json::Value = serde_json::from_str(&object).unwrap();
    assert_eq!(object["code"], "workspace_read_only");
    assert!(object["fields"]["why"].as_str().unwrap().contains(&owner), "{object}");
    workspaces::close(&app).await;
}
