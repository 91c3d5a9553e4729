//! `wardroom feedback` as a person and a script run it: marked, listed, taken back, refused in words.

use std::fmt::Write;

use serde_json::Value;

use super::terminal::{Came, Terminal};

/// 2026-11-10T00:00:00Z in seconds.
const DAY: i64 = 1_794_268_800;
/// Minutes of history; the value is ten times as high in the last twenty.
const MINUTES: i64 = 1500;

impl Terminal {
    fn feedback(&self, arguments: &[&str]) -> Came {
        let workspace = self.workspace();
        self.run(&[&["feedback"], arguments, &["--workspace", &workspace]].concat())
    }

    fn json(came: Came) -> Value {
        let (code, out, said) = came;
        assert_eq!(code, 0, "{said}");
        serde_json::from_str::<Value>(&out).expect("one JSON object")["result"].clone()
    }

    /// What `open` says: how many findings count, how many were expected, and the first of all.
    fn opened(&self) -> (u64, u64, Value) {
        let view = Self::json(self.run(&["open", &self.workspace(), "--json"]));
        let count = |name: &str| view[name].as_u64().expect("a count");
        let first = view["findings"].get(0).or_else(|| view["expected"].get(0)).cloned();
        (count("finding_count"), count("expected_count"), first.expect("something was found"))
    }
}

/// A load that swings a little with no rhythm, and then stays ten times as high.
fn table() -> String {
    let mut text = String::from("time,metric,service,value\n");
    let mut noise: u64 = 7;
    for minute in 0..MINUTES {
        // The generator of Numerical Recipes: any would do that is the same in every run.
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) % (1 << 32);
        let usual = 100 + noise % 10;
        let value = if minute < MINUTES - 20 { usual } else { usual * 10 };
        writeln!(text, "{},load,orders,{value}", DAY + minute * 60).expect("a string takes everything");
    }
    text
}

#[test]
fn a_finding_is_marked_listed_and_taken_back_in_the_terminal() {
    let Some(terminal) =
        Terminal::with_file("a_finding_is_marked_listed_and_taken_back_in_the_terminal", &table(), &[])
    else {
        return;
    };
    let (counted, expected, first) = terminal.opened();
    let id = first["id"].as_str().expect("an id").to_owned();
    assert!(counted > 0 && expected == 0 && first["feedback"].is_null(), "{counted} {expected} {first}");

    let marked = Terminal::json(terminal.feedback(&["mark", &id, "--as", "always", "--json"]));

    assert_eq!(
        (marked["id"].as_u64(), marked["said"].as_str(), marked["entity"].as_str()),
        (Some(1), Some("Expected on this series, whatever it shows."), Some("orders"))
    );
    let (left, apart, first) = terminal.opened();
    // Without a sentence about them the range is the last hour, which may hold more of the series.
    assert!(left == 0 && apart >= counted, "{left} {apart}");
    assert_eq!(
        (first["feedback"]["id"].as_u64(), first["feedback"]["standing"].as_str()),
        (Some(1), Some("expected"))
    );
    let (code, out, said) = terminal.run(&["open", &terminal.workspace(), "--fail-on", "low"]);
    assert_eq!(code, 0, "{said}");
    assert!(out.contains("expected."), "{out}");
    let (_, listed, _) = terminal.feedback(&["list"]);
    assert!(listed.contains("Expected on this series") && listed.contains("load on orders"), "{listed}");

    let undone = terminal.feedback(&["undo", "1"]);

    assert_eq!((undone.0, undone.1.as_str()), (0, "Number 1 is taken back.\n"));
    assert_eq!(terminal.opened().0, counted);
    let listed = Terminal::json(terminal.feedback(&["list", "--json"]));
    let item = &listed["items"][0];
    assert_eq!((item["undone"].as_bool(), item["finding"].as_str()), (Some(true), Some(id.as_str())));
    let stage = &listed["stage"];
    assert_eq!((stage["used"].as_bool(), stage["expected"].as_u64()), (Some(false), Some(0)));
}

#[test]
fn feedback_that_makes_no_sense_is_refused_with_its_exit_code() {
    let Some(terminal) =
        Terminal::with_file("feedback_that_makes_no_sense_is_refused_with_its_exit_code", &table(), &[])
    else {
        return;
    };
    let (_, _, first) = terminal.opened();
    let id = first["id"].as_str().expect("an id").to_owned();
    let refused = |arguments: &[&str]| {
        let (code, _, said) = terminal.feedback(arguments);
        (code, said)
    };

    let window = ["--from", "2026-11-01T00:00:00Z", "--to", "2026-11-01T01:00:00Z"];
    let (code, said) = refused(&[&["mark", &id, "--as", "maintenance"], window.as_slice()].concat());
    assert!(code == 2 && said.contains("does not lie in the maintenance"), "{code} {said}");
    let (code, said) = refused(&[&["mark", &id, "--as", "once"], window.as_slice()].concat());
    assert!(code == 2 && said.contains("belong to --as maintenance"), "{code} {said}");
    assert_eq!(refused(&["mark", &id, "--as", "maintenance"]).0, 2);
    let (code, said) = refused(&["mark", "nothing", "--as", "real"]);
    assert!(code == 4 && said.contains("There is no finding nothing"), "{code} {said}");
    let (code, said) = refused(&["undo", "9"]);
    assert!(code == 4 && said.contains("no feedback number 9"), "{code} {said}");
    let (code, out, _) = terminal.feedback(&["list"]);
    assert!(code == 0 && out.starts_with("Nothing was said of any finding yet.\n"), "{code} {out}");
}
