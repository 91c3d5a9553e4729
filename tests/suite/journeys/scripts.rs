//! What scripts get of the terminal: one object, its sentences in words, its names in one case, whatever the command.
//! `query` alone has the names of Prometheus' own answers.

use serde_json::Value;

use super::terminal::Terminal;

/// Names whose objects hold names of somebody's own.
const OWN_NAMES: [&str; 3] = ["labels", "fields", "metric"];

/// Lists the places where a sentence is no text, or a name is not written in snake case.
pub(super) fn slips(object: &Value) -> Vec<String> {
    let mut found = Vec::new();
    look(object, "", &mut found);
    found
}

fn look(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let values = fields.get("values").is_some_and(Value::is_object);
            if fields.len() == 2 && fields.contains_key("key") && values {
                found.push(format!("{place}: a sentence as its key"));
            }
            for (name, value) in fields {
                if name.contains(|letter: char| letter.is_ascii_uppercase()) {
                    found.push(format!("{place}.{name}"));
                }
                if !OWN_NAMES.contains(&name.as_str()) {
                    look(value, &format!("{place}.{name}"), found);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                look(item, place, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn sentences_are_words_and_names_have_one_case_in_every_answer() {
    let name = "sentences_are_words_and_names_have_one_case_in_every_answer";
    let table =
        "time,metric,host,value\n1794268800,load,web-1,1\n1794268860,load,web-1,2\nlate,load,web-1,2\n";
    let Some(terminal) = Terminal::empty(name) else { return };
    let table = terminal.file("load.csv", table);
    let things = terminal.file("things.csv", "name,kind,team\nweb,service,shop\ndb,service,\n");
    let edges = terminal.file("edges.csv", "from,to,how\nweb,db,calls\ndb,nowhere,calls\n");
    let (workspace, other) = (terminal.workspace(), terminal.path("other.wardroom"));
    let asked: [&[&str]; 18] = [
        &["import", &table, "--preview"],
        &["import", &table, "--no-detect"],
        &["topology", "import", &things, "--preview"],
        &["topology", "import", &things],
        &["topology", "import", &edges],
        &["topology", "impact", "db"],
        &["topology", "path", "web", "db"],
        &["topology", "doubtful"],
        &["source", "list"],
        &["source", "pause", "load.csv"],
        &["source", "resume", "load.csv"],
        &["series"],
        &["detect"],
        &["feedback", "list"],
        &["compare"],
        &["changed", "--from", "now-1m"],
        &["drill", "list"],
        &["workspace", "new"],
    ];

    for line in asked {
        let rest: &[&str] = match line[0] {
            "drill" => &[],
            "workspace" => &[&other],
            _ => &["--workspace", &workspace],
        };
        let (_, said, failed) = terminal.run(&[&["--json"], line, rest].concat());
        let answer: Value = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{line:?}: {e}: {failed}"));
        assert_eq!(slips(&answer), Vec::<String>::new(), "{line:?}: {answer}");
    }
    for line in [["workspace", "compact"], ["workspace", "check"]] {
        let (_, said, _) = terminal.run(&[&["--json"], &line[..], &[workspace.as_str()]].concat());
        assert_eq!(slips(&serde_json::from_str(&said).unwrap()), Vec::<String>::new(), "{line:?}: {said}");
    }
    let (_, opened, _) = terminal.run(&["--json", "open", &workspace]);
    assert_eq!(slips(&serde_json::from_str(&opened).unwrap()), Vec::<String>::new(), "{opened}");
}
