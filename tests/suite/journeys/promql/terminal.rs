//! `wardroom query` as a person and a script run it: answers, refusals by name, and the column of what cannot be read.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::journeys::terminal::{Came, Terminal};

/// 2026-11-10T00:00:00Z in seconds.
const DAY: i64 = 1_794_268_800;

impl Terminal {
    /// Runs `wardroom query` on the workspace.
    fn query(&self, arguments: &[&str]) -> Came {
        let workspace = self.workspace();
        let mut all = vec!["query", "--workspace", &workspace];
        all.extend(arguments);
        self.run(&all)
    }

    fn query_json(&self, arguments: &[&str]) -> Value {
        let (code, out, said) = self.query(&[&["--json"], arguments].concat());
        assert_eq!(code, 0, "{said}");
        serde_json::from_str(&out).expect("one JSON object")
    }
}

/// Twenty minutes of two hosts: the number of the minute, and twice as much.
fn table() -> String {
    let mut text = String::from("time,metric,host,value\n");
    for minute in 0..20 {
        for (host, factor) in [("a", 1), ("b", 2)] {
            writeln!(text, "{},load,{host},{}", DAY + minute * 60, minute * factor)
                .expect("a string takes everything");
        }
    }
    text
}

#[test]
fn an_answer_is_printed_in_the_shape_of_the_query_api() {
    let Some(terminal) =
        Terminal::with_file("an_answer_is_printed_in_the_shape_of_the_query_api", &table(), &["--no-detect"])
    else {
        return;
    };

    let vector = terminal.query_json(&["load{host='b'}", "--at", "2026-11-10T00:10:00Z"]);
    let matrix = terminal.query_json(&[
        "sum(count_over_time(load[5m]))",
        "--from",
        "2026-11-10T00:00:00Z",
        "--to",
        "2026-11-10T00:10:00Z",
        "--step",
        "5m",
    ]);
    let last = terminal.query_json(&["sum(load)"]);

    assert_eq!(
        vector,
        json!({ "schema": "wardroom/1", "command": "query", "warnings": [], "result": {
            "resultType": "vector",
            "result": [{ "metric": { "__name__": "load", "host": "b" }, "value": [DAY + 600, "20"] }] } })
    );
    // An imported file belongs to no server: windows are open on the left, so five samples of each host and not six.
    assert_eq!(
        matrix["result"],
        json!({ "resultType": "matrix", "result": [{ "metric": {},
            "values": [[DAY, "2"], [DAY + 300, "10"], [DAY + 600, "10"]] }] })
    );
    // Without a time the end of the data is asked about: minute 19, 19 + 38.
    assert_eq!(last["result"]["result"][0]["value"][1], "57");
}

#[test]
fn sentences_say_what_the_answer_stands_on() {
    let Some(terminal) =
        Terminal::with_file("sentences_say_what_the_answer_stands_on", &table(), &["--no-detect"])
    else {
        return;
    };

    let (code, out, said) = terminal.query(&["load", "--at", "2026-11-10T00:10:00Z"]);
    let (_, nothing, _) = terminal.query(&["load{host='c'}"]);

    assert_eq!((code, said.as_str()), (0, ""));
    assert!(out.starts_with("load{host=\"a\"}  10\nload{host=\"b\"}  20\n\nFrom "), "{out}");
    assert!(out.trim_end().ends_with("by the rules of Prometheus 3, as for all imported and simulated data: windows are open on the left."), "{out}");
    assert!(nothing.starts_with("No series matches at this time."), "{nothing}");
}

#[test]
fn what_is_not_answered_is_refused_by_its_name() {
    let Some(terminal) =
        Terminal::with_file("what_is_not_answered_is_refused_by_its_name", &table(), &["--no-detect"])
    else {
        return;
    };

    for (expression, name, column) in [
        ("sum(limitk(1, load))", "limitk", "5"),
        ("histogram_count(load)", "histogram_count", "1"),
        ("1 + double_exponential_smoothing(load[5m], 0.5, 0.5)", "double_exponential_smoothing", "5"),
    ] {
        let (code, out, said) = terminal.query(&["--json", expression]);

        let error: Value = serde_json::from_str(&said).expect("one JSON object");
        assert_eq!((code, out.as_str()), (2, ""), "{said}");
        assert_eq!(error["code"], "query_refused", "{error}");
        assert_eq!(error["fields"], json!({ "name": name, "column": column }));
        assert!(error["message"].as_str().unwrap().contains(&format!("{name} is not answered")), "{error}");
    }
}

#[test]
fn what_cannot_be_read_names_the_column() {
    let Some(terminal) =
        Terminal::with_file("what_cannot_be_read_names_the_column", &table(), &["--no-detect"])
    else {
        return;
    };

    let (code, out, said) = terminal.query(&["sum(load))"]);
    let (no_step, _, said_step) =
        terminal.query(&["load", "--from", "now-10m", "--to", "now", "--step", "5 minutes"]);
    let (unknown, _, said_unknown) = terminal.query(&["rat(load[5m])"]);

    assert_eq!((code, no_step, unknown), (2, 2, 2), "{said} {said_step} {said_unknown}");
    assert_eq!(out, "");
    assert!(said.starts_with("Column 10: “)” stands where"), "{said}");
    assert!(said_step.starts_with("“5 minutes” is not a step."), "{said_step}");
    assert!(said_unknown.starts_with("Column 1: there is no function rat."), "{said_unknown}");
}

#[test]
fn a_time_that_an_answer_prints_can_be_asked_for() {
    let Some(terminal) =
        Terminal::with_file("a_time_that_an_answer_prints_can_be_asked_for", &table(), &["--no-detect"])
    else {
        return;
    };
    let printed = terminal.query_json(&["load{host='b'}", "--at", "2026-11-10T00:10:00Z"]);
    let at = printed["result"]["result"][0]["value"][0].to_string();

    let again = terminal.query_json(&["load{host='b'}", "--at", &at]);

    assert_eq!(at, (DAY + 600).to_string());
    assert_eq!(again, printed);
}

#[test]
fn what_was_asked_is_listed_newest_first() {
    let Some(terminal) =
        Terminal::with_file("what_was_asked_is_listed_newest_first", &table(), &["--no-detect"])
    else {
        return;
    };
    let none = terminal.query_json(&["--history"]);
    for expression in ["load", "sum(load)", "load", "sum(load"] {
        terminal.query(&[expression]);
    }

    let asked = terminal.query_json(&["--history"]);
    let (code, _, said) = terminal.query(&["load", "--history"]);

    assert_eq!(none["result"], json!([]));
    let asked: Vec<&str> =
        asked["result"].as_array().unwrap().iter().filter_map(|one| one["expression"].as_str()).collect();
    // What could not be read was not asked.
    assert_eq!(asked, ["load", "sum(load)"]);
    assert_eq!(code, 2, "{said}");
}
