//! `wardroom logs` as a person types it: files, standard input, pipes, exit codes, and JSON that programs read.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
#[cfg(unix)]
use std::path::Path;
use std::process::Command;
#[cfg(unix)]
use std::time::SystemTime;

use serde_json::Value;
#[cfg(unix)]
use wardroom_tests::log_cluster::LogCluster;

#[cfg(unix)]
use super::crash::{also_connected, connected};
#[cfg(unix)]
use super::eventually;
use super::terminal::Terminal;

/// 2026-11-17T02:00:00Z.
const BEGIN: i64 = 1_794_880_800_000;

/// An hour of requests; from the 50th minute on a pool is exhausted every ten seconds.
fn an_hour() -> String {
    let mut lines = String::new();
    for second in 0..3600 {
        let at = wardroom_core::Timestamp::from_millis(BEGIN + second * 1000);
        writeln!(lines, "{at} INFO request {second} answered in {} ms", second % 40).unwrap();
        if second >= 3000 && second % 10 == 0 {
            writeln!(lines, "{at} ERROR connection pool exhausted after {} ms waiting", second % 900)
                .unwrap();
        }
    }
    lines
}

/// Milliseconds since 1970: what is searched without a range has happened.
#[cfg(unix)]
fn an_hour_ago() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    i64::try_from(now).unwrap() - 3_600_000
}

/// The first part of [`an_hour`], in which nothing is wrong.
fn before() -> String {
    an_hour().split_inclusive('\n').take(2700).collect()
}

/// The rest of it.
fn after() -> String {
    an_hour().split_inclusive('\n').skip(2700).collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// The objects of an answer of one JSON object a line.
fn objects(text: &str) -> Vec<Value> {
    text.lines().map(json).collect()
}

#[test]
fn templates_of_files_and_of_standard_input_are_the_same_and_the_surprising_stands_first() {
    let Some(terminal) = Terminal::empty("templates_of_files_and_of_standard_input") else { return };
    let file = terminal.file("app.log", &an_hour());

    let (code, out, err) = terminal.run(&["--json", "logs", "templates", &file]);
    let (_, piped, _) = terminal.run_fed(&["--json", "logs", "templates"], &an_hour());
    let (_, dash, _) = terminal.run_fed(&["--json", "logs", "templates", "-"], &an_hour());
    let (_, by_lines, _) = terminal.run(&["--json", "logs", "templates", &file, "--by", "lines"]);
    let (_, words, _) = terminal.run(&["logs", "templates", &file, "--limit", "1"]);

    assert_eq!(code, 0, "{err}");
    let answer = json(&out);
    assert_eq!(answer["command"], "logs templates");
    let rows = answer["result"]["templates"].as_array().unwrap();
    assert_eq!((answer["result"]["lines"].as_u64(), rows.len()), (Some(3660), 2));
    assert_eq!(rows[0]["change"], "new");
    assert_eq!(rows[0]["text"], "connection pool exhausted after <*> ms waiting");
    assert_eq!((rows[0]["lines"].as_u64(), rows[0]["parameters"].as_array().unwrap().len()), (Some(60), 1));
    for name in ["type", "error_code", "affected_service", "confidence", "evidence"] {
        assert!(rows[0]["fault"].get(name).is_some(), "{name} is missing: {}", rows[0]);
    }
    assert_eq!(json(&piped)["result"]["templates"], answer["result"]["templates"]);
    assert_eq!(json(&dash)["result"]["templates"], answer["result"]["templates"]);
    assert_eq!(json(&by_lines)["result"]["templates"][0]["lines"], 3600);
    assert!(words.contains("connection pool exhausted"), "{words}");
    assert!(!words.contains("answered in"), "one was asked for: {words}");
}

#[test]
fn a_search_says_by_its_exit_code_whether_anything_was_found() {
    let Some(terminal) = Terminal::empty("a_search_says_by_its_exit_code") else { return };
    let file = terminal.file("app.log", &an_hour());

    let found = terminal.run(&["logs", "search", &file, "--query", "level >= error", "--count"]);
    let none = terminal.run(&["logs", "search", &file, "--regex", "no such words"]);
    let (code, near, _) =
        terminal.run(&["logs", "search", &file, "--regex", "exhausted after 300 ", "--context", "1"]);
    let (_, lines, _) =
        terminal.run(&["--json", "logs", "search", &file, "--regex", "exhausted", "--limit", "3"]);
    let (_, all, _) =
        terminal.run(&["--json", "logs", "search", &file, "--regex", "exhausted", "--context", "2"]);
    let wrong = terminal.run(&["logs", "search", &file, "--query", "level >="]);
    let missing = terminal.run(&["logs", "search", "no-such-file.log"]);
    let no_field = terminal.run(&["logs", "search", &file, "--facet", "colour"]);

    assert_eq!((found.0, found.1.trim()), (0, "60"), "{}", found.2);
    assert_eq!((none.0, none.1.as_str()), (1, ""));
    assert_eq!((code, near.lines().filter(|line| !line.starts_with("--")).count()), (0, 3), "{near}");
    let lines = objects(&lines);
    let (last, shown) = lines.split_last().unwrap();
    assert_eq!(shown.len(), 3);
    assert!(shown.iter().all(|line| line["level"] == "error" && line["matches"] == true));
    assert_eq!(last["result"]["found"], 3);
    let read = &objects(&all).pop().unwrap()["result"];
    assert_eq!(
        (&read["lines"], &read["found"]),
        (&json("3660"), &json("60")),
        "lines that were read, not shown"
    );
    assert_eq!(wrong.0, 2, "{}", wrong.2);
    assert_eq!((no_field.0, no_field.1.trim()), (1, "No line that was found has a field colour."));
    assert!(missing.0 == 4 && missing.2.contains("no-such-file.log"), "{} {}", missing.0, missing.2);
}

#[test]
fn standard_input_beside_files_is_refused_and_never_left_out() {
    let Some(terminal) = Terminal::empty("standard_input_beside_files") else { return };
    let file = terminal.file("app.log", &before());

    for command in ["templates", "search", "classify"] {
        let (code, out, err) = terminal.run_fed(&["logs", command, &file, "-"], "ERROR only in the pipe\n");
        assert_eq!((code, out.as_str()), (2, ""), "{command}");
        assert!(err.contains("Standard input"), "{command}: {err}");
    }
}

#[test]
fn every_line_of_a_pipe_gets_a_verdict_as_it_comes_and_ctrl_c_ends_it() {
    let Some(terminal) = Terminal::empty("every_line_of_a_pipe_gets_a_verdict") else { return };
    let line = "2026-11-17T02:00:00Z ERROR kernel: sda: I/O error, dev sda, sector 12345\n";

    let (code, out, err) = terminal.run_fed(&["logs", "classify"], &line.repeat(3));
    let (_, faults, _) =
        terminal.run_fed(&["logs", "classify", "--by", "template", "--faults-only"], &before());
    let mut child = terminal.begin(&["logs", "classify"]);
    let mut to = child.stdin.take().unwrap();
    to.write_all(line.as_bytes()).unwrap();
    to.flush().unwrap();
    let mut from = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    from.read_line(&mut first).unwrap();

    assert_eq!(code, 0, "{err}");
    let verdicts: Vec<Value> = out.lines().filter(|line| line.starts_with('{')).map(json).collect();
    assert_eq!(verdicts.len(), 3, "{out}");
    assert_eq!(verdicts[0]["type"], "hardware_failure");
    assert!(!faults.contains("\"type\""), "nothing is wrong there: {faults}");
    // The pipe is still open: what came is not held back until its end.
    assert_eq!(json(&first)["type"], "hardware_failure");
    if cfg!(unix) {
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(130));
    }
    drop(to);
    // Elsewhere the end of its input ends it.
    child.wait().unwrap();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_a_count_at_the_cluster_that_makes_it() {
    let Some(terminal) = Terminal::empty("ctrl_c_ends_a_count_at_the_cluster_that_makes_it") else { return };
    let (home, workspace) = (terminal.path("home"), terminal.workspace());
    let cluster = LogCluster::start().unwrap();
    cluster.add([(BEGIN, "order 1 is packed".to_owned())]);
    cluster.hold_counts();
    connected(Path::new(&home), &workspace, &cluster).await;

    let query = r#"{"match_all": {}}"#;
    let mut child =
        terminal.begin(&["logs", "search", "--workspace", &workspace, "--query", query, "--facet", "kind"]);
    eventually("the cluster counts", async || cluster.held() == (1, 0)).await;
    let pressed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    eventually("the cluster ends the count", async || cluster.held() == (1, 1)).await;

    assert!(pressed.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_sync_tells_what_is_partial_of_the_sources_that_it_read() {
    let Some(terminal) = Terminal::empty("a_sync_tells_what_is_partial_of_the_sources") else { return };
    let (home, workspace) = (terminal.path("home"), terminal.workspace());
    let (whole, half) = (LogCluster::start().unwrap(), LogCluster::start().unwrap());
    let begin = an_hour_ago();
    for cluster in [&whole, &half] {
        cluster.add((0..10).map(|n| (begin + n * 1000, format!("order {n} is packed"))));
    }
    half.lose_half(true);
    connected(Path::new(&home), &workspace, &whole).await;
    also_connected(Path::new(&home), &workspace, "half", &half).await;

    let (partly, out, err) = terminal.run(&["sync", "--workspace", &workspace, "--no-detect"]);
    let both = format!("{out}{err}");
    let (done, out, err) =
        terminal.run(&["sync", "--workspace", &workspace, "--source", "logs", "--no-detect"]);
    let one = format!("{out}{err}");

    assert_eq!((partly, done), (5, 0), "{both}{one}");
    assert!(both.contains("half: Parts of"), "{both}");
    assert!(!one.contains("Parts of"), "{one}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_a_cluster_answered_in_part_has_the_exit_code_of_that() {
    let Some(terminal) = Terminal::empty("a_search_that_a_cluster_answered_in_part") else { return };
    let (home, workspace) = (terminal.path("home"), terminal.workspace());
    let cluster = LogCluster::start().unwrap();
    cluster.add((0..10).map(|n| (an_hour_ago() + n * 1000, format!("order {n} is packed"))));
    connected(Path::new(&home), &workspace, &cluster).await;
    let search = ["logs", "search", "--workspace", &workspace, "--query", r#"{"match_all": {}}"#];

    cluster.lose_half(true);
    let (part, some, said) = terminal.run(&search);
    let (part_of_values, _, _) = terminal.run(&[&search[..], &["--facet", "kind"]].concat());
    cluster.lose_half(false);
    let (whole, all, _) = terminal.run(&search);

    assert_eq!((part, part_of_values, whole), (5, 5, 0), "{said}");
    assert!(said.contains("Parts of"), "{said}");
    assert_eq!((some.lines().count(), all.lines().count()), (5, 10), "{some}");
}

#[test]
fn a_reader_that_has_had_enough_ends_a_search_without_a_word() {
    let Some(terminal) = Terminal::empty("a_reader_that_has_had_enough") else { return };
    let file = terminal.file("app.log", &an_hour().repeat(20));

    let mut child = terminal.begin(&["logs", "search", &file]);
    drop(child.stdin.take());
    let mut from = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    drop(from);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();

    assert!(line.contains("request 0 answered"), "{line}");
    assert!(child.wait().unwrap().code().is_some_and(|code| code < 70), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn two_files_a_file_and_a_pipe_and_two_windows_of_a_pipe_differ_by_what_is_new() {
    let Some(terminal) = Terminal::empty("two_files_a_file_and_a_pipe") else { return };
    let (first, second) = (terminal.file("a.log", &before()), terminal.file("b.log", &after()));
    let new = |text: &str| -> Vec<String> {
        let rows = json(text)["result"]["rows"].as_array().unwrap().clone();
        let new = rows.iter().filter(|row| row["change"] == "new");
        new.map(|row| row["text"].as_str().unwrap().to_owned()).collect()
    };
    let pool = ["connection pool exhausted after <*> ms waiting"];
    let windows = [
        "--baseline",
        "2026-11-17T02:00:00Z to 2026-11-17T02:45:00Z",
        "--compare",
        "2026-11-17T02:45:00Z to 2026-11-17T03:00:00Z",
    ];

    let files = terminal.run(&["--json", "logs", "diff", &first, &second, "--fail-new"]);
    let same = terminal.run(&["--json", "logs", "diff", &first, &first, "--fail-new"]);
    let piped = terminal.run_fed(&["--json", "logs", "diff", &first, "-"], &after());
    let turned = terminal.run_fed(&["--json", "logs", "diff", "-", &second], &before());
    let divided = terminal.run_fed(&[&["--json", "logs", "diff", "-"][..], &windows].concat(), &an_hour());
    let one = terminal.run(&["logs", "diff", &first]);
    let twice = terminal.run_fed(&["logs", "diff", "-", "-"], &after());
    let few =
        "2026-11-17T02:00:00Z INFO checkout: begins\n2026-11-17T02:00:05Z ERROR checkout: pool exhausted\n";
    let few = terminal.file("few.log", few);
    let rare = terminal.run(&["logs", "diff", &few, &few]);
    let untimed = terminal.file("untimed.log", "starting up\nready\n");
    let odd = terminal.run(&["--json", "logs", "diff", &untimed, &second]);
    let open = terminal.run(&["--json", "logs", "diff", &first, &second, "--since", "2026-11-17T02:00:00Z"]);
    let seconds = terminal.run(&[
        "--json",
        "logs",
        "diff",
        &few,
        "--baseline",
        "2026-11-17T02:00:00Z to 2026-11-17T02:00:04Z",
        "--compare",
        "2026-11-17T02:00:04Z to 2026-11-17T02:00:08Z",
    ]);
    let hour = ["--baseline", "2026-11-17T02:00:00Z to 2026-11-17T03:00:00Z", windows[2], windows[3]];
    let over = terminal.run(&[&["logs", "diff", first.as_str()][..], &hour].concat());

    assert!(over.0 == 2 && over.2.contains("The two windows overlap"), "{} {}", over.1, over.2);
    assert!(rare.0 == 0 && rare.1.contains("No template changed."), "{} {}", rare.1, rare.2);
    let warned = json(&odd.1)["warnings"].to_string();
    assert!(
        warned.contains("untimed.log: no line has a time"),
        "what is odd about the first is said too: {warned}"
    );
    assert_eq!(
        json(&open.1)["result"]["rows"],
        json(&files.1)["result"]["rows"],
        "an open end has no length"
    );
    assert_eq!(new(&seconds.1), ["pool exhausted"], "{}", seconds.2);
    assert_eq!((files.0, new(&files.1)), (1, pool.map(str::to_owned).to_vec()), "{}", files.2);
    assert_eq!((same.0, new(&same.1)), (0, vec![]));
    assert_eq!((piped.0, new(&piped.1)), (0, pool.map(str::to_owned).to_vec()), "{}", piped.2);
    assert_eq!(new(&turned.1), pool, "{}", turned.2);
    assert_eq!(new(&divided.1), pool, "{}", divided.2);
    let read = &json(&divided.1)["result"];
    assert_eq!(
        (read["before"]["matched"].as_u64(), read["after"]["matched"].as_u64()),
        (Some(2700), Some(960))
    );
    assert_eq!((one.0, twice.0), (2, 2));
    assert!(one.2.contains("Name two files"), "{}", one.2);
}

#[test]
fn secrets_are_masked_unless_a_person_wants_to_see_them() {
    let Some(terminal) = Terminal::empty("secrets_are_masked_unless") else { return };
    let line = "2026-11-17T02:00:00Z INFO login with password=hunter2secret done\n";

    let masked = terminal.run_fed(&["logs", "search"], line);
    let shown = terminal.run_fed(&["logs", "search", "--show-secrets"], line);

    assert!(masked.0 == 0 && !masked.1.contains("hunter2secret"), "{}", masked.1);
    assert!(shown.1.contains("hunter2secret"), "{}", shown.1);
}
