//! Drills and exports of simulated worlds as the terminal does them: listed, played, read, branched, written to files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::scripts::slips;
use super::terminal::{Came, Terminal};
use crate::repository::root;

/// The minute from which the second attempt begins, counted from the beginning of the run.
const BRANCH_MS: i64 = 240_000;

/// The example of the README, played well.
fn example() -> String {
    root().join("docs/examples/replica_lag.jsonl").display().to_string()
}

fn result(came: Came) -> Value {
    let (code, out, said) = came;
    assert_eq!(code, 0, "{said}");
    serde_json::from_str::<Value>(&out).expect("one JSON object")["result"].clone()
}

/// The exit code and the failure as its JSON object.
fn refused(came: Came) -> (i32, Value) {
    let (code, out, said) = came;
    let failure = said.lines().rev().find_map(|line| serde_json::from_str(line).ok());
    (code, failure.unwrap_or_else(|| panic!("no failure in {said} after {out}")))
}

fn length(value: &Value) -> usize {
    value.as_array().expect("a list").len()
}

/// The drill of the manual for authors, with two machines and one more action than there: small enough to be played
/// several times. Returns its path.
fn small(terminal: &Terminal) -> String {
    let page = fs::read_to_string(root().join("docs/SCENARIOS.md")).expect("the manual");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
    let more = "\n[[remedy]]\nkind = \"scale_out\"\ntarget = \"shop\"\nrisk = 1\nminutes = 1\n";
    terminal.file("busy_host.toml", &(example.expect("an example").to_owned() + more))
}

/// A good run of the small drill: both orders and the hypothesis lie before the branch, the end behind it. Returns its path.
fn small_example(terminal: &Terminal) -> String {
    terminal.file(
        "busy_host.jsonl",
        r#"{"at": "+1m50s", "kind": "declared"}
{"at": "+2m", "kind": "opened", "screen": "metrics", "subject": "one", "detail": "node_cpu_seconds_total"}
{"at": "+2m20s", "kind": "hypothesis", "entity": "one", "fault": "noisy_neighbour", "odds": 0.9}
{"at": "+2m30s", "kind": "update", "text": "A job takes the processors of the database's machine. We stop it."}
{"at": "+2m40s", "kind": "acted", "remedy": "stop_job", "target": "one"}
{"at": "+2m50s", "kind": "acted", "remedy": "scale_out", "target": "shop"}
{"at": "+9m30s", "kind": "update", "text": "The shop answers again."}
{"at": "+11m", "kind": "resolved"}
"#,
    )
}

/// Plays the small drill; `more` goes on the command line.
fn play_small(terminal: &Terminal, more: &[&str]) -> Came {
    let (scenario, file) = (small(terminal), terminal.path("lag.wardroom"));
    let run = ["drill", "run", "--scenario", &scenario, "--seed", "7", "--trainee", "night", "--workspace"];
    terminal.run(&[&run[..], &[&file], more].concat())
}

/// Plays the example; `more` goes on the command line.
fn play(terminal: &Terminal, more: &[&str]) -> Came {
    let run =
        ["drill", "run", "--scenario", "replica_lag", "--seed", "7", "--trainee", "night", "--workspace"];
    terminal.run(&[&run[..], &[&terminal.path("lag.wardroom")], more].concat())
}

fn replica_lag(list: &Value) -> Value {
    let tiers = list["tiers"].as_array().expect("tiers");
    let mut drills = tiers.iter().flat_map(|tier| tier["drills"].as_array().expect("drills"));
    drills.find(|drill| drill["id"] == "replica_lag").expect("the drill of the example").clone()
}

#[test]
fn a_drill_is_listed_played_and_read_in_the_terminal() {
    let Some(terminal) = Terminal::empty("a_drill_is_listed_played_and_read_in_the_terminal") else { return };
    let before = result(terminal.run(&["drill", "list", "--json"]));

    let run = result(play(&terminal, &["--actions", &example(), "--fail-unpassed", "--json"]));
    let file = terminal.path("lag.wardroom");
    let read = result(terminal.run(&["drill", "debrief", "--workspace", &file, "--json"]));
    let (code, none) =
        refused(terminal.run(&["drill", "debrief", "--workspace", &file, "--attempt", "9", "--json"]));
    let after = result(terminal.run(&["drill", "list", "--trainee", "night", "--json"]));
    let (_, listed, _) = terminal.run(&["drill", "list"]);

    assert!(before["count"].as_u64() >= Some(14), "{before}");
    assert!(replica_lag(&before)["best"].is_null());
    assert_eq!((&run["passed"], &run["attempt"], length(&run["parts"])), (&true.into(), &1.into(), 5));
    assert_eq!(run, read, "the debrief is the same when the file is opened again");
    let debrief = &run["debrief"];
    assert!(length(&debrief["you"]["marks"]) > 5 && length(&debrief["reference"]["phases"]) > 1, "{debrief}");
    assert_eq!(debrief["times"]["you"]["acknowledge"], 380_000, "the alert fires after the onset");
    assert!(debrief["times"]["reference"]["mitigate"].is_i64(), "{}", debrief["times"]);
    assert!(debrief["knowable"][0]["knowable"].is_i64() && debrief["first_useful"]["opened"].is_i64());
    assert_eq!(debrief["headline"], run["sentence"], "sentences are words");
    assert_eq!([slips(&before), slips(&run)], [Vec::<String>::new(), Vec::new()]);
    let deeds = run["journal"].as_array().expect("a journal");
    assert_eq!(deeds.iter().filter(|row| row["deed"] == "Order").count(), 2, "{deeds:?}");
    assert_eq!((code, &none["code"], &none["fields"]["attempt"]), (4, &"drill_not_over".into(), &"9".into()));
    assert_eq!(replica_lag(&after)["last"], Value::from(vec![run["points"].clone()]));
    assert!(listed.contains("last three tries"), "{listed}");
}

#[test]
fn another_attempt_branches_off_a_drill_in_the_terminal() {
    let Some(terminal) = Terminal::empty("another_attempt_branches_off_a_drill_in_the_terminal") else {
        return;
    };
    let actions = small_example(&terminal);
    let first = result(play_small(&terminal, &["--actions", &actions, "--json"]));
    let file = terminal.path("lag.wardroom");
    let again = ["drill", "run", "--from", &file, "--json", "--at"];

    let idle = result(terminal.run(&[&again[..], &["+4m"]].concat()));
    let same = result(terminal.run(&[&again[..], &["+4m", "--actions", &actions]].concat()));
    let old = result(terminal.run(&["drill", "debrief", "--workspace", &file, "--attempt", "1", "--json"]));
    let (_, text, _) = terminal.run(&["drill", "debrief", "--workspace", &file, "--attempt", "1"]);
    let nonsense = refused(terminal.run(&[&again[..], &["4 minutes"]].concat()));
    let beyond = refused(terminal.run(&[&again[..], &["+9h"]].concat()));
    let (alone, _, _) = terminal.run(&["drill", "run", "--at", "+4m"]);
    let fresh = ["drill", "run", "--scenario", "replica_lag", "--seed", "7", "--at", "+4m"];
    let (beside, _, _) = terminal.run(&fresh);

    let start = first["debrief"]["range"]["start"].as_i64().expect("a time");
    assert_eq!((&idle["attempt"], &same["attempt"]), (&2.into(), &3.into()));
    assert_eq!(idle["debrief"]["attempts"][1]["branched_at"], start + BRANCH_MS);
    assert_eq!(length(&idle["debrief"]["beliefs"]), 1, "what was believed before the branch stays");
    let orders = |run: &Value| {
        run["journal"].as_array().map(|rows| rows.iter().filter(|row| row["deed"] == "Order").count())
    };
    assert_eq!((orders(&first), orders(&idle), orders(&old)), (Some(2), Some(2), Some(2)));
    assert!(first["failed"]["you"].as_f64() > Some(0.0), "something is lost that has to be the same");
    assert!(idle["points"].as_u64() < first["points"].as_u64(), "nobody tells that it is over");
    for part in ["points", "parts", "failed", "truth"] {
        assert_eq!(same[part], first[part], "the same decisions give the same {part} on another branch");
        assert_eq!(old[part], first[part], "the first attempt stays as it was");
    }
    for said in
        ["Two timelines, one clock", "What was knowable when", "Times since the fault began", "Reference "]
    {
        assert!(text.contains(said), "{said:?} is missing in {text}");
    }
    assert_eq!((nonsense.0, &nonsense.1["code"]), (2, &"drill_moment".into()));
    assert_eq!((beyond.0, &beyond.1["code"]), (4, &"rewind_outside".into()));
    assert_eq!((alone, beside), (2, 2), "a moment is one of a file");
}

#[test]
fn what_cannot_be_played_is_refused_with_its_place() {
    let Some(terminal) = Terminal::empty("what_cannot_be_played_is_refused_with_its_place") else { return };
    let (actions, scenario) = (terminal.path("broken.jsonl"), terminal.path("broken.toml"));
    fs::write(
        &actions,
        "# A comment.\n{\"at\": \"+1m\", \"kind\": \"declared\"}\n{\"at\": \"+2m\", \"kind\": \"danced\"}\n",
    )
    .expect("the folder takes a file");
    let text = fs::read_to_string(root().join("assets/scenarios/replica_lag.toml")).expect("the scenario");
    let line = 1 + text.lines().position(|l| l.starts_with("difficulty")).expect("a difficulty");
    fs::write(&scenario, text.replace("\ndifficulty", "\nhardness")).expect("the folder takes a file");
    let run = |name: &str, more: &[&str]| {
        terminal.run(&[&["drill", "run", "--seed", "7", "--scenario", name][..], more].concat())
    };

    let (code, broken) = refused(run("replica_lag", &["--actions", &actions, "--json"]));
    let later =
        r#"{"at": "+9m", "kind": "hypothesis", "entity": "mysql-ledgr", "fault": "gremlins", "odds": 1}"#;
    fs::write(&actions, format!("{{\"at\": \"+1m\", \"kind\": \"declared\"}}\n{later}\n"))
        .expect("the same file");
    let (lost_code, lost) = refused(play(&terminal, &["--actions", &actions, "--json"]));
    let left_behind = Path::new(&terminal.path("lag.wardroom")).exists();
    let (unknown_code, unknown) = refused(run("gremlins", &["--json"]));
    let (odd_code, odd) = refused(run(&scenario, &["--json"]));
    let (idle_code, idle, _) = play_small(&terminal, &["--fail-unpassed", "--json"]);

    assert_eq!((code, &broken["code"], &broken["fields"]["line"]), (2, &"actions_line".into(), &"3".into()));
    assert_eq!((lost_code, &lost["code"], &lost["fields"]["line"]), (2, &"actions_step".into(), &"2".into()));
    let said = lost["message"].as_str().unwrap_or_default();
    assert!(said.contains("Line 2") && said.contains("gremlins"), "{lost}");
    assert!(!left_behind, "a refused run leaves no workspace");
    assert_eq!((unknown_code, &unknown["code"]), (2, &"no_such_drill".into()));
    let problem = odd["message"].as_str().unwrap_or_default();
    assert!(odd_code == 4 && problem.contains(&format!("line {line}, hardness")), "{odd}");
    assert!(idle_code == 1 && idle.contains("\"passed\":false"), "{idle}");
}

/// Every file of a folder by its name.
fn files(folder: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("the folder was written").map(|e| e.expect("an entry").path());
    let read = |path: &Path| fs::read(path).expect("a file");
    entries
        .map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), read(&path)))
        .collect()
}

#[test]
fn the_same_world_is_exported_to_the_same_bytes_on_one_and_on_two_threads() {
    let Some(terminal) = Terminal::empty("the_same_world_is_exported_to_the_same_bytes") else { return };
    let export = |name: &str, threads: &str| {
        let out = terminal.path(name);
        let run =
            ["sim", "export", "--scenario", "replica_lag", "--seed", "7", "--span", "40m", "--json", "--out"];
        let variables = [("TOKIO_WORKER_THREADS", threads), ("RAYON_NUM_THREADS", threads)];
        let done = result(terminal.run_with(&[&run[..], &[&out]].concat(), &variables));
        (done, files(&out))
    };

    let (done, one) = export("one", "1");
    let (_, two) = export("two", "2");

    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    assert_eq!(one.len(), 8, "{:?}", one.keys());
    for (name, bytes) in &one {
        assert!(*bytes == two[name], "{name} differs");
    }
    let json = |name: &str| serde_json::from_slice::<Value>(&one[name]).expect("JSON");
    assert_eq!(json("truth.json")["causes"][0]["fault"], "replication_lag");
    assert_eq!(json("about.json")["samples"], done["samples"]);
    assert_eq!(json("about.json")["samples_every_s"], serde_json::json!({ "history": 60, "run": 15 }));
    assert_eq!(
        json("about.json")["logs_from"],
        json("about.json")["from"],
        "the last hour has its log lines"
    );
    assert!(length(&json("topology.json")["dependencies"]) > 0);
    let lines = zstd::decode_all(&one["logs.jsonl.zst"][..]).expect("a frame");
    let lines = String::from_utf8(lines).expect("text");
    assert_eq!(done["logs"], lines.lines().count());
    assert!(
        lines.lines().all(|l| serde_json::from_str::<Value>(l).is_ok_and(|l| l["@timestamp"].is_string()))
    );
}

#[test]
fn the_metrics_of_an_export_are_read_back_by_our_own_import() {
    let Some(terminal) = Terminal::empty("the_metrics_of_an_export_are_read_back_by_our_own_import") else {
        return;
    };
    let (out, cut) = (terminal.path("out"), terminal.path("cut.om.zst"));
    let run = [
        "sim",
        "export",
        "--scenario",
        "disk_full_sunday",
        "--seed",
        "3",
        "--span",
        "20m",
        "--json",
        "--out",
    ];
    let done = result(terminal.run(&[&run[..], &[&out]].concat()));
    let metrics = Path::new(&out).join("metrics.om.zst").display().to_string();
    let packed = fs::read(&metrics).expect("the metrics");
    fs::write(&cut, &packed[..packed.len() / 2]).expect("the folder takes a file");

    let file = terminal.workspace();
    let import = ["import", "--workspace", &file, "--no-detect", "--json"];
    let (code, failure) = refused(terminal.run(&[&import[..], &[&cut]].concat()));
    let left = Path::new(&file).exists();
    let read = result(terminal.run(&[&import[..], &[&metrics]].concat()));

    assert_eq!((code, &failure["code"], left), (4, &"file_packed_cut".into(), false));
    assert_eq!((&read["series"], &read["samples"]), (&done["series"], &done["samples"]));
    assert_eq!(read["bad_rows"], 0);
    assert!(done["samples"].as_u64() > Some(10_000), "{done}");
}

#[test]
fn an_export_that_makes_no_sense_is_refused() {
    let Some(terminal) = Terminal::empty("an_export_that_makes_no_sense_is_refused") else { return };
    let out = terminal.path("out");
    let export = |more: &[&str]| {
        let run = ["sim", "export", "--scenario", "replica_lag", "--seed", "7", "--json", "--out", &out];
        let (code, failure) = refused(terminal.run(&[&run[..], more].concat()));
        (code, failure["code"].as_str().unwrap_or_default().to_owned())
    };

    assert_eq!(export(&["--span", "0m"]), (2, "span_unreadable".to_owned()));
    assert_eq!(export(&["--span", "9000d"]), (2, "sim_span".to_owned()));
    assert_eq!(export(&["--start", "2026-11-22T02:00:30Z"]), (2, "sim_start".to_owned()));
    assert_eq!(export(&["--start", "yesterday"]), (2, "sim_start".to_owned()));
    assert!(!Path::new(&out).exists(), "nothing is written before it is clear what");
}
